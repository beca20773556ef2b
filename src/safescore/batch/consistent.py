"""Contradictions between the answers of many organisations: the checks of one, asked of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from safescore.batch.columns import ColumnBackend
from safescore.batch.data import Array, Column, Dated, Table
from safescore.dictionary import Dictionary
from safescore.facts.consistency import exceeds, outside, wholes
from safescore.measures.quantities import allowed, quantity

Pair = tuple[str, str]
"""A count and another that it is part of."""

Facts = Mapping[str, Column | Table]


def pairs_among(names: Iterable[str], dictionary: Dictionary) -> tuple[Pair, ...]:
    """Return the counts among these, each with those among them that it is part of."""
    counts = [name for name in names if name in dictionary.facts and dictionary.facts[name].type == "count"]
    return tuple((name, whole) for name in counts for whole in wholes(name, dictionary) if whole in counts)


def clashing(pairs: Iterable[Pair], backend: ColumnBackend) -> Array:
    """Return which organisations have a part that is greater than its whole; dated parts are not looked at."""
    found = np.zeros(backend.size, dtype=bool)
    for name, whole in pairs:
        found |= _exceeding(name, whole, backend, None) & ~_dated(backend.answers(name), backend.size)
    return found


def contradicting(facts: Facts, asked: Iterable[str], pairs: Iterable[Pair], backend: ColumnBackend) -> Array:
    """Return which organisations contradict themselves, besides these pairs of plain figures.

    Looked at are the facts given and those *asked*; *backend* has the organisations' own.
    """
    dictionary = backend.dictionary
    seen = set(pairs)
    found = np.zeros(backend.size, dtype=bool)
    for name in dict.fromkeys((*facts, *asked)):
        spec = dictionary.facts.get(name)
        if spec is None or spec.type != "count" or not _stated(name, facts, dictionary):
            continue
        above = [whole for whole in wholes(name, dictionary) if _stated(whole, facts, dictionary)]
        found |= clashing(((name, whole) for whole in above if (name, whole) not in seen), backend)
        answer = backend.answers(name)
        series = answer.dated if answer is not None else None
        if name in facts and _registered(name, facts, dictionary):
            found |= _refuted(name, series, backend)
        for day in () if series is None else np.unique(series.day).tolist():
            on_day = np.zeros(backend.size, dtype=bool)
            on_day[series.owner[series.day == day]] = True
            for whole in above:
                found |= _exceeding(name, whole, backend, day) & on_day
    return found


def has_checks(facts: Facts, asked: Iterable[str], pairs: Iterable[Pair], dictionary: Dictionary) -> bool:
    """Tell whether :func:`contradicting` has anything to look at in these facts."""
    seen = set(pairs)
    for name in dict.fromkeys((*facts, *asked)):
        spec = dictionary.facts.get(name)
        if spec is None or spec.type != "count" or not _stated(name, facts, dictionary):
            continue
        answer = facts.get(name)
        dated = isinstance(answer, Column) and answer.dated is not None
        above = [whole for whole in wholes(name, dictionary) if _stated(whole, facts, dictionary)]
        if (above and dated) or any((name, whole) not in seen for whole in above):
            return True
        if name in facts and _registered(name, facts, dictionary):
            return True
    return False


def _exceeding(name: str, whole: str, backend: ColumnBackend, day: int | None) -> Array:
    """Return where a part is greater than its whole on a day; a register tells only of the day of the cut."""
    found = exceeds(quantity(name, backend, day), quantity(whole, backend, day))
    if whole in backend.dictionary.derivations:
        found = found & (backend.figure(name, day)[0] > 0)
        if day not in (None, backend.clock.cut):
            found = found & (backend.figure(whole, day)[0] > 0)
    return found


def _refuted(name: str, series: Dated | None, backend: ColumnBackend) -> Array:
    """Return where a figure, undated or of the day of the cut, lies outside what its register allows."""
    given, direct = backend.figure(name, None)
    found = (given > 0) & outside(direct, allowed(name, backend))
    if series is None:
        return found
    last = np.full(backend.size, -1)
    np.maximum.at(last, series.owner, series.day)
    return found & (~series.given | (last == backend.clock.cut))


def _dated(column: Column | None, size: int) -> Array:
    if column is None or column.dated is None:
        return np.zeros(size, dtype=bool)
    return column.dated.given


def _registered(name: str, facts: Facts, dictionary: Dictionary) -> bool:
    derivation = dictionary.derivations.get(name)
    return derivation is not None and isinstance(facts.get(derivation.register), Table)


def _stated(name: str, facts: Facts, dictionary: Dictionary) -> bool:
    return name in facts or _registered(name, facts, dictionary)
