"""A report for a terminal: aligned, wrapped, and in colours only where they are wanted."""

from __future__ import annotations

from textwrap import indent

from wcwidth import wcswidth

from safescore.report import tables
from safescore.report.page import Block, Bullets, Cell, Entry, Heading, Layout, Line, Page, Pairs, Table, Title, Tone
from safescore.report.visible import visible

RESET = "\x1b[0m"
COLOURS = {Tone.GOOD: "\x1b[32m", Tone.BAD: "\x1b[31m", Tone.DOUBT: "\x1b[33m", Tone.FAINT: "\x1b[2m"}


def render(page: Page, layout: Layout) -> str:
    """Return a page as text."""
    return "\n".join(_block(block, layout) for block in page) + "\n"


def _block(block: Block, layout: Layout) -> str:
    width = layout.width
    match block:
        case Title(text):
            shown = tables.wrapped(visible(text), width)
            return f"{shown}\n{'=' * min(width, _widest(shown))}"
        case Heading(text):
            shown = tables.wrapped(visible(text), width)
            return f"\n{shown}\n{'-' * min(width, _widest(shown))}"
        case Line(cell):
            return _painted(tables.wrapped(visible(cell.text), width), cell, layout)
        case Bullets(items):
            return "\n".join(_bullet(cell, layout) for cell in items)
        case Pairs(rows):
            return tables.pairs([(visible(name), _shown(cell, layout)) for name, cell in rows], width)
        case Entry(title, rows):
            head = _painted(tables.wrapped(visible(title.text), width), title, layout)
            body = tables.pairs([(visible(name), _shown(cell, layout)) for name, cell in rows], width - 4)
            return f"{head}\n{indent(body, '    ')}"
        case Table(header, rows):
            shown_rows = [[_shown(cell, layout) for cell in row] for row in rows]
            return tables.table([visible(name) for name in header], shown_rows, width)


def _bullet(cell: Cell, layout: Layout) -> str:
    return _painted(f"- {indent(tables.wrapped(visible(cell.text), layout.width - 2), '  ')[2:]}", cell, layout)


def _shown(cell: Cell, layout: Layout) -> str:
    return _painted("\n".join(visible(line) for line in cell.text.split("\n")), cell, layout)


def _painted(text: str, cell: Cell, layout: Layout) -> str:
    colour = COLOURS.get(cell.tone) if layout.colour else None
    return "\n".join(f"{colour}{line}{RESET}" for line in text.split("\n")) if colour else text


def _widest(text: str) -> int:
    return max(wcswidth(line) for line in text.split("\n"))
