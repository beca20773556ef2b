"""Long frames, with a row a record or a dated figure: read whole, and found by their organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from attrs import evolve

from safescore.batch.arrow import Cells
from safescore.batch.data import Array, Column, blank
from safescore.batch.layout import NONE
from safescore.batch.reading import FLAG, read
from safescore.dictionary import ABSENT_IS_AN_ANSWER, FactSpec, FieldSpec
from safescore.expr import nearest
from safescore.facts.read import misfit
from safescore.words import Text

Wrong = dict[int, list[tuple[str, Text, Text | None]]]
"""What is wrong with the fields of some rows, and how to mend it."""


class Long:
    """A long frame: its columns as read, what is wrong with some rows, and which rows are of which organisation."""

    def __init__(self, name: str, fields: Mapping[str, FieldSpec | FactSpec], given: Mapping[str, Cells], id_: str):
        """Read a frame. Raises ValueError where it has no ids, or a column that holds nothing."""
        self.name = name
        ids = given.get(id_)
        if ids is None:
            message = f"{name}: there is no column {id_!r}, which holds the organisations' ids"
            raise ValueError(message)
        if not ids.there.all():
            rows = np.flatnonzero(~ids.there)
            message = f"{name}: {len(rows)} rows have no {id_!r}, the first is row {int(rows[0])}"
            raise ValueError(message)
        others = {column: one for column, one in given.items() if column != id_}
        self.columns, self.wrong = read_fields(name, fields, others, len(ids))
        self._kind = ids.kind
        self._words: Mapping[str, int] = {word: code for code, word in enumerate(ids.words)}
        if ids.kind == "text":
            codes, each = ids.values, np.arange(len(ids.words))
        elif ids.kind == "whole" or not len(ids):
            each, codes = np.unique(ids.values, return_inverse=True)
        else:
            message = f"{name}: a column of {ids.kind} holds no ids"
            raise ValueError(message)
        self._each = each
        self._ids = ids.words if ids.kind == "text" else each.tolist()
        self._order = np.argsort(codes, kind="stable")
        self._first = np.searchsorted(codes[self._order], np.arange(len(each) + 1))
        self._asked = np.zeros(len(each), dtype=np.int64)

    def rows_of(self, ids: Cells) -> tuple[Array, Array]:
        """Return the rows of these organisations, in their order: of which each is, and its place in the frame."""
        if not len(self._each) or not ids.there.any():
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if ids.kind != self._kind:
            message = f"{self.name}: its ids are {self._kind}, those of the organisations are {ids.kind}"
            raise ValueError(message)
        if ids.kind == "text":
            own = np.array([self._words.get(word, -1) for word in ids.words], dtype=np.int64)[ids.values]
        else:
            own = np.minimum(np.searchsorted(self._each, ids.values), len(self._each) - 1)
            own = np.where(self._each[own] == ids.values, own, -1)
        places = np.flatnonzero((own >= 0) & ids.there)
        own = own[places]
        np.add.at(self._asked, own, 1)
        number = self._first[own + 1] - self._first[own]
        owner = np.repeat(places, number)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)
        return owner, self._order[np.repeat(self._first[own], number) + within]

    def left_over(self) -> Iterable[str]:
        """Yield what keeps the rows from being of one organisation each: ids that none has, or that several have."""
        for what, some in (("no organisation has", self._asked == 0), ("several rows have", self._asked > 1)):
            lost = [repr(self._ids[code]) for code in np.flatnonzero(some)[:3].tolist()]
            if lost:
                number = int(np.count_nonzero(some))
                more = f" and {number - len(lost)} more" if number > len(lost) else ""
                yield f"{self.name}: {what} the id {', '.join(lost)}{more}"


def read_fields(
    name: str, fields: Mapping[str, FieldSpec | FactSpec], given: Mapping[str, Cells], rows: int
) -> tuple[dict[str, Column], Wrong]:
    """Return the fields of records as columns, and what is wrong with some of them.

    A column ``FIELD.none`` says where the field is ``none``. Raises ValueError with a column that holds no field.
    """
    wrong: Wrong = {}
    columns: dict[str, Column] = {}
    for column in given:
        field = column.removesuffix(f".{NONE}")
        spec = fields.get(field)
        if spec is None or (field != column and spec.type not in ABSENT_IS_AN_ANSWER):
            hint = nearest(field, tuple(fields))
            message = f"{name}: the column {column!r} holds no field" + (f": {hint.en}" if hint else "")
            raise ValueError(message)
    for field, spec in fields.items():
        column, problems = read_answer(spec, field, given.get(field), given.get(f"{field}.{NONE}"), rows)
        if column is not None:
            columns[field] = column
        for row, problem, hint in problems:
            wrong.setdefault(row, []).append((field, problem, hint))
    return columns, wrong


def read_answer(
    spec: FactSpec | FieldSpec, name: str, given: Cells | None, none: Cells | None, rows: int
) -> tuple[Column | None, list[tuple[int, Text, Text | None]]]:
    """Return the column of an answer and of where it is ``none``, and what is wrong with it row by row."""
    if given is None and none is None:
        return None, []
    problems: list[tuple[int, Text, Text | None]] = []
    column = blank(rows, spec.type)
    for cells, type_ in ((given, spec), (none, FLAG)):
        if cells is None:
            continue
        try:
            found = read(type_, cells)
        except ValueError as error:
            message = f"{name}: {error}"
            raise ValueError(message) from None
        called = name if type_ is spec else f"{name}.{NONE}"
        for one in found.misfits:
            problem, hint = misfit(type_, called, one.value, one.wrong)
            problems.extend((row, problem, hint) for row in one.rows.tolist())
        if type_ is spec:
            column = found.column
            continue
        said = found.column.values & found.column.there
        both = said & column.there
        twice = Text(zh=f"{name}写了none，又写了值", en=f"{name} is said to be none, and has a value")
        problems.extend((row, twice, None) for row in np.flatnonzero(both).tolist())
        column = evolve(column, none=column.none | (said & ~both))
    return column, problems
