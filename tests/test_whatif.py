"""What if: the answer is that of a fresh check of the changed submission, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from safescore import Assessment, Finding, InvalidInput, check, what_if
from safescore.api import opened
from safescore.cli import main
from safescore.facts.changes import ADD, SET, UNSET, Change, all_of, changed, from_plain, from_text
from safescore.facts.read import open_submission
from safescore.opening import meanings_of
from safescore.report.whatif import render
from safescore.whatif import what_if as compared
from safescore.words import LANGUAGES, Lang
from tests.workbooks import filled
from tests.worlds import RULES, Facts, assessed, cells, pack_of, submissions

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "whatif.schema.json").read_text("utf-8"))
DISTRICT = ROOT / "examples" / "district-committee-2022.yaml"
PLANT = ROOT / "examples" / "dust-plant-2022.yaml"


def unplaced(assessment: Assessment) -> Assessment:
    """Return an assessment without what says where its facts stand in a file."""

    def bare(one: Finding) -> Finding:
        return evolve(one, places=(), parts=tuple(evolve(part, places=()) for part in one.parts))

    return evolve(assessment, at="", findings=tuple(map(bare, assessment.findings)), differences=())


# The promise


def target_of(path: tuple[Any, ...], content: Facts) -> str | None:
    """Return how a change names what stands at a path; None where it is a cell of a record without a key."""
    if path[0] == "organization" or len(path) == 2:
        return str(path[-1])
    if path[1] == "four":
        return f"four.{path[2]}"
    rows = content["facts"][path[1]]
    rows = rows["events"] if isinstance(rows, dict) else rows
    key = rows[path[-2]].get("id")
    return f"{path[1]}[{key}].{path[-1]}" if key is not None and path[-1] != "id" else None


def put(content: Facts, path: tuple[Any, ...], value: Any) -> None:
    here: Any = content
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=80)
@given(RULES, submissions(), submissions(), st.data())
def test_what_if_is_a_fresh_check_of_the_changed_submission(
    rules: list[Any], content: Facts, other: Facts, data: st.DataObject
) -> None:
    """Answers exchanged for those of another submission, blanked, taken back, records added: always the same as a
    check of what the edits make of the plain content."""
    pack = pack_of(rules)
    edited = copy.deepcopy(content)
    changes: list[Change] = []
    paths = [path for path in cells(content) if target_of(path, content) is not None]
    for number, path in enumerate(data.draw(st.lists(st.sampled_from(paths), max_size=4, unique=True))):
        target = target_of(path, content)
        assert target is not None
        same = other[path[0]].get(path[1]) if len(path) == 2 else None
        way = data.draw(st.sampled_from(("blank", "other", "gone")))
        if any(
            one.target == target or target.startswith(f"{one.target}") or one.target.startswith(target)
            for one in changes
        ):
            continue
        if way == "other" and same is not None:
            put(edited, path, copy.deepcopy(same))
            changes.append(from_plain(SET, target, same, f"--set {number}"))
        elif way == "gone":
            here: Any = edited
            for step in path[:-1]:
                here = here[step]
            del here[path[-1]]
            changes.append(from_text(UNSET, target, f"--unset {number}"))
        else:
            put(edited, path, None)
            changes.append(from_text(SET, f"{target}=null", f"--set {number}"))
    if data.draw(st.booleans()) and "jobs" in edited["facts"] and isinstance(edited["facts"]["jobs"], list):
        job = {"id": "new", "began": "2022-07-01 09:00", "approved": data.draw(st.booleans())}
        edited["facts"]["jobs"] = [*edited["facts"]["jobs"], job]
        changes.append(from_plain(ADD, "jobs", job, "--add 1"))
    if data.draw(st.booleans()):
        quota = data.draw(st.integers(0, 3))
        edited["parameters"] = {**edited["parameters"], "quota": quota}
        changes.append(from_text(SET, f"parameters.quota={quota}", "--set 9"))
    try:
        fresh = assessed(pack, edited)
        before = assessed(pack, content)
    except InvalidInput:
        with pytest.raises(InvalidInput):
            compared(open_submission(content), (pack,), changes)
        return
    (found,) = compared(open_submission(content), (pack,), changes)
    assert unplaced(found.after) == unplaced(fresh)
    assert unplaced(found.before) == unplaced(before)
    turned = {one.before.rule for one in found.turned}
    assert turned >= {one.before.rule for one in found.turns if one.before.outcome is not one.after.outcome}


@pytest.mark.no_cover
@pytest.mark.no_cover
@pytest.mark.parametrize("as_of", [None, date(2022, 11, 30)])
@pytest.mark.parametrize("require_evidence", [False, True])
def test_it_is_so_of_files_on_every_term(as_of: date | None, require_evidence: bool, tmp_path: Path) -> None:
    closed = "2022-12-30" if as_of is None else "none"
    changes = {"own_standard_certified": False, "five_in_place.rescue": None, "hazards[HM2022-10].closed_on": closed}
    edited = PLANT.read_text("utf-8")
    for old, new in (
        ("own_standard_certified: true ", "own_standard_certified: false "),
        ("    rescue: true", "    rescue:"),
        ("unlisted, closed_on: none}", f"unlisted, closed_on: {closed}}}"),
    ):
        assert edited.count(old) == 1
        edited = edited.replace(old, new)
    file = tmp_path / "edited.yaml"
    file.write_text(edited, "utf-8")
    (found,) = what_if(PLANT, changes, as_of=as_of, require_evidence=require_evidence)
    assert unplaced(found.after) == unplaced(check(file, as_of=as_of, require_evidence=require_evidence).only())
    assert found.turned


def test_a_workbook_and_a_csv_register_are_changed_as_well(tmp_path: Path) -> None:
    book = tmp_path / "facts.xlsx"
    book.write_bytes(filled(open_submission(DISTRICT)))
    changes = {"certified_above_scale": 143, "hazards[ZD2022-07].closed_on": "none"}
    (of_book,) = what_if(book, changes)
    (of_file,) = what_if(DISTRICT, changes)
    assert [one.outcome for one in of_book.after.findings] == [one.outcome for one in of_file.after.findings]
    assert of_book.after.score == of_file.after.score
    assert {one.before.rule for one in of_book.turned} == {one.before.rule for one in of_file.turned}


def test_nothing_changed_turns_nothing() -> None:
    (found,) = what_if(DISTRICT, {})
    assert found.turned == ()
    assert found.before == found.after


# How a change is written


def edited(content: Facts, *changes: tuple[str, str]) -> Any:
    """Return content after changes of texts under the world's dictionary."""
    pack = pack_of([])
    made, faults = all_of((kind, text, f"--{kind} {place}") for place, (kind, text) in enumerate(changes, 1))
    document, wrong = changed(open_submission(content), made, meanings_of((pack,)))
    assert not faults
    assert not wrong, wrong
    return document.content


BASE: Facts = {
    "organization": {"id": "X", "name": "X", "roles": ["firm"]},
    "period": 2022,
    "facts": {
        "deaths": 1,
        "done": {"2022-06-30": 3},
        "four": {"one": True},
        "jobs": [{"id": "J,1", "approved": True}, {"id": "J2"}],
        "meetings": {"through": "2022-06-30", "events": [{"held_on": "2022-01-01", "kind": "plenary", "firm": "F"}]},
    },
}


@pytest.mark.parametrize(
    ("kind", "text", "path", "value"),
    [
        (SET, "deaths=2", ("facts", "deaths"), 2),
        (SET, " deaths = 2 ", ("facts", "deaths"), 2),
        (SET, "facts.deaths=2", ("facts", "deaths"), 2),
        (SET, "plan=true", ("facts", "plan"), True),
        (SET, "plan=null", ("facts", "plan"), None),
        (SET, "issued_on=2022-03-01", ("facts", "issued_on"), "2022-03-01"),
        (SET, "employees=30", ("organization", "employees"), 30),
        (SET, "organization.roles=[firm, town]", ("organization", "roles"), ["firm", "town"]),
        (SET, "parameters.quota=3", ("parameters", "quota"), 3),
        (SET, "parameters.world.quota=3", ("parameters", "world", "quota"), 3),
        (SET, "as_of=2022-09-30", ("as_of",), "2022-09-30"),
        (SET, "period=2022Q3", ("period",), "2022Q3"),
        (SET, "four.two=false", ("facts", "four", "two"), False),
        (SET, "done@2022-09-30=5", ("facts", "done", "2022-09-30"), 5),
        (SET, "total@2022-09-30=5", ("facts", "total", "2022-09-30"), 5),
        (SET, "done={2022-09-30: 5}", ("facts", "done"), {"2022-09-30": 5}),
        (SET, "jobs[J,1].funds=1.5", ("facts", "jobs", 0, "funds"), Decimal("1.5")),
        (SET, "meetings[2022-01-01,plenary,F].form=heard", ("facts", "meetings", "events", 0, "form"), "heard"),
        (SET, "cases_2021=[]", ("facts", "cases_2021"), []),
        (ADD, "jobs={id: J3}", ("facts", "jobs", 2), {"id": "J3"}),
        (ADD, "meetings={held_on: 2022-02-02}", ("facts", "meetings", "events", 1), {"held_on": "2022-02-02"}),
    ],
)
def test_where_a_change_goes(kind: str, text: str, path: tuple[Any, ...], value: Any) -> None:
    here = edited(BASE, (kind, text))
    for step in path:
        here = here[step]
    assert here == value


@pytest.mark.parametrize("text", ["deaths", "four.one", "done@2022-06-30", "jobs[J2].id", "facts", "organization.name"])
def test_an_answer_is_taken_back(text: str) -> None:
    if text == "facts":
        assert told([(UNSET, text)]) == ["--unset 1:1:1: no name stands after facts\n    hint: write facts.NAME"]
        return
    before = copy.deepcopy(BASE)
    after = edited(BASE, (UNSET, text))
    assert before == BASE
    assert json.dumps(after, default=str) != json.dumps(before, default=str)
    assert len(json.dumps(after)) < len(json.dumps(before))


def test_changes_are_made_one_after_the_other() -> None:
    content = edited(BASE, (SET, "cases_2021=[]"), (ADD, "cases_2021={id: A}"), (SET, "cases_2021[A].due_on=none"))
    assert content["facts"]["cases_2021"] == [{"id": "A", "due_on": "none"}]
    assert "cases_2021" not in BASE["facts"]


def test_the_submission_itself_is_left_alone() -> None:
    document = open_submission(BASE)
    kept = copy.deepcopy(document.content)
    made = tuple(from_text(*one) for one in ((SET, "jobs[J2].funds=1", "a"), (ADD, "jobs={id: Z}", "b")))
    changed(document, made, meanings_of((pack_of([]),)))
    assert document.content == kept


# What is wrong with a change


def told(changes: Iterable[tuple[str, str]], content: Facts = BASE) -> list[str]:
    """Return the faults of changes, in English."""
    pack = pack_of([])
    counted: dict[str, int] = {}
    texts = []
    for kind, text in changes:
        counted[kind] = counted.get(kind, 0) + 1
        texts.append((kind, text, f"--{kind} {counted[kind]}"))
    made, faults = all_of(texts)
    with pytest.raises(InvalidInput) as raised:
        compared(open_submission(content), (pack,), made, faults=faults)
    return [one.to("en") for one in raised.value.faults]


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        (SET, "deaths", "--set 1:1:1: 'deaths' is no NAME=VALUE\n    hint: write it as hazards_closed=118"),
        (ADD, "=3", "--add 1:1:1: '=3' is no NAME=VALUE\n    hint: write it as meetings={held_on: 2022-09-01}"),
        (
            SET,
            "deaths= ",
            "--set 1:1:1: no value is given for 'deaths'\n    hint: to take an answer back, use --unset, or write null",
        ),
        (
            SET,
            "plan=no",
            "--set 1:1:6: programs read the unquoted 'no' in different ways\n"
            "    hint: write true, false or null, or put it in quotes if it is text",
        ),
        (SET, "plann=true", "--set 1:1:1: there is no fact 'plann'\n    hint: did you mean 'plan'?"),
        (SET, "four.thre=none", "--set 1:1:1: there is no element 'thre'\n    hint: did you mean 'three'?"),
        (
            SET,
            "jobs[J9].funds=1",
            "--set 1:1:1: there is no record 'J9' in 'jobs'",
        ),
        (SET, "firms[F].big=true", "--set 1:1:1: firms (firms) is not answered yet"),
        (SET, "job[J2].funds=1", "--set 1:1:1: 'job' has no records to change\n    hint: did you mean 'jobs'?"),
        (SET, "deaths.one=1", "--set 1:1:1: 'deaths' has no parts\n    hint: write deaths=VALUE"),
        (
            SET,
            "deaths@2022-01-01=1",
            "--set 1:1:1: 'deaths' is one figure, not a dated series\n"
            "    hint: write deaths={2022-01-01: COUNT}, or deaths=COUNT",
        ),
        (
            SET,
            "done@2022-13-01=1",
            "--set 1:1:1: expected a day that exists, found '2022-13-01'\n    hint: there is no month 13",
        ),
        (
            SET,
            "waivers=[]",
            "--set 1:1:1: waivers is not changed by a what-if\n    hint: change the submission itself, and check it",
        ),
        (
            SET,
            "a]b=1",
            "--set 1:1:1: 'a]b' names nothing of a submission\n"
            "    hint: write NAME, CHECKLIST.ELEMENT, NAME@DAY, REGISTER[KEY].FIELD or parameters.NAME",
        ),
        (ADD, "deaths={a: 1}", "--add 1:1:1: 'deaths' is no list of records"),
        (
            ADD,
            "cases_2021={id: A}",
            "--add 1:1:1: cases_2021 (accidents) is not answered yet\n"
            "    hint: write --set cases_2021=[…], which says that the list is complete",
        ),
        (
            ADD,
            "jobs={id: J3, fund: 1}",
            "--add 1:1:15: there is no field 'fund'\n    hint: did you mean 'funds'?",
        ),
        (UNSET, "deths", "--unset 1:1:1: 'deths' is not answered\n    hint: did you mean 'deaths'?"),
        (UNSET, "parameters.quota", "--unset 1:1:1: 'parameters.quota' is not answered"),
        (SET, "parameters.quotas=1", "--set 1:1:1: there is no parameter 'quotas'"),
    ],
)
def test_every_fault_stands_at_its_change(kind: str, text: str, fault: str) -> None:
    (found,) = told([(kind, text)])
    assert found.startswith(fault)


def test_several_records_of_one_key_are_not_told_apart() -> None:
    content = {**BASE, "facts": {"meetings": [{"held_on": "2022-01-01"}, {"held_on": "2022-01-01"}]}}
    (found,) = told([(SET, "meetings[2022-01-01].form=heard")], content)
    assert found == "--set 1:1:1: there are several records '2022-01-01' in 'meetings'"


def test_all_faults_are_told_at_once() -> None:
    content = {**BASE, "facts": {**BASE["facts"], "plann": True}}
    found = told([(SET, "deaths"), (SET, "plan=yes"), (SET, "deaths=2"), (SET, "deaths=3"), (UNSET, "team")], content)
    places = [one.split(": ")[0] for one in found]
    assert places[:4] == ["--set 1:1:1", "--set 2:1:6", "--set 4:1:1", "--unset 1:1:1"]
    assert [place.split(":")[0] for place in places[4:]] == ["<submission>"]


def test_a_submission_that_is_none_is_blamed_itself(tmp_path: Path) -> None:
    file = tmp_path / "list.yaml"
    file.write_text("- 1\n", "utf-8")
    pack = pack_of([])
    with pytest.raises(InvalidInput) as raised:
        compared(open_submission(file), (pack,), (from_text(SET, "deaths=1", "--set 1"),))
    assert "a submission is a mapping" in str(raised.value)


def test_contradictions_are_told_between_change_and_file() -> None:
    with pytest.raises(InvalidInput) as raised:
        what_if(DISTRICT, {"certified_above_scale": 204})
    assert "changes['certified_above_scale']:1:1" in str(raised.value)
    assert "district-committee-2022.yaml:46" in str(raised.value)


def test_python_takes_plain_values_or_changes() -> None:
    (by_name,) = what_if(DISTRICT, {"certified_above_scale": 143, "hazards[ZD2022-07].closed_on": date(2022, 12, 20)})
    made = (
        from_text(SET, "certified_above_scale=143", "a"),
        from_text(SET, "hazards[ZD2022-07].closed_on=2022-12-20", "b"),
    )
    (by_change,) = what_if(DISTRICT, made)
    assert unplaced(by_name.after) == unplaced(by_change.after)
    assert len(opened(open_submission(DISTRICT))) == 1


# Reports and the command


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_as_its_schema_says(lang: Lang) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    made = (
        from_text(SET, "certified_above_scale=143", "a"),
        from_text(SET, "coordination_mechanisms.resources=false", "b"),
        from_text(UNSET, "industry_trade_deaths", "c"),
        from_text(ADD, "joint_meetings={held_on: 2022-12-01}", "d"),
    )
    found = what_if(DISTRICT, made)
    for every in (False, True):
        content = json.loads(render(found, made, "json", lang, every=every))
        Draft202012Validator(SCHEMA).validate(content)
        rules = content["assessments"][0]["rules"]
        assert len(rules) == (len(found[0].turns) if every else len(found[0].turned))
        assert {one["rule"] for one in rules if one["changed"]} == {one.before.rule for one in found[0].turned}
    assert [one["value"] for one in content["changes"]] == ["143", "false", None, '{"held_on":"2022-12-01"}']


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_shows_what_changes(lang: Lang) -> None:
    made = (from_text(SET, "certified_above_scale=143", "a"), from_text(UNSET, "industry_trade_deaths", "b"))
    found = what_if(DISTRICT, made)
    text = render(found, made, "text", lang)
    assert "143/203" in text
    assert "142/203" in text
    assert "joint-meeting-commerce" not in text
    assert "joint-meeting-commerce" in render(found, made, "text", lang, every=True)
    nothing = render(what_if(DISTRICT, ()), (), "text", lang)
    assert ("没有改动" in nothing and "没有事项变动" in nothing) or (
        "Nothing is changed" in nothing and "No duty" in nothing
    )
    with pytest.raises(ValueError, match="there is no report 'pdf'"):
        render(found, made, "pdf", lang)


def test_waivers_stay_as_they_are() -> None:
    waiver = {"rule": "above-scale-certified", "reason": "r", "approver": "a", "until": "2022-12-31"}
    content = {**open_submission(DISTRICT).content, "waivers": [waiver]}
    made = (from_text(SET, "certified_above_scale=141", "a"),)
    found = what_if(content, made)
    assert found[0].before.score.waived == found[0].after.score.waived
    assert "不计豁免事项" in render(found, made, "text", "zh")
    (without,) = what_if(content, made, waivers=False)
    assert without.after.score.waived is None


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["whatif", str(DISTRICT), "--set", "certified_above_scale=143", "--unset", "industry_trade_deaths"]
    out = tmp_path / "whatif.json"
    assert main([*words, "--output", f"json:{out}", "--lang", "en", "--width", "100"]) == 0
    shown = capsys.readouterr().out
    assert "What if" in shown
    content = json.loads(out.read_text("utf-8"))
    assert [one["kind"] for one in content["changes"]] == ["set", "unset"]
    assert main([*words, "--as-of", "2022-11-30", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["assessments"][0]["after"]["as_of"] == "2022-11-30"


def test_the_command_tells_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["whatif", str(DISTRICT)]) == 2
    assert "没有给出改动" in capsys.readouterr().err
    assert main(["whatif", str(DISTRICT), "--set", "a=1", "--set", "b=no", "--add", "c={}", "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert [line.split(": ")[0] for line in err.splitlines() if line.startswith("--")] == [
        "--add 1:1:1",
        "--set 1:1:1",
        "--set 2:1:3",
    ]
    assert main(["whatif", str(DISTRICT), "--set", "x=1", "--output", f"text:{DISTRICT}"]) == 2
