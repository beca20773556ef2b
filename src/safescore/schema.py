"""The JSON Schema of a submission, for editors: it follows from the dictionary that the reader reads by.

It accepts and refuses what the reader does, one answer at a time. What the reader finds only by looking at several
answers together (records that contradict each other, references, a day before the period, a span that ends before it
begins, evidence of a day after the day of judgement, a visit that corrects records which nobody gave) or beside the
submission (files) has no place in a schema; nor has the difference between 3 and 3.0, which JSON Schema takes for one
number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from safescore.dictionary import ABSENT_IS_AN_ANSWER, MOST, FactSpec, FieldSpec
from safescore.form import Form, Question, form_of
from safescore.model import Pack, Parameter
from safescore.period import day_text
from safescore.words import Lang, Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_LEAP = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
DAY = (
    r"(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    rf"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP})"
)
"""A day that exists, as 2022-09-30."""
MINUTE = rf"{DAY}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]"
PERIOD = r"(?!0000)[0-9]{4}(?:Q[1-4]|H[12]|-(?:0[1-9]|1[0-2]))?"
INK = r"[^\s\x1c-\x1f\x85]"
"""A character that is no blank, as the reader has it."""

CSV = r"\.[cC][sS][vV]$(?!\n)"
OUTSIDE = r"^(?:/|[\s\S]:)|[\\\x00]|(?:^|/)\.\.(?:/|$(?!\n))"
"""A path that may lead out of the submission's folder."""
ASTRAY = r"^[/~]|[\\:\x00]|(?:^|/)\.\.(?:/|$(?!\n))"
"""A name that no CSV file beside the submission has."""

_TEXT: Schema = {"type": "string", "pattern": INK}
_NULL: Schema = {"type": "null"}
_NONE: Schema = {"const": "none"}
_GIVEN: Schema = {"not": _NULL}
_NOTE: Schema = {"type": ["string", "null"]}
_FILE: Schema = {"allOf": [_TEXT, {"not": {"pattern": OUTSIDE}}]}
_TABLE: Schema = {"type": "string", "pattern": CSV, "not": {"pattern": ASTRAY}}


def _exactly(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$(?!\\n)"}


DEFINITIONS: Mapping[str, Schema] = {
    "flag": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 0, "maximum": MOST},
    "number": {"type": "number", "minimum": 0, "maximum": MOST},
    "date": _exactly(DAY),
    "term": _exactly(DAY),
    "time": _exactly(MINUTE),
    "text": _TEXT,
    "ref": _TEXT,
    "dates": {"type": "array", "items": _exactly(rf"{DAY}(?:\.\.{DAY})?")},
}
"""What a value of each type is, by the type's name; a choice brings its options with it."""
_OPEN_DAY: Schema = {"anyOf": [_NULL, DEFINITIONS["date"]]}


def schema_text(packs: Iterable[Pack], lang: Lang, form: Form | None = None) -> str:
    """Return the schema as JSON."""
    return json.dumps(schema_of(packs, lang, form), ensure_ascii=False, indent=2) + "\n"


def schema_of(packs: Iterable[Pack], lang: Lang, form: Form | None = None) -> Schema:
    """Return the schema of a submission under these packs, with titles and descriptions in a language.

    What *form* asks (without one, what the packs ask of anyone) is described, and offered by editors; the other entries
    of the dictionary are accepted and refused as the reader does.
    """
    packs = tuple(packs)
    every = tuple(dict.fromkeys(role for pack in packs for rule in pack.rules for role in rule.roles))
    return _Drawing(packs, form if form is not None else form_of(packs, every), lang).schema()


class _Drawing:
    """One schema in the making."""

    def __init__(self, packs: tuple[Pack, ...], form: Form, lang: Lang) -> None:
        self.packs = packs
        self.form = form
        self.lang = lang
        self.asked = {question.name: question for question in form.questions}
        self.every: dict[str, list[FactSpec]] = {}
        self.shared: Schema = {}
        for pack in packs:
            for name, spec in pack.dictionary.facts.items():
                if not spec.profile and spec not in self.every.setdefault(name, []):
                    self.every[name].append(spec)

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def schema(self) -> Schema:
        visit = {"$ref": "#/$defs/visit"}
        titles = self.say("；", "; ").join(pack.head.title.to(self.lang) for pack in self.packs)
        return {
            "$schema": DIALECT,
            "title": self.say("填报内容", "Submission"),
            "description": titles,
            "type": "object",
            "properties": {
                "organization": self._organization(),
                "period": {
                    "title": self.say("填报期间", "period"),
                    "description": "2022, 2022H1, 2022Q3, 2022-07",
                    "anyOf": [_exactly(PERIOD), {"type": "integer", "minimum": 1000, "maximum": 9999}],
                },
                "as_of": {
                    "title": self.say("评定日", "day of judgement"),
                    "description": self.say("空着就是期间的最后一天", "blank: the last day of the period"),
                    "anyOf": [_NULL, DEFINITIONS["date"]],
                },
                "packs": {
                    "title": self.say("依据的文件", "packs"),
                    "anyOf": [_NULL, {"type": "array", "items": {"type": "string"}}],
                },
                "facts": self._facts(),
                "parameters": self._parameters(),
                "evidence": self._evidence(),
                "waivers": self._waivers(),
                "verified": {
                    "title": self.say("核查结果", "verified"),
                    "description": self.say("一次核查，或若干次核查的列表", "a visit, or a list of visits"),
                    "anyOf": [_NULL, visit, {"type": "array", "items": visit}],
                },
            },
            "required": ["organization", "period"],
            "additionalProperties": False,
            "$defs": {
                **_definitions(),
                "files": self._files(),
                "csv.register": self._csv(),
                "csv.events": self._csv(through=self._through()),
                "visit": self._visit(),
                **self.shared,
            },
        }

    def _organization(self) -> Schema:
        entries: dict[str, FactSpec] = {}
        for pack in self.packs:
            entries.update(pack.dictionary.profile())
        asked = {question.name: question for question in self.form.profile}
        roles = {
            name: title for name, title in self.packs[0].roles.items() if all(name in pack.roles for pack in self.packs)
        }
        name: Schema = {"anyOf": [_TEXT, {"type": "integer"}]}
        return {
            "title": self.say("单位", "organisation"),
            "type": "object",
            "properties": {
                "id": {"title": self.say("单位编号", "code"), **name},
                "name": {"title": self.say("单位名称", "name"), **name},
                "roles": {
                    "title": self.say("角色", "roles"),
                    "type": "array",
                    "minItems": 1,
                    "items": self._option(roles),
                },
                **{
                    key: {**self._words(entries[key], asked.get(key)), **self._cell(entries[key])}
                    for key in (*asked, *(key for key in entries if key not in asked))
                },
            },
            "required": ["id", "name", "roles"],
            "additionalProperties": False,
        }

    def _facts(self) -> Schema:
        return {
            "title": self.say("事实", "facts"),
            "type": ["object", "null"],
            **self._by_name({name: self._answers(name) for name, specs in self.every.items() if specs}, words=True),
        }

    def _by_name(self, answers: Mapping[str, Schema], *, words: bool) -> Schema:
        """Return what maps facts to answers: those that are asked are offered, with their *words* or only a title."""
        offered = {}
        for name, one in self.asked.items():
            title = {"title": one.spec.label.to(self.lang)}
            offered[name] = {**(self._words(one.spec, one) if words else title), **answers[name]}
        alike: dict[str, list[str]] = {}
        for name, answer in answers.items():
            if name not in offered:
                alike.setdefault(json.dumps(answer, sort_keys=True), []).append(name)
        rest = {_exact(*names): answers[names[0]] for names in alike.values()}
        return {"properties": offered, "patternProperties": rest, "additionalProperties": False}

    def _answers(self, name: str) -> Schema:
        """Return what an answer is that several dictionaries may know."""
        return _all(self._answer(name, place) for place in range(len(self.every[name])))

    def _words(self, spec: FactSpec, question: Question | None) -> Schema:
        """Return title and description of an entry: its question, its unit and the clauses that ask."""
        lines = [spec.question.to(self.lang)]
        if spec.unit is not None and spec.type in ("count", "number"):
            lines.append(self.say(f"单位：{spec.unit.zh}", f"Unit: {spec.unit.many}"))
        if question is not None:
            places = dict.fromkeys(f"{one.pack.id} {one.clause}" for one in question.asked_by)
            lines.append(self.say("依据：", "Asked by: ") + self.say("、", ", ").join(places))
        return {"title": spec.label.to(self.lang), "description": "\n".join(lines)}

    def _answer(self, name: str, place: int) -> Schema:
        """Return what an answer is, by one of the dictionaries that know it."""
        spec = self.every[name][place]
        if not spec.records:
            return self._plain(name, place)
        ways = [_NULL, *self._records(spec, self._record(name, place))]
        return {"anyOf": [*ways, {"$ref": f"#/$defs/csv.{spec.type}"}]}

    def _csv(self, **more: Schema) -> Schema:
        return {
            "type": "object",
            "properties": {"csv": {"title": self.say("CSV文件", "CSV file"), **_TABLE}, **more},
            "required": ["csv"],
            "additionalProperties": False,
        }

    def _finding(self, name: str, place: int) -> Schema:
        """Return what a visit may say of a fact: records of a register with a key one by one, or all of them."""
        spec = self.every[name][place]
        if not spec.records:
            return self._plain(name, place)
        record = self._record(name, place)
        if not spec.key:
            return {"anyOf": [_NULL, *self._records(spec, record)]}
        named = {**record, "required": list(spec.key), "properties": dict.fromkeys(spec.key, _GIVEN)}
        whole = {
            "type": "object",
            "properties": {
                "whole": {
                    "description": self.say("整份登记都已核查", "all of the register was verified"),
                    "anyOf": self._records(spec, record),
                }
            },
            "required": ["whole"],
            "additionalProperties": False,
        }
        return {"anyOf": [_NULL, *self._records(spec, named), whole]}

    def _plain(self, name: str, place: int) -> Schema:
        """Return what an answer is that is no list of records."""
        spec = self.every[name][place]
        if spec.type == "checklist":
            elements = {
                "type": ["object", "null"],
                "properties": self._cells(spec.elements, plain=name not in self.asked),
                "additionalProperties": False,
            }
            return self._share(f"checklist.{name}", place, elements)
        return {"$ref": "#/$defs/figure"} if spec.type == "count" else self._cell(spec)

    def _record(self, name: str, place: int) -> Schema:
        record = {
            "type": "object",
            "properties": self._cells(self.every[name][place].fields, plain=name not in self.asked),
            "additionalProperties": False,
        }
        return self._share(f"record.{name}", place, record)

    def _share(self, name: str, place: int, schema: Schema) -> Schema:
        """Return the reference to what facts and visits say alike."""
        name = f"{name}.{place}" if place else name
        self.shared[name] = schema
        return {"$ref": f"#/$defs/{name}"}

    def _records(self, spec: FactSpec, record: Schema) -> list[Schema]:
        """Return the ways to list records."""
        records: Schema = {"type": "array", "items": record}
        if spec.type == "register":
            return [records]
        through = {
            "type": "object",
            "properties": {"through": self._through(), "events": records},
            "required": ["through", "events"],
            "additionalProperties": False,
        }
        return [records, through]

    def _through(self) -> Schema:
        return {"description": self.say("清单完整到哪一天", "complete up to"), **DEFINITIONS["date"]}

    def _cells(self, specs: Mapping[str, FieldSpec], *, plain: bool) -> dict[str, Schema]:
        return {
            name: self._cell(one) if plain else {"title": one.label.to(self.lang), **self._cell(one)}
            for name, one in specs.items()
        }

    def _cell(self, spec: FactSpec | FieldSpec) -> Schema:
        """Return what a cell is: a value of its type, ``none`` where that is an answer, or a blank."""
        if spec.type == "choice":
            return {"anyOf": [_NULL, self._option(spec.options)]}
        if spec.type == "choices":
            return {"anyOf": [_NULL, {"type": "array", "items": self._option(spec.options)}]}
        return {"$ref": f"#/$defs/{spec.type}"}

    def _option(self, options: Mapping[str, Text]) -> Schema:
        said = [f"{key} = {one.to(self.lang)}" for key, one in options.items()]
        return {"enum": list(options), "description": "\n".join(said)}

    def _parameters(self) -> Schema:
        """Return the parameters of all packs, each at the top or under its pack's id."""
        top: dict[str, list[Schema]] = {}
        own: dict[str, Schema] = {}
        for pack in self.packs:
            mine = {one.id: {**self._open(one), "anyOf": list(_values(one))} for one in pack.head.parameters}
            for name, one in mine.items():
                top.setdefault(name, []).append(one)
            own[pack.id] = {
                "title": pack.head.title.to(self.lang),
                "type": ["object", "null"],
                "properties": mine,
                "additionalProperties": False,
            }
        return {
            "title": self.say("文件没有写明的参数和读法", "parameters and readings"),
            "type": ["object", "null"],
            "properties": {
                **{name: _all(ones) for name, ones in top.items()},
                **own,
            },
            "additionalProperties": False,
        }

    def _open(self, one: Parameter) -> Schema:
        lines = [text.to(self.lang) for text in (one.question, one.note) if text is not None]
        lines.extend(f"{key} = {other.title.to(self.lang)}" for key, other in one.alternatives.items())
        if one.default is not None:
            default = one.default if one.reading else _shown(one)
            lines.append(self.say(f"默认：{default}", f"Default: {default}"))
        return {"title": one.title.to(self.lang), "description": "\n".join(lines)}

    def _evidence(self) -> Schema:
        """Return the files by fact, or by element of a checklist; the facts that are asked are offered."""
        files = {"$ref": "#/$defs/files"}
        named: dict[str, Schema] = {}
        for pack in self.packs:
            named.update(dict.fromkeys(pack.dictionary.facts, files))
        for name, specs in self.every.items():
            for element in specs[0].elements if specs else ():
                if all(element in spec.elements for spec in specs):
                    named[f"{name}.{element}"] = files
        offered = {name: one for name, one in named.items() if name.partition(".")[0] in self.asked}
        rest = {_exact(*(name for name in named if name not in offered)): files}
        return {
            "title": self.say("佐证材料", "evidence"),
            "type": ["object", "null"],
            "properties": offered,
            "patternProperties": rest,
            "additionalProperties": False,
        }

    def _files(self) -> Schema:
        file = {
            "type": "object",
            "properties": {
                "path": {
                    "title": self.say("文件", "file"),
                    "description": self.say("相对于填报文件的路径", "its path from the submission's folder"),
                    **_FILE,
                },
                "sha256": {"anyOf": [_NULL, _exactly("[0-9a-fA-F]{64}")]},
                "date": {"title": self.say("日期", "date"), **_OPEN_DAY},
                "note": {"title": self.say("说明", "note"), **_NOTE},
            },
            "required": ["path"],
            "additionalProperties": False,
        }
        return {"type": ["array", "null"], "items": {"anyOf": [_FILE, file]}}

    def _visit(self) -> Schema:
        found = {
            name: _all(self._finding(name, place) for place in range(len(specs)))
            for name, specs in self.every.items()
            if specs
        }
        return {
            "type": "object",
            "properties": {
                "by": {"title": self.say("核查单位或核查人", "who made it"), **_TEXT},
                "date": {"title": self.say("核查日期", "date"), **DEFINITIONS["date"]},
                "facts": {
                    "title": self.say("核查结果", "what was found"),
                    "type": "object",
                    **self._by_name(found, words=False),
                },
                "note": {"title": self.say("说明", "note"), **_NOTE},
            },
            "required": ["by", "date", "facts"],
            "additionalProperties": False,
        }

    def _waivers(self) -> Schema:
        return {
            "title": self.say("豁免", "waivers"),
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": {
                    "rule": {"title": self.say("事项编号", "rule"), **_TEXT},
                    "reason": {"title": self.say("理由", "reason"), **_TEXT},
                    "approver": {"title": self.say("批准人", "approver"), **_TEXT},
                    "from": {"title": self.say("从哪天起", "from"), **_OPEN_DAY},
                    "until": {"title": self.say("到哪天止", "until"), **DEFINITIONS["date"]},
                },
                "required": ["rule", "reason", "approver", "until"],
                "additionalProperties": False,
            },
        }


def _definitions() -> Schema:
    """Return what a cell of each type may hold, and a figure: a count, or a dated series of counts."""
    cells: Schema = {}
    for name, one in DEFINITIONS.items():
        cells[name] = {"anyOf": [_NULL, *((_NONE,) if name in ABSENT_IS_AN_ANSWER else ()), one]}
    series = {
        "type": "object",
        "propertyNames": DEFINITIONS["date"],
        "additionalProperties": {"$ref": "#/$defs/count"},
    }
    return {**cells, "figure": {"anyOf": [*cells["count"]["anyOf"], series]}}


def _all(schemas: Iterable[Schema]) -> Schema:
    ways = list(schemas)
    return ways[0] if len(ways) == 1 else {"allOf": ways}


def _exact(*names: str) -> str:
    """Return the pattern of a key that is one of these names."""
    return rf"^(?:{'|'.join(map(re.escape, names))})$(?!\n)" if names else r"[^\s\S]"


def _values(one: Parameter) -> Iterator[Schema]:
    """Yield the ways in which a parameter may be given."""
    yield _NULL
    if one.reading:
        yield {"enum": list(one.alternatives)}
    elif one.type == "percent":
        yield _exactly(r"(?:100(?:\.0{1,12})?|0?[0-9]{1,2}(?:\.[0-9]{1,12})?)%")
    else:
        yield DEFINITIONS[one.type]
        if one.type in ("count", "number"):
            yield _NONE


def _shown(one: Parameter) -> str:
    return day_text(one.default) if one.type == "date" else str(one.default)
