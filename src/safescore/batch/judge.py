"""One rule over many organisations: looked up where it can be, judged where it can't, with the same results."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np
from attrs import frozen

from safescore.batch.chunk import Chunk
from safescore.batch.codes import Digit, Domain, Key
from safescore.batch.consistent import clashing
from safescore.batch.data import Array
from safescore.batch.data import Table as Records
from safescore.batch.results import SHORT, Results, distinct, stacked, told
from safescore.batch.scores import Free, Sums, loosely
from safescore.batch.tabled import Tabler, TooMany
from safescore.judging import judged
from safescore.model import Rule


@frozen(eq=False)
class View:
    """The results of a rule so far: what each adds to the score, by its place and by its short code."""

    outcomes: Array
    parts: Array
    short_parts: Array
    free: Free
    between: bool
    loose: bool
    faults: Array


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
        self.pairs = tabler.pairs(rule, clocked=clocked)
        self._view: View | None = None

    @property
    def view(self) -> View:
        """The results so far."""
        view = self._view
        if view is None or len(view.outcomes) != len(self.results):
            view = self._seen()
            self._view = view
        return view

    def _seen(self) -> View:
        found = self.results.told()
        parts = self._sums.parts(found, self.weight)
        free = Free.of(found, self.weight)
        return View(
            outcomes=found.outcome.astype(np.int8),
            parts=parts,
            short_parts=self.results.by_code(parts),
            free=free,
            between=bool(free.between.any()),
            loose=bool(loosely(found).any()),
            faults=np.flatnonzero(found.fault),
        )

    def outcomes(self, codes: Array, into: Array) -> None:
        """Write the outcomes that codes stand for."""
        if codes.dtype == np.uint16:
            np.right_shift(codes, SHORT, out=into, casting="unsafe")
        else:
            np.take(self.view.outcomes, codes, out=into, mode="clip")

    def parts(self, codes: Array, into: Array) -> None:
        """Write what the results that codes stand for add to the score."""
        view = self.view
        np.take(view.short_parts if codes.dtype == np.uint16 else view.parts, codes, axis=0, out=into, mode="clip")

    def faults(self, codes: Array) -> Array | None:
        """Return where codes stand for a fault; None where nowhere."""
        for fault in self.view.faults:
            found = codes == (self.results.short(fault) if codes.dtype == np.uint16 else fault)
            if found.any():
                return found
        return None

    def free(self, codes: Array, all_: bool) -> Free | None:
        """Return what may leave the sums of results: all, or only what lies between; None if nothing does."""
        view = self.view
        return view.free.at(self.results.places(codes)) if (view.loose if all_ else view.between) else None

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
            self._ready = Ready(table.key, codes[table.classes], domains, absent)
        return self._ready

    def _judged(self, chunk: Chunk) -> Array:
        standing, found = judged(
            self._rule,
            chunk.backend,
            chunk.holder(self._rule.roles),
            clocked=self._clocked,  # type: ignore[arg-type]
        )
        rows, which = distinct(stacked(told(standing, found, clashing(self.pairs, chunk.backend)), chunk.size))
        with self._lock:
            codes = self.results.codes(rows)
        return codes[which]
