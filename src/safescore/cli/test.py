"""Test: run the cases that packs carry."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Any, TextIO

from safescore.cli.arguments import Commands, add_format, add_lang, parser_of
from safescore.cli.console import complain, layout, show, show_json
from safescore.cli.exits import ExitCode, worst
from safescore.errors import InvalidInput
from safescore.packs.cases import OUTCOME_NAMES
from safescore.packs.find import built_in
from safescore.packs.trial import Trial, trial
from safescore.report import laid_out
from safescore.report.page import Block, Bullets, Cell, Line, Table, Title, Tone, row
from safescore.words import Lang

SCHEMA = {"name": "safescore-test", "version": "1.0"}
_EXAMPLES = """\
  safescore test
  safescore test our-pack/ --coverage
  safescore test dadukou-2022 --rule confined-space-order
  safescore test dadukou-2022 --mutate"""
_ASKED = ("satisfied", "not-satisfied", "unknown")


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "test", summary, _EXAMPLES)
    parser.add_argument("packs", nargs="*", metavar="PACK", help="a pack's id or folder (default: all built in)")
    parser.add_argument("--rule", metavar="R", help="only the cases of this rule")
    parser.add_argument("--coverage", action="store_true", help="show of which outcomes each rule has cases")
    parser.add_argument(
        "--mutate",
        action="store_true",
        help="change every target, window, date, comparison, condition and element by one step, and name the changes "
        "that no case notices: the boundaries that are not tested",
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a processor)")
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Run the cases; fail where one comes out otherwise, a rule lacks an outcome, or a change goes unnoticed."""
    trials = []
    codes = []
    for name in args.packs or built_in():
        try:
            found = trial(name, mutate=args.mutate, only=args.rule, jobs=args.jobs or os.cpu_count() or 1)
        except InvalidInput as error:
            complain(error.to(args.lang), err)
            codes.append(ExitCode.UNUSABLE)
            continue
        trials.append(found)
        codes.append(ExitCode.MET if found.good and not _untested(found) else ExitCode.FAILED)
    if args.format == "json":
        from safescore.report.json import written

        show_json(written({"schema": SCHEMA, "packs": [_content(one) for one in trials]}), out)
    else:
        for one in trials:
            show(laid_out(_page(one, args.lang, coverage=args.coverage), layout(out, args.width)), out)
    return worst(codes)


def _untested(found: Trial) -> list[tuple[str, list[str]]]:
    """Return the rules without a satisfied, a not-satisfied and an unknown case, with what they lack."""
    lacking = ((rule, [name for name in _ASKED if name not in outcomes]) for rule, outcomes in found.coverage)
    return [(rule, names) for rule, names in lacking if names]


def _content(found: Trial) -> dict[str, Any]:
    return {
        "pack": found.pack,
        "cases": found.cases,
        "failed": [
            {"at": one.at, "rule": one.rule, "case": one.case, "wrong": list(one.wrong)} for one in found.failed
        ],
        "untested": [{"rule": rule, "outcomes": names} for rule, names in _untested(found)],
        "coverage": {rule: list(outcomes) for rule, outcomes in found.coverage},
        "mutants": found.mutants,
        "survivors": [{"rule": one.rule, "change": one.change} for one in found.survivors],
    }


def _page(found: Trial, lang: Lang, *, coverage: bool) -> list[Block]:
    page: list[Block] = [Title(found.pack)]
    if coverage:
        marks = [
            row(rule, *("√" if name in outcomes else "" for name in OUTCOME_NAMES)) for rule, outcomes in found.coverage
        ]
        page.append(Table(("事项" if lang == "zh" else "rule", *OUTCOME_NAMES), tuple(marks)))
    lines = [f"{one.at}: {one.rule}: {one.case}: {'; '.join(one.wrong)}" for one in found.failed]
    if lang == "zh":
        lines += [f"{rule}：缺少{'、'.join(names)}的用例" for rule, names in _untested(found)]
        lines += [f"{one.rule}：改动未被任何用例发现：{one.change}" for one in found.survivors]
    else:
        lines += [f"{rule}: no case is {', '.join(names)}" for rule, names in _untested(found)]
        lines += [f"{one.rule}: no case notices {one.change}" for one in found.survivors]
    if lines:
        page.append(Bullets(tuple(Cell(line, Tone.BAD) for line in lines)))
    page.append(Line(Cell(_closing(found, lang), Tone.BAD if lines else Tone.GOOD)))
    return page


def _closing(found: Trial, lang: Lang) -> str:
    passed, failed = found.cases - len(found.failed), len(found.failed)
    killed, left = found.mutants - len(found.survivors), len(found.survivors)
    if lang == "zh":
        return f"{passed}个用例通过，{failed}个未通过" + (
            f"；{killed}处改动被发现，{left}处未被发现" if found.mutants else ""
        )
    return f"{passed} cases passed, {failed} failed" + (
        f"; {killed} changes noticed, {left} not" if found.mutants else ""
    )
