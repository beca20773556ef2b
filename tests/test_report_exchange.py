"""Assessments as JSON and back."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore import Assessment, InvalidInput, Outcome
from safescore.results import (
    Alternate,
    Contribution,
    Digests,
    Finding,
    GradeRange,
    InForce,
    Interval,
    Part,
    Place,
    Score,
    Subtotal,
    Waived,
)
from safescore.words import Text
from tests.reports import golden, named

WORDS = st.text(max_size=6)
TEXTS = st.builds(Text, zh=WORDS, en=WORDS)
SHARES = st.fractions(0, 1, max_denominator=10**6)
INTERVALS = st.builds(Interval, low=st.none() | SHARES, high=st.none() | SHARES, certain=st.booleans())
OUTCOMES = st.sampled_from(Outcome)
SMALL = st.integers(0, 10**12)


def several(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=2).map(tuple)


NAMES = several(WORDS)
PLACES = several(st.builds(Place, fact=WORDS, at=WORDS))
FINDINGS = st.builds(
    Finding,
    rule=WORDS,
    clause=WORDS,
    anchor=WORDS,
    title=TEXTS,
    outcome=OUTCOMES,
    to_date=st.booleans(),
    contribution=st.builds(Contribution, low=st.none() | SHARES, high=st.none() | SHARES, out=st.booleans()),
    hard=st.booleans(),
    weight=SMALL,
    kind=WORDS,
    actual=TEXTS,
    target=TEXTS,
    gap=st.none() | TEXTS,
    short=st.none() | st.tuples(SMALL, SMALL),
    reason=TEXTS,
    remedy=TEXTS,
    owners=NAMES,
    missing=NAMES,
    places=PLACES,
    parts=several(st.builds(Part, outcome=OUTCOMES, subject=WORDS, what=NAMES, short=SMALL, places=PLACES)),
    next_due=WORDS,
    readings=several(
        st.builds(
            Alternate,
            reading=WORDS,
            alternative=WORDS,
            outcome=OUTCOMES,
            low=st.none() | SHARES,
            high=st.none() | SHARES,
        )
    ),
    note=st.none() | TEXTS,
    waiver=st.none() | st.builds(Waived, reason=WORDS, approver=WORDS, until=WORDS, from_=WORDS),
)
ASSESSMENTS = st.builds(
    Assessment,
    pack=WORDS,
    pack_version=WORDS,
    pack_title=TEXTS,
    organization=st.dictionaries(WORDS, WORDS, max_size=2),
    period=WORDS,
    as_of=WORDS,
    cut=WORDS,
    digests=st.builds(Digests, pack=WORDS, facts=WORDS, version=WORDS),
    settings=several(
        st.builds(
            InForce, id=WORDS, title=TEXTS, value=WORDS, source=WORDS, note=st.none() | TEXTS, reading=st.booleans()
        )
    ),
    score=st.builds(
        Score,
        interval=INTERVALS,
        decided=SHARES,
        counts=st.dictionaries(OUTCOMES, SMALL, max_size=5),
        weights=st.dictionaries(WORDS, SMALL, max_size=3),
        sections=several(st.builds(Subtotal, clause=WORDS, interval=INTERVALS, weight=SMALL)),
        models=st.dictionaries(WORDS, INTERVALS, max_size=2),
        waived=st.none() | INTERVALS,
    ),
    grade=st.builds(
        GradeRange,
        low=st.none() | WORDS,
        high=st.none() | WORDS,
        low_title=st.none() | TEXTS,
        high_title=st.none() | TEXTS,
        capped_by=NAMES,
        may_cap=NAMES,
        binding=st.none() | TEXTS,
        deciding=NAMES,
    ),
    grades=several(st.tuples(WORDS, TEXTS, SHARES)),
    findings=several(FINDINGS),
    notes=several(TEXTS),
    unscored=several(st.tuples(WORDS, WORDS, WORDS)),
)


@settings(max_examples=200)
@given(ASSESSMENTS)
def test_there_and_back(one: Assessment) -> None:
    assert Assessment.from_json(one.to_json()) == one


@pytest.mark.parametrize("one", [golden(), named("\u202e\x1b|\n" * 100)], ids=["golden", "hostile"])
def test_there_and_back_of_real_ones(one: Assessment) -> None:
    assert Assessment.from_json(one.to_json()) == one
    assert Assessment.from_json(one.to_json()).to_json() == one.to_json()


def test_numbers_are_fractions() -> None:
    back = Assessment.from_json(golden().to_json())
    assert back.score.interval.low == golden().score.interval.low
    assert isinstance(back.score.interval.low, Fraction)
    assert isinstance(back.findings[0].outcome, Outcome)


def spoilt(**more: object) -> str:
    content = json.loads(golden().to_json())
    content["assessment"].update(more)
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "this is no JSON", id="nothing"),
        pytest.param("[]", "this is no safescore-assessment 1.0", id="a list"),
        pytest.param('{"schema": {"name": "safescore-report", "version": "1.0"}}', "this is no", id="a report"),
        pytest.param(spoilt(period=2022), "expected str, not 2022", id="a number for a text"),
        pytest.param(spoilt(more=1), "extra fields found", id="an unknown key"),
        pytest.param(spoilt(findings=None), "assessment.findings", id="no findings"),
        pytest.param(spoilt(grades=[["a", {"zh": "", "en": ""}, "2/4"]]), "lowest terms", id="not in lowest terms"),
    ],
)
def test_anything_else_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        Assessment.from_json(text)
