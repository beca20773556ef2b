"""The columnar backend: many organisations at once over typed columns; it supplies reductions, nothing of meaning.

A mask is a boolean array with one place a record; a quantity is an array with one place an organisation (or, of
subjects, one place a subject).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
from attrs import frozen

from safescore.batch.data import FITS, Array, Column, Table, blank, cleaned
from safescore.dictionary import Dictionary, FactSpec
from safescore.expr import NONE, Field, Op, Truth, Value
from safescore.period import NO_SLOT, UNKNOWN_SLOT, Clock, Days, Duration, Slots
from safescore.reduce import (
    COMPARE,
    covering,
    dated_figure,
    day_of,
    last_happened,
    next_visit_after,
    slot_of,
    undated_figure,
)
from safescore.standing import UNBOUNDED, Span

NO_DAY = np.iinfo(np.int64).max


class Arrays:
    """The operations for many organisations."""

    def where(self, condition: Any, yes: Any, no: Any) -> Array:
        """Return *yes* where the condition holds, else *no*."""
        if isinstance(condition, (bool, np.bool_)):
            return yes if condition else no
        if isinstance(no, int) and no == 0:  # a product is faster, and the same
            return condition * yes if not isinstance(yes, int) or yes != 1 else condition.astype(np.int64)
        return np.where(condition, yes, no)

    def no(self, condition: Any) -> Array:
        """Return the negation of a condition."""
        return np.logical_not(condition)

    def least(self, left: Any, right: Any) -> Array:
        """Return the lesser of two quantities."""
        return np.minimum(left, right)

    def most(self, left: Any, right: Any) -> Array:
        """Return the greater of two quantities."""
        return np.maximum(left, right)

    def share(self, quantity: Any, share: Fraction) -> Array:
        """Return a share of a quantity, rounded down; where int64 can't hold the product, by Python's integers."""
        if share == 1:
            return quantity
        above, below = share.numerator, share.denominator
        if above == 0 or _greatest(quantity) * max(above, below) < FITS:
            return quantity * above // below
        exact = np.asarray(quantity).astype(object) * above // below
        return exact.astype(np.int64)


def _greatest(quantity: Any) -> int:
    """Return the greatest size of a quantity."""
    array = np.asarray(quantity)
    return max(abs(int(array.max())), abs(int(array.min()))) if array.size else 0


def sums(owner: Array, numbers: Array, size: int) -> Array:
    """Return the sum of numbers by owner, exactly."""
    wide = len(numbers) * _greatest(numbers) >= FITS
    found = np.zeros(size, dtype=object if wide else np.int64)
    np.add.at(found, owner, numbers.astype(found.dtype))
    return found


def earliest(owner: Array, days: Array, size: int) -> Array:
    """Return the earliest day by owner, where 0 is none."""
    found = np.full(size, NO_DAY, dtype=np.int64)
    some = days > 0
    np.minimum.at(found, owner[some], days[some])
    return np.where(found == NO_DAY, 0, found)


def each_distinct(values: Array, function: Callable[[int], int]) -> Array:
    """Return a function of every value, asked once for each that occurs."""
    distinct, places = np.unique(values, return_inverse=True)
    found = np.fromiter((function(int(one)) for one in distinct), dtype=np.int64, count=len(distinct))
    return found[places]


def compared(column: Column, op: Op, bound: Value) -> Array:
    """Return where the value of a column compares so with a constant."""
    test = COMPARE[op]
    if isinstance(bound, (str, tuple, frozenset)):
        return column.values == column.words.index(bound) if bound in column.words else np.zeros(len(column), bool)
    if isinstance(bound, bool):
        return column.values == bound
    exact = bound * column.scale
    if exact.denominator == 1:
        return test(column.values, int(exact))
    if op is Op.EQ:
        return np.zeros(len(column), dtype=bool)
    return test(column.values, ceil(exact) if op in (Op.GE, Op.LT) else floor(exact))


class ColumnRecords:
    """The records of one fact of all organisations."""

    def __init__(
        self, spec: FactSpec | None, types: Callable[[str], str], table: Table, as_of: int, *, complete: int
    ) -> None:
        self.spec = spec
        self.owner = table.owner
        self.size = len(table.given)
        self.given = table.given.astype(np.int64)
        self.through = np.where(table.given, np.where(table.through == 0, complete, table.through), 0)
        self.sure = ~table.doubtful
        self._types = types
        self._table = table
        self._as_of = as_of
        self._full = np.ones(len(table.owner), dtype=bool)
        self._columns: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """Return a field, plans after the day of judgement as ``none``."""
        found = self._columns.get(name)
        if found is None:
            type_ = self._types(name)
            given = self._table.columns.get(name)
            found = blank(len(self.owner), type_) if given is None else cleaned(given)
            last = last_happened(type_, self._as_of)
            if last is not None:
                plan = found.there & (found.values > last)
                found = Column(values=found.values, there=found.there & ~plan, none=found.none | plan)
            self._columns[name] = found
        return found

    def full(self) -> Array:
        """Return the mask of all records."""
        return self._full

    def negate(self, mask: Array) -> Array:
        """Return the records that are not in *mask*."""
        return ~mask

    def known(self, name: str) -> Array:
        """Return where the field is answered."""
        column = self.column(name)
        return column.there | column.none

    def happened(self, name: str) -> Array:
        """Return where the field has a value."""
        return self.column(name).there

    def compare(self, name: str, op: Op, bound: Value | Field) -> Array:
        """Return where the comparison is true."""
        column = self.column(name)
        if not isinstance(bound, Field):
            return column.there & compared(column, op, bound)
        other = self.column(bound.name)
        left, right = column.values, self.moved(bound.name, bound.later_by)
        if column.scale != other.scale:
            left, right = left.astype(object) * other.scale, right.astype(object) * column.scale
        return column.there & other.there & COMPARE[op](left, right).astype(bool)

    def moved(self, name: str, later_by: Duration | None) -> Array:
        """Return the values of a field, moved by a duration; 0 where there is none."""
        column = self.column(name)
        if later_by is None:
            return column.values
        found = np.zeros(len(column), dtype=np.int64)
        found[column.there] = each_distinct(column.values[column.there], later_by.after)
        return found

    def one_of(self, name: str, values: frozenset[str]) -> Array:
        """Return where the value is one of these."""
        column = self.column(name)
        codes = [code for code, word in enumerate(column.words) if word in values]
        return column.there & np.isin(column.values, codes)

    def includes(self, name: str, value: str) -> Array:
        """Return where the set holds *value*."""
        column = self.column(name)
        if value not in column.words:
            return np.zeros(len(column), dtype=bool)
        return column.there & ((column.values >> column.words.index(value)) & 1).astype(bool)

    def covers(self, name: str, days: Days) -> Array:
        """Return where the days of the field cover all of *days*."""
        column = self.column(name)
        codes = [code for code, spans in enumerate(column.words) if covering(spans, days)]
        return column.there & np.isin(column.values, codes)

    def elapsed(self, name: str, later_by: Duration, day: int) -> Array:
        """Return where the date of the field plus the duration is on or before *day*."""
        return self.column(name).there & (self.moved(name, later_by) <= day)

    def count(self, mask: Array) -> Array:
        """Return how many records of *mask* each organisation has."""
        return np.bincount(self.owner[mask], minlength=self.size).astype(np.int64, copy=False)

    def total(self, name: str, mask: Array) -> Span[Array]:
        """Return the sum of a count field over *mask*, from least to most over its blanks."""
        column = self.column(name)
        some = mask & column.there
        low = sums(self.owner[some], column.values[some] // column.scale, self.size)
        open_ = self.count(mask & ~self.known(name)) > 0
        return Span(low, np.where(open_, UNBOUNDED, low))

    def soonest(self, name: str, later_by: Duration | None, mask: Array) -> Array:
        """Return the earliest day of a field (moved by a duration) over *mask*, where 0 is none."""
        some = mask & self.column(name).there
        return earliest(self.owner[some], self.moved(name, later_by)[some], self.size)


class Here(ColumnRecords):
    """The plain answers: one row an organisation, so that a count is the mask itself."""

    def count(self, mask: Array) -> Array:
        """Return 1 where the organisation is in the mask, else 0."""
        return mask.astype(np.int64)


class Linked(NamedTuple):
    """Which events surely are of which subject, pair by pair, and where an event or a subject has no name."""

    event: Array
    subject: Array
    unnamed_events: Array
    unnamed_subjects: Array


@frozen
class ColumnCounted:
    """Events of each window, of every subject."""

    windows: list[Span[Array]]
    undated: Array


class ColumnSubjects:
    """All subjects of a register at once, or all organisations."""

    name = ""
    place: tuple[tuple[str | int, ...], ...] = ()

    def __init__(self, backend: ColumnBackend, register: str | None) -> None:
        self._backend = backend
        self._register = register
        self._records = backend.records(register) if register else backend.here
        self.owner = self._records.owner

    def of_organisation(self, quantity: Any) -> Array:
        """Return a quantity of the organisation as one of each of its subjects."""
        return np.broadcast_to(quantity, (self._backend.size,))[self.owner]

    def truth(self, truth: Truth[Array]) -> Truth[Array]:
        """Return where the subject's own record surely is and surely is not in a mask (0 or 1)."""
        return Truth((truth.holds & self._records.sure).astype(np.int64), truth.fails.astype(np.int64))

    def counted(self, events: ColumnRecords, counts: Truth[Array], slots: Slots) -> ColumnCounted:
        """Return how many events that count fall into each window, of each subject."""
        slot = self._backend.slotted(events, slots)
        possible = ~counts.fails & (slot != NO_SLOT)
        sure = counts.holds & events.sure
        windows = len(slots.windows)
        if self._register is None:
            dated, undated = possible & (slot != UNKNOWN_SLOT), possible & (slot == UNKNOWN_SLOT)
            low = _tabled(slot[dated & sure], events.owner[dated & sure], windows, self._backend.size)
            high = _tabled(slot[dated], events.owner[dated], windows, self._backend.size)
            return ColumnCounted(_spans(low, high), events.count(undated))
        link = self._backend.linked(events, self._register)
        rows = len(self.owner)
        kept = possible[link.event]
        event, subject = link.event[kept], link.subject[kept]
        own = slot[event]
        dated = own != UNKNOWN_SLOT
        surely = dated & sure[event]
        low = _tabled(own[surely], subject[surely], windows, rows)
        high = _tabled(own[dated], subject[dated], windows, rows)
        undated = np.bincount(subject[~dated], minlength=rows).astype(np.int64)
        for chosen, some in ((link.unnamed_events, slice(None)), (~link.unnamed_events, link.unnamed_subjects)):
            perhaps = possible & chosen
            if not perhaps.any():
                continue
            dated = perhaps & (slot != UNKNOWN_SLOT)
            more = _tabled(slot[dated], events.owner[dated], windows, self._backend.size)
            high[:, some] += more[:, self.owner[some]]
            undated[some] += events.count(perhaps & (slot == UNKNOWN_SLOT))[self.owner[some]]
        return ColumnCounted(_spans(low, high), undated)

    def next_visit(
        self, events: ColumnRecords, counts: Truth[Array], cycle: Duration, start: str | None, first: int
    ) -> Array:
        """Return the day *cycle* after the last event that surely counts; without one, after *start*, else *first*."""
        when = events.column(str(events.spec.when) if events.spec is not None else "")
        sure = counts.holds & events.sure & when.there
        last = np.zeros(len(self.owner), dtype=np.int64)
        if self._register is None:
            np.maximum.at(last, events.owner[sure], when.values[sure])
        else:
            link = self._backend.linked(events, self._register)
            kept = sure[link.event]
            np.maximum.at(last, link.subject[kept], when.values[link.event[kept]])
            if start is not None:
                since = self._records.column(start)
                last = np.where((last == 0) & since.there, since.values, last)
        return each_distinct(np.where(last == 0, first, last), lambda day: next_visit_after(cycle, day))

    def collect(self, quantity: Any) -> Array:
        """Return the sum of a quantity over the subjects of each organisation."""
        if self._register is None:
            return quantity
        return sums(self.owner, np.broadcast_to(quantity, self.owner.shape), self._backend.size)

    def soonest(self, day: Any) -> Array:
        """Return the earliest day over the subjects of each organisation, where 0 is none."""
        if self._register is None:
            return day
        return earliest(self.owner, np.broadcast_to(day, self.owner.shape), self._backend.size)


def _tabled(slot: Array, row: Array, windows: int, rows: int) -> Array:
    """Return how often every pair of window and row occurs."""
    return np.bincount(slot * rows + row, minlength=windows * rows).astype(np.int64, copy=False).reshape(windows, rows)


def _spans(low: Array, high: Array) -> list[Span[Array]]:
    return [Span(least, most) for least, most in zip(low, high, strict=True)]


class ColumnBackend:
    """The facts of many organisations under one clock."""

    def __init__(
        self, facts: Mapping[str, Column | Table], organisations: int, dictionary: Dictionary, clock: Clock
    ) -> None:
        self.ops = Arrays()
        self.clock = clock
        self.dictionary = dictionary
        self.size = organisations
        self._facts = facts
        self._records: dict[str, ColumnRecords] = {}
        self._links: dict[tuple[int, str], Linked] = {}
        self._slots: dict[tuple[int, tuple[object, ...]], Array] = {}
        self._figures: dict[tuple[str, int], tuple[Array, Span[Array]]] = {}
        everyone = Table(
            owner=np.arange(organisations),
            columns=facts,  # type: ignore[arg-type]  # no register is asked as a plain answer
            given=np.ones(organisations, dtype=bool),
        )
        self.here = Here(None, self._type, everyone, clock.as_of, complete=clock.as_of)

    def _type(self, name: str) -> str:
        spec = self.dictionary.here(name)
        return spec.type if spec is not None else "text"

    def records(self, fact: str) -> ColumnRecords:
        """Return the records of a register or events fact."""
        found = self._records.get(fact)
        if found is None:
            spec = self.dictionary.facts[fact]
            table = self._facts.get(fact)
            if not isinstance(table, Table):
                none = np.zeros(self.size, dtype=bool)
                table = Table(owner=np.zeros(0, dtype=np.int64), columns={}, given=none)
            found = ColumnRecords(
                spec, lambda name: spec.fields[name].type, table, self.clock.as_of, complete=self.clock.as_of
            )
            self._records[fact] = found
        return found

    def answers(self, fact: str) -> Column | None:
        """Return the plain answers of a fact, as they were given."""
        found = self._facts.get(fact)
        return found if isinstance(found, Column) else None

    def figure(self, fact: str, day: int | None) -> tuple[Array, Span[Array]]:
        """Return where a count was given directly (0 or 1), and its span on a day."""
        at = self.clock.cut if day is None else day
        found = self._figures.get((fact, at))
        if found is None:
            spec = self.dictionary.facts[fact]
            column = self.answers(fact)
            if spec.profile or column is None:
                column = blank(self.size, "count")
            found = self._figure(spec, column, at, whole=not self.dictionary.wholes_of(fact))
            self._figures[fact, at] = found
        return found

    def _figure(self, spec: FactSpec, column: Column, at: int, *, whole: bool) -> tuple[Array, Span[Array]]:
        known = column.there | column.none
        value = cleaned(column).values
        span = undated_figure(spec, known, value, self.ops, dated=at < self.clock.cut, whole=whole)
        series = column.dated
        if series is None:
            return known.astype(np.int64), span
        figures = cleaned(series.values).values
        stated = series.values.there | series.values.none
        gone, coming = series.day <= at, (series.day > at) & stated
        last = np.full(self.size, -1)
        last[series.owner[gone]] = np.flatnonzero(gone)
        later = np.full(self.size, UNBOUNDED)
        np.minimum.at(later, series.owner[coming], figures[coming])
        known_last, figure = (np.append(one, 0)[last] for one in (stated, figures))
        dated = dated_figure(spec, last >= 0, known_last > 0, figure, later, self.ops)
        low = np.where(series.given, dated.low, span.low)
        return (known | series.given).astype(np.int64), Span(low, np.where(series.given, dated.high, span.high))

    def whole(self) -> ColumnSubjects:
        """Return the organisations themselves as the only subjects."""
        return ColumnSubjects(self, None)

    def subjects(self, register: str) -> Iterator[ColumnSubjects]:
        """Yield the subjects of a register, all at once."""
        yield ColumnSubjects(self, register)

    def slotted(self, events: ColumnRecords, slots: Slots) -> Array:
        """Return the window of every event, asked once for every day and occasion that occur together."""
        key = (id(events), slots.windows)
        found = self._slots.get(key)
        if found is not None:
            return found
        spec = events.spec
        assert spec is not None
        when = events.column(str(spec.when))
        days = np.where(when.there, day_of(spec, when.values), np.where(when.none, -1, 0))
        names = events.column(spec.occasion) if spec.occasion else blank(len(days), "text")
        words = len(names.words) + 1

        def slot(pair: int) -> int:
            day, code = divmod(pair, words)
            cell = names.words[code - 1] if code else None
            return slot_of(spec, day if day > 0 else None if day == 0 else NONE, cell, slots)

        found = each_distinct(days * words + np.where(names.there, names.values + 1, 0), slot)
        self._slots[key] = found
        return found

    def linked(self, events: ColumnRecords, register: str) -> Linked:
        """Return which events name which record of a register, and which name none."""
        found = self._links.get((id(events), register))
        if found is not None:
            return found
        assert events.spec is not None
        subjects = self.records(register)
        names = subjects.column(self.dictionary.facts[register].key[0])
        refs = events.column(str(events.spec.link_to(register)))
        codes: dict[str, int] = {}
        own, named = texts_of(names, codes), texts_of(refs, codes)
        known, told = names.there, refs.there
        keys = subjects.owner[known] * len(codes) + own[known]
        order = np.argsort(keys, kind="stable")
        asked = events.owner[told] * len(codes) + named[told]
        first = np.searchsorted(keys[order], asked, "left")
        number = np.searchsorted(keys[order], asked, "right") - first
        event = np.repeat(np.flatnonzero(told), number)
        within = np.arange(len(event)) - np.repeat(np.cumsum(number) - number, number)
        subject = np.flatnonzero(known)[order][np.repeat(first, number) + within]
        found = Linked(event, subject, ~(told | refs.none), ~(known | names.none))
        self._links[id(events), register] = found
        return found


def texts_of(column: Column, codes: dict[str, int]) -> Array:
    """Return names as codes that are the same for the same text; *codes* grows."""
    if column.words:
        table = np.array([codes.setdefault(str(word), len(codes)) for word in column.words], dtype=np.int64)
        return table[column.values]
    return each_distinct(column.values, lambda value: codes.setdefault(str(value), len(codes)))
