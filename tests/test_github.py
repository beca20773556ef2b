"""GitHub: annotations that the runner reads as they are meant, as many as it shows, and a summary that it keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve

from safescore import Assessment, Outcome
from safescore.cli import main
from safescore.report.github import MOST, SUMMARY_BYTES, data, quoted, summary
from tests.machines import HOSTILE, report, standing
from tests.reports import GOLDEN, assessment, finding, golden, named, written

_COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)\Z")


def unquoted(text: str) -> str:
    """Return what the runner makes of an escaped text."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def shown_by(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the annotations as the runner reads them: kind, properties, message."""
    found = []
    for line in text.splitlines():
        command = _COMMAND.match(line)
        assert command is not None, line
        pairs = (one.split("=", 1) for one in command[2].split(","))
        found.append((command[1], {key: unquoted(value) for key, value in pairs}, unquoted(command[3])))
    return found


def test_each_gap_stands_where_its_fact_stands() -> None:
    found = shown_by(report("github"))
    assert [kind for kind, _, _ in found] == ["error"] + ["warning"] * 3 + ["notice"] * 5
    _, properties, said = found[0]
    assert properties == {
        "file": "committee.yaml",
        "line": "35",
        "col": "7",
        "title": golden().finding("confined-space-order").title.en,
    }
    assert said.startswith("1 job not in order: P2")
    assert golden().finding("confined-space-order").remedy.en in said


def test_the_closing_notice_says_how_it_stands() -> None:
    kind, properties, said = shown_by(report("github"))[-1]
    assert kind == "notice"
    assert properties == {"title": "某区安全生产委员会, golden-2022"}
    assert said == "score 38.5 to 77.1, grade fail; 4 not met, 4 unknown"
    assert shown_by(report("github", golden(), golden()))[-1][2] == "8 not met, 8 unknown"


@pytest.mark.parametrize(
    ("outcome", "hard", "number", "shown"),
    [
        pytest.param(Outcome.NOT_SATISFIED, True, MOST, MOST, id="as many errors as are shown"),
        pytest.param(Outcome.NOT_SATISFIED, True, MOST + 1, MOST, id="one error more"),
        pytest.param(Outcome.NOT_SATISFIED, False, MOST + 5, MOST, id="more warnings"),
        pytest.param(Outcome.UNKNOWN, False, MOST - 1, MOST - 1, id="notices, and one to close"),
        pytest.param(Outcome.UNKNOWN, False, MOST, MOST - 1, id="one notice more"),
    ],
)
def test_no_more_than_a_step_shows(outcome: Outcome, hard: bool, number: int, shown: int) -> None:
    many = assessment(*(finding(outcome, hard=hard, rule=f"pack.r{place}") for place in range(number)))
    *found, closing = shown_by(report("github", many))
    assert len(found) == shown
    more = number - shown
    assert ("not shown" in closing[2]) == bool(more)
    if more:
        assert f"; {more} more are not shown here" in closing[2]


def test_the_heaviest_come_first() -> None:
    light = [finding(Outcome.NOT_SATISFIED, rule=f"pack.r{place}") for place in range(MOST)]
    heavy = evolve(finding(Outcome.NOT_SATISFIED, rule="pack.heavy"), weight=3, clause="重")
    assert "重" in shown_by(report("github", assessment(*light, heavy)))[0][2]


def test_what_came_from_no_file_has_no_place() -> None:
    found = shown_by(report("github", standing("<stdin>:3:4")))
    assert found[0][1] == {"title": "word"}


def test_a_cell_is_named_in_the_message() -> None:
    _, properties, said = shown_by(report("github", standing("a.xlsx:登记!C12")))[0]
    assert properties["file"] == "a.xlsx"
    assert said.startswith("登记!C12\n")


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        pytest.param("100%", "100%25", "100%25", id="percent"),
        pytest.param("a\r\nb", "a%0D%0Ab", "a%0D%0Ab", id="a line break"),
        pytest.param("a: b, c", "a: b, c", "a%3A b%2C c", id="what ends a property"),
        pytest.param("%0A", "%250A", "%250A", id="an escape that was there"),
    ],
)
def test_escapes(text: str, message: str, value: str) -> None:
    assert data(text) == message
    assert quoted(text) == value
    assert unquoted(value) == text


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_harmless(name: str) -> None:
    text = report("github", named(name))
    found = shown_by(text)
    assert len(found) == len(shown_by(report("github")))
    assert [kind for kind, _, _ in found] == [kind for kind, _, _ in shown_by(report("github"))]
    assert all(set(properties) <= {"file", "line", "col", "title"} for _, properties, _ in found)
    assert all(char.isprintable() or char == "\n" for char in text)


def test_a_summary_is_the_whole_report_where_there_is_room() -> None:
    assert summary((golden(),), "zh").split() == written(golden(), "markdown").split()


@pytest.mark.parametrize("room", [200, 1_000, 3_000, 6_000])
def test_a_summary_keeps_whole_sections(room: int) -> None:
    shown = summary((golden(),), "en", room)
    assert len(shown.encode()) < room
    assert re.search(r"There was no room for \d+ more sections\.\n\Z", shown)
    whole = summary((golden(),), "en")
    assert whole.startswith(shown.rpartition("There was no room")[0].rstrip("\n"))


def test_a_summary_of_many_submissions_is_kept() -> None:
    many: tuple[Assessment, ...] = (golden(),) * 200
    assert SUMMARY_BYTES - 50_000 < len(summary(many, "zh").encode()) < SUMMARY_BYTES


def check(*more: str) -> int:
    return main(["check", str(GOLDEN / "committee.yaml"), "--pack", str(GOLDEN / "pack"), "--lang", "en", *more])


def test_a_step_gets_its_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = tmp_path / "summary.md"
    step.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    assert check("--format", "github") == 0
    assert shown_by(capsys.readouterr().out)
    assert step.read_text(encoding="utf-8").startswith("before\n# Work-safety gap report\n")
    assert check("--output", f"github:{tmp_path / 'annotations'}") == 0
    assert shown_by((tmp_path / "annotations").read_text(encoding="utf-8"))
    assert step.read_text(encoding="utf-8").count("# Work-safety gap report\n") == 2


def test_without_a_step_there_is_no_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert check("--format", "github") == 0
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert check("--format", "text") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))
    assert check("--format", "github") == 2
    assert "nowhere" in capsys.readouterr().err
