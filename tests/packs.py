"""The built-in packs: each is read once, however many tests ask for it, since a pack does not change."""

from __future__ import annotations

from functools import cache

from safescore.model import Pack
from safescore.packs.find import built_in
from safescore.packs.load import load_pack

PACKS = tuple(built_in())


@cache
def pack_named(name: str) -> Pack:
    """Return a built-in pack."""
    return load_pack(name)
