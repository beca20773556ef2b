"""The text for a terminal: brief by default, complete on demand, never wider than the terminal."""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from wcwidth import wcswidth

from safescore import Outcome
from safescore.report import Layout
from safescore.report.brief import MOST_FACTS, MOST_NOTES, MOST_TO_DO
from safescore.report.layout import Detail
from safescore.results import Assessment
from safescore.words import LANGUAGES, Lang, Text
from tests import examples
from tests.reports import BRIEF, assessment, brief_file, brief_text, finding, golden, named, written
from tests.test_report import HOSTILE

languages = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.mark.parametrize(("detail", "lang"), BRIEF)
def test_golden(detail: Detail, lang: Lang) -> None:
    assert brief_text(detail, lang) == brief_file(detail, lang).read_text(encoding="utf-8")


def brief(*ones: Assessment, lang: Lang = "en", width: int = 100) -> str:
    return written(ones, "text", lang, Layout(width=width))


@languages
def test_every_rule_is_there(lang: Lang) -> None:
    """The brief text leaves no rule out: it names each one by its id."""
    shown = brief(golden(), lang=lang)
    ids = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", shown.replace("\n", " "))
    assert {one.rule.removeprefix("golden-2022.") for one in golden().findings} <= set(ids)


@languages
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("detail", [Detail.RESULT, Detail.BRIEF])
def test_no_line_is_wider_than_the_terminal(lang: Lang, width: int, name: str, detail: Detail) -> None:
    shown = written((named(name),), "text", lang, Layout(width=width, detail=detail))
    assert max(map(wcswidth, shown.splitlines())) <= width
    assert all(line.isprintable() for line in shown.splitlines())


def test_no_more_is_said_in_brief_than_in_full() -> None:
    """A typical submission fits on two screens, and the result on one line a figure."""
    with examples.at_root():
        one = examples.assessed("dust-plant-2022")[0]
    lengths = {detail: len(written(one, "text", "zh", Layout(detail=detail)).splitlines()) for detail in Detail}
    assert lengths[Detail.RESULT] < 12
    assert lengths[Detail.BRIEF] < 90
    assert lengths[Detail.FULL] > 300


def test_only_the_first_are_said_in_full_and_every_gap_is_listed() -> None:
    many = tuple(finding(Outcome.NOT_SATISFIED, rule=f"pack.rule-{number}") for number in range(MOST_TO_DO + 1))
    shown = brief(assessment(*many))
    assert f"What to do first ({MOST_TO_DO} of {MOST_TO_DO + 1})" in shown
    assert f"\n{MOST_TO_DO}. " in shown
    assert f"\n{MOST_TO_DO + 1}. " not in shown
    assert all(f"(rule-{number})" in shown for number in range(MOST_TO_DO + 1))
    exactly = brief(assessment(*many[1:]))
    assert "What to do first\n" in exactly


def test_nothing_to_do() -> None:
    shown = brief(assessment(finding(Outcome.SATISFIED, rule="pack.kept")))
    assert "Nothing is not met." in shown
    assert "What to do first" not in shown
    assert "\nkept\n" in shown


def test_what_decides_the_grade_comes_first_and_is_marked() -> None:
    one = golden()
    told = evolve(one, grade=evolve(one.grade, deciding=("facts.target_items.penalties",)))
    assert re.search(r"Those with \* decide the grade\.\n\*  [^\n]*target_items.penalties\)\n-  The death", brief(told))
    assert "decide the grade" not in brief(one)


@pytest.mark.parametrize("more", [0, 1])
def test_many_missing_facts_are_counted(more: int) -> None:
    lacking = evolve(finding(Outcome.UNKNOWN), missing=tuple(f"facts.f{number}" for number in range(MOST_FACTS + more)))
    assert ("and 1 more." in brief(assessment(lacking))) is bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_many_notes_are_counted(more: int) -> None:
    notes = tuple(Text(zh=f"第{number}", en=f"note {number}") for number in range(MOST_NOTES + more))
    assert ("and 1 more." in brief(evolve(assessment(), notes=notes))) is bool(more)


def test_what_does_not_apply_is_grouped_by_reason() -> None:
    another = Text(zh="不由本单位承担", en="binds another role")
    none = Text(zh="没有适用的对象", en="there is nothing it would ask about")
    free = (
        evolve(finding(Outcome.NOT_APPLICABLE, rule=f"pack.r{number}"), reason=reason)
        for number, reason in enumerate((another, none, another))
    )
    shown = brief(assessment(*free))
    assert "binds another role (2): r0 r2\n" in shown
    assert "there is nothing it would ask about (1): r1\n" in shown


def test_the_result_stands_at_the_end_as_well() -> None:
    """Whoever looks at a terminal sees the end of a long text."""
    assert re.search(r"\nat least [0-9.]+ of 100, fail; √ 2 met, × 4 not met, [^\n]*\n\Z", brief(golden()))


@languages
def test_the_results_of_several_are_one_table(lang: Lang) -> None:
    shown = written((golden(), golden()), "text", lang, Layout(detail=Detail.RESULT))
    assert shown.count("golden-2022") == 2
    assert shown.endswith("+\n")
