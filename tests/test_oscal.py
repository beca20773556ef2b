"""OSCAL: catalogs and assessment results as the schema says, whose targets exist, and that compliance-trestle reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft7Validator

from safescore import Assessment, Outcome, load_pack
from safescore.cli import main
from safescore.packs.find import built_in
from safescore.report.oscal import catalog, control_id, objective_id
from tests.clients import asked, client
from tests.machines import HOSTILE, SCHEMAS, report, standing
from tests.packs import pack_named
from tests.reports import GOLDEN, assessment, finding, golden, named

PACK = str(GOLDEN / "pack")


@cache
def definitions() -> Any:
    """Return what OSCAL defines; the letters of a token are said in Python's way."""
    text = (SCHEMAS / "oscal-complete-1.2.3.json").read_text(encoding="utf-8")
    token = json.dumps(r"^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$")
    assert token in text
    return json.loads(text.replace(token, json.dumps(r"^[^\W\d][\w.\-]*\Z")))["definitions"]


def wrong(content: Any) -> list[str]:
    ((name, model),) = content.items()
    place = {"catalog": "catalog:catalog", "assessment-results": "ar:assessment-results"}[name]
    schema = {"definitions": definitions(), "$ref": f"#/definitions/oscal-complete-oscal-{place}"}
    return [f"{error.json_path}: {error.message[:200]}" for error in Draft7Validator(schema).iter_errors(model)]


@cache
def catalog_of(name: str) -> Any:
    return json.loads(catalog(pack_named(name), "en"))


def results_of(*assessments: Assessment) -> Any:
    return json.loads(report("oscal", *assessments))["assessment-results"]


def ids(node: Any, key: str) -> Iterator[str]:
    """Yield every value of a key, however deep."""
    if isinstance(node, dict):
        if isinstance(node.get(key), str):
            yield node[key]
        for inner in node.values():
            yield from ids(inner, key)
    elif isinstance(node, list):
        for inner in node:
            yield from ids(inner, key)


def props(node: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in node["props"]}


@pytest.mark.parametrize("name", [PACK, "dadukou-2022", "enyang-2023"])
def test_a_catalog_is_as_the_schema_says(name: str) -> None:
    assert wrong(catalog_of(name)) == []


def test_results_are_as_the_schema_says() -> None:
    for some in ((golden(),), (golden(), golden()), (standing("a.xlsx:登记!C12"),), (assessment(),)):
        assert wrong({"assessment-results": results_of(*some)}) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    content = results_of(golden())
    content["results"][0]["findings"][0]["target"]["status"]["state"] = "fail"
    content["results"][0]["observations"][0]["uuid"] = "1"
    found = wrong({"assessment-results": content})
    assert any("state" in one and "'fail'" in one for one in found)
    assert any("uuid" in one for one in found)


@pytest.mark.parametrize("name", tuple(built_in()))
def test_every_rule_and_every_clause_is_in_the_catalog(name: str) -> None:
    pack, content = pack_named(name), catalog_of(name)["catalog"]
    groups = content["groups"]
    assert [group["props"][0]["value"] for group in groups] == [clause.id for clause in pack.head.clauses]
    controls = {control["id"]: control for group in groups for control in group.get("controls", [])}
    assert set(controls) == {control_id(pack.id, rule.id) for rule in pack.rules}
    excused = [part for group in groups for part in group.get("parts", [])]
    assert len(excused) == sum(len(clause.unscored) for clause in pack.head.clauses)
    params = {one["id"] for one in content.get("params", [])}
    assert {value for one in controls.values() for key, value in props(one).items() if key == "param"} <= params
    for one in ids(content, "id"):
        assert re.fullmatch(r"[^\W\d][\w.\-]*", one)
    every = list(ids(content, "id"))
    assert len(every) == len(set(every))


def test_a_control_says_what_the_rule_asks_in_our_words() -> None:
    pack = load_pack(PACK)
    rule = next(one for one in pack.rules if one.id == "confined-space-order")
    controls = {one["id"]: one for group in catalog_of(PACK)["catalog"]["groups"] for one in group.get("controls", [])}
    control = controls["golden-2022.confined-space-order"]
    parts = {part["name"]: part["prose"] for part in control["parts"] if "prose" in part}
    assert control["title"] == rule.title.en
    assert rule.measure.target(pack.dictionary).en.replace("_", "") in parts["statement"].replace("\\", "")
    assert parts["guidance"] == rule.remedy.en
    assert {"hard": "true", "clause": "三.(三).7", "measure": "each"}.items() <= props(control).items()


def test_a_statement_inserts_its_parameters() -> None:
    """Every parameter that a statement inserts is one of the catalog."""
    content = catalog_of(PACK)["catalog"]
    inserted = [name for text in ids(content, "prose") for name in re.findall(r"\{\{ insert: param, (\S+) \}\}", text)]
    assert "golden-2022.death_quota" in inserted
    assert set(inserted) <= {one["id"] for one in content["params"]}


def test_every_target_is_in_the_catalog() -> None:
    """Readers don't check this: an id that leads nowhere would go unnoticed."""
    known = set(ids(catalog_of(PACK), "id"))
    content = results_of(golden())
    found = set(ids(content, "target-id")) | set(ids(content, "control-id"))
    assert len(found) == 13 + 10
    assert found <= known


def test_results_name_the_catalog_that_they_are_of() -> None:
    content = results_of(golden())
    uuid = catalog_of(PACK)["catalog"]["uuid"]
    resources = {one["uuid"]: one for one in content["back-matter"]["resources"]}
    assert content["results"][0]["reviewed-controls"]["links"] == [{"href": f"#{uuid}", "rel": "reference"}]
    assert resources[uuid]["rlinks"][0]["href"] == "golden-2022.oscal.json"
    assert content["import-ap"]["href"].removeprefix("#") in resources


def test_what_is_not_determined_has_no_finding() -> None:
    (result,) = results_of(golden())["results"]
    states = {one["target"]["target-id"]: one["target"]["status"] for one in result["findings"]}
    for one in golden().findings:
        status = states.get(objective_id("golden-2022", one.rule))
        match one.outcome:
            case Outcome.SATISFIED:
                assert status == {"state": "satisfied", "reason": "pass"}
            case Outcome.NOT_SATISFIED:
                assert status == {"state": "not-satisfied", "reason": "fail"}
            case Outcome.UNKNOWN:
                assert status is not None
                assert (status["state"], status["reason"]) == ("not-satisfied", "other")
            case _:
                assert status is None


def test_every_rule_has_its_observation() -> None:
    (result,) = results_of(golden())["results"]
    told = [(props(one)["control"], props(one)["outcome"]) for one in result["observations"]]
    assert told == [(control_id("golden-2022", one.rule), one.outcome.value) for one in golden().findings]
    (order,) = [one for one in result["observations"] if props(one)["control"].endswith("confined-space-order")]
    assert order["relevant-evidence"][0] == {
        "href": "committee.yaml#L35",
        "description": "facts.jobs\\[1\\]",
    }


def test_what_does_not_apply_is_excluded() -> None:
    (result,) = results_of(golden())["results"]
    (selection,) = result["reviewed-controls"]["control-selections"]
    assert selection["exclude-controls"] == [{"control-id": "golden-2022.team-daily-inspection"}]
    assert len(selection["include-controls"]) == 12


def test_a_gap_is_a_risk_and_a_waiver_an_approved_deviation() -> None:
    (result,) = results_of(golden())["results"]
    assert [one["status"] for one in result["risks"]] == ["open", "open", "open", "deviation-approved"]
    meetings, waived = result["risks"][1], result["risks"][3]
    assert meetings["deadline"] == "2022-12-31T00:00:00+08:00"
    assert "办法正在修订" in waived["mitigating-factors"][0]["description"]
    known = set(ids(result["risks"], "uuid"))
    assert set(ids(result["findings"], "risk-uuid")) <= known


def test_each_assessment_has_a_result_of_its_own() -> None:
    later = evolve(golden(), as_of="2022-12-31", organization={"id": "two", "name": "另一单位"})
    content = results_of(golden(), later, golden())
    assert [props(one)["as-of"] for one in content["results"]] == ["2022-09-30", "2022-12-31", "2022-09-30"]
    uuids = list(ids(content, "uuid"))
    assert len(uuids) == len(set(uuids))
    assert len(content["metadata"]["parties"]) == 2
    assert content["metadata"]["last-modified"] == "2022-12-31T00:00:00+08:00"


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_harmless(name: str) -> None:
    text = report("oscal", named(name))
    content = json.loads(text)
    assert wrong(content) == []
    for key in ("title", "description", "remarks", "statement", "prose"):
        assert not any("<" in shown for shown in ids(content, key)), "these are Markdown"
    assert all(char.isprintable() or char == "\n" for char in text)


def test_ids_are_tokens() -> None:
    assert control_id("pack", "pack.a-b.c") == "pack.a-b.c"
    assert control_id("2022", "a") == "_2022.a"
    one = evolve(assessment(finding(Outcome.SATISFIED, rule="2022.a")), pack="2022")
    assert wrong({"assessment-results": results_of(one)}) == []


def test_a_pack_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "golden-2022.oscal.json"
    assert main(["packs", "export", "--pack", PACK, "--format", "oscal", "--lang", "en", "--output", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["packs", "export", "--pack", PACK, "--lang", "en"]) == 0
    assert capsys.readouterr().out == path.read_text(encoding="utf-8") == catalog(load_pack(PACK), "en")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(["--pack", "nowhere"], id="no such pack"),
        pytest.param(["--pack", PACK, "--format", "xccdf"], id="no such format"),
        pytest.param(["--pack", PACK, "--output", "nowhere/at/all.json"], id="no such folder"),
        pytest.param([], id="no pack"),
    ],
)
def test_an_export_that_cannot_be(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "export", *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err


def test_trestle_reads_both_and_refuses_what_is_wrong(tmp_path: Path) -> None:
    client("trestle")
    broken = {"assessment-results": results_of(golden())}
    broken["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = "fail"
    hostile = [named(name) for name in HOSTILE.values() if len(name) < 1_000]
    files = {
        "catalog": catalog(load_pack("dadukou-2022"), "zh"),
        "results": report("oscal", golden(), *hostile, lang="zh"),
        "broken": json.dumps(broken),
    }
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    assert asked("trestle", "init", folder=workspace).returncode == 0
    codes = {name: asked("trestle", "import", "-f", f"../{name}.json", "-o", name, folder=workspace) for name in files}
    assert {name: ran.returncode == 0 for name, ran in codes.items()} == {
        "catalog": True,
        "results": True,
        "broken": False,
    }, codes
    assert "state" in codes["broken"].stdout + codes["broken"].stderr
