"""A document: what an author's files say, as plain values, and where they say it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from attrs import field

from safescore.errors import Fault, Location
from safescore.frozen import frozen
from safescore.words import Text

Steps = tuple[str | int, ...]
"""The way to a value: keys of mappings and places in lists."""


class Places(Protocol):
    """Where the values of a content stand in the file that they were read from."""

    def locate(self, path: Steps) -> Location:
        """Return where the value at *path* begins, or the nearest value around it that exists."""
        ...

    def locate_key(self, path: Steps) -> Location:
        """Return where the key at the end of *path* begins, or what encloses it where there is none."""
        ...


class Entry(str):
    """The text of a cell of a table: the dictionary says what it means."""

    __slots__ = ()


@frozen(slots=False, kw_only=True)
class Document:
    """What a file says, with the files that it names, as plain dicts, lists and scalars, and where it says it.

    ``folder`` is that of the file; None for what was never a file. ``entered`` is whether some values are entries
    of tables, not yet read by a dictionary; ``notes`` say how files were read. A document that was read as far as it
    goes has the *faults* that stopped or hindered the reading, and those of files that it names; values and keys at
    *spoilt* places are not what was meant, and if something is *lost*, keys that are not there may have been written.
    """

    name: str
    text: str = field(default="", repr=False)
    content: Any = field(eq=False, repr=False)
    digest: str
    places: Places = field(eq=False, repr=False)
    entered: bool = False
    faults: tuple[Fault, ...] = ()
    spoilt: frozenset[Location] = frozenset()
    lost: bool = False
    notes: tuple[Text, ...] = ()
    folder: Path | None = field(default=None, eq=False, repr=False)

    def locate(self, path: Steps) -> Location:
        """Return where the value at *path* begins, or the nearest value around it that exists."""
        return self.places.locate(path)

    def locate_key(self, path: Steps) -> Location:
        """Return where the key at the end of *path* begins, or what encloses it where there is none."""
        return self.places.locate_key(path)

    def fault(self, path: Steps, problem: Text, hint: Text | None = None, *, key: bool = False) -> Fault:
        """Return a fault of the value at *path*, or of its key."""
        return Fault(self.locate_key(path) if key else self.locate(path), problem, hint)


@frozen
class Grafted:
    """Places of a content of which parts stand elsewhere, each under its own path."""

    base: Places
    parts: Mapping[Steps, Places]

    def locate(self, path: Steps) -> Location:
        """Return where the value at *path* begins, in the part that holds it."""
        places, rest = self._part(path)
        return places.locate(rest)

    def locate_key(self, path: Steps) -> Location:
        """Return where the key at the end of *path* begins, in the part that holds it."""
        places, rest = self._part(path)
        return places.locate_key(rest) if rest else self.base.locate_key(path)

    def _part(self, path: Steps) -> tuple[Places, Steps]:
        for end in range(len(path), 0, -1):
            if path[:end] in self.parts:
                return self.parts[path[:end]], path[end:]
        return self.base, path


@frozen
class Renamed:
    """Places of records whose fields are called otherwise in the file: by their labels."""

    places: Places
    columns: Mapping[str, str]

    def locate(self, path: Steps) -> Location:
        """Return where a cell, a record, or the whole begins."""
        return self.places.locate(self._written(path))

    def locate_key(self, path: Steps) -> Location:
        """Return where the name of a column stands."""
        return self.places.locate_key(self._written(path))

    def _written(self, path: Steps) -> Steps:
        if len(path) < 2:
            return path
        return (path[0], self.columns.get(str(path[1]), path[1]), *path[2:])
