"""Why an organisation among many contradicts itself: its answers as those of one, and what is said of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from safescore.batch.data import Column, Table
from safescore.batch.registers import cell_at
from safescore.dictionary import Dictionary, FactSpec
from safescore.facts.answers import Answer, Record, RecordList, Series, Submission
from safescore.facts.consistency import contradictions
from safescore.period import Clock
from safescore.reduce import ScalarBackend
from safescore.words import Text


def contradicted(
    facts: Mapping[str, Column | Table], row: int, dictionary: Dictionary, clock: Clock, asked: Iterable[str]
) -> Iterator[tuple[Text, Text]]:
    """Yield what contradicts what in the answers of one organisation, and how to mend it."""
    answers: dict[str, Answer] = {}
    for name, given in facts.items():
        spec = dictionary.facts.get(name)
        if spec is not None and not spec.profile:
            answer = _records(given, spec, row) if isinstance(given, Table) else _plain(given, spec.type, row)
            if answer is not None:
                answers[name] = answer
    submission = Submission(
        organization={},
        roles=(),
        profile={},
        period="",
        days=clock.period,
        as_of=clock.as_of,
        packs=(),
        answers=answers,
        parameters={},
        waivers=(),
        digest="",
        own=answers,
    )
    backend = ScalarBackend(submission, dictionary, clock)
    for one in contradictions(submission, backend, asked):
        yield one.problem, one.hint.filled(at=str(one.other[-1]))


def _plain(column: Column, type_: str, row: int) -> Answer:
    if column.dated is None or not column.dated.given[row]:
        return cell_at(column, type_, row)
    first, last = np.searchsorted(column.dated.owner, (row, row + 1)).tolist()
    days = column.dated.day[first:last].tolist()
    return Series(
        values=tuple((day, cell_at(column.dated.values, "count", place)) for place, day in enumerate(days, start=first))
    )


def _records(table: Table, spec: FactSpec, row: int) -> RecordList | None:
    """Return the records of an organisation, as far as figures are held against them."""
    if not table.given[row]:
        return None
    first, last = np.searchsorted(table.owner, (row, row + 1)).tolist()
    return RecordList(
        records=tuple(
            Record(
                cells={name: cell_at(column, spec.fields[name].type, place) for name, column in table.columns.items()},
                index=place - first,
                doubtful=bool(table.doubtful[place]),
            )
            for place in range(first, last)
        ),
        through=int(table.through[row]) or None,
    )
