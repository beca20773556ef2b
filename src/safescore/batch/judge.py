"""One rule over many organisations: looked up where it can be, judged where it can't, with the same results."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np
from attrs import field

from safescore.batch.chunk import Chunk
from safescore.batch.codes import Digit, Domain, Key
from safescore.batch.consistent import clashing
from safescore.batch.data import Array
from safescore.batch.results import FULL, SHORT, Results, distinct, stacked, told
from safescore.batch.room import Room
from safescore.batch.scores import PAIR, Free, Freed, Sums, loosely
from safescore.batch.tabled import Tablers, TooMany
from safescore.frozen import frozen
from safescore.judging import judged
from safescore.model import Rule


@frozen(eq=False)
class View:
    """The results of a rule so far, by their places and by their short codes: what each adds to the score."""

    outcomes: Array
    parts: Array
    short_parts: Array
    credits: Array
    short_credits: Array
    between: Array
    short_between: Array
    loose: Array
    short_loose: Array
    faults: Array
    fault: int

    def flags(self, all_: bool) -> tuple[Array, Array]:
        """Return which results may leave the sums, by place and by short code: all, or only what lies between."""
        return (self.loose, self.short_loose) if all_ else (self.between, self.short_between)


@frozen(eq=False)
class Ready:
    """The table of a rule: the code of the result for every key of columns with these domains, by way of a class."""

    key: Key
    classes: Array
    results: Array
    """The code of the result of each class; no two have the same."""
    domains: Mapping[Digit, Domain]
    absent: frozenset[str]
    single: frozenset[str]
    table: Array = field(init=False)

    @table.default
    def _direct(self) -> Array:
        return self.results[self.classes]

    def holds(self, domains: Mapping[Digit, Domain], single: frozenset[str]) -> bool:
        """Tell whether the table is of these domains."""
        return self.single == single and all(domains[digit] is one for digit, one in self.domains.items())

    def codes(self, codes: Mapping[Digit, Array], room: Room, out: Array) -> Array:
        """Return the code of the result of every organisation, in *out* if they are short."""
        key = self.key.of(codes, room)
        if self.table.dtype != out.dtype:
            return self.table.take(key, mode="clip")
        return self.table.take(key, mode="clip", out=out)


class Judge:
    """A settled rule, and what is known of it."""

    def __init__(self, rule: Rule, clocked: bool, weight: int, tablers: Tablers, sums: Sums, patience: float) -> None:
        self.weight = weight
        self.results = Results()
        self._rule = rule
        self._clocked = clocked
        self._tablers = tablers
        self._sums = sums
        self._lock = Lock()
        self._patience = patience
        self._asked = 0
        self.ready: Ready | None = None
        self.pairs = tablers.of(frozenset()).pairs(rule, clocked=clocked)
        self._view: View | None = None

    def view(self) -> View:
        """Return the results so far."""
        view = self._view
        if view is None or len(view.outcomes) != self.results.count:
            view = self._seen()
            self._view = view
        return view

    def _seen(self) -> View:
        found = self.results.told()
        parts = self._sums.parts(found, self.weight)
        free = Free.of(found)
        faults = np.flatnonzero(found.fault)  # one at most: of a fault nothing else is told
        return View(
            outcomes=found.outcome.astype(np.int8),
            parts=parts,
            short_parts=self.results.by_code(parts),
            credits=free.credits,
            short_credits=self.results.by_code(free.credits),
            between=free.between,
            short_between=self.results.by_code(free.between),
            loose=loosely(found),
            short_loose=self.results.by_code(loosely(found)),
            faults=faults,
            fault=self.results.short(int(faults[0])) if len(faults) else FULL,
        )

    @property
    def fault(self) -> int:
        """The short code of the result that is a fault; one that no code equals, where there is none."""
        return self.view().fault

    def outcomes(self, codes: Array) -> Array:
        """Return the outcomes that codes stand for."""
        return codes >> SHORT if codes.dtype == np.uint16 else self.view().outcomes[codes]

    def add(self, codes: Array, room: Room, sums: Array) -> None:
        """Add to *sums* what the results that codes stand for add to the score."""
        view = self.view()
        places = room.array(Judge, np.intp)
        np.copyto(places, codes)
        added = room.array(Judge, PAIR)
        (view.short_parts if codes.dtype == np.uint16 else view.parts).take(places, axis=0, out=added, mode="clip")
        sums += added

    def faulty(self, codes: Array) -> Array:
        """Return where codes stand for a fault."""
        return np.isin(self.results.places(codes), self.view().faults)

    def free(self, codes: Array, places: Array, all_: bool) -> Freed | None:
        """Return what may leave the sums at some places: all, or only what lies between; None if nothing does."""
        view = self.view()
        flags, short_flags = view.flags(all_)
        if not flags.any():
            return None
        own, credits_ = codes[places], view.credits
        if own.dtype == np.uint16:
            flags, credits_ = short_flags, view.short_credits
        open_ = np.flatnonzero(flags.take(own))
        return Freed(open_, np.full(len(open_), self.weight), credits_.take(own[open_], axis=0))

    def codes(self, chunk: Chunk, out: Array) -> Array:
        """Return the code of the result of every organisation, in *out* if they are short."""
        ready = self.ready
        if ready is None or not _fits(ready, chunk):
            ready = self._made(chunk)
        if ready is None:
            return self._judged(chunk, out)
        return ready.codes(chunk.codes, chunk.room, out)

    def _made(self, chunk: Chunk) -> Ready | None:
        """Return the table for the domains of the columns here, once it is worth its making; None without one."""
        dictionary = chunk.frame.dictionary
        tabler = self._tablers.of(chunk.frame.single)
        inputs = tabler.inputs(self._rule, clocked=self._clocked)
        absent = frozenset(one for one in inputs if isinstance(one, str) and dictionary.here(one) is None)
        plain = [one for one in inputs if one not in absent]
        if absent & chunk.frame.registers:
            return None
        domains: dict[Digit, Domain] = {}
        for digit in plain:
            chunk.renew(digit)
            domain = chunk.domains[digit]
            if domain is None:
                return None
            domains[digit] = domain
        ready = self.ready  # another thread may replace it meanwhile
        if ready is not None and _fits(ready, chunk):
            return ready
        self._asked += chunk.size
        if self._asked < self._patience * tabler.size(self._rule, domains, clocked=self._clocked):
            return None
        with self._lock:
            ready = self.ready  # another thread may have made it meanwhile
            if ready is not None and _fits(ready, chunk):
                return ready
            try:
                table = tabler.table(self._rule, domains, clocked=self._clocked)
            except TooMany:
                return None
            codes = self.results.codes(table.rows)
            ready = Ready(table.key, table.classes, codes, domains, absent, chunk.frame.single)
            self.ready = ready
        return ready

    def _judged(self, chunk: Chunk, out: Array) -> Array:
        backend: Any = chunk.backend
        standing, found = judged(self._rule, backend, chunk.holder(self._rule.roles), clocked=self._clocked)
        rows, which = distinct(stacked(told(standing, found, clashing(self.pairs, chunk.backend)), chunk.size))
        with self._lock:
            codes = self.results.codes(rows)
        return codes.take(which, out=out, mode="clip") if codes.dtype == out.dtype else codes[which]


def _fits(ready: Ready, chunk: Chunk) -> bool:
    """Tell whether a table holds for the codes of a chunk, and for the registers that were supplied."""
    for digit, domain in ready.domains.items():
        if chunk.domains[digit] is not domain:
            return False
    return ready.single == chunk.frame.single and not ready.absent & chunk.frame.registers
