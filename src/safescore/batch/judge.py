"""One rule over many organisations: looked up where it can be, judged where it can't, with the same results."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np
from attrs import frozen

from safescore.batch.chunk import Chunk
from safescore.batch.codes import Digit, Domain, Key, unsigned
from safescore.batch.data import Array
from safescore.batch.data import Table as Records
from safescore.batch.results import Results, Told, distinct, stacked, told
from safescore.batch.scores import LEAST_PLACES, Free, Sums, loosely
from safescore.batch.tabled import MOST_ANSWERS, Tabler, TooMany
from safescore.judging import judged
from safescore.model import Rule


@frozen(eq=False)
class View:
    """The results of a rule so far: what each is, its outcome alone, and what it adds to the score."""

    told: Told
    outcomes: Array
    parts: Array
    free: Free
    between: bool
    loose: bool


@frozen(eq=False)
class Ready:
    """The table of a rule: the code of the result for every key of columns with these domains."""

    key: Key
    table: Array
    domains: Mapping[Digit, Domain]
    absent: frozenset[str]


class Judge:
    """A settled rule, and what is known of it."""

    def __init__(
        self, rule: Rule, clocked: bool, weight: int, tabler: Tabler, sums: Sums, lock: Lock, patience: float
    ) -> None:
        self.weight = weight
        self.results = Results()
        self._rule = rule
        self._clocked = clocked
        self._tabler = tabler
        self._sums = sums
        self._lock = lock
        self._patience = patience
        self._asked = 0
        self._ready: Ready | None = None
        self._inputs = tabler.inputs(rule, clocked=clocked)
        self._view: View | None = None

    @property
    def view(self) -> View:
        """The results so far."""
        view = self._view
        if view is None or len(view.outcomes) != len(self.results):
            found = self.results.told()
            free = Free.of(found, self.weight)
            exact = self._sums.places >= LEAST_PLACES
            view = View(
                told=found,
                outcomes=found.outcome.astype(np.int8),
                parts=self._sums.parts(found, self.weight) if exact else np.zeros((0, 2), dtype=np.int64),
                free=free,
                between=bool(free.between.any()),
                loose=bool(loosely(found).any()),
            )
            self._view = view
        return view

    def codes(self, chunk: Chunk) -> Array:
        """Return the code of the result of every organisation."""
        ready = self._ready if self._fits(self._ready, chunk) else self._made(chunk)
        if ready is None:
            return self._judged(chunk)
        return np.take(ready.table, chunk.key(ready.key), mode="clip")

    def _fits(self, ready: Ready | None, chunk: Chunk) -> bool:
        if ready is None:
            return False
        for digit, domain in ready.domains.items():
            if chunk.domain(digit) is not domain:
                return False
        return not any(isinstance(chunk.frame.facts.get(name), Records) for name in ready.absent)

    def _made(self, chunk: Chunk) -> Ready | None:
        """Return the table for the domains of the columns here, once it is worth its making; None without one."""
        facts, dictionary = chunk.frame.facts, chunk.frame.dictionary
        plain = [one for one in self._inputs if isinstance(one, tuple) or dictionary.here(one) is not None]
        absent = frozenset(str(one) for one in self._inputs if one not in plain)
        if any(isinstance(facts.get(name), Records) for name in absent):
            return None
        domains: dict[Digit, Domain] = {}
        for digit in plain:
            chunk.renew(digit)
            domain = chunk.domain(digit)
            if domain is None:
                return None
            domains[digit] = domain
        if self._fits(self._ready, chunk):
            return self._ready
        self._asked += chunk.size
        if self._asked < self._patience * self._tabler.size(self._rule, domains, clocked=self._clocked):
            return None
        with self._lock:
            try:
                table = self._tabler.table(self._rule, domains, clocked=self._clocked)
            except TooMany:
                return None
            codes = self.results.codes(table.rows)
            self._ready = Ready(table.key, codes.astype(unsigned(len(self.results)))[table.classes], domains, absent)
        return self._ready

    def _judged(self, chunk: Chunk) -> Array:
        standing, found = judged(
            self._rule, chunk.backend, chunk.holder(self._rule.roles), clocked=self._clocked  # type: ignore[arg-type]
        )
        rows, which = distinct(stacked(told(standing, found), chunk.size))
        with self._lock:
            codes = self.results.codes(rows)
        return codes.astype(unsigned(len(self.results)))[which]
