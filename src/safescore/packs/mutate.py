"""What a pack says, changed by one step at a time: a change that no case notices is a missing case."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, fields, has

from safescore.expr import All, AnyOf, Compare, Expr, Includes, Not, OneOf, Op
from safescore.frozen import frozen
from safescore.measures.base import Condition, DueAt, FactFigure, Measure
from safescore.measures.checklist import Checklist, Element
from safescore.measures.coverage import Mode
from safescore.measures.each import Precede, Step, Within
from safescore.model import Pack, Rule
from safescore.packs.cases import Placed, judge_case
from safescore.period import Duration, Every, day_text
from safescore.words import share_text

POINT = Fraction(1, 100)
_FLIPPED = {Op.GE: Op.GT, Op.GT: Op.GE, Op.LE: Op.LT, Op.LT: Op.LE}
_OPERATORS = {"at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most"}
_WINDOWS = (Every.DAY, Every.WEEK, Every.MONTH, Every.QUARTER, Every.HALF_YEAR, Every.YEAR)


@frozen(kw_only=True)
class Mutant:
    """A rule with one thing changed, and what was changed, in words."""

    rule: Rule
    change: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Yield the rule with every target, window, date, comparison, condition, field and element changed by one step."""
    for change, measure in _measure(rule.measure):
        yield Mutant(rule=evolve(rule, measure=measure), change=change)
    if rule.applies is not None:
        for change, condition in _condition(rule.applies):
            yield Mutant(rule=evolve(rule, applies=condition), change=f"applies: {change}")


def survivors(pack: Pack, cases: tuple[Placed, ...], rule: Rule) -> Iterator[Mutant]:
    """Yield the mutants of a rule that all of its cases let pass."""
    own = [placed for placed in cases if placed.case.rule.removeprefix(f"{pack.id}.") == rule.id]
    for mutant in mutants(rule):
        others = tuple(mutant.rule if one is rule else one for one in pack.rules)
        changed = evolve(pack, rules=others)
        if not any(judge_case(placed, changed).wrong for placed in own):
            yield mutant


def _measure(measure: Measure) -> Iterator[tuple[str, Measure]]:
    for attribute in fields(type(measure)):
        value = getattr(measure, attribute.name)
        for change, new in _value(attribute.name, value, measure):
            if isinstance(measure, Checklist) and attribute.name == "due":
                changed = _due_changed(measure, new)
                if changed.elements != measure.elements:
                    yield change, changed
            else:
                yield change, evolve(measure, **{attribute.name: new})
    for old, new in _OPERATORS.items():
        value = getattr(measure, old, None)
        if value is not None and hasattr(measure, new):
            yield f"{old} → {new}", evolve(measure, **{old: None, new: value})


def _due_changed(checklist: Checklist, due: Any) -> Checklist:
    """Return a checklist due at another time, with the elements that share its due."""
    changed: dict[str, Any] = {"due": due}
    elements = tuple(
        evolve(one, measure=evolve(one.measure, **changed))
        if one.measure is not None and getattr(one.measure, "due", None) == checklist.due
        else one
        for one in checklist.elements
    )
    return evolve(checklist, elements=elements, due=due)


def _value(name: str, value: Any, owner: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a field may be changed to, each with the change in words."""
    if value is None or (isinstance(value, (bool, str)) and not isinstance(value, (DueAt, Every))):
        if name == "mode" and isinstance(value, str):
            yield from ((f"mode → {mode.value}", mode.value) for mode in Mode if mode.value != value)
        return
    if isinstance(value, Every):
        if value in _WINDOWS:
            place = _WINDOWS.index(value)
            yield from (
                (f"every → {one.value}", one) for one in _WINDOWS[max(place - 1, 0) : place + 2] if one is not value
            )
    elif isinstance(value, DueAt):
        other = DueAt.STANDING if value is DueAt.PERIOD_END else DueAt.PERIOD_END
        yield f"{name} → {other.value}", other
    elif isinstance(value, Fraction):
        for share in (value - POINT, value + POINT):
            if 0 <= share <= 1:
                yield f"{name} → {share_text(share)}", share
    elif isinstance(value, int):
        for new in (value - 1, value + 1):
            if new >= 0 and not (name == "at_least" and new == 0):
                yield f"{name} → {day_text(new) if value > 100_000 else new}", new
    elif isinstance(value, Duration):
        for unit in ("years", "months", "days"):
            number = getattr(value, unit)
            for new in (number - 1, number + 1):
                if number and new >= 0:
                    changed = evolve(value, **{unit: new})
                    if changed != Duration():
                        yield f"{name} → {changed}", changed
    elif isinstance(value, Condition):
        yield from ((f"{name}: {change}", new) for change, new in _condition(value))
    elif isinstance(value, (Within, Precede, Step)):
        yield from ((f"{name}: {change}", new) for change, new in _parts(value))
    elif isinstance(value, FactFigure):
        return
    elif isinstance(value, tuple):
        yield from _tuple(name, value, owner)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    for attribute in fields(type(value)):
        for change, new in _value(attribute.name, getattr(value, attribute.name), value):
            yield change, evolve(value, **{attribute.name.strip("_"): new})


def _tuple(name: str, value: tuple[Any, ...], owner: Any) -> Iterator[tuple[str, Any]]:
    for place, one in enumerate(value):
        label = one if isinstance(one, str) else getattr(one, "id", place)
        rest = (*value[:place], *value[place + 1 :])
        if (len(value) > 1 or name == "steps") and not (isinstance(owner, Checklist) and owner.at_least is not None):
            yield f"{name} without {label}", rest
        if name == "in_order" and place:
            swapped = (*value[: place - 1], one, value[place - 1], *value[place + 1 :])
            yield f"{name} with {label} earlier", swapped
        if isinstance(one, Element):
            changes: Iterator[tuple[str, Any]] = (
                (change, evolve(one, measure=new)) for change, new in _element(one, owner)
            )
        elif has(type(one)):
            changes = _parts(one)
        else:
            continue
        for change, new in changes:
            yield f"{name} {label}: {change}", (*value[:place], new, *value[place + 1 :])


def _element(element: Element, owner: Any) -> Iterator[tuple[str, Measure]]:
    """Yield the changes of an element's own measure; what it takes over from its checklist is changed there."""
    if element.measure is not None:
        shared = element.measure.kind == "affirm" and getattr(element.measure, "due", None) == owner.due
        for change, new in _measure(element.measure):
            if not (shared and change.startswith("due")):
                yield change, new


def _condition(condition: Condition) -> Iterator[tuple[str, Condition]]:
    return ((change, Condition(condition.raw, new)) for change, new in _expr(condition.expr))


def _expr(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """Yield an expression with a line taken out, a comparison flipped or moved, or an option taken out."""
    match expr:
        case Compare(name, op, bound):
            if op in _FLIPPED:
                yield f"{name} {op.value} → {_FLIPPED[op].value}", evolve(expr, op=_FLIPPED[op])
                if isinstance(bound, int) and not isinstance(bound, bool):
                    for moved in (bound - 1, bound + 1):
                        yield f"{name} {op.value} {moved}", evolve(expr, bound=moved)
            else:
                yield f"without {name}", All(())
        case Includes(name) | OneOf(name):
            yield f"without {name}", All(())
            if isinstance(expr, OneOf) and len(expr.values) > 1:
                for value in sorted(expr.values):
                    yield f"{name} without {value}", OneOf(name, expr.values - {value})
        case Not(part):
            yield "without not", All(())
            yield from ((f"not {change}", Not(new)) for change, new in _expr(part) if not change.startswith("without"))
        case All(parts) | AnyOf(parts):
            for place, part in enumerate(parts):
                rest = (*parts[:place], *parts[place + 1 :])
                if isinstance(expr, AnyOf) and rest:
                    yield f"any_of without {place}", AnyOf(rest)
                for change, new in _expr(part):
                    if isinstance(expr, AnyOf) and change.startswith("without"):
                        continue
                    yield change, type(expr)((*parts[:place], new, *parts[place + 1 :]))
        case _:
            return
