"""Init: a form to be filled in, with only what an organisation must answer."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from attrs import evolve

from safescore.blank import BLANKS, blank
from safescore.cli.arguments import Commands, parser_of
from safescore.cli.console import complain, save, show_report, spare
from safescore.cli.exits import ExitCode
from safescore.cli.names import UnknownNameError, WrongOptionError, check_roles, load_packs
from safescore.dictionary import FactSpec
from safescore.document import Document
from safescore.draft import OPEN, Draft, carried, next_period, overlaps, read_last
from safescore.errors import WrongValue, expected
from safescore.expr import Cell
from safescore.facts.answers import Submission
from safescore.facts.read import named_packs, open_submission
from safescore.form import Form, form_of
from safescore.model import Pack
from safescore.opening import as_meant
from safescore.period import parse_period
from safescore.words import LANGUAGES, Text, listed

SCHEMA = "safescore.schema.json"
PROFILE = Text(zh="单位情况", en="answer about an organisation")
_NO_VISITS = Text(
    zh="工作簿中没有填写核查结果的地方，没有带过来；需要带过来的，改用--format yaml",
    en="a workbook has no place for what inspectors found, so it is left out; --format yaml takes it",
)
_EXAMPLES = """\
  safescore init --pack dadukou-2022 --role enterprise -o facts.yaml
  safescore init --pack dadukou-2022 --role enterprise --profile industries=industry_trade --profile key_firm=false
  safescore init --pack dadukou-2022 --role township --lang en -o town.yaml --schema town.schema.json
  safescore init --from facts.yaml --period 2022 -o next.yaml"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser: ArgumentParser = parser_of(commands, "init", summary, _EXAMPLES)
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder; may be repeated (default: those of --from)",
    )
    parser.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="R",
        help="a role of the organisation; may be repeated (default: those of --from)",
    )
    parser.add_argument(
        "--profile",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an answer about the organisation, several options joined by commas; what surely does not apply is "
        "not asked; may be repeated",
    )
    parser.add_argument("--period", metavar="PERIOD", help="2022, 2022H1, 2022Q3 or 2022-07 (default: the packs' year)")
    parser.add_argument(
        "--from",
        dest="last",
        metavar="LAST",
        help="the last submission: what still holds is carried forward, what must be said anew is emptied",
    )
    parser.add_argument("--format", choices=tuple(BLANKS), default="yaml", help="default: yaml")
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="write a file (default: stdout)")
    parser.add_argument(
        "--schema",
        type=Path,
        metavar="PATH",
        help=f"write the JSON Schema for editors as well, and name it in the form (default: it names {SCHEMA})",
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="the language of the texts (default: zh)")
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Find out what is asked, fill in what is known, write it."""
    document = open_submission(args.last) if args.last is not None else None
    names = tuple(dict.fromkeys(args.pack or (named_packs(document) if document is not None else ())))
    packs = load_packs(names)
    if document is not None:
        document = as_meant(document, packs)
    last = read_last(document, packs) if document is not None else None
    form, draft = _begun(args, packs, document, last)
    draft = evolve(draft, packs=names)
    if args.format == "xlsx" and draft.verified:
        draft = evolve(draft, verified=(), left_out=(*draft.left_out, _NO_VISITS))
    written = blank(form, draft, args.format, args.lang, _schema_name(args))
    files: dict[Path, str | bytes] = {}
    if args.output is not None:
        files[args.output] = written
    if args.schema is not None:
        from safescore.schema import schema_text

        files[args.schema] = schema_text(packs, args.lang, form)
    spare(files, force=args.force)
    for path, content in files.items():
        save(content, path)
    for one in draft.left_out:
        complain(one.to(args.lang), err)
    if args.output is not None:
        asked = Text(
            zh=f"{args.output}：{len(form.asking)}项要求，{len(form.questions)}个问题",
            en=f"{args.output}: {len(form.questions)} questions for {len(form.asking)} duties",
        )
        complain(asked.to(args.lang), err)
    else:
        show_report(written, args.format, out)
    return ExitCode.MET


def _begun(
    args: Namespace, packs: tuple[Pack, ...], document: Document | None, last: Submission | None
) -> tuple[Form, Draft]:
    """Return the form, and what is known of it from the options and the last submission."""
    roles = _roles(tuple(dict.fromkeys(args.role)) or (last.roles if last is not None else ()), packs)
    raw, cells = _profile(args.profile, packs)
    given = {**(last.profile if last is not None else {}), **cells}
    form = form_of(packs, roles, given)
    period = args.period or next_period(packs, last.period if last is not None else None)
    _check_period(period, packs)
    if document is not None and last is not None:
        draft = carried(form, document, last, period)
    else:
        open_ = OPEN.to(args.lang)
        own = {"id": open_, "name": open_}
        draft = Draft(organization=own, period=period)
    return form, evolve(draft, organization={**draft.organization, "roles": list(roles), **raw})


def _roles(roles: tuple[str, ...], packs: tuple[Pack, ...]) -> tuple[str, ...]:
    bound = dict.fromkeys(role for pack in packs for rule in pack.rules for role in rule.roles)
    if not roles:
        every = listed(bound)
        raise WrongOptionError(
            Text(zh="没有写明角色", en="no role is named"),
            Text(zh=f"用--role指定；这些规则包涉及{every.zh}", en=f"give --role; these packs bind {every.en}"),
        )
    check_roles(roles, packs)
    return roles


def _profile(options: Iterable[str], packs: tuple[Pack, ...]) -> tuple[dict[str, Any], dict[str, Cell]]:
    """Return the answers about the organisation that were given as options, as written and as read."""
    entries = {name: spec for pack in packs for name, spec in pack.dictionary.profile()}
    raw: dict[str, Any] = {}
    cells: dict[str, Cell] = {}
    for option in options:
        name, equals, text = option.partition("=")
        if not equals:
            raise WrongOptionError(
                Text(zh=f"--profile {option}：应写成KEY=VALUE", en=f"--profile {option}: expected KEY=VALUE")
            )
        if name not in entries:
            raise UnknownNameError(PROFILE, name, entries)
        raw[name] = _told(entries[name], text)
        try:
            cells[name] = entries[name].value(raw[name])
        except WrongValue as wrong:
            problem = expected(wrong)
            raise WrongOptionError(
                Text(zh=f"--profile {option}：{problem.zh}", en=f"--profile {option}: {problem.en}"), wrong.hint
            ) from None
    return raw, cells


def _told(spec: FactSpec, text: str) -> Any:
    """Return the plain content that the text of an option stands for."""
    if spec.type == "choices":
        return [one for one in text.split(",") if one]
    if spec.type == "flag":
        return {"true": True, "false": False}.get(text, text)
    if spec.type == "count" and text.isascii() and text.isdigit():
        return int(text)
    return text


def _check_period(period: str, packs: tuple[Pack, ...]) -> None:
    if parse_period(period) is None:
        raise WrongOptionError(
            Text(zh=f"“{period}”不是填报期", en=f"{period!r} is no period"),
            Text(zh="写成2022、2022H1、2022Q3或2022-07", en="write 2022, 2022H1, 2022Q3 or 2022-07"),
        )
    for pack in packs:
        if not overlaps(period, (pack,)):
            raise WrongOptionError(
                Text(
                    zh=f"填报期{period}不在{pack.id}的有效期内",
                    en=f"the period {period} lies outside that of {pack.id}",
                ),
                Text(zh="用--period另行指定，或换一个规则包", en="give --period, or another pack"),
            )


def _schema_name(args: Namespace) -> str:
    """Return where the form finds its schema, as seen from the form's folder."""
    schema: Path | None = args.schema
    if schema is None:
        return SCHEMA
    folder = args.output.parent if args.output is not None else Path()
    try:
        return Path(os.path.relpath(schema, folder)).as_posix()
    except ValueError:  # another drive
        return schema.resolve().as_uri()
