"""What judging some of the organisations of a frame writes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from safescore.batch.data import Array
from safescore.batch.room import Room
from safescore.batch.scores import PAIR


class Target(NamedTuple):
    """Outcomes and short codes of every rule, a row a rule; what they add to the score; and who has a fault.

    Outcomes and short codes are cut out of arrays for all organisations: room for each would cost more than filling it.
    """

    outcome: Array
    short: Array
    sums: Array
    faulty: Array

    @classmethod
    def of(cls, outcome: Array, short: Array, room: Room) -> Target:
        """Return what is to be written; nothing is added up yet."""
        room.cut(outcome.shape[1])
        found = cls(outcome, short, room.array(Target, PAIR), np.zeros(outcome.shape[1], dtype=bool))
        found.clear()
        return found

    def clear(self) -> None:
        """Forget what was added up, and the faults."""
        self.sums[:] = 0
        self.faulty[:] = False
