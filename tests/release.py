"""What is released, tried as its users get it: ``python -m tests.release [--lowest] [--quick] [PYTHON…]``.

Builds the wheel and the sdist, and installs the wheel in an empty environment of every Python of 3.10 to 3.13 that is
at hand: every command runs from another folder and finds the packs. Then, with all extras, the tests that the sdist
carries run against what is installed. With ``--lowest`` the dependencies are the oldest that ``pyproject.toml``
allows, on the oldest Python alone.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".release"
SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
FOR_AUTHORS = ("clients", "docs", "mutants", "test")
"""The extras that nobody needs who uses what is released."""
LEFT_OUT = (
    "tests/test_columns.py",
    "tests/test_examples.py",
    "tests/test_outcomes.py",
    "tests/test_packaging.py",
    "tests/test_packs.py",
    "tests/test_promises.py",
)
"""Tests of meaning that take minutes and see nothing of how it was installed."""
FACTS = "district-committee-2022.yaml"
COMMANDS: Mapping[str, Sequence[str]] = {
    "check": (FACTS, "--min-grade", "pass"),
    "due": (FACTS, "--within", "60d"),
    "whatif": (FACTS, "--set", "certified_above_scale=143"),
    "next": (FACTS,),
    "diff": (FACTS, FACTS),
    "history": (FACTS,),
    "explain": ("dadukou-2022.above-scale-certified", "--facts", FACTS),
    "init": ("--pack", "dadukou-2022", "--role", "enterprise", "-o", "ours.yaml"),
    "lint": ("dadukou-2022",),
    "packs": (),
    "rules": ("--pack", "dadukou-2022"),
    "schema": ("--pack", "dadukou-2022", "-o", "submission.schema.json"),
    "test": ("dadukou-2022",),
}
"""How a command is tried where only the core is installed; the others are asked for their help."""
_REQUIRED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*>=\s*(?P<least>[0-9][0-9.]*)")


def run(words: Sequence[object], folder: Path, **more: str) -> str:
    """Return what a program says, run in a folder with nothing of this tree around it; ends all where it fails."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    kept |= {"SAFESCORE_CACHE": "", "PYTHONUTF8": "1", **more}
    done = subprocess.run(
        [str(one) for one in words], cwd=folder, env=kept, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    if done.returncode != 0:
        sys.exit(
            f"$ {' '.join(map(str, words))}\n{done.stdout[-6000:]}{done.stderr[-6000:]}\nended with {done.returncode}"
        )
    return done.stdout


def version_of(python: str) -> str:
    """Return the version of a Python, as `3.12.1`; empty where it does not run."""
    try:
        asked = [python, "-c", "import sys, venv; print('.'.join(map(str, sys.version_info[:3])))"]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def pythons() -> Iterator[str]:
    """Yield every supported Python at hand: of the path, else as pyenv keeps them."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in SUPPORTED:
        named = [
            f"python{minor}",
            *(str(one / "bin" / "python") for one in sorted(kept.glob(f"{minor}.*"), reverse=True)),
        ]
        yield from [one for one in named if version_of(one).startswith(f"{minor}.")][:1]


def declared() -> tuple[list[str], dict[str, list[str]]]:
    """Return the requirements of the core, and those of each extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["dependencies"], project["optional-dependencies"]


def extras() -> list[str]:
    """Return the extras for users."""
    return [name for name in declared()[1] if name not in FOR_AUTHORS]


def least(requirements: Iterable[str]) -> Iterator[str]:
    """Yield the constraint that takes the oldest version of each requirement that names one."""
    for one in requirements:
        if asked := _REQUIRED.match(one):
            marker = one.partition(";")[2]
            yield f"{asked['name']}=={asked['least']}" + (f";{marker}" if marker else "")


def constraints() -> list[str]:
    """Return what pins every dependency of the core and the users' extras to its lower bound."""
    core, optional = declared()
    return sorted({*least(core), *(one for name in extras() for one in least(optional[name]))})


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def built() -> tuple[Path, Path]:
    """Return the sdist and the wheel; the wheel that the sdist makes is the same."""
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "dist").mkdir(parents=True)
    build = (sys.executable, "-m", "hatchling", "build")
    run((*build, "-d", WORK / "dist"), ROOT)
    (sdist,) = (WORK / "dist").glob("*.tar.gz")
    (wheel,) = (WORK / "dist").glob("*.whl")
    with tarfile.open(sdist) as archive:
        if sys.version_info >= (3, 12):
            archive.extractall(WORK, filter="data")
        else:
            archive.extractall(WORK)
    run((*build, "-t", "wheel", "-d", WORK / "again"), WORK / sdist.name.removesuffix(".tar.gz"))
    (again,) = (WORK / "again").glob("*.whl")
    if contents(wheel) != contents(again):
        differing = {name for name, _ in contents(wheel).items() ^ contents(again).items()}
        sys.exit(f"the sdist makes another wheel: {', '.join(sorted(differing))}")
    return sdist, wheel


def environment(python: str, name: str) -> Path:
    """Return the Python of a new, empty environment."""
    run((python, "-m", "venv", WORK / name), ROOT)
    return WORK / name / ("Scripts" if os.name == "nt" else "bin") / "python"


def tried_commands(python: Path, folder: Path) -> int:
    """Run every command from a folder that is not this tree; return how many there are."""
    folder.mkdir()
    shutil.copy(ROOT / "examples" / FACTS, folder)
    command = python.with_name("safescore")
    names = run((python, "-c", "from safescore.cli import COMMANDS; print(*COMMANDS)"), folder).split()
    for name in names:
        run((command, name, "--help"), folder)
        if name in COMMANDS:
            run((command, name, *COMMANDS[name]), folder)
    run((python, "-c", f"import safescore; print(safescore.check({FACTS!r}).score.interval.low)"), folder)
    where = run((python, "-c", "import safescore.packs.find as f; print(f.rules_root())"), folder).strip()
    if not where.startswith(str(WORK)):
        sys.exit(f"the packs were found at {where}, which is not what was installed")
    return len(names)


def tried_suite(python: Path, sdist: Path, wheel: Path, pins: Sequence[str], name: str) -> str:
    """Install the extras and run the tests of the sdist, without its sources; return the last line of pytest."""
    folder = WORK / f"tests-{name}"
    shutil.copytree(WORK / sdist.name.removesuffix(".tar.gz"), folder)
    shutil.rmtree(folder / "src")
    (folder / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", folder / "pins.txt")
    run((*pip, f"{wheel}[{','.join((*extras(), 'test'))}]"), folder)
    run((python, "-m", "pip", "check"), folder)
    left_out = [f"--ignore={one}" for one in LEFT_OUT]
    said = run(
        (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", *left_out), folder, SAFESCORE_EXAMPLES="20"
    )
    return said.strip().splitlines()[-1]


def main(words: Sequence[str] | None = None) -> int:
    """Build, install and try; ends at the first thing that fails, and says which."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="by default each of 3.10 to 3.13 that is at hand")
    parser.add_argument(
        "--lowest", action="store_true", help="with the oldest dependencies allowed, on the first Python"
    )
    parser.add_argument("--quick", action="store_true", help="without the tests")
    args = parser.parse_args(words)
    chosen = args.pythons or list(pythons())
    pins = constraints() if args.lowest else []
    sdist, wheel = built()
    print(
        f"{wheel.name}: {wheel.stat().st_size} bytes; {sdist.name}: {sdist.stat().st_size} bytes, makes the same wheel"
    )
    for python in chosen[:1] if args.lowest else chosen:
        name = version_of(python)
        place = environment(python, name)
        (WORK / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
        run((place, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", WORK / "pins.txt", wheel), WORK)
        print(f"Python {name}: {tried_commands(place, WORK / f'elsewhere-{name}')} commands run", flush=True)
        if not args.quick:
            print(f"Python {name}: {tried_suite(place, sdist, wheel, pins, name)}", flush=True)
    if pins:
        print("with " + ", ".join(pins))
    return 0


if __name__ == "__main__":
    sys.exit(main())
