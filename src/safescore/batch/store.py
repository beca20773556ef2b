"""The store of results: a DuckDB file to which every batch is appended, whole at any moment.

Every portion of a batch is one transaction. ``docs/store.md`` says what the tables hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np
from attrs import frozen

from safescore.batch.data import EPOCH
from safescore.batch.judged import Group, Member, Result, Run
from safescore.batch.portion import Portion, Received
from safescore.errors import Fault, Location, Refused
from safescore.report.csv import FORMULAS
from safescore.standing import OUTCOMES
from safescore.version import VERSION
from safescore.words import Text

COUNTS = tuple(outcome.value.replace("-", "_") for outcome in OUTCOMES)
"""The columns that count findings by their outcome."""

TABLES: Mapping[str, str] = {
    "batches": """
        batch VARCHAR PRIMARY KEY, digest VARCHAR NOT NULL, sequence INTEGER NOT NULL, tool_version VARCHAR NOT NULL,
        finished BOOLEAN NOT NULL, submissions BIGINT, assessed BIGINT, faulty BIGINT, missing BIGINT""",
    "runs": f"""
        run VARCHAR PRIMARY KEY, batch VARCHAR NOT NULL, sequence INTEGER NOT NULL, pack VARCHAR NOT NULL,
        pack_version VARCHAR NOT NULL, pack_digest VARCHAR NOT NULL, tool_version VARCHAR NOT NULL,
        period VARCHAR NOT NULL, as_of DATE, parameters_digest VARCHAR, organizations BIGINT,
        {", ".join(f"{name} BIGINT" for name in COUNTS)}""",
    "submissions": """
        batch VARCHAR NOT NULL, file VARCHAR NOT NULL, digest VARCHAR, organization VARCHAR, name VARCHAR,
        period VARCHAR, state VARCHAR NOT NULL""",
    "assessments": f"""
        run VARCHAR NOT NULL, organization VARCHAR NOT NULL, name VARCHAR NOT NULL, roles VARCHAR NOT NULL,
        file VARCHAR NOT NULL, facts_digest VARCHAR NOT NULL, as_of DATE NOT NULL, parameters_digest VARCHAR NOT NULL,
        score_low DOUBLE, score_high DOUBLE, grade_low VARCHAR, grade_high VARCHAR,
        {", ".join(f"{name} BIGINT NOT NULL" for name in COUNTS)}, decided DOUBLE NOT NULL,
        waived_low DOUBLE, waived_high DOUBLE, gate VARCHAR""",
    "findings": """
        run VARCHAR NOT NULL, organization VARCHAR NOT NULL, rule VARCHAR NOT NULL, outcome VARCHAR NOT NULL,
        to_date BOOLEAN NOT NULL, credit_low_numerator BIGINT, credit_low_denominator BIGINT,
        credit_high_numerator BIGINT, credit_high_denominator BIGINT, may_leave BOOLEAN NOT NULL,
        short_low BIGINT, short_high BIGINT, next_due DATE, waived BOOLEAN NOT NULL""",
    "faults": """
        batch VARCHAR NOT NULL, file VARCHAR NOT NULL, line BIGINT NOT NULL, "column" BIGINT NOT NULL,
        sheet VARCHAR NOT NULL, submission VARCHAR NOT NULL, organization VARCHAR, name VARCHAR, period VARCHAR,
        what_zh VARCHAR NOT NULL, what_en VARCHAR NOT NULL, remedy_zh VARCHAR, remedy_en VARCHAR""",
    "missing": """
        batch VARCHAR NOT NULL, period VARCHAR NOT NULL, organization VARCHAR NOT NULL, name VARCHAR,
        state VARCHAR NOT NULL, files VARCHAR NOT NULL""",
}
ORDER: Mapping[str, str] = {
    "runs": "pack, period, run",
    "submissions": "file",
    "assessments": "organization, run",
    "findings": "organization, run, rule",
    "faults": 'file, sheet, line, "column", what_en',
    "missing": "period, organization, state",
}
"""In which order the rows of a batch are handed out."""


class StoreError(Refused):
    """A store can't be used."""


@frozen(kw_only=True)
class Batch:
    """A batch that is being written: its id, its number among those of the same order, and the files already done."""

    id: str
    sequence: int
    done: Mapping[str, str]


class Store:
    """An open store. Raises StoreError where a file is no store, or is in use."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self.path = path
        try:
            self._duck = duckdb.connect(str(path), config={"threads": threads})
        except duckdb.Error as error:
            raise _unusable(path, error) from None
        try:
            self._set_up()
        except BaseException:
            self._duck.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._duck.close()

    def _set_up(self) -> None:
        there = {name for (name,) in self._rows("SELECT table_name FROM duckdb_tables()")}
        mine = there & set(TABLES)
        if mine and mine != set(TABLES):
            raise _foreign(self.path)
        with self._whole():
            for name, columns in TABLES.items():
                self._duck.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
        for name, columns in TABLES.items():
            self._duck.execute(f"CREATE TEMP TABLE expected_{name} ({columns})")
            if self._columns(name) != self._columns(f"expected_{name}"):
                raise _foreign(self.path)

    def _columns(self, table: str) -> list[Any]:
        return self._rows(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
        )

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._duck.execute(query, list(values)).fetchall()

    def _whole(self) -> _Transaction:
        return _Transaction(self._duck)

    def begin(self, digest: str) -> Batch:
        """Return a new batch of an order."""
        ((last,),) = self._rows("SELECT coalesce(max(sequence), 0) FROM batches WHERE digest = ?", [digest])
        id_ = f"{digest[:12]}-{last + 1}"
        self._duck.execute(
            "INSERT INTO batches (batch, digest, sequence, tool_version, finished) VALUES (?, ?, ?, ?, false)",
            [id_, digest, last + 1, VERSION],
        )
        return Batch(id=id_, sequence=last + 1, done={})

    def last(self, digest: str) -> Batch | None:
        """Return the last batch of an order, with the digests of the files that are done; None if there is none."""
        last = self._rows(
            "SELECT batch, sequence FROM batches WHERE digest = ? ORDER BY sequence DESC LIMIT 1", [digest]
        )
        if not last:
            return None
        id_, sequence = last[0]
        done = "SELECT file, digest FROM submissions WHERE batch = ? AND state <> 'twice' AND digest <> ''"
        return Batch(id=id_, sequence=sequence, done=dict(self._rows(done, [id_])))

    def runs(self, batch: Batch) -> Iterator[Run]:
        """Yield what a batch has been judged under so far."""
        for row in self._rows("SELECT pack, pack_version, pack_digest, period FROM runs WHERE batch = ?", [batch.id]):
            yield Run(**dict(zip(("pack", "version", "digest", "period"), row, strict=True)))

    def keep_only(self, batch: Batch, files: Iterable[str]) -> None:
        """Open a batch again, and forget all its submissions but those in these files."""
        kept = np.array([*files], dtype=object)
        with self._whole():
            self._duck.execute("UPDATE batches SET finished = false WHERE batch = ?", [batch.id])
            self._duck.execute("DELETE FROM missing WHERE batch = ?", [batch.id])
            self._register("kept", {"file": kept})
            gone = "SELECT file FROM submissions WHERE batch = ? AND file NOT IN (SELECT file FROM kept)"
            self._forget(batch, gone, [batch.id])
            self._duck.execute(
                "DELETE FROM submissions WHERE batch = ? AND file NOT IN (SELECT file FROM kept)", [batch.id]
            )
            self._duck.unregister("kept")

    def _forget(self, batch: Batch, files: str, values: Sequence[Any]) -> None:
        """Delete the assessments, findings and faults of the files that a query names."""
        self._forget_results(batch, files, values)
        self._duck.execute(f"DELETE FROM faults WHERE batch = ? AND submission IN ({files})", [batch.id, *values])

    def _forget_results(self, batch: Batch, files: str, values: Sequence[Any]) -> None:
        """Delete the assessments and findings of the files that a query names."""
        runs = "SELECT run FROM runs WHERE batch = ?"
        pairs = f"SELECT run, organization FROM assessments WHERE run IN ({runs}) AND file IN ({files})"
        self._duck.execute(f"DELETE FROM findings WHERE (run, organization) IN ({pairs})", [batch.id, *values])
        self._duck.execute(f"DELETE FROM assessments WHERE run IN ({runs}) AND file IN ({files})", [batch.id, *values])

    def add(self, batch: Batch, portion: Portion) -> None:
        """Append what a portion came to, whole or not at all."""
        with self._whole():
            self._add_received(batch, portion.received)
            self._add_faults(batch, portion.received)
            for group in portion.groups:
                self._add_group(batch, group)

    def finish(self, batch: Batch, roster: Mapping[str, str] | None, period: str | None) -> None:
        """Set aside what was handed in twice, name who is missing, count; the batch is finished then.

        *roster* is the name of every organisation expected, by its id.
        """
        with self._whole():
            self._set_aside_twice(batch)
            if roster is not None:
                self._add_missing(batch, roster, period)
            counts = ", ".join(f"{name} = found.{name}" for name in COUNTS)
            sums = ", ".join(f"coalesce(sum(assessments.{name}), 0) AS {name}" for name in COUNTS)
            self._duck.execute(
                f"""UPDATE runs SET organizations = found.organizations, as_of = found.as_of,
                    parameters_digest = found.parameters_digest, {counts}
                FROM (
                    SELECT runs.run, count(organization) AS organizations, {sums},
                        CASE WHEN min(assessments.as_of) = max(assessments.as_of) THEN min(assessments.as_of)
                            END AS as_of,
                        CASE WHEN min(assessments.parameters_digest) = max(assessments.parameters_digest)
                            THEN min(assessments.parameters_digest) END AS parameters_digest
                    FROM runs LEFT JOIN assessments USING (run) WHERE runs.batch = ? GROUP BY runs.run
                ) AS found WHERE runs.run = found.run""",
                [batch.id],
            )
            self._duck.execute(
                """UPDATE batches SET finished = true, submissions = found.submissions, assessed = found.assessed,
                    faulty = found.submissions - found.assessed, missing = found.missing
                FROM (
                    SELECT count(*) AS submissions, count(*) FILTER (state = 'assessed') AS assessed,
                        (SELECT count(*) FROM missing WHERE batch = ? AND state = 'missing') AS missing
                    FROM submissions WHERE batch = ?
                ) AS found WHERE batch = ?""",
                [batch.id, batch.id, batch.id],
            )

    def _set_aside_twice(self, batch: Batch) -> None:
        """Make faults of the submissions of one organisation for one period in several files."""
        rows = self._rows(
            """SELECT organization, period, any_value(name), list(file ORDER BY file) FROM submissions
            WHERE batch = ? AND organization IS NOT NULL AND period IS NOT NULL
            GROUP BY organization, period HAVING count(*) > 1 ORDER BY organization, period""",
            [batch.id],
        )
        if not rows:
            return
        faulty = []
        for organization, period, name, files in rows:
            for file in files:
                fault = _twice(file, organization, period, [one for one in files if one != file])
                faulty.append(
                    Received(file=file, digest="", organization=organization, name=name, period=period, faults=(fault,))
                )
        self._register("twice", {"file": _texts(one.file for one in faulty)})
        self._forget_results(batch, "SELECT file FROM twice", [])
        self._duck.execute(
            "UPDATE submissions SET state = 'twice' WHERE batch = ? AND file IN (SELECT file FROM twice)", [batch.id]
        )
        self._duck.unregister("twice")
        self._add_faults(batch, faulty)

    def _add_missing(self, batch: Batch, roster: Mapping[str, str], period: str | None) -> None:
        """Hold what was handed in against the roster, for every period that was handed in for."""
        self._register("roster", {"organization": _texts(roster), "name": _texts(roster.values())})
        periods = [period] if period is not None else self._periods(batch)
        for one in periods:
            self._duck.execute(_ADD_MISSING, [batch.id, one, batch.id, one, one])
        self._duck.unregister("roster")

    def _periods(self, batch: Batch) -> list[str]:
        rows = self._rows(
            "SELECT DISTINCT period FROM submissions WHERE batch = ? AND period IS NOT NULL ORDER BY period", [batch.id]
        )
        return [period for (period,) in rows] or [""]

    def rows(self, batch: Batch, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table that are a batch's, in order."""
        found = self._duck.execute(*_of_batch(batch, table))
        names = [one[0] for one in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def summary(self, batch: Batch) -> dict[str, Any]:
        """Return what a batch came to, as counts."""
        keys = ("batch", "digest", "tool_version", "submissions", "assessed", "faulty", "missing")
        ((*counts,),) = self._rows(f"SELECT {', '.join(keys)} FROM batches WHERE batch = ?", [batch.id])
        runs = self.rows(batch, "runs")
        for one in runs:
            grades = "SELECT grade_low, grade_high, count(*) FROM assessments WHERE run = ? GROUP BY ALL ORDER BY ALL"
            one["grades"] = [
                {"low": low, "high": high, "organizations": number}
                for low, high, number in self._rows(grades, [one["run"]])
            ]
            one["as_of"] = None if one["as_of"] is None else one["as_of"].isoformat()
        gate = """SELECT gate, count(*) FROM assessments WHERE run IN (SELECT run FROM runs WHERE batch = ?)
            AND gate IS NOT NULL GROUP BY gate ORDER BY gate"""
        states = "SELECT state, count(*) FROM missing WHERE batch = ? GROUP BY state ORDER BY state"
        return {
            **dict(zip(keys, counts, strict=True)),
            "gate": dict(self._rows(gate, [batch.id])),
            "roster": dict(self._rows(states, [batch.id])),
            "runs": runs,
        }

    def write(self, batch: Batch, table: str, path: Path, format_: str) -> None:
        """Write the rows of a table that are a batch's to a new file. Raises OSError."""
        query, values = _of_batch(batch, table)
        if format_ == "csv":
            texts = [name for name, type_ in self._columns(table) if type_ == "VARCHAR"]
            harmless = ", ".join(f"{_harmless(name)} AS {_quoted(name)}" for name in texts)
            query = f"SELECT * REPLACE ({harmless}) FROM ({query})"
        told = str(path).replace("'", "''")
        try:
            self._duck.execute(f"COPY ({query}) TO '{told}' ({_COPIED[format_]})", values)
        except duckdb.IOException as error:
            raise OSError(str(error).splitlines()[0]) from None

    def _register(self, name: str, columns: Mapping[str, Any]) -> None:
        self._duck.register(name, dict(columns))

    def _insert(self, table: str, columns: Mapping[str, Any], shown: Mapping[str, str] = {}) -> None:
        """Insert arrays into a table; *shown* says how a column follows where it is not as it is."""
        names = [name for name in columns if name not in shown] + [*shown]
        self._register("coming", columns)
        told = ", ".join(f"{shown.get(name, _quoted(name))} AS {_quoted(name)}" for name in names)
        self._duck.execute(f"INSERT INTO {table} BY NAME SELECT {told} FROM coming")
        self._duck.unregister("coming")

    def _add_received(self, batch: Batch, received: Sequence[Received]) -> None:
        self._insert(
            "submissions",
            {
                "batch": _texts(batch.id for _ in received),
                "file": _texts(one.file for one in received),
                "digest": _texts(one.digest for one in received),
                "organization": _texts(one.organization for one in received),
                "name": _texts(one.name for one in received),
                "period": _texts(one.period for one in received),
                "state": _texts("faulty" if one.faults else "assessed" for one in received),
            },
        )

    def _add_faults(self, batch: Batch, received: Sequence[Received]) -> None:
        each = [(one, fault) for one in received for fault in one.faults]
        if not each:
            return
        self._insert(
            "faults",
            {
                "batch": _texts(batch.id for _ in each),
                "file": _texts(fault.at.file for _, fault in each),
                "line": np.array([fault.at.line for _, fault in each], dtype=np.int64),
                "column": np.array([fault.at.column for _, fault in each], dtype=np.int64),
                "sheet": _texts(fault.at.sheet for _, fault in each),
                "submission": _texts(one.file for one, _ in each),
                "organization": _texts(one.organization for one, _ in each),
                "name": _texts(one.name for one, _ in each),
                "period": _texts(one.period for one, _ in each),
                "what_zh": _texts(fault.problem.zh for _, fault in each),
                "what_en": _texts(fault.problem.en for _, fault in each),
                "remedy_zh": _texts(fault.hint.zh if fault.hint else None for _, fault in each),
                "remedy_en": _texts(fault.hint.en if fault.hint else None for _, fault in each),
            },
        )

    def _run(self, batch: Batch, run: Run) -> str:
        """Return the id of a run, which is there from now on. Raises StoreError where its pack has changed since."""
        told = "\n".join((batch.id, run.pack, run.digest, run.period))
        id_ = f"{sha256(told.encode()).hexdigest()[:12]}-{batch.sequence}"
        if not self._rows("SELECT 1 FROM runs WHERE run = ?", [id_]):
            self._duck.execute(
                "INSERT INTO runs (run, batch, sequence, pack, pack_version, pack_digest, tool_version, period) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [id_, batch.id, batch.sequence, run.pack, run.version, run.digest, VERSION, run.period],
            )
        return id_

    def _add_group(self, batch: Batch, group: Group) -> None:
        run = self._run(batch, group.run)
        self._add_assessments(run, group.members, group.results)
        block, rules = group.block, len(group.rules)
        places = np.arange(len(group.members) * rules)
        self._register(
            "members",
            {
                "member": np.arange(len(group.members)),
                "organization": _texts(one.organization for one in group.members),
            },
        )
        self._register("rules", {"rule": np.arange(rules), "id": _texts(group.rules)})
        self._register("outcomes", {"code": np.arange(len(OUTCOMES)), "id": _texts(one.value for one in OUTCOMES)})
        arrays = {
            "member": places // rules,
            "rule": places % rules,
            **{name: getattr(block, name).reshape(-1) for name in _BLOCK},
        }
        self._register("block", {name: np.ascontiguousarray(array) for name, array in arrays.items()})
        self._duck.execute(_ADD_FINDINGS, [run])
        for name in ("members", "rules", "outcomes", "block"):
            self._duck.unregister(name)

    def _add_assessments(self, run: str, members: Sequence[Member], results: Sequence[Result]) -> None:
        waived = [one.waived or (None, None) for one in results]
        self._insert(
            "assessments",
            {
                "run": _texts(run for _ in members),
                "organization": _texts(one.organization for one in members),
                "name": _texts(one.name for one in members),
                "roles": _texts(";".join(one.roles) for one in members),
                "file": _texts(one.file for one in members),
                "facts_digest": _texts(one.facts_digest for one in members),
                "as_of": np.array([one.as_of - EPOCH for one in members], dtype=np.int64),
                "parameters_digest": _texts(one.parameters_digest for one in members),
                "score_low": _numbers(one.low for one in results),
                "score_high": _numbers(one.high for one in results),
                "grade_low": _texts(one.low_grade for one in results),
                "grade_high": _texts(one.high_grade for one in results),
                **{
                    name: np.array([one.counts[place] for one in results], dtype=np.int64)
                    for place, name in enumerate(COUNTS)
                },
                "decided": _numbers(one.decided for one in results),
                "waived_low": _numbers(low for low, _ in waived),
                "waived_high": _numbers(high for _, high in waived),
                "gate": _texts(one.gate for one in results),
            },
            {"as_of": _day("as_of"), **{name: _number(name) for name in _SCORES}},
        )


class _Transaction:
    """What is done within is done whole or not at all."""

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self._duck = duck

    def __enter__(self) -> None:
        self._duck.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._duck.execute("COMMIT" if kind is None else "ROLLBACK")


_SCORES = ("score_low", "score_high", "waived_low", "waived_high")
_BLOCK = ("outcome", "to_date", "low", "low_of", "high", "high_of", "out", "least", "most", "next_due", "waived")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _day(name: str) -> str:
    return f"DATE '1970-01-01' + CAST({name} AS INTEGER)"


def _harmless(name: str) -> str:
    """Return a text as no spreadsheet calculates it."""
    own = _quoted(name)
    begins = " OR ".join(f"starts_with(ltrim({own}), '{one}')" for one in FORMULAS if one.strip())
    return f"CASE WHEN {begins} THEN chr(39) || {own} ELSE {own} END"


def _number(name: str) -> str:
    return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"


def _texts(values: Iterable[str | None]) -> Any:
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


_ADD_MISSING = """
INSERT INTO missing BY NAME
SELECT ? AS batch, ? AS period, coalesce(roster.organization, came.organization) AS organization,
    coalesce(roster.name, came.name) AS name,
    CASE WHEN came.organization IS NULL THEN 'missing' WHEN came.twice THEN 'twice' WHEN came.faulty THEN 'faulty'
        ELSE 'unlisted' END AS state,
    coalesce(came.files, '') AS files
FROM roster FULL JOIN (
    SELECT organization, any_value(name) AS name, string_agg(file, ';' ORDER BY file) AS files,
        count(*) > 1 AS twice, bool_or(state = 'faulty') AS faulty
    FROM submissions WHERE batch = ? AND organization IS NOT NULL AND coalesce(period, ?) = ?
    GROUP BY organization
) AS came ON came.organization = roster.organization
WHERE came.organization IS NULL OR roster.organization IS NULL OR came.twice OR came.faulty"""
"""``missing``: of the roster nothing came; ``twice``: several files; ``faulty``: what came can't be used; else it is
not on the roster."""
_COPIED = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true",
    "jsonl": "FORMAT json",
}


def _of_batch(batch: Batch, table: str) -> tuple[str, list[Any]]:
    """Return the query for the rows of a table that are a batch's, in order."""
    mine = "batch = ?" if table not in ("assessments", "findings") else "run IN (SELECT run FROM runs WHERE batch = ?)"
    return f"SELECT * FROM {table} WHERE {mine} ORDER BY {ORDER[table]}", [batch.id]


def _twice(file: str, organization: str, period: str, others: Sequence[str]) -> Fault:
    """Return the fault of a submission that was handed in several times."""
    zh, en = "、".join(others), ", ".join(others)
    return Fault(
        Location(file, 1, 1),
        Text(
            zh=f"{organization}在{period}期间报送了多份，另见{zh}",
            en=f"{organization} handed in more than once for {period}: also in {en}",
        ),
        Text(zh="只保留其中一份", en="keep one of them"),
    )


def _unusable(path: Path, error: Exception) -> StoreError:
    said = str(error).splitlines()[0]
    return StoreError(
        Text(zh=f"{path}：不能作为结果库使用（{said}）", en=f"{path}: this can't be used as a store ({said})"),
        Text(
            zh="换一个文件；如另一个程序正在使用，等它结束",
            en="give another file; if another program is using it, wait for that",
        ),
    )


def _foreign(path: Path) -> StoreError:
    return StoreError(
        Text(
            zh=f"{path}：其中的表不是本版safescore的",
            en=f"{path}: its tables are not those of this version of safescore",
        ),
        Text(zh="换一个文件", en="give another file"),
    )
