"""Arrays that are handed out, and threads that are kept: used again, but never while somebody has them."""

from __future__ import annotations

import gc
import os
import threading
import time
from typing import Any

import numpy as np
import pytest

from safescore.batch import Kernel
from safescore.batch.room import Lender
from safescore.batch.threads import Threads
from tests.packs import pack_named
from tests.test_batch import LAST_DAY, RATIO
from tests.test_tables import column
from tests.worlds import pack_of

SIZE = 40


def address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(lambda array: array, id="the array"),
        pytest.param(lambda array: array[2:, ::3], id="a part"),
        pytest.param(lambda array: array.T[1], id="a part of it turned"),
        pytest.param(lambda array: array.reshape(-1)[5:9], id="a part of another shape"),
        pytest.param(lambda array: array.view(np.uint8), id="its bytes"),
        pytest.param(memoryview, id="a view of its memory"),
        pytest.param(lambda array: np.asarray(memoryview(array))[1], id="an array over such a view"),
    ],
)
def test_room_is_used_again_once_nobody_has_a_part(part: Any) -> None:
    lender = Lender()
    array = lender.array("it", (4, 6), np.int16)
    array[:] = 7
    where = address(array)
    held = part(array)
    del array
    gc.collect()
    other = lender.array("it", (4, 6), np.int16)
    assert address(other) != where
    other[:] = 0
    assert np.asarray(held).any()
    del held
    assert address(lender.array("it", (4, 6), np.int16)) == where


def test_room_of_one_name_is_not_anothers() -> None:
    lender = Lender()
    where = address(lender.array("one", (4,), np.int64))
    other = lender.array("other", (4,), np.int64)
    assert address(other) != where
    assert address(lender.array("one", (4,), np.int64)) == where


@pytest.mark.parametrize(
    ("rows", "again"),
    [
        pytest.param(100, True, id="as many"),
        pytest.param(25, True, id="a quarter"),
        pytest.param(24, False, id="less"),
        pytest.param(101, False, id="more"),
        pytest.param(0, False, id="none"),
    ],
)
def test_room_that_fits_is_used_again(rows: int, again: bool) -> None:
    lender = Lender()
    first = lender.array("it", (100, 3), np.float64)
    where = address(first)
    held = lender.array("it", (100, 3), np.float64)  # so that what is freed is not what was freed just before
    del first
    found = lender.array("it", (rows, 3), np.float64)
    assert (address(found) == where) is again
    assert found.shape == (rows, 3)
    assert held.shape == (100, 3)


def test_as_much_is_kept_as_is_used_at_a_time() -> None:
    lender = Lender(2)
    handed = [lender.array("it", (1000,), np.int8) for _ in range(5)]
    places = [address(one) for one in handed]
    while handed:
        handed.pop(0)
    kept = [lender.array("it", (1000,), np.int8) for _ in range(2)]
    assert [address(one) for one in kept] == places[-2:]


def test_outcomes_that_somebody_has_stay() -> None:
    """What a kernel told before is not written over by what it tells next, whatever of it is kept."""
    kernel = Kernel(pack_of([RATIO]), as_of=LAST_DAY, period="2022")

    def told(part: int) -> Any:
        facts = {"total": column([2] * SIZE), "part": column([part] * SIZE)}
        return kernel.assess(facts, SIZE, roles=["firm"], threads=2, together=10)

    found = told(0)
    outcome, low, faulty = found.outcome[:, 0], found.score.low, found.faulty
    before = [one.tolist() for one in (outcome, low, faulty)]
    del found
    for part in (2, 3, 2, 3):
        other = told(part)
        assert other.outcome[:, 0].tolist() != before[0]
    assert [one.tolist() for one in (outcome, low, faulty)] == before


@pytest.mark.parametrize("threads", [1, 2, 3, 9])
@pytest.mark.parametrize("stretches", [0, 1, 2, 7])
def test_stretches_come_back_in_their_order(stretches: int, threads: int) -> None:
    workers = Threads()

    def done(number: int) -> int:
        time.sleep(0.002 * (stretches - number))
        return number * number

    for _ in range(3):
        assert workers.shared(done, range(stretches), threads) == [number**2 for number in range(stretches)]


def test_threads_are_kept_and_more_are_begun_when_asked() -> None:
    workers = Threads()
    meeting = threading.Barrier(2)

    def met(_: int) -> int:
        meeting.wait(timeout=30)
        return threading.get_ident()

    first, again = (set(workers.shared(met, range(2), 2)) for _ in range(2))
    assert first == again
    assert threading.get_ident() in first
    meeting = threading.Barrier(4)
    assert len(set(workers.shared(met, range(4), 4))) == 4


def test_threads_end_with_what_kept_them() -> None:
    before = threading.active_count()
    workers = Threads()
    workers.shared(str, range(4), 3)
    del workers
    for _ in range(200):
        gc.collect()
        if threading.active_count() <= before:
            break
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_one_stretch_takes_no_thread() -> None:
    before = threading.active_count()
    assert Threads().shared(lambda _: threading.get_ident(), range(1), 8) == [threading.get_ident()]
    assert threading.active_count() == before


@pytest.mark.parametrize("own", [True, False])
def test_what_one_thread_raises_is_raised(own: bool) -> None:
    """Whichever thread fails, the other ends what it has begun, and the threads serve again."""
    workers = Threads()
    both = threading.Barrier(2)
    ended = []

    def failing(number: int) -> int:
        both.wait(timeout=30)
        if (threading.current_thread() is threading.main_thread()) is own:
            message = f"stretch {number}"
            raise ZeroDivisionError(message)
        time.sleep(0.05)
        ended.append(number)
        return number

    with pytest.raises(ZeroDivisionError, match="stretch"):
        workers.shared(failing, range(2), 2)
    assert len(ended) == 1
    assert workers.shared(str, range(3), 2) == ["0", "1", "2"]


def test_a_child_process_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was forked off knows of threads that only its parent has."""
    workers = Threads()
    meeting = threading.Barrier(2)

    def met(_: int) -> int:
        meeting.wait(timeout=30)
        return threading.get_ident()

    first = set(workers.shared(met, range(2), 2))
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert len(set(workers.shared(met, range(2), 2)) & first) == 1


@pytest.mark.no_cover
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_kernel_that_was_used_serves_in_a_forked_process() -> None:
    pack = pack_named("enyang-2023")
    kernel = Kernel(pack, as_of=LAST_DAY.replace(year=2023), period="2023")
    kernel.assess({}, SIZE, roles=["town"], threads=2, together=10)
    child = os.fork()
    if child == 0:
        found = kernel.assess({}, SIZE, roles=["town"], threads=2, together=10)
        os._exit(0 if len(found.outcome) == SIZE else 1)
    for _ in range(600):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        time.sleep(0.05)
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
        pytest.fail("the child waits for threads that it does not have")
    assert os.waitstatus_to_exitcode(status) == 0
