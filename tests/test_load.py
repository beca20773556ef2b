"""Packs are read strictly: every fault of every file in one run, and what is right loads as it stands."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from safescore.errors import InvalidInput, WrongValue
from safescore.expr import Setting
from safescore.measures import MEASURES
from safescore.model import DEFAULT_GRADES
from safescore.packs import find
from safescore.packs.find import built_in, pack_folder, rules_root
from safescore.packs.load import load_pack, parameter_value
from safescore.words import LANGUAGES, Lang
from tests.faults import CASES, golden, messages
from tests.worlds import WORLD, day, world


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_messages(name: str, lang: Lang) -> None:
    """Each fault with file, line and column, the problem and the mend; `python -m tests.regolden` writes them anew."""
    assert messages(name, lang) == golden(name, lang).read_text("utf-8")


def test_messages_do_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    """The same files have the same faults, whatever the seed of hashes; read here twice in one process."""
    assert messages("pack", "zh") == messages("pack", "zh")
    assert len(set(messages("pack", "zh").splitlines())) > 150


def copied(tmp_path: Path) -> Path:
    """Return a copy of the small world that can be broken."""
    folder = tmp_path / "world"
    shutil.copytree(WORLD, folder)
    return folder


def faults_of(folder: Path | str) -> list[str]:
    """Return the faults of a pack, without the folder."""
    with pytest.raises(InvalidInput) as refused:
        load_pack(folder)
    return [str(fault).replace(f"{folder}/", "").split("\n")[0] for fault in refused.value.faults]


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "faults"),
    [
        pytest.param("pack.yaml", "id: world", "id: World", ["pack.yaml:1:5: 'id' must match regex"], id="an id"),
        pytest.param(
            "pack.yaml",
            'version: "1"',
            "version: 1",
            ["pack.yaml:2:10: expected text, not 1"],
            id="a version that is a number",
        ),
        pytest.param(
            "pack.yaml",
            'version: "1"',
            'version: "1"\nversion: "2"',
            ["pack.yaml:3:1: the key 'version' stands twice"],
            id="a key twice",
        ),
        pytest.param(
            "pack.yaml",
            "binds_from: {parameter: binds}",
            "binds_from: {parameter: bind}",
            ["pack.yaml:8:13: there is no parameter 'bind'"],
            id="no such parameter",
        ),
        pytest.param(
            "pack.yaml",
            "default: start",
            "default: begin",
            ["pack.yaml:16:14: there is no alternative 'begin'"],
            id="no such alternative",
        ),
        pytest.param(
            "pack.yaml",
            "value: 2022-02-21",
            "value: true",
            ["pack.yaml:15:22: expected a number, a day"],
            id="a reading that is a flag",
        ),
        pytest.param(
            "pack.yaml",
            "value: 2022-02-21",
            "value: 2022-02-30",
            ["pack.yaml:15:22: expected a day that exists"],
            id="a reading that is no day",
        ),
        pytest.param(
            "pack.yaml",
            "  - id: 前言\n    unscored:\n      - {anchor: 试验文本, reason: framing}",
            "  - id: 前言",
            ["pack.yaml:34:5: the clause '前言' holds neither"],
            id="a clause that holds nothing",
        ),
        pytest.param(
            "pack.yaml",
            "clauses:",
            "grades: {bands: [{id: all, title: {zh: 全, en: all}, at_least: 0}], hard_cap: al}\nclauses:",
            ["pack.yaml:33:78: there is no band 'al'"],
            id="a cap that is no grade",
        ),
        pytest.param(
            "roles.yaml", "town:", "firm:", ["roles.yaml:2:1: the key 'firm' stands twice"], id="a role twice"
        ),
        pytest.param(
            "roles.yaml",
            "town: {zh: 镇, en: town}",
            "town: {zh: 镇}",
            ["roles.yaml:2:7: the key 'en'"],
            id="a role without English",
        ),
        pytest.param(
            "facts/facts.yaml",
            "part_of: total, unit",
            "part_of: totals, unit",
            [
                "facts/facts.yaml:20:30: there is no count 'totals'",
                "facts/facts.yaml:21:29: there is no count 'totals'",
            ],
            id="no such whole",
        ),
        pytest.param(
            "facts/facts.yaml",
            "subset_of: big_firms, where: {good: true}",
            "subset_of: good_big",
            [
                "facts/facts.yaml:45:33: 'good_big' is derived from itself",
                "facts/facts.yaml:45:45: 'good_big' is no derived count",
            ],
            id="a count of itself",
        ),
    ],
)
def test_one_fault(tmp_path: Path, file: str, old: str, new: str, faults: list[str]) -> None:
    """What is broken is said at its place, and nothing else."""
    folder = copied(tmp_path)
    rewrite(folder / file, old, new)
    found = faults_of(folder)
    assert len(found) == len(faults)
    for one, start in zip(found, faults, strict=True):
        assert one.startswith(start)


def test_a_list_of_roles(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "roles.yaml").write_text("- firm\n", "utf-8")
    assert faults_of(folder) == ["roles.yaml:1:1: a roles file maps roles to titles"]


def test_what_a_private_pack_adds_to_the_shared_dictionary(tmp_path: Path) -> None:
    """A private folder may bring roles and facts of its own; the same name twice is a fault."""
    folder = copied(tmp_path)
    rewrite(folder / "pack.yaml", "dictionary: own\n", "")
    shared = next(line for line in (rules_root() / "roles.yaml").read_text("utf-8").splitlines() if ":" in line)
    name = shared.split(":")[0].strip()
    (folder / "roles.yaml").write_text(f"firm: {{zh: 企业, en: firm}}\n{name}: {{zh: 重, en: twice}}\n", "utf-8")
    found = faults_of(folder)
    assert f"roles.yaml:2:1: the role {name!r} is defined twice" in found


def test_a_folder_without_roles_or_rules(tmp_path: Path) -> None:
    """A pack may have neither; then nobody is bound."""
    folder = copied(tmp_path)
    (folder / "roles.yaml").unlink()
    pack = load_pack(folder)
    assert (pack.roles, pack.rules) == ({}, ())


def test_the_files_decide_the_digest(tmp_path: Path) -> None:
    """Another byte in any file of a pack is another digest; the folder's place is not part of it."""
    folder = copied(tmp_path)
    assert load_pack(folder).digest == world().digest
    file = folder / "facts" / "facts.yaml"
    file.write_text(f"{file.read_text('utf-8')}# a remark\n", "utf-8")
    assert load_pack(folder).digest != world().digest


@pytest.mark.parametrize("name", ["dadukou", "dadukou-2022@", "no/such/folder", "dadukou-2023@1.0"])
def test_no_such_pack(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"there is no pack|is here in version"):
        load_pack(name)


def test_versions() -> None:
    """A version may be asked for, and must be the one that is here."""
    assert load_pack("dadukou-2022@1.0").version == "1.0"
    with pytest.raises(InvalidInput, match=r"is here in version 1\.0, not 2\.0"):
        load_pack("dadukou-2022@2.0")
    assert pack_folder("dadukou-2022") == (rules_root() / "dadukou-2022", None)
    assert "dadukou-2022" in tuple(built_in())


def test_a_pack_as_it_stands() -> None:
    """Settings stay settings, the default grades are in force, ids may be given with or without the pack's."""
    pack = load_pack(Path(__file__).parent / "hardest" / "y2022")
    assert pack.head.grades == DEFAULT_GRADES
    assert isinstance(pack.head.binds_from, Setting)
    assert {rule.measure.kind for rule in pack.rules} == set(MEASURES)
    first = pack.rules[0]
    assert pack.rule(first.id) is pack.rule(f"{pack.id}.{first.id}") is first
    assert pack.rule("nothing") is None
    assert pack.parameter("nothing") is None
    order = [clause.id for clause in pack.head.clauses]
    assert [order.index(rule.clause) for rule in pack.rules] == sorted(order.index(rule.clause) for rule in pack.rules)


PARAMETER = {one.id: one for one in world().head.parameters}


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        pytest.param("count", 3, 3, id="a count"),
        pytest.param("count", 0, 0, id="zero"),
        pytest.param("percent", "70%", "7/10", id="a share"),
        pytest.param("percent", "100%", "1", id="all"),
        pytest.param("date", "2022-12-31", day("2022-12-31"), id="a day"),
        pytest.param("count", "3", None, id="text for a count"),
        pytest.param("count", -1, None, id="less than none"),
        pytest.param("percent", 70, None, id="a number for a share"),
        pytest.param("percent", "101%", None, id="more than all"),
        pytest.param("percent", "2022-12-31", None, id="a day for a share"),
        pytest.param("percent", "many", None, id="a word for a share"),
        pytest.param("date", "none", None, id="none for a day"),
        pytest.param("date", "2022-02-30", None, id="no such day"),
        pytest.param("reading", "start", day("2022-01-01"), id="an alternative"),
        pytest.param("reading", "begin", None, id="no such alternative"),
        pytest.param("reading", ["start"], None, id="a list for an alternative"),
    ],
)
def test_parameter_values(type_: str, raw: Any, value: Any) -> None:
    """A parameter's value is read as its type, and nothing is taken for another."""
    base = PARAMETER["binds"] if type_ == "reading" else evolve(PARAMETER["quota"], type=type_)
    if value is None:
        with pytest.raises(WrongValue):
            parameter_value(base, raw)
        return
    assert parameter_value(base, raw) == (Fraction(value) if isinstance(value, str) else value)


def test_where_the_built_in_packs_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the installed package; else in the checkout beside it; else it is said that they are lacking."""
    module = tmp_path / "checkout" / "src" / "safescore" / "packs" / "find.py"
    monkeypatch.setattr(find, "__file__", str(module))
    with pytest.raises(FileNotFoundError, match="without its rules"):
        find.rules_root()
    (tmp_path / "checkout" / "rules").mkdir(parents=True)
    (tmp_path / "checkout" / "pyproject.toml").touch()
    assert find.rules_root() == tmp_path / "checkout" / "rules"
    (tmp_path / "checkout" / "src" / "safescore" / "rules").mkdir(parents=True)
    assert find.rules_root() == tmp_path / "checkout" / "src" / "safescore" / "rules"


def test_the_shared_dictionary_is_one_mapping() -> None:
    """Read entry by entry, it is the mapping that reading all at once gives."""
    facts, derived = load_pack("dadukou-2022").dictionary.facts, load_pack("dadukou-2022").dictionary.derivations
    assert len(facts) == len(list(facts)) == len(set(facts))
    assert "no_such_fact" not in facts
    with pytest.raises(KeyError):
        _ = derived["no_such_fact"]
    assert len(derived) == len(list(derived))
    assert set(derived) == {name for name in facts if facts[name].derive is not None}
    plain = next(name for name in facts if name not in derived)
    with pytest.raises(KeyError):
        _ = derived[plain]
    assert derived.get("no_such_fact") is None
