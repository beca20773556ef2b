"""Readings combined: what is told is what assessing each way to read the document comes to."""

from __future__ import annotations

import json
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from safescore import Assessment, check, load_pack, render
from safescore.assess import assess_all
from safescore.cli import main
from safescore.combining import Open, combined
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.report import REPORTS
from safescore.results import Combination
from safescore.words import LANGUAGES, Lang
from tests.examples import ROOT, at_root
from tests.worlds import RULES, Facts, cells, pack_of, submissions, without

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
BINDS, PARTIAL = ("start", "issue"), ("whole", "clipped", "skip")
TOWN, DISTRICT = "examples/enyang-town-2023H1.yaml", "examples/enyang-district-2023.yaml"
Read = pytest.CaptureFixture[str]


def outcomes(one: Assessment) -> dict[str, str]:
    return {finding.rule: finding.outcome.value for finding in one.findings}


def key(one: Combination) -> frozenset[tuple[str, str]]:
    return frozenset((choice.reading, choice.alternative) for choice in one.choices)


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=40)
@given(RULES, submissions(), st.booleans(), st.data())
def test_every_way_is_as_if_it_had_been_chosen(
    rules: list[Any], whole: Facts, evidenced: bool, data: st.DataObject
) -> None:
    """Each combination that is told comes to what the submission comes to with it, and no other turns anything anew."""
    pack = pack_of(rules)
    gone = data.draw(st.lists(st.sampled_from(list(cells(whole))), max_size=4, unique=True))
    partly = without(whole, gone)

    def assessed(**parameters: str) -> Assessment:
        content = {**partly, "parameters": {**partly["parameters"], **parameters}}
        return assess_all(open_submission(content), (pack,), require_evidence=evidenced)[0]

    try:
        (one,) = assess_all(open_submission(partly), (pack,), require_evidence=evidenced, combinations=True)
        every = {(binds, partial): assessed(binds=binds, partial=partial) for binds, partial in product(BINDS, PARTIAL)}
    except InvalidInput:
        assume(False)
    found = one.combinations
    assert found is not None
    own = partly["parameters"]
    told = {key(each): each for each in found.told}
    states = {}
    for (binds, partial), other in every.items():
        made = frozenset(
            (name, value) for name, value in (("binds", binds), ("partial", partial)) if own[name] != value
        )
        states[made] = (outcomes(other), (other.grade.low, other.grade.high))
        if made in told:
            each = told[made]
            assert each.interval == other.score.interval
            assert (each.low, each.high) == (other.grade.low, other.grade.high)
            base = outcomes(one)
            assert {turn.rule: (turn.before.value, turn.after.value) for turn in each.turned} == {
                rule: (base[rule], outcome) for rule, outcome in outcomes(other).items() if outcome != base[rule]
            }
    for made, (results, grade) in states.items():
        if not made:
            continue
        parts = [states[frozenset(some)] for size in range(len(made)) for some in combinations(made, size)]
        new = all(part[1] != grade for part in parts) or any(
            all(part[0][rule] != outcome for part in parts) for rule, outcome in results.items()
        )
        assert new == (made in told), made
    if found.evaluated == found.of:
        lows = [other.score.interval.low for other in every.values() if other.score.interval.low is not None]
        assert found.interval.low == min(lows, default=None)
    assert found.deciding == tuple(name for name in found.readings if name in found.deciding)
    back = Assessment.from_json(one.to_json())
    assert back == one


def test_not_asked_for_is_not_there() -> None:
    with at_root():
        assert check(TOWN).only().combinations is None
        assert check(TOWN, combinations=True).only().combinations is not None


def test_readings_that_matter_only_together() -> None:
    """Neither reading alone turns anything, both together do."""
    with at_root():
        found = check(DISTRICT, combinations=True).only().combinations
    assert found is not None
    assert [len(one.choices) for one in found.told] == [2, 2]
    assert {turn.after.value for turn in found.told[0].turned} == {"not-satisfied"}
    assert (found.evaluated, found.of) == (6, 6)


def test_of_too_many_the_first_are_assessed() -> None:
    """Beyond the bound the combinations with the fewest changes are assessed, and how many were not is said."""
    with at_root():
        (one,) = check(DISTRICT, combinations=True)
    assert one.combinations is not None
    pack = pack_of([{"measure": {"kind": "affirm", "fact": "plan"}}])
    whole = {"organization": {"id": "X", "name": "X", "roles": ["firm"]}, "period": 2022, "facts": {"plan": True}}
    (base,) = assess_all(open_submission(whole), (pack,))
    worse = assess_all(open_submission({**whole, "facts": {"plan": False}}), (pack,))[0].findings[0].ends
    given_ = Open(
        others={"binds": ("issue",), "partial": ("clipped", "skip")},
        of={"world.r0": ("binds", "partial")},
        ends=lambda _, made: worse if len(made) == 2 else base.findings[0].ends,
    )
    whole_ = combined(base.findings, pack, given_)
    assert (whole_.evaluated, whole_.of, len(whole_.told)) == (6, 6, 2)
    part = combined(base.findings, pack, given_, 4)
    assert (part.evaluated, part.of, part.told) == (4, 6, ())
    shown = render(evolve(base, combinations=part), "text", lang="en")
    assert isinstance(shown, str)
    said = " ".join(shown.split())
    assert "Of 6 combinations the 4 with the fewest changes were assessed, the other 2 were not" in said
    assert "None changes an outcome or the grade." in said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format_", REPORTS)
def test_every_format_takes_them(format_: str, lang: Lang) -> None:
    with at_root():
        shown = render(check(DISTRICT, combinations=True), format_, lang=lang)
    title = {"zh": "各种口径的组合", "en": "Combinations of readings"}[lang]
    if format_ in ("text", "markdown", "html"):
        assert isinstance(shown, str)
        assert title in shown
    assert shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_json_follows_its_schema(lang: Lang, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check", DISTRICT, "--readings", "all", "--format", "json", "--lang", lang, "--no-config"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert list(Draft202012Validator(SCHEMA).iter_errors(content)) == []
    found = content["assessments"][0]["combinations"]
    assert [one["readings"] for one in found["told"]] == [
        {"binds_from": "issued", "partial_window": "clipped"},
        {"binds_from": "issued", "partial_window": "skip"},
    ]


def test_a_report_with_them_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "report.json"
    assert main(["check", TOWN, "--readings", "all", "--output", f"json:{path}", "--quiet", "--no-config"]) == 0
    assert main(["verify", str(path)]) == 0
    path.write_text(path.read_text("utf-8").replace('"evaluated": 6', '"evaluated": 7'), encoding="utf-8")
    assert main(["verify", str(path)]) == 1


@pytest.mark.parametrize(("lang", "said"), [("zh", "采用  issued（默认）"), ("en", "in force      issued (default)")])
def test_explain_says_which_is_in_force(lang: Lang, said: str, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule's readings with their notes and alternatives, the one in force, and what the others would come to."""
    monkeypatch.chdir(ROOT)
    words = ["explain", "dadukou-2022.joint-meeting-commerce", "--facts", "examples/district-committee-2022.yaml"]
    assert main([*words, "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert said in shown
    pack = load_pack("dadukou-2022")
    for name in ("binds_from", "partial_window"):
        note = pack.parameter(name).note  # type: ignore[union-attr]
        assert note is not None
        assert "".join(note.to(lang).split()) in "".join(shown.split())
    otherwise = {"zh": "如果口径为 partial_window: {}（", "en": "if the reading were partial_window: {} ("}[lang]
    assert [one in shown for one in map(otherwise.format, ("whole", "clipped", "skip"))] == [False, True, True]
