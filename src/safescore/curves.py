"""What steps add to findings, unit by unit, and which steps must be looked at together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from safescore.frozen import frozen
from safescore.knapsack import Choice
from safescore.mending import Task
from safescore.results import Contribution, Finding, bounded
from safescore.standing import Outcome

MOST_COMBINATIONS = 50_000
"""So many ways to take the steps that hang together are weighed against each other."""
ZERO, ONE = Fraction(0), Fraction(1)
FULL = Contribution(low=ONE, high=ONE, out=False)
Picks = tuple[tuple[Task, int], ...]


@frozen(kw_only=True)
class Curve:
    """What a finding adds to the least score after some of what it is short is mended.

    It is ``short`` of what it ``needs``; a whole one gains nothing before all of it is mended.
    """

    now: Contribution
    weight: int
    short: int
    need: Fraction
    whole: bool

    def after(self, units: int) -> Contribution:
        """Return the contribution after so many units are mended."""
        if units >= self.short:
            return FULL
        low = self.now.low
        if self.whole or units <= 0 or low is None or self.now.high is None:
            return self.now
        raised = min(ONE, low + units / self.need)
        return Contribution(low=raised, high=max(raised, self.now.high), out=self.now.out)


def curve_of(finding: Finding) -> Curve:
    """Return what mending a finding unit by unit adds: where it has a credit below one, each unit its share of it."""
    now = finding.ends[0].contribution
    if finding.outcome is Outcome.PENDING or now.low is None:
        short = max(finding.ahead_short, 1)
        return Curve(now=now, weight=finding.weight, short=short, need=ONE, whole=True)
    short = max(finding.most_short, 1)
    whole = finding.hard or finding.kind == "limit" or bounded(short) is None or now.low == 1
    whole = whole or finding.evidenced is not None
    need = ONE if whole else Fraction(short) / (ONE - now.low)
    return Curve(now=now, weight=finding.weight, short=short, need=need, whole=whole)


def value(one: Contribution, weight: int, share: Fraction) -> Fraction:
    """Return how far a contribution lifts the least score above a share, or pulls it below.

    The least score is at least the share exactly where the values of all findings add up to nothing less than zero:
    what may leave the sums is taken in only where it pulls.
    """
    if one.low is None:
        return ZERO
    lift = weight * (one.low - share)
    return min(ZERO, lift) if one.out else lift


def components(tasks: Sequence[Task]) -> list[list[Task]]:
    """Return the tasks that touch a finding together, directly or by others, each group in order."""
    groups: list[tuple[set[str], list[Task]]] = []
    for task in tasks:
        rules, members = set(task.touches), [task]
        apart = []
        for known, others in groups:
            if known & rules:
                rules |= known
                members = others + members
            else:
                apart.append((known, others))
        groups = [*apart, (rules, members)]
    return [members for _, members in groups]


def menu(
    tasks: Sequence[Task], curves: Mapping[str, Curve], must: frozenset[str], share: Fraction
) -> list[Choice[Picks]]:
    """Return every way to take tasks that hang together, with its effort and what it lifts.

    Only ways that meet in full what *must* be met are among them.
    """
    rules = tuple(dict.fromkeys(rule for task in tasks for rule in task.touches))
    now = {rule: value(curves[rule].now, curves[rule].weight, share) for rule in rules}
    choices = []
    for counts in _counts(tasks):
        units = dict.fromkeys(rules, 0)
        for task, count in zip(tasks, counts, strict=True):
            for rule, each in task.touches.items():
                units[rule] += each * count
        after = {rule: curves[rule].after(units[rule]) for rule in rules}
        if any(after[rule].low != 1 for rule in must.intersection(rules)):
            continue
        gain = sum((value(after[rule], curves[rule].weight, share) - now[rule] for rule in rules), ZERO)
        effort = sum(task.effort * count for task, count in zip(tasks, counts, strict=True))
        picks = tuple((task, count) for task, count in zip(tasks, counts, strict=True) if count)
        choices.append(Choice(effort=effort, gain=gain, what=picks))
    return choices


def _counts(tasks: Sequence[Task]) -> Iterator[tuple[int, ...]]:
    """Yield how often each task may be taken; where there are too many ways, none or all of each, then one by one."""
    many = 1
    for task in tasks:
        many *= task.most + 1
    if many <= MOST_COMBINATIONS:
        yield from product(*(range(task.most + 1) for task in tasks))
        return
    taken = [0] * len(tasks)
    yield tuple(taken)
    for place, task in enumerate(tasks):
        for count in range(1, task.most + 1):
            taken[place] = count
            yield tuple(taken)
