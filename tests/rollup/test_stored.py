"""The store of a batch rolled up: the same figures as the submissions that it was made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from safescore.cli import main
from tests.examples import ROOT, at_root
from tests.rollup.golden import TOWN

pytest.importorskip("duckdb")
ROSTER = f"{TOWN}/roster.csv"


def batch(store: Path, *sources: object) -> None:
    """Score submissions into a store."""
    with at_root():
        main(["batch", *map(str, sources), "--store", str(store), "--jobs", "1"])


def rolled(source: object, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Return the exit code, the JSON and the complaints of a roll-up."""
    capsys.readouterr()
    with at_root():
        code = main(["rollup", str(source), "--format", "json", *words])
    told = capsys.readouterr()
    return code, json.loads(told.out) if told.out else None, told.err


def test_a_store_says_what_its_submissions_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scores, grades, outcomes and credits are equal, exactly; what a store does not keep is said to be so."""
    store = tmp_path / "results.duckdb"
    batch(store, f"{TOWN}/submissions")
    words = ("--roster", ROSTER, "--by", "town", "--quota", "80%:score:75")
    code, found, _ = rolled(store, capsys, *words)
    expected = rolled(f"{TOWN}/submissions", capsys, *words)
    assert code == expected[0]
    counted = 0
    for one, other in zip(found["packs"][0]["groups"], expected[1]["packs"][0]["groups"], strict=True):
        for mine, theirs in zip(one["rules"], other["rules"], strict=True):
            if mine["items"] is None:
                for key in ("items", "items_of_handed_in", "share", "share_of_handed_in"):
                    mine[key] = theirs[key]
            counted += mine["items"] is not None and mine["items"]["met"]["low"] > 0
    for pack in (found["packs"][0], expected[1]["packs"][0]):
        for member in pack["members"]:
            member["file"] = None
    assert found["packs"] == expected[1]["packs"]
    assert counted


def test_the_last_batch_of_an_organisation_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was handed in again replaces what was there; if it can't be used, the organisation is unknown."""
    store, again = tmp_path / "results.duckdb", tmp_path / "QS-001.yaml"
    batch(store, f"{TOWN}/submissions")
    text = (ROOT / TOWN / "submissions" / "QS-001.yaml").read_text("utf-8")
    again.write_text(text.replace("own_standard_certified: true", "own_standard_certified: false"), encoding="utf-8")
    batch(store, again)
    _, found, _ = rolled(store, capsys)
    assert [one["as_of"] for one in found["packs"][0]["members"]] == ["2022-12-31"] * 7
    (rule,) = (
        one
        for one in found["packs"][0]["groups"][0]["rules"]
        if one["rule"] == "dadukou-2022.own-hazard-class-certified"
    )
    assert rule["outcomes"]["satisfied"] == 3
    again.write_text(text.replace("own_standard_certified: true", "own_standard_certified: maybe"), encoding="utf-8")
    batch(store, again)
    _, found, _ = rolled(store, capsys)
    assert [one["id"] for one in found["unusable"]] == ["QS-001"]
    assert found["packs"][0]["groups"][0]["missing"] == [{"id": "QS-001", "name": "青山恒通机械有限公司"}]


def test_a_pack_in_another_state_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Results of a pack that is no longer as it was are not read with today's weights."""
    import duckdb

    store = tmp_path / "results.duckdb"
    batch(store, f"{TOWN}/submissions/QS-001.yaml")
    with duckdb.connect(str(store)) as open_:
        open_.execute("UPDATE runs SET pack_digest = 'f00'")
    code, found, err = rolled(store, capsys)
    assert (code, found) == (2, None)
    assert "另一状态的dadukou-2022" in err
    with duckdb.connect(str(store)) as open_:
        open_.execute("UPDATE runs SET pack = 'nowhere'")
    code, _, err = rolled(store, capsys)
    assert code == 2
    assert "nowhere" in err


def test_what_is_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is none, and one that is not there, are refused with how to make one."""
    broken = tmp_path / "broken.duckdb"
    broken.write_text("no", encoding="utf-8")
    assert "不是可用的结果库" in rolled(broken, capsys)[2]
    assert rolled(tmp_path / "gone.duckdb", capsys)[0] == 2
