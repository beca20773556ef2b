"""Rules: list what a pack asks."""

from __future__ import annotations

from argparse import Namespace
from typing import TextIO

from safescore.cli.arguments import Commands, add_format, add_lang, parser_of
from safescore.cli.console import layout, show, show_json
from safescore.cli.described import rule_content
from safescore.cli.exits import ExitCode
from safescore.cli.names import CLAUSE, OWNER, ROLE, UnknownNameError
from safescore.model import Pack, Rule
from safescore.packs.load import load_pack
from safescore.report import laid_out
from safescore.report.page import Block, Cell, Line, Table, Title, row
from safescore.words import Lang

_EXAMPLES = """\
  safescore rules --pack dadukou-2022
  safescore rules --pack dadukou-2022 --role enterprise --lang en
  safescore rules --pack ./our-pack --clause 二.3 --format json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "rules", summary, _EXAMPLES)
    parser.add_argument("--pack", required=True, metavar="P", help="a pack's id, id@version, or folder")
    parser.add_argument("--role", metavar="R", help="only the rules that bind this role")
    parser.add_argument("--owner", metavar="NAME", help="only the rules that the document assigns to this unit")
    parser.add_argument("--clause", metavar="C", help="only the rules of this clause, and of those below it")
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """List the rules that were asked for."""
    pack = load_pack(args.pack)
    rules = chosen(pack, args.role, args.clause, args.owner)
    if args.format == "json":
        from safescore.report.json import written

        show_json(written([rule_content(rule, pack) for rule in rules]), out)
    else:
        show(laid_out(_page(pack, rules, args.lang), layout(out, args.width)), out)
    return ExitCode.MET


def chosen(pack: Pack, role: str | None, clause: str | None, owner: str | None = None) -> tuple[Rule, ...]:
    """Return the rules of a role, a clause and an owner. Raises UnknownNameError if the pack has no such thing."""
    owners = dict.fromkeys(name for rule in pack.rules for name in rule.owners)
    if owner is not None and owner not in owners:
        raise UnknownNameError(OWNER, owner, owners)
    if role is not None and role not in pack.roles:
        raise UnknownNameError(ROLE, role, pack.roles)
    clauses = tuple(one.id for one in pack.head.clauses)
    inside = {one for one in clauses if clause is None or one == clause or one.startswith(f"{clause}.")}
    if clause is not None and not inside:
        raise UnknownNameError(CLAUSE, clause, clauses)
    return tuple(
        rule
        for rule in pack.rules
        if rule.clause in inside and (role is None or role in rule.roles) and (owner is None or owner in rule.owners)
    )


def _page(pack: Pack, rules: tuple[Rule, ...], lang: Lang) -> list[Block]:
    zh = lang == "zh"
    header = ("编号", "条款", "事项", "要求", "权重") if zh else ("id", "clause", "title", "asked", "weight")
    hard = "［底线］" if zh else "[hard] "
    rows = (
        row(
            rule.id,
            rule.clause,
            f"{hard if rule.hard else ''}{rule.title.to(lang)}",
            rule.measure.target(pack.dictionary).to(lang),
            str(pack.head.weights.of(rule)),
        )
        for rule in rules
    )
    title = f"{pack.head.title.to(lang)} ({pack.id}, {pack.version})"
    if not rules:
        return [Title(title), Line(Cell("没有这样的事项。" if zh else "There is no such rule."))]
    return [Title(title), Table(header, tuple(rows))]
