"""The settings of a folder: safescore.toml, or [tool.safescore] in pyproject.toml, the nearest above the facts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import field

from safescore.errors import Fault, InvalidInput, Location
from safescore.frozen import frozen
from safescore.patterns import pattern
from safescore.source import read_text
from safescore.words import Text

OWN, SHARED = "safescore.toml", "pyproject.toml"
_TABLE = ("tool", "safescore")
_AT = pattern(r" \(at (?:line (?P<line>[0-9]+), column (?P<column>[0-9]+)|end of document)\)\Z")


@frozen(kw_only=True)
class Config:
    """What a file sets, by key; and where the file stands."""

    path: Path
    values: Mapping[str, Any]
    text: str = field(repr=False)
    table: tuple[str, ...] = ()

    def locate(self, key: str) -> Location:
        """Return where a key is set."""
        return _located(self.text, (*self.table, key), str(self.path))


def find_config(start: Path) -> Config | None:
    """Return the settings nearest to a folder: in it, or in one above it. Raises InvalidInput.

    A pyproject.toml without the table is passed over; beside a safescore.toml it does not count.
    """
    for folder in (start, *start.parents):
        for name in (OWN, SHARED):
            path = folder / name
            if path.is_file():
                found = _opened(_nearby(path), optional=name == SHARED)
                if found is not None:
                    return found
    return None


def read_config(path: Path) -> Config:
    """Return the settings in a file that was named. Raises InvalidInput."""
    found = _opened(path, optional=False)
    assert found is not None
    return found


def _nearby(path: Path) -> Path:
    """Return a path as one would write it from here, where it is below here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _opened(path: Path, *, optional: bool) -> Config | None:
    text = read_text(path).replace("\r\n", "\n")
    if optional and _TABLE[-1] not in text:  # reading TOML takes longer than looking
        return None
    try:
        content = _loaded(text)
    except ValueError as error:
        raise InvalidInput((_fault(str(error), text, str(path)),)) from None
    if path.name != SHARED:
        return Config(path=path, values=content, text=text)
    table = content
    for step in _TABLE:
        table = table.get(step, {})
        if not isinstance(table, dict):
            at = _located(text, _TABLE, str(path))
            raise InvalidInput(
                (
                    Fault(
                        at,
                        Text(zh="tool.safescore应为一张表", en="tool.safescore is no table"),
                        Text(zh="写成[tool.safescore]", en="write [tool.safescore]"),
                    ),
                )
            )
    if not table and optional:
        return None
    return Config(path=path, values=table, text=text, table=_TABLE)


def _loaded(text: str) -> dict[str, Any]:
    """Return what a TOML text holds. Raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    return tomllib.loads(text, parse_float=Decimal)


def _fault(said: str, text: str, name: str) -> Fault:
    found = _AT.search(said)
    lines = text.split("\n")
    line = int(found["line"]) if found and found["line"] else len(lines)
    column = int(found["column"]) if found and found["column"] else len(lines[-1]) + 1
    problem = said[: found.start()] if found else said
    told = Text(zh=f"这不是有效的TOML：{problem}", en=f"this is no TOML: {problem}")
    return Fault(Location(name, line, column), told)


def _located(text: str, steps: tuple[str, ...], name: str) -> Location:
    """Return where a key is set: at the beginning of the first statement after which it is there."""
    lines = text.split("\n")
    begins = 0
    for end in range(1, len(lines) + 1):
        try:
            content: Any = _loaded("\n".join(lines[:end]))
        except ValueError:
            continue
        for step in steps:
            content = content.get(step) if isinstance(content, dict) else None
        if content is not None:
            statement = (place for place in range(begins, end) if lines[place].split("#")[0].strip())
            line = next(statement, begins)
            return Location(name, line + 1, len(lines[line]) - len(lines[line].lstrip()) + 1)
        begins = end
    return Location(name, 1, 1)
