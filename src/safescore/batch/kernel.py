"""Many organisations judged under one pack, as arrays: the measures, the standing and the verdict are those of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from queue import SimpleQueue
from threading import Lock
from typing import Any

import numpy as np

from safescore.batch.chunk import Chunk, Frame
from safescore.batch.codes import Digit, Domain
from safescore.batch.coding import at_once
from safescore.batch.consistent import contradicting, has_checks
from safescore.batch.data import Array, Column, Table, from_array
from safescore.batch.judge import Judge
from safescore.batch.outcomes import Outcomes
from safescore.batch.plan import Plan
from safescore.batch.program import Program
from safescore.batch.results import FULL, SHORT
from safescore.batch.room import MORE, Lender, Room, taken
from safescore.batch.scores import LEAST_PLACES, Freed, Scores, Sums, intervals
from safescore.batch.tabled import Tablers
from safescore.batch.target import Target, Whole
from safescore.batch.threads import Threads
from safescore.dictionary import Dictionary
from safescore.errors import MissingExtraError
from safescore.expr import Unknown, suggestion
from safescore.judging import Values, clock_of, clock_settings, settled, value_in_force
from safescore.model import Pack
from safescore.period import Clock, Days, parse_period
from safescore.words import Text

TOGETHER = 1 << 17
"""How many organisations are judged in one go: the more, the less often threads wait for each other."""

FEWEST = 1 << 12
"""A thread of its own is worth while for so many organisations."""

Roles = Column | Iterable[str]


class Kernel:
    """The rules of a pack made ready for one day, one period and one set of parameters; it may be asked many times.

    What it learns of the facts (which values occur, what they come to) it keeps for the next time; so it does threads,
    and the memory of results that nobody holds any more.
    """

    def __init__(
        self,
        pack: Pack,
        *,
        as_of: date,
        period: str,
        parameters: Mapping[str, object] | None = None,
        patience: float = 1,
        compiled: bool = False,
    ) -> None:
        """Settle the rules. Raises ValueError with a period or parameter that the pack does not know.

        A rule over plain facts is judged once for every way to answer them, as soon as *patience* times as many
        organisations have been asked one by one. What that came to is looked up by *compiled* code if asked: it takes
        seconds to be made ready, and is worth while for millions. Raises MissingExtraError for it without numba.
        """
        days = parse_period(period)
        if days is None:
            message = f"{period!r} is no period: write 2022, 2022H1, 2022Q3 or 2022-07"
            raise ValueError(message)
        values = _values(pack, parameters or {})
        self.pack = pack
        self.clock = _clock(pack, values, as_of, days)
        self.weights = tuple(pack.head.weights.of(rule) for rule in pack.rules)
        self._sums = Sums(self.weights)
        self._domains: dict[Digit, Domain] = {}
        self._lock = Lock()
        tablers = Tablers(pack.dictionary, self.clock)
        self._judges = tuple(
            Judge(
                settled(rule, values),
                all(name in values for name in clock_settings(pack, rule)),
                weight,
                tablers,
                self._sums,
                patience,
            )
            for rule, weight in zip(pack.rules, self.weights, strict=True)
        )
        self._asked = tuple(dict.fromkeys(name.split(".")[0] for rule in pack.rules for name in rule.facts()))
        self._pairs = tuple(dict.fromkeys(pair for judge in self._judges for pair in judge.pairs))
        self._checked: dict[frozenset[str], bool] = {}
        self._plan: Plan | None = None
        self._proven: Plan | None = None
        self._rooms: SimpleQueue[tuple[Plan | None, Room]] = SimpleQueue()
        self._lender = Lender()
        self._threads = Threads()
        self._follower = _compiled() if compiled else None

    def assess(
        self,
        facts: Mapping[str, Any],
        organisations: int,
        *,
        roles: Roles,
        together: int = TOGETHER,
        threads: int = 1,
    ) -> Outcomes:
        """Return what the rules come to; *together* organisations are judged in one go, by so many *threads*.

        See assess_columns for what is asked.
        """
        together = _evenly(organisations, together, threads)
        stretches = list(_stretches(organisations, together))
        typed = _typed(self.pack.dictionary, facts, organisations)
        held = roles if isinstance(roles, Column) else frozenset(roles)
        frame = Frame(typed, held, self.pack.dictionary, self.clock, self._domains, self._lock)
        follower = self._follower(frame) if self._follower is not None else None
        if follower is not None and (program := self._program(self._plan, frame)) is not None:
            follower.prepare(program)  # threads that begin would wait for the first
        whole = Whole.of(len(self._judges), organisations, self._lender)

        def judged(places: slice) -> list[Array]:
            plan = self._plan
            room = self._room(plan, together)
            codes = self._judged(Chunk(frame, places, room), plan, follower, whole.part(places, room))
            self._rooms.put((plan, room))
            return codes

        codes = self._threads.shared(judged, stretches, threads)
        return Outcomes(
            rules=tuple(rule.id for rule in self.pack.rules),
            weights=self.weights,
            hard=tuple(rule.hard for rule in self.pack.rules),
            grades=self.pack.head.grades,
            together=together,
            codes=codes,
            results=tuple(judge.results for judge in self._judges),
            outcome=whole.outcome.T,
            score=whole.scores,
            faulty=whole.faulty,
        )

    def _room(self, plan: Plan | None, rows: int) -> Room:
        """Return room that nobody uses; what is left of another plan, or of much larger batches, is given up."""
        while (free := taken(self._rooms)) is not None:
            own, room = free
            if own is plan and rows <= room.most <= MORE * rows:
                return room
        return Room(rows)

    def _judged(self, chunk: Chunk, plan: Plan | None, follower: Any, target: Target) -> list[Array]:
        """Return the codes of every rule's results of some organisations; write down outcomes, scores and faults."""
        program = self._program(plan, chunk.frame) if follower is not None else None
        if program is not None and not follower.follow(program, chunk, target):
            target.clear()
            program = None
        followed: frozenset[int] = frozenset() if program is None else program.rules
        rest = [place for place in range(len(self._judges)) if place not in followed]
        found: list[Array | None] = [None] * len(self._judges)
        for place in followed:
            found[place] = target.short[place]
        if not followed and plan is not None and plan.serves(chunk):
            found = plan.codes(chunk, target.short)
        missing = [place for place, own in enumerate(found) if own is None]
        if chunk.places.start // max(1, chunk.size) % 2:
            missing.reverse()  # threads that begin together make other tables
        for place in missing:
            found[place] = self._judges[place].codes(chunk, target.short[place])
        codes = [own for own in found if own is not None]
        if plan is not None and (not missing or plan.current(self._judges)):
            self._proven = plan
        elif missing:
            self._plan = Plan.of(self._judges, chunk.frame.columns)
        for place in rest:
            self._judges[place].add(codes[place], chunk.room, target.sums)
        np.logical_or(target.faulty, self._contradicting(chunk), out=target.faulty)
        self._write(codes, rest, target)
        if program is not None and not rest and self._sums.places >= LEAST_PLACES:
            follower.bounds(program, self._sums.packing, target)
        else:
            target.score(self._scores(codes, target.sums))
        target.settle()
        return codes

    def _program(self, plan: Plan | None, frame: Frame) -> Program | None:
        """Return what compiled code may follow over a frame; what will be another plan at once is not worth it."""
        if plan is None or plan is not self._proven or not plan.holds(frame):
            return None
        return plan.program(self._judges)

    def _write(self, codes: list[Array], rules: list[int], target: Target) -> None:
        """Write down the outcomes that the codes of some rules stand for, and where they stand for a fault."""
        every = len(rules) == len(codes)
        short = target.short if every else target.short[rules]
        outcome = target.outcome if every else np.empty(short.shape, dtype=np.int8)
        faulty = target.faulty
        np.right_shift(short, SHORT, out=outcome, casting="unsafe")
        for row, place in enumerate(rules):
            judge, own = self._judges[place], codes[place]
            if own.dtype != short.dtype:
                outcome[row] = judge.outcomes(own)
                faulty |= judge.faulty(own)
                short[row] = 0
        if not every:
            target.outcome[rules] = outcome
        many = at_once(short.shape[1])
        faults = np.array([[self._judges[place].fault] for place in rules], dtype=np.uint16).reshape(-1, 1)
        for first in range(0, len(faults), many):
            these = slice(first, first + many)
            if (faults[these] < FULL).any():
                faulty |= (short[these] == faults[these]).any(axis=0)

    def _contradicting(self, chunk: Chunk) -> Array:
        """Return who contradicts themselves in what no rule asks together."""
        given = frozenset(chunk.frame.facts)
        if given not in self._checked:
            self._checked[given] = has_checks(chunk.frame.facts, self._asked, self._pairs, self.pack.dictionary)
        if not self._checked[given]:
            return np.zeros(chunk.size, dtype=bool)
        return contradicting(chunk.facts, self._asked, self._pairs, chunk.backend)

    def _scores(self, codes: list[Array], added: Array) -> Scores:
        if self._sums.places >= LEAST_PLACES:
            return self._sums.bounds(added, lambda places, all_: self._free(codes, places, all_))
        every = [
            judge.results.told().of(judge.results.places(own)) for judge, own in zip(self._judges, codes, strict=True)
        ]
        low, high = (np.array([one.credit(side) for one in every]) for side in (0, 1))
        out, never = np.array([one.out != 0 for one in every]), np.array([one.never != 0 for one in every])
        return intervals(low, high, out, never, np.array(self.weights))

    def _free(self, codes: list[Array], places: Array, all_: bool) -> Freed:
        """Return what, at some places, may leave the sums: all, or only what lies between."""
        found = (judge.free(own, places, all_) for judge, own in zip(self._judges, codes, strict=True))
        return Freed.joined([one for one in found if one is not None])


def assess_columns(
    pack: Pack,
    facts: Mapping[str, Any],
    organisations: int,
    *,
    roles: Roles,
    as_of: date,
    period: str,
    parameters: Mapping[str, object] | None = None,
) -> Outcomes:
    """Return what a pack's rules come to for many organisations of one period, one day and one set of parameters.

    *facts* are arrays or columns by fact, elements of checklists as ``checklist.element``, registers and events as
    tables. *roles* are those of all, or a column of sets. The facts are taken as read: a figure outside what its
    register allows is not refused here. Raises ValueError with everything that does not fit.
    """
    kernel = Kernel(pack, as_of=as_of, period=period, parameters=parameters)
    return kernel.assess(facts, organisations, roles=roles)


def _compiled() -> Callable[[Frame], Any]:
    """Return what follows programs by compiled code. Raises MissingExtraError."""
    try:
        from safescore.batch.follower import Follower
    except ImportError as missing:
        what = Text(zh="编译后的查表", en="looking up by compiled code")
        raise MissingExtraError(what, "numba", "compiled") from missing
    return Follower


def _evenly(organisations: int, together: int, threads: int) -> int:
    """Return how many organisations are judged in one go, so that all threads have as many."""
    parts = -(-organisations // together)
    if threads > 1 and organisations >= threads * FEWEST:
        parts = -(-parts // threads) * threads
    return -(-organisations // parts) if parts else together


def _stretches(organisations: int, together: int) -> Iterator[slice]:
    for first in range(0, organisations, together):
        yield slice(first, min(first + together, organisations))


def _values(pack: Pack, parameters: Mapping[str, object]) -> Values:
    known = tuple(one.id for one in pack.head.parameters)
    unknown = [f"there is no parameter {name!r}: {_near(name, known)}" for name in parameters if name not in known]
    if unknown:
        raise ValueError("\n".join(unknown))
    values = {one.id: value_in_force(one, parameters.get(one.id)) for one in pack.head.parameters}
    return {name: value for name, value in values.items() if not isinstance(value, Unknown)}


def _clock(pack: Pack, values: Values, as_of: date, days: Days) -> Clock:
    clock = clock_of(pack, values, as_of.toordinal(), days)
    if days.first > clock.period.last or days.last < clock.period.first:
        message = f"the period {days} lies outside that of {pack.id} ({clock.period})"
        raise ValueError(message)
    if clock.as_of < days.first:
        message = f"as_of {as_of.isoformat()} lies before the period {days}"
        raise ValueError(message)
    return clock


def _typed(dictionary: Dictionary, facts: Mapping[str, Any], organisations: int) -> dict[str, Column | Table]:
    """Return the facts as columns and tables; raise ValueError with all that do not fit."""
    typed: dict[str, Column | Table] = {}
    wrong: list[str] = []
    for name, given in facts.items():
        try:
            typed[name] = _fact(dictionary, name, given, organisations)
        except ValueError as fault:
            wrong.append(str(fault))
    if wrong:
        raise ValueError("\n".join(wrong))
    return typed


def _fact(dictionary: Dictionary, name: str, given: Any, organisations: int) -> Column | Table:
    if isinstance(given, Column) and dictionary.here(name) is not None and len(given) == organisations:
        return given
    spec = dictionary.facts.get(name)
    if isinstance(given, Table):
        if spec is None or not spec.records:
            message = f"there is no register or events fact {name!r}"
            raise ValueError(message)
        unknown = [field for field in given.columns if field not in spec.fields]
        sizes = {len(column) for column in given.columns.values()} | {len(given.owner)}
        if unknown or len(sizes) > 1 or len(given.given) != organisations:
            message = f"{name}: the table does not fit" + (f", there is no field {unknown[0]!r}" if unknown else "")
            raise ValueError(message)
        return given
    plain = dictionary.here(name)
    if plain is None:
        message = f"there is no plain fact {name!r}: {_near(name, tuple(dictionary.facts))}"
        raise ValueError(message)
    column = from_array(plain, given, name)
    if len(column) != organisations:
        message = f"{name}: {len(column)} values for {organisations} organisations"
        raise ValueError(message)
    return column


def _near(name: str, known: tuple[str, ...]) -> str:
    found = suggestion(name, known)
    return "" if found is None else found.en
