"""A pack: one official document as clauses, rules, parameters and readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from fractions import Fraction
from typing import Any

from attrs import Factory, field
from attrs.validators import ge, in_, matches_re, max_len, min_len, optional

from safescore.dictionary import Dictionary
from safescore.expr import Setting
from safescore.frozen import frozen
from safescore.measures import Condition, Measure
from safescore.measures.base import Day, Word, settings_in
from safescore.period import DayNumber, Days, Occasion, Partial
from safescore.words import Text, Unit

RULE_ID = r"[a-z0-9][a-z0-9.-]*\Z"


class Reason(str, Enum):
    """Why a statement of the document is not scored."""

    SLOGAN = "slogan"
    FRAMING = "framing"
    NO_OBSERVABLE = "no-observable"
    EXTERNAL_LIST = "external-list"
    RESTATES = "restates"


@frozen(kw_only=True)
class Unscored:
    """A statement that is not scored: the anchor that finds it, and why."""

    anchor: str = field(validator=[min_len(4), max_len(16)])
    reason: Reason | None = None
    restates: str | None = None
    note: Text | None = None


@frozen(kw_only=True)
class Clause:
    """A place of the document as printed, with the rules it holds and the statements that are not scored."""

    id: str = field(validator=min_len(1))
    rules: tuple[str, ...] = ()
    unscored: tuple[Unscored, ...] = ()


@frozen(kw_only=True)
class Rule:
    """One duty: where it is written, whom it binds, what would meet it, what it weighs."""

    id: str = field(validator=matches_re(RULE_ID))
    clause: str
    anchor: str = field(validator=[min_len(4), max_len(16)])
    title: Text
    roles: tuple[str, ...] = field(validator=min_len(1))
    measure: Measure
    remedy: Text
    applies: Condition | None = None
    owners: tuple[str, ...] = ()
    hard: bool = False
    weight: int | None = field(default=None, validator=optional(ge(1)))
    effort: int | None = field(default=None, validator=optional(ge(1)))
    note: Text | None = None
    readings: tuple[str, ...] = ()
    _settings: frozenset[str] = field(init=False, eq=False, repr=False)

    @_settings.default
    def _found(self) -> frozenset[str]:
        return frozenset((*settings_in(self.measure), *settings_in(self.applies), *self.readings))

    def settings(self) -> frozenset[str]:
        """Return the ids of the parameters and readings that the rule uses."""
        return self._settings

    def facts(self) -> tuple[str, ...]:
        """Return the facts that the rule asks, each once, in order; not those of the profile."""
        return tuple(dict.fromkeys(self.measure.facts()))


@frozen(kw_only=True)
class Alternative:
    """One way to read a text: what it makes of the open place, and what it is called."""

    value: Any
    title: Text


@frozen(kw_only=True)
class Parameter:
    """A number that the document leaves open, or with alternatives a text that it leaves open."""

    id: str = field(validator=matches_re(r"[a-z][a-z0-9_-]*\Z"))
    title: Text
    type: str = field(default="count", validator=in_(("count", "number", "date", "percent", "reading")))
    question: Text | None = None
    unit: Unit | None = None
    note: Text | None = None
    default: Any = None
    alternatives: Mapping[str, Alternative] = field(factory=dict)

    @property
    def reading(self) -> bool:
        """Whether it is a choice between ways to read the text."""
        return bool(self.alternatives)


@frozen(kw_only=True)
class Weights:
    """The house policy: documents print no weights."""

    hard: int = field(default=5, validator=ge(1))
    quantitative: int = field(default=3, validator=ge(1))
    qualitative: int = field(default=1, validator=ge(1))

    def of(self, rule: Rule) -> int:
        """Return the weight of a rule."""
        if rule.weight is not None:
            return rule.weight
        if rule.hard:
            return self.hard
        return self.quantitative if rule.measure.quantitative else self.qualitative


@frozen(kw_only=True)
class Efforts:
    """The house policy of effort, in units of work by the kind of a duty: for each natural unit, element or mend.

    ``answer`` is that of finding out what is not known of one duty.
    """

    affirm: int = field(default=3, validator=ge(1))
    checklist: int = field(default=2, validator=ge(1))
    ratio: int = field(default=1, validator=ge(1))
    limit: int = field(default=1, validator=ge(1))
    frequency: int = field(default=2, validator=ge(1))
    milestone: int = field(default=3, validator=ge(1))
    each: int = field(default=1, validator=ge(1))
    coverage: int = field(default=1, validator=ge(1))
    answer: int = field(default=1, validator=ge(1))

    def of(self, rule: Rule) -> int:
        """Return the effort of a natural unit of a rule."""
        found: int = getattr(self, rule.measure.kind)
        return found if rule.effort is None else rule.effort


@frozen(kw_only=True)
class Band:
    """A grade, and the least score that earns it, in percent."""

    id: str = field(validator=min_len(1))
    title: Text
    at_least: Fraction


@frozen(kw_only=True)
class Grades:
    """The grades from best to worst, and the best that is left when a hard duty is broken."""

    bands: tuple[Band, ...]
    hard_cap: str

    def place(self, score: Fraction, *, capped: bool) -> int:
        """Return the place of the grade that a score (0 to 1) earns; 0 is the best."""
        earned = next(place for place, band in enumerate(self.bands) if score * 100 >= band.at_least)
        return max(earned, self.cap) if capped else earned

    @property
    def cap(self) -> int:
        """The place of the cap."""
        return next(place for place, band in enumerate(self.bands) if band.id == self.hard_cap)

    def find(self, name: str) -> int | None:
        """Return the place of a grade by its id or either title, or None."""
        for place, band in enumerate(self.bands):
            if name in (band.id, band.title.zh, band.title.en):
                return place
        return None


DEFAULT_GRADES = Grades(
    bands=(
        Band(id="excellent", title=Text(zh="优秀", en="excellent"), at_least=Fraction(90)),
        Band(id="good", title=Text(zh="良好", en="good"), at_least=Fraction(80)),
        Band(id="pass", title=Text(zh="合格", en="pass"), at_least=Fraction(60)),
        Band(id="fail", title=Text(zh="不合格", en="fail"), at_least=Fraction(0)),
    ),
    hard_cap="fail",
)


@frozen(kw_only=True)
class Stretch:
    """A stretch of days as a pack writes it; an end may be a parameter."""

    from_: Day
    to: Day


@frozen(kw_only=True)
class NamedOccasion:
    """A dated occasion as a pack writes it, with the notice that sets its dates."""

    id: str
    title: Text
    from_: DayNumber
    to: DayNumber
    source: str
    moved: bool = False

    def occasion(self) -> Occasion:
        """Return the occasion as the clock knows it."""
        return Occasion(id=self.id, days=Days(self.from_, self.to), moved=self.moved, title=self.title)


@frozen(kw_only=True)
class SourceText:
    """The verbatim text that the pack encodes."""

    file: str
    sha256: str = field(validator=matches_re(r"[0-9a-f]{64}\Z"))


@frozen(kw_only=True)
class Totals:
    """How much the pack holds, as its author counted it: what gets lost later is noticed."""

    clauses: int
    rules: int
    elements: int
    unscored: int
    cases: int


@frozen(kw_only=True)
class PackHead:
    """What pack.yaml holds."""

    id: str = field(validator=matches_re(r"[a-z0-9][a-z0-9-]*\Z"))
    version: str
    title: Text
    issuer: Text
    period: Stretch
    clauses: tuple[Clause, ...]
    binds_from: Day
    issued: DayNumber | None = None
    number: str | None = None
    source: SourceText | None = None
    partial_window: Word = Partial.WHOLE.value
    campaign: Stretch | None = None
    weights: Weights = Factory(Weights)
    effort: Efforts = Factory(Efforts)
    grades: Grades = DEFAULT_GRADES
    occasions: Mapping[str, tuple[NamedOccasion, ...]] = field(factory=dict)
    parameters: tuple[Parameter, ...] = ()
    dictionary: str = field(default="shared", validator=in_(("shared", "own")))
    totals: Totals | None = None


@frozen(kw_only=True)
class Pack:
    """One source document as rules: its head, its rules in the order of its clauses, and the dictionary they ask."""

    head: PackHead
    rules: tuple[Rule, ...]
    roles: Mapping[str, Text]
    dictionary: Dictionary
    digest: str
    folder: str

    @property
    def id(self) -> str:
        """The pack's id."""
        return self.head.id

    @property
    def version(self) -> str:
        """The version of the encoding."""
        return self.head.version

    def rule(self, name: str) -> Rule | None:
        """Return a rule by its id, with or without the pack's."""
        short = name.removeprefix(f"{self.id}.")
        return next((rule for rule in self.rules if rule.id == short), None)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter or reading by its id."""
        return next((one for one in self.head.parameters if one.id == name), None)

    def general_settings(self) -> Iterator[str]:
        """Yield the settings that decide the clock, and so every recurring duty."""
        values = [self.head.binds_from, self.head.partial_window]
        for stretch in (self.head.period, self.head.campaign):
            values.extend((stretch.from_, stretch.to) if stretch else ())
        return (value.id for value in values if isinstance(value, Setting))
