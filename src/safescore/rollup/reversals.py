"""Simpson's reversals: a group that does better in every part, and worse on the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations

from safescore.frozen import frozen
from safescore.results import Interval
from safescore.rollup.groups import Place
from safescore.rollup.members import Duty

Figure = Callable[[Sequence[Place], Duty], Interval]
"""The pooled share of a duty over members."""


@frozen(kw_only=True)
class Side:
    """One of the two groups: its value of the dimension, its share on the whole, and in each part."""

    value: str
    whole: Interval
    parts: Mapping[str, Interval]


@frozen(kw_only=True)
class Reversal:
    """A duty by which one group is ahead of another in every part of a dimension, and behind it on the whole.

    It holds for every completion of what the members that handed in left blank; with *sure* whatever the absent ones
    would say, too.
    """

    rule: str
    dimension: str
    within: str
    ahead: Side
    behind: Side
    sure: bool


def reversals(
    members: Sequence[Place], by: Sequence[str], duties: Sequence[Duty], reported: Figure, overall: Figure
) -> Iterator[Reversal]:
    """Yield the reversals between the groups of any dimension within the parts of any other.

    Only dimensions of which every member has one value are looked at: else parts do not add up to the whole.
    """
    plain = [place for place in range(len(by)) if all(len(one.keys[place]) == 1 for one in members)]
    for one, other in permutations(plain, 2):
        cells: dict[str, dict[str, list[Place]]] = {}
        for member in members:
            cells.setdefault(member.keys[one][0], {}).setdefault(member.keys[other][0], []).append(member)
        for duty in duties:
            sides = {value: _side(value, parts, duty, reported) for value, parts in cells.items()}
            for first, second in permutations(sorted(sides), 2):
                if _reversed(sides[first], sides[second]):
                    again = (_side(value, cells[value], duty, overall) for value in (first, second))
                    yield Reversal(
                        rule=duty.rule,
                        dimension=by[one],
                        within=by[other],
                        ahead=sides[first],
                        behind=sides[second],
                        sure=_reversed(*again),
                    )


def _side(value: str, parts: Mapping[str, Sequence[Place]], duty: Duty, figure: Figure) -> Side:
    everybody = [one for group in parts.values() for one in group]
    shares = {name: figure(parts[name], duty) for name in sorted(parts)}
    return Side(
        value=value,
        whole=figure(everybody, duty),
        parts={name: found for name, found in shares.items() if found.low is not None},
    )


def _reversed(first: Side, second: Side) -> bool:
    """Tell whether the first is surely ahead in every part, of which both have two or more, and behind on the whole."""
    if len(first.parts) < 2 or set(first.parts) != set(second.parts):
        return False
    return _below(first.whole, second.whole) and all(
        _below(second.parts[name], first.parts[name]) for name in first.parts
    )


def _below(one: Interval, other: Interval) -> bool:
    if one.high is None or other.low is None or not (one.certain and other.certain):
        return False
    return one.high < other.low
