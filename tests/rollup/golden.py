"""The roll-up of the example town, in every format that people read, as it is known to come out."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

from safescore.report.layout import Layout
from safescore.report.rollup import render
from safescore.rollup.gathering import Gathering, files_of
from safescore.rollup.rolled import Quota, RollUp, roll_up
from safescore.roster import read_roster
from safescore.version import VERSION
from safescore.words import Lang
from tests.examples import at_root

GOLDEN = Path(__file__).parents[1] / "golden" / "rollup"
TOWN = "examples/town-rollup-2022"
CASES: tuple[tuple[str, Lang], ...] = (("text", "zh"), ("text", "en"), ("csv", "zh"), ("html", "zh"), ("html", "en"))
SUFFIXES = {"text": "txt", "csv": "csv", "html": "html", "json": "json"}


@cache
def rolled() -> RollUp:
    """Return the roll-up of the example town."""
    with at_root():
        gathering = Gathering()
        for name in files_of([f"{TOWN}/submissions"]):
            gathering.take(name)
        assert not gathering.faults
        return roll_up(
            gathering.results,
            roster=read_roster(Path(f"{TOWN}/roster.csv")),
            by=("镇街", "行业"),
            quotas=[Quota(least=Fraction(4, 5), kind="score", mark="75")],
            names=gathering.names,
            labels=gathering.labels,
        )


def report(format_: str, lang: Lang) -> str:
    """Return the report as it comes out now, without the version of the tool."""
    return render(rolled(), format_, lang, Layout()).replace(f"safescore {VERSION}", "safescore")


def golden_file(format_: str, lang: Lang) -> Path:
    """Return where the golden report stands."""
    return GOLDEN / f"town.{lang}.{SUFFIXES[format_]}"


def rewrite() -> None:
    """Write the golden reports anew."""
    GOLDEN.mkdir(exist_ok=True)
    for format_, lang in CASES:
        golden_file(format_, lang).write_bytes(report(format_, lang).encode())
