"""A baseline: only what is new or worse fails, what is gone is named, and silence gains nothing."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from safescore import Assessment, Finding, InvalidInput, Outcome
from safescore.baseline import Accepted, Baseline, Gone, Novelty, Past, baseline_of, read_baseline
from safescore.cli import main
from safescore.gate import gate
from safescore.results import Gate, bounded
from tests.reports import assessment, finding, golden, written

MET, FAILED, UNDECIDED = Gate.MET, Gate.FAILED, Gate.UNDECIDED
GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[1] / "docs"
SUBMISSIONS = Path(__file__).parents[1] / "examples" / "quarterly-submissions" / "submissions"
Read = pytest.CaptureFixture[str]


def short(outcome: Outcome, low: int, high: int | None, *, hard: bool = False, rule: str = "pack.rule") -> Finding:
    """Return a finding that is short by so many, at least and at most."""
    least = Fraction(1) if high == 0 else Fraction(0)
    most = Fraction(0) if low else Fraction(1)
    return evolve(finding(outcome, least, most, hard=hard, rule=rule), short=(low, high))


BROKEN, OPEN, KEPT = Outcome.NOT_SATISFIED, Outcome.UNKNOWN, Outcome.SATISFIED
PENDING, FREE = Outcome.PENDING, Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("then", "now", "broken", "unknown"),
    [
        pytest.param(short(BROKEN, 2, 2), short(BROKEN, 2, 2), MET, MET, id="as large as it was"),
        pytest.param(short(BROKEN, 2, 2), short(BROKEN, 1, 1), MET, MET, id="smaller"),
        pytest.param(short(BROKEN, 2, 2), short(BROKEN, 3, 3), FAILED, MET, id="larger by one"),
        pytest.param(short(BROKEN, 2, 2), short(BROKEN, 2, 3), UNDECIDED, MET, id="perhaps larger by one"),
        pytest.param(short(BROKEN, 2, 3), short(BROKEN, 3, 3), MET, MET, id="as large as it may have been"),
        pytest.param(short(BROKEN, 2, 3), short(BROKEN, 4, 4), FAILED, MET, id="larger than it may have been"),
        pytest.param(short(BROKEN, 2, 2), short(OPEN, 0, 2), MET, MET, id="unknown now, and no worse at worst"),
        pytest.param(short(BROKEN, 2, 2), short(OPEN, 0, 3), UNDECIDED, MET, id="unknown now, and perhaps worse"),
        pytest.param(short(OPEN, 0, 2), short(OPEN, 0, 2), MET, MET, id="still unknown"),
        pytest.param(short(OPEN, 0, 2), short(BROKEN, 2, 2), MET, MET, id="was unknown, and is as bad as it could be"),
        pytest.param(short(OPEN, 0, 2), short(BROKEN, 3, 3), FAILED, MET, id="was unknown, and is worse than that"),
        pytest.param(short(KEPT, 0, 0), short(BROKEN, 1, 1), FAILED, MET, id="was met"),
        pytest.param(short(KEPT, 0, 0), short(OPEN, 0, 1), UNDECIDED, FAILED, id="was met, unknown now"),
        pytest.param(short(PENDING, 0, 0), short(BROKEN, 1, 1), FAILED, MET, id="was not due yet"),
        pytest.param(finding(FREE), short(BROKEN, 1, 1), FAILED, MET, id="did not apply"),
        pytest.param(short(KEPT, 0, 0, rule="pack.b"), short(BROKEN, 1, 1), FAILED, MET, id="another rule"),
        pytest.param(finding(OPEN), short(BROKEN, 9, 9), MET, MET, id="unknown without bound"),
        pytest.param(short(BROKEN, 2, 2), finding(BROKEN, Fraction(0)), UNDECIDED, MET, id="can't be compared"),
    ],
)
def test_what_is_accepted(then: Finding, now: Finding, broken: Gate, unknown: Gate) -> None:
    before, after = assessment(then), assessment(now)
    past = baseline_of((before,)).past(after)
    assert gate(after, fail_on=frozenset({"not-satisfied"}), past=past) is broken
    assert gate(after, fail_on=frozenset({"unknown"}), past=past) is unknown
    assert gate(after, fail_on=frozenset({"hard"}), past=past) is MET
    hard = evolve(after, findings=(evolve(now, hard=True),))
    assert gate(hard, fail_on=frozenset({"hard"}), past=past) is broken


def test_score_and_grade_are_not_eased() -> None:
    low = assessment(short(BROKEN, 1, 1), low=Fraction(1, 2), high=Fraction(1, 2), grades=("fail", "fail"))
    past = baseline_of((low,)).past(low)
    assert gate(low, fail_on=frozenset({"not-satisfied"}), past=past) is MET
    assert gate(low, min_score=Fraction(51), past=past) is FAILED
    assert gate(low, min_grade="pass", past=past) is FAILED


SPANS = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(sorted).map(tuple)


@pytest.mark.no_cover
@pytest.mark.no_cover
@given(then=SPANS, now=SPANS, data=st.data())
def test_silence_never_helps(then: tuple[int, int], now: tuple[int, int], data: st.DataObject) -> None:
    """Whatever fact is withheld, the gate against a baseline does not get better."""
    low = data.draw(st.integers(0, now[0]))
    high = data.draw(st.integers(now[1], 6))
    past = Past(organization="one", pack="pack", version="1.0", period="2022", as_of="2022-12-31")
    past = evolve(past, accepted={"pack.rule": Accepted(outcome=BROKEN, most=then[1])})
    order = (MET, UNDECIDED, FAILED)

    def answer(least: int, most: int) -> Gate:
        outcome = BROKEN if least else OPEN if most else KEPT
        one = assessment(short(outcome, least, most))
        return gate(one, fail_on=frozenset({"not-satisfied"}), past=past)

    known, withheld = answer(*now), answer(low, high)
    if known is not MET:
        assert withheld is not MET
    assert order.index(answer(now[1], now[1])) >= order.index(answer(now[0], now[0]))


def test_what_is_gone_is_named() -> None:
    before = assessment(
        *(short(BROKEN, 1, 1, rule=f"pack.{name}") for name in ("kept", "left", "same")),
        short(OPEN, 0, 1, rule="pack.dropped"),
    )
    after = assessment(
        short(KEPT, 0, 0, rule="pack.kept"), finding(FREE, rule="pack.left"), short(OPEN, 0, 1, rule="pack.same")
    )
    past = baseline_of((before,)).past(after)
    assert past is not None
    assert past.gone(after) == (
        Gone(rule="pack.kept", then=BROKEN, now=KEPT),
        Gone(rule="pack.left", then=BROKEN, now=FREE),
        Gone(rule="pack.dropped", then=OPEN, now=None),
    )


def of(organization: str, period: str, as_of: str, pack: str = "pack") -> Assessment:
    one = assessment(short(BROKEN, 1, 1))
    return evolve(one, organization={"id": organization, "name": "x"}, period=period, as_of=as_of, pack=pack)


def test_the_same_period_counts_else_the_latest() -> None:
    first, second = of("a", "2022Q1", "2022-03-31"), of("a", "2022Q2", "2022-06-30")
    baseline = baseline_of((second, first, of("b", "2022Q3", "2022-09-30"), of("a", "2022Q3", "2022-09-30", "other")))
    found = [baseline.past(of("a", f"2022Q{quarter}", "2022-12-31")) for quarter in (1, 2, 3)]
    assert [one.period if one else None for one in found] == ["2022Q1", "2022Q2", "2022Q2"]
    assert baseline.past(of("c", "2022Q1", "2022-03-31")) is None
    others = baseline.others((first,))
    assert [(one.organization, one.pack) for one in others] == [("b", "pack"), ("a", "other")]


def test_both_kinds_of_report_are_read(tmp_path: Path) -> None:
    expected = baseline_of((golden(),))
    (tmp_path / "report.json").write_text(written(golden(), "json", "en"), encoding="utf-8")
    (tmp_path / "exchange.json").write_text(golden().to_json(), encoding="utf-8")
    assert read_baseline(tmp_path / "report.json") == expected
    assert read_baseline(tmp_path / "exchange.json") == expected
    assert sum(len(one.accepted) for one in expected.pasts) == 8
    assert expected.pasts[0].novelty(golden().of(BROKEN).__next__()) is Novelty.KNOWN


REPORT = {"schema": {"name": "safescore-report", "version": "1.0"}}


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        pytest.param([], ["1:1: this is no report of safescore"], id="a list"),
        pytest.param({"schema": {"name": "x"}}, ["this is no report of safescore"], id="another schema"),
        pytest.param(REPORT, ["this is no report of safescore"], id="no assessments"),
        pytest.param(
            {**REPORT, "assessments": [{}]},
            ["no text organization.id", "no text pack.id", "no text period", "no list of findings"],
            id="an empty assessment",
        ),
        pytest.param(
            {**REPORT, "assessments": [{"findings": [{"rule": "a", "outcome": "failed"}]}]},
            ["there is no outcome 'failed'"],
            id="no outcome",
        ),
        pytest.param(
            {**REPORT, "assessments": [{"findings": [{"rule": "a", "outcome": "unknown", "short": {"high": "1"}}]}]},
            ["expected how much is short"],
            id="no number",
        ),
        pytest.param(
            {**REPORT, "assessments": [{"findings": [{"rule": "a", "outcome": "unknown", "short": {"low": 1}}]}]},
            ["expected how much is short"],
            id="no highest number, not even null",
        ),
        pytest.param({**REPORT, "assessments": [{"findings": [None]}]}, ["no text rule", "no text outcome"], id="null"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, content: object, faults: list[str]) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_baseline(path)
    said = str(caught.value)
    assert all(one in said for one in faults)
    assert all(line.startswith((f"{path}:", "    hint")) for line in said.splitlines())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(GOLDEN / "committee.yaml", tmp_path / "facts.yaml")
    shutil.copytree(GOLDEN / "pack", tmp_path / "pack")
    (tmp_path / "safescore.toml").write_text('packs = ["./pack"]\nquiet = true\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


GATE = ("--fail-on", "not-satisfied,unknown")


def test_a_new_baseline_accepts_what_is_open(here: Path, capsys: Read) -> None:
    assert main(["check", "facts.yaml", *GATE]) == 1
    assert main(["check", "facts.yaml", *GATE, "--create-baseline", "b.json"]) == 0
    assert main(["check", "facts.yaml", *GATE, "--baseline", "b.json"]) == 0
    assert capsys.readouterr().err.splitlines()[-1].startswith("门槛达到：anwei, golden-2022：得分38.5")
    assert main(["check", "facts.yaml", *GATE, "--baseline", "b.json", "--lang", "en"]) == 0
    assert capsys.readouterr().err.splitlines()[-1].startswith("gate met: anwei, golden-2022: score 38.5 to 77.1")
    assert main(["check", "facts.yaml", "--min-score", "90", "--baseline", "b.json"]) == 1
    assert main(["check", "facts.yaml", "--min-score", "60", "--baseline", "b.json"]) == 3


def test_a_view_narrows_neither_gate_nor_baseline(here: Path, capsys: Read) -> None:
    assert main(["check", "facts.yaml", *GATE, "--only", "satisfied"]) == 1
    assert main(["check", "facts.yaml", "--only", "satisfied", "--create-baseline", "b.json"]) == 0
    assert main(["check", "facts.yaml", *GATE, "--clause", "二", "--baseline", "b.json"]) == 0
    content = json.loads((here / "b.json").read_text("utf-8"))
    assert [found["outcome"] for found in content["assessments"][0]["findings"]].count("not-satisfied") == 4
    assert len(content["assessments"][0]["findings"]) == 8


def test_what_stderr_says_of_a_baseline(here: Path, capsys: Read) -> None:
    assert main(["check", "facts.yaml", "--create-baseline", "b.json"]) == 0
    content = json.loads((here / "b.json").read_text("utf-8"))
    one = content["assessments"][0]
    met = {"rule": "golden-2022.firms-covered", "outcome": "not-satisfied", "short": {"low": 1, "high": 1}}
    one["findings"] = [found for found in one["findings"] if found["outcome"] != "unknown"]
    one["findings"].append(met)
    one["findings"].append({"rule": "golden-2022.abolished", "outcome": "unknown", "short": None})
    one["pack"]["version"] = "0.9"
    content["assessments"].append({**one, "organization": {"id": "other", "name": "x"}})
    (here / "b.json").write_text(json.dumps(content), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "facts.yaml", *GATE, "--baseline", "b.json"]) == 1
    assert capsys.readouterr().err.splitlines()[:-2] == [
        "基线：anwei, golden-2022：基线按0.9版生成，现为1.0版：逐条规则比较",
        f"基线：anwei, golden-2022：{met['rule']}不再出现：当时未达到，现为达到",
        "基线：anwei, golden-2022：golden-2022.abolished不再出现：当时无法判定，规则包中已无此规则",
    ]
    assert main(["check", "facts.yaml", *GATE, "--baseline", "b.json", "--lang", "en"]) == 1
    assert capsys.readouterr().err.splitlines()[:-1] == [
        "baseline: anwei, golden-2022: made under version 0.9, now 1.0: compared rule by rule",
        f"baseline: anwei, golden-2022: {met['rule']} no longer occurs: then not-satisfied, now satisfied",
        "baseline: anwei, golden-2022: golden-2022.abolished no longer occurs: then unknown, the pack has no such rule",
        "gate failed: anwei, golden-2022: score 38.5 to 77.1, grade fail",
    ]
    one["organization"]["id"] = "someone"
    (here / "b.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(["check", "facts.yaml", *GATE, "--baseline", "b.json", "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "baseline: anwei, golden-2022: not in the baseline: every gap counts as new\n" in said
    assert said.endswith("also holds what was not checked here: someone (golden-2022), other (golden-2022)\n")


def test_no_baseline_of_half_the_submissions(here: Path, capsys: Read) -> None:
    (here / "b.json").write_text("before", encoding="utf-8")
    assert main(["check", "facts.yaml", "nowhere.yaml", "--create-baseline", "b.json"]) == 2
    assert "b.json：未写入，因为有填报不能使用" in capsys.readouterr().err
    assert main(["check", "facts.yaml", "nowhere.yaml", "--create-baseline", "b.json", "--lang", "en"]) == 2
    assert "b.json: not written" in capsys.readouterr().err
    assert (here / "b.json").read_text("utf-8") == "before"


def test_a_baseline_may_be_renewed_in_one_run(here: Path) -> None:
    assert main(["check", "facts.yaml", "--create-baseline", "b.json"]) == 0
    both = ["--baseline", "b.json", "--create-baseline", "b.json"]
    assert main(["check", "facts.yaml", *GATE, *both]) == 0


@pytest.mark.parametrize("said", ["no.json", "facts.yaml", "empty.json"])
def test_an_unusable_baseline(here: Path, capsys: Read, said: str) -> None:
    (here / "empty.json").write_text("", encoding="utf-8")
    assert main(["check", "facts.yaml", "--baseline", said]) == 2
    assert capsys.readouterr().err.startswith(f"{said}:1:1: ")


def test_a_gap_without_bound_has_no_highest_number(here: Path, capsys: Read) -> None:
    """A register that is absent leaves open how much is short: no stand-in of a number is shown, or compared with."""
    plant = str(SUBMISSIONS / "2022Q3" / "hengtong-machinery.yaml")
    words = ["check", plant, "--no-config"]
    assert main([*words, "--format", "json", "--create-baseline", "b.json"]) == 0
    content = json.loads(capsys.readouterr().out)
    highest = {found["rule"]: found["short"] for found in content["assessments"][0]["findings"] if found["short"]}
    assert highest["dadukou-2022.team-daily-check"] == {"low": 0, "high": None}
    assert [one for one in highest.values() if one["high"] is not None and one["high"] > 1000] == []
    validate(content, json.loads((SCHEMAS / "report.schema.json").read_text("utf-8")))
    assert main([*words, *GATE, "--quiet", "--baseline", "b.json"]) == 0


def test_the_highest_of_any_figure_is_still_one(tmp_path: Path) -> None:
    """The greatest figure that can be given is a bound, one more is none; every kind of report says the same of it."""
    assert [bounded(most) for most in (0, 10**11, 10**11 + 1)] == [0, 10**11, None]
    for told in (10**11, None):
        one = assessment(short(OPEN, 0, told))
        (tmp_path / "report.json").write_text(written(one, "json", "en"), encoding="utf-8")
        (tmp_path / "exchange.json").write_text(one.to_json(), encoding="utf-8")
        content = json.loads((tmp_path / "report.json").read_text("utf-8"))
        assert content["assessments"][0]["findings"][0]["short"] == {"low": 0, "high": told}
        expected = baseline_of((one,))
        assert expected.pasts[0].accepted["pack.rule"].most == told
        assert read_baseline(tmp_path / "report.json") == expected
        assert read_baseline(tmp_path / "exchange.json") == expected


def test_an_empty_baseline_knows_nobody() -> None:
    assert Baseline(()).past(golden()) is None
