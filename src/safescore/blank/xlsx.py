"""A form as a workbook: a guide, questions with dropdowns and limits, a sheet for each register and kind of event."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from attrs import define, field

from safescore.blank.yaml import HOW
from safescore.dictionary import ABSENT_IS_AN_ANSWER, MOST, FactSpec, FieldSpec
from safescore.document import Steps
from safescore.draft import OPEN, Draft
from safescore.errors import Fault, InvalidInput, Location, column_letters
from safescore.facts.entries import Naming, option
from safescore.form import Asking, Form, Open, Question, example_of
from safescore.frozen import frozen
from safescore.model import Parameter
from safescore.notation import flow
from safescore.period import parse_day, parse_moment, parse_period
from safescore.report.visible import visible
from safescore.words import Lang, Text
from safescore.workbook.layout import (
    COLUMN,
    CONSTANT,
    LISTS,
    MAP,
    MARK,
    NO_RECORDS,
    NONE_LEFT,
    SHEET,
    VALUE,
    VERSION,
)

CREATED = datetime(2020, 1, 1)  # noqa: DTZ001  a stamp that never changes: same input, same bytes
FONT = "微软雅黑"
ROOM = 300
"""Rows for new records, below those that are there."""
_COLON = Text(zh="：", en=": ")
_MOST_TEXT = 32_767
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_HEAD = 5  # the row of the columns' names on a sheet of records
_ANSWER = 4  # the column of the answers on a sheet of questions
_COLUMNS = (
    (Text(zh="序号", en="No."), 6),
    (Text(zh="依据", en="Clause"), 16),
    (Text(zh="问题", en="Question"), 58),
    (Text(zh="填写", en="Answer"), 24),
    (Text(zh="怎么填", en="How to fill in"), 26),
    (Text(zh="示例", en="Example"), 18),
    (Text(zh="备注（不读取）", en="Remarks (not read)"), 24),
)
_GUIDE = (
    Text(
        zh="只填浅黄色的格子。灰色和白色的格子是题目，已锁定。",
        en="Fill in the light yellow cells only. The others are the questions, and locked.",
    ),
    Text(
        zh="还不知道的留空：留空算“缺”，既不会当成零，也不会当成没做到。零写0；确实没有的写“无”。",
        en="Leave blank what you do not know: a blank is missing, neither zero nor a breach. Zero is 0; what there is "
        "not is none.",
    ),
    Text(
        zh="有下拉箭头的从下拉框里选；日期写成2022-09-30；时刻写成2022-09-30 08:30；数字只写数，不写单位。",
        en="Choose from the dropdown where there is one; write dates as 2022-09-30, times as 2022-09-30 08:30, and "
        "figures without their unit.",
    ),
    Text(
        zh="可选多项的，用分号隔开；一项都没有的写“无”。同一数字有几个日期的，写成“2022-06-30: 57; 2022-09-30: 142”。",
        en="Several options are joined by semicolons; none of them is none. A count with several dates is "
        "2022-06-30: 57; 2022-09-30: 142.",
    ),
    Text(
        zh="每个台账、每类活动各有一张工作表，一条一行。确实一条都没有的，在该表上方“没有记录”处选“无”；整张留空算“缺”。",
        en="Each register and each kind of event has a sheet, a record a row. Where there were none at all, say so "
        "above the table; a sheet left blank is missing.",
    ),
    Text(
        zh="鼠标停在格子右上角的红三角上，能看到依据的条款和填法。备注列随便写，不读取。",
        en="The red corner of a cell shows the clause and how to answer. Remarks are yours; they are not read.",
    ),
    Text(
        zh="填好后保存，用safescore check 加文件名检查；有问题的，会指出工作表、单元格和改法。",
        en="Save it, and run safescore check with its name; what is wrong is named by sheet and cell, with the mend.",
    ),
)

_VERIFIED = (
    Text(
        zh="由核查人员填写，一项一行；填报单位不填。以核查结果为准。",
        en="For inspectors, one figure a row; the organisation leaves it blank. What is found here decides.",
    ),
    Text(
        zh="更正登记中的一条：“项目”写“登记.字段”，“记录”写该条的编号；登记中没有该编号的，作为新增。",
        en="To correct a record, write register.field as the fact and its key as the record; an unknown key is added.",
    ),
)


def blank(form: Form, draft: Draft, lang: Lang, schema: str = "") -> bytes:
    """Return the form as a workbook, with what the draft already says filled in; the same form has the same bytes.

    Raises InvalidInput where a sheet can't hold what the draft says.
    """
    del schema
    return _Book(form, draft, lang).written()


@frozen
class _Spot:
    """A cell, counted from zero."""

    sheet: str
    row: int
    column: int


@define(slots=False)
class _Book:
    form: Form
    draft: Draft
    lang: Lang
    file: BytesIO = field(factory=BytesIO, init=False)
    rows: list[tuple[str, str, str]] = field(factory=list, init=False)
    lists: dict[tuple[str, ...], str] = field(factory=dict, init=False)
    titles: dict[str, str] = field(factory=dict, init=False)
    styles: dict[tuple[tuple[str, Any], ...], Any] = field(factory=dict, init=False)
    faults: list[Fault] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book: Any = xlsxwriter.Workbook(self.file, options)
        self.book.set_properties({"created": CREATED, "title": self.say(Text(zh="安全生产填报表", en="Form"))})
        self.book.set_size(2400, 1400)
        days = parse_period(self.draft.period)
        self.day = days.first + 14 if days else 1
        dictionaries = [pack.dictionary for pack in self.form.packs]
        self.specs: dict[str, FactSpec] = {}
        for one in dictionaries:
            for name, spec in one.facts.items():
                self.specs.setdefault(name, spec)
        self.naming = Naming(self.specs)

    def say(self, text: Text) -> str:
        return text.to(self.lang)

    def written(self) -> bytes:
        """Return the bytes of the workbook."""
        questions = self._questions()
        plain = [one for one in questions if not one.spec.records]
        records = [one for one in questions if one.spec.records]
        guide = self._sheet("guide", Text(zh="填报说明", en="Guide"))
        self._organization(self._sheet("organization", Text(zh="单位信息", en="Organisation")))
        self._plain(self._sheet("questions", Text(zh="问题", en="Questions")), plain)
        for one in records:
            self._records(self._sheet(one.name, one.spec.label), one)
        self._evidence(self._sheet("evidence", Text(zh="佐证材料", en="Evidence")), questions)
        self._waivers(self._sheet("waivers", Text(zh="豁免", en="Waivers")))
        self._verified(self._sheet("verified", Text(zh="核查", en="Verified figures")), questions)
        self._guide(guide, records)
        if self.faults:
            raise InvalidInput(self.faults)
        self._hidden()
        self.book.close()
        return self.file.getvalue()

    def _questions(self) -> list[Question]:
        """Return the questions of the form, and after them whatever else the draft answers."""
        asked = {one.name for one in self.form.questions}
        more = [
            Question(name=name, spec=self.specs[name], asked_by=())
            for name, value in self.draft.facts.items()
            if name not in asked and value is not None
        ]
        return [*self.form.questions, *more]

    # sheets, cells, styles

    def _sheet(self, key: str, title: Text) -> Any:
        """Return a new sheet with a name that spreadsheets take and no other sheet has."""
        name = _NOT_IN_TITLES.sub(" ", self.say(title)).strip()[:28] or key[:28]
        taken = {one.lower() for one in self.titles.values()}
        called, number = name, 2
        while called.lower() in taken:
            called, number = f"{name} {number}", number + 1
        self.titles[key] = called
        sheet = self.book.add_worksheet(called)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True, "sort": True})
        return sheet

    def _style(self, **more: Any) -> Any:
        given = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True, **more}
        key = tuple(sorted(given.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(given)
        return self.styles[key]

    def _label(self, **more: Any) -> Any:
        return self._style(border=1, border_color="#BFBFBF", **more)

    def _asked(self, text: Text) -> str:
        """Return a question in the words of a sheet, where YAML's words for nothing are none."""
        said = self.say(text)
        if self.lang == "zh":
            return re.sub(r"(?:填|写) ?\[\]", "选“无”", re.sub(r"(?:填|写) ?none", "写“无”", said))
        return said.replace("[]", "none")

    def _free(self, type_: str, *, border: bool = True) -> Any:
        """Return the style of a cell to be filled in."""
        shown_as = {"date": "yyyy-mm-dd", "term": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "number": "General"}
        number = shown_as.get(type_, "0" if type_ == "count" else "@")
        edge = {"border": 1, "border_color": "#BFBFBF"} if border else {}
        return self._style(locked=False, bg_color="#FFFBE6", num_format=number, align="left", **edge)

    def _map(self, kind: str, spot: _Spot, path: Steps) -> None:
        """Write down what a cell is; the name follows the cell wherever it is moved."""
        name = f"ss_{len(self.rows) + 1}"
        sheet = spot.sheet.replace("'", "''")
        self.book.define_name(name, f"='{sheet}'!${_letters(spot.column)}${spot.row + 1}")
        self.rows.append((kind, name, json.dumps(path, ensure_ascii=False)))

    def _put(self, sheet: Any, spot: _Spot, type_: str, value: Any, options: Mapping[str, Text]) -> None:
        """Write an answer into its cell."""
        style = self._free(type_)
        if value is None:
            sheet.write_blank(spot.row, spot.column, None, style)
            return
        written = self._written(type_, value, options)
        if isinstance(written, str):
            if len(written) > _MOST_TEXT:
                problem = Text(
                    zh=f"文字超过{_MOST_TEXT}字，单元格放不下", en=f"a cell holds no more than {_MOST_TEXT} characters"
                )
                at = Location(spot.sheet, spot.row + 1, spot.column + 1)
                self.faults.append(Fault(at, problem))
                return
            sheet.write_string(spot.row, spot.column, written, style)
        elif isinstance(written, (date, datetime)):
            sheet.write_datetime(spot.row, spot.column, written, style)
        else:
            sheet.write_number(spot.row, spot.column, written, style)

    def _written(self, type_: str, value: Any, options: Mapping[str, Text]) -> str | float | date:
        """Return what a cell holds for a plain value."""
        if value == "none" and type_ in ABSENT_IS_AN_ANSWER:
            return NO_RECORDS[0] if self.lang == "zh" else NO_RECORDS[1]
        if isinstance(value, bool):
            words = ("是", "否") if self.lang == "zh" else ("yes", "no")
            return words[0] if value else words[1]
        if isinstance(value, Mapping):
            return "; ".join(f"{day}: {'' if one is None else one}" for day, one in value.items())
        if isinstance(value, list):
            return self._several(type_, value, options)
        if isinstance(value, (int, Decimal)) and type_ in ("count", "number"):
            return float(value) if Decimal(repr(float(value))) == value else str(value)
        if type_ in ("choice", "reading"):
            return self._option(str(value), options)
        day = parse_day(str(value)) if type_ in ("date", "term") else None
        if day is not None and day >= _EPOCH:
            return date.fromordinal(day)
        moment = parse_moment(str(value)) if type_ == "time" else None
        if moment is not None and moment >= _EPOCH * 1440:
            day, minutes = divmod(moment, 1440)
            return datetime.combine(date.fromordinal(day), datetime.min.time()).replace(
                hour=minutes // 60, minute=minutes % 60
            )
        return str(value)

    def _several(self, type_: str, value: list[Any], options: Mapping[str, Text]) -> str:
        none = NO_RECORDS[0] if self.lang == "zh" else NO_RECORDS[1]
        if not value:
            return "[]" if option(none, options) else none
        return "; ".join(self._option(str(one), options) if type_ == "choices" else str(one) for one in value)

    def _option(self, name: str, options: Mapping[str, Text]) -> str:
        """Return an option's label; its id where the label would not be read as it."""
        label = self.say(options[name]) if name in options else name
        return label if option(label, options) == name and ";" not in label and "；" not in label else name

    def _limit(self, sheet: Any, area: tuple[int, int, int, int], type_: str, options: Mapping[str, Text]) -> None:
        """Give cells a dropdown, or the limits of their type."""
        absent = type_ in ABSENT_IS_AN_ANSWER
        how = self._how(type_, options)
        rule: dict[str, Any] = {"error_type": "warning" if absent else "stop", "error_message": how[:250]}
        rule["error_title"] = self.say(Text(zh="与要求的填法不符", en="not as asked"))
        if type_ == "flag":
            rule |= {"validate": "list", "source": ["是", "否"] if self.lang == "zh" else ["yes", "no"]}
        elif type_ in ("choice", "reading"):
            rule |= {"validate": "list", "source": f"={self._list([self._option(one, options) for one in options])}"}
        elif type_ == "count":
            rule |= {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MOST}
        elif type_ == "number":
            rule |= {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": MOST}
        elif type_ in ("date", "term", "time"):
            rule |= {
                "validate": "date",
                "criteria": "between",
                "minimum": date(1949, 10, 1),
                "maximum": date(2099, 12, 31),
            }
        else:
            return
        sheet.data_validation(*area, rule)

    def _list(self, words: Iterable[str]) -> str:
        """Return the name of the hidden list of these words."""
        key = tuple(words)
        return self.lists.setdefault(key, f"ss_list_{len(self.lists) + 1}")

    def _how(self, type_: str, options: Mapping[str, Text]) -> str:
        """Return how an answer of a type is written."""
        absent = type_ in ABSENT_IS_AN_ANSWER and type_ not in ("count", "number")
        none = self.say(Text(zh="；没有的写“无”", en="; none if there is none")) if absent else ""
        if type_ == "flag":
            return self.say(Text(zh="选“是”或“否”", en="yes or no"))
        if type_ in ("choice", "reading"):
            return self.say(Text(zh="从下拉框选一项", en="choose one"))
        if type_ == "choices":
            every = "；".join(self._option(one, options) for one in options)
            return self.say(
                Text(
                    zh=f"可选多项，用分号隔开；都没有写“无”。可选：{every}",
                    en=f"any of these, joined by semicolons; none for none of them: {every}",
                )
            )
        if type_ == "dates":
            return self.say(
                Text(
                    zh="日期或起止日期，用分号隔开，如2022-10-01; 2022-10-03..2022-10-07；没有的写“无”",
                    en="days or spans joined by semicolons, as 2022-10-01; 2022-10-03..2022-10-07; none for none",
                )
            )
        if type_ == "percent":
            return self.say(Text(zh="百分数，如70%", en="a percentage, as 70%"))
        return self.say(HOW[type_]) + none

    def _comment(self, sheet: Any, spot: _Spot, lines: Iterable[str]) -> None:
        text = "\n".join(visible(one) for one in lines if one)
        if text:
            scale = {
                "x_scale": 2.4,
                "y_scale": min(4.0, 0.6 + 0.14 * sum(1 + len(one) // 28 for one in text.split("\n"))),
            }
            sheet.write_comment(spot.row, spot.column, text[:2000], {"author": "safescore", **scale})

    def _clauses(self, asked_by: tuple[Asking, ...]) -> list[str]:
        several = len(self.form.packs) > 1
        lines = [
            f"{one.pack.id if several else ''} {one.clause}：{self.say(one.rule.title)}（{one.rule.anchor}）".strip()
            for one in asked_by[:6]
        ]
        if len(asked_by) > 6:
            lines.append(self.say(Text(zh=f"另有{len(asked_by) - 6}项要求", en=f"and {len(asked_by) - 6} more duties")))
        return lines

    # sheets of questions

    def _table(self, sheet: Any, key: str, title: str) -> None:
        """Begin a sheet of questions."""
        self._map(SHEET, _Spot(self.titles[key], 0, 0), (key, len(_COLUMNS)))
        sheet.merge_range(0, 0, 0, len(_COLUMNS) - 1, title, self._style(bold=True, font_size=14))
        sheet.set_row(0, 28)
        for place, (name, width) in enumerate(_COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(1, place, self.say(name), self._label(bold=True, bg_color="#D9E2F3", align="center"))
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(1)

    def _line(
        self,
        sheet: Any,
        key: str,
        row: int,
        path: Steps,
        texts: tuple[str, str, str, str, str],
        type_: str,
        value: Any,
        options: Mapping[str, Text],
        more: Iterable[str] = (),
    ) -> None:
        """Write a question and the cell of its answer."""
        number, clause, question, how, example = texts
        spot = _Spot(self.titles[key], row, _ANSWER - 1)
        for place, text in ((0, number), (1, clause), (2, question), (4, how), (5, example)):
            grey = {"font_color": "#595959"} if place > 3 else {}
            sheet.write_string(row, place, text, self._label(**grey))
        sheet.write_blank(row, 6, None, self._label(locked=False))
        self._put(sheet, spot, type_, value, options)
        self._limit(sheet, (row, spot.column, row, spot.column), type_, options)
        self._comment(sheet, spot, (question, how, *more))
        self._map(VALUE, spot, path)
        shown = (number, clause, question, str(value or ""), how, example)
        sheet.set_row(row, _height(zip(shown, (one[1] for one in _COLUMNS), strict=False)))

    def _section(self, sheet: Any, row: int, text: str) -> None:
        sheet.merge_range(row, 0, row, len(_COLUMNS) - 1, text, self._label(bold=True, bg_color="#EDEDED"))

    def _organization(self, sheet: Any) -> None:
        key, own = "organization", self.draft.organization
        self._table(sheet, key, self.say(Text(zh="单位信息", en="The organisation")))
        titles = {role: pack.roles[role] for pack in self.form.packs for role in pack.roles}
        open_ = (OPEN.zh, OPEN.en)
        rows: list[tuple[Steps, Text, str, Any, Mapping[str, Text]]] = [
            (("organization", "id"), Text(zh="单位编号，如统一社会信用代码", en="a code of the organisation"), "text",
             None if own.get("id") in open_ else own.get("id"), {}),
            (("organization", "name"), Text(zh="单位全称", en="its full name"), "text",
             None if own.get("name") in open_ else own.get("name"), {}),
            (("organization", "roles"), Text(zh="本单位的角色", en="its roles"), "choices",
             list(own.get("roles", self.form.roles)), titles),
            (("period",), Text(zh="填报的期间", en="the period"), "text", str(self.draft.period), {}),
            (("as_of",), Text(zh="截至哪一天；空着就是期间的最后一天", en="as of which day; blank: the period's last"),
             "date", self.draft.as_of, {}),
        ]  # fmt: skip
        examples = {"period": "2022、2022H1、2022Q3、2022-07", "id": "91500104MA5U000000"}
        row = 2
        for number, (path, question, type_, value, options) in enumerate(rows, 1):
            texts = (str(number), "", self.say(question), self._how(type_, options), examples.get(str(path[-1]), ""))
            self._line(sheet, key, row, path, texts, type_, value, options)
            row += 1
        self.rows.append((CONSTANT, json.dumps(list(self.draft.packs)), json.dumps(["packs"])))
        row = self._profile(sheet, row)
        self._settings(sheet, row)

    def _profile(self, sheet: Any, row: int) -> int:
        own = self.draft.organization
        asked = {question.name: question for question in self.form.profile}
        names = [*asked, *(one for one in own if one not in asked and one in self.specs)]
        if names:
            text = Text(zh="先答下面各项：它们决定哪些要求适用于本单位", en="These decide which duties apply")
            self._section(sheet, row, self.say(text))
            row += 1
        for number, name in enumerate(names, 1):
            by = asked[name].asked_by if name in asked else ()
            self._question(
                sheet, "organization", row, str(number), ("organization", name), self.specs[name], own.get(name), by
            )
            row += 1
        return row

    def _settings(self, sheet: Any, row: int) -> None:
        """Write what the packs leave open: those that a duty depends on, and those that were given."""
        given = self.draft.parameters
        opened = {(one.pack.id, one.parameter.id): one for one in self.form.settings}
        several = len(self.form.packs) > 1
        flat: set[str] = set()
        lines: list[tuple[Steps, Parameter, Any, Open | None]] = []
        for pack in self.form.packs:
            own = given.get(pack.id)
            own = own if isinstance(own, Mapping) else {}
            for one in pack.head.parameters:
                opening = opened.get((pack.id, one.id))
                if one.id in own:
                    lines.append((("parameters", pack.id, one.id), one, own[one.id], opening))
                elif one.id in given:
                    if one.id not in flat:
                        lines.append((("parameters", one.id), one, given[one.id], opening))
                    flat.add(one.id)
                elif opening is not None:
                    inner = (pack.id, one.id) if several else (one.id,)
                    lines.append((("parameters", *inner), one, None, opening))
        if lines:
            text = Text(
                zh="文件没有写明的：数字要由本单位填；读法有默认的可以空着，按默认执行",
                en="What the documents leave open: figures must be given; a reading that has a default may stay blank",
            )
            self._section(sheet, row, self.say(text))
            row += 1
        for number, (path, one, value, opening) in enumerate(lines, 1):
            self._setting(sheet, row, str(number), path, one, value, opening)
            row += 1

    def _setting(
        self, sheet: Any, row: int, number: str, path: Steps, one: Parameter, value: Any, opening: Open | None
    ) -> None:
        type_ = "reading" if one.reading else one.type
        options = {name: way.title for name, way in one.alternatives.items()}
        how = self._how(type_, options)
        if one.reading and isinstance(one.default, str) and one.default in options:
            label = self._option(one.default, options)
            how += self.say(Text(zh=f"；空着就是：{label}", en=f"; blank is: {label}"))
        question = f"{self.say(one.title)}。{self._asked(one.question) if one.question else ''}"
        note = [self.say(one.note)] if one.note else []
        ways = [f"{self._option(name, options)}" for name in options]
        by = opening.asked_by if opening is not None else ()
        clause = by[0].clause if by else ""
        texts = (number, clause, question, how, "")
        self._line(sheet, "organization", row, path, texts, type_, value, options, (*note, *ways, *self._clauses(by)))

    def _question(
        self,
        sheet: Any,
        key: str,
        row: int,
        number: str,
        path: Steps,
        spec: FactSpec,
        value: Any,
        by: tuple[Asking, ...],
    ) -> None:
        unit = f"（{spec.unit.zh}）" if spec.unit and self.lang == "zh" else f" ({spec.unit.many})" if spec.unit else ""
        question = self._asked(spec.question)
        if spec.type != "flag":
            question = f"{self._asked(spec.label)}{self.say(_COLON)}{question}"
        example = self._example(spec) if spec.type != "flag" else ""
        texts = (
            number,
            by[0].clause if by else "",
            question,
            self._how(spec.type, spec.options) + unit,
            example,
        )
        self._line(sheet, key, row, path, texts, spec.type, value, spec.options, self._clauses(by))

    def _example(self, spec: FactSpec | FieldSpec) -> str:
        found = example_of(spec, self.day)
        if spec.type in ("choice", "choices") or isinstance(found, (bool, list)):
            return str(self._written(spec.type, found, spec.options))
        return flow(found).strip('"')

    def _plain(self, sheet: Any, questions: list[Question]) -> None:
        self._table(sheet, "questions", self.say(Text(zh="问题", en="Questions")))
        row = 2
        for number, one in enumerate(questions, 1):
            value = self.draft.facts.get(one.name)
            if one.spec.type != "checklist":
                self._question(sheet, "questions", row, str(number), ("facts", one.name), one.spec, value, one.asked_by)
                row += 1
                continue
            clause = one.asked_by[0].clause if one.asked_by else ""
            text = f"{number}  {clause}  {self.say(one.spec.label)}：{self._asked(one.spec.question)}"
            self._section(sheet, row, text)
            sheet.set_row(row, _height([(text, sum(one[1] for one in _COLUMNS))]))
            row += 1
            held = value if isinstance(value, Mapping) else {}
            for place, name in enumerate(dict.fromkeys((*one.reads, *held)), 1):
                element = one.spec.elements[name]
                texts = (
                    f"{number}.{place}",
                    clause,
                    self._asked(element.label),
                    self._how(element.type, element.options),
                    "",
                )
                path: Steps = ("facts", one.name, name)
                more = (self.say(one.spec.label), *self._clauses(one.asked_by))
                self._line(sheet, "questions", row, path, texts, element.type, held.get(name), element.options, more)
                row += 1

    # sheets of records

    def _columns(
        self,
        sheet: Any,
        key: str,
        path: Steps,
        columns: Mapping[str, FieldSpec | FactSpec],
        notes: Mapping[str, list[str]],
    ) -> None:
        """Write the heads of columns, and how their cells are filled in."""
        self._map(SHEET, _Spot(self.titles[key], 0, 0), (key, max(len(columns) + 1, _ANSWER + 1)))
        for place, (name, spec) in enumerate(columns.items()):
            width = {"text": 22, "choice": 20, "choices": 28, "dates": 30, "time": 18}.get(spec.type, 14)
            sheet.set_column(place, place, width, self._free(spec.type, border=False))
            unit = f"（{spec.unit.zh}）" if spec.unit and self.lang == "zh" else ""
            spot = _Spot(self.titles[key], _HEAD - 1, place)
            style = self._label(bold=True, bg_color="#D9E2F3", align="center")
            sheet.write_string(spot.row, place, self._asked(spec.label) + unit, style)
            how = self._how(spec.type, spec.options)
            options = [self._option(one, spec.options) for one in spec.options] if spec.type == "choice" else []
            self._comment(sheet, spot, (f"{self._asked(spec.label)}（{name}）", how, *options, *notes.get(name, ())))
            self._map(COLUMN, spot, (*path, name))
        last = len(columns)
        sheet.set_row(_HEAD - 1, 34)
        sheet.set_column(last, last, 24, self._style(locked=False))
        remarks = self._label(bold=True, bg_color="#EDEDED", align="center")
        sheet.write_string(_HEAD - 1, last, self.say(_COLUMNS[-1][0]), remarks)
        for row in range(_HEAD - 1):
            for place in range(last + 1):
                sheet.write_blank(row, place, None, self._style())
        sheet.freeze_panes(_HEAD, 1)
        sheet.repeat_rows(_HEAD - 1)

    def _body(self, sheet: Any, key: str, columns: Mapping[str, FieldSpec | FactSpec], records: list[Any]) -> None:
        """Write the records, and limits for these and for new ones."""
        for row, record in enumerate(records, _HEAD):
            if not isinstance(record, Mapping) or all(one is None for one in record.values()):
                problem = Text(
                    zh=f"第{row - _HEAD + 1}条记录全是空白，工作表无法表示",
                    en=f"record {row - _HEAD + 1} is wholly blank",
                )
                mend = Text(zh="填上编号，或删去该条", en="give it an id, or delete it")
                self.faults.append(Fault(Location(self.titles[key], row + 1, 1), problem, mend))
                continue
            for place, (name, spec) in enumerate(columns.items()):
                if record.get(name) is not None:
                    self._put(sheet, _Spot(self.titles[key], row, place), spec.type, record[name], spec.options)
        end = _HEAD + len(records) + ROOM - 1
        for place, spec in enumerate(columns.values()):
            self._limit(sheet, (_HEAD, place, end, place), spec.type, spec.options)
        edge = self.book.add_format({"border": 1, "border_color": "#BFBFBF"})
        sheet.conditional_format(_HEAD, 0, end, len(columns), {"type": "no_errors", "format": edge})

    def _records(self, sheet: Any, one: Question) -> None:
        spec, value = one.spec, self.draft.facts.get(one.name)
        through = value.get("through") if isinstance(value, Mapping) else None
        records = value.get("events", []) if isinstance(value, Mapping) else value
        used = (name for record in records or () if isinstance(record, Mapping) for name in record)
        names = tuple(dict.fromkeys((*(one.fields or spec.fields), *used)))
        columns = {name: spec.fields[name] for name in spec.fields if name in names}
        notes = {name: [self.say(Text(zh=f"示例：{self._example(field_)}", en=f"Example: {self._example(field_)}"))]
                 for name, field_ in columns.items()}  # fmt: skip
        self._columns(sheet, one.name, ("facts", one.name), columns, notes)
        title = self.titles[one.name]
        sheet.write_string(0, 0, self.say(spec.label), self._style(bold=True, font_size=14, text_wrap=False))
        sheet.write_string(1, 0, self._asked(spec.question), self._style(text_wrap=False))
        lines = self._clauses(one.asked_by)
        self._comment(sheet, _Spot(title, 0, 0), lines)
        if one.counts and not one.direct:
            hint = Text(
                zh="可以不填：只用来算出数字，数字也可以直接填。", en="May be left out: only counts follow from it."
            )
            sheet.write_string(2, 0, self.say(hint), self._style(text_wrap=False, font_color="#595959"))
        label = self._style(bold=True, align="right", text_wrap=False)
        ask = Text(zh="没有记录的，在此选“无”→", en="none at all: choose none →")
        spot = _Spot(title, 3, 1)
        sheet.write_string(3, 0, self.say(ask), label)
        none = NO_RECORDS[0] if self.lang == "zh" else NO_RECORDS[1]
        self._put(sheet, spot, "text", none if records == [] else None, {})
        sheet.data_validation(3, 1, 3, 1, {"validate": "list", "source": [none]})
        self._map(NONE_LEFT, spot, ("facts", one.name))
        if spec.type == "events":
            far = _Spot(title, 3, 4)
            ask = Text(zh="登记完整到哪一天→", en="complete up to →")
            sheet.write_string(3, 3, self.say(ask), label)
            self._put(sheet, far, "date", through, {})
            self._limit(sheet, (3, 4, 3, 4), "date", {})
            self._comment(
                sheet,
                far,
                [
                    self.say(
                        Text(
                            zh="这张表登记完整到哪一天；之后的算“缺”。空着表示完整到截止日。",
                            en="Up to which day this list is complete; what follows is missing. Blank: up to the day "
                            "of judgement.",
                        )
                    )
                ],
            )
            self._map(VALUE, far, ("facts", one.name, "through"))
        self._body(sheet, one.name, columns, records or [])

    def _evidence(self, sheet: Any, questions: list[Question]) -> None:
        columns = {
            "fact": FieldSpec(label=Text(zh="所证明的事项", en="fact"), type="text"),
            "path": FieldSpec(label=Text(zh="文件（相对路径）", en="file (relative path)"), type="text"),
            "sha256": FieldSpec(label=Text(zh="sha256（可不填）", en="sha256 (optional)"), type="text"),
            "date": FieldSpec(label=Text(zh="文件日期（可不填）", en="date (optional)"), type="date"),
            "note": FieldSpec(label=Text(zh="说明（可不填）", en="note (optional)"), type="text"),
        }
        self._columns(sheet, "evidence", ("evidence",), columns, {})
        title = Text(zh="佐证材料", en="Evidence")
        sheet.write_string(0, 0, self.say(title), self._style(bold=True, font_size=14, text_wrap=False))
        hint = Text(
            zh="哪个事项由哪个文件证明，一个文件一行；可以不填。",
            en="Which file shows which fact, one a row; optional.",
        )
        sheet.write_string(1, 0, self.say(hint), self._style(text_wrap=False))
        rows: list[dict[str, Any]] = []
        for name, files in self.draft.evidence.items():
            for one in files or ():
                rows.append({"fact": name, **(one if isinstance(one, Mapping) else {"path": str(one)})})
        self._body(sheet, "evidence", columns, rows)
        names = (name for one in questions for name in (one.name, *(f"{one.name}.{key}" for key in one.spec.elements)))
        self._suggest(sheet, 0, len(rows), [self._fact_label(name) for name in names])

    def _suggest(self, sheet: Any, column: int, written: int, words: list[str]) -> None:
        """Give a column a dropdown of words that are not the only ones."""
        if words:
            source = f"={self._list(dict.fromkeys(words))}"
            area = (_HEAD, column, _HEAD + written + ROOM - 1, column)
            sheet.data_validation(*area, {"validate": "list", "source": source, "error_type": "warning"})

    def _fact_label(self, name: str) -> str:
        """Return what a fact, or a part of it, is called where no other is called so, else its name."""
        fact, _, part = name.partition(".")
        spec = self.specs[fact]
        inner: Mapping[str, Any] = spec.fields if spec.records else spec.elements
        label = self.say(spec.label) + (f".{self.say(inner[part].label)}" if part else "")
        return label if self.naming.name(label) == name else name

    def _waivers(self, sheet: Any) -> None:
        columns = {
            "rule": FieldSpec(label=Text(zh="规则编号", en="rule"), type="text"),
            "reason": FieldSpec(label=Text(zh="理由", en="reason"), type="text"),
            "approver": FieldSpec(label=Text(zh="批准人", en="approver"), type="text"),
            "from": FieldSpec(label=Text(zh="自（可不填）", en="from (optional)"), type="date"),
            "until": FieldSpec(label=Text(zh="至", en="until"), type="date"),
        }
        self._columns(sheet, "waivers", ("waivers",), columns, {})
        title = Text(zh="豁免", en="Waivers")
        sheet.write_string(0, 0, self.say(title), self._style(bold=True, font_size=14, text_wrap=False))
        hint = Text(
            zh="经批准暂不执行的要求，一条一行；没有的整张空着。", en="Duties that are waived with approval, one a row."
        )
        sheet.write_string(1, 0, self.say(hint), self._style(text_wrap=False))
        self._body(sheet, "waivers", columns, list(self.draft.waivers))
        self._suggest(sheet, 0, len(self.draft.waivers), [one.rule.id for one in self.form.asking])

    def _verified(self, sheet: Any, questions: list[Question]) -> None:
        columns = {
            "date": FieldSpec(label=Text(zh="核查日期", en="date"), type="date"),
            "by": FieldSpec(label=Text(zh="核查单位", en="by whom"), type="text"),
            "fact": FieldSpec(label=Text(zh="项目", en="fact"), type="text"),
            "record": FieldSpec(label=Text(zh="记录（登记中的编号）", en="record (its key)"), type="text"),
            "value": FieldSpec(label=Text(zh="核查结果", en="value"), type="text"),
            "note": FieldSpec(label=Text(zh="说明（可不填）", en="note (optional)"), type="text"),
        }
        self._columns(sheet, "verified", ("verified",), columns, {})
        title = Text(zh="核查", en="Verified figures")
        sheet.write_string(0, 0, self.say(title), self._style(bold=True, font_size=14, text_wrap=False))
        for row, hint in enumerate(_VERIFIED, 1):
            sheet.write_string(row, 0, self.say(hint), self._style(text_wrap=False))
        rows: list[dict[str, Any]] = []
        values: list[tuple[str, Any, Mapping[str, Text]]] = []
        raw = self.draft.verified
        for visit in raw if isinstance(raw, (list, tuple)) else [raw]:
            head = {key: visit.get(key) for key in ("date", "by", "note")}
            for name, record, value, spec in self._figures(visit):
                rows.append({**head, "fact": name, "record": record})
                values.append((spec.type, value, spec.options))
        self._body(sheet, "verified", columns, rows)
        place = list(columns).index("value")
        for row, (type_, value, options) in enumerate(values, _HEAD):
            self._put(sheet, _Spot(self.titles["verified"], row, place), type_, value, options)
        self._suggest(sheet, list(columns).index("fact"), len(rows), [*self._verifiable(questions)])

    def _verifiable(self, questions: list[Question]) -> Iterator[str]:
        """Yield what a row can verify: facts, elements of checklists, fields of registers with a key."""
        for one in questions:
            if one.spec.records:
                parts = [key for key in one.spec.fields if key not in one.spec.key] if one.spec.key else []
            else:
                parts = list(one.spec.elements)
                if not parts:
                    yield self._fact_label(one.name)
            yield from (self._fact_label(f"{one.name}.{key}") for key in parts)

    def _figures(self, visit: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Any, FactSpec | FieldSpec]]:
        """Yield the figures of a visit: what, of which record, and the value with its type."""
        for name, value in visit["facts"].items():
            spec = self.specs[name]
            if value is None:
                continue
            if spec.type == "checklist":
                for key, one in value.items():
                    if one is not None:
                        yield self._fact_label(f"{name}.{key}"), None, one, spec.elements[key]
            elif spec.records and value in ([], {"whole": []}) and not (spec.key and value == []):
                yield self._fact_label(name), None, "none", FieldSpec(label=spec.label, type="date")
            elif spec.records and not (spec.key and isinstance(value, list)):
                at = Location(self.titles["verified"], 1, 1)
                problem = Text(
                    zh=f"核查给出了整份“{spec.label.zh}”（{name}），工作表只能逐条更正",
                    en=f"a visit gives all of {name}; a sheet only corrects records one by one",
                )
                mend = Text(zh="这项核查结果留在YAML文件中", en="keep this visit in a YAML file")
                self.faults.append(Fault(at, problem, mend))
            elif spec.records:
                for record in value:
                    key = "; ".join(str(record[one]) for one in spec.key)
                    found = [one for one in record if one not in spec.key and record[one] is not None]
                    for one in found:
                        yield self._fact_label(f"{name}.{one}"), key, record[one], spec.fields[one]
                    if not found:
                        yield self._fact_label(name), key, None, spec.fields[spec.key[0]]
            else:
                yield self._fact_label(name), None, value, spec

    # the guide, and what is hidden

    def _guide(self, sheet: Any, records: list[Question]) -> None:
        self._map(SHEET, _Spot(self.titles["guide"], 0, 0), ("guide", 3))
        sheet.set_column(0, 0, 4)
        sheet.set_column(1, 1, 34)
        sheet.set_column(2, 2, 84)
        sheet.merge_range(
            0, 0, 0, 2, self.say(Text(zh="安全生产填报表", en="Work safety form")), self._style(bold=True, font_size=16)
        )
        sheet.set_row(0, 32)
        row = 1
        for pack in self.form.packs:
            text = f"{self.say(pack.head.title)}（{pack.id} {pack.version}）"
            sheet.merge_range(row, 0, row, 2, text, self._style())
            row += 1
        titles = "、".join(self.say(self.form.packs[0].roles[role]) for role in self.form.roles)
        asking, questions = len(self.form.asking), len(self.form.questions)
        text = self.say(
            Text(
                zh=f"适用于：{titles}。{asking}项要求，{questions}个问题。期间：{self.draft.period}。",
                en=f"For: {titles}. {asking} duties, {questions} questions. Period: {self.draft.period}.",
            )
        )
        sheet.merge_range(row, 0, row, 2, text, self._style())
        row += 2
        for number, line in enumerate(_GUIDE, 1):
            sheet.write_string(row, 0, str(number), self._style(align="center"))
            sheet.merge_range(row, 1, row, 2, self.say(line), self._style())
            sheet.set_row(row, _height([(self.say(line), 118)]))
            row += 1
        row += 1
        head = self._label(bold=True, bg_color="#D9E2F3")
        for place, name in ((1, Text(zh="工作表", en="Sheet")), (2, Text(zh="内容", en="Content"))):
            sheet.write_string(row, place, self.say(name), head)
        row += 1
        said = {one.name: self._asked(one.spec.question) for one in records}
        said["organization"] = self.say(
            Text(
                zh="单位概况、期间，以及文件没有写明的数字和读法",
                en="the organisation, the period, and what documents leave open",
            )
        )
        said["questions"] = self.say(Text(zh="其他各项问题", en="all other questions"))
        said["evidence"] = self.say(
            Text(zh="哪个文件证明哪个事项（可不填）", en="which file shows which fact (optional)")
        )
        said["waivers"] = self.say(Text(zh="经批准的豁免（可不填）", en="waivers (optional)"))
        said["verified"] = self.say(
            Text(zh="核查人员核实的结果（填报单位不填）", en="what inspectors found (not for the organisation)")
        )
        link = self._label(font_color="#0563C1", underline=1)
        for key, title in self.titles.items():
            if key != "guide":
                target = title.replace("'", "''")
                sheet.write_url(row, 1, f"internal:'{target}'!A1", link, title)
                sheet.write_string(row, 2, said[key], self._label())
                sheet.set_row(row, _height([(title, 34), (said[key], 84)]))
                row += 1
        sheet.activate()
        sheet.set_first_sheet()

    def _hidden(self) -> None:
        lists = self.book.add_worksheet(LISTS)
        lists.very_hidden()
        for place, (words, name) in enumerate(self.lists.items()):
            for row, word in enumerate(words):
                lists.write_string(row, place, word)
            letters = _letters(place)
            self.book.define_name(name, f"='{LISTS}'!${letters}$1:${letters}${len(words)}")
        hidden = self.book.add_worksheet(MAP)
        hidden.very_hidden()
        hidden.protect()
        hidden.write_row(0, 0, (MARK, VERSION))
        for row, cells in enumerate(self.rows, 1):
            for place, text in enumerate(cells):
                hidden.write_string(row, place, text)


_EPOCH = date(1900, 3, 1).toordinal()
"""The first day that every spreadsheet counts alike."""


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Return the height in points of a row that shows each text within a width in columns."""
    lines = max(
        sum(
            ceil((sum(2 if char > "\u2e7f" else 1 for char in line) or 1) / (width * 0.95)) for line in text.split("\n")
        )
        for text, width in texts
    )
    return min(15.0 * lines + 4, 400)


def _letters(column: int) -> str:
    return column_letters(column + 1)
