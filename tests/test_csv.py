"""CSV registers: what a cell means, where a fault stands, and which file may be named at all."""

from __future__ import annotations

import csv
import io
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safescore import check
from safescore.assess import assess_all, open_packs
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission, read_submission
from safescore.model import Pack
from safescore.source import Limits
from safescore.tables import read_table
from safescore.words import LANGUAGES, Lang
from tests.examples import at_root
from tests.packs import pack_named
from tests.workbooks import plain, same_everywhere

HEAD = """\
organization: {id: JX-005, name: 恒木家具, roles: [enterprise]}
period: 2022
packs: [dadukou-2022]
facts:
"""


@cache
def _packs() -> tuple[Pack, ...]:
    return (pack_named("dadukou-2022"),)


def folder(tmp_path: Path, facts: str, **files: str | bytes) -> Path:
    """Return a submission beside CSV files of these names."""
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / f"{name}.csv").write_bytes(raw)
    path = tmp_path / "facts.yaml"
    path.write_text(HEAD + facts, "utf-8")
    return path


def faults(path: Path, lang: Lang = "en") -> str:
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        assess_all(open_submission(path.name), _packs())
    except InvalidInput as error:
        return error.to(lang)
    finally:
        os.chdir(before)
    return ""


def facts_of(path: Path) -> Any:
    document = open_submission(path)
    assert document.faults == ()
    return plain(document, open_packs(document))["facts"]


def test_columns_by_name_and_by_label(tmp_path: Path) -> None:
    """A column is a field by its name or by its label in either language; cells are typed by the dictionary."""
    text = '﻿隐患编号,found_on,grade,是否属于重点企业的隐患,closed_on,funds\r\n"HM,1",2022/3/5,一般事故隐患,是,无,\r\n'
    text += "HM2,2022-03-06,major,FALSE,2022-04-01,12.50\r\n,,,,,\r\n"
    path = folder(tmp_path, "  hazards: {csv: hazards.csv}\n", hazards=text)
    records = facts_of(path)["hazards"]
    assert records[0] == {
        "id": "HM,1",
        "found_on": "2022-03-05",
        "grade": "general",
        "key_firm": True,
        "closed_on": "none",
    }
    assert records[1]["key_firm"] is False
    assert len(records) == 2


def test_events_with_a_day_of_completeness(tmp_path: Path) -> None:
    """``through`` stands beside the file's name; sets of days are joined by semicolons."""
    teams = "id,since,until,shutdown\n砂光班,none,无,2022-01-01..2022-01-02; 2022/1/9\n喷涂班,none,none,无\n"
    checks = "team,checked_on\n砂光班,2022-01-03\n喷涂班,2022-01-03\n"
    facts = "  teams: {csv: teams.csv}\n  team_checks: {csv: checks.csv, through: 2022-12-31}\n"
    found = facts_of(folder(tmp_path, facts, teams=teams, checks=checks))
    assert [one["shutdown"] for one in found["teams"]] == [["2022-01-01..2022-01-02", "2022-01-09"], []]
    assert found["team_checks"] == {
        "through": "2022-12-31",
        "events": [{"team": "砂光班", "checked_on": "2022-01-03"}, {"team": "喷涂班", "checked_on": "2022-01-03"}],
    }


def test_an_example_with_its_registers_in_files(tmp_path: Path) -> None:
    """The registers of a submission moved into CSV files: the same findings, score and grade."""
    with at_root():
        document = open_submission("examples/enyang-pipeline-company-2023.yaml")
    packs = open_packs(document)
    facts = dict(document.content["facts"])
    moved = 0
    for name, value in facts.items():
        spec = packs[0].dictionary.facts[name]
        records = value["events"] if isinstance(value, dict) and "events" in value else value
        if spec.records and records:
            out = io.StringIO()
            columns = list(dict.fromkeys(key for one in records for key in one))
            table = csv.DictWriter(out, columns)
            table.writeheader()
            for one in records:
                table.writerow({key: _cell(cell) for key, cell in one.items()})
            (tmp_path / f"{name}.csv").write_text(out.getvalue(), "utf-8", newline="")
            facts[name] = {"csv": f"{name}.csv", **({"through": value["through"]} if records is not value else {})}
            moved += 1
    assert moved > 5
    from safescore.notation import document_text

    path = tmp_path / "facts.yaml"
    path.write_text(document_text({**document.content, "facts": facts}), "utf-8")
    again = open_submission(path)
    assert list(map(same_everywhere, assess_all(again, packs))) == list(
        map(same_everywhere, assess_all(document, packs))
    )


def _cell(cell: Any) -> Any:
    if isinstance(cell, list):
        return "; ".join(cell) or "[]"
    return cell if not isinstance(cell, bool) else ("是" if cell else "否")


def test_gb18030_is_read_and_said(tmp_path: Path) -> None:
    """A file as Excel saves it in Chinese is read, and every report says how."""
    raw = "id,name,three_levels_assigned\nFX-01,粉尘爆炸,是\n砂光,有限空间,否\n".encode("gb18030")
    path = folder(tmp_path, "  major_risks: {csv: risks.csv}\n", risks=raw)
    assert facts_of(path)["major_risks"][1] == {"id": "砂光", "name": "有限空间", "three_levels_assigned": False}
    note = check(path).only().notes[0]
    assert "不是UTF-8编码，按GB18030读取，共2条记录" in note.zh
    assert "was read as GB18030, with 2 records" in note.en


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("id,name\nFX,粉尘\n".encode()[:-2] + b"\xff\n", "neither UTF-8 nor GB18030"),
        ("id,name\nFX,é\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        ("id,name\nFX,粉尘\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04....", "a workbook or an archive"),
        (b"", "the CSV file holds nothing"),
        (b"\xef\xbb\xbf \r\n", "the CSV file holds nothing"),
    ],
)
def test_other_encodings_are_named(tmp_path: Path, raw: bytes, problem: str) -> None:
    """What is neither UTF-8 nor GB18030 is refused as what it looks like."""
    said = faults(folder(tmp_path, "  major_risks: {csv: risks.csv}\n", risks=raw))
    assert said.startswith("risks.csv:")
    assert problem in said


TABLES = {
    "unknown column": "id,名称,三级责任\nFX-01,a,是\n",
    "wrong cells": 'id,three_levels_assigned\n"FX\n01",好\nFX-02,是\n"FX-03","大约"\n',
    "ragged": "id,name,three_levels_assigned\nFX-01,a\nFX-02,a,是,多\nFX-03,a,是,\n",
    "twice": "id,name,name\nFX-01,a,b\n",
    "both names of one field": "id,id\nFX-01,a\n",
    "nameless": "id,,name\nFX-01,x,b\n",
    "open quote": 'id,name\nFX-01,"a\nFX-02,b\n',
    "text after a quote": 'id,name\nFX-01,"a"b\n',
    "quote inside": 'id,name\nFX-01,a"b"\n',
    "semicolons": "id;name\nFX-01;a\n",
    "control": "id,name\nFX-01,a\0b\n",
    "formula": 'id,name\n"=""001""",a\n',
    "the same id twice": "id,name\nFX-01,a\nFX-02,b\nFX-01,c\n",
}


def messages(tmp_path: Path, lang: Lang) -> str:
    told = []
    for name, text in TABLES.items():
        said = faults(folder(tmp_path, "  major_risks: {csv: risks.csv}\n", risks=text), lang)
        told.append(f"# {name}\n{said or 'nothing is wrong'}\n")
    return "\n".join(told)


def golden(lang: Lang) -> Path:
    """Return the file of the golden messages."""
    return Path(__file__).parent / "golden" / "csv" / f"tables.{lang}.txt"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages(tmp_path: Path, lang: Lang) -> None:
    """Each fault at the line and column of its cell, all of a file at once."""
    assert messages(tmp_path, lang) == golden(lang).read_text("utf-8")


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ("/etc/passwd.csv", "only a file in the folder of the submission"),
        ("../risks.csv", "only a file in the folder of the submission"),
        ("a/../../risks.csv", "only a file in the folder of the submission"),
        ("C:/risks.csv", "only a file in the folder of the submission"),
        ("..\\\\risks.csv", "only a file in the folder of the submission"),
        ("~/risks.csv", "only a file in the folder of the submission"),
        ("link.csv", "only a file in the folder of the submission"),
        ("risk.csv", "there is no CSV file"),
        ("facts.yaml", "is no name of a CSV file"),
        ("", "is no name of a CSV file"),
    ],
)
def test_which_file_may_be_named(tmp_path: Path, named: str, problem: str) -> None:
    """Only a file beside the submission, whatever way leads out of its folder; the fault stands at the name."""
    inner = tmp_path / "q3"
    inner.mkdir()
    (tmp_path / "risks.csv").write_text("id\nFX-01\n", "utf-8")
    (inner / "link.csv").symlink_to(tmp_path / "risks.csv")
    said = faults(folder(inner, f'  major_risks: {{csv: "{named}"}}\n'))
    assert said.startswith("facts.yaml:5:22: ")
    assert problem in said


def test_only_a_file_can_name_a_file() -> None:
    """A plain dict and standard input have no folder; a bare name is no list of records."""
    given_ = {
        "organization": {"id": "A", "name": "A", "roles": ["enterprise"]},
        "period": 2022,
        "facts": {"major_risks": {"csv": "risks.csv"}},
    }
    with pytest.raises(InvalidInput) as refused:
        check(given_, "dadukou-2022")
    assert [one.problem.en for one in refused.value.faults] == ["only a submission that is a file can name a CSV file"]
    with pytest.raises(InvalidInput) as refused:
        check({**given_, "facts": {"major_risks": "risks.csv"}}, "dadukou-2022")
    assert "{csv: risks.csv}" in refused.value.to("en")


def test_faults_of_all_files_in_one_run(tmp_path: Path) -> None:
    """A broken table hides neither the other table's faults nor the submission's own."""
    facts = (
        "  major_risks: {csv: risks.csv}\n  teams: {csv: teams.csv}\n  blind_rescues: x\n  posts: {csv: posts.csv}\n"
    )
    said = faults(folder(tmp_path, facts, risks='id\n"a\n', teams="id,since\nA,2022-02-30\n"))
    places = [line.split(": ")[0] for line in said.split("\n") if not line.startswith(" ")]
    assert places == ["facts.yaml:7:18", "facts.yaml:8:16", "risks.csv:2:1", "teams.csv:2:3"]


def test_the_digest_covers_the_tables(tmp_path: Path) -> None:
    """Another record, another digest of the facts; another layout of the file, the same."""
    digests = []
    for text in ("id,name\nFX-01,a\n", 'id,name\r\n"FX-01",a', "id,name\nFX-01,b\n"):
        document = open_submission(folder(tmp_path, "  major_risks: {csv: risks.csv}\n", risks=text))
        pack = open_packs(document)[0]
        digests.append(read_submission(document, pack.dictionary, pack.roles).digest)
    assert digests[0] == digests[1] != digests[2]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff")
    | st.just("\n"),
    max_size=6,
)


@settings(max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
@example([('a"b', "c,d", "e\nf")])
def test_what_a_program_writes_is_read(rows: list[tuple[str, str, str]]) -> None:
    """Tables as the standard library writes them come back cell by cell, each at a place where it begins."""
    rows = [row for row in rows if "".join(row).strip() and not any(one.startswith("=") for one in row)]
    rows = [row for row in rows if all(one.strip(" \t\u3000\xa0\r\n") for one in row)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    table = read_table(out.getvalue().encode(), "t.csv", Limits())
    assert [tuple(one.values()) for one in table.records] == rows
    lines = out.getvalue().split("\n")
    for index, row in enumerate(rows):
        for name, cell in zip("abc", row, strict=True):
            at = table.locate((index, name))
            rest = lines[at.line - 1][at.column - 1 :]
            assert rest.lstrip('"').startswith(cell.split("\n")[0].replace('"', '""').lstrip('"')[:1])


if __name__ == "__main__":
    import tempfile

    for language in LANGUAGES:
        golden(language).parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as place:
            golden(language).write_text(messages(Path(place), language), "utf-8")
