"""Blank forms to be filled in: one module a format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from safescore.draft import Draft
from safescore.errors import MissingExtraError
from safescore.form import Form
from safescore.words import Lang

__all__ = ["BLANKS", "Blank", "blank"]

BLANKS: Mapping[str, str | None] = {
    "yaml": None,
    "xlsx": "excel",
}
"""The formats, by the names that the command gives them; and the extra of the package that one needs, if any.

The module ``safescore.blank.NAME`` has the format's ``blank``.
"""


class Blank(Protocol):
    """Writes a form as a file of one format, with what the draft already says filled in."""

    def __call__(self, form: Form, draft: Draft, lang: Lang, schema: str) -> str | bytes:
        """Return the blank form: text, or the bytes of a binary format."""
        ...


def blank(form: Form, draft: Draft, format: str, lang: Lang, schema: str = "") -> str | bytes:  # noqa: A002
    """Return a form to be filled in, in a format and a language; *schema* is where editors find its JSON Schema.

    Raises ValueError if there is no such format, MissingExtraError if its libraries are not installed.
    """
    if format not in BLANKS:
        message = f"there is no form {format!r}; there are: {', '.join(BLANKS)}"
        raise ValueError(message)
    extra = BLANKS[format]
    try:
        write: Blank = import_module(f"safescore.blank.{format}").blank
    except ModuleNotFoundError as error:
        if extra is None or (error.name or "").startswith("safescore"):
            raise
        raise MissingExtraError(format, error.name, extra) from None
    return write(form, draft, lang, schema)
