"""The public calls: a file in, assessments out; each is a few lines over the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache as cached
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from safescore import assess as pipeline
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.facts.answers import Submission
from safescore.facts.read import open_submission, read_submission
from safescore.frozen import frozen
from safescore.model import Pack
from safescore.opening import as_meant, open_as_far
from safescore.packs.compiled import open_pack
from safescore.results import Assessment, Finding, GradeRange, Score
from safescore.source import LIMITS, Limits
from safescore.words import Lang

if TYPE_CHECKING:
    from safescore.comparing import Comparison
    from safescore.facts.changes import Change
    from safescore.nextbest import NextBest
    from safescore.whatif import WhatIf


@frozen
class Assessments(Sequence[Assessment]):
    """The assessments of one submission, one a pack; with a single pack its score, grade and findings are here too."""

    each: tuple[Assessment, ...]

    @overload
    def __getitem__(self, place: int) -> Assessment: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Assessment, ...]: ...
    def __getitem__(self, place: int | slice) -> Assessment | tuple[Assessment, ...]:
        """Return the assessment at a place."""
        return self.each[place]

    def __len__(self) -> int:
        """Return how many packs there were."""
        return len(self.each)

    def only(self) -> Assessment:
        """Return the one assessment. Raises ValueError if there were several packs."""
        if len(self.each) != 1:
            message = f"{len(self.each)} packs were assessed: {', '.join(one.pack for one in self.each)}; look at each"
            raise ValueError(message)
        return self.each[0]

    @property
    def score(self) -> Score:
        """The score, where one pack was assessed."""
        return self.only().score

    @property
    def grade(self) -> GradeRange:
        """The grade, where one pack was assessed."""
        return self.only().grade

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, where one pack was assessed."""
        return self.only().findings


def load_pack(name: str | Path, *, cache: Path | None = None) -> Pack:
    """Return a pack by its id, ``id@version``, or its folder.

    *cache* is a folder for packs as they were read before: a pack whose files have not changed is taken from there.
    Raises InvalidInput with every fault of every file.
    """
    return open_pack(name, cache)


def check(
    facts: Path | str | Mapping[str, Any],
    packs: str | Iterable[str] = (),
    *,
    as_of: date | None = None,
    cache: Path | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
    previous: Path | str | Mapping[str, Any] | None = None,
    combinations: bool = False,
    limits: Limits = LIMITS,
) -> Assessments:
    """Return the assessments of a submission: a YAML or JSON file, a filled-in workbook, or a plain dict.

    *packs* are ids, ``id@version`` or folders; by default those that the submission names. *as_of* overrides the
    submission's own day, *cache* is a folder for packs as they were read before. With *require_evidence* an answer that
    nothing bears out can count against, not for; without *waivers* none is applied. *previous* is the organisation's
    submission of an earlier period: cumulative figures below it are faults, and records that vanished or were altered
    are named in the notes. With *combinations* it is worked out which readings together change an outcome or the
    grade. *limits* say how much is read. Raises InvalidInput with every fault of the submission, of
    the previous one or of a pack.
    """
    document = open_submission(facts, limits)
    before = None if previous is None else open_submission(previous, limits, name="<previous>")
    day = as_of.toordinal() if as_of else None
    made = pipeline.assess_all(
        document,
        opened(document, packs, as_of=day, cache=cache, previous=before),
        as_of=day,
        previous=before,
        require_evidence=require_evidence,
        waivers=waivers,
        combinations=combinations,
    )
    return Assessments(made)


def opened(
    document: Document,
    packs: str | Iterable[str] = (),
    *,
    as_of: int | None = None,
    cache: Path | None = None,
    previous: Document | None = None,
) -> tuple[Pack, ...]:
    """Return the packs to assess a submission under. Raises InvalidInput with the faults of packs and submission."""
    names = (packs,) if isinstance(packs, str) else tuple(packs)
    found = open_as_far(document, names, partial(open_pack, cache=cache))
    if found.faults or not found.packs:
        raise InvalidInput(pipeline.faults_of(document, found, as_of=as_of, previous=previous))
    return found.packs


def what_if(
    facts: Path | str | Mapping[str, Any],
    changes: Mapping[str, Any] | Iterable[Change],
    packs: str | Iterable[str] = (),
    *,
    as_of: date | None = None,
    cache: Path | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
    limits: Limits = LIMITS,
) -> tuple[WhatIf, ...]:
    """Return a submission's assessments before and after *changes*, one comparison a pack.

    *changes* maps what is changed to its plain value: ``{"hazards_closed": 118, "two_lists.risks": True,
    "done@2022-09-30": 5, "hazards[H-3].closed_on": "2022-09-01", "parameters.death_quota": 3}``; None makes an answer
    unknown. Or it is an iterable of :class:`safescore.facts.changes.Change`. The rest is as of :func:`check`. Raises
    InvalidInput with every fault of the submission, of the packs, or of the changes.
    """
    from safescore.facts.changes import from_plain
    from safescore.whatif import what_if as compared

    document = open_submission(facts, limits)
    day = as_of.toordinal() if as_of else None
    made = (
        tuple(from_plain("set", name, value, f"changes[{name!r}]", limits) for name, value in changes.items())
        if isinstance(changes, Mapping)
        else tuple(changes)
    )
    found = opened(document, packs, as_of=day, cache=cache)
    return compared(document, found, made, as_of=day, require_evidence=require_evidence, waivers=waivers)


def next_best(
    facts: Path | str | Mapping[str, Any],
    packs: str | Iterable[str] = (),
    *,
    to: str | None = None,
    as_of: date | None = None,
    cache: Path | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
    limits: Limits = LIMITS,
) -> tuple[NextBest, ...]:
    """Return what to do next, one answer a pack: the cheapest steps to a grade, what each duty adds, what is lost.

    *to* is a grade's id or title, by default the one above the least that is reached. The rest is as of :func:`check`.
    Raises InvalidInput with every fault of the submission or of a pack, NoSuchGradeError.
    """
    from safescore.nextbest import next_best as found_under

    document = open_submission(facts, limits)
    day = as_of.toordinal() if as_of else None
    found = opened(document, packs, as_of=day, cache=cache)
    return found_under(document, found, to=to, as_of=day, require_evidence=require_evidence, waivers=waivers)


def assess(
    pack: Pack,
    submission: Mapping[str, Any],
    *,
    as_of: date | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
) -> Assessment:
    """Return the assessment of a plain dict under a loaded pack; no file is needed.

    With *require_evidence* an answer that nothing bears out can count against, not for; without *waivers* none is
    applied. Raises InvalidInput with every fault of the submission.
    """
    day = as_of.toordinal() if as_of else None
    return pipeline.assess(pack, submission, as_of=day, require_evidence=require_evidence, waivers=waivers)


def diff(
    before: Path | str | Mapping[str, Any],
    after: Path | str | Mapping[str, Any],
    packs: str | Iterable[str] = (),
    *,
    before_packs: str | Iterable[str] = (),
    as_of: date | None = None,
    before_as_of: date | None = None,
    cache: Path | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
    limits: Limits = LIMITS,
) -> tuple[Comparison, ...]:
    """Return what changed from one submission to another, for each pack that both are assessed under.

    *packs* are those of both, *before_packs* of the first where they are others; by default those that each names. The
    changes of a figure by rule, and by cause (facts, pack, waivers, readings, time), are fractions of 1 that add up to
    its change exactly. Raises InvalidInput with every fault of either.
    """
    from safescore.comparing import Side, compare  # who only checks does without

    names = (packs,) if isinstance(packs, str) else tuple(packs)
    earlier = (before_packs,) if isinstance(before_packs, str) else tuple(before_packs)
    load = cached(partial(open_pack, cache=cache))
    sides: list[Side] = []
    faults: list[Fault] = []
    for given, asked, at, name in (
        (before, earlier or names, before_as_of, "<before>"),
        (after, names, as_of, "<after>"),
    ):
        day = at.toordinal() if at else None
        try:
            document = open_submission(given, limits, name=name)
            found = open_as_far(document, asked, load)
            if found.faults or not found.packs:
                raise InvalidInput(pipeline.faults_of(document, found, as_of=day))
            sides.append(Side(document=document, packs=found.packs, as_of=day))
        except InvalidInput as error:
            faults.extend(error.faults)
    if faults:
        raise InvalidInput(dict.fromkeys(faults))
    return compare(*sides, require_evidence=require_evidence, waivers=waivers)


def load_submission(
    facts: Path | str | Mapping[str, Any], pack: Pack, *, as_of: date | None = None, limits: Limits = LIMITS
) -> Submission:
    """Return a submission as read against a pack's dictionary. Raises InvalidInput with every fault."""
    document = as_meant(open_submission(facts, limits), (pack,))
    return read_submission(document, pack.dictionary, pack.roles, as_of=as_of.toordinal() if as_of else None)


def render(assessments: Assessment | Iterable[Assessment], format: str = "text", *, lang: Lang = "zh") -> str | bytes:  # noqa: A002
    """Return a report of assessments in one of the formats of :data:`safescore.report.REPORTS`, in Chinese or English.

    A text, or the bytes of a binary format. Raises ValueError if there is no such format, MissingExtraError if its
    libraries are not installed.
    """
    from safescore.report import render as rendered

    several = (assessments,) if isinstance(assessments, Assessment) else tuple(assessments)
    return rendered(several, format, lang)


__all__ = [
    "Assessments",
    "Limits",
    "assess",
    "check",
    "diff",
    "load_pack",
    "load_submission",
    "next_best",
    "render",
    "what_if",
]
