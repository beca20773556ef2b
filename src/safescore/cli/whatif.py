"""What if: what a change of the facts would do to outcomes, score and grade."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from safescore.api import opened
from safescore.cli.arguments import Commands, add_lang, add_limits, add_submission, limits_of, parser_of
from safescore.cli.checking import STDIN, read_document
from safescore.cli.console import WIDTH, cache_folder, layout, show_report
from safescore.cli.exits import ExitCode
from safescore.cli.outputs import Output, held_apart, output, save_all
from safescore.errors import Refused
from safescore.facts.changes import ADD, SET, UNSET, all_of
from safescore.report.layout import Layout
from safescore.report.whatif import FORMATS, render
from safescore.whatif import what_if
from safescore.words import Text

_EXAMPLES = """\
  safescore whatif facts.yaml --set certified_above_scale=143
  safescore whatif facts.yaml --set parameters.death_quota=4 --unset industry_trade_deaths --lang en
  safescore whatif facts.yaml --set coordination_mechanisms.resources=false --all
  safescore whatif facts.yaml --set 'hazards[ZD2022-07].closed_on=none' --format json
  safescore whatif facts.yaml --add 'joint_meetings={held_on: 2022-12-20, office: [commerce], form: on_site}'"""


class NothingAskedError(Refused):
    """No change is given."""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "whatif", summary, _EXAMPLES)
    add_submission(parser)
    changes = parser.add_argument_group(
        "changes", "made one after the other; values are YAML, read as strictly as a file; each may be repeated"
    )
    for kind, what, said in (
        (
            SET,
            "FACT=VALUE",
            "give this answer: NAME, CHECKLIST.ELEMENT, NAME@DAY of a dated series, REGISTER[KEY].FIELD, "
            "parameters.NAME, organization.NAME, as_of",
        ),
        (ADD, "FACT=RECORD", "add a record to a register or to events: '{held_on: 2022-12-20, …}'"),
        (UNSET, "FACT", "take this answer back: it is unknown then"),
    ):
        changes.add_argument(f"--{kind}", action=_Change, dest="changes", default=[], metavar=what, help=said)
    parser.add_argument("--all", action="store_true", help="show every rule, not only those that change")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="of stdout (default: text)")
    parser.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT:PATH",
        help="write the report to a file as well; may be repeated",
    )
    add_limits(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Read submission and changes, judge before and after, and report."""
    if not args.changes:
        problem = Text(zh="没有给出改动（--set、--add或--unset）", en="no change is given: --set, --add or --unset")
        raise NothingAskedError(problem, Text(zh="见safescore whatif --help", en="see safescore whatif --help"))
    held_apart([one.path for one in args.output], [Path(args.facts)] if args.facts != STDIN else [])
    limits = limits_of(args)
    as_of = args.as_of.toordinal() if args.as_of else None
    document = read_document(args.facts, limits)
    packs = opened(document, args.pack, as_of=as_of, cache=cache_folder())
    changes, faults = all_of(args.changes, limits)
    found = what_if(
        document,
        packs,
        changes,
        as_of=as_of,
        require_evidence=args.require_evidence,
        waivers=not args.no_waivers,
        faults=faults,
    )

    def shown(format_: str, room: Layout) -> str:
        return render(found, changes, format_, args.lang, every=args.all, layout=room)

    first = shown(args.format, layout(out, args.width))
    save_all([(shown(one.format, Layout(width=args.width or WIDTH)), one.path) for one in args.output])
    show_report(first, args.format, out)
    return ExitCode.MET


class _Change(Action):
    """Keeps changes of all kinds in the order in which they are given, each with what its faults call it."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: Any, option_string: str | None = None
    ) -> None:
        kept: Sequence[tuple[str, str, str]] = getattr(namespace, self.dest)
        kind = str(self.option_strings[0]).removeprefix("--")
        number = sum(one == kind for one, _, _ in kept) + 1
        setattr(namespace, self.dest, [*kept, (kind, str(values), f"--{kind} {number}")])


def _output(text: str) -> Output:
    return output(text, FORMATS)
