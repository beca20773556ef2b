"""Organisations a second beside hand-written polars and OpenFisca, on the common workload; ratios of one run.

    python benchmarks/columnar.py --peers FOLDER [--sizes 1000,100000] [--runs 5] [--names polars_mem] [--compiled]
    python benchmarks/columnar.py --packs [--sizes 10000,100000,1000000]

FOLDER holds workload.py, col_peers.py and design_numpy.py. Every answer is checked before its time counts: the outcomes
against the workload's reference where that is fast enough (up to 2,000 organisations), the statuses of all peers
against each other, and the outcomes here against the peers' statuses. ``--packs`` judges generated organisations under
all five packs, with events and registers, in one process, and prints time and memory.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from generated import generated
from workload_pack import PERIOD, arrow_columns, expected, outcomes_of, write_pack

from safescore import load_pack
from safescore.batch import Kernel, Outcomes
from safescore.model import Pack
from safescore.standing import OUTCOMES

PACKS = ("dadukou-2022", "enyang-2023", "qianjiang-commerce-2022", "qijiang-2023", "shuangqiao-2022")
FEW = 2_000
TOGETHER = 1 << 18
SLICE = 16_384


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--peers", type=Path, help="folder with workload.py, col_peers.py and design_numpy.py")
    parser.add_argument("--sizes", default="", help="numbers of organisations")
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each, in turn")
    parser.add_argument("--names", default="polars_mem,openfisca,numpy_mem", help="peers")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--compiled", action="store_true", help="look up by compiled code (numba)")
    parser.add_argument("--packs", action="store_true", help="time all five packs instead")
    return parser.parse_args()


def timed(run: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """Return the seconds on the clock and of the processor; the mean of so many times, one after the other."""
    gc.collect()
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(times):
        run()
    return (time.perf_counter() - clock) / times, (time.process_time() - processor) / times


def check(found: Outcomes, table: Any, statuses: Any, workload: Any) -> None:
    """Stop unless every outcome is the one that the workload's statuses mean."""
    got = np.asarray(found.outcome)
    if table.num_rows <= FEW:
        for place, row in enumerate(workload.flat_rows(table)):
            wanted, _ = workload.evaluate(row)
            if [OUTCOMES[code] for code in got[place]] != expected(row, wanted, workload):
                sys.exit(f"outcomes differ from the reference for organisation {place}")
    wanted = outcomes_of(statuses, table, workload)
    if not np.array_equal(got, wanted):
        sys.exit(f"{int((got != wanted).sum())} outcomes differ from the peers'")


def compare(size: int, pack: Pack, given: argparse.Namespace, workload: Any, folder: Path) -> None:
    parquet = importlib.import_module("pyarrow.parquet")

    modules = [importlib.import_module(name) for name in ("col_peers", "design_numpy")]
    path = str(folder / f"org_{size}.parquet")
    table = workload.table(size)
    parquet.write_table(table, path, compression="zstd", row_group_size=122_880)
    every = {name: peer for module in modules for name, peer in module.PEERS.items()}
    peers = {name: every[name](path) for name in given.names.split(",") if name}
    facts, roles = arrow_columns(table, workload)
    started = time.perf_counter()
    kernel = Kernel(pack, as_of=workload.ASOF, period=PERIOD, compiled=given.compiled)

    def judged() -> Outcomes:
        found = kernel.assess(facts, size, roles=roles, together=TOGETHER, threads=given.threads)
        assert found.score.low is not None
        return found

    found = judged()
    first = time.perf_counter() - started
    statuses: Any = None
    scores: Any = None
    for name, peer in peers.items():
        own, points = peer.np(peer.run())
        if statuses is None:
            statuses, scores = own, points
            check(found, table, statuses, workload)
        elif not (np.array_equal(own, statuses) and np.array_equal(points, scores)):
            sys.exit(f"{name} differs from the other peers")
    del found, statuses, scores
    for _ in range(100_000 // size):  # a kernel that is asked again and again has its tables ready
        judged()
    contests: dict[str, Callable[[], object]] = {"safescore": judged}
    contests |= {name: peer.run for name, peer in peers.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contests}
    for _ in range(given.runs):
        for name, contest in contests.items():
            times[name].append(timed(contest, max(1, FEW * 10 // size)))
    shown = {name: [median(column) for column in zip(*own, strict=True)] for name, own in times.items()}
    print(f"\n{size} organisations, {len(pack.rules)} rules, {given.threads} threads: median of {given.runs}")
    print(f"{'':<16}{'a second':>12}{'clock':>10}{'processor':>11}{'x as fast':>11}{'by processor':>14}")
    clock, processor = shown["safescore"]
    for name, (own_clock, own_processor) in shown.items():
        print(
            f"{name:<16}{size / own_clock:>12,.0f}{own_clock * 1000:>8.1f}ms{own_processor * 1000:>9.1f}ms"
            f"{own_clock / clock:>10.2f}x{own_processor / processor:>13.2f}x"
        )
    print(f"the first time, tables made: {first * 1000:.0f} ms")


def ready(workload: Any) -> None:
    """Print how long it takes to make 300 rules ready, from a pack that is loaded."""
    own = list(workload.RULES)
    workload.RULES[:] = workload.make_rules(5)
    with tempfile.TemporaryDirectory() as folder:
        pack = load_pack(write_pack(Path(folder), workload))
    times = [timed(lambda: Kernel(pack, as_of=workload.ASOF, period=PERIOD))[0] for _ in range(5)]
    facts, roles = arrow_columns(workload.table(1000, rules=workload.RULES), workload)
    first = timed(lambda: Kernel(pack, as_of=workload.ASOF, period=PERIOD).assess(facts, 1000, roles=roles))[0]
    workload.RULES[:] = own
    print(f"{len(pack.rules)} rules ready in {median(times) * 1000:.1f} ms; with 1,000 judged {first * 1000:.0f} ms")


def packs(sizes: Sequence[int], threads: int) -> None:
    """Print time and memory of all packs over generated organisations with events and registers.

    The organisations come a slice at a time, as from files; what is kept of each is every outcome, score and grade.
    """
    heads = ("organisations", "records", "making", "judging", "processor", "a second", "peak")
    print("".join(f"{head:>14}" for head in heads))
    for size in sizes:
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
        making, judging, processor, records, kept = 0.0, 0.0, 0.0, 0, []
        for name in PACKS:
            pack = load_pack(name)
            kernel = None
            for first in range(0, size, SLICE):
                start = time.perf_counter()
                given = generated(pack, min(SLICE, size - first), seed=first)
                if kernel is None:
                    kernel = Kernel(pack, as_of=given.as_of, period=given.period, parameters=given.parameters)
                making += time.perf_counter() - start
                used = (time.perf_counter(), time.process_time())
                found = kernel.assess(given.facts, given.size, roles=given.roles, threads=threads, together=16_384)
                kept.append((found.outcome.copy(), found.score, found.grade_low, found.grade_high, found.faulty))
                judging += time.perf_counter() - used[0]
                processor += time.process_time() - used[1]
                records += given.records
        assert sum(len(one[0]) for one in kept) == size * len(PACKS)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        shown = (f"{size:,}", f"{records:,}", f"{making:.1f} s", f"{judging:.1f} s", f"{processor:.1f} s")
        print("".join(f"{one:>14}" for one in (*shown, f"{size / judging:,.0f}", f"{peak:,.0f} MB")), flush=True)
        os._exit(0)


def main() -> int:
    """Print the rates and their ratios."""
    given = arguments()
    if given.packs:
        packs([int(one) for one in (given.sizes or "10000,100000,1000000").split(",")], given.threads)
        return 0
    if given.peers is None:
        sys.exit("--peers FOLDER is needed, or --packs")
    sys.path.insert(0, str(given.peers.resolve()))
    workload = importlib.import_module("workload")
    with tempfile.TemporaryDirectory() as folder:
        pack = load_pack(write_pack(Path(folder), workload))
        ready(workload)
        for size in (given.sizes or "1000,100000,1000000").split(","):
            compare(int(size), pack, given, workload, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
