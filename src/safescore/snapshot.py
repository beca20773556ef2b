"""Snapshots: of one assessment what is held against another one, from the assessment itself or from a report of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from typing import Any

from attrs import evolve, field

from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput
from safescore.frozen import frozen
from safescore.period import parse_day
from safescore.results import Assessment, Contribution, Digests, Interval, Stand
from safescore.scoring import counted, excused
from safescore.source import Limits
from safescore.standing import Outcome
from safescore.words import Text, listed, same

LIMITS = Limits(bytes=200_000_000, values=10_000_000)
"""A report may hold the findings of a whole district."""
REPORT, EXCHANGE = "safescore-report", "safescore-assessment"
VERSION = "1.0"


class Figure(str, Enum):
    """The figures of a score: its least and greatest, of all duties and without those that are waived."""

    LOW = "low"
    HIGH = "high"
    WAIVED_LOW = "waived-low"
    WAIVED_HIGH = "waived-high"

    @property
    def greatest(self) -> bool:
        """Whether it is the greatest score."""
        return self in (Figure.HIGH, Figure.WAIVED_HIGH)

    @property
    def waived(self) -> bool:
        """Whether waived duties are left out."""
        return self in (Figure.WAIVED_LOW, Figure.WAIVED_HIGH)


@frozen(kw_only=True)
class Line:
    """One rule in a snapshot; ``ends`` are how it stands on what is proven and on what is claimed."""

    rule: str
    clause: str
    anchor: str
    title: Text
    outcome: Outcome
    to_date: bool
    weight: int
    hard: bool
    kind: str
    target: Text
    actual: Text
    ends: tuple[Stand, Stand]
    contribution: Contribution
    waived: bool = False


@frozen(kw_only=True)
class Setting:
    """A parameter or reading in a snapshot: its value, blank where it is missing, and where that is from."""

    title: Text
    value: str
    source: str


@frozen(kw_only=True)
class Grade:
    """The grades that a snapshot allows, worst and best, by id and title; None where there is no score."""

    low: str | None
    high: str | None
    low_title: Text | None
    high_title: Text | None


@frozen(kw_only=True)
class Snapshot:
    """One assessment as it is held against another: its figures, its rules, and what it was made from.

    ``waived`` is the score without what is waived, as far as there are waivers; ``lines`` are the rules by id.
    """

    pack: str
    pack_version: str
    pack_title: Text
    organization: Mapping[str, str]
    period: str
    as_of: str
    cut: str
    digests: Digests
    settings: Mapping[str, Setting]
    interval: Interval
    waived: Interval | None
    grade: Grade
    counts: Mapping[Outcome, int]
    lines: Mapping[str, Line]
    waivers: tuple[tuple[str, str], ...] = ()
    source: str = field(default="", eq=False)

    def figure(self, one: Figure) -> Fraction | None:
        """Return a figure of the score, from 0 to 1; None where there is no score."""
        found = self.waived if one.waived and self.waived is not None else self.interval
        return found.high if one.greatest else found.low

    def credits(self, one: Figure) -> Mapping[str, tuple[int, Fraction]]:
        """Return the weight and the credit of each rule in the sums of a figure, by rule.

        Of evidence required, the sums are those of what is proven or of what is claimed, whichever make the figure.
        """
        ends = (1, 0) if one.greatest else (0, 1)
        found = [self._credits(one, end) for end in ends]
        return next((sums for sums in found if mean(sums) == self.figure(one)), found[0])

    def _credits(self, one: Figure, end: int) -> dict[str, tuple[int, Fraction]]:
        sums = {}
        for line in self.lines.values():
            stand = line.ends[end]
            contribution = excused(stand, waived=line.waived) if one.waived else stand.contribution
            credit = counted(contribution, self.figure(one), greatest=one.greatest)
            if credit is not None:
                sums[line.rule] = line.weight, credit
        return sums


def mean(sums: Mapping[str, tuple[int, Fraction]]) -> Fraction | None:
    """Return the weighted mean of credits; None of none."""
    weight = sum(weight for weight, _ in sums.values())
    return sum((weight * credit for weight, credit in sums.values()), Fraction(0)) / weight if weight else None


def snapshot(one: Assessment, source: str = "") -> Snapshot:
    """Return the snapshot of an assessment; *source* is the file that it was made from."""
    return Snapshot(
        pack=one.pack,
        pack_version=one.pack_version,
        pack_title=one.pack_title,
        organization={key: one.organization.get(key, "") for key in ("id", "name")},
        period=one.period,
        as_of=one.as_of,
        cut=one.cut,
        digests=one.digests,
        settings={
            setting.id: Setting(
                title=setting.title,
                value=setting.value if setting.source != "missing" else "",
                source=setting.source,
            )
            for setting in one.settings
        },
        interval=one.score.interval,
        waived=one.score.waived,
        grade=Grade(
            low=one.grade.low,
            high=one.grade.high,
            low_title=one.grade.low_title,
            high_title=one.grade.high_title,
        ),
        counts=one.score.counts,
        lines={
            finding.rule: Line(
                rule=finding.rule,
                clause=finding.clause,
                anchor=finding.anchor,
                title=finding.title,
                outcome=finding.outcome,
                to_date=finding.to_date,
                weight=finding.weight,
                hard=finding.hard,
                kind=finding.kind,
                target=finding.target,
                actual=finding.actual,
                ends=finding.ends,
                contribution=finding.contribution,
                waived=finding.waiver is not None,
            )
            for finding in one.findings
        },
        waivers=tuple((use.rule, use.effect.value) for use in one.waivers),
        source=source,
    )


def is_report(document: Document) -> bool:
    """Tell whether a document is a report of safescore, not a submission."""
    content = document.content
    return isinstance(content, Mapping) and isinstance(content.get("schema"), Mapping)


def snapshots(document: Document) -> tuple[Snapshot, ...]:
    """Return the snapshots in a JSON report, or in what ``Assessment.to_json`` wrote.

    Raises InvalidInput if the document is neither, or shows only some of the findings.
    """
    content = document.content
    schema = content.get("schema") if isinstance(content, Mapping) else None
    name = schema.get("name") if isinstance(schema, Mapping) else None
    if name == EXCHANGE:
        try:
            return (snapshot(Assessment.from_json(document.text), document.name),)
        except InvalidInput as error:
            raise InvalidInput(evolve(fault, at=document.locate(())) for fault in error.faults) from None
    if name != REPORT or not isinstance(schema, Mapping) or schema.get("version") != VERSION:
        problem = Text(
            zh=f"这不是{REPORT} {VERSION}格式的报告",
            en=f"this is no report of the format {REPORT} {VERSION}",
        )
        hint = Text(
            zh="用safescore check FACTS --output json:PATH生成",
            en="make one with safescore check FACTS --output json:PATH",
        )
        raise InvalidInput((document.fault(("schema",), problem, hint),))
    reading = _Reading(document)
    found = reading.snapshots(content.get("assessments"), ("assessments",))
    if reading.faults:
        raise InvalidInput(tuple(reading.faults))
    return found


@frozen
class _Reading:
    """What a report says of its assessments, and every fault of it; what can't be read is left empty."""

    document: Document
    faults: list[Fault] = field(factory=list)

    def snapshots(self, raw: Any, path: Steps) -> tuple[Snapshot, ...]:
        every = self.rows(raw, path)
        return tuple(self.snapshot(one, (*path, place)) for place, one in enumerate(every))

    def snapshot(self, raw: Mapping[str, Any], path: Steps) -> Snapshot:
        pack, own = self.part(raw, path, "pack"), self.part(raw, path, "organization")
        digests, score = self.part(raw, path, "digests"), self.part(raw, path, "score")
        grade, scored, graded = self.part(raw, path, "grade"), (*path, "score"), (*path, "grade")
        titles = self.part(grade, graded, "titles")
        lines = [
            self.line(one, (*path, "findings", place))
            for place, one in enumerate(self.rows(raw.get("findings"), (*path, "findings")))
        ]
        counts = self.part(score, scored, "counts")
        numbers = {one: self.number(counts, (*scored, "counts"), one.value) for one in Outcome}
        if not self.faults and sum(numbers.values()) != len(lines):
            problem = Text(
                zh=f"报告只列出{sum(numbers.values())}项中的{len(lines)}项",
                en=f"the report shows {len(lines)} of {sum(numbers.values())} findings",
            )
            hint = Text(
                zh="生成报告时不要用--only、--clause或--owner",
                en="make the report without --only, --clause and --owner",
            )
            self.faults.append(self.document.fault((*path, "findings"), problem, hint))
        return Snapshot(
            pack=self.said(pack, (*path, "pack"), "id"),
            pack_version=self.said(pack, (*path, "pack"), "version"),
            pack_title=same(self.said(pack, (*path, "pack"), "title")),
            organization={key: self.said(own, (*path, "organization"), key) for key in ("id", "name")},
            period=self.said(raw, path, "period"),
            as_of=self.day(raw, path, "as_of"),
            cut=self.day(raw, path, "cut"),
            digests=Digests(
                **{key: self.said(digests, (*path, "digests"), key) for key in ("pack", "facts", "version")}
            ),
            settings={
                self.said(one, (*path, "readings", place), "id"): Setting(
                    title=same(self.said(one, (*path, "readings", place), "title")),
                    value=self.said(one, (*path, "readings", place), "value", blank=True),
                    source=self.said(one, (*path, "readings", place), "source"),
                )
                for place, one in enumerate(self.rows(raw.get("readings"), (*path, "readings")))
            },
            interval=self.interval(score, scored),
            waived=None if score.get("waived") is None else self.waived(score, scored),
            grade=Grade(
                low=self.said(grade, graded, "low", blank=True) or None,
                high=self.said(grade, graded, "high", blank=True) or None,
                low_title=self.title(titles, (*graded, "titles"), "low"),
                high_title=self.title(titles, (*graded, "titles"), "high"),
            ),
            counts=numbers,
            lines={one.rule: one for one in lines},
            waivers=tuple(
                (
                    self.said(one, (*path, "waivers", place), "rule"),
                    self.said(one, (*path, "waivers", place), "effect"),
                )
                for place, one in enumerate(self.rows(raw.get("waivers"), (*path, "waivers")))
            ),
            source=self.document.name,
        )

    def line(self, raw: Mapping[str, Any], path: Steps) -> Line:
        outcome, contribution = self.outcome(raw, path), self.contribution(raw, path)
        both = Stand(outcome=outcome, contribution=contribution)
        ends = (both, both)
        if raw.get("evidenced") is not None:
            two = self.part(raw, path, "evidenced")
            here = (*path, "evidenced")
            stands = []
            for key in ("proven", "claimed"):
                stand = self.part(two, here, key)
                stands.append(
                    Stand(
                        outcome=self.outcome(stand, (*here, key)), contribution=self.contribution(stand, (*here, key))
                    )
                )
            ends = (stands[0], stands[1])
        return Line(
            rule=self.said(raw, path, "rule"),
            clause=self.said(raw, path, "clause"),
            anchor=self.said(raw, path, "anchor"),
            title=same(self.said(raw, path, "title")),
            outcome=outcome,
            to_date=raw.get("to_date") is True,
            weight=self.number(raw, path, "weight"),
            hard=raw.get("hard") is True,
            kind=self.said(raw, path, "measure"),
            target=same(self.said(raw, path, "target")),
            actual=same(self.said(raw, path, "actual")),
            ends=ends,
            contribution=contribution,
            waived=raw.get("waiver") is not None,
        )

    def waived(self, score: Mapping[str, Any], path: Steps) -> Interval:
        return self.interval(self.part(score, path, "waived"), (*path, "waived"))

    def interval(self, raw: Mapping[str, Any], path: Steps) -> Interval:
        return Interval(
            low=self.exact(raw, path, "low"),
            high=self.exact(raw, path, "high"),
            certain=raw.get("certain") is not False,
        )

    def contribution(self, raw: Mapping[str, Any], path: Steps) -> Contribution:
        credit, here = self.part(raw, path, "credit"), (*path, "credit")
        return Contribution(
            low=self.exact(credit, here, "low"), high=self.exact(credit, here, "high"), out=credit.get("out") is True
        )

    def outcome(self, raw: Mapping[str, Any], path: Steps) -> Outcome:
        known = {one.value: one for one in Outcome}
        said = raw.get("outcome")
        if isinstance(said, str) and said in known:
            return known[said]
        self.wrong((*path, "outcome"), Text(zh=f"应为{listed(known).zh}之一", en=f"expected one of {listed(known).en}"))
        return Outcome.UNKNOWN

    def rows(self, raw: Any, path: Steps) -> list[Mapping[str, Any]]:
        """Return a list of mappings."""
        if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
            self.wrong(path, Text(zh="应为列表，每项为“名称: 值”", en="expected a list of mappings"))
            return []
        return raw

    def part(self, raw: Mapping[str, Any], path: Steps, key: str) -> Mapping[str, Any]:
        found = raw.get(key)
        if isinstance(found, Mapping):
            return found
        self.wrong((*path, key), Text(zh=f"这里应有{key}（“名称: 值”）", en=f"expected a mapping {key} here"))
        return {}

    def said(self, raw: Mapping[str, Any], path: Steps, key: str, *, blank: bool = False) -> str:
        """Return a text; its absence is a fault unless it may be blank."""
        found = raw.get(key)
        if isinstance(found, str):
            return found
        if found is not None or not blank:
            self.wrong((*path, key), Text(zh=f"这里缺少文本{key}", en=f"there is no text {key} here"))
        return ""

    def title(self, raw: Mapping[str, Any], path: Steps, key: str) -> Text | None:
        found = self.said(raw, path, key, blank=True)
        return same(found) if found else None

    def day(self, raw: Mapping[str, Any], path: Steps, key: str) -> str:
        found = self.said(raw, path, key)
        if found and parse_day(found) is None:
            self.wrong((*path, key), Text(zh=f"{key}应为日期", en=f"{key}: expected a day"))
        return found

    def number(self, raw: Mapping[str, Any], path: Steps, key: str) -> int:
        found = raw.get(key)
        if type(found) is int and found >= 0:
            return found
        self.wrong((*path, key), Text(zh=f"这里应有整数{key}", en=f"expected a whole number {key} here"))
        return 0

    def exact(self, raw: Mapping[str, Any], path: Steps, key: str) -> Fraction | None:
        """Return an exact share from 0 to 1, written as text; null is none."""
        found = raw.get(key)
        if found is None:
            return None
        try:
            number = Fraction(found) if isinstance(found, str) else None
        except (ValueError, ZeroDivisionError):
            number = None
        if number is None or not 0 <= number <= 1:
            self.wrong(
                (*path, key),
                Text(zh=f'{key}应为0至1的分数，如"3/4"', en=f'{key}: expected a fraction from 0 to 1, as "3/4"'),
            )
            return None
        return number

    def wrong(self, path: Steps, problem: Text) -> None:
        self.faults.append(self.document.fault(path, problem))
