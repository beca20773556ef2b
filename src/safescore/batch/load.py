"""Many submissions, as read, to columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve

from safescore.batch.data import Column, Dated, Table, from_cells
from safescore.dictionary import Dictionary, FactSpec
from safescore.facts.answers import Answer, RecordList, Series, Submission


def roles_of(submissions: Sequence[Submission]) -> Column:
    """Return the roles of every organisation as a column of sets."""
    return from_cells("choices", [frozenset(one.roles) for one in submissions])


def columns_of(submissions: Sequence[Submission], dictionary: Dictionary) -> dict[str, Column | Table]:
    """Return the answers of submissions as columns by fact, elements of checklists as ``checklist.element``.

    A fact that nobody answered has no column.
    """
    return dict(_columns(submissions, dictionary))


def _columns(submissions: Sequence[Submission], dictionary: Dictionary) -> Iterator[tuple[str, Column | Table]]:
    answered = set().union(*(one.answers for one in submissions), *(one.profile for one in submissions))
    for name in dictionary.facts:
        if name not in answered:
            continue
        spec = dictionary.facts[name]
        if spec.profile:
            yield name, from_cells(spec.type, [one.profile.get(name) for one in submissions], spec.options)
            continue
        answers = [one.answers.get(name) for one in submissions]
        if spec.records:
            yield name, _table(spec, answers)
        elif spec.type == "checklist":
            for key, element in spec.elements.items():
                cells = [answer.get(key) if isinstance(answer, Mapping) else None for answer in answers]
                yield f"{name}.{key}", from_cells(element.type, cells, element.options)
        else:
            yield name, _plain(spec, answers)


def _plain(spec: FactSpec, answers: Sequence[Answer]) -> Column:
    plain: list[Any] = [None if isinstance(one, (Series, RecordList, Mapping)) else one for one in answers]
    column = from_cells(spec.type, plain, spec.options)
    given = np.array([isinstance(one, Series) for one in answers], dtype=bool)
    if not given.any():
        return column
    entries = [
        (owner, day, cell)
        for owner, answer in enumerate(answers)
        if isinstance(answer, Series)
        for day, cell in answer.values
    ]
    dated = Dated(
        owner=np.array([owner for owner, _, _ in entries], dtype=np.int64),
        day=np.array([day for _, day, _ in entries], dtype=np.int64),
        values=from_cells("count", [cell for _, _, cell in entries]),
        given=given,
    )
    return evolve(column, dated=dated)


def _table(spec: FactSpec, answers: Sequence[Answer]) -> Table:
    lists = [answer if isinstance(answer, RecordList) else None for answer in answers]
    rows = [(owner, record) for owner, one in enumerate(lists) if one is not None for record in one.records]
    columns: dict[str, Column] = {}
    records = [record.cells for _, record in rows]
    answered = set().union(*records)
    for name, field in spec.fields.items():
        if name in answered:
            columns[name] = from_cells(field.type, [cells.get(name) for cells in records], field.options)
    return Table(
        owner=np.array([owner for owner, _ in rows], dtype=np.int64),
        columns=columns,
        given=np.array([one is not None for one in lists], dtype=bool),
        through=np.array([(one.through or 0) if one is not None else 0 for one in lists], dtype=np.int64),
        doubtful=np.array([record.doubtful for _, record in rows], dtype=bool),
    )
