"""The form: what an organisation must answer, each thing once, and nothing that surely does not concern it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from attrs import evolve

from safescore.dictionary import FactSpec
from safescore.expr import Cell
from safescore.form import Form, example_of, example_record, form_of
from safescore.model import Pack, Rule
from safescore.packs.cases import Placed, judge_case, read_cases
from safescore.period import parse_day
from tests.packs import PACKS, pack_named
from tests.worlds import pack_of as world_of

DAY = parse_day("2022-03-15") or 0


def roles_of(name: str) -> list[str]:
    return sorted({role for rule in pack_named(name).rules for role in rule.roles})


EVERY_ROLE = [(name, role) for name in PACKS for role in roles_of(name)]


@cache
def form_for(pack: str, role: str) -> Form:
    return form_of((pack_named(pack),), (role,))


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE)
def test_every_rule_of_the_role_is_asked(pack: str, role: str) -> None:
    """Without a profile nothing is left out, and everything that a rule asks is a question, once."""
    form = form_for(pack, role)
    bound = [rule for rule in pack_named(pack).rules if role in rule.roles]
    assert [one.rule.id for one in form.asking] == [rule.id for rule in bound]
    assert form.spared == ()
    names = [question.name for question in form.questions]
    assert len(names) == len(set(names))
    assert {name.split(".")[0] for rule in bound for name in rule.facts()} == {
        question.name for question in form.questions if question.direct
    }


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE)
def test_the_order_is_that_of_the_document(pack: str, role: str) -> None:
    """Questions come as the clauses ask them; only a register stands before the records that name its own."""
    form = form_for(pack, role)
    order = [rule.id for rule in pack_named(pack).rules]
    names = [question.name for question in form.questions]
    asked = [order.index(question.asked_by[0].rule.id) for question in form.questions]
    moved = {spec.to for question in form.questions for spec in question.spec.fields.values() if spec.to in names}
    kept = [place for place, question in zip(asked, form.questions, strict=True) if question.name not in moved]
    assert kept == sorted(kept)
    for question in form.questions:
        for name in question.reads:
            to = question.spec.fields[name].to if name in question.spec.fields else None
            if to in names and to != question.name:
                assert names.index(str(to)) < names.index(question.name)


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE)
def test_every_setting_of_the_rules_is_there(pack: str, role: str) -> None:
    form = form_for(pack, role)
    named = {name for one in form.asking for name in one.rule.settings()}
    assert named <= {one.parameter.id for one in form.settings}
    required = [one.required for one in form.settings]
    assert required == sorted(required, reverse=True)


ENTERPRISE = ("dadukou-2022", "enterprise")


@pytest.mark.parametrize(
    ("profile", "spared", "asked", "open_"),
    [
        pytest.param({}, 0, "confined_space_jobs", "hazard_classes", id="nothing known: everything is asked"),
        pytest.param(
            {"hazard_classes": frozenset({"dust_explosion"})},
            5,
            "own_standard_certified",
            "industries",
            id="no confined space: its four duties and those of chemicals fall away",
        ),
        pytest.param({"industries": frozenset()}, 22, "", "", id="of no industry: next to nothing is asked"),
        pytest.param({"hazard_classes": None}, 0, "confined_space_jobs", "hazard_classes", id="a blank"),
    ],
)
def test_what_surely_does_not_apply_is_not_asked(
    profile: Mapping[str, Cell], spared: int, asked: str, open_: str
) -> None:
    form = form_of((pack_named(ENTERPRISE[0]),), (ENTERPRISE[1],), profile)
    assert len(form.spared) == spared
    assert len(form.asking) + len(form.spared) == 23
    assert not asked or asked in [question.name for question in form.questions]
    assert not open_ or open_ in [question.name for question in form.profile]


def test_a_profile_that_decides_is_not_asked_on() -> None:
    """Once the industry is none of those, nobody needs to say whether the firm is a key firm."""
    form = form_of((pack_named("dadukou-2022"),), ("enterprise",), {"industries": frozenset({"other"})})
    assert "industries" in [question.name for question in form.profile]
    assert "key_firm" not in [question.name for question in form.profile]
    assert "own_major_hazards" not in [question.name for question in form.questions]


def test_an_element_that_does_not_apply_is_not_asked() -> None:
    pack = pack_named("dadukou-2022")
    with_, without = (
        {question.name: question for question in form_of((pack,), ("enterprise",), {"outsources_jobs": one}).questions}
        for one in (True, False)
    )
    assert "contractors" in with_["confined_space_conditions"].reads
    assert "contractors" not in without["confined_space_conditions"].reads


def test_an_open_reading_decides_nothing_until_it_is_given() -> None:
    """A bound that the organisation may still choose is unknown to a form, whatever its default: the rule is asked."""
    rule = {
        "measure": {"kind": "affirm", "fact": "plan"},
        "applies": {"employees": {"at_most": {"parameter": "quota"}}},
    }
    pack = world_of([rule])
    asked = form_of((pack,), ("firm",), {"employees": 100})
    assert [one.rule.id for one in asked.asking] == ["r0"]
    given = form_of((pack,), ("firm",), {"employees": 100}, {pack.id: {"quota": 99}})
    assert [one.rule.id for one in given.spared] == ["r0"]
    boundary = form_of((pack,), ("firm",), {"employees": 100}, {pack.id: {"quota": 100}})
    assert [one.rule.id for one in boundary.asking] == ["r0"]


def test_several_packs_ask_each_thing_once() -> None:
    packs = tuple(pack_named(name) for name in ("dadukou-2022", "shuangqiao-2022", "qianjiang-commerce-2022"))
    form = form_of(packs, ("enterprise",))
    names = [question.name for question in form.questions]
    assert len(names) == len(set(names))
    shared = [question for question in form.questions if len({one.pack.id for one in question.asked_by}) > 1]
    assert shared
    assert {one.pack.id for one in form.settings} == {pack.id for pack in packs}


def test_a_register_that_only_counts_may_be_left_out() -> None:
    questions = {question.name: question for question in form_for(*ENTERPRISE).questions}
    assert questions["frontline_posts"].counted_from == "posts"
    assert "frontline_posts" in questions["posts"].counts
    assert not questions["posts"].direct
    assert questions["teams"].direct
    assert questions["teams"].counts == ()


def specs() -> Iterator[tuple[str, FactSpec]]:
    return ((name, spec) for name, spec in pack_named("dadukou-2022").dictionary.facts.items())


def test_every_example_is_an_answer() -> None:
    """Whatever a form shows as an example, the reader takes."""
    for name, spec in specs():
        cells = {**spec.fields, **spec.elements}
        for key, one in cells.items():
            assert one.value(example_of(one, DAY)) is not None, f"{name}.{key}"
        if not cells:
            assert spec.value(example_of(spec, DAY)) is not None, name


@pytest.mark.parametrize(("pack", "role"), EVERY_ROLE)
def test_an_example_record_has_what_is_read(pack: str, role: str) -> None:
    for question in form_for(pack, role).questions:
        if question.spec.records:
            record = example_record(question, DAY)
            assert set(question.reads) <= set(record)
            assert record
            for name, raw in record.items():
                assert question.spec.fields[name].value(raw) is not None


def stripped(placed: Placed, rule: Rule, pack: Pack) -> Placed | None:
    """Return a case with only the fields that the rule is said to read; None where that takes nothing away."""
    reads: dict[str, set[str]] = {}
    for name, field in rule.measure.reads(pack.dictionary):
        reads.setdefault(name, set()).add(field)
    facts = placed.case.facts
    fewer: dict[str, Any] = {}
    for name, raw in (facts if isinstance(facts, Mapping) else {}).items():
        spec = pack.dictionary.facts[name]
        if spec.records and spec.identity and raw is not None:
            events = raw["events"] if isinstance(raw, Mapping) else raw
            kept = [{key: cell for key, cell in one.items() if key in reads.get(name, ())} for one in events]
            fewer[name] = {**raw, "events": kept} if isinstance(raw, Mapping) else kept
    if not fewer or all(fewer[name] == facts[name] for name in fewer):
        return None
    return evolve(placed, case=evolve(placed.case, facts={**facts, **fewer}))


@pytest.mark.parametrize("name", PACKS)
def test_no_other_field_decides(name: str) -> None:
    """Of every case of every pack only the fields are left that the rule is said to read: it comes out the same."""
    pack = pack_named(name)
    tried = 0
    for placed in read_cases(pack):
        rule = pack.rule(placed.case.rule)
        assert rule is not None
        fewer = stripped(placed, rule, pack)
        if fewer is not None:
            tried += 1
            assert judge_case(fewer, pack).wrong == (), placed.at
    assert tried


@pytest.mark.parametrize("name", PACKS)
def test_every_field_that_is_read_is_there(name: str) -> None:
    pack = pack_named(name)
    for rule in pack.rules:
        for fact, field in rule.measure.reads(pack.dictionary):
            assert field in pack.dictionary.facts[fact].fields
