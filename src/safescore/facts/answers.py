"""Answers as read: plain cells, dated series, and records told apart from their repetitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import evolve, field

from safescore.dictionary import FactSpec
from safescore.explained import Path
from safescore.expr import Cell
from safescore.frozen import frozen
from safescore.period import Days
from safescore.words import Text

MOST_COMPARISONS = 2_000_000


@frozen(kw_only=True)
class Series:
    """A count on several days, in time order; None is a blank."""

    values: tuple[tuple[int, Cell], ...]


@frozen(kw_only=True)
class Record:
    """One record of a register or events fact: its cells, where it stands, and whether it may repeat another.

    ``at`` is where it stands if that is not in the organisation's own list.
    """

    cells: Mapping[str, Cell]
    index: int
    doubtful: bool = False
    at: Path = ()


@frozen(kw_only=True)
class RecordList:
    """The records of a fact, repetitions merged; ``through`` is the day up to which they are complete."""

    records: tuple[Record, ...]
    through: int | None = None
    wrapped: bool = False
    repeated: tuple[int, ...] = ()


Answer = Cell | Series | RecordList | Mapping[str, Cell]
"""An answer: a cell, a dated series, records, or a checklist by element."""


@frozen(kw_only=True)
class Waiver:
    """A waiver as submitted: of which rule, why, by whom, from when and until when."""

    rule: str
    reason: str
    approver: str
    until: int
    from_: int | None = None


@frozen(kw_only=True)
class Evidence:
    """A file that bears out an answer, by its path beside the submission: of which fact, and since when.

    ``fact`` may be an element of a checklist, ``place`` is where the file is named.
    """

    fact: str
    path: str
    place: Path
    sha256: str = ""
    date: int | None = None
    note: str = ""


@frozen(kw_only=True)
class Visit:
    """What an inspector found on a day: answers beside the organisation's own.

    ``whole`` names the registers of which the visit gives every record; of the others it gives single ones, by key.
    """

    by: str
    on: int
    place: Path
    answers: Mapping[str, Answer]
    whole: frozenset[str] = frozenset()


class Blame(Protocol):
    """Notes a fault at a path of the submission: what is wrong there, and how to mend it."""

    def __call__(self, path: Path, problem: Text, hint: Text | None = None, *, key: bool = False) -> None:
        """Note a fault of the value at *path*, or of its key."""
        ...


@frozen(kw_only=True)
class Change:
    """An answer, or a cell of a record, that a visit decides: as claimed and as verified.

    ``record`` is the key of the record, ``cell`` its field; without a field the record itself is new. ``at`` is where
    the visit says so, ``own`` where the organisation does.
    """

    name: str
    visit: Visit
    at: Path
    own: Path
    claimed: Answer
    verified: Answer
    record: tuple[Cell, ...] = ()
    cell: str = ""


@frozen(kw_only=True)
class Clash:
    """Two records with the same identity and different values in a field."""

    first: int
    second: int
    field: str


def told_apart(spec: FactSpec, records: list[Record]) -> tuple[list[Record], list[int], list[Clash]]:
    """Return the records with repetitions merged, the indices of the repetitions, and the clashes.

    Records with the same identity are one, blanks filled from each other. A record whose identity is incomplete is
    doubtful if it contradicts no field of some other record: it may be the same.
    """
    identity = spec.identity or tuple(spec.fields)
    full: dict[tuple[Cell, ...], int] = {}
    kept: list[Record] = []
    repeated: list[int] = []
    clashes: list[Clash] = []
    filled: dict[tuple[int, str], int] = {}  # which repetition gave a field that the first record lacked
    partial: list[int] = []
    for record in records:
        name = tuple(record.cells.get(one) for one in identity)
        if None in name:
            partial.append(len(kept))
            kept.append(record)
            continue
        place = full.get(name)
        if place is None:
            full[name] = len(kept)
            kept.append(record)
            continue
        first = kept[place]
        repeated.append(record.index)
        cells = dict(first.cells)
        for field_, cell in record.cells.items():
            if cells.get(field_) is None:
                cells[field_] = cell
                filled[place, field_] = record.index
            elif cell is not None and cell != cells[field_]:
                source = filled.get((place, field_), first.index)
                clashes.append(Clash(first=source, second=record.index, field=field_))
        kept[place] = evolve(first, cells=cells)
    endless = len(partial) * len(kept) > MOST_COMPARISONS
    for place in partial:
        one = kept[place]
        if endless or any(other is not one and _may_be_one(one, other) for other in kept):
            kept[place] = evolve(one, doubtful=True)
    return kept, repeated, clashes


def _may_be_one(first: Record, second: Record) -> bool:
    other = second.cells
    return all(cell is None or other.get(name) is None or cell == other[name] for name, cell in first.cells.items())


@frozen(kw_only=True)
class Submission:
    """What an organisation hands in: who it is, for which period, as of when, and its answers.

    ``answers`` are those that decide: the organisation's own, with what inspectors found in place of them. ``own`` are
    the organisation's alone, ``visits`` all visits in time order. ``verified`` names what visits decide: facts,
    elements as ``checklist.element``, and registers of which a visit gave every record; ``corrected`` names the
    registers of which visits gave single records, ``changes`` lists both. ``places`` says where an answer stands that
    is not the organisation's.
    """

    organization: Mapping[str, str]
    roles: tuple[str, ...]
    profile: Mapping[str, Cell]
    period: str
    days: Days
    as_of: int
    packs: tuple[str, ...]
    answers: Mapping[str, Answer]
    parameters: Mapping[str, object]
    waivers: tuple[Waiver, ...]
    digest: str
    own: Mapping[str, Answer]
    evidence: tuple[Evidence, ...] = ()
    visits: tuple[Visit, ...] = ()
    verified: frozenset[str] = frozenset()
    corrected: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()
    places: Mapping[str, Path] = field(factory=dict)

    def place(self, name: str) -> Path:
        """Return where the answer to a fact, or an element of a checklist, stands in the file."""
        return self.places.get(name, ("facts", *name.split(".")))
