"""What falls due: every open duty with its next day, what is still missing for it, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from safescore.frozen import frozen
from safescore.period import parse_day
from safescore.results import Assessment, Effect, Finding
from safescore.standing import Outcome
from safescore.words import Text


class State(str, Enum):
    """How pressing a duty is.

    Overdue is what is not satisfied: its day has passed, or it must hold at any time. Coming has a day ahead. Open is
    what can't be judged and is asked now, and what has no day. Done was due on one day ahead, and is met before it.
    """

    OVERDUE = "overdue"
    COMING = "coming"
    OPEN = "open"
    DONE = "done"


ORDER = tuple(State)
MOST_FACTS = 3
"""How many missing facts are named before the rest are only counted."""


@frozen(kw_only=True)
class Due:
    """One duty that falls due: its day (empty: at any time), and how many days that is after the day of judgement.

    ``missing`` says in natural units what is short of what is due, and what is still to be done of what is ahead.
    """

    assessment: Assessment
    finding: Finding
    state: State
    day: str
    days: int | None
    missing: Text

    @property
    def waived(self) -> bool:
        """Whether a waiver in force stands beside it."""
        rule = self.finding.rule
        return any(one.rule == rule and one.effect is Effect.IN_FORCE for one in self.assessment.waivers)


def dues(assessments: Iterable[Assessment]) -> tuple[Due, ...]:
    """Return what falls due under all assessments: overdue first, then by day, then what has none."""
    found = [one for each in assessments for finding in each.findings if (one := _due(finding, each)) is not None]
    return tuple(sorted(found, key=_pressing))


def _pressing(one: Due) -> tuple[int, bool, str]:
    """Return what duties are sorted by: what is overdue without a day is asked on the day of judgement."""
    day = one.day or (one.assessment.as_of if one.state is State.OVERDUE else "")
    return ORDER.index(one.state), not day, day


def within(entries: Iterable[Due], last: int) -> tuple[Due, ...]:
    """Return what falls due by a day, with all that is overdue or has no day: nothing that is asked now is left out."""
    return tuple(one for one in entries if one.state is State.OVERDUE or not one.day or _ordinal(one.day) <= last)


def _due(finding: Finding, assessment: Assessment) -> Due | None:
    state = _state(finding, assessment)
    if state is None:
        return None
    day = finding.next_due if state is not State.DONE else finding.deadline
    return Due(
        assessment=assessment,
        finding=finding,
        state=state,
        day=day,
        days=_ordinal(day) - _ordinal(assessment.as_of) if day else None,
        missing=_missing(finding, assessment.labels),
    )


def _state(finding: Finding, assessment: Assessment) -> State | None:
    """Return how pressing a finding is; None where nothing of it is due, now or later."""
    if finding.outcome is Outcome.NOT_SATISFIED:
        return State.OVERDUE
    if finding.outcome is Outcome.NOT_APPLICABLE:
        return None
    if finding.next_due and (finding.outcome is not Outcome.UNKNOWN or finding.next_due > assessment.cut):
        return State.COMING
    if finding.outcome is Outcome.SATISFIED:
        return State.DONE if finding.deadline > assessment.as_of else None
    return State.OPEN


def _missing(finding: Finding, labels: Mapping[str, Text]) -> Text:
    """Return what is short, what is still to be done, and what is not answered."""
    said = [one for one in (finding.gap, finding.ahead) if one is not None]
    if finding.outcome is Outcome.SATISFIED:
        kept = Text(zh=f"须保持：{finding.target.zh}", en=f"keep: {finding.target.en}")
        said = said or [kept if finding.to_date else finding.reason]
    elif not said and finding.outcome is Outcome.PENDING:
        said.append(Text(zh=f"应达到：{finding.target.zh}", en=f"to reach: {finding.target.en}"))
    if finding.outcome is Outcome.UNKNOWN:
        said.append(finding.reason)
    elif finding.missing:
        first = [labels[one] for one in finding.missing[:MOST_FACTS]]
        more = len(finding.missing) - MOST_FACTS
        zh = "、".join(one.zh for one in first) + (f"等{len(finding.missing)}项" if more > 0 else "")
        en = ", ".join(one.en for one in first) + (f" and {more} more" if more > 0 else "")
        said.append(Text(zh=f"尚未填报：{zh}", en=f"not answered: {en}"))
    said = said or [finding.reason]
    return Text(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said))


def _ordinal(day: str) -> int:
    found = parse_day(day)
    assert found is not None
    return found
