"""What inspectors found: visits as submitted, and the answers that decide where they differ from the claimed ones."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, Protocol

from attrs import define, evolve, field

from safescore.dictionary import Dictionary, FactSpec
from safescore.explained import Path
from safescore.expr import suggestion
from safescore.facts.answers import Answer, Blame, Change, Record, RecordList, Series, Visit, told_apart
from safescore.facts.waivers import A_DAY
from safescore.frozen import frozen
from safescore.period import day_text, parse_day
from safescore.words import Text

KEYS = ("by", "date", "facts", "note")


class Answering(Protocol):
    """Reads the answer to a fact that stands at a path; faults are blamed."""

    def __call__(self, spec: FactSpec, value: Any, path: Path) -> Answer:
        """Return the answer; None where there is none."""
        ...


def read_visits(
    raw: Any, dictionary: Dictionary, also: Container[str], answering: Answering, blame: Blame
) -> tuple[Visit, ...]:
    """Return the visits of a submission in time order; what is wrong with them is blamed.

    *also* names facts of other dictionaries, which are left to them.
    """
    if raw is None:
        return ()
    reading = _Reading(dictionary, also, answering, blame)
    if isinstance(raw, Mapping):
        found = [*reading.visit(raw, ("verified",))]
    elif isinstance(raw, list):
        found = [visit for index, one in enumerate(raw) for visit in reading.visit(one, ("verified", index))]
    else:
        blame(("verified",), _SHAPE, _EXAMPLE)
        found = []
    return tuple(sorted(found, key=lambda one: one.on))


_SHAPE = Text(zh="verified应是一次核查，或若干次核查的列表", en="verified is a visit, or a list of visits")
_EXAMPLE = Text(
    zh="写成verified: {by: 核查单位, date: 2022-10-12, facts: {…}}",
    en="write verified: {by: who, date: 2022-10-12, facts: {…}}",
)


@frozen
class _Reading:
    dictionary: Dictionary
    also: Container[str]
    answering: Answering
    blame: Blame

    def visit(self, raw: Any, place: Path) -> Iterator[Visit]:
        if not isinstance(raw, Mapping):
            self.blame(place, _SHAPE, _EXAMPLE)
            return
        for key in raw:
            if key == "organization":
                problem = Text(zh="核查不能改写单位概况", en="a visit can't replace what the organisation is")
                hint = Text(zh="请单位在organization中更正", en="let the organisation mend it under organization")
                self.blame((*place, key), problem, hint, key=True)
            elif key not in KEYS:
                problem = Text(zh=f"核查中没有“{key}”这一项", en=f"there is no key {key!r} in a visit")
                self.blame((*place, key), problem, suggestion(key, KEYS), key=True)
        by, on, facts, note = (raw.get(key) for key in KEYS)
        if not isinstance(by, str) or not by.strip():
            problem = Text(zh="核查缺少核查单位或核查人", en="a visit needs who made it")
            self.blame((*place, "by"), problem, Text(zh="补充by: …", en="add by: …"))
            by = ""
        day = parse_day(on) if isinstance(on, str) else None
        if day is None:
            self.blame((*place, "date"), A_DAY, Text(zh="写成date: 2022-10-12", en="write date: 2022-10-12"))
        if note is not None and not isinstance(note, str):
            hint = Text(zh="写在引号内", en="put it in quotes")
            self.blame((*place, "note"), Text(zh="应为文字", en="expected text"), hint)
        if not isinstance(facts, Mapping):
            problem = Text(zh="核查的facts应写成“名称: 值”", en="the facts of a visit are a mapping of names")
            self.blame((*place, "facts"), problem, Text(zh="写成facts: {名称: 值}", en="write facts: {name: answer}"))
            return
        answers: dict[str, Answer] = {}
        whole: set[str] = set()
        for name, value in facts.items():
            answer = self._fact(name, value, (*place, "facts", name), whole)
            if answer is not None:
                answers[name] = answer
        yield Visit(by=by, on=day or 0, place=place, answers=answers, whole=frozenset(whole))

    def _fact(self, name: str, value: Any, path: Path, whole: set[str]) -> Answer:
        spec = self.dictionary.facts.get(name)
        if spec is None:
            if name not in self.also:
                names = tuple(one for one in self.dictionary.facts if one not in self.dictionary.profile_names)
                problem = Text(zh=f"没有名为“{name}”的事实", en=f"there is no fact {name!r}")
                self.blame(path, problem, suggestion(name, names), key=True)
            return None
        if spec.profile:
            problem = Text(zh=f"核查不能改写单位概况“{name}”", en=f"a visit can't replace {name!r} of the organisation")
            hint = Text(zh="请单位在organization中更正", en="let the organisation mend it under organization")
            self.blame(path, problem, hint, key=True)
            return None
        if value is None:
            return None
        at = path
        if spec.records and (not spec.key or (isinstance(value, Mapping) and set(value) == {"whole"})):
            whole.add(name)
            if spec.key:
                value, at = value["whole"], (*path, "whole")
        answer = self.answering(spec, value, at)
        if isinstance(answer, RecordList):
            base = (*at, "events") if answer.wrapped else at
            records = tuple(evolve(one, at=(*base, one.index)) for one in answer.records)
            if name not in whole:
                for record in records:
                    self._named(spec, record)
            return evolve(answer, records=records)
        if isinstance(answer, Series):
            values = tuple((day, cell) for day, cell in answer.values if cell is not None)
            return Series(values=values) if values else None
        return answer

    def _named(self, spec: FactSpec, record: Record) -> None:
        """Blame a record that can't be told which one of the register it is."""
        for key in spec.key:
            if record.cells.get(key) is None:
                problem = Text(zh=f"核查的记录缺少“{key}”", en=f"a verified record needs its {key!r}")
                hint = Text(
                    zh="写明是登记中的哪一条；整份登记都已核查的，写成{whole: […]}",
                    en="say which record of the register it is, or write {whole: […]} if all of it was verified",
                )
                self.blame(record.at, problem, hint)


@define
class Decided:
    """The answers that decide, and what visits changed in them."""

    answers: dict[str, Answer]
    places: dict[str, Path] = field(factory=dict)
    verified: set[str] = field(factory=set)
    corrected: set[str] = field(factory=set)
    changes: dict[tuple[object, ...], Change] = field(factory=dict)


def decided(
    own: Mapping[str, Answer],
    visits: tuple[Visit, ...],
    dictionary: Dictionary,
    as_of: int,
    blame: Blame,
    stated: frozenset[str] = frozenset(),
) -> Decided:
    """Return the answers that decide on a day: the organisation's own, each replaced by what the last visit found.

    A visit after the day does not count. A blank of a visit replaces nothing. Two visits of one day that say different
    things are blamed. *stated* are the facts that the organisation answers, if only with a fault.
    """
    deciding = _Deciding(own, dictionary, Decided(dict(own)), blame, stated)
    for visit in visits:
        if visit.on <= as_of:
            for name, answer in visit.answers.items():
                deciding.take(name, answer, visit)
    return deciding.found


@frozen
class _Deciding:
    own: Mapping[str, Answer]
    dictionary: Dictionary
    found: Decided
    blame: Blame
    stated: frozenset[str]

    def take(self, name: str, answer: Answer, visit: Visit) -> None:
        """Let a visit's answer decide."""
        found, spec, before = self.found, self.dictionary.facts[name], self.found.answers.get(name)
        at = (*visit.place, "facts", name)
        if spec.type == "checklist" and isinstance(answer, Mapping):
            cells = dict(before) if isinstance(before, Mapping) else {}
            own = self.own.get(name)
            for key, cell in answer.items():
                if cell is None:
                    continue
                cells[key] = cell
                unit = f"{name}.{key}"
                found.places[unit] = (*at, key)
                found.verified.add(unit)
                claimed = own.get(key) if isinstance(own, Mapping) else None
                self._change(
                    (unit,),
                    Change(
                        name=unit,
                        visit=visit,
                        at=(*at, key),
                        own=("facts", name, key),
                        claimed=claimed,
                        verified=cell,
                    ),
                )
            found.answers[name] = cells
        elif isinstance(answer, RecordList) and name not in visit.whole:
            if not isinstance(before, RecordList) and name in self.stated:
                return
            if not isinstance(before, RecordList):
                problem = Text(
                    zh=f"单位没有填报“{name}”，核查无从更正其中的记录",
                    en=f"the organisation gives no {name!r} in which records could be corrected",
                )
                hint = Text(
                    zh="整份登记都已核查的，写成{whole: […]}", en="write {whole: […]} if all of it was verified"
                )
                self.blame(at, problem, hint)
                return
            found.answers[name] = self._corrected(name, spec, before, answer, visit)
            if name not in found.verified:
                found.corrected.add(name)
        else:
            found.answers[name] = answer
            found.verified.add(name)
            found.corrected.discard(name)
            found.places[name] = at
            for earlier in [one for one in found.changes if one[0] == name and len(one) > 1]:
                if found.changes[earlier].visit.on < visit.on:
                    del found.changes[earlier]
            self._change(
                (name,),
                Change(
                    name=name,
                    visit=visit,
                    at=at,
                    own=("facts", name),
                    claimed=self.own.get(name),
                    verified=answer,
                ),
            )

    def _corrected(self, name: str, spec: FactSpec, whole: RecordList, answer: RecordList, visit: Visit) -> RecordList:
        """Return a register with the records that a visit gives: cells replaced, records that were left out added."""
        records = list(whole.records)
        first = {tuple(one.cells.get(key) for key in spec.key): place for place, one in enumerate(records)}
        own = self.own.get(name)
        claimed = {
            tuple(one.cells.get(key) for key in spec.key): one
            for one in (own.records if isinstance(own, RecordList) else ())
        }
        base = ("facts", name, "events") if isinstance(own, RecordList) and own.wrapped else ("facts", name)
        for record in answer.records:
            key = tuple(record.cells.get(one) for one in spec.key)
            mine = claimed.get(key)
            place = first.get(key)
            if place is None:
                first[key] = len(records)
                records.append(evolve(record, index=len(records)))
                self._change(
                    (name, key),
                    Change(
                        name=name,
                        visit=visit,
                        at=record.at,
                        own=("facts", name),
                        claimed=None,
                        verified=answer,
                        record=key,
                    ),
                )
                continue
            cells = dict(records[place].cells)
            for cell, value in record.cells.items():
                if value is None or cell in spec.key:
                    continue
                cells[cell] = value
                if mine is not None:
                    self._change(
                        (name, key, cell),
                        Change(
                            name=name,
                            visit=visit,
                            at=(*record.at, cell),
                            own=(*base, mine.index, cell),
                            claimed=mine.cells.get(cell),
                            verified=value,
                            record=key,
                            cell=cell,
                        ),
                    )
            records[place] = evolve(records[place], cells=cells)
        kept, _, _ = told_apart(spec, records)
        return evolve(whole, records=tuple(kept))

    def _change(self, unit: tuple[object, ...], change: Change) -> None:
        before = self.found.changes.get(unit)
        if before is not None and before.visit.on == change.visit.on and before.verified != change.verified:
            day = day_text(change.visit.on)
            problem = Text(zh=f"{day}的两次核查对此结论不同", en=f"two visits of {day} say different things of this")
            self.blame(change.at, problem, Text(zh="只保留一个结论", en="keep one of the two"))
            return
        self.found.changes[unit] = change
