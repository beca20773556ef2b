"""Dataframes judged: one row an organisation in, one row an organisation out, as the same kind of frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from safescore.batch.arrow import NOTHING, Cells, batches
from safescore.batch.intake import COLUMNS, USUAL, Intake
from safescore.batch.kernel import Kernel
from safescore.batch.layout import laid_out
from safescore.batch.long import Long
from safescore.batch.native import Frames, opened
from safescore.batch.reading import DAY
from safescore.expr import nearest
from safescore.model import Pack
from safescore.words import Lang

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Options(TypedDict, total=False):
    """How frames are judged, as assess_frame says."""

    parameters: Mapping[str, object] | None
    records: Mapping[str, Any] | None
    series: Mapping[str, Any] | None
    supplied: Iterable[str]
    columns: Iterable[str] | None
    id: str
    roles: str | Iterable[str]
    names: Mapping[str, str] | None
    keep: Iterable[str]
    codes: bool
    threads: int
    compiled: bool
    lang: Lang


ROWS = 131_072
"""How many organisations are judged in one stretch, and written in one group of rows."""


def assess_frame(
    pack: Pack,
    frame: Any,
    *,
    as_of: date,
    period: str,
    parameters: Mapping[str, object] | None = None,
    records: Mapping[str, Any] | None = None,
    series: Mapping[str, Any] | None = None,
    supplied: Iterable[str] = (),
    columns: Iterable[str] | None = None,
    id: str = "organization_id",  # noqa: A002
    roles: str | Iterable[str] = "roles",
    names: Mapping[str, str] | None = None,
    keep: Iterable[str] = (),
    codes: bool = False,
    threads: int = 1,
    compiled: bool = False,
    lang: Lang = "zh",
) -> Any:
    """Return what a pack's rules come to for the organisations of a dataframe, as the same kind of frame.

    *frame* is of any kind that narwhals knows (polars, pandas, pyarrow, DuckDB, eager or lazy) or that speaks Arrow's C
    interface; its columns are called as the dictionary calls the facts, or *names* says how. *records* are long frames
    by register or events fact, *series* those of counts by date; *supplied* names the registers that every organisation
    supplied, be they empty. *columns* are some of ``COLUMNS``, *keep* columns of the frame that go into the result.
    *roles* is a column, or the roles of all. With *codes* outcomes and grades are places in ``standing.OUTCOMES`` and
    among the pack's grades, not words. The kernel uses so many *threads*, and *compiled* look-ups if asked, which are
    worth while for millions. An organisation whose answers can't be used has a ``fault`` and no outcomes. Raises
    ValueError with every column that doesn't fit, MissingExtraError if *compiled* is asked and numba is not installed.
    """
    found, native, back = opened(frame)
    intake = made(
        pack,
        found.names(native),
        as_of=as_of,
        period=period,
        parameters=parameters,
        records=records,
        series=series,
        supplied=supplied,
        columns=columns,
        id=id,
        roles=roles,
        names=names,
        keep=keep,
        codes=codes,
        threads=threads,
        compiled=compiled,
        lang=lang,
    )
    return back(found.joined(list(told(intake, found, found.stretches(native, ROWS)))))


def iter_assess(
    pack: Pack, frame: Any, *, as_of: date, period: str, rows: int = ROWS, **options: Unpack[Options]
) -> Iterator[Any]:
    """Yield the results of at most *rows* organisations at a time, of polars as frames, of others as pyarrow tables.

    A reader of record batches is read as it is asked, so that memory stays the same however long it is. The options are
    those of assess_frame.
    """
    found, native, _ = opened(frame)
    intake = made(pack, found.names(native), as_of=as_of, period=period, **options)
    yield from told(intake, found, found.stretches(native, rows))


def made(
    pack: Pack,
    columns_there: Iterable[str],
    *,
    as_of: date,
    period: str,
    parameters: Mapping[str, object] | None = None,
    records: Mapping[str, Any] | None = None,
    series: Mapping[str, Any] | None = None,
    supplied: Iterable[str] = (),
    columns: Iterable[str] | None = None,
    id: str = "organization_id",  # noqa: A002
    roles: str | Iterable[str] = "roles",
    names: Mapping[str, str] | None = None,
    keep: Iterable[str] = (),
    codes: bool = False,
    threads: int = 1,
    compiled: bool = False,
    lang: Lang = "zh",
) -> Intake:
    """Return a pack made ready for frames with these columns. Raises ValueError with everything that doesn't fit."""
    asked = USUAL if columns is None else tuple(columns)
    dictionary = pack.dictionary
    wrong = [_none("column of results", one, COLUMNS) for one in asked if one not in COLUMNS]
    everyone = None if isinstance(roles, str) else frozenset(roles)
    wrong.extend(_none("role", one, tuple(pack.roles)) for one in everyone or () if one not in pack.roles)
    registers = tuple(name for name, spec in dictionary.facts.items() if spec.records)
    counts = tuple(name for name, spec in dictionary.facts.items() if spec.type == "count" and not spec.profile)
    every = tuple(supplied)
    for given, known, what in (
        (records or {}, registers, "register or events fact"),
        (series or {}, counts, "count"),
        (every, registers, "register or events fact"),
    ):
        wrong.extend(_none(what, one, known) for one in given if one not in known)
    layout = None
    try:
        there = tuple(columns_there)
        layout = laid_out(
            there,
            dictionary,
            id_=id,
            roles=roles if isinstance(roles, str) else None,
            names=names or {},
            keep=keep,
        )
    except ValueError as error:
        wrong.append(str(error))
    if layout is not None:
        for one in (*(records or {}), *(series or {})):
            if one in (*layout.lists, *layout.single, *layout.dated):
                wrong.append(f"{one!r} is in the frame, and is given as a long frame too")
        for one in layout.lists:
            if one in layout.single:
                wrong.append(f"{one!r} is given as lists of records, and as fields of one record")
    if wrong or layout is None:
        raise ValueError("\n".join(wrong))
    return Intake(
        pack=pack,
        kernel=Kernel(pack, as_of=as_of, period=period, parameters=parameters, compiled=compiled),
        layout=layout,
        roles=everyone,
        long={
            name: Long(name, dictionary.facts[name].fields, _whole(one), id) for name, one in (records or {}).items()
        },
        series={
            name: Long(name, {"date": DAY, "value": dictionary.facts[name]}, _whole(one), id)
            for name, one in (series or {}).items()
        },
        supplied=frozenset(every),
        columns=asked,
        codes=codes,
        threads=threads,
        lang=lang,
    )


def _none(what: str, name: str, known: tuple[str, ...]) -> str:
    hint = nearest(name, known)
    return f"there is no {what} {name!r}" + (f": {hint.en}" if hint else "")


def _whole(frame: Any) -> Mapping[str, Cells]:
    """Return the columns of a frame in one piece."""
    found, native, _ = opened(frame)
    (stretch,) = found.stretches(native, 2**62)
    return _cells(found, stretch)


def _cells(frames: Frames, stretch: Any) -> Mapping[str, Cells]:
    """Return the columns of a stretch; a table without rows has no batches."""
    return next(batches(stretch), dict.fromkeys(frames.names(stretch), NOTHING))


def told(intake: Intake, frames: Frames, stretches: Iterable[Any]) -> Iterator[Any]:
    """Yield the results of stretches of a frame. Raises ValueError at the end with rows of long frames that belong to
    none, or to several organisations."""
    layout = intake.layout
    carried = layout.carried()
    for stretch in stretches:
        yield frames.told(stretch, carried, intake.judged(_cells(frames, stretch)))
    left = [one for long in (*intake.long.values(), *intake.series.values()) for one in long.left_over()]
    if left:
        raise ValueError("\n".join(left))
