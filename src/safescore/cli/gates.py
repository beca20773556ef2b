"""What the gate of a command line answers, and what is said of it on stderr."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from safescore.baseline import Baseline, Past
from safescore.cli.arguments import points
from safescore.cli.console import complain
from safescore.cli.exits import ExitCode, of_gate
from safescore.gate import FAIL_ON, gate
from safescore.report.labels import between, grade
from safescore.results import Assessment

MOST_NAMED = 20


def add_gate(parser: ArgumentParser) -> None:
    """Add what decides the exit code."""
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
    demanded = frozenset(what for group in args.fail_on for what in group)
    given = args.min_score is not None or args.min_grade is not None or bool(demanded)
    for one in assessments:
        past = baseline.past(one) if baseline is not None else None
        if args.baseline is not None:
            for line in _compared(one, past):
                complain(f"baseline: {one.organization['id']}, {one.pack}: {line}", err)
        answer = gate(one, min_score=args.min_score, min_grade=args.min_grade, fail_on=demanded, past=past)
        if given:
            stands = f"score {between(one.score.interval, 'en')}, grade {grade(one.grade, 'en')}"
            complain(f"gate {answer.name.lower()}: {one.organization['id']}, {one.pack}: {stands}", err)
        yield of_gate(answer)
    if args.baseline is not None and baseline is not None:
        _name_others(baseline.others(assessments), err)


def _compared(assessment: Assessment, past: Past | None) -> Iterator[str]:
    if past is None:
        yield "not in the baseline: every gap counts as new"
        return
    if past.version != assessment.pack_version:
        yield f"made under version {past.version}, now {assessment.pack_version}: compared rule by rule"
    gone = past.gone(assessment)
    for one in gone[:MOST_NAMED]:
        now = "the pack has no such rule" if one.now is None else f"now {one.now.value}"
        yield f"{one.rule} no longer occurs: then {one.then.value}, {now}"
    if len(gone) > MOST_NAMED:
        yield f"and {len(gone) - MOST_NAMED} more no longer occur"


def _name_others(others: tuple[Past, ...], err: TextIO) -> None:
    if others:
        names = tuple(dict.fromkeys(f"{one.organization} ({one.pack})" for one in others))
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        complain(f"baseline: also holds what was not checked here: {', '.join(names[:MOST_NAMED])}{more}", err)


def _fail_on(text: str) -> tuple[str, ...]:
    words = tuple(text.split(","))
    for word in words:
        if word not in FAIL_ON:
            message = f"{word!r} is none of {', '.join(FAIL_ON)}"
            raise ArgumentTypeError(message)
    return words
