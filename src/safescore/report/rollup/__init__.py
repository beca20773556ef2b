"""Reports of a roll-up: one module a format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from safescore.errors import MissingExtraError
from safescore.report.layout import Layout
from safescore.rollup.rolled import RollUp
from safescore.words import Lang

FORMATS: Mapping[str, str | None] = {"text": None, "json": None, "csv": None, "html": "report"}
"""The formats, and the extra of the package that one needs, if any; the module of its name has its ``render``."""


class Report(Protocol):
    """Turns a roll-up into a file of one format."""

    def __call__(self, rolled: RollUp, lang: Lang, layout: Layout) -> str:
        """Return the report."""
        ...


def render(rolled: RollUp, format: str, lang: Lang, layout: Layout | None = None) -> str:  # noqa: A002
    """Return a roll-up in a format and a language. Raises MissingExtraError if its libraries are not installed."""
    extra = FORMATS[format]
    try:
        report: Report = import_module(f"safescore.report.rollup.{format}").render
    except ModuleNotFoundError as error:
        if extra is None or (error.name or "").startswith("safescore"):
            raise
        raise MissingExtraError(format, error.name, extra) from None
    return report(rolled, lang, layout or Layout())
