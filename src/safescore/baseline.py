"""A baseline: what was not met or not known in an earlier report, so that only what is new fails a gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from attrs import field

from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.frozen import frozen
from safescore.results import Assessment, Finding
from safescore.source import Limits, read
from safescore.standing import Outcome
from safescore.words import Text

LIMITS = Limits(bytes=200_000_000, values=10_000_000)
"""A baseline may hold the findings of a whole district."""
OPEN = (Outcome.NOT_SATISFIED, Outcome.UNKNOWN)
"""The outcomes that a baseline accepts."""
_REPORT, _EXCHANGE = "safescore-report", "safescore-assessment"


class Novelty(Enum):
    """Whether a gap is in the baseline, no larger than it is there."""

    KNOWN = "known"
    UNCERTAIN = "uncertain"
    NEW = "new"


@frozen(kw_only=True)
class Accepted:
    """A finding that a baseline accepts: its outcome then, and the most that it could be short, in natural units.

    None is without bound, as of a register that was absent: whatever came of it is accepted.
    """

    outcome: Outcome
    most: int | None


@frozen(kw_only=True)
class Gone:
    """A finding that a baseline accepts, and that is not met or not known no more; None: the pack has no such rule."""

    rule: str
    then: Outcome
    now: Outcome | None


@frozen(kw_only=True)
class Past:
    """One assessment of a baseline: whose, under which pack, for when, and what is accepted in it, by rule."""

    organization: str
    pack: str
    version: str
    period: str
    as_of: str
    accepted: Mapping[str, Accepted] = field(factory=dict)

    def novelty(self, finding: Finding) -> Novelty:
        """Return whether a finding is accepted: a gap that surely grew is new, one that may have grown uncertain.

        What was unknown was accepted with the most that it could have been short.
        """
        known = self.accepted.get(finding.rule)
        if known is None:
            return Novelty.NEW
        if known.most is None:
            return Novelty.KNOWN
        if finding.short is None:
            return Novelty.UNCERTAIN
        least, most = finding.short
        if least > known.most:
            return Novelty.NEW
        return Novelty.UNCERTAIN if most is None or most > known.most else Novelty.KNOWN

    def gone(self, assessment: Assessment) -> tuple[Gone, ...]:
        """Return what is accepted and no longer occurs."""
        now = {finding.rule: finding.outcome for finding in assessment.findings}
        return tuple(
            Gone(rule=rule, then=known.outcome, now=now.get(rule))
            for rule, known in self.accepted.items()
            if now.get(rule) not in OPEN
        )


@frozen
class Baseline:
    """The assessments of an earlier report."""

    pasts: tuple[Past, ...]

    def past(self, assessment: Assessment) -> Past | None:
        """Return what is accepted of an organisation under a pack: of the same period, else the latest there is."""
        mine = [one for one in self.pasts if (one.organization, one.pack) == _whose(assessment)]
        same = [one for one in mine if one.period == assessment.period]
        return max(same or mine, key=lambda one: one.as_of, default=None)

    def others(self, assessments: tuple[Assessment, ...]) -> tuple[Past, ...]:
        """Return those of organisations and packs that are not among these assessments."""
        here = set(map(_whose, assessments))
        return tuple(one for one in self.pasts if (one.organization, one.pack) not in here)


def baseline_of(assessments: tuple[Assessment, ...]) -> Baseline:
    """Return the baseline that accepts what is not met or not known in these assessments."""
    return Baseline(
        tuple(
            Past(
                organization=one.organization["id"],
                pack=one.pack,
                version=one.pack_version,
                period=one.period,
                as_of=one.as_of,
                accepted={
                    found.rule: Accepted(outcome=found.outcome, most=found.short[1] if found.short else None)
                    for found in one.findings
                    if found.outcome in OPEN
                },
            )
            for one in assessments
        )
    )


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in a JSON report, or in what ``Assessment.to_json`` wrote. Raises InvalidInput."""
    document = read(path, LIMITS)
    content = document.content
    name = content["schema"].get("name") if _is(content, "schema", dict) else None
    reading = _Reading(document, exchange=name == _EXCHANGE)
    if name == _REPORT and _is(content, "assessments", list):
        pasts = [reading.past(one, ("assessments", place)) for place, one in enumerate(content["assessments"])]
    elif name == _EXCHANGE and _is(content, "assessment", dict):
        pasts = [reading.past(content["assessment"], ("assessment",))]
    else:
        problem = Text(zh="这不是safescore的报告", en="this is no report of safescore")
        hint = Text(
            zh="用safescore check FACTS --create-baseline PATH或--output json:PATH生成",
            en="make one with safescore check FACTS --create-baseline PATH, or --output json:PATH",
        )
        raise InvalidInput((document.fault((), problem, hint),))
    if reading.faults:
        raise InvalidInput(tuple(reading.faults))
    return Baseline(tuple(pasts))


def _whose(assessment: Assessment) -> tuple[str, str]:
    return assessment.organization["id"], assessment.pack


def _is(content: Any, key: str, cls: type) -> bool:
    return isinstance(content, dict) and isinstance(content.get(key), cls)


@frozen
class _Reading:
    """What a report says of each assessment, as far as a baseline needs it, and every fault of it."""

    document: Document
    exchange: bool = field(kw_only=True)
    faults: list[Fault] = field(factory=list)

    def past(self, content: Any, path: tuple[str | int, ...]) -> Past:
        """Return one assessment, with what could not be read left empty."""
        pack = ("pack",) if self.exchange else ("pack", "id")
        version = ("pack_version",) if self.exchange else ("pack", "version")
        return Past(
            organization=self.said(content, path, "organization", "id"),
            pack=self.said(content, path, *pack),
            version=self.said(content, path, *version),
            period=self.said(content, path, "period"),
            as_of=self.said(content, path, "as_of"),
            accepted=dict(self.accepted(content, path)),
        )

    def said(self, content: Any, path: tuple[str | int, ...], *steps: str) -> str:
        """Return a text at a place; its absence is a fault."""
        for step in steps:
            content = content.get(step) if isinstance(content, dict) else None
        if isinstance(content, str):
            return content
        name = ".".join(steps)
        problem = Text(zh=f"这里缺少文本{name}", en=f"there is no text {name} here")
        self.faults.append(self.document.fault((*path, *steps), problem))
        return ""

    def accepted(self, content: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, Accepted]]:
        """Yield what is accepted, by rule."""
        if not _is(content, "findings", list):
            problem = Text(zh="这里缺少事项清单（findings）", en="there is no list of findings here")
            self.faults.append(self.document.fault(path, problem))
            return
        for place, finding in enumerate(content["findings"]):
            here = (*path, "findings", place)
            rule, outcome = self.said(finding, here, "rule"), self.said(finding, here, "outcome")
            if outcome in [one.value for one in OPEN]:
                most = self.most(finding.get("short"), (*here, "short"))
                yield rule, Accepted(outcome=Outcome(outcome), most=most)
            elif outcome and outcome not in [one.value for one in Outcome]:
                problem = Text(zh=f"没有“{outcome}”这种结果", en=f"there is no outcome {outcome!r}")
                self.faults.append(self.document.fault((*here, "outcome"), problem))

    def most(self, short: Any, path: tuple[str | int, ...]) -> int | None:
        """Return the most that a finding was short; None where the report knows no bound."""
        if short is None:
            return None
        high: Any = ...
        if isinstance(short, dict):
            high = short.get("high", ...)
        elif isinstance(short, list) and short:
            high = short[-1]
        if high is None:
            return None
        if type(high) is not int:
            problem = Text(zh="应为缺口的下限和上限", en="expected how much is short, from low to high")
            self.faults.append(self.document.fault(path, problem))
            return None
        return high
