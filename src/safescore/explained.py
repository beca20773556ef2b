"""What the scalar backend adds so that a standing can be put into words: names and places of records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from safescore.backend import Backend, Records
from safescore.expr import Expr
from safescore.frozen import frozen
from safescore.standing import Outcome
from safescore.words import Text

Path = tuple[str | int, ...]
"""A path into a submission's content: ``("facts", "firms", 3, "certified")``."""


@frozen(kw_only=True)
class Detail:
    """One part of a standing: a window, a record, an element or a subject, and how it stands."""

    outcome: Outcome
    subject: str = ""
    window: str = ""
    what: tuple[str, ...] = ()
    short: int = 0
    due: int = 0
    places: tuple[Path, ...] = ()


@frozen(kw_only=True)
class Ahead:
    """What surely is still to be done of what is not due yet: how many natural units, and in words."""

    short: int
    text: Text


class ExplainedRecords(Records[int, int], Protocol):
    """Records of one organisation, with names and places."""

    def members(self, mask: int) -> list[int]:
        """Return the places of the records in a mask."""
        ...

    def only(self, place: int) -> int:
        """Return the mask of one record."""
        ...

    def name(self, place: int) -> str:
        """Return what a person calls the record."""
        ...

    def path(self, place: int, field: str = "") -> Path:
        """Return where the record, or one of its fields, stands in the submission."""
        ...

    def blank(self, place: int, field: str) -> bool:
        """Tell whether a field of the record is not answered."""
        ...

    def written(self, place: int, field: str) -> str:
        """Return a field of the record as its author would write it; empty where it is blank."""
        ...

    def day(self, place: int, field: str) -> int:
        """Return the day in a field of the record, 0 where there is none."""
        ...

    def blanks(self, expr: Expr, mask: int) -> Iterator[Path]:
        """Yield the blank fields that the expression asks of the records in a mask."""
        ...


class Explained(Backend[int, int], Protocol):
    """The facts of one organisation, with names and places."""

    @property
    def here(self) -> ExplainedRecords:
        """The plain answers."""
        ...

    def records(self, fact: str) -> ExplainedRecords:
        """Return the records of a register or events fact."""
        ...
