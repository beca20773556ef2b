"""The fact dictionary, read from its files and linked: every reference exists, every condition is understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from safescore.converter import structure
from safescore.dictionary import NAME, Derivation, Derive, Dictionary, FactSpec, FieldReader
from safescore.document import Document
from safescore.errors import Fault
from safescore.expr import ALWAYS, All, Expr, Moment, Wrong, parse, suggestion
from safescore.frozen import frozen
from safescore.words import Text

Path = tuple[str | int, ...]


@frozen
class Entry:
    """An entry of the dictionary and the document it stands in."""

    spec: FactSpec
    document: Document


def read_dictionary(documents: Iterable[Document], faults: list[Fault]) -> Dictionary:
    """Return the dictionary of these documents; every fault is added to *faults*."""
    entries: dict[str, Entry] = {}
    for document in documents:
        content: Any = document.content
        if not isinstance(content, Mapping):
            faults.append(
                document.fault(
                    (),
                    Text(zh="事实文件应写成“名称: 条目”", en="a fact file maps names to entries"),
                    Text(zh="写成“名称: {type: …}”", en="write name: {type: …}"),
                )
            )
            continue
        for name, raw in content.items():
            if not NAME.match(name):
                hint = Text(zh="只用小写字母、数字和下划线", en="use lower-case letters, digits and underscores")
                faults.append(
                    document.fault(
                        (name,),
                        Text(zh=f"“{name}”不能作事实名称", en=f"{name!r} is no name for a fact"),
                        hint,
                        key=True,
                    )
                )
            if name in entries:
                at = entries[name].document.locate_key((name,))
                faults.append(
                    document.fault(
                        (name,),
                        Text(
                            zh=f"事实“{name}”重复定义，首次在{at}",
                            en=f"the fact {name!r} is defined twice, first at {at}",
                        ),
                        key=True,
                    )
                )
                continue
            spec = structured(raw, FactSpec, document, (name,), faults)
            if spec is not None:
                entries[name] = Entry(spec, document)
    return _Linked(entries, faults).dictionary()


def structured(raw: Any, cls: type[Any], document: Document, path: Path, faults: list[Fault]) -> Any:
    """Return *raw* as an instance of *cls*, or None; every fault is added to *faults* with its place."""

    def fault(below: Path, problem: Text, hint: Text | None, at_key: bool) -> None:
        faults.append(document.fault((*path, *below), problem, hint, key=at_key))

    return structure(raw, cls, fault)


def derivation(derive: Derive, whole: Derivation | None, own: Expr) -> Derivation:
    """Return how a count follows from records: by its own condition, and by those of the count it is a subset of."""
    above = whole.where if whole is not None else ALWAYS
    parts = tuple(part for part in (above, own) if part != ALWAYS)
    return Derivation(
        register=whole.register if whole is not None else str(derive.register),
        where=parts[0] if len(parts) == 1 else All(parts),
        sum=derive.sum,
        in_period=derive.in_period or (whole is not None and whole.in_period),
    )


def derived(name: str, facts: Mapping[str, FactSpec]) -> Derivation | None:
    """Return how a count of a checked dictionary follows from records, None where it does not."""
    derive = facts[name].derive
    if derive is None:
        return None
    whole = derived(derive.subset_of, facts) if derive.subset_of is not None else None
    spec = facts[whole.register if whole is not None else str(derive.register)]
    own = ALWAYS if derive.where is None else parse(derive.where, FieldReader(spec.fields), [])
    return derivation(derive, whole, own)


class _Linked:
    """Links entries to each other, and collects what does not fit."""

    def __init__(self, entries: Mapping[str, Entry], faults: list[Fault]) -> None:
        self.entries = entries
        self.faults = faults
        self.derivations: dict[str, Derivation] = {}

    def dictionary(self) -> Dictionary:
        facts = {name: entry.spec for name, entry in self.entries.items()}
        for name, entry in self.entries.items():
            self._check(name, entry.spec)
        for name in self.entries:
            self._derive(name, ())
        profile = tuple(name for name, spec in facts.items() if spec.profile)
        return Dictionary(facts=facts, derivations=self.derivations, profile_names=profile)

    def _blame(self, path: Path, problem: Text, hint: Text | None = None) -> None:
        self.faults.append(self.entries[str(path[0])].document.fault(path, problem, hint))

    def _check(self, name: str, spec: FactSpec) -> None:
        if spec.records and not spec.fields:
            self._blame(
                (name,),
                Text(zh=f"{spec.type}类事实“{name}”没有字段", en=f"the {spec.type} {name!r} has no fields"),
                Text(zh="补上fields", en="add fields"),
            )
        if not spec.records and spec.fields:
            self._blame(
                (name, "fields"),
                Text(zh=f"{spec.type}类事实不设字段", en=f"a {spec.type} has no fields"),
                Text(zh="改为register，或去掉fields", en="make it a register, or leave them out"),
            )
        if spec.type == "events" and spec.when is None:
            self._blame(
                (name,),
                Text(zh=f"活动“{name}”没有写明以哪个日期为准", en=f"the events {name!r} have no date that decides"),
                Text(zh="补上when: 字段名", en="add when: FIELD"),
            )
        if spec.type == "checklist" and not spec.elements:
            self._blame(
                (name,),
                Text(zh=f"清单“{name}”没有要素", en=f"the checklist {name!r} has no elements"),
                Text(zh="补上elements", en="add elements"),
            )
        if spec.type in ("choice", "choices") and not spec.options:
            self._blame(
                (name,),
                Text(zh=f"{spec.type}类事实“{name}”没有选项", en=f"the {spec.type} {name!r} has no options"),
                Text(zh="补上options", en="add options"),
            )
        if (spec.records or spec.type == "count") and spec.unit is None:
            self._blame(
                (name,),
                Text(zh=f"“{name}”没有计量单位", en=f"{name!r} has no counting word"),
                Text(zh="补上unit: {zh, one, many}", en="add unit: {zh, one, many}"),
            )
        for field_name, one in (*spec.fields.items(), *spec.elements.items()):
            below = "fields" if field_name in spec.fields else "elements"
            if one.type in ("choice", "choices") and not one.options:
                self._blame(
                    (name, below, field_name),
                    Text(
                        zh=f"{one.type}类字段“{field_name}”没有选项", en=f"the {one.type} {field_name!r} has no options"
                    ),
                    Text(zh="补上options", en="add options"),
                )
            if field_name in (moment.value for moment in Moment):
                problem = Text(
                    zh=f"字段不能叫“{field_name}”：在条件中它指评定日或到期日",
                    en=f"a field can't be called {field_name!r}: in conditions that is a day of the assessment",
                )
                self._blame((name, below, field_name), problem, Text(zh="换一个名称", en="give it another name"))
            if one.type == "ref":
                target = self.entries.get(str(one.to))
                if target is None or target.spec.type != "register" or len(target.spec.key) != 1:
                    problem = Text(
                        zh=f"“{field_name}”指向“{one.to}”中的记录，而它不是只有一个关键字段的台账",
                        en=f"{field_name!r} names a record of {one.to!r}, which is no register with one key field",
                    )
                    self._blame((name, below, field_name), problem, Text(zh="补上to: 台账名", en="add to: REGISTER"))
        self._fields(name, spec, "key", spec.key, ())
        self._fields(name, spec, "same_when", spec.same_when, ())
        for key, types in (
            ("when", ("date", "time")),
            ("occasion", ("text", "choice")),
            ("since", ("term",)),
            ("until", ("term",)),
            ("except_", ("dates",)),
        ):
            field_ = getattr(spec, key)
            if field_ is not None:
                self._fields(name, spec, key.rstrip("_"), (field_,), types)
        if spec.part_of is not None and not self._is_count(spec.part_of):
            self._blame(
                (name, "part_of"),
                Text(zh=f"没有数量类事实“{spec.part_of}”", en=f"there is no count {spec.part_of!r}"),
                suggestion(spec.part_of, self._counts()),
            )

    def _fields(self, name: str, spec: FactSpec, key: str, names: tuple[str, ...], types: tuple[str, ...]) -> None:
        for one in names:
            found = spec.fields.get(one)
            if found is None:
                self._blame(
                    (name, key),
                    Text(zh=f"没有字段“{one}”", en=f"there is no field {one!r}"),
                    suggestion(one, tuple(spec.fields)),
                )
            elif types and found.type not in types:
                self._blame(
                    (name, key),
                    Text(zh=f"字段“{one}”的类型是{found.type}", en=f"the field {one!r} is a {found.type}"),
                    Text(zh=f"应为{'或'.join(types)}", en=f"expected {' or '.join(types)}"),
                )

    def _counts(self) -> tuple[str, ...]:
        return tuple(name for name in self.entries if self._is_count(name))

    def _is_count(self, name: str) -> bool:
        return name in self.entries and self.entries[name].spec.type == "count"

    def _derive(self, name: str, above: tuple[str, ...]) -> Derivation | None:
        """Return how a count follows from records, its whole's conditions included."""
        derive = self.entries[name].spec.derive
        if derive is None:
            return None
        if name in self.derivations:
            return self.derivations[name]
        if name in above:
            self._blame(
                (name, "derive"),
                Text(zh=f"“{name}”由其自身推得", en=f"{name!r} is derived from itself"),
                Text(zh="写明一个台账", en="name a register"),
            )
            return None
        whole: Derivation | None = None
        if (derive.register is None) == (derive.subset_of is None):
            self._blame(
                (name, "derive"),
                Text(
                    zh="数量应由台账推得，或是另一数量的一部分",
                    en="a count follows from a register, or is a subset of a count",
                ),
                Text(zh="两者取其一", en="give one"),
            )
            return None
        if derive.subset_of is not None:
            whole = self._derive(derive.subset_of, (*above, name)) if self._is_count(derive.subset_of) else None
            if whole is None:
                problem = Text(
                    zh=f"“{derive.subset_of}”不是由台账推得的数量", en=f"{derive.subset_of!r} is no derived count"
                )
                self._blame((name, "derive", "subset_of"), problem, suggestion(derive.subset_of, self._counts()))
                return None
        register = whole.register if whole is not None else str(derive.register)
        records = self.entries.get(register)
        if records is None or not records.spec.records:
            self._blame(
                (name, "derive", "register"), Text(zh=f"没有台账“{register}”", en=f"there is no register {register!r}")
            )
            return None
        spec = records.spec
        if derive.sum is not None:
            self._fields(name, spec, "derive", (derive.sum,), ("count",))
        if (derive.in_period or (whole is not None and whole.in_period)) and spec.when is None:
            self._blame(
                (name, "derive", "in_period"),
                Text(
                    zh=f"“{register}”的记录没有写明以哪个日期为准",
                    en=f"the records of {register!r} have no date that decides",
                ),
            )
        own = self._condition(derive.where, spec, (name, "derive", "where"))
        self.derivations[name] = derivation(derive, whole, own)
        return self.derivations[name]

    def _condition(self, raw: object, spec: FactSpec, path: Path) -> Expr:
        if raw is None:
            return ALWAYS
        wrong: list[Wrong] = []
        expr = parse(raw, FieldReader(spec.fields), wrong, path)
        for one in wrong:
            self._blame(one.path, one.problem, one.hint)
        return expr
