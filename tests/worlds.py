"""Generated packs and submissions over a small dictionary: every kind of measure, every kind of silence."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from safescore.assess import assess_all
from safescore.converter import structure
from safescore.facts.read import open_submission
from safescore.measures import Links, Measure
from safescore.model import Pack, Rule
from safescore.packs.load import load_pack
from safescore.results import Assessment
from safescore.words import Text

WORLD = Path(__file__).parent / "world"
Facts = dict[str, Any]
NOTHING = Text(zh="无", en="none")

DAYS = (
    "2021-06-30", "2021-12-31", "2022-01-01", "2022-01-31", "2022-02-20", "2022-02-21", "2022-03-31",
    "2022-04-01", "2022-06-30", "2022-07-01", "2022-09-29", "2022-09-30", "2022-10-01", "2022-12-30", "2022-12-31",
    "2023-01-01",
)  # fmt: skip
CUTS = ("2022-03-31", "2022-06-30", "2022-09-29", "2022-09-30", "2022-12-30", "2022-12-31")


@cache
def world() -> Pack:
    """Return the pack without rules."""
    return load_pack(WORLD)


def linked(raw: Mapping[str, Any]) -> Measure:
    """Return a measure as a pack would hold it."""
    faults: list[Any] = []
    measure = structure(dict(raw), Measure, lambda *fault: faults.append(fault))  # type: ignore[type-abstract]
    assert measure is not None, faults
    links = Links(world().dictionary)
    found = measure.linked(links, ())
    assert not links.wrong, links.wrong
    return found


def pack_of(rules: Sequence[Mapping[str, Any]]) -> Pack:
    """Return the world with these rules: each a measure, with hard, weight, roles and applies beside it."""
    made = []
    for number, raw in enumerate(rules):
        links = Links(world().dictionary)
        from safescore.measures import Condition

        applies = Condition(raw["applies"]) if raw.get("applies") else None
        made.append(
            Rule(
                id=f"r{number}",
                clause="前言",
                anchor="试验文本",
                title=NOTHING,
                roles=tuple(raw.get("roles", ("firm",))),
                measure=linked(raw["measure"]),
                remedy=NOTHING,
                hard=raw.get("hard", False),
                weight=raw.get("weight"),
                applies=links.condition(applies, dict(world().dictionary.profile()), ()),
            )
        )
        assert not links.wrong, links.wrong
    return evolve(world(), rules=tuple(made))


def assessed(pack: Pack, submission: Mapping[str, Any]) -> Assessment:
    """Return the assessment of a plain submission. Raises InvalidInput."""
    return assess_all(open_submission(submission), (pack,))[0]


# Measures


def _target() -> st.SearchStrategy[dict[str, str]]:
    shares = st.sampled_from(("0%", "33.3%", "50%", "70%", "90%", "100%"))
    return st.one_of(
        st.builds(lambda share: {"at_least": share}, shares),
        st.builds(lambda share: {"more_than": share}, st.sampled_from(("0%", "50%", "99%"))),
    )


def _cap() -> st.SearchStrategy[dict[str, str]]:
    return st.one_of(
        st.builds(lambda share: {"at_most": share}, st.sampled_from(("0%", "30%", "50%"))),
        st.builds(lambda share: {"less_than": share}, st.sampled_from(("30%", "50%", "100%"))),
    )


DUE = st.sampled_from(("standing", "period-end", "2022-06-30", "2022-09-30"))
FIRM_WHERE = st.sampled_from((None, {"big": True}, {"level": "one"}, {"any_of": [{"big": True}, {"level": "two"}]}))
COUNTS = st.sampled_from(
    (
        {"kind": "plenary"},
        {"kind": "visit", "form": "heard"},
        {"kind": {"one_of": ["plenary", "visit"]}, "not": {"form": "paper"}},
    )
)


def _put(base: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**base, **{key: value for key, value in more.items() if value is not None}}


AFFIRM = st.builds(
    lambda fact, due: {"kind": "affirm", "fact": fact, "due": due},
    st.sampled_from(("plan", "team", "four.one", "issued_on")),
    DUE,
)
RATIO = st.one_of(
    st.builds(
        lambda pair, target, due: {"kind": "ratio", "part": pair[0], "whole": pair[1], **target, "due": due},
        st.sampled_from((("part", "total"), ("good_big", "big_firms"), ("done", "total"))),
        _target(),
        DUE,
    ),
    st.builds(
        lambda target, due: {"kind": "ratio", "part": "bad", "whole": "total", **target, "due": due}, _cap(), DUE
    ),
)
LIMIT = st.one_of(
    st.builds(
        lambda value, cap, due: {"kind": "limit", "value": value, "at_most": cap, "due": due},
        st.sampled_from(("deaths", "dead_in_firms")),
        st.sampled_from((0, 2, {"parameter": "quota"})),
        st.sampled_from(("standing", "period-end")),
    ),
    st.builds(
        lambda baseline: {
            "kind": "limit",
            "value": "deaths",
            "less_than": {"fact": "deaths_before"},
            "baseline": baseline,
        },
        st.booleans(),
    ),
)
MILESTONE = st.one_of(
    st.builds(
        lambda done, by: {"kind": "milestone", "done": done, "by": by},
        st.sampled_from(("issued_on", "four.three")),
        st.sampled_from(("2022-03-31", "2022-09-30", "2022-12-31")),
    ),
    st.builds(
        lambda pair, target, by: {"kind": "milestone", "part": pair[0], "whole": pair[1], **target, "by": by},
        st.sampled_from((("done", "total"), ("part", "total"), ("finished", "big_firms"))),
        _target(),
        st.sampled_from(("2022-06-30", "2022-09-30", "2022-12-31")),
    ),
)
FREQUENCY = st.one_of(
    st.builds(
        lambda number, every, counts, per, where, together: _put(
            {"kind": "frequency", "events": "meetings", "at_least": number, "every": every, "counts": counts},
            per="firms" if per else None,
            where=where if per else None,
            together=together or None,
        ),
        st.integers(1, 2),
        st.sampled_from(("month", "quarter", "half-year", "year", "campaign")),
        COUNTS,
        st.booleans(),
        FIRM_WHERE,
        st.booleans(),
    ),
    st.builds(
        lambda counts: {
            "kind": "frequency",
            "events": "meetings",
            "at_least": 1,
            "every": "occasion",
            "occasions": "feasts",
            "counts": counts,
        },
        COUNTS,
    ),
)
EACH = st.one_of(
    st.just({"kind": "each", "record": "jobs", "in_order": ["aired", "tested", "began"]}),
    st.just({"kind": "each", "record": "jobs", "holds": {"approved": True}}),
    st.just({"kind": "each", "record": "jobs", "precede": {"by": "began", "fields": ["aired", "tested"]}}),
    st.just(
        {
            "kind": "each",
            "record": "jobs",
            "where": {"approved": True},
            "steps": [{"where": {"ended": True}, "in_order": ["tested", "began"]}],
            "holds": {"funds": {"at_least": 0}},
        }
    ),
    st.just(
        {
            "kind": "each",
            "record": "cases_2021",
            "within": {"from": "closed_on", "to": "reviewed_on", "years": 1},
        }
    ),
    st.just({"kind": "each", "record": "cases_2021", "holds": {"reviewed_on": {"on_or_before": "due_on"}}}),
)
STATES = {"kind": "each", "record": "jobs", "states": ["person", "funds"], "closed": {"ended": True}}
COVERAGE = st.builds(
    lambda cycle, mode, where, counts: _put(
        {
            "kind": "coverage",
            "subjects": "firms",
            "events": "meetings",
            "cycle": cycle,
            "mode": mode,
            "counts": counts,
        },
        where=where,
    ),
    st.sampled_from(({"years": 1}, {"months": 6})),
    st.sampled_from(("rolling", "calendar", "last-visit")),
    FIRM_WHERE,
    COUNTS,
)


def _element(number: int, raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": f"e{number}", "anchor": "试验文本", "title": {"zh": "无", "en": "none"}, **raw}


_ELEMENTS = st.one_of(
    st.builds(lambda fact: {"fact": fact}, st.sampled_from(("four.one", "four.two", "four.three", "plan"))),
    st.builds(lambda measure: {"measure": measure}, st.one_of(RATIO, MILESTONE, LIMIT, AFFIRM)),
    st.just({"fact": "team", "applies": {"hazards": {"includes": "dust"}}}),
)
CHECKLIST = st.builds(
    lambda elements, due, least: _put(
        {
            "kind": "checklist",
            "due": due,
            "elements": [_element(number, one) for number, one in enumerate(elements)],
        },
        at_least=least if least is not None and least <= len(elements) else None,
    ),
    st.lists(_ELEMENTS, min_size=1, max_size=4),
    DUE,
    st.sampled_from((None, None, 1, 2)),
)
MEASURES = st.one_of(AFFIRM, RATIO, LIMIT, MILESTONE, FREQUENCY, EACH, COVERAGE, CHECKLIST)
APPLIES = st.sampled_from(
    (
        None,
        None,
        None,
        {"hazards": {"includes": "dust"}},
        {"employees": {"at_least": 30}},
        {"employees": {"less_than": 30}},
    )
)
RULES = st.lists(
    st.builds(
        lambda measure, applies, hard, weight: {"measure": measure, "applies": applies, "hard": hard, "weight": weight},
        MEASURES,
        APPLIES,
        st.sampled_from((False, False, True)),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=5,
)

# Submissions

SMALL = st.integers(0, 12)
DAY = st.sampled_from(DAYS)
DATED = st.one_of(DAY, st.just("none"))
FLAG = st.booleans()
TIME = st.builds(
    lambda day, hour: f"{day} {hour:02}:00",
    st.sampled_from(("2022-03-31", "2022-07-01", "2022-12-31")),
    st.integers(7, 10),
)


def _record(**cells: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(cells))


FIRMS = st.lists(
    _record(
        big=FLAG,
        good=FLAG,
        level=st.sampled_from(("one", "two")),
        since=st.sampled_from(("none", "2021-01-01", "2022-02-21", "2022-06-30", "2022-07-15")),
        until=st.sampled_from(("none", "none", "2022-06-30", "2022-08-31")),
        shut=st.sampled_from(([], [], ["2022-04-01..2022-06-30"], ["2022-02-01..2022-02-28", "2022-03-01"])),
        finished_on=DATED,
        dead=st.integers(0, 2),
    ),
    max_size=3,
).map(lambda firms: [{"id": f"F{number}", **firm} for number, firm in enumerate(firms)])


def _meetings(names: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of meetings; one that is entered twice says the same twice."""
    meeting = _record(
        held_on=DAY,
        kind=st.sampled_from(("plenary", "visit", "visit")),
        firm=st.sampled_from(names or ["F0"]),
        form=st.sampled_from(("heard", "heard", "paper")),
        feast=st.sampled_from(("spring", "may", "october", "none")),
    )
    return st.lists(meeting, max_size=12).map(_agreeing)


def _agreeing(meetings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    return [first.setdefault((one["held_on"], one["kind"], one["firm"]), one) | {} for one in meetings]


JOBS = st.lists(
    _record(
        aired=TIME,
        tested=TIME,
        began=st.one_of(TIME, st.just("none")),
        approved=FLAG,
        person=st.sampled_from(("甲", "乙")),
        funds=st.integers(0, 3),
        ended=FLAG,
    ),
    max_size=4,
).map(lambda jobs: [{"id": f"J{number}", **job} for number, job in enumerate(jobs)])
CASES = st.lists(_record(closed_on=DATED, reviewed_on=DATED, due_on=DATED), max_size=3).map(
    lambda cases: [{"id": f"A{number}", **one} for number, one in enumerate(cases)]
)


@st.composite
def submissions(draw: st.DrawFn, cuts: tuple[str, ...] = CUTS) -> Facts:
    """Draw a submission in which nothing is missing."""
    total = draw(SMALL)
    firms = draw(FIRMS)
    facts: Facts = {
        "plan": draw(FLAG),
        "team": draw(FLAG),
        "issued_on": draw(DATED),
        "four": {"one": draw(FLAG), "two": draw(FLAG), "three": draw(DATED)},
        "total": total,
        "part": draw(st.integers(0, total)),
        "bad": draw(st.integers(0, total)),
        "done": draw(_series(total)),
        "deaths": draw(st.integers(0, 3)),
        "deaths_before": draw(st.integers(0, 3)),
        "firms": firms,
        "meetings": draw(_meetings([firm["id"] for firm in firms])),
        "jobs": draw(JOBS),
        "cases_2021": draw(CASES),
    }
    if draw(st.booleans()):
        facts["meetings"] = {
            "through": draw(st.sampled_from(("2022-06-30", "2022-12-31"))),
            "events": facts["meetings"],
        }
    return {
        "organization": {
            "id": "X",
            "name": "X",
            "roles": ["firm"],
            "employees": draw(st.sampled_from((29, 30, 31))),
            "hazards": draw(st.sampled_from(([], ["dust"], ["dust", "gas"]))),
        },
        "period": 2022,
        "as_of": draw(st.sampled_from(cuts)),
        "parameters": {
            "binds": draw(st.sampled_from(("start", "issue"))),
            "partial": draw(st.sampled_from(("whole", "clipped", "skip"))),
            "quota": draw(st.integers(0, 3)),
        },
        "facts": facts,
    }


def _series(total: int) -> st.SearchStrategy[Any]:
    """Return counts that only grow: one figure, or one a day."""
    values = st.lists(st.integers(0, total), min_size=1, max_size=3).map(sorted)
    days = ("2022-06-30", "2022-09-30", "2022-12-31")
    return st.one_of(st.integers(0, total), values.map(lambda some: dict(zip(days, some, strict=False))))


Path_ = tuple[Any, ...]


def cells(submission: Mapping[str, Any]) -> Iterator[Path_]:
    """Yield the path of every answer of the dictionary and every cell of a record."""
    for name in submission["organization"]:
        if name not in ("id", "name", "roles"):
            yield ("organization", name)
    for name, answer in submission["facts"].items():
        yield ("facts", name)
        base: Path_ = ("facts", name)
        listed = answer
        if isinstance(answer, Mapping) and "events" in answer:
            listed, base = answer["events"], (*base, "events")
        if isinstance(listed, list):
            for index, record in enumerate(listed):
                yield from ((*base, index, key) for key in record)
        elif isinstance(answer, Mapping) and name == "four":
            yield from ((*base, key) for key in answer)


def without(submission: Mapping[str, Any], paths: list[Path_]) -> Facts:
    """Return the submission with these cells blank."""
    found: Facts = copy.deepcopy(dict(submission))
    for path in paths:
        here: Any = found
        for step in path[:-1]:
            if here is None:
                break
            here = here[step]
        if here is not None:
            here[path[-1]] = None
    return found


def day(text: str) -> int:
    """Return the ordinal of an ISO date."""
    return date.fromisoformat(text).toordinal()
