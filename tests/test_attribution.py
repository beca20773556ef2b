"""The attribution of a change of score adds up, exactly: a property over generated pairs of submissions and packs.

A few hundred pairs in the suite; 1,000 in ``make promises``, as many as it says in ``make study``.
"""

from __future__ import annotations

import os
from typing import Any

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safescore.assess import assess_all
from safescore.comparing import compare, compare_reports
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.snapshot import mean, snapshot
from tests.conftest import EXAMPLES
from tests.test_comparing import adds_up, side
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without

PAIRS = EXAMPLES if "SAFESCORE_EXAMPLES" in os.environ else 200


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """Draw two submissions that differ in some of facts, settings, waivers and time."""
    before, other = draw(submissions()), draw(submissions())
    after = {**before}
    for keys in draw(st.lists(st.sampled_from((("facts", "organization"), ("parameters",), ("as_of",))), unique=True)):
        after.update({key: other[key] for key in keys})
    both = []
    for one in (before, after):
        rules = draw(st.lists(st.sampled_from(("r0", "r1", "r2")), unique=True, max_size=2))
        waivers = [{"rule": rule, "reason": "试", "approver": "某人", "until": "2022-12-31"} for rule in rules]
        gone = draw(st.lists(st.sampled_from(list(cells(one))), max_size=3, unique=True))
        both.append({**without(one, gone), "waivers": waivers})
    return both[0], both[1]


@settings(max_examples=PAIRS)
@given(RULES, RULES, pairs(), st.booleans())
def test_the_attribution_adds_up(rules: list[Any], later: list[Any], both: tuple[Facts, Facts], other: bool) -> None:
    """By rule and by cause, each figure's parts add up to its change, exactly; reports tell the same changes."""
    one, two = pack_of(rules), evolve(pack_of(later if other else rules), digest="f" * 64)
    new = two if other else one
    known = [f"r{number}" for number in range(max(len(rules), len(later) if other else 0))]
    before, after = ({**half, "waivers": [w for w in half["waivers"] if w["rule"] in known]} for half in both)
    try:
        (found,) = compare(side(before, one), side(after, new))
    except InvalidInput:
        assume(False)
    adds_up(found)
    told = snapshot(assess_all(open_submission(after), (new,), beside=(one, two))[0])
    assert found.after == told
    for figure, moved in found.figures.items():
        if moved.after is not None:
            assert mean(told.credits(figure)) == moved.after
    plain = compare_reports(found.before, found.after)
    adds_up(plain)
    assert {ruled.rule for ruled in plain.turned} == {ruled.rule for ruled in found.turned}
