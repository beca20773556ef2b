"""Counts as spans, and the items of a share: what a figure says beside its register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safescore.measures.quantities import allowed, quantity, shares, turned
from safescore.reduce import ScalarBackend
from safescore.standing import UNBOUNDED, Items, Span
from tests.measures.tables import firm, reading, submission_of
from tests.worlds import day, pack_of


def backend(facts: Mapping[str, Any], **head: Any) -> ScalarBackend:
    """Return the backend of these facts."""
    pack = pack_of([])
    judging, values = reading(pack, submission_of(facts, **head))
    return ScalarBackend(judging.submission, pack.dictionary, judging.clock(values))


BIG = [firm(f"F{number}", big=True, finished_on="2022-05-01") for number in range(3)]


@pytest.mark.parametrize(
    ("facts", "at", "span"),
    [
        pytest.param({"firms": BIG}, "2022-06-30", Span(3, 3), id="the register alone"),
        pytest.param({"firms": BIG, "finished": {"2022-06-30": 3}}, "2022-06-30", Span(3, 3), id="they agree"),
        pytest.param({"firms": BIG, "finished": {"2022-06-30": 1}}, "2022-06-30", Span(1, 1), id="the figure stands"),
        pytest.param({"firms": BIG, "finished": {"2022-06-30": None}}, "2022-06-30", Span(3, 3), id="a blank figure"),
        pytest.param({"firms": None, "finished": 2}, None, Span(2, 2), id="the figure alone"),
        pytest.param({"firms": BIG[:2]}, "2022-04-30", Span(0, 0), id="before they finished"),
        pytest.param(
            {"firms": [*BIG, firm("F3", big=True, finished_on=None)]}, "2022-06-30", Span(3, 4), id="one is blank"
        ),
        pytest.param({"finished": {"2022-06-30": 1}}, None, Span(1, 1), id="a dated figure alone"),
        pytest.param({}, None, Span(0, UNBOUNDED), id="neither"),
    ],
)
def test_a_figure_and_its_register(facts: Mapping[str, Any], at: str | None, span: Span[int]) -> None:
    """The figure within what the register allows; on an earlier day the figure stands where they disagree."""
    assert quantity("finished", backend(facts), None if at is None else day(at)) == span


def test_what_a_register_allows_whatever_was_given() -> None:
    assert allowed("finished", backend({"firms": BIG, "finished": {"2022-06-30": 1}})) == Span(3, 3)


FIRMS = [firm("A", big=True, good=True, level="one", dead=2), firm("B", big=True, good=False, level="two", dead=1)]


@pytest.mark.parametrize(
    ("part", "whole", "facts", "items"),
    [
        pytest.param(
            "good_big", "big_firms", {"firms": FIRMS}, Items(Span(1, 1), Span(1, 1), 2, 0), id="of a register"
        ),
        pytest.param(
            "dead_in_firms", "big_firms", {"firms": FIRMS}, Items(Span(2, 2), Span(0, 0), 2, 0), id="a sum of a count"
        ),
        pytest.param(
            "big_firms", "dead_in_firms", {"firms": FIRMS}, Items(Span(2, 2), Span(0, 0), 2, 0), id="a count of a sum"
        ),
        pytest.param("part", "total", {"part": 3, "total": 10}, Items(Span(3, 3), Span(7, 7), 10, 0), id="two figures"),
        pytest.param(
            "part", "total", {"total": 10}, Items(Span(0, 10), Span(0, 10), 10, 0), id="a part is within its whole"
        ),
        pytest.param(
            "part", "total", {"part": 3}, Items(Span(3, 3), Span(0, UNBOUNDED), 3, 0), id="a whole is no less than it"
        ),
        pytest.param("part", "total", {}, Items(Span(0, UNBOUNDED), Span(0, UNBOUNDED), 0, 0), id="nothing of either"),
        pytest.param(
            "good_big",
            "big_firms",
            {"firms": [*FIRMS, firm("C", big=None, good=None)]},
            Items(Span(1, 2), Span(1, 2), 2, 0),
            id="one may be both, or neither",
        ),
        pytest.param(
            "good_big",
            "big_firms",
            {"firms": [*FIRMS, firm("C", big=None, good=True)]},
            Items(Span(1, 2), Span(1, 1), 2, 0),
            id="one that is good is met, or not asked",
        ),
        pytest.param(
            "good_big",
            "big_firms",
            {"firms": [*FIRMS, {**firm("C", big=True, good=False), "id": None}]},
            Items(Span(1, 1), Span(1, 2), 2, 0),
            id="one that may repeat another",
        ),
        pytest.param(
            "good_big",
            "big_firms",
            {"firms": [*FIRMS, firm("C", big=True, good=None)], "big_firms": 3},
            Items(Span(1, 2), Span(1, 2), 3, 0),
            id="a figure of the whole beside it",
        ),
        pytest.param(
            "good_big",
            "big_firms",
            {"firms": [*FIRMS, firm("C", big=True, good=None)], "good_big": 2},
            Items(Span(2, 2), Span(1, 1), 3, 0),
            id="a figure of the part beside it",
        ),
        pytest.param(
            "good_big", "big_firms", {}, Items(Span(0, UNBOUNDED), Span(0, UNBOUNDED), 0, 0), id="no register"
        ),
    ],
)
def test_the_items_of_a_share(part: str, whole: str, facts: Mapping[str, Any], items: Items[int]) -> None:
    """Of one register every record is judged once for both; else part and whole are spans of their own."""
    found = shares(part, whole, backend(facts))
    assert found == items
    assert turned(found) == Items(items.unmet, items.met, items.asked, items.later)
