"""Readings combined: which ways to read the document together change an outcome, or the grade."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, product

from attrs import evolve

from safescore.evidence import held
from safescore.frozen import frozen
from safescore.model import Pack, Parameter
from safescore.results import Choice, Combination, Combinations, Evidenced, Finding, Interval, Stand, Turned
from safescore.scoring import least_and_most, places_of
from safescore.standing import Outcome

MOST = 2000
"""How many combinations are assessed: those with the fewest readings changed come first."""
Made = frozenset[tuple[str, str]]
"""Readings that are changed, each with the alternative that is taken instead."""
Ends = tuple[Stand, Stand]
"""How a rule stands on what is proven, and on what is claimed."""


@frozen(kw_only=True)
class Open:
    """What is open to reading: the alternatives that are not in force, by reading, and the readings of each finding.

    ``ends`` returns how a finding's rule stands when these readings are changed.
    """

    others: Mapping[str, tuple[str, ...]]
    of: Mapping[str, tuple[str, ...]]
    ends: Callable[[str, Made], Ends]


def others_of(parameter: Parameter, value: str) -> tuple[str, ...]:
    """Return the alternatives of a reading but the one in force; all where none is."""
    return tuple(id_ for id_ in parameter.alternatives if id_ != value)


def combined(findings: Sequence[Finding], pack: Pack, given: Open, most: int = MOST) -> Combinations:
    """Return the combinations of readings that change an outcome, or the grade, and what the score is under all.

    Told is a combination under which an outcome or the grade comes out that comes out under no part of it. Only
    readings that decide how some rule stands are combined; of too many combinations the first *most* are assessed.
    """
    return _Combining(findings, pack, given, most).combinations()


class _Combining:
    def __init__(self, findings: Sequence[Finding], pack: Pack, given: Open, most: int) -> None:
        self.findings = {one.rule: one for one in findings}
        self.pack = pack
        self.given = given
        self.most = most
        self.known: dict[tuple[str, Made], Ends] = {}

    def combinations(self) -> Combinations:
        deciding = [name for name in self.given.others if name in self.deciding()]
        count = 1
        for name in deciding:
            count *= len(self.given.others[name]) + 1
        scores: dict[Made, Interval] = {}
        grades: dict[Made, tuple[int, int] | None] = {}
        outcomes: dict[Made, Mapping[str, Outcome]] = {}
        for made in self.ways(deciding):
            if len(scores) == self.most:
                break
            found = self.under(made)
            scores[made] = least_and_most(tuple(found.values()))
            grades[made] = places_of(scores[made], tuple(found.values()), self.pack.head.grades)
            outcomes[made] = {rule: one.outcome for rule, one in found.items()}
        lows = [one.low for one in scores.values() if one.low is not None]
        highs = [one.high for one in scores.values() if one.high is not None]
        ids = [band.id for band in self.pack.head.grades.bands]
        reached = [one for one in grades.values() if one is not None]

        def told(made: Made) -> Combination:
            base, found = outcomes[frozenset()], outcomes[made]
            grade = grades[made]
            return Combination(
                choices=tuple(self.choice(name, alternative) for name, alternative in self.ordered(made)),
                turned=tuple(
                    Turned(rule=rule, before=base[rule], after=outcome)
                    for rule, outcome in found.items()
                    if outcome is not base[rule]
                ),
                interval=scores[made],
                low=None if grade is None else ids[grade[0]],
                high=None if grade is None else ids[grade[1]],
            )

        return Combinations(
            readings=tuple(self.given.others),
            deciding=tuple(deciding),
            told=tuple(told(made) for made in scores if made and _is_new(made, outcomes, grades)),
            evaluated=len(scores),
            of=count,
            interval=Interval(
                low=min(lows, default=None),
                high=max(highs, default=None),
                certain=all(one.certain and one.low is not None for one in scores.values()),
            ),
            low=ids[max(one[0] for one in reached)] if reached else None,
            high=ids[min(one[1] for one in reached)] if reached else None,
        )

    def deciding(self) -> set[str]:
        """Return the readings that decide how some rule stands, alone or with others of the rule."""
        found: set[str] = set()
        for rule, names in self.given.of.items():
            ends = [(dict(made), self.ends(rule, made)) for made in self.ways(names)]
            for name in names:
                rest: dict[Made, Ends] = {}
                for choice, one in ends:
                    without = frozenset(pair for pair in choice.items() if pair[0] != name)
                    if rest.setdefault(without, one) != one:
                        found.add(name)
        return found

    def ways(self, names: Sequence[str]) -> Iterator[Made]:
        """Yield the ways to change some of these readings, the fewest changes first; none comes first of all."""
        for size in range(len(names) + 1):
            for some in combinations(names, size):
                for alternatives in product(*(self.given.others[name] for name in some)):
                    yield frozenset(zip(some, alternatives, strict=True))

    def ends(self, rule: str, made: Made) -> Ends:
        own = frozenset(pair for pair in made if pair[0] in self.given.of.get(rule, ()))
        if not own:
            return self.findings[rule].ends
        if (rule, own) not in self.known:
            self.known[rule, own] = self.given.ends(rule, own)
        return self.known[rule, own]

    def under(self, made: Made) -> Mapping[str, Finding]:
        """Return the findings as far as they score when these readings are changed."""
        found = {}
        for rule, one in self.findings.items():
            ends = self.ends(rule, made)
            if ends == one.ends:
                found[rule] = one
                continue
            proven, claimed = ends
            stand = claimed if claimed == proven else held(claimed, proven)
            evidenced = None if claimed == proven else Evidenced(claimed=claimed, proven=proven)
            found[rule] = evolve(one, outcome=stand.outcome, contribution=stand.contribution, evidenced=evidenced)
        return found

    def ordered(self, made: Made) -> list[tuple[str, str]]:
        return sorted(made, key=lambda pair: list(self.given.others).index(pair[0]))

    def choice(self, name: str, alternative: str) -> Choice:
        parameter = self.pack.parameter(name)
        assert parameter is not None
        return Choice(
            reading=name,
            alternative=alternative,
            title=parameter.title,
            chosen=parameter.alternatives[alternative].title,
        )


def _is_new(
    made: Made, outcomes: Mapping[Made, Mapping[str, Outcome]], grades: Mapping[Made, tuple[int, int] | None]
) -> bool:
    """Tell whether an outcome or the grade comes out that comes out under no part of a combination."""
    parts = [frozenset(some) for size in range(len(made)) for some in combinations(made, size)]
    if all(grades[part] != grades[made] for part in parts):
        return True
    own = outcomes[made]
    return any(all(outcomes[part][rule] is not outcome for part in parts) for rule, outcome in own.items())
