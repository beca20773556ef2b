"""Cold starts of the command against ``python -c "import yaml, attrs, cattrs"``: whole processes in turn, as ratios.

python benchmarks/cold_start.py [FACTS] [RUNS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
YARDSTICK = [sys.executable, "-c", "import yaml, attrs, cattrs"]


def seconds(command: list[str]) -> float:
    """Return the wall time of one run of a command."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    environment.pop("PYTHONDONTWRITEBYTECODE")
    start = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> int:
    """Print the median time of each command, and the median of its ratios to the yardstick, pair by pair."""
    facts = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "examples" / "district-committee-2022.yaml")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    check = [sys.executable, "-m", "safescore", "check", facts]
    commands = {
        "import safescore": [sys.executable, "-c", "import safescore"],
        "check --format json": [*check, "--format", "json"],
        "check (text)": check,
    }
    for command in (YARDSTICK, *commands.values()):
        seconds(command)
    print(f"{'command':<24}{'seconds':>9}{'ratio':>8}")
    for name, command in commands.items():
        pairs = [(seconds(YARDSTICK), seconds(command)) for _ in range(runs)]
        ratio = median(one / yardstick for yardstick, one in pairs)
        print(f"{name:<24}{median(one for _, one in pairs):>9.3f}{ratio:>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
