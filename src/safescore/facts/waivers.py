"""Waivers as submitted: of which rule, why, by whom, from when and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from safescore.expr import suggestion
from safescore.facts.answers import Blame, Waiver
from safescore.period import day_text, parse_day
from safescore.words import Text

KEYS = ("rule", "reason", "approver", "from", "until")
TEXTS = {"rule": "规则编号", "reason": "豁免理由", "approver": "批准人"}
A_DAY = Text(zh="应为实有的日期，如2022-09-30", en="expected a day that exists, as 2022-09-30")


def read_waivers(raw: Any, blame: Blame) -> tuple[Waiver, ...]:
    """Return the waivers of a submission; what is wrong with them is blamed."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        hint = Text(zh="每项豁免以短横线开头", en="begin each waiver with a dash")
        blame(("waivers",), Text(zh="waivers应是列表", en="waivers is a list"), hint)
        return ()
    return tuple(waiver for index, one in enumerate(raw) for waiver in _waiver(one, index, blame))


def _waiver(raw: Any, index: int, blame: Blame) -> Iterator[Waiver]:
    path = ("waivers", index)
    if not isinstance(raw, Mapping):
        hint = Text(zh=f"写明{'、'.join(KEYS)}", en=f"write {', '.join(KEYS)}")
        blame(path, Text(zh="每项豁免应写成“名称: 值”", en="a waiver is a mapping"), hint)
        return
    for key in raw:
        if key not in KEYS:
            problem = Text(zh=f"豁免中没有“{key}”这一项", en=f"there is no key {key!r} in a waiver")
            blame((*path, key), problem, suggestion(key, KEYS), key=True)
    texts = {}
    for key, called in TEXTS.items():
        value = raw.get(key)
        if not isinstance(value, str) or not value.strip():
            problem = Text(zh=f"豁免缺少{called}", en=f"a waiver needs its {key}")
            blame((*path, key), problem, Text(zh=f"补充{key}: …", en=f"add {key}: …"))
            value = ""
        texts[key] = value
    days = {}
    for key in ("from", "until"):
        value = raw.get(key)
        days[key] = parse_day(value) if isinstance(value, str) else None
        if days[key] is None and (key == "until" or value is not None):
            blame((*path, key), A_DAY, Text(zh=f"写成{key}: 2022-12-31", en=f"write {key}: 2022-12-31"))
    first, last = days["from"], days["until"]
    if first is not None and last is not None and last < first:
        problem = Text(
            zh=f"豁免的截止日{day_text(last)}早于起始日{day_text(first)}",
            en=f"the waiver ends on {day_text(last)}, before it begins on {day_text(first)}",
        )
        blame((*path, "until"), problem, Text(zh="更正其中一个日期", en="mend one of the two days"))
    yield Waiver(**texts, until=last or 0, from_=first)
