"""The CSV report: what Excel and scripts read, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from safescore import Assessment, Outcome
from safescore.cli.console import show_report
from safescore.report.csv import COLUMNS, FORMULAS, MARK, harmless
from safescore.report.visible import invisible
from safescore.scoring import points_lost
from safescore.words import LANGUAGES, Lang, rounded
from tests.reports import assessment, finding, golden, named, written
from tests.test_report import HOSTILE

ROOT = Path(__file__).parents[1]
languages = pytest.mark.parametrize("lang", LANGUAGES)


def table(*assessments: Assessment, lang: Lang = "zh") -> list[dict[str, str]]:
    made = written(assessments or (golden(),), "csv", lang)
    assert made.startswith(MARK)
    return list(csv.DictReader(StringIO(made.removeprefix(MARK), newline=""), strict=True))


@languages
def test_one_row_a_finding(lang: Lang) -> None:
    rows = table(lang=lang)
    assert [row["rule"] for row in rows] == [one.rule for one in golden().findings]
    assert [row["title"] for row in rows] == [one.title.to(lang) for one in golden().findings]
    assert [row["outcome"] for row in rows] == [one.outcome.value for one in golden().findings]
    assert all(tuple(row) == COLUMNS for row in rows)
    assert {row["organization_id"] for row in rows} == {"anwei"}


def test_figures_have_a_decimal_point() -> None:
    by_rule = {row["rule"]: row for row in table()}
    for one in points_lost(golden()):
        row = by_rule[one.finding.rule]
        assert (row["full_points"], row["lost_most"]) == (rounded(one.full, 4), rounded(one.most, 4))
    five = by_rule["golden-2022.standardised-five-classes"]
    assert (five["credit_low"], five["credit_high"], five["may_not_count"]) == ("0.9976", "0.9976", "false")
    out = by_rule["golden-2022.team-daily-inspection"]
    assert (out["credit_low"], out["full_points"], out["may_not_count"]) == ("", "", "true")


def test_a_file_of_several() -> None:
    other = evolve(golden(), organization={"id": "b", "name": "另一单位"})
    assert [row["organization"] for row in table(golden(), other)].count("另一单位") == len(golden().findings)


def test_a_waiver_and_nothing_in_the_sums() -> None:
    assert "2022-12-31" in {row["waived_until"] for row in table()}
    (row,) = table(assessment(finding(Outcome.NOT_APPLICABLE), low=None, high=None, grades=None))
    assert (row["full_points"], row["waived_until"]) == ("", "")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_are_harmless(text: str) -> None:
    for row in table(named(text)):
        for cell in row.values():
            assert not cell.lstrip().startswith(FORMULAS)
            assert not invisible(cell)
    written(named(text), "csv").encode()


@given(st.text())
@example("=1+1")
@example("\t=1+1")
@example("\n=1+1")
@example(" ＝1")
@example("-")
@example("\ud800")
def test_any_text_is_one_harmless_line(text: str) -> None:
    shown = harmless(text)
    assert not shown.lstrip().startswith(FORMULAS)
    assert not invisible(shown)
    shown.encode()
    if text.isprintable() and not text.lstrip().startswith(FORMULAS):
        assert shown == text


def test_the_columns_are_documented() -> None:
    page = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    named_ = [line.split("`")[1] for line in page.split("## CSV")[1].splitlines() if line.startswith("| `")]
    assert named_ == list(COLUMNS)


class Screen(TextIOWrapper):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_programs_read_bytes_and_people_text() -> None:
    made = written(golden(), "csv")
    pipe, screen = (kind(BytesIO(), encoding="gbk", errors="replace", newline="") for kind in (TextIOWrapper, Screen))
    show_report(made, "csv", pipe)
    show_report(made, "csv", screen)
    assert pipe.buffer.getvalue() == made.encode()  # type: ignore[attr-defined]
    assert screen.buffer.getvalue().decode("gbk") == made.removeprefix(MARK).replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Word file, workbook and CSV of one run do not depend on the order in which a process hashes."""
    found = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        outputs = [f"--output={format_}:{folder / format_}" for format_ in ("docx", "xlsx", "csv")]
        facts = ["examples/district-committee-2022.yaml", "examples/dust-plant-2022.yaml"]
        command = [sys.executable, "-m", "safescore", "check", *facts, *outputs]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})
        found.add(tuple(hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("docx", "xlsx", "csv")))
    assert len(found) == 1
