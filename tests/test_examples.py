"""The examples: their reports are golden, and silence helps none of them."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from safescore import InvalidInput
from safescore.assess import assess_all
from safescore.facts.read import open_submission
from safescore.source import read
from safescore.words import Lang
from tests.conftest import EXAMPLES as MANY
from tests.examples import CASES, EXAMPLES, ROOT, assessed, golden_file, report
from tests.packs import pack_named


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_the_report_is_golden(name: str, lang: Lang) -> None:
    """What an example gives is known; ``python -m tests.regolden`` writes it anew, to be read before it is kept."""
    assert golden_file(name, lang).read_text(encoding="utf-8") == report(name, lang)


def answers(content: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every answer of a submission, and of some cells of its records."""
    chance = random.Random(1)
    for name, answer in content["facts"].items():
        yield ("facts", name)
        base: tuple[Any, ...] = ("facts", name)
        records = answer
        if isinstance(answer, dict) and "events" in answer:
            records, base = answer["events"], (*base, "events")
        if isinstance(records, list) and records:
            place = chance.randrange(len(records))
            if isinstance(records[place], dict):
                yield from ((*base, place, key) for key in records[place])
    yield from (("organization", key) for key in content["organization"] if key not in ("id", "name", "roles"))


@pytest.mark.no_cover
@pytest.mark.no_cover
@pytest.mark.parametrize("name", EXAMPLES)
def test_silence_never_helps_an_example(name: str) -> None:
    """Promise 1: an answer taken away never raises the score, and the interval contains the full one.

    Of many answers some are tried, spread evenly; ``make study`` tries all.
    """
    content: Any = read(ROOT / "examples" / f"{name}.yaml").content
    for full in assessed(name):
        pack = pack_named(full.pack)
        before = full.score.interval
        assert before.low is not None
        assert before.high is not None
        every = list(answers(content))
        paths = every[:: -(-len(every) // (MANY // 40))]
        for path in paths:
            poorer = copy.deepcopy(content)
            here = poorer
            for step in path[:-1]:
                here = here[step]
            here[path[-1]] = None
            try:
                (found,) = assess_all(open_submission(poorer), (pack,), readings=False)
            except InvalidInput:
                continue
            after = found.score.interval
            stated = any(path[-1] in getattr(rule.measure, "states", ()) for rule in pack.rules)
            assert after.low is None or after.low <= before.low, path
            assert stated or after.high is None or after.high >= before.high, path
