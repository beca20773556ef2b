"""Tables looked up by compiled code: where it can't follow, rules are judged without it; it never says other things."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from attrs import evolve

from safescore.batch import Column, Dated, Kernel, assess_frame, columns_of, compiled, from_cells, plan, roles_of
from safescore.batch.compiled import BLANKS, OTHERS, RANGES, THERE, address_of, coded, narrow_key, wide_key
from safescore.batch.compiled import KINDS as KINDS_OF
from safescore.batch.compiled import NARROW as NARROW_KEYS
from safescore.batch.data import everywhere
from safescore.batch.follower import Follower
from safescore.batch.program import FIND, UNREACHED, Program, program_of
from safescore.errors import MissingExtraError
from safescore.model import Pack
from tests.bulk import Bulk, terms
from tests.packs import PACKS, pack_named
from tests.test_batch import CAP, FIRMS, LAST_DAY, RATIO, firms
from tests.test_differential import alone
from tests.test_tables import CHECKLIST, DUSTY, ELEMENTS, LARGE, TITLE, column, told, world
from tests.worlds import pack_of

KINDS = (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64)
RULES: list[dict[str, Any]] = [RATIO, CAP, CHECKLIST, {**RATIO, "weight": 3}, LARGE, DUSTY]
FIRM = pl.DataFrame({"organization_id": ["a"], "total": [3], "part": [2]})
SIZE = 30


class Watched:
    """Whether programs were followed, and how many rules they had."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[bool, int]] = []
        follow = Follower.follow

        def watched(own: Follower, program: Any, chunk: Any, target: Any) -> bool:
            found = follow(own, program, chunk, target)
            self.seen.append((found, len(program.rules)))
            return found

        monkeypatch.setattr(Follower, "follow", watched)

    def last(self) -> tuple[bool, int]:
        """Return what was seen since the last time, once."""
        (found,) = self.seen
        self.seen.clear()
        return found


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """The programs that are made."""
    found: list[Program] = []

    def made(*given: Any) -> Program:
        found.append(program_of(*given))
        return found[-1]

    monkeypatch.setattr(plan, "program_of", made)
    return found


def kernels(pack: Pack) -> tuple[Kernel, Kernel]:
    """Return a kernel that follows programs, and one that judges everybody row by row."""
    ways: Any = ({"patience": 0, "compiled": True}, {"patience": 1e9})
    one, other = (Kernel(pack, as_of=LAST_DAY, period="2022", **way) for way in ways)
    return one, other


def plain(seed: int = 1) -> dict[str, Column]:
    """Return answers that have codes."""
    chance = random.Random(seed)
    facts = world(chance, SIZE)
    facts |= {name: column([chance.choice((None, *range(9))) for _ in range(SIZE)]) for name in ("part", "total")}
    return facts


@pytest.mark.parametrize("kind", KINDS)
def test_every_width_of_whole_numbers(kind: Any, watched: Watched) -> None:
    kernel, rows = kernels(pack_of(RULES))
    facts = plain()
    facts["total"] = column([None, *range(SIZE - 1)], dtype=kind, under=99)
    for _ in range(3):
        assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
    assert watched.last() == (True, len(RULES))


def test_a_program_is_made_of_a_plan_that_stays(programs: list[Program]) -> None:
    """As long as each batch has greater figures than the last, tables are made anew, and no program of them."""
    kernel, _ = kernels(pack_of(RULES))
    facts = plain()
    for most in range(10, 16):
        facts["total"] = column([most] * SIZE)
        kernel.assess(facts, SIZE, roles=["firm"])
        assert not programs
    for _ in range(3):
        kernel.assess(facts, SIZE, roles=["firm"])
    assert len(programs) == 1


def test_roles_of_each(watched: Watched) -> None:
    kernel, rows = kernels(pack_of([*RULES, {**CAP, "roles": ["town"]}]))
    roles = from_cells("choices", [frozenset({("firm", "town")[number % 2]}) for number in range(SIZE)])
    for together in (SIZE, SIZE, SIZE, 7):
        found = kernel.assess(plain(), SIZE, roles=roles, together=together)
        assert told(found) == told(rows.assess(plain(), SIZE, roles=roles))
    assert watched.seen == [(True, len(RULES) + 1)] * 6


def aside(given: Column) -> Column:
    """Return a column whose values begin where no number of their width should."""
    raw = np.frombuffer(b"." + given.values.tobytes(), dtype=np.uint8)[1:]
    return evolve(given, values=raw.view(given.values.dtype))


@pytest.mark.parametrize(
    ("name", "given", "follows"),
    [
        pytest.param("total", column([2, 4] * SIZE).taken(np.arange(0, 2 * SIZE, 2)), True, id="one value"),
        pytest.param(
            "total",
            Column(
                values=np.arange(2 * SIZE)[::2] % 9, there=np.arange(2 * SIZE)[::2] > 5, none=everywhere(False, SIZE)
            ),
            True,
            id="every second place",
        ),
        pytest.param(
            "total",
            Column(
                values=np.broadcast_to(np.int64(3), (SIZE,)),
                there=everywhere(True, SIZE),
                none=everywhere(False, SIZE),
            ),
            True,
            id="one place for all",
        ),
        pytest.param(
            "total",
            Column(values=np.zeros(SIZE, dtype=int), there=everywhere(False, SIZE), none=everywhere(True, SIZE)),
            False,
            id="none everywhere, for the first time",
        ),
        pytest.param("total", column([10_000] * SIZE), False, id="a value that has no code"),
        pytest.param("total", column([2**40] * SIZE, dtype=object), False, id="numbers of Python's own"),
        pytest.param("total", column([*range(9)] * 3 + [1] * 3, dtype=">i4"), False, id="bytes the other way round"),
        pytest.param("total", aside(column([*range(9)] * 3 + [1] * 3)), True, id="between two addresses"),
        pytest.param("part", None, True, id="as before"),
    ],
)
def test_what_may_come(name: str, given: Column | None, follows: bool, watched: Watched) -> None:
    """Whatever comes after a batch, the program is followed or not, and says what is said row by row."""
    kernel, rows = kernels(pack_of(RULES))
    facts = plain()
    for _ in range(3):
        kernel.assess(facts, SIZE, roles=["firm"])
    assert watched.last() == (True, len(RULES))
    if given is not None:
        facts[name] = given
    for _ in range(3):
        found = told(kernel.assess(facts, SIZE, roles=["firm"]))
        assert found == told(rows.assess(facts, SIZE, roles=["firm"]))
    assert watched.seen[0][0] is follows


@pytest.mark.parametrize(
    ("deaths", "cuts", "cuts_of_both"),
    [
        pytest.param([None, *range(9)], [1, 4], [0, 0], id="a blank, up to two, more"),
        pytest.param([*range(9)], [3, UNREACHED], [0, 0], id="no blank"),
        pytest.param([None, *range(3)], [1, UNREACHED], [1, UNREACHED], id="never more than two"),
        pytest.param([3, 4, 5, 6], [3, UNREACHED], [0, 0], id="always more than two"),
        pytest.param([3, None], [0, 0], [0, 0], id="one value, or a blank"),
        pytest.param([3, "none", 2], [0, 0], [0, 0], id="none besides"),
        pytest.param([None, 0, 1], [0, 0], [0, 0], id="few as they are"),
    ],
)
def test_codes_that_no_table_tells_apart(
    deaths: list[Any], cuts: list[int], cuts_of_both: list[int], programs: list[Program]
) -> None:
    """Of a checklist it matters only whether a cap is kept; a cap by itself says by how much it is not."""
    element = {"id": "cap", "anchor": "试验文本", "title": TITLE, **CAP}
    checklist = {"measure": {"kind": "checklist", "due": "period-end", "elements": [*ELEMENTS, element]}}
    facts = {**plain(), "deaths": column((deaths * SIZE)[:SIZE])}
    both: list[dict[str, Any]] = [checklist, CAP]
    for rules, wanted in (([checklist], cuts), (both, cuts_of_both)):
        kernel, rows = kernels(pack_of(rules))
        programs.clear()
        for _ in range(3):
            assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
        (program,) = programs
        found = dict(zip(program.columns, program.firsts[:, 4:].tolist(), strict=True))
        assert found["deaths"] == wanted


def values_of(domain: tuple[int, int, int, int]) -> Iterator[tuple[Any, list[int]]]:
    """Yield the types that may be asked with a domain, each with values at its ends and at those of the domain."""
    first, last = domain[0], domain[0] + domain[1]
    ranges: list[tuple[Any, int, int]] = [(np.bool_, 0, 1)]
    ranges += [(kind, int(np.iinfo(kind).min), int(np.iinfo(kind).max)) for kind in KINDS]
    for kind, least, most in ranges:
        begin, end = RANGES[KINDS_OF[np.dtype(kind)]]
        if begin <= first and last <= end:  # test_no_value_is_taken_for_one_below_zero
            ends = {least, -1, 0, 1, 2, 100, first - 1, first, last - 1, last, most}
            yield kind, sorted(one for one in ends if least <= one <= most)


@pytest.mark.parametrize("masks", [THERE, BLANKS, OTHERS])
@pytest.mark.parametrize(
    "domain",
    [
        pytest.param((0, 2, 1, -1), id="yes, no, blank"),
        pytest.param((0, 2, 0, -1), id="no blank"),
        pytest.param((0, 2, 1, 3), id="none besides"),
        pytest.param((-3, 7, 1, -1), id="below zero"),
        pytest.param((1, 1, 1, -1), id="one value"),
        pytest.param((0, 0, 1, -1), id="no value"),
        pytest.param((-65_280, 65_530, 1, -1), id="as far as two bytes go"),
        pytest.param((-65_281, 65_530, 1, -1), id="farther"),
        pytest.param((50, 65_486, 1, -1), id="as far as two bytes go, above"),
        pytest.param((50, 65_358, 1, -1), id="as far as two bytes go, above, with a sign"),
        pytest.param((51, 65_486, 1, -1), id="farther, above"),
        pytest.param((-(1 << 15) - 128, 40_000, 1, 40_001), id="much farther"),
        pytest.param(((1 << 16) - 100, 300, 1, -1), id="where two bytes begin anew"),
    ],
)
def test_codes_of_values(domain: tuple[int, int, int, int], masks: int) -> None:
    """A value has the code that its distance from the first of the domain says, whatever the width; or none."""
    first, span, blank, none = domain
    for kind, ends in values_of(domain):
        for value, (there, other) in product(ends, [(1, 0), (0, 0), (0, 1)][: masks + 1]):
            out = np.full(3, 777, dtype=np.uint16)
            values = np.full(3, value, dtype=kind)
            row = np.array([*domain, 0, 0])
            is_there, is_none = np.full(3, there, dtype=np.uint8), np.full(3, other, dtype=np.uint8)
            known = coded(KINDS_OF[values.dtype], address_of(values), is_there, is_none, masks, row, out)
            fits = first <= value < first + span if there else none >= 0 if other else blank > 0
            assert known == fits
            if fits:
                assert set(out.tolist()) == {value - first + blank if there else none if other else 0}


NARROW: dict[str, Any] = {"a": CAP, "b": DUSTY, "c": CHECKLIST}
WIDE: dict[str, Any] = {"measure": {**RATIO["measure"], "at_least": "10%"}}


@pytest.mark.parametrize("order", ["a", "w", "ab", "aw", "wa", "abc", "abw", "awb", "wab", "wawbw", "abca"])
def test_rules_are_found_two_at_a_time(order: str, programs: list[Program]) -> None:
    """Whichever are found together, and whichever is left: one of more keys than two bytes count is found alone."""
    rules = [WIDE if one == "w" else NARROW[one] for one in order]
    kernel, rows = kernels(pack_of(rules))
    chance = random.Random(order)
    facts = plain()
    facts |= {name: column([chance.randrange(400) for _ in range(SIZE - 1)] + [399]) for name in ("part", "total")}
    for _ in range(3):
        found, wanted = (one.assess(facts, SIZE, roles=["firm"]) for one in (kernel, rows))
        assert told(found) == told(wanted)
        assert found.score.low.tolist() == wanted.score.low.tolist()
        assert found.score.high.tolist() == wanted.score.high.tolist()
    steps = [step for step in programs[0].steps.tolist() if step[0] == FIND]
    assert [step[-1] > NARROW_KEYS for step in steps] == [one == "w" for one in order]


@pytest.mark.parametrize("many", range(8))
def test_keys_of_many_digits(many: int) -> None:
    chance = random.Random(many)
    sizes = [chance.choice((1, 2, 3, 7)) for _ in range(many)]
    codes = np.array([[chance.randrange(size) for _ in range(SIZE)] for size in (*sizes, 9)], dtype=np.uint16)
    rows = chance.sample(range(many), many)
    digits = np.array([(row, sizes[row]) for row in rows], dtype=np.int64).reshape(-1, 2)
    wanted = np.zeros(SIZE, dtype=np.int64)
    for row in rows:
        wanted = wanted * sizes[row] + codes[row]
    for make, kind in ((narrow_key, np.uint16), (wide_key, np.uint32)):
        found = np.full(SIZE, 77, dtype=kind)
        make(codes, digits, found)
        assert found.tolist() == wanted.astype(kind).tolist()


def test_more_keys_than_two_bytes_count(programs: list[Program]) -> None:
    element = {"id": "ratio", "anchor": "试验文本", "title": TITLE, **RATIO}
    kernel, rows = kernels(pack_of([{"measure": {"kind": "checklist", "elements": [element]}}]))
    chance = random.Random(1)
    facts = {name: column([chance.randrange(300) for _ in range(SIZE - 1)] + [299]) for name in ("part", "total")}
    for _ in range(3):
        assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
    assert programs[0].steps[:, -1].max() >= 300 * 300


def test_many_findings_of_one_organisation_may_leave_the_sums(watched: Watched) -> None:
    """Whether duties that are met in part apply is unknown: of one, more than there is room for at first."""
    loose: list[dict[str, Any]] = [
        {**RATIO, "applies": {"employees": {"at_least": 30}}, "weight": weight} for weight in range(1, 7)
    ]
    chance = random.Random(2)
    counts = {"total": column([8] * SIZE), "part": column([chance.choice((None, *range(9))) for _ in range(SIZE)])}
    facts = counts | {name: column([chance.choice((None, 5)) for _ in range(SIZE)]) for name in ("employees", "deaths")}
    always: list[dict[str, Any]] = [RATIO, CAP]
    for rules in ([*always, *loose], loose):
        kernel, rows = kernels(pack_of(rules))
        for _ in range(3):
            found, wanted = (one.assess(facts, SIZE, roles=["firm"]) for one in (kernel, rows))
            assert told(found) == told(wanted)
            assert found.score.low.tolist() == wanted.score.low.tolist()
            assert found.score.high.tolist() == wanted.score.high.tolist()
        assert watched.last() == (True, len(rules))


@pytest.mark.parametrize(("kind", "most"), [(np.uint32, 2**32 - 3), (np.int32, 3)])
def test_no_value_is_taken_for_one_below_zero(kind: Any, most: int, watched: Watched) -> None:
    """Less three, cut to four bytes, is what 4,294,967,293 is: which has no code where less three has one."""
    kernel, rows = kernels(pack_of([CAP]))
    facts = {"deaths": column([*range(-3, 7)] * 3, dtype=np.int8)}
    for _ in range(3):
        assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
    watched.seen.clear()
    facts = {"deaths": column([most, 1, 2] * 10, dtype=kind)}
    assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
    assert watched.last() == (most == 3, 1)


def test_a_dated_count_is_not_followed(watched: Watched) -> None:
    kernel, rows = kernels(pack_of(RULES))
    facts = plain()
    for _ in range(3):
        kernel.assess(facts, SIZE, roles=["firm"])
    given = np.arange(SIZE) == 3
    values = column([4])
    dated = Dated(owner=np.array([3]), day=np.array([LAST_DAY.toordinal() - 9]), values=values, given=given)
    total = facts["total"]
    facts["total"] = Column(values=total.values, there=total.there & ~given, none=total.none, dated=dated)
    watched.seen.clear()
    assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
    assert watched.last()[0] is False


def test_rules_beside_the_program(watched: Watched) -> None:
    """A rule over a register has no table; it is judged beside those that are followed."""
    kernel, rows = kernels(pack_of([RATIO, FIRMS, CAP]))
    table = firms([0, 0, 5], [True] * SIZE, big=column([1, 1, None], dtype=bool), good=column([1, None, 0], dtype=bool))
    facts: dict[str, Any] = {**plain(), "firms": table}
    for _ in range(3):
        assert told(kernel.assess(facts, SIZE, roles=["firm"])) == told(rows.assess(facts, SIZE, roles=["firm"]))
    assert watched.last() == (True, 2)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PACKS)
def test_packs_are_followed(name: str, watched: Watched) -> None:
    """Of every pack most rules have tables; those who contradict themselves are seen by compiled code too."""
    pack = pack_named(name)
    chance = random.Random(name)
    bulk, given = Bulk(pack, chance), terms(pack, chance)
    found = [one for number in range(40) if (one := alone(pack, bulk.submission(given, number))) is not None]
    every = [submission for _, submission, _ in found]
    under: Any = {"as_of": given.as_of, "period": given.period, "parameters": given.parameters}
    facts, roles = columns_of(every, pack.dictionary), roles_of(every)
    kernel = Kernel(pack, **under, patience=0, compiled=True)
    for _ in range(3):
        many = kernel.assess(facts, len(every), roles=roles)
    followed, rules = watched.last()
    assert followed
    assert rules > len(pack.rules) / 3
    assert many.faulty.tolist() == [faulty for _, _, faulty in found]
    assert told(many) == told(Kernel(pack, **under, patience=1e9).assess(facts, len(every), roles=roles))


ASKED = """
import numpy as np
from safescore.batch.compiled import bounds
from safescore.batch.scores import Packing
low, high, told = np.zeros(1), np.zeros(1), np.zeros((2, 1), dtype=bool)
none = np.zeros((0, 4), dtype=np.int64)
bounds(np.full((1, 2), 0b1_1000_01), Packing(2, 3, 4, 15, 1 / 16), none, none, (0, 0), (low, high), *told)
print(low[0])
"""


@pytest.mark.no_cover
def test_what_was_compiled_of_other_sources_is_not_taken(tmp_path: Path) -> None:
    """numba keeps what it compiled by the file of a function; half of the arithmetic stands in another."""
    shutil.copytree(Path(compiled.__file__).parents[1], tmp_path / "safescore", ignore=lambda *_: {"__pycache__"})
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def asked() -> float:
        given: Any = {"env": environment, "cwd": tmp_path, "capture_output": True, "text": True}
        return float(subprocess.run([sys.executable, "-c", ASKED], check=True, **given).stdout)

    assert (asked(), kept(tmp_path)) == (0.5, 1)
    assert (asked(), kept(tmp_path)) == (0.5, 1)
    scores = tmp_path / "safescore" / "batch" / "scores.py"
    source = scores.read_text("utf-8")
    assert source.count("points / np.maximum(weight, 1)") == 1
    scores.write_text(source.replace("points / np.maximum(weight, 1)", "points / np.maximum(weight, 2)"), "utf-8")
    assert (asked(), kept(tmp_path)) == (0.25, 2)


def kept(folder: Path) -> int:
    """Return how many times the bounds of scores were compiled."""
    return len(list((folder / "cache").rglob("*bounds*.nbc")))


def test_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "safescore.batch.follower", raising=False)
    monkeypatch.delitem(sys.modules, "safescore.batch.compiled", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    pack = pack_of([RATIO])
    with pytest.raises(MissingExtraError, match="numba") as found:
        Kernel(pack, as_of=LAST_DAY, period="2022", compiled=True)
    assert "safescore[compiled]" in str(found.value)
    with pytest.raises(MissingExtraError):
        assess_frame(pack, FIRM, as_of=LAST_DAY, period="2022", roles=["firm"], compiled=True)
    usual = assess_frame(pack, FIRM, as_of=LAST_DAY, period="2022", roles=["firm"])
    assert usual.height == 1
