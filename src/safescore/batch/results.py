"""What rules come to, each different result once: a short table, and a code of it for every organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from safescore.batch.columns import Arrays
from safescore.batch.data import Array
from safescore.scoring import credit_bounds
from safescore.standing import NOT_APPLICABLE, Standing, Verdict

OPS = Arrays()
_SPREAD = (np.arange(1, 65, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)


class Told(NamedTuple):
    """What is told of a rule: of every organisation, or of every different result.

    Gap and due day are 0 where the rule does not apply.
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

    def of(self, codes: Array) -> Told:
        """Return the results that codes stand for."""
        return Told(*(one[codes] for one in self))

    def credit(self, side: int) -> Array:
        """Return the least credit (0) or the greatest (1), for display."""
        return self.high_have / self.high_need if side else self.low_have / self.low_need


def told(standing: Standing[Array], found: Verdict[Array]) -> Told:
    """Return what is told of a standing and its verdict."""
    low, high = credit_bounds(found, OPS)
    asked = found.outcome != NOT_APPLICABLE
    gap = (standing.best.short, standing.worst.short, standing.next_due)
    flags = (found.to_date, found.out, found.never)
    return Told(found.outcome, *flags, *low, *high, *(OPS.where(asked, one, 0) for one in gap))


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


class Results:
    """The different results of a rule so far; more may come, none changes its code."""

    def __init__(self) -> None:
        self._rows = np.zeros((len(Told._fields), 0), dtype=np.int64)

    def __len__(self) -> int:
        return self._rows.shape[1]

    def codes(self, rows: Array) -> Array:
        """Return the codes of different results, taking in those that are new; one thread at a time."""
        known = len(self)
        every, which = distinct(np.hstack((self._rows, rows)))
        code = np.full(every.shape[1], -1)
        code[which[:known]] = np.arange(known)
        new = np.flatnonzero(code < 0)
        code[new] = known + np.arange(len(new))
        self._rows = np.hstack((self._rows, every[:, new]))
        return code[which[known:]]

    def told(self) -> Told:
        """Return all results so far."""
        return Told(*self._rows)
