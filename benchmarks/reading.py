"""Reading 10,000 records of a register: ``load_submission`` against a bare parse of the same file by libyaml's events.

python benchmarks/reading.py [RECORDS] [RUNS]
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import yaml

from safescore import Limits, load_pack, load_submission

LINE = (
    "    - {{id: HM-{n:05}, found_on: 2022-{m:02}-{d:02}, grade: {grade}, industry: industry_trade, "
    "key_firm: {key}, priority_list: dust, closed_on: {closed}}}\n"
)
HEAD = """\
organization:
  id: JX-005
  name: 青峡恒木家具有限公司
  roles: [enterprise]
period: 2022
as_of: 2022-12-31
packs: [dadukou-2022]
facts:
  hazards:
"""
ROOM = Limits(bytes=50_000_000, values=10_000_000)


def submission(records: int) -> str:
    """Return a submission with a register of this many records."""
    lines = (
        LINE.format(
            n=n,
            m=n % 12 + 1,
            d=n % 28 + 1,
            grade="major" if n % 9 == 0 else "general",
            key="true" if n % 2 else "false",
            closed="none" if n % 7 == 0 else f"2022-12-{n % 28 + 1:02}",
        )
        for n in range(records)
    )
    return HEAD + "".join(lines)


def seconds(call: Callable[[], object], runs: int) -> float:
    """Return the median time of a call."""
    taken = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return median(taken)


def peak(path: str) -> float:
    """Return the greatest memory in MB of a process of its own that reads the file."""
    code = f"""
from pathlib import Path
from safescore import Limits, load_pack, load_submission
def peak():
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
pack = load_pack("dadukou-2022")
before = peak()
found = load_submission({path!r}, pack, limits=Limits(bytes=50_000_000, values=10_000_000))
print(peak(), before)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    whole, before = map(float, found.stdout.split())
    print(f"memory            {whole:7.0f} MB, of which {before:.0f} MB before reading")
    return whole


def main() -> int:
    """Print the times, their ratio, and the memory."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    text = submission(records)
    pack = load_pack("dadukou-2022")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.yaml"
        path.write_text(text, "utf-8")
        raw = path.read_bytes()
        bare, whole = [], []
        for _ in range(runs):
            bare.append(seconds(lambda: sum(1 for _ in yaml.parse(raw, Loader=yaml.CSafeLoader)), 1))
            whole.append(seconds(lambda: load_submission(path, pack, limits=ROOM), 1))
        print(f"{records} records, {len(raw)} bytes")
        print(f"yaml.parse        {median(bare):7.3f} s")
        print(f"load_submission   {median(whole):7.3f} s")
        print(f"ratio             {median(a / b for a, b in zip(whole, bare, strict=True)):7.2f}")
        peak(str(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
