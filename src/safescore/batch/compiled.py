"""Compiled code (numba) that follows a program: one pass over the organisations, while other threads do the same.

Nothing of what rules mean is here: the tables are made by the measures, and are only looked up. numba has no types for
what it compiles.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic

from safescore.batch.program import CODE, LOOK
from safescore.batch.results import FULL, SHORT

TILE = 1 << 16
"""How many organisations are taken through all steps together: the more, the longer a table stays in the cache."""

KINDS = {one: kind for kind, one in enumerate(("b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"))}
"""The types of values that have codes."""

_compiled = numba.njit(cache=True, nogil=True)


@_compiled
def address_of(array: Any) -> Any:
    """Return where an array lies."""
    return array.ctypes.data


@intrinsic
def _pointer(_: Any, address: Any) -> Any:
    """Return a pointer to an address."""

    def made(__: Any, builder: Any, ___: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), made


def _coder(unsigned: Any) -> Any:
    """Return what codes values of as many bytes as *unsigned* has, or fewer."""

    @numba.njit
    def code(values: Any, there: Any, none: Any, some: Any, domain: Any, out: Any) -> Any:
        first, span = unsigned(domain[0]), unsigned(domain[1])
        blank, other = np.uint16(domain[2]), np.uint16(domain[3])
        no_blank, no_other = domain[2] == 0, domain[3] < 0
        bad = False
        if not some:
            for place in range(len(out)):
                beyond = unsigned(unsigned(values[place]) - first)
                mask = np.uint16(0) - np.uint16(there[place])
                out[place] = np.uint16(np.uint16(beyond) + blank) & mask
                bad |= (beyond >= span) & (there[place] != 0) | no_blank & (there[place] == 0)
            return not bad
        for place in range(len(out)):
            beyond = unsigned(unsigned(values[place]) - first)
            if there[place]:
                bad |= beyond >= span
                out[place] = np.uint16(beyond) + blank
            elif none[place]:
                bad |= no_other
                out[place] = other
            else:
                bad |= no_blank
                out[place] = 0
        return not bad

    return code


_narrow, _wide = _coder(np.uint32), _coder(np.uint64)


@numba.njit
def coded(kind: Any, address: Any, there: Any, none: Any, some: Any, domain: Any, out: Any) -> Any:
    """Write the codes of some answers of a column; tell whether all have one."""
    pointer = _pointer(address)
    if kind <= 1:
        return _narrow(numba.carray(pointer, len(out), np.uint8), there, none, some, domain, out)
    if kind == 2:
        return _narrow(numba.carray(pointer, len(out), np.int8), there, none, some, domain, out)
    if kind == 3:
        return _narrow(numba.carray(pointer, len(out), np.uint16), there, none, some, domain, out)
    if kind == 4:
        return _narrow(numba.carray(pointer, len(out), np.int16), there, none, some, domain, out)
    if kind == 5:
        return _narrow(numba.carray(pointer, len(out), np.uint32), there, none, some, domain, out)
    if kind == 6:
        return _narrow(numba.carray(pointer, len(out), np.int32), there, none, some, domain, out)
    if kind == 7:
        return _wide(numba.carray(pointer, len(out), np.uint64), there, none, some, domain, out)
    return _wide(numba.carray(pointer, len(out), np.int64), there, none, some, domain, out)


@_compiled
def followed(
    size: int,
    columns: Any,
    domains: Any,
    steps: Any,
    digits: Any,
    tables: Any,
    found: Any,
    short_of: Any,
    low_of: Any,
    more_of: Any,
    short: int,
    short_step: int,
    outcome: int,
    outcome_step: int,
    sums: Any,
    faulty: Any,
    codes: Any,
    keys: Any,
    lows: Any,
    beyonds: Any,
) -> bool:
    """Follow a program for some organisations; False where an answer has no code.

    ``columns`` says where the answers lie, a row as ``follower.Place``; the arrays from ``domains`` to ``more_of`` are
    those of the program. Written are, at the addresses ``short`` and ``outcome``, the short codes and outcomes of every
    rule, a row a rule of so many bytes; ``sums``, and ``faulty``. The others are room for codes, keys and sums.
    """
    for first in range(0, size, TILE):
        many = min(TILE, size - first)
        key, low, beyond = keys[:many], lows[:many], beyonds[:many]
        low[:] = 0
        beyond[:] = 0
        for step in range(len(steps)):
            kind, of, row, digit, end, begin = steps[step]
            if kind == CODE:
                which, some, values, width, there, there_step, none, none_step = columns[of]
                if not coded(
                    which,
                    values + first * width,
                    numba.carray(_pointer(there + first * there_step), many, np.uint8),
                    numba.carray(_pointer(none + first * none_step), many, np.uint8),
                    some != 0,
                    domains[of],
                    codes[row, :many],
                ):
                    return False
                continue
            if digit == end:
                key[:] = 0
            for one in range(digit, end):
                own, size_of = codes[digits[one, 0]], np.uint32(digits[one, 1])
                if one == digit:
                    key[:] = own[:many]
                    continue
                for place in range(many):
                    key[place] = np.uint32(key[place] * size_of) + own[place]
            table = tables[begin:]
            if kind == LOOK:
                codes_found = codes[row]
                for place in range(many):
                    codes_found[place] = table[key[place]]
                continue
            rule, classes, settled, more, fault = found[of]
            shorts, lows_of, mores = short_of[classes:], low_of[classes:], more_of[more:]
            line = numba.carray(_pointer(short + rule * short_step + first * 2), many, np.uint16)
            told = numba.carray(_pointer(outcome + rule * outcome_step + first), many, np.int8)
            for place in range(many):
                own_class = table[key[place]]
                line[place] = shorts[own_class]
                low[place] += lows_of[own_class]
                beyond[place] += mores[max(own_class - settled + 1, 0)]
            if fault < FULL:
                for place in range(many):
                    faulty[first + place] |= line[place] == fault
            for place in range(many):
                told[place] = line[place] >> SHORT
        for place in range(many):
            sums[first + place, 0] = low[place]
            sums[first + place, 1] = low[place] + beyond[place]
    return True
