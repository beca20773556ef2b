"""Assessments as JSON and back."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safescore import Assessment, InvalidInput, Outcome
from safescore.assess import assess_all
from safescore.facts.read import open_submission
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
from tests.examples import EXAMPLES, assessed
from tests.reports import golden, named
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without

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
    short=st.none() | st.tuples(SMALL, st.none() | SMALL),
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


@pytest.mark.no_cover
@pytest.mark.no_cover
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


@pytest.mark.no_cover
@given(RULES, submissions(), st.booleans(), st.booleans(), st.data())
@settings(max_examples=60)
def test_any_assessment_comes_back_the_same(
    rules: list[Any], whole: Facts, evidenced: bool, waivers: bool, data: st.DataObject
) -> None:
    """Whatever is assessed is the same once written and read, and written again the same byte for byte."""
    gone = data.draw(st.lists(st.sampled_from(list(cells(whole))), max_size=5, unique=True))
    waiver = {"rule": "r0", "reason": "试", "approver": "某人", "until": "2022-12-31"}
    visit = {"by": "某局", "date": "2022-02-01", "facts": {"plan": data.draw(st.booleans())}}
    evidence = {"team": [{"path": "a.pdf", "date": "2022-01-05", "note": "说明"}]}
    given_ = {**without(whole, gone), "waivers": [waiver], "verified": [visit], "evidence": evidence}
    try:
        (one,) = assess_all(open_submission(given_), (pack_of(rules),), require_evidence=evidenced, waivers=waivers)
    except InvalidInput:
        assume(False)
    back = Assessment.from_json(one.to_json())
    assert back == one
    assert back.to_json() == one.to_json()
    assert all(most is None or most <= 10**11 for found in one.findings if found.short for most in found.short)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_comes_back_the_same(name: str) -> None:
    for one in assessed(name):
        assert Assessment.from_json(one.to_json()) == one


def test_what_is_without_bound_is_null() -> None:
    """A register that is absent leaves open how much is short: that is written as null, not as some great number."""
    (one,) = assess_all(
        open_submission({"organization": {"id": "X", "name": "X", "roles": ["firm"]}, "period": 2022, "facts": {}}),
        (pack_of([{"measure": {"kind": "each", "record": "jobs", "states": ["person"]}}]),),
    )
    assert one.findings[0].short == (0, None)
    content = json.loads(one.to_json())
    assert content["assessment"]["findings"][0]["short"] == [0, None]
    assert Assessment.from_json(one.to_json()) == one
