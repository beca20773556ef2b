"""The pipeline: settings, readings and their alternatives, waivers, notes, missing facts and places."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from safescore import assess, check, load_submission
from safescore.api import Assessments
from safescore.assess import assess_all, open_packs
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.model import Alternative, Pack, Stretch
from safescore.packs.load import load_pack
from safescore.period import DayNumber
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.words import Text
from tests.measures.tables import firm, meetings, submission_of
from tests.worlds import NOTHING, WORLD, assessed, day, pack_of, world

Rules = Sequence[Mapping[str, Any]]
AFFIRM = {"kind": "affirm", "fact": "plan"}
QUARTERLY = {
    "kind": "frequency",
    "events": "meetings",
    "at_least": 1,
    "every": "quarter",
    "counts": {"kind": "plenary"},
}
QUOTA = {"kind": "limit", "value": "deaths", "at_most": {"parameter": "quota"}}
DERIVED = {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "70%"}
EACH = {"kind": "each", "record": "jobs", "holds": {"approved": True}}
COVERAGE = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "cycle": {"years": 1},
    "counts": {"kind": "visit"},
}


def judged(
    measure: Mapping[str, Any], facts: Mapping[str, Any], *, rule: Mapping[str, Any] | None = None, **head: Any
) -> Finding:
    """Return the only finding of a rule."""
    return assessed(pack_of([{**(rule or {}), "measure": measure}]), submission_of(facts, **head)).findings[0]


def whole(rules: Rules, facts: Mapping[str, Any], waivers: list[Any] | None = None, **head: Any) -> Assessment:
    return assessed(pack_of(list(rules)), {**submission_of(facts, **head), "waivers": waivers or []})


# Settings


def settings(pack: Pack, **parameters: Any) -> dict[str, tuple[str, str]]:
    found = assessed(pack, submission_of({}, parameters=parameters)).settings
    return {one.id: (one.value, one.source) for one in found}


def test_settings_in_force() -> None:
    """Each with its value and where it comes from: the submission, the default, or nowhere."""
    pack = pack_of([{"measure": QUOTA}])
    assert settings(pack) == {"binds": ("start", "default"), "partial": ("whole", "default"), "quota": ("", "missing")}
    assert settings(pack, quota=0)["quota"] == ("0", "submission")
    assert settings(pack, binds="issue")["binds"] == ("issue", "submission")
    assert settings(pack, world={"quota": 3, "partial": "skip"}) == {
        "binds": ("start", "default"),
        "partial": ("skip", "submission"),
        "quota": ("3", "submission"),
    }


def test_a_pack_s_own_parameter_comes_before_a_common_one() -> None:
    pack = pack_of([{"measure": QUOTA}])
    assert settings(pack, quota=1, world={"quota": 3})["quota"] == ("3", "submission")
    assert settings(pack, quota=1, world=None)["quota"] == ("1", "submission")


def test_settings_that_decide_nothing_here_are_not_listed() -> None:
    """A parameter of no rule, or of other roles' rules, is not in force."""
    assert set(settings(pack_of([{"measure": AFFIRM}]))) == {"binds", "partial"}
    assert settings(pack_of([{"measure": QUOTA, "roles": ["town"]}])) == {}


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [("count", 3, "3"), ("date", "2022-06-30", "2022-06-30"), ("percent", "70%", "70%"), ("number", 2, "2")],
)
def test_how_a_parameter_is_shown(type_: str, value: object, text: str) -> None:
    pack = pack_of([{"measure": QUOTA}])
    quota = evolve(next(one for one in pack.head.parameters if one.id == "quota"), type=type_)
    head = evolve(pack.head, parameters=(*pack.head.parameters[:2], quota))
    assert settings(evolve(pack, head=head), quota=value)["quota"][0] == text


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        pytest.param({"qouta": 3}, "there is no parameter 'qouta'", id="a misspelling"),
        pytest.param(
            {"quota": "3"}, 'quota (quota): expected a whole number from 0 to 10^11, found "3"', id="text for a count"
        ),
        pytest.param(
            {"binds": "issued"},
            'binds (binds from): expected one of start, issue, found "issued"',
            id="no such reading",
        ),
        pytest.param({"world": {"qouta": 3}}, "there is no parameter 'qouta' in world", id="a misspelling in its own"),
        pytest.param({"world": 3}, "the parameters of world are a mapping of names", id="a number for its own"),
    ],
)
def test_wrong_settings(parameters: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        whole([{"measure": QUOTA}], {}, parameters=parameters)
    assert [one.problem.en for one in refused.value.faults] == [problem]


def test_a_missing_parameter_is_unknown_and_named() -> None:
    """The report asks for it, before the facts."""
    found = judged(QUOTA, {})
    assert (found.outcome, found.missing) == (Outcome.UNKNOWN, ("parameters.quota", "facts.deaths"))
    assert judged(QUOTA, {"deaths": 0}).missing == ("parameters.quota",)
    assert judged(QUOTA, {"deaths": 0}, parameters={"quota": None}).outcome is Outcome.UNKNOWN
    assert judged(QUOTA, {"deaths": 0}, parameters={"quota": 0}).outcome is Outcome.SATISFIED


def without_default(name: str) -> Pack:
    """Return the world with a quarterly rule, and a reading that has no default."""
    pack = pack_of([{"measure": QUARTERLY}, {"measure": AFFIRM}])
    parameters = tuple(evolve(one, default=None) if one.id == name else one for one in pack.head.parameters)
    return evolve(pack, head=evolve(pack.head, parameters=parameters))


@pytest.mark.parametrize("name", ["binds", "partial"])
def test_a_reading_without_default(name: str) -> None:
    """From when windows bind is not guessed: what recurs is unknown, and what stands is not touched."""
    facts = {"meetings": meetings("2022-01-11", "2022-05-10", "2022-08-15", "2022-11-08"), "plan": True}
    often, standing = assessed(without_default(name), submission_of(facts)).findings
    assert (often.outcome, often.missing) == (Outcome.UNKNOWN, (f"parameters.{name}",))
    assert standing.outcome is Outcome.SATISFIED
    chosen = submission_of(facts, parameters={name: {"binds": "start", "partial": "whole"}[name]})
    assert assessed(without_default(name), chosen).findings[0].outcome is Outcome.SATISFIED


# Readings


@pytest.mark.parametrize(
    ("days", "as_of", "expected"),
    [
        pytest.param(["2022-01-11"], "2022-03-31", {}, id="no reading decides"),
        pytest.param([], "2022-03-31", {}, id="short under every reading"),
        pytest.param(["2022-01-11"], "2022-02-28", {}, id="met early under every reading"),
    ],
)
def test_readings_that_decide_nothing_are_not_listed(days: list[str], as_of: str, expected: dict[str, Any]) -> None:
    found = judged(QUARTERLY, {"meetings": meetings(*days)}, as_of=as_of)
    assert {one.reading: one.outcome for one in found.readings} == expected


def test_readings_that_decide_are_listed_with_every_alternative() -> None:
    """From the day of issue on: January's meeting counts, does not, or is not asked."""
    facts = {"meetings": meetings("2022-01-11")}
    found = judged(QUARTERLY, facts, as_of="2022-03-31", parameters={"binds": "issue"})
    assert found.outcome is Outcome.SATISFIED
    assert [(one.reading, one.alternative, one.outcome.value, one.low) for one in found.readings] == [
        ("partial", "whole", "satisfied", Fraction(1)),
        ("partial", "clipped", "not-satisfied", Fraction(0)),
        ("partial", "skip", "pending", None),
    ]


def test_a_reading_may_decide_the_credit_alone() -> None:
    """The same outcome with another credit is another reading."""
    found = judged({**QUARTERLY, "every": "month"}, {"meetings": meetings("2022-02-01")}, as_of="2022-03-31")
    listed = [(one.alternative, one.outcome.value, one.low) for one in found.readings if one.reading == "binds"]
    assert listed == [("start", "not-satisfied", Fraction(1, 3)), ("issue", "not-satisfied", Fraction(1, 2))]


def test_from_when_a_standing_duty_binds_may_be_a_reading() -> None:
    """Before the later of two days the reading decides whether it is owed at all."""
    early = judged(AFFIRM, {"plan": False}, as_of="2022-02-20")
    assert [(one.alternative, one.outcome.value) for one in early.readings] == [
        ("start", "not-satisfied"),
        ("issue", "pending"),
    ]
    assert judged(AFFIRM, {"plan": False}, as_of="2022-02-21").readings == ()
    assert judged(AFFIRM, {"plan": True}, as_of="2022-02-20").readings == ()


def test_a_reading_of_a_rule() -> None:
    """A figure with alternatives lists the outcome under each; a plain parameter has none."""
    pack = pack_of([{"measure": QUOTA}])
    quota = next(one for one in pack.head.parameters if one.id == "quota")
    ways = {"one": Alternative(value=1, title=NOTHING), "three": Alternative(value=3, title=NOTHING)}
    reading = evolve(quota, type="reading", alternatives=ways, default="one")
    changed = evolve(pack, head=evolve(pack.head, parameters=(*pack.head.parameters[:2], reading)))
    found = assessed(changed, submission_of({"deaths": 2})).findings[0]
    assert found.outcome is Outcome.NOT_SATISFIED
    assert [(one.alternative, one.outcome.value) for one in found.readings] == [
        ("one", "not-satisfied"),
        ("three", "satisfied"),
    ]
    assert assessed(changed, submission_of({"deaths": 1})).findings[0].readings == ()
    assert judged(QUOTA, {"deaths": 2}, parameters={"quota": 1}).readings == ()


def test_rules_of_other_roles_list_no_readings() -> None:
    found = judged(
        QUARTERLY, {"meetings": meetings("2022-01-11")}, rule={"roles": ["town"]}, parameters={"binds": "issue"}
    )
    assert (found.outcome, found.readings, found.places, found.actual.en) == (Outcome.NOT_APPLICABLE, (), (), "—")


# Waivers


WAIVER = {"rule": "r0", "reason": "改建", "approver": "李", "until": "2022-12-31"}


@pytest.mark.parametrize(
    ("waiver", "as_of", "stands", "note"),
    [
        pytest.param({}, "2022-12-31", True, "", id="on its last day"),
        pytest.param({}, "2023-01-01", False, "the waiver is not in force: r0", id="the day after"),
        pytest.param({"from": "2022-06-01"}, "2022-06-01", True, "", id="on its first day"),
        pytest.param(
            {"from": "2022-06-01"}, "2022-05-31", False, "the waiver is not in force: r0", id="the day before"
        ),
        pytest.param({"rule": "world.r0"}, "2022-12-31", True, "", id="with the pack's id"),
        pytest.param({"rule": "other.r0"}, "2022-12-31", False, "", id="of another pack"),
    ],
)
def test_waivers(waiver: dict[str, str], as_of: str, stands: bool, note: str) -> None:
    """A waiver is a mark beside the raw outcome while it is in force."""
    found = whole([{"measure": AFFIRM}], {"plan": False}, [{**WAIVER, **waiver}], as_of=as_of)
    assert found.findings[0].outcome is Outcome.NOT_SATISFIED
    assert (found.findings[0].waiver is not None) is stands
    assert [one.en for one in found.notes] == ([note] if note else [])
    assert (found.score.waived is not None) is stands


def test_a_waiver_as_it_is_shown() -> None:
    (found,) = whole([{"measure": AFFIRM}], {"plan": False}, [{**WAIVER, "from": "2022-01-01"}]).findings
    assert found.waiver is not None
    assert (found.waiver.reason, found.waiver.approver) == ("改建", "李")
    assert (found.waiver.from_, found.waiver.until) == ("2022-01-01", "2022-12-31")


def test_a_hard_duty_cannot_be_waived() -> None:
    """It is said, and the grade stays capped."""
    found = whole([{"measure": AFFIRM, "hard": True}], {"plan": False}, [WAIVER])
    assert (found.findings[0].waiver, found.grade.capped_by) == (None, ("world.r0",))
    assert [one.en for one in found.notes] == ["a hard duty can't be waived: r0"]


# Notes


@pytest.mark.parametrize(
    ("measure", "facts", "as_of", "notes"),
    [
        pytest.param(
            QUARTERLY,
            {"meetings": meetings("2022-01-11", "2022-01-11")},
            "2022-12-31",
            ["meetings: 1 meeting entered more than once, counted once"],
            id="a repetition",
        ),
        pytest.param(
            QUARTERLY,
            {"meetings": meetings("2021-12-31", "2022-01-01", "2022-12-31")},
            "2022-12-31",
            ["meetings: 1 meeting outside the period, not counted"],
            id="before the period",
        ),
        pytest.param(
            QUARTERLY,
            {"meetings": meetings("2022-09-30", "2022-10-01", "2022-10-02")},
            "2022-09-30",
            ["meetings: 2 meetings after the day of judgement, read as plans"],
            id="plans",
        ),
        pytest.param(QUARTERLY, {"meetings": meetings("2022-09-30")}, "2022-09-30", [], id="today"),
        pytest.param(AFFIRM, {"meetings": meetings("2021-12-31")}, "2022-12-31", [], id="events that no rule asks"),
        pytest.param(
            COVERAGE,
            {"firms": [firm("F0")], "meetings": meetings("2021-12-31", kind="visit")},
            "2022-12-31",
            [],
            id="a cycle looks back",
        ),
        pytest.param(
            EACH,
            {"jobs": [{"id": "J", "began": "2021-12-31 23:59"}, {"id": "K", "began": "2023-01-01 00:00"}]},
            "2022-12-31",
            ["jobs: 1 job after the day of judgement, read as plans", "jobs: 1 job outside the period, not counted"],
            id="times",
        ),
        pytest.param(EACH, {"jobs": [{"id": "J"}, {"id": "K", "began": "none"}]}, "2022-12-31", [], id="no times"),
        pytest.param(
            DERIVED,
            {"firms": [firm("F0"), firm("F0")]},
            "2022-12-31",
            ["firms: 1 firm entered more than once, counted once"],
            id="a register that a count follows from",
        ),
    ],
)
def test_notes(measure: dict[str, Any], facts: dict[str, Any], as_of: str, notes: list[str]) -> None:
    """The reader is told how records were read: counted once, not counted, or taken as plans."""
    assert [one.en for one in whole([{"measure": measure}], facts, as_of=as_of).notes] == notes


def test_events_after_the_submission_s_period() -> None:
    """What lies between the end of the submission's period and the day of judgement does not count, and is told."""
    found = whole([{"measure": QUARTERLY}], {"meetings": meetings("2022-01-11", "2022-05-10")}, period="2022Q1")
    assert [one.en for one in found.notes] == ["meetings: 1 meeting outside the period, not counted"]
    assert found.cut == "2022-03-31"


# Missing facts


@pytest.mark.parametrize(
    ("measure", "facts", "missing"),
    [
        pytest.param(AFFIRM, {}, ["facts.plan"], id="a flag"),
        pytest.param(AFFIRM, {"plan": True}, [], id="nothing"),
        pytest.param({"kind": "affirm", "fact": "four.one"}, {"four": {}}, ["facts.four.one"], id="an element"),
        pytest.param(
            {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"},
            {"part": 1},
            ["facts.total"],
            id="the whole",
        ),
        pytest.param(
            {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"},
            {},
            ["facts.part", "facts.total"],
            id="part and whole",
        ),
        pytest.param(DERIVED, {}, ["facts.good_big", "facts.big_firms"], id="counts without a register"),
        pytest.param(
            DERIVED,
            {"firms": [firm("A", big=True, good=None), firm("B", big=None, good=True)]},
            ["facts.firms[0].good", "facts.firms[1].big"],
            id="blanks of a register",
        ),
        pytest.param(
            {"kind": "limit", "value": "dead_in_firms", "at_most": 1},
            {"firms": [firm("A", level="one")]},
            ["facts.firms[0].dead"],
            id="a blank that is summed",
        ),
        pytest.param(QUARTERLY, {}, ["facts.meetings"], id="events"),
        pytest.param(
            QUARTERLY,
            {"meetings": {"through": "2022-06-30", "events": meetings("2022-01-11", "2022-05-10")}},
            ["facts.meetings.through"],
            id="events that are not complete",
        ),
        pytest.param(
            QUARTERLY,
            {
                "meetings": [
                    {**meetings("2022-01-11")[0], "held_on": None},
                    *meetings("2022-04-11", "2022-07-11", "2022-10-11"),
                ]
            },
            ["facts.meetings[0].held_on"],
            id="a date",
        ),
        pytest.param({**QUARTERLY, "per": "firms"}, {"meetings": []}, ["facts.firms"], id="the subjects"),
        pytest.param(
            {**QUARTERLY, "per": "firms", "every": "year"},
            {"firms": [{"id": "A", "until": "none", "shut": []}], "meetings": []},
            ["facts.firms[0].since"],
            id="since when a subject exists",
        ),
        pytest.param(
            {**QUARTERLY, "per": "firms", "every": "year"},
            {"firms": [firm("A")], "meetings": meetings("2022-01-11", firm=None)},
            ["facts.meetings[0].firm"],
            id="of whom an event was",
        ),
        pytest.param(COVERAGE, {}, ["facts.firms", "facts.meetings"], id="subjects and events"),
        pytest.param(COVERAGE, {"firms": [firm("A")]}, ["facts.meetings"], id="visits"),
        pytest.param(
            COVERAGE,
            {"firms": [firm("A")], "meetings": {"through": "2022-06-30", "events": []}},
            ["facts.meetings.through"],
            id="visits that are not complete",
        ),
        pytest.param(
            COVERAGE,
            {"firms": [firm("A")], "meetings": meetings("2022-05-01", kind="visit", firm=None)},
            ["facts.meetings[0].firm"],
            id="whom a visit was to",
        ),
        pytest.param(
            COVERAGE,
            {"firms": [firm("A", since=None)], "meetings": []},
            ["facts.firms[0].since"],
            id="since when a firm exists",
        ),
        pytest.param(EACH, {}, ["facts.jobs"], id="a list"),
        pytest.param(
            EACH, {"jobs": [{"id": "J", "began": "2022-01-11 08:00"}]}, ["facts.jobs[0].approved"], id="a cell"
        ),
        pytest.param(
            EACH,
            {"jobs": {"through": "2022-06-30", "events": []}},
            ["facts.jobs.through"],
            id="a list that is not complete",
        ),
        pytest.param(
            EACH,
            {"jobs": [{"id": "J", "began": "2022-01-11 08:00", "approved": True}, {"began": "2022-01-11 08:00"}]},
            ["facts.jobs[1].approved", "facts.jobs[1].id"],
            id="a key that would tell records apart",
        ),
        pytest.param(
            {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}, {}, ["facts.issued_on"], id="a day"
        ),
        pytest.param(
            {"kind": "milestone", "part": "done", "whole": "total", "at_least": "70%", "by": "2022-06-30"},
            {"done": 7, "total": 10},
            ["facts.done"],
            id="a figure that does not say when",
        ),
    ],
)
def test_missing(measure: dict[str, Any], facts: dict[str, Any], missing: list[str]) -> None:
    """Exactly the facts that would decide it, by path, each once."""
    assert list(judged(measure, facts).missing) == missing


def test_missing_of_a_checklist() -> None:
    """Only what the open elements lack."""
    title = {"zh": "无", "en": "none"}
    elements = [
        {"id": "a", "anchor": "试验文本", "title": title, "fact": "plan"},
        {"id": "b", "anchor": "试验文本", "title": title, "fact": "team"},
        {
            "id": "c",
            "anchor": "试验文本",
            "title": title,
            "fact": "four.one",
            "applies": {"hazards": {"includes": "dust"}},
        },
    ]
    found = judged({"kind": "checklist", "elements": elements}, {"plan": True})
    assert found.missing == ("facts.team", "organization.hazards", "facts.four.one")


def test_missing_where_it_may_not_apply() -> None:
    """What decides whether the rule applies is named first."""
    rule = {"applies": {"employees": {"at_least": 30}}}
    assert judged(AFFIRM, {}, rule=rule).missing == ("organization.employees", "facts.plan")
    assert judged(AFFIRM, {"plan": True}, rule=rule).missing == ("organization.employees",)
    assert judged(AFFIRM, {}, rule=rule, organization={"employees": 29}).missing == ()
    assert judged(AFFIRM, {}, rule=rule, organization={"employees": 30}).missing == ("facts.plan",)


# Reasons, places, parts


@pytest.mark.parametrize(
    ("measure", "facts", "head", "reason"),
    [
        pytest.param(AFFIRM, {"plan": True}, {}, "met", id="met"),
        pytest.param(AFFIRM, {"plan": False}, {}, "not in place: plan", id="short"),
        pytest.param(AFFIRM, {}, {}, "missing: plan", id="unknown"),
        pytest.param(
            {**AFFIRM, "due": "2022-06-30"},
            {"plan": False},
            {"as_of": "2022-06-29"},
            "not due yet (2022-06-30)",
            id="pending",
        ),
        pytest.param(
            QUARTERLY,
            {"meetings": meetings("2022-01-11")},
            {"as_of": "2022-03-31"},
            "met to date, next due 2022-06-30",
            id="to date",
        ),
        pytest.param(EACH, {"jobs": []}, {}, "there is nothing it would ask about", id="nothing to ask"),
        pytest.param(
            {"kind": "each", "record": "jobs", "in_order": ["aired", "began"]},
            {"jobs": [{"id": "J", "aired": "2022-01-11 08:00", "began": "2022-01-11 08:00"}]},
            {},
            "the facts do not decide it",
            id="equal times",
        ),
        pytest.param(
            {"kind": "each", "record": "jobs", "states": ["person"], "closed": {"ended": True}},
            {"jobs": [{"id": name, "began": "2022-01-11 08:00"} for name in "ABCDE"]},
            {},
            "missing: jobs A: person, jobs A: ended, jobs B: person and 7 more",
            id="many are missing",
        ),
    ],
)
def test_reasons(measure: dict[str, Any], facts: dict[str, Any], head: dict[str, Any], reason: str) -> None:
    assert judged(measure, facts, **head).reason.en == reason


def test_reasons_of_what_does_not_apply() -> None:
    rule = {"applies": {"employees": {"at_least": 30}}}
    assert judged(AFFIRM, {}, rule=rule, organization={"employees": 3}).reason.en == "its conditions do not hold here"
    assert judged(AFFIRM, {}, rule={"roles": ["town"]}).reason.en == "binds another role"


SUBMISSION = """organization:
  id: X
  name: X
  roles: [firm]
  employees: 45
period: 2022
facts:
  plan: true
  firms:
    - id: A
      big: true
      good: false
    - {id: B, big: true, good: true}
"""


def test_places(tmp_path: Path) -> None:
    """Every fact that a finding used is named with its line and column; so is every record that fails."""
    file = tmp_path / "facts.yaml"
    file.write_text(SUBMISSION, "utf-8")
    rules: Rules = [
        {"measure": AFFIRM, "applies": {"employees": {"at_least": 30}}},
        {"measure": DERIVED},
        {"measure": {"kind": "each", "record": "firms", "holds": {"good": True}}},
    ]
    one, two, three = assess_all(open_submission(file), (pack_of(list(rules)),))[0].findings
    assert [(place.fact, place.at) for place in one.places] == [
        ("facts.plan", f"{file}:8:9"),
        ("organization.employees", f"{file}:5:14"),
    ]
    assert [(place.fact, place.at) for place in two.places] == [("facts.firms", f"{file}:10:5")]
    (part,) = three.parts
    assert (part.subject, part.outcome, part.what) == ("A", Outcome.NOT_SATISFIED, ("good",))
    assert [place.at for place in part.places] == [f"{file}:10:7", f"{file}:12:13"]


def test_the_finding_of_a_rule() -> None:
    found = whole([{"measure": AFFIRM}], {"plan": True})
    assert found.finding("r0") is found.finding("world.r0") is found.findings[0]
    assert list(found.of(Outcome.SATISFIED)) == [found.findings[0]]
    with pytest.raises(KeyError):
        found.finding("r9")


def test_nothing_disappears() -> None:
    """Every rule is in the assessment, in the order of the pack, whatever becomes of it."""
    rules: Rules = [{"measure": AFFIRM}, {"measure": AFFIRM, "roles": ["town"]}, {"measure": EACH}]
    found = whole(rules, {"jobs": []})
    assert [one.rule for one in found.findings] == ["world.r0", "world.r1", "world.r2"]
    assert sum(found.score.counts.values()) == 3
    assert found.unscored == (("前言", "试验文本", "framing"),)


# Periods, several packs, and the public calls


@pytest.mark.parametrize("period", [2021, "2023Q1"])
def test_a_period_outside_the_pack_s(period: object) -> None:
    head: dict[str, Any] = {**submission_of({}), "period": period}
    del head["as_of"]
    with pytest.raises(InvalidInput, match=r"lies outside that of world"):
        assessed(pack_of([{"measure": AFFIRM}]), head)


def test_several_packs_have_their_own_faults_and_settings() -> None:
    """One submission under two packs: one list of faults, each once; a parameter of either is known to both."""
    other = evolve(world(), head=evolve(world().head, id="other", parameters=world().head.parameters[:2]))
    first = pack_of([{"measure": QUOTA}])
    second = evolve(pack_of([{"measure": AFFIRM}]), head=other.head)
    document = open_submission(
        submission_of({"plan": True, "deaths": 1}, parameters={"quota": 1, "other": {"binds": "issue"}})
    )
    made = assess_all(document, (first, second))
    assert [one.pack for one in made] == ["world", "other"]
    assert [one.findings[0].outcome for one in made] == [Outcome.SATISFIED] * 2
    with pytest.raises(InvalidInput) as refused:
        assess_all(open_submission(submission_of({"pln": True})), (first, second))
    assert len(refused.value.faults) == 1


def plain() -> dict[str, Any]:
    return {**submission_of({}), "packs": [str(WORLD)]}


def test_the_public_calls() -> None:
    """A dict in, assessments out; the day of judgement may be given."""
    found = check(plain(), as_of=date(2022, 9, 30))
    assert isinstance(found, Assessments)
    assert (len(found), found[0].as_of, found[0:1]) == (1, "2022-09-30", (found[0],))
    assert found.only() is found[0]
    assert (found.score, found.grade, found.findings) == (found[0].score, found[0].grade, found[0].findings)
    assert check(plain(), str(WORLD))[0].as_of == "2022-12-31"
    assert len(check(plain(), [str(WORLD), str(WORLD)])) == 1
    pack = load_pack(WORLD)
    assert assess(pack, plain(), as_of=date(2022, 6, 30)).cut == "2022-06-30"
    assert load_submission(plain(), pack).period == "2022"


def test_several_packs_have_no_one_score() -> None:
    found = check(plain(), [str(WORLD), str(WORLD / ".")])
    both = Assessments((found[0], found[0]))
    with pytest.raises(ValueError, match=r"2 packs were assessed: world, world; look at each"):
        _ = both.score


def test_packs_to_assess_under() -> None:
    """Those that are named, else those of the submission; none is a fault, and all that are not there are said."""
    assert [one.id for one in open_packs(open_submission(plain()))] == ["world"]
    with pytest.raises(InvalidInput, match="no pack is named"):
        open_packs(open_submission(submission_of({})))
    with pytest.raises(InvalidInput) as refused:
        open_packs(open_submission(plain()), ["no-such", str(WORLD), "nor-such"])
    assert [one.problem.en for one in refused.value.faults] == [
        "there is no pack 'no-such'",
        "there is no pack 'nor-such'",
    ]


# Parts of findings, and what is asked where little is known


def parts(measure: Mapping[str, Any], facts: Mapping[str, Any], **head: Any) -> list[tuple[str, str, str]]:
    """Return the parts of a finding: subject, window and outcome."""
    return [(one.subject, one.window, one.outcome.value) for one in judged(measure, facts, **head).parts]


def listed(*elements: Mapping[str, Any]) -> dict[str, Any]:
    title = {"zh": "无", "en": "none"}
    made = [{"id": f"e{place}", "anchor": "试验文本", "title": title, **one} for place, one in enumerate(elements)]
    return {"kind": "checklist", "elements": made}


@pytest.mark.parametrize(
    ("measure", "facts", "head", "expected"),
    [
        pytest.param(
            listed(
                {"fact": "plan"},
                {"fact": "team"},
                {"fact": "four.one"},
                {"measure": {"kind": "milestone", "done": "issued_on", "by": "2022-12-31"}},
                {"fact": "plan", "applies": {"hazards": {"includes": "dust"}}},
                {"fact": "plan", "applies": {"employees": {"at_least": 30}}},
            ),
            {"plan": True, "team": False, "issued_on": "none"},
            {"as_of": "2022-06-30", "organization": {"employees": 3}},
            [
                ("e0", "", "satisfied"),
                ("e1", "", "not-satisfied"),
                ("e2", "", "unknown"),
                ("e3", "", "pending"),
                ("e4", "", "unknown"),
                ("e5", "", "not-applicable"),
            ],
            id="elements",
        ),
        pytest.param(
            QUARTERLY,
            {"meetings": {"through": "2022-06-30", "events": meetings("2022-01-11")}},
            {"as_of": "2022-12-30"},
            [
                ("", "2022Q1", "satisfied"),
                ("", "2022Q2", "not-satisfied"),
                ("", "2022Q3", "unknown"),
                ("", "2022Q4", "pending"),
            ],
            id="windows",
        ),
        pytest.param(
            {**QUARTERLY, "per": "firms"},
            {"firms": [firm("A", since="2022-07-01"), firm("B", until="2022-03-31")], "meetings": []},
            {},
            [("A", "2022Q3", "not-satisfied"), ("A", "2022Q4", "not-satisfied"), ("B", "2022Q1", "not-satisfied")],
            id="subjects and windows",
        ),
        pytest.param(
            COVERAGE,
            {
                "firms": [firm("A"), firm("B", since="2022-07-01"), firm("C", since=None), firm("F0")],
                "meetings": meetings("2022-05-01", kind="visit"),
            },
            {},
            [("A", "", "not-satisfied"), ("B", "", "pending"), ("C", "", "unknown")],
            id="subjects",
        ),
        pytest.param(
            {"kind": "each", "record": "cases_2021", "within": {"from": "closed_on", "to": "reviewed_on", "years": 1}},
            {
                "cases_2021": [
                    {"id": "A", "closed_on": "2021-06-30", "reviewed_on": "none"},
                    {"id": "B", "closed_on": "2022-06-30", "reviewed_on": "none"},
                    {"id": "C", "closed_on": "2021-06-30"},
                    {"id": "D", "closed_on": "2021-06-30", "reviewed_on": "2021-07-01"},
                    {"closed_on": "2021-05-30", "reviewed_on": "none"},
                ]
            },
            {},
            [("A", "", "not-satisfied"), ("B", "", "pending"), ("C", "", "unknown"), ("#5", "", "not-satisfied")],
            id="records",
        ),
    ],
)
def test_parts(
    measure: dict[str, Any], facts: dict[str, Any], head: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    """Every window, record, element and subject that is not simply met, each with its own outcome."""
    assert parts(measure, facts, **head) == expected


@pytest.mark.parametrize(
    ("measure", "facts"),
    [
        pytest.param({**QUARTERLY, "at_least": {"parameter": "quota"}}, {"meetings": []}, id="how many"),
        pytest.param(
            {**COVERAGE, "cycle": {"parameter": "quota"}}, {"firms": [firm("F0")], "meetings": []}, id="a cycle"
        ),
        pytest.param(
            {
                "kind": "each",
                "record": "cases_2021",
                "within": {"from": "closed_on", "to": "reviewed_on", "span": {"parameter": "quota"}},
            },
            {"cases_2021": [{"id": "A", "closed_on": "2021-06-30", "reviewed_on": "none"}]},
            id="a span",
        ),
        pytest.param(
            {"kind": "milestone", "done": "issued_on", "by": {"parameter": "quota"}}, {"issued_on": "none"}, id="a day"
        ),
        pytest.param(
            {**listed({"fact": "plan"}), "due": {"parameter": "quota"}}, {"plan": False}, id="a checklist's day"
        ),
    ],
)
def test_what_a_missing_parameter_leaves_open(measure: dict[str, Any], facts: dict[str, Any]) -> None:
    """The parameter is asked for, though every fact is there; nothing is said to be broken."""
    found = judged(measure, facts)
    assert (found.outcome, found.missing) == (Outcome.UNKNOWN, ("parameters.quota",))
    assert Outcome.NOT_SATISFIED not in {one.outcome for one in found.parts if measure["kind"] != "checklist"}


def test_the_campaign_s_own_days() -> None:
    """A campaign is a window of its own, which may end before the period does."""
    pack = pack_of([{"measure": {**QUARTERLY, "every": "campaign"}}])
    stretch = Stretch(from_=DayNumber(day("2022-04-01")), to=DayNumber(day("2022-06-30")))
    short = evolve(pack, head=evolve(pack.head, campaign=stretch))
    for held, as_of, outcome in (
        ("2022-06-30", "2022-12-31", Outcome.SATISFIED),
        ("2022-07-01", "2022-12-31", Outcome.NOT_SATISFIED),
        ("2022-03-31", "2022-06-29", Outcome.PENDING),
        ("2022-03-31", "2022-06-30", Outcome.NOT_SATISFIED),
    ):
        found = assessed(short, submission_of({"meetings": meetings(held)}, as_of=as_of)).findings[0]
        assert found.outcome is outcome


RULES = """
- id: often
  clause: 前言
  anchor: 试验文本
  title: {zh: 常, en: often}
  roles: [firm]
  remedy: {zh: 补, en: mend}
  measure: {kind: frequency, events: meetings, at_least: 1, every: year, per: firms, counts: {kind: visit}}
- id: covered
  clause: 前言
  anchor: 试验文本
  title: {zh: 到, en: covered}
  roles: [firm]
  remedy: {zh: 补, en: mend}
  measure: {kind: coverage, subjects: firms, events: meetings, cycle: {years: 1}, mode: MODE, counts: {kind: visit}}
"""


@pytest.mark.parametrize(("mode", "expected"), [("rolling", Outcome.NOT_SATISFIED), ("last-visit", Outcome.PENDING)])
def test_a_register_without_dates(tmp_path: Path, mode: str, expected: Outcome) -> None:
    """Where a register does not say since when its subjects exist, they always did."""
    folder = tmp_path / "world"
    shutil.copytree(WORLD, folder)
    facts = folder / "facts" / "facts.yaml"
    dated = ("  since: since\n", "  until: until\n", "  except: shut\n")
    text = facts.read_text("utf-8")
    for line in dated:
        assert line in text
        text = text.replace(line, "")
    facts.write_text(text, "utf-8")
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "rules.yaml").write_text(RULES.replace("MODE", mode), "utf-8")
    head = folder / "pack.yaml"
    head.write_text(
        head.read_text("utf-8").replace("  - id: 前言\n", "  - id: 前言\n    rules: [often, covered]\n"), "utf-8"
    )
    submission = submission_of({"firms": [{"id": "F0"}], "meetings": []})
    often, covered = assessed(load_pack(folder), submission).findings
    assert (often.outcome, covered.outcome) == (Outcome.NOT_SATISFIED, expected)


def test_a_waiver_of_no_rule_is_a_fault() -> None:
    """A waiver that names no rule of any pack is not passed over."""
    with pytest.raises(InvalidInput) as error:
        whole([{"measure": AFFIRM}], {"plan": False}, [{**WAIVER, "rule": "r00"}])
    (fault,) = error.value.faults
    assert fault.problem.en == "there is no rule 'r00' to waive"
    assert fault.hint == Text(zh="是否要写“r0”？", en="did you mean 'r0'?")
