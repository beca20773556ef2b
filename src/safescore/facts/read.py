"""The one reader of submissions, driven by the dictionary; all faults in one run, each at its place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from safescore.dictionary import EXPECTED, Dictionary, FactSpec, read_value
from safescore.document import Document, Entry, Grafted, Steps
from safescore.errors import Fault, InvalidInput, Refused, WrongValue
from safescore.expr import Cell, nearest, suggestion
from safescore.facts.answers import Answer, Record, RecordList, Series, Submission, Waiver, told_apart
from safescore.facts.entries import Meanings, columns_of, meant, understood
from safescore.period import Days, day_text, parse_day, parse_period
from safescore.source import LIMITS, WORDING, Limits, beside, parse, read, read_bytes
from safescore.tables import Table, read_table
from safescore.words import Text, listed, same

TOP = ("organization", "period", "as_of", "packs", "facts", "parameters", "evidence", "waivers")
OWN = ("id", "name", "roles")
_MISSING = WORDING["missing"][0]


def open_submission(given: Path | str | Mapping[str, Any], limits: Limits = LIMITS) -> Document:
    """Return the document of a submission: of a file with the CSV files that it names, of a workbook, or of a dict."""
    if isinstance(given, Mapping):
        return with_tables(parse(_json(given, "\n"), "<submission>", limits, json=True), None, limits)
    if Path(given).suffix.lower() == ".xlsx":
        from safescore.workbook.read import read_workbook

        return read_workbook(read_bytes(given, limits), os.fspath(given), limits)
    return with_tables(read(given, limits), Path(given), limits)


def with_tables(document: Document, path: Path | None, limits: Limits = LIMITS) -> Document:
    """Return a document with the records of the CSV files that its facts name, looked for beside the file at *path*."""
    facts = document.content.get("facts") if isinstance(document.content, Mapping) else None
    named = [name for name, value in facts.items() if _names_table(value)] if isinstance(facts, Mapping) else []
    if not named:
        return document
    assert isinstance(facts, Mapping)
    answers, faults, notes = dict(facts), list(document.faults), list(document.notes)
    parts: dict[Steps, Table] = {}
    digest = sha256(document.digest.encode())
    left = limits.values
    for name in named:
        inner = {key: value for key, value in facts[name].items() if key != "csv"}
        at: Steps = ("facts", name)
        try:
            table = _table(document, (*at, "csv"), facts[name]["csv"], path, limits)
        except InvalidInput as error:
            faults.extend(error.faults)
            answers[name] = None
            continue
        left -= sum(map(len, table.records))
        if left < 0:
            faults.append(document.fault((*at, "csv"), *(one.filled(most=limits.values) for one in WORDING["many"])))
            answers[name] = None
            continue
        answers[name] = {**inner, "events": table.records} if inner else table.records
        parts[(*at, "events") if inner else at] = table
        notes.extend(table.notes)
        digest.update(f"{name}\0{table.digest}\n".encode())
    return evolve(
        document,
        content={**document.content, "facts": answers},
        digest=digest.hexdigest(),
        places=Grafted(document.places, parts),
        entered=True,
        faults=tuple(faults),
        notes=tuple(notes),
    )


def _names_table(value: Any) -> bool:
    return isinstance(value, Mapping) and "csv" in value


def _table(document: Document, at: Steps, named: Any, path: Path | None, limits: Limits) -> Table:
    """Return the table in the CSV file that a value names. Raises InvalidInput."""
    hint = Text(zh="写成csv: hazards.csv", en="write csv: hazards.csv")
    if not isinstance(named, str) or not named.lower().endswith(".csv"):
        problem = Text(zh=f"{_shown(named)}不是CSV文件名", en=f"{_shown(named)} is no name of a CSV file")
        raise InvalidInput([document.fault(at, problem, hint)])
    if path is None:
        problem = Text(
            zh="只有保存为文件的填报才能引用CSV文件", en="only a submission that is a file can name a CSV file"
        )
        mend = Text(zh="把记录直接写在facts中", en="write the records under facts")
        raise InvalidInput([document.fault(at, problem, mend)])
    try:
        inner = beside(path, named)
        return read_table(read_bytes(inner, limits), os.fspath(inner), limits)
    except Refused as refused:
        raise InvalidInput([document.fault(at, refused.problem, refused.hint)]) from None
    except InvalidInput as error:
        if all(fault.problem == _MISSING for fault in error.faults):
            problem = Text(zh=f"没有CSV文件{_shown(named)}", en=f"there is no CSV file {_shown(named)}")
            mend = Text(zh="核对文件名；文件应在填报文件旁边", en="check its name; it lies beside the submission")
            raise InvalidInput([document.fault(at, problem, mend)]) from None
        raise


def _json(value: Any, line: str) -> str:
    """Return plain Python values as JSON: dates as ISO text, decimals with all their digits; *line* begins a line."""
    inner = f"{line} "
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(_key(key), ensure_ascii=False)}: {_json(one, inner)}" for key, one in value.items())
        return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}" if value else "{}"
    if isinstance(value, (set, frozenset)):
        value = sorted(str(one) for one in value)
    if isinstance(value, (list, tuple)):
        return f"[{inner}{f',{inner}'.join(_json(one, inner) for one in value)}{line}]" if value else "[]"
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 40:  # else as text, which no figure is
        return str(int(value)) if value == int(value) else format(value, "f")
    return json.dumps(_plain(value), ensure_ascii=False)


def _key(key: object) -> str:
    return str(key.isoformat()) if hasattr(key, "isoformat") else str(key)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        text: str = value.isoformat()
        return text.replace("T", " ")[:16] if "T" in text else text
    return str(value) if isinstance(value, Decimal) else value


def named_packs(document: Document) -> tuple[str, ...]:
    """Return the packs that a submission names, as far as they can be read."""
    content = document.content
    packs = content.get("packs") if isinstance(content, Mapping) else None
    return tuple(one for one in packs if isinstance(one, str)) if isinstance(packs, list) else ()


def read_submission(
    document: Document,
    dictionary: Dictionary,
    roles: Iterable[str],
    *,
    as_of: int | None = None,
    also_known: frozenset[str] = frozenset(),
) -> Submission:
    """Return the submission that a document holds, read against a dictionary.

    ``as_of`` overrides the submission's own; ``also_known`` names facts of other dictionaries, which are left to them.
    Raises InvalidInput with every fault.
    """
    if document.entered:
        titles = roles if isinstance(roles, Mapping) else {}
        document = understood(document, Meanings(facts=dictionary.facts, settings={}, packs={}, roles=titles))
    return _Reading(document, dictionary, tuple(roles), also_known).submission(as_of)


@frozen
class _Head:
    period: str
    days: Days
    as_of: int


class _Reading:
    def __init__(
        self, document: Document, dictionary: Dictionary, roles: tuple[str, ...], also: frozenset[str]
    ) -> None:
        self.document = document
        self.dictionary = dictionary
        self.roles = roles
        self.also = also
        self.faults: list[Fault] = list(document.faults)

    def blame(self, path: tuple[str | int, ...], problem: Text, hint: Text | None = None, *, key: bool = False) -> None:
        self.faults.append(self.document.fault(path, problem, hint, key=key))

    def submission(self, as_of: int | None) -> Submission:
        content: Any = self.document.content
        if not isinstance(content, Mapping):
            self.blame(
                (),
                Text(zh="填报文件应写成“名称: 值”", en="a submission is a mapping"),
                Text(zh=f"写明{listed(TOP[:5]).zh}", en=f"write {listed(TOP[:5]).en}"),
            )
            raise InvalidInput(self.faults)
        for key in content:
            if key not in TOP:
                self.blame(
                    (key,),
                    Text(zh=f"填报文件中没有“{key}”这一项", en=f"there is no key {key!r} in a submission"),
                    suggestion(key, TOP),
                    key=True,
                )
        head = self._head(content, as_of)
        organization, roles, profile = self._organization(content.get("organization"))
        answers = self._facts(content.get("facts"))
        self._refs(answers)
        parameters = self._mapping(content, "parameters")
        self._mapping(content, "evidence")
        waivers = self._waivers(content.get("waivers"))
        packs = content.get("packs")
        if packs is not None and (not isinstance(packs, list) or not all(isinstance(one, str) for one in packs)):
            self.blame(
                ("packs",),
                Text(zh="packs应是规则包编号的列表", en="packs is a list of pack ids"),
                Text(zh="写成packs: [dadukou-2022]", en="write packs: [dadukou-2022]"),
            )
        if self.faults or head is None:
            raise InvalidInput(self.faults)
        return Submission(
            organization=organization,
            roles=roles,
            profile=profile,
            period=head.period,
            days=head.days,
            as_of=head.as_of,
            packs=named_packs(self.document),
            answers=answers,
            parameters=parameters,
            waivers=waivers,
            digest=sha256(canonical(content).encode()).hexdigest(),
        )

    def _mapping(self, content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found = content.get(key)
        if found is None:
            return {}
        if not isinstance(found, Mapping):
            self.blame(
                (key,),
                Text(zh=f"{key}应写成“名称: 值”", en=f"{key} is a mapping of names"),
                Text(zh=f"写成{key}: {{名称: 值}}", en=f"write {key}: {{name: value}}"),
            )
            return {}
        return found

    def _head(self, content: Mapping[str, Any], as_of: int | None) -> _Head | None:
        raw = content.get("period")
        text = str(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
        days = parse_period(text)
        if days is None:
            problem = Text(zh="没有写期间", en="the period is missing")
            if raw is not None:
                problem = Text(zh=f"{_shown(raw)}不是期间", en=f"{_shown(raw)} is no period")
            self.blame(
                ("period",),
                problem,
                Text(
                    zh="写成2022（全年）、2022H1（上半年）、2022Q3（三季度）或2022-07",
                    en="write 2022, 2022H1, 2022Q3 or 2022-07",
                ),
            )
        own = content.get("as_of")
        day = parse_day(own) if isinstance(own, str) else None
        if own is not None and day is None:
            self.blame(
                ("as_of",),
                Text(zh=f"{_shown(own)}不是实有的日期", en=f"{_shown(own)} is no day that exists"),
                Text(zh="写成2022-09-30", en="write it as 2022-09-30"),
            )
        if days is None or (own is not None and day is None):
            return None
        at = as_of if as_of is not None else day if day is not None else days.last
        if at < days.first:
            problem = Text(
                zh=f"评定日{day_text(at)}早于期间{text}", en=f"as_of {day_text(at)} lies before the period {text}"
            )
            self.blame(("as_of",), problem, Text(zh="改为期内或期后的日期", en="give a day in the period, or after it"))
            return None
        return _Head(text, days, at)

    def _organization(self, raw: Any) -> tuple[dict[str, str], tuple[str, ...], dict[str, Cell]]:
        if not isinstance(raw, Mapping):
            self.blame(
                ("organization",),
                Text(zh="organization应写成“名称: 值”", en="organization is a mapping"),
                Text(zh="写明id、name和roles", en="write id, name and roles"),
            )
            return {}, (), {}
        profile = dict(self.dictionary.profile())
        known = (*OWN, *profile)
        texts: dict[str, str] = {}
        cells: dict[str, Cell] = {}
        for key, value in raw.items():
            path = ("organization", key)
            if key in ("id", "name"):
                if not isinstance(value, (str, int)) or isinstance(value, bool) or not str(value).strip():
                    self.blame(
                        path,
                        Text(zh=f"应为文字，而不是{_shown(value)}", en=f"expected text, not {_shown(value)}"),
                        Text(zh="加上引号", en="put it in quotes"),
                    )
                texts[key] = str(value)
            elif key in profile:
                cells[key] = self._cell(profile[key].type, value, profile[key].options, path)
            elif key in self.dictionary.facts:
                self.blame(
                    path,
                    Text(zh=f"“{key}”不是单位概况中的信息", en=f"{key!r} is no answer about the organisation"),
                    Text(zh="移到facts下", en="write it under facts"),
                    key=True,
                )
            elif key not in known and key not in self.also:
                self.blame(
                    path,
                    Text(zh=f"单位概况中没有“{key}”", en=f"there is no answer {key!r} about an organisation"),
                    suggestion(key, known),
                    key=True,
                )
        for key in ("id", "name"):
            if key not in texts:
                self.blame(
                    ("organization",),
                    Text(zh=f"单位没有写{key}", en=f"the organisation has no {key}"),
                    Text(zh=f"补上{key}: …", en=f"add {key}: …"),
                )
        roles = raw.get("roles")
        if not isinstance(roles, list) or not roles:
            self.blame(
                ("organization", "roles"),
                Text(zh="roles应是角色的列表，至少一个", en="roles is a list of at least one role"),
                Text(zh=f"可用的有：{listed(self.roles).zh}", en=f"there are: {listed(self.roles).en}"),
            )
            return texts, (), cells
        for place, role in enumerate(roles):
            if role not in self.roles:
                hint = suggestion(str(role), self.roles)
                self.blame(
                    ("organization", "roles", place),
                    Text(zh=f"没有角色{_shown(role)}", en=f"there is no role {_shown(role)}"),
                    hint,
                )
        return texts, tuple(str(role) for role in roles), cells

    def _facts(self, raw: Any) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        if raw is None:
            return answers
        if not isinstance(raw, Mapping):
            self.blame(
                ("facts",),
                Text(zh="facts应写成“名称: 填报值”", en="facts is a mapping from names to answers"),
                Text(zh="写成“名称: 填报值”", en="write name: answer"),
            )
            return answers
        facts = self.dictionary.facts
        for name, value in raw.items():
            path = ("facts", name)
            spec = facts.get(name)
            if spec is None:
                if name not in self.also:
                    known = tuple(one for one in facts if one not in self.dictionary.profile_names)
                    self.blame(
                        path,
                        Text(zh=f"没有事实“{name}”", en=f"there is no fact {name!r}"),
                        nearest(name, known),
                        key=True,
                    )
            elif spec.profile:
                self.blame(
                    path,
                    Text(zh=f"“{name}”属于单位概况", en=f"{name!r} is asked of the organisation itself"),
                    Text(zh="移到organization下", en="write it under organization"),
                    key=True,
                )
            elif value is not None:
                answer = self._answer(spec, value, path)
                if answer is not None:
                    answers[name] = answer
        return answers

    def _answer(self, spec: FactSpec, value: Any, path: tuple[str | int, ...]) -> Answer:
        if spec.records:
            return self._records(spec, value, path)
        if spec.type == "checklist":
            if not isinstance(value, Mapping):
                self.blame(
                    path,
                    Text(zh="应逐项填写", en="expected a mapping of elements"),
                    Text(zh=f"有：{listed(spec.elements).zh}", en=f"there are: {listed(spec.elements).en}"),
                )
                return None
            cells: dict[str, Cell] = {}
            for key, one in value.items():
                element = spec.elements.get(key)
                if element is None:
                    hint = suggestion(key, tuple(spec.elements))
                    self.blame(
                        (*path, key), Text(zh=f"没有“{key}”这一项", en=f"there is no element {key!r}"), hint, key=True
                    )
                else:
                    cells[key] = self._cell(element.type, one, element.options, (*path, key))
            return cells
        if spec.type == "count" and isinstance(value, Mapping):
            return self._series(value, path)
        return self._cell(spec.type, value, spec.options, path)

    def _series(self, value: Mapping[str, Any], path: tuple[str | int, ...]) -> Series:
        values = []
        for key, one in value.items():
            day = parse_day(key)
            if day is None:
                self.blame(
                    (*path, key),
                    Text(zh=f"“{key}”不是实有的日期", en=f"{key!r} is no day that exists"),
                    Text(zh="按日期分列的，写成“日期: 数量”", en="a dated series maps days to counts"),
                    key=True,
                )
                continue
            values.append((day, self._cell("count", one, {}, (*path, key))))
        return Series(values=tuple(sorted(values, key=lambda pair: pair[0])))

    def _cell(self, type_: str, value: Any, options: Mapping[str, Any], path: tuple[str | int, ...]) -> Cell:
        try:
            return read_value(type_, meant(type_, value, options) if type(value) is Entry else value, options)
        except WrongValue as wrong:
            self.blame(
                path,
                Text(
                    zh=f"应为{wrong.expected.zh}，实为{_shown(value)}",
                    en=f"expected {wrong.expected.en}, found {_shown(value)}",
                ),
                wrong.hint,
            )
            return None

    def _records(self, spec: FactSpec, value: Any, path: tuple[str | int, ...]) -> RecordList | None:
        through: int | None = None
        rows = value
        base = path
        if spec.type == "events" and isinstance(value, Mapping):
            for key in value:
                if key not in ("through", "events"):
                    self.blame(
                        (*path, key),
                        Text(zh=f"这里没有“{key}”这一项", en=f"there is no key {key!r} here"),
                        suggestion(key, ("through", "events")),
                        key=True,
                    )
            through = parse_day(value["through"]) if isinstance(value.get("through"), str) else None
            if through is None:
                expected = Text(zh=f"应为{EXPECTED['date'].zh}", en=f"expected {EXPECTED['date'].en}")
                self.blame(
                    (*path, "through"),
                    expected,
                    Text(zh="写明记录完整到哪一天", en="say up to which day the list is complete"),
                )
            rows, base = value.get("events"), (*path, "events")
        if not isinstance(rows, list):
            hint = Text(zh="没有的写[]", en="write [] where there are none")
            if spec.type == "events":
                hint = Text(
                    zh="没有的写[]；也可写成{through: 日期, events: […]}",
                    en="write [] where there are none; or {through: DAY, events: […]}",
                )
            if isinstance(rows, str) and rows.lower().endswith(".csv"):
                hint = Text(zh=f"记录在CSV文件中的，写成csv: {rows}", en=f"for records in a CSV file write csv: {rows}")
            self.blame(
                base,
                Text(zh=f"应为记录的列表，实为{_shown(rows)}", en=f"expected a list of records, found {_shown(rows)}"),
                hint,
            )
            return None
        records = []
        names = tuple(spec.fields)
        columns = tuple(columns_of(spec)) if self.document.entered else names
        for index, one in enumerate(rows):
            here = (*base, index)
            if not isinstance(one, Mapping):
                self.blame(
                    here,
                    Text(zh=f"应为一条记录，实为{_shown(one)}", en=f"expected a record, found {_shown(one)}"),
                    Text(zh=f"写明{listed(names).zh}", en=f"write {listed(names).en}"),
                )
                continue
            cells: dict[str, Cell] = {}
            for key, cell in one.items():
                field_ = spec.fields.get(key)
                if field_ is None:
                    self.blame(
                        (*here, key),
                        Text(zh=f"没有字段“{key}”", en=f"there is no field {key!r}"),
                        nearest(key, columns) or suggestion(key, names),
                        key=True,
                    )
                else:
                    cells[key] = self._cell(field_.type, cell, field_.options, (*here, key))
            records.append(Record(cells=cells, index=index))
        kept, repeated, clashes = told_apart(spec, records)
        for clash in clashes:
            first = self.document.locate((*base, clash.first, clash.field))
            problem = Text(
                zh=f"同一记录的“{clash.field}”与{first}处不同",
                en=f"the same record has another {clash.field!r} at {first}",
            )
            self.blame(
                (*base, clash.second, clash.field),
                problem,
                Text(zh="使两处一致；确是两条记录的，用不同的编号", en="let both agree, or give them different keys"),
            )
        return RecordList(records=tuple(kept), through=through, wrapped=base != path, repeated=tuple(repeated))

    def _refs(self, answers: Mapping[str, Answer]) -> None:
        """Blame records that name a record of a register that is not in it."""
        for name, answer in answers.items():
            if not isinstance(answer, RecordList):
                continue
            for field_, spec in self.dictionary.facts[name].fields.items():
                register = answers.get(str(spec.to)) if spec.to else None
                if not isinstance(register, RecordList):
                    continue
                key = self.dictionary.facts[str(spec.to)].key[0]
                known = {str(one.cells[key]) for one in register.records if one.cells.get(key) is not None}
                whole = all(one.cells.get(key) is not None for one in register.records)
                for record in answer.records:
                    cell = record.cells.get(field_)
                    if whole and isinstance(cell, str) and cell not in known:
                        base = ("facts", name, "events") if answer.wrapped else ("facts", name)
                        problem = Text(
                            zh=f"“{spec.to}”中没有记录“{cell}”", en=f"there is no record {cell!r} in {spec.to!r}"
                        )
                        self.blame((*base, record.index, field_), problem, nearest(cell, tuple(known)))

    def _waivers(self, raw: Any) -> tuple[Waiver, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list):
            self.blame(
                ("waivers",),
                Text(zh="waivers应是列表", en="waivers is a list"),
                Text(zh="每项豁免以短横线开头", en="begin each waiver with a dash"),
            )
            return ()
        waivers = []
        known = ("rule", "reason", "approver", "from", "until")
        for index, one in enumerate(raw):
            path = ("waivers", index)
            if not isinstance(one, Mapping):
                self.blame(
                    path,
                    Text(zh="豁免应写成“名称: 值”", en="a waiver is a mapping"),
                    Text(zh=f"写明{listed(known).zh}", en=f"write {listed(known).en}"),
                )
                continue
            for key in one:
                if key not in known:
                    self.blame(
                        (*path, key),
                        Text(zh=f"豁免中没有“{key}”这一项", en=f"there is no key {key!r} in a waiver"),
                        suggestion(key, known),
                        key=True,
                    )
            texts = {}
            for key in ("rule", "reason", "approver"):
                value = one.get(key)
                if not isinstance(value, str) or not value.strip():
                    self.blame(
                        (*path, key),
                        Text(zh=f"豁免应写明{key}", en=f"a waiver needs its {key}"),
                        Text(zh=f"补上{key}: …", en=f"add {key}: …"),
                    )
                    value = ""
                texts[key] = value
            days = {}
            for key in ("from", "until"):
                value = one.get(key)
                days[key] = parse_day(value) if isinstance(value, str) else None
                if days[key] is None and (key == "until" or value is not None):
                    self.blame(
                        (*path, key),
                        Text(zh=f"应为{EXPECTED['date'].zh}", en=f"expected {EXPECTED['date'].en}"),
                        same(f"{key}: 2022-12-31"),
                    )
            waivers.append(Waiver(**texts, until=days["until"] or 0, from_=days["from"]))
        return tuple(waivers)


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def canonical(content: Any) -> str:
    """Return content as canonical JSON: the same facts have the same digest, however they are laid out."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
