"""A roll-up as rows, one a group and duty, for spreadsheets and scripts: UTF-8 with a byte-order mark."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from io import StringIO

from safescore.report.csv import MARK, PLACES, harmless
from safescore.report.layout import Layout
from safescore.report.rollup.words import value_name
from safescore.results import Interval
from safescore.rollup.rolled import DutyFigures, Group, PackRollUp, RollUp
from safescore.standing import Outcome
from safescore.words import Lang, rounded

SCORE = "score"
"""What stands for the rule in the row of a group's scores."""
COLUMNS = (
    "rule",
    "clause",
    "title",
    "hard",
    "weight",
    "members",
    "handed_in",
    "missing",
    *(one.value.replace("-", "_") for one in Outcome),
    "met_low",
    "met_high",
    "unmet_low",
    "unmet_high",
    "share_low",
    "share_high",
    "share_of_handed_in_low",
    "share_of_handed_in_high",
    "members_meeting_low",
    "members_meeting_high",
    "mean_low",
    "mean_high",
    "worst_low",
    "worst_high",
    "lowest",
)


def render(rolled: RollUp, lang: Lang, layout: Layout) -> str:
    """Return every group's scores and duties as CSV (RFC 4180); a dimension that a row does not tell apart is empty."""
    written = StringIO(newline="")
    table = csv.writer(written)
    table.writerow(("pack", "level", *(harmless(name) for name in rolled.by), *COLUMNS))
    for pack in rolled.packs:
        for group in pack.groups:
            first = tuple(_place(pack, group, rolled, lang))
            table.writerow((*first, *_scores(group)))
            table.writerows((*first, *_duty(one, group, lang)) for one in group.duties)
    return MARK + written.getvalue()


def _place(pack: PackRollUp, group: Group, rolled: RollUp, lang: Lang) -> Iterator[str]:
    yield harmless(pack.pack)
    yield str(len(group.key))
    for place, name in enumerate(rolled.by):
        told = place < len(group.key)
        yield harmless(value_name(name, group.key[place], rolled, lang)) if told else ""


def _scores(group: Group) -> Iterator[str]:
    yield SCORE
    yield from ("", "", "", "")
    yield from (str(group.members), str(group.submitted), str(len(group.missing)))
    yield from ("" for _ in Outcome)
    yield from ("" for _ in range(10))
    yield from _bounds(group.score)
    yield from _bounds(group.worst)
    yield harmless("; ".join(one.id for one in group.lowest))


def _duty(one: DutyFigures, group: Group, lang: Lang) -> Iterator[str]:
    yield harmless(one.duty.rule)
    yield harmless(one.duty.clause)
    yield harmless(one.duty.title.to(lang))
    yield "true" if one.duty.hard else "false"
    yield str(one.duty.weight)
    yield from (str(group.members), str(group.submitted), str(one.missing))
    yield from (str(number) for number in one.outcomes.values())
    counted = one.counted
    for span in (None, None) if counted is None else (counted.met, counted.unmet):
        yield from ("", "") if span is None else ("" if end is None else str(end) for end in span)
    for found in (one.share, one.reported_share, one.meeting, one.credit, one.worst):
        yield from _bounds(found)
    yield harmless("; ".join(each.id for each in one.lowest))


def _bounds(found: Interval) -> tuple[str, str]:
    return _figure(found.low), _figure(found.high)


def _figure(exact: Fraction | None) -> str:
    return "" if exact is None else rounded(exact, PLACES)
