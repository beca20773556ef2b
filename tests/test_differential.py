"""One meaning, pack by pack: many organisations at once come to what each comes to alone, finding by finding."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from typing import Any

import pytest

from safescore.assess import _Judging
from safescore.batch import Kernel, Outcomes, columns_of, roles_of
from safescore.facts.answers import Submission
from safescore.facts.read import open_submission, read_as_far
from safescore.model import Pack
from safescore.scoring import broken, contribution, interval, may_break, places
from safescore.standing import Outcome
from tests.bulk import Bulk, Terms, terms
from tests.packs import PACKS, pack_named

SUBMISSIONS = int(os.environ.get("SAFESCORE_SUBMISSIONS", "40"))
"""How many submissions of each pack are compared."""

SEED = int(os.environ.get("SAFESCORE_SEED", "1"))
TOGETHER = 100
"""How many submissions have their period, day and parameters in common."""


def alone(pack: Pack, content: dict[str, Any]) -> tuple[_Judging, Submission, bool] | None:
    """Return a submission as judged alone, and whether it contradicts itself; None where it can't be read."""
    document = open_submission(content)
    found = read_as_far(document, pack.dictionary, pack.roles)
    if found.submission is None or found.faults:
        return None
    known = frozenset(one.id for one in pack.head.parameters)
    judging = _Judging(pack, found.submission, document, known)
    return judging, found.submission, bool(list(judging.faults(dated=True, whole=True)))


def compare(pack: Pack, given: Terms, drawn: list[tuple[_Judging, Submission, bool]], patience: float) -> Counter[str]:
    """Hold every finding, the score and the grades of a batch against those of each submission alone."""
    every = [submission for _, submission, _ in drawn]
    under: dict[str, Any] = {"as_of": given.as_of, "period": given.period, "parameters": given.parameters}
    kernel = Kernel(pack, **under, patience=patience, compiled=patience == 0)
    facts, roles = columns_of(every, pack.dictionary), roles_of(every)
    kernel.assess(facts, len(every), roles=roles, together=len(every) // 2 + 1, threads=2)
    many = kernel.assess(facts, len(every), roles=roles, together=len(every) // 2 + 1, threads=2)  # by what it learnt
    seen: Counter[str] = Counter()
    for place, (judging, submission, faulty) in enumerate(drawn):
        where = (pack.id, patience, submission.organization, place)
        assert bool(many.faulty[place]) is faulty, where
        if faulty:
            assert not many.score.scored[place]
            assert many.grade_low[place] == many.grade_high[place] == -1
            seen["fault"] += 1
            continue
        seen.update(one.value for one in findings(pack, judging, many, place, where))
    return seen


def findings(pack: Pack, judging: _Judging, many: Outcomes, place: int, where: object) -> list[Outcome]:
    """Hold the findings, the score and the grades of one organisation against those of it alone."""
    parts, breaking, may, outcomes = [], False, False, []
    for number, rule in enumerate(pack.rules):
        one = judging.judged(rule, judging.settings.values)
        at = (*where, rule.id)  # type: ignore[misc]
        own = contribution(one.verdict)
        assert many.outcome_of(place, number) is one.outcome, at
        assert bool(many.to_date[place, number]) is bool(one.verdict.to_date), at
        assert many.contribution(place, number) == own, at
        asked = one.outcome is not Outcome.NOT_APPLICABLE
        told = (one.standing.best.short, one.standing.worst.short, one.standing.next_due) if asked else (0, 0, 0)
        found = (many.short.low[place, number], many.short.high[place, number], many.next_due[place, number])
        assert found == told, at
        parts.append((many.weights[number], own))
        outcomes.append(one.outcome)
        if rule.hard:
            breaking, may = breaking or broken(one.outcome), may or may_break(one.outcome, own)
    exact = interval(parts)
    assert many.interval(place) == exact, where
    assert bool(many.score.scored[place]) is (exact.low is not None), where
    assert bool(many.score.certain[place]) is exact.certain, where
    if exact.low is not None and exact.high is not None:
        assert abs(many.score.low[place] - exact.low) < 1e-9, where
        assert abs(many.score.high[place] - exact.high) < 1e-9, where
    grades = places(exact, pack.head.grades, broken=breaking, may=may)
    assert (many.grade_low[place], many.grade_high[place]) == (grades or (-1, -1)), where
    assert many.counts[place].tolist() == [outcomes.count(one) for one in Outcome], where
    return outcomes


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PACKS)
def test_many_are_judged_like_each_alone(name: str) -> None:
    """Promise 13 on the packs themselves; ``make differential`` compares 10,000 submissions of each."""
    pack = pack_named(name)
    chance = random.Random(f"{name} {SEED}")
    bulk, seen, done, number = Bulk(pack, chance), Counter[str](), 0, 0
    while done < SUBMISSIONS:
        given = terms(pack, chance)
        drawn: list[tuple[_Judging, Submission, bool]] = []
        while len(drawn) < min(TOGETHER, SUBMISSIONS - done):
            number += 1
            found = alone(pack, bulk.submission(given, number))
            if found is not None:
                drawn.append(found)
        seen += compare(pack, given, drawn, chance.choice((0, 0, 1e9)))
        done += len(drawn)
    sys.stdout.write(f"\n{name}: {done} submissions, {number - done} unreadable; {dict(seen)}\n")
    assert set(seen) >= {"fault", *(one.value for one in Outcome if one is not Outcome.PENDING)}
