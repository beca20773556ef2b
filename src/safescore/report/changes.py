"""What changed between two assessments: as text, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from safescore.comparing import REST, Cause, Comparison, Moved, PackChange, Ruled
from safescore.frozen import frozen
from safescore.report.labels import OUTCOMES, TO_DATE, TONES, credit, points
from safescore.report.layout import Layout
from safescore.report.markdown import laid_out as as_markdown
from safescore.report.page import (
    Block,
    Bullets,
    Cell,
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
from safescore.report.visible import clipped
from safescore.results import Contribution, Interval
from safescore.snapshot import Figure, Grade, Snapshot
from safescore.snapshot import Line as Standing
from safescore.standing import Outcome
from safescore.version import VERSION
from safescore.words import Lang, Text, percent, rounded

SCHEMA = {"name": "safescore-diff", "version": "1.0"}
PLACES = 2
MOST = 600
"""How many characters of one note are shown before the rest is only counted."""
CAUSES: Mapping[Cause, Text] = {
    Cause.FACTS: Text(zh="填报事实", en="facts"),
    Cause.PACK: Text(zh="规则包", en="pack"),
    Cause.WAIVERS: Text(zh="豁免", en="waivers"),
    Cause.READINGS: Text(zh="参数与口径", en="parameters and readings"),
    Cause.TIME: Text(zh="时间推移", en="passing of time"),
}
FIGURES: Mapping[Figure, Text] = {
    Figure.LOW: Text(zh="最低得分", en="least score"),
    Figure.HIGH: Text(zh="最高得分", en="greatest score"),
    Figure.WAIVED_LOW: Text(zh="最低得分（不计豁免事项）", en="least score without what is waived"),
    Figure.WAIVED_HIGH: Text(zh="最高得分（不计豁免事项）", en="greatest score without what is waived"),
}
PARTS: Mapping[str, Text] = {
    "clause": Text(zh="条款", en="clause"),
    "anchor": Text(zh="原文", en="anchor"),
    "title": Text(zh="名称", en="title"),
    "roles": Text(zh="承担者", en="roles"),
    "measure": Text(zh="判定方式", en="measure"),
    "remedy": Text(zh="措施", en="remedy"),
    "applies": Text(zh="适用条件", en="conditions"),
    "owners": Text(zh="责任单位", en="owners"),
    "hard": Text(zh="底线要求", en="hard"),
    "weight": Text(zh="权重", en="weight"),
    "note": Text(zh="说明", en="note"),
    "readings": Text(zh="口径", en="readings"),
    "kind": Text(zh="判定方式", en="measure"),
    "weights": Text(zh="权重办法", en="weights"),
    "grades": Text(zh="等级划分", en="grades"),
    "period": Text(zh="适用期", en="period"),
    "parameters": Text(zh="参数与口径", en="parameters and readings"),
    "clauses": Text(zh="条款目录", en="clauses"),
    "version": Text(zh="版本号", en="version"),
    "binds_from": Text(zh="起算日", en="day from which it binds"),
}
ABSENT = Text(zh="无此项", en="no such rule")
_RANK = (Outcome.NOT_APPLICABLE, Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.PENDING, Outcome.SATISFIED)


def render(
    comparisons: tuple[Comparison, ...],
    format: str,  # noqa: A002
    lang: Lang,
    layout: Layout | None = None,
) -> str:
    """Return comparisons in a format and a language. Raises ValueError if there is no such format."""
    if format not in FORMATS:
        message = f"there is no format {format!r}; there are: {', '.join(FORMATS)}"
        raise ValueError(message)
    return FORMATS[format](comparisons, lang, layout or Layout())


def _text(comparisons: tuple[Comparison, ...], lang: Lang, layout: Layout) -> str:
    from safescore.report.text import laid_out

    return laid_out(page(comparisons, lang), layout)


def _markdown(comparisons: tuple[Comparison, ...], lang: Lang, _: Layout) -> str:
    return as_markdown(page(comparisons, lang))


def _json(comparisons: tuple[Comparison, ...], lang: Lang, _: Layout) -> str:
    from safescore.report.json import written

    return written(
        {
            "schema": SCHEMA,
            "tool": {"name": "safescore", "version": VERSION},
            "lang": lang,
            "comparisons": [_content(one, lang) for one in comparisons],
        }
    )


FORMATS: Mapping[str, Callable[[tuple[Comparison, ...], Lang, Layout], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
}
"""The formats, by the names that the command gives them."""


def page(comparisons: tuple[Comparison, ...], lang: Lang) -> Page:
    """Return what changed, block by block."""
    return [block for one in comparisons for block in _Changes(one, lang).blocks()]


def signed(change: Fraction | None, places: int = PLACES) -> str:
    """Return a change of a score in points of a hundred, with its sign; what would round to nothing says so."""
    if change is None:
        return "—"
    shown = rounded(abs(change) * 100, places)
    if not change:
        return shown
    sign = "+" if change > 0 else "-"
    nothing = not shown.strip("0.")
    return f"{sign}<{rounded(Fraction(1, 10**places), places)}" if nothing else f"{sign}{shown}"


def tone(change: Fraction | None) -> Tone:
    """Return how a change of a score is meant."""
    return Tone.PLAIN if not change else Tone.GOOD if change > 0 else Tone.BAD


def grade(one: Grade, lang: Lang) -> str:
    """Return the grade of a snapshot, or the range of its grades."""
    if one.low_title is None or one.high_title is None:
        return "无" if lang == "zh" else "none"
    low, high = one.low_title.to(lang), one.high_title.to(lang)
    if one.low == one.high:
        return low
    return f"{low}至{high}（尚未确定）" if lang == "zh" else f"{low} to {high} (not decided yet)"


@frozen
class _Changes:
    """One comparison in one language."""

    one: Comparison
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def text(self, text: Text) -> str:
        return text.to(self.lang)

    def joined(self, texts: tuple[Text, ...]) -> str:
        return self.say("；", "; ").join(map(self.text, texts))

    def blocks(self) -> Iterator[Block]:
        yield from self.head()
        yield from self.message()
        yield from self.causes()
        yield from self.rules()
        yield from self.pack()
        yield from self.facts()
        yield from self.notes()

    def head(self) -> Iterator[Block]:
        before, after = self.one.before, self.one.after
        yield Title(self.say("前后对比", "What changed"))
        own = after.organization
        version = after.pack_version
        if before.pack_version != version:
            version = f"{before.pack_version} → {version}"
        figures = [(self.text(FIGURES[name]), self.moved(moved)) for name, moved in self.one.figures.items()]
        yield Pairs(
            pairs(
                (self.say("单位", "organisation"), f"{clipped(own['name'])} ({clipped(own['id'])})"),
                (self.say("依据", "document"), f"{self.text(after.pack_title)} ({after.pack} {version})"),
                (self.say("之前", "before"), self.side(before)),
                (self.say("之后", "after"), self.side(after)),
                *figures,
                (self.say("等级", "grade"), self.grades()),
                (self.say("各项", "duties"), self.counts()),
            )
        )

    def side(self, one: Snapshot) -> str:
        when = self.say(f"{clipped(one.period)}，评定日 {one.as_of}", f"{clipped(one.period)}, as of {one.as_of}")
        return f"{when} ({clipped(one.source)})" if one.source else when

    def moved(self, moved: Moved) -> Cell:
        before, after = (points(one, self.lang) for one in (moved.before, moved.after))
        if moved.change is None:
            return Cell(f"{before} → {after}")
        return Cell(f"{before} → {after} ({signed(moved.change)})", tone(moved.change))

    def grades(self) -> str:
        before, after = (grade(one.grade, self.lang) for one in (self.one.before, self.one.after))
        return before if before == after else f"{before} → {after}"

    def counts(self) -> str:
        before, after = self.one.before.counts, self.one.after.counts
        return self.say("，", ", ").join(
            f"{self.text(said)} {before[outcome]}"
            + (f" → {after[outcome]}" if before[outcome] != after[outcome] else "")
            for outcome, said in OUTCOMES.items()
        )

    def message(self) -> Iterator[Block]:
        one = self.one
        if one.only_the_pack:
            what = (
                Text(zh="得分", en="The score moved")
                if any(moved.change for moved in one.figures.values())
                else Text(zh="结果", en="Outcomes moved")
            )
            yield Heading(self.say("注意：只因规则包不同", "Mind: only the pack did this"))
            said = self.say(
                f"{what.zh}变化只因规则包不同：同样的填报，换了规则包就得出另一个{what.zh}。"
                "这是不兼容的改动，前后不能直接比较。",
                f"{what.en} only because the pack did: under it the same facts come to something else. "
                "That is a breaking change; before and after can't be compared as they stand.",
            )
            yield Line(Cell(said, Tone.BAD))
        elif one.same:
            yield Heading(self.say("没有变化", "Nothing moved"))
            yield Line(
                Cell(
                    self.say(
                        "各项结果、得分和等级都与之前相同。", "Every outcome, the score and the grade are as before."
                    )
                )
            )

    def causes(self) -> Iterator[Block]:
        one = self.one
        if not one.differing:
            yield Line(Cell(self.say("两边依据的填报、规则包和评定日都相同。", "Both were made from the same.")))
            return
        yield Heading(self.say("得分变化的来源", "What moved the score"))
        figures = [moved for moved in one.figures.values() if moved.causes is not None]
        if not one.attributed or not figures:
            yield Bullets(tuple(Cell(self.cause(cause)) for cause in one.differing))
            why = self.say(
                "只有报告，没有填报，不能分清各自的影响：用两份填报比较即可。",
                "These are reports: what each of them did can't be told without the submissions; compare those.",
            )
            if one.attributed:
                why = self.say(
                    "前后有一方没有得分，不能分解。", "One of the two has no score, so there is no change to divide."
                )
            yield Line(Cell(why, Tone.FAINT))
            return
        rows = []
        every = dict.fromkeys(made for moved in figures for made in moved.causes.parts)  # type: ignore[union-attr]
        for made in every:
            parts = [moved.part(made) if moved.causes and made in moved.causes.parts else None for moved in figures]
            rows.append(
                row(
                    self.say("和", " with ").join(self.text(CAUSES[cause]) for cause in made),
                    "\n".join(self.text(said) for cause in made for said in one.differing[cause]),
                    *(Cell(signed(part), tone(part)) for part in parts),
                )
            )
        rows.append(row(self.say("合计", "sum"), "", *(Cell(signed(one.change), tone(one.change)) for one in figures)))
        header = (
            self.say("来源", "cause"),
            self.say("有何不同", "what differs"),
            *(self.text(FIGURES[moved.figure]) for moved in figures),
        )
        yield Table(header, tuple(rows))
        yield Line(Cell(self.method(figures), Tone.FAINT))

    def cause(self, cause: Cause) -> str:
        said = self.joined(self.one.differing[cause])
        return f"{self.text(CAUSES[cause])}{self.say('：', ': ')}{said}" if said else self.text(CAUSES[cause])

    def method(self, figures: list[Moved]) -> str:
        orders = {(moved.causes.orders, moved.causes.of) for moved in figures if moved.causes}
        orders_, of = max(orders)
        said = self.say(
            "单位：分（百分制）。各来源之和恰为总变化（精确值见JSON，此处四舍五入）。",
            "In points of a hundred. The parts add up to the change exactly; here they are rounded.",
        )
        if of == 1:
            return said
        if (orders_, of) == (of, of) and len(orders) == 1:
            return said + self.say(
                f"各项影响是逐项替换的{of}种先后次序的平均值（沙普利值）。",
                f" Each is the mean over the {of} orders in which the changes can be made (Shapley's value).",
            )
        lacks = self.joined(self.one.withheld[:1])
        said += self.say(
            f"{of}种先后次序中只有{orders_}种算得出，取其平均。",
            f" Each is the mean over {orders_} of the {of} orders in which the changes can be made, "
            "for the others can't be assessed.",
        )
        return said + (self.say(f"例如：{lacks}", f" For one: {lacks}") if lacks else "")

    def rules(self) -> Iterator[Block]:
        turned = self.ordered(self.one.turned)
        others = self.ordered(tuple(one for one in self.one.rules if not one.turned))
        if turned:
            yield Heading(self.say(f"结果有变化的事项（{len(turned)} 项）", f"Outcomes that turned ({len(turned)})"))
            yield self.table(turned)
        if others:
            yield Heading(
                self.say(
                    f"结果未变、影响得分的事项（{len(others)} 项）",
                    f"Duties that moved the score without turning ({len(others)})",
                )
            )
            yield self.table(others)
        if turned or others:
            said = self.say(
                "结果下面是得分率×占计分总权重的比例；最低得分、最高得分两列是该事项使其变化的分数。",
                "Under each outcome: its credit by its share of the weight. The last columns: what the duty did to the "
                "score, in points.",
            )
            yield Line(Cell(said, Tone.FAINT))
        yield from self.what_counts()

    def ordered(self, rules: tuple[Ruled, ...]) -> tuple[Ruled, ...]:
        """Return rules with the greatest loss of the least score first, then those that turned for the worse."""
        part = self.one.figures[Figure.LOW].by_rule

        def rank(outcome: Outcome | None) -> int:
            return -1 if outcome is None else _RANK.index(outcome)

        return tuple(
            sorted(
                rules, key=lambda one: (part.get(one.rule, Fraction(0)), rank(one.outcomes[1]) - rank(one.outcomes[0]))
            )
        )

    def table(self, rules: tuple[Ruled, ...]) -> Table:
        figures = [self.one.figures[Figure.LOW], self.one.figures[Figure.HIGH]]
        several = self.one.attributed and len(self.one.differing) > 1 and figures[0].causes is not None
        header = self.say("事项|之前|之后|最低得分|最高得分", "duty|before|after|least|greatest").split("|")
        if several:
            header.append(self.say("最低得分的来源", "least, by cause"))
        return Table(tuple(header), tuple(row(*self.cells(one, figures, several=several)) for one in rules))

    def cells(self, one: Ruled, figures: list[Moved], *, several: bool) -> Iterator[Cell]:
        hard = self.say("［底线］", " [hard]") if one.line.hard else ""
        short = one.rule.removeprefix(f"{self.one.after.pack}.")
        yield Cell(f"{self.text(one.line.title)}{hard}\n({one.line.clause} {short})")
        for line, sums in zip((one.before, one.after), self.one.figures[Figure.LOW].credits, strict=True):
            yield self.standing(line, sums)
        for moved in figures:
            part = moved.by_rule.get(one.rule, Fraction(0))
            yield Cell(signed(part) if moved.change is not None else "—", tone(part))
        if several:
            yield Cell("\n".join(self.parts(one.rule, figures[0])))

    def standing(self, line: Standing | None, sums: Mapping[str, tuple[int, Fraction]]) -> Cell:
        """Return an outcome, and under it the credit by the share of the weight of the least score."""
        if line is None:
            return Cell(self.text(ABSENT), Tone.FAINT)
        words = TO_DATE if line.to_date else OUTCOMES[line.outcome]
        shown = credit(line.contribution, self.lang)
        if line.rule in sums:
            total = sum(weight for weight, _ in sums.values())
            shown = f"{shown} × {percent(Fraction(sums[line.rule][0], total))}"
        return Cell(f"{self.text(words)}\n{shown}", TONES[line.outcome])

    def parts(self, rule: str, moved: Moved) -> Iterator[str]:
        assert moved.causes is not None
        for made, by_rule in moved.causes.parts.items():
            part = by_rule.get(rule)
            if part:
                yield f"{self.say('和', ' with ').join(self.text(CAUSES[cause]) for cause in made)} {signed(part)}"

    def what_counts(self) -> Iterator[Block]:
        """Say how much of the change is of rules that came into the sums or dropped out of them."""
        moved = self.one.figures[Figure.LOW]
        if moved.change is None:
            return
        other = [rule for rule in moved.by_rule if rule != REST and moved.counts_otherwise(rule)]
        part = sum((moved.by_rule[rule] for rule in other), Fraction(0))
        if other:
            yield Line(
                Cell(
                    self.say(
                        f"最低得分变化{signed(moved.change)}分：计分范围变化{signed(part)}分"
                        f"（{len(other)}项进入、退出计分或权重不同），各项得分率变化{signed(moved.change - part)}分。",
                        f"Of {signed(moved.change)} points of the least score, {signed(part)} are what counts "
                        f"({len(other)} duties came in, dropped out or weigh otherwise), "
                        f"{signed(moved.change - part)} are credits.",
                    ),
                    Tone.FAINT,
                )
            )
        rest = moved.by_rule.get(REST)
        if rest:
            yield Line(
                Cell(
                    self.say(
                        f"另有{signed(rest)}分，是佐证要求使计分依据在所报与所证之间转换。",
                        f"Another {signed(rest)} points are the step between what is claimed and what is proven.",
                    ),
                    Tone.FAINT,
                )
            )

    def pack(self) -> Iterator[Block]:
        change = self.one.pack
        if change is None:
            return
        yield Heading(self.say("规则包的改动", "What of the pack changed"))
        listed = self.say("、", ", ").join
        prefix = f"{self.one.after.pack}."
        rows = pairs(
            (self.say("新增规则", "rules added"), listed(one.removeprefix(prefix) for one in change.added)),
            (self.say("删去规则", "rules removed"), listed(one.removeprefix(prefix) for one in change.removed)),
            (
                self.say("改动规则", "rules changed"),
                "\n".join(
                    f"{rule.removeprefix(prefix)}{self.say('：', ': ')}{listed(map(self.part, names))}"
                    for rule, names in change.changed.items()
                ),
            ),
            (self.say("其他", "other"), listed(map(self.part, change.head))),
            (self.say("事实字典", "facts"), listed(change.facts)),
        )
        yield Pairs(rows) if rows else Line(Cell(self.say("各条规则相同。", "The rules are the same."), Tone.FAINT))

    def part(self, name: str) -> str:
        found = PARTS.get(name)
        return name if found is None else self.text(found)

    def facts(self) -> Iterator[Block]:
        if not self.one.facts:
            return
        number = len(self.one.facts)
        yield Heading(self.say(f"填报的变化（{number} 项）", f"Answers that differ ({number})"))
        rows = (
            row(f"{self.text(one.label)}\n({one.fact})", clipped(self.text(one.before)), clipped(self.text(one.after)))
            for one in self.one.facts
        )
        yield Table(tuple(self.say("填报项|之前|之后", "answer|before|after").split("|")), tuple(rows))

    def notes(self) -> Iterator[Block]:
        if self.one.notes:
            yield Heading(self.say("与之前不一致的填报", "Records and figures that are not as before"))
            yield Bullets(tuple(Cell(clipped(self.text(one), MOST), Tone.DOUBT) for one in self.one.notes))


def _content(one: Comparison, lang: Lang) -> dict[str, Any]:
    return {
        "pack": {"id": one.after.pack, "title": one.after.pack_title.to(lang)},
        "before": _side(one.before, lang),
        "after": _side(one.after, lang),
        "same": one.same,
        "only_the_pack": one.only_the_pack,
        "differing": [
            {"cause": cause.value, "what": [text.to(lang) for text in said]} for cause, said in one.differing.items()
        ],
        "attributed": one.attributed,
        "withheld": [text.to(lang) for text in one.withheld],
        "score": [_figure(moved) for moved in one.figures.values()],
        "rules": [_rule(ruled, one, lang) for ruled in one.rules],
        "pack_changes": None if one.pack is None else _pack(one.pack),
        "facts": [
            {
                "fact": fact.fact,
                "label": fact.label.to(lang),
                "before": fact.before.to(lang),
                "after": fact.after.to(lang),
                "rules": list(fact.rules),
            }
            for fact in one.facts
        ],
        "notes": [note.to(lang) for note in one.notes],
    }


def _side(one: Snapshot, lang: Lang) -> dict[str, Any]:
    return {
        "source": one.source or None,
        "organization": dict(one.organization),
        "pack_version": one.pack_version,
        "period": one.period,
        "as_of": one.as_of,
        "digests": {"pack": one.digests.pack, "facts": one.digests.facts, "version": one.digests.version},
        "score": _interval(one.interval),
        "waived": None if one.waived is None else _interval(one.waived),
        "grade": {
            "low": one.grade.low,
            "high": one.grade.high,
            "titles": {
                "low": None if one.grade.low_title is None else one.grade.low_title.to(lang),
                "high": None if one.grade.high_title is None else one.grade.high_title.to(lang),
            },
        },
        "counts": {outcome.value: number for outcome, number in one.counts.items()},
    }


def _interval(one: Interval) -> dict[str, Any]:
    return {"low": _exact(one.low), "high": _exact(one.high), "certain": one.certain}


def _figure(moved: Moved) -> dict[str, Any]:
    return {
        "figure": moved.figure.value,
        "before": _exact(moved.before),
        "after": _exact(moved.after),
        "change": _exact(moved.change),
        "causes": None
        if moved.causes is None
        else [
            {"causes": [cause.value for cause in made], "part": str(moved.part(made))} for made in moved.causes.parts
        ],
        "orders": None if moved.causes is None else {"taken": moved.causes.orders, "of": moved.causes.of},
        "claimed_or_proven": _exact(moved.by_rule.get(REST, Fraction(0))),
    }


def _rule(ruled: Ruled, one: Comparison, lang: Lang) -> dict[str, Any]:
    return {
        "rule": ruled.rule,
        "clause": ruled.line.clause,
        "title": ruled.line.title.to(lang),
        "hard": ruled.line.hard,
        "turned": ruled.turned,
        "before": _line(ruled.before),
        "after": _line(ruled.after),
        "parts": [
            {
                "figure": moved.figure.value,
                "counts": [ruled.rule in sums for sums in moved.credits],
                "part": _exact(moved.by_rule.get(ruled.rule, Fraction(0))),
                "causes": None
                if moved.causes is None
                else [
                    {"causes": [cause.value for cause in made], "part": str(by_rule[ruled.rule])}
                    for made, by_rule in moved.causes.parts.items()
                    if by_rule.get(ruled.rule)
                ],
            }
            for moved in one.figures.values()
            if moved.change is not None
        ],
        "facts": [fact.fact for fact in one.facts if ruled.rule in fact.rules],
    }


def _line(line: Standing | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "outcome": line.outcome.value,
        "to_date": line.to_date,
        "weight": line.weight,
        "credit": _credit(line.contribution),
        "waived": line.waived,
    }


def _credit(one: Contribution) -> dict[str, Any]:
    return {"low": _exact(one.low), "high": _exact(one.high), "out": one.out}


def _pack(change: PackChange) -> dict[str, Any]:
    return {
        "added": list(change.added),
        "removed": list(change.removed),
        "changed": {rule: list(names) for rule, names in change.changed.items()},
        "head": list(change.head),
        "facts": list(change.facts),
    }


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)
