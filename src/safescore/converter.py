"""The one cattrs converter: it coerces nothing and overlooks nothing, and every failure has its place."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from attrs import fields, has
from cattrs import ClassValidationError, Converter, IterableValidationError
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from safescore.errors import WrongValue, expected
from safescore.expr import Setting, Unknown, suggestion
from safescore.measures import MEASURES, Condition, Measure
from safescore.measures.base import DueAt, FactFigure
from safescore.measures.each import Within
from safescore.period import DayNumber, Duration, parse_day
from safescore.words import Text, listed, same

T = TypeVar("T")
_DURATION = ("years", "months", "days")
_LIKE_A_DAY = re.compile(r"[0-9]+[-/.][0-9]+[-/.][0-9]+\Z")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)%\Z")


_A_DAY = Text(zh="实有的日期，如2022-12-31", en="a day that exists, as 2022-12-31")
_DUE = Text(
    zh="standing、period-end、日期（如2022-12-31）或{parameter: 编号}",
    en="standing, period-end, a day as 2022-12-31, or {parameter: ID}",
)


class ManyWrong(Exception):
    """Several faults of one value, each with the path below it."""

    def __init__(self, wrong: list[tuple[tuple[str | int, ...], Text, Text | None]]) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def structure(
    raw: object, cls: type[T], fault: Callable[[tuple[str | int, ...], Text, Text | None, bool], None]
) -> T | None:
    """Return *raw* as an instance of *cls*, or None; every fault is passed on (path, problem, hint, at the key)."""
    try:
        return _converter(located=False).structure(raw, cls)
    except Exception:  # whatever it is, the converter that keeps places says it again  # noqa: S110
        pass
    try:
        return _converter(located=True).structure(raw, cls)
    except Exception as error:
        for path, problem, hint, at_key in _located(error, ()):
            fault(path, problem, hint, at_key)
        return None


def _located(
    error: Exception, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Text, Text | None, bool]]:
    """Yield every fault in cattrs' tree of failures, with its path."""
    if isinstance(error, (ClassValidationError, IterableValidationError)):
        noted, bare = error.group_exceptions()
        for inner, note in noted:
            step = note.index if hasattr(note, "index") and not hasattr(note, "name") else note.name  # type: ignore[union-attr]
            yield from _located(inner, (*path, _written(step) if isinstance(step, str) else step))
        for inner in bare:
            yield from _located(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = tuple(_written(one.name) for one in fields(error.cl))
        for key in sorted(error.extra_fields):
            yield (
                (*path, key),
                Text(zh=f"这里没有“{key}”这一项", en=f"there is no key {key!r} here"),
                suggestion(key, known),
                True,
            )
    elif isinstance(error, ManyWrong):
        for below, problem, hint in error.wrong:
            yield (*path, *below), problem, hint, False
    elif isinstance(error, KeyError):
        key = _written(str(error.args[0]))
        yield (
            path,
            Text(zh=f"缺少“{key}”", en=f"the key {key!r} is missing"),
            Text(zh=f"补上{key}: …", en=f"add {key}: …"),
            False,
        )
    elif isinstance(error, WrongValue):
        yield path, expected(error), error.hint, False
    else:
        yield path, same(str(error.args[0] if error.args else error)), None, False


def _written(name: str) -> str:
    """Return an attribute's name as files write it: ``from_`` is ``from``."""
    return name.rstrip("_")


@cache
def _converter(*, located: bool) -> Converter:
    """Return the converter; the one whose failures have no places is made and runs in half the time."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=located)

    def checked(one: Any) -> Callable[[Any, Any], Any]:
        """Return a hook that validates an attribute at its own place, whatever is wrong with the others."""

        def structure_attribute(raw: Any, type_: Any) -> Any:
            value = converter.structure(raw, type_)
            one.validator(None, one, value)
            return value

        return structure_attribute

    def mapping_of(cls: Any) -> Callable[[Any, Any], Any]:
        options: dict[str, Any] = {
            one.name: override(
                rename=_written(one.name) if one.name.endswith("_") else None,
                struct_hook=checked(one) if located and one.validator else None,
            )
            for one in fields(cls)
            if one.name.endswith("_") or one.validator
        }
        options |= {
            "_cattrs_forbid_extra_keys": True,
            "_cattrs_detailed_validation": located,
            "_cattrs_use_linecache": False,
        }
        inner = make_dict_structure_fn(cls, converter, **options)

        def structure_class(raw: Any, type_: Any) -> Any:
            if not isinstance(raw, Mapping):
                names = listed(_written(one.name) for one in fields(cls) if one.init)
                raise WrongValue(Text(zh=f"含有{names.zh}的各项", en=f"a mapping with {names.en}"))
            return inner(raw, type_)

        return structure_class

    def structure_measure(raw: Any, _: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise WrongValue(Text(zh="含有kind的各项", en="a mapping with a kind"))
        kind = raw.get("kind")
        if not isinstance(kind, str) or kind not in MEASURES:
            found = Text(zh="判定方式没有写kind", en="the measure has no kind")
            if kind is not None:
                found = Text(zh=f"没有判定方式“{kind}”", en=f"there is no measure of kind {kind!r}")
            raise ManyWrong([(("kind",), found, suggestion(str(kind), tuple(MEASURES)))])
        return converter.structure({key: value for key, value in raw.items() if key != "kind"}, MEASURES[kind])

    def structure_tuple(raw: Any, type_: Any) -> Any:
        if not isinstance(raw, list):
            raise WrongValue(
                Text(zh="列表", en="a list"), Text(zh="每项以短横线开头", en="begin each item with a dash")
            )
        return tuple(converter.structure(raw, _generic(list, get_args(type_)[0])))

    def structure_mapping(raw: Any, type_: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise WrongValue(Text(zh="“名称: 值”", en="a mapping of names"))
        return converter.structure(raw, _generic(dict, get_args(type_)))

    def structure_within(raw: Any, type_: Any) -> Any:
        if isinstance(raw, Mapping) and "span" not in raw:
            span = {key: raw[key] for key in _DURATION if key in raw}
            raw = {**{key: value for key, value in raw.items() if key not in _DURATION}, "span": span or None}
        return within(raw, type_)

    converter.register_structure_hook_factory(lambda cls: isinstance(cls, type) and has(cls), mapping_of)
    converter.register_structure_hook_func(lambda cls: cls is Within, structure_within)
    converter.register_structure_hook_func(lambda cls: cls is Measure, structure_measure)
    converter.register_structure_hook_func(lambda cls: cls is Condition, lambda raw, _: Condition(raw))
    converter.register_structure_hook_func(lambda cls: cls is Any or cls is object, lambda raw, _: raw)
    converter.register_structure_hook_func(lambda cls: _origin(cls) is tuple, structure_tuple)
    converter.register_structure_hook_func(_is_mapping, structure_mapping)
    converter.register_structure_hook_func(
        lambda cls: _origin(cls) in (Union, UnionType), lambda raw, cls: _union(converter, raw, cls)
    )
    plain: Mapping[type, Callable[[Any, Any], Any]] = {str: _exact_text, bool: _exact_flag, int: _exact_int}
    for cls, hook in plain.items():  # by class: cattrs asks its own hooks of these before any condition
        converter.register_structure_hook(cls, partial(_plain, hook))
    exact: Mapping[Any, Callable[[Any, Any], Any]] = {Fraction: _number, DayNumber: _day}
    for other, hook in exact.items():
        converter.register_structure_hook_func(partial(operator.is_, other), hook)
    within = mapping_of(Within)
    return converter


def _generic(origin: Any, arguments: Any) -> Any:
    """Return a generic type that is known only at run time."""
    return origin[arguments]


def _origin(cls: Any) -> Any:
    return get_origin(cls)


def _is_mapping(cls: Any) -> bool:
    origin = _origin(cls)
    return isinstance(origin, type) and origin is not dict and issubclass(origin, Mapping)


def _union(converter: Converter, raw: Any, cls: Any) -> Any:
    """Return a value of a union: none, a setting, another fact, or the one type that is left."""
    kinds = [one for one in get_args(cls) if one is not Unknown]
    if raw is None and NoneType in kinds:
        return None
    if Setting in kinds and isinstance(raw, Mapping) and set(raw) == {"parameter"}:
        return Setting(_exact_text(raw["parameter"], str))
    if FactFigure in kinds and isinstance(raw, Mapping):
        return converter.structure(raw, FactFigure)
    rest = [one for one in kinds if one not in (NoneType, Setting, FactFigure)]
    if DueAt in rest:
        if isinstance(raw, str) and raw in (one.value for one in DueAt):
            return DueAt(raw)
        return _day(raw, DayNumber, _DUE)
    if rest == [Fraction]:
        return _share(raw)
    return converter.structure(raw, rest[0])


def _plain(exact: Callable[[Any, Any], Any], raw: Any, cls: Any) -> Any:
    """Return a plain value, or the option of an enumeration that it names; a value of another type is neither."""
    if not issubclass(cls, Enum):
        return exact(raw, cls)
    options = tuple(str(one.value) for one in cls)
    if not isinstance(raw, str) or raw not in options:
        every = listed(options)
        problem = Text(zh=f"{every.zh}之一，而不是{raw!r}", en=f"one of {every.en}; not {raw!r}")
        raise WrongValue(problem, suggestion(str(raw), options))
    return cls(raw)


def _shown(raw: Any) -> str:
    return str(raw) if isinstance(raw, Decimal) else repr(raw)


def _exact_text(raw: Any, _: Any) -> str:
    if not isinstance(raw, str):
        hint = Text(zh="请补上", en="give it")
        if raw is not None:
            hint = Text(zh=f'加上引号："{raw}"', en=f'put it in quotes: "{raw}"')
        raise WrongValue(Text(zh=f"文字，而不是{_shown(raw)}", en=f"text, not {_shown(raw)}"), hint)
    return raw


def _exact_flag(raw: Any, _: Any) -> bool:
    if not isinstance(raw, bool):
        raise WrongValue(Text(zh="true或false", en="true or false"))
    return raw


def _exact_int(raw: Any, _: Any) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise WrongValue(Text(zh=f"整数，而不是{_shown(raw)}", en=f"a whole number, not {_shown(raw)}"))
    return raw


def _number(raw: Any, _: Any) -> Fraction:
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)):
        raise WrongValue(Text(zh=f"数，而不是{raw!r}", en=f"a number, not {raw!r}"))
    return Fraction(raw)


def _day(raw: Any, _: Any, wanted: Text = _A_DAY) -> DayNumber:
    day = parse_day(raw) if isinstance(raw, str) else None
    if day is None:
        raise WrongValue(Text(zh=f"{wanted.zh}，而不是{raw!r}", en=f"{wanted.en}; not {raw!r}"))
    return DayNumber(day)


def _share(raw: Any) -> Fraction:
    found = _PERCENT.match(raw) if isinstance(raw, str) else None
    if found is None:
        raise WrongValue(
            Text(zh=f"百分比，如70%，而不是{_shown(raw)}", en=f"a percentage as 70%, not {_shown(raw)}"),
            Text(zh="写上百分号：70%", en="write the unit: 70%"),
        )
    return Fraction(found[1]) / 100


def free_value(raw: object) -> object:
    """Return what a reading's value means: a day, a share, a duration, or the number or word itself."""
    if isinstance(raw, str):
        day = parse_day(raw)
        if day is not None:
            return DayNumber(day)
        if _LIKE_A_DAY.match(raw):
            raise WrongValue(Text(zh=f"实有的日期，而不是{raw!r}", en=f"a day that exists; not {raw!r}"))
        return _share(raw) if _PERCENT.match(raw) else raw
    if isinstance(raw, Mapping):
        if not raw or not all(key in _DURATION for key in raw):
            raise WrongValue(Text(zh="期限，如{years: 2}", en="a duration as {years: 2}"))
        return Duration(**{str(key): _exact_int(value, int) for key, value in raw.items()})
    if isinstance(raw, Decimal):
        return Fraction(raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise WrongValue(
            Text(zh="数、日期、名称、百分比或期限", en="a number, a day, a word, a percentage or a duration")
        )
    return raw
