"""Batches of organisations as they came, judged: read, told apart, held against themselves, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from attrs import evolve, field

from safescore.batch.arrow import Cells
from safescore.batch.data import EPOCH, Array, Column, Dated, Table, blank, from_cells
from safescore.batch.kernel import Kernel
from safescore.batch.layout import NONE, Layout
from safescore.batch.long import Long, read_answer, read_fields
from safescore.batch.outcomes import Outcomes
from safescore.batch.reading import DAY, FLAG, distinct
from safescore.batch.registers import Listed, apart, astray, line
from safescore.batch.why import contradicted
from safescore.dictionary import FactSpec, FieldSpec
from safescore.facts.entries import roles_meant
from safescore.facts.read import no_role
from safescore.frozen import frozen
from safescore.model import Pack
from safescore.standing import OUTCOMES, UNBOUNDED
from safescore.words import Lang, Text, listed

RULE_COLUMNS = ("outcome", "to_date", "credit", "short", "due")
"""What can be told of every rule: its outcome; whether it is met to date; its least and greatest credit; the gap from
least to most; the next due day."""

COLUMNS = (*RULE_COLUMNS, "score", "grade", "counts")
"""What can be told of an organisation."""

USUAL = ("outcome", "score", "grade", "counts")

_NO_ID = Text(zh="单位的id是空的", en="the id of the organisation is blank")
_NO_ROLES = Text(zh="没有写角色", en="the organisation has no roles")
_SERIES_TOO = Text(zh="既有总数，又有分日期的数", en="there is a figure without a date, and there are figures by date")
_ONE_DAY = Text(zh="同一天有两个数", en="there are two figures of one day")
_ABSENT = Text(zh="写明没有提供，却有记录", en="it is said not to be supplied, and has records")
_CONTRADICTED = Text(zh="填报值互相矛盾", en="the answers contradict each other")
_NO_DAY = Text(zh="没有写日期", en="the day is missing")
_ROLES = FieldSpec(type="choices", label=Text(zh="角色", en="roles"))
_NO_RECORD = Text(zh="应为一条记录，实为空", en="expected a record, found a blank")


@frozen(eq=False, kw_only=True)
class Told:
    """What came out for a batch: columns of numbers, each with where it has a value, and the words of codes.

    ``fault`` is what is wrong with an organisation's answers; it has no outcomes then.
    """

    rows: int
    columns: Mapping[str, tuple[Array, Array]]
    words: Mapping[str, tuple[str, ...]]
    faults: Mapping[int, str]


@frozen(eq=False, kw_only=True)
class Intake:
    """A pack made ready for frames of one layout; it may be asked many times."""

    pack: Pack
    kernel: Kernel
    layout: Layout
    roles: frozenset[str] | None
    long: Mapping[str, Long]
    series: Mapping[str, Long]
    supplied: frozenset[str]
    columns: tuple[str, ...]
    codes: bool
    threads: int
    lang: Lang
    asked: tuple[str, ...] = field(init=False)

    @asked.default
    def _asked(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.split(".")[0] for rule in self.pack.rules for name in rule.facts()))

    def judged(self, batch: Mapping[str, Cells]) -> Told:
        """Return what comes out for a batch of organisations."""
        return Batch(self, batch).told()


class Batch:
    """One batch of organisations; ``faults`` are what is wrong with each: where, what, and how to mend it."""

    def __init__(self, intake: Intake, given: Mapping[str, Cells]) -> None:
        self.intake = intake
        self.layout = intake.layout
        self.dictionary = intake.pack.dictionary
        self.given = given
        self.ids = given[intake.layout.id]
        self.rows = len(self.ids)
        self.faults: dict[int, list[tuple[str, Text, Text | None]]] = {}
        self.facts: dict[str, Column | Table] = {}

    def told(self) -> Told:
        """Return what comes out."""
        found, _ = self.assessed()
        good = np.ones(self.rows, dtype=bool)
        good[list(self.faults)] = False
        columns, words = _columns(found, good, self.intake.columns)
        lang = self.intake.lang
        faults = {row: "\n".join(dict.fromkeys(line(*one, lang) for one in each)) for row, each in self.faults.items()}
        return Told(rows=self.rows, columns=columns, words={} if self.intake.codes else words, faults=faults)

    def assessed(self) -> tuple[Outcomes, Any]:
        """Return what the rules come to, and the roles of the organisations: those of all, or a column of sets."""
        for row in np.flatnonzero(~self.ids.there).tolist():
            self.blame(row, self.layout.id, _NO_ID)
        for fact in dict.fromkeys((*self.layout.plain, *self.layout.none)):
            self._answer(fact)
        self._dated()
        self._records()
        roles = self._roles()
        kernel = self.intake.kernel
        found = kernel.assess(self.facts, self.rows, roles=roles, threads=self.intake.threads)
        for row in np.flatnonzero(found.faulty).tolist():
            told = contradicted(self.facts, row, self.dictionary, kernel.clock, self.intake.asked)
            for problem, hint in tuple(told) or ((_CONTRADICTED, None),):
                self.blame(row, "", problem, hint)
        return found, roles

    def blame(self, row: int, place: str, problem: Text, hint: Text | None = None) -> None:
        """Note what is wrong with the answers of an organisation."""
        self.faults.setdefault(row, []).append((place, problem, hint))

    def _answer(self, fact: str) -> None:
        spec = self.dictionary.here(fact)
        if spec is None:  # a field of the one record of a register, which is read with it
            return
        plain, none = (self._cells(where.get(fact)) for where in (self.layout.plain, self.layout.none))
        if spec.type == "count" and plain is not None and plain.kind == "list":
            self._listed_figures(fact, plain)
            plain = None
        column, problems = read_answer(spec, fact.rpartition(".")[2], plain, none, self.rows)
        if column is not None:
            self.facts[fact] = column
        for row, problem, hint in problems:
            self.blame(row, fact if "." in fact else "", problem, hint)

    def _cells(self, column: str | None) -> Cells | None:
        return None if column is None else self.given[column]

    def _dated(self) -> None:
        """Take in figures by date, from columns of days and from long frames."""
        for fact, days in self.layout.dated.items():
            spec = self.dictionary.facts[fact]
            columns = []
            for day in sorted(days):
                column, problems = read_answer(spec, fact, self.given[days[day]], None, self.rows)
                assert column is not None
                columns.append(column)
                for row, problem, hint in problems:
                    self.blame(row, days[day], problem, hint)
            given = np.any([one.there | one.none for one in columns], axis=0)
            rows = np.flatnonzero(given)
            values, there, none = (
                np.stack([getattr(one, name)[rows] for one in columns], axis=1).ravel()
                for name in ("values", "there", "none")
            )
            owner, every = np.repeat(rows, len(days)), np.tile(np.array(sorted(days)), len(rows))
            self._series(fact, owner, every, Column(values=values, there=there, none=none))
        for fact, long in self.intake.series.items():
            owner, at = long.rows_of(self.ids)
            self._wrong(long, owner, at)
            self._entries(fact, owner, at, {name: one.taken(at) for name, one in long.columns.items()})

    def _listed_figures(self, fact: str, cells: Cells) -> None:
        """Take in figures by date from lists of records with ``date`` and ``value``."""
        owner, number, columns = self._from_lists(fact, {"date": DAY, "value": self.dictionary.facts[fact]}, cells)
        if columns:
            self._entries(fact, owner, number, columns)

    def _entries(self, fact: str, owner: Array, number: Array, columns: Mapping[str, Column]) -> None:
        """Take in figures by date, of which *number* says where each stands."""
        days = columns.get("date", blank(len(owner), "term"))
        for row in np.flatnonzero(~days.there).tolist():
            self.blame(int(owner[row]), f"{fact}[{int(number[row])}].date", _NO_DAY)
        kept = np.flatnonzero(days.there)
        kept = kept[np.lexsort((days.values[kept], owner[kept]))]
        figures = columns.get("value", blank(len(owner), "count")).taken(kept)
        self._series(fact, owner[kept], days.values[kept].astype(np.int64), figures)

    def _series(self, fact: str, owner: Array, day: Array, values: Column) -> None:
        again = np.flatnonzero((owner[1:] == owner[:-1]) & (day[1:] == day[:-1]))
        for row in again.tolist():
            self.blame(int(owner[row]), fact, _ONE_DAY)
        given = np.zeros(self.rows, dtype=bool)
        given[owner] = True
        plain = self.facts.get(fact, blank(self.rows, "count"))
        assert isinstance(plain, Column)
        if plain.dated is not None:
            message = f"{fact}: there are figures by date in two places"
            raise ValueError(message)
        for row in np.flatnonzero(given & (plain.there | plain.none)).tolist():
            self.blame(row, fact, _SERIES_TOO)
        self.facts[fact] = evolve(plain, dated=Dated(owner=owner, day=day, values=values, given=given))

    def _wrong(self, long: Long, owner: Array, at: Array) -> None:
        """Blame the organisations for what is wrong with their rows of a long frame."""
        if not long.wrong:
            return
        for row in np.flatnonzero(np.isin(at, list(long.wrong))).tolist():
            for name, problem, hint in long.wrong[int(at[row])]:
                self.blame(int(owner[row]), f"{long.name}[{int(at[row])}].{name}", problem, hint)

    def _records(self) -> None:
        """Take in the records of registers and events: from lists, single records, and long frames."""
        every: list[Listed] = []
        tables: dict[str, Table] = {}
        for name in self._registers():
            came = self._listed(name)
            table, faults = apart(came)
            every.append(came)
            tables[name] = table
            for fault in faults:
                self.blame(*fault)
        for fault in astray(tables, every, self.dictionary):
            self.blame(*fault)
        self.facts.update(tables)

    def _registers(self) -> Iterable[str]:
        """Return the registers and events of which there may be records."""
        layout = self.layout
        named = (
            *layout.lists,
            *layout.single,
            *self.intake.long,
            *layout.given,
            *layout.through,
            *self.intake.supplied,
        )
        return dict.fromkeys(named)

    def _listed(self, name: str) -> Listed:
        spec = self.dictionary.facts[name]
        stated = np.zeros(self.rows, dtype=bool)
        owner = number = np.zeros(0, dtype=np.int64)
        columns: Mapping[str, Column] = {}
        if name in self.layout.lists:
            cells = self.given[self.layout.lists[name]]
            if cells.kind not in ("list", "blank"):
                message = f"{name}: a column of {cells.kind} holds no lists of records"
                raise ValueError(message)
            stated = cells.there
            if cells.kind == "list":
                owner, number, columns = self._from_lists(name, spec.fields, cells)
        elif name in self.layout.single:
            owner, columns = self._from_fields(name)
            number = np.zeros(len(owner), dtype=np.int64)
        elif name in self.intake.long:
            long = self.intake.long[name]
            owner, number = long.rows_of(self.ids)
            self._wrong(long, owner, number)
            columns = {field: column.taken(number) for field, column in long.columns.items()}
        given, through = self._supplied(name, stated, owner)
        return Listed(spec=spec, name=name, owner=owner, number=number, columns=columns, given=given, through=through)

    def _from_lists(
        self, name: str, fields: Mapping[str, FieldSpec | FactSpec], cells: Cells
    ) -> tuple[Array, Array, Mapping[str, Column]]:
        """Return the records in lists: of which organisation each is, its place there, and its fields."""
        item, ends = cells.parts["item"], cells.values
        sizes = np.where(cells.there, np.diff(ends), 0)
        owner = np.repeat(np.arange(self.rows), sizes)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        at = np.repeat(ends[:-1], sizes) + number
        if item.kind != "record":
            if not len(at) or item.kind == "blank":
                self._blank_records(name, owner, number, item, at)
                return owner[:0], number[:0], {}
            message = f"{name}: a list of {item.kind} is no list of records"
            raise ValueError(message)
        columns, wrong = read_fields(name, fields, item.parts, len(item))
        self._blank_records(name, owner, number, item, at)
        places = {int(row): place for place, row in enumerate(at.tolist())} if wrong else {}
        for row, problems in wrong.items():
            for field_, problem, hint in problems if row in places else ():
                place = places[row]
                self.blame(int(owner[place]), f"{name}[{int(number[place])}].{field_}", problem, hint)
        return owner, number, {field_: column.taken(at) for field_, column in columns.items()}

    def _blank_records(self, name: str, owner: Array, number: Array, item: Cells, at: Array) -> None:
        for place in np.flatnonzero(~item.there[at]).tolist():
            self.blame(int(owner[place]), f"{name}[{int(number[place])}]", _NO_RECORD)

    def _from_fields(self, name: str) -> tuple[Array, Mapping[str, Column]]:
        """Return the single record of every organisation that answers any of its fields."""
        spec = self.dictionary.facts[name]
        own = self.layout.single[name]
        given = {field_: self.given[column] for field_, column in own.items()}
        for whole, column in self.layout.none.items():
            base, _, field_ = whole.partition(".")
            if base == name:
                given[f"{field_}.{NONE}"] = self.given[column]
        columns, wrong = read_fields(name, spec.fields, given, self.rows)
        for row, problems in wrong.items():
            for field_, problem, hint in problems:
                self.blame(row, f"{name}.{field_}", problem, hint)
        some = np.any([one.there | one.none for one in columns.values()], axis=0)
        owner = np.flatnonzero(some)
        if len(owner) < self.rows:
            columns = {field_: column.taken(owner) for field_, column in columns.items()}
        return owner, columns

    def _supplied(self, name: str, stated: Array, owner: Array) -> tuple[Array, Array]:
        """Return which organisations supplied a fact at all, and up to which day theirs is complete."""
        some = np.zeros(self.rows, dtype=bool)
        some[owner] = True
        given = stated | some | (name in self.intake.supplied)
        through = np.zeros(self.rows, dtype=np.int64)
        for where, spec in ((self.layout.through, DAY), (self.layout.given, FLAG)):
            if name not in where:
                continue
            column, problems = read_answer(spec, where[name], self.given[where[name]], None, self.rows)
            assert column is not None
            for row, problem, hint in problems:
                self.blame(row, where[name], problem, hint)
            if spec is DAY:
                through, given = np.where(column.there, column.values, 0), given | column.there
                continue
            absent = column.there & ~column.values
            for row in np.flatnonzero(absent & some).tolist():
                self.blame(row, where[name], _ABSENT)
            given = (given | (column.there & column.values)) & ~absent
        return given, np.where(given, through, 0)

    def _roles(self) -> Any:
        """Return who the organisations are: the roles of all, or a column of sets."""
        if self.layout.roles is None:
            return self.intake.roles
        cells, titles = self.given[self.layout.roles], self.intake.pack.roles
        if cells.kind not in ("text", "list", "blank"):
            message = f"{self.layout.roles}: a column of {cells.kind} holds no roles"
            raise ValueError(message)
        codes, each = distinct(cells, _ROLES)
        sets: list[frozenset[str]] = []
        for code, given in enumerate(each):
            named = given if isinstance(given, list) else roles_meant(str(given), titles)
            wrong = [no_role(one, titles) for one in named if one not in titles]
            problems = wrong or ([] if named else [(_NO_ROLES, _roles_hint(titles))])
            rows = np.flatnonzero(cells.there & (codes == code)).tolist() if problems else ()
            for row in rows:
                for problem, hint in problems:
                    self.blame(row, self.layout.roles, problem, hint)
            sets.append(frozenset(str(one) for one in named if one in titles))
        for row in np.flatnonzero(~cells.there).tolist():
            self.blame(row, self.layout.roles, _NO_ROLES, _roles_hint(titles))
        few = from_cells("choices", [*sets, frozenset()])
        at = np.where(cells.there, codes, len(sets))
        everyone = np.ones(self.rows, dtype=bool)
        return evolve(few, values=few.values[at], there=everyone, none=~everyone)


def _roles_hint(titles: Mapping[str, Text]) -> Text:
    names = listed(titles)
    return Text(zh=f"可用的有：{names.zh}", en=f"there are: {names.en}")


def _columns(
    found: Outcomes, good: Array, asked: tuple[str, ...]
) -> tuple[dict[str, tuple[Array, Array]], dict[str, tuple[str, ...]]]:
    """Return the columns asked for, and the words of those that are codes."""
    columns: dict[str, tuple[Array, Array]] = {}
    words: dict[str, tuple[str, ...]] = {}
    scored = good & found.score.scored
    if "score" in asked:
        columns |= {"score_low": (found.score.low * 100, scored), "score_high": (found.score.high * 100, scored)}
    if "grade" in asked:
        for name, places in (("grade_low", found.grade_low), ("grade_high", found.grade_high)):
            columns[name] = (places.astype(np.int8), scored)
            words[name] = tuple(band.id for band in found.grades.bands)
    if "counts" in asked:
        for code, outcome in enumerate(OUTCOMES):
            columns[outcome.value.replace("-", "_")] = (found.counts[:, code], good)
    for number, rule in enumerate(found.rules):
        for name, values, there in _of_rule(found, number, asked):
            columns[f"{rule}.{name}"] = (values, good if there is None else good & there)
            if name == "outcome":
                words[f"{rule}.{name}"] = tuple(one.value for one in OUTCOMES)
    return columns, words


def _of_rule(found: Outcomes, rule: int, asked: tuple[str, ...]) -> Iterator[tuple[str, Array, Array | None]]:
    """Yield what is told of a rule: its name, the values, and where there is one."""
    if "outcome" in asked:
        yield "outcome", found.outcome[:, rule], None
    if "to_date" in asked:
        yield "to_date", found.to_date[:, rule], None
    if "credit" in asked:
        for name, credit in (("credit_low", found.low), ("credit_high", found.high)):
            yield name, credit.have[:, rule] / credit.need[:, rule], ~found.never[:, rule]
    if "short" in asked:
        for name, short in (("short_low", found.short.low[:, rule]), ("short_high", found.short.high[:, rule])):
            yield name, short.astype(np.int64), short < UNBOUNDED
    if "due" in asked:
        due = found.next_due[:, rule].astype(np.int64)
        yield "due", (np.where(due > 0, due, EPOCH) - EPOCH).astype("datetime64[D]"), due > 0
