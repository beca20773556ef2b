"""Changes to a submission: answers set, records added, answers taken back; each has a place of its own for faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from safescore.dictionary import FactSpec
from safescore.document import Document, Places, Steps
from safescore.errors import Fault, InvalidInput, Location
from safescore.expr import nearest, suggestion
from safescore.facts.entries import Meanings, understood
from safescore.facts.read import plain_document
from safescore.frozen import frozen
from safescore.source import LIMITS, Limits, parse
from safescore.words import Text

SET, ADD, UNSET = "set", "add", "unset"
ROOTS = ("organization", "facts", "parameters")
ALONE = ("as_of", "period")
FIXED = ("packs", "evidence", "waivers", "verified")
_TARGET = re.compile(r"(?P<name>[^\[\]@]+)(?:\[(?P<key>[^\[\]]+)\]\.(?P<field>[^\[\]@.]+))?(?:@(?P<day>[^\[\]@]+))?\Z")


@frozen(kw_only=True)
class Change:
    """One change: what of a submission is set, added to, or taken back, and the value as an author would write it.

    ``value`` is a document of the value alone, ``at`` where the target stands in what the author wrote.
    """

    kind: str
    target: str
    at: Location
    value: Document | None = None


def from_text(kind: str, text: str, name: str, limits: Limits = LIMITS) -> Change:
    """Return the change that ``TARGET=VALUE`` means, the value read as strictly as a file; of unset, ``TARGET``.

    *name* is what its faults call it. Raises InvalidInput.
    """
    at = Location(name, 1, 1)
    if kind == UNSET:
        return Change(kind=kind, target=text.strip(), at=at)
    target, equals, value = text.partition("=")
    if not equals or not target.strip():
        problem = Text(zh=f"“{text}”不是“名称=值”的写法", en=f"{text!r} is no NAME=VALUE")
        example = "meetings={held_on: 2022-09-01}" if kind == ADD else "hazards_closed=118"
        raise InvalidInput([Fault(at, problem, Text(zh=f"写成{example}的形式", en=f"write it as {example}"))])
    if not value.strip():
        problem = Text(zh=f"“{target}”没有写值", en=f"no value is given for {target!r}")
        hint = Text(zh="清空填报值用--unset，或写null", en="to take an answer back, use --unset, or write null")
        raise InvalidInput([Fault(at, problem, hint)])
    read = parse(f"{' ' * (len(target) + 1)}{value}", name, limits)
    return Change(kind=kind, target=target.strip(), at=at, value=read)


def from_plain(kind: str, target: str, value: Any, name: str, limits: Limits = LIMITS) -> Change:
    """Return a change of a plain Python value. Raises InvalidInput."""
    read = None if kind == UNSET else plain_document(value, name, limits)
    return Change(kind=kind, target=target, at=Location(name, 1, 1), value=read)


def changed(document: Document, changes: Sequence[Change], meanings: Meanings) -> tuple[Document, tuple[Fault, ...]]:
    """Return the document of a submission with changes made one after the other, and which have no place in it.

    What they give is not judged here: whoever reads the document does.
    """
    document = understood(document, meanings)
    if not isinstance(document.content, Mapping):
        return document, ()
    editing = _Editing(document, meanings)
    for one in changes:
        editing.make(one)
    places = _Edited(document.places, editing.parts)
    return evolve(document, content=editing.content, places=places, digest="", text=""), tuple(editing.faults)


@frozen
class _Part:
    """A changed value: where its name stands, and where its parts do."""

    at: Location
    places: Places | None


@frozen
class _Edited:
    """Places of a content of which some values stand in changes."""

    base: Places
    parts: Mapping[Steps, _Part]

    def locate(self, path: Steps) -> Location:
        """Return where the value at *path* begins, in the change that gave it."""
        found = self._part(path)
        if found is None:
            return self.base.locate(path)
        part, rest = found
        return part.at if part.places is None else part.places.locate(rest)

    def locate_key(self, path: Steps) -> Location:
        """Return where the key at the end of *path* begins, in the change that gave it."""
        found = self._part(path)
        if found is None:
            return self.base.locate_key(path)
        part, rest = found
        return part.at if part.places is None or not rest else part.places.locate_key(rest)

    def _part(self, path: Steps) -> tuple[_Part, Steps] | None:
        for end in range(len(path), 0, -1):
            if path[:end] in self.parts:
                return self.parts[path[:end]], path[end:]
        return None


@define
class _Editing:
    """A content while it is changed."""

    document: Document
    meanings: Meanings
    content: dict[str, Any] = field(init=False)
    parts: dict[Steps, _Part] = field(factory=dict, init=False)
    faults: list[Fault] = field(factory=list, init=False)
    made: set[tuple[str, str]] = field(factory=set, init=False)

    def __attrs_post_init__(self) -> None:
        self.content = dict(self.document.content)

    def make(self, change: Change) -> None:
        """Make one change, or take down why it can't be made."""
        try:
            if change.kind != ADD and (change.target, "") in self.made:
                raise _NoPlaceError(
                    Text(zh=f"“{change.target}”改了两次", en=f"{change.target!r} is changed twice"),
                    Text(zh="只保留一处", en="keep one of the two"),
                )
            self.made.add((change.target, "" if change.kind != ADD else "+"))
            path = self.path(change)
            if change.kind == SET:
                self.set(path, change)
            elif change.kind == ADD:
                self.add(path, change)
            else:
                self.unset(path, change)
        except _NoPlaceError as error:
            self.faults.append(Fault(change.at, error.problem, error.hint))

    def path(self, change: Change) -> Steps:
        """Return where a target stands in a submission."""
        found = _TARGET.match(change.target)
        if found is None:
            raise _NoPlaceError(
                Text(zh=f"看不懂“{change.target}”所指", en=f"{change.target!r} names nothing of a submission"),
                Text(
                    zh="写成名称、清单.要素、名称@日期、台账[编号].字段，或parameters.参数",
                    en="write NAME, CHECKLIST.ELEMENT, NAME@DAY, REGISTER[KEY].FIELD or parameters.NAME",
                ),
            )
        first, *rest = found["name"].split(".")
        if first in FIXED:
            raise _NoPlaceError(
                Text(zh=f"试算不改变{first}", en=f"{first} is not changed by a what-if"),
                Text(zh="在填报文件中修改，再用check", en="change the submission itself, and check it"),
            )
        if first in ALONE and not rest:
            return (first,)
        spec = self.meanings.facts.get(first)
        if first not in ROOTS:
            rest = [first, *rest]
            first = "organization" if spec is not None and spec.profile else "facts"
        elif not rest:
            raise _NoPlaceError(
                Text(zh=f"{first}后面没有写名称", en=f"no name stands after {first}"),
                Text(zh=f"写成{first}.名称", en=f"write {first}.NAME"),
            )
        path: Steps = (first, *rest)
        if found["key"] is not None:
            path = (*self.record(path, found["key"]), found["field"])
        return path if found["day"] is None else self.dated(path, found["day"])

    def record(self, path: Steps, key: str) -> Steps:
        """Return where a record stands, by its key."""
        name = str(path[-1])
        spec = self.meanings.facts.get(name)
        base = self.listed(path)
        rows = self.at(base)
        if spec is None or not spec.records:
            problem = Text(zh=f"“{name}”没有可改的记录", en=f"{name!r} has no records to change")
            raise _NoPlaceError(problem, self.meant(name))
        if not isinstance(rows, list):
            raise _unanswered(name, spec)
        keys = [_key(spec, row) for row in rows]
        if keys.count(key) != 1:
            known = tuple(one for one in dict.fromkeys(keys) if one)
            twice = Text(zh=f"“{name}”中有多条记录“{key}”", en=f"there are several records {key!r} in {name!r}")
            none = Text(zh=f"“{name}”中没有记录“{key}”", en=f"there is no record {key!r} in {name!r}")
            raise _NoPlaceError(twice) if keys.count(key) else _NoPlaceError(none, nearest(key, known))
        return (*base, keys.index(key))

    def dated(self, path: Steps, day: str) -> Steps:
        """Return where the figure of a day stands in a dated series."""
        now = self.at(path)
        if now is not None and not isinstance(now, Mapping):
            raise _NoPlaceError(
                Text(
                    zh=f"“{path[-1]}”填的是一个数，没有按日期分列", en=f"{path[-1]!r} is one figure, not a dated series"
                ),
                Text(
                    zh=f"写成{path[-1]}={{{day}: 数量}}，或直接写{path[-1]}=数量",
                    en=f"write {path[-1]}={{{day}: COUNT}}, or {path[-1]}=COUNT",
                ),
            )
        return (*path, day)

    def listed(self, path: Steps) -> Steps:
        """Return where the records of a fact are listed."""
        now = self.at(path)
        return (*path, "events") if isinstance(now, Mapping) and "events" in now else path

    def at(self, path: Steps) -> Any:
        """Return what stands at a path; None where nothing does."""
        here: Any = self.content
        for step in path:
            if isinstance(here, Mapping):
                here = here.get(str(step))
            elif isinstance(here, list) and isinstance(step, int):
                here = here[step]
            else:
                return None
        return here

    def set(self, path: Steps, change: Change) -> None:
        assert change.value is not None
        self.put(path, change.value.content)
        self.parts = {known: part for known, part in self.parts.items() if known[: len(path)] != path}
        self.parts[path] = _Part(change.at, change.value.places)

    def add(self, path: Steps, change: Change) -> None:
        name = str(path[-1])
        assert change.value is not None
        spec = self.meanings.facts.get(name)
        if spec is None or not spec.records or len(path) != 2:
            problem = Text(zh=f"“{change.target}”没有记录可增加", en=f"{change.target!r} is no list of records")
            raise _NoPlaceError(problem, self.meant(name))
        base = self.listed(path)
        rows = self.at(base)
        if not isinstance(rows, list):
            raise _unanswered(name, spec)
        self.put(base, [*rows, change.value.content])
        self.parts[(*base, len(rows))] = _Part(change.at, change.value.places)

    def unset(self, path: Steps, change: Change) -> None:
        holder = self.at(path[:-1])
        if not isinstance(holder, Mapping) or path[-1] not in holder:
            given = tuple(map(str, holder)) if isinstance(holder, Mapping) else ()
            problem = Text(zh=f"“{change.target}”没有填报，无可撤回", en=f"{change.target!r} is not answered")
            raise _NoPlaceError(problem, nearest(str(path[-1]), given))
        self.put(path[:-1], {key: one for key, one in holder.items() if key != path[-1]})

    def put(self, path: Steps, value: Any) -> None:
        """Put a value at a path, and leave alone whatever shares its holders with the submission."""
        whole: dict[str, Any] | list[Any] = self.content
        for place, step in enumerate(path[:-1]):
            inner = (
                whole[step] if isinstance(whole, list) and isinstance(step, int) else self._inner(whole, path, place)
            )
            copied = dict(inner) if isinstance(inner, Mapping) else list(inner)
            whole[step] = copied  # type: ignore[index]
            whole = copied
        whole[path[-1]] = value  # type: ignore[index]

    def _inner(self, whole: Any, path: Steps, place: int) -> Any:
        inner = whole.get(path[place])
        if inner is not None and not isinstance(inner, (Mapping, list)):
            raise _NoPlaceError(
                Text(zh=f"“{path[place]}”填的是一个值，没有“{path[place + 1]}”", en=f"{path[place]!r} has no parts"),
                Text(zh=f"写成{path[place]}=值", en=f"write {path[place]}=VALUE"),
            )
        return {} if inner is None else inner

    def meant(self, name: str) -> Text | None:
        """Return which list of records a name may have meant."""
        return suggestion(name, tuple(one for one, spec in self.meanings.facts.items() if spec.records))


class _NoPlaceError(Exception):
    """A change has no place in a submission."""

    def __init__(self, problem: Text, hint: Text | None = None) -> None:
        super().__init__(problem.en)
        self.problem = problem
        self.hint = hint


def _unanswered(name: str, spec: FactSpec) -> _NoPlaceError:
    """Return why records that nobody has listed can't be changed: a list says that it is complete."""
    return _NoPlaceError(
        Text(zh=f"“{spec.label.zh}”（{name}）还没有填报", en=f"{name} ({spec.label.en}) is not answered yet"),
        Text(
            zh=f"写成--set {name}=[…]，即声明所列就是全部",
            en=f"write --set {name}=[…], which says that the list is complete",
        ),
    )


def _key(spec: FactSpec, row: Any) -> str:
    """Return what a record is called by: its key, or what tells it apart."""
    cells = [row.get(name) for name in spec.identity] if isinstance(row, Mapping) else []
    return ",".join(str(one) for one in cells if one is not None)


def all_of(
    changes: Iterable[tuple[str, str, str]], limits: Limits = LIMITS
) -> tuple[tuple[Change, ...], tuple[Fault, ...]]:
    """Return changes given as texts, each with its kind and its name, as far as they can be read, and every fault."""
    made, faults = [], list[Fault]()
    for kind, text, name in changes:
        try:
            made.append(from_text(kind, text, name, limits))
        except InvalidInput as error:
            faults.extend(error.faults)
    return tuple(made), tuple(faults)
