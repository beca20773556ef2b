"""Frequency: did enough events take place in every window?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Generic

from attrs import evolve

from safescore.backend import Backend, Records, Subject
from safescore.dictionary import Dictionary, FactSpec
from safescore.explained import Ahead, Detail, Explained, Path
from safescore.expr import ALWAYS, All, AnyOf, Compare, Covers, Expr, Happened, M, Not, Op, Truth, both, judge
from safescore.frozen import frozen
from safescore.measures.base import Condition, Figure, Links, Measure, dated_between, fields_asked, timely
from safescore.period import Clock, Days, Every, Partial, Slots, Window
from safescore.standing import (
    EVERY_ONE,
    UNBOUNDED,
    Items,
    N,
    Ops,
    Outcome,
    Span,
    Standing,
    least,
    most,
    sharing,
    soonest,
    undecided,
)
from safescore.words import Text, same

WINDOWS = {
    Every.DAY: Text(zh="每天", en="every day"),
    Every.WEEK: Text(zh="每周", en="every week"),
    Every.MONTH: Text(zh="每月", en="every month"),
    Every.QUARTER: Text(zh="每季度", en="every quarter"),
    Every.HALF_YEAR: Text(zh="每半年", en="every half-year"),
    Every.YEAR: Text(zh="每年", en="every year"),
    Every.CAMPAIGN: Text(zh="专项行动期间", en="in the campaign"),
    Every.OCCASION: Text(zh="每个重点时段", en="on every occasion"),
}


def of_subjects(register: str, where: Condition | None, dictionary: Dictionary) -> Iterator[tuple[str, str]]:
    """Yield the fields that say which subjects of a register there are, when, and which of them are asked."""
    spec = dictionary.facts[register]
    own = (*spec.identity, spec.since, spec.until, spec.except_, *fields_asked(where))
    return ((register, name) for name in own if name is not None)


def existing(spec: FactSpec | None, days: Days, *, whole: bool) -> Expr:
    """Return that a subject exists on some of these days (or, if *whole*, throughout) and is not excepted."""
    if spec is None:
        return ALWAYS
    parts: list[Expr] = []
    if spec.since:
        start = days.first if whole else days.last
        parts.append(AnyOf((Not(Happened(spec.since)), Compare(spec.since, Op.LE, start))))
    if spec.until:
        end = days.last if whole else days.first
        parts.append(AnyOf((Not(Happened(spec.until)), Compare(spec.until, Op.GE, end))))
    if spec.except_:
        parts.append(Not(Covers(spec.except_, days)))
    return All(tuple(parts))


@frozen
class Told(Generic[N]):
    """One window of one subject: whether the duty asks about the subject, and it exists then; and its events."""

    window: Window
    chosen: Truth[N]
    exists: Truth[N]
    events: Span[N]


def _as_one(items: Items[N], stuck: N, ops: Ops[N]) -> Items[N]:
    """Return items as one result: what is met counts for nothing while others are to come.

    *stuck* counts those of which every completion leaves some to come.
    """
    waits, zero = items.later > 0, stuck - stuck
    return Items(
        met=Span(ops.where(waits, zero, items.met.low), ops.where(stuck > 0, zero, items.met.high)),
        unmet=items.unmet,
        asked=ops.where(waits, ops.where(items.unmet.low > 0, 1, 0), items.asked),
        later=items.later,
    )


@frozen(kw_only=True)
class Frequency(Measure):
    """Met when at least so many events that count took place in every window; windows do not compensate.

    Credit is the share of the events asked in closed windows. An open window enters once it is surely reached, and so
    does one that asks nothing of a subject (not yet there, shut down) that did enough all the same: doing more never
    hurts.

    Asked ``together``, the windows are one result: a window missed is final, and has no credit beside it while another
    is to come; with none missed the duty is pending until the last is reached.
    """

    kind: ClassVar[str] = "frequency"

    events: str
    at_least: Figure
    every: Every
    counts: Condition | None = None
    per: str | None = None
    where: Condition | None = None
    occasions: str | None = None
    together: bool = False

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Frequency:
        """Return the measure with its conditions read; an event counts for one kind of duty only."""
        spec = links.fact(self.events, ("events",), (*path, "events"))
        if spec is None:
            return self
        counts = links.condition(self.counts, spec.fields, (*path, "counts"))
        kind = spec.kind_field
        if kind is not None and (counts is None or kind not in tests(counts.expr)):
            links.blame(
                path,
                Text(zh=f"“{self.events}”包含多类活动", en=f"the events of {self.events!r} are of several kinds"),
                Text(zh=f"在counts中限定“{kind}”", en=f"let counts test {kind!r}"),
            )
        if isinstance(self.at_least, int) and self.at_least < 1:
            links.blame(
                (*path, "at_least"),
                Text(zh="至少应要求一次", en="at least one event is asked"),
                Text(zh="写1或更大的数", en="give 1 or more"),
            )
        if (self.every is Every.OCCASION) != (self.occasions is not None):
            links.blame(
                path,
                Text(zh="occasions只与every: occasion同用", en="occasions belong to every: occasion"),
                Text(zh="写明规则包中一个时段清单的名称", en="name a list of the pack's occasions"),
            )
        if self.every is Every.OCCASION and spec.occasion is None:
            hint = Text(zh="在其条目中增加occasion: 字段名", en="add occasion: FIELD to their entry")
            links.blame(
                (*path, "events"),
                Text(
                    zh=f"“{self.events}”没有写明所属时段", en=f"the events of {self.events!r} do not name an occasion"
                ),
                hint,
            )
        where = self.where
        if self.per is not None:
            register = links.fact(self.per, ("register",), (*path, "per"))
            if register is not None:
                where = links.condition(self.where, register.fields, (*path, "where"))
                if spec.link_to(self.per) is None:
                    links.blame(
                        (*path, "per"),
                        Text(
                            zh=f"活动没有指明“{self.per}”中的记录",
                            en=f"the events do not name a record of {self.per!r}",
                        ),
                        Text(zh="增加ref类字段", en="add a ref field"),
                    )
        elif self.where is not None:
            links.blame(
                (*path, "where"),
                Text(zh="where只筛选per所指的对象", en="where asks about the subjects of per"),
                Text(zh="写明per，或改用counts", en="give per, or use counts"),
            )
        return evolve(self, counts=counts, where=where)

    def facts(self) -> Iterator[str]:
        """Yield the events, and the register of subjects."""
        yield self.events
        if self.per is not None:
            yield self.per

    def reads(self, dictionary: Dictionary) -> Iterator[tuple[str, str]]:
        """Yield the fields of the events and of the subjects that decide the standing."""
        spec = dictionary.facts[self.events]
        link = spec.link_to(self.per) if self.per is not None else None
        occasion = spec.occasion if self.every is Every.OCCASION else None
        own = (*spec.identity, spec.when, occasion, link, *fields_asked(self.counts))
        yield from ((self.events, name) for name in own if name is not None)
        if self.per is not None:
            yield from of_subjects(self.per, self.where, dictionary)

    def _counting(self, backend: Backend[M, N]) -> Expr:
        clock = backend.clock
        spec = backend.dictionary.facts[self.events]
        counts = timely(self.counts, clock.as_of)
        return All((counts, dated_between(spec, clock.period.first, clock.cut)))

    def _told(self, backend: Backend[M, N]) -> Iterator[tuple[Subject[M, N], list[Told[N]], N]]:
        """Yield every subject with its windows up to the cut, and its events without a date."""
        clock, ops = backend.clock, backend.ops
        events = backend.records(self.events)
        slots = Slots(clock.windows(self.every, self.occasions or ""))
        counting = judge(self._counting(backend), events)
        begun = [window for window in slots.windows if window.days.first <= clock.cut]
        for subject, chosen, there in self._subjects(backend, begun):
            counted = subject.counted(events, counting, slots)
            through = subject.of_organisation(events.through)
            told = []
            for window, span, exists in zip(begun, counted.windows, there, strict=False):
                complete = through >= min(window.days.last, clock.cut)
                high = ops.where(complete, span.high, UNBOUNDED)
                told.append(Told(window, chosen, exists, Span(span.low, high)))
            yield subject, told, counted.undated

    def _subjects(
        self, backend: Backend[M, N], windows: list[Window]
    ) -> Iterator[tuple[Subject[M, N], Truth[N], list[Truth[N]]]]:
        if self.per is None:
            one = backend.here.given - backend.here.given + 1
            always = Truth(one, one - one)
            yield backend.whole(), always, [always] * len(windows)
            return
        records = backend.records(self.per)
        chosen = judge(timely(self.where, backend.clock.as_of), records)
        throughout = backend.clock.partial is Partial.SKIP
        there: list[Truth[M]] = []
        for subject in backend.subjects(self.per):
            if not there:
                there = [judge(existing(records.spec, window.days, whole=throughout), records) for window in windows]
            yield subject, subject.truth(chosen), [subject.truth(truth) for truth in there]

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing over all windows of all subjects."""
        clock, ops = backend.clock, backend.ops
        zero = backend.here.given - backend.here.given
        if not isinstance(self.at_least, int):
            return undecided(zero + 1)
        met_low = met_high = unmet_low = unmet_high = asked = later = next_due = stuck = zero
        for subject, told, undated in self._told(backend):
            stuck = stuck + subject.collect(self._stuck(told, undated, clock.cut, ops))
            items, due = self._items(told, undated, clock.cut, ops)
            met_low = met_low + subject.collect(items.met.low)
            met_high = met_high + subject.collect(items.met.high)
            unmet_low = unmet_low + subject.collect(items.unmet.low)
            unmet_high = unmet_high + subject.collect(items.unmet.high)
            asked = asked + subject.collect(items.asked)
            later = later + subject.collect(items.later)
            next_due = soonest(next_due, subject.soonest(due), ops)
        if self.per is not None:
            given = backend.records(self.per).given > 0
            met_high = ops.where(given, met_high, UNBOUNDED)
            unmet_high = ops.where(given, unmet_high, UNBOUNDED)
        every = clock.windows(self.every, self.occasions or "")
        coming = [window for window in every if window.days.first > clock.cut]
        if coming:
            future, surely = self._coming(Days(coming[0].days.first, coming[-1].days.last), backend)
            if self.per is not None and coming[0] is not every[0]:
                future = ops.where(
                    (backend.records(self.per).given > 0) & (met_high + unmet_high + later == 0), 0, future
                )
            later = later + future
            stuck = stuck + surely
            next_due = soonest(next_due, ops.where(future > 0, coming[0].days.last, 0), ops)
        items = Items(Span(met_low, met_high), Span(unmet_low, unmet_high), asked, later)
        return sharing(_as_one(items, stuck, ops) if self.together else items, EVERY_ONE, next_due, ops)

    def _stuck(self, told: list[Told[N]], undated: N, cut: int, ops: Ops[N]) -> N:
        """Return the open windows of one subject that ask it, and that no completion reaches by the cut."""
        stuck: N = undated - undated
        for one in told:
            if one.window.days.last > cut:
                bound = (one.chosen.holds > 0) & (one.exists.holds > 0)
                stuck = stuck + ops.where(bound & (one.events.high + undated < self.at_least), 1, 0)
        return stuck

    def _coming(self, days: Days, backend: Backend[M, N]) -> tuple[N, N]:
        """Return whether the windows to come, on these days, may ask something, and surely do: 1 or 0."""
        one: N = backend.here.given - backend.here.given + 1
        if self.per is None:
            return one, one
        records = backend.records(self.per)
        there = All((timely(self.where, backend.clock.as_of), existing(records.spec, days, whole=False)))
        truth = judge(there, records)
        none = records.count(records.negate(truth.fails)) == 0
        some = records.count(both(truth.holds, records.sure)) > 0
        ops = backend.ops
        return ops.where((records.given > 0) & none, one - one, one), ops.where(some, one, one - one)

    def _items(self, told: list[Told[N]], undated: N, cut: int, ops: Ops[N]) -> tuple[Items[N], N]:
        """Return the events of one subject as items: asked by its windows, met by its events; and its next due day."""
        asks = int(self.at_least)  # type: ignore[arg-type]
        zero = undated - undated
        met_low = met_high = unmet_low = unmet_high = asked = later = due = zero
        for one in told:
            low, high = one.events
            chosen, maybe = one.chosen.holds > 0, ops.no(one.chosen.fails > 0)
            bound, perhaps = chosen & (one.exists.holds > 0), maybe & ops.no(one.exists.fails > 0)
            had, hoped = least(low, asks, ops), least(high, asks, ops)
            if one.window.days.last <= cut:
                surely = bound | (chosen & (low >= asks))
                met_low = met_low + ops.where(surely, had, 0)
                met_high = met_high + ops.where(perhaps | (maybe & (high >= asks)), hoped, 0)
                unmet_low = unmet_low + ops.where(bound, asks - hoped, 0)
                unmet_high = unmet_high + ops.where(perhaps, asks - had, 0)
                asked = asked + ops.where(surely, 1, 0)
            else:
                reached = chosen & (low >= asks)
                met_low = met_low + ops.where(reached, asks, 0)
                met_high = met_high + ops.where(maybe & (high + undated >= asks), asks, 0)
                asked = asked + ops.where(reached, 1, 0)
                waits = perhaps & ops.no(reached)
                later = later + ops.where(waits, 1, 0)
                due = ops.where(waits, soonest(due, one.window.days.last, ops), due)
        spread = least(undated, unmet_low, ops)
        unmet = Span(most(unmet_low - spread, zero, ops), unmet_high)
        return Items(Span(met_low, met_high + spread), unmet, asked, later), due

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield every window that is short, unknown, or open and not yet reached."""
        if not isinstance(self.at_least, int):
            return
        asks, cut = self.at_least, backend.clock.cut
        for subject, told, undated in self._told(backend):
            name, place = subject.name, subject.place
            for one in told:
                items, due = self._items([one], undated, cut, backend.ops)
                short = asks - min(one.events.low, asks)
                if items.unmet.high == 0 and items.later == 0 and (items.met.high == 0 or short > 0):
                    continue  # it asks nothing, and is not surely reached all the same
                if items.unmet.low > 0:
                    outcome = Outcome.NOT_SATISFIED
                    short = asks - min(one.events.high, asks)
                elif items.unmet.high > 0:
                    outcome = Outcome.UNKNOWN
                elif items.later > 0:
                    outcome = Outcome.PENDING
                else:
                    outcome = Outcome.SATISFIED
                yield Detail(outcome=outcome, subject=name, window=one.window.label, short=short, due=due, places=place)

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield the events if they are absent or incomplete, and the blanks that leave windows open."""
        events: Records[int, int] = backend.records(self.events)
        if not events.given:
            yield ("facts", self.events)
        elif events.through < backend.clock.cut:
            yield ("facts", self.events, "through")
        else:
            where = self._counting(backend)
            truth = judge(where, events)
            yield from backend.records(self.events).blanks(where, events.negate(truth.holds | truth.fails))
        occasion = backend.dictionary.facts[self.events].occasion
        if self.occasions is not None and occasion is not None:
            named = backend.records(self.events)
            yield from (
                named.path(place, occasion) for place in named.members(named.full()) if named.blank(place, occasion)
            )
        if self.per is None:
            return
        subjects = backend.records(self.per)
        if not subjects.given:
            yield ("facts", self.per)
            return
        spec = subjects.spec
        for window in backend.clock.windows(self.every, self.occasions or ""):
            if window.days.first <= backend.clock.cut:
                there = All((timely(self.where, backend.clock.as_of), existing(spec, window.days, whole=False)))
                truth = judge(there, subjects)
                yield from subjects.blanks(there, subjects.negate(truth.holds | truth.fails))
        link = backend.dictionary.facts[self.events].link_to(self.per)
        records = backend.records(self.events)
        for place in records.members(records.full()):
            if link and records.blank(place, link):
                yield records.path(place, link)

    def actual(self, backend: Explained) -> Text:
        """Return how many events that count there are, and in how many closed windows they suffice."""
        events = backend.records(self.events)
        if not events.given:
            return Text(zh="未填报", en="no answer")
        truth = judge(self._counting(backend), events)
        surely = events.count(truth.holds & events.sure)
        unit = backend.dictionary.unit(self.events)
        good = closed = 0
        for detail in self.details(backend):
            if detail.outcome is not Outcome.PENDING:
                closed += 1
                good += detail.outcome is Outcome.SATISFIED
        return Text(
            zh=f"{unit.count(surely, 'zh')}，{good}/{closed}个时段达到",
            en=f"{unit.count(surely, 'en')}, {good} of {closed} windows met",
        )

    def target(self, dictionary: Dictionary) -> Text:
        """Return how many events are asked, how often, and of whom."""
        every, unit = WINDOWS[self.every], dictionary.unit(self.events)
        if isinstance(self.at_least, int):
            zh, en = unit.count(self.at_least, "zh"), unit.count(self.at_least, "en")
        else:
            zh, en = f"（次数未给定）{unit.zh}", f"(number not given) {unit.many}"
        if self.per is None:
            return Text(zh=f"{every.zh}至少{zh}", en=f"at least {en} {every.en}")
        label = dictionary.label(self.per)
        return Text(zh=f"{label.zh}：每个{every.zh}至少{zh}", en=f"{label.en}: each at least {en} {every.en}")

    def gap(self, backend: Explained, short: int) -> Text:
        """Return which windows lack how many events: ``1 meeting missing in 2022Q3``."""
        lacks = [detail for detail in self.details(backend) if detail.outcome is Outcome.NOT_SATISFIED]
        if lacks:
            return self._lacks(backend, lacks)
        unit = backend.dictionary.unit(self.events)
        return Text(zh=f"尚缺{unit.count(short, 'zh')}", en=f"{unit.count(short, 'en')} missing")

    def ahead(self, backend: Explained) -> Ahead | None:
        """Return which open windows lack how many events; where none is open and short, what the next one asks: none
        of it can be done yet.
        """
        if not isinstance(self.at_least, int):
            return None
        lacks = [detail for detail in self.details(backend) if detail.outcome is Outcome.PENDING]
        if lacks:
            return Ahead(short=sum(one.short for one in lacks), text=self._lacks(backend, lacks))
        cut = backend.clock.cut
        coming = (one for one in backend.clock.windows(self.every, self.occasions or "") if one.days.first > cut)
        window = next(coming, None)
        if window is None or self.standing(backend).later == 0:
            return None
        unit, called = backend.dictionary.unit(self.events), self.called(window.label, backend.clock)
        each = Text(zh="", en="") if self.per is None else Text(zh="每个", en=" each")
        said = Text(
            zh=f"{called.zh}{each.zh}需{unit.count(self.at_least, 'zh')}",
            en=f"{unit.count(self.at_least, 'en')}{each.en} in {called.en}",
        )
        return Ahead(short=0, text=said)

    def _lacks(self, backend: Explained, lacks: list[Detail]) -> Text:
        unit = backend.dictionary.unit(self.events)
        zh, en = [], []
        for one in lacks[:5]:
            who = (f"{one.subject}：", f"{one.subject}: ") if one.subject else ("", "")
            window = self.called(one.window, backend.clock)
            zh.append(f"{who[0]}{window.zh}缺{unit.count(one.short, 'zh')}")
            en.append(f"{who[1]}{unit.count(one.short, 'en')} missing in {window.en}")
        more = len(lacks) - 5
        if more > 0:
            zh.append(f"另有{more}个时段")
            en.append(f"and {more} more {'window' if more == 1 else 'windows'}")
        return Text(zh="；".join(zh), en="; ".join(en))

    def called(self, label: str, clock: Clock) -> Text:
        """Return what a window is called in a sentence."""
        if self.every is Every.CAMPAIGN:
            return Text(zh="专项行动期间", en="the campaign")
        title = clock.occasion_title(self.occasions, label) if self.occasions is not None else None
        return title if title is not None else same(label)

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "events": self.events,
            "target": {"at_least": self.at_least},
            "unit": dictionary.unit(self.events),
            "window": self.every.value,
        }
        if self.per is not None:
            found["per"] = self.per
        if self.occasions is not None:
            found["occasions"] = self.occasions
        return found


def tests(expr: Expr) -> frozenset[str]:
    """Return the fields that must have a stated value for the condition to hold."""
    if isinstance(expr, All):
        return frozenset().union(*(tests(part) for part in expr.parts))
    if isinstance(expr, AnyOf):
        parts = [tests(part) for part in expr.parts]
        return frozenset.intersection(*parts) if parts else frozenset()
    name = getattr(expr, "field", None)
    return frozenset({name}) if isinstance(name, str) else frozenset()
