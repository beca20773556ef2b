"""The fact dictionary: what can be asked, of what type, and how records are told apart and dated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import field
from attrs.validators import in_, matches_re, optional

from safescore import slips
from safescore.errors import WrongValue
from safescore.expr import NONE, Answered, Cell, Expr, Value, suggestion
from safescore.frozen import frozen
from safescore.patterns import pattern
from safescore.period import Days, day_text, moment_text, parse_day, parse_moment
from safescore.words import Text, Unit, plain

SCALARS = ("flag", "count", "number", "date", "term", "choice", "choices", "text")
CELLS = (*SCALARS, "time", "dates", "ref")
TYPES = (*SCALARS, "checklist", "register", "events")
ABSENT_IS_AN_ANSWER = frozenset({"count", "number", "date", "term", "time"})
ORDERED = frozenset({"count", "number", "date", "term", "time"})
NAME = pattern(r"[a-z][a-z0-9_]*\Z")
A_PERCENTAGE = Text(zh="百分比，如70%", en="a percentage as 70%")
PERCENT = pattern(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)%\Z")
_INSTRUCTION = pattern(r"（[^（）]*(?:填|仅供辨认)[^（）]*）\Z")
_ASIDE = pattern(r" \([^()]*\)\Z")
_RANGE = pattern(r"([0-9-]{10})\.\.([0-9-]{10})\Z")
MOST = 10**11
"""The greatest figure that is read: anything larger is a slip of the pen."""

EXPECTED: Mapping[str, Text] = {
    "flag": Text(zh="true（是）或false（否）", en="true or false"),
    "count": Text(zh="0至10^11的整数", en="a whole number from 0 to 10^11"),
    "number": Text(zh="0至10^11的数", en="an exact number from 0 to 10^11"),
    "date": Text(zh="实有的日期，如2022-09-30", en="a day that exists, as 2022-09-30"),
    "term": Text(zh="实有的日期，如2022-09-30", en="a day that exists, as 2022-09-30"),
    "time": Text(zh="日期和时分，如2022-09-30 08:30", en="a day and a minute, as 2022-09-30 08:30"),
    "choices": Text(zh="选项的列表", en="a list of options"),
    "text": Text(zh="文字", en="text"),
    "ref": Text(zh="所指记录的编号", en="the key of a record"),
    "dates": Text(
        zh="日期（2022-10-01）或起止日期（2022-10-01..2022-10-07）的列表",
        en="a list of days (2022-10-01) or spans (2022-10-01..2022-10-07)",
    ),
}


@frozen(kw_only=True)
class FieldSpec:
    """A field of a record, or an element of a checklist: its type, and what it is called."""

    type: str = field(validator=in_(CELLS))
    label: Text
    options: Mapping[str, Text] = field(factory=dict)
    to: str | None = None
    kind: bool = False
    unit: Unit | None = None
    example: object = None

    @property
    def name(self) -> Text:
        """What the field is called in a sentence: its label without how to fill it in."""
        return without_instruction(self.label)

    def value(self, raw: object) -> Cell:
        """Return the cell that a raw value means; None is a blank, NONE the answer ``none``.

        Raises WrongValue.
        """
        return read_value(self.type, raw, self.options)


def without_instruction(label: Text) -> Text:
    """Return a label up to where it begins to say how to fill it in: ``销号日期`` of ``销号日期；未销号填 none``."""
    label = Text(zh=label.zh.partition("；")[0], en=label.en.partition("; ")[0])
    if not _INSTRUCTION.search(label.zh):
        return label
    return Text(zh=_INSTRUCTION.sub("", label.zh), en=_ASIDE.sub("", label.en))


def read_value(type_: str, raw: object, options: Mapping[str, Text]) -> Cell:
    """Return what *raw* means as a value of this type; None stays a blank. Raises WrongValue."""
    if raw is None:
        return None
    if raw == "none" and type_ in ABSENT_IS_AN_ANSWER:
        return NONE
    found = _READERS[type_](raw, options)
    if found is None:
        raise _wrong(type_, raw, options)
    return found


def read_share(raw: object) -> Fraction:
    """Return what a percentage with its unit means: ``70%`` is 7/10. Raises WrongValue."""
    found = PERCENT.match(raw) if isinstance(raw, str) else None
    if found is None:
        raise WrongValue(A_PERCENTAGE, slips.of_percentage(raw))
    return Fraction(found[1]) / 100


def _flag(raw: object, _: Mapping[str, Text]) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _count(raw: object, _: Mapping[str, Text]) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MOST else None


def _number(raw: object, _: Mapping[str, Text]) -> Fraction | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)) or not 0 <= raw <= MOST:
        return None
    return Fraction(raw)


def _date(raw: object, _: Mapping[str, Text]) -> int | None:
    return parse_day(raw) if isinstance(raw, str) else None


def _time(raw: object, _: Mapping[str, Text]) -> int | None:
    return parse_moment(raw) if isinstance(raw, str) else None


def _text(raw: object, _: Mapping[str, Text]) -> str | None:
    return raw if isinstance(raw, str) and raw.strip() else None


def _choice(raw: object, options: Mapping[str, Text]) -> str:
    if not isinstance(raw, str) or raw not in options:
        raise WrongValue(slips.either(options), slips.by_label(raw, options) or suggestion(str(raw), tuple(options)))
    return raw


def _choices(raw: object, options: Mapping[str, Text]) -> frozenset[str] | None:
    return frozenset(_choice(one, options) for one in raw) if isinstance(raw, list) else None


def _dates(raw: object, _: Mapping[str, Text]) -> tuple[Days, ...] | None:
    if not isinstance(raw, list):
        return None
    spans = []
    for one in raw:
        ends = _RANGE.match(one) if isinstance(one, str) else None
        first = parse_day(ends[1] if ends else str(one))
        last = parse_day(ends[2]) if ends else first
        if first is None or last is None or last < first:
            return None
        spans.append(Days(first, last))
    return tuple(sorted(spans, key=lambda span: (span.first, span.last)))


_READERS = {
    "flag": _flag,
    "count": _count,
    "number": _number,
    "date": _date,
    "term": _date,
    "time": _time,
    "text": _text,
    "ref": _text,
    "choice": _choice,
    "choices": _choices,
    "dates": _dates,
}


def _wrong(type_: str, raw: object, options: Mapping[str, Text]) -> WrongValue:
    """Return what was expected of a value of this type, and how what was likely meant is written."""
    if type_ in ("date", "term"):
        return WrongValue(*slips.of_day(raw))
    if type_ in ("count", "number"):
        hint = slips.of_number(raw, whole=type_ == "count")
    elif type_ == "choices":
        hint = slips.of_choices(raw, options)
    else:
        hint = _SLIPS[type_](raw)
    return WrongValue(EXPECTED[type_], hint)


_SLIPS = {
    "flag": slips.of_flag,
    "time": slips.of_moment,
    "text": slips.of_text,
    "ref": slips.of_text,
    "dates": slips.of_dates,
}


def shown(type_: str, cell: Cell) -> str:
    """Return a cell as its author would write it."""
    if cell is None:
        return ""
    if isinstance(cell, Answered):
        return str(cell.value)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, frozenset):
        return ", ".join(sorted(cell))
    if isinstance(cell, tuple):
        return ", ".join(day_text(span.first) if span.first == span.last else str(span) for span in cell)
    if isinstance(cell, str):
        return cell
    if type_ in ("date", "term"):
        return day_text(int(cell))
    return moment_text(int(cell)) if type_ == "time" else plain(cell)


@frozen(kw_only=True)
class Derive:
    """How a count follows from records: those of a register, or of another count, that a condition holds for."""

    register: str | None = None
    subset_of: str | None = None
    where: object = None
    sum: str | None = None
    in_period: bool = False


@frozen(kw_only=True)
class FactSpec:
    """An entry of the dictionary: what is asked, of what type, and how it is recorded."""

    type: str = field(validator=in_(TYPES))
    label: Text
    question: Text
    unit: Unit | None = None
    example: object = None
    profile: bool = False
    options: Mapping[str, Text] = field(factory=dict)
    elements: Mapping[str, FieldSpec] = field(factory=dict)
    fields: Mapping[str, FieldSpec] = field(factory=dict)
    key: tuple[str, ...] = ()
    same_when: tuple[str, ...] = ()
    when: str | None = field(default=None, validator=optional(matches_re(NAME.pattern)))
    occasion: str | None = None
    since: str | None = None
    until: str | None = None
    except_: str | None = None
    cumulative: bool = False
    part_of: str | None = None
    derive: Derive | None = None

    @property
    def records(self) -> bool:
        """Whether the fact is a list of records."""
        return self.type in ("register", "events")

    @property
    def identity(self) -> tuple[str, ...]:
        """The fields that tell records apart; without any, only records equal in all fields are one."""
        return self.key or self.same_when

    @property
    def kind_field(self) -> str | None:
        """The field that says of what kind an event is, if there is one."""
        return next((name for name, spec in self.fields.items() if spec.kind), None)

    def link_to(self, register: str) -> str | None:
        """Return the field that names a record of *register*, if there is one."""
        return next((name for name, spec in self.fields.items() if spec.to == register), None)

    def value(self, raw: object) -> Cell:
        """Return the answer that a raw value means, for the types of one value. Raises WrongValue."""
        return read_value(self.type, raw, self.options)


@frozen(kw_only=True)
class Derivation:
    """A derived count, resolved: its register, the condition of its records, and the field that is summed, if any."""

    register: str
    where: Expr
    sum: str | None = None
    in_period: bool = False


@frozen
class FieldReader:
    """Reads the conditions on a set of fields: their types and constants."""

    specs: Mapping[str, FieldSpec | FactSpec]

    def kind(self, name: str) -> str | None:
        """Return the field's type, or None where there is no such field."""
        spec = self.specs.get(name) if isinstance(name, str) else None
        return spec.type if spec is not None else None

    def names(self) -> tuple[str, ...]:
        """Return the fields there are."""
        return tuple(self.specs)

    def constant(self, name: str, raw: object) -> Value | str:
        """Return a constant of that field's type; raise WrongValue where it is none."""
        spec = self.specs[name]
        if spec.type == "choices":
            return _choice(raw, spec.options)
        if spec.type == "time" and isinstance(raw, str) and (day := parse_day(raw)) is not None:
            return day
        cell = read_value(spec.type, raw, spec.options)
        if cell is None or isinstance(cell, Answered):
            raise WrongValue(EXPECTED.get(spec.type, Text(zh="值", en="a value")))
        return cell


@frozen(kw_only=True)
class Dictionary:
    """The entries by name, how derived counts follow from records, and which entries are of the organisation itself."""

    facts: Mapping[str, FactSpec]
    derivations: Mapping[str, Derivation]
    profile_names: tuple[str, ...]

    def profile(self) -> Iterator[tuple[str, FactSpec]]:
        """Yield the entries that are asked once, of the organisation itself."""
        return ((name, self.facts[name]) for name in self.profile_names)

    def here(self, name: str) -> FieldSpec | FactSpec | None:
        """Return the spec of a plain answer: a fact of one value, or ``checklist.element``."""
        base, _, element = name.partition(".")
        spec = self.facts.get(base)
        if spec is None or not element:
            return spec if spec is not None and spec.type in SCALARS else None
        return spec.elements.get(element) if spec.type == "checklist" else None

    def wholes_of(self, name: str) -> tuple[str, ...]:
        """Return the counts that this one is declared a part of."""
        spec = self.facts[name]
        wholes = (spec.part_of, spec.derive.subset_of if spec.derive else None)
        return tuple(dict.fromkeys(whole for whole in wholes if whole is not None))

    def label(self, name: str) -> Text:
        """Return what a fact, or an element of a checklist, is called."""
        spec = self.here(name) or self.facts.get(name)
        if isinstance(spec, FieldSpec):
            return spec.name
        return spec.label if spec is not None else Text(zh=name, en=name)

    def unit(self, name: str) -> Unit:
        """Return the counting word of a fact."""
        spec = self.facts.get(name)
        return spec.unit if spec is not None and spec.unit is not None else Unit(zh="项", one="item", many="items")
