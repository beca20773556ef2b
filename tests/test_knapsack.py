"""The cheapest way: exactly as cheap as trying everything, and never short of what is needed."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from safescore.knapsack import Choice, cheapest, pareto

CHOICES = st.builds(
    lambda effort, gain, below: Choice(effort=effort, gain=Fraction(gain, below), what=(effort, gain)),
    st.integers(0, 6),
    st.integers(-3, 12),
    st.sampled_from((1, 2, 3, 7, 203)),
)
MENUS = st.lists(st.lists(CHOICES, min_size=1, max_size=4), max_size=5)
NEEDED = st.fractions(-2, 20, max_denominator=9)


@settings(max_examples=250)
@given(MENUS, NEEDED)
def test_no_way_is_cheaper(menus: list[list[Choice[object]]], needed: Fraction) -> None:
    """Of all combinations that gain enough the one found is as cheap as the cheapest, and gains as much as any such."""
    every = [
        (sum(one.effort for one in way), -sum((one.gain for one in way), Fraction(0)))
        for way in product(*menus)
        if sum((one.gain for one in way), Fraction(0)) >= needed
    ]
    found = cheapest(menus, needed)
    if not every:
        assert found is None
        return
    assert found is not None
    assert all(one in menu for one, menu in zip(found, menus, strict=True))
    assert (sum(one.effort for one in found), -sum((one.gain for one in found), Fraction(0))) == min(every)


@settings(max_examples=100)
@given(st.lists(CHOICES, max_size=6))
def test_what_is_beaten_is_left_out(menu: list[Choice[object]]) -> None:
    kept = pareto(menu)
    assert all(one.effort < two.effort and one.gain < two.gain for one, two in pairwise(kept))
    for one in menu:
        assert any(other.effort <= one.effort and other.gain >= one.gain for other in kept)


def test_nothing_needed_costs_nothing() -> None:
    menu = [Choice(effort=0, gain=Fraction(0), what="nothing"), Choice(effort=1, gain=Fraction(1), what="all")]
    found = cheapest([menu, menu], Fraction(0))
    assert found is not None
    assert [one.what for one in found] == ["nothing", "nothing"]
    assert cheapest([], Fraction(0)) == ()
    assert cheapest([], Fraction(1)) is None
    assert cheapest([[]], Fraction(0)) is None


def test_many_units_are_quick() -> None:
    """A share of three thousand units beside two hundred duties."""
    share = [Choice(effort=k, gain=Fraction(3 * k, 3000), what=k) for k in range(3001)]
    duties = [
        [Choice(effort=0, gain=Fraction(0), what=0), Choice(effort=3 + n % 5, gain=Fraction(1 + n % 3), what=1)]
        for n in range(200)
    ]
    found = cheapest([share, *duties], Fraction(120))
    assert found is not None
    assert sum((one.gain for one in found), Fraction(0)) >= 120
