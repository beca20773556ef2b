"""Submissions are read strictly: from a file or a plain dict, and nothing is overlooked."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from safescore.errors import InvalidInput
from safescore.expr import NONE
from safescore.facts.answers import RecordList, Series, Submission
from safescore.facts.read import named_packs, open_submission, read_submission
from safescore.period import day_text
from safescore.words import LANGUAGES, Lang
from tests.faults import CASES, golden, messages
from tests.measures.tables import submission_of
from tests.worlds import day, world


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(set(CASES) - {"head", "pack"}))
def test_messages(name: str, lang: Lang) -> None:
    """Each fault of a submission with file, line and column, the problem and the mend."""
    assert messages(name, lang) == golden(name, lang).read_text("utf-8")


def read(submission: Any, **more: Any) -> Submission:
    pack = world()
    return read_submission(open_submission(submission), pack.dictionary, pack.roles, **more)


def problems(submission: Any, **more: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read(submission, **more)
    return [one.problem.en for one in refused.value.faults]


def test_what_a_submission_says() -> None:
    """Answers become cells, series and records; a blank is missing, a zero an answer."""
    facts = {
        "plan": None,
        "team": False,
        "issued_on": "none",
        "total": 0,
        "done": {"2022-09-30": 2, "2022-06-30": None},
        "four": {"one": True, "two": None},
        "firms": [{"id": "F0", "dead": 0}],
        "meetings": {"through": "2022-06-30", "events": []},
    }
    found = read(
        submission_of(facts, organization={"employees": 45, "hazards": []}, period="2022Q3", as_of="2022-10-15")
    )
    assert "plan" not in found.answers
    assert (found.answers["team"], found.answers["issued_on"], found.answers["total"]) == (False, NONE, 0)
    assert found.answers["done"] == Series(values=((day("2022-06-30"), None), (day("2022-09-30"), 2)))
    assert found.answers["four"] == {"one": True, "two": None}
    firms, meetings = found.answers["firms"], found.answers["meetings"]
    assert isinstance(firms, RecordList)
    assert isinstance(meetings, RecordList)
    assert firms.records[0].cells == {"id": "F0", "dead": 0}
    assert (meetings.through, meetings.wrapped, meetings.records) == (day("2022-06-30"), True, ())
    assert found.profile == {"employees": 45, "hazards": frozenset()}
    assert (found.period, str(found.days), day_text(found.as_of)) == ("2022Q3", "2022-07-01..2022-09-30", "2022-10-15")


def test_defaults() -> None:
    """Without a day of judgement it is the end of the period; one that is handed in comes before both."""
    base = submission_of({})
    del base["as_of"]
    assert day_text(read(base).as_of) == "2022-12-31"
    assert day_text(read({**base, "as_of": "2022-09-30"}).as_of) == "2022-09-30"
    assert day_text(read({**base, "as_of": "2022-09-30"}, as_of=day("2022-03-31")).as_of) == "2022-03-31"
    assert read({**base, "facts": None, "waivers": None, "parameters": None, "evidence": None}).answers == {}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"period": None}, "the period is missing", id="no period"),
        pytest.param({"period": True}, "true is no period", id="a flag for a period"),
        pytest.param({"period": 22}, "22 is no period", id="two digits"),
        pytest.param(
            {"as_of": 20221231}, "expected a day written as 2022-09-30, found 20221231", id="a number for a day"
        ),
        pytest.param({"as_of": "2021-12-31"}, "as_of 2021-12-31 lies before the period 2022", id="before the period"),
        pytest.param({"organization": None}, "the organisation is missing", id="nobody"),
        pytest.param({"organization": "X"}, "organization is a mapping", id="a name for somebody"),
        pytest.param({"organization": {"id": "X", "name": "X"}}, "roles is a list of at least one role", id="no role"),
        pytest.param(
            {"organization": {"id": "X", "name": "X", "roles": []}},
            "roles is a list of at least one role",
            id="an empty list of roles",
        ),
        pytest.param(
            {"organization": {"id": True, "name": "X", "roles": ["firm"]}},
            "expected text, not true",
            id="a flag for an id",
        ),
        pytest.param(
            {"organization": {"id": "X", "name": "X", "roles": ["firm"], "staff": 3}},
            "there is no answer 'staff' about an organisation",
            id="an answer that nobody asked",
        ),
        pytest.param(
            {"organization": {"id": "X", "name": "X", "roles": ["firm"], "plan": True}},
            "'plan' is no answer about the organisation",
            id="a fact at the wrong place",
        ),
        pytest.param(
            {"facts": {"employees": 3}},
            "'employees' is asked of the organisation itself",
            id="an answer about itself at the wrong place",
        ),
        pytest.param({"facts": []}, "facts is a mapping from names to answers", id="a list of facts"),
        pytest.param({"facts": {"pln": True}}, "there is no fact 'pln'", id="a fact misspelt"),
        pytest.param({"extra": 1}, "there is no key 'extra' in a submission", id="a key too many"),
        pytest.param({"packs": ["a", 1]}, "packs is a list of pack ids", id="a number for a pack"),
        pytest.param({"parameters": []}, "parameters is a mapping of names", id="a list of parameters"),
        pytest.param(
            {"facts": {"meetings": {"through": None, "events": []}}},
            "through: expected a day written as 2022-09-30",
            id="a blank through",
        ),
        pytest.param(
            {"facts": {"meetings": {"through": "2022-06-30"}}},
            "meetings (meetings): expected a list of records, found null",
            id="through, and no events",
        ),
        pytest.param(
            {"facts": {"firms": {"through": "2022-06-30", "events": []}}},
            'firms (firms): expected a list of records, found {"through": "2022-06-30", "events": []}',
            id="a register has no through",
        ),
        pytest.param({"facts": {"firms": [[1] * 40]}}, f"expected a record, found {str([1] * 40)[:57]}…", id="long"),
        pytest.param(
            {"facts": {"part": Decimal("1.5")}},
            "part (part): expected a whole number from 0 to 10^11, found 1.5",
            id="a decimal for a count",
        ),
    ],
)
def test_faults(change: dict[str, Any], problem: str) -> None:
    """What does not fit is a fault."""
    found = problems({**submission_of({}), **change})
    assert [one.replace("10^12", "10^11") for one in found] == [problem]


def test_plain_values_of_python() -> None:
    """Days, times, exact decimals, tuples and sets of Python are read like their text."""
    facts = {
        "issued_on": date(2022, 3, 1),
        "done": {date(2022, 6, 30): Decimal("3")},
        "jobs": ({"id": "J", "began": datetime(2022, 7, 1, 8, 30), "funds": Decimal("0.1")},),  # noqa: DTZ001
    }
    plain = read({**submission_of(facts, organization={"hazards": {"gas", "dust"}}), "as_of": date(2022, 12, 31)})
    text = {
        "issued_on": "2022-03-01",
        "done": {"2022-06-30": 3},
        "jobs": [{"id": "J", "began": "2022-07-01 08:30", "funds": Decimal("0.1")}],
    }
    assert plain == read(submission_of(text, organization={"hazards": ["dust", "gas"]}))


@pytest.mark.parametrize("odd", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+50")])
def test_numbers_that_are_none(odd: Decimal) -> None:
    assert problems(submission_of({"jobs": [{"id": "J", "funds": odd}]})) == [
        f'funds (funds): expected an exact number from 0 to 10^11, found "{odd}"'
    ]


def test_the_digest_is_that_of_the_facts() -> None:
    """The same facts have the same digest in any order of keys, and any other fact another."""
    one, two = submission_of({"plan": True, "team": False}), submission_of({"team": False, "plan": True})
    assert read(one).digest == read(two).digest
    assert read(one).digest != read(submission_of({"plan": True, "team": True})).digest


def test_a_file(tmp_path: Path) -> None:
    """A submission is read from YAML and from JSON alike."""
    yaml_file, json_file = tmp_path / "facts.yaml", tmp_path / "facts.json"
    yaml_file.write_text(
        "organization: {id: X, name: X, roles: [firm]}\nperiod: 2022\npacks: [world]\nfacts: {plan: true}\n", "utf-8"
    )
    json_file.write_text(
        '{"organization": {"id": "X", "name": "X", "roles": ["firm"]}, "period": 2022, "packs": ["world"],'
        ' "facts": {"plan": true}}',
        "utf-8",
    )
    assert read(yaml_file) == read(str(json_file))
    assert named_packs(open_submission(yaml_file)) == ("world",)


@pytest.mark.parametrize("packs", [None, "world", [1], 7])
def test_packs_that_are_not_named(packs: object) -> None:
    """What is no list of names names no pack."""
    assert named_packs(open_submission({**submission_of({}), "packs": packs})) == ()


def test_facts_of_other_packs_are_left_to_them() -> None:
    """A fact that another pack's dictionary knows is no fault here, and no answer either."""
    known = frozenset({"their_fact", "their_profile"})
    submission = submission_of({"their_fact": 3}, organization={"their_profile": 3})
    assert read(submission, also_known=known).answers == {}
    assert len(problems(submission)) == 2


REFS = [{"id": "F0"}, {"id": "F1"}]


@pytest.mark.parametrize(
    ("firms", "named", "faults"),
    [
        pytest.param(REFS, "F0", [], id="a record that is there"),
        pytest.param(REFS, "F2", ["there is no record 'F2' in 'firms'"], id="one that is not"),
        pytest.param([*REFS, {"id": None}], "F2", [], id="one that may be the unnamed record"),
        pytest.param([], "F0", ["there is no record 'F0' in 'firms'"], id="an empty register"),
        pytest.param(None, "F0", [], id="no register to hold it against"),
        pytest.param(REFS, None, [], id="a blank"),
    ],
)
def test_references(firms: Any, named: str | None, faults: list[str]) -> None:
    """An event points at a record of its register, if the register is given whole."""
    submission = submission_of(
        {"firms": firms, "meetings": [{"held_on": "2022-01-11", "kind": "visit", "firm": named}]}
    )
    if faults:
        assert problems(submission) == faults
    else:
        assert "meetings" in read(submission).answers


@pytest.mark.parametrize(
    ("waiver", "faults"),
    [
        pytest.param({}, [], id="complete"),
        pytest.param({"from": "2022-01-01"}, [], id="with a beginning"),
        pytest.param({"until": None}, ["expected a day that exists, as 2022-09-30"], id="without an end"),
        pytest.param({"from": "soon"}, ["expected a day that exists, as 2022-09-30"], id="with an odd beginning"),
        pytest.param({"approver": " "}, ["a waiver needs its approver"], id="approved by nobody"),
        pytest.param({"reason": 3}, ["a waiver needs its reason"], id="a number for a reason"),
        pytest.param({"note": "x"}, ["there is no key 'note' in a waiver"], id="a key too many"),
    ],
)
def test_waivers(waiver: dict[str, Any], faults: list[str]) -> None:
    """A waiver says of which rule it is, why, by whom, and until when."""
    whole = {"rule": "r0", "reason": "改建", "approver": "李", "until": "2022-12-31", **waiver}
    submission = {**submission_of({}), "waivers": [whole]}
    if faults:
        assert problems(submission) == faults
    else:
        (one,) = read(submission).waivers
        assert (one.rule, one.until) == ("r0", day("2022-12-31"))


@pytest.mark.parametrize(
    ("given", "funds"),
    [
        pytest.param(
            Decimal("0.123456789012345678"), Decimal("0.123456789012345678"), id="more digits than a float has"
        ),
        pytest.param(
            Decimal("12345678901.000000000000000001"), Decimal("12345678901.000000000000000001"), id="both ends"
        ),
        pytest.param(Decimal("3.000"), Decimal(3), id="a whole number"),
        pytest.param(Decimal("1E+3"), Decimal(1000), id="an exponent"),
        pytest.param(Decimal("1E-7"), Decimal("0.0000001"), id="a small one"),
        pytest.param(0.1, Decimal("0.1"), id="a float, as it is written"),
    ],
)
def test_decimals_are_exact(given: object, funds: Decimal) -> None:
    """A decimal of Python keeps all its digits."""
    jobs = read(submission_of({"jobs": [{"id": "J", "funds": given}]})).answers["jobs"]
    assert isinstance(jobs, RecordList)
    assert jobs.records[0].cells["funds"] == Fraction(funds)


def test_a_plain_dict_has_the_places_of_its_json() -> None:
    """The places of a dict's faults are those of the JSON that `json.dumps` writes with an indent of one."""
    given = {**submission_of({"plan": True, "done": {}, "firms": [], "team": 'a "word"'}), "packs": ["a"]}
    written = json.dumps(given, ensure_ascii=False, indent=1)
    with pytest.raises(InvalidInput) as refused:
        read(given)
    (fault,) = refused.value.faults
    line = written.splitlines()[fault.at.line - 1]
    assert '"team"' in line
    assert line[fault.at.column - 1 :].startswith('"a \\"word\\""')


@pytest.mark.parametrize("text", ["[1]", '"a"', "7"])
def test_a_file_that_holds_no_submission(tmp_path: Path, text: str) -> None:
    file = tmp_path / "facts.json"
    file.write_text(text, "utf-8")
    assert problems(file) == ["a submission is a mapping"]
