"""The codes of many answers: whole columns, or blocks of columns where there are few organisations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import field

from safescore.batch.codes import Digit, Domain
from safescore.batch.data import Array, Column, constant
from safescore.batch.room import Room
from safescore.frozen import frozen

TOGETHER = 1 << 17
"""The most answers that are handled together; columns of more than a fourth of them go one by one."""

_greatest = np.maximum.reduce


def at_once(rows: int) -> int:
    """Return how many columns of so many rows are handled together."""
    many = TOGETHER // max(1, rows)
    return many if many >= 4 else 1


@frozen(eq=False)
class Block:
    """Columns that are coded together, and their domains: all have codes of one type, all are flags or none."""

    digits: tuple[Digit, ...]
    domains: tuple[Domain, ...]
    _spans: Array = field(init=False)
    _blanks: Array | None = field(init=False)
    _firsts: Array | None = field(init=False)
    _nones: Array = field(init=False)
    """What ``none`` is in each domain, 0 where it has no code."""

    @_spans.default
    def _span(self) -> Array:
        return np.array([one.span for one in self.domains])

    @_blanks.default
    def _blank(self) -> Array | None:
        blanks = np.array([[one.blank] for one in self.domains])
        return blanks.astype(self.domains[0].kind) if blanks.any() else None

    @_firsts.default
    def _first(self) -> Array | None:
        firsts = np.array([[one.first] for one in self.domains])
        return firsts if firsts.any() else None

    @_nones.default
    def _none(self) -> Array:
        return np.array([[one.blank + one.span if one.none else 0] for one in self.domains], dtype=self.domains[0].kind)

    def write(self, columns: Sequence[Column], places: slice, out: Array) -> bool:
        """Write the codes of some answers, a row a column; False where a domain lacks one, or a count is dated."""
        if any(one.dated is not None and one.dated.given[places].any() for one in columns):
            return False
        there = _joined([one.there for one in columns], places, True)
        none = _joined([one.none for one in columns], places, False)
        none = None if none is None or not none.any() else none
        if none is not None and not all(one.none or not row.any() for one, row in zip(self.domains, none, strict=True)):
            return False
        if there is not None and not all(one.blank for one in self.domains):
            given = there if none is None else there | none
            if not all(one.blank or row.all() for one, row in zip(self.domains, given, strict=True)):
                return False
        if not self._write([one.values[places] for one in columns], there, out):
            return False
        if there is not None:
            out *= there.view(np.uint8)
        if none is not None:
            out += np.multiply(none, self._nones, dtype=out.dtype)
        return True

    def _write(self, rows: Sequence[Array], there: Array | None, out: Array) -> bool:
        """Write the codes of values, of any where nothing is there; False where a domain lacks one."""
        values = _stacked(rows)
        if not self._spans[0]:
            out[:] = 0
            return not (values.size if there is None else there.any())
        if self.domains[0].flag:
            values = values.view(np.uint8)
        elif self._firsts is not None:
            values = np.subtract(values, self._firsts, dtype=np.promote_types(values.dtype, np.int32))
        if values.dtype.kind not in "iu":
            return False
        values = values.view(f"u{values.dtype.itemsize}")  # one below zero is greater than all others
        if not self._within(values):
            if there is None:
                return False
            values = np.where(there, values, values.dtype.type(0))
            if not self._within(values):
                return False
        out[...] = values
        if self._blanks is not None:
            out += self._blanks
        return True

    def _within(self, values: Array) -> bool:
        return bool((_greatest(values, axis=1, initial=0) < self._spans).all())


def _joined(parts: Sequence[Array], places: slice, usual: bool) -> Array | None:
    """Return masks as rows; None where all are as usual everywhere."""
    if all(constant(one) is usual for one in parts):
        return None
    return _stacked([one[places] for one in parts])


def _stacked(rows: Sequence[Array]) -> Array:
    found = rows[0] if len(rows) == 1 else np.concatenate(rows)
    return found.reshape(len(rows), -1)


@frozen(eq=False)
class Coding:
    """How many columns are coded at once."""

    domains: Mapping[Digit, Domain]
    _blocks: dict[int, tuple[Block, ...]] = field(factory=dict, init=False)

    def write(self, columns: Mapping[Digit, Column], places: slice, room: Room) -> dict[Digit, Array] | None:
        """Return the codes of some answers of all columns; None where a domain lacks one, or has other words."""
        if not all(one.same_words(columns[digit]) for digit, one in self.domains.items()):
            return None
        found: dict[Digit, Array] = {}
        for block in self._of(places.stop - places.start):
            out, rows = room.arrays(block.digits, block.domains[0].kind)
            if not block.write([columns[digit] for digit in block.digits], places, out):
                return None
            found.update(zip(block.digits, rows, strict=True))
        return found

    def _of(self, rows: int) -> tuple[Block, ...]:
        """Return the columns in blocks for so many rows."""
        many = at_once(rows)
        if many not in self._blocks:
            self._blocks[many] = tuple(self._cut(many))
        return self._blocks[many]

    def _cut(self, many: int) -> Iterator[Block]:
        alike: dict[object, list[Digit]] = {}
        for digit, one in self.domains.items():
            alike.setdefault((one.kind, one.flag, one.span > 0, one.first != 0), []).append(digit)
        for digits in alike.values():
            for first in range(0, len(digits), many):
                part = tuple(digits[first : first + many])
                yield Block(part, tuple(self.domains[digit] for digit in part))
