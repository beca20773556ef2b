"""Checklist: all, or at least so many, of these are in place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from safescore.measures import Links
from tests.measures.tables import (
    NOT_APPLICABLE,
    NOT_SATISFIED,
    PENDING,
    SATISFIED,
    UNKNOWN,
    Facts,
    Judge,
    both_backends,
    credit,
)
from tests.worlds import linked, world

YES, NO = Fraction(1), Fraction(0)
OPEN = (NO, YES)
HALF = Fraction(1, 2)
DUST = {"hazards": {"includes": "dust"}}


def checklist(*elements: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a checklist of these elements."""
    title = {"zh": "无", "en": "none"}
    listed = [{"id": f"e{place}", "anchor": "试验文本", "title": title, **one} for place, one in enumerate(elements)]
    return {"kind": "checklist", "elements": listed, **more}


ONE, TWO = {"fact": "four.one"}, {"fact": "four.two"}
FOUR_ONES = checklist(ONE, TWO)
RATIO = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "50%"}}
CAP = {"measure": {"kind": "limit", "value": "deaths", "at_most": 0}}
BASELINE = {"measure": {"kind": "limit", "value": "deaths", "less_than": {"fact": "deaths_before"}, "baseline": True}}
JUNE = {"measure": {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}}
DECEMBER = {"measure": {"kind": "milestone", "done": "four.three", "by": "2022-12-31"}}
PLAN = {"fact": "plan"}
WITH_DUST = {"fact": "team", "applies": DUST}


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "outcome", "adds"),
    [
        pytest.param(FOUR_ONES, {"four": {"one": True, "two": True}}, SATISFIED, YES, id="all in place"),
        pytest.param(FOUR_ONES, {"four": {"one": True, "two": False}}, NOT_SATISFIED, HALF, id="one of two"),
        pytest.param(FOUR_ONES, {"four": {"one": False, "two": False}}, NOT_SATISFIED, NO, id="none"),
        pytest.param(FOUR_ONES, {"four": {"one": True}}, UNKNOWN, (HALF, YES), id="one left out"),
        pytest.param(FOUR_ONES, {"four": {"one": False}}, NOT_SATISFIED, (NO, HALF), id="one left out, one lacking"),
        pytest.param(FOUR_ONES, {"four": {}}, UNKNOWN, OPEN, id="no answers"),
        pytest.param(FOUR_ONES, {"four": None}, UNKNOWN, OPEN, id="left blank"),
        pytest.param(FOUR_ONES, {}, UNKNOWN, OPEN, id="never mentioned"),
        pytest.param(checklist({"fact": "four.three"}), {"four": {"three": "none"}}, NOT_SATISFIED, NO, id="not done"),
        pytest.param(checklist(PLAN, RATIO), {"plan": True, "part": 5, "total": 10}, SATISFIED, YES, id="a share, met"),
        pytest.param(
            checklist(PLAN, RATIO),
            {"plan": True, "part": 4, "total": 10},
            NOT_SATISFIED,
            HALF,
            id="a share that is nearly met is not",
        ),
        pytest.param(
            checklist(PLAN, RATIO),
            {"plan": True, "part": 0, "total": 0},
            SATISFIED,
            YES,
            id="a share of none drops out",
        ),
        pytest.param(checklist(RATIO), {"part": 0, "total": 0}, NOT_APPLICABLE, None, id="all drop out"),
        pytest.param(checklist(PLAN, RATIO), {"plan": True, "part": 4}, UNKNOWN, (HALF, YES), id="of an unknown whole"),
        pytest.param(checklist(PLAN, CAP), {"plan": True, "deaths": 0}, SATISFIED, YES, id="a cap kept"),
        pytest.param(checklist(PLAN, CAP), {"plan": True, "deaths": 1}, NOT_SATISFIED, HALF, id="a cap broken"),
        pytest.param(
            checklist(PLAN, BASELINE),
            {"plan": True, "deaths": 1, "deaths_before": 0},
            SATISFIED,
            YES,
            id="a baseline of none drops out",
        ),
        pytest.param(
            checklist(PLAN, BASELINE),
            {"plan": False, "deaths": 1, "deaths_before": 0},
            NOT_SATISFIED,
            NO,
            id="what is left is short",
        ),
    ],
)
def test_all(judged: Judge, measure: Facts, facts: Facts, outcome: Any, adds: object) -> None:
    """Every element has its own outcome; the credit is their share."""
    found = judged(measure, facts)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    ("measure", "hazards", "facts", "outcome", "adds"),
    [
        pytest.param(
            checklist(PLAN, WITH_DUST), [], {"plan": True, "team": False}, SATISFIED, YES, id="does not apply"
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST),
            ["dust"],
            {"plan": True, "team": False},
            NOT_SATISFIED,
            HALF,
            id="applies, and is lacking",
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST),
            None,
            {"plan": True, "team": False},
            UNKNOWN,
            (HALF, YES),
            id="perhaps applies, and is lacking",
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST),
            None,
            {"plan": True, "team": True},
            SATISFIED,
            YES,
            id="perhaps applies, and is in place",
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST),
            None,
            {"plan": False, "team": True},
            NOT_SATISFIED,
            (NO, HALF),
            id="perhaps applies, and another is lacking",
        ),
        pytest.param(checklist(WITH_DUST), [], {"team": True}, NOT_APPLICABLE, None, id="nothing applies"),
        pytest.param(checklist(WITH_DUST), None, {"team": True}, UNKNOWN, (YES, YES), id="perhaps nothing applies"),
        pytest.param(
            checklist(WITH_DUST), None, {"team": False}, UNKNOWN, (NO, NO), id="perhaps nothing, else lacking"
        ),
        pytest.param(checklist(WITH_DUST), [], {}, NOT_APPLICABLE, None, id="what does not apply may stay blank"),
        pytest.param(
            checklist(PLAN, WITH_DUST, at_least=2),
            [],
            {"plan": True},
            SATISFIED,
            YES,
            id="two asked, one applies, and it is in place",
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST, at_least=2),
            [],
            {"plan": False},
            NOT_SATISFIED,
            NO,
            id="two asked, one applies, and it is lacking",
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST, at_least=2),
            None,
            {"plan": True, "team": False},
            UNKNOWN,
            (HALF, YES),
            id="two asked, the second perhaps applies",
        ),
        pytest.param(
            checklist(PLAN, WITH_DUST, at_least=1), None, {"plan": True}, SATISFIED, YES, id="one asked, and in place"
        ),
        pytest.param(checklist(WITH_DUST, at_least=1), [], {}, NOT_APPLICABLE, None, id="one asked, none applies"),
    ],
)
def test_elements_that_may_not_apply(
    judged: Judge, measure: Facts, hazards: Any, facts: Facts, outcome: Any, adds: object
) -> None:
    """What does not apply drops out; where that is unknown the element is."""
    found = judged(measure, facts, organization={"hazards": hazards})
    assert (found.outcome, credit(found)) == (outcome, adds)


TWO_OF_THREE = checklist(ONE, TWO, PLAN, at_least=2)


@both_backends
@pytest.mark.parametrize(
    ("measure", "answers", "outcome", "adds"),
    [
        pytest.param(TWO_OF_THREE, (True, True, True), SATISFIED, YES, id="three of two"),
        pytest.param(TWO_OF_THREE, (True, True, False), SATISFIED, YES, id="exactly two"),
        pytest.param(TWO_OF_THREE, (True, False, False), NOT_SATISFIED, HALF, id="one short"),
        pytest.param(TWO_OF_THREE, (False, False, False), NOT_SATISFIED, NO, id="none"),
        pytest.param(TWO_OF_THREE, (True, True, None), SATISFIED, YES, id="a blank that can't change it"),
        pytest.param(TWO_OF_THREE, (True, False, None), UNKNOWN, (HALF, YES), id="a blank that can"),
        pytest.param(TWO_OF_THREE, (False, False, None), NOT_SATISFIED, (NO, HALF), id="a blank that can't save it"),
        pytest.param(TWO_OF_THREE, (None, None, None), UNKNOWN, OPEN, id="nothing known"),
    ],
)
def test_at_least(judged: Judge, measure: Facts, answers: Any, outcome: Any, adds: object) -> None:
    """At least n: the others may be lacking."""
    one, two, plan = answers
    found = judged(measure, {"four": {"one": one, "two": two}, "plan": plan})
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize("asked", [1, 2, 3])
@pytest.mark.parametrize("answers", list(product((True, False, None), repeat=3)))
def test_at_least_against_every_completion(judged: Judge, answers: tuple[bool | None, ...], asked: int) -> None:
    """The outcome and the bounds are those of all ways to fill in the blanks, counted here by hand."""
    one, two, plan = answers
    found = judged(checklist(ONE, TWO, PLAN, at_least=asked), {"four": {"one": one, "two": two}, "plan": plan})
    ways = list(product(*((True, False) if answer is None else (answer,) for answer in answers)))
    adds_up = [Fraction(min(sum(way), asked), asked) for way in ways]
    expected = SATISFIED if min(adds_up) == 1 else NOT_SATISFIED if max(adds_up) < 1 else UNKNOWN
    assert (found.outcome, found.low, found.high, found.out) == (expected, min(adds_up), max(adds_up), False)


NOT_YET = {"issued_on": "none", "four": {"three": "none"}}


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "as_of", "outcome", "to_date", "next_due"),
    [
        pytest.param(
            checklist(PLAN, JUNE),
            {"plan": True, **NOT_YET},
            "2022-06-29",
            SATISFIED,
            True,
            "2022-06-30",
            id="one in place, one still to come",
        ),
        pytest.param(
            checklist(PLAN, JUNE),
            {"plan": True, **NOT_YET},
            "2022-06-30",
            NOT_SATISFIED,
            False,
            "2022-06-30",
            id="it has come, and is lacking",
        ),
        pytest.param(
            checklist(PLAN, JUNE),
            {"plan": False, **NOT_YET},
            "2022-06-29",
            NOT_SATISFIED,
            False,
            "2022-06-30",
            id="lacking comes before still to come",
        ),
        pytest.param(
            checklist(PLAN, JUNE),
            {**NOT_YET},
            "2022-06-29",
            UNKNOWN,
            False,
            "2022-06-30",
            id="unknown comes before still to come",
        ),
        pytest.param(checklist(JUNE, DECEMBER), NOT_YET, "2022-06-29", PENDING, False, "2022-06-30", id="none is due"),
        pytest.param(
            checklist(JUNE, DECEMBER), NOT_YET, "2022-06-30", NOT_SATISFIED, False, "2022-06-30", id="the first is due"
        ),
        pytest.param(
            checklist(JUNE, DECEMBER, at_least=1),
            NOT_YET,
            "2022-06-30",
            PENDING,
            False,
            "2022-12-31",
            id="one of two: the second may still come",
        ),
        pytest.param(
            checklist(JUNE, DECEMBER, at_least=1),
            NOT_YET,
            "2022-12-31",
            NOT_SATISFIED,
            False,
            "",
            id="one of two: neither came",
        ),
        pytest.param(
            checklist(PLAN, JUNE, DECEMBER, at_least=1),
            {"plan": True, **NOT_YET},
            "2022-06-29",
            SATISFIED,
            False,
            "2022-06-30",
            id="one of three, and it is in place",
        ),
        pytest.param(
            checklist(PLAN, ONE, DECEMBER, at_least=2),
            {"plan": False, "four": {"one": False, "three": "none"}},
            "2022-06-29",
            NOT_SATISFIED,
            False,
            "2022-12-31",
            id="two of three, and two are lacking",
        ),
        pytest.param(
            checklist(PLAN, CAP),
            {"plan": True, "deaths": 0},
            "2022-06-30",
            SATISFIED,
            True,
            "2022-12-31",
            id="a cap kept so far",
        ),
    ],
)
def test_elements_with_days_of_their_own(
    judged: Judge, measure: Facts, facts: Facts, as_of: str, outcome: Any, to_date: bool, next_due: str
) -> None:
    """What is due decides, and the others are still to come."""
    found = judged(measure, facts, as_of=as_of)
    assert (found.outcome, found.to_date, found.next_due) == (outcome, to_date, next_due)


AT_THE_END = checklist(ONE, TWO, due="period-end")


@both_backends
@pytest.mark.parametrize(
    ("measure", "facts", "as_of", "outcome", "adds"),
    [
        pytest.param(AT_THE_END, {"four": {"one": True, "two": False}}, "2022-12-30", PENDING, None, id="short, early"),
        pytest.param(AT_THE_END, {"four": {"one": True, "two": False}}, "2022-12-31", NOT_SATISFIED, HALF, id="short"),
        pytest.param(AT_THE_END, {"four": {"one": True, "two": True}}, "2022-12-30", SATISFIED, YES, id="all, early"),
        pytest.param(AT_THE_END, {"four": {"one": True}}, "2022-12-30", PENDING, (YES, YES), id="a blank, early"),
        pytest.param(AT_THE_END, {"four": {"one": True}}, "2022-12-31", UNKNOWN, (HALF, YES), id="a blank at the end"),
        pytest.param(
            checklist(ONE, TWO, due="period-end", at_least=1),
            {"four": {"one": True, "two": False}},
            "2022-06-30",
            SATISFIED,
            YES,
            id="one of two, early",
        ),
        pytest.param(
            checklist(ONE, {"measure": {"kind": "affirm", "fact": "plan", "due": "standing"}}, due="period-end"),
            {"four": {"one": False}, "plan": False},
            "2022-06-30",
            NOT_SATISFIED,
            NO,
            id="a standing element is due before the rest",
        ),
    ],
)
def test_one_result(judged: Judge, measure: Facts, facts: Facts, as_of: str, outcome: Any, adds: object) -> None:
    """Elements that share the checklist's day are one result: short before that day is pending."""
    found = judged(measure, facts, as_of=as_of)
    assert (found.outcome, credit(found)) == (outcome, adds)


@both_backends
@pytest.mark.parametrize(
    "measure",
    [
        pytest.param(checklist(ONE, TWO, due={"parameter": "quota"}), id="the day"),
        pytest.param(checklist(ONE, TWO, at_least={"parameter": "quota"}), id="the number"),
    ],
)
def test_what_nobody_supplied(judged: Judge, measure: Facts) -> None:
    """A checklist without its day, or its number, is unknown, though all is in place."""
    found = judged(measure, {"four": {"one": True, "two": True}})
    assert (found.outcome, credit(found)) == (UNKNOWN, OPEN)


@both_backends
def test_a_hard_duty_has_no_partial_credit(judged: Judge) -> None:
    """One of two is nothing where the duty is hard."""
    found = judged(FOUR_ONES, {"four": {"one": True, "two": False}}, rule={"hard": True})
    assert (found.outcome, credit(found), found.short) == (NOT_SATISFIED, NO, (1, 1))


def test_a_linked_element_has_one_measure() -> None:
    """A bare fact has become a measure, which stands in its place: linked once more, nothing changes."""
    found = linked(checklist(ONE, WITH_DUST, RATIO))
    links = Links(world().dictionary)
    assert found.linked(links, ()) == found
    assert links.wrong == []
