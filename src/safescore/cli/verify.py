"""Verify: make a report again from its submission and its pack, and name what differs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, TextIO

from attrs import define, field

from safescore.assess import assess_all, faults_of
from safescore.cli.arguments import Commands, add_format, add_lang, add_limits, limits_of, parser_of
from safescore.cli.console import cache_folder, complain, layout, show, show_json
from safescore.cli.exits import ExitCode
from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.opening import open_as_far
from safescore.packs.compiled import open_pack
from safescore.report import laid_out
from safescore.report.page import Block, Bullets, Cell, Heading, Line, Pairs, Table, Title, Tone, pairs, row
from safescore.report.visible import clipped
from safescore.results import Assessment
from safescore.snapshot import LIMITS
from safescore.source import Limits, read
from safescore.verifying import (
    Deviation,
    Kind,
    Report,
    Stated,
    Verification,
    Verified,
    no_pack,
    no_submission,
    read_report,
    verify,
)
from safescore.words import Lang, Text

SCHEMA = {"name": "safescore-verify", "version": "1.0"}
MOST = 200
KINDS = {
    Kind.DIGEST: Text(zh="摘要", en="digest"),
    Kind.SCORE: Text(zh="得分与等级", en="score and grade"),
    Kind.OUTCOME: Text(zh="结果", en="outcome"),
    Kind.OTHER: Text(zh="其他", en="other"),
}
DIGESTS = {
    "digests.facts": Text(
        zh="填报文件不是报告所依据的那一份：之后改动过，或是另一份",
        en="the submission is not the one that the report was made from: it was changed since, or it is another",
    ),
    "digests.pack": Text(
        zh="规则包不是报告所依据的那一份：用--pack指明当时的规则包",
        en="the pack is not the one that the report was made with: give that one with --pack",
    ),
    "digests.version": Text(
        zh="报告由另一版本的safescore生成", en="the report was made by another version of safescore"
    ),
}
_EXAMPLES = """\
  safescore verify report.json
  safescore verify report.json --facts facts.yaml --lang en
  safescore verify report.json --facts facts.yaml --pack dadukou-2022 --format json"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "verify", summary, _EXAMPLES)
    parser.add_argument("report", metavar="REPORT.json", help="a report made with check --format json")
    parser.add_argument(
        "--facts",
        action="append",
        default=[],
        metavar="FILE",
        help="the submission it was made from; may be repeated (default: the files that the report names, from here or "
        "beside the report)",
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder; may be repeated (default: the packs that the submission names)",
    )
    parser.add_argument(
        "--previous", metavar="LAST", help="the submission of an earlier period, if the report was made with one"
    )
    add_limits(parser)
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Read the report, assess again, compare, show."""
    report = read_report(read(args.report, LIMITS))
    making = _Making(
        report=report,
        facts=tuple(args.facts),
        packs=tuple(args.pack),
        previous=open_submission(args.previous) if args.previous else None,
        limits=limits_of(args),
    )
    made = making.assessments()
    if making.faults:
        for fault in making.faults:
            complain(fault.to(args.lang), err)
        return ExitCode.UNUSABLE
    found = verify(report, made)
    if args.format == "json":
        from safescore.report.json import written

        show_json(written(_content(found)), out)
    else:
        show(laid_out(list(_blocks(found, args.lang)), layout(out, args.width)), out)
    return ExitCode.MET if found.same else ExitCode.FAILED


@define(kw_only=True)
class _Making:
    """The assessments of a report made again, and every fault of what they are made from."""

    report: Report
    facts: tuple[str, ...]
    packs: tuple[str, ...]
    previous: Document | None
    limits: Limits
    load: Callable[[str], Pack] = field(factory=lambda: cache(partial(open_pack, cache=cache_folder())))
    opened: dict[str, Document | None] = field(factory=dict)
    done: dict[tuple[Any, ...], tuple[Assessment, ...]] = field(factory=dict)
    faults: dict[Fault, None] = field(factory=dict)

    def assessments(self) -> dict[Steps, tuple[Assessment, str]]:
        """Return what each assessment comes to now, with the file of its submission."""
        made: dict[Steps, tuple[Assessment, str]] = {}
        for stated in self.report.assessments:
            name = self.named(stated)
            document = self.open(name) if name is not None else None
            if name is None:
                self.faults[no_submission(self.report, stated)] = None
            if name is None or document is None:
                continue
            one = next((one for one in self.assessed(name, document, stated) if one.pack == stated.pack), None)
            if one is not None:
                made[stated.path] = one, document.name
            elif not self.faults:
                self.faults[no_pack(self.report, stated)] = None
        return made

    def named(self, stated: Stated) -> str | None:
        """Return the file of the submission: that of this organisation and period among those given, or as stated."""
        if len(self.facts) == 1:
            return self.facts[0]
        for name in self.facts:
            document = self.open(name)
            content: Any = None if document is None else document.content
            own = content.get("organization") if isinstance(content, dict) else None
            if isinstance(own, dict) and (str(own.get("id")), str(content.get("period"))) == (
                stated.organization,
                stated.period,
            ):
                return name
        return None if self.facts else next(self.candidates(stated), None)

    def candidates(self, stated: Stated) -> Iterator[str]:
        """Yield the files that a report names as far as they are there: from here, then beside the report."""
        for name in stated.files:
            if Path(name).suffix.lower() == ".csv":
                continue
            for path in (Path(name), Path(self.report.document.name).parent / name):
                if path.is_file():
                    yield str(path)

    def open(self, name: str) -> Document | None:
        if name not in self.opened:
            try:
                self.opened[name] = open_submission(name, self.limits)
            except InvalidInput as error:
                self.faults.update(dict.fromkeys(error.faults))
                self.opened[name] = None
        return self.opened[name]

    def assessed(self, name: str, document: Document, stated: Stated) -> tuple[Assessment, ...]:
        """Return the assessments of a submission on the terms of the report."""
        key = (name, stated.as_of, stated.require_evidence, stated.waivers, stated.combinations)
        if key not in self.done:
            self.done[key] = self.assess(document, stated)
        return self.done[key]

    def assess(self, document: Document, stated: Stated) -> tuple[Assessment, ...]:
        try:
            opened = open_as_far(document, self.packs, self.load)
            if opened.faults or not opened.packs:
                raise InvalidInput(faults_of(document, opened, as_of=stated.as_of, previous=self.previous))
            return assess_all(
                document,
                opened.packs,
                as_of=stated.as_of,
                require_evidence=stated.require_evidence,
                waivers=stated.waivers,
                previous=self.previous,
                combinations=stated.combinations,
            )
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return ()


def _blocks(found: Verification, lang: Lang) -> Iterator[Block]:
    zh = lang == "zh"
    yield Title("报告核对" if zh else "Report verified")
    for one in found.each:
        yield from _one(one, zh=zh)
    if found.same:
        said = "与重新计算的结果逐字节相同。" if zh else "The same as it comes out now, byte for byte."
        yield Line(Cell(said, Tone.GOOD))
    elif not any(one.deviations for one in found.each):
        said = (
            "内容与重新计算的结果相同，但写法不同（空格、转义、键的次序或程序版本）。"
            if zh
            else "The content is the same, but it is written otherwise: blanks, escapes, the order of keys, or what "
            "stands beside the assessments."
        )
        yield Line(Cell(said, Tone.BAD))
    else:
        said = "报告与重新计算的结果不同。" if zh else "The report is not what comes out now."
        yield Line(Cell(said, Tone.BAD))


def _one(one: Verified, *, zh: bool) -> Iterator[Block]:
    stated = one.stated
    shown = f"{one.shown} / {one.of}"
    if one.shown < one.of:
        shown += (
            "（报告只列出部分事项，未列出的没有核对）"
            if zh
            else " (the report shows only these; the others were not held against it)"
        )
    yield Heading(f"{clipped(stated.organization)}, {clipped(stated.pack)}, {clipped(stated.period)}")
    yield Pairs(
        pairs(
            ("填报文件" if zh else "submission", clipped(one.source)),
            ("核对事项" if zh else "findings", shown),
            ("不同之处" if zh else "differences", str(len(one.deviations))),
        )
    )
    told = [Cell((DIGESTS[each.at].zh if zh else DIGESTS[each.at].en), Tone.BAD) for each in _digests(one)]
    if told:
        yield Bullets(tuple(told))
    if one.deviations:
        header = "类别|位置|报告中|重新计算" if zh else "kind|place|in the report|as it comes out now"
        nothing = "（无）" if zh else "(nothing)"
        rows = (
            row(
                (KINDS[each.kind].zh if zh else KINDS[each.kind].en),
                clipped(each.at.replace(f"[{stated.pack}.", "["), MOST),
                clipped(each.stated, MOST) if each.stated is not None else nothing,
                clipped(each.found, MOST) if each.found is not None else nothing,
            )
            for each in one.deviations
        )
        yield Table(tuple(header.split("|")), tuple(rows))


def _digests(one: Verified) -> Iterator[Deviation]:
    """Yield the digests that differ: then what follows from them may differ too."""
    return (each for each in one.deviations if each.at in DIGESTS)


def _content(found: Verification) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "report": found.report.document.name,
        "same": found.same,
        "written_the_same": found.written,
        "assessments": [
            {
                "organization": one.stated.organization,
                "pack": one.stated.pack,
                "period": one.stated.period,
                "submission": one.source,
                "findings": {"shown": one.shown, "of": one.of},
                "differences": [
                    {
                        "kind": each.kind.value,
                        "rule": each.rule or None,
                        "at": each.at,
                        "stated": each.stated,
                        "found": each.found,
                    }
                    for each in one.deviations
                ],
            }
            for one in found.each
        ],
    }
