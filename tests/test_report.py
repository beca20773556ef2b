"""Reports: complete, aligned, harmless, and the same as the golden ones."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator
from wcwidth import wcswidth

from safescore import Assessment, Outcome, render
from safescore.report import Layout
from safescore.report.labels import points
from safescore.report.layout import Detail
from safescore.report.markdown import escaped
from safescore.report.outline import page
from safescore.report.tables import folded
from safescore.words import LANGUAGES, Lang
from tests.reports import CASES, assessment, finding, golden, golden_file, golden_report, named, written

SCHEMA = Path(__file__).parents[1] / "docs" / "report.schema.json"
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|' /C calc'!A0",
    "escape codes": "a\x1b[31mred\x07\x9b31m",
    "line breaks": "one\r\n| two |\n# three\u2028four\x85five",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "surrogate": "\ud83d",
    "markdown": "![x](http://e) **b** `c` [d](javascript:1) ~e~ $f$ \\",
    "list": "1. one",
    "heading": "# one",
    "bars": "|||| --- ||||",
    "long Chinese": "长" * 10_000,
    "long word": "w" * 10_000,
    "blank": " \t ",
    "emoji": "👩‍👩‍👧‍👦 ☎️ é",
}
hostile = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
languages = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.mark.parametrize(("format_", "lang"), CASES)
def test_golden(format_: str, lang: Lang) -> None:
    assert golden_report(format_, lang) == golden_file(format_, lang).read_text(encoding="utf-8")


@pytest.mark.parametrize(("format_", "lang"), CASES)
def test_every_rule_is_in_every_report(format_: str, lang: Lang) -> None:
    shown = golden_report(format_, lang).replace("\\", "")
    for one in golden().findings:
        short = one.rule.removeprefix("golden-2022.")
        assert all(piece in shown for piece in short.split("-"))
        assert one.title.to(lang) in "".join(shown.split("\n")) or format_ == "text"


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_met_to_date_is_said(format_: str) -> None:
    assert "目前达到" in golden_report(format_, "zh")
    assert "met to date" in golden_report(format_, "en")


def test_json_says_met_to_date() -> None:
    content = json.loads(golden_report("json", "en"))
    marked = {one["rule"] for one in content["assessments"][0]["findings"] if one["to_date"]}
    assert marked == {"golden-2022.joint-meetings-industrial"}


@pytest.mark.parametrize("format_", ["text", "markdown"])
@languages
def test_no_word_of_the_other_language(format_: str, lang: Lang) -> None:
    """What a pack says once, in Chinese, stays; every word of the report itself is in the reader's language."""
    shown = golden_report(format_, lang)
    if lang == "en":
        one = golden()
        once = [*(word for found in one.findings for word in (found.clause, found.anchor, *found.owners))]
        once += [word for clause, anchor, _ in one.unscored for word in (clause, anchor)]
        once += [one.organization["name"], "办法正在修订", "区安办", *(part.clause for part in one.score.sections)]
        for said in sorted(once, key=len, reverse=True):
            shown = shown.replace(said, "")
        assert not re.search(r"[\u4e00-\u9fff]", shown)
    else:
        assert not re.search(r"\b(score|grade|due|missing|gap|met|unknown)\b", shown)


def test_the_report_asks_for_the_missing_parameter() -> None:
    assert "请提供：下达的死亡事故指标 (death_quota)" in golden_report("text", "zh")
    assert "Please supply: The death quota handed down (death_quota)" in golden_report("text", "en")


def test_hard_duties_come_first_then_the_weight_at_stake() -> None:
    shown = golden_report("text", "en")
    order = [shown.index(f"\n{number}. ") for number in range(1, 5)]
    assert order == sorted(order)
    assert "1. [hard] Confined space" in shown
    assert "2. Quarterly joint meetings of the commerce safety office" in shown


def test_no_score() -> None:
    none = assessment(finding(Outcome.NOT_APPLICABLE), low=None, high=None, grades=None)
    assert "没有得分：没有可以计分的事项" in written(none)
    assert "no score: nothing is in the sums" in written(none, lang="en")
    assert json.loads(written(none, "json"))["assessments"][0]["score"]["low"] is None


def test_a_score_that_may_not_be() -> None:
    loose = finding(Outcome.UNKNOWN, Fraction(0), Fraction(1), out=True)
    one = assessment(loose, low=Fraction(0), certain=False, grades=("fail", "good"))
    assert "也可能没有可计分的事项" in written(one)
    assert "不合格至良好（尚未确定）" in written(one)
    assert "0.0%–100.0%或不计" in written(one)


def test_several_assessments_begin_with_a_summary() -> None:
    shown = written((golden(), golden()), "text", lang="en")
    assert shown.startswith("Scores at a glance\n")
    assert shown.count("Work-safety gap report") == 2


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        pytest.param(Fraction(142, 203), "70.0", id="above, shown at the target"),
        pytest.param(Fraction(6985, 10_000), "69.9", id="half up, exactly half"),
        pytest.param(Fraction(69849, 100_000), "69.8", id="just below half"),
        pytest.param(Fraction(1), "100.0", id="all"),
        pytest.param(Fraction(0), "0.0", id="nothing"),
        pytest.param(None, "无", id="no score"),
    ],
)
def test_points_round_half_up(share: Fraction | None, shown: str) -> None:
    assert points(share, "zh") == shown


def test_unknown_format() -> None:
    with pytest.raises(ValueError, match="there is no report 'pdf'; there are: text, markdown"):
        render(golden(), "pdf")


@languages
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_console_of_gbk_can_show_it(format_: str, lang: Lang) -> None:
    assert golden_report(format_, lang).encode("gbk").decode("gbk") == golden_report(format_, lang)


def test_colours_only_where_they_are_wanted() -> None:
    assert "\x1b" not in written(golden())
    painted = written((golden(),), "text", "zh", Layout(colour=True, detail=Detail.FULL))
    assert set(re.findall(r"\x1b\[\d+m", painted)) == {"\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[2m", "\x1b[0m"}
    assert re.sub(r"\x1b\[\d+m", "", painted) == written(golden())


def tables(text: str) -> Iterator[list[str]]:
    for inside, lines in itertools.groupby(text.splitlines(), key=lambda line: line[:1] in ("|", "+")):
        if inside:
            yield list(lines)


@languages
@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("name", [None, *HOSTILE.values()], ids=["as it is", *HOSTILE.keys()])
def test_alignment(lang: Lang, width: int, name: str | None) -> None:
    one = golden() if name is None else named(name)
    shown = written((one, one), "text", lang, Layout(width=width, detail=Detail.FULL))
    found = list(tables(shown))
    assert len(found) > 10
    for lines in found:
        assert len({wcswidth(line) for line in lines}) == 1
    assert max(map(wcswidth, shown.splitlines())) <= width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("先通风、再检测、后作业", 9, ["先通风、", "再检测、", "后作业"], id="no line begins with a mark"),
        pytest.param("缺（一次）会议", 4, ["缺", "（一", "次）", "会议"], id="no line ends with an opening bracket"),
        pytest.param("期限2022-12-31止", 12, ["期限", "2022-12-31止"], id="a date stays whole"),
        pytest.param("two small words", 9, ["two small", "words"], id="words stay whole"),
        pytest.param("facts.above_scale_firms", 14, ["facts.above_", "scale_firms"], id="a path breaks at its seams"),
        pytest.param("wwwwwwww", 5, ["wwwww", "www"], id="a long word breaks where it must"),
        pytest.param("", 5, [""], id="nothing"),
        pytest.param("甲\n乙", 5, ["甲", "乙"], id="lines stay lines"),
    ],
)
def test_folding(text: str, width: int, lines: list[str]) -> None:
    assert folded(text, width).split("\n") == lines


def odd(text: str) -> set[str]:
    return {char for char in text if char != "\n" and not char.isprintable() and unicodedata.category(char) != "Zs"}


@hostile
@pytest.mark.parametrize(("format_", "lang"), CASES)
def test_nothing_invisible_comes_through(format_: str, lang: Lang, name: str) -> None:
    shown = written(named(name), format_, lang=lang)
    assert odd(shown) == set()
    shown.encode()


@hostile
@languages
def test_a_long_name_is_cut_short(lang: Lang, name: str) -> None:
    longest = max(map(len, written(named(name), "markdown", lang=lang).splitlines()))
    assert longest < 40_000


@hostile
def test_markdown_holds(name: str) -> None:
    shown = written(named(name), "markdown")
    assert "<" not in shown.replace("<br>", "")
    bare = re.sub(r"\\.", "", shown)
    for lines in tables(bare):
        assert len({line.count("|") for line in lines}) == 1
    headings = [line for line in shown.splitlines() if line.startswith("#")]
    assert headings == [line for line in golden_report("markdown", "zh").splitlines() if line.startswith("#")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("1. one", "1\\. one", id="no list"),
        pytest.param("- one", "\\- one", id="no bullet"),
        pytest.param("(1.0)", "(1.0)", id="a number inside"),
        pytest.param("a|b", "a\\|b", id="no cell"),
        pytest.param("<b>&amp;", "&lt;b&gt;&amp;amp;", id="no tag"),
        pytest.param("# a_b*c", "\\# a\\_b\\*c", id="no mark"),
        pytest.param("a\nb", "a b", id="one line"),
    ],
)
def test_markdown_escapes(text: str, shown: str) -> None:
    assert escaped(text) == shown


@hostile
def test_json_keeps_every_character(name: str) -> None:
    content = json.loads(written(named(name), "json"))
    assert content["assessments"][0]["organization"] == {"id": name, "name": name}


def valid(content: object) -> list[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(content)]


@languages
@pytest.mark.parametrize(
    "one",
    [
        pytest.param(golden(), id="golden"),
        pytest.param(named("x"), id="with names"),
        pytest.param(assessment(low=None, high=None, grades=None), id="no score"),
        pytest.param(assessment(finding(Outcome.UNKNOWN, Fraction(0), Fraction(1), out=True)), id="unknown"),
    ],
)
def test_json_is_as_its_schema_says(one: Assessment, lang: Lang) -> None:
    assert valid(json.loads(written((one, one), "json", lang=lang))) == []


def test_the_schema_is_strict() -> None:
    content = json.loads(written(golden(), "json"))
    content["assessments"][0]["findings"][0]["more"] = 1
    content["assessments"][0]["score"]["low"] = 0.5
    assert len(valid(content)) == 2


def test_json_keys_are_those_of_the_schema() -> None:
    """Each object of the schema requires all that it knows: what is absent is null, never left out."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    def objects(node: object) -> Iterator[dict[str, object]]:
        if isinstance(node, dict):
            if "properties" in node:
                yield node
            for inner in node.values():
                yield from objects(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from objects(inner)

    for one in objects(schema):
        assert one["additionalProperties"] is False
        assert sorted(one["required"]) == sorted(one["properties"])  # type: ignore[call-overload]


def test_exact_numbers_are_strings() -> None:
    content = json.loads(golden_report("json", "en"))["assessments"][0]
    by_rule = {one["rule"]: one for one in content["findings"]}
    assert by_rule["golden-2022.standardised-five-classes"]["credit"] == {
        "low": "412/413",
        "high": "412/413",
        "out": False,
    }
    assert by_rule["golden-2022.standardised-five-classes"]["gap"] == "1 firm short"
    assert by_rule["golden-2022.team-daily-inspection"]["credit"] == {"low": None, "high": None, "out": True}
    assert content["score"]["counts"]["not-satisfied"] == 4


def test_a_restated_statement_shows_the_outcome_of_its_rule() -> None:
    content = json.loads(golden_report("json", "en"))["assessments"][0]["unscored"]
    assert content[1] == {
        "clause": "二.3",
        "anchor": "标准化达标创建",
        "reason": "restates",
        "restates": "golden-2022.standardised-above-scale",
        "outcome": "unknown",
    }


def test_only_the_first_parts_are_listed_and_the_rest_counted() -> None:
    one = next(one for one in golden().findings if one.rule.endswith("confined-space-order"))
    many = evolve(one, parts=one.parts * 40)
    shown = written((evolve(golden(), findings=(many,)),), "text", "en")
    assert "and 30 more" in shown


def test_a_page_says_the_same_in_every_format() -> None:
    kinds = [type(block).__name__ for block in page((golden(),), "zh")]
    assert kinds == [type(block).__name__ for block in page((golden(),), "en")]


@pytest.mark.parametrize(
    "content", [{}, [], [[]], {"a": {}}, {"a": [1, {"b": [None, True, 0.5]}, 'é\ud83d\x7f"\n'], "键": ()}, "a", -3]
)
def test_json_is_laid_out_as_python_does(content: object) -> None:
    from safescore.report.json import _indented

    assert _indented(content) == json.dumps(content, ensure_ascii=False, indent=2)
