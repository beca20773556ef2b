"""One meaning: the measures, judged over arrays of many organisations, say what they say of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from safescore.assess import _Judging
from safescore.batch import Kernel, columns_of, roles_of
from safescore.errors import InvalidInput
from safescore.facts.answers import Submission
from safescore.facts.read import open_submission, read_submission
from safescore.model import Pack
from safescore.scoring import contribution, interval
from safescore.standing import Outcome
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without

ROLES = st.sampled_from((["firm"], ["firm"], ["town", "firm"], ["town"]))


def read(submission: Facts, pack: Pack) -> tuple[_Judging, Submission] | None:
    document = open_submission(submission)
    try:
        read_ = read_submission(document, pack.dictionary, pack.roles)
    except InvalidInput:
        return None
    known = frozenset(one.id for one in pack.head.parameters)
    return _Judging(pack, read_, document, known), read_


@given(RULES, st.lists(submissions(), min_size=1, max_size=4), st.data())
def test_many_are_judged_like_one(rules: list[Any], drawn: list[Facts], data: st.DataObject) -> None:
    """Promise 13: outcome, to date, gap, due day, contribution and score agree, place by place."""
    pack = pack_of(rules)
    parameters = dict(drawn[0]["parameters"])
    if data.draw(st.booleans(), label="no quota"):
        del parameters["quota"]
    judgings = []
    for number, whole in enumerate(drawn):
        organization = {**whole["organization"], "roles": data.draw(ROLES, label=f"roles {number}")}
        same = {**whole, "as_of": drawn[0]["as_of"], "parameters": parameters, "organization": organization}
        gone = data.draw(st.lists(st.sampled_from(list(cells(same))), max_size=6, unique=True), label=f"gone {number}")
        found = read(without(same, gone), pack)
        if found is not None:
            judgings.append(found)
    if not judgings:
        return
    every = [submission for _, submission in judgings]
    as_of = date.fromisoformat(drawn[0]["as_of"])
    patience = data.draw(st.sampled_from((0, 0, 1e9)), label="patience")
    compiled = data.draw(st.booleans(), label="compiled")
    kernel = Kernel(pack, as_of=as_of, period="2022", parameters=parameters, patience=patience, compiled=compiled)
    if data.draw(st.booleans(), label="learnt before"):
        some = every[: data.draw(st.integers(1, len(every)))]
        kernel.assess(columns_of(some, pack.dictionary), len(some), roles=roles_of(some))
    facts, roles = columns_of(every, pack.dictionary), roles_of(every)
    many = kernel.assess(facts, len(every), roles=roles, together=data.draw(st.integers(1, 4), label="together"))
    for place, (judging, _) in enumerate(judgings):
        values = judging.settings.values
        parts = []
        for number, rule in enumerate(pack.rules):
            one = judging.judged(rule, values)
            assert many.outcome_of(place, number) is one.outcome
            assert bool(many.to_date[place, number]) is bool(one.verdict.to_date)
            assert many.contribution(place, number) == contribution(one.verdict)
            asked = one.outcome is not Outcome.NOT_APPLICABLE
            told = (one.standing.best.short, one.standing.worst.short, one.standing.next_due) if asked else (0, 0, 0)
            same_ = (many.short.low[place, number], many.short.high[place, number], many.next_due[place, number])
            assert same_ == told
            parts.append((many.weights[number], contribution(one.verdict)))
        exact = interval(parts)
        assert many.interval(place) == exact
        assert bool(many.score.scored[place]) is (exact.low is not None)
        assert bool(many.score.certain[place]) is exact.certain
        if exact.low is not None and exact.high is not None:
            assert abs(many.score.low[place] - exact.low) < 1e-12
            assert abs(many.score.high[place] - exact.high) < 1e-12
