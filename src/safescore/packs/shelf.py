"""The shared dictionary, read entry by entry when asked: a check asks a few dozen of its hundreds of entries.

The built-in entries are checked as a whole by ``load_pack(…, whole=True)``, which lint and the tests use; what they
accept is read here without being checked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from safescore.dictionary import Derivation, Dictionary, FactSpec
from safescore.errors import Fault, InvalidInput
from safescore.packs.entries import derived, structured
from safescore.source import Limits, parse, read_text

_ENTRY = re.compile(r"^([a-z][a-z0-9_]*):", re.MULTILINE)
_PROFILE = re.compile(r"\bprofile: true\b")


class Shelf:
    """The texts of the entries by name, cut where an entry begins."""

    def __init__(self, paths: list[Path], limits: Limits) -> None:
        self.limits = limits
        self.texts: dict[str, tuple[str, str]] = {}
        self.digests: list[tuple[str, str]] = []
        for path in paths:
            text = read_text(path, limits)
            self.digests.append((path.name, sha256(text.encode()).hexdigest()))
            starts = list(_ENTRY.finditer(text))
            ends = [found.start() for found in starts[1:]] + [len(text)]
            for found, end in zip(starts, ends, strict=True):
                self.texts[found[1]] = (str(path), text[found.start() : end])

    def dictionary(self) -> Dictionary:
        """Return the dictionary, whose entries are read when they are asked."""
        facts = _Entries(self)
        profile = tuple(name for name, (_, text) in self.texts.items() if _PROFILE.search(text))
        return Dictionary(facts=facts, derivations=_Derivations(facts), profile_names=profile)


class _Entries(Mapping[str, FactSpec]):
    """The entries of a shelf, each read once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._read: dict[str, FactSpec] = {}

    def __getitem__(self, name: str) -> FactSpec:
        found = self._read.get(name)
        if found is None:
            path, text = self._shelf.texts[name]
            document = parse(text, path, self._shelf.limits)
            faults: list[Fault] = []
            found = structured(document.content[name], FactSpec, document, (name,), faults)
            if found is None:
                raise InvalidInput(faults)
            self._read[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.texts)

    def __len__(self) -> int:
        return len(self._shelf.texts)

    def __contains__(self, name: object) -> bool:
        return name in self._shelf.texts


class _Derivations(Mapping[str, Derivation]):
    """How the derived counts of a shelf follow from records, each worked out once."""

    def __init__(self, facts: _Entries) -> None:
        self._facts = facts
        self._made: dict[str, Derivation | None] = {}

    def __getitem__(self, name: str) -> Derivation:
        if name not in self._made:
            self._made[name] = derived(name, self._facts)
        found = self._made[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._facts if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._facts and self.get(name) is not None
