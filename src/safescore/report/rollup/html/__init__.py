"""A roll-up to look at: one HTML file that needs no network, no script and no font of its own."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from safescore.report.html import environment, part, policy, tight
from safescore.report.layout import Layout
from safescore.report.rollup.html import charts
from safescore.report.rollup.outline import Outline
from safescore.report.rollup.words import by_name, exactly, group_name
from safescore.rollup.rolled import RollUp
from safescore.words import Lang

PARTS = ("groups", "gaps", "missing", "reversals")


def render(rolled: RollUp, lang: Lang, layout: Layout) -> str:
    """Return a roll-up as one HTML file."""
    page = (
        _environment()
        .get_template("rollup.html")
        .render(
            lang=lang,
            say=lambda zh, en: zh if lang == "zh" else en,
            rolled=rolled,
            outline=Outline(rolled, lang),
            depth=min(1, len(rolled.by)),
            style=Markup(part("page.css") + "\n" + _style()),  # noqa: S704 -- files of this package
            policy=policy(),
        )
    )
    return f"{tight(page)}\n"


@cache
def _environment() -> Environment:
    made = environment("rollup/html")
    made.globals.update(charts=charts, group_name=group_name, exactly=exactly, by_name=by_name, parts=PARTS)
    return made


@cache
def _style() -> str:
    made = _environment()
    assert made.loader is not None
    return tight(made.loader.get_source(made, "rollup.css")[0])
