"""Texts of unknown origin made visible: nothing in them can move a cursor, reorder a line or break a table."""

from __future__ import annotations

from unicodedata import category

BLANKS = "\t\n\r\v\f"


def visible(text: str) -> str:
    """Return *text* on one line, with every invisible character (control, format, surrogate) spelled out."""
    if text.isprintable():
        return text
    return text.translate({ord(char): _spelled(char) for char in invisible(text)})


def invisible(text: str) -> frozenset[str]:
    """Return the characters of *text* that have no shape of their own; blanks of any width have one."""
    return frozenset(char for char in set(text) if not char.isprintable() and category(char) != "Zs")


def clipped(text: str, most: int = 120) -> str:
    """Return *text*, or its beginning and how many characters it has."""
    return text if len(text) <= most else f"{text[:most]}…[{len(text)}]"


def ending(text: str, most: int = 120) -> str:
    """Return *text*, or only its end: of a place in a file the line counts more than the folder."""
    return text if len(text) <= most else f"…{text[-most:]}"


def _spelled(char: str) -> str:
    return " " if char in BLANKS else f"[U+{ord(char):04X}]"
