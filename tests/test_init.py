"""Init: the form loads as it is, says nothing that nobody said, and carries forward only what still holds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore.assess import assess_all
from safescore.blank import BLANKS, blank
from safescore.cli import main
from safescore.document import Document
from safescore.draft import Draft, carried, next_period, overlaps, read_last
from safescore.facts.read import open_submission
from safescore.form import form_of
from safescore.model import Pack
from safescore.notation import entry
from safescore.packs.load import load_pack
from safescore.period import following
from safescore.results import Assessment
from safescore.source import parse
from safescore.standing import Outcome
from safescore.words import LANGUAGES, Lang
from tests.packs import PACKS, pack_named

ROOT = Path(__file__).parents[1]
SILENT = {Outcome.UNKNOWN, Outcome.PENDING, Outcome.NOT_APPLICABLE}


EVERY_ROLE = [
    (name, role) for name in PACKS for role in sorted({role for rule in pack_named(name).rules for role in rule.roles})
]


def form_text(packs: tuple[Pack, ...], role: str, lang: Lang = "zh") -> str:
    own = {"id": "未填写", "name": "未填写", "roles": [role]}
    draft = Draft(organization=own, period=next_period(packs), packs=tuple(pack.id for pack in packs))
    text = blank(form_of(packs, (role,)), draft, "yaml", lang, "safescore.schema.json")
    assert isinstance(text, str)
    return text


def checked(text: str, *packs: Pack) -> tuple[Assessment, ...]:
    return assess_all(parse(text, "form.yaml"), packs, readings=False)


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE)
def test_it_loads_with_everything_unknown(pack: str, role: str) -> None:
    """No form of any role of any pack has a fault, or decides anything."""
    one = pack_named(pack)
    (found,) = checked(form_text((one,), role), one)
    assert {finding.outcome for finding in found.findings} <= SILENT
    own = {f"{pack}.{rule.id}" for rule in one.rules if role in rule.roles}
    for finding in found.findings:
        assert (finding.outcome is Outcome.NOT_APPLICABLE) == (finding.rule not in own)


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE[::6])
def test_it_says_no_more_than_silence(pack: str, role: str) -> None:
    """Score and grade are those of a submission that holds nothing at all: no blank of a form helps or hurts."""
    one = pack_named(pack)
    (found,) = checked(form_text((one,), role), one)
    nothing = {"organization": {"id": "x", "name": "x", "roles": [role]}, "period": next_period((one,))}
    silent = assess_all(open_submission(nothing), (one,), readings=False)[0]
    assert found.score == silent.score
    assert found.grade == silent.grade


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE[::7])
def test_the_languages_ask_the_same(pack: str, role: str) -> None:
    contents = [parse(form_text((pack_named(pack),), role, lang), "form.yaml").content for lang in LANGUAGES]
    assert contents[0] == contents[1]


def test_several_packs_in_one_form() -> None:
    packs = tuple(pack_named(name) for name in ("dadukou-2022", "shuangqiao-2022", "qianjiang-commerce-2022"))
    text = form_text(packs, "enterprise")
    content: Any = parse(text, "form.yaml").content
    assert list(content["parameters"]) == [pack.id for pack in packs]
    for one in checked(text, *packs):
        assert {finding.outcome for finding in one.findings} <= SILENT


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE[::5])
def test_every_example_record_can_be_filled_in(pack: str, role: str) -> None:
    """The commented example of every register, uncommented, is read without a fault of its own."""
    one = pack_named(pack)
    lines = form_text((one,), role).split("\n")
    filled: list[str] = []
    taken: set[str] = set()
    example = False
    for line in lines:
        bare = line.removeprefix("  # ")
        if line.startswith("  # 例（一条）："):
            example = True
        elif example and not line.startswith("  # 依据"):
            filled.append(f"  {bare}")
            taken.update((bare.rstrip(":"),) if not bare.startswith(" ") else ())
        else:
            example = False
            if line.strip().rstrip(":") not in taken or not line.startswith("  ") or line.startswith("   "):
                filled.append(line)
    questions = [question for question in form_of((one,), (role,)).questions if question.spec.records]
    assert taken == {question.name for question in questions}
    assert checked("\n".join(filled), one)


def test_every_question_has_its_words() -> None:
    pack = pack_named("dadukou-2022")
    for lang in LANGUAGES:
        text = form_text((pack,), "enterprise", lang).replace("\n  # ", "").replace("\n    # ", "").replace(" ", "")
        for question in form_of((pack,), ("enterprise",)).questions:
            assert question.spec.question.to(lang).replace(" ", "") in text
            assert question.asked_by[0].clause in text


def test_no_text_of_a_pack_can_end_a_comment() -> None:
    """Lines and control characters in a text of a private pack stay inside the comment."""
    pack = pack_named("dadukou-2022")
    rule = next(rule for rule in pack.rules if "enterprise" in rule.roles)
    nasty = evolve(rule, title=evolve(rule.title, zh="甲\nfacts: {}\r乙\x1b[2J\u2028丙"))
    text = form_text((evolve(pack, rules=(nasty,)),), "enterprise")
    assert "\nfacts: {}" not in text
    assert parse(text, "form.yaml").content


KEYS = st.text(st.sampled_from("abz_-. 甲乙《》:#'\"09"), min_size=1, max_size=6)
TRAPS = (
    "no",
    "~",
    "2022-01-01",
    "2022-01-01 08:30",
    "1e3",
    "12:30",
    "0012",
    "a: b",
    "a #b",
    "- a",
    "=",
    "<<",
    " x",
    "x ",
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.decimals(-(10**6), 10**6, places=3)
    | st.text(max_size=8)
    | st.sampled_from(TRAPS)
)
CONTENT = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=10
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, CONTENT, min_size=1, max_size=4))
def test_what_is_written_is_read_back(content: dict[str, Any]) -> None:
    """Carried values are the same after they were written, whatever YAML would make of them."""
    text = "\n".join(line for key, value in content.items() for line in entry(key, value))
    assert parse(text + "\n", "some.yaml").content == content


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2022", "2023"),
        ("2022Q3", "2022Q4"),
        ("2022Q4", "2023Q1"),
        ("2022H1", "2022H2"),
        ("2022H2", "2023H1"),
        ("2022-07", "2022-08"),
        ("2022-12", "2023-01"),
        ("9999", None),
        ("9999Q4", None),
        ("2022Q5", None),
    ],
)
def test_the_period_after(period: str, after: str | None) -> None:
    assert following(period) == after


@pytest.mark.parametrize(
    ("last", "next_"),
    [
        pytest.param(None, "2022", id="without a last one, the year of the pack"),
        pytest.param("2022Q3", "2022Q4", id="the quarter after"),
        pytest.param("2022Q4", "2022", id="the next one is out of force"),
        pytest.param("2022", "2022", id="nor is the next year in force"),
    ],
)
def test_the_period_to_report_on(last: str | None, next_: str) -> None:
    assert next_period((pack_named("dadukou-2022"),), last) == next_


def test_a_period_is_held_against_every_pack() -> None:
    packs = (pack_named("dadukou-2022"), pack_named("qijiang-2023"))
    assert overlaps("2022", packs[:1])
    assert not overlaps("2022", packs)
    assert not overlaps("2022Q5", packs)


LAST: Mapping[str, Any] = {
    "organization": {
        "id": "0012",
        "name": "甲厂",
        "roles": ["enterprise"],
        "key_firm": True,
        "industries": ["industry_trade"],
    },
    "period": "2022Q3",
    "as_of": "2022-09-28",
    "packs": ["dadukou-2022"],
    "parameters": {"binds_from": "year_start", "dadukou-2022": {"undated_due": "issued"}},
    "facts": {
        "own_major_hazards": 3,
        "posts_with_risk_list": {"2022-06-30": 4, "2022-09-28": 5},
        "head_statutory_duties": True,
        "five_in_place": {"responsibility": True, "rescue": False},
        "teams": [{"id": "1", "since": "none"}],
        "team_checks": [{"team": "1", "checked_on": "2022-09-27"}],
        "department_checks": {"through": "2022-08-31", "events": []},
        "departments": [],
        "joint_meetings": [],
    },
    "evidence": {"teams": ["teams.pdf"], "own_major_hazards": ["count.pdf"]},
    "waivers": [
        {"rule": "management-system", "reason": "在建", "approver": "区安委办", "until": "2022-12-30"},
        {"rule": "own-training", "reason": "停产", "approver": "区安委办", "until": "2022-12-31"},
    ],
}


def last_document(**changes: Any) -> Document:
    return open_submission({**LAST, **changes})


def drafted(document: Document, pack: Pack, period: str) -> Draft:
    last = read_last(document, (pack,))
    return carried(form_of((pack,), last.roles, last.profile), document, last, period)


def test_what_still_holds_is_carried_forward() -> None:
    draft = drafted(last_document(), pack_named("dadukou-2022"), "2022Q4")
    assert draft.organization == LAST["organization"]
    assert draft.parameters == LAST["parameters"]
    assert draft.facts == {
        "posts_with_risk_list": {"2022-06-30": 4, "2022-09-28": 5, "2022-12-31": None},
        "teams": [{"id": "1", "since": "none"}],
        "team_checks": {"through": "2022-09-28", "events": [{"team": "1", "checked_on": "2022-09-27"}]},
        "department_checks": {"through": "2022-08-31", "events": []},
        "departments": [],
    }
    assert draft.evidence == {"teams": ["teams.pdf"]}
    assert [one["rule"] for one in draft.waivers] == ["own-training"]


def test_a_setting_that_nothing_asks_now_is_kept() -> None:
    """A parameter that only other duties need stays in the file, as it was."""
    pack = pack_named("dadukou-2022")
    draft = drafted(last_document(parameters={"death_quota": 3}), pack, "2022Q4")
    text = blank(form_of((pack,), ("enterprise",)), draft, "yaml", "zh")
    assert isinstance(text, str)
    content: Any = parse(text, "next.yaml").content
    assert content["parameters"]["death_quota"] == 3


def test_what_must_be_said_anew_is_empty_and_shown() -> None:
    draft = drafted(last_document(), pack_named("dadukou-2022"), "2022Q4")
    assert set(draft.last) == {"own_major_hazards", "head_statutory_duties", "five_in_place"}
    assert [one.en for one in draft.left_out] == [
        "not asked now, so not carried forward: joint_meetings",
        "waivers that end before are left out: management-system",
        "evidence of answers that are asked anew is left out: own_major_hazards",
    ]


def visit(on: str, **facts: Any) -> dict[str, Any]:
    return {"by": "区安办", "date": on, "facts": facts}


HAZARDS = [{"id": "H1", "found_on": "2022-05-01", "grade": "major", "closed_on": "2022-06-01"}]
SERIES = {"2022-06-30": 4, "2022-09-28": 5}
OPEN_YET = [{"id": "H1", "closed_on": "none"}]


@pytest.mark.parametrize(
    ("visits", "kept", "facts", "gone"),
    [
        pytest.param(visit("2022-09-27", hazards=OPEN_YET), ["hazards"], ["hazards", "posts_with_risk_list"], "",
                     id="records stay corrected"),
        pytest.param(visit("2021-12-31", hazards=OPEN_YET), [], ["hazards", "posts_with_risk_list"], "hazards",
                     id="of an earlier period: named"),
        pytest.param([visit("2022-01-01", hazards=OPEN_YET)], ["hazards"], ["hazards", "posts_with_risk_list"], "",
                     id="on the first day of the pack"),
        pytest.param(visit("2022-09-27", posts_with_risk_list=3), [], ["hazards"], "posts_with_risk_list",
                     id="a count that was not so is asked anew"),
        pytest.param(visit("2022-09-27", hazards={"whole": HAZARDS}), [], ["posts_with_risk_list"], "hazards",
                     id="and so is a whole register"),
        pytest.param(visit("2022-09-27", posts_with_risk_list=None), [], ["hazards", "posts_with_risk_list"], "",
                     id="a blank replaces nothing"),
        pytest.param(visit("2022-09-28", posts_with_risk_list=3), [], ["hazards"], "posts_with_risk_list",
                     id="on the last day of judgement it counted"),
        pytest.param(visit("2022-09-29", posts_with_risk_list=3, hazards={"whole": HAZARDS}),
                     ["posts_with_risk_list", "hazards"], ["hazards", "posts_with_risk_list"], "",
                     id="a day later it is of the new period"),
        pytest.param(visit("2023-01-01", posts_with_risk_list=3), [], ["hazards", "posts_with_risk_list"],
                     "posts_with_risk_list", id="after the new period"),
        pytest.param(visit("2022-09-29", joint_meetings=[]), [], ["hazards", "posts_with_risk_list"], "joint_meetings",
                     id="not asked now"),
        pytest.param([visit("2022-08-01", hazards=OPEN_YET, head_statutory_duties=False),
                      visit("2022-09-01", head_statutory_duties=True)], ["hazards"],
                     ["hazards", "posts_with_risk_list"], "head_statutory_duties", id="of each visit what holds"),
    ],
)  # fmt: skip
def test_what_inspectors_found(visits: Any, kept: list[str], facts: list[str], gone: str) -> None:
    pack = pack_named("dadukou-2022")
    document = last_document(
        facts={"hazards": HAZARDS, "posts_with_risk_list": SERIES}, evidence={}, waivers=[], verified=visits
    )
    draft = drafted(document, pack, "2022Q4")
    assert [name for one in draft.verified for name in one["facts"]] == kept
    assert sorted(draft.facts) == facts
    said = [one.en for one in draft.left_out if "mend your own answers by it" in one.en]
    assert bool(said) == bool(gone)
    assert all(one.endswith(gone) for one in said)
    text = blank(form_of((pack,), ("enterprise",)), draft, "yaml", "zh")
    assert isinstance(text, str)
    (found,) = checked(text, pack)
    assert found
    content: Any = parse(text, "next.yaml").content
    assert content.get("verified", []) == list(draft.verified)


def test_evidence_is_carried_with_what_it_bears_out() -> None:
    """Files that say more of themselves too; of a checklist only those of the elements that are carried."""
    of_day = {"path": "a.pdf", "sha256": "a0" * 32, "date": "2022-09-01", "note": "台账"}
    later = {"path": "b.pdf", "date": "2022-09-28"}
    document = last_document(
        evidence={
            "teams": [of_day, later, "c.pdf"],
            "key_firm": ["firm.pdf"],
            "five_in_place": ["all.pdf"],
            "five_in_place.rescue": ["drill.pdf"],
        }
    )
    pack = pack_named("dadukou-2022")
    draft = drafted(document, pack, "2022Q4")
    assert draft.evidence == {"teams": [of_day, later, "c.pdf"], "key_firm": ["firm.pdf"]}
    assert draft.left_out[-1].en.endswith("left out: five_in_place, five_in_place.rescue")
    assert drafted(document, pack, "2022-08").evidence["teams"] == ["c.pdf"], "nothing is dated after the new period"


def test_a_workbook_has_no_place_for_visits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = ROOT / "examples" / "inspected-plant-2022.yaml"
    assert run("--from", str(last), "--format", "xlsx", "-o", str(tmp_path / "next.xlsx"), "--lang", "en") == 0
    assert "a workbook has no place for what inspectors found" in capsys.readouterr().err


def test_nothing_old_answers_for_the_new_period() -> None:
    """Of what is carried, lists are complete only up to the last day, and series end in a blank."""
    pack = pack_named("dadukou-2022")
    draft = drafted(last_document(), pack, "2022Q4")
    text = blank(form_of((pack,), ("enterprise",)), draft, "yaml", "zh")
    assert isinstance(text, str)
    (found,) = checked(text, pack)
    assert found.finding("team-daily-check").outcome is not Outcome.SATISFIED
    for rule in ("two-lists-two-cards", "head-statutory-duties", "head-five-in-place", "own-major-hazards-cleared"):
        if pack.rule(rule) is not None:
            assert found.finding(rule).outcome in SILENT
    assert "# 上次（2022-09-28）：3" in text


def test_the_next_pack_begins_anew() -> None:
    """Under next year's document events and dated figures of this year's are gone; registers stay."""
    document = last_document(
        facts={
            "teams": [{"id": "1"}],
            "hazards": [{"id": "H1", "found_on": "2022-05-01", "grade": "major", "closed_on": "none"}],
            "team_checks": [{"team": "1", "checked_on": "2022-09-27"}],
        },
        parameters={},
        waivers=[],
    )
    pack = pack_named("enyang-2023")
    draft = drafted(document, pack, "2023")
    specs = {question.name: question.spec.type for question in form_of((pack,), ("enterprise",)).questions}
    assert all(specs[name] == "register" for name in draft.facts)


ASSESSED = ("inspected-plant-2022", "regulator-department-2022Q3", "shuangqiao-park-committee-2022")


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "examples").glob("*.yaml")))
def test_every_example_can_be_carried_forward(name: str, tmp_path: Path) -> None:
    """What init makes of any example loads, and decides no more than its registers and days do."""
    document = open_submission(ROOT / "examples" / f"{name}.yaml")
    content: Any = document.content
    out = tmp_path / "next.yaml"
    assert main(["init", "--from", str(ROOT / "examples" / f"{name}.yaml"), "-o", str(out)]) == 0
    made: Any = parse(out.read_text("utf-8"), "next.yaml").content
    packs = tuple(pack_named(one) for one in content["packs"])
    assert read_last(parse(out.read_text("utf-8"), "next.yaml"), packs)
    if name in ASSESSED:
        assert checked(out.read_text("utf-8"), *packs)
    for key, value in made["organization"].items():
        assert value == content["organization"].get(key)
    kinds = {key: spec.type for pack in packs for key, spec in pack.dictionary.facts.items()}
    for key, value in made["facts"].items():
        if kinds[key] == "register":
            assert value == content["facts"].get(key)
        elif kinds[key] in ("flag", "choice", "choices", "text", "number"):
            assert value is None


def run(*arguments: str) -> int:
    return main(["init", *arguments])


DADUKOU = ("--pack", "dadukou-2022", "--role", "enterprise")


def test_the_command_writes_a_file_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "facts.yaml"
    assert run(*DADUKOU, "-o", str(out)) == 0
    first = out.read_bytes()
    assert run(*DADUKOU, "--lang", "en", "-o", str(out)) == 2
    assert out.read_bytes() == first
    assert "--force" in capsys.readouterr().err
    assert run(*DADUKOU, "--lang", "en", "-o", str(out), "--force") == 0
    assert out.read_bytes() != first


def test_a_private_pack_is_named_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of one's own is found again by the name under which the form was made."""
    shutil.copytree(ROOT / "rules" / "dadukou-2022", tmp_path / "our-pack")
    monkeypatch.chdir(tmp_path)
    assert run("--pack", "./our-pack", "--role", "enterprise", "-o", "facts.yaml") == 0
    assert main(["check", "facts.yaml"]) == 0
    assert run("--from", "facts.yaml", "-o", "next.yaml") == 0
    content: Any = parse(Path("next.yaml").read_text("utf-8"), "next.yaml").content
    assert content["packs"] == ["./our-pack"]


def test_the_schema_is_named_as_seen_from_the_form(tmp_path: Path) -> None:
    (tmp_path / "q4").mkdir()
    out, schema = tmp_path / "q4" / "facts.yaml", tmp_path / "enterprise.json"
    assert run(*DADUKOU, "-o", str(out), "--schema", str(schema)) == 0
    assert out.read_text("utf-8").startswith("# yaml-language-server: $schema=../enterprise.json\n")
    assert schema.is_file()
    assert run(*DADUKOU, "-o", str(tmp_path / "b.yaml"), "--schema", str(schema)) == 2
    assert not (tmp_path / "b.yaml").exists(), "all files, or none"


def test_the_profile_shortens_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*DADUKOU) == 0
    long = capsys.readouterr().out
    assert run(*DADUKOU, "--profile", "industries=industry_trade,commerce", "--profile", "hazard_classes=") == 0
    short = capsys.readouterr().out
    content: Any = parse(short, "short.yaml").content
    assert content["organization"]["industries"] == ["industry_trade", "commerce"]
    assert content["organization"]["hazard_classes"] == []
    assert "confined_space_jobs" in parse(long, "long.yaml").content["facts"]
    assert "confined_space_jobs" not in content["facts"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "no pack is named", id="no pack"),
        pytest.param(("--pack", "dadukou-2022"), "no role is named", id="no role"),
        pytest.param(
            ("--pack", "dadukou-2022", "--role", "enterprize"), "did you mean 'enterprise'?", id="no role of this name"
        ),
        pytest.param(("--pack", "dadukuo-2022", "--role", "enterprise"), "did you mean", id="no such pack"),
        pytest.param((*DADUKOU, "--profile", "key_firm"), "KEY=VALUE", id="no value"),
        pytest.param((*DADUKOU, "--profile", "key_frm=true"), "did you mean 'key_firm'?", id="no such answer"),
        pytest.param((*DADUKOU, "--profile", "key_firm=yes"), "true or false", id="not of its type"),
        pytest.param((*DADUKOU, "--profile", "industries=comerce"), "did you mean 'commerce'?", id="no such option"),
        pytest.param((*DADUKOU, "--profile", "employees=十"), "a whole number", id="no number"),
        pytest.param((*DADUKOU, "--period", "2022Q5"), "is no period", id="no period"),
        pytest.param((*DADUKOU, "--period", "2023"), "outside that of dadukou-2022", id="out of force"),
        pytest.param(("--from", "nowhere.yaml"), "there is no such file", id="no last submission"),
    ],
)
def test_what_can_not_be_made_is_said(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, "--lang", "en") == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((*DADUKOU, "--period", "2022Q5"), "“2022Q5”不是填报期", id="no period"),
        pytest.param(("--from", "nowhere.yaml"), "没有这个文件", id="no last submission"),
    ],
)
def test_it_is_said_in_chinese_unless_asked(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err


def test_a_faulty_last_submission_is_refused_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = tmp_path / "last.yaml"
    last.write_text(
        "organization: {id: a, name: a, roles: [enterprise]}\nperiod: 2022\npacks: [dadukou-2022]\n"
        "facts:\n  own_major_hazards: -1\n  head_statutory_duties: 1\n",
        encoding="utf-8",
    )
    assert run("--from", str(last), "-o", str(tmp_path / "next.yaml")) == 2
    err = capsys.readouterr().err
    assert "last.yaml:5:22" in err
    assert "last.yaml:6:26" in err
    assert not (tmp_path / "next.yaml").exists()


def test_there_is_no_other_format() -> None:
    assert "yaml" in BLANKS
    own = Draft(organization={"id": "a", "name": "a"}, period="2022", packs=())
    with pytest.raises(ValueError, match="there is no form 'pdf'"):
        blank(form_of((pack_named("dadukou-2022"),), ("enterprise",)), own, "pdf", "zh")


def test_same_input_same_bytes() -> None:
    pack = pack_named("enyang-2023")
    assert form_text((pack,), "township") == form_text((load_pack("enyang-2023"),), "township")
