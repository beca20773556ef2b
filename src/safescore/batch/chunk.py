"""Some of the organisations of a frame: their columns as codes, their records for the columnar backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from safescore.batch.codes import Cell, Digit, Domain, Looked, widened
from safescore.batch.coding import Block, Coding
from safescore.batch.columns import ColumnBackend
from safescore.batch.data import Array, Column, Table
from safescore.batch.room import Room
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
        tables = {name: one for name, one in facts.items() if isinstance(one, Table)}
        self.single = frozenset(name for name, one in tables.items() if one.single())
        self.registers = frozenset(tables)
        self.columns: dict[Digit, Column] = {
            Cell(name, field): column for name in self.single for field, column in tables[name].columns.items()
        }
        self.columns.update((name, one) for name, one in facts.items() if isinstance(one, Column))

    def domain(self, name: Digit) -> Domain | None:
        """Return the domain of a column, as far as its answers are known; None where there is none yet."""
        column, domain = self.columns[name], self._domains.get(name)
        return domain if domain is not None and domain.same_words(column) else None

    def widen(self, name: Digit, part: Column) -> Domain | None:
        """Return a domain that has codes for these answers of a column as well; None where there are too many."""
        with self._lock:
            known = self.domain(name)
            domain = widened(known, part)
            if domain is None or (known is not None and domain.shape == known.shape):
                return None if domain is None else known
            self._domains[name] = domain
            return domain


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

    def __init__(self, frame: Frame, places: slice, room: Room) -> None:
        self.frame = frame
        self.places = places
        self.size = places.stop - places.start
        self.room = room
        room.cut(self.size)
        self.facts = _Part(frame.facts, places)
        self.codes = _Codes(room)
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
        if digit in self.frame.columns and domain is not None and self.frame.domain(digit) is not domain:
            del self.domains[digit]

    def fits(self, coding: Coding, others: Iterable[tuple[Digit, Domain]]) -> bool:
        """Take down the codes of columns; False where a domain lacks one, or those of *others* are not the same."""
        if any(self.domains[digit] is not domain for digit, domain in others):
            return False
        codes = coding.write(self.frame.columns, self.places, self.room)
        if codes is None:
            return False
        self.codes.update(codes)
        self.domains.update(coding.domains)
        return True

    def coded(self, digit: Digit) -> Domain | None:
        """Take down the codes of a column or of who holds roles, and return their domain; None where they have none."""
        if isinstance(digit, tuple):
            self.codes[digit] = self.holder(digit).view(np.uint8)
            return ROLES
        if digit not in self.frame.columns:
            return BLANK
        domain = self.frame.domain(digit)
        if domain is None or not self._coded(digit, domain):
            domain = self.frame.widen(digit, self.frame.columns[digit].part(self.places))
            if domain is None or not self._coded(digit, domain):
                return None
        return domain

    def _coded(self, digit: Digit, domain: Domain) -> bool:
        """Take down the codes of a column; False where the domain lacks one."""
        codes = self.room.array(digit, domain.kind)
        self.codes[digit] = codes
        one = Block((digit,), (domain,))
        return one.write([self.frame.columns[digit]], self.places, codes.reshape(1, -1))


class _Codes(dict[Digit, Array]):
    """The codes of a chunk, those that are looked up when they are asked."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def __missing__(self, digit: Digit) -> Array:
        assert isinstance(digit, Looked)
        key = digit.key.of(self, self._room)
        found = self._room.array(digit, digit.table.dtype)
        self[digit] = digit.table.take(key, mode="clip", out=found)
        return found


class _Domains(dict[Digit, Domain | None]):
    """The domains of the columns of a chunk, taken down with their codes when they are asked."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk

    def __missing__(self, digit: Digit) -> Domain | None:
        self[digit] = found = self._chunk.coded(digit)
        return found
