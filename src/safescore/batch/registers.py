"""Records of many organisations as they came: told apart, repetitions merged, references followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from attrs import evolve, frozen

from safescore.batch.columns import texts_of
from safescore.batch.data import Array, Column, Table, blank
from safescore.dictionary import Dictionary, FactSpec, shown
from safescore.expr import NONE, Cell
from safescore.facts.answers import Record, told_apart
from safescore.facts.read import clashing, no_record
from safescore.words import Lang, Text

Fault = tuple[int, str, Text, Text | None]
"""The organisation, the place in its answers, what is wrong there, and how to mend it."""


@frozen(eq=False, kw_only=True)
class Listed:
    """The records of a fact in order of their organisations; *number* is how their own places count."""

    spec: FactSpec
    name: str
    owner: Array
    number: Array
    columns: Mapping[str, Column]
    given: Array
    through: Array

    def at(self, row: int) -> str:
        """Return where a record stands."""
        return f"{self.name}[{int(self.number[row])}]"


def apart(listed: Listed) -> tuple[Table, list[Fault]]:
    """Return the table of records, each told apart from the others of its organisation, and the clashes."""
    spec, rows = listed.spec, len(listed.owner)
    columns = {name: listed.columns.get(name) or blank(rows, one.type) for name, one in spec.fields.items()}
    doubtful = np.zeros(rows, dtype=bool)
    kept = np.ones(rows, dtype=bool)
    faults: list[Fault] = []
    for first, last in _unclear(listed, columns):
        faults.extend(_told_apart(listed, columns, slice(first, last), kept, doubtful))
    if not kept.all():
        columns = {name: column.taken(kept) for name, column in columns.items()}
    table = Table(
        owner=listed.owner[kept],
        columns=columns,
        given=listed.given,
        through=listed.through,
        doubtful=doubtful[kept],
    )
    return table, faults


def _unclear(listed: Listed, columns: Mapping[str, Column]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of organisations of which some records share an identity, or have it in part only."""
    owner = listed.owner
    if not (owner[1:] == owner[:-1]).any():  # one record is told apart from no other
        return
    key, full = np.unique(owner, return_inverse=True)[1], np.ones(len(owner), dtype=bool)
    for name in listed.spec.identity or tuple(listed.spec.fields):
        column = columns[name]
        full &= column.there | column.none
        codes = np.unique(np.where(column.there, column.values, 0), return_inverse=True)[1] * 2 + column.none
        key = np.unique(key * (int(codes.max()) + 1) + codes, return_inverse=True)[1]
    often = np.bincount(key[full], minlength=int(key.max()) + 1) > 1
    unclear = np.unique(owner[~full | often[key]])
    yield from zip(
        np.searchsorted(owner, unclear).tolist(), np.searchsorted(owner, unclear, "right").tolist(), strict=True
    )


def _told_apart(
    listed: Listed, columns: dict[str, Column], rows: slice, kept: Array, doubtful: Array
) -> Iterator[Fault]:
    """Note which records of one organisation stay and which may repeat another; yield the clashes."""
    spec, first = listed.spec, rows.start
    cells = {name: _codes(column, rows) for name, column in columns.items()}
    records = [
        Record(cells={name: some[row] for name, some in cells.items()}, index=row) for row in range(rows.stop - first)
    ]
    single_, _, clashes = told_apart(spec, records)
    kept[rows] = False
    for one in single_:
        kept[first + one.index] = True
        doubtful[first + one.index] = one.doubtful
        for name, cell in one.cells.items():
            if cell is not None and cells[name][one.index] is None:
                columns[name] = _filled(columns[name], first + one.index, cell)
    for clash in clashes:
        one, other = (shown_at(spec, columns, clash.field, first + row) for row in (clash.second, clash.first))
        name = ", ".join(f"{key}: {shown_at(spec, columns, key, first + clash.second)}" for key in spec.identity)
        problem, hint = clashing(spec, clash.field, name, one, other, listed.at(first + clash.first))
        yield int(listed.owner[first]), f"{listed.at(first + clash.second)}.{clash.field}", problem, hint


def _codes(column: Column, rows: slice) -> list[Cell]:
    """Return cells that are the same where the records' are."""
    parts = (column.values[rows].tolist(), column.there[rows].tolist(), column.none[rows].tolist())
    return [int(value) if there else NONE if none else None for value, there, none in zip(*parts, strict=True)]


def _filled(column: Column, row: int, cell: Cell) -> Column:
    """Return a column with a blank filled by what a repetition says."""
    values, there, none = column.values.copy(), column.there.copy(), column.none.copy()
    if cell is NONE:
        none[row] = True
    else:
        values[row], there[row] = cell, True
    return evolve(column, values=values, there=there, none=none)


def cell_at(column: Column, type_: str, row: int) -> Cell:
    """Return a cell of a column."""
    if column.none[row]:
        return NONE
    if not column.there[row]:
        return None
    value = column.values[row]
    if type_ == "flag":
        return bool(value)
    if type_ == "choices":
        return frozenset(word for place, word in enumerate(column.words) if int(value) >> place & 1)
    if column.words:
        word: Cell = column.words[int(value)]
        return word
    return Fraction(int(value), column.scale) if column.scale != 1 else int(value)


def shown_at(spec: FactSpec, columns: Mapping[str, Column], name: str, row: int) -> str:
    """Return a cell of a record as its author would write it."""
    return shown(spec.fields[name].type, cell_at(columns[name], spec.fields[name].type, row))


def astray(tables: Mapping[str, Table], named: Sequence[Listed], dictionary: Dictionary) -> Iterator[Fault]:
    """Yield the records that name a record of a register that isn't in it."""
    for listed in named:
        for field, one in listed.spec.fields.items():
            register = tables.get(str(one.to)) if one.to else None
            column = tables[listed.name].columns.get(field) if register is not None else None
            if register is None or column is None:
                continue
            keys = register.columns[dictionary.facts[str(one.to)].key[0]]
            yield from _astray(listed, field, tables[listed.name], register, keys, dictionary)


def _astray(
    listed: Listed, field: str, table: Table, register: Table, keys: Column, dictionary: Dictionary
) -> Iterator[Fault]:
    codes: dict[str, int] = {}
    names, refs = texts_of(keys, codes), texts_of(table.columns[field], codes)
    stated = keys.there | keys.none
    whole = register.given.copy()
    whole[register.owner[~stated]] = False
    wide = len(codes) + 1
    known = register.owner[keys.there] * wide + names[keys.there]
    asked = table.columns[field].there & whole[table.owner]
    lost = np.flatnonzero(asked & ~np.isin(table.owner * wide + refs, known))
    register_ = str(listed.spec.fields[field].to)
    for row in lost.tolist():
        owner = int(table.owner[row])
        own = slice(*np.searchsorted(register.owner, (owner, owner + 1)).tolist())
        some = [str(cell_at(keys, "text", one)) for one in range(own.start, own.stop) if keys.there[one]]
        cell = shown_at(listed.spec, table.columns, field, row)
        yield owner, f"{listed.name}.{field}", *no_record(dictionary, register_, cell, some)


def line(place: str, problem: Text, hint: Text | None, lang: Lang) -> str:
    """Return a fault on one line; what is wrong with a plain fact names it."""
    where = f"{place}: " if place else ""
    mend = "" if hint is None else {"zh": f"（提示：{hint.zh}）", "en": f" (hint: {hint.en})"}[lang]
    return f"{where}{problem.to(lang)}{mend}"
