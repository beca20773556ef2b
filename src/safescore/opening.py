"""The packs that a submission is to be assessed under, opened as far as they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve

from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.facts.read import named_packs
from safescore.frozen import frozen
from safescore.model import Pack
from safescore.packs.compiled import open_pack
from safescore.packs.find import likely, pack_folder
from safescore.words import Text

if TYPE_CHECKING:
    from safescore.facts.entries import Meanings


@frozen(kw_only=True)
class Opened:
    """The packs asked for, as far as they are there: what is wrong with the others, and which may have been meant."""

    packs: tuple[Pack, ...]
    faults: tuple[Fault, ...] = ()
    meant: tuple[Pack, ...] = ()


def open_as_far(document: Document, names: Iterable[str] = (), load: Callable[[str], Pack] = open_pack) -> Opened:
    """Return the packs to assess under that can be read, and what is wrong with the others."""
    given = tuple(names)
    asked = given or named_packs(document)
    if not asked:
        hint = Text(
            zh="写上packs: [dadukou-2022]，或用--pack指定",
            en="write packs: [dadukou-2022], or give --pack",
        )
        content: Any = document.content
        stands = isinstance(content, Mapping) and content.get("packs") not in (None, [])
        if document.lost or stands or not isinstance(content, Mapping):  # it is blamed for what it is
            return Opened(packs=())
        problem = Text(zh="没有写明规则包", en="no pack is named")
        return Opened(packs=(), faults=(document.fault(("packs",), problem, hint),))
    packs, meant, faults = [], [], list[Fault]()
    for place, name in enumerate(dict.fromkeys(asked)):
        try:
            pack_folder(name)
        except InvalidInput as error:
            at = None if given else document.locate(("packs", place))
            faults.extend(one if at is None else evolve(one, at=at) for one in error.faults)
            near = likely(name)
            meant.extend([load(near)] if near is not None else [])
            continue
        try:
            packs.append(load(name))
        except InvalidInput as error:
            faults.extend(error.faults)
    return Opened(packs=tuple(packs), faults=tuple(faults), meant=tuple(meant))


def as_meant(document: Document, packs: Iterable[Pack]) -> Document:
    """Return a document whose entries, if it has any, are the plain values that they mean under packs."""
    if not document.entered:
        return document
    from safescore.facts.entries import understood

    return understood(document, meanings_of(packs))


def meanings_of(packs: Iterable[Pack]) -> Meanings:
    """Return what the entries of tables are read by under packs."""
    from safescore.facts.entries import Meanings, Merged, Takes  # tables alone have entries

    packs = tuple(packs)
    by_pack = {
        pack.id: {
            one.id: Takes(
                "reading" if one.reading else one.type, {name: way.title for name, way in one.alternatives.items()}
            )
            for one in pack.head.parameters
        }
        for pack in packs
    }
    return Meanings(
        facts=Merged(pack.dictionary.facts for pack in packs),
        settings={name: one for settings in reversed(by_pack.values()) for name, one in settings.items()},
        packs=by_pack,
        roles={name: title for pack in reversed(packs) for name, title in pack.roles.items()},
    )
