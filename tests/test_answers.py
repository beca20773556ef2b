"""Records told apart from their repetitions: once, twice, or perhaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safescore.dictionary import FactSpec, FieldSpec
from safescore.facts import answers
from safescore.facts.answers import Clash, Record, told_apart
from safescore.words import Text, Unit

LABEL = Text(zh="甲", en="a")
FIELDS = {name: FieldSpec(type="text", label=LABEL) for name in ("id", "a", "b")}
UNIT = Unit(zh="条", one="record", many="records")


def spec(**more: Any) -> FactSpec:
    return FactSpec(type="register", label=LABEL, question=LABEL, unit=UNIT, fields=FIELDS, **more)


KEYED = spec(key=("id",))
PAIRED = FactSpec(type="events", label=LABEL, question=LABEL, unit=UNIT, fields=FIELDS, same_when=("a", "b"))
BARE = spec()


def told(
    spec_: FactSpec, *rows: Mapping[str, str | None]
) -> tuple[list[dict[str, Any]], list[int], list[int], list[Clash]]:
    """Return the records kept, those in doubt, the repetitions, and the clashes, all by index."""
    records = [Record(cells=cells, index=index) for index, cells in enumerate(rows)]
    kept, repeated, clashes = told_apart(spec_, records)
    return [dict(one.cells) for one in kept], [one.index for one in kept if one.doubtful], repeated, clashes


X, Y = {"id": "1", "a": "x", "b": "y"}, {"id": "2", "a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("spec_", "rows", "kept", "doubtful", "repeated", "clashing"),
    [
        pytest.param(KEYED, (X, Y), [X, Y], [], [], [], id="two keys are two records"),
        pytest.param(KEYED, (X, dict(X)), [X], [], [1], [], id="the same key and values are one"),
        pytest.param(KEYED, (X, {"id": "1", "a": "x", "b": None}), [X], [], [1], [], id="one blank, the same record"),
        pytest.param(
            KEYED, ({"id": "1", "a": "x"}, {"id": "1", "b": "y"}), [X], [], [1], [], id="they fill each other"
        ),
        pytest.param(KEYED, (X, {"id": "1", "a": "z"}), [X], [], [1], ["a"], id="another value is a clash"),
        pytest.param(KEYED, (X, {"id": "1", "a": "z", "b": "z"}), [X], [], [1], ["a", "b"], id="two clashes"),
        pytest.param(
            KEYED,
            ({"id": "1", "a": "x"}, {"id": "1", "b": "y"}, {"id": "1", "a": "z"}),
            [X],
            [],
            [1, 2],
            ["a"],
            id="a third that contradicts what two said",
        ),
        pytest.param(
            KEYED,
            (X, {"id": None, "a": "x", "b": "y"}),
            [X, {"id": None, "a": "x", "b": "y"}],
            [1],
            [],
            [],
            id="without its key it may be the other",
        ),
        pytest.param(
            KEYED,
            (X, {"id": None, "a": "z", "b": "y"}),
            [X, {"id": None, "a": "z", "b": "y"}],
            [],
            [],
            [],
            id="without its key, but it differs",
        ),
        pytest.param(KEYED, (X, {}), [X, {}], [1], [], [], id="a record that says nothing"),
        pytest.param(KEYED, ({},), [{}], [], [], [], id="the only one is nobody's repetition"),
        pytest.param(
            KEYED, ({"a": "x"}, {"b": "y"}), [{"a": "x"}, {"b": "y"}], [0, 1], [], [], id="two without keys may be one"
        ),
        pytest.param(PAIRED, (X, Y), [X], [], [1], ["id"], id="the same when these are equal, and the rest differs"),
        pytest.param(PAIRED, (X, {**X, "b": "z"}), [X, {**X, "b": "z"}], [], [], [], id="one of them differs"),
        pytest.param(PAIRED, (X, {**X, "b": None}), [X, {**X, "b": None}], [1], [], [], id="one of them is blank"),
        pytest.param(BARE, (X, dict(X)), [X], [], [1], [], id="without a key only equal records are one"),
        pytest.param(BARE, (X, Y), [X, Y], [], [], [], id="without a key any difference is another record"),
        pytest.param(BARE, (X, {**X, "b": None}), [X, {**X, "b": None}], [1], [], [], id="without a key, one blank"),
        pytest.param(BARE, (), [], [], [], [], id="no records"),
    ],
)
def test_told_apart(
    spec_: FactSpec, rows: Any, kept: list[Any], doubtful: list[int], repeated: list[int], clashing: list[str]
) -> None:
    """The same key with equal or blank values is one record; with others a clash; a blank key is in doubt."""
    found = told(spec_, *rows)
    assert found[:3] == (kept, doubtful, repeated)
    assert [one.field for one in found[3]] == clashing


CELL = st.sampled_from(("x", "y", None))
ROWS = st.lists(st.fixed_dictionaries({"id": CELL, "a": CELL, "b": CELL}), max_size=6)


@given(st.sampled_from((KEYED, PAIRED, BARE)), ROWS)
def test_nothing_is_lost(spec_: FactSpec, rows: list[dict[str, Any]]) -> None:
    """Every record is kept or a repetition, in order; the kept ones have their own identities."""
    kept, doubtful, repeated, _ = told(spec_, *rows)
    assert len(kept) + len(repeated) == len(rows)
    identity = spec_.identity or tuple(FIELDS)
    names = [tuple(one.get(name) for name in identity) for one in kept]
    whole = [name for name in names if None not in name]
    assert len(set(whole)) == len(whole)
    assert len(doubtful) <= sum(None in name for name in names)


def test_too_many_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many to hold against each other, every incomplete record is in doubt."""
    monkeypatch.setattr(answers, "MOST_COMPARISONS", 1)
    rows: list[dict[str, str | None]] = [{"id": "1", "a": "x"}, {"id": None, "a": "y"}]
    assert told(KEYED, *rows)[1] == [1]


def test_a_clash_names_the_record_that_said_so() -> None:
    """Of three with one identity, the second gives what the first lacks, and the third gives it otherwise."""
    spec = FactSpec(
        type="register",
        label=LABEL,
        question=LABEL,
        key=("id",),
        fields={"id": FieldSpec(type="text", label=LABEL), "closed_on": FieldSpec(type="date", label=LABEL)},
    )
    cells: tuple[dict[str, Any], ...] = ({"id": "A"}, {"id": "A", "closed_on": 1}, {"id": "A", "closed_on": 2})
    records = [Record(cells=one, index=index) for index, one in enumerate(cells)]
    kept, repeated, clashes = told_apart(spec, records)
    assert [one.cells for one in kept] == [{"id": "A", "closed_on": 1}]
    assert repeated == [1, 2]
    assert clashes == [Clash(first=1, second=2, field="closed_on")]
