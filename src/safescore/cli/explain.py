"""Explain: what one rule asks, and why it stands as it does."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from safescore.assess import assess_all
from safescore.cli.arguments import Commands, add_format, add_lang, parser_of
from safescore.cli.console import layout, show, show_json
from safescore.cli.described import (
    fact_content,
    facts_of,
    pack_content,
    plainly,
    rule_content,
    setting_content,
    settings_of,
)
from safescore.cli.exits import ExitCode
from safescore.cli.names import find_rule
from safescore.dictionary import FactSpec, FieldSpec
from safescore.facts.read import named_packs, open_submission
from safescore.frozen import frozen
from safescore.measures.checklist import Checklist
from safescore.model import Pack, Parameter, Rule
from safescore.report import laid_out
from safescore.report.contents import alternates
from safescore.report.labels import OUTCOMES, SOURCES, credit
from safescore.report.page import Block, Cell, Entry, Heading, Line, Pairs, Table, Title, Tone, pairs, row
from safescore.results import Assessment, Contribution
from safescore.words import Lang, Text

SCHEMA = {"name": "safescore-explain", "version": "1.0"}
KINDS: Mapping[str, Text] = {
    "affirm": Text(zh="是否落实", en="is it in place"),
    "checklist": Text(zh="清单", en="a checklist"),
    "ratio": Text(zh="比例", en="a share"),
    "limit": Text(zh="上限", en="a cap"),
    "frequency": Text(zh="频次", en="so often in every window"),
    "milestone": Text(zh="限期完成", en="done by a day"),
    "each": Text(zh="逐条符合", en="every record"),
    "coverage": Text(zh="全覆盖", en="every subject within its cycle"),
}
TYPES: Mapping[str, Text] = {
    "flag": Text(zh="是或否（true / false）", en="true or false"),
    "count": Text(zh="整数", en="a whole number"),
    "number": Text(zh="数", en="a number"),
    "date": Text(zh="日期，如 2022-09-30", en="a date, as 2022-09-30"),
    "term": Text(zh="日期，如 2022-09-30", en="a date, as 2022-09-30"),
    "time": Text(zh="时间，如 2022-09-30 08:30", en="a time, as 2022-09-30 08:30"),
    "dates": Text(zh="日期列表", en="a list of dates"),
    "choice": Text(zh="单选", en="one of the options"),
    "choices": Text(zh="多选", en="a list of options"),
    "text": Text(zh="文字", en="text"),
    "ref": Text(zh="所指记录的编号", en="the key of a record"),
    "checklist": Text(zh="清单", en="a checklist"),
    "register": Text(zh="台账", en="a register"),
    "events": Text(zh="活动记录", en="a list of events"),
}
_EXAMPLES = """\
  safescore explain dadukou-2022.confined-space-order
  safescore explain confined-space-order --pack dadukou-2022 --lang en
  safescore explain confined-space-order --facts facts.yaml"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "explain", summary, _EXAMPLES)
    parser.add_argument("rule", metavar="RULE", help="the id of a rule, with or without its pack's before it")
    parser.add_argument("--pack", metavar="P", help="a pack's id, id@version, or folder")
    parser.add_argument("--facts", metavar="FILE", help="a submission, to show how the rule stands in it")
    add_format(parser)
    add_lang(parser)
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Find the rule, and say all that is to be said of it."""
    document = open_submission(args.facts) if args.facts else None
    named = named_packs(document) if document is not None else ()
    pack, rule = find_rule(args.rule, (args.pack,) if args.pack else named)
    assessment = assess_all(document, (pack,))[0] if document is not None else None
    if args.format == "json":
        from safescore.report.json import written

        show_json(written(_content(pack, rule, assessment, args.lang)), out)
    else:
        page = list(_Explained(pack, rule, assessment, args.lang).blocks())
        show(laid_out(page, layout(out, args.width)), out)
    return ExitCode.MET


def _content(pack: Pack, rule: Rule, assessment: Assessment | None, lang: Lang) -> dict[str, Any]:
    from safescore.report.json import finding_content

    return {
        "schema": SCHEMA,
        "pack": pack_content(pack),
        "rule": rule_content(rule, pack),
        "facts": [fact_content(name, spec, pack) for name, spec in facts_of(rule, pack)],
        "readings": [setting_content(one) for one in settings_of(rule, pack)],
        "finding": None if assessment is None else finding_content(assessment.finding(rule.id), lang),
    }


@frozen
class _Explained:
    """One rule, and how it stands, in one language."""

    pack: Pack
    rule: Rule
    assessment: Assessment | None
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def text(self, text: Text | None) -> str:
        return text.to(self.lang) if text is not None else ""

    def blocks(self) -> Iterator[Block]:
        yield Title(self.text(self.rule.title))
        yield self.head()
        yield from self.elements()
        yield Heading(self.say("要填报的事实", "The facts it asks"))
        for name, spec in facts_of(self.rule, self.pack):
            yield self.fact(name, spec)
        settings = settings_of(self.rule, self.pack)
        if settings:
            yield Heading(self.say("参数与口径", "Parameters and readings"))
        for one in settings:
            yield self.setting(one)
        if self.assessment is not None:
            yield from self.finding(self.assessment)

    def head(self) -> Pairs:
        rule, pack = self.rule, self.pack
        roles = self.say("、", ", ").join(self.text(pack.roles[role]) for role in rule.roles)
        applies = "" if rule.applies is None else condition_text(plainly(rule.applies.raw))
        return Pairs(
            pairs(
                (self.say("编号", "rule"), f"{pack.id}.{rule.id}"),
                (self.say("文件", "document"), f"{self.text(pack.head.title)} ({pack.version})"),
                (
                    self.say("条款", "clause"),
                    self.say(f"{rule.clause}：{rule.anchor}", f"{rule.clause}: {rule.anchor}"),
                ),
                (self.say("承担者", "binds"), roles),
                (self.say("适用条件", "applies where"), applies),
                (self.say("责任单位", "owners"), self.say("、", ", ").join(rule.owners)),
                (self.say("要求", "asks"), self.text(rule.measure.target(pack.dictionary))),
                (self.say("判定方式", "kind"), f"{self.text(KINDS[rule.measure.kind])} ({rule.measure.kind})"),
                (self.say("权重", "weight"), f"{pack.head.weights.of(rule)}{self.why()}"),
                (self.say("怎么办", "remedy"), self.text(rule.remedy)),
                (self.say("说明", "note"), self.text(rule.note)),
            )
        )

    def why(self) -> str:
        """Return why the rule weighs what it weighs."""
        if self.rule.weight is not None:
            return self.say("（本条另定）", " (its own)")
        if self.rule.hard:
            return self.say("（底线要求：未落实即限制等级）", " (a hard duty: broken, it caps the grade)")
        if self.rule.measure.quantitative:
            return self.say("（定量要求）", " (quantitative)")
        return self.say("（定性要求）", " (qualitative)")

    def elements(self) -> Iterator[Block]:
        measure = self.rule.measure
        if isinstance(measure, Checklist):
            yield Heading(self.say("清单内容", "Elements"))
            rows = (
                row(
                    one.id,
                    self.text(one.title),
                    one.anchor,
                    self.text(one.asked(measure.due).target(self.pack.dictionary)),
                )
                for one in measure.elements
            )
            yield Table(tuple(self.say("编号|内容|原文|要求", "id|element|anchor|asks").split("|")), tuple(rows))

    def fact(self, name: str, spec: FactSpec) -> Entry:
        where = self.say("organization（单位信息）", "organization") if spec.profile else "facts"
        derivation = self.pack.dictionary.derivations.get(name)
        unit = spec.unit
        derived = self.pack.dictionary.label(derivation.register) if derivation is not None else None
        return Entry(
            Cell(f"{self.text(spec.label)} ({name})"),
            pairs(
                (self.say("问题", "question"), self.text(spec.question)),
                (self.say("填在", "goes under"), where),
                (self.say("类型", "type"), self.text(TYPES[spec.type])),
                (self.say("单位", "counted in"), "" if unit is None else self.say(unit.zh, unit.many)),
                (self.say("示例", "example"), "" if spec.example is None else condition_text(plainly(spec.example))),
                (
                    self.say("也可由此得出", "or follows from"),
                    "" if derivation is None else f"{self.text(derived)} ({derivation.register})",
                ),
                (self.say("选项", "options"), "\n".join(self.options(spec))),
                (self.say("各项", "fields"), "\n".join(self.fields({**spec.fields, **spec.elements}))),
            ),
        )

    def options(self, spec: FactSpec | FieldSpec) -> Iterator[str]:
        return (f"{key}: {self.text(title)}" for key, title in spec.options.items())

    def fields(self, specs: Mapping[str, FieldSpec]) -> Iterator[str]:
        for name, spec in specs.items():
            options = self.say("；", "; ").join(self.options(spec))
            kind = self.say(f"：{options}", f": {options}") if options else ""
            yield f"{name}: {self.text(spec.label)}{self.say('，', ', ')}{self.text(TYPES[spec.type])}{kind}"

    def setting(self, one: Parameter) -> Entry:
        default = "" if one.default is None else condition_text(setting_content(one)["default"])
        others = (f"{key}: {self.text(other.title)}" for key, other in one.alternatives.items())
        return Entry(
            Cell(f"{self.text(one.title)} ({one.id})"),
            pairs(
                (self.say("问题", "question"), self.text(one.question)),
                (self.say("说明", "note"), self.text(one.note)),
                (self.say("可选", "alternatives"), "\n".join(others)),
                (self.say("默认", "default"), default or self.say("无，须填报", "none: it must be supplied")),
                (self.say("采用", "in force"), self.in_force(one)),
            ),
        )

    def in_force(self, one: Parameter) -> str:
        """Return the value of a setting in the submission, and where it is from."""
        settings = self.assessment.settings if self.assessment is not None else ()
        found = next((setting for setting in settings if setting.id == one.id), None)
        if found is None:
            return ""
        source = self.text(SOURCES[found.source])
        return (
            source if found.source == "missing" else self.say(f"{found.value}（{source}）", f"{found.value} ({source})")
        )

    def finding(self, assessment: Assessment) -> Iterator[Block]:
        from safescore.report.outline import finding_rows

        name, as_of = assessment.organization["name"], assessment.as_of
        yield Heading(self.say(f"{name}：截至 {as_of}", f"{name}, as of {as_of}"))
        finding = assessment.finding(self.rule.id)
        yield Pairs(finding_rows(finding, assessment, self.lang))
        for other in alternates(assessment):
            one = other.alternate
            if other.finding != finding:
                continue
            said = credit(Contribution(low=one.low, high=one.high, out=False), self.lang)
            then = f"{self.text(OUTCOMES[one.outcome])}{self.say(f'（得分率 {said}）', f' (credit {said})')}"
            reading = (
                f"{one.reading}: {one.alternative}{self.say('（', ' (')}{self.text(one.title)}{self.say('）', ')')}"
            )
            yield Line(
                Cell(
                    self.say(f"如果口径为 {reading}，则为{then}", f"if the reading were {reading}: {then}"), Tone.FAINT
                )
            )


def condition_text(raw: Any) -> str:
    """Return a condition or an example as its author wrote it, on one line."""
    match raw:
        case Mapping():
            return ", ".join(
                f"{key}: {{{condition_text(one)}}}" if isinstance(one, Mapping) else f"{key}: {condition_text(one)}"
                for key, one in raw.items()
            )
        case list():
            return f"[{', '.join(map(condition_text, raw))}]"
        case bool():
            return "true" if raw else "false"
        case _:
            return str(raw)
