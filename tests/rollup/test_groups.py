"""Groups, reversals and who is missing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

from safescore.results import Counted, Gate, Interval
from safescore.rollup.groups import UNSTATED, UnknownDimensionError
from safescore.rollup.members import Result
from safescore.rollup.rolled import PackRollUp, Quota, RollUp, UnknownMarkError, roll_up
from safescore.roster import Member, Roster, read_roster
from tests.rollup.made import mark, result


def roster(tmp_path: Path, text: str) -> Roster:
    """Return the roster of these lines."""
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


def only(rolled: RollUp) -> PackRollUp:
    """Return the roll-up of the one pack."""
    (pack,) = rolled.packs
    return pack


def test_groups_lie_within_groups(tmp_path: Path) -> None:
    """Every level is there: all, the towns, and the industries of each town."""
    listed = roster(tmp_path, "id,town,industry\na,east,x\nb,east,y\nc,west,x\nd,,x\n")
    pack = only(roll_up([result(name) for name in "abcd"], roster=listed, by=("town", "industry")))
    assert [(group.key, group.members) for group in pack.groups] == [
        ((), 4),
        (("east",), 2),
        (("west",), 1),
        ((UNSTATED,), 1),
        (("east", "x"), 1),
        (("east", "y"), 1),
        (("west", "x"), 1),
        ((UNSTATED, "x"), 1),
    ]


def test_an_absent_member_is_unknown_and_never_dropped(tmp_path: Path) -> None:
    """The mean of two of three lies between the third at 0 and at 100; the pooled share is open."""
    listed = roster(tmp_path, "单位代码,单位名称,镇街\na,甲厂,东镇\nb,乙厂,东镇\nc,丙厂,东镇\n")
    handed = [result("a", "1", marks={"p.asked": mark(3, 1)}), result("b", "1/2", marks={"p.asked": mark(1, 1)})]
    group = only(roll_up(handed, roster=listed, by=("town",))).level(1)[0]
    assert (group.members, group.submitted, [one.name for one in group.missing]) == (3, 2, ["丙厂"])
    assert group.score == Interval(low=Fraction(1, 2), high=Fraction(5, 6))
    assert group.reported_score == Interval(low=Fraction(3, 4), high=Fraction(3, 4))
    assert group.worst == Interval(low=Fraction(0), high=Fraction(1, 2))
    (duty,) = group.duties
    assert duty.reported_share == Interval(low=Fraction(4, 6), high=Fraction(4, 6))
    assert duty.share == Interval(low=Fraction(0), high=Fraction(1))
    assert duty.missing == 1


def test_who_handed_in_what_can_not_be_used_is_absent() -> None:
    """A faulty submission leaves its organisation unknown, even where no roster names it."""
    lost = Member(id="b", name="B", columns={})
    rolled = roll_up([result("a")], unusable=[lost])
    assert [one.id for one in only(rolled).whole.missing] == ["b"]
    assert only(rolled).whole.score == Interval(low=Fraction(1, 2), high=Fraction(1))


def test_a_roster_may_say_who_hands_in_under_which_pack(tmp_path: Path) -> None:
    """A member of another pack is not missing under this one."""
    listed = roster(tmp_path, "id,packs\na,p\nb,q; r\nc,\n")
    assert [one.id for one in only(roll_up([result("a")], roster=listed)).whole.missing] == ["c"]


def test_who_is_not_listed_counts_all_the_same(tmp_path: Path) -> None:
    """A submission of nobody on the roster is in the figures, and named."""
    rolled = roll_up([result("a"), result("z", "0")], roster=roster(tmp_path, "id\na\n"))
    assert rolled.unlisted == ("z",)
    assert only(rolled).whole.score.low == Fraction(1, 2)
    assert "z" in next(iter(rolled.remarks())).zh


def test_the_latest_submission_counts() -> None:
    """Of two of an organisation the later counts, and the earlier is named; quarter by quarter both do."""
    handed = [result("a", "0", as_of="2022-06-30", facts="1"), result("a", "1", facts="2")]
    rolled = roll_up(handed)
    assert only(rolled).whole.score == Interval(low=Fraction(1), high=Fraction(1))
    assert [one.earlier.as_of for one in rolled.superseded] == ["2022-06-30"]
    by_quarter = only(roll_up(handed, by=("quarter",)))
    assert [(one.key, one.score.low) for one in by_quarter.groups] == [
        ((), Fraction(1)),
        (("2022Q2",), Fraction(0)),
        (("2022Q3",), Fraction(1)),
    ]


def test_two_of_one_day_that_differ_are_a_fault() -> None:
    """Which of the two is meant nobody knows: neither counts, and the organisation is unknown."""
    handed = [result("a", facts="1", source="x.yaml"), result("a", facts="2", source="y.yaml"), result("b")]
    rolled = roll_up(handed)
    assert [str(one.at) for one in rolled.faults] == ["y.yaml:1:1"]
    assert [one.id for one in only(rolled).whole.missing] == ["a"]
    alike = roll_up([result("a", source="x.yaml"), result("a", source="y.yaml")])
    assert not alike.faults and only(alike).whole.members == 1


def test_a_choice_of_several_is_in_several_groups() -> None:
    """A firm of two industries is a member of both, and once of the whole."""
    both = result("a", profile={"industries": ("gas", "power")})
    pack = only(roll_up([both, result("b", profile={"industries": ("gas",)})], by=("industries",)))
    assert [(group.key, group.members) for group in pack.groups] == [((), 2), (("gas",), 2), (("power",), 1)]


def test_what_nobody_knows_can_not_be_grouped_by() -> None:
    """A wrong name is answered with the nearest there is."""
    with pytest.raises(UnknownDimensionError, match="secotr") as caught:
        roll_up([result("a", profile={"sector": ("industrial",)})], by=("secotr",))
    assert caught.value.hint is not None and "sector" in caught.value.hint.en


def cells(
    first: tuple[int, int], second: tuple[int, int], third: tuple[int, int], fourth: tuple[int, int]
) -> list[Result]:
    """Return four results: two towns, each with large and small firms."""
    where = (("east", "large"), ("east", "small"), ("west", "large"), ("west", "small"))
    return [
        result(
            f"{town}-{size}",
            marks={"p.asked": mark(*found)},
            profile={"town": (town,), "size": (size,)},
        )
        for (town, size), found in zip(where, (first, second, third, fourth), strict=True)
    ]


BEHIND_ON_THE_WHOLE = cells((9, 1), (30, 70), (80, 20), (2, 8))


def test_a_reversal_is_named() -> None:
    """East does better with large firms and with small ones, and worse in all, for it has more of the hard kind."""
    (found,) = only(roll_up(BEHIND_ON_THE_WHOLE, by=("town", "size"))).reversals
    assert (found.rule, found.dimension, found.within, found.sure) == ("p.asked", "town", "size", True)
    assert (found.ahead.value, found.behind.value) == ("east", "west")
    assert found.ahead.whole.low == Fraction(39, 110) and found.behind.whole.low == Fraction(82, 110)
    assert {name: one.low for name, one in found.ahead.parts.items()} == {
        "large": Fraction(9, 10),
        "small": Fraction(3, 10),
    }


@pytest.mark.parametrize(
    "handed",
    [
        pytest.param(cells((8, 2), (30, 70), (80, 20), (2, 8)), id="only as good in one part"),
        pytest.param(cells((9, 1), (3, 7), (8, 2), (2, 8)), id="ahead on the whole as well"),
        pytest.param(cells((9, 1), (0, 0), (80, 20), (0, 0)), id="one part alone"),
        pytest.param(cells((9, 1), (30, 70), (80, 20), (0, 0)), id="no item in one of the parts"),
    ],
)
def test_what_is_no_reversal(handed: list[Result]) -> None:
    """Ahead is ahead in every part that either has, of two or more, and behind is behind on the whole: all strictly."""
    assert only(roll_up(handed, by=("town", "size"))).reversals == ()


def test_a_reversal_may_hang_on_who_is_absent(tmp_path: Path) -> None:
    """Where somebody is absent the reversal holds of those who handed in, and says so."""
    lines = "".join(
        f"{one.organization},{one.profile['town'][0]},{one.profile['size'][0]}\n" for one in BEHIND_ON_THE_WHOLE
    )
    listed = roster(tmp_path, f"id,town,size\n{lines}gone,east,large\n")
    (found,) = only(roll_up(BEHIND_ON_THE_WHOLE, roster=listed, by=("town", "size"))).reversals
    assert not found.sure


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        pytest.param(Quota(least=Fraction(1, 2), kind="grade", mark="good"), Gate.MET, id="by grade"),
        pytest.param(Quota(least=Fraction(2, 3), kind="grade", mark="良好"), Gate.MET, id="by its title, on the mark"),
        pytest.param(Quota(least=Fraction(7, 10), kind="grade", mark="excellent"), Gate.FAILED, id="too few"),
        pytest.param(Quota(least=Fraction(1, 2), kind="grade", mark="excellent"), Gate.UNDECIDED, id="one may be"),
        pytest.param(Quota(least=Fraction(1, 3), kind="rule", mark="p.asked"), Gate.MET, id="by a rule"),
        pytest.param(Quota(least=Fraction(1), kind="score", mark="40"), Gate.MET, id="by score"),
        pytest.param(Quota(least=Fraction(1), kind="score", mark="40.5"), Gate.FAILED, id="half a point short"),
    ],
)
def test_quotas(quota: Quota, expected: Gate) -> None:
    """A share of the members must reach a score, a grade, or meet a rule: surely, not, or undecided."""
    handed = [
        result("a", "9/10", grade=(0, 0), marks={"p.asked": mark(1, 0)}),
        result("b", "4/5", grade=(1, 0), marks={"p.asked": mark(0, 1)}),
        result("c", "2/5", grade=(2, 2), marks={"p.asked": mark(0, 1)}),
    ]
    (found,) = only(roll_up(handed, quotas=[quota])).whole.quotas
    assert found.answer is expected


def test_the_grade_of_an_absent_member_may_be_any(tmp_path: Path) -> None:
    """Somebody absent may be graded anything, and surely no worse than the worst."""
    listed = roster(tmp_path, "id\na\nb\n")
    quotas = [Quota(least=Fraction(1), kind="grade", mark=name) for name in ("good", "fail")]
    found = only(roll_up([result("a", grade=None), result("b")], roster=listed, quotas=quotas)).whole.quotas
    assert [one.answer for one in found] == [Gate.MET, Gate.MET]
    absent = only(roll_up([result("a")], roster=listed, quotas=quotas)).whole.quotas
    assert [one.answer for one in absent] == [Gate.UNDECIDED, Gate.MET]


@pytest.mark.parametrize("quota", [("grade", "goood"), ("rule", "p.aksed")])
def test_a_quota_asks_for_what_there_is(quota: tuple[str, str]) -> None:
    """A grade or a rule that the pack lacks is refused, with the nearest there is."""
    kind, name = quota
    with pytest.raises(UnknownMarkError):
        roll_up([result("a", marks={"p.asked": mark(1, 0)})], quotas=[Quota(least=Fraction(1), kind=kind, mark=name)])


def test_results_of_several_versions_are_joined_by_rule() -> None:
    """A pack in two versions is one roll-up, and its report says so."""
    other = evolve(result("b"), version="1.1")
    rolled = roll_up([result("a"), other])
    assert only(rolled).versions == ("1.0", "1.1")
    assert [one.en for one in rolled.remarks()][-1] == "Results under p are of versions 1.0, 1.1; joined by rule."


def test_what_may_be_none_reverses_nothing() -> None:
    """Where some completion leaves no items, nobody is surely ahead."""
    marks = [evolve(one.marks["p.asked"], counted=Counted(met=(0, 3), unmet=(0, 3))) for one in BEHIND_ON_THE_WHOLE]
    handed = [evolve(one, marks={"p.asked": mark_}) for one, mark_ in zip(BEHIND_ON_THE_WHOLE, marks, strict=True)]
    assert only(roll_up(handed, by=("town", "size"))).reversals == ()
