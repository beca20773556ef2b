"""Days, durations, periods and windows: calendar arithmetic without a clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safescore.period import (
    NO_SLOT,
    Clock,
    Days,
    Duration,
    Every,
    Occasion,
    Partial,
    Slots,
    Window,
    calendar_window,
    day_text,
    following,
    moment_text,
    parse_day,
    parse_moment,
    parse_period,
)
from tests.worlds import day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("2022-09-30", "2022-09-30", id="a day"),
        pytest.param("2024-02-29", "2024-02-29", id="a leap day"),
        pytest.param("2022-02-29", None, id="no leap year"),
        pytest.param("2022-09-31", None, id="September has 30"),
        pytest.param("2022-13-01", None, id="no thirteenth month"),
        pytest.param("0000-01-01", None, id="no year 0"),
        pytest.param("2022-9-30", None, id="one digit"),
        pytest.param("2022/09/30", None, id="slashes"),
        pytest.param("2022-09-30 ", None, id="a blank behind it"),
        pytest.param("2022-09-30\n", None, id="a line break behind it"),
        pytest.param("２０２２-09-30", None, id="full-width digits"),
        pytest.param("20220930", None, id="no dashes"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_parse_day(text: str, found: str | None) -> None:
    parsed = parse_day(text)
    assert (day_text(parsed) if parsed is not None else None) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("2022-07-01 08:30", "2022-07-01 08:30", id="a minute"),
        pytest.param("2022-07-01T08:30", "2022-07-01 08:30", id="with a T"),
        pytest.param("2022-07-01 00:00", "2022-07-01 00:00", id="the first minute"),
        pytest.param("2022-07-01 23:59", "2022-07-01 23:59", id="the last minute"),
        pytest.param("2022-07-01 24:00", None, id="no hour 24"),
        pytest.param("2022-07-01 23:60", None, id="no minute 60"),
        pytest.param("2022-02-30 08:30", None, id="no such day"),
        pytest.param("2022-07-01 8:30", None, id="one digit"),
        pytest.param("2022-07-01", None, id="a day is no minute"),
        pytest.param("2022-07-01 08:30:00", None, id="seconds"),
    ],
)
def test_parse_moment(text: str, found: str | None) -> None:
    parsed = parse_moment(text)
    assert (moment_text(parsed) if parsed is not None else None) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("2022", "2022-01-01..2022-12-31", id="a year"),
        pytest.param("2022Q1", "2022-01-01..2022-03-31", id="the first quarter"),
        pytest.param("2022Q4", "2022-10-01..2022-12-31", id="the last quarter"),
        pytest.param("2022H1", "2022-01-01..2022-06-30", id="the first half"),
        pytest.param("2022H2", "2022-07-01..2022-12-31", id="the second half"),
        pytest.param("2022-02", "2022-02-01..2022-02-28", id="February"),
        pytest.param("2024-02", "2024-02-01..2024-02-29", id="February of a leap year"),
        pytest.param("2022-12", "2022-12-01..2022-12-31", id="December"),
        pytest.param("2022-13", None, id="no thirteenth month"),
        pytest.param("2022-00", None, id="no month 0"),
        pytest.param("2022Q5", None, id="no fifth quarter"),
        pytest.param("2022Q0", None, id="no quarter 0"),
        pytest.param("2022H3", None, id="no third half"),
        pytest.param("0000", None, id="no year 0"),
        pytest.param("22", None, id="two digits"),
        pytest.param("2022-01-01", None, id="a day is no period"),
        pytest.param("2022年", None, id="a year in words"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_parse_period(text: str, found: str | None) -> None:
    parsed = parse_period(text)
    assert (str(parsed) if parsed is not None else None) == found


@pytest.mark.parametrize(
    ("start", "span", "after", "before"),
    [
        pytest.param("2022-01-31", Duration(months=1), "2022-02-28", "2021-12-31", id="the month's last day"),
        pytest.param("2022-03-31", Duration(months=1), "2022-04-30", "2022-02-28", id="back to February"),
        pytest.param("2024-02-29", Duration(years=1), "2025-02-28", "2023-02-28", id="from a leap day"),
        pytest.param("2024-02-29", Duration(years=4), "2028-02-29", "2020-02-29", id="to a leap day"),
        pytest.param("2022-12-31", Duration(days=1), "2023-01-01", "2022-12-30", id="over the year"),
        pytest.param("2022-11-30", Duration(months=3), "2023-02-28", "2022-08-30", id="over the year by months"),
        pytest.param("2022-01-15", Duration(years=1, months=1, days=1), "2023-02-16", "2020-12-14", id="all three"),
        pytest.param("2022-01-15", Duration(), "2022-01-15", "2022-01-15", id="nothing"),
        pytest.param("9999-12-31", Duration(years=1), "9999-12-31", "9998-12-31", id="not beyond the last year"),
        pytest.param("0001-01-01", Duration(days=1), "0001-01-02", "0001-01-01", id="not before the first day"),
        pytest.param("9999-12-31", Duration(days=1), "9999-12-31", "9999-12-30", id="not beyond the last day"),
    ],
)
def test_duration(start: str, span: Duration, after: str, before: str) -> None:
    """A duration ends on the corresponding day, else on the month's last."""
    assert (day_text(span.after(day(start))), day_text(span.before(day(start)))) == (after, before)


@pytest.mark.parametrize(
    ("span", "text"),
    [(Duration(years=2), "P2Y"), (Duration(months=6), "P6M"), (Duration(days=30), "P30D"), (Duration(), "P")],
)
def test_duration_in_words(span: Duration, text: str) -> None:
    assert str(span) == text


@pytest.mark.parametrize(
    ("every", "at", "label", "first", "last"),
    [
        (Every.DAY, "2022-05-05", "2022-05-05", "2022-05-05", "2022-05-05"),
        (Every.WEEK, "2022-01-01", "2021-W52", "2021-12-27", "2022-01-02"),
        (Every.WEEK, "2022-01-03", "2022-W01", "2022-01-03", "2022-01-09"),
        (Every.WEEK, "2021-01-01", "2020-W53", "2020-12-28", "2021-01-03"),
        (Every.MONTH, "2022-02-14", "2022-02", "2022-02-01", "2022-02-28"),
        (Every.QUARTER, "2022-03-31", "2022Q1", "2022-01-01", "2022-03-31"),
        (Every.QUARTER, "2022-04-01", "2022Q2", "2022-04-01", "2022-06-30"),
        (Every.HALF_YEAR, "2022-06-30", "2022H1", "2022-01-01", "2022-06-30"),
        (Every.HALF_YEAR, "2022-07-01", "2022H2", "2022-07-01", "2022-12-31"),
        (Every.YEAR, "2022-07-01", "2022", "2022-01-01", "2022-12-31"),
    ],
)
def test_calendar_window(every: Every, at: str, label: str, first: str, last: str) -> None:
    assert calendar_window(every, day(at)) == Window(label, Days(day(first), day(last)))


@pytest.mark.parametrize("every", [Every.CAMPAIGN, Every.OCCASION])
def test_what_is_no_calendar_unit(every: Every) -> None:
    with pytest.raises(ValueError, match="is not a calendar unit"):
        calendar_window(every, 1)


YEAR = Days(day("2022-01-01"), day("2022-12-31"))
FEASTS = (
    Occasion(id="october", days=Days(day("2022-10-01"), day("2022-10-07"))),
    Occasion(id="spring", days=Days(day("2022-01-31"), day("2022-02-06"))),
    Occasion(id="moved", days=Days(day("2022-06-01"), day("2022-06-03")), moved=True),
    Occasion(id="new-year", days=Days(day("2021-12-30"), day("2022-01-03"))),
    Occasion(id="past", days=Days(day("2021-10-01"), day("2021-10-07"))),
    Occasion(id="next", days=Days(day("2023-01-01"), day("2023-01-03"))),
)


def clock(partial: Partial, binds: str = "2022-01-01", *, period: Days = YEAR, cut: str = "2022-12-31") -> Clock:
    return Clock(
        period=period,
        binds_from=day(binds),
        partial=partial,
        as_of=day(cut),
        cut=day(cut),
        campaign=Days(day("2022-04-10"), day("2022-09-20")),
        occasions={"feasts": FEASTS},
    )


@pytest.mark.parametrize(
    ("every", "partial", "binds", "first", "number"),
    [
        pytest.param(Every.QUARTER, Partial.WHOLE, "2022-01-01", "2022-01-01..2022-03-31", 4, id="from the start"),
        pytest.param(Every.QUARTER, Partial.WHOLE, "2022-02-21", "2022-01-01..2022-03-31", 4, id="whole"),
        pytest.param(Every.QUARTER, Partial.CLIPPED, "2022-02-21", "2022-02-21..2022-03-31", 4, id="clipped"),
        pytest.param(Every.QUARTER, Partial.SKIP, "2022-02-21", "2022-04-01..2022-06-30", 3, id="skipped"),
        pytest.param(Every.QUARTER, Partial.WHOLE, "2022-03-31", "2022-01-01..2022-03-31", 4, id="on its last day"),
        pytest.param(Every.QUARTER, Partial.WHOLE, "2022-04-01", "2022-04-01..2022-06-30", 3, id="the day after"),
        pytest.param(Every.QUARTER, Partial.SKIP, "2022-04-01", "2022-04-01..2022-06-30", 3, id="on its first day"),
        pytest.param(Every.WEEK, Partial.WHOLE, "2022-01-01", "2022-01-01..2022-01-02", 53, id="a week cut in two"),
        pytest.param(Every.WEEK, Partial.CLIPPED, "2022-01-01", "2022-01-01..2022-01-02", 53, id="a week, clipped"),
        pytest.param(Every.WEEK, Partial.SKIP, "2022-01-01", "2022-01-03..2022-01-09", 51, id="only whole weeks"),
        pytest.param(Every.DAY, Partial.SKIP, "2022-12-31", "2022-12-31..2022-12-31", 1, id="the last day"),
        pytest.param(Every.YEAR, Partial.SKIP, "2022-01-02", None, 0, id="no whole year is left"),
        pytest.param(Every.YEAR, Partial.CLIPPED, "2022-07-01", "2022-07-01..2022-12-31", 1, id="half a year"),
        pytest.param(Every.CAMPAIGN, Partial.SKIP, "2022-05-01", "2022-04-10..2022-09-20", 1, id="its own days"),
        pytest.param(Every.MONTH, Partial.WHOLE, "2023-01-01", None, 0, id="it binds after the period"),
    ],
)
def test_windows(every: Every, partial: Partial, binds: str, first: str | None, number: int) -> None:
    """Windows that ended before it bound do not bind; one that it cuts follows the rule for partial windows."""
    windows = clock(partial, binds).windows(every)
    assert (str(windows[0].days) if windows else None, len(windows)) == (first, number)


@pytest.mark.parametrize(
    ("partial", "binds", "names", "first"),
    [
        pytest.param(Partial.WHOLE, "2022-01-01", ("new-year", "spring", "october"), "2022-01-01", id="whole"),
        pytest.param(Partial.SKIP, "2022-01-01", ("spring", "october"), "2022-01-31", id="only whole ones"),
        pytest.param(Partial.CLIPPED, "2022-02-06", ("spring", "october"), "2022-02-06", id="from the last day"),
        pytest.param(Partial.WHOLE, "2022-02-07", ("october",), "2022-10-01", id="after it"),
    ],
)
def test_occasions(partial: Partial, binds: str, names: tuple[str, ...], first: str) -> None:
    """Occasions in time order; those that were moved, or lie outside the period, ask nothing."""
    windows = clock(partial, binds).windows(Every.OCCASION, "feasts")
    assert tuple(window.occasion for window in windows) == names
    assert day_text(windows[0].days.first) == first


def test_half_years_cut_by_the_period() -> None:
    """A pack in force from March has a first half-year that is partial at its own end."""
    period = Days(day("2022-03-01"), day("2022-12-31"))
    whole = clock(Partial.WHOLE, "2022-03-01", period=period).windows(Every.HALF_YEAR)
    skipped = clock(Partial.SKIP, "2022-03-01", period=period).windows(Every.HALF_YEAR)
    assert [str(window.days) for window in whole] == ["2022-03-01..2022-06-30", "2022-07-01..2022-12-31"]
    assert [window.label for window in skipped] == ["2022H2"]


@pytest.mark.parametrize(("last", "closed"), [("2022-09-29", True), ("2022-09-30", True), ("2022-10-01", False)])
def test_the_cut_itself_closes(last: str, closed: bool) -> None:
    assert clock(Partial.WHOLE, cut="2022-09-30").closed(day(last)) is closed


def test_slots() -> None:
    """A day falls into the window that holds it, an occasion is found by its name."""
    windows = clock(Partial.WHOLE).windows(Every.OCCASION, "feasts")
    slots = Slots(windows)
    assert [slots.of_day(day(one)) for one in ("2022-01-01", "2022-01-30", "2022-02-06", "2022-10-07")] == [
        0,
        NO_SLOT,
        1,
        2,
    ]
    assert [slots.of_day(day(one)) for one in ("2021-12-31", "2022-10-08")] == [NO_SLOT, NO_SLOT]
    assert [slots.of_occasion(one) for one in ("october", "moved", "")] == [2, NO_SLOT, NO_SLOT]


@given(
    st.sampled_from((Every.DAY, Every.WEEK, Every.MONTH, Every.QUARTER, Every.HALF_YEAR, Every.YEAR)),
    st.dates(date(2022, 1, 1), date(2022, 12, 31)),
    st.sampled_from((Partial.WHOLE, Partial.CLIPPED)),
)
def test_windows_tile_the_days_that_bind(every: Every, binds: date, partial: Partial) -> None:
    """Every day from `binds_from` to the end of the period lies in exactly one window."""
    slots = Slots(clock(partial, binds.isoformat()).windows(every))
    at = binds
    while at <= date(2022, 12, 31):
        holding = [window for window in slots.windows if at.toordinal() in window.days]
        assert len(holding) == 1
        assert slots.windows[slots.of_day(at.toordinal())] == holding[0]
        at += timedelta(days=13)


@given(st.dates(date(1, 1, 2), date(9999, 12, 30)))
def test_text_and_back(at: date) -> None:
    assert parse_day(day_text(at.toordinal())) == at.toordinal()
    assert parse_moment(moment_text(at.toordinal() * 1440 + 61)) == at.toordinal() * 1440 + 61


@pytest.mark.parametrize(
    ("period", "after"),
    [
        pytest.param("2022", "2023", id="a year"),
        pytest.param("2022H1", "2022H2", id="a half-year"),
        pytest.param("2022H2", "2023H1", id="the last half-year"),
        pytest.param("2022Q1", "2022Q2", id="a quarter"),
        pytest.param("2022Q2", "2022Q3", id="the second quarter"),
        pytest.param("2022Q3", "2022Q4", id="the third quarter"),
        pytest.param("2022Q4", "2023Q1", id="the last quarter"),
        pytest.param("2022-01", "2022-02", id="a month"),
        pytest.param("2022-12", "2023-01", id="the last month"),
        pytest.param("0999", "1000", id="four digits stay four"),
        pytest.param("0009-12", "0010-01", id="of an early month too"),
        pytest.param("9999", None, id="there is no year 10000"),
        pytest.param("9999Q4", None, id="nor its first quarter"),
        pytest.param("9999Q3", "9999Q4", id="the last that there is"),
        pytest.param("2022Q5", None, id="no period"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_period_after(period: str, after: str | None) -> None:
    """It is of the same length, and begins on the next day."""
    assert following(period) == after
    before, found = parse_period(period), parse_period(after or "")
    assert after is None or (before is not None and found is not None and found.first == before.last + 1)


@pytest.mark.parametrize("text", ["0001", "9999"])
def test_the_first_and_the_last_year(text: str) -> None:
    days = parse_period(text)
    assert days is not None
    assert str(days) == f"{text}-01-01..{text}-12-31"


@pytest.mark.parametrize("text", ["2022-07-01 00:01", "2022-07-01 01:00", "2022-07-01 10:00", "2022-07-01 20:59"])
def test_a_minute_is_written_as_it_was_read(text: str) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert moment_text(moment) == text


def test_the_window_of_a_campaign() -> None:
    """It is one, is called so, and has days of its own, which may lie outside the period."""
    campaign = Days(day("2022-11-01"), day("2023-02-28"))
    clock = Clock(
        period=Days(day("2022-01-01"), day("2022-12-31")),
        binds_from=day("2022-01-01"),
        partial=Partial.WHOLE,
        as_of=day("2022-12-31"),
        cut=day("2022-12-31"),
        campaign=campaign,
    )
    assert clock.windows(Every.CAMPAIGN) == (Window("campaign", campaign),)
