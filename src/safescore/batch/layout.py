"""Which column of a frame holds which answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field

from safescore.dictionary import ABSENT_IS_AN_ANSWER, Dictionary
from safescore.expr import nearest
from safescore.facts.read import OWN
from safescore.frozen import frozen
from safescore.period import parse_day

NONE, GIVEN, THROUGH = "none", "given", "through"


@frozen(kw_only=True)
class Layout:
    """The columns of a frame with one row an organisation: which answer each holds.

    ``plain`` are answers of one value, by fact or ``checklist.element``; ``dated`` counts on a day; ``lists`` records
    as lists; ``single`` the fields of the one record of an organisation, by register. ``none`` says where an answer is
    ``none``, ``given`` and ``through`` are of registers and events. ``kept`` go into the results as they are.
    """

    id: str
    roles: str | None
    plain: Mapping[str, str]
    none: Mapping[str, str]
    dated: Mapping[str, Mapping[int, str]]
    lists: Mapping[str, str]
    single: Mapping[str, Mapping[str, str]]
    given: Mapping[str, str]
    through: Mapping[str, str]
    kept: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """Return all columns that are read."""
        named = (*self.plain.values(), *self.none.values(), *self.lists.values())
        inner = [one for days in self.dated.values() for one in days.values()]
        inner += [one for fields in self.single.values() for one in fields.values()]
        about = (self.id, *((self.roles,) if self.roles else ()), *self.given.values(), *self.through.values())
        return tuple(dict.fromkeys((*about, *named, *inner, *self.kept)))

    def carried(self) -> tuple[str, ...]:
        """Return the columns that go into the results as they are."""
        return tuple(dict.fromkeys((self.id, *self.kept)))


@define
class _Laid:
    plain: dict[str, str] = field(factory=dict)
    none: dict[str, str] = field(factory=dict)
    dated: dict[str, dict[int, str]] = field(factory=dict)
    lists: dict[str, str] = field(factory=dict)
    single: dict[str, dict[str, str]] = field(factory=dict)
    given: dict[str, str] = field(factory=dict)
    through: dict[str, str] = field(factory=dict)


def laid_out(
    columns: Iterable[str],
    dictionary: Dictionary,
    *,
    id_: str,
    roles: str | None,
    names: Mapping[str, str],
    keep: Iterable[str],
) -> Layout:
    """Return which answer each column holds; *names* says what columns are called in the dictionary.

    Raises ValueError with every column that holds none.
    """
    columns = tuple(columns)
    kept = tuple(keep)
    wrong = [f"there is no column {one!r}{_near(one, columns)}" for one in (*names, *kept) if one not in columns]
    for one, means in ((id_, "the organisations' ids"), (roles, "their roles")):
        if one is not None and one not in columns:
            wrong.append(f"there is no column {one!r}, which holds {means}{_near(one, columns)}")
    found = _Laid()
    for column in columns:
        if column in (id_, roles, *kept) or (column in OWN and column not in names):
            continue
        problem = _lay(found, column, names.get(column, column), dictionary)
        if problem is not None:
            wrong.append(problem)
    if wrong:
        raise ValueError("\n".join(wrong))
    return Layout(
        id=id_,
        roles=roles,
        plain=found.plain,
        none=found.none,
        dated=found.dated,
        lists=found.lists,
        single=found.single,
        given=found.given,
        through=found.through,
        kept=kept,
    )


def _lay(found: _Laid, column: str, name: str, dictionary: Dictionary) -> str | None:
    """Note what a column holds; return what is wrong with it."""
    place = _place(found, name, dictionary)
    if place is None:
        return f"the column {column!r} holds no fact{_near(name, tuple(_known(dictionary)))}"
    where, key = place
    if key in where:
        return f"the columns {where[key]!r} and {column!r} hold the same"
    where[key] = column
    return None


def _place(found: _Laid, name: str, dictionary: Dictionary) -> tuple[dict[Any, str], Any] | None:
    """Return where a name belongs, and by which key; None where it means nothing."""
    base, dot, part = name.partition(".")
    fact, at, day = name.partition("@")
    spec = dictionary.facts.get(fact if at else base)
    if spec is None:
        return None
    if at:
        ordinal = parse_day(day)
        dated = spec.type == "count" and not spec.profile and ordinal is not None
        return (found.dated.setdefault(fact, {}), ordinal) if dated else None
    if spec.records:
        inner, _, last = part.partition(".")
        if not dot:
            return found.lists, name
        if inner in spec.fields and (not last or (last == NONE and spec.fields[inner].type in ABSENT_IS_AN_ANSWER)):
            return (found.none, name.removesuffix(f".{NONE}")) if last else (found.single.setdefault(base, {}), inner)
        if part == GIVEN or (part == THROUGH and spec.type == "events"):
            return (found.given if part == GIVEN else found.through), base
        return None
    if dictionary.here(name) is not None:
        return found.plain, name
    whole = name.removesuffix(f".{NONE}")
    plain = dictionary.here(whole) if whole != name else None
    return (found.none, whole) if plain is not None and plain.type in ABSENT_IS_AN_ANSWER else None


def _known(dictionary: Dictionary) -> Iterator[str]:
    """Yield what columns may be called."""
    for name, spec in dictionary.facts.items():
        if spec.type == "checklist":
            yield from (f"{name}.{one}" for one in spec.elements)
        elif spec.records:
            yield from (name, f"{name}.{GIVEN}", *(f"{name}.{one}" for one in spec.fields))
        else:
            yield name


def _near(name: str, known: tuple[str, ...]) -> str:
    hint = nearest(name, known)
    return "" if hint is None else f": {hint.en}"
