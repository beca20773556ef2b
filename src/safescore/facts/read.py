"""The one reader of submissions, driven by the dictionary; all faults in one run, each at its place."""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from safescore import slips
from safescore.dictionary import MOST, Dictionary, FactSpec, FieldSpec, read_value
from safescore.document import Document, Entry, Grafted, Steps
from safescore.errors import Fault, InvalidInput, Refused, WrongValue
from safescore.expr import Cell, nearest, suggestion
from safescore.facts.answers import Answer, Clash, Record, RecordList, Series, Submission, told_apart
from safescore.facts.entries import Meanings, columns_of, meant, understood
from safescore.facts.evidence import read_evidence
from safescore.facts.verified import decided, read_visits
from safescore.facts.waivers import read_waivers
from safescore.period import Days, day_text, parse_day, parse_period
from safescore.source import LIMITS, MOST_FAULTS, WORDING, Limits, beside, parse, read, read_bytes
from safescore.words import Text, listed, same

if TYPE_CHECKING:
    from safescore.tables import Table

TOP = ("organization", "period", "as_of", "packs", "facts", "parameters", "evidence", "waivers", "verified")
OWN = ("id", "name", "roles")
_OWN_HINTS = {
    "id": Text(zh="补上id: 单位编号，每期相同", en="add id: …, the same in every period"),
    "name": Text(zh="补上name: 单位名称", en="add name: …"),
}
_MISSING = WORDING["missing"][0]
_TWO_PLACES = (
    Text(zh="既在此处列出记录，又引用了CSV文件", en="records are listed here and in a CSV file"),
    Text(zh="只保留一处", en="keep one of the two"),
)


def open_submission(
    given: Path | str | Mapping[str, Any], limits: Limits = LIMITS, *, name: str = "<submission>"
) -> Document:
    """Return the document of a submission as far as it can be read: of a file with the CSV files that it
    names, of a workbook, or of a plain dict that *name* names.

    What is wrong with it so far is told with what is wrong with its answers. Raises InvalidInput where nothing is left.
    """
    if isinstance(given, Mapping):
        return with_tables(parse(_json(given, "\n"), name, limits, json=True, as_far=True), None, limits)
    if Path(given).suffix.lower() == ".xlsx":
        from safescore.workbook.read import read_workbook

        book = read_workbook(read_bytes(given, limits), os.fspath(given), limits)
        return evolve(book, folder=Path(given).parent)
    return with_tables(read(given, limits, as_far=True), Path(given), limits)


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
        if "events" in inner:
            faults.append(document.fault((*at, "events"), *_TWO_PLACES, key=True))
            answers[name] = None
            continue
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
        problem = Text(zh=f"{written(named)}不是CSV文件名", en=f"{written(named)} is no name of a CSV file")
        raise InvalidInput([document.fault(at, problem, hint)])
    if path is None:
        problem = Text(
            zh="只有保存为文件的填报才能引用CSV文件", en="only a submission that is a file can name a CSV file"
        )
        mend = Text(zh="把记录直接写在facts中", en="write the records under facts")
        raise InvalidInput([document.fault(at, problem, mend)])
    from safescore.tables import read_table

    try:
        inner = beside(path, named)
        return read_table(read_bytes(inner, limits), os.fspath(inner), limits)
    except Refused as refused:
        raise InvalidInput([document.fault(at, refused.problem, refused.hint)]) from None
    except InvalidInput as error:
        if all(fault.problem == _MISSING for fault in error.faults):
            problem = Text(zh=f"没有CSV文件{written(named)}", en=f"there is no CSV file {written(named)}")
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
    found = read_as_far(document, dictionary, roles, as_of=as_of, also_known=also_known)
    if found.submission is None or found.faults:
        raise InvalidInput(found.faults)
    return found.submission


@frozen(kw_only=True)
class AsFar:
    """A submission as far as it can be read: what does not fit is a blank in it, and a fault beside it.

    *dated* says that its period and its day of judgement are known, *whole* that nothing that was written is lost.
    """

    submission: Submission | None
    faults: tuple[Fault, ...]
    dated: bool = True
    whole: bool = True


def read_as_far(
    document: Document,
    dictionary: Dictionary,
    roles: Iterable[str],
    *,
    as_of: int | None = None,
    also_known: Container[str] = frozenset(),
) -> AsFar:
    """Return what can be read of a submission and every fault, so that other faults can be looked for in the rest."""
    titles = roles if isinstance(roles, Mapping) else {one: same(one) for one in roles}
    if document.entered:
        document = understood(document, Meanings(facts=dictionary.facts, settings={}, packs={}, roles=titles))
    return _Reading(document, dictionary, titles, also_known).submission(as_of)


@frozen
class _Head:
    period: str
    days: Days
    as_of: int
    own: int


class _Reading:
    def __init__(
        self, document: Document, dictionary: Dictionary, titles: Mapping[str, Text], also: Container[str]
    ) -> None:
        self.document = document
        self.dictionary = dictionary
        self.titles = titles
        self.roles = tuple(titles)
        self.also = also
        self.faults: list[Fault] = []
        self.listed: dict[str, RecordList] = {}

    def blame(self, path: tuple[str | int, ...], problem: Text, hint: Text | None = None, *, key: bool = False) -> None:
        if len(self.faults) > MOST_FAULTS:
            return
        fault = self.document.fault(path, problem, hint, key=key)
        if fault.at in self.document.spoilt:
            return
        if len(self.faults) == MOST_FAULTS:
            problem, hint = (text.filled(most=MOST_FAULTS) for text in WORDING["faults"])
            fault = Fault(fault.at, problem, hint)
        self.faults.append(fault)

    def lacks(self, path: tuple[str | int, ...], problem: Text, hint: Text | None = None) -> None:
        """Blame what is not there, unless it may have been written and lost."""
        if not self.document.lost:
            self.blame(path, problem, hint)

    def submission(self, as_of: int | None) -> AsFar:
        content: Any = self.document.content
        if not isinstance(content, Mapping):
            self.blame(
                (),
                Text(zh="填报文件应写成“名称: 值”", en="a submission is a mapping"),
                Text(zh=f"写明{listed(TOP[:5]).zh}", en=f"write {listed(TOP[:5]).en}"),
            )
            return AsFar(submission=None, faults=(*self.document.faults, *self.faults))
        for key in content:
            if key not in TOP:
                hint = suggestion(key, TOP)
                if key in self.dictionary.facts:
                    where = "organization" if key in self.dictionary.profile_names else "facts"
                    hint = Text(zh=f"移到{where}下，并缩进", en=f"write it under {where}, indented")
                self.blame(
                    (key,),
                    Text(zh=f"填报文件中没有“{key}”这一项", en=f"there is no key {key!r} in a submission"),
                    hint,
                    key=True,
                )
        head = self._head(content, as_of)
        organization, roles, profile = self._organization(content.get("organization"))
        own = self._facts(content.get("facts"))
        self._refs(self.listed, self.listed)
        parameters = self._mapping(content, "parameters")
        waivers = read_waivers(content.get("waivers"), self.blame)
        visits = read_visits(content.get("verified"), self.dictionary, self.also, self._answer, self.blame)
        given = content.get("facts")
        stated = (
            frozenset(name for name, one in given.items() if one is not None)
            if isinstance(given, Mapping)
            else frozenset()
        )
        found = decided(own, visits, self.dictionary, head.as_of if head is not None else 0, self.blame, stated)
        for visit in visits:
            self._refs(visit.answers, found.answers)
        latest = max(head.as_of, head.own) if head is not None else MOST
        evidence = read_evidence(content.get("evidence"), self.dictionary, self.also, latest, self.blame)
        packs = content.get("packs")
        if packs is not None and (not isinstance(packs, list) or not all(isinstance(one, str) for one in packs)):
            example = packs if isinstance(packs, str) else "dadukou-2022"
            self.blame(
                ("packs",),
                Text(zh="packs应是规则包编号的列表", en="packs is a list of pack ids"),
                Text(zh=f"写成packs: [{example}]", en=f"write packs: [{example}]"),
            )
        read = Submission(
            organization=organization,
            roles=roles,
            profile=profile,
            period=head.period if head is not None else "",
            days=head.days if head is not None else Days(1, 1),
            as_of=head.as_of if head is not None else 1,
            packs=named_packs(self.document),
            answers=found.answers,
            parameters=parameters,
            waivers=waivers,
            digest=sha256(canonical(content).encode()).hexdigest(),
            own=own,
            evidence=evidence,
            visits=visits,
            verified=frozenset(found.verified),
            corrected=frozenset(found.corrected),
            places=found.places,
            changes=tuple(found.changes.values()),
        )
        return AsFar(
            submission=read,
            faults=(*self.document.faults, *self.faults),
            dated=head is not None,
            whole=not self.document.lost,
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
            wanted = Text(
                zh="写成2022（全年）、2022H1（上半年）、2022Q3（三季度）或2022-07",
                en="write 2022, 2022H1, 2022Q3 or 2022-07",
            )
            if raw is None:
                self.lacks(("period",), Text(zh="没有写期间", en="the period is missing"), wanted)
            else:
                problem = Text(zh=f"{written(raw)}不是期间", en=f"{written(raw)} is no period")
                self.blame(("period",), problem, slips.of_period(raw) or wanted)
        own = content.get("as_of")
        day = parse_day(own) if isinstance(own, str) else None
        if own is not None and day is None:
            wanted, hint = slips.of_day(own)
            self.blame(
                ("as_of",),
                Text(zh=f"评定日应为{wanted.zh}，实为{written(own)}", en=f"expected {wanted.en}, found {written(own)}"),
                hint,
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
        return _Head(text, days, at, day if day is not None else days.last)

    def _organization(self, raw: Any) -> tuple[dict[str, str], tuple[str, ...], dict[str, Cell]]:
        if raw is None:
            self.lacks(
                ("organization",),
                Text(zh="没有写单位", en="the organisation is missing"),
                Text(zh="补上organization，写明其id、name和roles", en="add organization: with its id, name and roles"),
            )
            return {}, (), {}
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
                if value is None or (isinstance(value, str) and not value.strip()):
                    self.blame(
                        path,
                        Text(zh=f"单位的{key}是空的", en=f"the {key} of the organisation is blank"),
                        _OWN_HINTS[key],
                    )
                elif not isinstance(value, (str, int)) or isinstance(value, bool):
                    self.blame(
                        path,
                        Text(zh=f"应为文字，而不是{written(value)}", en=f"expected text, not {written(value)}"),
                        Text(zh="加上引号", en="put it in quotes"),
                    )
                texts[key] = str(value)
            elif key in profile:
                cells[key] = self._cell(profile[key], value, path)
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
                    self._meant(key, profile) or suggestion(key, known),
                    key=True,
                )
        for key in ("id", "name"):
            if key not in texts:
                self.lacks(
                    ("organization",), Text(zh=f"单位没有写{key}", en=f"the organisation has no {key}"), _OWN_HINTS[key]
                )
        roles = raw.get("roles")
        if not isinstance(roles, list) or not roles:
            names = listed(self.roles)
            hint = Text(zh=f"可用的有：{names.zh}", en=f"there are: {names.en}")
            if isinstance(roles, str) and roles in self.roles:
                hint = Text(zh=f"写成roles: [{roles}]", en=f"write roles: [{roles}]")
            (self.lacks if roles is None else self.blame)(
                ("organization", "roles"),
                Text(zh="roles应是角色的列表，至少一个", en="roles is a list of at least one role"),
                hint,
            )
            return texts, (), cells
        for place, role in enumerate(roles):
            if role not in self.roles:
                self.blame(("organization", "roles", place), *no_role(role, self.titles))
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
                        self._meant(name, facts) or nearest(name, known),
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
                    Text(
                        zh=f"“{spec.label.zh}”（{path[-1]}）应逐项填写，实为{written(value)}",
                        en=f"{path[-1]} ({spec.label.en}): expected a mapping of elements, found {written(value)}",
                    ),
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
                    cells[key] = self._cell(element, one, (*path, key))
            return cells
        if spec.type == "count" and isinstance(value, Mapping):
            return self._series(spec, value, path)
        return self._cell(spec, value, path)

    def _meant(self, name: str, specs: Mapping[str, FactSpec]) -> Text | None:
        """Return the fact whose label was written instead of its name."""
        if name.isascii():
            return None
        return next((_write(one) for one, spec in specs.items() if spec.label.zh == name), None)

    def _series(self, spec: FactSpec, value: Mapping[str, Any], path: tuple[str | int, ...]) -> Series | None:
        values = []
        whole = True
        for key, one in value.items():
            day = parse_day(key)
            if day is None:
                whole = False
                wanted, hint = slips.of_day(key)
                self.blame(
                    (*path, key),
                    Text(zh=f"应为{wanted.zh}，实为“{key}”", en=f"expected {wanted.en}, found {key!r}"),
                    hint or Text(zh="按日期分列的，写成“日期: 数量”", en="a dated series maps days to counts"),
                    key=True,
                )
                continue
            values.append((day, self._cell(spec, one, (*path, key))))
        return Series(values=tuple(sorted(values, key=lambda pair: pair[0]))) if whole else None

    def _cell(self, spec: FactSpec | FieldSpec, value: Any, path: tuple[str | int, ...]) -> Cell:
        """Return the cell that a value means, or a blank; of a set each wrong member is blamed at its place."""
        try:
            plain = meant(spec.type, value, spec.options) if type(value) is Entry else value
            return read_value(spec.type, plain, spec.options)
        except WrongValue as wrong:
            if spec.type in ("choices", "dates") and isinstance(value, list):
                for place, one in enumerate(value):
                    self._member(spec, one, (*path, place))
            else:
                self._misfit(spec, value, wrong, path)
            return None

    def _member(self, spec: FactSpec | FieldSpec, one: Any, path: tuple[str | int, ...]) -> None:
        try:
            read_value(spec.type, [one], spec.options)
        except WrongValue as wrong:
            if spec.type == "dates" and wrong.hint is None:
                wrong = WrongValue(*slips.of_day(one))
            self._misfit(spec, one, wrong, path)

    def _misfit(self, spec: FactSpec | FieldSpec, value: Any, wrong: WrongValue, path: tuple[str | int, ...]) -> None:
        """Blame a value that does not fit: what it is of, what was expected, what was found, and how to mend it."""
        name = next(str(step) for step in reversed(path) if isinstance(step, str))
        self.blame(path, *misfit(spec, name, value, wrong))

    def _no_list(self, spec: FactSpec, rows: Any, path: Steps, base: Steps) -> None:
        """Blame what stands where a list of records is expected."""
        hint = Text(zh="没有的写[]；每条记录以短横线开头", en="write [] where there are none; begin each with a dash")
        if spec.type == "events":
            hint = Text(
                zh="没有的写[]；每条记录以短横线开头；也可写成{through: 日期, events: […]}",
                en="write [] where there are none; begin each with a dash; or {through: DAY, events: […]}",
            )
        if isinstance(rows, str) and rows.lower().endswith(".csv"):
            hint = Text(
                zh=f"记录在CSV文件中的，写成{{csv: {rows}}}", en=f"for records in a CSV file write {{csv: {rows}}}"
            )
        problem = Text(
            zh=f"“{spec.label.zh}”应为记录的列表，实为{written(rows)}",
            en=f"{path[-1]} ({spec.label.en}): expected a list of records, found {written(rows)}",
        )
        self.blame(base, problem, hint)

    def _records(self, spec: FactSpec, value: Any, path: tuple[str | int, ...]) -> RecordList | None:
        """Return the records of a fact; None where it can't be told how many there are."""
        through: int | None = None
        rows = value
        base = path
        whole = True
        if spec.type == "events" and isinstance(value, Mapping):
            keys = ("through", "events")
            for key in value:
                if key not in keys:
                    problem = Text(zh=f"这里没有“{key}”这一项", en=f"there is no key {key!r} here")
                    self.blame((*path, key), problem, suggestion(key, keys), key=True)
            given = value.get("through")
            through = parse_day(given) if isinstance(given, str) else None
            if through is None:
                whole = False
                wanted, hint = slips.of_day(given)
                problem = Text(zh=f"through应为{wanted.zh}", en=f"through: expected {wanted.en}")
                if given is not None:
                    problem = Text(zh=f"{problem.zh}，实为{written(given)}", en=f"{problem.en}, found {written(given)}")
                until = Text(zh="写明记录完整到哪一天", en="say up to which day the list is complete")
                self.blame((*path, "through"), problem, hint or until)
            rows, base = value.get("events"), (*path, "events")
        if not isinstance(rows, list):
            self._no_list(spec, rows, path, base)
            return None
        records = []
        names = tuple(spec.fields)
        columns = tuple(columns_of(spec)) if self.document.entered else names
        for index, one in enumerate(rows):
            here = (*base, index)
            if not isinstance(one, Mapping):
                whole = False
                problem = Text(zh=f"应为一条记录，实为{written(one)}", en=f"expected a record, found {written(one)}")
                self.blame(here, problem, Text(zh=f"写明{listed(names).zh}", en=f"write {listed(names).en}"))
                continue
            cells: dict[str, Cell] = {}
            for key, cell in one.items():
                field_ = spec.fields.get(key)
                if field_ is None:
                    problem = Text(zh=f"没有字段“{key}”", en=f"there is no field {key!r}")
                    labels = {name: field.label for name, field in spec.fields.items()}
                    near = nearest(key, columns) if self.document.entered else slips.by_label(key, labels)
                    self.blame((*here, key), problem, near or suggestion(key, names), key=True)
                else:
                    cells[key] = self._cell(field_, cell, (*here, key))
            records.append(Record(cells=cells, index=index))
        kept, repeated, clashes = told_apart(spec, records)
        for clash in clashes:
            self._clash(spec, rows, base, clash)
        found = RecordList(records=tuple(kept), through=through, wrapped=base != path, repeated=tuple(repeated))
        if len(records) == len(rows):
            self.listed[str(path[-1])] = found
        return found if whole and not clashes else None

    def _clash(self, spec: FactSpec, rows: Any, base: tuple[str | int, ...], clash: Clash) -> None:
        """Blame a record that says otherwise than an earlier one of the same identity."""
        first = self.document.locate((*base, clash.first, clash.field))
        one, other = written(rows[clash.second][clash.field]), written(rows[clash.first][clash.field])
        name = ", ".join(f"{key}: {rows[clash.second][key]}" for key in spec.identity)
        self.blame((*base, clash.second, clash.field), *clashing(spec, clash.field, name, one, other, first))

    def _refs(self, answers: Mapping[str, Answer], registers: Mapping[str, Answer]) -> None:
        """Blame records that name a record of a register that is not in it."""
        for name, answer in answers.items():
            if not isinstance(answer, RecordList):
                continue
            for field_, spec in self.dictionary.facts[name].fields.items():
                register = registers.get(str(spec.to)) if spec.to else None
                if not isinstance(register, RecordList):
                    continue
                key = self.dictionary.facts[str(spec.to)].key[0]
                known = {str(one.cells[key]) for one in register.records if one.cells.get(key) is not None}
                whole = all(one.cells.get(key) is not None for one in register.records)
                for record in answer.records:
                    cell = record.cells.get(field_)
                    if whole and isinstance(cell, str) and cell not in known:
                        base = ("facts", name, "events") if answer.wrapped else ("facts", name)
                        at = record.at or (*base, record.index)
                        self.blame((*at, field_), *no_record(self.dictionary, str(spec.to), cell, known))


def misfit(spec: FactSpec | FieldSpec, name: str, value: Any, wrong: WrongValue) -> tuple[Text, Text | None]:
    """Return what is wrong with a value that doesn't fit the fact of this name, and how to mend it."""
    hint = wrong.hint
    if hint is None and isinstance(spec, FactSpec):
        hint = Text(zh=f"填报内容：{spec.question.zh}", en=f"the question is: {spec.question.en}")
    problem = Text(
        zh=f"“{spec.label.zh}”（{name}）应为{wrong.expected.zh}，实为{written(value)}",
        en=f"{name} ({spec.label.en}): expected {wrong.expected.en}, found {written(value)}",
    )
    return problem, hint


def no_role(role: object, titles: Mapping[str, Text]) -> tuple[Text, Text | None]:
    """Return what is wrong with a role that there isn't, and which may have been meant."""
    problem = Text(zh=f"没有角色{written(role)}", en=f"there is no role {written(role)}")
    return problem, slips.by_label(role, titles) or suggestion(str(role), tuple(titles))


def clashing(spec: FactSpec, field_: str, name: str, one: str, other: str, first: object) -> tuple[Text, Text]:
    """Return what is wrong with a record that says *one* of a field, where the same one at *first* says *other*."""
    label = spec.fields[field_].label
    problem = Text(
        zh=f"同一记录（{name}）重复登记，“{label.zh}”（{field_}）一处是{one}，一处是{other}（{first}）",
        en=f"the same record ({name}) has another {field_!r} at {first}: {other}, here {one}",
    )
    return problem, Text(
        zh="使两处一致；确是两条记录的，用不同的编号", en="let both agree, or give them different keys"
    )


def no_record(dictionary: Dictionary, register: str, cell: str, known: Iterable[str]) -> tuple[Text, Text]:
    """Return what is wrong with a reference to a record that its register lacks, and which may have been meant."""
    problem = Text(
        zh=f"“{dictionary.label(register).zh}”（{register}）中没有记录“{cell}”",
        en=f"there is no record {cell!r} in {register!r}",
    )
    mend = Text(zh="核对编号，或补上这条记录", en="mend the key, or add the record")
    return problem, nearest(cell, tuple(known)) or mend


def _write(name: str) -> Text:
    return Text(zh=f"写成{name}", en=f"write {name}")


def written(value: Any) -> str:
    """Return a value as a fault quotes it: short, on one line."""
    if isinstance(value, Decimal):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def canonical(content: Any) -> str:
    """Return content as canonical JSON: the same facts have the same digest, however they are laid out."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
