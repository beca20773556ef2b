"""The form of an organisation: what it must answer under given packs, and what decides which of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from safescore.dictionary import FactSpec, FieldSpec
from safescore.expr import NONE, Cell, fields, judge
from safescore.facts.answers import Submission
from safescore.frozen import frozen
from safescore.judging import Values, clock_settings, settled
from safescore.measures import Condition, Measure
from safescore.measures.checklist import Checklist
from safescore.model import Pack, Parameter, Rule
from safescore.period import Days, day_text
from safescore.reduce import Here

FOREVER = date.max.toordinal()


@frozen(kw_only=True)
class Asking:
    """A rule that asks a question, and its pack."""

    pack: Pack
    rule: Rule

    @property
    def id(self) -> str:
        """The rule's id with the pack's before it."""
        return f"{self.pack.id}.{self.rule.id}"

    @property
    def clause(self) -> str:
        """The clause of the document that asks."""
        return self.rule.clause


@frozen(kw_only=True)
class Question:
    """A fact to be answered: its entry, the rules that ask it, and which of its elements or fields they read.

    ``counted_from`` is the register that a count follows from where it is filled in; ``counts`` are the counts that
    follow from a register. A register that no rule asks for itself (``direct`` is false) may be left out where its
    counts are given.
    """

    name: str
    spec: FactSpec
    asked_by: tuple[Asking, ...]
    reads: tuple[str, ...] = ()
    counted_from: str | None = None
    counts: tuple[str, ...] = ()
    direct: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a record that matter: those that the rules read, or all where no field tells records apart."""
        return self.reads if self.spec.identity else tuple(self.spec.fields)


@frozen(kw_only=True)
class Open:
    """A parameter or reading that a pack leaves open, and the rules that it decides."""

    pack: Pack
    parameter: Parameter
    asked_by: tuple[Asking, ...]

    @property
    def required(self) -> bool:
        """Whether nothing stands for it where it is not given."""
        return self.parameter.default is None


@frozen(kw_only=True)
class Form:
    """What decides applicability, what the packs leave open, and the questions in the order of the documents.

    ``profile`` holds the entries that were given and those that an undecided condition asks; ``settings`` has those
    without a default first. ``asking`` are the rules that bind, or may bind, the organisation; ``spared`` those of its
    roles that surely do not apply to it.
    """

    packs: tuple[Pack, ...]
    roles: tuple[str, ...]
    given: Mapping[str, Cell]
    profile: tuple[Question, ...]
    settings: tuple[Open, ...]
    questions: tuple[Question, ...]
    asking: tuple[Asking, ...]
    spared: tuple[Asking, ...]


def form_of(
    packs: Iterable[Pack],
    roles: Iterable[str],
    profile: Mapping[str, Cell] | None = None,
    values: Mapping[str, Values] | None = None,
) -> Form:
    """Return the form of an organisation with these roles, as far as its profile is known.

    *values* are the values of parameters and readings, by pack; what is not among them is open, whatever its default.
    """
    return _Forming(tuple(packs), tuple(roles), dict(profile or {}), values or {}).form()


class _Forming:
    """One form in the making: every question in the order in which it is first asked."""

    def __init__(
        self, packs: tuple[Pack, ...], roles: tuple[str, ...], given: dict[str, Cell], values: Mapping[str, Values]
    ) -> None:
        self.packs = packs
        self.roles = roles
        self.given = given
        self.values = values
        self.specs: dict[str, FactSpec] = {}
        self.askers: dict[str, dict[str, Asking]] = {}
        self.reads: dict[str, dict[str, None]] = {}
        self.direct: set[str] = set()
        self.registers: dict[str, str] = {}
        self.profile: dict[str, dict[str, Asking]] = {}

    def form(self) -> Form:
        asking: list[Asking] = []
        spared: list[Asking] = []
        for pack in self.packs:
            here = self._here(pack)
            for rule in pack.rules:
                if set(rule.roles) & set(self.roles):
                    one = Asking(pack=pack, rule=rule)
                    (asking if self._may_apply(one, here) else spared).append(one)
        return Form(
            packs=self.packs,
            roles=self.roles,
            given=self.given,
            profile=tuple(self._profile()),
            settings=tuple(self._settings(asking)),
            questions=tuple(self._questions()),
            asking=tuple(asking),
            spared=tuple(spared),
        )

    def _here(self, pack: Pack) -> Here:
        """Return the plain answers of the profile alone; what is dated has come, for the day is not known."""
        submission = Submission(
            organization={},
            roles=self.roles,
            profile=self.given,
            period="",
            days=Days(1, FOREVER),
            as_of=FOREVER,
            packs=(),
            answers={},
            parameters={},
            waivers=(),
            digest="",
            own={},
        )
        return Here(submission, pack.dictionary, FOREVER)

    def _may_apply(self, one: Asking, here: Here) -> bool:
        """Tell whether a rule is not surely out, and note what it asks."""
        rule = settled(one.rule, self.values.get(one.pack.id, {}))
        if not self._open(one, rule.applies, here):
            return False
        measure = rule.measure
        parts: tuple[Measure, ...] = (measure,)
        if isinstance(measure, Checklist):
            parts = tuple(part.asked(measure.due) for part in measure.elements if self._open(one, part.applies, here))
        for part in parts:
            self._note(one, part)
        return True

    def _open(self, one: Asking, condition: Condition | None, here: Here) -> bool:
        """Tell whether a condition does not surely fail; note the entries that decide it, or that would."""
        if condition is None:
            return True
        truth = judge(condition.expr, here)
        undecided = not truth.holds and not truth.fails
        for name in fields(condition.expr):
            if undecided or self.given.get(name) is not None:
                self.specs[name] = one.pack.dictionary.facts[name]
                self.profile.setdefault(name, {})[one.id] = one
        return not truth.fails

    def _note(self, one: Asking, measure: Measure) -> None:
        dictionary = one.pack.dictionary
        for asked in measure.facts():
            name, _, element = asked.partition(".")
            self._ask(name, one, direct=True)
            if element:
                self.reads[name][element] = None
            if asked in dictionary.derivations:
                self._ask(dictionary.derivations[asked].register, one, direct=False)
                self.registers[name] = dictionary.derivations[asked].register
        for name, field in measure.reads(dictionary):
            self.reads[name][field] = None

    def _ask(self, name: str, one: Asking, *, direct: bool) -> None:
        self.specs.setdefault(name, one.pack.dictionary.facts[name])
        self.askers.setdefault(name, {})[one.id] = one
        self.reads.setdefault(name, {})
        if direct:
            self.direct.add(name)

    def _profile(self) -> Iterator[Question]:
        for name, askers in self.profile.items():
            yield Question(name=name, spec=self.specs[name], asked_by=tuple(askers.values()))

    def _settings(self, asking: Iterable[Asking]) -> Iterator[Open]:
        """Yield what the packs leave open and a rule that binds depends on, those without a default first."""
        found: dict[tuple[str, str], dict[str, Asking]] = {}
        for one in asking:
            for name in (*one.rule.settings(), *clock_settings(one.pack, one.rule), *one.pack.general_settings()):
                found.setdefault((one.pack.id, name), {})[one.id] = one
        every = [
            Open(pack=pack, parameter=parameter, asked_by=tuple(found[pack.id, parameter.id].values()))
            for pack in self.packs
            for parameter in pack.head.parameters
            if (pack.id, parameter.id) in found
        ]
        yield from sorted(every, key=lambda one: not one.required)

    def _questions(self) -> Iterator[Question]:
        """Yield the questions as first asked; a register comes before the records that name its own."""
        done: set[str] = set()

        def told(name: str) -> Iterator[Question]:
            if name in done:
                return
            done.add(name)
            for field in self.reads[name]:
                register = self.specs[name].fields[field].to if field in self.specs[name].fields else None
                if register in self.askers:
                    yield from told(str(register))
            yield self._question(name)

        for name in self.askers:
            yield from told(name)

    def _question(self, name: str) -> Question:
        spec = self.specs[name]
        return Question(
            name=name,
            spec=spec,
            asked_by=tuple(self.askers[name].values()),
            reads=tuple(one for one in (*spec.elements, *spec.fields) if one in self.reads[name]),
            counted_from=self.registers.get(name),
            counts=tuple(count for count, register in self.registers.items() if register == name),
            direct=name in self.direct,
        )


_EXAMPLES: Mapping[str, object] = {
    "flag": True,
    "count": 12,
    "number": Decimal("12.5"),
    "text": "A-01",
    "ref": "A-01",
}


def example_of(spec: FactSpec | FieldSpec, day: int) -> object:
    """Return an example answer as its author would write it; dates are on *day*."""
    if spec.example is not None:
        return spec.example
    text = day_text(day)
    if spec.type in ("date", "term"):
        return text
    if spec.type == "time":
        return f"{text} 08:30"
    if spec.type == "dates":
        return [f"{text}..{day_text(day + 1)}"]
    if spec.type in ("choice", "choices"):
        first = next(iter(spec.options))
        return [first] if spec.type == "choices" else first
    return _EXAMPLES[spec.type]


def example_record(question: Question, day: int) -> dict[str, object]:
    """Return an example record: the fields that the rules read, or all where no field tells records apart.

    Its dates begin on *day* and follow each other; what has an end has not ended.
    """
    spec = question.spec
    record: dict[str, object] = {}
    for name in question.fields:
        one = spec.fields[name]
        if name in (spec.until, spec.except_):
            record[name] = NONE.value if name == spec.until else []
        else:
            record[name] = example_of(one, day)
            day += one.type in ("date", "term", "time")
    return record
