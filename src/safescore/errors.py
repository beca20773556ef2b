"""What can go wrong with an author's files, and where."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field, frozen


@frozen(order=True)
class Location:
    """A place in a file that an author wrote; lines and columns count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


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
