"""Groups of rows of Parquet files, read by either engine: what is written is the same."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyarrow.fs import LocalFileSystem

from safescore.batch import Written, assess_frame
from safescore.batch.frames import made
from safescore.batch.parquet import Engine, write_stretches
from safescore.model import Pack
from tests.frames import frame_of
from tests.packs import PACKS, pack_named
from tests.test_frame_faults import QUARTERS
from tests.test_frames import answers
from tests.worlds import Facts, pack_of

OPTIONS: Facts = {"as_of": dt.date(2022, 12, 31), "period": "2022"}
RULES: list[Any] = [
    {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "50%"}},
    {"measure": QUARTERS["measure"]},
    {"measure": {"kind": "milestone", "part": "done", "whole": "total", "at_least": "50%", "by": "2022-06-30"}},
    {"measure": {"kind": "affirm", "fact": "plan", "due": "standing"}, "hard": True},
]
ENGINES: tuple[Engine, ...] = ("polars", "pyarrow")


def several(examples: int) -> list[Facts]:
    """Return submissions with blanks and faults."""
    found: list[Facts] = []

    @given(answers())
    @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    def draw(some: list[Facts]) -> None:
        found.extend(some)

    draw()
    return found


@pytest.fixture(scope="module")
def drawn() -> list[Facts]:
    return several(25)[:24]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of(RULES)


def judged(pack: Pack, source: Path, engine: Engine, groups: list[int] | None, rows: int, **more: Any) -> Any:
    """Return what is written of some groups of a file, and what is told of it."""
    target = source.with_name(f"{engine}.parquet")
    intake = made(pack, pq.read_schema(source).names, **{**OPTIONS, **more})
    files = {"source_files": LocalFileSystem(), "target_files": LocalFileSystem()}
    found = write_stretches(intake, str(source), str(target), rows, groups=groups, engine=engine, **files)
    return found, pq.read_table(target)


@pytest.mark.parametrize("rows", [3, 7, 1000])
@pytest.mark.parametrize("groups", [None, [0], [1, 2], [4]])
@pytest.mark.parametrize("days", [True, False])
def test_engines_read_the_same(
    days: bool, groups: list[int] | None, rows: int, pack: Pack, drawn: list[Facts], tmp_path: Path
) -> None:
    frame = frame_of(drawn, days=days)
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=5)
    (told, found), (also, other) = (judged(pack, tmp_path / "in.parquet", one, groups, rows) for one in ENGINES)
    assert found.equals(other)
    assert told == also
    places = range(24) if groups is None else range(5 * groups[0], min(24, 5 * groups[-1] + 5))
    assert found["organization_id"].to_pylist() == [str(place) for place in places]
    assert told.organisations == len(places)


@pytest.mark.parametrize("name", PACKS)
def test_engines_read_the_same_for_every_pack(name: str, tmp_path: Path) -> None:
    """Whole numbers of all widths, with blanks; the facts of the pack that have one value."""
    pack = pack_named(name)
    chance = random.Random(name)
    kinds = [
        pa.int8(),
        pa.uint8(),
        pa.int16(),
        pa.uint16(),
        pa.int32(),
        pa.uint32(),
        pa.int64(),
        pa.uint64(),
        pa.float64(),
    ]
    columns: Facts = {"organization_id": pa.array([f"单位{place}" for place in range(40)], pa.large_string())}
    for fact, spec in pack.dictionary.facts.items():
        if spec.type == "count":
            cells = [chance.choice((None, 0, 1, 2, 100)) for _ in range(40)]
            columns[fact] = pa.array(cells, chance.choice(kinds))
        elif spec.type == "flag":
            columns[fact] = pa.array([chance.choice((None, True, False)) for _ in range(40)])
        elif spec.type == "choice":
            words = pa.array([chance.choice((None, *spec.options)) for _ in range(40)])
            columns[fact] = chance.choice((words, words.dictionary_encode()))
    pq.write_table(pa.table(columns), tmp_path / "in.parquet", row_group_size=16)
    more: Facts = {"as_of": dt.date(int(name[-4:]), 12, 31), "period": name[-4:], "roles": [next(iter(pack.roles))]}
    (told, found), (also, other) = (judged(pack, tmp_path / "in.parquet", one, [1, 2], 9, **more) for one in ENGINES)
    assert found.equals(other)
    assert told == also == Written(organisations=24, faults=told.faults)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_carried_over_stays_as_it_is(engine: Engine, pack: Pack, tmp_path: Path) -> None:
    """Also where the engine that reads the facts has no such type."""
    kept = {
        "of days": pa.array([[("a", 1)], None, [], [("b", 2)]], pa.map_(pa.string(), pa.int32())),
        "bytes": pa.array([b"abc", b"xyz", None, b"000"], pa.binary(3)),
        "time": pa.array([1, 2, None, 3], pa.timestamp("ns", "Asia/Shanghai")),
        "text": pa.array(["a", None, "", "b"], pa.string()),
    }
    table = pa.table({"organization_id": pa.array([1, 2, 3, 4], pa.int16()), "plan": [1, 2, None, 4], **kept})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=3)
    _, found = judged(pack, tmp_path / "in.parquet", engine, None, 3, roles=["firm"], keep=[*kept])
    carried = table.drop_columns(["plan"])
    assert found.select(carried.column_names).replace_schema_metadata().equals(carried.replace_schema_metadata())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["a[0-9]*.parquet", "with space.parquet", "名.parquet"])
def test_a_name_is_no_pattern(name: str, engine: Engine, pack: Pack, drawn: list[Facts], tmp_path: Path) -> None:
    frame_of(drawn[:3]).write_parquet(tmp_path / name)
    (tmp_path / "a1.parquet").write_bytes(b"not read")
    told, found = judged(pack, tmp_path / name, engine, None, 100)
    assert told.organisations == found.num_rows == 3


def test_results_are_those_of_the_frame(pack: Pack, drawn: list[Facts], tmp_path: Path) -> None:
    frame = frame_of(drawn)
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=5)
    _, found = judged(pack, tmp_path / "in.parquet", "polars", None, 7)
    read: Any = pl.from_arrow(found)
    assert read.cast(pl.String).equals(assess_frame(pack, frame, **OPTIONS).cast(pl.String))
