"""What judging the organisations of a frame writes: arrays for all, of which each stretch writes its own part."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from safescore.batch.data import Array
from safescore.batch.room import Lender, Room
from safescore.batch.scores import PAIR, Scores


class Whole(NamedTuple):
    """Outcomes and short codes of every rule, a row a rule; the scores; and who contradicts themselves."""

    outcome: Array
    short: Array
    scores: Scores
    faulty: Array

    @classmethod
    def of(cls, rules: int, organisations: int, lender: Lender) -> Whole:
        """Return room for them; nothing is written yet."""
        low, high = lender.array("means", (2, organisations), np.float64)
        scored, certain, faulty = lender.array("flags", (3, organisations), np.bool_)
        return cls(
            outcome=lender.array("outcome", (rules, organisations), np.int8),
            short=lender.array("short", (rules, organisations), np.uint16),
            scores=Scores(low=low, high=high, scored=scored, certain=certain),
            faulty=faulty,
        )

    def part(self, places: slice, room: Room) -> Target:
        """Return what is to be written of some organisations; nothing is added up yet."""
        faulty = self.faulty[places]
        room.cut(len(faulty))
        sums = room.array(Target, PAIR)
        low, high, scored, certain = (one[places] for one in _arrays(self.scores))
        scores = Scores(low=low, high=high, scored=scored, certain=certain)
        found = Target(self.outcome[:, places], self.short[:, places], scores, faulty, sums)
        found.clear()
        return found


class Target(NamedTuple):
    """The part of some organisations, and what their results add up to."""

    outcome: Array
    short: Array
    scores: Scores
    faulty: Array
    sums: Array

    def clear(self) -> None:
        """Forget what was added up, and the faults."""
        self.sums[:] = 0
        self.faulty[:] = False

    def score(self, found: Scores) -> None:
        """Write down scores."""
        for own, one in zip(_arrays(self.scores), _arrays(found), strict=True):
            own[:] = one

    def settle(self) -> None:
        """Leave those without a score who contradict themselves."""
        if self.faulty.any():
            for own in _arrays(self.scores):
                own[self.faulty] = 0


def _arrays(scores: Scores) -> tuple[Array, ...]:
    return scores.low, scores.high, scores.scored, scores.certain
