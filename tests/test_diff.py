"""Diff: what the command shows, its formats, exit codes and faults."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from safescore import InvalidInput, diff
from safescore.cli import main
from safescore.comparing import Cause
from safescore.facts.read import open_submission
from safescore.report.changes import FORMATS, render, signed
from safescore.words import LANGUAGES, Lang
from tests import changes
from tests.reports import GOLDEN
from tests.workbooks import filled

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "diff.schema.json"
BEFORE, AFTER, PACK = str(GOLDEN / "committee-before.yaml"), str(GOLDEN / "committee.yaml"), str(GOLDEN / "pack")
PACKED = ("--pack", PACK)


def content(*args: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["diff", *args, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["comparisons"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("format_", "lang"), changes.CASES)
def test_golden(format_: str, lang: Lang) -> None:
    assert changes.report(format_, lang) == changes.golden_file(format_, lang).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_json_follows_its_schema(lang: Lang) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(json.loads(render(changes.golden(), "json", lang)))) == []
    assert not validator.is_valid({"schema": {"name": "safescore-diff", "version": "1.1"}})


def test_the_parts_of_the_json_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    one = content(BEFORE, AFTER, *PACKED, capsys=capsys)
    assert [part["figure"] for part in one["score"]] == ["low", "high", "waived-low", "waived-high"]
    for figure in one["score"]:
        change = Fraction(figure["after"]) - Fraction(figure["before"])
        assert Fraction(figure["change"]) == change
        assert sum(Fraction(part["part"]) for part in figure["causes"]) == change
        by_rule = [
            Fraction(part["part"])
            for rule in one["rules"]
            for part in rule["parts"]
            if part["figure"] == figure["figure"]
        ]
        assert sum(by_rule) == change


def test_a_report_is_compared_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reports tell what turned and by which rules the score moved; a submission beside one is assessed."""
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    for given, path in ((BEFORE, old), (AFTER, new)):
        main(["check", given, *PACKED, "--output", f"json:{path}", "--quiet"])
    capsys.readouterr()
    both = content(str(old), str(new), capsys=capsys)
    mixed = content(str(old), AFTER, *PACKED, capsys=capsys)
    whole = content(BEFORE, AFTER, *PACKED, capsys=capsys)
    assert [one["attributed"] for one in (both, mixed, whole)] == [False, False, True]
    assert [figure["causes"] for figure in both["score"]] == [None] * 4
    turned = [[rule["rule"] for rule in one["rules"] if rule["turned"]] for one in (both, mixed, whole)]
    assert turned[0] == turned[1] == turned[2] != []
    assert [one["cause"] for one in both["differing"]] == ["facts", "waivers", "time"]
    assert main(["diff", str(old), str(new), "--lang", "en"]) == 0
    assert "can't be told without the submissions" in " ".join(capsys.readouterr().out.split())


def test_two_organisations_are_named_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of submissions and of reports alike; records are then not held against each other."""
    other = tmp_path / "other.yaml"
    other.write_text(Path(AFTER).read_text("utf-8").replace("id: anwei", "id: other"), encoding="utf-8")
    names = []
    for given in (BEFORE, str(other)):
        names.append(f"{tmp_path / Path(given).stem}.json")
        main(["check", given, *PACKED, "--output", f"json:{names[-1]}", "--quiet"])
    capsys.readouterr()
    for pair in ((BEFORE, str(other)), names):
        one = content(*pair, *PACKED, "--lang", "en", capsys=capsys)
        assert one["notes"] == ["these are two organisations: 'anwei' before, 'other' after"]


def test_nothing_moved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", AFTER, AFTER, *PACKED, "--lang", "en", "--fail-on", "changed", "--fail-on", "lower"]) == 0
    shown = capsys.readouterr().out
    assert "Nothing moved" in shown
    assert "Both were made from the same." in shown


@pytest.mark.parametrize(
    ("before", "after", "fail_on", "code"),
    [
        pytest.param(BEFORE, AFTER, "lower", 1, id="lower"),
        pytest.param(AFTER, BEFORE, "lower", 0, id="higher"),
        pytest.param(AFTER, BEFORE, "changed", 1, id="changed"),
        pytest.param(AFTER, AFTER, "changed", 0, id="not changed"),
    ],
)
def test_exit_codes(before: str, after: str, fail_on: str, code: int) -> None:
    assert main(["diff", before, after, *PACKED, "--fail-on", fail_on]) == code


def changed_pack(tmp_path: Path) -> Path:
    """Return the golden pack with one duty that is hard no more, one that weighs more, and another note."""
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    rules = next(path for path in sorted((folder / "rules").iterdir()) if "hard: true" in path.read_text("utf-8"))
    rules.write_text(rules.read_text("utf-8").replace("hard: true", "hard: false", 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("lang", "said"), [("zh", "只因规则包不同"), ("en", "only because the pack did")])
def test_only_the_pack(lang: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts under another pack: a message of its own, and what of the pack changed."""
    folder = str(changed_pack(tmp_path))
    args = ["diff", AFTER, AFTER, "--before-pack", PACK, "--pack", folder, "--lang", lang]
    assert main([*args, "--fail-on", "changed"]) == 1
    shown = capsys.readouterr().out
    assert said in " ".join(shown.split())
    assert {"zh": "底线要求", "en": "hard"}[lang] in shown
    one = content(*args[1:], capsys=capsys)
    assert one["only_the_pack"] is True
    assert [part["causes"] for part in one["score"][0]["causes"]] == [["pack"]]
    ((_, names),) = one["pack_changes"]["changed"].items()
    assert names == ["hard"]
    reports = []
    for name, pack in (("old", PACK), ("new", folder)):
        main(["check", AFTER, "--pack", pack, "--output", f"json:{tmp_path / name}.json", "--quiet"])
        reports.append(str(tmp_path / f"{name}.json"))
    capsys.readouterr()
    told = content(*reports, capsys=capsys)
    assert told["only_the_pack"] is True
    assert list(told["pack_changes"]["changed"].values()) == [["weight", "hard"]]


def test_a_pack_whose_rules_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    (folder / "pack.yaml").write_text((folder / "pack.yaml").read_text("utf-8") + "\n# a remark\n", encoding="utf-8")
    assert main(["diff", AFTER, AFTER, "--before-pack", PACK, "--pack", str(folder), "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "The rules are the same." in shown
    assert "only because" not in shown


def test_a_workbook_beside_a_file_of_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A filled-in workbook of the same answers moves nothing; two of other answers are told apart by cause."""
    example = ROOT / "examples" / "district-committee-2022.yaml"
    text = example.read_text("utf-8").replace("above_scale: 142", "above_scale: 130")
    (tmp_path / "last.yaml").write_text(text.replace("as_of: 2022-12-31", "as_of: 2022-12-30"), encoding="utf-8")
    books = []
    for name, path in (("last", tmp_path / "last.yaml"), ("now", example)):
        (tmp_path / f"{name}.xlsx").write_bytes(filled(open_submission(path)))
        books.append(str(tmp_path / f"{name}.xlsx"))
    one = content(str(example), books[1], capsys=capsys)
    assert one["same"] is True
    assert one["facts"] == []
    two, three = (content(before, books[1], capsys=capsys) for before in (str(tmp_path / "last.yaml"), books[0]))
    assert [part["causes"] for part in three["score"][0]["causes"]] == [["facts"], ["time"]]
    assert two["score"] == three["score"]


def test_time_alone(capsys: pytest.CaptureFixture[str]) -> None:
    one = content(AFTER, AFTER, *PACKED, "--as-of", "2022-12-31", "--before-as-of", "2022-09-30", capsys=capsys)
    assert [part["cause"] for part in one["differing"]] == ["time"]


def test_python(tmp_path: Path) -> None:
    """The call gives the same, from files or plain dicts, with the faults of both at once."""
    (one,) = diff(BEFORE, AFTER, PACK)
    assert set(one.differing) == {Cause.FACTS, Cause.WAIVERS, Cause.TIME}
    with pytest.raises(InvalidInput) as error:
        diff({"facts": 1}, {"facts": 2}, PACK, before_packs=PACK)
    assert {fault.at.file for fault in error.value.faults} == {"<before>", "<after>"}
    with pytest.raises(InvalidInput) as error:
        diff(BEFORE, AFTER, "no-such-pack")
    assert "no-such-pack" in str(error.value)


def test_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [f"{format_}:{tmp_path / format_}" for format_ in FORMATS]
    outputs = [word for one in files for word in ("--output", one)]
    assert main(["diff", BEFORE, AFTER, *PACKED, "--lang", "en", *outputs]) == 0
    assert all((tmp_path / format_).read_text("utf-8") for format_ in FORMATS)
    assert (tmp_path / "text").read_text("utf-8") == capsys.readouterr().out
    assert main(["diff", BEFORE, AFTER, "--output", f"json:{AFTER}"]) == 2
    with pytest.raises(ValueError, match="no format"):
        render(changes.golden(), "pdf", "en")


def test_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every fault of both files in one run, exit 2."""
    bad, worse = tmp_path / "bad.yaml", tmp_path / "worse.json"
    bad.write_text("facts: 1\n", encoding="utf-8")
    worse.write_text('{"schema": {"name": "safescore-report", "version": "9"}}', encoding="utf-8")
    assert main(["diff", str(bad), str(worse), *PACKED, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "bad.yaml:1:" in said
    assert "worse.json:1:12: this is no report of the format safescore-report 1.0" in said
    assert main(["diff", str(tmp_path / "none.yaml"), AFTER, *PACKED]) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(("outcome", "broken"), "expected one of satisfied", id="outcome"),
        pytest.param(("weight", "3"), "expected a whole number weight", id="weight"),
        pytest.param(("credit", None), "expected a mapping credit", id="credit"),
        pytest.param(
            ("credit", {"low": "4/3", "high": 1, "out": False}), "expected a fraction from 0 to 1", id="share"
        ),
        pytest.param(("credit", {"low": "1/0", "high": "x", "out": False}), "expected a fraction", id="no number"),
        pytest.param(("rule", None), "there is no text rule here", id="rule"),
    ],
)
def test_a_report_that_was_tampered_with(
    wrong: tuple[str, Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = json.loads((GOLDEN / "committee.en.json").read_text("utf-8"))
    whole["assessments"][0]["findings"][2][wrong[0]] = wrong[1]
    path = tmp_path / "report.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert main(["diff", str(path), str(path), "--lang", "en"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda one: one.update(as_of="soon"), "as_of: expected a day", id="day"),
        pytest.param(lambda one: one.update(findings={}), "expected a list of mappings", id="findings"),
        pytest.param(lambda one: one["findings"].pop(), "the report shows", id="not all of them"),
        pytest.param(lambda one: one.update(pack=None), "expected a mapping pack", id="pack"),
    ],
)
def test_a_report_that_is_not_whole(change: Any, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = json.loads((GOLDEN / "committee.en.json").read_text("utf-8"))
    change(whole["assessments"][0])
    path = tmp_path / "report.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert main(["diff", str(path), str(path), "--lang", "en"]) == 2
    assert said in capsys.readouterr().err


def test_an_exchanged_assessment_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"schema": {"name": "safescore-assessment", "version": "1.0"}}', encoding="utf-8")
    assert main(["diff", str(path), str(path), "--lang", "en"]) == 2
    assert "one.json:1:1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (Fraction(1, 100), "+1.00"),
        (Fraction(-1, 100), "-1.00"),
        (Fraction(0), "0.00"),
        (Fraction(1, 10**6), "+<0.01"),
        (Fraction(-1, 10**6), "-<0.01"),
        (Fraction(1, 20000), "+0.01"),
        (None, "—"),
    ],
)
def test_signed(change: Fraction | None, shown: str) -> None:
    assert signed(change) == shown
