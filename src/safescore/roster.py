"""The roster of who was to hand in a result, and where each belongs: a CSV file under a header."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, field

from safescore.errors import Fault, InvalidInput
from safescore.frozen import frozen
from safescore.source import LIMITS, Limits, read_bytes
from safescore.tables import Table, read_table
from safescore.words import Text

COLUMNS: Mapping[str, Text] = {
    "id": Text(zh="单位编号", en="id"),
    "name": Text(zh="单位名称", en="name"),
    "town": Text(zh="镇街", en="town"),
    "park": Text(zh="园区", en="park"),
    "district": Text(zh="区县", en="district"),
    "industry": Text(zh="行业", en="industry"),
    "packs": Text(zh="规则包", en="packs"),
    "roles": Text(zh="角色", en="roles"),
}
"""The columns that a roster is read by, each under its id or what it is called; any other may be grouped by."""
ALSO: Mapping[str, tuple[str, ...]] = {"id": ("编号", "单位代码"), "name": ("名称", "企业名称"), "town": ("乡镇",)}
"""What else columns are called."""
ROOM = evolve(LIMITS, bytes=200_000_000, values=20_000_000)
"""A roster may be longer than a register: that of a nation's enterprises."""
REGISTER_MARK = "."
"""What a column has in its name that fills in a field of the authority's register: ``firms.above_scale``."""


@frozen(kw_only=True)
class Member:
    """Who was to hand in a result: what the roster's columns say of it, and its line; no pack named is every pack."""

    id: str
    name: str
    columns: Mapping[str, str]
    packs: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    place: int = 0

    def expected(self, pack: str) -> bool:
        """Tell whether a result under a pack was to be handed in."""
        return not self.packs or pack in self.packs


@frozen(kw_only=True)
class Roster:
    """Everybody who was to hand in a result, by id, in the order of the file; without a file, nobody is known."""

    members: Mapping[str, Member] = field(factory=dict)
    dimensions: tuple[str, ...] = ()
    table: Table | None = field(default=None, eq=False, repr=False)
    notes: tuple[Text, ...] = ()

    def joined(self, others: Iterable[Member]) -> Roster:
        """Return the roster with those who are known to have handed in something that can't be used."""
        more = {one.id: one for one in others if one.id not in self.members}
        return evolve(self, members={**self.members, **more}) if more else self

    def value(self, id_: str, dimension: str) -> str | None:
        """Return what the roster says of a member; None where it says nothing."""
        member = self.members.get(id_)
        return None if member is None else member.columns.get(dimension)


def read_roster(path: Path | str, limits: Limits = ROOM) -> Roster:
    """Return the roster in a CSV file. Raises InvalidInput with every fault."""
    table = read_table(read_bytes(path, limits, {".csv"}), os.fspath(path), limits)
    names = {column: _id_of(column) for column in table.header}
    faults = list(_faults(table, names))
    if faults:
        raise InvalidInput(faults)
    members = (_member(place, record, names) for place, record in enumerate(table.records))
    dimensions = tuple(name for name in names.values() if name not in ("id", "name", "packs", "roles"))
    return Roster(members={one.id: one for one in members}, dimensions=dimensions, table=table, notes=table.notes)


def _id_of(column: str) -> str:
    """Return the id of a column that stands under what it is called."""
    return next(
        (id_ for id_, label in COLUMNS.items() if column in (id_, label.zh, label.en, *ALSO.get(id_, ()))), column
    )


def _faults(table: Table, names: Mapping[str, str]) -> Iterator[Fault]:
    for id_ in dict.fromkeys(names.values()):
        written = [column for column, name in names.items() if name == id_]
        if len(written) > 1:
            yield Fault(
                table.locate_key((0, written[1])),
                Text(zh=f"“{written[1]}”与“{written[0]}”是同一列", en=f"{written[1]!r} is the column {written[0]!r}"),
                Text(zh="两列只留一列", en="keep one of the two"),
            )
    column = next((column for column, name in names.items() if name == "id"), None)
    if column is None:
        label = COLUMNS["id"].zh
        yield Fault(
            table.locate(()),
            Text(zh=f"名册没有“id”（{label}）列", en="the roster has no column id"),
            Text(zh="在第一行写明各列：id、name、town……", en="name the columns in the first line: id, name, town, …"),
        )
        return
    seen: dict[str, int] = {}
    for place, record in enumerate(table.records):
        given = _text(record[column])
        if given is None:
            yield Fault(
                table.locate((place, column)),
                Text(zh="此行没有单位编号", en="this line has no id"),
                Text(zh="填上填报中organization.id的值", en="give the organization.id of its submission"),
            )
        elif given in seen:
            first = table.locate((seen[given], column))
            yield Fault(
                table.locate((place, column)),
                Text(zh=f"单位“{given}”重复列出", en=f"{given!r} stands here twice"),
                Text(zh=f"先前在{first}；两行只留一行", en=f"first at {first}; keep one of the two"),
            )
        else:
            seen[given] = place


def _member(place: int, record: Mapping[str, str | None], names: Mapping[str, str]) -> Member:
    cells: dict[str, str] = {}
    for column, cell in record.items():
        text = _text(cell)
        if text is not None:
            cells[names[column]] = text
    packs, roles = _several(cells.pop("packs", "")), _several(cells.pop("roles", ""))
    id_ = cells.pop("id")
    return Member(id=id_, name=cells.pop("name", ""), columns=cells, packs=packs, roles=roles, place=place)


def _text(cell: str | None) -> str | None:
    return None if cell is None else str(cell).strip() or None


def _several(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.replace("；", ";").split(";") if one.strip())
