"""JUnit's XML, as CI servers read it: a suite an assessment, a case a rule; what is unknown is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from safescore.report import outline
from safescore.report.labels import OUTCOMES, between, grade
from safescore.report.layout import Layout
from safescore.report.visible import clipped, visible
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.words import Lang

TAGS: Mapping[Outcome, str | None] = {
    Outcome.SATISFIED: None,
    Outcome.NOT_SATISFIED: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.PENDING: "skipped",
    Outcome.NOT_APPLICABLE: "skipped",
}
"""What a case holds for each outcome; only a satisfied one holds nothing."""
MOST = 400


def render(assessments: Sequence[Assessment], lang: Lang, layout: Layout) -> str:
    """Return assessments as JUnit's XML."""
    suites = Element("testsuites", {"name": "safescore", **_counts([f for one in assessments for f in one.findings])})
    del suites.attrib["skipped"]
    for one in assessments:
        _suite(suites, one, lang)
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _suite(suites: Element, one: Assessment, lang: Lang) -> None:
    organization = {key: visible(clipped(one.organization.get(key, ""))) for key in ("id", "name")}
    name = " ".join((organization["name"] or organization["id"], one.period, one.pack))
    suite = SubElement(suites, "testsuite", {"name": visible(name), **_counts(one.findings)})
    told = {
        "organization": organization["id"],
        "period": one.period,
        "as-of": one.as_of,
        "pack": f"{one.pack}@{one.pack_version}",
        "score": between(one.score.interval, lang),
        "grade": grade(one.grade, lang),
        "pack-digest": one.digests.pack,
        "facts-digest": one.digests.facts,
        "safescore": one.digests.version,
    }
    properties = SubElement(suite, "properties")
    for key, value in told.items():
        SubElement(properties, "property", {"name": key, "value": visible(value)})
    for finding in one.findings:
        _case(suite, finding, one, organization["id"], lang)


def _case(suite: Element, finding: Finding, one: Assessment, organization: str, lang: Lang) -> None:
    """Add the case of a rule; its names hold nothing that changes with the facts, and no two are alike."""
    short = finding.rule.removeprefix(f"{one.pack}.")
    names = {
        "classname": visible(f"{organization}.{one.period}.{one.pack}.{finding.clause}"),
        "name": visible(f"{short}{'：' if lang == 'zh' else ': '}{finding.title.to(lang)}"),
    }
    case = SubElement(suite, "testcase", names)
    tag = TAGS[finding.outcome]
    if tag is None:
        return
    told = f"{OUTCOMES[finding.outcome].to(lang)}{'：' if lang == 'zh' else ': '}{finding.reason.to(lang)}"
    kind = "hard" if finding.hard and finding.outcome is Outcome.NOT_SATISFIED else finding.outcome.value
    said = SubElement(case, tag, {"type": kind, "message": clipped(visible(told), MOST)})
    if tag != "skipped":
        rows = outline.finding_rows(finding, one, lang)
        lines = (f"{name}: {'; '.join(map(visible, cell.text.split(chr(10))))}" for name, cell in rows)
        said.text = "\n".join(lines)


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    tags = [TAGS[one.outcome] for one in findings]
    return {
        "tests": str(len(tags)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
    }
