"""What a frame may hold: every type of column, every way to say none or unknown, and what is wrong with the rest."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from safescore.batch import Written, assess_frame, assess_parquet, iter_assess
from tests.worlds import Facts, pack_of

CAP = {"measure": {"kind": "limit", "value": "deaths", "at_most": 2, "due": "standing"}}
RATIO = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"}}
DONE = {"measure": {"kind": "milestone", "part": "done", "whole": "total", "at_least": "50%", "by": "2022-06-30"}}
ISSUED = {"measure": {"kind": "milestone", "done": "issued_on", "by": "2022-03-31"}}
PLAN = {"measure": {"kind": "affirm", "fact": "plan", "due": "standing"}, "hard": True}
FIRMS = {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "50%"}}
QUARTERS = {
    "measure": {
        "kind": "frequency",
        "events": "meetings",
        "at_least": 1,
        "every": "quarter",
        "counts": {"kind": "plenary"},
    }
}
FUNDS = {"measure": {"kind": "each", "record": "jobs", "holds": {"funds": {"at_least": 1}}}}
DUST = {**CAP, "applies": {"hazards": {"includes": "dust"}}}
DAY = dt.date(2022, 12, 31)
MOMENT = dt.datetime.fromisoformat("2022-07-01 08:30")


def judged(rule: Facts, frame: Any, /, **more: Any) -> list[str]:
    """Return the outcome of a rule for every row of a frame, or of columns, or its fault in English."""
    if isinstance(frame, dict):
        size = max(len(one) for one in frame.values())
        about = {"organization_id": pa.array(range(size)), "roles": pa.array(["firm"] * size)}
        frame = pa.table({**about, **frame})
    options = {"as_of": DAY, "period": "2022", "lang": "en", **more}
    found = pl.DataFrame(assess_frame(pack_of([rule]), frame, **options))
    return [
        fault or outcome for fault, outcome in zip(found["fault"], found["r0.outcome"].cast(pl.String), strict=True)
    ]


def days(*values: str | None) -> Any:
    return pa.array([value and dt.date.fromisoformat(value) for value in values], pa.date32())


LESS = "expected a whole number from 0 to 10^11, found -1 (hint: it can't be less than 0)"
MET, NOT_MET, UNKNOWN, EMPTY = "satisfied", "not-satisfied", "unknown", "not-applicable"
FIGURES = [MET, NOT_MET, UNKNOWN]


@pytest.mark.parametrize(
    "deaths",
    [
        pytest.param(pa.array([2, 3, None], pa.int8()), id="narrow"),
        pytest.param(pa.array([2, 3, None], pa.uint8()), id="unsigned"),
        pytest.param(pa.array([2, 3, None], pa.uint64()), id="wide and unsigned"),
        pytest.param(pa.array([2.0, 3.0, None]), id="whole floats, as pandas has figures with blanks"),
        pytest.param(pa.array([Decimal("2.00"), Decimal(3), None], pa.decimal128(12, 2)), id="whole decimals"),
        pytest.param(pa.array(["2", "3", ""]), id="texts, as in CSV files"),
        pytest.param(pa.array(["无", "3", " "], pa.large_string()), id="none in words"),
        pytest.param(pa.array(["none", "3", None]).dictionary_encode(), id="a dictionary of texts"),
        pytest.param(pa.array([9, 2, 3, None])[1:], id="a slice"),
        pytest.param(pa.chunked_array([pa.array([2]), pa.array([3, None])]), id="several pieces"),
    ],
)
def test_figures(deaths: Any) -> None:
    assert judged(CAP, {"deaths": deaths}) == FIGURES


def test_figures_of_polars_and_pandas() -> None:
    about = {"organization_id": ["a", "b", "c"], "roles": ["firm"] * 3}
    for type_ in (pl.UInt16, pl.Int64, pl.Float64, pl.Decimal(10, 1), pl.String, pl.Categorical):
        deaths = pl.Series(["2", "3", None]).cast(pl.Int64 if type_ not in (pl.Categorical, pl.String) else pl.String)
        assert judged(CAP, pl.DataFrame({**about, "deaths": deaths.cast(type_)})) == FIGURES
    assert judged(CAP, pd.DataFrame({**about, "deaths": [2, 3, None]})) == FIGURES
    assert judged(CAP, pl.DataFrame({**about, "deaths": [None] * 3})) == [UNKNOWN] * 3


def test_days() -> None:
    said = {"issued_on": days("2022-03-31", "2022-04-01", None)}
    assert judged(ISSUED, said) == FIGURES
    stamps = [pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")]
    for type_ in (*stamps, pa.date64(), pa.string()):
        assert judged(ISSUED, {"issued_on": said["issued_on"].cast(type_)}) == FIGURES


def test_none_is_said_beside_days() -> None:
    none = pa.array([True, False, None])
    assert judged(ISSUED, {"issued_on": days(None, "2022-03-01", None), "issued_on.none": none}) == [
        NOT_MET,
        MET,
        UNKNOWN,
    ]
    assert judged(ISSUED, {"issued_on.none": none}) == [NOT_MET, UNKNOWN, UNKNOWN]
    both = judged(ISSUED, {"issued_on": days("2022-03-01"), "issued_on.none": pa.array([True])})
    assert both == ["issued_on is said to be none, and has a value"]
    (element,) = judged(PLAN, {"four.three": days("2022-03-01"), "four.three.none": pa.array([True])})
    assert element == "four.three: three is said to be none, and has a value"


def test_dated_counts() -> None:
    """A deadline takes the last figure on or before it; the columns of a day, or a long frame, say the same."""
    total = pa.array([10, 10, 10])
    wide = {"total": total, "done@2022-06-30": pa.array([5, 4, None]), "done@2022-12-31": pa.array([6, 6, None])}
    assert judged(DONE, wide) == FIGURES
    long = pa.table(
        {
            "organization_id": [1, 0, 1, 0],
            "date": days("2022-12-31", "2022-12-31", "2022-06-30", "2022-06-30"),
            "value": [6, 6, 4, 5],
        }
    )
    assert judged(DONE, {"total": total}, series={"done": long}) == FIGURES
    figure = pa.struct({"date": pa.date32(), "value": pa.int64()})
    day = dt.date(2022, 6, 30)
    lists = [[{"date": day, "value": 5}], [{"date": day, "value": 4}], None]
    assert judged(DONE, {"total": total, "done": pa.array(lists, pa.list_(figure))}) == FIGURES
    assert judged(DONE, {"total": total, "done": pa.array([[{"value": 5}], [], None], pa.list_(figure))})[:2] == [
        "done[0].date: the day is missing",
        UNKNOWN,
    ]
    both = judged(DONE, {"total": total, "done": pa.array([5, None, None])}, series={"done": long})
    assert both == ["done: there is a figure without a date, and there are figures by date", NOT_MET, UNKNOWN]
    twice = pa.concat_tables([long, long.slice(1, 1)])
    assert judged(DONE, {"total": total}, series={"done": twice})[0] == "done: there are two figures of one day"
    wrong = pa.table({"organization_id": [0, 1], "date": days(None, "2022-06-30"), "value": [1, -1]})
    assert judged(DONE, {"total": total}, series={"done": wrong})[:2] == [
        "done[0].date: the day is missing",
        f"done[1].value: value (done): {LESS}",
    ]


FIRM = pa.struct({"id": pa.string(), "big": pa.bool_(), "good": pa.bool_()})


def firms(*lists: Any) -> Any:
    return pa.array(
        [some and [dict(zip(("id", "big", "good"), one, strict=True)) for one in some] for some in lists],
        pa.list_(FIRM),
    )


def test_registers_as_lists() -> None:
    """A list is a supplied register, an empty one too; a blank is none supplied."""
    given = firms([("F1", True, True), ("F2", True, None)], [("F1", True, False)], [], None)
    given = pa.concat_arrays([given.slice(0, 2), pa.array([[]], pa.list_(FIRM)), given.slice(3)])
    assert judged(FIRMS, {"firms": given}) == [MET, NOT_MET, EMPTY, UNKNOWN]
    assert judged(FIRMS, {"firms": pa.nulls(2)}) == [UNKNOWN, UNKNOWN]
    assert judged(FIRMS, {"firms": pa.array([[None]], pa.list_(FIRM))}) == [
        "firms[0]: expected a record, found a blank"
    ]
    assert judged(FIRMS, {"firms": pa.array([[None], []], pa.list_(pa.null()))})[1] == EMPTY


LONG = pa.table(
    {"organization_id": [3, 0, 0], "id": ["F1", "F1", "F2"], "big": [True] * 3, "good": [False, True, None]}
)


def test_registers_as_long_frames() -> None:
    """Records say that a register was supplied; that it is empty is said beside the organisation, or of all."""
    blanks = {"deaths": pa.nulls(4)}
    assert judged(FIRMS, blanks, records={"firms": LONG}) == [MET, UNKNOWN, UNKNOWN, NOT_MET]
    stated = {"firms.given": pa.array([None, True, False, True])}
    assert judged(FIRMS, stated, records={"firms": LONG}) == [MET, EMPTY, UNKNOWN, NOT_MET]
    assert judged(FIRMS, blanks, records={"firms": LONG}, supplied=["firms"]) == [MET, EMPTY, EMPTY, NOT_MET]
    absent = {"firms.given": pa.array([False, None, None, None])}
    assert (
        judged(FIRMS, absent, records={"firms": LONG})[0]
        == "firms.given: it is said not to be supplied, and has records"
    )
    assert judged(FIRMS, blanks, supplied=["firms"]) == [EMPTY] * 4


def test_the_one_record_of_a_register_as_columns() -> None:
    alone = {
        "firms.id": pa.array(["F1", None]),
        "firms.big": pa.array([True, None]),
        "firms.good": pa.array([True, None]),
    }
    assert judged(FIRMS, alone) == [MET, UNKNOWN]
    wrong = {**alone, "firms.dead": pa.array([-1, 0]), "firms.since": days("2022-01-01", None)}
    said, _ = judged(FIRMS, {**wrong, "firms.since.none": pa.array([True, None])})
    assert [one.partition(":")[0] for one in said.split("\n")] == ["firms.since", "firms.dead"]


def test_through_says_up_to_which_day_events_are_complete() -> None:
    held = pa.table(
        {
            "organization_id": [row for row in range(3) for _ in range(3)],
            "held_on": days("2022-02-01", "2022-05-01", "2022-08-01").take(pa.array([0, 1, 2] * 3)),
            "kind": ["plenary"] * 9,
        }
    )
    through = {"meetings.through": days("2022-09-30", None, "2022-12-31", "2022-12-31")}
    assert judged(QUARTERS, through, records={"meetings": held}) == [UNKNOWN, NOT_MET, NOT_MET, NOT_MET]
    assert judged(QUARTERS, {"meetings.through": pa.array(["?"])}) == [
        'meetings.through: meetings.through (day): expected a day written as 2022-09-30, found "?"'
    ]


def test_times_and_numbers_of_records() -> None:
    jobs = pa.table(
        {
            "organization_id": [0, 1, 2, 3],
            "id": ["J"] * 4,
            "began": pa.array([MOMENT] * 4, pa.timestamp("us")),
            "funds": pa.array([Decimal("1.0"), Decimal("0.99"), None, Decimal(-1)], pa.decimal128(38, 2)),
        }
    )
    *plain, wrong = judged(FUNDS, {"deaths": pa.nulls(4)}, records={"jobs": jobs})
    assert plain == FIGURES
    assert wrong.startswith("jobs[3].funds: funds (funds): expected an exact number from 0 to 10^11, found -1")
    floats = jobs.set_column(3, "funds", pa.array([1.0, 0.99, None, 1e300]))
    assert judged(FUNDS, {"deaths": pa.nulls(4)}, records={"jobs": floats})[:3] == FIGURES


@pytest.mark.parametrize(
    ("column", "values", "fault"),
    [
        (
            "deaths",
            pa.array([-1]),
            "deaths (deaths): expected a whole number from 0 to 10^11, found -1 (hint: it can't be less than 0)",
        ),
        ("deaths", pa.array([3.5]), "give the whole number itself, not a share of it"),
        ("deaths", pa.array([float("inf")]), 'found "inf"'),
        ("deaths", pa.array([Decimal(10**30)], pa.decimal128(38, 0)), "found 1000000000000000000000000000000"),
        ("deaths", pa.array([2**63], pa.uint64()), "look at the digits again"),
        ("deaths", pa.array([True]), "give a figure"),
        ("deaths", pa.array(["三"]), "write 3"),
        ("plan", pa.array([1]), "write true or false"),
        ("plan", pa.array(["好"]), "expected yes or no"),
        ("issued_on", pa.array(["2022-02-30"]), "2022-02 has 28 days"),
        ("issued_on", pa.array([MOMENT]), "write the day alone: 2022-07-01"),
        ("issued_on", pa.array([10**6 * 4], pa.int32()).cast(pa.date32()), "expected a day"),
        ("hazards", pa.array([["dusty"]]), "did you mean 'dust'?"),
        ("hazards", pa.array([[None]], pa.list_(pa.string())), "found [null]"),
        ("hazards", pa.array(["dust; smoke"]), "expected one of dust, gas"),
        ("roles", pa.array(["farm"]), "there is no role \"farm\" (hint: did you mean 'firm'?)"),
        ("roles", pa.array([["firm", "farm"]]), "there is no role"),
        ("roles", pa.array([None], pa.string()), "the organisation has no roles (hint: there are: firm, town)"),
        ("roles", pa.array([""]), "the organisation has no roles"),
        ("organization_id", pa.array([None], pa.string()), "organization_id: the id of the organisation is blank"),
    ],
)
def test_an_answer_that_means_nothing_is_a_fault_of_its_organisation(column: str, values: Any, fault: str) -> None:
    (said,) = judged(PLAN, {column: values})
    assert fault in said


def test_a_chinese_fault_and_its_hint() -> None:
    (said,) = judged(PLAN, {"plan": pa.array(["好"])}, lang="zh")
    assert said == '“预案”（plan）应为“是”或“否”，实为"好"（提示：做到的写“是”，没做到的写“否”，不清楚的留空）'


def test_sets_and_roles_in_words() -> None:
    deaths = pa.array([3, 3, 3])
    hazards = pa.array([["dust"], [], None], pa.list_(pa.string()))
    assert judged(DUST, {"deaths": deaths, "hazards": hazards}) == [NOT_MET, EMPTY, UNKNOWN]
    assert judged(DUST, {"deaths": deaths, "hazards": pa.array(["粉尘;gas", "无", ""])}) == [NOT_MET, EMPTY, UNKNOWN]
    roles = pa.array(["town; firm", "town", "企业"])
    titled = {"deaths": deaths, "roles": roles}
    assert judged(CAP, titled)[:2] == [NOT_MET, EMPTY]
    assert judged(CAP, {"deaths": deaths}, roles=["town"]) == [EMPTY] * 3


def test_figures_are_held_against_each_other() -> None:
    said = judged(RATIO, {"part": pa.array([7, 11, 7]), "total": pa.array([10, 10, None])})
    assert said == [
        MET,
        "part is 11, more than total, which is 10 (hint: a part can't be greater than its whole (total))",
        UNKNOWN,
    ]
    figures = {"big_firms": pa.array([1, 2, None]), "firms": firms(*[[("F1", True, True)]] * 3)}
    assert judged(FIRMS, figures)[1].startswith("big_firms is 2, but 'firms' allows 1 (hint:")
    series = {"part@2022-06-30": pa.array([11]), "total": pa.array([10])}
    assert judged(RATIO, series)[0].startswith("part is 11, more than total")


def test_records_are_told_apart() -> None:
    again, other = ("F1", None, True), ("F1", True, False)
    said = judged(
        FIRMS, {"firms": firms([("F1", True, None), again], [("F1", True, True), other], [(None, True, True)] * 2)}
    )
    assert said[0] == MET
    assert said[1].startswith(
        "firms[1].good: the same record (id: F1) has another 'good' at firms[0]: true, here false"
    )
    assert said[2] == UNKNOWN
    lost = pa.table({"organization_id": [0], "held_on": days("2022-02-01"), "kind": ["visit"], "firm": ["F2"]})
    (astray,) = judged(FIRMS, {"firms": firms([("F1", True, True)])}, records={"meetings": lost})
    assert astray == "meetings.firm: there is no record 'F2' in 'firms' (hint: mend the key, or add the record)"


WRONG = pa.table({"organization_id": [0], "roles": ["firm"], "deths": [1], "four.won": [True], "firms.given": [True]})


@pytest.mark.parametrize(
    ("frame", "more", "lines"),
    [
        pytest.param(
            WRONG,
            {},
            ["'deths' holds no fact: did you mean 'deaths'?", "'four.won' holds no fact: did you mean 'four.two'?"],
            id="no fact",
        ),
        pytest.param(
            WRONG, {"id": "org"}, ["there is no column 'org', which holds the organisations' ids"], id="no id"
        ),
        pytest.param(
            WRONG,
            {"roles": "rolls"},
            ["there is no column 'rolls', which holds their roles: did you mean 'roles'?"],
            id="no roles",
        ),
        pytest.param(WRONG, {"roles": ["frim"]}, ["there is no role 'frim': did you mean 'firm'?"], id="no such role"),
        pytest.param(
            WRONG,
            {"keep": ["twn"], "names": {"x": "plan"}},
            ["there is no column 'x'", "there is no column 'twn'"],
            id="kept, named",
        ),
        pytest.param(
            WRONG,
            {"names": {"deths": "plan", "four.won": "plan"}},
            ["the columns 'deths' and 'four.won' hold the same"],
            id="twice",
        ),
        pytest.param(
            WRONG,
            {"columns": ["outcomes"]},
            ["no column of results 'outcomes': did you mean 'outcome'?"],
            id="no such result",
        ),
        pytest.param(
            WRONG,
            {"records": {"firm": LONG}},
            ["there is no register or events fact 'firm': did you mean 'firms'?"],
            id="no register",
        ),
        pytest.param(WRONG, {"series": {"plan": LONG}}, ["there is no count 'plan'"], id="no count"),
        pytest.param(
            WRONG,
            {"names": {"deths": "done@2022-06-30", "four.won": "plan"}, "series": {"done": LONG}},
            ["'done' is in the frame, and is given as a long frame too"],
            id="two ways",
        ),
        pytest.param(
            WRONG,
            {"names": {"deths": "firms", "four.won": "firms.id"}},
            ["'firms' is given as lists of records, and as fields of one record"],
            id="lists and fields",
        ),
        pytest.param(
            WRONG,
            {"names": {"deths": "done@2022-06-31", "four.won": "firms.id.none"}},
            ["'deths' holds no fact", "'four.won' holds no fact"],
            id="no such day, no none",
        ),
        pytest.param(
            WRONG,
            {"names": {"deths": "plan.none", "four.won": "firms.through"}},
            ["'deths' holds no fact", "'four.won' holds no fact"],
            id="no none of a flag",
        ),
    ],
)
def test_everything_that_does_not_fit_is_named_at_once(frame: Any, more: Facts, lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        judged(PLAN, frame, **more)
    for line in lines:
        assert line in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "more", "words"),
    [
        ({"deaths": pa.array([b"x"])}, {}, "deaths: a column of Arrow type z is no column of type count"),
        ({"issued_on": pa.array([0], pa.timestamp("s", "UTC"))}, {}, "issued_on: a column of Arrow type tss:UTC"),
        ({"plan": pa.array([{"a": 1}])}, {}, "plan: a column of record is no"),
        ({"firms": pa.array([1])}, {}, "firms: a column of whole holds no lists"),
        ({"firms": pa.array([["F1"]])}, {}, "firms: a list of text is no list of records"),
        ({"firms": pa.array([[{"idd": "F1"}]])}, {}, "firms: the column 'idd' holds no field"),
        ({"roles": pa.array([1])}, {}, "roles: a column of whole holds no roles"),
        ({}, {"records": {"firms": LONG.drop(["organization_id"])}}, "firms: there is no column 'organization_id'"),
        (
            {},
            {"records": {"firms": LONG.rename_columns(["organization_id", "idd", "big", "good"])}},
            "'idd' holds no field: did you mean 'id'?",
        ),
        ({}, {"records": {"firms": LONG.append_column("big.none", pa.array([True] * 3))}}, "'big.none' holds no field"),
        (
            {},
            {"records": {"firms": LONG.set_column(0, "organization_id", pa.array([0, None, None]))}},
            "2 rows have no 'organization_id', the first is row 1",
        ),
        (
            {},
            {"records": {"firms": LONG.set_column(0, "organization_id", pa.array([0.5] * 3))}},
            "a column of real holds no ids",
        ),
        (
            {},
            {"records": {"firms": LONG.set_column(0, "organization_id", pa.array(["0"] * 3))}},
            "its ids are text, those of the organisations are whole",
        ),
        ({}, {"records": {"firms": LONG}}, "firms: no organisation has the id 3"),
        ({"organization_id": pa.array([0, 0, 3])}, {"records": {"firms": LONG}}, "firms: several rows have the id 0"),
        (
            {},
            {"records": {"firms": LONG.set_column(0, "organization_id", pa.array([7, 8, 9])).take([0, 1, 2, 0])}},
            "the id 7, 8, 9",
        ),
    ],
)
def test_columns_that_can_not_be_read(columns: Facts, more: Facts, words: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        judged(PLAN, {"four.one": pa.array([True] * len(columns.get("organization_id", [0]))), **columns}, **more)
    assert words in str(caught.value)


def test_what_is_no_frame() -> None:
    with pytest.raises(TypeError, match="list is no dataframe"):
        judged(PLAN, [1])


def test_many_words_long_words_and_wide_ids() -> None:
    """Codes are the same whether words are few, many, short, long, or in views."""
    size = 100
    for long in ("", "一个很长的名称 with more than twelve bytes "):
        ids = [f"{long}F{number}" for number in range(size)]
        columns = {"id": ids, "big": [True] * size, "good": [number % 2 == 0 for number in range(size)]}
        for type_ in (pa.string(), pa.large_string(), pa.string_view()):
            organisations = pa.array([f"{long}{number}" for number in range(size)]).cast(type_)
            records = pa.table({"organization_id": organisations, **columns})
            frame = {"organization_id": organisations}
            found = judged(FIRMS, {**frame, "four.one": pa.nulls(size)}, records={"firms": records})
            assert found == [MET, NOT_MET] * (size // 2)


def test_nothing_at_all() -> None:
    """A frame without rows gives one with all columns and without rows; a frame of one row one."""
    frame = pl.DataFrame({"organization_id": ["a"], "roles": ["firm"], "plan": [True]})
    options: Facts = {"as_of": DAY, "period": "2022"}
    pack = pack_of([PLAN])
    for many in (1, 0):
        some = frame.head(many)
        for given in (
            some,
            some.to_arrow(),
            some.to_pandas(),
            some.to_arrow().to_reader(),
            pa.RecordBatch.from_pylist(some.to_dicts(), some.to_arrow().schema),
        ):
            found = pl.DataFrame(assess_frame(pack, given, **options))
            assert found.columns == [
                "organization_id",
                "fault",
                "score_low",
                "score_high",
                "grade_low",
                "grade_high",
                "satisfied",
                "not_satisfied",
                "pending",
                "unknown",
                "not_applicable",
                "r0.outcome",
            ]
            assert found.height == many


def test_columns_that_are_asked_for_and_kept() -> None:
    frame = pd.DataFrame(
        {"org": ["a", "b"], "town": pd.Categorical(["x", "y"]), "roles": ["firm", "frim"], "planned": [True, None]},
        index=[7, 7],
    )
    found = assess_frame(
        pack_of([PLAN]),
        frame,
        as_of=DAY,
        period="2022",
        columns=["outcome"],
        id="org",
        names={"planned": "plan"},
        keep=["town"],
        codes=True,
    )
    assert list(found.columns) == ["org", "town", "fault", "r0.outcome"]
    assert found["town"].dtype == frame["town"].dtype
    assert found.index.tolist() == [7, 7]
    assert found["r0.outcome"].tolist()[0] == 0
    assert pd.isna(found["r0.outcome"].tolist()[1])
    assert list(
        assess_frame(
            pack_of([PLAN]),
            frame,
            as_of=DAY,
            period="2022",
            columns=[],
            id="org",
            names={"planned": "plan"},
            keep=["town"],
        ).columns
    ) == ["org", "town", "fault"]


def test_stretches_of_a_reader_and_of_frames() -> None:
    pack = pack_of([CAP])
    frame = pl.DataFrame({"organization_id": range(10), "roles": ["firm"] * 10, "deaths": range(10)})
    batches = frame.to_arrow().to_batches(max_chunksize=3)
    reader = pa.RecordBatchReader.from_batches(batches[0].schema, batches)
    for given, sizes in ((reader, [4, 4, 2]), (frame, [4, 4, 2]), (pa.Table.from_batches(batches), [3, 3, 3, 1])):
        found = [pl.DataFrame(one) for one in iter_assess(pack, given, as_of=DAY, period="2022", rows=4)]
        assert [one.height for one in found] == sizes
        every = pl.concat(found)
        assert every["organization_id"].to_list() == list(range(10))
        assert every["satisfied"].to_list() == [1] * 3 + [0] * 7


@pytest.mark.parametrize("engine", ["polars", "pyarrow", None])
def test_parquet_to_parquet(engine: Any, tmp_path: Path) -> None:
    """The same as of the frame, a stretch at a time; nothing is left of what went wrong."""
    pack = pack_of([PLAN, CAP])
    frame = pl.DataFrame({"organization_id": range(10), "roles": ["firm"] * 10, "deaths": [*range(9), -1], "town": "x"})
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    frame.write_parquet(source, row_group_size=3)
    options: Facts = {"as_of": DAY, "period": "2022", "keep": ["town"], "engine": engine, "rows": 4}
    assert assess_parquet(pack, source, target, **options) == Written(organisations=10, faults=1)
    whole = assess_frame(pack, frame, as_of=DAY, period="2022", keep=["town"])
    assert pl.read_parquet(target).cast(pl.String).equals(whole.cast(pl.String))
    records = {"firms": LONG}
    with pytest.raises((ValueError, pl.exceptions.ComputeError), match="holds no fact"):
        assess_parquet(pack, source, tmp_path / "none.parquet", as_of=DAY, period="2022")
    assert assess_parquet(pack, source, target, **options, records=records).faults == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def test_a_parquet_file_without_rows(tmp_path: Path) -> None:
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"organization_id": pa.array([], pa.int64()), "roles": pa.array([], pa.string())}), source)
    for engine in ("polars", "pyarrow"):
        assert assess_parquet(pack_of([CAP]), source, target, as_of=DAY, period="2022", engine=engine) == Written()
        assert pl.read_parquet(target).height == 0
