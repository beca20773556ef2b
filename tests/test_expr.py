"""The one filter language: read strictly, and judged in three values, by both backends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from safescore.dictionary import EXPECTED, FieldReader, FieldSpec
from safescore.expr import (
    ALWAYS,
    All,
    AnyOf,
    Before,
    Compare,
    Covers,
    Elapsed,
    Expr,
    Field,
    Happened,
    Includes,
    Moment,
    Not,
    OneOf,
    Op,
    Setting,
    Stated,
    Unknown,
    Wrong,
    bind,
    fields,
    judge,
    parse,
    settings,
    suggestion,
)
from safescore.facts.read import open_submission, read_submission
from safescore.measures import Condition
from safescore.measures.base import timely
from safescore.period import Clock, Days, Duration, Partial
from safescore.reduce import ScalarBackend
from safescore.words import Text, same
from tests.columns import ColumnBackend
from tests.measures.tables import submission_of
from tests.worlds import day, world

HOLDS, FAILS, OPEN = "holds", "fails", "unknown"
YEAR = Days(day("2022-01-01"), day("2022-12-31"))
CLOCK = Clock(
    period=YEAR,
    binds_from=YEAR.first,
    partial=Partial.WHOLE,
    as_of=day("2022-09-30"),
    cut=day("2022-09-30"),
    campaign=YEAR,
)
Answer = Callable[[Expr, str, Mapping[str, Any]], str]


def scalar(expr: Expr, register: str, record: Mapping[str, Any]) -> str:
    """Return how one organisation's record answers."""
    return _told(expr, register, record, lambda read, dictionary: ScalarBackend(read, dictionary, CLOCK))


def columns(expr: Expr, register: str, record: Mapping[str, Any]) -> str:
    """Return how the record answers in columns."""
    return _told(expr, register, record, lambda read, dictionary: ColumnBackend([read], dictionary, CLOCK))


def _told(expr: Expr, register: str, record: Mapping[str, Any], backend_of: Callable[[Any, Any], Any]) -> str:
    pack = world()
    facts = {} if register == "here" else {register: [record]}
    profile = record if register == "here" else {}
    document = open_submission(submission_of(facts, as_of="2022-09-30", organization=profile))
    backend = backend_of(read_submission(document, pack.dictionary, pack.roles), pack.dictionary)
    rows = backend.here if register == "here" else backend.records(register)
    truth = judge(expr, rows)
    holds, fails = int(np.sum(rows.count(truth.holds))), int(np.sum(rows.count(truth.fails)))
    assert holds + fails <= 1
    return HOLDS if holds else FAILS if fails else OPEN


def condition(raw: object, register: str) -> Expr:
    """Return a condition on the fields of a register, or on the profile, as it is meant on the day of judgement."""
    dictionary = world().dictionary
    specs: Any = dict(dictionary.profile()) if register == "here" else dictionary.facts[register].fields
    wrong: list[Wrong] = []
    expr = parse(raw, FieldReader(specs), wrong)
    assert not wrong, wrong
    return timely(Condition(raw, expr), CLOCK.as_of, day("2022-06-30"))


both_ways = pytest.mark.parametrize("answer", [scalar, columns])


@both_ways
@pytest.mark.parametrize(
    ("raw", "record", "told"),
    [
        pytest.param({"big": True}, {"big": True}, HOLDS, id="equal"),
        pytest.param({"big": True}, {"big": False}, FAILS, id="not equal"),
        pytest.param({"big": True}, {"big": None}, OPEN, id="a blank"),
        pytest.param({"big": True}, {}, OPEN, id="a field left out"),
        pytest.param({"level": "one"}, {"level": "one"}, HOLDS, id="an option"),
        pytest.param({"level": {"one_of": ["one", "two"]}}, {"level": "two"}, HOLDS, id="one of two"),
        pytest.param({"level": {"one_of": ["one"]}}, {"level": "two"}, FAILS, id="not one of them"),
        pytest.param({"level": {"one_of": ["one", "two"]}}, {"level": None}, OPEN, id="one of all, and blank"),
        pytest.param({"dead": {"at_least": 3}}, {"dead": 3}, HOLDS, id="at least includes"),
        pytest.param({"dead": {"at_least": 3}}, {"dead": 2}, FAILS, id="one short of at least"),
        pytest.param({"dead": {"more_than": 3}}, {"dead": 3}, FAILS, id="more than excludes"),
        pytest.param({"dead": {"at_most": 3}}, {"dead": 3}, HOLDS, id="at most includes"),
        pytest.param({"dead": {"less_than": 3}}, {"dead": 3}, FAILS, id="less than excludes"),
        pytest.param({"dead": 0}, {"dead": 0}, HOLDS, id="zero is a value"),
        pytest.param({"dead": {"less_than": 3}}, {"dead": "none"}, FAILS, id="none fails every comparison"),
        pytest.param(
            {"dead": {"not": {"less_than": 3}}}, {"dead": "none"}, HOLDS, id="and so none passes its negation"
        ),
        pytest.param({"finished_on": {"before": "2022-03-01"}}, {"finished_on": "2022-02-28"}, HOLDS, id="before"),
        pytest.param({"finished_on": {"before": "2022-03-01"}}, {"finished_on": "2022-03-01"}, FAILS, id="on the day"),
        pytest.param({"finished_on": {"on_or_before": "2022-03-01"}}, {"finished_on": "2022-03-01"}, HOLDS, id="on it"),
        pytest.param({"finished_on": {"on_or_before": "as_of"}}, {"finished_on": "2022-09-30"}, HOLDS, id="today"),
        pytest.param({"finished_on": {"on_or_before": "as_of"}}, {"finished_on": "2022-10-01"}, FAILS, id="a plan"),
        pytest.param({"finished_on": {"on_or_before": "due"}}, {"finished_on": "2022-06-30"}, HOLDS, id="when due"),
        pytest.param({"finished_on": {"on_or_before": "due"}}, {"finished_on": "2022-07-01"}, FAILS, id="late"),
        pytest.param({"finished_on": {"before": "as_of"}}, {"finished_on": "none"}, FAILS, id="none is before nothing"),
        pytest.param(
            {"finished_on": {"before": "since"}},
            {"finished_on": "2022-01-01", "since": "2022-02-01"},
            HOLDS,
            id="before another field",
        ),
        pytest.param(
            {"finished_on": {"before": "since"}},
            {"finished_on": "2022-01-01", "since": None},
            OPEN,
            id="before a blank",
        ),
        pytest.param(
            {"finished_on": {"before": "since"}},
            {"finished_on": "2022-01-01", "since": "none"},
            FAILS,
            id="before none",
        ),
        pytest.param(
            {"finished_on": {"before": "since"}},
            {"finished_on": "2022-01-01", "since": "2022-12-31"},
            HOLDS,
            id="a term after today is no plan",
        ),
        pytest.param({"dead": {"at_least": 1, "at_most": 3}}, {"dead": 4}, FAILS, id="both operators"),
        pytest.param({"dead": {"at_least": 1, "at_most": 3}}, {"dead": 3}, HOLDS, id="within both"),
        pytest.param({"big": True, "good": True}, {"big": True, "good": None}, OPEN, id="and, one blank"),
        pytest.param({"big": True, "good": True}, {"big": False, "good": None}, FAILS, id="and, one decides"),
        pytest.param({"any_of": [{"big": True}, {"good": True}]}, {"big": True, "good": None}, HOLDS, id="or decides"),
        pytest.param({"any_of": [{"big": True}, {"good": True}]}, {"big": False, "good": None}, OPEN, id="or, open"),
        pytest.param({"any_of": [{"big": True}, {"good": True}]}, {"big": False, "good": False}, FAILS, id="or, none"),
        pytest.param({"not": {"big": True, "good": True}}, {"big": None, "good": False}, HOLDS, id="not both"),
        pytest.param({"not": {"big": True}}, {"big": None}, OPEN, id="not a blank"),
        pytest.param({"dead": {"at_least": {"parameter": "quota"}}}, {"dead": 9}, OPEN, id="a missing parameter"),
        pytest.param(
            {"any_of": [{"big": True}, {"dead": {"at_least": {"parameter": "quota"}}}]},
            {"big": True},
            HOLDS,
            id="a missing parameter that does not matter",
        ),
    ],
)
def test_conditions(answer: Answer, raw: object, record: Mapping[str, Any], told: str) -> None:
    """Lines are AND; a blank is unknown unless another line decides."""
    assert answer(condition(raw, "firms"), "firms", {"id": "F", **record}) == told


@both_ways
@pytest.mark.parametrize(
    ("raw", "began", "told"),
    [
        pytest.param({"began": {"before": "2022-07-01"}}, "2022-06-30 23:59", HOLDS, id="before the day"),
        pytest.param({"began": {"before": "2022-07-01"}}, "2022-07-01 00:00", FAILS, id="its first minute"),
        pytest.param({"began": {"on_or_before": "2022-07-01"}}, "2022-07-01 23:59", HOLDS, id="its last minute"),
        pytest.param({"began": {"on_or_before": "2022-07-01"}}, "2022-07-02 00:00", FAILS, id="the next minute"),
        pytest.param({"began": {"at_least": "2022-07-01"}}, "2022-07-01 00:00", HOLDS, id="from its first minute"),
        pytest.param({"began": {"more_than": "2022-07-01"}}, "2022-07-01 23:59", FAILS, id="after the day"),
        pytest.param({"began": {"more_than": "2022-07-01"}}, "2022-07-02 00:00", HOLDS, id="the day after"),
        pytest.param({"began": {"before": "2022-07-01 08:00"}}, "2022-07-01 07:59", HOLDS, id="before a minute"),
        pytest.param({"began": {"before": "2022-07-01 08:00"}}, "2022-07-01 08:00", FAILS, id="at that minute"),
        pytest.param({"began": {"on_or_before": "as_of"}}, "2022-09-30 23:59", HOLDS, id="the last minute of today"),
        pytest.param({"began": {"on_or_before": "as_of"}}, "2022-10-01 00:00", FAILS, id="tomorrow is a plan"),
        pytest.param({"began": "2022-07-01"}, "2022-07-01 13:00", HOLDS, id="on the day"),
        pytest.param({"began": "2022-07-01"}, "2022-07-02 00:00", FAILS, id="on another"),
        pytest.param({"began": "2022-07-01 13:00"}, "2022-07-01 13:00", HOLDS, id="at the minute"),
        pytest.param({"began": "2022-07-01 13:00"}, "2022-07-01 13:01", FAILS, id="a minute later"),
        pytest.param({"began": {"before": "tested"}}, "2022-07-01 13:00", OPEN, id="before a blank time"),
    ],
)
def test_times(answer: Answer, raw: object, began: str, told: str) -> None:
    """A day means that whole day where a field holds times."""
    assert answer(condition(raw, "jobs"), "jobs", {"id": "J", "began": began}) == told


@both_ways
@pytest.mark.parametrize(
    ("hazards", "told"),
    [
        pytest.param(["dust", "gas"], HOLDS, id="among them"),
        pytest.param(["gas"], FAILS, id="not among them"),
        pytest.param([], FAILS, id="there are none"),
        pytest.param(None, OPEN, id="blank"),
    ],
)
def test_sets(answer: Answer, hazards: Any, told: str) -> None:
    """A set holds an option; the empty set is an answer."""
    expr = condition({"hazards": {"includes": "dust"}}, "here")
    assert answer(expr, "here", {"hazards": hazards}) == told


DAYS = Days(day("2022-04-01"), day("2022-04-30"))


@both_ways
@pytest.mark.parametrize(
    ("expr", "record", "told"),
    [
        pytest.param(ALWAYS, {}, HOLDS, id="nothing asked"),
        pytest.param(AnyOf(()), {"big": True}, FAILS, id="any of nothing"),
        pytest.param(Happened("finished_on"), {"finished_on": "2022-01-01"}, HOLDS, id="it has happened"),
        pytest.param(Happened("finished_on"), {"finished_on": "none"}, FAILS, id="it has not"),
        pytest.param(Happened("finished_on"), {"finished_on": "2022-10-01"}, FAILS, id="it is planned"),
        pytest.param(Happened("finished_on"), {}, OPEN, id="whether it has is blank"),
        pytest.param(Stated("finished_on"), {"finished_on": "none"}, HOLDS, id="none is stated"),
        pytest.param(Stated("finished_on"), {}, FAILS, id="a blank is not"),
        pytest.param(Covers("shut", DAYS), {"shut": ["2022-04-01..2022-04-30"]}, HOLDS, id="all days"),
        pytest.param(Covers("shut", DAYS), {"shut": ["2022-04-01..2022-04-29"]}, FAILS, id="all but the last"),
        pytest.param(Covers("shut", DAYS), {"shut": ["2022-04-02..2022-04-30"]}, FAILS, id="all but the first"),
        pytest.param(
            Covers("shut", DAYS),
            {"shut": ["2022-04-16..2022-05-31", "2022-03-01..2022-04-15"]},
            HOLDS,
            id="two stretches that meet, in any order",
        ),
        pytest.param(Covers("shut", DAYS), {"shut": ["2022-03-01..2022-06-01", "2022-04-10"]}, HOLDS, id="overlapping"),
        pytest.param(Covers("shut", DAYS), {"shut": []}, FAILS, id="no days"),
        pytest.param(Covers("shut", DAYS), {}, OPEN, id="days left blank"),
        pytest.param(Before("since", "until"), {"since": "2022-01-01", "until": "2022-01-02"}, HOLDS, id="in order"),
        pytest.param(
            Before("since", "until"), {"since": "2022-01-02", "until": "2022-01-01"}, FAILS, id="out of order"
        ),
        pytest.param(Before("since", "until"), {"since": "2022-01-01", "until": "2022-01-01"}, OPEN, id="the same day"),
        pytest.param(Before("since", "until"), {"since": "2022-01-01"}, OPEN, id="one blank"),
        pytest.param(Before("since", "until"), {"since": "none", "until": "2022-01-01"}, FAILS, id="one never"),
        pytest.param(Before("since", "until"), {"since": "none", "until": "none"}, FAILS, id="both never"),
        pytest.param(
            Elapsed("since", Duration(months=6), day("2022-07-01")), {"since": "2022-01-01"}, HOLDS, id="over"
        ),
        pytest.param(
            Elapsed("since", Duration(months=6), day("2022-06-30")),
            {"since": "2022-01-01"},
            FAILS,
            id="a day before it is over",
        ),
        pytest.param(
            Elapsed("since", Duration(months=6), day("2022-07-01")),
            {"since": "none"},
            FAILS,
            id="its clock does not run",
        ),
        pytest.param(Elapsed("since", Duration(months=6), day("2022-07-01")), {}, OPEN, id="from when is blank"),
        pytest.param(
            Compare("until", Op.LE, Field("since", Duration(days=30))),
            {"since": "2022-01-01", "until": "2022-01-31"},
            HOLDS,
            id="within 30 days",
        ),
        pytest.param(
            Compare("until", Op.LE, Field("since", Duration(days=30))),
            {"since": "2022-01-01", "until": "2022-02-01"},
            FAILS,
            id="a day more",
        ),
        pytest.param(Includes("shut", Unknown.UNKNOWN), {"shut": []}, OPEN, id="an option that nobody supplied"),
        pytest.param(Includes("shut", Setting("x")), {"shut": []}, OPEN, id="an option that is a setting"),
        pytest.param(Compare("dead", Op.GE, Moment.DUE), {"dead": 1}, OPEN, id="a moment that nobody supplied"),
    ],
)
def test_expressions(answer: Answer, expr: Expr, record: Mapping[str, Any], told: str) -> None:
    """What measures ask beyond what packs write."""
    assert answer(expr, "firms", {"id": "F", **record}) == told


CELLS = (True, False, None)


@both_ways
@pytest.mark.parametrize(("big", "good"), list(product(CELLS, CELLS)))
def test_kleene(answer: Answer, big: bool | None, good: bool | None) -> None:
    """AND, OR and NOT are those of every completion of the blanks."""
    left, right = Compare("big", Op.EQ, True), Compare("good", Op.EQ, True)
    ways = list(product(*((True, False) if one is None else (one,) for one in (big, good))))
    for expr, truth in (
        (All((left, right)), [a and b for a, b in ways]),
        (AnyOf((left, right)), [a or b for a, b in ways]),
        (Not(AnyOf((left, Not(right)))), [not (a or not b) for a, b in ways]),
    ):
        told = HOLDS if all(truth) else FAILS if not any(truth) else OPEN
        assert answer(expr, "firms", {"id": "F", "big": big, "good": good}) == told


READER = FieldReader(world().dictionary.facts["firms"].fields)


@pytest.mark.parametrize(
    ("raw", "path", "problem", "hint"),
    [
        pytest.param([], (), "a condition is a mapping of fields, not []", "write field: value", id="a list"),
        pytest.param({}, (), "a condition is a mapping of fields, not {}", "write field: value", id="nothing"),
        pytest.param(
            {"bigg": True}, ("bigg",), "there is no field 'bigg' here", "did you mean 'big'?", id="a misspelling"
        ),
        pytest.param({"any_of": {}}, ("any_of",), "any_of is a list of conditions", "begin each with a dash", id="any"),
        pytest.param(
            {"any_of": []}, ("any_of",), "any_of is a list of conditions", "begin each with a dash", id="none"
        ),
        pytest.param(
            {"any_of": [{"x": 1}]}, ("any_of", 0, "x"), "there is no field 'x' here", None, id="within any_of"
        ),
        pytest.param({"not": {"x": 1}}, ("not", "x"), "there is no field 'x' here", None, id="within not"),
        pytest.param(
            {"dead": {"atleast": 1}},
            ("dead", "atleast"),
            "there is no operator 'atleast'",
            "did you mean 'at_least'?",
            id="an operator misspelt",
        ),
        pytest.param(
            {"dead": {"not": {"above": 1}}},
            ("dead", "not", "above"),
            "there is no operator 'above'",
            None,
            id="an operator within not",
        ),
        pytest.param(
            {"dead": "3"},
            ("dead",),
            "'3' does not fit 'dead'",
            f"expected {EXPECTED['count'].en}",
            id="text for a count",
        ),
        pytest.param(
            {"dead": "none"},
            ("dead",),
            "'none' does not fit 'dead'",
            f"expected {EXPECTED['count'].en}",
            id="none is no bound",
        ),
        pytest.param(
            {"level": "three"},
            ("level",),
            "'three' does not fit 'level'",
            "expected one of one, two",
            id="no such option",
        ),
        pytest.param(
            {"level": {"one_of": []}},
            ("level", "one_of"),
            "[] does not fit 'level'",
            "expected a list of values",
            id="one of nothing",
        ),
        pytest.param(
            {"level": {"one_of": "one"}},
            ("level", "one_of"),
            "'one' does not fit 'level'",
            "expected a list of values",
            id="one of a word",
        ),
        pytest.param(
            {"level": {"includes": "one"}},
            ("level", "includes"),
            "'one' does not fit 'level'",
            "expected a field that is a set; this one is not",
            id="includes, of no set",
        ),
        pytest.param(
            {"level": {"at_least": "one"}},
            ("level", "at_least"),
            "'one' does not fit 'level'",
            "expected an order, which a choice does not have",
            id="an order of options",
        ),
        pytest.param(
            {"finished_on": {"before": "dead"}},
            ("finished_on", "before"),
            "'dead' does not fit 'finished_on'",
            "expected a field of the same type as 'finished_on', not a count",
            id="a day before a count",
        ),
        pytest.param(
            {"finished_on": {"before": "2022-02-30"}},
            ("finished_on", "before"),
            "'2022-02-30' does not fit 'finished_on'",
            "expected a day that exists",
            id="no such day",
        ),
        pytest.param(
            {"dead": {"at_least": {"param": "x"}}},
            ("dead", "at_least"),
            "{'param': 'x'} does not fit 'dead'",
            "expected a value, a field, or {parameter: ID}",
            id="a mapping that is no parameter",
        ),
    ],
)
def test_faults(raw: object, path: tuple[object, ...], problem: str, hint: str | None) -> None:
    """Every fault has its path, the problem and the mend."""
    wrong: list[Wrong] = []
    parse(raw, READER, wrong)
    (one,) = wrong
    assert (one.path, one.problem.en) == (path, problem)
    assert hint is None or (one.hint or same("")).en == hint


def test_a_mapping_that_is_no_parameter_in_chinese() -> None:
    wrong: list[Wrong] = []
    parse({"dead": {"at_least": {"param": "x"}}}, READER, wrong)
    assert [(one.hint or same("")).zh for one in wrong] == ["应为值、字段名或{parameter: 编号}"]


@pytest.mark.parametrize(
    ("name", "other", "fits"),
    [
        pytest.param("funds", "spent", True, id="a number and a count"),
        pytest.param("spent", "funds", True, id="a count and a number"),
        pytest.param("begun", "due_on", True, id="a day and a term"),
        pytest.param("due_on", "begun", True, id="a term and a day"),
        pytest.param("begun", "spent", False, id="a day and a count"),
        pytest.param("funds", "due_on", False, id="a number and a term"),
        pytest.param("began", "begun", False, id="a time and a day"),
    ],
)
def test_fields_that_can_be_compared(name: str, other: str, fits: bool) -> None:
    """Numbers with counts, days with terms, and each with its like."""
    types = {"funds": "number", "spent": "count", "begun": "date", "due_on": "term", "began": "time"}
    reader = FieldReader({key: FieldSpec(type=type_, label=same(key)) for key, type_ in types.items()})
    wrong: list[Wrong] = []
    found = parse({name: {"at_least": other}}, reader, wrong)
    assert (wrong == []) is fits
    assert not fits or found == Compare(name, Op.GE, Field(other), minutes=False)


def test_all_faults_at_once() -> None:
    """One fault does not hide the next."""
    wrong: list[Wrong] = []
    parse({"x": 1, "dead": "3", "not": {"y": 2}, "any_of": [{"z": 3}, {"level": "three"}]}, READER, wrong)
    assert [one.path for one in wrong] == [("x",), ("dead",), ("not", "y"), ("any_of", 0, "z"), ("any_of", 1, "level")]


def test_sets_are_asked_what_they_include() -> None:
    """A set is never equal to one of its members."""
    wrong: list[Wrong] = []
    parse({"hazards": "dust"}, FieldReader(dict(world().dictionary.profile())), wrong)
    (one,) = wrong
    assert (one.path, one.problem.en) == (("hazards",), "'dust' does not fit 'hazards'")
    assert one.hint == Text(zh="应为用includes，因为此字段是多选", en="expected `includes`, for this field is a set")


EVERYTHING = All(
    (
        Compare("a", Op.EQ, Field("b")),
        OneOf("c", frozenset({"x"})),
        AnyOf((Includes("d", Setting("s1")), Not(Covers("e", DAYS)))),
        Compare("f", Op.GE, Setting("s2")),
        Before("g", "h"),
        Stated("i"),
        Happened("j"),
        Elapsed("k", Duration(days=1), 1),
        Compare("l", Op.LE, Moment.DUE),
    )
)


def test_fields_and_settings() -> None:
    """An expression names the fields that it asks, and the settings that it needs."""
    assert "".join(fields(EVERYTHING)) == "abcdefghijkl"
    assert list(settings(EVERYTHING)) == ["s1", "s2"]


def test_bind() -> None:
    """Settings and moments are replaced wherever they stand; what has no value stays unknown."""
    values: dict[object, Any] = {Setting("s1"): "dust", Setting("s2"): 3, Moment.DUE: 9}
    bound = bind(EVERYTHING, lambda one: values[one])
    assert list(settings(bound)) == []
    assert bind(Includes("d", Setting("s")), lambda _: 3) == Includes("d", Unknown.UNKNOWN)
    assert bind(Compare("l", Op.LE, Setting("s")), lambda _: Unknown.UNKNOWN) == Compare("l", Op.LE, Unknown.UNKNOWN)
    minutes = bind(Compare("t", Op.LE, Moment.DUE, minutes=True), lambda _: 9)
    assert minutes == Compare("t", Op.LT, 10 * 1440, minutes=True)


@pytest.mark.parametrize(
    ("word", "words", "hint"),
    [
        pytest.param("hazrads", ("hazards", "plan"), "did you mean 'hazards'?", id="near"),
        pytest.param("zzz", ("hazards", "plan"), "there are: hazards, plan", id="far, and few"),
        pytest.param("zzz", tuple(f"word{number}" for number in range(31)), "", id="far, and many"),
        pytest.param("zzz", (), "", id="nothing to suggest"),
    ],
)
def test_suggestion(word: str, words: tuple[str, ...], hint: str) -> None:
    assert (suggestion(word, words) or same("")).en == hint
