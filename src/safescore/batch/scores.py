"""The bounds of the score of many organisations: ``scoring.interval`` over arrays, of floats or of exact fractions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from safescore.batch.data import Array
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


def joined(parts: Sequence[Scores]) -> Scores:
    """Return the scores of several groups of organisations, one after the other."""
    return Scores(
        low=np.concatenate([one.low for one in parts]),
        high=np.concatenate([one.high for one in parts]),
        scored=np.concatenate([one.scored for one in parts]),
        certain=np.concatenate([one.certain for one in parts]),
    )


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
    mean = np.where(weight > 0, total / np.maximum(weight, 1), 0)
    rules, places = np.flatnonzero(loose.any(axis=1)), np.flatnonzero(loose.any(axis=0))
    if not len(places):
        return mean
    block = np.ix_(rules, places)
    mean[places] = _taken_in(credit[block], loose[block], weights[rules], weight[places], total[places], sign)
    return mean


def _taken_in(credit: Array, loose: Array, weights: Array, weight: Array, total: Array, sign: int) -> Array:
    """Return the extreme mean where some findings are free to be in it.

    Those beyond the mean are taken in; that moves the mean, and leaves fewer beyond it, until the same ones stay. Where
    nothing is sure to be in the sums, the extreme credit is the mean.
    """
    alone = sign * np.where(loose, sign * credit, 2).min(axis=0)
    empty = weight == 0
    mean = np.where(empty, alone, total / np.maximum(weight, 1))
    inside = loose & ~empty & (sign * credit < sign * mean)
    while True:
        more = np.where(inside, weights, 0)
        reached = (total + (more * credit).sum(axis=0)) / np.maximum(weight + more.sum(axis=0), 1)
        mean = np.where(empty, alone, reached)
        still = inside & (sign * credit < sign * mean)
        if (still == inside).all():
            return mean
        inside = still
