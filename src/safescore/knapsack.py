"""The cheapest choice, one from each menu, that gains enough: exact, over integers and fractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Generic, TypeVar

from safescore.frozen import frozen

T = TypeVar("T")


@frozen(kw_only=True)
class Choice(Generic[T]):
    """One entry of a menu: what it costs, what it gains, and what it stands for."""

    effort: int
    gain: Fraction
    what: T


@frozen
class _State:
    """Choices made so far, the last first: their cost, and their gain in whole steps."""

    effort: int
    gain: int
    last: tuple[int, int, _State] | None = None


def pareto(menu: Iterable[Choice[T]]) -> tuple[Choice[T], ...]:
    """Return the entries that none beats: by effort, each gaining more than all cheaper ones; of equals the first."""
    kept: list[Choice[T]] = []
    for one in sorted(menu, key=lambda one: (one.effort, -one.gain)):
        if not kept or one.gain > kept[-1].gain:
            kept.append(one)
    return tuple(kept)


def cheapest(menus: Sequence[Sequence[Choice[T]]], needed: Fraction) -> tuple[Choice[T], ...] | None:
    """Return one entry of each menu so that the gains add up to what is needed at the least effort; None if none do.

    Of equally cheap ways the one that gains most, and of these the same one every time.
    """
    lists = [pareto(menu) for menu in menus]
    if not all(lists):
        return None
    scale = lcm(needed.denominator, *(one.gain.denominator for menu in lists for one in menu))
    gains = [[int(one.gain * scale) for one in menu] for menu in lists]
    goal = int(needed * scale)
    most = _suffixes([max(menu) for menu in gains])
    least = _suffixes([menu[0].effort for menu in lists])
    if most[0] < goal:
        return None
    bound = _greedy(lists, needed)
    states = [_State(0, 0)]
    for place, menu in enumerate(lists):
        grown = [
            _State(state.effort + one.effort, state.gain + gain, (place, number, state))
            for state in states
            for number, (one, gain) in enumerate(zip(menu, gains[place], strict=True))
            if state.gain + gain + most[place + 1] >= goal and state.effort + one.effort + least[place + 1] <= bound
        ]
        states = _unbeaten(grown)
    best = min((one for one in states if one.gain >= goal), key=lambda one: (one.effort, -one.gain))
    picked: list[Choice[T]] = []
    back = best.last
    while back is not None:
        place, number, before = back
        picked.append(lists[place][number])
        back = before.last
    return tuple(reversed(picked))


def _suffixes(values: Sequence[int]) -> list[int]:
    """Return the sums from each place to the end."""
    sums = [0]
    for value in reversed(values):
        sums.append(sums[-1] + value)
    return sums[::-1]


def _unbeaten(states: list[_State]) -> list[_State]:
    kept: list[_State] = []
    for one in sorted(states, key=lambda one: (one.effort, -one.gain)):
        if not kept or one.gain > kept[-1].gain:
            kept.append(one)
    return kept


def _greedy(lists: Sequence[tuple[Choice[T], ...]], needed: Fraction) -> int:
    """Return the effort of a way that gains enough, not always the cheapest: each time the step that gains most for
    its effort.
    """
    at = [0] * len(lists)
    gained = sum((menu[0].gain for menu in lists), Fraction(0))
    effort = sum(menu[0].effort for menu in lists)
    while gained < needed:
        steps = (
            (Fraction(one.gain - menu[now].gain, one.effort - menu[now].effort), -place, number)
            for place, (menu, now) in enumerate(zip(lists, at, strict=True))
            for number, one in enumerate(menu[now + 1 :], now + 1)
        )
        _, place, number = max(steps)
        menu, now = lists[-place], at[-place]
        gained += menu[number].gain - menu[now].gain
        effort += menu[number].effort - menu[now].effort
        at[-place] = number
    return effort
