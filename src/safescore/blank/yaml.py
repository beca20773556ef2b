"""A form as commented YAML: every question with its words, its unit, its clause and an example, and a blank to fill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from safescore.dictionary import ABSENT_IS_AN_ANSWER, FactSpec, FieldSpec
from safescore.draft import Draft
from safescore.form import Asking, Form, Open, Question, example_of, example_record
from safescore.notation import entry, flow
from safescore.period import day_text, parse_period
from safescore.report.tables import folded
from safescore.report.visible import visible
from safescore.words import Lang, Text

WIDTH = 100
FEW = 3
GROUPS = ("register", "events", "checklist")

HOW: Mapping[str, Text] = {
    "flag": Text(zh="true（是）或 false（否）", en="true or false"),
    "count": Text(zh="整数", en="a whole number"),
    "number": Text(zh="数字，0或更大", en="a number, 0 or more"),
    "date": Text(zh="日期，如 2022-09-30", en="a day, as 2022-09-30"),
    "term": Text(zh="日期，如 2022-09-30", en="a day, as 2022-09-30"),
    "time": Text(zh="日期和时刻，如 2022-09-30 08:30", en="a day and a minute, as 2022-09-30 08:30"),
    "choice": Text(zh="选一项", en="one of"),
    "choices": Text(zh="可选多项，写成 [甲, 乙]；一项都没有写 []", en="any of, as [a, b]; [] for none of them"),
    "text": Text(zh="文字", en="text"),
    "ref": Text(zh="名册里的编号", en="the key of a record"),
    "dates": Text(
        zh="日期或起止日期的清单，如 [2022-10-01, 2022-10-03..2022-10-07]",
        en="a list of days or spans, as [2022-10-01, 2022-10-03..2022-10-07]",
    ),
    "register": Text(zh="名册（台账），一条一项；一条都没有写 []", en="a register, one record an item; [] for none"),
    "events": Text(
        zh="清单，一次一项；一次都没有写 []。只登记到某一天的，写成 {through: 那一天, events: […]}",
        en="a list of events; [] for none. Where it is complete only up to a day: {through: DAY, events: […]}",
    ),
}
NONE = Text(zh="没有的写 none", en="none if there is none")


def blank(form: Form, draft: Draft, lang: Lang, schema: str = "") -> str:
    """Return the form as YAML that loads as it is, everything that nobody said left blank."""
    return "\n".join(_Paper(form, draft, lang).lines(schema)) + "\n"


class _Paper:
    def __init__(self, form: Form, draft: Draft, lang: Lang) -> None:
        self.form = form
        self.draft = draft
        self.lang = lang
        days = parse_period(draft.period)
        self.day = days.first + 14 if days else 1
        self.several = len(form.packs) > 1

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def note(self, text: str, indent: int = 0) -> Iterator[str]:
        """Yield a comment, wrapped; nothing in it can end the comment."""
        hang = " " * (len(text) - len(text.lstrip(" ")))
        shown = folded(visible(text.lstrip(" ")), WIDTH - indent - 2 - len(hang))
        return (f"{' ' * indent}# {hang}{line}".rstrip() for line in shown.split("\n"))

    def lines(self, schema: str) -> Iterator[str]:
        if schema:
            yield f"# yaml-language-server: $schema={visible(schema)}"
        yield from self._title()
        yield ""
        yield from self._organization()
        yield ""
        yield from self._period()
        yield from self._settings()
        yield ""
        yield from self._facts()
        draft = self.draft
        visits = draft.verified if isinstance(draft.verified, Mapping) else list(draft.verified)
        for key, value in (("evidence", draft.evidence), ("waivers", list(draft.waivers)), ("verified", visits)):
            if value:
                yield ""
                yield from entry(key, value)

    def _title(self) -> Iterator[str]:
        for pack in self.form.packs:
            yield from self.note(f"{pack.head.title.to(self.lang)} ({pack.id}, {pack.version})")
        titles = [self.form.packs[0].roles[role].to(self.lang) for role in self.form.roles]
        asking, questions = len(self.form.asking), len(self.form.questions)
        yield from self.note(
            self.say(
                f"填报表：{'、'.join(titles)}。{asking}项要求，{questions}个问题。",
                f"Form for: {', '.join(titles)}. {asking} duties, {questions} questions.",
            )
        )
        yield from self.note(
            self.say(
                "把答案写在冒号后面。还不知道的空着：空着算“缺”，不会当成零，也不会当成没做到。零写 0，"
                "没有的写 none，一条都没有的名册写 []。同一数字有几个日期的，写成 {2022-06-30: 57, 2022-09-30: 142}。",
                "Write the answer after the colon. Leave blank what you do not know: a blank is missing, neither zero "
                "nor a breach. Zero is 0, what there is not is none, an empty register is []. A count with several "
                "dates is {2022-06-30: 57, 2022-09-30: 142}.",
            )
        )

    def _organization(self) -> Iterator[str]:
        own = self.draft.organization
        yield "organization:"
        yield from self.note(self.say("单位编号，如统一社会信用代码", "a code of the organisation"), 2)
        yield from entry("id", own["id"], 2)
        yield from self.note(self.say("单位全称", "its full name"), 2)
        yield from entry("name", own["name"], 2)
        yield from entry("roles", list(self.form.roles), 2)
        if self.form.profile:
            yield ""
            yield from self.note(
                self.say(
                    "先答下面各项：它们决定哪些要求适用于本单位。答好后可以重新生成一份更短的表。",
                    "Answer these first: they decide which duties apply. A form made again with them is shorter.",
                ),
                2,
            )
        asked = {question.name for question in self.form.profile}
        for question in self.form.profile:
            yield ""
            yield from self._question(question, own.get(question.name), 2)
        rest = {key: one for key, one in own.items() if key not in asked and key not in ("id", "name", "roles")}
        if rest:
            yield ""
            for key, one in rest.items():
                yield from entry(key, one, 2)

    def _period(self) -> Iterator[str]:
        yield from self.note(
            self.say("填报的期间：2022、2022H1、2022Q3 或 2022-07", "the period: 2022, 2022H1, 2022Q3 or 2022-07")
        )
        yield from entry("period", int(self.draft.period) if self.draft.period.isdigit() else self.draft.period)
        yield from self.note(
            self.say("截至哪一天；空着就是期间的最后一天", "as of which day; blank: the period's last")
        )
        yield from entry("as_of", self.draft.as_of)
        yield from entry("packs", list(self.draft.packs))

    def _settings(self) -> Iterator[str]:
        if not self.form.settings and not self.draft.parameters:
            return
        yield ""
        yield from self.note(
            self.say(
                "文件没有写明的：数字要由本单位填；读法有默认的可以空着，按默认执行。",
                "What the documents leave open: figures must be given; a reading that has a default may stay blank.",
            )
        )
        yield "parameters:"
        given = self.draft.parameters
        for pack in self.form.packs:
            ones = [one for one in self.form.settings if one.pack.id == pack.id]
            own = given.get(pack.id)
            own = own if isinstance(own, Mapping) else {}
            asked = {one.parameter.id for one in ones}
            ids = (one.id for one in pack.head.parameters if one.id not in asked)
            rest = {name: value for name in ids if (value := own.get(name, given.get(name))) is not None}
            if not ones and not rest:
                continue
            indent = 2
            if self.several:
                yield f"  {pack.id}:"
                indent = 4
            for one in ones:
                yield ""
                yield from self._setting(one, own.get(one.parameter.id, given.get(one.parameter.id)), indent)
            for name, value in rest.items():
                yield from entry(name, value, indent)

    def _setting(self, one: Open, value: Any, indent: int) -> Iterator[str]:
        parameter = one.parameter
        title = parameter.title.to(self.lang)
        yield from self.note(f"{title}{self._unit(parameter)}", indent)
        if parameter.question is not None:
            yield from self.note(parameter.question.to(self.lang), indent)
        if parameter.note is not None:
            yield from self.note(parameter.note.to(self.lang), indent)
        for id_, other in parameter.alternatives.items():
            default = self.say("（默认）", " (default)") if id_ == parameter.default else ""
            yield from self.note(f"  {id_} = {other.title.to(self.lang)}{default}", indent)
        if not parameter.reading:
            how = self.say("百分数，如 70%", "a percentage, as 70%") if parameter.type == "percent" else ""
            yield from self.note(self.say("填：", "Write: ") + (how or HOW[parameter.type].to(self.lang)), indent)
            if isinstance(parameter.default, int):
                shown = day_text(parameter.default) if parameter.type == "date" else str(parameter.default)
                yield from self.note(self.say(f"空着就是 {shown}", f"Blank is {shown}"), indent)
        if len(one.asked_by) > FEW:
            number = len(one.asked_by)
            yield from self.note(self.say(f"影响本单位{number}项要求", f"It decides {number} duties"), indent)
        else:
            yield from self.note(self._where(one.asked_by), indent)
        yield from entry(parameter.id, value, indent)

    def _facts(self) -> Iterator[str]:
        yield "facts:"
        clause = ""
        for question in self.form.questions:
            first = question.asked_by[0]
            here = f"{first.pack.id} {first.clause}" if self.several else first.clause
            if here != clause:
                clause = here
                yield ""
                yield f"  # ── {here} {'─' * 60}"
            yield ""
            yield from self._question(question, self.draft.facts.get(question.name), 2)

    def _question(self, question: Question, value: Any, indent: int) -> Iterator[str]:
        spec = question.spec
        yield from self.note(f"{spec.label.to(self.lang)}{'' if spec.type in GROUPS else self._unit(spec)}", indent)
        yield from self.note(spec.question.to(self.lang), indent)
        if spec.type != "checklist":
            yield from self.note(self.say("填：", "Write: ") + self._how(spec), indent)
            yield from self._options(spec, indent)
        if question.counted_from is not None:
            yield from self.note(
                self.say(
                    f"填了名册 {question.counted_from} 的，这里可以空着，由名册算出；都填的，两者必须一致。",
                    f"May stay blank where the register {question.counted_from} is filled in; both must agree.",
                ),
                indent,
            )
        if question.counts and not question.direct:
            names = self._some(question.counts)
            yield from self.note(
                self.say(f"可以不填：只用来算出 {names}。", f"May be left out: only {names} follow from it."), indent
            )
        if spec.records:
            yield from self._record(question, indent)
        elif spec.type not in ("checklist", "flag"):
            example = flow(_plain(example_of(spec, self.day)))
            yield from self.note(self.say(f"例：{example}", f"Example: {example}"), indent)
        yield from self.note(self._where(question.asked_by), indent)
        last = self.draft.last.get(question.name)
        if spec.type == "checklist":
            yield from self._elements(question, value, last, indent)
            return
        if last is not None:
            yield from self._last(last, indent)
        if value is not None and self.draft.last_day and not spec.profile:
            day = self.draft.last_day
            yield from self.note(
                self.say(f"以下带自上次填报（{day}），请核对并补充：", f"Carried forward ({day}); check and add:"),
                indent,
            )
        yield from entry(question.name, value, indent)

    def _last(self, last: Any, indent: int) -> Iterator[str]:
        """Yield what was answered last time, as far as it can be said in a line."""
        shown = flow(last)
        if len(shown) <= WIDTH:
            day = self.draft.last_day
            yield from self.note(self.say(f"上次（{day}）：{shown}", f"Last time ({day}): {shown}"), indent)

    def _elements(self, question: Question, value: Any, last: Any, indent: int) -> Iterator[str]:
        yield f"{' ' * indent}{question.name}:"
        held = value if isinstance(value, Mapping) else {}
        before = last if isinstance(last, Mapping) else {}
        for name in question.reads:
            element = question.spec.elements[name]
            how = self._how(element)
            yield from self.note(f"{element.label.to(self.lang)}{self._unit(element)}{self._colon()}{how}", indent + 2)
            if name not in held and before.get(name) is not None:
                yield from self._last(before[name], indent + 2)
            yield from self._options(element, indent + 2)
            yield from entry(name, held.get(name), indent + 2)

    def _record(self, question: Question, indent: int) -> Iterator[str]:
        spec = question.spec
        named = example_record(question, self.day)
        for name in named:
            field = spec.fields[name]
            how = f"{field.label.to(self.lang)}{self._unit(field)}{self.say('——', ' -- ')}{self._how(field)}"
            yield from self.note(f"  {name}: {how}", indent)
            yield from self._options(field, indent, "      ")
        others = [f"{name} {one.label.to(self.lang)}" for name, one in spec.fields.items() if name not in named]
        if others:
            shown = self.say("、", ", ").join(others)
            yield from self.note(
                self.say(
                    f"还可以登记（这里的要求不用）：{shown}", f"May be recorded too, asked by no duty here: {shown}"
                ),
                indent,
            )
        yield from self.note(self.say("例（一条）：", "Example of one record:"), indent)
        for line in entry(question.name, [_plain(named)], indent, WIDTH):
            yield f"{' ' * indent}# {line[indent:]}"

    def _how(self, spec: FactSpec | FieldSpec) -> str:
        """Return how a value is written, with the options there are."""
        shown = HOW[spec.type].to(self.lang)
        if spec.type in ABSENT_IS_AN_ANSWER and spec.type not in ("count", "number"):
            shown = f"{shown}{self.say('；', '; ')}{NONE.to(self.lang)}"
        to = getattr(spec, "to", None)
        return f"{shown} ({to})" if to else shown

    def _options(self, spec: FactSpec | FieldSpec, indent: int, margin: str = "  ") -> Iterator[str]:
        """Yield what may be chosen, one a line."""
        for key, one in spec.options.items():
            yield from self.note(f"{margin}{key} = {one.to(self.lang)}", indent)

    def _colon(self) -> str:
        return self.say("：", ": ")

    def _unit(self, spec: Any) -> str:
        unit = getattr(spec, "unit", None)
        return "" if unit is None else self.say(f"（{unit.zh}）", f" ({unit.many})")

    def _some(self, names: Iterable[str]) -> str:
        """Return the first names, and how many more there are."""
        names = tuple(names)
        shown = self.say("、", ", ").join(names[:FEW])
        more = len(names) - FEW
        return shown if more <= 0 else self.say(f"{shown}等{len(names)}项", f"{shown} and {more} more")

    def _where(self, asked_by: tuple[Asking, ...]) -> str:
        """Return which clauses ask, and whether a hard duty is among the rules."""
        places = dict.fromkeys(f"{one.pack.id} {one.clause}" if self.several else one.clause for one in asked_by)
        titles = dict.fromkeys(one.rule.title.to(self.lang) for one in asked_by)
        hard = self.say("［底线要求］", " [hard duty]") if any(one.rule.hard for one in asked_by) else ""
        return self.say(
            f"依据：{self._some(places)}（{self._some(titles)}）{hard}",
            f"Asked by: {self._some(places)} ({self._some(titles)}){hard}",
        )


def _plain(value: Any) -> Any:
    """Return an example as plain content."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
