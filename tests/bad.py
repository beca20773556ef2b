"""Broken submissions: what is planted in each, and what the command says of it; `tests/bad/NAME` is one of them.

An entry holds ``submission.yaml`` or ``.json``, more files that are checked with it, ``previous.yaml`` if it is held
against one, ``planted.txt`` with the place and the text of each thing that is wrong, and the messages, ``zh.txt`` and
``en.txt``. ``python -m tests.regolden`` writes the messages anew; what is planted is written by hand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from attrs import frozen

from safescore.cli import main
from safescore.words import LANGUAGES, Lang

FOLDER = Path(__file__).parent / "bad"
_PLACE = re.compile(r"(\S+?):([0-9]+):([0-9]+): ")


@frozen
class Planted:
    """One thing that is wrong: its file, line and column, and the text that stands there."""

    file: str
    line: int
    column: int
    text: str = ""

    @property
    def place(self) -> tuple[str, int, int]:
        """The place alone."""
        return self.file, self.line, self.column


def entries() -> list[str]:
    """Return the names of the broken submissions."""
    return sorted(one.name for one in FOLDER.iterdir() if one.is_dir())


def planted(name: str) -> list[Planted]:
    """Return what is planted in an entry."""
    text = (FOLDER / name / "planted.txt").read_text("utf-8")
    found = []
    for line in text.splitlines():
        place = _PLACE.match(line)
        assert place is not None, line
        found.append(Planted(place[1], int(place[2]), int(place[3]), line[place.end() :]))
    return found


def told(messages: str) -> Iterator[Planted]:
    """Yield the places that messages name at the beginning of a line."""
    for line in messages.splitlines():
        place = _PLACE.match(line)
        if place is not None:
            yield Planted(place[1], int(place[2]), int(place[3]))


def messages(name: str, lang: Lang) -> tuple[int, str, str]:
    """Return the exit code of the command, what it says of an entry, and what it reports."""
    files = sorted(
        one.name for one in (FOLDER / name).iterdir() if one.suffix in (".yaml", ".json") and one.stem != "previous"
    )
    previous = ["--previous", "previous.yaml"] if (FOLDER / name / "previous.yaml").exists() else []
    before, out, err = Path.cwd(), StringIO(), StringIO()
    os.chdir(FOLDER / name)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["check", *files, *previous, "--lang", lang])
    finally:
        os.chdir(before)
    return code, err.getvalue(), out.getvalue()


def golden(name: str, lang: Lang) -> Path:
    """Return the file of the golden messages."""
    return FOLDER / name / f"{lang}.txt"


def rewrite() -> None:
    """Write the golden messages anew."""
    for name in entries():
        for lang in LANGUAGES:
            golden(name, lang).write_text(messages(name, lang)[1], encoding="utf-8")
