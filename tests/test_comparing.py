"""Two assessments held against each other: whatever moved the score, the parts add up to the whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, settings

from safescore.assess import assess_all
from safescore.attribution import attributed
from safescore.cli.diff import answer
from safescore.comparing import REST, Cause, Comparison, NothingInCommonError, Side, compare, compare_reports, paired
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.model import Pack
from safescore.report.changes import FORMATS, render
from safescore.report.json import render as as_json
from safescore.report.layout import Layout
from safescore.snapshot import Figure, Snapshot, snapshot, snapshots
from safescore.source import parse
from safescore.words import LANGUAGES, Lang
from tests.worlds import RULES, Facts, assessed, day, pack_of, submissions

FLAG = {"measure": {"kind": "affirm", "fact": "plan", "due": "standing"}, "weight": 1}
TEAM = {"measure": {"kind": "affirm", "fact": "team", "due": "standing"}, "weight": 1}
SHARE = {"measure": {"kind": "ratio", "part": "part", "whole": "total", "at_least": "100%"}, "weight": 2}


def submission(facts: Facts, **more: Any) -> Facts:
    return {
        "organization": {"id": "X", "name": "某厂", "roles": ["firm"]},
        "period": 2022,
        "as_of": "2022-12-31",
        "facts": facts,
        **more,
    }


def side(given: Facts, pack: Pack, **more: Any) -> Side:
    return Side(document=open_submission(given), packs=(pack,), **more)


def held(before: Facts, after: Facts, rules: list[Any], later: list[Any] | None = None) -> Comparison:
    old = pack_of(rules)
    new = old if later is None else evolve(pack_of(later), digest="f" * 64)
    (found,) = compare(side(before, old), side(after, new))
    return found


def parts(one: Comparison, figure: Figure = Figure.LOW) -> dict[tuple[Cause, ...], Fraction]:
    causes = one.figures[figure].causes
    assert causes is not None
    return {made: one.figures[figure].part(made) for made in causes.parts}


def adds_up(one: Comparison) -> None:
    for moved in one.figures.values():
        assert (moved.change is None) == (moved.before is None or moved.after is None)
        if moved.change is None:
            continue
        assert sum(moved.by_rule.values(), Fraction(0)) == moved.change
        if moved.causes is not None:
            assert sum(map(moved.part, moved.causes.parts), Fraction(0)) == moved.change
            for rule, part in moved.by_rule.items():
                assert sum(by_rule.get(rule, Fraction(0)) for by_rule in moved.causes.parts.values()) == part
            made = [cause for together in moved.causes.parts for cause in together]
            assert set(made) <= set(one.differing)


def test_each_cause_alone() -> None:
    """Where one thing differs, it did all of it; where nothing does, nothing moved."""
    base = submission({"plan": True, "team": False})
    rules = [FLAG, TEAM]
    same = held(base, base, rules)
    assert same.same
    assert not same.differing
    assert parts(same) == {}
    facts = held(base, submission({"plan": True, "team": True}), rules)
    assert parts(facts) == {(Cause.FACTS,): Fraction(1, 2)}
    assert [(one.fact, one.before.en, one.after.en, one.rules) for one in facts.facts] == [
        ("facts.team", "no", "yes", ("world.r1",))
    ]
    pack = held(base, base, rules, [FLAG, {**TEAM, "weight": 3}])
    assert parts(pack) == {(Cause.PACK,): Fraction(-1, 4)}
    assert pack.only_the_pack
    assert pack.pack is not None
    assert pack.pack.changed == {"world.r1": ("weight",)}
    assert pack.figures[Figure.LOW].counts_otherwise("world.r1")
    assert not pack.figures[Figure.LOW].counts_otherwise("world.r0")
    due = {"measure": {"kind": "affirm", "fact": "team", "due": "2022-09-30"}, "weight": 1}
    time = held({**base, "as_of": "2022-06-30"}, base, [FLAG, due])
    assert parts(time) == {(Cause.TIME,): Fraction(-1, 2)}
    assert [(one.rule, one.outcomes[0].value, one.outcomes[1].value) for one in time.turned if all(one.outcomes)] == [  # type: ignore[union-attr]
        ("world.r1", "pending", "not-satisfied")
    ]
    waiver = {"rule": "r1", "reason": "试", "approver": "某人", "until": "2022-12-31"}
    waived = held(base, {**base, "waivers": [waiver]}, rules)
    assert parts(waived) == {(Cause.WAIVERS,): Fraction(0)}
    assert parts(waived, Figure.WAIVED_LOW) == {(Cause.WAIVERS,): Fraction(1, 2)}
    assert [text.en for text in waived.differing[Cause.WAIVERS]] == ["newly waived: r1"]
    quota = {"measure": {"kind": "limit", "value": "deaths", "at_most": {"parameter": "quota"}}, "weight": 1}
    deaths = submission({"deaths": 2, "plan": True}, parameters={"quota": 1})
    settings_ = held(deaths, {**deaths, "parameters": {"quota": 2}}, [FLAG, quota])
    assert parts(settings_) == {(Cause.READINGS,): Fraction(1, 2)}


def test_two_causes_share_what_neither_did_alone() -> None:
    """A duty that is added and met at once is half the facts', half the pack's: the mean over both orders."""
    found = held(
        submission({"plan": True, "team": False}), submission({"plan": True, "team": True}), [FLAG], [FLAG, TEAM]
    )
    assert found.figures[Figure.LOW].change == 0
    assert parts(found) == {(Cause.FACTS,): Fraction(1, 4), (Cause.PACK,): Fraction(-1, 4)}
    assert not found.only_the_pack
    assert not found.same
    assert [(one.rule, one.outcomes[0]) for one in found.turned] == [("world.r1", None)]


def test_facts_that_moved_nothing_leave_it_to_the_pack() -> None:
    found = held(
        submission({"plan": True, "team": False, "deaths": 1}),
        submission({"plan": True, "team": False, "deaths": 2}),
        [FLAG],
        [FLAG, TEAM],
    )
    assert set(found.differing) == {Cause.FACTS, Cause.PACK}
    assert found.only_the_pack


def test_combinations_that_cannot_be_assessed_are_left_out() -> None:
    """Evidence of after can't be of the day of before: only the order that turns the clock first is taken."""
    due = {"measure": {"kind": "affirm", "fact": "team", "due": "2022-09-30"}, "weight": 1}
    before = submission({"plan": True, "team": False}, as_of="2022-06-30")
    after = submission({"plan": True, "team": True}, evidence={"team": [{"path": "a.pdf", "date": "2022-12-01"}]})
    found = held(before, after, [FLAG, due])
    causes = found.figures[Figure.LOW].causes
    assert causes is not None
    assert (causes.orders, causes.of) == (1, 2)
    assert parts(found) == {(Cause.FACTS,): Fraction(1, 2), (Cause.TIME,): Fraction(-1, 2)}
    assert len(found.withheld) == 1
    shown = render((found,), "text", "en")
    assert isinstance(shown, str)
    assert "the mean over 1 of the 2 orders" in " ".join(shown.split())


def test_a_period_out_of_force_is_a_fault() -> None:
    with pytest.raises(InvalidInput):
        held(submission({"plan": True}), submission({"plan": True}, period="2023"), [FLAG])


def test_no_score_has_no_change() -> None:
    due = {"measure": {"kind": "affirm", "fact": "team", "due": "2022-09-30"}, "weight": 1}
    found = held(submission({"team": False}, as_of="2022-06-30"), submission({"team": False}), [due])
    moved = found.figures[Figure.LOW]
    assert (moved.before, moved.after, moved.change, moved.causes) == (None, Fraction(0), None, None)
    assert [one.rule for one in found.turned] == ["world.r0"]
    for format_ in FORMATS:
        assert render((found,), format_, "en")
    assert [answer(found, [demand]).value for demand in ("lower", "changed")] == [3, 1]


def test_faults_of_both_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        held(submission({"plan": "so"}), submission({"team": "so"}), [FLAG])
    assert len(error.value.faults) == 2


def test_evidence_may_turn_what_the_sums_are_of() -> None:
    """Of evidence required, the parts add up too."""
    rules: list[Any] = [FLAG, TEAM, SHARE]
    one = submission({"plan": True, "team": True, "part": 1, "total": 2})
    two = submission({"plan": True, "team": False, "part": 2, "total": 2})
    pack = pack_of(rules)
    (found,) = compare(side(one, pack), side(two, pack), require_evidence=True)
    adds_up(found)
    assert found.figures[Figure.HIGH].by_rule == {"world.r1": Fraction(-1, 4), "world.r2": Fraction(1, 4)}


def test_packs_in_common() -> None:
    """Each pack is compared with itself; where there is none in common, that is said."""
    one, other = pack_of([FLAG]), pack_of([TEAM])
    other = evolve(other, head=evolve(other.head, id="other-2022"))
    base = open_submission(submission({"plan": True, "team": False}))
    both = Side(document=base, packs=(one, other))
    (found,) = compare(both, Side(document=base, packs=(other,)))
    assert found.after.pack == "other-2022"
    with pytest.raises(NothingInCommonError) as error:
        compare(Side(document=base, packs=(one,)), Side(document=base, packs=(other,)))
    assert "before world" in error.value.to("en")
    snaps = [snapshot(each) for each in assess_all(base, (one, other))]
    with pytest.raises(NothingInCommonError):
        paired(snaps[:1], snaps[1:])
    assert paired(snaps, snaps[1:]) == ((snaps[1], snaps[1]),)


@pytest.mark.parametrize("groups", range(1, 6))
def test_shapley(groups: int) -> None:
    """Of a sum, each group's part is its own; of a product, all share alike."""
    names = tuple("abcde"[:groups])
    worth = {name: Fraction(2**place) for place, name in enumerate(names)}

    def total(made: frozenset[str]) -> Fraction:
        return sum((worth[name] for name in made), Fraction(0))

    found = attributed(names, lambda _: True, lambda one, other: {"": total(other) - total(one)})
    assert {made: part[""] for made, part in found.parts.items()} == {(name,): worth[name] for name in names}
    assert found.orders == found.of
    full = attributed(
        names, lambda _: True, lambda one, other: {"": Fraction((len(other) == groups) - (len(one) == groups))}
    )
    assert {part[""] for part in full.parts.values()} == {Fraction(1, groups)}


def test_groups_that_cannot_be_told_apart() -> None:
    """With no figure in between all is one step; with some, the orders that have figures count."""

    def step(one: frozenset[str], other: frozenset[str]) -> dict[str, Fraction]:
        return {"": Fraction(len(other) - len(one))}

    none = attributed(("a", "b"), lambda _: False, step)
    assert (none.parts, none.orders, none.of) == ({("a", "b"): {"": Fraction(2)}}, 1, 2)
    some = attributed(("a", "b"), lambda made: made == {"b"}, step)
    assert (some.parts, some.orders) == ({("a",): {"": Fraction(1)}, ("b",): {"": Fraction(1)}}, 1)
    three = attributed(("a", "b", "c"), lambda made: len(made) == 1, step)
    assert (set(three.parts), three.orders) == ({("a",), ("b", "c")}, 1)


@pytest.mark.no_cover
@given(RULES, submissions())
@settings(max_examples=40)
def test_a_report_gives_the_snapshot_of_its_assessment(rules: list[Any], whole: Facts) -> None:
    """What a JSON report, or an assessment written out, says is what the assessment says, in each language."""
    try:
        one = assessed(pack_of(rules), whole)
    except InvalidInput:
        assume(False)
    for lang in LANGUAGES:
        (read,) = snapshots(parse(as_json((one,), lang, Layout()), "report.json", json=True))
        assert in_lang(read, lang) == in_lang(snapshot(one), lang)
    assert snapshots(parse(one.to_json(), "one.json", json=True)) == (snapshot(one),)


def in_lang(one: Snapshot, lang: Lang) -> Any:
    """Return a snapshot with its texts in one language."""
    from attrs import asdict

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return value[lang] if set(value) == {"zh", "en"} else {key: said(one) for key, one in value.items()}
        return [said(each) for each in value] if isinstance(value, (list, tuple)) else value

    return said(asdict(evolve(one, source="")))


def test_every_kind_of_answer_that_differs() -> None:
    """Profile, elements, counts, dated series and records: each is told before and after, with the rules it touches."""
    rules: list[Any] = [
        {**FLAG, "applies": {"employees": {"at_least": 30}}},
        {"measure": {"kind": "affirm", "fact": "four.one", "due": "standing"}},
        {
            "measure": {
                "kind": "frequency",
                "events": "meetings",
                "at_least": 1,
                "every": "year",
                "counts": {"kind": "plenary"},
            }
        },
    ]
    meeting = {"held_on": "2022-03-01", "kind": "plenary", "firm": "F0", "form": "heard", "feast": "none"}
    one = submission({"plan": True, "four": {"one": True}, "done": 1, "meetings": [meeting]})
    two = submission(
        {
            "plan": True,
            "four": {"one": False},
            "done": {"2022-06-30": 1, "2022-12-31": 2},
            "meetings": {"through": "2022-12-31", "events": [meeting, {**meeting, "held_on": "2022-04-01"}]},
            "jobs": [],
        }
    )
    one["organization"] = {**one["organization"], "employees": 29}
    two["organization"] = {**two["organization"], "employees": 30}
    found = held(one, two, rules)
    told = {fact.fact: (fact.before.en, fact.after.en, fact.rules) for fact in found.facts}
    assert told["organization.employees"][2] == ("world.r0",)
    assert told["facts.four.one"] == ("yes", "no", ("world.r1",))
    assert told["facts.done"][1] == "2022-06-30: 1 firm; 2022-12-31: 2 firms"
    assert told["facts.meetings"][1].endswith("1 of them only here (up to 2022-12-31)")
    assert told["facts.meetings"][2] == ("world.r2",)
    assert told["facts.jobs"][0] == "not stated"
    assert set(told) == {
        "organization.employees",
        "facts.four.one",
        "facts.done",
        "facts.meetings",
        "facts.jobs",
    }


def test_another_role() -> None:
    before = submission({"plan": True})
    after = {**before, "organization": {**before["organization"], "roles": ["firm", "town"]}}
    found = held(before, after, [FLAG])
    assert [fact.fact for fact in found.facts] == ["organization.roles"]


def test_what_became_of_waivers() -> None:
    def waiver(rule: str, until: str = "2022-12-31") -> dict[str, str]:
        return {"rule": rule, "reason": "试", "approver": "某人", "until": until}

    rules: list[Any] = [FLAG, TEAM, SHARE]
    base = submission({"plan": False, "team": False, "part": 0, "total": 2})
    found = held(
        {**base, "waivers": [waiver("r0"), waiver("r1")]},
        {**base, "waivers": [waiver("r1", "2022-11-30"), waiver("r2")]},
        rules,
    )
    assert [text.en for text in found.differing[Cause.WAIVERS]] == [
        "the waiver is another: r1",
        "newly waived: r2",
        "no longer waived: r0",
    ]


def test_rules_come_and_go() -> None:
    """Rules added, removed and changed are named, and a new version of the pack is told as such."""
    old, new = pack_of([FLAG, TEAM]), pack_of([{**FLAG, "weight": 2}, TEAM, SHARE])
    old = evolve(old, rules=(*old.rules, evolve(old.rules[0], id="gone")))
    new = evolve(new, head=evolve(new.head, version="2"), digest="f" * 64)
    base = submission({"plan": True, "team": True, "part": 1, "total": 2})
    (found,) = compare(side(base, old), side(base, new))
    assert found.pack is not None
    assert (found.pack.added, found.pack.removed) == (("world.r2",), ("world.gone",))
    assert found.pack.changed == {"world.r0": ("weight",)}
    assert [text.en for text in found.differing[Cause.PACK]] == ["version 1 to 2"]
    absent_in: dict[Lang, str] = {"zh": "无此项", "en": "no such rule"}
    for lang, absent in absent_in.items():
        shown = render((found,), "markdown", lang)
        assert absent in shown
        assert "1 → 2" in shown
    (told,) = (compare_reports(found.before, found.after).pack,)
    assert told is not None
    assert (told.added, told.removed) == (("world.r2",), ("world.gone",))


def test_the_clock_may_be_set_from_outside() -> None:
    due: dict[str, Any] = {"measure": {"kind": "affirm", "fact": "team", "due": "2022-09-30"}, "weight": 1}
    pack = pack_of([FLAG, due])
    before, after = (submission({"plan": True, "team": team}) for team in (False, True))
    (found,) = compare(side(before, pack, as_of=day("2022-06-30")), side(after, pack, as_of=day("2022-12-31")))
    adds_up(found)
    assert parts(found) == {(Cause.FACTS,): Fraction(1, 4), (Cause.TIME,): Fraction(-1, 4)}


def test_a_step_between_claimed_and_proven_has_its_line() -> None:
    """What no rule did is a part of its own, in the text and in the JSON."""
    one = held(submission({"plan": True, "team": False}), submission({"plan": True, "team": True}), [FLAG, TEAM])
    moved = one.figures[Figure.LOW]
    rest = evolve(moved, by_rule={**moved.by_rule, REST: Fraction(1, 50)})
    shown = evolve(one, figures={**one.figures, Figure.LOW: rest})
    assert "+2.00 points are the step between" in " ".join(render((shown,), "text", "en").split())
    assert '"claimed_or_proven": "1/50"' in render((shown,), "json", "en")


def test_a_report_of_evidence_required() -> None:
    """Both stands of a finding come back from a report."""
    whole = submission({"plan": True, "team": True}, evidence={"plan": [{"path": "a.pdf"}]})
    (one,) = assess_all(open_submission(whole), (pack_of([FLAG, TEAM]),), require_evidence=True)
    assert any(finding.evidenced for finding in one.findings)
    (read,) = snapshots(parse(as_json((one,), "zh", Layout()), "report.json", json=True))
    assert in_lang(read, "zh") == in_lang(snapshot(one), "zh")
