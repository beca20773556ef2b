"""The pictures of a roll-up as places and words: a heat table of groups and clauses, and the scores of the members."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from safescore.frozen import frozen
from safescore.report.html.charts import Bar, stretch
from safescore.results import Interval
from safescore.rollup.groups import Place, latest_quarter
from safescore.rollup.rolled import Group, PackRollUp, RollUp
from safescore.words import rounded

LEVELS = (Fraction(60, 100), Fraction(80, 100), Fraction(90, 100), Fraction(1))
"""Where the colours of the heat table change: by the least score of a cell."""
WIDE = Fraction(1, 5)
"""From which width on a cell is marked as open."""
MOST_LANES = 40
STEP = 10


@frozen(kw_only=True)
class Heat:
    """A cell of the heat table: its figure, the place of its colour, and whether it is wide open; None for no duty."""

    text: str
    level: int | None
    open: bool = False


@frozen(kw_only=True)
class Lane:
    """A member's score as a stretch of the scale; None where there is none."""

    name: str
    text: str
    bar: Bar | None
    absent: bool


@frozen(kw_only=True)
class Column:
    """How many members have their least, and their greatest, score between two points of the scale."""

    label: str
    least: int
    greatest: int
    low: str
    high: str


def clauses(pack: PackRollUp) -> tuple[str, ...]:
    """Return the clauses that ask anything of who handed in, in the order of the document."""
    asked = [one.duty.clause for one in pack.whole.duties if one.reported is None or _counts(one.outcomes)]
    return tuple(dict.fromkeys(asked))


def _counts(outcomes: object) -> bool:
    from safescore.standing import Outcome

    assert isinstance(outcomes, dict)
    return any(number for outcome, number in outcomes.items() if outcome is not Outcome.NOT_APPLICABLE)


def heat(group: Group, shown: Sequence[str]) -> tuple[Heat, ...]:
    """Return the cells of a group."""
    found = dict(group.clauses)
    return tuple(_cell(found[clause]) for clause in shown)


def _cell(found: Interval) -> Heat:
    if found.low is None or found.high is None:
        return Heat(text="–", level=None)
    low, high = rounded(found.low * 100, 0), rounded(found.high * 100, 0)
    text = low if low == high else f"{low}–{high}"
    level = sum(found.low >= least for least in LEVELS)
    return Heat(text=text, level=level, open=found.high - found.low >= WIDE or not found.certain)


def lanes(rolled: RollUp, pack: PackRollUp) -> tuple[Lane, ...]:
    """Return the members' scores, the lowest first; none where there are too many to name."""
    members = latest_quarter(pack.members, rolled.by)
    if len(members) > MOST_LANES:
        return ()
    return tuple(_lane(one) for one in sorted(members, key=_rank))


def _rank(one: Place) -> tuple[bool, Fraction, Fraction, str]:
    score = None if one.result is None else one.result.score
    if score is None or score.low is None or score.high is None:
        return (one.result is None, Fraction(2), Fraction(2), one.id)
    return (False, score.low, score.high, one.id)


def _lane(one: Place) -> Lane:
    if one.result is None:
        return Lane(name=one.name, text="?", bar=None, absent=True)
    score = one.result.score
    if score.low is None or score.high is None:
        return Lane(name=one.name, text="–", bar=None, absent=False)
    low, high = rounded(score.low * 100), rounded(score.high * 100)
    return Lane(name=one.name, text=low if low == high else f"{low}–{high}", bar=stretch(score), absent=False)


def columns(rolled: RollUp, pack: PackRollUp) -> tuple[Column, ...]:
    """Return how the scores of those who handed in are spread, in tens of points; the last ten include 100."""
    scores = [
        one.result.score
        for one in latest_quarter(pack.members, rolled.by)
        if one.result is not None and one.result.score.low is not None
    ]
    least = [_ten(one.low) for one in scores]
    greatest = [_ten(one.high) for one in scores]
    most = max([1, *(least.count(ten) for ten in range(STEP)), *(greatest.count(ten) for ten in range(STEP))])
    return tuple(
        Column(
            label=f"{ten * STEP}",
            least=least.count(ten),
            greatest=greatest.count(ten),
            low=_height(least.count(ten), most),
            high=_height(greatest.count(ten), most),
        )
        for ten in range(STEP)
    )


def _ten(score: Fraction | None) -> int:
    assert score is not None
    return min(int(score * STEP), STEP - 1)


def _height(number: int, most: int) -> str:
    return rounded(Fraction(100 * number, most), 2)
