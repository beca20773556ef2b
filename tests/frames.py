"""Submissions of the small world as dataframes: registers as lists of records, or as long frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from safescore.dictionary import Dictionary, FactSpec, FieldSpec
from tests.worlds import Facts, world

TYPES: Mapping[str, Any] = {
    "flag": pl.Boolean,
    "count": pl.Int64,
    "number": pl.Decimal(20, 2),
    "choice": pl.String,
    "text": pl.String,
    "ref": pl.String,
    "date": pl.String,
    "term": pl.String,
    "time": pl.String,
    "choices": pl.List(pl.String),
    "dates": pl.List(pl.String),
}
OF_DAYS: Mapping[str, Any] = {"date": pl.Date, "term": pl.Date, "time": pl.Datetime("ms")}


def column(name: str, spec: FactSpec | FieldSpec, cells: Sequence[Any], *, days: bool) -> dict[str, pl.Series]:
    """Return a column, of days and times as such where asked, with one that says where the answer is none."""
    if not days or spec.type not in OF_DAYS:
        return {name: pl.Series(name, cells, dtype=TYPES[spec.type])}
    read = dt.datetime.fromisoformat if spec.type == "time" else dt.date.fromisoformat
    values = [None if cell in (None, "none") else read(cell) for cell in cells]
    none = [cell == "none" for cell in cells]
    return {
        name: pl.Series(name, values, dtype=OF_DAYS[spec.type]),
        f"{name}.none": pl.Series(f"{name}.none", none),
    }


def frame_of(submissions: Sequence[Facts], *, days: bool = False, lists: bool = True) -> pl.DataFrame:
    """Return submissions as a frame with a row for each; without *lists* only which registers there are."""
    dictionary = world().dictionary
    about = [one["organization"] for one in submissions]
    made = {
        "organization_id": pl.Series([str(place) for place in range(len(submissions))], dtype=pl.String),
        "roles": pl.Series([one["roles"] for one in about], dtype=pl.List(pl.String)),
    }
    for name, spec in dictionary.facts.items():
        answers = [(one["organization"] if spec.profile else one["facts"]).get(name) for one in submissions]
        if spec.records:
            made |= _records(name, spec, answers, days=days, lists=lists)
        elif spec.type == "checklist":
            for key, element in spec.elements.items():
                made |= column(f"{name}.{key}", element, [one and one.get(key) for one in answers], days=days)
        else:
            made |= column(name, spec, [None if isinstance(one, dict) else one for one in answers], days=days)
            every = sorted({day for one in answers if isinstance(one, dict) for day in one})
            for day in every:
                cells = [one.get(day) if isinstance(one, dict) else None for one in answers]
                made[f"{name}@{day}"] = pl.Series(cells, dtype=pl.Int64)
    return pl.DataFrame(made)


def listed(answer: Any) -> Any:
    """Return the records of an answer."""
    return answer.get("events") if isinstance(answer, dict) else answer


def _records(name: str, spec: FactSpec, answers: list[Any], *, days: bool, lists: bool) -> dict[str, pl.Series]:
    made: dict[str, pl.Series] = {}
    if spec.type == "events":
        through = [one.get("through") if isinstance(one, dict) else None for one in answers]
        made[f"{name}.through"] = pl.Series(through, dtype=pl.String)
    if not lists:
        made[f"{name}.given"] = pl.Series([listed(one) is not None for one in answers])
        return made
    lists_ = [listed(one) for one in answers]
    records = [record for some in lists_ for record in some or ()]
    ends = [0]
    for some in lists_:
        ends.append(ends[-1] + len(some or ()))
    fields: dict[str, Any] = {}
    for key, one in spec.fields.items():
        fields |= column(key, one, [record.get(key) for record in records], days=days)
    struct = pa.StructArray.from_arrays([some.to_arrow() for some in fields.values()], list(fields))
    offsets = pa.array([None if some is None else first for first, some in zip(ends, [*lists_, ()])], pa.int64())
    made[name] = pl.Series(pa.LargeListArray.from_arrays(offsets, struct))
    return made


def long_of(submissions: Sequence[Facts], name: str, *, days: bool = False) -> pl.DataFrame:
    """Return the records of a register or events fact as a long frame, the last organisation's first."""
    spec = world().dictionary.facts[name]
    rows = [
        (str(place), record)
        for place, one in reversed(list(enumerate(submissions)))
        for record in listed(one["facts"].get(name)) or ()
    ]
    made = {"organization_id": pl.Series([place for place, _ in rows], dtype=pl.String)}
    for key, one in spec.fields.items():
        made |= column(key, one, [record.get(key) for _, record in rows], days=days)
    return pl.DataFrame(made)


def dictionary() -> Dictionary:
    """Return the dictionary of the small world."""
    return world().dictionary
