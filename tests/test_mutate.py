"""Rules changed by one step at a time: every change that matters is made, and the cases that miss one are found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from safescore.model import Rule
from safescore.packs.mutate import mutants, survivors
from tests.small import opened, write
from tests.worlds import linked, pack_of

TITLE = {"zh": "无", "en": "none"}


def element(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "anchor": "试验文本", "title": TITLE, **more}


def changes(measure: Mapping[str, Any], applies: Mapping[str, Any] | None = None) -> list[str]:
    """Return the changes that are made to a rule, in words."""
    rule: Rule = pack_of([{"measure": measure, "applies": applies}]).rules[0]
    made = list(mutants(rule))
    assert all(one.rule != rule for one in made)
    return [one.change for one in made]


RATIO = {"kind": "ratio", "part": "part", "whole": "total"}
MEETINGS = {"kind": "frequency", "events": "meetings", "at_least": 2, "every": "quarter", "counts": {"kind": "plenary"}}
COVERAGE = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "cycle": {"years": 1},
    "counts": {"kind": "visit"},
}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        pytest.param({"kind": "affirm", "fact": "plan"}, ["due → period-end"], id="standing"),
        pytest.param({"kind": "affirm", "fact": "plan", "due": "period-end"}, ["due → standing"], id="at the end"),
        pytest.param(
            {"kind": "affirm", "fact": "plan", "due": "2022-06-30"},
            ["due → 2022-06-29", "due → 2022-07-01"],
            id="a day",
        ),
        pytest.param(
            {**RATIO, "at_least": "70%"},
            ["at_least → 69%", "at_least → 71%", "due → period-end", "at_least → more_than"],
            id="a share",
        ),
        pytest.param(
            {**RATIO, "at_least": "100%"},
            ["at_least → 99%", "due → period-end", "at_least → more_than"],
            id="a share of all",
        ),
        pytest.param(
            {**RATIO, "less_than": "30%"},
            ["less_than → 29%", "less_than → 31%", "due → period-end", "less_than → at_most"],
            id="below",
        ),
        pytest.param(
            {"kind": "limit", "value": "deaths", "at_most": 0},
            ["at_most → 1", "due → standing", "at_most → less_than"],
            id="a cap of zero",
        ),
        pytest.param(
            {"kind": "limit", "value": "deaths", "less_than": {"fact": "deaths_before"}},
            ["due → standing", "less_than → at_most"],
            id="another fact",
        ),
        pytest.param(
            {"kind": "limit", "value": "deaths", "at_most": {"parameter": "quota"}},
            ["due → standing", "at_most → less_than"],
            id="a parameter",
        ),
        pytest.param(
            MEETINGS,
            ["at_least → 1", "at_least → 3", "every → month", "every → half-year", "counts: without kind"],
            id="windows",
        ),
        pytest.param(
            {**MEETINGS, "at_least": 1, "every": "day"},
            ["at_least → 2", "every → week", "counts: without kind"],
            id="the shortest window",
        ),
        pytest.param(
            {**MEETINGS, "every": "campaign"}, ["at_least → 1", "at_least → 3", "counts: without kind"], id="a campaign"
        ),
        pytest.param(
            {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"},
            ["by → 2022-06-29", "by → 2022-07-01"],
            id="a day to reach",
        ),
        pytest.param(
            COVERAGE, ["cycle → P2Y", "mode → calendar", "mode → last-visit", "counts: without kind"], id="a cycle"
        ),
        pytest.param(
            {**COVERAGE, "cycle": {"months": 6}, "mode": "calendar"},
            ["cycle → P5M", "cycle → P7M", "mode → rolling", "mode → last-visit", "counts: without kind"],
            id="a cycle of months",
        ),
        pytest.param({"kind": "each", "record": "jobs", "states": ["person"]}, [], id="one field"),
        pytest.param(
            {"kind": "each", "record": "jobs", "states": ["person", "funds"]},
            ["states without person", "states without funds"],
            id="fields",
        ),
        pytest.param(
            {"kind": "each", "record": "jobs", "in_order": ["aired", "began"]},
            ["in_order without aired", "in_order without began", "in_order with began earlier"],
            id="an order",
        ),
        pytest.param(
            {"kind": "each", "record": "jobs", "precede": {"by": "began", "fields": ["aired", "tested"]}},
            ["precede: fields without aired", "precede: fields without tested"],
            id="what precedes",
        ),
        pytest.param(
            {"kind": "each", "record": "cases_2021", "within": {"from": "closed_on", "to": "reviewed_on", "days": 30}},
            ["within: span → P29D", "within: span → P31D"],
            id="a span",
        ),
        pytest.param(
            {
                "kind": "each",
                "record": "jobs",
                "holds": {"funds": {"at_least": 1}},
                "steps": [{"where": {"approved": True}, "states": ["person"]}],
            },
            [
                "holds: funds >= → >",
                "steps without 0",
                "steps 0: where: without approved",
            ],
            id="steps",
        ),
    ],
)
def test_changes(measure: Mapping[str, Any], expected: list[str]) -> None:
    """Targets, windows, days, comparisons, fields and modes, each by one step and none twice."""
    assert changes(measure) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        pytest.param({"big": True}, ["without big"], id="equal"),
        pytest.param(
            {"level": {"one_of": ["one", "two"]}},
            ["without level", "level without one", "level without two"],
            id="options",
        ),
        pytest.param({"level": {"one_of": ["one"]}}, ["without level"], id="one option"),
        pytest.param({"dead": {"at_most": 1}}, ["dead <= → <", "dead <= 0", "dead <= 2"], id="an order"),
        pytest.param({"dead": {"at_most": {"parameter": "quota"}}}, ["dead <= → <"], id="a bound that is a parameter"),
        pytest.param({"not": {"big": True}}, ["without not"], id="not"),
        pytest.param(
            {"not": {"dead": {"less_than": 1}}},
            ["without not", "not dead < → <=", "not dead < 0", "not dead < 2"],
            id="not less",
        ),
        pytest.param({"big": True, "good": True}, ["without big", "without good"], id="and"),
        pytest.param(
            {"any_of": [{"big": True}, {"dead": {"at_least": 1}}]},
            ["any_of without 0", "any_of without 1", "dead >= → >", "dead >= 0", "dead >= 2"],
            id="or",
        ),
        pytest.param({"any_of": [{"big": True}]}, [], id="or of one"),
    ],
)
def test_changes_of_conditions(where: Mapping[str, Any], expected: list[str]) -> None:
    """A line is taken out, a comparison flipped or moved, an option taken out."""
    measure = {"kind": "each", "record": "firms", "where": where, "states": ["level"]}
    assert changes(measure) == [f"where: {one}" for one in expected]


def test_changes_of_what_applies() -> None:
    """The conditions on the organisation are changed too."""
    made = changes({"kind": "affirm", "fact": "plan"}, {"employees": {"at_least": 30}, "hazards": {"includes": "dust"}})
    assert made[1:] == [
        "applies: employees >= → >",
        "applies: employees >= 29",
        "applies: employees >= 31",
        "applies: without hazards",
    ]


def test_changes_of_a_checklist() -> None:
    """Elements are left out, their own measures changed; what they share with the checklist is changed once."""
    elements = [element("a", fact="plan"), element("b", measure={**RATIO, "at_least": "70%"})]
    assert changes({"kind": "checklist", "elements": elements}) == [
        "elements without a",
        "elements without b",
        "elements b: at_least → 69%",
        "elements b: at_least → 71%",
        "elements b: due → period-end",
        "elements b: at_least → more_than",
        "due → period-end",
    ]
    some = {"kind": "checklist", "elements": [element("a", fact="plan"), element("b", fact="team")], "at_least": 1}
    assert changes(some) == ["at_least → 2", "due → period-end"]
    (one,) = changes({"kind": "checklist", "elements": [element("a", fact="plan")]})
    assert one == "due → period-end"


def test_elements_follow_their_checklist() -> None:
    """Another due day of the checklist is another day of the elements that share it."""
    measure = linked({"kind": "checklist", "elements": [element("a", fact="plan"), element("b", fact="team")]})
    rule = evolve(pack_of([{"measure": {"kind": "affirm", "fact": "plan"}}]).rules[0], measure=measure)
    later = list(mutants(rule))[-1].rule.measure
    assert [one.measure.due for one in later.elements] == [later.due, later.due]  # type: ignore[attr-defined]


def test_survivors(tmp_path: Path) -> None:
    """A change that every case lets pass is named; the cases of other rules do not count."""
    pack, cases = opened(write(tmp_path))
    found = {rule.id: [one.change for one in survivors(pack, cases, rule)] for rule in pack.rules}
    assert found == {
        "plan": ["due → period-end"],
        "meeting": ["every → half-year"],
        "ban": ["due → period-end"],
        "certified": ["at_least → 69%", "due → period-end"],
        "publicity": ["elements without act", "due → period-end"],
    }


def test_without_cases_everything_survives(tmp_path: Path) -> None:
    pack, _ = opened(write(tmp_path))
    for rule in pack.rules:
        assert list(survivors(pack, (), rule)) == list(mutants(rule))


def test_a_checklist_whose_elements_have_days_of_their_own() -> None:
    """Its own day is no element's, and so there is nothing to change in it."""
    own = element("a", measure={"kind": "milestone", "done": "issued_on", "by": "2022-06-30"})
    assert changes({"kind": "checklist", "elements": [own]}) == [
        "elements a: by → 2022-06-29",
        "elements a: by → 2022-07-01",
    ]
