"""From findings to score and grade: exact fractions, intervals over all completions, and what binds them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Generic

from safescore.model import Grades, Pack
from safescore.results import (
    Assessment,
    Contribution,
    Finding,
    GradeRange,
    Interval,
    Points,
    Score,
    Stand,
    Subtotal,
)
from safescore.standing import Integers, N, Ops, Outcome, Verdict, most
from safescore.words import Text, percent

if sys.version_info >= (3, 11):
    from typing import NamedTuple
else:
    from typing_extensions import NamedTuple

ZERO, ONE = Fraction(0), Fraction(1)
Weighted = tuple[int, Contribution]
WAIVABLE = (Outcome.NOT_SATISFIED, Outcome.UNKNOWN)
"""What a waiver can excuse: a duty that is met, not due or not applicable needs none."""


def contribution(verdict: Verdict[int]) -> Contribution:
    """Return what a verdict may add to the score."""
    if verdict.never:
        return Contribution(low=None, high=None, out=True)
    low, high = credit_bounds(verdict, Integers())
    return Contribution(low=Fraction(*low), high=Fraction(*high), out=bool(verdict.out))


class Credit(NamedTuple, Generic[N]):
    """A credit as *have* of *need*; need is at least 1."""

    have: N
    need: N


def credit_bounds(verdict: Verdict[N], ops: Ops[N]) -> tuple[Credit[N], Credit[N]]:
    """Return the least and the greatest credit of a verdict, where it has one.

    A corner that asks nothing has no credit of its own: where the worst asks nothing, all that could be asked is met;
    where only the best asks nothing, all that could be asked is unmet.
    """
    worst, best = verdict.worst, verdict.best
    none = ops.where(worst.need == 0, 1, 0)
    return (
        Credit(ops.where(worst.need == 0, 1, worst.have), most(worst.need, 1, ops)),
        Credit(ops.where(best.need == 0, none, best.have), most(best.need, 1, ops)),
    )


def interval(parts: Iterable[Weighted]) -> Interval:
    """Return the least and the greatest weighted mean over all choices of every contribution.

    A finding that may leave the sums is taken in only where that lowers the least, or raises the greatest mean: in the
    order of its credit, as long as the credit lies beyond the mean so far. Without anything in the sums there is no
    score; the interval is *certain* where every choice has one.
    """
    fixed: list[tuple[int, Fraction, Fraction]] = []
    loose: list[tuple[Fraction, Fraction, int]] = []
    for weight, one in parts:
        if one.low is None or one.high is None:
            continue
        if one.out:
            loose.append((one.low, one.high, weight))
        else:
            fixed.append((weight, one.low, one.high))
    whole = sum(weight for weight, _, _ in fixed)
    least = sorted((least, weight) for least, _, weight in loose)
    most = sorted(((most, weight) for _, most, weight in loose), reverse=True)
    low = _extreme(whole, _sum((weight, credit) for weight, credit, _ in fixed), least, 1)
    high = _extreme(whole, _sum((weight, credit) for weight, _, credit in fixed), most, -1)
    return Interval(low=low, high=high, certain=whole > 0 or not loose)


def _sum(parts: Iterable[tuple[int, Fraction]]) -> Fraction:
    """Return the sum of weighted credits, over one denominator: fractions added one by one take many times as long."""
    found = list(parts)
    over = lcm(*(credit.denominator for _, credit in found))
    return Fraction(sum(weight * credit.numerator * (over // credit.denominator) for weight, credit in found), over)


def _extreme(weight: int, total: Fraction, loose: Sequence[tuple[Fraction, int]], sign: int) -> Fraction | None:
    for credit, more in loose:
        if weight and sign * credit * weight >= sign * total:
            break
        weight += more
        total += credit * more
    return total / weight if weight else None


def passed(finding: Finding) -> Contribution:
    """Return a finding's contribution under XCCDF's flat models: full credit if satisfied, else none."""
    return _flat(Stand(outcome=finding.outcome, contribution=finding.contribution))


def _flat(stand: Stand) -> Contribution:
    one = stand.contribution
    if one.low is None or one.high is None:
        return one
    return Contribution(low=Fraction(int(one.low)), high=Fraction(int(one.high)), out=one.out)


def excused(stand: Stand, *, waived: bool) -> Contribution:
    """Return a contribution with waivers: a waived duty counts only where it is met after all."""
    one = stand.contribution
    if not waived or stand.outcome not in WAIVABLE:
        return one
    met = stand.outcome is Outcome.UNKNOWN and one.high == 1
    return Contribution(low=ONE, high=ONE, out=True) if met else Contribution(low=None, high=None, out=True)


def _raw(stand: Stand) -> Contribution:
    return stand.contribution


def narrowed(proven: Interval, claimed: Interval) -> Interval:
    """Return the interval from what is proven to what is claimed.

    The score of what is proven contains that of what is claimed, for silence never helps; where a claim leaves nothing
    to score, all stays open.
    """
    if proven.low is None or claimed.low is None:
        return proven
    return Interval(low=min(proven.low, claimed.low), high=claimed.high, certain=proven.certain)


def _between(
    findings: Sequence[Finding],
    turn: Callable[[Stand], Contribution],
    weigh: Callable[[Finding], int],
    model: Callable[[Sequence[Weighted]], Interval] = interval,
) -> Interval:
    """Return the score of findings under a model, their stands turned into contributions."""
    proven, claimed = ([(weigh(one), turn(one.ends[end])) for one in findings] for end in (0, 1))
    found = model(proven)
    return found if proven == claimed else narrowed(found, model(claimed))


def least_and_most(findings: Sequence[Finding]) -> Interval:
    """Return the score of findings alone: what the missing facts, and evidence, allow."""
    return _between(findings, _raw, _weight)


def _weight(finding: Finding) -> int:
    return finding.weight


def _one(_: Finding) -> int:
    return 1


def _waived(findings: Sequence[Finding]) -> Interval | None:
    """Return the score with waivers; None where there are none."""
    if all(finding.waiver is None for finding in findings):
        return None
    both = []
    for end in (0, 1):
        both.append(interval((one.weight, excused(one.ends[end], waived=one.waiver is not None)) for one in findings))
    return narrowed(*both)


def score(findings: Sequence[Finding], pack: Pack) -> Score:
    """Return the score of the findings, its subtotals by section, and the other models beside it."""
    inside = [finding for finding in findings if not finding.contribution.never]
    total = sum(finding.weight for finding in inside)
    decided = sum(finding.weight for finding in inside if finding.decided)
    sections: dict[str, list[Finding]] = {}
    for finding in findings:
        sections.setdefault(finding.clause.split(".")[0], []).append(finding)
    weights = pack.head.weights
    found = least_and_most(findings)
    return Score(
        interval=found,
        decided=Fraction(decided, total) if total else ONE,
        counts={outcome: sum(finding.outcome is outcome for finding in findings) for outcome in Outcome},
        weights={
            "hard": weights.hard,
            "quantitative": weights.quantitative,
            "qualitative": weights.qualitative,
        },
        sections=tuple(
            Subtotal(
                clause=clause,
                interval=_between(group, _raw, _weight),
                weight=sum(finding.weight for finding in group if not finding.contribution.never),
            )
            for clause, group in sections.items()
        ),
        models={
            "flat-unweighted": _between(findings, _flat, _one),
            "absolute": _between(findings, _flat, _one, _absolute),
        },
        waived=_waived(findings),
        weight=sum(
            finding.weight for finding in findings if counted(finding.ends[0].contribution, found.low) is not None
        ),
    )


def counted(one: Contribution, bound: Fraction | None, *, greatest: bool = False) -> Fraction | None:
    """Return the credit with which a contribution is in the sums of the least (or the greatest) score; None: it is not.

    It is where it surely counts, and where counting it doesn't raise the least score (lower the greatest), *bound*.
    """
    credit = one.high if greatest else one.low
    if credit is None or bound is None:
        return None
    within = credit >= bound if greatest else credit <= bound
    return credit if not one.out or within else None


def points_lost(assessment: Assessment) -> tuple[Points, ...]:
    """Return what each finding in the sums of the least score counts for, in the order of the document.

    Of all findings the full points are 100 together, and the most points lost 100 less the least score, exactly.
    """
    total, least = assessment.score.weight, assessment.score.interval.low
    return tuple(
        Points(
            finding=finding,
            full=full,
            least=ZERO if one.out else full * (ONE - one.high),
            most=full * (ONE - one.low),
        )
        for finding in assessment.findings
        for one in (finding.ends[0].contribution,)
        if counted(one, least) is not None and one.low is not None and one.high is not None and total
        for full in (Fraction(100 * finding.weight, total),)
    )


def _absolute(parts: Sequence[Weighted]) -> Interval:
    """Return XCCDF's absolute model: all or nothing."""
    inside = [one for _, one in parts if one.low is not None]
    if not inside:
        return Interval(low=None, high=None)
    certain = any(not one.out for one in inside)
    low = ONE if all(one.low == 1 for one in inside) else ZERO
    high = ONE if all(one.high == 1 or one.out for one in inside) and any(one.high == 1 for one in inside) else ZERO
    return Interval(low=low, high=high, certain=certain)


def broken(outcome: Outcome) -> bool:
    """Tell whether a hard duty with this outcome is surely broken."""
    return outcome is Outcome.NOT_SATISFIED


def may_break(outcome: Outcome, one: Contribution) -> bool:
    """Tell whether a hard duty with this outcome is not surely broken, but may be."""
    return not broken(outcome) and one.low is not None and one.low < 1


def places(found: Interval, grades: Grades, *, broken: bool, may: bool) -> tuple[int, int] | None:
    """Return the places of the lower and the higher grade; None without a score.

    Hard duties that may be broken are so at the low end, and kept at the high.
    """
    if found.low is None or found.high is None:
        return None
    return grades.place(found.low, capped=broken or may), grades.place(found.high, capped=broken)


def places_of(found: Interval, findings: Sequence[Finding], grades: Grades) -> tuple[int, int] | None:
    """Return the places of the lower and the higher grade of findings; None without a score."""
    breaking, may = _caps(findings)
    return places(found, grades, broken=bool(breaking), may=bool(may))


def _caps(findings: Sequence[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the hard duties that are broken, and those that may be."""
    hard = [finding for finding in findings if finding.hard]
    breaking = tuple(finding.rule for finding in hard if broken(finding.outcome))
    return breaking, tuple(finding.rule for finding in hard if may_break(finding.outcome, finding.contribution))


def grade(found: Interval, findings: Sequence[Finding], grades: Grades) -> GradeRange:
    """Return the grades that the missing facts allow."""
    breaking, may = _caps(findings)
    both = places(found, grades, broken=bool(breaking), may=bool(may))
    if both is None or found.low is None:
        return GradeRange(low=None, high=None, low_title=None, high_title=None, capped_by=breaking, may_cap=may)
    low, high = both
    deciding: tuple[str, ...] = ()
    if low != high or not found.certain:
        deciding = _deciding(findings, set(may))
    return GradeRange(
        low=grades.bands[low].id,
        high=grades.bands[high].id,
        low_title=grades.bands[low].title,
        high_title=grades.bands[high].title,
        capped_by=breaking,
        may_cap=may,
        binding=_binding(found.low, low, grades, breaking, _titles(findings, breaking or may)),
        deciding=deciding,
    )


def _titles(findings: Sequence[Finding], rules: tuple[str, ...]) -> Text:
    """Return what rules are called, as each language lists them."""
    titles = [one.title for one in findings if one.rule in rules]
    return Text(zh="、".join(one.zh for one in titles), en=", ".join(one.en for one in titles))


def _binding(low_score: Fraction, low: int, grades: Grades, breaking: tuple[str, ...], hard: Text) -> Text:
    """Return in words what keeps the lower grade from being better."""
    earned = grades.place(low_score, capped=False)
    if low > earned:
        state = (
            ("底线要求未落实", "a hard duty is broken") if breaking else ("底线要求情况不明", "a hard duty is unknown")
        )
        return Text(zh=f"{state[0]}：{hard.zh}", en=f"{state[1]}: {hard.en}")
    if low == 0:
        return Text(zh="已达最高等级", en="the best grade is reached")
    better = grades.bands[low - 1]
    gap = better.at_least / 100 - low_score
    places = next(number for number in range(1, 20) if gap * 1000 * 10**number >= 5)
    least, lacking = percent(low_score, places), percent(gap, places)
    return Text(
        zh=f"得分下限{least}，距“{better.title.zh}”（{better.at_least}分）差{lacking}",
        en=f"the score: {least} at least, {lacking} below {better.title.en} ({better.at_least})",
    )


def _deciding(findings: Sequence[Finding], may_cap: set[str]) -> tuple[str, ...]:
    """Return the missing facts that decide the grade, those of hard duties first, then by the weight at stake."""

    def stake(finding: Finding) -> tuple[bool, Fraction, str]:
        one = finding.contribution
        low, high = one.low or ZERO, one.high or ZERO
        at_stake = finding.weight * (max(high - low, ONE - low if one.out else ZERO))
        return (finding.rule not in may_cap, -at_stake, finding.rule)

    open_ = [finding for finding in findings if not finding.decided and finding.missing]
    names: dict[str, None] = {}
    for finding in sorted(open_, key=stake):
        names.update(dict.fromkeys(finding.missing))
    return tuple(names)
