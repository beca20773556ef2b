"""The form: what an organisation must answer, each thing once, and nothing that surely does not concern it."""

from __future__ import annotations

from functools import cache

import pytest

from safescore.form import Form, form_of
from safescore.model import Pack
from safescore.packs.find import built_in
from safescore.packs.load import load_pack


@cache
def pack_of(name: str) -> Pack:
    return load_pack(name)


def every_role() -> list[tuple[str, str]]:
    packs = [pack_of(name) for name in built_in()]
    return [(pack.id, role) for pack in packs for role in sorted({role for rule in pack.rules for role in rule.roles})]


@cache
def form_for(pack: str, role: str) -> Form:
    return form_of((pack_of(pack),), (role,))


@pytest.mark.parametrize(("pack", "role"), every_role())
def test_every_rule_of_the_role_is_asked(pack: str, role: str) -> None:
    """Without a profile nothing is left out, and everything that a rule asks is a question, once."""
    form = form_for(pack, role)
    bound = [rule for rule in pack_of(pack).rules if role in rule.roles]
    assert [one.rule.id for one in form.asking] == [rule.id for rule in bound]
    assert form.spared == ()
    names = [question.name for question in form.questions]
    assert len(names) == len(set(names))
    assert {name.split(".")[0] for rule in bound for name in rule.facts()} <= set(names)
