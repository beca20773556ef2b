"""Many outputs of one run: all that can be written are, and what can't be is said; and how far a long run is."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest

from safescore.cli import main
from safescore.cli.progress import Progress, watched
from safescore.words import Lang

GOLDEN = Path(__file__).parent / "golden"
Read = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(GOLDEN / "committee.yaml", tmp_path / "facts.yaml")
    shutil.copytree(GOLDEN / "pack", tmp_path / "pack")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> int:
    return main(["check", "facts.yaml", "--pack", "./pack", *words])


def outputs(*named: str) -> list[str]:
    return [word for one in named for word in ("--output", one)]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param(["json:-"], "for stdout write --format json; a file called - is ./-", id="stdout"),
        pytest.param(["json:"], "is no FORMAT:PATH; the formats are text, markdown", id="no path"),
        pytest.param(["jason:x"], "is no FORMAT:PATH", id="no format"),
        pytest.param(["report.json"], "is no FORMAT:PATH", id="no colon"),
        pytest.param(["json:r", "markdown:./r"], "r: two outputs would go to this file", id="the same file twice"),
        pytest.param(["json:r", "json:r"], "r: two outputs would go to this file", id="the same output twice"),
        pytest.param(["json:./facts.yaml"], "facts.yaml: this is read in the same run", id="an input"),
    ],
)
def test_what_is_refused_before_anything_is_written(here: Path, capsys: Read, named: list[str], told: str) -> None:
    before = {path: path.read_bytes() for path in here.iterdir() if path.is_file()}
    assert run(*outputs(*named), "--lang", "en") == 2
    assert told in capsys.readouterr().err
    assert {path: path.read_bytes() for path in here.iterdir() if path.is_file()} == before


def test_a_baseline_is_not_overwritten_by_an_output(here: Path, capsys: Read) -> None:
    assert run("--create-baseline", "b.json", *outputs("json:b.json")) == 2
    assert "b.json：有两份输出写到这个文件" in capsys.readouterr().err
    assert run("--create-baseline", "b.json", *outputs("json:b.json"), "--lang", "en") == 2
    assert "b.json: two outputs would go to this file" in capsys.readouterr().err
    assert run("--create-baseline", "b.json") == 0
    assert run("--baseline", "b.json", *outputs("json:b.json")) == 2
    assert run("--create-baseline", "facts.yaml") == 2


def test_a_file_called_minus(here: Path) -> None:
    assert run(*outputs("json:./-")) == 0
    assert json.loads((here / "-").read_text("utf-8"))["schema"]["name"] == "safescore-report"


def test_what_can_be_written_is_written_and_each_that_can_not_is_named(here: Path, capsys: Read) -> None:
    (here / "taken").mkdir()
    assert run(*outputs("json:no/a.json", "markdown:b.md", "json:taken")) == 2
    assert capsys.readouterr().err.splitlines() == [
        "no/a.json：没有文件夹“no”可供写入",
        "taken：这不是普通文件",
    ]
    (here / "b.md").unlink()
    assert run(*outputs("json:no/a.json", "markdown:b.md", "json:taken"), "--lang", "en") == 2
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        "no/a.json: there is no folder 'no' to write to",
        "taken: this is no plain file",
    ]
    assert (here / "b.md").is_file()
    assert told.out == ""


def test_a_view_and_the_detail_are_those_of_every_output(here: Path, capsys: Read) -> None:
    assert run("--only", "unknown", "--format", "json", "--verbose", *outputs("text:a.txt", "markdown:a.md")) == 0
    (one,) = json.loads(capsys.readouterr().out)["assessments"]
    assert {found["outcome"] for found in one["findings"]} == {"unknown"}
    assert one["score"]["counts"]["not-satisfied"] == 4
    text = (here / "a.txt").read_text("utf-8")
    assert "全部事项" in text
    assert "没有未达到的事项" not in text
    assert "只列出结果为“无法判定”的事项（13 项中的 4 项）" in text
    assert "只列出结果为“无法判定”的事项" in (here / "a.md").read_text("utf-8")


@pytest.mark.parametrize("words", [["--only", "met"], ["--only", "pending,"], ["--clause", "八"], ["--owner", "x"]])
def test_a_view_of_nothing_is_refused(here: Path, words: list[str]) -> None:
    assert run(*words) == 2


def test_several_submissions_begin_with_a_table(here: Path, capsys: Read) -> None:
    text = (here / "facts.yaml").read_text("utf-8").replace("id: anwei", "id: other")
    (here / "other.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "facts.yaml", "other.yaml", "--pack", "./pack", "--lang", "en"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Scores at a glance\n==================\n+-")
    assert shown.out.count("Work-safety gap report") == 2
    assert shown.err == ""
    assert main(["check", "facts.yaml", "other.yaml", "--pack", "./pack", "--lang", "en", "--quiet"]) == 0
    assert "gap report" not in capsys.readouterr().out


def test_submissions_may_stand_on_both_sides_of_an_option(here: Path, capsys: Read) -> None:
    text = (here / "facts.yaml").read_text("utf-8")
    for name in ("other", "third"):
        (here / f"{name}.yaml").write_text(text.replace("id: anwei", f"id: {name}"), encoding="utf-8")
    words = ["check", "facts.yaml", "--format", "json", "other.yaml", "--pack", "./pack", "third.yaml"]
    assert main(words) == 0
    content = json.loads(capsys.readouterr().out)
    assert [one["organization"]["id"] for one in content["assessments"]] == ["anwei", "other", "third"]
    assert main([*words, "--no-such-option"]) == 2
    assert "unrecognized arguments: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        pytest.param(["--clause", "八"], "没有条款“八”", "there is no clause '八'", id="clause"),
        pytest.param(["--owner", "x"], "没有责任单位“x”", "there is no owner 'x'", id="owner"),
    ],
)
def test_what_a_view_lacks_is_told(here: Path, capsys: Read, words: list[str], zh: str, en: str) -> None:
    assert run(*words) == 2
    assert capsys.readouterr().err.startswith(zh)
    assert run(*words, "--lang", "en") == 2
    assert capsys.readouterr().err.startswith(en)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def told(err: StringIO, seconds: list[float], lang: Lang = "en") -> str:
    """Return what is said of submissions that are begun at these times; the run begins at zero."""
    times = iter([0.0, *seconds])
    assert list(watched("abcdefgh"[: len(seconds)], len(seconds), err, lang, lambda: next(times))) == list(
        "abcdefgh"[: len(seconds)]
    )
    return err.getvalue()


def far(err: StringIO, times: list[tuple[float, int, int]], total: int, lang: Lang = "en") -> str:
    """Return what is said of a run of so many bytes, of which so many submissions and bytes are done at these times."""
    clock = iter([0.0, *(second for second, _, _ in times)])
    with Progress(total, err, lang, lambda: next(clock)) as progress:
        for _, done, size in times:
            progress.advance(done, size)
    return err.getvalue()


def test_progress_of_bytes() -> None:
    """A terminal is told the share, the rate, and the time left as a clock shows it; nothing else is told anything."""
    end = "\r\x1b[K"
    assert far(Terminal(), [(0.9, 5, 10)], 100) == ""
    assert far(Terminal(), [(2.0, 5, 25)], 100) == f"\r5 done (25%), 2 a second, about 0:06 left\x1b[K{end}"
    assert far(Terminal(), [(100.0, 8, 1)], 101, "zh") == f"\r已完成8份（1%），每秒0份，约剩2:46:40\x1b[K{end}"
    assert far(Terminal(), [(2.0, 1, 0)], 0) == f"\r1 done (0%), 0 a second\x1b[K{end}"
    assert far(StringIO(), [(9.0, 5, 25)], 100) == ""


def test_progress() -> None:
    end = "\r\x1b[K"
    assert told(Terminal(), [0.0, 0.5, 0.99]) == ""
    assert told(Terminal(), [0.0, 0.5, 1.0]) == f"\r2/3, 2.0 a second\x1b[K{end}"
    assert told(Terminal(), [0.0, 1.0, 1.05, 2.0]) == f"\r1/4, 1.0 a second\x1b[K\r3/4, 1.5 a second\x1b[K{end}"
    assert told(Terminal(), [0.0, 0.5, 1.0], "zh") == f"\r2/3，每秒2.0份\x1b[K{end}"
    assert told(StringIO(), [0.0, 5.0]) == ""
