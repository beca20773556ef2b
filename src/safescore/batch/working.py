"""The processes that work at a batch: portions go out, what they come to comes back in their order."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from threading import Thread

from safescore.batch.order import Handed, Order
from safescore.batch.portion import Desk, Portion
from safescore.errors import Refused
from safescore.words import Text

AHEAD = 2
"""How many portions wait for each process."""
_DESKS: list[Desk] = []


class WorkerLostError(Refused):
    """A process that worked at the batch has ended."""


def worked(order: Order, portions: Iterable[tuple[Handed, ...]], jobs: int) -> Iterator[Portion]:
    """Yield what portions come to, in their order, by so many processes; a single portion takes none of its own.

    Raises WorkerLostError if a process ends before its time.
    """
    coming = iter(portions)
    first = tuple(islice(coming, 2))
    if jobs == 1 or len(first) < 2:
        desk = Desk.of(order)
        yield from (desk.portion(one) for one in chain(first, coming))
        return
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_open_desk, initargs=(order,))
    waiting: deque[Future[Portion]] = deque()
    try:
        for one in chain(first, coming):
            waiting.append(pool.submit(_portion, one))
            if len(waiting) > AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise WorkerLostError(
            Text(zh="一个工作进程意外结束（可能是内存不足）", en="a working process has ended (out of memory?)"),
            Text(
                zh="已完成的部分都已保存；用--resume接着做，或用--jobs减少进程",
                en="what was done is kept: go on with --resume, or with fewer --jobs",
            ),
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _open_desk(order: Order) -> None:
    """Make a process ready; it ends with the one that started it, however that ends, and not before by a Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _DESKS[:] = [Desk.of(order)]


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _portion(handed: tuple[Handed, ...]) -> Portion:
    return _DESKS[0].portion(handed)
