"""What next, as a report: the cheapest steps to a grade, what each duty would add, and what is out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from safescore.facts.read import canonical
from safescore.nextbest import Gain, Kind, Lost, NextBest, Plan, Step
from safescore.report.json import written
from safescore.report.labels import MARKS, TONES, between, grade, points
from safescore.report.layout import Layout
from safescore.report.page import (
    Block,
    Bullets,
    Cell,
    Heading,
    Line,
    Page,
    Pairs,
    Table,
    Title,
    Tone,
    pairs,
    row,
)
from safescore.report.visible import clipped
from safescore.report.whatif import result
from safescore.words import Lang, Text, plain, rounded

SCHEMA = {"name": "safescore-next", "version": "1.0"}
MOST_GAINS = 10
"""How many findings a text lists with what mending them adds."""
SAID: Mapping[Kind, Text] = {
    Kind.DO: Text(zh="要做的", en="To do"),
    Kind.SAY: Text(zh="要核实填报的（属实才算数）", en="To find out and answer (it counts only if it is so)"),
}

_CONFIRMED = Text(
    zh="已把各步骤代入填报重新评定，结果如上。",
    en="Confirmed: the steps were made in the facts, and judged anew.",
)
_PARTLY = Text(
    zh="标 * 的步骤无法代入填报，按其全部见效计算；其余已代入重新评定。",
    en="Steps with * can't be made in the facts; they are taken to have their full effect. The others were made, and "
    "judged anew.",
)
_GRANTED = Text(
    zh="标 * 的步骤无法代入填报，按其全部见效计算。",
    en="Steps with * can't be made in the facts; they are taken to have their full effect.",
)


def render(
    found: Sequence[NextBest],
    format: str,  # noqa: A002
    lang: Lang,
    *,
    layout: Layout | None = None,
) -> str:
    """Return what next in a format and a language. Raises ValueError if there is no such format."""
    if format not in FORMATS:
        message = f"there is no report {format!r}; there are: {', '.join(FORMATS)}"
        raise ValueError(message)
    return FORMATS[format](found, lang, layout or Layout())


def _text(found: Sequence[NextBest], lang: Lang, layout: Layout) -> str:
    from safescore.report.text import laid_out

    return laid_out(page(found, lang), layout)


def page(found: Sequence[NextBest], lang: Lang) -> Page:
    """Return what next as a page."""
    blocks: list[Block] = [Title("下一步怎么做最省力" if lang == "zh" else "What next")]
    for one in found:
        if len(found) > 1:
            blocks.append(Heading(one.assessment.pack_title.to(lang)))
        blocks.extend(_blocks(one, lang))
    return blocks


def _blocks(one: NextBest, lang: Lang) -> Iterator[Block]:
    zh = lang == "zh"
    assessment = one.assessment
    own = assessment.organization
    found = assessment.score.interval
    score = points(found.low, lang) if found.low == found.high else between(found, lang)
    target = "" if one.target is None else one.target[1].to(lang)
    if one.target is not None:
        least = plain(one.target[2])
        target = f"{target}（{least}分以上）" if zh else f"{target} (from {least})"
    yield Pairs(
        pairs(
            ("单位" if zh else "organisation", f"{clipped(own['name'])} ({clipped(own['id'])})"),
            (
                "依据" if zh else "document",
                f"{assessment.pack_title.to(lang)} ({assessment.pack} {assessment.pack_version})",
            ),
            ("评定日" if zh else "as of", assessment.as_of),
            ("得分" if zh else "score", score),
            ("等级" if zh else "grade", grade(assessment.grade, lang)),
            ("目标" if zh else "aim", target),
        )
    )
    yield from _way(one, lang)
    if one.gains:
        yield from _gains(one.gains, lang)
    if one.lost:
        yield Heading("本期已无法补救的" if zh else "Out of reach this period")
        yield Pairs(tuple(_lost(each, assessment.pack, lang) for each in one.lost))


def _way(one: NextBest, lang: Lang) -> Iterator[Block]:
    zh = lang == "zh"
    if one.target is None:
        said = "没有更高的等级可争取，或目标已达到。" if zh else "There is no better grade to aim at, or it is reached."
        if one.assessment.grade.low is None:
            said = "没有可计分的事项。" if zh else "Nothing is scored."
        yield Line(Cell(said, Tone.GOOD))
        return
    if one.plan is None:
        yield Heading("本期达不到目标" if zh else "The aim is out of reach this period")
        why = [each.to(lang) for each in one.blockers]
        none = "可做的步骤不足以达到目标" if zh else "the steps that can be taken don't suffice"
        yield Bullets(tuple(Cell(each, Tone.BAD) for each in why or [none]))
        return
    yield Heading("最省力的途径" if zh else "The cheapest way")
    yield from _plan(one.plan, lang)
    if one.deeds is one.plan:
        return
    yield Heading("只靠落实、不靠补报的途径" if zh else "By deeds alone")
    if one.deeds is None:
        yield Line(
            Cell(
                "只靠落实达不到目标：有情况不明的事项必须先核实填报。"
                if zh
                else "Deeds alone don't reach it: what is not known must be found out first.",
                Tone.DOUBT,
            )
        )
    else:
        yield from _plan(one.deeds, lang)


def _plan(plan: Plan, lang: Lang) -> Iterator[Block]:
    zh = lang == "zh"
    header = ("步骤", "期限", "工作量", "涉及事项") if zh else ("step", "by", "effort", "duties")
    for kind in Kind:
        steps = plan.of(kind)
        if steps:
            yield Line(Cell(f"{SAID[kind].to(lang)}{'：' if zh else ':'}"))
            yield Table(header, tuple(_step(each, lang) for each in steps))
    found = plan.score
    after = points(found.low, lang) if found.low == found.high else between(found, lang)
    then = grade(plan.grade, lang)
    yield Line(
        Cell(
            f"合计工作量 {plan.effort}；之后得分 {after}，等级{then}。"
            if zh
            else f"Effort {plan.effort} in all; then the score is {after}, the grade {then}.",
            Tone.GOOD,
        )
    )
    said = _CONFIRMED if plan.confirmed else _PARTLY if any(one.edits for one in plan.steps) else _GRANTED
    yield Line(Cell(said.to(lang), Tone.FAINT if plan.confirmed else Tone.DOUBT))


def _step(one: Step, lang: Lang) -> tuple[Cell, ...]:
    mark = "" if one.edits else " *"
    rules = "\n".join(rule.partition(".")[2] for rule in one.rules)
    return row(f"{one.text.to(lang)}{mark}", one.by or "–", str(one.effort), rules)


def _gains(gains: Sequence[Gain], lang: Lang) -> Iterator[Block]:
    zh = lang == "zh"
    yield Heading("各事项达到后可增加的分数" if zh else "What each duty adds once it is met, in points")
    header = (
        ("事项", "下限", "上限", "限制等级") if zh else ("duty", "to the least", "to the greatest", "caps the grade")
    )
    rows = (
        row(
            Cell(
                f"{MARKS[one.finding.outcome]} {one.finding.clause} {one.finding.title.to(lang)} "
                f"({one.finding.rule.partition('.')[2]})",
                TONES[one.finding.outcome],
            ),
            signed(one.low),
            signed(one.high),
            ("是" if zh else "yes") if one.caps else "",
        )
        for one in gains[:MOST_GAINS]
    )
    yield Table(header, tuple(rows))
    more = len(gains) - MOST_GAINS
    if more > 0:
        yield Line(Cell(f"另有 {more} 项。" if zh else f"and {more} more.", Tone.FAINT))


def signed(share: Fraction) -> str:
    """Return what is added to a score, in points with its sign."""
    text = rounded(share * 100, 2)
    return text if text.startswith("-") else f"+{text}"


def _lost(one: Lost, pack: str, lang: Lang) -> tuple[str, Cell]:
    finding = one.finding
    title = f"{finding.title.to(lang)} ({finding.rule.removeprefix(f'{pack}.')})"
    return finding.clause, Cell(f"{title}{'：' if lang == 'zh' else ': '}{one.reason.to(lang)}")


def _json(found: Sequence[NextBest], lang: Lang, layout: Layout) -> str:
    return written(
        {"schema": SCHEMA, "lang": lang, "assessments": [_content(one, lang) for one in found]},
    )


def _content(one: NextBest, lang: Lang) -> dict[str, Any]:
    assessment = one.assessment
    return {
        "organization": {"id": assessment.organization["id"], "name": assessment.organization["name"]},
        "pack": {"id": assessment.pack, "version": assessment.pack_version},
        "now": result(assessment),
        "target": None
        if one.target is None
        else {"id": one.target[0], "title": one.target[1].to(lang), "at_least": str(one.target[2])},
        "plan": _plan_content(one.plan, lang),
        "deeds": _plan_content(one.deeds, lang),
        "blockers": [each.to(lang) for each in one.blockers],
        "gains": [
            {
                "rule": gain.finding.rule,
                "title": gain.finding.title.to(lang),
                "outcome": gain.finding.outcome.value,
                "low": str(gain.low),
                "high": str(gain.high),
                "caps": gain.caps,
            }
            for gain in one.gains
        ],
        "out_of_reach": [
            {"rule": each.finding.rule, "title": each.finding.title.to(lang), "reason": each.reason.to(lang)}
            for each in one.lost
        ],
    }


def _plan_content(plan: Plan | None, lang: Lang) -> dict[str, Any] | None:
    if plan is None:
        return None
    low, high = plan.score.low, plan.score.high
    return {
        "effort": plan.effort,
        "score": {"low": None if low is None else str(low), "high": None if high is None else str(high)},
        "grade": {"low": plan.grade.low, "high": plan.grade.high},
        "confirmed": plan.confirmed,
        "steps": [
            {
                "kind": step.kind.value,
                "text": step.text.to(lang),
                "units": step.units,
                "effort": step.effort,
                "by": step.by or None,
                "rules": list(step.rules),
                "answers": [
                    {
                        "path": list(edit.path),
                        "value": canonical(edit.value),
                        "add": edit.add,
                    }
                    for edit in step.edits
                ],
            }
            for step in plan.steps
        ],
    }


FORMATS: Mapping[str, Callable[[Sequence[NextBest], Lang, Layout], str]] = {"text": _text, "json": _json}
"""The formats, by the names that the command gives them."""
