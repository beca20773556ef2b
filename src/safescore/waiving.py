"""Waivers: which of them are in force, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safescore.facts.answers import Waiver
from safescore.period import day_text
from safescore.results import Effect, Finding, Waived, WaiverUse
from safescore.scoring import WAIVABLE
from safescore.words import Text


def uses(
    waivers: Sequence[Waiver], findings: Sequence[Finding], pack: str, as_of: int, *, left_out: bool
) -> tuple[WaiverUse, ...]:
    """Return what becomes of each waiver of a rule of this pack, in the submission's order.

    A hard duty can't be waived; a waiver counts from its first day to its last, both included, and only once for a
    rule; a duty that is met, not due or not applicable needs none. With *left_out* none is applied.
    """
    by_rule = {finding.rule: finding for finding in findings}
    taken: set[str] = set()
    found = []
    for one in waivers:
        rule = f"{pack}.{one.rule.removeprefix(f'{pack}.')}"
        finding = by_rule.get(rule)
        if finding is None:
            continue
        effect = _effect(one, finding, as_of, repeated=rule in taken, left_out=left_out)
        if effect in (Effect.IN_FORCE, Effect.LEFT_OUT, Effect.UNUSED):
            taken.add(rule)
        found.append(WaiverUse(rule=rule, outcome=finding.outcome, waiver=_waived(one), effect=effect))
    return tuple(found)


def _effect(waiver: Waiver, finding: Finding, as_of: int, *, repeated: bool, left_out: bool) -> Effect:
    if finding.hard:
        return Effect.HARD
    if as_of > waiver.until:
        return Effect.EXPIRED
    if waiver.from_ is not None and as_of < waiver.from_:
        return Effect.NOT_YET
    if repeated:
        return Effect.REPEATED
    if finding.outcome not in WAIVABLE:
        return Effect.UNUSED
    return Effect.LEFT_OUT if left_out else Effect.IN_FORCE


def _waived(one: Waiver) -> Waived:
    return Waived(
        reason=one.reason,
        approver=one.approver,
        until=day_text(one.until),
        from_=day_text(one.from_) if one.from_ else "",
    )


_NOTES = {
    Effect.HARD: Text(zh="底线要求不得豁免", en="a hard duty can't be waived"),
    Effect.EXPIRED: Text(zh="豁免已过期", en="the waiver has expired"),
    Effect.NOT_YET: Text(zh="豁免尚未生效", en="the waiver is not in force yet"),
    Effect.UNUSED: Text(zh="豁免没有用上", en="the waiver is not used"),
    Effect.REPEATED: Text(zh="同一事项的豁免期限重叠，只计第一项", en="waivers overlap, the first one counts"),
    Effect.LEFT_OUT: Text(zh="按要求不计豁免", en="waivers are left out, as demanded"),
}


def notes(found: Sequence[WaiverUse], pack: str) -> Iterator[Text]:
    """Yield what the reader must know of waivers that have no effect, each kind with its rules."""
    for effect, said in _NOTES.items():
        rules = tuple(dict.fromkeys(one.rule.removeprefix(f"{pack}.") for one in found if one.effect is effect))
        if rules:
            yield Text(zh=f"{said.zh}：{'、'.join(rules)}", en=f"{said.en}: {', '.join(rules)}")
