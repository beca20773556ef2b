"""Affirm: is it in place?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from attrs import evolve

from safescore.backend import Backend
from safescore.dictionary import Dictionary
from safescore.explained import Detail, Explained, Path
from safescore.expr import Compare, Expr, Happened, M, Op, judge
from safescore.frozen import frozen
from safescore.measures.base import Due, DueAt, Links, Measure, due_day, due_text, dued
from safescore.period import Days
from safescore.standing import N, Standing, single
from safescore.words import Text


@frozen(kw_only=True)
class Affirm(Measure):
    """Met when a flag is true, or a date has come; with *due*, a result to reach by then: a later date is late."""

    kind: ClassVar[str] = "affirm"
    quantitative: ClassVar[bool] = False

    fact: str
    due: Due = DueAt.STANDING
    dated: bool = False

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Affirm:
        """Return the measure, knowing whether its fact is a flag or a date."""
        spec = links.plain(self.fact, ("flag", "date"), (*path, "fact"))
        return evolve(self, dated=spec is not None and spec.type == "date")

    def facts(self) -> Iterator[str]:
        """Yield the fact."""
        yield self.fact

    def _holds(self, period: Days) -> Expr:
        if not self.dated:
            return Compare(self.fact, Op.EQ, True)
        last = period.last if self.due is DueAt.PERIOD_END else self.due
        return Compare(self.fact, Op.LE, last) if isinstance(last, int) else Happened(self.fact)

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing of one answer."""
        return dued(self.now(backend), self.due, backend)

    def now(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing of one answer today."""
        truth = judge(self._holds(backend.clock.period), backend.here)
        here = backend.here
        return single(here.count(truth.holds), here.count(truth.fails))

    def deadline(self, period: Days) -> int | None:
        """Return the day by which the result is due."""
        return due_day(self.due, period)

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield nothing: one answer has no parts."""
        return iter(())

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield the fact if it is not answered."""
        if backend.here.blank(0, self.fact):
            yield backend.here.path(0, self.fact)

    def actual(self, backend: Explained) -> Text:
        """Return the answer in words."""
        truth = judge(self._holds(backend.clock.period), backend.here)
        if truth.holds:
            return Text(zh="已落实", en="in place")
        return Text(zh="未落实", en="not in place") if truth.fails else Text(zh="未填报", en="no answer")

    def target(self, dictionary: Dictionary) -> Text:
        """Return what is asked."""
        label = dictionary.label(self.fact)
        due = due_text(self.due)
        if due is None:
            return Text(zh=f"{label.zh}：已落实", en=f"{label.en}: in place")
        return Text(zh=f"{label.zh}：{due.zh}落实", en=f"{label.en}: in place {due.en}")

    def gap(self, backend: Explained, short: int) -> Text:
        """Return what is lacking."""
        label = backend.dictionary.label(self.fact)
        return Text(zh=f"尚未落实：{label.zh}", en=f"not in place: {label.en}")

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        return {**super().described(dictionary), "due": self.due}
