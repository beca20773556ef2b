"""From Parquet to Parquet: ``assess_parquet`` beside polars, which only reads those columns and writes those results.

    python benchmarks/parquet_files.py --peers FOLDER [--organisations 1000000] [--rounds 5] [--compiled]

FOLDER holds workload.py. In turn in one run, on the clock and by the processor; what is written is checked against the
same organisations judged in memory.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import workload_pack

from safescore import load_pack
from safescore.batch import assess_frame, assess_parquet

GROUP = 131_072


def timed(way: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    way()
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> int:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--organisations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--compiled", action="store_true", help="look up by compiled code (numba)")
    asked = parser.parse_args()
    sys.path.insert(0, str(asked.peers.resolve()))
    workload = import_module("workload")
    parquet = import_module("pyarrow.parquet")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        plain, source, target, copy = (folder / f"{one}.parquet" for one in ("plain", "source", "target", "copy"))
        parquet.write_table(workload.table(asked.organisations), plain, compression="zstd", row_group_size=GROUP)
        workload_pack.shaped(pl.scan_parquet(plain), workload).sink_parquet(source, row_group_size=GROUP)
        pack = load_pack(workload_pack.write_pack(folder / "pack", workload))
        options: dict[str, Any] = {"as_of": workload.ASOF, "period": workload_pack.PERIOD, "threads": asked.threads}
        options["compiled"] = asked.compiled

        def judged() -> None:
            assess_parquet(pack, source, target, **options)

        judged()
        results = pl.read_parquet(target)
        few = pl.scan_parquet(source).head(20_000).collect()
        if not results.head(20_000).equals(assess_frame(pack, few, **options)):
            sys.exit("what was written is not what is judged in memory")

        def bare() -> None:
            pl.read_parquet(source)
            results.write_parquet(copy, row_group_size=GROUP)

        bare()
        ways = {"safescore": judged, "polars, bare": bare}
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(asked.rounds):
            for name, way in ways.items():
                found[name].append(timed(way))
        columns = len(pl.read_parquet_schema(source)), len(results.columns)
        print(
            f"{asked.organisations} organisations, {columns[0]} columns read, {columns[1]} written: {asked.rounds} runs"
        )
        shown = {name: [median(one) for one in zip(*times, strict=True)] for name, times in found.items()}
        clock, processor = shown["polars, bare"]
        for name, (own, worked) in shown.items():
            print(
                f"{name:<14}{own:>8.2f} s clock{worked:>8.2f} s processor{own / clock:>8.2f}x"
                f"{worked / processor:>8.2f}x"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
