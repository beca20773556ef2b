"""What a gap report says on a screen or two: what to act upon in words, every other duty by its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safescore.frozen import frozen
from safescore.report import contents
from safescore.report.labels import EFFECTS, MARKS, OUTCOMES, SOURCES, TONES, between, grade
from safescore.report.outline import Outline, summary
from safescore.report.page import Block, Bullets, Cell, Entry, Heading, Line, Page, Pairs, Title, Tone, pairs
from safescore.report.visible import clipped
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.words import Lang, percent

MOST_TO_DO = 5
"""How many gaps are said in full; those by clause are all there."""
MOST_NOTES = 5
MOST_FACTS = 10
"""How many kinds of missing facts are named before the rest are only counted."""


def page(assessments: tuple[Assessment, ...], lang: Lang) -> Page:
    """Return the brief report: a table where there are several assessments, then each."""
    blocks: list[Block] = list(summary(assessments, lang)) if len(assessments) > 1 else []
    for one in assessments:
        blocks.extend(_Brief(one, lang).blocks())
    return blocks


def results(assessments: tuple[Assessment, ...], lang: Lang) -> Page:
    """Return what each assessment comes to, and nothing else."""
    if len(assessments) > 1:
        return list(summary(assessments, lang))[:-1]
    return [block for one in assessments for block in _Brief(one, lang).headline()]


@frozen
class _Brief(Outline):
    """One assessment in one language, in brief."""

    def blocks(self) -> Iterator[Block]:
        yield from self.headline()
        yield from self.first_steps()
        yield from self.gaps()
        yield from self.missing()
        yield from self.pending()
        yield from self.met()
        yield from self.not_applicable()
        yield from self.combinations()
        yield from self.remarks()
        yield from self.last_word()

    def headline(self) -> Iterator[Block]:
        one = self.assessment
        name, id_ = (clipped(one.organization.get(key, "")) for key in ("name", "id"))
        yield Title(self.say("安全生产自查评分报告", "Work-safety gap report"))
        cut = "" if one.as_of == one.cut else self.say(f"，计至 {one.cut}", f", counted up to {one.cut}")
        range_ = one.grade
        yield Pairs(
            pairs(
                (self.say("单位", "organisation"), f"{name} ({id_})"),
                (self.say("依据", "document"), f"{self.text(one.pack_title)} ({one.pack} {one.pack_version})"),
                (
                    self.say("期间", "period"),
                    self.say(
                        f"{clipped(one.period)}，评定日 {one.as_of}{cut}",
                        f"{clipped(one.period)}, as of {one.as_of}{cut}",
                    ),
                ),
                (self.say("得分", "score"), self.scored()),
                (self.say("等级", "grade"), grade(range_, self.lang)),
                (self.say("制约因素", "what binds it"), self.text(range_.binding)),
                (self.say("底线未落实", "hard, broken"), Cell(self.titles(range_.capped_by), Tone.BAD)),
                (self.say("底线情况不明", "hard, unknown"), Cell(self.titles(range_.may_cap), Tone.DOUBT)),
                (self.say("各项", "duties"), self.counts()),
                (self.say("核查", "verified"), Cell(self.inspected(), Tone.DOUBT)),
                (self.say("佐证", "evidence"), self.evidenced()),
                (self.say("注意", "note"), Cell(self.text(one.notes[0]) if contents.in_part(one) else "", Tone.DOUBT)),
            )
        )

    def scored(self) -> str:
        found, waived = self.assessment.score.interval, self.assessment.score.waived
        if found.low is None:
            return self.score(found)
        decided = percent(self.assessment.score.decided)
        said = [
            self.score(found),
            self.span(found) if not found.certain else between(found, self.lang) if found.low != found.high else "",
            self.say(f"已判定权重 {decided}", f"{decided} of the weight decided"),
            ""
            if waived is None
            else self.say(f"不计豁免事项 {between(waived, 'zh')}", f"{between(waived, 'en')} without what is waived"),
        ]
        return self.say("；", "; ").join(filter(None, said))

    def counts(self) -> str:
        counts = self.assessment.score.counts
        return self.say("，", ", ").join(
            f"{MARKS[outcome]} {counts[outcome]} {self.text(OUTCOMES[outcome])}" for outcome in OUTCOMES
        )

    def section(self, outcome: Outcome, zh: str, en: str) -> Heading:
        """Return the heading of an outcome, with how many findings of it are shown."""
        number = sum(1 for _ in self.assessment.of(outcome))
        return Heading(self.say(f"{MARKS[outcome]} {zh}（{number} 项）", f"{MARKS[outcome]} {en} ({number})"))

    def short(self, finding: Finding) -> str:
        """Return a rule's id without the pack's."""
        return finding.rule.removeprefix(f"{self.assessment.pack}.")

    def first_steps(self) -> Iterator[Block]:
        broken = contents.to_do(self.assessment)
        if not broken:
            return
        more = len(broken) - MOST_TO_DO
        told = self.say(f"（共 {len(broken)} 项，先列 {MOST_TO_DO} 项）", f" ({MOST_TO_DO} of {len(broken)})")
        yield Heading(self.say("先做什么", "What to do first") + (told if more > 0 else ""))
        for number, one in enumerate(broken[:MOST_TO_DO], 1):
            yield Entry(
                Cell(f"{number}. {self.named(one)}", Tone.BAD),
                pairs(
                    (self.say("怎么办", "remedy"), self.text(one.remedy)),
                    (self.say("期限", "due"), self.due(one.next_due)),
                    (self.say("责任单位", "owners"), self.say("、", ", ").join(one.owners)),
                ),
            )

    def gaps(self) -> Iterator[Block]:
        broken = contents.gaps(self.assessment)
        if not self.assessment.score.counts[Outcome.NOT_SATISFIED]:
            yield Line(Cell(self.say("\n没有未达到的事项。", "\nNothing is not met."), Tone.GOOD))
        if not broken:
            return
        yield self.section(Outcome.NOT_SATISFIED, "差距（按条款）", "Gaps by clause")
        yield self.listed((one.clause, one, self.text(one.gap) or self.text(one.actual)) for one in broken)

    def listed(self, rows: Iterable[tuple[str, Finding, str]]) -> Pairs:
        """Return findings, each with what stands before it and what is to be said of it."""
        return Pairs(
            tuple(
                (lead, Cell(f"{self.named(one)} ({self.short(one)})" + (f"\n{said}" if said else "")))
                for lead, one, said in rows
            )
        )

    def missing(self) -> Iterator[Block]:
        waiting = contents.unknown(self.assessment)
        if waiting:
            yield self.section(Outcome.UNKNOWN, "无法判定", "Unknown")
            yield self.listed((one.clause, one, self.text(one.reason)) for one in waiting)
        groups = contents.missing(self.assessment)
        if not groups:
            return
        yield Heading(self.say("缺少的事实", "Missing facts"))
        if self.assessment.grade.deciding:
            yield Line(Cell(self.say("标 * 的决定等级。", "Those with * decide the grade."), Tone.DOUBT))
        told = groups[:MOST_FACTS]
        yield Pairs(
            tuple(
                ("*" if group.deciding else "-", Cell(clipped(self.facts(group.pattern, group.paths))))
                for group in told
            )
        )
        more = sum(len(group.paths) for group in groups[MOST_FACTS:])
        if more:
            yield Line(Cell(self.say(f"另有 {more} 处。", f"and {more} more."), Tone.FAINT))

    def pending(self) -> Iterator[Block]:
        waiting = contents.pending(self.assessment)
        if waiting:
            yield self.section(Outcome.PENDING, "未到期（按期限）", "Not due yet, by due day")
            yield self.listed((one.next_due or "–", one, "") for one in waiting)

    def met(self) -> Iterator[Block]:
        kept = contents.met(self.assessment)
        if not kept:
            return
        yield self.section(Outcome.SATISFIED, "达到", "Met")
        so_far = contents.met_to_date(self.assessment)
        settled = self.ids(one for one in kept if not one.to_date)
        if settled:
            yield Line(Cell(settled))
        if so_far:
            due = (f"{self.short(one)} {one.next_due}".rstrip() for one in so_far)
            told = self.say("、", ", ").join(due)
            yield Line(
                Cell(self.say(f"目前达到（下次到期）：{told}", f"met to date, with what falls due next: {told}"))
            )

    def effect(self, one: contents.WaiverOf) -> str:
        """Return what became of a waiver, and the waiver."""
        return f"{self.text(EFFECTS[one.use.effect])}{self.say('：', ': ')}{self.waived(one.use.waiver)}"

    def ids(self, findings: Iterable[Finding]) -> str:
        return " ".join(map(self.short, findings))

    def not_applicable(self) -> Iterator[Block]:
        groups = contents.not_applicable(self.assessment)
        if not groups:
            return
        yield self.section(Outcome.NOT_APPLICABLE, "不适用", "Not applicable")
        for group in groups:
            number = len(group.findings)
            said = self.say(f"{group.reason.zh}（{number} 项）：", f"{group.reason.en} ({number}): ")
            yield Line(Cell(f"{said}{self.ids(group.findings)}", TONES[Outcome.NOT_APPLICABLE]))

    def remarks(self) -> Iterator[Block]:
        waivers = contents.waivers(self.assessment)
        if waivers:
            yield Heading(self.say("豁免", "Waivers"))
            yield self.listed((MARKS[one.use.outcome], one.finding, self.effect(one)) for one in waivers if one.finding)
        notes = self.assessment.notes[contents.in_part(self.assessment) :]
        if notes:
            yield Heading(self.say("说明", "Notes"))
            yield Bullets(tuple(Cell(clipped(self.text(one), 300)) for one in notes[:MOST_NOTES]))
            if len(notes) > MOST_NOTES:
                more = len(notes) - MOST_NOTES
                yield Line(Cell(self.say(f"另有 {more} 条。", f"and {more} more."), Tone.FAINT))

    def last_word(self) -> Iterator[Block]:
        """Yield what the figures rest upon, and the result once more: it is what a terminal shows last."""
        one = self.assessment
        yield Heading(self.say("计算依据", "What it rests upon"))
        yield Pairs(
            tuple(
                (name, Cell(cell.text, Tone.FAINT))
                for name, cell in pairs(
                    (self.say("口径", "settings"), self.in_force()),
                    (self.say("另一口径", "readings"), self.otherwise()),
                    (self.say("权重", "weights"), self.weights()),
                    (self.say("文件摘要", "pack"), one.digests.pack),
                    (self.say("事实摘要", "facts"), one.digests.facts),
                    (self.say("工具", "tool"), f"safescore {one.digests.version}"),
                )
            )
        )
        yield Line(Cell(""))
        tone = Tone.BAD if one.score.counts[Outcome.NOT_SATISFIED] else Tone.PLAIN
        yield Line(
            Cell(
                self.say(
                    f"{self.score(one.score.interval)}，{grade(one.grade, 'zh')}；{self.counts()}",
                    f"{self.score(one.score.interval)}, {grade(one.grade, 'en')}; {self.counts()}",
                ),
                tone,
            )
        )

    def in_force(self) -> str:
        return self.say("；", "; ").join(
            clipped(f"{one.id} = {one.value if one.source != 'missing' else self.text(SOURCES['missing'])}")
            for one in self.assessment.settings
        )

    def otherwise(self) -> str:
        changed = {one.finding.rule: one.finding for one in contents.alternates(self.assessment)}
        if not changed:
            return ""
        return self.say(
            f"换一种口径时，{len(changed)} 项会变：", f"{len(changed)} would change under another reading: "
        ) + self.ids(changed.values())

    def weights(self) -> str:
        found = self.assessment.score.weights
        hard, quantitative, qualitative = (found.get(kind) for kind in ("hard", "quantitative", "qualitative"))
        return self.say(
            f"文件未给出权重，内部规则：底线 {hard}，定量 {quantitative}，定性 {qualitative}",
            f"none in the document; house policy: hard {hard}, quantitative {quantitative}, qualitative {qualitative}",
        )
