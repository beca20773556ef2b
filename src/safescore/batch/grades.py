"""The grades of many organisations: those of one, decided exactly wherever a float could be wrong."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from safescore.batch.data import Array
from safescore.batch.outcomes import Outcomes
from safescore.model import Grades
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
    for row in np.flatnonzero(near & found.score.scored).tolist():
        exact = found.interval(row)
        one = exact.low if low else exact.high
        places[row] = grades.place(one if one is not None else Fraction(0), capped=bool(capped[row]))
    return places


def counts_of(found: Outcomes) -> dict[str, Array]:
    """Return how many rules have each outcome, by organisation."""
    return {
        outcome.value: np.count_nonzero(found.outcome == code, axis=1).astype(np.int32)
        for code, outcome in enumerate(OUTCOMES)
    }
