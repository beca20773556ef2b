"""A small columnar backend: many submissions at once, as numpy arrays; it supplies reductions, nothing of meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from safescore.dictionary import Dictionary, FactSpec, FieldSpec
from safescore.expr import NONE, Cell, Field, Op, Truth, Value
from safescore.facts.answers import RecordList, Series, Submission
from safescore.period import MINUTES_A_DAY, NO_SLOT, UNKNOWN_SLOT, Clock, Days, Duration, Slots
from safescore.reduce import COMPARE, covering, figure_on, happened_by, slot_of
from safescore.standing import UNBOUNDED, Span

Array = Any


class Arrays:
    """The operations for many organisations."""

    def where(self, condition: Any, yes: Any, no: Any) -> Array:
        return np.where(condition, yes, no)

    def no(self, condition: Any) -> Array:
        return np.logical_not(condition)


class ColumnRecords:
    """The records of one fact of all organisations, as columns."""

    def __init__(
        self,
        spec: FactSpec | None,
        specs: Mapping[str, FieldSpec | FactSpec],
        rows: Sequence[tuple[int, Mapping[str, Cell], bool]],
        organisations: int,
        as_of: int,
        given: Sequence[int],
        through: Sequence[int],
    ) -> None:
        self.spec = spec
        self._specs = specs
        self._cells = [cells for _, cells, _ in rows]
        self.owner = np.array([owner for owner, _, _ in rows], dtype=np.int64)
        self.sure = np.array([not doubtful for _, _, doubtful in rows], dtype=bool)
        self.given = np.array(given, dtype=np.int64)
        self.through = np.array(through, dtype=np.int64)
        self._organisations = organisations
        self._as_of = as_of

    def column(self, name: str) -> list[Cell]:
        spec = self._specs.get(name)
        return [happened_by(spec.type if spec else "text", cells.get(name), self._as_of) for cells in self._cells]

    def _mask(self, truths: Iterable[bool]) -> Array:
        return np.fromiter(truths, dtype=bool, count=len(self._cells))

    def full(self) -> Array:
        return np.ones(len(self._cells), dtype=bool)

    def negate(self, mask: Array) -> Array:
        return ~mask

    def known(self, name: str) -> Array:
        return self._mask(cell is not None for cell in self.column(name))

    def happened(self, name: str) -> Array:
        return self._mask(cell is not None and cell is not NONE for cell in self.column(name))

    def moved(self, name: str, later_by: Duration | None) -> list[Any]:
        return [
            None
            if cell is None or cell is NONE
            else later_by.after(cell)
            if later_by and isinstance(cell, int)
            else cell
            for cell in self.column(name)
        ]

    def compare(self, name: str, op: Op, bound: Value | Field) -> Array:
        test: Callable[[Any, Any], Any] = COMPARE[op]
        bounds = self.moved(bound.name, bound.later_by) if isinstance(bound, Field) else [bound] * len(self._cells)
        return self._mask(
            cell is not None and cell is not NONE and other is not None and test(cell, other)
            for cell, other in zip(self.column(name), bounds, strict=True)
        )

    def one_of(self, name: str, values: frozenset[str]) -> Array:
        return self._mask(cell in values for cell in self.column(name))

    def includes(self, name: str, value: str) -> Array:
        return self._mask(isinstance(cell, frozenset) and value in cell for cell in self.column(name))

    def covers(self, name: str, days: Days) -> Array:
        return self._mask(isinstance(cell, tuple) and covering(cell, days) for cell in self.column(name))

    def elapsed(self, name: str, later_by: Duration, day: int) -> Array:
        return self._mask(isinstance(cell, int) and cell <= day for cell in self.moved(name, later_by))

    def count(self, mask: Array) -> Array:
        return np.bincount(self.owner[mask], minlength=self._organisations).astype(np.int64)

    def total(self, name: str, mask: Array) -> Span[Any]:
        low = np.zeros(self._organisations, dtype=np.int64)
        blank = np.zeros(self._organisations, dtype=bool)
        for place, cell in enumerate(self.column(name)):
            if mask[place]:
                if cell is None:
                    blank[self.owner[place]] = True
                elif isinstance(cell, int):
                    low[self.owner[place]] += cell
        return Span(low, np.where(blank, UNBOUNDED, low))

    def soonest(self, name: str, later_by: Duration | None, mask: Array) -> Array:
        found = np.zeros(self._organisations, dtype=np.int64)
        for place, day in enumerate(self.moved(name, later_by)):
            if mask[place] and isinstance(day, int):
                owner = self.owner[place]
                found[owner] = day if found[owner] == 0 else min(found[owner], day)
        return found


@frozen
class ColumnCounted:
    windows: list[Span[Any]]
    undated: Any


class ColumnSubjects:
    """All subjects of a register at once, or all organisations."""

    name = ""
    place: tuple[tuple[str | int, ...], ...] = ()

    def __init__(self, backend: ColumnBackend, register: str | None) -> None:
        self._backend = backend
        self._register = register
        self._records = backend.records(register) if register else None
        self.owner = self._records.owner if self._records is not None else np.arange(backend.size)

    def of_organisation(self, quantity: Any) -> Array:
        return np.broadcast_to(quantity, (self._backend.size,))[self.owner]

    def truth(self, truth: Truth[Any]) -> Truth[Any]:
        assert self._records is not None
        return Truth((truth.holds & self._records.sure).astype(np.int64), truth.fails.astype(np.int64))

    def _links(self, events: ColumnRecords) -> Iterator[tuple[int, list[int], bool]]:
        """Yield every event with the subjects it may be of, and whether it surely is of the one."""
        if self._records is None:
            for place, owner in enumerate(events.owner):
                yield place, [int(owner)], True
            return
        link = str(events.spec.link_to(str(self._register))) if events.spec else ""
        key = self._backend.dictionary.facts[str(self._register)].key[0]
        names = self._records.column(key)
        refs = events.column(link)
        for place, owner in enumerate(events.owner):
            mine = [row for row, other in enumerate(self.owner) if other == owner]
            named = [row for row in mine if names[row] is not None and str(names[row]) == str(refs[place])]
            blank = [row for row in mine if names[row] is None]
            if refs[place] is None:
                yield place, mine, False
            else:
                if named:
                    yield place, named, True
                if blank:
                    yield place, blank, False

    def counted(self, events: ColumnRecords, counts: Truth[Any], slots: Slots) -> ColumnCounted:
        rows, windows = len(self.owner), len(slots.windows)
        low = np.zeros((windows, rows), dtype=np.int64)
        high = np.zeros((windows, rows), dtype=np.int64)
        undated = np.zeros(rows, dtype=np.int64)
        spec = events.spec
        assert spec is not None
        names = [name for name in (spec.when, spec.occasion) if name]
        cells = list(zip(*(events.column(name) for name in names), strict=True))
        for place, subjects, surely in self._links(events):
            slot = slot_of(spec, dict(zip(names, cells[place], strict=True)), slots)
            if counts.fails[place] or slot == NO_SLOT:
                continue
            for row in subjects:
                if slot == UNKNOWN_SLOT:
                    undated[row] += 1
                    continue
                high[slot, row] += 1
                low[slot, row] += surely and counts.holds[place] and events.sure[place]
        return ColumnCounted([Span(*pair) for pair in zip(low, high, strict=True)], undated)

    def next_visit(
        self, events: ColumnRecords, counts: Truth[Any], cycle: Duration, start: str | None, first: int
    ) -> Array:
        last = np.zeros(len(self.owner), dtype=np.int64)
        when = events.column(str(events.spec.when) if events.spec else "")
        for place, subjects, surely in self._links(events):
            cell = when[place]
            if surely and counts.holds[place] and events.sure[place] and isinstance(cell, int):
                for row in subjects:
                    last[row] = max(last[row], cell)
        since = self._records.column(start) if self._records is not None and start else [None] * len(last)
        days = [int(day) or (cell if isinstance(cell, int) else first) for day, cell in zip(last, since, strict=True)]
        days = [day // MINUTES_A_DAY if day > MINUTES_A_DAY * 4000 else day for day in days]
        return np.array([cycle.after(day) for day in days], dtype=np.int64)

    def collect(self, quantity: Any) -> Array:
        found = np.zeros(self._backend.size, dtype=np.int64)
        np.add.at(found, self.owner, np.broadcast_to(quantity, self.owner.shape))
        return found

    def soonest(self, day: Any) -> Array:
        found = np.zeros(self._backend.size, dtype=np.int64)
        for owner, one in zip(self.owner, np.broadcast_to(day, self.owner.shape), strict=True):
            if one:
                found[owner] = one if found[owner] == 0 else min(found[owner], one)
        return found


class ColumnBackend:
    """The facts of many submissions under one clock."""

    def __init__(self, submissions: Sequence[Submission], dictionary: Dictionary, clock: Clock) -> None:
        self.ops = Arrays()
        self.clock = clock
        self.dictionary = dictionary
        self.size = len(submissions)
        self._submissions = submissions
        self._records: dict[str, ColumnRecords] = {}
        self.here = self._here()

    def _here(self) -> ColumnRecords:
        rows = []
        specs: dict[str, FieldSpec | FactSpec] = {}
        for owner, submission in enumerate(self._submissions):
            cells: dict[str, Cell] = dict(submission.profile)
            for name, spec in self.dictionary.facts.items():
                answer = submission.answers.get(name)
                if spec.type == "checklist":
                    for key, element in spec.elements.items():
                        specs[f"{name}.{key}"] = element
                        cells[f"{name}.{key}"] = answer.get(key) if isinstance(answer, Mapping) else None
                elif not spec.records:
                    specs[name] = spec
                    if not spec.profile and not isinstance(answer, (Series, RecordList, Mapping)):
                        cells[name] = answer
            rows.append((owner, cells, False))
        ones = [1] * self.size
        return ColumnRecords(None, specs, rows, self.size, self.clock.as_of, ones, [self.clock.as_of] * self.size)

    def records(self, fact: str) -> ColumnRecords:
        if fact not in self._records:
            spec = self.dictionary.facts[fact]
            rows: list[tuple[int, Mapping[str, Cell], bool]] = []
            given: list[int] = []
            through: list[int] = []
            for owner, submission in enumerate(self._submissions):
                answer = submission.answers.get(fact)
                if not isinstance(answer, RecordList):
                    given.append(0)
                    through.append(0)
                    continue
                given.append(1)
                through.append(self.clock.as_of if answer.through is None else answer.through)
                rows.extend((owner, record.cells, record.doubtful) for record in answer.records)
            self._records[fact] = ColumnRecords(spec, spec.fields, rows, self.size, self.clock.as_of, given, through)
        return self._records[fact]

    def figure(self, fact: str, day: int | None) -> tuple[Any, Span[Any]]:
        at = self.clock.cut if day is None else day
        spec = self.dictionary.facts[fact]
        whole = not self.dictionary.wholes_of(fact)
        given, low, high = [], [], []
        for submission in self._submissions:
            answer = submission.answers.get(fact)
            none = answer is None or isinstance(answer, RecordList)
            span = Span(0, UNBOUNDED) if none else figure_on(spec, answer, at, dated=at < self.clock.cut, whole=whole)
            given.append(int(not none))
            low.append(span.low)
            high.append(span.high)
        as_array = [np.array(one, dtype=np.int64) for one in (given, low, high)]
        return as_array[0], Span(as_array[1], as_array[2])

    def whole(self) -> ColumnSubjects:
        return ColumnSubjects(self, None)

    def subjects(self, register: str) -> Iterator[ColumnSubjects]:
        yield ColumnSubjects(self, register)
