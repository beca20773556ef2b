"""From quantities to an outcome, written once: over integers, or over arrays with one place an organisation."""

from __future__ import annotations

import sys
from enum import Enum
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from safescore.frozen import frozen

if sys.version_info >= (3, 11):
    from typing import NamedTuple
else:
    from typing_extensions import NamedTuple

UNBOUNDED = 10**12
"""The most that an unknown count may be."""


class Outcome(str, Enum):
    """How a duty stands."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


OUTCOMES = tuple(Outcome)
SATISFIED, NOT_SATISFIED, PENDING, UNKNOWN, NOT_APPLICABLE = range(5)


class Quantity(Protocol):
    """What an int and an int64 array both can."""

    def __add__(self, other: Any, /) -> Any: ...
    def __radd__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __rsub__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __rmul__(self, other: Any, /) -> Any: ...
    def __floordiv__(self, other: Any, /) -> Any: ...
    def __neg__(self) -> Any: ...
    def __le__(self, other: Any, /) -> Any: ...
    def __lt__(self, other: Any, /) -> Any: ...
    def __ge__(self, other: Any, /) -> Any: ...
    def __gt__(self, other: Any, /) -> Any: ...


N = TypeVar("N", bound=Quantity)
N_co = TypeVar("N_co", bound=Quantity, covariant=True)


class Ops(Protocol[N_co]):
    """The few operations that differ between an int and an array; conditions join by ``&`` and ``|``."""

    def where(self, condition: Any, yes: Any, no: Any) -> N_co:
        """Return *yes* where the condition holds, else *no*."""
        ...

    def no(self, condition: Any) -> Any:
        """Return the negation of a condition."""
        ...

    def least(self, left: Any, right: Any) -> N_co:
        """Return the lesser of two quantities."""
        ...

    def most(self, left: Any, right: Any) -> N_co:
        """Return the greater of two quantities."""
        ...

    def share(self, quantity: Any, share: Fraction) -> N_co:
        """Return a share of a quantity, exactly, rounded down to whole items."""
        ...


class Integers:
    """The operations for one organisation."""

    def where(self, condition: Any, yes: Any, no: Any) -> int:
        """Return *yes* if the condition holds, else *no*."""
        return yes if condition else no  # type: ignore[no-any-return]

    def no(self, condition: Any) -> bool:
        """Return the negation of a condition."""
        return not condition

    def least(self, left: Any, right: Any) -> int:
        """Return the lesser of two quantities."""
        return left if left <= right else right  # type: ignore[no-any-return]

    def most(self, left: Any, right: Any) -> int:
        """Return the greater of two quantities."""
        return left if left >= right else right  # type: ignore[no-any-return]

    def share(self, quantity: Any, share: Fraction) -> int:
        """Return a share of a quantity, rounded down."""
        return quantity * share.numerator // share.denominator  # type: ignore[no-any-return]


class Span(NamedTuple, Generic[N]):
    """A quantity over all completions of the missing facts: the least and the most that it can be."""

    low: N
    high: N


class Tally(NamedTuple, Generic[N]):
    """What is asked, what of it is had (at most what is asked), and the gap in natural units."""

    need: N
    have: N
    short: N


@frozen
class Standing(Generic[N]):
    """How a duty stands, in natural units.

    ``asked`` is the span of items asked by the cut: 0 at its low end where a completion asks nothing, 0 at both ends
    where none does. ``worst`` and ``best`` are the tallies of the least and the most favourable completion that asks
    something.
    ``later`` counts items not yet due, ``next_due`` is the least due day among items not met (0: none).
    """

    asked: Span[N]
    worst: Tally[N]
    best: Tally[N]
    later: N
    next_due: N


@frozen
class Items(Generic[N]):
    """Items of one kind, each met, unmet or not yet due: how many surely (low) and possibly (high)."""

    met: Span[N]
    unmet: Span[N]
    asked: N
    later: N


class Verdict(NamedTuple, Generic[N]):
    """What a standing comes to: an outcome code, whether it holds to date, and the bounds of its credit.

    A credit is ``have / need``. ``out`` says that some completion leaves the finding out of the score, ``never`` that
    all do.
    """

    outcome: N
    to_date: Any
    out: Any
    never: Any
    worst: Tally[N]
    best: Tally[N]


class Bar(NamedTuple):
    """A share of a population that must be reached, or exceeded where *strict*."""

    share: Fraction
    strict: bool = False

    def need(self, whole: Any, ops: Ops[N]) -> N:
        """Return the least whole number of items that reaches the share of *whole*."""
        need: N = ops.share(whole, self.share) + 1 if self.strict else -ops.share(-whole, self.share)
        return need


EVERY_ONE = Bar(Fraction(1))


def least(left: Any, right: Any, ops: Ops[N]) -> N:
    """Return the lesser of two quantities."""
    return ops.least(left, right)


def most(left: Any, right: Any, ops: Ops[N]) -> N:
    """Return the greater of two quantities."""
    return ops.most(left, right)


def soonest(left: Any, right: Any, ops: Ops[N]) -> N:
    """Return the earlier of two due days, where 0 is none."""
    return ops.where(left == 0, right, ops.where(right == 0, left, least(left, right, ops)))


def sharing(items: Items[N], bar: Bar, next_due: Any, ops: Ops[N]) -> Standing[N]:
    """Return the standing of items of which a share must be met.

    The worst completion meets only what is surely met and has all that is possibly unmet; the best the other way round.
    Where the population has no bound, the worst completion has met nothing of it.
    """
    endless = items.unmet.high >= UNBOUNDED
    wide = items.met.low + least(items.unmet.high, UNBOUNDED, ops)
    narrow = least(items.met.high, UNBOUNDED, ops) + items.unmet.low
    need, best_need = bar.need(wide, ops), bar.need(narrow, ops)
    have = ops.where(endless, 0, least(items.met.low, need, ops))
    best_have = least(items.met.high, best_need, ops)
    return Standing(
        asked=Span(items.asked, most(items.met.high, items.unmet.high, ops)),
        worst=Tally(need, have, need - have),
        best=Tally(best_need, best_have, best_need - best_have),
        later=items.later,
        next_due=ops.where((items.later > 0) | (need - have > 0), next_due, 0),
    )


def single(holds: Any, fails: Any) -> Standing[Any]:
    """Return the standing of one question from whether it surely holds and surely fails (0 or 1)."""
    one = holds - holds + 1
    return Standing(
        asked=Span(one, one),
        worst=Tally(one, holds, one - holds),
        best=Tally(one, one - fails, fails),
        later=one - one,
        next_due=one - one,
    )


def undecided(one: Any) -> Standing[N]:
    """Return the standing of a duty whose target nobody supplied; *one* is the quantity 1."""
    zero = one - one
    return Standing(Span(zero, one), Tally(one, zero, one), Tally(one, one, zero), zero, zero)


def by_day(standing: Standing[N], closed: Any, day: int, ops: Ops[N]) -> Standing[N]:
    """Return the standing of a result that is due by a day: before that day has come, short is not yet due."""
    asked = standing.asked
    sure = (standing.worst.short == 0) & (asked.low > 0)
    meets = (standing.best.need > 0) | (standing.worst.need == 0)
    reachable = (standing.best.short == 0) & (asked.high > 0) & meets
    full = Tally(standing.best.need, standing.best.need, standing.best.need - standing.best.need)
    waiting = ops.no(closed) & (asked.high > 0) & ops.no(sure)
    shut = closed | sure

    def before(then: Tally[N], now: Tally[N]) -> Tally[N]:
        return Tally(*(ops.where(shut, old, new) for old, new in zip(then, now, strict=True)))

    return Standing(
        asked=Span(ops.where(shut, asked.low, 0), ops.where(shut, asked.high, ops.where(reachable, asked.high, 0))),
        worst=before(standing.worst, full),
        best=before(standing.best, full),
        later=ops.where(waiting, most(standing.later, 1, ops), standing.later),
        next_due=ops.where(
            waiting,
            day,
            ops.where(standing.worst.short > 0, soonest(standing.next_due, day, ops), standing.next_due),
        ),
    )


def verdict(standing: Standing[N], applies: tuple[Any, Any], ops: Ops[N], *, hard: bool) -> Verdict[N]:
    """Return what a standing comes to, given where its rule surely applies and surely does not.

    Precedence: not satisfied, unknown, pending, satisfied. What is met now while other parts are not yet due is
    satisfied to date; only where nothing is due and met is it pending. A hard duty has no partial credit.
    """
    bound, free = applies
    out = standing.asked.low == 0
    never = standing.asked.high == 0
    sure = standing.worst.short == 0
    broken = (standing.best.short > 0) & ops.no(out)
    waits = standing.later > 0
    empty = ops.where(waits, PENDING, NOT_APPLICABLE)
    unsure = ops.where(sure & waits, PENDING, UNKNOWN)
    kept = ops.where(broken, NOT_SATISFIED, ops.where(sure & ops.no(out), SATISFIED, unsure))
    outcome = ops.where(never, empty, kept)
    outcome = ops.where(free, NOT_APPLICABLE, ops.where(bound, outcome, UNKNOWN))
    met = (outcome == SATISFIED) & waits
    return Verdict(
        outcome=outcome,
        to_date=met,
        out=out | ops.no(bound),
        never=never | free,
        worst=_whole(standing.worst, ops) if hard else standing.worst,
        best=_whole(standing.best, ops) if hard else standing.best,
    )


def _whole(tally: Tally[N], ops: Ops[N]) -> Tally[N]:
    need = least(tally.need, 1, ops)
    return Tally(need, ops.where(tally.short == 0, need, 0), tally.short)
