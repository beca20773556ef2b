"""What a finding counts is sound: whatever the missing facts are, its items lie within the bounds."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safescore.errors import InvalidInput
from safescore.results import Assessment, Counted, Finding
from safescore.rollup.members import result_of
from safescore.rollup.pooled import NOTHING, share
from safescore.rollup.rolled import roll_up
from safescore.roster import Member, Roster
from tests.worlds import RULES, Facts, assessed, cells, pack_of, submissions, without


def outcome_or_none(pack: Any, submission: Facts) -> Assessment | None:
    """Return the assessment, or None where taking facts away laid a contradiction bare."""
    try:
        return assessed(pack, submission)
    except InvalidInput:
        return None


def counted(finding: Finding) -> Counted:
    """Return what a finding counts; what does not apply counts nothing."""
    return finding.counted or NOTHING


def within(one: tuple[int, int | None], other: tuple[int, int | None]) -> bool:
    """Tell whether a span lies within another."""
    if other[1] is None:
        return other[0] <= one[0]
    return other[0] <= one[0] and one[1] is not None and one[1] <= other[1]


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=60)
@given(RULES, submissions(), st.data())
def test_what_is_counted_lies_within_what_may_be(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """With facts gone, met and unmet may be all that they were before: and so for the share of the items."""
    pack = pack_of(rules)
    paths = list(cells(whole))
    gone = data.draw(st.lists(st.sampled_from(paths), max_size=len(paths), unique=True))
    full, part = outcome_or_none(pack, whole), outcome_or_none(pack, without(whole, gone))
    assume(full is not None and part is not None)
    assert full is not None and part is not None
    for exact, told in zip(full.findings, part.findings, strict=True):
        one, two = counted(exact), counted(told)
        assert within(one.met, two.met), (exact, told)
        assert within(one.unmet, two.unmet), (exact, told)
        before, after = share(one), share(two)
        if before.low is not None and before.high is not None:
            assert after.low is not None and after.high is not None
            assert after.low <= before.low <= before.high <= after.high


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=60)
@given(RULES, st.lists(submissions(), min_size=1, max_size=3), st.data())
def test_a_group_is_sound_and_silence_never_narrows_it(
    rules: list[Any], wholes: list[Facts], data: st.DataObject
) -> None:
    """Blanks in one submission, or its absence, leave every figure of the group around what it truly is."""
    pack = pack_of(rules)
    made = [outcome_or_none(pack, one) for one in wholes]
    assume(all(one is not None for one in made))
    place = data.draw(st.integers(0, len(wholes) - 1))
    paths = list(cells(wholes[place]))
    gone = data.draw(st.lists(st.sampled_from(paths), max_size=len(paths), unique=True))
    silent = outcome_or_none(pack, without(wholes[place], gone))
    assume(silent is not None)
    results = [result_of(_named(one, number), "") for number, one in enumerate(made) if one is not None]
    assert silent is not None
    blanks = [*results[:place], result_of(_named(silent, place), ""), *results[place + 1 :]]
    absent = [*results[:place], *results[place + 1 :]]
    roster = Roster(members={one.organization: Member(id=one.organization, name="", columns={}) for one in results})
    true = roll_up(results, roster=roster).packs[0].whole
    for told in (blanks, absent):
        if not told:
            continue
        seen = roll_up(told, roster=roster).packs[0].whole
        pairs = [(true.score, seen.score), (true.worst, seen.worst)]
        pairs += [(one, two) for (_, one), (_, two) in zip(true.quantiles, seen.quantiles, strict=True)]
        pairs += [(one, two) for (_, one), (_, two) in zip(true.clauses, seen.clauses, strict=True)]
        for one, two in zip(true.duties, seen.duties, strict=True):
            pairs += [
                (one.share, two.share),
                (one.meeting, two.meeting),
                (one.credit, two.credit),
                (one.worst, two.worst),
            ]
        for exact, wide in pairs:
            if exact.low is not None and exact.high is not None:
                assert wide.low is not None and wide.high is not None
                assert wide.low <= exact.low <= exact.high <= wide.high


def _named(one: Assessment, number: int) -> Assessment:
    return evolve(one, organization={"id": f"o{number}", "name": f"o{number}"})


def test_a_cap_is_one_item_however_far_it_is_exceeded() -> None:
    """Three deaths too many are one broken cap, not three."""
    rule = {"measure": {"kind": "limit", "value": "deaths", "at_most": 0}, "applies": None, "hard": False, "weight": 1}
    facts: dict[str, Any] = {"deaths": 3}
    head = {"id": "X", "name": "X", "roles": ["firm"]}
    made = assessed(pack_of([rule]), {"organization": head, "period": 2022, "as_of": "2022-03-31", "facts": facts})
    (finding,) = made.findings
    assert (finding.short, finding.counted) == ((3, 3), Counted(met=(0, 0), unmet=(1, 1)))
