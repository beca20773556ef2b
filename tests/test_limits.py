"""Limits: what is too large or made to hurt is refused with words that help; what is odd but harmless is noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from safescore import Limits, check
from safescore.assess import open_packs
from safescore.cli import main
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from tests.hostile_books import BOMBS, far_cell
from tests.workbooks import plain, read_back, small_form

FACTS = """\
organization: {id: A, name: A, roles: [enterprise]}
period: 2022
packs: [dadukou-2022]
facts: {major_risks: {csv: risks.csv}}
"""


def refused(path: Path, limits: Limits = Limits()) -> list[str]:  # noqa: B008
    with pytest.raises(InvalidInput) as error:
        check(path, limits=limits)
    return [one.problem.en for one in error.value.faults]


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_workbook_is_refused(name: str, tmp_path: Path) -> None:
    """No traceback, no hang: one sentence that says what is wrong, at the file."""
    make, said = BOMBS[name]
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(make())
    problems = refused(path)
    assert len(problems) == 1
    assert said in problems[0]


def test_a_cell_at_the_end_of_the_world_is_noted() -> None:
    """A value in XFD1048576 is not read, costs nothing, and is named."""
    back = read_back(far_cell())
    assert [one.en for one in back.notes] == [
        "x.xlsx: cells of the sheet 填报说明 outside the form were not read: XFD1048576."
    ]
    assert plain(back, open_packs(back)) == plain(read_back(small_form()), open_packs(back))


def test_each_limit_is_an_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The limit itself is allowed, one less is not; the command says which option allows more."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(small_form())
    size = path.stat().st_size
    assert main(["check", str(path), "--max-bytes", str(size), "--format", "json"]) == 0
    assert main(["check", str(path), "--max-bytes", str(size - 1)]) == 2
    assert f"超过{size - 1}字节的上限" in capsys.readouterr().err
    assert main(["check", str(path), "--max-unzipped", "1000", "--lang", "en"]) == 2
    assert "--max-unzipped" in capsys.readouterr().err
    assert main(["check", str(path), "--max-values", "10", "--lang", "en"]) == 2
    assert "more than 10 values" in capsys.readouterr().err
    assert main(["check", str(path), "--max-values", "0"]) == 2


def test_limits_hold_for_each_kind_of_file(tmp_path: Path) -> None:
    """YAML, JSON and CSV files are held to the same bytes and values; those of CSV files count together."""
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    (tmp_path / "risks.csv").write_text("id,name\n" + "".join(f"{n},a\n" for n in range(50)), "utf-8")
    document = open_submission(tmp_path / "facts.yaml")
    assert len(document.content["facts"]["major_risks"]) == 50
    assert refused(tmp_path / "facts.yaml", Limits(values=99)) == ["there are more than 99 values, the limit"]
    assert check(tmp_path / "facts.yaml", limits=Limits(values=100))
    assert refused(tmp_path / "facts.yaml", Limits(bytes=200)) == ["there are more than 200 bytes, the limit"]


def test_a_workbook_by_another_name(tmp_path: Path) -> None:
    """Content decides nothing that the name does not say: a workbook called .yaml or .csv is named as what it is."""
    (tmp_path / "facts.yaml").write_bytes(small_form())
    assert "looks like a workbook" in refused(tmp_path / "facts.yaml")[0]
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    (tmp_path / "risks.csv").write_bytes(small_form())
    assert "looks like a workbook" in refused(tmp_path / "facts.yaml")[0]
    (tmp_path / "text.xlsx").write_text(FACTS, "utf-8")
    assert "is no .xlsx workbook" in refused(tmp_path / "text.xlsx")[0]
