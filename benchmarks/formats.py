"""All formats of one submission in one run: its processor time, and the size of each file.

python benchmarks/formats.py [FACTS] [RUNS]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from safescore.report import REPORTS

ROOT = Path(__file__).parents[1]


def processor_seconds(command: list[str]) -> float:
    """Return the processor time of one run of a command, its children included."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the median processor time, and the sizes."""
    facts = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "examples" / "district-committee-2022.yaml")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as folder:
        outputs = [f"--output={name}:{Path(folder) / f'report.{name}'}" for name in REPORTS]
        command = [sys.executable, "-m", "safescore", "check", facts, "--quiet", *outputs]
        processor_seconds(command)
        print(f"processor time: {median(processor_seconds(command) for _ in range(runs)):.2f} s")
        for name in REPORTS:
            print(f"{name:<10}{(Path(folder) / f'report.{name}').stat().st_size / 1000:>8.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
