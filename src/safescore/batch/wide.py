"""Files with an organisation a row, CSV or Parquet: read by DuckDB, judged a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from safescore.batch.arrow import Cells, batches
from safescore.batch.data import Column
from safescore.batch.frames import made
from safescore.batch.intake import Batch, Intake
from safescore.batch.judged import Group, Member, Run, group_of
from safescore.batch.order import Order
from safescore.batch.portion import Portion, Received, parameters_digest
from safescore.errors import Fault, Location, Refused
from safescore.frozen import frozen
from safescore.judging import value_in_force
from safescore.measures.base import UNKNOWN
from safescore.model import Pack
from safescore.period import parse_period
from safescore.words import Text

IDS = ("organization_id", "id")
ROWS = 16_384
"""How many rows are judged at a time."""
_DIGEST = "digest of the row"
_HEAD = {".csv": 2, ".parquet": 1}
"""Where the first row stands: in a CSV file below the header."""


class WideError(Refused):
    """A file with an organisation a row can't be read, or not without more being said."""


@frozen(kw_only=True, slots=False)
class Wide:
    """A file with an organisation a row, and the packs that its rows are judged under."""

    file: str
    order: Order
    packs: tuple[tuple[str, Pack], ...]
    threads: int = 1

    @property
    def period(self) -> str:
        """The period of every row. Raises WideError if none was given."""
        if self.order.period is None or not self.packs:
            raise WideError(
                Text(
                    zh=f"{self.file}：每行一个单位的文件不写期间和规则包",
                    en=f"{self.file}: a file with an organisation a row names neither period nor packs",
                ),
                Text(zh="用--period和--pack指定", en="give --period and --pack"),
            )
        return self.order.period

    @property
    def as_of(self) -> int:
        """The day of judgement: the one given, else the end of the period."""
        days = parse_period(self.period)
        assert days is not None
        return self.order.as_of or days.last

    @property
    def query(self) -> str:
        """The rows, each with a digest."""
        named = self.file.replace("'", "''")
        kind = Path(self.file).suffix.lower()
        rows = f"read_parquet('{named}')" if kind == ".parquet" else f"read_csv('{named}', all_varchar = true)"
        return f'SELECT *, sha256(CAST(to_json(own) AS VARCHAR)) AS "{_DIGEST}" FROM {rows} AS own'

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield what every row is called, with its digest. Raises WideError."""
        place = 0
        for cells in self._stretches(f'"{_DIGEST}"'):
            for digest in _texts(cells[_DIGEST]):
                yield self._name(place), digest or ""
                place += 1

    def portions(self, skipped: frozenset[str]) -> Iterator[Portion]:
        """Yield what the rows come to that were not done before. Raises WideError."""
        first = 0
        for cells in self._stretches("*"):
            size = len(cells[_DIGEST])
            yield self._portion(cells, first, skipped)
            first += size

    def _name(self, place: int) -> str:
        return f"{self.file}:{place + _HEAD[Path(self.file).suffix.lower()]}"

    def _stretches(self, columns: str) -> Iterator[Mapping[str, Cells]]:
        """Yield columns of the rows, some thousand rows at a time; what does not fit into memory DuckDB lays aside."""
        with duckdb.connect() as duck:
            try:
                duck.execute(f"CREATE TEMP TABLE rows AS {self.query}")
                ((number,),) = duck.execute("SELECT count(*) FROM rows").fetchall()
                self._ready(tuple(name for name, *_ in duck.execute("DESCRIBE rows").fetchall()))
                for first in range(0, number, ROWS):
                    these = f"rowid >= {first} AND rowid < {first + ROWS}"
                    yield from batches(duck.sql(f"SELECT {columns} FROM rows WHERE {these} ORDER BY rowid"))
            except duckdb.Error as error:
                said = str(error).splitlines()[0]
                raise WideError(Text(zh=f"{self.file}：无法读取（{said}）", en=f"{self.file}: {said}")) from None

    @cached_property
    def _intakes(self) -> dict[tuple[str, ...], list[Intake]]:
        return {}

    def _made(self, columns: tuple[str, ...]) -> list[Intake]:
        """Return the packs made ready for these columns. Raises WideError with what doesn't fit."""
        id_ = next((one for one in IDS if one in columns), IDS[0])
        as_of = date.fromordinal(self.as_of)
        try:
            return [
                made(
                    pack,
                    columns,
                    as_of=as_of,
                    period=self.period,
                    id=id_,
                    columns=(),
                    keep=(_DIGEST,),
                    threads=self.threads,
                )
                for _, pack in self.packs
            ]
        except ValueError as error:
            said = str(error)
            raise WideError(Text(zh=f"{self.file}：{said}", en=f"{self.file}: {said}")) from None

    def _portion(self, cells: Mapping[str, Cells], first: int, skipped: frozenset[str]) -> Portion:
        names = [self._name(first + place) for place in range(len(cells[_DIGEST]))]
        judged = []
        for (named, pack), intake in zip(self.packs, self._ready(tuple(cells)), strict=True):
            batch = Batch(intake, cells)
            found, roles = batch.assessed()
            judged.append((named, pack, batch, found, roles))
        ids, digests = _texts(cells[judged[0][2].layout.id]), _texts(cells[_DIGEST])
        titles = _texts(cells["name"]) if "name" in cells else [None] * len(ids)
        received: list[Received] = []
        kept: list[int] = []
        for place, name in enumerate(names):
            if name in skipped:
                continue
            told = [one for _, _, batch, _, _ in judged for one in batch.faults.get(place, ())]
            faults = tuple(sorted({self._fault(first + place, *one) for one in told}))
            received.append(
                Received(
                    file=name,
                    digest=digests[place] or "",
                    organization=ids[place],
                    name=titles[place],
                    period=self.period,
                    faults=faults,
                )
            )
            if not faults:
                kept.append(place)
        groups = []
        for named, pack, _, found, roles in judged:
            group = group_of(
                self._run(named, pack),
                self.order,
                self._members(names, ids, titles, digests, roles, _defaults(pack)),
                pack,
                found,
            )
            groups.append(_taken(group, kept))
        return Portion(size=0, received=tuple(received), groups=tuple(groups))

    def _ready(self, columns: tuple[str, ...]) -> list[Intake]:
        if columns not in self._intakes:
            self._intakes[columns] = self._made(columns)
        return self._intakes[columns]

    def _run(self, named: str, pack: Pack) -> Run:
        return Run(pack=pack.id, version=pack.version, digest=pack.digest, period=self.period, named=named)

    def _members(
        self,
        names: Sequence[str],
        ids: Sequence[str | None],
        titles: Sequence[str | None],
        digests: Sequence[str | None],
        roles: Any,
        defaults: str,
    ) -> list[Member]:
        return [
            Member(
                file=name,
                organization=ids[place] or "",
                name=titles[place] or ids[place] or "",
                roles=_roles_at(roles, place),
                facts_digest=digests[place] or "",
                as_of=self.as_of,
                parameters_digest=defaults,
            )
            for place, name in enumerate(names)
        ]

    def _fault(self, place: int, where: str, problem: Text, hint: Text | None) -> Fault:
        """Return a fault of a row; what is wrong with a plain fact names it."""
        at = Location(self.file, place + _HEAD[Path(self.file).suffix.lower()], 1)
        if where:
            problem = Text(zh=f"{where}：{problem.zh}", en=f"{where}: {problem.en}")
        return Fault(at, problem, hint)


def _defaults(pack: Pack) -> str:
    """Return the digest of a pack's parameters where nothing is said of them."""
    values = {one.id: value_in_force(one, None) for one in pack.head.parameters}
    return parameters_digest({name: value for name, value in values.items() if value is not UNKNOWN})


def _taken(group: Group, places: Sequence[int]) -> Group:
    """Return some of the rows of a group."""
    if len(places) == len(group.members):
        return group
    return Group(
        run=group.run,
        rules=group.rules,
        members=tuple(group.members[place] for place in places),
        results=tuple(group.results[place] for place in places),
        block=group.block.taken(np.array(places, dtype=np.int64)),
    )


def _texts(cells: Cells) -> list[str | None]:
    """Return the texts of a column; whole numbers as they are written."""
    if cells.kind == "text":
        return [
            cells.words[code] if there else None
            for code, there in zip(cells.values.tolist(), cells.there.tolist(), strict=True)
        ]
    return [str(one) if there else None for one, there in zip(cells.values.tolist(), cells.there.tolist(), strict=True)]


def _roles_at(roles: Any, place: int) -> tuple[str, ...]:
    if isinstance(roles, Column):
        bits = int(roles.values[place])
        return tuple(word for number, word in enumerate(roles.words) if bits >> number & 1)
    return tuple(sorted(roles))
