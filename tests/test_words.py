"""How exact numbers are shown, and counted, in two languages."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safescore.words import LANGUAGES, Text, Unit, decimal_text, percent, plain, rounded, share_text

F = Fraction
FIRMS = Unit(zh="家企业", one="firm", many="firms")


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [(0, "0家企业", "0 firms"), (1, "1家企业", "1 firm"), (2, "2家企业", "2 firms"), (21, "21家企业", "21 firms")],
)
def test_counting(number: int, zh: str, en: str) -> None:
    assert (FIRMS.count(number, "zh"), FIRMS.count(number, "en")) == (zh, en)


def test_a_text_in_each_language() -> None:
    assert [Text(zh="企业", en="firm").to(lang) for lang in LANGUAGES] == ["企业", "firm"]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(0, 0, "0"), (5, 0, "5"), (-5, 0, "-5"), (125, 2, "1.25"), (-125, 2, "-1.25"), (5, 2, "0.05"), (-5, 2, "-0.05")],
)
def test_decimal_text(value: int, places: int, text: str) -> None:
    assert decimal_text(value, places) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        pytest.param(F(142, 203) * 100, 1, "70.0", id="69.95 is 70.0"),
        pytest.param(F(69949, 1000), 1, "69.9", id="a hair less is not"),
        pytest.param(F(5, 100), 1, "0.1", id="half up"),
        pytest.param(F(-5, 100), 1, "-0.1", id="half away from zero"),
        pytest.param(F(1, 3), 0, "0", id="down"),
        pytest.param(F(1, 2), 0, "1", id="a half"),
        pytest.param(F(999, 10), 0, "100", id="over the ten"),
        pytest.param(F(0), 1, "0.0", id="zero"),
    ],
)
def test_rounded(value: Fraction, places: int, text: str) -> None:
    assert rounded(value, places) == text


@pytest.mark.parametrize(
    ("share", "shown", "exact"),
    [
        pytest.param(F(142, 203), "70.0%", f"{F(14200, 203)}%", id="142 of 203"),
        pytest.param(F(7, 10), "70.0%", "70%", id="a plain share"),
        pytest.param(F(333, 1000), "33.3%", "33.3%", id="a decimal share"),
        pytest.param(F(1), "100.0%", "100%", id="all"),
        pytest.param(F(0), "0.0%", "0%", id="none"),
    ],
)
def test_shares(share: Fraction, shown: str, exact: str) -> None:
    """A percentage is rounded, a target is not."""
    assert (percent(share), share_text(share)) == (shown, exact)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, "3"),
        (0, "0"),
        (F(5, 2), "2.5"),
        (F(-5, 2), "-2.5"),
        (F(1, 3), "1/3"),
        (Decimal("69.950"), "69.95"),
        (F(1, 2**39), plain(F(1, 2**39))),
        (F(1, 2**41), f"1/{2**41}"),
    ],
)
def test_plain(number: int | Fraction | Decimal, text: str) -> None:
    """An exact number as people write it, and as a fraction where no short decimal is exact."""
    assert plain(number) == text
    assert F(text) == F(number)


@pytest.mark.no_cover
@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**6), st.integers(0, 4))
def test_rounding_is_half_up(value: Fraction, places: int) -> None:
    """The shown number differs by at most half a step, and exactly half goes up."""
    shown, step = F(rounded(value, places)), F(1, 10**places)
    assert -step / 2 < shown - value <= step / 2
