"""What a measure says in words: the target, what the facts show, and the gap in natural units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safescore.results import Finding
from tests.measures.tables import firm, meetings, submission_of
from tests.told_measures import GOLDEN
from tests.told_measures import text as said
from tests.worlds import assessed, linked, pack_of, world

AFFIRM = {"kind": "affirm", "fact": "plan"}
RATIO = {"kind": "ratio", "part": "part", "whole": "total"}
BAD = {"kind": "ratio", "part": "bad", "whole": "total", "at_most": "30%"}
DERIVED = {"kind": "ratio", "part": "good_big", "whole": "big_firms", "at_least": "70%"}
CAP = {"kind": "limit", "value": "deaths", "at_most": 2}
SUM = {"kind": "limit", "value": "dead_in_firms", "at_most": 2}
OFTEN = {"kind": "frequency", "events": "meetings", "at_least": 1, "every": "quarter", "counts": {"kind": "plenary"}}
DAY = {"kind": "milestone", "done": "issued_on", "by": "2022-06-30"}
SHARE = {"kind": "milestone", "part": "done", "whole": "total", "at_least": "70%", "by": "2022-06-30"}
EACH = {"kind": "each", "record": "jobs", "holds": {"approved": True}}
COVERAGE = {
    "kind": "coverage",
    "subjects": "firms",
    "events": "meetings",
    "cycle": {"years": 1},
    "counts": {"kind": "visit"},
}
ELEMENTS = [
    {"id": "a", "anchor": "试验文本", "title": {"zh": "甲", "en": "A"}, "fact": "plan"},
    {"id": "b", "anchor": "试验文本", "title": {"zh": "乙", "en": "B"}, "fact": "team"},
]
LIST = {"kind": "checklist", "elements": ELEMENTS}


def told(measure: Mapping[str, Any], facts: Mapping[str, Any], **head: Any) -> Finding:
    return assessed(pack_of([{"measure": measure}]), submission_of(facts, **head)).findings[0]


@pytest.mark.parametrize(
    ("measure", "zh", "en"),
    [
        pytest.param(AFFIRM, "预案：已落实", "plan: in place", id="affirm"),
        pytest.param(
            {**AFFIRM, "due": "period-end"},
            "预案：在期末前落实",
            "plan: in place by the end of the period",
            id="affirm, at the end",
        ),
        pytest.param(
            {**AFFIRM, "due": "2022-06-30"},
            "预案：在2022-06-30前（含当日）落实",
            "plan: in place by 2022-06-30",
            id="affirm, by a day",
        ),
        pytest.param(
            {**AFFIRM, "due": {"parameter": "quota"}},
            "预案：限期未定落实",
            "plan: in place by a day that is not set",
            id="affirm, by no day",
        ),
        pytest.param({**RATIO, "at_least": "70%"}, "部分 / 总数 ≥ 70%", "part / total ≥ 70%", id="at least"),
        pytest.param({**RATIO, "more_than": "33.3%"}, "部分 / 总数 > 33.3%", "part / total > 33.3%", id="more than"),
        pytest.param(BAD, "不良 / 总数 ≤ 30%", "bad / total ≤ 30%", id="at most"),
        pytest.param(
            {**RATIO, "less_than": "30%", "due": "period-end"},
            "在期末前，部分 / 总数 < 30%",
            "part / total < 30% by the end of the period",
            id="less than, at the end",
        ),
        pytest.param(
            {**RATIO, "at_least": {"parameter": "quota"}},
            "部分 / 总数 ≥ （未给定）",
            "part / total ≥ (not given)",
            id="a share that is not given",
        ),
        pytest.param(CAP, "死亡 ≤ 2", "deaths ≤ 2", id="a cap"),
        pytest.param(
            {"kind": "limit", "value": "deaths", "less_than": {"fact": "deaths_before"}},
            "死亡 < 上年死亡",
            "deaths < deaths before",
            id="another fact",
        ),
        pytest.param(
            {"kind": "limit", "value": "deaths", "at_most": {"parameter": "quota"}},
            "死亡 ≤ （上限未给定）",
            "deaths ≤ (cap not given)",
            id="a cap that is not given",
        ),
        pytest.param(OFTEN, "每季度至少1次", "at least 1 meeting every quarter", id="windows"),
        pytest.param(
            {**OFTEN, "at_least": 2, "every": "week"}, "每周至少2次", "at least 2 meetings every week", id="weeks"
        ),
        pytest.param(
            {**OFTEN, "per": "firms"},
            "企业：每个每季度至少1次",
            "firms: each at least 1 meeting every quarter",
            id="per subject",
        ),
        pytest.param(
            {**OFTEN, "at_least": {"parameter": "quota"}},
            "每季度至少（次数未给定）次",
            "at least (number not given) meetings every quarter",
            id="a number that is not given",
        ),
        pytest.param(DAY, "印发：不晚于2022-06-30", "issued: by 2022-06-30", id="a day"),
        pytest.param(
            {**DAY, "by": {"parameter": "quota"}}, "印发：不晚于?", "issued: by ?", id="a day that is not given"
        ),
        pytest.param(
            SHARE, "完成 / 总数 ≥ 70%，不晚于2022-06-30", "done / total ≥ 70% by 2022-06-30", id="a share by a day"
        ),
        pytest.param(EACH, "作业：逐条符合（审批）", "jobs: every record holds (approved)", id="records"),
        pytest.param(COVERAGE, "企业：每1年内至少一次会议", "firms: meetings at least once in 1 year", id="a cycle"),
        pytest.param(
            {**COVERAGE, "cycle": {"years": 2, "months": 1, "days": 10}},
            "企业：每2年1个月10天内至少一次会议",
            "firms: meetings at least once in 2 years 1 month 10 days",
            id="a cycle of three units",
        ),
        pytest.param(
            {**COVERAGE, "cycle": {"parameter": "quota"}},
            "企业：每（周期未定）内至少一次会议",
            "firms: meetings at least once in (a cycle that is not set)",
            id="a cycle that is not given",
        ),
        pytest.param(LIST, "2项全部落实", "all 2 elements", id="all elements"),
        pytest.param(
            {**LIST, "at_least": 1, "due": "period-end"},
            "在期末前2项中至少1项",
            "at least 1 of 2 elements by the end of the period",
            id="some elements",
        ),
    ],
)
def test_targets(measure: Mapping[str, Any], zh: str, en: str) -> None:
    """What is asked, and by when."""
    found = told(measure, {}).target
    assert (found.zh, found.en) == (zh, en)


JOBS = [{"id": f"J{number}", "began": "2022-05-05 09:00", "approved": False} for number in range(7)]
FIRMS = [firm(f"F{number}") for number in range(7)]


@pytest.mark.parametrize(
    ("measure", "facts", "actual", "gap"),
    [
        pytest.param(AFFIRM, {"plan": False}, "not in place", "not in place: plan", id="not in place"),
        pytest.param(AFFIRM, {"plan": True}, "in place", None, id="in place"),
        pytest.param(AFFIRM, {}, "no answer", None, id="no answer"),
        pytest.param(
            {**RATIO, "at_least": "70%"},
            {"part": 142, "total": 203},
            "142/203 (70.0%)",
            "1 firm short",
            id="rounded for display only",
        ),
        pytest.param({**RATIO, "at_least": "70%"}, {"total": 203}, "?/203", None, id="an unknown part"),
        pytest.param(
            {**RATIO, "at_least": "70%"}, {"part": 0, "total": 0}, "0/0", None, id="none of none has no share"
        ),
        pytest.param(BAD, {"bad": 32, "total": 100}, "32/100 (32.0%)", "2 firms too many", id="too many"),
        pytest.param(
            DERIVED,
            {"firms": [firm("A", big=True, good=None), firm("B", big=True, good=False)]},
            "0–1/2",
            "1 firm short",
            id="between none and one",
        ),
        pytest.param(DERIVED, {"firms": None, "good_big": 3}, "3/?", None, id="of an unknown whole"),
        pytest.param(CAP, {"deaths": 3}, "3 deaths", "1 death over the cap", id="over the cap"),
        pytest.param(CAP, {}, "no answer", None, id="an unknown value"),
        pytest.param(
            SUM,
            {"firms": [firm("A", level="one", dead=1), firm("B", level=None, dead=2)]},
            "1–3 deaths",
            None,
            id="a span",
        ),
        pytest.param(
            SUM,
            {"firms": [firm("A", level="one", dead=1), firm("B", level="one")]},
            "at least 1",
            None,
            id="no upper end",
        ),
        pytest.param(
            OFTEN,
            {"meetings": meetings("2022-01-05", "2022-04-05")},
            "2 meetings, 2 of 4 windows met",
            "1 meeting missing in 2022Q3; 1 meeting missing in 2022Q4",
            id="windows that are short",
        ),
        pytest.param(
            {**OFTEN, "every": "month"},
            {"meetings": []},
            "0 meetings, 0 of 12 windows met",
            "; ".join(f"1 meeting missing in 2022-0{month}" for month in range(1, 6)) + "; and 7 more windows",
            id="many windows",
        ),
        pytest.param(
            {**OFTEN, "per": "firms"},
            {"firms": FIRMS[:1], "meetings": meetings(*["2022-01-05"])},
            "1 meeting, 1 of 4 windows met",
            "; ".join(f"F0: 1 meeting missing in 2022Q{quarter}" for quarter in (2, 3, 4)),
            id="of a subject",
        ),
        pytest.param(
            {**OFTEN, "every": "half-year"},
            {"meetings": [{"kind": "plenary", "firm": "F0", "form": "heard"}]},
            "0 meetings, 0 of 2 windows met",
            "1 meeting missing",
            id="one meeting could be in either",
        ),
        pytest.param(OFTEN, {}, "no answer", None, id="no answer about events"),
        pytest.param(DAY, {"issued_on": "2022-07-01"}, "2022-07-01", "1 day late", id="a day late"),
        pytest.param(DAY, {"issued_on": "2022-07-03"}, "2022-07-03", "3 days late", id="three days late"),
        pytest.param(DAY, {"issued_on": "none"}, "not done", "not done by 2022-06-30", id="not done"),
        pytest.param(DAY, {}, "no answer", None, id="no answer about a day"),
        pytest.param(SHARE, {"done": {"2022-06-30": 1}, "total": 10}, "1/10 (10.0%)", "6 firms short", id="a share"),
        pytest.param(EACH, {"jobs": JOBS[:1]}, "0/1", "1 job not in order: J0 (approved)", id="one record"),
        pytest.param(
            EACH,
            {"jobs": JOBS},
            "0/7",
            "7 jobs not in order: J0 (approved); J1 (approved); J2 (approved); "
            "J3 (approved); J4 (approved); and 2 jobs more",
            id="many records",
        ),
        pytest.param(EACH, {}, "no answer", None, id="no answer about records"),
        pytest.param(
            COVERAGE, {"firms": FIRMS[:2], "meetings": []}, "0/2", "2 firms not reached: F0, F1", id="subjects"
        ),
        pytest.param(
            COVERAGE,
            {"firms": FIRMS, "meetings": []},
            "0/7",
            "7 firms not reached: F0, F1, F2, F3, F4 and 2 more",
            id="many subjects",
        ),
        pytest.param(COVERAGE, {}, "no answer", None, id="no answer about subjects"),
        pytest.param(LIST, {"plan": False, "team": True}, "1/2", "1 element missing: A", id="one element"),
        pytest.param(LIST, {"plan": False, "team": False}, "0/2", "2 elements missing: A; B", id="two elements"),
    ],
)
def test_actual_and_gap(measure: Mapping[str, Any], facts: Mapping[str, Any], actual: str, gap: str | None) -> None:
    """What the facts show, and in natural units what is lacking; a gap is named where the duty is not satisfied."""
    found = told(measure, facts)
    assert (found.actual.en, found.gap.en if found.gap else None) == (actual, gap)
    assert (found.gap is None) or found.gap.zh


@pytest.mark.parametrize(
    ("measure", "described"),
    [
        pytest.param({**AFFIRM, "due": "period-end"}, {"kind": "affirm", "due": "period-end"}, id="affirm"),
        pytest.param({**RATIO, "at_least": "70%"}, {"kind": "ratio", "part": "part", "whole": "total"}, id="ratio"),
        pytest.param(CAP, {"kind": "limit", "value": "deaths", "target": {"at_most": 2}}, id="limit"),
        pytest.param({**OFTEN, "per": "firms"}, {"kind": "frequency", "window": "quarter", "per": "firms"}, id="per"),
        pytest.param(
            {**OFTEN, "every": "occasion", "occasions": "feasts"},
            {"window": "occasion", "occasions": "feasts"},
            id="occasions",
        ),
        pytest.param(DAY, {"kind": "milestone", "done": "issued_on"}, id="a day"),
        pytest.param(SHARE, {"kind": "milestone", "part": "done", "whole": "total"}, id="a share"),
        pytest.param(
            {
                "kind": "each",
                "record": "jobs",
                "in_order": ["aired", "began"],
                "precede": {"by": "began", "fields": ["tested"]},
            },
            {"in_order": ["aired", "began"], "precede": {"by": "began", "fields": ["tested"]}},
            id="an order",
        ),
        pytest.param(
            {
                "kind": "each",
                "record": "cases_2021",
                "states": ["closed_on"],
                "within": {"from": "closed_on", "to": "reviewed_on", "years": 1},
            },
            {"states": ["closed_on"], "within": {"from": "closed_on", "to": "reviewed_on"}},
            id="a span",
        ),
        pytest.param(
            COVERAGE, {"kind": "coverage", "subjects": "firms", "events": "meetings", "mode": "rolling"}, id="coverage"
        ),
        pytest.param(LIST, {"kind": "checklist", "target": {"at_least": 2}}, id="checklist"),
    ],
)
def test_described_for_machines(measure: Mapping[str, Any], described: Mapping[str, Any]) -> None:
    """What applies of target, unit, window, due and cycle."""
    found = linked(measure).described(world().dictionary)
    assert {name: found[name] for name in described} == described


def test_all_that_is_said_of_measures() -> None:
    """Both languages, the parts, what is missing, and what machines get; `python -m tests.regolden` writes it anew."""
    assert said() == GOLDEN.read_text("utf-8")
