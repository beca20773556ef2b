"""A rule judged: its settings filled in, its clock, and who is bound; over one organisation or many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from safescore.backend import Backend
from safescore.expr import M, Setting, judge
from safescore.measures import Condition
from safescore.measures.base import UNKNOWN, bound, timely
from safescore.model import Pack, Parameter, Rule
from safescore.parameters import parameter_value
from safescore.period import Clock, Days, Partial
from safescore.standing import N, Standing, Verdict, undecided, verdict

Values = Mapping[str, Any]
"""The values of parameters and readings by id; one that nobody supplied is not there."""


def value_in_force(parameter: Parameter, raw: object) -> Any:
    """Return the value of a parameter as given, else its default, else UNKNOWN. Raises WrongValue."""
    if raw is not None:
        return parameter_value(parameter, raw)
    if parameter.default is None:
        return UNKNOWN
    return parameter.alternatives[parameter.default].value if parameter.reading else parameter.default


def clock_of(pack: Pack, values: Values, as_of: int, days: Days) -> Clock:
    """Return the clock of a submission for *days*; a day that nobody supplied is taken as the period's own.

    An end of the pack's period that nobody supplied is that of *days*.
    """
    head = pack.head

    def day(value: object, otherwise: int) -> int:
        found = values.get(value.id) if isinstance(value, Setting) else value
        return found if isinstance(found, int) else otherwise

    period = Days(day(head.period.from_, days.first), day(head.period.to, days.last))
    campaign = period
    if head.campaign is not None:
        campaign = Days(day(head.campaign.from_, period.first), day(head.campaign.to, period.last))
    partial = head.partial_window
    mode = values.get(partial.id, Partial.WHOLE) if isinstance(partial, Setting) else partial
    return Clock(
        period=period,
        binds_from=day(head.binds_from, period.first),
        partial=Partial(str(getattr(mode, "value", mode))),
        as_of=as_of,
        cut=min(as_of, days.last, period.last),
        campaign=campaign,
        occasions={name: tuple(one.occasion() for one in group) for name, group in head.occasions.items()},
    )


def clock_settings(pack: Pack, rule: Rule) -> tuple[str, ...]:
    """Return the settings of the clock that decide a recurring duty."""
    return tuple(pack.general_settings()) if rule.measure.kind in ("frequency", "coverage") else ()


def settled(rule: Rule, values: Values) -> Rule:
    """Return the rule with its parameters and readings replaced by their values, where they have one."""
    if not rule.settings():
        return rule
    applies = rule.applies
    if applies is not None:
        applies = Condition(applies.raw, bound(applies.expr, lambda setting: values.get(setting.id, UNKNOWN)))
    return evolve(rule, measure=rule.measure.settled(values), applies=applies)


def binding(rule: Rule, backend: Backend[M, N], holder: Any) -> tuple[Any, Any]:
    """Return where a settled rule surely applies, and where it surely does not.

    *holder* says where the organisation has a role that the rule binds.
    """
    here = backend.here
    truth = judge(timely(rule.applies, backend.clock.as_of), here)
    holds, fails = here.count(truth.holds) > 0, here.count(truth.fails) > 0
    return holds & holder, fails | backend.ops.no(holder)


def judged(rule: Rule, backend: Backend[M, N], holder: Any, *, clocked: bool = True) -> tuple[Standing[N], Verdict[N]]:
    """Return the standing and the verdict of a settled rule.

    *holder* says where the organisation has a role that the rule binds; *clocked* that no setting of the clock that
    decides the rule is missing.
    """
    here = backend.here
    standing = rule.measure.standing(backend) if clocked else undecided(here.given - here.given + 1)
    return standing, verdict(standing, binding(rule, backend, holder), backend.ops, hard=rule.hard)
