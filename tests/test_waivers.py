"""Waivers: what becomes of each, on every day, and the score with and without them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore.assess import assess_all
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.gate import gate
from safescore.results import Assessment, Effect, Gate
from safescore.standing import Outcome
from tests.measures.tables import submission_of
from tests.reports import written
from tests.worlds import RULES, Facts, assessed, pack_of, submissions

PLAN = {"measure": {"kind": "affirm", "fact": "plan"}}
TEAM = {"measure": {"kind": "affirm", "fact": "team"}}
WAIVER = {"rule": "r0", "reason": "改建", "approver": "区安办", "from": "2022-06-01", "until": "2022-09-30"}


def judged(
    waivers: list[dict[str, Any]],
    facts: Facts,
    rules: tuple[Any, ...] = (PLAN, TEAM),
    *,
    applied: bool = True,
    **head: Any,
) -> Assessment:
    submission = {**submission_of(facts, **head), "waivers": waivers}
    return assess_all(open_submission(submission), (pack_of(list(rules)),), waivers=applied)[0]


@pytest.mark.parametrize(
    ("as_of", "effect"),
    [
        pytest.param("2022-05-31", Effect.NOT_YET, id="the day before its first"),
        pytest.param("2022-06-01", Effect.IN_FORCE, id="its first day"),
        pytest.param("2022-09-30", Effect.IN_FORCE, id="its last day"),
        pytest.param("2022-10-01", Effect.EXPIRED, id="the day after its last"),
    ],
)
def test_days(as_of: str, effect: Effect) -> None:
    """A waiver counts from its first day to its last, both included; the raw outcome stands in any case."""
    found = judged([WAIVER], {"plan": False, "team": True}, as_of=as_of)
    (use,) = found.waivers
    assert (use.rule, use.effect, use.outcome) == ("world.r0", effect, Outcome.NOT_SATISFIED)
    applied = effect is Effect.IN_FORCE
    assert (found.findings[0].waiver is not None) is applied
    assert found.score.interval.low == Fraction(1, 2)
    assert (found.score.waived.low if found.score.waived is not None else None) == (1 if applied else None)
    for lang, word in (("zh", "区安办"), ("en", "区安办")):
        for format_ in ("text", "markdown", "json"):
            assert word in written(found, format_, lang)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "waivers", "facts", "effects", "notes"),
    [
        pytest.param(PLAN, [WAIVER], {"plan": True}, ["unused"], ["the waiver is not used: r0"], id="met anyway"),
        pytest.param(PLAN, [WAIVER], {}, ["in-force"], [], id="unknown"),
        pytest.param(
            {**PLAN, "roles": ["town"]},
            [WAIVER],
            {"plan": False},
            ["unused"],
            ["the waiver is not used: r0"],
            id="not applicable",
        ),
        pytest.param(
            {"measure": {"kind": "affirm", "fact": "plan", "due": "period-end"}},
            [WAIVER],
            {"plan": False},
            ["unused"],
            ["the waiver is not used: r0"],
            id="not due yet",
        ),
        pytest.param(
            {**PLAN, "hard": True},
            [WAIVER],
            {"plan": False},
            ["hard"],
            ["a hard duty can't be waived: r0"],
            id="hard",
        ),
        pytest.param(
            PLAN,
            [WAIVER, {**WAIVER, "rule": "world.r0", "reason": "停产"}],
            {"plan": False},
            ["in-force", "repeated"],
            ["waivers overlap, the first one counts: r0"],
            id="two at once",
        ),
        pytest.param(
            PLAN,
            [{**WAIVER, "until": "2022-06-30"}, {**WAIVER, "from": "2022-07-01"}],
            {"plan": False},
            ["expired", "in-force"],
            ["the waiver has expired: r0"],
            id="one after the other",
        ),
        pytest.param(PLAN, [{**WAIVER, "rule": "other.r0"}], {"plan": False}, [], [], id="of another pack"),
    ],
)
def test_effects(rule: Any, waivers: list[Any], facts: Facts, effects: list[str], notes: list[str]) -> None:
    """Each waiver that has no effect is named."""
    found = judged(waivers, facts, (rule,), as_of="2022-09-30")
    assert [one.effect.value for one in found.waivers] == effects
    assert [one.en for one in found.notes] == notes


def test_left_out() -> None:
    """With no waivers demanded the one score is that without, and the waiver is shown as left out."""
    found = judged([WAIVER], {"plan": False, "team": True}, applied=False, as_of="2022-09-30")
    assert [one.effect for one in found.waivers] == [Effect.LEFT_OUT]
    assert (found.score.waived, found.findings[0].waiver) == (None, None)
    assert found.score.interval.low == Fraction(1, 2)
    assert "left out, as demanded" in written(found, "text", "en")


def test_a_waiver_opens_no_gate() -> None:
    """What is waived is still not satisfied for a gate, and the score that it asks is the raw one."""
    found = judged([WAIVER], {"plan": False, "team": True}, as_of="2022-09-30")
    assert found.score.waived is not None
    assert gate(found, min_score=Fraction(80)) is Gate.FAILED
    assert gate(found, fail_on=frozenset({"not-satisfied"})) is Gate.FAILED


def test_a_waiver_that_ends_before_it_begins() -> None:
    waiver = {**WAIVER, "until": "2022-05-31"}
    with pytest.raises(InvalidInput, match="the waiver ends on 2022-05-31, before it begins on 2022-06-01"):
        judged([waiver], {})
    assert judged([{**WAIVER, "until": "2022-06-01"}], {"plan": False}, as_of="2022-06-01").score.waived is not None


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=100)
@given(RULES, submissions(), st.data())
def test_a_waiver_is_a_mark_beside(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """Waivers change no outcome, no raw score and no grade; the score with them stays sound as facts go missing."""
    pack = pack_of(rules)
    places = data.draw(st.lists(st.integers(0, len(rules) - 1), unique=True))
    waivers = [{"rule": f"r{place}", "reason": "改建", "approver": "李", "until": "2023-12-31"} for place in places]
    gone = data.draw(st.sampled_from(sorted(whole["facts"])))
    try:
        plain, marked = assessed(pack, whole), assessed(pack, {**whole, "waivers": waivers})
        poorer = {**whole, "waivers": waivers, "facts": {**whole["facts"], gone: None}}
        less = assessed(pack, poorer)
    except InvalidInput:
        return
    assert [one.outcome for one in marked.findings] == [one.outcome for one in plain.findings]
    assert (marked.score.interval, marked.grade) == (plain.score.interval, plain.grade)
    one, two = marked.score.waived or marked.score.interval, less.score.waived or less.score.interval
    if one.low is None or one.high is None or two.low is None or two.high is None:
        assert one.low is None or not two.certain or two.low is not None
        return
    assert two.low <= one.low
    assert one.high <= two.high
