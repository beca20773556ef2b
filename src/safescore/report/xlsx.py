"""The self-assessment report as a workbook: sheets to read and filter, and a ledger of actions to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from fractions import Fraction

from safescore.frozen import frozen
from safescore.report import contents, deductions
from safescore.report.labels import OUTCOMES, between, difference, grade, outcome_cell, points
from safescore.report.layout import Layout
from safescore.report.outline import Outline
from safescore.report.page import Block, Bullets, Cell, Table, Tone
from safescore.report.sheets import Book, Entry, Rows, Shown
from safescore.report.visible import clipped
from safescore.results import Assessment, Finding, Points
from safescore.scoring import points_lost
from safescore.words import Lang, Text, percent

NAME = Text(zh="安全生产自评报告", en="Work-safety self-assessment report")
OVERVIEW = Text(zh="总览", en="Overview")
LOST = Text(zh="自评扣分点及原因说明", en="Points lost")
FINDINGS = Text(zh="全部事项", en="Findings")
MISSING = Text(zh="缺少的事实", en="Missing facts")
ACTIONS = Text(zh="整改台账", en="Corrective actions")
SETTINGS = Text(zh="参数和口径", en="Parameters and readings")
OTHERWISE = Text(zh="换一种口径", en="Under other readings")
COMBINED = Text(zh="口径组合", en="Readings combined")
WAIVERS = Text(zh="豁免", en="Waivers")
COMPARED = Text(zh="填报与核查不一致", en="Claimed and verified")
EVIDENCE = Text(zh="佐证材料", en="Evidence")
UNSCORED = Text(zh="不单独计分的原文", en="Not scored")
METHOD = Text(zh="计分办法和摘要", en="Method and digests")
ACTION_IDS = ("clause", "duty", "outcome", "gap", "remedy", "owners", "due", "rule", "organization")
"""The columns of the ledger that are filled in already, by the ids in its hidden first row; the last two are for it."""


def render(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> bytes:
    """Return the report as a workbook."""
    book = Book(lang=lang, title=NAME.to(lang), at=_day(assessments))
    report = _Report(book, tuple(Outline(one, lang) for one in assessments), lang)
    report.overview()
    report.lost()
    report.findings()
    report.missing()
    report.actions()
    report.tables(SETTINGS, Outline.settings)
    report.tables(OTHERWISE, Outline.alternates)
    report.tables(COMBINED, Outline.combinations)
    report.tables(COMPARED, Outline.compared)
    report.tables(WAIVERS, Outline.waivers)
    report.tables(EVIDENCE, Outline.evidence)
    report.tables(UNSCORED, Outline.unscored)
    report.method()
    return book.closed()


def _day(assessments: tuple[Assessment, ...]) -> datetime:
    """Return the day of judgement for the file's properties, which must not know today's."""
    try:
        return datetime.fromisoformat(max(one.as_of for one in assessments)[:10])
    except ValueError:
        return datetime(1980, 1, 1)  # noqa: DTZ001


@frozen
class _Report:
    """Assessments as the sheets of one workbook; where there are several, each row says whose it is."""

    book: Book
    outlines: tuple[Outline, ...]
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def names(self, zh: str, en: str) -> tuple[str, ...]:
        """Return the names of columns, which are written with bars between them."""
        return (*self.whose(self.say("单位", "organisation")), *self.say(zh, en).split("|"))

    def whose(self, name: str) -> tuple[str, ...]:
        return (name,) if len(self.outlines) > 1 else ()

    def rows(self, of: Callable[[Outline], Iterable[tuple[Shown, ...]]]) -> list[tuple[Shown, ...]]:
        return [(*self.whose(_name(out)), *row) for out in self.outlines for row in of(out)]

    def sheet(
        self, title: Text, header: tuple[str, ...], rows: list[tuple[Shown, ...]], note: str = "", printed: int = 0
    ) -> None:
        whose = len(self.whose(""))
        kept = Rows(header=header, rows=rows, frozen=whose, printed=printed and printed + whose)
        self.book.table(title.to(self.lang), kept, note)

    def overview(self) -> None:
        each = [(*self.identity(out), *self.result(out)) for out in self.outlines]
        if len(each) == 1:
            sections = (_rows(one) for one in self.outlines[0].sections() if isinstance(one, Table))
            self.book.pairs(OVERVIEW.to(self.lang), each[0], sections)
            return
        rows = [tuple(value for _, value in _in_a_row(one)) for one in each]
        header = tuple(label for label, _ in _in_a_row(each[0]))
        self.book.table(OVERVIEW.to(self.lang), Rows(header=header, rows=rows, frozen=1, printed=_PRINTED))

    def identity(self, out: Outline) -> Iterator[tuple[str, Shown]]:
        """Yield whom an assessment is about, under which document, for when."""
        one, say = out.assessment, self.say
        yield say("单位", "organisation"), _name(out)
        yield say("依据文件", "document"), out.text(one.pack_title)
        yield say("期间", "period"), clipped(one.period)
        yield say("单位编号", "identifier"), clipped(one.organization.get("id", ""))
        yield say("规则包", "pack"), f"{one.pack} {one.pack_version}"
        yield say("评定日", "as of"), one.as_of
        yield say("事实计至", "counted up to"), one.cut

    def result(self, out: Outline) -> Iterator[tuple[str, Shown]]:
        """Yield what an assessment comes to."""
        one, say = out.assessment, self.say
        found, counts = one.score.interval, one.score.counts
        yield say("得分（至少）", "score (at least)"), points(found.low, self.lang)
        yield say("区间", "between"), between(found, self.lang)
        yield say("等级", "grade"), grade(one.grade, self.lang)
        yield say("制约因素", "what binds it"), out.text(one.grade.binding)
        for outcome, title in OUTCOMES.items():
            yield title.to(self.lang), counts[outcome]
        yield say("其中目前达到", "of these met to date"), len(contents.met_to_date(one))
        yield say("已判定的权重", "weight decided"), percent(one.score.decided)
        yield say("底线未落实", "hard duties broken"), Cell(out.titles(one.grade.capped_by), _tone(one.grade.capped_by))
        yield say("底线情况不明", "hard duties unknown"), out.titles(one.grade.may_cap)
        without = between(one.score.waived, self.lang) if one.score.waived is not None else ""
        yield say("不计豁免事项的得分", "score without what is waived"), without
        yield say("核查", "verified"), Cell(out.inspected(), Tone.DOUBT)
        yield say("佐证", "evidence"), out.evidenced()

    def lost(self) -> None:
        header = self.names(
            "序号|条款|事项|满分|扣分（至少）|扣分（至多）|扣分原因|整改措施|责任单位|期限|编号",
            "no.|clause|duty|full points|lost at least|lost at most|reason|remedy|owners|due|rule",
        )
        rows = self.rows(self.lost_rows)
        self.sheet(LOST, header, rows, deductions.basis(self.outlines[0]) if self.outlines else "")

    def lost_rows(self, out: Outline) -> Iterator[tuple[Shown, ...]]:
        found = deductions.deductions(out)
        if not found.full:
            return
        for number, one in enumerate(found.lost, 1):
            finding = one.finding
            yield (
                number,
                finding.clause,
                Cell(out.named(finding), outcome_cell(finding, self.lang).tone),
                *_figures(one.full, one.least, one.most),
                deductions.reason(finding, out),
                out.text(finding.remedy),
                self.owners(finding),
                finding.next_due,
                finding.rule,
            )
        if found.kept:
            others = self.say(f"其余{found.kept}项（不扣分）", f"the other {found.kept} (nothing lost)")
            yield ("", "", others, *_figures(found.kept_full, Fraction(0), Fraction(0)), *[""] * 5)
        yield ("", "", deductions.total(out), *_figures(found.full, found.least, found.most), *[""] * 5)

    def owners(self, finding: Finding) -> str:
        return self.say("、", ", ").join(finding.owners)

    def findings(self) -> None:
        header = self.names(
            "条款|事项|结果|要求|现状|原因|怎么办|责任单位|期限|底线|权重|得分率（至少）|得分率（至多）|满分|差距|豁免|核查情况|编号|原文",
            "clause|duty|outcome|asked|as it stands|reason|remedy|owners|due|hard|weight|credit, least|"
            "credit, most|full points|gap|waiver|verified|rule|words of the document",
        )
        self.sheet(FINDINGS, header, self.rows(self.finding_rows), printed=9)

    def finding_rows(self, out: Outline) -> Iterator[tuple[Shown, ...]]:
        counted = {one.finding.rule: one for one in points_lost(out.assessment)}
        for one in out.assessment.findings:
            waiver, share = one.waiver, one.contribution
            yield (
                one.clause,
                out.text(one.title),
                outcome_cell(one, self.lang),
                out.text(one.target),
                out.text(one.actual),
                out.text(one.reason),
                out.text(one.remedy),
                self.owners(one),
                one.next_due,
                self.say("是", "yes") if one.hard else "",
                one.weight,
                "" if share.low is None else percent(share.low),
                "" if share.high is None else percent(share.high),
                _full(counted.get(one.rule)),
                out.text(one.gap),
                out.waived(waiver) if waiver is not None else "",
                "\n".join(
                    clipped(difference(other, self.lang)) for other in contents.differences_of(one, out.assessment)
                ),
                one.rule,
                one.anchor,
            )

    def missing(self) -> None:
        header = self.names("缺少的事实|用于判定|决定等级|路径", "missing fact|asked by|decides grade|path")
        self.sheet(MISSING, header, self.rows(self.missing_rows))

    def missing_rows(self, out: Outline) -> Iterator[tuple[Shown, ...]]:
        for group in contents.missing(out.assessment):
            asked = "\n".join(dict.fromkeys(map(out.named, group.findings)))
            decides = Cell(self.say("是", "yes"), Tone.DOUBT) if group.deciding else ""
            for path in group.paths:
                label = out.assessment.labels.get(path)
                yield (clipped(out.text(label) if label is not None else path), asked, decides, clipped(path))

    def actions(self) -> None:
        header = self.say(
            "条款|事项|结果|差距或缺少的事实|怎么办|责任单位|期限|编号|单位编号",
            "clause|duty|outcome|gap or missing fact|remedy|owners|due|rule|identifier",
        ).split("|")
        rows = [row for out in self.outlines for row in self.action_rows(out)]
        note = self.say(
            "黄色单元格由责任单位填写：整改措施、责任人、资金、时限、防范措施须逐项落实；完成后填写完成日期和核验情况交回。"
            "其余内容由自评生成，已锁定。",
            "Fill in the yellow cells: measures, person, money, time and safeguards; when done, the day and who "
            "verified it, and hand the file back. What the assessment wrote is locked.",
        )
        self.book.ledger(
            ACTIONS.to(self.lang), ACTION_IDS, Rows(header=header, rows=rows, frozen=2, printed=7), self.entries(), note
        )

    def action_rows(self, out: Outline) -> Iterator[tuple[Shown, ...]]:
        for one in (*contents.to_do(out.assessment), *contents.unknown(out.assessment)):
            yield (
                one.clause,
                out.named(one),
                outcome_cell(one, self.lang),
                clipped(out.text(one.gap if one.gap is not None else one.reason), deductions.LONGEST),
                out.text(one.remedy),
                self.owners(one),
                one.next_due,
                one.rule,
                clipped(out.assessment.organization.get("id", "")),
            )

    def entries(self) -> dict[str, Entry]:
        """Return the columns of the ledger that are left to be filled in, by their ids."""
        day = self.say("请填写日期，如2022-12-31。", "Enter a date such as 2022-12-31.")
        amount = self.say("请填写金额（元），不小于0。", "Enter an amount in yuan, not below 0.")
        choose = self.say("请从列表中选择。", "Choose from the list.")
        states = self.say("未开始|整改中|已完成|已核验", "not begun|under way|done|verified").split("|")

        def entry(zh: str, en: str, kind: str = "text", width: int = 10, said: str = "") -> Entry:
            return Entry(title=self.say(zh, en), kind=kind, width=width, said=said)

        return {
            "measures": entry("整改措施", "measures", width=22),
            "person": entry("责任人", "person responsible"),
            "funds": entry("资金（元）", "money (yuan)", "amount", 11, amount),
            "planned": entry("计划完成日期", "planned date", "date", 12, day),
            "safeguards": entry("整改期间防范措施", "safeguards until then", width=16),
            "state": Entry(title=self.say("整改状态", "state"), choices=tuple(states), width=9, said=choose),
            "done": entry("实际完成日期", "done on", "date", 12, day),
            "verified_by": entry("核验人", "verified by"),
            "verified": entry("核验日期", "verified on", "date", 12, day),
            "remarks": entry("备注", "remarks", width=12),
        }

    def tables(self, title: Text, of: Callable[[Outline], Iterator[Block]]) -> None:
        """Add a sheet of the tables of every assessment that has one."""
        found = [(out, one) for out in self.outlines for one in of(out) if isinstance(one, Table)]
        if found:
            rows: list[tuple[Shown, ...]] = [(*self.whose(_name(out)), *row) for out, one in found for row in one.rows]
            self.sheet(title, (*self.whose(self.say("单位", "organisation")), *found[0][1].header), rows)

    def method(self) -> None:
        header = self.names("说明", "how it is scored, digests and notes")
        self.sheet(METHOD, header, self.rows(_method))


_NAMED, _IDENTITY, _PRINTED = 3, 7, 13
"""How many of the identity's columns name it, how many it has, and how many columns of an overview are printed."""


def _in_a_row(one: tuple[tuple[str, Shown], ...]) -> tuple[tuple[str, Shown], ...]:
    """Return an overview as a row: what names it, what it comes to, then ids and days."""
    return (*one[:_NAMED], *one[_IDENTITY:], *one[_NAMED:_IDENTITY])


def _method(out: Outline) -> Iterator[tuple[Shown, ...]]:
    for block in (*out.method(), *out.notes()):
        if isinstance(block, Bullets):
            yield from ((cell.text,) for cell in block.items)


def _rows(table: Table) -> Rows:
    return Rows(header=table.header, rows=table.rows)


def _name(out: Outline) -> str:
    return clipped(out.assessment.organization.get("name", ""))


def _tone(rules: tuple[str, ...]) -> Tone:
    return Tone.BAD if rules else Tone.PLAIN


def _figures(*exact: Fraction) -> tuple[float, ...]:
    """Return points as a spreadsheet adds them up; nothing is decided by them."""
    return tuple(float(one) for one in exact)


def _full(one: Points | None) -> Shown:
    return "" if one is None else float(one.full)
