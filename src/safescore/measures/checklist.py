"""Checklist: are all, or at least so many, of these in place?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Generic

from attrs import evolve, field
from attrs.validators import max_len, min_len

from safescore.backend import Backend
from safescore.dictionary import Dictionary
from safescore.explained import Ahead, Detail, Explained, Path
from safescore.expr import M, Truth, judge
from safescore.frozen import frozen
from safescore.measures.affirm import Affirm
from safescore.measures.base import Condition, Due, DueAt, Figure, Links, Measure, due_day, due_text, dued, timely
from safescore.period import Days
from safescore.standing import (
    EVERY_ONE,
    Items,
    N,
    Ops,
    Outcome,
    Span,
    Standing,
    Tally,
    least,
    most,
    sharing,
    soonest,
    undecided,
)
from safescore.words import Text


@frozen(kw_only=True)
class Element:
    """One thing of a checklist, with its own anchor and outcome; it may not apply."""

    id: str
    anchor: str = field(validator=[min_len(4), max_len(16)])
    title: Text
    fact: str | None = None
    measure: Measure | None = None
    applies: Condition | None = None

    def asked(self, due: Due) -> Measure:
        """Return the element's measure; a bare fact is to be in place when the checklist is due."""
        return self.measure if self.measure is not None else Affirm(fact=str(self.fact), due=due)


@frozen
class Sums(Generic[N]):
    """What elements come to together: how many are met, unmet and not yet due, and the next due day."""

    items: Items[N]
    next_due: N


def added(left: Sums[N], right: Sums[N], ops: Ops[N]) -> Sums[N]:
    """Return what two groups of elements come to together."""
    one, other = left.items, right.items
    return Sums(
        Items(
            met=Span(one.met.low + other.met.low, one.met.high + other.met.high),
            unmet=Span(one.unmet.low + other.unmet.low, one.unmet.high + other.unmet.high),
            asked=one.asked + other.asked,
            later=one.later + other.later,
        ),
        soonest(left.next_due, right.next_due, ops),
    )


@frozen(kw_only=True)
class Checklist(Measure):
    """Met when all elements that apply, or at least so many, are in place; the report names those that are not.

    Where all elements share the checklist's due day, it is one result: before that day, short is pending. Where
    elements have days of their own, those that are due decide, and the others are still to come.
    """

    kind: ClassVar[str] = "checklist"
    quantitative: ClassVar[bool] = False

    elements: tuple[Element, ...] = field(validator=min_len(1))
    at_least: Figure | None = None
    due: Due = DueAt.STANDING

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Checklist:
        """Return the checklist with its elements linked, each to a measure of its own."""
        elements = []
        seen: set[str] = set()
        profile = dict(links.dictionary.profile())
        for place, one in enumerate(self.elements):
            here = (*path, "elements", place)
            if one.id in seen:
                links.blame(
                    (*here, "id"),
                    Text(zh=f"要素“{one.id}”重复出现", en=f"the element {one.id!r} stands here twice"),
                    Text(zh="换一个编号", en="give it another id"),
                )
            seen.add(one.id)
            if (one.fact is None) == (one.measure is None):
                links.blame(
                    here,
                    Text(zh="要素应有fact或measure之一", en="an element has a fact or a measure"),
                    Text(zh="两者取其一", en="give one of the two"),
                )
                continue
            if one.measure is not None and one.measure.kind not in ("affirm", "ratio", "limit", "milestone"):
                links.blame(
                    (*here, "measure"),
                    Text(zh=f"要素不能是{one.measure.kind}", en=f"an element is no {one.measure.kind}"),
                    Text(zh="另立一条规则", en="make it a rule of its own"),
                )
                continue
            measure = one.asked(self.due).linked(links, here if one.fact is not None else (*here, "measure"))
            applies = links.condition(one.applies, profile, (*here, "applies"))
            elements.append(evolve(one, fact=None, measure=measure, applies=applies))
        if isinstance(self.at_least, int) and not 1 <= self.at_least <= len(self.elements):
            links.blame(
                (*path, "at_least"),
                Text(
                    zh=f"要求{len(self.elements)}项中达到{self.at_least}项",
                    en=f"{self.at_least} of {len(self.elements)} elements",
                ),
                Text(zh="至少1项，且不得多于现有项数", en="give at least 1, and at most as many as there are"),
            )
        return evolve(self, elements=tuple(elements)) if len(elements) == len(self.elements) else self

    def facts(self) -> Iterator[str]:
        """Yield the facts of the elements."""
        for one in self.elements:
            yield from one.asked(self.due).facts()

    def reads(self, dictionary: Dictionary) -> Iterator[tuple[str, str]]:
        """Yield the fields of records that decide the elements."""
        for one in self.elements:
            yield from one.asked(self.due).reads(dictionary)

    def one_result(self) -> bool:
        """Tell whether all elements share the checklist's due day."""
        return all(getattr(one.asked(self.due), "due", None) == self.due for one in self.elements)

    def _each(
        self, backend: Backend[M, N], elements: tuple[Element, ...], *, now: bool = False
    ) -> Iterator[tuple[Element, Items[N], N]]:
        """Yield elements as one item each, with their next due day; *now* as if all were due today."""
        ops = backend.ops
        here = backend.here
        for one in elements:
            measure = one.asked(self.due)
            standing = measure.now(backend) if now else measure.standing(backend)
            truth = judge(timely(one.applies, backend.clock.as_of), here)
            applies = Truth(here.count(truth.holds), here.count(truth.fails))
            yield one, _item(standing, applies, ops), standing.next_due

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing over the elements that apply."""
        return self.concluded(self.summed(backend, self.elements), backend)

    def summed(self, backend: Backend[M, N], elements: tuple[Element, ...], *, now: bool = False) -> Sums[N]:
        """Return what some of the elements come to together, each due as the checklist has it, or *now*."""
        ops = backend.ops
        zero = backend.here.given - backend.here.given
        sums = Sums(Items(Span(zero, zero), Span(zero, zero), zero, zero), zero)
        for _, item, due in self._each(backend, elements, now=now or self.one_result()):
            counts = item.later > 0 if self.at_least is not None else item.later >= 0
            sums = added(sums, Sums(item, ops.where(counts, due, 0)), ops)
        return sums

    def concluded(self, sums: Sums[N], backend: Backend[M, N]) -> Standing[N]:
        """Return the standing that the sums over all elements come to."""
        ops = backend.ops
        if self.unsettled():
            return undecided(sums.items.asked - sums.items.asked + 1)
        standing = self._together(sums, ops)
        return dued(standing, self.due, backend) if self.one_result() else standing

    def _together(self, sums: Sums[N], ops: Ops[N]) -> Standing[N]:
        if self.at_least is None:
            return sharing(sums.items, EVERY_ONE, sums.next_due, ops)
        return _some(sums.items, self.at_least, sums.next_due, ops)

    def deadline(self, period: Days) -> int | None:
        """Return the day by which the result is due."""
        return due_day(self.due, period)

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield every element with its outcome."""
        for one, item, due in self._each(backend, self.elements):
            if item.unmet.low > 0:
                outcome = Outcome.NOT_SATISFIED
            elif item.met.low > 0:
                outcome = Outcome.SATISFIED
            elif item.unmet.high > 0:
                outcome = Outcome.UNKNOWN
            elif item.later > 0:
                outcome = Outcome.PENDING
            elif item.met.high > 0:
                outcome = Outcome.UNKNOWN
            else:
                outcome = Outcome.NOT_APPLICABLE
            yield Detail(outcome=outcome, subject=one.id, short=int(item.unmet.low), due=due)

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield what is missing of the elements that are unknown."""
        here = backend.here
        for one, item, _ in self._each(backend, self.elements):
            if item.met.low == 0 and item.unmet.low == 0 and (item.met.high > 0 or item.unmet.high > 0):
                where = timely(one.applies, backend.clock.as_of)
                truth = judge(where, here)
                yield from here.blanks(where, here.negate(truth.holds | truth.fails))
                yield from one.asked(self.due).missing(backend)

    def actual(self, backend: Explained) -> Text:
        """Return how many elements are in place, of how many that apply."""
        details = [one for one in self.details(backend) if one.outcome is not Outcome.NOT_APPLICABLE]
        text = f"{sum(one.outcome is Outcome.SATISFIED for one in details)}/{len(details)}"
        return Text(zh=text, en=text)

    def target(self, dictionary: Dictionary) -> Text:
        """Return how many elements are asked, and by when."""
        total = len(self.elements)
        due = due_text(self.due)
        zh, en = f"{total}项全部落实", f"all {total} elements"
        if self.at_least is not None:
            given = isinstance(self.at_least, int)
            zh = f"{total}项中至少{self.at_least if given else '（项数未给定）'}项"
            en = f"at least {self.at_least if given else '(number not given)'} of {total} elements"
        return Text(zh=zh, en=en) if due is None else Text(zh=f"{due.zh}{zh}", en=f"{en} {due.en}")

    def gap(self, backend: Explained, short: int) -> Text:
        """Return which elements are not in place, each with its own gap."""
        lacking = {one.subject for one in self.details(backend) if one.outcome is Outcome.NOT_SATISFIED}
        return self._lacks([one for one in self.elements if one.id in lacking], short)

    def ahead(self, backend: Explained) -> Ahead | None:
        """Return which elements are not in place yet of those that are not due."""
        if self.unsettled():
            return None
        every = self.elements
        due = {one.id for one, item, _ in self._each(backend, every) if item.unmet.low > 0 or item.later == 0}
        unmet = [one for one, item, _ in self._each(backend, every, now=True) if item.unmet.low > 0]
        lacking = [one for one in unmet if one.id not in due]
        short = min(self._together(self.summed(backend, every, now=True), backend.ops).best.short, len(lacking))
        return Ahead(short=short, text=self._lacks(lacking, short)) if short else None

    @staticmethod
    def _lacks(elements: list[Element], short: int) -> Text:
        titles = [one.title for one in elements]
        return Text(
            zh=f"缺{short}项：{'；'.join(title.zh for title in titles)}",
            en=f"{short} {'element' if short == 1 else 'elements'} missing: {'; '.join(title.en for title in titles)}",
        )

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        elements = [
            {
                "id": one.id,
                "anchor": one.anchor,
                "title": {"zh": one.title.zh, "en": one.title.en},
                "measure": one.asked(self.due).described(dictionary),
            }
            for one in self.elements
        ]
        target = len(elements) if self.at_least is None else self.at_least
        return {"kind": self.kind, "target": {"at_least": target}, "due": self.due, "elements": elements}


def _item(standing: Standing[N], applies: Truth[N], ops: Ops[N]) -> Items[N]:
    """Return an element's standing as one item."""
    binds, free = applies.holds > 0, applies.fails > 0
    surely, possibly = (standing.asked.low > 0) & binds, (standing.asked.high > 0) & ops.no(free)
    met, unmet = surely & (standing.worst.short == 0), surely & (standing.best.short > 0)
    return Items(
        met=Span(ops.where(met, 1, 0), ops.where(possibly & (standing.best.short == 0), 1, 0)),
        unmet=Span(ops.where(unmet, 1, 0), ops.where(possibly & (standing.worst.short > 0), 1, 0)),
        asked=ops.where(surely, 1, 0),
        later=ops.where((standing.later > 0) & ops.no(free) & ops.no(unmet), 1, 0),
    )


def _some(items: Items[N], asks: Any, next_due: N, ops: Ops[N]) -> Standing[N]:
    """Return the standing where some of the elements suffice; those not yet due may still bring it about."""
    zero = items.asked - items.asked
    wide, narrow = items.met.low + items.unmet.high, items.met.high + items.unmet.low
    due = most(asks - items.later, zero, ops)
    need = ops.where(items.met.low >= asks, asks, least(due, wide, ops))
    best_need = ops.where(items.met.high >= asks, asks, least(due, narrow, ops))
    have, best_have = least(items.met.low, need, ops), least(items.met.high, best_need, ops)
    return Standing(
        asked=Span(ops.where(need > 0, items.asked, zero), most(need, best_need, ops)),
        worst=Tally(need, have, need - have),
        best=Tally(best_need, best_have, best_need - best_have),
        later=ops.where(items.met.low >= asks, zero, items.later),
        next_due=next_due,
    )
