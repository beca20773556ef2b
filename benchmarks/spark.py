"""Organisations a second under Spark local[2]: native Spark SQL beside files handed out and rows by mapInArrow.

    python benchmarks/spark.py --peers FOLDER --organisations 1000000 --rounds 3

FOLDER holds workload.py, col_peers.py and spark_peers.py: the rules, and the same written as Spark SQL. Every way reads
the same organisations from Parquet; the SQL and the rows go to Spark's noop sink, the files are written. What comes out
is checked against the same organisations judged in one process.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import workload_pack

from safescore import load_pack
from safescore.batch import assess_frame
from safescore.batch.spark import assess_spark, assess_spark_files

GROUP = 122_880


def timed(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return how long each way took, in turn."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            found[name].append(time.perf_counter() - start)
            print(f"    {name}: {found[name][-1]:.1f} s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--organisations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compiled", action="store_true", help="look up by compiled code (numba)")
    asked = parser.parse_args()
    sys.path.insert(0, str(asked.peers))
    import pyarrow.parquet as pq

    spark_peers, workload = import_module("spark_peers"), import_module("workload")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        plain, source, target = folder / "plain.parquet", folder / "source.parquet", folder / "out"
        pq.write_table(workload.table(asked.organisations), plain, compression="zstd", row_group_size=GROUP)
        workload_pack.shaped(pl.scan_parquet(plain), workload).sink_parquet(source, row_group_size=GROUP)
        pack = load_pack(workload_pack.write_pack(folder / "pack", workload))
        options: dict[str, Any] = {"as_of": workload.ASOF, "period": workload_pack.PERIOD, "codes": True}
        options |= {"columns": ["outcome", "score"], "compiled": asked.compiled}
        native = spark_peers.spark_sql(str(plain))
        spark = spark_peers.session()

        def files() -> None:
            shutil.rmtree(target, ignore_errors=True)
            assess_spark_files(pack, spark, str(source), str(target), **options)

        def rows() -> None:
            found = assess_spark(pack, spark.read.parquet(str(source)), **options)
            found.write.format("noop").mode("overwrite").save()

        files()
        one = assess_frame(pack, pl.read_parquet(source), **options)
        assert pl.read_parquet(target / "*.parquet").equals(one)
        print(f"{asked.organisations} organisations, 60 rules; the results are those of one process", flush=True)
        found = timed({"native Spark SQL": native.run, "files handed out": files, "mapInArrow": rows}, asked.rounds)
        base = median(found["native Spark SQL"])
        for name, seconds in found.items():
            middle = median(seconds)
            print(f"{name:20} {middle:6.1f} s {asked.organisations / middle:12,.0f}/s {base / middle:5.1f} x")


if __name__ == "__main__":
    main()
