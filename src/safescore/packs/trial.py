"""A pack's cases, run in parallel; and what they leave untested."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from safescore.frozen import frozen
from safescore.model import Pack
from safescore.packs.cases import Placed, judge_case, read_cases
from safescore.packs.load import load_pack
from safescore.packs.mutate import mutants, survivors

FEW = 60
"""So few cases are judged sooner than processes start."""


@frozen(kw_only=True)
class Failed:
    """A case that came out otherwise: its place, rule and name, and each difference."""

    at: str
    rule: str
    case: str
    wrong: tuple[str, ...]


@frozen(kw_only=True)
class Survivor:
    """A change of a rule that no case notices."""

    rule: str
    change: str


@frozen(kw_only=True)
class Trial:
    """What came of a pack's cases: how many there are, which failed, and of which outcomes each rule has cases."""

    pack: str
    cases: int
    failed: tuple[Failed, ...]
    coverage: tuple[tuple[str, tuple[str, ...]], ...]
    mutants: int = 0
    survivors: tuple[Survivor, ...] = ()

    @property
    def good(self) -> bool:
        """Whether every case came out as expected, and no change went unnoticed."""
        return not self.failed and not self.survivors


def trial(name: str, *, mutate: bool = False, only: str | None = None, jobs: int = 1) -> Trial:
    """Return what comes of the cases of a pack, by its id or folder, over so many processes.

    With *mutate*, every rule is changed by one step at a time, and the changes that no case notices are named.
    *only* is a rule's id. Raises InvalidInput where the pack or a case can't be read.
    """
    pack = load_pack(name)
    cases = read_cases(pack)
    rules = [rule for rule in pack.rules if only is None or rule.id == only]
    ids = [rule.id for rule in rules]
    chosen = [placed for placed in cases if _rule_of(placed, pack) in ids]
    groups = _dealt(ids, jobs if len(chosen) > FEW or mutate else 1)
    found = tuple(_over(groups, name, mutate=mutate))
    failed = {one.at: one for part in found for one in part.failed}
    coverage = {
        rule: tuple(sorted({one.expect.outcome for one in chosen if _rule_of(one, pack) == rule})) for rule in ids
    }
    order = {name: place for place, name in enumerate(ids)}
    return Trial(
        pack=pack.id,
        cases=len(chosen),
        failed=tuple(failed[placed.at] for placed in chosen if placed.at in failed),
        coverage=tuple(coverage.items()),
        mutants=sum(part.mutants for part in found),
        survivors=tuple(sorted((one for part in found for one in part.survivors), key=lambda one: order[one.rule])),
    )


def _rule_of(placed: Placed, pack: Pack) -> str:
    return placed.case.rule.removeprefix(f"{pack.id}.")


def _dealt(ids: list[str], jobs: int) -> list[tuple[str, ...]]:
    """Return the rules dealt out to so many groups, the large next to the small."""
    return [tuple(ids[place::jobs]) for place in range(max(1, min(jobs, len(ids))))]


def _over(groups: list[tuple[str, ...]], name: str, *, mutate: bool) -> Iterable[Trial]:
    if len(groups) == 1:
        return [_tried(name, groups[0], mutate)]
    with ProcessPoolExecutor(len(groups)) as pool:
        return list(pool.map(_tried, [name] * len(groups), groups, [mutate] * len(groups)))


def _tried(name: str, ids: tuple[str, ...], mutate: bool) -> Trial:
    """Return what comes of the cases of these rules; runs in a process of its own."""
    pack = load_pack(name)
    cases = read_cases(pack)
    failed = []
    for placed in cases:
        if _rule_of(placed, pack) in ids:
            verdict = judge_case(placed, pack)
            if verdict.wrong:
                name_of = _rule_of(placed, pack)
                failed.append(Failed(at=placed.at, rule=name_of, case=placed.case.case, wrong=verdict.wrong))
    number = 0
    left: list[Survivor] = []
    if mutate:
        for rule in pack.rules:
            if rule.id in ids:
                number += sum(1 for _ in mutants(rule))
                left.extend(Survivor(rule=rule.id, change=one.change) for one in survivors(pack, cases, rule))
    return Trial(pack=pack.id, cases=0, failed=tuple(failed), coverage=(), mutants=number, survivors=tuple(left))
