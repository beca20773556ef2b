"""The schema of a submission: valid, of one mind with the reader, and of use to editors and check-jsonschema."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from safescore.assess import assess_all
from safescore.cli import main
from safescore.dictionary import CELLS, MOST, SCALARS, TYPES, FactSpec, FieldSpec
from safescore.errors import InvalidInput
from safescore.facts.read import TOP, open_submission, read_submission, with_tables
from safescore.form import form_of
from safescore.model import Alternative, Pack, Parameter
from safescore.packs.load import load_pack
from safescore.schema import DAY, schema_of, schema_text
from safescore.source import read
from safescore.words import LANGUAGES, Lang, Text
from tests.packs import PACKS, pack_named

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


DADUKOU = pack_named("dadukou-2022")
SAID = Text(zh="话", en="word")


@cache
def validator_of(*packs: str) -> Draft202012Validator:
    return Draft202012Validator(schema_of(map(pack_named, packs), "en"))


def submission(**more: Any) -> dict[str, Any]:
    return {"organization": {"id": "a", "name": "a", "roles": ["enterprise"]}, "period": 2022, **more}


def reader_takes(content: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return whether the reader takes a submission, and what it was given to read."""
    document = open_submission(content)
    try:
        read_submission(document, DADUKOU.dictionary, DADUKOU.roles)
    except InvalidInput:
        return False, document.content
    return True, document.content


def agree(content: Mapping[str, Any]) -> bool:
    """Return whether reader and schema, which must be of one mind, take a submission."""
    taken, given_ = reader_takes(content)
    validator = validator_of("dadukou-2022")
    if validator.is_valid(given_) != taken:
        errors = [error.message for error in validator.iter_errors(given_)]
        pytest.fail(f"{given_} is {'taken' if taken else 'refused'} by the reader; schema: {errors[:3]}")
    return taken


VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 12, MOST - 1, MOST, MOST + 1, 10**18 - 1,
    Decimal("-0.5"), Decimal("0.5"), Decimal("12.50"), Decimal(MOST) + Decimal("0.5"),
    "", " ", "\t", "\u3000", "\x1c", "\x85", "x", "x y", " x", "none", "None", "NONE", "true", "0", "70%",
    "\u200b", "甲", 999, 2022, 9999, 10000, "2022", "2022Q1", "2022Q4", "2022Q5", "2022Q0", "2022H1", "2022H3",
    "2022-01",
    "2022-12", "2022-13", "2022-00", "0000", "0001Q1", "22", "2022q1",
    "2022-01-01", "2022-02-28", "2022-02-29", "2024-02-29", "2000-02-29", "1900-02-29", "2022-02-30", "2022-04-30",
    "2022-04-31", "2022-12-31", "2022-12-32", "2022-00-10", "2022-13-01", "2022-1-1", "2022/01/01", "0000-01-01",
    "0001-01-01", "0004-02-29", "0100-02-29", "9999-12-31", "２０２２-01-01", " 2022-01-01", "2022-01-01 ",
    "2022-01-01\n",
    "2022-01-01 08:30", "2022-01-01T08:30", "2022-01-01 23:59", "2022-01-01 24:00", "2022-01-01 08:60",
    "2022-02-29 08:30", "2022-01-01  08:30", "2022-01-01 8:30", "2022-01-01t08:30",
    "2022-10-01..2022-10-07", "2022-10-01...2022-10-07", "2022-10-01..2022-02-30",
)  # fmt: skip


def entries() -> dict[str, tuple[str, FactSpec]]:
    """Return an entry of every type that the dictionary has, by its type."""
    found: dict[str, tuple[str, FactSpec]] = {}
    for name, spec in DADUKOU.dictionary.facts.items():
        if not spec.profile:
            found.setdefault(spec.type, (name, spec))
    return found


def cells() -> dict[str, tuple[str, str]]:
    """Return a field of every type that records have, by its type."""
    found: dict[str, tuple[str, str]] = {}
    for name, spec in DADUKOU.dictionary.facts.items():
        for field, one in spec.fields.items():
            found.setdefault(one.type, (name, field))
    return found


ENTRIES, FIELDS = entries(), cells()
PROFILE = {spec.type: name for name, spec in DADUKOU.dictionary.profile()}


def options_of(spec: Any) -> tuple[str, ...]:
    return (*spec.options, "no_such_option") if spec.options else ()


def test_every_type_is_tried() -> None:
    """A type that no entry of the dictionary has is tried as a private dictionary would have it."""
    assert set(FIELDS) == set(CELLS)
    assert {*ENTRIES, *PROFILE} <= set(TYPES)


Way = Callable[[Any], dict[str, Any]]


def fact(name: str) -> Way:
    return lambda raw: {"facts": {name: raw}}


def cell(name: str, field: str) -> Way:
    return lambda raw: {"facts": {name: [{field: raw}]}}


def waiver(key: str) -> Way:
    whole = {"rule": "x", "reason": "x", "approver": "x", "until": "9999-12-31"}
    return lambda raw: {"waivers": [{**whole, key: raw}]}


def file(key: str) -> Way:
    """Evidence counts up to the day of judgement, which is held against its day by the reader only."""
    return lambda raw: {"as_of": "9999-12-31", "evidence": {ENTRIES["flag"][0]: [{"path": "a.pdf", key: raw}]}}


def visited(key: str) -> Way:
    return lambda raw: {"verified": {"by": "x", "date": "2022-06-30", "facts": {}, key: raw}}


def found(name: str) -> Way:
    """What a visit says of a fact; records can only be corrected where there are some."""
    own: dict[str, Any] = {name: []} if DADUKOU.dictionary.facts[name].key else {}
    return lambda raw: {"facts": own, "verified": [{"by": "x", "date": "2022-06-30", "facts": {name: raw}}]}


def corrected(name: str, field: str) -> Way:
    key = dict.fromkeys(DADUKOU.dictionary.facts[name].key, "x")
    return lambda raw: found(name)([{**key, field: raw}])


KEYED = next(name for name, one in DADUKOU.dictionary.facts.items() if one.key and one.type == "register")
NO_KEY = next(name for name, one in DADUKOU.dictionary.facts.items() if one.records and not one.key)


def answer(key: str) -> Way:
    return lambda raw: {"organization": {"id": "a", "name": "a", "roles": ["enterprise"], key: raw}}


WAYS: dict[str, Way] = {
    **{f"fact {kind}": fact(name) for kind, (name, _) in ENTRIES.items()},
    **{f"field {kind}": cell(name, field) for kind, (name, field) in FIELDS.items()},
    **{f"waiver {key}": waiver(key) for key in ("rule", "reason", "approver", "from", "until")},
    **{f"organization {key}": answer(key) for key in ("id", "name", "roles", *PROFILE.values())},
    "series": lambda raw: {"facts": {ENTRIES["count"][0]: {"2022-06-30": raw, "2022-09-30": 1}}},
    "record": lambda raw: {"facts": {ENTRIES["register"][0]: [raw]}},
    "through": lambda raw: {"facts": {ENTRIES["events"][0]: {"through": raw, "events": []}}},
    "listed": lambda raw: {"facts": {ENTRIES["events"][0]: {"through": "2022-06-30", "events": raw}}},
    "facts": lambda raw: {"facts": raw},
    "as_of": lambda raw: {"as_of": raw},
    "period": lambda raw: {"period": raw},
    "packs": lambda raw: {"packs": raw},
    "pack": lambda raw: {"packs": [raw]},
    "evidence": lambda raw: {"evidence": raw},
    "files": lambda raw: {"evidence": {ENTRIES["flag"][0]: raw}},
    "file": lambda raw: {"evidence": {ENTRIES["flag"][0]: [raw]}},
    **{f"file {key}": file(key) for key in ("path", "sha256", "date", "note", "size")},
    "verified": lambda raw: {"verified": raw},
    "visit": lambda raw: {"verified": [raw]},
    **{f"visit {key}": visited(key) for key in ("by", "date", "facts", "note", "organization")},
    **{f"found {kind}": found(name) for kind, (name, _) in ENTRIES.items()},
    **{f"corrected {kind}": corrected(name, field) for kind, (name, field) in FIELDS.items()},
    "found by key": found(KEYED),
    "found without key": found(NO_KEY),
    "key": corrected(KEYED, DADUKOU.dictionary.facts[KEYED].key[0]),
    "whole": lambda raw: found(KEYED)({"whole": raw}),
    "whole of what has no key": lambda raw: found(NO_KEY)({"whole": raw}),
    "whole record": lambda raw: found(KEYED)({"whole": [raw]}),
    "whole and more": lambda raw: found(KEYED)({"whole": [], "through": raw}),
    "waivers": lambda raw: {"waivers": raw},
    "waiver": lambda raw: {"waivers": [raw]},
    "role": lambda raw: {"organization": {"id": "a", "name": "a", "roles": [raw]}},
    "organization": lambda raw: {"organization": raw},
}
REFUSED = {
    "role", "organization", "waiver", "visit", "file size", "visit organization", "whole of what has no key",
    "whole and more",
}  # fmt: skip
"""Where none of the values can stand."""
ROLES: tuple[Any, ...] = (["enterprise"], ["enterprise", "township"], ["enterprise", "x"], ["enterprise"] * 2)
BEYOND = ("0001-01-01", "0004-02-29", "0100-02-29", "1900-02-29", "2000-02-29")
"""Days before the period: `as_of` is held against it by the reader, and can't be by a schema."""


@pytest.mark.parametrize("way", WAYS)
def test_reader_and_schema_are_of_one_mind(way: str) -> None:
    """Every value, of the type and of any other, at every place: both take it, or both refuse it."""
    taken = 0
    for raw in (*VALUES, [], {}, [None], [1], ["x"], {"x": 1}, ["2022-01-01"], [True, False], [[]], [{}], *ROLES):
        if not (way == "as_of" and raw in BEYOND):
            taken += agree(submission(**WAYS[way](raw)))
    assert bool(taken) == (way not in REFUSED), "what is never taken shows nothing"


PATHS = (
    "a.pdf", "a/b.pdf", "./a", "a//b", "a/", "..a", "a..", "a/...", "a:b", "ab:c", "~/a", "-", " /a", "...", ".",
    "..\n", "a/..\n", "甲/乙.pdf", "/", "/a", "//h/s", "C:a", "c:/a", "1:x", "甲:x", "\n:x", ":x", "..", "../a",
    "a/../b", "a/..", "a\\b", "\\a", "C:\\a",
)  # fmt: skip
DIGESTS = (
    "a0" * 32, "A0" * 32, "aA" * 32, "a0" * 31, "a0" * 33, "g0" * 32, "a0" * 32 + "\n", " " + "a0" * 32, "０" * 64
)  # fmt: skip


def test_paths_of_evidence() -> None:
    """Alone or with more said of it, a path leads nowhere outside the folder."""
    outcomes = {path: agree(submission(**WAYS["file"](path))) for path in PATHS}
    for path, taken in outcomes.items():
        assert agree(submission(**WAYS["file path"](path))) == taken
    assert outcomes["甲/乙.pdf"]
    assert outcomes["..a"]
    assert not outcomes["1:x"]
    assert not outcomes["a/.."]


def test_digests_of_evidence() -> None:
    assert [agree(submission(**WAYS["file sha256"](one))) for one in DIGESTS] == [True] * 3 + [False] * 6


def test_evidence_is_for_facts_and_elements() -> None:
    checklist, spec = ENTRIES["checklist"]
    element = next(iter(spec.elements))
    profile = next(iter(PROFILE.values()))
    for name in (checklist, f"{checklist}.{element}", KEYED, NO_KEY, profile):
        assert agree(submission(evidence={name: ["a.pdf"]})), name
    for name in (
        "no_such_fact", f"{checklist}.", f"{checklist}.no_such_element", f"{checklist}.{element}.", f"{KEYED}.id",
        f"{KEYED}\n", f"{KEYED}.", f".{element}", "", ".", "organization",
    ):  # fmt: skip
        assert not agree(submission(evidence={name: ["a.pdf"]})), name


def test_a_visit_finds_what_the_dictionary_has() -> None:
    """Every fact may be blank in a visit, none about the organisation itself may stand in it."""
    for name, spec in DADUKOU.dictionary.facts.items():
        assert agree(submission(**found(name)(None))) == (not spec.profile)
    for name in ("no_such_fact", f"{KEYED}\n", "organization"):
        assert not agree(submission(facts={name: None}))
        assert not agree(submission(verified={"by": "x", "date": "2022-06-30", "facts": {name: None}}))


@pytest.mark.parametrize("left_out", ["by", "date", "facts", "note"])
def test_what_a_visit_must_say(left_out: str) -> None:
    whole = {"by": "x", "date": "2022-06-30", "facts": {}, "note": "x"}
    del whole[left_out]
    assert agree(submission(verified=whole)) == (left_out == "note")


TABLES = ("a.csv", "A.CSV", "q/a.csv", "./a.csv", ".csv", "a..csv", "甲.csv", " a.csv")
NO_TABLES = (
    *VALUES, [], {}, ["a.csv"], "a.txt", "a.csv ", "a.csv\n", "/a.csv", "~a.csv", "~/a.csv", "../a.csv", "q/../a.csv",
    "q/..", "a:b.csv", "C:a.csv", "q\\a.csv", "a.csv/", "a.csv.gz",
)  # fmt: skip


def test_records_in_csv_files(tmp_path: Path) -> None:
    """Whatever names a file, and whatever stands beside the name: the same is taken, if only the file is there."""
    (tmp_path / "q").mkdir()
    for name in TABLES:
        (tmp_path / name).write_text("id\nx\n", encoding="utf-8")
    register, events = KEYED, ENTRIES["events"][0]
    column = next(iter(DADUKOU.dictionary.facts[events].fields))
    (tmp_path / "e.csv").write_text(f"{column}\n", encoding="utf-8")

    def both(name: str, raw: Any) -> bool:
        content = open_submission(submission()).content | {"facts": {name: raw}}
        plain = evolve(open_submission(submission()), content=content)
        try:
            read_submission(with_tables(plain, tmp_path / "facts.yaml"), DADUKOU.dictionary, DADUKOU.roles)
            taken = True
        except InvalidInput:
            taken = False
        assert validator_of("dadukou-2022").is_valid(content) == taken, raw
        return taken

    assert all(both(register, {"csv": one}) for one in TABLES)
    assert not any(both(register, {"csv": one}) for one in NO_TABLES)
    assert both(events, {"csv": "e.csv"})
    days = [one for one in (*VALUES, [], {}) if both(events, {"csv": "e.csv", "through": one})]
    assert "2022-12-31" in days
    assert None not in days
    beside: tuple[dict[str, Any], ...] = ({"through": "2022-06-30"}, {"events": []}, {"whole": []}, {"x": 1})
    for more in beside:
        assert not both(register, {"csv": "a.csv", **more})
    assert not both(events, {"csv": "e.csv", "through": "2022-06-30", "events": []})
    assert not both(ENTRIES["count"][0], {"csv": "a.csv"})
    assert not both(ENTRIES["checklist"][0], {"csv": "a.csv"})
    assert not agree(submission(verified={"by": "x", "date": "2022-06-30", "facts": {register: {"csv": "a.csv"}}}))


def private() -> Pack:
    """Return the pack with a dictionary that has a plain fact, a field and an element of every type there is."""
    options = {"x": SAID, "none": SAID}
    specs = {
        kind: FieldSpec(type=kind, label=SAID, options=options if kind in ("choice", "choices") else {})
        for kind in CELLS
        if kind != "ref"
    }
    facts = {
        **{
            f"a_{kind}": FactSpec(type=kind, label=SAID, question=SAID, options=specs[kind].options) for kind in SCALARS
        },
        "a_register": FactSpec(type="register", label=SAID, question=SAID, fields=specs),
        "a_checklist": FactSpec(type="checklist", label=SAID, question=SAID, elements=specs),
    }
    dictionary = evolve(DADUKOU.dictionary, facts=facts, profile_names=(), derivations={})
    return evolve(DADUKOU, rules=(), dictionary=dictionary)


@pytest.mark.parametrize("kind", [kind for kind in CELLS if kind != "ref"])
def test_every_type_of_a_private_dictionary(kind: str) -> None:
    """As a fact, as a field and as an element, every value is taken by both or refused by both."""
    pack = private()
    validator = Draft202012Validator(schema_of((pack,), "zh"))
    outcomes = set()
    for raw in (*VALUES, [], {}, [None], ["x"], ["x", "none"], ["2022-01-01"], ["2022-01-01..2022-01-02"], {"x": 1}):
        for facts in ({f"a_{kind}": raw}, {"a_register": [{kind: raw}]}, {"a_checklist": {kind: raw}}):
            if next(iter(facts)) not in pack.dictionary.facts:
                continue
            document = open_submission(submission(facts=facts))
            try:
                read_submission(document, pack.dictionary, pack.roles)
                taken = True
            except InvalidInput:
                taken = False
            assert validator.is_valid(document.content) == taken, facts
            outcomes.add(taken)
    assert outcomes == {True, False}


@pytest.mark.parametrize("kind", [kind for kind in ("choice", "choices") if kind in FIELDS])
def test_options_are_those_of_the_entry(kind: str) -> None:
    name, field = FIELDS[kind]
    spec = DADUKOU.dictionary.facts[name].fields[field]
    for option in options_of(spec):
        raw = [option, option] if kind == "choices" else option
        assert agree(submission(facts={name: [{field: raw}]})) == (option in spec.options)


@pytest.mark.parametrize("key", [*TOP, "fact", "Facts", "parameter"])
def test_the_keys_at_the_top_are_those_of_the_reader(key: str) -> None:
    assert (key in validator_of("dadukou-2022").schema["properties"]) == (key in TOP)  # type: ignore[index]
    assert agree({**submission(), **({} if key in ("organization", "period") else {key: None})}) == (key in TOP)


@pytest.mark.parametrize("left_out", ["organization", "period", "id", "name", "roles"])
def test_what_must_be_there(left_out: str) -> None:
    content = submission()
    content.pop(left_out, None)
    content.get("organization", {}).pop(left_out, None)
    assert not agree(content)


@pytest.mark.parametrize("left_out", ["rule", "reason", "approver", "until", "from"])
def test_what_a_waiver_must_say(left_out: str) -> None:
    own = {"rule": "x", "reason": "x", "approver": "x", "from": "2022-01-01", "until": "2022-12-31"}
    del own[left_out]
    assert agree(submission(waivers=[own])) == (left_out == "from")


@pytest.mark.parametrize(
    "facts",
    [
        {"above_scale_firm": 1},
        {"employees": 45},
        {"Above_scale_firms": 1},
        {ENTRIES["register"][0]: [{"no_such_field": 1}]},
        {ENTRIES["checklist"][0]: {"no_such_element": True}},
        {ENTRIES["events"][0]: {"through": "2022-06-30", "events": [], "until": "2022-06-30"}},
        {ENTRIES["events"][0]: {"events": []}},
        {ENTRIES["events"][0]: {"through": "2022-06-30"}},
        {ENTRIES["count"][0]: {"2022-02-30": 1}},
        {ENTRIES["count"][0]: {"2022-06-30": {}}},
    ],
)
def test_slips_are_refused_by_both(facts: dict[str, Any]) -> None:
    assert not agree(submission(facts=facts))


def test_every_fact_of_the_dictionary_is_known() -> None:
    """A blank of every fact, asked by the pack or not, is taken; one under the organisation only where it belongs."""
    for name, spec in DADUKOU.dictionary.facts.items():
        assert agree(submission(facts={name: None})) == (not spec.profile)
    for name, _ in DADUKOU.dictionary.profile():
        content = submission()
        content["organization"][name] = None
        assert agree(content)


def test_every_day_of_two_centuries() -> None:
    import re

    day, pattern = date(1899, 12, 31), re.compile(f"(?:{DAY})\\Z")
    while day < date(2101, 3, 2):
        assert pattern.match(day.isoformat())
        day += timedelta(days=1)
    found = sum(
        bool(pattern.match(f"{year}-{month:02}-{number:02}"))
        for year in range(1900, 2101)
        for month in range(14)
        for number in range(34)
    )
    assert found == (date(2101, 1, 1) - date(1900, 1, 1)).days


JSONS = st.recursive(
    st.sampled_from(VALUES) | st.integers(-2, MOST + 2) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(("2022-06-30", "through", "events", "whole", "x", "id")), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=100)
@given(st.sampled_from(sorted(WAYS)), JSONS)
def test_whatever_it_is(way: str, raw: Any) -> None:
    """Generated values at generated places; only what takes several answers to see is left out."""
    text = json.dumps(raw, default=str)
    if way in ("as_of", "period", "organization", "facts") or ".." in text:
        return
    agree(submission(**WAYS[way](raw)))


KINDS = (
    Parameter(id="a_count", title=SAID, type="count"),
    Parameter(id="a_number", title=SAID, type="number"),
    Parameter(id="a_date", title=SAID, type="date"),
    Parameter(id="a_percent", title=SAID, type="percent"),
    Parameter(
        id="a_reading",
        title=SAID,
        type="reading",
        alternatives={"x": Alternative(value=1, title=SAID), "none": Alternative(value=2, title=SAID)},
    ),
)
SHARES = ("0%", "00%", "000%", "70%", "070%", "0070%", "99.9%", "100%", "100.0%", "100.1%", "101%", "70.%", "-1%",
          "70 %", f"1.{'0' * 12}%", f"1.{'0' * 13}%", f"100.{'0' * 12}%", f"100.{'0' * 13}%")  # fmt: skip


@pytest.mark.parametrize("parameter", KINDS, ids=lambda one: one.type)
def test_parameters_too(parameter: Parameter) -> None:
    """At the top and under the pack's id, a parameter is taken as the assessment takes it."""
    pack = evolve(DADUKOU, rules=(), head=evolve(DADUKOU.head, parameters=(*DADUKOU.head.parameters, parameter)))
    validator = Draft202012Validator(schema_of((pack,), "zh"))
    outcomes = set()
    for raw in (*VALUES, *SHARES, [], {}):
        whole = (raw, {"dadukou-2022": raw}) if parameter is KINDS[0] else ()
        for given_ in ({parameter.id: raw}, {"dadukou-2022": {parameter.id: raw}}, *whole):
            document = open_submission(submission(parameters=given_))
            try:
                assess_all(document, (pack,))
                taken = True
            except InvalidInput:
                taken = False
            assert validator.is_valid(document.content) == taken, given_
            outcomes.add(taken)
    assert outcomes == {True, False}


def test_a_schema_is_of_several_packs() -> None:
    """The parameters of each pack stand under its id, and what only one dictionary knows is taken."""
    both = validator_of("dadukou-2022", "qijiang-2023")
    assert both.is_valid(submission(parameters={"death_quota": 3, "qijiang-2023": {"reports_heard": 2}}))
    assert not both.is_valid(submission(parameters={"qijiang-2023": {"death_quota": 3}}))
    assert not validator_of("dadukou-2022").is_valid(submission(parameters={"reports_heard": 2}))


@pytest.mark.parametrize(("name", "lang"), list(zip(PACKS, cycle(LANGUAGES), strict=False)))
def test_the_schema_is_a_schema(name: str, lang: Lang) -> None:
    """Nothing but its own definitions is referred to; the metaschema is held against it by check-jsonschema."""
    schema = schema_of((pack_named(name),), lang)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    refs = {one for one in references(schema) if not one.startswith("#/$defs/")}
    assert refs == set(), "nothing is fetched from anywhere"
    assert {one.removeprefix("#/$defs/") for one in references(schema)} <= set(schema["$defs"])


def references(schema: Any) -> list[str]:
    if isinstance(schema, Mapping):
        own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        return own + [one for inner in schema.values() for one in references(inner)]
    return [one for inner in schema for one in references(inner)] if isinstance(schema, list) else []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_asked_has_its_words(lang: Lang) -> None:
    schema = schema_of((DADUKOU,), lang)
    form = form_of((DADUKOU,), DADUKOU.roles)
    for question in form.questions:
        one = schema["properties"]["facts"]["properties"][question.name]
        assert one["title"] == question.spec.label.to(lang)
        assert question.spec.question.to(lang) in one["description"]
        assert question.asked_by[0].clause in one["description"]
    for open_ in form.settings:
        assert schema["properties"]["parameters"]["properties"][open_.parameter.id]["title"] == (
            open_.parameter.title.to(lang)
        )


def test_a_role_is_offered_its_own_facts_and_refused_none() -> None:
    """With a role editors offer only what it is asked; what is taken and refused stays the same."""
    own = schema_of((DADUKOU,), "zh", form_of((DADUKOU,), ("enterprise",)))
    offered = own["properties"]["facts"]["properties"]
    assert "confined_space_jobs" in offered
    assert "above_scale_firms" not in offered
    validator = Draft202012Validator(own)
    assert validator.is_valid(submission(facts={"above_scale_firms": 203}))
    assert not validator.is_valid(submission(facts={"above_scale_firms": "203"}))


def test_same_input_same_bytes() -> None:
    assert schema_text((DADUKOU,), "zh") == schema_text((load_pack("dadukou-2022"),), "zh")


BAD = {
    "an unknown key": ("above_scale_firms: 203", "above_scale_firm: 203"),
    "a count in quotes": ("above_scale_firms: 203", 'above_scale_firms: "203"'),
    "a negative count": ("above_scale_firms: 203", "above_scale_firms: -1"),
    "a day that does not exist": ("found_on: 2021-10-19", "found_on: 2021-02-29"),
    "no option": ("grade: major", "grade: huge"),
    "an unknown field": ("key_firm: true", "key_frm: true"),
    "a dated series of no day": ("2022-06-30: 139", "2022-06-31: 139"),
    "a role that there is not": ("- safety_committee_office", "- safety_comittee"),
    "a flag in words": ("reporting_channel: true", "reporting_channel: yes indeed"),
    "no period": ("period: 2022", "perod: 2022"),
}


def test_check_jsonschema_takes_what_the_reader_takes(tmp_path: Path) -> None:
    """The client that people run in CI, over files as they are, under the schema that the command writes.

    It takes the schema itself, all examples and a new form, and refuses every example with one slip in it; so does the
    reader. In one run under the packs of all of them; and each under its own packs, as the client does.
    """
    form, schema = tmp_path / "form.yaml", tmp_path / "schema.json"
    assert main(["init", "--pack", "dadukou-2022", "--role", "enterprise", "-o", str(form)]) == 0
    assert main(["schema", *(word for one in PACKS for word in ("--pack", one)), "-o", str(schema)]) == 0
    good = [*EXAMPLES, form]
    assert len(good) >= 16
    for path in good:
        content: Any = read(path).content
        assert set(content["packs"]) <= set(PACKS)
        errors = [error.message for error in validator_of(*content["packs"]).iter_errors(content)]
        assert errors == [], path
    text = (ROOT / "examples" / "district-committee-2022.yaml").read_text("utf-8")
    bad = []
    for number, (old, new) in enumerate(BAD.values()):
        assert old in text
        bad.append(tmp_path / f"bad{number}.yaml")
        bad[-1].write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InvalidInput):
            read_submission(open_submission(bad[-1]), DADUKOU.dictionary, DADUKOU.roles)
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, "--output-format", "json", *good, *bad],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert found["parse_errors"] == []
    assert {Path(one["filename"]) for one in found["errors"]} == set(bad), done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pack", "dadukou"), "did you mean"),
        (("--pack", "dadukou-2022", "--role", "enterprize"), "did you mean 'enterprise'?"),
        ((), "--pack"),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", *arguments, "--lang", "en"]) == 2
    assert said in capsys.readouterr().err


def test_the_command_writes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--pack", "dadukou-2022", "--role", "enterprise", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Submission"


def test_the_command_writes_a_file_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "schema.json"
    words = ["schema", "--pack", "dadukou-2022", "-o", str(out)]
    assert main(words) == 0
    first = out.read_bytes()
    assert main([*words, "--lang", "en"]) == 2
    assert out.read_bytes() == first
    assert "--force" in capsys.readouterr().err
    assert main([*words, "--lang", "en", "--force"]) == 0
    assert json.loads(out.read_bytes())["title"] == "Submission"
