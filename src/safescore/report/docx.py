"""The self-assessment report as an authority files it, in Word: cover, findings, signatures, and tables as annexes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from safescore.frozen import frozen
from safescore.report import contents, deductions, outline
from safescore.report.labels import OUTCOMES, between, formal_day, formal_period, grade
from safescore.report.layout import Layout
from safescore.report.outline import Outline
from safescore.report.page import Block, Bullets, Cell, Heading, Line, Pairs, Table, Title, row
from safescore.report.visible import clipped
from safescore.report.word import Paper, node
from safescore.results import Assessment, Finding
from safescore.scoring import points_lost
from safescore.standing import Outcome
from safescore.words import Lang, Text, percent

NAME = Text(zh="安全生产自评报告", en="Work-Safety Self-Assessment Report")
MISSING = Text(zh="缺少的事实", en="Missing facts")
SETTINGS = Text(zh="采用的参数和口径", en="Parameters and readings in force")
COMPARED = Text(zh="填报与核查不一致的事项", en="Claimed and verified")
EVIDENCE = Text(zh="佐证材料", en="Evidence")
MOST_TOLD = 10
"""How many things to mend the report itself tells; the annex has all."""
NARROW = 16
"""The width in characters up to which the texts of a column are centred."""
_NUMBERS = "一二三四五六七八九十"


def render(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> bytes:
    """Return the report as a Word file."""
    paper = Paper(lang)
    paper.begin()
    if len(assessments) > 1:
        _at_a_glance(paper, assessments, lang)
    for place, one in enumerate(assessments):
        if place or len(assessments) > 1:
            paper.section(landscape=False, cover=True)
        _Report(paper, Outline(one, lang)).write()
    subject = "; ".join(dict.fromkeys(one.pack for one in assessments))
    return paper.saved(title=NAME.to(lang), subject=subject, at=_day(assessments))


def _at_a_glance(paper: Paper, assessments: tuple[Assessment, ...], lang: Lang) -> None:
    for block in outline.summary(assessments, lang):
        if isinstance(block, Title):
            paper.say(block.text, "Title")
        elif isinstance(block, Table):
            paper.table(block, _narrow(block))


def _day(assessments: tuple[Assessment, ...]) -> datetime:
    """Return the day of judgement for the file's properties, which must not know today's."""
    try:
        return datetime.fromisoformat(max(one.as_of for one in assessments)[:10])
    except ValueError:
        return datetime(1980, 1, 1)  # noqa: DTZ001


@frozen
class _Report:
    """One assessment on paper."""

    paper: Paper
    outline: Outline

    @property
    def one(self) -> Assessment:
        return self.outline.assessment

    def say(self, zh: str, en: str) -> str:
        return self.outline.say(zh, en)

    def none(self, zh: str, en: str) -> str:
        """Return that there is nothing of a kind; among the duties shown, where not all are."""
        if contents.partial(self.one):
            return self.say(f"所列事项中{zh}", f"Among the duties shown {en}")
        return self.say(zh, en[0].upper() + en[1:])

    def write(self) -> None:
        annexes = list(self.annexes())
        self.cover()
        self.body([title for title, _ in annexes])
        for number, (title, blocks) in enumerate(annexes, 1):
            self.paper.section(landscape=True)
            self.paper.say(self.say(f"附件{number}", f"Annex {number}"), "Annex")
            self.paper.say(title, "AnnexTitle")
            for block in blocks:
                self.block(block)

    # The cover

    def name(self) -> str:
        return clipped(self.one.organization.get("name", ""))

    def period(self) -> str:
        return formal_period(clipped(self.one.period), self.outline.lang)

    def day(self, day: str) -> str:
        return formal_day(day, self.outline.lang)

    def document(self) -> str:
        return self.outline.text(self.one.pack_title)

    def cover(self) -> None:
        one = self.one
        self.paper.say("", "Cover", node("spacing", before=1200, after=0, line=600, lineRule="exact"))
        self.paper.say(self.name(), "Unit")
        self.paper.say(NAME.to(self.outline.lang), "Cover")
        extract = self.say("，节选", ", extract") if contents.partial(self.one) else ""
        self.paper.say(self.say(f"（{self.period()}{extract}）", f"({self.period()}{extract})"), "Unit")
        self.paper.say("", "Cover", node("spacing", before=1000, after=0, line=600, lineRule="exact"))
        counted = "" if one.as_of == one.cut else self.say(f"（计至{self.day(one.cut)}）", f" (up to {one.cut})")
        rows = (
            (self.say("自评单位：", "Organisation:"), self.name()),
            (self.say("单位编号：", "Identifier:"), clipped(one.organization.get("id", ""))),
            (self.say("依据文件：", "Document:"), self.document()),
            (self.say("自评期间：", "Period:"), self.period()),
            (self.say("评定日：", "As of:"), f"{self.day(one.as_of)}{counted}"),
            (self.say("填报日期：", "Date:"), self.say("　　　　年　　月　　日", "")),
        )
        self.paper.lines(rows, 2000, 5800)

    # The report itself

    def body(self, annexes: list[str]) -> None:
        self.paper.say(NAME.to(self.outline.lang), "Title", node("pageBreakBefore"))
        if contents.partial(self.one):
            self.paper.say(self.outline.text(self.one.notes[0]))
        chapters = (
            (self.say("自评结论", "Result"), self.result),
            (self.say("主要问题和整改安排", "What to mend first"), self.to_mend),
            (self.say("无法判定的事项", "What can't be judged"), lambda: self.unknown(self.see(MISSING, annexes))),
            *(
                [(COMPARED.to(self.outline.lang), lambda: self.compared(self.see(COMPARED, annexes)))]
                if self.one.differences
                else []
            ),
            (self.say("豁免事项", "Waivers"), self.waivers),
            (self.say("参数和口径", "Parameters and readings"), lambda: self.settings(self.see(SETTINGS, annexes))),
        )
        for number, (title, write) in enumerate(chapters):
            self.paper.say(self.say(f"{_NUMBERS[number]}、{title}", f"{number + 1}. {title}"), "Heading1")
            write()
        self.listed(annexes)
        self.signatures()

    def see(self, title: Text, annexes: list[str]) -> str:
        """Return which annex has this title."""
        number = annexes.index(title.to(self.outline.lang)) + 1 if title.to(self.outline.lang) in annexes else 1
        return self.say(f"附件{number}", f"Annex {number}")

    def result(self) -> None:
        one, lang = self.one, self.outline.lang
        found, range_ = one.score.interval, one.grade
        self.paper.say(
            self.say(
                f"按照《{self.document()}》（规则包{one.pack}，版本{one.pack_version}），对{self.name()}"
                f"{self.period()}落实情况进行了自评，事实计至{self.day(one.cut)}。",
                f"{self.name()} was assessed under “{self.document()}” (pack {one.pack}, version {one.pack_version}) "
                f"for {self.period()}, with facts up to {one.cut}.",
            )
        )
        score, span, decided = self.outline.score(found), self.outline.span(found), percent(one.score.decided)
        self.paper.say(
            self.say(
                f"自评得分：{score}。区间：{span}。已判定的事项占计分权重的{decided}。",
                f"Score: {score}. Interval: {span}. {decided} of the weight in the sums is decided.",
            )
        )
        binds = self.outline.text(range_.binding)
        self.paper.say(
            self.say(f"自评等级：{grade(range_, lang)}。", f"Grade: {grade(range_, lang)}.")
            + (self.say(f"制约因素：{binds}。", f" What binds it: {binds}.") if binds else "")
        )
        for rules, zh, en in (
            (range_.capped_by, "底线要求未落实", "Hard duties broken"),
            (range_.may_cap, "底线要求情况不明", "Hard duties unknown"),
        ):
            told = self.outline.titles(rules)
            if told and told.replace("；", "、").replace("; ", ", ") not in binds:
                self.paper.say(self.say(f"{zh}：{told}。", f"{en}: {told}."))
        if one.score.waived is not None:
            without = between(one.score.waived, lang)
            self.paper.say(self.say(f"不计豁免事项的得分：{without}。", f"Score without what is waived: {without}."))
        for name, told in (
            (self.say("核查", "Verified"), self.outline.inspected()),
            (EVIDENCE.to(lang), self.outline.evidenced()),
        ):
            if told:
                self.paper.say(self.say(f"{name}：{told}。", f"{name}: {told}."))
        self.counts()
        self.block(self.table_of(self.outline.sections()))
        self.paper.say("", "Gap")

    def counts(self) -> None:
        """Write how many findings have each outcome."""
        counts = self.one.score.counts
        header = tuple(self.outline.text(OUTCOMES[outcome]) for outcome in OUTCOMES)
        cells = tuple(self.outline.count(outcome)[1] for outcome in OUTCOMES)
        total = sum(counts.values())
        self.paper.say(
            self.say(f"共{total}项，各项结果如下。", f"There are {total} duties, with these outcomes."), "Body"
        )
        self.block(Table((*header, self.say("合计", "all")), (row(*cells, self.say(f"{total} 项", str(total))),)))
        self.paper.say(self.say("各部分得分如下。", "The sections score as follows."))

    def to_mend(self) -> None:
        broken = contents.to_do(self.one)
        if not broken:
            self.paper.say(self.none("没有未达到的事项。", "nothing is not met."))
            return
        self.paper.say(
            self.say(
                f"未达到{len(broken)}项，底线要求在前，其余按扣分由多到少"
                f"{f'，列前{MOST_TOLD}项' if len(broken) > MOST_TOLD else ''}；全部扣分点见附件1。",
                f"{len(broken)} not met: hard duties first, then by the points at stake"
                f"{f'; the first {MOST_TOLD}' if len(broken) > MOST_TOLD else ''}. Annex 1 has every point lost.",
            )
        )
        at_stake = {one.finding.rule: one for one in points_lost(self.one)}
        for number, finding in enumerate(broken[:MOST_TOLD], 1):
            lost = at_stake.get(finding.rule)
            figure = deductions.lost(lost, self.outline) if lost is not None else ""
            self.paper.say(f"{number}. {self.told(finding, figure)}")

    def told(self, finding: Finding, points_: str) -> str:
        """Return what is to be mended in a few sentences."""
        text, say = self.outline.text, self.say
        said = [
            f"{self.outline.named(finding)}{say(f'（{finding.clause}）：', f' ({finding.clause}): ')}"
            f"{_sentence(deductions.reason(finding, self.outline), say('。', '.'))}",
            say(f"扣{points_}分。", f"Points lost: {points_}.") if points_ else "",
            say("整改措施：", "Remedy: ") + _sentence(text(finding.remedy), say("。", ".")),
            say(f"责任单位：{'、'.join(finding.owners)}。", f"Owners: {', '.join(finding.owners)}.")
            if finding.owners
            else "",
            say(f"期限：{self.due(finding)}。", f"Due: {self.due(finding)}.") if finding.next_due else "",
        ]
        return say("", " ").join(part for part in said if part)

    def due(self, finding: Finding) -> str:
        return self.outline.due(finding.next_due).replace(finding.next_due, self.day(finding.next_due), 1)

    def unknown(self, annex: str) -> None:
        number = self.one.score.counts[Outcome.UNKNOWN]
        groups = contents.missing(self.one)
        if not groups:
            self.paper.say(self.none("没有缺少事实的事项。", "no fact is missing."))
            return
        deciding = sum(group.deciding for group in groups)
        told = self.say(
            f"因缺少事实无法判定{number}项，缺少的事实共{len(groups)}类，见{annex}。"
            "空缺不算达到，也不算零，按最不利情形计入最低得分。",
            f"{number} can't be judged, for facts of {len(groups)} kinds are missing ({annex}). "
            "A blank is neither met nor zero; the least score takes the worst case. ",
        )
        if deciding:
            told += self.say(f"其中{deciding}类决定自评等级，应当先行补齐。", f"{deciding} of them decide the grade.")
        self.paper.say(told)

    def compared(self, annex: str) -> None:
        changed = sum(
            rule.contrast.claimed is not rule.contrast.verified
            for one in contents.differences(self.one)
            for rule in one.touched
        )
        self.paper.say(
            self.say(
                f"核查发现与填报不一致{len(self.one.differences)}处，一律以核查结果为准"
                f"{f'，因此改变评定结果{changed}项次' if changed else '，没有改变评定结果'}，见{annex}。",
                f"{len(self.one.differences)} answers were found other than claimed; what was verified decides, and "
                f"changes {changed} outcomes ({annex}).",
            )
        )

    def waivers(self) -> None:
        table = self.table_of(self.outline.waivers())
        if table is None:
            self.paper.say(self.none("没有豁免事项。", "there are none."))
            return
        self.paper.say(
            self.say(
                "豁免不改变评定结果、得分和扣分；不计豁免事项的得分另列。未生效、已过期和没有用上的一并列出。",
                "A waiver changes no outcome, no score and no points lost; the score without what is waived is given "
                "beside. Those that are not applied are listed too.",
            )
        )
        self.block(table)

    def settings(self, annex: str) -> None:
        if not self.one.settings:
            self.paper.say(self.say("文件没有留待填报的参数和口径。", "The document leaves none open."))
            return
        asked = contents.asked(self.one)
        names = self.say("、", ", ").join(self.outline.text(one.title) for one in asked)
        told = self.say(
            f"文件没有写明、由本次填报或者按默认采用的参数和口径共{len(self.one.settings)}项，见{annex}。",
            f"The document leaves {len(self.one.settings)} of them open; {annex} has what is in force. ",
        )
        if asked:
            told += self.say(f"尚未提供：{names}。", f"Not supplied yet: {names}.")
        self.paper.say(told)

    def listed(self, annexes: list[str]) -> None:
        self.paper.say("", "Plain")
        for number, title in enumerate(annexes, 1):
            lead = self.say("附件：" if number == 1 else "　　　", "Annex ")
            self.paper.say(f"{self.say('　　', '')}{lead}{number}. {title}", "Plain")

    def signatures(self) -> None:
        keep, indent = node("keepNext"), node("ind", left=3200)
        self.paper.say("", "Plain", node("keepNext"))
        self.paper.say(self.say("自评单位（盖章）：", "Organisation (seal):"), "Plain", keep, indent)
        blank = node("spacing", before=360)
        self.paper.say(
            self.say("负责人签字：", "Signed by the person in charge:"),
            "Plain",
            node("keepNext"),
            blank,
            node("ind", left=3200),
        )
        day = self.say("日期：　　　　年　　月　　日", "Date:")
        self.paper.say(day, "Plain", node("spacing", before=360), node("ind", left=3200))

    # The annexes

    def annexes(self) -> Iterator[tuple[str, tuple[Block, ...]]]:
        """Yield the annexes that there are, each with its title."""
        out = self.outline
        lost = deductions.table(out)
        none = self.say("没有可以计分的事项。", "Nothing is in the sums.")
        yield (
            deductions.TITLE.to(out.lang),
            (Line(Cell(deductions.basis(out))), lost) if lost is not None else (Line(Cell(none)),),
        )
        yield from self.annex(MISSING.to(out.lang), out.missing())
        yield from self.annex(self.say("未到期的事项", "Not due yet"), out.pending())
        yield from self.annex(self.say("达到的事项", "Met"), out.met())
        yield from self.annex(SETTINGS.to(out.lang), out.settings())
        yield from self.annex(self.say("换一种口径的结果", "Under other readings"), out.alternates())
        yield from self.annex(self.say("各种口径的组合", "Combinations of readings"), out.combinations())
        yield from self.annex(COMPARED.to(out.lang), out.compared())
        yield from self.annex(EVIDENCE.to(out.lang), out.evidence())
        yield from self.annex(self.say("全部事项评定结果", "Every duty"), out.every_rule())
        yield from self.annex(self.say("不单独计分的原文", "Statements that are not scored"), out.unscored())
        yield (
            self.say("计分办法和说明", "How it is scored, and notes"),
            tuple(one for one in (*out.method(), *out.notes()) if not isinstance(one, Heading)),
        )

    def annex(self, title: str, blocks: Iterator[Block]) -> Iterator[tuple[str, tuple[Block, ...]]]:
        """Yield an annex, if it has anything to show."""
        kept = tuple(one for one in blocks if not isinstance(one, Heading))
        if any(isinstance(one, Table) for one in kept):
            yield title, kept

    def block(self, block: Block | None) -> None:
        match block:
            case Line(cell):
                self.paper.say(cell.text, "Small")
            case Bullets(items):
                for cell in items:
                    self.paper.say(f"· {cell.text}", "Small")
            case Table():
                self.paper.table(block, _narrow(block))
            case Pairs(rows):
                for name, cell in rows:
                    self.paper.say(f"{name}{self.say('：', ': ')}{cell.text}", "Small")
            case _:
                return

    def table_of(self, blocks: Iterator[Block]) -> Table | None:
        return next((one for one in blocks if isinstance(one, Table)), None)


def _narrow(table: Table) -> tuple[int, ...]:
    """Return the places of the columns whose texts are all short."""
    return tuple(
        place for place in range(len(table.header)) if all(len(row[place].text) <= NARROW for row in table.rows)
    )


def _sentence(text: str, stop: str) -> str:
    return text if text.endswith(("。", ".", "！")) else f"{text}{stop}"
