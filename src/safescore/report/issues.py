"""Findings as tools for code show them: one message at one place, with a fingerprint that survives edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum
from hashlib import sha256

from safescore.frozen import frozen
from safescore.report import contents
from safescore.report.labels import difference, fact_name
from safescore.report.places import Spot, place_of
from safescore.report.visible import clipped, visible
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.words import Lang

MOST = 400
"""How many characters of a gap or of a reason a message holds."""
MOST_MISSING = 3
"""How many missing facts a message names, and how many differences from what was verified."""


class Gravity(Enum):
    """How grave an issue is: a broken hard duty, a gap, or a duty that the facts leave open."""

    HARD = "hard"
    GAP = "gap"
    OPEN = "open"


@frozen(kw_only=True)
class Issue:
    """A finding that is not satisfied or unknown."""

    finding: Finding
    assessment: Assessment
    gravity: Gravity
    title: str
    lines: tuple[str, ...]
    spot: Spot
    fingerprint: str

    @property
    def text(self) -> str:
        """The message on one line."""
        return " ".join(self.lines)


def issues(assessments: Iterable[Assessment], lang: Lang) -> Iterator[Issue]:
    """Yield the issues of assessments, in the order of their rules; no two have the same fingerprint."""
    seen: Counter[tuple[str, ...]] = Counter()
    for one in assessments:
        for finding in one.findings:
            if finding.outcome not in (Outcome.NOT_SATISFIED, Outcome.UNKNOWN):
                continue
            identity = (one.organization.get("id", ""), one.period, finding.rule)
            seen[identity] += 1
            yield Issue(
                finding=finding,
                assessment=one,
                gravity=_gravity(finding),
                title=visible(finding.title.to(lang)),
                lines=tuple(_lines(finding, one, lang)),
                spot=place_of(finding, one),
                fingerprint=_fingerprint((*identity, str(seen[identity]))),
            )


def _gravity(finding: Finding) -> Gravity:
    if finding.outcome is Outcome.UNKNOWN:
        return Gravity.OPEN
    return Gravity.HARD if finding.hard else Gravity.GAP


def _lines(finding: Finding, assessment: Assessment, lang: Lang) -> Iterator[str]:
    """Yield what a message says: the gap or what is missing, what was verified otherwise, the remedy, the clause, the
    due day, the waiver that is applied."""
    zh = lang == "zh"
    if finding.outcome is Outcome.NOT_SATISFIED or not finding.missing:
        yield _sentence(clipped(visible(finding.reason.to(lang)), MOST), lang)
    else:
        named = [clipped(visible(fact_name(path, assessment, lang))) for path in finding.missing[:MOST_MISSING]]
        more = len(finding.missing) - len(named)
        if more:
            named.append(f"另有{more}项" if zh else f"and {more} more")
        yield _sentence(f"缺少事实：{'、'.join(named)}" if zh else f"Missing: {', '.join(named)}", lang)
    for one in contents.differences_of(finding, assessment)[:MOST_MISSING]:
        said = clipped(visible(difference(one, lang)), MOST)
        yield _sentence(f"与核查不一致：{said}" if zh else f"Claimed and verified differ: {said}", lang)
    yield _sentence(visible(finding.remedy.to(lang)), lang)
    clause = f"{finding.clause}：{finding.anchor}" if zh else f"{finding.clause}: {finding.anchor}"
    yield _sentence(visible(f"条款 {clause}" if zh else f"Clause {clause}"), lang)
    if finding.next_due:
        yield _sentence(f"期限 {finding.next_due}" if zh else f"Due {finding.next_due}", lang)
    if finding.waiver is not None:
        reason, until = clipped(visible(finding.waiver.reason)), finding.waiver.until
        yield _sentence(f"已豁免至{until}：{reason}" if zh else f"Waived until {until}: {reason}", lang)


def _sentence(text: str, lang: Lang) -> str:
    if not text or text[-1] in "。.！!？?；;":
        return text
    return f"{text}{'。' if lang == 'zh' else '.'}"


def _fingerprint(parts: tuple[str, ...]) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
