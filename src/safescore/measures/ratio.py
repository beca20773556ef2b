"""Ratio: does a part reach its share of the whole?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

from safescore.backend import Backend
from safescore.dictionary import Dictionary
from safescore.explained import Detail, Explained, Path
from safescore.expr import M
from safescore.frozen import frozen
from safescore.measures.base import Due, DueAt, Links, Measure, Share, due_day, due_text, dued
from safescore.measures.quantities import missing_count, quantity, shares, turned
from safescore.period import Days
from safescore.standing import UNBOUNDED, Bar, Items, N, Span, Standing, sharing, undecided
from safescore.words import Text, listed, percent, share_text

SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}


def target_of(measure: Any) -> tuple[str, Share | None]:
    """Return the comparison of a measure with such fields, and its share."""
    for name in SIGNS:
        share = getattr(measure, name, None)
        if share is not None:
            return name, share
    return "", None


def check_target(measure: Any, links: Links, path: tuple[str | int, ...]) -> None:
    """Blame a measure that has no target, more than one, or one outside 0 % to 100 %."""
    given = [name for name in SIGNS if getattr(measure, name, None) is not None]
    if len(given) != 1:
        known = listed(name for name in SIGNS if hasattr(measure, name))
        links.blame(
            path,
            Text(zh=f"应只有一个目标，实有{len(given)}个", en=f"one target is asked, {len(given)} are given"),
            Text(zh=f"取{known.zh}之一", en=f"give one of {known.en}"),
        )
    for name in given:
        share = getattr(measure, name)
        if isinstance(share, Fraction) and not 0 <= share <= 1:
            links.blame(
                (*path, name),
                Text(zh=f"{share_text(share)}不是有效比例", en=f"{share_text(share)} is no share"),
                Text(zh="比例应在0%与100%之间", en="a share lies between 0% and 100%"),
            )


def standing_of(measure: Any, part: str, whole: str, backend: Backend[M, N], day: int | None) -> Standing[N]:
    """Return the standing of part and whole under the measure's target, on a day."""
    operator, share = target_of(measure)
    if not isinstance(share, Fraction):
        return undecided(backend.here.given - backend.here.given + 1)
    items = shares(part, whole, backend, day)
    if operator in ("at_most", "less_than"):
        return sharing(turned(items), Bar(1 - share, operator == "less_than"), 0, backend.ops)
    return sharing(items, Bar(share, operator == "more_than"), 0, backend.ops)


def counted_of(measure: Any, part: str, whole: str, backend: Backend[M, N], day: int | None) -> Items[N]:
    """Return the items of part and whole on a day, whatever the target: met those that are as they should be."""
    items = shares(part, whole, backend, day)
    return turned(items) if target_of(measure)[0] in ("at_most", "less_than") else items


def share_target(measure: Any, part: str, whole: str, dictionary: Dictionary) -> Text:
    """Return the target in words."""
    operator, share = target_of(measure)
    first, second = dictionary.label(part), dictionary.label(whole)
    sign = SIGNS[operator]
    shown = share_text(share) if isinstance(share, Fraction) else None
    return Text(
        zh=f"{first.zh} / {second.zh} {sign} {shown or '（未给定）'}",
        en=f"{first.en} / {second.en} {sign} {shown or '(not given)'}",
    )


def _bounds(span: Span[int]) -> str:
    if span.high >= UNBOUNDED:
        return "?" if span.low == 0 else f"{span.low}+"
    return str(span.low) if span.low == span.high else f"{span.low}–{span.high}"


def share_actual(part: str, whole: str, backend: Explained, day: int | None = None) -> Text:
    """Return part and whole as known, with the share where both are exact: ``142/203 (70.0%)``."""
    had, all_ = quantity(part, backend, day), quantity(whole, backend, day)
    text = f"{_bounds(had)}/{_bounds(all_)}"
    if had.low == had.high and all_.low == all_.high and all_.low > 0:
        text += f" ({percent(Fraction(had.low, all_.low))})"
    return Text(zh=text, en=text)


def share_gap(measure: Any, part: str, backend: Explained, short: int) -> Text:
    """Return the gap in the part's counting word: ``1 firm short``."""
    unit = backend.dictionary.unit(part)
    if target_of(measure)[0] in ("at_most", "less_than"):
        return Text(zh=f"超出{unit.count(short, 'zh')}", en=f"{unit.count(short, 'en')} too many")
    return Text(zh=f"尚差{unit.count(short, 'zh')}", en=f"{unit.count(short, 'en')} short")


def link_share(part: str, whole: str, links: Links, path: tuple[str | int, ...]) -> None:
    """Blame part and whole that are no counts, or are not declared as part and whole."""
    if links.fact(part, ("count",), (*path, "part")) is None:
        return
    if links.fact(whole, ("count",), (*path, "whole")) is None:
        return
    above: dict[str, None] = {}
    ahead = [part]
    while ahead:
        name = ahead.pop()
        if name not in above and name in links.dictionary.facts:
            above[name] = None
            ahead.extend(links.dictionary.wholes_of(name))
    if part == whole or whole not in above:
        links.blame(
            (*path, "part"),
            Text(zh=f"“{part}”没有声明为“{whole}”的一部分", en=f"{part!r} is not declared as a part of {whole!r}"),
            Text(zh="在其条目中增加part_of", en="add part_of to its entry"),
        )


@frozen(kw_only=True)
class Ratio(Measure):
    """Met when a part of a population reaches its official share; credit is the part of what is needed."""

    kind: ClassVar[str] = "ratio"

    part: str
    whole: str
    at_least: Share | None = None
    more_than: Share | None = None
    at_most: Share | None = None
    less_than: Share | None = None
    due: Due = DueAt.STANDING

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Ratio:
        """Return the measure; its counts must exist, and the one be declared part of the other."""
        check_target(self, links, path)
        link_share(self.part, self.whole, links, path)
        return self

    def facts(self) -> Iterator[str]:
        """Yield part and whole."""
        yield self.part
        yield self.whole

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing of the share."""
        return dued(self.now(backend), self.due, backend)

    def now(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing of the share today."""
        return standing_of(self, self.part, self.whole, backend, None)

    def deadline(self, period: Days) -> int | None:
        """Return the day by which the result is due."""
        return due_day(self.due, period)

    def counted(self, standing: Standing[N], backend: Backend[M, N]) -> Items[N]:
        """Return part and the rest of the whole, to date."""
        return counted_of(self, self.part, self.whole, backend, None)

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield nothing: a share is one figure."""
        return iter(())

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield what is not known of part and whole."""
        return missing_count((self.part, self.whole), backend)

    def actual(self, backend: Explained) -> Text:
        """Return part and whole."""
        return share_actual(self.part, self.whole, backend)

    def target(self, dictionary: Dictionary) -> Text:
        """Return the share that is asked, and by when."""
        text, due = share_target(self, self.part, self.whole, dictionary), due_text(self.due)
        return text if due is None else Text(zh=f"{due.zh}，{text.zh}", en=f"{text.en} {due.en}")

    def gap(self, backend: Explained, short: int) -> Text:
        """Return how many are short."""
        return share_gap(self, self.part, backend, short)

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        operator, share = target_of(self)
        return {
            "kind": self.kind,
            "part": self.part,
            "whole": self.whole,
            "target": {operator: share},
            "unit": dictionary.unit(self.part),
            "due": self.due,
        }
