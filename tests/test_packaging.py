"""The wheel carries the packs, the command finds them from any folder, and the sdist makes the same wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from safescore.cli import COMMANDS as commands
from tests.release import COMMANDS, FOR_AUTHORS, constraints, contents, declared, extras

ROOT = Path(__file__).parents[1]


def test_the_wheel_carries_the_packs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    assert "safescore/py.typed" in names
    parts = [path for path in (ROOT / "src" / "safescore" / "report" / "html").iterdir() if path.suffix]
    assert {f"safescore/report/html/{path.name}" for path in parts} <= names
    assert {f"safescore/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "rules").rglob("*.yaml")} <= names
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    facts = ROOT / "examples" / "district-committee-2022.yaml"
    command = [sys.executable, "-m", "safescore", "check", str(facts), "--format", "json"]
    run = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    page = subprocess.run([*command[:-1], "html"], cwd="/", env=environment, capture_output=True, text=True, check=True)
    assert page.stdout.startswith("<!doctype html>")
    where = [sys.executable, "-c", "from safescore.packs.find import rules_root; print(rules_root())"]
    found = subprocess.run(where, cwd="/", env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(tmp_path / "installed" / "safescore" / "rules")


def test_the_sdist_makes_the_same_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build"]
    subprocess.run([*build, "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    (sdist,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    subprocess.run(
        [*build, "-t", "wheel", "-d", str(tmp_path / "again")], cwd=unpacked, check=True, capture_output=True
    )
    assert contents(tmp_path / "again" / wheel.name) == contents(wheel)
    assert {"tests", "examples", "docs", "rules", "Makefile", "LICENSE"} <= {path.name for path in unpacked.iterdir()}


def test_every_requirement_of_a_user_names_its_oldest_version() -> None:
    core, optional = declared()
    asked = [*core, *(one for name in extras() for one in optional[name])]
    assert [one for one in asked if ">=" not in one] == []
    pins = constraints()
    assert "attrs==23.2" in pins
    assert "tomli==2; python_version < '3.11'" in pins
    assert {one.partition("==")[0] for one in pins} == {one.partition(">=")[0].partition("[")[0] for one in asked}
    assert set(FOR_AUTHORS) <= set(optional)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_release_is_tried_with_is_a_command(name: str) -> None:
    assert name in commands
