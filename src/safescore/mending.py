"""What could be done about each finding, or found out: tasks in natural units, and the answers that would follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import define, field

from safescore.dictionary import FactSpec
from safescore.document import Document, Steps
from safescore.errors import InvalidInput
from safescore.expr import fields
from safescore.frozen import frozen
from safescore.measures import Condition, Measure
from safescore.measures.affirm import Affirm
from safescore.measures.base import DueAt
from safescore.measures.checklist import Checklist
from safescore.measures.coverage import Coverage, Mode
from safescore.measures.each import Each
from safescore.measures.frequency import Frequency
from safescore.measures.limit import Limit
from safescore.measures.milestone import Milestone
from safescore.measures.ratio import Ratio
from safescore.model import Pack, Rule
from safescore.period import Every
from safescore.results import Assessment, Finding, Part, bounded
from safescore.standing import Outcome
from safescore.words import Text

MOST_NAMES = 5
"""How many records or facts a step names before it only counts the rest."""
MOST_TRIALS = 12
"""How many records of a register are tried one by one."""
Trial = Callable[["tuple[Edit, ...]"], Assessment]
"""Judges the submission with edits made. Raises InvalidInput."""


@frozen(kw_only=True)
class Edit:
    """An answer that follows from a step: a value at a path of the submission, or one more record of a list there."""

    path: Steps
    value: Any
    add: bool = False


@frozen(kw_only=True)
class Member:
    """One unit of a task: what it is called, and the answers that follow from it."""

    name: Text
    edits: tuple[Edit, ...] = ()


@define(eq=False, kw_only=True)
class Task:
    """Something that can be done, or found out, in units: each mends so many units of each rule that it touches.

    A unit costs ``effort``. ``say`` marks what is only to be found out and said, ``words`` says it, ``figure`` makes
    the answer of so many units where the units have no names. One that is to be ``proven`` has no effect without
    evidence, which nobody can give beforehand.
    """

    touches: dict[str, int]
    most: int
    effort: int
    say: bool = False
    by: str = ""
    words: Callable[[int], Text]
    members: list[Member] = field(factory=list)
    figure: Callable[[int], tuple[Edit, ...]] | None = None
    proven: bool = False

    def told(self, number: int) -> Text:
        """Return the task in words, for so many units."""
        said = self.words(number)
        return Text(zh=f"{said.zh}，并附佐证", en=f"{said.en}, with evidence") if self.proven else said

    def edits(self, number: int) -> tuple[Edit, ...]:
        """Return the answers that follow from so many units; none where nobody can tell them all."""
        if self.proven:
            return ()
        if self.figure is not None:
            return self.figure(number)
        taken = self.members[:number]
        whole = len(taken) == number and all(one.edits for one in taken)
        return tuple(edit for one in taken for edit in one.edits) if whole else ()


@frozen(kw_only=True)
class Found:
    """What can be done, and for which rules something is out of reach this period, and why."""

    tasks: tuple[Task, ...]
    lost: tuple[tuple[str, Text], ...]


def tasks(document: Document, pack: Pack, assessment: Assessment, trial: Trial) -> Found:
    """Return what could be done or found out about the open findings of an assessment, in the order of the document."""
    planning = _Planning(document, pack, assessment, trial)
    for finding in assessment.findings:
        rule = pack.rule(finding.rule)
        assert rule is not None
        planning.look_at(finding, rule)
    planning.look_at_records()
    for task in planning.tasks:
        task.proven = assessment.evidence_required and task not in planning.proofs
    return Found(tasks=tuple(planning.tasks), lost=tuple(planning.lost.items()))


def applied(content: Any, edits: Sequence[Edit]) -> Any:
    """Return a content with edits made; the content itself stays as it is."""
    for edit in edits:
        content = _put(content, edit.path, edit)
    return content


def _put(content: Any, path: Steps, edit: Edit) -> Any:
    if not path:
        return [*(content or ()), edit.value] if edit.add else edit.value
    step, *rest = path
    if isinstance(content, list) and isinstance(step, int):
        return [_put(one, tuple(rest), edit) if place == step else one for place, one in enumerate(content)]
    known = content if isinstance(content, Mapping) else {}
    return {**known, step: _put(known.get(str(step)), tuple(rest), edit)}


@define(eq=False)
class _Broken:
    """A record that breaks rules: what would mend it, and which rules it then no longer breaks."""

    name: str
    edits: tuple[Edit, ...]
    rules: dict[str, bool] = field(factory=dict)


@define
class _Planning:
    document: Document
    pack: Pack
    assessment: Assessment
    trial: Trial
    tasks: list[Task] = field(factory=list)
    lost: dict[str, Text] = field(factory=dict)
    keyed: dict[tuple[object, ...], Task] = field(factory=dict)
    records: dict[str, _Broken] = field(factory=dict)
    proofs: list[Task] = field(factory=list)

    @property
    def today(self) -> str:
        """The day on which what is done now counts."""
        return self.assessment.cut

    def at(self, path: Steps) -> Any:
        here: Any = self.document.content
        for step in path:
            if isinstance(here, Mapping):
                here = here.get(str(step))
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                return None
        return here

    def look_at(self, finding: Finding, rule: Rule) -> None:
        """Take down what can be done about one finding."""
        if finding.evidenced is not None:
            self.prove(finding, rule)
        elif finding.outcome is Outcome.UNKNOWN:
            self.answer(finding, rule)
        elif finding.outcome is Outcome.NOT_SATISFIED:
            if finding.deadline and finding.deadline <= self.assessment.cut:
                self.lose(finding, _passed(finding.deadline))
                return
            self.do(finding, rule)
        elif finding.outcome is Outcome.PENDING and finding.ahead_short and not finding.missing:
            self.do(finding, rule)

    def lose(self, finding: Finding, reason: Text) -> None:
        self.lost.setdefault(finding.rule, reason)

    def add(self, key: tuple[object, ...], finding: Finding, units: int, task: Callable[[], Task]) -> None:
        """Add a task, or let the one that is there already touch this finding as well."""
        if key not in self.keyed:
            self.keyed[key] = task()
            self.tasks.append(self.keyed[key])
        known = self.keyed[key]
        known.touches[finding.rule] = known.touches.get(finding.rule, 0) + units

    def effort(self, rule: Rule) -> int:
        return self.pack.head.effort.of(rule)

    # What is not known

    def prove(self, finding: Finding, rule: Rule) -> None:
        """Take down what lacks evidence: a claim that is met, or what is to be put in place and then proven."""
        claimed = finding.ends[1].outcome
        if claimed is Outcome.NOT_SATISFIED and finding.gap is not None and _standing(rule.measure, finding):
            said = Text(zh=f"补齐：{finding.gap.zh}", en=f"mend: {finding.gap.en}")
            units, effort = max(finding.most_short, 1), self.effort(rule)
            key = ("prove", finding.rule)
            self.add(key, finding, units, lambda: Task(touches={}, most=1, effort=effort, words=lambda _: said))
            return
        if claimed is not Outcome.SATISFIED:
            self.lose(finding, Text(zh="填报与佐证都不足", en="neither the claim nor its evidence suffices"))
            return
        names = self.facts(finding)
        said = Text(zh=f"补充：{names.zh}", en=f"supply: {names.en}")
        self.proofs.append(self.all_of(finding, said))

    def all_of(self, finding: Finding, said: Text, units: int | None = None) -> Task:
        """Take down that what is missing of a finding is to be found out, all at once."""
        whole = finding.most_short
        number = max(whole if units is None else units, 1)
        effort = self.pack.head.effort.answer
        key = ("say", finding.missing)
        self.add(key, finding, number, lambda: Task(touches={}, most=1, effort=effort, say=True, words=lambda _: said))
        return self.keyed[key]

    def answer(self, finding: Finding, rule: Rule) -> None:
        """Take down what is to be found out of a duty that can't be judged: flag by flag where that is all it asks."""
        if not finding.missing:
            self.lose(finding, Text(zh="缺什么事实无法指明", en="no fact that is missing can be named"))
            return
        if not self.flags(finding, rule, say=True):
            names = self.facts(finding)
            self.all_of(finding, Text(zh=f"核实并填报：{names.zh}", en=f"find out and answer: {names.en}"))

    def facts(self, finding: Finding) -> Text:
        """Return the missing facts of a finding in words."""
        first = [self.assessment.labels.get(one, Text(zh=one, en=one)) for one in finding.missing[:MOST_NAMES]]
        more = len(finding.missing) - MOST_NAMES
        zh = "、".join(one.zh for one in first) + (f"等{len(finding.missing)}项" if more > 0 else "")
        en = ", ".join(one.en for one in first) + (f" and {more} more" if more > 0 else "")
        return Text(zh=zh, en=en)

    # What is to be done

    def do(self, finding: Finding, rule: Rule) -> None:
        """Take down what can be done about a duty that is not met, or not due yet."""
        measure = rule.measure
        match measure:
            case Affirm() | Checklist():
                self.flags(finding, rule, say=False)
            case Milestone(done=str() as done):
                self.flag(finding, rule, done, dated=True, say=False)
            case Ratio() | Milestone():
                self.share(finding, rule, measure)
            case Limit():
                self.cap(finding, rule, measure)
            case Frequency():
                self.events(finding, rule, measure)
            case Each():
                self.broken(finding, measure)
            case Coverage():
                self.visits(finding, rule, measure)
        worst, best = finding.most_short, (finding.short or (0, 0))[0]
        unknown = worst - best if bounded(worst) is not None else worst
        if (
            finding.outcome is Outcome.NOT_SATISFIED
            and unknown
            and not isinstance(measure, Checklist)
            and finding.missing
        ):
            names = self.facts(finding)
            self.all_of(finding, Text(zh=f"核实并填报：{names.zh}", en=f"find out and answer: {names.en}"), unknown)

    def flags(self, finding: Finding, rule: Rule, *, say: bool) -> bool:
        """Take down the flags and dates that an affirmation or a checklist asks; tell whether that says all of it."""
        measure = rule.measure
        if isinstance(measure, Affirm):
            if say and finding.missing != (f"facts.{measure.fact}",):
                return False
            self.flag(finding, rule, measure.fact, dated=measure.dated, say=say)
            return True
        if isinstance(measure, Milestone) and measure.done is not None:
            if finding.missing != (f"facts.{measure.done}",):
                return False
            self.flag(finding, rule, measure.done, dated=True, say=say)
            return True
        if not isinstance(measure, Checklist):
            return False
        asked = {one.id: one for one in measure.elements}
        names = {_fact(one.asked(measure.due)) for one in measure.elements}
        if any(path.removeprefix("facts.") not in names for path in finding.missing):
            if say:
                return False
            said = self.facts(finding)
            self.all_of(
                finding, Text(zh=f"核实并填报：{said.zh}", en=f"find out and answer: {said.en}"), _unknown(finding)
            )
        for part in finding.parts:
            element = asked.get(part.subject)
            if element is None:
                continue
            inner = element.asked(measure.due)
            fact = _fact(inner)
            missing = f"facts.{fact}" in finding.missing
            short = part.outcome is Outcome.NOT_SATISFIED or (
                finding.outcome is Outcome.PENDING and part.outcome is Outcome.PENDING
            )
            if part.outcome is Outcome.UNKNOWN and missing and fact is not None:
                self.flag(finding, rule, fact, dated=_dated(inner), say=True)
            elif short and part.due and part.due <= self.assessment.cut:
                self.lose(finding, _passed(part.due))
            elif short and fact is not None:
                self.flag(finding, rule, fact, dated=_dated(inner), say=False)
            elif short and isinstance(inner, Limit):
                self.lose(finding, _HAPPENED)
            elif short:
                title = element.title
                said = Text(zh=f"完成：{title.zh}", en=f"complete: {title.en}")
                self.one(("element", finding.rule, element.id), finding, rule, said)
        return True

    def one(self, key: tuple[object, ...], finding: Finding, rule: Rule, said: Text) -> None:
        """Take down a unit whose answer nobody can tell."""
        effort, by = self.effort(rule), finding.next_due if finding.outcome is Outcome.PENDING else ""
        self.add(key, finding, 1, lambda: Task(touches={}, most=1, effort=effort, by=by, words=lambda _: said))

    def flag(self, finding: Finding, rule: Rule, fact: str, *, dated: bool, say: bool) -> None:
        """Take down a flag to be put in place, or a date on which something is done."""
        label = self.pack.dictionary.label(fact)
        day = min(self.today, finding.deadline) if say and finding.deadline else self.today
        edit = Edit(path=("facts", *fact.split(".")), value=day if dated else True)
        if say:
            said = Text(zh=f"核实并填报：{label.zh}", en=f"find out and answer: {label.en}")
        elif dated:
            said = Text(zh=f"完成：{label.zh}", en=f"complete: {label.en}")
        else:
            said = Text(zh=f"落实：{label.zh}", en=f"put in place: {label.en}")
        effort = self.pack.head.effort.answer if say else self.effort(rule)
        by = finding.next_due if finding.outcome is Outcome.PENDING else ""
        units = 1
        self.add(
            ("flag", fact, say),
            finding,
            units,
            lambda: Task(
                touches={},
                most=1,
                effort=effort,
                say=say,
                by=by,
                words=lambda _: said,
                members=[Member(name=label, edits=(edit,))],
            ),
        )
        self.keyed[("flag", fact, say)].effort = max(self.keyed[("flag", fact, say)].effort, effort)

    def share(self, finding: Finding, rule: Rule, measure: Ratio | Milestone) -> None:
        """Take down how many more of a part are asked."""
        if isinstance(measure, Ratio) and measure.at_least is None and measure.more_than is None:
            self.lose(finding, _HAPPENED)
            return
        part = str(measure.part)
        pending = finding.outcome is Outcome.PENDING
        number = finding.ahead_short if pending else finding.most_short
        if bounded(number) is None:
            number = (finding.short or (0, 0))[0]
        if not number:
            return
        unit = self.pack.dictionary.unit(part)
        now = self.at(("facts", part))
        plain = type(now) is int

        def edits(count: int) -> tuple[Edit, ...]:
            return (Edit(path=("facts", part), value=now + count),)

        records = [] if plain or self.assessment.evidence_required else self.rows_of(part, finding, number)

        def said(count: int) -> Text:
            names = _names([one.name for one in records[:count]] if len(records) >= count else [])
            return Text(
                zh=f"增加{unit.count(count, 'zh')}{names.zh and '：'}{names.zh}",
                en=f"{count} more {unit.one if count == 1 else unit.many}{names.en and ': '}{names.en}",
            )

        key = ("figure", part, finding.deadline if pending else "")
        by = finding.next_due if pending else ""
        effort = self.effort(rule)
        self.add(
            key,
            finding,
            1,
            lambda: Task(
                touches={},
                most=0,
                effort=effort,
                by=by,
                words=said,
                members=records,
                figure=edits if plain else None,
            ),
        )
        known = self.keyed[key]
        known.most, known.effort = max(known.most, number), max(known.effort, effort)

    def rows_of(self, part: str, finding: Finding, number: int) -> list[Member]:
        """Return the records, so many at most, that would count as part of a share if a flag or a day were mended."""
        derivation = self.pack.dictionary.derivations.get(part)
        if derivation is None:
            return []
        spec = self.pack.dictionary.facts[derivation.register]
        base: Steps = ("facts", derivation.register)
        rows = self.at(base)
        if isinstance(rows, Mapping):
            base, rows = (*base, "events"), rows.get("events")
        asked = [name for name in dict.fromkeys(fields(derivation.where)) if name in spec.fields]
        likely: list[Member] = []
        for place, row in enumerate(rows if isinstance(rows, list) else []):
            found = (self.mend((*base, place, name), spec) for name in asked)
            edits = tuple(one for one in found if one is not None)
            called = ",".join(str(row[name]) for name in spec.identity if row.get(name) is not None)
            if edits:
                likely.append(Member(name=Text(zh=called, en=called), edits=edits))
        members: list[Member] = []
        for one in likely[:MOST_TRIALS]:
            if len(members) < number and self.fewer(finding, one):
                members.append(one)
        return members

    def fewer(self, finding: Finding, one: Member) -> bool:
        """Tell whether a finding is short of less after a record is mended."""
        try:
            fresh = self.trial(one.edits).finding(finding.rule)
        except InvalidInput:
            return False
        pending = finding.outcome is Outcome.PENDING
        before, after = (each.ahead_short if pending else each.most_short for each in (finding, fresh))
        return after < before

    def cap(self, finding: Finding, rule: Rule, measure: Limit) -> None:
        """Take down how much a value that may fall is to fall; what has happened in the period can't be undone."""
        if measure.due is not DueAt.STANDING:
            self.lose(finding, _HAPPENED)
            return
        short, unit = finding.most_short, self.pack.dictionary.unit(measure.value)
        now = self.at(("facts", measure.value))
        said = Text(zh=f"减少{unit.count(short, 'zh')}", en=f"{unit.count(short, 'en')} fewer")
        edits = (Edit(path=("facts", measure.value), value=now - short),) if type(now) is int and now >= short else ()
        effort = self.effort(rule) * short
        self.add(
            ("cap", finding.rule),
            finding,
            short,
            lambda: Task(
                touches={}, most=1, effort=effort, words=lambda _: said, members=[Member(name=said, edits=edits)]
            ),
        )

    def events(self, finding: Finding, rule: Rule, measure: Frequency) -> None:
        """Take down the events of open windows; a window that closed short is final."""
        closed = [part for part in finding.parts if part.outcome is Outcome.NOT_SATISFIED]
        if closed:
            shown = "、".join(dict.fromkeys(part.window for part in closed[:MOST_NAMES]))
            self.lose(
                finding,
                Text(zh=f"已过的时段不能弥补（{shown}）", en=f"windows that closed short are final ({shown})"),
            )
            return
        if not finding.ahead_short or finding.ahead is None:
            return
        said = Text(zh=f"补足：{finding.ahead.zh}", en=f"make up: {finding.ahead.en}")
        open_ = [part for part in finding.parts if part.outcome is Outcome.PENDING]
        edits = tuple(self.event(part, measure) for part in open_)
        made = tuple(edit for edit in edits if edit is not None)
        effort = self.effort(rule) * finding.ahead_short
        member = Member(name=said, edits=made if len(made) == len(edits) else ())
        self.add(
            ("events", finding.rule),
            finding,
            finding.ahead_short,
            lambda: Task(
                touches={},
                most=1,
                effort=effort,
                by=finding.next_due,
                words=lambda _: said,
                members=[member],
            ),
        )

    def event(self, part: Part, measure: Frequency | Coverage) -> Edit | None:
        """Return the event that an open window lacks, held today; None where nobody can tell how to write it."""
        if part.short != 1:
            return None
        spec = self.pack.dictionary.facts[measure.events]
        record = _meeting(measure.counts)
        if record is None or spec.when is None:
            return None
        record[spec.when] = f"{self.today} 09:00" if spec.fields[spec.when].type == "time" else self.today
        register = measure.per if isinstance(measure, Frequency) else measure.subjects
        if register is not None:
            link, key = spec.link_to(register), self.pack.dictionary.facts[register].key
            row = self.at(_path(part.places[0].fact)) if part.places else None
            if link is None or not key or not isinstance(row, Mapping) or row.get(key[0]) is None:
                return None
            record[link] = row[key[0]]
        if isinstance(measure, Frequency) and measure.every is Every.OCCASION and spec.occasion is not None:
            record[spec.occasion] = part.window
        for name in spec.key:
            if name not in record:
                if spec.fields[name].type != "text":
                    return None
                record[name] = f"+{part.window or part.subject}"
        listed = self.at(("facts", measure.events))
        base: Steps = ("facts", measure.events)
        if isinstance(listed, Mapping):
            base = (*base, "events")
        return Edit(path=base, value=record, add=True)

    def visits(self, finding: Finding, rule: Rule, measure: Coverage) -> None:
        """Take down the subjects to be visited; a calendar cycle that ended is final."""
        pending = finding.outcome is Outcome.PENDING
        if measure.mode == Mode.CALENDAR.value and not pending:
            self.lose(finding, Text(zh="周期已结束", en="the cycle has ended"))
            return
        wanted = Outcome.PENDING if pending else Outcome.NOT_SATISFIED
        short = [part for part in finding.parts if part.outcome is wanted]
        members = []
        for part in short:
            edit = self.event(part, measure)
            members.append(Member(name=Text(zh=part.subject, en=part.subject), edits=(edit,) if edit else ()))
        unit = self.pack.dictionary.unit(measure.subjects)

        def said(count: int) -> Text:
            names = _names([one.name for one in members[:count]])
            return Text(
                zh=f"覆盖{unit.count(count, 'zh')}：{names.zh}", en=f"reach {unit.count(count, 'en')}: {names.en}"
            )

        if members:
            effort, by = self.effort(rule), finding.next_due if pending else ""
            self.add(
                ("visits", finding.rule),
                finding,
                1,
                lambda: Task(touches={}, most=len(members), effort=effort, by=by, words=said, members=members),
            )

    # Records

    def broken(self, finding: Finding, measure: Each) -> None:
        """Take down the records that break a duty, and what would mend each."""
        wanted = Outcome.PENDING if finding.outcome is Outcome.PENDING else Outcome.NOT_SATISFIED
        spec = self.pack.dictionary.facts[measure.record]
        for part in finding.parts:
            if part.outcome is not wanted or not part.places:
                continue
            base = part.places[0].fact
            edits = tuple(edit for place in part.places[1:] if (edit := self.mend(_path(place.fact), spec)) is not None)
            known = self.records.setdefault(base, _Broken(part.subject, ()))
            known.edits = tuple(dict.fromkeys((*known.edits, *edits)))
            known.rules[finding.rule] = False

    def mend(self, path: Steps, spec: FactSpec) -> Edit | None:
        """Return what would mend a cell: a flag put in place, a day on which it is done; what is written stays."""
        kind, now = spec.fields[str(path[-1])].type, self.at(path)
        if kind == "flag" and now is not True:
            return Edit(path=path, value=True)
        if kind in ("date", "time") and now in (None, "none"):
            return Edit(path=path, value=f"{self.today} 09:00" if kind == "time" else self.today)
        return None

    def look_at_records(self) -> None:
        """Try what would mend records, all at once, and take down those that then break a rule no more."""
        edits = tuple(edit for one in self.records.values() for edit in one.edits)
        fresh: Assessment | None = None
        if edits:
            try:
                fresh = self.trial(edits)
            except InvalidInput:
                fresh = None
        still: dict[str, set[str]] = {}
        for finding in fresh.findings if fresh is not None else ():
            still[finding.rule] = {part.places[0].fact for part in finding.parts if part.places}
        for base, one in self.records.items():
            for rule in one.rules:
                one.rules[rule] = bool(one.edits) and fresh is not None and base not in still[rule]
        groups: dict[tuple[object, ...], list[_Broken]] = {}
        findings = {finding.rule: finding for finding in self.assessment.findings}
        for base, one in self.records.items():
            mends = tuple(rule for rule, mended in one.rules.items() if mended)
            for rule in one.rules:
                if rule not in mends:
                    self.lose(findings[rule], Text(zh="已成事实的记录不能更改", en="what its records say has happened"))
            if mends:
                groups.setdefault((base.split("[")[0], mends), []).append(one)
        for (fact, _), members in groups.items():
            self.group(str(fact).removeprefix("facts.").removesuffix(".events"), members, findings)

    def group(self, fact: str, records: list[_Broken], findings: Mapping[str, Finding]) -> None:
        """Take down records of which each mends the same rules."""
        rules = [rule for rule, mended in records[0].rules.items() if mended]
        unit = self.pack.dictionary.unit(fact)
        spec = self.pack.dictionary.facts[fact]
        cells = dict.fromkeys(str(edit.path[-1]) for one in records for edit in one.edits)
        called = [spec.fields[name].name for name in cells]
        what = Text(zh="、".join(one.zh for one in called), en=", ".join(one.en for one in called))
        members = [Member(name=Text(zh=one.name, en=one.name), edits=one.edits) for one in records]

        def said(count: int) -> Text:
            names = _names([one.name for one in members[:count]])
            return Text(
                zh=f"整改{unit.count(count, 'zh')}（{what.zh}）：{names.zh}",
                en=f"mend {unit.count(count, 'en')} ({what.en}): {names.en}",
            )

        every = [rule for name in rules if (rule := self.pack.rule(name)) is not None]
        due = [findings[name].next_due for name in rules if findings[name].outcome is Outcome.PENDING]
        self.tasks.append(
            Task(
                touches=dict.fromkeys(rules, 1),
                most=len(members),
                effort=max(map(self.effort, every)),
                by=min((day for day in due if day), default=""),
                words=said,
                members=members,
            )
        )


_HAPPENED = Text(zh="已经发生，本期不能挽回", en="it has happened, and can't be undone in the period")


def _passed(day: str) -> Text:
    return Text(zh=f"期限{day}已过", en=f"its day, {day}, has passed")


def _standing(measure: Measure, finding: Finding) -> bool:
    """Tell whether a duty is to hold at any time, so that it can still be put in place."""
    return isinstance(measure, (Affirm, Checklist, Ratio)) and not finding.deadline


def _unknown(finding: Finding) -> int:
    return 1 if finding.short is None else finding.most_short - finding.short[0]


def _fact(measure: Measure) -> str | None:
    """Return the flag or the date that a measure asks, if that is all."""
    if isinstance(measure, Affirm):
        return measure.fact
    return measure.done if isinstance(measure, Milestone) else None


def _dated(measure: Measure) -> bool:
    return isinstance(measure, Milestone) or (isinstance(measure, Affirm) and measure.dated)


def _names(names: Sequence[Text]) -> Text:
    more = len(names) - MOST_NAMES
    zh = "、".join(one.zh for one in names[:MOST_NAMES]) + (f"等{len(names)}个" if more > 0 else "")
    en = ", ".join(one.en for one in names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
    return Text(zh=zh, en=en)


def _path(dotted: str) -> Steps:
    """Return the path that people read as ``facts.firms[3].certified``."""
    steps: list[str | int] = []
    for piece in dotted.split("."):
        name, *indices = piece.split("[")
        steps.append(name)
        steps.extend(int(one.removesuffix("]")) for one in indices)
    return tuple(steps)


def _meeting(counts: Condition | None) -> dict[str, Any] | None:
    """Return a record that meets a condition of plain values; None where it is not that plain."""
    if counts is None or counts.raw is None:
        return {}
    record: dict[str, Any] = {}
    for name, wanted in counts.raw.items():
        if name in ("not", "any_of"):
            return None
        if not isinstance(wanted, Mapping):
            record[name] = wanted
        elif len(wanted) == 1 and "one_of" in wanted:
            record[name] = wanted["one_of"][0]
        elif len(wanted) == 1 and "includes" in wanted:
            record[name] = [wanted["includes"]]
        elif len(wanted) == 1 and "at_least" in wanted and not isinstance(wanted["at_least"], Mapping):
            record[name] = wanted["at_least"]
        else:
            return None
    return record
