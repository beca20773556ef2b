"""Assessments a second beside zen-engine and CEL, on the common workload written as a pack; ratios of one run.

    python benchmarks/assessment_rate.py --peers FOLDER [--sizes 1000,10000] [--runs 5] [--names zen_batch,cel_rust]

FOLDER holds workload.py and row_peers.py. Every answer is checked before its time counts. The peers' packages are those
of benchmarks/requirements.txt.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from workload_pack import PERIOD, columns_of, expected, submission_of, write_pack

from safescore import assess, load_pack
from safescore.batch import Kernel, Outcomes
from safescore.model import Pack
from safescore.standing import OUTCOMES

ONE_BY_ONE = 100
"""How many organisations the path of one at a time is timed over."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--peers", type=Path, required=True, help="folder with workload.py and row_peers.py")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of organisations")
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each, in turn")
    parser.add_argument("--names", default="zen_batch,cel_rust", help="peers of row_peers.py")
    return parser.parse_args()


def check_columns(found: Outcomes, rows: Sequence[Any], wanted: Sequence[Any], workload: Any) -> None:
    """Stop unless every outcome is the one that the workload's reference means."""
    for place, (row, (statuses, _)) in enumerate(zip(rows, wanted, strict=True)):
        got = [OUTCOMES[code] for code in found.outcome[place]]
        if got != expected(row, statuses, workload):
            sys.exit(f"outcomes differ from the reference for organisation {place}")


def check_alone(found: Outcomes, rows: Sequence[Any], pack: Pack, workload: Any) -> None:
    """Stop unless one at a time comes to the same outcomes, credits and score."""
    for place, row in enumerate(rows):
        one = assess(pack, submission_of(row, workload))
        same = one.score.interval == found.interval(place) and all(
            (finding.outcome, finding.contribution) == (found.outcome_of(place, rule), found.contribution(place, rule))
            for rule, finding in enumerate(one.findings)
        )
        if not same:
            sys.exit(f"one at a time differs for organisation {place}")


def check_peer(name: str, found: Sequence[Any], wanted: Sequence[Any]) -> None:
    """Stop unless a peer's statuses and scores are the reference's."""
    for (got, score), (statuses, right) in zip(found, wanted, strict=True):
        if [int(one) for one in got] != statuses or int(score) != right:
            sys.exit(f"{name} differs from the reference")


def timed(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(size: int, pack: Pack, peers: dict[str, Callable[[Any], Any]], workload: Any, runs: int) -> None:
    rows = workload.flat_rows(workload.table(size))
    wanted = [workload.evaluate(row) for row in rows]
    few = [submission_of(row, workload) for row in rows[:ONE_BY_ONE]]
    facts, roles = columns_of(rows, workload)

    kernel = Kernel(pack, as_of=workload.ASOF, period=PERIOD)

    def judged(given: Any, held: Any) -> Outcomes:
        return kernel.assess(given, size, roles=held)

    found = judged(facts, roles)
    check_columns(found, rows, wanted, workload)
    check_alone(found, rows[:ONE_BY_ONE], pack, workload)
    for name, run in peers.items():
        check_peer(name, run(rows), wanted)
    contests: dict[str, tuple[int, Callable[[], object]]] = {
        "safescore, columns, facts loaded": (size, lambda: judged(facts, roles)),
        "safescore, columns, from dicts": (size, lambda: judged(*columns_of(rows, workload))),
        "safescore, one at a time, explained": (len(few), lambda: [assess(pack, one) for one in few]),
    }
    for name, run in peers.items():
        contests[name] = (size, lambda run=run: run(rows))  # type: ignore[misc]
    times: dict[str, list[float]] = {name: [] for name in contests}
    for _ in range(runs):
        for name, (_, contest) in contests.items():
            times[name].append(timed(contest))
    rates = {name: number / median(times[name]) for name, (number, _) in contests.items()}
    print(f"\n{size} organisations, {len(pack.rules)} rules: assessments a second, median of {runs}")
    heads = "".join(f"{'x ' + name:>14}" for name in peers)
    print(f"{'':<38}{'a second':>10}{heads}")
    for name, rate in rates.items():
        ratios = "".join(f"{rate / rates[peer]:>14.2f}" for peer in peers)
        print(f"{name:<38}{rate:>10,.0f}{ratios}")


def main() -> int:
    """Print the rates and their ratios."""
    given = arguments()
    sys.path.insert(0, str(given.peers.resolve()))
    workload, row_peers = (importlib.import_module(name) for name in ("workload", "row_peers"))
    peers = {name: row_peers.PEERS[name]() for name in given.names.split(",") if name}
    with tempfile.TemporaryDirectory() as folder:
        pack = load_pack(write_pack(Path(folder), workload))
        for size in given.sizes.split(","):
            compare(int(size), pack, peers, workload, given.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
