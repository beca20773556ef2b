"""The command ``batch`` as its user meets it: what goes in, what comes out, and what happens when it is stopped."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from safescore.batch import sources, store, store_tables, wide
from safescore.cli import main
from tests import small
from tests.examples import ROOT

Read = pytest.CaptureFixture[str]
TABLES = ("runs", "submissions", "assessments", "findings", "faults", "missing")


def submission(id_: str, period: str = "2022", more: str = "", **facts: str) -> str:
    """Return a submission; what is wrong with it, if anything, stands in its facts."""
    answers = {"plan": "true", "ban": "true", "part": "7", "total": "10", "act": "true", "drive": "true", **facts}
    told = "".join(f"  {name}: {value}\n" for name, value in answers.items() if value)
    head = f"organization: {{id: {id_}, name: 单位{id_}, roles: [firm]}}\nperiod: {period}\npacks: [PACK]\n{more}"
    return f"{head}facts:\n{told}  meetings: [{{{small.MET}}}]\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a pack, and work there."""
    (tmp_path / "pack").mkdir()
    small.write(tmp_path / "pack")
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hand_in(folder: Path, files: Mapping[str, str]) -> None:
    """Write submissions into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("PACK", "./pack"), "utf-8")


def usual() -> dict[str, str]:
    """Return nine submissions, in folders, one of them faulty."""
    files = {f"{'甲' if number % 2 else '乙'}/{number}.yaml": submission(f"F-{number}") for number in range(8)}
    files["乙/2.yaml"] = submission("F-2", part="6")
    files["甲/3.yaml"] = submission("F-3", part="", ban="")
    files["乙/4.yaml"] = submission("F-4", part="11")
    files["甲/5.yaml"] = submission("F-5", ban="false")
    return files


def batch(*words: str) -> int:
    return main(["batch", *words, "--lang", "en"])


def query(sql: str, store: str = "r.duckdb") -> list[Any]:
    with duckdb.connect(store, read_only=True) as duck:
        return duck.execute(sql).fetchall()


def test_a_folder_to_a_store(here: Path, capsys: Read) -> None:
    """Good submissions are kept, the faulty one is named, and does not stop the others."""
    hand_in(here / "in", usual())
    assert batch("in", "--store", "r.duckdb") == 2
    told = capsys.readouterr()
    assert "in/乙/4.yaml:" in told.err
    assert told.err.count("hint:") == 1
    assert "submissions    8" in told.out
    assert query("SELECT batch, finished, submissions, assessed, faulty FROM batches")[0][1:] == (True, 8, 7, 1)
    ((pack, period, as_of, organizations),) = query("SELECT pack, period, as_of, organizations FROM runs")
    assert (pack, period, as_of.isoformat(), organizations) == ("small", "2022", "2022-12-31", 7)
    found = "SELECT organization, grade_low, grade_high, score_low, score_high FROM assessments ORDER BY ALL"
    by_id = {row[0]: row[1:] for row in query(found)}
    assert by_id["F-0"] == ("excellent", "excellent", 100.0, 100.0)
    assert by_id["F-2"][0] == by_id["F-2"][1]
    assert by_id["F-3"][:2] == ("fail", "excellent")
    assert by_id["F-5"][:2] == ("fail", "fail")
    assert "F-4" not in by_id
    assert query("SELECT count(*) FROM findings") == [(35,)]
    short = "SELECT outcome, short_low, short_high, credit_low_numerator, credit_low_denominator FROM findings"
    assert query(f"{short} WHERE organization = 'F-2' AND rule = 'small.certified'") == [("not-satisfied", 1, 1, 6, 7)]
    assert query(f"{short} WHERE organization = 'F-3' AND rule = 'small.certified'") == [("unknown", 0, 7, 0, 1)]
    states = query("SELECT state, count(*) FROM submissions GROUP BY state ORDER BY state")
    assert states == [("assessed", 7), ("faulty", 1)]


def test_the_same_bytes_however_many_work(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in every format are the same with one process and with two, and are whole: no others lie beside them."""
    hand_in(here / "in", usual())
    monkeypatch.setattr(sources, "TOGETHER", 3)
    formats = ("csv", "parquet", "jsonl")
    for jobs in ("1", "2"):
        outputs = [word for format_ in formats for word in ("--output", f"{format_}:out{jobs}")]
        assert batch("in", *outputs, "--jobs", jobs, "--faults", f"faults{jobs}.csv") == 2
    names = sorted(path.name for path in (here / "out1").iterdir())
    assert names == sorted(f"{table}.{format_}" for table in TABLES for format_ in formats)
    for name in names:
        assert (here / "out1" / name).read_bytes() == (here / "out2" / name).read_bytes(), name
    assert (here / "faults1.csv").read_bytes() == (here / "faults2.csv").read_bytes()
    rows = list(csv.DictReader((here / "out1/assessments.csv").read_text("utf-8-sig").splitlines()))
    assert [row["organization"] for row in rows] == ["F-0", "F-1", "F-2", "F-3", "F-5", "F-6", "F-7"]
    findings = duckdb.execute("SELECT organization, rule FROM 'out1/findings.parquet'").fetchall()
    assert findings == sorted(findings)


def test_faults_to_hand_back(here: Path, capsys: Read) -> None:
    """The file of faults names place and remedy, in the language asked for, and no cell of it is a formula."""
    hand_in(here / "in", {"=1.yaml": submission("F-1", part="11"), "2.yaml": submission("F-2", plan="maybe")})
    assert main(["batch", "in", "--faults", "faults.csv"]) == 2
    rows = list(csv.reader((here / "faults.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["文件", "位置", "单位编号", "单位名称", "问题", "如何更正"]
    assert [row[0] for row in rows[1:]] == ["in/2.yaml", "in/=1.yaml"]
    assert rows[2][1:4] == ["in/=1.yaml:7:9", "F-1", "单位F-1"]
    assert batch("in/=1.yaml", "in/2.yaml", "--faults", "faults.jsonl") == 2
    lines = [json.loads(line) for line in (here / "faults.jsonl").read_text("utf-8").splitlines()]
    assert {(one["file"], one["organization"]) for one in lines} == {("in/=1.yaml", "F-1"), ("in/2.yaml", "F-2")}
    assert all(one["what"].keys() == {"zh", "en"} for one in lines)
    assert "--faults" not in capsys.readouterr().err


def test_many_faults_are_not_all_shown(here: Path, capsys: Read) -> None:
    """A terminal is told of the first, and where all can be had."""
    hand_in(here / "in", {f"{number:02}.yaml": submission(f"F-{number}", part="11") for number in range(23)})
    assert batch("in") == 2
    told = capsys.readouterr().err
    assert told.count("is 11, more than total") == 20
    assert "3 more; --faults faults.csv writes them all" in told


def test_strict_stops_at_the_first(here: Path, capsys: Read) -> None:
    """With --strict the first faulty submission in order ends the run; with --resume it goes on from there."""
    hand_in(here / "in", usual())
    assert batch("in", "--strict", "--store", "r.duckdb") == 2
    told = capsys.readouterr().err
    assert told.startswith("in/乙/4.yaml:7:9: ")
    assert told.endswith("stopped here, as --strict demands\n    hint: go on with --resume\n")
    assert batch("in", "--strict", "--output", "csv:out") == 2
    assert batch("in", "--strict", "--output", "csv:out", "--resume") == 2
    assert "7 done before" in capsys.readouterr().err
    assert query("SELECT finished FROM batches") == [(False,)]
    hand_in(here / "in", {"乙/4.yaml": submission("F-4", part="10")})
    assert batch("in", "--strict", "--store", "r.duckdb", "--resume") == 0
    assert "7 done before and unchanged are left alone" in capsys.readouterr().err
    assert query("SELECT finished, submissions, assessed FROM batches") == [(True, 8, 8)]
    assert query("SELECT count(*) FROM faults") == [(0,)]


ROSTER = "单位代码,单位名称,镇街\nF-1,一厂,东镇\nF-2,二厂,东镇\nF-4,四厂,西镇\nF-9,九厂,西镇\n"


def test_a_roster(here: Path, capsys: Read) -> None:
    """Who did not hand in, who did twice, whose can't be used, and who is not on the roster."""
    files = {"1.yaml": submission("F-1"), "2a.yaml": submission("F-2"), "x/2b.yaml": submission("F-2", part="6")}
    hand_in(here / "in", {**files, "4.yaml": submission("F-4", part="11"), "5.yaml": submission("F-5")})
    (here / "roster.csv").write_text(ROSTER, "utf-8")
    assert batch("in", "--store", "r.duckdb", "--roster", "roster.csv", "--format", "json") == 2
    told = capsys.readouterr()
    found = query("SELECT organization, name, state, files FROM missing ORDER BY organization")
    assert found == [
        ("F-2", "二厂", "twice", "in/2a.yaml;in/x/2b.yaml"),
        ("F-4", "四厂", "faulty", "in/4.yaml"),
        ("F-5", "单位F-5", "unlisted", "in/5.yaml"),
        ("F-9", "九厂", "missing", ""),
    ]
    assert "in/2a.yaml:1:1: F-2 handed in more than once for 2022: also in in/x/2b.yaml" in told.err
    assert "in/x/2b.yaml:1:1: F-2 handed in more than once for 2022: also in in/2a.yaml" in told.err
    assert query("SELECT organization FROM assessments ORDER BY ALL") == [("F-1",), ("F-5",)]
    assert query("SELECT DISTINCT organization FROM findings ORDER BY ALL") == [("F-1",), ("F-5",)]
    summary = json.loads(told.out)
    assert summary["schema"] == {"name": "safescore-batch", "version": "1.0"}
    assert summary["roster"] == {"faulty": 1, "missing": 1, "twice": 1, "unlisted": 1}
    assert (summary["submissions"], summary["assessed"], summary["faulty"], summary["missing"]) == (5, 2, 3, 1)


def test_once_one_of_two_is_withdrawn(here: Path) -> None:
    """The submission that is left counts, and with --resume nothing else is done again."""
    hand_in(here / "in", {"1.yaml": submission("F-1"), "2a.yaml": submission("F-2"), "2b.yaml": submission("F-2")})
    assert batch("in", "--store", "r.duckdb") == 2
    (here / "in/2a.yaml").unlink()
    assert batch("in", "--store", "r.duckdb", "--resume") == 0
    assert query("SELECT organization, file FROM assessments ORDER BY ALL") == [
        ("F-1", "in/1.yaml"),
        ("F-2", "in/2b.yaml"),
    ]
    assert query("SELECT count(*) FROM findings") == [(10,)]
    assert query("SELECT file, state FROM submissions ORDER BY ALL") == [
        ("in/1.yaml", "assessed"),
        ("in/2b.yaml", "assessed"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("name\nA\n", "roster.csv:1:1: the roster has no column id", id="no ids"),
        pytest.param("id,单位代码\nA,B\n", "roster.csv:1:4: '单位代码' is the column 'id'", id="two columns of ids"),
        pytest.param("id,name\nA,a\n,b\n", "roster.csv:3:1: this line has no id", id="an id is missing"),
        pytest.param("id\nA\nA\n", "roster.csv:3:1: 'A' stands here twice", id="twice"),
    ],
)
def test_a_roster_that_cannot_be_used(here: Path, capsys: Read, text: str, said: str) -> None:
    hand_in(here / "in", {"1.yaml": submission("F-1")})
    (here / "roster.csv").write_text(text, "utf-8")
    assert batch("in", "--roster", "roster.csv") == 2
    assert said in capsys.readouterr().err


def test_kinds_are_grouped(here: Path) -> None:
    """Submissions of several periods, days and parameters lie in one folder; a run is a pack and a period."""
    files = {
        "1.yaml": submission("F-1", "2022Q1"),
        "2.yaml": submission("F-2", "2022Q3", "as_of: 2022-09-15\n"),
        "3.yaml": submission("F-3", "2022Q3", "parameters: {number: 2}\n"),
        "4.yaml": submission("F-4", "2022Q3"),
    }
    hand_in(here / "in", files)
    assert batch("in", "--store", "r.duckdb") == 0
    runs = query("SELECT period, organizations, as_of, parameters_digest IS NULL FROM runs ORDER BY period")
    assert [(period, number, as_of and as_of.isoformat(), mixed) for period, number, as_of, mixed in runs] == [
        ("2022Q1", 1, "2022-03-31", False),
        ("2022Q3", 3, None, True),
    ]
    meeting = "SELECT organization, outcome FROM findings WHERE rule = 'small.meeting' ORDER BY ALL"
    assert query(meeting) == [
        ("F-1", "satisfied"),
        ("F-2", "satisfied"),
        ("F-3", "not-satisfied"),
        ("F-4", "satisfied"),
    ]
    assert batch("in", "--store", "s.duckdb", "--period", "2022Q3", "--as-of", "2022-09-30") == 2
    assert query("SELECT what_en FROM faults", "s.duckdb") == [("this is of 2022Q1, not of 2022Q3",)]
    assert query("SELECT DISTINCT as_of::VARCHAR FROM assessments", "s.duckdb") == [("2022-09-30",)]


def test_json_lines(here: Path, capsys: Read) -> None:
    """Each line is a submission; what is wrong with one is told at its line, whatever it is."""

    def line(id_: str, **facts: Any) -> str:
        whole = {"organization": {"id": id_, "name": id_, "roles": ["firm"]}, "period": 2022, "packs": ["./pack"]}
        return json.dumps({**whole, "facts": {"plan": True, "total": 10, **facts}})

    lines = [line("A"), "", "{", line("B", part=11), line("C", part=7, hull=1), line("A2", part=7)]
    raw = "\n".join(lines).encode() + b"\n" + line("D").encode()[:-9] + b"\xff\xfe\n" + line("E").encode()
    (here / "all.jsonl").write_bytes(raw)
    assert batch("all.jsonl", "--store", "r.duckdb", "--jobs", "1") == 2
    err = capsys.readouterr().err
    assert [int(told.split(":")[1]) for told in err.splitlines() if told.startswith("all.jsonl:")] == [3, 4, 5, 7]
    kept = query("SELECT organization, file FROM assessments ORDER BY ALL")
    assert kept == [("A", "all.jsonl:1"), ("A2", "all.jsonl:6"), ("E", "all.jsonl:8")]
    (here / "all.jsonl").write_bytes(raw.replace(b'"A2"', b'"A3"'))
    assert batch("all.jsonl", "--store", "r.duckdb", "--jobs", "1", "--resume") == 2
    assert "5 done before" in capsys.readouterr().err
    assert query("SELECT organization FROM assessments ORDER BY ALL") == [("A",), ("A3",), ("E",)]


def test_a_line_that_is_too_long(here: Path, capsys: Read) -> None:
    """Of a line beyond the limit no more is read than shows that; the next one counts."""
    good = json.dumps(
        {"organization": {"id": "A", "name": "A", "roles": ["firm"]}, "period": 2022, "packs": ["./pack"], "facts": {}}
    )
    (here / "all.jsonl").write_text(f'{{"x": "{"y" * 5000}"}}\n{good}\n', "utf-8")
    assert batch("all.jsonl", "--store", "r.duckdb", "--max-bytes", "1000") == 2
    assert capsys.readouterr().err.startswith("all.jsonl:1:1: ")
    assert query("SELECT file FROM assessments") == [("all.jsonl:2",)]


@pytest.mark.parametrize(
    ("gate", "code", "answers"),
    [
        pytest.param([], 0, {}, id="none"),
        pytest.param(["--min-score", "60"], 3, {"met": 4, "undecided": 1}, id="one is open"),
        pytest.param(["--min-score", "99"], 1, {"met": 2, "failed": 2, "undecided": 1}, id="one fails"),
        pytest.param(["--min-grade", "good"], 1, {"met": 3, "failed": 1, "undecided": 1}, id="a grade"),
        pytest.param(["--fail-on", "hard"], 1, {"met": 3, "failed": 1, "undecided": 1}, id="hard duties"),
        pytest.param(["--fail-on", "unknown"], 1, {"met": 4, "failed": 1}, id="unknown"),
    ],
)
def test_gates(here: Path, capsys: Read, gate: list[str], code: int, answers: dict[str, int]) -> None:
    """The gate is that of check, asked for every organisation."""
    files = {name: text for name, text in usual().items() if name[2] in "01235"}
    hand_in(here / "in", files)
    assert batch("in", *gate, "--format", "json", "--store", "r.duckdb") == code
    assert json.loads(capsys.readouterr().out)["gate"] == answers
    codes = [main(["check", f"in/{name}", "--quiet", *gate]) for name in files]
    assert (
        sorted(codes)
        == sorted({"met": 0, "failed": 1, "undecided": 3}[one] for one in answers for _ in range(answers[one]))
        or not gate
    )
    capsys.readouterr()
    hand_in(here / "in", {"bad.yaml": "organization: 1\n"})
    assert batch("in", *gate, "--store", "r.duckdb", "--resume") == 2


WIDE = """\
id,name,roles,plan,ban,act,drive,part,total
F-1,甲厂,firm,是,true,true,true,7,10
F-2,乙厂,firm,true,true,true,true,6,10
F-3,丙厂,企业,true,,true,true,,10
F-4,丁厂,firm,true,true,true,true,11,10
F-5,戊厂,firm,maybe,true,true,,7,10
,己厂,firm,true,true,true,true,7,10
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_organisation_a_row(here: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A row says what a submission with the same answers says; a faulty row is told at its line."""
    monkeypatch.setattr(wide, "ROWS", 2)
    (here / "all.csv").write_text(WIDE, "utf-8")
    above = 2
    if kind == "parquet":
        duckdb.sql("COPY (FROM read_csv('all.csv', all_varchar = true)) TO 'all.parquet' (FORMAT parquet)")
        above = 1
    words = (f"all.{kind}", "--pack", "./pack", "--period", "2022", "--store", "r.duckdb")
    assert batch(*words) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("all.")]
    assert [line.split(":")[1] for line in told] == [str(above + row) for row in (3, 4, 5)]
    absent = {"F-1": {}, "F-2": {"part": "6"}, "F-3": {"part": "", "ban": ""}}
    texts = {f"{id_}.yaml": submission(id_, **facts) for id_, facts in absent.items()}
    hand_in(here / "in", {name: text.replace(f"  meetings: [{{{small.MET}}}]\n", "") for name, text in texts.items()})
    assert batch("in", "--store", "s.duckdb") == 0
    findings = "SELECT * EXCLUDE (run) FROM findings ORDER BY organization, rule"
    assert query(findings) == query(findings, "s.duckdb")
    scores = (
        "SELECT organization, roles, as_of, score_low, score_high, grade_low, grade_high FROM assessments ORDER BY ALL"
    )
    assert query(scores) == query(scores, "s.duckdb")
    assert query("SELECT file, name FROM assessments ORDER BY ALL")[0] == (f"all.{kind}:{above}", "甲厂")
    before = query(findings)
    assert batch(*words, "--resume") == 2
    assert "6 done before and unchanged are left alone" in capsys.readouterr().err
    assert query(findings) == before


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        pytest.param(WIDE, ["--pack", "./pack"], "names neither period nor packs", id="no period"),
        pytest.param(WIDE, ["--period", "2022"], "names neither period nor packs", id="no pack"),
        pytest.param("id,roles,plam\nA,firm,yes\n", None, "the column 'plam' holds no fact", id="no such fact"),
        pytest.param("name,roles\nA,firm\n", None, "there is no column 'organization_id'", id="no ids"),
        pytest.param("", None, "all.csv: ", id="empty"),
        pytest.param(
            "id,roles\nA,firm\n", ["--pack", "./pack", "--period", "2021"], "lies outside that of", id="of another year"
        ),
    ],
)
def test_rows_that_cannot_be_read(here: Path, capsys: Read, text: str, words: list[str] | None, said: str) -> None:
    (here / "all.csv").write_text(text, "utf-8")
    assert batch("all.csv", *(words or ["--pack", "./pack", "--period", "2022"])) == 2
    assert said in capsys.readouterr().err


KILLED = """
import os, signal, sys
from safescore.batch import adding, sources, store
from safescore.cli import main
sources.TOGETHER = 2
method, times = sys.argv[1], int(sys.argv[2])
place = store.Store if hasattr(store.Store, method) else adding
whole, calls = getattr(place, method), []
def killed(*given):
    calls.append(1)
    if len(calls) == times:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given)
setattr(place, method, killed)
main(sys.argv[3:])
"""


@pytest.mark.parametrize(
    ("method", "times", "done"),
    [
        pytest.param("add", 3, 4, id="between portions"),
        pytest.param("_add_group", 3, 4, id="within a portion"),
        pytest.param("add_faults", 4, 6, id="within the last portion"),
        pytest.param("_add_missing", 1, 8, id="at the end"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_and_resumed(here: Path, capsys: Read, method: str, times: int, done: int) -> None:
    """Killed at any moment the store is whole; resumed, the results are those of a run that was not."""
    hand_in(here / "in", usual())
    (here / "roster.csv").write_text(ROSTER, "utf-8")
    words = ["in", "--store", "r.duckdb", "--roster", "roster.csv", "--jobs", "1"]
    command = [sys.executable, "-c", KILLED, method, str(times), "batch", *words]
    assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL
    with duckdb.connect("r.duckdb", read_only=True) as duck:
        assert duck.execute("SELECT count(*) FROM submissions").fetchall() == [(done,)]
        assert duck.execute("SELECT finished FROM batches").fetchall() == [(False,)]
        torn = "SELECT count(*) FROM assessments JOIN findings USING (run, organization) GROUP BY run, organization"
        assert {number for (number,) in duck.execute(torn).fetchall()} <= {5}
    assert batch(*words, "--resume", "--output", "csv:resumed") == 2
    assert f"{done} done before and unchanged are left alone" in capsys.readouterr().err
    assert batch("in", "--roster", "roster.csv", "--output", "csv:whole") == 2
    for table in TABLES:
        assert (here / f"resumed/{table}.csv").read_bytes() == (here / f"whole/{table}.csv").read_bytes()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted(here: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """After a Ctrl-C nothing is lost that was done, no process is left, and the user is told how to go on."""
    hand_in(here / "in", usual())
    monkeypatch.setattr(sources, "TOGETHER", 2)
    whole, calls = store.Store.add, []

    def interrupted(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        whole(*given)

    monkeypatch.setattr(store.Store, "add", interrupted)
    assert batch("in", "--store", "r.duckdb", "--jobs", jobs) == 2
    assert capsys.readouterr().err == "interrupted; what was done is kept\n    hint: go on with --resume\n"
    assert query("SELECT count(*) FROM submissions") == [(2,)]


LOST = """
import os, sys
from safescore.batch import portion, sources
from safescore.cli import main
if __name__ != "__main__":  # where the batch is worked at
    portion.Desk.portion = lambda *_: os._exit(1)
sources.TOGETHER = 2
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def test_a_process_that_ends(here: Path) -> None:
    """If a process that works at the batch is killed, the command says so, and how to go on."""
    hand_in(here / "in", usual())
    (here / "lost.py").write_text(LOST, "utf-8")
    words = ["batch", "in", "--store", "r.duckdb", "--jobs", "2", "--lang", "en"]
    found = subprocess.run([sys.executable, "lost.py", *words], capture_output=True, encoding="utf-8", check=False)
    assert found.returncode == 2
    assert "a working process has ended" in found.stderr
    assert "Traceback" not in found.stderr


def test_outputs_resume_too(here: Path) -> None:
    """Without a store the results are kept beside the files to be, until those are written."""
    hand_in(here / "in", usual())
    command = [sys.executable, "-c", KILLED, "add", "3", "batch", "in", "--output", "csv:out", "--jobs", "1"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL
    assert [path.name for path in (here / "out").iterdir() if path.suffix == ".csv"] == []
    assert batch("in", "--output", "csv:out", "--resume") == 2
    assert batch("in", "--output", "csv:whole") == 2
    assert sorted(path.name for path in (here / "out").iterdir()) == sorted(f"{one}.csv" for one in TABLES)
    for table in TABLES:
        assert (here / f"out/{table}.csv").read_bytes() == (here / f"whole/{table}.csv").read_bytes()


def test_what_has_changed_is_done_again(here: Path, capsys: Read) -> None:
    """A changed file, a new one, and one that is gone; a changed pack makes all that was done worthless."""
    hand_in(here / "in", {f"{number}.yaml": submission(f"F-{number}") for number in range(4)})
    words = ("in", "--pack", "./pack", "--store", "r.duckdb", "--resume")
    assert batch(*words) == 0
    assert "0 done before" in capsys.readouterr().err
    hand_in(here / "in", {"1.yaml": submission("F-1", part="6"), "7.yaml": submission("F-7")})
    (here / "in/2.yaml").unlink()
    assert batch(*words) == 0
    assert "2 done before" in capsys.readouterr().err
    certified = "SELECT organization, outcome FROM findings WHERE rule = 'small.certified' ORDER BY ALL"
    assert query(certified) == [
        ("F-0", "satisfied"),
        ("F-1", "not-satisfied"),
        ("F-3", "satisfied"),
        ("F-7", "satisfied"),
    ]
    assert query("SELECT submissions FROM batches") == [(4,)]
    small.change(here / "pack", "rules/rules.yaml", "at_least: 70%", "at_least: 60%")
    assert batch(*words) == 0
    assert "0 done before" in capsys.readouterr().err
    assert query("SELECT count(DISTINCT pack_digest), count(*) FROM runs") == [(2, 2)]


def test_a_table_beside_a_submission_is_read_again(here: Path, capsys: Read) -> None:
    """What other files decide as well is never taken for done."""
    hand_in(here / "in", {"1.yaml": submission("F-1").replace(f"[{{{small.MET}}}]", "{csv: m.csv}")})
    (here / "in/m.csv").write_text("held_on\n2022-02-01\n", "utf-8")
    assert batch("in", "--store", "r.duckdb") == 0
    (here / "in/m.csv").write_text("held_on\n2022-02-01\n2022-05-01\n2022-08-01\n2022-11-01\n", "utf-8")
    assert batch("in", "--store", "r.duckdb", "--resume") == 0
    assert query("SELECT outcome FROM findings WHERE rule = 'small.meeting'") == [("satisfied",)]


def test_every_run_is_appended(here: Path) -> None:
    """Without --resume a second run of the same stands beside the first, under the next number."""
    hand_in(here / "in", {"1.yaml": submission("F-1")})
    for _ in range(2):
        assert batch("in", "--store", "r.duckdb") == 0
    ids = query("SELECT batch, sequence FROM batches ORDER BY sequence")
    assert [(id_.rpartition("-")[2], sequence) for id_, sequence in ids] == [("1", 1), ("2", 2)]
    assert ids[0][0].rpartition("-")[0] == ids[1][0].rpartition("-")[0]
    assert query("SELECT count(*), count(DISTINCT run) FROM assessments") == [(2, 2)]


def test_workbooks_and_packs_that_are_not_there(here: Path, capsys: Read) -> None:
    """A workbook is a submission like any; a pack that is named wrongly is the fault of that submission."""
    pytest.importorskip("xlsxwriter")
    assert main(["init", "--pack", "./pack", "--role", "firm", "--format", "xlsx", "-o", "in/1.xlsx"]) == 0
    hand_in(here / "in", {"2.yaml": submission("F-2"), "3.yaml": submission("F-3").replace("PACK", "no-pack")})
    (here / "in/~$1.xlsx").write_bytes(b"lock")
    (here / "in/.hidden").mkdir()
    hand_in(here / "in", {".hidden/4.yaml": submission("F-4")})
    capsys.readouterr()
    assert batch("in", "--store", "r.duckdb") == 2
    err = capsys.readouterr().err
    assert "in/1.xlsx:" in err
    assert "in/3.yaml:3:9: there is no pack 'no-pack'" in err
    assert query("SELECT file FROM submissions ORDER BY file") == [("in/1.xlsx",), ("in/2.yaml",), ("in/3.yaml",)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["nothing"], "nothing:1:1: there is no such file", id="no such file"),
        pytest.param(["empty"], "there are no submissions there", id="nothing in the folder"),
        pytest.param(["in", "--store", "in/1.yaml"], "in/1.yaml: lies in a folder that is read", id="store over input"),
        pytest.param(
            ["in/1.yaml", "--store", "in/1.yaml"], "1.yaml: this is read in the same run", id="store over file"
        ),
        pytest.param(["in", "--output", "jsonl:in/out"], "lies in a folder that is read", id="output among input"),
        pytest.param(["in", "--store", "text"], "text: this can't be used as a store", id="no database"),
        pytest.param(["in", "--store", "no/r.duckdb"], "no/r.duckdb: this can't be used as a store", id="no folder"),
        pytest.param(["in", "--store", "other.duckdb"], "its tables are not those of this version", id="foreign"),
        pytest.param(["in", "--output", "csv:text"], "text: ", id="a file where a folder is to be"),
        pytest.param(["in", "--output", "xml:out"], "'xml:out' is no FORMAT:PATH", id="no such format"),
        pytest.param(["in", "--faults", "f.txt"], "'.txt' is none of .csv", id="no such file of faults"),
        pytest.param(["in", "--jobs", "0"], "'0' is no number of processes", id="jobs"),
        pytest.param(["in", "--period", "2022Q5"], "'2022Q5' is no period", id="period"),
        pytest.param(["in", "--pack", "no-pack"], "there is no pack 'no-pack'", id="pack"),
        pytest.param(["in", "--min-grade", "superb"], "small has no grade 'superb'", id="grade"),
    ],
)
def test_what_cannot_be_done_is_told(here: Path, capsys: Read, words: list[str], said: str) -> None:
    hand_in(here / "in", {"1.yaml": submission("F-1")})
    (here / "empty").mkdir()
    (here / "text").write_text("no database\n", "utf-8")
    with duckdb.connect("other.duckdb") as duck:
        duck.execute("CREATE TABLE runs (id INTEGER)")
    assert batch(*words) == 2
    assert said in capsys.readouterr().err
    assert "1.yaml" in [path.name for path in (here / "in").iterdir()]


def test_a_store_in_use(here: Path, capsys: Read) -> None:
    """Another process that writes to the store is waited for by people, not by the command."""
    hand_in(here / "in", {"1.yaml": submission("F-1")})
    code = "import duckdb, sys; d = duckdb.connect('r.duckdb'); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"open\n"
        assert batch("in", "--store", "r.duckdb") == 2
        assert "can't be used as a store" in capsys.readouterr().err
        other.communicate()


def test_without_the_library(here: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the command says what to install."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    for name in [one for one in sys.modules if one in ("safescore.batch.store", "safescore.batch.run")]:
        monkeypatch.delitem(sys.modules, name)
    assert batch("in") == 2
    assert "install safescore[batch]" in capsys.readouterr().err


def test_the_examples_of_the_help(here: Path, capsys: Read) -> None:
    """What --help shows runs as it is written."""
    for folder in ("2022Q3/x", "2022Q3"):
        hand_in(here / folder, {"1.yaml": submission(f"F-{len(folder)}", "2022Q3").replace("PACK", "dadukou-2022")})
    line = {"organization": {"id": "A", "name": "A", "roles": ["township"]}, "period": 2022, "packs": ["dadukou-2022"]}
    (here / "submissions.jsonl").write_text(json.dumps({**line, "facts": {}}), "utf-8")
    (here / "roster.csv").write_text(ROSTER, "utf-8")
    (here / "enterprises.csv").write_text("id,roles,outdated_items\nA,enterprise,3\n", "utf-8")
    assert main(["batch", "--help"]) == 0
    examples = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("  safescore batch")]
    assert len(examples) >= 5
    for words in examples:
        assert main(words[1:]) in (0, 1, 2, 3)
        told = capsys.readouterr()
        assert told.out, told.err


def test_the_query_of_the_page(here: Path) -> None:
    """The Python that docs/batch.md shows runs over a store."""
    hand_in(
        here / "in", {"1.yaml": submission("F-1", "2022Q2", part="6"), "2.yaml": submission("F-2", "2022Q2", part="5")}
    )
    assert batch("in", "--store", "results.duckdb") == 0
    page = (ROOT / "docs" / "batch.md").read_text("utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    assert names["worst"] == [("small.certified", 2, 3)]


@pytest.mark.parametrize("table", store_tables.TABLES)
def test_every_column_stands_in_the_page(here: Path, table: str) -> None:
    """The page names every column of every table."""
    page = (ROOT / "docs" / "batch.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{table}` |"))
    with store.Store(here / "r.duckdb"):
        pass
    columns = [name for (name,) in query(f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}'")]
    counts = {"satisfied", "not_satisfied", "pending", "unknown", "not_applicable"}
    assert [name for name in columns if f"`{name}`" not in row and (name not in counts or table == "runs")] == []
