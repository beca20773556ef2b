"""The points lost and why, as a self-assessment lists them: one row for each finding that loses points."""

from __future__ import annotations

from fractions import Fraction

from safescore.frozen import frozen
from safescore.report import contents
from safescore.report.labels import TONES
from safescore.report.outline import Outline
from safescore.report.page import Cell, Table, row
from safescore.report.visible import clipped
from safescore.results import Finding, Points
from safescore.scoring import points_lost
from safescore.standing import Outcome
from safescore.words import Text, rounded

TITLE = Text(zh="自评扣分点及原因说明", en="Points lost, and why")
MAY = Text(zh="可能扣分 ", en="perhaps ")
PLACES = 2
LONGEST = 300
_ZERO, _LEAST = Fraction(0), Fraction(1, 10**PLACES)


@frozen(kw_only=True)
class Deductions:
    """The findings that lose points, what the others count for together, and the sum of all.

    Full points and points lost are exact; where a fact is missing, points are lost from ``least`` to ``most``.
    """

    lost: tuple[Points, ...]
    kept: int
    kept_full: Fraction
    full: Fraction
    least: Fraction
    most: Fraction


def deductions(outline: Outline) -> Deductions:
    """Return what an assessment loses points for."""
    counted = points_lost(outline.assessment)
    kept = [one for one in counted if not one.most]
    return Deductions(
        lost=tuple(one for one in counted if one.most),
        kept=len(kept),
        kept_full=sum((one.full for one in kept), _ZERO),
        full=sum((one.full for one in counted), _ZERO),
        least=sum((one.least for one in counted), _ZERO),
        most=sum((one.most for one in counted), _ZERO),
    )


def table(outline: Outline) -> Table | None:
    """Return the table of points lost with its sums; None where no score is."""
    found = deductions(outline)
    if not found.full:
        return None
    say = outline.say
    rows = [
        row(
            str(number),
            one.finding.clause,
            Cell(outline.named(one.finding), TONES[one.finding.outcome]),
            figure(one.full),
            lost(one, outline).replace(MAY.to(outline.lang), f"{MAY.to(outline.lang).strip()}\n"),
            reason(one.finding, outline),
            outline.text(one.finding.remedy),
            say("、", ", ").join(one.finding.owners),
            outline.due(one.finding.next_due).replace(one.finding.next_due, f"{one.finding.next_due}\n", 1).strip(),
        )
        for number, one in enumerate(found.lost, 1)
    ]
    if found.kept:
        others = say(f"其余{found.kept}项（不扣分）", f"the other {found.kept} (nothing lost)")
        rows.append(row("", "", others, figure(found.kept_full), figure(_ZERO), "", "", "", ""))
    rows.append(row("", "", total(outline), figure(found.full), span(found.least, found.most, outline), *[""] * 4))
    return outline.table(
        "序号|条款|事项|满分|扣分|扣分原因|整改措施|责任单位|期限",
        "no.|clause|duty|full points|points lost|reason|remedy|owners|due",
        rows,
    )


def total(outline: Outline) -> str:
    """Return what the sums are of."""
    if contents.partial(outline.assessment):
        return outline.say("所列事项合计", "sum of those shown")
    return outline.say("合计", "sum")


def basis(outline: Outline) -> str:
    """Return in a sentence what full points and points lost are, and which duties are shown if not all are."""
    shown = outline.text(outline.assessment.notes[0]) if contents.partial(outline.assessment) else ""
    return shown + outline.say(
        "满分按各事项权重占计分总权重的比例折算为百分制，合计100分；扣分合计的上限与最低得分之和为100分。"
        "缺少事实的事项按最不利情形计入最低得分，列出可能扣分的区间。各行四舍五入，合计按精确值计算。",
        "Full points are a duty's share of the weight in the sums, 100 in all; the greatest sum of points lost and the "
        "least score are 100 together. Where a fact is missing, the least score takes the worst case and the range is "
        "given. Rows are rounded half up, sums are of the exact values.",
    )


def figure(points: Fraction) -> str:
    """Return points of a hundred; what would round to nothing says so."""
    shown = rounded(points, PLACES)
    return f"<{rounded(_LEAST, PLACES)}" if points and shown == rounded(_ZERO, PLACES) else shown


def span(least: Fraction, most: Fraction, outline: Outline) -> str:
    """Return points from the least to the most."""
    if least == most:
        return figure(most)
    return outline.say(f"{figure(least)} 至 {figure(most)}", f"{figure(least)} to {figure(most)}")


def lost(one: Points, outline: Outline) -> str:
    """Return the points that a finding loses: from nothing on, it may lose them."""
    if one.least == one.most or one.least:
        return span(one.least, one.most, outline)
    return MAY.to(outline.lang) + outline.say(f"0 至 {figure(one.most)}", f"0 to {figure(one.most)}")


def reason(finding: Finding, outline: Outline) -> str:
    """Return why points are lost: the gap, or what can't be judged; a waiver says that it takes nothing back."""
    why = clipped(outline.text(finding.gap if finding.gap is not None else finding.reason), LONGEST)
    if finding.outcome is Outcome.UNKNOWN:
        why = outline.say(f"无法判定：{why}", f"unknown: {why}")
    if finding.waiver is None:
        return why
    until = finding.waiver.until
    return why + outline.say(f"\n（豁免至{until}，不影响扣分）", f"\n(waived until {until}; the points stay lost)")
