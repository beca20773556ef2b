"""The example submissions, and the reports that they are known to give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from os import chdir
from pathlib import Path

from attrs import evolve

from safescore import Assessment, check
from safescore.results import Digests
from safescore.words import LANGUAGES, Lang
from tests.reports import written

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "examples"
EXAMPLES = tuple(path.stem for path in sorted((ROOT / "examples").glob("*.yaml")))
CASES: tuple[tuple[str, Lang], ...] = tuple((name, lang) for name in EXAMPLES for lang in LANGUAGES)
"""Digests follow every byte of the dictionary; the golden reports leave them out."""
WITHOUT = Digests(pack="0" * 64, facts="0" * 64, version="0")


@contextmanager
def at_root() -> Iterator[None]:
    """Work where the README's commands work."""
    before = Path.cwd()
    chdir(ROOT)
    try:
        yield
    finally:
        chdir(before)


@cache
def assessed(name: str) -> tuple[Assessment, ...]:
    """Return the assessments of an example, one a pack."""
    with at_root():
        return tuple(check(f"examples/{name}.yaml"))


def golden_file(name: str, lang: Lang) -> Path:
    """Return where the golden report of an example stands."""
    return GOLDEN / f"{name}.{lang}.txt"


def report(name: str, lang: Lang) -> str:
    """Return the report of an example as it comes out now."""
    return written((evolve(one, digests=WITHOUT) for one in assessed(name)), "text", lang)
