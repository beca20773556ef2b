"""CSV files: records of entries under a header, and where each cell stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, NoReturn

from attrs import define, field

from safescore.document import Entry, Steps
from safescore.errors import Fault, InvalidInput, Location
from safescore.frozen import frozen
from safescore.source import LIMITS, Limits
from safescore.words import Text

# Every sentence that a fault of the reader can say: what is wrong, and how to mend it.
WORDING: Mapping[str, tuple[Text, Text]] = {
    "utf-16": (
        Text(
            zh="CSV文件是UTF-16编码（Excel的“Unicode文本”）", en="the CSV file is UTF-16 (Excel calls it Unicode text)"
        ),
        Text(zh="另存为“CSV UTF-8（逗号分隔）”", en="save it as 'CSV UTF-8 (comma delimited)'"),
    ),
    "binary": (
        Text(zh="这不是CSV文本，像是工作簿或压缩包", en="this is no CSV text; it looks like a workbook or an archive"),
        Text(
            zh="在表格软件中另存为“CSV UTF-8（逗号分隔）”",
            en="save it from the spreadsheet as 'CSV UTF-8 (comma delimited)'",
        ),
    ),
    "unknown": (
        Text(
            zh="文字既不是UTF-8编码，也不是GB18030编码（从此处起）",
            en="from this place on the text is neither UTF-8 nor GB18030",
        ),
        Text(zh="另存为“CSV UTF-8（逗号分隔）”", en="save it as 'CSV UTF-8 (comma delimited)'"),
    ),
    "empty": (
        Text(zh="CSV文件没有内容", en="the CSV file holds nothing"),
        Text(
            zh="第一行写各列的名称；没有记录的，只留这一行",
            en="name the columns in its first line; keep only that line where there are no records",
        ),
    ),
    "control": (
        Text(zh="此处有控制字符：{name}", en="a control character stands here: {name}"),
        Text(zh="删去它", en="delete it"),
    ),
    "open": (
        Text(zh="此处的引号没有结束", en="the quote that begins here never ends"),
        Text(zh='在该单元格末尾补上"；内容中的引号写成""', en='close the cell with "; write "" for a quote in it'),
    ),
    "after": (
        Text(zh="单元格的结束引号后面还有文字", en="text follows the closing quote of a cell"),
        Text(zh='内容中的引号写成""，整格用""括起', en='write "" for a quote in a cell, and the whole cell in ""'),
    ),
    "inside": (
        Text(zh="未加引号的单元格中有引号", en="a quote stands in a cell that is not quoted"),
        Text(zh='整格用""括起，内容中的引号写成""', en='put the whole cell in "", and write "" for a quote in it'),
    ),
    "delimiter": (
        Text(
            zh="各列应以半角逗号分隔，这里像是用了{name}",
            en="commas are expected between columns; this looks like {name}",
        ),
        Text(zh="另存为“CSV UTF-8（逗号分隔）”", en="save it as 'CSV UTF-8 (comma delimited)'"),
    ),
    "nameless": (
        Text(zh="此列没有名称", en="this column has no name"),
        Text(zh="在第一行写明该列的名称，或删去该列", en="name it in the first line, or delete the column"),
    ),
    "twice": (
        Text(zh="列名{name}出现两次", en="the column {name} stands here twice"),
        Text(zh="两列只留一列", en="keep one of the two"),
    ),
    "short": (
        Text(zh="此行只有{found}格，标题行有{wanted}格", en="this record has {found} cells, the header {wanted}"),
        Text(
            zh='补齐逗号；含逗号的内容整格用""括起',
            en='add the commas that are missing; put a cell that holds a comma in ""',
        ),
    ),
    "long": (
        Text(zh="此格超出标题行的{wanted}列", en="this cell lies beyond the {wanted} columns of the header"),
        Text(
            zh='含逗号的内容整格用""括起；多余的内容删去',
            en='put a cell that holds a comma in ""; delete what is too much',
        ),
    ),
    "formula": (
        Text(zh="此格是公式，不是填写的值", en="this cell is a formula, not a value"),
        Text(zh="写出值本身", en="write the value itself"),
    ),
    "many": (
        Text(zh="超过{most}个值的上限", en="there are more than {most} values, the limit"),
        Text(zh="拆成几次填报，或用--max-values放宽", en="split the content, or allow more with --max-values"),
    ),
    "faults": (
        Text(zh="问题超过{most}处，其余不再列出", en="there are more than {most} faults; the rest is not listed"),
        Text(zh="先改正这些", en="mend these first"),
    ),
}

_MOST_FAULTS = 1_000
_CELL = re.compile(r'"([^"]*(?:""[^"]*)*)"|([^,"\r\n]*)')
_END = re.compile(r",|\r\n|\n|\r|\Z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_OTHER_DELIMITERS = {
    "\t": Text(zh="制表符", en="tabs"),
    ";": Text(zh="分号", en="semicolons"),
    "，": Text(zh="全角逗号", en="full-width commas"),
}
_BLANK = " \t\u3000\xa0\r\n"
_READ_AS_GB18030 = Text(
    zh="{name}不是UTF-8编码，按GB18030读取，共{count}条记录；请核对其中的汉字，建议另存为UTF-8。",
    en="{name} is not UTF-8; it was read as GB18030, with {count} records: check its Chinese text.",
)


@frozen(slots=False, kw_only=True)
class Table:
    """The records of a CSV file, each a mapping from the names of its header to entries; a blank cell is None."""

    name: str
    text: str = field(repr=False)
    header: tuple[str, ...]
    records: list[dict[str, Entry | None]] = field(repr=False)
    starts: tuple[tuple[int, ...], ...] = field(repr=False)
    digest: str
    notes: tuple[Text, ...] = ()

    def locate(self, path: Steps) -> Location:
        """Return where a cell begins, or its record, or the whole."""
        if not path or not isinstance(path[0], int) or path[0] >= len(self.records):
            return Location(self.name, 1, 1)
        starts = self.starts[path[0] + 1]
        column = self.header.index(str(path[1])) if len(path) > 1 and path[1] in self.header else 0
        return self.place(starts[column])

    def locate_key(self, path: Steps) -> Location:
        """Return where the name of a column stands in the header."""
        if len(path) > 1 and path[1] in self.header:
            return self.place(self.starts[0][self.header.index(str(path[1]))])
        return self.locate(path)

    def place(self, offset: int) -> Location:
        """Return the line and column of an offset into the text."""
        return _place(self.name, self._lines, offset)

    @cached_property
    def _lines(self) -> list[int]:
        return _lines(self.text)


def read_table(raw: bytes, name: str, limits: Limits = LIMITS) -> Table:
    """Return the table in the bytes of a CSV file. Raises InvalidInput with every fault."""
    text, notes = _decoded(raw, name)
    reading = _Reading(name, text, limits)
    header, records, starts = reading.table()
    return Table(
        name=name,
        text=text,
        header=header,
        records=records,
        starts=tuple(starts),
        digest=sha256(raw).hexdigest(),
        notes=tuple(one.filled(name=name, count=len(records)) for one in notes),
    )


@define(slots=False)
class _Reading:
    """The reading of one text, which takes down every fault."""

    name: str
    text: str
    limits: Limits
    faults: list[Fault] = field(factory=list, init=False)

    @cached_property
    def lines(self) -> list[int]:
        """The offset at which each line begins."""
        return _lines(self.text)

    def blame(self, offset: int, slug: str, **said: object) -> None:
        """Take down a fault; too many end the reading."""
        problem, hint = WORDING[slug]
        at = _place(self.name, self.lines, offset)
        self.faults.append(Fault(at, problem.filled(**said), hint.filled(**said)))
        if len(self.faults) == _MOST_FAULTS:
            self.stop(offset, "faults", most=_MOST_FAULTS)

    def stop(self, offset: int, slug: str, **said: object) -> NoReturn:
        """Take down a fault behind which nothing can be read."""
        problem, hint = WORDING[slug]
        at = _place(self.name, self.lines, offset)
        raise InvalidInput([*self.faults, Fault(at, problem.filled(**said), hint.filled(**said))])

    def table(self) -> tuple[tuple[str, ...], list[dict[str, Entry | None]], list[tuple[int, ...]]]:
        """Return the header, the records, and the offsets of the cells of both."""
        if not self.text.strip():
            self.stop(0, "empty")
        for found in _CONTROL.finditer(self.text):
            self.blame(found.start(), "control", name=f"U+{ord(found[0]):04X}")
        header: tuple[str, ...] = ()
        records: list[dict[str, Entry | None]] = []
        starts: list[tuple[int, ...]] = []
        values = 0
        for cells, offsets in self.rows():
            if not starts:
                header = self.header(cells, offsets)
            elif any(one.strip(_BLANK) for one in cells):
                records.append(self.record(header, cells, offsets))
                values += len(header)
                if values > self.limits.values:
                    self.stop(offsets[0], "many", most=self.limits.values)
            else:
                continue
            starts.append(tuple(offsets[: len(header)]))
        if self.faults:
            raise InvalidInput(self.faults)
        return header, records, starts

    def rows(self) -> Iterator[tuple[list[str], list[int]]]:
        """Yield the cells of each row, and their offsets."""
        text, size, at = self.text, len(self.text), 0
        cells: list[str] = []
        offsets: list[int] = []
        while at < size or cells:
            cell: Any = _CELL.match(text, at)
            quoted, plain = cell.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            offsets.append(at)
            end = _END.match(text, cell.end())
            if end is None and quoted is None and cell.end() == at:
                self.stop(at, "open")
            elif end is None:
                self.stop(cell.end(), "inside" if quoted is None else "after")
            at = end.end()
            if end[0] != ",":
                yield cells, offsets
                cells, offsets = [], []

    def header(self, cells: list[str], offsets: list[int]) -> tuple[str, ...]:
        """Return the names of the columns; columns without name at the end are none."""
        names = [one.strip(_BLANK) for one in cells]
        while len(names) > 1 and not names[-1]:
            names.pop()
        for place, name in enumerate(names):
            if not name:
                self.blame(offsets[place], "nameless")
            elif name in names[:place]:
                self.blame(offsets[place], "twice", name=repr(name))
        if len(names) == 1:
            for mark, called in _OTHER_DELIMITERS.items():
                if mark in cells[0]:
                    self.stop(offsets[0] + cells[0].index(mark), "delimiter", name=called)
        return tuple(names)

    def record(self, header: tuple[str, ...], cells: list[str], offsets: list[int]) -> dict[str, Entry | None]:
        """Return a record by its columns."""
        wanted = len(header)
        if len(cells) < wanted:
            self.blame(offsets[0], "short", found=len(cells), wanted=wanted)
        for place in range(wanted, len(cells)):
            if cells[place].strip(_BLANK):
                self.blame(offsets[place], "long", wanted=wanted)
                break
        for cell, offset in zip(cells, offsets, strict=True):
            if cell.startswith("="):
                self.blame(offset, "formula")
        return {name: Entry(cell) if cell.strip(_BLANK) else None for name, cell in zip(header, cells, strict=False)}


def _decoded(raw: bytes, name: str) -> tuple[str, tuple[Text, ...]]:
    """Return the text of UTF-8 bytes, or of GB18030 bytes with a note that says so."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF-")):
        raise _refusal(name, "binary")
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise _refusal(name, "utf-16")
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return raw.decode(), ()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    taken = raw.decode(errors="replace")  # damaged UTF-8 has more of its Chinese left than lost
    if not _chinese(text) or _chinese(taken) > taken.count("\ufffd"):
        line = before.count("\n") + 1
        problem, hint = WORDING["unknown"]
        raise InvalidInput([Fault(Location(name, line, len(before) - before.rfind("\n")), problem, hint)])
    return text, (_READ_AS_GB18030,)


def _chinese(text: str) -> int:
    return sum("\u4e00" <= char <= "\u9fff" for char in text)


def _refusal(name: str, slug: str) -> InvalidInput:
    return InvalidInput([Fault(Location(name, 1, 1), *WORDING[slug])])


def _place(name: str, lines: list[int], offset: int) -> Location:
    line = bisect_right(lines, offset)
    return Location(name, line, offset - lines[line - 1] + 1)


def _lines(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\r\n|\n|\r", text))]
