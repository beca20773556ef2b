"""Results made for tests: small, and with the score and the marks that a test asks for."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from safescore.results import Contribution, Counted, Interval
from safescore.rollup.members import Duty, Mark, Result
from safescore.standing import Outcome
from safescore.words import Text, same

GRADES = (("excellent", Text(zh="优秀", en="excellent")), ("good", Text(zh="良好", en="good")), ("fail", same("fail")))
ASKED = Duty(rule="p.asked", clause="一", title=same("asked"), kind="ratio", hard=False, weight=3)


def mark(met: int, unmet: int) -> Mark:
    """Return the mark of a duty of which everything is known."""
    whole = met + unmet
    credit = Fraction(met, whole) if whole else None
    outcome = Outcome.NOT_APPLICABLE if not whole else Outcome.NOT_SATISFIED if unmet else Outcome.SATISFIED
    return Mark(
        outcome=outcome,
        contribution=Contribution(low=credit, high=credit, out=credit is None),
        counted=Counted(met=(met, met), unmet=(unmet, unmet)),
        short=(unmet, unmet),
    )


def result(
    id_: str,
    score: Interval | str = "1",
    *,
    marks: Mapping[str, Mark] | None = None,
    grade: tuple[int, int] | None = (0, 0),
    profile: Mapping[str, tuple[str, ...]] | None = None,
    as_of: str = "2022-09-30",
    facts: str = "",
    source: str = "",
) -> Result:
    """Return a result; a score as text is exact."""
    found = score if isinstance(score, Interval) else Interval(low=Fraction(score), high=Fraction(score))
    return Result(
        organization=id_,
        name=f"name of {id_}",
        pack="p",
        version="1.0",
        title=same("pack"),
        period="2022Q3",
        as_of=as_of,
        cut=as_of,
        facts=facts or id_,
        score=found,
        grade=grade,
        grades=GRADES,
        duties=tuple(evolve(ASKED, rule=rule) for rule in (marks or ("p.asked",))),
        marks=marks or {},
        source=source or f"{id_}.yaml",
        profile=profile or {},
    )
