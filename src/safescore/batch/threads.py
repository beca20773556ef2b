"""Stretches of work, of which several threads take one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


class Threads:
    """Threads that are kept for the next work: to begin one takes longer than to wake it."""

    def __init__(self) -> None:
        """Begin none yet."""
        self._pool: ThreadPoolExecutor | None = None
        self._most = 0
        self._process = 0

    def shared(self, done: Callable[[Any], Result], stretches: Sequence[Any], threads: int) -> list[Result]:
        """Return what each stretch comes to, by so many threads; the one that asks is among them.

        Raises what one of the stretches raises; those that were not begun are then left out.
        """
        found: dict[int, Result] = {}
        left = iter(range(len(stretches)))

        def work() -> None:
            try:
                for number in left:  # no two threads get the same, for a range hands out its numbers in one step
                    found[number] = done(stretches[number])
            except BaseException:
                tuple(left)  # the others stop
                raise

        others = [self._begun(threads - 1).submit(work) for _ in range(min(threads, len(stretches)) - 1)]
        try:
            work()
        finally:
            failed = [one.exception() for one in others if not one.cancel()]
        for error in failed:
            if error is not None:
                raise error
        return [found[number] for number in range(len(stretches))]

    def _begun(self, most: int) -> ThreadPoolExecutor:
        """Return threads of this process, as many as are needed."""
        if self._pool is None or most > self._most or self._process != os.getpid():
            self._pool, self._most, self._process = ThreadPoolExecutor(most), most, os.getpid()
        return self._pool
