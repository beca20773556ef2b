"""What changed between two golden submissions, as it is known to come out."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from safescore.api import diff
from safescore.comparing import Comparison
from safescore.report.changes import render
from safescore.report.json import written
from safescore.report.layout import Layout
from safescore.words import LANGUAGES, Lang
from tests.reports import GOLDEN, beside_golden

CASES: tuple[tuple[str, Lang], ...] = tuple(
    (format_, lang) for format_ in ("text", "markdown", "json") for lang in LANGUAGES
)
SUFFIXES = {"text": "txt", "markdown": "md", "json": "json"}


@cache
def golden() -> tuple[Comparison, ...]:
    """Return what changed between the two golden submissions."""
    with beside_golden():
        return diff("committee-before.yaml", "committee.yaml", "pack")


def golden_file(format_: str, lang: Lang) -> Path:
    """Return where what changed stands."""
    return GOLDEN / f"changes.{lang}.{SUFFIXES[format_]}"


def report(format_: str, lang: Lang) -> str:
    """Return what changed as it comes out now; digests follow every byte of the pack and are left out."""
    shown = render(golden(), format_, lang, Layout(width=100))
    if format_ != "json":
        return shown
    content = json.loads(shown)
    for one in content["comparisons"]:
        for side in ("before", "after"):
            one[side]["digests"] = None
    return written(content)


def rewrite() -> None:
    """Write the golden files anew."""
    for format_, lang in CASES:
        golden_file(format_, lang).write_text(report(format_, lang), encoding="utf-8")
