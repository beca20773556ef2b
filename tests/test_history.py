"""History: period after period in a table, and as a chart in the HTML report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator

from safescore import Assessment
from safescore.cli import main
from safescore.course import course_of, courses
from safescore.report.history import FORMATS, bar, render
from safescore.report.html import charts
from safescore.report.layout import Layout
from safescore.results import Interval
from safescore.snapshot import snapshot
from safescore.standing import Outcome
from safescore.words import LANGUAGES, Lang
from tests.browser import axe, chromium, opened
from tests.reports import GOLDEN, assessment, finding, golden, written
from tests.test_html import Parsed

Read = pytest.CaptureFixture[str]
SCHEMA = Path(__file__).parents[1] / "docs" / "history.schema.json"
BEFORE, AFTER = str(GOLDEN / "committee-before.yaml"), str(GOLDEN / "committee.yaml")
PACKED = ("--pack", str(GOLDEN / "pack"))


def quarter(number: int, low: Fraction | None, high: Fraction | None, **more: Any) -> Assessment:
    """Return an assessment of a quarter; with every other one a duty is met."""
    outcome = Outcome.SATISFIED if number % 2 else Outcome.UNKNOWN
    one = assessment(finding(outcome, low, high), low=low, high=high, grades=None if low is None else ("pass", "good"))
    ends = ("03-31", "06-30", "09-30", "12-31")
    year, place = divmod(number - 1, 4)
    return evolve(one, period=f"{2022 + year}Q{place + 1}", as_of=f"{2022 + year}-{ends[place]}", **more)


def years(number: int) -> list[Assessment]:
    return [quarter(one, Fraction(one, number + 1), Fraction(one + 1, number + 1)) for one in range(1, number + 1)]


def test_in_the_order_of_time() -> None:
    """Whatever the order given; what turned is told against the one before; the first has nothing before it."""
    given = [snapshot(one) for one in years(4)]
    (course,) = courses([given[2], given[0], given[3], given[1], given[0]])
    assert [point.snapshot for point in course.points] == given
    assert [point.turned and len(point.turned) for point in course.points] == [None, 1, 1, 1]
    assert [point.change for point in course.points] == [None, *[Fraction(1, 5)] * 3]


def test_each_organisation_and_pack_has_its_own() -> None:
    one, other = years(2)
    others = [evolve(other, organization={"id": "two", "name": "二"}), evolve(other, pack="another")]
    found = courses(map(snapshot, [one, other, *others]))
    assert [(course.organization["id"], course.pack, len(course.points)) for course in found] == [
        ("one", "pack", 2),
        ("two", "pack", 1),
        ("one", "another", 1),
    ]
    course = course_of(snapshot(other), map(snapshot, [one, *others, other]))
    assert [point.snapshot.period for point in course.points] == ["2022Q1", "2022Q2"]


def test_the_same_assessment_in_two_languages_is_one(tmp_path: Path, capsys: Read) -> None:
    words = ["history", BEFORE, *PACKED, "--format", "json"]
    for lang in LANGUAGES:
        path = tmp_path / f"{lang}.json"
        assert main(["check", BEFORE, *PACKED, "--output", f"json:{path}", "--lang", lang, "--quiet"]) == 0
        words.insert(2, str(path))
    capsys.readouterr()
    assert main([*words, AFTER]) == 0
    (course,) = json.loads(capsys.readouterr().out)["courses"]
    assert [point["as_of"] for point in course["points"]] == ["2022-06-30", "2022-09-30"]


def test_without_a_score() -> None:
    """A period without a score has no bar, and no change to or from it."""
    given = [quarter(1, None, None), quarter(2, Fraction(1, 2), Fraction(1, 2)), quarter(3, None, None)]
    (course,) = courses(map(snapshot, given))
    assert [point.change for point in course.points] == [None, None, None]
    for format_ in FORMATS:
        assert render((course,), format_, "en")
    chart = charts.trend(course, given[-1])
    assert chart is not None
    assert [one.empty for one in chart.stands] == [True, False, True]
    assert chart.steps == ()


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (Fraction(0), Fraction(1), "▒▒▒▒▒▒▒▒▒▒"),
        (Fraction(1), Fraction(1), "██████████"),
        (Fraction(0), Fraction(0), "··········"),
        (Fraction(1, 2), Fraction(1, 2), "█████·····"),
        (Fraction(59, 100), Fraction(59, 100), "█████·····"),
        (Fraction(59, 100), Fraction(61, 100), "█████▒▒···"),
        (None, None, ""),
    ],
)
def test_bar(low: Fraction | None, high: Fraction | None, shown: str) -> None:
    assert bar(Interval(low=low, high=high)) == shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table(lang: Lang, capsys: Read) -> None:
    assert main(["history", AFTER, BEFORE, *PACKED, "--lang", lang, "--width", "110"]) == 0
    shown = capsys.readouterr().out
    rows = [re.split(r"\s*\|\s*", line)[1:] for line in shown.splitlines() if "2022-0" in line]
    assert [row[:2] for row in rows] == [["2022Q2", "2022-06-30"], ["2022Q3", "2022-09-30"]]
    assert [row[4] for row in rows] == ["—", "-32.0"]
    assert rows[1][7] == "4"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_json_follows_its_schema(lang: Lang) -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    found = courses(map(snapshot, [*years(3), quarter(4, None, None), golden()]))
    assert list(validator.iter_errors(json.loads(render(found, "json", lang)))) == []


def test_a_pack_of_several_versions_is_told() -> None:
    one, other = years(2)
    (course,) = courses(map(snapshot, [one, evolve(other, pack_version="1.1")]))
    assert "pack version" in render((course,), "markdown", "en")
    (course,) = courses(map(snapshot, [one, other]))
    assert "pack version" not in render((course,), "markdown", "en")
    with pytest.raises(ValueError, match="no format"):
        render((course,), "pdf", "en")


def test_faults(tmp_path: Path, capsys: Read) -> None:
    (tmp_path / "bad.yaml").write_text("facts: 1\n", encoding="utf-8")
    assert main(["history", AFTER, str(tmp_path / "bad.yaml"), str(tmp_path / "none.json"), *PACKED]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "bad.yaml" in said.err
    assert "none.json" in said.err


# The chart


def page(number: int, lang: Lang = "zh") -> str:
    *earlier, last = years(number)
    return written(last, "html", lang, Layout(earlier=tuple(map(snapshot, earlier))))


def test_the_chart_is_as_its_table() -> None:
    """A bar, a dot and a row for each period, and a line from each to the next."""
    shown = page(4)
    parsed = Parsed(shown)
    assert parsed.wrong == []
    (part,) = re.findall(r'<svg class="trend".*?</svg>', shown, re.DOTALL)
    assert [part.count(f"<{mark}") for mark in ('rect class="interval"', "circle", 'line class="step"')] == [4, 4, 3]
    (table,) = re.findall(r'<table class="stack course".*?</table>', shown, re.DOTALL)
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]


def test_places_are_those_of_the_scores() -> None:
    *earlier, last = years(3)
    chart = charts.trend(course_of(snapshot(last), map(snapshot, earlier)), last)
    assert chart is not None
    assert [one.low for one in chart.stands] == ["160.0", "110.0", "60.0"]
    assert [(one.top, one.height) for one in chart.stands] == [("110.0", "50.0"), ("60.0", "50.0"), ("10.0", "50.0")]
    assert [(one.y, one.height) for one in chart.stripes] == [("10.0", "40.0"), ("50.0", "40.0"), ("90.0", "120.0")]
    assert [one.now for one in chart.stands] == [False, False, True]


def test_many_periods_have_few_names() -> None:
    *earlier, last = years(30)
    chart = charts.trend(course_of(snapshot(last), map(snapshot, earlier)), last)
    assert chart is not None
    named = [one.period for one in chart.stands if one.period]
    assert len(chart.stands) == 30
    assert len(named) == 10
    assert named[-1] == last.period


def test_nothing_before_is_no_chart() -> None:
    *_, last = years(1)
    assert 'class="trend"' not in written(last, "html")
    later = evolve(last, as_of="2023-03-31")
    assert 'class="trend"' not in written(last, "html", "zh", Layout(earlier=(snapshot(later),)))


def test_check_shows_it(tmp_path: Path, capsys: Read) -> None:
    """Of earlier reports and submissions; what is wrong with one of them is told, and nothing is silently left out."""
    path = tmp_path / "report.html"
    words = ["check", AFTER, *PACKED, "--output", f"html:{path}", "--quiet"]
    assert main([*words, "--history", BEFORE]) == 0
    assert 'class="trend"' in path.read_text("utf-8")
    assert main([*words, "--history", str(tmp_path / "none.json")]) == 2
    assert "none.json:1:1" in capsys.readouterr().err
    assert main([*words, "--history", str(path)]) == 2


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("width", [360, 1280])
def test_the_chart_in_a_browser(width: int, browser: Any, tmp_path: Path) -> None:
    """Nothing sticks out, nothing is complained of, and the audit of accessibility finds nothing."""
    path = tmp_path / "report.html"
    path.write_text(page(12, "en"), encoding="utf-8")
    with opened(browser, path, viewport={"width": width, "height": 900}) as (shown, heard):
        shown.evaluate(axe())
        found = shown.evaluate("() => axe.run({runOnly: ['wcag2a', 'wcag2aa']})")
        assert [one["id"] for one in found["violations"]] == []
        assert shown.evaluate("() => document.documentElement.scrollWidth") <= width
        box = shown.locator("svg.trend").bounding_box()
        marks = shown.evaluate(
            "() => [...document.querySelectorAll('svg.trend *')].filter(one => one.getClientRects().length)"
            ".map(one => one.getBoundingClientRect())"
            ".map(one => [one.left, one.right])"
        )
        assert all(box["x"] - 1 <= left and right <= box["x"] + box["width"] + 1 for left, right in marks)
        assert heard == []
