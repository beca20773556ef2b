"""Archives that pretend to be workbooks, each made to hurt: what a reader must refuse, and with which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZipFile

from tests.workbooks import part_of, rezipped, small_form

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
MB = 1_000_000


def _sheet(inner: bytes) -> bytes:
    """Return the form with other rows on its first sheet."""
    raw = small_form()
    part = part_of(raw, SHEET)
    start, end = part.index(b"<sheetData>") + len(b"<sheetData>"), part.index(b"</sheetData>")
    return rezipped(raw, {SHEET: part[:start] + inner + part[end:]})


def _with_head(name: str, head: bytes) -> bytes:
    """Return the form with a document type before the root of a part."""
    raw = small_form()
    part = part_of(raw, name)
    root = part.index(b"?>") + 2
    return rezipped(raw, {name: part[:root] + head + part[root:]})


def _entities() -> bytes:
    lines = [b'<!ENTITY a0 "boom">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    return b"<!DOCTYPE bomb [" + b"".join(lines) + b"]>"


def _broken_stream() -> bytes:
    """Return the form with bits turned in what is deflated of its first sheet."""
    raw = bytearray(small_form())
    with ZipFile(BytesIO(raw)) as archive:
        part = archive.getinfo(SHEET)
    start = part.header_offset + 30 + len(SHEET)
    raw[start : start + part.compress_size] = bytes(255 - byte for byte in raw[start : start + part.compress_size])
    return bytes(raw)


def _encrypted() -> bytes:
    """Return the form with the mark of encryption on its first sheet, in its entry and in the directory."""
    raw = bytearray(small_form())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + flags] |= 1
            at = raw.find(mark, at + 1)
    return bytes(raw)


def _lying() -> bytes:
    """Return the form with a part that unzips to more than it says."""
    raw = bytearray(rezipped(small_form(), {SHEET: b"<worksheet>" + b" " * 3 * MB + b"</worksheet>"}))
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(SHEET.encode()))
    raw[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(raw)


BOMBS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "200 MB of blanks": (lambda: rezipped(small_form(), {SHEET: b" " * 200 * MB}), "unzipped the workbook has"),
    "a part that lies about its size": (_lying, "is no .xlsx workbook, or it is damaged"),
    "entities in a sheet": (lambda: _with_head(SHEET, _entities()), "declares entities"),
    "entities in the texts": (lambda: _with_head(TEXTS, _entities()), "declares entities"),
    "an entity from outside": (
        lambda: _with_head("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        "declares entities",
    ),
    "a million blank cells": (
        lambda: _sheet(
            b"".join(b'<row r="%d">%s</row>' % (n, b'<c r="A%d" s="1"/>' % n * 10) for n in range(1, 100_001))
        ),
        "cells and rows, most of them blank",
    ),
    "two million rows": (lambda: _sheet(b"<row/>" * 2_000_000), "cells and rows, most of them blank"),
    "two hundred thousand numbers": (
        lambda: _sheet(b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 200_001))),
        "more than 100000 values",
    ),
    "three million texts": (
        lambda: rezipped(small_form(), {TEXTS: b"<sst>" + b"<si><t>a</t></si>" * 2_500_000 + b"</sst>"}),
        "cells and rows, most of them blank",
    ),
    "styles without end": (
        lambda: rezipped(small_form(), {"xl/styles.xml": b"<styleSheet>" + b"<xf/>" * 1_000_000 + b"</styleSheet>"}),
        "the part xl/styles.xml of the workbook",
    ),
    "an encrypted part": (_encrypted, "is encrypted"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000, "an old .xls file"),
    "no archive": (lambda: b"PK\x03\x04" + b"x" * 100, "is no .xlsx workbook"),
    "an archive of something else": (lambda: rezipped(small_form(), {"xl/workbook.xml": None}), "is no .xlsx workbook"),
    "XML that ends early": (lambda: rezipped(small_form(), {SHEET: b"<worksheet><sheetData>"}), "is no .xlsx workbook"),
    "half a file": (lambda: small_form()[: len(small_form()) // 2], "is no .xlsx workbook"),
    "a stream that can't be inflated": (_broken_stream, "is no .xlsx workbook"),
    "bytes that were swapped": (lambda: small_form().replace(b"x", b"y"), "is no .xlsx workbook"),
}
"""What is made, and what is said of it."""


def far_cell() -> bytes:
    """Return the form with a value in the last cell that a sheet has."""
    raw = small_form()
    part = part_of(raw, SHEET)
    far = b'<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
    return rezipped(raw, {SHEET: part.replace(b"</sheetData>", far)})


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for number, (make, _) in enumerate(BOMBS.values()):
        (Path(sys.argv[1]) / f"{number}.xlsx").write_bytes(make())
