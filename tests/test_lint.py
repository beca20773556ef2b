"""What loads and is likely wrong all the same: every check finds its own, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from safescore.packs.lint import CHECKS, Level, asked_facts, counted, lint
from safescore.packs.load import load_pack
from tests.small import DOCUMENT, change, opened, write
from tests.worlds import WORLD, pack_of


def remarks(folder: Path, text: str = "") -> list[tuple[str, str, int, str]]:
    """Return the remarks: check, file, line and problem."""
    pack, cases = opened(folder)
    return [(one.check, Path(one.at.file).name, one.at.line, one.problem.en) for one in lint(pack, cases, text)]


def test_a_pack_without_remarks(tmp_path: Path) -> None:
    assert remarks(write(tmp_path), DOCUMENT) == []


PLAN_TITLE = "title: {zh: 有应急预案, en: plan}"
SHARE = "part: part, whole: total, at_least: 70%"


@pytest.mark.parametrize(
    ("name", "old", "new", "check", "problem"),
    [
        pytest.param(
            "rules/rules.yaml",
            SHARE,
            "part: part, whole: total, more_than: 70%",
            "word-and-operator",
            "'达标率70%以上' includes the number, the rule asks for more than it",
            id="以上 includes",
        ),
        pytest.param(
            "rules/rules.yaml",
            "  hard: true\n",
            "",
            "soft-prohibition",
            "'严禁带病运行' prohibits, and the rule is not hard",
            id="a soft prohibition",
        ),
        pytest.param(
            "rules/rules.yaml",
            "at_least: {parameter: number}",
            "at_least: 1",
            "unused-parameter",
            "no rule uses 'number'",
            id="a parameter that nothing uses",
        ),
        pytest.param(
            "pack.yaml",
            "question: {zh: 几次？, en: how many?}, type: count, default: 1",
            "type: count",
            "parameter-without-question",
            "the parameter 'number' has no default and no question",
            id="a parameter that nobody can answer",
        ),
        pytest.param(
            "pack.yaml",
            "question: {zh: 几次？, en: how many?}, type: count, default: 1",
            "alternatives: {one: {value: 1, title: {zh: 一, en: one}}}, default: one",
            "reading-without-note",
            "the reading 'number' does not say why the text is open",
            id="a reading without a note",
        ),
        pytest.param(
            "rules/rules.yaml",
            PLAN_TITLE,
            "title: {zh: plan, en: plan}",
            "untranslated",
            "'plan' is not Chinese",
            id="no Chinese",
        ),
        pytest.param(
            "rules/rules.yaml",
            PLAN_TITLE,
            "title: {zh: 有预案, en: 预案}",
            "untranslated",
            "'预案' is not English",
            id="no English",
        ),
        pytest.param(
            "rules/rules.yaml",
            "title: {zh: 活动, en: act}",
            "title: {zh: act, en: act}",
            "untranslated",
            "'act' is not Chinese",
            id="an element",
        ),
        pytest.param(
            "rules/rules.yaml",
            "  owners: [区应急局]\n",
            "  owners: [区应急局]\n  note: {zh: 电话023-68812345, en: call}\n",
            "person",
            "this looks like a telephone number",
            id="a telephone",
        ),
        pytest.param(
            "rules/rules.yaml",
            "  owners: [区应急局]\n",
            "  owners: [区应急局]\n  note: {zh: 手机13812345678, en: call}\n",
            "person",
            "this looks like a telephone number",
            id="a mobile telephone",
        ),
        pytest.param(
            "rules/rules.yaml",
            PLAN_TITLE,
            "title: {zh: 现将工作要点印发你们，请认真贯彻执行。, en: plan}",
            "copied-sentence",
            "'现将工作要点印发你们，请认真贯彻执行。' is a sentence of the document",
            id="a sentence of the document",
        ),
        pytest.param(
            "rules/rules.yaml",
            "anchor: 每季度召开一次",
            "anchor: 制定应急预案",
            "same-anchor",
            "'meeting' and 'plan' bind the same roles by the anchor '制定应急预案'",
            id="an anchor twice",
        ),
        pytest.param(
            "rules/rules.yaml",
            "title: {zh: 按季开会, en: meeting}",
            "title: {zh: 有应急预案, en: meeting}",
            "same-title",
            "'meeting' and 'plan' have the same title",
            id="a title twice",
        ),
        pytest.param(
            "cases/cases.yaml",
            "{rule: plan, case: unknown, facts: {}, expect: unknown}",
            "{rule: plan, case: late, facts: {plan: false}, expect: not-satisfied}",
            "untested-outcome",
            "no case of 'plan' is unknown",
            id="an outcome that is not tested",
        ),
        pytest.param(
            "cases/cases.yaml",
            "{rule: plan, case: unknown,",
            "{rule: plan, case: satisfied,",
            "case-repeated",
            None,
            id="a case twice",
        ),
        pytest.param(
            "facts/facts.yaml",
            "ban: {type: flag",
            "spare: {type: flag, label: {zh: 备, en: spare}, question: {zh: ？, en: any?}}\nban: {type: flag",
            "unused-fact",
            "no rule asks 'spare'",
            id="a fact that nothing asks",
        ),
        pytest.param(
            "pack.yaml",
            "cases: 15",
            "cases: 16",
            "totals",
            "the pack holds 15 cases, its author counted 16",
            id="a case that was lost",
        ),
        pytest.param(
            "pack.yaml",
            "totals: {clauses: 10, rules: 5, elements: 2, unscored: 10, cases: 15}\n",
            "",
            "totals",
            "the pack does not say how much it holds",
            id="not counted",
        ),
    ],
)
def test_checks(tmp_path: Path, name: str, old: str, new: str, check: str, problem: str | None) -> None:
    """One thing wrong is one remark, at its place."""
    (one,) = remarks(change(write(tmp_path), name, old, new), DOCUMENT)
    elsewhere = {"untested-outcome": "rules.yaml", "unused-parameter": "pack.yaml"}
    assert (one[0], one[1]) == (check, elsewhere.get(check, Path(name).name))
    assert problem is None or one[3] == problem


@pytest.mark.parametrize(
    ("anchor", "operator", "remarked"),
    [
        ("达标率70%以上", "at_least", False),
        ("达标率70%以上", "more_than", True),
        ("达标率超过70%", "more_than", False),
        ("达标率超过70%", "at_least", True),
        ("达标率高于70%", "at_least", True),
        ("达标率不少于70%", "more_than", True),
        ("超过70%以上的企业", "at_least", False),
    ],
)
def test_words_and_operators(tmp_path: Path, anchor: str, operator: str, remarked: bool) -> None:
    """以上 and 不少于 include the number, 超过 and 高于 do not; where both stand the inclusive word decides."""
    folder = change(write(tmp_path), "rules/rules.yaml", "达标率70%以上", anchor)
    change(folder, "rules/rules.yaml", SHARE, f"part: part, whole: total, {operator}: 70%")
    assert ("word-and-operator" in {one[0] for one in remarks(folder)}) is remarked


def test_without_the_document_nothing_is_a_copy(tmp_path: Path) -> None:
    folder = change(
        write(tmp_path), "rules/rules.yaml", PLAN_TITLE, "title: {zh: 现将工作要点印发你们，请认真贯彻执行。, en: a}"
    )
    assert remarks(folder) == []
    assert [one[0] for one in remarks(folder, DOCUMENT)] == ["copied-sentence"]


def test_in_the_order_of_their_places(tmp_path: Path) -> None:
    """Errors and warnings alike, by file and line; every check is documented."""
    folder = write(tmp_path)
    change(folder, "rules/rules.yaml", "  hard: true\n", "")
    change(folder, "rules/rules.yaml", PLAN_TITLE, "title: {zh: plan, en: 预案}")
    change(folder, "pack.yaml", "cases: 15", "cases: 16")
    pack, cases = opened(folder)
    found = lint(pack, cases)
    assert [(one.check, one.level) for one in found] == [
        ("totals", Level.ERROR),
        ("untranslated", Level.ERROR),
        ("untranslated", Level.WARNING),
        ("soft-prohibition", Level.WARNING),
    ]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert {one.check for one in found} <= set(CHECKS)
    assert all(one.hint for one in found)


def test_the_same_anchor_may_bind_two_roles(tmp_path: Path) -> None:
    """One sentence binds the authority and the enterprise by two rules."""
    folder = change(write(tmp_path), "rules/rules.yaml", "anchor: 每季度召开一次", "anchor: 制定应急预案")
    rules = folder / "rules" / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("roles: [firm]", "roles: [town]", 1), "utf-8")
    (folder / "roles.yaml").write_text("firm: {zh: 企业, en: firm}\ntown: {zh: 镇, en: town}\n", "utf-8")
    assert remarks(folder) == []


def test_how_much_a_pack_holds(tmp_path: Path) -> None:
    pack, cases = opened(write(tmp_path))
    assert counted(pack, len(cases)) == pack.head.totals


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        pytest.param({"measure": {"kind": "affirm", "fact": "four.one"}}, {"four"}, id="an element's checklist"),
        pytest.param(
            {"measure": {"kind": "affirm", "fact": "plan"}, "applies": {"employees": 30}},
            {"plan", "employees"},
            id="the profile",
        ),
        pytest.param(
            {"measure": {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "70%"}},
            {"good_big", "big_firms", "firms"},
            id="the register of a derived count",
        ),
        pytest.param(
            {"measure": {"kind": "limit", "value": "good_big", "at_most": 1}},
            {"good_big", "big_firms", "firms"},
            id="the count that it is a subset of",
        ),
        pytest.param({"measure": {"kind": "limit", "value": "part", "at_most": 1}}, {"part", "total"}, id="its whole"),
        pytest.param(
            {"measure": {"kind": "each", "record": "meetings", "holds": {"form": "heard"}}},
            {"meetings", "firms"},
            id="the register that events name",
        ),
        pytest.param(
            {
                "measure": {
                    "kind": "checklist",
                    "elements": [
                        {
                            "id": "a",
                            "anchor": "试验文本",
                            "title": {"zh": "无", "en": "none"},
                            "fact": "plan",
                            "applies": {"hazards": {"includes": "dust"}},
                        }
                    ],
                }
            },
            {"plan", "hazards"},
            id="an element's conditions",
        ),
    ],
)
def test_the_facts_that_a_pack_asks(rule: dict[str, Any], asked: set[str]) -> None:
    """With everything that they rest on."""
    assert asked_facts(pack_of([rule])) == asked


def test_the_dictionary_of_built_in_packs_is_shared() -> None:
    """Facts that a built-in pack does not ask are other packs' facts."""
    pack = load_pack("dadukou-2022")
    assert "unused-fact" not in {one.check for one in lint(pack, ())}
    assert {one.check for one in lint(load_pack(WORLD), ())} >= {"unused-fact"}
