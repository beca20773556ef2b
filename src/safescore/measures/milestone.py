"""Milestone: was it done by its day, or its share reached by then?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from safescore.backend import Backend
from safescore.dictionary import Dictionary
from safescore.explained import Ahead, Detail, Explained, Path
from safescore.expr import All, AnyOf, Compare, Expr, M, Moment, Not, Op, judge
from safescore.frozen import frozen
from safescore.measures.base import Day, Links, Measure, Share
from safescore.measures.quantities import missing_count
from safescore.measures.ratio import (
    check_target,
    counted_of,
    link_share,
    share_actual,
    share_gap,
    share_target,
    standing_of,
    target_of,
)
from safescore.period import Days, day_text
from safescore.standing import Items, N, Standing, by_day, single, undecided
from safescore.words import Text


def names_due(expr: Expr) -> bool:
    """Tell whether a condition asks about the due day."""
    match expr:
        case Compare(_, _, Moment.DUE):
            return True
        case Not(part):
            return names_due(part)
        case All(parts) | AnyOf(parts):
            return any(names_due(part) for part in parts)
        case _:
            return False


@frozen(kw_only=True)
class Milestone(Measure):
    """Met when something was done on or before a day; early is met, late is not, and before the day it is pending."""

    kind: ClassVar[str] = "milestone"

    by: Day
    done: str | None = None
    part: str | None = None
    whole: str | None = None
    at_least: Share | None = None
    more_than: Share | None = None

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Milestone:
        """Return the measure: of a date, or of a share whose register knows the due day."""
        if self.done is not None:
            links.plain(self.done, ("date",), (*path, "done"))
            if self.part or self.whole or target_of(self)[1] is not None:
                links.blame(
                    path,
                    Text(
                        zh="限期事项或以日期计，或以比例计，不能兼用", en="a milestone is a date or a share, not both"
                    ),
                    Text(zh="去掉done，或去掉part和whole", en="leave out done, or part and whole"),
                )
            return self
        if self.part is None or self.whole is None:
            links.blame(
                path,
                Text(zh="限期事项应有日期，或有部分与总数", en="a milestone needs a date, or a part and a whole"),
                Text(zh="写done，或写part、whole和at_least", en="give done, or part, whole and at_least"),
            )
            return self
        check_target(self, links, path)
        link_share(self.part, self.whole, links, path)
        derivation = links.dictionary.derivations.get(self.part)
        if derivation is not None and not names_due(derivation.where):
            links.blame(
                (*path, "part"),
                Text(
                    zh=f"“{self.part}”由台账得出，而台账看不出到期日完成了多少",
                    en=f"{self.part!r} follows from a register that does not say what was done by the due day",
                ),
                Text(
                    zh="在其derive中把某日期与due比较，或按日期分列填报数量",
                    en="compare a date with due in its derivation, or give the count as a dated series",
                ),
            )
        return self

    def facts(self) -> Iterator[str]:
        """Yield the date, or part and whole."""
        yield from (name for name in (self.done, self.part, self.whole) if name is not None)

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing on the day, or by now if that is earlier."""
        if not isinstance(self.by, int):
            return self.now(backend)
        return by_day(self.now(backend), backend.clock.closed(self.by), self.by, backend.ops)

    def now(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing as if the day had come."""
        here = backend.here
        if not isinstance(self.by, int):
            return undecided(here.given - here.given + 1)
        if self.done is not None:
            truth = judge(Compare(self.done, Op.LE, self.by), here)
            return single(here.count(truth.holds), here.count(truth.fails))
        return standing_of(self, str(self.part), str(self.whole), backend, self._day(backend.clock.cut))

    def deadline(self, period: Days) -> int | None:
        """Return the day by which it is to be done."""
        return self.by if isinstance(self.by, int) else None

    def ahead(self, backend: Explained) -> Ahead | None:
        """Return what is still to be done before the day."""
        short = self.now(backend).best.short
        if not short:
            return None
        if self.done is not None:
            return Ahead(short=short, text=Text(zh="尚未完成", en="not done yet"))
        return Ahead(short=short, text=share_gap(self, str(self.part), backend, short))

    def _day(self, cut: int) -> int | None:
        return self.by if isinstance(self.by, int) and self.by <= cut else None

    def counted(self, standing: Standing[N], backend: Backend[M, N]) -> Items[N]:
        """Return what was done by now, or by the day: one item, or part and the rest of the whole."""
        if self.done is not None:
            return super().counted(standing, backend)
        day = self._day(backend.clock.cut)
        return counted_of(self, str(self.part), str(self.whole), backend, day)

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield nothing: a milestone has no parts."""
        return iter(())

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield the date, or what is not known of part and whole."""
        if self.done is not None:
            if backend.here.blank(0, self.done):
                yield backend.here.path(0, self.done)
            return
        yield from missing_count((str(self.part), str(self.whole)), backend, self._day(backend.clock.cut))

    def actual(self, backend: Explained) -> Text:
        """Return the day, or part and whole."""
        if self.done is not None:
            written = backend.here.written(0, self.done)
            if not written:
                return Text(zh="未填报", en="no answer")
            return Text(zh="尚未完成", en="not done") if written == "none" else Text(zh=written, en=written)
        return share_actual(str(self.part), str(self.whole), backend, self._day(backend.clock.cut))

    def _by(self) -> str:
        return day_text(self.by) if isinstance(self.by, int) else "?"

    def target(self, dictionary: Dictionary) -> Text:
        """Return what is asked, and its day."""
        if self.done is not None:
            label = dictionary.label(self.done)
            return Text(zh=f"{label.zh}：不晚于{self._by()}", en=f"{label.en}: by {self._by()}")
        text = share_target(self, str(self.part), str(self.whole), dictionary)
        return Text(zh=f"{text.zh}，不晚于{self._by()}", en=f"{text.en} by {self._by()}")

    def gap(self, backend: Explained, short: int) -> Text:
        """Return what is short, or by how many days it is late."""
        if self.done is None:
            return share_gap(self, str(self.part), backend, short)
        day = backend.here.day(0, self.done)
        if isinstance(self.by, int) and day > self.by:
            late = day - self.by
            return Text(zh=f"逾期{late}天", en=f"{late} {'day' if late == 1 else 'days'} late")
        return Text(zh=f"到{self._by()}未完成", en=f"not done by {self._by()}")

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        if self.done is not None:
            return {"kind": self.kind, "done": self.done, "due": self.by}
        operator, share = target_of(self)
        return {
            "kind": self.kind,
            "part": self.part,
            "whole": self.whole,
            "target": {operator: share},
            "unit": dictionary.unit(str(self.part)),
            "due": self.by,
        }
