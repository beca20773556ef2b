"""Rollup: many submissions to towns, parks, industries and quarters, with who is missing."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import TextIO

from safescore.cli.arguments import Commands, WrongArgumentError, add_lang, add_limits, day, limits_of, parser_of
from safescore.cli.console import WIDTH, cache_folder, complain, layout, show_report
from safescore.cli.exits import ExitCode, of_gate, worst
from safescore.cli.outputs import Output, held_apart, output, save_all
from safescore.cli.progress import watched
from safescore.document import Document
from safescore.errors import Refused
from safescore.packs.compiled import open_pack
from safescore.packs.load import shared_dictionary
from safescore.report.layout import Detail, Layout
from safescore.report.rollup import FORMATS, render
from safescore.rollup.authority import Following, joined, read_authority
from safescore.rollup.correspondence import read_correspondences
from safescore.rollup.gathering import Gathering, files_of, latest
from safescore.rollup.rolled import NO_ROSTER, PackRollUp, Quota, QuotaFound, RollUp, roll_up
from safescore.roster import Member, Roster, read_roster
from safescore.words import Text, listed

_EXAMPLES = """\
  safescore rollup q3/ --roster roster.csv --by town
  safescore rollup q3/ --roster roster.csv --by town --by industry --output html:rollup.html
  safescore rollup q3/ --by sector --lang en --format json
  safescore rollup q3/ --roster roster.csv --quota 80%:score:75 --quota 90%:grade:pass
  safescore rollup reports/*.json --roster roster.csv --by quarter --format csv"""
_QUOTA = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)%:(score|grade|rule):(.+)\Z")
_SCORE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,12})?\Z")


class UsageError(Refused):
    """The command line asks for nothing that can be done."""


class NothingToRollUpError(Refused):
    """There is no result among what was handed over."""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "rollup", summary, _EXAMPLES)
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILES",
        help="submissions (YAML, JSON, filled-in workbooks), JSON reports of check, folders of these, or what "
        "batch --store wrote (.duckdb)",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="who was to hand in: a column id, and any of name, town, park, district, industry, or others to group by",
    )
    parser.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="WHAT",
        help="group by a column of the roster, a field of the organisation (sector, industries, …), or quarter; "
        "repeated, each within the one before",
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder, for submissions (default: the packs that each names)",
    )
    parser.add_argument("--as-of", type=day, metavar="DATE", help="the day of judgement (default: each submission's)")
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
        help="write the roll-up to a file as well; may be repeated",
    )
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--verbose", action="store_true", help="of a text: the duties of every group, too")
    much.add_argument("--quiet", action="store_true", help="of a text: the figures of the whole alone")
    gates = parser.add_argument_group("gate", "what decides the exit code; several must all be met")
    gates.add_argument(
        "--quota",
        type=quota,
        action="append",
        default=[],
        metavar="SHARE:KIND:MARK",
        help="the share of members that must reach a mark: 80%%:score:75, 90%%:grade:pass, 100%%:rule:PACK.RULE; "
        "may be repeated",
    )
    gates.add_argument("--each-group", action="store_true", help="every group must meet the quotas, not only the whole")
    upward = parser.add_argument_group(
        "authority", "what an authority answers for that follows from its firms, as a submission that check reads"
    )
    upward.add_argument(
        "--authority",
        type=Path,
        metavar="FACTS",
        help="the authority's own submission (YAML or JSON), into which the registers go that follow from the members",
    )
    upward.add_argument("--write-facts", type=Path, metavar="PATH", help="where to write it, as YAML")
    add_limits(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Gather, roll up, render; every decision is somebody else's."""
    _hold_together(args)
    read = [*map(Path, args.files), *filter(None, [args.roster, args.authority])]
    held_apart([*(one.path for one in args.output), *filter(None, [args.write_facts])], read)
    authority = read_authority(args.authority, args.write_facts, limits_of(args)) if args.authority else None
    roster = read_roster(args.roster) if args.roster else NO_ROSTER
    gathering = Gathering(
        packs=tuple(args.pack),
        as_of=args.as_of,
        limits=limits_of(args),
        require_evidence=args.require_evidence,
        waivers=not args.no_waivers,
        load=cache(partial(open_pack, cache=cache_folder())),
    )
    names = files_of(args.files)
    for name in watched(names, len(names), err, args.lang):
        gathering.take(name)
    for fault in sorted(gathering.faults):
        complain(fault.to(args.lang), err)
    if not gathering.results:
        if gathering.faults:
            return ExitCode.UNUSABLE
        raise NothingToRollUpError(Text(zh="这些文件中没有可汇总的结果", en="there are no results in these files"))
    rolled = roll_up(
        gathering.results,
        roster=roster,
        by=args.by,
        quotas=args.quota,
        unusable=tuple(gathering.unusable.values()),
        names=gathering.names,
        labels=gathering.labels,
    )
    for fault in rolled.faults:
        complain(fault.to(args.lang), err)
    facts = None
    if authority is not None:
        facts, notes = _followed(authority, gathering, rolled, roster)
        for note in notes:
            complain(note.to(args.lang), err)
    detail = Detail.FULL if args.verbose else Detail.RESULT if args.quiet else Detail.BRIEF
    files = Layout(width=args.width or WIDTH, detail=detail)
    room = layout(out, args.width)
    first = render(rolled, args.format, args.lang, Layout(width=room.width, colour=room.colour, detail=detail))
    reports = [(render(rolled, one.format, args.lang, files), one.path) for one in args.output]
    save_all([*reports, *([(facts, args.write_facts)] if facts is not None else [])])
    show_report(first, args.format, out)
    codes = [ExitCode.UNUSABLE] if gathering.faults or rolled.faults else []
    return worst([*codes, *_answers(rolled, args, err)])


def _hold_together(args: Namespace) -> None:
    """Raise UsageError where only a part of what writes an authority's facts is given."""
    given = {
        "--authority": args.authority,
        "--write-facts": args.write_facts,
        "--roster": args.roster,
    }
    lacking = [name for name, value in given.items() if value is None]
    if lacking and (args.authority or args.write_facts):
        names = listed(lacking)
        raise UsageError(
            Text(zh=f"还缺{names.zh}", en=f"{names.en} is missing"),
            Text(
                zh="写出上级单位的事实，要有它自己的填报、全部企业的名册和写入的文件",
                en="to write an authority's facts, give its own submission, the roster of all its firms, and a file",
            ),
        )


def _followed(
    authority: Document, gathering: Gathering, rolled: RollUp, roster: Roster
) -> tuple[str, tuple[Text, ...]]:
    """Return the authority's submission with the registers that follow from its firms."""
    dictionary, roles = shared_dictionary()
    submissions = latest(gathering, rolled)
    own = (Member(id=id_, name=one.organization["name"], columns={}) for id_, one in sorted(submissions.items()))
    everybody = roster.joined((*rolled.unusable, *own))
    followed = Following(everybody, submissions, dictionary, roles).registers(read_correspondences(dictionary, roles))
    handed = sum(id_ in submissions for id_ in everybody.members)
    source = f"{handed} submissions of {len(everybody.members)} members on the roster"
    return joined(authority, followed, source)


def _answers(rolled: RollUp, args: Namespace, err: TextIO) -> Iterator[ExitCode]:
    """Yield what the quotas answer, and say so."""
    from safescore.report.rollup.words import group_name, quota_found, quota_name

    for pack, found, key in _asked(rolled, each_group=args.each_group):
        whose = f"{pack.pack}, {group_name(key, rolled, args.lang)}"
        told = f"{quota_name(found.quota, args.lang)}: {quota_found(found, args.lang)}"
        complain(f"{whose}: {told}", err)
        yield of_gate(found.answer)


def _asked(rolled: RollUp, *, each_group: bool) -> Iterator[tuple[PackRollUp, QuotaFound, tuple[str, ...]]]:
    for pack in rolled.packs:
        for group in pack.groups if each_group else pack.groups[:1]:
            for found in group.quotas:
                yield pack, found, group.key


def quota(text: str) -> Quota:
    """Return the quota that ``80%:score:75`` means."""
    found = _QUOTA.match(text)
    least = Fraction(found[1]) / 100 if found else Fraction(0)
    scored = found is None or found[2] != "score" or (_SCORE.match(found[3]) and Fraction(found[3]) <= 100)
    if found is None or not 0 < least <= 1 or not scored:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是达标面要求，请写成80%:score:75、90%:grade:pass或100%:rule:规则编号",
                en=f"{text!r} is no quota; write 80%:score:75, 90%:grade:pass or 100%:rule:RULE",
            )
        )
    return Quota(least=least, kind=found[2], mark=found[3])


def _output(text: str) -> Output:
    return output(text, FORMATS)
