"""What all measures share: their settings, how they are linked to the dictionary, and what they must supply."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, fields, has

from safescore.backend import Backend
from safescore.dictionary import Dictionary, FactSpec, FieldReader, FieldSpec
from safescore.explained import Ahead, Detail, Explained, Path
from safescore.expr import (
    ALWAYS,
    All,
    Compare,
    Expr,
    M,
    Moment,
    Op,
    Setting,
    Unknown,
    Wrong,
    bind,
    parse,
    settings,
    suggestion,
)
from safescore.expr import fields as fields_of
from safescore.frozen import frozen
from safescore.period import DayNumber, Days, Duration, day_text
from safescore.standing import UNBOUNDED, Items, N, Span, Standing, by_day, undecided
from safescore.words import Text

UNKNOWN = Unknown.UNKNOWN


class DueAt(str, Enum):
    """When a duty without a printed day must hold: at the day of judgement, or by the end of the pack's period."""

    STANDING = "standing"
    PERIOD_END = "period-end"


Figure = int | Setting | Unknown
Share = Fraction | Setting | Unknown
Day = DayNumber | Setting | Unknown
Cycle = Duration | Setting | Unknown
Due = DueAt | DayNumber | Setting | Unknown
Word = str | Setting | Unknown


@frozen
class Condition:
    """A condition as written, and as the expression that it means once the dictionary is known."""

    raw: Any = None
    expr: Expr = ALWAYS


@frozen(kw_only=True)
class FactFigure:
    """Another fact as a figure."""

    fact: str


def one_of_types(types: tuple[str, ...]) -> Text:
    """Return a hint that names the types expected."""
    return Text(zh=f"应为{'或'.join(types)}", en=f"expected {' or '.join(types)}")


class Links:
    """Links measures to the dictionary, and collects every fault with its path."""

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.wrong: list[Wrong] = []

    def blame(self, path: tuple[str | int, ...], problem: Text, hint: Text | None = None) -> None:
        """Add a fault at a path below the rule."""
        self.wrong.append(Wrong(path, problem, hint))

    def fact(self, name: str, types: tuple[str, ...], path: tuple[str | int, ...]) -> FactSpec | None:
        """Return the entry of a fact, if it is one of these types."""
        spec = self.dictionary.facts.get(name)
        if spec is None:
            problem = Text(zh=f"事实字典中没有“{name}”", en=f"there is no fact {name!r}")
            self.blame(path, problem, suggestion(name, tuple(self.dictionary.facts)))
        elif spec.type not in types:
            self._wrong_type(name, spec.type, types, path)
        elif spec.profile:
            problem = Text(
                zh=f"“{name}”是单位概况中的信息",
                en=f"{name!r} is an answer of the organisation's profile",
            )
            hint = Text(
                zh="在applies中询问，或另立一项事实",
                en="ask it in applies, or make it a fact of its own",
            )
            self.blame(path, problem, hint)
        else:
            return spec
        return None

    def plain(self, name: str, types: tuple[str, ...], path: tuple[str | int, ...]) -> FactSpec | FieldSpec | None:
        """Return the entry of a plain answer or of a checklist's element, if it is one of these types."""
        spec = self.dictionary.here(name)
        if spec is None:
            problem = Text(zh=f"没有单值事实“{name}”", en=f"there is no plain fact {name!r}")
            self.blame(path, problem, suggestion(name, tuple(self.dictionary.facts)))
        elif spec.type not in types:
            self._wrong_type(name, spec.type, types, path)
        else:
            return spec
        return None

    def _wrong_type(self, name: str, found: str, types: tuple[str, ...], path: tuple[str | int, ...]) -> None:
        problem = Text(zh=f"事实“{name}”的类型是{found}", en=f"the fact {name!r} is a {found}")
        self.blame(path, problem, one_of_types(types))

    def fields(
        self, spec: FactSpec, names: tuple[str, ...], types: tuple[str, ...], path: tuple[str | int, ...]
    ) -> bool:
        """Tell whether these fields exist with one of these types; blame those that do not."""
        good = True
        for place, name in enumerate(names):
            found = spec.fields.get(name)
            if found is None:
                problem = Text(zh=f"没有字段“{name}”", en=f"there is no field {name!r}")
                self.blame((*path, place), problem, suggestion(name, tuple(spec.fields)))
                good = False
            elif types and found.type not in types:
                problem = Text(zh=f"字段“{name}”的类型是{found.type}", en=f"the field {name!r} is a {found.type}")
                self.blame((*path, place), problem, one_of_types(types))
                good = False
        return good

    def condition(
        self,
        condition: Condition | None,
        specs: Mapping[str, FieldSpec] | Mapping[str, FactSpec],
        path: tuple[str | int, ...],
    ) -> Condition | None:
        """Return the condition with the expression that it means over these fields."""
        if condition is None:
            return None
        return Condition(condition.raw, parse(condition.raw, FieldReader(specs), self.wrong, path))


@frozen(kw_only=True)
class Measure(ABC):
    """The question that a rule asks; every kind owns its fields, its standing and its sentences."""

    kind: ClassVar[str]
    quantitative: ClassVar[bool] = True

    @abstractmethod
    def linked(self, links: Links, path: tuple[str | int, ...]) -> Measure:
        """Return the measure with its conditions read against the dictionary; faults go to *links*."""

    @abstractmethod
    def facts(self) -> Iterator[str]:
        """Yield the facts that the measure asks, in order."""

    def reads(self, dictionary: Dictionary) -> Iterator[tuple[str, str]]:
        """Yield the fields of records that decide the standing, each after its fact; may repeat itself."""
        for name in self.facts():
            if name in dictionary.derivations:
                derivation = dictionary.derivations[name]
                spec = dictionary.facts[derivation.register]
                dated = (spec.when,) if derivation.in_period and spec.when else ()
                summed = (derivation.sum,) if derivation.sum else ()
                for field in (*spec.identity, *dated, *summed, *fields_of(derivation.where)):
                    yield derivation.register, field

    @abstractmethod
    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return how the duty stands; one code for one organisation and for many."""

    def now(self, backend: Backend[M, N]) -> Standing[N]:
        """Return how the duty stands today, whenever it is due."""
        return self.standing(backend)

    def counted(self, standing: Standing[N], backend: Backend[M, N]) -> Items[N]:
        """Return the items that a standing of the measure counts; a cap is one, however far it is exceeded."""
        ops = backend.ops
        zero = standing.later - standing.later
        if self.unsettled():
            return Items(Span(zero, zero + UNBOUNDED), Span(zero, zero + UNBOUNDED), zero, zero)
        surely, possibly = standing.asked.low > 0, standing.asked.high > 0
        worst, best = standing.worst, standing.best
        return Items(
            met=Span(ops.where(surely, worst.have, 0), ops.where(possibly, best.have, 0)),
            unmet=Span(ops.where(surely, best.need - best.have, 0), ops.where(possibly, worst.need - worst.have, 0)),
            asked=standing.asked.low,
            later=standing.later,
        )

    @abstractmethod
    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield the parts of the standing, for one organisation: windows, records, elements, subjects."""

    @abstractmethod
    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield the facts, by path, that are not known and would decide the standing; may repeat itself."""

    @abstractmethod
    def actual(self, backend: Explained) -> Text:
        """Return what the facts show."""

    @abstractmethod
    def target(self, dictionary: Dictionary) -> Text:
        """Return what is asked."""

    @abstractmethod
    def gap(self, backend: Explained, short: int) -> Text:
        """Return the gap in natural units."""

    def deadline(self, period: Days) -> int | None:
        """Return the day by which it is to be done, once; None where it is to hold at any time, or recurs."""
        return None

    def ahead(self, backend: Explained) -> Ahead | None:
        """Return what surely is still to be done of what is not due yet; None where nothing is."""
        short = self.now(backend).best.short
        return Ahead(short=short, text=self.gap(backend, short)) if short > 0 else None

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return what applies of target, unit, window, due, cycle and elements, for machines."""
        return {"kind": self.kind, "target": self.target(dictionary).en}

    def settled(self, values: Mapping[str, Any]) -> Measure:
        """Return the measure with its parameters and readings replaced by their values, where they have one."""
        settled: Measure = replaced(self, lambda setting: values.get(setting.id, UNKNOWN))
        return settled

    def unsettled(self) -> bool:
        """Tell whether a parameter or reading that the measure needs has no value."""
        return any(isinstance(getattr(self, one.name), (Unknown, Setting)) for one in fields(type(self)))


def fields_asked(condition: Condition | None) -> Iterator[str]:
    """Yield the fields that a condition asks, with repetition."""
    return iter(()) if condition is None else fields_of(condition.expr)


def settings_in(value: Any) -> Iterator[str]:
    """Yield the ids of the settings inside a measure, its conditions, steps and elements."""
    if isinstance(value, Setting):
        yield value.id
    elif isinstance(value, Condition):
        yield from settings(value.expr)
    elif isinstance(value, tuple):
        for one in value:
            yield from settings_in(one)
    elif has(type(value)):
        for attribute in fields(type(value)):
            yield from settings_in(getattr(value, attribute.name))


def replaced(value: Any, resolve: Callable[[Setting], Any]) -> Any:
    """Return a measure, or a part of one, with every setting inside it replaced."""
    if isinstance(value, Setting):
        return resolve(value)
    if isinstance(value, Condition):
        return Condition(value.raw, bound(value.expr, resolve))
    if isinstance(value, tuple):
        return tuple(replaced(one, resolve) for one in value)
    if has(type(value)):
        names = [attribute.name for attribute in fields(type(value))]
        old = {name: getattr(value, name) for name in names}
        changes = {name: new for name in names if (new := replaced(old[name], resolve)) is not old[name]}
        return evolve(value, **{name.strip("_"): new for name, new in changes.items()}) if changes else value
    return value


def bound(expr: Expr, resolve: Callable[[Setting], Any]) -> Expr:
    """Return *expr* with its settings replaced."""
    return bind(expr, lambda one: resolve(one) if isinstance(one, Setting) else one)


def timely(condition: Condition | None, as_of: int, due: int | None = None) -> Expr:
    """Return the expression of a condition on a day: ``as_of``, and ``due`` where the measure has one."""
    if condition is None:
        return ALWAYS
    days = {Moment.AS_OF: as_of, Moment.DUE: as_of if due is None else due}
    return bind(condition.expr, lambda one: days[one] if isinstance(one, Moment) else one)


def dated_between(spec: FactSpec, first: int, last: int) -> Expr:
    """Return the condition that the date of a record lies in a span of days, ends included."""
    name = str(spec.when)
    minutes = spec.fields[name].type == "time"
    after = Compare(name, Op.GE, Moment.AS_OF, minutes=minutes)
    before = Compare(name, Op.LE, Moment.DUE, minutes=minutes)
    return bind(All((after, before)), lambda one: first if one is Moment.AS_OF else last)


def dued(standing: Standing[N], due: Due, backend: Backend[M, N]) -> Standing[N]:
    """Return a standing as due: standing duties bind from ``binds_from``, results from their day."""
    clock = backend.clock
    if isinstance(due, str):
        due = DueAt(due)
    if due is DueAt.STANDING:
        day = clock.binds_from
        if clock.closed(day):
            return standing
    elif due is DueAt.PERIOD_END:
        day = clock.period.last
    elif isinstance(due, int):
        day = due
    else:
        return undecided(backend.here.given - backend.here.given + 1)
    return by_day(standing, clock.closed(day), day, backend.ops)


def due_day(due: Due, period: Days) -> int | None:
    """Return the day by which a result is due; None for a standing duty, and where nobody set the day."""
    if isinstance(due, str):
        return period.last if DueAt(due) is DueAt.PERIOD_END else None
    return due if isinstance(due, int) else None


def due_text(due: Due) -> Text | None:
    """Return the words for when a duty must hold; None for a standing one."""
    if isinstance(due, str):
        due = DueAt(due)
    if due is DueAt.STANDING:
        return None
    if due is DueAt.PERIOD_END:
        return Text(zh="在期末前", en="by the end of the period")
    if isinstance(due, int):
        return Text(zh=f"在{day_text(due)}前（含当日）", en=f"by {day_text(due)}")
    return Text(zh="限期未定", en="by a day that is not set")
