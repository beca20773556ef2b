"""What next: no way is cheaper than the one that is found, and whoever takes it has the grade."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from safescore import InvalidInput, check
from safescore.assess import Terms
from safescore.cli import main
from safescore.curves import MOST_COMBINATIONS, ZERO, Curve, components, curve_of, menu
from safescore.facts.read import open_submission
from safescore.measures import Condition
from safescore.mending import Edit, Found, Task, _meeting, applied, tasks
from safescore.model import Efforts, Pack
from safescore.nextbest import Kind, NextBest, NoSuchGradeError, Plan, _Judging, _Planner, mended, next_best
from safescore.report.nextbest import render
from safescore.results import Contribution, Finding
from safescore.scoring import grade, least_and_most
from safescore.words import LANGUAGES, Lang, Text
from tests.planned import next_of
from tests.worlds import RULES, Facts, assessed, cells, pack_of, submissions, without

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SCHEMA = json.loads((ROOT / "docs" / "next.schema.json").read_text("utf-8"))


def planner(content: Facts, pack: Pack) -> tuple[_Planner, Found]:
    """Return the planner of a submission, and the tasks that it finds. Raises InvalidInput."""
    judging = _Judging(open_submission(content), (pack,), None, Terms(readings=False))
    (assessment,) = judging.assessments(())
    made = _Planner(judging, pack, assessment, 0)
    return made, tasks(judging.document, pack, assessment, made.trial)


def reaches(findings: tuple[Finding, ...], pack: Pack, target: int) -> bool:
    """Tell whether findings have a grade for sure."""
    found = grade(least_and_most(findings), findings, pack.head.grades)
    return found.low is not None and (pack.head.grades.find(found.low) or 0) <= target


def tried(made: _Planner, every: tuple[Task, ...], target: int) -> int | None:
    """Return the least effort of all ways to take tasks whose promises reach a grade, each scored in full."""
    best: int | None = None
    for counts in product(*(range(task.most + 1) for task in every)):
        effort = sum(task.effort * count for task, count in zip(every, counts, strict=True))
        if best is not None and effort >= best:
            continue
        promised = made.promised([pick for pick in zip(every, counts, strict=True) if pick[1]])
        findings = tuple(
            mended(one, promised[one.rule]) if one.rule in promised else one for one in made.assessment.findings
        )
        if reaches(findings, made.pack, target):
            best = effort
    return best


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=200)
@given(RULES, submissions(), st.data())
def test_no_way_is_cheaper_and_it_comes_true(rules: list[Any], content: Facts, data: st.DataObject) -> None:
    """The promises of the plan reach the grade, no other way to take the same tasks costs less, and where every step
    can be made in the facts a fresh check of them has the grade."""
    pack = pack_of(rules)
    gone = data.draw(st.lists(st.sampled_from(list(cells(content))), max_size=5, unique=True), label="gone")
    content = without(content, gone)
    try:
        made, found = planner(content, pack)
    except InvalidInput:
        return
    (best,) = next_best(open_submission(content), (pack,))
    assert [gain.low >= 0 for gain in best.gains].count(False) == 0
    if best.target is None:
        return
    place = pack.head.grades.find(best.target[0])
    assert place is not None
    if prod(task.most + 1 for task in found.tasks) <= 300:
        picks = made.cheapest(found.tasks, place)
        least = tried(made, found.tasks, place)
        assert (None if picks is None else sum(task.effort * number for task, number in picks)) == least
        if picks is None:
            assert best.plan is None
            assert best.blockers
    for plan in (best.plan, best.deeds):
        if plan is not None:
            comes_true(plan, best, content, pack, place)


OPEN = st.lists(
    st.builds(
        lambda measure, hard, weight: {"measure": measure, "hard": hard, "weight": weight},
        st.one_of(
            st.sampled_from(("plan", "team", "four.one", "four.two")).map(
                lambda fact: {"kind": "affirm", "fact": fact}
            ),
            st.sampled_from(("40%", "70%", "100%")).map(
                lambda share: {"kind": "ratio", "part": "part", "whole": "total", "at_least": share}
            ),
            st.just({"kind": "each", "record": "jobs", "holds": {"approved": True}}),
            st.just({"kind": "milestone", "done": "issued_on", "by": "2022-12-31"}),
        ),
        st.sampled_from((False, False, False, True)),
        st.integers(1, 5),
    ),
    min_size=2,
    max_size=6,
)
ANSWER = st.sampled_from((False, False, False, True, None))


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=200)
@given(
    OPEN, st.lists(ANSWER, min_size=8, max_size=8), st.integers(0, 8), st.sampled_from(("pass", "good", "excellent"))
)
def test_small_cases_are_as_cheap_as_can_be(
    rules: list[dict[str, Any]], answers: list[bool | None], part: int, to: str
) -> None:
    """Of a few duties of which most are open, the plan costs what the cheapest of all ways costs, and comes true."""
    plan, team, one, two, *approved = answers
    jobs = [{"id": f"J{n}", "began": "2022-02-01 08:00", "approved": flag} for n, flag in enumerate(approved)]
    facts: Facts = {"plan": plan, "team": team, "four": {"one": one, "two": two}, "part": part, "total": 8}
    content = submission({**facts, "jobs": jobs, "issued_on": "none"})
    pack = pack_of(list(rules))
    made, found = planner(content, pack)
    (best,) = next_best(open_submission(content), (pack,), to=to)
    if best.target is None:
        return
    place = pack.head.grades.find(to)
    assert place is not None
    if prod(task.most + 1 for task in found.tasks) > 3_000:
        return
    least = tried(made, found.tasks, place)
    assert (None if best.plan is None else best.plan.effort) == least
    if best.plan is not None:
        comes_true(best.plan, best, content, pack, place)


def comes_true(plan: Plan, best: NextBest, content: Facts, pack: Pack, place: int) -> None:
    now, then = best.assessment.grade.low, plan.grade.low
    grades = pack.head.grades
    assert now is not None
    assert then is not None
    assert (grades.find(then) or 0) <= place < (grades.find(now) or 0)
    assert plan.effort == sum(one.effort for one in plan.steps)
    assert plan.confirmed == all(one.edits for one in plan.steps)
    edits = tuple(edit for one in plan.steps for edit in one.edits)
    fresh = assessed(pack, applied(content, edits))
    if plan.confirmed:
        assert fresh.grade == plan.grade
        assert fresh.score.interval == plan.score
        assert reaches(fresh.findings, pack, place)


# Step by step


def submission(facts: Facts, as_of: str = "2022-09-15", **more: Any) -> Facts:
    own = {"id": "X", "name": "X", "roles": ["firm"], "employees": 30, "hazards": []}
    return {
        "organization": own,
        "period": 2022,
        "as_of": as_of,
        "parameters": {"binds": "start", "partial": "whole", "quota": 2},
        "facts": facts,
        **more,
    }


def plan_of(rules: Sequence[Mapping[str, Any]], facts: Facts, to: str | None = None, **more: Any) -> NextBest:
    """Return what next under a pack of these rules."""
    (found,) = next_best(open_submission(submission(facts, **more)), (pack_of(list(rules)),), to=to)
    return found


def steps(found: NextBest) -> list[tuple[str, int, str]]:
    """Return the steps of a plan: what kind, how many units, what in English."""
    assert found.plan is not None
    return [(one.kind.value, one.units, one.text.en) for one in found.plan.steps]


FLAG = {"measure": {"kind": "affirm", "fact": "plan"}}
OTHER = {"measure": {"kind": "affirm", "fact": "team"}}
SHARE = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "100%"}}


def test_a_share_is_mended_by_as_many_units_as_are_needed_and_no_more() -> None:
    found = plan_of([SHARE], {"part": 50, "total": 100}, to="pass")
    assert steps(found) == [("do", 10, "10 more firms")]
    assert found.plan is not None
    assert found.plan.confirmed
    assert found.plan.score.low == Fraction(60, 100)
    assert found.plan.effort == 10 * Efforts().ratio


def test_the_cheaper_of_two_ways_is_taken() -> None:
    found = plan_of([SHARE, FLAG], {"part": 60, "total": 100, "plan": False}, to="pass")
    assert steps(found) == [("do", 1, "put in place: plan")]
    lighter = [{**SHARE, "weight": 3}, {**FLAG, "weight": 1}]
    found = plan_of(lighter, {"part": 78, "total": 100, "plan": False}, to="pass")
    assert steps(found) == [("do", 2, "2 more firms")]


def test_one_flag_that_two_rules_ask_is_one_step() -> None:
    found = plan_of([FLAG, FLAG], {"plan": False}, to="excellent")
    assert steps(found) == [("do", 1, "put in place: plan")]
    assert found.plan is not None
    assert found.plan.steps[0].rules == ("world.r0", "world.r1")
    assert found.plan.effort == Efforts().affirm


def test_one_figure_that_two_rules_ask_is_one_step() -> None:
    rules = [SHARE, {"measure": {**SHARE["measure"], "at_least": "50%"}}]
    found = plan_of(rules, {"part": 0, "total": 10}, to="excellent")
    assert found.plan is not None
    assert [(one.units, one.rules) for one in found.plan.steps] == [(8, ("world.r0", "world.r1"))]
    assert found.plan.score.low == Fraction(9, 10)


def test_a_hard_duty_must_be_mended_first() -> None:
    found = plan_of([{**FLAG, "hard": True, "weight": 1}, {**OTHER, "weight": 5}], {"plan": False, "team": True})
    assert found.assessment.grade.low == "fail"
    assert steps(found) == [("do", 1, "put in place: plan")]
    assert found.gains[0].caps


def test_a_hard_duty_that_has_happened_puts_the_grade_out_of_reach() -> None:
    limit = {"measure": {"kind": "limit", "value": "deaths", "at_most": 0}, "hard": True, "weight": 1}
    found = plan_of([limit, {**FLAG, "weight": 5}], {"deaths": 1, "plan": True})
    assert found.plan is None
    assert [one.en for one in found.blockers] == [
        "the hard duty “none” can't be mended this period: it has happened, and can't be undone in the period"
    ]


def test_a_hard_duty_needs_all_of_its_units() -> None:
    found = plan_of([{**SHARE, "hard": True}, {**FLAG, "weight": 9}], {"part": 7, "total": 10, "plan": True})
    assert steps(found) == [("do", 3, "3 more firms")]


def test_what_is_not_known_is_said_apart_and_counts_only_if_it_is_so() -> None:
    found = plan_of([FLAG, {**OTHER, "weight": 1}, {**OTHER, "weight": 3}], {"team": True})
    assert steps(found) == [("say", 1, "find out and answer: plan")]
    assert found.deeds is None
    assert found.plan is not None
    assert found.plan.of(Kind.DO) == ()


def test_deeds_alone_are_shown_where_they_suffice() -> None:
    found = plan_of(
        [FLAG, {**OTHER, "weight": 1}, {"measure": {"kind": "affirm", "fact": "four.one"}, "weight": 1}],
        {"team": False, "four": {"one": True}},
    )
    assert steps(found) == [("say", 1, "find out and answer: plan")]
    assert found.deeds is not None
    assert [one.text.en for one in found.deeds.steps] == ["put in place: team"]


@pytest.mark.parametrize(
    ("measure", "facts", "said", "confirmed"),
    [
        (
            {
                "kind": "frequency",
                "events": "meetings",
                "at_least": 1,
                "every": "quarter",
                "counts": {"kind": "plenary"},
            },
            {"meetings": []},
            None,
            False,
        ),
        (
            {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "year", "counts": {"kind": "plenary"}},
            {"meetings": []},
            "make up: 1 meeting missing in 2022",
            True,
        ),
        (
            {
                "kind": "frequency",
                "events": "meetings",
                "at_least": 2,
                "every": "year",
                "counts": {"kind": {"one_of": ["plenary", "visit"]}},
            },
            {"meetings": []},
            "make up: 2 meetings missing in 2022",
            False,
        ),
        (
            {
                "kind": "frequency",
                "events": "meetings",
                "at_least": 1,
                "every": "year",
                "counts": {"kind": "visit", "not": {"form": "paper"}},
            },
            {"meetings": []},
            "make up: 1 meeting missing in 2022",
            False,
        ),
        (
            {
                "kind": "frequency",
                "events": "meetings",
                "at_least": 1,
                "every": "year",
                "counts": {"kind": "visit"},
                "per": "firms",
            },
            {"meetings": {"through": "2022-12-31", "events": []}, "firms": [{"id": "F", "since": "none"}]},
            "make up: F: 1 meeting missing in 2022",
            True,
        ),
        (
            {
                "kind": "coverage",
                "subjects": "firms",
                "events": "meetings",
                "cycle": {"years": 1},
                "mode": "calendar",
                "counts": {"kind": "visit"},
            },
            {"meetings": [], "firms": [{"id": "F", "since": "none", "until": "none", "shut": []}]},
            "reach 1 firm: F",
            True,
        ),
        (
            {
                "kind": "coverage",
                "subjects": "firms",
                "events": "meetings",
                "cycle": {"months": 6},
                "mode": "rolling",
                "counts": {"kind": {"one_of": ["visit"]}},
            },
            {"meetings": [], "firms": [{"id": "F", "since": "none", "until": "none", "shut": []}]},
            "reach 1 firm: F",
            True,
        ),
        (
            {"kind": "milestone", "done": "issued_on", "by": "2022-12-31"},
            {"issued_on": "none"},
            "complete: issued",
            True,
        ),
        ({"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}, {"issued_on": "none"}, None, False),
        ({"kind": "affirm", "fact": "issued_on"}, {"issued_on": "none"}, "complete: issued", True),
        (
            {"kind": "milestone", "part": "part", "whole": "total", "at_least": "50%", "by": "2022-12-31"},
            {"part": 3, "total": 10},
            "2 more firms",
            True,
        ),
        (
            {"kind": "milestone", "part": "done", "whole": "total", "at_least": "50%", "by": "2022-12-31"},
            {"done": {"2022-06-30": 3}, "total": 10},
            "2 more firms",
            False,
        ),
        (
            {"kind": "ratio", "part": "bad", "whole": "total", "at_most": "0%"},
            {"bad": 3, "total": 10},
            None,
            False,
        ),
        (
            {"kind": "limit", "value": "deaths", "at_most": 0, "due": "standing"},
            {"deaths": 2},
            "2 deaths fewer",
            True,
        ),
        (
            {"kind": "each", "record": "jobs", "holds": {"approved": True}},
            {"jobs": [{"id": "J", "began": "2022-02-01 08:00", "approved": False}]},
            "mend 1 job (approved): J",
            True,
        ),
        (
            {"kind": "each", "record": "cases_2021", "within": {"from": "closed_on", "to": "reviewed_on", "years": 1}},
            {"cases_2021": [{"id": "A", "closed_on": "2022-05-01", "reviewed_on": "none"}]},
            "mend 1 accident (reviewed): A",
            True,
        ),
        (
            {"kind": "each", "record": "cases_2021", "within": {"from": "closed_on", "to": "reviewed_on", "months": 1}},
            {"cases_2021": [{"id": "A", "closed_on": "2022-05-01", "reviewed_on": "none"}]},
            None,
            False,
        ),
        (
            {"kind": "each", "record": "jobs", "holds": {"funds": {"at_least": 3}}},
            {"jobs": [{"id": "J", "began": "2022-02-01 08:00", "funds": 1}]},
            None,
            False,
        ),
        (
            {
                "kind": "checklist",
                "elements": [
                    {"id": "e", "anchor": "试验文本", "title": {"zh": "甲", "en": "first"}, "measure": SHARE["measure"]}
                ],
            },
            {"part": 1, "total": 2},
            "complete: first",
            False,
        ),
        (
            {
                "kind": "checklist",
                "elements": [
                    {
                        "id": "e",
                        "anchor": "试验文本",
                        "title": {"zh": "甲", "en": "first"},
                        "measure": {"kind": "limit", "value": "deaths", "at_most": 0},
                    }
                ],
            },
            {"deaths": 2},
            None,
            False,
        ),
        (
            {
                "kind": "checklist",
                "due": "2022-12-31",
                "elements": [
                    {"id": "e", "anchor": "试验文本", "title": {"zh": "甲", "en": "first"}, "fact": "four.three"}
                ],
            },
            {"four": {"three": "none"}},
            "complete: three",
            True,
        ),
    ],
)
def test_what_each_kind_of_duty_asks(
    measure: Mapping[str, Any], facts: Facts, said: str | None, confirmed: bool
) -> None:
    """Alone beside a duty that is not met and can't be, each is mended in its own units, or said to be out of reach."""
    gone = {"measure": {"kind": "milestone", "done": "four.three", "by": "2022-01-31"}, "weight": 1}
    other = {"four": {"three": "none", **facts.get("four", {})}}
    found = plan_of([{"measure": measure, "weight": 3}, gone], {**facts, **other}, to="pass")
    assert "world.r1" in {one.finding.rule for one in found.lost}
    if said is None:
        assert found.plan is None
        assert "world.r0" in {one.finding.rule for one in found.lost}
        assert "below 60" in found.blockers[-1].en
        return
    assert [text for _, _, text in steps(found)] == [said]
    assert found.plan is not None
    assert found.plan.confirmed is confirmed


def element(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "anchor": "试验文本", "title": {"zh": name, "en": name}, **more}


VISITS = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "year", "per": "firms"}
FEAST = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "occasion", "occasions": "feasts"}
FEAST_DAY = "2022-02-01"
FIRM = {"id": "F", "big": True, "since": "none", "until": "none", "shut": []}


@pytest.mark.parametrize(
    ("rule", "facts", "said"),
    [
        (
            {
                "measure": {
                    "kind": "checklist",
                    "elements": [element("a", measure=SHARE["measure"]), element("b", fact="plan")],
                }
            },
            {"total": 10, "plan": True},
            [("say", 1, "find out and answer: part")],
        ),
        (
            {
                "measure": {
                    "kind": "checklist",
                    "elements": [element("a", measure=SHARE["measure"]), element("b", fact="plan")],
                }
            },
            {"total": 10, "plan": False},
            [("do", 1, "put in place: plan"), ("say", 1, "find out and answer: part")],
        ),
        (
            {"measure": {"kind": "checklist", "elements": [element("a", fact="plan"), element("b", fact="team")]}},
            {"plan": False},
            [("do", 1, "put in place: plan"), ("say", 1, "find out and answer: team")],
        ),
        (
            {"measure": {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}},
            {},
            [("say", 1, "find out and answer: issued")],
        ),
        ({**SHARE, "applies": {"hazards": {"includes": "dust"}}}, {"part": 1}, []),
        (SHARE, {"part": 5}, [("say", 1, "find out and answer: total")]),
        (
            {"measure": {"kind": "affirm", "fact": "plan"}, "roles": ["firm"]},
            {},
            [("say", 1, "find out and answer: plan")],
        ),
        (
            {"measure": {"kind": "each", "record": "jobs", "holds": {"approved": True, "funds": {"at_least": 1}}}},
            {"jobs": [{"id": str(n), "began": "2022-02-01 08:00", "approved": False, "funds": 1} for n in range(7)]},
            [("do", 7, "mend 7 jobs (approved): 0, 1, 2, 3, 4 and 2 more")],
        ),
        (
            {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "100%"}},
            {"firms": [{**FIRM, "id": f"F{n}", "good": n > 1} for n in range(4)]},
            [("do", 2, "2 more firms: F0, F1")],
        ),
        (
            {"measure": {"kind": "limit", "value": "dead_in_firms", "at_most": 0, "due": "standing"}},
            {"firms": [{**FIRM, "level": "one", "dead": 1}]},
            [("do", 1, "1 death fewer")],
        ),
    ],
)
def test_what_is_said_of_mixed_duties(rule: Mapping[str, Any], facts: Facts, said: list[tuple[str, int, str]]) -> None:
    found = plan_of([{"weight": 1, **rule}], facts, to="excellent")
    assert (steps(found) if found.plan is not None else []) == said


GONE = {"measure": {"kind": "milestone", "done": "four.three", "by": "2022-01-31"}, "weight": 1}
NOBODY = {"id": "X", "name": "X", "roles": ["firm"]}
WAITING = {"hazards": {"includes": "dust"}}


@pytest.mark.parametrize(
    ("rule", "facts", "said"),
    [
        (
            {
                "measure": {
                    "kind": "milestone",
                    "part": "finished",
                    "whole": "big_firms",
                    "at_least": "100%",
                    "by": "2022-12-31",
                }
            },
            {"firms": [{**FIRM, "finished_on": "none"}]},
            "1 more firm: F",
        ),
        (
            {"measure": {**VISITS, "counts": {"kind": {"one_of": ["visit"]}, "form": {"not": "paper"}}}},
            {"meetings": [], "firms": [FIRM]},
            "make up: F: 1 meeting missing in 2022",
        ),
        ({**FLAG, "applies": WAITING}, {}, "find out and answer: hazards, plan"),
        (
            {"measure": {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}, "applies": WAITING},
            {},
            "find out and answer: hazards, issued",
        ),
    ],
)
def test_what_is_asked_beside_a_duty_that_is_lost(rule: Mapping[str, Any], facts: Facts, said: str) -> None:
    rules = [{"weight": 5, **rule}, GONE]
    found = plan_of(rules, {"four": {"three": "none"}, **facts}, organization=NOBODY)
    assert [text for _, _, text in steps(found)] == [said]


@pytest.mark.parametrize(
    ("measure", "facts", "as_of", "reason"),
    [
        (
            {"kind": "each", "record": "jobs", "in_order": ["aired", "tested"]},
            {
                "jobs": [
                    {"id": "J", "aired": "2022-02-01 08:00", "tested": "2022-02-01 08:00", "began": "2022-02-01 08:00"}
                ]
            },
            "2022-09-15",
            "no fact that is missing can be named",
        ),
        (
            {
                "kind": "checklist",
                "elements": [
                    element("a", fact="plan"),
                    element("b", measure={"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}),
                ],
            },
            {"plan": True, "issued_on": "none"},
            "2022-09-15",
            "its day, 2022-06-30, has passed",
        ),
        (
            {
                "kind": "coverage",
                "subjects": "firms",
                "events": "meetings",
                "cycle": {"years": 1},
                "mode": "calendar",
                "counts": {"kind": "visit"},
            },
            {"meetings": [], "firms": [FIRM]},
            "2022-12-31",
            "the cycle has ended",
        ),
        (
            {"kind": "each", "record": "jobs", "holds": {"approved": True}},
            {"jobs": [{"id": "J", "began": "2022-02-01 08:00", "approved": False}] * 2},
            "2022-09-15",
            "what its records say has happened",
        ),
    ],
)
def test_why_a_duty_is_lost(measure: Mapping[str, Any], facts: Facts, as_of: str, reason: str) -> None:
    found = plan_of(
        [{"measure": measure}, {**FLAG, "weight": 1}], {"plan": False, **facts}, as_of=as_of, to="excellent"
    )
    assert (found.lost[0].finding.rule, found.lost[0].reason.en) == ("world.r0", reason)


def test_a_record_that_is_entered_twice_is_not_mended_by_half() -> None:
    firms = [{**FIRM, "good": False}] * 2
    rule = {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "100%"}}
    found = plan_of([rule], {"firms": firms})
    assert steps(found) == [("do", 1, "1 more firm")]
    assert found.plan is not None
    assert not found.plan.confirmed


def test_below_the_cap_a_hard_duty_may_stay_broken() -> None:
    pack = pack_of([{**FLAG, "hard": True, "weight": 1}, {**SHARE, "weight": 9}])
    pack = evolve(pack, rules=(evolve(pack.rules[0], effort=50), pack.rules[1]))
    capped = evolve(pack, head=evolve(pack.head, grades=evolve(pack.head.grades, hard_cap="pass")))
    content = submission({"plan": False, "part": 50, "total": 100})
    (found,) = next_best(open_submission(content), (capped,))
    assert found.target is not None
    assert found.target[0] == "pass"
    assert [text for _, _, text in steps(found)] == ["17 more firms"]


def test_a_hard_duty_that_can_be_mended_is_not_blamed() -> None:
    found = plan_of(
        [{**FLAG, "hard": True, "weight": 1}, {**GONE, "weight": 5}], {"plan": False, "four": {"three": "none"}}
    )
    assert found.plan is None
    assert [one.en for one in found.blockers] == [
        "even with every step that can be taken, the least score is 16.7, below 60"
    ]


def test_only_the_first_missing_facts_are_named() -> None:
    jobs = [{"id": f"J{n}", "began": "2022-02-01 08:00"} for n in range(8)]
    found = plan_of([{"measure": {"kind": "each", "record": "jobs", "holds": {"approved": True}}}], {"jobs": jobs})
    assert found.plan is not None
    assert found.plan.steps[0].text.en.endswith("and 3 more")
    assert found.plan.steps[0].text.zh.endswith("等8项")


def test_an_edit_goes_where_there_is_nothing_yet() -> None:
    content: Facts = {"facts": {"jobs": [{"id": "J"}]}}
    edits = (
        Edit(path=("facts", "four", "one"), value=True),
        Edit(path=("facts", "jobs", 0, "approved"), value=True),
        Edit(path=("facts", "cases_2021"), value={"id": "A"}, add=True),
    )
    after = applied(content, edits)
    assert after == {
        "facts": {"jobs": [{"id": "J", "approved": True}], "four": {"one": True}, "cases_2021": [{"id": "A"}]}
    }
    assert content == {"facts": {"jobs": [{"id": "J"}]}}


@pytest.mark.parametrize(
    ("raw", "record"),
    [
        (None, {}),
        ({"kind": "visit"}, {"kind": "visit"}),
        ({"kind": {"one_of": ["plenary", "visit"]}}, {"kind": "plenary"}),
        ({"topics": {"includes": "fire"}}, {"topics": ["fire"]}),
        ({"hours": {"at_least": 2}}, {"hours": 2}),
        ({"hours": {"at_least": {"parameter": "quota"}}}, None),
        ({"hours": {"more_than": 2}}, None),
        ({"not": {"form": "paper"}}, None),
        ({"any_of": [{"form": "paper"}]}, None),
    ],
)
def test_which_events_can_be_written_beforehand(raw: Any, record: Facts | None) -> None:
    assert _meeting(None if raw is None else Condition(raw)) == record


def test_an_event_names_the_occasion_that_it_serves() -> None:
    """While the first occasion of the year lasts, its event can still be held."""
    rules = [{"measure": {**FEAST, "counts": {"kind": "plenary"}}, "weight": 5}, {**FLAG, "weight": 1}]
    found = plan_of(rules, {"meetings": [], "plan": False}, as_of=FEAST_DAY, to="good")
    assert found.plan is not None
    assert found.plan.confirmed
    (edit,) = next(one.edits for one in found.plan.steps if "meeting" in one.text.en)
    assert edit.value == {"kind": "plenary", "held_on": FEAST_DAY, "feast": "spring"}


def test_several_records_are_mended_one_by_one() -> None:
    jobs = [{"id": f"J{n}", "began": "2022-02-01 08:00", "approved": n > 5} for n in range(10)]
    found = plan_of([{"measure": {"kind": "each", "record": "jobs", "holds": {"approved": True}}}], {"jobs": jobs})
    assert steps(found) == [("do", 2, "mend 2 jobs (approved): J0, J1")]
    most = plan_of(
        [{"measure": {"kind": "each", "record": "jobs", "holds": {"approved": True}}}], {"jobs": jobs}, "excellent"
    )
    assert steps(most)[0][2] == "mend 5 jobs (approved): J0, J1, J2, J3, J4"
    all_ = {"measure": {"kind": "each", "record": "jobs", "holds": {"approved": True}}, "hard": True}
    assert steps(plan_of([all_], {"jobs": jobs}))[0][2].endswith("J4 and 1 more")


def test_a_step_that_does_not_hold_what_it_promises_is_not_proposed() -> None:
    """A figure that another contradicts can't be raised: the plan does without it, or there is none."""
    firms = [{"id": "F", "big": True, "good": False, "level": "one", "since": "none", "until": "none", "shut": []}]
    rule = {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "100%"}}
    found = plan_of([rule], {"firms": firms, "good_big": 0})
    assert found.plan is None


def test_the_effort_of_a_rule_goes_before_that_of_its_kind() -> None:
    pack = pack_of([FLAG, OTHER])
    dear = evolve(pack, rules=(evolve(pack.rules[0], effort=9), pack.rules[1]))
    (found,) = next_best(open_submission(submission({"plan": False, "team": False})), (dear,), to="excellent")
    assert found.plan is not None
    assert found.plan.effort == 9 + 3
    assert Efforts(affirm=7).of(pack.rules[0]) == 7


def test_nothing_to_aim_at() -> None:
    assert plan_of([FLAG], {"plan": True}).target is None
    assert plan_of([FLAG], {"plan": False}, to="fail").target is None
    assert plan_of([FLAG], {"plan": True}, to="pass").target is None
    nothing = plan_of([{"measure": {"kind": "affirm", "fact": "plan", "due": "2022-12-31"}}], {"plan": False})
    assert nothing.target is None
    assert "Nothing is scored." in render((nothing,), "text", "en")
    with pytest.raises(NoSuchGradeError, match="has no grade"):
        plan_of([FLAG], {"plan": True}, to="great")


def test_a_grade_may_be_named_by_its_title() -> None:
    found = plan_of([FLAG], {"plan": False}, to="良好")
    assert found.target is not None
    assert found.target[0] == "good"


def test_evidence_that_is_required_is_a_step() -> None:
    content = submission({"plan": True, "team": False})
    (found,) = next_best(open_submission(content), (pack_of([FLAG, OTHER]),), to="excellent", require_evidence=True)
    assert steps(found) == [
        ("do", 1, "mend: not in place: team, with evidence"),
        ("say", 1, "supply: evidence for plan"),
    ]
    assert found.plan is not None
    assert not found.plan.confirmed


def test_a_claim_that_falls_short_even_as_claimed_lacks_more_than_evidence() -> None:
    content = submission({"deaths": 1})
    limit = {"measure": {"kind": "limit", "value": "deaths", "at_most": 0}}
    (found,) = next_best(open_submission(content), (pack_of([limit]),), require_evidence=True)
    assert [one.reason.en for one in found.lost] == ["neither the claim nor its evidence suffices"]


def test_gains_are_exact() -> None:
    found = plan_of([{**SHARE, "weight": 3}, {**FLAG, "weight": 1}], {"part": 1, "total": 3})
    gains = {one.finding.rule: (one.low, one.high) for one in found.gains}
    assert gains == {"world.r0": (Fraction(1, 2), Fraction(1, 2)), "world.r1": (Fraction(1, 4), ZERO)}


def test_too_many_ways_are_taken_one_after_the_other() -> None:
    made = [
        Task(touches={"r": 1}, most=1, effort=1, words=lambda _: Text(zh="", en=""))
        for _ in range(MOST_COMBINATIONS.bit_length() + 1)
    ]
    now = Contribution(low=Fraction(0), high=Fraction(1), out=False)
    curve = Curve(now=now, weight=1, short=len(made), need=Fraction(len(made)), whole=False)
    choices = menu(made, {"r": curve}, frozenset(), Fraction(1, 2))
    assert len(choices) == len(made) + 1
    assert max(one.gain for one in choices) == 1
    assert len(components(made)) == 1


def test_a_finding_alone_has_a_curve() -> None:
    (found,) = (check(EXAMPLES / "district-committee-2022.yaml").only().finding("above-scale-certified"),)
    curve = curve_of(found)
    assert curve.short == 1
    assert curve.need == 143
    assert curve.after(0).low == Fraction(142, 143)
    assert curve.after(1).low == 1


# Reports and the command


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["regulator-department-2022Q3", "dust-plant-2022", "shuangqiao-dust-plant-2022", "enyang-town-2023H1"]
)
def test_reports_of_real_submissions(name: str, lang: Lang) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    found = next_of(name)
    content = json.loads(render(found, "json", lang))
    Draft202012Validator(SCHEMA).validate(content)
    text = render(found, "text", lang)
    for one in found:
        for lost in one.lost:
            assert lost.reason.to(lang)[:8] in text.replace("\n", "")
    with pytest.raises(ValueError, match="there is no report 'pdf'"):
        render(found, "pdf", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_way_a_plan_ends_is_said(lang: Lang) -> None:
    confirmed = plan_of([SHARE], {"part": 5, "total": 10})
    by_deeds = plan_of([FLAG, OTHER, SHARE], {"team": False, "part": 10, "total": 10})
    without_deeds = plan_of([FLAG, {**OTHER, "weight": 1}, {**OTHER, "weight": 3}], {"team": True})
    shown = [render((one,), "text", lang) for one in (confirmed, by_deeds, without_deeds)]
    words = (
        ("重新评定", "只靠落实、不靠补报", "只靠落实达不到")
        if lang == "zh"
        else ("Confirmed", "By deeds alone", "don't reach it")
    )
    assert all(word in text for word, text in zip(words, shown, strict=True))


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = str(EXAMPLES / "regulator-department-2022Q3.yaml")
    out = tmp_path / "next.json"
    assert main(["next", facts, "--to", "excellent", "--output", f"json:{out}", "--lang", "en"]) == 0
    assert "What next" in capsys.readouterr().out
    assert json.loads(out.read_text("utf-8"))["assessments"][0]["target"]["id"] == "excellent"
    assert main(["next", facts, "--to", "best", "--lang", "en"]) == 2
    assert "has no grade 'best'" in capsys.readouterr().err
    assert main(["next", facts, "--as-of", "2022-10-31", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["assessments"][0]["now"]["as_of"] == "2022-10-31"
