"""Coverage: every subject of a register was reached within its cycle."""

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
    meetings,
)

YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)
HALF = Fraction(1, 2)
ROLLING = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "cycle": {"years": 1},
    "counts": {"kind": "visit"},
}
HALF_YEAR = {**ROLLING, "cycle": {"months": 6}}
CALENDAR = {**ROLLING, "mode": "calendar"}
LAST_VISIT = {**ROLLING, "mode": "last-visit"}
BIG_ONES = {**ROLLING, "where": {"big": True}}
A, B = firm("F0", big=True), firm("F1", big=True)


def visits(*days: str, to: str | None = "F0", **cells: Any) -> list[dict[str, Any]]:
    return meetings(*days, kind="visit", **{"firm": to, **cells})


@both_backends
@pytest.mark.parametrize(
    ("measure", "firms", "events", "outcome", "adds"),
    [
        pytest.param(ROLLING, [A], visits("2022-12-31"), SATISFIED, YES, id="on the last day"),
        pytest.param(ROLLING, [A], visits("2022-01-01"), SATISFIED, YES, id="on the first day of the cycle"),
        pytest.param(ROLLING, [A], visits("2021-12-31"), NOT_SATISFIED, NO, id="the day before the cycle"),
        pytest.param(HALF_YEAR, [A], visits("2022-07-01"), SATISFIED, YES, id="the first day of the last half-year"),
        pytest.param(HALF_YEAR, [A], visits("2022-06-30"), NOT_SATISFIED, NO, id="the day before it"),
        pytest.param(ROLLING, [A, B], visits("2022-05-01"), NOT_SATISFIED, HALF, id="one of two"),
        pytest.param(ROLLING, [A], visits("2022-05-01", "2022-06-01"), SATISFIED, YES, id="twice"),
        pytest.param(
            ROLLING,
            [A, B],
            visits("2022-05-01", "2022-06-01"),
            NOT_SATISFIED,
            HALF,
            id="one visited twice does not stand in for the other",
        ),
        pytest.param(ROLLING, [A], [], NOT_SATISFIED, NO, id="no visits at all"),
        pytest.param(ROLLING, [], visits("2022-05-01", to=None), NOT_APPLICABLE, None, id="nobody to visit"),
        pytest.param(ROLLING, [], None, NOT_APPLICABLE, None, id="nobody to visit, visits left blank"),
        pytest.param(ROLLING, [A], None, UNKNOWN, OPEN, id="visits left blank"),
        pytest.param(ROLLING, None, [], UNKNOWN, OPEN, id="subjects left blank"),
        pytest.param(ROLLING, [A], meetings("2022-05-01"), NOT_SATISFIED, NO, id="another kind of event"),
        pytest.param(ROLLING, [A], visits("2022-05-01", to=None), UNKNOWN, OPEN, id="whom it was to is blank"),
        pytest.param(
            ROLLING, [A, B], visits("2022-05-01", to=None), UNKNOWN, OPEN, id="one unnamed visit, two to visit"
        ),
        pytest.param(
            ROLLING,
            [A, B],
            [*visits("2022-05-01"), *visits("2022-06-01", to=None)],
            UNKNOWN,
            (HALF, YES),
            id="one named, one unnamed",
        ),
        pytest.param(ROLLING, [A], visits("2022-05-01", held_on=None), UNKNOWN, OPEN, id="when is blank"),
        pytest.param(
            ROLLING, [A], [{**visits("2022-05-01")[0], "kind": None}], UNKNOWN, OPEN, id="of what kind is blank"
        ),
        pytest.param(ROLLING, [A], visits("2023-01-01"), NOT_SATISFIED, NO, id="a visit that is planned"),
        pytest.param(ROLLING, [{**A, "id": None}], visits("2022-05-01"), UNKNOWN, OPEN, id="a subject without name"),
        pytest.param(ROLLING, [A], {"through": "2022-06-30", "events": []}, UNKNOWN, OPEN, id="visits up to June"),
        pytest.param(
            ROLLING,
            [A],
            {"through": "2022-06-30", "events": visits("2022-05-01")},
            SATISFIED,
            YES,
            id="visits up to June, one in May",
        ),
        pytest.param(BIG_ONES, [A, firm("F1", big=False)], visits("2022-05-01"), SATISFIED, YES, id="one is not asked"),
        pytest.param(
            BIG_ONES, [A, firm("F1", big=None)], visits("2022-05-01"), UNKNOWN, (HALF, YES), id="one is perhaps asked"
        ),
        pytest.param(
            BIG_ONES,
            [firm("F0", big=None)],
            visits("2022-05-01"),
            UNKNOWN,
            (YES, YES),
            id="visited, and perhaps not asked",
        ),
    ],
)
def test_rolling(judged: Judge, measure: Facts, firms: Any, events: Any, outcome: Any, adds: object) -> None:
    """Every subject was reached in the cycle that ends with the cut."""
    found = judged(measure, {"firms": firms, "meetings": events})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("cells", "events", "outcome", "adds"),
    [
        pytest.param({"since": "2021-12-31"}, [], NOT_SATISFIED, NO, id="there for a whole cycle"),
        pytest.param({"since": "2022-01-01"}, [], PENDING, None, id="new in the cycle"),
        pytest.param({"since": "2022-01-01"}, visits("2022-05-01"), SATISFIED, YES, id="new, and visited"),
        pytest.param({"since": "2023-01-01"}, [], NOT_APPLICABLE, None, id="not there yet"),
        pytest.param({"since": None}, [], UNKNOWN, (NO, NO), id="since when is blank"),
        pytest.param({"since": None}, visits("2022-05-01"), SATISFIED, YES, id="blank, and visited"),
        pytest.param({"until": "2022-12-30"}, [], NOT_APPLICABLE, None, id="gone the day before"),
        pytest.param({"until": "2022-12-31"}, [], NOT_SATISFIED, NO, id="there on the last day"),
        pytest.param({"until": None}, [], UNKNOWN, (NO, NO), id="until when is blank"),
        pytest.param({"until": "2022-06-30"}, visits("2022-05-01"), SATISFIED, YES, id="gone, and visited before"),
        pytest.param({"shut": ["2022-12-31"]}, [], NOT_APPLICABLE, None, id="shut on the day"),
        pytest.param({"shut": ["2022-12-30"]}, [], NOT_SATISFIED, NO, id="shut the day before"),
        pytest.param({"shut": None}, [], UNKNOWN, (NO, NO), id="shutdown left blank"),
    ],
)
def test_subjects_in_time(judged: Judge, cells: Facts, events: Any, outcome: Any, adds: object) -> None:
    """A subject new in the cycle is pending; one that is gone or shut down asks nothing."""
    found = judged(ROLLING, {"firms": [firm("F0", **cells)], "meetings": events})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("mode", "firms", "events", "as_of", "outcome", "adds", "next_due"),
    [
        pytest.param(CALENDAR, [A], [], "2022-12-30", PENDING, None, "2022-12-31", id="the calendar cycle is open"),
        pytest.param(CALENDAR, [A], [], "2022-12-31", NOT_SATISFIED, NO, "2022-12-31", id="it is closed"),
        pytest.param(CALENDAR, [A], visits("2022-05-01"), "2022-06-30", SATISFIED, YES, "", id="reached early"),
        pytest.param(
            CALENDAR,
            [A],
            visits("2021-12-31"),
            "2022-06-30",
            PENDING,
            None,
            "2022-12-31",
            id="last year's visit is not of this cycle",
        ),
        pytest.param(
            CALENDAR,
            [A, B],
            visits("2022-05-01"),
            "2022-06-30",
            SATISFIED,
            YES,
            "2022-12-31",
            id="one reached, one still to come",
        ),
        pytest.param(
            LAST_VISIT, [A], [], "2022-12-31", PENDING, None, "2023-01-01", id="who was never visited has a whole cycle"
        ),
        pytest.param(
            LAST_VISIT,
            [A],
            visits("2021-06-30"),
            "2022-06-30",
            NOT_SATISFIED,
            NO,
            "2022-06-30",
            id="a year after the last visit",
        ),
        pytest.param(LAST_VISIT, [A], visits("2021-07-01"), "2022-06-30", SATISFIED, YES, "", id="a day less"),
        pytest.param(
            LAST_VISIT,
            [A],
            visits("2022-05-01", held_on=None),
            "2022-06-30",
            UNKNOWN,
            OPEN,
            "2023-01-01",
            id="when the last visit was is blank",
        ),
        pytest.param(
            LAST_VISIT,
            [A],
            {"through": "2022-06-29", "events": []},
            "2022-06-30",
            UNKNOWN,
            OPEN,
            "2023-01-01",
            id="visits complete up to the day before",
        ),
        pytest.param(ROLLING, [A], [], "2022-06-30", NOT_SATISFIED, NO, "2023-01-01", id="rolling needs no grace"),
    ],
)
def test_modes(
    judged: Judge, mode: Facts, firms: Any, events: Any, as_of: str, outcome: Any, adds: object, next_due: str
) -> None:
    """The cycle is the stretch up to the cut, the one that ends with the period, or runs from the last visit."""
    found = judged(mode, {"firms": firms, "meetings": events}, as_of=as_of)
    assert (found.outcome, credit(found), found.next_due) == (outcome, adds, next_due)


@both_backends
def test_a_cycle_that_nobody_supplied(judged: Judge) -> None:
    """Without its cycle coverage can't be judged."""
    measure = {**ROLLING, "cycle": {"parameter": "quota"}}
    assert judged(measure, {"firms": [A], "meetings": visits("2022-05-01")}).outcome is UNKNOWN


@both_backends
def test_a_hard_duty_has_no_partial_credit(judged: Judge) -> None:
    """One of two is nothing where the duty is hard."""
    found = judged(ROLLING, {"firms": [A, B], "meetings": visits("2022-05-01")}, rule={"hard": True})
    assert (found.outcome, credit(found), found.short) == (NOT_SATISFIED, NO, (1, 1))


@both_backends
def test_an_event_that_may_repeat_another(judged: Judge) -> None:
    """A visit whose identity is incomplete may be the other firm's visit, entered again."""
    events = [*visits("2022-05-01"), *visits("2022-05-01", to=None)]
    assert judged(ROLLING, {"firms": [A], "meetings": events}).outcome is SATISFIED
    assert judged(ROLLING, {"firms": [A, B], "meetings": events}).outcome is UNKNOWN
