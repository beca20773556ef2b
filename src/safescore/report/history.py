"""How organisations stood period after period: as text, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from safescore.course import Course, Point
from safescore.report.changes import grade, signed, tone
from safescore.report.labels import MARKS, OUTCOMES, between
from safescore.report.layout import Layout
from safescore.report.markdown import laid_out as as_markdown
from safescore.report.page import Block, Cell, Heading, Line, Page, Table, Title, Tone, row
from safescore.report.visible import clipped
from safescore.results import Interval
from safescore.snapshot import Snapshot
from safescore.version import VERSION
from safescore.words import Lang

SCHEMA = {"name": "safescore-history", "version": "1.0"}
CELLS = 10
"""How wide the bar of a score is, in characters."""
SURE, MAY, NOT = "█", "▒", "·"


def render(
    courses: tuple[Course, ...],
    format: str,  # noqa: A002
    lang: Lang,
    layout: Layout | None = None,
) -> str:
    """Return courses in a format and a language. Raises ValueError if there is no such format."""
    if format not in FORMATS:
        message = f"there is no format {format!r}; there are: {', '.join(FORMATS)}"
        raise ValueError(message)
    return FORMATS[format](courses, lang, layout or Layout())


def _text(courses: tuple[Course, ...], lang: Lang, layout: Layout) -> str:
    from safescore.report.text import laid_out

    return laid_out(page(courses, lang), layout)


def _markdown(courses: tuple[Course, ...], lang: Lang, _: Layout) -> str:
    return as_markdown(page(courses, lang))


def _json(courses: tuple[Course, ...], lang: Lang, _: Layout) -> str:
    from safescore.report.json import written

    return written(
        {
            "schema": SCHEMA,
            "tool": {"name": "safescore", "version": VERSION},
            "lang": lang,
            "courses": [_content(one, lang) for one in courses],
        }
    )


FORMATS: Mapping[str, Callable[[tuple[Course, ...], Lang, Layout], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
}
"""The formats, by the names that the command gives them."""


def page(courses: tuple[Course, ...], lang: Lang) -> Page:
    """Return the courses, block by block."""
    zh = lang == "zh"
    blocks: list[Block] = [Title("历次得分" if zh else "Scores over time")]
    for one in courses:
        own = one.organization
        blocks.append(Heading(f"{clipped(own['name'])} ({clipped(own['id'])})"))
        blocks.append(Line(Cell(f"{one.title.to(lang)} ({one.pack})")))
        blocks.append(_table(one, lang))
    said = (
        f"{SURE}为最低得分，至{MAY}末为最高得分，全长100分；“变化”是最低得分与上次之差；“结果变化”是与上次结果不同的事项数。"
        if zh
        else f"{SURE} is the least score, up to the end of {MAY} the greatest, the whole 100 points; the change is "
        "that of the least score since the time before, turned are the duties whose outcome is another."
    )
    blocks.append(Line(Cell(said, Tone.FAINT)))
    return blocks


def _table(one: Course, lang: Lang) -> Table:
    zh = lang == "zh"
    header = (
        "期间|评定日|得分|图示|变化|等级|各项|结果变化" if zh else "period|as of|score|bar|change|grade|duties|turned"
    )
    versions = len({point.snapshot.pack_version for point in one.points}) > 1
    names = header.split("|")
    if versions:
        names.append("规则包版本" if zh else "pack version")
    return Table(tuple(names), tuple(row(*_cells(point, lang, versions=versions)) for point in one.points))


def _cells(point: Point, lang: Lang, *, versions: bool) -> Iterator[Cell]:
    one = point.snapshot
    yield Cell(clipped(one.period))
    yield Cell(one.as_of)
    yield Cell(between(one.interval, lang))
    yield Cell(bar(one.interval))
    yield Cell(signed(point.change, 1), tone(point.change))
    yield Cell(grade(one.grade, lang))
    yield Cell(" ".join(f"{MARKS[outcome]}{one.counts[outcome]}" for outcome in OUTCOMES))
    yield Cell("—" if point.turned is None else str(len(point.turned)))
    if versions:
        yield Cell(one.pack_version)


def bar(found: Interval) -> str:
    """Return an interval as a bar of characters; a part of a cell is none, and what may be is never drawn as sure."""
    if found.low is None or found.high is None:
        return ""
    sure = int(found.low * CELLS)
    may = -int(-found.high * CELLS // 1) - sure if found.high > found.low else 0
    return SURE * sure + MAY * may + NOT * (CELLS - sure - may)


def _content(one: Course, lang: Lang) -> dict[str, Any]:
    return {
        "organization": dict(one.organization),
        "pack": {"id": one.pack, "title": one.title.to(lang)},
        "points": [_point(point) for point in one.points],
    }


def _point(point: Point) -> dict[str, Any]:
    one: Snapshot = point.snapshot
    return {
        "source": one.source or None,
        "period": one.period,
        "as_of": one.as_of,
        "pack_version": one.pack_version,
        "digests": {"pack": one.digests.pack, "facts": one.digests.facts, "version": one.digests.version},
        "score": _interval(one.interval),
        "waived": None if one.waived is None else _interval(one.waived),
        "change": _exact(point.change),
        "grade": {"low": one.grade.low, "high": one.grade.high},
        "counts": {outcome.value: number for outcome, number in one.counts.items()},
        "turned": None
        if point.turned is None
        else [
            {
                "rule": ruled.rule,
                "before": None if ruled.before is None else ruled.before.outcome.value,
                "after": None if ruled.after is None else ruled.after.outcome.value,
            }
            for ruled in point.turned
        ],
    }


def _interval(one: Interval) -> dict[str, Any]:
    return {"low": _exact(one.low), "high": _exact(one.high), "certain": one.certain}


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)
