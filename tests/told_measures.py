"""Measures over facts, and all that a finding says of them; ``python -m tests.regolden`` writes it anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from safescore.cli.described import measure_content
from safescore.measures import Measure
from safescore.results import Finding, Part
from safescore.words import Text
from tests.measures.tables import firm, meetings, submission_of
from tests.worlds import assessed, pack_of, world

GOLDEN = Path(__file__).parent / "golden" / "told-measures.txt"

Raw = Mapping[str, Any]


@frozen
class Told:
    """A measure and facts; the head has the day, the period, parameters and profile of a submission."""

    measure: Raw
    facts: Raw
    head: Raw = field(factory=dict)


NOT_GIVEN = {"parameter": "quota"}
PLAN = {"kind": "affirm", "fact": "plan"}
ISSUED = {"kind": "affirm", "fact": "issued_on"}
SHARE = {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"}
BAD = {"kind": "ratio", "part": "bad", "whole": "total", "at_most": "30%"}
GOOD = {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "70%"}
HEARD = {"kind": "ratio", "part": "heard_visits", "whole": "visits", "at_least": "70%"}
CAP = {"kind": "limit", "value": "deaths", "at_most": 2}
SUM = {"kind": "limit", "value": "dead_in_firms", "at_most": 2}
FEWER = {"kind": "limit", "value": "deaths", "less_than": {"fact": "deaths_before"}, "baseline": True}
DAY = {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}
BY_JUNE = {"kind": "milestone", "part": "done", "whole": "total", "at_least": "70%", "by": "2022-06-30"}
FINISHED = {"kind": "milestone", "part": "finished", "whole": "big_firms", "at_least": "100%", "by": "2022-06-30"}
OFTEN = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "quarter", "counts": {"kind": "plenary"}}
FEASTS = {**OFTEN, "every": "occasion", "occasions": "feasts"}
OF_EACH = {**OFTEN, "every": "half-year", "per": "firms", "where": {"big": True}}
HOLDS = {"kind": "each", "record": "jobs", "holds": {"approved": True}}
ORDER = {"kind": "each", "record": "jobs", "in_order": ["aired", "tested", "began"]}
FUNDS = {
    "kind": "each",
    "record": "jobs",
    "holds": {"funds": {"at_least": NOT_GIVEN}, "signed_on": {"before": "as_of"}},
}
REVIEW = {"kind": "each", "record": "cases_2021", "within": {"from": "closed_on", "to": "reviewed_on", "years": 1}}
VISITS = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "cycle": {"years": 1},
    "counts": {"kind": "visit"},
    "where": {"big": True},
}


def element(name: str, zh: str, **asked: Any) -> Raw:
    return {"id": name, "anchor": "试验文本", "title": {"zh": zh, "en": name}, **asked}


LIST = {
    "kind": "checklist",
    "elements": [
        element("a", "甲", fact="plan"),
        element("b", "乙", fact="team", applies={"hazards": {"includes": "dust"}}),
        element("c", "丙", measure={"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"}),
    ],
}
DATED_LIST = {"kind": "checklist", "elements": [element("a", "甲", fact="plan"), element("d", "丁", measure=DAY)]}
TWO_OF = {**LIST, "at_least": 2, "due": "period-end"}
JUNE: Raw = {"as_of": "2022-06-30"}
MAY: Raw = {"as_of": "2022-05-31"}
DUST: Raw = {"organization": {"hazards": ["dust"]}}


def job(name: str | None, **cells: Any) -> Raw:
    return {"id": name, "began": "2022-05-05 09:00", **cells}


def event(day: str | None, **cells: Any) -> Raw:
    return {"held_on": day, "kind": "plenary", "form": "heard", "firm": "F0", "feast": "none", **cells}


FIRMS = [firm(f"F{number}", big=True) for number in range(7)]
CASES: Mapping[str, Told] = {
    "affirm: in place": Told(PLAN, {"plan": True}),
    "affirm: not in place": Told(PLAN, {"plan": False}),
    "affirm: blank": Told(PLAN, {}),
    "affirm: not yet due": Told({**PLAN, "due": "period-end"}, {"plan": False}, JUNE),
    "affirm: not yet due, and blank": Told({**PLAN, "due": "period-end"}, {}, JUNE),
    "affirm: in place before it is due": Told({**PLAN, "due": "2022-09-30"}, {"plan": True}, JUNE),
    "affirm: a day too late": Told({**ISSUED, "due": "2022-06-30"}, {"issued_on": "2022-07-01"}),
    "affirm: a day after the period": Told(
        {**ISSUED, "due": "period-end"}, {"issued_on": "2023-01-15"}, {"as_of": "2023-02-01"}
    ),
    "affirm: a blank day": Told(ISSUED, {}),
    "affirm: an element": Told({"kind": "affirm", "fact": "four.one"}, {"four": {"two": True}}),
    "affirm: no day given": Told({**PLAN, "due": NOT_GIVEN}, {"plan": False}),
    "ratio: rounded for display only": Told(SHARE, {"part": 142, "total": 203}),
    "ratio: reached": Told(SHARE, {"part": 7, "total": 10}),
    "ratio: a blank part": Told(SHARE, {"total": 10}),
    "ratio: a blank whole": Told(SHARE, {"part": 7}),
    "ratio: a part of none": Told(SHARE, {"part": 0, "total": 0}),
    "ratio: too many": Told(BAD, {"bad": 32, "total": 100}),
    "ratio: one too many": Told(BAD, {"bad": 4, "total": 10}),
    "ratio: just below": Told({**BAD, "at_most": None, "less_than": "30%"}, {"bad": 3, "total": 10}),
    "ratio: just above": Told({**SHARE, "at_least": None, "more_than": "33.3%"}, {"part": 333, "total": 1000}),
    "ratio: not yet due": Told({**SHARE, "due": "period-end"}, {"part": 5, "total": 10}, JUNE),
    "ratio: no share given": Told({**SHARE, "at_least": NOT_GIVEN}, {"part": 5, "total": 10}),
    "ratio: of a register": Told(
        GOOD, {"firms": [firm("A", big=True, good=None), firm("B", big=True, good=False), firm("C", good=True)]}
    ),
    "ratio: a figure beside a register": Told(
        GOOD, {"firms": [firm("A", big=True, good=None), firm("B", big=True, good=None)], "good_big": 1}
    ),
    "ratio: one of one": Told(SHARE, {"part": 1, "total": 1}),
    "ratio: of the events of the period": Told(
        HEARD,
        {
            "meetings": [
                event(day, kind="visit", form=form)
                for day, form in (
                    ("2021-12-31", "heard"),
                    ("2022-01-01", "heard"),
                    ("2022-12-31", "paper"),
                    ("2023-01-01", "heard"),
                    (None, "heard"),
                    ("2022-05-01", None),
                )
            ]
        },
        {"as_of": "2023-02-01"},
    ),
    "ratio: of events that are complete to June": Told(
        HEARD, {"meetings": {"through": "2022-06-30", "events": [event("2022-03-01", kind="visit")]}}
    ),
    "ratio: of no events": Told(HEARD, {}),
    "limit: over the cap": Told(CAP, {"deaths": 3}),
    "limit: at the cap": Told(CAP, {"deaths": 2}),
    "limit: kept so far": Told(CAP, {"deaths": 1}, JUNE),
    "limit: blank": Told(CAP, {}),
    "limit: less than two": Told({**CAP, "at_most": None, "less_than": 2, "due": "standing"}, {"deaths": 2}),
    "limit: no cap given": Told({**CAP, "at_most": NOT_GIVEN}, {"deaths": 2}),
    "limit: no cap below which given": Told({**CAP, "at_most": None, "less_than": NOT_GIVEN}, {"deaths": 2}),
    "limit: as many as before": Told(FEWER, {"deaths": 2, "deaths_before": 2}),
    "limit: a blank baseline": Told(FEWER, {"deaths": 2}),
    "limit: a baseline of none": Told(FEWER, {"deaths": 2, "deaths_before": 0}),
    "limit: no more than another figure": Told(
        {**CAP, "at_most": {"fact": "deaths_before"}}, {"deaths": 3, "deaths_before": 2}
    ),
    "limit: events that are complete to June": Told(
        {**CAP, "value": "visits"},
        {"meetings": {"through": "2022-06-30", "events": [event("2022-03-01", kind="visit")]}},
    ),
    "limit: a sum between two figures": Told(
        SUM, {"firms": [firm("A", level="one", dead=1), firm("B", level=None, dead=2)]}
    ),
    "limit: a sum without an upper end": Told(
        SUM, {"firms": [firm("A", level="one", dead=1), firm("B", level="one"), firm("C", level="two")]}
    ),
    "milestone: on its day": Told(DAY, {"issued_on": "2022-06-30"}),
    "milestone: a day late": Told(DAY, {"issued_on": "2022-07-01"}),
    "milestone: two days late": Told(DAY, {"issued_on": "2022-07-02"}),
    "milestone: not done": Told(DAY, {"issued_on": "none"}),
    "milestone: not done yet": Told(DAY, {"issued_on": "none"}, MAY),
    "milestone: planned": Told(DAY, {"issued_on": "2022-06-15"}, MAY),
    "milestone: blank": Told(DAY, {}),
    "milestone: blank, and not yet due": Told(DAY, {}, MAY),
    "milestone: no day given": Told({**DAY, "by": NOT_GIVEN}, {"issued_on": "2022-06-30"}),
    "milestone: a share short on its day": Told(BY_JUNE, {"done": {"2022-06-30": 1, "2022-09-30": 9}, "total": 10}),
    "milestone: a share reached on its day": Told(BY_JUNE, {"done": {"2022-06-30": 7}, "total": 10}),
    "milestone: the whole as it stood on the day": Told(
        BY_JUNE, {"done": {"2022-06-30": 6}, "total": {"2022-06-30": 10, "2022-09-30": 20}}
    ),
    "milestone: a whole that is dated later": Told(BY_JUNE, {"done": {"2022-06-30": 6}, "total": {"2022-09-30": 20}}),
    "milestone: a share that is not dated": Told(BY_JUNE, {"done": 7, "total": 10}),
    "milestone: a share not yet due": Told(BY_JUNE, {"done": 3, "total": 10}, MAY),
    "milestone: a share by no day": Told({**BY_JUNE, "by": NOT_GIVEN}, {"done": 3, "total": 10}),
    "milestone: a share that is not given": Told({**BY_JUNE, "at_least": NOT_GIVEN}, {"done": 3, "total": 10}),
    "milestone: of a register": Told(
        FINISHED,
        {"firms": [firm("A", big=True, finished_on="2022-07-01"), firm("B", big=True, finished_on=None), firm("C")]},
    ),
    "frequency: two windows short": Told(OFTEN, {"meetings": meetings("2022-01-05", "2022-04-05")}),
    "frequency: every window reached": Told(OFTEN, {"meetings": meetings(*(f"2022-{n:02}-05" for n in range(1, 13)))}),
    "frequency: the third window open": Told(OFTEN, {"meetings": meetings("2022-01-05")}, {"as_of": "2022-08-01"}),
    "frequency: the first window open": Told(OFTEN, {"meetings": []}, {"as_of": "2022-02-01"}),
    "frequency: this window reached": Told(OFTEN, {"meetings": meetings("2022-01-05")}, {"as_of": "2022-03-31"}),
    "frequency: two asked": Told({**OFTEN, "at_least": 2, "every": "half-year"}, {"meetings": meetings("2022-02-01")}),
    "frequency: many windows": Told({**OFTEN, "every": "month"}, {"meetings": []}),
    "frequency: five windows short": Told(
        {**OFTEN, "every": "month"}, {"meetings": meetings(*(f"2022-{n:02}-05" for n in range(1, 8)))}
    ),
    "frequency: six windows short": Told(
        {**OFTEN, "every": "month"}, {"meetings": meetings(*(f"2022-{n:02}-05" for n in range(1, 7)))}
    ),
    "frequency: one without a date": Told({**OFTEN, "every": "half-year"}, {"meetings": [event(None)]}),
    "frequency: one of an unknown kind": Told(
        {**OFTEN, "every": "half-year"}, {"meetings": [event("2022-03-01"), event("2022-08-01", kind=None)]}
    ),
    "frequency: complete to June": Told(
        OFTEN, {"meetings": {"through": "2022-06-30", "events": meetings("2022-01-05")}}
    ),
    "frequency: no answer": Told(OFTEN, {}),
    "frequency: no number given": Told({**OFTEN, "at_least": NOT_GIVEN}, {"meetings": []}),
    "frequency: in the campaign": Told({**OFTEN, "every": "campaign"}, {"meetings": []}),
    "frequency: one result, to come": Told(
        {**OFTEN, "together": True}, {"meetings": meetings("2022-01-05")}, {"as_of": "2022-04-30"}
    ),
    "frequency: on occasions": Told(
        FEASTS, {"meetings": [event("2022-01-30", feast="spring"), event("2022-05-01", feast=None)]}
    ),
    "frequency: on an occasion to come": Told(
        FEASTS,
        {
            "meetings": [
                event(f"2022-0{at}-0{at}", feast=feast) for at, feast in ((1, "spring"), (5, "may"), (6, "moved"))
            ]
        },
        {"as_of": "2022-07-01"},
    ),
    "frequency: of each subject": Told(
        OF_EACH,
        {
            "firms": [
                firm("F0", big=True),
                firm("F1", big=True, since="2022-07-01"),
                firm("F2", big=None),
                firm("F3", big=False),
                firm("F4", big=True, shut=["2022-01-01..2022-06-30"]),
                firm("F5", big=True, until="2022-03-31"),
            ],
            "meetings": [event("2022-01-05"), event("2022-09-05", firm=None)],
        },
    ),
    "frequency: of each subject, to come": Told(
        OF_EACH, {"firms": [firm("F0", big=True)], "meetings": [event("2022-01-05")]}, JUNE
    ),
    "frequency: of no register": Told(OF_EACH, {"meetings": []}),
    "each: one record": Told(HOLDS, {"jobs": [job("J0", approved=False), job("J1", approved=True)]}),
    "each: many records": Told(HOLDS, {"jobs": [job(f"J{number}", approved=False) for number in range(7)]}),
    "each: five records": Told(HOLDS, {"jobs": [job(f"J{number}", approved=False) for number in range(5)]}),
    "each: six records": Told(HOLDS, {"jobs": [job(f"J{number}", approved=False) for number in range(6)]}),
    "each: a blank": Told(HOLDS, {"jobs": [job("J0", approved=None), job("J1", approved=True)]}),
    "each: a record without a name": Told(HOLDS, {"jobs": [job("J0", approved=True), job(None, approved=False)]}),
    "each: outside the period": Told(
        HOLDS, {"jobs": [{**job("J0", approved=False), "began": "2021-12-31 23:59"}, job("J1", approved=True)]}
    ),
    "each: no answer": Told(HOLDS, {}),
    "each: complete to June": Told(HOLDS, {"jobs": {"through": "2022-06-30", "events": [job("J0", approved=True)]}}),
    "each: an order": Told(
        ORDER,
        {
            "jobs": [
                job("J0", aired="2022-05-05 08:00", tested="2022-05-05 08:30"),
                job("J1", aired="2022-05-05 08:31", tested="2022-05-05 08:30"),
                job("J2", aired="2022-05-05 08:00", tested=None),
                {"id": "J3", "aired": None, "tested": None, "began": "none"},
            ]
        },
    ),
    "each: what precedes": Told(
        {"kind": "each", "record": "jobs", "precede": {"by": "began", "fields": ["aired", "tested"]}},
        {"jobs": [job("J0", aired="2022-05-05 09:30", tested="none")]},
    ),
    "each: what is stated": Told(
        {"kind": "each", "record": "jobs", "states": ["person", "funds"], "closed": {"ended": True}},
        {
            "jobs": [
                job("J0", person="甲", funds=0, ended=True),
                job("J1", person=None, funds=None, ended=True),
                job("J2", person="乙", funds=None, ended=False),
                job("J3", person="乙", funds=None, ended=None),
            ]
        },
    ),
    "each: a step": Told(
        {
            "kind": "each",
            "record": "jobs",
            "steps": [{"where": {"ended": True}, "states": ["person"], "holds": {"funds": {"at_least": 1}}}],
        },
        {"jobs": [job("J0", ended=True, person="甲", funds=0), job("J1", ended=False), job("J2", ended=None)]},
    ),
    "each: a parameter that is given": Told(
        FUNDS,
        {"jobs": [job("J0", funds=2, signed_on="2022-12-30"), job("J1", funds=1, signed_on="2022-12-31")]},
        {"parameters": {"quota": 2}},
    ),
    "each: a parameter that is not given": Told(
        FUNDS, {"jobs": [job("J0", funds=2, signed_on="2022-12-30"), job("J1", funds=1, signed_on="2022-12-31")]}
    ),
    "each: a clock": Told(
        REVIEW,
        {
            "cases_2021": [
                {"id": "A0", "closed_on": "2021-06-30", "reviewed_on": "2022-06-30", "due_on": "none"},
                {"id": "A1", "closed_on": "2021-06-30", "reviewed_on": "2022-07-01", "due_on": "none"},
                {"id": "A2", "closed_on": "2022-03-01", "reviewed_on": "none", "due_on": "none"},
                {"id": "A3", "closed_on": None, "reviewed_on": None, "due_on": "none"},
                {"id": "A4", "closed_on": "none", "reviewed_on": None, "due_on": "none"},
            ]
        },
    ),
    "each: a term that is not given": Told(
        {**REVIEW, "within": {"from": "closed_on", "to": "reviewed_on", "span": NOT_GIVEN}}, {"cases_2021": []}
    ),
    "each: a blank that decides nothing": Told(
        {"kind": "each", "record": "jobs", "holds": {"any_of": [{"approved": True}, {"ended": True}]}},
        {"jobs": [job("J0", approved=True, ended=None), job("J1", approved=None, ended=False)]},
    ),
    "each: clocks that run": Told(
        REVIEW,
        {
            "cases_2021": [
                {"id": "A1", "closed_on": "2022-03-01", "reviewed_on": "none", "due_on": "none"},
                {"id": "A2", "closed_on": "2022-02-01", "reviewed_on": "none", "due_on": "none"},
            ]
        },
    ),
    "coverage: one not reached": Told(
        VISITS,
        {
            "firms": [firm("F0", big=True), firm("F1", big=True), firm("F2", big=False)],
            "meetings": [event("2022-03-01", kind="visit")],
        },
    ),
    "coverage: many not reached": Told(VISITS, {"firms": FIRMS, "meetings": []}),
    "coverage: five not reached": Told(VISITS, {"firms": FIRMS[:5], "meetings": []}),
    "coverage: six not reached": Told(VISITS, {"firms": FIRMS[:6], "meetings": []}),
    "coverage: all reached": Told(VISITS, {"firms": FIRMS[:1], "meetings": [event("2022-01-01", kind="visit")]}),
    "coverage: the day before the cycle": Told(
        VISITS, {"firms": FIRMS[:1], "meetings": [event("2021-12-31", kind="visit")]}
    ),
    "coverage: not yet due": Told(
        VISITS,
        {"firms": [firm("F0", big=True, since="2022-03-01"), firm("F1", big=True, since="2022-02-01")], "meetings": []},
    ),
    "coverage: what is not known": Told(
        VISITS,
        {
            "firms": [
                firm("F0", big=None),
                {"id": "F1", "big": True, "since": None, "until": "none", "shut": []},
                firm("F2", big=True),
            ],
            "meetings": [event("2022-03-01", kind="visit", firm=None), event("2022-03-02", kind=None)],
        },
    ),
    "coverage: a blank that decides nothing": Told(
        {**VISITS, "where": {"any_of": [{"big": True}, {"level": "two"}]}},
        {
            "firms": [firm("F0", big=True, level=None), firm("F1", big=None, level=None)],
            "meetings": [event("2022-03-01", kind="visit")],
        },
    ),
    "coverage: visits before today": Told(
        {**VISITS, "counts": {"kind": "visit", "held_on": {"before": "as_of"}}},
        {
            "firms": FIRMS[:2],
            "meetings": [event("2022-12-30", kind="visit"), event("2022-12-31", kind="visit", firm="F1")],
        },
    ),
    "coverage: complete to June": Told(
        VISITS, {"firms": FIRMS[:1], "meetings": {"through": "2022-06-30", "events": []}}
    ),
    "coverage: no answer": Told(VISITS, {}),
    "coverage: no events": Told(VISITS, {"firms": FIRMS[:1]}),
    "coverage: by the calendar": Told(
        {**VISITS, "mode": "calendar"}, {"firms": FIRMS[:1], "meetings": []}, {"as_of": "2022-12-30"}
    ),
    "coverage: by the calendar, at its end": Told(
        {**VISITS, "mode": "calendar", "cycle": {"months": 6}},
        {"firms": FIRMS[:2], "meetings": [event("2022-07-01", kind="visit")]},
    ),
    "coverage: from the last visit": Told(
        {**VISITS, "mode": "last-visit", "cycle": {"months": 6}},
        {
            "firms": FIRMS[:3],
            "meetings": [event("2021-06-01", kind="visit"), event("2022-03-01", kind="visit", firm="F1")],
        },
        MAY,
    ),
    "coverage: no cycle given": Told({**VISITS, "cycle": NOT_GIVEN}, {"firms": FIRMS[:1], "meetings": []}),
    "checklist: one missing": Told(LIST, {"plan": False, "team": True, "part": 7, "total": 10}, DUST),
    "checklist: two missing": Told(LIST, {"plan": False, "team": False, "part": 7, "total": 10}, DUST),
    "checklist: one does not apply": Told(
        LIST, {"plan": True, "part": 7, "total": 10}, {"organization": {"hazards": []}}
    ),
    "checklist: one that may not apply": Told(LIST, {"plan": True, "part": 7, "total": 10}),
    "checklist: all that may not apply, and in place": Told(
        {**LIST, "elements": LIST["elements"][1:2]}, {"team": True}
    ),
    "checklist: blanks": Told(LIST, {"total": 10}, DUST),
    "checklist: not yet due": Told(TWO_OF, {"plan": False, "team": False, "part": 7, "total": 10}, {**JUNE, **DUST}),
    "checklist: one of two lacking": Told(TWO_OF, {"plan": False, "team": False, "part": 7, "total": 10}, DUST),
    "checklist: an element of its own day": Told(DATED_LIST, {"plan": False, "issued_on": "none"}, MAY),
    "checklist: an element of its own day, late": Told(DATED_LIST, {"plan": True, "issued_on": "2022-07-01"}),
    "checklist: no number given": Told({**LIST, "at_least": NOT_GIVEN}, {"plan": True}, MAY),
    "checklist: some, of which one is to come": Told(
        {**DATED_LIST, "at_least": 1}, {"plan": False, "issued_on": "none"}, MAY
    ),
}
"""Each kind met, short, blank, not yet due, and without what a parameter would set."""


def both(text: Text | None) -> str:
    """Return a text in both languages."""
    return "-" if text is None else f"{text.zh} | {text.en}"


def pair(counted: tuple[int, int | None]) -> str:
    low, high = counted
    return f"{low}" if low == high else f"{low} to {'any' if high is None else high}"


def part(one: Part) -> str:
    """Return a part in one line."""
    what = ", ".join(f"{id_} ({both(name)})" for id_, name in zip(one.what, one.names, strict=True))
    said = (
        one.subject,
        f"({both(one.title)})" if one.title else "",
        one.window,
        f"({both(one.window_title)})" if one.window_title else "",
        f"is {one.outcome.value}, short {one.short}",
        f"due {one.due}" if one.due else "",
        f"in {what}" if what else "",
        f"at {', '.join(place.fact for place in one.places)}" if one.places else "",
    )
    return " ".join(filter(None, said))


def machines(measure: Measure) -> Iterator[str]:
    """Yield what machines get of a measure, the facts it asks, and the fields of records that it reads."""
    dictionary = world().dictionary
    described = measure_content(measure, dictionary)
    described.pop("says")
    yield f"described: {json.dumps(described, ensure_ascii=False)}"
    yield f"facts: {', '.join(measure.facts())}"
    fields = ", ".join(f"{fact}.{field}" for fact, field in measure.reads(dictionary))
    yield f"fields: {fields or 'none'}"


def lines(one: Finding) -> Iterator[str]:
    """Yield all that a finding says, a line each."""
    low, high, out = one.contribution.low, one.contribution.high, one.contribution.out
    sums = "out of the sums" if low is None else f"{low} to {high}" + (", perhaps out of the sums" if out else "")
    yield f"{one.outcome.value}{' to date' if one.to_date else ''}: {sums}"
    yield f"target: {both(one.target)}"
    yield f"actual: {both(one.actual)}"
    if one.gap is not None:
        yield f"gap: {both(one.gap)}"
    if one.ahead is not None:
        yield f"ahead: {one.ahead_short}: {both(one.ahead)}"
    if one.short is not None:
        yield f"short: {pair(one.short)}; next due: {one.next_due or 'no day'}; deadline: {one.deadline or 'no day'}"
    if one.counted is not None:
        yield f"counted: {pair(one.counted.met)} met, {pair(one.counted.unmet)} unmet"
    yield from (f"part: {part(each)}" for each in one.parts)
    yield from (f"missing: {name}" for name in one.missing)


def text() -> str:
    """Return what is said of every case, and of every measure what machines get."""
    said: list[str] = []
    seen: list[Raw] = []
    for name, told in CASES.items():
        raw = {key: value for key, value in told.measure.items() if value is not None}
        pack = pack_of([{"measure": raw}])
        (finding,) = assessed(pack, submission_of(told.facts, **told.head)).findings
        said.extend((name, *(f"    {line}" for line in lines(finding))))
        if raw not in seen:
            seen.append(raw)
            said.extend(f"    {line}" for line in machines(pack.rules[0].measure))
    return "\n".join(said) + "\n"


def rewrite() -> None:
    """Write it anew."""
    GOLDEN.write_text(text(), encoding="utf-8")
