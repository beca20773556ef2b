"""Means, shares, quantiles and quotas: sound for every completion, and as tight as trying all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore.results import Contribution, Counted, Gate, Interval
from safescore.rollup.members import ABSENT_SCORE
from safescore.rollup.pooled import mean, meeting, pooled, share, worst
from safescore.rollup.quantiles import answer, quantile, reach, reached

TENTHS = st.integers(0, 10).map(lambda number: Fraction(number, 10))
Known = tuple[Fraction | None, ...]
"""One completion: the score of every member, or that it has none."""


@st.composite
def contributions(draw: st.DrawFn) -> Contribution:
    """A score or credit: exact, an interval, perhaps none, surely none, or that of an absent member."""
    kind = draw(st.sampled_from(("exact", "open", "loose", "never", "absent")))
    if kind == "never":
        return Contribution(low=None, high=None, out=True)
    if kind == "absent":
        return ABSENT_SCORE
    low, high = sorted((draw(TENTHS), draw(TENTHS)))
    return Contribution(low=low, high=low if kind == "exact" else high, out=kind == "loose")


def completions(parts: Sequence[Contribution]) -> Iterator[Known]:
    """Yield what the members may come to: the ends of each, and none where that may be."""
    return product(*(_ends(one) for one in parts))


def _ends(one: Contribution) -> tuple[Fraction | None, ...]:
    if one.low is None or one.high is None:
        return (None,)
    return tuple(dict.fromkeys((one.low, one.high))) + ((None,) if one.out else ())


def _mean(known: Known) -> Fraction | None:
    scores = [one for one in known if one is not None]
    return sum(scores, Fraction(0)) / len(scores) if scores else None


def _worst(known: Known) -> Fraction | None:
    return min((one for one in known if one is not None), default=None)


def _meeting(known: Known) -> Fraction | None:
    scores = [one for one in known if one is not None]
    return Fraction(sum(one == 1 for one in scores), len(scores)) if scores else None


def _quantile(part: Fraction) -> Callable[[Known], Fraction | None]:
    def found(known: Known) -> Fraction | None:
        scores = [one for one in known if one is not None]
        marks = (mark for mark in scores if Fraction(sum(one >= mark for one in scores), len(scores)) >= part)
        return max(marks, default=None)

    return found


FOUR_FIFTHS = Fraction(4, 5)
FIGURES = {
    "mean": (mean, _mean),
    "worst": (worst, _worst),
    "meeting": (meeting, _meeting),
    "quantile": (lambda parts: quantile(list(parts), FOUR_FIFTHS), _quantile(FOUR_FIFTHS)),
}


@pytest.mark.parametrize("figure", FIGURES)
@settings(max_examples=40)
@given(st.lists(contributions(), max_size=4))
def test_every_completion_lies_in_the_interval_and_reaches_its_ends(figure: str, parts: list[Contribution]) -> None:
    """The interval is that of trying all: sound, and no wider than need be."""
    compute, told = FIGURES[figure]
    found = compute(parts)
    values = [told(known) for known in completions(parts)]
    scored = [one for one in values if one is not None]
    if not scored:
        assert found == Interval(low=None, high=None, certain=found.certain)
        return
    assert (found.low, found.high) == (min(scored), max(scored))
    assert found.certain == (None not in values)


@pytest.mark.parametrize("figure", FIGURES)
@settings(max_examples=40)
@given(st.lists(contributions(), min_size=1, max_size=5), st.data())
def test_who_does_not_hand_in_never_narrows(figure: str, parts: list[Contribution], data: st.DataObject) -> None:
    """Silence never helps: an absent member leaves every figure at least as open as it was."""
    compute, _ = FIGURES[figure]
    place = data.draw(st.integers(0, len(parts) - 1))
    before, after = compute(parts), compute([*parts[:place], ABSENT_SCORE, *parts[place + 1 :]])
    assert after.low is not None and after.high is not None
    if before.low is not None and before.high is not None:
        assert after.low <= before.low and after.high >= before.high
        assert before.certain or not after.certain


def _spread(span: tuple[int, int | None]) -> range:
    assert span[1] is not None
    return range(span[0], span[1] + 1)


SPANS = st.tuples(st.integers(0, 3), st.integers(0, 2)).map(lambda one: (one[0], one[0] + one[1]))
COUNTED = st.builds(lambda met, unmet: Counted(met=met, unmet=unmet), SPANS, SPANS)


@settings(max_examples=40)
@given(st.lists(COUNTED, max_size=3))
def test_a_pooled_share_is_that_of_trying_all(parts: list[Counted]) -> None:
    """Numerators and denominators are summed over the members, the share lies between its extremes."""
    ways = (product(_spread(one.met), _spread(one.unmet)) for one in parts)
    shares = set()
    for way in product(*ways):
        met, whole = sum(one for one, _ in way), sum(one + other for one, other in way)
        shares.add(Fraction(met, whole) if whole else None)
    found = share(pooled(parts))
    scored = [one for one in shares if one is not None]
    assert (found.low, found.high) == ((min(scored), max(scored)) if scored else (None, None))
    assert not scored or found.certain == (None not in shares)


@settings(max_examples=40)
@given(st.lists(COUNTED, max_size=4), COUNTED, st.integers(0, 50), st.integers(0, 50))
def test_an_absent_member_may_count_anything(parts: list[Counted], last: Counted, met: int, unmet: int) -> None:
    """Whatever the absent one would have said, the share lies in the interval without it."""
    absent = Counted(met=(0, None), unmet=(0, None))
    before, after = share(pooled([*parts, last])), share(pooled([*parts, absent]))
    told = share(pooled([*parts, Counted(met=(met, met), unmet=(unmet, unmet))]))
    for one in (before, told):
        if one.low is not None and one.high is not None:
            assert after.low is not None and after.high is not None
            assert after.low <= one.low <= one.high <= after.high


@settings(max_examples=40)
@given(st.lists(contributions(), max_size=4), TENTHS, st.integers(1, 10).map(lambda one: Fraction(one, 10)))
def test_a_quota_answers_for_every_completion(parts: list[Contribution], mark: Fraction, least: Fraction) -> None:
    """Met is met and failed is failed whatever is missing; what is neither is undecided, and nobody decides nothing."""
    found = answer(reached(one for part in parts if (one := reach(part, mark)) is not None), least)
    answers: set[bool | None] = set()
    for known in completions(parts):
        scores = [one for one in known if one is not None]
        if scores:
            answers.add(Fraction(sum(one >= mark for one in scores), len(scores)) >= least)
        else:
            answers.add(None)
    told = {True: Gate.MET, False: Gate.FAILED}
    only = answers - {None}
    if only == {False}:
        assert found is Gate.FAILED
    else:
        assert found is (told[True] if answers == {True} else Gate.UNDECIDED)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param(["3/4"] * 8 + ["1/2"] * 2, Gate.MET, id="eight of ten is exactly 80 %"),
        pytest.param(["3/4"] * 7 + ["1/2"] * 3, Gate.FAILED, id="one short of it"),
        pytest.param(["3/4"] * 7 + ["1/2"] * 2 + [None], Gate.UNDECIDED, id="the absent one decides"),
        pytest.param(["3/4"] * 7 + ["7499/10000"] * 3, Gate.FAILED, id="74.99 does not round up to 75"),
        pytest.param([], Gate.UNDECIDED, id="nobody"),
    ],
)
def test_eighty_percent_at_level_two(scores: list[str | None], expected: Gate) -> None:
    """The group rule of standardisation: 80 % of the member firms at 75 points or better."""
    parts = [
        ABSENT_SCORE if one is None else Contribution(low=Fraction(one), high=Fraction(one), out=False)
        for one in scores
    ]
    found = reached(one for part in parts if (one := reach(part, Fraction(3, 4))) is not None)
    assert answer(found, Fraction(4, 5)) is expected


def test_a_share_without_bound_is_open() -> None:
    """One register without end leaves the pooled share open, and its sure part is still told."""
    open_ = Counted(met=(3, None), unmet=(1, None))
    assert share(open_) == Interval(low=Fraction(0), high=Fraction(1))
    assert share(Counted(met=(3, 3), unmet=(1, None))) == Interval(low=Fraction(0), high=Fraction(3, 4))
    assert share(Counted(met=(3, None), unmet=(1, 1))) == Interval(low=Fraction(3, 4), high=Fraction(1))


def test_nothing_of_nothing_has_no_share() -> None:
    """0 of 0 is no 100 %."""
    assert share(pooled([])) == Interval(low=None, high=None)
    assert mean([]) == Interval(low=None, high=None)
    assert worst([]) == Interval(low=None, high=None)
