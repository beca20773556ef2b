"""Rules over plain answers as tables: every way to answer is judged once, by the code that judges one organisation.

A rule over plain answers is a function of the few columns that it reads. Its questions (who is bound; its measure, or
each element of a checklist) are asked of every way in which their columns can be answered. Answers that come to the
same are one class from there on, so that a checklist joins a handful of classes and not the answers themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from attrs import fields as attributes
from attrs import frozen

from safescore.batch.codes import Digit, Domain, Key, Looked, every, unsigned
from safescore.batch.columns import ColumnBackend
from safescore.batch.consistent import Pair, clashing, pairs_among
from safescore.batch.data import Array
from safescore.batch.results import OPS, distinct, stacked, told
from safescore.dictionary import Dictionary
from safescore.expr import fields as fields_of
from safescore.judging import binding
from safescore.measures.base import FactFigure, Measure
from safescore.measures.checklist import Checklist, Element, Sums, added
from safescore.model import Rule
from safescore.period import Clock
from safescore.standing import Items, Span, Standing, Tally, undecided, verdict

MOST_KEYS = 1 << 16
"""The most keys of a table that joins questions, as long as they can be narrowed to fewer."""

MOST_ANSWERS = 1 << 20
"""The most keys of any table."""

ROLES = Domain(first=1, span=1)
"""Whether one of some roles is held: a blank says no."""

Domains = Mapping[Digit, Domain]
Ask = Callable[[ColumnBackend, Mapping[Digit, Any]], Sequence[Any]]


class TooMany(Exception):
    """There are more ways to answer than a table should have."""


@frozen(eq=False, slots=False)
class Table:
    """A class for every key, and the quantities that each class stands for, a column a class."""

    key: Key
    classes: Array
    rows: Array

    @cached_property
    def narrowed(self) -> Table:
        """The same with the class as the key, looked up here."""
        size = self.rows.shape[1]
        if size == 1:
            return Table(Key(), np.zeros(1, dtype=np.int64), self.rows)
        if size == len(self.classes):
            return self
        digit = Looked(self.key, self.classes.astype(unsigned(size)))
        return Table(Key((digit,), (size,)), np.arange(size), self.rows)

    def turned(self, turn: Callable[[Array], Sequence[Any]]) -> Table:
        """Return the table of what its quantities come to."""
        rows, which = distinct(stacked(turn(self.rows), self.rows.shape[1]))
        return Table(self.key, which[self.classes], rows)


def joined(left: Table, right: Table, join: Callable[[Array, Array], Sequence[Any]]) -> Table:
    """Return the table over the keys of both, of what their quantities come to together."""
    while left.key.size * right.key.size > MOST_KEYS:
        more = [one.key.size / one.narrowed.key.size for one in (left, right)]
        if max(more) == 1:
            break
        left, right = (left.narrowed, right) if more[0] == max(more) else (left, right.narrowed)
    if left.key.size * right.key.size > MOST_ANSWERS:
        raise TooMany
    ours, theirs = left.rows.shape[1], right.rows.shape[1]
    first, second = np.repeat(np.arange(ours), theirs), np.tile(np.arange(theirs), ours)
    rows, which = distinct(stacked(join(left.rows[:, first], right.rows[:, second]), ours * theirs))
    both = which.reshape(ours, theirs)[left.classes][:, right.classes]
    return Table(left.key.joined(right.key), both.reshape(-1), rows)


class _Only(dict[Any, Any]):
    """Columns of a question; it must ask no others, only find registers that nobody supplied."""

    def __init__(self, columns: Mapping[Any, Any], absent: frozenset[str]) -> None:
        super().__init__(columns)
        self._absent = absent

    def get(self, name: Any, default: Any = None) -> Any:
        """Return a column; None for a register."""
        return None if name in self._absent else self[name]


@frozen(kw_only=True)
class Tabler:
    """Makes the tables of settled rules, under one clock; questions of one shape are asked once."""

    dictionary: Dictionary
    clock: Clock
    _asked: dict[object, Table]

    def inputs(self, rule: Rule, *, clocked: bool) -> tuple[Digit, ...]:
        """Return what the outcome of a rule follows from: columns, registers, and the roles that it binds."""
        digits: dict[Digit, None] = {rule.roles: None}
        if rule.applies is not None:
            digits.update(dict.fromkeys(fields_of(rule.applies.expr)))
        measure = rule.measure
        if isinstance(measure, Checklist):
            for one in measure.elements:
                digits.update(dict.fromkeys(self._of_element(one, measure)))
        elif clocked:
            digits.update(dict.fromkeys(self._of_measure(measure)))
        return tuple(digits)

    def _of_measure(self, measure: Measure) -> Iterator[str]:
        for name in measure.facts():
            yield name
            if name in self.dictionary.derivations:
                yield self.dictionary.derivations[name].register

    def _of_element(self, element: Element, checklist: Checklist) -> Iterator[str]:
        yield from self._of_measure(element.asked(checklist.due))
        if element.applies is not None:
            yield from fields_of(element.applies.expr)

    def table(self, rule: Rule, domains: Domains, *, clocked: bool) -> Table:
        """Return what a rule comes to, as rows of ``Told``. Raises TooMany."""
        bound = self._binding(rule, domains)
        if not clocked:
            stands = Table(Key(), np.zeros(1, dtype=np.int64), stacked((*_flat(undecided(1)), False), 1))
        elif isinstance(rule.measure, Checklist):
            stands = self._checklist(rule.measure, domains)
        else:
            stands = self._measure(rule.measure, domains)

        def judge(standings: Array, applies: Array) -> Sequence[Any]:
            standing = _standing(standings)
            found = verdict(standing, (applies[0] > 0, applies[1] > 0), OPS, hard=rule.hard)
            return told(standing, found, standings[FAULT] > 0)

        return joined(stands, bound, judge)

    def pairs(self, rule: Rule, *, clocked: bool) -> tuple[Pair, ...]:
        """Return the counts that each question of a rule asks, with those that they are part of."""
        groups: list[Iterable[str]] = []
        if isinstance(rule.measure, Checklist):
            groups.extend(one.asked(rule.measure.due).facts() for one in rule.measure.elements)
        elif clocked:
            groups.append(rule.measure.facts())
        return tuple(dict.fromkeys(pair for group in groups for pair in pairs_among(group, self.dictionary)))

    def size(self, rule: Rule, domains: Domains, *, clocked: bool) -> int:
        """Return about how many ways to answer are to be judged for the table of a rule."""
        groups: list[Iterable[Digit]] = [() if rule.applies is None else fields_of(rule.applies.expr)]
        if isinstance(rule.measure, Checklist):
            groups.extend(self._of_element(one, rule.measure) for one in rule.measure.elements)
        elif clocked:
            groups.append(self._of_measure(rule.measure))
        return sum(prod(domains[name].size for name in set(group) if name in domains) for group in groups)

    def _binding(self, rule: Rule, domains: Domains) -> Table:
        names = (rule.roles, *(() if rule.applies is None else dict.fromkeys(fields_of(rule.applies.expr))))
        shape = (names, None if rule.applies is None else rule.applies.expr)

        def ask(backend: ColumnBackend, columns: Mapping[Digit, Any]) -> Sequence[Any]:
            return binding(rule, backend, columns[rule.roles].there)

        return self._once(shape, ask, names, domains)

    def _measure(self, measure: Measure, domains: Domains) -> Table:
        names = tuple(dict.fromkeys(self._of_measure(measure)))

        def ask(backend: ColumnBackend, _: Mapping[Digit, Any]) -> Sequence[Any]:
            return _unless(clashing(pairs_among(names, self.dictionary), backend), _flat(measure.standing(backend)))

        return self._once(self._shape(measure, names, domains), ask, names, domains)

    def _checklist(self, checklist: Checklist, domains: Domains) -> Table:
        sums: Table | None = None
        for element in checklist.elements:
            one = self._element(element, checklist, domains)
            sums = one if sums is None else joined(sums, one, _added)
        assert sums is not None

        def conclude(rows: Array) -> Sequence[Any]:
            return *_flat(checklist.concluded(_sums(rows), self._backend({}, rows.shape[1]))), rows[CLASH]

        return sums.turned(conclude)

    def _element(self, element: Element, checklist: Checklist, domains: Domains) -> Table:
        names = tuple(dict.fromkeys(self._of_element(element, checklist)))
        measure = element.asked(checklist.due)
        applies = None if element.applies is None else element.applies.expr
        ways = (applies, checklist.one_result(), checklist.at_least is None)
        shape = (*ways, *self._shape(measure, names, domains)) if applies is None else (id(element), *ways)

        def ask(backend: ColumnBackend, _: Mapping[Digit, Any]) -> Sequence[Any]:
            clash = clashing(pairs_among(measure.facts(), self.dictionary), backend)
            return _unless(clash, _laid(checklist.summed(backend, (element,))))

        return self._once(shape, ask, names, domains)

    def _once(self, shape: object, ask: Ask, names: tuple[Digit, ...], domains: Domains) -> Table:
        """Return a question's table, asked only if none of its shape was."""
        shape = (shape, *(domains[name].shape if name in domains else name for name in names))
        if shape not in self._asked:
            self._asked[shape] = self._ask(ask, names, domains)
        found = self._asked[shape]
        key = self._key(names, domains)
        return found if found.key.digits == key.digits else Table(key, found.classes, found.rows)

    def _shape(self, measure: Measure, names: tuple[Digit, ...], domains: Domains) -> tuple[object, ...]:
        """Return what measures over different columns have in common if they ask the same."""
        if any(name not in domains for name in names):
            return (id(measure),)
        places = {name: ("fact", place) for place, name in enumerate(names)}

        def shaped(name: str, value: Any) -> object:
            if isinstance(value, FactFigure):
                return places[value.fact]
            return places.get(value, value) if type(value) is str and name != "due" else value

        fields = tuple(shaped(one.name, getattr(measure, one.name)) for one in attributes(type(measure)))
        pairs = tuple((places[one], places[other]) for one, other in pairs_among(map(str, names), self.dictionary))
        return (type(measure), fields, pairs, *(self._kind(str(name)) for name in names))

    def _kind(self, name: str) -> object:
        """Return what decides, besides its answers, what a plain fact means to a measure."""
        spec, here = self.dictionary.facts.get(name), self.dictionary.here(name)
        cumulative = spec is not None and spec.cumulative
        whole = spec is not None and not self.dictionary.wholes_of(name)
        return here.type if here is not None else "", cumulative, whole

    def _key(self, names: tuple[Digit, ...], domains: Domains) -> Key:
        plain = tuple(name for name in names if name in domains and domains[name].size > 1)
        return Key(plain, tuple(domains[name].size for name in plain))

    def _backend(self, columns: Mapping[Digit, Any], rows: int, absent: frozenset[str] = frozenset()) -> ColumnBackend:
        return ColumnBackend(_Only(columns, absent), rows, self.dictionary, self.clock)

    def _ask(self, ask: Ask, names: tuple[Digit, ...], domains: Domains) -> Table:
        """Return a question's answers over all ways to answer its columns. Raises TooMany."""
        key = self._key(names, domains)
        if key.size > MOST_ANSWERS:
            raise TooMany
        columns = every({name: domains[name] for name in names if name in domains})
        absent = frozenset(name for name in names if name not in domains and isinstance(name, str))
        rows, classes = distinct(stacked(ask(self._backend(columns, key.size, absent), columns), key.size))
        return Table(key, classes, rows)


def _flat(standing: Standing[Any]) -> tuple[Any, ...]:
    return (*standing.asked, *standing.worst, *standing.best, standing.later, standing.next_due)


def _standing(rows: Array) -> Standing[Array]:
    return Standing(Span(*rows[:2]), Tally(*rows[2:5]), Tally(*rows[5:8]), rows[8], rows[9])


def _laid(sums: Sums[Any]) -> tuple[Any, ...]:
    items = sums.items
    return (*items.met, *items.unmet, items.asked, items.later, sums.next_due)


def _sums(rows: Array) -> Sums[Array]:
    return Sums(Items(Span(*rows[:2]), Span(*rows[2:4]), rows[4], rows[5]), rows[6])


FAULT, CLASH = 10, 7
"""Where the rows of standings, and of sums, say that the answers contradict each other."""


def _unless(fault: Array, quantities: Sequence[Any]) -> tuple[Any, ...]:
    """Return quantities, and where there is a fault: with it they do not matter."""
    return *(OPS.where(~fault, one, 0) for one in quantities), fault


def _added(left: Array, right: Array) -> tuple[Any, ...]:
    return _unless((left[CLASH] | right[CLASH]) > 0, _laid(added(_sums(left), _sums(right), OPS)))
