"""Ratio: a part reaches its share of the whole, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.measures.tables import (
    NOT_APPLICABLE,
    NOT_SATISFIED,
    PENDING,
    SATISFIED,
    UNKNOWN,
    Facts,
    Judge,
    both_backends,
    credit,
    firm,
)

BASE = {"kind": "ratio", "part": "part", "whole": "total"}
SEVENTY = {**BASE, "at_least": "70%"}
ALL = {**BASE, "at_least": "100%"}
ABOVE = {**BASE, "more_than": "50%"}
AT_MOST = {"kind": "ratio", "part": "bad", "whole": "total", "at_most": "30%"}
BELOW = {"kind": "ratio", "part": "bad", "whole": "total", "less_than": "30%"}
YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "outcome", "adds"),
    [
        pytest.param(SEVENTY, {"part": 71, "total": 100}, SATISFIED, YES, id="above the target"),
        pytest.param(SEVENTY, {"part": 70, "total": 100}, SATISFIED, YES, id="exactly on it"),
        pytest.param(SEVENTY, {"part": 69, "total": 100}, NOT_SATISFIED, Fraction(69, 70), id="one short of it"),
        pytest.param(SEVENTY, {"part": 142, "total": 203}, NOT_SATISFIED, Fraction(142, 143), id="70.0 % is not 70 %"),
        pytest.param(SEVENTY, {"part": 143, "total": 203}, SATISFIED, YES, id="the least number above the share"),
        pytest.param(SEVENTY, {"part": 0, "total": 100}, NOT_SATISFIED, NO, id="none of a hundred"),
        pytest.param(SEVENTY, {"part": 0, "total": 0}, NOT_APPLICABLE, None, id="none of none is not 100 %"),
        pytest.param(SEVENTY, {"part": None, "total": 0}, NOT_APPLICABLE, None, id="a part of none is none"),
        pytest.param(SEVENTY, {"part": None, "total": 100}, UNKNOWN, OPEN, id="the part left blank"),
        pytest.param(SEVENTY, {"total": 100}, UNKNOWN, OPEN, id="the part never mentioned"),
        pytest.param(SEVENTY, {"part": 70}, UNKNOWN, OPEN, id="the whole never mentioned"),
        pytest.param(SEVENTY, {"part": 0}, UNKNOWN, (NO, NO), id="none of a whole that may be none"),
        pytest.param(SEVENTY, {}, UNKNOWN, OPEN, id="neither"),
        pytest.param(SEVENTY, {"part": "none", "total": 100}, NOT_SATISFIED, NO, id="none is zero"),
        pytest.param(ALL, {"part": 1, "total": 1}, SATISFIED, YES, id="the only one"),
        pytest.param(ALL, {"part": 5, "total": 6}, NOT_SATISFIED, Fraction(5, 6), id="all but one"),
        pytest.param(ABOVE, {"part": 51, "total": 100}, SATISFIED, YES, id="above the half"),
        pytest.param(ABOVE, {"part": 50, "total": 100}, NOT_SATISFIED, Fraction(50, 51), id="the half is not above it"),
        pytest.param(ABOVE, {"part": 0, "total": 0}, NOT_APPLICABLE, None, id="above half of none"),
        pytest.param(AT_MOST, {"bad": 30, "total": 100}, SATISFIED, YES, id="exactly at the most"),
        pytest.param(AT_MOST, {"bad": 31, "total": 100}, NOT_SATISFIED, Fraction(69, 70), id="one too many"),
        pytest.param(AT_MOST, {"bad": 100, "total": 100}, NOT_SATISFIED, NO, id="all bad"),
        pytest.param(AT_MOST, {"bad": 0, "total": 0}, NOT_APPLICABLE, None, id="at most a share of none"),
        pytest.param(AT_MOST, {"total": 100}, UNKNOWN, OPEN, id="the bad ones left out"),
        pytest.param(AT_MOST, {"bad": 31}, UNKNOWN, OPEN, id="bad ones of an unknown whole"),
        pytest.param(BELOW, {"bad": 29, "total": 100}, SATISFIED, YES, id="one below"),
        pytest.param(BELOW, {"bad": 30, "total": 100}, NOT_SATISFIED, Fraction(70, 71), id="the number itself is not"),
        pytest.param({**BASE, "at_least": "0%"}, {"part": 0, "total": 5}, SATISFIED, YES, id="a target of nothing"),
        pytest.param({**BASE, "at_least": "0%"}, {"total": 0}, NOT_APPLICABLE, None, id="nothing of none"),
        pytest.param({**BASE, "at_least": "33.3%"}, {"part": 333, "total": 1000}, SATISFIED, YES, id="a decimal share"),
        pytest.param(
            {**BASE, "at_least": "33.3%"},
            {"part": 333, "total": 1001},
            NOT_SATISFIED,
            Fraction(333, 334),
            id="a decimal share, one too few",
        ),
    ],
)
def test_ratio(judged: Judge, measure: Facts, facts: Facts, outcome: Any, adds: object) -> None:
    """A ratio is met at its target, by whole numbers; silence is never taken for an answer."""
    found = judged(measure, facts)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("facts", "as_of", "outcome", "adds"),
    [
        pytest.param({"part": 6, "total": 10}, "2022-12-30", PENDING, None, id="short before the end"),
        pytest.param({"part": 6, "total": 10}, "2022-12-31", NOT_SATISFIED, Fraction(6, 7), id="short at the end"),
        pytest.param({"part": 7, "total": 10}, "2022-12-30", SATISFIED, YES, id="reached early"),
        pytest.param({"total": 10}, "2022-12-30", PENDING, (YES, YES), id="a blank part may have been reached early"),
        pytest.param({"part": 0}, "2022-12-30", PENDING, None, id="none of an unknown whole can't have been"),
        pytest.param({"total": 0}, "2022-12-30", NOT_APPLICABLE, None, id="none of none, early"),
        pytest.param({}, "2022-12-30", PENDING, (YES, YES), id="nothing said, early"),
        pytest.param({}, "2022-12-31", UNKNOWN, OPEN, id="nothing said, at the end"),
    ],
)
def test_due_at_the_end(judged: Judge, facts: Facts, as_of: str, outcome: Any, adds: object) -> None:
    """A result that is due at the end of the period is not due before, and may be reached before."""
    found = judged({**SEVENTY, "due": "period-end"}, facts, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


DERIVED = {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "70%"}
GOOD = {"big": True, "good": True}
BAD = {"big": True, "good": False}
BLANK = {"big": True, "good": None}


def firms(*kinds: tuple[int, Facts]) -> list[dict[str, Any]]:
    rows = [cells for number, cells in kinds for _ in range(number)]
    return [firm(f"F{place}", **cells) for place, cells in enumerate(rows)]


@both_backends
@pytest.mark.parametrize(
    ("facts", "outcome", "adds"),
    [
        pytest.param({"firms": firms((7, GOOD), (3, BAD))}, SATISFIED, YES, id="exactly on the target"),
        pytest.param({"firms": firms((6, GOOD), (4, BAD))}, NOT_SATISFIED, Fraction(6, 7), id="one short"),
        pytest.param({"firms": firms((7, GOOD), (3, BLANK))}, SATISFIED, YES, id="blanks that can't change it"),
        pytest.param({"firms": firms((6, GOOD), (4, BLANK))}, UNKNOWN, (Fraction(6, 7), YES), id="blanks that can"),
        pytest.param(
            {"firms": firms((2, GOOD), (4, BAD), (4, BLANK))},
            NOT_SATISFIED,
            (Fraction(2, 7), Fraction(6, 7)),
            id="blanks that can't save it",
        ),
        pytest.param(
            {"firms": firms((3, GOOD), (1, {"big": None, "good": False}))},
            SATISFIED,
            YES,
            id="three of three or of four",
        ),
        pytest.param(
            {"firms": firms((2, GOOD), (1, {"big": None, "good": False}))},
            UNKNOWN,
            (Fraction(2, 3), YES),
            id="two of two or of three",
        ),
        pytest.param(
            {"firms": firms((1, GOOD), (1, {"big": None, "good": True}))},
            SATISFIED,
            YES,
            id="one of one, or two of two",
        ),
        pytest.param(
            {"firms": firms((1, {"big": None, "good": True}))}, UNKNOWN, (YES, YES), id="nobody, or one of one"
        ),
        pytest.param(
            {"firms": firms((1, BAD), (1, {"big": None, "good": True}))},
            NOT_SATISFIED,
            (NO, Fraction(1, 2)),
            id="none of one, or one of two",
        ),
        pytest.param({"firms": firms((2, {"big": False, "good": True}))}, NOT_APPLICABLE, None, id="none is big"),
        pytest.param({"firms": []}, NOT_APPLICABLE, None, id="an empty register"),
        pytest.param({"firms": None}, UNKNOWN, OPEN, id="the register left blank"),
        pytest.param({}, UNKNOWN, OPEN, id="no register"),
        pytest.param({"firms": firms((1, {"big": None, "good": False}))}, UNKNOWN, (NO, NO), id="perhaps nobody is"),
        pytest.param({"big_firms": 10, "good_big": 7}, SATISFIED, YES, id="figures instead of a register"),
        pytest.param({"big_firms": 10}, UNKNOWN, OPEN, id="the figure of the whole alone"),
        pytest.param(
            {"firms": firms((7, GOOD), (3, BLANK)), "big_firms": 10}, SATISFIED, YES, id="figure and register"
        ),
        pytest.param(
            {"firms": firms((6, GOOD), (4, BLANK)), "good_big": 6},
            NOT_SATISFIED,
            Fraction(6, 7),
            id="a figure that settles the blanks",
        ),
        pytest.param(
            {"firms": firms((6, GOOD), (4, BLANK)), "good_big": 7},
            SATISFIED,
            YES,
            id="a figure that settles them the other way",
        ),
    ],
)
def test_from_a_register(judged: Judge, facts: Facts, outcome: Any, adds: object) -> None:
    """Counts that follow from a register are spans: a blank counts for neither side until it decides."""
    found = judged(DERIVED, facts)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
def test_a_hard_share_has_no_partial_credit(judged: Judge) -> None:
    """69 of 70 is nothing where the duty is hard; the gap stays in natural units."""
    found = judged(SEVENTY, {"part": 69, "total": 100}, rule={"hard": True})
    assert (found.outcome, credit(found), found.short) == (NOT_SATISFIED, NO, (1, 1))


@both_backends
@pytest.mark.parametrize(
    ("facts", "short"),
    [
        pytest.param({"part": 142, "total": 203}, (1, 1), id="one short"),
        pytest.param({"part": 0, "total": 10}, (7, 7), id="seven short"),
        pytest.param({"total": 10}, (0, 7), id="between none and seven"),
    ],
)
def test_the_gap(judged: Judge, facts: Facts, short: tuple[int, int]) -> None:
    """The gap is in items, from the most to the least favourable completion."""
    assert judged(SEVENTY, facts).short == short


@both_backends
@pytest.mark.parametrize(
    ("done", "as_of", "period", "outcome"),
    [
        pytest.param({"2022-09-30": 6, "2022-12-31": 7}, "2022-12-31", 2022, SATISFIED, id="the last value counts"),
        pytest.param({"2022-09-30": 7, "2022-12-31": 6}, "2022-12-31", 2022, NOT_SATISFIED, id="the last, though less"),
        pytest.param({"2022-09-30": 7}, "2022-12-31", 2022, SATISFIED, id="the last on or before the day"),
        pytest.param({"2022-12-31": 7}, "2022-09-30", 2022, UNKNOWN, id="a later value does not say it was reached"),
        pytest.param({"2022-12-31": 6}, "2022-09-30", 2022, NOT_SATISFIED, id="later still short, and it only grows"),
        pytest.param({"2022-09-30": None}, "2022-12-31", 2022, UNKNOWN, id="a blank in the series"),
        pytest.param({"2022-06-30": 7, "2022-09-30": None}, "2022-12-31", 2022, UNKNOWN, id="the last is blank"),
        pytest.param({}, "2022-12-31", 2022, UNKNOWN, id="a series without values"),
        pytest.param({"2022-07-01": 7}, "2022-12-31", "2022H1", UNKNOWN, id="after the submission's period"),
        pytest.param({"2022-06-30": 7}, "2022-12-31", "2022H1", SATISFIED, id="at the end of the submission's period"),
    ],
)
def test_a_dated_series(judged: Judge, done: Facts, as_of: str, period: object, outcome: Any) -> None:
    """A dated series gives its last value on or before the cut."""
    measure = {"kind": "ratio", "part": "done", "whole": "total", "at_least": "70%"}
    assert judged(measure, {"done": done, "total": 10}, as_of=as_of, period=period).outcome is outcome


@both_backends
def test_a_later_value_of_what_may_shrink_decides_nothing(judged: Judge) -> None:
    """`part` is not cumulative: what it was in September, December does not tell."""
    assert judged(SEVENTY, {"part": {"2022-12-31": 6}, "total": 10}, as_of="2022-09-30").outcome is UNKNOWN


@both_backends
def test_a_share_that_nobody_supplied(judged: Judge) -> None:
    """A target that is a parameter is asked for, even of all."""
    found = judged({**BASE, "at_least": {"parameter": "quota"}}, {"part": 5, "total": 5})
    assert (found.outcome, credit(found)) == (UNKNOWN, OPEN)
