"""Workbooks for people: text stays text, Chinese is wrapped, pages print on A4; the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO

from attrs import field
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from safescore.frozen import frozen
from safescore.report.page import Cell, Tone
from safescore.report.tables import columns, folded
from safescore.report.visible import clipped, visible
from safescore.words import Lang

LONGEST = 2_000
"""The longest text of a cell; a spreadsheet refuses more than 32767 characters, and shows far fewer."""
ROOM = 146
"""How many characters of the usual size an A4 page holds that lies on its side."""
WIDEST, NARROWEST = 60, 6
LINE, HIGHEST = 14, 400
"""The height of a line and the greatest of a row in points; spreadsheets don't all find it out by themselves."""
A4 = 9
FILLS: Mapping[Tone, str] = {Tone.GOOD: "#E2F0D9", Tone.BAD: "#F8CBAD", Tone.DOUBT: "#FFF2CC", Tone.FAINT: "#EDEDED"}
FREE = "#FFFDE7"
BORDER = "#A6A6A6"
EARLIEST = date(2000, 1, 1)
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}

Shown = Cell | str | float | int
"""A text, or a number that can be added up."""


@frozen(kw_only=True)
class Entry:
    """A column whose cells are left to be filled in: what may be entered, and what to say where it is something else.

    ``kind`` is ``text``, ``date`` or ``amount``; *choices* make it a list to choose from.
    """

    title: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    width: int = 16
    said: str = ""


@frozen(kw_only=True)
class Book:
    """A workbook that grows by sheets."""

    lang: Lang
    title: str
    at: datetime
    written: BytesIO = field(factory=BytesIO, init=False)
    file: Workbook = field(init=False)
    formats: dict[tuple[object, ...], Format] = field(factory=dict, init=False)

    @file.default
    def _open(self) -> Workbook:
        book = Workbook(self.written, SAFE)
        book.set_properties({"title": self.title, "author": "", "comments": "", "created": self.at})
        book.set_size(2400, 1600)
        return book

    def closed(self) -> bytes:
        """Return the file."""
        self.file.close()
        return self.written.getvalue()

    def pairs(self, name: str, rows: Iterable[tuple[str, Shown]], tables: Iterable[Rows] = ()) -> None:
        """Add a sheet of names and what they stand for, and tables below."""
        sheet = self._sheet(name, landscape=False)
        sheet.set_column(0, 0, _LABEL)
        sheet.set_column(1, _SPAN, _COLUMN)
        line = 0
        sheet.merge_range(line, 0, line, _SPAN, "", self._format(bold=True, size=16, align="center"))
        _write(sheet, line, 0, self.title, self._format(bold=True, size=16, align="center"))
        sheet.set_row(line, 32)
        for label, value in rows:
            line += 1
            self._put(sheet, line, 0, label, bold=True, fill="#F2F2F2", border=True)
            shape = self._shape(value, border=True)
            sheet.merge_range(line, 1, line, _SPAN, "", self._format(**shape))
            self._put(sheet, line, 1, value, border=True)
            sheet.set_row(line, _height([_text(value)], [_COLUMN * _SPAN]) + 4)
        for table in tables:
            line += 2
            for place, head in enumerate(table.header):
                self._put(sheet, line, place, head, **_HEAD)
            for row in table.rows:
                line += 1
                for place, value in enumerate(row):
                    self._put(sheet, line, place, value, border=True)
        sheet.print_area(0, 0, line, _SPAN)

    def table(self, name: str, rows: Rows, note: str = "") -> None:
        """Add a sheet with a table that can be filtered: its header stays in sight and on every page."""
        sheet = self._sheet(name, landscape=True)
        top = self._note(sheet, note, len(rows.header)) if note else 0
        self._table(sheet, top, rows, _widths(rows))

    def ledger(self, name: str, ids: Sequence[str], rows: Rows, entries: Mapping[str, Entry], note: str) -> None:
        """Add a sheet of which only the *entries* can be filled in; its hidden first row has the ids of the columns."""
        sheet = self._sheet(name, landscape=True)
        for place, id_ in enumerate((*ids[: rows.printed], *entries, *ids[rows.printed :])):
            sheet.write_string(0, place, id_)
        sheet.set_row(0, None, None, {"hidden": True})
        top = self._note(sheet, note, len(ids) + len(entries), at=1)
        printed = [min(width, 22) for width in _widths(rows)]
        widths = [*printed[: rows.printed], *(one.width for one in entries.values()), *printed[rows.printed :]]
        last = self._table(sheet, top, _widened(rows, [one.title for one in entries.values()]), widths)
        for place, one in enumerate(entries.values(), rows.printed):
            shape = {"border": True, "fill": FREE, "unlocked": True, "number": _NUMBERS.get(one.kind, "")}
            for line in range(top + 1, last + 1):
                sheet.write_blank(line, place, None, self._format(**shape))
            if last > top:
                self._restrict(sheet, top + 1, place, last, one)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})

    def _sheet(self, name: str, *, landscape: bool) -> Worksheet:
        sheet = self.file.add_worksheet(name)
        (sheet.set_landscape if landscape else sheet.set_portrait)()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def _note(self, sheet: Worksheet, note: str, width: int, at: int = 0) -> int:
        shape = self._format(wrap=True, italic=True)
        sheet.merge_range(at, 0, at, max(min(width, 12) - 1, 1), "", shape)
        _write(sheet, at, 0, note, shape)
        sheet.set_row(at, 34)
        return at + 1

    def _table(self, sheet: Worksheet, top: int, rows: Rows, widths: Sequence[int]) -> int:
        """Write header and rows; return the line of the last."""
        for place, (head, width) in enumerate(zip(rows.header, widths, strict=True)):
            sheet.set_column(place, place, width)
            self._put(sheet, top, place, head, **_HEAD)
        sheet.set_row(top, _height(rows.header, widths) + 6)
        line = top
        for line, row in enumerate(rows.rows, top + 1):
            for place, value in enumerate(row):
                self._put(sheet, line, place, value, border=True)
            sheet.set_row(line, _height(list(map(_text, row)), widths) + 3)
        if line > top:
            sheet.autofilter(top, 0, line, len(rows.header) - 1)
        sheet.print_area(0, 0, line, (rows.printed or len(rows.header)) - 1)
        sheet.freeze_panes(top + 1, rows.frozen)
        sheet.repeat_rows(top)
        return line

    def _restrict(self, sheet: Worksheet, first: int, place: int, last: int, entry: Entry) -> None:
        rule: dict[str, object] = {"ignore_blank": True, "error_message": entry.said}
        if entry.choices:
            rule |= {"validate": "list", "source": list(entry.choices)}
        elif entry.kind == "date":
            rule |= {"validate": "date", "criteria": ">=", "value": EARLIEST}
        elif entry.kind == "amount":
            rule |= {"validate": "decimal", "criteria": ">=", "value": 0}
        else:
            return
        sheet.data_validation(first, place, last, place, rule)

    def _put(self, sheet: Worksheet, line: int, place: int, value: Shown, **shape: object) -> None:
        made = self._format(**self._shape(value, **shape))
        if isinstance(value, (int, float)):
            sheet.write_number(line, place, value, made)
        else:
            _write(sheet, line, place, value.text if isinstance(value, Cell) else value, made)

    def _shape(self, value: Shown, **shape: object) -> dict[str, object]:
        if isinstance(value, Cell) and value.tone in FILLS:
            shape["fill"] = FILLS[value.tone]
        if isinstance(value, float):
            shape["number"] = "0.00"
        return {"wrap": True, **shape}

    def _format(self, **shape: object) -> Format:
        key = tuple(sorted(shape.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(_properties(shape))
        return self.formats[key]


@frozen(kw_only=True)
class Rows:
    """Rows under a header: *frozen* columns on the left stay in sight, *printed* ones are printed; 0 is all."""

    header: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    frozen: int = 0
    printed: int = 0


_LABEL, _COLUMN, _SPAN = 20, 12, 6
"""How wide the columns of a sheet of pairs are in characters, and over how many columns a value reaches."""
_HEAD: Mapping[str, object] = {"bold": True, "fill": "#D9E2F3", "border": True, "align": "center"}
_NUMBERS = {"date": "yyyy-mm-dd", "amount": "#,##0.00"}


def plain(text: str) -> str:
    """Return *text* as a cell holds it: its lines, nothing invisible, and no longer than a cell shows."""
    return clipped("\n".join(map(visible, text.split("\n"))), LONGEST)


def _write(sheet: Worksheet, line: int, place: int, text: str, shape: Format) -> None:
    """Write a text as a text, whatever it looks like."""
    if text:
        sheet.write_string(line, place, plain(text), shape)
    else:
        sheet.write_blank(line, place, None, shape)


def _properties(shape: Mapping[str, object]) -> dict[str, object]:
    made: dict[str, object] = {
        "font_name": "宋体",
        "font_size": shape.get("size", 10),
        "valign": "vcenter",
        "text_wrap": bool(shape.get("wrap")),
        "bold": bool(shape.get("bold")),
        "italic": bool(shape.get("italic")),
        "locked": not shape.get("unlocked"),
        "align": shape.get("align", "left"),
    }
    if shape.get("fill"):
        made["bg_color"] = shape["fill"]
    if shape.get("border"):
        made |= {"border": 1, "border_color": BORDER}
    if shape.get("number"):
        made |= {"num_format": shape["number"], "align": "right"}
    return made


def _widened(rows: Rows, more: Sequence[str]) -> Rows:
    """Return rows with columns to fill in after those that are printed."""
    place = rows.printed
    return Rows(
        header=(*rows.header[:place], *more, *rows.header[place:]),
        rows=[(*row[:place], *[""] * len(more), *row[place:]) for row in rows.rows],
        frozen=rows.frozen,
        printed=place + len(more),
    )


def _text(value: Shown) -> str:
    """Return what a cell shows."""
    if isinstance(value, float):
        return f"{value:.2f}"
    return plain(value.text if isinstance(value, Cell) else str(value))


def _widths(rows: Rows) -> list[int]:
    """Return how wide each column is in characters: those that are printed share a page."""
    texts = [list(map(_text, row)) for row in rows.rows]
    place = rows.printed or len(rows.header)
    inside = columns(rows.header[:place], [row[:place] for row in texts], ROOM - 2 * place)
    outside = columns(rows.header[place:], [row[place:] for row in texts], ROOM)
    return [min(max(one + 2, NARROWEST), WIDEST) for one in (*inside, *outside)]


def _height(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Return how high a row is in points, every text wrapped in its column."""
    lines = (folded(text, width - 1).count("\n") + 1 for text, width in zip(texts, widths, strict=True))
    return min(LINE * max(lines, default=1), HIGHEST)
