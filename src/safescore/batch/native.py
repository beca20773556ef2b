"""Dataframes in stretches that speak Arrow, and results as frames again: polars by itself, others by pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from safescore.batch.arrow import struct_of
from safescore.batch.intake import Told
from safescore.errors import MissingExtraError


class Frames(Protocol):
    """A kind of dataframe: how it is cut into stretches, and how results are put together."""

    def names(self, frame: Any) -> tuple[str, ...]:
        """Return the names of the columns."""
        ...

    def stretches(self, frame: Any, rows: int) -> Iterator[Any]:
        """Yield the frame in stretches of at most so many rows, at least one, each in one piece."""
        ...

    def told(self, stretch: Any, carried: Sequence[str], told: Told) -> Any:
        """Return the results of a stretch: the columns carried over, what is wrong, and the columns of the results."""
        ...

    def joined(self, results: Sequence[Any]) -> Any:
        """Return the results of several stretches as one frame."""
        ...


def cuts(sizes: Sequence[int], rows: int) -> Iterator[tuple[int, int]]:
    """Yield where stretches of at most so many rows begin and how long they are; at least one.

    A long piece is cut by itself, so that nothing is copied; short ones are put together.
    """
    first = length = 0
    for size in sizes or [0]:
        if length and (length + size > rows or length >= rows // 4):
            yield first, length
            first, length = first + length, 0
        length += size
        while length > rows:
            yield first, rows
            first, length = first + rows, length - rows
    if length or not first:
        yield first, length


class Polars:
    """Frames of polars."""

    def names(self, frame: Any) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(frame.columns)

    def stretches(self, frame: Any, rows: int) -> Iterator[Any]:
        """Yield the frame in stretches."""
        sizes = frame.to_series(0).chunk_lengths() if frame.width else [0]
        for first, size in cuts(sizes, rows):
            yield frame.slice(first, size).rechunk()

    def told(self, stretch: Any, carried: Sequence[str], told: Told) -> Any:
        """Return the results of a stretch."""
        import polars as pl

        made: Any = []
        if told.columns:
            found: Any = pl.from_arrow(struct_of(told.columns, told.rows))
            enums = {some: pl.lit(pl.Series(some, dtype=pl.Enum(some))) for some in set(told.words.values())}
            worded = [enums[some].gather(pl.col(name)).alias(name) for name, some in told.words.items()]
            made = found.struct.unnest().with_columns(worded)
        fault = pl.Series("fault", [None], dtype=pl.String).new_from_index(0, told.rows)
        if told.faults:
            fault = fault.scatter(list(told.faults), list(told.faults.values()))
        return stretch.select(carried).with_columns(fault, *made)

    def joined(self, results: Sequence[Any]) -> Any:
        """Return the results of several stretches as one frame."""
        import polars as pl

        return pl.concat(results)


class Arrow:
    """Tables of pyarrow."""

    def names(self, frame: Any) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(frame.schema.names)

    def stretches(self, frame: Any, rows: int) -> Iterator[Any]:
        """Yield a table, or a reader of batches, in stretches."""
        import pyarrow as pa

        if isinstance(frame, pa.Table):
            sizes = [len(one) for one in frame.column(0).chunks] if frame.num_columns else [0]
            for first, size in cuts(sizes, rows):
                yield frame.slice(first, size).combine_chunks()
            return
        kept, number, none = [], 0, True
        for batch in frame:
            kept.append(batch)
            number += batch.num_rows
            if number >= rows:
                whole = pa.Table.from_batches(kept, frame.schema).combine_chunks()
                last = number - number % rows
                yield from self.stretches(whole.slice(0, last), rows)
                kept, number, none = whole.slice(last).to_batches(), number - last, False
        if number or none:
            yield pa.Table.from_batches(kept, frame.schema).combine_chunks()

    def told(self, stretch: Any, carried: Sequence[str], told: Told) -> Any:
        """Return the results of a stretch."""
        import pyarrow as pa

        fault = pa.nulls(told.rows, pa.string())
        if told.faults:
            fault = pa.array([told.faults.get(row) for row in range(told.rows)], pa.string())
        table = stretch.select(list(carried)).replace_schema_metadata().append_column("fault", fault)
        if not told.columns:
            return table
        batch = pa.record_batch(struct_of(told.columns, told.rows))
        words = {name: pa.array(some, pa.string()) for name, some in told.words.items()}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            found = pa.DictionaryArray.from_arrays(column, words[name], safe=False) if name in words else column
            table = table.append_column(name, found)
        return table

    def joined(self, results: Sequence[Any]) -> Any:
        """Return the results of several stretches as one table."""
        import pyarrow as pa

        return pa.concat_tables(results)


def opened(frame: Any) -> tuple[Frames, Any, Any]:
    """Return the kind of a frame, the frame as that kind has it, and a function that makes results what was given.

    Lazy frames are collected. Raises TypeError where it is no frame, MissingExtraError where pyarrow is needed.
    """
    import narwhals as nw

    found = nw.from_native(frame, pass_through=True)
    if isinstance(found, nw.LazyFrame):
        implementation = found.implementation
        if implementation.is_polars():
            return Polars(), found.collect().to_native(), lambda result: result.lazy()
        _needs_pyarrow(implementation.value)
        back = _lazy(implementation)
        return Arrow(), found.collect(backend="pyarrow").to_native(), back
    if isinstance(found, nw.DataFrame):
        implementation = found.implementation
        if implementation.is_polars():
            return Polars(), found.to_native(), _same
        _needs_pyarrow(implementation.value)
        if implementation.is_pyarrow():
            return Arrow(), found.to_native(), _same
        if implementation.is_pandas():
            import pyarrow as pa

            native = found.to_native()
            return Arrow(), pa.Table.from_pandas(native, preserve_index=False), _eager(found, implementation)
        return Arrow(), found.to_arrow(), _eager(found, implementation)
    if hasattr(frame, "__arrow_c_array__") or hasattr(frame, "__arrow_c_stream__"):
        _needs_pyarrow(type(frame).__name__)
        import pyarrow as pa

        if hasattr(frame, "__arrow_c_array__"):
            return Arrow(), pa.table(pa.record_batch(frame)), _batch
        reader = pa.RecordBatchReader.from_stream(frame)
        return Arrow(), reader, lambda table: pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    message = f"{type(frame).__name__} is no dataframe that narwhals knows, and doesn't speak Arrow's C interface"
    raise TypeError(message)


def _same(result: Any) -> Any:
    return result


def _batch(table: Any) -> Any:
    import pyarrow as pa

    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema)


def _lazy(implementation: Any) -> Any:
    import narwhals as nw

    return lambda table: nw.from_native(table, eager_only=True).lazy(backend=implementation).to_native()


def _eager(found: Any, implementation: Any) -> Any:
    """Return a function that makes a table what the frame was; a pandas frame keeps its index and types."""
    import narwhals as nw

    def made(table: Any) -> Any:
        native = nw.from_arrow(table, backend=implementation).to_native()
        if implementation.is_pandas():
            own = found.to_native()
            native.index = own.index
            for name in native.columns[: native.columns.get_loc("fault")]:
                native[name] = own[name].array
        return native

    return made


def _needs_pyarrow(name: str) -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingExtraError(name, "pyarrow", "frames") from None
