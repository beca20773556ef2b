"""What a pack's author should look at: things that load, and are likely wrong all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from attrs import fields as fields_of

from safescore.document import Document
from safescore.errors import Location
from safescore.expr import fields
from safescore.frozen import frozen
from safescore.measures.base import Condition
from safescore.measures.checklist import Checklist
from safescore.measures.ratio import target_of
from safescore.model import Pack, Rule, Totals
from safescore.packs.cases import Placed
from safescore.packs.find import rules_root, yaml_files
from safescore.packs.load import PACK_LIMITS
from safescore.source import read
from safescore.words import Text

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_PHONE = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])")
_PROHIBITS = re.compile(r"严禁|不得|杜绝")
_INCLUSIVE = re.compile(r"以上|不少于|至少|达到")
_STRICT = re.compile(r"超过|高于")


class Level(str, Enum):
    """How sure it is that something is wrong."""

    ERROR = "error"
    WARNING = "warning"


@frozen(kw_only=True)
class Remark:
    """One thing to look at: its place, the check that found it, what it is, and the mend."""

    at: Location
    check: str
    level: Level
    problem: Text
    hint: Text | None


CHECKS: Mapping[str, str] = {
    "untested-outcome": "a rule has no case that is satisfied, not satisfied, or unknown",
    "word-and-operator": "the anchor's word and the comparison disagree on whether the number itself counts",
    "soft-prohibition": "the anchor prohibits, and the rule is not hard",
    "unused-parameter": "a parameter or reading is used by no rule",
    "reading-without-note": "a reading does not say why the text is open",
    "parameter-without-question": "a parameter without default does not say what to ask",
    "untranslated": "a Chinese text has no Chinese, or an English one has some",
    "person": "a text holds what looks like a telephone number",
    "unused-fact": "an entry of a pack's own dictionary is asked by no rule",
    "copied-sentence": "a title, question or remedy is a sentence of the document",
    "same-anchor": "two rules of a clause share an anchor",
    "same-title": "two rules have the same title",
    "case-repeated": "two cases of a rule have the same name",
    "totals": "the pack does not hold as much as its author counted",
}


def lint(pack: Pack, cases: tuple[Placed, ...], text: str = "") -> tuple[Remark, ...]:
    """Return the remarks on a pack in the order of their places; *text* is the document, where it is at hand."""
    return tuple(sorted(_Linting(pack, cases, text).remarks(), key=lambda one: (one.at, one.check, one.problem.en)))


class _Linting:
    def __init__(self, pack: Pack, cases: tuple[Placed, ...], text: str) -> None:
        self.pack = pack
        self.cases = cases
        self.text = "".join(text.split())
        folder = Path(pack.folder)
        self.head = read(folder / "pack.yaml", PACK_LIMITS)
        self.rule_places: dict[str, tuple[Document, int]] = {}
        for path in yaml_files(folder / "rules"):
            document = read(path, PACK_LIMITS)
            content: Any = document.content
            for place, raw in enumerate(content):
                self.rule_places[raw["id"]] = (document, place)

    def remarks(self) -> Iterator[Remark]:
        for rule in self.pack.rules:
            yield from self._rule(rule)
        yield from self._cases()
        yield from self._parameters()
        yield from self._twins()
        yield from self._own_facts()
        yield from self._totals()

    def _at(self, rule: Rule, *path: str | int) -> Location:
        document, place = self.rule_places[rule.id]
        return document.locate((place, *path))

    def _remark(self, at: Location, check: str, problem: Text, hint: Text, level: Level = Level.ERROR) -> Remark:
        return Remark(at=at, check=check, level=level, problem=problem, hint=hint)

    def _rule(self, rule: Rule) -> Iterator[Remark]:
        operator, _ = target_of(rule.measure)
        if operator == "more_than" and _INCLUSIVE.search(rule.anchor):
            problem = Text(
                zh=f"“{rule.anchor}”包括本数，规则却要求超过本数",
                en=f"{rule.anchor!r} includes the number, the rule asks for more than it",
            )
            yield self._remark(
                self._at(rule, "measure"), "word-and-operator", problem, Text(zh="改用at_least", en="write at_least")
            )
        if operator == "at_least" and _STRICT.search(rule.anchor) and not _INCLUSIVE.search(rule.anchor):
            problem = Text(
                zh=f"“{rule.anchor}”不包括本数，规则却接受本数",
                en=f"{rule.anchor!r} excludes the number, the rule accepts it",
            )
            yield self._remark(
                self._at(rule, "measure"), "word-and-operator", problem, Text(zh="改用more_than", en="write more_than")
            )
        if _PROHIBITS.search(rule.anchor) and not rule.hard:
            problem = Text(
                zh=f"“{rule.anchor}”是禁止性要求，规则却不是底线",
                en=f"{rule.anchor!r} prohibits, and the rule is not hard",
            )
            yield self._remark(
                self._at(rule),
                "soft-prohibition",
                problem,
                Text(zh="写上hard: true", en="write hard: true"),
                Level.WARNING,
            )
        texts = [("title", rule.title), ("remedy", rule.remedy)]
        if rule.note is not None:
            texts.append(("note", rule.note))
        for key, text in texts:
            yield from self._text(text, self._at(rule, key), copied=key != "note")
        if isinstance(rule.measure, Checklist):
            for number, one in enumerate(rule.measure.elements):
                yield from self._text(one.title, self._at(rule, "measure", "elements", number, "title"), copied=True)

    def _text(self, text: Text, at: Location, *, copied: bool) -> Iterator[Remark]:
        if not _CHINESE.search(text.zh):
            yield self._remark(
                at,
                "untranslated",
                Text(zh=f"“{text.zh}”不是中文", en=f"{text.zh!r} is not Chinese"),
                Text(zh="翻译过来", en="translate it"),
            )
        if _CHINESE.search(text.en):
            yield self._remark(
                at,
                "untranslated",
                Text(zh=f"“{text.en}”不是英文", en=f"{text.en!r} is not English"),
                Text(zh="翻译过来", en="translate it"),
                Level.WARNING,
            )
        for one in (text.zh, text.en):
            if _PHONE.search(one):
                yield self._remark(
                    at,
                    "person",
                    Text(zh="这像是电话号码", en="this looks like a telephone number"),
                    Text(zh="不写联系方式", en="leave out contact data"),
                )
        squeezed = "".join(text.zh.split()).rstrip("。")
        if copied and len(squeezed) > 16 and squeezed in self.text:
            yield self._remark(
                at,
                "copied-sentence",
                Text(zh=f"“{text.zh}”是文件原句", en=f"{text.zh!r} is a sentence of the document"),
                Text(zh="用自己的话来说", en="say it in your own words"),
            )

    def _cases(self) -> Iterator[Remark]:
        found: dict[str, dict[str, Placed]] = {rule.id: {} for rule in self.pack.rules}
        names: dict[tuple[str, str], Placed] = {}
        for placed in self.cases:
            rule = placed.case.rule.removeprefix(f"{self.pack.id}.")
            found[rule][placed.expect.outcome] = placed
            first = names.setdefault((rule, placed.case.case), placed)
            if first is not placed:
                at = placed.document.locate((placed.index, "case"))
                yield self._remark(
                    at,
                    "case-repeated",
                    Text(
                        zh=f"“{placed.case.case}”在{first.at}已有", en=f"{placed.case.case!r} stands at {first.at} too"
                    ),
                    Text(zh="换一个名称", en="name it apart"),
                )
        for one in self.pack.rules:
            for outcome in ("satisfied", "not-satisfied", "unknown"):
                if outcome not in found[one.id]:
                    problem = Text(zh=f"“{one.id}”没有结果为{outcome}的用例", en=f"no case of {one.id!r} is {outcome}")
                    yield self._remark(
                        self._at(one, "id"), "untested-outcome", problem, Text(zh="补一个", en="add one")
                    )

    def _parameters(self) -> Iterator[Remark]:
        used = {name for rule in self.pack.rules for name in rule.settings()} | set(self.pack.general_settings())
        for place, one in enumerate(self.pack.head.parameters):
            at = self.head.locate(("parameters", place, "id"))
            if one.id not in used:
                yield self._remark(
                    at,
                    "unused-parameter",
                    Text(zh=f"没有规则用到“{one.id}”", en=f"no rule uses {one.id!r}"),
                    Text(zh="用上它，或删去", en="use it, or leave it out"),
                )
            if one.reading and one.note is None:
                problem = Text(
                    zh=f"口径“{one.id}”没有说明原文何处不明确",
                    en=f"the reading {one.id!r} does not say why the text is open",
                )
                yield self._remark(at, "reading-without-note", problem, Text(zh="补上note", en="add a note"))
            if not one.reading and one.default is None and one.question is None:
                problem = Text(
                    zh=f"参数“{one.id}”既无默认值，也无问题",
                    en=f"the parameter {one.id!r} has no default and no question",
                )
                yield self._remark(
                    at, "parameter-without-question", problem, Text(zh="补上question", en="add a question")
                )

    def _twins(self) -> Iterator[Remark]:
        anchors: dict[tuple[str, str, tuple[str, ...]], Rule] = {}
        titles: dict[str, Rule] = {}
        for rule in self.pack.rules:
            first = anchors.setdefault((rule.clause, rule.anchor, rule.roles), rule)
            if first is not rule:
                problem = Text(
                    zh=f"“{rule.id}”与“{first.id}”以同一词句“{rule.anchor}”约束同样的角色",
                    en=f"{rule.id!r} and {first.id!r} bind the same roles by the anchor {rule.anchor!r}",
                )
                hint = Text(zh="各取句中不同的词语", en="give each its own words of the sentence")
                yield self._remark(self._at(rule, "anchor"), "same-anchor", problem, hint, Level.WARNING)
            twin = titles.setdefault(rule.title.zh, rule)
            if twin is not rule:
                problem = Text(
                    zh=f"“{rule.id}”与“{twin.id}”标题相同", en=f"{rule.id!r} and {twin.id!r} have the same title"
                )
                yield self._remark(
                    self._at(rule, "title"),
                    "same-title",
                    problem,
                    Text(zh="用不同的标题", en="name them apart"),
                    Level.WARNING,
                )

    def _totals(self) -> Iterator[Remark]:
        found = counted(self.pack, len(self.cases))
        declared = self.pack.head.totals
        if declared is None:
            wanted = ", ".join(f"{one.name}: {getattr(found, one.name)}" for one in fields_of(Totals))
            yield self._remark(
                self.head.locate(("id",)),
                "totals",
                Text(zh="规则包没有写明各项数目", en="the pack does not say how much it holds"),
                Text(zh=f"补上totals: {{{wanted}}}", en=f"add totals: {{{wanted}}}"),
            )
            return
        for one in fields_of(Totals):
            says, holds = getattr(declared, one.name), getattr(found, one.name)
            if says != holds:
                problem = Text(
                    zh=f"规则包有{holds}个{one.name}，编者写的是{says}",
                    en=f"the pack holds {holds} {one.name}, its author counted {says}",
                )
                hint = Text(zh="找出缺漏，或重新计数", en="find what was lost, or count anew")
                yield self._remark(self.head.locate(("totals", one.name)), "totals", problem, hint)

    def _own_facts(self) -> Iterator[Remark]:
        """Yield entries that only this pack's folder brings and none of its rules asks."""
        folder = Path(self.pack.folder)
        if folder.parent.resolve() == rules_root().resolve():
            return
        asked = asked_facts(self.pack)
        for path in yaml_files(folder / "facts"):
            document = read(path, PACK_LIMITS)
            content: Any = document.content
            for name in content:
                if name not in asked:
                    at = document.locate_key((name,))
                    yield self._remark(
                        at,
                        "unused-fact",
                        Text(zh=f"没有规则询问“{name}”", en=f"no rule asks {name!r}"),
                        Text(zh="询问它，或删去", en="ask it, or leave it out"),
                        Level.WARNING,
                    )


def counted(pack: Pack, cases: int) -> Totals:
    """Return how much a pack holds."""
    return Totals(
        clauses=len(pack.head.clauses),
        rules=len(pack.rules),
        elements=sum(len(rule.measure.elements) for rule in pack.rules if isinstance(rule.measure, Checklist)),
        unscored=sum(len(clause.unscored) for clause in pack.head.clauses),
        cases=cases,
    )


def asked_facts(pack: Pack) -> frozenset[str]:
    """Return every entry of the dictionary that a pack's rules ask, registers and profile answers included."""
    names: set[str] = set()
    for rule in pack.rules:
        names.update(name.split(".")[0] for name in rule.facts())
        conditions: list[Condition | None] = [rule.applies]
        if isinstance(rule.measure, Checklist):
            conditions.extend(one.applies for one in rule.measure.elements)
        for condition in conditions:
            if condition is not None:
                names.update(fields(condition.expr))
    dictionary = pack.dictionary
    for name in tuple(names):
        derivation = dictionary.derivations.get(name)
        if derivation is not None:
            names.add(derivation.register)
        spec = dictionary.facts.get(name)
        while spec is not None and spec.derive is not None and spec.derive.subset_of is not None:
            names.add(spec.derive.subset_of)
            spec = dictionary.facts.get(spec.derive.subset_of)
    for name in tuple(names):
        spec = dictionary.facts.get(name)
        if spec is not None:
            names.update(str(one.to) for one in spec.fields.values() if one.to)
            if spec.part_of:
                names.add(spec.part_of)
    return frozenset(names)
