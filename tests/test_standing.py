"""From quantities to an outcome, over integers, held against an enumeration of completions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safescore.scoring import contribution
from safescore.standing import (
    EVERY_ONE,
    OUTCOMES,
    UNBOUNDED,
    Bar,
    Integers,
    Items,
    Outcome,
    Span,
    Standing,
    Tally,
    by_day,
    sharing,
    single,
    soonest,
    undecided,
    verdict,
)
from tests.columns import Arrays

OPS = Integers()
S, N, P, U, A = Outcome
HALF = Bar(Fraction(1, 2))
APPLIES, DOES_NOT, PERHAPS = (True, False), (False, True), (False, False)


def items(met: tuple[int, int], unmet: tuple[int, int], *, asked: int | None = None, later: int = 0) -> Items[int]:
    return Items(Span(*met), Span(*unmet), met[0] + unmet[0] if asked is None else asked, later)


def outcome(standing: Standing[int], applies: tuple[bool, bool] = APPLIES, *, hard: bool = False) -> Outcome:
    return OUTCOMES[verdict(standing, applies, OPS, hard=hard).outcome]


@pytest.mark.parametrize(
    ("bar", "whole", "need"),
    [
        pytest.param(Bar(Fraction(7, 10)), 203, 143, id="142.1 of 203 are 143"),
        pytest.param(Bar(Fraction(7, 10)), 10, 7, id="7 of 10"),
        pytest.param(Bar(Fraction(7, 10)), 0, 0, id="of none"),
        pytest.param(Bar(Fraction(1, 2), strict=True), 10, 6, id="more than half"),
        pytest.param(Bar(Fraction(1, 2), strict=True), 11, 6, id="more than half of 11"),
        pytest.param(EVERY_ONE, 3, 3, id="every one"),
        pytest.param(Bar(Fraction(0)), 5, 0, id="a share of nothing"),
    ],
)
def test_need(bar: Bar, whole: int, need: int) -> None:
    """The least whole number that reaches the share."""
    assert bar.need(whole, OPS) == need


@pytest.mark.parametrize(
    ("found", "applies", "expected"),
    [
        pytest.param(items((2, 2), (0, 0)), APPLIES, S, id="all met"),
        pytest.param(items((1, 1), (1, 1)), APPLIES, N, id="one unmet"),
        pytest.param(items((1, 1), (1, 1), later=1), APPLIES, N, id="one unmet comes before one later"),
        pytest.param(items((1, 2), (0, 1)), APPLIES, U, id="one unknown"),
        pytest.param(items((1, 2), (1, 2)), APPLIES, N, id="one unmet comes before one unknown"),
        pytest.param(items((0, 1), (0, 1), later=1), APPLIES, U, id="one unknown comes before one later"),
        pytest.param(items((0, 0), (0, 0), later=1), APPLIES, P, id="one later"),
        pytest.param(items((1, 1), (0, 0), later=1), APPLIES, S, id="one met, one later"),
        pytest.param(items((0, 0), (0, 0)), APPLIES, A, id="nothing asked"),
        pytest.param(items((0, 1), (0, 0)), APPLIES, U, id="perhaps nothing asked, else met"),
        pytest.param(items((0, 1), (0, 0), later=1), APPLIES, P, id="perhaps nothing asked, and one later"),
        pytest.param(items((0, UNBOUNDED), (0, UNBOUNDED)), APPLIES, U, id="nothing known"),
        pytest.param(items((2, 2), (0, 0)), PERHAPS, U, id="met, if it applies"),
        pytest.param(items((0, 0), (2, 2)), PERHAPS, U, id="broken, if it applies"),
        pytest.param(items((0, 0), (2, 2)), DOES_NOT, A, id="broken, and it does not apply"),
    ],
)
def test_precedence(found: Items[int], applies: tuple[bool, bool], expected: Outcome) -> None:
    """Not satisfied, unknown, pending, satisfied; what does not apply drops out."""
    assert outcome(sharing(found, EVERY_ONE, 0, OPS), applies) is expected


def test_to_date() -> None:
    """Met while something is still to come is met to date."""
    done = verdict(sharing(items((1, 1), (0, 0)), EVERY_ONE, 9, OPS), APPLIES, OPS, hard=False)
    open_ = verdict(sharing(items((1, 1), (0, 0), later=1), EVERY_ONE, 9, OPS), APPLIES, OPS, hard=False)
    assert (bool(done.to_date), bool(open_.to_date)) == (False, True)


@pytest.mark.parametrize("later", [0, 1])
@pytest.mark.parametrize(("left", "right", "found"), [(0, 0, 0), (0, 5, 5), (5, 0, 5), (5, 7, 5), (7, 5, 5), (5, 5, 5)])
def test_soonest(left: int, right: int, found: int, later: int) -> None:
    """The earlier day, where 0 is none; over arrays alike."""
    del later
    assert soonest(left, right, OPS) == found
    assert soonest(np.array([left]), np.array([right]), Arrays()).tolist() == [found]


@pytest.mark.parametrize(
    ("given_items", "next_due"),
    [
        pytest.param(items((2, 2), (0, 0)), 0, id="nothing is short: no day"),
        pytest.param(items((1, 1), (1, 1)), 9, id="one is short"),
        pytest.param(items((1, 2), (0, 1)), 9, id="one is perhaps short"),
        pytest.param(items((2, 2), (0, 0), later=1), 9, id="one is to come"),
    ],
)
def test_the_next_due_day_of_a_share(given_items: Items[int], next_due: int) -> None:
    """Of what is not met there is a due day, of what is met there is none."""
    assert sharing(given_items, EVERY_ONE, 9, OPS).next_due == next_due


STATES = ("met", "unmet", "gone")
KNOWN = [frozenset(one) for one in (("met",), ("unmet",), ("gone",))]
OPEN = [frozenset(one) for one in (("met", "unmet"), ("met", "gone"), ("unmet", "gone"), STATES)]


@pytest.mark.no_cover
@given(st.lists(st.sampled_from(KNOWN + OPEN), max_size=5), st.sampled_from((EVERY_ONE, HALF, Bar(Fraction(7, 10)))))
def test_a_share_against_every_completion(rows: list[frozenset[str]], bar: Bar) -> None:
    """Rows that are met, unmet or not asked, some open: the outcome is that of every completion."""
    sure = [row for row in rows if len(row) == 1]
    found = Items(
        met=Span(sum(row == {"met"} for row in sure), sum("met" in row for row in rows)),
        unmet=Span(sum(row == {"unmet"} for row in sure), sum("unmet" in row for row in rows)),
        asked=sum("gone" not in row for row in rows),
        later=0,
    )
    ends = set()
    for way in product(*rows):
        met, whole = way.count("met"), way.count("met") + way.count("unmet")
        need = bar.need(whole, OPS)
        ends.add(None if whole == 0 else Fraction(min(met, need), need))
    standing = sharing(found, bar, 0, OPS)
    adds = contribution(verdict(standing, APPLIES, OPS, hard=False))
    adds_up = {one for one in ends if one is not None}
    if not adds_up:
        assert outcome(standing) is A
        assert adds.never
        return
    assert adds.low is not None
    assert adds.high is not None
    assert adds.low <= min(adds_up)
    assert max(adds_up) <= adds.high
    assert adds.out or None not in ends
    told = outcome(standing)
    if told is S:
        assert ends == {Fraction(1)}
    elif told is N:
        assert None not in ends
        assert max(adds_up) < 1
    elif told is U:
        assert len(ends) > 1 or adds.low < adds.high


@pytest.mark.parametrize(
    ("standing", "closed", "expected", "low"),
    [
        pytest.param(single(1, 0), True, S, 1, id="holds on the day"),
        pytest.param(single(0, 1), True, N, 0, id="fails on the day"),
        pytest.param(single(0, 0), True, U, 0, id="unknown on the day"),
        pytest.param(single(1, 0), False, S, 1, id="holds early"),
        pytest.param(single(0, 1), False, P, None, id="fails, and there is time"),
        pytest.param(single(0, 0), False, P, 1, id="unknown, and there is time"),
        pytest.param(sharing(items((0, 0), (0, 0)), HALF, 0, OPS), False, A, None, id="nothing asked, early"),
        pytest.param(sharing(items((0, 0), (0, 5)), HALF, 0, OPS), False, P, None, id="can't have been met early"),
        pytest.param(sharing(items((0, 3), (0, 0)), HALF, 0, OPS), False, P, 1, id="perhaps nothing, else met early"),
        pytest.param(sharing(items((0, 3), (0, 3)), Bar(Fraction(0)), 0, OPS), False, P, 1, id="a share of nothing"),
    ],
)
def test_before_and_on_the_day(standing: Standing[int], closed: bool, expected: Outcome, low: int | None) -> None:
    """Before its day, short is not due; from its day on it is judged."""
    due = by_day(standing, closed, 9, OPS)
    assert (outcome(due), contribution(verdict(due, APPLIES, OPS, hard=False)).low) == (expected, low)


@pytest.mark.parametrize(
    ("hard", "low", "high"), [(False, Fraction(1, 4), Fraction(3, 4)), (True, Fraction(0), Fraction(0))]
)
def test_hard_duties(hard: bool, low: Fraction, high: Fraction) -> None:
    """A hard duty is kept or broken: no share of it counts."""
    standing = sharing(items((1, 3), (1, 3)), EVERY_ONE, 0, OPS)
    adds = contribution(verdict(standing, APPLIES, OPS, hard=hard))
    assert (adds.low, adds.high) == (low, high)


def test_a_population_without_bound() -> None:
    """Of a population that may be any number nothing is had for sure."""
    standing = sharing(items((5, 9), (0, UNBOUNDED)), EVERY_ONE, 0, OPS)
    assert (standing.worst.have, outcome(standing)) == (0, U)


def test_undecided() -> None:
    """Without its target a duty may be anything, or ask nothing."""
    adds = contribution(verdict(undecided(1), APPLIES, OPS, hard=False))
    assert outcome(undecided(1)) is U
    assert (adds.low, adds.high, adds.out) == (Fraction(0), Fraction(1), True)


def test_integers_and_arrays_agree() -> None:
    """The operations of both backends mean the same."""
    arrays = Arrays()
    for condition in (True, False):
        assert int(arrays.where(np.array([condition]), 1, 2)[0]) == OPS.where(condition, 1, 2)
        assert bool(arrays.no(np.array([condition]))[0]) == OPS.no(condition)
    assert Tally(3, 2, 1) == (3, 2, 1)
