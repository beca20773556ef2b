"""The real clients of the reports for machines: `make clients` fetches them; without them their tests are skipped.

With SAFESCORE_CLIENTS=required a client that is missing fails the test instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / ".clients"
PLACES = {
    "sarif": FOLDER / "venv" / "bin" / "sarif",
    "trestle": FOLDER / "venv" / "bin" / "trestle",
    "multitool": FOLDER / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool",
}


def client(name: str) -> str:
    """Return the path of a client; skip or fail where it is missing."""
    place = PLACES[name]
    found = os.environ.get(f"SAFESCORE_{name.upper()}") or (str(place) if place.is_file() else shutil.which(name))
    if found:
        return found
    message = f"{name} is not at hand: make clients"
    if os.environ.get("SAFESCORE_CLIENTS") == "required":
        pytest.fail(message)
    pytest.skip(message)


def asked(name: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a client in a folder."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [client(name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
