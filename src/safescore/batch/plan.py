"""The tables of all rules over columns with the same domains: looked up one by one, or many rules together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field

from safescore.batch.chunk import Chunk, Frame
from safescore.batch.codes import Digit, Domain
from safescore.batch.coding import Coding, at_once
from safescore.batch.data import Array
from safescore.batch.judge import Judge, Ready
from safescore.batch.program import Program, program_of
from safescore.batch.room import Room
from safescore.frozen import frozen


@frozen(eq=False)
class Shelf:
    """Tables with as many digits each, that are looked up together; *rules* are their places among the rules."""

    rules: tuple[int, ...]
    tables: tuple[Ready, ...]
    _sizes: tuple[tuple[Array, Any], ...] = field(init=False)
    """Of every digit after the first its sizes, and the type of the numbers so far."""
    _table: Array = field(init=False)
    _starts: Array = field(init=False)

    @_sizes.default
    def _steps(self) -> tuple[tuple[Array, Any], ...]:
        steps = []
        for own in zip(*(one.key.steps for one in self.tables), strict=True):
            kind = max((kind for _, kind in own), key=lambda kind: np.dtype(kind).itemsize)
            steps.append((np.array([[size] for size, _ in own], dtype=kind), kind))
        return tuple(steps)

    @_table.default
    def _tables(self) -> Array:
        return np.concatenate([one.table for one in self.tables])

    @_starts.default
    def _begin(self) -> Array:
        sizes = [len(one.table) for one in self.tables]
        return np.cumsum([[0], *([size] for size in sizes[:-1])], axis=0)

    def write(self, codes: Mapping[Digit, Array], room: Room, short: Array) -> None:
        """Write the code of the result of every organisation into the rows of the rules."""
        if len(self.rules) == 1:
            self.tables[0].codes(codes, room, short[self.rules[0]])
            return
        own = [
            [codes[digit] for digit in digits] for digits in zip(*(one.key.digits for one in self.tables), strict=True)
        ]
        blocks = [np.concatenate(one).reshape(len(one), -1) for one in own]
        found = blocks[0]
        for block, (sizes, kind) in zip(blocks[1:], self._sizes, strict=True):
            found = np.multiply(found, sizes, dtype=kind)
            found += block
        short[self.rules, :] = self._table.take(found + self._starts, mode="clip")


@frozen(eq=False)
class Plan:
    """The tables of many rules that hold for columns with the same domains, and those domains."""

    known: tuple[Ready | None, ...]
    """All tables that there were."""
    ready: tuple[Ready | None, ...]
    """Those that hold for the domains."""
    columns: Coding
    others: tuple[tuple[Digit, Domain], ...]
    """Roles, and the columns that are not there."""
    absent: frozenset[str]
    single: frozenset[str]
    _programs: list[Program] = field(factory=list, init=False)
    _shelves: dict[int, tuple[Shelf, ...]] = field(factory=dict, init=False)

    @classmethod
    def of(cls, judges: Sequence[Judge], columns: Collection[Digit]) -> Plan | None:
        """Return the tables that rules have over *columns*; None where there are none. Outdated ones are left out."""
        found = [judge.ready for judge in judges]
        domains: dict[Digit, Domain] = {}
        for one in found:
            domains.update({} if one is None else one.domains)
        single = next((one.single for one in reversed(found) if one is not None), None)
        if single is None:
            return None
        ready = tuple(one if one is not None and one.holds(domains, single) else None for one in found)
        absent = frozenset[str]().union(*(one.absent for one in ready if one is not None))
        others = tuple((digit, domain) for digit, domain in domains.items() if digit not in columns)
        there = {digit: domain for digit, domain in domains.items() if digit in columns}
        return cls(tuple(found), ready, Coding(there), others, absent, single)

    def current(self, judges: Sequence[Judge]) -> bool:
        """Tell whether no rule has got another table since."""
        return all(judge.ready is one for judge, one in zip(judges, self.known, strict=True))

    def program(self, judges: Sequence[Judge]) -> Program:
        """Return the tables as a program."""
        if not self._programs:
            there = [(digit, domain) for digit, domain in self.others if isinstance(digit, tuple)]
            self._programs.append(program_of(self.ready, judges, {**self.columns.domains, **dict(there)}))
        return self._programs[0]

    def holds(self, frame: Frame) -> bool:
        """Tell whether the tables are of the registers and the absent columns of a frame."""
        if frame.single != self.single or self.absent & frame.registers:
            return False
        return self.columns.domains.keys() <= frame.columns.keys() and not any(
            digit in frame.columns for digit, _ in self.others
        )

    def serves(self, chunk: Chunk) -> bool:
        """Tell whether the tables hold for a chunk, whose codes are taken down."""
        return self.holds(chunk.frame) and chunk.fits(self.columns, self.others)

    def codes(self, chunk: Chunk, short: Array) -> list[Array | None]:
        """Return the code of the result of every organisation, for each rule that has a table; in *short*, if so."""
        for shelf in self._of(chunk.size):
            shelf.write(chunk.codes, chunk.room, short)
        return [_row(one, chunk, row) for one, row in zip(self.ready, short, strict=True)]

    def _of(self, rows: int) -> tuple[Shelf, ...]:
        """Return the tables of short codes, as many together as so many rows allow."""
        many = at_once(rows)
        if many not in self._shelves:
            self._shelves[many] = tuple(self._cut(many))
        return self._shelves[many]

    def _cut(self, many: int) -> Iterator[Shelf]:
        alike: dict[int, list[int]] = {}
        for place, one in enumerate(self.ready):
            if one is not None and one.table.dtype == np.uint16:
                alike.setdefault(len(one.key.digits), []).append(place)
        for digits, places in alike.items():
            step = many if digits else 1
            for first in range(0, len(places), step):
                own = places[first : first + step]
                yield Shelf(tuple(own), tuple(one for place in own if (one := self.ready[place]) is not None))


def _row(ready: Ready | None, chunk: Chunk, short: Array) -> Array | None:
    """Return the codes of a rule: the short ones, that are written, or long ones."""
    if ready is None or ready.table.dtype == short.dtype:
        return None if ready is None else short
    return ready.codes(chunk.codes, chunk.room, short)
