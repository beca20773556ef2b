"""Next: the cheapest steps to the next grade, what each duty would add, and what is out of reach."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TextIO

from safescore.api import opened
from safescore.cli.arguments import Commands, add_lang, add_limits, add_submission, limits_of, parser_of
from safescore.cli.checking import STDIN, read_document
from safescore.cli.console import WIDTH, cache_folder, layout, show_report
from safescore.cli.exits import ExitCode
from safescore.cli.outputs import Output, held_apart, output, save_all
from safescore.nextbest import next_best
from safescore.report.layout import Layout
from safescore.report.nextbest import FORMATS, render

_EXAMPLES = """\
  safescore next facts.yaml
  safescore next facts.yaml --to excellent --lang en
  safescore next facts.yaml --pack dadukou-2022 --as-of 2022-11-30 --format json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "next", summary, _EXAMPLES)
    add_submission(parser)
    parser.add_argument(
        "--to", metavar="GRADE", help="the grade to aim at, by its id or its title (default: the next better one)"
    )
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
    """Judge the submission, look for the cheapest steps, and report."""
    held_apart([one.path for one in args.output], [Path(args.facts)] if args.facts != STDIN else [])
    as_of = args.as_of.toordinal() if args.as_of else None
    document = read_document(args.facts, limits_of(args))
    packs = opened(document, args.pack, as_of=as_of, cache=cache_folder())
    found = next_best(
        document,
        packs,
        to=args.to,
        as_of=as_of,
        require_evidence=args.require_evidence,
        waivers=not args.no_waivers,
    )
    first = render(found, args.format, args.lang, layout=layout(out, args.width))
    files = Layout(width=args.width or WIDTH)
    save_all([(render(found, one.format, args.lang, layout=files), one.path) for one in args.output])
    show_report(first, args.format, out)
    return ExitCode.MET


def _output(text: str) -> Output:
    return output(text, FORMATS)
