"""Dataframes: every kind says what ``assess`` says of the same answers one by one, fault for fault."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore import assess
from safescore.batch import COLUMNS, assess_frame
from safescore.errors import InvalidInput
from safescore.model import Pack
from safescore.results import Assessment
from tests.frames import frame_of, long_of
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without

KINDS: Mapping[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "polars, lazy": lambda frame: frame.lazy(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "pandas": lambda frame: frame.to_arrow().to_pandas(types_mapper=pd.ArrowDtype),
    "DuckDB": lambda frame: duckdb.from_arrow(frame.to_arrow()),
    "record batches": lambda frame: frame.to_arrow().to_reader(max_chunksize=1),
}
REGISTERS = ("firms", "meetings", "jobs", "cases_2021")
ROLES = st.sampled_from((["firm"], ["firm"], ["town", "firm"], ["town"]))


def eager(result: Any) -> pl.DataFrame:
    """Return a result as a frame of polars."""
    if isinstance(result, pl.LazyFrame):
        return result.collect()
    if isinstance(result, pl.DataFrame):
        return result
    if isinstance(result, pd.DataFrame):
        return pl.from_arrow(pa.Table.from_pandas(result, preserve_index=False))  # type: ignore[return-value]
    return pl.DataFrame(result)


def one_by_one(pack: Pack, submission: Facts) -> Assessment | None:
    try:
        return assess(pack, submission)
    except InvalidInput:
        return None


def broken(draw: st.DrawFn, submission: Facts) -> Facts:
    """Return a submission with what can't be so, now and then."""
    found = copy.deepcopy(submission)
    facts = found["facts"]
    what = draw(st.sampled_from((None, None, "part", "negative", "clash", "again", "lost", "figure", "blank key")))
    meetings = facts["meetings"] if isinstance(facts["meetings"], list) else (facts["meetings"] or {}).get("events")
    if what == "part" and facts["total"] is not None:
        facts["part"] = facts["total"] + draw(st.integers(0, 1))
    elif what == "negative":
        facts["deaths"] = -1
    elif what in ("clash", "again") and facts["firms"]:
        facts["firms"].append({**facts["firms"][0], "dead": 2 if what == "clash" else None})
    elif what == "blank key" and facts["firms"]:
        facts["firms"].append({**facts["firms"][-1], "id": None})
    elif what == "lost" and meetings:
        meetings[0]["firm"] = "F9"
    elif what == "figure":
        facts["big_firms"] = draw(st.integers(0, 3))
    return found


@st.composite
def answers(draw: st.DrawFn) -> list[Facts]:
    """Draw submissions of one day, one period and one set of parameters, with blanks, faults, and lacking facts."""
    drawn = draw(st.lists(submissions(), min_size=1, max_size=4))
    found = []
    for number, whole in enumerate(drawn):
        about = {**whole["organization"], "id": str(number), "roles": draw(ROLES)}
        same = {**whole, "as_of": drawn[0]["as_of"], "parameters": drawn[0]["parameters"], "organization": about}
        gone = draw(st.lists(st.sampled_from(list(cells(same))), max_size=6, unique=True))
        found.append(broken(draw, without(same, gone)))
    return found


def with_all_days(drawn: list[Facts]) -> None:
    """Give every series of counts the days of all: as columns they are blank where another has a figure."""
    for name in ("done", "total", "part"):
        series = [one["facts"][name] for one in drawn if isinstance(one["facts"].get(name), dict)]
        days = sorted({day for one in series for day in one})
        for one in series:
            known = dict(one)
            one.clear()
            one.update({day: known.get(day) for day in days})


def told(pack: Pack, drawn: list[Facts], frame: Any, **more: Any) -> pl.DataFrame:
    first = drawn[0]
    found = assess_frame(
        pack,
        frame,
        as_of=date.fromisoformat(first["as_of"]),
        period="2022",
        parameters=first["parameters"],
        columns=COLUMNS,
        **more,
    )
    return eager(found)


def the_same(row: Mapping[str, Any], one: Assessment | None) -> None:
    """Hold a row against the assessment of the same answers, or its absence against the fault."""
    assert (row["fault"] is not None) is (one is None), row["fault"]
    if one is None:
        assert all(value is None for name, value in row.items() if name not in ("fault", "organization_id"))
        return
    low, high = one.score.interval.low, one.score.interval.high
    assert (row["score_low"] is None) is (low is None)
    if low is not None and high is not None:
        assert abs(row["score_low"] - 100 * low) < 1e-10
        assert abs(row["score_high"] - 100 * high) < 1e-10
    assert (row["grade_low"], row["grade_high"]) == (one.grade.low, one.grade.high)
    for outcome, number in one.score.counts.items():
        assert row[outcome.value.replace("-", "_")] == number
    for finding in one.findings:
        rule = finding.rule.partition(".")[2]
        assert row[f"{rule}.outcome"] == finding.outcome.value
        assert row[f"{rule}.to_date"] is finding.to_date
        credit = finding.contribution
        assert (row[f"{rule}.credit_low"] is None) is (credit.low is None)
        if credit.low is not None and credit.high is not None:
            assert abs(row[f"{rule}.credit_low"] - credit.low) < 1e-12
            assert abs(row[f"{rule}.credit_high"] - credit.high) < 1e-12
        short = finding.short or (0, 0)
        assert row[f"{rule}.short_low"] == short[0]
        assert row[f"{rule}.short_high"] == short[1]
        due = row[f"{rule}.due"]
        assert (due and due.isoformat()) == (finding.next_due or None)


def agree(rules: list[Any], drawn: list[Facts], days: bool, lists: bool, kind: str) -> None:
    pack = pack_of(rules)
    with_all_days(drawn)
    frame = KINDS[kind](frame_of(drawn, days=days, lists=lists))
    more = {} if lists else {"records": {name: KINDS[kind](long_of(drawn, name, days=days)) for name in REGISTERS}}
    found = told(pack, drawn, frame, **more)
    assert found["organization_id"].to_list() == [str(number) for number in range(len(drawn))]
    for row, submission in zip(found.iter_rows(named=True), drawn, strict=True):
        the_same(row, one_by_one(pack, submission))


@given(RULES, answers(), st.booleans(), st.booleans(), st.sampled_from(sorted(KINDS)))
@settings(max_examples=30)
def test_a_frame_says_what_is_said_one_by_one(
    rules: list[Any], drawn: list[Facts], days: bool, lists: bool, kind: str
) -> None:
    """Promise 13: each kind of frame, registers as lists or as long frames, faults in the same rows."""
    agree(rules, drawn, days, lists, kind)
