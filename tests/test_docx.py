"""The Word report: what an authority files, opened by python-docx and by LibreOffice."""

from __future__ import annotations

import re
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from attrs import evolve
from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from safescore import Assessment, Outcome
from safescore.report import render
from safescore.report.labels import OUTCOMES, formal_day, formal_period
from safescore.report.view import View
from safescore.report.visible import invisible, visible
from safescore.scoring import points_lost
from safescore.words import LANGUAGES, Lang, rounded
from tests.office import converted
from tests.reports import assessment, finding, golden, named
from tests.test_report import HOSTILE

languages = pytest.mark.parametrize("lang", LANGUAGES)
ANNEXES = {"zh": ("附件1", "自评扣分点及原因说明"), "en": ("Annex 1", "Points lost, and why")}


def word(*assessments: Assessment, lang: Lang = "zh") -> bytes:
    made = render(assessments or (golden(),), "docx", lang)
    assert isinstance(made, bytes)
    return made


def opened(*assessments: Assessment, lang: Lang = "zh") -> Opened:
    return Document(BytesIO(word(*assessments, lang=lang)))


def said(document: Opened) -> str:
    """Return every text of a document, tables included, in its order."""
    return "\n".join(
        "".join(node.text or "" if node.tag == qn("w:t") else "\n" for node in one.iter(qn("w:t"), qn("w:br")))
        for one in document.element.body.iter(qn("w:p"))
    )


def table(document: Opened, *first: str) -> Table:
    """Return the table of which the header begins so."""
    return next(one for one in document.tables if [cell.text for cell in one.rows[0].cells][: len(first)] == [*first])


def rows(one: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in one.rows]


def test_the_cover() -> None:
    document = opened()
    first = rows(document.tables[0])
    assert first == [
        ["自评单位：", "某区安全生产委员会"],
        ["单位编号：", "anwei"],
        ["依据文件：", golden().pack_title.zh],
        ["自评期间：", "2022年第三季度"],
        ["评定日：", "2022年9月30日"],
        ["填报日期：", "　　　　年　　月　　日"],
    ]
    styles = [(one.style.name if one.style else "", one.text) for one in document.paragraphs]
    assert ("safescore Cover", "安全生产自评报告") in styles
    assert ("Title", "安全生产自评报告") in styles


def test_the_cover_says_up_to_which_day_facts_count() -> None:
    assert "2022年9月30日（计至2022年9月1日）" in said(opened(evolve(golden(), cut="2022-09-01")))
    assert "2022-09-30 (up to 2022-09-01)" in said(opened(evolve(golden(), cut="2022-09-01"), lang="en"))


@languages
def test_the_chapters_and_the_result(lang: Lang) -> None:
    shown = said(opened(lang=lang))
    chapters = {
        "zh": ["一、自评结论", "二、主要问题和整改安排", "三、无法判定的事项", "四、豁免事项", "五、参数和口径"],
        "en": ["1. Result", "2. What to mend first", "3. What can't be judged", "4. Waivers", "5. Parameters"],
    }[lang]
    places = [shown.index(f"\n{one}") for one in chapters]
    assert places == sorted(places)
    low, high = (rounded(one * 100) for one in (golden().score.interval.low, golden().score.interval.high) if one)
    assert low in shown
    assert high in shown
    signatures = {
        "zh": ("自评单位（盖章）：", "负责人签字：", "日期："),
        "en": ("Organisation (seal):", "Signed by", "Date:"),
    }
    assert all(f"\n{one}" in shown for one in signatures[lang])


def test_the_result_names_hard_duties_by_their_titles() -> None:
    paragraph = next(one for one in opened().paragraphs if one.text.startswith("底线要求未落实："))
    assert paragraph.text == "底线要求未落实：有限空间先通风再检测后作业。"


def test_the_counts() -> None:
    counts = golden().score.counts
    header = [title.zh for title in OUTCOMES.values()]
    found = rows(table(opened(), *header))
    assert found[0] == [*header, "合计"]
    assert [re.match(r"\d+", cell)[0] for cell in found[1]] == [  # type: ignore[index]
        *(str(counts[outcome]) for outcome in OUTCOMES),
        str(sum(counts.values())),
    ]


def test_points_lost_and_why() -> None:
    header, *body = rows(table(opened(), "序号"))
    assert header == ["序号", "条款", "事项", "满分", "扣分", "扣分原因", "整改措施", "责任单位", "期限"]
    lost = [one for one in points_lost(golden()) if one.most]
    *listed, others, total = body
    assert [row[0] for row in listed] == [str(number) for number in range(1, len(lost) + 1)]
    for row, one in zip(listed, lost, strict=True):
        assert row[1] == one.finding.clause
        assert row[2].endswith(one.finding.title.zh)
        assert row[3] == rounded(one.full, 2)
        assert row[6] == one.finding.remedy.zh
        assert row[7] == "、".join(one.finding.owners)
        assert row[8].startswith(one.finding.next_due)
        if one.finding.outcome is Outcome.UNKNOWN:
            assert row[4] == f"可能扣分\n0 至 {rounded(one.most, 2)}"
            assert row[5].startswith("无法判定：缺少事实：")
    low = golden().score.interval.low
    assert low is not None
    assert total[2:4] == ["合计", "100.00"]
    assert total[4].endswith(f"至 {rounded(100 - 100 * low, 2)}")
    assert others[4] == "0.00"
    waived = next(row for row in listed if "豁免" in row[5])
    assert waived[5].endswith("（豁免至2022-12-31，不影响扣分）")


def test_points_too_few_to_show_are_not_shown_as_none() -> None:
    one = evolve(finding(Outcome.NOT_SATISFIED, Fraction(99_999, 100_000), Fraction(99_999, 100_000)), weight=1)
    made = assessment(one, low=Fraction(99_999, 100_000))
    made = evolve(made, score=evolve(made.score, weight=1))
    assert rows(table(opened(made), "序号"))[1][4] == "<0.01"


@languages
def test_every_rule_with_its_outcome(lang: Lang) -> None:
    first = {"zh": ("条款", "事项", "结果"), "en": ("clause", "duty", "outcome")}[lang]
    body = rows(table(opened(lang=lang), *first))[1:]
    assert [row[1].split("\n")[1] for row in body] == [
        one.rule.removeprefix("golden-2022.") for one in golden().findings
    ]
    words = [OUTCOMES[one.outcome].to(lang) for one in golden().findings if not one.to_date]
    assert [row[2] for row, one in zip(body, golden().findings, strict=True) if not one.to_date] == words


@languages
def test_annexes_are_listed_as_they_follow(lang: Lang) -> None:
    shown = said(opened(lang=lang))
    lead = "附件" if lang == "zh" else "Annex "
    headed = re.findall(rf"\n{lead}(\d+)\n(.+)", shown)
    assert headed[0] == ("1", ANNEXES[lang][1])
    assert [number for number, _ in headed] == [str(one) for one in range(1, len(headed) + 1)]
    for number, title in headed:
        assert re.search(rf"{number}\. {re.escape(title)}\n", shown)


def test_missing_facts_waivers_readings_and_digests() -> None:
    shown = said(opened())
    for path in golden().grade.deciding:
        assert path in shown or re.sub(r"\[\d+\]", "[…]", path) in shown
    assert "尚未提供：下达的死亡事故指标。" in shown
    for setting in golden().settings:
        assert f"{setting.title.zh} ({setting.id})" in shown
    (waived,) = [one for one in golden().findings if one.waiver is not None]
    assert waived.waiver is not None
    assert waived.waiver.reason in shown
    assert golden().digests.pack in shown
    assert golden().digests.facts in shown


def test_every_header_repeats_and_no_row_is_torn() -> None:
    document = opened()
    for one in document.tables[1:]:
        first, *body = one._tbl.tr_lst
        assert first.trPr is not None
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in body)


def test_the_page_is_that_of_official_documents() -> None:
    document = opened()
    for section in document.sections:
        wide = section.orientation == WD_ORIENT.LANDSCAPE
        size = (section.page_width, section.page_height)
        assert [round((one or 0) / Cm(0.01)) for one in size] == ([2970, 2100] if wide else [2100, 2970])
    first = document.sections[0]
    margins = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round((one or 0) / Cm(0.01)) for one in margins] == [370, 350, 280, 260]
    body = document.styles["safescore Body"]
    letters = body.element.rPr.find(qn("w:rFonts"))
    assert letters.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert body.font.size == Pt(16)
    assert body.paragraph_format.line_spacing == Pt(28)
    assert document.styles["Title"].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "方正小标宋简体"
    assert document.styles["Heading 1"].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "黑体"


def test_fonts_that_a_computer_lacks_have_one_that_stands_in() -> None:
    with ZipFile(BytesIO(word())) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
    assert re.search(r'w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>', fonts)


def test_pages_are_numbered_but_for_the_cover() -> None:
    first, *others = opened().sections
    assert first.different_first_page_header_footer
    assert not any(one.different_first_page_header_footer for one in others)
    for footer in (first.footer, first.even_page_footer):
        assert [node.text for node in footer._element.iter(qn("w:instrText"))] == [" PAGE "]
    assert first.first_page_footer.paragraphs[0].text == ""


@languages
def test_properties_hold_no_clock_and_no_name_of_a_machine(lang: Lang) -> None:
    core = opened(lang=lang).core_properties
    assert core.language == {"zh": "zh-CN", "en": "en-GB"}[lang]
    assert str(core.created).removesuffix("+00:00") == "2022-09-30 00:00:00"
    assert core.modified == core.created
    assert (core.author, core.comments) == ("", "")
    assert core.title == {"zh": "安全生产自评报告", "en": "Work-Safety Self-Assessment Report"}[lang]
    with ZipFile(BytesIO(word(lang=lang))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_several_assessments_begin_with_a_summary() -> None:
    document = opened(golden(), evolve(golden(), organization={"id": "b", "name": "另一单位"}))
    shown = said(document)
    assert shown.startswith("各单位得分一览\n")
    assert shown.index("另一单位") < shown.index("安全生产自评报告")
    assert shown.count("自评单位（盖章）：") == 2
    assert sum(one.different_first_page_header_footer for one in document.sections) == 3


def test_an_extract_says_so_and_denies_nothing_of_the_rest() -> None:
    (one,) = View(only=(Outcome.NOT_SATISFIED,)).of((golden(),))
    document = opened(one)
    shown = said(document)
    assert "（2022年第三季度，节选）" in shown
    assert one.notes[0].zh in shown
    assert "没有缺少事实的事项" not in shown.replace("所列事项中没有缺少事实的事项", "")
    full = sum(each.full for each in points_lost(one))
    assert rows(table(document, "序号"))[-1][2:4] == ["所列事项合计", rounded(Fraction(full), 2)]


def test_nothing_to_mend_nothing_missing() -> None:
    shown = said(opened(assessment(finding(Outcome.SATISFIED, Fraction(1), Fraction(1)))))
    assert "没有未达到的事项。" in shown
    assert "所列事项中" not in shown


def test_no_score() -> None:
    none = assessment(finding(Outcome.NOT_APPLICABLE), low=None, high=None, grades=None)
    shown = said(opened(none))
    assert "没有得分：没有可以计分的事项" in shown
    assert "附件1\n自评扣分点及原因说明\n没有可以计分的事项。" in shown


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_are_harmless(text: str) -> None:
    document = opened(named(text))
    shown = said(document)
    assert not invisible(shown) - {"\n"}
    assert visible(text)[:100] in shown
    assert len(max(shown.split("\n"), key=len)) < 2_000
    assert not list(document.element.body.iter(qn("w:hyperlink"), qn("w:altChunk"), qn("w:object")))
    assert {one.text for one in document.element.body.iter(qn("w:instrText"))} == set()
    with ZipFile(BytesIO(word(named(text)))) as archive:
        assert not any(b'TargetMode="External"' in archive.read(one) for one in archive.namelist())


def test_no_day_of_judgement_in_the_file() -> None:
    assert opened(evolve(golden(), as_of="\u202e")).core_properties.created.year == 1980


@languages
def test_the_same_bytes_twice(lang: Lang) -> None:
    assert word(lang=lang) == word(lang=lang)


def test_libreoffice_shows_it() -> None:
    pages = converted()["docx"]
    assert "某区安全生产委员会" in pages[0]
    assert "—1—" not in "".join(pages[0].split())
    assert "—2—" in "".join(pages[1].split())
    flat = ["".join(page.split()) for page in pages]
    assert any("附件1自评扣分点及原因说明" in page for page in flat)
    assert all("".join(page.split()) for page in pages), "an empty page"
    assert all(any(one.title.zh[:6] in page for page in flat) for one in golden().findings)


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("2022", "2022年度"),
        ("2022Q3", "2022年第三季度"),
        ("2022H1", "2022年上半年"),
        ("2022H2", "2022年下半年"),
        ("2022-07", "2022年7月"),
        ("2022Q5", "2022Q5"),
        ("2022-07-01", "2022-07-01"),
        ("", ""),
    ],
)
def test_periods_as_documents_write_them(text: str, zh: str) -> None:
    assert formal_period(text, "zh") == zh
    assert formal_period(text, "en") == text


@pytest.mark.parametrize(("text", "zh"), [("2022-07-01", "2022年7月1日"), ("2022-07", "2022-07"), ("", "")])
def test_days_as_documents_write_them(text: str, zh: str) -> None:
    assert formal_day(text, "zh") == zh
    assert formal_day(text, "en") == text
