"""The gate: whether an assessment passes what was demanded, for every completion of the missing facts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from safescore.errors import Refused
from safescore.expr import suggestion
from safescore.results import Assessment, Finding, Gate
from safescore.standing import Outcome
from safescore.words import Text

if TYPE_CHECKING:
    from safescore.baseline import Past

FAIL_ON = ("not-satisfied", "hard", "unknown")


class UnknownGradeError(Refused):
    """A grade was demanded that the pack does not have."""


def gate(
    assessment: Assessment,
    *,
    min_score: Fraction | None = None,
    min_grade: str | None = None,
    fail_on: frozenset[str] = frozenset(),
    past: Past | None = None,
) -> Gate:
    """Return whether an assessment passes: failed before undecided before met.

    *min_score* is in points from 0 to 100, *min_grade* the id or the title of a grade. Of *fail_on*, what *past*
    accepts does not fail; score and grade are not eased by it. A waiver opens no gate. Raises UnknownGradeError.
    """
    answers = list(_answers(assessment, min_score, min_grade, fail_on, past))
    return next((one for one in (Gate.FAILED, Gate.UNDECIDED) if one in answers), Gate.MET)


def _answers(
    assessment: Assessment,
    min_score: Fraction | None,
    min_grade: str | None,
    fail_on: frozenset[str],
    past: Past | None,
) -> Iterator[Gate]:
    found, findings = assessment.score.interval, assessment.findings
    if min_score is not None:
        if found.low is None or found.high is None:
            yield Gate.UNDECIDED
        else:
            reached = found.low * 100 >= min_score and found.certain
            yield _answer(met=reached, failed=found.high * 100 < min_score)
    if min_grade is not None:
        asked = _place(assessment, min_grade)
        if assessment.grade.low is None or assessment.grade.high is None:
            yield Gate.UNDECIDED
        else:
            low, high = _place(assessment, assessment.grade.low), _place(assessment, assessment.grade.high)
            yield _answer(met=low <= asked and found.certain, failed=high > asked)
    if "not-satisfied" in fail_on:
        yield from (_unbroken(one, past) for one in findings)
    if "hard" in fail_on:
        yield from (_unbroken(one, past) for one in findings if one.hard)
    if "unknown" in fail_on:
        new = (one for one in findings if past is None or one.rule not in past.accepted)
        yield _answer(met=True, failed=any(one.outcome is Outcome.UNKNOWN for one in new))


def _answer(*, met: bool, failed: bool) -> Gate:
    if failed:
        return Gate.FAILED
    return Gate.MET if met else Gate.UNDECIDED


def _unbroken(finding: Finding, past: Past | None) -> Gate:
    """Return whether a finding is not a new gap, whatever the missing facts are."""
    broken = finding.outcome is Outcome.NOT_SATISFIED
    if not broken and not _may_break(finding):
        return Gate.MET
    if past is None:
        return _answer(met=False, failed=broken)
    from safescore.baseline import Novelty  # there is one to hold against

    novelty = past.novelty(finding)
    if novelty is Novelty.KNOWN:
        return Gate.MET
    return _answer(met=False, failed=broken and novelty is Novelty.NEW)


def _may_break(finding: Finding) -> bool:
    """Tell whether some completion of the missing facts leaves the duty not satisfied."""
    least = finding.contribution.low
    return least is not None and least < 1


def _place(assessment: Assessment, name: str) -> int:
    """Return the place of a grade among the pack's, from best to worst."""
    for place, (id_, title, _) in enumerate(assessment.grades):
        if name in (id_, title.zh, title.en):
            return place
    known = tuple(id_ for id_, _, _ in assessment.grades)
    problem = Text(zh=f"{assessment.pack}没有等级“{name}”", en=f"{assessment.pack} has no grade {name!r}")
    raise UnknownGradeError(problem, suggestion(name, known))
