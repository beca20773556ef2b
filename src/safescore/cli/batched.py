"""What a batch came to, in words, and the file of faults that is handed back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from safescore.errors import Fault, Location
from safescore.report.csv import MARK, harmless
from safescore.report.labels import OUTCOMES
from safescore.report.page import Block, Cell, Pairs, Table, Tone, pairs, row
from safescore.words import Lang, Text

FAULT_FILES = (".csv", ".jsonl")
_HEADER = {
    "zh": ("文件", "位置", "单位编号", "单位名称", "问题", "如何更正"),
    "en": ("file", "place", "organization id", "organization", "what is wrong", "how to mend it"),
}


def fault_of(row_: Mapping[str, Any]) -> Fault:
    """Return the fault that a row of the store is."""
    hint = None if row_["remedy_zh"] is None else Text(zh=row_["remedy_zh"], en=row_["remedy_en"])
    at = Location(row_["file"], row_["line"], row_["column"], row_["sheet"])
    return Fault(at, Text(zh=row_["what_zh"], en=row_["what_en"]), hint)


def told_fault(row_: Mapping[str, Any], lang: Lang) -> str:
    """Return a fault of the store as any command tells it."""
    return fault_of(row_).to(lang)


def fault_file(rows: Sequence[Mapping[str, Any]], suffix: str, lang: Lang) -> str:
    """Return faults as a file to hand back: CSV in one language, or JSON lines in both."""
    if suffix == ".jsonl":
        return "".join(f"{json.dumps(_line(one), ensure_ascii=False)}\n" for one in rows)
    text = StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_HEADER[lang])
    for one in rows:
        fault = fault_of(one)
        said = (fault.at.file, str(fault.at), one["organization"] or "", one["name"] or "")
        mend = fault.hint.to(lang) if fault.hint is not None else ""
        table.writerow([harmless(cell) for cell in (*said, fault.problem.to(lang), mend)])
    return MARK + text.getvalue()


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    fault = fault_of(one)
    both = (("what", fault.problem), ("remedy", fault.hint))
    return {
        "file": fault.at.file,
        "line": fault.at.line,
        "column": fault.at.column,
        "sheet": fault.at.sheet or None,
        "place": str(fault.at),
        "organization": one["organization"],
        "name": one["name"],
        "period": one["period"],
        **{name: None if text is None else {"zh": text.zh, "en": text.en} for name, text in both},
    }


def page(summary: Mapping[str, Any], lang: Lang) -> Sequence[Block]:
    """Return what a batch came to, as blocks of a report."""
    return tuple(_blocks(summary, lang))


def _blocks(summary: Mapping[str, Any], lang: Lang) -> Iterator[Block]:
    names = _NAMES[lang]
    yield Pairs(
        pairs(
            (names["batch"], summary["batch"]),
            (names["submissions"], str(summary["submissions"])),
            (names["assessed"], str(summary["assessed"])),
            (names["faulty"], Cell(str(summary["faulty"]), Tone.BAD if summary["faulty"] else Tone.PLAIN)),
            *((names[state], str(number)) for state, number in summary["roster"].items() if state != "faulty"),
            *((names[f"gate {answer}"], str(number)) for answer, number in summary["gate"].items()),
        )
    )
    if not summary["runs"]:
        return
    header = (names["pack"], names["period"], names["organizations"], *(OUTCOMES[one].to(lang) for one in OUTCOMES))
    yield Table(
        header,
        tuple(
            row(
                f"{one['pack']} {one['pack_version']}",
                one["period"],
                str(one["organizations"]),
                *(str(one[outcome.value.replace("-", "_")]) for outcome in OUTCOMES),
            )
            for one in summary["runs"]
        ),
    )
    grades = (names["pack"], names["period"], names["grade"], names["organizations"])
    yield Table(
        grades,
        tuple(
            row(f"{one['pack']} {one['pack_version']}", one["period"], _grade(grade, lang), str(grade["organizations"]))
            for one in summary["runs"]
            for grade in one["grades"]
        ),
    )


def _grade(found: Mapping[str, Any], lang: Lang) -> str:
    """Return the ids of the grades from low to high, one where they are the same."""
    low, high = found["low"], found["high"]
    if low is None:
        return {"zh": "无得分", "en": "no score"}[lang]
    return str(low) if low == high else {"zh": f"{low}至{high}", "en": f"{low} to {high}"}[lang]


_NAMES = {
    "zh": {
        "batch": "批次",
        "submissions": "收到填报",
        "assessed": "已评定",
        "faulty": "不能使用",
        "missing": "名单中未报送",
        "twice": "重复报送",
        "unlisted": "不在名单中",
        "gate met": "达到门槛",
        "gate failed": "未达到门槛",
        "gate undecided": "门槛无法判定",
        "pack": "规则包",
        "period": "期间",
        "organizations": "单位数",
        "grade": "等级",
    },
    "en": {
        "batch": "batch",
        "submissions": "submissions",
        "assessed": "assessed",
        "faulty": "can't be used",
        "missing": "on the roster, not handed in",
        "twice": "handed in twice",
        "unlisted": "not on the roster",
        "gate met": "gate met",
        "gate failed": "gate failed",
        "gate undecided": "gate undecided",
        "pack": "pack",
        "period": "period",
        "organizations": "organisations",
        "grade": "grade",
    },
}
