"""The findings of many submissions as rows: the same figures whether they were judged together or one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from attrs import frozen

from safescore.batch.data import Array
from safescore.batch.kernel import Outcomes
from safescore.dictionary import MOST
from safescore.period import parse_day
from safescore.results import Contribution, Finding
from safescore.standing import NOT_APPLICABLE, OUTCOMES, Outcome

PARTS = 10**8
"""Points are kept to so many parts of one, rounded half up."""

NONE = -1
"""No figure: a gap of what does not apply, or beyond any figure."""


@frozen(eq=False, kw_only=True)
class Block:
    """Findings as arrays: a row an organisation, a column a rule.

    ``outcome`` is the place in ``standing.OUTCOMES``. A credit is *low* of *low_of* to *high* of *high_of* in lowest
    terms, of 0 where there is none; *out* is whether the finding may leave the sums. The gap is from *least* to *most*,
    ``NONE`` where it has no figure; *next_due* is an ordinal, 0 for none.
    """

    outcome: Array
    to_date: Array
    out: Array
    low: Array
    low_of: Array
    high: Array
    high_of: Array
    least: Array
    most: Array
    next_due: Array
    waived: Array

    @property
    def decided(self) -> Array:
        """Where no missing fact could change what the finding adds."""
        same = (self.low == self.high) & (self.low_of == self.high_of)
        return same & (~self.inside | ~self.out)

    @property
    def inside(self) -> Array:
        """Where a finding may be in the sums."""
        return self.low_of > 0


def block_of(found: Outcomes) -> Block:
    """Return what a kernel found."""
    never = found.never.astype(bool)
    low, low_of = _lowest(found.low.have, found.low.need, never)
    high, high_of = _lowest(found.high.have, found.high.need, never)
    silent = found.outcome == NOT_APPLICABLE
    beyond = silent | (found.short.high > MOST)
    return Block(
        outcome=found.outcome.astype(np.int8),
        to_date=found.to_date.astype(bool),
        out=found.out.astype(bool) | never,
        low=low,
        low_of=low_of,
        high=high,
        high_of=high_of,
        least=np.where(silent, NONE, found.short.low).astype(np.int64),
        most=np.where(beyond, NONE, found.short.high).astype(np.int64),
        next_due=np.where(silent, 0, found.next_due).astype(np.int64),
        waived=np.zeros(found.outcome.shape, dtype=bool),
    )


def _lowest(have: Array, need: Array, never: Array) -> tuple[Array, Array]:
    """Return credits in lowest terms, 0 of 0 where there is none."""
    have, need = np.where(never, 0, have).astype(np.int64), np.where(never, 0, need).astype(np.int64)
    shared = np.maximum(np.gcd(have, need), 1)
    return have // shared, need // shared


def block_from(each: Sequence[Sequence[Finding]]) -> Block:
    """Return findings that were made one by one."""
    codes = {outcome: code for code, outcome in enumerate(OUTCOMES)}
    rows = [[_row(one, codes) for one in findings] for findings in each]
    table = np.array(rows, dtype=np.int64)
    outcome, to_date, out, low, low_of, high, high_of, least, most, next_due, waived = np.moveaxis(table, -1, 0)
    return Block(
        outcome=outcome.astype(np.int8),
        to_date=to_date.astype(bool),
        out=out.astype(bool),
        low=low,
        low_of=low_of,
        high=high,
        high_of=high_of,
        least=least,
        most=most,
        next_due=next_due,
        waived=waived.astype(bool),
    )


def _row(one: Finding, codes: Mapping[Outcome, int]) -> tuple[int, ...]:
    found = one.contribution
    low, high = found.low, found.high
    least, most = one.short if one.short is not None else (NONE, NONE)
    return (
        codes[one.outcome],
        int(one.to_date),
        int(found.out),
        *((low.numerator, low.denominator) if low is not None else (0, 0)),
        *((high.numerator, high.denominator) if high is not None else (0, 0)),
        least,
        most if most <= MOST else NONE,
        (parse_day(one.next_due) or 0) if one.next_due else 0,
        int(one.waiver is not None),
    )


def points(score: Fraction | None) -> float | None:
    """Return a score in points of a hundred, rounded half up."""
    return None if score is None else int(score * 100 * PARTS + Fraction(1, 2)) / PARTS


def contribution_at(block: Block, place: int, rule: int) -> Contribution:
    """Return exactly what one finding may add."""
    if not block.low_of[place, rule]:
        return Contribution(low=None, high=None, out=True)
    return Contribution(
        low=Fraction(int(block.low[place, rule]), int(block.low_of[place, rule])),
        high=Fraction(int(block.high[place, rule]), int(block.high_of[place, rule])),
        out=bool(block.out[place, rule]),
    )
