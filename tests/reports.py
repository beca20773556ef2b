"""Assessments for the tests of reports: the golden one, and ones made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from os import chdir
from pathlib import Path

from attrs import evolve

from safescore import Assessment, Finding, Outcome, check
from safescore.report import Layout, render
from safescore.report.layout import Detail
from safescore.results import Contribution, Digests, GradeRange, Interval, Score
from safescore.words import LANGUAGES, Lang, Text

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {"text": "txt", "markdown": "md", "json": "json"}
CASES: tuple[tuple[str, Lang], ...] = tuple((format_, lang) for format_ in SUFFIXES for lang in LANGUAGES)
SAID = Text(zh="话", en="word")
BANDS = (
    ("good", Text(zh="良好", en="good grade"), Fraction(80)),
    ("pass", Text(zh="合格", en="passed"), Fraction(60)),
    ("fail", Text(zh="不合格", en="failed"), Fraction(0)),
)


@contextmanager
def beside_golden() -> Iterator[None]:
    """Work beside the golden files, so that no report holds the path of a machine."""
    before = Path.cwd()
    chdir(GOLDEN)
    try:
        yield
    finally:
        chdir(before)


@cache
def golden() -> Assessment:
    """Return the assessment that the golden files show."""
    with beside_golden():
        return check("committee.yaml", "pack").only()


def golden_file(format_: str, lang: Lang) -> Path:
    """Return where a golden report stands."""
    return GOLDEN / f"committee.{lang}.{SUFFIXES[format_]}"


def golden_report(format_: str, lang: Lang) -> str:
    """Return a report as it comes out now."""
    return written(golden(), format_, lang)


def written(
    assessments: Assessment | Iterable[Assessment],
    format_: str = "text",
    lang: Lang = "zh",
    layout: Layout | None = None,
) -> str:
    """Return a report in one of the formats that are text, with everything in it unless the layout says otherwise."""
    several = (assessments,) if isinstance(assessments, Assessment) else tuple(assessments)
    shown = render(several, format_, lang, layout or Layout(detail=Detail.FULL))
    assert isinstance(shown, str)
    return shown


def finding(
    outcome: Outcome,
    low: Fraction | None = None,
    high: Fraction | None = None,
    *,
    out: bool = False,
    hard: bool = False,
    rule: str = "pack.rule",
) -> Finding:
    """Return a finding with this outcome and contribution."""
    return Finding(
        rule=rule,
        clause="一",
        anchor="原文原文",
        title=SAID,
        outcome=outcome,
        to_date=False,
        contribution=Contribution(low=low, high=high, out=out or low is None),
        hard=hard,
        weight=1,
        kind="affirm",
        actual=SAID,
        target=SAID,
        gap=None,
        short=None,
        reason=SAID,
        remedy=SAID,
    )


def assessment(
    *findings: Finding,
    low: Fraction | None = Fraction(1),
    high: Fraction | None = Fraction(1),
    certain: bool = True,
    grades: tuple[str, str] | None = ("good", "good"),
) -> Assessment:
    """Return an assessment with these findings, this score and these grades."""
    titles = {id_: title for id_, title, _ in BANDS}
    worst, best = grades or (None, None)
    return Assessment(
        pack="pack",
        pack_version="1.0",
        pack_title=SAID,
        organization={"id": "one", "name": "某单位"},
        period="2022",
        as_of="2022-12-31",
        cut="2022-12-31",
        digests=Digests(pack="0" * 64, facts="1" * 64, version="0"),
        settings=(),
        score=Score(
            interval=Interval(low=low, high=high, certain=certain),
            decided=Fraction(1),
            counts={outcome: sum(one.outcome is outcome for one in findings) for outcome in Outcome},
            weights={"hard": 5, "quantitative": 3, "qualitative": 1},
            models={"flat-unweighted": Interval(low=low, high=high), "absolute": Interval(low=low, high=high)},
        ),
        grade=GradeRange(
            low=worst,
            high=best,
            low_title=titles[worst] if worst else None,
            high_title=titles[best] if best else None,
        ),
        grades=BANDS,
        findings=findings,
    )


BRIEF: tuple[tuple[Detail, Lang], ...] = tuple(
    (one, lang) for one in (Detail.RESULT, Detail.BRIEF) for lang in LANGUAGES
)


def brief_file(detail: Detail, lang: Lang) -> Path:
    """Return where a golden text of less than everything stands."""
    return GOLDEN / f"committee.{lang}.{detail.value}.txt"


def brief_text(detail: Detail, lang: Lang) -> str:
    """Return a text of less than everything as it comes out now."""
    return written(golden(), "text", lang, Layout(width=80, detail=detail))


def named(name: str) -> Assessment:
    """Return the golden assessment with a text of unknown origin wherever the facts may bring one in."""
    one = golden()
    findings = tuple(
        evolve(
            found,
            missing=tuple(f"facts.{name}" for _ in found.missing),
            places=tuple(evolve(place, at=name) for place in found.places),
            parts=tuple(evolve(part, subject=name, what=(name,)) for part in found.parts),
            waiver=evolve(found.waiver, reason=name, approver=name) if found.waiver else None,
            gap=Text(zh=name, en=name) if found.gap else None,
            reason=Text(zh=name, en=name),
            actual=Text(zh=name, en=name),
        )
        for found in one.findings
    )
    return evolve(
        one,
        organization={"id": name, "name": name},
        findings=findings,
        notes=(Text(zh=name, en=name),),
        settings=tuple(evolve(setting, value=name) for setting in one.settings),
    )
