"""What reports select and in which order, and the views that narrow it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve

from safescore import Assessment, Outcome
from safescore.report import contents
from safescore.report.view import NothingOfThisNameError, View
from safescore.results import Alternate, InForce, Part
from safescore.words import Text
from tests.reports import SAID, assessment, finding, golden

BROKEN, OPEN, KEPT = Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.SATISFIED
PENDING, FREE = Outcome.PENDING, Outcome.NOT_APPLICABLE


def rules(findings: tuple[object, ...]) -> list[str]:
    return [str(getattr(one, "rule", "")).partition(".")[2] for one in findings]


def test_hard_first_then_by_the_points_at_stake_then_by_the_document() -> None:
    half = finding(BROKEN, Fraction(1, 2), Fraction(1, 2))
    whole = evolve(half, contribution=evolve(half.contribution, low=Fraction(0), high=Fraction(0)))
    several = (
        evolve(half, rule="p.light"),
        evolve(half, rule="p.same"),
        evolve(half, rule="p.heavy", weight=3),
        evolve(whole, rule="p.all"),
        evolve(half, rule="p.hard", hard=True),
        evolve(whole, rule="p.harder", hard=True),
        finding(KEPT, rule="p.kept"),
    )
    one = assessment(*several)
    assert rules(contents.to_do(one)) == ["harder", "hard", "heavy", "all", "light", "same"]
    assert rules(contents.gaps(one)) == ["light", "same", "heavy", "all", "hard", "harder"]
    assert contents.at_stake(several[2]) == Fraction(3, 2)
    assert contents.at_stake(finding(PENDING)) == 0


def test_what_is_pending_by_due_day_and_what_has_none_last() -> None:
    days = {"a": "", "b": "2022-12-31", "c": "2022-10-31", "d": "2022-12-31"}
    one = assessment(*(evolve(finding(PENDING, rule=f"p.{name}"), next_due=day) for name, day in days.items()))
    assert rules(contents.pending(one)) == ["c", "b", "d", "a"]


@pytest.mark.parametrize(
    ("day", "come"), [("2022-12-31", True), ("2023-01-01", False), ("2022-12-30", True), ("", False)]
)
def test_a_due_day_has_come_on_the_day_itself(day: str, come: bool) -> None:
    assert contents.has_come(day, assessment()) is come


def test_missing_facts_of_one_register_stand_together_and_those_that_decide_first() -> None:
    one = assessment(
        evolve(finding(OPEN, rule="p.a"), missing=("facts.x[0].y", "facts.z", "facts.x[1].y")),
        evolve(finding(OPEN, rule="p.b"), missing=("facts.x[1].y", "facts.last")),
    )
    one = evolve(one, grade=evolve(one.grade, deciding=("facts.last", "facts.gone")))
    found = contents.missing(one)
    assert [group.pattern for group in found] == ["facts.last", "facts.x[…].y", "facts.z"]
    assert [group.deciding for group in found] == [True, False, False]
    assert found[1].paths == ("facts.x[0].y", "facts.x[1].y")
    assert rules(found[1].findings) == ["a", "b"]


def test_the_parts_to_tell_are_the_worst_first() -> None:
    told = (KEPT, PENDING, OPEN, FREE, BROKEN, OPEN)
    parts = tuple(Part(outcome=outcome, subject=str(place)) for place, outcome in enumerate(told))
    shown = contents.parts_to_tell(evolve(finding(BROKEN), parts=parts))
    assert [part.subject for part in shown] == ["4", "2", "5", "1"]


def test_what_does_not_apply_by_reason_in_the_order_of_the_document() -> None:
    other = Text(zh="别的", en="other")
    one = assessment(
        finding(FREE, rule="p.a"), evolve(finding(FREE, rule="p.b"), reason=other), finding(FREE, rule="p.c")
    )
    assert [(group.reason, rules(group.findings)) for group in contents.not_applicable(one)] == [
        (SAID, ["a", "c"]),
        (other, ["b"]),
    ]


def test_only_readings_that_are_not_in_force_are_alternates() -> None:
    def alternate(reading: str, alternative: str) -> Alternate:
        return Alternate(
            reading=reading, alternative=alternative, title=SAID, outcome=KEPT, low=Fraction(1), high=Fraction(1)
        )

    one = finding(BROKEN)
    one = evolve(one, readings=(alternate("r", "now"), alternate("r", "then"), alternate("gone", "x")))
    setting = InForce(id="r", title=SAID, value="now", source="default", reading=True)
    asked = InForce(id="p", title=SAID, value="", source="missing")
    whole = evolve(assessment(one), settings=(setting, asked))
    found = contents.alternates(whole)
    assert [(one.alternate.alternative, one.setting) for one in found] == [("then", setting), ("x", None)]
    assert contents.asked(whole) == (asked,)


def test_a_statement_that_restates_a_rule_shows_its_finding() -> None:
    one = evolve(
        assessment(finding(KEPT)),
        unscored=(("一", "口号口号", "slogan"), ("二", "原文原文", "restates: rule"), ("三", "又一", "restates: gone")),
    )
    found = contents.unscored(one)
    assert [(say.reason, say.restates) for say in found] == [
        ("slogan", None),
        ("restates", "pack.rule"),
        ("restates", "pack.gone"),
    ]
    assert [say.finding for say in found] == [None, one.findings[0], None]


def test_every_finding_is_selected_once() -> None:
    """What is met, not met, unknown, pending and not applicable is all there is."""
    one = golden()
    free = tuple(found for group in contents.not_applicable(one) for found in group.findings)
    selected = (*contents.to_do(one), *contents.unknown(one), *contents.pending(one), *contents.met(one), *free)
    assert sorted(found.rule for found in selected) == sorted(found.rule for found in one.findings)
    assert set(contents.gaps(one)) == set(contents.to_do(one))


def seen(view: View, *ones: Assessment) -> list[list[str]]:
    return [rules(one.findings) for one in view.of(ones)]


def test_a_view_keeps_score_and_counts_and_says_so() -> None:
    one = golden()
    (shown,) = View(only=(BROKEN, OPEN)).of((one,))
    assert {found.outcome for found in shown.findings} == {BROKEN, OPEN}
    assert (shown.score, shown.grade, shown.digests) == (one.score, one.grade, one.digests)
    assert contents.in_part(shown)
    assert not contents.in_part(one)
    assert (
        shown.notes[0].zh
        == "只列出结果为“未达到”或“无法判定”的事项（13 项中的 8 项）；得分、等级和各项计数仍是全部事项的。"
    )
    assert shown.notes[0].en.startswith("Only duties that are not met or unknown are shown (8 of 13); ")
    assert shown.notes[1:] == one.notes


def test_a_view_that_leaves_nothing_out_is_the_whole() -> None:
    one = golden()
    assert View().of((one,)) == (one,)
    assert View(only=tuple(Outcome)).of((one,)) == (one,)
    assert View(clauses=("一",)).of(()) == ()


CLAUSES = ("三", "三.(一)", "三.(一).2", "三.(一).20", "三.(十一).2", "十三.1")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(("三",), ["0", "1", "2", "3", "4"], id="a whole section, not one that ends alike"),
        pytest.param(("三.(一)",), ["1", "2", "3"], id="a subsection, not one that ends alike"),
        pytest.param(("三.(一).2",), ["2"], id="an item, not one that begins alike"),
        pytest.param(("三.(一).2", "十三"), ["2", "5"], id="either of two"),
        pytest.param(("三.(十一)",), ["4"], id="a clause that has only others below it"),
    ],
)
def test_clauses(asked: tuple[str, ...], expected: list[str]) -> None:
    findings = (evolve(finding(KEPT, rule=f"p.{place}"), clause=clause) for place, clause in enumerate(CLAUSES))
    assert seen(View(clauses=asked), assessment(*findings)) == [expected]


def test_owners_and_outcomes_and_clauses_must_all_fit() -> None:
    one = assessment(
        evolve(finding(KEPT, rule="p.a"), owners=("甲", "乙")),
        evolve(finding(BROKEN, rule="p.b"), owners=("甲",)),
        evolve(finding(BROKEN, rule="p.c"), owners=("乙",)),
        evolve(finding(BROKEN, rule="p.d"), owners=("乙",), clause="二"),
        finding(BROKEN, rule="p.e"),
    )
    assert seen(View(owners=("甲",)), one) == [["a", "b"]]
    assert seen(View(owners=("甲", "乙")), one) == [["a", "b", "c", "d"]]
    assert seen(View(owners=("乙",), only=(BROKEN,), clauses=("一",)), one) == [["c"]]


def test_a_name_that_one_document_knows_is_enough() -> None:
    here = assessment(evolve(finding(KEPT, rule="p.a"), owners=("甲委",), clause="九"))
    there = assessment(finding(KEPT, rule="q.a"))
    assert seen(View(owners=("甲委",)), here, there) == [["a"], []]
    with pytest.raises(NothingOfThisNameError, match="there is no owner '甲'\n    hint: did you mean '甲委'"):
        View(owners=("甲",)).of((here, there))
    with pytest.raises(NothingOfThisNameError, match="there is no clause '八'\n    hint: there are: 九, 一"):
        View(clauses=("八",)).of((here, there))


def test_a_statement_goes_with_its_clause_and_with_the_rule_that_it_restates() -> None:
    one = evolve(
        assessment(finding(KEPT), finding(BROKEN, rule="pack.other")),
        unscored=(
            ("一", "口号口号", "slogan"),
            ("二", "原文原文", "restates: rule"),
            ("二", "又一又一", "restates: other"),
        ),
    )
    (shown,) = View(only=(BROKEN,)).of((one,))
    assert [anchor for _, anchor, _ in shown.unscored] == ["口号口号", "又一又一"]
    both = evolve(one, findings=(*one.findings, evolve(finding(KEPT, rule="pack.z"), clause="二")))
    (shown,) = View(clauses=("二",)).of((both,))
    assert [anchor for _, anchor, _ in shown.unscored] == []
