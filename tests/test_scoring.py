"""From contributions to score, interval and grade, held against an enumeration of every choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from safescore.model import DEFAULT_GRADES, Band, Grades
from safescore.results import Assessment, Contribution, Evidenced, Finding, Interval, Stand, Waived
from safescore.scoring import contribution, grade, interval, passed, points_lost, score
from safescore.standing import Outcome, Tally, Verdict
from safescore.words import Text
from tests.worlds import NOTHING, assessed, pack_of, world

F = Fraction
ZERO, ONE, HALF = F(0), F(1), F(1, 2)
NEVER = Contribution(low=None, high=None, out=True)
MET = Contribution(low=ONE, high=ONE, out=False)
BROKEN = Contribution(low=ZERO, high=ZERO, out=False)
OPEN = Contribution(low=ZERO, high=ONE, out=False)
EARLY = Contribution(low=ONE, high=ONE, out=True)
PERHAPS = Contribution(low=ZERO, high=ONE, out=True)


def every_score(parts: Sequence[tuple[int, Contribution]]) -> Iterator[Fraction | None]:
    """Yield the score of every choice, each contribution at either end or out of the sums; None is no score."""
    ways = []
    for weight, one in parts:
        ends: list[tuple[int, Fraction]] = []
        if one.low is not None and one.high is not None:
            ends += [(weight, one.low), (weight, one.high)]
        if one.out:
            ends.append((0, ZERO))
        ways.append(ends)
    for way in product(*ways):
        total = sum(weight for weight, _ in way)
        yield sum((weight * credit for weight, credit in way), ZERO) / total if total else None


@pytest.mark.parametrize(
    ("parts", "low", "high", "certain"),
    [
        pytest.param([], None, None, True, id="nothing in the sums is no score"),
        pytest.param([(3, NEVER)], None, None, True, id="not applicable is out of the sums"),
        pytest.param([(1, MET)] * 5 + [(1, BROKEN)] * 2 + [(1, OPEN)] * 3, HALF, F(4, 5), True, id="50 to 80, not 71"),
        pytest.param([(5, MET), (3, BROKEN)], F(5, 8), F(5, 8), True, id="weights"),
        pytest.param([(1, MET), (1, NEVER)], ONE, ONE, True, id="what does not apply counts for neither side"),
        pytest.param([(1, BROKEN), (1, EARLY)], ZERO, HALF, True, id="perhaps done early: it lifts the high only"),
        pytest.param([(1, MET), (1, EARLY)], ONE, ONE, True, id="perhaps done early, and it would change nothing"),
        pytest.param([(1, MET), (1, PERHAPS)], HALF, ONE, True, id="perhaps asked and broken"),
        pytest.param([(1, BROKEN), (1, PERHAPS)], ZERO, HALF, True, id="perhaps asked and met"),
        pytest.param([(1, EARLY)], ONE, ONE, False, id="perhaps no score at all"),
        pytest.param([(1, PERHAPS)], ZERO, ONE, False, id="anything, or no score at all"),
        pytest.param([(1, PERHAPS), (1, OPEN)], ZERO, ONE, True, id="one that is surely in"),
        pytest.param(
            [(1, MET), (1, BROKEN), (2, Contribution(low=F(1, 4), high=F(3, 4), out=True))],
            F(3, 8),
            F(5, 8),
            True,
            id="taken in only where it moves the end",
        ),
    ],
)
def test_interval(
    parts: list[tuple[int, Contribution]], low: Fraction | None, high: Fraction | None, certain: bool
) -> None:
    """The least and the greatest score over all completions."""
    assert interval(parts) == Interval(low=low, high=high, certain=certain)


CREDITS = st.sampled_from((ZERO, F(1, 4), F(1, 3), HALF, F(5, 7), ONE))


@st.composite
def contributions(draw: st.DrawFn) -> tuple[int, Contribution]:
    weight = draw(st.integers(1, 5))
    if draw(st.integers(0, 5)) == 0:
        return weight, NEVER
    low, high = sorted((draw(CREDITS), draw(CREDITS)))
    return weight, Contribution(low=low, high=high, out=draw(st.booleans()))


@pytest.mark.no_cover
@given(st.lists(contributions(), max_size=5))
@example([(1, EARLY), (2, PERHAPS)])
@example([(1, BROKEN), (1, EARLY), (4, PERHAPS)])
def test_the_interval_is_that_of_every_choice(parts: list[tuple[int, Contribution]]) -> None:
    """No choice lies outside the interval, and its ends are reached."""
    scores = list(every_score(parts))
    known = [one for one in scores if one is not None]
    found = interval(parts)
    assert (found.low, found.high) == ((min(known), max(known)) if known else (None, None))
    assert found.certain is (not known or None not in scores)


def verdict_of(worst: Tally[int], best: Tally[int], *, out: bool = False, never: bool = False) -> Verdict[int]:
    return Verdict(outcome=0, to_date=False, out=out, never=never, worst=worst, best=best)


@pytest.mark.parametrize(
    ("found", "low", "high", "out"),
    [
        pytest.param(verdict_of(Tally(4, 3, 1), Tally(4, 3, 1)), F(3, 4), F(3, 4), False, id="a share"),
        pytest.param(verdict_of(Tally(4, 3, 1), Tally(3, 3, 0)), F(3, 4), ONE, False, id="a span"),
        pytest.param(verdict_of(Tally(0, 0, 0), Tally(1, 1, 0), out=True), ONE, ONE, True, id="asked only if met"),
        pytest.param(verdict_of(Tally(1, 0, 1), Tally(0, 0, 0), out=True), ZERO, ZERO, True, id="asked only if short"),
        pytest.param(verdict_of(Tally(0, 0, 0), Tally(0, 0, 0)), ONE, ONE, False, id="nothing is needed"),
        pytest.param(verdict_of(Tally(1, 0, 1), Tally(1, 1, 0), out=True, never=True), None, None, True, id="never"),
    ],
)
def test_contribution(found: Verdict[int], low: Fraction | None, high: Fraction | None, out: bool) -> None:
    """A credit is what is had of what is needed, exactly."""
    assert contribution(found) == Contribution(low=low, high=high, out=out)


MEASURE = {"kind": "affirm", "fact": "plan"}


def model() -> Finding:
    submission = {"organization": {"id": "X", "name": "X", "roles": ["firm"]}, "period": 2022, "facts": {"plan": True}}
    return assessed(pack_of([{"measure": MEASURE}]), submission).findings[0]


MODEL = model()


def finding(
    name: str,
    one: Contribution,
    outcome: Outcome,
    *,
    hard: bool = False,
    missing: tuple[str, ...] = (),
    weight: int = 1,
) -> Finding:
    return evolve(
        MODEL,
        rule=name,
        title=Text(zh=f"{name}事项", en=f"the duty {name}"),
        contribution=one,
        outcome=outcome,
        hard=hard,
        missing=missing,
        weight=weight,
        waiver=None,
    )


KEPT = finding("kept", MET, Outcome.SATISFIED, hard=True)
BREACH = finding("breach", BROKEN, Outcome.NOT_SATISFIED, hard=True)
SILENT = finding("silent", OPEN, Outcome.UNKNOWN, hard=True, missing=("facts.team",))
LATER = finding("later", EARLY, Outcome.PENDING, hard=True, missing=("facts.date",))
ASKED_PERHAPS = finding("perhaps", EARLY, Outcome.UNKNOWN, hard=True, missing=("organization.staff",))
GONE = finding("gone", NEVER, Outcome.NOT_APPLICABLE, hard=True)


def at(low: Fraction, high: Fraction | None = None, *, certain: bool = True) -> Interval:
    return Interval(low=low, high=low if high is None else high, certain=certain)


@pytest.mark.parametrize(
    ("found", "findings", "low", "high"),
    [
        pytest.param(at(F(90, 100)), [KEPT], "excellent", "excellent", id="the boundary earns the grade"),
        pytest.param(at(F(8999, 10000)), [KEPT], "good", "good", id="a hair below it does not"),
        pytest.param(at(F(60, 100)), [], "pass", "pass", id="a pass"),
        pytest.param(at(F(59, 100)), [], "fail", "fail", id="a fail"),
        pytest.param(at(ZERO), [], "fail", "fail", id="zero is a score"),
        pytest.param(at(ONE), [BREACH], "fail", "fail", id="a broken hard duty caps it, whatever the score"),
        pytest.param(at(ONE), [KEPT, BREACH], "fail", "fail", id="one kept does not make up for one broken"),
        pytest.param(at(ONE), [SILENT], "fail", "excellent", id="unknown: broken at the low end, kept at the high"),
        pytest.param(at(ONE), [LATER], "excellent", "excellent", id="not yet due caps nothing"),
        pytest.param(at(ONE), [ASKED_PERHAPS], "excellent", "excellent", id="met, if it applies"),
        pytest.param(at(ONE), [GONE], "excellent", "excellent", id="not applicable caps nothing"),
        pytest.param(at(HALF, F(95, 100)), [KEPT], "fail", "excellent", id="the grades of both ends"),
        pytest.param(at(HALF, F(95, 100)), [BREACH, SILENT], "fail", "fail", id="capped at both ends"),
    ],
)
def test_grade(found: Interval, findings: list[Finding], low: str, high: str) -> None:
    """The band of the score, capped by hard duties."""
    graded = grade(found, findings, DEFAULT_GRADES)
    assert (graded.low, graded.high, graded.decided) == (low, high, low == high)


@pytest.mark.parametrize(
    ("low", "zh", "en"),
    [
        pytest.param(F(89953, 100000), "得分下限89.95%", "0.05% below excellent", id="places until the gap shows"),
        pytest.param(F(899, 1000), "得分下限89.9%", "0.1% below excellent", id="one is enough"),
        pytest.param(F(899996, 1000000), "得分下限89.9996%", "0.0004% below excellent", id="as many as it takes"),
    ],
)
def test_a_gap_to_the_next_grade_is_never_shown_as_nothing(low: Fraction, zh: str, en: str) -> None:
    binding = grade(at(low), [KEPT], DEFAULT_GRADES).binding
    assert binding is not None
    assert (zh in binding.zh, en in binding.en) == (True, True), binding


def test_what_decides_is_ordered_by_what_is_at_stake() -> None:
    """A credit that lies between a half and one has less at stake than one between nothing and three quarters."""
    small = finding("small", Contribution(low=HALF, high=ONE, out=False), Outcome.UNKNOWN, missing=("facts.small",))
    large = finding("large", Contribution(low=ZERO, high=F(3, 4), out=False), Outcome.UNKNOWN, missing=("facts.large",))
    assert grade(at(ZERO, ONE), [small, large], DEFAULT_GRADES).deciding == ("facts.large", "facts.small")


def waived(one: Finding) -> Finding:
    return evolve(one, waiver=Waived(reason="停产", approver="区安委办", until="2022-12-31"))


@pytest.mark.parametrize(
    ("one", "found"),
    [
        pytest.param(finding("a", OPEN, Outcome.UNKNOWN), (ZERO, HALF), id="unknown: met after all, or left out"),
        pytest.param(
            finding("a", Contribution(low=ZERO, high=HALF, out=False), Outcome.UNKNOWN),
            (ZERO, ZERO),
            id="unknown, and surely short: left out",
        ),
        pytest.param(finding("a", BROKEN, Outcome.NOT_SATISFIED), (ZERO, ZERO), id="not met: left out"),
        pytest.param(finding("a", MET, Outcome.SATISFIED), (HALF, HALF), id="met: it counts"),
    ],
)
def test_the_score_with_waivers(one: Finding, found: tuple[Fraction, Fraction]) -> None:
    """A waived duty is left out, unless it may be met after all."""
    other = finding("other", BROKEN, Outcome.NOT_SATISFIED)
    shown = score([other, waived(one)], world()).waived
    assert shown is not None
    assert ends(shown) == found
    assert score([other, one], world()).waived is None


def test_the_sections_are_those_of_the_document() -> None:
    """A section is the first part of a clause, in the order of the findings, with the weight that may count."""
    findings = [
        evolve(finding("a", MET, Outcome.SATISFIED, weight=3), clause="三.(一).2"),
        evolve(finding("b", BROKEN, Outcome.NOT_SATISFIED), clause="二.3"),
        evolve(finding("c", BROKEN, Outcome.NOT_SATISFIED), clause="三.(二)"),
        evolve(finding("d", NEVER, Outcome.NOT_APPLICABLE, weight=5), clause="三"),
    ]
    sections = score(findings, world()).sections
    assert [(one.clause, ends(one.interval), one.weight) for one in sections] == [
        ("三", (F(3, 4), F(3, 4)), 4),
        ("二", (ZERO, ZERO), 1),
    ]


def test_points_are_lost_on_what_is_not_proven() -> None:
    """Where a claim is not proven, the points are those of the least score."""
    claimed, proven = (
        Stand(outcome=Outcome.SATISFIED, contribution=MET),
        Stand(outcome=Outcome.UNKNOWN, contribution=OPEN),
    )
    one = evolve(finding("a", OPEN, Outcome.UNKNOWN), evidenced=Evidenced(claimed=claimed, proven=proven))
    whole = evolve(assessment([{"measure": MEASURE}], {}), findings=(one,), score=score([one], world()))
    (points,) = points_lost(whole)
    assert (points.full, points.least, points.most) == (F(100), ZERO, F(100))


def test_no_score_no_grade() -> None:
    """Nothing from nothing: neither the best nor the worst grade."""
    graded = grade(interval([]), [GONE], DEFAULT_GRADES)
    assert (graded.low, graded.high, graded.decided, graded.binding) == (None, None, False, None)


def test_a_milder_cap() -> None:
    """The cap is the best grade left, not the grade: a worse score keeps its own."""
    milder = evolve(DEFAULT_GRADES, hard_cap="good")
    assert grade(at(ONE), [BREACH], milder).low == "good"
    assert grade(at(F(60, 100)), [BREACH], milder).low == "pass"
    assert grade(at(F(85, 100)), [SILENT], milder).decided


@pytest.mark.parametrize(
    ("found", "findings", "zh", "en"),
    [
        pytest.param(at(ONE), [KEPT], "已达最高等级", "the best grade is reached", id="nothing binds"),
        pytest.param(
            at(ONE), [BREACH], "底线要求未落实：breach事项", "a hard duty is broken: the duty breach", id="a breach"
        ),
        pytest.param(
            at(ONE),
            [SILENT],
            "底线要求情况不明：silent事项",
            "a hard duty is unknown: the duty silent",
            id="an unknown",
        ),
        pytest.param(
            at(F(2, 3)),
            [KEPT],
            "得分下限66.7%，距“良好”（80分）差13.3%",
            "the score: 66.7% at least, 13.3% below good (80)",
            id="the score",
        ),
        pytest.param(
            at(HALF),
            [BREACH],
            "得分下限50.0%，距“合格”（60分）差10.0%",
            "the score: 50.0% at least, 10.0% below pass (60)",
            id="the score, though a duty is broken too",
        ),
    ],
)
def test_the_binding_constraint(found: Interval, findings: list[Finding], zh: str, en: str) -> None:
    """What keeps the lower grade from being better is named."""
    assert grade(found, findings, DEFAULT_GRADES).binding == Text(zh=zh, en=en)


def test_the_facts_that_decide_the_grade() -> None:
    """Those of hard duties first, then by the weight at stake; decided findings name none."""
    light = finding("light", OPEN, Outcome.UNKNOWN, missing=("facts.light",))
    heavy = finding("heavy", OPEN, Outcome.UNKNOWN, missing=("facts.heavy", "facts.light"), weight=3)
    loose = finding("loose", PERHAPS, Outcome.UNKNOWN, missing=("facts.loose",), weight=2)
    settled = finding("settled", MET, Outcome.SATISFIED, missing=("facts.settled",))
    graded = grade(at(ZERO, ONE), [light, heavy, settled, loose, SILENT], DEFAULT_GRADES)
    assert graded.deciding == ("facts.team", "facts.heavy", "facts.light", "facts.loose")
    assert (graded.may_cap, graded.capped_by) == (("silent",), ())
    assert grade(at(ONE), [light, heavy], DEFAULT_GRADES).deciding == ()
    assert grade(at(ONE, certain=False), [loose], DEFAULT_GRADES).deciding == ("facts.loose",)


def test_bands_of_a_pack() -> None:
    """Bands are data: two grades, of which the worse begins at 0."""
    bands = tuple(Band(id=name, title=NOTHING, at_least=F(least)) for name, least in (("yes", 75), ("no", 0)))
    grades = Grades(bands=bands, hard_cap="no")
    assert grade(at(F(3, 4)), [], grades).low == "yes"
    assert grade(at(F(74, 100)), [], grades).low == "no"
    assert (grades.find("yes"), grades.find("none"), grades.find("else")) == (0, 0, None)


def assessment(rules: Sequence[Mapping[str, Any]], facts: dict[str, Any], **more: Any) -> Assessment:
    submission = {"organization": {"id": "X", "name": "X", "roles": ["firm"]}, "period": 2022, "facts": facts, **more}
    return assessed(pack_of([*rules]), submission)


PART = {"kind": "ratio", "part": "part", "whole": "total", "at_least": "100%"}
DEATHS = {"kind": "limit", "value": "deaths", "at_most": 0}
TEAM = {"kind": "affirm", "fact": "team"}


APPLIES = {"employees": {"at_least": 30}}
THREE = [{"measure": MEASURE}, {"measure": PART}, {"measure": DEATHS, "hard": True}]
WITH_STAFF = [{"measure": MEASURE}, {"measure": TEAM, "applies": APPLIES}]


def ends(found: Interval) -> tuple[Fraction | None, Fraction | None]:
    return found.low, found.high


@pytest.mark.parametrize(
    ("rules", "facts", "house", "flat", "absolute"),
    [
        pytest.param(
            THREE,
            {"plan": True, "part": 2, "total": 2, "deaths": 0},
            (ONE, ONE),
            (ONE, ONE),
            (ONE, ONE),
            id="all is met",
        ),
        pytest.param(
            THREE,
            {"plan": True, "part": 1, "total": 2, "deaths": 0},
            (F(5, 6), F(5, 6)),
            (F(2, 3), F(2, 3)),
            (ZERO, ZERO),
            id="half of a share is nothing in the flat models",
        ),
        pytest.param(
            THREE,
            {"plan": True, "total": 2, "deaths": 0},
            (F(2, 3), ONE),
            (F(2, 3), ONE),
            (ZERO, ONE),
            id="one is unknown",
        ),
        pytest.param(
            THREE,
            {"plan": True, "part": 0, "total": 0, "deaths": 0},
            (ONE, ONE),
            (ONE, ONE),
            (ONE, ONE),
            id="one does not apply",
        ),
        pytest.param(THREE, {}, (ZERO, ONE), (ZERO, ONE), (ZERO, ONE), id="nothing is known"),
        pytest.param(
            WITH_STAFF, {"plan": True, "team": True}, (ONE, ONE), (ONE, ONE), (ONE, ONE), id="met if it applies"
        ),
        pytest.param(
            WITH_STAFF, {"plan": True, "team": False}, (HALF, ONE), (HALF, ONE), (ZERO, ONE), id="broken if it applies"
        ),
        pytest.param([{"measure": PART}], {"total": 0}, (None, None), (None, None), (None, None), id="none applies"),
    ],
)
def test_models(rules: list[dict[str, Any]], facts: dict[str, Any], house: Any, flat: Any, absolute: Any) -> None:
    """XCCDF's flat-unweighted and absolute models stand beside the house policy, with intervals of their own."""
    found = assessment(rules, facts).score
    shown = (ends(found.interval), ends(found.models["flat-unweighted"]), ends(found.models["absolute"]))
    assert shown == (house, flat, absolute)


def test_the_honest_example() -> None:
    """With 5 met, 2 not met and 3 without data of 10 equal rules the answer is 50 to 80, not 71 %."""
    plan, team, four = ({"measure": {"kind": "affirm", "fact": name}} for name in ("plan", "team", "four.one"))
    found = assessment([plan] * 5 + [team] * 2 + [four] * 3, {"plan": True, "team": False})
    assert ends(found.score.interval) == (HALF, F(4, 5))
    assert found.score.counts == {
        Outcome.SATISFIED: 5,
        Outcome.NOT_SATISFIED: 2,
        Outcome.PENDING: 0,
        Outcome.UNKNOWN: 3,
        Outcome.NOT_APPLICABLE: 0,
    }
    assert found.score.decided == F(7, 10)
    assert (found.grade.low, found.grade.high) == ("fail", "good")


def test_sections_and_weights() -> None:
    """Every section has a subtotal, and the house policy stands in the score."""
    found = assessment([{"measure": MEASURE, "weight": 2}, {"measure": PART}], {"plan": True, "part": 0, "total": 1})
    (section,) = found.score.sections
    assert (section.clause, section.weight, ends(section.interval)) == ("前言", 5, (F(2, 5), F(2, 5)))
    assert found.score.weights == {"hard": 5, "quantitative": 3, "qualitative": 1}
    assert [one.weight for one in found.findings] == [2, 3]


def test_no_rules_are_decided() -> None:
    """With no rules there is no score, and nothing left to decide."""
    found = assessment([], {}).score
    assert (ends(found.interval), found.decided) == ((None, None), ONE)


def test_a_waiver_stands_beside_the_score() -> None:
    """The score is given with and without what was waived; the raw outcome stays."""
    waiver = {"rule": "r1", "reason": "改建", "approver": "李", "until": "2022-12-31"}
    found = assessment([{"measure": MEASURE}, {"measure": TEAM}], {"plan": True, "team": False}, waivers=[waiver])
    assert found.score.interval.low == HALF
    assert found.score.waived == Interval(low=ONE, high=ONE)
    assert found.findings[1].outcome is Outcome.NOT_SATISFIED
    assert assessment([{"measure": MEASURE}], {"plan": True}).score.waived is None


@pytest.mark.parametrize("one", [NEVER, MET, Contribution(low=HALF, high=ONE, out=True)])
def test_flat_credit_is_all_or_nothing(one: Contribution) -> None:
    """Less than full credit is none in the flat models."""
    flat = passed(finding("x", one, Outcome.UNKNOWN))
    assert flat == (Contribution(low=ZERO, high=ONE, out=True) if one.low == HALF else one)


def weighed(parts: Sequence[tuple[int, Contribution]]) -> Assessment:
    """Return an assessment of findings with these weights and contributions."""
    outcome = Outcome.UNKNOWN
    made = tuple(finding(f"r{place}", one, outcome, weight=weight) for place, (weight, one) in enumerate(parts))
    submission = {"organization": {"id": "X", "name": "X", "roles": ["firm"]}, "period": 2022, "facts": {}}
    return evolve(assessed(pack_of([]), submission), findings=made, score=score(made, world()))


@pytest.mark.no_cover
@given(st.lists(contributions(), max_size=6))
@example([(1, EARLY), (2, PERHAPS)])
@example([(1, MET), (2, EARLY)])
@example([(1, PERHAPS), (2, PERHAPS)])
def test_points_add_up(parts: list[tuple[int, Contribution]]) -> None:
    """The full points of what is in the sums are 100, the points lost 100 less the least score, exactly."""
    one = weighed(parts)
    low, points = one.score.interval.low, points_lost(one)
    if low is None:
        assert points == ()
        return
    assert sum(each.full for each in points) == 100
    assert sum(each.most for each in points) == 100 - 100 * low
    assert all(0 <= each.least <= each.most <= each.full for each in points)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(3, NEVER)], [], id="not applicable counts for nothing"),
        pytest.param([(3, MET), (1, BROKEN)], [(75, 0, 0), (25, 25, 25)], id="met and broken"),
        pytest.param([(1, MET), (1, OPEN)], [(50, 0, 0), (50, 0, 50)], id="unknown: from nothing to all"),
        pytest.param([(1, MET), (1, PERHAPS)], [(50, 0, 0), (50, 0, 50)], id="perhaps asked and broken"),
        pytest.param([(1, BROKEN), (1, EARLY)], [(100, 100, 100)], id="what could only lift is not in the least score"),
        pytest.param(
            [(2, Contribution(low=F(1, 3), high=HALF, out=False)), (1, MET)],
            [(F(200, 3), F(100, 3), F(400, 9)), (F(100, 3), 0, 0)],
            id="surely short, by how much is unknown",
        ),
        pytest.param(
            [(1, BROKEN), (1, Contribution(low=ZERO, high=ZERO, out=True))],
            [(50, 50, 50), (50, 0, 50)],
            id="broken if it is asked at all",
        ),
    ],
)
def test_points_lost(
    parts: list[tuple[int, Contribution]], expected: list[tuple[Fraction, Fraction, Fraction]]
) -> None:
    assert [(each.full, each.least, each.most) for each in points_lost(weighed(parts))] == expected


def test_points_are_those_of_all_duties_where_only_some_are_shown() -> None:
    whole = weighed([(3, MET), (1, BROKEN)])
    shown = evolve(whole, findings=whole.findings[1:])
    assert points_lost(shown) == points_lost(whole)[1:]
