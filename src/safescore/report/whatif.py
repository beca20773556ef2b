"""What a what-if says: score, grade and counts before and after, and every rule that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from safescore.facts.changes import UNSET, Change
from safescore.facts.read import written as quoted
from safescore.report.json import written
from safescore.report.labels import MARKS, OUTCOMES, between, credit, grade, outcome_cell, points
from safescore.report.layout import Layout
from safescore.report.page import Block, Cell, Heading, Line, Page, Pairs, Table, Title, Tone, pairs, row
from safescore.report.visible import clipped
from safescore.results import Assessment, Finding, Interval
from safescore.standing import Outcome
from safescore.whatif import Turn, WhatIf
from safescore.words import Lang, Text, rounded

SCHEMA = {"name": "safescore-whatif", "version": "1.0"}
KINDS: Mapping[str, Text] = {
    "set": Text(zh="改为", en="set"),
    "add": Text(zh="增加", en="add"),
    "unset": Text(zh="撤回", en="take back"),
}


def render(
    comparisons: Sequence[WhatIf],
    changes: Sequence[Change],
    format: str,  # noqa: A002
    lang: Lang,
    *,
    every: bool = False,
    layout: Layout | None = None,
) -> str:
    """Return a what-if in a format and a language: the rules that changed, or *every* rule.

    Raises ValueError if there is no such format.
    """
    if format not in FORMATS:
        message = f"there is no report {format!r}; there are: {', '.join(FORMATS)}"
        raise ValueError(message)
    return FORMATS[format](comparisons, changes, lang, every, layout or Layout())


def _text(comparisons: Sequence[WhatIf], changes: Sequence[Change], lang: Lang, every: bool, layout: Layout) -> str:
    from safescore.report.text import laid_out

    return laid_out(page(comparisons, changes, lang, every=every), layout)


def page(comparisons: Sequence[WhatIf], changes: Sequence[Change], lang: Lang, *, every: bool = False) -> Page:
    """Return a what-if as a page."""
    zh = lang == "zh"
    blocks: list[Block] = [Title("试算：改动前后" if zh else "What if")]
    blocks.append(
        Pairs(pairs(*((KINDS[one.kind].to(lang), clipped(_change(one))) for one in changes)))
        if changes
        else Line(Cell("没有改动。" if zh else "Nothing is changed."))
    )
    for one in comparisons:
        blocks.extend(_compared(one, lang, every))
    return blocks


def _change(one: Change) -> str:
    return one.target if one.value is None else f"{one.target} = {quoted(one.value.content)}"


def _compared(one: WhatIf, lang: Lang, every: bool) -> Iterator[Block]:
    zh = lang == "zh"
    before, after = one.before, one.after
    name = clipped(before.organization.get("name", ""))
    yield Heading(f"{name}{'：' if zh else ': '}{before.pack_title.to(lang)} ({before.pack} {before.pack_version})")
    header = ("", "改动前", "改动后") if zh else ("", "before", "after")
    counts = (
        row(
            f"{MARKS[outcome]} {OUTCOMES[outcome].to(lang)}",
            str(before.score.counts[outcome]),
            str(after.score.counts[outcome]),
        )
        for outcome in Outcome
        if before.score.counts[outcome] != after.score.counts[outcome]
    )
    waived = (
        ()
        if before.score.waived is None and after.score.waived is None
        else (
            row("不计豁免事项" if zh else "without what is waived", *(_waived(each, lang) for each in (before, after))),
        )
    )
    yield Table(
        header,
        (
            row("得分" if zh else "score", *(_score(each.score.interval, lang) for each in (before, after))),
            *waived,
            row("等级" if zh else "grade", *(grade(each.grade, lang) for each in (before, after))),
            *counts,
        ),
    )
    turns = one.turns if every else one.turned
    if not turns:
        yield Line(Cell("没有事项变动。" if zh else "No duty changes.", Tone.FAINT))
        return
    changed = len(one.turned)
    yield Heading(f"变动的事项（{changed} 项）" if zh else f"Duties that change ({changed})")
    names = ("条款", "事项", "改动前", "改动后") if zh else ("clause", "duty", "before", "after")
    yield Table(names, tuple(_turn(turn, before.pack, lang) for turn in turns))


def _score(found: Interval, lang: Lang) -> str:
    if found.low == found.high:
        return points(found.low, lang)
    return between(found, lang)


def _waived(one: Assessment, lang: Lang) -> str:
    return _score(one.score.interval if one.score.waived is None else one.score.waived, lang)


def _turn(turn: Turn, pack: str, lang: Lang) -> tuple[Cell, ...]:
    finding = turn.before
    hard = ("［底线］" if lang == "zh" else "[hard] ") if finding.hard else ""
    return row(
        finding.clause,
        f"{hard}{finding.title.to(lang)} ({finding.rule.removeprefix(f'{pack}.')})",
        _stands(turn.before, lang),
        _stands(turn.after, lang),
    )


def _stands(finding: Finding, lang: Lang) -> Cell:
    cell = outcome_cell(finding, lang)
    said = [f"{MARKS[finding.outcome]} {cell.text}"]
    if finding.outcome is not Outcome.NOT_APPLICABLE:
        said.append(finding.actual.to(lang))
        said.append(f"{'得分率' if lang == 'zh' else 'credit'} {credit(finding.contribution, lang)}")
    return Cell("\n".join(said), cell.tone)


def _json(comparisons: Sequence[WhatIf], changes: Sequence[Change], lang: Lang, every: bool, layout: Layout) -> str:
    return written(
        {
            "schema": SCHEMA,
            "lang": lang,
            "changes": [
                {
                    "kind": one.kind,
                    "target": one.target,
                    "value": None if one.kind == UNSET or one.value is None else quoted_whole(one.value.content),
                }
                for one in changes
            ],
            "assessments": [
                {
                    "organization": {
                        "id": one.before.organization["id"],
                        "name": one.before.organization["name"],
                    },
                    "pack": {"id": one.before.pack, "version": one.before.pack_version},
                    "before": result(one.before),
                    "after": result(one.after),
                    "rules": [_rule(turn, lang) for turn in (one.turns if every else one.turned)],
                }
                for one in comparisons
            ],
        }
    )


def quoted_whole(content: Any) -> str:
    """Return a value as JSON text, exactly: a decimal keeps its digits."""
    from safescore.facts.read import canonical

    return canonical(content)


def result(one: Assessment) -> dict[str, Any]:
    """Return what an assessment comes to."""
    found = one.score.interval
    return {
        "as_of": one.as_of,
        "facts_digest": one.digests.facts,
        "score": {"low": _exact(found.low), "high": _exact(found.high), "certain": found.certain},
        "points": {"low": _points(found.low), "high": _points(found.high)},
        "grade": {"low": one.grade.low, "high": one.grade.high},
        "counts": {outcome.value: number for outcome, number in one.score.counts.items()},
    }


def _rule(turn: Turn, lang: Lang) -> dict[str, Any]:
    return {
        "rule": turn.before.rule,
        "clause": turn.before.clause,
        "title": turn.before.title.to(lang),
        "hard": turn.before.hard,
        "weight": turn.before.weight,
        "changed": turn.changed,
        "before": _finding(turn.before, lang),
        "after": _finding(turn.after, lang),
    }


def _finding(one: Finding, lang: Lang) -> dict[str, Any]:
    found = one.contribution
    return {
        "outcome": one.outcome.value,
        "to_date": one.to_date,
        "credit": {"low": _exact(found.low), "high": _exact(found.high), "out": found.out},
        "actual": one.actual.to(lang),
        "gap": None if one.gap is None else one.gap.to(lang),
        "next_due": one.next_due or None,
    }


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _points(share: Fraction | None) -> str | None:
    return None if share is None else rounded(share * 100)


Rendered = Callable[[Sequence[WhatIf], Sequence[Change], Lang, bool, Layout], str]
FORMATS: Mapping[str, Rendered] = {"text": _text, "json": _json}
"""The formats, by the names that the command gives them."""
