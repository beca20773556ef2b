"""The hardest statements of the documents, as packs of their own: every case an expert would ask about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from safescore.errors import InvalidInput
from safescore.packs.cases import Placed, judge_case, read_cases
from safescore.packs.load import load_pack

FOLDERS = sorted(path for path in (Path(__file__).parent / "hardest").iterdir() if (path / "pack.yaml").is_file())
PACKS = {folder.name: load_pack(folder) for folder in FOLDERS}


def placed() -> list[Any]:
    """Return every case of every pack, each under its rule and its own words."""
    return [
        pytest.param(name, one, id=f"{name}: {one.case.rule}: {one.case.case}")
        for name, pack in PACKS.items()
        for one in read_cases(pack)
    ]


@pytest.mark.parametrize(("name", "one"), placed())
def test_hardest(name: str, one: Placed) -> None:
    """The rule says of the case what its author expects."""
    assert judge_case(one, PACKS[name]).wrong == ()


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_has_the_three_outcomes(name: str) -> None:
    """No rule without a case that is satisfied, one that is not, and one that is unknown."""
    outcomes: dict[str, set[str]] = {rule.id: set() for rule in PACKS[name].rules}
    for one in read_cases(PACKS[name]):
        outcomes[one.case.rule].add(one.expect.outcome)
    lacking = {rule for rule, found in outcomes.items() if not {"satisfied", "not-satisfied", "unknown"} <= found}
    assert lacking == set()


CASE = "- rule: plan\n  case: {case}\n  facts: {{plan: true}}\n  expect: {expect}\n"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Return a pack with one rule, whose cases can be written."""
    files = {
        "pack.yaml": (
            'id: tried\nversion: "1"\ndictionary: own\ntitle: {zh: 试, en: try}\nissuer: {zh: 试, en: tests}\n'
            "period: {from: 2022-01-01, to: 2022-12-31}\nbinds_from: 2022-01-01\n"
            "clauses:\n  - {id: 一, rules: [plan, part]}\n"
        ),
        "roles.yaml": "firm: {zh: 企业, en: firm}\n",
        "facts/facts.yaml": (
            'plan: {type: flag, label: {zh: 预案, en: plan}, question: {zh: "?", en: "?"}}\n'
            "total: {type: count, unit: {zh: 家, one: a, many: b}, label: {zh: 总, en: t},"
            ' question: {zh: "?", en: "?"}}\n'
            "part: {type: count, part_of: total, unit: {zh: 家, one: a, many: b}, label: {zh: 部, en: p},"
            ' question: {zh: "?", en: "?"}}\n'
        ),
        "rules/rules.yaml": (
            "- id: plan\n  clause: 一\n  anchor: 试验文本\n  title: {zh: 预案, en: plan}\n  roles: [firm]\n"
            "  remedy: {zh: 补, en: mend}\n  measure: {kind: affirm, fact: plan}\n"
            "- id: part\n  clause: 一\n  anchor: 试验文本\n  title: {zh: 部分, en: part}\n  roles: [firm]\n"
            "  remedy: {zh: 补, en: mend}\n  measure: {kind: ratio, part: part, whole: total, at_least: 100%}\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "cases").mkdir()
    return tmp_path


def wrong(folder: Path, cases: str) -> list[tuple[str, ...]]:
    """Return what is wrong with each case."""
    (folder / "cases" / "cases.yaml").write_text(cases, "utf-8")
    pack = load_pack(folder)
    return [judge_case(one, pack).wrong for one in read_cases(pack)]


PART = "- rule: tried.part\n  case: half\n  facts: {{part: 1, total: 2}}\n  expect: {}\n"
OPEN = "- rule: part\n  case: half\n  facts: {{total: 2}}\n  expect: {}\n"


@pytest.mark.parametrize(
    ("text", "differences"),
    [
        pytest.param(CASE.format(case="in place", expect="satisfied"), (), id="as expected"),
        pytest.param(
            CASE.format(case="in place", expect="{outcome: satisfied, to_date: false, credit: 1}"),
            (),
            id="in every respect",
        ),
        pytest.param(
            CASE.format(case="in place", expect="unknown"),
            ("expected unknown, came satisfied: met",),
            id="another outcome",
        ),
        pytest.param(
            CASE.format(case="in place", expect="{outcome: satisfied, to_date: true}"),
            ("expected to_date True, came False",),
            id="not to date",
        ),
        pytest.param(PART.format("{outcome: not-satisfied, credit: 1/2, short: 1}"), (), id="credit and gap"),
        pytest.param(
            PART.format("{outcome: not-satisfied, credit: 1/3}"),
            ("expected credit 1/3, came 1/2 to 1/2",),
            id="another credit",
        ),
        pytest.param(
            PART.format("{outcome: not-satisfied, short: 2}"), ("expected short 2, came (1, 1)",), id="another gap"
        ),
        pytest.param(OPEN.format("{outcome: unknown, missing: [part]}"), (), id="what is missing"),
        pytest.param(OPEN.format("{outcome: unknown, missing: [facts.part]}"), (), id="what is missing, by its path"),
        pytest.param(
            OPEN.format("{outcome: unknown, missing: [total]}"),
            ("expected missing total, came facts.part",),
            id="what is not missing",
        ),
        pytest.param(
            OPEN.format("{outcome: unknown, credit: 0}"),
            ("expected credit 0, came 0 to 1",),
            id="a credit that is open",
        ),
        pytest.param(
            "- {rule: plan, case: x, facts: {plan: true}, expect: {outcome: satisfied, missing: [plan]}}\n",
            ("expected missing plan, came nothing",),
            id="nothing is missing",
        ),
        pytest.param(
            "- {rule: plan, case: x, period: 2022Q1, as_of: 2022-02-01, roles: [firm], organization: {name: Z},"
            " parameters: {}, facts: {plan: false}, expect: not-satisfied}\n",
            (),
            id="with a head of its own",
        ),
    ],
)
def test_cases(folder: Path, text: str, differences: tuple[str, ...]) -> None:
    """A case is looked at in what it names, and every difference is told."""
    assert wrong(folder, text) == [differences]


def test_a_case_whose_facts_are_wrong(folder: Path) -> None:
    """Its faults are what is wrong with it, and no other case's."""
    bad = "- {rule: plan, case: x, facts: {plann: true}, expect: satisfied}\n"
    first, second = wrong(folder, bad + CASE.format(case="in place", expect="satisfied"))
    assert "there is no fact 'plann'" in first[0]
    assert second == ()


def test_faults_of_cases(folder: Path) -> None:
    """All faults of all case files in one run."""
    (folder / "cases" / "a.yaml").write_text("plan: satisfied\n", "utf-8")
    (folder / "cases" / "b.yaml").write_text(
        "- {rule: plam, case: x, expect: satisfied}\n"
        "- {rule: plan, case: x, expect: met}\n"
        "- {rule: plan, case: x, expect: {outcome: satisfied, credit: half}}\n"
        "- {rule: plan, case: x, expect: {outcome: satisfied, credit: 0.5}}\n"
        "- {rule: plan, expect: satisfied, fact: {}}\n",
        "utf-8",
    )
    with pytest.raises(InvalidInput) as refused:
        read_cases(load_pack(folder))
    told = [(Path(one.at.file).name, one.at.line, one.problem.en) for one in refused.value.faults]
    assert told == [
        ("a.yaml", 1, "a case file is a list of cases"),
        ("b.yaml", 1, "there is no rule 'plam'"),
        ("b.yaml", 2, told[2][2]),
        ("b.yaml", 3, "expected 0, 1, or a fraction as 142/143; not 'half'"),
        ("b.yaml", 4, told[4][2]),
        ("b.yaml", 5, "the key 'case' is missing"),
        ("b.yaml", 5, "there is no key 'fact' here"),
    ]
    assert "'outcome' must be in" in told[2][2]
    assert "expected 0, 1, or a fraction as 142/143" in told[4][2]


def test_no_cases(folder: Path) -> None:
    assert read_cases(load_pack(folder)) == ()
