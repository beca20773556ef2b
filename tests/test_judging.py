"""A rule judged: its settings, its clock, and who is bound; what nobody supplied is unknown, never a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from safescore.expr import Compare, Moment, Op, Setting
from safescore.judging import clock_of, clock_settings, judged, settled, value_in_force
from safescore.measures import Condition, Links
from safescore.measures.base import UNKNOWN
from safescore.model import Alternative, Pack, Parameter, Stretch
from safescore.period import DayNumber, Days, Partial
from safescore.reduce import ScalarBackend
from safescore.standing import OUTCOMES, Outcome, undecided
from tests.measures.tables import reading, submission_of
from tests.worlds import NOTHING, day, pack_of, world

NUMBER = Parameter(id="number", title=NOTHING, type="count", default=3)
QUOTA = Parameter(id="quota", title=NOTHING, type="count")
WAY = Parameter(
    id="way",
    title=NOTHING,
    type="reading",
    default="wide",
    alternatives={"wide": Alternative(title=NOTHING, value=7), "narrow": Alternative(title=NOTHING, value=2)},
)
YEAR = Days(day("2022-01-01"), day("2022-12-31"))
FREQUENCY = {
    "kind": "frequency",
    "events": "meetings",
    "at_least": 1,
    "every": "quarter",
    "counts": {"kind": "plenary"},
}
COVERAGE = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "counts": {"kind": "visit"},
    "cycle": {"years": 1},
}
AFFIRM = {"kind": "affirm", "fact": "plan"}


@pytest.mark.parametrize(
    ("parameter", "raw", "value"),
    [
        pytest.param(NUMBER, None, 3, id="a number's default"),
        pytest.param(NUMBER, 0, 0, id="zero is an answer"),
        pytest.param(QUOTA, None, UNKNOWN, id="no default: unknown"),
        pytest.param(WAY, None, 7, id="a reading's default is the value of its alternative"),
        pytest.param(WAY, "narrow", 2, id="a reading that was chosen"),
    ],
)
def test_the_value_in_force(parameter: Parameter, raw: object, value: object) -> None:
    assert value_in_force(parameter, raw) == value


def with_head(rules: list[Mapping[str, Any]], **head: Any) -> Pack:
    pack = pack_of(rules)
    return evolve(pack, head=evolve(pack.head, **head))


START, END = Setting("start"), Setting("end")


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        pytest.param({}, "2022-01-01", "2022-12-31", id="neither end is given: the period's"),
        pytest.param({"start": day("2022-03-01")}, "2022-03-01", "2022-12-31", id="the first is given"),
        pytest.param({"end": day("2022-06-30")}, "2022-01-01", "2022-06-30", id="the last is given"),
        pytest.param({"start": UNKNOWN, "end": UNKNOWN}, "2022-01-01", "2022-12-31", id="both are unknown"),
    ],
)
def test_the_campaign_begins_and_ends_with_the_period_where_nobody_says(
    values: Mapping[str, object], first: str, last: str
) -> None:
    pack = with_head([{"measure": AFFIRM}], campaign=Stretch(from_=START, to=END), binds_from=START)
    clock = clock_of(pack, values, YEAR.last, YEAR)
    assert clock.campaign == Days(day(first), day(last))
    assert clock.binds_from == day(first)
    assert clock.period == YEAR


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        pytest.param({}, "2022-01-01", "2022-12-31", id="neither end is given: the submission's"),
        pytest.param({"start": day("2021-07-01")}, "2021-07-01", "2022-12-31", id="the first is given"),
        pytest.param({"end": day("2023-06-30")}, "2022-01-01", "2023-06-30", id="the last is given"),
        pytest.param({"start": UNKNOWN, "end": UNKNOWN}, "2022-01-01", "2022-12-31", id="both are unknown"),
    ],
)
def test_a_period_of_parameters_is_the_submission_s_where_nobody_says(
    values: Mapping[str, object], first: str, last: str
) -> None:
    pack = with_head([{"measure": AFFIRM}], period=Stretch(from_=START, to=END), binds_from=START)
    clock = clock_of(pack, values, YEAR.last, YEAR)
    assert clock.period == Days(day(first), day(last))
    assert clock.binds_from == clock.campaign.first == day(first)


@pytest.mark.parametrize(
    ("as_of", "days", "cut"),
    [
        pytest.param("2022-03-31", ("2022-01-01", "2022-12-31"), "2022-03-31", id="the day of judgement"),
        pytest.param("2022-12-31", ("2022-01-01", "2022-05-31"), "2022-05-31", id="the end of the submission's period"),
        pytest.param("2022-12-31", ("2022-01-01", "2022-12-31"), "2022-06-30", id="the end of the pack's"),
    ],
)
def test_the_cut_is_the_first_of_three_ends(as_of: str, days: tuple[str, str], cut: str) -> None:
    half = Stretch(from_=DayNumber(YEAR.first), to=DayNumber(day("2022-06-30")))
    pack = with_head([{"measure": AFFIRM}], period=half)
    assert clock_of(pack, {}, day(as_of), Days(day(days[0]), day(days[1]))).cut == day(cut)


@pytest.mark.parametrize(
    ("written", "values", "partial"),
    [
        pytest.param("skip", {}, Partial.SKIP, id="as the pack has it"),
        pytest.param(Setting("partial"), {"partial": "clipped"}, Partial.CLIPPED, id="as the reading has it"),
        pytest.param(Setting("partial"), {}, Partial.WHOLE, id="nobody says"),
    ],
)
def test_the_first_window(written: Any, values: Mapping[str, object], partial: Partial) -> None:
    pack = with_head([{"measure": AFFIRM}], partial_window=written)
    assert clock_of(pack, values, YEAR.last, YEAR).partial is partial


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        pytest.param("2022-06-30", Outcome.NOT_APPLICABLE, id="on the day"),
        pytest.param("2022-07-01", Outcome.SATISFIED, id="the day after"),
    ],
)
def test_a_condition_on_the_day_of_judgement(as_of: str, outcome: Outcome) -> None:
    """Who is bound is asked of the day on which it is judged."""
    pack = pack_of([{"measure": AFFIRM}])
    applies = Condition(None, Compare("issued_on", Op.LT, Moment.AS_OF))
    judging, values = reading(pack, submission_of({"plan": True, "issued_on": "2022-06-30"}, as_of=as_of))
    backend = ScalarBackend(judging.submission, pack.dictionary, judging.clock(values))
    _, found = judged(evolve(pack.rules[0], applies=applies), backend, True)
    assert OUTCOMES[found.outcome] is outcome


@pytest.mark.parametrize(
    ("measure", "settings"),
    [
        pytest.param(FREQUENCY, ("start", "partial"), id="a frequency"),
        pytest.param(COVERAGE, ("start", "partial"), id="a coverage"),
        pytest.param(AFFIRM, (), id="what does not recur"),
    ],
)
def test_the_clock_decides_what_recurs(measure: Mapping[str, Any], settings: tuple[str, ...]) -> None:
    pack = with_head([{"measure": measure}], binds_from=START)
    assert clock_settings(pack, pack.rules[0]) == settings


def conditioned() -> tuple[Pack, Any]:
    """Return a pack with a rule that binds from a number of staff that is a parameter."""
    pack = pack_of([{"measure": AFFIRM}])
    raw = {"employees": {"at_least": {"parameter": "staff"}}}
    links = Links(world().dictionary)
    applies = links.condition(Condition(raw), dict(world().dictionary.profile()), ())
    assert links.wrong == []
    return pack, evolve(pack.rules[0], applies=applies)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        pytest.param({"staff": 30}, Outcome.SATISFIED, id="on the number"),
        pytest.param({"staff": 31}, Outcome.NOT_APPLICABLE, id="one short of it"),
        pytest.param({"staff": UNKNOWN}, Outcome.UNKNOWN, id="the number is unknown"),
        pytest.param({}, Outcome.UNKNOWN, id="nobody gave the number"),
    ],
)
def test_a_condition_with_a_parameter(values: Mapping[str, object], outcome: Outcome) -> None:
    """What nobody supplied leaves open whether the duty applies; the condition stays as it was written."""
    pack, rule = conditioned()
    ready = settled(rule, values)
    assert ready.applies is not None
    assert ready.applies.raw == rule.applies.raw
    judging, _ = reading(pack, submission_of({"plan": True}, organization={"employees": 30}))
    _, found = judged(ready, ScalarBackend(judging.submission, pack.dictionary, judging.clock({})), True)
    assert OUTCOMES[found.outcome] is outcome


def test_a_rule_without_settings_is_settled_as_it_is() -> None:
    (rule,) = pack_of([{"measure": AFFIRM}]).rules
    assert settled(rule, {"staff": 3}) is rule


def test_a_clock_that_nobody_set_leaves_what_recurs_undecided() -> None:
    """One is asked, perhaps had and perhaps short; by default the clock is taken as set."""
    pack = pack_of([{"measure": FREQUENCY}])
    judging, values = reading(pack, submission_of({"meetings": []}))
    backend = ScalarBackend(judging.submission, pack.dictionary, judging.clock(values))
    standing, found = judged(pack.rules[0], backend, True, clocked=False)
    assert standing == undecided(1)
    assert OUTCOMES[found.outcome] is Outcome.UNKNOWN
    _, set_ = judged(pack.rules[0], backend, True)
    assert OUTCOMES[set_.outcome] is Outcome.NOT_SATISFIED
