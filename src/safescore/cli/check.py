"""Check: score an organisation's facts, report, and answer a gate."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from attrs import evolve

from safescore.cli.arguments import Commands, add_lang, add_limits, day, limits_of, none_of, parser_of
from safescore.cli.checking import STDIN, Checking
from safescore.cli.config import find_config, read_config
from safescore.cli.console import WIDTH, add_step_summary, complain, layout, show, show_report
from safescore.cli.exits import ExitCode, worst
from safescore.cli.gates import add_gate, answers
from safescore.cli.outputs import Output, held_apart, output, save_all
from safescore.cli.progress import watched
from safescore.cli.settings import COMMAND_LINE, Settings, settings_of
from safescore.errors import Refused
from safescore.report import REPORTS, Layout, render
from safescore.report.layout import Detail
from safescore.results import Assessment
from safescore.standing import Outcome
from safescore.words import Text

if TYPE_CHECKING:
    from safescore.baseline import Baseline
    from safescore.snapshot import Snapshot

_EXAMPLES = """\
  safescore check facts.yaml
  safescore check facts.yaml --pack dadukou-2022 --as-of 2022-09-30
  safescore check facts.yaml --only not-satisfied,unknown --clause 三.(一)
  safescore check q3/*.yaml --quiet --min-score 80 --fail-on hard
  safescore check facts.yaml --require-evidence --no-waivers
  safescore check facts.yaml --readings all
  safescore check facts.xlsx
  safescore check facts.yaml --output markdown:report.md --output json:report.json
  safescore check q3.yaml --previous q2.yaml
  safescore check facts.yaml --output html:report.html --history last.yaml
  safescore check q3/*.yaml --format github --output sarif:gaps.sarif --output junit:duties.xml
  safescore check q3/*.yaml --create-baseline baseline.json
  safescore check q3/*.yaml --baseline baseline.json --fail-on not-satisfied
  safescore check facts.yaml --show-settings
  safescore check facts.yaml --missing markdown:missing.md --missing csv:missing.csv
  safescore check - --pack ./our-pack < facts.yaml"""


class UsageError(Refused):
    """The command line asks for nothing that can be done."""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "check", summary, _EXAMPLES)
    parser.add_argument(
        "facts",
        nargs="*",
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
        "--require-evidence",
        action="store_true",
        help="an answer that no file bears out can count against, not for; the files must be there",
    )
    parser.add_argument("--no-waivers", action="store_true", help="apply no waiver; they are still shown")
    parser.add_argument(
        "--previous",
        action="append",
        default=[],
        metavar="LAST",
        help="the organisation's submission of an earlier period: cumulative figures below it are faults, records that "
        "vanished or were altered are named in the notes; repeated, each is held against the one of its organisation",
    )
    parser.add_argument(
        "--readings",
        choices=("each", "all"),
        default="each",
        help="each: what each other reading of the document would change, by itself; all: which readings together "
        "change an outcome or the grade, too (default: each)",
    )
    parser.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="EARLIER",
        help="of html: show the score over time, with these earlier reports (json) or submissions; may be repeated",
    )
    parser.add_argument("--format", choices=tuple(REPORTS), default="text", help="of stdout (default: text)")
    parser.add_argument(
        "--output",
        type=output,
        action="append",
        default=[],
        metavar="FORMAT:PATH",
        help="write a report to a file as well; may be repeated",
    )
    add_limits(parser)
    parser.add_argument(
        "--missing",
        type=_missing,
        action="append",
        default=[],
        metavar="FORMAT:PATH",
        help="write the facts still missing, for each owner, as a list to send out: text, markdown, csv or json; "
        "may be repeated",
    )
    add_lang(parser)
    _add_view(parser)
    add_gate(parser)
    _add_config(parser)
    parser.set_defaults(run=partial(run, settings_of(parser)))


def _add_view(parser: ArgumentParser) -> None:
    views = parser.add_argument_group(
        "view", "which findings are shown, in every format; score, grade, counts and gate are those of all"
    )
    views.add_argument(
        "--only",
        type=_outcomes,
        action="append",
        default=[],
        metavar="OUTCOME",
        help=f"findings with this outcome: {', '.join(one.value for one in Outcome)}; "
        "may be repeated, or joined by commas",
    )
    views.add_argument(
        "--clause", action="append", default=[], metavar="C", help="findings of this clause and those below it: 三.(一)"
    )
    views.add_argument(
        "--owner", action="append", default=[], metavar="NAME", help="findings that the document assigns to this unit"
    )
    much = views.add_mutually_exclusive_group()
    much.add_argument("--verbose", action="store_true", help="of a text: everything, with every duty in full")
    much.add_argument("--quiet", action="store_true", help="of a text: the result alone")


def _add_config(parser: ArgumentParser) -> None:
    files = parser.add_argument_group(
        "settings", "options that safescore.toml, or [tool.safescore] in pyproject.toml, may set; the command line wins"
    )
    which = files.add_mutually_exclusive_group()
    which.add_argument(
        "--config", type=Path, metavar="PATH", help="this file (default: the nearest above the first facts file)"
    )
    which.add_argument("--no-config", action="store_true", help="no file")
    files.add_argument(
        "--show-settings", action="store_true", help="print each value and where it comes from, and exit"
    )


def run(settings: Settings, given: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Load, assess, render; every decision is somebody else's."""
    args, origins = settled(settings, given)
    given.lang = args.lang  # in which whatever goes wrong from here on is told
    if args.show_settings:
        show(settings.shown(args, origins, args.lang), out)
        return ExitCode.MET
    if not args.facts:
        problem = Text(zh="没有给出要检查的填报文件（FACTS）", en="there are no FACTS to check")
        raise UsageError(problem, Text(zh="见safescore check --help", en="see safescore check --help"))
    _hold_apart(args)
    baseline = _baseline(args.baseline) if args.baseline else None
    checking = Checking(
        packs=tuple(args.pack),
        as_of=args.as_of,
        limits=limits_of(args),
        require_evidence=args.require_evidence,
        waivers=not args.no_waivers,
        combinations=args.readings == "all",
    )
    checking.remember(args.previous)
    earlier = _earlier(args, checking)
    names = watched(args.facts, len(args.facts), err, args.lang)
    assessments = tuple(one for name in names for one in checking.assessments(name))
    for fault in checking.faults:
        complain(fault.to(args.lang), err)
    codes = [ExitCode.UNUSABLE] if checking.faults else []
    if args.create_baseline and checking.faults:
        unwritten = Text(
            zh=f"{args.create_baseline}：未写入，因为有填报不能使用",
            en=f"{args.create_baseline}: not written, for not every submission can be used",
        )
        complain(unwritten.to(args.lang), err)
    elif args.create_baseline:
        from safescore.baseline import OPEN, baseline_of

        accepted = _narrowed(assessments, only=OPEN)
        save_all([(render(accepted, "json", args.lang), args.create_baseline)])
        baseline = baseline or baseline_of(assessments)
    codes.extend(answers(assessments, args, baseline, err))
    if assessments:
        shown = _asked(assessments, args)
        detail = _detail(args, origins)
        files = Layout(width=args.width or WIDTH, detail=detail, earlier=earlier)
        first = render(shown, args.format, args.lang, evolve(layout(out, args.width), detail=detail, earlier=earlier))
        save_all([(render(shown, one.format, args.lang, files), one.path) for one in args.output])
        show_report(first, args.format, out)
        save_all(_lists(shown, checking, args))
        if "github" in (args.format, *(one.format for one in args.output)):
            add_step_summary(shown, args.lang)
    return worst(codes)


def _baseline(path: Path) -> Baseline:
    from safescore.baseline import read_baseline

    return read_baseline(path)


def _earlier(args: Namespace, checking: Checking) -> tuple[Snapshot, ...]:
    """Return the earlier assessments that were asked for; what is wrong with them is a fault of the run."""
    if not args.history:
        return ()
    from safescore.cli.sides import Opening

    opening = Opening(
        limits=checking.limits, require_evidence=checking.require_evidence, waivers=checking.waivers, load=checking.load
    )
    opened = [opening.opened(name, checking.packs, None) for name in args.history]
    found = tuple(one for each in opened for one in opening.snapshots(each))
    checking.faults.update(opening.faults)
    return found


def _lists(shown: tuple[Assessment, ...], checking: Checking, args: Namespace) -> Iterator[tuple[str, Path]]:
    """Yield the lists of missing facts that were asked for, each with its file."""
    if args.missing:
        from safescore.report.missing import render as listed

        for one in args.missing:
            room = Layout(width=args.width or WIDTH)
            packs, owners = checking.packs_by_id, tuple(args.owner)
            yield listed(shown, packs, one.format, args.lang, owners=owners, layout=room), one.path


def settled(settings: Settings, args: Namespace) -> tuple[Namespace, Mapping[str, Text]]:
    """Return the arguments with the settings of a file filled in, and where each comes from. Raises InvalidInput."""
    config = None
    if args.config is not None:
        config = read_config(args.config)
    elif not args.no_config:
        first = args.facts[0] if args.facts else STDIN
        config = find_config(Path.cwd() if first == STDIN else Path(first).resolve().parent)
    return settings.settled(args, config)


def _hold_apart(args: Namespace) -> None:
    facts = [Path(name) for name in (*args.facts, *args.history) if name != STDIN]
    written = [one.path for one in (*args.output, *args.missing)]
    held_apart(written, [*facts, *filter(None, [args.baseline])])
    held_apart([*written, *filter(None, [args.create_baseline])], facts)


def _asked(assessments: tuple[Assessment, ...], args: Namespace) -> tuple[Assessment, ...]:
    """Return the assessments with only the findings that the command line asks for."""
    only = tuple(dict.fromkeys(one for group in args.only for one in group))
    asked = {"owners": tuple(args.owner), "clauses": tuple(args.clause), "only": only}
    return _narrowed(assessments, **asked) if any(asked.values()) else assessments


def _narrowed(assessments: tuple[Assessment, ...], **asked: Any) -> tuple[Assessment, ...]:
    from safescore.report.view import View

    return View(**asked).of(assessments)


def _detail(args: Namespace, origins: Mapping[str, Text]) -> Detail:
    """Return how much a text says; of a wish on the command line and another in a file, the former."""
    if args.verbose and (origins["verbose"] == COMMAND_LINE or not args.quiet):
        return Detail.FULL
    return Detail.RESULT if args.quiet else Detail.BRIEF


def _outcomes(text: str) -> tuple[Outcome, ...]:
    known = {one.value: one for one in Outcome}
    words = text.split(",")
    for word in words:
        if word not in known:
            raise none_of(word, known)
    return tuple(known[word] for word in words)


def _missing(text: str) -> Output:
    from safescore.report.missing import FORMATS

    return output(text, FORMATS)
