"""Mutation testing of the core: ``python -m tests.mutants [--share N] [--mutant NAME…] [MODULE…]``.

It says of each module how many mutants its tests kill. The module is changed in a copy of the tree below ``.mutants``,
one small change at a time, and its tests must notice. With ``--share 10`` one mutant of ten is tried, always the same
one; with ``--mutant`` those that are named, as after a test was written for a survivor. Ends with 1 if fewer than nine
of ten are killed in a module.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".mutants"
COPIED = ("src", "tests", "docs", "examples", "rules", "README.md")
SURVIVED, WITHOUT_TESTS = 0, 33
"""The exit codes of mutmut for a mutant that lives."""
LEAST = 90
"""Per cent of the mutants of a module that its tests must kill."""

WORDS = ("tests/measures/test_sentences.py", "tests/test_links.py")
TABLES = "tests/measures"
CASES = "tests/test_hardest.py"
CORE: Mapping[str, Sequence[str]] = {
    "expr": ("tests/test_expr.py", TABLES, CASES),
    "standing": ("tests/test_standing.py", TABLES, "tests/test_batch.py"),
    "period": ("tests/test_period.py", TABLES, CASES),
    "scoring": (
        "tests/test_scoring.py",
        "tests/test_assess.py",
        "tests/test_evidence.py",
        "tests/test_waivers.py",
        "tests/test_gate.py",
    ),
    "reduce": (
        "tests/test_reduce.py",
        TABLES,
        "tests/test_assess.py",
        "tests/test_consistency.py",
        "tests/test_evidence.py",
    ),
    "judging": ("tests/test_judging.py", "tests/measures/test_affirm.py", "tests/measures/test_frequency.py"),
    "measures/base": (TABLES, "tests/test_links.py"),
    **{
        f"measures/{kind}": (f"tests/measures/test_{kind}.py", *WORDS)
        for kind in ("affirm", "checklist", "coverage", "each", "frequency", "limit", "milestone", "ratio")
    },
    "measures/quantities": (TABLES, CASES),
}
"""The modules that decide, each with the tests that are to notice a change; properties are left out: they are slow."""

CONFIG = """\
[project]
name = "safescore"

[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/safescore/{module}.py"]
also_copy = {copied}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
timeout_multiplier = 5.0

[tool.pytest.ini_options]
markers = ["slow: a study that has a command of its own"]
"""


@frozen
class Trial:
    """What became of a module's mutants: how many there are, how many were tried, and which of these lived."""

    module: str
    there: int
    tried: int
    lived: tuple[str, ...]

    @property
    def percent(self) -> float:
        """The share of the tried mutants that were killed, in per cent."""
        return 100 * (self.tried - len(self.lived)) / max(self.tried, 1)


def laid_out(module: str) -> Path:
    """Return a folder with a copy of the tree, in which one module will be mutated."""
    folder = WORK / module.replace("/", ".")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_site"))
        else:
            shutil.copy(source, folder / name)
    tests = ["-m", "not hypothesis", *CORE[module]]
    text = CONFIG.format(module=module, tests=json.dumps(tests), copied=json.dumps([*COPIED[2:]]))
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def mutmut(folder: Path, *words: str) -> str:
    """Return what a command of mutmut says, run in a folder."""
    program = Path(sys.executable).with_name("mutmut")
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = subprocess.run(
        [str(program), *words], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr


def found(folder: Path, module: str) -> Mapping[str, int | None]:
    """Return the mutants of a module with their exit codes; None where one was not tried."""
    meta = folder / "mutants" / "src" / "safescore" / f"{module}.py.meta"
    if not meta.is_file():
        return {}
    codes: Mapping[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return codes


def drawn(names: Sequence[str], share: int) -> list[str]:
    """Return one of so many names, always the same ones."""
    return [name for name in names if int(sha256(name.encode()).hexdigest(), 16) % share == 0]


def tried(module: str, share: int, children: int, named: Sequence[str] = ()) -> Trial:
    """Try a module's mutants: one of so many, or those named."""
    folder = laid_out(module)
    said = mutmut(folder, "run", "none.of.these")  # makes the mutants, and tries none
    names = list(found(folder, module))
    if not names:
        sys.exit(f"{module}: no mutants were made:\n{said[-3000:]}")
    chosen = [name for name in names if name in named] if named else drawn(names, share)
    said = mutmut(folder, "run", "--max-children", str(children), *chosen)
    codes = {name: code for name, code in found(folder, module).items() if name in chosen}
    if None in codes.values():
        sys.exit(f"{module}: not every mutant was tried:\n{said[-3000:]}")
    lived = tuple(name for name, code in codes.items() if code in (SURVIVED, WITHOUT_TESTS))
    return Trial(module, len(names), len(codes), lived)


def changes(trial: Trial) -> Iterator[str]:
    """Yield each mutant that lived, with the lines that it changes."""
    folder = WORK / trial.module.replace("/", ".")
    for name in trial.lived:
        yield f"\n{name}"
        shown = mutmut(folder, "show", name).splitlines()
        yield from (line for line in shown if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def main(words: Sequence[str] | None = None) -> int:
    """Try the modules and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", choices=[*CORE, []], help="the modules; by default all of the core")
    parser.add_argument("--share", type=int, default=1, metavar="N", help="try one mutant of N; by default all")
    parser.add_argument("--mutant", action="append", default=[], metavar="NAME", help="try this one; may be repeated")
    parser.add_argument(
        "--children", type=int, default=os.cpu_count() or 1, metavar="N", help="at once; by default as many as cores"
    )
    args = parser.parse_args(words)
    weak = False
    print("| module | mutants | tried | killed | score |\n| --- | --- | --- | --- | --- |", flush=True)
    for module in args.modules or CORE:
        trial = tried(module, args.share, args.children, args.mutant)
        killed = trial.tried - len(trial.lived)
        print(f"| `{module}` | {trial.there} | {trial.tried} | {killed} | {trial.percent:.1f} % |", flush=True)
        print("\n".join(changes(trial)), file=sys.stderr, flush=True)
        weak = weak or trial.percent < LEAST
    return int(weak)


if __name__ == "__main__":
    sys.exit(main())
