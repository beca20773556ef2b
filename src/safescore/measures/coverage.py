"""Coverage: was every subject of a register reached within its cycle?"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, ClassVar, NamedTuple

from attrs import evolve

from safescore.backend import Backend
from safescore.dictionary import Dictionary
from safescore.explained import Ahead, Detail, Explained, Path
from safescore.expr import ALWAYS, All, AnyOf, Elapsed, Expr, Happened, M, Not, Truth, judge
from safescore.frozen import frozen
from safescore.measures.base import Condition, Cycle, Links, Measure, Word, dated_between, fields_asked, timely
from safescore.measures.frequency import existing, of_subjects, tests
from safescore.period import Days, Duration, Slots, Window
from safescore.standing import (
    EVERY_ONE,
    UNBOUNDED,
    Items,
    N,
    Outcome,
    Span,
    Standing,
    least,
    most,
    sharing,
    soonest,
    undecided,
)
from safescore.words import Text, listed


class Mode(str, Enum):
    """How a cycle is read: the stretch up to the cut, the cycle that ends with the period, or from the last visit."""

    ROLLING = "rolling"
    CALENDAR = "calendar"
    LAST_VISIT = "last-visit"


class Visited(NamedTuple):
    """One subject, or all at once: whether it is asked, whether its time has come, and its visits in the cycle."""

    subject: Any
    chosen: Truth[Any]
    exists: Truth[Any]
    due: Truth[Any]
    visits: Span[Any]
    next_due: Any


@frozen(kw_only=True)
class Coverage(Measure):
    """Met when every subject had a visit that counts within its cycle; a subject new in the cycle is not yet due."""

    kind: ClassVar[str] = "coverage"

    subjects: str
    events: str
    cycle: Cycle
    mode: Word = Mode.ROLLING.value
    where: Condition | None = None
    counts: Condition | None = None

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Coverage:
        """Return the measure with its conditions read."""
        register = links.fact(self.subjects, ("register",), (*path, "subjects"))
        events = links.fact(self.events, ("events",), (*path, "events"))
        if register is None or events is None:
            return self
        if events.link_to(self.subjects) is None:
            links.blame(
                (*path, "events"),
                Text(
                    zh=f"“{self.events}”没有指明“{self.subjects}”中的记录",
                    en=f"{self.events!r} do not name a record of {self.subjects!r}",
                ),
                Text(zh="增加ref类字段", en="add a ref field"),
            )
        if isinstance(self.cycle, Duration) and not self.cycle.forward():
            links.blame(
                (*path, "cycle"),
                Text(zh="周期应长于零", en="a cycle is longer than nothing"),
                Text(zh="如{years: 1}", en="give it as {years: 1}"),
            )
        modes = [mode.value for mode in Mode]
        if isinstance(self.mode, str) and self.mode not in modes:
            links.blame(
                (*path, "mode"),
                Text(zh=f"没有方式“{self.mode}”", en=f"there is no mode {self.mode!r}"),
                Text(zh=f"取{listed(modes).zh}之一", en=f"give one of {listed(modes).en}"),
            )
        counts = links.condition(self.counts, events.fields, (*path, "counts"))
        kind = events.kind_field
        if kind is not None and (counts is None or kind not in tests(counts.expr)):
            links.blame(
                path,
                Text(zh=f"“{self.events}”包含多类活动", en=f"the events of {self.events!r} are of several kinds"),
                Text(zh=f"在counts中限定“{kind}”", en=f"let counts test {kind!r}"),
            )
        return evolve(self, counts=counts, where=links.condition(self.where, register.fields, (*path, "where")))

    def facts(self) -> Iterator[str]:
        """Yield the register and the events."""
        yield self.subjects
        yield self.events

    def reads(self, dictionary: Dictionary) -> Iterator[tuple[str, str]]:
        """Yield the fields of the subjects and of their visits that decide the standing."""
        spec = dictionary.facts[self.events]
        yield from of_subjects(self.subjects, self.where, dictionary)
        own = (*spec.identity, spec.when, spec.link_to(self.subjects), *fields_asked(self.counts))
        yield from ((self.events, name) for name in own if name is not None)

    def _window(self, backend: Backend[M, N]) -> Window:
        clock = backend.clock
        assert isinstance(self.cycle, Duration)
        end = clock.period.last if self.mode == Mode.CALENDAR.value else clock.cut
        return Window("cycle", Days(self.cycle.before(end) + 1, end))

    def _counting(self, backend: Backend[M, N]) -> Expr:
        spec = backend.dictionary.facts[self.events]
        counts = timely(self.counts, backend.clock.as_of)
        return All((counts, dated_between(spec, 1, backend.clock.cut)))

    def _due(self, backend: Backend[M, N]) -> Expr:
        """Return for which subjects a whole cycle has passed, whether they were ever visited or not."""
        clock = backend.clock
        assert isinstance(self.cycle, Duration)
        if self.mode == Mode.CALENDAR.value and not clock.closed(clock.period.last):
            return AnyOf(())
        since = backend.dictionary.facts[self.subjects].since
        old = ALWAYS
        if self.mode == Mode.LAST_VISIT.value and self.cycle.after(clock.binds_from) > clock.cut:
            old = AnyOf(())
        if since is None:
            return old
        return AnyOf((All((Not(Happened(since)), old)), Elapsed(since, self.cycle, clock.cut)))

    def _visited(self, backend: Backend[M, N]) -> Iterator[Visited]:
        clock, ops = backend.clock, backend.ops
        assert isinstance(self.cycle, Duration)
        records, events = backend.records(self.subjects), backend.records(self.events)
        window = self._window(backend)
        counting = judge(self._counting(backend), events)
        chosen = judge(timely(self.where, clock.as_of), records)
        there = judge(existing(records.spec, Days(clock.cut, clock.cut), whole=False), records)
        due = judge(self._due(backend), records)
        since = backend.dictionary.facts[self.subjects].since
        slots, ages = Slots((window,)), Slots((Window("ever", Days(1, clock.cut)),))
        for subject in backend.subjects(self.subjects):
            counted = subject.counted(events, counting, slots)
            (visits,) = counted.windows
            complete = subject.of_organisation(events.through) >= clock.cut
            high = ops.where(complete, visits.high + counted.undated, UNBOUNDED)
            if self.mode == Mode.CALENDAR.value:
                next_due = high - high + window.days.last
            else:
                next_due = subject.next_visit(events, counting, self.cycle, since, clock.binds_from)
            passed = subject.truth(due)
            if self.mode == Mode.LAST_VISIT.value:
                (ever,) = subject.counted(events, counting, ages).windows
                seen = ops.where(ever.low > 0, 1, 0)
                unseen = ops.where((ever.high == 0) & complete & (counted.undated == 0), 1, 0)
                passed = Truth(most(passed.holds, seen, ops), least(passed.fails, unseen, ops))
            yield Visited(
                subject, subject.truth(chosen), subject.truth(there), passed, Span(visits.low, high), next_due
            )

    def _items(self, one: Visited, backend: Backend[M, N]) -> Items[N]:
        where, no = backend.ops.where, backend.ops.no
        chosen, maybe = one.chosen.holds > 0, no(one.chosen.fails > 0)
        reached, reachable = one.visits.low > 0, one.visits.high > 0
        there, perhaps = one.exists.holds > 0, no(one.exists.fails > 0)
        due, coming = one.due.holds > 0, no(one.due.fails > 0)
        return Items(
            met=Span(where(chosen & reached, 1, 0), where(maybe & reachable, 1, 0)),
            unmet=Span(
                where(chosen & there & due & no(reachable), 1, 0),
                where(maybe & perhaps & coming & no(reached), 1, 0),
            ),
            asked=where(chosen & (reached | (there & due)), 1, 0),
            later=where(maybe & perhaps & no(due) & no(reached), 1, 0),
        )

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing over all subjects."""
        ops = backend.ops
        zero = backend.here.given - backend.here.given
        if self.unsettled():
            return undecided(zero + 1)
        met_low = met_high = unmet_low = unmet_high = asked = later = next_due = zero
        for one in self._visited(backend):
            items, subject = self._items(one, backend), one.subject
            met_low = met_low + subject.collect(items.met.low)
            met_high = met_high + subject.collect(items.met.high)
            unmet_low = unmet_low + subject.collect(items.unmet.low)
            unmet_high = unmet_high + subject.collect(items.unmet.high)
            asked = asked + subject.collect(items.asked)
            later = later + subject.collect(items.later)
            open_ = (items.unmet.high > 0) | (items.later > 0)
            next_due = soonest(next_due, subject.soonest(ops.where(open_, one.next_due, 0)), ops)
        given = backend.records(self.subjects).given > 0
        items = Items(
            met=Span(met_low, ops.where(given, met_high, UNBOUNDED)),
            unmet=Span(unmet_low, ops.where(given, unmet_high, UNBOUNDED)),
            asked=asked,
            later=later,
        )
        return sharing(items, EVERY_ONE, next_due, ops)

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield every subject that was not reached, may not have been, or is not yet due."""
        if self.unsettled():
            return
        for one in self._visited(backend):
            items = self._items(one, backend)
            if items.unmet.low > 0:
                outcome = Outcome.NOT_SATISFIED
            elif items.unmet.high > 0:
                outcome = Outcome.UNKNOWN
            elif items.later > 0:
                outcome = Outcome.PENDING
            else:
                continue
            yield Detail(outcome=outcome, subject=one.subject.name, short=1, due=one.next_due, places=one.subject.place)

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield register and events if absent, and the blanks that leave subjects undecided."""
        subjects, events = backend.records(self.subjects), backend.records(self.events)
        for name, records in ((self.subjects, subjects), (self.events, events)):
            if not records.given:
                yield ("facts", name)
        if not subjects.given or self.unsettled():
            return
        if events.given and events.through < backend.clock.cut:
            yield ("facts", self.events, "through")
        cut = backend.clock.cut
        there = existing(subjects.spec, Days(cut, cut), whole=False)
        for expr in (timely(self.where, backend.clock.as_of), there, self._due(backend)):
            truth = judge(expr, subjects)
            yield from subjects.blanks(expr, subjects.negate(truth.holds | truth.fails))
        counting = self._counting(backend)
        truth = judge(counting, events)
        yield from events.blanks(counting, events.negate(truth.holds | truth.fails))
        link = backend.dictionary.facts[self.events].link_to(self.subjects)
        for place in events.members(events.full()):
            if link and events.blank(place, link):
                yield events.path(place, link)

    def actual(self, backend: Explained) -> Text:
        """Return how many subjects were reached, of how many asked."""
        if not backend.records(self.subjects).given or self.unsettled():
            return Text(zh="未填报", en="no answer")
        met = asked = 0
        for one in self._visited(backend):
            items = self._items(one, backend)
            met += items.met.low
            asked += max(items.met.high, items.unmet.high)
        return Text(zh=f"{met}/{asked}", en=f"{met}/{asked}")

    def target(self, dictionary: Dictionary) -> Text:
        """Return the cycle within which every subject is to be reached."""
        first, second = dictionary.label(self.subjects), dictionary.label(self.events)
        span = duration_text(self.cycle)
        return Text(
            zh=f"{first.zh}：每{span.zh}内至少一次{second.zh}",
            en=f"{first.en}: {second.en} at least once in {span.en}",
        )

    def gap(self, backend: Explained, short: int) -> Text:
        """Return which subjects were not reached."""
        return self._lacks(backend, Outcome.NOT_SATISFIED, short)

    def ahead(self, backend: Explained) -> Ahead | None:
        """Return which subjects are to be reached before their cycle ends."""
        waiting = sum(detail.outcome is Outcome.PENDING for detail in self.details(backend))
        if not waiting:
            return None
        return Ahead(short=waiting, text=self._lacks(backend, Outcome.PENDING, waiting))

    def _lacks(self, backend: Explained, outcome: Outcome, short: int) -> Text:
        unit = backend.dictionary.unit(self.subjects)
        names = [detail.subject for detail in self.details(backend) if detail.outcome is outcome]
        more = len(names) - 5
        zh = "、".join(names[:5]) + (f"等（另有{more}个）" if more > 0 else "")
        en = ", ".join(names[:5]) + (f" and {more} more" if more > 0 else "")
        return Text(zh=f"{unit.count(short, 'zh')}未覆盖：{zh}", en=f"{unit.count(short, 'en')} not reached: {en}")

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        return {
            "kind": self.kind,
            "subjects": self.subjects,
            "events": self.events,
            "unit": dictionary.unit(self.subjects),
            "cycle": self.cycle,
            "mode": self.mode,
        }


def duration_text(span: Cycle) -> Text:
    """Return a duration in words."""
    if not isinstance(span, Duration):
        return Text(zh="（周期未定）", en="(a cycle that is not set)")
    zh, en = [], []
    for number, chinese, english in (
        (span.years, "年", "year"),
        (span.months, "个月", "month"),
        (span.days, "天", "day"),
    ):
        if number:
            zh.append(f"{number}{chinese}")
            en.append(f"{number} {english}{'' if number == 1 else 's'}")
    return Text(zh="".join(zh), en=" ".join(en))
