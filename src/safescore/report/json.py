"""A report for machines: versioned, exact numbers as strings, what is absent as null."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from safescore.report import contents
from safescore.report.layout import Layout
from safescore.report.visible import invisible
from safescore.results import (
    Alternate,
    Assessment,
    Combinations,
    Counted,
    Difference,
    Evidenced,
    File,
    Finding,
    GradeRange,
    InForce,
    Interval,
    Part,
    Place,
    Score,
    Stand,
    Waived,
    WaiverUse,
)
from safescore.version import VERSION
from safescore.words import Lang, Text

_ATOM = json.JSONEncoder(ensure_ascii=False).encode
SCHEMA = {"name": "safescore-report", "version": "1.0"}


def render(assessments: Sequence[Assessment], lang: Lang, layout: Layout) -> str:
    """Return assessments as JSON, texts in one language."""
    return written(
        {
            "schema": SCHEMA,
            "tool": {"name": "safescore", "version": VERSION},
            "lang": lang,
            "assessments": [_assessment(one, lang) for one in assessments],
        }
    )


def written(content: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return content as JSON text; what is invisible is escaped, so that it is safe to look at."""
    text = _indented(content)
    odd = invisible(text) - {"\n"}
    escapes = {ord(char): json.dumps(char)[1:-1] if ord(char) != 0x7F else "\\u007f" for char in odd}
    return f"{text.translate(escapes) if odd else text}\n"


def _indented(content: Any, margin: str = "\n") -> str:
    """Return what ``json.dumps`` writes with an indent of two, sooner: it passes every word up through all levels."""
    inner = f"{margin}  "
    if content and isinstance(content, dict):
        entries = f",{inner}".join(f"{_ATOM(key)}: {_indented(one, inner)}" for key, one in content.items())
        return f"{{{inner}{entries}{margin}}}"
    if content and isinstance(content, (list, tuple)):
        return f"[{inner}{f',{inner}'.join(_indented(one, inner) for one in content)}{margin}]"
    return _ATOM(content)


def finding_content(one: Finding, lang: Lang) -> dict[str, Any]:
    """Return one finding as JSON has it."""
    credit, short = one.contribution, one.short
    return {
        "rule": one.rule,
        "clause": one.clause,
        "anchor": one.anchor,
        "title": one.title.to(lang),
        "outcome": one.outcome.value,
        "to_date": one.to_date,
        "credit": {"low": _exact(credit.low), "high": _exact(credit.high), "out": credit.out},
        "hard": one.hard,
        "weight": one.weight,
        "measure": one.kind,
        "actual": one.actual.to(lang),
        "target": one.target.to(lang),
        "gap": _said(one.gap, lang),
        "short": None if short is None else {"low": short[0], "high": short[1]},
        "reason": one.reason.to(lang),
        "missing": list(one.missing),
        "places": [_place(place) for place in one.places],
        "parts": [_part(part, lang) for part in one.parts],
        "next_due": one.next_due or None,
        "remedy": one.remedy.to(lang),
        "owners": list(one.owners),
        "readings": [_alternate(other, lang) for other in one.readings],
        "note": _said(one.note, lang),
        "waiver": _waiver(one.waiver),
        "evidenced": _evidenced(one.evidenced),
        "counted": None if one.counted is None else _counted(one.counted),
    }


def _assessment(one: Assessment, lang: Lang) -> dict[str, Any]:
    return {
        "pack": {"id": one.pack, "version": one.pack_version, "title": one.pack_title.to(lang)},
        "organization": {"id": one.organization["id"], "name": one.organization["name"]},
        "period": one.period,
        "as_of": one.as_of,
        "cut": one.cut,
        "digests": {"pack": one.digests.pack, "facts": one.digests.facts, "version": one.digests.version},
        "readings": [_setting(setting, lang) for setting in one.settings],
        "score": _score(one.score),
        "grade": _grade(one.grade, one.grades, lang),
        "findings": [finding_content(finding, lang) for finding in one.findings],
        "notes": [note.to(lang) for note in one.notes],
        "waivers": [_waiver_use(use) for use in one.waivers],
        "differences": [_difference(other, lang) for other in one.differences],
        "evidence": {"required": one.evidence_required, "files": [_file(file, lang) for file in one.evidence]},
        "combinations": _combinations(one.combinations),
        "labels": {path: label.to(lang) for path, label in one.labels.items()},
        "unscored": [_unscored(statement) for statement in contents.unscored(one)],
    }


def _setting(one: InForce, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title.to(lang),
        "kind": "reading" if one.reading else "parameter",
        "value": one.value if one.source != "missing" else None,
        "chosen": _said(one.chosen, lang),
        "source": one.source,
        "note": _said(one.note, lang),
    }


def _score(one: Score) -> dict[str, Any]:
    return {
        **_interval(one.interval),
        "decided": str(one.decided),
        "counts": {outcome.value: number for outcome, number in one.counts.items()},
        "sections": [
            {"clause": part.clause, **_interval(part.interval), "weight": part.weight} for part in one.sections
        ],
        "models": {name: _interval(found) for name, found in one.models.items()},
        "waived": None if one.waived is None else _interval(one.waived),
        "weights": dict(one.weights),
    }


def _interval(one: Interval) -> dict[str, Any]:
    return {"low": _exact(one.low), "high": _exact(one.high), "certain": one.certain}


def _grade(one: GradeRange, bands: Sequence[tuple[str, Text, Fraction]], lang: Lang) -> dict[str, Any]:
    return {
        "low": one.low,
        "high": one.high,
        "titles": {"low": _said(one.low_title, lang), "high": _said(one.high_title, lang)},
        "capped_by": list(one.capped_by),
        "may_cap": list(one.may_cap),
        "binding": _said(one.binding, lang),
        "deciding": list(one.deciding),
        "bands": [{"id": id_, "title": title.to(lang), "at_least": str(least)} for id_, title, least in bands],
    }


def _place(one: Place) -> dict[str, Any]:
    return {"fact": one.fact, "at": one.at or None}


def _part(one: Part, lang: Lang) -> dict[str, Any]:
    return {
        "outcome": one.outcome.value,
        "subject": one.subject or None,
        "window": one.window or None,
        "window_title": _said(one.window_title, lang),
        "title": _said(one.title, lang),
        "what": list(one.what),
        "names": [name.to(lang) for name in one.names],
        "short": one.short,
        "due": one.due or None,
        "places": [_place(place) for place in one.places],
    }


def _alternate(one: Alternate, lang: Lang) -> dict[str, Any]:
    return {
        "reading": one.reading,
        "alternative": one.alternative,
        "title": one.title.to(lang),
        "outcome": one.outcome.value,
        "low": _exact(one.low),
        "high": _exact(one.high),
    }


def _combinations(one: Combinations | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "readings": list(one.readings),
        "deciding": list(one.deciding),
        "evaluated": one.evaluated,
        "of": one.of,
        "score": _interval(one.interval),
        "grade": {"low": one.low, "high": one.high},
        "told": [
            {
                "readings": {choice.reading: choice.alternative for choice in told.choices},
                "turned": [
                    {"rule": turned.rule, "before": turned.before.value, "after": turned.after.value}
                    for turned in told.turned
                ],
                "score": _interval(told.interval),
                "grade": {"low": told.low, "high": told.high},
            }
            for told in one.told
        ],
    }


def _waiver(one: Waived | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"reason": one.reason, "approver": one.approver, "from": one.from_ or None, "until": one.until}


def _waiver_use(one: WaiverUse) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "outcome": one.outcome.value,
        "waiver": _waiver(one.waiver),
        "effect": one.effect.value,
    }


def _difference(one: Difference, lang: Lang) -> dict[str, Any]:
    return {
        "fact": one.fact,
        "label": one.label.to(lang),
        "claimed": one.claimed.to(lang),
        "verified": one.verified.to(lang),
        "by": one.by,
        "on": one.on,
        "places": [_place(place) for place in one.places],
        "rules": [
            {"rule": rule.rule, "claimed": rule.claimed.value, "verified": rule.verified.value} for rule in one.rules
        ],
    }


def _file(one: File, lang: Lang) -> dict[str, Any]:
    return {
        "fact": one.fact,
        "label": one.label.to(lang),
        "path": one.path,
        "sha256": one.sha256 or None,
        "date": one.date or None,
        "note": one.note or None,
    }


def _evidenced(one: Evidenced | None) -> dict[str, Any] | None:
    return None if one is None else {"claimed": _stand(one.claimed), "proven": _stand(one.proven)}


def _stand(one: Stand) -> dict[str, Any]:
    credit = one.contribution
    return {
        "outcome": one.outcome.value,
        "credit": {"low": _exact(credit.low), "high": _exact(credit.high), "out": credit.out},
    }


def _unscored(one: contents.Unscored) -> dict[str, Any]:
    return {
        "clause": one.clause,
        "anchor": one.anchor,
        "reason": one.reason,
        "restates": one.restates,
        "outcome": None if one.finding is None else one.finding.outcome.value,
    }


def _counted(one: Counted) -> dict[str, Any]:
    return {
        "met": {"low": one.met[0], "high": one.met[1]},
        "unmet": {"low": one.unmet[0], "high": one.unmet[1]},
    }


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _said(text: Text | None, lang: Lang) -> str | None:
    return None if text is None else text.to(lang)
