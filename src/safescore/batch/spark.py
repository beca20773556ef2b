"""The same kernel under Spark: rows by ``mapInArrow``, or files that the workers read, judge and write themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from safescore.batch.frames import ROWS, Options, made, told
from safescore.batch.intake import Intake
from safescore.batch.native import Arrow
from safescore.batch.parquet import Engine, Written, at_hand, write_stretches
from safescore.frozen import frozen
from safescore.model import Pack

if TYPE_CHECKING:
    from typing_extensions import Unpack

TASKS = 1
"""How many tasks each core gets: to start one takes as long as to judge 10,000 organisations."""

Batches = Callable[[Iterator[Any]], Iterator[Any]]


@frozen(kw_only=True)
class Part:
    """A part of the work: some groups of rows of a file, and the file that their results go to."""

    source: str
    groups: tuple[int, ...]
    target: str


@frozen(kw_only=True)
class Order:
    """What is asked of the workers; what its pack has learned is kept where it runs, for the next of the same token."""

    pack: Pack
    as_of: date
    period: str
    options: Options
    token: str

    @classmethod
    def of(cls, pack: Pack, as_of: date, period: str, options: Options) -> Order:
        """Return an order whose token differs from that of any other."""
        said = repr((pack.digest, pack.head, pack.rules, as_of, period, sorted(options.items())))
        return cls(pack=pack, as_of=as_of, period=period, options=options, token=sha256(said.encode()).hexdigest())

    def ready(self, columns: Iterable[str]) -> Intake:
        """Return the pack made ready for frames with these columns, anew or as the last task left it."""
        key = (self.token, tuple(columns))
        intake = _READY.pop(key, None)
        if intake is None:
            intake = made(self.pack, key[1], as_of=self.as_of, period=self.period, **self.options)
        _READY[key] = intake
        for oldest in list(_READY)[:-KEPT]:
            del _READY[oldest]
        return intake


KEPT = 4
"""So many of what was made ready last are kept where it runs: jobs under several packs may take turns."""
_READY: dict[tuple[str, tuple[str, ...]], Intake] = {}


def assess_spark(
    pack: Pack,
    dataframe: Any,
    *,
    as_of: date,
    period: str,
    rows: int = ROWS // 2,
    **options: Unpack[Options],
) -> Any:
    """Return what a pack's rules come to for the organisations of a Spark dataframe, as a Spark dataframe.

    The rows go to the Python workers and back by ``mapInArrow``. *records* and *series* are Spark dataframes too, which
    are grouped by organisation and joined to it. *rows* are judged at a time; the other options are those of
    assess_frame. Raises ValueError with every column that doesn't fit.
    """
    dataframe = _in_local_time(_with_records(dataframe, options))
    plain = options.copy()
    plain.pop("records", None)
    plain.pop("series", None)
    schema = _empty(dataframe)
    intake = made(pack, schema.schema.names, as_of=as_of, period=period, **plain)
    (result,) = told(intake, Arrow(), [schema])
    names = intake.layout.columns()
    sent = dataframe.select(*(f"`{name}`" for name in names))
    sent = sent.toDF(*(f"c{number}" for number in range(len(names))))  # mapInArrow takes dots for parts
    judged = _judging(Order.of(pack, as_of, period, plain), names, rows)
    return sent.mapInArrow(judged, _spark_schema(_without_words(result).schema))


def _judging(order: Order, names: Sequence[str], rows: int) -> Batches:
    """Return a function of batches with these columns, which makes the pack ready where it runs."""

    def judged(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        named = (one.rename_columns(list(names)) for one in batches)
        first = next(named, None)
        if first is None:
            return
        intake = order.ready(names)
        reader = pa.RecordBatchReader.from_batches(first.schema, _all(first, named))
        for result in told(intake, Arrow(), Arrow().stretches(reader, rows)):
            yield from _without_words(result).combine_chunks().to_batches()

    return judged


def _all(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others


def _without_words(table: Any) -> Any:
    """Return a table with words in place of their codes, as Spark has them."""
    import pyarrow as pa

    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _empty(dataframe: Any) -> Any:
    """Return an Arrow table without rows that has the columns of a Spark dataframe."""
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(dataframe.schema).empty_table()


def _spark_schema(schema: Any) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _with_records(dataframe: Any, options: Options) -> Any:
    """Return a dataframe with the records and dated figures of long ones as lists, of every organisation its own."""
    from pyspark.sql import functions as f

    id_ = options.get("id", "organization_id")
    for name, long in (*(options.get("records") or {}).items(), *(options.get("series") or {}).items()):
        fields = [f.col(f"`{field}`") for field in long.columns if field != id_]
        grouped = long.groupBy(id_).agg(f.collect_list(f.struct(*fields)).alias(name))
        dataframe = dataframe.join(grouped, id_, "left")
    return dataframe


def _in_local_time(dataframe: Any) -> Any:
    """Return a dataframe whose times are those of the session's clock, without a time zone."""
    from pyspark.sql import functions as f

    columns = []
    for field in dataframe.schema:
        column, local = f.col(f"`{field.name}`"), _local(field.dataType)
        columns.append(column if local == field.dataType else column.cast(local).alias(field.name))
    return dataframe.select(*columns)


def _local(type_: Any) -> Any:
    from pyspark.sql import types as t

    if isinstance(type_, t.TimestampType):
        return t.TimestampNTZType()
    if isinstance(type_, t.ArrayType):
        return t.ArrayType(_local(type_.elementType), type_.containsNull)
    if isinstance(type_, t.StructType):
        return t.StructType([t.StructField(one.name, _local(one.dataType), one.nullable) for one in type_])
    return type_


def assess_spark_files(
    pack: Pack,
    spark: Any,
    sources: str | Iterable[str],
    target: str,
    *,
    as_of: date,
    period: str,
    rows: int = ROWS,
    engine: Engine | None = None,
    **options: Unpack[Options],
) -> Written:
    """Write what a pack's rules come to for the organisations of Parquet files to files in the folder *target*.

    Spark hands out groups of rows by the names of their files, which every worker must be able to read; it writes the
    results itself, so that no row passes through the JVM. Names may be those of any file system that pyarrow knows
    (``s3://…``, ``hdfs://…``). Each file is written whole or not at all, a task that runs again writes the same one,
    and ``_SUCCESS`` comes last. *engine* reads the files, by itself polars where a worker has it and the file is on its
    machine. The options are those of assess_frame, but *records* and *series*, which stand in the files as columns.
    Raises ValueError with every column that doesn't fit.
    """
    wrong = [name for name in ("records", "series") if options.get(name)]
    if wrong:
        message = f"{wrong[0]} can't be handed out: let the files hold lists of records, or columns FACT@DATE"
        raise ValueError(message)
    parts = list(_parts([sources] if isinstance(sources, str) else sources, target))
    files, folder = _located(target)
    files.create_dir(folder, recursive=True)
    for source in dict.fromkeys(one.source for one in parts):
        made(pack, _columns(source), as_of=as_of, period=period, **options)
    parts = _dealt(parts, _tasks(spark, len(parts)))
    written = _handed_out(spark, parts, _writing(Order.of(pack, as_of, period, options), rows, parts, engine))
    with files.open_output_stream(f"{folder}/_SUCCESS"):
        pass
    return written


def _parts(sources: Iterable[str], target: str) -> Iterator[Part]:
    """Yield what is handed out: as many parts as there are groups of rows, or fewer where these are small."""
    import pyarrow.parquet as pq

    number = 0
    for source in sources:
        own, path = _located(source)
        for one in _files(own, path, source):
            metadata = pq.read_metadata(_located(one)[1], filesystem=own)
            sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
            for groups in _together(sizes):
                yield Part(source=one, groups=groups, target=f"{target}/part-{number:05}.parquet")
                number += 1


def _files(files: Any, path: str, source: str) -> list[str]:
    """Return a file, or the Parquet files of a folder in order."""
    from pyarrow.fs import FileSelector, FileType

    if files.get_file_info(path).type != FileType.Directory:
        return [source]
    found = files.get_file_info(FileSelector(path, recursive=True))
    inside = sorted(one.path for one in found if one.type == FileType.File and one.path.endswith(".parquet"))
    return [source.removesuffix("/") + one.removeprefix(path.removesuffix("/")) for one in inside]


def _together(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield groups of rows that go together: small ones up to a stretch."""
    groups: list[int] = []
    rows = 0
    for group, size in enumerate(sizes):
        if groups and rows + size > ROWS:
            yield tuple(groups)
            groups, rows = [], 0
        groups.append(group)
        rows += size
    if groups or not sizes:
        yield tuple(groups)


def _located(name: str) -> tuple[Any, str]:
    """Return the file system of a file, and what it is called there."""
    from pyarrow.fs import FileSystem, LocalFileSystem

    if "://" not in name:
        return LocalFileSystem(), name
    found: tuple[Any, str] = FileSystem.from_uri(name)
    return found


def _tasks(spark: Any, parts: int) -> int:
    """Return how many tasks so many parts are dealt to: some for each core; as many as parts if cores are not known."""
    context = getattr(spark, "sparkContext", None)  # Spark Connect has none
    return parts if context is None else min(parts, TASKS * int(context.defaultParallelism))


def _dealt(parts: Sequence[Part], tasks: int) -> list[Part]:
    """Return the parts in an order in which each task gets some from everywhere: the last of a file are often small."""
    return [part for first in range(tasks) for part in parts[first::tasks]]


def _writing(order: Order, rows: int, parts: Sequence[Part], engine: Engine | None) -> Batches:
    """Return a function that writes the parts of which it gets the numbers."""

    def written(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            for number in batch.column(0).to_pylist():
                part = parts[number]
                found = _write(part, order.ready(_columns(part.source)), rows, engine)
                yield pa.RecordBatch.from_pydict({"organisations": [found.organisations], "faults": [found.faults]})

    return written


def _columns(source: str) -> tuple[str, ...]:
    """Return the names of the columns of a file."""
    import pyarrow.parquet as pq

    own, path = _located(source)
    return tuple(pq.read_schema(path, filesystem=own).names)


def _write(part: Part, intake: Intake, rows: int, engine: Engine | None) -> Written:
    from pyarrow.fs import LocalFileSystem

    own, source = _located(part.source)
    files, target = _located(part.target)
    reader = (engine or at_hand() or "pyarrow") if isinstance(own, LocalFileSystem) else "pyarrow"
    unfinished = f"{target}.part"
    found = write_stretches(
        intake, source, unfinished, rows, groups=part.groups, source_files=own, target_files=files, engine=reader
    )
    files.move(unfinished, target)
    return found


def _handed_out(spark: Any, parts: Sequence[Part], written: Batches) -> Written:
    """Return what was written by workers that each get numbers of parts."""
    numbers = spark.range(0, len(parts), 1, max(_tasks(spark, len(parts)), 1))
    rows = numbers.mapInArrow(written, "organisations long, faults long").collect()
    return Written(organisations=sum(row["organisations"] for row in rows), faults=sum(row["faults"] for row in rows))
