"""The gate: its truth table, at the boundary, one below it, and straddling it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from safescore import Finding, Outcome
from safescore.gate import UnknownGradeError, gate
from safescore.results import Gate
from tests.reports import assessment, finding

ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)
MET, FAILED, UNDECIDED = Gate.MET, Gate.FAILED, Gate.UNDECIDED
EIGHTY, BELOW = Fraction(80, 100), Fraction(79_999, 100_000)


@pytest.mark.parametrize(
    ("low", "high", "certain", "expected"),
    [
        pytest.param(EIGHTY, EIGHTY, True, MET, id="exactly on it"),
        pytest.param(EIGHTY, ONE, True, MET, id="on it at least"),
        pytest.param(BELOW, BELOW, True, FAILED, id="one step below, though shown as 80.0"),
        pytest.param(ZERO, BELOW, True, FAILED, id="one step below at most"),
        pytest.param(BELOW, EIGHTY, True, UNDECIDED, id="straddling by one step"),
        pytest.param(ZERO, ONE, True, UNDECIDED, id="straddling"),
        pytest.param(EIGHTY, ONE, False, UNDECIDED, id="on it, if there is a score"),
        pytest.param(ZERO, BELOW, False, FAILED, id="below it, if there is a score"),
        pytest.param(BELOW, ONE, False, UNDECIDED, id="straddling, if there is a score"),
        pytest.param(None, None, True, UNDECIDED, id="no score"),
    ],
)
def test_least_score(low: Fraction | None, high: Fraction | None, certain: bool, expected: Gate) -> None:
    assert gate(assessment(low=low, high=high, certain=certain), min_score=Fraction(80)) is expected


@pytest.mark.parametrize("demanded", ["pass", "合格", "passed"])
@pytest.mark.parametrize(
    ("grades", "certain", "expected"),
    [
        pytest.param(("pass", "pass"), True, MET, id="exactly it"),
        pytest.param(("pass", "good"), True, MET, id="it at least"),
        pytest.param(("good", "good"), True, MET, id="better"),
        pytest.param(("fail", "fail"), True, FAILED, id="one below"),
        pytest.param(("fail", "pass"), True, UNDECIDED, id="straddling"),
        pytest.param(("fail", "good"), True, UNDECIDED, id="straddling widely"),
        pytest.param(("good", "good"), False, UNDECIDED, id="better, if there is a score"),
        pytest.param(("fail", "fail"), False, FAILED, id="below, if there is a score"),
        pytest.param(None, True, UNDECIDED, id="no grade"),
    ],
)
def test_least_grade(demanded: str, grades: tuple[str, str] | None, certain: bool, expected: Gate) -> None:
    assert gate(assessment(grades=grades, certain=certain), min_grade=demanded) is expected


def test_a_grade_that_is_not_there() -> None:
    with pytest.raises(UnknownGradeError, match=r"pack has no grade 'goood'\n    hint: did you mean 'good'\?"):
        gate(assessment(), min_grade="goood")


KEPT = finding(Outcome.SATISFIED, ONE, ONE)
BROKEN = finding(Outcome.NOT_SATISFIED, HALF, HALF)
HARD_BROKEN = finding(Outcome.NOT_SATISFIED, ZERO, ZERO, hard=True)
OPEN = finding(Outcome.UNKNOWN, ZERO, ONE)
HARD_OPEN = finding(Outcome.UNKNOWN, ZERO, ONE, hard=True)
HARMLESS = finding(Outcome.UNKNOWN, ONE, ONE, out=True)
HARD_HARMLESS = finding(Outcome.UNKNOWN, ONE, ONE, out=True, hard=True)
WAITS = finding(Outcome.PENDING)
FREE = finding(Outcome.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("what", "findings", "expected"),
    [
        pytest.param("not-satisfied", (KEPT, WAITS, FREE), MET, id="nothing is broken"),
        pytest.param("not-satisfied", (KEPT, BROKEN), FAILED, id="one is broken"),
        pytest.param("not-satisfied", (KEPT, OPEN), UNDECIDED, id="one may be broken"),
        pytest.param("not-satisfied", (OPEN, BROKEN), FAILED, id="broken before unknown"),
        pytest.param("not-satisfied", (KEPT, HARMLESS), MET, id="unknown, yet unbroken whatever is missing"),
        pytest.param("not-satisfied", (), MET, id="no rules"),
        pytest.param("hard", (KEPT, BROKEN, OPEN), MET, id="no hard duty"),
        pytest.param("hard", (HARD_BROKEN,), FAILED, id="a hard duty is broken"),
        pytest.param("hard", (HARD_OPEN, BROKEN), UNDECIDED, id="a hard duty is unknown"),
        pytest.param("hard", (HARD_OPEN, HARD_BROKEN), FAILED, id="one hard duty is broken, one unknown"),
        pytest.param("hard", (HARD_HARMLESS,), MET, id="a hard duty that can't be broken"),
        pytest.param("unknown", (KEPT, BROKEN, WAITS, FREE), MET, id="nothing is unknown"),
        pytest.param("unknown", (KEPT, OPEN), FAILED, id="one is unknown"),
        pytest.param("unknown", (HARMLESS,), FAILED, id="unknown is unknown"),
    ],
)
def test_fail_on(what: str, findings: tuple[Finding, ...], expected: Gate) -> None:
    assert gate(assessment(*findings), fail_on=frozenset({what})) is expected


@pytest.mark.parametrize(
    ("score", "grades", "findings", "expected"),
    [
        pytest.param(ONE, ("good", "good"), (KEPT,), MET, id="all met"),
        pytest.param(ONE, ("fail", "good"), (KEPT,), UNDECIDED, id="one undecided"),
        pytest.param(BELOW, ("fail", "good"), (KEPT,), FAILED, id="failed before undecided"),
        pytest.param(ONE, ("fail", "good"), (HARD_BROKEN,), FAILED, id="the last one failed"),
        pytest.param(ONE, ("good", "good"), (HARD_OPEN,), UNDECIDED, id="the last one undecided"),
    ],
)
def test_several(score: Fraction, grades: tuple[str, str], findings: tuple[Finding, ...], expected: Gate) -> None:
    one = assessment(*findings, low=score, high=score, grades=grades)
    assert gate(one, min_score=Fraction(80), min_grade="pass", fail_on=frozenset({"hard"})) is expected


def test_no_gate_is_met() -> None:
    assert gate(assessment(HARD_BROKEN, OPEN, low=None, high=None, grades=None)) is MET
