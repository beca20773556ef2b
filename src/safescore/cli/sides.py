"""What a command compares: submissions as they are to be assessed, or reports as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path

from attrs import define, field

from safescore.assess import assess_all, faults_of
from safescore.cli.console import cache_folder
from safescore.comparing import Side
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.opening import open_as_far
from safescore.packs.compiled import open_pack
from safescore.snapshot import LIMITS as REPORT_LIMITS
from safescore.snapshot import Snapshot, is_report, snapshot, snapshots
from safescore.source import LIMITS, Limits, read


@define(kw_only=True)
class Opening:
    """The submissions and reports of a command line: packs are read once, faults kept until the end."""

    limits: Limits = LIMITS
    require_evidence: bool = False
    waivers: bool = True
    load: Callable[[str], Pack] = field(factory=lambda: cache(partial(open_pack, cache=cache_folder())))
    faults: dict[Fault, None] = field(factory=dict)

    def opened(self, name: str, packs: Sequence[str], as_of: date | None) -> Side | tuple[Snapshot, ...] | None:
        """Return a submission with its packs, or what a report says; None where there are faults."""
        try:
            if Path(name).suffix.lower() == ".json":
                document = read(name, REPORT_LIMITS)
                if is_report(document):
                    return snapshots(document)
            return self._side(open_submission(name, self.limits), packs, as_of)
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return None

    def _side(self, document: Document, packs: Sequence[str], as_of: date | None) -> Side:
        day = as_of.toordinal() if as_of else None
        opened = open_as_far(document, packs, self.load)
        if opened.faults or not opened.packs:
            raise InvalidInput(faults_of(document, opened, as_of=day))
        return Side(document=document, packs=opened.packs, as_of=day)

    def snapshots(self, one: Side | tuple[Snapshot, ...] | None) -> tuple[Snapshot, ...]:
        """Return the snapshots of a report, or of a submission once it is assessed; none where there are faults."""
        if not isinstance(one, Side):
            return one or ()
        try:
            made = assess_all(
                one.document,
                one.packs,
                as_of=one.as_of,
                readings=False,
                require_evidence=self.require_evidence,
                waivers=self.waivers,
            )
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return ()
        return tuple(snapshot(each, one.document.name) for each in made)
