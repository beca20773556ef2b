"""Reports: one module a format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from safescore.errors import MissingExtraError
from safescore.report.layout import Layout
from safescore.results import Assessment
from safescore.words import Lang

if TYPE_CHECKING:
    from safescore.report.page import Page

__all__ = ["REPORTS", "Layout", "MissingExtraError", "Report", "laid_out", "render"]

REPORTS: Mapping[str, str | None] = {
    "text": None,
    "markdown": None,
    "html": "report",
    "docx": "word",
    "xlsx": "excel",
    "json": None,
    "sarif": None,
    "junit": None,
    "github": None,
    "gitlab": None,
    "oscal": None,
    "csv": None,
}
"""The formats, by the names that every command gives them; and the extra of the package that one needs, if any.

The module ``safescore.report.NAME`` has the format's ``render``.
"""


class Report(Protocol):
    """Turns assessments into a file of one format."""

    def __call__(self, assessments: tuple[Assessment, ...], lang: Lang, layout: Layout) -> str | bytes:
        """Return the report: text, or the bytes of a binary format."""
        ...


def render(
    assessments: tuple[Assessment, ...],
    format: str,  # noqa: A002
    lang: Lang,
    layout: Layout | None = None,
) -> str | bytes:
    """Return a report of assessments in a format and a language: text, or the bytes of a binary format.

    Raises ValueError if there is no such format, MissingExtraError if its libraries are not installed.
    """
    if format not in REPORTS:
        message = f"there is no report {format!r}; there are: {', '.join(REPORTS)}"
        raise ValueError(message)
    return _report(format)(assessments, lang, layout or Layout())


def _report(name: str) -> Report:
    extra = REPORTS[name]
    try:
        report: Report = import_module(f"safescore.report.{name}").render
    except ModuleNotFoundError as error:
        if extra is None or (error.name or "").startswith("safescore"):
            raise
        raise MissingExtraError(name, error.name, extra) from None
    return report


def laid_out(page: Page, layout: Layout) -> str:
    """Return any page as text for a terminal."""
    from safescore.report.text import laid_out as shown

    return shown(page, layout)
