"""The command: submissions in, groups out, who is missing, quotas as exit codes, and the authority's facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from safescore.api import check
from safescore.cli import main
from safescore.results import Finding
from safescore.standing import Outcome
from tests.examples import ROOT, at_root
from tests.rollup.golden import CASES, TOWN, golden_file, report

SCHEMA = json.loads((ROOT / "docs" / "rollup.schema.json").read_text("utf-8"))
SUBMISSIONS, ROSTER, DISTRICT = f"{TOWN}/submissions", f"{TOWN}/roster.csv", f"{TOWN}/district.yaml"


def run(words: Sequence[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Return the exit code of a command, what it printed, and what it complained of."""
    with at_root():
        code = main(["rollup", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


def content(words: Sequence[object], capsys: pytest.CaptureFixture[str]) -> Any:
    """Return the JSON of a roll-up, which follows its schema."""
    _, out, _ = run([*words, "--format", "json"], capsys)
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    return found


@pytest.mark.parametrize(("format_", "lang"), CASES)
def test_a_report_comes_out_as_it_is_known_to(format_: str, lang: Any) -> None:
    """What people read changes on purpose only."""
    assert report(format_, lang).encode() == golden_file(format_, lang).read_bytes()


def test_the_json_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure is there exactly, both of who handed in and of all."""
    found = content([SUBMISSIONS, "--roster", ROSTER, "--by", "town", "--quota", "80%:score:75", "--quiet"], capsys)
    (pack,) = found["packs"]
    whole, first, _ = pack["groups"]
    assert (whole["members"], whole["handed_in"], whole["missing"]) == (
        8,
        7,
        [{"id": "QS-008", "name": "江湾塑业有限公司"}],
    )
    assert first["key"] == ["江湾镇"]
    (hazards,) = (one for one in whole["rules"] if one["rule"] == "dadukou-2022.own-major-hazards-closed")
    assert hazards["items_of_handed_in"] == {"met": {"low": 4, "high": 4}, "unmet": {"low": 2, "high": 2}}
    assert hazards["share_of_handed_in"] == {"low": "2/3", "high": "2/3", "certain": True}
    assert hazards["share"] == {"low": "0", "high": "1", "certain": True}
    assert whole["quotas"][0]["answer"] == "undecided"


@pytest.mark.parametrize(
    ("quotas", "code"),
    [
        pytest.param([], 0, id="none"),
        pytest.param(["50%:rule:dadukou-2022.standardisation-pursued"], 0, id="met"),
        pytest.param(["90%:rule:dadukou-2022.risk-grading-system"], 1, id="failed"),
        pytest.param(["80%:score:75"], 3, id="undecided"),
        pytest.param(["80%:score:75", "90%:rule:dadukou-2022.risk-grading-system"], 1, id="failed before undecided"),
    ],
)
def test_quotas_decide_the_exit_code(quotas: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Met is 0, failed 1, undecidable 3; each answer is told on stderr."""
    given = [word for one in quotas for word in ("--quota", one)]
    found, _, err = run([SUBMISSIONS, "--roster", ROSTER, "--quiet", *given], capsys)
    assert found == code
    assert err.count("dadukou-2022, 全部") == len(quotas)


def test_each_group_may_have_to_meet_a_quota(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole is undecided; with every group asked, one fails it."""
    words = [SUBMISSIONS, "--roster", ROSTER, "--by", "town", "--quiet", "--quota", "80%:score:75"]
    assert run(words, capsys)[0] == 3
    code, _, err = run([*words, "--each-group", "--lang", "en"], capsys)
    assert code == 1
    assert "dadukou-2022, 青山街道: at least 80% of members: score at least 75: not met" in err


@pytest.mark.parametrize(
    "wrong", ["80:score:75", "0%:score:75", "101%:score:75", "80%:score:101", "80%:points:3", "80%:grade:", "80%"]
)
def test_a_quota_is_written_so(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no quota is refused with how one is written."""
    code, _, err = run([SUBMISSIONS, "--quota", wrong], capsys)
    assert code == 2
    assert "80%:score:75" in err


def test_reports_and_submissions_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON of check holds all that a roll-up asks, down to the pooled counts."""
    with at_root():
        names = sorted(str(path) for path in Path(SUBMISSIONS).glob("*.yaml"))
        main(["check", *names, "--output", f"json:{tmp_path / 'all.json'}", "--quiet"])
        main(["check", names[0], "--output", f"json:{tmp_path / 'one.json'}", "--quiet"])
    capsys.readouterr()
    exchanged = tmp_path / "exchange.json"
    with at_root():
        exchanged.write_text(check(names[0]).only().to_json(), encoding="utf-8")
    words = ["--roster", ROSTER, "--by", "town"]
    direct, read = content([SUBMISSIONS, *words], capsys), content([tmp_path / "all.json", *words], capsys)
    for pack in (*direct["packs"], *read["packs"]):
        pack["title"] = ""
        for one in (*pack["rules"], *pack["grades"]):
            one["title"] = ""
        for one in pack["members"]:
            one["file"] = None
    assert read["packs"] == direct["packs"]
    again = content([tmp_path / "one.json", exchanged, *words], capsys)
    assert len(again["superseded"]) == 1


def test_a_report_without_counts_has_no_pooled_share(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older report does not say what its findings count: that is told, and nothing is made up."""
    with at_root():
        main(["check", f"{SUBMISSIONS}/QS-001.yaml", "--output", f"json:{tmp_path / 'old.json'}", "--quiet"])
    capsys.readouterr()
    old = json.loads((tmp_path / "old.json").read_text("utf-8"))
    for one in old["assessments"][0]["findings"]:
        del one["counted"]
    (tmp_path / "old.json").write_text(json.dumps(old), encoding="utf-8")
    found = content([tmp_path / "old.json"], capsys)
    rules = {one["rule"]: one for one in found["packs"][0]["groups"][0]["rules"]}
    assert rules["dadukou-2022.own-major-hazards-closed"]["items"] is None
    assert rules["dadukou-2022.own-major-hazards-closed"]["credit"]["low"] == "1"
    assert "来源未给出" in run([tmp_path / "old.json"], capsys)[1]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        pytest.param(lambda one: one.pop("findings"), "没有事项|缺少事项", id="no findings"),
        pytest.param(lambda one: one.update(score={"low": "2", "high": "1"}), "0至1", id="a score beyond 1"),
        pytest.param(lambda one: one.update(score={"low": "1", "high": "1/2"}), "low不应大于high", id="no interval"),
        pytest.param(lambda one: one["grade"].update(low="best"), "bands", id="a grade of no band"),
        pytest.param(lambda one: one["findings"][0].update(outcome="fine"), "没有“fine”", id="an outcome there is not"),
        pytest.param(lambda one: one["findings"][2].update(counted={"met": 3, "unmet": 4}), "两个整数", id="counts"),
        pytest.param(lambda one: one.update(organization=None), "缺少organization", id="nobody"),
        pytest.param(lambda one: one.update(as_of=3), "缺少文本as_of", id="no day"),
    ],
)
def test_a_damaged_report_is_a_fault_at_its_place(
    edit: Any, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can't be read of a report is blamed where it stands, with how to make it anew."""
    with at_root():
        main(["check", f"{SUBMISSIONS}/QS-001.yaml", "--output", f"json:{tmp_path / 'r.json'}", "--quiet"])
    capsys.readouterr()
    report_ = json.loads((tmp_path / "r.json").read_text("utf-8"))
    edit(report_["assessments"][0])
    (tmp_path / "r.json").write_text(json.dumps(report_, indent=1), encoding="utf-8")
    code, _, err = run([tmp_path / "r.json"], capsys)
    assert code == 2
    assert any(part in err for part in said.split("|"))
    assert "r.json:" in err and "提示：重新用safescore check" in err


def test_a_faulty_submission_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its fault is told at its place, its organisation is unknown, and the exit code is 2."""
    text = (ROOT / SUBMISSIONS / "QS-001.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    wrong = text.replace("QS-001", "QS-002").replace("own_standard_certified: true", "own_standard_certified: maybe")
    (tmp_path / "b.yaml").write_text(wrong, encoding="utf-8")
    (tmp_path / "c.yaml").write_text("facts: [", encoding="utf-8")
    code, out, err = run([tmp_path, "--lang", "en"], capsys)
    assert code == 2
    assert f"{tmp_path / 'b.yaml'}:" in err and f"{tmp_path / 'c.yaml'}:" in err
    assert "2, of which 1 handed in, 1 did not hand in" in out
    assert "(QS-002): what it handed in can't be used" in out


def test_nothing_to_roll_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder, and a report of nothing, are refused."""
    assert run([tmp_path], capsys)[0] == 2
    (tmp_path / "r.json").write_text('{"schema": {"name": "safescore-report"}, "assessments": []}', encoding="utf-8")
    code, _, err = run([tmp_path / "r.json"], capsys)
    assert code == 2
    assert "没有可汇总的结果" in err
    assert run([tmp_path / "gone.yaml"], capsys)[0] == 2


@pytest.mark.parametrize(
    ("lines", "place", "said"),
    [
        pytest.param("name,town\nA,x\n", "1:1", "没有“id”", id="no column id"),
        pytest.param("id,town\na,x\n,y\n", "3:1", "没有单位编号", id="a line without id"),
        pytest.param("id,town\na,x\na,y\n", "3:1", "重复列出", id="twice"),
        pytest.param("id,单位编号\na,a\n", "1:4", "同一列", id="one column under two names"),
    ],
)
def test_faults_of_a_roster(
    lines: str, place: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every fault of a roster stands at its place."""
    path = tmp_path / "roster.csv"
    path.write_text(lines, encoding="utf-8")
    code, _, err = run([SUBMISSIONS, "--roster", path], capsys)
    assert code == 2
    assert f"{path}:{place}: " in err and said in err


def firms(folder: Path, *, absent: int, certified: int, total: int) -> Path:
    """Write submissions of firms and their roster; return the roster. The first hand in nothing."""
    lines = ["id,name,town,firms.sector,firms.above_scale"]
    for number in range(total):
        id_ = f"F{number:02}"
        lines.append(f"{id_},企业{number},{'东镇' if number % 2 else '西镇'},工业企业,是")
        if number < absent:
            continue
        holds = "true" if number < absent + certified else "false"
        head = f"{{id: {id_}, name: 企业{number}, roles: [enterprise], sector: industrial, above_scale: true}}"
        text = f"organization: {head}\nperiod: 2022\nas_of: 2022-12-31\npacks: [dadukou-2022]\nfacts:\n"
        hazards = f"{{id: H1, found_on: 2022-03-0{1 + number % 9}, grade: major, closed_on: none}}"
        text += f"  own_standard_certified: {holds}\n  hazards: [{hazards if number == total - 1 else ''}]\n"
        (folder / f"{id_}.yaml").write_text(text, encoding="utf-8")
    roster = folder / "roster.csv"
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return roster


def district(tmp_path: Path, capsys: pytest.CaptureFixture[str], **made: int) -> tuple[Finding, str]:
    """Return the finding of the certified share of a district that follows from its firms, and what was told."""
    folder = tmp_path / "firms"
    folder.mkdir()
    roster = firms(folder, **made)
    own, facts = tmp_path / "own.yaml", tmp_path / "district.yaml"
    head = "{id: D, name: 某区安委会, roles: [safety_committee]}"
    own.write_text(
        f"organization: {head}\nperiod: 2022\nas_of: 2022-12-31\npacks: [dadukou-2022]\nfacts: {{}}\n", encoding="utf-8"
    )
    words = [folder, "--roster", roster, "--authority", own, "--write-facts", facts, "--quiet", "--lang", "en"]
    code, _, err = run(words, capsys)
    assert code == 0
    return check(facts).only().finding("above-scale-certified"), err


@pytest.mark.parametrize(
    ("total", "absent", "certified", "outcome", "actual"),
    [
        pytest.param(30, 2, 20, Outcome.UNKNOWN, "20–22/30", id="the absent ones decide"),
        pytest.param(10, 0, 7, Outcome.SATISFIED, "7/10 (70.0%)", id="on the mark"),
        pytest.param(10, 0, 6, Outcome.NOT_SATISFIED, "6/10 (60.0%)", id="one short of it"),
        pytest.param(10, 2, 7, Outcome.SATISFIED, "7–9/10", id="whatever the absent ones are"),
        pytest.param(10, 2, 4, Outcome.NOT_SATISFIED, "4–6/10", id="too few even with them"),
    ],
)
def test_the_registers_of_the_firms_score_the_district(
    total: int,
    absent: int,
    certified: int,
    outcome: Outcome,
    actual: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The firms hand in; the district's share of certified firms follows, and who is absent is a blank in it."""
    found, _ = district(tmp_path, capsys, total=total, absent=absent, certified=certified)
    assert (found.outcome, found.actual.en) == (outcome, actual)
    if outcome is Outcome.UNKNOWN:
        assert found.missing == ("facts.firms[0].certified", "facts.firms[1].certified")


def test_the_hazards_of_all_are_those_of_the_authority(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where every firm gives its hazards they are joined; where one is absent they are left out."""
    district(tmp_path, capsys, total=4, absent=0, certified=4)
    text = (tmp_path / "district.yaml").read_text("utf-8")
    assert "id: F03/H1" in text
    assert text.startswith("# firms: 4 records that follow from 4 submissions of 4 members on the roster\n# hazards: 1")
    other = tmp_path / "other"
    other.mkdir()
    _, err = district(other, capsys, total=4, absent=1, certified=3)
    assert "hazards:" not in (other / "district.yaml").read_text("utf-8")
    assert "(hazards) is not written: 1 gave none, so that records may be lacking: 企业0." in err


def test_the_example_district_hangs_on_the_firm_that_is_absent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four or five of six: the example shows whose submission decides the district's duty."""
    facts = tmp_path / "district.yaml"
    run([SUBMISSIONS, "--roster", ROSTER, "--authority", DISTRICT, "--write-facts", facts, "--quiet"], capsys)
    found = check(facts).only().finding("above-scale-certified")
    assert (found.outcome, found.actual.zh) == (Outcome.UNKNOWN, "4–5/6")
    assert found.missing == ("facts.firms[7].certified",)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        pytest.param("firms.certified", "否", "名册写的是false，“F01”自己填的是true", id="at odds with the firm"),
        pytest.param("firms.certified", "也许", "应为", id="no value of its type"),
        pytest.param("firms.certfied", "是", "没有可填的字段", id="no such field"),
    ],
)
def test_a_roster_that_fills_in_wrongly(
    column: str, cell: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the roster says of a register is read as strictly as a submission, and must not contradict one."""
    roster = firms(tmp_path, total=3, absent=1, certified=2)
    lines = roster.read_text("utf-8").splitlines()
    lines[0] += f",{column}"
    lines[1:] = [f"{line},{cell if line.startswith('F01') else ''}" for line in lines[1:]]
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = ["--authority", DISTRICT, "--write-facts", tmp_path / "d.yaml"]
    code, _, err = run([tmp_path / "F01.yaml", "--roster", roster, *words], capsys)
    assert code == 2
    assert said in err and f"{roster}:" in err
    assert not (tmp_path / "d.yaml").exists()


def test_a_register_that_the_authority_has_itself_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own answers are not overwritten; where nothing is left to write, that is refused."""
    own = tmp_path / "own.yaml"
    own.write_text((ROOT / DISTRICT).read_text("utf-8") + "  firms: []\n", encoding="utf-8")
    words = ["--roster", ROSTER, "--authority", own, "--write-facts", tmp_path / "d.yaml", "--quiet"]
    code, _, err = run([SUBMISSIONS, *words], capsys)
    assert code == 2
    assert "没有可写入的台账" in err and "自己填了firms，保留不动" in err


@pytest.mark.parametrize("lacking", ["--authority", "--write-facts", "--roster"])
def test_an_authority_needs_a_roster_and_a_file(
    lacking: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the roster nobody knows which firms there are, and the rest would pass for all."""
    given = {"--authority": DISTRICT, "--write-facts": tmp_path / "d.yaml", "--roster": ROSTER}
    words = [word for name, value in given.items() if name != lacking for word in (name, value)]
    code, _, err = run([SUBMISSIONS, *words], capsys)
    assert code == 2
    assert f"还缺{lacking}" in err


def test_an_authority_that_is_no_submission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list is no submission; one that names files beside it is written beside them."""
    (tmp_path / "list.yaml").write_text("- 1\n", encoding="utf-8")
    words = [SUBMISSIONS, "--roster", ROSTER, "--write-facts", tmp_path / "d.yaml", "--authority"]
    code, _, err = run([*words, tmp_path / "list.yaml"], capsys)
    assert code == 2 and "这不是一份填报" in err
    other = tmp_path / "other"
    other.mkdir()
    own = other / "own.yaml"
    own.write_text((ROOT / DISTRICT).read_text("utf-8") + "  towns: {csv: towns.csv}\n", encoding="utf-8")
    code, _, err = run([*words, own], capsys)
    assert code == 2 and str(other) in err
