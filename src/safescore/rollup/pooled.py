"""What many results come to together: pooled counts, means, the worst; each an interval over all that is missing."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from safescore.results import Contribution, Counted, Interval
from safescore.scoring import Weighted, interval

ZERO, ONE = Fraction(0), Fraction(1)
NOTHING = Counted(met=(0, 0), unmet=(0, 0))


def pooled(parts: Iterable[Counted]) -> Counted:
    """Return the items of several findings together."""
    every = tuple(parts)
    return Counted(met=_total([one.met for one in every]), unmet=_total([one.unmet for one in every]))


def share(counted: Counted) -> Interval:
    """Return the share of the items that are met: the least and the greatest over all completions.

    Without an item there is no share; it is certain where every completion has one.
    """
    met, unmet = counted.met, counted.unmet
    certain = met[0] + unmet[0] > 0
    if met[1] == 0 and unmet[1] == 0:
        return Interval(low=None, high=None)
    return Interval(low=_least(met, unmet), high=ONE - _least(unmet, met), certain=certain)


def mean(parts: Iterable[Contribution]) -> Interval:
    """Return the mean of scores or credits of equal weight; who has none is left out of it."""
    return weighted((1, one) for one in parts)


def weighted(parts: Iterable[Weighted]) -> Interval:
    """Return the weighted mean of scores or credits; the many that are alike are taken together."""
    alike: dict[tuple[int, ...], list[Any]] = {}
    for weight, one in parts:
        low, high = one.low, one.high
        if low is None or high is None:
            continue
        key = (low.numerator, low.denominator, high.numerator, high.denominator, one.out)
        found = alike.get(key)
        if found is None:
            alike[key] = [weight, one]
        else:
            found[0] += weight
    return interval((weight, one) for weight, one in alike.values())


def meeting(parts: Iterable[Contribution]) -> Interval:
    """Return the share of members that meet a duty in full, of those that it is asked of."""
    return mean(
        one
        if one.low is None or one.high is None
        else Contribution(low=Fraction(int(one.low)), high=Fraction(int(one.high)), out=one.out)
        for one in parts
    )


def worst(parts: Iterable[Contribution]) -> Interval:
    """Return the score or credit of the worst member: of those that may have none, only the least can count."""
    asked = [one for one in parts if one.low is not None and one.high is not None]
    lows = [one.low for one in asked if one.low is not None]
    if not lows:
        return Interval(low=None, high=None)
    sure = [one.high for one in asked if not one.out and one.high is not None]
    loose = [one.high for one in asked if one.out and one.high is not None]
    return Interval(low=min(lows), high=min(sure) if sure else max(loose), certain=bool(sure))


def _total(spans: list[tuple[int, int | None]]) -> tuple[int, int | None]:
    highs = [high for _, high in spans]
    return sum(low for low, _ in spans), None if None in highs else sum(high for high in highs if high is not None)


def _least(part: tuple[int, int | None], rest: tuple[int, int | None]) -> Fraction:
    """Return the least share that a part can have beside the rest, of which one may have items."""
    if rest[1] is None:
        return ZERO
    if part[0] + rest[1] == 0:
        return ONE
    return Fraction(part[0], part[0] + rest[1])
