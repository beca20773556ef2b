"""Counts as spans: given directly, derived from a register, or both; and the items of a share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safescore.backend import Backend, Records
from safescore.dictionary import Derivation
from safescore.explained import Explained, Path
from safescore.expr import All, Expr, M, Truth, both, either, judge
from safescore.measures.base import Condition, dated_between, timely
from safescore.standing import UNBOUNDED, Items, N, Span, least, most


def counted_where(derivation: Derivation, backend: Backend[M, N], day: int | None) -> Expr:
    """Return which records a derived count counts, on a day (None: at the cut)."""
    clock = backend.clock
    where = timely(Condition(None, derivation.where), clock.as_of, clock.cut if day is None else day)
    spec = backend.dictionary.facts[derivation.register]
    if derivation.in_period and spec.when:
        return All((where, dated_between(spec, clock.period.first, clock.cut)))
    return where


def _span(records: Records[M, N], truth: Truth[M], backend: Backend[M, N]) -> Span[N]:
    """Return how many records are counted, from surely to possibly; without bound where records may be lacking."""
    possible = records.count(records.negate(truth.fails))
    return Span(
        records.count(both(truth.holds, records.sure)),
        backend.ops.where(_lacking(records, backend), UNBOUNDED, possible),
    )


def _lacking(records: Records[M, N], backend: Backend[M, N]) -> Any:
    """Return where records are absent, or complete only up to a day before the cut."""
    return (records.given == 0) | (records.through < backend.clock.cut)


def _derived(name: str, backend: Backend[M, N], day: int | None) -> Span[N]:
    """Return a derived count as its register has it."""
    derivation = backend.dictionary.derivations[name]
    records = backend.records(derivation.register)
    truth = judge(counted_where(derivation, backend, day), records)
    if derivation.sum is None:
        return _span(records, truth, backend)
    low = records.total(derivation.sum, both(truth.holds, records.sure)).low
    high = records.total(derivation.sum, records.negate(truth.fails)).high
    return Span(low, backend.ops.where(_lacking(records, backend), UNBOUNDED, least(high, UNBOUNDED, backend.ops)))


def quantity(name: str, backend: Backend[M, N], day: int | None = None) -> Span[N]:
    """Return the span of a count on a day (None: at the cut): the figure given, within what its register allows.

    A figure that leaves the count open says no less than none; where figure and register disagree on an earlier day,
    the figure stands.
    """
    _, direct = backend.figure(name, day)
    if name not in backend.dictionary.derivations:
        return direct
    derived = _derived(name, backend, day)
    ops = backend.ops
    low, high = most(direct.low, derived.low, ops), least(direct.high, derived.high, ops)
    agree = low <= high
    return Span(ops.where(agree, low, direct.low), ops.where(agree, high, direct.high))


def allowed(name: str, backend: Backend[M, N]) -> Span[N]:
    """Return what the register of a count allows for it, whatever figure was given."""
    return _derived(name, backend, None)


def shares(part: str, whole: str, backend: Backend[M, N], day: int | None = None) -> Items[N]:
    """Return a population as items: met those of *part*, unmet the rest of *whole*.

    Where both follow from one register, every record is judged once for both; otherwise part and whole are spans of
    their own.
    """
    ops = backend.ops
    given_part, _ = backend.figure(part, day)
    given_whole, _ = backend.figure(whole, day)
    direct = (given_part > 0) | (given_whole > 0)
    had, all_ = quantity(part, backend, day), quantity(whole, backend, day)
    zero = had.low - had.low
    whole_low = most(had.low, all_.low, ops)
    apart = Items(
        met=Span(had.low, least(had.high, all_.high, ops)),
        unmet=Span(
            most(whole_low - had.high, zero, ops),
            ops.where(all_.high >= UNBOUNDED, UNBOUNDED, most(all_.high - had.low, zero, ops)),
        ),
        asked=whole_low,
        later=zero,
    )
    first, second = backend.dictionary.derivations.get(part), backend.dictionary.derivations.get(whole)
    if first is None or second is None or first.register != second.register or first.sum or second.sum:
        return apart
    records = backend.records(first.register)
    of_whole, of_part = counted_where(second, backend, day), counted_where(first, backend, day)
    inside, met = judge(of_whole, records), judge(of_part, records)
    if_inside = judge(_beyond(of_part, of_whole), records)
    sure = records.sure
    endless = _lacking(records, backend)
    together = Items(
        met=_span(records, met, backend),
        unmet=Span(
            records.count(both(sure, both(inside.holds, met.fails))),
            ops.where(endless, UNBOUNDED, records.count(records.negate(either(inside.fails, if_inside.holds)))),
        ),
        asked=records.count(both(sure, inside.holds)),
        later=zero,
    )
    return Items(
        met=_either(direct, apart.met, together.met, backend),
        unmet=_either(direct, apart.unmet, together.unmet, backend),
        asked=ops.where(direct, apart.asked, together.asked),
        later=zero,
    )


def _beyond(part: Expr, whole: Expr) -> Expr:
    """Return what a part asks beyond its whole: a record that meets it is met, or not asked at all."""
    asked = _lines(whole)
    lines = _lines(part)
    return All(tuple(line for line in lines if line not in asked)) if set(asked) <= set(lines) else part


def _lines(expr: Expr) -> tuple[Expr, ...]:
    return tuple(line for one in expr.parts for line in _lines(one)) if isinstance(expr, All) else (expr,)


def _either(direct: object, yes: Span[N], no: Span[N], backend: Backend[M, N]) -> Span[N]:
    where = backend.ops.where
    return Span(where(direct, yes.low, no.low), where(direct, yes.high, no.high))


def turned(items: Items[N]) -> Items[N]:
    """Return the items with met and unmet exchanged: at most 30 % of a part is at least 70 % of the rest."""
    return Items(met=items.unmet, unmet=items.met, asked=items.asked, later=items.later)


def missing_count(names: tuple[str, ...], backend: Explained, day: int | None = None) -> Iterator[Path]:
    """Yield what is not known of these counts: the figure itself, or the blanks of its register."""
    for name in names:
        given, direct = backend.figure(name, day)
        if given and direct.low == direct.high:
            continue
        derivation = backend.dictionary.derivations.get(name)
        if derivation is None or given:
            yield ("facts", name)
            continue
        records = backend.records(derivation.register)
        if not records.given:
            yield ("facts", name)
            continue
        where = counted_where(derivation, backend, day)
        if records.through < backend.clock.cut:
            yield ("facts", derivation.register, "through")
        truth = judge(where, records)
        undecided = records.negate(truth.holds | truth.fails)
        yield from records.blanks(where, undecided)
        if derivation.sum is not None:
            for place in records.members(records.negate(truth.fails)):
                if records.blank(place, derivation.sum):
                    yield records.path(place, derivation.sum)
