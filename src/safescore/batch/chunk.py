"""Some of the organisations of a frame: their columns as codes, their records for the columnar backend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from safescore.batch.codes import Cell, Coder, Digit, Domain, Looked, widened
from safescore.batch.columns import ColumnBackend
from safescore.batch.data import Array, Column, Table
from safescore.batch.tabled import ROLES
from safescore.dictionary import Dictionary
from safescore.period import Clock

BLANK = Domain()


class Frame:
    """The facts and roles of all organisations, and how their answers are coded."""

    def __init__(
        self,
        facts: Mapping[str, Column | Table],
        roles: Column | frozenset[str],
        dictionary: Dictionary,
        clock: Clock,
        domains: dict[Digit, Domain],
        lock: Lock,
    ) -> None:
        self.facts = facts
        self.roles = roles
        self.dictionary = dictionary
        self.clock = clock
        self._domains = domains
        self._lock = lock
        self._coders: dict[Digit, Coder | None] = {}
        tables = {name: one for name, one in facts.items() if isinstance(one, Table)}
        self.single = frozenset(name for name, one in tables.items() if one.single())
        self.registers = frozenset(tables)
        self.columns: dict[Digit, Column] = {
            Cell(name, field): column for name in self.single for field, column in tables[name].columns.items()
        }
        self.columns.update((name, one) for name, one in facts.items() if isinstance(one, Column))

    def coder(self, name: Digit) -> Coder | None:
        """Return what gives a column its codes, as far as its answers are known; None where they are too many."""
        if name not in self._coders:
            with self._lock:
                self._coders[name] = self._coder(name)
        return self._coders[name]

    def _coder(self, name: Digit) -> Coder | None:
        column, domain = self.columns[name], self._domains.get(name)
        if domain is None or domain.words != column.words or domain.scale != column.scale:
            domain = widened(None, column.part(slice(0, 0)))
            if domain is None:
                return None
            self._domains[name] = domain
        return Coder(column, domain)

    def widen(self, name: Digit, part: Column) -> Coder | None:
        """Return what gives codes to these answers of a column as well; None where there are too many."""
        with self._lock:
            coder, column = self._coders[name], self.columns[name]
            domain = None if coder is None else widened(coder.domain, part)
            if coder is not None and domain is not None and domain.shape == coder.domain.shape:
                return coder
            self._coders[name] = None if domain is None else Coder(column, domain)
            if domain is not None:
                self._domains[name] = domain
            return self._coders[name]


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
        self.codes = _Codes(self)
        self.domains = _Domains(self)
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

    def renew(self, digit: Digit) -> None:
        """Take the codes of a column anew, if others have widened its domain since."""
        domain = self.domains.get(digit)
        if digit in self.frame.columns and domain is not None:
            coder = self.frame.coder(digit)
            if coder is None or coder.domain is not domain:
                del self.domains[digit]

    def coded(self, digit: Digit) -> Domain | None:
        """Take down the codes of a column or of who holds roles, and return their domain; None where they have none."""
        if isinstance(digit, tuple):
            self.codes[digit] = self.holder(digit).view(np.uint8)
            return ROLES
        if digit not in self.frame.columns:
            return BLANK
        coder = self.frame.coder(digit)
        codes = None if coder is None else coder.codes(self.places)
        if codes is None and coder is not None:
            coder = self.frame.widen(digit, self.frame.columns[digit].part(self.places))
            codes = None if coder is None else coder.codes(self.places)
        if codes is None or coder is None:
            return None
        self.codes[digit] = codes
        return coder.domain


class _Codes(dict[Digit, Array]):
    """The codes of a chunk, those that are looked up when they are asked."""

    def __init__(self, chunk: Chunk) -> None:
        self._size = chunk.size

    def __missing__(self, digit: Digit) -> Array:
        assert isinstance(digit, Looked)
        self[digit] = found = digit.table.take(digit.key.of(self, self._size), mode="clip")
        return found


class _Domains(dict[Digit, Domain | None]):
    """The domains of the columns of a chunk, taken down with their codes when they are asked."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk

    def __missing__(self, digit: Digit) -> Domain | None:
        self[digit] = found = self._chunk.coded(digit)
        return found
