"""Packs: list what is built in."""

from __future__ import annotations

from argparse import Namespace
from typing import TextIO

from safescore.cli.arguments import Commands, add_format, add_lang, parser_of
from safescore.cli.console import complain, layout, show, show_json
from safescore.cli.described import pack_content
from safescore.cli.exits import ExitCode
from safescore.errors import InvalidInput
from safescore.model import Pack
from safescore.packs.find import built_in
from safescore.packs.load import load_pack
from safescore.report import laid_out
from safescore.report.page import Table, row
from safescore.words import Lang

SCHEMA = {"name": "safescore-packs", "version": "1.0"}
_EXAMPLES = """\
  safescore packs
  safescore packs --format json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "packs", summary, _EXAMPLES)
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """List the packs that can be read, and what is wrong with the others."""
    packs = []
    code = ExitCode.MET
    for name in built_in():
        try:
            packs.append(load_pack(name))
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
