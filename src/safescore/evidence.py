"""Evidence required: a claim without it can't help, and still counts against.

Every rule is judged twice: on all answers, and with those blank that nothing bears out. The truth may be anything that
is no better than the claim, so the least is that of the blanks, and the greatest that of the claim. For silence never
helps, the second contains the first: more evidence only narrows what lies between.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from safescore.dictionary import Dictionary
from safescore.explained import Path
from safescore.expr import Cell
from safescore.facts.answers import Answer, Submission
from safescore.results import Contribution, Counted, Evidenced, Finding, Stand
from safescore.standing import Outcome
from safescore.words import Text


def unevidenced(submission: Submission) -> frozenset[str]:
    """Return the answers that nothing bears out: facts, and elements as ``checklist.element``.

    What an inspector decided needs no evidence, nor does what the organisation is. A file dated after the day of
    judgement is none yet.
    """
    borne = {one.fact for one in submission.evidence if one.date is None or one.date <= submission.as_of}
    borne |= submission.verified
    answered = (unit for name, answer in submission.answers.items() for unit in _units(name, answer))
    return frozenset(unit for unit in answered if not {unit, unit.partition(".")[0]} & borne)


def _units(name: str, answer: Answer) -> tuple[str, ...]:
    if not isinstance(answer, Mapping):
        return (name,)
    return tuple(f"{name}.{key}" for key, cell in answer.items() if cell is not None)


def without(submission: Submission, names: frozenset[str]) -> Submission:
    """Return the submission with these answers blank."""
    answers: dict[str, Answer] = {}
    for name, answer in submission.answers.items():
        if name in names:
            continue
        answers[name] = _left(name, answer, names) if isinstance(answer, Mapping) else answer
    return evolve(submission, answers=answers)


def _left(name: str, cells: Mapping[str, Cell], names: frozenset[str]) -> dict[str, Cell]:
    return {key: cell for key, cell in cells.items() if f"{name}.{key}" not in names}


def held(claimed: Stand, proven: Stand) -> Stand:
    """Return how a finding stands if what is not proven can only count against it."""
    outcome = claimed.outcome if claimed.outcome is Outcome.NOT_SATISFIED else proven.outcome
    worst, best = proven.contribution, claimed.contribution
    if worst.low is None:
        return Stand(outcome=outcome, contribution=best)
    if best.low is None or best.high is None:  # the claim is that nothing is asked
        return Stand(outcome=outcome, contribution=Contribution(low=worst.low, high=worst.low, out=True))
    low = min(worst.low, best.low)
    out = best.out or (worst.out and low > 0)
    return Stand(outcome=outcome, contribution=Contribution(low=low, high=best.high, out=out))


def tempered(claimed: Finding, proven: Finding) -> Finding:
    """Return a finding as evidence leaves it."""
    both = Evidenced(claimed=claimed.ends[1], proven=proven.ends[0])
    stand = held(both.claimed, both.proven)
    told = claimed if stand.outcome is Outcome.NOT_SATISFIED else proven
    short = told.short
    if claimed.short is not None and proven.short is not None:
        one, other = claimed.short[1], proven.short[1]
        short = (claimed.short[0], None if one is None or other is None else max(one, other))
    return evolve(
        told,
        outcome=stand.outcome,
        contribution=stand.contribution,
        evidenced=both,
        actual=Text(zh=f"{claimed.actual.zh}（佐证不全）", en=f"{claimed.actual.en} (not fully evidenced)"),
        places=claimed.places,
        short=short,
        counted=_joined(claimed.counted, proven.counted),
    )


def _joined(claimed: Counted | None, proven: Counted | None) -> Counted | None:
    """Return what may be counted if what is not proven can only count against; what counts nothing has no items."""
    if claimed is None and proven is None:
        return None
    nothing = Counted(met=(0, 0), unmet=(0, 0))
    one, other = claimed or nothing, proven or nothing
    return Counted(met=_wider(one.met, other.met), unmet=_wider(one.unmet, other.unmet))


def _wider(one: tuple[int, int | None], other: tuple[int, int | None]) -> tuple[int, int | None]:
    high = None if one[1] is None or other[1] is None else max(one[1], other[1])
    return min(one[0], other[0]), high


def wanting(path: Path, unproven: frozenset[str], submission: Submission, dictionary: Dictionary) -> Path:
    """Return where what is missing is to be supplied: an answer that was given lacks its evidence only."""
    if path[0] != "facts":
        return path
    name = str(path[1])
    for unit in (".".join(map(str, path[1:3])), name):
        if unit in unproven:
            return ("evidence", unit)
    derivation = dictionary.derivations.get(name)
    if derivation is not None and derivation.register in unproven and name not in submission.answers:
        return ("evidence", derivation.register)
    return path
