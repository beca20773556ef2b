"""Settings: from the command line, else the nearest file, else the default; each fault of a file at its place."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from safescore.cli import main

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

GOLDEN = Path(__file__).parent / "golden"
Read = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a submission in a folder of it, from which commands are run."""
    (tmp_path / "2022Q3").mkdir()
    shutil.copy(GOLDEN / "committee.yaml", tmp_path / "2022Q3")
    shutil.copytree(GOLDEN / "pack", tmp_path / "our" / "pack")
    monkeypatch.chdir(tmp_path)
    return tmp_path


FACTS = "2022Q3/committee.yaml"


def shown(capsys: Read, *words: str) -> tuple[Mapping[str, object], dict[str, str]]:
    """Return the settings that a command line comes to, and where each is from."""
    assert main(["check", *words, "--show-settings"]) == 0
    text = capsys.readouterr().out
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tomllib.loads(text), {line.split(" = ")[0]: line.rsplit("  # ", 1)[1] for line in lines}


def test_the_defaults(here: Path, capsys: Read) -> None:
    values, origins = shown(capsys)
    assert values["lang"] == "zh"
    assert values["packs"] == []
    assert values["verbose"] is False
    assert "min-score" not in values
    assert set(origins.values()) == {"默认值"}
    origins = shown(capsys, "--lang", "en")[1]
    assert origins.pop("lang") == "the command line"
    assert set(origins.values()) == {"the default"}


def test_every_option_is_a_setting(here: Path, capsys: Read) -> None:
    """What the help names can be set, but for what concerns a single run; each is shown, set or not."""
    with pytest.raises(SystemExit):
        from safescore.cli import _parser

        _parser(["check"]).parse_args(["check", "--help"])
    help_ = capsys.readouterr().out
    options = {word.strip("[],").removeprefix("--") for word in help_.split() if word.lstrip("[").startswith("--")}
    main(["check", "--show-settings"])
    keys = {line.removeprefix("# ").split(" ")[0] for line in capsys.readouterr().out.splitlines()}
    once = {"help", "config", "no-config", "show-settings", "create-baseline"}
    assert options - once - {"pack"} == keys - {"packs"}


def test_the_nearest_file_counts_and_the_command_line_wins(here: Path, capsys: Read) -> None:
    (here / "safescore.toml").write_text('lang = "en"\nmin-score = 60\n', encoding="utf-8")
    values, origins = shown(capsys, FACTS, "--min-score", "70")
    assert (values["lang"], values["min-score"]) == ("en", 70)
    assert (origins["lang"], origins["min-score"]) == ("safescore.toml:1:1", "the command line")
    (here / "2022Q3" / "safescore.toml").write_text("\n  min-score = 62.5\n", encoding="utf-8")
    values, origins = shown(capsys, FACTS)
    assert (values["lang"], values["min-score"]) == ("zh", 62.5)
    assert origins["min-score"] == "2022Q3/safescore.toml:2:3"


def test_without_facts_the_folder_of_the_command_counts(here: Path, capsys: Read) -> None:
    (here / "safescore.toml").write_text('lang = "en"\n', encoding="utf-8")
    assert shown(capsys)[0]["lang"] == "en"
    assert shown(capsys, "-")[0]["lang"] == "en"
    assert shown(capsys, "--no-config")[0]["lang"] == "zh"


def test_pyproject(here: Path, capsys: Read) -> None:
    (here / "safescore.toml").write_text('lang = "en"\n', encoding="utf-8")
    project = here / "2022Q3" / "pyproject.toml"
    project.write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert shown(capsys, FACTS)[1]["lang"] == "safescore.toml:1:1"
    project.write_text('[project]\nlang = 1\n\n[tool.safescore]\nlang = "zh"\n', encoding="utf-8")
    assert shown(capsys, FACTS)[1]["lang"] == "2022Q3/pyproject.toml:5:1"
    (here / "2022Q3" / "safescore.toml").write_text("quiet = true\n", encoding="utf-8")
    values, origins = shown(capsys, FACTS)
    assert (values["quiet"], origins["lang"]) == (True, "默认值")


def test_a_named_file(here: Path, capsys: Read) -> None:
    (here / "safescore.toml").write_text('lang = "en"\n', encoding="utf-8")
    (here / "ours.toml").write_text("width = 90\n", encoding="utf-8")
    values, origins = shown(capsys, FACTS, "--config", "ours.toml")
    assert (values["lang"], values["width"], origins["width"]) == ("zh", 90, "ours.toml:1:1")
    assert main(["check", FACTS, "--config", "no.toml"]) == 2
    assert "no.toml:1:1: " in capsys.readouterr().err


def test_paths_are_those_of_the_file(here: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "out").mkdir()
    text = 'packs = ["our/pack"]\noutput = ["json:out/r.json", "markdown:out/r.md"]\nquiet = true\n'
    (here / "safescore.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(here / "2022Q3")
    assert main(["check", "committee.yaml"]) == 0
    assert capsys.readouterr().out.startswith("安全生产自查评分报告")
    assert json.loads((here / "out" / "r.json").read_text("utf-8"))["assessments"][0]["pack"]["id"] == "golden-2022"
    assert (here / "out" / "r.md").is_file()


def test_what_is_shown_can_be_set_again(here: Path, capsys: Read) -> None:
    words = ["--pack", "our/pack", "--fail-on", "hard,unknown", "--only", "pending", "--min-grade", 'a "b" \\ 良']
    words += ["--as-of", "2022-09-30", "--output", "json:r.json", "--min-score", "60.5", "--verbose"]
    first = shown(capsys, *words)[0]
    main(["check", *words, "--show-settings"])
    (here / "safescore.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    values, origins = shown(capsys)
    assert values == first
    assert all(origin.startswith("safescore.toml:") for origin in origins.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("langs = 1\n", ["1:1: there is no setting 'langs'", "did you mean 'lang'?"], id="unknown"),
        pytest.param("zzz = 1\n", ["1:1: there is no setting 'zzz'", "there are: packs, as-of, "], id="not near"),
        pytest.param('a = """\nlang = 1\n"""\nlang = 2\n', ["4:1: lang: expected a text"], id="after a long text"),
        pytest.param("lang = 1\n", ["1:1: lang: expected a text in quotes, not 1"], id="number for text"),
        pytest.param('lang = "fr"\n', ["1:1: lang: 'fr' is none of zh, en"], id="no such choice"),
        pytest.param('verbose = "yes"\n', ['1:1: verbose: expected true or false, not "yes"'], id="text for flag"),
        pytest.param('packs = "one"\n', ["packs: expected a list", '["one", "another"], not "one"'], id="no list"),
        pytest.param("packs = [1]\n", ["1:1: packs: expected a text in quotes, not 1"], id="number in a list"),
        pytest.param("min-score = 100\n", [], id="the greatest score"),
        pytest.param("min-score = 101\n", ["1:1: min-score: '101' is no score from 0 to 100"], id="beyond it"),
        pytest.param("min-score = true\n", ["1:1: min-score: expected a text in quotes, or a number"], id="flag"),
        pytest.param("min-score = 1e2\n", [], id="written otherwise"),
        pytest.param("as-of = 2022-09-30\n", [], id="a date"),
        pytest.param('as-of = "2022-09-31"\n', ["'2022-09-31' is no day that exists"], id="no day"),
        pytest.param('fail-on = ["hard", "soft"]\n', ["1:1: fail-on: 'soft' is none of"], id="one of several"),
        pytest.param('output = ["json:-"]\n', ["for stdout write --format json"], id="stdout"),
        pytest.param("\nlang = \n", ["2:8: this is no TOML: Invalid value"], id="no TOML"),
        pytest.param('lang = "en"\nlang = "en"\n', ["this is no TOML: Can", "overwrite"], id="twice"),
        pytest.param("show-settings = true\n", ["there is no setting 'show-settings'"], id="of a single run"),
        pytest.param("[lang]\nx = 1\n", ["1:1: lang: expected a text in quotes, not a table"], id="a table"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_faults(here: Path, capsys: Read, text: str, told: list[str]) -> None:
    (here / "safescore.toml").write_text(text, encoding="utf-8")
    assert main(["check", FACTS, "--show-settings", "--lang", "en"]) == (2 if told else 0)
    said = capsys.readouterr().err
    assert all(one in said for one in told), said
    assert not told or said.startswith("safescore.toml:")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("langs = 1\n", "没有“langs”这项设置\n    提示：是否要写“lang”？", id="unknown"),
        pytest.param('verbose = "yes"\n', 'verbose：应为true或false，而不是"yes"', id="text for flag"),
        pytest.param('packs = "one"\n', 'packs：应为列表，如["一个", "另一个"]，而不是"one"', id="no list"),
        pytest.param("lang = 1\n", "lang：应为引号内的文本，而不是1", id="number for text"),
        pytest.param("min-score = true\n", "min-score：应为引号内的文本，或数字、日期，而不是true", id="flag"),
        pytest.param("[lang]\nx = 1\n", "lang：应为引号内的文本，而不是一张表", id="a table"),
        pytest.param("lang = [{x = 1}]\n", "lang：应为引号内的文本，而不是[{…}]", id="a table in a list"),
        pytest.param('lang = "fr"\n', "lang：“fr”不在可选值之列：zh、en", id="no such choice"),
        pytest.param(
            'fail-on = ["soft"]\n', "fail-on：“soft”不在可选值之列：not-satisfied、hard、unknown", id="no such gate"
        ),
        pytest.param('only = ["met"]\n', "only：“met”不在可选值之列：satisfied、", id="no such outcome"),
        pytest.param("min-score = 101\n", "min-score：“101”不是0至100分之间的分数", id="no score"),
        pytest.param("width = 39\n", "width：“39”不是可用的宽度，至少应为40列", id="no width"),
        pytest.param('as-of = "2022-09-31"\n', "as-of：“2022-09-31”不是存在的日期", id="no day"),
        pytest.param('output = ["r"]\n', "output：“r”不是“格式:路径”的写法；可用的格式：text、", id="no output"),
        pytest.param('output = ["json:-"]\n', "输出到标准输出请用--format json", id="stdout"),
        pytest.param("lang = \n", "这不是有效的TOML", id="no TOML"),
    ],
)
def test_faults_in_chinese(here: Path, capsys: Read, text: str, told: str) -> None:
    (here / "safescore.toml").write_text(text, encoding="utf-8")
    assert main(["check", FACTS]) == 2
    assert told in capsys.readouterr().err


def test_all_faults_at_once(here: Path, capsys: Read) -> None:
    (here / "safescore.toml").write_text("lang = 1\n\nquite = true\nwidth = 10\n", encoding="utf-8")
    assert main(["check", FACTS]) == 2
    places = [line.split(": ")[0] for line in capsys.readouterr().err.splitlines() if "提示" not in line]
    assert places == ["safescore.toml:1:1", "safescore.toml:3:1", "safescore.toml:4:1"]


def test_of_two_wishes_that_of_the_command_line_counts(here: Path, capsys: Read) -> None:
    (here / "safescore.toml").write_text('packs = ["our/pack"]\nverbose = true\n', encoding="utf-8")
    lengths = []
    for more in (["--quiet"], [], ["--verbose"]):
        assert main(["check", FACTS, *more]) == 0
        lengths.append(len(capsys.readouterr().out.splitlines()))
    assert lengths[0] < lengths[1] == lengths[2]
    (here / "safescore.toml").write_text('packs = ["our/pack"]\nquiet = true\n', encoding="utf-8")
    assert main(["check", FACTS, "--verbose"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == lengths[1]
    assert main(["check", FACTS, "--verbose", "--quiet"]) == 2


def test_no_facts(here: Path, capsys: Read) -> None:
    assert main(["check"]) == 2
    assert "没有给出要检查的填报文件（FACTS）" in capsys.readouterr().err
    assert main(["check", "--lang", "en"]) == 2
    assert "there are no FACTS to check" in capsys.readouterr().err
    (here / "safescore.toml").write_text('lang = "en"\n', encoding="utf-8")
    assert main(["check"]) == 2
    assert "there are no FACTS to check" in capsys.readouterr().err
