"""The submissions of a command line, checked one by one: packs are read once, faults kept until the end."""

from __future__ import annotations

import sys
from datetime import date

from attrs import define, field

from safescore.assess import assess_all, open_packs
from safescore.errors import Fault, InvalidInput, Location
from safescore.facts.read import named_packs, open_submission
from safescore.model import Pack
from safescore.results import Assessment
from safescore.source import LIMITS, Document, parse

STDIN = "-"


@define
class Checking:
    """The submissions checked so far: packs read once, and every fault of every file."""

    packs: tuple[str, ...]
    as_of: date | None
    opened: dict[tuple[str, ...], tuple[Pack, ...]] = field(factory=dict)
    faults: dict[Fault, None] = field(factory=dict)

    def assessments(self, name: str) -> tuple[Assessment, ...]:
        """Return the assessments of a submission; none where there are faults."""
        try:
            document = _opened(name)
            asked = self.packs or named_packs(document)
            if asked not in self.opened:
                self.opened[asked] = open_packs(document, asked)
            return assess_all(document, self.opened[asked], as_of=self.as_of.toordinal() if self.as_of else None)
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return ()


def _opened(name: str) -> Document:
    """Return the document of a submission: a file, or YAML on stdin. Raises InvalidInput."""
    if name != STDIN:
        return open_submission(name)
    raw = sys.stdin.buffer.read(LIMITS.bytes + 1)
    try:
        return parse(raw.decode(), "<stdin>")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        at = Location("<stdin>", line, 1)
        raise InvalidInput((Fault(at, "this is not UTF-8", "save the file as UTF-8"),)) from None
