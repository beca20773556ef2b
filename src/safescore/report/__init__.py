"""Reports: one module a format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from safescore.report.page import Layout, Page
from safescore.results import Assessment
from safescore.words import Lang

__all__ = ["REPORTS", "Layout", "Report", "laid_out", "render"]


class Report(Protocol):
    """Turns assessments into a text of one format."""

    def __call__(self, assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
        """Return the report."""
        ...


def _text(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    from safescore.report.outline import page

    return laid_out(page(assessments, lang), layout)


def _markdown(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    from safescore.report.markdown import render as rendered
    from safescore.report.outline import page

    return rendered(page(assessments, lang))


def _json(assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str:
    from safescore.report.json import render as rendered

    return rendered(assessments, lang)


REPORTS: Mapping[str, Report] = {"text": _text, "markdown": _markdown, "json": _json}


def render(
    assessments: tuple[Assessment, ...],
    format: str,  # noqa: A002
    lang: Lang,
    layout: Layout | None = None,
) -> str:
    """Return a report of assessments in a format and a language. Raises ValueError if there is no such format."""
    if format not in REPORTS:
        message = f"there is no report {format!r}; there are: {', '.join(REPORTS)}"
        raise ValueError(message)
    return REPORTS[format](assessments, lang, layout or Layout())


def laid_out(page: Page, layout: Layout) -> str:
    """Return any page as text for a terminal."""
    from safescore.report.text import render as rendered

    return rendered(page, layout)
