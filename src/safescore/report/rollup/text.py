"""A roll-up for a terminal."""

from __future__ import annotations

from safescore.report.layout import Layout
from safescore.report.rollup.outline import Outline
from safescore.report.text import laid_out
from safescore.rollup.rolled import RollUp
from safescore.words import Lang


def render(rolled: RollUp, lang: Lang, layout: Layout) -> str:
    """Return a roll-up as text, with as much in it as the layout says."""
    return laid_out(tuple(Outline(rolled, lang).blocks(layout.detail)), layout)
