"""The pipeline: submission and pack → clock, settings → findings → score and grade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve

from safescore import differing, remarks, waiving
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.evidence import held, tempered, unevidenced, wanting, without
from safescore.explained import Detail, Path
from safescore.expr import Setting, fields, judge, suggestion
from safescore.facts.answers import Submission
from safescore.facts.consistency import contradictions, refuted
from safescore.facts.evidence import look_up
from safescore.facts.previous import Held, against
from safescore.facts.read import open_submission, read_as_far
from safescore.frozen import frozen
from safescore.judging import Values, clock_of, clock_settings, judged, settled
from safescore.measures.base import timely
from safescore.measures.checklist import Checklist
from safescore.measures.each import Each
from safescore.measures.frequency import Frequency
from safescore.model import Pack, Rule
from safescore.naming import fact_title
from safescore.opening import Opened, as_meant, open_as_far
from safescore.period import Clock, day_text
from safescore.reduce import ScalarBackend
from safescore.results import (
    Alternate,
    Assessment,
    Combinations,
    Contrast,
    Counted,
    Difference,
    Digests,
    Effect,
    File,
    Finding,
    Part,
    Place,
    Stand,
    bounded,
)
from safescore.scoring import contribution, grade, score
from safescore.settings import Settings, read_settings
from safescore.standing import OUTCOMES, Outcome, Standing, Verdict
from safescore.version import VERSION
from safescore.words import Text, same

if TYPE_CHECKING:
    from safescore.combining import Ends, Made


@frozen(kw_only=True)
class Terms:
    """On what terms a submission is judged.

    With ``require_evidence`` what nothing bears out can't help; without ``waivers`` none is applied; without
    ``readings`` the outcomes under other readings are not worked out; with ``combinations`` those under several other
    readings together are worked out too.
    """

    require_evidence: bool = False
    waivers: bool = True
    readings: bool = True
    combinations: bool = False


def assess(
    pack: Pack,
    submission: Mapping[str, Any] | Document,
    *,
    as_of: int | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
) -> Assessment:
    """Return the assessment of a submission (a plain dict, or a document) under one pack.

    ``as_of`` overrides the submission's own day. Raises InvalidInput with every fault of the submission.
    """
    document = submission if isinstance(submission, Document) else open_submission(submission)
    return assess_all(document, (pack,), as_of=as_of, require_evidence=require_evidence, waivers=waivers)[0]


def assess_all(
    document: Document,
    packs: Iterable[Pack],
    *,
    as_of: int | None = None,
    readings: bool = True,
    require_evidence: bool = False,
    waivers: bool = True,
    previous: Document | None = None,
    beside: Iterable[Pack] = (),
    combinations: bool = False,
) -> tuple[Assessment, ...]:
    """Return the assessments of one submission under several packs; all faults under all packs in one run.

    Without *readings* the outcomes under other readings are not worked out. With *require_evidence* an answer that
    nothing bears out can count against, not for. Without *waivers* none is applied. *previous* is the organisation's
    submission of an earlier period, against which this one is held. What a pack *beside* asks may be answered too,
    but under that one nothing is assessed. With *combinations* readings are combined too.
    """
    terms = Terms(require_evidence=require_evidence, waivers=waivers, readings=readings, combinations=combinations)
    each = readied(document, Together(tuple(packs), tuple(beside)), as_of, previous, terms)
    faults = dict.fromkeys((*document.faults, *(fault for one in each for fault in one.faults)))
    if faults:
        raise InvalidInput(faults)
    return tuple(one.judging.assessment() for one in each if one.judging is not None)


def faults_under(
    document: Document, packs: Iterable[Pack], *, as_of: int | None = None, previous: Document | None = None
) -> tuple[Fault, ...]:
    """Return what is wrong with a submission under these packs, without assessing it."""
    each = readied(document, Together(tuple(packs)), as_of, previous, Terms(readings=False))
    return tuple(dict.fromkeys(fault for one in each for fault in one.faults))


def faults_alone(document: Document, *, as_of: int | None = None) -> tuple[Fault, ...]:
    """Return what is wrong with a submission by the shared dictionary alone; names that it lacks are left alone."""
    from safescore.packs.load import shared_dictionary  # brings cattrs, which packs that are kept do without

    dictionary, roles = shared_dictionary()
    found = read_as_far(document, dictionary, roles, as_of=as_of, also_known=_Everything())
    return tuple(one for one in found.faults)


class _Everything:
    """A container that holds every name."""

    def __contains__(self, _: object) -> bool:
        return True


@frozen(slots=False, eq=False)
class Together:
    """Packs that submissions are assessed under together, and what follows from the packs alone.

    What a pack *beside* them asks may be answered too, but under that one nothing is assessed.
    """

    packs: tuple[Pack, ...]
    beside: tuple[Pack, ...] = ()

    @cached_property
    def every(self) -> tuple[Pack, ...]:
        """All packs whose facts, settings and rules a submission may name."""
        return (*self.packs, *self.beside)

    @cached_property
    def known(self) -> frozenset[str]:
        """The facts that any of the packs knows."""
        return frozenset(name for pack in self.every for name in pack.dictionary.facts)

    @cached_property
    def settings(self) -> frozenset[str]:
        """What may stand under a submission's parameters."""
        return frozenset(
            (*(one.id for pack in self.every for one in pack.head.parameters), *(pack.id for pack in self.every))
        )

    @cached_property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        """The facts that the rules of each pack ask, by its id."""
        return {pack.id: asked_by(pack) for pack in self.packs}

    def understood(self, document: Document) -> Document:
        """Return a document whose entries are the plain values that they mean."""
        return as_meant(document, self.every)


def asked_by(pack: Pack) -> tuple[str, ...]:
    """Return the facts that a pack's rules ask, each once, elements of a checklist as the checklist."""
    return tuple(dict.fromkeys(name.split(".")[0] for rule in pack.rules for name in rule.facts()))


@frozen
class Readied:
    """One submission under one pack: what is wrong with it, else what is needed to judge it."""

    faults: tuple[Fault, ...]
    judging: _Judging | None


def readied(
    document: Document,
    together: Together,
    as_of: int | None = None,
    previous: Document | None = None,
    terms: Terms = Terms(),
) -> list[Readied]:
    """Return a submission read and made ready to be judged under each of the packs."""
    looked: set[Path] = set()
    packs, known, settings = together.packs, together.known, together.settings
    document = together.understood(document)
    previous = None if previous is None else together.understood(previous)
    every = []
    for pack in packs:
        found = read_as_far(document, pack.dictionary, pack.roles, as_of=as_of, also_known=known)
        faults = list(found.faults)
        judging = None
        if found.submission is not None:
            judging = _Judging(pack, found.submission, document, settings, terms, together.asked[pack.id])
            unseen = tuple(one for one in found.submission.evidence if one.place not in looked)
            looked.update(one.place for one in unseen)
            faults.extend(look_up(unseen, document, required=terms.require_evidence))
            faults.extend(_waived(document, found.submission, together.every))
            faults.extend(judging.faults(dated=found.dated, whole=found.whole))
            if previous is not None:
                before = read_as_far(previous, pack.dictionary, pack.roles, also_known=known)
                faults.extend(before.faults)
                if before.submission is not None and found.dated and before.dated:
                    held = against(found.submission, document, before.submission, previous, pack.dictionary)
                    faults.extend(held.faults)
                    judging.held = held
        every.append(Readied(tuple(faults), judging))
    return every


def _waived(document: Document, submission: Submission, packs: tuple[Pack, ...]) -> Iterator[Fault]:
    """Yield the waivers of rules that there are not."""
    if not submission.waivers:
        return
    rules = tuple(name for pack in packs for rule in pack.rules for name in (rule.id, f"{pack.id}.{rule.id}"))
    for place, waiver in enumerate(submission.waivers):
        other = "." in waiver.rule and not any(waiver.rule.startswith(f"{one.id}.") for one in packs)
        if waiver.rule and waiver.rule not in rules and not other:
            problem = Text(zh=f"没有可豁免的规则“{waiver.rule}”", en=f"there is no rule {waiver.rule!r} to waive")
            yield document.fault(("waivers", place, "rule"), problem, suggestion(waiver.rule, rules))


def open_packs(document: Document, names: Iterable[str] = ()) -> tuple[Pack, ...]:
    """Return the packs to assess under: those named, else those that the submission names.

    Raises InvalidInput with the faults of the packs and of the submission, as far as they can be told without them.
    """
    opened = open_as_far(document, names)
    if opened.faults or not opened.packs:
        raise InvalidInput(faults_of(document, opened))
    return opened.packs


def faults_of(
    document: Document, opened: Opened, *, as_of: int | None = None, previous: Document | None = None
) -> tuple[Fault, ...]:
    """Return the faults of a submission and of its packs, where some packs could not be opened."""
    every = (*opened.packs, *opened.meant)
    if every:
        more = faults_under(document, every, as_of=as_of, previous=previous)
    else:
        more = faults_alone(document, as_of=as_of)
    return (*opened.faults, *more)


@frozen
class _Judged:
    """A rule as judged under given settings."""

    standing: Standing[int]
    verdict: Verdict[int]
    backend: ScalarBackend
    rule: Rule

    @property
    def outcome(self) -> Outcome:
        return OUTCOMES[self.verdict.outcome]


class _Judging:
    """One submission under one pack."""

    def __init__(
        self,
        pack: Pack,
        submission: Submission,
        document: Document,
        known: frozenset[str],
        terms: Terms = Terms(),
        asked: tuple[str, ...] | None = None,
    ) -> None:
        self.pack = pack
        self.asked = asked_by(pack) if asked is None else asked
        self.terms = terms
        self.submission = submission
        self.document = document
        self.known = known
        self.backends: dict[tuple[object, ...], ScalarBackend] = {}
        self.labels: dict[str, Text] = {}
        self.unproven: frozenset[str] = frozenset()
        self.proven: _Judging | None = None
        self.held = Held()

    def faults(self, *, dated: bool, whole: bool) -> Iterator[Fault]:
        """Yield what is wrong with the settings, the period, and the figures held against each other.

        Where the submission is not *dated*, or settings of the clock are wrong, only plain figures are; where it is not
        *whole*, none.
        """
        values, wrong = self.settings.values, self.settings.faults
        yield from wrong
        outside = self._outside(values) if dated and not wrong else None
        if outside is not None:
            yield outside
        if whole:
            clock = clock_of(self.pack, values, self.submission.as_of, self.submission.days)
            clocked = dated and not wrong and outside is None
            if clocked:
                self._refute(clock)
            backend = ScalarBackend(self.submission, self.pack.dictionary, clock)
            for one in contradictions(self.submission, backend, self.asked, clocked=clocked):
                at = self.document.locate(one.other)
                yield self.document.fault(one.path, one.problem, one.hint.filled(at=at))

    def assessment(self) -> Assessment:
        """Return the assessment of a submission without faults."""
        values = self.settings.values
        clock = self.clock(values)
        if self.terms.require_evidence:
            self.unproven = unevidenced(self.submission)
            self.proven = self._on(without(self.submission, self.unproven))
        findings = tuple(self._finding(rule, values) for rule in self.pack.rules)
        waivers = waiving.uses(
            self.submission.waivers, findings, self.pack.id, clock.as_of, left_out=not self.terms.waivers
        )
        excused = {one.rule: one.waiver for one in waivers if one.effect is Effect.IN_FORCE}
        findings = tuple(evolve(one, waiver=excused[one.rule]) if one.rule in excused else one for one in findings)
        differences = self._differences(values)
        found = score(findings, self.pack)
        head = self.pack.head
        return Assessment(
            pack=self.pack.id,
            pack_version=self.pack.version,
            pack_title=head.title,
            organization=self.submission.organization,
            period=self.submission.period,
            as_of=day_text(clock.as_of),
            cut=day_text(clock.cut),
            digests=Digests(pack=self.pack.digest, facts=self.submission.digest, version=VERSION),
            settings=self.settings.in_force,
            score=found,
            grade=grade(found.interval, findings, head.grades),
            grades=tuple((band.id, band.title, band.at_least) for band in head.grades.bands),
            findings=findings,
            labels=self.labels,
            at=str(self.document.locate_key(("facts",))),
            notes=(
                *self.document.notes,
                *remarks.of_facts(self.pack, self.submission, clock, self.asked, self.held),
                *differing.notes(self.submission, differences),
                *self._evidence_notes(),
                *waiving.notes(waivers, self.pack.id),
            ),
            waivers=waivers,
            differences=differences,
            evidence=self._files(),
            evidence_required=self.terms.require_evidence,
            combinations=self._combinations(findings, values) if self.terms.combinations else None,
            unscored=tuple(
                (clause.id, one.anchor, one.reason.value if one.reason else f"restates: {one.restates}")
                for clause in head.clauses
                for one in clause.unscored
            ),
        )

    def _combinations(self, findings: Sequence[Finding], values: Values) -> Combinations:
        """Return what the readings that concern the organisation come to together."""
        from safescore.combining import Open, combined, others_of  # who combines none does without

        own = {one.id: one.value if one.source != "missing" else "" for one in self.settings.in_force if one.reading}
        parameters = {one.id: one for one in self.pack.head.parameters if one.id in own}
        rules = {f"{self.pack.id}.{rule.id}": rule for rule in self.pack.rules}
        general = set(self.pack.general_settings())

        def ends(name: str, made: Made) -> Ends:
            chosen = {id_: parameters[id_].alternatives[other].value for id_, other in made}
            return self._ends(rules[name], {**values, **chosen})

        given = Open(
            others={id_: others_of(one, own[id_]) for id_, one in parameters.items()},
            of={
                name: tuple(id_ for id_ in parameters if id_ in general or id_ in rule.settings())
                for name, rule in rules.items()
                if set(rule.roles) & set(self.submission.roles)
            },
            ends=ends,
        )
        return combined(findings, self.pack, given)

    def _ends(self, rule: Rule, values: Values) -> Ends:
        """Return how a rule stands on what is proven and on what is claimed."""
        judged = self.judged(rule, values)
        claimed = Stand(outcome=judged.outcome, contribution=contribution(judged.verdict))
        return (claimed if self.proven is None else self.proven._ends(rule, values)[0]), claimed

    def _evidence_notes(self) -> Iterator[Text]:
        if self.terms.require_evidence:
            looked_up = self.document.folder is not None
            yield from remarks.of_evidence(self.submission, self.asked, self.unproven, looked_up=looked_up)

    def _on(self, submission: Submission) -> _Judging:
        """Return the same judging on other answers."""
        return _Judging(self.pack, submission, self.document, self.known, self.terms, self.asked)

    def _refute(self, clock: Clock) -> None:
        """Let a register that a visit changed decide against the organisation's own figures that it refutes."""
        gone = refuted(self.submission, self._backend(clock)) if self.submission.changes else {}
        if gone:
            answers = {name: answer for name, answer in self.submission.answers.items() if name not in gone}
            changes = (*self.submission.changes, *gone.values())
            self.submission = evolve(self.submission, answers=answers, changes=changes)
            self.backends.clear()

    @cached_property
    def settings(self) -> Settings:
        """What the submission makes of the pack's parameters and readings."""
        return read_settings(self.pack, self.submission, self.document, self.known, self._concerned())

    def _concerned(self) -> frozenset[str]:
        """Return the settings that decide a duty of the organisation's roles."""
        bound_by = [rule for rule in self.pack.rules if set(rule.roles) & set(self.submission.roles)]
        named = frozenset(name for rule in bound_by for name in rule.settings())
        return named | frozenset(self.pack.general_settings()) if bound_by else named

    def clock(self, values: Values) -> Clock:
        """Return the clock under these settings; a day that nobody supplied is taken as the period's own."""
        return clock_of(self.pack, values, self.submission.as_of, self.submission.days)

    def _outside(self, values: Values) -> Fault | None:
        """Return the fault of a period that lies outside the pack's."""
        days, clock = self.submission.days, self.clock(values)
        if days.first <= clock.period.last and days.last >= clock.period.first:
            return None
        problem = Text(
            zh=f"期间{self.submission.period}不在{self.pack.id}的适用期内（{clock.period}）",
            en=f"the period {self.submission.period} lies outside that of {self.pack.id} ({clock.period})",
        )
        hint = Text(zh="改为适用期内的期间，或换用规则包", en="give a period in force, or another pack")
        return self.document.fault(("period",), problem, hint)

    def _backend(self, clock: Clock) -> ScalarBackend:
        key = (clock.binds_from, clock.partial, clock.period, clock.campaign)
        found = self.backends.get(key)
        if found is None:
            found = ScalarBackend(self.submission, self.pack.dictionary, clock)
            self.backends[key] = found
        return found

    def judged(self, rule: Rule, values: Values) -> _Judged:
        """Return a rule as it stands under these settings."""
        backend = self._backend(self.clock(values))
        clocked = all(name in values for name in clock_settings(self.pack, rule))
        rule = settled(rule, values)
        holder = bool(set(rule.roles) & set(self.submission.roles))
        return _Judged(*judged(rule, backend, holder, clocked=clocked), backend, rule)

    def stand(self, rule: Rule, values: Values) -> Stand:
        """Return how a rule stands under these settings, as far as it is proven."""
        judged = self.judged(rule, values)
        claimed = Stand(outcome=judged.outcome, contribution=contribution(judged.verdict))
        return claimed if self.proven is None else held(claimed, self.proven.stand(rule, values))

    def _finding(self, rule: Rule, values: Values) -> Finding:
        """Return the finding of a rule, with its outcomes under other readings."""
        found = self._proven(self._alone(rule, values), rule, values)
        if not self.terms.readings or not set(rule.roles) & set(self.submission.roles):
            return found
        own = Stand(outcome=found.outcome, contribution=found.contribution)
        readings = tuple(self._alternates(rule, values, own))
        return evolve(found, readings=readings) if readings else found

    def _proven(self, claimed: Finding, rule: Rule, values: Values) -> Finding:
        """Return a finding tempered by what nothing bears out."""
        if self.proven is None:
            return claimed
        proven = self.proven._alone(rule, values)
        if claimed.ends == proven.ends:
            return claimed
        judged = self.proven.judged(rule, values)
        dictionary = self.pack.dictionary
        missing = (
            wanting(path, self.unproven, self.submission, dictionary)
            for path in self.proven._missing(judged, rule, values)
        )
        wanted = dict.fromkeys(map(self._named, missing))
        found = tempered(claimed, proven)
        found = evolve(found, missing=() if found.decided else tuple(wanted))
        if found.outcome is Outcome.NOT_SATISFIED:
            return found
        bound_by = bool(set(rule.roles) & set(self.submission.roles))
        said = [self.labels[one] for one in found.missing]
        return evolve(found, reason=_reason(judged, None, said, bound_by=bound_by))

    def _alone(self, rule: Rule, values: Values) -> Finding:
        """Return the finding of a rule on all the answers."""
        judged = self.judged(rule, values)
        measure, backend = judged.rule.measure, judged.backend
        outcome = judged.outcome
        bound_by = bool(set(rule.roles) & set(self.submission.roles))
        asked = outcome is not Outcome.NOT_APPLICABLE
        missing = tuple(dict.fromkeys(map(self._named, self._missing(judged, rule, values)))) if asked else ()
        details = tuple(measure.details(backend)) if asked else ()
        one = contribution(judged.verdict)
        worst, best = judged.standing.worst.short, judged.standing.best.short
        short = (best, bounded(worst)) if asked else None
        gap = measure.gap(backend, best) if outcome is Outcome.NOT_SATISFIED else None
        weight = self.pack.head.weights.of(rule)
        deadline = measure.deadline(backend.clock.period)
        ahead = measure.ahead(backend) if _waits(judged) else None
        return Finding(
            rule=f"{self.pack.id}.{rule.id}",
            clause=rule.clause,
            anchor=rule.anchor,
            title=rule.title,
            outcome=outcome,
            to_date=bool(judged.verdict.to_date),
            contribution=one,
            hard=rule.hard,
            weight=weight,
            kind=measure.kind,
            actual=measure.actual(backend) if bound_by else Text(zh="—", en="—"),
            target=measure.target(self.pack.dictionary),
            gap=gap,
            short=short,
            reason=_reason(judged, gap, [self.labels[one] for one in missing], bound_by=bound_by),
            remedy=rule.remedy,
            owners=rule.owners,
            missing=missing,
            places=self._places(rule) if bound_by else (),
            parts=tuple(self._part(one, rule, backend.clock) for one in details),
            next_due=day_text(judged.standing.next_due) if asked and judged.standing.next_due else "",
            note=rule.note,
            ahead=ahead.text if ahead is not None else None,
            ahead_short=ahead.short if ahead is not None else 0,
            deadline=day_text(deadline) if asked and deadline else "",
            counted=self._counted(judged, rule, values) if asked else None,
        )

    def _counted(self, judged: _Judged, written: Rule, values: Values) -> Counted:
        """Return the items that a finding counts; surely none where the rule may not apply."""
        backend, rule = judged.backend, judged.rule
        if any(name not in values for name in clock_settings(self.pack, written)):
            return Counted(met=(0, None), unmet=(0, None))
        items = rule.measure.counted(judged.standing, backend)
        sure = judge(timely(rule.applies, backend.clock.as_of), backend.here).holds
        return Counted(
            met=(items.met.low if sure else 0, bounded(items.met.high)),
            unmet=(items.unmet.low if sure else 0, bounded(items.unmet.high)),
        )

    def _named(self, path: Path) -> str:
        """Return a path as people read it, and note what it is called."""
        dotted = _dotted(path)
        if dotted not in self.labels:
            self.labels[dotted] = fact_title(path, self.pack, next(iter(self.backends.values())))
        return dotted

    def _missing(self, judged: _Judged, written: Rule, values: Values) -> Iterator[Path]:
        """Yield the settings and facts that are missing and would decide the finding."""
        one = contribution(judged.verdict)
        if one.low == one.high and not (one.out and not one.never):
            return
        backend, rule = judged.backend, judged.rule
        where = timely(rule.applies, backend.clock.as_of)
        truth = judge(where, backend.here)
        needed = (*sorted(written.settings()), *clock_settings(self.pack, written))
        yield from (("parameters", name) for name in needed if name not in values)
        if not truth.holds and not truth.fails:
            yield from backend.here.blanks(where, backend.here.full())
        yield from rule.measure.missing(backend)

    def _places(self, rule: Rule) -> tuple[Place, ...]:
        """Return the facts that the rule used, and where they stand."""
        names: list[Path] = [("facts", *name.split(".")) for name in rule.facts()]
        derivations = self.pack.dictionary.derivations
        names += [("facts", derivations[name].register) for name in rule.facts() if name in derivations]
        if rule.applies is not None:
            names += [("organization", name) for name in fields(rule.applies.expr)]
        names += [self.submission.place(".".join(map(str, path[1:]))) for path in names if path[0] == "facts"]
        return tuple(found for path in dict.fromkeys(names) if (found := self._place(path)) is not None)

    def _part(self, detail: Detail, rule: Rule, clock: Clock) -> Part:
        measure = rule.measure
        elements = {one.id: one.title for one in measure.elements} if isinstance(measure, Checklist) else {}
        specs = self.pack.dictionary.facts[measure.record].fields if isinstance(measure, Each) else {}
        called = measure.called(detail.window, clock) if isinstance(measure, Frequency) else same(detail.window)
        return Part(
            outcome=detail.outcome,
            subject=detail.subject,
            title=elements.get(detail.subject),
            names=tuple(specs[name].name for name in detail.what if name in specs),
            window=detail.window,
            window_title=called if called != same(detail.window) else None,
            what=detail.what,
            short=detail.short,
            due=day_text(detail.due) if detail.due else "",
            places=tuple(Place(fact=_dotted(path), at=str(self.document.locate(path))) for path in detail.places),
        )

    def _alternates(self, rule: Rule, values: Values, own: Stand) -> Iterator[Alternate]:
        """Yield the outcomes of the rule under other readings, where any of them differs."""
        general = (
            self.pack.general_settings() if self._may_not_bind(self.clock(values)) else clock_settings(self.pack, rule)
        )
        for name in dict.fromkeys((*sorted(rule.settings()), *general)):
            parameter = self.pack.parameter(name)
            if parameter is None or not parameter.reading:
                continue
            others = []
            for id_, alternative in parameter.alternatives.items():
                others.append((id_, self.stand(rule, {**values, name: alternative.value})))
            if all(other == own for _, other in others):
                continue
            for id_, other in others:
                yield Alternate(
                    reading=name,
                    alternative=id_,
                    title=parameter.alternatives[id_].title,
                    outcome=other.outcome,
                    low=other.contribution.low,
                    high=other.contribution.high,
                )

    def _may_not_bind(self, clock: Clock) -> bool:
        """Tell whether under some reading no duty binds yet."""
        start = self.pack.head.binds_from
        parameter = self.pack.parameter(start.id) if isinstance(start, Setting) else None
        ways = parameter.alternatives.values() if parameter is not None else ()
        return any(isinstance(one.value, int) and not clock.closed(one.value) for one in ways)

    def _differences(self, values: Values) -> tuple[Difference, ...]:
        """Return what visits found other than it was claimed, with the rules that each touches."""
        changes = self.submission.changes
        if not changes:
            return ()
        claimed = self._on(evolve(self.submission, answers=self.submission.own, places={}, changes=()))
        contrasts: dict[str, tuple[Contrast, ...]] = {}
        outcomes: dict[str, Contrast] = {}
        for name in dict.fromkeys(one.name for one in changes):
            touched = [rule for rule in self.pack.rules if differing.touches(rule, name, self.pack.dictionary)]
            for rule in touched:
                if set(rule.roles) & set(self.submission.roles) and rule.id not in outcomes:
                    outcomes[rule.id] = Contrast(
                        rule=f"{self.pack.id}.{rule.id}",
                        claimed=claimed.judged(rule, values).outcome,
                        verified=self.judged(rule, values).outcome,
                    )
            contrasts[name] = tuple(outcomes[rule.id] for rule in touched if rule.id in outcomes)
        return differing.differences(self.submission, self.pack.dictionary, contrasts, self._place)

    def _place(self, path: Path) -> Place | None:
        """Return where a path stands in the file; None where nothing stands there."""
        if not _there(self.document.content, path):
            return None
        return Place(fact=_dotted(path), at=str(self.document.locate(path)))

    def _files(self) -> tuple[File, ...]:
        """Return the evidence of what the pack's rules ask, directly or by a register."""
        derivations = self.pack.dictionary.derivations
        asked = set(self.asked)
        asked |= {one.register for name in tuple(asked) if (one := derivations.get(name)) is not None}
        return tuple(
            File(
                fact=one.fact,
                label=self.pack.dictionary.label(one.fact),
                path=one.path,
                sha256=one.sha256,
                date=day_text(one.date) if one.date is not None else "",
                note=one.note,
            )
            for one in self.submission.evidence
            if one.fact.partition(".")[0] in asked
        )


def _waits(judged: _Judged) -> bool:
    """Tell whether something is asked that is not due yet."""
    return judged.outcome is not Outcome.NOT_APPLICABLE and judged.standing.later > 0


def _dotted(path: tuple[str | int, ...]) -> str:
    """Return a path as people read it: ``facts.firms[3].certified``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _there(content: Any, path: tuple[str | int, ...]) -> bool:
    for step in path:
        if isinstance(content, Mapping):
            content = content.get(step)
        else:
            listed = isinstance(content, list) and isinstance(step, int) and step < len(content)
            content = content[step] if listed else None
        if content is None:
            return False
    return True


def _reason(judged: _Judged, gap: Text | None, missing: Sequence[Text], *, bound_by: bool) -> Text:
    """Return in words why the outcome is what it is."""
    outcome, standing = judged.outcome, judged.standing
    due = day_text(standing.next_due) if standing.next_due else ""
    if outcome is Outcome.NOT_APPLICABLE:
        if not bound_by:
            return Text(zh="不由本单位承担", en="binds another role")
        if judged.verdict.never and not standing.asked.high:
            return Text(zh="没有适用的对象", en="there is nothing it would ask about")
        return Text(zh="本单位不具备适用条件", en="its conditions do not hold here")
    if outcome is Outcome.NOT_SATISFIED and gap is not None:
        return gap
    if outcome is Outcome.SATISFIED:
        if judged.verdict.to_date:
            return Text(
                zh=f"目前达到{f'，下次到期{due}' if due else ''}",
                en=f"met to date{f', next due {due}' if due else ''}",
            )
        return Text(zh="达到", en="met")
    if outcome is Outcome.PENDING:
        return Text(zh=f"尚未到期{f'（{due}）' if due else ''}", en=f"not due yet{f' ({due})' if due else ''}")
    first = missing[:3]
    shown = "、".join(one.zh for one in first) + (f"等{len(missing)}项" if len(missing) > 3 else "")
    shown_en = ", ".join(one.en for one in first) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    if not missing:
        return Text(zh="事实不足，无法判定", en="the facts do not decide it")
    return Text(zh=f"缺少事实：{shown}", en=f"missing: {shown_en}")
