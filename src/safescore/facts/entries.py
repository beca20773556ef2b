"""What the entries of tables mean: cells of CSV files and workbooks as the plain values that a dictionary expects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import define, evolve, field

from safescore.dictionary import ABSENT_IS_AN_ANSWER, FactSpec
from safescore.document import Document, Entry, Grafted, Places, Renamed, Steps
from safescore.errors import Fault, Location, WrongValue
from safescore.expr import nearest
from safescore.frozen import frozen
from safescore.patterns import pattern
from safescore.period import parse_day, parse_moment
from safescore.words import Text, listed, same

NO = "无"
YES_OR_NO: Mapping[str, bool] = {"是": True, "否": False, "true": True, "false": False, "yes": True, "no": False}
_NUMBER = pattern(r"(-?(?:0|[1-9][0-9]{0,17}))(?:\.([0-9]{1,18}))?\Z")
_DAY = pattern(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})\Z")
_MOMENT = pattern(r"([0-9/-]+)[ T]([0-9]{1,2}):([0-9]{2})(?::00)?\Z")
_SPAN = pattern(r"\s*(?:\.\.|至)\s*")
_STRONG, _WEAK = pattern("[;；\n]"), pattern("[;；,，、\n]")
_YES_OR_NO_HINT = Text(zh="做到的写“是”，没做到的写“否”，不清楚的留空", en="yes, or no, or blank where it is not known")
_BLANK = " \t\u3000\xa0\r\n"
SERIES = pattern(r"\s*([0-9/-]{8,10})\s*[:：]\s*([^;；\n]*)\Z")


@frozen
class Takes:
    """What a parameter or reading takes: its type, and for a reading its alternatives."""

    type: str
    options: Mapping[str, Text]


@frozen(kw_only=True)
class Meanings:
    """What entries are read by: the entries of dictionaries, the settings of packs by id, and the roles."""

    facts: Mapping[str, FactSpec]
    settings: Mapping[str, Takes]
    packs: Mapping[str, Mapping[str, Takes]]
    roles: Mapping[str, Text]


def meant(type_: str, entry: str, options: Mapping[str, Text]) -> Any:
    """Return the plain value that an entry means, as a YAML author would write it; itself where it means none.

    Raises WrongValue where the entry is none of the options.
    """
    if type_ in ("text", "ref"):
        return str(entry)
    text = entry.strip(_BLANK)
    if not text:
        return None
    if type_ in ABSENT_IS_AN_ANSWER and text in ("none", NO):
        return "none"
    reader = _READERS.get(type_)
    return text if reader is None else reader(text, options)


def _flag(text: str, _: Mapping[str, Text]) -> Any:
    found = YES_OR_NO.get(text.lower())
    if found is None:
        raise WrongValue(Text(zh="“是”或“否”", en="yes or no"), _YES_OR_NO_HINT)
    return found


def _number(text: str, _: Mapping[str, Text]) -> Any:
    found = _NUMBER.match(text)
    if not found:
        return text
    value = Decimal(text)
    return int(value) if value == int(value) else value


def _count(text: str, options: Mapping[str, Text]) -> Any:
    if _WEAK.search(text) or SERIES.match(text):
        parts = [SERIES.match(one) for one in _STRONG.split(text) if one.strip(_BLANK)]
        if all(parts):
            pairs = [(str(_date(one[1], {})), one[2].strip(_BLANK)) for one in parts if one]
            return {day: _number(figure, {}) if figure else None for day, figure in pairs}
    return _number(text, options)


def _date(text: str, _: Mapping[str, Text]) -> Any:
    found = _DAY.match(text)
    if found:
        iso = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
        if parse_day(iso) is not None:
            return iso
    return text


def _time(text: str, _: Mapping[str, Text]) -> Any:
    found = _MOMENT.match(text)
    if found:
        iso = f"{_date(found[1], {})} {int(found[2]):02}:{found[3]}"
        if parse_moment(iso) is not None:
            return iso
    return text


def _choice(text: str, options: Mapping[str, Text]) -> Any:
    found = option(text, options)
    if found is None:
        every = listed(f"{one.zh}" for one in options.values())
        ids = listed(options)
        raise WrongValue(
            Text(zh=f"{every.zh}之一", en=f"one of {ids.en}"),
            nearest(text, (*(one.zh for one in options.values()), *(one.en for one in options.values()), *options)),
        )
    return found


def option(text: str, options: Mapping[str, Text]) -> str | None:
    """Return the option that a text names, by its id or by its label in either language."""
    if text in options:
        return text
    return next((name for name, label in options.items() if text in (label.zh, label.en)), None)


def _choices(text: str, options: Mapping[str, Text]) -> Any:
    if text == "[]" or (text in ("none", NO) and option(text, options) is None):
        return []
    found = []
    for piece in _pieces(_STRONG, text):
        one = option(piece, options)
        found.extend([one] if one else [_choice(part, options) for part in _pieces(_WEAK, piece)])
    return found


def _dates(text: str, _: Mapping[str, Text]) -> Any:
    if text in ("[]", "none", NO):
        return []
    return ["..".join(str(_date(end, {})) for end in _SPAN.split(piece)) for piece in _pieces(_WEAK, text)]


def _pieces(separator: re.Pattern[str], text: str) -> list[str]:
    return [piece for one in separator.split(text) if (piece := one.strip(_BLANK))]


_READERS: Mapping[str, Callable[[str, Mapping[str, Text]], Any]] = {
    "flag": _flag,
    "count": _count,
    "number": _number,
    "date": _date,
    "term": _date,
    "time": _time,
    "choice": _choice,
    "choices": _choices,
    "dates": _dates,
    "reading": _choice,
}


def understood(document: Document, meanings: Meanings) -> Document:
    """Return a document whose entries are the plain values that they mean; what means none stays an entry."""
    if not document.entered or not isinstance(document.content, Mapping):
        return document
    content = dict(document.content)
    parts: dict[Steps, Places] = {}
    organization, facts, parameters = (content.get(key) for key in ("organization", "facts", "parameters"))
    if isinstance(organization, Mapping):
        content["organization"] = {
            key: _roles(value, meanings.roles) if key == "roles" else _single(meanings.facts.get(key), value)
            for key, value in organization.items()
        }
    if isinstance(facts, Mapping):
        content["facts"] = {
            name: _answer(meanings.facts.get(name), value, ("facts", name), document.places, parts)
            for name, value in facts.items()
        }
    if isinstance(parameters, Mapping):
        content["parameters"] = {
            key: {name: _set(meanings.packs.get(key, {}).get(name), one) for name, one in value.items()}
            if isinstance(value, Mapping)
            else _set(meanings.settings.get(key), value)
            for key, value in parameters.items()
        }
    if "as_of" in content:
        content["as_of"] = value_meant("date", content["as_of"], {})
    if isinstance(content.get("evidence"), list):
        moved = _Moved(document.places, ("evidence",))
        content["evidence"] = _evidence(content["evidence"], meanings.facts, moved)
        parts[("evidence",)] = moved
    if isinstance(content.get("waivers"), list):
        content["waivers"] = [_waiver(one) for one in content["waivers"]]
    faults: list[Fault] = []
    if _rows(content.get("verified")):
        moved = _Moved(document.places, ("verified",))
        content["verified"] = _verified(content["verified"], meanings.facts, moved, faults)
        parts[("verified",)] = moved
    places = Grafted(document.places, parts) if parts else document.places
    return evolve(document, content=content, places=places, faults=(*document.faults, *faults))


@define
class Naming:
    """What facts, and parts of them, are called: their names, and labels that only one has."""

    facts: Mapping[str, FactSpec]
    found: dict[str, str] = field(factory=dict, init=False)
    labels: dict[str, list[str]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for name, spec in self.facts.items():
            for label in {spec.label.zh, spec.label.en}:
                self.labels.setdefault(label, []).append(name)

    def name(self, called: str) -> str:
        """Return the name of a fact, or ``fact.part`` of an element or a field; what is called otherwise as it is."""
        called = called.strip(_BLANK)
        if called not in self.found:
            self.found[called] = self._named(called)
        return self.found[called]

    def _named(self, called: str) -> str:
        whole = self._fact(called)
        pieces = called.split(".", _MOST_DOTS)
        for end in range(1, len(pieces)) if whole is None else ():
            name = self._fact(".".join(pieces[:end]).strip(_BLANK))
            if name is not None:
                part = ".".join(pieces[end:]).strip(_BLANK)
                return f"{name}.{option(part, _parts(self.facts[name])) or part}"
        return called if whole is None else whole

    def _fact(self, called: str) -> str | None:
        names = [called] if called in self.facts else self.labels.get(called, [])
        return names[0] if len(names) == 1 else None


_MOST_DOTS = 8  # more than any label has


def _parts(spec: FactSpec) -> dict[str, Text]:
    """Return the labels of elements or fields; of those that share a label the names."""
    inner: Mapping[str, Any] = spec.fields if spec.records else spec.elements
    labels = [label for one in inner.values() for label in {one.label.zh, one.label.en}]
    unclear = {label for label in labels if labels.count(label) > 1}
    return {name: same(name) if {one.label.zh, one.label.en} & unclear else one.label for name, one in inner.items()}


def _evidence(rows: list[Any], facts: Mapping[str, FactSpec], moved: _Moved) -> dict[str, list[Any]]:
    """Return rows of evidence by fact: a path alone, or with its digest, day and note."""
    naming = Naming(facts)
    found: dict[str, list[Any]] = {}
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            continue
        plain = {key: value_meant("date" if key == "date" else "text", one, {}) for key, one in row.items()}
        name = naming.name(str(plain.pop("fact", "")))
        files = found.setdefault(name, [])
        moved.to((name,), number, "fact")
        moved.to((name, len(files)), number, "path")
        for key in _EVIDENCE:
            moved.to((name, len(files), key), number, key)
        files.append(plain["path"] if list(plain) == ["path"] else plain)
    return found


_EVIDENCE = ("path", "sha256", "date", "note")
_VISIT = ("by", "date", "note")
_NO_RECORD = Text(
    zh="核查表只能逐条更正有编号的登记，“{name}”的这一行看不出更正哪一条",
    en="a sheet corrects single records of a register with a key; this row says none of {name}",
)
_IN_YAML = Text(
    zh="“项目”写“登记.字段”，“记录”写该条的编号；没有编号的登记和整份登记，在YAML文件中填写核查结果",
    en="write register.field as the fact and the key as the record; what has no key, and whole registers, go into YAML",
)
_NO_REGISTER = Text(zh="“{name}”不是登记，没有记录可更正", en="{name} is no register, and has no records")
_NO_KEY = Text(zh="清除“记录”一格", en="clear the record's cell")


def _rows(raw: Any) -> bool:
    return isinstance(raw, list) and any(
        type(cell) is Entry for row in raw if isinstance(row, Mapping) for cell in row.values()
    )


def _verified(rows: list[Any], facts: Mapping[str, FactSpec], moved: _Moved, faults: list[Fault]) -> Any:
    """Return rows of verified figures as visits, one alone or several, and take down rows that can't be understood."""
    reading = _Visits(Naming(facts))
    for number, row in enumerate(rows):
        wrong = reading.row(number, row)
        if wrong is not None:
            column, problem, hint = wrong
            faults.append(Fault(moved.base.locate((*moved.path, number, column)), problem, hint))
    visits = reading.visits
    for visit, path, number, column, key in reading.seats:
        moved.to((visit, *path) if len(visits) > 1 else path, number, column, key)
    return visits[0] if len(visits) == 1 else visits


@define
class _Visits:
    """Rows put together to visits: of one day, by one, with one note. What is said twice is said by another visit."""

    naming: Naming
    visits: list[dict[str, Any]] = field(factory=list, init=False)
    seats: list[tuple[int, Steps, int, str, str]] = field(factory=list, init=False)
    numbers: dict[tuple[object, ...], int] = field(factory=dict, init=False)
    times: dict[tuple[object, ...], int] = field(factory=dict, init=False)
    shapes: dict[tuple[object, ...], str] = field(factory=dict, init=False)
    records: dict[tuple[int, str, str], int] = field(factory=dict, init=False)

    def row(self, number: int, row: Mapping[str, Any]) -> tuple[str, Text, Text] | None:
        """Take in a row; return the column that is wrong, why, and how to mend it."""
        head = {key: value_meant("date" if key == "date" else "text", row.get(key), {}) for key in _VISIT}
        name, _, part = self.naming.name(str(row.get("fact", ""))).partition(".")
        spec, key, value = self.naming.facts.get(name), str(row.get("record", "")).strip(_BLANK), row.get("value")
        none = not part and isinstance(value, str) and value.strip(_BLANK) in (NO, "none", "[]")
        if spec is not None and not spec.records and key:
            return "record", _NO_REGISTER.filled(name=same(name)), _NO_KEY
        if spec is not None and spec.records and not (key and spec.key) and not (none and not key):
            return "fact", _NO_RECORD.filled(name=same(name)), _IN_YAML
        shape = "records" if key else "parts" if part else "whole"
        visit = self._visit(number, head, name, part, key, shape)
        found = self.visits[visit]["facts"]
        if key:
            self._record(visit, found, number, name, part, key, value, spec)
        elif spec is not None and spec.records:
            found[name] = {"whole": []} if spec.key else []
            self._seat(visit, ("facts", name), number, "value")
        elif part and (spec is None or spec.type == "checklist"):
            element = spec.elements.get(part) if spec else None
            answers = found.setdefault(name, {})
            answers[part] = value if element is None else value_meant(element.type, value, element.options)
            self._seat(visit, ("facts", name), number, "fact")
            self._seat(visit, ("facts", name, part), number, "value")
        else:
            called = f"{name}.{part}" if part else name
            if spec is not None and spec.type == "count" and not part:
                found[called] = value_meant("count", value, {})
            else:
                found[called] = value if part else _single(spec, value)
            self._seat(visit, ("facts", called), number, "value")
        return None

    def _visit(self, number: int, head: dict[str, Any], name: str, part: str, key: str, shape: str) -> int:
        """Return the number of the visit that a row belongs to, of which it is the first to say this."""
        who = tuple(head.values())
        other = shape if self.shapes.setdefault((who, name), shape) != shape else ""
        time = self.times.get((who, name, part, key, other), 0)
        self.times[who, name, part, key, other] = time + 1
        visit = self.numbers.setdefault((who, other, time), len(self.visits))
        if visit == len(self.visits):
            self.visits.append({**{one: said for one, said in head.items() if said is not None}, "facts": {}})
            self._seat(visit, (), number, "by")
            for one in _VISIT:
                self._seat(visit, (one,), number, one)
        return visit

    def _record(
        self,
        visit: int,
        found: dict[str, Any],
        number: int,
        name: str,
        part: str,
        key: str,
        value: Any,
        spec: FactSpec | None,
    ) -> None:
        keys = spec.key if spec is not None else ()
        cells = [one.strip(_BLANK) for one in key.split(";")] if len(keys) > 1 else [key]
        records = found.setdefault(name, [])
        place = self.records.setdefault((visit, name, key), len(records))
        if place == len(records):
            records.append({})
        record = records[place]
        self._seat(visit, ("facts", name), number, "fact")
        self._seat(visit, ("facts", name, place), number, "record")
        for one, cell in zip(keys, cells, strict=False):
            assert spec is not None
            record[one] = value_meant(spec.fields[one].type, Entry(cell), {})
            self._seat(visit, ("facts", name, place, one), number, "record")
        if part:
            inner = spec.fields.get(part) if spec is not None else None
            record[part] = value if inner is None else value_meant(inner.type, value, inner.options)
            self._seat(visit, ("facts", name, place, part), number, "value")

    def _seat(self, visit: int, path: Steps, number: int, column: str) -> None:
        """Write down the cells of a value of a visit, and of what it is called."""
        self.seats.append((visit, path, number, column, "fact"))


def _waiver(waiver: Any) -> Any:
    """Return a waiver with plain texts and days."""
    if not isinstance(waiver, Mapping):
        return waiver
    return {key: value_meant("date" if key in ("from", "until") else "text", one, {}) for key, one in waiver.items()}


def value_meant(type_: str, value: Any, options: Mapping[str, Text]) -> Any:
    """Return the plain value that an entry means; any other value, and an entry that means none, as it is."""
    if type(value) is not Entry:
        return value
    try:
        return meant(type_, value, options)
    except WrongValue:
        return value


def _single(spec: FactSpec | None, value: Any) -> Any:
    return value if spec is None else value_meant(spec.type, value, spec.options)


def _set(setting: Takes | None, value: Any) -> Any:
    return value if setting is None else value_meant(setting.type, value, setting.options)


def _roles(value: Any, roles: Mapping[str, Text]) -> Any:
    if type(value) is not Entry:
        return value
    return roles_meant(value, roles)


def roles_meant(entry: str, roles: Mapping[str, Text]) -> list[str]:
    """Return the roles that an entry names, by their ids or labels; what names none as it is."""
    return [option(one, roles) or one for piece in _pieces(_STRONG, entry) for one in _role_names(piece, roles)]


def _role_names(piece: str, roles: Mapping[str, Text]) -> list[str]:
    return [piece] if option(piece, roles) else _pieces(_WEAK, piece)


def _answer(spec: FactSpec | None, value: Any, path: Steps, places: Places, parts: dict[Steps, Places]) -> Any:
    if spec is None:
        return value
    if spec.type == "checklist" and isinstance(value, Mapping):
        return {
            key: value_meant(spec.elements[key].type, one, spec.elements[key].options) if key in spec.elements else one
            for key, one in value.items()
        }
    if spec.records and isinstance(value, Mapping):
        inner = {key: one for key, one in value.items() if key != "events"}
        if "through" in inner:
            inner["through"] = value_meant("date", inner["through"], {})
        if isinstance(value.get("events"), list):
            inner["events"] = _records(spec, value["events"], (*path, "events"), places, parts)
        return inner
    if spec.records and isinstance(value, list):
        return _records(spec, value, path, places, parts)
    return _single(spec, value)


def _records(spec: FactSpec, records: list[Any], path: Steps, places: Places, parts: dict[Steps, Places]) -> list[Any]:
    """Return records with the fields' names for the columns' labels, and every entry that can be read as read."""
    if not any(isinstance(one, Mapping) for one in records):
        return records
    fields = columns_of(spec)
    called: dict[str, str] = {}
    for written in dict.fromkeys(key for one in records if isinstance(one, Mapping) for key in one):
        name = fields.get(written, written)
        if name not in called:
            called[name] = written
    names = {written: name for name, written in called.items()}
    memo: dict[str, dict[Any, Any]] = {name: {} for name in spec.fields}
    made: list[Any] = []
    for one in records:
        if not isinstance(one, Mapping):
            made.append(one)
            continue
        record = {}
        for written, value in one.items():
            name = names.get(written, written)
            seen = memo.get(name)
            if seen is None or type(value) is not Entry:
                record[name] = value
                continue
            if value not in seen:
                seen[value] = value_meant(spec.fields[name].type, value, spec.fields[name].options)
            record[name] = seen[value]
        made.append(record)
    if any(name != written for name, written in called.items()):
        parts[path] = Renamed(_At(places, path), called)
    return made


@frozen
class _Moved:
    """Places of what rows of a sheet say, where it belongs: by its path there, the cells of its value and its key."""

    base: Places
    path: Steps
    values: dict[Steps, Steps] = field(factory=dict)
    keys: dict[Steps, Steps] = field(factory=dict)

    def to(self, path: Steps, row: int, column: str, key: str = "fact") -> None:
        """Let a path lead to a column of a row, and its key to another; where it led before counts."""
        self.values.setdefault(path, (row, column))
        self.keys.setdefault(path, (row, key))

    def locate(self, path: Steps) -> Location:
        """Return the cell of a value, or that of the nearest value around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.base.locate((*self.path, *self.values.get(path, ())))

    def locate_key(self, path: Steps) -> Location:
        """Return the cell that names a value."""
        return self.base.locate((*self.path, *self.keys[path])) if path in self.keys else self.locate(path)


@frozen
class _At:
    """Places of what stands under a path."""

    places: Places
    path: Steps

    def locate(self, path: Steps) -> Location:
        """Return where a value begins."""
        return self.places.locate((*self.path, *path))

    def locate_key(self, path: Steps) -> Location:
        """Return where a key begins."""
        return self.places.locate_key((*self.path, *path))


def columns_of(spec: FactSpec) -> dict[str, str]:
    """Return the fields of records by whatever a column may be called: their names, and labels that only one has."""
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for name, one in spec.fields.items():
        for label in {one.label.zh, one.label.en}:
            if found.setdefault(label, name) != name:
                doubled.add(label)
    return {label: name for label, name in found.items() if label not in doubled} | {name: name for name in spec.fields}


class Merged(Mapping[str, FactSpec]):
    """The entries of several dictionaries, each read when it is asked; of two of one name the first."""

    def __init__(self, dictionaries: Iterable[Mapping[str, FactSpec]]) -> None:
        self._dictionaries = tuple(dictionaries)

    def __getitem__(self, name: str) -> FactSpec:
        for one in self._dictionaries:
            if name in one:
                return one[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for one in self._dictionaries for name in one))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return any(name in one for one in self._dictionaries)
