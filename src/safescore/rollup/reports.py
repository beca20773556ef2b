"""Results in reports that were made before: of ``check --format json``, and of ``Assessment.to_json``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field

from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput
from safescore.frozen import frozen
from safescore.results import Assessment, Contribution, Counted, Interval
from safescore.rollup.members import Duty, Mark, Result, result_of
from safescore.source import LIMITS, Limits, read
from safescore.standing import Outcome
from safescore.words import Text, same

REPORT, EXCHANGE = "safescore-report", "safescore-assessment"
_FRACTION = re.compile(r"[0-9]{1,18}(?:/[1-9][0-9]{0,17})?\Z")


def is_report(path: Path | str, limits: Limits = LIMITS) -> bool:
    """Tell whether a JSON file is a report of safescore. Raises InvalidInput where it can't be read."""
    return _schema(read(path, limits, as_far=True).content) in (REPORT, EXCHANGE)


def read_report(path: Path | str, limits: Limits = LIMITS) -> tuple[Result, ...]:
    """Return the results in a report. Raises InvalidInput with every fault."""
    document = read(path, limits)
    if _schema(document.content) == EXCHANGE:
        return (result_of(Assessment.from_json(document.text), document.name),)
    reading = _Reading(document)
    content: Any = document.content
    listed = content.get("assessments")
    if not isinstance(listed, list):
        reading.blame(("assessments",), Text(zh="这里缺少评估清单", en="there is no list of assessments here"))
        listed = []
    found = tuple(reading.result(one, ("assessments", place)) for place, one in enumerate(listed))
    if reading.faults:
        raise InvalidInput(reading.faults)
    return found


def _schema(content: Any) -> object:
    head = content.get("schema") if isinstance(content, Mapping) else None
    return head.get("name") if isinstance(head, Mapping) else None


@frozen
class _Reading:
    """The reading of one report, and every fault of it."""

    document: Document
    faults: list[Fault] = field(factory=list)

    def blame(self, path: Steps, problem: Text) -> None:
        """Take down a fault."""
        hint = Text(zh="重新用safescore check --format json生成", en="make it again with safescore check --format json")
        self.faults.append(self.document.fault(path, problem, hint))

    def result(self, one: Any, path: Steps) -> Result:
        """Return one assessment; what could not be read is a fault, and left empty."""
        grade = self.mapping(one, path, "grade")
        bands = grade.get("bands")
        bands = bands if isinstance(bands, list) else []
        grades = tuple(
            (self.text(band, (*path, "grade", "bands", place), "id"), _said(band, "title"))
            for place, band in enumerate(bands)
        )
        findings = one.get("findings") if isinstance(one, Mapping) else None
        if not isinstance(findings, list):
            self.blame((*path, "findings"), Text(zh="这里缺少事项清单", en="there is no list of findings here"))
            findings = []
        own, pack = self.mapping(one, path, "organization"), self.mapping(one, path, "pack")
        digests = self.mapping(one, path, "digests")
        return Result(
            organization=self.text(own, (*path, "organization"), "id"),
            name=self.text(own, (*path, "organization"), "name"),
            pack=self.text(pack, (*path, "pack"), "id"),
            version=self.text(pack, (*path, "pack"), "version"),
            title=_said(pack, "title"),
            period=self.text(one, path, "period"),
            as_of=self.text(one, path, "as_of"),
            cut=self.text(one, path, "cut"),
            facts=self.text(digests, (*path, "digests"), "facts"),
            score=self.interval(self.mapping(one, path, "score"), (*path, "score")),
            grade=self.places(grade, [id_ for id_, _ in grades], (*path, "grade")),
            grades=grades,
            duties=tuple(self.duty(found, (*path, "findings", place)) for place, found in enumerate(findings)),
            marks=dict(self.marks(findings, path)),
            source=self.document.name,
        )

    def marks(self, findings: list[Any], path: Steps) -> Iterator[tuple[str, Mark]]:
        """Yield how every rule stands."""
        known = {outcome.value: outcome for outcome in Outcome}
        for place, one in enumerate(findings):
            here = (*path, "findings", place)
            said = self.text(one, here, "outcome")
            if said and said not in known:
                self.blame((*here, "outcome"), Text(zh=f"没有“{said}”这种结果", en=f"there is no outcome {said!r}"))
            credit = self.mapping(one, here, "credit")
            found = self.interval(credit, (*here, "credit"))
            outcome = known.get(said, Outcome.UNKNOWN)
            yield (
                str(one.get("rule")) if isinstance(one, Mapping) else "",
                Mark(
                    outcome=outcome,
                    contribution=Contribution(low=found.low, high=found.high, out=credit.get("out") is not False),
                    counted=self.counted(one, here, outcome),
                    short=self.span(one.get("short"), (*here, "short")) if isinstance(one, Mapping) else None,
                ),
            )

    def duty(self, one: Any, path: Steps) -> Duty:
        """Return what a finding says of its rule."""
        weight = one.get("weight") if isinstance(one, Mapping) else None
        return Duty(
            rule=self.text(one, path, "rule"),
            clause=self.text(one, path, "clause"),
            title=_said(one, "title"),
            kind=self.text(one, path, "measure"),
            hard=isinstance(one, Mapping) and one.get("hard") is True,
            weight=weight if isinstance(weight, int) and not isinstance(weight, bool) else 1,
        )

    def counted(self, one: Any, path: Steps, outcome: Outcome) -> Counted | None:
        """Return what a finding counts; None where an older report does not say."""
        if outcome is Outcome.NOT_APPLICABLE:
            return Counted(met=(0, 0), unmet=(0, 0))
        found = one.get("counted") if isinstance(one, Mapping) else None
        if found is None:
            return None
        met, unmet = (self.span(_value(found, name), (*path, "counted", name)) for name in ("met", "unmet"))
        return None if met is None or unmet is None else Counted(met=met, unmet=unmet)

    def span(self, one: Any, path: Steps) -> tuple[int, int | None] | None:
        """Return a low and a high that may be without bound; None where there is none."""
        if one is None:
            return None
        low, high = _value(one, "low"), _value(one, "high")
        if _whole(low) and (high is None or (_whole(high) and high >= low)):
            return low, high
        self.blame(path, Text(zh="应为low与high两个整数", en="expected two whole numbers, low and high"))
        return None

    def places(self, grade: Mapping[str, Any], known: list[str], path: Steps) -> tuple[int, int] | None:
        """Return the places of the lowest and the highest grade; None where there is none."""
        low, high = grade.get("low"), grade.get("high")
        if low is None or high is None:
            return None
        if low in known and high in known:
            return known.index(low), known.index(high)
        self.blame(path, Text(zh="等级不在bands之列", en="the grade is none of its bands"))
        return None

    def interval(self, one: Mapping[str, Any], path: Steps) -> Interval:
        """Return the interval that a mapping holds."""
        low, high = self.share(one.get("low"), (*path, "low")), self.share(one.get("high"), (*path, "high"))
        if (low is None) != (high is None) or (low is not None and high is not None and low > high):
            self.blame(path, Text(zh="low不应大于high", en="low and high are no interval"))
            return Interval(low=None, high=None)
        return Interval(low=low, high=high, certain=one.get("certain") is not False)

    def share(self, raw: Any, path: Steps) -> Fraction | None:
        """Return an exact share from 0 to 1; None is none."""
        if raw is None:
            return None
        if isinstance(raw, str) and _FRACTION.match(raw) and Fraction(raw) <= 1:
            return Fraction(raw)
        problem = Text(zh="应为0至1的分数，如“142/203”", en='expected a fraction from 0 to 1, as "142/203"')
        self.blame(path, problem)
        return None

    def mapping(self, one: Any, path: Steps, name: str) -> Mapping[str, Any]:
        """Return the mapping of this name; its absence is a fault."""
        found = _value(one, name)
        if isinstance(found, Mapping):
            return found
        self.blame((*path, name), Text(zh=f"这里缺少{name}", en=f"there is no {name} here"))
        return {}

    def text(self, one: Any, path: Steps, name: str) -> str:
        """Return the text of this name; its absence is a fault."""
        found = _value(one, name)
        if isinstance(found, str):
            return found
        self.blame((*path, name), Text(zh=f"这里缺少文本{name}", en=f"there is no text {name} here"))
        return ""


def _value(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, Mapping) else None


def _said(one: Any, name: str) -> Text:
    found = _value(one, name)
    return same(found if isinstance(found, str) else "")


def _whole(one: Any) -> bool:
    return isinstance(one, int) and not isinstance(one, bool) and one >= 0
