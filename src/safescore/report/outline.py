"""What a gap report says of assessments, in one language; formats only lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safescore.frozen import frozen
from safescore.report import contents
from safescore.report.labels import (
    EFFECTS,
    MARKS,
    NOTHING,
    OUTCOMES,
    SOURCES,
    TONES,
    UNSCORED,
    between,
    credit,
    difference,
    fact_name,
    grade,
    outcome_cell,
    points,
    setting_name,
)
from safescore.report.page import (
    Block,
    Bullets,
    Cell,
    Entry,
    Heading,
    Line,
    Page,
    Pairs,
    Table,
    Title,
    Tone,
    pairs,
    row,
)
from safescore.report.visible import clipped, ending
from safescore.results import Assessment, Combinations, Contribution, Difference, Finding, Interval, Part, Waived
from safescore.standing import Outcome
from safescore.words import Lang, Text, percent, plain

MOST_PARTS = 10
"""How many parts of one finding a report lists before it only counts the rest."""


def page(assessments: tuple[Assessment, ...], lang: Lang) -> Page:
    """Return what a report says: a summary where there are several assessments, then each in full."""
    blocks: list[Block] = []
    if len(assessments) > 1:
        blocks.extend(summary(assessments, lang))
    for one in assessments:
        blocks.extend(Outline(one, lang).blocks())
    return blocks


def finding_rows(finding: Finding, assessment: Assessment, lang: Lang) -> tuple[tuple[str, Cell], ...]:
    """Return all that is to be said of one finding."""
    return Outline(assessment, lang).finding(finding)


def summary(assessments: tuple[Assessment, ...], lang: Lang) -> Iterator[Block]:
    """Yield a table with a line for each assessment."""
    zh = lang == "zh"
    yield Title("各单位得分一览" if zh else "Scores at a glance")
    header = (
        ("单位", "依据", "得分", "区间", "等级", "未达到", "无法判定")
        if zh
        else ("organisation", "document", "score", "between", "grade", "not met", "unknown")
    )
    yield Table(
        header,
        tuple(
            row(
                clipped(one.organization.get("name", "")),
                one.pack,
                points(one.score.interval.low, lang),
                between(one.score.interval, lang),
                grade(one.grade, lang),
                str(one.score.counts[Outcome.NOT_SATISFIED]),
                str(one.score.counts[Outcome.UNKNOWN]),
            )
            for one in assessments
        ),
    )
    yield Line(Cell(""))


@frozen
class Outline:
    """One assessment in one language, in full."""

    assessment: Assessment
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        """Return what stands in the language of the report."""
        return zh if self.lang == "zh" else en

    def table(self, zh: str, en: str, rows: Iterable[tuple[Cell, ...]]) -> Table:
        """Return a table; its header is written with bars between the names."""
        return Table(tuple(self.say(zh, en).split("|")), tuple(rows))

    def text(self, text: Text | None) -> str:
        """Return a text in the language of the report; nothing for None."""
        return text.to(self.lang) if text is not None else ""

    def blocks(self) -> Iterator[Block]:
        """Yield the whole report."""
        yield Title(self.say("安全生产自查评分报告", "Work-safety gap report"))
        yield from self.head()
        yield from self.result()
        yield from self.to_do()
        yield from self.missing()
        yield from self.gaps()
        yield from self.pending()
        yield from self.met()
        yield from self.sections()
        yield from self.settings()
        yield from self.alternates()
        yield from self.combinations()
        yield from self.differences()
        yield from self.waivers()
        yield from self.evidence()
        yield from self.notes()
        yield from self.method()
        yield from self.every_rule()
        yield from self.unscored()

    def head(self) -> Iterator[Block]:
        """Yield whom it is about, under which document, for when."""
        one = self.assessment
        name, id_ = (clipped(one.organization.get(key, "")) for key in ("name", "id"))
        yield Pairs(
            pairs(
                (self.say("单位", "organisation"), f"{name} ({id_})"),
                (self.say("依据", "document"), f"{self.text(one.pack_title)} ({one.pack}, {one.pack_version})"),
                (self.say("期间", "period"), clipped(one.period)),
                (
                    self.say("评定日", "as of"),
                    one.as_of
                    if one.as_of == one.cut
                    else self.say(f"{one.as_of}（计至{one.cut}）", f"{one.as_of} (counted up to {one.cut})"),
                ),
            )
        )

    def result(self) -> Iterator[Block]:
        """Yield score, grade, what binds them, and the counts."""
        one = self.assessment
        found, range_ = one.score.interval, one.grade
        yield Heading(self.say("结论", "Result"))
        score = Cell(self.score(found))
        waived = one.score.waived
        yield Pairs(
            pairs(
                (self.say("得分", "score"), score),
                (self.say("区间", "interval"), self.span(found)),
                (self.say("等级", "grade"), grade(range_, self.lang)),
                (self.say("制约因素", "what binds it"), self.text(range_.binding)),
                (
                    self.say("底线未落实", "hard duties broken"),
                    Cell(self.titles(range_.capped_by), Tone.BAD),
                ),
                (
                    self.say("底线情况不明", "hard duties unknown"),
                    Cell(self.titles(range_.may_cap), Tone.DOUBT),
                ),
                (
                    self.say("已判定", "decided"),
                    self.say(
                        f"计分权重的{percent(one.score.decided)}",
                        f"{percent(one.score.decided)} of the weight in the sums",
                    ),
                ),
                (
                    self.say("不计豁免事项", "waivers left out"),
                    f"{self.score(waived)}{self.say('；区间 ', '; interval ')}{between(waived, self.lang)}"
                    if waived is not None
                    else "",
                ),
                (self.say("核查", "verified"), Cell(self.inspected(), Tone.DOUBT)),
                (self.say("佐证", "evidence"), self.evidenced()),
            )
        )
        yield Line(Cell(""))
        yield Pairs(tuple(self.count(outcome) for outcome in OUTCOMES))

    def inspected(self) -> str:
        """Return how many answers were found other than claimed; nothing where none was."""
        number = len(self.assessment.differences)
        if not number:
            return ""
        return self.say(
            f"与核查不一致 {number} 处，以核查结果为准",
            f"{number} {'difference' if number == 1 else 'differences'} from what was verified, which decides",
        )

    def evidenced(self) -> str:
        """Return whether evidence is required, and what it comes to; nothing where there is none and none is asked."""
        one = self.assessment
        files = len({file.path for file in one.evidence})
        if one.evidence_required:
            number = len(contents.unproven(one))
            return self.say(
                f"要求佐证，已附文件 {files} 份；佐证不全 {number} 项，其填报只计入最高得分",
                f"required, files: {files}; not fully evidenced: {number}, where the claim counts for the greatest "
                "score only",
            )
        return self.say(f"不要求佐证，已附文件 {files} 份", f"not required, files: {files}") if files else ""

    def score(self, found: Interval) -> str:
        """Return the headline of an interval: the least score."""
        if found.low is None:
            return self.say("没有得分：没有可以计分的事项", "no score: nothing is in the sums")
        shown = points(found.low, self.lang)
        if found.low == found.high and found.certain:
            return self.say(f"{shown} 分（满分100）", f"{shown} of 100")
        return self.say(f"至少 {shown} 分（满分100）", f"at least {shown} of 100")

    def span(self, found: Interval) -> str:
        """Return an interval, and whether it is decided."""
        if found.low is None:
            return self.say("无", "none")
        shown = between(found, self.lang)
        if not found.certain:
            return self.say(
                f"{shown}；补齐缺少的事实后也可能没有可计分的事项",
                f"{shown}; with the missing facts there may also be nothing to score",
            )
        if found.low == found.high:
            return self.say(f"{shown}（已确定）", f"{shown} (decided)")
        return self.say(
            f"{shown}（缺少的事实补齐后，得分必在其中）", f"{shown} (whatever the missing facts turn out to be)"
        )

    def count(self, outcome: Outcome) -> tuple[str, Cell]:
        """Return how many findings have an outcome."""
        number = self.assessment.score.counts[outcome]
        shown = self.say(f"{number} 项", f"{number}")
        so_far = sum(finding.to_date for finding in self.assessment.of(outcome))
        if so_far:
            shown += self.say(f"（其中目前达到 {so_far} 项）", f" (of these met to date: {so_far})")
        return f"{MARKS[outcome]} {self.text(OUTCOMES[outcome])}", Cell(shown, TONES[outcome] if number else Tone.FAINT)

    def titles(self, rules: tuple[str, ...]) -> str:
        """Return what rules are called; the id of one that is not shown."""
        by_rule = {finding.rule: self.text(finding.title) for finding in self.assessment.findings}
        return self.say("；", "; ").join(by_rule.get(rule, rule) for rule in rules)

    def to_do(self) -> Iterator[Block]:
        """Yield what is not met, in full, the most urgent first."""
        broken = contents.to_do(self.assessment)
        yield Heading(self.say("先做什么", "What to do first"))
        if not broken:
            if not self.assessment.score.counts[Outcome.NOT_SATISFIED]:
                yield Line(Cell(self.say("没有未达到的事项。", "Nothing is not met."), Tone.GOOD))
            return
        yield Line(
            Cell(self.say("底线要求在前，其余按可得的分由多到少。", "Hard duties first, then by the points at stake."))
        )
        for number, finding in enumerate(broken, 1):
            yield Entry(Cell(f"{number}. {self.named(finding)}", Tone.BAD), self.finding(finding))

    def named(self, finding: Finding) -> str:
        """Return what a finding is called; a hard one says so."""
        hard = self.say("［底线］", "[hard] ") if finding.hard else ""
        return f"{hard}{self.text(finding.title)}"

    def finding(self, finding: Finding) -> tuple[tuple[str, Cell], ...]:
        """Return all that is to be said of one finding."""
        waiver = finding.waiver
        shown_gap = self.text(finding.gap)
        return pairs(
            (self.say("结果", "outcome"), outcome_cell(finding, self.lang)),
            (
                self.say("按填报", "as claimed"),
                self.text(OUTCOMES[finding.evidenced.claimed.outcome]) if finding.evidenced is not None else "",
            ),
            (self.say("要求", "asked"), self.text(finding.target)),
            (self.say("现状", "as it stands"), self.text(finding.actual)),
            (self.say("差距", "gap"), Cell(shown_gap, Tone.BAD)),
            (self.say("原因", "reason"), "" if self.text(finding.reason) == shown_gap else self.text(finding.reason)),
            (self.say("怎么办", "remedy"), self.text(finding.remedy)),
            (self.say("责任单位", "owners"), self.say("、", ", ").join(finding.owners)),
            (self.say("期限", "due"), self.due(finding.next_due)),
            (self.say("具体", "in detail"), "\n".join(self.parts(finding))),
            (self.say("缺少", "missing"), self.grouped(finding.missing)),
            (
                self.say("条款", "clause"),
                self.say(f"{finding.clause}：{finding.anchor}", f"{finding.clause}: {finding.anchor}"),
            ),
            (self.say("权重", "weight"), self.weight(finding)),
            (self.say("编号", "rule"), finding.rule),
            (
                self.say("事实", "facts"),
                "\n".join(f"{clipped(one.fact)}  {ending(one.at)}".rstrip() for one in finding.places),
            ),
            (
                self.say("豁免", "waiver"),
                self.waived(waiver) if waiver is not None else "",
            ),
            (
                self.say("核查情况", "verified"),
                "\n".join(
                    clipped(difference(one, self.lang), 200)
                    for one in contents.differences_of(finding, self.assessment)
                ),
            ),
            (self.say("说明", "note"), self.text(finding.note)),
        )

    def weight(self, finding: Finding) -> str:
        """Return a finding's weight and credit."""
        share = credit(finding.contribution, self.lang)
        return self.say(f"{finding.weight}，得分率 {share}", f"{finding.weight}, credit {share}")

    def due(self, day: str) -> str:
        """Return a due day; one that has come says so."""
        return f"{day}{self.say('（已到期）', ' (has come)')}" if contents.has_come(day, self.assessment) else day

    def parts(self, finding: Finding) -> Iterator[str]:
        """Yield the parts of a finding that are to be told, up to a number of them."""
        told = contents.parts_to_tell(finding)
        for one in told[:MOST_PARTS]:
            yield self.part(one)
        if len(told) > MOST_PARTS:
            more = len(told) - MOST_PARTS
            yield self.say(f"另有 {more} 项", f"and {more} more")

    def part(self, one: Part) -> str:
        """Return one part of a finding on a line."""
        subject = self.text(one.title) if one.title is not None else one.subject
        window = self.text(one.window_title) if one.window_title is not None else one.window
        named = clipped(" ".join(word for word in (subject, window) if word))
        what = self.say("、", ", ").join(name.to(self.lang) for name in one.names)
        said = [f"{MARKS[one.outcome]} {named}", self.text(OUTCOMES[one.outcome])]
        if what:
            said.append(clipped(what))
        if one.short > 1 and one.outcome is Outcome.NOT_SATISFIED:
            said.append(self.say(f"缺 {one.short}", f"{one.short} short"))
        if one.due:
            said.append(self.say(f"期限 {self.due(one.due)}", f"due {self.due(one.due)}"))
        said.extend(ending(place.at) for place in one.places[:1] if place.at)
        return self.say("，", ", ").join(said)

    def missing(self) -> Iterator[Block]:
        """Yield the facts that are missing, and what asks for them."""
        groups = contents.missing(self.assessment)
        yield Heading(self.say("缺什么", "What is missing"))
        if not groups and contents.in_part(self.assessment):
            yield Line(Cell(self.say("所列事项不缺事实。", "No fact is missing for what is shown."), Tone.GOOD))
            return
        if not groups:
            yield Line(Cell(self.say("不缺事实。", "No fact is missing."), Tone.GOOD))
            return
        told = self.say(
            "空缺不算达到，也不算零；补齐后得分只会在上述区间内变化。",
            "A blank is neither met nor zero; with these facts the score moves within its interval.",
        )
        yield Line(Cell(told))
        rows = []
        for group in groups:
            rules = dict.fromkeys(map(self.named, group.findings))
            mark = Cell(self.say("是", "yes"), Tone.DOUBT) if group.deciding else Cell("")
            cells = row(self.grouped(group.paths), "\n".join(rules), mark)
            rows.append(cells if self.assessment.grade.deciding else cells[:-1])
        marked = ("|决定等级", "|decides grade") if self.assessment.grade.deciding else ("", "")
        yield self.table(f"缺少的事实|用于判定{marked[0]}", f"missing fact|asked by{marked[1]}", rows)

    def grouped(self, paths: tuple[str, ...]) -> str:
        """Return facts on lines, those of one register together."""
        return "\n".join(clipped(self.facts(*group)) for group in contents.grouped(paths).items())

    def facts(self, pattern: str, paths: tuple[str, ...]) -> str:
        """Return facts that share a pattern on one line."""
        if len(paths) == 1:
            return fact_name(paths[0], self.assessment, self.lang)
        return f"{pattern} {self.say(f'共 {len(paths)} 处', f'in {len(paths)} places')}: {paths[0]} …"

    def gaps(self) -> Iterator[Block]:
        """Yield what is not met, by clause."""
        rows = tuple(
            row(
                finding.clause,
                self.named(finding),
                self.text(finding.target),
                self.text(finding.actual),
                Cell(self.text(finding.gap), Tone.BAD),
            )
            for finding in contents.gaps(self.assessment)
        )
        if rows:
            yield Heading(self.say("差距（按条款）", "Gaps by clause"))
            yield self.table(
                "条款|事项|要求|现状|差距",
                "clause|duty|asked|as it stands|gap",
                rows,
            )

    def pending(self) -> Iterator[Block]:
        """Yield what is not due yet, by due day."""
        waiting = contents.pending(self.assessment)
        if waiting:
            yield Heading(self.say("未到期", "Not due yet"))
            yield self.table(
                "期限|条款|事项|要求|目前",
                "due|clause|duty|asked|to date",
                tuple(
                    row(
                        one.next_due,
                        one.clause,
                        self.named(one),
                        self.text(one.target),
                        self.text(one.actual),
                    )
                    for one in waiting
                ),
            )

    def met(self) -> Iterator[Block]:
        """Yield how much is met, and what is met only so far."""
        kept, so_far = contents.met(self.assessment), contents.met_to_date(self.assessment)
        free = self.assessment.score.counts[Outcome.NOT_APPLICABLE]
        yield Heading(self.say("已达到", "Met"))
        yield Line(
            Cell(
                self.say(
                    f"达到 {len(kept)} 项，其中目前达到 {len(so_far)} 项；不适用 {free} 项。全部事项见后表。",
                    f"{len(kept)} met, {len(so_far)} of them to date; {free} not applicable. "
                    "Every duty is in the table below.",
                )
            )
        )
        if so_far:
            yield self.table(
                "目前达到|现状|下次到期",
                "met to date|as it stands|next due",
                tuple(row(self.named(one), self.text(one.actual), one.next_due) for one in so_far),
            )

    def sections(self) -> Iterator[Block]:
        """Yield the score of each section."""
        yield Heading(self.say("各部分得分", "Score by section"))
        yield self.table(
            "部分|计分权重|得分（至少）|区间",
            "section|weight in the sums|score (at least)|between",
            tuple(
                row(
                    one.clause,
                    str(one.weight),
                    points(one.interval.low, self.lang),
                    between(one.interval, self.lang),
                )
                for one in self.assessment.score.sections
            ),
        )

    def settings(self) -> Iterator[Block]:
        """Yield the parameters and readings in force."""
        settings = self.assessment.settings
        if not settings:
            return
        yield Heading(self.say("参数与口径", "Parameters and readings in force"))
        asked = contents.asked(self.assessment)
        if asked:
            names = self.say("、", ", ").join(setting_name(one, self.lang) for one in asked)
            yield Line(Cell(self.say(f"请提供：{names}", f"Please supply: {names}"), Tone.DOUBT))
        yield self.table(
            "参数或口径|采用|来源|说明",
            "parameter or reading|in force|from|note",
            tuple(
                row(
                    setting_name(one, self.lang),
                    clipped(one.value if one.chosen is None else one.chosen.to(self.lang)),
                    Cell(self.text(SOURCES[one.source]), Tone.DOUBT if one in asked else Tone.PLAIN),
                    self.text(one.note),
                )
                for one in settings
            ),
        )

    def alternates(self) -> Iterator[Block]:
        """Yield what would be otherwise under another reading."""
        rows = []
        for one in contents.alternates(self.assessment):
            other = one.alternate
            name = self.text(one.setting.title) if one.setting is not None else other.reading
            rows.append(
                row(
                    self.named(one.finding),
                    outcome_cell(one.finding, self.lang),
                    f"{name}: {other.title.to(self.lang)}",
                    Cell(self.text(OUTCOMES[other.outcome]), TONES[other.outcome]),
                    credit(Contribution(low=other.low, high=other.high, out=False), self.lang),
                )
            )
        if rows:
            yield Heading(self.say("换一种口径", "Under other readings"))
            yield self.table(
                "事项|现结果|如果口径为|则为|得分率",
                "duty|outcome now|if the reading were|then|credit",
                rows,
            )

    def combinations(self) -> Iterator[Block]:
        """Yield the combinations of readings that change an outcome or the grade, where they were asked for."""
        found = self.assessment.combinations
        if found is None:
            return
        yield Heading(self.say("各种口径的组合", "Combinations of readings"))
        yield Line(Cell(self.ways(found)))
        if not found.told:
            yield Line(
                Cell(self.say("没有哪种组合改变结果或等级。", "None changes an outcome or the grade."), Tone.GOOD)
            )
            return
        by_rule = {one.rule: one for one in self.assessment.findings}
        rows = []
        for one in found.told:
            turned = (
                f"{self.named(by_rule[turn.rule]) if turn.rule in by_rule else turn.rule}{self.say('：', ': ')}"
                f"{self.text(OUTCOMES[turn.before])} → {self.text(OUTCOMES[turn.after])}"
                for turn in one.turned
            )
            rows.append(
                row(
                    "\n".join(
                        f"{self.text(pick.title)}{self.say('：', ': ')}{self.text(pick.chosen)}" for pick in one.choices
                    ),
                    "\n".join(turned) or self.say("（无）", "(none)"),
                    between(one.interval, self.lang),
                    self.grades(one.low, one.high),
                )
            )
        yield self.table("如果口径为|结果改变|得分|等级", "if the readings were|outcomes that turn|score|grade", rows)

    def ways(self, found: Combinations) -> str:
        """Return in sentences how many combinations were assessed, and what the score and grade are under all."""
        number, deciding = len(found.readings), len(found.deciding)
        said = self.say(
            f"与本单位有关的口径{number}个，其中{deciding}个影响判定",
            f"Readings that concern the organisation: {number}, of which {deciding} decide how a duty stands",
        )
        titles = {one.id: one.title for one in self.assessment.settings}
        names = self.say("、", ", ").join(self.text(titles[one]) if one in titles else one for one in found.deciding)
        if names:
            said += self.say(f"（{names}）", f" ({names})")
        left = found.of - found.evaluated
        if left:
            said += self.say(
                f"。共{found.of}种组合，算了其中改动最少的{found.evaluated}种，其余{left}种没有算",
                f". Of {found.of} combinations the {found.evaluated} with the fewest changes were assessed, the other "
                f"{left} were not",
            )
        else:
            said += self.say(f"。共{found.of}种组合，全部算过", f". All {found.of} combinations were assessed")
        return said + self.say(
            f"：得分{between(found.interval, 'zh')}，等级{self.grades(found.low, found.high)}。",
            f": score {between(found.interval, 'en')}, grade {self.grades(found.low, found.high)}.",
        )

    def grades(self, low: str | None, high: str | None) -> str:
        """Return grades by their ids, from the worst to the best."""
        titles = {id_: self.text(title) for id_, title, _ in self.assessment.grades}
        if low is None or high is None:
            return self.text(NOTHING)
        both = self.say(f"{titles[low]}至{titles[high]}", f"{titles[low]} to {titles[high]}")
        return titles[low] if low == high else both

    def differences(self) -> Iterator[Block]:
        """Yield what was verified otherwise than claimed, and what it changed."""
        found = contents.differences(self.assessment)
        if not found:
            return
        yield Heading(self.say("填报与核查不一致", "Claimed and verified"))
        yield Line(Cell(self.say("以核查结果为准。", "What was verified decides.")))
        for number, differing in enumerate(found, 1):
            one = differing.difference
            yield Entry(
                Cell(f"{number}. {clipped(self.text(one.label))}", Tone.DOUBT),
                pairs(
                    (self.say("填报", "claimed"), clipped(self.text(one.claimed))),
                    (self.say("核查", "verified"), Cell(clipped(self.text(one.verified)), Tone.DOUBT)),
                    (self.say("核查单位", "by"), clipped(f"{one.by} {one.on}")),
                    (self.say("涉及事项", "duties"), "\n".join(map(self.contrast, differing.touched))),
                    (self.say("所在位置", "where"), self.places(one)),
                ),
            )

    def compared(self) -> Iterator[Block]:
        """Yield what was verified otherwise than claimed as a table, for formats that are wide enough for it."""
        found = contents.differences(self.assessment)
        if not found:
            return
        yield Heading(self.say("填报与核查不一致", "Claimed and verified"))
        yield Line(Cell(self.say("以核查结果为准。", "What was verified decides.")))
        yield self.table(
            "事实|填报|核查|核查单位和日期|涉及事项|所在位置",
            "fact|claimed|verified|by and on|duties|where",
            (
                row(
                    clipped(self.text(one.difference.label)),
                    clipped(self.text(one.difference.claimed)),
                    Cell(clipped(self.text(one.difference.verified)), Tone.DOUBT),
                    f"{clipped(one.difference.by)}\n{one.difference.on}",
                    "\n".join(map(self.contrast, one.touched)),
                    self.places(one.difference),
                )
                for one in found
            ),
        )

    def places(self, one: Difference) -> str:
        """Return where the claimed and the verified answer are written, on lines."""
        return "\n".join(f"{clipped(place.fact)}  {ending(place.at)}".rstrip() for place in one.places)

    def contrast(self, touched: contents.Touched) -> str:
        """Return how a duty stands as claimed, and as verified."""
        one = touched.contrast
        name = self.named(touched.finding) if touched.finding is not None else one.rule
        first, then = self.text(OUTCOMES[one.claimed]), self.text(OUTCOMES[one.verified])
        if one.claimed is one.verified:
            return self.say(f"{name}：{then}（不变）", f"{name}: {then} either way")
        return self.say(f"{name}：按填报{first}，按核查{then}", f"{name}: {first} as claimed, {then} as verified")

    def evidence(self) -> Iterator[Block]:
        """Yield the files that bear answers out."""
        rows = tuple(
            row(self.text(one.label), clipped(one.path), one.date, clipped(one.note))
            for one in self.assessment.evidence
        )
        if rows:
            yield Heading(self.say("佐证材料", "Evidence"))
            yield self.table("事实|文件|日期|说明", "fact|file|date|note", rows)

    def waivers(self) -> Iterator[Block]:
        """Yield every waiver with what became of it."""
        rows = tuple(
            row(
                self.named(one.finding) if one.finding is not None else one.use.rule,
                Cell(self.text(OUTCOMES[one.use.outcome]), TONES[one.use.outcome]),
                clipped(one.use.waiver.reason),
                clipped(one.use.waiver.approver),
                self.term(one.use.waiver),
                self.text(EFFECTS[one.use.effect]),
            )
            for one in contents.waivers(self.assessment)
        )
        if rows:
            yield Heading(self.say("豁免", "Waivers"))
            yield self.table(
                "事项|原结果|理由|批准|有效期|是否计入",
                "duty|raw outcome|reason|approved by|in force|applied",
                rows,
            )

    def waived(self, waiver: Waived) -> str:
        """Return a waiver on one line: why, by whom, and from when to when."""
        return clipped(self.say("，", ", ").join((waiver.reason, waiver.approver, self.term(waiver))))

    def term(self, waiver: Waived) -> str:
        """Return from when to when a waiver is in force."""
        from_ = self.say(waiver.from_, f"from {waiver.from_} ") if waiver.from_ else ""
        return f"{from_}{self.say(f'至{waiver.until}', f'until {waiver.until}')}"

    def notes(self) -> Iterator[Block]:
        """Yield the notes of the assessment and of its findings."""
        notes = [Cell(clipped(self.text(one), 300)) for one in self.assessment.notes]
        notes.extend(Cell(f"{self.text(one.title)}: {self.text(one.note)}") for one in contents.noted(self.assessment))
        if notes:
            yield Heading(self.say("说明", "Notes"))
            yield Bullets(tuple(notes))

    def every_rule(self) -> Iterator[Block]:
        """Yield every duty with its outcome and reason."""
        yield Heading(self.say("全部事项", "Every duty"))
        yield self.table(
            "条款|事项|结果|权重|得分率|原因",
            "clause|duty|outcome|weight|credit|reason",
            tuple(
                row(
                    one.clause,
                    f"{self.named(one)}\n{one.rule.removeprefix(f'{self.assessment.pack}.')}",
                    outcome_cell(one, self.lang),
                    str(one.weight),
                    credit(one.contribution, self.lang),
                    clipped(self.text(one.reason), 200),
                )
                for one in self.assessment.findings
            ),
        )

    def unscored(self) -> Iterator[Block]:
        """Yield the statements that are not scored by themselves."""
        rows = tuple(row(one.clause, one.anchor, self.excuse(one)) for one in contents.unscored(self.assessment))
        if rows:
            yield Heading(self.say("不单独计分的原文", "Statements that are not scored by themselves"))
            yield self.table(
                "条款|原文|原因",
                "clause|statement|why",
                rows,
            )

    def excuse(self, one: contents.Unscored) -> str:
        """Return why a statement is not scored by itself."""
        if one.restates is None:
            return self.text(UNSCORED[one.reason]) if one.reason in UNSCORED else one.reason
        if one.finding is None:
            restated = one.restates.removeprefix(f"{self.assessment.pack}.")
            return self.say(f"与{restated}重复", f"restates {restated}")
        title, outcome = self.text(one.finding.title), outcome_cell(one.finding, self.lang).text
        return self.say(f"与“{title}”重复：{outcome}", f"restates {title}: {outcome}")

    def method(self) -> Iterator[Block]:
        """Yield how the score is made, and from what."""
        one = self.assessment
        weights, models = one.score.weights, one.score.models
        bands = self.say("，", ", ").join(f"{title.to(self.lang)} ≥ {plain(least)}" for _, title, least in one.grades)
        others = self.say("；", "; ").join(f"{name} {between(found, self.lang)}" for name, found in models.items())
        yield Heading(self.say("如何计分", "How it is scored"))
        yield Bullets(
            tuple(
                Cell(line)
                for line in (
                    self.say(
                        "得分＝Σ权重×得分率÷Σ权重；不适用和未到期的事项不进入计算。显示时四舍五入，判定用精确值。",
                        "score = sum of weight x credit / sum of weight; what is not applicable or not due yet is out "
                        "of both sums. Figures are rounded for display only, never to decide.",
                    ),
                    self.say(
                        f"文件没有给出权重，采用内部规则：底线{weights.get('hard')}，"
                        f"定量{weights.get('quantitative')}，定性{weights.get('qualitative')}；个别事项另行规定。",
                        "The document prints no weights; the house policy is: "
                        f"hard {weights.get('hard')}, quantitative {weights.get('quantitative')}, "
                        f"qualitative {weights.get('qualitative')}, unless a duty has its own.",
                    ),
                    self.say(
                        f"等级（分）：{bands}；底线要求未落实的，等级受限。",
                        f"grades (points): {bands}; a broken hard duty caps the grade.",
                    ),
                    self.say(f"其他算法（对照）：{others}", f"other models, for comparison: {others}"),
                    self.say(f"依据摘要 {one.digests.pack}", f"digest of the pack {one.digests.pack}"),
                    self.say(f"事实摘要 {one.digests.facts}", f"digest of the facts {one.digests.facts}"),
                    f"safescore {one.digests.version}",
                )
            )
        )
