"""The tables of a plan as arrays, for compiled code that follows them and knows nothing but numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from safescore.batch.codes import Digit, Domain, Key, Looked
from safescore.batch.data import Array
from safescore.batch.judge import Judge, Ready
from safescore.frozen import frozen

MOST_LOOKED = 1 << 16
"""The most codes that are looked up."""

CODE, LOOK, FIND = range(3)


class Step(NamedTuple):
    """One step of a program: it fills a row with codes, or finds the class of a rule's result.

    CODE takes them from the column at the place ``of``. The others make one number of the codes in some rows, with the
    digits from ``first`` to ``end``, and look it up in the table that begins at ``table``; FIND does so for the rule at
    the place ``of`` among those of the program.
    """

    kind: int
    of: int
    row: int
    first: int = 0
    end: int = 0
    table: int = 0


class Found(NamedTuple):
    """A rule: its place among all, where its classes begin, how many of them, the first, are settled, and its fault.

    ``more`` is where begins what the others add, ``fault`` the short code that is a fault.
    """

    place: int
    classes: int
    settled: int
    more: int
    fault: int


@frozen(eq=False, kw_only=True)
class Program:
    """What is done with the answers of some organisations: they are coded, and codes are looked up, step by step.

    The code of an answer is its value less ``first`` plus ``blank`` (1 where a blank has the code 0), ``none`` that of
    the answer ``none`` (-1 where there is none).
    """

    rules: frozenset[int]
    """The places of the rules whose results are found."""
    columns: tuple[Digit, ...]
    domains: tuple[Domain, ...]
    firsts: Array
    """The domains as rows: first, span, blank, none."""
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
    short: Array
    """The short code of each class."""
    low: Array
    """What each class adds to the score at the least."""
    more: Array
    """How much more each class that is not settled adds at the greatest; before those of a rule stands 0."""


def program_of(ready: Sequence[Ready | None], judges: Sequence[Judge], domains: Mapping[Digit, Domain]) -> Program:
    """Return the program of all rules whose results have short codes."""
    making = _Making(tuple(domains))
    found: list[Found] = []
    short, low, more = [np.zeros(0, dtype=np.uint16)], [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for place, (one, judge) in enumerate(zip(ready, judges, strict=True)):
        if one is None or one.table.dtype != np.uint16 or not all(making.has(digit) for digit in one.key.digits):
            continue
        codes = one.results
        parts = judge.view().parts[judge.results.places(codes)]
        beyond = parts[:, 1] - parts[:, 0]
        order = np.argsort(beyond != 0, kind="stable")
        settled = int((beyond == 0).sum())
        making.look(Step(FIND, len(found), 0), one.key, np.argsort(order)[one.classes])
        found.append(Found(place, sum(map(len, short)), settled, sum(map(len, more)), judge.fault))
        short.append(codes[order])
        low.append(parts[order, 0])
        more.append(np.concatenate([[0], beyond[order][settled:]]))
    for digit in domains:
        making.has(digit)
    steps, digits, rows = _packed(making.steps, making.digits)
    return Program(
        rules=frozenset(one.place for one in found),
        columns=tuple(domains),
        domains=tuple(domains.values()),
        firsts=_table([row_of(*one) for one in domains.items()], 4),
        steps=_table(steps, len(Step._fields)),
        rows=rows,
        digits=_table(digits, 2),
        tables=np.concatenate([np.zeros(0, dtype=np.uint16), *making.tables]),
        found=_table(found, len(Found._fields)),
        short=np.concatenate(short),
        low=np.concatenate(low),
        more=np.concatenate(more),
    )


def row_of(digit: Digit, domain: Domain) -> tuple[int, int, int, int]:
    """Return a domain as a row: first, span, blank, none."""
    if isinstance(digit, tuple):
        return 0, 2, 0, -1  # who holds roles is told by flags, their codes
    return domain.first, domain.span, int(domain.blank), domain.blank + domain.span if domain.none else -1


def _table(rows: Sequence[Sequence[int]], columns: int) -> Array:
    return np.array(rows, dtype=np.int64).reshape(-1, columns)


class _Making:
    """The steps so far; what is looked up comes after the codes that it is looked up by. Every code has its own row."""

    def __init__(self, columns: Sequence[Digit]) -> None:
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
        first = len(self.digits)
        self.digits += [(self._rows[digit], size) for digit, size in zip(key.digits, key.sizes, strict=True)]
        narrow = table.astype(np.uint16)
        begin = self._begins.setdefault(narrow.tobytes(), self._length)
        self.steps.append(step._replace(first=first, end=len(self.digits), table=begin))
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
