"""Answers as codes, and rules as tables: what has no code is seen, and what a kernel has learnt changes no answer."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from safescore.batch import Column, Kernel, Outcomes, compiled, from_cells
from safescore.batch.codes import Domain, widened
from safescore.batch.coding import Block, at_once
from safescore.batch.compiled import BLANKS, KINDS, OTHERS, THERE, address_of
from safescore.batch.data import Dated
from safescore.batch.program import row_of
from tests.test_batch import CAP, LAST_DAY, RATIO
from tests.worlds import pack_of

TITLE = {"zh": "无", "en": "none"}
ELEMENTS = [
    {"id": one[-3:], "anchor": "试验文本", "title": TITLE, "fact": one} for one in ("four.one", "four.two", "team")
]
CHECKLIST = {"measure": {"kind": "checklist", "due": "period-end", "elements": ELEMENTS}}
LARGE: dict[str, Any] = {**CHECKLIST, "applies": {"employees": {"at_least": 30}}, "weight": 2}
DUSTY: dict[str, Any] = {**CAP, "applies": {"hazards": {"includes": "dust"}}}
WORDS = [None, frozenset(), frozenset({"dust"}), frozenset({"gas"}), frozenset({"dust", "gas"})]
PLAIN = ("part", "total", "deaths", "employees")
FLAGS = ("four.one", "four.two", "team")


def column(cells: list[Any], dtype: Any = np.int32, under: int = 77, **more: Any) -> Column:
    """Return a column of cells: a number, None for a blank, "none"; *under* stands where there is no number."""
    there = np.array([not isinstance(one, str) and one is not None for one in cells], dtype=bool)
    none = np.array([one == "none" for one in cells], dtype=bool)
    values = np.array([one if known else under for one, known in zip(cells, there, strict=True)]).astype(dtype)
    return Column(values=values, there=there, none=none, **more)


def codes(domain: Domain, given: Column) -> list[int] | None:
    """Return the codes of a column, None where it has none."""
    out = np.full((1, len(given)), 99, dtype=domain.kind)
    fits = Block(("one",), (domain,)).write([given], slice(0, len(given)), out)
    return out[0].tolist() if fits else None


def compiled_codes(domain: Domain, given: Column) -> list[int] | None:
    """Return the codes of a column by compiled code."""
    values, there, none = (np.ascontiguousarray(one) for one in (given.values, given.there, given.none))
    out = np.full(len(given), 99, dtype=np.uint16)
    holds = OTHERS if none.any() else THERE if there.all() else BLANKS
    masks = there.view(np.uint8), none.view(np.uint8)
    fits = compiled.coded(KINDS[values.dtype], address_of(values), *masks, holds, np.array(row_of("one", domain)), out)
    return out.tolist() if fits else None


FROM_3 = Domain(first=3, span=4, blank=False)
DATED = Dated(owner=np.array([1]), day=np.array([700_000]), values=column([4]), given=np.array([False, True]))


@pytest.mark.parametrize(
    ("domain", "given", "wanted"),
    [
        pytest.param(Domain(span=4), column([0, 3, None]), [1, 4, 0], id="a blank is the first"),
        pytest.param(Domain(span=4), column([0, 4]), None, id="one above"),
        pytest.param(Domain(span=4), column([0, -1]), None, id="one below zero"),
        pytest.param(Domain(span=4), column([3, None], under=4), [4, 0], id="above, under a blank"),
        pytest.param(Domain(span=4), column([4, None], under=4), None, id="above, beside a blank"),
        pytest.param(Domain(span=4, blank=False), column([0, 3]), [0, 3], id="no blank"),
        pytest.param(Domain(span=4, blank=False), column([0, None]), None, id="a blank without a code"),
        pytest.param(FROM_3, column([3, 6]), [0, 3], id="from three"),
        pytest.param(FROM_3, column([3, 2]), None, id="one below three"),
        pytest.param(FROM_3, column([3, 7]), None, id="one above six"),
        pytest.param(FROM_3, column([6, 3], dtype=np.uint8), [3, 0], id="bytes from three"),
        pytest.param(FROM_3, column([6, 2], dtype=np.uint8), None, id="a byte below three"),
        pytest.param(FROM_3, column([6, 3], dtype=np.uint64), None, id="what an int64 may not hold"),
        pytest.param(Domain(span=4, none=True), column([0, "none", None]), [1, 5, 0], id="none is the last"),
        pytest.param(Domain(span=4, blank=False, none=True), column([0, "none"]), [0, 4], id="none, no blank"),
        pytest.param(Domain(span=4, blank=False, none=True), column(["none", None]), None, id="none and a blank"),
        pytest.param(Domain(span=4), column([0, "none"]), None, id="none without a code"),
        pytest.param(Domain(span=2, flag=True), column([1, 0, None], dtype=bool), [2, 1, 0], id="flags"),
        pytest.param(Domain(), column([None, None]), [0, 0], id="blanks alone"),
        pytest.param(Domain(), column([None, 0]), None, id="a value where there was none"),
        pytest.param(Domain(), column([0, 0]), None, id="values where there were none"),
        pytest.param(Domain(none=True), column([None, "none"]), [0, 1], id="blanks and none"),
        pytest.param(Domain(span=4), column([3, None], dated=DATED), None, id="a dated count"),
        pytest.param(Domain(span=300), column([299, None]), [300, 0], id="more than a byte"),
        pytest.param(Domain(span=4), column([]), [], id="nobody"),
    ],
)
def test_answers_have_codes(domain: Domain, given: Column, wanted: list[int] | None) -> None:
    assert codes(domain, given) == wanted
    if given.dated is None:  # of dated counts the program is not followed
        wide = given.values.dtype == np.uint64  # no trouble there
        assert compiled_codes(domain, given) == ([3, 0] if wide else wanted)
    if wanted:
        back = domain.answers(np.array(wanted))
        assert back.there.tolist() == given.there.tolist()
        assert back.none.tolist() == given.none.tolist()
        assert back.values[back.there].tolist() == given.values[given.there].tolist()


def test_columns_are_coded_together() -> None:
    """In a block each column has its own domain, and one answer without a code is enough."""
    domains = (Domain(span=4), Domain(span=2, blank=False, none=True), Domain(span=9, none=True))
    block = Block(("a", "b", "c"), domains)
    given = [column([3, None, 0]), column([1, 0, "none"]), column(["none", 8, None])]
    out = np.empty((3, 3), dtype=np.uint8)
    assert block.write(given, slice(0, 3), out)
    assert out.tolist() == [[4, 0, 1], [1, 0, 2], [10, 9, 0]]
    assert block.write(given, slice(1, 3), out[:, :2])
    assert out[:, :2].tolist() == [[0, 1], [0, 2], [9, 0]]
    for place, cells in ((0, [3, 4, 0]), (0, [3, "none", 0]), (1, [1, 0, None]), (1, [1, 2, 0]), (2, [9, 0, 0])):
        wrong = [column(cells) if place == number else one for number, one in enumerate(given)]
        assert not block.write(wrong, slice(0, 3), out)


@pytest.mark.parametrize(
    ("known", "given", "wanted"),
    [
        pytest.param(None, column([5, 7]), (5, 3, False, False), id="no blank"),
        pytest.param(None, column([2, 7]), (0, 8, False, False), id="near zero, and few more"),
        pytest.param(None, column([100, 100]), (100, 1, False, False), id="one value"),
        pytest.param(None, column([300, 700]), (300, 401, False, False), id="far from zero"),
        pytest.param(None, column([None, "none"]), (0, 0, True, True), id="no value"),
        pytest.param(None, column(["none"]), (0, 0, False, True), id="none alone"),
        pytest.param(None, column([None]), (0, 0, True, False), id="a blank alone"),
        pytest.param(None, column([]), (0, 0, True, False), id="nobody"),
        pytest.param(Domain(first=5, span=3, blank=False), column([9, None]), (5, 5, True, False), id="more"),
        pytest.param(Domain(span=3, none=True), column([1]), (0, 3, True, True), id="what was stays"),
        pytest.param(Domain(span=3, scale=10), column([9]), (9, 1, False, False), id="another scale is another domain"),
    ],
)
def test_domains_are_widened(known: Domain | None, given: Column, wanted: tuple[int, int, bool, bool]) -> None:
    found = widened(known, given)
    assert found is not None
    assert (found.first, found.span, found.blank, found.none) == wanted
    if len(given):
        assert codes(found, given) is not None


def test_too_many_answers_have_no_codes() -> None:
    assert widened(None, column([0, 65_533])) is not None
    assert widened(None, column([0, 65_534])) is None
    assert widened(None, column([1.5], dtype=float)) is None


def told(found: Outcomes) -> list[Any]:
    """Return everything that is told of all rules and organisations."""
    arrays = (found.outcome, found.to_date, found.out, found.never, *found.low, *found.high, *found.short)
    scores = (found.score.scored, found.score.certain, found.grade_low, found.grade_high, found.faulty)
    return [one.tolist() for one in (*arrays, found.next_due, *scores)]


def world(chance: random.Random, size: int) -> dict[str, Column]:
    """Return answers of some organisations, of some width; some columns have no blank, one value, or none at all."""
    facts = {}
    for name in PLAIN:
        most = chance.choice((1, 4, 40))
        kinds: Any = [*range(most)] if chance.random() < 0.4 else [None, *range(most)]
        kinds = chance.choice((kinds, kinds, kinds, [None], [30]))
        dtype = chance.choice((np.int32, np.int64, np.uint8))
        facts[name] = column([chance.choice(kinds) for _ in range(size)], dtype=dtype, under=0)
    for name in FLAGS:
        kinds = chance.choice(([True, False, None], [True, False], [True], [None]))
        facts[name] = column([chance.choice(kinds) for _ in range(size)], dtype=bool, under=0)
    few = chance.sample(WORDS, chance.choice((1, 2, 5)))
    facts["hazards"] = from_cells("choices", [chance.choice(few) for _ in range(size)])
    return facts


@pytest.mark.parametrize("by_machine", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_what_a_kernel_has_learnt_changes_nothing(seed: int, by_machine: bool) -> None:
    """Asked again and again, of other organisations each time, it says what one says that judges row by row."""
    chance = random.Random(seed)
    pack = pack_of([RATIO, CAP, CHECKLIST, {**RATIO, "weight": 3}, LARGE, DUSTY])
    kernel = Kernel(pack, as_of=LAST_DAY, period="2022", patience=0, compiled=by_machine)
    fresh = Kernel(pack, as_of=LAST_DAY, period="2022", patience=1e9)
    for _ in range(8):
        size = chance.choice((1, 3, 30))
        facts = world(chance, size)
        if chance.random() < 0.3:
            del facts[chance.choice(list(facts))]
        roles: Any = chance.choice((["firm"], ["town"], ["town", "firm"]))
        how = {"together": chance.choice((1, 7, 30)), "threads": chance.choice((1, 2))}
        wanted = told(fresh.assess(facts, size, roles=roles))
        assert told(kernel.assess(facts, size, roles=roles, **how)) == wanted
        assert told(kernel.assess(facts, size, roles=roles, **how)) == wanted


@pytest.mark.parametrize("by_machine", [False, True])
def test_many_organisations_are_coded_column_by_column(by_machine: bool) -> None:
    """So many rows that columns and rules go one by one come to what a few of them come to in blocks."""
    size, few = 140_000, 500
    assert (at_once(size), at_once(few) > 10) == (1, True)
    facts = world(random.Random(5), size)
    pack = pack_of([RATIO, CAP, CHECKLIST, LARGE, DUSTY])
    kernel = Kernel(pack, as_of=LAST_DAY, period="2022", patience=0, compiled=by_machine)
    for _ in range(2):
        many = kernel.assess(facts, size, roles=["firm"])
    for first in range(0, size, 13 * few):
        these = slice(first, first + few)
        some = kernel.assess({name: one.part(these) for name, one in facts.items()}, few, roles=["firm"])
        assert np.array_equal(some.outcome, many.outcome[these])
        assert np.array_equal(some.score.low, many.score.low[these])
        assert np.array_equal(some.score.high, many.score.high[these])
        assert np.array_equal(some.low.have, many.low.have[these])


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("wrong", [0, 3, 39])
def test_an_error_in_one_stretch_ends_all(wrong: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    judged, seen = Kernel._judged, []

    def failing(own: Kernel, chunk: Any, *more: Any) -> Any:
        seen.append(chunk.places.start)
        if chunk.places.start == wrong:
            message = "out of memory"
            raise MemoryError(message)
        return judged(own, chunk, *more)

    monkeypatch.setattr(Kernel, "_judged", failing)
    kernel = Kernel(pack_of([RATIO]), as_of=LAST_DAY, period="2022")
    with pytest.raises(MemoryError, match="out of memory"):
        kernel.assess(world(random.Random(1), 40), 40, roles=["firm"], together=1, threads=threads)
    assert len(seen) == len(set(seen))
    assert threads > 1 or len(seen) == wrong + 1


@pytest.mark.parametrize("by_machine", [False, True])
def test_codes_of_other_words_are_not_looked_up(by_machine: bool) -> None:
    """Each frame has the words that occur in it, in their order; the same code means another word in the next."""
    kernel = Kernel(pack_of([DUSTY]), as_of=LAST_DAY, period="2022", patience=0, compiled=by_machine)
    dust, gas, both = (frozenset(one) for one in (("dust",), ("gas",), ("dust", "gas")))
    for sets, wanted in (
        ([both, dust, gas], [1, 1, 4]),
        ([both, dust, gas], [1, 1, 4]),
        ([gas, gas, gas], [4, 4, 4]),
        ([dust, dust, dust], [1, 1, 1]),
    ):
        facts = {"deaths": column([5, 5, 5]), "hazards": from_cells("choices", sets)}
        assert kernel.assess(facts, 3, roles=["firm"]).outcome[:, 0].tolist() == wanted
