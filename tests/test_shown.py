"""Waivers with their effect, what inspectors found, and evidence: in every report that a person or a program reads."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from docx import Document
from openpyxl import load_workbook

from safescore import Assessment, Outcome, check
from safescore.report import contents, docx, xlsx
from safescore.report.layout import Detail, Layout
from safescore.report.view import View
from safescore.results import Effect
from safescore.words import LANGUAGES, Lang
from tests.examples import at_root
from tests.reports import written

WIDE = Layout(width=400, detail=Detail.FULL)
languages = pytest.mark.parametrize("lang", LANGUAGES)
APPLIED, UNUSED, EXPIRED = "chief-engineer-system", "standardisation-pursued", "own-training"
TOUCHED = ["own-major-hazards-closed", "head-five-in-place", "two-lists-own-roll-out"]


@cache
def plant(*, require_evidence: bool = False, waivers: bool = True) -> Assessment:
    with at_root():
        (one,) = check("examples/inspected-plant-2022.yaml", require_evidence=require_evidence, waivers=waivers)
    return one


def machine(format_: str, one: Assessment) -> Any:
    return json.loads(written(one, format_, "en"))


def rows(one: Assessment) -> dict[str, dict[str, str]]:
    made = written(one, "csv", "zh").removeprefix("\ufeff")
    return {row["rule"].partition(".")[2]: row for row in csv.DictReader(StringIO(made, newline=""), strict=True)}


def test_what_is_selected() -> None:
    one = plant()
    assert [(each.use.rule.partition(".")[2], each.use.effect, each.applied) for each in contents.waivers(one)] == [
        (APPLIED, Effect.IN_FORCE, True),
        (UNUSED, Effect.UNUSED, False),
        (EXPIRED, Effect.EXPIRED, False),
    ]
    assert contents.effects(one.finding(EXPIRED), one) == (Effect.EXPIRED,)
    assert contents.effects(one.finding("management-system"), one) == ()
    touched = [each.finding for differing in contents.differences(one) for each in differing.touched]
    assert touched == [one.finding(rule) for rule in TOUCHED]
    assert [each.fact for each in contents.differences_of(one.finding(TOUCHED[0]), one)] == [
        "facts.hazards[JJ2022-02].closed_on"
    ]
    assert contents.differences_of(one.finding(APPLIED), one) == ()


def test_what_a_view_leaves_out_has_no_finding() -> None:
    (shown,) = View(only=(Outcome.SATISFIED,)).of((plant(),))
    assert [each.finding is not None for each in contents.waivers(shown)] == [False, True, False]
    assert [each.finding for differing in contents.differences(shown) for each in differing.touched] == [None] * 3
    assert "dadukou-2022.own-training" in written(shown, "html", "zh")


def test_what_is_not_proven() -> None:
    assert contents.unproven(plant()) == ()
    one = plant(require_evidence=True)
    assert one.finding("head-statutory-duties") not in contents.unproven(one)
    assert one.finding("management-system") in contents.unproven(one)


@languages
@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_people_read_every_waiver_every_difference_and_the_evidence(format_: str, lang: Lang) -> None:
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", written(plant(), format_, lang, WIDE)))
    for word in ("技术负责人岗位正在招聘", "生产线改造", "培训教室改建", "区安办核查组", "佐证/主要负责人履职台账.txt"):
        assert word in shown
    said = {
        "zh": (
            "与核查不一致 3 处",
            "不要求佐证，已附文件 1 份",
            "已过期，不计",
            "没有用上",
            "填报为2022-10-24，核查为无",
        ),
        "en": ("3 differences from what was verified", "not required, files: 1", "expired, not applied", "not used"),
    }
    for word in said[lang]:
        assert word in shown


@pytest.mark.parametrize(
    ("required", "said"), [(True, "要求佐证，已附文件 1 份；佐证不全 9 项"), (False, "不要求佐证")]
)
def test_the_headline_says_if_evidence_is_required(required: bool, said: str) -> None:
    (head, *_) = written(plant(require_evidence=required), "text", "zh").split("先做什么")
    assert said in head
    assert "不计豁免事项" in head


def test_word_and_workbook() -> None:
    document = Document(BytesIO(docx.render((plant(),), "zh", WIDE)))
    body = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "核查发现与填报不一致3处，一律以核查结果为准，因此改变评定结果3项次" in body
    headers = {tuple(cell.text for cell in table.rows[0].cells): len(table.rows) for table in document.tables}
    assert headers["事项", "原结果", "理由", "批准", "有效期", "是否计入"] == 4
    assert headers["事实", "填报", "核查", "核查单位和日期", "涉及事项", "所在位置"] == 4
    book = load_workbook(BytesIO(xlsx.render((plant(),), "zh", WIDE)))
    assert [row[5] for row in book["豁免"].iter_rows(min_row=2, values_only=True)] == [
        "已计",
        "没有用上",
        "已过期，不计",
    ]
    assert book["填报与核查不一致"].max_row == 4
    assert book["佐证材料"].max_row == 3


def test_the_columns_of_the_csv() -> None:
    found = rows(plant())
    assert [found[rule]["waiver_effect"] for rule in (APPLIED, UNUSED, EXPIRED)] == ["in-force", "unused", "expired"]
    assert [found[rule]["waived_until"] for rule in (APPLIED, UNUSED, EXPIRED)] == ["2022-12-31", "", ""]
    assert found[TOUCHED[1]]["verified_otherwise"] == "安全培训填报为是，核查为否（区安办核查组，2022-12-28）"
    assert {row["proven_outcome"] for row in found.values()} == {""}
    proven = rows(plant(require_evidence=True))
    assert proven["management-system"]["proven_outcome"] == "unknown"
    assert proven["head-statutory-duties"]["proven_outcome"] == "satisfied"


def test_only_a_waiver_that_is_applied_suppresses() -> None:
    for one, suppressed in ((plant(), [f"dadukou-2022.{APPLIED}"]), (plant(waivers=False), [])):
        (run,) = machine("sarif", one)["runs"]
        assert [each["ruleId"] for each in run["results"] if each["suppressions"]] == suppressed
        (result,) = machine("oscal", one)["assessment-results"]["results"]
        assert [each["status"] for each in result["risks"]].count("deviation-approved") == len(suppressed)


@pytest.mark.parametrize("format_", ["sarif", "junit", "github", "gitlab", "oscal"])
def test_a_difference_is_noted_where_it_matters(format_: str) -> None:
    shown = written(plant(), format_, "en")
    if format_ == "junit":
        said = [each.text or "" for each in fromstring(shown).iter("failure")]
        assert sum("as verified" in each for each in said) == 3
    assert shown.count("2022-10-24 as claimed, none as verified") == 1


@languages
def test_sentences_say_occasions_and_fields_by_their_names(lang: Lang) -> None:
    with at_root():
        (town,) = check("examples/enyang-town-2023H1.yaml")
    finding = town.finding("key-period-stationed")
    assert finding.gap is not None
    assert (
        finding.gap.to(lang)
        == {
            "zh": "元旦缺1次督导检查；端午节缺1次督导检查",
            "en": "1 inspection missing in New Year; 1 inspection missing in Dragon Boat Festival",
        }[lang]
    )
    assert [part.window for part in contents.parts_to_tell(finding)] == ["new-year", "dragon-boat"]
    shown = written(town, "text", lang)
    assert not re.search(r"填 none|; none if", shown)
