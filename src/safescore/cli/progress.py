"""How far a long run is: a line on a terminal after a second, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TextIO, TypeVar

from safescore.words import Lang, Text

T = TypeVar("T")
PATIENCE = 1.0
"""Seconds after which something is said; after that, at most ten times a second."""
PACE = 0.1


def watched(
    names: Iterable[T], total: int, err: TextIO, lang: Lang, clock: Callable[[], float] = monotonic
) -> Iterator[T]:
    """Yield names; where *err* is a terminal and it takes more than a second, say there how many are done."""
    terminal, began, said = err.isatty(), clock(), False
    due = began + PATIENCE
    try:
        for done, name in enumerate(names):
            now = clock()
            if terminal and now >= due:
                pace = f"{done / (now - began):.1f}"
                far = Text(zh=f"{done}/{total}，每秒{pace}份", en=f"{done}/{total}, {pace} a second")
                err.write(f"\r{far.to(lang)}\x1b[K")
                err.flush()
                due, said = now + PACE, True
            yield name
    finally:
        if said:
            err.write("\r\x1b[K")
            err.flush()
