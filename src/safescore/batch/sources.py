"""What is handed in: folders, files and files of JSON lines, as submissions in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from safescore.batch.order import Handed
from safescore.errors import InvalidInput
from safescore.source import LIMITS, Limits, lines

SUBMISSIONS = frozenset((".yaml", ".yml", ".json", ".xlsx"))
"""The kinds of files that hold a submission each."""
LINES = frozenset((".jsonl", ".ndjson"))
"""The kinds of files that hold a submission a line."""
TOGETHER = 1024
"""How many submissions are a portion at most."""
MOST_BYTES = 16_000_000
"""How many bytes of files are a portion, unless a single one is more."""


def files_of(sources: Iterable[Path]) -> list[tuple[str, int]]:
    """Return the files that sources name or hold, each once, in order, with their sizes.

    A folder holds what lies in it and below it, but for what is hidden, or a spreadsheet's lock.
    """
    found: dict[str, int] = {}
    for source in sources:
        for path in _below(source) if source.is_dir() else (source,):
            found[path.as_posix()] = _size(path)
    return sorted(found.items(), key=lambda one: one[0].split("/"))


def _below(folder: Path) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner[:] = [one for one in inner if not one.startswith(".")]
        for name in names:
            path = Path(place) / name
            if not name.startswith((".", "~$")) and path.suffix.lower() in SUBMISSIONS | LINES:
                yield path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the reader says what is wrong with it
        return 0


def handed_in(files: Iterable[tuple[str, int]], limits: Limits = LIMITS) -> Iterator[Handed]:
    """Yield the submissions of files, in order."""
    for name, size in files:
        if Path(name).suffix.lower() not in LINES:
            yield Handed(file=name, size=size)
            continue
        try:
            for number, raw in lines(name, limits):
                yield Handed(file=name, size=len(raw), line=number, raw=raw)
        except InvalidInput as error:
            yield Handed(file=name, faults=error.faults)


def portions(handed: Iterable[Handed]) -> Iterator[tuple[Handed, ...]]:
    """Yield submissions in portions; the same submissions are in the same portions, however many work at them."""
    portion: list[Handed] = []
    size = 0
    for one in handed:
        if portion and (len(portion) >= TOGETHER or size + one.size > MOST_BYTES):
            yield tuple(portion)
            portion, size = [], 0
        portion.append(one)
        size += one.size
    if portion:
        yield tuple(portion)
