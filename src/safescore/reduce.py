"""The scalar backend: one organisation's records and answers, reduced to integers.

A mask is an int with one byte a record, so that ``&``, ``|`` and a count of bits serve it as they serve an array.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from safescore.backend import Counted, Records, Subject
from safescore.dictionary import Dictionary, FactSpec, FieldSpec, shown
from safescore.explained import Path
from safescore.expr import NONE, Cell, Expr, Field, Op, Truth, Value, both, fields
from safescore.facts.answers import Answer, Record, RecordList, Series, Submission
from safescore.frozen import frozen
from safescore.period import MINUTES_A_DAY, NO_SLOT, UNKNOWN_SLOT, Clock, Days, Duration, Slots
from safescore.standing import UNBOUNDED, Integers, N, Ops, Span

COMPARE: Mapping[Op, Callable[[Any, Any], Any]] = {
    Op.EQ: operator.eq,
    Op.GE: operator.ge,
    Op.GT: operator.gt,
    Op.LE: operator.le,
    Op.LT: operator.lt,
}


def happened_by(type_: str, cell: Cell, as_of: int) -> Cell:
    """Return a cell as it stands on a day: a date or time after it is a plan, and has not happened."""
    last = last_happened(type_, as_of)
    return NONE if last is not None and isinstance(cell, int) and cell > last else cell


def last_happened(type_: str, as_of: int) -> int | None:
    """Return the last value of this type that is no plan on a day; None where any value stands."""
    if type_ == "date":
        return as_of
    return (as_of + 1) * MINUTES_A_DAY - 1 if type_ == "time" else None


def day_of(spec: FactSpec, when: Any) -> Any:
    """Return the day of an event from the value of the field that dates it, or the days of many."""
    return when // MINUTES_A_DAY if spec.fields[str(spec.when)].type == "time" else when


def slot_of(spec: FactSpec, day: Cell, cell: Cell, slots: Slots) -> int:
    """Return the window into which an event falls: that of the occasion that *cell* names, else the one of its day.

    An event may lie before its occasion; after it, it serves it no more.
    """
    named = bool(slots.windows) and slots.windows[0].occasion
    if named and spec.occasion is not None:
        slot = UNKNOWN_SLOT if cell is None else slots.of_occasion(str(cell))
        late = slot >= 0 and isinstance(day, int) and day > slots.windows[slot].days.last
        return NO_SLOT if late else slot
    if day is None:
        return UNKNOWN_SLOT
    return slots.of_day(day) if isinstance(day, int) else NO_SLOT


def figure_on(spec: FactSpec, answer: Answer, day: int, *, dated: bool, whole: bool) -> Span[int]:
    """Return the span of a count given directly, on a day.

    A dated series gives its last value on or before the day. A later value, and one without a date for a day gone by
    (*dated*), decides only what it bounds: a figure that only grows was at most that. A population without a date
    stands.
    """
    if isinstance(answer, Series):
        earlier = [_number(cell) for at, cell in answer.values if at <= day]
        later = [value for at, cell in answer.values if at > day and (value := _number(cell)) is not None]
        last = earlier[-1] if earlier else None
        return dated_figure(spec, bool(earlier), last is not None, last or 0, min(later, default=UNBOUNDED), Integers())
    value = _number(answer)
    return undated_figure(spec, value is not None, value or 0, Integers(), dated=dated, whole=whole)


def dated_figure(spec: FactSpec, earlier: Any, known: Any, last: N, later: N, ops: Ops[N]) -> Span[N]:
    """Return the span of a dated series on a day.

    It has a value on or before the day (*earlier*), of which the last is *known*; *later* is the least after it.
    """
    exact = earlier & known
    open_ = ops.where(earlier, UNBOUNDED, later) if spec.cumulative else UNBOUNDED
    return Span(ops.where(exact, last, 0), ops.where(exact, last, open_))


def undated_figure(spec: FactSpec, known: Any, value: N, ops: Ops[N], *, dated: bool, whole: bool) -> Span[N]:
    """Return the span on a day of a figure that has no date of its own, where it is *known*."""
    exact = not dated or (whole and not spec.cumulative)
    low = ops.where(known & exact, value, 0)
    return Span(low, ops.where(known & (exact or spec.cumulative), value, UNBOUNDED))


def next_visit_after(cycle: Duration, last: int) -> int:
    """Return the day a cycle after the last visit, a day or a time."""
    return cycle.after(last // MINUTES_A_DAY if last > MINUTES_A_DAY * 4000 else last)


def _number(cell: object) -> int | None:
    if cell is NONE:
        return 0
    return int(cell) if isinstance(cell, (int, Fraction)) else None


@frozen
class ScalarCounted:
    """Events of each window of one subject."""

    windows: list[Span[int]]
    undated: int


class ScalarRecords:
    """Records of one organisation as columns."""

    def __init__(
        self,
        spec: FactSpec | None,
        specs: Mapping[str, FieldSpec | FactSpec],
        records: tuple[Record, ...],
        base: Path,
        as_of: int,
        *,
        given: bool,
        through: int,
    ) -> None:
        self.spec = spec
        self._specs = specs
        self._records = records
        self._base = base
        self._as_of = as_of
        self.given = int(given)
        self.through = through
        self._full = int.from_bytes(b"\1" * len(records), "little")
        self._columns: dict[str, list[Cell]] = {}
        self.sure = self._mask(not record.doubtful for record in records)

    def _mask(self, truths: Iterable[bool]) -> int:
        return int.from_bytes(bytes(truths), "little")

    def column(self, name: str) -> list[Cell]:
        """Return the cells of a field, plans after the day of judgement as ``none``."""
        found = self._columns.get(name)
        if found is None:
            spec = self._field(name)
            type_ = spec.type if spec is not None else "text"
            found = [happened_by(type_, self._cell(record, name), self._as_of) for record in self._records]
            self._columns[name] = found
        return found

    def _cell(self, record: Record, name: str) -> Cell:
        return record.cells.get(name)

    def _field(self, name: str) -> FieldSpec | FactSpec | None:
        return self._specs.get(name)

    def full(self) -> int:
        """Return the mask of all records."""
        return self._full

    def negate(self, mask: int) -> int:
        """Return the records that are not in *mask*."""
        return self._full ^ mask

    def known(self, name: str) -> int:
        """Return where the field is answered."""
        return self._mask(cell is not None for cell in self.column(name))

    def happened(self, name: str) -> int:
        """Return where the field has a value."""
        return self._mask(cell is not None and cell is not NONE for cell in self.column(name))

    def compare(self, name: str, op: Op, bound: Value | Field) -> int:
        """Return where the comparison is true."""
        test = COMPARE[op]
        column = self.column(name)
        if isinstance(bound, Field):
            return self._mask(
                cell is not None and cell is not NONE and other is not None and test(cell, other)
                for cell, other in zip(column, self._moved(bound.name, bound.later_by), strict=True)
            )
        return self._mask(cell is not None and cell is not NONE and test(cell, bound) for cell in column)

    def _moved(self, name: str, later_by: Duration | None) -> list[object]:
        """Return the values of a field, moved by a duration; None where there is none."""
        return [
            None
            if cell is None or cell is NONE
            else later_by.after(cell)
            if later_by is not None and isinstance(cell, int)
            else cell
            for cell in self.column(name)
        ]

    def one_of(self, name: str, values: frozenset[str]) -> int:
        """Return where the value is one of these."""
        return self._mask(cell in values for cell in self.column(name))

    def includes(self, name: str, value: str) -> int:
        """Return where the set holds *value*."""
        return self._mask(isinstance(cell, frozenset) and value in cell for cell in self.column(name))

    def covers(self, name: str, days: Days) -> int:
        """Return where the days of the field cover all of *days*."""
        return self._mask(isinstance(cell, tuple) and covering(cell, days) for cell in self.column(name))

    def elapsed(self, name: str, later_by: Duration, day: int) -> int:
        """Return where the date of the field plus the duration is on or before *day*."""
        return self._mask(isinstance(cell, int) and cell <= day for cell in self._moved(name, later_by))

    def count(self, mask: int) -> int:
        """Return how many records are in *mask*."""
        return mask.bit_count()

    def total(self, name: str, mask: int) -> Span[int]:
        """Return the sum of a count field over *mask*, from least to most over its blanks."""
        cells = [self.column(name)[place] for place in self.members(mask)]
        low = sum(int(cell) for cell in cells if isinstance(cell, (int, Fraction)))
        return Span(low, UNBOUNDED if None in cells else low)

    def soonest(self, name: str, later_by: Duration | None, mask: int) -> int:
        """Return the earliest day of a field over *mask*, where 0 is none."""
        moved = self._moved(name, later_by)
        return min((day for place in self.members(mask) if isinstance(day := moved[place], int)), default=0)

    def members(self, mask: int) -> list[int]:
        """Return the places of the records in a mask."""
        return [place for place, bit in enumerate(mask.to_bytes(len(self._records), "little")) if bit]

    def only(self, place: int) -> int:
        """Return the mask of one record."""
        return 1 << 8 * place

    def name(self, place: int) -> str:
        """Return what a person calls the record: its identity, its date, or its number."""
        record, spec = self._records[place], self.spec
        if spec is not None:
            for names in (spec.identity, (spec.when,) if spec.when else ()):
                cells = [(one, record.cells.get(one)) for one in names]
                if cells and all(cell is not None for _, cell in cells):
                    return " ".join(shown(spec.fields[one].type, cell) for one, cell in cells)
        return f"#{record.index + 1}"

    def called(self, path: Path) -> str:
        """Return what a person calls the record that stands at this path of the submission, or around it."""
        for place in range(len(self._records)):
            own = self.path(place)
            if path[: len(own)] == own:
                return self.name(place)
        return f"#{next((step for step in reversed(path) if isinstance(step, int)), 0) + 1}"

    def path(self, place: int, field: str = "") -> Path:
        """Return where the record, or one of its fields, stands in the submission."""
        record = self._records[place]
        path = record.at or (*self._base, record.index)
        return (*path, field) if field else path

    def blank(self, place: int, field: str) -> bool:
        """Tell whether a field of the record is not answered."""
        return self.column(field)[place] is None

    def written(self, place: int, field: str) -> str:
        """Return a field of the record as its author would write it."""
        spec = self._field(field)
        return shown(spec.type if spec is not None else "text", self.column(field)[place])

    def day(self, place: int, field: str) -> int:
        """Return the day in a field of the record, 0 where there is none."""
        cell = self.column(field)[place]
        return cell if isinstance(cell, int) else 0

    def blanks(self, expr: Expr, mask: int) -> Iterator[Path]:
        """Yield the blank fields that the expression asks of the records in a mask."""
        names = tuple(dict.fromkeys(fields(expr)))
        for place in self.members(mask):
            for name in names:
                if self.blank(place, name):
                    yield self.path(place, name)
            if self._records[place].doubtful and self.spec is not None:
                for name in self.spec.identity:
                    if self.blank(place, name):
                        yield self.path(place, name)


def plain_answer(submission: Submission, name: str) -> Cell:
    """Return a plain answer of a submission: of its profile, a fact of one value, or ``checklist.element``."""
    if name in submission.profile:
        return submission.profile[name]
    base, _, element = name.partition(".")
    answer = submission.answers.get(base)
    if isinstance(answer, Mapping):
        return answer.get(element)
    return None if element or isinstance(answer, (Series, RecordList)) else answer


class Here(ScalarRecords):
    """The organisation's plain answers, as the only record."""

    def __init__(self, submission: Submission, dictionary: Dictionary, as_of: int) -> None:
        record = Record(cells={}, index=0)
        super().__init__(None, {}, (record,), (), as_of, given=True, through=as_of)
        self._submission = submission
        self._dictionary = dictionary

    def _field(self, name: str) -> FieldSpec | FactSpec | None:
        return self._dictionary.here(name)

    def _cell(self, record: Record, name: str) -> Cell:
        return plain_answer(self._submission, name)

    def path(self, place: int, field: str = "") -> Path:
        """Return where an answer stands: under the organisation, or under its facts."""
        if field in self._dictionary.profile_names:
            return ("organization", field)
        return self._submission.place(field)


def covering(spans: tuple[Days, ...], days: Days) -> bool:
    """Tell whether sorted spans of days cover every day of *days*."""
    reached = days.first
    for span in spans:
        if span.first > reached:
            break
        reached = max(reached, span.last + 1)
    return reached > days.last


class ScalarSubject:
    """One subject of a register, or the organisation itself."""

    def __init__(self, backend: ScalarBackend, register: str | None, index: int) -> None:
        self._backend = backend
        self._register = register
        self._index = index
        records = backend.records(register) if register else None
        self._sure = records is None or bool(both(records.sure, records.only(index)))
        self.name = records.name(index) if records is not None else ""
        self.place: tuple[Path, ...] = (records.path(index),) if records is not None else ()

    def of_organisation(self, quantity: int) -> int:
        """Return a quantity of the organisation as one of the subject."""
        return quantity

    def truth(self, truth: Truth[int]) -> Truth[int]:
        """Return whether the subject's record surely is, and surely is not, in a mask."""
        shift = 8 * self._index
        return Truth((truth.holds >> shift) & 1 & int(self._sure), (truth.fails >> shift) & 1)

    def _own(self, events: ScalarRecords) -> tuple[list[int], list[int]]:
        """Return the events that surely are of this subject, and those that may be."""
        if self._register is None:
            return list(range(len(events._records))), []
        return self._backend.linked(events, self._register, self._index)

    def counted(self, events: Records[int, int], counts: Truth[int], slots: Slots) -> Counted[int]:
        """Return how many events that count fall into each window."""
        assert isinstance(events, ScalarRecords)
        windows = len(slots.windows)
        low, high, undated = [0] * windows, [0] * windows, 0
        sure = self._backend.bits(events, both(counts.holds, events.sure))
        fails = self._backend.bits(events, counts.fails)
        places = self._backend.slotted(events, slots)
        own, perhaps = self._own(events)
        for mine, group in ((True, own), (False, perhaps)):
            for place in group:
                slot = places[place]
                if fails[place] or slot == NO_SLOT:
                    continue
                if slot == UNKNOWN_SLOT:
                    undated += 1
                    continue
                high[slot] += 1
                if mine and sure[place]:
                    low[slot] += 1
        return ScalarCounted([Span(least, most) for least, most in zip(low, high, strict=True)], undated)

    def next_visit(
        self, events: Records[int, int], counts: Truth[int], cycle: Duration, start: str | None, first: int
    ) -> int:
        """Return the day *cycle* after the last event that surely counts; without one, after *start*, else *first*."""
        assert isinstance(events, ScalarRecords)
        assert events.spec is not None
        when = str(events.spec.when)
        sure = self._backend.bits(events, both(counts.holds, events.sure))
        days = [events.day(place, when) for place in self._own(events)[0] if sure[place]]
        since = self._backend.records(self._register).day(self._index, start) if self._register and start else 0
        return next_visit_after(cycle, max(days, default=0) or since or first)

    def collect(self, quantity: int) -> int:
        """Return the quantity: subjects are added up one after the other."""
        return quantity

    def soonest(self, day: int) -> int:
        """Return the day: subjects come one after the other."""
        return day


class ScalarBackend:
    """The facts of one submission under one pack's clock."""

    def __init__(self, submission: Submission, dictionary: Dictionary, clock: Clock) -> None:
        self.ops = Integers()
        self.clock = clock
        self.dictionary = dictionary
        self._submission = submission
        self._records: dict[str, ScalarRecords] = {}
        self._links: dict[tuple[str, str], tuple[dict[str, list[int]], list[int]]] = {}
        self._slots: dict[tuple[int, tuple[object, ...]], list[int]] = {}
        self._bits: dict[tuple[int, int], bytes] = {}
        self.here = Here(submission, dictionary, clock.as_of)

    def records(self, fact: str) -> ScalarRecords:
        """Return the records of a register or events fact."""
        found = self._records.get(fact)
        if found is None:
            spec = self.dictionary.facts[fact]
            answer = self._submission.answers.get(fact)
            given = isinstance(answer, RecordList)
            records: tuple[Record, ...] = ()
            through: int = 0
            base: Path = ("facts", fact)
            if isinstance(answer, RecordList):
                records = answer.records
                through = self.clock.as_of if answer.through is None else answer.through
                base = ("facts", fact, "events") if answer.wrapped else base
            found = ScalarRecords(spec, spec.fields, records, base, self.clock.as_of, given=given, through=through)
            self._records[fact] = found
        return found

    def figure(self, fact: str, day: int | None) -> tuple[int, Span[int]]:
        """Return whether a count was given directly, and its span on a day."""
        answer = self._submission.answers.get(fact)
        if answer is None or isinstance(answer, RecordList):
            return 0, Span(0, UNBOUNDED)
        at = self.clock.cut if day is None else day
        spec = self.dictionary.facts[fact]
        whole = not self.dictionary.wholes_of(fact)
        return 1, figure_on(spec, answer, at, dated=at < self.clock.cut, whole=whole)

    def whole(self) -> Subject[int, int]:
        """Return the organisation itself as the only subject."""
        return ScalarSubject(self, None, 0)

    def subjects(self, register: str) -> Iterator[Subject[int, int]]:
        """Yield the subjects of a register one after the other."""
        records = self.records(register)
        return (ScalarSubject(self, register, place) for place in range(records.full().bit_count()))

    def linked(self, events: ScalarRecords, register: str, index: int) -> tuple[list[int], list[int]]:
        """Return the events that name a record of a register, and those that name none, so may be of any."""
        name = next(fact for fact, found in self._records.items() if found is events)
        found = self._links.get((name, register))
        if found is None:
            field = str(self.dictionary.facts[name].link_to(register))
            named: dict[str, list[int]] = {}
            unnamed: list[int] = []
            for place, cell in enumerate(events.column(field)):
                if cell is None:
                    unnamed.append(place)
                else:
                    named.setdefault(str(cell), []).append(place)
            found = (named, unnamed)
            self._links[name, register] = found
        key = self.dictionary.facts[register].key[0]
        own = self.records(register).column(key)[index]
        if own is None:
            return [], [place for group in (*found[0].values(), found[1]) for place in group]
        return found[0].get(str(own), []), found[1]

    def slotted(self, events: ScalarRecords, slots: Slots) -> list[int]:
        """Return the window of every event."""
        key = (id(events), slots.windows)
        found = self._slots.get(key)
        if found is None:
            spec = events.spec
            assert spec is not None
            days = [day_of(spec, cell) if isinstance(cell, int) else cell for cell in events.column(str(spec.when))]
            occasions = events.column(spec.occasion) if spec.occasion else [None] * len(days)
            found = [slot_of(spec, day, cell, slots) for day, cell in zip(days, occasions, strict=True)]
            self._slots[key] = found
        return found

    def bits(self, events: ScalarRecords, mask: int) -> bytes:
        """Return a mask as bytes, one a record."""
        key = (id(events), mask)
        found = self._bits.get(key)
        if found is None:
            if len(self._bits) > 64:
                self._bits.clear()
            found = mask.to_bytes(events.full().bit_count(), "little")
            self._bits[key] = found
        return found
