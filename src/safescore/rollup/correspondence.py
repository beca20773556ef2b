"""Which registers of an authority follow from its firms, field by field: data, read and held against the dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field
from attrs.validators import in_, min_len, optional

from safescore.dictionary import Dictionary, FactSpec, FieldReader, FieldSpec
from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput, WrongValue, expected
from safescore.expr import ALWAYS, Expr, Wrong, parse, suggestion
from safescore.frozen import frozen
from safescore.packs.entries import structured
from safescore.packs.find import rules_root
from safescore.source import read
from safescore.words import Text, listed

FILE = "rollup.yaml"
MEMBER = "member"
OWN = ("id", "name")


@frozen(kw_only=True)
class Case:
    """A value, and the condition on the profile under which a field has it."""

    value: object
    where: object
    expr: Expr = ALWAYS


@frozen(kw_only=True)
class Origin:
    """Where a field of a register stands in a member's submission: one of a name, an answer, or cases."""

    organization: str | None = field(default=None, validator=optional(in_(OWN)))
    profile: str | None = None
    fact: str | None = None
    cases: tuple[Case, ...] = ()
    otherwise: object | None = None


@frozen(kw_only=True)
class Correspondence:
    """How a register of an authority follows from members of these roles: a record of each, or the records of each."""

    members: tuple[str, ...] = field(validator=min_len(1))
    row: str | None = field(default=None, validator=optional(in_((MEMBER,))))
    records: str | None = None
    fields: Mapping[str, Origin] = field(factory=dict)


def read_correspondences(
    dictionary: Dictionary, roles: Mapping[str, Text], path: Path | None = None
) -> dict[str, Correspondence]:
    """Return the correspondences by register: the built-in ones, or those of a file. Raises InvalidInput."""
    document = read(path or rules_root() / FILE)
    faults: list[Fault] = []
    content: Any = document.content
    if not isinstance(content, Mapping):
        problem = Text(zh="应写成“台账: 由来”", en="expected registers, and how each follows")
        raise InvalidInput([document.fault((), problem, Text(zh="写成firms: {…}", en="write firms: {…}"))])
    found: dict[str, Correspondence] = {}
    for name, raw in content.items():
        one = structured(raw, Correspondence, document, (name,), faults)
        if one is not None:
            found[str(name)] = _Linking(document, dictionary, roles, faults).linked(str(name), one)
    if faults:
        raise InvalidInput(faults)
    return found


@frozen
class _Linking:
    """Holds a correspondence against the dictionary, and collects what does not fit."""

    document: Document
    dictionary: Dictionary
    roles: Mapping[str, Text]
    faults: list[Fault]

    def blame(self, path: Steps, problem: Text, hint: Text | None = None) -> None:
        self.faults.append(self.document.fault(path, problem, hint))

    def linked(self, name: str, one: Correspondence) -> Correspondence:
        """Return the correspondence with its conditions read."""
        for place, role in enumerate(one.members):
            if role not in self.roles:
                problem = Text(zh=f"没有角色“{role}”", en=f"there is no role {role!r}")
                self.blame((name, "members", place), problem, suggestion(role, tuple(self.roles)))
        if (one.row is None) == (one.records is None):
            problem = Text(zh="应写row或records之一", en="a register follows from a row or from records")
            self.blame((name,), problem, Text(zh="两者取其一", en="give one of the two"))
        spec = self._register(name, (name,))
        if one.records is not None:
            self._records(name, one.records)
        if spec is None:
            return one
        return evolve(one, fields=dict(self._fields(name, spec, one.fields)))

    def _register(self, name: str, path: Steps) -> FactSpec | None:
        spec = self.dictionary.facts.get(name)
        if spec is None or not spec.records:
            registers = tuple(one for one, found in self.dictionary.facts.items() if found.records)
            problem = Text(zh=f"事实字典中没有台账“{name}”", en=f"there is no register {name!r}")
            self.blame(path, problem, suggestion(name, registers))
            return None
        return spec

    def _records(self, name: str, records: str) -> None:
        path = (name, "records")
        source, target = self._register(records, path), self.dictionary.facts.get(name)
        if source is None or target is None:
            return
        keyed = bool(target.key) and all(target.fields[one].type == "text" for one in target.key)
        if not keyed:
            problem = Text(zh=f"“{name}”没有文字编号，各单位的记录分不开", en=f"{name!r} has no key of text to tell by")
            self.blame(path, problem, Text(zh="换一个有key的台账", en="name a register with a key of text"))
        for one, spec in source.fields.items():
            if one in target.fields and not _fits(spec, target.fields[one]):
                self._unfit(path, f"{records}.{one}", f"{name}.{one}")

    def _fields(self, name: str, spec: FactSpec, given: Mapping[str, Origin]) -> Iterator[tuple[str, Origin]]:
        for called, origin in given.items():
            path: Steps = (name, "fields", called)
            target = spec.fields.get(called)
            if target is None:
                problem = Text(zh=f"“{name}”没有字段“{called}”", en=f"{name!r} has no field {called!r}")
                self.faults.append(self.document.fault(path, problem, suggestion(called, tuple(spec.fields)), key=True))
                continue
            yield called, self._origin(path, target, origin)

    def _origin(self, path: Steps, target: FieldSpec, origin: Origin) -> Origin:
        ways = [one for one in ("organization", "profile", "fact", "cases") if getattr(origin, one)]
        if len(ways) != 1:
            every = listed(("organization", "profile", "fact", "cases"))
            problem = Text(zh=f"应有一种由来，实有{len(ways)}种", en=f"one origin is asked, {len(ways)} are given")
            self.blame(path, problem, Text(zh=f"取{every.zh}之一", en=f"give one of {every.en}"))
            return origin
        if origin.organization is not None and target.type != "text":
            self._unfit((*path, "organization"), origin.organization, str(path[-1]))
        if origin.profile is not None:
            profile = dict(self.dictionary.profile())
            self._source((*path, "profile"), origin.profile, profile.get(origin.profile), target, tuple(profile))
        if origin.fact is not None:
            spec = self.dictionary.here(origin.fact)
            self._source((*path, "fact"), origin.fact, spec, target, tuple(self.dictionary.facts))
        if origin.otherwise is not None:
            self._value((*path, "otherwise"), origin.otherwise, target)
        return evolve(origin, cases=tuple(self._cases(path, target, origin.cases)))

    def _source(
        self, path: Steps, name: str, spec: FactSpec | FieldSpec | None, target: FieldSpec, known: tuple[str, ...]
    ) -> None:
        if spec is None:
            problem = Text(zh=f"没有单值事实“{name}”", en=f"there is no plain fact {name!r}")
            self.blame(path, problem, suggestion(name, known))
        elif not _fits(spec, target):
            self._unfit(path, name, str(path[-2]))

    def _cases(self, path: Steps, target: FieldSpec, cases: tuple[Case, ...]) -> Iterator[Case]:
        reader = FieldReader(dict(self.dictionary.profile()))
        for place, one in enumerate(cases):
            here = (*path, "cases", place)
            self._value((*here, "value"), one.value, target)
            wrong: list[Wrong] = []
            expr = parse(one.where, reader, wrong, (*here, "where"))
            for fault in wrong:
                self.blame(fault.path, fault.problem, fault.hint)
            yield evolve(one, expr=expr)

    def _value(self, path: Steps, value: object, target: FieldSpec) -> None:
        try:
            target.value(value)
        except WrongValue as error:
            self.blame(path, expected(error), error.hint)

    def _unfit(self, path: Steps, source: str, target: str) -> None:
        problem = Text(
            zh=f"“{source}”与“{target}”的类型或选项不同", en=f"{source!r} and {target!r} differ in type or options"
        )
        hint = Text(zh="换一项，或用cases逐个写明", en="name another, or spell it out in cases")
        self.blame(path, problem, hint)


def _fits(source: FactSpec | FieldSpec, target: FieldSpec) -> bool:
    """Tell whether every value of one is a value of the other."""
    days = ("date", "term")
    alike = source.type == target.type or (source.type in days and target.type in days)
    return alike and set(source.options) <= set(target.options)
