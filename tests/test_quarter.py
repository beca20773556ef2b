"""An officer's quarter from end to end: the last submission carried forward, filled in, checked, planned, compared."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from safescore.assess import open_packs
from safescore.cli import main
from safescore.facts.read import open_submission
from tests.workbooks import assessed, edited, write_by_hand

ROOT = Path(__file__).parents[1]
QUARTERS = ROOT / "examples" / "quarterly-submissions" / "submissions"
LAST, NOW = (QUARTERS / quarter / "hengtong-machinery.yaml" for quarter in ("2022Q2", "2022Q3"))
Read = pytest.CaptureFixture[str]


def said(capsys: Read, *words: str | Path, code: int = 0) -> Any:
    """Run a command as an officer would, and return the JSON that it prints, if it is asked for."""
    assert main([str(one) for one in words]) == code
    out = capsys.readouterr().out
    return json.loads(out) if "json" in words else out


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_an_officers_quarter(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Read) -> None:
    """The last quarter's form, filled in: its report, what is due, what a change would do, what moved the score."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"q3.{form}"
    said(capsys, "init", "--from", LAST, "--period", "2022Q3", "--format", form, "-o", path)
    document = open_submission(NOW)
    packs = open_packs(document)
    if form == "xlsx":
        fill = lambda book, where: write_by_hand(book, where, document.content, packs)  # noqa: E731
        path.write_bytes(edited(path.read_bytes(), fill))
    else:
        path.write_text(NOW.read_text("utf-8"), "utf-8")
    (report,) = said(capsys, "check", path, "--format", "json", "--output", "html:report.html")["assessments"]
    (expected,) = assessed(document)
    assert {one["rule"]: one["outcome"] for one in report["findings"]} == {
        one.rule: one.outcome.value for one in expected.findings
    }
    assert "<html" in Path("report.html").read_text("utf-8")
    due = said(capsys, "due", path, "--format", "json", "--output", "ics:due.ics")
    open_ = {one.rule for one in expected.findings if one.outcome.value in ("not-satisfied", "unknown", "pending")}
    assert open_ <= {one["rule"] for one in due["duties"]}
    assert Path("due.ics").read_text("utf-8").startswith("BEGIN:VCALENDAR")
    (tried,) = said(capsys, "whatif", path, "--set", "own_major_hazards_closed=0", "--format", "json")["assessments"]
    assert Fraction(tried["after"]["score"]["low"]) < Fraction(tried["before"]["score"]["low"])
    (moved,) = said(capsys, "diff", LAST, path, "--format", "json")["comparisons"]
    for one in moved["score"]:
        whole = Fraction(one["after"]) - Fraction(one["before"])
        assert sum(Fraction(cause["part"]) for cause in one["causes"]) == whole != 0
