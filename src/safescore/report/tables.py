"""Tables and wrapped sentences for a terminal, aligned where characters are two cells wide."""

from __future__ import annotations

from collections.abc import Sequence

from tabulate import tabulate
from wcwidth import wcswidth

LEAST = 4
"""The narrowest that a column may become; a wide character takes two cells."""


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Return a table no wider than *width*, as far as its columns can shrink; every line is of one width."""
    room = width - 3 * len(header) - 1
    most = columns([header, *rows], room)
    return tabulate(
        rows,
        headers=header,
        tablefmt="psql",
        disable_numparse=True,
        maxcolwidths=most,
        maxheadercolwidths=most,
        stralign="left",
    )


def pairs(rows: Sequence[tuple[str, str]], width: int) -> str:
    """Return names and what they stand for, the latter wrapped."""
    name = max(wcswidth(name) for name, _ in rows)
    return tabulate(
        rows,
        tablefmt="plain",
        disable_numparse=True,
        maxcolwidths=[None, max(width - name - 2, LEAST)],
        stralign="left",
    )


def wrapped(text: str, width: int) -> str:
    """Return a sentence on lines no wider than *width*."""
    if wcswidth(text) <= width:
        return text
    return tabulate([[text]], tablefmt="plain", disable_numparse=True, maxcolwidths=[max(width, LEAST)])


def columns(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide each column may be: narrow ones keep their width, wide ones share what is left."""
    wanted = [max(wcswidth(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=True)]
    given = [0] * len(wanted)
    for done, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        share = max(room // (len(wanted) - done), LEAST)
        given[place] = max(min(wanted[place], share), 1)
        room -= given[place]
    return given
