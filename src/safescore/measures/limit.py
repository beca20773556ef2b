"""Limit: does a value keep within its cap?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from safescore.backend import Backend
from safescore.dictionary import Dictionary
from safescore.explained import Detail, Explained, Path
from safescore.expr import M, Setting, Unknown
from safescore.frozen import frozen
from safescore.measures.base import Due, DueAt, FactFigure, Figure, Links, Measure
from safescore.measures.quantities import missing_count, quantity
from safescore.standing import UNBOUNDED, N, Span, Standing, Tally, most
from safescore.words import Text

_KEPT = {"at_most": Text(zh="不超过", en="at most"), "less_than": Text(zh="少于", en="less than")}


@frozen(kw_only=True)
class Limit(Measure):
    """Met while a value is at most its cap, or less than its baseline; a breach is final at once, and has no credit.

    With ``due: period-end`` the cap covers the whole period: kept so far is satisfied to date.
    """

    kind: ClassVar[str] = "limit"

    value: str
    at_most: Figure | FactFigure | None = None
    less_than: Figure | FactFigure | None = None
    due: Due = DueAt.PERIOD_END
    baseline: bool = False

    def linked(self, links: Links, path: tuple[str | int, ...]) -> Limit:
        """Return the measure; value and cap must be counts."""
        links.fact(self.value, ("count",), (*path, "value"))
        if (self.at_most is None) == (self.less_than is None):
            links.blame(
                path,
                Text(zh="上限只能有一个", en="a limit has one cap"),
                Text(zh="写at_most或less_than", en="give at_most or less_than"),
            )
        if not isinstance(self.due, DueAt):
            links.blame(
                (*path, "due"),
                Text(zh="上限或按当日计，或按全期计", en="a cap holds as of today or over the period"),
                Text(zh="写standing或period-end", en="write standing or period-end"),
            )
        for name, least in (("at_most", 0), ("less_than", 1)):
            cap = getattr(self, name)
            if isinstance(cap, FactFigure):
                links.fact(cap.fact, ("count",), (*path, name, "fact"))
            elif isinstance(cap, int) and cap < least:
                links.blame(
                    (*path, name),
                    Text(zh=f"没有数值能{_KEPT[name].zh}{cap}", en=f"no count can be {_KEPT[name].en} {cap}"),
                    Text(zh=f"至少写{least}", en=f"give {least} or more"),
                )
        if self.baseline and not isinstance(self.less_than, FactFigure):
            links.blame(
                (*path, "baseline"),
                Text(zh="基数应是另一项事实", en="a baseline is another fact"),
                Text(zh="写成less_than: {fact: 名称}", en="write less_than: {fact: NAME}"),
            )
        return self

    def facts(self) -> Iterator[str]:
        """Yield the value, and the baseline if it is a fact."""
        yield self.value
        if isinstance(self._cap(), FactFigure):
            yield self._cap().fact

    def _cap(self) -> Any:
        return self.less_than if self.at_most is None else self.at_most

    def _cap_span(self, backend: Backend[M, N]) -> Span[N]:
        """Return what the cap may be; one that nobody supplied is asked for even where no value would break it."""
        cap = self._cap()
        zero = backend.here.given - backend.here.given
        if isinstance(cap, FactFigure):
            return quantity(cap.fact, backend)
        if isinstance(cap, (Unknown, Setting)):
            return Span(zero - 1, zero + UNBOUNDED)
        return Span(zero + cap, zero + cap)

    def standing(self, backend: Backend[M, N]) -> Standing[N]:
        """Return the standing of the cap: the worst value against the least cap, the best against the greatest."""
        ops = backend.ops
        value, cap = quantity(self.value, backend), self._cap_span(backend)
        one = backend.here.given - backend.here.given + 1
        zero = one - one
        strict = 0 if self.less_than is None else 1
        least_cap = most(cap.low, one, ops) if self.baseline else cap.low  # a baseline of none asks nothing
        over_most = most(value.high - least_cap + strict, zero, ops)
        over_least = most(value.low - cap.high + strict, zero, ops)
        asked = Span(one, one)
        if self.baseline:
            asked = Span(ops.where(cap.low == 0, zero, one), ops.where(cap.high == 0, zero, one))
        end = backend.clock.period.last
        running = self.due is not DueAt.STANDING and not backend.clock.closed(end)
        later = ops.where((over_least == 0) & running & (asked.low > 0), one, zero)
        return Standing(
            asked=asked,
            worst=Tally(one, ops.where(over_most == 0, one, zero), over_most),
            best=Tally(one, ops.where(over_least == 0, one, zero), over_least),
            later=ops.where(over_most == 0, later, zero),
            next_due=ops.where((over_most == 0) & (later > 0), end, 0),
        )

    def details(self, backend: Explained) -> Iterator[Detail]:
        """Yield nothing: a cap is one figure."""
        return iter(())

    def missing(self, backend: Explained) -> Iterator[Path]:
        """Yield the value and the baseline, as far as they are not known."""
        return missing_count(tuple(self.facts()), backend)

    def actual(self, backend: Explained) -> Text:
        """Return the value as known."""
        value = quantity(self.value, backend)
        unit = backend.dictionary.unit(self.value)
        if value.high >= UNBOUNDED:
            known = (f"至少{value.low}", f"at least {value.low}") if value.low else ("未填报", "no answer")
            return Text(zh=known[0], en=known[1])
        if value.low == value.high:
            return Text(zh=unit.count(value.low, "zh"), en=unit.count(value.low, "en"))
        return Text(zh=f"{value.low}–{unit.count(value.high, 'zh')}", en=f"{value.low}–{unit.count(value.high, 'en')}")

    def target(self, dictionary: Dictionary) -> Text:
        """Return the cap in words."""
        cap = self._cap()
        label = dictionary.label(self.value)
        sign = "≤" if self.less_than is None else "<"
        if isinstance(cap, FactFigure):
            other = dictionary.label(cap.fact)
            return Text(zh=f"{label.zh} {sign} {other.zh}", en=f"{label.en} {sign} {other.en}")
        if isinstance(cap, (Unknown, Setting)):
            return Text(zh=f"{label.zh} {sign} （上限未给定）", en=f"{label.en} {sign} (cap not given)")
        return Text(zh=f"{label.zh} {sign} {cap}", en=f"{label.en} {sign} {cap}")

    def gap(self, backend: Explained, short: int) -> Text:
        """Return by how much the cap is exceeded."""
        unit = backend.dictionary.unit(self.value)
        return Text(zh=f"超出{unit.count(short, 'zh')}", en=f"{unit.count(short, 'en')} over the cap")

    def described(self, dictionary: Dictionary) -> dict[str, Any]:
        """Return the measure for machines."""
        name = "at_most" if self.less_than is None else "less_than"
        return {
            "kind": self.kind,
            "value": self.value,
            "target": {name: self._cap()},
            "unit": dictionary.unit(self.value),
            "due": self.due,
        }
