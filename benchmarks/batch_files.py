"""Scoring 10,000 submissions of 4 KB from YAML files: ``safescore batch`` against the strict reader on the same files.

python benchmarks/batch_files.py [FILES] [JOBS] [RUNS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from safescore import load_pack, load_submission
from safescore.source import read

PACK = "dadukou-2022"
HEAD = """\
organization:
  id: QX-{n:06}
  name: 青峡第{n}机械有限公司
  roles: [enterprise]
  employees: {employees}
  industries: [industry_trade]
  sector: industrial
  above_scale: {scale}
  key_firm: {key}
  hazard_classes: [dust_explosion, confined_space, hazardous_chemical_use]
  outsources_jobs: false
  special_operations: true
  hazardous_waste: true
  major_hazard_installation: false
period: 2022
as_of: 2022-12-31
packs: [dadukou-2022]
facts:
  own_standard_certified: {certified}
  head_statutory_duties: true
  five_in_place: {{responsibility: true, investment: true, training: {key}, management: true, rescue: true}}
  standardisation_work: true
  risk_grading_system: {scale}
  management_system: true
  chief_engineer_system: true
  frontline_abilities: {{knows_risks: true, knows_duties: true, can_operate: true, can_respond: {certified}}}
  training_conduct: {{training_done: true, special_operations_lawful: true}}
  blind_rescues: 0
  outdated_items: {items}
  outdated_items_withdrawn: {withdrawn}
"""
HAZARD = (
    "    - {{id: HM-{k:03}, found_on: 2022-{m:02}-{d:02}, grade: {grade}, industry: industry_trade, key_firm: true, "
    "priority_list: dust, closed_on: {closed}}}\n"
)
POST = (
    "    - {{id: 岗位{k:02}, risk_list: true, duty_list: true, operation_card: true, emergency_card: {card}, "
    "in_use_since: 2022-{m:02}-28}}\n"
)


def submission(n: int) -> str:
    """Return the n-th submission; each is another, some facts of every third are missing."""
    head = HEAD.format(
        n=n,
        employees=20 + n % 180,
        scale="true" if n % 2 else "false",
        key="true" if n % 3 else "",
        certified="true" if n % 5 else "false",
        items=n % 7,
        withdrawn=(n % 7) - (n % 7 > 3),
    )
    hazards = (
        HAZARD.format(
            k=k,
            m=(n + k) % 12 + 1,
            d=(n * k) % 28 + 1,
            grade="major" if (n + k) % 9 == 0 else "general",
            closed="none" if (n + k) % 11 == 0 else f"2022-12-{(n + k) % 3 + 29}",
        )
        for k in range(13)
    )
    posts = (POST.format(k=k, m=k % 8 + 1, card="true" if (n + k) % 13 else "false") for k in range(8))
    return f"{head}  hazards:\n{''.join(hazards)}  posts:\n{''.join(posts)}"


def spent(call: Callable[[], object]) -> tuple[float, float]:
    """Return the time of a call in seconds, by the clock and of all processors."""
    start, worked = time.perf_counter(), sum(os.times()[:4])
    call()
    return time.perf_counter() - start, sum(os.times()[:4]) - worked


def parsed(paths: list[str]) -> int:
    """Read files strictly, to plain values and places."""
    return len([read(path) for path in paths])


def understood(paths: list[str]) -> int:
    """Read files strictly, and against the dictionary."""
    pack = load_pack(PACK)
    return len([load_submission(path, pack) for path in paths])


def shared(work: Callable[[list[str]], int], paths: list[str], jobs: int) -> None:
    """Do the same with several processes."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        assert sum(pool.map(work, [paths[place::jobs] for place in range(jobs)])) == len(paths)


def batch(folder: Path, store: Path, jobs: int) -> None:
    """Run the command."""
    command = [sys.executable, "-m", "safescore", "batch", str(folder), "--store", str(store), "--jobs", str(jobs)]
    subprocess.run(command, check=True, capture_output=True)
    store.unlink()


def main() -> int:
    """Print the times of each, and the ratios."""
    files, jobs, runs = (int(word) for word in [*sys.argv[1:], *("10000", "2", "3")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        for n in range(files):
            path = folder / f"{n % 100:02}" / f"{n:06}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(submission(n), "utf-8")
        paths = [str(path) for path in sorted(folder.glob("*/*.yaml"))]
        size = sum(os.path.getsize(path) for path in paths)  # noqa: PTH202
        print(f"{files} files, {size / files:.0f} bytes each, {jobs} processes")
        calls: dict[str, Callable[[], object]] = {
            "read": lambda: parsed(paths),
            "load_submission": lambda: understood(paths),
            f"read, {jobs} processes": lambda: shared(parsed, paths, jobs),
            f"load_submission, {jobs} processes": lambda: shared(understood, paths, jobs),
            "safescore batch": lambda: batch(folder, Path(place) / "r.duckdb", jobs),
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
        for _ in range(runs):
            for name, call in calls.items():
                times[name].append(spent(call))
        whole = times["safescore batch"]
        for name, each in times.items():
            clock, work = (median(one[kind] for one in each) for kind in (0, 1))
            ratios = (median(a[kind] / b[kind] for a, b in zip(whole, each, strict=True)) for kind in (0, 1))
            clock_ratio, work_ratio = ratios
            print(
                f"{name:32} {clock:7.2f} s   processors {work:7.2f} s   batch: {clock_ratio:.2f} x, {work_ratio:.2f} x"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
