"""SARIF: as its schema says, as GitHub wants it, and read by other tools."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator

from safescore import Assessment, Outcome
from safescore.report.places import spot
from safescore.report.sarif import message
from safescore.results import Place
from tests.clients import asked, client
from tests.machines import HOSTILE, by_rule, report, schema, standing
from tests.reports import assessment, finding, golden, named

VALIDATOR = Draft202012Validator(schema("sarif-2.1.0.json"))
hostile = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())


def run_of(*assessments: Assessment) -> Any:
    (run,) = json.loads(report("sarif", *assessments))["runs"]
    return run


def results(*assessments: Assessment) -> dict[str, Any]:
    return {one["ruleId"]: one for one in run_of(*assessments)["results"]}


def place(result: Any) -> tuple[str, int, int]:
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    return (
        physical["artifactLocation"]["uri"],
        physical["region"]["startLine"],
        physical["region"]["startColumn"],
    )


def wrong(content: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(content)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_as_the_official_schema_says(lang: Any) -> None:
    assert wrong(json.loads(report("sarif", golden(), golden(), lang=lang))) == []
    assert wrong(json.loads(report("sarif", assessment(), lang=lang))) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    content = json.loads(report("sarif"))
    content["runs"][0]["results"][0]["kind"] = "unknown"
    content["runs"][0]["results"][1]["line"] = 1
    assert len(wrong(content)) == 2


def test_only_gaps_and_what_is_open_are_results() -> None:
    found = results()
    assert set(found) == {one.rule for one in (*by_rule(Outcome.NOT_SATISFIED), *by_rule(Outcome.UNKNOWN))}
    told = {rule.removeprefix("golden-2022."): (one["kind"], one["level"]) for rule, one in found.items()}
    assert told["confined-space-order"] == ("fail", "error")
    assert told["joint-meetings-commerce"] == ("fail", "warning")
    assert told["blacklist-published"] == ("open", "none")


def test_every_rule_is_described() -> None:
    rules = run_of()["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == [one.rule for one in golden().findings]
    for one, found in zip(rules, golden().findings, strict=True):
        assert one["shortDescription"]["text"] == found.title.en
        assert found.remedy.en in one["help"]["text"]
        assert one["properties"]["clause"] == found.clause
    for result in run_of()["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_result_stands_where_the_fact_stands() -> None:
    found = results()
    assert place(found["golden-2022.standardised-five-classes"]) == ("committee.yaml", 11, 27)
    assert place(found["golden-2022.confined-space-order"]) == ("committee.yaml", 35, 7), "the record, not the list"


def test_an_absent_fact_stands_where_the_facts_begin() -> None:
    assert place(results()["golden-2022.blacklist-published"]) == ("committee.yaml", 8, 1)


@pytest.mark.parametrize(
    ("at", "where"),
    [
        pytest.param("a.yaml:3:4", ("a.yaml", 3, 4), id="a line and a column"),
        pytest.param("./a.yaml:3:4", ("a.yaml", 3, 4), id="without a leading dot"),
        pytest.param("q3/某 区.yaml:3:4", ("q3/%E6%9F%90%20%E5%8C%BA.yaml", 3, 4), id="Chinese and a blank"),
        pytest.param("a:1.yaml:3:4", ("a%3A1.yaml", 3, 4), id="a colon in the name"),
        pytest.param("/q/a.yaml:3:4", ("file:///q/a.yaml", 3, 4), id="an absolute path"),
        pytest.param("a.xlsx:登记!C12", ("a.xlsx", 1, 1), id="a cell of a sheet"),
        pytest.param("a.yaml", ("a.yaml", 1, 1), id="a file only"),
        pytest.param("a.yaml:0:0", ("a.yaml%3A0%3A0", 1, 1), id="no line is the zeroth"),
        pytest.param("<stdin>:3:4", ("stdin", 3, 4), id="from no file"),
        pytest.param("", ("facts.yaml", 6, 1), id="nowhere: where the facts begin"),
    ],
)
def test_places(at: str, where: tuple[str, int, int]) -> None:
    (one,) = results(standing(at)).values()
    assert place(one) == where
    assert wrong(json.loads(report("sarif", standing(at)))) == []


def test_a_cell_is_named() -> None:
    (one,) = results(standing("a.xlsx:登记!C12")).values()
    assert one["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "登记!C12"}]
    assert spot("b.xlsx:a!b!C12").cell == "a!b!C12"


def test_a_fingerprint_follows_the_duty_not_the_line() -> None:
    def prints(one: Assessment) -> list[str]:
        return [result["partialFingerprints"]["safescore/v1"] for result in run_of(one)["results"]]

    first = standing("a.yaml:3:4")
    assert prints(first) == prints(standing("a.yaml:90:4"))
    assert prints(first) == prints(standing("b.yaml:3:4", reason=golden().findings[0].reason))
    assert prints(first) != prints(evolve(first, organization={"id": "two", "name": "某单位"}))
    assert prints(first) != prints(evolve(first, period="2021"))
    assert prints(first) != prints(evolve(first, findings=(finding(Outcome.NOT_SATISFIED, rule="pack.other"),)))


def test_no_two_results_have_one_fingerprint() -> None:
    prints = [one["partialFingerprints"]["safescore/v1"] for one in run_of(golden(), golden())["results"]]
    assert len(set(prints)) == len(prints) == 16


def test_a_waiver_is_a_suppression() -> None:
    found = results()
    assert found["golden-2022.target-management"]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "办法正在修订; 区安办; until 2022-12-31"}
    ]
    assert found["golden-2022.confined-space-order"]["suppressions"] == []


def test_the_other_places_are_related() -> None:
    related = results()["golden-2022.confined-space-order"]["relatedLocations"]
    assert related[0]["message"]["text"] == "facts.jobs[1].ventilated_at"
    many = tuple(Place(fact=f"f{line}", at=f"a.yaml:{line}:1") for line in range(1, 100))
    one = evolve(assessment(evolve(finding(Outcome.NOT_SATISFIED), places=many)))
    assert len(results(one)["pack.rule"]["relatedLocations"]) == 20


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("{0}", "{{0}}", id="no placeholder"),
        pytest.param("[a](b)", "[a] (b)", id="no link"),
        pytest.param("a\nb", "a b", id="one line"),
        pytest.param("\u202e", "[U+202E]", id="nothing invisible"),
    ],
)
def test_a_message_shows_what_it_says(text: str, shown: str) -> None:
    assert message(text) == shown


@hostile
def test_a_hostile_name_is_harmless(name: str) -> None:
    text = report("sarif", named(name))
    text.encode()
    content = json.loads(text)
    assert wrong(content) == []
    assert all(char.isprintable() or char == "\n" for char in text)
    for one in content["runs"][0]["results"]:
        assert "](" not in one["message"]["text"]
        assert len(one["message"]["text"]) < 2_000


def written_to(folder: Path, **contents: str) -> None:
    for name, text in contents.items():
        (folder / f"{name}.sarif").write_text(text, encoding="utf-8")


def test_the_validator_with_the_rules_of_github_finds_nothing(tmp_path: Path) -> None:
    """It does find a result without a place: the schema accepts that, GitHub refuses it."""
    client("multitool")
    broken = json.loads(report("sarif"))
    del broken["runs"][0]["results"][0]["locations"]
    hostile_one = report("sarif", *(named(name) for name in HOSTILE.values() if len(name) < 1_000))
    written_to(tmp_path, good=report("sarif", golden(), lang="zh"), hostile=hostile_one, broken=json.dumps(broken))
    told = ("--rule-kind", "Ghas", "--output", "found.sarif", "--log", "ForceOverwrite")
    asked("multitool", "validate", "good.sarif", "hostile.sarif", "broken.sarif", *told, folder=tmp_path)
    found = json.loads((tmp_path / "found.sarif").read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    blamed = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2] for one in found}
    assert blamed == {"broken.sarif"}, found


def test_sarif_tools_reads_it(tmp_path: Path) -> None:
    client("sarif")
    written_to(tmp_path, gaps=report("sarif"), none=report("sarif", assessment()))
    ran = asked("sarif", "csv", "gaps.sarif", "--output", "gaps.csv", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    rows = list(csv.DictReader((tmp_path / "gaps.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["Code"] for row in rows} <= set(results())
    order = next(row for row in rows if row["Code"] == "golden-2022.confined-space-order")
    assert (order["Severity"], order["Location"], order["Line"]) == ("error", "committee.yaml", "35")
    assert asked("sarif", "--check", "error", "summary", "gaps.sarif", folder=tmp_path).returncode == 1
    assert asked("sarif", "--check", "error", "summary", "none.sarif", folder=tmp_path).returncode == 0
