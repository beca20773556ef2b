"""What falls due: nothing left out, each in its order, and a calendar in which every duty stands once."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import vobject
from attrs import evolve
from hypothesis import given, settings
from icalendar import Calendar
from jsonschema import Draft202012Validator

from safescore import Assessment, Outcome, check
from safescore.cli import main
from safescore.due import Due, State, dues, within
from safescore.errors import InvalidInput, MissingExtraError
from safescore.report.dues import COLUMNS, FORMATS, render
from safescore.results import Effect, Waived, WaiverUse
from safescore.words import LANGUAGES, Lang, Text
from tests.dues import CASES, EXAMPLES, golden_file, listed, town
from tests.reports import assessment, finding
from tests.worlds import RULES, Facts, assessed, pack_of, submissions

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "due.schema.json").read_text("utf-8"))
FACTS = str(EXAMPLES / "enyang-town-2023H1.yaml")
languages = pytest.mark.parametrize("lang", LANGUAGES)


def one(outcome: Outcome, due: str = "", **more: Any) -> Due | None:
    """Return what falls due of one finding as of 2022-12-31."""
    found = dues([assessment(evolve(finding(outcome), next_due=due, **more))])
    return found[0] if found else None


@pytest.mark.parametrize(("format_", "lang"), CASES)
def test_golden(format_: str, lang: Lang) -> None:
    assert listed(format_, lang) == golden_file(format_, lang).read_bytes()


@pytest.mark.parametrize(
    ("outcome", "due", "deadline", "state"),
    [
        (Outcome.NOT_SATISFIED, "", "", State.OVERDUE),
        (Outcome.NOT_SATISFIED, "2022-12-31", "", State.OVERDUE),
        (Outcome.NOT_SATISFIED, "2023-03-31", "", State.OVERDUE),
        (Outcome.PENDING, "2023-01-01", "", State.COMING),
        (Outcome.PENDING, "", "", State.OPEN),
        (Outcome.SATISFIED, "2023-01-01", "", State.COMING),
        (Outcome.SATISFIED, "", "2023-01-01", State.DONE),
        (Outcome.SATISFIED, "", "2022-12-31", None),
        (Outcome.SATISFIED, "", "", None),
        (Outcome.UNKNOWN, "", "", State.OPEN),
        (Outcome.UNKNOWN, "2022-12-31", "", State.OPEN),
        (Outcome.UNKNOWN, "2023-01-01", "", State.COMING),
        (Outcome.NOT_APPLICABLE, "2023-01-01", "2023-01-01", None),
    ],
)
def test_how_pressing_a_duty_is(outcome: Outcome, due: str, deadline: str, state: State | None) -> None:
    found = one(outcome, due, deadline=deadline)
    assert (found.state if found else None) is state


def test_overdue_first_then_by_day_then_what_has_none() -> None:
    days = (
        (Outcome.UNKNOWN, ""),
        (Outcome.PENDING, "2023-02-01"),
        (Outcome.SATISFIED, "2023-01-01"),
        (Outcome.NOT_SATISFIED, "2023-03-01"),
        (Outcome.NOT_SATISFIED, ""),
        (Outcome.NOT_SATISFIED, "2022-06-30"),
    )
    found = [evolve(finding(outcome, rule=f"pack.{place}"), next_due=day) for place, (outcome, day) in enumerate(days)]
    assert [each.finding.rule[-1] for each in dues([assessment(*found)])] == ["5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize(("day", "days"), [("2022-12-30", -1), ("2022-12-31", 0), ("2023-01-01", 1), ("", None)])
def test_days_are_counted_from_the_day_of_judgement(day: str, days: int | None) -> None:
    found = one(Outcome.NOT_SATISFIED, day)
    assert found is not None
    assert found.days == days


@pytest.mark.parametrize(("last", "shown"), [("2023-02-27", 2), ("2023-02-28", 3)])
def test_within_leaves_out_what_is_later_and_nothing_that_is_asked_now(last: str, shown: int) -> None:
    made = (
        evolve(finding(Outcome.NOT_SATISFIED), next_due="2023-09-30"),
        evolve(finding(Outcome.PENDING), next_due="2023-02-28"),
        finding(Outcome.UNKNOWN),
    )
    assert len(within(dues([assessment(*made)]), date.fromisoformat(last).toordinal())) == shown


def said(short: str) -> Text:
    return Text(zh=short, en=short)


@pytest.mark.parametrize(
    ("outcome", "more", "missing"),
    [
        (Outcome.NOT_SATISFIED, {"gap": said("gap"), "ahead": said("ahead")}, "gap; ahead"),
        (Outcome.NOT_SATISFIED, {"gap": said("gap"), "missing": ("a",)}, "gap; not answered: A"),
        (Outcome.PENDING, {"ahead": said("ahead")}, "ahead"),
        (Outcome.PENDING, {}, "to reach: word"),
        (Outcome.PENDING, {"missing": ("a", "b", "c", "d")}, "to reach: word; not answered: A, B, C and 1 more"),
        (Outcome.SATISFIED, {"to_date": True}, "keep: word"),
        (Outcome.SATISFIED, {"to_date": True, "ahead": said("ahead")}, "ahead"),
        (Outcome.SATISFIED, {"deadline": "2023-01-31", "next_due": ""}, "word"),
        (Outcome.UNKNOWN, {"missing": ("a",), "ahead": said("ahead")}, "ahead; word"),
    ],
)
def test_what_is_missing_is_said(outcome: Outcome, more: Mapping[str, Any], missing: str) -> None:
    found = evolve(finding(outcome), **{"next_due": "2023-01-31", **more})
    labels = {name: Text(zh=name, en=name.upper()) for name in "abcd"}
    (due,) = dues([evolve(assessment(found), labels=labels)])
    assert due.missing.en == missing


@pytest.mark.no_cover
@settings(max_examples=80)
@given(RULES, submissions())
def test_nothing_that_is_open_is_left_out(rules: list[Any], content: Facts) -> None:
    """Whatever is not met, not known or not yet due is on the list once, and says what is missing."""
    try:
        found = assessed(pack_of(rules), content)
    except InvalidInput:
        return
    entries = dues([found])
    listed_ = [each.finding.rule for each in entries]
    assert len(listed_) == len(set(listed_))
    for each in found.findings:
        waits = each.outcome in (Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.PENDING) or each.next_due
        assert (each.rule in listed_) or not waits or each.outcome is Outcome.NOT_APPLICABLE
        assert each.ahead is None or each.next_due or each.kind == "each"
    for each_due in entries:
        assert each_due.missing.zh
        assert each_due.missing.en


AHEAD: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any], str | None], ...] = (
    (
        "a share before its day",
        {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%", "due": "2022-12-31"},
        {"part": 5, "total": 10},
        "2 firms short",
    ),
    (
        "a share that is reached",
        {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%", "due": "2022-12-31"},
        {"part": 7, "total": 10},
        None,
    ),
    (
        "a share that nobody knows",
        {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%", "due": "2022-12-31"},
        {"total": 10},
        None,
    ),
    ("a date", {"kind": "milestone", "done": "issued_on", "by": "2022-12-31"}, {"issued_on": "none"}, "not done yet"),
    (
        "a share by a day",
        {"kind": "milestone", "part": "part", "whole": "total", "at_least": "50%", "by": "2022-12-31"},
        {"part": 1, "total": 10},
        "4 firms short",
    ),
    (
        "a share by a day, reached",
        {"kind": "milestone", "part": "part", "whole": "total", "at_least": "50%", "by": "2022-12-31"},
        {"part": 5, "total": 10},
        None,
    ),
    ("a flag", {"kind": "affirm", "fact": "plan", "due": "period-end"}, {"plan": False}, "not in place: plan"),
    (
        "an open window",
        {"kind": "frequency", "events": "meetings", "at_least": 2, "every": "quarter", "counts": {"kind": "plenary"}},
        {"meetings": [{"held_on": "2022-08-01", "kind": "plenary", "firm": "F", "form": "heard", "feast": "none"}]},
        "1 meeting missing in 2022Q3",
    ),
    (
        "the next window",
        {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "quarter", "counts": {"kind": "plenary"}},
        {"meetings": [{"held_on": "2022-08-01", "kind": "plenary", "firm": "F", "form": "heard", "feast": "none"}]},
        "1 meeting in 2022Q4",
    ),
    (
        "the next window of every subject",
        {
            "kind": "frequency",
            "events": "meetings",
            "at_least": 1,
            "every": "half-year",
            "counts": {"kind": "plenary"},
            "per": "firms",
        },
        {"meetings": [{"held_on": "2022-08-01", "kind": "plenary", "firm": "F", "form": "heard", "feast": "none"}]},
        None,
    ),
    (
        "a number that nobody supplied",
        {
            "kind": "frequency",
            "events": "meetings",
            "at_least": {"parameter": "quota"},
            "every": "quarter",
            "counts": {"kind": "plenary"},
        },
        {"meetings": []},
        None,
    ),
    (
        "a record whose clock runs",
        {
            "kind": "each",
            "record": "cases_2021",
            "within": {"from": "closed_on", "to": "reviewed_on", "years": 1},
        },
        {"cases_2021": [{"id": "A", "closed_on": "2022-05-01", "reviewed_on": "none", "due_on": "none"}]},
        "1 accident not complete yet: A (reviewed)",
    ),
    (
        "a subject whose cycle runs",
        {
            "kind": "coverage",
            "subjects": "firms",
            "events": "meetings",
            "cycle": {"years": 1},
            "mode": "calendar",
            "counts": {"kind": "visit"},
        },
        {"meetings": []},
        "1 firm not reached: F",
    ),
    (
        "elements of which some have a day",
        {
            "kind": "checklist",
            "elements": [
                {"id": "e1", "anchor": "试验文本", "title": {"zh": "甲", "en": "first"}, "fact": "plan"},
                {
                    "id": "e2",
                    "anchor": "试验文本",
                    "title": {"zh": "乙", "en": "second"},
                    "measure": {"kind": "milestone", "done": "issued_on", "by": "2022-12-31"},
                },
            ],
        },
        {"plan": False, "issued_on": "none"},
        "1 element missing: second",
    ),
    (
        "some elements of several",
        {
            "kind": "checklist",
            "due": "2022-12-31",
            "at_least": 1,
            "elements": [
                {"id": "e1", "anchor": "试验文本", "title": {"zh": "甲", "en": "first"}, "fact": "plan"},
                {"id": "e2", "anchor": "试验文本", "title": {"zh": "乙", "en": "second"}, "fact": "team"},
            ],
        },
        {"plan": False, "team": False},
        "1 element missing: first; second",
    ),
    (
        "a checklist of a number that nobody supplied",
        {
            "kind": "checklist",
            "due": "2022-12-31",
            "at_least": {"parameter": "quota"},
            "elements": [{"id": "e1", "anchor": "试验文本", "title": {"zh": "甲", "en": "first"}, "fact": "plan"}],
        },
        {"plan": False},
        None,
    ),
    ("a cap", {"kind": "limit", "value": "deaths", "at_most": 2}, {"deaths": 1}, None),
)
FIRM = {"id": "F", "big": True, "good": True, "level": "one", "since": "none", "until": "none", "shut": []}


@pytest.mark.parametrize(("measure", "facts", "ahead"), [case[1:] for case in AHEAD], ids=[case[0] for case in AHEAD])
def test_what_is_ahead_is_said_in_natural_units(
    measure: Mapping[str, Any], facts: Mapping[str, Any], ahead: str | None
) -> None:
    own = {"id": "X", "name": "X", "roles": ["firm"], "employees": 30, "hazards": []}
    firms = [{**FIRM, "finished_on": "none", "dead": 0}]
    content = {
        "organization": own,
        "period": 2022,
        "as_of": "2022-09-15",
        "parameters": {"binds": "start", "partial": "whole"},
        "facts": {"firms": firms, **facts},
    }
    (found,) = assessed(pack_of([{"measure": measure}]), content).findings
    assert (found.ahead.en if found.ahead is not None else None) == ahead


# Formats


@languages
def test_json_is_as_its_schema_says(lang: Lang) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for name in ("enyang-town-2023H1", "regulator-department-2022Q3", "qianjiang-fuel-company-2022"):
        made = check(EXAMPLES / f"{name}.yaml")
        content = json.loads(render(tuple(made), "json", lang))
        Draft202012Validator(SCHEMA).validate(content)
        assert [one["rule"] for one in content["duties"]] == [one.finding.rule for one in dues(made)]
    last = date(2023, 7, 31).toordinal()
    content = json.loads(render(town(), "json", lang, last=last))
    assert content["left_out"] == len(dues(town())) - len(content["duties"]) > 0


def test_csv_is_safe_and_has_every_duty() -> None:
    hostile = evolve(assessment(evolve(finding(Outcome.NOT_SATISFIED), gap=said("=1+1"))))
    text = render((*town(), evolve(hostile, organization={"id": "=1", "name": "-x"})), "csv", "en")
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(dues(town())) + 1
    (bad,) = [row for row in rows if row["pack"] == "pack"]
    assert (bad["organization_id"], bad["organization"], bad["missing"]) == ("'=1", "'-x", "'=1+1")


@languages
def test_nothing_due_says_so(lang: Lang) -> None:
    text = render((assessment(),), "text", lang)
    assert ("没有到期的事项" in text) or ("Nothing falls due" in text)


@languages
def test_a_waived_duty_says_until_when(lang: Lang) -> None:
    waiver = Waived(reason="r", approver="a", until="2023-06-30")
    found = evolve(finding(Outcome.NOT_SATISFIED, hard=True), waiver=waiver, gap=said("gap"))
    use = WaiverUse(rule=found.rule, outcome=found.outcome, waiver=waiver, effect=Effect.IN_FORCE)
    made = (evolve(assessment(found), waivers=(use,)), town()[0])
    shown = render(made, "text", lang)
    assert "2023-06-30" in shown
    assert "某单位" in shown.replace("\n", "")
    assert json.loads(render(made, "json", lang))["duties"][0]["waived_until"] == "2023-06-30"
    assert "20230630" not in render(made[:1], "ics", lang)
    assert "2023-06-30" in "".join(render(made[:1], "ics", lang).split("\r\n "))


def test_there_is_no_other_format() -> None:
    with pytest.raises(ValueError, match="there is no list 'pdf'"):
        render((), "pdf", "zh")


# The calendar


def events(text: str) -> dict[str, Any]:
    """Return the events of a calendar by what they are called in it, and make sure that each is there once."""
    found = list(Calendar.from_ical(text).walk("VEVENT"))
    by_uid = {str(one["uid"]): one for one in found}
    assert len(by_uid) == len(found)
    return by_uid


def imported(kept: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return a calendar after an import as RFC 5546 wants it: the event of the higher sequence or later stamp stays."""
    merged = dict(kept)
    for name, event in events(text).items():
        old = merged.get(name)
        if old is None or (old["sequence"], old["dtstamp"].dt) <= (event["sequence"], event["dtstamp"].dt):
            merged[name] = event
    return merged


@cache
def at(day: str) -> tuple[Assessment, ...]:
    return tuple(check(EXAMPLES / "enyang-town-2023H1.yaml", as_of=date.fromisoformat(day)))


@languages
def test_two_readers_read_the_same_calendar(lang: Lang) -> None:
    text = listed("ics", lang).decode()
    first = events(text)
    assert len(first) == len([one for one in dues(town()) if one.day or one.state is not State.OPEN]) + 1
    second = {str(one.uid.value): one for one in vobject.readOne(text).vevent_list}
    assert second.keys() == first.keys()
    for name, event in first.items():
        other = second[name]
        assert (str(event["summary"]), str(event["description"])) == (other.summary.value, other.description.value)
        assert (event["dtstart"].dt, event["dtend"].dt) == (other.dtstart.value, other.dtend.value)


def test_importing_twice_makes_no_second_entry() -> None:
    text = listed("ics", "zh").decode()
    once = imported({}, text)
    assert imported(once, text) == once


def test_a_later_export_updates_in_place() -> None:
    before = imported({}, render(at("2023-06-30"), "ics", "zh"))
    after = imported(before, render(at("2023-08-01"), "ics", "zh"))
    assert after.keys() >= before.keys()
    (monthly,) = [one for one in dues(at("2023-08-01")) if one.finding.rule.endswith("town-government-monthly")]
    names = [name for name in after if str(after[name]["description"]).endswith("评定日：2023-08-01")]
    assert names
    assert len(after) - len(before) < len(before)
    moved = [name for name in before if before[name]["dtstart"].dt != after[name]["dtstart"].dt]
    assert moved, "what is overdue stands on the day of judgement"
    assert monthly.day


def test_an_older_export_changes_nothing() -> None:
    after = imported({}, render(at("2023-06-30"), "ics", "zh"))
    assert imported(after, render(at("2023-05-31"), "ics", "zh"))[next(iter(after))] == after[next(iter(after))]


def test_a_calendar_follows_no_clock_and_no_order() -> None:
    assert render(at("2023-06-30"), "ics", "zh").encode() == listed("ics", "zh")


def test_of_two_periods_of_one_organisation_the_later_counts() -> None:
    early, late = at("2023-05-31"), at("2023-06-30")
    assert events(render((*early, *late), "ics", "zh")).keys() >= events(render(late, "ics", "zh")).keys()
    both, turned = render((*early, *late), "ics", "zh"), render((*late, *early), "ics", "zh")
    said_of = {name: str(one["description"]) for name, one in events(both).items()}
    assert said_of == {name: str(one["description"]) for name, one in events(turned).items()}


@languages
def test_lines_are_folded_between_characters(lang: Lang) -> None:
    raw = listed("ics", lang)
    assert raw.endswith(b"\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")


@pytest.mark.parametrize(
    ("made", "start", "status", "alarms"),
    [
        ((Outcome.NOT_SATISFIED, "", ""), "2022-12-31", "CONFIRMED", 1),
        ((Outcome.NOT_SATISFIED, "2022-06-30", ""), "2022-12-31", "CONFIRMED", 1),
        ((Outcome.NOT_SATISFIED, "2023-03-31", ""), "2023-03-31", "CONFIRMED", 2),
        ((Outcome.PENDING, "2023-02-28", ""), "2023-02-28", "CONFIRMED", 2),
        ((Outcome.UNKNOWN, "", ""), "2022-12-31", "CONFIRMED", 1),
        ((Outcome.SATISFIED, "", "2023-06-30"), "2023-06-30", "CANCELLED", 0),
    ],
)
def test_where_a_duty_stands_in_the_calendar(
    made: tuple[Outcome, str, str], start: str, status: str, alarms: int
) -> None:
    outcome, due, deadline = made
    found = evolve(finding(outcome, hard=True), next_due=due, deadline=deadline)
    (event,) = events(render((assessment(found),), "ics", "en")).values()
    assert event["dtstart"].dt == date.fromisoformat(start)
    assert event["status"] == status
    assert len(event.walk("VALARM")) == alarms
    assert event["priority"] == 1
    assert event["categories"].cats == ["work safety", "hard duty"]


def test_what_may_wait_and_has_no_day_is_in_no_calendar() -> None:
    assert events(render((assessment(finding(Outcome.PENDING)),), "ics", "en")) == {}


@pytest.mark.parametrize("name", ["a;b,c\\n:d", "x\r\nEND:VCALENDAR", '"q"', "长" * 300, "a\u202eb\x07"])
def test_no_name_breaks_the_calendar(name: str) -> None:
    own = evolve(assessment(finding(Outcome.NOT_SATISFIED)), organization={"id": name, "name": name})
    text = render((own,), "ics", "zh")
    (event,) = events(text).values()
    (other,) = vobject.readOne(text).vevent_list
    assert str(event["description"]) == other.description.value
    assert str(event["description"]).count("\n") == 6
    assert "\x07" not in text


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "icalendar", None)
    monkeypatch.delitem(__import__("sys").modules, "safescore.report.ics", raising=False)
    with pytest.raises(MissingExtraError) as raised:
        render(town(), "ics", "en")
    assert "safescore[calendar]" in str(raised.value)
    monkeypatch.setitem(__import__("sys").modules, "safescore.report.ics", None)
    with pytest.raises(ModuleNotFoundError):
        render(town(), "ics", "en")


# The command


def test_the_command_writes_all_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word for name in FORMATS for word in ("--output", f"{name}:{tmp_path / name}")]
    assert main(["due", FACTS, "--width", "100", *words]) == 0
    assert capsys.readouterr().out == (tmp_path / "text").read_text("utf-8")
    for name in ("ics", "csv"):
        assert (tmp_path / name).read_bytes() == listed(name, "zh")


@pytest.mark.parametrize("format_", ["ics", "csv"])
def test_a_pipe_gets_the_bytes_of_the_file(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(raw, encoding="ascii"))
    assert main(["due", FACTS, "--format", format_]) == 0
    assert raw.getvalue() == listed(format_, "zh")


@pytest.mark.parametrize(
    ("span", "last"),
    [("31d", "2023-07-31"), ("1m", "2023-07-30"), ("2w", "2023-07-14"), ("1y", "2024-06-30")],
)
def test_within_counts_from_the_day_of_judgement(span: str, last: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", FACTS, "--within", span, "--format", "json"]) == 0
    shown = [one["due"] for one in json.loads(capsys.readouterr().out)["duties"] if one["state"] == "coming"]
    every = [one.day for one in dues(town()) if one.state is State.COMING]
    assert shown == [day for day in every if day <= last]


@pytest.mark.parametrize("span", ["60", "0d", "d", "-1d", "1.5m", "60days", "99999d"])
def test_no_span_of_time(span: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", FACTS, f"--within={span}"]) == 2
    assert "write 60d (days), 8w (weeks), 3m (months) or 1y (years)" in capsys.readouterr().err


def test_faults_are_told_and_the_rest_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("organisation: {}\n", "utf-8")
    assert main(["due", str(bad), FACTS]) == 2
    told = capsys.readouterr()
    assert "bad.yaml:1:1" in told.err
    assert "到期事项清单" in told.out
    assert main(["due", str(bad)]) == 2
    assert capsys.readouterr().out == ""


def test_no_input_is_overwritten(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_bytes(Path(FACTS).read_bytes())
    assert main(["due", str(facts), "--output", f"text:{facts}"]) == 2
    assert facts.read_bytes() == Path(FACTS).read_bytes()
