"""What the rules of a pack come to for many organisations: codes of results, told as arrays when they are asked."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np
from attrs import frozen

from safescore.batch.data import Array
from safescore.batch.results import Results
from safescore.batch.scores import Scores
from safescore.model import Grades
from safescore.results import Contribution, Interval
from safescore.scoring import Credit, interval
from safescore.standing import OUTCOMES, Outcome, Span


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
        chunk, within = divmod(place, self.together)
        code = int(self.results[rule].places(self.codes[chunk][rule][within : within + 1])[0])
        found = self.results[rule].told()
        if found.never[code]:
            return Contribution(low=None, high=None, out=True)
        low = Fraction(int(found.low_have[code]), int(found.low_need[code]))
        high = Fraction(int(found.high_have[code]), int(found.high_need[code]))
        return Contribution(low=low, high=high, out=bool(found.out[code]))

    def interval(self, place: int) -> Interval:
        """Return the exact bounds of the score of one organisation."""
        return interval((weight, self.contribution(place, rule)) for rule, weight in enumerate(self.weights))

    def _told(self, name: str, kind: type = np.int64) -> Array:
        """Return one thing told of every rule, for every organisation."""
        found = np.empty((len(self.rules), len(self.outcome)), dtype=kind)
        for rule, results in enumerate(self.results):
            table = getattr(results.told(), name).astype(kind)
            short = results.by_code(table)
            for number, chunk in enumerate(self.codes):
                codes, places = chunk[rule], slice(number * self.together, (number + 1) * self.together)
                np.take(short if codes.dtype == np.uint16 else table, codes, out=found[rule, places], mode="clip")
        return found.T

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
