"""The wheel carries the packs, and the command finds them from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

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
