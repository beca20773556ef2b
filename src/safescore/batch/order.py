"""What a batch was asked to do, and what it is given: the same for every process that works at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen

from safescore.errors import Fault
from safescore.source import LIMITS, Limits
from safescore.version import VERSION


@frozen(kw_only=True)
class Order:
    """How submissions are to be judged: packs (those that a submission names where none is given), day, period, gate.

    With *period*, a submission that is of another is a fault. *cache* is a folder for packs as they were read before.
    """

    packs: tuple[str, ...] = ()
    as_of: int | None = None
    period: str | None = None
    require_evidence: bool = False
    waivers: bool = True
    min_score: Fraction | None = None
    min_grade: str | None = None
    fail_on: frozenset[str] = frozenset()
    limits: Limits = LIMITS
    cache: Path | None = None

    @property
    def gated(self) -> bool:
        """Whether a gate was asked for."""
        return self.min_score is not None or self.min_grade is not None or bool(self.fail_on)

    def digest(self, packs: Iterable[str], sources: Iterable[str]) -> str:
        """Return the digest of the order, with the digests of the *packs* it names, and of where submissions lie."""
        told = {
            "version": VERSION,
            "packs": self.packs,
            "digests": list(packs),
            "sources": list(sources),
            "as_of": self.as_of,
            "period": self.period,
            "require_evidence": self.require_evidence,
            "waivers": self.waivers,
            "min_score": str(self.min_score),
            "min_grade": self.min_grade,
            "fail_on": sorted(self.fail_on),
            "limits": [self.limits.bytes, self.limits.depth, self.limits.values, self.limits.unzipped],
        }
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@frozen(kw_only=True)
class Handed:
    """One submission as handed in: its file, or a line of a file of JSON lines with what it holds.

    *faults* say why it can't be read where that is known already.
    """

    file: str
    size: int = 0
    line: int = 0
    raw: bytes = field(default=b"", repr=False)
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """What the submission is called: its file, and its line where a file holds several."""
        return f"{self.file}:{self.line}" if self.line else self.file
