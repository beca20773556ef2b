"""What an authority's registers follow from is data, held against the dictionary; every fault at its place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from safescore.errors import InvalidInput
from safescore.expr import NONE
from safescore.facts.read import open_submission, read_submission
from safescore.packs.find import rules_root
from safescore.packs.load import shared_dictionary
from safescore.period import Days
from safescore.rollup.authority import Following, written
from safescore.rollup.correspondence import FILE, read_correspondences
from safescore.roster import Member, Roster


def test_the_built_in_correspondences_fit_the_dictionary() -> None:
    """The firms of an authority, and the hazards and accidents of its firms."""
    found = read_correspondences(*shared_dictionary())
    assert {name: one.records for name, one in found.items()} == {
        "firms": None,
        "hazards": "hazards",
        "accidents": "accidents",
    }


def test_the_data_are_what_authors_read() -> None:
    """The file says in its head how it is written."""
    assert (rules_root() / FILE).read_text("utf-8").startswith("# What an authority answers for")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        pytest.param("- firms\n", "1:1", "expected registers", id="a list"),
        pytest.param("firm: {members: [enterprise], row: member}\n", "1:7", "no register 'firm'", id="no register"),
        pytest.param("firms: {members: [firm], row: member}\n", "1:19", "no role 'firm'", id="no role"),
        pytest.param("firms: {members: [], row: member}\n", "1:18", "Length of 'members'", id="nobody"),
        pytest.param("firms: {members: [enterprise]}\n", "1:8", "a row or from records", id="neither"),
        pytest.param(
            "hazards: {members: [enterprise], row: member, records: hazards}\n",
            "1:10",
            "a row or from records",
            id="both",
        ),
        pytest.param("firms: {members: [enterprise], row: firm}\n", "1:37", "must be in", id="a row of what"),
        pytest.param(
            "firms: {members: [enterprise], records: firm}\n", "1:41", "no register 'firm'", id="records of what"
        ),
        pytest.param(
            "safety_meetings: {members: [enterprise], records: safety_meetings}\n",
            "1:51",
            "no key of text",
            id="no key",
        ),
        pytest.param(
            "hazards: {members: [enterprise], records: firms}\n", "1:43", "differ in type or options", id="unlike"
        ),
    ],
)
def test_faults_of_a_correspondence(text: str, place: str, said: str, tmp_path: Path) -> None:
    """What does not fit is refused where it stands."""
    refused(text, place, said, tmp_path)


@pytest.mark.parametrize(
    ("origin", "place", "said"),
    [
        pytest.param("certifed: {fact: own_standard_certified}", "5:5", "has no field 'certifed'", id="no field"),
        pytest.param("certified: {fact: own_standard_certifed}", "5:23", "no plain fact", id="no fact"),
        pytest.param("certified: {fact: hazards}", "5:23", "no plain fact", id="a register"),
        pytest.param("certified: {profile: certified}", "5:26", "no plain fact", id="no answer of the profile"),
        pytest.param("certified: {profile: sector}", "5:26", "differ in type or options", id="another type"),
        pytest.param("sector: {profile: enterprise_size}", "5:23", "differ in type or options", id="other options"),
        pytest.param("certified: {organization: name}", "5:31", "differ in type or options", id="a name for a flag"),
        pytest.param("certified: {organization: roles}", "5:31", "must be in", id="not of the head"),
        pytest.param("certified: {}", "5:16", "one origin is asked, 0", id="from nothing"),
        pytest.param("id: {organization: id, profile: sector}", "5:9", "one origin is asked, 2", id="from two"),
        pytest.param(
            "sector: {cases: [{value: trade, where: {above_scale: true}}]}",
            "5:30",
            "expected",
            id="a value of no option",
        ),
        pytest.param(
            "certified: {cases: [{value: true, where: {above_scales: true}}]}", "5:61", "above_scales", id="a condition"
        ),
        pytest.param(
            "certified: {cases: [{value: true, where: {above_scale: true}}], otherwise: 3}",
            "5:80",
            "expected",
            id="else",
        ),
    ],
)
def test_faults_of_an_origin(origin: str, place: str, said: str, tmp_path: Path) -> None:
    """A field follows from one thing of its own type."""
    refused(f"firms:\n  members: [enterprise]\n  row: member\n  fields:\n    {origin}\n", place, said, tmp_path)


def refused(text: str, place: str, said: str, tmp_path: Path) -> None:
    """Make sure that a file is refused at a place, for a reason."""
    path = tmp_path / "rollup.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_correspondences(*shared_dictionary(), path)
    (fault,) = caught.value.faults
    assert str(fault.at) == f"{path}:{place}"
    assert said in fault.problem.en


def followed(organization: dict[str, Any], facts: dict[str, Any], name: str = "firms") -> Any:
    """Return the records of a register that follow from one firm."""
    dictionary, roles = shared_dictionary()
    submission = read_submission(open_submission(_whole(facts, **organization)), dictionary, roles)
    roster = Roster(members={"A": Member(id="A", name="A", columns={})})
    following = Following(roster, {"A": submission}, dictionary, roles)
    return following.registers(read_correspondences(dictionary, roles)).registers.get(name)


@pytest.mark.parametrize(
    ("organization", "field", "expected"),
    [
        pytest.param(
            {"industries": ["industry_trade"]}, "industry", "industry_trade", id="the one line of supervision"
        ),
        pytest.param({"industries": ["industry_trade", "gas"]}, "industry", None, id="of two lines nobody knows"),
        pytest.param({}, "industry", None, id="no answer is a blank"),
        pytest.param({"employees": 29, "enterprise_size": "small"}, "small_firm", True, id="under thirty"),
        pytest.param({"employees": 30, "enterprise_size": "small"}, "small_firm", None, id="thirty is read two ways"),
        pytest.param({"employees": 31, "enterprise_size": "small"}, "small_firm", False, id="over thirty"),
        pytest.param({"employees": 12, "enterprise_size": "large"}, "small_firm", False, id="large with few people"),
        pytest.param({"employees": 12}, "small_firm", None, id="of unknown size"),
        pytest.param({"hazard_classes": []}, "hazard_classes", [], id="none is an answer"),
        pytest.param({"sector": "other"}, "sector", "other", id="as it says"),
    ],
)
def test_cases_hold_surely_or_not_at_all(organization: dict[str, Any], field: str, expected: Any) -> None:
    """A case counts where it surely holds; where it may hold the field is a blank."""
    (row,) = followed(organization, {})
    assert row.get(field) == expected


def test_a_date_and_a_none_go_over() -> None:
    """What was done on a day, and what was not done, are both answers."""
    (row,) = followed({}, {"own_frontline_done_on": "2022-05-01", "own_frontline_pilot_done_on": "none"})
    assert (row["frontline_done_on"], row["frontline_pilot_done_on"]) == ("2022-05-01", "none")


def test_records_go_over_with_what_their_firm_is() -> None:
    """A hazard keeps what its record says, and is of the industry and the kind of its firm where it says nothing."""
    hazards: list[dict[str, Any]] = [
        {"id": "1", "found_on": "2022-03-01", "closed_on": "none", "industry": "other"},
        {"id": "2", "found_on": "2022-04-01", "funds": 2},
    ]
    rows = followed({"industries": ["industry_trade"], "key_firm": True}, {"hazards": hazards}, "hazards")
    assert rows == [
        {"id": "A/1", "found_on": "2022-03-01", "industry": "other", "key_firm": True, "closed_on": "none"},
        {"id": "A/2", "found_on": "2022-04-01", "industry": "industry_trade", "key_firm": True, "funds": 2},
    ]


def test_events_are_complete_up_to_the_earliest_day(tmp_path: Path) -> None:
    """Where a firm's list is complete up to a day only, so is that of all together."""
    path = tmp_path / "rollup.yaml"
    path.write_text("inspections: {members: [enterprise], records: inspections}\n", encoding="utf-8")
    dictionary, roles = shared_dictionary()
    event = {"id": "1", "inspected_on": "2022-03-01"}
    rows = {"through": "2022-06-30", "events": [event]}
    submission = read_submission(open_submission(_whole({"inspections": rows})), dictionary, roles)
    roster = Roster(members={"A": Member(id="A", name="A", columns={})})
    following = Following(roster, {"A": submission}, dictionary, roles)
    found = following.registers(read_correspondences(dictionary, roles, path)).registers
    assert found == {"inspections": {"through": "2022-06-30", "events": [{**event, "id": "A/1"}]}}


def _whole(facts: dict[str, Any], **organization: Any) -> dict[str, Any]:
    head = {"id": "A", "name": "A", "roles": ["enterprise"], **organization}
    return {"organization": head, "period": "2022", "as_of": "2022-12-31", "packs": ["dadukou-2022"], "facts": facts}


@pytest.mark.parametrize(
    ("type_", "cell", "expected"),
    [
        ("flag", True, True),
        ("text", "x", "x"),
        ("date", NONE, "none"),
        ("choices", frozenset({"b", "a"}), ["a", "b"]),
        ("dates", (Days(738000, 738000), Days(738000, 738001)), ["2021-07-29", "2021-07-29..2021-07-30"]),
        ("date", 738000, "2021-07-29"),
        ("time", 738000 * 1440 + 75, "2021-07-29 01:15"),
        ("count", 3, 3),
        ("number", Fraction(3), 3),
        ("flag", None, None),
    ],
)
def test_a_cell_is_written_as_its_author_would(type_: str, cell: Any, expected: Any) -> None:
    """Every kind of cell becomes the plain value that the reader reads as that cell."""
    assert written(type_, cell) == expected
    assert str(written("number", Fraction(5, 2))) == "2.5"
