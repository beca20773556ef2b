"""What every report shows of an assessment, and in which order: findings and figures, not yet in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from safescore.frozen import frozen
from safescore.patterns import pattern
from safescore.results import (
    Alternate,
    Assessment,
    Contrast,
    Difference,
    Effect,
    Finding,
    InForce,
    Part,
    WaiverUse,
)
from safescore.standing import Outcome
from safescore.words import Text

WORST_FIRST = (
    Outcome.NOT_SATISFIED,
    Outcome.UNKNOWN,
    Outcome.PENDING,
    Outcome.SATISFIED,
    Outcome.NOT_APPLICABLE,
)
_INDEX = pattern(r"\[[0-9]+\]")
_RESTATES = "restates: "


@frozen(kw_only=True)
class Missing:
    """Facts that are missing, of one kind: their paths, the findings that ask for them, and if the grade hangs on one.

    ``pattern`` is what the paths share, with ``[…]`` for the number of a record.
    """

    pattern: str
    paths: tuple[str, ...]
    findings: tuple[Finding, ...]
    deciding: bool


@frozen(kw_only=True)
class Otherwise:
    """A finding under another reading than the one in force; the setting is None where the pack has none of its id."""

    finding: Finding
    setting: InForce | None
    alternate: Alternate


@frozen(kw_only=True)
class Unscored:
    """A statement that is not scored by itself, and why; where it restates a rule, its id and its finding."""

    clause: str
    anchor: str
    reason: str
    restates: str | None = None
    finding: Finding | None = None


@frozen(kw_only=True)
class NotApplicable:
    """The findings that do not apply for one reason."""

    reason: Text
    findings: tuple[Finding, ...]


@frozen(kw_only=True)
class WaiverOf:
    """What became of a waiver, and the finding beside which it stands; None where that is not shown."""

    use: WaiverUse
    finding: Finding | None

    @property
    def applied(self) -> bool:
        """Whether the waiver is in force and counts."""
        return self.use.effect is Effect.IN_FORCE


@frozen(kw_only=True)
class Touched:
    """A rule that a verified answer touches: its outcomes, and its finding; None where that is not shown."""

    contrast: Contrast
    finding: Finding | None


@frozen(kw_only=True)
class Differing:
    """An answer that was found other than claimed, and the rules that it touches."""

    difference: Difference
    touched: tuple[Touched, ...]


def in_part(assessment: Assessment) -> bool:
    """Tell whether only some of the findings are shown; then the first note says which."""
    return len(assessment.findings) < sum(assessment.score.counts.values())


def partial(assessment: Assessment) -> bool:
    """Tell whether only some of the findings that are counted are shown; the first note then says which."""
    return len(assessment.findings) < sum(assessment.score.counts.values())


def to_do(assessment: Assessment) -> tuple[Finding, ...]:
    """Return what is not met in the order in which to mend it: hard duties first, then by the points at stake."""
    return tuple(sorted(assessment.of(Outcome.NOT_SATISFIED), key=lambda one: (not one.hard, -at_stake(one))))


def at_stake(finding: Finding) -> Fraction:
    """Return the weight that mending a finding may win, in units of weight."""
    low = finding.contribution.low
    return Fraction(0) if low is None else finding.weight * (1 - low)


def gaps(assessment: Assessment) -> tuple[Finding, ...]:
    """Return what is not met, in the order of the document."""
    return tuple(assessment.of(Outcome.NOT_SATISFIED))


def unknown(assessment: Assessment) -> tuple[Finding, ...]:
    """Return what can't be judged, in the order of the document."""
    return tuple(assessment.of(Outcome.UNKNOWN))


def pending(assessment: Assessment) -> tuple[Finding, ...]:
    """Return what is not due yet, by due day; what has none comes last."""
    return tuple(sorted(assessment.of(Outcome.PENDING), key=lambda one: (not one.next_due, one.next_due)))


def met(assessment: Assessment) -> tuple[Finding, ...]:
    """Return what is met, in the order of the document."""
    return tuple(assessment.of(Outcome.SATISFIED))


def met_to_date(assessment: Assessment) -> tuple[Finding, ...]:
    """Return what is met only so far, in the order of the document."""
    return tuple(one for one in assessment.of(Outcome.SATISFIED) if one.to_date)


def not_applicable(assessment: Assessment) -> tuple[NotApplicable, ...]:
    """Return what does not apply, by its reason; reasons and findings in the order of the document."""
    groups: dict[Text, list[Finding]] = {}
    for finding in assessment.of(Outcome.NOT_APPLICABLE):
        groups.setdefault(finding.reason, []).append(finding)
    return tuple(NotApplicable(reason=reason, findings=tuple(members)) for reason, members in groups.items())


def waivers(assessment: Assessment) -> tuple[WaiverOf, ...]:
    """Return every waiver with what became of it, in the order of the submission."""
    by_rule = {finding.rule: finding for finding in assessment.findings}
    return tuple(WaiverOf(use=use, finding=by_rule.get(use.rule)) for use in assessment.waivers)


def effects(finding: Finding, assessment: Assessment) -> tuple[Effect, ...]:
    """Return what became of the waivers of a finding, in the order of the submission."""
    return tuple(use.effect for use in assessment.waivers if use.rule == finding.rule)


def differences(assessment: Assessment) -> tuple[Differing, ...]:
    """Return the answers that were found other than claimed, each with the rules that it touches."""
    by_rule = {finding.rule: finding for finding in assessment.findings}
    return tuple(
        Differing(
            difference=one,
            touched=tuple(Touched(contrast=rule, finding=by_rule.get(rule.rule)) for rule in one.rules),
        )
        for one in assessment.differences
    )


def differences_of(finding: Finding, assessment: Assessment) -> tuple[Difference, ...]:
    """Return the answers found other than claimed that touch a finding."""
    return tuple(one for one in assessment.differences if any(rule.rule == finding.rule for rule in one.rules))


def unproven(assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings that evidence required would better, or leave open: what is proven is not what is claimed."""
    return tuple(
        one
        for one in assessment.findings
        if one.evidenced is not None and one.evidenced.claimed != one.evidenced.proven
    )


def noted(assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings that apply and have something to note."""
    return tuple(
        one for one in assessment.findings if one.note is not None and one.outcome is not Outcome.NOT_APPLICABLE
    )


def missing(assessment: Assessment) -> tuple[Missing, ...]:
    """Return the facts that are missing: those that decide the grade first, those of one kind together."""
    used: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        for path in finding.missing:
            used.setdefault(path, []).append(finding)
    deciding = {path: place for place, path in enumerate(assessment.grade.deciding)}
    order = sorted(used, key=lambda path: (path not in deciding, deciding.get(path, 0)))
    return tuple(
        Missing(
            pattern=pattern,
            paths=paths,
            findings=_once(finding for path in paths for finding in used[path]),
            deciding=any(path in deciding for path in paths),
        )
        for pattern, paths in grouped(order).items()
    )


def grouped(paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return paths of facts by what they share: those of the records of one register stand together."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(_INDEX.sub("[…]", path), []).append(path)
    return {pattern: tuple(members) for pattern, members in groups.items()}


def parts_to_tell(finding: Finding) -> tuple[Part, ...]:
    """Return the parts of a finding that are not met, not known or not due yet: the worst first."""
    told = [one for one in finding.parts if one.outcome not in (Outcome.SATISFIED, Outcome.NOT_APPLICABLE)]
    return tuple(sorted(told, key=lambda one: WORST_FIRST.index(one.outcome)))


def has_come(day: str, assessment: Assessment) -> bool:
    """Tell whether a due day is not after the day up to which the assessment counts."""
    return "" < day <= assessment.cut


def asked(assessment: Assessment) -> tuple[InForce, ...]:
    """Return the parameters and readings that the submission must still supply."""
    return tuple(one for one in assessment.settings if one.source == "missing")


def alternates(assessment: Assessment) -> tuple[Otherwise, ...]:
    """Return what findings would be under the readings that are not in force."""
    settings = {one.id: one for one in assessment.settings}
    return tuple(
        Otherwise(finding=finding, setting=setting, alternate=other)
        for finding in assessment.findings
        for other in finding.readings
        for setting in (settings.get(other.reading),)
        if setting is None or setting.value != other.alternative
    )


def unscored(assessment: Assessment) -> tuple[Unscored, ...]:
    """Return the statements that are not scored by themselves, in the order of the document."""
    by_rule = {finding.rule: finding for finding in assessment.findings}
    return tuple(_unscored(*statement, assessment.pack, by_rule) for statement in assessment.unscored)


def restates(reason: str) -> str | None:
    """Return the rule that a statement restates, without its pack's id, if that is why it is not scored."""
    return reason.removeprefix(_RESTATES) if reason.startswith(_RESTATES) else None


def _unscored(clause: str, anchor: str, reason: str, pack: str, by_rule: Mapping[str, Finding]) -> Unscored:
    restated = restates(reason)
    if restated is None:
        return Unscored(clause=clause, anchor=anchor, reason=reason)
    rule = f"{pack}.{restated}"
    return Unscored(clause=clause, anchor=anchor, reason="restates", restates=rule, finding=by_rule.get(rule))


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple({finding.rule: finding for finding in findings}.values())
