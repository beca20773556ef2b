"""Verify: a report that was not touched is the same byte for byte, and whatever was touched is named."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from safescore import Assessment
from safescore.cli import main
from tests.reports import GOLDEN

SCHEMA = Path(__file__).parents[1] / "docs" / "verify.schema.json"
Read = pytest.CaptureFixture[str]
FINDINGS = ("assessments", 0, "findings")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a submission, its pack, and the report of it."""
    shutil.copytree(GOLDEN / "pack", tmp_path / "pack")
    text = (GOLDEN / "committee.yaml").read_text("utf-8")
    (tmp_path / "facts.yaml").write_text(text.replace("period:", "packs: [pack]\nperiod:", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "facts.yaml", "--output", "json:report.json", "--quiet"]) == 0
    return tmp_path


def told(*args: str, capsys: Read, code: int) -> list[dict[str, Any]]:
    """Return the differences that the command names."""
    capsys.readouterr()
    assert main(["verify", *args, "--format", "json"]) == code
    content = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(content)
    assert content["same"] is (code == 0)
    return [each for one in content["assessments"] for each in one["differences"]]


def touched(path: Path, steps: tuple[Any, ...], value: Any) -> None:
    """Change one value of a report, and nothing else of how it is written."""
    content = json.loads(path.read_text("utf-8"))
    at = content
    for step in steps[:-1]:
        at = at[step]
    if value is None:
        del at[steps[-1]]
    else:
        at[steps[-1]] = value
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def test_a_report_is_the_same(here: Path, capsys: Read) -> None:
    assert told("report.json", capsys=capsys, code=0) == []
    assert main(["verify", "report.json", "--lang", "en"]) == 0
    assert "The same as it comes out now, byte for byte." in capsys.readouterr().out


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(("--lang", "en"), id="English"),
        pytest.param(("--as-of", "2022-11-30"), id="another day"),
        pytest.param(("--no-waivers",), id="without waivers"),
        pytest.param(("--require-evidence",), id="with evidence"),
        pytest.param(("--only", "not-satisfied"), id="some findings"),
    ],
)
def test_the_terms_of_a_report_are_those_it_was_made_on(more: tuple[str, ...], here: Path, capsys: Read) -> None:
    assert main(["check", "facts.yaml", *more, "--output", "json:other.json", "--quiet"]) == 0
    assert told("other.json", capsys=capsys, code=0) == []
    shown = json.loads((here / "other.json").read_text("utf-8"))["assessments"][0]["findings"]
    assert main(["verify", "other.json", "--lang", "en"]) == 0
    assert ("the others were not held" in " ".join(capsys.readouterr().out.split())) is (len(shown) < 12)


def test_an_earlier_submission_is_given_again(here: Path, capsys: Read) -> None:
    text = (GOLDEN / "committee-before.yaml").read_text("utf-8")
    (here / "last.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "facts.yaml", "--previous", "last.yaml", "--output", "json:other.json", "--quiet"]) == 0
    assert told("other.json", "--previous", "last.yaml", capsys=capsys, code=0) == []
    assert {one["kind"] for one in told("other.json", capsys=capsys, code=1)} == {"other"}


def test_an_assessment_written_out(here: Path, capsys: Read) -> None:
    from safescore import check

    one = check("facts.yaml").only()
    (here / "one.json").write_text(one.to_json(), encoding="utf-8")
    assert told("one.json", capsys=capsys, code=0) == []
    text = one.to_json().replace('"outcome":"satisfied"', '"outcome":"unknown"', 1)
    assert Assessment.from_json(text) != one
    (here / "one.json").write_text(text, encoding="utf-8")
    (found,) = told("one.json", capsys=capsys, code=1)
    assert (found["kind"], found["stated"], found["found"]) == ("outcome", "unknown", "satisfied")


def test_a_console_that_is_not_utf8_gives_the_same_report(here: Path, capsys: Read) -> None:
    text = json.dumps(json.loads((here / "report.json").read_text("utf-8")), indent=2) + "\n"
    assert text.isascii()
    (here / "report.json").write_text(text, encoding="ascii")
    assert told("report.json", capsys=capsys, code=0) == []


@pytest.mark.parametrize(
    ("steps", "value", "kind", "at"),
    [
        pytest.param((*FINDINGS, 3, "outcome"), "unknown", "outcome", ".outcome", id="outcome"),
        pytest.param((*FINDINGS, 1, "credit", "low"), "1/7", "outcome", ".credit.low", id="credit"),
        pytest.param((*FINDINGS, 3), None, "outcome", "findings[", id="a finding is gone"),
        pytest.param(("assessments", 0, "score", "low"), "1", "score", "score.low", id="score"),
        pytest.param(("assessments", 0, "grade", "high"), "good", "score", "grade.high", id="grade"),
        pytest.param((*FINDINGS, 2, "title"), "别的", "other", ".title", id="title"),
        pytest.param((*FINDINGS, 0, "weight"), True, "other", ".weight", id="a flag for a number"),
        pytest.param(("assessments", 0, "notes"), [], "other", "notes", id="a note is gone"),
        pytest.param(("assessments", 0, "digests", "facts"), "0" * 64, "digest", "digests.facts", id="digest"),
        pytest.param(("assessments", 0, "digests", "version"), "9", "digest", "digests.version", id="version"),
    ],
)
def test_what_was_touched_is_named(
    steps: tuple[Any, ...], value: Any, kind: str, at: str, here: Path, capsys: Read
) -> None:
    touched(here / "report.json", steps, value)
    (found,) = told("report.json", capsys=capsys, code=1)
    assert found["kind"] == kind
    assert at in found["at"]
    assert found["stated"] != found["found"]
    for lang in ("zh", "en"):
        assert main(["verify", "report.json", "--lang", lang]) == 1
        assert capsys.readouterr().out


def test_findings_in_another_order_are_no_report_of_ours(here: Path, capsys: Read) -> None:
    content = json.loads((here / "report.json").read_text("utf-8"))
    content["assessments"][0]["findings"].reverse()
    (here / "report.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (found,) = told("report.json", capsys=capsys, code=1)
    assert found["at"] == "findings"


def test_bytes_beside_the_content(here: Path, capsys: Read) -> None:
    """The same content written otherwise is not the report that safescore wrote."""
    path = here / "report.json"
    path.write_text(path.read_text("utf-8").replace(": ", " : "), encoding="utf-8")
    assert told("report.json", capsys=capsys, code=1) == []
    assert main(["verify", "report.json", "--lang", "en"]) == 1
    assert "written otherwise" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "digest"),
    [
        pytest.param(
            lambda here: rewritten(here / "facts.yaml", "deaths: 2", "deaths: 4"), "digests.facts", id="facts"
        ),
        pytest.param(
            lambda here: rewritten(here / "pack" / "pack.yaml", 'version: "1.0"', 'version: "1.1"'),
            "digests.pack",
            id="pack",
        ),
    ],
)
def test_digests_come_first(change: Callable[[Path], None], digest: str, here: Path, capsys: Read) -> None:
    """Another submission or pack is named as such before what follows from it."""
    change(here)
    found = told("report.json", capsys=capsys, code=1)
    assert found[0]["at"] == digest
    assert len(found) > 1
    assert main(["verify", "report.json", "--lang", "en"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "is not the one that the report was made" in shown


def rewritten(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_submission_lies_elsewhere(here: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the report, in another folder, under another name: places are held against it as they are stated."""
    (here / "sent").mkdir()
    for name in ("facts.yaml", "report.json", "pack"):
        shutil.move(here / name, here / "sent" / name)
    pack = ("--pack", "sent/pack")
    assert told("sent/report.json", *pack, capsys=capsys, code=0) == []
    shutil.copy(here / "sent" / "facts.yaml", here / "renamed.yaml")
    assert told("sent/report.json", *pack, "--facts", "renamed.yaml", capsys=capsys, code=0) == []
    assert told("sent/report.json", *pack, "--facts", str(here / "sent" / "facts.yaml"), capsys=capsys, code=0) == []
    monkeypatch.chdir(here / "sent")
    (here / "sent" / "facts.yaml").unlink()
    assert main(["verify", "report.json", "--lang", "en"]) == 2
    assert "the submission of anwei is not found (the report names facts.yaml)" in capsys.readouterr().err


def test_several_submissions_in_one_report(here: Path, capsys: Read) -> None:
    text = (here / "facts.yaml").read_text("utf-8")
    (here / "second.yaml").write_text(text.replace("id: anwei", "id: second"), encoding="utf-8")
    assert main(["check", "facts.yaml", "second.yaml", "--output", "json:both.json", "--quiet"]) == 0
    assert told("both.json", capsys=capsys, code=0) == []
    assert told("both.json", "--facts", "second.yaml", "--facts", "facts.yaml", capsys=capsys, code=0) == []
    (here / "third.yaml").write_text(text.replace("id: anwei", "id: third"), encoding="utf-8")
    assert main(["verify", "both.json", "--facts", "second.yaml", "--facts", "third.yaml", "--lang", "en"]) == 2
    assert "the submission of anwei is not found" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(("none.json",), "none.json:1:1: there is no such file", id="no report"),
        pytest.param(("empty.json",), "this is no report of the format", id="no report of ours"),
        pytest.param(("half.json",), "it can't be told whose result this is", id="half a report"),
        pytest.param(("exchange.json",), "exchange.json:1:1", id="half an assessment"),
        pytest.param(("report.json", "--facts", "none.yaml"), "none.yaml:1:1: there is no such file", id="no facts"),
        pytest.param(("report.json", "--facts", "bad.yaml"), "bad.yaml:", id="bad facts"),
        pytest.param(("report.json", "--pack", "dadukou-2022"), "facts.yaml:", id="another pack"),
        pytest.param(("report.json", "--pack", "nowhere"), "there is no pack 'nowhere'", id="no pack"),
        pytest.param(("other.json",), "the pack of the report, another, is not among those given", id="not its pack"),
    ],
)
def test_what_cannot_be_used(args: tuple[str, ...], said: str, here: Path, capsys: Read) -> None:
    (here / "empty.json").write_text("{}", encoding="utf-8")
    (here / "bad.yaml").write_text("facts: 1\n", encoding="utf-8")
    head = {"schema": {"name": "safescore-report", "version": "1.0"}, "lang": "en"}
    (here / "half.json").write_text(json.dumps({**head, "assessments": [{"as_of": "2022"}, 3]}), encoding="utf-8")
    (here / "exchange.json").write_text(
        '{"schema": {"name": "safescore-assessment", "version": "1.0"}}', encoding="utf-8"
    )
    shutil.copy(here / "report.json", here / "other.json")
    touched(here / "other.json", ("assessments", 0, "pack", "id"), "another")
    assert main(["verify", *args, "--lang", "en"]) == 2
    assert said in capsys.readouterr().err


def test_a_signature_beside_the_report(here: Path) -> None:
    """What the page shows: a key, a signature, and that it holds; a byte more and it does not."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not at hand")

    def run(*words: str) -> int:
        assert openssl is not None
        return subprocess.run([openssl, *words], cwd=here, capture_output=True, check=False).returncode

    assert run("genpkey", "-algorithm", "ED25519", "-out", "office.key") == 0
    assert run("pkey", "-in", "office.key", "-pubout", "-out", "office.pub") == 0
    assert run("pkeyutl", "-sign", "-rawin", "-inkey", "office.key", "-in", "report.json", "-out", "report.sig") == 0
    verify = (
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        "office.pub",
        "-in",
        "report.json",
        "-sigfile",
        "report.sig",
    )
    assert run(*verify) == 0
    with (here / "report.json").open("a") as file:
        file.write(" ")
    assert run(*verify) != 0
