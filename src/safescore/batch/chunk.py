"""Some of the organisations of a frame: their columns as codes, their records for the columnar backend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from attrs import frozen

from safescore.batch.codes import Digit, Domain, Key, Looked, widened
from safescore.batch.columns import ColumnBackend
from safescore.batch.data import Array, Column, Table
from safescore.batch.tabled import ROLES
from safescore.dictionary import Dictionary
from safescore.period import Clock

BLANK = Domain()


@frozen(eq=False)
class Frame:
    """The facts and roles of all organisations, and the domains of the columns as far as they are known."""

    facts: Mapping[str, Column | Table]
    roles: Column | frozenset[str]
    dictionary: Dictionary
    clock: Clock
    domains: dict[str, Domain | None]
    lock: Lock

    def widen(self, name: str, column: Column) -> Domain | None:
        """Return a domain that holds a column; None where it can't have codes."""
        with self.lock:
            found = widened(self.domains.get(name), column)
            known = self.domains.get(name)
            if found is not None and known is not None and found.shape == known.shape:
                found = known
            self.domains[name] = found
            return found


class _Part(Mapping[str, Any]):
    """The facts of some of the organisations, cut out as they are asked."""

    def __init__(self, facts: Mapping[str, Column | Table], places: slice) -> None:
        self._facts = facts
        self._places = places
        self._cut: dict[str, Column | Table] = {}

    def __getitem__(self, name: str) -> Column | Table:
        if name not in self._cut:
            self._cut[name] = self._facts[name].part(self._places)
        return self._cut[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class Chunk:
    """The organisations at some places of a frame."""

    def __init__(self, frame: Frame, places: slice) -> None:
        self.frame = frame
        self.places = places
        self.size = places.stop - places.start
        self.facts = _Part(frame.facts, places)
        self.domains: dict[Digit, Domain | None] = {}
        self._codes: dict[Digit, Array] = {}
        self._roles = frame.roles.part(places) if isinstance(frame.roles, Column) else frame.roles

    @cached_property
    def backend(self) -> ColumnBackend:
        """The facts as they are."""
        return ColumnBackend(self.facts, self.size, self.frame.dictionary, self.frame.clock)

    def holder(self, roles: tuple[str, ...]) -> Array:
        """Return who has one of these roles."""
        if isinstance(self._roles, frozenset):
            return np.full(self.size, bool(self._roles & set(roles)))
        bits = sum(1 << place for place, role in enumerate(self._roles.words) if role in roles)
        return (self._roles.values & bits) != 0

    def domain(self, digit: Digit) -> Domain | None:
        """Return the domain of a column, or of whether roles are held; None where its answers here have no codes."""
        if digit not in self.domains:
            self.domains[digit] = self._coded(digit)
        return self.domains[digit]

    def renew(self, digit: Digit) -> None:
        """Take the codes of a column anew, if its domain has been widened since."""
        if isinstance(digit, str) and self.domains.get(digit) is not self.frame.domains.get(digit, BLANK):
            self.domains.pop(digit, None)

    def code(self, digit: Digit) -> Array:
        """Return a digit of every organisation."""
        if isinstance(digit, Looked) and digit not in self._codes:
            self._codes[digit] = np.take(digit.table, self.key(digit.key), mode="clip")
        return self._codes[digit]

    def key(self, key: Key) -> Array:
        """Return a key of every organisation, fit to look up by."""
        return key.of(self.code, self.size)

    def _coded(self, digit: Digit) -> Domain | None:
        if isinstance(digit, tuple):
            self._codes[digit] = self.holder(digit).view(np.uint8)
            return ROLES
        assert isinstance(digit, str)
        if not isinstance(self.frame.facts.get(digit), Column):
            return BLANK
        column = self.facts[digit]
        assert isinstance(column, Column)
        domain = self.frame.domains.get(digit)
        codes = None
        if domain is not None and domain.words == column.words and domain.scale == column.scale:
            codes = domain.codes(column)
        if codes is None:
            domain = self.frame.widen(digit, column)
            codes = None if domain is None else domain.codes(column)
        if codes is None:
            return None
        self._codes[digit] = codes
        return domain
