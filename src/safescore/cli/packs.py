"""Packs: list what is built in."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TextIO

from safescore.cli.arguments import Commands, add_format, add_lang, parser_of
from safescore.cli.console import cache_folder, complain, layout, save, show, show_json
from safescore.cli.described import pack_content
from safescore.cli.exits import ExitCode
from safescore.errors import InvalidInput
from safescore.model import Pack
from safescore.packs.compiled import open_pack
from safescore.packs.find import built_in
from safescore.report import laid_out
from safescore.report.page import Table, row
from safescore.words import Lang

SCHEMA = {"name": "safescore-packs", "version": "1.0"}
FORMATS = ("oscal",)
_EXAMPLES = """\
  safescore packs
  safescore packs --format json
  safescore packs export --pack dadukou-2022 --format oscal --output dadukou-2022.oscal.json"""
_EXPORT_EXAMPLES = """\
  safescore packs export --pack dadukou-2022 --lang en
  safescore packs export --pack ./our-pack --format oscal --output our-pack.oscal.json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments, and those of its sub-command."""
    parser = parser_of(commands, "packs", summary, _EXAMPLES)
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)
    inner = parser.add_subparsers(title="commands", metavar="[export]")
    exporting = parser_of(inner, "export", "write a pack in a format of other tools", _EXPORT_EXAMPLES)
    exporting.add_argument("--pack", required=True, metavar="P", help="a pack's id, id@version, or folder")
    exporting.add_argument("--format", choices=FORMATS, default="oscal", help="default: oscal, a catalog")
    exporting.add_argument("-o", "--output", type=Path, metavar="PATH", help="the file to write (default: stdout)")
    add_lang(exporting)
    exporting.set_defaults(run=export)


def export(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Write a pack as an OSCAL catalog."""
    from safescore.packs.load import load_pack
    from safescore.report.oscal import catalog

    content = catalog(load_pack(args.pack, whole=True), args.lang)
    if args.output is None:
        show_json(content, out)
    else:
        save(content, args.output)
    return ExitCode.MET


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """List the packs that can be read, and what is wrong with the others."""
    packs = []
    code = ExitCode.MET
    for name in built_in():
        try:
            packs.append(open_pack(name, cache_folder()))
        except InvalidInput as error:
            complain(error.to(args.lang), err)
            code = ExitCode.UNUSABLE
    if args.format == "json":
        from safescore.report.json import written

        show_json(written({"schema": SCHEMA, "packs": [pack_content(pack) for pack in packs]}), out)
    else:
        show(laid_out([_table(packs, args.lang)], layout(out, args.width)), out)
    return code


def _table(packs: list[Pack], lang: Lang) -> Table:
    header = (
        ("编号", "版本", "文件", "条款", "事项") if lang == "zh" else ("id", "version", "title", "clauses", "rules")
    )
    rows = (
        row(pack.id, pack.version, pack.head.title.to(lang), str(len(pack.head.clauses)), str(len(pack.rules)))
        for pack in packs
    )
    return Table(header, tuple(rows))
