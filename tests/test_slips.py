"""What an author likely meant is named, and nothing is guessed that could be two things."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from safescore.errors import Refused
from safescore.slips import by_label, chinese_number, narrow, of_day, of_percentage, of_period
from safescore.words import Text, listed, same


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("一千二百三十四", 1234), ("零", 0),
        ("", None), ("三成", None), ("一万", None), ("12", None),
    ],
)  # fmt: skip
def test_chinese_numbers(text: str, number: int | None) -> None:
    """Numerals below ten thousand; a word that is no numeral makes none."""
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        pytest.param(70, "write the unit: 70%", id="points"),
        pytest.param(Decimal("0.7"), "write the unit: 70%", id="a share"),
        pytest.param(Decimal("69.5"), "write the unit: 69.5%", id="points with a decimal"),
        pytest.param(1, "write the unit: 1%", id="one is a point"),
        pytest.param(0, "write the unit: 0%", id="none"),
        pytest.param("７０％", "write 70%", id="full-width"),
        pytest.param("70", "write the unit: 70%", id="text without unit"),
        pytest.param(700, "write the unit: 70%", id="too much"),
        pytest.param(True, "write the unit: 70%", id="a flag"),
        pytest.param(Decimal("Infinity"), "write the unit: 70%", id="endless"),
    ],
)
def test_percentages(raw: object, hint: str) -> None:
    assert of_percentage(raw).en == hint


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ("2022年三季度", "write 2022Q3"), ("2022年第3季度", "write 2022Q3"), ("2022 Q3", "write 2022Q3"),
        ("2022-q1", "write 2022Q1"), ("2022年上半年", "write 2022H1"), ("2022年下半年", "write 2022H2"),
        ("2022年7月", "write 2022-07"), ("2022/7", "write 2022-07"), ("2022年", "write 2022"),
        ("2022年度", "write 2022"), ("２０２２", "write 2022"), ("2022年13月", "there is no month 13"),
    ],
)  # fmt: skip
def test_periods(raw: str, hint: str) -> None:
    found = of_period(raw)
    assert found is not None
    assert found.en == hint


@pytest.mark.parametrize("raw", ["2022Q5", "三季度", "22", "", True, None, ["2022"]])
def test_what_is_no_period(raw: object) -> None:
    assert of_period(raw) is None


def test_a_day_that_does_not_exist_is_told_from_one_written_otherwise() -> None:
    """Whatever the separators, a day that does not exist is not answered with a way to write it."""
    assert {of_day(raw)[0].en for raw in ("2023-02-29", "2023/2/29", "2023年2月29日", 20230229)} == {
        "a day that exists"
    }
    assert {of_day(raw)[0].en for raw in ("2024/2/29", "2024年2月29日", 20240229)} == {"a day written as 2022-09-30"}
    assert of_day("2022-00-10")[1] == Text(zh="没有0月", en="there is no month 0")


def test_labels_are_answered_with_names() -> None:
    options = {"dust": Text(zh="粉尘", en="Dust"), "gas": Text(zh="气", en="gas")}
    assert by_label("粉尘", options) == by_label(" dust", options) == Text(zh="写成dust", en="write dust")
    assert by_label("煤", options) is None
    assert by_label(3, options) is None
    assert by_label("", options) is None


def test_narrow() -> None:
    assert narrow("　１２．５％　") == "12.5%"


def test_refusals_cross_processes_and_speak_both_languages() -> None:
    error = Refused(Text(zh="没有", en="there is none"), listed(["a", "b"]))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.to("zh")) == ("there is none\n    hint: a, b", "没有\n    提示：a、b")
    assert Refused(same("x")).to("zh") == str(Refused(same("x"))) == "x"


def test_texts_are_filled_in_their_own_language() -> None:
    text = Text(zh="{what}：{number}", en="{what}: {number}").filled(what=Text(zh="企业", en="firms"), number=3)
    assert text == Text(zh="企业：3", en="firms: 3")
