"""The page of a roll-up in a browser: nothing asked for, nothing cut off, no fault of accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from safescore.report.layout import Layout
from safescore.report.rollup import render
from safescore.report.rollup.html.charts import MOST_LANES
from safescore.results import Interval
from safescore.rollup.rolled import roll_up
from tests.browser import axe, chromium, opened
from tests.rollup.golden import report
from tests.rollup.made import mark, result

NARROW, WIDE = 360, 1280


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def test_the_page_holds_in_a_browser(browser: Any, tmp_path: Path) -> None:
    """On a phone and on a desk, in light and in dark, nothing lies beyond the edge, and axe finds no fault."""
    path = tmp_path / "rollup.html"
    path.write_text(report("html", "zh"), encoding="utf-8")
    with opened(browser, path, viewport={"width": WIDE, "height": 900}) as (page, heard):
        page.evaluate(axe())
        for scheme, width in (("light", WIDE), ("dark", NARROW)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.get_by_role("table", name="各组在各条的得分").count() == 1
        assert heard == []


def test_many_members_are_a_spread() -> None:
    """Too many to name are counted by tens of points; who has no score is in none of them."""
    handed = [result(f"m{number}", "1" if number % 2 else "19/20") for number in range(MOST_LANES)]
    nobody = evolve(result("n"), score=Interval(low=None, high=None), grade=None)
    page = render(roll_up([*handed, nobody]), "html", "en", Layout())
    assert page.count('<li><svg height="120"') == 10
    assert f"{MOST_LANES} / " in page
    few = render(roll_up([handed[0], nobody]), "html", "en", Layout())
    assert 'class="lanes"' in few


def test_a_hostile_name_stays_text() -> None:
    """What looks like markup, or turns the direction of writing, is shown and does nothing."""
    name = '<script>alert(1)</script>\u202e"'
    one = evolve(result("a", marks={"p.asked": mark(0, 1)}), name=name)
    page = render(roll_up([evolve(one, profile={"sector": (name,)})], by=("sector",)), "html", "en", Layout())
    assert "<script>" not in page
    assert "\u202e" not in page
