"""Names that a user gives: found, or answered with the nearest there is."""

from __future__ import annotations

from collections.abc import Iterable

from safescore.errors import Fault, InvalidInput, Refused
from safescore.expr import suggestion
from safescore.model import Pack, Rule
from safescore.packs.find import built_in
from safescore.packs.load import load_pack
from safescore.words import Text

OWNER = Text(zh="责任单位", en="owner")
ROLE = Text(zh="角色", en="role")
CLAUSE = Text(zh="条款", en="clause")
RULE = Text(zh="规则", en="rule")


class UnknownNameError(Refused):
    """There is nothing of this name."""

    def __init__(self, what: Text, name: str, known: Iterable[str]) -> None:
        problem = Text(zh=f"没有{what.zh}“{name}”", en=f"there is no {what.en} {name!r}")
        super().__init__(problem, suggestion(name, tuple(dict.fromkeys(known))))


class SeveralError(Refused):
    """The name stands for a rule of several packs."""

    def __init__(self, name: str, packs: Iterable[str]) -> None:
        given = [f"--pack {one}" for one in packs]
        problem = Text(zh=f"规则“{name}”见于几个规则包", en=f"the rule {name!r} is in several packs")
        super().__init__(problem, Text(zh=f"写明{'或'.join(given)}", en=f"give {' or '.join(given)}"))


class WrongOptionError(Refused):
    """An option does not fit the packs that were named."""


def load_packs(names: Iterable[str]) -> tuple[Pack, ...]:
    """Return the packs of these names. Raises InvalidInput with every fault of all, WrongOptionError without a name."""
    faults: list[Fault] = []
    packs: list[Pack] = []
    for name in dict.fromkeys(names):
        try:
            packs.append(load_pack(name))
        except InvalidInput as error:
            faults.extend(error.faults)
    if faults:
        raise InvalidInput(faults)
    if not packs:
        problem = Text(zh="没有写明规则包", en="no pack is named")
        hint = Text(
            zh="写明--pack；safescore packs列出内置的规则包", en="give --pack; safescore packs lists the built-in ones"
        )
        raise WrongOptionError(problem, hint)
    return tuple(packs)


def check_roles(roles: Iterable[str], packs: tuple[Pack, ...]) -> None:
    """Raise UnknownNameError if one of the packs does not know a role."""
    bound = dict.fromkeys(role for pack in packs for rule in pack.rules for role in rule.roles)
    for role in roles:
        if not all(role in pack.roles for pack in packs):
            raise UnknownNameError(Text(zh="角色", en="role"), role, bound)


def find_rule(name: str, packs: Iterable[str]) -> tuple[Pack, Rule]:
    """Return a rule and its pack, by its id with the pack's before it, or by its id alone in one of these packs.

    Raises UnknownNameError, SeveralError, or InvalidInput where a pack can't be read.
    """
    asked = tuple(packs)
    prefix = name.partition(".")[0]
    if not asked:
        asked = (prefix,) if prefix in built_in() else tuple(built_in())
    found: list[tuple[Pack, Rule]] = []
    known: list[str] = []
    unread: InvalidInput | None = None
    for one in asked:
        try:
            pack = load_pack(one)
        except InvalidInput as error:
            unread = error
            continue
        rule = pack.rule(name)
        if rule is not None:
            found.append((pack, rule))
        known.extend(f"{pack.id}.{rule.id}" if name.startswith(f"{pack.id}.") else rule.id for rule in pack.rules)
    if len(found) == 1:
        return found[0]
    if found:
        raise SeveralError(name, (pack.id for pack, _ in found))
    if unread is not None:
        raise unread
    raise UnknownNameError(RULE, name, known)
