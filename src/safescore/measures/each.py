"""Each: does every record of a register hold?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from attrs import evolve

from safescore.backend import Backend
from safescore.dictionary import Dictionary, FactSpec
from safescore.explained import Ahead, Detail, Explained, Path
from safescore.expr import (
    ALWAYS,
    All,
    AnyOf,
    Before,
    Compare,
    Elapsed,
    Expr,
    Field,
    Happened,
    M,
    Not,
    Op,
    Stated,
    both,
    either,
    fields,
    judge,
)
from safescore.frozen import frozen
from safescore.measures.base import Condition, Cycle, Links, Measure, dated_between, fields_asked, timely
from safescore.period import Duration
from safescore.standing import (
    EVERY_ONE,
    UNBOUNDED,
    Items,
    N,
    Outcome,
    Span,
    Standing,
    sharing,
    soonest,
    undecided,
)
from safescore.words import Text, listed

DATED = ("date", "term")


@frozen(kw_only=True)
class Precede:
    """Dates that all lie before another, in no order among them."""

    by: str
    fields: tuple[str, ...]


@frozen(kw_only=True)
class Within:
    """A date on another or after it, within a duration; the clock runs once the first has happened."""

    from_: str
    to: str
    span: Cycle


class Part(NamedTuple):
    """One thing asked of a record: what would meet it, from when it is due, to whom it applies, and its fields."""

    met: Expr
    due: Expr
    where: Expr
    names: tuple[str, ...]


@frozen(kw_only=True)
class Step:
    """What is asked of a record, where a condition holds."""

    where: Condition | None = None
    states: tuple[str, ...] = ()
    closed: Condition | None = None
    in_order: tuple[str, ...] = ()
    precede: Precede | None = None
    within: Within | None = None
    holds: Condition | None = None


@frozen(kw_only=True)
class Each(Measure):
    """Met when every record holds in all that is asked of it; a record whose clock still runs is not yet due.

    Of an events fact the records of the period are asked; of a register, all records as they stand.
    """

    kind: ClassVar[str] = "each"

    record: str
    where: Condition | None = None
    states: tuple[str, ...] = ()
    closed: Condition | None = None
    in_order: tuple[str, ...] = ()
    precede: Precede | None = None
    within: Within | None = None
    holds: Condition | None = None
    steps: tuple[Step, ...] = ()
    absent: frozenset[str] = frozenset()

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Each:
        """Return the measure with its conditions read, knowing in which fields ``none`` states nothing."""
        spec = links.fact(self.record, ("register", "events"), (*path, "record"))
        if spec is None:
            return self
        first = Step(**{name: getattr(self, name) for name in STEP_FIELDS if name != "where"})
        if first == Step() and not self.steps:
            links.blame(
                path,
                Text(zh="对记录没有提出任何要求", en="nothing is asked of the records"),
                Text(
                    zh=f"写明{listed(STEP_FIELDS[1:]).zh}之一，或steps",
                    en=f"give one of {listed(STEP_FIELDS[1:]).en}, or steps",
                ),
            )
        head = _linked(evolve(first, where=self.where), spec, links, path)
        steps = tuple(_linked(step, spec, links, (*path, "steps", place)) for place, step in enumerate(self.steps))
        absent = frozenset(name for name, one in spec.fields.items() if one.type in (*DATED, "time"))
        return evolve(self, **{name: getattr(head, name) for name in STEP_FIELDS}, steps=steps, absent=absent)

    def facts(self) -> Iterator[str]:
        """Yield the register."""
        yield self.record

    def reads(self, dictionary: Dictionary) -> Iterator[tuple[str, str]]:
        """Yield the fields of the records that decide the standing."""
        spec = dictionary.facts[self.record]
        own: list[str | None] = [*spec.identity, spec.when if spec.type == "events" else None]
        for step in self._all():
            for condition in (step.where, step.closed, step.holds):
                own.extend(fields_asked(condition))
            own.extend((*step.states, *step.in_order))
            if step.precede is not None:
                own.extend((*step.precede.fields, step.precede.by))
            if step.within is not None:
                own.extend((step.within.from_, step.within.to))
        return ((self.record, name) for name in own if name is not None)

    def _all(self) -> Iterator[Step | Each]:
        """Yield what is asked of every record, and of those of each step."""
        yield self
        yield from self.steps

    def _parts(self, as_of: int) -> list[Part]:
        parts: list[Part] = []
        for step in self._all():
            where = timely(step.where, as_of) if isinstance(step, Step) else ALWAYS
            final = timely(step.closed, as_of)
            for name in step.states:
                stated: Expr = Happened(name) if name in self.absent else Stated(name)
                parts.append(Part(All((Stated(name), stated)), final, where, (name,)))
            for place, later in enumerate(step.in_order):
                done = All((where, Happened(step.in_order[-1])))
                for earlier in step.in_order[:place]:
                    parts.append(Part(Before(earlier, later), ALWAYS, done, (earlier, later)))
            if step.precede is not None:
                done = All((where, Happened(step.precede.by)))
                for name in step.precede.fields:
                    parts.append(Part(Before(name, step.precede.by), ALWAYS, done, (name, step.precede.by)))
            if step.within is not None and isinstance(step.within.span, Duration):
                span = step.within.span
                start = Compare(step.within.to, Op.GE, Field(step.within.from_))
                met = All((start, Compare(step.within.to, Op.LE, Field(step.within.from_, span))))
                runs = All((where, Happened(step.within.from_)))
                parts.append(Part(met, Elapsed(step.within.from_, span, as_of), runs, (step.within.to,)))
            if step.holds is not None:
                holds = timely(step.holds, as_of)
                for line in holds.parts if isinstance(holds, All) else (holds,):
                    parts.append(Part(line, ALWAYS, where, tuple(dict.fromkeys(fields(line)))))
        return parts

    def _inside(self, backend: Backend[M, N]) -> Expr:
        """Return which records are asked: those of the period, that the condition holds for, and that any part asks.

        A record of which nothing is asked (no step applies to it, its clock does not run, its job has not begun) drops
        out: it is not met.
        """
        clock = backend.clock
        spec = backend.dictionary.facts[self.record]
        parts = [timely(self.where, clock.as_of)]
        if spec.type == "events" and spec.when:
            parts.append(dated_between(spec, clock.period.first, clock.cut))
        parts.append(AnyOf(tuple(part.where for part in self._parts(clock.as_of))))
        return All(tuple(parts))

    def _exprs(self, backend: Backend[M, N]) -> tuple[Expr, Expr, Expr, Expr]:
        """Return who is asked, what meets, what breaks, and from when all is due."""
        parts = self._parts(backend.clock.as_of)
        return (
            self._inside(backend),
            All(tuple(AnyOf((Not(part.where), part.met)) for part in parts)),
            AnyOf(tuple(All((part.where, Not(part.met), part.due)) for part in parts)),
            All(tuple(AnyOf((Not(part.where), part.due)) for part in parts)),
        )

    def unsettled(self) -> bool:
        """Tell whether a parameter that the measure needs has no value."""
        return any(step.within is not None and not isinstance(step.within.span, Duration) for step in self._all())

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing over the records, each judged once."""
        ops = backend.ops
        records = backend.records(self.record)
        if self.unsettled():
            return undecided(records.given - records.given + 1)
        inside, met, broken, due = (judge(expr, records) for expr in self._exprs(backend))
        sure = both(records.sure, inside.holds)
        maybe = records.negate(inside.fails)
        final = either(either(met.holds, broken.holds), due.holds)
        waiting = both(maybe, records.negate(final))
        endless = (records.given == 0) | (records.through < backend.clock.cut)

        def bounded(mask: M) -> N:
            return ops.where(endless, UNBOUNDED, records.count(mask))

        items = Items(
            met=Span(records.count(both(sure, met.holds)), bounded(both(maybe, records.negate(met.fails)))),
            unmet=Span(records.count(both(sure, broken.holds)), bounded(both(maybe, records.negate(broken.fails)))),
            asked=records.count(both(sure, final)),
            later=records.count(waiting),
        )
        next_due = items.later - items.later
        for step in self._all():
            if step.within is not None and isinstance(step.within.span, Duration):
                unmet = both(maybe, records.negate(met.holds))
                next_due = soonest(next_due, records.soonest(step.within.from_, step.within.span, unmet), ops)
        return sharing(items, EVERY_ONE, next_due, ops)

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield every record that breaks, is unknown, or is not yet due, with the fields concerned."""
        if self.unsettled():
            return
        records = backend.records(self.record)
        inside, met, broken, due = (judge(expr, records) for expr in self._exprs(backend))
        maybe = records.negate(inside.fails)
        final = either(either(met.holds, broken.holds), due.holds)
        parts = [(part, judge(All((part.where, Not(part.met))), records)) for part in self._parts(backend.clock.as_of)]
        for place in records.members(both(maybe, records.negate(both(inside.holds, met.holds)))):
            bit = records.only(place)
            if both(both(inside.holds, broken.holds), both(bit, records.sure)):
                outcome = Outcome.NOT_SATISFIED
            elif both(bit, final) == 0 and both(bit, broken.fails):
                outcome = Outcome.PENDING
            else:
                outcome = Outcome.UNKNOWN
            names: dict[str, None] = {}
            for part, answer in parts:
                wrong = answer.holds if outcome is Outcome.NOT_SATISFIED else records.negate(answer.fails)
                if both(bit, wrong):
                    names.update(dict.fromkeys(part.names))
            yield Detail(
                outcome=outcome,
                subject=records.name(place),
                what=tuple(names),
                short=1,
                places=(records.path(place), *(records.path(place, name) for name in names)),
            )

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield the register if it is absent, else the blanks that leave records undecided."""
        records = backend.records(self.record)
        if not records.given:
            yield ("facts", self.record)
            return
        if records.through < backend.clock.cut:
            yield ("facts", self.record, "through")
        inside, met, broken, due = self._exprs(backend)
        answers = [judge(expr, records) for expr in (inside, met, broken, due)]
        maybe = records.negate(answers[0].fails)
        decided = both(answers[0].holds, either(answers[1].holds, answers[2].holds))
        undecided_ = both(maybe, records.negate(decided))
        yield from records.blanks(All((inside, met, broken, due)), undecided_)

    def actual(self, backend: Explained) -> Text:
        """Return how many records hold, of how many."""
        records = backend.records(self.record)
        if not records.given:
            return Text(zh="未填报", en="no answer")
        inside, met, _, _ = (judge(expr, records) for expr in self._exprs(backend))
        good = records.count(both(inside.holds, met.holds))
        text = f"{good}/{records.count(records.negate(inside.fails))}"
        return Text(zh=text, en=text)

    def target(self, dictionary: Dictionary) -> Text:
        """Return that every record is to hold, and in what."""
        spec = dictionary.facts[self.record]
        what: dict[str, None] = {}
        for part in self._parts(1):
            what.update(dict.fromkeys(part.names))
        names = [spec.fields[name].name for name in what if name in spec.fields]
        return Text(
            zh=f"{spec.label.zh}：逐条符合（{'、'.join(name.zh for name in names)}）",
            en=f"{spec.label.en}: every record holds ({', '.join(name.en for name in names)})",
        )

    def gap(self, backend: Explained, short: int) -> Text:
        """Return which records fail, and in which fields."""
        return self._lacks(backend, Outcome.NOT_SATISFIED, short)

    def ahead(self, backend: Explained) -> Ahead | None:
        """Return which records are not yet complete, and in which fields, while their clock runs."""
        waiting = sum(detail.outcome is Outcome.PENDING for detail in self.details(backend))
        if not waiting:
            return None
        return Ahead(short=waiting, text=self._lacks(backend, Outcome.PENDING, waiting))

    def _lacks(self, backend: Explained, outcome: Outcome, short: int) -> Text:
        unit = backend.dictionary.unit(self.record)
        spec = backend.dictionary.facts[self.record]
        lacks = [detail for detail in self.details(backend) if detail.outcome is outcome]
        said = (
            Text(zh="不符合", en="not in order")
            if outcome is Outcome.NOT_SATISFIED
            else Text(zh="尚未完成", en="not complete yet")
        )
        zh, en = [], []
        for one in lacks[:5]:
            names = [spec.fields[name].name for name in one.what if name in spec.fields]
            zh.append(f"{one.subject}（{'、'.join(name.zh for name in names)}）")
            en.append(f"{one.subject} ({', '.join(name.en for name in names)})")
        if len(lacks) > 5:
            zh.append(f"另有{unit.count(len(lacks) - 5, 'zh')}")
            en.append(f"and {unit.count(len(lacks) - 5, 'en')} more")
        return Text(
            zh=f"{unit.count(short, 'zh')}{said.zh}：{'；'.join(zh)}",
            en=f"{unit.count(short, 'en')} {said.en}: {'; '.join(en)}",
        )

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "record": self.record,
            "unit": dictionary.unit(self.record),
        }
        for name in ("states", "in_order"):
            if getattr(self, name):
                found[name] = list(getattr(self, name))
        if self.precede is not None:
            found["precede"] = {"by": self.precede.by, "fields": list(self.precede.fields)}
        if self.within is not None:
            found["within"] = {"from": self.within.from_, "to": self.within.to}
            found["due"] = self.within.span
        return found


STEP_FIELDS = ("where", "states", "closed", "in_order", "precede", "within", "holds")


def _linked(step: Step, spec: FactSpec, links: Links, path: tuple[str | int, ...]) -> Step:
    links.fields(spec, step.states, (), (*path, "states"))
    for names, key in ((step.in_order, "in_order"), (step.precede.fields if step.precede else (), "precede")):
        if names:
            links.fields(spec, names, ("time", *DATED), (*path, key))
    if step.precede is not None:
        links.fields(spec, (step.precede.by,), ("time", *DATED), (*path, "precede"))
    if step.within is not None:
        links.fields(spec, (step.within.from_, step.within.to), DATED, (*path, "within"))
        span = step.within.span
        if isinstance(span, Duration) and span != Duration() and not span.forward():
            links.blame(
                (*path, "within"),
                Text(zh="期限不能为负", en="a term can't be negative"),
                Text(zh="如days: 15", en="give it as days: 15"),
            )
    if step.closed is not None and not step.states:
        links.blame(
            (*path, "closed"),
            Text(zh="closed只对states起作用", en="closed matters to states alone"),
            Text(zh="补充states，或删去closed", en="give states, or leave closed out"),
        )
    ordered = (*step.in_order, *((step.precede.by, *step.precede.fields) if step.precede else ()))
    kinds = {"time" if spec.fields[name].type == "time" else "day" for name in ordered if name in spec.fields}
    if len(kinds) > 1:
        links.blame(
            path,
            Text(zh="日期与时刻不能一起排先后", en="days and times can't be put in order"),
            Text(zh="全部用时刻，或全部用日期", en="give all of them as time, or all as dates"),
        )
    return evolve(
        step,
        where=links.condition(step.where, spec.fields, (*path, "where")),
        closed=links.condition(step.closed, spec.fields, (*path, "closed")),
        holds=links.condition(step.holds, spec.fields, (*path, "holds")),
    )
