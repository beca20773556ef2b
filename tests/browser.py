"""A headless Chromium for what people look at; where there is none its tests are skipped, or fail if asked to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = os.environ.get("SAFESCORE_CLIENTS") == "required"


def lacking(what: str) -> NoReturn:
    """Skip a test for want of a client; fail it where every client is required."""
    if REQUIRED:
        pytest.fail(f"SAFESCORE_CLIENTS=required, but there is no {what}")
    pytest.skip(f"there is no {what}")


def client(*names: str) -> str:
    """Return where a program is, under the first of its names that is there."""
    return next(filter(None, map(shutil.which, names)), None) or lacking(" or ".join(names))


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a Chromium, and stop it afterwards."""
    if find_spec("playwright") is None:
        lacking("playwright")
    from playwright.sync_api import sync_playwright

    program = client(*NAMES)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Any, path: Path, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """Open a file in a browser that refuses every other address; yield its page, and all that it said or asked for."""
    context = browser.new_context(**options)
    heard: list[str] = []
    own = path.as_uri()

    def answer(route: Any) -> None:
        if route.request.url.partition("#")[0] == own:
            route.continue_()
        else:
            heard.append(f"request: {route.request.url}")
            route.abort()

    def dismiss(dialog: Any) -> None:
        heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.route("**/*", answer)
    page = context.new_page()
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("dialog", dismiss)
    page.goto(own)
    try:
        yield page, heard
    finally:
        context.close()


def axe() -> str:
    """Return the script of axe-core."""
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        lacking("axe-playwright-python")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
