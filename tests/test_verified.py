"""Claimed and verified: what an inspector found decides, and each difference is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore.assess import assess_all
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.results import Assessment
from safescore.standing import Outcome
from tests.measures.tables import submission_of
from tests.reports import written
from tests.test_evidence import AFFIRM, BIG, EACH, ELEMENTS, RATIO
from tests.test_report import valid
from tests.worlds import RULES, Facts, assessed, pack_of, submissions

FOUR = {"measure": {"kind": "checklist", "elements": ELEMENTS}}
FIRM = {"id": "F0", "big": True, "good": True}
OTHER = {"id": "F1", "big": True, "good": False}


def visit(facts: Facts, on: str = "2022-12-15", by: str = "县安委办", **more: Any) -> dict[str, Any]:
    return {"by": by, "date": on, "facts": facts, **more}


def judged(rule: Any, facts: Facts, verified: Any, *, required: bool = False, **head: Any) -> Assessment:
    submission = {**submission_of(facts, **head), "verified": verified}
    return assess_all(open_submission(submission), (pack_of([rule]),), require_evidence=required)[0]


def problems(rule: Any, facts: Facts, verified: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        judged(rule, facts, verified)
    return [one.problem.en for one in refused.value.faults]


def told(found: Assessment) -> list[tuple[str, str, str]]:
    return [(one.fact, one.claimed.en, one.verified.en) for one in found.differences]


@pytest.mark.parametrize(
    ("rule", "facts", "verified", "outcome", "differences"),
    [
        pytest.param(
            AFFIRM, {"plan": True}, {"plan": False}, "not-satisfied", [("facts.plan", "yes", "no")], id="a flag"
        ),
        pytest.param(
            AFFIRM, {"plan": False}, {"plan": True}, "satisfied", [("facts.plan", "no", "yes")], id="for the better too"
        ),
        pytest.param(AFFIRM, {"plan": True}, {"plan": True}, "satisfied", [], id="agreed"),
        pytest.param(AFFIRM, {"plan": True}, {"plan": None}, "satisfied", [], id="a blank replaces nothing"),
        pytest.param(
            AFFIRM, {}, {"plan": True}, "satisfied", [("facts.plan", "not stated", "yes")], id="what was left blank"
        ),
        pytest.param(
            RATIO,
            {"part": 70, "total": 100},
            {"part": 69},
            "not-satisfied",
            [("facts.part", "70 firms", "69 firms")],
            id="a count",
        ),
        pytest.param(
            FOUR,
            {"four": {"one": True, "two": True}},
            {"four": {"one": None, "two": False}},
            "not-satisfied",
            [("facts.four.two", "yes", "no")],
            id="a checklist element by element",
        ),
        pytest.param(
            BIG,
            {"firms": [FIRM, OTHER]},
            {"firms": [{"id": "F0", "good": False}]},
            "not-satisfied",
            [("facts.firms[F0].good", "yes", "no")],
            id="a register record by record",
        ),
        pytest.param(
            BIG,
            {"firms": [FIRM, OTHER]},
            {"firms": [{"id": "F9", "big": True, "good": False}]},
            "not-satisfied",
            [("facts.firms[F9]", "not registered", "found")],
            id="a record that was left out",
        ),
        pytest.param(
            BIG,
            {"firms": [FIRM, OTHER]},
            {"firms": {"whole": [OTHER]}},
            "not-satisfied",
            [("facts.firms", "2 firms, 1 of them not found as stated", "1 firm, 0 of them not stated so")],
            id="a register as a whole",
        ),
        pytest.param(
            BIG,
            {"firms": [FIRM, OTHER]},
            {"good_big": 0},
            "not-satisfied",
            [("facts.good_big", "not stated", "0 firms")],
            id="a figure against the organisation's own register",
        ),
        pytest.param(
            BIG,
            {"firms": [FIRM, OTHER], "good_big": 1},
            {"firms": [{"id": "F0", "good": False}]},
            "not-satisfied",
            [("facts.firms[F0].good", "yes", "no"), ("facts.good_big", "1 firm", "0 firms")],
            id="a register against the organisation's own figure",
        ),
        pytest.param(
            {"measure": {"kind": "ratio", "part": "done", "whole": "total", "at_least": "50%"}},
            {"done": {"2022-12-31": 50}, "total": 100},
            {"done": {"2022-09-30": None, "2022-12-15": 49}},
            "not-satisfied",
            [("facts.done", "2022-12-31: 50 firms", "2022-12-15: 49 firms")],
            id="a dated series",
        ),
    ],
)
def test_the_verified_decides(
    rule: Any, facts: Facts, verified: Facts, outcome: str, differences: list[tuple[str, str, str]]
) -> None:
    """What the inspector found decides; what was claimed is shown beside it."""
    found = judged(rule, facts, visit(verified))
    assert found.findings[0].outcome.value == outcome
    assert told(found) == differences


EVENTS = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "half-year", "counts": {"kind": "plenary"}}


def test_events_are_replaced_as_a_whole() -> None:
    """Events have no key: the inspector's list is the list, and what is missing stands in his."""
    meetings = [{"held_on": day, "kind": "plenary", "firm": "F0"} for day in ("2022-03-01", "2022-09-01")]
    found = judged({"measure": EVENTS}, {"meetings": meetings}, visit({"meetings": meetings[:1]}))
    assert found.findings[0].outcome is Outcome.NOT_SATISFIED
    assert told(found) == [
        ("facts.meetings", "2 meetings, 1 of them not found as stated", "1 meeting, 0 of them not stated so")
    ]
    blank = judged({"measure": EVENTS}, {"meetings": meetings}, [visit({"meetings": [{**meetings[0], "kind": None}]})])
    assert "verified[0].facts.meetings[0].kind" in blank.findings[0].missing
    assert blank.labels["verified[0].facts.meetings[0].kind"].en == "meetings 2022-03-01: kind"


def test_a_difference_in_full() -> None:
    """Both figures, who and when, where both stand, and the outcome of the rules on either."""
    found = judged(RATIO, {"part": 70, "total": 100}, [visit({"part": 69})])
    (one,) = found.differences
    assert (one.by, one.on, one.label.zh) == ("县安委办", "2022-12-15", "部分")
    assert [place.fact for place in one.places] == ["facts.part", "verified[0].facts.part"]
    (contrast,) = one.rules
    assert (contrast.rule, contrast.claimed, contrast.verified) == (
        "world.r0",
        Outcome.SATISFIED,
        Outcome.NOT_SATISFIED,
    )
    assert [place.fact for place in found.findings[0].places] == ["facts.part", "facts.total", "verified[0].facts.part"]
    assert [one.en for one in found.notes] == [
        "visit of 县安委办 on 2022-12-15: 1 answers verified, 1 of them other than claimed"
    ]
    for format_ in ("text", "markdown"):
        shown = written(found, format_)
        assert "填报与核查不一致" in shown
    assert Assessment.from_json(found.to_json()) == found
    assert valid(json.loads(written(found, "json"))) == []


@pytest.mark.parametrize(
    ("visits", "outcome", "note"),
    [
        pytest.param(
            [visit({"plan": False}, "2022-06-01"), visit({"plan": True}, "2022-09-01")], "satisfied", "", id="later"
        ),
        pytest.param(
            [visit({"plan": True}, "2022-09-01"), visit({"plan": False}, "2022-06-01")],
            "satisfied",
            "",
            id="in any order",
        ),
        pytest.param([visit({"plan": False}, "2022-12-31")], "not-satisfied", "", id="on the day of judgement"),
        pytest.param(
            [visit({"plan": False}, "2023-01-01")],
            "satisfied",
            "the visit of 县安委办 on 2023-01-01 is after the day of judgement, not counted",
            id="the day after",
        ),
    ],
)
def test_several_visits(visits: list[Any], outcome: str, note: str) -> None:
    """The last visit up to the day of judgement decides."""
    found = judged(AFFIRM, {"plan": True}, visits)
    assert found.findings[0].outcome.value == outcome
    assert not note or note in [one.en for one in found.notes]


@pytest.mark.parametrize(
    ("verified", "found"),
    [
        pytest.param("x", ["verified is a visit, or a list of visits"], id="a text"),
        pytest.param([7], ["verified is a visit, or a list of visits"], id="a number for a visit"),
        pytest.param({"date": "2022-12-15", "facts": {}}, ["a visit needs who made it"], id="by nobody"),
        pytest.param(
            {"by": "甲", "date": "2022-02-30", "facts": {}},
            ["expected a day that exists, as 2022-09-30"],
            id="on no day",
        ),
        pytest.param({"by": "甲", "date": "2022-12-15"}, ["the facts of a visit are a mapping of names"], id="nothing"),
        pytest.param(visit({"plna": True}), ["there is no fact 'plna'"], id="a fact misspelt"),
        pytest.param(visit({"plan": "yes"}), ['plan (plan): expected true or false, found "yes"'], id="a wrong type"),
        pytest.param(visit({"employees": 3}), ["a visit can't replace 'employees' of the organisation"], id="profile"),
        pytest.param(
            visit({}, organization={"employees": 3}),
            ["a visit can't replace what the organisation is"],
            id="the organisation",
        ),
        pytest.param(visit({}, where="x"), ["there is no key 'where' in a visit"], id="another key"),
        pytest.param(visit({"firms": [{"good": True}]}), ["a verified record needs its 'id'"], id="a nameless record"),
        pytest.param(
            [visit({"plan": True}), visit({"plan": False}, by="乙")],
            ["two visits of 2022-12-15 say different things of this"],
            id="two visits of one day that differ",
        ),
        pytest.param(
            visit({"jobs": [{"id": "J0", "ended": True}]}),
            ["the organisation gives no 'jobs' in which records could be corrected"],
            id="no such register",
        ),
        pytest.param(visit({"part": 101}), ["part is 101, more than total, which is 100"], id="more than the whole"),
    ],
)
def test_faults(verified: Any, found: list[str]) -> None:
    """What is wrong with a visit is a fault at its place; contradictions are judged on what decides."""
    facts = {"plan": True, "part": 70, "total": 100, "firms": [FIRM]}
    assert problems(RATIO, facts, verified) == found


def test_a_verified_whole_needs_its_part() -> None:
    """A whole below what the register shows of its part contradicts it: the part must be verified as well."""
    rule = {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "50%"}}
    facts = {"firms": [FIRM, {**FIRM, "id": "F1"}]}
    assert problems(rule, facts, visit({"big_firms": 1})) == ["good_big is 2, more than big_firms, which is 1"]
    found = judged(rule, facts, visit({"big_firms": 1, "good_big": 0}))
    assert found.findings[0].outcome is Outcome.NOT_SATISFIED


def test_what_is_verified_needs_no_evidence() -> None:
    """An inspector's word is evidence; of a register only if all of it was verified."""
    assert judged(AFFIRM, {"plan": True}, visit({"plan": True}), required=True).findings[0].outcome is Outcome.SATISFIED
    jobs = [{"id": "J0", "began": "2022-07-01 08:00", "approved": True}]
    one = judged(EACH, {"jobs": jobs}, visit({"jobs": jobs}), required=True)
    assert (one.findings[0].outcome, one.findings[0].missing) == (Outcome.UNKNOWN, ("evidence.jobs",))
    whole = judged(EACH, {"jobs": jobs}, visit({"jobs": {"whole": jobs}}), required=True)
    assert whole.findings[0].outcome is Outcome.SATISFIED


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=100)
@given(RULES, submissions(), submissions(), st.data())
def test_verified_is_as_if_it_had_been_claimed(
    rules: list[Any], whole: Facts, other: Facts, data: st.DataObject
) -> None:
    """A visit decides exactly as if the organisation had said so itself; one that agrees changes nothing."""
    pack = pack_of(rules)
    names = ("plan", "team", "issued_on", "total", "part", "bad", "done", "deaths", "deaths_before", "four")
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True))
    found = {name: other["facts"][name] for name in chosen}
    try:
        expected = assessed(pack, {**whole, "facts": {**whole["facts"], **found}})
    except InvalidInput:
        with pytest.raises(InvalidInput):
            assessed(pack, {**whole, "verified": visit(found, whole["as_of"])})
        return
    one = assessed(pack, {**whole, "verified": visit(found, whole["as_of"])})
    assert (one.score, one.grade) == (expected.score, expected.grade)
    agreed = {name: whole["facts"][name] for name in whole["facts"] if name != "firms"}
    same = assessed(pack, {**whole, "verified": visit(agreed, whole["as_of"])})
    assert same.differences == ()
    assert (same.score, same.grade) == (assessed(pack, whole).score, assessed(pack, whole).grade)
