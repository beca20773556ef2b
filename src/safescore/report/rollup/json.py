"""A roll-up for machines: versioned, exact numbers as strings, what is absent as null."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from safescore.report.json import written
from safescore.report.layout import Layout
from safescore.results import Counted, Interval
from safescore.rollup.groups import Place
from safescore.rollup.reversals import Reversal, Side
from safescore.rollup.rolled import DutyFigures, Group, Lowest, PackRollUp, QuotaFound, RollUp
from safescore.version import VERSION
from safescore.words import Lang

SCHEMA = {"name": "safescore-rollup", "version": "1.0"}


def render(rolled: RollUp, lang: Lang, layout: Layout) -> str:
    """Return a roll-up as JSON, texts in one language."""
    return written(
        {
            "schema": SCHEMA,
            "tool": {"name": "safescore", "version": VERSION},
            "lang": lang,
            "by": [{"id": name, "title": rolled.dimension(name).to(lang)} for name in rolled.by],
            "roster": rolled.rostered,
            "packs": [_pack(one, rolled, lang) for one in rolled.packs],
            "unusable": [{"id": one.id, "name": one.name or None} for one in rolled.unusable],
            "unlisted": list(rolled.unlisted),
            "superseded": [
                {
                    "organization": one.earlier.organization,
                    "pack": one.earlier.pack,
                    "file": one.earlier.source,
                    "by": one.later.source,
                }
                for one in rolled.superseded
            ],
            "notes": [one.to(lang) for one in rolled.remarks()],
        }
    )


def _pack(one: PackRollUp, rolled: RollUp, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.pack,
        "versions": list(one.versions),
        "title": one.title.to(lang),
        "grades": [{"id": id_, "title": title.to(lang)} for id_, title in one.grades],
        "rules": [
            {
                "rule": duty.rule,
                "clause": duty.clause,
                "title": duty.title.to(lang),
                "measure": duty.kind,
                "hard": duty.hard,
                "weight": duty.weight,
            }
            for duty in one.duties
        ],
        "members": [_member(member) for member in one.members],
        "groups": [_group(group, rolled, lang) for group in one.groups],
        "reversals": [_reversal(found) for found in one.reversals],
    }


def _member(one: Place) -> dict[str, Any]:
    result = one.result
    return {
        "id": one.id,
        "name": one.name,
        "groups": [list(values) for values in one.keys],
        "listed": one.listed,
        "handed_in": result is not None,
        "file": None if result is None else result.source,
        "period": None if result is None else result.period,
        "as_of": None if result is None else result.as_of,
        "facts": None if result is None else result.facts,
        "score": None if result is None else _interval(result.score),
        "grade": _grade(one),
    }


def _grade(one: Place) -> dict[str, Any] | None:
    if one.result is None or one.result.grade is None:
        return None
    low, high = one.result.grade
    return {"low": one.result.grades[low][0], "high": one.result.grades[high][0]}


def _group(one: Group, rolled: RollUp, lang: Lang) -> dict[str, Any]:
    from safescore.report.rollup.words import group_name

    return {
        "key": list(one.key),
        "title": group_name(one.key, rolled, lang),
        "members": one.members,
        "handed_in": one.submitted,
        "missing": [{"id": member.id, "name": member.name} for member in one.missing],
        "score": {
            "mean": _interval(one.score),
            "mean_of_handed_in": _interval(one.reported_score),
            "worst": _interval(one.worst),
            "lowest": _lowest(one.lowest),
            "quantiles": [{"share": str(part), **_interval(found)} for part, found in one.quantiles],
        },
        "grades": {"counts": dict(one.grades), "undecided": one.undecided, "none": one.ungraded},
        "quotas": [_quota(found) for found in one.quotas],
        "clauses": [{"clause": clause, **_interval(found)} for clause, found in one.clauses],
        "rules": [_duty(found) for found in one.duties],
    }


def _quota(one: QuotaFound) -> dict[str, Any]:
    return {
        "least": str(one.quota.least),
        "kind": one.quota.kind,
        "mark": one.quota.mark,
        "members": one.reached.members,
        "surely": one.reached.surely,
        "possibly": one.reached.possibly,
        "share": _interval(one.reached.share),
        "answer": one.answer.name.lower(),
    }


def _duty(one: DutyFigures) -> dict[str, Any]:
    return {
        "rule": one.duty.rule,
        "outcomes": {outcome.value: number for outcome, number in one.outcomes.items()},
        "missing": one.missing,
        "items": None if one.counted is None else _counted(one.counted),
        "items_of_handed_in": None if one.reported is None else _counted(one.reported),
        "share": _interval(one.share),
        "share_of_handed_in": _interval(one.reported_share),
        "members_meeting": _interval(one.meeting),
        "credit": _interval(one.credit),
        "worst": _interval(one.worst),
        "short_of_handed_in": {"low": one.short[0], "high": one.short[1]},
        "lowest": _lowest(one.lowest),
    }


def _reversal(one: Reversal) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "dimension": one.dimension,
        "within": one.within,
        "ahead_in_every_part": _side(one.ahead),
        "ahead_on_the_whole": _side(one.behind),
        "whatever_the_missing": one.sure,
    }


def _side(one: Side) -> dict[str, Any]:
    return {
        "value": one.value,
        "whole": _interval(one.whole),
        "parts": [{"value": name, **_interval(found)} for name, found in one.parts.items()],
    }


def _lowest(found: Sequence[Lowest]) -> list[dict[str, Any]]:
    return [{"id": one.id, "name": one.name, **_interval(one.found)} for one in found]


def _counted(one: Counted) -> dict[str, Any]:
    return {
        "met": {"low": one.met[0], "high": one.met[1]},
        "unmet": {"low": one.unmet[0], "high": one.unmet[1]},
    }


def _interval(one: Interval) -> dict[str, Any]:
    return {"low": _exact(one.low), "high": _exact(one.high), "certain": one.certain}


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)
