"""A program followed over the answers of a frame, by compiled code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from safescore.batch.chunk import Chunk, Frame
from safescore.batch.codes import Domain
from safescore.batch.compiled import BLANKS, KINDS, OTHERS, RANGES, THERE, TILE, address_of, bounds, followed
from safescore.batch.data import Array, Column, Dated, constant
from safescore.batch.program import Program
from safescore.batch.room import Room
from safescore.batch.scores import Packing
from safescore.batch.target import Target

_FLAG = np.dtype(np.bool_)
_ALL, _NOTHING = np.ones(TILE, dtype=np.bool_), np.zeros(TILE, dtype=np.bool_)
_EVERYWHERE = {True: (address_of(_ALL), 0), False: (address_of(_NOTHING), 0)}
"""Where the masks of columns lie that are the same everywhere."""


class Place(NamedTuple):
    """Where the answers of a column lie: the address and the step from one to the next, of values and masks.

    ``holds`` says what there may be besides values.
    """

    kind: int
    holds: int
    values: int
    step: int
    there: int
    there_step: int
    none: int
    none_step: int


_VALUES = Place._fields.index("values")
_ADDRESSES = tuple(Place._fields.index(one) for one in ("values", "there", "none"))


class Answers(NamedTuple):
    """Where the answers lie that a program asks, a row a column as Place; some of organisations are told by others."""

    places: Array
    holders: Mapping[int, tuple[str, ...]]
    """The rows that say who holds one of some roles."""
    dated: Sequence[Dated]
    """The counts of several days among them."""


class Follower:
    """Follows programs over the answers of a frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._kept: list[Array] = []
        self._answers: dict[Program, Answers | None] = {}
        self._lock = Lock()

    def prepare(self, program: Program) -> Answers | None:
        """Return where the answers lie that a program asks; None where compiled code can't read a column."""
        with self._lock:
            if program not in self._answers:
                self._answers[program] = self._found(program)
            return self._answers[program]

    def follow(self, program: Program, chunk: Chunk, target: Target) -> bool:
        """Write what a program finds of the organisations of a chunk; False where an answer has no code.

        Where it is False, what was written means nothing. A count of several days has no code.
        """
        answers = self.prepare(program)
        if answers is None or any(one.given[chunk.places].any() for one in answers.dated):
            return False
        places = answers.places.copy()
        for address in _ADDRESSES:
            places[:, address] += places[:, address + 1] * chunk.places.start
        held = {row: chunk.holder(roles) for row, roles in answers.holders.items()}
        for row, holder in held.items():
            places[row, _VALUES] = address_of(holder)
        return bool(
            followed(
                chunk.size,
                places,
                program.firsts,
                program.steps,
                program.digits,
                program.tables,
                program.found,
                _lying(target.short),
                _lying(target.outcome),
                address_of(target.sums),
                target.faulty,
                *_scratch(program, chunk.room),
            )
        )

    def bounds(self, program: Program, packing: Packing, target: Target) -> None:
        """Write the bounds of the score of every organisation."""
        short, scores = _lying(target.short), target.scores
        means = scores.low, scores.high
        bounds(target.sums, packing, program.between, program.loose, short, means, scores.scored, scores.certain)

    def _found(self, program: Program) -> Answers | None:
        """Return where the answers of all organisations lie; None where a column has others than are taken."""
        found: list[tuple[int, ...]] = []
        holders: dict[int, tuple[str, ...]] = {}
        dated = []
        for row, (digit, domain) in enumerate(zip(program.columns, program.domains, strict=True)):
            if isinstance(digit, tuple):
                holders[row] = digit
                found.append((KINDS[_FLAG], THERE, 0, 1, *_EVERYWHERE[True], *_EVERYWHERE[False]))
                continue
            column = self._frame.columns[digit]
            kind = _kind(domain, column)
            if kind is None:
                return None
            if column.dated is not None:
                dated.append(column.dated)
            every, nothing = constant(column.there), constant(column.none)
            holds = OTHERS if nothing is not False else THERE if every is True else BLANKS
            there = self._solid(column.there) if every is None else _EVERYWHERE[every]
            none = self._solid(column.none) if nothing is None else _EVERYWHERE[nothing]
            found.append((kind, holds, *self._solid(column.values), *there, *none))
        return Answers(np.array(found, dtype=np.int64).reshape(-1, len(Place._fields)), holders, dated)

    def _solid(self, array: Array) -> tuple[int, int]:
        """Return where the values of an array lie, and the step to the next; of one that repeats, enough for a tile."""
        flags = array.flags
        if flags.c_contiguous and flags.aligned:
            return address_of(array), array.itemsize
        same = array.strides == (0,)
        own = np.full(TILE, array[0]) if same else np.require(array, requirements=("C", "A"))
        self._kept.append(own)
        return address_of(own), 0 if same else own.itemsize


def _lying(rows: Array) -> tuple[int, int]:
    """Return where the rows of an array lie, and the step from one to the next."""
    return address_of(rows[0]), rows.strides[0]


def _scratch(program: Program, room: Room) -> tuple[Array, ...]:
    """Return room for codes, for two keys of two bytes, and for one of four."""
    codes, keys = (
        room.array((Follower, name), np.dtype((np.uint16, rows))).reshape(rows, -1)
        for name, rows in (("codes", program.rows), ("keys", 2))
    )
    return codes, keys, room.array(Follower, np.uint32)


def _kind(domain: Domain, column: Column) -> int | None:
    """Return the kind of the values of a column; None where they are no numbers that the domain has codes for."""
    kind = KINDS.get(column.values.dtype)
    if kind is None or column.there.dtype != _FLAG or column.none.dtype != _FLAG or not domain.same_words(column):
        return None
    least, most = RANGES[kind]
    return kind if least <= domain.first and domain.first + domain.span <= most else None
