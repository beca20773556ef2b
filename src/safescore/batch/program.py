"""The tables of a plan as arrays, for compiled code that follows them and knows nothing but numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from safescore.batch.codes import Digit, Domain, Key, Looked
from safescore.batch.data import Array
from safescore.batch.judge import Judge, Ready, View
from safescore.frozen import frozen

MOST_LOOKED = 1 << 16
"""The most codes that are looked up."""

FEW = 3
"""How many codes of a column are few enough for cuts."""

UNREACHED = (1 << 16) - 1
"""A cut that no code reaches."""

CODE, LOOK, FIND = range(3)


class Step(NamedTuple):
    """One step of a program: it fills a row with codes, or finds the result of a rule.

    CODE takes them from the column at the place ``of``. The others make one number of the codes in some rows, with the
    digits from ``first`` to ``end``, and look it up in the table of so many codes that begins at ``table``; FIND does
    so for the rule at the place ``of`` among those of the program, and finds the short code of its result.
    """

    kind: int
    of: int
    row: int
    first: int = 0
    end: int = 0
    table: int = 0
    length: int = 0


class Found(NamedTuple):
    """A rule: its place among all, the address of what its results add to the score, and the short code of a fault."""

    place: int
    parts: int
    fault: int


class Loose(NamedTuple):
    """A rule of which results may leave the sums: its place among all, and its weight.

    By their short codes, at one address lies which results do, at the other the least and the greatest credit of each.
    """

    place: int
    flags: int
    credits: int
    weight: int

    @classmethod
    def of(cls, place: int, view: View, weight: int, all_: bool) -> list[Loose]:
        """Return the rule, if any of its results may leave the sums: all, or only what lies between."""
        flags, short = view.flags(all_)
        return [cls(place, short.ctypes.data, view.short_credits.ctypes.data, weight)] if flags.any() else []


@frozen(eq=False, kw_only=True)
class Program:
    """What is done with the answers of some organisations: they are coded, and codes are looked up, step by step.

    The code of an answer is its value less ``first`` plus ``blank`` (1 where a blank has the code 0), ``none`` that of
    the answer ``none`` (-1 where there is none). Where all tables make of neighbouring codes the same, so that up to
    three different ones are left, a code is how many of the two ``cuts`` it reaches.
    """

    rules: frozenset[int]
    """The places of the rules whose results are found."""
    columns: tuple[Digit, ...]
    domains: tuple[Domain, ...]
    firsts: Array
    """The domains as rows: first, span, blank, none, and the cuts, 0 where there are none."""
    steps: Array
    """A row a step."""
    rows: int
    """How many rows of codes are needed at a time."""
    digits: Array
    """The rows of codes, and how many codes there are."""
    tables: Array
    """One after the other; those that are the same stand there once."""
    found: Array
    """A row a rule."""
    between: Array
    """A row a rule, as Loose, of those of which a result lies between."""
    loose: Array
    """A row a rule of those of which a result may leave the sums."""
    views: tuple[View, ...]
    """What holds the arrays whose addresses stand above."""


def program_of(ready: Sequence[Ready | None], judges: Sequence[Judge], domains: Mapping[Digit, Domain]) -> Program:
    """Return the program of all rules whose results have short codes."""
    merged = _merged(ready)
    making = _Making(tuple(domains), merged)
    found: list[Found] = []
    views: list[View] = []
    loose: tuple[list[Loose], list[Loose]] = ([], [])
    for place, (one, judge) in enumerate(zip(ready, judges, strict=True)):
        if one is None or one.table.dtype != np.uint16 or not all(making.has(digit) for digit in one.key.digits):
            continue
        view = judge.view()
        views.append(view)
        for all_, own in enumerate(loose):
            own.extend(Loose.of(place, view, judge.weight, bool(all_)))
        making.look(Step(FIND, len(found), 0), one.key, one.table)
        found.append(Found(place, view.short_parts.ctypes.data, view.fault))
    for digit in domains:
        making.has(digit)
    steps, digits, rows_of_codes = _packed(making.steps, making.digits)
    return Program(
        rules=frozenset(one.place for one in found),
        columns=tuple(domains),
        domains=tuple(domains.values()),
        firsts=_table([(*row_of(*one), *_cuts(merged.get(one[0]))) for one in domains.items()], 6),
        steps=_table(steps, len(Step._fields)),
        rows=rows_of_codes,
        digits=_table(digits, 2),
        tables=np.concatenate([np.zeros(0, dtype=np.uint16), *making.tables]),
        found=_table(found, len(Found._fields)),
        between=_table(loose[False], len(Loose._fields)),
        loose=_table(loose[True], len(Loose._fields)),
        views=tuple(views),
    )


def row_of(digit: Digit, domain: Domain) -> tuple[int, int, int, int]:
    """Return a domain as a row: first, span, blank, none."""
    if isinstance(digit, tuple):
        return 0, 2, 0, -1  # who holds roles is told by flags, their codes
    return domain.first, domain.span, int(domain.blank), domain.blank + domain.span if domain.none else -1


def _cuts(begins: Array | None) -> tuple[int, int]:
    """Return where the codes begin that are taken together, but for the first; one that none reaches for a second."""
    if begins is None:
        return 0, 0
    return int(begins[1]) if len(begins) > 1 else UNREACHED, int(begins[2]) if len(begins) > 2 else UNREACHED


def _merged(ready: Sequence[Ready | None]) -> dict[Digit, Array]:
    """Return, of columns of which tables tell few codes apart, where those begin that are the same to all tables."""
    differs: dict[Digit, Array] = {}
    seen: set[Digit] = set()

    def hold(key: Key, table: Array) -> None:
        block = table.reshape(key.sizes)
        for axis, (digit, size) in enumerate(zip(key.digits, key.sizes, strict=True)):
            if isinstance(digit, Looked):
                if digit not in seen:
                    seen.add(digit)
                    hold(digit.key, digit.table)
                continue
            known = differs.setdefault(digit, np.zeros(size - 1, dtype=bool))
            if known.sum() < FEW:
                lines = np.moveaxis(block, axis, 0).reshape(size, -1)
                known |= (lines[1:] != lines[:-1]).any(axis=1)

    for one in ready:
        if one is not None:
            hold(one.key, one.table)
    some = {digit: np.flatnonzero(one) + 1 for digit, one in differs.items() if FEW < len(one) + 1 < UNREACHED}
    return {digit: np.concatenate([[0], cuts]) for digit, cuts in some.items() if len(cuts) < FEW}


def _table(rows: Sequence[Sequence[int]], columns: int) -> Array:
    return np.array(rows, dtype=np.int64).reshape(-1, columns)


class _Making:
    """The steps so far; what is looked up comes after the codes that it is looked up by. Every code has its own row."""

    def __init__(self, columns: Sequence[Digit], merged: Mapping[Digit, Array]) -> None:
        self._merged = merged
        self._columns = {digit: place for place, digit in enumerate(columns)}
        self._rows: dict[Digit, int] = {}
        self._length = 0
        self._begins: dict[bytes, int] = {}
        self.steps: list[Step] = []
        self.digits: list[tuple[int, int]] = []
        self.tables: list[Array] = []

    def has(self, digit: Digit) -> bool:
        """Make the codes of a digit; False where there are too many."""
        if digit in self._rows:
            return True
        if not isinstance(digit, Looked):
            self.steps.append(Step(CODE, self._columns[digit], len(self._rows)))
        elif digit.table.max(initial=0) < MOST_LOOKED and all(self.has(one) for one in digit.key.digits):
            self.look(Step(LOOK, 0, len(self._rows)), digit.key, digit.table)
        else:
            return False
        self._rows[digit] = len(self._rows)
        return True

    def look(self, step: Step, key: Key, table: Array) -> None:
        """Add a step that looks something up."""
        kept = [self._merged.get(digit, np.arange(size)) for digit, size in zip(key.digits, key.sizes, strict=True)]
        block = table.reshape(key.sizes)[np.ix_(*kept)]
        first = len(self.digits)
        self.digits += [(self._rows[digit], size) for digit, size in zip(key.digits, block.shape, strict=True)]
        narrow = block.reshape(-1).astype(np.uint16)
        begin = self._begins.setdefault(narrow.tobytes(), self._length)
        self.steps.append(step._replace(first=first, end=len(self.digits), table=begin, length=len(narrow)))
        if begin == self._length:
            self.tables.append(narrow)
            self._length += len(narrow)


def _packed(steps: Sequence[Step], digits: list[tuple[int, int]]) -> tuple[list[Step], list[tuple[int, int]], int]:
    """Return the steps and digits with as few rows as can be, each used again after its last use, and how many."""
    last = {row: number for number, step in enumerate(steps) for row, _ in digits[step.first : step.end]}
    places: dict[int, int] = {}
    free: list[int] = []
    count = 0
    found = []
    digits = list(digits)
    for number, step in enumerate(steps):
        used = {row for row, _ in digits[step.first : step.end]}
        digits[step.first : step.end] = [(places[row], size) for row, size in digits[step.first : step.end]]
        free += [places[row] for row in used if last[row] == number]
        if step.kind == FIND:
            found.append(step)
            continue
        if not free:
            free.append(count)
            count += 1
        places[step.row] = free.pop()
        found.append(step._replace(row=places[step.row]))
        if step.row not in last:
            free.append(places[step.row])
    return found, digits, max(count, 1)
