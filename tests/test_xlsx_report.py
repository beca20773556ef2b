"""The workbook of a report: opened by openpyxl and by LibreOffice, filled in and handed back."""

from __future__ import annotations

import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from attrs import evolve
from openpyxl import Workbook, load_workbook

from safescore import Assessment, Outcome
from safescore.report import render
from safescore.report.labels import OUTCOMES
from safescore.report.visible import invisible, visible
from safescore.report.xlsx import ACTION_IDS
from safescore.scoring import points_lost
from safescore.words import LANGUAGES, Lang
from tests.office import converted
from tests.reports import assessment, finding, golden, named
from tests.test_report import HOSTILE

languages = pytest.mark.parametrize("lang", LANGUAGES)
ENTRIES = (
    "measures",
    "person",
    "funds",
    "planned",
    "safeguards",
    "state",
    "done",
    "verified_by",
    "verified",
    "remarks",
)
SHEETS = {
    "zh": [
        "总览",
        "自评扣分点及原因说明",
        "全部事项",
        "缺少的事实",
        "整改台账",
        "参数和口径",
        "换一种口径",
        "豁免",
        "不单独计分的原文",
        "计分办法和摘要",
    ],
    "en": [
        "Overview",
        "Points lost",
        "Findings",
        "Missing facts",
        "Corrective actions",
        "Parameters and readings",
        "Under other readings",
        "Waivers",
        "Not scored",
        "Method and digests",
    ],
}


def workbook(*assessments: Assessment, lang: Lang = "zh") -> bytes:
    made = render(assessments or (golden(),), "xlsx", lang)
    assert isinstance(made, bytes)
    return made


def opened(*assessments: Assessment, lang: Lang = "zh") -> Workbook:
    return load_workbook(BytesIO(workbook(*assessments, lang=lang)))


def cells(book: Workbook, sheet: str) -> list[list[object]]:
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def texts(book: Workbook) -> list[str]:
    return [value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if type(value) is str]


@languages
def test_the_sheets(lang: Lang) -> None:
    assert opened(lang=lang).sheetnames == SHEETS[lang]


def test_the_overview() -> None:
    found = {row[0]: row[1] for row in cells(opened(), "总览")[1:] if row[0]}
    assert found["单位"] == "某区安全生产委员会"
    assert found["得分（至少）"] == "38.5"
    assert found["等级"] == "不合格"
    for outcome, title in OUTCOMES.items():
        assert found[title.zh] == golden().score.counts[outcome]


def test_points_lost_add_up_as_numbers() -> None:
    header, *body = cells(opened(), "自评扣分点及原因说明")[1:]
    assert header[3:6] == ["满分", "扣分（至少）", "扣分（至多）"]
    lost = [one for one in points_lost(golden()) if one.most]
    assert [row[10] for row in body[: len(lost)]] == [one.finding.rule for one in lost]
    *listed, total = [[float(str(cell)) for cell in row[3:6]] for row in body]
    assert [round(sum(row[place] for row in listed), 9) for place in range(3)] == [round(one, 9) for one in total]
    low = golden().score.interval.low
    assert low is not None
    assert total[0] == 100
    assert total[2] == pytest.approx(float(100 - 100 * low))


@languages
def test_every_rule_can_be_filtered_by_its_outcome(lang: Lang) -> None:
    book = opened(lang=lang)
    sheet = book[SHEETS[lang][2]]
    header, *body = cells(book, SHEETS[lang][2])
    assert [row[17] for row in body] == [one.rule for one in golden().findings]
    assert sheet.auto_filter.ref == f"A1:S{len(body) + 1}"
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    fills: dict[Outcome, set[str]] = {}
    for row, one in zip(sheet.iter_rows(min_row=2, min_col=3, max_col=3), golden().findings, strict=True):
        assert row[0].alignment.wrap_text
        fills.setdefault(one.outcome, set()).add(row[0].fill.fgColor.rgb)
    assert all(len(one) == 1 for one in fills.values())
    assert fills[Outcome.NOT_SATISFIED] != fills[Outcome.SATISFIED]
    assert len(header) == 19


def test_every_missing_fact_has_a_row() -> None:
    paths = [row[3] for row in cells(opened(), "缺少的事实")[1:]]
    assert sorted(map(str, paths)) == sorted({path for one in golden().findings for path in one.missing})


@languages
def test_the_ledger(lang: Lang) -> None:
    """Each gap and each unknown is there, what was found is locked, what is to be filled in is open and checked."""
    book = opened(lang=lang)
    sheet = book[SHEETS[lang][4]]
    ids = [str(cell.value) for cell in sheet[1]]
    assert ids == [*ACTION_IDS[:7], *ENTRIES, *ACTION_IDS[7:]]
    assert sheet.row_dimensions[1].hidden
    rules = [sheet.cell(line, ids.index("rule") + 1).value for line in range(4, sheet.max_row + 1)]
    open_ = (Outcome.NOT_SATISFIED, Outcome.UNKNOWN)
    assert sorted(map(str, rules)) == sorted(one.rule for one in golden().findings if one.outcome in open_)
    assert sheet.protection.sheet
    for line in range(1, sheet.max_row + 1):
        for place, id_ in enumerate(ids, 1):
            free = line > 3 and id_ in ENTRIES
            assert sheet.cell(line, place).protection.locked is not free
    checks = [(one, next(iter(one.sqref.ranges))) for one in sheet.data_validations.dataValidation]
    assert {ids[where.min_col - 1]: one.type for one, where in checks} == {
        "funds": "decimal",
        "planned": "date",
        "state": "list",
        "done": "date",
        "verified": "date",
    }
    assert all((where.min_row, where.max_row) == (4, sheet.max_row) for _, where in checks)
    assert all(one.error for one, _ in checks)


def test_the_ledger_comes_back_filled_in() -> None:
    """After a spreadsheet saved it, what was filled in stands by the ids of its columns, and checks are still there."""
    book = opened()
    sheet = book["整改台账"]
    ids = [str(cell.value) for cell in sheet[1]]
    sheet.cell(4, ids.index("person") + 1, "张三")
    sheet.cell(4, ids.index("planned") + 1, datetime.date(2022, 12, 1))
    saved = BytesIO()
    book.save(saved)
    back = load_workbook(BytesIO(saved.getvalue()))["整改台账"]
    row = dict(zip(ids, (cell.value for cell in back[4]), strict=True))
    assert row["person"] == "张三"
    assert row["planned"] == datetime.datetime(2022, 12, 1)  # noqa: DTZ001
    assert row["rule"] == "golden-2022.confined-space-order"
    assert row["organization"] == "anwei"
    assert len(back.data_validations.dataValidation) == 5


def test_nothing_to_mend_leaves_an_empty_ledger() -> None:
    none = assessment(finding(Outcome.NOT_APPLICABLE), low=None, high=None, grades=None)
    book = opened(none)
    assert book["整改台账"].max_row == 3
    assert "没有得分" not in str(cells(book, "自评扣分点及原因说明"))


def test_several_assessments_say_whose_each_row_is() -> None:
    other = evolve(golden(), organization={"id": "b", "name": "另一单位"})
    book = opened(golden(), other)
    overview = cells(book, "总览")
    assert [row[0] for row in overview] == ["单位", "某区安全生产委员会", "另一单位"]
    assert [row[overview[0].index("单位编号")] for row in overview[1:]] == ["anwei", "b"]
    for name in SHEETS["zh"][1:4]:
        firsts = {row[0] for row in cells(book, name)}
        assert {"单位", "某区安全生产委员会", "另一单位"} <= firsts
    number = len(golden().findings)
    assert len(cells(book, "全部事项")) == 1 + 2 * number


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_are_harmless(text: str) -> None:
    made = workbook(named(text))
    book = load_workbook(BytesIO(made))
    assert all(cell.data_type != "f" and cell.hyperlink is None for sheet in book for row in sheet for cell in row)
    shown = texts(book)
    assert not {char for one in shown for char in invisible(one)} - {"\n"}
    assert max(map(len, shown)) < 3_000
    spelled = visible(text)[:100].strip()
    assert any(spelled in visible(one) for one in shown)
    with ZipFile(BytesIO(made)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    assert not any(b'TargetMode="External"' in one for one in parts.values())
    assert not any(b"<f>" in one for one in parts.values())


def test_numbers_and_dates_in_texts_stay_texts() -> None:
    assert "1e3" in texts(opened(named("1e3")))
    assert "0012" in texts(opened(named("0012")))
    assert "2022-01-01" in texts(opened(named("2022-01-01")))


def test_the_file_knows_no_clock() -> None:
    assert opened().properties.created == datetime.datetime(2022, 9, 30)  # noqa: DTZ001
    assert opened(evolve(golden(), as_of="soon")).properties.created.year == 1980


@languages
def test_the_same_bytes_twice(lang: Lang) -> None:
    assert workbook(lang=lang) == workbook(lang=lang)


def test_libreoffice_shows_it() -> None:
    pages = ["".join(page.split()) for page in converted()["xlsx"]]
    assert "某区安全生产委员会" in pages[0]
    assert any("整改措施" in page and "计划完成日期" in page for page in pages)
    assert all(any(one.title.zh[:6] in page for page in pages) for one in golden().findings)
