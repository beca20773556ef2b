"""Trace: hold packs against the documents that they encode."""

from __future__ import annotations

from argparse import Namespace
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from safescore.cli.arguments import Commands, add_format, add_lang, parser_of
from safescore.cli.console import complain, layout, show, show_json
from safescore.cli.exits import ExitCode, worst
from safescore.errors import Fault, InvalidInput, Location
from safescore.model import Pack
from safescore.packs.find import built_in
from safescore.packs.load import load_pack
from safescore.packs.trace import Trace, trace
from safescore.report import laid_out
from safescore.report.page import Block, Bullets, Cell, Line, Pairs, Title, Tone, pairs
from safescore.source import read_text
from safescore.words import Lang, Text, percent

SCHEMA = {"name": "safescore-trace", "version": "1.0"}
_EXAMPLES = """\
  safescore trace --pack dadukou-2022 --source documents/000_74bca14cf2f2adab.txt
  safescore trace --source documents/ --format json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "trace", summary, _EXAMPLES)
    parser.add_argument("--pack", action="append", metavar="P", help="a pack's id or folder (default: all built in)")
    parser.add_argument(
        "--source", required=True, type=Path, metavar="FILE", help="the document's text, or a folder that holds it"
    )
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Trace each pack, and fail where a clause, an anchor or a sentence part is not accounted for."""
    traces = []
    codes = []
    for name in args.pack or built_in():
        try:
            pack = load_pack(name)
            found = trace(pack, read_text(source_of(pack, args.source)))
        except InvalidInput as error:
            complain(error.to(args.lang), err)
            codes.append(ExitCode.UNUSABLE)
            continue
        traces.append(found)
        codes.append(ExitCode.FAILED if found.problems else ExitCode.MET)
    if args.format == "json":
        from safescore.report.json import written

        contents = [one.content() for one in traces]
        single = args.pack is not None and len(args.pack) == 1 and len(contents) == 1
        show_json(written({"schema": SCHEMA, **(contents[0] if single else {"packs": contents})}), out)
    else:
        show(laid_out([block for one in traces for block in _page(one, args.lang)], layout(out, args.width)), out)
    return worst(codes)


def source_of(pack: Pack, given: Path) -> Path:
    """Return the file of a pack's document: the one given, or in the folder given. Raises InvalidInput."""
    if not given.is_dir():
        return given
    head = pack.head.source
    if head is None:
        problem = Text(
            zh=f"{pack.id}没有写明依据哪个文件编制", en=f"{pack.id} does not say from which file it was made"
        )
        fault = Fault(Location(str(given), 1, 1), problem, Text(zh="写明该文件", en="name the file"))
        raise InvalidInput((fault,))
    return given / head.file


def _page(found: Trace, lang: Lang) -> list[Block]:
    totals = found.totals()
    names = (
        {
            "clauses": "条款",
            "rules": "事项",
            "elements": "要素",
            "unscored": "不计分表述",
            "sentences": "句子",
            "scored": "其中计分",
            "excused": "其中说明不计分",
            "uncovered": "其中遗漏",
        }
        if lang == "zh"
        else {name: name for name in totals}
    )
    cells = []
    for name, number in totals.items():
        part = name in ("scored", "excused", "uncovered") and totals["sentences"]
        cells.append(f"{number} ({percent(Fraction(number, totals['sentences']))})" if part else str(number))
    figures = zip((names[name] for name in totals), cells, strict=True)
    page: list[Block] = [Title(found.pack), Pairs(pairs(*figures))]
    if found.problems:
        page.append(Bullets(tuple(Cell(problem, Tone.BAD) for problem in found.problems)))
    else:
        done = "全文每一句都有着落。" if lang == "zh" else "Every sentence part of the document is accounted for."
        page.append(Line(Cell(done, Tone.GOOD)))
    return page
