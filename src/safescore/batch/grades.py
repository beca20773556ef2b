"""The grades of many organisations: those of one, decided exactly wherever a float could be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from safescore.batch.data import Array
from safescore.batch.outcomes import Outcomes
from safescore.model import Grades
from safescore.results import Contribution, Interval
from safescore.scoring import interval
from safescore.standing import NOT_SATISFIED, OUTCOMES

CLOSE = 1e-9
"""How near to a band a float decides nothing."""


def grades_of(found: Outcomes) -> tuple[Array, Array]:
    """Return the least and the greatest grade of every organisation as places among the pack's bands.

    Unknown hard duties are broken at the low end and kept at the high one. The places mean nothing where there is no
    score.
    """
    hard = np.flatnonzero(found.hard)
    surely = perhaps = np.zeros(len(found.outcome), dtype=bool)
    if len(hard):
        broken = found.outcome[:, hard] == NOT_SATISFIED
        low = found.low
        may = ~broken & ~found.never[:, hard] & (low.have[:, hard] < low.need[:, hard])
        surely, perhaps = broken.any(axis=1), may.any(axis=1)
    grades = found.grades
    least = _places(found, found.score.low, surely | perhaps, grades, low=True)
    return least, _places(found, found.score.high, surely, grades, low=False)


def _places(found: Outcomes, score: Array, capped: Array, grades: Grades, *, low: bool) -> Array:
    bands = np.array([float(band.at_least / 100) for band in grades.bands])
    near = np.zeros(len(score), dtype=bool)
    earned = np.zeros(len(score), dtype=np.int8)
    for band in bands:
        near |= np.abs(score - band) <= CLOSE
        earned += score < band
    earned = np.minimum(earned, len(bands) - 1)
    table = np.array(
        [[grades.place(band.at_least / 100, capped=cap) for cap in (False, True)] for band in grades.bands],
        dtype=np.int8,
    )
    places = table[earned, capped.astype(np.int8)]
    rows = np.flatnonzero(near & found.score.scored)
    for row, exact in zip(rows.tolist(), _intervals(found, rows), strict=True):
        one = exact.low if low else exact.high
        places[row] = grades.place(one if one is not None else Fraction(0), capped=bool(capped[row]))
    return places


def _intervals(found: Outcomes, rows: Array) -> Iterator[Interval]:
    """Yield the exact bounds of the scores of some organisations; each different result is made exact once."""
    chunks, within = np.divmod(rows, found.together)
    every: list[list[Contribution]] = [[] for _ in rows]
    for rule in range(len(found.rules)):
        codes = np.zeros(len(rows), dtype=np.int64)
        for chunk in np.unique(chunks).tolist():
            here = chunks == chunk
            codes[here] = found.results[rule].places(found.codes[chunk][rule][within[here]])
        _, first, which = np.unique(codes, return_index=True, return_inverse=True)
        each = [found.contribution(place, rule) for place in rows[first].tolist()]
        for own, place in zip(every, which.tolist(), strict=True):
            own.append(each[place])
    return (interval(zip(found.weights, own, strict=True)) for own in every)


def counts_of(found: Outcomes) -> dict[str, Array]:
    """Return how many rules have each outcome, by organisation."""
    numbers = np.zeros((len(OUTCOMES), len(found.outcome)), dtype=np.int32)
    for rule in range(len(found.rules)):
        for code, number in enumerate(numbers):
            number += found.outcome[:, rule] == code
    return {outcome.value: number for outcome, number in zip(OUTCOMES, numbers, strict=True)}
