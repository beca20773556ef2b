"""Arrays that are used again and again: to get memory, and to give it back, costs more than to fill it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import prod
from queue import Empty, SimpleQueue
from typing import Any, TypeVar
from weakref import finalize

import numpy as np

from safescore.batch.data import Array

Kept = TypeVar("Kept")

MORE = 4
"""Room for so many times as much as is needed is used."""


class Room:
    """Room for arrays of as many rows as some organisations need; one thread at a time may use it."""

    def __init__(self, most: int) -> None:
        """Make room for arrays of at most so many rows."""
        self.most = most
        self._rows = most
        self._whole: dict[tuple[object, Any], Array] = {}
        self._cut: dict[tuple[object, Any], Any] = {}

    def cut(self, rows: int) -> None:
        """Let the arrays have so many rows."""
        if rows != self._rows:
            self._rows = rows
            self._cut = {}

    def array(self, name: object, kind: Any) -> Array:
        """Return the array of a name and a type, with whatever it held before."""
        found = self._cut.get((name, kind))
        if found is None:
            whole = self._whole.get((name, kind))
            if whole is None:
                whole = np.empty(self.most, dtype=kind)
                self._whole[name, kind] = whole
            found = whole[: self._rows]
            self._cut[name, kind] = found
        return found

    def arrays(self, names: tuple[object, ...], kind: Any) -> tuple[Array, Sequence[Array]]:
        """Return arrays of one type as one of two dimensions, and each of them."""
        found = self._cut.get((names, kind))
        if found is None:
            whole = self._whole.get((names, kind))
            if whole is None:
                whole = np.empty((len(names), self.most), dtype=kind)
                self._whole[names, kind] = whole
            block = whole[:, : self._rows]
            found = block, tuple(block)
            self._cut[names, kind] = found
        return found


class Lender:
    """Room for arrays that are handed out, each for a name of its own: it is used again once nobody holds the array.

    Whoever holds a part of an array holds it. For each name *most* times the room that was given back last is kept.
    """

    def __init__(self, most: int = 2) -> None:
        """Keep nothing so far."""
        self._most = most
        self._free: dict[str, SimpleQueue[memoryview]] = defaultdict(SimpleQueue)

    def array(self, name: str, shape: tuple[int, ...], kind: Any) -> Array:
        """Return an array of this shape and type, with whatever its room held before."""
        size = prod(shape) * np.dtype(kind).itemsize
        free = self._free[name]
        room = taken(free)
        if room is None or not size <= room.nbytes <= MORE * max(1, size):
            own: Any = np.empty(max(1, size), dtype=np.uint8)
            room = memoryview(own)  # whose parts would hold it, and not the array below, were it no view
        whole = np.frombuffer(room, dtype=kind, count=prod(shape))
        finalize(whole, self._back, free, room).atexit = False
        return whole.reshape(shape)

    def _back(self, free: SimpleQueue[memoryview], room: memoryview) -> None:
        if free.qsize() >= self._most:
            taken(free)
        free.put(room)  # which, unlike a lock, may be asked from wherever an array is given up


def taken(free: SimpleQueue[Kept]) -> Kept | None:
    """Return something that is free, if anything is; no two threads get the same."""
    try:
        return free.get_nowait()
    except Empty:
        return None
