"""Diff: what changed between two submissions or reports, and what moved the score."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TextIO

from safescore.cli.arguments import Commands, add_lang, add_limits, day, limits_of, parser_of
from safescore.cli.console import WIDTH, complain, layout, show, show_json
from safescore.cli.exits import ExitCode, worst
from safescore.cli.outputs import Output, held_apart, output, save_all
from safescore.cli.sides import Opening
from safescore.comparing import Comparison, Side, compare, compare_reports, paired
from safescore.report import Layout
from safescore.report.changes import FORMATS, render
from safescore.snapshot import Figure

CHANGED, LOWER = "changed", "lower"
_EXAMPLES = """\
  safescore diff last.yaml facts.yaml
  safescore diff last.yaml facts.yaml --lang en --output json:diff.json
  safescore diff baseline.json report.json
  safescore diff facts.yaml facts.yaml --before-pack dadukou-2022 --pack ./our-pack --fail-on changed
  safescore diff facts.yaml facts.yaml --before-as-of 2022-12-30"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "diff", summary, _EXAMPLES)
    for name, which in (("before", "the earlier"), ("after", "the later")):
        parser.add_argument(
            name,
            metavar=name.upper(),
            help=f"{which} one: a submission, or a report made with check --format json",
        )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder, for both; may be repeated (default: the packs that each names)",
    )
    parser.add_argument(
        "--before-pack", action="append", default=[], metavar="P", help="a pack for BEFORE instead; may be repeated"
    )
    parser.add_argument("--as-of", type=day, metavar="DATE", help="the day of judgement of AFTER (default: its own)")
    parser.add_argument("--before-as-of", type=day, metavar="DATE", help="that of BEFORE (default: its own)")
    parser.add_argument(
        "--require-evidence", action="store_true", help="an answer that no file bears out can count against, not for"
    )
    parser.add_argument("--no-waivers", action="store_true", help="apply no waiver")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="of stdout (default: text)")
    parser.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT:PATH",
        help="write it to a file as well; may be repeated",
    )
    parser.add_argument(
        "--fail-on",
        choices=(CHANGED, LOWER),
        action="append",
        default=[],
        help="exit with 1 if any outcome, the score or the grade changed; or if the least score is lower",
    )
    add_limits(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Open both, compare, show; every decision is somebody else's."""
    written = [one.path for one in args.output]
    held_apart(written, [Path(args.before), Path(args.after)])
    opening = Opening(limits=limits_of(args), require_evidence=args.require_evidence, waivers=not args.no_waivers)
    before = opening.opened(args.before, args.before_pack or args.pack, args.before_as_of)
    after = opening.opened(args.after, args.pack, args.as_of)
    comparisons: tuple[Comparison, ...] = ()
    if isinstance(before, Side) and isinstance(after, Side):
        comparisons = compare(before, after, require_evidence=args.require_evidence, waivers=not args.no_waivers)
    else:
        sides = opening.snapshots(before), opening.snapshots(after)
        if not opening.faults:
            comparisons = tuple(compare_reports(*pair) for pair in paired(*sides))
    for fault in opening.faults:
        complain(fault.to(args.lang), err)
    if opening.faults:
        return ExitCode.UNUSABLE
    shown = render(comparisons, args.format, args.lang, layout(out, args.width))
    save_all(
        (render(comparisons, one.format, args.lang, Layout(width=args.width or WIDTH)), one.path) for one in args.output
    )
    (show_json if args.format == "json" else show)(shown, out)
    return worst(answer(one, args.fail_on) for one in comparisons)


def answer(one: Comparison, fail_on: list[str]) -> ExitCode:
    """Return what a comparison answers to those who let changes fail; without a score, none is lower or not."""
    if CHANGED in fail_on and not one.same:
        return ExitCode.FAILED
    if LOWER not in fail_on:
        return ExitCode.MET
    change = one.figures[Figure.LOW].change
    if change is None:
        return ExitCode.UNDECIDED
    return ExitCode.FAILED if change < 0 else ExitCode.MET


def _output(text: str) -> Output:
    return output(text, FORMATS)
