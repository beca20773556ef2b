"""Quantiles over members, and quotas: whether a share of the members reaches a mark, for every completion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from safescore.frozen import frozen
from safescore.results import Contribution, Gate, Interval


@frozen(kw_only=True)
class Reach:
    """Whether a member reaches a mark: surely, possibly; ``out`` where it may not count, for it may have no score."""

    surely: bool
    possibly: bool
    out: bool


@frozen(kw_only=True)
class Reached:
    """How many members reach a mark, of how many: surely those who do, possibly, and the least and greatest share."""

    surely: int
    possibly: int
    members: int
    share: Interval


def reached(members: Iterable[Reach]) -> Reached:
    """Return the share of members that reach a mark.

    The least is that of the completion in which whoever may not count stays only where that lowers the share.
    """
    every = tuple(members)
    sure = [one for one in every if not one.out]
    yes = sum(one.surely for one in sure)
    no = sum(not one.surely for one in every)
    may, not_possibly = sum(one.possibly for one in every), sum(not one.possibly for one in sure)
    low = Fraction(yes, yes + no) if yes + no else Fraction(1)
    high = Fraction(may, may + not_possibly) if may + not_possibly else Fraction(0)
    return Reached(
        surely=sum(one.surely for one in every),
        possibly=may,
        members=len(every),
        share=Interval(low=low, high=high, certain=bool(sure)) if every else Interval(low=None, high=None),
    )


def answer(found: Reached, least: Fraction) -> Gate:
    """Return whether a share of the members is reached, for every completion; without members nothing is decided."""
    if found.share.low is None or found.share.high is None:
        return Gate.UNDECIDED
    if found.share.high < least:
        return Gate.FAILED
    return Gate.MET if found.share.low >= least and found.share.certain else Gate.UNDECIDED


def reach(one: Contribution, least: Fraction) -> Reach | None:
    """Return whether a score or credit reaches a mark; None where there is none to compare."""
    if one.low is None or one.high is None:
        return None
    return Reach(surely=one.low >= least, possibly=one.high >= least, out=one.out)


def quantile(parts: Sequence[Contribution], part: Fraction) -> Interval:
    """Return the greatest mark that at least a part of the members reaches, as an interval."""
    asked = [one for one in parts if one.low is not None and one.high is not None]
    if not asked:
        return Interval(low=None, high=None)
    lows = sorted({one.low for one in asked if one.low is not None})
    highs = sorted({one.high for one in asked if one.high is not None})
    low = max(mark for mark in lows if _share(asked, mark).low >= part)  # type: ignore[operator]
    high = max(mark for mark in highs if _share(asked, mark).high >= part)  # type: ignore[operator]
    return Interval(low=low, high=high, certain=any(not one.out for one in asked))


def _share(asked: Sequence[Contribution], mark: Fraction) -> Interval:
    return reached(found for one in asked if (found := reach(one, mark)) is not None).share
