"""Plain answers as small codes: what a table that is worked out once can be looked up by."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from attrs import evolve, field

from safescore.batch.data import Array, Column
from safescore.batch.room import Room
from safescore.frozen import frozen

MOST_CODES = 1 << 16
"""The most codes of one column."""

NEAR = 1 << 8
"""A column whose least value is less begins at 0, which saves moving its values, unless that makes many more codes."""


def unsigned(size: int) -> Any:
    """Return the narrowest type that counts up to *size*."""
    return np.uint8 if size <= 1 << 8 else np.uint16 if size <= 1 << 16 else np.uint32


@frozen(eq=False, kw_only=True)
class Domain:
    """The answers of a column that have a code: a *blank*, if there are any, the *span* values from *first*, ``none``.

    Two are the same only if they are one: a table knows by that whether it still serves.
    """

    first: int = 0
    span: int = 0
    blank: bool = True
    none: bool = False
    flag: bool = False
    words: tuple[Any, ...] = ()
    scale: int = 1
    size: int = field(init=False)
    kind: Any = field(init=False)

    @size.default
    def _size(self) -> int:
        return self.blank + self.span + self.none

    @kind.default
    def _kind(self) -> Any:
        return unsigned(self.blank + self.span + self.none)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two domains must have in common for their tables to be the same."""
        return self.first, self.span, self.blank, self.none, self.flag, self.words, self.scale

    def same_words(self, column: Column) -> bool:
        """Tell whether the values of a column mean what they mean here."""
        flag = column.values.dtype.kind == "b"
        return self.words == column.words and self.scale == column.scale and self.flag is flag

    def answers(self, codes: Array) -> Column:
        """Return the answers that codes stand for."""
        values = codes + (self.first - self.blank)
        none = codes == self.blank + self.span
        there = ~none & (codes >= self.blank)
        values = np.where(there, values, 0)
        return Column(
            values=values.astype(bool) if self.flag else values,
            there=there,
            none=none,
            words=self.words,
            scale=self.scale,
        )


def widened(domain: Domain | None, column: Column) -> Domain | None:
    """Return a domain that has a code for every answer of a column, besides those it had; None if there are too many.

    A count that is dated has no code, whatever its domain.
    """
    if column.values.dtype.kind not in "biu":
        return None
    fresh = domain is None or not domain.same_words(column)
    if domain is None or fresh:
        domain = Domain(flag=column.values.dtype.kind == "b", words=column.words, scale=column.scale)
    values, there = column.values, column.there
    some = bool(there.any())
    first, last = domain.first, domain.first + domain.span - 1
    if domain.flag:
        first, last = 0, 1
    elif some:
        values = values if there.all() else np.where(there, values, values[there.argmax()])
        least, most = int(values.min()), int(values.max())
        first, last = (min(first, least), max(last, most)) if domain.span else (least, most)
        first = 0 if 0 <= first < NEAR and first <= last - first else first
    if last - first + 3 > MOST_CODES:
        return None
    none = bool(np.any(column.none)) or (domain.none and not fresh)
    blank = not (column.there | column.none).all() or (domain.blank and not fresh)
    return evolve(domain, first=first, span=last - first + 1, blank=blank or not (none or some), none=none)


@frozen(eq=False)
class Key:
    """The number that several codes make together."""

    digits: tuple[Digit, ...] = ()
    sizes: tuple[int, ...] = ()
    size: int = field(init=False)
    """How many keys there are."""
    kind: Any = field(init=False)
    """The type of their numbers."""
    steps: tuple[tuple[Any, Any], ...] = field(init=False)
    """The sizes of the digits after the first, and the types of the numbers so far: narrow as long as they can be."""

    @size.default
    def _size(self) -> int:
        return prod(self.sizes)

    @kind.default
    def _kind(self) -> Any:
        return unsigned(prod(self.sizes))

    @steps.default
    def _narrow(self) -> tuple[tuple[Any, Any], ...]:
        kinds = [unsigned(prod(self.sizes[: place + 1])) for place in range(len(self.sizes))]
        return tuple((kind(size), kind) for size, kind in zip(self.sizes, kinds, strict=True))[1:]

    def joined(self, other: Key) -> Key:
        """Return the key of the digits of both."""
        return Key((*self.digits, *other.digits), (*self.sizes, *other.sizes))

    def of(self, codes: Mapping[Digit, Array], room: Room) -> Array:
        """Return the key of every organisation from the codes of its digits, as an index."""
        key = room.array(Key, np.intp)
        if not self.digits:
            key[:] = 0
            return key
        own = [codes[digit] for digit in self.digits]  # what is looked up is, before its key is made here
        found = own[0]
        for one, (size, kind) in zip(own[1:], self.steps, strict=True):
            found = np.multiply(found, size, out=room.array(Key, kind), dtype=kind)
            found += one
        np.copyto(key, found)
        return key


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
