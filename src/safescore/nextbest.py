"""What next: what mending each duty adds, and the cheapest steps to the next grade, in natural units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from fractions import Fraction

from attrs import evolve

from safescore.assess import Terms, assess_all
from safescore.curves import FULL, components, curve_of, menu, value
from safescore.document import Document
from safescore.errors import InvalidInput, Refused
from safescore.expr import suggestion
from safescore.facts.entries import understood
from safescore.frozen import frozen
from safescore.knapsack import cheapest
from safescore.mending import Edit, Task, applied, tasks
from safescore.model import Pack
from safescore.opening import meanings_of
from safescore.results import Assessment, Contribution, Finding, GradeRange, Interval
from safescore.scoring import grade, least_and_most
from safescore.standing import Outcome
from safescore.words import Text, listed, plain, rounded

MOST_TRIES = 8
"""How often a plan is made anew because a step of it did not hold what it promised."""


class Kind(str, Enum):
    """Whether a step is to be done, or only to be found out and said."""

    DO = "do"
    SAY = "say"


class NoSuchGradeError(Refused):
    """The pack has no such grade."""


@frozen(kw_only=True)
class Gain:
    """What mending one finding in full adds to the least and to the greatest score; whether it caps the grade now."""

    finding: Finding
    low: Fraction
    high: Fraction
    caps: bool


@frozen(kw_only=True)
class Lost:
    """A finding of which something is out of reach this period, and why."""

    finding: Finding
    reason: Text


@frozen(kw_only=True)
class Step:
    """One step: what is to be done or said, of how many units, at what effort, by when, and for which rules.

    ``edits`` are the answers that would follow; where there are none, the plan takes the effect for granted.
    """

    kind: Kind
    rules: tuple[str, ...]
    text: Text
    units: int
    effort: int
    by: str = ""
    edits: tuple[Edit, ...] = ()


@frozen(kw_only=True)
class Plan:
    """Steps that reach a grade at the least effort, and what they come to.

    ``confirmed`` says that every step was made in the facts, and that a fresh assessment of them has the grade; else
    the effect of the steps without edits is taken for granted.
    """

    steps: tuple[Step, ...]
    effort: int
    score: Interval
    grade: GradeRange
    confirmed: bool

    def of(self, kind: Kind) -> tuple[Step, ...]:
        """Return the steps of a kind."""
        return tuple(one for one in self.steps if one.kind is kind)


@frozen(kw_only=True)
class NextBest:
    """What next under one pack: the grade aimed at, the cheapest plan, the cheapest of deeds alone, and the gains.

    A plan is None where none reaches the grade; ``blockers`` say why. ``target`` is None where the grade aimed at is
    reached already, or there is none.
    """

    assessment: Assessment
    target: tuple[str, Text, Fraction] | None
    plan: Plan | None
    deeds: Plan | None
    gains: tuple[Gain, ...]
    lost: tuple[Lost, ...]
    blockers: tuple[Text, ...] = ()


def next_best(
    document: Document,
    packs: Sequence[Pack],
    *,
    to: str | None = None,
    as_of: int | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
) -> tuple[NextBest, ...]:
    """Return what to do next under each pack, towards a grade (default: the one above the least that is reached).

    Raises InvalidInput with every fault of the submission, NoSuchGradeError.
    """
    terms = Terms(require_evidence=require_evidence, waivers=waivers, readings=False)
    judging = _Judging(understood(document, meanings_of(packs)), tuple(packs), as_of, terms)
    assessments = judging.assessments(())
    return tuple(
        _Planner(judging, pack, assessment, place).next_best(to)
        for place, (pack, assessment) in enumerate(zip(packs, assessments, strict=True))
    )


@frozen
class _Judging:
    """A submission, and on what terms it is judged."""

    document: Document
    packs: tuple[Pack, ...]
    as_of: int | None
    terms: Terms

    def assessments(self, edits: tuple[Edit, ...]) -> tuple[Assessment, ...]:
        """Return the assessments of the submission with edits made. Raises InvalidInput."""
        return assess_all(
            evolve(self.document, content=applied(self.document.content, edits)),
            self.packs,
            as_of=self.as_of,
            readings=self.terms.readings,
            require_evidence=self.terms.require_evidence,
            waivers=self.terms.waivers,
        )


def mended(finding: Finding, contribution: Contribution) -> Finding:
    """Return a finding that adds another contribution: satisfied where that is all it can."""
    outcome = Outcome.SATISFIED if contribution.low == 1 else finding.outcome
    return evolve(finding, outcome=outcome, contribution=contribution, evidenced=None)


@frozen
class _Planner:
    judging: _Judging
    pack: Pack
    assessment: Assessment
    place: int

    def next_best(self, to: str | None) -> NextBest:
        target = self.target(to)
        found = tasks(self.judging.document, self.pack, self.assessment, self.trial)
        lost = tuple(Lost(finding=self.by_rule[rule], reason=reason) for rule, reason in found.lost)
        gains = tuple(self.gains())
        if target is None:
            return NextBest(assessment=self.assessment, target=None, plan=None, deeds=None, gains=gains, lost=lost)
        plan = self.plan(found.tasks, target)
        deeds = plan
        if plan is not None and plan.of(Kind.SAY):
            deeds = self.plan([one for one in found.tasks if not one.say], target)
        blockers = tuple(self.blockers(found.tasks, dict(found.lost), target)) if plan is None else ()
        return NextBest(
            assessment=self.assessment,
            target=self.assessment.grades[target],
            plan=plan,
            deeds=deeds,
            gains=gains,
            lost=lost,
            blockers=blockers,
        )

    @property
    def by_rule(self) -> Mapping[str, Finding]:
        return {one.rule: one for one in self.assessment.findings}

    def target(self, to: str | None) -> int | None:
        """Return the place of the grade aimed at; None where it is reached already, or nothing is scored."""
        grades = self.pack.head.grades
        place = None if to is None else grades.find(to)
        if to is not None and place is None:
            known = tuple(one.id for one in grades.bands)
            problem = Text(zh=f"{self.pack.id}没有等级“{to}”", en=f"{self.pack.id} has no grade {to!r}")
            raise NoSuchGradeError(problem, suggestion(to, known) or listed(known))
        if self.assessment.grade.low is None:
            return None
        now = grades.find(self.assessment.grade.low)
        assert now is not None
        if place is None:
            place = now - 1
        return place if 0 <= place < now else None

    def gains(self) -> Iterator[Gain]:
        """Yield what mending each open finding adds, those that add most to the least score first."""
        now = self.assessment.score.interval
        found = []
        for place, one in enumerate(self.assessment.findings):
            if one.outcome in (Outcome.SATISFIED, Outcome.NOT_APPLICABLE) and one.ends[0].contribution.low in (1, None):
                continue
            others = list(self.assessment.findings)
            others[place] = mended(one, FULL)
            then = least_and_most(others)
            found.append(
                Gain(
                    finding=one,
                    low=(then.low or Fraction(0)) - (now.low or Fraction(0)),
                    high=(then.high or Fraction(0)) - (now.high or Fraction(0)),
                    caps=one.rule in (*self.assessment.grade.capped_by, *self.assessment.grade.may_cap),
                )
            )
        return iter(sorted(found, key=lambda gain: (not gain.caps, -gain.low, -gain.high)))

    def must(self, target: int) -> frozenset[str]:
        """Return the hard duties that must be met, for the grade lies above the cap."""
        if target >= self.pack.head.grades.cap:
            return frozenset()
        return frozenset((*self.assessment.grade.capped_by, *self.assessment.grade.may_cap))

    def plan(self, every: Sequence[Task], target: int) -> Plan | None:
        """Return the cheapest steps that reach a grade, none of which fails to hold what it promises."""
        left = list(every)
        for _ in range(MOST_TRIES):
            picks = self.cheapest(left, target)
            if picks is None:
                return None
            plan, broken = self.confirmed(picks, target)
            if plan is not None:
                return plan
            left = [one for one in left if one not in broken]
        return None

    def cheapest(self, every: Sequence[Task], target: int) -> list[tuple[Task, int]] | None:
        """Return the cheapest picks of tasks whose promises reach a grade; None where none do."""
        share = self.pack.head.grades.bands[target].at_least / 100
        must = self.must(target)
        curves = {rule: curve_of(self.by_rule[rule]) for task in every for rule in task.touches}
        if not must <= curves.keys():
            return None
        menus = [menu(group, curves, must, share) for group in components(every)]
        needed = -sum(
            (value(one.ends[0].contribution, one.weight, share) for one in self.assessment.findings), Fraction(0)
        )
        found = cheapest(menus, needed)
        return None if found is None else [pick for choice in found for pick in choice.what if pick[1]]

    def promised(self, picks: Iterable[tuple[Task, int]]) -> dict[str, Contribution]:
        """Return what the findings that picks touch would add."""
        units: dict[str, int] = {}
        for task, number in picks:
            for rule, each in task.touches.items():
                units[rule] = units.get(rule, 0) + each * number
        return {rule: curve_of(self.by_rule[rule]).after(number) for rule, number in units.items()}

    def confirmed(self, picks: list[tuple[Task, int]], target: int) -> tuple[Plan | None, list[Task]]:
        """Return the plan of picks as it comes true, or the tasks that did not hold what they promised.

        What has edits is made in the facts, and judged anew; only what has none is taken for granted.
        """
        promised = self.promised(picks)
        edits = tuple(edit for task, number in picks for edit in task.edits(number))
        taken = [task for task, number in picks if not task.edits(number)]
        granted = {rule for task in taken for rule in task.touches}
        try:
            fresh = self.trial(edits) if edits else self.assessment
        except InvalidInput:
            return None, [task for task, number in picks if task.edits(number)]
        findings = tuple(mended(one, promised[one.rule]) if one.rule in granted else one for one in fresh.findings)
        found = least_and_most(findings)
        range_ = grade(found, findings, self.pack.head.grades)
        reached = range_.low is not None and (self.pack.head.grades.find(range_.low) or 0) <= target
        if not reached:
            short = {
                one.rule
                for one in findings
                if one.rule in promised and (one.ends[0].contribution.low or 0) < (promised[one.rule].low or 0)
            }
            broken = [task for task, number in picks if task.edits(number) and short & task.touches.keys()]
            return None, broken or [task for task, _ in picks]
        steps = tuple(
            Step(
                kind=Kind.SAY if task.say else Kind.DO,
                rules=tuple(task.touches),
                text=task.told(number),
                units=number,
                effort=task.effort * number,
                by=task.by,
                edits=task.edits(number),
            )
            for task, number in sorted(picks, key=lambda pick: (pick[0].say, pick[0].by == "", pick[0].by))
        )
        effort = sum(one.effort for one in steps)
        return Plan(steps=steps, effort=effort, score=found, grade=range_, confirmed=not taken), []

    def trial(self, edits: tuple[Edit, ...]) -> Assessment:
        """Return the assessment of the submission with edits made. Raises InvalidInput."""
        return self.judging.assessments(edits)[self.place]

    def blockers(self, every: Sequence[Task], lost: Mapping[str, Text], target: int) -> Iterator[Text]:
        """Yield why a grade can't be reached."""
        touched = {rule for task in every for rule in task.touches}
        for rule in sorted(self.must(target)):
            one, curve = self.by_rule[rule], curve_of(self.by_rule[rule])
            most = sum(task.touches.get(rule, 0) * task.most for task in every)
            if rule in touched and curve.after(most).low == 1:
                continue
            why = lost.get(rule, Text(zh="没有可以落实的步骤", en="no step mends it"))
            yield Text(
                zh=f"底线要求“{one.title.zh}”本期无法补救：{why.zh}",
                en=f"the hard duty “{one.title.en}” can't be mended this period: {why.en}",
            )
        best = self.promised([(task, task.most) for task in every])
        findings = tuple(mended(one, best[one.rule]) if one.rule in best else one for one in self.assessment.findings)
        found = least_and_most(findings).low or Fraction(0)
        need = self.pack.head.grades.bands[target].at_least
        if found * 100 < need:
            points = rounded(found * 100)
            yield Text(
                zh=f"即使完成所有可做的步骤，得分下限也只有{points}，不到{plain(need)}",
                en=f"even with every step that can be taken, the least score is {points}, below {plain(need)}",
            )
