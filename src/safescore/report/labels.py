"""The words that reports share: outcomes, points, intervals, grades."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from safescore.report.page import Cell, Tone
from safescore.results import Assessment, Contribution, Difference, Effect, Finding, GradeRange, InForce, Interval
from safescore.standing import Outcome
from safescore.words import Lang, Text, percent, rounded

OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.SATISFIED: Text(zh="达到", en="met"),
    Outcome.NOT_SATISFIED: Text(zh="未达到", en="not met"),
    Outcome.PENDING: Text(zh="未到期", en="not due yet"),
    Outcome.UNKNOWN: Text(zh="无法判定", en="unknown"),
    Outcome.NOT_APPLICABLE: Text(zh="不适用", en="not applicable"),
}
TO_DATE = Text(zh="目前达到", en="met to date")
MARKS: Mapping[Outcome, str] = {
    Outcome.SATISFIED: "√",
    Outcome.NOT_SATISFIED: "×",
    Outcome.PENDING: "…",
    Outcome.UNKNOWN: "?",
    Outcome.NOT_APPLICABLE: "-",
}
TONES: Mapping[Outcome, Tone] = {
    Outcome.SATISFIED: Tone.GOOD,
    Outcome.NOT_SATISFIED: Tone.BAD,
    Outcome.PENDING: Tone.PLAIN,
    Outcome.UNKNOWN: Tone.DOUBT,
    Outcome.NOT_APPLICABLE: Tone.FAINT,
}
NOTHING = Text(zh="无", en="none")
SOURCES: Mapping[str, Text] = {
    "submission": Text(zh="本次填报", en="submission"),
    "default": Text(zh="默认", en="default"),
    "missing": Text(zh="未提供", en="missing"),
}
EFFECTS: Mapping[Effect, Text] = {
    Effect.IN_FORCE: Text(zh="已计", en="applied"),
    Effect.LEFT_OUT: Text(zh="按要求不计", en="left out, as demanded"),
    Effect.UNUSED: Text(zh="没有用上", en="not used"),
    Effect.REPEATED: Text(zh="与前一项重叠，不计", en="overlaps another, not applied"),
    Effect.EXPIRED: Text(zh="已过期，不计", en="expired, not applied"),
    Effect.NOT_YET: Text(zh="尚未生效，不计", en="not in force yet, not applied"),
    Effect.HARD: Text(zh="底线要求不得豁免", en="a hard duty can't be waived"),
}
UNSCORED: Mapping[str, Text] = {
    "slogan": Text(zh="口号", en="slogan"),
    "framing": Text(zh="背景或总述", en="framing"),
    "no-observable": Text(zh="没有可核实的内容", en="nothing that could be observed"),
    "external-list": Text(zh="见其他文件的清单", en="a list in another document"),
}
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_PERIOD = re.compile(r"([0-9]{4})(?:Q([1-4])|H([12])|-([0-9]{2}))?\Z")


def outcome_cell(finding: Finding, lang: Lang) -> Cell:
    """Return a finding's outcome in words; what is met only so far says so."""
    words = TO_DATE if finding.to_date else OUTCOMES[finding.outcome]
    return Cell(words.to(lang), TONES[finding.outcome])


def difference(one: Difference, lang: Lang) -> str:
    """Return in a sentence how a verified answer is other than the claimed one, and who found it when."""
    label, claimed, verified = one.label.to(lang), one.claimed.to(lang), one.verified.to(lang)
    if lang == "zh":
        return f"{label}填报为{claimed}，核查为{verified}（{one.by}，{one.on}）"
    return f"{label}: {claimed} as claimed, {verified} as verified ({one.by}, {one.on})"


def points(share: Fraction | None, lang: Lang) -> str:
    """Return a score from 0 to 1 in points of a hundred."""
    return NOTHING.to(lang) if share is None else rounded(share * 100)


def between(found: Interval, lang: Lang) -> str:
    """Return an interval in points: ``62.3 to 81.0``."""
    if found.low is None or found.high is None:
        return NOTHING.to(lang)
    join = " 至 " if lang == "zh" else " to "
    return f"{points(found.low, lang)}{join}{points(found.high, lang)}"


def credit(one: Contribution, lang: Lang) -> str:
    """Return what a finding may add, as a percentage of its weight."""
    left_out = "不计" if lang == "zh" else "not counted"
    if one.low is None or one.high is None:
        return left_out
    shown = percent(one.low) if one.low == one.high else f"{percent(one.low)}–{percent(one.high)}"
    if not one.out:
        return shown
    return f"{shown}或{left_out}" if lang == "zh" else f"{shown} or {left_out}"


def grade(found: GradeRange, lang: Lang) -> str:
    """Return the grade, or the range of grades."""
    if found.low_title is None or found.high_title is None:
        return NOTHING.to(lang)
    low, high = found.low_title.to(lang), found.high_title.to(lang)
    if found.low == found.high:
        return low
    return f"{low}至{high}（尚未确定）" if lang == "zh" else f"{low} to {high} (not decided yet)"


def setting_name(setting: InForce, lang: Lang) -> str:
    """Return what a parameter or reading is called, with its id."""
    return f"{setting.title.to(lang)} ({setting.id})"


def fact_name(path: str, assessment: Assessment, lang: Lang) -> str:
    """Return what a missing fact is called, as far as the assessment knows."""
    label = assessment.labels.get(path)
    return path if label is None else f"{label.to(lang)} ({path})"


def formal_day(day: str, lang: Lang) -> str:
    """Return an ISO day as Chinese documents write it: 2022年12月31日; in English, and anything else, as it stands."""
    found = _DAY.match(day)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found and lang == "zh" else day


def formal_period(period: str, lang: Lang) -> str:
    """Return a period as Chinese documents write it: 2022年第三季度; in English, and anything else, as it stands."""
    found = _PERIOD.match(period)
    if not found or lang != "zh":
        return period
    year, quarter, half, month = found.groups()
    if quarter:
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度"
    if half:
        return f"{year}年{'上下'[int(half) - 1]}半年"
    return f"{year}年{int(month)}月" if month else f"{year}年度"
