"""Days, durations, windows and the clock of one assessment; a day is a proleptic ordinal (1 is 0001-01-01)."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import NewType

from attrs import field

from safescore.frozen import frozen
from safescore.patterns import pattern
from safescore.words import Text

MINUTES_A_DAY = 1440
DayNumber = NewType("DayNumber", int)
"""An ordinal day, as a file writes it: an ISO date."""

NO_SLOT = -1
UNKNOWN_SLOT = -2

_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = pattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}):([0-9]{2})\Z")
_PERIOD = pattern(r"([0-9]{4})(?:Q([1-4])|H([12])|-([0-9]{2}))?\Z")


class Every(str, Enum):
    """The calendar units in which a duty recurs."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    CAMPAIGN = "campaign"
    OCCASION = "occasion"


class Partial(str, Enum):
    """What becomes of a window that only partly binds: it binds whole, clipped to its binding days, or not at all."""

    WHOLE = "whole"
    CLIPPED = "clipped"
    SKIP = "skip"


def parse_day(text: str) -> int | None:
    """Return the ordinal of an ISO date, or None if *text* is not a day that exists."""
    if not _DAY.match(text):
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def parse_moment(text: str) -> int | None:
    """Return the minutes since ordinal day 0 of ``YYYY-MM-DD HH:MM``, or None if there is no such minute."""
    found = _MOMENT.match(text)
    if not found:
        return None
    day, hour, minute = parse_day(found[1]), int(found[2]), int(found[3])
    if day is None or hour > 23 or minute > 59:
        return None
    return day * MINUTES_A_DAY + hour * 60 + minute


def day_text(day: int) -> str:
    """Return the ISO date of an ordinal."""
    return date.fromordinal(day).isoformat()


def moment_text(moment: int) -> str:
    """Return ``YYYY-MM-DD HH:MM`` of minutes since ordinal day 0."""
    day, minutes = divmod(moment, MINUTES_A_DAY)
    return f"{day_text(day)} {minutes // 60:02}:{minutes % 60:02}"


@frozen
class Days:
    """A span of days, both ends included."""

    first: int
    last: int

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{day_text(self.first)}..{day_text(self.last)}"


@frozen
class Duration:
    """A calendar duration; it ends on the corresponding day, else on the month's last (Civil Code art. 201)."""

    years: int = 0
    months: int = 0
    days: int = 0

    def after(self, day: int) -> int:
        """Return the day this long after *day*."""
        return self._moved(day, 1)

    def before(self, day: int) -> int:
        """Return the day this long before *day*."""
        return self._moved(day, -1)

    def forward(self) -> bool:
        """Tell whether it leads to a later day, whatever the day it starts from."""
        return min(self.years, self.months, self.days) >= 0 < max(self.years, self.months, self.days)

    def _moved(self, day: int, sign: int) -> int:
        start = date.fromordinal(day)
        months = start.year * 12 + start.month - 1 + sign * (self.years * 12 + self.months)
        year, month = divmod(months, 12)
        year = min(max(year, 1), 9999)
        last = monthrange(year, month + 1)[1]
        moved = date(year, month + 1, min(start.day, last)).toordinal() + sign * self.days
        return min(max(moved, 1), date.max.toordinal())

    def __str__(self) -> str:
        parts = ((self.years, "y"), (self.months, "m"), (self.days, "d"))
        return "P" + "".join(f"{number}{unit.upper()}" for number, unit in parts if number)


def month_days(year: int, month: int) -> Days:
    """Return the span of one month."""
    return Days(date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal())


def parse_period(text: str) -> Days | None:
    """Return the days of ``2022``, ``2022Q3``, ``2022H1`` or ``2022-07``, or None if *text* is none of these."""
    found = _PERIOD.match(text)
    if not found or not 1 <= int(found[1]) <= 9999:
        return None
    year, quarter, half, month = (int(part) if part else 0 for part in found.groups())
    if found[4]:
        return month_days(year, month) if 1 <= month <= 12 else None
    first, last = 1, 12
    if quarter:
        first, last = quarter * 3 - 2, quarter * 3
    elif half:
        first, last = half * 6 - 5, half * 6
    return Days(month_days(year, first).first, month_days(year, last).last)


def following(text: str) -> str | None:
    """Return the period after one, of the same length: ``2022Q4`` after ``2022Q3``; None where there is none."""
    days = parse_period(text)
    if days is None or days.last == date.max.toordinal():
        return None
    first = date.fromordinal(days.last + 1)
    found = _PERIOD.match(text)
    assert found is not None
    if found[2]:
        return f"{first.year:04}Q{(first.month + 2) // 3}"
    if found[3]:
        return f"{first.year:04}H{(first.month + 5) // 6}"
    return f"{first.year:04}-{first.month:02}" if found[4] else f"{first.year:04}"


@frozen
class Window:
    """A stretch of days in which a recurring duty must be met: its label, and the days on which events count."""

    label: str
    days: Days
    occasion: str = ""


@frozen(kw_only=True)
class Occasion:
    """A dated occasion of the pack: a holiday, a session; one that was moved asks nothing."""

    id: str
    days: Days
    moved: bool = False
    title: Text | None = None


def calendar_window(every: Every, day: int) -> Window:
    """Return the calendar window of this unit in which *day* falls; weeks are ISO weeks, Monday to Sunday."""
    at = date.fromordinal(day)
    if every is Every.DAY:
        return Window(at.isoformat(), Days(day, day))
    if every is Every.WEEK:
        year, week, weekday = at.isocalendar()
        first = day - weekday + 1
        return Window(f"{year}-W{week:02}", Days(first, first + 6))
    if every is Every.MONTH:
        return Window(f"{at.year}-{at.month:02}", month_days(at.year, at.month))
    if every is Every.QUARTER:
        number = (at.month + 2) // 3
        label, first, last = f"{at.year}Q{number}", number * 3 - 2, number * 3
    elif every is Every.HALF_YEAR:
        number = (at.month + 5) // 6
        label, first, last = f"{at.year}H{number}", number * 6 - 5, number * 6
    elif every is Every.YEAR:
        label, first, last = str(at.year), 1, 12
    else:
        message = f"{every.value} is not a calendar unit"
        raise ValueError(message)
    return Window(label, Days(month_days(at.year, first).first, month_days(at.year, last).last))


@lru_cache(maxsize=64)
def calendar_windows(every: Every, days: Days) -> tuple[Window, ...]:
    """Return the calendar windows of this unit that hold any of these days, in time order."""
    found = []
    day = days.first
    while day <= days.last:
        found.append(calendar_window(every, day))
        day = found[-1].days.last + 1
    return tuple(found)


@lru_cache(maxsize=64)
def binding_windows(every: Every, period: Days, binds_from: int, partial: Partial) -> tuple[Window, ...]:
    """Return the calendar windows of this unit that bind in a period, in time order."""
    return _binding(calendar_windows(every, period), period, binds_from, partial)


def _binding(windows: Iterable[Window], period: Days, binds_from: int, partial: Partial) -> tuple[Window, ...]:
    """Return the windows that bind, each as far as it does."""
    found = []
    for window in windows:
        days = window.days
        if days.last < binds_from or days.last < period.first or days.first > period.last:
            continue
        inside = period.first <= days.first and days.last <= period.last and binds_from <= days.first
        if partial is Partial.SKIP and not inside:
            continue
        first = max(days.first, period.first)
        if partial is Partial.CLIPPED:
            first = max(first, binds_from)
        bound = Days(first, min(days.last, period.last))
        found.append(window if bound == days else Window(window.label, bound, window.occasion))
    return tuple(found)


@frozen(kw_only=True)
class Clock:
    """What time means in one assessment: the pack's period, from when duties bind, and up to when they are judged."""

    period: Days
    binds_from: int
    partial: Partial
    as_of: int
    cut: int
    campaign: Days
    occasions: Mapping[str, tuple[Occasion, ...]] = field(factory=dict)

    def windows(self, every: Every, occasions: str = "") -> tuple[Window, ...]:
        """Return the windows that bind, in time order, those after the cut included.

        A window that ended before ``binds_from`` does not bind; one that ``binds_from`` or an end of the period cuts
        follows ``partial``. No window reaches outside the period, but the campaign's, which is its own.
        """
        if every is Every.CAMPAIGN:
            return (Window("campaign", self.campaign),)
        if every is not Every.OCCASION:
            return binding_windows(every, self.period, self.binds_from, self.partial)
        listed = (Window(one.id, one.days, one.id) for one in self.occasions[occasions] if not one.moved)
        found = sorted(listed, key=lambda window: (window.days.first, window.days.last, window.label))
        return _binding(found, self.period, self.binds_from, self.partial)

    def occasion_title(self, occasions: str, id_: str) -> Text | None:
        """Return what an occasion is called, if it has a title."""
        return next((one.title for one in self.occasions.get(occasions, ()) if one.id == id_), None)

    def closed(self, day: int) -> bool:
        """Tell whether a deadline or a window's last day has come: the cut itself closes it."""
        return day <= self.cut


class Slots:
    """Finds the window into which a day falls; windows of one calendar unit do not overlap."""

    def __init__(self, windows: Iterable[Window]) -> None:
        self.windows = tuple(windows)
        self._firsts = [window.days.first for window in self.windows]
        self._named = {window.occasion: place for place, window in enumerate(self.windows) if window.occasion}

    def of_day(self, day: int) -> int:
        """Return the place of the window that holds *day*, or NO_SLOT."""
        place = bisect_right(self._firsts, day) - 1
        return place if place >= 0 and day in self.windows[place].days else NO_SLOT

    def of_occasion(self, name: str) -> int:
        """Return the place of the occasion's window, or NO_SLOT."""
        return self._named.get(name, NO_SLOT)
