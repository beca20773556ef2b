"""Contradictory values are faults, never unknown: a figure outside its register, a part greater than its whole."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from safescore.assess import assess_all
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.packs.load import load_pack
from tests.measures.tables import firm, submission_of
from tests.worlds import WORLD

COUNT = "unit: {zh: 家, one: firm, many: firms}, label: {zh: 数, en: number}, question: {zh: '?', en: '?'}}"
MORE = f"""
below_part: {{type: count, part_of: part, {COUNT}
big_of_total: {{type: count, part_of: total, derive: {{register: firms, where: {{big: true}}}}, {COUNT}
"""
RULE = """
- id: ask
  clause: 前言
  anchor: 试验文本
  title: {zh: 问, en: ask}
  roles: [firm]
  remedy: {zh: 补, en: mend}
  measure: {kind: checklist, elements: [ELEMENTS]}
"""
NAMES = ("part", "below_part", "big_of_total", "good_big", "done", "dead_in_firms")


@pytest.fixture(scope="module", name="pack")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Return the world with parts of parts, and a derived part of a plain count, all of them asked."""
    folder = tmp_path_factory.mktemp("packs") / "world"
    shutil.copytree(WORLD, folder)
    (folder / "facts" / "more.yaml").write_text(MORE, "utf-8")
    (folder / "rules").mkdir(exist_ok=True)
    elements = ", ".join(
        f"{{id: e{place}, anchor: 试验文本, title: {{zh: 问, en: ask}},"
        f" measure: {{kind: limit, value: {name}, at_most: 9}}}}"
        for place, name in enumerate(NAMES)
    )
    (folder / "rules" / "rules.yaml").write_text(RULE.replace("ELEMENTS", elements), "utf-8")
    head = folder / "pack.yaml"
    head.write_text(head.read_text("utf-8").replace("  - id: 前言\n", "  - id: 前言\n    rules: [ask]\n"), "utf-8")
    return load_pack(folder)


def faults(pack: Pack, facts: dict[str, Any], **more: Any) -> list[str]:
    """Return the contradictions."""
    try:
        assess_all(open_submission(submission_of(facts, **more)), (pack,))
    except InvalidInput as error:
        return [one.problem.en for one in error.faults]
    return []


GOOD, BAD, OPEN = firm("A", big=True, good=True), firm("B", big=True, good=False), firm("C", big=True, good=None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"part": 10, "total": 10}, [], id="all of it"),
        pytest.param({"part": 11, "total": 10}, ["part is 11, more than total, which is 10"], id="one more than all"),
        pytest.param({"part": 11}, [], id="of an unknown whole"),
        pytest.param({"part": 11, "total": None}, [], id="of a blank whole"),
        pytest.param({"part": 0, "total": 0}, [], id="none of none"),
        pytest.param({"part": 1, "total": "none"}, ["part is 1, more than total, which is 0"], id="one of none"),
        pytest.param(
            {"below_part": 11, "total": 10},
            ["below_part is 11, more than total, which is 10"],
            id="a part of a part that was left blank",
        ),
        pytest.param(
            {"below_part": 5, "part": 4, "total": 10},
            ["below_part is 5, more than part, which is 4"],
            id="a part of a part",
        ),
        pytest.param(
            {"firms": [GOOD, BAD], "total": 1},
            ["big_of_total is 2, more than total, which is 1"],
            id="a derived part of a plain count",
        ),
        pytest.param({"firms": [GOOD, BAD], "total": 2}, [], id="a derived part that fits"),
        pytest.param({"firms": [GOOD, firm("B", big=None)], "total": 1}, [], id="a derived part that may fit"),
        pytest.param({"firms": [GOOD, BAD], "big_firms": 2, "good_big": 1}, [], id="figures that the register allows"),
        pytest.param(
            {"firms": [GOOD, BAD], "big_firms": 3},
            ["big_firms is 3, but 'firms' allows 2"],
            id="more than the register allows",
        ),
        pytest.param(
            {"firms": [GOOD, BAD], "big_firms": 1},
            ["big_firms is 1, but 'firms' allows 2"],
            id="less than the register allows",
        ),
        pytest.param({"firms": [GOOD, BAD, OPEN], "good_big": 2}, [], id="within what a blank allows"),
        pytest.param(
            {"firms": [GOOD, BAD, OPEN], "good_big": 3},
            ["good_big is 3, but 'firms' allows 1 to 2"],
            id="beyond what a blank allows",
        ),
        pytest.param(
            {"firms": [GOOD, BAD, OPEN], "good_big": 0},
            ["good_big is 0, but 'firms' allows 1 to 2"],
            id="below what is sure",
        ),
        pytest.param({"firms": [], "big_firms": 0}, [], id="none in an empty register"),
        pytest.param({"firms": [], "big_firms": 1}, ["big_firms is 1, but 'firms' allows 0"], id="one in an empty one"),
        pytest.param(
            {"good_big": 2, "big_firms": 1},
            ["good_big is 2, more than big_firms, which is 1"],
            id="figures without a register",
        ),
        pytest.param({"good_big": 2}, [], id="a figure alone"),
        pytest.param({"dead_in_firms": 3, "firms": [firm("A", level="one", dead=3)]}, [], id="a sum that fits"),
        pytest.param(
            {"dead_in_firms": 2, "firms": [firm("A", level="one", dead=3)]},
            ["dead_in_firms is 2, but 'firms' allows 3"],
            id="a sum that does not",
        ),
        pytest.param({"dead_in_firms": 5, "firms": [firm("A", level="one", dead=None)]}, [], id="a sum over a blank"),
        pytest.param(
            {"done": {"2022-06-30": 11, "2022-12-31": 12}, "total": 10},
            ["done is 11, more than total, which is 10", "done is 12, more than total, which is 10"],
            id="every day of a series",
        ),
        pytest.param(
            {"done": {"2022-06-30": 8, "2022-12-31": 12}, "total": {"2022-06-30": 7, "2022-12-31": 12}},
            ["done is 8, more than total, which is 7"],
            id="against the whole of that day",
        ),
        pytest.param(
            {"good_big": {"2022-06-30": 3}, "firms": [GOOD]},
            [],
            id="an earlier figure is not held against the register of today",
        ),
        pytest.param(
            {"good_big": {"2022-06-30": 3, "2022-12-31": 3}, "firms": [GOOD]},
            ["good_big is 3, but 'firms' allows 1"],
            id="one of today is",
        ),
    ],
)
def test_contradictions(pack: Pack, facts: dict[str, Any], expected: list[str]) -> None:
    """A contradiction is a fault, and what merely leaves room is none."""
    assert faults(pack, facts) == expected


def test_a_blank_never_hides_a_contradiction(pack: Pack) -> None:
    """Leaving out the part between does not help."""
    facts = {"below_part": 11, "part": 11, "total": 10}
    assert faults(pack, facts)
    assert faults(pack, {**facts, "part": None})
