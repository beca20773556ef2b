"""GitLab's code quality report: the fields that it requires, and fingerprints that it can tell apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from safescore import Assessment, Outcome
from tests.machines import HOSTILE, by_rule, report, schema, standing
from tests.reports import assessment, golden, named

VALIDATOR = Draft202012Validator(schema("gitlab-code-quality.json"))


def entries(*assessments: Assessment) -> Any:
    return json.loads(report("gitlab", *assessments))


def wrong(content: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(content)]


def test_it_is_as_gitlab_wants_it() -> None:
    assert wrong(entries(golden(), golden())) == []
    assert entries(assessment()) == []
    assert not report("gitlab").startswith("\ufeff")


def test_the_schema_refuses_what_is_wrong() -> None:
    content = entries()
    content[0]["severity"] = "high"
    content[1]["location"]["path"] = "./committee.yaml"
    content[2]["location"]["lines"]["begin"] = 0
    assert len(wrong(content)) == 3


def test_each_gap_has_its_severity_and_its_line() -> None:
    found = {one["check_name"].removeprefix("golden-2022."): one for one in entries()}
    assert len(found) == len(by_rule(Outcome.NOT_SATISFIED)) + len(by_rule(Outcome.UNKNOWN))
    told = {name: (one["severity"], one["location"]["lines"]["begin"]) for name, one in found.items()}
    assert told["confined-space-order"] == ("critical", 35)
    assert told["standardised-five-classes"] == ("major", 11)
    assert told["blacklist-published"] == ("minor", 8)
    assert found["confined-space-order"]["location"]["path"] == "committee.yaml"


def test_no_two_entries_have_one_fingerprint() -> None:
    prints = [one["fingerprint"] for one in entries(golden(), golden())]
    assert len(set(prints)) == len(prints) == 16


def test_paths() -> None:
    assert entries(standing("./q3/某 区.yaml:3:4"))[0]["location"]["path"] == "q3/某 区.yaml"
    assert entries(standing("<stdin>:3:4"))[0]["location"]["path"] == "stdin"
    assert "[登记!C12]" in entries(standing("a.xlsx:登记!C12"))[0]["description"]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_harmless(name: str) -> None:
    text = report("gitlab", named(name))
    assert wrong(json.loads(text)) == []
    assert all(char.isprintable() or char == "\n" for char in text)
