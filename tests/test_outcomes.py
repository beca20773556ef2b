"""An outcome that is decided stays, however the missing facts are filled in: no satisfied comes from silence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from safescore.errors import InvalidInput
from safescore.results import Assessment, Contribution, Finding
from safescore.standing import Outcome
from tests.worlds import RULES, Facts, assessed, cells, pack_of, submissions, without

STAYS = {
    Outcome.SATISFIED: {Outcome.SATISFIED},
    Outcome.NOT_SATISFIED: {Outcome.NOT_SATISFIED},
    Outcome.NOT_APPLICABLE: {Outcome.NOT_APPLICABLE},
    Outcome.PENDING: {Outcome.PENDING, Outcome.SATISFIED, Outcome.NOT_APPLICABLE},
    Outcome.UNKNOWN: set(Outcome),
}


def assessment(pack: Any, submission: Facts) -> Assessment | None:
    """Return the assessment, or None where the facts contradict each other."""
    try:
        return assessed(pack, submission)
    except InvalidInput:
        return None


@st.composite
def with_figures(draw: st.DrawFn) -> Facts:
    """Draw a submission in which the counts of the register are, or are not, given directly too."""
    whole = draw(submissions())
    firms = whole["facts"]["firms"]
    big = [one for one in firms if one["big"]]
    if draw(st.booleans()):
        whole["facts"]["big_firms"] = len(big)
    if draw(st.booleans()):
        whole["facts"]["good_big"] = sum(one["good"] for one in big)
    if draw(st.booleans()):
        whole["facts"]["dead_in_firms"] = sum(one["dead"] for one in firms if one["level"] == "one")
    return whole


@given(RULES, with_figures(), st.data())
def test_a_decided_outcome_stays(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """Satisfied, not satisfied and not applicable hold for every completion; pending never hides a breach."""
    pack = pack_of(rules)
    gone = data.draw(st.lists(st.sampled_from(list(cells(whole))), max_size=12, unique=True))
    full, part = assessment(pack, whole), assessment(pack, without(whole, gone))
    assume(full is not None and part is not None)
    assert full is not None
    assert part is not None
    for told, true in zip(part.findings, full.findings, strict=True):
        note(f"{told.kind}: {told.outcome.value}, truly {true.outcome.value}")
        assert true.outcome in STAYS[told.outcome], (told, true)


def small(finding: Finding) -> bool:
    low, high = finding.contribution.low, finding.contribution.high
    return low is None or high is None or 0 <= low <= high <= 1


@given(RULES, with_figures(), st.data())
def test_what_a_finding_says_fits_together(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """Outcome and contribution never disagree, and an undecided finding names what would decide it."""
    gone = data.draw(st.lists(st.sampled_from(list(cells(whole))), max_size=12, unique=True))
    found = assessment(pack_of(rules), without(whole, gone))
    assume(found is not None)
    assert found is not None
    for one in found.findings:
        adds = one.contribution
        assert small(one)
        if one.outcome is Outcome.SATISFIED:
            assert adds == Contribution(low=Fraction(1), high=Fraction(1), out=False)
        elif one.outcome is Outcome.NOT_SATISFIED:
            assert adds.high is not None
            assert adds.high < 1
            assert not adds.out
        elif one.outcome is Outcome.NOT_APPLICABLE:
            assert adds.never
        elif one.outcome is Outcome.PENDING:
            assert adds.out
            assert adds.low in (None, 1)
        elif not adds.never:  # else whether it applies is unknown, and changes nothing
            assert one.missing or one.kind == "each"  # equal times are stated, and show no order
            assert not one.decided
        assert (one.gap is not None) == (one.outcome is Outcome.NOT_SATISFIED)
        assert one.to_date is False or one.outcome is Outcome.SATISFIED
