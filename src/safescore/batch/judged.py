"""Submissions of one kind judged, together or one by one: who they are, their scores and grades, their findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve

from safescore.batch.data import Array
from safescore.batch.kernel import Kernel
from safescore.batch.load import columns_of, roles_of
from safescore.batch.order import Order
from safescore.batch.outcomes import Outcomes
from safescore.batch.rows import PARTS, Block, block_from, block_of, points
from safescore.frozen import frozen
from safescore.gate import gate
from safescore.model import Pack, Rule
from safescore.period import day_text
from safescore.results import Assessment, Contribution, Digests, Finding, GradeRange, Interval, Score, bounded
from safescore.scoring import contribution, grade, interval
from safescore.standing import OUTCOMES, Outcome
from safescore.version import VERSION
from safescore.words import Text

_NEAR = 1e-9
"""How near a float may come to a boundary before the exact score decides."""
_SILENT = Text(zh="", en="")


@frozen(kw_only=True)
class Run:
    """What submissions are judged under: a pack, by its digest, for a period; *named* is how the pack was asked for."""

    pack: str
    version: str
    digest: str
    period: str
    named: str


@frozen(kw_only=True)
class Result:
    """What an organisation's findings come to: points of a hundred from low to high, the ids of grades.

    ``counts`` are in the order of ``standing.OUTCOMES``, ``decided`` is the share of the weight that no missing fact
    could change, ``waived`` the points with waivers where there are any, ``gate`` the answer of a gate that was asked.
    """

    low: float | None
    high: float | None
    low_grade: str | None
    high_grade: str | None
    counts: tuple[int, ...]
    decided: float
    waived: tuple[float | None, float | None] | None = None
    gate: str | None = None


@frozen(kw_only=True)
class Member:
    """One submission of a group: where it stands, whose it is, and what it was judged by."""

    file: str
    organization: str
    name: str
    roles: tuple[str, ...]
    facts_digest: str
    as_of: int
    parameters_digest: str


@frozen(eq=False, kw_only=True)
class Group:
    """Submissions of one kind, judged: a member and a result a row of the block."""

    run: Run
    rules: tuple[str, ...]
    members: tuple[Member, ...]
    results: tuple[Result, ...]
    block: Block


def one_by_one(run: Run, order: Order, members: Sequence[Member], judgings: Sequence[Any]) -> Group:
    """Return submissions judged as ``check`` judges them."""
    results, findings = [], []
    for judging in judgings:
        whole = bool(judging.submission.waivers) or order.require_evidence
        assessment = judging.assessment() if whole else _thin(judging)
        results.append(_result(assessment, order))
        findings.append(assessment.findings)
    return Group(
        run=run,
        rules=tuple(f"{run.pack}.{rule.id}" for rule in judgings[0].pack.rules),
        members=tuple(members),
        results=tuple(results),
        block=block_from(findings),
    )


def _thin(judging: Any) -> Assessment:
    """Return an assessment without the words."""
    pack, values = judging.pack, judging.settings.values
    findings = []
    for rule in pack.rules:
        one = judging.judged(rule, values)
        asked = one.outcome is not Outcome.NOT_APPLICABLE
        due = one.standing.next_due if asked else 0
        made = finding(pack, rule, one.outcome, contribution(one.verdict))
        short = (one.standing.best.short, bounded(one.standing.worst.short)) if asked else None
        to_date = bool(one.verdict.to_date)
        findings.append(evolve(made, to_date=to_date, short=short, next_due=day_text(due) if due else ""))
    found = interval((one.weight, one.contribution) for one in findings)
    return assessment_of(pack, found, tuple(findings))


def finding(pack: Pack, rule: Rule, outcome: Outcome, one: Contribution) -> Finding:
    """Return a finding without the words."""
    return Finding(
        rule=f"{pack.id}.{rule.id}",
        clause=rule.clause,
        anchor=rule.anchor,
        title=rule.title,
        outcome=outcome,
        to_date=False,
        contribution=one,
        hard=rule.hard,
        weight=pack.head.weights.of(rule),
        kind=rule.measure.kind,
        actual=_SILENT,
        target=_SILENT,
        gap=None,
        short=None,
        reason=_SILENT,
        remedy=_SILENT,
    )


def assessment_of(pack: Pack, found: Interval, findings: tuple[Finding, ...]) -> Assessment:
    """Return an assessment without the words: its score, its grade, and the findings given."""
    inside = [one for one in findings if not one.contribution.never]
    total, decided = sum(one.weight for one in inside), sum(one.weight for one in inside if one.decided)
    return Assessment(
        pack=pack.id,
        pack_version=pack.version,
        pack_title=pack.head.title,
        organization={},
        period="",
        as_of="",
        cut="",
        digests=Digests(pack=pack.digest, facts="", version=VERSION),
        settings=(),
        score=Score(
            interval=found,
            decided=Fraction(decided, total) if total else Fraction(1),
            counts={outcome: sum(one.outcome is outcome for one in findings) for outcome in Outcome},
            weights={},
        ),
        grade=grade(found, [one for one in findings if one.hard], pack.head.grades),
        grades=tuple((band.id, band.title, band.at_least) for band in pack.head.grades.bands),
        findings=findings,
    )


def _result(one: Assessment, order: Order) -> Result:
    """Return what an assessment comes to, and the answer of the gate."""
    found, waived = one.score.interval, one.score.waived
    return Result(
        low=points(found.low),
        high=points(found.high),
        low_grade=one.grade.low,
        high_grade=one.grade.high,
        counts=tuple(one.score.counts[outcome] for outcome in OUTCOMES),
        decided=float(one.score.decided),
        waived=None if waived is None else (points(waived.low), points(waived.high)),
        gate=_gate(one, order),
    )


def _gate(one: Assessment, order: Order) -> str | None:
    if not order.gated:
        return None
    answer = gate(one, min_score=order.min_score, min_grade=order.min_grade, fail_on=order.fail_on)
    return answer.name.lower()


def kernel_of(judging: Any) -> Kernel:
    """Return the kernel of a submission's pack, for its day, its period and its parameters."""
    return Kernel(
        judging.pack,
        as_of=date.fromordinal(judging.submission.as_of),
        period=judging.submission.period,
        parameters=judging.settings.given,
    )


def many(run: Run, order: Order, members: Sequence[Member], judgings: Sequence[Any], kernel: Kernel) -> Group:
    """Return submissions of one day and one set of parameters, judged together."""
    submissions = [judging.submission for judging in judgings]
    facts = columns_of(submissions, kernel.pack.dictionary)
    found = kernel.assess(facts, len(submissions), roles=roles_of(submissions))
    return group_of(run, order, members, kernel.pack, found)


def group_of(run: Run, order: Order, members: Sequence[Member], pack: Pack, found: Outcomes) -> Group:
    """Return what a kernel found of submissions as a group."""
    block = block_of(found)
    return Group(
        run=run,
        rules=tuple(f"{run.pack}.{rule}" for rule in found.rules),
        members=tuple(members),
        results=_Results(pack, found, block, order).all(),
        block=block,
    )


class _Results:
    """What the findings of many organisations come to, exactly wherever a float would be near a boundary."""

    def __init__(self, pack: Pack, found: Outcomes, block: Block, order: Order) -> None:
        self.pack = pack
        self.found = found
        self.block = block
        self.order = order
        self.hard = [place for place, rule in enumerate(pack.rules) if rule.hard]
        self.bands = np.array(sorted({float(band.at_least) / 100 for band in pack.head.grades.bands}))
        self.graded: dict[tuple[object, ...], GradeRange] = {}

    def all(self) -> tuple[Result, ...]:
        block, scores = self.block, self.found.score
        counts = [(block.outcome == code).sum(axis=1).tolist() for code in range(len(OUTCOMES))]
        weights = np.array(self.found.weights, dtype=np.int64)
        total = (block.inside * weights).sum(axis=1).tolist()
        decided = ((block.inside & block.decided) * weights).sum(axis=1).tolist()
        near = self._near(scores.low) | self._near(scores.high)
        results = []
        for place, close in enumerate(near.tolist()):
            exact = close or self.order.gated
            found = self.found.interval(place) if exact else self._rough(place)
            graded = self._grade(place, found, exact=exact)
            results.append(
                Result(
                    low=points(found.low),
                    high=points(found.high),
                    low_grade=graded.low,
                    high_grade=graded.high,
                    counts=tuple(one[place] for one in counts),
                    decided=float(Fraction(decided[place], total[place])) if total[place] else 1.0,
                    gate=self._gate(place, found) if self.order.gated else None,
                )
            )
        return tuple(results)

    def _near(self, scores: Array) -> Array:
        """Return where a score is near a grade's boundary, or near where its last figure would be rounded."""
        parts = scores * (100 * PARTS)
        rounding = np.abs(parts - np.floor(parts) - 0.5) < 1e-3
        band = (np.abs(scores[:, None] - self.bands) < _NEAR).any(axis=1)
        return rounding | band

    def _rough(self, place: int) -> Interval:
        """Return the interval as floats have it, where no boundary is near."""
        scores = self.found.score
        if not scores.scored[place]:
            return Interval(low=None, high=None, certain=bool(scores.certain[place]))
        low, high = Fraction(float(scores.low[place])), Fraction(float(scores.high[place]))
        return Interval(low=low, high=high, certain=bool(scores.certain[place]))

    def _grade(self, place: int, found: Interval, *, exact: bool) -> GradeRange:
        """Return the grade; those between the same boundaries with the same hard findings have the same."""
        if exact:
            return grade(found, self._findings(place, self.hard), self.pack.head.grades)
        block, hard = self.block, self.hard
        ends = [
            None if one is None else int(np.searchsorted(self.bands, float(one))) for one in (found.low, found.high)
        ]
        least = block.low[place, hard] == block.low_of[place, hard]
        key = (*ends, block.outcome[place, hard].tobytes(), least.tobytes(), block.inside[place, hard].tobytes())
        if key not in self.graded:
            self.graded[key] = grade(found, self._findings(place, hard), self.pack.head.grades)
        return self.graded[key]

    def _findings(self, place: int, rules: Sequence[int]) -> list[Finding]:
        pack, found = self.pack, self.found
        return [
            finding(pack, pack.rules[rule], found.outcome_of(place, rule), found.contribution(place, rule))
            for rule in rules
        ]

    def _gate(self, place: int, found: Interval) -> str | None:
        findings = self._findings(place, range(len(self.pack.rules)))
        return _gate(assessment_of(self.pack, found, tuple(findings)), self.order)
