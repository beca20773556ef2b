"""Affirm: a flag, or a date, is in place now, or by its day."""

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

STANDING = {"kind": "affirm", "fact": "plan"}
BY_JUNE = {"kind": "affirm", "fact": "plan", "due": "2022-06-30"}
AT_THE_END = {"kind": "affirm", "fact": "plan", "due": "period-end"}
DATED = {"kind": "affirm", "fact": "issued_on"}
DATED_BY_JUNE = {"kind": "affirm", "fact": "issued_on", "due": "2022-06-30"}
DATED_AT_THE_END = {"kind": "affirm", "fact": "issued_on", "due": "period-end"}
ELEMENT = {"kind": "affirm", "fact": "four.one"}
YES, NO = Fraction(1), Fraction(0)
OPEN = (Fraction(0), Fraction(1))
EARLY = (Fraction(1), Fraction(1))


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "as_of", "outcome", "adds"),
    [
        pytest.param(STANDING, {"plan": True}, "2022-12-31", SATISFIED, YES, id="in place"),
        pytest.param(STANDING, {"plan": False}, "2022-12-31", NOT_SATISFIED, NO, id="not in place"),
        pytest.param(STANDING, {"plan": None}, "2022-12-31", UNKNOWN, OPEN, id="left blank"),
        pytest.param(STANDING, {}, "2022-12-31", UNKNOWN, OPEN, id="never mentioned"),
        pytest.param(STANDING, {"plan": False}, "2022-01-01", NOT_SATISFIED, NO, id="a standing duty is due at once"),
        pytest.param(ELEMENT, {"four": {"one": True}}, "2022-12-31", SATISFIED, YES, id="an element in place"),
        pytest.param(ELEMENT, {"four": {"one": False}}, "2022-12-31", NOT_SATISFIED, NO, id="an element not in place"),
        pytest.param(ELEMENT, {"four": {"two": True}}, "2022-12-31", UNKNOWN, OPEN, id="another element says nothing"),
        pytest.param(ELEMENT, {"four": {}}, "2022-12-31", UNKNOWN, OPEN, id="a checklist without answers"),
        pytest.param(BY_JUNE, {"plan": False}, "2022-06-29", PENDING, None, id="the day before it is due"),
        pytest.param(BY_JUNE, {"plan": False}, "2022-06-30", NOT_SATISFIED, NO, id="on the day itself it is due"),
        pytest.param(BY_JUNE, {"plan": True}, "2022-06-29", SATISFIED, YES, id="in place early"),
        pytest.param(BY_JUNE, {}, "2022-06-29", PENDING, EARLY, id="blank before the day may have been early"),
        pytest.param(BY_JUNE, {}, "2022-06-30", UNKNOWN, OPEN, id="blank on the day"),
        pytest.param(AT_THE_END, {"plan": False}, "2022-12-30", PENDING, None, id="short of the end of the period"),
        pytest.param(AT_THE_END, {"plan": False}, "2022-12-31", NOT_SATISFIED, NO, id="at the end of the period"),
        pytest.param(DATED, {"issued_on": "2022-12-31"}, "2022-12-31", SATISFIED, YES, id="done today"),
        pytest.param(DATED, {"issued_on": "2023-01-01"}, "2022-12-31", NOT_SATISFIED, NO, id="a plan is not done yet"),
        pytest.param(DATED, {"issued_on": "none"}, "2022-12-31", NOT_SATISFIED, NO, id="none is an answer"),
        pytest.param(DATED, {"issued_on": None}, "2022-12-31", UNKNOWN, OPEN, id="a blank date"),
        pytest.param(DATED, {"issued_on": "2021-06-30"}, "2022-12-31", SATISFIED, YES, id="done before the period"),
        pytest.param(DATED_BY_JUNE, {"issued_on": "2022-06-30"}, "2022-12-31", SATISFIED, YES, id="on the last day"),
        pytest.param(DATED_BY_JUNE, {"issued_on": "2022-07-01"}, "2022-12-31", NOT_SATISFIED, NO, id="a day late"),
        pytest.param(DATED_BY_JUNE, {"issued_on": "2022-07-01"}, "2022-06-29", PENDING, None, id="planned too late"),
        pytest.param(
            DATED_AT_THE_END, {"issued_on": "2023-01-15"}, "2023-02-01", NOT_SATISFIED, NO, id="after the period"
        ),
        pytest.param(DATED_AT_THE_END, {"issued_on": "2022-12-31"}, "2023-02-01", SATISFIED, YES, id="just in time"),
    ],
)
def test_affirm(judged: Judge, measure: Facts, facts: Facts, as_of: str, outcome: Any, adds: object) -> None:
    """A thing is in place or it is not; before its day, what is short is not due yet."""
    found = judged(measure, facts, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("employees", "plan", "outcome"),
    [
        pytest.param(30, True, SATISFIED, id="the boundary applies"),
        pytest.param(30, False, NOT_SATISFIED, id="the boundary applies, and it is broken"),
        pytest.param(29, False, NOT_APPLICABLE, id="one short of it does not"),
        pytest.param(29, None, NOT_APPLICABLE, id="what does not apply is not asked"),
        pytest.param(None, True, UNKNOWN, id="unknown applicability, even where the duty is met"),
        pytest.param(None, False, UNKNOWN, id="unknown applicability, even where the duty is broken"),
        pytest.param(None, None, UNKNOWN, id="nothing known"),
    ],
)
@pytest.mark.parametrize("hard", [False, True])
def test_applicability(judged: Judge, hard: bool, employees: int | None, plan: bool | None, outcome: Any) -> None:
    """Unknown applicability makes the outcome unknown, whatever the measure says, and hard duties are no exception."""
    found = judged(
        STANDING,
        {"plan": plan},
        rule={"applies": {"employees": {"at_least": 30}}, "hard": hard},
        organization={"employees": employees},
    )
    assert found.outcome is outcome
    assert found.out is (outcome in (UNKNOWN, NOT_APPLICABLE))


@both_backends
def test_a_standing_duty_before_it_binds(judged: Judge) -> None:
    """Before `binds_from` a standing duty is not due; what is in place counts all the same."""
    issue = {"binds": "issue"}
    assert judged(STANDING, {"plan": False}, as_of="2022-02-20", parameters=issue).outcome is PENDING
    assert judged(STANDING, {"plan": False}, as_of="2022-02-21", parameters=issue).outcome is NOT_SATISFIED
    assert judged(STANDING, {"plan": True}, as_of="2022-02-20", parameters=issue).outcome is SATISFIED


@both_backends
@pytest.mark.parametrize("facts", [{"plan": True}, {"plan": False}, {}])
def test_a_due_day_that_nobody_supplied(judged: Judge, facts: Facts) -> None:
    """Without its day a result can't be judged."""
    found = judged({**STANDING, "due": {"parameter": "quota"}}, facts)
    assert (found.outcome, credit(found)) == (UNKNOWN, OPEN)
