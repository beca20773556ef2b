"""What a portion came to, added to the tables of a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import duckdb
import numpy as np

from safescore.batch.data import EPOCH
from safescore.batch.judged import Group, Member, Result, Run
from safescore.batch.portion import Portion, Received
from safescore.batch.store_tables import COUNTS
from safescore.frozen import frozen
from safescore.standing import OUTCOMES
from safescore.version import VERSION

Duck = duckdb.DuckDBPyConnection


@frozen(kw_only=True)
class Batch:
    """A batch that is being written: its id, its number among those of the same order, and the files already done."""

    id: str
    sequence: int
    done: Mapping[str, str]


def add_portion(duck: Duck, batch: Batch, portion: Portion) -> None:
    """Add what a portion came to."""
    _add_received(duck, batch, portion.received)
    add_faults(duck, batch, portion.received)
    for group in portion.groups:
        _add_group(duck, batch, group)


def register(duck: Duck, name: str, columns: Mapping[str, Any]) -> None:
    """Let queries know arrays as a table."""
    duck.register(name, dict(columns))


def insert(duck: Duck, table: str, columns: Mapping[str, Any], shown: Mapping[str, str] = {}) -> None:
    """Insert arrays into a table; *shown* says how a column follows where it is not as it is."""
    names = [name for name in columns if name not in shown] + [*shown]
    register(duck, "coming", columns)
    told = ", ".join(f"{shown.get(name, quoted(name))} AS {quoted(name)}" for name in names)
    duck.execute(f"INSERT INTO {table} BY NAME SELECT {told} FROM coming")
    duck.unregister("coming")


def _add_received(duck: Duck, batch: Batch, received: Sequence[Received]) -> None:
    insert(
        duck,
        "submissions",
        {
            "batch": texts(batch.id for _ in received),
            "file": texts(one.file for one in received),
            "digest": texts(one.digest for one in received),
            "organization": texts(one.organization for one in received),
            "name": texts(one.name for one in received),
            "period": texts(one.period for one in received),
            "state": texts("faulty" if one.faults else "assessed" for one in received),
        },
    )


def add_faults(duck: Duck, batch: Batch, received: Sequence[Received]) -> None:
    """Add what is wrong with submissions."""
    each = [(one, fault) for one in received for fault in one.faults]
    if not each:
        return
    insert(
        duck,
        "faults",
        {
            "batch": texts(batch.id for _ in each),
            "file": texts(fault.at.file for _, fault in each),
            "line": np.array([fault.at.line for _, fault in each], dtype=np.int64),
            "column": np.array([fault.at.column for _, fault in each], dtype=np.int64),
            "sheet": texts(fault.at.sheet for _, fault in each),
            "submission": texts(one.file for one, _ in each),
            "organization": texts(one.organization for one, _ in each),
            "name": texts(one.name for one, _ in each),
            "period": texts(one.period for one, _ in each),
            "what_zh": texts(fault.problem.zh for _, fault in each),
            "what_en": texts(fault.problem.en for _, fault in each),
            "remedy_zh": texts(fault.hint.zh if fault.hint else None for _, fault in each),
            "remedy_en": texts(fault.hint.en if fault.hint else None for _, fault in each),
        },
    )


def _run(duck: Duck, batch: Batch, run: Run) -> str:
    """Return the id of a run, which is there from now on. Raises StoreError where its pack has changed since."""
    told = "\n".join((batch.id, run.pack, run.digest, run.period))
    id_ = f"{sha256(told.encode()).hexdigest()[:12]}-{batch.sequence}"
    if not duck.execute("SELECT 1 FROM runs WHERE run = ?", [id_]).fetchall():
        duck.execute(
            """INSERT INTO runs (run, batch, sequence, pack, pack_version, pack_digest, pack_named, tool_version,
                period) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [id_, batch.id, batch.sequence, run.pack, run.version, run.digest, run.named, VERSION, run.period],
        )
    return id_


def _add_group(duck: Duck, batch: Batch, group: Group) -> None:
    run = _run(duck, batch, group.run)
    _add_assessments(duck, run, group.members, group.results)
    block, rules = group.block, len(group.rules)
    places = np.arange(len(group.members) * rules)
    register(
        duck,
        "members",
        {
            "member": np.arange(len(group.members)),
            "organization": texts(one.organization for one in group.members),
        },
    )
    register(duck, "rules", {"rule": np.arange(rules), "id": texts(group.rules)})
    register(duck, "outcomes", {"code": np.arange(len(OUTCOMES)), "id": texts(one.value for one in OUTCOMES)})
    arrays = {
        "member": places // rules,
        "rule": places % rules,
        **{name: getattr(block, name).reshape(-1) for name in _BLOCK},
    }
    register(duck, "block", {name: np.ascontiguousarray(array) for name, array in arrays.items()})
    duck.execute(_ADD_FINDINGS, [run])
    for name in ("members", "rules", "outcomes", "block"):
        duck.unregister(name)


def _add_assessments(duck: Duck, run: str, members: Sequence[Member], results: Sequence[Result]) -> None:
    waived = [one.waived or (None, None) for one in results]
    insert(
        duck,
        "assessments",
        {
            "run": texts(run for _ in members),
            "organization": texts(one.organization for one in members),
            "name": texts(one.name for one in members),
            "roles": texts(";".join(one.roles) for one in members),
            "file": texts(one.file for one in members),
            "facts_digest": texts(one.facts_digest for one in members),
            "as_of": np.array([one.as_of - EPOCH for one in members], dtype=np.int64),
            "parameters_digest": texts(one.parameters_digest for one in members),
            "score_low": _numbers(one.low for one in results),
            "score_high": _numbers(one.high for one in results),
            "grade_low": texts(one.low_grade for one in results),
            "grade_high": texts(one.high_grade for one in results),
            **{
                name: np.array([one.counts[place] for one in results], dtype=np.int64)
                for place, name in enumerate(COUNTS)
            },
            "decided": _numbers(one.decided for one in results),
            "waived_low": _numbers(low for low, _ in waived),
            "waived_high": _numbers(high for _, high in waived),
            "gate": texts(one.gate for one in results),
        },
        {"as_of": _day("as_of"), **{name: _number(name) for name in _SCORES}},
    )


_SCORES = ("score_low", "score_high", "waived_low", "waived_high")
_BLOCK = ("outcome", "to_date", "low", "low_of", "high", "high_of", "out", "least", "most", "next_due", "waived")


def quoted(name: str) -> str:
    """Return the name of a column as a query has it."""
    return f'"{name}"'


def _day(name: str) -> str:
    return f"DATE '1970-01-01' + CAST({name} AS INTEGER)"


def _number(name: str) -> str:
    return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"


def texts(values: Iterable[str | None]) -> Any:
    """Return texts as the store takes them; what is no Unicode is spelled out."""
    return np.array(
        [None if one is None else one.encode("utf-8", "backslashreplace").decode() for one in values], dtype=object
    )


def _numbers(values: Iterable[float | None]) -> Any:
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


_ADD_FINDINGS = f"""
INSERT INTO findings BY NAME
SELECT ? AS run, organization, rules.id AS rule, outcomes.id AS outcome, to_date,
    CASE WHEN low_of > 0 THEN low END AS credit_low_numerator, NULLIF(low_of, 0) AS credit_low_denominator,
    CASE WHEN high_of > 0 THEN high END AS credit_high_numerator, NULLIF(high_of, 0) AS credit_high_denominator,
    "out" AS may_leave, NULLIF(least, -1) AS short_low, NULLIF(most, -1) AS short_high,
    CASE WHEN next_due > 0 THEN {_day(f"(next_due - {EPOCH})")} END AS next_due, waived
FROM block JOIN members USING (member) JOIN rules USING (rule) JOIN outcomes ON outcomes.code = block.outcome"""
