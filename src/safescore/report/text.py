"""A report for a terminal: aligned, wrapped, and in colours only where they are wanted."""

from __future__ import annotations

from textwrap import indent

from wcwidth import wcswidth

from safescore.frozen import frozen
from safescore.report import brief, outline, tables
from safescore.report.layout import Detail, Layout
from safescore.report.page import Block, Bullets, Cell, Entry, Heading, Line, Page, Pairs, Table, Title, Tone
from safescore.report.visible import visible
from safescore.results import Assessment
from safescore.words import Lang

RESET = "\x1b[0m"
COLOURS = {Tone.GOOD: "\x1b[32m", Tone.BAD: "\x1b[31m", Tone.DOUBT: "\x1b[33m", Tone.FAINT: "\x1b[2m"}
INDENT = 4


def render(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    """Return the gap report as text, with as much in it as the layout says."""
    pages = {Detail.RESULT: brief.results, Detail.BRIEF: brief.page, Detail.FULL: outline.page}
    return laid_out(pages[layout.detail](assessments, lang), layout)


def laid_out(page: Page, layout: Layout) -> str:
    """Return any page as text."""
    paper = _Paper(layout)
    return "\n".join(paper.block(block) for block in page) + "\n"


@frozen
class _Paper:
    layout: Layout

    def block(self, block: Block) -> str:
        width = self.layout.width
        match block:
            case Title(text):
                return self.underlined(text, "=")
            case Heading(text):
                return f"\n{self.underlined(text, '-')}"
            case Line(cell):
                return self.paragraph(cell, width)
            case Bullets(items):
                return "\n".join(f"- {indent(self.paragraph(cell, width - 2), '  ')[2:]}" for cell in items)
            case Pairs(rows):
                return self.pairs(rows, width)
            case Entry(title, rows):
                return f"\n{self.paragraph(title, width)}\n{indent(self.pairs(rows, width - INDENT), ' ' * INDENT)}"
            case Table(header, rows):
                cells = [[_shown(cell) for cell in row] for row in rows]
                return tables.table([visible(name) for name in header], cells, width, self.paint)

    def paragraph(self, cell: Cell, width: int) -> str:
        return self.paint(tables.folded(visible(cell.text), width), cell.tone)

    def underlined(self, text: str, mark: str) -> str:
        shown = tables.folded(visible(text), self.layout.width)
        return f"{shown}\n{mark * max(map(wcswidth, shown.splitlines()))}"

    def pairs(self, rows: tuple[tuple[str, Cell], ...], width: int) -> str:
        return tables.pairs([(visible(name), _shown(cell)) for name, cell in rows], width, self.paint)

    def paint(self, text: str, tone: Tone) -> str:
        colour = COLOURS.get(tone) if self.layout.colour else None
        return "\n".join(f"{colour}{line}{RESET}" for line in text.split("\n")) if colour and text else text


def _shown(cell: Cell) -> Cell:
    return Cell("\n".join(map(visible, cell.text.split("\n"))), cell.tone)
