"""What the golden what-ifs and next steps show: a department in its third quarter, and a plant."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from safescore import next_best, what_if
from safescore.facts.changes import ADD, SET, UNSET, from_text
from safescore.nextbest import NextBest
from safescore.report import nextbest, whatif
from safescore.words import LANGUAGES, Lang

GOLDEN = Path(__file__).parent / "golden" / "planned"
EXAMPLES = Path(__file__).parents[1] / "examples"
CHANGES = (
    from_text(SET, "certified_above_scale=143", "--set 1"),
    from_text(SET, "coordination_mechanisms.resources=false", "--set 2"),
    from_text(ADD, "joint_meetings={held_on: 2022-12-20, office: [commerce], form: on_site}", "--add 1"),
    from_text(UNSET, "industry_trade_deaths", "--unset 1"),
)
CASES: tuple[tuple[str, Lang], ...] = tuple(
    (name, lang) for name in ("whatif", "next-department", "next-plant") for lang in LANGUAGES
)


@cache
def next_of(name: str) -> tuple[NextBest, ...]:
    """Return what next of an example, in every language the same."""
    return next_best(EXAMPLES / f"{name}.yaml")


def golden_file(name: str, lang: Lang) -> Path:
    """Return where a golden report stands."""
    return GOLDEN / f"{name}.{lang}.txt"


def shown(name: str, lang: Lang) -> str:
    """Return a report as it comes out now."""
    if name == "whatif":
        return whatif.render(what_if(EXAMPLES / "district-committee-2022.yaml", CHANGES), CHANGES, "text", lang)
    file = "regulator-department-2022Q3" if name == "next-department" else "shuangqiao-dust-plant-2022"
    return nextbest.render(next_of(file), "text", lang)


def rewrite() -> None:
    """Write the golden reports anew."""
    GOLDEN.mkdir(exist_ok=True)
    for name, lang in CASES:
        golden_file(name, lang).write_text(shown(name, lang), encoding="utf-8")
