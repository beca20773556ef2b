"""SARIF 2.1.0: results with their places, as code hosts show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from attrs import field

from safescore.frozen import frozen
from safescore.report.issues import Gravity, Issue, issues
from safescore.report.json import written
from safescore.report.labels import between, grade
from safescore.report.layout import Layout
from safescore.report.places import Spot, spot, told
from safescore.report.visible import clipped, visible
from safescore.results import Assessment, Finding, Waived
from safescore.standing import Outcome
from safescore.version import VERSION
from safescore.words import Lang

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RELATED = 20
"""How many further places of a result are listed."""
LEVELS: Mapping[Gravity, str] = {Gravity.HARD: "error", Gravity.GAP: "warning", Gravity.OPEN: "none"}
TAGS = ("work-safety",)


@frozen(kw_only=True)
class SarifRule:
    """A rule as readers of results know it."""

    id: str
    short: str
    level: str = ""
    full: str = ""
    help: str = ""
    properties: Mapping[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Result:
    """One result: which rule, how grave, what it says, and where; its fingerprint does not follow the line."""

    rule: str
    level: str
    text: str
    at: Spot
    fingerprint: str
    kind: str = "fail"
    related: Sequence[tuple[str, Spot]] = ()
    suppressions: Sequence[Mapping[str, Any]] | None = None
    properties: Mapping[str, Any] = field(factory=dict)


def render(assessments: Sequence[Assessment], lang: Lang, layout: Layout) -> str:
    """Return the gaps of assessments as a SARIF log; what the facts leave open is of the kind ``open``."""
    rules = {finding.rule: _rule(finding, lang) for one in assessments for finding in one.findings}
    found = tuple(_gap(issue, lang) for issue in issues(assessments, lang))
    properties = {"assessments": [_summary(one, lang) for one in assessments]}
    return written(log(tuple(rules.values()), found, properties=properties))


def log(
    rules: Sequence[SarifRule], results: Sequence[Result], *, properties: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a SARIF log of one run."""
    order = {one.id: place for place, one in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "safescore",
                "version": VERSION,
                "semanticVersion": VERSION,
                "rules": [_rule_content(one) for one in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result_content(one, order) for one in results],
    }
    if properties:
        run["properties"] = dict(properties)
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def fingerprint(*parts: str) -> str:
    """Return what tells results apart whatever line they stand on."""
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def message(text: str) -> str:
    """Return *text* as a SARIF message that shows it as it stands: no placeholder, no link."""
    return visible(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _rule(finding: Finding, lang: Lang) -> SarifRule:
    zh = lang == "zh"
    asked, remedy = finding.target.to(lang), finding.remedy.to(lang)
    clause = f"{finding.clause}：{finding.anchor}" if zh else f"{finding.clause}: {finding.anchor}"
    owners = "、".join(finding.owners) if zh else ", ".join(finding.owners)
    said = (
        (("要求：" if zh else "Asked: "), asked),
        (("怎么办：" if zh else "Remedy: "), remedy),
        (("条款：" if zh else "Clause: "), clause),
        (("责任单位：" if zh else "Owners: "), owners),
    )
    return SarifRule(
        id=finding.rule,
        short=finding.title.to(lang),
        full=asked,
        help="\n".join(f"{name}{visible(text)}" for name, text in said if text),
        level="error" if finding.hard else "warning",
        properties={
            "clause": finding.clause,
            "anchor": finding.anchor,
            "hard": finding.hard,
            "weight": finding.weight,
            "owners": list(finding.owners),
            "tags": list(TAGS),
        },
    )


def _gap(issue: Issue, lang: Lang) -> Result:
    one, finding = issue.assessment, issue.finding
    open_ = issue.gravity is Gravity.OPEN
    others = [(place.fact, spot(place.at)) for place in told(finding)]
    return Result(
        rule=finding.rule,
        level=LEVELS[issue.gravity],
        kind="open" if open_ else "fail",
        text=f"{issue.title}{'：' if lang == 'zh' else ': '}{issue.text}",
        at=issue.spot,
        fingerprint=issue.fingerprint,
        related=[other for other in others if other[1] != issue.spot][:MOST_RELATED],
        suppressions=[_suppression(finding.waiver, lang)] if finding.waiver is not None else [],
        properties={
            "organization": visible(clipped(one.organization.get("id", ""))),
            "period": one.period,
            "clause": finding.clause,
            "owners": list(finding.owners),
            "outcome": finding.outcome.value,
            "gap": None if finding.gap is None else clipped(visible(finding.gap.to(lang)), 400),
            "due": finding.next_due or None,
            "missing": [clipped(visible(path)) for path in finding.missing[:MOST_RELATED]],
        },
    )


def _suppression(waiver: Waived, lang: Lang) -> dict[str, Any]:
    until = f"有效期至{waiver.until}" if lang == "zh" else f"until {waiver.until}"
    said = (clipped(visible(waiver.reason), 400), clipped(visible(waiver.approver)), until)
    return {"kind": "external", "status": "accepted", "justification": ("；" if lang == "zh" else "; ").join(said)}


def _summary(one: Assessment, lang: Lang) -> dict[str, Any]:
    return {
        "organization": {key: visible(clipped(one.organization.get(key, ""))) for key in ("id", "name")},
        "pack": one.pack,
        "packVersion": one.pack_version,
        "period": one.period,
        "asOf": one.as_of,
        "score": between(one.score.interval, lang),
        "grade": grade(one.grade, lang),
        "counts": {outcome.value: one.score.counts[outcome] for outcome in Outcome},
        "digests": {"pack": one.digests.pack, "facts": one.digests.facts},
    }


def _rule_content(one: SarifRule) -> dict[str, Any]:
    content: dict[str, Any] = {"id": one.id, "shortDescription": {"text": message(one.short)}}
    if one.full:
        content["fullDescription"] = {"text": message(one.full)}
    if one.help:
        content["help"] = {"text": "\n".join(map(message, one.help.split("\n")))}
    if one.level:
        content["defaultConfiguration"] = {"level": one.level}
    if one.properties:
        content["properties"] = dict(one.properties)
    return content


def _result_content(one: Result, order: Mapping[str, int]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": order[one.rule],
        "kind": one.kind,
        "level": one.level,
        "message": {"text": message(f"[{one.at.cell}] {one.text}" if one.at.cell else one.text)},
        "locations": [_location(one.at)],
        "partialFingerprints": {"primaryLocationLineHash": f"{one.fingerprint}:1", "safescore/v1": one.fingerprint},
    }
    if one.related:
        content["relatedLocations"] = [
            {"id": number, **_location(at), "message": {"text": message(clipped(text))}}
            for number, (text, at) in enumerate(one.related, 1)
        ]
    if one.suppressions is not None:
        content["suppressions"] = list(one.suppressions)
    if one.properties:
        content["properties"] = dict(one.properties)
    return content


def _location(at: Spot) -> dict[str, Any]:
    content: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": at.uri},
            "region": {"startLine": at.line, "startColumn": at.column},
        }
    }
    if at.cell:
        content["logicalLocations"] = [{"fullyQualifiedName": visible(at.cell)}]
    return content
