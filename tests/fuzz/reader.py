"""A coverage-guided fuzz run over reader and check: whatever a file holds, faults or an assessment come of it.

It needs atheris, and goes on until it is stopped or a time is up: ``make fuzz`` runs it for an hour on two cores. An
input that ends in anything else than InvalidInput, hangs, or takes too much memory, is kept as a file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["safescore"]):
    from safescore import InvalidInput, load_pack
    from safescore.assess import assess_all, faults_under
    from safescore.facts.read import open_submission
    from safescore.report import render
    from safescore.source import Limits

ROOT = Path(__file__).parents[2]
PACK = load_pack("qianjiang-commerce-2022")
LIMITS = Limits(bytes=100_000, values=5_000)
SUFFIXES = (".yaml", ".json", ".csv")
FOLDER = Path(tempfile.mkdtemp())
REGISTER = """\
organization: {id: a, name: b, roles: [enterprise]}
period: 2022
as_of: 2022-12-31
packs: [qianjiang-commerce-2022]
facts:
  hazards: {csv: register.csv}
"""


def try_one(data: bytes) -> None:
    """Check what these bytes say: the last decides which kind of file they are."""
    suffix = SUFFIXES[data[-1] % len(SUFFIXES)] if data else SUFFIXES[0]
    path = FOLDER / f"facts{'.yaml' if suffix == '.csv' else suffix}"
    if suffix == ".csv":
        path.write_text(REGISTER, "utf-8")
        (FOLDER / "register.csv").write_bytes(data[:-1])
    else:
        path.write_bytes(data[:-1])
    try:
        document = open_submission(path, LIMITS)
        if faults_under(document, (PACK,)):
            return
        for report in ("json", "text"):
            render(assess_all(document, (PACK,), readings=False), report, "zh")
    except InvalidInput as error:
        for fault in error.faults:
            fault.to("zh")


def main() -> None:
    """Fuzz, beginning with the examples and the broken submissions."""
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    broken = [path for path in (ROOT / "tests" / "bad").rglob("*") if path.suffix in SUFFIXES]
    for number, path in enumerate([*sorted((ROOT / "examples").glob("*.yaml")), *sorted(broken)]):
        last = bytes([SUFFIXES.index(path.suffix)])
        (seeds / f"{number}").write_bytes(path.read_bytes()[: LIMITS.bytes] + last)
    words = sorted(
        {*PACK.dictionary.facts, *PACK.roles, "organization", "period", "as_of", "facts", "evidence", "waivers"}
    )
    dictionary = FOLDER / "words"
    dictionary.write_text("".join(f'"{word}"\n' for word in words), "utf-8")
    limits = ["-timeout=10", "-rss_limit_mb=1024", f"-max_len={LIMITS.bytes}", f"-dict={dictionary}"]
    atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], str(seeds)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
