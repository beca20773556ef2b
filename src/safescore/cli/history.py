"""History: how organisations stood period after period, from their submissions or reports."""

from __future__ import annotations

from argparse import Namespace
from typing import TextIO

from safescore.cli.arguments import Commands, add_lang, add_limits, limits_of, parser_of
from safescore.cli.console import complain, layout, show, show_json
from safescore.cli.exits import ExitCode
from safescore.cli.sides import Opening
from safescore.course import courses
from safescore.report.history import FORMATS, render

_EXAMPLES = """\
  safescore history q1.json q2.json q3.json
  safescore history last.yaml facts.yaml --lang en
  safescore history last.yaml baseline.json report.json --format json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "history", summary, _EXAMPLES)
    parser.add_argument(
        "given",
        nargs="+",
        metavar="REPORT_OR_SUBMISSION",
        help="reports made with check --format json, or submissions; of any organisations and packs, in any order",
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="of submissions: a pack's id, id@version, or folder; may be repeated (default: the packs that each names)",
    )
    parser.add_argument(
        "--require-evidence", action="store_true", help="of submissions: what no file bears out counts against, not for"
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")
    add_limits(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Open all, put them in order, show."""
    opening = Opening(limits=limits_of(args), require_evidence=args.require_evidence)
    opened = [opening.opened(name, args.pack, None) for name in args.given]
    every = [one for each in opened for one in opening.snapshots(each)]
    for fault in opening.faults:
        complain(fault.to(args.lang), err)
    if opening.faults:
        return ExitCode.UNUSABLE
    shown = render(courses(every), args.format, args.lang, layout(out, args.width))
    (show_json if args.format == "json" else show)(shown, out)
    return ExitCode.MET
