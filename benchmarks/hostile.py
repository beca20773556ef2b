"""What it costs to refuse hostile workbooks: seconds and memory of a process of its own for each.

python benchmarks/hostile.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = """\
import sys, time
from pathlib import Path
from safescore import InvalidInput
from safescore.facts.read import open_submission
start = time.perf_counter()
try:
    said = open_submission(sys.argv[1]).notes
except InvalidInput as error:
    said = error.faults[0].problem.en
taken = time.perf_counter() - start
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(f"{taken:.2f} {int(peak.split()[1]) / 1024:.0f} {said}")
"""


def main() -> int:
    """Print the cost of each file, and fail where one takes more than 2 s or 150 MB."""
    sys.path.insert(0, str(ROOT))
    from tests.hostile_books import BOMBS, far_cell

    makers = {**{name: make for name, (make, _) in BOMBS.items()}, "a value in XFD1048576": far_cell}
    worst_time, worst_memory = 0.0, 0.0
    print(f"{'file':<36}{'seconds':>8}{'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bomb.xlsx"
        for name, make in makers.items():
            path.write_bytes(make())
            run = subprocess.run([sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, check=True)
            seconds, memory, _ = run.stdout.split(" ", 2)
            worst_time, worst_memory = max(worst_time, float(seconds)), max(worst_memory, float(memory))
            print(f"{name:<36}{seconds:>8}{memory:>6}")
    print(f"{'worst':<36}{worst_time:>8.2f}{worst_memory:>6.0f}")
    return 0 if worst_time <= 2 and worst_memory <= 150 else 1


if __name__ == "__main__":
    sys.exit(main())
