"""Packs as they were read before: a cache that is derived, checked against every file it came from, and deletable.

Reading, checking and linking a pack takes longer than judging a submission under it. What comes of it depends on the
pack's files, the shared dictionary and this program alone; so it may be kept, under a digest of all three.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar

from attrs import evolve

from safescore.dictionary import Dictionary
from safescore.errors import InvalidInput
from safescore.model import Pack
from safescore.packs.find import pack_files, pack_folder
from safescore.source import Limits, read_bytes, write_whole
from safescore.version import VERSION

T = TypeVar("T")
_MOST = Limits(bytes=50_000_000)
_HOMES = ("words", "period", "expr", "standing", "dictionary", "model", "measures.")
_CODE = (".", "measures", "packs")


def open_pack(name: str | Path, cache: Path | None = None) -> Pack:
    """Return a pack by its id, ``id@version`` or its folder: as it was read before, if *cache*, a folder, holds that.

    Whatever is wrong with the cache (absent, cut short, unwritable, of other files or of another program) is as if
    there were none. Raises InvalidInput with every fault of every file of the pack.
    """
    if cache is None:
        return _read(name)
    folder, version = pack_folder(str(name))
    digest = _digest(folder)
    kept = cache / f"{folder.name}-{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}.pack"
    pack = _kept(kept, digest)
    if pack is None:
        pack = _read(folder, whole=True)
        _keep(pack, kept, digest)
    return pack if version in (None, pack.version) else _read(name)


def _read(name: str | Path, *, whole: bool = False) -> Pack:
    from safescore.packs.load import load_pack  # brings cattrs, which a pack that is kept does without

    return load_pack(name, whole=whole)


def _digest(folder: Path) -> str:
    """Return the digest of all that a pack follows from: its files, those that all share, the program that reads."""
    digest = sha256(f"{VERSION} {sys.implementation.cache_tag} {folder}\n".encode())
    for part in _CODE:
        place = Path(__file__).parents[1] / part
        for entry in sorted(os.scandir(place), key=lambda one: one.name) if place.is_dir() else ():
            if entry.name.endswith(".py"):
                state = entry.stat()
                digest.update(f"{part}/{entry.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    for path in pack_files(folder):
        content = sha256(read_bytes(path, _MOST)).hexdigest()
        digest.update(f"{path.parent.name}/{path.name} {content}\n".encode())
    return digest.hexdigest()


def _kept(path: Path, digest: str) -> Pack | None:
    """Return the pack in a file of the cache, or None if it does not hold it whole."""
    try:
        raw = read_bytes(path, _MOST)
    except InvalidInput:
        return None
    seal, payload = raw[:64], raw[64:]
    if seal != _seal(digest, payload):
        return None
    pack: Pack
    try:
        pack, facts, derivations = _loads(payload)
    except Exception:  # a pickle may fail in any way
        return None
    whole = Dictionary(facts=_Kept(facts), derivations=_Kept(derivations), profile_names=pack.dictionary.profile_names)
    return evolve(pack, dictionary=whole)


def _keep(pack: Pack, path: Path, digest: str) -> None:
    """Write a pack to the cache, entry by entry of its dictionary, if the cache can be written."""
    dictionary = pack.dictionary
    bare = evolve(pack, dictionary=evolve(dictionary, facts={}, derivations={}))
    entries = {name: _dumps(spec) for name, spec in dictionary.facts.items()}
    derivations = {name: _dumps(one) for name, one in dictionary.derivations.items()}
    payload = _dumps((bare, entries, derivations))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, _seal(digest, payload) + payload)
    except OSError:
        return


def _seal(digest: str, payload: bytes) -> bytes:
    return sha256(digest.encode() + payload).hexdigest().encode()


def _dumps(value: object) -> bytes:
    return pickle.dumps(value, protocol=5)


def _loads(payload: bytes) -> Any:
    return _OwnClasses(io.BytesIO(payload)).load()


class _OwnClasses(pickle.Unpickler):
    """Reads values of the classes that a pack consists of, and refuses to name anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of the model. Raises UnpicklingError."""
        return _own_class(module, name)


@cache
def _own_class(module: str, name: str) -> type:
    """Return a class of the model. Raises UnpicklingError."""
    home = module.removeprefix("safescore.")
    if (module, name) == ("fractions", "Fraction") or (module != home and home.startswith(_HOMES)):
        found = getattr(import_module(module), name, None)
        if isinstance(found, type):
            return found
    message = f"{module}.{name} is no class of a pack"
    raise pickle.UnpicklingError(message)


class _Kept(Mapping[str, T], Generic[T]):
    """Values by name, each brought back when it is asked for."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self._kept = kept
        self._back: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        found = self._back.get(name)
        if found is None:
            found = self._back[name] = _loads(self._kept[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, name: object) -> bool:
        return name in self._kept
