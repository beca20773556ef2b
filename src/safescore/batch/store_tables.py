"""The tables of a store: their columns, and the order in which their rows are handed out."""

from __future__ import annotations

from collections.abc import Mapping

from safescore.standing import OUTCOMES

COUNTS = tuple(outcome.value.replace("-", "_") for outcome in OUTCOMES)
"""The columns that count findings by their outcome."""

TABLES: Mapping[str, str] = {
    "batches": """
        batch VARCHAR PRIMARY KEY, digest VARCHAR NOT NULL, sequence INTEGER NOT NULL, tool_version VARCHAR NOT NULL,
        finished BOOLEAN NOT NULL, submissions BIGINT, assessed BIGINT, faulty BIGINT, missing BIGINT""",
    "runs": f"""
        run VARCHAR PRIMARY KEY, batch VARCHAR NOT NULL, sequence INTEGER NOT NULL, pack VARCHAR NOT NULL,
        pack_version VARCHAR NOT NULL, pack_digest VARCHAR NOT NULL, pack_named VARCHAR NOT NULL,
        tool_version VARCHAR NOT NULL,
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
