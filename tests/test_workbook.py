"""Workbooks: what is written says what the draft says, and what people write into them is read as they meant it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safescore import check
from safescore.assess import assess_all, open_packs
from safescore.blank.xlsx import blank
from safescore.cli import main
from safescore.draft import read_last, restated
from safescore.errors import InvalidInput
from safescore.facts.entries import understood
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.notation import document_text
from safescore.opening import meanings_of
from safescore.source import parse
from safescore.words import LANGUAGES, Lang
from safescore.workbook.layout import LISTS, MAP
from tests.examples import EXAMPLES, at_root
from tests.office import at_hand
from tests.workbooks import (
    assessed,
    cells_of,
    edited,
    filled,
    part_of,
    plain,
    read_back,
    rezipped,
    same_everywhere,
    small_form,
    without_blanks,
    write_by_hand,
)
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without

Change = Callable[[Any, dict[str, tuple[str, str]]], None]


JUDGED = ("inspected-plant-2022", "enyang-town-2023H1", "shuangqiao-dust-plant-2022")
"""What content decides, equal content decides alike: these are judged twice all the same."""


# Round trips


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_the_same_submission_as_a_workbook(name: str) -> None:
    """YAML, workbook, YAML: the same content, and the same findings, score and grade."""
    with at_root():
        document = open_submission(f"examples/{name}.yaml")
    packs = open_packs(document)
    back = read_back(filled(document))
    assert (back.faults, back.notes) == ((), ())
    assert plain(back, packs) == {**without_blanks(document.content), "period": str(document.content["period"])}
    again = parse(document_text(understood(back, meanings_of(packs)).content), "again.yaml")
    assert again.content == understood(back, meanings_of(packs)).content
    if name in JUDGED:
        assert assessed(back) == assessed(document)


def test_an_english_workbook_says_the_same() -> None:
    """Labels in English are read as those in Chinese are."""
    with at_root():
        document = open_submission("examples/regulator-department-2022Q3.yaml")
    packs = open_packs(document)
    assert plain(read_back(filled(document, "en")), packs) == plain(read_back(filled(document)), packs)


@pytest.mark.no_cover
@settings(max_examples=8, deadline=None)
@given(RULES, submissions(), st.data(), st.sampled_from(LANGUAGES))
def test_any_submission_is_the_same_as_a_workbook(rules: Any, whole: Facts, data: st.DataObject, lang: Lang) -> None:
    """Whatever is said, and whatever is left blank, comes back: finding by finding."""
    gone = data.draw(st.lists(st.sampled_from(list(cells(whole))), max_size=6, unique=True))
    given_ = {**without(whole, gone), "packs": ["world"]}
    assume(not _has_blank_record(given_["facts"]))
    pack = pack_of(rules)
    document = open_submission(given_)
    try:
        expected = assess_all(document, (pack,))
    except InvalidInput:
        assume(False)
    form, draft = restated(document, read_last(document, (pack,)), (pack,))
    back = read_back(blank(form, draft, lang))
    assert back.faults == ()
    assert [same_everywhere(one) for one in assess_all(back, (pack,))] == [same_everywhere(one) for one in expected]


def _has_blank_record(facts: Facts) -> bool:
    lists = [one["events"] if isinstance(one, dict) and "events" in one else one for one in facts.values()]
    records = [record for one in lists if isinstance(one, list) for record in one]
    return any(all(cell is None for cell in record.values()) for record in records)


def test_evidence_and_waivers_have_sheets_of_their_own() -> None:
    """Evidence with and without digest, waivers with and without a first day, come back."""
    said: dict[str, Any] = {
        "organization": {"id": "A", "name": "A", "roles": ["enterprise"]},
        "period": "2022",
        "packs": ["dadukou-2022"],
        "facts": {"blind_rescues": 0},
        "evidence": {"blind_rescues": ["q3/说明.pdf", {"path": "b.pdf", "sha256": "0" * 64, "date": "2022-09-30"}]},
        "waivers": [
            {"rule": "plan", "reason": "停产", "approver": "张三", "from": "2022-01-01", "until": "2022-12-31"},
            {"rule": "plan", "reason": "=1+1", "approver": "李四", "until": "2022-12-31"},
        ],
    }
    document = open_submission(said)
    assert plain(read_back(filled(document)), open_packs(document)) == said


VERIFIED: dict[str, Any] = {
    "organization": {"id": "A", "name": "A", "roles": ["enterprise"]},
    "period": "2022",
    "packs": ["dadukou-2022"],
    "facts": {"hazards": [{"id": "1", "found_on": "2022-03-01", "closed_on": "2022-03-09"}], "teams": []},
}


@pytest.mark.parametrize(
    ("lang", "visits"),
    [
        pytest.param("en", {"by": "甲", "date": "2022-10-12", "facts": {"blind_rescues": 1}}, id="one"),
        pytest.param(
            "zh",
            [
                {
                    "by": "甲",
                    "date": "2022-10-12",
                    "note": "=1+1",
                    "facts": {
                        "outdated_items": {"2022-06-30": 1, "2022-09-30": 2},
                        "five_in_place": {"rescue": False, "training": True},
                        "hazards": [{"id": "1", "closed_on": "none", "grade": "major"}, {"id": "=2"}],
                        "head_statutory_duties": False,
                    },
                },
                {"by": "乙", "date": "2022-10-12", "facts": {"teams": {"whole": []}}},
                {"by": "甲", "date": "2022-11-12", "facts": {"blind_rescues": 0, "department_checks": []}},
            ],
            id="several",
        ),
    ],
)
def test_visits_are_rows_of_a_sheet(lang: Lang, visits: Any) -> None:
    """Counts, series, elements of checklists, cells of records, new records and registers found empty come back."""
    document = open_submission({**VERIFIED, "verified": visits})
    back = read_back(filled(document, lang))
    assert plain(back, open_packs(document)) == {**VERIFIED, "verified": visits}
    assert assessed(back) == assessed(document)
    differences = [one.places for one in assess_all(back, open_packs(document))[0].differences]
    assert differences
    assert all(place.at.startswith("x.xlsx:") for places in differences for place in places)


@pytest.mark.parametrize(
    "found", [{"hazards": {"whole": [{"id": "1"}]}}, {"department_checks": [{"checked_on": "2022-03-01"}]}]
)
def test_a_whole_register_of_a_visit_can_not_be_shown(found: Any) -> None:
    """A sheet of figures has no room for all records; it is refused, not left out."""
    visit = {"by": "甲", "date": "2022-10-12", "facts": found}
    with pytest.raises(InvalidInput) as refused:
        filled(open_submission({**VERIFIED, "verified": visit}))
    name = next(iter(found))
    assert [one.problem.en for one in refused.value.faults] == [
        f"a visit gives all of {name}; a sheet only corrects records one by one"
    ]


def by_hand(book: Any, where: dict[str, tuple[str, str]]) -> None:
    """Write evidence, a waiver and verified figures as people do: by labels, in the words of the sheet."""
    _rows(book, where, "evidence", {"fact": "“五到位”.应急救援", "path": "q3/演练.txt", "note": "演练"})
    waiver = {"rule": "chief-engineer-system", "reason": "停产", "approver": "张三", "until": date(2022, 12, 31)}
    _rows(book, where, "waivers", waiver)
    head = {"date": date(2022, 10, 12), "by": "区安办"}
    rows = [
        {**head, "fact": "blind_rescues", "value": 2},
        {**head, "fact": "five_in_place.rescue", "value": "是"},
        {**head, "fact": "teams.until", "record": "砂光班", "value": "2022/6/30"},
        {**head, "fact": "teams.since", "record": "喷涂班", "value": "无"},
    ]
    _rows(book, where, "verified", *rows)


def _rows(book: Any, where: dict[str, tuple[str, str]], key: str, *rows: dict[str, Any]) -> None:
    for down, row in enumerate(rows, 1):
        for column, value in row.items():
            sheet, address = where[f"{key}.{column}"]
            book[sheet][address].offset(row=down).value = value


def test_evidence_waivers_and_visits_filled_in_by_hand(tmp_path: Path) -> None:
    """They say what YAML says; the files of the evidence are looked for beside the workbook."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(edited(small_form(), by_hand))
    back = open_submission(path)
    said = plain(back, open_packs(back))
    assert said["waivers"] == [
        {"rule": "chief-engineer-system", "reason": "停产", "approver": "张三", "until": "2022-12-31"}
    ]
    assert said["evidence"] == {"five_in_place.rescue": [{"path": "q3/演练.txt", "note": "演练"}]}
    teams = [{"id": "砂光班", "until": "2022-06-30"}, {"id": "喷涂班", "since": "none"}]
    facts = {"blind_rescues": 2, "five_in_place": {"rescue": True}, "teams": teams}
    assert said["verified"] == {"by": "区安办", "date": "2022-10-12", "facts": facts}
    with pytest.raises(InvalidInput) as refused:
        check(path, require_evidence=True)
    assert [str(one.at) for one in refused.value.faults] == [f"{path}:佐证材料!B6"]
    (tmp_path / "q3").mkdir()
    (tmp_path / "q3" / "演练.txt").write_text("演练", "utf-8")
    assert check(path, require_evidence=True).only().evidence[0].note == "演练"


@pytest.mark.parametrize("format_", ["sarif", "github", "gitlab"])
def test_machines_are_told_the_cell(format_: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A workbook has no lines: what is reported of it names the file, and in words the cell."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(edited(small_form(), put("facts.five_in_place.rescue", "否")))
    main(["check", str(path), "--format", format_])
    out = capfd.readouterr().out
    assert "form.xlsx" in out
    assert re.search(r"(?:::|\[)问题!D[0-9]+", out)


def test_a_wholly_blank_record_can_not_be_shown() -> None:
    """A record of which nothing is said would vanish from a sheet; it is refused instead."""
    said = {
        "organization": {"id": "A", "name": "A", "roles": ["enterprise"]},
        "period": "2022",
        "packs": ["dadukou-2022"],
        "facts": {"major_risks": [{"id": "1"}, {}]},
    }
    with pytest.raises(InvalidInput) as refused:
        filled(open_submission(said))
    assert [one.problem.en for one in refused.value.faults] == ["record 2 is wholly blank"]


# What is written


def test_the_same_form_has_the_same_bytes() -> None:
    """No clock and no chance: twice the same."""
    with at_root():
        document = open_submission("examples/enyang-town-2023H1.yaml")
    assert filled(document) == filled(document)


def test_what_a_form_holds() -> None:
    """Protected labels with free cells, dropdowns and limits, comments, frozen heads, A4, and no formula."""
    book = openpyxl.load_workbook(BytesIO(small_form()))
    where = cells_of(book)
    visible = [one for one in book.worksheets if one.title not in (MAP, LISTS)]
    assert [one.title for one in visible][:3] == ["填报说明", "单位信息", "问题"]
    assert {book[name].sheet_state for name in (MAP, LISTS)} == {"veryHidden"}
    assert all(one.protection.sheet for one in visible)
    assert all(one.page_setup.paperSize == 9 and one.page_setup.orientation == "landscape" for one in visible)
    for path, (sheet, address) in where.items():
        column = path.split(".")[-1] in ("id", "team", "checked_on") and path.startswith("facts")
        if not column and book[sheet][address].comment is not None and path.startswith("organization"):
            assert not book[sheet][address].protection.locked, path
    sheet, address = where["facts.blind_rescues"]
    cell = book[sheet][address]
    assert (cell.value, cell.protection.locked, book[sheet]["C3"].protection.locked) == (0, False, True)
    assert "三.(三).7" in cell.comment.text
    assert book[sheet].freeze_panes == "A3"
    limits = {str(one.sqref): one for one in book[sheet].data_validations.dataValidation}
    assert (limits[address].type, limits[address].formula1, limits[address].formula2) == ("whole", "0", "100000000000")
    assert limits[where["facts.five_in_place.rescue"][1]].formula1 == '"是,否"'
    sheet, address = where["facts.team_checks.checked_on"]
    assert address.endswith("5")
    assert book[sheet].freeze_panes == "B6"
    dates = next(one for one in book[sheet].data_validations.dataValidation if str(one.sqref).startswith("B6"))
    assert dates.type == "date"
    assert book[sheet]["B6"].number_format == "yyyy-mm-dd"
    assert {cell.data_type for one in visible for row in one.iter_rows() for cell in row} <= {"n", "s", "d"}


def test_long_dropdowns_stand_on_a_hidden_sheet() -> None:
    """A list in the cell itself ends at 255 characters; names of lists have no such end."""
    book = openpyxl.load_workbook(BytesIO(small_form()))
    sheet, address = cells_of(book)["parameters.binds_from"]
    rule = next(one for one in book[sheet].data_validations.dataValidation if str(one.sqref) == address)
    target = book.defined_names[rule.formula1].attr_text
    assert target.startswith((f"'{LISTS}'!$", f"{LISTS}!$"))


def test_text_is_never_a_formula() -> None:
    """What begins with = is text, in the file and when it is read back."""
    said = {
        "organization": {"id": "=1+1", "name": "=cmd|' /C calc'!A0", "roles": ["enterprise"]},
        "period": "2022",
        "packs": ["dadukou-2022"],
    }
    raw = filled(open_submission(said))
    book = openpyxl.load_workbook(BytesIO(raw))
    sheet, address = cells_of(book)["organization.name"]
    with_formulas = openpyxl.load_workbook(BytesIO(raw), data_only=True)
    assert with_formulas[sheet][address].value == "=cmd|' /C calc'!A0"
    document = read_back(raw)
    assert plain(document, open_packs(document))["organization"] == said["organization"]


def test_it_comes_back_from_libreoffice(tmp_path: Path) -> None:
    """Opened and saved by LibreOffice, the form says the same, with its dropdowns and its protection."""
    at_hand("soffice")
    with at_root():
        document = open_submission("examples/enyang-pipeline-company-2023.yaml")
    packs = open_packs(document)
    given_ = tmp_path / "given.xlsx"
    given_.write_bytes(filled(document))
    out = tmp_path / "out"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(given_)], check=True, capture_output=True, timeout=120)
    back = open_submission(out / "given.xlsx")
    assert (back.faults, back.notes) == ((), ())
    assert plain(back, packs) == {**without_blanks(document.content), "period": str(document.content["period"])}
    book = openpyxl.load_workbook(out / "given.xlsx")
    assert all(one.protection.sheet for one in book.worksheets if one.sheet_state == "visible")
    assert sum(len(one.data_validations.dataValidation) for one in book.worksheets) > 20


# What people write into them


def put(path: str, value: Any, number_format: str | None = None, down: int = 0) -> Change:
    """Return a change that writes a value into the cell of a path, or so many rows below it."""

    def change(book: Any, where: dict[str, tuple[str, str]]) -> None:
        sheet, address = where[path]
        cell = book[sheet][address].offset(row=down)
        cell.value = value
        if number_format is not None:
            cell.number_format = number_format

    return change


SLIPS: dict[str, Change] = {
    "a percentage for a count": put("facts.blind_rescues", 0.7, "0.00%"),
    "a fraction for a count": put("facts.blind_rescues", 2.5),
    "a text for a count": put("facts.blind_rescues", "三起"),
    "a day for a count": put("facts.blind_rescues", datetime.fromisoformat("2022-09-30"), "yyyy-mm-dd"),
    "no day that exists": put("facts.teams.since", "2022-02-30", down=1),
    "a number for a day": put("facts.teams.since", 44834, "0", down=1),
    "neither yes nor no": put("facts.five_in_place.rescue", "基本做到"),
    "an unknown option": put("parameters.binds_from", "印发"),
    "an unknown role": put("organization.roles", "企业业"),
    "no period": put("period", "2022年三季度"),
    "an unknown option of several": put("organization.hazard_classes", "粉尘涉爆"),
    "a formula never calculated": put("facts.blind_rescues", "=1+1"),
    "an error": put("facts.blind_rescues", "#DIV/0!"),
    "too many digits": put("organization.id", 915001041234567890),
    "beside the questions": put("facts.blind_rescues", "见附件", down=1000),
    "none and some": put("none:facts.teams", "无"),
    "something else than none": put("none:facts.major_risks", "没登记"),
    "a day of completeness without records": put("facts.department_checks.through", date(2022, 12, 31)),
    "evidence of what is not asked": lambda book, where: _rows(
        book, where, "evidence", {"fact": "没有的", "path": "a.pdf"}, {"fact": "blind_rescues", "path": "../a.pdf"}
    ),
    "verified figures": lambda book, where: _rows(
        book,
        where,
        "verified",
        {"date": "十月", "by": "甲", "fact": "blind_rescues", "value": 1},
        {"date": "2022-10-12", "fact": "blind_rescues", "value": 1},
        {"date": "2022-10-13", "by": "甲", "fact": "没有的", "value": 1},
        {"date": "2022-10-13", "by": "甲", "fact": "blind_rescues", "value": "三起"},
        {"date": "2022-10-13", "by": "甲", "fact": "blind_rescues", "record": "1", "value": 1},
        {"date": "2022-10-13", "by": "甲", "fact": "five_in_place", "value": "是"},
        {"date": "2022-10-13", "by": "甲", "fact": "five_in_place.x", "value": "是"},
        {"date": "2022-10-13", "by": "甲", "fact": "teams.until", "value": "无"},
        {"date": "2022-10-13", "by": "甲", "fact": "teams.until", "record": "砂光班", "value": "某日"},
        {"date": "2022-10-13", "by": "甲", "fact": "teams.x", "record": "砂光班", "value": "无"},
        {"date": "2022-10-13", "by": "甲", "fact": "team_checks.checked_on", "record": "1", "value": "无"},
        {"date": "2022-10-14", "by": "甲", "fact": "blind_rescues", "value": 1},
        {"date": "2022-10-14", "by": "甲", "fact": "blind_rescues", "value": 2},
    ),
    "a team that is not in the register": put("facts.team_checks.team", "喷涂班", down=2),
}


SPACE = ["dust_explosion", "confined_space"]


@cache
def _packs() -> tuple[Pack, ...]:
    return open_packs(read_back(small_form()))


def said_of(raw: bytes, lang: Lang) -> str:
    refused = _refused(raw)
    return "nothing is wrong" if refused is None else refused.to(lang)


def _refused(raw: bytes) -> InvalidInput | None:
    try:
        assess_all(read_back(raw), _packs())
    except InvalidInput as error:
        return error
    return None


@cache
def _refused_slips() -> dict[str, InvalidInput | None]:
    return {name: _refused(edited(small_form(), change)) for name, change in SLIPS.items()}


def messages(lang: Lang) -> str:
    """Return what is said of each slip."""
    told = {name: "nothing is wrong" if one is None else one.to(lang) for name, one in _refused_slips().items()}
    return "\n".join(f"# {name}\n{said}\n" for name, said in told.items())


def golden(lang: Lang) -> Path:
    """Return the file of the golden messages."""
    return Path(__file__).parent / "golden" / "workbook" / f"slips.{lang}.txt"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages(lang: Lang) -> None:
    """Each slip is named with its sheet and cell, and how to mend it."""
    assert messages(lang) == golden(lang).read_text("utf-8")


def test_all_slips_are_named_at_once() -> None:
    """One run finds them all, each at its cell."""

    def every(book: Any, where: dict[str, tuple[str, str]]) -> None:
        for name in ("no day that exists", "neither yes nor no", "an error", "an unknown role"):
            SLIPS[name](book, where)

    said = said_of(edited(small_form(), every), "en")
    assert said.count("x.xlsx:") == 4


@pytest.mark.parametrize(
    ("path", "written", "meant"),
    [
        pytest.param("facts.blind_rescues", 3.0, 3, id="a whole number as a float"),
        pytest.param("facts.blind_rescues", "3", 3, id="a number as text"),
        pytest.param(
            "facts.blind_rescues", "2022-06-30: 1; 2022/9/30：2", {"2022-06-30": 1, "2022-09-30": 2}, id="series"
        ),
        pytest.param("facts.blind_rescues", "无", "none", id="none"),
        pytest.param("facts.blind_rescues", " ", None, id="blanks are blank"),
        pytest.param("organization.above_scale", True, True, id="a logical value"),
        pytest.param("organization.above_scale", "否", False, id="no"),
        pytest.param("organization.hazard_classes", "无", [], id="none of the options"),
        pytest.param(
            "organization.hazard_classes", "粉尘爆炸；有限空间作业", ["dust_explosion", "confined_space"], id="labels"
        ),
        pytest.param("organization.id", 91500104, "91500104", id="a code typed as a number"),
        pytest.param("as_of", datetime.fromisoformat("2022-09-30"), "2022-09-30", id="a date"),
        pytest.param("as_of", "2022/9/30", "2022-09-30", id="a date as spreadsheets show it"),
        pytest.param("period", 2022, "2022", id="a year"),
    ],
)
def test_what_a_cell_means(path: str, written: Any, meant: Any) -> None:
    """Cells are read by the dictionary: what type they have in the sheet decides nothing."""
    back = read_back(edited(small_form(), put(path, written)))
    assert back.faults == ()
    found: Any = plain(back, open_packs(back))
    for step in path.split("."):
        found = found.get(step)
    assert found == meant


def test_a_calculated_formula_is_its_value(tmp_path: Path) -> None:
    """Where the spreadsheet left the result, it counts as written."""
    raw = edited(small_form(), put("facts.blind_rescues", "=1+1"))
    with_value = None
    for number in range(1, 8):
        name = f"xl/worksheets/sheet{number}.xml"
        part = part_of(raw, name)
        if b"<f>1+1</f>" in part:
            with_value = rezipped(raw, {name: re.sub(rb"(<f>1\+1</f>)<v ?(?:/>|></v>)", rb"\1<v>2</v>", part)})
    assert with_value is not None
    back = read_back(with_value)
    assert (back.faults, plain(back, open_packs(back))["facts"]["blind_rescues"]) == ((), 2)


# A structure that was edited


def test_labels_may_be_translated_and_sheets_renamed() -> None:
    """What a cell is follows from its name, not from the words beside it."""

    def change(book: Any, where: dict[str, tuple[str, str]]) -> None:
        for sheet in book.worksheets:
            if sheet.title not in (MAP, LISTS):
                for row in sheet.iter_rows(max_row=5):
                    for cell in row:
                        if isinstance(cell.value, str) and cell.protection.locked and cell.row in (1, 2, 5):
                            cell.value = f"translated {cell.row}" if cell.coordinate == "A1" else cell.value
        old, new = where["facts.teams.id"][0], "Teams & Gangs"
        book[old].title = new
        for one in book.defined_names.values():
            one.attr_text = one.attr_text.replace(f"'{old}'!", f"'{new}'!").replace(f"{old}!", f"'{new}'!")

    back = read_back(edited(small_form(), change))
    first = read_back(small_form())
    assert back.faults == ()
    assert plain(back, open_packs(back)) == plain(first, open_packs(first))


def test_columns_may_be_moved() -> None:
    """A spreadsheet moves a name with its cell; the records follow."""

    def change(book: Any, where: dict[str, tuple[str, str]]) -> None:
        sheet = book[where["facts.team_checks.team"][0]]
        sheet.move_range("A5:A9", cols=6)
        name = next(one for one in book.defined_names.values() if one.attr_text.endswith(f"{sheet.title}'!$A$5"))
        name.attr_text = name.attr_text.replace("$A$5", "$G$5")

    back = read_back(edited(small_form(), change))
    first = read_back(small_form())
    assert plain(back, open_packs(back)) == plain(first, open_packs(first))


def test_what_is_deleted_is_missed() -> None:
    """A cell that is gone is a fault, for a blank there would be silence that nobody chose."""

    def change(book: Any, where: dict[str, tuple[str, str]]) -> None:
        del book[where["facts.teams.id"][0]]
        for one in list(book.defined_names.values()):
            if where["facts.teams.id"][0] + "'!" in one.attr_text:
                one.attr_text = "#REF!"

    back = read_back(edited(small_form(), change))
    assert {one.problem.en for one in back.faults} >= {
        "the form's structure has been changed: the cell of facts.teams.id is gone"
    }


def test_sheets_and_cells_of_ones_own_are_noted() -> None:
    """A sheet for one's own sums is not read, and the report says so; remarks are just that."""

    def change(book: Any, where: dict[str, tuple[str, str]]) -> None:
        book.create_sheet("我的台账")["A1"] = 7
        sheet, address = where["facts.blind_rescues"]
        book[sheet][address].offset(column=3).value = "见会议纪要"
        book[sheet][address].offset(column=20).value = "算式"

    back = read_back(edited(small_form(), change))
    assert back.faults == ()
    assert [one.en for one in back.notes] == [
        "x.xlsx: the sheet 我的台账 is not of the form, and was not read.",
        "x.xlsx: cells of the sheet 问题 outside the form were not read: X37.",
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda book, _: book.__delitem__(MAP), "this is no form of safescore: it lacks the hidden sheet"),
        (lambda book, _: book[MAP].cell(1, 2, "99"), "the form has the format 99"),
        (lambda book, _: book[MAP].cell(3, 3, "[[]]"), "this row of the hidden sheet has been changed"),
        (lambda book, _: book[MAP].cell(3, 1, "odd"), "this row of the hidden sheet has been changed"),
    ],
)
def test_a_hidden_sheet_that_was_edited(change: Change, problem: str) -> None:
    """What the hidden sheet no longer says is not guessed."""
    assert problem in said_of(edited(small_form(), change), "en")


# A newcomer's path

PATHS = (
    ("dust-plant-2022", "dadukou-2022", "enterprise"),
    ("shuangqiao-park-committee-2022", "shuangqiao-2022", None),
    ("enyang-town-2023H1", "enyang-2023", None),
    ("qianjiang-fuel-company-2022", "qianjiang-commerce-2022", None),
    ("qijiang-ordinary-plant-2023", "qijiang-2023", None),
)


@pytest.mark.parametrize(("name", "pack", "role"), PATHS)
def test_a_newcomers_path(name: str, pack: str, role: str | None, tmp_path: Path) -> None:
    """Made by init, filled in by hand, checked: the result is that of the YAML file, finding by finding."""
    with at_root():
        document = open_submission(f"examples/{name}.yaml")
    content = document.content
    roles = [role] if role else content["organization"]["roles"]
    path = tmp_path / "form.xlsx"
    options = [f"--role={one}" for one in roles]
    period = str(content["period"])
    assert main(["init", "--format", "xlsx", "--pack", pack, *options, "--period", period, "-o", str(path)]) == 0
    packs = open_packs(document, (pack,))
    path.write_bytes(edited(path.read_bytes(), lambda book, where: write_by_hand(book, where, content, packs)))
    back = open_submission(path)
    assert back.faults == ()
    found = assess_all(back, packs)[0]
    expected = assess_all(document, packs)[0]
    assert same_everywhere(found).findings == same_everywhere(expected).findings
    assert (found.score, found.grade) == (expected.score, expected.grade)
    assert main(["check", str(path), "--format", "json"]) == 0


def test_next_quarter_begins_with_the_last_workbook(tmp_path: Path) -> None:
    """A workbook is as good a last submission as YAML is, and the next form can be a workbook too."""
    last, again = tmp_path / "last.xlsx", tmp_path / "next.xlsx"
    last.write_bytes(small_form())
    assert main(["init", "--from", str(last), "--period", "2022", "--format", "xlsx", "-o", str(again)]) == 0
    back = open_submission(again)
    assert plain(back, open_packs(back))["facts"]["major_risks"] == [
        {"id": "FX-01", "name": "粉尘爆炸", "three_levels_assigned": True}
    ]


if __name__ == "__main__":
    for language in LANGUAGES:
        golden(language).parent.mkdir(exist_ok=True)
        golden(language).write_text(messages(language), "utf-8")
