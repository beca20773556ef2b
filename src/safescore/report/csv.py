"""One row a finding, for spreadsheets and scripts: UTF-8 with a byte-order mark, no text that is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from io import StringIO

from safescore.report import contents
from safescore.report.labels import difference
from safescore.report.layout import Layout
from safescore.report.visible import visible
from safescore.results import Assessment, Finding, Points
from safescore.scoring import points_lost
from safescore.words import Lang, Text, rounded

COLUMNS = (
    "organization_id",
    "organization",
    "pack",
    "pack_version",
    "period",
    "as_of",
    "rule",
    "clause",
    "anchor",
    "title",
    "outcome",
    "to_date",
    "hard",
    "weight",
    "credit_low",
    "credit_high",
    "may_not_count",
    "full_points",
    "lost_least",
    "lost_most",
    "target",
    "actual",
    "gap",
    "reason",
    "remedy",
    "owners",
    "due",
    "missing",
    "waived_until",
    "waiver_effect",
    "verified_otherwise",
    "proven_outcome",
    "pack_digest",
    "facts_digest",
)
MARK = "\ufeff"
PLACES = 4
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    """Return the findings of every assessment as CSV (RFC 4180), texts in one language, under fixed column ids."""
    written = StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for one in assessments:
        points = {each.finding.rule: each for each in points_lost(one)}
        table.writerows(list(_row(one, finding, points.get(finding.rule), lang)) for finding in one.findings)
    return MARK + written.getvalue()


def harmless(text: str) -> str:
    """Return *text* on one line, nothing invisible in it, with ``'`` before what a spreadsheet would calculate."""
    shown = visible("; ".join(text.split("\n")))
    return f"'{shown}" if text.startswith(FORMULAS) or shown.lstrip().startswith(FORMULAS) else shown


def _row(one: Assessment, finding: Finding, points: Points | None, lang: Lang) -> Iterator[str]:
    """Yield the cells of a finding in the order of the columns."""
    credit = finding.contribution
    yield harmless(one.organization.get("id", ""))
    yield harmless(one.organization.get("name", ""))
    yield harmless(one.pack)
    yield harmless(one.pack_version)
    yield harmless(one.period)
    yield harmless(one.as_of)
    yield harmless(finding.rule)
    yield harmless(finding.clause)
    yield harmless(finding.anchor)
    yield _said(finding.title, lang)
    yield finding.outcome.value
    yield _flag(finding.to_date)
    yield _flag(finding.hard)
    yield str(finding.weight)
    yield _figure(credit.low)
    yield _figure(credit.high)
    yield _flag(credit.out)
    for exact in (None, None, None) if points is None else (points.full, points.least, points.most):
        yield _figure(exact)
    yield _said(finding.target, lang)
    yield _said(finding.actual, lang)
    yield _said(finding.gap, lang)
    yield _said(finding.reason, lang)
    yield _said(finding.remedy, lang)
    yield harmless("; ".join(finding.owners))
    yield harmless(finding.next_due)
    yield harmless("; ".join(finding.missing))
    yield harmless(finding.waiver.until) if finding.waiver is not None else ""
    yield "; ".join(effect.value for effect in contents.effects(finding, one))
    yield harmless("\n".join(difference(other, lang) for other in contents.differences_of(finding, one)))
    yield finding.ends[0].outcome.value if one.evidence_required else ""
    yield one.digests.pack
    yield one.digests.facts


def _said(text: Text | None, lang: Lang) -> str:
    return "" if text is None else harmless(text.to(lang))


def _flag(holds: bool) -> str:
    return "true" if holds else "false"


def _figure(exact: Fraction | None) -> str:
    """Return a number with a decimal point, for a fraction such as 3/4 would become a date; nothing for none."""
    return "" if exact is None else rounded(exact, PLACES)
