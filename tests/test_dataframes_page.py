"""Every piece of Python of the page on dataframes is run, those of Spark and Ray where they are installed."""

from __future__ import annotations

import os
import re
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest

PAGE = Path(__file__).parents[1] / "docs" / "dataframes.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def of(engine: str) -> list[str]:
    """Return the pieces that an engine runs, and those that need none."""
    return [block for block in BLOCKS if not block.startswith("#") or block.startswith(f"# {engine}\n")]


def run(blocks: list[str], **names: Any) -> dict[str, Any]:
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One district reaches 70 % of 203 with 150, one just so, and one has more certified firms than firms."""
    monkeypatch.chdir(tmp_path)
    names = run(of("no engine"))
    found = pl.read_parquet("outcomes.parquet")
    assert found["above-scale-certified.outcome"].cast(pl.String).to_list() == ["satisfied", "satisfied", None]
    assert found["fault"].is_null().to_list() == [True, True, False]
    assert names["outcomes"].num_rows == 3
    assert "3 1" in capsys.readouterr().out


@pytest.mark.skipif(not find_spec("ray"), reason="Ray is not installed")
def test_the_piece_of_ray_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(one for one in sys.path if one))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(of("ray"), ray=ray)
    found = pl.read_parquet("outcomes-of-ray/*.parquet").sort("organization_id")
    assert found["above-scale-certified.outcome"].to_list() == [0, 0, None]
