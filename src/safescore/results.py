"""What an assessment comes to: findings, score, grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from fractions import Fraction

from attrs import field

from safescore.dictionary import MOST
from safescore.frozen import frozen
from safescore.standing import UNBOUNDED, Outcome
from safescore.words import Text


def bounded(short: int) -> int | None:
    """Return the most that a finding is short, or None where that is beyond any figure: of an unknown count."""
    return short if short <= MOST else None


class Gate(Enum):
    """What a gate answers, as an exit code."""

    MET = 0
    FAILED = 1
    UNDECIDED = 3


@frozen(kw_only=True)
class Contribution:
    """What a finding may add to the score: a credit from low to high, or nothing at all.

    ``out`` says that some completion of the missing facts leaves it out of the sums; what all leave out has no credit.
    """

    low: Fraction | None
    high: Fraction | None
    out: bool

    @property
    def never(self) -> bool:
        """Whether the finding is out of the sums whatever the missing facts are."""
        return self.low is None


@frozen(kw_only=True)
class Place:
    """A fact that a finding used, and where it stands in the submission's file, if it came from one."""

    fact: str
    at: str = ""


@frozen(kw_only=True)
class Part:
    """One part of a finding: a window, a record, an element or a subject, and how it stands.

    ``title`` is what an element is called, ``window_title`` what a window is that no calendar names, ``names`` what the
    fields of ``what`` are called.
    """

    outcome: Outcome
    subject: str = ""
    title: Text | None = None
    window: str = ""
    window_title: Text | None = None
    what: tuple[str, ...] = ()
    names: tuple[Text, ...] = ()
    short: int = 0
    due: str = ""
    places: tuple[Place, ...] = ()


@frozen(kw_only=True)
class Alternate:
    """The outcome of a finding if a text were read another way."""

    reading: str
    alternative: str
    title: Text
    outcome: Outcome
    low: Fraction | None
    high: Fraction | None


@frozen(kw_only=True)
class Waived:
    """A waiver beside a finding; the raw outcome stays."""

    reason: str
    approver: str
    until: str
    from_: str = ""


class Effect(str, Enum):
    """What became of a waiver."""

    IN_FORCE = "in-force"
    LEFT_OUT = "left-out"
    UNUSED = "unused"
    REPEATED = "repeated"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    HARD = "hard"


@frozen(kw_only=True)
class WaiverUse:
    """A waiver of the submission, the raw outcome of its rule, and what became of it."""

    rule: str
    outcome: Outcome
    waiver: Waived
    effect: Effect


@frozen(kw_only=True)
class Stand:
    """How a finding stands on some of the answers."""

    outcome: Outcome
    contribution: Contribution


@frozen(kw_only=True)
class Evidenced:
    """How a finding stands with all that is claimed, and with what is evidenced alone."""

    claimed: Stand
    proven: Stand


@frozen(kw_only=True)
class Contrast:
    """A rule that a verified answer touches: its outcome on the organisation's own answers, and on the verified."""

    rule: str
    claimed: Outcome
    verified: Outcome


@frozen(kw_only=True)
class Difference:
    """An answer that an inspector found other than it was claimed: both, who found it, when, and where it is written.

    The verified one decides.
    """

    fact: str
    label: Text
    claimed: Text
    verified: Text
    by: str
    on: str
    places: tuple[Place, ...] = ()
    rules: tuple[Contrast, ...] = ()


@frozen(kw_only=True)
class File:
    """A file that bears out an answer."""

    fact: str
    label: Text
    path: str
    sha256: str = ""
    date: str = ""
    note: str = ""


@frozen(kw_only=True)
class Counted:
    """The items that a finding counts, in natural units: those met and those unmet, each from surely to possibly.

    None is no bound. What is not due yet is not counted; of a share, the figures to date are.
    """

    met: tuple[int, int | None]
    unmet: tuple[int, int | None]


@frozen(kw_only=True)
class Finding:
    """One rule's outcome with its reason, credit, gap, due date, clause and places.

    ``short`` is the least and the most that it lacks, in natural units; the most is None where nothing bounds it.
    ``gap`` is what is short of what is due, ``ahead`` what surely is still to be done of what is not due yet, and
    ``ahead_short`` of this how many natural units can be done now. ``next_due`` is the first due day of what is not
    met, ``deadline`` the one day of a duty that is done once, met or not.
    """

    rule: str
    clause: str
    anchor: str
    title: Text
    outcome: Outcome
    to_date: bool
    contribution: Contribution
    hard: bool
    weight: int
    kind: str
    actual: Text
    target: Text
    gap: Text | None
    short: tuple[int, int | None] | None
    reason: Text
    remedy: Text
    owners: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    parts: tuple[Part, ...] = ()
    next_due: str = ""
    readings: tuple[Alternate, ...] = ()
    note: Text | None = None
    waiver: Waived | None = None
    evidenced: Evidenced | None = None
    ahead: Text | None = None
    ahead_short: int = 0
    deadline: str = ""
    counted: Counted | None = None

    @property
    def ends(self) -> tuple[Stand, Stand]:
        """How the finding stands at the least and at the greatest score: on what is proven, and on what is claimed."""
        if self.evidenced is not None:
            return self.evidenced.proven, self.evidenced.claimed
        both = Stand(outcome=self.outcome, contribution=self.contribution)
        return both, both

    @property
    def most_short(self) -> int:
        """The most natural units that the finding lacks: more than any figure where nothing bounds them."""
        worst = (self.short or (0, 0))[1]
        return UNBOUNDED if worst is None else worst

    @property
    def decided(self) -> bool:
        """Whether no missing fact could change what the finding adds."""
        one = self.contribution
        return one.low == one.high and (one.never or not one.out)


@frozen(kw_only=True)
class Interval:
    """The least and the greatest score that the missing facts allow, from 0 to 1; None where nothing is in the sums."""

    low: Fraction | None
    high: Fraction | None
    certain: bool = True


@frozen(kw_only=True)
class Subtotal:
    """The score of one section of the document, and the weight of what may be in its sums."""

    clause: str
    interval: Interval
    weight: int


@frozen(kw_only=True)
class Score:
    """The score of an assessment: the interval, the counts, and other models beside it.

    ``decided`` is the share of the weight in the sums that no missing fact could change, ``weight`` the weight in the
    sums of the least score.
    """

    interval: Interval
    decided: Fraction
    counts: Mapping[Outcome, int]
    weights: Mapping[str, int]
    sections: tuple[Subtotal, ...] = ()
    models: Mapping[str, Interval] = field(factory=dict)
    waived: Interval | None = None
    weight: int = 0


@frozen(kw_only=True)
class Points:
    """What a finding counts for in the least score, in points of a hundred: in full, and the points lost.

    ``most`` is what the least score takes off; ``least`` is what is lost even if the missing facts turn out well.
    """

    finding: Finding
    full: Fraction
    least: Fraction
    most: Fraction


@frozen(kw_only=True)
class GradeRange:
    """The grades that the missing facts allow, and what binds them."""

    low: str | None
    high: str | None
    low_title: Text | None
    high_title: Text | None
    capped_by: tuple[str, ...] = ()
    may_cap: tuple[str, ...] = ()
    binding: Text | None = None
    deciding: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the missing facts can't change the grade."""
        return self.low == self.high and self.low is not None


@frozen(kw_only=True)
class Choice:
    """A reading that is changed: the alternative taken instead, and what both are called."""

    reading: str
    alternative: str
    title: Text
    chosen: Text


@frozen(kw_only=True)
class Turned:
    """A rule whose outcome is another: as it is, and as it would be."""

    rule: str
    before: Outcome
    after: Outcome


@frozen(kw_only=True)
class Combination:
    """Readings changed together: the outcomes that turn, the score and the grades, by id; None without a score."""

    choices: tuple[Choice, ...]
    turned: tuple[Turned, ...]
    interval: Interval
    low: str | None
    high: str | None


@frozen(kw_only=True)
class Combinations:
    """What combinations of readings come to: those that change an outcome or the grade, and the range of all.

    ``readings`` concern the organisation; ``deciding`` are those of them that decide how some rule stands. Of the
    latter ``of`` combinations there are ``evaluated`` ones assessed; ``interval`` runs from the least to the greatest
    score of these, ``low`` and ``high`` from the worst to the best grade.
    """

    readings: tuple[str, ...]
    deciding: tuple[str, ...]
    told: tuple[Combination, ...]
    evaluated: int
    of: int
    interval: Interval
    low: str | None
    high: str | None


@frozen(kw_only=True)
class InForce:
    """A parameter or reading as the assessment used it; ``chosen`` is what the alternative of a reading is called."""

    id: str
    title: Text
    value: str
    source: str
    chosen: Text | None = None
    note: Text | None = None
    reading: bool = False


@frozen(kw_only=True)
class Digests:
    """Digests of what the assessment was made from, and the version of the tool."""

    pack: str
    facts: str
    version: str


@frozen(kw_only=True)
class Assessment:
    """All findings of one submission under one pack, with score and grade.

    ``labels`` says what each missing fact is called, by its path; ``at`` is where the facts begin in their file. Where
    evidence is required, the least score is that of what is proven, the greatest that of what is claimed.
    ``combinations`` are those of readings, where they were asked for.
    """

    pack: str
    pack_version: str
    pack_title: Text
    organization: Mapping[str, str]
    period: str
    as_of: str
    cut: str
    digests: Digests
    settings: tuple[InForce, ...]
    score: Score
    grade: GradeRange
    grades: tuple[tuple[str, Text, Fraction], ...]
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...] = ()
    unscored: tuple[tuple[str, str, str], ...] = ()
    labels: Mapping[str, Text] = field(factory=dict)
    at: str = ""
    waivers: tuple[WaiverUse, ...] = ()
    differences: tuple[Difference, ...] = ()
    evidence: tuple[File, ...] = ()
    evidence_required: bool = False
    combinations: Combinations | None = None

    def of(self, outcome: Outcome) -> Iterator[Finding]:
        """Yield the findings with this outcome."""
        return (finding for finding in self.findings if finding.outcome is outcome)

    def finding(self, rule: str) -> Finding:
        """Return the finding of a rule, by its id with or without the pack's. Raises KeyError."""
        full = rule if rule.startswith(f"{self.pack}.") else f"{self.pack}.{rule}"
        for one in self.findings:
            if one.rule == full:
                return one
        raise KeyError(rule)

    def to_json(self) -> str:
        """Return the assessment as JSON, exactly and in both languages, for :meth:`from_json`."""
        from safescore.report.exchange import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str) -> Assessment:
        """Return the assessment that :meth:`to_json` wrote. Raises InvalidInput if *text* is something else."""
        from safescore.report.exchange import from_json

        return from_json(text)
