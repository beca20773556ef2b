"""Workbooks for the tests: the form of a submission, filled in by openpyxl as a person would, and hostile archives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from attrs import evolve

from safescore.assess import assess_all, open_packs
from safescore.blank.xlsx import blank
from safescore.document import Document
from safescore.draft import read_last, restated
from safescore.facts.entries import understood
from safescore.model import Pack
from safescore.opening import meanings_of
from safescore.results import Assessment, Digests, Finding
from safescore.words import Lang
from safescore.workbook.layout import MAP
from safescore.workbook.read import read_workbook

ROOT = Path(__file__).parents[1]
NO_DIGESTS = Digests(pack="0", facts="0", version="0")


def filled(document: Document, lang: Lang = "zh") -> bytes:
    """Return the workbook that says what a document says."""
    packs = open_packs(document)
    return blank(*restated(document, read_last(document, packs), packs), lang)


@cache
def small_form() -> bytes:
    """Return a workbook of a town that says little; tests write into copies of it."""
    from safescore.facts.read import open_submission

    facts = {
        "major_risks": [{"id": "FX-01", "name": "粉尘爆炸", "three_levels_assigned": True}],
        "team_checks": {"through": "2022-12-31", "events": [{"team": "砂光班", "checked_on": "2022-01-03"}]},
        "teams": [{"id": "砂光班", "since": "none", "until": "none", "shutdown": ["2022-01-01..2022-01-02"]}],
        "blind_rescues": 0,
        "outdated_items": {"2022-06-30": 1, "2022-12-31": 2},
        "five_in_place": {"responsibility": True, "rescue": False},
    }
    given = {
        "organization": {"id": "JX-005", "name": "恒木家具", "roles": ["enterprise"], "employees": 126},
        "period": "2022",
        "packs": ["dadukou-2022"],
        "parameters": {"binds_from": "issued"},
        "facts": facts,
    }
    return filled(open_submission(given))


def cells_of(book: Any) -> dict[str, tuple[str, str]]:
    """Return the sheet and the address of every value and column of a form, by its dotted path."""
    import json

    found = {}
    for kind, name, path in list(book[MAP].iter_rows(max_col=3, values_only=True))[1:]:
        if kind in ("value", "column", "none"):
            sheet, address = next(iter(book.defined_names[name].destinations))
            found[("" if kind != "none" else "none:") + ".".join(json.loads(path))] = (sheet, address.replace("$", ""))
    return found


def edited(raw: bytes, change: Callable[[Any, dict[str, tuple[str, str]]], None]) -> bytes:
    """Return a workbook after a change by openpyxl; the change gets the book and the cells of the form."""
    book = openpyxl.load_workbook(BytesIO(raw))
    change(book, cells_of(book))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def plain(document: Document, packs: tuple[Pack, ...]) -> Any:
    """Return what a document says, without blanks."""
    return without_blanks(understood(document, meanings_of(packs)).content)


def without_blanks(value: Any) -> Any:
    """Return content without what is blank."""
    if isinstance(value, Mapping):
        inner = {key: without_blanks(one) for key, one in value.items() if one is not None}
        return {key: one for key, one in inner.items() if not (isinstance(one, Mapping) and not one)}
    return [without_blanks(one) for one in value] if isinstance(value, list) else value


def same_everywhere(assessment: Assessment) -> Assessment:
    """Return an assessment without the places of its facts, and without what names a file."""
    return evolve(
        assessment,
        at="",
        digests=NO_DIGESTS,
        differences=tuple(evolve(one, places=()) for one in assessment.differences),
        notes=tuple(one for one in assessment.notes if ".xlsx" not in one.en and ".csv" not in one.en),
        findings=tuple(map(_placeless, assessment.findings)),
    )


def _placeless(finding: Finding) -> Finding:
    return evolve(finding, places=(), parts=tuple(evolve(part, places=()) for part in finding.parts))


def assessed(document: Document) -> list[Assessment]:
    """Return the assessments of a document under the packs that it names, without places."""
    return [same_everywhere(one) for one in assess_all(document, open_packs(document))]


def read_back(raw: bytes) -> Document:
    """Return the document in a workbook."""
    return read_workbook(raw, "x.xlsx")


def rezipped(raw: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """Return an archive with parts replaced, added, or (None) left out."""
    out = BytesIO()
    with ZipFile(BytesIO(raw)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for one in old.infolist():
            if one.filename not in parts:
                new.writestr(one.filename, old.read(one))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def part_of(raw: bytes, name: str) -> bytes:
    """Return one part of an archive."""
    with ZipFile(BytesIO(raw)) as archive:
        return archive.read(name)


def write_by_hand(book: Any, where: dict[str, tuple[str, str]], content: Any, packs: tuple[Pack, ...]) -> None:
    """Write what the content says into a form as a person would: words from the dropdowns, days, numbers."""
    specs = packs[0].dictionary.facts

    def write(path: str, value: Any, type_: str, options: Any, down: int = 0) -> None:
        if path in where and value is not None:
            sheet, address = where[path]
            book[sheet][address].offset(row=down).value = _by_hand(value, type_, options)

    own = content["organization"]
    for key in ("id", "name"):
        write(f"organization.{key}", own[key], "text", {})
    write("as_of", content.get("as_of"), "date", {})
    for name, value in own.items():
        if name in specs:
            write(f"organization.{name}", value, specs[name].type, specs[name].options)
    for one in packs[0].head.parameters:
        value = content.get("parameters", {}).get(one.id)
        write(f"parameters.{one.id}", value, "choice" if one.reading else one.type, {
            key: way.title for key, way in one.alternatives.items()
        })  # fmt: skip
    for name, value in content["facts"].items():
        spec = specs[name]
        if spec.records:
            events = value["events"] if isinstance(value, dict) else value
            if isinstance(value, dict):
                write(f"facts.{name}.through", value["through"], "date", {})
            if events == []:
                write(f"none:facts.{name}", "无", "text", {})
            for place, record in enumerate(events or [], 1):
                for key, cell in record.items():
                    write(f"facts.{name}.{key}", cell, spec.fields[key].type, spec.fields[key].options, place)
        elif spec.type == "checklist":
            for key, cell in (value or {}).items():
                write(f"facts.{name}.{key}", cell, spec.elements[key].type, spec.elements[key].options)
        else:
            write(f"facts.{name}", value, spec.type, spec.options)


def _by_hand(value: Any, type_: str, options: Any) -> Any:
    if value == "none" and type_ != "choice":
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{day}：{one}" for day, one in value.items())
    if isinstance(value, list):
        return "；".join(options[one].zh if one in options else one for one in value) or "无"
    if type_ == "choice":
        return options[value].zh
    if type_ in ("date", "term"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if type_ == "time" else value
