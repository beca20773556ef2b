"""What the tests of the reports for machines share: hostile names, assessments with many gaps, golden files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import evolve

from safescore import Assessment, Finding, Outcome
from safescore.results import Place
from safescore.words import Lang
from tests.reports import GOLDEN, assessment, finding, golden, written

SCHEMAS = Path(__file__).parent / "schemas"
FORMATS = ("sarif", "junit", "github", "gitlab", "oscal")
SUFFIXES = {
    "sarif": "sarif",
    "junit": "junit.xml",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "oscal": "oscal.json",
}
MACHINE_CASES: tuple[tuple[str, Lang], ...] = (
    ("sarif", "en"),
    ("junit", "zh"),
    ("junit", "en"),
    ("github", "zh"),
    ("github", "en"),
    ("gitlab", "zh"),
    ("oscal", "en"),
)
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|' /C calc'!A0",
    "end of data": "]]>",
    "escape codes": "a\x1b[31mred\x07\x00\x9b31m",
    "line breaks": "one\r\n::error::two\u2028three\x85four",
    "percent": "%0A::error file=x::y",
    "property": "a,line=9::b:c",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "surrogate": "\ud83d",
    "surrogate of a file name": "\udcff",
    "not a character": "\uffff\ufdd0",
    "a link": "[d](javascript:1)",
    "braces": "{0} {1}",
    "long Chinese": "长" * 10_000,
    "long word": "w" * 10_000,
    "blank": " \t ",
    "nothing": "",
}
"""Names that a submission may bring in."""


def golden_machine_file(format_: str, lang: Lang) -> Path:
    """Return where a golden report for machines stands."""
    return GOLDEN / f"committee.{lang}.{SUFFIXES[format_]}"


def report(format_: str, *assessments: Assessment, lang: Lang = "en") -> str:
    """Return a report of these assessments, or of the golden one."""
    return written(assessments or (golden(),), format_, lang)


def schema(name: str) -> Any:
    """Return a schema as data."""
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def by_rule(outcome: Outcome) -> list[Finding]:
    """Return the golden findings with this outcome."""
    return list(golden().of(outcome))


def standing(at: str, outcome: Outcome = Outcome.NOT_SATISFIED, **more: Any) -> Assessment:
    """Return an assessment of one finding that stands at this place."""
    place = (Place(fact="facts.plan", at=at),) if at else ()
    return evolve(assessment(evolve(finding(outcome), places=place, **more)), at="facts.yaml:6:1")
