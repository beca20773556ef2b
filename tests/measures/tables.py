"""The two ways to ask a measure: one organisation alone, and the same one among others, as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen

from safescore.assess import _Judging
from safescore.expr import judge
from safescore.facts.read import open_submission, read_submission
from safescore.measures.base import timely
from safescore.model import Pack, Rule
from safescore.scoring import contribution
from safescore.standing import OUTCOMES, Outcome, Span, Standing, Tally, Verdict, verdict
from tests.columns import ColumnBackend
from tests.worlds import pack_of

SATISFIED, NOT_SATISFIED, PENDING, UNKNOWN, NOT_APPLICABLE = Outcome

Facts = Mapping[str, Any]


@frozen(kw_only=True)
class Found:
    """What a measure says: the outcome, the bounds of its credit, the gap, and the next due day."""

    outcome: Outcome
    to_date: bool
    low: Fraction | None
    high: Fraction | None
    out: bool
    short: tuple[int, int]
    next_due: str


Judge = Callable[..., Found]


def submission_of(
    facts: Facts,
    *,
    as_of: str = "2022-12-31",
    period: object = 2022,
    parameters: Facts | None = None,
    organization: Facts | None = None,
) -> dict[str, Any]:
    """Return a submission with these answers, by default on the last day of the period."""
    return {
        "organization": {"id": "X", "name": "X", "roles": ["firm"], **(organization or {})},
        "period": period,
        "as_of": as_of,
        "parameters": dict(parameters or {}),
        "facts": dict(facts),
    }


def told(found: Verdict[int], standing: Standing[int]) -> Found:
    """Return a verdict as the tables expect it."""
    one = contribution(found)
    return Found(
        outcome=OUTCOMES[found.outcome],
        to_date=bool(found.to_date),
        low=one.low,
        high=one.high,
        out=one.out,
        short=(standing.best.short, standing.worst.short),
        next_due=date.fromordinal(standing.next_due).isoformat() if standing.next_due else "",
    )


def rule_and_pack(measure: Mapping[str, Any], rule: Mapping[str, Any]) -> tuple[Rule, Pack]:
    pack = pack_of([{**rule, "measure": measure}])
    return pack.rules[0], pack


def reading(pack: Pack, submission: Mapping[str, Any]) -> tuple[_Judging, Mapping[str, Any]]:
    """Return the judging of a submission, and the values of its settings."""
    document = open_submission(submission)
    read = read_submission(document, pack.dictionary, pack.roles)
    known = frozenset(one.id for one in pack.head.parameters)
    judging = _Judging(pack, read, document, known)
    return judging, judging.settings.values


def one_by_one(measure: Mapping[str, Any], facts: Facts, *, rule: Facts | None = None, **head: Any) -> Found:
    """Return what the measure says of one organisation."""
    asked, pack = rule_and_pack(measure, rule or {})
    judging, values = reading(pack, submission_of(facts, **head))
    judged = judging.judged(asked, values)
    return told(judged.verdict, judged.standing)


DECOYS: tuple[Facts, ...] = (
    {
        "plan": True,
        "total": 7,
        "part": 7,
        "deaths": 9,
        "firms": [{"id": "F0", "big": True, "good": False, "since": "none", "until": "none", "shut": []}],
        "meetings": [{"held_on": "2022-01-05", "kind": "plenary", "firm": "F0", "form": "heard"}],
        "jobs": [{"id": "J0", "began": "2022-01-05 09:00", "approved": False}],
    },
    {},
)


def as_columns(measure: Mapping[str, Any], facts: Facts, *, rule: Facts | None = None, **head: Any) -> Found:
    """Return what the measure says of the same organisation, judged in one go with others around it."""
    asked, pack = rule_and_pack(measure, rule or {})
    readings = [reading(pack, submission_of(one, **head)) for one in (DECOYS[0], facts, DECOYS[1])]
    judging, values = readings[1]
    clock = judging.clock(values)
    columns: Any = ColumnBackend([one.submission for one, _ in readings], pack.dictionary, clock)
    settled = evolve(asked, measure=asked.measure.settled(values))
    standing = settled.measure.standing(columns)
    truth = judge(timely(asked.applies, clock.as_of), columns.here)
    found = verdict(standing, (truth.holds, truth.fails), columns.ops, hard=asked.hard)

    def pick(quantity: Any) -> int:
        return int(np.broadcast_to(quantity, (len(readings),))[1])

    def tally(one: Tally[Any]) -> Tally[int]:
        return Tally(*(pick(part) for part in one))

    mine: Verdict[int] = Verdict(
        outcome=pick(found.outcome),
        to_date=bool(pick(found.to_date)),
        out=bool(pick(found.out)),
        never=bool(pick(found.never)),
        worst=tally(found.worst),
        best=tally(found.best),
    )
    flat: Standing[int] = Standing(
        asked=Span(pick(standing.asked.low), pick(standing.asked.high)),
        worst=tally(standing.worst),
        best=tally(standing.best),
        later=pick(standing.later),
        next_due=pick(standing.next_due),
    )
    return told(mine, flat)


both_backends = pytest.mark.parametrize("judged", [one_by_one, as_columns])
"""Every table runs through both backends: one meaning."""


def credit(found: Found) -> object:
    """Return the credit: a fraction where it is known, else its bounds; None where it is out of the sums."""
    if found.low is None or found.high is None:
        return None
    return found.low if found.low == found.high and not found.out else (found.low, found.high)


def meetings(*days: str, kind: str = "plenary", **cells: Any) -> list[dict[str, Any]]:
    """Return one meeting a day, all complete."""
    base = {"kind": kind, "form": "heard", "firm": "F0", "feast": "none"}
    return [{"held_on": day, **base, **cells} for day in days]


def firm(name: str, **cells: Any) -> dict[str, Any]:
    """Return a firm that is always there, with these cells."""
    return {"id": name, "since": "none", "until": "none", "shut": [], **cells}
