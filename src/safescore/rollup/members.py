"""What a roll-up keeps of each result: who, when, the score, the grade, and how every rule stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import field

from safescore.frozen import frozen
from safescore.results import Assessment, Contribution, Counted, Finding, Interval
from safescore.standing import Outcome
from safescore.words import Text

ABSENT_SCORE = Contribution(low=Fraction(0), high=Fraction(1), out=True)
"""What is known of the score, or of a credit, of a member that handed nothing in: it may be anything, or none."""
SINGLE = ("affirm", "limit")
"""The kinds of measures that count one item at most."""


@frozen(kw_only=True)
class Duty:
    """A rule of a pack, as far as a roll-up names it."""

    rule: str
    clause: str
    title: Text
    kind: str
    hard: bool
    weight: int

    @property
    def absent(self) -> Counted:
        """What a member may count that handed nothing in."""
        most = 1 if self.kind in SINGLE else None
        return Counted(met=(0, most), unmet=(0, most))


@frozen(kw_only=True)
class Mark:
    """How a rule stands for a member; ``counted`` is None where its result does not say what was counted."""

    outcome: Outcome
    contribution: Contribution
    counted: Counted | None = None
    short: tuple[int, int | None] | None = None


@frozen(kw_only=True)
class Result:
    """One organisation's result under one pack.

    ``grade`` has the places of the lowest and of the highest grade among ``grades``, of which the first is the best;
    None where there is no grade. ``profile`` has what the organisation says of itself, by field, for grouping.
    """

    organization: str
    name: str
    pack: str
    version: str
    title: Text
    period: str
    as_of: str
    cut: str
    facts: str
    score: Interval
    grade: tuple[int, int] | None
    grades: tuple[tuple[str, Text], ...]
    duties: tuple[Duty, ...]
    marks: Mapping[str, Mark]
    source: str
    profile: Mapping[str, tuple[str, ...]] = field(factory=dict)

    @property
    def contribution(self) -> Contribution:
        """The score as what it adds to a mean."""
        return as_contribution(self.score)


def as_contribution(found: Interval) -> Contribution:
    """Return an interval as what it adds to a mean: nothing where there is no score."""
    return Contribution(low=found.low, high=found.high, out=found.low is None or not found.certain)


def result_of(assessment: Assessment, source: str, profile: Mapping[str, tuple[str, ...]] | None = None) -> Result:
    """Return what a roll-up keeps of an assessment; *source* is where it came from."""
    places = {id_: place for place, (id_, _, _) in enumerate(assessment.grades)}
    found = assessment.grade
    grade = None if found.low is None or found.high is None else (places[found.low], places[found.high])
    return Result(
        organization=assessment.organization["id"],
        name=assessment.organization["name"],
        pack=assessment.pack,
        version=assessment.pack_version,
        title=assessment.pack_title,
        period=assessment.period,
        as_of=assessment.as_of,
        cut=assessment.cut,
        facts=assessment.digests.facts,
        score=assessment.score.interval,
        grade=grade,
        grades=tuple((id_, title) for id_, title, _ in assessment.grades),
        duties=tuple(_duty(one) for one in assessment.findings),
        marks={one.rule: _mark(one) for one in assessment.findings},
        source=source,
        profile=profile or {},
    )


def duties_of(results: Iterable[Result]) -> tuple[Duty, ...]:
    """Return the duties of all results, each once, in the order of the document."""
    return tuple({one.rule: one for result in results for one in result.duties}.values())


def _duty(one: Finding) -> Duty:
    return Duty(rule=one.rule, clause=one.clause, title=one.title, kind=one.kind, hard=one.hard, weight=one.weight)


def _mark(one: Finding) -> Mark:
    counted = one.counted
    if one.outcome is Outcome.NOT_APPLICABLE:
        counted = Counted(met=(0, 0), unmet=(0, 0))
    return Mark(outcome=one.outcome, contribution=one.contribution, counted=counted, short=one.short)
