"""What linking a pack to the dictionary refuses: names that conditions read otherwise, facts that can not answer."""

from __future__ import annotations

import pytest

from safescore.dictionary import FieldReader
from safescore.errors import Fault
from safescore.expr import Wrong, parse
from safescore.measures import Links
from safescore.measures.ratio import Ratio
from safescore.packs.entries import read_dictionary
from safescore.source import parse as document
from safescore.words import LANGUAGES, Lang
from tests.worlds import assessed, pack_of, world
from tests.wrong_measures import WRONG, golden, said, text

ENTRY = """
jobs:
  type: register
  label: {zh: 作业, en: jobs}
  question: {zh: 有哪些？, en: "which?"}
  unit: {zh: 项, one: job, many: jobs}
  fields:
    due: {type: date, label: {zh: 期限, en: due}}
"""


def test_a_field_is_not_called_due() -> None:
    faults: list[Fault] = []
    read_dictionary([document(ENTRY, "facts.yaml")], faults)
    assert [(one.at.line, one.at.column) for one in faults] == [(8, 10)]
    assert "can't be called 'due'" in faults[0].problem.en


def test_one_of_is_for_words() -> None:
    wrong: list[Wrong] = []
    parse({"employees": {"one_of": [29, 30]}}, FieldReader(world().dictionary.facts), wrong)
    assert "a field of words" in str(wrong[0].hint)


def test_an_answer_of_the_profile_is_no_fact() -> None:
    links = Links(world().dictionary)
    Ratio(part="part", whole="employees").linked(links, ())
    assert any("profile" in one.problem.en for one in links.wrong)


def test_a_blank_occasion_is_named_as_missing() -> None:
    measure = {
        "kind": "frequency",
        "events": "meetings",
        "at_least": 1,
        "every": "occasion",
        "occasions": "feasts",
        "counts": {"kind": "plenary"},
    }
    meeting = {"held_on": "2022-01-20", "kind": "plenary", "firm": "F0", "form": "heard"}
    submission = {
        "organization": {"id": "X", "name": "X", "roles": ["firm"]},
        "period": 2022,
        "facts": {"meetings": [meeting]},
    }
    (finding,) = assessed(pack_of([{"measure": measure}]), submission).findings
    assert "facts.meetings[0].feast" in finding.missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_said_of_a_wrong_measure(lang: Lang) -> None:
    assert text(lang) == golden(lang).read_text("utf-8")


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_measure_is_taken(name: str) -> None:
    assert list(said(WRONG[name], "zh"))
