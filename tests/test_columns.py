"""One meaning: the measures, judged over arrays of many organisations, say what they say of one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from safescore.assess import _Judging
from safescore.errors import InvalidInput
from safescore.expr import judge
from safescore.facts.answers import Submission
from safescore.facts.read import open_submission, read_submission
from safescore.measures.base import timely
from safescore.model import Pack
from safescore.results import Contribution
from safescore.scoring import contribution
from safescore.standing import OUTCOMES, Tally, Verdict, verdict
from tests.columns import ColumnBackend
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without, world


def one_of(found: Verdict[Any], place: int) -> Verdict[int]:
    """Return the verdict of one organisation out of an array."""

    def pick(quantity: Any) -> int:
        return int(np.broadcast_to(quantity, (place + 1,) if np.ndim(quantity) == 0 else np.shape(quantity))[place])

    return Verdict(
        outcome=pick(found.outcome),
        to_date=bool(pick(found.to_date)),
        out=bool(pick(found.out)),
        never=bool(pick(found.never)),
        worst=Tally(*(pick(one) for one in found.worst)),
        best=Tally(*(pick(one) for one in found.best)),
    )


def read(submission: Facts, pack: Pack) -> tuple[_Judging, Submission] | None:
    document = open_submission(submission)
    try:
        read_ = read_submission(document, pack.dictionary, pack.roles)
    except InvalidInput:
        return None
    return _Judging(pack, read_, document, frozenset()), read_


@given(RULES, st.lists(submissions(), min_size=1, max_size=4), st.data())
def test_many_are_judged_like_one(rules: list[Any], drawn: list[Facts], data: st.DataObject) -> None:
    """Promise 13: outcome, to date, gap, due day and contribution agree, place by place."""
    pack = pack_of(rules)
    judgings = []
    for number, whole in enumerate(drawn):
        same = {**whole, "as_of": drawn[0]["as_of"], "parameters": drawn[0]["parameters"]}
        gone = data.draw(st.lists(st.sampled_from(list(cells(same))), max_size=6, unique=True), label=f"gone {number}")
        found = read(without(same, gone), pack)
        if found is not None:
            judgings.append(found)
    if not judgings:
        return
    parameters = {one.id: one for one in world().head.parameters}
    values = {
        name: parameters[name].alternatives[raw].value if parameters[name].reading else raw
        for name, raw in drawn[0]["parameters"].items()
    }
    clock = judgings[0][0].clock(values)
    columns: Any = ColumnBackend([submission for _, submission in judgings], pack.dictionary, clock)
    for rule in pack.rules:
        measure = rule.measure.settled(values)
        standing = measure.standing(columns)
        truth = judge(timely(rule.applies, clock.as_of), columns.here)
        found_all = verdict(standing, (truth.holds, truth.fails), columns.ops, hard=rule.hard)
        for place, (judging, _) in enumerate(judgings):
            scalar = judging.judged(rule, values)
            many = one_of(found_all, place)
            assert OUTCOMES[many.outcome] is scalar.outcome
            assert many.to_date == bool(scalar.verdict.to_date)
            assert exact(contribution(many)) == exact(contribution(scalar.verdict))
            for many_one, scalar_one in (
                (standing.worst.short, scalar.standing.worst.short),
                (standing.best.short, scalar.standing.best.short),
                (standing.next_due, scalar.standing.next_due),
                (standing.later, scalar.standing.later),
            ):
                assert int(np.broadcast_to(many_one, (len(judgings),))[place]) == scalar_one


def exact(one: Contribution) -> tuple[Fraction | None, Fraction | None, bool]:
    return one.low, one.high, one.out
