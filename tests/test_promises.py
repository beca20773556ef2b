"""The promises of the design, as properties over generated packs and submissions."""

from __future__ import annotations

import copy
import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from attrs import evolve
from hypothesis import assume, example, given, note
from hypothesis import strategies as st

from safescore.errors import InvalidInput
from safescore.results import Assessment, Finding
from tests.worlds import RULES, Facts, assessed, cells, pack_of, submissions, without


def outcome_or_none(pack: Any, submission: Facts) -> Assessment | None:
    """Return the assessment, or None where taking facts away laid a contradiction bare."""
    try:
        return assessed(pack, submission)
    except InvalidInput:
        return None


def places(assessment: Assessment) -> tuple[int, int] | None:
    """Return the places of the lower and the upper grade; 0 is the best."""
    order = [name for name, _, _ in assessment.grades]
    grade = assessment.grade
    return (order.index(grade.low), order.index(grade.high)) if grade.low and grade.high else None


@given(RULES, submissions(), st.data())
def test_silence_never_helps(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """Promise 1: taking away one more answer or cell never raises the low, lowers the high or betters the grade."""
    pack = pack_of(rules)
    paths = list(cells(whole))
    gone = data.draw(st.lists(st.sampled_from(paths), max_size=4, unique=True))
    one = data.draw(st.sampled_from(paths))
    before, after = outcome_or_none(pack, without(whole, gone)), outcome_or_none(pack, without(whole, [*gone, one]))
    assume(before is not None)
    assert before is not None
    if after is None:
        return
    note(f"{gone} then {one}")
    first, second = before.score.interval, after.score.interval
    if first.low is None or first.high is None:
        return
    assert second.low is not None
    assert second.high is not None
    assert second.low <= first.low, one
    assert second.high >= first.high, one
    assert not (second.certain and not first.certain)
    old, new = places(before), places(after)
    assert old is not None
    assert new is not None
    assert new[0] >= old[0]
    assert new[1] <= old[1]


@given(RULES, submissions(), st.data())
def test_the_interval_is_sound(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """Promise 2: whatever the missing facts are, the score lies in the interval and the grade in the range."""
    pack = pack_of(rules)
    paths = list(cells(whole))
    gone = data.draw(st.lists(st.sampled_from(paths), max_size=len(paths), unique=True))
    full, part = outcome_or_none(pack, whole), outcome_or_none(pack, without(whole, gone))
    assume(full is not None)
    assert full is not None
    if part is None:
        return
    true, seen = full.score.interval, part.score.interval
    if true.low is None or true.high is None:
        assert not seen.certain or seen.low is None
        return
    assert seen.low is not None
    assert seen.high is not None
    assert seen.low <= true.low
    assert true.high <= seen.high
    real, shown = places(full), places(part)
    assert real is not None
    assert shown is not None
    assert shown[1] <= real[1]
    assert real[0] <= shown[0]
    for exact, told in zip(full.findings, part.findings, strict=True):
        one, two = exact.contribution, told.contribution
        if one.low is None or one.high is None:
            assert two.out, (exact.rule, told)
        else:
            assert two.low is not None, (exact, told)
            assert two.high is not None
            assert two.low <= one.low, (exact, told)
            assert one.high <= two.high, (exact, told)


IMPROVEMENTS = ("flag", "date", "part", "bad", "done", "deaths", "meeting", "firm", "job", "case", "finished", "dead")


def improved(whole: Facts, how: str, chance: random.Random) -> Facts:
    """Return the submission with one fact better; the size of a population is left alone."""
    better: Facts = copy.deepcopy(whole)
    facts = better["facts"]
    meetings = facts["meetings"]["events"] if isinstance(facts["meetings"], dict) else facts["meetings"]
    if how == "flag":
        facts[chance.choice(("plan", "team"))] = True
        facts["four"][chance.choice(("one", "two"))] = True
    elif how == "date":
        facts["issued_on"] = min(facts["issued_on"], "2022-02-01")
        facts["four"]["three"] = min(facts["four"]["three"], "2022-02-01")
    elif how == "part":
        facts["part"] = min(facts["part"] + 1, facts["total"])
    elif how == "bad":
        facts["bad"] = max(facts["bad"] - 1, 0)
    elif how == "done" and not isinstance(facts["done"], dict):
        facts["done"] = min(facts["done"] + 1, facts["total"])
    elif how == "done":
        facts["done"] = {at: min(number + 1, facts["total"]) for at, number in facts["done"].items()}
    elif how == "deaths":
        facts["deaths"] = max(facts["deaths"] - 1, 0)
    elif how == "meeting":
        firm = chance.choice([one["id"] for one in facts["firms"]] or ["F0"])
        used = {(one["held_on"], one["kind"], one["firm"]) for one in meetings}
        new = {
            "held_on": f"2022-{chance.randint(1, 12):02}-{chance.randint(7, 28):02}",
            "kind": chance.choice(("plenary", "visit")),
            "firm": firm,
            "form": "heard",
            "feast": chance.choice(("spring", "may", "october")),
        }
        if (new["held_on"], new["kind"], new["firm"]) not in used:
            meetings.append(new)
    elif how == "firm" and facts["firms"]:
        chance.choice(facts["firms"])["good"] = True
    elif how == "finished" and facts["firms"]:
        chance.choice(facts["firms"])["finished_on"] = "2022-01-15"
    elif how == "dead" and facts["firms"]:
        chance.choice(facts["firms"])["dead"] = 0
    elif how == "job" and facts["jobs"]:
        job = chance.choice(facts["jobs"])
        if job["began"] != "none":
            job.update(aired=f"{job['began'][:10]} 05:00", tested=f"{job['began'][:10]} 06:00")
    elif how == "case" and facts["cases_2021"]:
        case = chance.choice(facts["cases_2021"])
        if case["closed_on"] == "none":
            case["reviewed_on"] = min(case["reviewed_on"], "2021-06-01")
        elif case["reviewed_on"] >= case["closed_on"]:
            case["reviewed_on"] = case["closed_on"]  # the earliest day that follows the closing
    return better


@given(RULES, submissions(), st.sampled_from(IMPROVEMENTS), st.randoms(use_true_random=False))
def test_improvement_never_hurts(rules: list[Any], whole: Facts, how: str, chance: random.Random) -> None:
    """Promise 3: a better fact never lowers the score, neither end of it."""
    pack = pack_of(rules)
    before, after = outcome_or_none(pack, whole), outcome_or_none(pack, improved(whole, how, chance))
    assume(before is not None and after is not None)
    assert before is not None
    assert after is not None
    old, new = before.score.interval, after.score.interval
    if old.low is None or old.high is None:
        return
    assert new.low is not None
    assert new.high is not None
    assert new.low >= old.low
    assert new.high >= old.high


@given(
    st.sampled_from(("month", "quarter", "half-year", "year")),
    st.integers(1, 3),
    st.lists(st.integers(1, 365), max_size=30, unique=True),
    st.integers(1, 365),
)
@example("quarter", 1, [1, 2, 3, 100], 273)
def test_windows_do_not_compensate(every: str, number: int, days: list[int], cut: int) -> None:
    """Promise 5: met exactly where every closed window has enough of its own, counted here by hand."""
    start = date(2021, 12, 31)
    held = [start + timedelta(days=one) for one in days]
    at = start + timedelta(days=cut)
    size = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[every]
    counts: dict[int, int] = {}
    for one in held:
        if one <= at:
            counts[(one.month - 1) // size] = counts.get((one.month - 1) // size, 0) + 1
    closed = [
        window
        for window in range(12 // size)
        if (date(2022 + (window * size + size) // 12, (window * size + size) % 12 + 1, 1) - timedelta(days=1)) <= at
    ]
    good = all(counts.get(window, 0) >= number for window in closed)
    early = [window for window in range(12 // size) if window not in closed and counts.get(window, 0) >= number]
    expected = "not-satisfied" if not good else "satisfied" if closed or early else "pending"
    measure = {
        "kind": "frequency",
        "events": "meetings",
        "at_least": number,
        "every": every,
        "counts": {"kind": "plenary"},
    }
    meetings = [
        {"held_on": one.isoformat(), "kind": "plenary", "firm": "F0", "form": "heard", "feast": "none"} for one in held
    ]
    submission = {
        "organization": {"id": "X", "name": "X", "roles": ["firm"]},
        "period": 2022,
        "as_of": at.isoformat(),
        "facts": {"meetings": meetings},
    }
    (finding,) = assessed(pack_of([{"measure": measure}]), submission).findings
    assert finding.outcome.value == expected
    asked = [*closed, *early]
    needed = number * len(asked)
    had = sum(min(counts.get(window, 0), number) for window in asked)
    if not good:
        assert finding.contribution.low == Fraction(had, needed)


def without_places(finding: Finding) -> Finding:
    """Return the finding without line numbers, which follow the layout of the file."""
    return evolve(finding, places=(), parts=tuple(evolve(part, places=()) for part in finding.parts))


@given(RULES, submissions(), st.randoms(use_true_random=False))
def test_the_same_facts_in_another_order_are_the_same(rules: list[Any], whole: Facts, chance: random.Random) -> None:
    """Promise 11: the order of keys and of records changes nothing that is found."""
    pack = pack_of(rules)
    first = outcome_or_none(pack, whole)
    assume(first is not None)
    assert first is not None
    names = list(whole["facts"])
    chance.shuffle(names)
    shuffled = {**whole, "facts": {name: whole["facts"][name] for name in names}}
    second = assessed(pack, shuffled)
    assert [without_places(one) for one in second.findings] == [without_places(one) for one in first.findings]
    assert (second.score, second.grade, second.digests) == (first.score, first.grade, first.digests)
    assert assessed(pack, whole) == first
    mixed: Facts = copy.deepcopy(whole)
    for name in ("jobs", "cases_2021"):
        chance.shuffle(mixed["facts"][name])
    third = assessed(pack, mixed)
    assert [(one.outcome, one.contribution) for one in third.findings] == [
        (one.outcome, one.contribution) for one in first.findings
    ]
    assert third.score.interval == first.score.interval
