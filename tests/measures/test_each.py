"""Each: every record holds in all that is asked of it."""

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
)

YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)
HALF = Fraction(1, 2)
ORDER = {"kind": "each", "record": "jobs", "in_order": ["aired", "tested", "began"]}
PRECEDE = {"kind": "each", "record": "jobs", "precede": {"by": "began", "fields": ["aired", "tested"]}}
APPROVED = {"kind": "each", "record": "jobs", "holds": {"approved": True}}
STATES = {"kind": "each", "record": "jobs", "states": ["person", "funds"]}
CLOSED = {**STATES, "closed": {"ended": True}}
ONE_YEAR = {"kind": "each", "record": "cases_2021", "within": {"from": "closed_on", "to": "reviewed_on", "years": 1}}


def job(name: str | None = "J", day: str = "2022-07-01", **cells: Any) -> dict[str, Any]:
    """Return a job in order on this day; a cell of hours and minutes is a time of that day."""
    base = {"aired": "08:00", "tested": "08:30", "began": "09:00", "approved": True, "person": "甲", "funds": 1}
    made: dict[str, Any] = {"id": name, **base, "ended": True, **cells}
    for key in ("aired", "tested", "began"):
        if isinstance(made[key], str) and len(made[key]) == 5:
            made[key] = f"{day} {made[key]}"
    return made


GOOD = job("good")


@both_backends
@pytest.mark.parametrize(
    ("jobs", "outcome", "adds"),
    [
        pytest.param([GOOD], SATISFIED, YES, id="in order"),
        pytest.param([job(tested="08:01", began="08:02")], SATISFIED, YES, id="a minute apart"),
        pytest.param([job(tested="08:00")], UNKNOWN, OPEN, id="equal times show no order"),
        pytest.param([job(tested="07:59")], NOT_SATISFIED, NO, id="tested before it was aired"),
        pytest.param([job(tested="09:01")], NOT_SATISFIED, NO, id="tested after it began"),
        pytest.param([job(aired="none")], NOT_SATISFIED, NO, id="never aired"),
        pytest.param([job(tested="none")], NOT_SATISFIED, NO, id="never tested"),
        pytest.param([job(tested=None)], UNKNOWN, OPEN, id="a time left blank"),
        pytest.param([job(tested=None, aired="09:30")], NOT_SATISFIED, NO, id="a blank between, but already broken"),
        pytest.param([job(began="none")], NOT_APPLICABLE, None, id="never begun"),
        pytest.param([job(began=None)], UNKNOWN, OPEN, id="when it began is blank"),
        pytest.param([job(day="2021-12-31")], NOT_APPLICABLE, None, id="before the period"),
        pytest.param([job(day="2023-01-01")], NOT_APPLICABLE, None, id="a plan"),
        pytest.param([job(day="2022-12-31", began="23:59")], SATISFIED, YES, id="the last minute of the last day"),
        pytest.param([], NOT_APPLICABLE, None, id="an empty list"),
        pytest.param(None, UNKNOWN, OPEN, id="left blank"),
        pytest.param([GOOD, job(tested="07:59")], NOT_SATISFIED, HALF, id="one of two"),
        pytest.param([GOOD, job(tested=None)], UNKNOWN, (HALF, YES), id="one unknown"),
        pytest.param(
            [job("a", tested="07:59"), job("b", tested=None)],
            NOT_SATISFIED,
            (NO, HALF),
            id="broken comes before unknown",
        ),
        pytest.param([GOOD, {**GOOD}], SATISFIED, YES, id="entered twice"),
        pytest.param([GOOD, {**GOOD, "tested": None}], SATISFIED, YES, id="entered twice, once with a blank"),
        pytest.param([GOOD, {**GOOD, "id": None}], SATISFIED, YES, id="perhaps entered twice, and in order anyway"),
        pytest.param(
            [GOOD, job(None, tested=None)], UNKNOWN, (HALF, YES), id="what may be the same record may be another"
        ),
    ],
)
def test_in_order(judged: Judge, jobs: Any, outcome: Any, adds: object) -> None:
    """Times follow each other strictly; equal or missing ones show nothing."""
    found = judged(ORDER, {"jobs": jobs})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("cells", "outcome", "adds"),
    [
        pytest.param({"aired": "08:45", "tested": "08:30"}, SATISFIED, YES, id="no order among them"),
        pytest.param({"aired": "08:30", "tested": "08:30"}, SATISFIED, YES, id="nor are equal ones in doubt"),
        pytest.param({"aired": "09:00"}, UNKNOWN, OPEN, id="one at the very minute"),
        pytest.param({"aired": "09:01"}, NOT_SATISFIED, NO, id="one a minute later"),
        pytest.param({"aired": "none"}, NOT_SATISFIED, NO, id="one never"),
        pytest.param({"aired": None}, UNKNOWN, OPEN, id="one blank"),
        pytest.param({"aired": None, "tested": "09:30"}, NOT_SATISFIED, NO, id="one blank, the other late"),
        pytest.param({"began": "none"}, NOT_APPLICABLE, None, id="never begun"),
    ],
)
def test_precede(judged: Judge, cells: Facts, outcome: Any, adds: object) -> None:
    """Each lies strictly before the one, in no order among them."""
    found = judged(PRECEDE, {"jobs": [job(**cells)]})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("measure", "cells", "outcome", "adds"),
    [
        pytest.param(STATES, {}, SATISFIED, YES, id="all is stated"),
        pytest.param(STATES, {"person": None}, NOT_SATISFIED, NO, id="the blank is the breach"),
        pytest.param(STATES, {"funds": 0}, SATISFIED, YES, id="0 yuan states something"),
        pytest.param(STATES, {"funds": "none"}, SATISFIED, YES, id="none states something of a figure"),
        pytest.param(CLOSED, {"person": None, "ended": True}, NOT_SATISFIED, NO, id="a blank in a closed record"),
        pytest.param(CLOSED, {"person": None, "ended": False}, PENDING, None, id="a blank in an open one"),
        pytest.param(CLOSED, {"person": None, "ended": None}, UNKNOWN, (NO, NO), id="whether it is closed is blank"),
        pytest.param(CLOSED, {"ended": False}, SATISFIED, YES, id="an open record that states all"),
        pytest.param(CLOSED, {"ended": None}, SATISFIED, YES, id="all stated, closed or not"),
        pytest.param(
            {**STATES, "states": ["aired"]}, {"aired": "none"}, NOT_SATISFIED, NO, id="no date states nothing"
        ),
        pytest.param(
            {**STATES, "states": ["aired"]},
            {"aired": "2023-02-01 08:00"},
            NOT_SATISFIED,
            NO,
            id="a plan states nothing",
        ),
    ],
)
def test_states(judged: Judge, measure: Facts, cells: Facts, outcome: Any, adds: object) -> None:
    """Where the duty is that a record states something, a blank in a closed record is an answer."""
    found = judged(measure, {"jobs": [job(**cells)]})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("measure", "jobs", "outcome", "adds"),
    [
        pytest.param(APPROVED, [GOOD], SATISFIED, YES, id="it holds"),
        pytest.param(APPROVED, [GOOD, job(approved=False)], NOT_SATISFIED, HALF, id="one does not"),
        pytest.param(APPROVED, [GOOD, job(approved=None)], UNKNOWN, (HALF, YES), id="one is blank"),
        pytest.param(
            {**APPROVED, "where": {"ended": True}},
            [GOOD, job(approved=False, ended=False)],
            SATISFIED,
            YES,
            id="one that is not asked",
        ),
        pytest.param(
            {**APPROVED, "where": {"ended": True}},
            [job(approved=False, ended=None)],
            UNKNOWN,
            (NO, NO),
            id="broken, and perhaps not asked",
        ),
        pytest.param(
            {**APPROVED, "where": {"ended": True}},
            [job(ended=None)],
            UNKNOWN,
            (YES, YES),
            id="in order, and perhaps not asked",
        ),
        pytest.param(
            {**APPROVED, "where": {"ended": True}},
            [GOOD, job(ended=None)],
            SATISFIED,
            YES,
            id="in order whether asked or not",
        ),
        pytest.param(
            {**APPROVED, "where": {"funds": {"at_least": 1}}},
            [job(approved=False, funds=1)],
            NOT_SATISFIED,
            NO,
            id="the boundary is asked",
        ),
        pytest.param(
            {**APPROVED, "where": {"funds": {"at_least": 1}}},
            [job(approved=False, funds=0)],
            NOT_APPLICABLE,
            None,
            id="one short of it is not",
        ),
        pytest.param(
            {**APPROVED, "where": {"began": "2022-07-01"}},
            [job(approved=False)],
            NOT_SATISFIED,
            NO,
            id="a time on a day lies on that day",
        ),
        pytest.param(
            {**APPROVED, "where": {"not": {"began": "2022-07-01"}}},
            [job(approved=False)],
            NOT_APPLICABLE,
            None,
            id="and so not on another",
        ),
    ],
)
def test_holds(judged: Judge, measure: Facts, jobs: Any, outcome: Any, adds: object) -> None:
    """A condition holds for every record that is asked."""
    found = judged(measure, {"jobs": jobs})
    assert (found.outcome, credit(found)) == (outcome, adds)


STEPS = {"kind": "each", "record": "jobs", "steps": [{"where": {"approved": False}, "states": ["person"]}]}
BOTH_PARTS = {**STEPS, "holds": {"funds": {"at_least": 1}}}


@both_backends
@pytest.mark.parametrize(
    ("measure", "cells", "outcome", "adds"),
    [
        pytest.param(STEPS, {"approved": False}, SATISFIED, YES, id="the step applies and is met"),
        pytest.param(STEPS, {"approved": False, "person": None}, NOT_SATISFIED, NO, id="it applies and is not"),
        pytest.param(
            STEPS, {"approved": True, "person": None}, NOT_APPLICABLE, None, id="nothing is asked of the record"
        ),
        pytest.param(STEPS, {"approved": None, "person": None}, UNKNOWN, OPEN, id="whether it applies is blank"),
        pytest.param(STEPS, {"approved": None}, UNKNOWN, (YES, YES), id="blank: met, or not asked"),
        pytest.param(BOTH_PARTS, {"approved": None}, SATISFIED, YES, id="blank, and it does not matter"),
        pytest.param(BOTH_PARTS, {"approved": False, "funds": 0}, NOT_SATISFIED, NO, id="the common part is broken"),
        pytest.param(
            BOTH_PARTS,
            {"approved": None, "person": None, "funds": 0},
            NOT_SATISFIED,
            NO,
            id="the common part is broken, whatever the step",
        ),
        pytest.param(BOTH_PARTS, {"approved": None, "person": None, "funds": None}, UNKNOWN, OPEN, id="both blank"),
        pytest.param(BOTH_PARTS, {"approved": False, "funds": None}, UNKNOWN, OPEN, id="the step met, the rest blank"),
    ],
)
def test_steps(judged: Judge, measure: Facts, cells: Facts, outcome: Any, adds: object) -> None:
    """A step asks only the records that its condition holds for."""
    found = judged(measure, {"jobs": [job(**cells)]})
    assert (found.outcome, credit(found)) == (outcome, adds)


def case(closed: str | None, reviewed: str | None, name: str = "A") -> dict[str, Any]:
    return {"id": name, "closed_on": closed, "reviewed_on": reviewed}


@both_backends
@pytest.mark.parametrize(
    ("cases", "as_of", "outcome", "adds", "next_due"),
    [
        pytest.param([case("2021-06-30", "2022-06-30")], "2022-12-31", SATISFIED, YES, "", id="on the last day"),
        pytest.param(
            [case("2021-06-30", "2022-07-01")], "2022-12-31", NOT_SATISFIED, NO, "2022-06-30", id="a day late"
        ),
        pytest.param(
            [case("2021-06-30", "none")], "2022-06-29", PENDING, None, "2022-06-30", id="the clock still runs"
        ),
        pytest.param([case("2021-06-30", "none")], "2022-06-30", NOT_SATISFIED, NO, "2022-06-30", id="it has run out"),
        pytest.param(
            [case("2021-06-30", None)], "2022-06-29", PENDING, (YES, YES), "2022-06-30", id="blank while it runs"
        ),
        pytest.param([case("2021-06-30", None)], "2022-06-30", UNKNOWN, OPEN, "2022-06-30", id="blank after it"),
        pytest.param([case("2021-06-30", "2022-06-30")], "2022-06-29", PENDING, None, "2022-06-30", id="planned"),
        pytest.param([case("none", "none")], "2022-12-31", NOT_APPLICABLE, None, "", id="the clock does not run"),
        pytest.param([case(None, "none")], "2022-12-31", UNKNOWN, OPEN, "", id="from when is blank"),
        pytest.param([case("2023-01-01", "none")], "2022-12-31", NOT_APPLICABLE, None, "", id="it begins tomorrow"),
        pytest.param(
            [case("2021-06-30", "2021-07-01"), case("2022-03-01", "none", "B")],
            "2022-12-31",
            SATISFIED,
            YES,
            "2023-03-01",
            id="one met, one still running",
        ),
        pytest.param(
            [case("2021-06-30", "none"), case("2022-03-01", "none", "B")],
            "2022-12-31",
            NOT_SATISFIED,
            NO,
            "2022-06-30",
            id="one broken, one still running",
        ),
        pytest.param([], "2022-12-31", NOT_APPLICABLE, None, "", id="no cases"),
        pytest.param(None, "2022-12-31", UNKNOWN, OPEN, "", id="left blank"),
    ],
)
def test_within(judged: Judge, cases: Any, as_of: str, outcome: Any, adds: object, next_due: str) -> None:
    """The clock runs from the first date, is read at `as_of`, and its last day is included."""
    found = judged(ONE_YEAR, {"cases_2021": cases}, as_of=as_of)
    assert (found.outcome, credit(found), found.next_due) == (outcome, adds, next_due)


@both_backends
def test_a_span_that_nobody_supplied(judged: Judge) -> None:
    """Without its span a clock can't be read."""
    measure = {**ONE_YEAR, "within": {"from": "closed_on", "to": "reviewed_on", "span": {"parameter": "quota"}}}
    assert judged(measure, {"cases_2021": [case("2021-06-30", "2021-07-01")]}).outcome is UNKNOWN


@both_backends
@pytest.mark.parametrize(
    ("reviewed", "due", "outcome"),
    [
        pytest.param("2022-03-01", "2022-03-01", SATISFIED, id="on the day that was set"),
        pytest.param("2022-03-02", "2022-03-01", NOT_SATISFIED, id="a day after it"),
        pytest.param("none", "2022-03-01", NOT_SATISFIED, id="not at all"),
        pytest.param("2022-03-01", None, UNKNOWN, id="the day that was set is blank"),
        pytest.param("2022-03-01", "2023-03-01", SATISFIED, id="a term after the day of judgement stands"),
        pytest.param(None, "2022-03-01", UNKNOWN, id="blank"),
    ],
)
def test_a_field_against_another(judged: Judge, reviewed: str | None, due: str | None, outcome: Any) -> None:
    """A deadline in a record is a term that was set, not something that happened."""
    measure = {"kind": "each", "record": "cases_2021", "holds": {"reviewed_on": {"on_or_before": "due_on"}}}
    record = {**case("2021-06-30", reviewed), "due_on": due}
    assert judged(measure, {"cases_2021": [record]}).outcome is outcome


@both_backends
def test_a_list_of_meetings_that_is_not_complete(judged: Judge) -> None:
    """Every meeting that is listed holds, but the list ends early: unknown, and nothing is credited."""
    measure = {"kind": "each", "record": "meetings", "holds": {"form": "heard"}}
    held = {"held_on": "2022-01-05", "kind": "plenary", "form": "heard", "firm": "F0"}
    whole = judged(measure, {"meetings": {"through": "2022-12-31", "events": [held]}})
    short = judged(measure, {"meetings": {"through": "2022-12-30", "events": [held]}})
    broken = judged(measure, {"meetings": {"through": "2022-12-30", "events": [{**held, "form": "paper"}]}})
    assert (whole.outcome, credit(whole)) == (SATISFIED, YES)
    assert (short.outcome, credit(short)) == (UNKNOWN, OPEN)
    assert broken.outcome is NOT_SATISFIED


@both_backends
def test_a_hard_duty_has_no_partial_credit(judged: Judge) -> None:
    """One record out of order is a breach, however many are in order."""
    found = judged(ORDER, {"jobs": [GOOD, job(tested="07:59")]}, rule={"hard": True})
    assert (found.outcome, credit(found), found.short) == (NOT_SATISFIED, NO, (1, 1))


ORDERED_STEP = {
    "kind": "each",
    "record": "jobs",
    "steps": [{"where": {"approved": True}, "in_order": ["tested", "began"]}],
}


@both_backends
@pytest.mark.parametrize(
    ("began", "outcome", "adds"),
    [
        pytest.param("2022-07-01 10:00", SATISFIED, YES, id="begun after the test"),
        pytest.param("2022-07-01 08:00", NOT_SATISFIED, NO, id="begun before it"),
        pytest.param("none", NOT_APPLICABLE, None, id="not begun, as at the top level"),
        pytest.param(None, UNKNOWN, OPEN, id="left blank"),
    ],
)
def test_an_order_inside_a_step(judged: Judge, began: str | None, outcome: Any, adds: object) -> None:
    """A job that has not begun is not asked for its order, in a step as elsewhere."""
    found = judged(ORDERED_STEP, {"jobs": [job(approved=True, tested="2022-07-01 09:00", began=began)]})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("reviewed_on", "outcome"),
    [
        pytest.param("2021-06-01", SATISFIED, id="on the day of closing"),
        pytest.param("2021-05-31", NOT_SATISFIED, id="the day before, which follows nothing"),
        pytest.param("2022-06-01", SATISFIED, id="on the last day"),
        pytest.param("2022-06-02", NOT_SATISFIED, id="a day late"),
    ],
)
def test_within_follows(judged: Judge, reviewed_on: str, outcome: Any) -> None:
    """What comes before the clock runs is not what follows it."""
    case = {"id": "A", "closed_on": "2021-06-01", "reviewed_on": reviewed_on, "due_on": "none"}
    assert judged(ONE_YEAR, {"cases_2021": [case]}).outcome is outcome
