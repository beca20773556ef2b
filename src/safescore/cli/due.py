"""Due: what falls due next, by when, and what is still missing for it."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

from safescore.cli.arguments import Commands, WrongArgumentError, add_lang, add_limits, day, limits_of, parser_of
from safescore.cli.checking import STDIN, Checking
from safescore.cli.console import WIDTH, complain, layout, show_report
from safescore.cli.exits import ExitCode
from safescore.cli.outputs import Output, held_apart, output, save_all
from safescore.period import Duration
from safescore.report.dues import FORMATS, render
from safescore.report.layout import Layout
from safescore.results import Assessment
from safescore.words import Text

_EXAMPLES = """\
  safescore due facts.yaml
  safescore due facts.yaml --within 60d --lang en
  safescore due facts.yaml --output ics:due.ics
  safescore due q3/*.yaml --format csv --output csv:due.csv
  safescore due facts.yaml --as-of 2022-07-01 --format json"""
_SPAN = re.compile(r"([1-9][0-9]{0,3})([dwmy])\Z")
_UNITS = {"d": "days", "w": "days", "m": "months", "y": "years"}


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "due", summary, _EXAMPLES)
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
        "--within",
        type=span,
        metavar="SPAN",
        help="only what falls due within so long after the day of judgement: 60d, 8w, 3m, 1y; what is overdue, and "
        "what is asked now, is always there",
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="of stdout (default: text)")
    parser.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT:PATH",
        help="write the list to a file as well; may be repeated",
    )
    add_limits(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Assess every submission, and list what falls due under all of them."""
    held_apart([one.path for one in args.output], [Path(name) for name in args.facts if name != STDIN])
    checking = Checking(packs=tuple(args.pack), as_of=args.as_of, limits=limits_of(args), readings=False)
    assessments = tuple(one for name in args.facts for one in checking.assessments(name))
    for fault in checking.faults:
        complain(fault.to(args.lang), err)
    if assessments:
        last = _last(assessments, args.within)
        files = Layout(width=args.width or WIDTH)
        first = render(assessments, args.format, args.lang, last=last, layout=layout(out, args.width))
        save_all(
            [(render(assessments, one.format, args.lang, last=last, layout=files), one.path) for one in args.output]
        )
        show_report(first, args.format, out)
    return ExitCode.UNUSABLE if checking.faults else ExitCode.MET


def span(text: str) -> Duration:
    """Return a span of days, weeks, months or years."""
    found = _SPAN.match(text)
    if found is None:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是时间长度，请写成60d（天）、8w（周）、3m（月）或1y（年）",
                en=f"{text!r} is no span of time; write 60d (days), 8w (weeks), 3m (months) or 1y (years)",
            )
        )
    number = int(found[1]) * (7 if found[2] == "w" else 1)
    return Duration(**{_UNITS[found[2]]: number})


def _last(assessments: Sequence[Assessment], within: Duration | None) -> int | None:
    """Return the last day that is asked for, counted from the latest day of judgement."""
    if within is None:
        return None
    return within.after(max(date.fromisoformat(one.as_of) for one in assessments).toordinal())


def _output(text: str) -> Output:
    return output(text, FORMATS)
