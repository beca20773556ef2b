"""From Parquet to Parquet, a stretch at a time: read by polars where it is installed, else by pyarrow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from safescore.batch.frames import ROWS, Options, made, told
from safescore.batch.intake import Intake
from safescore.batch.layout import Layout
from safescore.batch.native import Arrow, Polars
from safescore.errors import MissingExtraError
from safescore.frozen import frozen
from safescore.model import Pack

if TYPE_CHECKING:
    from typing_extensions import Unpack


Engine: TypeAlias = Literal["polars", "pyarrow"]


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
    engine: Engine | None = None,
    **options: Unpack[Options],
) -> Written:
    """Write what a pack's rules come to for the organisations of a Parquet file, *rows* at a time, to another.

    The target is written whole or not at all, in the folder where it is to lie. *engine* reads and writes; the other
    options are those of assess_frame. Raises ValueError with every column that doesn't fit, MissingExtraError without
    polars and pyarrow.
    """
    found = engine or at_hand()
    if found is None:
        raise MissingExtraError("Parquet", "polars", "frames")
    judged = _by_polars if found == "polars" else _by_pyarrow
    with whole(Path(target)) as part:
        return judged(pack, os.fspath(source), part, rows, as_of, period, options)


def at_hand() -> Engine | None:
    """Return what is installed and reads Parquet fastest."""
    engines: tuple[Engine, ...] = ("polars", "pyarrow")
    return next((one for one in engines if find_spec(one)), None)


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
    engine: Engine = "pyarrow",
) -> Written:
    """Write the results of some groups of rows (None: all) of a file, by pyarrow, on these file systems.

    *engine* reads what is asked of the facts. polars takes half the time for it; its file must be on this machine, and
    the groups must follow one another.
    """
    import pyarrow.parquet as pq

    schema = pq.read_schema(source, filesystem=source_files)
    read = _read_by_polars if engine == "polars" else _read_by_pyarrow
    results = told(intake, Arrow(), read(intake.layout, source, schema, rows, groups, source_files))
    first = next(results, None)
    if first is None:
        empty = schema.empty_table().select(list(intake.layout.columns()))
        first = next(told(intake, Arrow(), [empty]))
    organisations = faults = 0
    how = _encoded(first.schema)
    with pq.ParquetWriter(target, first.schema, compression="zstd", filesystem=target_files, **how) as writer:
        for result in _with(first, results):
            writer.write_table(result, row_group_size=rows)
            organisations += result.num_rows
            faults += result.num_rows - result["fault"].null_count
    return Written(organisations=organisations, faults=faults)


def _read_by_pyarrow(
    layout: Layout, source: str, schema: Any, rows: int, groups: Sequence[int] | None, files: Any
) -> Iterator[Any]:
    """Yield tables of at most so many rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = layout.columns()
    texts = [name for name in names if pa.types.is_string(schema.field(name).type) and name not in layout.carried()]
    file = pq.ParquetFile(source, filesystem=files, read_dictionary=texts)
    for batch in file.iter_batches(rows, columns=list(names), row_groups=groups):
        yield pa.Table.from_batches([batch])


def _read_by_polars(
    layout: Layout, source: str, schema: Any, rows: int, groups: Sequence[int] | None, files: Any
) -> Iterator[Any]:
    """Yield tables of at most so many rows; columns that are carried over come as pyarrow has them."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, carried = layout.columns(), list(layout.carried())
    file = pq.ParquetFile(source, filesystem=files)
    before = range((groups or [0])[0])
    first = sum(file.metadata.row_group(one).num_rows for one in before)
    asked = pl.scan_parquet(source, glob=False).select(name for name in names if name not in carried)
    for batch in file.iter_batches(rows, columns=carried, row_groups=groups):
        found = asked.slice(first, batch.num_rows).collect().rechunk().to_arrow()
        first += batch.num_rows
        own = pa.Table.from_batches([batch])
        yield pa.table({name: (own if name in carried else found)[name] for name in names})


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
