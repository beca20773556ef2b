"""Filled-in workbooks: cells as entries, each with its sheet and address; nothing is believed before it is checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any, NoReturn
from zipfile import ZipFile

from attrs import define, field

from safescore.document import Document, Entry, Steps
from safescore.errors import Fault, InvalidInput, Location, Refused
from safescore.frozen import frozen
from safescore.source import LIMITS, Limits
from safescore.words import Text, same
from safescore.workbook.layout import (
    COLUMN,
    CONSTANT,
    MAP,
    MARK,
    NO_RECORDS,
    NONE_LEFT,
    SHEET,
    VALUE,
    VERSION,
)

# Every sentence that a fault of the reader can say: what is wrong, and how to mend it.
WORDING: Mapping[str, tuple[Text, Text]] = {
    "xls": (
        Text(
            zh="这是旧版.xls文件，或是加了密码的工作簿",
            en="this is an old .xls file, or a workbook with a password",
        ),
        Text(zh="去掉密码，另存为.xlsx", en="remove the password, and save it as .xlsx"),
    ),
    "zip": (
        Text(zh="这不是.xlsx工作簿，或文件已损坏", en="this is no .xlsx workbook, or it is damaged"),
        Text(zh="在表格软件中打开，另存为.xlsx", en="open it in a spreadsheet, and save it as .xlsx"),
    ),
    "unzipped": (
        Text(
            zh="工作簿解压后有{found}字节，超过{most}字节的上限",
            en="unzipped the workbook has {found} bytes, more than {most}, the limit",
        ),
        Text(
            zh="用safescore init重新生成填报表，只填写内容；确需放宽的，用--max-unzipped",
            en="make the form anew with safescore init and only fill it in, or allow more with --max-unzipped",
        ),
    ),
    "part": (
        Text(
            zh="工作簿的组成部分{name}有{found}字节，超过{most}字节的上限",
            en="the part {name} of the workbook has {found} bytes, more than {most}, the limit",
        ),
        Text(
            zh="用safescore init重新生成填报表，只填写内容",
            en="make the form anew with safescore init, and only fill it in",
        ),
    ),
    "encrypted": (
        Text(zh="工作簿的组成部分{name}加了密", en="the part {name} of the workbook is encrypted"),
        Text(zh="去掉密码后另存为.xlsx", en="remove the password, and save it as .xlsx"),
    ),
    "entities": (
        Text(
            zh="工作簿的组成部分{name}中有实体或文档类型定义，表格软件不会写这样的内容",
            en="the part {name} of the workbook declares entities, which no spreadsheet writes",
        ),
        Text(
            zh="不要使用来历不明的文件；用safescore init重新生成填报表",
            en="don't use files of unknown origin; make the form anew with safescore init",
        ),
    ),
    "many": (
        Text(zh="工作簿中超过{most}个值的上限", en="the workbook holds more than {most} values, the limit"),
        Text(zh="拆成几次填报，或用--max-values放宽", en="split the content, or allow more with --max-values"),
    ),
    "cells": (
        Text(
            zh="工作簿中的单元格和行超过{most}个，多数是空的",
            en="the workbook holds more than {most} cells and rows, most of them blank",
        ),
        Text(
            zh="用safescore init重新生成填报表，把内容复制过去",
            en="make the form anew with safescore init, and copy the content there",
        ),
    ),
    "no-form": (
        Text(
            zh="这不是safescore的填报表：缺少记录各单元格含义的隐藏工作表",
            en="this is no form of safescore: it lacks the hidden sheet that says what each cell means",
        ),
        Text(
            zh="用safescore init --format xlsx生成填报表，再填写",
            en="make a form with safescore init --format xlsx, and fill it in",
        ),
    ),
    "version": (
        Text(
            zh="填报表的格式是第{found}版，这里能读的是第{known}版",
            en="the form has the format {found}; the format that is read here is {known}",
        ),
        Text(
            zh="用现在的safescore重新生成填报表",
            en="make the form anew with this safescore",
        ),
    ),
    "map": (
        Text(
            zh="隐藏工作表的这一行被改动过，读不出含义",
            en="this row of the hidden sheet has been changed, and means nothing",
        ),
        Text(
            zh="用safescore init重新生成填报表，把内容复制过去",
            en="make the form anew with safescore init, and copy the content there",
        ),
    ),
    "lost": (
        Text(
            zh="填报表的结构被改动过：找不到{path}的单元格",
            en="the form's structure has been changed: the cell of {path} is gone",
        ),
        Text(
            zh="撤销删除的行、列或工作表，或重新生成填报表",
            en="undo the deletion of rows, columns or sheets, or make the form anew",
        ),
    ),
    "formula": (
        Text(zh="此格的公式没有算出结果", en="the formula of this cell was never calculated"),
        Text(
            zh="在表格软件中打开并保存一次，或直接填写数值",
            en="open and save the file in a spreadsheet once, or write the value itself",
        ),
    ),
    "error": (
        Text(zh="此格是错误值{value}", en="this cell holds the error {value}"),
        Text(zh="改正公式，或直接填写数值", en="mend the formula, or write the value itself"),
    ),
    "digits": (
        Text(
            zh="此格的数字超过15位，表格软件已丢掉后面的位数",
            en="the number in this cell has more than 15 digits, of which the spreadsheet lost some",
        ),
        Text(
            zh="把单元格设为文本格式，再重新填写",
            en="format the cell as text, and write it again",
        ),
    ),
    "stray": (
        Text(
            zh="此格不对应任何问题，填写的内容没有被读取",
            en="no question belongs to this cell; what it says is not read",
        ),
        Text(
            zh="移到对应的填写格；说明性文字写在备注列",
            en="move it to the cell of its question; remarks have a column of their own",
        ),
    ),
    "none": (
        Text(
            zh="此格说明没有记录，下面却有记录",
            en="this cell says that there are no records, and there are some below",
        ),
        Text(zh="清除此格，或删去记录", en="clear this cell, or delete the records"),
    ),
    "nothing": (
        Text(
            zh="写了登记完整到哪一天，却没有记录",
            en="a day is given up to which the records are complete, but there are none",
        ),
        Text(
            zh="确实没有的，在“没有记录”处选“无”；否则清除此格",
            en="where there were none, choose none above; otherwise clear this cell",
        ),
    ),
    "what-none": (
        Text(zh="此格只能选“无”，或留空", en="this cell is none, or blank"),
        Text(zh="没有可登记的选“无”", en="choose none where there is nothing to list"),
    ),
}
MISSING_EXTRA = (
    Text(zh="读取工作簿需要openpyxl，尚未安装", en="reading a workbook needs openpyxl, which is not installed"),
    Text(zh="安装safescore[excel]", en="install safescore[excel]"),
)
NOT_READ = Text(
    zh="{name}：工作表“{sheet}”不属于填报表，没有读取。",
    en="{name}: the sheet {sheet} is not of the form, and was not read.",
)
BESIDE = Text(
    zh="{name}：工作表“{sheet}”中填报范围以外的单元格没有读取：{cells}。",
    en="{name}: cells of the sheet {sheet} outside the form were not read: {cells}.",
)

_MOST_PART = 2_000_000  # bytes of any part but sheets, texts and pictures
_EMPTY = 300_000  # blank cells and rows that are allowed beside the values
_CHUNK = 1 << 20
_CELL = re.compile(
    rb"<(?:\w+:)?(?:(c)\b[^>]{0,200}?\br=\"([A-Z]{1,3})([1-9][0-9]{0,6})\"[^>]{0,200}?"
    rb"(?:/>|>(?=\s{0,9}<(?:\w+:)?(v|is|f)\b)|>)|(row|si)\b)"
)
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@frozen
class _Cell:
    """The address of a cell."""

    sheet: str
    row: int
    column: int


@frozen
class _Mapped:
    """A row of the hidden sheet, with the cell that its name leads to."""

    kind: str
    cell: _Cell
    path: Steps


@frozen
class CellPlaces:
    """Where the values of a workbook stand."""

    name: str
    cells: Mapping[Steps, _Cell]
    heads: Mapping[Steps, _Cell]

    def locate(self, path: Steps) -> Location:
        """Return the cell of a value, or the first of the nearest group around it."""
        while path and path not in self.cells:
            path = path[:-1]
        return _location(self.name, self.cells.get(path, _Cell("", 1, 1)))

    def locate_key(self, path: Steps) -> Location:
        """Return the cell that heads a column, or that of the value."""
        steps = tuple(one for one in path if not isinstance(one, int))
        if steps in self.heads:
            return _location(self.name, self.heads[steps])
        return self.locate(path)


def _location(name: str, cell: _Cell) -> Location:
    return Location(name, cell.row, cell.column, cell.sheet)


def read_workbook(raw: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Return the document in the bytes of a workbook that `write_workbook` made. Raises InvalidInput."""
    with _damaged_is_refused(name):
        _check_archive(raw, name, limits)
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise Refused(*MISSING_EXTRA) from None
    with _damaged_is_refused(name):
        written = _written(raw, name, limits)
        book = load_workbook(BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        return _Reading(name, raw, limits, book, written).document()


@contextmanager
def _damaged_is_refused(name: str) -> Iterator[None]:
    try:
        yield
    except (InvalidInput, MemoryError, RecursionError):
        raise
    except Exception:  # the libraries raise whatever a damaged file makes them trip over
        raise _refusal(name, "zip") from None


def _check_archive(raw: bytes, name: str, limits: Limits) -> None:
    """Refuse an archive that is none, too large unzipped, encrypted, or declares entities."""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refusal(name, "xls")
    with ZipFile(BytesIO(raw)) as archive:
        parts = archive.infolist()
        found = sum(one.file_size for one in parts)
        if found > limits.unzipped:
            raise _refusal(name, "unzipped", found=found, most=limits.unzipped)
        for one in parts:
            if one.flag_bits & 1:
                raise _refusal(name, "encrypted", name=one.filename)
            xml = one.filename.lower().endswith((".xml", ".rels", ".vml"))
            large = "/worksheets/" in one.filename or one.filename.endswith("sharedStrings.xml")
            if xml and not large and one.file_size > _MOST_PART and "comments" not in one.filename.lower():
                raise _refusal(name, "part", name=one.filename, found=one.file_size, most=_MOST_PART)
            if xml:
                with archive.open(one) as part:
                    if _ENTITY.search(part.read(4096)):
                        raise _refusal(name, "entities", name=one.filename)


def _written(raw: bytes, name: str, limits: Limits) -> dict[str, dict[tuple[int, int], bool]]:
    """Return by part the cells in which something stands, and whether it is a formula; refuse what is too much.

    A glance at the bytes, before any parser builds something of them.
    """
    found: dict[str, dict[tuple[int, int], bool]] = {}
    room, values = limits.values + _EMPTY, 0
    with ZipFile(BytesIO(raw)) as archive:
        for part in archive.namelist():
            if not part.endswith("sharedStrings.xml") and "/worksheets/" not in part:
                continue
            here = found[part] = {}
            for token in _tokens(archive, part):
                room -= 1
                if token[4]:
                    here[int(token[3]), _column(token[2].decode())] = token[4] == b"f"
                    values += 1
                    if values > limits.values:
                        raise _refusal(name, "many", most=limits.values)
                if room < 0:
                    raise _refusal(name, "cells", most=limits.values + _EMPTY)
    return found


def _refusal(file: str, slug: str, **said: object) -> InvalidInput:
    problem, hint = WORDING[slug]
    return InvalidInput([Fault(Location(file, 1, 1), problem.filled(**said), hint.filled(**said))])


@define(slots=False)
class _Reading:
    """The reading of one workbook, which takes down every fault."""

    name: str
    raw: bytes
    limits: Limits
    book: Any
    written: Mapping[str, Mapping[tuple[int, int], bool]]
    faults: list[Fault] = field(factory=list, init=False)
    notes: list[Text] = field(factory=list, init=False)
    cells: dict[Steps, _Cell] = field(factory=dict, init=False)
    heads: dict[Steps, _Cell] = field(factory=dict, init=False)
    values: dict[_Cell, Any] = field(factory=dict, init=False)

    def blame(self, cell: _Cell, slug: str, **said: object) -> None:
        """Take down a fault of a cell."""
        problem, hint = WORDING[slug]
        self.faults.append(Fault(_location(self.name, cell), problem.filled(**said), hint.filled(**said)))

    def stop(self, slug: str, **said: object) -> NoReturn:
        """Refuse the whole workbook."""
        raise _refusal(self.name, slug, **said)

    def document(self) -> Document:
        """Return what the workbook says."""
        mapped, constants = self._map()
        written = self._scan()
        self._read(mapped, written)
        content: dict[str, Any] = dict(constants)
        for one in mapped:
            if one.kind == VALUE and one.path[-1] != "through":
                self.cells[one.path] = one.cell
                entry = self._entry(one.cell)
                if entry is not None:
                    _put(content, one.path, entry)
        for path in dict.fromkeys(one.path[:-1] for one in mapped if one.kind == COLUMN):
            self._records(path, [one for one in mapped if one.path[: len(path)] == path], written, content)
        self._beside(mapped, written)
        for path, cell in list(self.cells.items()):
            for end in range(len(path)):
                self.cells.setdefault(path[:end], cell)
        return Document(
            name=self.name,
            content=content,
            digest=sha256(self.raw).hexdigest(),
            places=CellPlaces(self.name, self.cells, self.heads),
            entered=True,
            faults=tuple(self.faults),
            spoilt=frozenset(one.at for one in self.faults),
            notes=tuple(self.notes),
        )

    def _map(self) -> tuple[list[_Mapped], dict[str, Any]]:
        """Return what the hidden sheet says of the cells, and the values that it holds itself."""
        if MAP not in self.book.sheetnames:
            self.stop("no-form")
        rows = list(self.book[MAP].iter_rows(max_row=20_000, max_col=4, values_only=True))
        if not rows or rows[0][0] != MARK:
            self.stop("no-form")
        if str(rows[0][1]) != VERSION:
            self.stop("version", found=str(rows[0][1]), known=VERSION)
        mapped: list[_Mapped] = []
        constants: dict[str, Any] = {}
        for number, (kind, called, raw, *_) in enumerate(rows[1:], 2):
            if kind is None:
                continue
            path = _path(raw)
            if path is None or kind not in (SHEET, VALUE, COLUMN, NONE_LEFT, CONSTANT):
                self.blame(_Cell(MAP, number, 1), "map")
            elif kind == CONSTANT:
                _put(constants, path, _json(called))
            else:
                cell = self._cell(called)
                if cell is None:
                    self.blame(_Cell(MAP, number, 2), "lost", path=same(".".join(map(str, path))))
                else:
                    mapped.append(_Mapped(kind, cell, path))
        return mapped, constants

    def _cell(self, called: object) -> _Cell | None:
        """Return the cell that a defined name leads to."""
        defined = self.book.defined_names.get(str(called))
        found = _REFERENCE.match(defined.attr_text or "") if defined is not None else None
        if not found:
            return None
        sheet = found[1].replace("''", "'") if found[1] else found[2]
        return _Cell(sheet, int(found[4]), _column(found[3])) if sheet in self.book.sheetnames else None

    def _scan(self) -> dict[str, Mapping[tuple[int, int], bool]]:
        """Return by sheet the cells in which something stands, and whether it is a formula."""
        return {
            sheet.title: self.written.get(str(sheet._worksheet_path).lstrip("/"), {}) for sheet in self.book.worksheets
        }

    def _read(self, mapped: list[_Mapped], written: Mapping[str, Mapping[tuple[int, int], bool]]) -> None:
        """Read the cells of the form, within its columns and rows only."""
        for title in dict.fromkeys(one.cell.sheet for one in mapped):
            columns = {one.cell.column for one in mapped if one.cell.sheet == title}
            here = {at for at in written[title] if at[1] in columns}
            last = max((row for row, _ in here if self._near(row)), default=0)
            if not here or not last:
                continue
            sheet = self.book[title]
            for row in sheet.iter_rows(min_row=1, max_row=last, max_col=max(columns)):
                for cell in row:
                    if cell.value is not None and cell.column in columns:
                        self.values[_Cell(title, cell.row, cell.column)] = cell
            for at in here:
                if written[title][at] and self._near(at[0]):
                    self.values.setdefault(_Cell(title, *at), None)

    def _near(self, row: int) -> bool:
        return row <= self.limits.values + 1_000

    def _entry(self, cell: _Cell) -> Entry | None:
        """Return what stands in a cell as text; None is a blank."""
        if cell not in self.values:
            return None
        found = self.values[cell]
        if found is None:
            self.blame(cell, "formula")
            return None
        value = found.value
        if found.data_type == "e":
            self.blame(cell, "error", value=same(str(value)))
            return None
        if isinstance(value, bool):
            return Entry("true" if value else "false")
        if isinstance(value, (int, float)):
            return self._number(cell, value, str(found.number_format))
        if isinstance(value, datetime):
            return Entry(_moment(value, str(found.number_format)))
        if isinstance(value, (date, time)):
            return Entry(value.isoformat())
        text = str(value)
        return Entry(text) if text.strip() else None

    def _number(self, cell: _Cell, value: float, shown_as: str) -> Entry | None:
        exact = Decimal(repr(value))
        if not exact.is_finite() or abs(exact) >= 10**15:
            self.blame(cell, "digits")
            return None
        if "%" in shown_as:
            return Entry(f"{_plain(exact * 100)}%")
        return Entry(_plain(exact))

    def _records(
        self,
        path: Steps,
        mapped: list[_Mapped],
        written: Mapping[str, Mapping[tuple[int, int], bool]],
        content: dict[str, Any],
    ) -> None:
        """Put the records of a sheet into the content: a row with anything in it is one."""
        columns = {one.cell.column: str(one.path[-1]) for one in mapped if one.kind == COLUMN}
        head = next(one.cell for one in mapped if one.kind == COLUMN)
        first = max(one.cell.row for one in mapped if one.kind == COLUMN) + 1
        through = next((one for one in mapped if one.kind == VALUE and one.path[-1] == "through"), None)
        none = next((one for one in mapped if one.kind == NONE_LEFT), None)
        rows = sorted({row for row, column in written[head.sheet] if column in columns and row >= first})
        day = self._entry(through.cell) if through else None
        base: Steps = (*path, "events") if day is not None else path
        records: list[dict[str, Any]] = []
        for row in rows:
            if not self._near(row):
                continue
            record = {}
            for column, name in columns.items():
                cell = _Cell(head.sheet, row, column)
                entry = self._entry(cell)
                self.cells[(*base, len(records), name)] = cell
                if entry is not None:
                    record[name] = entry
            if record:
                self.cells[(*base, len(records))] = _Cell(head.sheet, row, min(columns))
                records.append(record)
        self.cells[path] = self.cells[base] = head
        for one in mapped:
            if one.kind == COLUMN:
                self.heads[one.path] = one.cell
        said = self._entry(none.cell) if none else None
        if none and said is not None and said.strip().lower() not in NO_RECORDS:
            self.blame(none.cell, "what-none")
        elif none and said is not None and records:
            self.blame(none.cell, "none")
        elif through and day is not None and said is None and not records:
            self.blame(through.cell, "nothing")
        if through:
            self.cells[(*path, "through")] = through.cell
        if records or said is not None:
            _put(content, path, {"through": day, "events": records} if day is not None else records)

    def _beside(self, mapped: list[_Mapped], written: Mapping[str, Mapping[tuple[int, int], bool]]) -> None:
        """Blame entries in an answer column that answer nothing; note sheets and cells outside the form."""
        form = {one.cell.sheet for one in mapped}
        for title in self.book.sheetnames:
            if title not in form and not title.startswith("_"):
                self.notes.append(NOT_READ.filled(name=self.name, sheet=title))
        for title in sorted(form):
            mine = [one for one in mapped if one.cell.sheet == title]
            known = {(one.cell.row, one.cell.column) for one in mine}
            answers = {one.cell.column for one in mine if one.kind == VALUE}
            heads = [one.cell for one in mine if one.kind == COLUMN]
            top = min((one.cell.row for one in mine if one.kind == VALUE), default=0)
            width = max((int(str(one.path[-1])) for one in mine if one.kind == SHEET), default=0)
            outside = []
            for row, column in sorted(written[title]):
                if not heads and column in answers and row > top and (row, column) not in known:
                    self.blame(_Cell(title, row, column), "stray")
                elif (column > width or not self._near(row)) and (row, column) not in known:
                    outside.append(_Cell(title, row, column))
            if outside:
                shown = ", ".join(f"{_location('', one)}".split("!")[1] for one in outside[:5])
                shown += " …" if len(outside) > 5 else ""
                self.notes.append(BESIDE.filled(name=self.name, sheet=title, cells=same(shown)))


def _tokens(archive: ZipFile, part: str) -> Iterator[re.Match[bytes]]:
    """Yield the cells, rows and texts of a part as they open, without reading it into memory."""
    with archive.open(part) as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            text = rest + chunk
            end = len(text) - 1_000 if len(chunk) == _CHUNK else len(text)
            done = 0
            for found in _CELL.finditer(text):
                if found.start() >= end:
                    break
                yield found
                done = found.end()
            rest = text[max(done, end) :]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _path(raw: object) -> Steps | None:
    found = _json(raw)
    if not isinstance(found, list) or not found or not all(isinstance(one, (str, int)) for one in found):
        return None
    return tuple(found)


def _json(raw: object) -> Any:
    try:
        return json.loads(raw) if isinstance(raw, str) else None
    except (ValueError, RecursionError):
        return None


def _put(content: dict[str, Any], path: Steps, value: Any) -> None:
    """Put a value into nested mappings."""
    for step in path[:-1]:
        inner = content.setdefault(str(step), {})
        if not isinstance(inner, dict):
            return
        content = inner
    content[str(path[-1])] = value


def _moment(value: datetime, shown_as: str) -> str:
    if value.second or value.microsecond:
        return value.isoformat(sep=" ")
    if value.hour or value.minute or "h" in shown_as.lower():
        return value.isoformat(sep=" ")[:16]
    return value.date().isoformat()


def _plain(exact: Decimal) -> str:
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
