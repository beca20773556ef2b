"""Plain answers as small codes: what a table that is worked out once can be looked up by."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from attrs import evolve, field

from safescore.batch.data import Array, Column, constant
from safescore.frozen import frozen

MOST_CODES = 1 << 16
"""The most codes of one column."""

NEAR = 1 << 8
"""A column whose least value is less begins at 0, which saves moving its values."""


def unsigned(size: int) -> Any:
    """Return the narrowest type that counts up to *size*."""
    return np.uint8 if size <= 1 << 8 else np.uint16 if size <= 1 << 16 else np.uint32


@frozen(eq=False, kw_only=True)
class Domain:
    """The answers of a column that have a code: a blank is 0, the *span* values from *first* follow, then ``none``.

    Two are the same only if they are one: a table knows by that whether it still serves.
    """

    first: int = 0
    span: int = 0
    none: bool = False
    flag: bool = False
    words: tuple[Any, ...] = ()
    scale: int = 1
    size: int = field(init=False)
    kind: Any = field(init=False)

    @size.default
    def _size(self) -> int:
        return 1 + self.span + self.none

    @kind.default
    def _kind(self) -> Any:
        return unsigned(1 + self.span + self.none)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two domains must have in common for their tables to be the same."""
        return self.first, self.span, self.none, self.flag, self.words, self.scale

    def answers(self, codes: Array) -> Column:
        """Return the answers that codes stand for."""
        none = codes == self.span + 1
        there = (codes > 0) & ~none
        values = np.where(there, codes + (self.first - 1), 0)
        return Column(
            values=values.astype(bool) if self.flag else values,
            there=there,
            none=none,
            words=self.words,
            scale=self.scale,
        )


class Coder:
    """Gives the answers of a column their codes in a domain, some organisations at a time."""

    def __init__(self, column: Column, domain: Domain) -> None:
        values = column.values
        self.domain = domain
        self._first = domain.first
        self._span = max(domain.span, 1)
        self._values = values.view(np.uint8) if domain.flag else values if self._first else unsigned_view(values)
        self._there = None if constant(column.there) is True else column.there.view(np.uint8)
        self._none = None if constant(column.none) is False else column.none
        self._dated = None if column.dated is None else column.dated.given

    def codes(self, places: slice) -> Array | None:
        """Return the code of every answer; None where the domain lacks one, or a count is dated."""
        values, domain = self._values[places], self.domain
        there = None if self._there is None else self._there[places]
        if self._first:
            wide = np.promote_types(values.dtype, np.int32)
            values = unsigned_view(np.subtract(values, self._first, dtype=wide))
        if _greatest(values) >= self._span:
            values = values if there is None else np.where(there, values, values.dtype.type(0))
            if _greatest(values) >= self._span:
                return None
        codes = values.astype(domain.kind)
        codes += domain.kind(1)
        if there is not None:
            codes *= there
        if not domain.span and codes.any():
            return None
        if self._none is not None and (none := self._none[places]).any():
            if not domain.none:
                return None
            codes += np.multiply(none, domain.kind(domain.span + 1), dtype=domain.kind)
        if self._dated is not None and self._dated[places].any():
            return None
        return codes


_greatest = np.maximum.reduce


def unsigned_view(values: Array) -> Array:
    """Return whole numbers without their sign: one below zero is greater than all others."""
    return values.view(f"u{values.dtype.itemsize}")


def widened(domain: Domain | None, column: Column) -> Domain | None:
    """Return a domain that has a code for every answer of a column, besides those it had; None if there are too many.

    A count that is dated has no code, whatever its domain.
    """
    if column.values.dtype.kind not in "biu":
        return None
    fresh = domain is None or domain.words != column.words or domain.scale != column.scale
    if domain is None or fresh:
        domain = Domain(flag=column.values.dtype.kind == "b", words=column.words, scale=column.scale)
    values = column.values[column.there]
    first, last = domain.first, domain.first + domain.span - 1
    if domain.flag:
        first, last = 0, 1
    elif len(values):
        least, most = int(values.min()), int(values.max())
        first, last = (min(first, least), max(last, most)) if domain.span else (least, most)
        first = 0 if 0 < first < NEAR else first
    if last - first + 3 > MOST_CODES:
        return None
    none = domain.none or bool(np.any(column.none))
    return evolve(domain, first=first, span=last - first + 1, none=none)


@frozen(eq=False)
class Key:
    """The number that several codes make together."""

    digits: tuple[Digit, ...] = ()
    sizes: tuple[int, ...] = ()
    size: int = field(init=False)
    """How many keys there are."""
    kind: Any = field(init=False)
    """The type of their numbers."""
    _kinds: tuple[Any, ...] = field(init=False)

    @size.default
    def _size(self) -> int:
        return prod(self.sizes)

    @kind.default
    def _kind(self) -> Any:
        return unsigned(prod(self.sizes))

    @_kinds.default
    def _narrow(self) -> tuple[Any, ...]:
        """The types that the numbers of the first digits need: they are narrow as long as they can be."""
        return tuple(unsigned(prod(self.sizes[: place + 1])) for place in range(len(self.sizes)))

    def joined(self, other: Key) -> Key:
        """Return the key of the digits of both."""
        return Key((*self.digits, *other.digits), (*self.sizes, *other.sizes))

    def of(self, codes: Mapping[Digit, Array], rows: int) -> Array:
        """Return the key of every organisation from the codes of its digits."""
        if not self.digits:
            return np.zeros(rows, dtype=self.kind)
        first, *others = self.digits
        found = codes[first].astype(self._kinds[0])
        for digit, size, kind in zip(others, self.sizes[1:], self._kinds[1:], strict=True):
            found = found.astype(kind, copy=False)
            found *= kind(size)
            found += codes[digit]
        return found


@frozen(eq=False)
class Looked:
    """A code that a key has in a table."""

    key: Key
    table: Array


@frozen
class Cell:
    """A field of a register of which every organisation has one record."""

    register: str
    field: str


Digit = str | Cell | tuple[str, ...] | Looked
"""A code that a key is made of: of a column, of a cell, of whether one of some roles is held, or one looked up."""


def every(domains: Mapping[Digit, Domain]) -> dict[Digit, Column]:
    """Return columns with one row for every way in which answers of these domains occur together."""
    sizes = tuple(one.size for one in domains.values())
    codes = np.unravel_index(np.arange(prod(sizes)), sizes) if sizes else ()
    return {name: domain.answers(own) for (name, domain), own in zip(domains.items(), codes, strict=True)}
