"""Columns as they came, read as facts: what a value means is asked of the dictionary, once for each distinct value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from attrs import evolve, field

from safescore.batch.arrow import Cells
from safescore.batch.data import Array, Column, blank, everywhere, from_cells
from safescore.dictionary import MOST, FactSpec, FieldSpec, read_value
from safescore.errors import WrongValue
from safescore.expr import Cell
from safescore.facts.entries import meant
from safescore.frozen import frozen
from safescore.period import MINUTES_A_DAY, day_text, moment_text
from safescore.words import Text

DAY_SECONDS = 86_400
DAYS = ("date", "term")
FLAG = FieldSpec(type="flag", label=Text(zh="是否", en="flag"))
DAY = FieldSpec(type="term", label=Text(zh="日期", en="day"))
KINDS = ("flag", "whole", "real", "decimal", "day", "moment", "text", "list", "blank")


@frozen(eq=False, kw_only=True)
class Misfit:
    """A value that doesn't fit the type of its fact, and the rows that have it."""

    rows: Array
    value: Any
    wrong: WrongValue


@frozen(eq=False, kw_only=True)
class Read:
    """A column as read: what doesn't fit is a blank in it, and a misfit beside it."""

    column: Column
    misfits: Sequence[Misfit] = field(factory=tuple)


def read(spec: FactSpec | FieldSpec, given: Cells) -> Read:
    """Return the column of a fact, or of a field of records.

    Texts are read as the entries of CSV files are; whole numbers stand in columns of any number type, days in columns
    of days, or of moments at midnight.
    """
    if given.kind not in KINDS:
        message = f"a column of {given.kind} is no column of type {spec.type}"
        raise ValueError(message)
    if given.kind == "blank" or not len(given):
        return Read(column=blank(len(given), spec.type))
    plain = _plain(spec, given)
    return plain if plain is not None else _one_by_one(spec, given)


def _plain(spec: FactSpec | FieldSpec, given: Cells) -> Read | None:
    """Return a column whose values are already those of its type, or None."""
    none = everywhere(False, len(given))
    if spec.type == "flag" and given.kind == "flag":
        return Read(column=Column(values=given.values, there=given.there, none=none))
    if spec.type in DAYS and given.kind == "day":
        if _within(given, 1, MOST_DAY):
            return Read(column=Column(values=_signed(given.values), there=given.there, none=none))
    elif spec.type == "time" and given.kind == "moment":
        minutes = given.values // 60
        if _within(evolve(given, values=minutes), MINUTES_A_DAY, (MOST_DAY + 1) * MINUTES_A_DAY - 1):
            return Read(column=Column(values=minutes, there=given.there, none=none))
    elif spec.type in ("count", "number") and given.kind == "whole" and _within(given, 0, MOST):
        return Read(column=Column(values=_signed(given.values), there=given.there, none=none))
    return None


MOST_DAY = 3_652_059
"""The ordinal of 9999-12-31."""


def _within(given: Cells, least: int, most: int) -> bool:
    values = given.values
    if not len(values):
        return True
    low, high = (int(values.min()), int(values.max()))
    if least <= low and high <= most:
        return True
    some = values[given.there]
    return not len(some) or (least <= int(some.min()) and int(some.max()) <= most)


def _signed(values: Array) -> Array:
    """Return whole numbers that can be negative."""
    if values.dtype.kind == "u":
        return values.astype({1: np.int16, 2: np.int32}.get(values.dtype.itemsize, np.int64))
    return values.astype(np.int64) if values.dtype == object else values


def _one_by_one(spec: FactSpec | FieldSpec, given: Cells) -> Read:
    """Return a column read by its distinct values."""
    codes, plain = distinct(given, spec)
    found: list[Cell] = []
    misfits = []
    for code, value in enumerate(plain):
        try:
            found.append(_value(spec, value))
        except WrongValue as wrong:
            found.append(None)
            misfits.append(Misfit(rows=np.flatnonzero(given.there & (codes == code)), value=value, wrong=wrong))
    if not found:
        return Read(column=blank(len(given), spec.type))
    few = from_cells(spec.type, found, spec.options)
    there, none = given.there & few.there[codes], given.there & few.none[codes]
    values = np.where(there, few.values[codes], few.values.dtype.type(0) if few.values.dtype != object else 0)
    return Read(column=evolve(few, values=values, there=there, none=none), misfits=misfits)


def _value(spec: FactSpec | FieldSpec, value: Any) -> Cell:
    """Return the cell that a value means. Raises WrongValue."""
    if isinstance(value, Entered):
        if not value.strip():
            return None
        return read_value(spec.type, meant(spec.type, str(value), spec.options), spec.options)
    return read_value(spec.type, value, spec.options)


class Entered(str):
    """A text of a column, which is read as an entry of a CSV file."""

    __slots__ = ()


def distinct(given: Cells, spec: FactSpec | FieldSpec) -> tuple[Array, list[Any]]:
    """Return the values of a column as codes, and the distinct plain values as an author would write them."""
    if given.kind == "text":
        return given.values, [Entered(word) for word in given.words]
    if given.kind == "list":
        return _lists(given, spec)
    values = given.values
    if values.dtype.kind == "f":
        values = values + 0.0  # one zero
    kept = np.where(given.there, values, values[0] if len(values) else 0)
    each, codes = np.unique(kept, return_inverse=True)
    return codes, [_written(one, given, spec) for one in each.tolist()]


def _written(value: Any, given: Cells, spec: FactSpec | FieldSpec) -> Any:
    """Return a value of a column as an author would write it."""
    if given.kind == "real":
        real = float(value)
        if not isfinite(real):
            return str(real)
        return int(real) if spec.type == "count" and real.is_integer() else Decimal(repr(real))
    if given.kind == "decimal":
        exact = Decimal(int(value)).scaleb(-given.scale)
        return int(exact) if exact == int(exact) else exact
    if given.kind == "day":
        return _day(int(value))
    if given.kind == "moment":
        day, seconds = divmod(int(value), DAY_SECONDS)
        if not 1 <= day <= MOST_DAY or (spec.type in DAYS and not seconds):
            return _day(day)
        return moment_text(int(value) // 60)
    return value


def _day(ordinal: int) -> str:
    return day_text(ordinal) if 1 <= ordinal <= MOST_DAY else f"{ordinal}"


def _lists(given: Cells, spec: FactSpec | FieldSpec) -> tuple[Array, list[Any]]:
    """Return lists as codes, and each distinct list."""
    item = given.parts["item"]
    codes, words = distinct(item, spec)
    plain = [str(one) if isinstance(one, str) else one for one in words]
    named = [plain[code] if known else None for code, known in zip(codes.tolist(), item.there.tolist(), strict=True)]
    ends = given.values.tolist()
    seen: dict[tuple[Any, ...], int] = {}
    found = np.zeros(len(given), dtype=np.int64)
    for row, (first, last) in enumerate(pairwise(ends)):
        found[row] = seen.setdefault(tuple(named[first:last]), len(seen))
    return found, [list(one) for one in seen]
