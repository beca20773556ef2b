"""Typed columns: blanks, ``none``, what does not fit, exactness beyond int64, and the bounds of the score."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore import Outcome, assess
from safescore.batch import Column, Kernel, Table, assess_columns, columns_of, from_array, from_cells, roles_of
from safescore.batch.columns import Arrays, compared, sums
from safescore.batch.scores import intervals
from safescore.dictionary import MOST, FieldSpec
from safescore.expr import NONE, Op
from safescore.facts.read import open_submission, read_submission
from safescore.reduce import COMPARE
from safescore.results import Contribution
from safescore.scoring import interval
from safescore.standing import UNBOUNDED, Integers
from safescore.words import Text
from tests.conftest import EXAMPLES
from tests.worlds import Facts, pack_of

SATISFIED, NOT_SATISFIED, PENDING, UNKNOWN, NOT_APPLICABLE = Outcome
NAME = Text(zh="无", en="none")


def spec(type_: str) -> FieldSpec:
    options = {"one": NAME, "two": NAME} if type_ in ("choice", "choices") else {}
    return FieldSpec(type=type_, label=NAME, options=options)


def told(column: Column) -> list[object]:
    """Return the cells of a column: a value, ``none``, or None for a blank."""
    rows = zip(column.values.tolist(), column.there.tolist(), column.none.tolist(), strict=True)
    return [value if there else "none" if none else None for value, there, none in rows]


def masked(values: list[Any]) -> Any:
    """Return the values as an array whose middle is hidden."""
    return np.ma.masked_array(values, mask=[False, True, False])


DAY = date(2022, 3, 31).toordinal()
DAYS = np.array(["2022-03-31", "NaT"], dtype="datetime64[D]")
MINUTES = np.array(["2022-03-31T08:30"], dtype="datetime64[m]")


@pytest.mark.parametrize(
    ("type_", "given_", "cells"),
    [
        pytest.param("flag", np.array([True, False]), [True, False], id="flags"),
        pytest.param("flag", masked([True, True, False]), [True, None, False], id="a hidden flag"),
        pytest.param("count", np.array([0, 7], dtype=np.int32), [0, 7], id="counts"),
        pytest.param("count", masked([1, -5, 3]), [1, None, 3], id="what is hidden is not looked at"),
        pytest.param("count", np.array([], dtype=np.int64), [], id="no organisation"),
        pytest.param("date", np.array([DAY]), [DAY], id="ordinals"),
        pytest.param("date", DAYS, [DAY, None], id="a day, and no day"),
        pytest.param("time", MINUTES, [DAY * 1440 + 510], id="a minute"),
        pytest.param(
            "choice",
            np.array(["two", None, "one"], dtype=object),
            [1, None, 0],
            id="choices by their options",
        ),
        pytest.param("text", np.array(["甲", "乙", "甲"]), [0, 1, 0], id="texts as codes"),
        pytest.param("number", np.array([Decimal("0.5"), None, 2], dtype=object), [1, None, 4], id="scaled numbers"),
        pytest.param(
            "choices",
            np.array([frozenset({"two"}), None, frozenset()], dtype=object),
            [1, None, 0],
            id="sets as bits",
        ),
    ],
)
def test_arrays_become_columns(type_: str, given_: Any, cells: list[object]) -> None:
    assert told(from_array(spec(type_), given_, "x")) == cells


@pytest.mark.parametrize(
    ("type_", "given_"),
    [
        pytest.param("count", np.array([1.0]), id="a float"),
        pytest.param("count", np.array([-1]), id="less than nothing"),
        pytest.param("count", np.array([10**12]), id="more than is read"),
        pytest.param("count", np.array([True]), id="a flag for a count"),
        pytest.param("flag", np.array([1, 0]), id="ones and zeros for flags"),
        pytest.param("flag", np.array([True, None], dtype=object), id="objects for flags"),
        pytest.param("choice", np.array(["three"]), id="no such option"),
        pytest.param("choices", np.array([frozenset({"three"})], dtype=object), id="no such option in a set"),
        pytest.param("date", np.array(["2022-03-31"]), id="text for a day"),
        pytest.param("date", np.array([10**7]), id="a day that does not exist"),
        pytest.param("number", np.array([0.5], dtype=object), id="a float among objects"),
        pytest.param("text", np.array([5], dtype=object), id="a number for text"),
        pytest.param("count", np.array([[1, 2]]), id="two dimensions"),
    ],
)
def test_nothing_is_coerced(type_: str, given_: Any) -> None:
    with pytest.raises(ValueError, match="x: "):
        from_array(spec(type_), given_, "x")


def test_none_is_no_blank() -> None:
    assert told(from_cells("date", [DAY, NONE, None])) == [DAY, "none", None]


# What a pack comes to

RATIO = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"}}
CAP = {"measure": {"kind": "limit", "value": "deaths", "at_most": 2, "due": "standing"}}
FIRMS = {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "50%"}}
SUM = {"measure": {"kind": "limit", "value": "dead_in_firms", "at_most": 2, "due": "standing"}}
LAST_DAY = date(2022, 12, 31)


def outcomes(rule: Facts, facts: Facts, organisations: int, **more: Any) -> list[Outcome]:
    found = assess_columns(pack_of([rule]), facts, organisations, roles=["firm"], as_of=LAST_DAY, period="2022", **more)
    return [found.outcome_of(place, 0) for place in range(organisations)]


def test_a_ratio_on_its_boundary() -> None:
    facts = {
        "part": np.array([7, 6, 0, 7]),
        "total": np.ma.masked_array([10, 10, 0, 0], mask=[False, False, False, True]),
    }
    assert outcomes(RATIO, facts, 4) == [SATISFIED, NOT_SATISFIED, NOT_APPLICABLE, UNKNOWN]


def test_none_is_zero_and_a_blank_unknown() -> None:
    deaths = from_cells("count", [2, 3, NONE, None])
    assert outcomes(CAP, {"deaths": deaths}, 4) == [SATISFIED, NOT_SATISFIED, SATISFIED, UNKNOWN]
    assert outcomes(CAP, {}, 2) == [UNKNOWN, UNKNOWN]


def firms(owner: list[int], given_: list[bool], **columns: Column) -> Table:
    return Table(owner=np.array(owner, dtype=np.int64), given=np.array(given_), columns=columns)


def test_registers_of_several() -> None:
    """The first has two firms, the second an empty register, the third none, the fourth a firm with a blank."""
    big, good = from_cells("flag", [True, True, True]), from_cells("flag", [True, False, None])
    table = firms([0, 0, 3], [True, True, False, True], big=big, good=good)
    assert outcomes(FIRMS, {"firms": table}, 4) == [SATISFIED, NOT_APPLICABLE, UNKNOWN, UNKNOWN]
    assert outcomes(FIRMS, {}, 1) == [UNKNOWN]


def test_an_empty_register_keeps_a_cap() -> None:
    level, dead = from_cells("choice", ["one", "one", "one"]), from_cells("count", [2, 1, None])
    table = firms([1, 1, 2], [True, True, True, False], level=level, dead=dead)
    assert outcomes(SUM, {"firms": table}, 4) == [SATISFIED, NOT_SATISFIED, UNKNOWN, UNKNOWN]


def test_records_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="not sorted"):
        firms([1, 0], [True, True])


def test_everything_that_does_not_fit_is_named() -> None:
    table = firms([0], [True, True], size=from_cells("count", [1]))
    facts = {"totl": np.array([1, 2]), "part": np.array([1.5, 2]), "deaths": np.array([1]), "firms": table}
    with pytest.raises(ValueError, match="totl") as caught:
        outcomes(RATIO, facts, 2)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines[1:]] == ["part", "deaths", "firms"]
    assert "did you mean 'total'?" in lines[0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"period": "2022Q5"}, "no period"),
        ({"period": "2021", "as_of": date(2021, 12, 31)}, "outside"),
        ({"as_of": date(2021, 12, 31)}, "before the period"),
        ({"parameters": {"quote": 1}}, "did you mean 'quota'?"),
        ({"parameters": {"quota": -1}}, "whole number"),
    ],
)
def test_a_kernel_that_can_not_be(more: Facts, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("?", r"\?")):
        Kernel(pack_of([CAP]), **{"as_of": LAST_DAY, "period": "2022", **more})


def test_a_missing_parameter_is_unknown() -> None:
    quota = {"measure": {**CAP["measure"], "at_most": {"parameter": "quota"}}}
    facts = {"deaths": np.array([0, 3])}
    assert outcomes(quota, facts, 2) == [UNKNOWN, UNKNOWN]
    assert outcomes(quota, facts, 2, parameters={"quota": 2}) == [SATISFIED, NOT_SATISFIED]


def test_roles_bind() -> None:
    roles = from_cells("choices", [frozenset({"firm"}), frozenset({"town"}), frozenset({"firm", "town"})])
    pack = pack_of([CAP])
    facts = {"deaths": np.array([1, 1, 3])}
    found = assess_columns(pack, facts, 3, roles=roles, as_of=LAST_DAY, period="2022")
    assert [found.outcome_of(place, 0) for place in range(3)] == [SATISFIED, NOT_APPLICABLE, NOT_SATISFIED]
    assert found.score.scored.tolist() == [True, False, True]
    assert found.interval(1).low is None


def test_no_organisation_at_all() -> None:
    assert outcomes(CAP, {}, 0) == []


def test_a_table_says_what_rows_say() -> None:
    """Narrow integers, what stands under a blank, values that come later, and two threads change nothing."""
    total = np.array([0, 1, 9, 10, 200, 200, 3, 70], dtype=np.uint8)
    there = np.array([True, True, True, False, True, True, True, True])
    part = np.array([0, 1, 6, 5, 140, 139, 3, 70], dtype=np.int16)
    every = np.ones(8, dtype=bool)
    facts = {
        "total": Column(values=total, there=there, none=~every),
        "part": Column(values=part, there=every, none=~every),
    }
    pack = pack_of([RATIO])
    found = []
    ways = ((1e9, 8, 1, False), (0, 8, 1, False), (0, 1, 1, False), (0, 2, 2, False), (0, 8, 1, True), (0, 2, 2, True))
    for patience, together, threads, compiled in ways:
        kernel = Kernel(pack, as_of=LAST_DAY, period="2022", patience=patience, compiled=compiled)
        many = kernel.assess(facts, 8, roles=["firm"], together=together, threads=threads)
        found.append(
            [[many.contribution(place, 0) for place in range(8)], many.outcome.tolist(), many.score.low.tolist()]
        )
    assert found[1:] == found[:1] * (len(ways) - 1)


def test_huge_values_are_judged_row_by_row() -> None:
    """A column of more values than there are codes has no table, and its shares stay exact."""
    most = 10**11
    facts = {"part": np.array([most * 7 // 10, most * 7 // 10 - 1, 0]), "total": np.array([most, most, 0])}
    pack = pack_of([RATIO])
    many = Kernel(pack, as_of=LAST_DAY, period="2022", patience=0).assess(facts, 3, roles=["firm"])
    assert [many.outcome_of(place, 0) for place in range(3)] == [SATISFIED, NOT_SATISFIED, NOT_APPLICABLE]
    assert many.contribution(1, 0).low == Fraction(most * 7 // 10 - 1, most * 7 // 10)


@pytest.mark.parametrize("patience", [0, 1e9])
def test_who_contradicts_themselves_has_no_score(patience: float) -> None:
    facts = {"part": np.array([3, 4]), "total": np.array([3, 3])}
    kernel = Kernel(pack_of([RATIO, CAP]), as_of=LAST_DAY, period="2022", patience=patience)
    many = kernel.assess({**facts, "deaths": np.array([0, 0])}, 2, roles=["firm"])
    assert many.faulty.tolist() == [False, True]
    assert many.score.scored.tolist() == [True, False]
    assert (many.grade_low.tolist(), many.grade_high.tolist()) == ([0, -1], [0, -1])


def test_a_grade_on_its_boundary_is_decided_exactly() -> None:
    """Nine of ten earn 90, which is the best grade; a hair less does not, though a float can't tell."""
    rules: list[Any] = [{"measure": {**RATIO["measure"], "at_least": "100%"}}]
    facts = {"part": np.array([9 * 10**10, 9 * 10**10 - 1]), "total": np.array([10**11, 10**11])}
    many = Kernel(pack_of(rules), as_of=LAST_DAY, period="2022").assess(facts, 2, roles=["firm"])
    assert (many.grade_low.tolist(), many.grade_high.tolist()) == ([0, 1], [0, 1])
    assert many.counts.tolist() == [[0, 1, 0, 0, 0]] * 2


def test_weights_too_great_to_be_added_up_packed() -> None:
    rules: list[Any] = [{**RATIO, "weight": 10**9}, {**CAP, "weight": 1}]
    facts = {"part": np.array([6, 7]), "total": np.array([10, 10]), "deaths": np.array([0, 3])}
    many = Kernel(pack_of(rules), as_of=LAST_DAY, period="2022").assess(facts, 2, roles=["firm"])
    for place in range(2):
        assert abs(many.score.low[place] - many.interval(place).low) < 1e-12


# Exactness

WHOLES = st.lists(st.integers(-2 * UNBOUNDED, 2 * UNBOUNDED), min_size=1, max_size=4)
SHARES = st.one_of(
    st.sampled_from((Fraction(0), Fraction(1), Fraction(7, 10), Fraction(1, 3))),
    st.fractions(0, 1, max_denominator=10**15),
)


@pytest.mark.no_cover
@given(WHOLES, SHARES)
def test_shares_do_not_overflow(wholes: list[int], share: Fraction) -> None:
    """A share of a population is that of Python's integers, however fine it is."""
    assert Arrays().share(np.array(wholes), share).tolist() == [Integers().share(one, share) for one in wholes]


def test_a_fine_share_of_an_unknown_population() -> None:
    """An unbounded whole times a fine share's numerator is beyond int64; the bounds are still those of one."""
    rule = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "66.66666666667%"}}
    pack = pack_of([rule])
    found = assess_columns(pack, {"part": np.array([5])}, 1, roles=["firm"], as_of=LAST_DAY, period="2022")
    submission = {
        "organization": {"id": "X", "name": "X", "roles": ["firm"]},
        "period": 2022,
        "as_of": "2022-12-31",
        "facts": {"part": 5},
    }
    (finding,) = assess(pack, submission).findings
    assert found.contribution(0, 0) == finding.contribution
    assert finding.short == (found.short.low[0, 0], None)
    assert found.short.high[0, 0] > MOST


@pytest.mark.no_cover
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2**62 - 1)), max_size=6))
def test_sums_do_not_overflow(rows: list[tuple[int, int]]) -> None:
    owner = np.array([one for one, _ in rows], dtype=np.int64)
    found = sums(owner, np.array([number for _, number in rows], dtype=np.int64), 3)
    assert found.tolist() == [sum(number for one, number in rows if one == place) for place in range(3)]


CELLS = st.one_of(st.none(), st.just(NONE), st.fractions(0, 10, max_denominator=12), st.just(Fraction(10**11, 7)))


@pytest.mark.no_cover
@given(st.lists(CELLS, max_size=5), st.sampled_from(Op), st.one_of(st.integers(0, 10), st.fractions(0, 10)))
def test_numbers_compare_exactly(cells: list[Any], op: Op, bound: Any) -> None:
    """A column of numbers is scaled to whole ones; a comparison is that of the fractions themselves."""
    column = from_cells("number", cells)
    found = compared(column, op, bound) & column.there
    assert found.tolist() == [isinstance(cell, Fraction) and COMPARE[op](cell, bound) for cell in cells]


# The bounds of the score

CREDITS = st.one_of(st.sampled_from((Fraction(0), Fraction(1), Fraction(1, 2))), st.fractions(0, 1, max_denominator=50))
CONTRIBUTIONS = st.one_of(
    st.just(Contribution(low=None, high=None, out=True)),
    st.builds(
        lambda one, two, out: Contribution(low=min(one, two), high=max(one, two), out=out),
        CREDITS,
        CREDITS,
        st.booleans(),
    ),
)
TABLES = st.integers(1, 7).flatmap(
    lambda rules: st.tuples(
        st.lists(st.integers(1, 5), min_size=rules, max_size=rules),
        st.lists(st.lists(CONTRIBUTIONS, min_size=rules, max_size=rules), min_size=1, max_size=4),
    )
)


@pytest.mark.no_cover
@settings(max_examples=EXAMPLES // 3)
@given(TABLES)
def test_bounds_are_those_of_one(table: tuple[list[int], list[list[Contribution]]]) -> None:
    """Over exact fractions the bounds of many are those of ``scoring.interval``; over floats they are shown alike."""
    weights, organisations = table

    def block(pick: Any, kind: Any) -> Any:
        rows = [[pick(one) for one in parts] for parts in organisations]
        return np.array(rows, dtype=kind).reshape(len(rows), len(weights)).T

    out, never = block(lambda one: one.out, bool), block(lambda one: one.low is None, bool)
    zero = Fraction(0)
    exact, shown = (
        intervals(block(lambda one: one.low or zero, kind), block(lambda one: one.high or zero, kind), out, never,
                  np.array(weights))
        for kind in (object, float)
    )  # fmt: skip
    for place, parts in enumerate(organisations):
        one = interval(zip(weights, parts, strict=True))
        for found in (exact, shown):
            assert bool(found.scored[place]) is (one.low is not None)
            assert bool(found.certain[place]) is one.certain
        if one.low is not None and one.high is not None:
            assert (exact.low[place], exact.high[place]) == (one.low, one.high)
            assert abs(shown.low[place] - one.low) < 1e-12
            assert abs(shown.high[place] - one.high) < 1e-12


@pytest.mark.parametrize(
    ("owner", "given_", "more", "single"),
    [
        pytest.param([0, 1, 2], [True] * 3, {}, True, id="one of each"),
        pytest.param([], [], {}, True, id="of nobody"),
        pytest.param([0, 1, 1], [True] * 3, {}, False, id="two of one"),
        pytest.param([0, 1], [True] * 3, {}, False, id="one has none"),
        pytest.param([0, 1, 2, 2], [True] * 3, {}, False, id="one more"),
        pytest.param([0, 1, 2], [True, False, True], {}, False, id="one is not supplied"),
        pytest.param([1, 2, 3], [True] * 3, {}, False, id="of others"),
        pytest.param([-1, 0, 1], [True] * 3, {}, False, id="of others before"),
        pytest.param([0, 1, 2], [True] * 3, {"through": [0, 7, 0]}, False, id="complete up to a day"),
        pytest.param([0, 1, 2], [True] * 3, {"doubtful": [False, False, True]}, False, id="perhaps a repetition"),
        pytest.param([0, 1, 2], [True] * 3, {"through": [0] * 3, "doubtful": [False] * 3}, True, id="surely none"),
    ],
)
def test_one_record_of_each(owner: list[int], given_: list[bool], more: dict[str, list[Any]], single: bool) -> None:
    arrays = {name: np.array(cells) for name, cells in more.items()}
    table = Table(owner=np.array(owner, dtype=int), given=np.array(given_, dtype=bool), columns={}, **arrays)
    assert table.single() is single
    assert evolve(table, columns={}).single() is single


# Loading


def test_dated_counts_beside_plain_ones() -> None:
    """One series, one figure, one empty series, one blank: each is read as it is alone."""
    rule = {"measure": {"kind": "milestone", "part": "done", "whole": "total", "at_least": "50%", "by": "2022-06-30"}}
    pack = pack_of([rule])
    answers: list[Any] = [{"2022-06-30": 5, "2022-12-31": 9}, 4, {"2022-12-31": 4}, {}, None]
    submissions = [
        {
            "organization": {"id": "X", "name": "X", "roles": ["firm"]},
            "period": 2022,
            "as_of": "2022-12-31",
            "facts": {"done": done, "total": 10},
        }
        for done in answers
    ]
    read = [read_submission(open_submission(one), pack.dictionary, pack.roles) for one in submissions]
    kernel = Kernel(pack, as_of=LAST_DAY, period="2022")
    facts = columns_of(read, pack.dictionary)
    for together in (1, 2, 5):
        found = kernel.assess(facts, len(read), roles=roles_of(read), together=together)
        for place, one in enumerate(submissions):
            (finding,) = assess(pack, one).findings
            assert found.outcome_of(place, 0) is finding.outcome
            assert found.contribution(place, 0) == finding.contribution


def test_numpy_is_imported_only_here() -> None:
    """The library starts without numpy; only the columns need it."""
    code = "import sys, safescore, safescore.cli; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
