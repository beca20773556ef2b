"""The words that reports of a roll-up share: groups, shares, spans, quotas."""

from __future__ import annotations

from fractions import Fraction

from safescore.report.labels import MARKS, NOTHING, between, points
from safescore.results import Counted, Gate, Interval
from safescore.rollup.groups import UNSTATED, Key
from safescore.rollup.reversals import Reversal, Side
from safescore.rollup.rolled import Group, Quota, QuotaFound, RollUp
from safescore.standing import Outcome
from safescore.words import Lang, Text, percent, plain, share_text

ALL = Text(zh="全部", en="all")
NOT_STATED = Text(zh="未注明", en="not stated")
ANSWERS = {
    Gate.MET: Text(zh="达到", en="met"),
    Gate.FAILED: Text(zh="未达到", en="not met"),
    Gate.UNDECIDED: Text(zh="无法判定", en="undecided"),
}


def group_name(key: Key, rolled: RollUp, lang: Lang) -> str:
    """Return what a group is called: its values, the coarsest first."""
    if not key:
        return ALL.to(lang)
    return " / ".join(
        value_name(dimension, value, rolled, lang) for dimension, value in zip(rolled.by, key, strict=False)
    )


def value_name(dimension: str, value: str, rolled: RollUp, lang: Lang) -> str:
    """Return what a value of a dimension is called."""
    if value == UNSTATED:
        return NOT_STATED.to(lang)
    label = rolled.labels.get(dimension, {}).get(value)
    return value if label is None else label.to(lang)


def by_name(rolled: RollUp, depth: int, lang: Lang) -> str:
    """Return what the first dimensions are called together."""
    return " / ".join(rolled.dimension(name).to(lang) for name in rolled.by[:depth])


def exactly(found: Interval, lang: Lang) -> str:
    """Return a score in points: one figure where it is exact, else the interval."""
    if found.low is None or found.high is None:
        return NOTHING.to(lang)
    return f"{between(found, lang) if found.low != found.high else points(found.low, lang)}{_perhaps(found, lang)}"


def shares(found: Interval, lang: Lang) -> str:
    """Return a share as a percentage: one figure where it is exact, else the interval."""
    if found.low is None or found.high is None:
        return NOTHING.to(lang)
    one = percent(found.low)
    return f"{one if found.low == found.high else f'{one}–{percent(found.high)}'}{_perhaps(found, lang)}"


def _perhaps(found: Interval, lang: Lang) -> str:
    """Return the words for what may not be there at all."""
    return "" if found.certain else Text(zh="（或无）", en=" (or none)").to(lang)


def items(counted: Counted | None, lang: Lang) -> str:
    """Return items met of items asked: ``142/203``; met and unmet each with its bounds where something is missing."""
    if counted is None:
        return Text(zh="来源未给出", en="not told").to(lang)
    met, unmet = counted.met, counted.unmet
    if met[1] == met[0] and unmet[1] == unmet[0]:
        return f"{met[0]}/{met[0] + unmet[0]}"
    good, bad = MARKS[Outcome.SATISFIED], MARKS[Outcome.NOT_SATISFIED]
    return f"{good}{_span(*met)} {bad}{_span(*unmet)}"


def _span(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+" if low else "?"
    return str(low) if low == high else f"{low}–{high}"


def quota_name(quota: Quota, lang: Lang) -> str:
    """Return what a quota asks."""
    least = share_text(quota.least)
    if quota.kind == "score":
        mark = Text(zh=f"得分不低于{plain(Fraction(quota.mark))}", en=f"score at least {plain(Fraction(quota.mark))}")
    elif quota.kind == "grade":
        mark = Text(zh=f"等级不低于“{quota.mark}”", en=f"are graded {quota.mark} or better")
    else:
        mark = Text(zh=f"达到{quota.mark}", en=f"meet {quota.mark}")
    return Text(zh=f"{least}以上成员{mark.zh}", en=f"at least {least} of members: {mark.en}").to(lang)


def quota_found(found: QuotaFound, lang: Lang) -> str:
    """Return what became of a quota: the answer, how many surely and possibly, and the share."""
    one = found.reached
    share = shares(one.share, lang)
    counts = Text(
        zh=f"{one.members}家中确定{one.surely}家，至多{one.possibly}家，{share}",
        en=f"of {one.members} surely {one.surely}, at most {one.possibly}, {share}",
    )
    join = Text(zh=f"{ANSWERS[found.answer].zh}（{counts.zh}）", en=f"{ANSWERS[found.answer].en} ({counts.en})")
    return join.to(lang)


def reversal(one: Reversal, title: str, rolled: RollUp, lang: Lang) -> str:
    """Return in a sentence which group is ahead in every part and behind on the whole."""
    ahead = value_name(one.dimension, one.ahead.value, rolled, lang)
    behind = value_name(one.dimension, one.behind.value, rolled, lang)
    within = rolled.dimension(one.within).to(lang)
    whole = f"{shares(one.ahead.whole, lang)} < {shares(one.behind.whole, lang)}"
    parts = "；".join(_part(name, one.ahead, one.behind, one.within, rolled, lang) for name in one.ahead.parts)
    if lang == "zh":
        sure = "" if one.sure else "（仅就已报单位而言）"
        return f"{title}：“{ahead}”在每个{within}中都高于“{behind}”，合计却低于后者{sure}：合计{whole}；{parts}"
    sure = "" if one.sure else " (of those who handed in)"
    parts = parts.replace("；", "; ")
    return f"{title}: {ahead} is ahead of {behind} in every {within}, yet behind on the whole{sure}: {whole}; {parts}"


def _part(name: str, ahead: Side, behind: Side, within: str, rolled: RollUp, lang: Lang) -> str:
    called = value_name(within, name, rolled, lang)
    return f"{called} {shares(ahead.parts[name], lang)} > {shares(behind.parts[name], lang)}"


def handed_in(group: Group, lang: Lang) -> str:
    """Return how many handed in, of how many."""
    return f"{group.submitted}/{group.members}"
