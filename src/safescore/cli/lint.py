"""Lint: what a pack's author should look at."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any, TextIO

from safescore.cli.arguments import Commands, add_lang, parser_of
from safescore.cli.console import complain, show, show_json
from safescore.cli.exits import ExitCode, worst
from safescore.cli.trace import source_of
from safescore.errors import Fault, InvalidInput, Location
from safescore.packs.cases import read_cases
from safescore.packs.find import built_in
from safescore.packs.lint import CHECKS, Level, Remark, lint
from safescore.packs.load import load_pack
from safescore.report.sarif import Result, log
from safescore.source import read_text
from safescore.words import Lang, Text

LEVELS = {Level.ERROR: Text(zh="错误", en="error"), Level.WARNING: Text(zh="提醒", en="warning")}
SCHEMA = {"name": "safescore-lint", "version": "1.0"}
_EXAMPLES = """\
  safescore lint
  safescore lint our-pack/ --strict
  safescore lint --format sarif > lint.sarif"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "lint", summary, _EXAMPLES)
    parser.add_argument("packs", nargs="*", metavar="PACK", help="a pack's id or folder (default: all built in)")
    parser.add_argument("--source", type=Path, metavar="FILE", help="the document's text, or a folder that holds it")
    parser.add_argument("--strict", action="store_true", help="let warnings fail too")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="default: text")
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Lint each pack; what keeps it from loading is a remark too."""
    remarks: list[Remark] = []
    codes = []
    for name in args.packs or built_in():
        try:
            pack = load_pack(name, whole=True)
            text = read_text(source_of(pack, args.source)) if args.source is not None else ""
            found = lint(pack, read_cases(pack), text)
        except InvalidInput as error:
            remarks.extend(_unreadable(fault) for fault in error.faults)
            codes.append(ExitCode.UNUSABLE)
            continue
        remarks.extend(found)
        failing = [one for one in found if args.strict or one.level is Level.ERROR]
        codes.append(ExitCode.FAILED if failing else ExitCode.MET)
    if args.format == "text":
        for one in remarks:
            complain(_line(one, args.lang), out)
        errors = sum(one.level is Level.ERROR for one in remarks)
        show(_closing(errors, len(remarks) - errors, args.lang), err)
    else:
        from safescore.report.json import written

        content = (
            _sarif(remarks, args.lang)
            if args.format == "sarif"
            else {"schema": SCHEMA, "remarks": [_content(one, args.lang) for one in remarks]}
        )
        show_json(written(content), out)
    return worst(codes)


def _line(one: Remark, lang: Lang) -> str:
    level = LEVELS[one.level].to(lang)
    problem = Text(zh=f"{level}：{one.problem.zh} [{one.check}]", en=f"{level}: {one.problem.en} [{one.check}]")
    return Fault(one.at, problem, one.hint).to(lang)


def _closing(errors: int, warnings: int, lang: Lang) -> str:
    if lang == "zh":
        return f"{errors}个错误，{warnings}个提醒\n"
    return f"{errors} {'error' if errors == 1 else 'errors'}, {warnings} {'warning' if warnings == 1 else 'warnings'}\n"


def _unreadable(fault: Fault) -> Remark:
    return Remark(at=fault.at, check="unreadable", level=Level.ERROR, problem=fault.problem, hint=fault.hint)


def _content(one: Remark, lang: Lang) -> dict[str, Any]:
    at: Location = one.at
    return {
        "file": at.file,
        "line": at.line,
        "column": at.column,
        "check": one.check,
        "level": one.level.value,
        "problem": one.problem.to(lang),
        "hint": "" if one.hint is None else one.hint.to(lang),
    }


def _sarif(remarks: list[Remark], lang: Lang) -> dict[str, Any]:
    rules = {"unreadable": "the pack can't be loaded", **CHECKS}
    results = [
        Result(rule=one.check, level=one.level.value, text=_said(one, lang), key=_said(one, "en"), at=one.at)
        for one in remarks
    ]
    return log(rules, results)


def _said(one: Remark, lang: Lang) -> str:
    hint = "" if one.hint is None else f" ({one.hint.to(lang)})"
    return f"{one.problem.to(lang)}{hint}"
