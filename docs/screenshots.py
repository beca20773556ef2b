"""Makes the pictures of the docs from the examples: ``python docs/screenshots.py``, or with names of pictures.

It needs the extras of the formats shown, playwright, a Chromium, and for the Word report LibreOffice and poppler.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import safescore
from safescore.words import Lang

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
EXAMPLE = Path("examples") / "regulator-department-2022Q3.yaml"
TOWN = Path("examples") / "town-rollup-2022"
WIDE, NARROW = 1120, 360
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

Picture = Callable[[Path], None]
"""Writes one picture to a path."""


def html(path: Path, *, lang: Lang, width: int = WIDE, height: int = 1180, dark: bool = False) -> None:
    """Write a picture of the upper part of the HTML report."""
    drawn(path, str(safescore.render(safescore.check(EXAMPLE), "html", lang=lang)), width, height, dark=dark)


def rollup(path: Path, *, lang: Lang) -> None:
    """Write a picture of the upper part of a roll-up."""
    from safescore.report.rollup import render
    from safescore.rollup.gathering import Gathering, files_of
    from safescore.rollup.rolled import roll_up
    from safescore.roster import read_roster

    gathering = Gathering()
    for name in files_of([str(TOWN / "submissions")]):
        gathering.take(name)
    rolled = roll_up(gathering.results, roster=read_roster(TOWN / "roster.csv"), by=("town",))
    drawn(path, render(rolled, "html", lang), WIDE, 1080)


def drawn(path: Path, content: str, width: int, height: int, *, dark: bool = False) -> None:
    """Write a picture of the upper part of a page."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        page.write_text(content, encoding="utf-8")
        program = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        sheet = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="zh-CN"
        )
        sheet.goto(page.as_uri())
        sheet.screenshot(path=path)
        browser.close()


def word(path: Path) -> None:
    """Make the picture of the Word report."""
    from office_pictures import word as printed  # beside this file

    printed(path)


PICTURES: Mapping[str, Picture] = {
    "report-html.zh.png": partial(html, lang="zh"),
    "report-html.en.png": partial(html, lang="en"),
    "report-html-narrow.zh.png": partial(html, lang="zh", width=NARROW, height=1180, dark=True),
    "rollup.zh.png": partial(rollup, lang="zh"),
    "report-docx.png": word,
}
"""The pictures, each with what makes it; another format's is one line more."""


def main(names: list[str]) -> int:
    """Make the pictures that are named, else all of them."""
    unknown = [name for name in names if name not in PICTURES]
    if unknown:
        sys.stderr.write(f"there is no picture {', '.join(unknown)}; there are: {', '.join(PICTURES)}\n")
        return 2
    os.chdir(ROOT)
    IMAGES.mkdir(exist_ok=True)
    for name in names or PICTURES:
        PICTURES[name](IMAGES / name)
        sys.stdout.write(f"docs/images/{name}: {(IMAGES / name).stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
