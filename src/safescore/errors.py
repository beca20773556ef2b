"""What can go wrong with an author's files, and where."""

from __future__ import annotations

from collections.abc import Iterable
from functools import total_ordering

from attrs import define, field, frozen


@total_ordering
@frozen
class Location:
    """A place in a file that an author wrote; lines and columns count from one. In a workbook they are rows and columns."""

    file: str
    line: int
    column: int
    sheet: str = ""

    def __lt__(self, other: Location) -> bool:
        return (self.file, self.sheet, self.line, self.column) < (other.file, other.sheet, other.line, other.column)

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file}:{self.sheet}!{column_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


def column_letters(column: int) -> str:
    """Return what a spreadsheet calls a column: 1 is ``A``, 27 is ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@frozen(order=True)
class Fault:
    """One thing that is wrong at one place, and how to mend it."""

    at: Location
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.at}: {self.problem}" + (f"\n    hint: {self.hint}" if self.hint else "")


class SafescoreError(Exception):
    """The base of every error that safescore raises on purpose."""


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(faults)))


@define
class InvalidInput(SafescoreError):
    """An author's files cannot be used, for these faults, each once, in the order of their places."""

    faults: tuple[Fault, ...] = field(converter=_in_order)

    @faults.validator
    def _not_empty(self, _: object, faults: tuple[Fault, ...]) -> None:
        if not faults:
            message = "an invalid input has at least one fault"
            raise ValueError(message)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))
