"""Makes the picture of the Word report: ``python docs/office_pictures.py``.

It needs the extra ``word``, LibreOffice, poppler-utils, playwright, and a Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import safescore

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "district-committee-2022.yaml"
PAGES = (1, 2, 5)
"""The pages shown: the cover, the result, the points lost."""
HEIGHT, GAP, DOTS = 620, 24, 110
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STAND_INS: Mapping[str, tuple[str, str]] = {
    "仿宋_GB2312": ("Noto Serif CJK SC", "regular"),
    "宋体": ("Noto Serif CJK SC", "regular"),
    "方正小标宋简体": ("Noto Serif CJK SC", "bold"),
    "黑体": ("Noto Sans CJK SC", "bold"),
}
"""Free fonts of the same kind, for computers without those that the file names."""


def word(path: Path) -> None:
    """Write a picture of some pages of the Word report, side by side, as LibreOffice shows them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        report = safescore.render(safescore.check(EXAMPLE), "docx", lang="zh")
        (folder / "report.docx").write_bytes(report if isinstance(report, bytes) else report.encode())
        (folder / "fonts.conf").write_text(_fonts(), encoding="utf-8")
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", name, "report.docx"]
        fonts = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
        subprocess.run(convert, check=True, capture_output=True, cwd=folder, env=fonts)
        images = [_page(folder, number) for number in PAGES]
        (folder / "pages.html").write_text(_side_by_side(images), encoding="utf-8")
        with sync_playwright() as playwright:
            program = next(filter(None, map(shutil.which, BROWSERS)), None)
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            sheet = browser.new_page(viewport={"width": 2000, "height": HEIGHT + 2 * GAP})
            sheet.goto((folder / "pages.html").as_uri())
            sheet.locator("main").screenshot(path=path)
            browser.close()


def _page(folder: Path, number: int) -> bytes:
    """Return a page of the PDF as a PNG."""
    some = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", str(DOTS), "-png", *some, "report.pdf", f"page{number}"], check=True, cwd=folder)
    return (folder / f"page{number}.png").read_bytes()


def _side_by_side(images: list[bytes]) -> str:
    shown = "".join(f'<img src="data:image/png;base64,{b64encode(one).decode()}">' for one in images)
    return (
        "<!doctype html><style>body{margin:0}"
        f"main{{display:inline-flex;gap:{GAP}px;padding:{GAP}px;background:#d8dce2}}"
        f"img{{height:{HEIGHT}px;box-shadow:0 2px 8px #0005}}</style><main>{shown}</main>"
    )


def _fonts() -> str:
    """Return a fontconfig file that puts free fonts in the place of those that the report names."""
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{family}</string></test>'
        f'<edit name="family" mode="prepend" binding="strong"><string>{other}</string></edit>'
        f'<edit name="weight" mode="assign" binding="strong"><const>{weight}</const></edit></match>'
        for family, (other, weight) in STAND_INS.items()
    )
    begun = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    return f'{begun}<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{rules}</fontconfig>'


if __name__ == "__main__":
    (ROOT / "docs" / "images").mkdir(exist_ok=True)
    word(ROOT / "docs" / "images" / "report-docx.png")
    sys.stdout.write("docs/images/report-docx.png\n")
