"""The one filter language: conditions as data, judged in three values; neither *holds* nor *fails* is unknown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from functools import reduce
from typing import Generic, Protocol, TypeVar

from safescore.errors import WrongValue
from safescore.frozen import frozen
from safescore.period import MINUTES_A_DAY, Days, Duration
from safescore.words import Text, listed

if sys.version_info >= (3, 11):
    from typing import NamedTuple
else:
    from typing_extensions import NamedTuple

M = TypeVar("M")


class Answered(Enum):
    """Answers that are no values: ``none`` says that it has not happened, or that there is no such thing."""

    NONE = "none"


NONE = Answered.NONE

Value = bool | int | Fraction | str | frozenset[str] | tuple[Days, ...]
"""A constant of an expression, or a cell of a record: days are ordinals, times minutes, numbers exact."""

Cell = Value | Answered | None
"""A cell as read; None is a blank."""


class Op(str, Enum):
    """The comparisons between exact values."""

    EQ = "="
    GE = ">="
    GT = ">"
    LE = "<="
    LT = "<"


@frozen
class Field:
    """Another field of the same record as a bound, moved by a duration if there is one."""

    name: str
    later_by: Duration | None = None


@frozen
class Setting:
    """A parameter or reading as a bound, by its id."""

    id: str


class Moment(str, Enum):
    """Days that the assessment supplies as bounds."""

    AS_OF = "as_of"
    DUE = "due"


class Unknown(Enum):
    """The bound that nobody supplied: a comparison with it is unknown."""

    UNKNOWN = "unknown"


Bound = Value | Field | Setting | Moment | Unknown


@frozen
class Compare:
    """A field against a bound; a field that is ``none`` fails every comparison.

    ``minutes`` marks a field of times: a bound that is a day means that whole day.
    """

    field: str
    op: Op
    bound: Bound
    minutes: bool = False


@frozen
class OneOf:
    """A field whose value is one of these."""

    field: str
    values: frozenset[str]


@frozen
class Includes:
    """A set-valued field that holds this value."""

    field: str
    value: str | Setting | Unknown


@frozen
class Covers:
    """A field of days that covers every one of these days."""

    field: str
    days: Days


@frozen
class Happened:
    """A date or figure that is there, as against answered ``none``."""

    field: str


@frozen
class Stated:
    """A field that is not blank; this is never unknown, for here the blank is the answer."""

    field: str


@frozen
class Before:
    """Two times in strict order; equal times are unknown, for the order can't be seen."""

    earlier: str
    later: str


@frozen
class Elapsed:
    """A date whose deadline, this much later, has come by a day; ``none`` fails, for its clock does not run."""

    field: str
    later_by: Duration
    day: int


@frozen
class Not:
    """The negation of a condition."""

    part: Expr


@frozen
class All:
    """All of these; the empty one holds."""

    parts: tuple[Expr, ...]


@frozen
class AnyOf:
    """At least one of these; the empty one fails."""

    parts: tuple[Expr, ...]


Expr = Compare | OneOf | Includes | Covers | Happened | Stated | Before | Elapsed | Not | All | AnyOf
ALWAYS: Expr = All(())


class Truth(NamedTuple, Generic[M]):
    """Where an expression surely holds, and where it surely fails."""

    holds: M
    fails: M


class Rows(Protocol[M]):
    """Records as columns; a mask M has one place a record, and masks join by ``&`` and ``|``."""

    def full(self) -> M:
        """Return the mask of all records."""
        ...

    def negate(self, mask: M) -> M:
        """Return the records that are not in *mask*."""
        ...

    def known(self, name: str) -> M:
        """Return where the field is answered, ``none`` included."""
        ...

    def happened(self, name: str) -> M:
        """Return where the field has a value, neither blank nor ``none``."""
        ...

    def compare(self, name: str, op: Op, bound: Value | Field) -> M:
        """Return where the comparison is true; false wherever either side has no value."""
        ...

    def one_of(self, name: str, values: frozenset[str]) -> M:
        """Return where the value is one of these."""
        ...

    def includes(self, name: str, value: str) -> M:
        """Return where the set holds *value*."""
        ...

    def covers(self, name: str, days: Days) -> M:
        """Return where the days of the field cover all of *days*."""
        ...

    def elapsed(self, name: str, later_by: Duration, day: int) -> M:
        """Return where the date of the field plus the duration is on or before *day*."""
        ...


def both(left: M, right: M) -> M:
    """Return the records in both masks."""
    return left & right  # type: ignore[operator,no-any-return]


def either(left: M, right: M) -> M:
    """Return the records in at least one of the masks."""
    return left | right  # type: ignore[operator,no-any-return]


def judge(expr: Expr, rows: Rows[M]) -> Truth[M]:
    """Return where *expr* surely holds and where it surely fails; neither is unknown."""
    match expr:
        case Compare(name, _, bound):
            if isinstance(bound, (Setting, Moment, Unknown)):
                none = rows.negate(rows.full())
                return Truth(none, none)
            known = rows.known(name)
            if isinstance(bound, Field):
                known = both(known, rows.known(bound.name))
            return _answer(rows, known, rows.compare(name, expr.op, bound))
        case OneOf(name, values):
            return _answer(rows, rows.known(name), rows.one_of(name, values))
        case Includes(name, value):
            if not isinstance(value, str):
                none = rows.negate(rows.full())
                return Truth(none, none)
            return _answer(rows, rows.known(name), rows.includes(name, value))
        case Covers(name, days):
            return _answer(rows, rows.known(name), rows.covers(name, days))
        case Happened(name):
            return _answer(rows, rows.known(name), rows.happened(name))
        case Stated(name):
            return _answer(rows, rows.full(), rows.known(name))
        case Elapsed(name, later_by, day):
            return _answer(rows, rows.known(name), rows.elapsed(name, later_by, day))
        case Before(earlier, later):
            known = both(rows.known(earlier), rows.known(later))
            equal = rows.compare(earlier, Op.EQ, Field(later))
            return _answer(rows, both(known, rows.negate(equal)), rows.compare(earlier, Op.LT, Field(later)))
        case Not(part):
            holds, fails = judge(part, rows)
            return Truth(fails, holds)
        case All(parts):
            full = rows.full()
            answers = [judge(part, rows) for part in parts]
            return Truth(
                reduce(both, (answer.holds for answer in answers), full),
                reduce(either, (answer.fails for answer in answers), rows.negate(full)),
            )
        case AnyOf(parts):
            full = rows.full()
            answers = [judge(part, rows) for part in parts]
            return Truth(
                reduce(either, (answer.holds for answer in answers), rows.negate(full)),
                reduce(both, (answer.fails for answer in answers), full),
            )


def _answer(rows: Rows[M], known: M, true: M) -> Truth[M]:
    return Truth(both(known, true), both(known, rows.negate(true)))


def fields(expr: Expr) -> Iterator[str]:
    """Yield the fields that an expression asks, in order, with repetition."""
    match expr:
        case Compare(name, _, bound):
            yield name
            if isinstance(bound, Field):
                yield bound.name
        case OneOf(name) | Includes(name) | Covers(name) | Happened(name) | Stated(name) | Elapsed(name):
            yield name
        case Before(earlier, later):
            yield earlier
            yield later
        case Not(part):
            yield from fields(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from fields(part)


def settings(expr: Expr) -> Iterator[str]:
    """Yield the ids of the parameters and readings that an expression uses."""
    match expr:
        case Compare(_, _, Setting(id)) | Includes(_, Setting(id)):
            yield id
        case Not(part):
            yield from settings(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from settings(part)
        case _:
            pass


def bind(expr: Expr, resolve: Callable[[Setting | Moment], Value | Setting | Moment | Unknown]) -> Expr:
    """Return *expr* with its settings and moments replaced by what *resolve* makes of them."""
    match expr:
        case Compare(name, op, bound) if isinstance(bound, (Setting, Moment)):
            return _timed(Compare(name, op, resolve(bound), expr.minutes))
        case Includes(name, value) if isinstance(value, Setting):
            option = resolve(value)
            return Includes(name, option if isinstance(option, (str, Setting)) else Unknown.UNKNOWN)
        case Not(part):
            return Not(bind(part, resolve))
        case All(parts):
            return All(tuple(bind(part, resolve) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(bind(part, resolve) for part in parts))
        case _:
            return expr


_LAST_DAY = 3_652_059


def _timed(expr: Compare) -> Compare:
    """Return a comparison of a time with a day as one between minutes: on or before a day is before its end."""
    bound = expr.bound
    if not expr.minutes or not isinstance(bound, int) or bound > _LAST_DAY:
        return expr
    if expr.op in (Op.LE, Op.GT):
        return Compare(expr.field, Op.LT if expr.op is Op.LE else Op.GE, (bound + 1) * MINUTES_A_DAY, minutes=True)
    return Compare(expr.field, expr.op, bound * MINUTES_A_DAY, minutes=True)


class Wrong(NamedTuple):
    """A fault of a condition as written: the path below it, the problem, the mend."""

    path: tuple[str | int, ...]
    problem: Text
    hint: Text | None


_BOUNDS = {
    "at_least": Op.GE,
    "more_than": Op.GT,
    "at_most": Op.LE,
    "less_than": Op.LT,
    "before": Op.LT,
    "on_or_before": Op.LE,
}
OPERATORS = (*_BOUNDS, "one_of", "includes", "not")


class Reader(Protocol):
    """What a condition must know of the fields it asks: their types, and how their constants are read."""

    def kind(self, name: str) -> str | None:
        """Return the field's type, or None where there is no such field."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the fields there are."""
        ...

    def constant(self, name: str, raw: object) -> Value | str:
        """Return a constant of that field's type; raise WrongValue saying what was expected."""
        ...


def parse(raw: object, reader: Reader, wrong: list[Wrong], path: tuple[str | int, ...] = ()) -> Expr:
    """Return the expression that a condition as written means; faults are added to *wrong*."""
    if not isinstance(raw, Mapping) or not raw:
        problem = Text(zh=f"条件应写成“字段: 值”，不能是{raw!r}", en=f"a condition is a mapping of fields, not {raw!r}")
        wrong.append(Wrong(path, problem, Text(zh="写成“字段: 值”", en="write field: value")))
        return ALWAYS
    parts: list[Expr] = []
    for key, value in raw.items():
        here = (*path, key)
        if key == "any_of":
            if not isinstance(value, list) or not value:
                problem = Text(zh="any_of应是若干条件的列表", en="any_of is a list of conditions")
                wrong.append(Wrong(here, problem, Text(zh="每个条件以短横线开头", en="begin each with a dash")))
                continue
            parts.append(AnyOf(tuple(parse(one, reader, wrong, (*here, place)) for place, one in enumerate(value))))
        elif key == "not":
            parts.append(Not(parse(value, reader, wrong, here)))
        elif reader.kind(key) is None:
            problem = Text(zh=f"这里没有字段“{key}”", en=f"there is no field {key!r} here")
            wrong.append(Wrong(here, problem, suggestion(key, reader.names())))
        else:
            parts.extend(_field(key, value, reader, wrong, here))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def suggestion(word: str, words: tuple[str, ...]) -> Text | None:
    """Return a hint that names the nearest of *words*, or all of them where they are few."""
    near = nearest(word, words)
    if near is not None:
        return near
    if not 0 < len(words) <= 30:
        return None
    every = listed(words)
    return Text(zh=f"可用的有：{every.zh}", en=f"there are: {every.en}")


def nearest(word: str, words: tuple[str, ...]) -> Text | None:
    """Return a hint that names the nearest of *words*, if one is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, [one for one in words if one != word], 1)
    return Text(zh=f"是否要写“{near[0]}”？", en=f"did you mean {near[0]!r}?") if near else None


def _field(name: str, value: object, reader: Reader, wrong: list[Wrong], path: tuple[str | int, ...]) -> Iterator[Expr]:
    if not isinstance(value, Mapping) or set(value) == {"parameter"}:
        yield from _leaf(name, "equal", value, reader, wrong, path)
        return
    for operator, operand in value.items():
        if operator == "not":
            inner = tuple(_field(name, operand, reader, wrong, (*path, operator)))
            yield Not(inner[0] if len(inner) == 1 else All(inner))
        elif operator in OPERATORS:
            yield from _leaf(name, operator, operand, reader, wrong, (*path, operator))
        else:
            problem = Text(zh=f"没有运算“{operator}”", en=f"there is no operator {operator!r}")
            wrong.append(Wrong((*path, operator), problem, suggestion(str(operator), OPERATORS)))


def _leaf(
    name: str, operator: str, operand: object, reader: Reader, wrong: list[Wrong], path: tuple[str | int, ...]
) -> Iterator[Expr]:
    kind = reader.kind(name)
    try:
        if operator == "one_of":
            if kind not in ("choice", "text", "ref"):
                raise WrongValue(
                    Text(
                        zh=f"取值为文字的字段；{kind}类字段用at_least、at_most比较",
                        en=f"a field of words; a {kind} is compared with at_least and at_most",
                    )
                )
            if not isinstance(operand, list) or not operand:
                raise WrongValue(Text(zh="若干值的列表", en="a list of values"))
            yield OneOf(name, frozenset(str(reader.constant(name, one)) for one in operand))
        elif operator == "includes":
            if kind != "choices":
                raise WrongValue(Text(zh="多选字段，而此字段不是", en="a field that is a set; this one is not"))
            option = _bound(name, operand, reader, ordered=False)
            yield Includes(name, option if isinstance(option, Setting) else str(option))
        elif operator == "equal":
            if kind == "choices":
                raise WrongValue(Text(zh="用includes，因为此字段是多选", en="`includes`, for this field is a set"))
            bound = _bound(name, operand, reader, ordered=False)
            if kind == "time":  # a day means that whole day, a minute itself
                yield _timed(Compare(name, Op.GE, bound, minutes=True))
                yield _timed(Compare(name, Op.LE, bound, minutes=True))
            else:
                yield Compare(name, Op.EQ, bound)
        elif kind in ("count", "number", "date", "term", "time"):
            bound = _bound(name, operand, reader, ordered=True)
            yield _timed(Compare(name, _BOUNDS[operator], bound, minutes=kind == "time"))
        else:
            raise WrongValue(
                Text(zh=f"可比较大小的字段，而{kind}类字段不能", en=f"an order, which a {kind} does not have")
            )
    except WrongValue as fault:
        problem = Text(zh=f"{operand!r}不适用于字段“{name}”", en=f"{operand!r} does not fit {name!r}")
        hint = Text(zh=f"应为{fault.expected.zh}", en=f"expected {fault.expected.en}")
        wrong.append(Wrong(path, problem, hint))


def _bound(name: str, operand: object, reader: Reader, *, ordered: bool) -> Bound:
    if isinstance(operand, Mapping):
        if set(operand) == {"parameter"} and isinstance(operand["parameter"], str):
            return Setting(operand["parameter"])
        raise WrongValue(Text(zh="值、字段名或{parameter: 编号}", en="a value, a field, or {parameter: ID}"))
    if ordered and isinstance(operand, str):
        if operand in (Moment.AS_OF.value, Moment.DUE.value):
            return Moment(operand)
        kind = reader.kind(operand)
        if kind is not None:
            family = {"date": "day", "term": "day", "count": "number"}
            own = reader.kind(name)
            if family.get(kind, kind) != family.get(str(own), own):
                raise WrongValue(
                    Text(
                        zh=f"与“{name}”同类型的字段，而不是{kind}类",
                        en=f"a field of the same type as {name!r}, not a {kind}",
                    )
                )
            return Field(operand)
    return reader.constant(name, operand)
