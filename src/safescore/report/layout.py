"""How much room a report has, and how much it says, for formats that have a choice in it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from safescore.frozen import frozen

if TYPE_CHECKING:
    from safescore.snapshot import Snapshot


class Detail(Enum):
    """How much a text says: the result alone, what to act upon with all else in brief, or everything."""

    RESULT = "result"
    BRIEF = "brief"
    FULL = "full"


@frozen(kw_only=True)
class Layout:
    """How much room there is, whether there are colours, how much is said; for formats that have a choice in it.

    ``earlier`` are assessments of earlier periods, which a format with charts shows beside the present one.
    """

    width: int = 100
    colour: bool = False
    detail: Detail = Detail.BRIEF
    earlier: tuple[Snapshot, ...] = ()
