"""What the golden lists of due duties show: a town in mid-year, with all states in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from safescore import Assessment, check
from safescore.report.dues import FORMATS, render
from safescore.words import LANGUAGES, Lang

GOLDEN = Path(__file__).parent / "golden" / "due"
EXAMPLES = Path(__file__).parents[1] / "examples"
SUFFIXES = {"text": "txt", "json": "json", "ics": "ics", "csv": "csv"}
CASES: tuple[tuple[str, Lang], ...] = tuple((format_, lang) for format_ in FORMATS for lang in LANGUAGES)


@cache
def town() -> tuple[Assessment, ...]:
    """Return the assessments that the golden lists show."""
    return tuple(check(EXAMPLES / "enyang-town-2023H1.yaml"))


def golden_file(format_: str, lang: Lang) -> Path:
    """Return where a golden list stands."""
    return GOLDEN / f"town.{lang}.{SUFFIXES[format_]}"


def listed(format_: str, lang: Lang) -> bytes:
    """Return a list as it comes out now."""
    return render(town(), format_, lang).encode()


def rewrite() -> None:
    """Write the golden lists anew."""
    GOLDEN.mkdir(exist_ok=True)
    for format_, lang in CASES:
        golden_file(format_, lang).write_bytes(listed(format_, lang))
