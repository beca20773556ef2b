"""The built-in packs: held against their documents, and red as soon as anything is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve

from safescore.errors import InvalidInput
from safescore.measures.checklist import Checklist
from safescore.model import Pack
from safescore.packs.cases import read_cases
from safescore.packs.find import rules_root, yaml_files
from safescore.packs.lint import Level, counted, lint
from safescore.packs.load import PACK_LIMITS, load_pack
from safescore.packs.trace import trace
from safescore.packs.trial import trial
from safescore.source import read, read_text
from tests.packs import PACKS, pack_named

SOURCES = Path(os.environ.get("SAFESCORE_SOURCES", "sources"))


def document(pack: Pack) -> str:
    """Return the verbatim document of a pack, where it is at hand."""
    source = pack.head.source
    if source is None or not (SOURCES / source.file).is_file():
        pytest.skip(f"the document of {pack.id} is not at hand: set SAFESCORE_SOURCES to the folder that holds it")
    return read_text(SOURCES / source.file)


@pytest.mark.parametrize("name", PACKS)
def test_every_sentence_is_accounted_for(name: str) -> None:
    pack = pack_named(name)
    found = trace(pack, document(pack))
    assert found.problems == ()
    assert found.totals()["uncovered"] == 0


@pytest.mark.parametrize("name", PACKS)
def test_lint_has_no_error(name: str) -> None:
    pack = pack_named(name)
    source = pack.head.source
    at_hand = source is not None and (SOURCES / source.file).is_file()
    remarks = lint(pack, read_cases(pack), document(pack) if at_hand else "")
    assert [one for one in remarks if one.level is Level.ERROR] == []


@pytest.mark.no_cover
@pytest.mark.no_cover
@pytest.mark.parametrize("name", PACKS)
def test_every_case_comes_out(name: str) -> None:
    """`make packs` also changes every rule by one step at a time, and fails where no case notices."""
    assert trial(name).failed == ()


def without_one(pack: Pack) -> Iterator[tuple[str, Pack]]:
    """Yield the pack without one of its rules, elements or unscored statements, each in turn."""
    for rule in pack.rules:
        yield rule.id, evolve(pack, rules=tuple(one for one in pack.rules if one is not rule))
        if isinstance(rule.measure, Checklist):
            for element in rule.measure.elements:
                rest = tuple(one for one in rule.measure.elements if one is not element)
                if rest:
                    smaller = evolve(rule, measure=evolve(rule.measure, elements=rest))
                    yield element.id, evolve(pack, rules=tuple(smaller if one is rule else one for one in pack.rules))
    for clause in pack.head.clauses:
        for unscored in clause.unscored:
            smaller_clause = evolve(clause, unscored=tuple(one for one in clause.unscored if one is not unscored))
            clauses = tuple(smaller_clause if one is clause else one for one in pack.head.clauses)
            yield unscored.anchor, evolve(pack, head=evolve(pack.head, clauses=clauses))


@pytest.mark.parametrize("name", PACKS)
def test_what_gets_lost_is_noticed(name: str) -> None:
    """Deleting any rule, element, unscored statement or case leaves the pack short of what its author counted."""
    pack = pack_named(name)
    cases = len(read_cases(pack))
    assert counted(pack, cases) == pack.head.totals
    for lost, smaller in without_one(pack):
        assert counted(smaller, cases) != pack.head.totals, lost
    assert counted(pack, cases - 1) != pack.head.totals


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PACKS)
def test_a_rule_deleted_from_its_file_keeps_the_pack_from_loading(name: str, tmp_path: Path) -> None:
    shutil.copytree(rules_root() / name, tmp_path / name)
    for path in yaml_files(tmp_path / name / "rules"):
        whole: Any = read(path, PACK_LIMITS).content
        text = path.read_text(encoding="utf-8")
        lost = whole[0]["id"]
        path.write_text(yaml.safe_dump(whole[1:], allow_unicode=True), encoding="utf-8")
        with pytest.raises(InvalidInput, match=f"there is no rule '{lost}'"):
            load_pack(tmp_path / name)
        path.write_text(text, encoding="utf-8")


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PACKS)
def test_a_wrong_anchor_is_noticed(name: str) -> None:
    pack = pack_named(name)
    text = document(pack)
    for rule in pack.rules:
        moved = evolve(rule, anchor="不在文件里的话")
        changed = evolve(pack, rules=tuple(moved if one is rule else one for one in pack.rules))
        assert any(rule.id in problem for problem in trace(changed, text).problems)
