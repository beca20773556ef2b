"""Limit: a value keeps within its cap; a breach is final at once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from safescore.standing import UNBOUNDED
from tests.measures.tables import (
    NOT_APPLICABLE,
    NOT_SATISFIED,
    SATISFIED,
    UNKNOWN,
    Facts,
    Judge,
    both_backends,
    credit,
    firm,
)

BASE = {"kind": "limit", "value": "deaths"}
TWO = {**BASE, "at_most": 2}
ZERO = {**BASE, "at_most": 0}
BELOW_TWO = {**BASE, "less_than": 2}
QUOTA = {**BASE, "at_most": {"parameter": "quota"}}
FEWER = {**BASE, "less_than": {"fact": "deaths_before"}}
BASELINE = {**FEWER, "baseline": True}
NO_MORE = {**BASE, "at_most": {"fact": "deaths_before"}}
YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "outcome", "adds"),
    [
        pytest.param(TWO, {"deaths": 1}, SATISFIED, YES, id="below the cap"),
        pytest.param(TWO, {"deaths": 2}, SATISFIED, YES, id="at the cap"),
        pytest.param(TWO, {"deaths": 3}, NOT_SATISFIED, NO, id="one over it"),
        pytest.param(TWO, {"deaths": 0}, SATISFIED, YES, id="zero is an answer"),
        pytest.param(TWO, {"deaths": "none"}, SATISFIED, YES, id="none is zero"),
        pytest.param(TWO, {"deaths": None}, UNKNOWN, OPEN, id="left blank"),
        pytest.param(TWO, {}, UNKNOWN, OPEN, id="never mentioned"),
        pytest.param(ZERO, {"deaths": 0}, SATISFIED, YES, id="a zero cap, kept"),
        pytest.param(ZERO, {"deaths": 1}, NOT_SATISFIED, NO, id="a zero cap, broken"),
        pytest.param(BELOW_TWO, {"deaths": 1}, SATISFIED, YES, id="less than two"),
        pytest.param(BELOW_TWO, {"deaths": 2}, NOT_SATISFIED, NO, id="two is not less than two"),
        pytest.param(QUOTA, {"deaths": 0}, UNKNOWN, OPEN, id="a cap that nobody supplied is asked for, even at zero"),
        pytest.param(QUOTA, {}, UNKNOWN, OPEN, id="neither value nor cap"),
        pytest.param(FEWER, {"deaths": 2, "deaths_before": 3}, SATISFIED, YES, id="fewer than before"),
        pytest.param(FEWER, {"deaths": 3, "deaths_before": 3}, NOT_SATISFIED, NO, id="as many as before"),
        pytest.param(FEWER, {"deaths": 0, "deaths_before": 0}, NOT_SATISFIED, NO, id="none is not fewer than none"),
        pytest.param(FEWER, {"deaths": 0}, UNKNOWN, OPEN, id="fewer than what was left blank"),
        pytest.param(BASELINE, {"deaths": 0, "deaths_before": 0}, NOT_APPLICABLE, None, id="a baseline of none"),
        pytest.param(BASELINE, {"deaths": 1, "deaths_before": 0}, NOT_APPLICABLE, None, id="more than a baseline of 0"),
        pytest.param(BASELINE, {"deaths": 0, "deaths_before": 1}, SATISFIED, YES, id="fewer than a baseline of one"),
        pytest.param(BASELINE, {"deaths": 0}, UNKNOWN, (YES, YES), id="fewer than any baseline but none"),
        pytest.param(BASELINE, {"deaths": 1}, UNKNOWN, OPEN, id="one, of a baseline left blank"),
        pytest.param(BASELINE, {}, UNKNOWN, OPEN, id="neither value nor baseline"),
        pytest.param(BASELINE, {"deaths_before": 1}, UNKNOWN, OPEN, id="the value left blank"),
        pytest.param(NO_MORE, {"deaths": 0}, SATISFIED, YES, id="no more than anything, at zero"),
        pytest.param(NO_MORE, {"deaths": 1}, UNKNOWN, OPEN, id="no more than what was left blank"),
        pytest.param(NO_MORE, {"deaths": 3, "deaths_before": 3}, SATISFIED, YES, id="no more than before"),
    ],
)
def test_limit(judged: Judge, measure: Facts, facts: Facts, outcome: Any, adds: object) -> None:
    """A cap includes its number, a baseline excludes it; there is no partial credit."""
    found = judged(measure, facts)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("quota", "outcome"),
    [(3, SATISFIED), (2, SATISFIED), (1, NOT_SATISFIED), (0, NOT_SATISFIED)],
)
def test_a_supplied_cap(judged: Judge, quota: int, outcome: Any) -> None:
    """A supplied parameter is a cap like any other, zero included."""
    assert judged(QUOTA, {"deaths": 2}, parameters={"quota": quota}).outcome is outcome


@both_backends
@pytest.mark.parametrize(
    ("due", "facts", "as_of", "outcome", "to_date", "next_due"),
    [
        pytest.param("period-end", {"deaths": 2}, "2022-12-30", SATISFIED, True, "2022-12-31", id="kept so far"),
        pytest.param("period-end", {"deaths": 2}, "2022-12-31", SATISFIED, False, "", id="kept to the end"),
        pytest.param("period-end", {"deaths": 3}, "2022-01-01", NOT_SATISFIED, False, "", id="broken early, for good"),
        pytest.param("period-end", {}, "2022-12-30", UNKNOWN, False, "", id="unknown, never pending"),
        pytest.param("standing", {"deaths": 2}, "2022-06-30", SATISFIED, False, "", id="kept as of today"),
    ],
)
def test_to_date(judged: Judge, due: str, facts: Facts, as_of: str, outcome: Any, to_date: bool, next_due: str) -> None:
    """A cap that is kept in an open period is met to date; one that is broken stays so."""
    found = judged({**TWO, "due": due}, facts, as_of=as_of)
    assert (found.outcome, found.to_date, found.next_due) == (outcome, to_date, next_due)


@both_backends
def test_a_baseline_in_an_open_period(judged: Judge) -> None:
    """An unknown baseline leaves a cap unknown in an open period too, and a baseline of none asks nothing."""
    assert judged(BASELINE, {"deaths": 0}, as_of="2022-06-30").outcome is UNKNOWN
    assert judged(BASELINE, {"deaths": 0, "deaths_before": 0}, as_of="2022-06-30").outcome is NOT_APPLICABLE


SUMMED = {"kind": "limit", "value": "dead_in_firms", "at_most": 2}


@both_backends
@pytest.mark.parametrize(
    ("firms", "outcome", "short"),
    [
        pytest.param([], SATISFIED, (0, 0), id="an empty register keeps a cap"),
        pytest.param(None, UNKNOWN, (0, UNBOUNDED - 2), id="an absent one does not say"),
        pytest.param([firm("A", level="one", dead=2)], SATISFIED, (0, 0), id="at the cap"),
        pytest.param(
            [firm("A", level="one", dead=1), firm("B", level="one", dead=2)],
            NOT_SATISFIED,
            (1, 1),
            id="the sum is over it",
        ),
        pytest.param([firm("A", level="two", dead=9)], SATISFIED, (0, 0), id="what the condition leaves out"),
        pytest.param([firm("A", level="one", dead=None)], UNKNOWN, (0, UNBOUNDED - 2), id="a blank may be any number"),
        pytest.param([firm("A", level="one", dead="none")], SATISFIED, (0, 0), id="none is zero"),
        pytest.param(
            [firm("A", level=None, dead=2), firm("B", level="one", dead=1)], UNKNOWN, (0, 1), id="perhaps it counts"
        ),
        pytest.param(
            [firm("A", level="one", dead=3), firm("B", level="one", dead=None)],
            NOT_SATISFIED,
            (1, UNBOUNDED - 2),
            id="already over it",
        ),
        pytest.param(
            [firm("A", level=None, dead=1), firm("B", level="one", dead=1)],
            SATISFIED,
            (0, 0),
            id="either way within it",
        ),
    ],
)
def test_a_sum_from_a_register(judged: Judge, firms: Any, outcome: Any, short: tuple[int, int]) -> None:
    """A sum over records is a span: blanks widen it, records that may not count too."""
    found = judged(SUMMED, {"firms": firms})
    assert (found.outcome, found.short) == (outcome, short)


@both_backends
def test_incomplete_identity_is_only_possible(judged: Judge) -> None:
    """A record without its key may be another one: it counts as possible only."""
    firms = [firm("A", level="one", dead=2), {**firm("A", level="one", dead=2), "id": None}]
    found = judged(SUMMED, {"firms": firms})
    assert (found.outcome, found.short) == (UNKNOWN, (0, 2))
