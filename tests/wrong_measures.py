"""Measures that do not fit the dictionary, and what is said of each; ``python -m tests.regolden`` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from safescore.converter import structure
from safescore.measures import Links, Measure
from safescore.words import LANGUAGES, Lang
from tests.worlds import world

FOLDER = Path(__file__).parent / "golden"
E = {"id": "e", "anchor": "试验文本", "title": {"zh": "项", "en": "item"}}
FREQUENCY = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "quarter"}
COVERAGE = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "counts": {"kind": "visit"},
    "cycle": {"years": 1},
}
WRONG: Mapping[str, Mapping[str, Any]] = {
    "affirm: no such fact": {"kind": "affirm", "fact": "plans"},
    "affirm: a count": {"kind": "affirm", "fact": "total"},
    "affirm: no such element": {"kind": "affirm", "fact": "four.five"},
    "ratio: no such part": {"kind": "ratio", "part": "parts", "whole": "total", "at_least": "70%"},
    "ratio: a whole that is no count": {"kind": "ratio", "part": "part", "whole": "firms", "at_least": "70%"},
    "ratio: a whole of the profile": {"kind": "ratio", "part": "part", "whole": "employees", "at_least": "70%"},
    "ratio: not declared as part": {"kind": "ratio", "part": "deaths", "whole": "total", "at_least": "70%"},
    "ratio: part and whole the wrong way round": {"kind": "ratio", "part": "total", "whole": "part", "at_least": "70%"},
    "ratio: part of itself": {"kind": "ratio", "part": "total", "whole": "total", "at_least": "70%"},
    "ratio: no target": {"kind": "ratio", "part": "part", "whole": "total"},
    "ratio: two targets": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%", "at_most": "80%"},
    "ratio: more than all": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "101%"},
    "limit: no such value": {"kind": "limit", "value": "death", "at_most": 0},
    "limit: no cap": {"kind": "limit", "value": "deaths"},
    "limit: two caps": {"kind": "limit", "value": "deaths", "at_most": 0, "less_than": 1},
    "limit: no whole number": {"kind": "limit", "value": "deaths", "at_most": "1.5"},
    "limit: a cap that none can keep": {"kind": "limit", "value": "deaths", "at_most": -1},
    "limit: less than none": {"kind": "limit", "value": "deaths", "less_than": 0},
    "limit: a cap that is no count": {"kind": "limit", "value": "deaths", "at_most": {"fact": "plan"}},
    "milestone: nothing to be done": {"kind": "milestone", "by": "2022-06-30"},
    "milestone: a flag that is done": {"kind": "milestone", "done": "plan", "by": "2022-06-30"},
    "milestone: both": {
        "kind": "milestone",
        "done": "issued_on",
        "part": "part",
        "whole": "total",
        "at_least": "70%",
        "by": "2022-06-30",
    },
    "milestone: a part without a whole": {"kind": "milestone", "part": "part", "at_least": "70%", "by": "2022-06-30"},
    "frequency: a register": {**FREQUENCY, "events": "firms"},
    "frequency: no kind of event": FREQUENCY,
    "frequency: none at least": {**FREQUENCY, "counts": {"kind": "plenary"}, "at_least": 0},
    "frequency: occasions without a name": {**FREQUENCY, "counts": {"kind": "plenary"}, "every": "occasion"},
    "frequency: a name without occasions": {**FREQUENCY, "counts": {"kind": "plenary"}, "occasions": "feasts"},
    "frequency: per no register": {**FREQUENCY, "counts": {"kind": "plenary"}, "per": "meetings"},
    "frequency: per what events do not name": {**FREQUENCY, "counts": {"kind": "plenary"}, "per": "cases_2021"},
    "frequency: where without per": {**FREQUENCY, "counts": {"kind": "plenary"}, "where": {"big": True}},
    "frequency: an option that is not there": {**FREQUENCY, "counts": {"kind": "plenum"}},
    "coverage: no register": {**COVERAGE, "subjects": "meetings"},
    "coverage: no events": {**COVERAGE, "events": "firms"},
    "coverage: events that do not name the subject": {**COVERAGE, "subjects": "cases_2021"},
    "coverage: no kind of event": {key: value for key, value in COVERAGE.items() if key != "counts"},
    "coverage: no such mode": {**COVERAGE, "mode": "sometimes"},
    "coverage: a cycle of nothing": {**COVERAGE, "cycle": {}},
    "coverage: a cycle that goes back": {**COVERAGE, "cycle": {"years": 1, "days": -1}},
    "each: no such record": {"kind": "each", "record": "job", "states": ["person"]},
    "each: nothing asked": {"kind": "each", "record": "jobs"},
    "each: no such field": {"kind": "each", "record": "jobs", "states": ["persons"]},
    "each: an order of what is no time": {"kind": "each", "record": "jobs", "in_order": ["aired", "approved"]},
    "each: preceding no time": {"kind": "each", "record": "jobs", "precede": {"by": "person", "fields": ["aired"]}},
    "each: a clock without a span": {
        "kind": "each",
        "record": "cases_2021",
        "within": {"from": "closed_on", "to": "reviewed_on"},
    },
    "each: a clock that goes back": {
        "kind": "each",
        "record": "cases_2021",
        "within": {"from": "closed_on", "to": "reviewed_on", "days": -1},
    },
    "each: closed, of what is not stated": {"kind": "each", "record": "jobs", "closed": {"ended": True}},
    "each: a clock of times": {"kind": "each", "record": "jobs", "within": {"from": "aired", "to": "began", "days": 1}},
    "checklist: no elements": {"kind": "checklist", "elements": []},
    "checklist: an element that asks nothing": {"kind": "checklist", "elements": [E]},
    "checklist: an element that asks twice": {
        "kind": "checklist",
        "elements": [{**E, "fact": "plan", "measure": {"kind": "affirm", "fact": "team"}}],
    },
    "checklist: the same element twice": {
        "kind": "checklist",
        "elements": [{**E, "fact": "plan"}, {**E, "fact": "team"}],
    },
    "checklist: more than there are": {"kind": "checklist", "at_least": 2, "elements": [{**E, "fact": "plan"}]},
    "checklist: an element that is no such fact": {"kind": "checklist", "elements": [{**E, "fact": "four.four"}]},
    "checklist: a list within a list": {
        "kind": "checklist",
        "elements": [{**E, "measure": {"kind": "checklist", "elements": [{**E, "fact": "plan"}]}}],
    },
}
"""Each is wrong in one way."""


def said(raw: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    """Yield what is said of a measure, when its file is read and when it is linked."""
    faults: list[tuple[Any, ...]] = []
    measure = structure(dict(raw), Measure, lambda *fault: faults.append(fault))  # type: ignore[type-abstract]
    links = Links(world().dictionary)
    if measure is not None:
        measure.linked(links, ("measure",))
    for path, problem, hint, *_ in (*faults, *links.wrong):
        place = ".".join(map(str, path))
        yield f"    {place}: {problem.to(lang)}" + (f" ({hint.to(lang)})" if hint else "")


def text(lang: Lang) -> str:
    """Return all of it."""
    return "".join(f"{name}\n" + "".join(f"{line}\n" for line in said(raw, lang)) for name, raw in WRONG.items())


def golden(lang: Lang) -> Path:
    """Return the file of what is said."""
    return FOLDER / f"wrong-measures.{lang}.txt"


def rewrite() -> None:
    """Write it anew."""
    for lang in LANGUAGES:
        golden(lang).write_text(text(lang), encoding="utf-8")
