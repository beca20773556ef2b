"""What a roll-up says to people, block by block: the whole, every group, the duties, who is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safescore.frozen import frozen
from safescore.report.labels import MARKS, OUTCOMES, TONES, formal_day
from safescore.report.layout import Detail
from safescore.report.page import Block, Bullets, Cell, Heading, Line, Pairs, Table, Title, Tone, pairs, row
from safescore.report.rollup.words import (
    ANSWERS,
    by_name,
    exactly,
    group_name,
    handed_in,
    items,
    quota_found,
    quota_name,
    reversal,
    shares,
)
from safescore.report.visible import clipped
from safescore.results import Gate
from safescore.rollup.groups import latest_quarter
from safescore.rollup.rolled import DutyFigures, Group, PackRollUp, RollUp
from safescore.standing import Outcome
from safescore.words import Lang

MOST_NAMED = 10
"""How many names stand in one cell before the rest are only counted."""
MOST_MISSING = 100
MOST_GAPS = 10
ASKED = (Outcome.SATISFIED, Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.PENDING)
WORST_FIRST = (Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.SATISFIED, Outcome.PENDING)
GATE_TONES = {Gate.MET: Tone.GOOD, Gate.FAILED: Tone.BAD, Gate.UNDECIDED: Tone.DOUBT}


@frozen
class Outline:
    """A roll-up in one language."""

    rolled: RollUp
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        """Return the words of the language."""
        return zh if self.lang == "zh" else en

    def blocks(self, detail: Detail) -> Iterator[Block]:
        """Yield the report: of every pack the whole, the groups and the duties; then what is to be known of it."""
        for pack in self.rolled.packs:
            yield Title(self.title(pack))
            yield from self.headline(pack)
            if detail is Detail.RESULT:
                continue
            yield from self.groups(pack)
            yield from self.missing(pack)
            yield from self.gaps(pack)
            yield from self.duties(pack, pack.whole)
            if detail is Detail.FULL:
                for group in pack.groups[1:]:
                    yield from self.duties(pack, group)
            yield from self.reversals(pack)
        if detail is not Detail.RESULT:
            yield from self.remarks()

    def title(self, pack: PackRollUp) -> str:
        """Return what the roll-up of a pack is called."""
        versions = self.say("、", ", ").join(pack.versions)
        return f"{self.say('汇总报告：', 'Roll-up: ')}{pack.title.to(self.lang)} ({pack.pack}, {versions})"

    def headline(self, pack: PackRollUp) -> Iterator[Block]:
        """Yield what all members of a pack come to."""
        whole = pack.whole
        absent = len(whole.missing)
        many = self.say(f"，未报{absent}家", f", {absent} did not hand in") if absent else ""
        yield Pairs(
            pairs(
                (
                    self.say("成员单位", "members"),
                    self.say(
                        f"{whole.members}家，已报{whole.submitted}家{many}",
                        f"{whole.members}, of which {whole.submitted} handed in{many}",
                    ),
                ),
                (self.say("截至", "as of"), self.days(pack)),
                (self.say("平均得分", "mean score"), self.mean(whole)),
                (self.say("最低得分", "worst score"), self.worst(whole)),
                *((self.quantile_name(part), exactly(found, self.lang)) for part, found in whole.quantiles),
                (self.say("等级分布", "grades"), self.grades(pack, whole)),
                *(
                    (quota_name(one.quota, self.lang), Cell(quota_found(one, self.lang), GATE_TONES[one.answer]))
                    for one in whole.quotas
                ),
            )
        )

    def days(self, pack: PackRollUp) -> str:
        """Return from when the results are, the earliest and the latest."""
        now = latest_quarter(pack.members, self.rolled.by)
        days = sorted({one.result.as_of for one in now if one.result is not None})
        shown = [formal_day(day, self.lang) for day in (days[:1] + days[-1:] if len(days) > 1 else days)]
        return self.say(" 至 ", " to ").join(shown)

    def mean(self, group: Group) -> str:
        """Return the mean score; where some are absent, with that of those who handed in."""
        shown = exactly(group.score, self.lang)
        if not group.missing:
            return shown
        only = exactly(group.reported_score, self.lang)
        return self.say(f"{shown}（仅计已报单位：{only}）", f"{shown} (of those who handed in: {only})")

    def worst(self, group: Group) -> str:
        """Return the worst score, and who stands lowest of those who handed in."""
        shown = exactly(group.worst, self.lang)
        names = self.names([one.name for one in group.lowest])
        return f"{shown} ({names})" if names else shown

    def quantile_name(self, part: object) -> str:
        """Return what a quantile is called."""
        share = str(part)
        if share == "1/2":
            return self.say("半数成员达到", "half of members reach")
        return self.say("八成成员达到", "four fifths of members reach")

    def grades(self, pack: PackRollUp, group: Group) -> str:
        """Return how many members have each grade."""
        titles = {id_: title.to(self.lang) for id_, title in pack.grades}
        parts = [f"{titles[id_]} {number}" for id_, number in group.grades.items() if number]
        if group.undecided:
            parts.append(f"{self.say('等级未定', 'undecided')} {group.undecided}")
        if group.ungraded:
            parts.append(f"{self.say('无等级', 'without grade')} {group.ungraded}")
        if group.missing:
            parts.append(f"{self.say('未报', 'absent')} {len(group.missing)}")
        return self.say("，", ", ").join(parts)

    def groups(self, pack: PackRollUp) -> Iterator[Block]:
        """Yield a table of the groups of every level."""
        for depth in range(1, len(self.rolled.by) + 1):
            groups = pack.level(depth)
            yield Heading(self.say(f"按{by_name(self.rolled, depth, 'zh')}", f"By {by_name(self.rolled, depth, 'en')}"))
            quotas = [one.quota for one in pack.whole.quotas]
            absent = any(group.missing for group in groups)
            header = (
                by_name(self.rolled, depth, self.lang),
                self.say("已报", "handed in"),
                self.say("平均得分", "mean score"),
                self.say("最低得分", "worst score"),
                self.say("等级分布", "grades"),
                *(quota_name(one, self.lang) for one in quotas),
                *([self.say("未报单位", "did not hand in")] if absent else []),
            )
            rows = [
                row(
                    group_name(group.key, self.rolled, self.lang),
                    handed_in(group, self.lang),
                    exactly(group.score, self.lang),
                    exactly(group.worst, self.lang),
                    self.grades(pack, group),
                    *(Cell(ANSWERS[one.answer].to(self.lang), GATE_TONES[one.answer]) for one in group.quotas),
                    *([self.names([one.name for one in group.missing])] if absent else []),
                )
                for group in groups
            ]
            yield Table(header, tuple(rows))

    def missing(self, pack: PackRollUp) -> Iterator[Block]:
        """Yield who did not hand in, or not so that it can be used."""
        absent = pack.whole.missing
        if not absent:
            return
        lost = {one.id for one in self.rolled.unusable}
        yield Heading(self.say(f"未报单位（{len(absent)}家）", f"Did not hand in ({len(absent)})"))
        where = self.say("：填报有误，不能使用", ": what it handed in can't be used")
        shown = [
            Cell(
                clipped(f"{one.name} ({one.id})") + (where if one.id in lost else ""),
                Tone.BAD if one.id in lost else Tone.DOUBT,
            )
            for one in absent[:MOST_MISSING]
        ]
        if len(absent) > MOST_MISSING:
            more = len(absent) - MOST_MISSING
            shown.append(Cell(self.say(f"另有{more}家", f"and {more} more")))
        yield Bullets(tuple(shown))
        yield Line(
            Cell(
                self.say(
                    "未报单位按“情况不明”计入各项区间，不从平均数和合计中剔除。",
                    "Who is absent counts as unknown in every interval, and is dropped from no mean and no total.",
                ),
                Tone.FAINT,
            )
        )

    def gaps(self, pack: PackRollUp) -> Iterator[Block]:
        """Yield the duties that most members do not meet."""
        found = worst_gaps(pack.whole)
        if not found:
            return
        yield Heading(self.say("差距最大的事项", "Widest gaps"))
        yield Bullets(
            tuple(
                Cell(
                    f"{one.duty.title.to(self.lang)} ({one.duty.clause}): "
                    + self.say(
                        f"{one.outcomes[Outcome.NOT_SATISFIED]}家未达到",
                        f"not met by {one.outcomes[Outcome.NOT_SATISFIED]}",
                    )
                    + self.say("；最差：", "; lowest: ")
                    + self.names([each.name for each in one.lowest]),
                    Tone.BAD,
                )
                for one in found
            )
        )

    def duties(self, pack: PackRollUp, group: Group) -> Iterator[Block]:
        """Yield every duty in a group that is asked of anybody in it; how many are not is said below."""
        asked = [one for one in group.duties if is_asked(one)]
        name = group_name(group.key, self.rolled, self.lang)
        yield Heading(self.say(f"各项要求：{name}", f"Duties: {name}"))
        header = (
            self.say("条款", "clause"),
            self.say("事项", "duty"),
            self.say("各单位结果", "outcomes"),
            self.say("合计", "items"),
            self.say("合计比例", "pooled"),
            self.say("达到的单位", "members meeting it"),
        )
        rows = [
            row(
                one.duty.clause,
                f"{self.say('［底线］', '[hard] ') if one.duty.hard else ''}{one.duty.title.to(self.lang)}",
                self.outcomes(one),
                items(one.reported, self.lang),
                shares(one.share, self.lang),
                shares(one.meeting, self.lang),
            )
            for one in asked
        ]
        if rows:
            yield Table(header, tuple(rows))
        rest = len(group.duties) - len(asked)
        if rest:
            yield Line(
                Cell(
                    self.say(f"另有{rest}项要求不适用于任何已报成员。", f"{rest} more apply to nobody who handed in."),
                    Tone.FAINT,
                )
            )
        if rows:
            legend = self.say("，", ", ").join(f"{MARKS[one]} {OUTCOMES[one].to(self.lang)}" for one in ASKED)
            yield Line(Cell(legend, Tone.FAINT))
        if group.missing and rows:
            yield Line(
                Cell(
                    self.say(
                        "“合计”只含已报单位；各比例含未报单位可能带来的变化。",
                        "Items are those of who handed in; shares allow for whatever the absent ones may have.",
                    ),
                    Tone.FAINT,
                )
            )

    def outcomes(self, one: DutyFigures) -> Cell:
        """Return how many members have each outcome, those that nobody has left out: ``√3 ×1 ?2``."""
        shown = [f"{MARKS[outcome]}{one.outcomes[outcome]}" for outcome in ASKED if one.outcomes[outcome]]
        worst = next(outcome for outcome in WORST_FIRST if one.outcomes[outcome])
        return Cell(" ".join(shown), TONES[worst])

    def reversals(self, pack: PackRollUp) -> Iterator[Block]:
        """Yield the reversals that there are."""
        if not pack.reversals:
            return
        titles = {one.rule: one.title.to(self.lang) for one in pack.duties}
        yield Heading(self.say("分组与合计结论相反（辛普森悖论）", "Reversals (Simpson's paradox)"))
        yield Bullets(
            tuple(Cell(reversal(one, titles[one.rule], self.rolled, self.lang), Tone.DOUBT) for one in pack.reversals)
        )

    def remarks(self) -> Iterator[Block]:
        """Yield what is to be known of the inputs."""
        notes = [one.to(self.lang) for one in self.rolled.remarks()]
        if notes:
            yield Heading(self.say("说明", "Notes"))
            yield Bullets(tuple(Cell(clipped(one, 600)) for one in notes))

    def names(self, names: Sequence[str]) -> str:
        """Return names one after the other; of many, the first."""
        first = self.say("、", ", ").join(clipped(one) for one in names[:MOST_NAMED])
        more = len(names) - MOST_NAMED
        return first + (self.say(f"等{len(names)}家", f" and {more} more") if more > 0 else "")


def is_asked(one: DutyFigures) -> bool:
    """Tell whether a duty is asked of anybody who handed in."""
    return any(one.outcomes[outcome] for outcome in ASKED)


def worst_gaps(group: Group) -> tuple[DutyFigures, ...]:
    """Return the duties that most members who handed in do not meet, hard ones first of as many."""
    broken = [one for one in group.duties if one.outcomes[Outcome.NOT_SATISFIED]]
    broken.sort(key=lambda one: (-one.outcomes[Outcome.NOT_SATISFIED], not one.duty.hard, -one.duty.weight))
    return tuple(broken[:MOST_GAPS])
