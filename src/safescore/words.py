"""Texts in two languages, counting words, and how exact numbers are shown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from safescore.frozen import frozen

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


@frozen(kw_only=True)
class Text:
    """A text for people, in Chinese and in English."""

    zh: str
    en: str

    def to(self, lang: Lang) -> str:
        """Return the text in this language."""
        return self.zh if lang == "zh" else self.en

    def filled(self, **named: object) -> Text:
        """Return the text with its ``{names}`` filled in; what is itself a Text in its own language."""
        return Text(
            **{
                lang: self.to(lang).format_map(
                    {name: one.to(lang) if isinstance(one, Text) else one for name, one in named.items()}
                )
                for lang in LANGUAGES
            }
        )


def same(text: str) -> Text:
    """Return what is the same in both languages: a name, a figure, a pattern."""
    return Text(zh=text, en=text)


def listed(words: Iterable[str]) -> Text:
    """Return names one after the other, as each language lists them."""
    words = tuple(words)
    return Text(zh="、".join(words), en=", ".join(words))


@frozen(kw_only=True)
class Unit:
    """A counting word: in Chinese with its noun, in English for one and for many."""

    zh: str
    one: str
    many: str

    def count(self, number: int, lang: Lang) -> str:
        """Return the number with its counting word: ``1家企业``, ``2 firms``."""
        if lang == "zh":
            return f"{number}{self.zh}"
        return f"{number} {self.one if number == 1 else self.many}"


def decimal_text(value: int, places: int) -> str:
    """Return ``value / 10**places`` written out in full."""
    whole, rest = divmod(abs(value), 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def rounded(value: Fraction, places: int = 1) -> str:
    """Return *value* rounded half up to this many decimal places; for reports only."""
    whole, rest = divmod(abs(value) * 10**places, 1)
    steps = whole + (rest * 2 >= 1)
    return decimal_text(-steps if value < 0 else steps, places)


def percent(share: Fraction, places: int = 1) -> str:
    """Return a share as a percentage: 142/203 is ``70.0%``."""
    return f"{rounded(share * 100, places)}%"


def plain(number: int | Fraction | Decimal) -> str:
    """Return an exact number as people write it: ``3``, ``2.5``, and ``1/3`` where no decimal is exact."""
    exact = Fraction(number)
    for places in range(40):
        if 10**places % exact.denominator == 0:
            return decimal_text(exact.numerator * (10**places // exact.denominator), places)
    return str(exact)


def share_text(share: Fraction) -> str:
    """Return a target share as a percentage without rounding: 7/10 is ``70%``."""
    return f"{plain(share * 100)}%"
