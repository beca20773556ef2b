"""The command line: exit codes, streams, files, consoles, and what each command says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from safescore import Assessment, InvalidInput, check
from safescore.cli import COMMANDS, main
from safescore.cli.checking import STDIN
from safescore.cli.console import layout
from safescore.cli.exits import ExitCode, worst
from safescore.gate import gate
from safescore.report import Layout
from safescore.version import VERSION
from tests.reports import GOLDEN

PACK = str(GOLDEN / "pack")
COMMITTEE = str(GOLDEN / "committee.yaml")
FLAGS = ("a", "b", "c", "d", "e")
OURS = "我们的 要求"
"""A folder with a blank and Chinese in its name."""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return a pack of five duties of equal weight, the last of them hard."""
    folder = tmp_path / OURS
    (folder / "facts").mkdir(parents=True)
    (folder / "rules").mkdir()
    (folder / "roles.yaml").write_text("firm: {zh: 企业, en: firm}\n", encoding="utf-8")
    (folder / "pack.yaml").write_text(
        """\
id: tiny
version: "1.0"
dictionary: own
title: {zh: 小文件, en: a small document}
issuer: {zh: 某办, en: an office}
period: {from: 2022-01-01, to: 2022-12-31}
binds_from: 2022-01-01
clauses:
"""
        + "".join(f'  - {{id: "一.{name}", rules: [duty-{name}]}}\n' for name in FLAGS),
        encoding="utf-8",
    )
    (folder / "facts" / "facts.yaml").write_text(
        "".join(
            f"{name}_done: {{type: flag, label: {{zh: 事项{name}, en: matter {name}}}, "
            f'question: {{zh: 事项{name}落实了吗？, en: "Is matter {name} in place?"}}}}\n'
            for name in FLAGS
        ),
        encoding="utf-8",
    )
    (folder / "rules" / "rules.yaml").write_text(
        "".join(
            f"""\
- id: duty-{name}
  clause: 一.{name}
  anchor: 落实事项{name}
  title: {{zh: 落实{name}, en: Do {name}}}
  roles: [firm]
  weight: 1
  hard: {str(name == "e").lower()}
  measure: {{kind: affirm, fact: {name}_done}}
  remedy: {{zh: 落实, en: Do it}}
"""
            for name in FLAGS
        ),
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def shelf(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of built-in packs of which we know what they hold: golden-2022, tiny, and tiny again."""
    root = tmp_path / "rules"
    shutil.copytree(PACK, root / "golden-2022")
    for name in ("tiny", "tiny-too"):
        shutil.copytree(tiny, root / name)
        head = root / name / "pack.yaml"
        head.write_text(head.read_text(encoding="utf-8").replace("id: tiny", f"id: {name}"), encoding="utf-8")
    monkeypatch.setattr("safescore.packs.find.rules_root", lambda: root)
    return root


def submission(folder: Path, name: str, **answers: bool | None) -> str:
    """Write a submission in which every duty is met but those named, and return its path."""
    facts: dict[str, bool | None] = {f"{flag}_done": True for flag in FLAGS}
    facts.update({f"{flag}_done": answer for flag, answer in answers.items()})
    path = folder / f"{name}.json"
    content = {
        "organization": {"id": name, "name": f"单位{name}", "roles": ["firm"]},
        "period": 2022,
        "facts": {flag: answer for flag, answer in facts.items() if answer is not None},
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a user does."""
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "safescore", *arguments], capture_output=True, check=False, env={**environment, **more}
    )


@pytest.mark.parametrize(
    ("answers", "gates", "code"),
    [
        pytest.param({}, "", 0, id="no gate"),
        pytest.param({"a": False, "e": False}, "", 0, id="no gate, though much is broken"),
        pytest.param({"a": False}, "--min-score 80", 0, id="exactly the score"),
        pytest.param({"a": False}, "--min-score 80%", 0, id="with a percent sign"),
        pytest.param({"a": False}, "--min-score 80.0001", 1, id="one step below the score"),
        pytest.param({"a": None}, "--min-score 80", 0, id="at least the score"),
        pytest.param({"a": None}, "--min-score 80.1", 3, id="the score straddles"),
        pytest.param({"a": None, "b": False}, "--min-score 90", 1, id="below whatever is missing"),
        pytest.param({"a": False}, "--min-grade good", 0, id="exactly the grade"),
        pytest.param({"a": False}, "--min-grade 良好", 0, id="the grade by its title"),
        pytest.param({"a": False}, "--min-grade excellent", 1, id="one grade below"),
        pytest.param({"a": None}, "--min-grade excellent", 3, id="the grade straddles"),
        pytest.param({"e": False}, "--min-grade good", 1, id="a hard duty caps the grade"),
        pytest.param({"e": None}, "--min-grade pass", 3, id="a hard duty may cap the grade"),
        pytest.param({"a": False}, "--fail-on hard", 0, id="no hard duty is broken"),
        pytest.param({"e": False}, "--fail-on hard", 1, id="a hard duty is broken"),
        pytest.param({"e": None}, "--fail-on hard", 3, id="a hard duty is unknown"),
        pytest.param({}, "--fail-on not-satisfied,unknown", 0, id="all is met"),
        pytest.param({"a": False}, "--fail-on not-satisfied", 1, id="one is not met"),
        pytest.param({"a": None}, "--fail-on not-satisfied", 3, id="one is unknown"),
        pytest.param({"a": None}, "--fail-on unknown", 1, id="unknown is not let through"),
        pytest.param({"a": None}, "--fail-on hard --fail-on unknown", 1, id="several gates"),
        pytest.param({}, "--min-grade 及格", 2, id="no such grade"),
        pytest.param({}, "--min-score 101", 2, id="no such score"),
        pytest.param({}, "--min-score x", 2, id="no score at all"),
        pytest.param({}, "--fail-on all", 2, id="no such finding"),
    ],
)
def test_exit_codes(tiny: Path, answers: dict[str, bool | None], gates: str, code: int) -> None:
    path = submission(tiny, "one", **answers)
    assert main(["check", path, "--pack", str(tiny), *gates.split()]) == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        pytest.param((), 0, id="none"),
        pytest.param((0, 0), 0, id="all met"),
        pytest.param((0, 3), 3, id="undecided before met"),
        pytest.param((3, 1, 0), 1, id="failed before undecided"),
        pytest.param((1, 2, 3, 0), 2, id="unusable before failed"),
    ],
)
def test_the_worst_code_counts(codes: Iterable[int], code: int) -> None:
    assert worst(map(ExitCode, codes)) == code


def test_several_files(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, open_ = submission(tiny, "good"), submission(tiny, "open", a=None)
    bad = submission(tiny, "bad", a=False)
    arguments = ["--pack", str(tiny), "--min-score", "90", "--format", "json"]
    assert main(["check", good, good, *arguments]) == 0
    assert main(["check", good, open_, *arguments]) == 3
    assert main(["check", open_, bad, good, *arguments]) == 1
    capsys.readouterr()
    assert main(["check", bad, "nowhere.yaml", good, *arguments]) == 2
    shown = capsys.readouterr()
    assert [one["organization"]["id"] for one in json.loads(shown.out)["assessments"]] == ["bad", "good"]
    assert shown.err.startswith("nowhere.yaml:1:1: ")
    assert "门槛未达到：bad, tiny：得分80.0 至 80.0，等级良好\n" in shown.err
    assert "门槛达到：good, tiny：得分100.0 至 100.0，等级优秀\n" in shown.err
    assert main(["check", bad, "nowhere.yaml", good, *arguments, "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("nowhere.yaml:1:1: ")
    assert "gate failed: bad, tiny: score 80.0 to 80.0, grade good\n" in shown.err
    assert "gate met: good, tiny: score 100.0 to 100.0, grade excellent\n" in shown.err


def test_all_faults_of_all_files_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "一 一.yaml", tmp_path / "two.yaml"
    first.write_text("organization: {id: x, name: x, roles: [enterprize]}\nperiod: 2022\nfacts: {deads: 1}\n", "utf-8")
    second.write_text("organization: {id: x, name: x, roles: [enterprise]}\nperiod: 2022Q5\n", "utf-8")
    assert main(["check", str(first), str(second), "--pack", PACK, "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    faults = [line for line in shown.err.splitlines() if not line.startswith(" ")]
    assert faults[0].startswith(f'{first}:1:40: there is no role "enterprize"')
    assert faults[1].startswith(f"{first}:3:9: there is no fact 'deads'")
    assert faults[2].startswith(f'{second}:2:9: "2022Q5" is no period')
    assert "hint: did you mean 'enterprise'?" in shown.err


def test_a_fault_of_a_pack_is_told_once(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = submission(tiny, "one"), submission(tiny, "two")
    assert main(["check", one, two, "--pack", "golden-2O22", "--lang", "en"]) == 2
    assert capsys.readouterr().err.count("there is no pack") == 1


def test_nothing_invisible_reaches_the_console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "a\x1b[31m\u202eb.yaml"), "--pack", PACK]) == 2
    assert "a[U+001B][31m[U+202E]b.yaml:1:1: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no command"),
        pytest.param(["frobnicate"], id="no such command"),
        pytest.param(["check"], id="no file"),
        pytest.param(["check", COMMITTEE, "--format", "pdf"], id="no such format"),
        pytest.param(["check", COMMITTEE, "--lang", "fr"], id="no such language"),
        pytest.param(["check", COMMITTEE, "--as-of", "2022-02-30"], id="no such day"),
        pytest.param(["check", COMMITTEE, "--width", "3"], id="no such width"),
        pytest.param(["check", COMMITTEE, "--output", "x.json"], id="an output without its format"),
        pytest.param(["check", COMMITTEE, "--pac", PACK], id="half an option"),
        pytest.param(["check", COMMITTEE], id="no pack is named"),
        pytest.param(["rules"], id="rules of no pack"),
        pytest.param(["rules", "--pack", PACK, "--role", "enterprize"], id="no such role"),
        pytest.param(["rules", "--pack", PACK, "--clause", "九"], id="no such clause"),
        pytest.param(["explain", "x", "--pack", PACK], id="no such rule"),
        pytest.param(["explain", "x", "--pack", "nowhere"], id="no such pack"),
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["rules", "--pack", PACK, "--role", "enterprize"], "did you mean 'enterprise'?"),
        (["explain", "confined-space-ordr", "--pack", PACK], "did you mean 'confined-space-order'?"),
        (
            ["explain", "golden-2022.confined-space-ordr", "--pack", PACK],
            "did you mean 'golden-2022.confined-space-order'?",
        ),
        (["rules", "--pack", "golden-2O22"], "did you mean 'golden-2022'?"),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_did_you_mean(arguments: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--lang", "en"]) == 2
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples_and_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*([command] if command else []), "--help"]) == 0
    shown = capsys.readouterr().out
    assert "examples:\n  safescore" in shown
    assert "  3  the facts given don't decide the gate" in shown
    if not command:
        assert all(name in shown for name in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"safescore {VERSION}\n"


def test_the_command_and_the_library_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", COMMITTEE, "--pack", PACK, "--format", "json", "--as-of", "2022-12-31"]) == 0
    shown = json.loads(capsys.readouterr().out)["assessments"][0]
    one = check(COMMITTEE, PACK, as_of=date(2022, 12, 31)).only()
    assert shown["as_of"] == "2022-12-31"
    assert shown["score"]["low"] == str(one.score.interval.low)
    assert shown["digests"]["facts"] == one.digests.facts


def test_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given = TextIOWrapper(BytesIO(b"\xef\xbb\xbf" + Path(COMMITTEE).read_bytes()), encoding="gbk")
    monkeypatch.setattr(sys, "stdin", given)
    assert main(["check", STDIN, "--pack", PACK, "--format", "json"]) == 0
    finding = json.loads(capsys.readouterr().out)["assessments"][0]["findings"][1]
    assert finding["places"][0]["at"] == "<stdin>:11:27"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param("单位: 某区".encode("gbk"), "<stdin>:1:1: 文字不是UTF-8编码，像是GBK或GB18030", id="GBK"),
        pytest.param(b"", "<stdin>:1:1: ", id="nothing"),
        pytest.param(b"a: [", "<stdin>:1:", id="no YAML"),
    ],
)
def test_unusable_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: bytes, fault: str
) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given)))
    assert main(["check", STDIN, "--pack", PACK]) == 2
    assert fault in capsys.readouterr().err


def test_output_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / OURS
    folder.mkdir()
    report, content = folder / "报告 1.md", folder / "c:d.json"
    content.write_text("before", encoding="utf-8")
    outputs = ["--output", f"markdown:{report}", "--output", f"json:{content}"]
    assert main(["check", COMMITTEE, "--pack", PACK, *outputs]) == 0
    assert capsys.readouterr().out.startswith("安全生产自查评分报告\n")
    assert report.read_text(encoding="utf-8").startswith("# 安全生产自查评分报告\n")
    assert json.loads(content.read_text(encoding="utf-8"))["schema"]["name"] == "safescore-report"
    assert sorted(folder.iterdir()) == [content, report]


def test_output_is_never_half_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tmp_path / "report.json"
    before.write_text("before", encoding="utf-8")
    assert main(["check", "nowhere.yaml", "--pack", PACK, "--output", f"json:{before}"]) == 2
    assert before.read_text(encoding="utf-8") == "before"
    assert (
        main(["check", COMMITTEE, "--pack", PACK, "--output", f"json:{tmp_path / 'no' / 'x.json'}", "--lang", "en"])
        == 2
    )
    assert "there is no folder" in capsys.readouterr().err
    assert main(["check", COMMITTEE, "--pack", PACK, "--output", f"json:{tmp_path}"]) == 2
    assert list(tmp_path.iterdir()) == [before]


def test_a_fault_of_our_own_is_no_failed_gate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("safescore.cli.checking.assess_all", broken)
    assert main(["check", COMMITTEE, "--pack", PACK]) == 2
    assert "这是safescore自身的错误" in capsys.readouterr().err
    assert main(["check", COMMITTEE, "--pack", PACK, "--lang", "en"]) == 2
    assert "please report it" in capsys.readouterr().err


def test_packs(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["schema"] == {"name": "safescore-packs", "version": "1.0"}
    assert [one["id"] for one in content["packs"]] == ["golden-2022", "tiny", "tiny-too"]
    first = content["packs"][0]
    assert first["version"] == "1.0"
    assert first["title"]["zh"] == "2022年工贸行业安全生产工作要点（节选）"
    assert (first["clauses"], first["rules"]) == (10, 13)
    assert main(["packs", "--lang", "en", "--width", "200"]) == 0
    assert "Work-safety work points of 2022 for industry and trade (extract)" in capsys.readouterr().out


def test_a_broken_pack_hides_no_other(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shelf / "tiny" / "pack.yaml").write_text("id: tiny\n", encoding="utf-8")
    assert main(["packs", "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert "golden-2022" in shown.out
    assert "tiny-too" in shown.out
    assert "the key 'version' is missing" in shown.err


def rules(capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, object]]:
    assert main(["rules", "--pack", PACK, "--format", "json", *more]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    return found


def test_rules_as_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    by_id = {one["id"]: one for one in rules(capsys)}
    assert len(by_id) == 13
    one = by_id["golden-2022.confined-space-order"]
    assert one == {
        "id": "golden-2022.confined-space-order",
        "clause": "三.(三).7",
        "anchor": "先通风、再检测、后作业",
        "title": {"zh": "有限空间先通风再检测后作业", "en": "Confined space: ventilate, then test, then work"},
        "roles": ["enterprise", "safety_committee"],
        "applies": {"hazard_classes": {"includes": "confined_space"}},
        "owners": [],
        "hard": True,
        "weight": 5,
        "facts": ["jobs"],
        "measure": one["measure"],
        "readings": [],
        "remedy": {"zh": "停止作业，落实先通风再检测", "en": "Stop the work; ventilate and test first"},
        "note": None,
    }


FIRM = {"zh": "家企业", "one": "firm", "many": "firms"}


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("standardised-above-scale", {"kind": "ratio", "target": {"at_least": "70%"}, "unit": FIRM, "due": "standing"}),
        ("two-lists-two-cards", {"kind": "milestone", "target": {"at_least": "100%"}, "due": "2022-12-31"}),
        (
            "deaths-within-quota",
            {"kind": "limit", "target": {"at_most": {"parameter": "death_quota"}}, "due": "period-end"},
        ),
        ("joint-meetings-commerce", {"kind": "frequency", "target": {"at_least": 1}, "window": "quarter"}),
        ("team-daily-inspection", {"window": "day", "per": "teams"}),
        ("firms-covered", {"kind": "coverage", "cycle": {"years": 1}}),
        ("accident-evaluated", {"kind": "each", "due": {"years": 1}}),
        ("blacklist-published", {"kind": "affirm", "due": "standing"}),
        ("target-management", {"kind": "checklist", "target": {"at_least": 3}}),
    ],
)
def test_measures_of_rules(capsys: pytest.CaptureFixture[str], rule: str, parts: dict[str, object]) -> None:
    by_id = {one["id"]: one["measure"] for one in rules(capsys)}
    measure = by_id[f"golden-2022.{rule}"]
    assert isinstance(measure, dict)
    assert {key: measure[key] for key in parts} == parts
    assert set(measure["says"]) == {"zh", "en"}


def test_elements_carry_their_anchors(capsys: pytest.CaptureFixture[str]) -> None:
    measure = next(one["measure"] for one in rules(capsys) if one["id"] == "golden-2022.target-management")
    assert isinstance(measure, dict)
    assert [one["anchor"] for one in measure["elements"]] == [
        "将事故指标",
        "三年行动、安全标准化",
        "执法处罚、专项整治",
    ]
    assert set(measure["elements"][0]["measure"]["target"]) == {"zh", "en"}


@pytest.mark.parametrize(
    ("more", "number"),
    [
        (["--role", "enterprise"], 3),
        (["--clause", "二"], 3),
        (["--clause", "三.(三)"], 2),
        (["--clause", "三.(三).7", "--role", "safety_committee"], 2),
        (["--clause", "一"], 0),
    ],
)
def test_rules_of_a_role_and_a_clause(capsys: pytest.CaptureFixture[str], more: list[str], number: int) -> None:
    assert len(rules(capsys, *more)) == number
    assert main(["rules", "--pack", PACK, *more]) == 0
    assert ("没有这样的事项" in capsys.readouterr().out) == (number == 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert main(["explain", "golden-2022.deaths-within-quota", "--pack", PACK, "--lang", lang]) == 0
    shown = capsys.readouterr().out
    for said in {
        "zh": (
            "工贸行业死亡人数不超指标",
            "二.1：控制在下达的事故指标以内",
            "安委会",
            "本年度工贸行业事故死亡多少人？",
            "示例",
        ),
        "en": (
            "Deaths within the quota",
            "二.1: 控制在下达的事故指标以内",
            "safety committee",
            "How many deaths in",
            "example",
        ),
    }[lang]:
        assert said in shown
    assert "death_quota" in shown


def test_explain_a_checklist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "target-management", "--pack", PACK, "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "| three-years | three-year campaign | 三年行动、安全标准化 | three-year campaign: in place" in shown
    assert "three_years: three-year campaign, true or false" in shown
    assert "weight    1 (qualitative)" in shown


def test_explain_shows_the_finding(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["explain", "confined-space-approved", "--pack", PACK, "--facts", COMMITTEE]
    assert main([*arguments, "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "facts.jobs[2].approved_at" in shown
    assert "committee.yaml:34:5" in shown
    assert main([*arguments, "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["schema"] == {"name": "safescore-explain", "version": "1.0"}
    assert content["finding"]["outcome"] == "unknown"
    assert [one["id"] for one in content["facts"]] == ["jobs", "hazard_classes"]


def test_explain_a_reading(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "joint-meetings-commerce", "--pack", PACK, "--facts", COMMITTEE]) == 0
    shown = capsys.readouterr().out
    assert "issue: 自印发后的首个季度" in shown
    assert "如果口径为 binds_from: issue（自印发后的首个季度），则为未达到（得分率 50.0%）" in shown


@pytest.mark.parametrize(
    ("rule", "code", "said"),
    [
        pytest.param("golden-2022.firms-covered", 0, "golden-2022.firms-covered", id="by its pack's prefix"),
        pytest.param("firms-covered", 0, "golden-2022.firms-covered", id="by its own id, in one pack"),
        pytest.param("duty-a", 2, "give --pack tiny or --pack tiny-too", id="by its own id, in two packs"),
        pytest.param("tiny.duty-a", 0, "tiny.duty-a", id="by the prefix of one of the two"),
        pytest.param("golden-2022.firm-covered", 2, "did you mean 'golden-2022.firms-covered'?", id="with a slip"),
        pytest.param("firm-covered", 2, "did you mean 'firms-covered'?", id="with a slip, without its pack"),
        pytest.param("nowhere.firms", 2, "there is no rule 'nowhere.firms'", id="of no pack"),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_finding_a_rule(rule: str, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule, *(["--lang", "en"] if code else [])]) == code
    shown = capsys.readouterr()
    assert said in (shown.err if code else shown.out)


def test_paths_with_chinese_and_blanks(tiny: Path) -> None:
    path = submission(tiny, "某 单位", a=False)
    done = run("check", path, "--pack", str(tiny), "--format", "json", PYTHONIOENCODING="utf-8")
    assert done.returncode == 0
    places = json.loads(done.stdout)["assessments"][0]["findings"][0]["places"]
    assert places == [{"fact": "facts.a_done", "at": f"{path}:1:147"}]


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_console_of_gbk(format_: str) -> None:
    done = run("check", COMMITTEE, "nowhere.yaml", "--pack", PACK, "--format", format_, PYTHONIOENCODING="gbk")
    assert done.returncode == 2
    assert "某区安全生产委员会" in done.stdout.decode("gbk")
    assert b"Traceback" not in done.stderr


def test_json_on_a_console_of_gbk_is_read_alike_by_all(tiny: Path) -> None:
    path = submission(tiny, "㊣😀", a=False)
    done = run("check", path, "--pack", str(tiny), "--format", "json", PYTHONIOENCODING="gbk")
    assert json.loads(done.stdout.decode("ascii"))["assessments"][0]["organization"]["id"] == "㊣😀"


def test_a_reader_that_goes_away(tiny: Path) -> None:
    path = submission(tiny, "one", a=False)
    command = [sys.executable, "-m", "safescore", "check", path, "--pack", str(tiny), "--min-score", "90"]
    command.extend(["--lang", "en"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait() == 1
    assert told == b"gate failed: one, tiny: score 80.0 to 80.0, grade good\n"


class Terminal(StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "environment", "width", "expected"),
    [
        pytest.param(Terminal(), {"COLUMNS": "120"}, None, Layout(width=119, colour=True), id="a terminal"),
        pytest.param(Terminal(), {"COLUMNS": "20"}, None, Layout(width=60, colour=True), id="a narrow terminal"),
        pytest.param(Terminal(), {"COLUMNS": "500"}, None, Layout(width=160, colour=True), id="a wide terminal"),
        pytest.param(Terminal(), {"COLUMNS": "120", "NO_COLOR": "1"}, 80, Layout(width=80), id="no colours wanted"),
        pytest.param(
            Terminal(), {"COLUMNS": "120", "NO_COLOR": ""}, 80, Layout(width=80, colour=True), id="an empty wish"
        ),
        pytest.param(StringIO(), {"COLUMNS": "120"}, None, Layout(width=100), id="a pipe"),
    ],
)
def test_the_room_of_a_stream(
    monkeypatch: pytest.MonkeyPatch, out: StringIO, environment: dict[str, str], width: int | None, expected: Layout
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert layout(out, width) == expected


def test_no_colours_in_a_pipe() -> None:
    assert b"\x1b" not in run("check", COMMITTEE, "--pack", PACK).stdout


@pytest.mark.parametrize(
    ("format_", "more"),
    [("json", {"tabulate", "wcwidth", "safescore.report.text"}), ("text", {"tabulate"})],
)
def test_a_check_brings_only_what_it_needs(format_: str, more: set[str]) -> None:
    """Of a good file without tables: no tables to draw or to read, no baseline, nothing that other commands need."""
    idle = {"jsonschema", "importlib.metadata", "email", "safescore.cli.rules", "safescore.baseline"}
    idle |= {"safescore.facts.entries", "safescore.tables", "safescore.workbook.read", *more}
    program = (
        "import sys; from safescore.cli import main; "
        f"main(['check', {COMMITTEE!r}, '--pack', {PACK!r}, '--format', {format_!r}]); "
        f"sys.stderr.write(' '.join({idle!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stderr == b""
    assert done.stdout


def test_a_pack_that_is_kept_needs_no_reader(tmp_path: Path) -> None:
    """From the second check on, what reads and links packs is not imported, nor what it needs."""
    program = (
        "import sys; from safescore.cli import main; "
        f"main(['check', {COMMITTEE!r}, '--pack', {PACK!r}, '--format', 'json']); "
        "readers = {'cattrs', 'safescore.converter', 'safescore.packs.load', 'safescore.packs.shelf'}; "
        "sys.stderr.write(' '.join(sorted(readers & set(sys.modules))))"
    )
    command = [sys.executable, "-c", program]
    environment = {**os.environ, "SAFESCORE_CACHE": str(tmp_path)}
    first, again = (subprocess.run(command, capture_output=True, check=True, env=environment) for _ in range(2))
    assert b"cattrs" in first.stderr
    assert again.stderr == b""
    assert again.stdout == first.stdout


def test_same_input_same_bytes() -> None:
    arguments = ("check", COMMITTEE, "--pack", PACK, "--format", "json")
    assert run(*arguments, PYTHONHASHSEED="1").stdout == run(*arguments, PYTHONHASHSEED="2").stdout


def test_missing_facts_never_open_a_gate(tiny: Path) -> None:
    """The gate with an answer taken away is never better than with it."""
    order = [0, 3, 1]
    for answer in (True, False):
        with_it = check(submission(tiny, "with", a=answer), str(tiny)).only()
        without = check(submission(tiny, "without", a=None), str(tiny)).only()

        def code(one: Assessment) -> int:
            return gate(one, min_grade="excellent", fail_on=frozenset({"not-satisfied"})).value

        if answer:
            assert order.index(code(without)) >= order.index(code(with_it))
        assert code(without) != 0


def test_a_pack_that_can_not_be_read_is_no_rule(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        check(COMMITTEE, str(tmp_path))


def test_owner_shows_the_duties_of_a_unit(capsys: pytest.CaptureFixture[str]) -> None:
    """`--owner` narrows the findings and the rules, and leaves the score alone."""
    facts = str(Path(__file__).parents[1] / "examples" / "enyang-district-2023.yaml")
    assert main(["check", facts, "--format", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)["assessments"][0]
    assert main(["check", facts, "--format", "json", "--owner", "区安办"]) == 0
    narrowed = json.loads(capsys.readouterr().out)["assessments"][0]
    assert narrowed["score"] == whole["score"]
    expected = [one["rule"] for one in whole["findings"] if "区安办" in one["owners"]]
    assert [one["rule"] for one in narrowed["findings"]] == expected
    assert 0 < len(expected) < len(whole["findings"])
    assert main(["rules", "--pack", "enyang-2023", "--owner", "区安办", "--format", "json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == expected
    assert main(["check", facts, "--owner", "区安", "--lang", "en"]) == 2
    assert "did you mean '区安办'?" in capsys.readouterr().err
