"""The site of the docs builds without a warning, holds every page, and asks nothing of any other host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="the site needs the extra docs")
pytest.importorskip("myst_parser", reason="the site needs the extra docs")
pytest.importorskip("furo", reason="the site needs the extra docs")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
    "embed": "src",
}
LINKED = ("stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload")


class Page(HTMLParser):
    """What a page is written in, and what it makes a browser fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the language of the page, and what a tag fetches."""
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag in FETCHED and FETCHED[tag] in given:
            self.fetched.append(given[FETCHED[tag]])
        if tag == "link" and set(given.get("rel", "").split()) & set(LINKED):
            self.fetched.append(given.get("href", ""))


@pytest.fixture(name="site", scope="module")
def _site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site; any warning ends the build with an error."""
    folder = tmp_path_factory.mktemp("site")
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-n",
        "-q",
        "-b",
        "html",
        "-d",
        str(folder / "trees"),
    ]
    run = subprocess.run(
        [*build, str(DOCS), str(folder / "html")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder / "html"


def pages(site: Path) -> Iterator[Path]:
    return site.rglob("*.html")


def outside(address: str) -> bool:
    return bool(re.match(r"(?:[a-z]+:)?//", address, re.IGNORECASE))


def test_every_page_of_the_docs_is_in_the_site(site: Path) -> None:
    written = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")}
    assert written == {one for one in written if (site / one).with_name(f"{one.name}.html").is_file()}
    assert len(written) > 25
    index = (site / "index.html").read_text("utf-8")
    absent = [str(one) for one in written if one.name != "index" and f'href="{one.as_posix()}.html' not in index]
    assert absent == []


def test_the_site_asks_nothing_of_another_host(site: Path) -> None:
    """No script, font, style or picture comes from elsewhere."""
    fetched = [one for page in pages(site) for one in Page(page.read_text("utf-8")).fetched]
    assert len(fetched) > 100
    assert [one for one in fetched if outside(one)] == []
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert [one for one in re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]+)", styles) if outside(one)] == []


def test_what_a_page_fetches_is_there(site: Path) -> None:
    for page in pages(site):
        for one in Page(page.read_text("utf-8")).fetched:
            if not one.startswith("data:"):
                assert (page.parent / one.partition("?")[0].partition("#")[0]).is_file(), (page.name, one)


def test_a_chinese_page_says_that_it_is_chinese(site: Path) -> None:
    assert Page((site / "tutorials" / "officer.zh.html").read_text("utf-8")).lang == "zh-CN"
    assert Page((site / "tutorials" / "officer.html").read_text("utf-8")).lang == "en"


def test_no_line_of_a_chinese_page_ends_within_a_sentence() -> None:
    """A line break between Chinese characters is shown as a blank."""
    for path in DOCS.rglob("*.zh.md"):
        text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        assert re.findall(r"[\u4e00-\u9fff，。；：]\n[ ]*[（\u4e00-\u9fff]", text) == [], path.name
