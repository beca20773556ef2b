"""The house's frozen values do what those of attrs do."""

from __future__ import annotations

import copy
import json
import operator
import pickle
import subprocess
import sys
from functools import cached_property
from typing import Any

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

from safescore.frozen import frozen


@frozen(kw_only=True)
class Town:
    """Fields of every sort: told or not, compared or not, filled in later, brought by a default."""

    name: str
    firms: tuple[int, ...] = ()
    source: str = attrs.field(default="a", eq=False, repr=False)
    _seen: int = attrs.field(init=False, eq=False, repr=False, default=7)


@frozen
class One:
    held: int


@frozen
class Two(One):
    more: int = 0


@frozen
class Nothing:
    pass


@frozen(eq=False)
class Alone:
    held: int


@frozen(slots=False, kw_only=True)
class Counted:
    held: int

    @cached_property
    def twice(self) -> int:
        return self.held * 2


@frozen
class Named:
    held: int

    def __repr__(self) -> str:
        return "named"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 3


SAME: list[tuple[Any, Any]] = [
    (Town(name="a"), Town(name="a")),
    (Town(name="a", source="a"), Town(name="a", source="b")),
    (One(1), One(1)),
    (Two(1, 2), Two(1, 2)),
    (Nothing(), Nothing()),
    (Counted(held=1), Counted(held=1)),
    (Named(1), Named(2)),
]
DIFFERENT: list[tuple[Any, Any]] = [
    (Town(name="a"), Town(name="b")),
    (Town(name="a"), Town(name="a", firms=(1,))),
    (One(1), One(2)),
    (One(1), Two(1)),
    (Two(1), One(1)),
    (Two(1, 2), Two(1, 3)),
    (One(1), 1),
    (Nothing(), One(1)),
    (Alone(1), Alone(1)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_equal_has_one_hash(one: Any, other: Any) -> None:
    assert one == other
    assert operator.ne(one, other) is False
    assert hash(one) == hash(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_is_not_equal(one: Any, other: Any) -> None:
    assert one != other
    assert operator.eq(one, other) is False
    assert len({one, other}) == 2


def test_a_hash_needs_what_it_is_of() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(One([]))  # type: ignore[arg-type]


def test_a_value_is_shown_as_attrs_shows_it() -> None:
    assert repr(Town(name="a", firms=(1,))) == "Town(name='a', firms=(1,))"
    assert repr(Two(1)) == "Two(held=1, more=0)"
    assert repr(Nothing()) == "Nothing()"
    assert repr(Alone(1)) == "Alone(held=1)"
    assert repr(Named(1)) == "named"

    @attrs.frozen
    class Inner:
        held: int

    theirs = repr(Inner(1))
    ours = frozen(type("Inner", (), {"__annotations__": {"held": int}, "__qualname__": Inner.__qualname__}))
    assert repr(ours(1)) == theirs == "Inner(held=1)"


@pytest.mark.parametrize("one", [one for one, _ in SAME])
def test_a_value_comes_back_from_a_pickle_and_a_copy(one: Any) -> None:
    for back in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one), attrs.evolve(one)):
        assert back == one
        assert type(back) is type(one)
    far = Town(name="a", source="b")
    assert pickle.loads(pickle.dumps(far)).source == "b"
    assert pickle.loads(pickle.dumps(far))._seen == 7


def test_a_pickle_of_other_fields_is_refused() -> None:
    """A value that lacks a field never comes to be."""
    with pytest.raises(ValueError, match="shorter"):
        Two.__new__(Two).__setstate__((1,))  # type: ignore[attr-defined]


@pytest.mark.parametrize("one", [one for one, _ in SAME if not isinstance(one, Nothing)])
def test_a_value_does_not_change(one: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(one, attrs.fields(type(one))[0].name, 5)
    assert hasattr(one, "__dict__") == isinstance(one, Counted)


def test_fields_and_what_is_computed_once_stay() -> None:
    assert [one.name for one in attrs.fields(Town)] == ["name", "firms", "source", "_seen"]
    assert attrs.evolve(Town(name="a"), name="b") == Town(name="b")
    assert Counted(held=2).twice == 4
    with pytest.raises(TypeError, match="positional"):
        Town("a")  # type: ignore[call-arg]


def test_the_command_makes_its_values_so() -> None:
    """Whatever `check` brings is made by the house: methods that attrs compiles for each class cost every start."""
    code = """
import contextlib, io, json, sys, attrs
from safescore.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["check", "examples/dust-plant-2022.yaml", "--format", "json"])
homes = [one for name, one in sys.modules.items() if name.startswith("safescore.")]
found = {one for home in homes for one in vars(home).values() if isinstance(one, type) and attrs.has(one)}
frozen = {one for one in found if one.__setattr__ is attrs.frozen(type("Frozen", (), {})).__setattr__}
print(json.dumps(sorted(one.__name__ for one in frozen if "attrs" in one.__repr__.__code__.co_filename)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []
