"""Generated organisations as columns, from a seed: plain answers, events and registers, as a pack asks them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from attrs import frozen

from safescore.batch import Column, Table
from safescore.dictionary import ABSENT_IS_AN_ANSWER, FactSpec, FieldSpec
from safescore.expr import fields as fields_of
from safescore.facts.consistency import wholes
from safescore.model import Pack
from safescore.period import Days

MISSING, ABSENT = 0.1, 0.1
NAMES = 8
Spec = FieldSpec | FactSpec


@frozen(kw_only=True, eq=False)
class Given:
    """What a kernel is given."""

    facts: dict[str, Column | Table]
    roles: Column
    as_of: date
    period: str
    parameters: dict[str, Any]
    records: int
    size: int


def generated(pack: Pack, size: int, *, seed: int) -> Given:
    """Return the facts of so many organisations, with about one record of each register and event for each."""
    chance = np.random.default_rng(seed)
    end = pack.head.period.to
    assert isinstance(end, int)
    year = date.fromordinal(end).year
    maker = _Maker(chance, date(year, 9, 30).toordinal())
    dictionary = pack.dictionary
    facts: dict[str, Column | Table] = {}
    records = 0
    for name in dict.fromkeys(_asked(pack)):
        spec = dictionary.facts[name]
        if spec.records:
            facts[name] = table = maker.table(spec, size)
            records += len(table.owner)
        elif spec.type == "checklist":
            facts |= {f"{name}.{key}": maker.column(one, size) for key, one in spec.elements.items()}
        elif spec.type == "count" and name not in dictionary.derivations:
            above = [one.values for one in map(facts.get, wholes(name, dictionary)) if isinstance(one, Column)]
            facts[name] = maker.part(above, size)
        elif name not in dictionary.derivations:
            facts[name] = maker.column(spec, size)
    roles = tuple(sorted(pack.roles))
    held = np.int64(1) << chance.integers(0, len(roles), size)
    parameters: dict[str, Any] = {}
    for one in pack.head.parameters:
        if not one.reading and one.default is None:
            parameters[one.id] = {"date": f"{year}-02-01", "percent": "70%"}.get(one.type, 3)
    return Given(
        facts=facts,
        roles=Column(values=held, there=_everywhere(True, size), none=_everywhere(False, size), words=roles),
        as_of=date(year, 9, 30),
        period=f"{year}",
        parameters=parameters,
        records=records,
        size=size,
    )


def _asked(pack: Pack) -> Iterator[str]:
    dictionary = pack.dictionary
    for rule in pack.rules:
        yield from () if rule.applies is None else fields_of(rule.applies.expr)
        for name in (one.split(".")[0] for one in rule.facts()):
            if dictionary.facts[name].type == "count":
                yield from reversed(tuple(wholes(name, dictionary)))
            if name in dictionary.derivations:
                yield dictionary.derivations[name].register
            yield name


def _everywhere(value: bool, size: int) -> Any:
    return np.broadcast_to(np.bool_(value), (size,))


class _Maker:
    def __init__(self, chance: np.random.Generator, today: int) -> None:
        self._chance = chance
        self._today = today

    def table(self, spec: FactSpec, size: int) -> Table:
        """Return the records of one register or event fact, none to three an organisation."""
        number = self._chance.integers(0, 3, size)
        owner = np.repeat(np.arange(size), number)
        columns = {name: self.column(one, len(owner)) for name, one in spec.fields.items()}
        return Table(owner=owner, columns=columns, given=self._chance.random(size) > MISSING / 10)

    def part(self, above: list[Any], size: int) -> Column:
        """Return a count, no greater than what it is part of."""
        values = self._chance.integers(0, 60, size, dtype=np.int32)
        for whole in above:
            values = np.minimum(values, whole)
        return self._masked(values, none=False)

    def column(self, spec: Spec, size: int) -> Column:
        """Return the answers of one fact or field."""
        chance, type_ = self._chance, spec.type
        words: tuple[Any, ...] = ()
        if type_ == "flag":
            values: Any = chance.random(size) < 0.7
        elif type_ in ("count", "number"):
            values = chance.integers(0, 60, size, dtype=np.int32)
        elif type_ in ("date", "term"):
            values = (self._today - chance.integers(-60, 400, size)).astype(np.int32)
        elif type_ == "time":
            values = (self._today - chance.integers(0, 400, size)) * 1440 + chance.integers(0, 1440, size)
        elif type_ == "choices":
            words = tuple(sorted(spec.options))
            values = np.int64(1) << chance.integers(0, len(words), size)
        elif type_ == "dates":
            words = ((Days(self._today - 30, self._today),), (Days(self._today - 300, self._today - 200),))
            values = chance.integers(0, len(words), size)
        else:
            words = tuple(spec.options) if type_ == "choice" else tuple(f"K{one}" for one in range(NAMES))
            values = chance.integers(0, len(words), size, dtype=np.uint8)
        return self._masked(values, none=type_ in ABSENT_IS_AN_ANSWER, words=words)

    def _masked(self, values: Any, *, none: bool, words: tuple[Any, ...] = ()) -> Column:
        drawn = self._chance.random(len(values), dtype=np.float32)
        gone = drawn < MISSING
        absent = (drawn > 1 - ABSENT) if none else _everywhere(False, len(values))
        return Column(values=values, there=~(gone | absent), none=absent, words=words)
