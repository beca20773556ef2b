"""From Parquet to Parquet, a stretch at a time: read by polars where it is installed, else by pyarrow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from safescore.batch.frames import ROWS, Options, made, told
from safescore.batch.intake import Intake
from safescore.batch.native import Arrow, Polars
from safescore.errors import MissingExtraError
from safescore.frozen import frozen
from safescore.model import Pack

if TYPE_CHECKING:
    from typing_extensions import Unpack


@frozen(kw_only=True)
class Written:
    """What was written: how many organisations, and how many of them have a fault."""

    organisations: int = 0
    faults: int = 0


def assess_parquet(
    pack: Pack,
    source: Path | str,
    target: Path | str,
    *,
    as_of: date,
    period: str,
    rows: int = ROWS,
    engine: Literal["polars", "pyarrow"] | None = None,
    **options: Unpack[Options],
) -> Written:
    """Write what a pack's rules come to for the organisations of a Parquet file, *rows* at a time, to another.

    The target is written whole or not at all, in the folder where it is to lie. *engine* reads and writes; the other
    options are those of assess_frame. Raises ValueError with every column that doesn't fit, MissingExtraError without
    polars and pyarrow.
    """
    found = engine or next((one for one in ("polars", "pyarrow") if find_spec(one)), None)
    if found is None:
        raise MissingExtraError("Parquet", "polars", "frames")
    judged = _by_polars if found == "polars" else _by_pyarrow
    with whole(Path(target)) as part:
        return judged(pack, os.fspath(source), part, rows, as_of, period, options)


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a file beside the target to write to, which takes its place if all goes well."""
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _by_polars(pack: Pack, source: str, target: Path, rows: int, as_of: date, period: str, options: Options) -> Written:
    import polars as pl
    from polars.io.plugins import register_io_source

    scan = pl.scan_parquet(source)
    intake = made(pack, scan.collect_schema().names(), as_of=as_of, period=period, **options)
    asked = scan.select(intake.layout.columns())
    number = int(scan.select(pl.len()).collect().item())
    stretches = (asked.slice(first, rows).collect().rechunk() for first in range(0, max(number, 1), rows))
    results = told(intake, Polars(), _ahead(stretches) if intake.threads > 1 else stretches)
    first = next(results)
    faults: list[int] = []

    def every(*_: object) -> Iterator[Any]:
        for result in _with(first, results):
            faults.append(result.height - result["fault"].null_count())
            yield result

    register_io_source(every, schema=first.schema).sink_parquet(target, row_group_size=rows)
    return Written(organisations=number, faults=sum(faults))


def _by_pyarrow(
    pack: Pack, source: str, target: Path, rows: int, as_of: date, period: str, options: Options
) -> Written:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(source)
    intake = made(pack, file.schema_arrow.names, as_of=as_of, period=period, **options)
    return write_stretches(intake, source, target, rows)


def write_stretches(
    intake: Intake,
    source: str,
    target: Any,
    rows: int,
    *,
    groups: Sequence[int] | None = None,
    source_files: Any = None,
    target_files: Any = None,
) -> Written:
    """Write the results of some groups of rows (None: all) of a file, by pyarrow, on these file systems."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = intake.layout.columns()
    schema = pq.read_schema(source, filesystem=source_files)
    texts = [name for name in names if pa.types.is_string(schema.field(name).type)]
    texts = [name for name in texts if name not in (intake.layout.id, *intake.layout.kept)]
    file = pq.ParquetFile(source, filesystem=source_files, read_dictionary=texts)
    found = file.iter_batches(rows, columns=list(names), row_groups=groups)
    results = told(intake, Arrow(), (pa.Table.from_batches([one]) for one in found))
    first = next(results, None)
    if first is None:
        empty = schema.empty_table().select(list(names))
        first = next(told(intake, Arrow(), [empty]))
    organisations = faults = 0
    how = _encoded(first.schema)
    with pq.ParquetWriter(target, first.schema, compression="zstd", filesystem=target_files, **how) as writer:
        for result in _with(first, results):
            writer.write_table(result, row_group_size=rows)
            organisations += result.num_rows
            faults += result.num_rows - result["fault"].null_count
    return Written(organisations=organisations, faults=faults)


def _encoded(schema: Any) -> dict[str, Any]:
    """Return how columns are encoded: of whole numbers the differences, and only words by a dictionary.

    To try a dictionary for numbers takes as long again as to write them.
    """
    import pyarrow as pa

    whole_numbers = [field.name for field in schema if pa.types.is_integer(field.type)]
    numbers = {*whole_numbers, *(field.name for field in schema if pa.types.is_floating(field.type))}
    words = [field.name for field in schema if field.name not in numbers]
    return {"use_dictionary": words, "column_encoding": dict.fromkeys(whole_numbers, "DELTA_BINARY_PACKED")}


def _ahead(stretches: Iterator[Any]) -> Iterator[Any]:
    """Yield stretches, each read while the one before is judged."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, stretches, None)
        while (found := following.result()) is not None:
            following = pool.submit(next, stretches, None)
            yield found


def _with(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others
