"""The list of missing facts: everything that is missing, at its owner, in words, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from safescore.assess import assess_all
from safescore.cli import main
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.report.missing import FORMATS, addressed, harmless, render
from safescore.results import Assessment
from safescore.words import LANGUAGES, Lang
from tests.packs import pack_named

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
Packs = Mapping[str, Pack]


def judged(content: Mapping[str, Any] | Path) -> tuple[tuple[Assessment, ...], Packs]:
    document = open_submission(content)
    packs = {name: pack_named(name) for name in document.content["packs"]}
    return assess_all(document, packs.values(), readings=False), packs


@cache
def district() -> tuple[tuple[Assessment, ...], Packs]:
    """Return a silent district government and its department under Enyang's document, which names owners."""
    own = {"id": "d", "name": "某区", "roles": ["district_department", "regulator"]}
    return judged({"organization": own, "period": 2023, "packs": ["enyang-2023"]})


@pytest.mark.parametrize("name", EXAMPLES)
def test_all_that_is_missing_is_there_once_for_each_owner(name: str) -> None:
    """The list holds what the findings say is missing, no more and no less."""
    assessments, packs = judged(ROOT / "examples" / f"{name}.yaml")
    listed = {
        (group.organization["id"], group.owner, path, asked.rule)
        for group in addressed(assessments, packs)
        for path, one in group.facts.items()
        for asked in one.asked_by
    }
    assert listed == {
        (one.organization["id"], owner, path, finding.rule)
        for one in assessments
        for finding in one.findings
        for owner in finding.owners or ("",)
        for path in finding.missing
    }


def test_each_owner_has_its_own_list() -> None:
    assessments, packs = district()
    groups = addressed(assessments, packs)
    owners = [group.owner for group in groups]
    assert len(owners) == len(set(owners))
    assert "" in owners or all(finding.owners for finding in assessments[0].findings if finding.missing)
    of_one = addressed(assessments, packs, (owners[1],))
    assert [group.owner for group in of_one] == [owners[1]]
    assert of_one[0].facts.keys() == groups[1].facts.keys()
    assert addressed(assessments, packs, ("无此单位",)) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_says_what_is_asked_and_why(lang: Lang) -> None:
    assessments, packs = district()
    pack = packs["enyang-2023"]
    rows = table(render(assessments, packs, "csv", lang))
    assert rows
    for row in rows:
        _, _, _, label, question, _, clause, title, _, due, rule, path = row.values()
        found = pack.rule(rule)
        assert found is not None
        assert (clause, title) == (found.clause, found.title.to(lang))
        assert label
        name = path.split(".")[1].split("[")[0]
        asked = pack.dictionary.facts[name].question if path.startswith("facts.") else None
        assert asked is None or question == asked.to(lang)
        assert due == assessments[0].finding(rule).next_due or due == assessments[0].as_of


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_parameter_is_asked_in_its_own_words() -> None:
    own = {"id": "d", "name": "d", "roles": ["district_government"]}
    assessments, packs = judged({"organization": own, "period": 2022, "packs": ["dadukou-2022"]})
    (row,) = {
        row["path"]: row for row in table(render(assessments, packs, "csv", "en")) if "death_quota" in row["path"]
    }.values()
    assert row["question"] == "What quota of deaths in industry and trade was handed down for this year?"
    assert row["unit"] == "deaths"
    assert row["owner"] == "the organisation itself"


def test_a_cell_of_a_record_is_named_by_its_record() -> None:
    own = {"id": "d", "name": "d", "roles": ["enterprise"], "industries": ["industry_trade"]}
    risks = [{"id": "R-1", "three_levels_assigned": True}, {"id": "R-2"}]
    content = {"organization": own, "period": 2022, "packs": ["dadukou-2022"], "facts": {"major_risks": risks}}
    assessments, packs = judged(content)
    rows = [row for row in table(render(assessments, packs, "csv", "en")) if "major_risks" in row["path"]]
    assert [row["path"] for row in rows] == ["facts.major_risks[1].three_levels_assigned"]
    assert "R-2" in rows[0]["missing fact"]
    text = render(assessments, packs, "text", "en")
    assert "R-2" in text
    assert "goes to" in text


def test_nothing_missing_says_so() -> None:
    assessments, packs = district()
    whole = tuple(evolve(one, findings=()) for one in assessments)
    assert "No fact is missing." in render(whole, packs, "text", "en")
    assert "不缺事实。" in render(whole, packs, "markdown", "zh")
    assert json.loads(render(whole, packs, "json", "en"))["lists"] == []
    assert table(render(whole, packs, "csv", "en")) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_names_every_fact(format_: str, lang: Lang) -> None:
    assessments, packs = district()
    text = render(assessments, packs, format_, lang).replace("\n", "").replace(" ", "").replace("\\", "")
    for group in addressed(assessments, packs):
        for one in group.facts.values():
            assert one.label.to(lang).replace(" ", "").replace('"', '""' if format_ == "csv" else '"') in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("\n=1", "' =1"),
        ("＝1", "'＝1"),
        ("－1", "'－1"),
        ("1=1", "1=1"),
        ("甲厂", "甲厂"),
        ("a\u202eb", "a[U+202E]b"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1"])
def test_a_name_can_not_run_in_a_spreadsheet(name: str) -> None:
    """What an organisation calls itself, and what it calls a record, is text in every cell of the file."""
    own = {"id": name, "name": name, "roles": ["enterprise"], "industries": ["industry_trade"]}
    facts = {"major_risks": [{"id": name}]}
    assessments, packs = judged({"organization": own, "period": 2022, "packs": ["dadukou-2022"], "facts": facts})
    rows = list(csv.reader(StringIO(render(assessments, packs, "csv", "zh").removeprefix("\ufeff"), newline="")))
    assert len(rows) > 1
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_spreadsheets_read_it_as_utf8() -> None:
    assessments, packs = district()
    assert render(assessments, packs, "csv", "zh").encode().startswith(b"\xef\xbb\xbf")


def test_the_json_has_a_name_and_a_version() -> None:
    assessments, packs = district()
    content = json.loads(render(assessments, packs, "json", "en"))
    assert content["schema"] == {"name": "safescore-missing", "version": "1.0"}
    fact = content["lists"][0]["facts"][0]
    assert fact.keys() == {"path", "label", "question", "unit", "due", "decides"}
    assert fact["decides"][0].keys() == {"rule", "clause", "title", "hard", "due"}


def test_there_is_no_other_format() -> None:
    with pytest.raises(ValueError, match="there is no list 'pdf'"):
        render((), {}, "pdf", "zh")


FACTS = str(ROOT / "examples" / "enyang-department-2023.yaml")


def test_the_command_writes_all_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word for name in FORMATS for word in ("--missing", f"{name}:{tmp_path / name}")]
    assert main(["check", FACTS, *words]) == 0
    alone = capsys.readouterr().out
    assert main(["check", FACTS]) == 0
    assert capsys.readouterr().out == alone, "the report itself stays as it is"
    assert all((tmp_path / name).stat().st_size for name in FORMATS)


def test_the_command_lists_one_owner(tmp_path: Path) -> None:
    out = tmp_path / "missing.csv"
    assert main(["check", FACTS, "--owner", "区安办", "--missing", f"csv:{out}", "--lang", "en"]) == 0
    assert {row["owner"] for row in table(out.read_text("utf-8"))} == {"区安办"}


@pytest.mark.parametrize("wrong", ["pdf:x", "csv", "csv:", ":x"])
def test_the_command_refuses_other_formats(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", FACTS, "--missing", wrong]) == 2
    assert "text, markdown, csv, json" in capsys.readouterr().err


def test_same_input_same_bytes() -> None:
    again = district.__wrapped__()
    for name in FORMATS:
        assert render(*district(), name, "zh") == render(*again, name, "zh")
