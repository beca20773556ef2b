"""How far a long run is: a line on a terminal after a second, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TextIO, TypeVar

T = TypeVar("T")
PATIENCE = 1.0
"""Seconds after which something is said; after that, at most ten times a second."""
PACE = 0.1


def watched(names: Iterable[T], total: int, err: TextIO, clock: Callable[[], float] = monotonic) -> Iterator[T]:
    """Yield names; where *err* is a terminal and it takes more than a second, say there how many are done."""
    terminal, began, said = err.isatty(), clock(), False
    last = began + PATIENCE - PACE
    try:
        for done, name in enumerate(names):
            now = clock()
            if terminal and now - last >= PACE:
                err.write(f"\r{done}/{total}, {done / (now - began):.1f} a second\x1b[K")
                err.flush()
                last, said = now, True
            yield name
    finally:
        if said:
            err.write("\r\x1b[K")
            err.flush()
