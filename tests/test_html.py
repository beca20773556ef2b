"""The HTML report: whole, harmless, the same twice; and looked at, filtered, printed and judged in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from safescore import Assessment, Outcome
from safescore.report import MissingExtraError
from safescore.report.contents import WORST_FIRST
from safescore.report.html import COLUMNS, MOST, charts
from safescore.report.labels import OUTCOMES
from safescore.report.outline import Outline
from safescore.results import Interval
from safescore.words import LANGUAGES, Lang
from tests.browser import axe, chromium, client, opened
from tests.examples import ROOT, assessed
from tests.reports import assessment, finding, golden, named, written
from tests.test_report import HOSTILE, hostile, languages, odd

MOST_BYTES = 300_000
VOID = {"meta", "link", "br", "input"}
NARROW, WIDE = 360, 1280


class Parsed(HTMLParser):
    """What a page holds: its elements, its texts, and every element that was not closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & {*self.open[-1:]}:
            self.said.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of the elements of one name."""
        return [attributes for name, attributes in self.elements if name == tag]


def full(lang: Lang = "zh") -> str:
    return written(golden(), "html", lang)


@languages
def test_the_page_is_whole(lang: Lang) -> None:
    page = Parsed(full(lang))
    assert page.wrong == []
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert page.all("html") == [{"lang": "zh-CN" if lang == "zh" else "en"}]
    targets = {attributes["href"] for attributes in page.all("a")}
    assert {str(target).removeprefix("#") for target in targets} <= {str(id_) for id_ in ids}


@languages
def test_nothing_is_asked_of_a_network(lang: Lang) -> None:
    text = full(lang)
    page = Parsed(text)
    assert "//" not in text.replace(";//", "")
    assert page.all("link") == [{"rel": "icon", "href": "data:,"}]
    assert not {"img", "iframe", "object", "base", "form action"} & {name for name, _ in page.elements}
    assert all(not {"src", "srcset", "action", "style-src"} & set(attributes) for _, attributes in page.elements)
    assert set(re.findall(r"url\((.*?)\)", text)) == {"#hatch"}


def test_the_policy_names_the_one_script() -> None:
    text = full()
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (policy,) = [one["content"] for one in Parsed(text).all("meta") if one.get("http-equiv")]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{digest}'"
    )


@languages
def test_every_rule_is_there_with_its_outcome_and_reason(lang: Lang) -> None:
    said = "".join(Parsed(full(lang)).said)
    for one in golden().findings:
        assert one.rule in said
        assert one.title.to(lang) in said
        assert one.reason.to(lang) in said
    for section in re.findall(r'<section class="part findings.*?</section>', full(lang), re.DOTALL):
        (outcome,) = re.findall(r'data-outcome="(.*?)"', section)
        assert section.count("<tbody") == golden().score.counts[Outcome(outcome)]


@languages
def test_the_columns_are_what_the_outline_says(lang: Lang) -> None:
    """A column whose name the outline does not know would always be empty."""
    words = Outline(golden(), lang)
    known = {name for one in golden().findings for name, _ in words.finding(one)}
    assert {name.to(lang) for name in chain(*COLUMNS.values())} <= known
    assert set(COLUMNS) == set(Outcome)


@languages
def test_digests_and_version_are_there(lang: Lang) -> None:
    said = "".join(Parsed(full(lang)).said)
    one = golden().digests
    assert all(part in said for part in (one.pack, one.facts, f"safescore {one.version}"))


@languages
def test_no_word_of_the_other_language(lang: Lang) -> None:
    said = " ".join(Parsed(full(lang)).said)
    if lang == "en":
        one = golden()
        once = [word for found in one.findings for word in (found.clause, found.anchor, "、".join(found.owners))]
        once += [word for found in one.findings for word in found.owners]
        once += [word for clause, anchor, _ in one.unscored for word in (clause, anchor)]
        once += [one.organization["name"], "办法正在修订", "区安办", *(part.clause for part in one.score.sections)]
        for word in sorted(once, key=len, reverse=True):
            said = said.replace(word, "")
        assert not re.search(r"[\u4e00-\u9fff]", said)
    else:
        assert not re.search(r"\b(score|grade|due|missing|gap|met|unknown|duty|details)\b", said)


def test_the_same_bytes_in_another_process() -> None:
    command = [sys.executable, "-m", "safescore", "check", "examples/qijiang-ordinary-plant-2023.yaml"]
    runs = [
        subprocess.run(
            [*command, "--format", "html"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].decode().rstrip("\n") == written(assessed("qijiang-ordinary-plant-2023"), "html").rstrip("\n")


def test_without_jinja_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "safescore.report.html")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    said = r"html needs jinja2, which is not installed\n *hint: install safescore\[report\]"
    with pytest.raises(MissingExtraError, match=said):
        written(golden(), "html")


@languages
@pytest.mark.parametrize("name", ["enyang-town-2023H1", "qianjiang-commerce-commission-2022"])
def test_a_report_on_250_rules_is_small(name: str, lang: Lang) -> None:
    (one,) = assessed(name)
    more = (evolve(found, rule=f"{found.rule}-again") for found in one.findings)
    many = evolve(one, findings=(*one.findings, *more)[:250])
    assert len(written(many, "html", lang).encode()) <= MOST_BYTES


@hostile
@languages
def test_a_hostile_text_stays_text(name: str, lang: Lang) -> None:
    text = written((named(name), golden()), "html", lang)
    page, plain = Parsed(text), Parsed(written((golden(), golden()), "html", lang))
    assert {tag for tag, _ in page.elements} == {tag for tag, _ in plain.elements}
    for tag in ("script", "style", "section", "form", "details", "article"):
        assert len(page.all(tag)) == len(plain.all(tag))
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert page.wrong == []
    assert page.open == []
    assert odd(text) == set()
    assert max(map(len, page.said)) < MOST + 300
    text.encode()


def test_a_long_name_is_cut_short_and_counted() -> None:
    page = Parsed(written(named("长" * 10_000), "html"))
    (title,) = [said for said in page.said if said.startswith("长") and said.endswith("安全生产自查评分报告")]
    assert "…[10000]" in title


def one_score(low: Fraction | None, high: Fraction | None, grades: tuple[str, str] | None) -> Assessment:
    return assessment(finding(Outcome.SATISFIED, Fraction(1), Fraction(1)), low=low, high=high, grades=grades)


def test_the_interval_stands_on_the_bands() -> None:
    scale = charts.scale(one_score(Fraction(3, 4), Fraction(9, 10), ("pass", "good")))
    assert [(band.bar.left, band.bar.width, band.least, band.may) for band in scale.bands] == [
        ("80.00%", "20.00%", "80", True),
        ("60.00%", "20.00%", "60", True),
        ("0.00%", "60.00%", "0", False),
    ]
    assert scale.interval == charts.Bar(left="75.00%", width="15.00%")
    assert scale.label == charts.Label(at="82.50%", anchor="middle")


@pytest.mark.parametrize(
    ("score", "anchor"),
    [
        pytest.param(Fraction(0), "start", id="nothing"),
        pytest.param(Fraction(1), "end", id="all"),
        pytest.param(charts.EDGE, "middle", id="just not at the edge"),
    ],
)
def test_labels_stay_inside(score: Fraction, anchor: str) -> None:
    label = charts.scale(one_score(score, score, ("fail", "fail"))).label
    assert label is not None
    assert label.anchor == anchor


def test_without_a_score_there_is_no_interval() -> None:
    none = one_score(None, None, None)
    assert charts.scale(none).interval is None
    assert not any(band.may for band in charts.scale(none).bands)
    assert charts.stretch(Interval(low=None, high=None)) is None
    assert "没有得分" in written(none, "html")


def test_neighbours_that_are_narrow_have_their_names_on_two_rows() -> None:
    (one,) = assessed("district-committee-2022")
    assert [band.row for band in charts.scale(one).bands] == [0, 1, 0, 0]


@languages
def test_what_decides_the_grade_is_one_step_away(lang: Lang) -> None:
    (one,) = assessed("regulator-department-2022Q3")
    text = written(one, "html", lang)
    number = len(one.grade.deciding)
    assert number > 1
    shown = f"{number} 个缺少的事实" if lang == "zh" else f"{number} missing facts"
    assert f'<a href="#s1-missing">{shown}</a>' in text
    assert 'id="s1-missing"' in text


def due(outcome: Outcome, day: str, rule: str) -> Any:
    return evolve(finding(outcome, Fraction(0), Fraction(1), rule=f"pack.{rule}"), next_due=day)


def test_what_falls_due_on_one_day_stands_together_the_worst_first() -> None:
    one = assessment(
        due(Outcome.PENDING, "2022-12-31", "a"),
        due(Outcome.NOT_SATISFIED, "2022-12-31", "b"),
        due(Outcome.PENDING, "2022-07-01", "c"),
        due(Outcome.PENDING, "", "d"),
        due(Outcome.NOT_APPLICABLE, "2022-01-01", "e"),
    )
    chart = charts.timeline(one)
    assert chart is not None
    assert [(day.day, [found.rule for found in day.findings]) for day in chart.days] == [
        ("2022-07-01", ["pack.c"]),
        ("2022-12-31", ["pack.b", "pack.a"]),
    ]
    assert [lane.outcome for lane in chart.lanes] == [Outcome.NOT_SATISFIED, Outcome.PENDING]
    assert chart.cut == charts.Label(at="100.00%", anchor="end", text="2022-12-31")
    assert [tick.text for tick in chart.ticks] == ["2022-01", "2022-04", "2022-07", "2022-10"]


def test_days_that_are_near_are_one_mark() -> None:
    near = assessment(
        *(due(Outcome.PENDING, day, day) for day in ("2022-06-01", "2022-06-02", "2022-06-03", "2022-09-01"))
    )
    chart = charts.timeline(near)
    assert chart is not None
    assert [(dot.number, dot.first, dot.last) for dot in chart.lanes[0].dots] == [
        (3, "2022-06-01", "2022-06-03"),
        (1, "2022-09-01", "2022-09-01"),
    ]


@pytest.mark.parametrize("last", ["2022-12-31", "2024-02-29", "2051-01-01", "9999-12-31"])
def test_there_are_never_many_ticks(last: str) -> None:
    chart = charts.timeline(assessment(due(Outcome.PENDING, last, "a")))
    assert chart is not None
    assert 1 <= len(chart.ticks) <= charts.MOST_TICKS


def test_without_a_due_day_there_is_no_timeline() -> None:
    one = assessment(finding(Outcome.NOT_SATISFIED, Fraction(0), Fraction(0)))
    assert charts.timeline(one) is None
    assert "何时到期" not in written(one, "html")


# In a browser.


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    """Return where the report stands in each language."""
    folder = tmp_path_factory.mktemp("html")
    return {lang: saved(full(lang), folder / f"report.{lang}.html") for lang in LANGUAGES}


def saved(text: str, path: Path) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def rules(page: Any) -> set[str]:
    """Return the titles of the findings that can be seen."""
    return set(page.locator(".findings tbody:visible .title").all_inner_texts())


def titles(*outcomes: Outcome, owner: str = "", lang: Lang = "zh") -> set[str]:
    return {
        one.title.to(lang)
        for one in golden().findings
        if one.outcome in (outcomes or WORST_FIRST) and (not owner or owner in one.owners)
    }


def test_the_filter(browser: Any, report: dict[Lang, Path]) -> None:
    with opened(browser, report["zh"]) as (page, heard):
        check = {one: page.get_by_role("checkbox", name=OUTCOMES[one].zh, exact=False) for one in Outcome}
        check[Outcome.SATISFIED] = page.locator("input[value=satisfied]")
        check[Outcome.NOT_SATISFIED] = page.locator("input[value=not-satisfied]")
        owner, text = page.get_by_role("combobox"), page.get_by_role("searchbox")
        status, reset = page.get_by_role("status"), page.get_by_role("button", name="全部显示")
        assert rules(page) == titles()
        assert status.inner_text() == "显示 13 项，共 13 项"

        check[Outcome.SATISFIED].uncheck()
        check[Outcome.NOT_APPLICABLE].uncheck()
        assert rules(page) == titles(Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.PENDING)
        assert page.get_by_role("heading", name="不适用").count() == 0

        owner.select_option(label="商贸安全办公室")
        assert rules(page) == titles(owner="商贸安全办公室")
        assert page.locator(".to-do li:visible").count() == 1
        check[Outcome.NOT_SATISFIED].uncheck()
        assert rules(page) == set()
        assert status.inner_text() == "显示 0 项，共 13 项"

        reset.click()
        page.locator("output", has_text="显示 13 项，共 13 项").wait_for()
        assert rules(page) == titles()
        assert page.locator("#filtered").is_hidden()

        text.fill("联席　会议 ２０２２Q3")
        assert rules(page) == titles(owner="商贸安全办公室")
        text.fill("没有这样的字")
        assert rules(page) == set()
        page.locator("a", has_text="完善目标管理").first.evaluate("link => { location.hash = link.hash }")
        page.locator("output", has_text="显示 13 项，共 13 项").wait_for()
        assert page.locator("tbody:target details").first.evaluate("details => details.open")
        assert heard == []


def test_details_open_and_close_by_the_keyboard(browser: Any, report: dict[Lang, Path]) -> None:
    with opened(browser, report["en"]) as (page, heard):
        every = page.locator(".findings details")
        assert every.locator("dl:visible").count() == 0
        summary = every.first.locator("summary")
        summary.focus()
        page.keyboard.press("Enter")
        assert every.first.locator("dl").is_visible()
        button = page.get_by_role("button", name="close details")
        button.focus()
        page.keyboard.press("Enter")
        assert every.locator("dl:visible").count() == 0
        page.get_by_role("button", name="open details").press("Enter")
        assert every.locator("dl:visible").count() == every.count() == len(golden().findings)
        assert heard == []


def test_without_scripts_all_is_there(browser: Any, report: dict[Lang, Path]) -> None:
    with opened(browser, report["zh"], java_script_enabled=False) as (page, heard):
        assert page.locator("#filter").is_hidden()
        assert rules(page) == titles()
        assert page.locator(".findings dl:visible").count() == len(golden().findings)
        assert heard == []


@languages
def test_no_fault_of_accessibility(browser: Any, report: dict[Lang, Path], lang: Lang) -> None:
    script = axe()
    with opened(browser, report[lang], viewport={"width": WIDE, "height": 900}) as (page, heard):
        page.evaluate(script)
        for scheme, width, open_ in (("light", WIDE, True), ("dark", NARROW, False)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(f"document.querySelectorAll('details').forEach(one => one.open = {str(open_).lower()})")
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert heard == []


def test_several_reports_in_one_file(browser: Any, tmp_path: Path) -> None:
    path = saved(written((golden(), evolve(golden(), period="2022")), "html", "en"), tmp_path / "two.html")
    with opened(browser, path) as (page, heard):
        assert page.locator("article").count() == 2
        rows = page.get_by_role("table", name="Scores at a glance").get_by_role("row")
        assert rows.count() == 3
        page.get_by_role("searchbox").fill("commerce safety office")
        assert page.locator("article:has(.findings tbody:visible)").count() == 2
        page.evaluate(axe())
        assert page.evaluate("axe.run({resultTypes: ['violations']})")["violations"] == []
        assert heard == []


def test_the_layout_holds(browser: Any, tmp_path: Path) -> None:
    names = ("script", "formula", "bidi", "escape codes", "long word", "long Chinese")
    text = written([named(HOSTILE[name]) for name in names], "html", "en")
    with opened(browser, saved(text, tmp_path / "hostile.html")) as (page, heard):
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            beyond = (
                "() => [...document.querySelectorAll('body *:not(.quiet, .skip, svg *, thead, thead *)')]"
                ".filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)"
                ".map(one => one.tagName)"
            )
            assert page.evaluate(beyond) == []
        assert heard == []


@languages
def test_it_prints_to_paper(browser: Any, report: dict[Lang, Path], lang: Lang, tmp_path: Path) -> None:
    info, to_text = client("pdfinfo"), client("pdftotext")
    path = tmp_path / "report.pdf"
    with opened(browser, report[lang], color_scheme="dark") as (page, _):
        page.pdf(path=path, prefer_css_page_size=True, print_background=True)
        page.emulate_media(media="print")
        assert page.locator("#filter").is_hidden()
        assert page.locator("summary:visible").count() == 0
        assert page.locator("thead").first.evaluate("head => getComputedStyle(head).display") == "table-header-group"
        assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(27, 35, 44)"
        page.emulate_media(media="screen")
        page.get_by_role("searchbox").fill("quarter" if lang == "en" else "每季度")
        page.emulate_media(media="print")
        assert page.locator("#filtered").inner_text().startswith("Filtered: 2" if lang == "en" else "已筛选：只列出 2")
    said = subprocess.run([info, path], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size:\s+59\d\.\d+ x 84\d\.\d+ pts \(A4\)", said)
    (pages,) = re.findall(r"Pages:\s+(\d+)", said)
    assert 2 <= int(pages) <= 8
    text = subprocess.run([to_text, "-raw", path, "-"], capture_output=True, check=True).stdout.decode()
    packed = re.sub(r"[\s-]", "", text)
    for one in golden().findings:
        assert re.sub(r"[\s-]", "", one.title.to(lang)) in packed
        if one.outcome in (Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.PENDING):
            assert one.anchor in packed
    assert f"1/{pages}" in packed


def test_the_pictures_of_the_docs_are_small_and_shown() -> None:
    pages = "".join(path.read_text("utf-8") for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert len(pictures) >= 3
    for path in pictures:
        assert path.stat().st_size < 300_000
        assert f"images/{path.name}" in pages
