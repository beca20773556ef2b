"""Results rolled up: for every group its score, grades and duties, and who did not hand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import field

from safescore.errors import Fault, Refused
from safescore.expr import suggestion
from safescore.frozen import frozen
from safescore.results import Contribution, Counted, Gate, Interval
from safescore.rollup.groups import (
    QUARTER,
    Key,
    Place,
    Superseded,
    current,
    dimension_name,
    dimensions,
    grouped,
    latest_quarter,
    levels,
    places,
)
from safescore.rollup.members import ABSENT_SCORE, Duty, Mark, Result, duties_of
from safescore.rollup.pooled import NOTHING, mean, meeting, pooled, share, weighted, worst
from safescore.rollup.quantiles import Reach, Reached, answer, quantile, reach, reached
from safescore.rollup.reversals import Reversal, reversals
from safescore.roster import Member, Roster
from safescore.standing import Outcome
from safescore.words import Text

QUANTILES = (Fraction(1, 2), Fraction(4, 5))
"""The parts of the members of which a roll-up says what score they reach."""
NO_ROSTER = Roster()


class UnknownMarkError(Refused):
    """A quota asks for a grade or a rule that the pack does not have."""


@frozen(kw_only=True)
class Quota:
    """A share of the members that must reach a score (in points of a hundred), a grade, or meet a rule."""

    least: Fraction
    kind: str
    mark: str


@frozen(kw_only=True)
class QuotaFound:
    """What became of a quota in a group."""

    quota: Quota
    reached: Reached
    answer: Gate


@frozen(kw_only=True)
class Lowest:
    """A member that stands lowest: its id and name, and its score or credit."""

    id: str
    name: str
    found: Interval


@frozen(kw_only=True)
class DutyFigures:
    """How a duty stands in a group.

    ``reported`` are the items of those who handed in, ``counted`` of all; None where a result does not say. ``meeting``
    is the share of members that meet it in full, ``credit`` their mean credit, ``short`` the gap of who handed in.
    """

    duty: Duty
    outcomes: Mapping[Outcome, int]
    missing: int
    reported: Counted | None
    counted: Counted | None
    reported_share: Interval
    share: Interval
    meeting: Interval
    credit: Interval
    worst: Interval
    short: tuple[int, int | None]
    lowest: tuple[Lowest, ...]


@frozen(kw_only=True)
class Group:
    """Members that belong together: their score, their grades, the quotas, the duties, the clauses."""

    key: Key
    members: int
    submitted: int
    missing: tuple[Place, ...]
    score: Interval
    reported_score: Interval
    worst: Interval
    lowest: tuple[Lowest, ...]
    quantiles: tuple[tuple[Fraction, Interval], ...]
    grades: Mapping[str, int]
    ungraded: int
    undecided: int
    quotas: tuple[QuotaFound, ...]
    duties: tuple[DutyFigures, ...]
    clauses: tuple[tuple[str, Interval], ...]


@frozen(kw_only=True)
class PackRollUp:
    """The roll-up of all results under one pack."""

    pack: str
    versions: tuple[str, ...]
    title: Text
    grades: tuple[tuple[str, Text], ...]
    duties: tuple[Duty, ...]
    members: tuple[Place, ...]
    groups: tuple[Group, ...]
    reversals: tuple[Reversal, ...]

    @property
    def whole(self) -> Group:
        """The group of all members."""
        return self.groups[0]

    def level(self, depth: int) -> tuple[Group, ...]:
        """Return the groups that the first *depth* dimensions tell apart."""
        return tuple(one for one in self.groups if len(one.key) == depth)


@frozen(kw_only=True)
class RollUp:
    """All results rolled up, pack by pack: by which dimensions, on what inputs, and what is to be known about them."""

    by: tuple[str, ...]
    packs: tuple[PackRollUp, ...]
    superseded: tuple[Superseded, ...] = ()
    unusable: tuple[Member, ...] = ()
    unlisted: tuple[str, ...] = ()
    rostered: bool = False
    faults: tuple[Fault, ...] = ()
    notes: tuple[Text, ...] = ()
    names: Mapping[str, Text] = field(factory=dict)
    labels: Mapping[str, Mapping[str, Text]] = field(factory=dict)

    def dimension(self, name: str) -> Text:
        """Return what a dimension is called."""
        return self.names.get(name) or dimension_name(name)

    def remarks(self) -> Iterator[Text]:
        """Yield what is to be known of the inputs."""
        yield from self.notes
        if not self.rostered:
            yield Text(
                zh="没有给出名册，看不出谁没有填报。",
                en="There is no roster, so nobody knows who did not hand in.",
            )
        if self.unlisted:
            yield Text(
                zh=f"不在名册中、但已计入的单位：{'、'.join(self.unlisted)}。",
                en=f"Not on the roster, counted all the same: {', '.join(self.unlisted)}.",
            )
        for one in self.superseded:
            earlier, later, who = one.earlier.source, one.later.source, one.earlier.organization
            yield Text(
                zh=f"“{who}”以较晚的{later}为准，{earlier}不计（{one.earlier.pack}）。",
                en=f"{who}: {later} is the later one and counts, {earlier} does not ({one.earlier.pack}).",
            )
        for pack in self.packs:
            if len(pack.versions) > 1:
                yield Text(
                    zh=f"{pack.pack}的各份结果出自不同版本：{'、'.join(pack.versions)}；按规则编号汇总。",
                    en=f"Results under {pack.pack} are of versions {', '.join(pack.versions)}; joined by rule.",
                )


def roll_up(
    results: Iterable[Result],
    *,
    roster: Roster = NO_ROSTER,
    by: Sequence[str] = (),
    quotas: Sequence[Quota] = (),
    unusable: Sequence[Member] = (),
    names: Mapping[str, Text] | None = None,
    labels: Mapping[str, Mapping[str, Text]] | None = None,
) -> RollUp:
    """Return results rolled up by these dimensions, the first the coarsest; who is on the roster and absent is unknown.

    *unusable* are those whose submission can't be used: absent as well. Raises UnknownDimensionError, UnknownMarkError.
    """
    every = tuple(results)
    by = dimensions(by, every, roster, names or {})
    found = current(every, quarterly=QUARTER in by)
    odd = {one.organization: Member(id=one.organization, name=one.name, columns={}) for one in found.at_odds}
    lost = {**{one.id: one for one in unusable}, **odd}
    everybody = roster.joined(lost.values())
    packs = tuple(dict.fromkeys(one.pack for one in every))
    rolled = tuple(_pack(pack, found.results, everybody, by, quotas) for pack in packs)
    unlisted = () if roster.table is None else (one.id for pack in rolled for one in pack.members if not one.listed)
    return RollUp(
        by=by,
        packs=rolled,
        superseded=found.replaced,
        unusable=tuple(lost.values()),
        unlisted=tuple(
            dict.fromkeys((*unlisted, *(id_ for id_ in lost if roster.table and id_ not in roster.members)))
        ),
        rostered=roster.table is not None,
        faults=found.faults,
        notes=roster.notes,
        names=names or {},
        labels=labels or {},
    )


def _pack(
    pack: str, results: Sequence[Result], roster: Roster, by: Sequence[str], quotas: Sequence[Quota]
) -> PackRollUp:
    own = [one for one in results if one.pack == pack]
    members = places(own, roster, pack, by)
    duties = duties_of(own)
    grades = own[0].grades if own else ()
    for one in quotas:
        _check(one, pack, grades, duties)
    last = latest_quarter(members, by)
    groups = tuple(
        _group(key, group, duties, grades, quotas)
        for depth in levels(by)
        for key, group in grouped(members if QUARTER in by[:depth] else last, depth).items()
    )
    return PackRollUp(
        pack=pack,
        versions=tuple(sorted({one.version for one in own})),
        title=own[0].title if own else Text(zh=pack, en=pack),
        grades=grades,
        duties=duties,
        members=members,
        groups=groups,
        reversals=tuple(reversals(last, by, duties, _reported_share, _share)),
    )


def _check(quota: Quota, pack: str, grades: Sequence[tuple[str, Text]], duties: Sequence[Duty]) -> None:
    if quota.kind == "grade" and _place(quota.mark, grades) is None:
        known = tuple(id_ for id_, _ in grades)
        problem = Text(zh=f"{pack}没有等级“{quota.mark}”", en=f"{pack} has no grade {quota.mark!r}")
        raise UnknownMarkError(problem, suggestion(quota.mark, known))
    if quota.kind == "rule" and quota.mark.startswith(f"{pack}.") and quota.mark not in {one.rule for one in duties}:
        problem = Text(zh=f"{pack}没有规则“{quota.mark}”", en=f"{pack} has no rule {quota.mark!r}")
        raise UnknownMarkError(problem, suggestion(quota.mark, tuple(one.rule for one in duties)))


def _place(name: str, grades: Sequence[tuple[str, Text]]) -> int | None:
    return next((place for place, (id_, title) in enumerate(grades) if name in (id_, title.zh, title.en)), None)


def _group(
    key: Key,
    members: Sequence[Place],
    duties: Sequence[Duty],
    grades: Sequence[tuple[str, Text]],
    quotas: Sequence[Quota],
) -> Group:
    scores = [_score(one) for one in members]
    submitted = [one for one in members if one.result is not None]
    placed = [one.result.grade for one in submitted if one.result is not None]
    decided = [one[0] for one in placed if one is not None and one[0] == one[1]]
    asked = (one for one in quotas if one.kind != "rule" or one.mark in {duty.rule for duty in duties})
    return Group(
        key=key,
        members=len(members),
        submitted=len(submitted),
        missing=tuple(one for one in members if one.result is None),
        score=mean(scores),
        reported_score=mean(_score(one) for one in submitted),
        worst=worst(scores),
        lowest=_lowest([(one, one.result.score) for one in submitted if one.result is not None]),
        quantiles=tuple((part, quantile(scores, part)) for part in QUANTILES),
        grades={id_: decided.count(place) for place, (id_, _) in enumerate(grades)},
        ungraded=sum(one is None for one in placed),
        undecided=sum(one is not None and one[0] != one[1] for one in placed),
        quotas=tuple(_quota(one, members, grades) for one in asked),
        duties=tuple(_figures(duty, members) for duty in duties),
        clauses=tuple(_clauses(duties, members)),
    )


def _clauses(duties: Sequence[Duty], members: Sequence[Place]) -> Iterator[tuple[str, Interval]]:
    """Yield the score of every clause over members: the weighted mean of all their credits by its duties."""
    found: dict[str, list[tuple[int, Contribution]]] = {}
    for duty in duties:
        parts = found.setdefault(duty.clause, [])
        for one in members:
            parts.append(
                (duty.weight, ABSENT_SCORE if one.result is None else _credit(one.result.marks.get(duty.rule)))
            )
    return ((clause, weighted(parts)) for clause, parts in found.items())


def _score(one: Place) -> Contribution:
    return ABSENT_SCORE if one.result is None else one.result.contribution


def _quota(quota: Quota, members: Sequence[Place], grades: Sequence[tuple[str, Text]]) -> QuotaFound:
    found = reached(one for member in members if (one := _reach(quota, member, grades)) is not None)
    return QuotaFound(quota=quota, reached=found, answer=answer(found, quota.least))


def _reach(quota: Quota, member: Place, grades: Sequence[tuple[str, Text]]) -> Reach | None:
    """Return whether a member reaches the mark of a quota; None where it surely does not count."""
    result = member.result
    if quota.kind == "score":
        return reach(_score(member), Fraction(quota.mark) / 100)
    if quota.kind == "rule":
        mark = None if result is None else result.marks.get(quota.mark)
        return reach(_credit(mark) if result is not None else ABSENT_SCORE, Fraction(1))
    asked = _place(quota.mark, grades)
    assert asked is not None
    if result is None:
        return Reach(surely=asked == len(grades) - 1, possibly=True, out=True)
    if result.grade is None:
        return None
    return Reach(surely=result.grade[0] <= asked, possibly=result.grade[1] <= asked, out=not result.score.certain)


def _credit(mark: Mark | None) -> Contribution:
    return Contribution(low=None, high=None, out=True) if mark is None else mark.contribution


def _figures(duty: Duty, members: Sequence[Place]) -> DutyFigures:
    submitted = [(one, one.result.marks.get(duty.rule)) for one in members if one.result is not None]
    marks = [mark for _, mark in submitted if mark is not None]
    each = [ABSENT_SCORE if one.result is None else _credit(one.result.marks.get(duty.rule)) for one in members]
    shorts = [mark.short for mark in marks if mark.short is not None]
    highs = [high for _, high in shorts if high is not None]
    reported, counted = _counted(members, duty, absent=False), _counted(members, duty, absent=True)
    return DutyFigures(
        duty=duty,
        outcomes={outcome: sum(mark.outcome is outcome for mark in marks) for outcome in Outcome},
        missing=len(members) - len(submitted),
        reported=reported,
        counted=counted,
        reported_share=_shared(reported),
        share=_shared(counted),
        meeting=meeting(each),
        credit=mean(each),
        worst=worst(each),
        short=(sum(low for low, _ in shorts), sum(highs) if len(highs) == len(shorts) else None),
        lowest=_lowest(
            [(one, Interval(low=mark.contribution.low, high=mark.contribution.high)) for one, mark in submitted if mark]
        ),
    )


def _counted(members: Sequence[Place], duty: Duty, *, absent: bool) -> Counted | None:
    """Return the items of a duty over members, with what the absent ones may have; None where a result does not say."""
    parts: list[Counted] = []
    for one in members:
        if one.result is None:
            parts.extend([duty.absent] if absent else [])
            continue
        mark = one.result.marks.get(duty.rule)
        counted = NOTHING if mark is None else mark.counted
        if counted is None:
            return None
        parts.append(counted)
    return pooled(parts)


def _shared(counted: Counted | None) -> Interval:
    return Interval(low=None, high=None) if counted is None else share(counted)


def _reported_share(members: Sequence[Place], duty: Duty) -> Interval:
    return _shared(_counted(members, duty, absent=False))


def _share(members: Sequence[Place], duty: Duty) -> Interval:
    return _shared(_counted(members, duty, absent=True))


def _lowest(found: Sequence[tuple[Place, Interval]]) -> tuple[Lowest, ...]:
    """Return the members whose least score is the lowest of all; nobody where all reach the most."""
    lows = [one.low for _, one in found if one.low is not None]
    if not lows or min(lows) == 1:
        return ()
    least = min(lows)
    return tuple(Lowest(id=place.id, name=place.name, found=one) for place, one in found if one.low == least)
