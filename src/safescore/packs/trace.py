"""A pack held against the text that it encodes: every clause indexed, every anchor in place, no sentence part lost."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from safescore.frozen import frozen
from safescore.measures.checklist import Checklist
from safescore.model import Clause, Pack, Reason, Rule
from safescore.packs.document import PrintedClause, printed_clauses, squeezed

EXCUSES = frozenset({Reason.EXTERNAL_LIST.value, Reason.RESTATES.value, Reason.NO_OBSERVABLE.value})
"""Reasons that excuse a part with a figure, an interval, a deadline or a prohibition."""


@frozen(kw_only=True)
class TracedClause:
    """One clause: what it holds, how many sentence parts it has, and those that nothing accounts for."""

    id: str
    rules: tuple[str, ...]
    elements: tuple[str, ...]
    unscored: tuple[tuple[str, str], ...]
    scored_parts: int
    excused_parts: int
    uncovered: tuple[str, ...]

    @property
    def sentences(self) -> int:
        """How many sentence parts the clause has."""
        return self.scored_parts + self.excused_parts + len(self.uncovered)


@frozen(kw_only=True)
class Trace:
    """A pack held against its document: clause by clause, and every problem in words."""

    pack: str
    clauses: tuple[TracedClause, ...]
    problems: tuple[str, ...]

    def totals(self) -> dict[str, int]:
        """Return the figures of the pack: clauses, rules, elements, unscored statements, sentence parts."""
        return {
            "clauses": len(self.clauses),
            "rules": sum(len(one.rules) for one in self.clauses),
            "elements": sum(len(one.elements) for one in self.clauses),
            "unscored": sum(len(one.unscored) for one in self.clauses),
            "sentences": sum(one.sentences for one in self.clauses),
            "scored": sum(one.scored_parts for one in self.clauses),
            "excused": sum(one.excused_parts for one in self.clauses),
            "uncovered": sum(len(one.uncovered) for one in self.clauses),
        }

    def content(self) -> dict[str, Any]:
        """Return the trace as plain data."""
        return {
            "pack": self.pack,
            "clauses": [
                {
                    "id": one.id,
                    "rules": list(one.rules),
                    "elements": list(one.elements),
                    "unscored": [{"anchor": anchor, "reason": reason} for anchor, reason in one.unscored],
                    "sentences": one.sentences,
                    "uncovered": list(one.uncovered),
                }
                for one in self.clauses
            ],
            "totals": self.totals(),
            "problems": list(self.problems),
        }


def trace(pack: Pack, text: str) -> Trace:
    """Return the pack held against the verbatim text of its document."""
    problems: list[str] = []
    head = pack.head
    if head.source is not None and sha256(text.encode()).hexdigest() != head.source.sha256:
        problems.append(f"the text is not the one that {pack.id} was made from: its sha256 differs")
    printed = printed_clauses(text)
    index = {clause.id: clause for clause in head.clauses}
    names = [clause.id for clause in printed]
    for missing in (name for name in names if name not in index):
        problems.append(f"{missing}: the clause is not in the index")
    for extra in (name for name in index if name not in names):
        problems.append(f"{extra}: the document has no such clause")
    order = [name for name in index if name in names]
    if order != [name for name in names if name in index]:
        problems.append("the index does not follow the order of the document")
    for rule in pack.rules:
        problems.extend(
            f"{rule.clause}: the owner {owner!r} of {rule.id} is not named" for owner in _unnamed(rule, printed)
        )
    traced = []
    for clause in printed:
        if clause.id in index:
            one = _traced(clause, index[clause.id], pack)
            problems.extend(_misplaced(clause, index[clause.id], pack))
            problems.extend(f"{clause.id}: nothing accounts for {part!r}" for part in one.uncovered)
            traced.append(one)
    return Trace(pack=pack.id, clauses=tuple(traced), problems=tuple(problems))


def _unnamed(rule: Rule, printed: tuple[PrintedClause, ...]) -> Iterator[str]:
    text = next((clause.text for clause in printed if clause.id == rule.clause), "")
    return (owner for owner in rule.owners if squeezed(owner) not in text)


def _rules(clause: Clause, pack: Pack) -> list[Rule]:
    return [rule for rule in pack.rules if rule.clause == clause.id]


def _elements(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield every element of a rule, by id and anchor."""
    if isinstance(rule.measure, Checklist):
        yield from ((f"{rule.id}.{one.id}", one.anchor) for one in rule.measure.elements)


def _anchors(clause: Clause, pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Yield every anchor of a clause: who has it, the anchor, and the reason where it is not scored."""
    for rule in _rules(clause, pack):
        yield rule.id, rule.anchor, ""
        yield from ((name, anchor, "") for name, anchor in _elements(rule))
    for one in clause.unscored:
        yield "unscored", one.anchor, one.reason.value if one.reason else Reason.RESTATES.value


def _misplaced(printed: PrintedClause, clause: Clause, pack: Pack) -> Iterator[str]:
    parts = printed.parts()
    for name, anchor, _ in _anchors(clause, pack):
        if not any(squeezed(anchor) in part for part in parts):
            where = "" if squeezed(anchor) not in printed.text else " within one sentence part"
            yield f"{clause.id}: the anchor {anchor!r} of {name} does not occur{where}"


def _traced(printed: PrintedClause, clause: Clause, pack: Pack) -> TracedClause:
    anchors = [(squeezed(anchor), reason) for _, anchor, reason in _anchors(clause, pack)]
    scored = excused = 0
    uncovered = []
    for part in printed.parts():
        reasons = {reason for anchor, reason in anchors if anchor in part}
        if "" in reasons:
            scored += 1
        elif reasons & EXCUSES or (reasons and not printed.tells(part)):
            excused += 1
        else:
            uncovered.append(part)
    rules = _rules(clause, pack)
    return TracedClause(
        id=clause.id,
        rules=tuple(rule.id for rule in rules),
        elements=tuple(name for rule in rules for name, _ in _elements(rule)),
        unscored=tuple(
            (one.anchor, one.reason.value if one.reason else f"restates: {one.restates}") for one in clause.unscored
        ),
        scored_parts=scored,
        excused_parts=excused,
        uncovered=tuple(uncovered),
    )
