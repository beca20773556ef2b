"""What rules come to, each different result once: a short table, and a code of it for every organisation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from safescore.batch.columns import Arrays
from safescore.batch.data import Array
from safescore.results import Contribution
from safescore.scoring import credit_bounds
from safescore.standing import NOT_APPLICABLE, OUTCOMES, UNKNOWN, Standing, Verdict

OPS = Arrays()
_SPREAD = (np.arange(1, 65, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)


class Told(NamedTuple):
    """What is told of a rule: of every organisation, or of every different result.

    Gap and due day are 0 where the rule does not apply, and of a fault (answers that contradict each other) nothing
    else is told.
    """

    outcome: Array
    to_date: Array
    out: Array
    never: Array
    low_have: Array
    low_need: Array
    high_have: Array
    high_need: Array
    least: Array
    most: Array
    next_due: Array
    fault: Array

    def of(self, codes: Array) -> Told:
        """Return the results that codes stand for."""
        return Told(*(one[codes] for one in self))

    def contribution(self, place: int) -> Contribution:
        """Return exactly what one of the results may add to the score."""
        if self.never[place]:
            return Contribution(low=None, high=None, out=True)
        low = Fraction(int(self.low_have[place]), int(self.low_need[place]))
        high = Fraction(int(self.high_have[place]), int(self.high_need[place]))
        return Contribution(low=low, high=high, out=bool(self.out[place]))

    def credit(self, side: int) -> Array:
        """Return the least credit (0) or the greatest (1), for display."""
        return self.high_have / self.high_need if side else self.low_have / self.low_need


def told(standing: Standing[Array], found: Verdict[Array], fault: Any) -> Told:
    """Return what is told of a standing and its verdict, where there is no *fault*."""
    low, high = credit_bounds(found, OPS)
    fine = OPS.no(fault)
    asked = (found.outcome != NOT_APPLICABLE) & fine
    inside = OPS.no(found.never) & fine
    flags = (found.to_date & fine, found.out & fine, found.never | fault)
    bounds = (OPS.where(inside, one, empty) for one, empty in zip((*low, *high), (0, 1, 0, 1), strict=True))
    gap = (OPS.where(asked, one, 0) for one in (standing.best.short, standing.worst.short, standing.next_due))
    return Told._make((OPS.where(fine, found.outcome, UNKNOWN), *flags, *bounds, *gap, fault))


def stacked(parts: Sequence[Any], rows: int) -> Array:
    """Return quantities as int64 columns of one array; a single one holds for all rows."""
    found = np.empty((len(parts), rows), dtype=np.int64)
    for place, one in enumerate(parts):
        found[place] = one
    return found


def distinct(columns: Array) -> tuple[Array, Array]:
    """Return the different rows among *columns* (a row a place), and which of them each one is."""
    mixed = np.zeros(columns.shape[1], dtype=np.uint64)
    for one, factor in zip(columns.view(np.uint64), _SPREAD, strict=False):
        mixed += one * factor
        mixed ^= mixed >> np.uint64(29)
        mixed *= factor
    _, first, which = np.unique(mixed, return_index=True, return_inverse=True)
    kept = columns[:, first]
    if not np.array_equal(kept[:, which], columns):  # two that differ were mixed to the same number
        kept, which = np.unique(columns, axis=1, return_inverse=True)
    return kept, which.reshape(-1)


SHORT = 13
"""A short code holds the outcome above so many bits, and below them which of the results of that outcome it is."""


class Results:
    """The different results of a rule so far, in the order in which they came; more may come.

    A code is a short one (uint16), as long as there are few enough results, else the place of the result (uint32). The
    codes that were given hold good.
    """

    def __init__(self) -> None:
        self._rows = np.zeros((len(Told._fields), 0), dtype=np.int64)
        self._short = np.zeros(0, dtype=np.int64)
        self._places = np.zeros(0, dtype=np.int32)
        self._contributions: dict[int, Contribution] = {}
        self.count = 0

    def codes(self, rows: Array) -> Array:
        """Return the codes of different results, taking in those that are new; one thread at a time."""
        known = self.count
        if not known:
            self._take(rows)
            return self._coded(np.arange(rows.shape[1]))
        every, which = distinct(np.hstack((self._rows, rows)))
        place = np.full(every.shape[1], -1)
        place[which[:known]] = np.arange(known)
        new = np.flatnonzero(place < 0)
        if len(new):
            place[new] = known + np.arange(len(new))
            self._take(every[:, new])
        return self._coded(place[which[known:]])

    def _coded(self, places: Array) -> Array:
        short = self._short[places]
        return short.astype(np.uint16) if short.max(initial=0) < FULL else places.astype(np.uint32)

    def _take(self, rows: Array) -> None:
        known = self.count
        rows = np.hstack((self._rows, rows))
        short = np.hstack((self._short, np.zeros(rows.shape[1] - known, dtype=np.int64)))
        for outcome in range(len(OUTCOMES)):
            own = np.flatnonzero(rows[0] == outcome)
            within = np.arange(len(own))
            short[own] = np.where(within < 1 << SHORT, (outcome << SHORT) + within, FULL)
        places = np.zeros(FULL, dtype=np.int32)
        places[short[short < FULL]] = np.flatnonzero(short < FULL)
        self._places, self._short, self._rows, self.count = places, short, rows, rows.shape[1]

    def told(self) -> Told:
        """Return all results so far."""
        return Told(*self._rows)

    def contribution(self, place: int) -> Contribution:
        """Return exactly what a result may add to the score."""
        if place not in self._contributions:
            self._contributions[place] = self.told().contribution(place)
        return self._contributions[place]

    def short(self, place: int) -> int:
        """Return the short code of a result; one that no code equals, where it has none."""
        return int(self._short[place])

    def places(self, codes: Array) -> Array:
        """Return which of the results codes stand for."""
        return self._places[codes] if codes.dtype == np.uint16 else codes

    def by_code(self, rows: Array) -> Array:
        """Return something of every result, a row a result, in the order of the short codes."""
        some = self._short[: len(rows)] < FULL
        found = np.zeros((FULL, *rows.shape[1:]), dtype=rows.dtype)
        found[self._short[: len(rows)][some]] = rows[some]
        return found


FULL = len(OUTCOMES) << SHORT
"""What comes after the last short code."""
