"""The facts still missing, for each owner, as a list that can be sent out."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from attrs import define, field

from safescore.frozen import frozen
from safescore.model import Pack
from safescore.report.layout import Layout
from safescore.report.markdown import laid_out as as_markdown
from safescore.report.page import Block, Cell, Entry, Heading, Line, Page, Title, Tone, pairs
from safescore.report.visible import visible
from safescore.results import Assessment, Finding
from safescore.words import Lang, Text, Unit

SCHEMA = {"name": "safescore-missing", "version": "1.0"}
_COLUMNS = Text(
    zh="单位编号,单位,责任单位,缺少的事实,问题,计量单位,条款,用于判定,底线要求,期限,事项编号,位置",
    en="organisation id,organisation,owner,missing fact,question,unit,clause,decides,hard,by,rule,path",
)
_STEP = re.compile(r"[^.\[\]]+")
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


@frozen(kw_only=True)
class Asked:
    """A finding that a missing fact would decide: its rule, what the rule is called, and by when the fact is due."""

    rule: str
    clause: str
    title: Text
    hard: bool
    due: str

    @staticmethod
    def by(finding: Finding, assessment: Assessment) -> Asked:
        """Return what a finding asks: by its next due day, else as of the day of judgement."""
        return Asked(
            rule=finding.rule,
            clause=finding.clause,
            title=finding.title,
            hard=finding.hard,
            due=finding.next_due or assessment.as_of,
        )


@define(kw_only=True)
class Lacking:
    """A fact that is missing: what it is called, the question and unit of its entry, and what it decides."""

    path: str
    label: Text
    entry: Text
    question: Text | None
    unit: Unit | None
    asked_by: list[Asked] = field(factory=list)

    @property
    def due(self) -> str:
        """The first day by which it is asked."""
        return min(one.due for one in self.asked_by)


@define(kw_only=True)
class Addressed:
    """What is missing from one owner, or, without one, from the organisation itself."""

    organization: Mapping[str, str]
    owner: str
    facts: dict[str, Lacking] = field(factory=dict)


def addressed(
    assessments: Iterable[Assessment], packs: Mapping[str, Pack], owners: tuple[str, ...] = ()
) -> tuple[Addressed, ...]:
    """Return the missing facts for each owner in the order of the documents, or only for these.

    *packs* are those of the assessments, by id; their dictionaries have the questions.
    """
    found: dict[tuple[str, str], Addressed] = {}
    for assessment in assessments:
        own = assessment.organization
        for finding in assessment.findings:
            for name in finding.owners or ("",):
                if not finding.missing or (owners and name not in owners):
                    continue
                group = found.setdefault((own["id"], name), Addressed(organization=own, owner=name))
                for path in finding.missing:
                    if path not in group.facts:
                        group.facts[path] = _lacking(path, assessment, packs[assessment.pack])
                    group.facts[path].asked_by.append(Asked.by(finding, assessment))
    return tuple(found.values())


def _lacking(path: str, assessment: Assessment, pack: Pack) -> Lacking:
    """Return a missing fact in the words of the dictionary."""
    root, name, *rest = _STEP.findall(path)
    label = assessment.labels.get(path, Text(zh=path, en=path))
    parameter = pack.parameter(name) if root == "parameters" else None
    if parameter is not None:
        question = parameter.question or parameter.note
        return Lacking(path=path, label=label, entry=parameter.title, question=question, unit=parameter.unit)
    spec = pack.dictionary.facts.get(name)
    if spec is None:
        return Lacking(path=path, label=label, entry=label, question=None, unit=None)
    one = spec.fields.get(rest[-1]) or spec.elements.get(rest[-1]) if rest else None
    unit = spec.unit if one is None else one.unit
    return Lacking(path=path, label=label, entry=spec.label, question=spec.question, unit=unit)


def render(
    assessments: tuple[Assessment, ...],
    packs: Mapping[str, Pack],
    format: str,  # noqa: A002
    lang: Lang,
    *,
    owners: tuple[str, ...] = (),
    layout: Layout | None = None,
) -> str:
    """Return the list in a format and a language. Raises ValueError if there is no such format."""
    if format not in FORMATS:
        message = f"there is no list {format!r}; there are: {', '.join(FORMATS)}"
        raise ValueError(message)
    return FORMATS[format](addressed(assessments, packs, owners), lang, layout or Layout())


def _text(groups: tuple[Addressed, ...], lang: Lang, layout: Layout) -> str:
    from safescore.report.text import laid_out

    return laid_out(_page(groups, lang), layout)


def _markdown(groups: tuple[Addressed, ...], lang: Lang, _: Layout) -> str:
    return as_markdown(_page(groups, lang))


def _json(groups: tuple[Addressed, ...], lang: Lang, _: Layout) -> str:
    from safescore.report.json import written

    return written({"schema": SCHEMA, "lists": [_content(group, lang) for group in groups]})


def _csv(groups: tuple[Addressed, ...], lang: Lang, _: Layout) -> str:
    """Return a line for each fact and rule; begun with a mark that lets spreadsheets read it as UTF-8."""
    zh = lang == "zh"
    out = StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(_COLUMNS.to(lang).split(","))
    for group in groups:
        for one in group.facts.values():
            for asked in one.asked_by:
                cells = (
                    group.organization["id"],
                    group.organization["name"],
                    _owner(group, lang),
                    one.label.to(lang),
                    _said(one.question, lang),
                    _unit(one.unit, lang),
                    asked.clause,
                    asked.title.to(lang),
                    ("是" if zh else "yes") if asked.hard else "",
                    asked.due,
                    asked.rule,
                    one.path,
                )
                sheet.writerow(map(harmless, cells))
    return f"\ufeff{out.getvalue()}"


FORMATS: Mapping[str, Callable[[tuple[Addressed, ...], Lang, Layout], str]] = {
    "text": _text,
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
}
"""The formats, by the names that the command gives them."""


def harmless(text: str) -> str:
    """Return *text* as a cell that no spreadsheet takes for a formula, with whatever is invisible spelled out."""
    return f"'{visible(text)}" if _FORMULA.match(text) else visible(text)


def _page(groups: tuple[Addressed, ...], lang: Lang) -> Page:
    zh = lang == "zh"
    blocks: list[Block] = [Title("待补事实清单" if zh else "Facts still missing")]
    if not groups:
        blocks.append(Line(Cell("不缺事实。" if zh else "No fact is missing.", Tone.GOOD)))
    for group in groups:
        own = group.organization
        blocks.append(Heading(f"{own['name']} ({own['id']}){'：' if zh else ': '}{_owner(group, lang)}"))
        number = len(group.facts)
        blocks.append(Line(Cell(f"共{number}项。" if zh else f"{number} {'fact' if number == 1 else 'facts'}.")))
        blocks.extend(_entries(group, lang))
    return blocks


def _entries(group: Addressed, lang: Lang) -> Iterator[Entry]:
    """Yield an entry for each entry of the dictionary; the blank cells of its records stand together."""
    zh = lang == "zh"
    together: dict[tuple[str, str], list[Lacking]] = {}
    for one in group.facts.values():
        root, name, *_ = _STEP.findall(one.path)
        together.setdefault((root, name), []).append(one)
    for ones in together.values():
        asked = {item.rule: item for one in ones for item in one.asked_by}
        labels = [one.label.to(lang) for one in ones]
        entry = ones[0].entry.to(lang)
        hard = "［底线要求］" if zh else " [hard duty]"
        decides = "\n".join(
            f"{item.clause} {item.title.to(lang)}{hard if item.hard else ''} ({item.rule})" for item in asked.values()
        )
        units = dict.fromkeys(_unit(one.unit, lang) for one in ones)
        yield Entry(
            Cell(entry),
            pairs(
                ("问题" if zh else "question", _said(ones[0].question, lang)),
                ("缺" if zh else "missing", "" if labels == [entry] else "\n".join(labels)),
                ("单位" if zh else "unit", ("、" if zh else ", ").join(name for name in units if name)),
                ("用于判定" if zh else "decides", decides),
                ("期限" if zh else "by", min(one.due for one in ones)),
                ("填在" if zh else "goes to", ones[0].path if len(ones) == 1 else ""),
            ),
        )


def _content(group: Addressed, lang: Lang) -> dict[str, Any]:
    return {
        "organization": dict(group.organization),
        "owner": group.owner or None,
        "facts": [
            {
                "path": one.path,
                "label": one.label.to(lang),
                "question": _said(one.question, lang) or None,
                "unit": _unit(one.unit, lang) or None,
                "due": one.due,
                "decides": [
                    {
                        "rule": asked.rule,
                        "clause": asked.clause,
                        "title": asked.title.to(lang),
                        "hard": asked.hard,
                        "due": asked.due,
                    }
                    for asked in one.asked_by
                ],
            }
            for one in group.facts.values()
        ],
    }


def _owner(group: Addressed, lang: Lang) -> str:
    return group.owner or ("本单位" if lang == "zh" else "the organisation itself")


def _said(text: Text | None, lang: Lang) -> str:
    return "" if text is None else text.to(lang)


def _unit(unit: Unit | None, lang: Lang) -> str:
    return "" if unit is None else unit.zh if lang == "zh" else unit.many
