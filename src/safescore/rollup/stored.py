"""Results in the DuckDB file of ``batch --store``: of every organisation and period those of the last batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import define, field

from safescore.errors import Fault, InvalidInput, Location, MissingExtraError, Refused
from safescore.frozen import frozen
from safescore.model import Pack
from safescore.period import parse_period
from safescore.results import Contribution, Counted
from safescore.rollup.members import SINGLE, Duty, Mark, Result
from safescore.roster import Member
from safescore.scoring import interval
from safescore.standing import Outcome
from safescore.words import Text

SUFFIX = ".duckdb"
_BATCHES = "SELECT batch FROM batches WHERE finished ORDER BY rowid"
_SUBMISSIONS = "SELECT organization, name, period, state FROM submissions WHERE batch = ? AND organization IS NOT NULL"
_RUNS = "SELECT run, pack, pack_version, pack_digest, period FROM runs WHERE batch = ? ORDER BY pack, period"
_ASSESSMENTS = """
    SELECT organization, name, file, facts_digest, as_of, grade_low, grade_high FROM assessments WHERE run = ?
    ORDER BY organization"""
_FINDINGS = """
    SELECT organization, rule, outcome, credit_low_numerator, credit_low_denominator, credit_high_numerator,
        credit_high_denominator, may_leave, short_low, short_high
    FROM findings WHERE run = ? ORDER BY organization, rule"""


class UnusableStoreError(Refused):
    """A file is no store of results."""


@frozen(kw_only=True)
class Stored:
    """The results in a store, those whose submission could not be used, and what is wrong with it."""

    results: tuple[Result, ...]
    unusable: tuple[Member, ...] = ()
    faults: tuple[Fault, ...] = ()


@define
class _Reading:
    """The reading of one store: results and unusable submissions by organisation and period, the last ones count."""

    path: Path
    load: Callable[[str], Pack]
    packs: Mapping[str, str]
    results: dict[tuple[str, str], list[Result]] = field(factory=dict)
    lost: dict[tuple[str, str], Member] = field(factory=dict)
    faults: dict[Fault, None] = field(factory=dict)

    def run(self, head: tuple[Any, ...], assessed: list[Any], findings: list[Any]) -> None:
        """Take in the results of a run."""
        _, id_, version, digest, period = head
        pack = self._pack(id_, version, digest)
        if pack is None:
            return
        duties = _duties(pack)
        marks: dict[str, dict[str, Mark]] = {}
        kinds = {one.rule: one.kind for one in duties}
        for organization, rule, *rest in findings:
            full = rule if rule.startswith(f"{pack.id}.") else f"{pack.id}.{rule}"
            marks.setdefault(organization, {})[full] = _mark(kinds.get(full, ""), *rest)
        for row in assessed:
            one = _result(pack, duties, period, row, marks.get(row[0], {}), str(self.path))
            self.results.setdefault((one.organization, period), []).append(one)

    def _pack(self, id_: str, version: str, digest: str) -> Pack | None:
        """Return the pack of a run, in the state in which it judged."""
        try:
            pack = self.load(self.packs.get(id_, id_))
        except InvalidInput as error:
            self.faults.update(dict.fromkeys(error.faults))
            return None
        if pack.digest == digest:
            return pack
        problem = Text(
            zh=f"其中的结果按另一状态的{id_}（{version}，{digest[:12]}）评定",
            en=f"results in it were judged under another state of {id_} ({version}, {digest[:12]})",
        )
        hint = Text(zh="用--pack给出当时的规则包，或重新评定", en="give that pack with --pack, or judge them again")
        self.faults[Fault(Location(str(self.path), 1, 1), problem, hint)] = None
        return None


def read_store(path: Path, load: Callable[[str], Pack], packs: Mapping[str, str] | None = None) -> Stored:
    """Return the results in a store. *packs* names the folders of private packs, by their ids.

    Raises UnusableStoreError, MissingExtraError.
    """
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise MissingExtraError("DuckDB", error.name, "batch") from None
    if not path.is_file():
        raise UnusableStoreError(Text(zh=f"{path}：没有这个文件", en=f"{path}: there is no such file"))
    reading = _Reading(path=path, load=load, packs=packs or {})
    try:
        with duckdb.connect(str(path), read_only=True) as store:
            _read(store, reading)
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise UnusableStoreError(
            Text(zh=f"{path}：不是可用的结果库（{said}）", en=f"{path}: this is no store of results ({said})"),
            Text(zh="用safescore batch --store生成", en="make one with safescore batch --store"),
        ) from None
    return Stored(
        results=tuple(one for group in reading.results.values() for one in group),
        unusable=tuple({one.id: one for one in reading.lost.values()}.values()),
        faults=tuple(reading.faults),
    )


def _read(store: Any, reading: _Reading) -> None:
    def rows(query: str, *values: Any) -> list[Any]:
        found: list[Any] = store.execute(query, list(values)).fetchall()
        return found

    for (batch,) in rows(_BATCHES):
        for organization, name, period, state in rows(_SUBMISSIONS, batch):
            key = (organization, period or "")
            reading.results.pop(key, None)
            reading.lost.pop(key, None)
            if state != "assessed":
                reading.lost[key] = Member(id=organization, name=name or "", columns={})
        for head in rows(_RUNS, batch):
            reading.run(head, rows(_ASSESSMENTS, head[0]), rows(_FINDINGS, head[0]))


def _duties(pack: Pack) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            rule=f"{pack.id}.{rule.id}",
            clause=rule.clause,
            title=rule.title,
            kind=rule.measure.kind,
            hard=rule.hard,
            weight=pack.head.weights.of(rule),
        )
        for rule in pack.rules
    )


def _mark(
    kind: str,
    outcome: str,
    low: int,
    low_of: int,
    high: int,
    high_of: int,
    out: bool,
    short_low: int | None,
    short_high: int | None,
) -> Mark:
    credit = Contribution(low=None, high=None, out=True)
    if low_of and high_of:
        credit = Contribution(low=Fraction(low, low_of), high=Fraction(high, high_of), out=out)
    return Mark(
        outcome=Outcome(outcome),
        contribution=credit,
        counted=_counted(kind, Outcome(outcome), credit),
        short=None if short_low is None else (short_low, short_high),
    )


def _counted(kind: str, outcome: Outcome, credit: Contribution) -> Counted | None:
    """Return what a finding counts, of the kinds that count one item; a store does not keep it of others."""
    if outcome is Outcome.NOT_APPLICABLE:
        return Counted(met=(0, 0), unmet=(0, 0))
    if kind not in SINGLE:
        return None
    if credit.low is None or credit.high is None:
        return Counted(met=(0, 0), unmet=(0, 0))
    met, unmet = credit.low == 1 and not credit.out, credit.high < 1 and not credit.out
    return Counted(met=(int(met), int(credit.high == 1)), unmet=(int(unmet), int(credit.low < 1)))


def _result(
    pack: Pack, duties: tuple[Duty, ...], period: str, row: tuple[Any, ...], marks: Mapping[str, Mark], path: str
) -> Result:
    """Return a result; its score follows anew from its findings, for a store keeps it rounded."""
    organization, name, file, facts, as_of, grade_low, grade_high = row
    days = parse_period(period)
    places = {band.id: place for place, band in enumerate(pack.head.grades.bands)}
    graded = grade_low in places and grade_high in places
    end = as_of.toordinal() if days is None else min(as_of.toordinal(), days.last)
    return Result(
        organization=organization,
        name=name,
        pack=pack.id,
        version=pack.version,
        title=pack.head.title,
        period=period,
        as_of=as_of.isoformat(),
        cut=type(as_of).fromordinal(end).isoformat(),
        facts=facts,
        score=interval(_weighted(duties, marks)),
        grade=(places[grade_low], places[grade_high]) if graded else None,
        grades=tuple((band.id, band.title) for band in pack.head.grades.bands),
        duties=duties,
        marks=marks,
        source=f"{path}: {file}",
    )


def _weighted(duties: tuple[Duty, ...], marks: Mapping[str, Mark]) -> Iterator[tuple[int, Contribution]]:
    return ((one.weight, marks[one.rule].contribution) for one in duties if one.rule in marks)
