"""Many organisations judged under one pack, as arrays: the measures, the standing and the verdict are those of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from safescore.batch.columns import Arrays, ColumnBackend
from safescore.batch.data import Array, Column, Table, from_array
from safescore.batch.scores import Scores, intervals, joined
from safescore.dictionary import Dictionary
from safescore.expr import Unknown, suggestion
from safescore.frozen import frozen
from safescore.judging import Values, clock_of, clock_settings, judged, settled, value_in_force
from safescore.model import Pack, Rule
from safescore.period import Clock, Days, parse_period
from safescore.results import Contribution, Interval
from safescore.scoring import Credit, credit_bounds, interval
from safescore.standing import NOT_APPLICABLE, OUTCOMES, Outcome, Span, Standing, Verdict

TOGETHER = 8192
"""How many organisations are judged in one go: what they need stays in the processor's cache."""

Roles = Column | Iterable[str]


@frozen(eq=False, kw_only=True)
class Outcomes:
    """What the rules of a pack come to; every array has a row an organisation and a column a rule.

    ``outcome`` is a code, the place in ``standing.OUTCOMES``. A credit lies from ``low`` to ``high``, each *have* of
    *need*; it is out of the sums for some completion of the missing facts where ``out``, for all where ``never``.
    ``short`` is the gap from least to most, ``next_due`` the ordinal of the next due day (0: none); both are 0 where
    the rule does not apply. ``score`` is for display; :meth:`interval` is exact.
    """

    rules: tuple[str, ...]
    weights: tuple[int, ...]
    outcome: Array
    to_date: Array
    out: Array
    never: Array
    low: Credit[Array]
    high: Credit[Array]
    short: Span[Array]
    next_due: Array
    score: Scores

    def outcome_of(self, place: int, rule: int) -> Outcome:
        """Return the outcome of one rule for one organisation."""
        return OUTCOMES[int(self.outcome[place, rule])]

    def contribution(self, place: int, rule: int) -> Contribution:
        """Return exactly what one rule may add to the score of one organisation."""
        if self.never[place, rule]:
            return Contribution(low=None, high=None, out=True)
        low, high = (Fraction(int(one.have[place, rule]), int(one.need[place, rule])) for one in (self.low, self.high))
        return Contribution(low=low, high=high, out=bool(self.out[place, rule]))

    def interval(self, place: int) -> Interval:
        """Return the exact bounds of the score of one organisation."""
        return interval((weight, self.contribution(place, rule)) for rule, weight in enumerate(self.weights))


class _Kept:
    """The arrays of the outcomes as they are filled: a row a rule, so that every rule writes in one stretch."""

    def __init__(self, rules: int, organisations: int) -> None:
        def empty(kind: type) -> Array:
            return np.zeros((rules, organisations), dtype=kind)

        self.outcome = empty(np.int8)
        self.flags = [empty(np.bool_) for _ in range(3)]
        self.numbers = [empty(np.int64) for _ in range(7)]

    def keep(self, rule: int, places: slice, standing: Standing[Array], found: Verdict[Array]) -> None:
        self.outcome[rule, places] = found.outcome
        for kept, flag in zip(self.flags, (found.to_date, found.out, found.never), strict=True):
            kept[rule, places] = flag
        low, high = credit_bounds(found, _ARRAYS)
        asked = found.outcome != NOT_APPLICABLE
        told = (standing.best.short, standing.worst.short, standing.next_due)
        numbers = (*low, *high, *(np.where(asked, one, 0) for one in told))
        for number, one in zip(self.numbers, numbers, strict=True):
            number[rule, places] = one

    def scores(self, places: slice, weights: Array) -> Scores:
        low, low_need, high, high_need = (one[:, places] for one in self.numbers[:4])
        _, out, never = (one[:, places] for one in self.flags)
        return intervals(low / low_need, high / high_need, out, never, weights)

    def outcomes(self, pack: Pack, weights: tuple[int, ...], scores: list[Scores]) -> Outcomes:
        to_date, out, never = (one.T for one in self.flags)
        low, low_need, high, high_need, least, most, next_due = (one.T for one in self.numbers)
        return Outcomes(
            rules=tuple(rule.id for rule in pack.rules),
            weights=weights,
            outcome=self.outcome.T,
            to_date=to_date,
            out=out,
            never=never,
            low=Credit(low, low_need),
            high=Credit(high, high_need),
            short=Span(least, most),
            next_due=next_due,
            score=joined(scores),
        )


_ARRAYS = Arrays()


class Kernel:
    """The rules of a pack made ready for one day, one period and one set of parameters; it may be asked many times."""

    def __init__(self, pack: Pack, *, as_of: date, period: str, parameters: Mapping[str, object] | None = None) -> None:
        """Settle the rules. Raises ValueError with a period or parameter that the pack does not know."""
        days = parse_period(period)
        if days is None:
            message = f"{period!r} is no period: write 2022, 2022H1, 2022Q3 or 2022-07"
            raise ValueError(message)
        values = _values(pack, parameters or {})
        self.pack = pack
        self.clock = _clock(pack, values, as_of, days)
        self.weights = tuple(pack.head.weights.of(rule) for rule in pack.rules)
        self._rules = tuple(
            (settled(rule, values), all(name in values for name in clock_settings(pack, rule))) for rule in pack.rules
        )

    def assess(
        self, facts: Mapping[str, Any], organisations: int, *, roles: Roles, together: int = TOGETHER
    ) -> Outcomes:
        """Return what the rules come to; *together* organisations are judged in one go. See assess_columns."""
        typed = _typed(self.pack.dictionary, facts, organisations)
        kept = _Kept(len(self._rules), organisations)
        scores = []
        for places in _stretches(organisations, together):
            whole = places == slice(0, organisations)
            part = typed if whole else {name: one.part(places) for name, one in typed.items()}
            backend: Any = ColumnBackend(part, places.stop - places.start, self.pack.dictionary, self.clock)
            holders = _Holders(roles, places)
            for number, (rule, clocked) in enumerate(self._rules):
                standing, found = judged(rule, backend, holders.of(rule), clocked=clocked)
                kept.keep(number, places, standing, found)
            scores.append(kept.scores(places, np.array(self.weights, dtype=np.int64)))
        return kept.outcomes(self.pack, self.weights, scores)


def assess_columns(
    pack: Pack,
    facts: Mapping[str, Any],
    organisations: int,
    *,
    roles: Roles,
    as_of: date,
    period: str,
    parameters: Mapping[str, object] | None = None,
) -> Outcomes:
    """Return what a pack's rules come to for many organisations of one period, one day and one set of parameters.

    *facts* are arrays or columns by fact, elements of checklists as ``checklist.element``, registers and events as
    tables. *roles* are those of all, or a column of sets. The facts are taken as read: a figure outside what its
    register allows is not refused here. Raises ValueError with everything that does not fit.
    """
    kernel = Kernel(pack, as_of=as_of, period=period, parameters=parameters)
    return kernel.assess(facts, organisations, roles=roles)


def _stretches(organisations: int, together: int) -> Iterator[slice]:
    for first in range(0, max(organisations, 1), together):
        yield slice(first, min(first + together, organisations))


class _Holders:
    """Which organisations have a role that a rule binds."""

    def __init__(self, roles: Roles, places: slice) -> None:
        self._roles = roles.part(places) if isinstance(roles, Column) else frozenset(roles)
        self._found: dict[tuple[str, ...], Any] = {}

    def of(self, rule: Rule) -> Any:
        if rule.roles not in self._found:
            self._found[rule.roles] = self._of(rule.roles)
        return self._found[rule.roles]

    def _of(self, bound: tuple[str, ...]) -> Any:
        if isinstance(self._roles, frozenset):
            return bool(self._roles & set(bound))
        bits = sum(1 << place for place, role in enumerate(self._roles.words) if role in bound)
        return (self._roles.values & bits) != 0


def _values(pack: Pack, parameters: Mapping[str, object]) -> Values:
    known = tuple(one.id for one in pack.head.parameters)
    unknown = [f"there is no parameter {name!r}: {_near(name, known)}" for name in parameters if name not in known]
    if unknown:
        raise ValueError("\n".join(unknown))
    values = {one.id: value_in_force(one, parameters.get(one.id)) for one in pack.head.parameters}
    return {name: value for name, value in values.items() if not isinstance(value, Unknown)}


def _clock(pack: Pack, values: Values, as_of: date, days: Days) -> Clock:
    clock = clock_of(pack, values, as_of.toordinal(), days)
    if days.first > clock.period.last or days.last < clock.period.first:
        message = f"the period {days} lies outside that of {pack.id} ({clock.period})"
        raise ValueError(message)
    if clock.as_of < days.first:
        message = f"as_of {as_of.isoformat()} lies before the period {days}"
        raise ValueError(message)
    return clock


def _typed(dictionary: Dictionary, facts: Mapping[str, Any], organisations: int) -> dict[str, Column | Table]:
    """Return the facts as columns and tables; raise ValueError with all that do not fit."""
    typed: dict[str, Column | Table] = {}
    wrong: list[str] = []
    for name, given in facts.items():
        try:
            typed[name] = _fact(dictionary, name, given, organisations)
        except ValueError as fault:
            wrong.append(str(fault))
    if wrong:
        raise ValueError("\n".join(wrong))
    return typed


def _fact(dictionary: Dictionary, name: str, given: Any, organisations: int) -> Column | Table:
    spec = dictionary.facts.get(name)
    if isinstance(given, Table):
        if spec is None or not spec.records:
            message = f"there is no register or events fact {name!r}"
            raise ValueError(message)
        unknown = [field for field in given.columns if field not in spec.fields]
        sizes = {len(column) for column in given.columns.values()} | {len(given.owner)}
        if unknown or len(sizes) > 1 or len(given.given) != organisations:
            message = f"{name}: the table does not fit" + (f", there is no field {unknown[0]!r}" if unknown else "")
            raise ValueError(message)
        return given
    plain = dictionary.here(name)
    if plain is None:
        message = f"there is no plain fact {name!r}: {_near(name, tuple(dictionary.facts))}"
        raise ValueError(message)
    column = from_array(plain, given, name)
    if len(column) != organisations:
        message = f"{name}: {len(column)} values for {organisations} organisations"
        raise ValueError(message)
    return column


def _near(name: str, known: tuple[str, ...]) -> str:
    found = suggestion(name, known)
    return "" if found is None else found.en
