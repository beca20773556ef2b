"""Frequency: enough events that count in every window; windows do not compensate."""

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
from tests.worlds import linked

QUARTERLY = {
    "kind": "frequency",
    "events": "meetings",
    "at_least": 1,
    "every": "quarter",
    "counts": {"kind": "plenary"},
}
TWICE = {**QUARTERLY, "at_least": 2}
MONTHLY = {**QUARTERLY, "every": "month"}
YEARLY = {**QUARTERLY, "every": "year"}
WEEKLY = {**QUARTERLY, "every": "week"}
DAILY = {**QUARTERLY, "every": "day"}
HALVES = {**QUARTERLY, "every": "half-year"}
CAMPAIGN = {**QUARTERLY, "every": "campaign"}
YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)
FOUR = ("2022-01-11", "2022-05-10", "2022-08-15", "2022-11-08")


def undated(**cells: Any) -> list[dict[str, Any]]:
    return [{"kind": "plenary", "form": "heard", "firm": "F0", "feast": "none", **cells}]


@both_backends
@pytest.mark.parametrize(
    ("measure", "events", "outcome", "adds", "short"),
    [
        pytest.param(QUARTERLY, meetings(*FOUR), SATISFIED, YES, (0, 0), id="one in every quarter"),
        pytest.param(
            QUARTERLY,
            meetings("2022-01-01", "2022-03-31", "2022-04-01", "2022-07-01", "2022-12-31"),
            SATISFIED,
            YES,
            (0, 0),
            id="first and last days count",
        ),
        pytest.param(
            QUARTERLY,
            meetings("2022-01-11", "2022-01-25", "2022-02-15", "2022-03-22"),
            NOT_SATISFIED,
            Fraction(1, 4),
            (3, 3),
            id="four in the first quarter do not make up for three empty ones",
        ),
        pytest.param(QUARTERLY, meetings(*FOUR[:3]), NOT_SATISFIED, Fraction(3, 4), (1, 1), id="one quarter short"),
        pytest.param(QUARTERLY, [], NOT_SATISFIED, NO, (4, 4), id="an empty list says that there was none"),
        pytest.param(QUARTERLY, None, UNKNOWN, OPEN, (0, 4), id="left blank"),
        pytest.param(TWICE, meetings(*FOUR), NOT_SATISFIED, Fraction(1, 2), (4, 4), id="one of two in every quarter"),
        pytest.param(
            TWICE,
            meetings("2022-01-11", "2022-02-11", *FOUR[1:]),
            NOT_SATISFIED,
            Fraction(5, 8),
            (3, 3),
            id="a third in a full quarter earns nothing",
        ),
        pytest.param(QUARTERLY, meetings(*FOUR, kind="visit"), NOT_SATISFIED, NO, (4, 4), id="the other kind"),
        pytest.param(
            QUARTERLY,
            meetings("2021-12-31", "2023-01-01", *FOUR[1:]),
            NOT_SATISFIED,
            Fraction(3, 4),
            (1, 1),
            id="events out of the period",
        ),
        pytest.param(QUARTERLY, [*meetings(*FOUR), *meetings(FOUR[0])], SATISFIED, YES, (0, 0), id="entered twice"),
        pytest.param(
            TWICE,
            [*meetings("2022-01-11"), *meetings(*FOUR), *meetings(*FOUR, firm="F1")[1:]],
            NOT_SATISFIED,
            Fraction(7, 8),
            (1, 1),
            id="entered twice counts once",
        ),
        pytest.param(
            QUARTERLY,
            [*meetings(*FOUR[:3]), *undated()],
            UNKNOWN,
            (Fraction(3, 4), YES),
            (0, 1),
            id="an event without a date may be the missing one",
        ),
        pytest.param(
            QUARTERLY,
            [*meetings(*FOUR[:2]), *undated()],
            NOT_SATISFIED,
            (Fraction(1, 2), Fraction(3, 4)),
            (1, 2),
            id="one event fills one window",
        ),
        pytest.param(
            QUARTERLY,
            [*meetings(*FOUR[:3]), *undated(kind="visit")],
            NOT_SATISFIED,
            Fraction(3, 4),
            (1, 1),
            id="an event without a date of the other kind",
        ),
        pytest.param(
            QUARTERLY,
            [*meetings(*FOUR[:3]), *undated(kind=None, held_on="2022-11-08")],
            UNKNOWN,
            (Fraction(3, 4), YES),
            (0, 1),
            id="an event of unknown kind",
        ),
        pytest.param(
            QUARTERLY,
            [*meetings(*FOUR), *undated(kind=None, held_on="2022-11-09")],
            SATISFIED,
            YES,
            (0, 0),
            id="an unknown that can't change it",
        ),
        pytest.param(
            QUARTERLY,
            [*meetings(*FOUR[:3]), *undated(held_on="2022-11-08", firm=None)],
            SATISFIED,
            YES,
            (0, 0),
            id="an incomplete identity that contradicts every other is another event",
        ),
        pytest.param(
            TWICE,
            [*meetings(*FOUR), *meetings(*FOUR[:3], firm="F1"), *undated(held_on=FOUR[3], firm=None)],
            UNKNOWN,
            (Fraction(7, 8), YES),
            (0, 1),
            id="an event that may repeat another is only possible",
        ),
    ],
)
def test_windows(
    judged: Judge, measure: Facts, events: Any, outcome: Any, adds: object, short: tuple[int, int]
) -> None:
    """Met when every closed window has enough of its own."""
    found = judged(measure, {"meetings": events})
    assert (found.outcome, credit(found), found.short) == (outcome, adds, short)


@both_backends
@pytest.mark.parametrize(
    ("measure", "days", "as_of", "outcome", "to_date", "adds", "next_due"),
    [
        pytest.param(QUARTERLY, [], "2022-03-30", PENDING, False, None, "2022-03-31", id="no window has closed"),
        pytest.param(QUARTERLY, [], "2022-03-31", NOT_SATISFIED, False, NO, "2022-06-30", id="the last day closes it"),
        pytest.param(QUARTERLY, ["2022-03-31"], "2022-03-31", SATISFIED, True, YES, "2022-06-30", id="held that day"),
        pytest.param(QUARTERLY, ["2022-02-01"], "2022-03-30", SATISFIED, True, YES, "2022-06-30", id="early"),
        pytest.param(QUARTERLY, FOUR[:2], "2022-09-29", SATISFIED, True, YES, "2022-09-30", id="one still open"),
        pytest.param(
            QUARTERLY,
            FOUR[:2],
            "2022-09-30",
            NOT_SATISFIED,
            False,
            Fraction(2, 3),
            "2022-12-31",
            id="the third just closed",
        ),
        pytest.param(QUARTERLY, FOUR, "2022-09-29", SATISFIED, True, YES, "2022-12-31", id="a plan is not held yet"),
        pytest.param(TWICE, ["2022-02-01"], "2022-03-30", PENDING, False, None, "2022-03-31", id="half way, and open"),
        pytest.param(YEARLY, ["2022-01-05"], "2022-06-30", SATISFIED, False, YES, "", id="a yearly minimum reached"),
        pytest.param(YEARLY, [], "2022-12-30", PENDING, False, None, "2022-12-31", id="a yearly minimum, still open"),
        pytest.param(HALVES, ["2022-06-30"], "2022-06-30", SATISFIED, True, YES, "2022-12-31", id="the first half"),
        pytest.param(MONTHLY, ["2022-01-31"], "2022-02-27", SATISFIED, True, YES, "2022-02-28", id="February is open"),
        pytest.param(
            MONTHLY,
            ["2022-01-31"],
            "2022-02-28",
            NOT_SATISFIED,
            False,
            Fraction(1, 2),
            "2022-03-31",
            id="February is closed",
        ),
        pytest.param(
            WEEKLY,
            ["2022-01-01", "2022-01-09"],
            "2022-01-09",
            SATISFIED,
            True,
            YES,
            "2022-01-16",
            id="the cut first week, and the Sunday of the next",
        ),
        pytest.param(
            WEEKLY,
            ["2022-01-09"],
            "2022-01-09",
            NOT_SATISFIED,
            False,
            Fraction(1, 2),
            "2022-01-16",
            id="the first two days of the year are a week of their own",
        ),
        pytest.param(
            DAILY,
            ["2022-01-01", "2022-01-03"],
            "2022-01-03",
            NOT_SATISFIED,
            False,
            Fraction(2, 3),
            "2022-01-04",
            id="a day left out",
        ),
        pytest.param(
            DAILY, ["2022-01-01", "2022-01-02"], "2022-01-02", SATISFIED, True, YES, "2022-01-03", id="every day so far"
        ),
        pytest.param(CAMPAIGN, [], "2022-12-30", PENDING, False, None, "2022-12-31", id="the campaign is open"),
        pytest.param(CAMPAIGN, [], "2022-12-31", NOT_SATISFIED, False, NO, "", id="the campaign is over"),
        pytest.param(CAMPAIGN, ["2022-12-31"], "2022-12-31", SATISFIED, False, YES, "", id="on its last day"),
    ],
)
def test_open_and_closed(
    judged: Judge,
    measure: Facts,
    days: Any,
    as_of: str,
    outcome: Any,
    to_date: bool,
    adds: object,
    next_due: str,
) -> None:
    """A closed window is final, an open one is not; met with one open is met to date."""
    found = judged(measure, {"meetings": meetings(*days)}, as_of=as_of)
    assert (found.outcome, found.to_date, credit(found), found.next_due) == (outcome, to_date, adds, next_due)


TOGETHER = {**HALVES, "together": True}
MONTHLY_TOGETHER = {**MONTHLY, "together": True}


@both_backends
@pytest.mark.parametrize(
    ("measure", "events", "as_of", "outcome", "adds", "next_due"),
    [
        pytest.param(TOGETHER, meetings(), "2022-06-29", PENDING, None, "2022-06-30", id="the first is open"),
        pytest.param(TOGETHER, meetings(), "2022-06-30", NOT_SATISFIED, NO, "2022-12-31", id="the first was missed"),
        pytest.param(
            TOGETHER, meetings("2022-05-15"), "2022-06-29", PENDING, None, "2022-12-31", id="the first is reached early"
        ),
        pytest.param(
            TOGETHER,
            meetings("2022-05-15", "2022-06-20"),
            "2022-12-30",
            PENDING,
            None,
            "2022-12-31",
            id="two in the first, the second open",
        ),
        pytest.param(
            TOGETHER,
            meetings("2022-05-15", "2022-06-20"),
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(1, 2),
            "",
            id="two in the first, none in the second",
        ),
        pytest.param(
            TOGETHER,
            meetings("2022-05-15", "2022-07-01"),
            "2022-07-01",
            SATISFIED,
            YES,
            "",
            id="both, the second early",
        ),
        pytest.param(
            TOGETHER,
            meetings("2022-07-01"),
            "2022-07-01",
            NOT_SATISFIED,
            Fraction(1, 2),
            "",
            id="the first missed, the second reached early: none to come",
        ),
        pytest.param(
            MONTHLY_TOGETHER,
            meetings("2022-01-11", "2022-02-11"),
            "2022-03-31",
            NOT_SATISFIED,
            NO,
            "2022-04-30",
            id="no credit for what is met while others are to come",
        ),
        pytest.param(TOGETHER, undated(), "2022-06-30", UNKNOWN, (NO, NO), "2022-12-31", id="an event without a date"),
        pytest.param(
            TOGETHER,
            [*meetings("2022-05-15"), *undated()],
            "2022-12-30",
            PENDING,
            (YES, YES),
            "2022-12-31",
            id="the event without a date may have reached the second",
        ),
        pytest.param(TOGETHER, None, "2022-12-30", UNKNOWN, (NO, YES), "2022-12-31", id="nothing said"),
    ],
)
def test_windows_asked_together(
    judged: Judge, measure: Facts, events: Any, as_of: str, outcome: Any, adds: object, next_due: str
) -> None:
    """One result over all windows: pending until the last is reached, broken at the first that was missed."""
    found = judged(measure, {"meetings": events}, as_of=as_of)
    assert (found.outcome, credit(found), found.next_due) == (outcome, adds, next_due)
    assert found.out is (not isinstance(adds, Fraction))
    assert not found.to_date


@both_backends
@pytest.mark.parametrize(
    ("days", "partial", "as_of", "outcome", "adds"),
    [
        pytest.param(["2022-01-11"], "whole", "2022-03-31", SATISFIED, YES, id="whole: January counts"),
        pytest.param(["2022-01-11"], "clipped", "2022-03-31", NOT_SATISFIED, NO, id="clipped: January does not"),
        pytest.param(["2022-02-20"], "clipped", "2022-03-31", NOT_SATISFIED, NO, id="clipped: the day before"),
        pytest.param(["2022-02-21"], "clipped", "2022-03-31", SATISFIED, YES, id="clipped: the day itself"),
        pytest.param([], "skip", "2022-03-31", PENDING, None, id="skip: the first quarter asks nothing"),
        pytest.param([], "skip", "2022-06-30", NOT_SATISFIED, NO, id="skip: the second does"),
        pytest.param(["2022-01-11"], "skip", "2022-06-30", NOT_SATISFIED, NO, id="skip: an event before it binds"),
        pytest.param(["2022-04-01"], "skip", "2022-06-30", SATISFIED, YES, id="skip: the second is enough"),
        pytest.param([], "whole", "2022-02-20", PENDING, None, id="before it binds"),
    ],
)
def test_the_window_in_which_it_begins_to_bind(
    judged: Judge, days: Any, partial: str, as_of: str, outcome: Any, adds: object
) -> None:
    """The window that contains `binds_from` binds whole, clipped to its days, or not at all."""
    settings = {"binds": "issue", "partial": partial}
    found = judged(QUARTERLY, {"meetings": meetings(*days)}, as_of=as_of, parameters=settings)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
def test_windows_that_ended_before_it_bound(judged: Judge) -> None:
    """January ended before the day of issue: it is not asked."""
    found = judged(MONTHLY, {"meetings": []}, as_of="2022-02-28", parameters={"binds": "issue"})
    assert (found.outcome, found.short) == (NOT_SATISFIED, (1, 1))


@both_backends
@pytest.mark.parametrize(
    ("through", "days", "as_of", "outcome", "adds"),
    [
        pytest.param("2022-06-30", FOUR[:2], "2022-06-30", SATISFIED, YES, id="complete up to the cut"),
        pytest.param("2022-06-30", FOUR[:2], "2022-12-31", UNKNOWN, (Fraction(1, 2), YES), id="later windows unknown"),
        pytest.param(
            "2022-06-30",
            FOUR[:1],
            "2022-12-31",
            NOT_SATISFIED,
            (Fraction(1, 4), Fraction(3, 4)),
            id="short in a window that is complete",
        ),
        pytest.param("2022-06-30", FOUR, "2022-12-31", SATISFIED, YES, id="what is listed later counts"),
        pytest.param("2022-09-29", FOUR[:2], "2022-09-30", UNKNOWN, (Fraction(2, 3), YES), id="a day is lacking"),
        pytest.param("2022-09-29", FOUR[:2], "2022-09-29", SATISFIED, YES, id="complete, with one window open"),
        pytest.param("2022-08-31", FOUR[:2], "2022-09-29", SATISFIED, YES, id="only the open window is incomplete"),
        pytest.param("2022-12-31", FOUR, "2022-12-31", SATISFIED, YES, id="complete to the end"),
    ],
)
def test_through(judged: Judge, through: str, days: Any, as_of: str, outcome: Any, adds: object) -> None:
    """`through` is the day up to which a list is complete; what it says beyond that day is not all."""
    found = judged(QUARTERLY, {"meetings": {"through": through, "events": meetings(*days)}}, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


FEASTS = {**QUARTERLY, "every": "occasion", "occasions": "feasts"}


def feast(day: str | None, name: str | None) -> list[dict[str, Any]]:
    return [{"held_on": day, "kind": "plenary", "form": "heard", "firm": "F0", "feast": name}]


SPRING, MAY, OCTOBER = feast("2022-01-30", "spring"), feast("2022-04-30", "may"), feast("2022-10-07", "october")


@both_backends
@pytest.mark.parametrize(
    ("events", "as_of", "outcome", "adds"),
    [
        pytest.param([*SPRING, *MAY, *OCTOBER], "2022-12-31", SATISFIED, YES, id="each has its own; a moved one none"),
        pytest.param([*SPRING, *MAY], "2022-12-31", NOT_SATISFIED, Fraction(2, 3), id="October was left out"),
        pytest.param([*SPRING, *MAY], "2022-10-06", SATISFIED, YES, id="October is still on"),
        pytest.param([*SPRING, *MAY], "2022-10-07", NOT_SATISFIED, Fraction(2, 3), id="its last day closes it"),
        pytest.param([], "2022-01-30", PENDING, None, id="before the first"),
        pytest.param(
            [*SPRING, *MAY, *feast("2022-09-01", "october")],
            "2022-12-31",
            SATISFIED,
            YES,
            id="long before it, and named",
        ),
        pytest.param(
            [*SPRING, *MAY, *feast("2022-10-08", "october")],
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(2, 3),
            id="the day after it is too late",
        ),
        pytest.param(
            [*SPRING, *MAY, *feast("2022-10-01", "none")],
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(2, 3),
            id="on the days, but named for none",
        ),
        pytest.param(
            [*SPRING, *MAY, *feast("2022-10-01", "moved")],
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(2, 3),
            id="named for one that was moved",
        ),
        pytest.param(
            [*SPRING, *MAY, *feast("2022-10-01", None)],
            "2022-12-31",
            UNKNOWN,
            (Fraction(2, 3), YES),
            id="which one it served is blank",
        ),
        pytest.param(
            [*SPRING, *MAY, *feast(None, "october")],
            "2022-12-31",
            UNKNOWN,
            (Fraction(2, 3), YES),
            id="when it was held is blank",
        ),
        pytest.param(
            [*SPRING, *MAY, *feast("2021-12-31", "october")],
            "2022-12-31",
            NOT_SATISFIED,
            Fraction(2, 3),
            id="before the period",
        ),
    ],
)
def test_occasions(judged: Judge, events: Any, as_of: str, outcome: Any, adds: object) -> None:
    """An event serves the occasion that it names, before it or during it."""
    found = judged(FEASTS, {"meetings": events}, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


EACH_FIRM = {**QUARTERLY, "per": "firms"}
BIG_ONES = {**EACH_FIRM, "where": {"big": True}}
A, B = firm("F0", big=True), firm("F1", big=False)
BOTH = [*meetings(*FOUR, firm="F0"), *meetings(*FOUR, firm="F1")]


@both_backends
@pytest.mark.parametrize(
    ("measure", "firms", "events", "outcome", "adds"),
    [
        pytest.param(EACH_FIRM, [A, B], BOTH, SATISFIED, YES, id="every firm in every quarter"),
        pytest.param(EACH_FIRM, [A, B], BOTH[:7], NOT_SATISFIED, Fraction(7, 8), id="one firm missed one quarter"),
        pytest.param(EACH_FIRM, [A, B], [*BOTH[:4], *BOTH[:4]], NOT_SATISFIED, Fraction(1, 2), id="one firm only"),
        pytest.param(EACH_FIRM, [], [], NOT_APPLICABLE, None, id="no firms"),
        pytest.param(EACH_FIRM, None, [], UNKNOWN, OPEN, id="firms left blank"),
        pytest.param(EACH_FIRM, [A], None, UNKNOWN, OPEN, id="events left blank"),
        pytest.param(EACH_FIRM, [], None, NOT_APPLICABLE, None, id="no firms need no events"),
        pytest.param(BIG_ONES, [A, B], BOTH[:4], SATISFIED, YES, id="the small one is not asked"),
        pytest.param(BIG_ONES, [B], [], NOT_APPLICABLE, None, id="only small ones"),
        pytest.param(
            BIG_ONES,
            [A, firm("F1", big=None)],
            BOTH[:4],
            UNKNOWN,
            (Fraction(1, 2), YES),
            id="perhaps a big one, never visited",
        ),
        pytest.param(BIG_ONES, [A, firm("F1", big=None)], BOTH, SATISFIED, YES, id="perhaps a big one, always visited"),
        pytest.param(BIG_ONES, [firm("F1", big=None)], BOTH[4:], UNKNOWN, (YES, YES), id="perhaps nobody is asked"),
        pytest.param(
            EACH_FIRM,
            [A],
            [*BOTH[:3], *meetings(FOUR[3], firm=None)],
            UNKNOWN,
            (Fraction(3, 4), YES),
            id="an event of an unnamed firm is only possible",
        ),
        pytest.param(
            EACH_FIRM,
            [A],
            [*BOTH[:3], *undated(firm="F0")],
            UNKNOWN,
            (Fraction(3, 4), YES),
            id="an event without a date is only possible",
        ),
        pytest.param(EACH_FIRM, [{**A, "id": None}], BOTH[:4], UNKNOWN, OPEN, id="a firm without its name"),
    ],
)
def test_per_subject(judged: Judge, measure: Facts, firms: Any, events: Any, outcome: Any, adds: object) -> None:
    """Every subject has its own windows; one does not stand in for another."""
    found = judged(measure, {"firms": firms, "meetings": events})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("cells", "days", "partial", "outcome", "adds"),
    [
        pytest.param({"since": "2022-07-01"}, FOUR[2:], "whole", SATISFIED, YES, id="there since July"),
        pytest.param({"since": "2022-07-01"}, FOUR[3:], "whole", NOT_SATISFIED, Fraction(1, 2), id="since July, short"),
        pytest.param(
            {"since": "2022-08-20"},
            FOUR[3:],
            "whole",
            NOT_SATISFIED,
            Fraction(1, 2),
            id="begun inside a window: it binds",
        ),
        pytest.param(
            {"since": "2022-08-20"}, FOUR[3:], "skip", SATISFIED, YES, id="begun inside a window: only whole ones bind"
        ),
        pytest.param({"until": "2022-06-30"}, FOUR[:2], "whole", SATISFIED, YES, id="there until June"),
        pytest.param(
            {"until": "2022-07-01"}, FOUR[:2], "whole", NOT_SATISFIED, Fraction(2, 3), id="there for one day of July"
        ),
        pytest.param({"until": "2022-07-01"}, FOUR[:2], "skip", SATISFIED, YES, id="one day of July is no quarter"),
        pytest.param({"since": None}, FOUR[2:], "whole", UNKNOWN, (Fraction(1, 2), YES), id="since when is blank"),
        pytest.param({"since": None}, FOUR, "whole", SATISFIED, YES, id="blank, and it does not matter"),
        pytest.param({"until": None}, FOUR[:2], "whole", UNKNOWN, (Fraction(1, 2), YES), id="until when is blank"),
        pytest.param(
            {"shut": ["2022-07-01..2022-09-30"]},
            [*FOUR[:2], FOUR[3]],
            "whole",
            SATISFIED,
            YES,
            id="shut down for a whole quarter",
        ),
        pytest.param(
            {"shut": ["2022-07-01..2022-09-29"]},
            [*FOUR[:2], FOUR[3]],
            "whole",
            NOT_SATISFIED,
            Fraction(3, 4),
            id="shut down for all but a day",
        ),
        pytest.param(
            {"shut": ["2022-07-01..2022-08-15", "2022-08-16..2022-09-30"]},
            [*FOUR[:2], FOUR[3]],
            "whole",
            SATISFIED,
            YES,
            id="shut down in two stretches that meet",
        ),
        pytest.param(
            {"shut": ["2022-07-01..2022-08-15", "2022-08-17..2022-09-30"]},
            [*FOUR[:2], FOUR[3]],
            "whole",
            NOT_SATISFIED,
            Fraction(3, 4),
            id="with a working day between",
        ),
        pytest.param({"shut": None}, [*FOUR[:2], FOUR[3]], "whole", UNKNOWN, (Fraction(3, 4), YES), id="blank"),
        pytest.param({"shut": ["2022-01-01..2022-12-31"]}, [], "whole", NOT_APPLICABLE, None, id="shut all year"),
        pytest.param(
            {"shut": ["2022-01-01..2022-12-31"]},
            FOUR[:1],
            "whole",
            SATISFIED,
            YES,
            id="an event held all the same counts",
        ),
        pytest.param({"since": "2023-01-01"}, [], "whole", NOT_APPLICABLE, None, id="not there yet"),
    ],
)
def test_subjects_in_time(judged: Judge, cells: Facts, days: Any, partial: str, outcome: Any, adds: object) -> None:
    """A subject is asked from its `since` to its `until`, and not while it is excepted throughout."""
    facts = {"firms": [firm("F0", **cells)], "meetings": meetings(*days)}
    found = judged(EACH_FIRM, facts, parameters={"partial": partial})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("firms", "as_of", "outcome", "next_due"),
    [
        pytest.param([A], "2022-01-15", PENDING, "2022-02-06", id="firms, and every occasion still to come"),
        pytest.param([], "2022-01-15", NOT_APPLICABLE, "", id="no firms"),
        pytest.param([firm("F0", until="2022-01-10")], "2022-01-15", NOT_APPLICABLE, "", id="a firm that is gone"),
        pytest.param([firm("F0", until=None)], "2022-01-15", PENDING, "2022-02-06", id="a firm that may be gone"),
        pytest.param(None, "2022-01-15", UNKNOWN, "2022-02-06", id="firms left blank"),
    ],
)
def test_subjects_before_their_first_window(judged: Judge, firms: Any, as_of: str, outcome: Any, next_due: str) -> None:
    """Before the first window has begun, those who will be asked are not due yet."""
    found = judged({**FEASTS, "per": "firms"}, {"firms": firms, "meetings": []}, as_of=as_of)
    assert (found.outcome, found.next_due) == (outcome, next_due)


@both_backends
def test_a_subject_that_was_never_asked_in_a_window_so_far(judged: Judge) -> None:
    """Where every window so far was excepted nothing has been asked."""
    facts = {"firms": [firm("F0", shut=["2022-01-01..2022-03-31"])], "meetings": []}
    assert judged(EACH_FIRM, facts, as_of="2022-03-31").outcome is NOT_APPLICABLE


@both_backends
def test_a_number_that_nobody_supplied(judged: Judge) -> None:
    """定期 without a number is unknown, however many there were."""
    measure = {**QUARTERLY, "at_least": {"parameter": "quota"}}
    assert judged(measure, {"meetings": meetings(*FOUR)}).outcome is UNKNOWN
    assert judged(measure, {"meetings": meetings(*FOUR)}, parameters={"quota": 1}).outcome is SATISFIED


@both_backends
def test_a_hard_duty_has_no_partial_credit(judged: Judge) -> None:
    """Three of four quarters are nothing where the duty is hard."""
    found = judged(QUARTERLY, {"meetings": meetings(*FOUR[:3])}, rule={"hard": True})
    assert (found.outcome, credit(found)) == (NOT_SATISFIED, NO)


@both_backends
@pytest.mark.parametrize(
    ("period", "outcome"),
    [("2022Q1", SATISFIED), ("2022H1", NOT_SATISFIED), (2022, NOT_SATISFIED)],
)
def test_the_cut_of_a_submission(judged: Judge, period: object, outcome: Any) -> None:
    """Windows run to the end of the submission's period, also where it is judged later."""
    assert judged(QUARTERLY, {"meetings": meetings("2022-01-11")}, period=period).outcome is outcome


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        pytest.param({"kind": "plenary"}, True, id="one kind"),
        pytest.param({"kind": {"one_of": ["plenary", "visit"]}}, True, id="either kind"),
        pytest.param({"any_of": [{"kind": "plenary"}, {"kind": "visit", "form": "heard"}]}, True, id="either way"),
        pytest.param({"any_of": [{"kind": "plenary"}, {"form": "heard"}]}, False, id="one way says no kind"),
        pytest.param({"not": {"kind": "plenary"}}, False, id="not one kind is any other"),
        pytest.param({"form": "heard"}, False, id="no kind"),
        pytest.param(None, False, id="no condition"),
    ],
)
def test_events_of_several_kinds(counts: Any, told: bool) -> None:
    """An event counts for one rule of its kind: the condition says which."""
    measure = {name: value for name, value in {**QUARTERLY, "counts": counts}.items() if value is not None}
    if told:
        assert linked(measure).kind == "frequency"
    else:
        with pytest.raises(AssertionError, match="let counts test 'kind'"):
            linked(measure)
