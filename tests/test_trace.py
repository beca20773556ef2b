"""A pack held against its document: nothing is lost, nothing is invented, every anchor is where it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from safescore.packs.document import printed_clauses
from safescore.packs.trace import trace
from tests.small import DOCUMENT, change, opened, write


def problems(folder: Path, text: str = DOCUMENT) -> list[str]:
    """Return the problems of the pack under a document."""
    return list(trace(opened(folder)[0], text).problems)


def test_a_pack_that_holds_its_document(tmp_path: Path) -> None:
    """Every clause is indexed, every sentence part has an anchor or an excuse."""
    found = trace(opened(write(tmp_path))[0], DOCUMENT)
    assert found.problems == ()
    assert found.totals() == {
        "clauses": 10,
        "rules": 5,
        "elements": 2,
        "unscored": 10,
        "sentences": 14,
        "scored": 4,
        "excused": 10,
        "uncovered": 0,
    }
    content = found.content()
    assert content["pack"] == "small"
    assert content["clauses"][-2] == {
        "id": "二.2",
        "rules": [],
        "elements": [],
        "unscored": [{"anchor": "张贴标语海报", "reason": "restates: publicity"}],
        "sentences": 1,
        "uncovered": [],
    }
    assert content["clauses"][-3]["elements"] == ["publicity.act", "publicity.drive"]


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        pytest.param(
            "pack.yaml",
            "  - {id: 三, unscored: [{anchor: 加强领导, reason: slogan}]}\n",
            "",
            "三: the clause is not in the index",
            id="a clause that was left out",
        ),
        pytest.param(
            "pack.yaml",
            "  - {id: 三,",
            "  - {id: 四, unscored: [{anchor: 加强领导, reason: slogan}]}\n  - {id: 三,",
            "四: the document has no such clause",
            id="a clause that was invented",
        ),
        pytest.param(
            "pack.yaml",
            "id: 前言, unscored: [{anchor: 坚持人民至上",
            "id: 前言, unscored: [{anchor: 坚持人民立场",
            "前言: the anchor '坚持人民立场' of unscored does not occur",
            id="an anchor that is misquoted",
        ),
        pytest.param(
            "pack.yaml",
            "anchor: 全面落实责任",
            "anchor: 要求全面落实责任制",
            "一: the anchor '要求全面落实责任制' of unscored does not occur",
            id="an anchor that says too much",
        ),
        pytest.param(
            "rules/rules.yaml",
            "anchor: 严禁带病运行",
            "anchor: 会议；严禁带病",
            "二.(一).1: the anchor '会议；严禁带病' of ban does not occur within one sentence part",
            id="an anchor over two parts",
        ),
        pytest.param(
            "rules/rules.yaml",
            "anchor: 宣传活动, title",
            "anchor: 宣传画册, title",
            "二.1: the anchor '宣传画册' of publicity.drive does not occur",
            id="an element that is misquoted",
        ),
        pytest.param(
            "rules/rules.yaml",
            "owners: [区应急局]",
            "owners: [区应急局, 区商务委]",
            "二.(一).1: the owner '区商务委' of plan is not named",
            id="an owner that is not named",
        ),
        pytest.param(
            "pack.yaml",
            ", unscored: [{anchor: 责任单位：区, reason: framing}]}",
            "}",
            "二.(一).1: nothing accounts for '〔责任单位：区应急局〕'",
            id="a part without an anchor",
        ),
        pytest.param(
            "pack.yaml",
            "{anchor: 抄送：市安委会, reason: external-list}",
            "{anchor: 抄送：市安委会, reason: framing}",
            "通知: nothing accounts for '2022年2月21日安全生产工作要点抄送：市安委会'",
            id="a figure is not excused as framing",
        ),
    ],
)
def test_problems(tmp_path: Path, name: str, old: str, new: str, problem: str) -> None:
    """Each is named with its clause."""
    assert problem in problems(change(write(tmp_path), name, old, new))


def test_the_order_of_the_document(tmp_path: Path) -> None:
    """The index follows the document."""
    folder = write(tmp_path)
    line = "  - {id: 三, unscored: [{anchor: 加强领导, reason: slogan}]}\n"
    change(folder, "pack.yaml", line, "")
    change(folder, "pack.yaml", "clauses:\n", f"clauses:\n{line}")
    assert problems(folder) == ["the index does not follow the order of the document"]


def test_another_text(tmp_path: Path) -> None:
    """The document is the one that the pack was made from, to the byte."""
    (one,) = problems(write(tmp_path), DOCUMENT.replace("加强领导。", "加强领导。 "))
    assert one == "the text is not the one that small was made from: its sha256 differs"


def test_a_pack_without_a_source(tmp_path: Path) -> None:
    """Where no digest is stated, none is compared."""
    folder = write(tmp_path)
    head = folder / "pack.yaml"
    lines = [line for line in head.read_text("utf-8").splitlines(keepends=True) if not line.startswith("source:")]
    head.write_text("".join(lines), "utf-8")
    assert problems(folder, DOCUMENT.replace("加强领导。", "加强领导。 ")) == []


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("一、甲\n1.乙\n2．丙\n3、丁", ["一", "一.1", "一.2", "一.3"], id="numbers in three writings"),
        pytest.param("一、甲\n(一)乙\n（二）丙\n1.丁", ["一", "一.(一)", "一.(二)", "一.(二).1"], id="either bracket"),
        pytest.param("一、甲\n——乙\n——丙\n二、丁\n——戊", ["一", "一.1", "一.2", "二", "二.1"], id="bullets begin anew"),
        pytest.param("前面的话。\n一、甲", ["前言", "一"], id="a preamble without a letter"),
        pytest.param("一、甲\n2022.5万人", ["一"], id="a figure is no number of a clause"),
        pytest.param("一、甲\n― 3 ―\n[bookmark: x]乙", ["一"], id="page numbers and bookmarks"),
        pytest.param("一、甲\n十一、乙\n二十三、丙", ["一", "十一", "二十三"], id="numbers of two and three signs"),
        pytest.param("关于印发办法的通知\n甲：\n现印发你们，请遵照执行。\n标题\n一、甲", ["通知", "一"], id="a letter"),
        pytest.param("关于印发办法的通知\n标题", ["通知"], id="a letter without an end"),
        pytest.param("（一）甲", ["前言"], id="a second level without a first"),
    ],
)
def test_clauses(text: str, clauses: list[str]) -> None:
    """Clauses as printed, in their order."""
    assert [one.id for one in printed_clauses(text)] == clauses


def test_the_number_of_a_clause_is_no_figure() -> None:
    """`1.` does not make a part telling; a figure, an interval, a deadline or a prohibition does."""
    (_, clause) = printed_clauses("一、总则\n1.加强领导。3家企业；每周检查；6月底完成；不得延误；……")
    parts = clause.parts()
    assert parts == ("1.加强领导", "3家企业", "每周检查", "6月底完成", "不得延误")
    assert [clause.tells(part) for part in parts] == [False, True, True, True, True]
