"""A submission held against the one before: what shrank is a fault, what vanished or was altered is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from safescore import InvalidInput, check
from safescore.cli import main
from tests.worlds import WORLD


def submission(facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "organization": {"id": "X", "name": "某厂", "roles": ["firm"]},
        "period": "2022Q3",
        "as_of": "2022-09-30",
        "packs": [str(WORLD)],
        "facts": facts,
        **more,
    }


def last(facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return submission(facts, **{"period": "2022Q2", "as_of": "2022-06-30", **more})


def refused(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        check(now, previous=before)
    return [fault.problem.en for fault in error.value.faults]


def notes(now: dict[str, Any], before: dict[str, Any], rules: list[str] | None = None) -> list[str]:
    from attrs import evolve

    from safescore.assess import assess_all
    from safescore.facts.read import open_submission
    from tests.worlds import pack_of

    measures: list[dict[str, Any]] = [
        {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "70%"},
        {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "year", "counts": {"kind": "plenary"}},
        {"kind": "each", "record": "jobs", "states": ["person"]},
        {"kind": "ratio", "part": "done", "whole": "total", "at_least": "70%"},
    ]
    pack = evolve(pack_of([{"measure": one} for one in measures]))
    (one,) = assess_all(open_submission(now), (pack,), previous=open_submission(before))
    return [note.en for note in one.notes if note.en.startswith("Not as before")]


@pytest.mark.parametrize(
    ("now", "before", "shrunk"),
    [
        pytest.param(7, 7, None, id="as it was"),
        pytest.param(8, 7, None, id="one more"),
        pytest.param(6, 7, "done (done) is 6, below 7 in the previous submission", id="one less"),
        pytest.param(0, 1, "done (done) is 0, below 1 in the previous submission", id="back to none"),
        pytest.param(None, 7, None, id="a blank is no figure"),
        pytest.param({"2022-06-30": 7, "2022-09-30": 6}, {"2022-06-30": 7}, "done (done) is 6, below 7", id="a series"),
        pytest.param({"2022-12-31": 1}, {"2022-06-30": 7}, None, id="a figure of a later day"),
        pytest.param(6, {"2022-03-31": 5, "2022-12-31": 9}, None, id="against what stood on its day"),
    ],
)
def test_a_cumulative_figure_only_grows(now: Any, before: Any, shrunk: str | None) -> None:
    if shrunk is None:
        assert check(submission({"done": now}), previous=last({"done": before}))
    else:
        (problem,) = refused(submission({"done": now}), last({"done": before}))
        assert problem.startswith(shrunk)


def test_a_new_year_begins_anew() -> None:
    """A cumulative figure grows within its year only; any other may shrink at any time."""
    earlier = last({"done": 9}, period="2021", as_of="2021-12-31")
    assert check(submission({"done": 3}), previous=earlier)
    assert check(submission({"total": 3}), previous=last({"total": 9}))


def test_another_organisation_or_no_earlier_day() -> None:
    """Submissions that can't be held against each other are refused, and nothing else is said of the figures."""
    other = last({"done": 9}, organization={"id": "Y", "name": "别厂", "roles": ["firm"]})
    (problem,) = refused(submission({"done": 3}), other)
    assert problem.startswith("the organisation is 'X', the previous submission is of 'Y' (<submission>:3:8")
    (problem,) = refused(submission({"done": 3}), submission({"done": 9}))
    assert problem.startswith("the previous submission is as of 2022-09-30, no earlier than 2022-09-30")


def test_the_faults_of_both_come_in_one_run() -> None:
    assert len(refused(submission({"plan": "yes", "done": 3}), last({"team": "no", "done": 9}))) == 3


RECORDS: dict[str, Any] = {
    "firms": [{"id": "F1", "big": True, "finished_on": "2022-05-01"}, {"id": "F2", "big": True, "good": False}],
    "meetings": [{"held_on": "2022-02-01", "kind": "plenary", "firm": "F1", "form": "heard"}],
    "jobs": [{"id": "J1", "began": "2022-06-01 08:00", "person": "李", "ended": False}],
    "total": 9,
    "done": {"2022-03-31": 3, "2022-06-30": 7},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param(
            {"firms": RECORDS["firms"][:1]}, ["firms, the record (id: F2) is not there now"], id="a firm vanished"
        ),
        pytest.param({"firms": None}, ["firms, 2 firms before, left out now"], id="a register left out"),
        pytest.param({"firms": []}, ["firms, the record (id: F1) is", "firms, the record (id: F2) is"], id="emptied"),
        pytest.param(
            {"firms": [{**RECORDS["firms"][0], "big": None}, {**RECORDS["firms"][1], "good": True}]},
            ["firms, the record (id: F1): big was true, is blank now"],
            id="a cell blanked; what is said of the present may change",
        ),
        pytest.param(
            {"firms": [{**RECORDS["firms"][0], "finished_on": "2022-04-01"}, RECORDS["firms"][1]]},
            ["firms, the record (id: F1): finished_on was 2022-05-01, is 2022-04-01 now"],
            id="a day gone by",
        ),
        pytest.param(
            {"meetings": [{**RECORDS["meetings"][0], "form": "paper"}]},
            ["meetings, the record (held_on: 2022-02-01, kind: plenary, firm: F1): form was heard, is paper now"],
            id="an event that had taken place",
        ),
        pytest.param(
            {"meetings": {"through": "2022-09-30", "events": RECORDS["meetings"]}}, [], id="wrapped with its day"
        ),
        pytest.param(
            {"jobs": [{**RECORDS["jobs"][0], "person": "王", "ended": None}]},
            ["jobs, the record (id: J1): person was 李, is 王 now; ended was false, is blank now"],
            id="two cells of a job",
        ),
        pytest.param(
            {"done": {"2022-03-31": 2, "2022-09-30": 8}},
            ["done, on 2022-03-31 it was 3, is 2 now", "done, on 2022-06-30 it was 7, is not there now"],
            id="past values of a series",
        ),
    ],
)
def test_what_is_said_otherwise_now(change: dict[str, Any], said: list[str]) -> None:
    """Each is a note with both places, and no fault: it is another claim, not silence."""
    now = {**RECORDS, "done": {**RECORDS["done"], "2022-09-30": 8}, **change}
    if change.get("firms") is None and "firms" in change:
        now["meetings"] = [{**RECORDS["meetings"][0]}]
    found = notes(submission(now), last(RECORDS))
    assert len(found) == len(said), found
    for note, start in zip(found, said, strict=True):
        assert note.startswith(f"Not as before: {start}")
        assert "(before <submission>:" in note


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--previous` finds the submission of the same organisation among several; the fault names both places."""
    paths = {}
    for name, content in {
        "q2": last({"done": 7}),
        "other": last({"done": 99}, organization={"id": "Y", "name": "别厂", "roles": ["firm"]}),
        "good": submission({"done": 7}),
        "bad": submission({"done": 6}),
    }.items():
        paths[name] = tmp_path / f"{name}.json"
        paths[name].write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    before = ["--previous", str(paths["other"]), "--previous", str(paths["q2"])]
    assert main(["check", str(paths["good"]), *before]) == 0
    capsys.readouterr()
    assert main(["check", str(paths["bad"]), *before]) == 2
    said = capsys.readouterr().err
    assert said.startswith(
        f"{paths['bad']}:14:10: “完成”（done）为6，小于上期的7（{paths['q2']}:14:10）\n    提示：累计数"
    )
    assert main(["check", str(paths["good"]), "--previous", str(tmp_path / "none.json")]) == 2
    assert "none.json:1:1: 没有这个文件" in capsys.readouterr().err
