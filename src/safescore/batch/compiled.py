"""Compiled code (numba) that follows a program: one pass over the organisations, while other threads do the same.

Nothing of what rules mean is here: the tables are made by the measures, and are only looked up. numba has no types for
what it compiles.
"""

from __future__ import annotations

from hashlib import sha256
from inspect import getsource
from types import ModuleType
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from safescore.batch import program, results, scores
from safescore.batch.program import CODE, LOOK
from safescore.batch.results import FULL, SHORT
from safescore.batch.scores import grouped, least_of, opened, taken_in, unpacked

TILE = 1 << 17
"""How many organisations are taken through all steps together: the more, the longer a table stays in the cache."""

NARROW = 1 << 16
"""The most keys that fit into two bytes."""

PAIR = 16
"""The bytes of what a finding adds to the score."""

THERE, BLANKS, OTHERS = range(3)
"""What a column may hold besides values: nothing, blanks, or ``none`` as well."""

_BYTE, _SHORT = (-65_280, 65_536), (-(1 << 30), 1 << 30)
_LONG = tuple((int(np.iinfo(one).min), int(np.iinfo(one).max)) for one in ("u4", "i4", "u8", "i8"))
RANGES = (_BYTE, _BYTE, (-65_280, 65_408), _SHORT, _SHORT, *_LONG)
"""From where to where a domain may reach, by kind: a value less its first, cut to a width, is then no other's."""

KINDS = {np.dtype(one): kind for kind, one in enumerate(("b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"))}
"""The types of values that have codes."""


@numba.njit(cache=True)
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
    def code(values: Any, there: Any, none: Any, masks: Any, domain: Any, out: Any) -> Any:
        first, span = unsigned(domain[0]), unsigned(domain[1])
        other = np.uint16(domain[3])
        no_blank, no_other = domain[2] == 0, domain[3] < 0
        wide_blank, nothing, most = unsigned(domain[2]), unsigned(0), unsigned(0)
        if masks == THERE:
            for place in range(len(out)):
                beyond = unsigned(unsigned(values[place]) - first)
                most = max(most, beyond)
                out[place] = np.uint16(unsigned(beyond + wide_blank))
            return most < span
        if masks == BLANKS and span > 0:
            of_blank = unsigned(-1 if no_blank else 0)
            for place in range(len(out)):
                known = there[place] != 0
                beyond = unsigned(unsigned(values[place]) - first)
                most = max(most, beyond if known else of_blank)
                out[place] = np.uint16(unsigned(beyond + wide_blank) if known else nothing)
            return most < span
        bad = False
        for place in range(len(out)):
            beyond = unsigned(unsigned(values[place]) - first)
            if there[place]:
                bad |= beyond >= span
                out[place] = np.uint16(unsigned(beyond + wide_blank))
            elif none[place]:
                bad |= no_other
                out[place] = other
            else:
                bad |= no_blank
                out[place] = 0
        return not bad

    return code


_tiny, _narrow, _wide = _coder(np.uint16), _coder(np.uint32), _coder(np.uint64)


@numba.njit
def coded(kind: Any, address: Any, there: Any, none: Any, masks: Any, domain: Any, out: Any) -> Any:
    """Write the codes of some answers of a column; tell whether all have one. The domain lies within RANGES."""
    pointer = _pointer(address)
    if kind <= 1:
        return _tiny(numba.carray(pointer, len(out), np.uint8), there, none, masks, domain, out)
    if kind == 2:
        return _tiny(numba.carray(pointer, len(out), np.int8), there, none, masks, domain, out)
    if kind == 3:
        return _narrow(numba.carray(pointer, len(out), np.uint16), there, none, masks, domain, out)
    if kind == 4:
        return _narrow(numba.carray(pointer, len(out), np.int16), there, none, masks, domain, out)
    if kind <= 6:
        return _narrow(numba.carray(pointer, len(out), np.uint32), there, none, masks, domain, out)
    return _wide(numba.carray(pointer, len(out), np.uint64), there, none, masks, domain, out)


def _adder(*pairs: Any) -> Any:
    """Return what adds the two numbers at each of some addresses to those at the first, both at once."""

    def made(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        numbers = ir.VectorType(ir.IntType(64), 2).as_pointer()
        whole, *parts = (builder.inttoptr(one, numbers) for one in arguments)
        total = builder.load(whole, align=8)
        for part in parts:
            total = builder.add(total, builder.load(part, align=8))
        builder.store(total, whole, align=8)
        return cgutils.get_null_value(ir.IntType(8).as_pointer())

    return types.void(*pairs), made


@intrinsic
def _add_pair(_: Any, to: Any, pair: Any) -> Any:
    """Add the two numbers at one address to those at another."""
    return _adder(to, pair)


@intrinsic
def _add_pairs(_: Any, to: Any, pair: Any, other: Any) -> Any:
    """Add the two numbers at each of two addresses to those at another."""
    return _adder(to, pair, other)


@numba.njit
def _cut(codes: Any, first: int, second: int) -> None:
    """Replace codes by how many of two cuts they reach."""
    lower, upper = np.uint16(first), np.uint16(second)
    for place in range(len(codes)):
        codes[place] = np.uint16(codes[place] >= lower) + np.uint16(codes[place] >= upper)


def _keyer(unsigned: Any) -> Any:
    """Return what makes one number, of as many bytes as *unsigned* has, of some codes."""

    @numba.njit
    def keyed(codes: Any, digits: Any, out: Any) -> None:
        many, last = len(out), len(digits)
        if last == 0:
            out[:] = 0
            return
        first = codes[digits[0, 0]]
        if last == 1:
            for place in range(many):
                out[place] = first[place]
            return
        second, by_second = codes[digits[1, 0]], unsigned(digits[1, 1])
        done = 2
        if last % 2 == 0:
            for place in range(many):
                out[place] = unsigned(first[place] * by_second) + second[place]
        else:
            third, by_third = codes[digits[2, 0]], unsigned(digits[2, 1])
            done = 3
            for place in range(many):
                both = unsigned(unsigned(first[place] * by_second) + second[place])
                out[place] = unsigned(both * by_third) + third[place]
        while done < last:
            second, by_second = codes[digits[done, 0]], unsigned(digits[done, 1])
            third, by_third = codes[digits[done + 1, 0]], unsigned(digits[done + 1, 1])
            done += 2
            for place in range(many):
                both = unsigned(unsigned(out[place] * by_second) + second[place])
                out[place] = unsigned(both * by_third) + third[place]

    return keyed


narrow_key, wide_key = _keyer(np.uint16), _keyer(np.uint32)


@numba.njit
def _looked(key: Any, table: Any, out: Any) -> None:
    for place in range(len(out)):
        out[place] = table[key[place]]


@numba.njit
def _found(key: Any, table: Any, parts: int, sums: int, out: Any) -> None:
    for place in range(len(out)):
        code = table[key[place]]
        out[place] = code
        _add_pair(sums + PAIR * place, parts + PAIR * np.int64(code))


@numba.njit
def _found_two(keys: Any, first: Any, second: Any, parts: Any, sums: int, out: Any, out_second: Any) -> None:
    """Find the results of two rules: the sums are read and written once."""
    one, other = parts
    for place in range(len(out)):
        code, own = first[keys[0, place]], second[keys[1, place]]
        out[place], out_second[place] = code, own
        _add_pairs(sums + PAIR * place, one + PAIR * np.int64(code), other + PAIR * np.int64(own))


@numba.njit
def _codes_of(short: Any, rule: int, first: int, many: int) -> Any:
    """Return the short codes of a rule, to be written from one organisation on; they lie at an address, in steps."""
    return numba.carray(_pointer(short[0] + rule * short[1] + first * 2), many, np.uint16)


@numba.njit
def _told(short: Any, outcome: Any, rule: int, fault: Any, first: int, faulty: Any) -> None:
    """Write the outcomes that the short codes of a rule stand for, and mark where they are a fault."""
    many = len(faulty)
    line = _codes_of(short, rule, first, many)
    told = numba.carray(_pointer(outcome[0] + rule * outcome[1] + first), many, np.int8)
    for place in range(many):
        told[place] = line[place] >> SHORT
    if fault < FULL:
        any_fault = False
        for place in range(many):
            any_fault |= line[place] == fault
        if any_fault:
            for place in range(many):
                faulty[place] |= line[place] == fault


@numba.njit
def _listed(rules: Any, short: Any, open_: Any, of: Any, weights: Any, credits_: Any) -> int:
    """Write down the findings that may leave the sums at some places, rule by rule, and return how many they are.

    There may be more than there is room for.
    """
    count = 0
    last = open_[-1] + 1
    for rule in range(len(rules)):
        place, flags_at, credits_at, weight = rules[rule]
        line = _codes_of(short, place, 0, last)
        flags = numba.carray(_pointer(flags_at), FULL, np.uint8)
        credit = numba.carray(_pointer(credits_at), 2 * FULL, np.float64)
        for one in range(len(open_)):
            code = line[open_[one]]
            if flags[code]:
                if count < len(of):
                    of[count], weights[count] = one, weight
                    credits_[0, count], credits_[1, count] = credit[2 * code], credit[2 * code + 1]
                count += 1
    return count


@overload(grouped)
def _grouped(place: Any, amounts: Any, places: Any) -> Any:
    """Return what compiled code takes for it: numba has no ``add.at``."""

    def counted(place: Any, amounts: Any, places: Any) -> Any:
        return np.bincount(place, amounts, places)

    return counted


@overload(least_of)
def _least_of(place: Any, amounts: Any, places: Any) -> Any:
    """Return what compiled code takes for it: numba has no ``minimum.at``."""

    def least(place: Any, amounts: Any, places: Any) -> Any:
        found = np.full(places, np.inf)
        for one in range(len(place)):
            found[place[one]] = min(found[place[one]], amounts[one])
        return found

    return least


_unpacked, _opened, _taken_in = (numba.njit(one) for one in (unpacked, opened, taken_in))


def _following(sources: int) -> Any:
    """Return what follows programs, compiled once for these *sources*; see _digest."""

    @numba.njit(cache=True, nogil=True)
    def followed(
        size: int,
        columns: Any,
        domains: Any,
        steps: Any,
        digits: Any,
        tables: Any,
        found: Any,
        short: Any,
        outcome: Any,
        sums: int,
        faulty: Any,
        codes: Any,
        keys: Any,
        wide: Any,
    ) -> bool:
        """Follow a program for some organisations; False where an answer has no code.

        ``columns`` says where the answers lie, a row as ``follower.Place``; the arrays from ``domains`` to ``found``
        are those of the program. Written are the short codes and outcomes of every rule, a row a rule: ``short`` and
        ``outcome`` are the address and the bytes of a row. What is at ``sums`` is added to, and ``faulty`` are marked.
        The others are room for codes and keys.
        """
        if sources < 0:  # never: but so the cache asks which they are, an assert may be left out
            return False
        for first in range(0, size, TILE):
            many = min(TILE, size - first)
            waiting = -1  # a rule whose key is made: it is found together with the next
            for step in range(len(steps)):
                kind, of, row, digit, end, begin, length = steps[step]
                if kind == CODE:
                    which, masks, values, width, there, there_step, none, none_step = columns[of]
                    if not coded(
                        which,
                        values + first * width,
                        numba.carray(_pointer(there + first * there_step), many, np.uint8),
                        numba.carray(_pointer(none + first * none_step), many, np.uint8),
                        masks,
                        domains[of],
                        codes[row, :many],
                    ):
                        return False
                    if domains[of, 4] > 0:
                        _cut(codes[row, :many], domains[of, 4], domains[of, 5])
                    continue
                table = tables[begin : begin + length]
                is_narrow = length <= NARROW
                second = 1 if waiting >= 0 else 0
                if is_narrow:
                    narrow_key(codes, digits[digit:end], keys[second, :many])
                else:
                    wide_key(codes, digits[digit:end], wide[:many])
                if kind == LOOK:
                    if is_narrow:
                        _looked(keys[second, :many], table, codes[row, :many])
                    else:
                        _looked(wide[:many], table, codes[row, :many])
                    continue
                if is_narrow and waiting < 0:
                    waiting = step
                    continue
                rule, parts, fault = found[of]
                line = _codes_of(short, rule, first, many)
                if is_narrow:
                    _, of, _, _, _, begin, length = steps[waiting]
                    waiting = -1
                    earlier, earlier_parts, earlier_fault = found[of]
                    before = _codes_of(short, earlier, first, many)
                    both = (earlier_parts, parts)
                    _found_two(keys, tables[begin : begin + length], table, both, sums + PAIR * first, before, line)
                    _told(short, outcome, earlier, earlier_fault, first, faulty[first : first + many])
                else:
                    _found(wide[:many], table, parts, sums + PAIR * first, line)
                _told(short, outcome, rule, fault, first, faulty[first : first + many])
            if waiting >= 0:
                _, of, _, _, _, begin, length = steps[waiting]
                rule, parts, fault = found[of]
                line = _codes_of(short, rule, first, many)
                _found(keys[0, :many], tables[begin : begin + length], parts, sums + PAIR * first, line)
                _told(short, outcome, rule, fault, first, faulty[first : first + many])
        return True

    return followed


def _bounding(sources: int) -> Any:
    """Return what writes bounds, compiled once for these *sources*; see _digest."""

    @numba.njit(cache=True, nogil=True)
    def bounds(
        sums: Any, packing: Any, between: Any, loose: Any, short: Any, means: Any, scored: Any, certain: Any
    ) -> None:
        """Write the bounds of the score of some organisations, and where there is any score, as ``scores.Sums``.

        ``between`` and ``loose`` have a row a rule as ``program.Loose``; ``short`` says where its short codes lie.
        """
        if sources < 0:
            return
        many = len(scored)
        low, high = means
        asks = np.zeros((2, many), np.bool_)
        for place in range(many):
            least, greatest = _unpacked(sums[place, 0], packing), _unpacked(sums[place, 1], packing)
            state = _opened(least, greatest)
            low[place], high[place] = least.mean, greatest.mean
            scored[place], certain[place] = state.scored, state.certain
            asks[0, place], asks[1, place] = state.between, state.all_
        for all_ in range(2):
            open_ = np.flatnonzero(asks[all_])
            if len(open_) == 0:
                continue
            rules = loose if all_ else between
            room = 2 * len(open_)
            while True:
                of, weights, credits_ = np.empty(room, np.int64), np.empty(room, np.int64), np.empty((2, room))
                count = _listed(rules, short, open_, of, weights, credits_)
                if count <= room:
                    break
                room = count
            for side in range(2):
                own = _unpacked(sums[open_, side], packing)
                credit = credits_[side, :count]
                has = ~np.isnan(credit)
                found = _taken_in(
                    of[:count][has], credit[has], weights[:count][has], own.weight, own.points, 1 - 2 * side
                )
                means[side][open_] = found

    return bounds


def _digest(*modules: ModuleType) -> int:
    """Return a number that differs as soon as the source of a module does.

    numba keeps what it compiled, and sees when the file of a function has changed, not what the function takes from
    other files; but it asks which values from outside the function holds.
    """
    told = "".join(map(getsource, modules))
    return int.from_bytes(sha256(told.encode()).digest()[:6], "big")


_SOURCES = _digest(program, results, scores)
followed, bounds = _following(_SOURCES), _bounding(_SOURCES)
