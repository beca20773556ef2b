"""Figures of many organisations held against each other: what is a contradiction is said where one is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from safescore.batch.columns import ColumnBackend
from safescore.batch.data import Array, Column, Dated, Table
from safescore.batch.registers import Fault
from safescore.dictionary import Dictionary
from safescore.facts.consistency import MEND, PART, beyond, beyond_whole, outside, outside_register, wholes_above
from safescore.measures.quantities import allowed, quantity
from safescore.period import Clock
from safescore.standing import Span


def contradictions(
    facts: Mapping[str, Column | Table], rows: int, dictionary: Dictionary, clock: Clock, asked: Iterable[str]
) -> Iterator[Fault]:
    """Yield the organisations of which a figure lies outside its register, or a part is greater than its whole."""
    backend = ColumnBackend(facts, rows, dictionary, clock)
    for name in dict.fromkeys((*facts, *asked)):
        spec = dictionary.facts.get(name)
        if spec is None or spec.type != "count" or spec.profile:
            continue
        if name not in facts and name not in dictionary.derivations:
            continue
        yield from _of(name, facts, backend, dictionary, clock)


def _of(
    name: str, facts: Mapping[str, Column | Table], backend: ColumnBackend, dictionary: Dictionary, clock: Clock
) -> Iterator[Fault]:
    column = facts.get(name)
    derived = name in dictionary.derivations
    series = column.dated if isinstance(column, Column) else None
    found = np.zeros(backend.size, dtype=bool)
    if derived and isinstance(column, Column):
        answered, direct = backend.figure(name, None)
        span = allowed(name, backend)
        found = (answered > 0) & _at_cut(series, backend.size, clock.cut) & outside(direct, span)
        for row in np.flatnonzero(found).tolist():
            bounds = Span(int(span.low[row]), int(span.high[row]))
            hint = MEND.filled(at=dictionary.derivations[name].register)
            yield row, "", outside_register(name, int(direct.low[row]), bounds, dictionary), hint
    for whole in wholes_above(name, dictionary):
        if not _may_be(column, facts.get(whole), plain=not derived and whole not in dictionary.derivations):
            continue
        for wrong, part, total in _beyond(name, whole, series, backend):
            for row in np.flatnonzero(wrong & ~found).tolist():
                problem = beyond_whole(name, whole, int(part[row]), int(total[row]), dictionary)
                yield row, "", problem, PART.filled(at=whole)


def _may_be(part: Column | Table | None, whole: Column | Table | None, *, plain: bool) -> bool:
    """Tell whether a part may be greater than its whole anywhere; a quick look at figures without records or days."""
    if not plain:
        return True
    if not isinstance(part, Column) or not isinstance(whole, Column):
        return False
    if part.dated is not None or whole.dated is not None:
        return True
    return bool(np.any(part.values > whole.values))


def _beyond(
    name: str, whole: str, series: Dated | None, backend: ColumnBackend
) -> Iterator[tuple[Array, Array, Array]]:
    """Yield where a part is greater than its whole, on the day of the cut and on each day that has a figure."""
    dictionary = backend.dictionary
    answered, stated = backend.figure(name, None)[0] > 0, backend.figure(whole, None)[0] > 0
    asked = answered | (name in dictionary.derivations)
    if whole in dictionary.derivations:
        asked = asked & answered
    shown = ~stated if whole in dictionary.derivations else np.zeros(backend.size, dtype=bool)
    plain = asked & ~series.given if series is not None else asked
    if plain.any():
        part, total = quantity(name, backend), quantity(whole, backend)
        yield plain & beyond(part, total), part.low, total.high
    for day in np.unique(series.day).tolist() if series is not None else ():
        there = np.zeros(backend.size, dtype=bool)
        assert series is not None
        there[series.owner[series.day == day]] = True
        if day != backend.clock.cut:
            there &= ~shown
        part, total = quantity(name, backend, day), quantity(whole, backend, day)
        yield asked & there & beyond(part, total), part.low, total.high


def _at_cut(series: Dated | None, rows: int, cut: int) -> Array:
    """Return where a figure is of the day of the cut: it has no date, or that is its last."""
    found = np.ones(rows, dtype=bool)
    if series is not None:
        last = np.zeros(rows, dtype=np.int64)
        np.maximum.at(last, series.owner, series.day)
        found = ~series.given | (last == cut)
    return found

