"""The common workload of 60 rules as a pack, its facts as submissions and as columns, and what its answers mean here.

Where the workload and the pack differ:

* The workload has five statuses; its *partial* is not met here, with partial credit. A frequency or checklist of which
  a part surely fails is not met here, whatever is unknown; the workload calls it unknown as long as it may be partial.
* A figure that must reach a number is written as a share of a hundred: 3 meetings a quarter are 3 % of 100.
* A deadline of the organisation's own is a register with one record. One that has not come leaves the sums, as there.
* The score here is an interval over linear credits, there one number from three steps: scores are not compared.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from safescore import Outcome
from safescore.batch import Column, Table, from_cells
from safescore.batch.data import EPOCH
from safescore.expr import NONE
from safescore.period import parse_day

PERIOD = "2026"
CLAUSE = "一"
ANCHOR = "共同工作量"
HUNDRED = "hundred"
UNIT = {"zh": "项", "one": "item", "many": "items"}
Row = Mapping[str, Any]
Rules = Sequence[Mapping[str, Any]]


def text(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


def entry(type_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "label": text(name), "question": text(name), **more}


def count(name: str, **more: Any) -> dict[str, Any]:
    return entry("count", name, unit=UNIT, **more)


def facts_of(rules: Rules, workload: Any) -> dict[str, Any]:
    """Return the dictionary."""
    facts = {"scale": entry("choice", "scale", profile=True, options={one: text(one) for one in workload.SCALES})}
    facts |= {f"h{one}": entry("flag", f"h{one}", profile=True) for one in range(workload.NH)}
    facts[HUNDRED] = count(HUNDRED)
    for rule in rules:
        kind = rule["kind"]
        if kind == "ratio":
            facts[rule["den"]] = count(rule["den"])
            facts[rule["num"]] = count(rule["num"], part_of=rule["den"])
        elif kind == "frequency":
            facts |= {part: count(part, part_of=HUNDRED) for part in rule["parts"]}
        elif kind == "checklist":
            facts |= {part: entry("flag", part) for part in rule["parts"]}
        elif kind == "cap":
            facts[rule["value"]] = count(rule["value"])
        else:
            fields = {"term": {"type": "term", "label": text("term")}, "done": {"type": "date", "label": text("done")}}
            facts[rule["id"]] = entry("register", rule["id"], unit=UNIT, fields=fields)
    return facts


def measure_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the measure that asks what a rule of the workload asks."""
    kind = rule["kind"]
    if kind == "ratio":
        return {"kind": "ratio", "part": rule["num"], "whole": rule["den"], "at_least": f"{rule['threshold']}%"}
    if kind == "cap":
        return {"kind": "limit", "value": rule["value"], "at_most": rule["limit"], "due": "standing"}
    if kind == "deadline":
        asked = {"any_of": [{"term": {"before": "as_of"}}, {"done": {"on_or_before": "as_of"}}]}
        return {"kind": "each", "record": rule["id"], "where": asked, "holds": {"done": {"on_or_before": "term"}}}
    elements = []
    for part in rule["parts"]:
        element: dict[str, Any] = {"id": part.replace("_", "-"), "anchor": ANCHOR, "title": text(part)}
        if kind == "checklist":
            element["fact"] = part
        else:
            at_least = f"{rule['minimum']}%"
            element["measure"] = {"kind": "ratio", "part": part, "whole": HUNDRED, "at_least": at_least}
        elements.append(element)
    return {"kind": "checklist", "elements": elements}


def rules_of(rules: Rules, workload: Any) -> list[dict[str, Any]]:
    """Return the rules."""
    made = []
    for rule in rules:
        one: dict[str, Any] = {
            "id": rule["id"],
            "clause": CLAUSE,
            "anchor": ANCHOR,
            "title": text(rule["id"]),
            "roles": list(rule.get("roles", workload.ROLES)),
            "weight": rule["weight"],
            "measure": measure_of(rule),
            "remedy": text("mend it"),
        }
        applies: dict[str, Any] = {}
        if len(rule.get("scales", workload.SCALES)) < len(workload.SCALES):
            applies["scale"] = {"one_of": list(rule["scales"])}
        if rule.get("hazard"):
            applies[rule["hazard"]] = True
        if applies:
            one["applies"] = applies
        made.append(one)
    return made


def write_pack(folder: Path, workload: Any) -> Path:
    """Write the workload's rules as a pack, and return its folder."""
    rules = workload.RULES
    head = {
        "id": "workload",
        "version": "1",
        "dictionary": "own",
        "title": text("the common workload"),
        "issuer": text("benchmarks"),
        "period": {"from": f"{PERIOD}-01-01", "to": f"{PERIOD}-12-31"},
        "binds_from": f"{PERIOD}-01-01",
        "clauses": [{"id": CLAUSE, "rules": [rule["id"] for rule in rules]}],
    }
    files = {
        "pack.yaml": head,
        "roles.yaml": {role: text(role) for role in workload.ROLES},
        "facts/facts.yaml": facts_of(rules, workload),
        "rules/rules.yaml": rules_of(rules, workload),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    return folder


def submission_of(row: Row, workload: Any) -> dict[str, Any]:
    """Return one organisation's facts as a submission."""
    about = {"id": str(row["org_id"]), "name": str(row["org_id"]), "roles": [row["role"]], "scale": row["scale"]}
    about |= {f"h{one}": row[f"h{one}"] for one in range(workload.NH)}
    facts: dict[str, Any] = {HUNDRED: 100}
    for rule in workload.RULES:
        if rule["kind"] == "deadline":
            facts[rule["id"]] = [{"term": row[rule["due"]], "done": row[rule["done"]] or "none"}]
        else:
            names = [rule[key] for key in ("num", "den", "value") if key in rule] + list(rule.get("parts", ()))
            facts |= {name: row[name] for name in names}
    as_of = workload.ASOF.isoformat()
    return {"organization": about, "period": PERIOD, "as_of": as_of, "facts": facts}


def columns_of(rows: Sequence[Row], workload: Any) -> tuple[dict[str, Column | Table], Column]:
    """Return the facts of all organisations as columns, and their roles."""
    number = len(rows)
    facts: dict[str, Column | Table] = {HUNDRED: from_cells("count", [100] * number)}

    def take(name: str, type_: str) -> None:
        facts[name] = from_cells(type_, [row[name] for row in rows])

    take("scale", "choice")
    for one in range(workload.NH):
        take(f"h{one}", "flag")
    for rule in workload.RULES:
        if rule["kind"] == "deadline":
            due = [row[rule["due"]] and parse_day(row[rule["due"]]) for row in rows]
            done = [parse_day(row[rule["done"]]) if row[rule["done"]] else NONE for row in rows]
            columns = {"term": from_cells("term", due), "done": from_cells("date", done)}
            everyone = np.ones(number, dtype=bool)
            facts[rule["id"]] = Table(owner=np.arange(number), columns=columns, given=everyone)
            continue
        for name in [rule[key] for key in ("num", "den", "value") if key in rule]:
            take(name, "count")
        for name in rule.get("parts", ()):
            take(name, "flag" if rule["kind"] == "checklist" else "count")
    return facts, from_cells("choices", [frozenset((row["role"],)) for row in rows])


def shaped(frame: Any, workload: Any) -> Any:
    """Return the organisations of the workload, a lazy frame of polars, with the columns that the pack asks."""
    pl = importlib.import_module("polars")
    columns = [pl.col("org_id").alias("organization_id"), pl.col("role").alias("roles"), pl.col("scale")]
    columns += [pl.col(f"h{one}") for one in range(workload.NH)]
    columns.append(pl.lit(100, dtype=pl.Int32).alias(HUNDRED))
    for rule in workload.RULES:
        if rule["kind"] == "deadline":
            done = pl.col(rule["done"])
            columns += [pl.col(rule["due"]).alias(f"{rule['id']}.term"), done.alias(f"{rule['id']}.done")]
            columns.append(done.is_null().alias(f"{rule['id']}.done.none"))
        else:
            names = [rule[key] for key in ("num", "den", "value") if key in rule] + list(rule.get("parts", ()))
            columns += [pl.col(name) for name in names]
    return frame.select(columns)


def arrow_columns(table: Any, workload: Any) -> tuple[dict[str, Column | Table], Column]:
    """Return the facts of the workload's Arrow table as columns, and the roles."""
    pa, pc = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.compute"))

    number = table.num_rows
    none, every = np.broadcast_to(np.False_, (number,)), np.broadcast_to(np.True_, (number,))

    def take(name: str) -> Column:
        array = table.column(name).combine_chunks()
        if pa.types.is_date(array.type):
            values = array.cast(pa.int32()).fill_null(0).to_numpy() + np.int32(EPOCH)
        else:
            values = array.fill_null(False if pa.types.is_boolean(array.type) else 0).to_numpy(zero_copy_only=False)
        return Column(values=values, there=array.is_valid().to_numpy(zero_copy_only=False), none=none)

    def words(name: str, known: Sequence[str]) -> Any:
        return pc.index_in(table.column(name).combine_chunks(), pa.array(list(known))).to_numpy().astype(np.uint8)

    facts: dict[str, Column | Table] = {
        HUNDRED: Column(values=np.full(number, 100, dtype=np.uint8), there=every, none=none),
        "scale": Column(values=words("scale", workload.SCALES), there=every, none=none, words=tuple(workload.SCALES)),
    }
    facts |= {f"h{one}": take(f"h{one}") for one in range(workload.NH)}
    for rule in workload.RULES:
        if rule["kind"] == "deadline":
            done = take(rule["done"])
            columns = {
                "term": take(rule["due"]),
                "done": Column(values=done.values, there=done.there, none=~done.there),
            }
            facts[rule["id"]] = Table(owner=np.arange(number), columns=columns, given=np.ones(number, dtype=bool))
        else:
            names = [rule[key] for key in ("num", "den", "value") if key in rule] + list(rule.get("parts", ()))
            facts |= {name: take(name) for name in names}
    held = (1 << words("role", workload.ROLES)).astype(np.uint8)
    return facts, Column(values=held, there=every, none=none, words=tuple(workload.ROLES))


def outcomes_of(statuses: Any, table: Any, workload: Any) -> Any:
    """Return the codes of the outcomes that the workload's statuses mean here, a row an organisation."""
    code = {one: place for place, one in enumerate(Outcome)}
    found = np.full(statuses.shape, code[Outcome.UNKNOWN], dtype=np.int8)
    found[statuses == 4] = code[Outcome.SATISFIED]
    found[statuses == 0] = code[Outcome.NOT_APPLICABLE]
    found[(statuses == 2) | (statuses == 3)] = code[Outcome.NOT_SATISFIED]
    for place, rule in enumerate(workload.RULES):
        for part in rule.get("parts", ()):
            column = table.column(part).combine_chunks()
            least = rule["minimum"] if rule["kind"] == "frequency" else 1
            short = column.fill_null(least if rule["kind"] == "frequency" else True).to_numpy(zero_copy_only=False)
            fails = (short.astype(np.int32) < least) & (statuses[:, place] == 1)
            found[fails, place] = code[Outcome.NOT_SATISFIED]
    return found


def expected(row: Row, statuses: Sequence[int], workload: Any) -> list[Outcome]:
    """Return the outcomes that the workload's statuses mean here."""
    found = []
    for rule, status in zip(workload.RULES, statuses, strict=True):
        if status == 4:
            found.append(Outcome.SATISFIED)
        elif status == 0:
            found.append(Outcome.NOT_APPLICABLE)
        elif status in (2, 3) or _fails(rule, row):
            found.append(Outcome.NOT_SATISFIED)
        else:
            found.append(Outcome.UNKNOWN)
    return found


def _fails(rule: Mapping[str, Any], row: Row) -> bool:
    """Tell whether a part of a frequency or checklist surely fails."""
    known = [row[part] for part in rule.get("parts", ()) if row[part] is not None]
    return any(value < rule["minimum"] if rule["kind"] == "frequency" else not value for value in known)
