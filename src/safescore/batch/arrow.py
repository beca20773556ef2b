"""What dataframes and files give, as numpy arrays without a copy: the one reader of Arrow's C interface."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import nanoarrow as na
import numpy as np
from attrs import frozen
from nanoarrow.c_array import c_array_from_buffers

from safescore.batch.data import EPOCH, Array, everywhere

_DTYPES = {
    "c": np.int8,
    "C": np.uint8,
    "s": np.int16,
    "S": np.uint16,
    "i": np.int32,
    "I": np.uint32,
    "l": np.int64,
    "L": np.uint64,
    "e": np.float16,
    "f": np.float32,
    "g": np.float64,
}
_UNITS = {"s": 1, "m": 10**3, "u": 10**6, "n": 10**9}
_VIEW = np.dtype([("length", "<i4"), ("head", "V4"), ("buffer", "<i4"), ("start", "<i4")])
_INLINE = 12
_FEW = 32
_SAMPLE = 4096


@frozen(eq=False, kw_only=True)
class Cells:
    """A column as it came: of a kind, with a value where ``there``.

    The ``kind`` is ``flag``, ``whole``, ``real``, ``decimal`` (whole numbers of which *scale* is the place of the
    point), ``day`` (ordinals), ``moment`` (whole seconds since the day 0), ``text`` (codes of *words*), ``list`` (of
    ``parts["item"]``, row *n* from ``values[n]`` to ``values[n + 1]``), ``record`` (of parts by name), ``blank``, or
    what Arrow calls it.
    """

    kind: str
    values: Array
    there: Array
    words: tuple[str, ...] = ()
    scale: int = 0
    parts: Mapping[str, Cells] = {}

    def __len__(self) -> int:
        return len(self.there)


NOTHING = Cells(kind="blank", values=np.zeros(0, dtype=bool), there=np.zeros(0, dtype=bool))
"""A column without rows."""


def batches(source: Any) -> Iterator[dict[str, Cells]]:
    """Yield the batches of whatever speaks Arrow's C interface, each as columns by name.

    Raises TypeError where it doesn't.
    """
    stream = na.c_array_stream(source)
    for array in stream:
        yield _columns(array)


def names_of(source: Any) -> tuple[str, ...]:
    """Return the names of the columns of a schema, or of whatever has one."""
    return tuple(child.name for child in na.c_schema(source).children)


def _columns(array: Any) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for place in range(array.n_children):
        child = array.child(place)
        found[child.schema.name] = cells(child, array.offset, array.length)
    return found


def cells(array: Any, first: int = 0, length: int | None = None) -> Cells:
    """Return *length* rows of an array from the row *first* on."""
    schema = array.schema
    length = array.length - first if length is None else length
    start = array.offset + first
    kind = schema.format
    if kind == "n":
        nothing = np.zeros(length, dtype=bool)
        return Cells(kind="blank", values=nothing, there=nothing)
    if kind in ("+l", "+L"):
        offsets = _held(array, 1, np.int32 if kind == "+l" else np.int64, start + length + 1)
        offsets = np.zeros(1, dtype=np.int64) if offsets is None else offsets[start:]
        inner = cells(array.child(0), int(offsets[0]), int(offsets[-1] - offsets[0]))
        there = _nested_there(array, start, length)
        return Cells(kind="list", values=offsets - offsets[0], there=there, parts={"item": inner})
    if kind == "+s":
        there = _nested_there(array, start, length)
        children = [array.child(place) for place in range(array.n_children)]
        parts = {one.schema.name: cells(one, start, length) for one in children}
        return Cells(kind="record", values=there, there=there, parts=parts)
    view = array.view()
    there = _there(view, start, length)
    if schema.dictionary is not None:
        codes = _of(view.buffer(1), _DTYPES[kind])[start : start + length]
        inner = cells(array.dictionary)
        if inner.kind == "text" and len(inner):
            known = there & inner.there[np.where(there, codes, 0)]
            return Cells(kind="text", values=inner.values[np.where(there, codes, 0)], there=known, words=inner.words)
        return Cells(
            kind="blank" if inner.kind == "text" else f"dictionaries of {inner.kind}", values=codes, there=there
        )
    return _plain(kind, view, start, length, there)


def _plain(kind: str, view: Any, start: int, length: int, there: Array) -> Cells:
    if kind == "b":
        return Cells(kind="flag", values=_bits(view.buffer(1), start, length), there=there)
    if kind in _DTYPES:
        values = _of(view.buffer(1), _DTYPES[kind])[start : start + length]
        return Cells(kind="real" if values.dtype.kind == "f" else "whole", values=values, there=there)
    if kind == "tdD":
        days = _of(view.buffer(1), np.int32)[start : start + length]
        return Cells(kind="day", values=days + np.int32(EPOCH), there=there)
    if kind == "tdm":
        return _moments(view, start, length, there, 10**3)
    if kind.startswith("ts") and kind[3:] == ":":
        return _moments(view, start, length, there, _UNITS[kind[2]])
    if kind in ("u", "U", "vu"):
        codes, words = _coded(kind, view, start, length, there)
        return Cells(kind="text", values=codes, there=there, words=words)
    if kind.startswith("d:") and kind.count(",") == 1:
        halves = _of(view.buffer(1), np.int64)[2 * start : 2 * (start + length)].reshape(-1, 2)
        values = halves[:, 0]
        narrow = (halves[:, 1] == values >> 63) | ~there
        if not narrow.all():  # beyond int64, one by one
            values = np.array([int(low) % 2**64 + (int(high) << 64) for low, high in halves.tolist()], dtype=object)
        return Cells(kind="decimal", values=values, there=there, scale=int(kind.rpartition(",")[2]))
    nothing = np.zeros(length, dtype=np.int64)
    return Cells(kind=f"Arrow type {kind}", values=nothing, there=there)


def _moments(view: Any, start: int, length: int, there: Array, parts: int) -> Cells:
    stamps = _of(view.buffer(1), np.int64)[start : start + length]
    return Cells(kind="moment", values=np.where(there, stamps, 0) // parts + EPOCH * 86_400, there=there)


def _there(view: Any, start: int, length: int) -> Array:
    """Return where a column has a value."""
    bits = view.buffer(0) if view.n_buffers else None
    if bits is None or bits.size_bytes == 0 or view.null_count == 0:
        return everywhere(True, length)
    return _bits(bits, start, length)


def _nested_there(array: Any, start: int, length: int) -> Array:
    """Return where a list or record is given."""
    bits = _held(array, 0, np.uint8, (start + length + 7) >> 3)
    return everywhere(True, length) if bits is None else _bits(bits, start, length)


def _held(array: Any, place: int, dtype: Any, length: int) -> Array | None:
    """Return a buffer of a nested array, which it keeps alive; a view would look at the parts too, and refuse nulls
    as polars has them."""
    address = array.buffers[place]
    if not address:
        return None
    memory = (ctypes.c_char * (length * np.dtype(dtype).itemsize)).from_address(address)
    memory.array = array
    return np.frombuffer(memory, dtype=dtype)


def _of(buffer: Any, dtype: Any) -> Array:
    """Return a buffer as an array that keeps it alive."""
    return np.frombuffer(buffer, dtype=dtype) if buffer.size_bytes else np.zeros(0, dtype=dtype)


def _bits(buffer: Any, start: int, length: int) -> Array:
    """Return bits as bools, least significant first."""
    bytes_ = (buffer if isinstance(buffer, np.ndarray) else _of(buffer, np.uint8))[
        start >> 3 : (start + length + 7) >> 3
    ]
    return np.unpackbits(bytes_, count=length + (start & 7), bitorder="little")[start & 7 :].view(bool)


def _coded(kind: str, view: Any, start: int, length: int, there: Array) -> tuple[Array, tuple[str, ...]]:
    """Return texts as codes, and the words that they are codes of."""
    codes = np.zeros(length, dtype=np.int32)
    if not there.any():
        return codes, ()
    if kind == "vu":
        views = _of(view.buffer(1), _VIEW)[start : start + length]
        if int(views["length"][there].max()) <= _INLINE:
            halves = views.view(np.uint64).reshape(-1, 2)
            return _few(halves, there) or _by_word(_short(halves), there)
        others = [_of(view.buffer(place), np.uint8) for place in range(2, view.n_buffers - 1)]
        return _by_word(_long(views, others, there), there)
    offsets = _of(view.buffer(1), np.int32 if kind == "u" else np.int64)[start : start + length + 1]
    data = _of(view.buffer(2), np.uint8)[int(offsets[0]) : int(offsets[-1])]
    offsets = offsets - offsets[0]
    lengths = np.where(there, np.diff(offsets), 0)
    if int(lengths.max()) <= _INLINE:
        padded = np.zeros((length, 16), dtype=np.uint8)
        padded[:, 0] = lengths
        for place in range(int(lengths.max())):
            longer = lengths > place
            padded[longer, 4 + place] = data[offsets[:-1][longer] + place]
        found = _few(padded.view(np.uint64), there)
        if found is not None:
            return found
    whole, ends = data.tobytes(), offsets.tolist()
    return _by_word((whole[first:last] for first, last in zip(ends, ends[1:], strict=False)), there)


def _few(halves: Array, there: Array) -> tuple[Array, tuple[str, ...]] | None:
    """Return short texts as codes where there are few words: each is looked for in all rows at once."""
    codes = np.full(len(halves), -1, dtype=np.int32)
    codes[~there] = 0
    words: list[str] = []
    first, second = halves[:, 0], halves[:, 1]
    if len(np.unique(second[:_SAMPLE])) > _FEW:
        return None
    for code in range(_FEW):
        at = int(np.argmin(codes)) if len(codes) else 0
        if codes[at] >= 0:
            return codes, tuple(words)
        codes[(first == first[at]) & (second == second[at]) & there] = code
        words.extend(one.decode() for one in _short(halves[at : at + 1]))
    return None if (codes < 0).any() else (codes, tuple(words))


def _short(halves: Array) -> Iterator[bytes]:
    for one in np.ascontiguousarray(halves).view("V16").ravel().tolist():
        yield one[4 : 4 + int.from_bytes(one[:4], "little")]


def _long(views: Array, others: Sequence[Array], there: Array) -> Iterator[bytes]:
    rows = zip(views.tolist(), views.view("V16").tolist(), there.tolist(), strict=True)
    for (length, _, buffer, start), whole, known in rows:
        if not known:
            yield b""
        elif length <= _INLINE:
            yield whole[4 : 4 + length]
        else:
            yield others[buffer][start : start + length].tobytes()


def _by_word(texts: Iterator[bytes], there: Array) -> tuple[Array, tuple[str, ...]]:
    seen: dict[bytes, int] = {}
    pairs = zip(texts, there.tolist(), strict=True)
    codes = np.fromiter(
        (seen.setdefault(one, len(seen)) if known else 0 for one, known in pairs), dtype=np.int32, count=len(there)
    )
    return codes, tuple(one.decode() for one in seen)


_TYPES = {"b": na.bool_, "i1": na.int8, "u1": na.uint8, "i4": na.int32, "i8": na.int64, "f8": na.float64}


def struct_of(columns: Mapping[str, tuple[Array, Array | None]], rows: int) -> Any:
    """Return columns of numbers, each with where it has a value (None: everywhere), as one Arrow array of structs.

    Days are int32 since 1970 as in numpy, ``datetime64[D]`` arrays.
    """
    kids, types = [], {}
    for name, (values, there) in columns.items():
        if values.dtype.kind == "M":
            type_, values = na.date32(), values.astype(np.int64).astype(np.int32)
        else:
            type_ = _TYPES[values.dtype.str[1:] if values.dtype.kind != "b" else "b"]()
        if values.dtype.kind == "b":
            values = np.packbits(values, bitorder="little")
        bits, blanks = None, 0
        if there is not None and not there.all():
            bits, blanks = np.packbits(there, bitorder="little"), rows - int(np.count_nonzero(there))
        data = np.ascontiguousarray(values)
        kids.append(c_array_from_buffers(type_, rows, [bits, data], null_count=blanks, validation_level="none"))
        types[name] = type_
    whole = na.c_schema(na.struct(types))
    return c_array_from_buffers(whole, rows, [None], children=kids, null_count=0, validation_level="none")
