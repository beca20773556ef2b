"""The one converter coerces nothing and overlooks nothing, and every failure has its path."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from safescore.converter import free_value, structure
from safescore.dictionary import Derive, FactSpec
from safescore.errors import WrongValue
from safescore.expr import Setting
from safescore.measures import MEASURES, Measure
from safescore.measures.base import DueAt, FactFigure
from safescore.measures.coverage import Coverage
from safescore.measures.each import Each, Within
from safescore.measures.frequency import Frequency
from safescore.measures.limit import Limit
from safescore.model import Band, Clause, NamedOccasion, Reason, Rule, Unscored, Weights
from safescore.period import DayNumber, Duration, Every
from safescore.words import Text
from tests.worlds import day

TEXT = {"zh": "甲", "en": "a"}
Told = tuple[tuple[str | int, ...], str]


def read(raw: object, cls: Any) -> tuple[Any, list[Told]]:
    """Return what was read, and the faults by path."""
    faults: list[Told] = []
    found = structure(raw, cls, lambda path, problem, hint, at_key: faults.append((path, problem.en)))
    return found, faults


@pytest.mark.parametrize(
    ("raw", "cls", "path", "problem"),
    [
        pytest.param({"zh": 1, "en": "a"}, Text, ("zh",), "expected text, not 1", id="a number is no text"),
        pytest.param({"zh": True, "en": "a"}, Text, ("zh",), "expected text, not True", id="a flag is no text"),
        pytest.param({"zh": None, "en": "a"}, Text, ("zh",), "expected text, not None", id="a blank is no text"),
        pytest.param({"zh": "甲"}, Text, ("en",), "the key 'en' is missing", id="a key left out"),
        pytest.param({**TEXT, "fr": "a"}, Text, ("fr",), "there is no key 'fr' here", id="a key too many"),
        pytest.param("甲", Text, (), "expected a mapping with zh, en", id="text for a mapping"),
        pytest.param({"hard": "5"}, Weights, ("hard",), "expected a whole number, not '5'", id="text for a number"),
        pytest.param({"hard": True}, Weights, ("hard",), "expected a whole number, not True", id="a flag for a number"),
        pytest.param({"hard": Decimal("5.0")}, Weights, ("hard",), "expected a whole number, not 5.0", id="a decimal"),
        pytest.param({"hard": 0}, Weights, ("hard",), "'hard' must be >= 1: 0", id="below the least"),
        pytest.param(
            {"id": "a", "title": TEXT, "at_least": "80"},
            Band,
            ("at_least",),
            "expected a number, not '80'",
            id="text for an exact number",
        ),
        pytest.param(
            {"id": "a", "title": TEXT, "at_least": True},
            Band,
            ("at_least",),
            "expected a number, not True",
            id="a flag for an exact number",
        ),
        pytest.param(
            {"anchor": "试验文本", "reason": "Slogan"},
            Unscored,
            ("reason",),
            "expected one of slogan, framing, no-observable, external-list, restates; not 'Slogan'",
            id="an option misspelt",
        ),
        pytest.param(
            {"anchor": "试验文本", "reason": True},
            Unscored,
            ("reason",),
            "expected one of slogan, framing, no-observable, external-list, restates; not True",
            id="a flag for an option",
        ),
        pytest.param({"id": "一", "rules": "plan"}, Clause, ("rules",), "expected a list", id="text for a list"),
        pytest.param({"id": "一", "rules": [1]}, Clause, ("rules", 0), "expected text, not 1", id="an item of a list"),
        pytest.param(
            {"type": "flag", "label": TEXT, "question": TEXT, "profile": "true"},
            FactSpec,
            ("profile",),
            "expected true or false",
            id="text for a flag",
        ),
        pytest.param(
            {"type": "flag", "label": TEXT, "question": TEXT, "profile": 1},
            FactSpec,
            ("profile",),
            "expected true or false",
            id="a number for a flag",
        ),
        pytest.param(
            {"type": "flag", "label": TEXT, "question": TEXT, "options": []},
            FactSpec,
            ("options",),
            "expected a mapping of names",
            id="a list for a mapping",
        ),
        pytest.param(
            {"type": "choice", "label": TEXT, "question": TEXT, "options": {"a": "甲"}},
            FactSpec,
            ("options", "a"),
            "expected a mapping with zh, en",
            id="a value of a mapping",
        ),
        pytest.param(
            {"kind": "each", "record": "r", "within": {"from": "a", "to": "b"}},
            Measure,
            ("within", "span"),
            "expected a mapping with years, months, days",
            id="a span left out",
        ),
        pytest.param(
            {"kind": "limit", "value": "v", "at_most": "2"},
            Measure,
            ("at_most",),
            "expected a whole number, not '2'",
            id="text for a cap",
        ),
        pytest.param(
            {"kind": "limit", "value": "v", "at_most": {"facts": "w"}},
            Measure,
            ("at_most", "facts"),
            "there is no key 'facts' here",
            id="a cap of nothing",
        ),
        pytest.param(
            {"kind": "limit", "value": "v", "at_most": {"parameter": 3}},
            Measure,
            ("at_most",),
            "expected text, not 3",
            id="a parameter that is a number",
        ),
        pytest.param(
            {"kind": "affirm", "fact": "plan", "due": True},
            Measure,
            ("due",),
            "expected standing, period-end, a day as 2022-12-31, or {parameter: ID}; not True",
            id="no due day",
        ),
        pytest.param({"kind": 3}, Measure, ("kind",), "there is no measure of kind 3", id="a kind that is a number"),
        pytest.param({}, Measure, ("kind",), "the measure has no kind", id="no kind"),
        pytest.param("affirm", Measure, (), "expected a mapping with a kind", id="text for a measure"),
    ],
)
def test_nothing_is_coerced(raw: object, cls: Any, path: tuple[object, ...], problem: str) -> None:
    """A value of another type is a fault at its place, never converted."""
    found, faults = read(raw, cls)
    assert found is None
    assert (path, problem) in faults


def test_every_fault_at_once() -> None:
    """Wrong types, wrong values, missing keys and unknown keys of one mapping are all said."""
    raw = {"id": "Not An Id", "clause": 1, "anchor": "短", "titel": TEXT, "roles": [], "measure": {"kind": "x"}}
    found, faults = read(raw, Rule)
    assert found is None
    assert {path for path, _ in faults} == {
        ("title",),
        ("remedy",),
        ("id",),
        ("clause",),
        ("anchor",),
        ("titel",),
        ("roles",),
        ("measure", "kind"),
    }
    assert (("title",), "the key 'title' is missing") in faults


@pytest.mark.parametrize(
    ("raw", "cls", "found"),
    [
        pytest.param(
            {"kind": "limit", "value": "v", "at_most": {"parameter": "quota"}},
            Measure,
            Limit(value="v", at_most=Setting("quota")),
            id="a parameter",
        ),
        pytest.param(
            {"kind": "limit", "value": "v", "less_than": {"fact": "w"}, "baseline": True},
            Measure,
            Limit(value="v", less_than=FactFigure(fact="w"), baseline=True),
            id="another fact",
        ),
        pytest.param(
            {"kind": "limit", "value": "v", "at_most": 0, "due": "standing"},
            Measure,
            Limit(value="v", at_most=0, due=DueAt.STANDING),
            id="zero, standing",
        ),
        pytest.param(
            {"kind": "frequency", "events": "e", "at_least": 2, "every": "half-year"},
            Measure,
            Frequency(events="e", at_least=2, every=Every.HALF_YEAR),
            id="a calendar unit",
        ),
        pytest.param(
            {"kind": "coverage", "subjects": "s", "events": "e", "cycle": {"years": 2, "days": 1}},
            Measure,
            Coverage(subjects="s", events="e", cycle=Duration(years=2, days=1)),
            id="a cycle",
        ),
        pytest.param(
            {"kind": "coverage", "subjects": "s", "events": "e", "cycle": {"parameter": "c"}},
            Measure,
            Coverage(subjects="s", events="e", cycle=Setting("c")),
            id="a cycle that is left open",
        ),
        pytest.param(
            {"kind": "each", "record": "r", "within": {"from": "a", "to": "b", "months": 3}},
            Measure,
            Each(record="r", within=Within(from_="a", to="b", span=Duration(months=3))),
            id="a span",
        ),
        pytest.param(
            {"register": "firms", "in_period": True},
            Derive,
            Derive(register="firms", in_period=True),
            id="a derivation",
        ),
        pytest.param(
            {"id": "a", "title": TEXT, "at_least": Decimal("79.5")},
            Band,
            Band(id="a", title=Text(**TEXT), at_least=Fraction(159, 2)),
            id="an exact decimal",
        ),
        pytest.param(
            {"id": "m", "title": TEXT, "from": "2022-05-01", "to": "2022-05-05", "source": "x"},
            NamedOccasion,
            NamedOccasion(
                id="m",
                title=Text(**TEXT),
                from_=DayNumber(day("2022-05-01")),
                to=DayNumber(day("2022-05-05")),
                source="x",
            ),
            id="days",
        ),
        pytest.param(
            {"anchor": "试验文本", "reason": "slogan"},
            Unscored,
            Unscored(anchor="试验文本", reason=Reason.SLOGAN),
            id="an option",
        ),
    ],
)
def test_what_is_right(raw: object, cls: Any, found: object) -> None:
    """What fits is read as what it means."""
    assert read(raw, cls) == (found, [])


def test_every_kind_is_registered() -> None:
    """The closed set of measures, each under its own name."""
    assert {name: cls.kind for name, cls in MEASURES.items()} == {name: name for name in MEASURES}
    assert tuple(MEASURES) == (
        "affirm",
        "checklist",
        "ratio",
        "limit",
        "frequency",
        "milestone",
        "each",
        "coverage",
    )


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param("2022-12-31", day("2022-12-31"), id="a day"),
        pytest.param("70%", Fraction(7, 10), id="a share"),
        pytest.param("rolling", "rolling", id="a word"),
        pytest.param({"years": 2}, Duration(years=2), id="a duration"),
        pytest.param(Decimal("2.5"), Fraction(5, 2), id="a decimal"),
        pytest.param(30, 30, id="a number"),
        pytest.param(0, 0, id="zero"),
        pytest.param({}, None, id="an empty duration"),
        pytest.param({"weeks": 2}, None, id="weeks"),
        pytest.param({"years": "2"}, None, id="text for years"),
        pytest.param("2022-02-30", None, id="no such day"),
        pytest.param("2022/12/31", None, id="a day with slashes"),
        pytest.param(True, None, id="a flag"),
        pytest.param([1], None, id="a list"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_values_of_readings(raw: object, value: object) -> None:
    """A reading's value is a day, a share, a duration, a number or a word, and nothing that looks like another."""
    if value is None:
        with pytest.raises(WrongValue):
            free_value(raw)
    else:
        assert free_value(raw) == value


@pytest.mark.parametrize("key", ["note", "weight", "applies"])
def test_a_blank_is_what_was_left_out(key: str) -> None:
    """An optional key without a value is as if it were not there."""
    whole = {
        "id": "r",
        "clause": "一",
        "anchor": "试验文本",
        "title": TEXT,
        "roles": ["firm"],
        "measure": {"kind": "affirm", "fact": "plan"},
        "remedy": TEXT,
    }
    assert read({**whole, key: None}, Rule) == read(whole, Rule)
    assert read(whole, Rule)[1] == []
