"""Check: score an organisation's facts, report, and answer a gate."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from attrs import define, evolve, field

from safescore.assess import assess_all, faults_of, open_as_far
from safescore.cli.arguments import Commands, add_lang, add_limits, day, limits_of, parser_of, points
from safescore.cli.console import WIDTH, complain, layout, save, show_report
from safescore.cli.exits import ExitCode, of_gate, worst
from safescore.cli.names import OWNER, UnknownNameError
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.facts.read import open_submission, with_tables
from safescore.gate import FAIL_ON, gate
from safescore.model import Pack
from safescore.packs.load import load_pack
from safescore.report import REPORTS, Layout, render
from safescore.report.labels import between, grade
from safescore.results import Assessment
from safescore.source import Limits, parse_bytes
from safescore.words import Text

STDIN = "-"
_EXAMPLES = """\
  safescore check facts.yaml
  safescore check facts.yaml --pack dadukou-2022 --as-of 2022-09-30
  safescore check q3/*.yaml --min-score 80 --fail-on hard --format json
  safescore check facts.yaml --output markdown:report.md --output json:report.json
  safescore check q3.yaml --previous q2.yaml
  safescore check facts.xlsx
  safescore check - --pack ./our-pack < facts.yaml"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "check", summary, _EXAMPLES)
    parser.add_argument(
        "facts",
        nargs="+",
        metavar="FACTS",
        help="submissions: YAML, JSON or filled-in workbooks (.xlsx); - is YAML on stdin",
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder; may be repeated (default: the packs that the submission names)",
    )
    parser.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day of judgement (default: the submission's, else its period's end)",
    )
    parser.add_argument(
        "--previous",
        action="append",
        default=[],
        metavar="LAST",
        help="the organisation's submission of an earlier period: cumulative figures below it are faults, records that "
        "vanished or were altered are named in the notes; repeated, each is held against the one of its organisation",
    )
    parser.add_argument(
        "--owner", metavar="NAME", help="show only the duties that the document assigns to this unit; the score stays"
    )
    parser.add_argument("--format", choices=tuple(REPORTS), default="text", help="of stdout (default: text)")
    parser.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT:PATH",
        help="write a report to a file as well; may be repeated",
    )
    add_limits(parser)
    add_lang(parser)
    _add_gate(parser)
    parser.set_defaults(run=run)


def _add_gate(parser: ArgumentParser) -> None:
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


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Load, assess, render; every decision is somebody else's."""
    checking = _Checking(packs=tuple(args.pack), as_of=args.as_of, limits=limits_of(args))
    checking.remember(args.previous)
    assessments = tuple(one for name in args.facts for one in checking.assessments(name))
    for fault in checking.faults:
        complain(fault.to(args.lang), err)
    codes = [ExitCode.UNUSABLE] if checking.faults else []
    codes.extend(_gates(assessments, args, err))
    if args.owner is not None:
        assessments = tuple(of_owner(one, args.owner) for one in assessments)
    if assessments:
        shown = render(assessments, args.format, args.lang, layout(out, args.width))
        show_report(shown, args.format, out)
        for format_, path in args.output:
            save(render(assessments, format_, args.lang, Layout(width=args.width or WIDTH)), path)
    return worst(codes)


def of_owner(assessment: Assessment, owner: str) -> Assessment:
    """Return an assessment that shows only the findings of an owner; score, grade and counts stay those of the whole.

    Raises UnknownNameError if the document names no such unit.
    """
    known = dict.fromkeys(name for finding in assessment.findings for name in finding.owners)
    if owner not in known:
        raise UnknownNameError(OWNER, owner, known)
    shown = tuple(finding for finding in assessment.findings if owner in finding.owners)
    note = Text(
        zh=f"只列出责任单位为“{owner}”的事项；得分、等级和各项计数仍是全部事项的。",
        en=f"Only the duties of {owner} are shown; score, grade and counts are those of all duties.",
    )
    return evolve(assessment, findings=shown, notes=(note, *assessment.notes))


@define
class _Checking:
    """The submissions checked so far: packs read once, and every fault of every file."""

    packs: tuple[str, ...]
    as_of: date | None
    limits: Limits
    load: Callable[[str], Pack] = field(factory=lambda: cache(load_pack))
    previous: list[Document] = field(factory=list)
    faults: dict[Fault, None] = field(factory=dict)

    def remember(self, names: Sequence[str]) -> None:
        """Open the submissions of earlier periods."""
        for name in names:
            try:
                self.previous.append(_opened(name, self.limits))
            except InvalidInput as error:
                self.faults.update(dict.fromkeys(error.faults))

    def before(self, document: Document) -> Document | None:
        """Return the earlier submission of the same organisation; of another one where only that is given."""
        mine = _organization(document)
        return next((one for one in self.previous if _organization(one) == mine), next(iter(self.previous), None))

    def assessments(self, name: str) -> tuple[Assessment, ...]:
        """Return the assessments of a submission; none where there are faults."""
        try:
            document = _opened(name, self.limits)
            as_of = self.as_of.toordinal() if self.as_of else None
            opened = open_as_far(document, self.packs, self.load)
            if opened.faults or not opened.packs:
                raise InvalidInput(faults_of(document, opened, as_of=as_of, previous=self.before(document)))
            return assess_all(document, opened.packs, as_of=as_of, previous=self.before(document))
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return ()


def _organization(document: Document) -> object:
    content: Any = document.content
    own = content.get("organization") if isinstance(content, Mapping) else None
    return own.get("id") if isinstance(own, Mapping) else None


def _opened(name: str, limits: Limits) -> Document:
    """Return the document of a submission: a file, or YAML on stdin. Raises InvalidInput."""
    if name != STDIN:
        return open_submission(name, limits)
    document = parse_bytes(sys.stdin.buffer.read(limits.bytes + 1), "<stdin>", limits, as_far=True)
    return with_tables(document, None, limits)


def _gates(assessments: tuple[Assessment, ...], args: Namespace, err: TextIO) -> Iterator[ExitCode]:
    """Yield what the gate answers for each assessment; say so where there is one."""
    demanded = frozenset(what for group in args.fail_on for what in group)
    given = args.min_score is not None or args.min_grade is not None or bool(demanded)
    for one in assessments:
        answer = gate(one, min_score=args.min_score, min_grade=args.min_grade, fail_on=demanded)
        if given:
            stands = f"score {between(one.score.interval, 'en')}, grade {grade(one.grade, 'en')}"
            complain(f"gate {answer.name.lower()}: {one.organization['id']}, {one.pack}: {stands}", err)
        yield of_gate(answer)


def _fail_on(text: str) -> tuple[str, ...]:
    words = tuple(text.split(","))
    for word in words:
        if word not in FAIL_ON:
            message = f"{word!r} is none of {', '.join(FAIL_ON)}"
            raise ArgumentTypeError(message)
    return words


def _output(text: str) -> tuple[str, Path]:
    format_, colon, path = text.partition(":")
    if not colon or not path or format_ not in REPORTS:
        message = f"{text!r} is no FORMAT:PATH; the formats are {', '.join(REPORTS)}"
        raise ArgumentTypeError(message)
    return format_, Path(path)
