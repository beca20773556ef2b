"""Milestone: done by its day, or a share reached by then."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from safescore.expr import ALWAYS, All, AnyOf, Compare, Expr, Moment, Not, Op
from safescore.measures.milestone import names_due
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

JUNE = {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}
ELEMENT = {"kind": "milestone", "done": "four.three", "by": "2022-06-30"}
YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)
EARLY = (YES, YES)


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "as_of", "outcome", "adds"),
    [
        pytest.param(JUNE, {"issued_on": "2022-06-29"}, "2022-12-31", SATISFIED, YES, id="a day early"),
        pytest.param(JUNE, {"issued_on": "2022-06-30"}, "2022-12-31", SATISFIED, YES, id="the day is included"),
        pytest.param(JUNE, {"issued_on": "2022-07-01"}, "2022-12-31", NOT_SATISFIED, NO, id="a day late"),
        pytest.param(JUNE, {"issued_on": "none"}, "2022-06-29", PENDING, None, id="not done, and not yet due"),
        pytest.param(JUNE, {"issued_on": "none"}, "2022-06-30", NOT_SATISFIED, NO, id="not done on the day"),
        pytest.param(JUNE, {"issued_on": "2022-06-30"}, "2022-06-29", PENDING, None, id="planned for the day"),
        pytest.param(JUNE, {"issued_on": "2022-05-01"}, "2022-05-01", SATISFIED, YES, id="done today, early"),
        pytest.param(JUNE, {"issued_on": "2022-05-02"}, "2022-05-01", PENDING, None, id="planned for tomorrow"),
        pytest.param(JUNE, {"issued_on": None}, "2022-06-30", UNKNOWN, OPEN, id="blank on the day"),
        pytest.param(JUNE, {}, "2022-06-30", UNKNOWN, OPEN, id="never mentioned"),
        pytest.param(JUNE, {}, "2022-06-29", PENDING, EARLY, id="blank before the day may have been early"),
        pytest.param(JUNE, {"issued_on": "2021-12-31"}, "2022-12-31", SATISFIED, YES, id="before the period"),
        pytest.param(ELEMENT, {"four": {"three": "2022-06-30"}}, "2022-12-31", SATISFIED, YES, id="an element"),
        pytest.param(ELEMENT, {"four": {"three": "2022-07-01"}}, "2022-12-31", NOT_SATISFIED, NO, id="a late element"),
        pytest.param(ELEMENT, {"four": {}}, "2022-12-31", UNKNOWN, OPEN, id="a blank element"),
    ],
)
def test_a_day(judged: Judge, measure: Facts, facts: Facts, as_of: str, outcome: Any, adds: object) -> None:
    """Early is met, late is not, and before the day nothing is owed."""
    found = judged(measure, facts, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


SHARE = {"kind": "milestone", "part": "done", "whole": "total", "at_least": "70%", "by": "2022-09-30"}
SHRINKING = {**SHARE, "part": "part"}


@both_backends
@pytest.mark.parametrize(
    ("measure", "part", "as_of", "outcome", "adds"),
    [
        pytest.param(SHARE, {"2022-09-30": 7}, "2022-12-31", SATISFIED, YES, id="reached on the day"),
        pytest.param(SHARE, {"2022-09-30": 6}, "2022-12-31", NOT_SATISFIED, Fraction(6, 7), id="one short on the day"),
        pytest.param(SHARE, {"2022-06-30": 7}, "2022-12-31", SATISFIED, YES, id="the last value before it"),
        pytest.param(SHARE, {"2022-10-01": 7}, "2022-12-31", UNKNOWN, OPEN, id="reached a day later, when is not said"),
        pytest.param(
            SHARE,
            {"2022-10-01": 6},
            "2022-12-31",
            NOT_SATISFIED,
            (NO, Fraction(6, 7)),
            id="still short later, and it only grows",
        ),
        pytest.param(
            SHARE,
            {"2022-06-30": 6, "2022-10-01": 7},
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(6, 7),
            id="short before, reached after",
        ),
        pytest.param(SHARE, {"2022-09-30": 7, "2022-12-31": 7}, "2022-12-31", SATISFIED, YES, id="values after it"),
        pytest.param(SHARE, 7, "2022-12-31", UNKNOWN, OPEN, id="a figure of today does not say when"),
        pytest.param(SHARE, 6, "2022-12-31", NOT_SATISFIED, (NO, Fraction(6, 7)), id="a figure short today"),
        pytest.param(SHARE, 7, "2022-09-30", SATISFIED, YES, id="a figure of the day itself"),
        pytest.param(SHARE, 6, "2022-09-29", PENDING, None, id="short the day before"),
        pytest.param(SHARE, 7, "2022-09-29", SATISFIED, YES, id="reached early"),
        pytest.param(SHARE, None, "2022-09-29", PENDING, EARLY, id="blank, and not yet due"),
        pytest.param(SHARE, None, "2022-09-30", UNKNOWN, OPEN, id="blank, and due"),
        pytest.param(
            SHRINKING, {"2022-10-01": 6}, "2022-12-31", UNKNOWN, OPEN, id="what may shrink says nothing later"
        ),
        pytest.param(SHRINKING, 6, "2022-12-31", UNKNOWN, OPEN, id="nor a figure without a date"),
        pytest.param(SHRINKING, {"2022-09-30": 7}, "2022-12-31", SATISFIED, YES, id="what may shrink, on the day"),
        pytest.param(
            {**SHARE, "at_least": None, "more_than": "70%"},
            {"2022-09-30": 7},
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(7, 8),
            id="more than the share",
        ),
    ],
)
def test_a_share(judged: Judge, measure: Facts, part: object, as_of: str, outcome: Any, adds: object) -> None:
    """A share is judged by the last value on or before its day; a later one only where it still falls short."""
    given = {key: value for key, value in measure.items() if value is not None}
    name = str(given["part"])
    found = judged(given, {name: part, "total": 10}, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("facts", "as_of", "outcome"),
    [
        pytest.param({"done": {"2022-09-30": 0}, "total": 0}, "2022-12-31", NOT_APPLICABLE, id="none of none"),
        pytest.param({"done": {"2022-09-30": 7}}, "2022-12-31", UNKNOWN, id="of an unknown whole"),
        pytest.param({"done": 0}, "2022-06-30", PENDING, id="none of an unknown whole, early"),
        pytest.param(
            {"done": {"2022-09-30": 7}, "total": {"2022-10-01": 10}}, "2022-12-31", UNKNOWN, id="a whole dated later"
        ),
        pytest.param(
            {"done": {"2022-09-30": 7}, "total": {"2022-06-30": 10, "2022-10-01": 20}},
            "2022-12-31",
            SATISFIED,
            id="the whole as it stood then",
        ),
    ],
)
def test_the_whole(judged: Judge, facts: Facts, as_of: str, outcome: Any) -> None:
    """The population is that of the day; one without a date stands."""
    assert judged(SHARE, facts, as_of=as_of).outcome is outcome


FINISHED = {"kind": "milestone", "part": "finished", "whole": "big_firms", "at_least": "100%", "by": "2022-06-30"}


def finished(*days: str | None) -> list[dict[str, Any]]:
    return [firm(f"F{place}", big=True, finished_on=day) for place, day in enumerate(days)]


@both_backends
@pytest.mark.parametrize(
    ("facts", "as_of", "outcome", "adds"),
    [
        pytest.param({"firms": finished("2022-06-30", "2022-01-01")}, "2022-12-31", SATISFIED, YES, id="all in time"),
        pytest.param(
            {"firms": finished("2022-06-30", "2022-07-01")},
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(1, 2),
            id="one a day late",
        ),
        pytest.param(
            {"firms": finished("2022-06-30", "none")}, "2022-12-31", NOT_SATISFIED, Fraction(1, 2), id="one not at all"
        ),
        pytest.param(
            {"firms": finished("2022-06-30", None)}, "2022-12-31", UNKNOWN, (Fraction(1, 2), YES), id="one blank"
        ),
        pytest.param({"firms": finished("2022-05-01", "2022-06-30")}, "2022-06-29", PENDING, None, id="one planned"),
        pytest.param({"firms": []}, "2022-12-31", NOT_APPLICABLE, None, id="no firms"),
        pytest.param({}, "2022-12-31", UNKNOWN, OPEN, id="no register"),
        pytest.param(
            {"firms": finished("2022-05-01"), "finished": {"2022-12-31": 1}},
            "2022-12-31",
            SATISFIED,
            YES,
            id="a later figure takes nothing away from the register",
        ),
        pytest.param(
            {"firms": finished("2022-05-01"), "finished": {"2022-06-30": None}},
            "2022-12-31",
            SATISFIED,
            YES,
            id="nor does a blank one",
        ),
    ],
)
def test_from_a_register(judged: Judge, facts: Facts, as_of: str, outcome: Any, adds: object) -> None:
    """A register whose dates are compared with `due` knows what was reached by the day."""
    found = judged(FINISHED, facts, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize("facts", [{"issued_on": "2022-01-01"}, {}])
def test_a_day_that_nobody_supplied(judged: Judge, facts: Facts) -> None:
    """A milestone without its day is unknown."""
    found = judged({**JUNE, "by": {"parameter": "quota"}}, facts)
    assert (found.outcome, credit(found)) == (UNKNOWN, OPEN)


@both_backends
@pytest.mark.parametrize(
    ("as_of", "next_due"),
    [("2022-06-29", "2022-06-30"), ("2022-06-30", "2022-06-30")],
)
def test_the_due_day(judged: Judge, as_of: str, next_due: str) -> None:
    """The day stays the due day of what is short, before it and after it."""
    assert judged(JUNE, {"issued_on": "none"}, as_of=as_of).next_due == next_due


@both_backends
def test_the_cut_is_the_end_of_the_submission_s_period(judged: Judge) -> None:
    """A submission for the first quarter does not close a day in June, whenever it is judged."""
    assert judged(JUNE, {"issued_on": "none"}, as_of="2022-12-31", period="2022Q1").outcome is PENDING
    assert judged(JUNE, {"issued_on": "none"}, as_of="2022-12-31", period="2022H1").outcome is NOT_SATISFIED


LATE = Compare("finished_on", Op.GT, Moment.DUE)


@pytest.mark.parametrize(
    ("expr", "asks"),
    [
        pytest.param(LATE, True, id="a date against the due day"),
        pytest.param(Compare("finished_on", Op.LE, Moment.AS_OF), False, id="a date against today"),
        pytest.param(Not(LATE), True, id="not"),
        pytest.param(All((ALWAYS, LATE)), True, id="one of all lines"),
        pytest.param(AnyOf((LATE, ALWAYS)), True, id="one of any"),
        pytest.param(AnyOf((ALWAYS, Not(ALWAYS))), False, id="none of any"),
    ],
)
def test_a_condition_that_asks_about_the_due_day(expr: Expr, asks: bool) -> None:
    """Wherever in the condition it stands."""
    assert names_due(expr) is asks
