"""The scalar backend: what a cell means on a day, and what records come to."""

from __future__ import annotations

from typing import Any

import pytest

from safescore.expr import NONE, Cell, Compare, Field, Op, judge
from safescore.facts.answers import Series
from safescore.period import MINUTES_A_DAY, NO_SLOT, UNKNOWN_SLOT, Clock, Days, Duration, Slots, Window
from safescore.reduce import (
    ScalarBackend,
    covering,
    day_of,
    figure_on,
    happened_by,
    next_visit_after,
    plain_answer,
    slot_of,
)
from safescore.standing import UNBOUNDED, Span
from tests.measures.tables import firm, meetings, reading, submission_of
from tests.worlds import day, pack_of, world

FACTS = world().dictionary.facts
JUNE = day("2022-06-30")


def backend(facts: dict[str, Any], **head: Any) -> ScalarBackend:
    """Return the backend of these facts."""
    pack = pack_of([])
    judging, values = reading(pack, submission_of(facts, **head))
    return ScalarBackend(judging.submission, pack.dictionary, judging.clock(values))


def mask(*places: int) -> int:
    return sum(1 << 8 * place for place in places)


@pytest.mark.parametrize(
    ("type_", "cell", "stands"),
    [
        pytest.param("date", JUNE, True, id="today"),
        pytest.param("date", JUNE + 1, False, id="tomorrow"),
        pytest.param("term", JUNE + 1, True, id="a term may lie ahead"),
        pytest.param("time", (JUNE + 1) * MINUTES_A_DAY - 1, True, id="the last minute of today"),
        pytest.param("time", (JUNE + 1) * MINUTES_A_DAY, False, id="midnight"),
        pytest.param("count", JUNE + 1, True, id="a number is no day"),
        pytest.param("date", NONE, True, id="none"),
        pytest.param("date", None, True, id="a blank"),
    ],
)
def test_what_has_happened(type_: str, cell: Cell, stands: bool) -> None:
    assert happened_by(type_, cell, JUNE) is (cell if stands else NONE)


def test_the_day_of_an_event() -> None:
    assert day_of(FACTS["meetings"], JUNE) == JUNE
    assert day_of(FACTS["jobs"], JUNE * MINUTES_A_DAY + 1439) == JUNE
    assert day_of(FACTS["jobs"], (JUNE + 1) * MINUTES_A_DAY) == JUNE + 1


FEAST = Slots(
    (Window("五一", Days(JUNE - 4, JUNE), occasion="may"), Window("六月", Days(JUNE + 9, JUNE + 9), occasion="june"))
)
PLAIN = Slots((Window("may", Days(JUNE - 4, JUNE)),))


@pytest.mark.parametrize(
    ("fact", "at", "cell", "slots", "slot"),
    [
        pytest.param("meetings", JUNE, "may", FEAST, 0, id="on the last day of its occasion"),
        pytest.param("meetings", JUNE + 1, "may", FEAST, NO_SLOT, id="a day after it"),
        pytest.param("meetings", JUNE - 90, "june", FEAST, 1, id="long before it"),
        pytest.param("meetings", None, "may", FEAST, 0, id="when is blank"),
        pytest.param("meetings", JUNE, None, FEAST, UNKNOWN_SLOT, id="for which is blank"),
        pytest.param("meetings", JUNE + 99, None, FEAST, UNKNOWN_SLOT, id="for which is blank, however late"),
        pytest.param("meetings", JUNE, "none", FEAST, NO_SLOT, id="for none"),
        pytest.param("jobs", JUNE, "may", FEAST, 0, id="events that name no occasion go by their day"),
        pytest.param("meetings", JUNE, "june", PLAIN, 0, id="windows of the calendar go by the day"),
        pytest.param("meetings", JUNE + 1, "may", PLAIN, NO_SLOT, id="outside the calendar"),
        pytest.param("meetings", None, "may", PLAIN, UNKNOWN_SLOT, id="the day is blank"),
        pytest.param("meetings", NONE, "may", PLAIN, NO_SLOT, id="there is no day"),
        pytest.param("meetings", JUNE, "may", Slots(()), NO_SLOT, id="no windows"),
    ],
)
def test_the_window_of_an_event(fact: str, at: Any, cell: Any, slots: Slots, slot: int) -> None:
    assert slot_of(FACTS[fact], at, cell, slots) == slot


ANY = Span(0, UNBOUNDED)


@pytest.mark.parametrize(
    ("fact", "answer", "dated", "whole", "span"),
    [
        pytest.param("total", 7, False, True, Span(7, 7), id="a figure of today"),
        pytest.param("total", 7, True, True, Span(7, 7), id="a population stands on an earlier day"),
        pytest.param("part", 7, True, False, ANY, id="what may shrink says nothing of an earlier day"),
        pytest.param("done", 7, True, False, Span(0, 7), id="what only grows was at most that"),
        pytest.param("done", 7, True, True, Span(0, 7), id="a population that only grows was at most that"),
        pytest.param("done", 7, False, False, Span(7, 7), id="what only grows, today"),
        pytest.param("part", None, False, False, ANY, id="a blank"),
        pytest.param("done", None, True, False, ANY, id="a blank of an earlier day"),
        pytest.param("part", NONE, False, False, Span(0, 0), id="none is zero"),
        pytest.param("part", Series(values=((JUNE, 4),)), False, False, Span(4, 4), id="dated the day"),
        pytest.param("part", Series(values=((JUNE - 9, 4),)), True, False, Span(4, 4), id="dated before it"),
        pytest.param("part", Series(values=((JUNE - 9, 4), (JUNE, 5))), False, False, Span(5, 5), id="the last of two"),
        pytest.param("part", Series(values=((JUNE - 9, 4), (JUNE, None))), False, False, ANY, id="the last is blank"),
        pytest.param("done", Series(values=((JUNE - 9, 4), (JUNE, None))), False, False, ANY, id="a blank that grows"),
        pytest.param("part", Series(values=((JUNE + 1, 4),)), False, False, ANY, id="dated after it"),
        pytest.param("done", Series(values=((JUNE + 1, 4),)), False, False, Span(0, 4), id="at most what came later"),
        pytest.param(
            "done", Series(values=((JUNE + 1, 9), (JUNE + 2, 4))), False, False, Span(0, 4), id="the least of what came"
        ),
        pytest.param("done", Series(values=((JUNE + 1, None),)), False, False, ANY, id="a later blank"),
        pytest.param("done", Series(values=((JUNE, NONE), (JUNE + 1, 9))), False, False, Span(0, 0), id="none, dated"),
        pytest.param("done", Series(values=()), False, False, ANY, id="a series without values"),
    ],
)
def test_a_figure_on_a_day(fact: str, answer: Any, dated: bool, whole: bool, span: Span[int]) -> None:
    assert figure_on(FACTS[fact], answer, JUNE, dated=dated, whole=whole) == span


@pytest.mark.parametrize(
    ("fact", "answer", "at", "span"),
    [
        pytest.param("part", 7, None, Span(7, 7), id="at the cut"),
        pytest.param("part", 7, "2022-12-31", Span(7, 7), id="on the day of the cut"),
        pytest.param("part", 7, "2022-12-30", ANY, id="the day before, of what may shrink"),
        pytest.param("total", 7, "2022-12-30", Span(7, 7), id="the day before, of a population"),
        pytest.param(
            "part", {"2022-12-30": 6, "2022-12-31": 7}, "2022-12-30", Span(6, 6), id="a series the day before"
        ),
        pytest.param("part", None, None, ANY, id="a blank"),
    ],
)
def test_a_figure_of_the_organisation(fact: str, answer: Any, at: str | None, span: Span[int]) -> None:
    given = 0 if answer is None else 1
    assert backend({fact: answer}).figure(fact, None if at is None else day(at)) == (given, span)


def test_what_was_never_given_is_no_figure() -> None:
    empty = backend({"firms": []})
    assert empty.figure("total", None) == (0, ANY)
    assert empty.figure("firms", None) == (0, ANY)


@pytest.mark.parametrize(
    ("spans", "covers"),
    [
        pytest.param(((10, 20),), True, id="exactly"),
        pytest.param(((1, 30),), True, id="more than that"),
        pytest.param(((11, 20),), False, id="not the first day"),
        pytest.param(((10, 19),), False, id="not the last day"),
        pytest.param(((10, 14), (15, 20)), True, id="two that meet"),
        pytest.param(((10, 14), (16, 20)), False, id="a day between them"),
        pytest.param(((10, 18), (12, 14), (15, 20)), True, id="one within another"),
        pytest.param(((1, 9), (21, 30)), False, id="before it and after it"),
        pytest.param((), False, id="none"),
    ],
)
def test_spans_of_days_that_cover_others(spans: tuple[tuple[int, int], ...], covers: bool) -> None:
    assert covering(tuple(Days(*span) for span in spans), Days(10, 20)) is covers


def test_the_next_visit_is_a_cycle_after_the_last() -> None:
    assert next_visit_after(Duration(years=1), JUNE) == day("2023-06-30")
    assert next_visit_after(Duration(days=1), JUNE * MINUTES_A_DAY + 60) == JUNE + 1


FIRMS = [
    firm("F0", dead=1, since="2022-02-01", level="one"),
    {**firm("F1", dead=None, since=None), "id": None},
    firm("F2", dead="none", since="none", level="two"),
]


def test_sums_of_records() -> None:
    firms = backend({"firms": FIRMS}).records("firms")
    assert firms.total("dead", firms.full()) == Span(1, UNBOUNDED)
    assert firms.total("dead", mask(0, 2)) == Span(1, 1)
    assert firms.total("dead", mask(2)) == Span(0, 0)
    assert firms.total("dead", 0) == Span(0, 0)


def test_the_soonest_of_days() -> None:
    firms = backend({"firms": [*FIRMS, firm("F3", since="2022-01-15")]}).records("firms")
    assert firms.soonest("since", None, firms.full()) == day("2022-01-15")
    assert firms.soonest("since", Duration(months=1), mask(0)) == day("2022-03-01")
    assert firms.soonest("since", None, mask(1, 2)) == 0


def test_fields_compared_with_fields() -> None:
    """A blank on either side is neither; none is never before or after anything."""
    rows = [(7, 8), (8, 8), (9, 8), (None, 8), (8, None), ("none", 8), (8, "none")]
    cases = [
        {"id": f"A{at}", "closed_on": one and _june(one), "reviewed_on": other and _june(other), "due_on": "none"}
        for at, (one, other) in enumerate(rows)
    ]
    records = backend({"cases_2021": cases}).records("cases_2021")
    found = {op: records.members(records.compare("closed_on", op, Field("reviewed_on"))) for op in Op}
    assert found == {Op.EQ: [1], Op.GE: [1, 2], Op.GT: [2], Op.LE: [0, 1], Op.LT: [0]}
    later = records.compare("closed_on", Op.EQ, Field("reviewed_on", Duration(days=1)))
    assert records.members(later) == [2]
    assert records.members(records.elapsed("closed_on", Duration(days=1), day("2022-06-09"))) == [0, 1, 4, 6]


def _june(one: object) -> object:
    return f"2022-06-{one:02}" if isinstance(one, int) else one


def test_masks() -> None:
    firms = backend({"firms": [firm(f"F{at}", level=one) for at, one in enumerate(("one", "two", None))]}).records(
        "firms"
    )
    assert (firms.full(), firms.count(firms.full())) == (mask(0, 1, 2), 3)
    assert firms.negate(mask(1)) == mask(0, 2)
    assert firms.members(mask(0, 2)) == [0, 2]
    assert firms.only(2) == mask(2)
    assert firms.one_of("level", frozenset({"one", "three"})) == mask(0)
    assert firms.known("level") == mask(0, 1)
    assert (
        backend({"firms": [firm("F0", since="none"), firm("F1", since=None)]}).records("firms").happened("since") == 0
    )


def test_what_a_record_is_called() -> None:
    """By its key, or what tells it apart; else by its date; else by its number."""
    facts = {
        "firms": [firm("F0"), {**firm("F1"), "id": None}],
        "meetings": [
            *meetings("2022-01-05"),
            {**meetings("2022-02-05")[0], "firm": None},
            {**meetings("2022-02-05")[0], "held_on": None},
        ],
        "jobs": [{"id": None, "began": "2022-05-05 09:00"}],
    }
    made = backend(facts)
    firms, events, jobs = (made.records(name) for name in ("firms", "meetings", "jobs"))
    assert [firms.name(at) for at in (0, 1)] == ["F0", "#2"]
    assert [events.name(at) for at in (0, 1, 2)] == ["2022-01-05 plenary F0", "2022-02-05", "#3"]
    assert jobs.name(0) == "2022-05-05 09:00"
    assert firms.called(("facts", "firms", 0)) == "F0"
    assert firms.called(("facts", "firms", 0, "big")) == "F0"
    assert firms.called(("facts", "firms", 7, "big")) == "#8"
    assert firms.called(("facts", "firms")) == "#1"
    assert made.here.called(("elsewhere", 3, "firms", 4, "big")) == "#5"


def test_where_a_record_stands() -> None:
    made = backend({"firms": FIRMS, "meetings": {"through": "2022-12-31", "events": meetings("2022-01-05")}})
    assert made.records("firms").path(1) == ("facts", "firms", 1)
    assert made.records("firms").path(1, "big") == ("facts", "firms", 1, "big")
    assert made.records("meetings").path(0, "kind") == ("facts", "meetings", "events", 0, "kind")
    assert made.here.path(0, "employees") == ("organization", "employees")
    assert made.here.path(0, "plan") == ("facts", "plan")
    assert made.here.path(0, "four.one") == ("facts", "four", "one")


def test_a_cell_as_it_is_written() -> None:
    made = backend({"plan": True, "issued_on": "2022-06-30", "firms": FIRMS, "jobs": [{"id": "J0", "began": None}]})
    assert [made.here.written(0, name) for name in ("plan", "team", "issued_on", "no_such")] == [
        "true",
        "",
        "2022-06-30",
        "",
    ]
    assert [made.here.day(0, name) for name in ("issued_on", "team")] == [JUNE, 0]
    assert [made.records("firms").written(at, "since") for at in (0, 1, 2)] == ["2022-02-01", "", "none"]
    assert [made.records("firms").day(at, "since") for at in (0, 1, 2)] == [day("2022-02-01"), 0, 0]


def test_plain_answers() -> None:
    given = backend(
        {"plan": True, "four": {"one": False}, "done": {"2022-06-30": 1}, "firms": []}, organization={"employees": 30}
    )._submission
    names = ("employees", "plan", "team", "four.one", "four.two", "four", "done", "firms", "plan.one")
    assert [plain_answer(given, name) for name in names] == [30, True, None, False, None, None, None, None, None]


def test_the_blanks_that_a_condition_asks() -> None:
    """Of every record in order, each field once; of one that may repeat another, what would tell it apart too."""
    events = backend({"meetings": [*meetings("2022-01-05", form=None), *meetings("2022-01-05", firm=None, form=None)]})
    records = events.records("meetings")
    assert records.members(records.sure) == [0]
    asked = Compare("form", Op.EQ, "heard")
    assert list(records.blanks(asked, records.full())) == [
        ("facts", "meetings", 0, "form"),
        ("facts", "meetings", 1, "form"),
        ("facts", "meetings", 1, "firm"),
    ]
    assert list(records.blanks(asked, mask(1))) == [("facts", "meetings", 1, "form"), ("facts", "meetings", 1, "firm")]


def test_the_events_of_a_subject() -> None:
    """What names no firm may be of any; a firm without a name may have any."""
    made = backend(
        {
            "firms": [firm("F0"), {**firm("F1"), "id": None}],
            "meetings": [
                *meetings("2022-01-05"),
                *meetings("2022-02-05", firm=None),
                *meetings("2022-03-05", firm="F9"),
            ],
        }
    )
    events = made.records("meetings")
    assert made.linked(events, "firms", 0) == ([0], [1])
    assert made.linked(events, "firms", 1) == ([], [0, 2, 1])
    counts = judge(Compare("kind", Op.EQ, "plenary"), events)
    named, unnamed = made.subjects("firms")
    slots = Slots((Window("year", made.clock.period),))
    assert list(named.counted(events, counts, slots).windows) == [Span(1, 2)]
    assert list(unnamed.counted(events, counts, slots).windows) == [Span(0, 3)]
    whole = made.whole()
    assert (whole.name, whole.place) == ("", ())
    assert list(whole.counted(events, counts, slots).windows) == [Span(3, 3)]
    assert named.counted(events, counts, slots).undated == 0


@pytest.mark.parametrize(
    ("since", "days", "start", "due"),
    [
        pytest.param("2022-02-01", ("2022-03-01", "2022-05-01"), "since", "2023-05-01", id="after the last"),
        pytest.param("2022-02-01", (), "since", "2023-02-01", id="never yet: since it is there"),
        pytest.param("2022-02-01", (), None, "2023-01-01", id="never yet, of a register that says nothing of that"),
        pytest.param("none", (), "since", "2023-01-01", id="always there"),
    ],
)
def test_the_next_visit_of_a_subject(since: str, days: tuple[str, ...], start: str | None, due: str) -> None:
    made = backend({"firms": [firm("F9"), firm("F0", since=since)], "meetings": meetings(*days)})
    events = made.records("meetings")
    subject = list(made.subjects("firms"))[1]
    counts = judge(Compare("kind", Op.EQ, "plenary"), events)
    clock: Clock = made.clock
    assert subject.next_visit(events, counts, Duration(years=1), start, clock.binds_from) == day(due)
    assert made.whole().next_visit(events, counts, Duration(years=1), start, clock.binds_from) == (
        day(due) if days else day("2023-01-01")
    )


def test_what_was_found_once_is_kept() -> None:
    """Every rule asks again; the records, their windows and whose they are, are found once."""
    made = backend({"firms": [firm("F0")], "meetings": meetings("2022-01-05"), "jobs": []})
    events, slots = made.records("meetings"), Slots((Window("year", made.clock.period),))
    assert made.records("meetings") is events
    assert made.linked(events, "firms", 0)[0] is made.linked(events, "firms", 0)[0]
    assert made.slotted(events, slots) is made.slotted(events, slots)
    assert made.bits(events, 1) is made.bits(events, 1)


def test_the_windows_of_two_kinds_of_events() -> None:
    """What was found for one fact, or for other windows, is not taken for the other."""
    made = backend({"meetings": meetings("2022-07-05"), "jobs": [{"id": "J0", "began": "2022-01-05 09:00"}] * 2})
    first, second = Window("H1", Days(day("2022-01-01"), JUNE)), Window("H2", Days(JUNE + 1, day("2022-12-31")))
    events, jobs = made.records("meetings"), made.records("jobs")
    halves = Slots((first, second))
    assert (made.slotted(events, halves), made.slotted(jobs, halves)) == ([1], [0])
    assert made.slotted(events, Slots((first,))) == [NO_SLOT]
    assert (made.bits(events, 1), made.bits(jobs, 1), made.bits(events, 0)) == (b"\1", b"\1", b"\0")


def test_events_without_a_date_may_fall_anywhere() -> None:
    """They are counted, each; those that are of another kind, or outside all windows, are not."""
    undated = [
        {**one, "held_on": None} for one in (*meetings("2022-01-05"), *meetings("2022-01-05"), *meetings("2022-01-05"))
    ]
    undated[2]["kind"] = "visit"
    made = backend({"meetings": [*undated, *meetings("2022-03-05", "2023-01-05")]}, as_of="2023-02-01")
    events = made.records("meetings")
    counts = judge(Compare("kind", Op.EQ, "plenary"), events)
    found = made.whole().counted(events, counts, Slots((Window("year", made.clock.period),)))
    assert (list(found.windows), found.undated) == ([Span(1, 1)], 2)
