"""What the gate of a command line answers, and what is said of it on stderr."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _ArgumentGroup
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from safescore.baseline import Baseline, Past
from safescore.cli.arguments import none_of, points
from safescore.cli.console import complain
from safescore.cli.exits import ExitCode, of_gate
from safescore.gate import FAIL_ON, gate
from safescore.results import Assessment, Gate
from safescore.words import Lang, Text

MOST_NAMED = 20
GATES = {Gate.MET: "达到", Gate.FAILED: "未达到", Gate.UNDECIDED: "无法判定"}


def add_demands(parser: ArgumentParser) -> _ArgumentGroup:
    """Add what is demanded of score, grade and findings."""
    gates = parser.add_argument_group("gate", "what decides the exit code; several must all be met")
    gates.add_argument("--min-score", type=points, metavar="N", help="the least score, 0 to 100")
    gates.add_argument("--min-grade", metavar="G", help="the least grade, by its id or its title")
    gates.add_argument(
        "--fail-on",
        type=_fail_on,
        action="append",
        default=[],
        metavar="WHAT",
        help=f"fail if any finding is so: {', '.join(FAIL_ON)}; may be repeated, or joined by commas",
    )
    return gates


def demands(args: Namespace) -> dict[str, Any]:
    """Return what is demanded, as :func:`safescore.gate.gate` takes it."""
    fail_on = frozenset(what for group in args.fail_on for what in group)
    return {"min_score": args.min_score, "min_grade": args.min_grade, "fail_on": fail_on}


def add_gate(parser: ArgumentParser) -> None:
    """Add what decides the exit code, and baselines."""
    gates = add_demands(parser)
    gates.add_argument(
        "--baseline",
        type=Path,
        metavar="REPORT.json",
        help="of --fail-on, let only what is not in this earlier report fail, or is worse than in it",
    )
    gates.add_argument(
        "--create-baseline", type=Path, metavar="PATH", help="write a baseline that accepts what is open today"
    )


def answers(
    assessments: tuple[Assessment, ...], args: Namespace, baseline: Baseline | None, err: TextIO
) -> Iterator[ExitCode]:
    """Yield what the gate answers for each assessment; say so where there is one."""
    demanded = demands(args)
    given = args.min_score is not None or args.min_grade is not None or bool(demanded["fail_on"])
    for one in assessments:
        past = baseline.past(one) if baseline is not None else None
        if args.baseline is not None:
            for line in _compared(one, past):
                whose = f"{one.organization['id']}, {one.pack}"
                said = Text(zh=f"基线：{whose}：{line.zh}", en=f"baseline: {whose}: {line.en}")
                complain(said.to(args.lang), err)
        answer = gate(one, **demanded, past=past)
        if given:
            complain(_answered(one, answer).to(args.lang), err)
        yield of_gate(answer)
    if args.baseline is not None and baseline is not None:
        _name_others(baseline.others(assessments), args.lang, err)


def _answered(one: Assessment, answer: Gate) -> Text:
    from safescore.report.labels import between, grade

    whose = f"{one.organization['id']}, {one.pack}"
    zh = f"得分{between(one.score.interval, 'zh')}，等级{grade(one.grade, 'zh')}"
    en = f"score {between(one.score.interval, 'en')}, grade {grade(one.grade, 'en')}"
    return Text(zh=f"门槛{GATES[answer]}：{whose}：{zh}", en=f"gate {answer.name.lower()}: {whose}: {en}")


def _compared(assessment: Assessment, past: Past | None) -> Iterator[Text]:
    from safescore.report.labels import OUTCOMES

    if past is None:
        yield Text(zh="基线中没有：所有缺口都算新增", en="not in the baseline: every gap counts as new")
        return
    if past.version != assessment.pack_version:
        now = assessment.pack_version
        yield Text(
            zh=f"基线按{past.version}版生成，现为{now}版：逐条规则比较",
            en=f"made under version {past.version}, now {now}: compared rule by rule",
        )
    gone = past.gone(assessment)
    for one in gone[:MOST_NAMED]:
        then = OUTCOMES[one.then]
        here = Text(zh="规则包中已无此规则", en="the pack has no such rule")
        if one.now is not None:
            here = Text(zh=f"现为{OUTCOMES[one.now].zh}", en=f"now {one.now.value}")
        yield Text(
            zh=f"{one.rule}不再出现：当时{then.zh}，{here.zh}",
            en=f"{one.rule} no longer occurs: then {one.then.value}, {here.en}",
        )
    if len(gone) > MOST_NAMED:
        more = len(gone) - MOST_NAMED
        yield Text(zh=f"另有{more}项不再出现", en=f"and {more} more no longer occur")


def _name_others(others: tuple[Past, ...], lang: Lang, err: TextIO) -> None:
    if others:
        names = tuple(dict.fromkeys(f"{one.organization} ({one.pack})" for one in others))
        first, more = names[:MOST_NAMED], len(names) - MOST_NAMED
        said = Text(
            zh=f"基线：其中还有本次未检查的：{'、'.join(first)}{f'等{len(names)}个' if more > 0 else ''}",
            en=f"baseline: also holds what was not checked here: {', '.join(first)}"
            + (f" and {more} more" if more > 0 else ""),
        )
        complain(said.to(lang), err)


def _fail_on(text: str) -> tuple[str, ...]:
    words = tuple(text.split(","))
    for word in words:
        if word not in FAIL_ON:
            raise none_of(word, FAIL_ON)
    return words
