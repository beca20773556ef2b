"""What a report says, block by block, before it has a format."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from safescore.frozen import frozen


class Tone(Enum):
    """How a text is meant, for formats that have colours."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    FAINT = "faint"


@frozen
class Cell:
    """A text with its tone."""

    text: str
    tone: Tone = Tone.PLAIN


@frozen
class Title:
    """The name of a whole report."""

    text: str


@frozen
class Heading:
    """The name of a part of a report."""

    text: str


@frozen
class Line:
    """A sentence of its own."""

    cell: Cell


@frozen
class Bullets:
    """A list of sentences."""

    items: tuple[Cell, ...]


@frozen
class Pairs:
    """Names, and what each stands for."""

    rows: tuple[tuple[str, Cell], ...]


@frozen
class Entry:
    """One thing in full: what it is called, and pairs that say more."""

    title: Cell
    rows: tuple[tuple[str, Cell], ...]


@frozen
class Table:
    """Rows under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Title | Heading | Line | Bullets | Pairs | Entry | Table
Page = Sequence[Block]


def pairs(*rows: tuple[str, Cell | str]) -> tuple[tuple[str, Cell], ...]:
    """Return pairs, those that stand for nothing left out."""
    cells = ((name, cell if isinstance(cell, Cell) else Cell(cell)) for name, cell in rows)
    return tuple((name, cell) for name, cell in cells if cell.text)


def row(*cells: Cell | str) -> tuple[Cell, ...]:
    """Return a row of a table."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
