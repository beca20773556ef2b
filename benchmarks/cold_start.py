"""Cold starts of the command against ``python -c "import yaml, attrs, cattrs"``: whole processes in turn, as ratios.

python benchmarks/cold_start.py [FACTS] [RUNS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
YARDSTICK = [sys.executable, "-c", "import yaml, attrs, cattrs"]


class Took(NamedTuple):
    """What one run of a command took, in seconds: on the wall, and of the processor."""

    wall: float
    processor: float


def took(command: list[str]) -> Took:
    """Return what one run of a command takes; its bytecode is cached."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> int:
    """Print the median times of each command, and the medians of their ratios to the yardstick, pair by pair."""
    facts = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "examples" / "district-committee-2022.yaml")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    check = [sys.executable, "-m", "safescore", "check", facts]
    commands = {
        "import safescore": [sys.executable, "-c", "import safescore"],
        "check --format json": [*check, "--format", "json"],
        "check (text)": check,
    }
    for command in (YARDSTICK, *commands.values()):
        took(command)
    print(f"{'command':<24}{'wall':>9}{'ratio':>8}{'processor':>12}{'ratio':>8}")
    for name, command in commands.items():
        pairs = [(took(YARDSTICK), took(command)) for _ in range(runs)]
        wall, processor = (
            (median(one[kind] for _, one in pairs), median(one[kind] / yardstick[kind] for yardstick, one in pairs))
            for kind in range(2)
        )
        print(f"{name:<24}{wall[0]:>9.3f}{wall[1]:>8.2f}{processor[0]:>12.3f}{processor[1]:>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
