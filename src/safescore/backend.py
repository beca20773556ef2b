"""What a measure may ask of a backend: reductions over records, and nothing of meaning.

A backend serves one organisation (integers) or many (arrays with one place an organisation); N is its quantity, M its
mask of records.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from safescore.dictionary import Dictionary, FactSpec
from safescore.expr import M, Rows, Truth
from safescore.period import Clock, Duration, Slots
from safescore.standing import N, Ops, Span

__all__ = ["Backend", "Counted", "M", "N", "Records", "Subject"]


class Records(Rows[M], Protocol[M, N]):
    """The records of one register or events fact, or (``here``) one row an organisation with its plain answers."""

    @property
    def spec(self) -> FactSpec | None:
        """The entry of the fact; None for the plain answers."""
        ...

    @property
    def given(self) -> N:
        """1 where the fact was supplied, else 0."""
        ...

    @property
    def through(self) -> N:
        """The day up to which the records are complete."""
        ...

    @property
    def sure(self) -> M:
        """The records that are surely not a repetition of another."""
        ...

    def count(self, mask: M) -> N:
        """Return how many records of *mask* each organisation has."""
        ...

    def soonest(self, name: str, later_by: Duration | None, mask: M) -> N:
        """Return the earliest day of a field (moved by a duration) over *mask*, where 0 is none."""
        ...

    def total(self, name: str, mask: M) -> Span[N]:
        """Return the sum of a count field over *mask*, from least to most over its blanks."""
        ...


class Counted(Protocol[N]):
    """Events of each window, from surely to possibly, and those that have no date and may fall into any."""

    @property
    def windows(self) -> Iterable[Span[N]]:
        """The span of the number of events, for each window in order."""
        ...

    @property
    def undated(self) -> N:
        """How many events may fall into any of the windows."""
        ...


class Subject(Protocol[M, N]):
    """One subject of a register, or all of them at once: N has one place a subject."""

    @property
    def name(self) -> str:
        """What a person calls the subject; empty for the organisation itself, or for many at once."""
        ...

    @property
    def place(self) -> tuple[tuple[str | int, ...], ...]:
        """Where the subject's record stands in the submission; empty for the organisation itself."""
        ...

    def of_organisation(self, quantity: N) -> N:
        """Return a quantity of the organisation as one of each of its subjects."""
        ...

    def truth(self, truth: Truth[M]) -> Truth[N]:
        """Return where the subject's own record surely is and surely is not in a mask (0 or 1)."""
        ...

    def counted(self, events: Records[M, N], counts: Truth[M], slots: Slots) -> Counted[N]:
        """Return how many events that count fall into each window, of this subject."""
        ...

    def next_visit(self, events: Records[M, N], counts: Truth[M], cycle: Duration, start: str | None, first: int) -> N:
        """Return the day *cycle* after the last event that surely counts; without one, after *start*, else *first*."""
        ...

    def collect(self, quantity: N) -> N:
        """Return the sum of a quantity over the subjects of each organisation."""
        ...

    def soonest(self, day: N) -> N:
        """Return the earliest day over the subjects of each organisation, where 0 is none."""
        ...


class Backend(Protocol[M, N]):
    """The facts of one organisation, or of many, ready to be counted."""

    @property
    def ops(self) -> Ops[N]:
        """The operations on the backend's quantities."""
        ...

    @property
    def clock(self) -> Clock:
        """What time means in this assessment."""
        ...

    @property
    def dictionary(self) -> Dictionary:
        """What the facts are."""
        ...

    @property
    def here(self) -> Records[M, N]:
        """The plain answers, one row an organisation."""
        ...

    def records(self, fact: str) -> Records[M, N]:
        """Return the records of a register or events fact."""
        ...

    def figure(self, fact: str, day: int | None) -> tuple[N, Span[N]]:
        """Return where a count was given directly (0 or 1), and its span on a day (None: at the cut)."""
        ...

    def whole(self) -> Subject[M, N]:
        """Return the organisation itself as the only subject."""
        ...

    def subjects(self, register: str) -> Iterable[Subject[M, N]]:
        """Return the subjects of a register: one after the other, or all at once."""
        ...
