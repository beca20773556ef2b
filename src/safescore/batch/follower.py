"""A program followed over the answers of a frame, by compiled code."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

import numpy as np

from safescore.batch.chunk import Chunk, Frame
from safescore.batch.codes import Domain
from safescore.batch.compiled import BLANKS, KINDS, OTHERS, THERE, TILE, address_of, followed, freed
from safescore.batch.data import Array, Column, constant
from safescore.batch.program import Program
from safescore.batch.room import Room
from safescore.batch.scores import Freed
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


class Follower:
    """Follows programs over the answers of a frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._kept: list[Array] = []
        self._places: dict[Program, Array | None] = {}
        self._lock = Lock()

    def prepare(self, program: Program) -> Array | None:
        """Return where the answers lie that a program asks; None where compiled code can't read a column."""
        with self._lock:
            if program not in self._places:
                self._places[program] = self._placed(program)
            return self._places[program]

    def follow(self, program: Program, chunk: Chunk, target: Target) -> bool:
        """Write what a program finds of the organisations of a chunk; False where an answer has no code.

        Where it is False, what was written means nothing.
        """
        every = self.prepare(program)
        if every is None or _dated(chunk, program):
            return False
        places = every.copy()
        for address in (Place._fields.index(one) for one in ("values", "there", "none")):
            places[:, address] += places[:, address + 1] * chunk.places.start
        held = {row: chunk.holder(digit) for row, digit in enumerate(program.columns) if isinstance(digit, tuple)}
        for row, holder in held.items():
            places[row, Place._fields.index("values")] = address_of(holder)
        return bool(
            followed(
                chunk.size,
                places,
                program.firsts,
                program.steps,
                program.digits,
                program.tables,
                program.found,
                address_of(target.short[0]),
                target.short.strides[0],
                address_of(target.outcome[0]),
                target.outcome.strides[0],
                address_of(target.sums),
                target.faulty,
                *_scratch(program, chunk.room),
            )
        )

    def freed(self, program: Program, places: Array, target: Target, all_: bool) -> Freed:
        """Return the findings that the sums may take in at some places: all, or only those that lie between."""
        rules = program.loose if all_ else program.between
        room = 2 * len(places)
        while True:
            found = Freed(np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64), np.empty((room, 2)))
            count = freed(rules, address_of(target.short[0]), target.short.strides[0], places, *found)
            if count <= room:
                return Freed._make(one[:count] for one in found)
            room = count

    def _placed(self, program: Program) -> Array | None:
        """Return where the answers of all organisations lie, a row a column; None where a column has others."""
        found = []
        for digit, domain in zip(program.columns, program.domains, strict=True):
            if isinstance(digit, tuple):
                found.append(Place(KINDS[_FLAG], THERE, 0, 1, *_EVERYWHERE[True], *_EVERYWHERE[False]))
                continue
            column = self._frame.columns[digit]
            if not _takes(domain, column):
                return None
            masks = (*self._mask(column.there), *self._mask(column.none))
            every = constant(column.there) is True
            holds = OTHERS if constant(column.none) is not False else THERE if every else BLANKS
            found.append(Place(KINDS[column.values.dtype], holds, *self._solid(column.values), *masks))
        return np.array(found, dtype=np.int64).reshape(-1, len(Place._fields))

    def _mask(self, mask: Array) -> tuple[int, int]:
        same = constant(mask)
        return self._solid(mask) if same is None else _EVERYWHERE[same]

    def _solid(self, array: Array) -> tuple[int, int]:
        """Return where the values of an array lie, and the step to the next; of one that repeats, enough for a tile."""
        if array.flags.c_contiguous and array.flags.aligned:
            return address_of(array), array.itemsize
        same = array.strides == (0,)
        own = np.full(TILE, array[0]) if same else np.require(array, requirements=("C", "A"))
        self._kept.append(own)
        return address_of(own), 0 if same else own.itemsize


def _scratch(program: Program, room: Room) -> tuple[Array, ...]:
    """Return room for codes, and for keys of two and of four bytes."""
    codes = room.array(Follower, np.dtype((np.uint16, program.rows))).reshape(program.rows, -1)
    return codes, *(room.array(Follower, one) for one in (np.uint16, np.uint32))


def _dated(chunk: Chunk, program: Program) -> bool:
    """Tell whether any organisation gives a count on several days: it has no code."""
    columns = (chunk.frame.columns[one] for one in program.columns if not isinstance(one, tuple))
    return any(one.dated is not None and one.dated.given[chunk.places].any() for one in columns)


def _takes(domain: Domain, column: Column) -> bool:
    """Tell whether the values of a column can be coded by a domain, and are what compiled code takes them for."""
    kind = column.values.dtype
    known = kind in KINDS and column.there.dtype == _FLAG and column.none.dtype == _FLAG
    return known and domain.same_words(column) and (kind.itemsize == 8 or abs(domain.first) < 1 << 31)
