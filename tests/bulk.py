"""Submissions in bulk for any pack, from a seed: blanks, boundaries, series, registers and contradictions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from attrs import frozen

from safescore.dictionary import ABSENT_IS_AN_ANSWER, FactSpec, FieldSpec
from safescore.facts.consistency import wholes
from safescore.measures.each import Each
from safescore.model import Pack

Facts = dict[str, Any]
SCALARS = ("flag", "count", "number", "date", "term", "choice", "choices", "text")


@frozen
class Terms:
    """What all submissions of a batch have in common."""

    period: str
    as_of: date
    parameters: Facts


def terms(pack: Pack, chance: random.Random) -> Terms:
    """Return a period, a day and parameters under which the pack can be asked."""
    parameters: Facts = {}
    for one in pack.head.parameters:
        if one.reading:
            if chance.random() < 0.5:
                parameters[one.id] = chance.choice(list(one.alternatives))
        elif one.default is None and chance.random() < 0.8:
            year = _year(pack)
            sort = {"date": f"{year}-0{chance.randint(1, 6)}-01", "percent": "70%"}
            parameters[one.id] = sort.get(one.type, chance.randint(0, 5))
    year = _year(pack)
    period = chance.choice((f"{year}", f"{year}H2", f"{year}Q3"))
    first = date(year, 7, 1)
    as_of = chance.choice(
        (date(year, 9, 29), date(year, 9, 30), date(year, 12, 31), first + timedelta(chance.randrange(200)))
    )
    return Terms(period, as_of, parameters)


def _year(pack: Pack) -> int:
    day = pack.head.period.to
    assert isinstance(day, int)
    return date.fromordinal(day).year


class Bulk:
    """Submissions of one pack."""

    def __init__(self, pack: Pack, chance: random.Random) -> None:
        self._pack = pack
        self._chance = chance
        self._dictionary = pack.dictionary
        asked = dict.fromkeys(_asked(pack))
        self._facts = tuple(sorted(asked, key=lambda name: self._dictionary.facts[name].type != "register"))
        self._days = [date(_year(pack), month, 1) for month in range(1, 13)]

    def submission(self, given: Terms, number: int) -> Facts:
        """Return one submission."""
        chance = self._chance
        self._gone = chance.choice((0.03, 0.03, 0.2, 0.6))
        self._loose = chance.random() < 0.15
        self._as_of = given.as_of
        self._keys: dict[str, list[str]] = {}
        facts: Facts = {}
        for name in self._facts:
            spec = self._dictionary.facts[name]
            if spec.profile or self._left_out(name):
                continue
            if spec.records:
                facts[name] = self._records(name, spec)
            elif spec.type == "checklist":
                facts[name] = {key: self._cell(one) for key, one in spec.elements.items()}
            elif spec.type == "count":
                facts[name] = self._count(name, spec, facts)
            else:
                facts[name] = self._cell(spec)
        roles = list(self._pack.roles)
        profile = {name: self._cell(spec) for name, spec in self._dictionary.facts.items() if spec.profile}
        bound = [role for rule in self._pack.rules for role in rule.roles]
        held = sorted({chance.choice(bound) for _ in range(chance.choice((1, 1, 2)))} & set(roles))
        about = {key: value for key, value in profile.items() if value is not None}
        return {
            "organization": {**about, "id": f"O{number}", "name": f"O{number}", "roles": held},
            "period": given.period,
            "as_of": given.as_of.isoformat(),
            "parameters": given.parameters,
            "facts": {name: answer for name, answer in facts.items() if answer is not None},
        }

    def _left_out(self, name: str) -> bool:
        often = 0.98 if name in self._dictionary.derivations and not self._loose else self._gone
        return self._chance.random() < often

    def _day(self) -> date:
        """Return a day: mostly of the year, often on an edge."""
        chance = self._chance
        edge = chance.choice((self._as_of, self._as_of + timedelta(1), *self._days))
        return edge - timedelta(chance.choice((0, 0, 1, 1, chance.randrange(400))))

    def _cell(self, spec: FieldSpec | FactSpec) -> Any:
        chance, type_ = self._chance, spec.type
        if chance.random() < self._gone:
            return None
        if type_ in ABSENT_IS_AN_ANSWER and chance.random() < 0.12:
            return "none"
        if type_ == "flag":
            return chance.random() < 0.7
        if type_ in ("count", "number"):
            return chance.choice((0, 1, 2, 3, 29, 30, 31, 100, chance.randrange(1200)))
        if type_ in ("date", "term"):
            return self._day().isoformat()
        if type_ == "time":
            return f"{self._day().isoformat()} {chance.randrange(24):02}:{chance.choice((0, 30)):02}"
        if type_ == "choice":
            return chance.choice(list(spec.options))
        if type_ == "choices":
            return sorted(chance.sample(list(spec.options), chance.randint(0, min(3, len(spec.options)))))
        if type_ == "dates":
            first = self._day()
            return [f"{first.isoformat()}..{(first + timedelta(chance.randrange(60))).isoformat()}"]
        if type_ == "ref" and isinstance(spec, FieldSpec):
            known = self._keys.get(str(spec.to))
            return chance.choice(known) if known else None
        return chance.choice(("甲", "乙", "丙"))

    def _count(self, name: str, spec: FactSpec, facts: Facts) -> Any:
        chance = self._chance
        above = [facts[one] for one in wholes(name, self._dictionary) if isinstance(facts.get(one), int)]
        most = min(above, default=chance.choice((3, 12, 203, 5000)))
        if not self._loose or chance.random() < 0.9:
            figure = chance.choice(
                (most, max(most - 1, 0), most * 7 // 10, -(-most * 7 // 10), chance.randint(0, most))
            )
        else:
            figure = most + 1
        if chance.random() < 0.08:
            days = sorted({self._day() for _ in range(3)})
            return {day.isoformat(): figure if spec.cumulative else chance.randint(0, figure) for day in days}
        return "none" if figure == 0 and chance.random() < 0.2 else figure

    def _records(self, name: str, spec: FactSpec) -> Any:
        chance, made = self._chance, []
        number = chance.choice((0, 1, 1, 2, 3, 5) if spec.type == "register" else (0, 1, 2, 4, 9))
        for place in range(number):
            record = {key: self._cell(one) for key, one in spec.fields.items()}
            if len(spec.key) == 1 and chance.random() > self._gone / 3:
                record[spec.key[0]] = place if spec.fields[spec.key[0]].type == "count" else f"K{place}"
            made.append({key: cell for key, cell in record.items() if cell is not None})
        if len(spec.key) == 1:
            self._keys[name] = [str(one[spec.key[0]]) for one in made if spec.key[0] in one]
        if spec.type == "events" and chance.random() < 0.15:
            through = self._as_of - timedelta(chance.choice((0, 1, 40)))
            return {"through": through.isoformat(), "events": made}
        return made


def _asked(pack: Pack) -> Iterator[str]:
    """Yield the facts that the rules ask, the counts that they are part of before them, and their registers."""
    dictionary = pack.dictionary
    for rule in pack.rules:
        names = [name.split(".")[0] for name in rule.facts()]
        if isinstance(rule.measure, Each):
            names.append(rule.measure.record)
        for name in names:
            if dictionary.facts[name].type == "count":
                yield from reversed(tuple(wholes(name, dictionary)))
            if name in dictionary.derivations:
                yield dictionary.derivations[name].register
            yield name
