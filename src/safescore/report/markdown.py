"""A report for issues and wikis: GitHub's Markdown, with nothing in it that the facts could have smuggled in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from safescore.report import outline
from safescore.report.layout import Layout
from safescore.report.page import Block, Bullets, Entry, Heading, Line, Page, Pairs, Table, Title
from safescore.report.visible import visible
from safescore.results import Assessment
from safescore.words import Lang

_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]#|~!$"})
_LEADING = re.compile(r"\A([-+]|[0-9]{1,9}[.)])(?=\s|\Z)")
_BLANK_LINES = re.compile(r"\n{3,}")


def render(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    """Return the gap report as Markdown."""
    return laid_out(outline.page(assessments, lang))


def laid_out(page: Page) -> str:
    """Return any page as Markdown."""
    return _BLANK_LINES.sub("\n\n", "\n".join(map(_block, page))).strip("\n") + "\n"


def escaped(text: str) -> str:
    """Return *text* as Markdown that shows it as it stands, on one line."""
    shown = visible(text).translate(_MARKS).translate(_ENTITIES)
    return _LEADING.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", shown)


def _block(block: Block) -> str:
    match block:
        case Title(text):
            return f"\n# {escaped(text)}\n"
        case Heading(text):
            return f"\n## {escaped(text)}\n"
        case Line(cell):
            return f"{escaped(cell.text)}\n"
        case Bullets(items):
            return "".join(f"- {escaped(cell.text)}\n" for cell in items)
        case Pairs(rows):
            return "".join(f"- **{escaped(name)}**: {_joined(cell.text)}\n" for name, cell in rows)
        case Entry(title, rows):
            body = "".join(f"  - {escaped(name)}: {_joined(cell.text)}\n" for name, cell in rows)
            return f"- **{escaped(title.text)}**\n{body}"
        case Table(header, rows):
            lines = [_row(map(escaped, header)), _row("---" for _ in header)]
            lines.extend(_row(_joined(cell.text) for cell in row) for row in rows)
            return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _joined(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.split("\n"))
