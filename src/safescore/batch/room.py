"""Arrays that are used again and again: to get memory, and to give it back, costs more than to fill it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from safescore.batch.data import Array


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
