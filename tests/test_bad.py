"""Broken submissions: every fault of every file in one run, in both languages, each where the offending text stands."""

from __future__ import annotations

from collections import Counter

import pytest

from safescore.words import LANGUAGES, Lang
from tests.bad import FOLDER, entries, golden, messages, planted, told


def test_there_are_many() -> None:
    """At least forty, and most of them with several faults."""
    assert len(entries()) >= 40
    assert sum(len(planted(name)) > 2 for name in entries()) >= 30


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", entries())
def test_messages(name: str, lang: Lang) -> None:
    """The input is unusable, nothing is reported, and the messages are those that were read and kept."""
    code, said, reported = messages(name, lang)
    assert (code, reported) == (2, "")
    assert "Traceback" not in said
    assert said == golden(name, lang).read_text("utf-8")


@pytest.mark.parametrize("name", entries())
def test_everything_planted_is_told_in_one_run(name: str) -> None:
    """No place too few, none too many, and the language changes neither places nor order."""
    chinese, english = (list(told(golden(name, lang).read_text("utf-8"))) for lang in LANGUAGES)
    assert chinese == english
    assert Counter(one.place for one in chinese) == Counter(one.place for one in planted(name))


@pytest.mark.parametrize("name", entries())
def test_a_place_is_that_of_the_offending_text(name: str) -> None:
    """What stands at the line and the column of a fault is what is wrong."""
    for one in planted(name):
        text = (FOLDER / name / one.file).read_bytes()
        encoding = {"gbk": "gbk", "gb18030": "gb18030", "utf-16": "utf-16"}.get(name, "utf-8")
        line = text.decode(encoding, errors="replace").split("\n")[one.line - 1]
        assert line[one.column - 1 :].startswith(one.text)
