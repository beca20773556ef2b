"""Who belongs where: the members of a roll-up under one pack, and the groups that they fall into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from safescore.errors import Fault, Location, Refused
from safescore.expr import suggestion
from safescore.frozen import frozen
from safescore.period import Every, calendar_window, parse_day
from safescore.rollup.members import Result
from safescore.roster import COLUMNS, REGISTER_MARK, Roster
from safescore.words import Text, same

QUARTER = "quarter"
UNSTATED = ""
"""The value of a dimension of which neither the submission nor the roster says anything."""
DIMENSIONS: Mapping[str, Text] = {
    **{name: COLUMNS[name] for name in ("town", "park", "district", "industry")},
    QUARTER: Text(zh="季度", en="quarter"),
}
Key = tuple[str, ...]


class UnknownDimensionError(Refused):
    """There is nothing of this name to group by."""


@frozen(kw_only=True)
class Place:
    """One who was to hand in a result, for one quarter where quarters are told apart; ``result`` is None if none came.

    ``keys`` are its values of each dimension; of a choice of several, all.
    """

    id: str
    name: str
    keys: tuple[tuple[str, ...], ...]
    result: Result | None
    listed: bool


@frozen(kw_only=True)
class Superseded:
    """A result that a later one of the same organisation replaces."""

    earlier: Result
    later: Result


@frozen(kw_only=True)
class Current:
    """One result an organisation under each pack, those that a later one replaces, and those at odds with another."""

    results: tuple[Result, ...]
    replaced: tuple[Superseded, ...] = ()
    at_odds: tuple[Result, ...] = ()
    faults: tuple[Fault, ...] = ()


def current(results: Iterable[Result], *, quarterly: bool) -> Current:
    """Return the latest result of every organisation under each pack, with *quarterly* of every quarter.

    Two of the same day that differ are faults, and neither counts.
    """
    latest: dict[tuple[str, str, str], Result] = {}
    replaced: list[Superseded] = []
    at_odds: dict[tuple[str, str, str], list[Result]] = {}
    faults: list[Fault] = []
    for one in results:
        key = (one.pack, one.organization, quarter(one) if quarterly else "")
        other = latest.get(key)
        if other is None:
            latest[key] = one
            continue
        old, new = sorted((other, one), key=_age)
        if _age(old) == _age(new) and old.facts != new.facts:
            faults.append(_clash(old, new))
            at_odds.setdefault(key, [old]).append(new)
        else:
            latest[key] = new
            replaced.append(Superseded(earlier=old, later=new))
    odd = [one for key, group in at_odds.items() if _age(latest[key]) <= _age(group[0]) for one in group]
    kept = tuple(one for one in latest.values() if all(one is not other for other in odd))
    return Current(results=kept, replaced=tuple(replaced), at_odds=tuple(odd), faults=tuple(faults))


def _age(one: Result) -> tuple[str, str]:
    return one.cut, one.as_of


def _clash(first: Result, second: Result) -> Fault:
    return Fault(
        Location(second.source, 1, 1),
        Text(
            zh=f"“{second.organization}”截至{second.as_of}的填报与{first.source}不一致",
            en=f"{second.organization!r} says something else as of {second.as_of} than in {first.source}",
        ),
        Text(zh="只留一份，或写明较晚的as_of", en="keep one of the two, or give the later one a later as_of"),
    )


def quarter(one: Result) -> str:
    """Return the quarter in which a result was cut off: ``2022Q3``."""
    day = parse_day(one.cut)
    return "" if day is None else calendar_window(Every.QUARTER, day).label


def dimensions(
    names: Sequence[str], results: Iterable[Result], roster: Roster, labels: Mapping[str, Text]
) -> tuple[str, ...]:
    """Return the ids of what to group by, each named by its id or by what it is called.

    Raises UnknownDimensionError if neither the roster nor any submission knows one.
    """
    profile = sorted({name for one in results for name in one.profile})
    columns = [one for one in roster.dimensions if REGISTER_MARK not in one]
    known = dict.fromkeys((QUARTER, *columns, *profile))
    called = {said: name for name in reversed(known) for said in _said(labels.get(name) or dimension_name(name))}
    found: dict[str, None] = {}
    for name in names:
        if name not in known and name not in called:
            problem = Text(
                zh=f"名册和填报中都没有可供分组的“{name}”",
                en=f"neither roster nor submissions have {name!r} to group by",
            )
            raise UnknownDimensionError(problem, suggestion(name, tuple(known)))
        found[name if name in known else called[name]] = None
    return tuple(found)


def _said(label: Text) -> tuple[str, str]:
    return label.zh, label.en


def places(results: Sequence[Result], roster: Roster, pack: str, by: Sequence[str]) -> tuple[Place, ...]:
    """Return everybody who was to hand in a result under a pack, in the order of the roster; then those not listed."""
    own = [one for one in results if one.pack == pack]
    quarters = sorted({quarter(one) for one in own}) if QUARTER in by else [""]
    found: list[Place] = []
    for when in quarters:
        here = {one.organization: one for one in own if QUARTER not in by or quarter(one) == when}
        expected = [one for one in roster.members.values() if one.expected(pack) or one.id in here]
        for member in expected:
            result = here.pop(member.id, None)
            name = member.name or (result.name if result is not None else member.id)
            keys = tuple(_values(member.id, result, roster, dimension, when) for dimension in by)
            found.append(Place(id=member.id, name=name, keys=keys, result=result, listed=True))
        for one in sorted(here.values(), key=lambda one: one.organization):
            keys = tuple(_values(one.organization, one, roster, dimension, when) for dimension in by)
            found.append(Place(id=one.organization, name=one.name, keys=keys, result=one, listed=roster.table is None))
    return tuple(found)


def _values(id_: str, result: Result | None, roster: Roster, dimension: str, when: str) -> tuple[str, ...]:
    """Return the values of a dimension: the roster's, else what the submission says."""
    if dimension == QUARTER:
        return (when,)
    listed = roster.value(id_, dimension)
    if listed is not None:
        return (listed,)
    said = result.profile.get(dimension, ()) if result is not None else ()
    return said or (UNSTATED,)


def latest_quarter(members: Sequence[Place], by: Sequence[str]) -> tuple[Place, ...]:
    """Return the members as of the latest quarter: submissions are cumulative, and quarters no parts of a whole."""
    if QUARTER not in by:
        return tuple(members)
    place = by.index(QUARTER)
    last = max((one.keys[place] for one in members), default=())
    return tuple(one for one in members if one.keys[place] == last)


def grouped(members: Iterable[Place], depth: int) -> dict[Key, list[Place]]:
    """Return the members by their values of the first dimensions, in order; who has several values is in several."""
    found: dict[Key, list[Place]] = {} if depth else {(): []}
    for one in members:
        for key in product(*one.keys[:depth]):
            found.setdefault(key, []).append(one)
    return {key: found[key] for key in sorted(found, key=_order)}


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value == UNSTATED, value) for value in key)


def dimension_name(name: str) -> Text:
    """Return what a dimension is called."""
    return DIMENSIONS.get(name, same(name))


def levels(by: Sequence[str]) -> Iterator[int]:
    """Yield how many dimensions each level of groups tells apart: none, the first, the first two, and so on."""
    yield from range(len(by) + 1)
