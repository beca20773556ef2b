"""Submissions as the columnar backend of the library."""

from __future__ import annotations

from collections.abc import Sequence

from safescore.batch.columns import Arrays
from safescore.batch.columns import ColumnBackend as Backend
from safescore.batch.load import columns_of
from safescore.dictionary import Dictionary
from safescore.facts.answers import Submission
from safescore.period import Clock

__all__ = ["Arrays", "ColumnBackend"]


class ColumnBackend(Backend):
    """The facts of many submissions under one clock."""

    def __init__(self, submissions: Sequence[Submission], dictionary: Dictionary, clock: Clock) -> None:
        super().__init__(columns_of(submissions, dictionary), len(submissions), dictionary, clock)
