"""The submissions of a command line, checked one by one: packs are read once, faults kept until the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

from attrs import define, field

from safescore.assess import assess_all, faults_of
from safescore.cli.console import cache_folder
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.facts.read import open_submission, with_tables
from safescore.model import Pack
from safescore.opening import open_as_far
from safescore.packs.compiled import open_pack
from safescore.results import Assessment
from safescore.source import LIMITS, Limits, parse_bytes

STDIN = "-"


@define
class Checking:
    """The submissions checked so far: packs read once, and every fault of every file."""

    packs: tuple[str, ...]
    as_of: date | None
    limits: Limits = LIMITS
    require_evidence: bool = False
    waivers: bool = True
    combinations: bool = False
    readings: bool = True
    load: Callable[[str], Pack] = field(factory=lambda: cache(partial(open_pack, cache=cache_folder())))
    previous: list[Document] = field(factory=list)
    faults: dict[Fault, None] = field(factory=dict)
    packs_by_id: dict[str, Pack] = field(factory=dict)

    def remember(self, names: Sequence[str]) -> None:
        """Open the submissions of earlier periods."""
        for name in names:
            try:
                self.previous.append(read_document(name, self.limits))
            except InvalidInput as error:
                self.faults.update(dict.fromkeys(error.faults))

    def before(self, document: Document) -> Document | None:
        """Return the earlier submission of the same organisation; of another one where only that is given."""
        mine = _organization(document)
        return next((one for one in self.previous if _organization(one) == mine), next(iter(self.previous), None))

    def assessments(self, name: str) -> tuple[Assessment, ...]:
        """Return the assessments of a submission; none where there are faults."""
        try:
            document = read_document(name, self.limits)
            as_of = self.as_of.toordinal() if self.as_of else None
            opened = open_as_far(document, self.packs, self.load)
            self.packs_by_id.update((pack.id, pack) for pack in opened.packs)
            if opened.faults or not opened.packs:
                raise InvalidInput(faults_of(document, opened, as_of=as_of, previous=self.before(document)))
            return assess_all(
                document,
                opened.packs,
                as_of=as_of,
                previous=self.before(document),
                require_evidence=self.require_evidence,
                waivers=self.waivers,
                combinations=self.combinations,
                readings=self.readings,
            )
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return ()


def _organization(document: Document) -> object:
    content: Any = document.content
    own = content.get("organization") if isinstance(content, Mapping) else None
    return own.get("id") if isinstance(own, Mapping) else None


def read_document(name: str, limits: Limits) -> Document:
    """Return the document of a submission: a file, or YAML on stdin. Raises InvalidInput."""
    if name != STDIN:
        return open_submission(name, limits)
    document = parse_bytes(sys.stdin.buffer.read(limits.bytes + 1), "<stdin>", limits, as_far=True)
    return with_tables(document, None, limits)
