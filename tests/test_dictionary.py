"""Values of the dictionary: read exactly, shown as their author would write them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safescore.dictionary import (
    CELLS,
    EXPECTED,
    MOST,
    FieldReader,
    FieldSpec,
    read_value,
    shown,
)
from safescore.errors import WrongValue
from safescore.expr import NONE, Cell
from safescore.period import Days
from safescore.words import Text, Unit, same
from tests.worlds import day, world

OPTIONS = {"dust": Text(zh="粉尘", en="dust"), "gas": Text(zh="气", en="gas")}
AT = day("2022-09-30")
MINUTE = AT * 1440 + 8 * 60 + 30


@pytest.mark.parametrize(
    ("type_", "raw", "cell"),
    [
        pytest.param("flag", True, True, id="a flag"),
        pytest.param("flag", False, False, id="no is an answer"),
        pytest.param("count", 0, 0, id="zero is an answer"),
        pytest.param("count", MOST, MOST, id="the greatest figure"),
        pytest.param("count", "none", NONE, id="no such figure"),
        pytest.param("number", 3, Fraction(3), id="a whole number"),
        pytest.param("number", Decimal("0.1"), Fraction(1, 10), id="a decimal, exactly"),
        pytest.param("number", "none", NONE, id="no such number"),
        pytest.param("date", "2022-09-30", AT, id="a day"),
        pytest.param("date", "none", NONE, id="it has not happened"),
        pytest.param("term", "2022-09-30", AT, id="a term"),
        pytest.param("term", "none", NONE, id="no term"),
        pytest.param("time", "2022-09-30 08:30", MINUTE, id="a minute"),
        pytest.param("time", "none", NONE, id="never"),
        pytest.param("text", "甲", "甲", id="text"),
        pytest.param("text", "none", "none", id="the word none is text"),
        pytest.param("ref", "F0", "F0", id="a key"),
        pytest.param("choice", "dust", "dust", id="an option"),
        pytest.param("choices", ["gas", "dust"], frozenset({"dust", "gas"}), id="a set"),
        pytest.param("choices", [], frozenset(), id="there are none"),
        pytest.param("dates", [], (), id="no days"),
        pytest.param(
            "dates",
            ["2022-09-30", "2022-01-01..2022-01-07"],
            (Days(day("2022-01-01"), day("2022-01-07")), Days(AT, AT)),
            id="days and stretches, in order",
        ),
    ],
)
def test_values(type_: str, raw: object, cell: Cell) -> None:
    """What fits is read as what it means, and a blank stays a blank."""
    assert read_value(type_, raw, OPTIONS) == cell
    assert read_value(type_, None, OPTIONS) is None


@pytest.mark.parametrize(
    ("type_", "raw", "hint"),
    [
        pytest.param("flag", 1, "write true or false", id="one is not true"),
        pytest.param("flag", 0, "write true or false", id="zero is not false"),
        pytest.param("flag", "是", "write true", id="a Chinese yes"),
        pytest.param("flag", "否", "write false", id="a Chinese no"),
        pytest.param("count", "12家", "write the figure alone: 12", id="a count with its word"),
        pytest.param("count", "1,200", "write 1200", id="a thousands comma"),
        pytest.param("count", "约１２家", "write the figure alone: 12", id="about so many"),
        pytest.param("count", "十二", "write 12", id="Chinese numerals"),
        pytest.param("count", "无", "write 0 for none; leave it blank where it is not known", id="none in words"),
        pytest.param("count", "3到5", "", id="two figures are none"),
        pytest.param("count", Decimal("0.7"), "give the whole number itself, not a share of it", id="a share"),
        pytest.param("date", "2022年9月30日", "write 2022-09-30", id="a Chinese day"),
        pytest.param("date", "2022年2月30日", "2022-02 has 28 days", id="a Chinese day that does not exist"),
        pytest.param("date", "2022-9-30", "write 2022-09-30", id="a day without zeros"),
        pytest.param("date", "2022-09-30 08:30", "write the day alone: 2022-09-30", id="a minute for a day"),
        pytest.param("date", "2022年9月", "give the day too", id="a month for a day"),
        pytest.param("date", "soon", "", id="no day at all"),
        pytest.param("time", "2022/9/30 8：30", "write 2022-09-30 08:30", id="a minute written another way"),
        pytest.param("time", "2022年9月30日8时30分", "write 2022-09-30 08:30", id="a Chinese minute"),
        pytest.param("choices", "dust、gas", "write [dust, gas]", id="a list in words"),
        pytest.param("flag", "true", "write true, without quotes", id="a word is no flag"),
        pytest.param("flag", "none", "write false, or leave it blank where it is not known", id="none is no flag"),
        pytest.param("count", True, "how many or how much is asked: give a figure", id="a flag is no count"),
        pytest.param("count", -1, "it can't be less than 0", id="less than none"),
        pytest.param("count", MOST + 1, "look at the digits again, and at the unit", id="more than the greatest"),
        pytest.param("count", Decimal("1.0"), "write 1", id="a decimal is no count"),
        pytest.param("count", "3", "write 3, without quotes", id="text is no count"),
        pytest.param("count", "３", "write it with ASCII digits: 3", id="full-width digits"),
        pytest.param("count", "70%", "give the number itself, not a percentage", id="a percentage"),
        pytest.param("number", -1, "it can't be less than 0", id="less than nothing"),
        pytest.param("number", MOST + 1, "look at the digits again, and at the unit", id="too great a number"),
        pytest.param("number", True, "how many or how much is asked: give a figure", id="a flag is no number"),
        pytest.param("number", "1.5", "write 1.5, without quotes", id="text is no number"),
        pytest.param("number", "12%", "give the number itself, not a percentage", id="a share is no number"),
        pytest.param("date", "2022-02-30", "2022-02 has 28 days", id="no such day"),
        pytest.param("date", "2022/09/30", "write 2022-09-30", id="slashes"),
        pytest.param("date", "2022.09.30", "write 2022-09-30", id="points"),
        pytest.param("date", "２０２２－０９－３０", "write 2022-09-30", id="a full-width day"),
        pytest.param("date", 20220930, "write 2022-09-30", id="a number is no day"),
        pytest.param("term", "2022/09/30", "write 2022-09-30", id="a term with slashes"),
        pytest.param("time", "2022-09-30", "give the minute too, as 2022-09-30 08:30", id="a day is no minute"),
        pytest.param("time", "2022-09-30 24:00", "the minutes of a day run from 00:00 to 23:59", id="no such minute"),
        pytest.param("time", 830, "", id="a number is no minute"),
        pytest.param("text", "", "write what it is, or leave it blank without quotes", id="nothing is no text"),
        pytest.param("text", " \u3000", "write what it is, or leave it blank without quotes", id="blanks are no text"),
        pytest.param("text", 7, 'put it in quotes: "7"', id="a number is no text"),
        pytest.param("ref", Decimal("7.5"), 'put it in quotes: "7.5"', id="a decimal is no key"),
        pytest.param("choice", "dusty", "did you mean 'dust'?", id="an option misspelt"),
        pytest.param("choice", ["dust"], "did you mean 'dust'?", id="a list is no option"),
        pytest.param("choices", "dust", "write [dust]", id="an option is no list"),
        pytest.param("choices", ["dusty"], "did you mean 'dust'?", id="an option of a set misspelt"),
        pytest.param("choices", [None], "there are: dust, gas", id="a blank in a set"),
        pytest.param("dates", "2022-09-30", "write [2022-09-30]", id="a day is no list"),
        pytest.param("dates", ["2022-09-31"], "", id="no such day in a list"),
        pytest.param("dates", ["2022-10-07..2022-10-01"], "", id="a stretch that ends before it begins"),
        pytest.param("dates", ["2022-10-01..2022-10-32"], "", id="a stretch without end"),
        pytest.param("dates", [20221001], "", id="a number in a list of days"),
        pytest.param("dates", [None], "", id="a blank in a list of days"),
    ],
)
def test_what_does_not_fit(type_: str, raw: object, hint: str) -> None:
    """What does not fit is refused, with what was expected and how to mend it."""
    with pytest.raises(WrongValue) as refused:
        read_value(type_, raw, OPTIONS)
    expected = "one of dust, gas" if "'dust'" in hint or "there are" in hint else EXPECTED.get(type_, same("")).en
    if type_ in ("date", "term"):
        expected = "a day that exists" if "has" in hint else "a day written as 2022-09-30"
    assert refused.value.expected.en == expected
    assert (refused.value.hint or same("")).en == hint


@pytest.mark.parametrize(
    ("type_", "raw", "text"),
    [
        ("flag", True, "true"),
        ("flag", False, "false"),
        ("count", 0, "0"),
        ("count", "none", "none"),
        ("number", Decimal("2.50"), "2.5"),
        ("date", "2022-09-30", "2022-09-30"),
        ("time", "2022-09-30 08:30", "2022-09-30 08:30"),
        ("text", "甲", "甲"),
        ("choices", ["gas", "dust"], "dust, gas"),
        ("choices", [], ""),
        ("dates", ["2022-10-01..2022-10-07", "2022-09-30"], "2022-09-30, 2022-10-01..2022-10-07"),
        ("text", None, ""),
    ],
)
def test_shown(type_: str, raw: Any, text: str) -> None:
    """A cell is shown as its author would write it."""
    assert shown(type_, read_value(type_, raw, OPTIONS)) == text


@given(
    st.sampled_from(CELLS),
    st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=False), st.text(), st.lists(st.text())),
)
def test_anything_is_read_or_refused(type_: str, raw: Any) -> None:
    """No value whatever makes the reader fail in another way, and what is read is of its type."""
    try:
        cell = read_value(type_, raw, OPTIONS)
    except WrongValue as wrong:
        assert wrong.expected
        return
    assert (cell is None) is (raw is None)
    assert isinstance(shown(type_, cell), str)


READER = FieldReader(world().dictionary.facts["firms"].fields)


def test_fields_of_a_register() -> None:
    """A reader knows the types of its fields, and reads their constants."""
    assert READER.kind("since") == "term"
    assert READER.kind("nothing") is None
    assert READER.kind(3) is None  # type: ignore[arg-type]
    assert "shut" in READER.names()
    assert READER.constant("level", "one") == "one"
    jobs = FieldReader(world().dictionary.facts["jobs"].fields)
    assert (jobs.constant("began", "2022-09-30"), jobs.constant("began", "2022-09-30 08:30")) == (AT, MINUTE)


@pytest.mark.parametrize(("name", "raw"), [("dead", None), ("dead", "none"), ("since", "none"), ("level", None)])
def test_constants_are_values(name: str, raw: object) -> None:
    """Neither a blank nor `none` is a constant of a condition."""
    with pytest.raises(WrongValue):
        READER.constant(name, raw)


def test_what_a_dictionary_tells() -> None:
    """Labels, counting words, wholes and links, and what may be asked as one plain answer."""
    known = world().dictionary
    assert known.label("four").en == "four"
    assert known.label("four.one").en == "one"
    assert known.label("nothing") == Text(zh="nothing", en="nothing")
    assert known.unit("deaths").many == "deaths"
    assert known.unit("plan") == Unit(zh="项", one="item", many="items")
    assert known.here("plan") is known.facts["plan"]
    assert known.here("four.one") is known.facts["four"].elements["one"]
    assert [known.here(name) for name in ("four", "firms", "four.five", "plan.one", "nothing")] == [None] * 5
    assert known.facts["meetings"].link_to("firms") == "firm"
    assert known.facts["meetings"].link_to("jobs") is None
    assert (known.facts["meetings"].kind_field, known.facts["jobs"].kind_field) == ("kind", None)
    assert (known.facts["jobs"].identity, known.facts["meetings"].identity) == (("id",), ("held_on", "kind", "firm"))
    assert [name for name, _ in known.profile()] == ["employees", "hazards"]
    assert known.facts["plan"].value(True) is True
    assert FieldSpec(type="count", label=Text(zh="数", en="count")).value(0) == 0


@pytest.mark.parametrize(
    ("zh", "en", "name"),
    [
        pytest.param(
            "销号日期；未销号填 none", "day it was closed; none if open", ("销号日期", "day it was closed"), id="none"
        ),
        pytest.param(
            "责任人（填岗位，不填姓名）", "person (the post, not a name)", ("责任人", "person"), id="in brackets"
        ),
        pytest.param("名称（仅供辨认）", "name (for recognition only)", ("名称", "name"), id="for recognition"),
        pytest.param(
            "整改资金（元）；不花钱填 0",
            "money, in yuan; 0 for none",
            ("整改资金（元）", "money, in yuan"),
            id="a unit stays",
        ),
        pytest.param(
            "铝加工（深井铸造）",
            "aluminium (deep-well)",
            ("铝加工（深井铸造）", "aluminium (deep-well)"),
            id="what it is stays",
        ),
        pytest.param("开始作业（进入）时间", "entry", ("开始作业（进入）时间", "entry"), id="in the middle"),
    ],
)
def test_a_field_is_called_without_how_to_fill_it_in(zh: str, en: str, name: tuple[str, str]) -> None:
    """The label stays whole for forms; sentences say its name."""
    spec = FieldSpec(type="date", label=Text(zh=zh, en=en))
    assert (spec.name.zh, spec.name.en) == name
    assert (spec.label.zh, spec.label.en) == (zh, en)
