"""The closed set of measures: one module a kind."""

from __future__ import annotations

from collections.abc import Mapping

from safescore.measures.affirm import Affirm
from safescore.measures.base import Condition, Links, Measure
from safescore.measures.checklist import Checklist, Element
from safescore.measures.coverage import Coverage
from safescore.measures.each import Each
from safescore.measures.frequency import Frequency
from safescore.measures.limit import Limit
from safescore.measures.milestone import Milestone
from safescore.measures.ratio import Ratio

MEASURES: Mapping[str, type[Measure]] = {
    cls.kind: cls for cls in (Affirm, Checklist, Ratio, Limit, Frequency, Milestone, Each, Coverage)
}

__all__ = ["MEASURES", "Condition", "Element", "Links", "Measure"]
