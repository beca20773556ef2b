"""Batches in tests: what a group says of a submission, and what ``check`` says of the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from safescore.batch.judged import Group, Result
from safescore.batch.order import Handed, Order
from safescore.batch.portion import Desk, Portion
from safescore.batch.rows import NONE, points
from safescore.model import Pack
from safescore.period import parse_day
from safescore.results import Assessment
from safescore.standing import OUTCOMES

Rows = dict[tuple[str, str, str], tuple[Any, ...]]
Results = dict[tuple[str, str], Result]


def rows_of(groups: Iterable[Group]) -> Rows:
    """Return the findings of groups by file, organisation and rule."""
    found: Rows = {}
    for group in groups:
        block = group.block
        arrays = (
            block.outcome, block.to_date, block.out, block.low, block.low_of, block.high, block.high_of, block.least,
            block.most, block.next_due, block.waived,
        )  # fmt: skip
        for place, member in enumerate(group.members):
            for rule, name in enumerate(group.rules):
                found[member.file, member.organization, name] = tuple(int(one[place, rule]) for one in arrays)
    return found


def results_of(groups: Iterable[Group]) -> Results:
    """Return the results of groups by file and pack."""
    return {
        (member.file, group.run.pack): result
        for group in groups
        for member, result in zip(group.members, group.results, strict=True)
    }


def rows_of_check(file: str, assessments: Iterable[Assessment]) -> Rows:
    """Return the findings of ``check`` in the same form."""
    found: Rows = {}
    for one in assessments:
        for finding in one.findings:
            credit = finding.contribution
            low, high = credit.low, credit.high
            least, most = finding.short or (NONE, NONE)
            found[file, one.organization["id"], finding.rule] = (
                OUTCOMES.index(finding.outcome),
                int(finding.to_date),
                int(credit.out),
                *((0, 0) if low is None else (low.numerator, low.denominator)),
                *((0, 0) if high is None else (high.numerator, high.denominator)),
                least,
                NONE if most is None else most,
                parse_day(finding.next_due) or 0,
                int(finding.waiver is not None),
            )
    return found


def results_of_check(file: str, assessments: Iterable[Assessment]) -> Results:
    """Return what ``check`` comes to in the same form."""
    return {(file, one.pack): result_of(one) for one in assessments}


def result_of(one: Assessment) -> Result:
    """Return what an assessment comes to, without a gate."""
    waived = one.score.waived
    return Result(
        low=points(one.score.interval.low),
        high=points(one.score.interval.high),
        low_grade=one.grade.low,
        high_grade=one.grade.high,
        counts=tuple(one.score.counts[outcome] for outcome in OUTCOMES),
        decided=float(one.score.decided),
        waived=None if waived is None else (points(waived.low), points(waived.high)),
    )


def lines(submissions: Iterable[Mapping[str, Any]], file: str = "all.jsonl") -> list[Handed]:
    """Return submissions as the lines of a file."""
    return [
        Handed(file=file, line=number, raw=json.dumps(one, ensure_ascii=False).encode())
        for number, one in enumerate(submissions, 1)
    ]


def portion(handed: Iterable[Handed], few: int, order: Order, load: Callable[[str], Pack]) -> Portion:
    """Return what submissions come to: more than *few* of a kind together, else one by one."""
    return Desk(order, load, few).portion(handed)


def files(*paths: Path) -> list[Handed]:
    """Return files as handed in."""
    return [Handed(file=path.as_posix()) for path in paths]
