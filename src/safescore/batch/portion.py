"""A portion of a batch: submissions read, those alike judged together, the others one by one; the rows that come of it.

Submissions of one pack, period, day and set of parameters are judged together by the kernel. Few of a kind, and those
whose waivers or evidence matter, are judged one by one: the outcomes are the same either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from hashlib import sha256
from typing import Any

from attrs import define, evolve, field, frozen

from safescore.assess import Readied, Terms, Together, faults_of, readied
from safescore.batch.judged import Group, Member, Run, many, one_by_one
from safescore.batch.order import Handed, Order
from safescore.document import Document, Places, Steps
from safescore.errors import Fault, InvalidInput, Location
from safescore.facts.read import named_packs, open_submission, with_tables
from safescore.model import Pack
from safescore.opening import open_as_far
from safescore.packs.compiled import open_pack
from safescore.period import parse_period
from safescore.source import parse_bytes
from safescore.words import Text

FEW = 8
"""Up to so many submissions of a kind are judged one by one, which is faster then."""


@frozen(kw_only=True)
class Received:
    """What became of one submission as handed in.

    ``digest`` is that of the file, empty where other files decide as well; *organization*, *name* and *period* are as
    far as they can be read.
    """

    file: str
    digest: str
    organization: str | None
    name: str | None
    period: str | None
    faults: tuple[Fault, ...]


@frozen(kw_only=True)
class Portion:
    """What a portion of a batch comes to: every submission received, and the groups of those that were judged.

    *size* is in bytes.
    """

    size: int
    received: tuple[Received, ...]
    groups: tuple[Group, ...]


Kind = tuple[Any, ...]


@define
class Desk:
    """Where submissions are read and judged: what packs come to is worked out once."""

    order: Order
    load: Callable[[str], Pack]
    _opened: dict[tuple[str, ...], Together] = field(factory=dict)

    @staticmethod
    def of(order: Order) -> Desk:
        """Return a desk with nothing on it."""
        return Desk(order, cache(partial(open_pack, cache=order.cache)))

    def portion(self, handed: Iterable[Handed]) -> Portion:
        """Return what submissions come to, in their order."""
        handed = tuple(handed)
        received: list[Received] = []
        kinds: dict[Kind, list[tuple[Member, Readied]]] = {}
        for one in handed:
            document, found = self._read(one)
            received.append(_received(one, document, found))
            if any(ready.faults for ready in found) or not found:
                continue
            for ready in found:
                self._sort(one, ready, kinds)
        groups = tuple(self._judge(kind, group) for kind, group in kinds.items())
        return Portion(size=sum(one.size for one in handed), received=tuple(received), groups=groups)

    def _sort(self, handed: Handed, ready: Readied, kinds: dict[Kind, list[tuple[Member, Readied]]]) -> None:
        judging = ready.judging
        assert judging is not None
        own, values = judging.submission, judging.settings.values
        parameters = _canonical(values)
        kind = (judging.pack.id, own.period, own.as_of, parameters, bool(own.waivers) or self.order.require_evidence)
        member = Member(
            file=handed.name,
            organization=own.organization["id"],
            name=own.organization["name"],
            roles=own.roles,
            facts_digest=own.digest,
            as_of=own.as_of,
            parameters_digest=sha256(parameters.encode()).hexdigest(),
        )
        kinds.setdefault(kind, []).append((member, ready))

    def _judge(self, kind: Kind, group: list[tuple[Member, Readied]]) -> Group:
        members = [member for member, _ in group]
        judgings = [ready.judging for _, ready in group if ready.judging is not None]
        pack, own = judgings[0].pack, judgings[0].submission
        run = Run(pack=pack.id, version=pack.version, digest=pack.digest, period=own.period)
        if kind[-1] or len(group) <= FEW:
            return one_by_one(run, self.order, members, judgings)
        return many(run, self.order, members, judgings)

    def _read(self, handed: Handed) -> tuple[Document | None, list[Readied]]:
        """Return a submission made ready, or all that is wrong with it as the faults of one that can't be judged."""
        try:
            document = self._document(handed)
        except InvalidInput as error:
            return None, [Readied(error.faults, None)]
        try:
            together = self._together(document)
        except InvalidInput as error:
            return document, [Readied(error.faults, None)]
        terms = Terms(require_evidence=self.order.require_evidence, waivers=self.order.waivers, readings=False)
        found = readied(document, together, self.order.as_of, None, terms)
        other = tuple(self._other_period(document, found))
        if document.faults or other:
            found = [*found, Readied((*document.faults, *other), None)]
        return document, found

    def _document(self, handed: Handed) -> Document:
        if handed.faults:
            raise InvalidInput(handed.faults)
        if not handed.line:
            return open_submission(handed.file, self.order.limits)
        return _line(handed, self.order)

    def _together(self, document: Document) -> Together:
        names = self.order.packs or named_packs(document)
        together = self._opened.get(names)
        if together is None:
            opened = open_as_far(document, self.order.packs, self.load)
            if opened.faults or not opened.packs:
                raise InvalidInput(faults_of(document, opened, as_of=self.order.as_of))
            together = Together(opened.packs)
            self._opened[names] = together
        return together

    def _other_period(self, document: Document, found: list[Readied]) -> Iterator[Fault]:
        """Yield the fault of a submission of another period than the one asked for."""
        judging = found[0].judging
        if self.order.period is None or judging is None or not judging.submission.period:
            return
        if judging.submission.days != parse_period(self.order.period):
            own, asked = judging.submission.period, self.order.period
            problem = Text(zh=f"本次收集的是{asked}，该填报的期间是{own}", en=f"this is of {own}, not of {asked}")
            hint = Text(zh="更正period，或从本次收集中移出该文件", en="mend the period, or take the file out")
            yield document.fault(("period",), problem, hint)


def _canonical(values: Mapping[str, Any]) -> str:
    """Return the values of parameters and readings as one text."""
    return "\n".join(f"{name}={values[name]!r}" for name in sorted(values))


def _line(handed: Handed, order: Order) -> Document:
    """Return the document on a line of JSON lines; its places are those of the whole file."""
    above = handed.line - 1
    try:
        document = parse_bytes(handed.raw, handed.file, order.limits, json=True, as_far=True)
    except InvalidInput as error:
        raise InvalidInput(_lower(fault, above) for fault in error.faults) from None
    document = evolve(
        document,
        places=Lower(document.places, above),
        faults=tuple(_lower(fault, above) for fault in document.faults),
        spoilt=frozenset(_moved(at, above) for at in document.spoilt),
    )
    return with_tables(document, None, order.limits)


@frozen
class Lower:
    """Places of a text that stands so many lines down in its file."""

    places: Places
    above: int

    def locate(self, path: Steps) -> Location:
        """Return where the value at *path* begins."""
        return _moved(self.places.locate(path), self.above)

    def locate_key(self, path: Steps) -> Location:
        """Return where the key at the end of *path* begins."""
        return _moved(self.places.locate_key(path), self.above)


def _moved(at: Location, above: int) -> Location:
    return evolve(at, line=at.line + above)


def _lower(fault: Fault, above: int) -> Fault:
    return evolve(fault, at=_moved(fault.at, above))


def _received(handed: Handed, document: Document | None, found: list[Readied]) -> Received:
    content: Any = document.content if document is not None else None
    content = content if isinstance(content, Mapping) else {}
    own = content.get("organization")
    own = own if isinstance(own, Mapping) else {}
    apart = any(ready.judging is not None and ready.judging.submission.evidence for ready in found)
    return Received(
        file=handed.name,
        digest="" if document is None or apart else document.digest,
        organization=_said(own.get("id")),
        name=_said(own.get("name")),
        period=_period(content.get("period")),
        faults=tuple(sorted({fault for ready in found for fault in ready.faults})),
    )


def _said(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _period(value: object) -> str | None:
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if parse_period(text) is not None else None
