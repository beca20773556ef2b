"""What falls due, as a list: overdue first, then by day; what is missing, whose it is, where it is written."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from safescore.due import Due, State, dues, within
from safescore.errors import MissingExtraError
from safescore.report.csv import harmless
from safescore.report.labels import MARKS, TONES
from safescore.report.layout import Layout
from safescore.report.page import Block, Cell, Heading, Line, Page, Pairs, Table, Title, Tone, pairs, row
from safescore.report.visible import clipped
from safescore.results import Assessment
from safescore.standing import Outcome
from safescore.words import Lang, Text

SCHEMA = {"name": "safescore-due", "version": "1.0"}
COLUMNS = (
    "organization_id",
    "organization",
    "pack",
    "rule",
    "clause",
    "title",
    "state",
    "due",
    "days",
    "missing",
    "owners",
    "hard",
    "outcome",
    "to_date",
    "waived_until",
    "remedy",
    "as_of",
)
HEADINGS: Mapping[State, Text] = {
    State.OVERDUE: Text(zh="未达到（逾期或须随时保持）", en="Overdue, or to hold at any time"),
    State.COMING: Text(zh="将到期（按日期）", en="Coming, by day"),
    State.OPEN: Text(zh="待补事实或没有期限", en="To be answered, or without a day"),
    State.DONE: Text(zh="已提前完成", en="Done before its day"),
}
LISTED = (State.OVERDUE, State.COMING, State.OPEN)
"""What a text lists; what is done before its day is only counted."""


def render(
    assessments: Sequence[Assessment],
    format: str,  # noqa: A002
    lang: Lang,
    *,
    last: int | None = None,
    layout: Layout | None = None,
) -> str:
    """Return what falls due in a format and a language; with *last* only what does by that day.

    Raises ValueError if there is no such format, MissingExtraError if its library is not installed.
    """
    if format not in FORMATS:
        message = f"there is no list {format!r}; there are: {', '.join(FORMATS)}"
        raise ValueError(message)
    every = dues(assessments)
    shown = every if last is None else within(every, last)
    return FORMATS[format](assessments, every, shown, lang, layout or Layout())


def _text(
    assessments: Sequence[Assessment], every: tuple[Due, ...], shown: tuple[Due, ...], lang: Lang, layout: Layout
) -> str:
    from safescore.report.text import laid_out

    return laid_out(page(assessments, every, shown, lang), layout)


def page(assessments: Sequence[Assessment], every: tuple[Due, ...], shown: tuple[Due, ...], lang: Lang) -> Page:
    """Return the list as a page: a table for each state."""
    zh = lang == "zh"
    blocks: list[Block] = [Title("到期事项清单" if zh else "What falls due"), Pairs(tuple(_heads(assessments, lang)))]
    for state in LISTED:
        group = [one for one in shown if one.state is state]
        if group:
            blocks.append(Heading(f"{HEADINGS[state].to(lang)}{f'（{len(group)} 项）' if zh else f' ({len(group)})'}"))
            blocks.append(_table(group, lang, several=len(assessments) > 1))
    if not any(one.state in LISTED for one in shown):
        blocks.append(Line(Cell("没有到期的事项。" if zh else "Nothing falls due.", Tone.GOOD)))
    done = sum(one.state is State.DONE for one in every)
    later = sum(one.state in LISTED for one in every) - sum(one.state in LISTED for one in shown)
    for number, said in (
        (later, Text(zh="项在此日期之后到期", en="due after that day")),
        (done, Text(zh="项已提前完成", en="done before their day")),
    ):
        if number:
            blocks.append(Line(Cell(f"另有 {number} {said.zh}。" if zh else f"{number} more {said.en}.", Tone.FAINT)))
    return blocks


def _heads(assessments: Sequence[Assessment], lang: Lang) -> Iterator[tuple[str, Cell]]:
    zh = lang == "zh"
    for one in assessments:
        name, id_ = (clipped(one.organization.get(key, "")) for key in ("name", "id"))
        as_of = f"评定日 {one.as_of}" if zh else f"as of {one.as_of}"
        yield from pairs((f"{name} ({id_})", f"{one.pack_title.to(lang)} ({one.pack} {one.pack_version}), {as_of}"))


def _table(group: list[Due], lang: Lang, *, several: bool) -> Table:
    zh = lang == "zh"
    header = ("期限", "天数", "事项", "还差什么", "责任单位") if zh else ("due", "days", "duty", "missing", "owners")
    rows = []
    for one in group:
        finding = one.finding
        whose = f"\n{clipped(one.assessment.organization.get('name', ''))}，{one.assessment.pack}" if several else ""
        rows.append(
            row(
                Cell(due_day(one, lang), TONES[finding.outcome]),
                "" if one.days is None else str(one.days),
                Cell(
                    f"{MARKS[finding.outcome]} {finding.clause} {hard_mark(one, lang)}{finding.title.to(lang)} "
                    f"({finding.rule.removeprefix(f'{one.assessment.pack}.')}){whose}"
                ),
                f"{one.missing.to(lang)}{waived_mark(one, lang)}",
                ("、" if zh else ", ").join(finding.owners) or "–",
            )
        )
    return Table(header, tuple(rows))


def due_day(one: Due, lang: Lang) -> str:
    """Return the day of a duty, or that it is asked now; a dash for what may wait and has none."""
    if one.day or one.finding.outcome is Outcome.PENDING:
        return one.day or "–"
    return "立即" if lang == "zh" else "now"


def hard_mark(one: Due, lang: Lang) -> str:
    """Return what stands before the title of a hard duty."""
    if not one.finding.hard:
        return ""
    return "［底线］" if lang == "zh" else "[hard] "


def waived_mark(one: Due, lang: Lang) -> str:
    """Return until when a duty is waived, where it is."""
    if not one.waived or one.finding.waiver is None:
        return ""
    until = one.finding.waiver.until
    return f"（豁免至{until}）" if lang == "zh" else f" (waived until {until})"


def _csv(
    assessments: Sequence[Assessment], every: tuple[Due, ...], shown: tuple[Due, ...], lang: Lang, layout: Layout
) -> str:
    """Return a line for each duty, under fixed column ids; its first mark lets spreadsheets read it as UTF-8."""
    written = StringIO(newline="")
    sheet = csv.writer(written)
    sheet.writerow(COLUMNS)
    for one in shown:
        content = duty(one, lang)
        cells = (*content.values(), one.assessment.as_of)
        sheet.writerow(map(_cell, cells))
    return f"\ufeff{written.getvalue()}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return harmless("; ".join(value))
    return str(value) if isinstance(value, int) else harmless(str(value))


def _json(
    assessments: Sequence[Assessment], every: tuple[Due, ...], shown: tuple[Due, ...], lang: Lang, layout: Layout
) -> str:
    from safescore.report.json import written

    return written(
        {
            "schema": SCHEMA,
            "lang": lang,
            "assessments": [
                {
                    "organization": {"id": one.organization["id"], "name": one.organization["name"]},
                    "pack": {"id": one.pack, "version": one.pack_version, "title": one.pack_title.to(lang)},
                    "period": one.period,
                    "as_of": one.as_of,
                    "digests": {
                        "pack": one.digests.pack,
                        "facts": one.digests.facts,
                        "version": one.digests.version,
                    },
                }
                for one in assessments
            ],
            "duties": [{**duty(one, lang), "facts": list(one.finding.missing)} for one in shown],
            "left_out": len(every) - len(shown),
        }
    )


def duty(one: Due, lang: Lang) -> dict[str, Any]:
    """Return one duty as JSON has it."""
    finding, own = one.finding, one.assessment.organization
    return {
        "organization": own["id"],
        "name": own["name"],
        "pack": one.assessment.pack,
        "rule": finding.rule,
        "clause": finding.clause,
        "title": finding.title.to(lang),
        "state": one.state.value,
        "due": one.day or None,
        "days": one.days,
        "missing": one.missing.to(lang),
        "owners": list(finding.owners),
        "hard": finding.hard,
        "outcome": finding.outcome.value,
        "to_date": finding.to_date,
        "waived_until": finding.waiver.until if one.waived and finding.waiver is not None else None,
        "remedy": finding.remedy.to(lang),
    }


def _ics(
    assessments: Sequence[Assessment], every: tuple[Due, ...], shown: tuple[Due, ...], lang: Lang, layout: Layout
) -> str:
    try:
        from safescore.report.ics import calendar
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("safescore"):
            raise
        raise MissingExtraError("ics", error.name, "calendar") from None
    return calendar(shown, lang)


Rendered = Callable[[Sequence[Assessment], tuple[Due, ...], tuple[Due, ...], Lang, Layout], str]
FORMATS: Mapping[str, Rendered] = {"text": _text, "json": _json, "ics": _ics, "csv": _csv}
"""The formats, by the names that the command gives them."""
