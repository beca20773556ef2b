"""Writes the pages that follow from classes and data: the reference of the pack format, the dictionary, a page a pack.

Run it as ``python docs/generate.py``; a test holds the pages to what it would write.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields, has

from safescore.dictionary import Derive, Dictionary, FactSpec, FieldSpec
from safescore.measures import MEASURES
from safescore.measures.checklist import Checklist, Element
from safescore.measures.each import Precede, Step, Within
from safescore.model import (
    Alternative,
    Band,
    Clause,
    Efforts,
    Grades,
    NamedOccasion,
    Pack,
    PackHead,
    Parameter,
    Rule,
    SourceText,
    Stretch,
    Totals,
    Unscored,
    Weights,
)
from safescore.packs.cases import Case, Expectation, read_cases
from safescore.packs.find import built_in
from safescore.packs.lint import asked_facts
from safescore.packs.load import load_pack
from safescore.words import Text, Unit, plain

DOCS = Path(__file__).parent
REFERENCE = (
    (
        "pack.yaml",
        (
            PackHead,
            SourceText,
            Stretch,
            Weights,
            Efforts,
            Grades,
            Band,
            NamedOccasion,
            Parameter,
            Alternative,
            Clause,
            Unscored,
            Totals,
        ),
    ),
    ("rules/*.yaml", (Rule,)),
    ("Measures", (*MEASURES.values(), Element, Step, Precede, Within)),
    ("facts/*.yaml", (FactSpec, FieldSpec, Derive)),
    ("cases/*.yaml", (Case, Expectation)),
    ("Texts", (Text, Unit)),
)


UNIONS: tuple[Any, ...] = (Union, UnionType)


def type_name(hint: Any) -> str:
    """Return a type as the author of a file would say it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return f"list of {type_name(arguments[0])}"
    if origin in UNIONS:
        parts = [type_name(one) for one in arguments]
        return " or ".join(dict.fromkeys(part for part in parts if part))
    if origin is not None and len(arguments) == 2:
        return f"mapping of names to {type_name(arguments[1])}"
    names = {
        "int": "whole number",
        "str": "text",
        "bool": "true or false",
        "Fraction": "number or percentage",
        "DayNumber": "day",
        "Setting": "`{parameter: ID}`",
        "FactFigure": "`{fact: NAME}`",
        "DueAt": "`standing`, `period-end`",
        "Every": "window",
        "NoneType": "",
        "Unknown": "",
        "Any": "anything",
        "object": "anything",
        "Condition": "condition",
        "Reason": "reason",
    }
    name = getattr(hint, "__name__", str(hint))
    return names.get(name, name)


def reference() -> Iterator[str]:
    """Yield the lines of the reference of the pack format."""
    yield "# Reference of the pack format\n"
    yield "Written by `docs/generate.py` from the classes that read the files; how it all fits together stands in"
    yield "[the pack format](pack-format.md). A key without a default is required.\n"
    for title, classes in REFERENCE:
        yield f"## {title}\n"
        for cls in classes:
            kind = getattr(cls, "kind", None)
            yield f"### {f'kind: {kind}' if isinstance(kind, str) else cls.__name__}\n"
            yield f"{' '.join((cls.__doc__ or '').split())}\n"
            yield "| key | type | default |\n| --- | --- | --- |"
            hints = get_type_hints(cls)
            for one in fields(cls):
                if one.name in ("dated", "absent"):
                    continue
                default = "" if one.default is NOTHING else default_text(one.default)
                yield f"| `{one.name.rstrip('_')}` | {type_name(hints[one.name])} | {default} |"
            yield ""


def default_text(default: Any) -> str:
    """Return a default as a file would have it."""
    if default is None:
        return "–"
    if default == () or default is False:
        return "none" if default == () else "`false`"
    factory = getattr(default, "factory", None)
    if factory is not None:
        return "none" if factory in (dict, list, frozenset) else "see below"
    if has(type(default)):
        return "see below"
    return f"`{getattr(default, 'value', default)}`"


def cell(text: object) -> str:
    """Return a text as a cell of a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def dictionary_page(dictionary: Dictionary, packs: list[Pack]) -> Iterator[str]:
    """Yield the lines of the dictionary's page."""
    asked = {pack.id: asked_facts(pack) for pack in packs}
    yield "# The fact dictionary\n"
    yield "Written by `docs/generate.py` from `rules/facts/*.yaml`. An organisation answers each of these once, and is"
    yield "assessed under every pack that asks it.\n"
    yield f"{len(dictionary.facts)} entries.\n"
    yield "| fact | type | question | example | asked by |\n| --- | --- | --- | --- | --- |"
    for name, spec in sorted(dictionary.facts.items()):
        users = ", ".join(id_ for id_, names in asked.items() if name in names)
        example = "" if spec.example is None else f"`{cell(spec.example)}`"
        yield f"| `{name}` | {spec.type} | {cell(spec.question.zh)}<br>{cell(spec.question.en)} | {example} | {users} |"
    yield "\n## Records\n"
    for name, spec in sorted(dictionary.facts.items()):
        if not spec.records:
            continue
        yield f"### {name}\n\n{spec.label.zh} · {spec.label.en}. {identity(spec)}\n"
        yield "| field | type | is |\n| --- | --- | --- |"
        for field_, one in spec.fields.items():
            options = f" ({', '.join(one.options)})" if one.options else f" (to {one.to})" if one.to else ""
            yield f"| `{field_}` | {one.type}{cell(options)} | {cell(one.label.zh)} · {cell(one.label.en)} |"
        yield ""


def identity(spec: FactSpec) -> str:
    """Return in words what tells records apart, and which date decides."""
    parts = []
    if spec.key:
        parts.append(f"Named by {', '.join(spec.key)}.")
    if spec.same_when:
        parts.append(f"The same when {', '.join(spec.same_when)} agree.")
    if spec.when:
        parts.append(f"Falls into the window of its {spec.when}.")
    return " ".join(parts)


def pack_page(pack: Pack) -> Iterator[str]:
    """Yield the lines of a pack's page: clauses, rules, measures in words, what is unscored and why."""
    head = pack.head
    elements = sum(len(rule.measure.elements) for rule in pack.rules if isinstance(rule.measure, Checklist))
    unscored = sum(len(clause.unscored) for clause in head.clauses)
    yield f"# {pack.id}\n\n{head.title.zh}\n\n{head.title.en}\n"
    yield f"Written by `docs/generate.py`. Version {pack.version}, issued by {head.issuer.zh} ({head.issuer.en}).\n"
    yield "| clauses | rules | elements | unscored statements | cases |\n| --- | --- | --- | --- | --- |"
    yield f"| {len(head.clauses)} | {len(pack.rules)} | {elements} | {unscored} | {len(read_cases(pack))} |\n"
    if head.parameters:
        yield "## What the document leaves open\n"
        yield "| id | what | default | alternatives | note |\n| --- | --- | --- | --- | --- |"
        for one in head.parameters:
            options = ", ".join(f"`{id_}` ({alternative.title.zh})" for id_, alternative in one.alternatives.items())
            own = plain(one.default) if isinstance(one.default, int) else one.default
            default = "none: asked for" if own is None else f"`{own}`"
            title = f"{cell(one.title.zh)}<br>{cell(one.title.en)}"
            note = "" if one.note is None else f"{one.note.zh}<br>{one.note.en}"
            yield f"| `{one.id}` | {title} | {default} | {cell(options)} | {cell(note)} |"
        yield ""
    yield "## Clause by clause\n"
    for clause in head.clauses:
        yield f"### {clause.id}\n"
        rules = [rule for rule in pack.rules if rule.clause == clause.id]
        if rules:
            yield "| rule | duty | binds | measure | weight |\n| --- | --- | --- | --- | --- |"
            for rule in rules:
                roles = "、".join(pack.roles[role].zh for role in rule.roles)
                target = rule.measure.target(pack.dictionary)
                hard = "，底线 hard" if rule.hard else ""
                title = f"{cell(rule.title.zh)}<br>{cell(rule.title.en)}"
                yield (
                    f"| `{rule.id}`<br>{cell(rule.anchor)} | {title} | {cell(roles)} "
                    f"| {rule.measure.kind}{hard}: {cell(target.zh)}<br>{cell(target.en)} | {head.weights.of(rule)} |"
                )
            yield ""
            for rule in rules:
                if isinstance(rule.measure, Checklist):
                    listed = "; ".join(f"{one.title.zh} ({one.anchor})" for one in rule.measure.elements)
                    yield f"- `{rule.id}`: {listed}"
            yield ""
        if clause.unscored:
            listed = "; ".join(
                f"{one.anchor} ({one.reason.value if one.reason else f'restates {one.restates}'})"
                for one in clause.unscored
            )
            yield f"Not scored: {listed}\n"


def shared_page(packs: list[Pack]) -> Iterator[str]:
    """Yield the lines of the table of facts that several packs ask."""
    asked = {pack.id: asked_facts(pack) for pack in packs}
    yield "# Facts that several packs ask\n"
    yield "Written by `docs/generate.py`. Each is answered once.\n"
    yield f"| fact | {' | '.join(asked)} |\n| --- |{' --- |' * len(asked)}"
    for name in sorted(packs[0].dictionary.facts):
        marks = ["√" if name in names else "" for names in asked.values()]
        if marks.count("√") > 1:
            yield f"| `{name}` | {' | '.join(marks)} |"


def pages() -> dict[Path, str]:
    """Return every generated page by its path below the docs."""
    import public  # beside this file

    packs = [load_pack(name) for name in built_in()]
    found = {
        Path("api-reference.md"): public.page(),
        Path("api.txt"): public.listing(),
        Path("pack-reference.md"): reference(),
        Path("fact-dictionary.md"): dictionary_page(packs[0].dictionary, packs),
        Path("packs/shared-facts.md"): shared_page(packs),
        **{Path(f"packs/{pack.id}.md"): pack_page(pack) for pack in packs},
    }
    return {path: "\n".join(lines).rstrip() + "\n" for path, lines in found.items()}


def main() -> int:
    """Write the pages."""
    for path, text in pages().items():
        target = DOCS / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
