"""A batch says what ``check`` says, finding by finding, whether submissions are judged together or one by one."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safescore import Assessment
from safescore.assess import assess_all
from safescore.batch.order import Order
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.opening import open_as_far
from safescore.packs.compiled import open_pack
from tests.batches import files, lines, portion, results_of, results_of_check, rows_of, rows_of_check
from tests.examples import ROOT, at_root
from tests.worlds import RULES, WORLD, Facts, cells, pack_of, submissions, without

HANDED = sorted(
    path.relative_to(ROOT)
    for folder in ("examples", "examples/quarterly-submissions/submissions")
    for path in (ROOT / folder).glob("**/*.yaml" if "quarterly" in folder else "*.yaml")
)
EVIDENCED = [path for path in HANDED if "evidence:" in (ROOT / path).read_text("utf-8")]
ONE_BY_ONE, TOGETHER = 10**6, 0


LOAD = cache(open_pack)


def alone(path: Path, proven: bool) -> tuple[Assessment, ...]:
    """Return what check makes of a submission. Raises InvalidInput."""
    document = open_submission(path)
    opened = open_as_far(document, (), LOAD)
    return assess_all(document, opened.packs, require_evidence=proven, readings=False)


@pytest.mark.no_cover
@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("few", "proven", "handed"),
    [
        pytest.param(ONE_BY_ONE, False, HANDED[::2], id="one by one"),
        pytest.param(TOGETHER, False, HANDED, id="together"),
        pytest.param(TOGETHER, True, EVIDENCED, id="evidence required"),
    ],
)
def test_every_example(few: int, proven: bool, handed: list[Path]) -> None:
    """Promise 13, for the files that the project shows."""
    with at_root():
        found = portion(files(*handed), few, Order(require_evidence=proven), load=LOAD)
        rows, results = {}, {}
        for path in handed:
            try:
                checked = alone(path, proven)
            except InvalidInput as error:
                (received,) = (one for one in found.received if one.file == path.as_posix())
                assert received.faults == error.faults
                continue
            rows.update(rows_of_check(path.as_posix(), checked))
            results.update(results_of_check(path.as_posix(), checked))
    assert len(results) >= len(handed) - 1
    assert rows_of(found.groups) == rows
    assert results_of(found.groups) == results


def test_gates_of_many() -> None:
    """A gate answers the same, whether submissions are judged together or one by one."""
    order = Order(min_score=Fraction(90), min_grade="good", fail_on=frozenset(("hard", "unknown")))
    handed = files(*[path for path in HANDED if "2022Q" in path.as_posix()][:6])
    with at_root():
        single, many = (portion(handed, few, order, load=LOAD) for few in (ONE_BY_ONE, TOGETHER))
    answers = {one.gate for one in results_of(many.groups).values()}
    assert answers >= {"met", "failed"} or answers >= {"failed", "undecided"}
    assert results_of(many.groups) == results_of(single.groups)


@pytest.mark.no_cover
@pytest.mark.no_cover
@settings(max_examples=40)
@given(RULES, st.lists(submissions(), min_size=1, max_size=4), st.data())
def test_any_submission(rules: list[Any], drawn: list[Facts], data: st.DataObject) -> None:
    """Promise 13, for any rules, submissions, and facts missing from them; faults are the same, too."""
    pack = pack_of(rules)
    handed = []
    for number, whole in enumerate(drawn):
        gone = data.draw(st.lists(st.sampled_from(list(cells(whole))), max_size=5, unique=True), label=f"gone {number}")
        same: dict[str, Any] = {**whole}
        if data.draw(st.booleans(), label=f"waived {number}"):
            waiver = {"rule": pack.rules[0].id, "reason": "x", "approver": "y", "until": "2022-12-31"}
            same = {**same, "waivers": [waiver]}
        handed.append(without(same, gone))
    few = data.draw(st.sampled_from((ONE_BY_ONE, TOGETHER)), label="few")
    found = portion(lines(handed), few, Order(packs=(str(WORLD),)), load=lambda _: pack)
    rows, results = {}, {}
    for number, one in enumerate(handed, 1):
        name, received = f"all.jsonl:{number}", found.received[number - 1]
        assert received.file == name
        try:
            assessed = assess_all(open_submission(one), (pack,))
        except InvalidInput as error:
            assert [fault.problem for fault in received.faults] == [fault.problem for fault in error.faults]
            assert {fault.at.line for fault in received.faults} == {number}
            continue
        assert received.faults == ()
        rows.update(rows_of_check(name, assessed))
        results.update(results_of_check(name, assessed))
    assert rows_of(found.groups) == rows
    assert results_of(found.groups) == results
