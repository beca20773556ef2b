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


class Progress:
    """How far a run is that knows how many bytes it has to read: done, its pace, and the time left, on a terminal."""

    def __init__(self, total: int, err: TextIO, lang: Lang, clock: Callable[[], float] = monotonic) -> None:
        self._total = max(total, 1)
        self._err = err
        self._lang: Lang = lang
        self._clock = clock
        self._began = clock()
        self._done = self._read = 0
        self._said = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._said:
            self._err.write("\r\x1b[K")
            self._err.flush()

    def advance(self, done: int, read: int) -> None:
        """Take down so many more submissions and bytes, and say so after a second."""
        self._done += done
        self._read += read
        spent = self._clock() - self._began
        if self._err.isatty() and spent >= PATIENCE:
            share = min(self._read / self._total, 1)
            left = _time(spent * (1 - share) / share) if share else ""
            pace = f"{self._done / spent:.0f}"
            far = Text(
                zh=f"已完成{self._done}份（{share:.0%}），每秒{pace}份" + (f"，约剩{left}" if left else ""),
                en=f"{self._done} done ({share:.0%}), {pace} a second" + (f", about {left} left" if left else ""),
            )
            self._err.write(f"\r{far.to(self._lang)}\x1b[K")
            self._err.flush()
            self._said = True


def _time(seconds: float) -> str:
    """Return a stretch of time as a clock shows it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
