"""Packs and rules as machines read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from safescore.dictionary import Dictionary, FactSpec, FieldSpec
from safescore.expr import Setting, fields
from safescore.measures import Measure
from safescore.measures.base import FactFigure
from safescore.measures.checklist import Checklist
from safescore.model import Pack, Parameter, Rule
from safescore.period import Duration, day_text
from safescore.words import Text, Unit, plain, share_text


def pack_content(pack: Pack) -> dict[str, Any]:
    """Return what a pack is."""
    head = pack.head
    return {
        "id": pack.id,
        "version": pack.version,
        "title": plainly(head.title),
        "issuer": plainly(head.issuer),
        "number": head.number,
        "issued": plainly(head.issued, "day"),
        "period": {"from": plainly(head.period.from_, "day"), "to": plainly(head.period.to, "day")},
        "clauses": len(head.clauses),
        "rules": len(pack.rules),
        "digest": pack.digest,
    }


def rule_content(rule: Rule, pack: Pack) -> dict[str, Any]:
    """Return what a rule asks, of whom, and where it is written."""
    return {
        "id": f"{pack.id}.{rule.id}",
        "clause": rule.clause,
        "anchor": rule.anchor,
        "title": plainly(rule.title),
        "roles": list(rule.roles),
        "applies": None if rule.applies is None else plainly(rule.applies.raw),
        "owners": list(rule.owners),
        "hard": rule.hard,
        "weight": pack.head.weights.of(rule),
        "facts": list(rule.facts()),
        "measure": measure_content(rule.measure, pack.dictionary),
        "readings": [one.id for one in settings_of(rule, pack)],
        "remedy": plainly(rule.remedy),
        "note": plainly(rule.note),
    }


def measure_content(measure: Measure, dictionary: Dictionary) -> dict[str, Any]:
    """Return a measure: what applies of target, unit, window, due, cycle and elements, and the sentence it says."""
    found = {key: plainly(value, key) for key, value in measure.described(dictionary).items()}
    says = plainly(measure.target(dictionary))
    if not isinstance(found.get("target"), Mapping):
        found["target"] = says
    if isinstance(measure, Checklist):
        for element, one in zip(found["elements"], measure.elements, strict=True):
            element["measure"] = measure_content(one.asked(measure.due), dictionary)
    return {**found, "says": says}


def fact_content(name: str, spec: FactSpec, pack: Pack) -> dict[str, Any]:
    """Return what is asked, and how it is answered."""
    derivation = pack.dictionary.derivations.get(name)
    return {
        "id": name,
        "type": spec.type,
        "label": plainly(spec.label),
        "question": plainly(spec.question),
        "unit": plainly(spec.unit),
        "example": plainly(spec.example),
        "profile": spec.profile,
        "options": plainly(spec.options),
        "from": None if derivation is None else derivation.register,
        "fields": {key: _field(one) for key, one in (*spec.fields.items(), *spec.elements.items())},
    }


def setting_content(one: Parameter) -> dict[str, Any]:
    """Return what a parameter or reading leaves open."""
    default = one.default if one.reading else plainly(one.default, "day" if one.type == "date" else "")
    return {
        "id": one.id,
        "kind": "reading" if one.reading else "parameter",
        "title": plainly(one.title),
        "question": plainly(one.question),
        "unit": plainly(one.unit),
        "note": plainly(one.note),
        "default": default,
        "alternatives": [{"id": id_, "title": plainly(other.title)} for id_, other in one.alternatives.items()],
    }


def facts_of(rule: Rule, pack: Pack) -> Iterator[tuple[str, FactSpec]]:
    """Yield the facts that decide a rule, each once: those of its measure, their registers, those of the profile."""
    facts, derivations = pack.dictionary.facts, pack.dictionary.derivations
    names = list(rule.facts())
    names.extend(derivations[name].register for name in rule.facts() if name in derivations)
    names.extend(fields(rule.applies.expr) if rule.applies is not None else ())
    bases = dict.fromkeys(name.partition(".")[0] for name in names)
    return ((name, facts[name]) for name in bases if name in facts)


def settings_of(rule: Rule, pack: Pack) -> tuple[Parameter, ...]:
    """Return the parameters and readings that a rule depends on."""
    names = set(rule.settings())
    if rule.measure.kind in ("frequency", "coverage"):
        names.update(pack.general_settings())
    return tuple(one for one in pack.head.parameters if one.id in names)


def plainly(value: Any, key: str = "") -> Any:
    """Return a value as JSON has it; under ``due`` and ``day`` a number is a day."""
    match value:
        case Text(zh=zh, en=en):
            return {"zh": zh, "en": en}
        case Unit(zh=zh, one=one, many=many):
            return {"zh": zh, "one": one, "many": many}
        case Duration():
            parts = {"years": value.years, "months": value.months, "days": value.days}
            return {name: number for name, number in parts.items() if number}
        case Setting(id=id_):
            return {"parameter": id_}
        case FactFigure(fact=fact):
            return {"fact": fact}
        case Enum():
            return value.value
        case Fraction():
            return share_text(value)
        case Decimal():
            return plain(value)
        case Mapping():
            return {str(name): plainly(one, str(name)) for name, one in value.items()}
        case list() | tuple():
            return [plainly(one) for one in value]
        case bool() | None | str():
            return value
        case int():
            return day_text(value) if key in ("due", "day") else value
        case _:
            return str(value)


def _field(one: FieldSpec) -> dict[str, Any]:
    return {
        "type": one.type,
        "label": plainly(one.label),
        "unit": plainly(one.unit),
        "options": plainly(one.options),
        "to": one.to,
    }
