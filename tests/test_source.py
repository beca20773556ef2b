"""The reader refuses whatever YAML, JSON and encodings can be mistaken for, each at its line and column."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safescore import source
from safescore.errors import Fault, InvalidInput, Location, SafescoreError
from safescore.source import Limits, parse, read
from safescore.words import LANGUAGES, Text
from tests.conftest import EXAMPLES

Place = tuple[int, int]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with either parser, for there is no libyaml in a browser."""
    monkeypatch.setattr(source, "_LOADER", getattr(yaml, request.param, yaml.SafeLoader))


def faults(text: str, limits: Limits = source.LIMITS, *, json: bool = False) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as refused:
        parse(text, "facts.yaml", limits, json=json)
    for fault in refused.value.faults:
        assert fault.hint is not None
        for lang in LANGUAGES:
            assert fault.hint.to(lang)
            assert "{" not in fault.problem.to(lang)
    return refused.value.faults


def places(text: str, limits: Limits = source.LIMITS, *, json: bool = False) -> list[Place]:
    return [(fault.at.line, fault.at.column) for fault in faults(text, limits, json=json)]


def content(text: str, *, json: bool = False) -> Any:
    return parse(text, "facts.yaml", json=json).content


# What is said, by line and column; several where several things are wrong.
TRAPS = [
    pytest.param("v: no", [(1, 4, "'no'")], id="no is false somewhere"),
    pytest.param("v: on", [(1, 4, "'on'")], id="on is true somewhere"),
    pytest.param("v: NO", [(1, 4, "'NO'")], id="NO is false somewhere"),
    pytest.param("v: y", [(1, 4, "'y'")], id="y is true somewhere"),
    pytest.param("v: True", [(1, 4, "'True'")], id="True is not true"),
    pytest.param("v: Null", [(1, 4, "'Null'")], id="Null is not null"),
    pytest.param("v: 12:30", [(1, 4, "'12:30'")], id="a time of day is 750"),
    pytest.param("v: 1:30.5", [(1, 4, "'1:30.5'")], id="minutes are 90.5"),
    pytest.param("v: 017", [(1, 4, "'017'")], id="an octal number"),
    pytest.param("v: 0012", [(1, 4, "'0012'")], id="a code with leading zeros"),
    pytest.param("v: 08", [(1, 4, "'08'")], id="no octal number"),
    pytest.param("v: 0o17", [(1, 4, "'0o17'")], id="an octal number of YAML 1.2"),
    pytest.param("v: 0x1f", [(1, 4, "'0x1f'")], id="a hexadecimal number"),
    pytest.param("v: 0b11", [(1, 4, "'0b11'")], id="a binary number"),
    pytest.param("v: 1_000", [(1, 4, "'1_000'")], id="an underscore in a number"),
    pytest.param("v: 1e3", [(1, 4, "'1e3'")], id="an exponent without a point"),
    pytest.param("v: 1.0e3", [(1, 4, "'1.0e3'")], id="an exponent"),
    pytest.param("v: +5", [(1, 4, "'+5'")], id="a plus sign"),
    pytest.param("v: .5", [(1, 4, "'.5'")], id="no digit before the point"),
    pytest.param("v: 5.", [(1, 4, "'5.'")], id="no digit after the point"),
    pytest.param("v: 1.2.3", [(1, 4, "'1.2.3'")], id="a version of three parts"),
    pytest.param("v: .nan", [(1, 4, "'.nan'")], id="not a number"),
    pytest.param("v: -.inf", [(1, 4, "'-.inf'")], id="infinity"),
    pytest.param("v: =", [(1, 4, "'='")], id="the value sign"),
    pytest.param(f"v: {'9' * 5000}", [(1, 4, "too long")], id="5000 digits"),
    pytest.param(f"v: 0.{'1' * 19}", [(1, 4, "too long")], id="19 digits after the point"),
    pytest.param("v: 1\nv: 2", [(2, 1, "first on line 1")], id="the same key twice"),
    pytest.param("v: 1\n'v': 2\nv: 3", [(2, 1, "on line 1"), (3, 1, "on line 1")], id="the same key three times"),
    pytest.param("a: {b: 1, b: 2}\nb: 3", [(1, 11, "'b'")], id="the same key twice within"),
    pytest.param("1: a\n1.0: c", [(1, 1, "a key must"), (2, 1, "a key must")], id="numbers as keys"),
    pytest.param("true: a", [(1, 1, "a key must")], id="true as key"),
    pytest.param("no: a", [(1, 1, "'no'")], id="no as key"),
    pytest.param("? \n: a", [(1, 2, "a key must")], id="nothing as key"),
    pytest.param("? [1, 2]\n: a\nb: c", [(1, 3, "a list or a mapping")], id="a list as key"),
    pytest.param("? {a: 1}\n: b\na: c\nc: d", [(1, 3, "a list or a mapping")], id="a mapping as key"),
    pytest.param("a: &x 1\nb: *x", [(1, 4, "(&)"), (2, 4, "(*)")], id="an anchor and its alias"),
    pytest.param("*x : 1", [(1, 1, "(*)")], id="an alias as key"),
    pytest.param("- *x", [(1, 3, "(*)")], id="an alias in a list"),
    pytest.param("a: &x !!str 1", [(1, 4, "(!)"), (1, 4, "(&)")], id="an anchor and a tag"),
    pytest.param("a: !!python/name:os.system x", [(1, 4, "(!)")], id="a tag that would run code"),
    pytest.param("a: ! x", [(1, 4, "(!)")], id="the tag without a name"),
    pytest.param("<<: {a: 1}", [(1, 1, "<<")], id="a merge key"),
    pytest.param("a: 1\n---\nb: 2", [(2, 1, "second document")], id="two documents"),
    pytest.param("v：1", [(1, 2, "'v'")], id="a full-width colon, alone"),
    pytest.param("a: 1\nv：1\nb: 2", [(2, 2, "'v'")], id="a full-width colon, seen on the next line"),
    pytest.param("v：1\nb: 2", [(1, 2, "'v'")], id="a full-width colon on the first line"),
    pytest.param("a:\n  会议次数：1", [(2, 7, "'会议次数'")], id="a full-width colon within"),
    pytest.param("a: 1\n  b：2", [(2, 4, "'b'")], id="a full-width colon in a line that is swallowed"),
    pytest.param("- name：x", [(1, 7, "'name'")], id="a full-width colon in a list"),
    pytest.param("- 名称：2\n  b: 3", [(1, 5, "'名称'")], id="a full-width colon in a list of mappings"),
    pytest.param("{a：1, b: 2}", [(1, 3, "'a'")], id="a full-width colon in braces"),
    pytest.param("a: 1\nb:2\nc: 3", [(2, 2, "no ASCII space")], id="no blank after the colon"),
    pytest.param("a:\u30001", [(1, 3, "no ASCII space")], id="an ideographic space after the colon"),
    pytest.param("a: x\u2028b: z", [(1, 5, "U+2028 line separator")], id="a line separator"),
    pytest.param("a: x\u2029b: z", [(1, 5, "U+2029 paragraph separator")], id="a paragraph separator"),
    pytest.param("a: x\x85b: z", [(1, 5, "U+0085 control")], id="a next-line character"),
    pytest.param("a: x\rb: z\n", [(1, 5, "U+000D control")], id="a lone carriage return"),
    pytest.param("a: x\rb: z\r", [(1, 5, "CR alone")], id="an old Mac file"),
    pytest.param("a: x\n\ufeffb: z", [(2, 1, "U+FEFF zero width")], id="a byte order mark within"),
    pytest.param("a: 1 # \x00\x07\x00", [(1, 8, "U+0000 control character, U+0007")], id="control characters"),
    pytest.param("a: x\x85c: z\na: 1", [(1, 5, "U+0085"), (2, 1, "first on line 1")], id="a hidden line and more"),
    pytest.param("a:\n\u3000b: 1", [(2, 1, "U+3000 ideographic")], id="a key indented with U+3000"),
    pytest.param("a:\n  \u3000b", [(2, 3, "indented")], id="a value indented with U+3000"),
    pytest.param("a:\n  - b\n \xa0- c", [(3, 2, "indented")], id="a list indented with a no-break space"),
    pytest.param("a: b\n\u3000\u3000\u3000c", [(2, 1, "indented")], id="text that goes on after U+3000"),
    pytest.param("ke\u200by: 1", [(1, 3, "U+200B zero width space")], id="a zero-width space in a key"),
    pytest.param('x: 1\n"a\xa0b": 1', [(2, 3, "U+00A0 no-break")], id="a no-break space in a quoted key"),
    pytest.param('"a\\u200bb": 1', [(1, 1, "U+200B")], id="a zero-width space as escape in a key"),
    pytest.param("a\u3164b: 1", [(1, 2, "U+3164 hangul filler")], id="a filler in a key"),
    pytest.param("\u3000a: 1", [(1, 1, "U+3000")], id="a key that begins with U+3000"),
    pytest.param("a\xa0: 1", [(1, 2, "U+00A0")], id="a key that ends with a no-break space"),
    pytest.param("a: \u30001", [(1, 4, "begins")], id="a value that begins with U+3000"),
    pytest.param("a: 1\u3000", [(1, 5, "ends")], id="a number that ends with U+3000"),
    pytest.param("\ta: 1", [(1, 1, "a tab")], id="a tab first"),
    pytest.param("a:\n\tb: 1", [(2, 1, "a tab")], id="a tab as indentation"),
    pytest.param("a:\n  - b\n \t- c", [(3, 2, "a tab")], id="a tab after a space"),
    pytest.param("a: b: c", [(1, 5, "not valid YAML")], id="two colons in a line"),
    pytest.param("a: b\n c: d", [(2, 3, "not valid YAML")], id="a wrong indentation"),
    pytest.param('a: 1\nb: "x\n', [(3, 1, "it began on line 2")], id="an open quote"),
    pytest.param("a: [1, 2", [(1, 9, "not valid YAML")], id="an open bracket"),
    pytest.param("a: %x", [(1, 4, "not valid YAML")], id="a sign that begins nothing"),
    pytest.param('"😀": 1\n"😀": 2', [(2, 1, "'😀'")], id="the same emoji twice"),
    pytest.param('{"😀😀": no}', [(1, 8, "'no'")], id="behind an emoji"),
    pytest.param("a: 1\r\nb: no\r\n", [(2, 4, "'no'")], id="CRLF line ends"),
    pytest.param("", [(1, 1, "no content")], id="an empty file"),
    pytest.param(" \n\n", [(1, 1, "no content")], id="a blank file"),
    pytest.param("# facts\n", [(1, 1, "no content")], id="comments only"),
]


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(("text", "said"), TRAPS)
def test_trap_is_refused_at_its_place(text: str, said: list[tuple[int, int, str]]) -> None:
    found = faults(text)
    assert [(fault.at.line, fault.at.column) for fault in found] == [(line, column) for line, column, _ in said]
    for fault, (_, _, words) in zip(found, said, strict=True):
        assert words in fault.problem.en


READ = [
    pytest.param("v: 69.95", Decimal("69.95"), id="a decimal is exact"),
    pytest.param("v: 1.10", Decimal("1.10"), id="a decimal keeps its zeros"),
    pytest.param("v: -12", -12, id="a negative integer"),
    pytest.param(f"v: {'9' * 18}", 10**18 - 1, id="18 digits"),
    pytest.param("v: 0", 0, id="zero is an answer"),
    pytest.param("v: true", True, id="true"),
    pytest.param("v: false", False, id="false"),
    pytest.param("v:", None, id="a blank"),
    pytest.param("v: ~", None, id="a tilde"),
    pytest.param("v: null", None, id="null"),
    pytest.param("v: none", "none", id="none is a word"),
    pytest.param("v: 2022-09-30", "2022-09-30", id="a date is text"),
    pytest.param("v: 2024-02-30", "2024-02-30", id="so is a date that does not exist"),
    pytest.param("v: 2022-07-01 08:30", "2022-07-01 08:30", id="a time is text"),
    pytest.param("v: 2022-07", "2022-07", id="a month is text"),
    pytest.param("v: 2022Q3", "2022Q3", id="a quarter is text"),
    pytest.param("v: 2022H1", "2022H1", id="a half-year is text"),
    pytest.param("v: 70%", "70%", id="a share is text"),
    pytest.param("v: dadukou-2022@1.0", "dadukou-2022@1.0", id="a pack with its version is text"),
    pytest.param("v: 'no'", "no", id="quoted no"),
    pytest.param('v: "017"', "017", id="quoted digits"),
    pytest.param("v: '<<'", "<<", id="quoted signs"),
    pytest.param("v: 通知：关于安全", "通知：关于安全", id="a full-width colon in a sentence"),
    pytest.param("v:\n  '关于：安全'", "关于：安全", id="a full-width colon in quotes"),
    pytest.param("v: |\n  会议：1\n  \u3000\u3000缩进", "会议：1\n\u3000\u3000缩进", id="text as it stands"),
    pytest.param("v: 甲\u3000乙", "甲\u3000乙", id="an ideographic space within"),
    pytest.param("v: 注意⚠️", "注意⚠️", id="an emoji with its selector"),
    pytest.param('v: "\\u3000甲\\U0001F600"', "\u3000甲😀", id="escapes"),
    pytest.param("v: A&B!", "A&B!", id="signs within a text"),
    pytest.param("v: [1, {a: [b]}, {}]", [1, {"a": ["b"]}, {}], id="brackets"),
    pytest.param("---\nv: 1\n...\n", 1, id="one document with its marks"),
    pytest.param("%YAML 1.2\n---\nv: 1", 1, id="a directive"),
    pytest.param("v: 1\n'会议：次数': 1", 1, id="a full-width colon in a quoted key"),
    pytest.param("v: 1\n\ue000\u0378: 1", 1, id="a rare character in a key"),
    pytest.param("v:\n- 通风：先通风\n- 检测：再检测", ["通风：先通风", "检测：再检测"], id="sentences in a list"),
    pytest.param("v: '&a'", "&a", id="a quoted ampersand"),
]


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(("text", "value"), READ)
def test_plain_value_is_read(text: str, value: object) -> None:
    got = content(text)["v"]
    assert got == value
    assert type(got) is type(value)


JSON_TRAPS = [
    pytest.param('{"a": 1, "a": 2}', [(1, 10, "first on line 1")], id="the same key twice"),
    pytest.param('{"a": {\n"b": 1,\n"\\u0062": 2}}', [(3, 1, "first on line 2")], id="the same key, once as escape"),
    pytest.param('{"a": NaN}', [(1, 7, "'NaN'")], id="not a number"),
    pytest.param("[Infinity, -Infinity]", [(1, 2, "'Infinity'"), (1, 12, "'-Infinity'")], id="infinities"),
    pytest.param(f"[{'9' * 5000}]", [(1, 2, "too long")], id="5000 digits"),
    pytest.param(f"[0.{'9' * 5000}]", [(1, 2, "too long")], id="5000 digits after the point"),
    pytest.param("[1e400, 1e-400, 1e99999999999999999999]", [(1, 2, "too"), (1, 9, "too"), (1, 17, "too")], id="exps"),
    pytest.param('{"a\\u200b": 1}', [(1, 2, "U+200B")], id="a key with a hidden character as escape"),
    pytest.param('{"a\xa0b": 1}', [(1, 4, "U+00A0")], id="a key with a hidden character"),
    pytest.param('["\\ud83d"]', [(1, 2, "surrogate")], id="half a character"),
    pytest.param('["a\\qb"]', [(1, 4, "not valid JSON")], id="an escape that is none"),
    pytest.param('["a\nb"]', [(1, 4, "not valid JSON")], id="a line break in a text"),
    pytest.param('["a', [(1, 2, "not valid JSON")], id="an open text"),
    pytest.param("[1, 2", [(1, 6, "']'")], id="an open list"),
    pytest.param('{"a": 1', [(1, 8, "'}'")], id="an open mapping"),
    pytest.param("[1 2]", [(1, 4, "','")], id="no comma"),
    pytest.param("[1, 2,]", [(1, 7, "value")], id="a comma too many in a list"),
    pytest.param('{"a": 1,}', [(1, 9, "key")], id="a comma too many in a mapping"),
    pytest.param("{'a': 1}", [(1, 2, "key")], id="single quotes"),
    pytest.param('{"a" 1}', [(1, 6, "':'")], id="no colon"),
    pytest.param('{"a"：1}', [(1, 5, "':'")], id="a full-width colon"),
    pytest.param("[1]\n[2]", [(2, 1, "more text")], id="two values"),
    pytest.param("[017]", [(1, 3, "','")], id="a leading zero"),
    pytest.param("[.5]", [(1, 2, "value")], id="no digit before the point"),
    pytest.param("[True]", [(1, 2, "value")], id="a word of Python"),
    pytest.param("[1}", [(1, 3, "']'")], id="the wrong bracket"),
    pytest.param("a: 1", [(1, 1, "value")], id="YAML"),
    pytest.param("", [(1, 1, "no content")], id="an empty file"),
    pytest.param('{"a": 1, "a": 2, "b": NaN,\n  "b": }', [(1, 10, ""), (1, 23, ""), (2, 3, ""), (2, 8, "")], id="all"),
]


@pytest.mark.parametrize(("text", "said"), JSON_TRAPS)
def test_json_trap_is_refused_at_its_place(text: str, said: list[tuple[int, int, str]]) -> None:
    found = faults(text, json=True)
    assert [(fault.at.line, fault.at.column) for fault in found] == [(line, column) for line, column, _ in said]
    for fault, (_, _, words) in zip(found, said, strict=True):
        assert words in fault.problem.en


@pytest.mark.parametrize("study", [False, True], ids=["at a glance", "in a study"])
def test_json_is_read_exactly(study: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if study:
        monkeypatch.setattr(source, "getrecursionlimit", lambda: 1_000_000)
    text = '{"a": [1, -0.10, 1e3, 2E-2, true, false, null, "\\"\\\\\\/\\b\\u4f1a\u2028"], "b：": {}, "": []}\r\n'
    read_as = content(text, json=True)
    members = [1, Decimal("-0.10"), Decimal(1000), Decimal("0.02"), True, False, None, '"\\/\b会\u2028']
    assert read_as == {"a": members, "b：": {}, "": []}
    assert [type(value) for value in read_as["a"]] == [type(value) for value in members]
    assert str(read_as["a"][2]) == "1000"


def test_json_is_no_yaml() -> None:
    assert content('{"a": "\\ud83d\\ude00", "b": 1e2, "c": "no"}', json=True) == {"a": "😀", "b": 100, "c": "no"}
    assert content("3", json=True) == 3


@pytest.mark.usefixtures("_parser")
def test_every_fault_is_reported_in_one_run() -> None:
    text = "a: no\nb: 017\nb: 2\n1: x\nc: &z 3\nd: *z\ne\u200b: 4\nf: \u30005\ng：6: 7\n<<: {}\nh:\n  i：j\nk: [x\n"
    assert places(text) == [
        (1, 4),
        (2, 4),
        (3, 1),
        (4, 1),
        (5, 4),
        (6, 4),
        (7, 2),
        (8, 4),
        (9, 2),
        (10, 1),
        (12, 4),
        (14, 1),
    ]


def test_a_thousand_faults_are_enough() -> None:
    found = faults("- no\n" * 5000)
    assert len(found) == 1001
    assert "more than 1000 faults" in found[-1].problem.en
    assert len(faults("- x\x85\n" * 5000)) == 1001


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("brackets", [100_000, 1_000_000])
@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", '{"a":', "? "])
def test_deep_nesting_is_refused_where_it_becomes_too_deep(bracket: str, brackets: int) -> None:
    found = faults(bracket * brackets, Limits(bytes=10_000_000))
    assert found[-1].at.column == len(bracket) * 32 + 1
    assert "32 levels" in found[-1].problem.en


@pytest.mark.parametrize("brackets", [100, 100_000, 1_000_000])
@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_json_is_refused_where_it_becomes_too_deep(bracket: str, brackets: int) -> None:
    found = faults(bracket * brackets, Limits(bytes=10_000_000), json=True)
    assert [(fault.at.column, "32 levels" in fault.problem.en) for fault in found] == [(len(bracket) * 32 + 1, True)]


def test_deep_json_does_not_exhaust_a_stack_that_somebody_unleashed() -> None:
    code = (
        "import sys; sys.setrecursionlimit(10**7)\nfrom safescore.source import *\nparse('[' * 10**6, 'x', json=True)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "x:1:33: the nesting is deeper than 32 levels" in done.stderr


@pytest.mark.parametrize("json", [False, True])
def test_limits_include_their_figure(json: bool) -> None:
    limits = Limits(bytes=20, depth=3, values=5)
    assert parse("[[[1, 2]]]", "x", limits, json=json).content == [[[1, 2]]]
    assert places("[[[[]]]]", limits, json=json) == [(1, 4)]
    assert places('{"a": [[[1]]]}', limits, json=json) == [(1, 9)]
    assert places("[1, 2, 3, 4, 5]", limits, json=json) == [(1, 14)]
    assert places('["' + "安" * 6 + '"]', limits, json=json) == [(1, 1)]
    assert parse('["' + "安" * 5 + '"]', "x", limits, json=json).content == ["安" * 5]


def test_many_values_stop_the_reading() -> None:
    found = faults("[" + "1," * 500_000 + "]")
    assert [fault.at.column for fault in found] == [2 * 99_999 + 2]


@pytest.mark.usefixtures("_parser")
def test_billion_laughs_do_not_begin() -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    found = faults("\n".join(lines))
    assert sum("(&)" in fault.problem.en for fault in found) == 9
    assert sum("(*)" in fault.problem.en for fault in found) == 72


@pytest.mark.usefixtures("_parser")
def test_merge_bomb_does_not_begin() -> None:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 7)]
    found = faults("\n".join(lines))
    assert sum("<<" in fault.problem.en for fault in found) == 6


# Places


NESTED = """\
organization: {id: "x", 名称: "😀厂"}
facts:
  会议:
    - {日期: 2022-01-11, 主持: [甲, 乙]}
    -
      日期: 2022-04-02
  blank:
"😀": {a: "😀", b: 1}
"""


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        pytest.param((), (1, 1), (1, 1), id="all"),
        pytest.param(("organization",), (1, 15), (1, 1), id="a mapping in braces"),
        pytest.param(("organization", "名称"), (1, 29), (1, 25), id="a Chinese key"),
        pytest.param(("facts",), (3, 3), (2, 1), id="a mapping in lines"),
        pytest.param(("facts", "会议"), (4, 5), (3, 3), id="a list in lines"),
        pytest.param(("facts", "会议", 0), (4, 7), (4, 7), id="an item has no key"),
        pytest.param(("facts", "会议", 0, "主持", 1), (4, 32), (4, 32), id="an item in brackets"),
        pytest.param(("facts", "会议", 1, "日期"), (6, 11), (6, 7), id="a key of a later item"),
        pytest.param(("facts", "blank"), (7, 9), (7, 3), id="a blank"),
        pytest.param(("😀", "b"), (8, 18), (8, 15), id="behind emoji"),
        pytest.param(("facts", "missing"), (3, 3), (3, 3), id="a key that is missing"),
        pytest.param(("facts", "会议", 7, "日期"), (4, 5), (4, 5), id="an item that is missing"),
        pytest.param(("no", "such", "path"), (1, 1), (1, 1), id="nothing on the way"),
        pytest.param(("facts", "blank", "below"), (7, 9), (7, 9), id="below a blank"),
    ],
)
def test_places(path: tuple[str | int, ...], value: Place, key: Place) -> None:
    document = parse(NESTED, "facts.yaml")
    assert document.locate(path) == Location("facts.yaml", *value)
    assert document.locate_key(path) == Location("facts.yaml", *key)


def test_places_in_json() -> None:
    document = parse('{"a": [1,\n  {"\\u4f1a": "😀", "b": {}}],\r\n "c": null}', "f.json", json=True)
    assert document.locate(()) == Location("f.json", 1, 1)
    assert document.locate(("a", 1)) == Location("f.json", 2, 3)
    assert document.locate(("a", 1, "会")) == Location("f.json", 2, 14)
    assert document.locate_key(("a", 1, "会")) == Location("f.json", 2, 4)
    assert document.locate(("a", 1, "b")) == Location("f.json", 2, 24)
    assert document.locate_key(("c",)) == Location("f.json", 3, 2)
    assert document.locate_key(("c", "d")) == Location("f.json", 3, 7)


def test_document_makes_faults_at_its_places() -> None:
    document = parse("a:\n  b: 1\n", "f.yaml")
    assert document.fault(("a", "b"), WRONG) == Fault(Location("f.yaml", 2, 6), WRONG)
    assert document.fault(("a", "b"), WRONG, MEND, key=True) == Fault(Location("f.yaml", 2, 3), WRONG, MEND)


def test_places_are_not_computed_before_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_Study", None)
    assert content(NESTED)["facts"]["blank"] is None
    assert content('{"a": [1, 2.5, "x"]}', json=True) == {"a": [1, Decimal("2.5"), "x"]}


# Files


def written(folder: Path, raw: bytes, name: str = "facts.yaml") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def refused(path: Path | str, limits: Limits = source.LIMITS) -> Fault:
    with pytest.raises(InvalidInput) as error:
        read(path, limits)
    (fault,) = error.value.faults
    assert fault.at.file == str(path)
    assert fault.hint is not None
    return fault


def test_file_is_read_as_it_stands(tmp_path: Path) -> None:
    raw = "a: 厂\r\nb: 1\r\n".encode()
    path = written(tmp_path, raw)
    document = read(path)
    assert document == parse(raw.decode(), str(path))
    assert (document.name, document.text, document.content) == (str(path), raw.decode(), {"a": "厂", "b": 1})
    assert document.digest == sha256(raw).hexdigest() == read(str(path)).digest


def test_byte_order_mark_is_no_content_but_is_in_the_digest(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbfa: no"
    assert (refused(written(tmp_path, raw)).at.line, refused(written(tmp_path, raw)).at.column) == (1, 4)
    raw = b"\xef\xbb\xbfa: 1"
    document = read(written(tmp_path, raw))
    assert (document.text, document.content, document.digest) == ("a: 1", {"a": 1}, sha256(raw).hexdigest())
    assert parse(raw.decode(), document.name) == document
    assert places("\ufeff\ufeffa: 1") == [(1, 1)]


@pytest.mark.parametrize("name", ["a.json", "a.JSON"])
def test_suffix_decides_on_the_format(tmp_path: Path, name: str) -> None:
    assert read(written(tmp_path, b'{"a": "no", "b": 1e2}', name)).content == {"a": "no", "b": 100}
    assert read(written(tmp_path, b"a: 1", "a.YML")).content == {"a": 1}
    assert "YAML or JSON file was expected" in refused(written(tmp_path, b"a: 1", "a.txt")).problem.en


ENCODINGS = [
    pytest.param("a: 1\nb: 安全生产\n".encode("gbk"), "GBK", (2, 4), id="GBK"),
    pytest.param("a: 1\nb: 安全生产㐀\n".encode("gb18030"), "GB18030", (2, 4), id="GB18030"),
    pytest.param(b"\xef\xbb\xbf" + "a: 安全".encode("gbk"), "GBK", (1, 4), id="GBK behind a mark of UTF-8"),
    pytest.param("a: 安全".encode("utf-16"), "UTF-16", (1, 1), id="UTF-16 with its mark"),
    pytest.param("a: 1".encode("utf-16-be"), "UTF-16", (1, 1), id="UTF-16 without a mark"),
    pytest.param("a: 1".encode("utf-32"), "UTF-16 or UTF-32", (1, 1), id="UTF-32"),
    pytest.param("a: 安\nb: 全".encode()[:-1], "damaged", (2, 4), id="UTF-8 that was cut"),
    pytest.param("a: 安\nb: ".encode() + b"\xff", "damaged", (2, 4), id="UTF-8 with a wrong byte"),
    pytest.param(b"a: \xff", "nor an encoding", (1, 4), id="a byte that is no text"),
    pytest.param("a: ž".encode("cp1250") + b"0", "nor an encoding", (1, 4), id="another encoding"),
    pytest.param(b"a: \xa3\xa1", "nor an encoding", (1, 4), id="two bytes that GBK has no Chinese for"),
    pytest.param(b"PK\x03\x04...", "workbook", (1, 1), id="a workbook"),
    pytest.param(b"", "no content", (1, 1), id="nothing"),
    pytest.param(b"\xef\xbb\xbf", "no content", (1, 1), id="nothing but a mark"),
]


@pytest.mark.parametrize(("raw", "words", "place"), ENCODINGS)
def test_encoding_is_named_and_not_guessed(tmp_path: Path, raw: bytes, words: str, place: Place) -> None:
    fault = refused(written(tmp_path, raw))
    assert words in fault.problem.en
    assert (fault.at.line, fault.at.column) == place


def test_file_that_cannot_be_read_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file" in refused(tmp_path / "none.yaml").problem.en
    assert "no such file" in refused(str(written(tmp_path, b"a: 1") / "none.yaml")).problem.en
    assert "folder" in refused(tmp_path).problem.en
    assert "cannot be read" in refused("a\0b.yaml").problem.en
    assert "cannot be read" in refused("x" * 5000 + ".yaml").problem.en

    def forbidden(*_: object) -> Iterator[bytes]:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, b"a: 1")
    monkeypatch.setattr(Path, "open", forbidden)
    assert "Permission denied" in refused(path).problem.en


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "regular file" in refused(tmp_path / "pipe.yaml").problem.en


def test_size_is_checked_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, b"a: 1234567")
    assert read(path, Limits(bytes=10)).content == {"a": 1234567}
    monkeypatch.setattr(Path, "open", None)
    assert "9 bytes" in refused(path, Limits(bytes=9)).problem.en


def test_file_that_grows_is_read_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, b"a: 1234567")
    small = written(tmp_path, b"", "small").stat()
    monkeypatch.setattr(Path, "stat", lambda *_, **__: small)
    assert "9 bytes" in refused(path, Limits(bytes=9)).problem.en


# Errors


WRONG, MEND = Text(zh="错了", en="is wrong"), Text(zh="写对的", en="write right")


def test_faults_are_in_order_and_say_how_to_mend() -> None:
    first = Fault(Location("a.yaml", 2, 10), WRONG, MEND)
    second = Fault(Location("a.yaml", 10, 2), Text(zh="也错了", en="is wrong, too"))
    error = InvalidInput([second, first])
    assert error.faults == (first, second)
    assert str(error) == "a.yaml:2:10: is wrong\n    hint: write right\na.yaml:10:2: is wrong, too"
    assert error.to("zh") == "a.yaml:2:10: 错了\n    提示：写对的\na.yaml:10:2: 也错了"
    assert isinstance(error, SafescoreError)


def test_the_order_of_faults_does_not_follow_the_language() -> None:
    """Two faults at one place stand in the order of their English, in either language."""
    at = Location("a.yaml", 1, 1)
    first, second = Fault(at, Text(zh="乙", en="a")), Fault(at, Text(zh="甲", en="b"))
    assert InvalidInput([second, first, first]).faults == (first, second)
    assert InvalidInput([second, first]).to("zh") == "a.yaml:1:1: 乙\na.yaml:1:1: 甲"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_cross_processes(protocol: int) -> None:
    error = InvalidInput([Fault(Location("a", 1, 1), WRONG, MEND)])
    again = pickle.loads(pickle.dumps(error, protocol))
    assert (type(again), again.faults, str(again)) == (InvalidInput, error.faults, str(error))
    assert copy.copy(error).faults == error.faults


def test_documents_cross_processes() -> None:
    document = parse("a: 1", "f.yaml")
    again = pickle.loads(pickle.dumps(document))
    assert (again, again.content, again.locate(("a",))) == (document, {"a": 1}, Location("f.yaml", 1, 4))


def test_error_without_a_fault_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one fault"):
        InvalidInput([])


def test_parser_that_trips_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    assert places('a: "\\U00110000"') == [(1, 2)]
    assert places('a: "\\ud83d"') == [(1, 4)]


def test_half_a_character_is_a_fault() -> None:
    assert places("a: 1\nb: \ud83d") == [(2, 4)]
    assert places('"\ud83d"', json=True) == [(1, 2)]
    assert len(faults('a: "\\ud83d"')) == 1


# Any text

SIGNS = [*"ab:：-?#&*!|>%@`'\"[]{},=~.0159eE+_\\ \t\n\r", "\n  ", ": ", "- ", "no", "键", "😀", "\u3000", "\xa0"]
SIGNS += ["\u200b", "\ufeff", "\x85", "\u2028", "\0", "\ud800", "\\ud800", "\\U00110000", "---\n", "<<: ", "0x", "NaN"]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(SIGNS), max_size=30).map("".join))


@pytest.mark.usefixtures("_parser")
@given(text=TEXTS, json=st.booleans(), depth=st.integers(1, 4), values=st.integers(1, 9))
@example(text="[[]]", json=True, depth=1, values=9)
def test_any_text_is_read_or_refused_inside_it(text: str, json: bool, depth: int, values: int) -> None:
    limits = Limits(depth=depth, values=values)
    lines = text.removeprefix("\ufeff").split("\n")
    try:
        document = parse(text, "f", limits, json=json)
    except InvalidInput as error:
        for fault in error.faults:
            assert 1 <= fault.at.line <= len(lines)
            assert 1 <= fault.at.column <= len(lines[fault.at.line - 1]) + 1
    else:
        study = source._Study("f", document.text, limits)
        assert study.read(json=json) == document.content, "a glance and a study agree"
        assert not study.faults


def _is_clear(text: str) -> bool:
    return text.isprintable() and not source._FILLER.search(text)


LETTERS = "abz09 中文会议😀、:#-'\"[]{}&*!|>%@`\\,?=~."
KEYS = st.text(LETTERS, max_size=8).map(lambda text: f"“{text}”") | st.text("abcxyz_", min_size=2, max_size=8)
WORDS = st.text(LETTERS + "：\u3000\xa0\n", max_size=12).map(lambda text: f"“{text}”") | KEYS
SCALARS = st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | WORDS
PLAIN = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=6
)


@pytest.mark.usefixtures("_parser")
@settings(max_examples=EXAMPLES // 3)
@given(mapping=st.dictionaries(KEYS, PLAIN, min_size=1, max_size=5), flow=st.sampled_from([None, True, False]))
def test_what_yaml_writes_is_read_back(mapping: dict[str, Any], flow: bool | None) -> None:
    text = yaml.safe_dump(mapping, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    assert content(text) == mapping


JSON_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text().filter(_is_clear), inner, max_size=4),
)


@settings(max_examples=EXAMPLES // 3)
@given(value=JSON_PLAIN, ascii_only=st.booleans(), indent=st.sampled_from([None, 2]))
def test_what_json_writes_is_read_back(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert content(text, json=True) == value
