"""The bounds of the score of many organisations: ``scoring.interval`` over arrays, of floats or of exact fractions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from attrs import field

from safescore.batch.data import Array
from safescore.batch.results import Told
from safescore.frozen import frozen


@frozen(eq=False, kw_only=True)
class Scores:
    """The least and the greatest score, from 0 to 1, of every organisation.

    ``scored`` says where there is any score, and so a number in *low* and *high*; ``certain`` where every completion of
    the missing facts has one.
    """

    low: Array
    high: Array
    scored: Array
    certain: Array


def intervals(low: Array, high: Array, out: Array, never: Array, weights: Array) -> Scores:
    """Return the least and the greatest weighted mean over all choices of every contribution.

    The arrays have a row a rule and a column an organisation. A finding that may leave the sums is taken in only where
    that lowers the least, or raises the greatest mean.
    """
    weights = np.asarray(weights).reshape(-1, 1)
    fixed, loose = ~(out | never), out & ~never
    weight = (fixed * weights).sum(axis=0)
    some = loose.any(axis=0)
    return Scores(
        low=_extreme(low, fixed, loose, weights, 1),
        high=_extreme(high, fixed, loose, weights, -1),
        scored=(weight > 0) | some,
        certain=(weight > 0) | ~some,
    )


def _extreme(credit: Array, fixed: Array, loose: Array, weights: Array, sign: int) -> Array:
    weight = (fixed * weights).sum(axis=0)
    total = np.where(fixed, credit * weights, 0).sum(axis=0)
    rule, place = np.nonzero(loose)
    return taken_in(place, credit[rule, place], weights[rule, 0], weight, total, sign)


def taken_in(place: Array, credit: Array, weights: Array, weight: Array, total: Array, sign: int) -> Array:
    """Return the extreme mean at every place where some findings are free to be in it: the least, with -1 the greatest.

    Of these there are the place, the credit and the weight. Those beyond the mean are taken in; that moves the mean,
    and leaves fewer beyond it, until the same ones stay. Where nothing is sure to be in the sums, the extreme credit
    is the mean.
    """
    credit, total = credit * sign, total * sign
    least = least_of(place, credit, len(weight))
    mean = np.where((weight == 0) & (least < np.inf), least, total / np.maximum(weight, 1))
    inside = credit < mean[place]
    while True:
        taken = weights * inside
        heavier = weight + grouped(place, taken, len(mean))
        more = total + grouped(place, taken * credit, len(mean))
        mean = np.where(weight > 0, more / np.maximum(heavier, 1), mean)
        still = inside & (credit < mean[place])
        if (still == inside).all():
            return mean * sign
        inside = still


def grouped(place: Array, amounts: Array, places: int) -> Array:
    """Return the sum of the amounts at each of so many places."""
    total = np.zeros(places, dtype=amounts.dtype)
    np.add.at(total, place, amounts)
    return total


def least_of(place: Array, amounts: Array, places: int) -> Array:
    """Return the least of the amounts at each of so many places; infinity where there are none."""
    least = np.full(places, np.inf, dtype=amounts.dtype)
    np.minimum.at(least, place, amounts)
    return least


LEAST_PLACES = 30
"""The binary places that a sum in fixed point must have after its point."""


PAIR = np.dtype((np.int64, 2))
"""What a finding adds to the score: two numbers."""


class Packing(NamedTuple):
    """How a whole number holds a sum: how many findings there are, in the lowest bits, then credit, then weight."""

    count_bits: int
    count_mask: int
    credit_bits: int
    credit_mask: int
    unit: float
    """What the lowest bit of the credit is worth."""


class Mean(NamedTuple):
    """The findings counted on one side, the weight and the weighted credit in its sums, and what these come to."""

    counted: Array
    weight: Array
    points: Array
    mean: Array


class Open(NamedTuple):
    """Whether there is any score, and for every completion of the missing facts, and what may leave or enter the sums.

    That is only what lies between, or all where a side has nothing in its sums.
    """

    scored: Array
    certain: Array
    between: Array
    all_: Array


def unpacked(sums: Array, packing: Packing) -> Mean:
    """Return what a packed number holds, or every one of an array."""
    inside = sums >> packing.count_bits
    weight = inside >> packing.credit_bits
    points = (inside & packing.credit_mask) * packing.unit
    return Mean(sums & packing.count_mask, weight, points, points / np.maximum(weight, 1))


def opened(least: Mean, greatest: Mean) -> Open:
    """Return what is open with these sums of one organisation, or of all."""
    between = greatest.counted > least.counted
    empty = (least.weight == 0) | (greatest.weight == 0)
    scored = (least.weight > 0) | (greatest.weight > 0) | between
    certain = (least.counted > 0) | np.logical_not(scored)
    return Open(scored, certain, between & np.logical_not(empty), scored & empty)


@frozen(eq=False)
class Sums:
    """Weights and credits of many rules, added up as two whole numbers an organisation.

    A finding that may leave the sums, but lowers the least mean whatever the others are (its credit is 0), is as
    good as in them, and so is one of full credit at the greatest. The first number holds the weight and the weighted
    credit at the least, and how many findings are surely in the sums; the second the same at the greatest, and how many
    more there are with those that are left to decide: their credit lies between. Of what is settled both are the same.
    Credits are in fixed point, so that no order of adding matters.
    """

    weights: tuple[int, ...]
    wide: int = field(init=False)
    """How many bits the sum of the weights takes."""
    many: int = field(init=False)
    """How many bits the number of rules takes."""
    places: int = field(init=False)
    """How many binary places there are after the point; with too few, nothing is to be added up."""
    packing: Packing = field(init=False)

    @wide.default
    def _wide(self) -> int:
        return sum(self.weights).bit_length()

    @many.default
    def _many(self) -> int:
        return len(self.weights).bit_length()

    @places.default
    def _places(self) -> int:
        return 63 - 2 * self.wide - self.many

    @packing.default
    def _packing(self) -> Packing:
        credit_bits = max(0, self.wide + self.places)
        return Packing(self.many, (1 << self.many) - 1, credit_bits, (1 << credit_bits) - 1, 2.0**-self.places)

    def parts(self, found: Told, weight: int) -> Array:
        """Return what every result of a rule of this weight adds, a row a result."""
        if self.places < LEAST_PLACES:
            return np.zeros((len(found.outcome), 2), dtype=np.int64)
        sure, free = surely(found), Free.of(found)
        parts = np.empty((len(found.outcome), 2), dtype=np.int64)
        for side, counted in enumerate((sure, sure | free.between)):
            credit = found.credit(side)
            taken = sure | (loosely(found) & (credit == side))
            points = np.rint(credit * weight * 2.0**self.places).astype(np.int64)
            inside = (taken.astype(np.int64) * weight << (self.wide + self.places)) + np.where(taken, points, 0)
            parts[:, side] = (inside << self.many) + counted
        return parts

    def bounds(self, sums: Array, free: Callable[[Array, bool], Freed]) -> Scores:
        """Return the bounds of the score of every organisation.

        *free* returns, for the places of some organisations, what may leave their sums: only what lies between, or all.
        """
        sides = [unpacked(sums[:, side], self.packing) for side in (0, 1)]
        state = opened(*sides)
        for places, all_ in ((state.between, False), (state.all_, True)):
            open_ = np.flatnonzero(places)
            if not len(open_):
                continue
            found = free(open_, all_)
            for side, (sign, one) in enumerate(zip((1, -1), sides, strict=True)):
                of = found.on(side)
                one.mean[open_] = taken_in(*of, one.weight[open_], one.points[open_], sign)
        return Scores(low=sides[0].mean, high=sides[1].mean, scored=state.scored, certain=state.certain)


class Freed(NamedTuple):
    """Findings that the sums may take in: place, weight, and the least and the greatest credit, or none."""

    place: Array
    weight: Array
    credits: Array

    def on(self, side: int) -> tuple[Array, Array, Array]:
        """Return the place, the credit and the weight of those that have a credit on one side."""
        credit = self.credits[:, side]
        loose = ~np.isnan(credit)
        return self.place[loose], credit[loose], self.weight[loose]

    @classmethod
    def joined(cls, parts: Sequence[Freed]) -> Freed:
        """Return the findings of several rules."""
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, np.zeros((0, 2)))
        return cls._make(map(np.concatenate, zip(*parts, strict=True)))


@frozen(eq=False)
class Free:
    """The least and the greatest credit of results that the sums may take in or not; others have none.

    Those *between* may or may not be worth it, whatever is surely in the sums.
    """

    credits: Array
    between: Array

    @classmethod
    def of(cls, found: Told) -> Free:
        """Return those of every result of a rule."""
        low, high = (
            np.where(loosely(found) & (credit != side), credit, np.nan)
            for side, credit in enumerate((found.credit(0), found.credit(1)))
        )
        return cls(np.stack((low, high), axis=1), (low < 1) | (high > 0))


def surely(found: Told) -> Array:
    """Return which results are surely in the sums."""
    return (found.out == 0) & (found.never == 0)


def loosely(found: Told) -> Array:
    """Return which results are in the sums for some completion of the missing facts, and out of them for others."""
    return (found.out != 0) & (found.never == 0)
