"""Annotations of GitHub's runners, and the summary of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safescore.report import markdown, outline
from safescore.report.issues import Gravity, Issue, issues
from safescore.report.labels import between, grade
from safescore.report.layout import Layout
from safescore.report.page import Block, Cell, Heading, Line, Title
from safescore.report.places import NAMELESS
from safescore.report.visible import clipped, visible
from safescore.results import Assessment
from safescore.standing import Outcome
from safescore.words import Lang

KINDS: Mapping[Gravity, str] = {Gravity.HARD: "error", Gravity.GAP: "warning", Gravity.OPEN: "notice"}
MOST = 10
"""How many annotations of a kind a step shows; the closing notice is one of them."""
SUMMARY_BYTES = 1024 * 1024
"""The size from which on the summary of a step is dropped whole."""
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(assessments: Sequence[Assessment], lang: Lang, layout: Layout) -> str:
    """Return the gaps as annotations: as many as a step shows, the heaviest first, and a notice that closes them."""
    found = tuple(issues(assessments, lang))
    lines: list[str] = []
    left = 0
    for gravity, kind in KINDS.items():
        mine = sorted((one for one in found if one.gravity is gravity), key=lambda one: -one.finding.weight)
        room = MOST - (kind == "notice")
        left += max(len(mine) - room, 0)
        lines.extend(_annotation(kind, one) for one in mine[:room])
    return "".join(f"{line}\n" for line in (*lines, _closing(assessments, left, lang)))


def summary(assessments: Sequence[Assessment], lang: Lang, room: int = SUMMARY_BYTES) -> str:
    """Return the report as Markdown of less than *room* bytes: whole sections, and how many are left out."""
    shown: list[str] = []
    sections = list(_sections(outline.page(tuple(assessments), lang)))
    left = room - len(_left_out(len(sections), lang).encode()) - 2
    for done, section in enumerate(sections):
        text = markdown.laid_out(section)
        left -= len(text.encode()) + 1
        if left <= 0:
            shown.append(_left_out(len(sections) - done, lang))
            break
        shown.append(text)
    return "\n".join(shown)


def data(text: str) -> str:
    """Return a text as the message of an annotation."""
    return text.translate(_DATA)


def quoted(text: str) -> str:
    """Return a text as a property of an annotation."""
    return text.translate(_PROPERTY)


def _annotation(kind: str, issue: Issue) -> str:
    at = issue.spot
    place = [] if at.file in NAMELESS else [f"file={quoted(visible(at.path))}", f"line={at.line}", f"col={at.column}"]
    said = (*([visible(at.cell)] if at.cell else []), *issue.lines)
    return f"::{kind} {','.join((*place, f'title={quoted(issue.title)}'))}::{data(chr(10).join(said))}"


def _closing(assessments: Sequence[Assessment], left: int, lang: Lang) -> str:
    zh = lang == "zh"
    counts = {outcome: sum(one.score.counts[outcome] for one in assessments) for outcome in Outcome}
    broken, unknown = counts[Outcome.NOT_SATISFIED], counts[Outcome.UNKNOWN]
    said = [f"未达到{broken}项，无法判定{unknown}项" if zh else f"{broken} not met, {unknown} unknown"]
    if len(assessments) == 1:
        (one,) = assessments
        score, band = between(one.score.interval, lang), grade(one.grade, lang)
        said.insert(0, f"得分{score}，等级{band}" if zh else f"score {score}, grade {band}")
        name = visible(clipped(one.organization.get("name", "") or one.organization.get("id", "")))
        title = f"{name}，{one.pack}" if zh else f"{name}, {one.pack}"
    else:
        title = f"{len(assessments)}份评定" if zh else f"{len(assessments)} assessments"
    if left:
        said.append(
            f"另有{left}条未在此列出，见完整报告" if zh else f"{left} more are not shown here: see the full report"
        )
    return f"::notice title={quoted(title)}::{data(('；' if zh else '; ').join(said))}"


def _sections(page: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the blocks of a page, from each title or heading to the next."""
    section: list[Block] = []
    for block in page:
        if isinstance(block, Title | Heading) and section:
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _left_out(number: int, lang: Lang) -> str:
    text = f"篇幅所限，另有{number}节未列出。" if lang == "zh" else f"There was no room for {number} more sections."
    return markdown.laid_out([Line(Cell(text))])
