"""Where the marks of the report's charts stand; every place is a percentage of the chart's width, as text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from safescore.course import Course
from safescore.frozen import frozen
from safescore.period import Days, month_days, parse_day, parse_period
from safescore.report.contents import WORST_FIRST
from safescore.results import Assessment, Finding, Interval
from safescore.standing import Outcome
from safescore.words import Text, plain, rounded

MOST_TICKS = 5
MONTHS_APART = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
NEAR = Fraction(4, 100)
"""Marks of one lane that stand nearer to one another than this share of the width are drawn as one."""
NARROW = 15
"""A band of fewer points than this may have no room for its name beside its neighbour's."""
EDGE = Fraction(12, 100)
"""A label whose middle stands nearer to an edge than this begins or ends there."""


@frozen(kw_only=True)
class Bar:
    """A stretch of a chart."""

    left: str
    width: str


@frozen(kw_only=True)
class Label:
    """A text at a place of a chart, and how it hangs there: ``start``, ``middle`` or ``end``."""

    at: str
    anchor: str
    text: str = ""


@frozen(kw_only=True)
class Band:
    """A grade on the scale of scores; ``may`` says that it may be the one, ``row`` keeps names of neighbours apart."""

    bar: Bar
    title: Text
    least: str
    name: Label
    row: int
    may: bool


@frozen(kw_only=True)
class Scale:
    """The interval of a score over the bands of the grades; no interval where there is no score."""

    bands: tuple[Band, ...]
    interval: Bar | None
    label: Label | None


@frozen(kw_only=True)
class Share:
    """How much of all findings has an outcome."""

    outcome: Outcome
    bar: Bar
    middle: str
    wide: bool


@frozen(kw_only=True)
class Dot:
    """Findings of one outcome that fall due on one day or on days near to one another."""

    at: str
    number: int
    first: str
    last: str


@frozen(kw_only=True)
class Lane:
    """The due days of one outcome."""

    outcome: Outcome
    dots: tuple[Dot, ...]


@frozen(kw_only=True)
class DueDay:
    """What falls due on one day: what is not met first."""

    day: str
    findings: tuple[Finding, ...]


@frozen(kw_only=True)
class Timeline:
    """Due days in their months, and the day up to which the assessment counts."""

    days: tuple[DueDay, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Label, ...]
    cut: Label


@frozen(kw_only=True)
class Stripe:
    """The scores that earn a grade, as a stripe across a chart."""

    y: str
    height: str
    title: Text
    name: str


@frozen(kw_only=True)
class Stand:
    """One assessment of a course: its interval as an upright bar, its least score, and what stands below it."""

    at: str
    left: str
    width: str
    top: str
    height: str
    low: str
    period: str
    figure: str
    name: Label
    now: bool
    minor: bool
    empty: bool = False


@frozen(kw_only=True)
class Step:
    """The line from one least score to the next."""

    x1: str
    y1: str
    x2: str
    y2: str


@frozen(kw_only=True)
class Trend:
    """The scores of a course over the bands of the grades."""

    stripes: tuple[Stripe, ...]
    stands: tuple[Stand, ...]
    steps: tuple[Step, ...]


NAMES = Fraction(1, 10)
"""The share of a trend's width that the names of its stripes have to themselves."""
PLOT, ABOVE = 200, 10
"""How high the plot of a trend is, and where it begins, in pixels."""
MOST_NAMES, FEW_NAMES = 12, 5
"""How many periods have names and figures in a chart, and in one on a small screen; of more, every second or so."""
LEAST_STRIPE = 14
"""A stripe that is lower than this has no room for its name."""


def trend(course: Course, assessment: Assessment) -> Trend | None:
    """Return how the score went up to an assessment; None where there is nothing before it."""
    points = [point.snapshot for point in course.points]
    if len(points) < 2:
        return None
    number = len(points)
    every, seldom = -(-number // MOST_NAMES), -(-number // FEW_NAMES)
    ends = [Fraction(100), *(least for _, _, least in assessment.grades)]
    stands = []
    for place, one in enumerate(points):
        middle = NAMES + (1 - NAMES) * Fraction(2 * place + 1, 2 * number)
        half = min(Fraction(1, 4 * number), Fraction(3, 100))
        low, high = one.interval.low, one.interval.high
        back = number - 1 - place
        told = back % every == 0
        stands.append(
            Stand(
                at=_place(middle),
                left=_place(middle - half),
                width=_place(2 * half),
                top=_height(high or Fraction(0)),
                height=_pixels(PLOT * ((high or Fraction(0)) - (low or Fraction(0)))),
                low=_height(low or Fraction(0)),
                period=one.period if told else "",
                figure=rounded(low * 100) if told and low is not None else "",
                now=not back,
                minor=bool(back % seldom),
                name=_name(middle),
                empty=low is None,
            )
        )
    return Trend(
        stripes=tuple(
            Stripe(
                y=_height(end / 100),
                height=_pixels(PLOT * (end - least) / 100),
                title=title,
                name=_pixels(ABOVE + PLOT * (1 - (end + least) / 200) + 4)
                if PLOT * (end - least) >= LEAST_STRIPE * 100
                else "",
            )
            for (_, title, least), end in zip(assessment.grades, ends, strict=False)
        ),
        stands=tuple(stands),
        steps=tuple(
            Step(x1=one.at, y1=one.low, x2=other.at, y2=other.low)
            for one, other in pairwise(stands)
            if not one.empty and not other.empty
        ),
    )


def _name(at: Fraction) -> Label:
    """Return where the name of a period stands: below its bar, or up to the edge where that is near."""
    return Label(at=_place(Fraction(1)), anchor="end") if at > 1 - EDGE / 2 else Label(at=_place(at), anchor="middle")


def _height(score: Fraction) -> str:
    return _pixels(ABOVE + PLOT * (1 - score))


def _pixels(number: Fraction | int) -> str:
    return rounded(Fraction(number))


def scale(assessment: Assessment) -> Scale:
    """Return the score's interval over the bands of the grades."""
    grades, range_ = assessment.grades, assessment.grade
    ids = [id_ for id_, _, _ in grades]
    may: Sequence[str] = ()
    if range_.low is not None and range_.high is not None:
        may = ids[ids.index(range_.high) : ids.index(range_.low) + 1]
    ends = [Fraction(100), *(least for _, _, least in grades)]
    rows: list[int] = []
    for (_, _, least), end in zip(grades, ends, strict=False):
        rows.append(int(end - least < NARROW and rows[-1:] == [0]))
    bands = tuple(
        Band(
            bar=_bar(least / 100, end / 100),
            title=title,
            least=plain(least),
            name=_label((least + end) / 200, low=least / 100, high=end / 100),
            row=row,
            may=id_ in may,
        )
        for row, (id_, title, least), end in zip(rows, grades, ends, strict=False)
    )
    found = assessment.score.interval
    if found.low is None or found.high is None:
        return Scale(bands=bands, interval=None, label=None)
    return Scale(bands=bands, interval=_bar(found.low, found.high), label=_label((found.low + found.high) / 2))


def stretch(found: Interval) -> Bar | None:
    """Return an interval on the scale of scores."""
    return None if found.low is None or found.high is None else _bar(found.low, found.high)


def shares(assessment: Assessment) -> tuple[Share, ...]:
    """Return how the outcomes share the width, those that do not occur left out."""
    counts = assessment.score.counts
    total, before, found = sum(counts.values()), 0, []
    for outcome, number in counts.items():
        if number:
            low, high = Fraction(before, total), Fraction(before + number, total)
            wide = high - low >= NEAR
            found.append(Share(outcome=outcome, bar=_bar(low, high), middle=_place((low + high) / 2), wide=wide))
        before += number
    return tuple(found)


def timeline(assessment: Assessment) -> Timeline | None:
    """Return what falls due when; None where no day is known."""
    waiting: dict[int, list[Finding]] = {}
    for finding in assessment.findings:
        day = parse_day(finding.next_due)
        if day is not None and finding.outcome is not Outcome.NOT_APPLICABLE:
            waiting.setdefault(day, []).append(finding)
    cut = parse_day(assessment.cut)
    if not waiting or cut is None:
        return None
    period = parse_period(assessment.period) or Days(cut, cut)
    first = _month(min(cut, period.first, *waiting))
    last = _month(max(cut, period.last, *waiting))
    axis = _Axis(first=month_days(*first).first, last=month_days(*last).last)
    return Timeline(
        days=tuple(_due(waiting[day]) for day in sorted(waiting)),
        lanes=tuple(_lanes(waiting, axis)),
        ticks=tuple(_ticks(first, last, axis)),
        cut=_label(axis.of(cut), assessment.cut),
    )


@frozen(kw_only=True)
class _Axis:
    first: int
    last: int

    def of(self, day: int) -> Fraction:
        return Fraction(day - self.first, self.last - self.first)


def _due(findings: Iterable[Finding]) -> DueDay:
    ordered = tuple(sorted(findings, key=lambda one: WORST_FIRST.index(one.outcome)))
    return DueDay(day=ordered[0].next_due, findings=ordered)


def _lanes(waiting: dict[int, list[Finding]], axis: _Axis) -> Iterator[Lane]:
    for outcome in WORST_FIRST:
        days = {day: sum(one.outcome is outcome for one in found) for day, found in sorted(waiting.items())}
        dots: list[list[int]] = []
        for day in (day for day, number in days.items() if number):
            if dots and axis.of(day) - axis.of(dots[-1][0]) < NEAR:
                dots[-1].append(day)
            else:
                dots.append([day])
        if dots:
            yield Lane(outcome=outcome, dots=tuple(_dot(near, days, axis) for near in dots))


def _dot(near: list[int], days: dict[int, int], axis: _Axis) -> Dot:
    first, last = near[0], near[-1]
    return Dot(
        at=_place((axis.of(first) + axis.of(last)) / 2),
        number=sum(days[day] for day in near),
        first=date.fromordinal(first).isoformat(),
        last=date.fromordinal(last).isoformat(),
    )


def _ticks(first: tuple[int, int], last: tuple[int, int], axis: _Axis) -> Iterator[Label]:
    months = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    step = MONTHS_APART[bisect_left(MONTHS_APART, Fraction(months, MOST_TICKS))]
    for month in range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1], step):
        year, number = divmod(month, 12)
        at = axis.of(month_days(year, number + 1).first)
        yield Label(at=_place(at), anchor="start", text=f"{year:04}-{number + 1:02}")


def _month(day: int) -> tuple[int, int]:
    at = date.fromordinal(day)
    return at.year, at.month


def _bar(low: Fraction, high: Fraction) -> Bar:
    return Bar(left=_place(low), width=_place(high - low))


def _label(at: Fraction, text: str = "", *, low: Fraction | None = None, high: Fraction | None = None) -> Label:
    """Return a label in the middle of a stretch, or from or up to its end where an edge is near."""
    if at < EDGE:
        return Label(at=_place(at if low is None else low), anchor="start", text=text)
    if at > 1 - EDGE:
        return Label(at=_place(at if high is None else high), anchor="end", text=text)
    return Label(at=_place(at), anchor="middle", text=text)


def _place(share: Fraction) -> str:
    return f"{rounded(share * 100, 2)}%"
