"""Under Spark, rows by mapInArrow and files handed out: the results are those of one process."""

from __future__ import annotations

import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from safescore.batch import Written, assess_frame
from safescore.model import Pack
from tests.frames import frame_of, long_of
from tests.test_dataframes_page import of, run
from tests.test_frames import REGISTERS
from tests.test_parquet import OPTIONS, RULES, several
from tests.worlds import Facts, pack_of

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("java is not at hand", allow_module_level=True)

from safescore.batch.spark import assess_spark, assess_spark_files

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Return a session of two workers; starting the JVM is what these tests take."""
    from pyspark.sql import SparkSession

    kept = dict(os.environ)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(one for one in sys.path if one)
    settings_ = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings_.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
        yield session
        session.stop()
    os.environ.clear()
    os.environ.update(kept)


@pytest.fixture(scope="module")
def drawn() -> list[Facts]:
    """Return submissions with blanks and faults."""
    return several(25)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of(RULES)


def in_words(found: Any) -> pl.DataFrame:
    """Return results in the order of the organisations, all of them in words."""
    frame = found if isinstance(found, pl.DataFrame) else pl.DataFrame(found)
    return frame.cast(pl.String).sort("organization_id")


def test_rows_by_map_in_arrow(spark: Any, pack: Pack, drawn: list[Facts], tmp_path: Path) -> None:
    """Registers as lists, counts by date as columns; compiled, the rows are those of one process, faults and all."""
    frame = frame_of(drawn, days=True)
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=50)
    more: Facts = {"lang": "en", "columns": ["outcome", "score", "credit", "short", "due", "to_date"]}
    given = spark.read.parquet(str(tmp_path / "in.parquet"))
    found = assess_spark(pack, given, rows=64, compiled=True, **OPTIONS, **more)
    one = assess_frame(pack, frame, **OPTIONS, **more)
    assert in_words(found.toArrow()).equals(in_words(one))
    assert 0 < one["fault"].null_count() < len(drawn)


def test_records_and_series_of_their_own(spark: Any, pack: Pack, drawn: list[Facts]) -> None:
    """Long frames of Spark are grouped by organisation; the other frames have them as they are."""
    frame = frame_of(drawn, lists=False)
    series = [
        (place, day, value)
        for place, one in enumerate(drawn)
        if isinstance(one["facts"]["done"], dict)
        for day, value in one["facts"]["done"].items()
    ]
    frame = frame.drop([one for one in frame.columns if one.startswith("done")])
    long = pl.DataFrame(series, schema=["organization_id", "date", "value"], orient="row")
    long = long.with_columns(pl.col("organization_id").cast(pl.String), pl.col("date").str.to_date())
    records = {name: long_of(drawn, name, days=True) for name in REGISTERS}
    there = {name: spark.createDataFrame(one.to_arrow()) for name, one in records.items()}
    dated = {"done": spark.createDataFrame(long.drop_nulls().to_arrow())}
    found = assess_spark(
        pack, spark.createDataFrame(frame.to_arrow()), records=there, series=dated, codes=True, **OPTIONS
    )
    one = assess_frame(pack, frame, records=records, series={"done": long.drop_nulls()}, codes=True, **OPTIONS)
    whole, own = in_words(found.toArrow()), in_words(one)
    assert whole.drop("fault").equals(own.drop("fault"))
    assert whole["fault"].is_null().equals(own["fault"].is_null())


def test_no_rows(spark: Any, pack: Pack, drawn: list[Facts]) -> None:
    frame = frame_of(drawn[:1])
    found = assess_spark(pack, spark.createDataFrame(frame.to_arrow()).limit(0), **OPTIONS)
    assert found.count() == 0
    with pytest.raises(ValueError, match="did you mean 'plan'"):
        assess_spark(pack, spark.createDataFrame(frame.rename({"plan": "plam"}).to_arrow()), **OPTIONS)


def test_files_handed_out(spark: Any, pack: Pack, drawn: list[Facts], tmp_path: Path) -> None:
    """Files of a folder and a single one, by groups of rows; results and faults are those of one process."""
    frame = frame_of(drawn)
    half = frame.height // 2
    (tmp_path / "in").mkdir()
    frame.head(half).write_parquet(tmp_path / "in" / "a.parquet", row_group_size=20)
    frame.tail(-half).write_parquet(tmp_path / "in" / "b.parquet")
    (tmp_path / "in" / "notes.txt").write_text("not read", encoding="utf-8")
    one = assess_frame(pack, frame, **OPTIONS)
    faults = one.height - one["fault"].null_count()
    ways: list[tuple[Any, Any]] = [(str(tmp_path / "in"), engine) for engine in (None, "pyarrow", "polars")]
    ways.append(([f"file://{tmp_path}/in/b.parquet", str(tmp_path / "in" / "a.parquet")], None))
    for sources, engine in ways:
        written = assess_spark_files(pack, spark, sources, str(tmp_path / "out"), engine=engine, **OPTIONS)
        assert written == Written(organisations=frame.height, faults=faults)
        assert sorted(path.name for path in (tmp_path / "out").iterdir())[0] == "_SUCCESS"
        assert in_words(pl.read_parquet(tmp_path / "out" / "*.parquet")).equals(in_words(one))
        shutil.rmtree(tmp_path / "out")


def test_what_can_not_be_handed_out(spark: Any, pack: Pack, drawn: list[Facts], tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    frame_of(drawn[:1]).rename({"plan": "plam"}).write_parquet(source)
    with pytest.raises(ValueError, match="did you mean 'plan'"):
        assess_spark_files(pack, spark, str(source), str(tmp_path / "out"), **OPTIONS)
    with pytest.raises(ValueError, match="records can't be handed out"):
        assess_spark_files(pack, spark, str(source), str(tmp_path / "out"), records={"firms": 1}, **OPTIONS)
    assert not list(tmp_path.glob("out/*.parquet"))


def test_the_piece_of_the_page_runs(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # Spark itself stays in the folder where it was started
    names = re.compile(r'"(districts\.parquet|outcomes|judged)"')
    run([names.sub(rf'"{tmp_path}/\1"', block) for block in of("spark")], spark=spark)
    for folder in ("outcomes", "judged"):
        found = pl.read_parquet(tmp_path / folder / "*.parquet").sort("organization_id")
        outcomes = found["above-scale-certified.outcome"].cast(pl.String).to_list()
        assert outcomes == ["satisfied", "satisfied", None]
