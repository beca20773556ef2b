"""Attribution: what each group of changes did to a figure, such that the parts add up to the whole, exactly."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial
from typing import Generic, TypeVar

from safescore.frozen import frozen

G = TypeVar("G", bound=Hashable)
K = TypeVar("K", bound=Hashable)
Chain = tuple[frozenset[G], ...]
"""A way from no change to all of them, as the changes made after each step."""


@frozen(kw_only=True)
class Shares(Generic[G, K]):
    """The part of each group of changes, by what it did it to; groups that can't be told apart have one part together.

    ``orders`` is how many orders the parts are the mean over, ``of`` how many orders of the groups there are.
    """

    parts: Mapping[tuple[G, ...], Mapping[K, Fraction]]
    orders: int
    of: int


def attributed(
    groups: Sequence[G],
    known: Callable[[frozenset[G]], bool],
    step: Callable[[frozenset[G], frozenset[G]], Mapping[K, Fraction]],
) -> Shares[G, K]:
    """Return what each group of changes did, as the mean over the orders in which the changes may be made.

    *known* says whether there is a figure when these changes alone have been made. *step* returns what going from some
    changes to more of them did. Where all orders have their figures this is Shapley's value. Where some have not, it is
    the mean over those that have; where none has, changes are made together, in as many steps as can be.
    """
    chains = _alike(groups, list(_longest(tuple(groups), known)))
    sums: dict[tuple[G, ...], dict[K, Fraction]] = {}
    done: dict[tuple[frozenset[G], frozenset[G]], Mapping[K, Fraction]] = {}
    for chain in chains:
        for before, after in pairwise(chain):
            if (before, after) not in done:
                done[before, after] = step(before, after)
            own = sums.setdefault(_made(groups, before, after), {})
            for name, part in done[before, after].items():
                own[name] = own.get(name, Fraction(0)) + part / len(chains)
    ordered = sorted(sums, key=lambda made: [groups.index(one) for one in made])
    return Shares(parts={made: sums[made] for made in ordered}, orders=len(chains), of=factorial(len(groups)))


def _longest(groups: tuple[G, ...], known: Callable[[frozenset[G]], bool]) -> Iterator[Chain[G]]:
    """Yield the ways from no change to all that have the most steps, each step with a figure."""
    whole = frozenset(groups)
    every = [frozenset(some) for size in range(len(groups) + 1) for some in combinations(groups, size)]
    there = [one for one in every if one in (frozenset(), whole) or known(one)]
    most: dict[frozenset[G], int] = {}
    for one in there:
        most[one] = max((most[other] + 1 for other in most if other < one), default=0)

    def back(one: frozenset[G]) -> Iterator[Chain[G]]:
        if not one:
            yield (one,)
        for other in there:
            if other < one and most[other] == most[one] - 1:
                yield from ((*way, one) for way in back(other))

    return back(whole)


def _alike(groups: Sequence[G], chains: list[Chain[G]]) -> list[Chain[G]]:
    """Return the chains that make the same changes together as the first one."""

    def together(chain: Chain[G]) -> frozenset[tuple[G, ...]]:
        return frozenset(_made(groups, *pair) for pair in pairwise(chain))

    return [one for one in chains if together(one) == together(chains[0])]


def _made(groups: Sequence[G], before: frozenset[G], after: frozenset[G]) -> tuple[G, ...]:
    return tuple(one for one in groups if one in after and one not in before)
