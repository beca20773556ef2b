"""What the rules of a pack come to for many organisations: codes of results, told as arrays when they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from safescore.batch.data import Array
from safescore.batch.results import Results
from safescore.batch.scores import Scores
from safescore.frozen import frozen
from safescore.model import Grades
from safescore.results import Contribution, Interval
from safescore.scoring import Credit, broken, interval, may_break, places
from safescore.standing import OUTCOMES, Outcome, Span

MOST_OF_A_BYTE = 255
NEAR = 1e-9
"""How near to the least score of a grade a row is decided exactly."""


@frozen(eq=False, kw_only=True, slots=False)
class Outcomes:
    """What the rules of a pack come to; every array has a row an organisation and a column a rule.

    ``outcome`` is a code, the place in ``standing.OUTCOMES``. A credit lies from ``low`` to ``high``, each *have* of
    *need*; it is out of the sums for some completion of the missing facts where ``out``, for all where ``never``.
    ``short`` is the gap from least to most, ``next_due`` the ordinal of the next due day (0: none); both are 0 where
    the rule does not apply. ``score`` is for display; :meth:`interval` is exact. Who is ``faulty`` has answers that
    contradict each other: there is no score, and what is said of single rules means nothing.
    """

    rules: tuple[str, ...]
    weights: tuple[int, ...]
    hard: tuple[bool, ...]
    grades: Grades
    together: int
    codes: list[list[Array]]
    results: tuple[Results, ...]
    outcome: Array
    score: Scores
    faulty: Array

    def outcome_of(self, place: int, rule: int) -> Outcome:
        """Return the outcome of one rule for one organisation."""
        return OUTCOMES[int(self.outcome[place, rule])]

    def contribution(self, place: int, rule: int) -> Contribution:
        """Return exactly what one rule may add to the score of one organisation."""
        return self.results[rule].contribution(int(self._results(rule, np.array([place]))[0]))

    def interval(self, place: int) -> Interval:
        """Return the exact bounds of the score of one organisation."""
        return next(self._intervals(np.array([place])))

    def _intervals(self, places: Array) -> Iterator[Interval]:
        """Yield the exact bounds of the scores of some organisations."""
        every = np.array([self._results(rule, places) for rule in range(len(self.rules))], dtype=np.int64)
        for one in every.reshape(len(self.rules), -1).T.tolist():
            parts = (results.contribution(place) for results, place in zip(self.results, one, strict=True))
            yield interval(zip(self.weights, parts, strict=True))

    def _results(self, rule: int, places: Array) -> Array:
        """Return which of the results of a rule some organisations have."""
        chunk, within = np.divmod(places, self.together)
        found = np.empty(len(places), dtype=np.int64)
        for number in np.unique(chunk).tolist():
            these = chunk == number
            found[these] = self.results[rule].places(self.codes[number][rule][within[these]])
        return found

    def _told(self, name: str, kind: Any = np.int64) -> Array:
        """Return one thing told of every rule, for every organisation."""
        found: Array = np.empty((len(self.rules), len(self.outcome)), dtype=kind)
        for rule, results in enumerate(self.results):
            table = getattr(results.told(), name).astype(kind)
            short = results.by_code(table)
            for number, chunk in enumerate(self.codes):
                codes, places = chunk[rule], slice(number * self.together, (number + 1) * self.together)
                np.take(short if codes.dtype == np.uint16 else table, codes, out=found[rule, places], mode="clip")
        return found.T

    @cached_property
    def counts(self) -> Array:
        """How many rules have each outcome: a column an outcome, in the order of ``standing.OUTCOMES``."""
        counts = np.zeros((len(self.outcome), len(OUTCOMES)), dtype=np.int32)
        one_each = np.eye(8, dtype=np.uint8).view(np.uint64).reshape(-1)  # a byte an outcome
        one = np.empty(len(self.outcome), dtype=np.uint64)
        for first in range(0, len(self.rules), MOST_OF_A_BYTE):
            found = np.zeros(len(self.outcome), dtype=np.uint64)
            for outcome in self.outcome.T[first : first + MOST_OF_A_BYTE]:
                found += one_each.take(outcome, out=one, mode="clip")
            counts += found.view(np.uint8).reshape(-1, 8)[:, : len(OUTCOMES)]
        return counts

    @property
    def grade_low(self) -> Array:
        """The place of the lowest grade that the missing facts allow, 0 the best; -1 without a score."""
        return self._grades[0]

    @property
    def grade_high(self) -> Array:
        """The place of the highest grade that the missing facts allow; -1 without a score."""
        return self._grades[1]

    @cached_property
    def _grades(self) -> tuple[Array, Array]:
        breaking, may = self._hard(lambda outcome, _: broken(outcome)), self._hard(may_break)
        low = _graded(self.score.low, breaking | may, self.grades)
        high = _graded(self.score.high, breaking, self.grades)
        near = np.flatnonzero(self.score.scored & ((low < 0) | (high < 0)))
        for place, exact in zip(near.tolist(), self._intervals(near), strict=True):
            both = places(exact, self.grades, broken=bool(breaking[place]), may=bool(may[place]))
            low[place], high[place] = (-1, -1) if both is None else both
        return np.where(self.score.scored, low, -1), np.where(self.score.scored, high, -1)

    def _hard(self, holds: Callable[[Outcome, Contribution], bool]) -> Array:
        """Return for which organisations something holds of any hard duty."""
        found = np.zeros(len(self.outcome), dtype=bool)
        for rule, results in enumerate(self.results):
            if not self.hard[rule]:
                continue
            told = results.told()
            each = [holds(OUTCOMES[int(code)], told.contribution(place)) for place, code in enumerate(told.outcome)]
            if not any(each):
                continue
            for number, chunk in enumerate(self.codes):
                part = slice(number * self.together, (number + 1) * self.together)
                found[part] |= np.array(each)[results.places(chunk[rule])]
        return found

    @cached_property
    def to_date(self) -> Array:
        """Where a duty is met for now, while parts of it are not yet due."""
        return self._told("to_date", np.bool_)

    @cached_property
    def out(self) -> Array:
        """Where some completion of the missing facts leaves the finding out of the sums."""
        return self._told("out", np.bool_)

    @cached_property
    def never(self) -> Array:
        """Where every completion leaves it out."""
        return self._told("never", np.bool_)

    @cached_property
    def low(self) -> Credit[Array]:
        """The least credit."""
        return Credit(self._told("low_have"), self._told("low_need"))

    @cached_property
    def high(self) -> Credit[Array]:
        """The greatest credit."""
        return Credit(self._told("high_have"), self._told("high_need"))

    @cached_property
    def short(self) -> Span[Array]:
        """The gap in natural units."""
        return Span(self._told("least"), self._told("most"))

    @cached_property
    def next_due(self) -> Array:
        """The next due day of what is not met, as an ordinal."""
        return self._told("next_due")


def _graded(scores: Array, capped: Array, grades: Grades) -> Array:
    """Return the places of the grades that scores earn; -1 where a score is too near to the least of a grade.

    Between two of these every score earns what the one in the middle does.
    """
    cuts = sorted({band.at_least / 100 for band in grades.bands if 0 < band.at_least <= 100})
    ends = (Fraction(0), *cuts, Fraction(1))
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    table = np.array([[grades.place(score, capped=cap) for score in between] for cap in (False, True)], dtype=np.int16)
    exact = np.array([float(cut) for cut in cuts])
    found = table[capped.astype(np.intp), np.searchsorted(exact, scores, side="right")]
    for cut in exact:
        found[np.abs(scores - cut) < NEAR] = -1
    return found
