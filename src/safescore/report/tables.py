"""Tables and wrapped sentences for a terminal, aligned where characters are two cells wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from wcwidth import wcswidth

from safescore.report.page import Cell, Tone

LEAST = 4
"""The narrowest that a column may become; a wide character takes two cells."""
SPARE = 2
"""What tabulate adds to the width of a header."""
_OPENING, _CLOSING = "（“《［〔", "，。；：、！？）”》］〕％…"
_MARKS = "\u0300-\u036f\ufe00-\ufe0f"
_WORD = re.compile(rf"[{_OPENING}]*(?:[!-~]+|\S)[{_MARKS}]*[{_CLOSING}]*|\s+")
_SEAM = re.compile(r"(?<=[-./_])(?=[A-Za-z])")


Paint = Callable[[str, Tone], str]
"""Puts a text into the colour of its tone; colours are put on last, for they have no width."""


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], width: int, paint: Paint) -> str:
    """Return a table no wider than *width*, as far as its columns can shrink; every line is of one width."""
    from tabulate import tabulate  # takes as long to bring as half of a report without tables

    most = columns(header, [[cell.text for cell in row] for row in rows], width - 3 * len(header) - 1)
    names = [folded(name, room - SPARE) for name, room in zip(header, most, strict=True)]
    cells = [[paint(folded(cell.text, room), cell.tone) for cell, room in zip(row, most, strict=True)] for row in rows]
    return tabulate(cells, headers=names, tablefmt="psql", disable_numparse=True, stralign="left")


def pairs(rows: Sequence[tuple[str, Cell]], width: int, paint: Paint) -> str:
    """Return names and what they stand for, the latter wrapped."""
    widest = max(wcswidth(name) for name, _ in rows)
    lines = []
    for name, cell in rows:
        told = paint(folded(cell.text, max(width - widest - 2, LEAST)), cell.tone).split("\n")
        heads = (name + " " * (widest - wcswidth(name)), *(" " * widest for _ in told[1:]))
        lines += [f"{head}  {line}".rstrip() for head, line in zip(heads, told, strict=True)]
    return "\n".join(lines)


def folded(text: str, width: int) -> str:
    """Return *text* on lines no wider than *width*.

    Chinese has no blanks: a line may end between any two characters, but no line begins with a closing mark or ends
    with an opening one, and words, numbers and dates stay whole where there is room for them.
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, max(width, 2)))


def columns(header: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide each column may be: narrow ones keep their width, wide ones share what is left."""
    wanted = [wcswidth(name) + SPARE for name in header]
    for row in rows:
        wanted = [max(most, *map(wcswidth, cell.split("\n"))) for most, cell in zip(wanted, row, strict=True)]
    given = [0] * len(wanted)
    for done, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[place] = min(wanted[place], max(room // (len(wanted) - done), LEAST))
        room -= given[place]
    return given


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in _words(text, width):
        if line and wcswidth(line + word) > width:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
    yield line.rstrip()


def _words(text: str, width: int) -> Iterator[str]:
    """Yield what must not be broken, in order; what is wider than a line is broken where it must be."""
    for word in _WORD.findall(text):
        if wcswidth(word) <= width:
            yield word
            continue
        for piece in _SEAM.split(word):
            yield from piece if wcswidth(piece) > width else (piece,)
