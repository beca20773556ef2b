"""Where a fact stands, as machines name it: a file, a line, a column, or the cell of a sheet."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote

from safescore.frozen import frozen
from safescore.results import Assessment, Finding, Place
from safescore.standing import Outcome

NAMELESS = ("", "<submission>", "<stdin>")
"""What a submission is called that came from no file."""
_LINE = re.compile(r"(?P<file>.+):(?P<line>[1-9][0-9]{0,8}):(?P<column>[1-9][0-9]{0,8})\Z", re.DOTALL)
_CELL = re.compile(r"(?P<file>.+?\.xlsx):(?P<cell>.+![A-Z]{1,3}[0-9]{1,7})\Z", re.DOTALL | re.IGNORECASE)


@frozen(kw_only=True)
class Spot:
    """A place in a file; lines and columns count from one, and a file without lines has a cell instead."""

    file: str
    line: int = 1
    column: int = 1
    cell: str = ""

    @property
    def path(self) -> str:
        """The file with slashes, without a leading ``./``; what came from no file is called ``submission``."""
        if self.file in NAMELESS:
            return self.file.strip("<>") or "submission"
        return PurePath(self.file).as_posix()

    @property
    def uri(self) -> str:
        """The file as a URI: relative where the file's name is, every odd byte percent-encoded."""
        path = quote(_encoded(self.path))
        return f"file:///{path.removeprefix('/')}" if PurePath(self.file).is_absolute() else path


def spot(at: str) -> Spot:
    """Return the place that ``file:line:column`` or ``file.xlsx:Sheet!C12`` names."""
    if found := _LINE.match(at):
        return Spot(file=found["file"], line=int(found["line"]), column=int(found["column"]))
    if found := _CELL.match(at):
        return Spot(file=found["file"], cell=found["cell"])
    return Spot(file=at)


def place_of(finding: Finding, assessment: Assessment) -> Spot:
    """Return the one place where a finding is to be mended: of its worst part, else of its facts, else of the facts."""
    return spot(next((place.at for place in told(finding)), assessment.at))


def told(finding: Finding) -> tuple[Place, ...]:
    """Return the places of a finding, each once: those of the parts that made it so first."""
    decided = finding.outcome in (Outcome.SATISFIED, Outcome.NOT_APPLICABLE)
    parts = () if decided else (part for part in finding.parts if part.outcome is finding.outcome)
    found: dict[str, Place] = {}
    for place in (*(place for part in parts for place in part.places), *finding.places):
        if place.at:
            found.setdefault(place.at, place)
    return tuple(found.values())


def _encoded(text: str) -> bytes:
    """Return the bytes of a file's name; those that are no text stay as the file system has them."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
