"""A report to look at: one HTML file that needs no network, no script and no font of its own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from safescore.course import Course, course_of
from safescore.frozen import frozen
from safescore.report import changes, contents, labels
from safescore.report.html import charts
from safescore.report.layout import Layout
from safescore.report.outline import Outline
from safescore.report.page import Block, Cell, Pairs
from safescore.report.visible import clipped, visible
from safescore.results import Assessment, Finding
from safescore.snapshot import snapshot
from safescore.standing import Outcome
from safescore.version import VERSION
from safescore.words import Lang, Text

MOST = 600
"""How many characters of one text the report shows before it only counts the rest."""
TARGET, ACTUAL, GAP = Text(zh="要求", en="asked"), Text(zh="现状", en="as it stands"), Text(zh="差距", en="gap")
MISSING, DUE, REASON = Text(zh="缺少", en="missing"), Text(zh="期限", en="due"), Text(zh="原因", en="reason")
REMEDY, OWNERS, OUTCOME = (
    Text(zh="怎么办", en="remedy"),
    Text(zh="责任单位", en="owners"),
    Text(zh="结果", en="outcome"),
)
CLAUSE = Text(zh="条款", en="clause")
COLUMNS: Mapping[Outcome, tuple[Text, ...]] = {
    Outcome.NOT_SATISFIED: (TARGET, ACTUAL, GAP, REMEDY, OWNERS, DUE),
    Outcome.UNKNOWN: (TARGET, ACTUAL, MISSING, REMEDY, OWNERS, DUE),
    Outcome.PENDING: (DUE, TARGET, ACTUAL, REMEDY, OWNERS),
    Outcome.SATISFIED: (OUTCOME, TARGET, ACTUAL, DUE),
    Outcome.NOT_APPLICABLE: (REASON,),
}
"""What stands in the columns of a table of findings, by what the outline calls it; the rest are its details."""


@frozen(kw_only=True)
class Sheet:
    """One assessment as the page shows it: its words, its charts, and the anchors of its findings."""

    number: int
    assessment: Assessment
    words: Outline
    anchors: Mapping[str, str]
    course: Course

    def blocks(self, name: str) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of a part of the outline, each with the name of its kind."""
        return ((type(block).__name__, block) for block in getattr(self.words, name)())

    def pairs(self, name: str) -> list[tuple[tuple[str, Cell], ...]]:
        """Return the pairs of a part of the outline."""
        return [block.rows for _, block in self.blocks(name) if isinstance(block, Pairs)]

    def said(self, finding: Finding) -> Mapping[str, Cell]:
        """Return all that the outline says of a finding, by what it calls it."""
        return dict(self.words.finding(finding))

    def anchor(self, finding: Finding) -> str:
        """Return what links to a finding name."""
        return self.anchors[finding.rule]


def render(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    """Return the gap report as one HTML file."""
    environment = _environment()
    style, script = part("page.css"), part("page.js")
    owners = dict.fromkeys(name for one in assessments for finding in one.findings for name in finding.owners)
    page = environment.get_template("page.html").render(
        lang=lang,
        say=lambda zh, en: zh if lang == "zh" else en,
        sheets=[_sheet(number, one, lang, layout) for number, one in enumerate(assessments, 1)],
        owners={name: place for place, name in enumerate(owners)},
        columns={outcome: [name.to(lang) for name in names] for outcome, names in COLUMNS.items()},
        style=Markup(style),  # noqa: S704 -- a file of this package
        script=Markup(script),  # noqa: S704 -- a file of this package
        policy=policy(script),
    )
    return f"{tight(page)}\n"


def _sheet(number: int, assessment: Assessment, lang: Lang, layout: Layout) -> Sheet:
    anchors = {one.rule: f"f{number}-{place}" for place, one in enumerate(assessment.findings, 1)}
    course = course_of(snapshot(assessment), layout.earlier)
    return Sheet(number=number, assessment=assessment, words=Outline(assessment, lang), anchors=anchors, course=course)


def environment(folder: str) -> Environment:
    """Return how a page is made of the templates in a folder beside this one: everything escaped, nothing invisible."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("safescore.report", folder), PackageLoader("safescore.report", "html")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["lines"] = _lines
    made.filters["css"] = _css
    made.globals.update(labels=labels, Outcome=Outcome, version=VERSION)
    return made


@cache
def _environment() -> Environment:
    made = environment("html")
    made.globals.update(
        changes=changes,
        charts=charts,
        contents=contents,
        CLAUSE=CLAUSE,
        DUE=DUE,
        OUTCOME=OUTCOME,
        OWNERS=OWNERS,
        REMEDY=REMEDY,
    )
    return made


@cache
def part(name: str) -> str:
    """Return a style sheet or script of the reports, as a page has it inside."""
    made = _environment()
    assert made.loader is not None
    return tight(made.loader.get_source(made, name)[0])


def _shown(value: object) -> object:
    """Return what a place of the page shows: of a text of unknown origin, nothing invisible comes through."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def _lines(text: str) -> list[str]:
    return [clipped(line, MOST) for line in text.split("\n")]


def _css(text: str) -> str:
    """Return *text* as a string of a style sheet."""
    return '"' + "".join(char if char.isalnum() or char == " " else f"\\{ord(char):06x}" for char in text) + '"'


def policy(script: str = "") -> str:
    """Return what a page may do: nothing beyond itself, and run this script alone, if any."""
    allowed = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else "'none'"
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src {allowed}"
    )


def tight(text: str) -> str:
    """Return *text* without empty lines and without blanks around lines; nothing shown depends on either."""
    return "\n".join(line for line in map(_stripped, text.split("\n")) if line)


def _stripped(line: str) -> str:
    return line.strip(" \t")
