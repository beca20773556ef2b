"""What is handed to a roll-up: submissions that are judged here, and reports of what was judged before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from attrs import define, field

from safescore.assess import assess_all, faults_of
from safescore.dictionary import Dictionary
from safescore.document import Document
from safescore.errors import Fault, InvalidInput, Location
from safescore.expr import Cell
from safescore.facts.answers import Submission
from safescore.facts.entries import understood
from safescore.facts.read import named_packs, open_submission, read_submission
from safescore.model import Pack
from safescore.opening import meanings_of, open_as_far
from safescore.packs.compiled import open_pack
from safescore.rollup.members import Result, result_of
from safescore.rollup.reports import is_report, read_report
from safescore.rollup.rolled import RollUp
from safescore.rollup.stored import SUFFIX, read_store
from safescore.roster import Member
from safescore.source import LIMITS, Limits
from safescore.words import Text

SUFFIXES = (".yaml", ".yml", ".json", ".xlsx")
"""The files of a folder that are taken for submissions or reports."""
FLAGS: Mapping[str, Text] = {"true": Text(zh="是", en="yes"), "false": Text(zh="否", en="no")}


@define
class Gathering:
    """The results gathered so far, and every fault of every file; a file with faults does not stop the others."""

    packs: tuple[str, ...] = ()
    as_of: date | None = None
    limits: Limits = LIMITS
    require_evidence: bool = False
    waivers: bool = True
    load: Callable[[str], Pack] = field(factory=lambda: cache(open_pack))
    results: list[Result] = field(factory=list)
    handed: dict[str, list[Submission]] = field(factory=dict)
    faults: dict[Fault, None] = field(factory=dict)
    unusable: dict[str, Member] = field(factory=dict)
    names: dict[str, Text] = field(factory=dict)
    labels: dict[str, dict[str, Text]] = field(factory=dict)

    def take(self, name: str) -> None:
        """Take in the results of a file: of a submission, or those in a report."""
        if Path(name).suffix.lower() == SUFFIX:
            self._stored(Path(name))
            return
        try:
            if Path(name).suffix.lower() == ".json" and is_report(name, self.limits):
                self.results.extend(read_report(name, self.limits))
                return
            document = open_submission(name, self.limits)
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return
        try:
            self.results.extend(self._judged(document))
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            member = _sender(document)
            if member is not None:
                self.unusable[member.id] = member

    def _stored(self, path: Path) -> None:
        """Take in the results of a store."""
        named = {self.load(one).id: one for one in self.packs}
        found = read_store(path, self.load, named)
        self.results.extend(found.results)
        self.faults.update(dict.fromkeys(found.faults))
        self.unusable.update((one.id, one) for one in found.unusable)

    def _judged(self, document: Document) -> Iterator[Result]:
        as_of = self.as_of.toordinal() if self.as_of else None
        opened = open_as_far(document, self.packs, self.load)
        if opened.faults or not opened.packs:
            raise InvalidInput(faults_of(document, opened, as_of=as_of))
        made = assess_all(
            document,
            opened.packs,
            as_of=as_of,
            readings=False,
            require_evidence=self.require_evidence,
            waivers=self.waivers,
        )
        first = opened.packs[0]
        read = understood(document, meanings_of(opened.packs))
        known = frozenset(name for pack in opened.packs for name in pack.dictionary.facts)
        submission = read_submission(read, first.dictionary, first.roles, as_of=as_of, also_known=known)
        self.handed.setdefault(submission.organization["id"], []).append(submission)
        profile = grouping(submission.profile, first.dictionary)
        for name in profile:
            spec = first.dictionary.facts[name]
            self.names[name] = spec.label
            self.labels[name] = dict(FLAGS if spec.type == "flag" else spec.options)
        for one in made:
            yield result_of(one, document.name, profile)


def latest(gathering: Gathering, rolled: RollUp) -> dict[str, Submission]:
    """Return the submission of every organisation that counts in a roll-up, the latest, by id.

    What is at odds with another submission does not count.
    """
    odd = {one.id for one in rolled.unusable}
    found: dict[str, Submission] = {}
    for id_, handed in gathering.handed.items():
        if id_ not in odd:
            found[id_] = max(handed, key=lambda one: (min(one.as_of, one.days.last), one.as_of))
    return found


def grouping(profile: Mapping[str, Cell], dictionary: Dictionary) -> dict[str, tuple[str, ...]]:
    """Return what an organisation says of itself that it may be grouped by: choices, flags and texts."""
    found: dict[str, tuple[str, ...]] = {}
    for name, cell in profile.items():
        if dictionary.facts[name].type in ("choice", "text") and isinstance(cell, str):
            found[name] = (cell,)
        elif isinstance(cell, bool):
            found[name] = ("true" if cell else "false",)
        elif isinstance(cell, frozenset) and cell:
            found[name] = tuple(sorted(cell))
    return found


def _sender(document: Document) -> Member | None:
    """Return whose a submission is that can't be used, as far as it says."""
    content: Any = document.content
    own = content.get("organization") if isinstance(content, Mapping) else None
    id_ = own.get("id") if isinstance(own, Mapping) else None
    if not isinstance(own, Mapping) or not isinstance(id_, str) or not id_.strip():
        return None
    name = own.get("name")
    packs = tuple(one.partition("@")[0] for one in named_packs(document))
    return Member(id=id_, name=name if isinstance(name, str) else "", columns={}, packs=packs)


def files_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the files that are named, and those in the folders that are, in the order of their names.

    Raises InvalidInput where a folder has none.
    """
    found: list[str] = []
    faults: list[Fault] = []
    for name in names:
        folder = Path(name)
        if not folder.is_dir():
            found.append(name)
            continue
        inside = sorted(str(path) for path in folder.rglob("*") if _taken(path, folder))
        if not inside:
            problem = Text(zh="文件夹中没有填报", en="there are no submissions in this folder")
            hint = Text(zh=f"可用的文件：{'、'.join(SUFFIXES)}", en=f"the files are {', '.join(SUFFIXES)}")
            faults.append(Fault(Location(name, 1, 1), problem, hint))
        found.extend(inside)
    if faults:
        raise InvalidInput(faults)
    return tuple(dict.fromkeys(found))


def _taken(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    return not hidden and path.suffix.lower() in SUFFIXES and path.is_file()
