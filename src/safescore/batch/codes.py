"""Plain answers as small codes: what a table that is worked out once can be looked up by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from safescore.batch.data import Array, Column, constant

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

    def codes(self, column: Column) -> Array | None:
        """Return the code of every answer; None where the domain lacks one, or a count is dated."""
        if column.dated is not None and column.dated.given.any():
            return None
        values, there, none = column.values, column.there, column.none
        if not self.span and there.any():
            return None
        shifted = values.view(np.uint8) if self.flag else self._shifted(values)
        if not self._within(shifted):
            shifted = np.where(there, shifted, shifted.dtype.type(0))
            if not self._within(shifted):
                return None
        codes = shifted.astype(self.kind)
        codes += self.kind(1)
        if constant(there) is not True:
            np.multiply(codes, there, out=codes)
        if constant(none) is not False and none.any():
            if not self.none:
                return None
            codes += np.multiply(none, self.kind(self.span + 1), dtype=self.kind)
        return codes

    def _shifted(self, values: Array) -> Array:
        if self.first == 0:
            return values
        return np.subtract(values, self.first, dtype=np.promote_types(values.dtype, np.int32))

    def _within(self, shifted: Array) -> bool:
        """Tell whether values are below the span; one below zero is great when it is read without its sign."""
        return bool(shifted.view(f"u{shifted.dtype.itemsize}").max() < max(self.span, 1))


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

    @property
    def size(self) -> int:
        """How many keys there are."""
        return prod(self.sizes)

    def joined(self, other: Key) -> Key:
        """Return the key of the digits of both."""
        return Key((*self.digits, *other.digits), (*self.sizes, *other.sizes))

    def of(self, code: Callable[[Digit], Array], rows: int) -> Array:
        """Return the key of every organisation from the codes of its digits."""
        kind = unsigned(self.size)
        found: Array = None
        for digit, size in zip(self.digits, self.sizes, strict=True):
            codes = code(digit)
            if found is None:
                found = codes.astype(kind)
            else:
                found *= kind(size)
                found += codes
        return np.zeros(rows, dtype=kind) if found is None else found


@frozen(eq=False)
class Looked:
    """A code that a key has in a table."""

    key: Key
    table: Array


Digit = str | tuple[str, ...] | Looked
"""A code that a key is made of: of a column, of whether one of some roles is held, or one looked up."""


def every(domains: Mapping[Digit, Domain]) -> dict[Digit, Column]:
    """Return columns with one row for every way in which answers of these domains occur together."""
    sizes = tuple(one.size for one in domains.values())
    codes = np.unravel_index(np.arange(prod(sizes)), sizes) if sizes else ()
    return {name: domain.answers(own) for (name, domain), own in zip(domains.items(), codes, strict=True)}
