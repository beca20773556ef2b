"""Facts of many organisations as typed columns; every blank and every ``none`` is kept, nothing is coerced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from attrs import evolve, field

from safescore.dictionary import MOST, FactSpec, FieldSpec
from safescore.expr import NONE, Cell
from safescore.frozen import frozen

Array = Any
"""A numpy array."""

FITS = 2**62
"""What an int64 holds with room for one more addition."""

EPOCH = 719_163
"""The ordinal of 1970-01-01, from which numpy counts days."""

_MOST_OF = {"date": date.max.toordinal(), "term": date.max.toordinal()}
NUMERIC = ("count", "number", "date", "term", "time")
WORDED = ("text", "choice", "ref", "dates")


@frozen(eq=False, kw_only=True)
class Dated:
    """Counts on several days: an entry a row, sorted by organisation and day; *given* says which organisations' are."""

    owner: Array
    day: Array
    values: Column
    given: Array

    def part(self, rows: slice) -> Dated:
        """Return the entries of some of the organisations."""
        inside = _inside(self.owner, rows)
        return Dated(
            owner=self.owner[inside] - rows.start,
            day=self.day[inside],
            values=self.values.part(inside),
            given=self.given[rows],
        )


@frozen(eq=False, kw_only=True)
class Column:
    """A plain answer of many organisations, or a field of many records.

    ``values`` are bools, whole numbers (days as ordinals, times as minutes; with *scale*, numbers times that), or codes
    of *words*; of a set, bits in the order of the words. ``there`` says where there is a value, ``none`` where the
    answer is ``none``; neither is a blank. Counts may be ``dated`` for some organisations, whose value here is a blank.
    Whole numbers may be of any width, and what ``values`` hold where nothing is there does not matter.
    """

    values: Array
    there: Array
    none: Array
    words: tuple[Any, ...] = ()
    scale: int = 1
    dated: Dated | None = None

    def __len__(self) -> int:
        return len(self.values)

    def part(self, rows: slice) -> Column:
        """Return some of the rows."""
        return Column(
            values=self.values[rows],
            there=self.there[rows],
            none=self.none[rows],
            words=self.words,
            scale=self.scale,
            dated=self.dated.part(rows) if self.dated is not None else None,
        )

    def taken(self, rows: Array) -> Column:
        """Return these rows of a column without dated counts, in this order."""
        return evolve(self, values=self.values[rows], there=self.there[rows], none=self.none[rows])


@frozen(eq=False, kw_only=True)
class Table:
    """The records of a register or events fact of many organisations, sorted by organisation.

    ``owner`` is the place of a record's organisation, ``given`` says which organisations supplied the fact at all,
    ``through`` up to which day theirs are complete (0: to the end), ``doubtful`` which records may repeat another.
    """

    owner: Array
    columns: Mapping[str, Column]
    given: Array
    through: Array = field()
    doubtful: Array = field()

    @through.default
    def _complete(self) -> Array:
        return np.broadcast_to(np.int64(0), (len(self.given),))

    @doubtful.default
    def _certain(self) -> Array:
        return everywhere(False, len(self.owner))

    def __attrs_post_init__(self) -> None:
        if np.any(self.owner[1:] < self.owner[:-1]):
            message = "the records of a table are not sorted by organisation"
            raise ValueError(message)

    def single(self) -> bool:
        """Tell whether every organisation supplied one record, that is complete and no repetition."""
        return self._single

    @cached_property
    def _single(self) -> bool:
        every = len(self.owner) == len(self.given) and bool(self.given.all())
        if not every or _anywhere(self.through) or _anywhere(self.doubtful):
            return False
        if not len(self.owner):
            return True
        ends = self.owner[0] == 0 and self.owner[-1] == len(self.owner) - 1
        return bool(ends and (self.owner[1:] != self.owner[:-1]).all())  # sorted, and each another

    def part(self, rows: slice) -> Table:
        """Return the records of some of the organisations."""
        inside = _inside(self.owner, rows)
        return Table(
            owner=self.owner[inside] - rows.start,
            columns={name: column.part(inside) for name, column in self.columns.items()},
            given=self.given[rows],
            through=self.through[rows],
            doubtful=self.doubtful[inside],
        )


def _inside(owner: Array, organisations: slice) -> slice:
    """Return which sorted records are of these organisations."""
    first, last = np.searchsorted(owner, (organisations.start, organisations.stop))
    return slice(int(first), int(last))


def _anywhere(array: Array) -> bool:
    """Tell whether anything but 0 is in an array, which may repeat one value."""
    return bool((array[:1] if array.strides == (0,) else array).any())


def everywhere(value: bool, rows: int) -> Array:
    """Return a mask that is the same everywhere, and takes no room."""
    return np.broadcast_to(np.bool_(value), (rows,))


def constant(mask: Array) -> bool | None:
    """Return what a mask made by :func:`everywhere` is; None of any other."""
    return bool(mask[0]) if len(mask) and mask.strides == (0,) else None


def cleaned(column: Column) -> Column:
    """Return a column that can be reckoned with: whole numbers as int64, 0 where nothing is there."""
    values = column.values if constant(column.there) else np.where(column.there, column.values, False)
    return evolve(column, values=values.astype(np.int64, copy=False) if values.dtype.kind in "iu" else values)


def blank(rows: int, type_: str) -> Column:
    """Return a column without any answer."""
    nothing = everywhere(False, rows)
    values = nothing if type_ == "flag" else np.broadcast_to(np.int64(0), (rows,))
    return Column(values=values, there=nothing, none=nothing)


def from_cells(type_: str, cells: Sequence[Cell], options: Iterable[str] = ()) -> Column:
    """Return the column of cells as the reader made them.

    The *options* of a choice are the first of its words: columns of the same fact then have the same codes.
    """
    none = np.array([cell is NONE for cell in cells], dtype=bool)
    there = np.array([cell is not None for cell in cells], dtype=bool) & ~none
    kept: list[Any] = [None if cell is NONE else cell for cell in cells] if none.any() else [*cells]
    words: tuple[Any, ...] = ()
    scale = 1
    if type_ == "flag":
        values = np.fromiter((cell is True for cell in kept), dtype=bool, count=len(kept))
    elif type_ == "choices":
        words = tuple(sorted(frozenset().union(*(cell for cell in kept if cell is not None))))
        places = {word: 1 << place for place, word in enumerate(words)}
        values = whole([sum(places[word] for word in cell or ()) for cell in kept])
    elif type_ in WORDED:
        given = (cell for cell in kept if cell is not None)
        codes = {word: code for code, word in enumerate(dict.fromkeys((*options, *given)))}
        words = tuple(codes)
        values = np.fromiter((codes.get(cell, 0) for cell in kept), dtype=np.int64, count=len(kept))
    else:
        if type_ == "number":
            scale = lcm(*(Fraction(cell).denominator for cell in kept if cell is not None))
        values = whole([int((cell or 0) * scale) for cell in kept])
    return Column(values=values, there=there, none=none, words=words, scale=scale)


def whole(numbers: Sequence[int]) -> Array:
    """Return whole numbers as int64 where all fit, else as Python's own."""
    fits = all(-FITS < number < FITS for number in numbers)
    return np.array(numbers, dtype=np.int64 if fits else object)


def from_array(spec: FieldSpec | FactSpec, given: Any, name: str) -> Column:
    """Return the column that an array means; what a mask hides, a None and a NaT are blanks.

    Raises ValueError where the array does not fit the type of its fact.
    """
    if isinstance(given, Column):
        return given
    hidden = np.ma.getmaskarray(given) if isinstance(given, np.ma.MaskedArray) else None
    array = np.asarray(np.ma.getdata(given) if hidden is not None else given)
    if array.ndim != 1:
        message = f"{name}: one value an organisation or record is expected"
        raise ValueError(message)
    there = everywhere(True, len(array)) if hidden is None else ~hidden
    if array.dtype.kind == "M":
        there = there & ~np.isnat(array)
    if array.dtype.kind == "O":
        there = there & np.fromiter((one is not None for one in array), dtype=bool, count=len(array))
    found = _typed(spec, array, there)
    if found is None:
        message = f"{name}: an array of {array.dtype} is no column of type {spec.type}"
        raise ValueError(message)
    return found


def _typed(spec: FieldSpec | FactSpec, array: Array, there: Array) -> Column | None:
    kind, type_ = array.dtype.kind, spec.type
    none = everywhere(False, len(array))
    if type_ == "flag" and kind == "b":
        return Column(values=array & there, there=there, none=none)
    if type_ in ("date", "term", "time") and kind == "M":
        unit = "m" if type_ == "time" else "D"
        since = array.astype(f"datetime64[{unit}]").astype(np.int64) + EPOCH * (1440 if type_ == "time" else 1)
        return Column(values=np.where(there, since, 0), there=there, none=none)
    if type_ in NUMERIC and kind in "iu":
        values = array if constant(there) else np.where(there, array, array.dtype.type(0))
        if len(values) and (values.min() < 0 or values.max() > _MOST_OF.get(type_, MOST)):
            return None
        return Column(values=values, there=there, none=none)
    if kind not in "OU":
        return None
    cells = [one if known else None for one, known in zip(array.tolist(), there.tolist(), strict=True)]
    if type_ in WORDED[:3] and all(isinstance(one, str) for one in cells if one is not None):
        if type_ == "choice" and not set(cells) <= {None, *spec.options}:
            return None
        return from_cells(type_, cells, spec.options)
    if type_ == "number" and all(_number(one) for one in cells if one is not None):
        return from_cells(type_, [None if one is None else Fraction(one) for one in cells])
    if type_ == "choices" and all(isinstance(one, frozenset) for one in cells if one is not None):
        given = frozenset().union(*(one for one in cells if one is not None))
        return from_cells(type_, cells) if given <= set(spec.options) else None
    return None


def _number(one: object) -> bool:
    exact = isinstance(one, (int, Fraction, Decimal)) and not isinstance(one, bool)
    return exact and 0 <= one <= MOST  # type: ignore[operator]
