"""Evidence: what it must look like, and that a claim without it can't help where it is required."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safescore.assess import assess_all
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.results import Assessment, Interval
from safescore.standing import Outcome
from tests.measures.tables import submission_of
from tests.reports import written
from tests.test_promises import IMPROVEMENTS, improved, places
from tests.test_report import valid
from tests.worlds import RULES, Facts, assessed, pack_of, submissions, without

AFFIRM = {"measure": {"kind": "affirm", "fact": "plan"}}
RATIO = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"}}
ELEMENTS = [
    {"id": f"e{number}", "anchor": "试验文本", "title": {"zh": "无", "en": "none"}, "fact": fact}
    for number, fact in enumerate(("four.one", "four.two"))
]
FOUR = {"measure": {"kind": "checklist", "elements": ELEMENTS}}
BIG = {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "50%"}}
LIMIT = {"measure": {"kind": "limit", "value": "deaths", "at_most": 2}}
EACH = {"measure": {"kind": "each", "record": "jobs", "holds": {"approved": True}}}


def demanded(pack: Pack, submission: Mapping[str, Any]) -> Assessment:
    """Return the assessment with evidence required."""
    return assess_all(open_submission(submission), (pack,), require_evidence=True)[0]


def problems(submission: Any, **more: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        assess_all(open_submission(submission), (pack_of([AFFIRM]),), **more)
    return [one.problem.en for one in refused.value.faults]


@pytest.mark.parametrize(
    ("rule", "facts", "evidence", "outcome", "credit", "missing"),
    [
        pytest.param(AFFIRM, {"plan": True}, ["plan"], "satisfied", "1..1", [], id="a claim that is borne out"),
        pytest.param(AFFIRM, {"plan": True}, [], "unknown", "0..1", ["evidence.plan"], id="a claim alone"),
        pytest.param(AFFIRM, {"plan": False}, [], "not-satisfied", "0..0", [], id="an admission"),
        pytest.param(AFFIRM, {}, [], "unknown", "0..1", ["facts.plan"], id="a blank needs an answer, not evidence"),
        pytest.param(
            RATIO,
            {"part": 70, "total": 100},
            ["part"],
            "unknown",
            "0..1",
            ["evidence.total"],
            id="the population is a claim too",
        ),
        pytest.param(
            RATIO,
            {"part": 35, "total": 100},
            ["total"],
            "not-satisfied",
            "0..1/2",
            ["evidence.part"],
            id="half of it claimed is half at most",
        ),
        pytest.param(
            FOUR,
            {"four": {"one": True, "two": True}},
            ["four.one"],
            "unknown",
            "1/2..1",
            ["evidence.four.two"],
            id="element by element",
        ),
        pytest.param(
            FOUR, {"four": {"one": True, "two": True}}, ["four"], "satisfied", "1..1", [], id="a checklist as a whole"
        ),
        pytest.param(
            FOUR,
            {"four": {"one": True, "two": False}},
            [],
            "not-satisfied",
            "0..1/2",
            ["evidence.four.one", "evidence.four.two"],
            id="an admission among claims",
        ),
        pytest.param(
            BIG,
            {"firms": [{"id": "F0", "big": True, "good": True}]},
            [],
            "unknown",
            "0..1",
            ["evidence.firms"],
            id="a count follows from its register, and so does its evidence",
        ),
        pytest.param(
            BIG, {"firms": [{"id": "F0", "big": True, "good": True}]}, ["firms"], "satisfied", "1..1", [], id="of it"
        ),
        pytest.param(LIMIT, {"deaths": 0}, [], "unknown", "0..1", ["evidence.deaths"], id="a zero is a claim"),
        pytest.param(LIMIT, {"deaths": 3}, [], "not-satisfied", "0..0", [], id="one too many is an admission"),
        pytest.param(EACH, {"jobs": []}, [], "unknown", "0..0", ["evidence.jobs"], id="that there is nothing"),
        pytest.param(EACH, {"jobs": []}, ["jobs"], "not-applicable", "None..None", [], id="and it is borne out"),
    ],
)
def test_required(rule: Any, facts: Facts, evidence: list[str], outcome: str, credit: str, missing: list[str]) -> None:
    """What helps needs evidence; what counts against does not."""
    given_ = {name: ["minutes.pdf"] for name in evidence}
    found = demanded(pack_of([rule]), {**submission_of(facts), "evidence": given_})
    (finding,) = found.findings
    one = finding.contribution
    assert (finding.outcome.value, f"{one.low}..{one.high}") == (outcome, credit)
    assert list(finding.missing) == missing
    assert found.evidence_required


def test_what_a_report_says_of_it() -> None:
    """Evidence that is missing is called so, and the claim is still shown."""
    found = demanded(pack_of([RATIO]), {**submission_of({"part": 70, "total": 100}), "evidence": {"total": ["a.pdf"]}})
    (finding,) = found.findings
    assert found.labels["evidence.part"].zh == "部分的佐证材料"
    assert finding.reason.en == "missing: evidence for part"
    assert finding.actual.en.endswith("(not fully evidenced)")
    assert finding.evidenced is not None
    assert finding.evidenced.claimed.outcome is Outcome.SATISFIED
    assert finding.evidenced.proven.outcome is Outcome.UNKNOWN
    assert found.evidence[0].path == "a.pdf"
    assert Assessment.from_json(found.to_json()) == found
    assert valid(json.loads(written(found, "json"))) == []
    assert [one.en for one in found.notes] == [
        "evidence is required: an answer without it can count against, not for; of the answers asked here 1 have none",
        "the submission comes from no file: whether the files of its evidence exist was not looked up",
    ]


def test_what_the_organisation_is_needs_none() -> None:
    """Profile and parameters are read as they stand."""
    rule = {**LIMIT, "applies": {"employees": {"at_least": 30}}}
    submission = submission_of({"deaths": 0}, organization={"employees": 29})
    assert demanded(pack_of([rule]), submission).findings[0].outcome is Outcome.NOT_APPLICABLE


def test_a_hard_duty_and_a_gate() -> None:
    """A hard duty that is only claimed may be broken: it caps the lower grade, and a broken one both."""
    claim = demanded(pack_of([{**AFFIRM, "hard": True}]), submission_of({"plan": True}))
    assert (claim.grade.may_cap, claim.grade.capped_by) == (("world.r0",), ())
    admitted = demanded(pack_of([{**AFFIRM, "hard": True}]), submission_of({"plan": False}))
    assert (admitted.grade.may_cap, admitted.grade.capped_by) == ((), ("world.r0",))


def test_other_readings_are_tempered_too() -> None:
    """Under another reading what is not borne out helps no more than under the one in force."""
    measure = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "year", "counts": {"kind": "visit"}}
    found = demanded(pack_of([{"measure": measure}]), submission_of({"meetings": []}))
    assert {one.high for one in found.findings[0].readings} <= {None, 0}


# Promises


def evidence_of(draw: st.DataObject, facts: Facts) -> list[str]:
    units = [name for name in facts if name != "four"] + [f"four.{key}" for key in facts["four"]]
    return draw.draw(st.lists(st.sampled_from(units), max_size=len(units), unique=True))


def with_evidence(whole: Facts, names: list[str]) -> Facts:
    return {**whole, "evidence": {name: ["minutes.pdf"] for name in names}}


def within(inner: Interval, outer: Interval) -> bool:
    """Tell whether one interval says no less than another."""
    if outer.low is None or outer.high is None:
        return inner.low is None
    if inner.low is None or inner.high is None:
        return not outer.certain
    return outer.low <= inner.low and inner.high <= outer.high and (inner.certain or not outer.certain)


def ordered(inner: Assessment, outer: Assessment) -> None:
    """Assert that the first narrows the second: the score, its models and sections, the grade."""
    assert within(inner.score.interval, outer.score.interval)
    for name, found in inner.score.models.items():
        assert within(found, outer.score.models[name]), name
    for one, two in zip(inner.score.sections, outer.score.sections, strict=True):
        assert within(one.interval, two.interval)
    new, old = places(inner), places(outer)
    if new is not None and old is not None:
        assert new[0] <= old[0]
        assert new[1] >= old[1]


def sometimes(pack: Pack, whole: Facts) -> Assessment | None:
    try:
        return demanded(pack, whole)
    except InvalidInput:
        return None


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=100)
@given(RULES, submissions(), st.data())
def test_evidence_narrows(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """More evidence never lowers the low, raises the high or worsens a grade; all of it gives the plain score."""
    pack = pack_of(rules)
    some = evidence_of(data, whole["facts"])
    more = [*some, *(name for name in evidence_of(data, whole["facts"]) if name not in some)]
    fewer, larger = sometimes(pack, with_evidence(whole, some)), sometimes(pack, with_evidence(whole, more))
    assume(fewer is not None and larger is not None)
    assert fewer is not None
    assert larger is not None
    ordered(larger, fewer)
    plain = assessed(pack, whole)
    ordered(plain, larger)
    every = with_evidence(whole, list(whole["facts"]))
    full = demanded(pack, every)
    assert (full.score, full.grade) == (plain.score, plain.grade)
    unasked = assessed(pack, every)
    assert (unasked.score, unasked.grade) == (plain.score, plain.grade)


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=100)
@given(RULES, submissions(), st.data())
def test_a_claim_without_evidence_never_helps(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """It never raises the low or betters a grade above silence about it, nor the high above the claim."""
    pack = pack_of(rules)
    some = evidence_of(data, whole["facts"])
    units = [(name,) for name in whole["facts"] if name != "four"] + [("four", key) for key in whole["facts"]["four"]]
    silent = without(whole, [("facts", *unit) for unit in units if not {".".join(unit), unit[0]} & set(some)])
    found = sometimes(pack, with_evidence(whole, some))
    assume(found is not None)
    assert found is not None
    try:
        blank, claimed = assessed(pack, silent), assessed(pack, whole)
    except InvalidInput:
        return
    assert found.score.interval.low == blank.score.interval.low
    assert found.score.interval.certain == blank.score.interval.certain
    if claimed.score.interval.high is not None:
        assert found.score.interval.high == claimed.score.interval.high
    mine, theirs = places(found), places(blank)
    if mine is not None and theirs is not None:
        assert mine[0] == theirs[0] or set(found.grade.capped_by) > set(blank.grade.capped_by)
        assert mine[1] >= theirs[1]
    for one, two in zip(found.findings, claimed.findings, strict=True):
        assert (one.outcome is Outcome.NOT_SATISFIED) == (two.outcome is Outcome.NOT_SATISFIED)
        if one.outcome is Outcome.SATISFIED:
            assert two.outcome is Outcome.SATISFIED


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=100)
@given(RULES, submissions(), st.data())
def test_silence_never_helps_where_evidence_is_required(rules: list[Any], whole: Facts, data: st.DataObject) -> None:
    """Taking away an answer, borne out or not, never raises the low, nor lowers the high."""
    pack = pack_of(rules)
    some = evidence_of(data, whole["facts"])
    gone = data.draw(st.sampled_from(sorted(whole["facts"])))
    before = sometimes(pack, with_evidence(whole, some))
    after = sometimes(pack, with_evidence(without(whole, [("facts", gone)]), some))
    assume(before is not None and after is not None)
    assert before is not None
    assert after is not None
    ordered(before, after)


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=100)
@given(RULES, submissions(), st.data(), st.randoms(use_true_random=False))
def test_improvement_never_hurts_where_evidence_is_required(
    rules: list[Any], whole: Facts, data: st.DataObject, chance: Any
) -> None:
    """A better fact never lowers the high, and with its evidence not the low."""
    pack = pack_of(rules)
    some = evidence_of(data, whole["facts"])
    how = data.draw(st.sampled_from(IMPROVEMENTS))
    before = sometimes(pack, with_evidence(whole, some))
    after = sometimes(pack, with_evidence(improved(whole, how, chance), some))
    assume(before is not None and after is not None)
    assert before is not None
    assert after is not None
    old, new = before.score.interval, after.score.interval
    if old.low is None or old.high is None or new.low is None or new.high is None:
        return
    assert new.low >= old.low
    assert new.high >= old.high


# Files


def on_disk(folder: Path, evidence: str, *, as_of: str = "2022-12-31") -> Path:
    (folder / "minutes").mkdir(exist_ok=True)
    (folder / "minutes" / "a.pdf").write_bytes(b"minutes")
    file = folder / "facts.yaml"
    file.write_text(
        "organization: {id: X, name: X, roles: [firm]}\nperiod: 2022\n"
        f"as_of: {as_of}\nfacts: {{plan: true}}\nevidence:\n  {evidence}\n",
        "utf-8",
    )
    return file


DIGEST = sha256(b"minutes").hexdigest()


@pytest.mark.parametrize(
    ("evidence", "required", "found"),
    [
        pytest.param("plan: [minutes/a.pdf]", True, [], id="there"),
        pytest.param("plan: [minutes/b.pdf]", False, [], id="not looked up"),
        pytest.param(
            "plan: [minutes/b.pdf]", True, ["6:10 there is no file 'minutes/b.pdf' to bear this out"], id="missing"
        ),
        pytest.param("plan: [minutes]", True, ["6:10 'minutes' is no regular file"], id="a folder"),
        pytest.param(f"plan: [{{path: minutes/a.pdf, sha256: {DIGEST}}}]", False, [], id="unaltered"),
        pytest.param(f"plan: [{{path: minutes/a.pdf, sha256: {DIGEST.upper()}}}]", False, [], id="in capitals"),
        pytest.param(
            f"plan: [{{path: minutes/a.pdf, sha256: {'a' * 64}}}]",
            False,
            ["6:17 the file 'minutes/a.pdf' was altered: it has another sha256"],
            id="altered",
        ),
        pytest.param(
            f"plan: [{{path: no.pdf, sha256: {DIGEST}}}]",
            False,
            ["6:17 there is no file 'no.pdf' to bear this out"],
            id="a digest of nothing",
        ),
        pytest.param(
            "plan: [link.pdf]", True, ["6:10 the file 'link.pdf' leads out of the submission's folder"], id="a link out"
        ),
        pytest.param("plan: [loop.pdf]", True, ["6:10 the file 'loop.pdf' cannot be read"], id="a link to itself"),
    ],
)
def test_files(tmp_path: Path, evidence: str, required: bool, found: list[str]) -> None:
    """A file whose digest is named is always looked up, every file where evidence is required."""
    (tmp_path / "outside.pdf").write_bytes(b"x")
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "link.pdf").symlink_to(tmp_path / "outside.pdf")
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    file = on_disk(folder, evidence)
    faults: list[str] = []
    try:
        assess_all(open_submission(file), (pack_of([AFFIRM]),), require_evidence=required)
    except InvalidInput as error:
        faults = [f"{one.at.line}:{one.at.column} {one.problem.en}" for one in error.faults]
    assert faults == found


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        pytest.param([], ["evidence is a mapping of names"], id="a list"),
        pytest.param({"plan": "a.pdf"}, ["the evidence for 'plan' is a list of files"], id="one file without a list"),
        pytest.param({"plna": ["a.pdf"]}, ["there is no fact 'plna'"], id="a fact misspelt"),
        pytest.param({"four.six": ["a.pdf"]}, ["there is no fact 'four.six'"], id="no such element"),
        pytest.param({"plan.one": ["a.pdf"]}, ["there is no fact 'plan.one'"], id="an element of what has none"),
        pytest.param(
            {"plan": [{"file": "a"}]},
            ["expected the path of a file", "there is no key 'file' in evidence"],
            id="another key",
        ),
        pytest.param({"plan": [7]}, ["expected the path of a file"], id="a number"),
        pytest.param({"plan": [" "]}, ["expected the path of a file"], id="a blank"),
        *(
            pytest.param({"plan": [path]}, [f"{path!r} does not lie in the folder of the submission"], id=path)
            for path in ("/etc/passwd", "../a.pdf", "a/../../b.pdf", "C:/a.pdf", "a\\b.pdf", "//host/a", "a\0b")
        ),
        pytest.param(
            {"plan": [{"path": "a", "sha256": "12"}]}, ["a sha256 has 64 hexadecimal digits"], id="a short digest"
        ),
        pytest.param(
            {"plan": [{"path": "a", "date": "2022-02-30"}]},
            ["expected a day that exists, as 2022-09-30"],
            id="no such day",
        ),
        pytest.param(
            {"plan": [{"path": "a", "date": "2023-01-01"}]},
            ["the evidence is of 2023-01-01, after the day of judgement 2022-12-31"],
            id="the day after",
        ),
        pytest.param({"plan": [{"path": "a", "note": 3}]}, ["expected text"], id="a number for a note"),
    ],
)
def test_faults(evidence: Any, found: list[str]) -> None:
    """What is wrong with evidence is a fault at its place, whether it is required or not."""
    assert problems({**submission_of({}), "evidence": evidence}) == found


@pytest.mark.parametrize(
    ("date", "as_of", "outcome"),
    [
        pytest.param("2022-09-30", "2022-09-30", Outcome.SATISFIED, id="of the day of judgement"),
        pytest.param("2022-10-01", "2022-09-30", Outcome.UNKNOWN, id="of the day after, when looked back from"),
    ],
)
def test_evidence_has_its_day(date: str, as_of: str, outcome: Outcome) -> None:
    """Judged as of an earlier day than the submission's own, what was not there yet bears nothing out."""
    submission = {**submission_of({"plan": True}), "evidence": {"plan": [{"path": "a", "date": date}]}}
    from tests.worlds import day

    document = open_submission(submission)
    (found,) = assess_all(document, (pack_of([AFFIRM]),), as_of=day(as_of), require_evidence=True)
    assert found.findings[0].outcome is outcome
    said = "evidence dated after the day of judgement is not counted: 1"
    assert (said in [one.en for one in found.notes]) is (outcome is Outcome.UNKNOWN)
