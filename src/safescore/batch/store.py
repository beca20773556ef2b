"""The store of results: a DuckDB file to which every batch is appended, whole at any moment.

Every portion of a batch is one transaction. ``docs/store.md`` says what the tables hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from safescore.batch.adding import Batch, add_faults, add_portion, quoted, register, texts
from safescore.batch.judged import Run
from safescore.batch.portion import Portion, Received
from safescore.batch.store_tables import COUNTS, ORDER, TABLES
from safescore.errors import Fault, Location, Refused
from safescore.report.csv import FORMULAS
from safescore.version import VERSION
from safescore.words import Text


class StoreError(Refused):
    """A store can't be used."""


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

    def last(self, digest: str, *, strict: bool = False) -> Batch | None:
        """Return the last batch of an order, with the digests of the files that are done; None if there is none.

        With *strict* those that can't be used are not done.
        """
        last = self._rows(
            "SELECT batch, sequence FROM batches WHERE digest = ? ORDER BY sequence DESC LIMIT 1", [digest]
        )
        if not last:
            return None
        id_, sequence = last[0]
        states = ["assessed"] if strict else ["assessed", "faulty"]
        done = "SELECT file, digest FROM submissions WHERE batch = ? AND state IN (SELECT unnest(?)) AND digest <> ''"
        return Batch(id=id_, sequence=sequence, done=dict(self._rows(done, [id_, states])))

    def runs(self, batch: Batch) -> Iterator[Run]:
        """Yield what a batch has been judged under so far."""
        found = "SELECT pack, pack_version, pack_digest, period, pack_named FROM runs WHERE batch = ?"
        for pack, version, digest, period, named in self._rows(found, [batch.id]):
            yield Run(pack=pack, version=version, digest=digest, period=period, named=named)

    def keep_only(self, batch: Batch, files: Iterable[str]) -> None:
        """Open a batch again, and forget all its submissions but those in these files."""
        with self._whole():
            self._duck.execute("UPDATE batches SET finished = false WHERE batch = ?", [batch.id])
            self._duck.execute("DELETE FROM missing WHERE batch = ?", [batch.id])
            register(self._duck, "kept", {"file": texts(files)})
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
            add_portion(self._duck, batch, portion)

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
        register(self._duck, "twice", {"file": texts(one.file for one in faulty)})
        self._forget_results(batch, "SELECT file FROM twice", [])
        self._duck.execute(
            "UPDATE submissions SET state = 'twice' WHERE batch = ? AND file IN (SELECT file FROM twice)", [batch.id]
        )
        self._duck.unregister("twice")
        add_faults(self._duck, batch, faulty)

    def _add_missing(self, batch: Batch, roster: Mapping[str, str], period: str | None) -> None:
        """Hold what was handed in against the roster, for every period that was handed in for."""
        register(self._duck, "roster", {"organization": texts(roster), "name": texts(roster.values())})
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
            harmless = ", ".join(f"{_harmless(name)} AS {quoted(name)}" for name in texts)
            query = f"SELECT * REPLACE ({harmless}) FROM ({query})"
        told = str(path).replace("'", "''")
        try:
            self._duck.execute(f"COPY ({query}) TO '{told}' ({_COPIED[format_]})", values)
        except duckdb.IOException as error:
            raise OSError(str(error).splitlines()[0]) from None


class _Transaction:
    """What is done within is done whole or not at all."""

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self._duck = duck

    def __enter__(self) -> None:
        self._duck.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._duck.execute("COMMIT" if kind is None else "ROLLBACK")


def _harmless(name: str) -> str:
    """Return a text as no spreadsheet calculates it."""
    own = quoted(name)
    begins = " OR ".join(f"starts_with(ltrim({own}), '{one}')" for one in FORMULAS if one.strip())
    return f"CASE WHEN {begins} THEN chr(39) || {own} ELSE {own} END"


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
