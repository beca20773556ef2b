"""Hostile files: one clear message each with its place, exit code 2, no traceback, and no memory to speak of."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

MOST_KILOBYTES = 100_000
MEASURED = """
import re, sys
from pathlib import Path
from safescore.cli import main
code = main(sys.argv[2:])
status = Path("/proc/self/status").read_text()
Path(sys.argv[1]).write_text(re.search(r"VmHWM:\\s*(\\d+)", status)[1])
sys.exit(code)
"""
"""Runs a command, and notes the most memory that this process had: not that of the one that started it."""
HEAD = "organization: {id: '1', name: x, roles: [enterprise]}\nperiod: 2022\npacks: [dadukou-2022]\nfacts:\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
FILES = {
    "an alias bomb": BOMB,
    "a merge bomb": "a: &a {x: 1}\nb: &b {<<: [*a, *a], y: 1}\nc: {<<: [*b, *b]}\n",
    "a hundred thousand brackets": "[" * 100_000,
    "a million brackets": "[" * 1_000_000,
    "two million braces": "{a: " * 500_000,
    "a number of five thousand digits": f"{HEAD}  above_scale_firms: {'9' * 5000}\n",
    "more than five million bytes": f"{HEAD}  above_scale_firms: 1 # {'x' * 5_000_001}\n",
    "too many values": f"{HEAD}  firms: [{'1, ' * 200_000}]\n",
    "a key twice": f"{HEAD}  above_scale_firms: 1\n  above_scale_firms: 2\n",
    "no for false": f"{HEAD}  reward_funds: no\n",
    "an octal number": f"{HEAD}  above_scale_firms: 0203\n",
    "a time of day": f"{HEAD}  above_scale_firms: 12:30\n",
    "a full-width colon": f"{HEAD}  above_scale_firms：203\n",
    "full-width digits": f"{HEAD}  above_scale_firms: ２０３\n",
    "a day that does not exist": f"{HEAD}  joint_meetings:\n    - {{held_on: 2022-02-30}}\n",
    "a hidden line break": f"{HEAD}  above_scale_firms: 1\u2028  certified_above_scale: 1\n",
    "a python object": "!!python/object/apply:os.system ['true']\n",
    "nothing": "",
    "binary": "\x00\x01\x02",
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "事实 submission.yaml"
    path.write_bytes(FILES[name].encode())
    report = tmp_path / "memory"
    command = [sys.executable, "-c", MEASURED, str(report), "check", str(path)]
    process = subprocess.run(command, capture_output=True, check=False)
    said = process.stderr.decode()
    assert process.returncode == 2, said
    assert process.stdout == b""
    assert "Traceback" not in said
    places = re.findall(r"^.*submission\.yaml:(\d+):(\d+): \S", said, re.MULTILINE)
    assert len(places) >= 1
    assert len(said) < 20_000
    assert int(report.read_text()) < MOST_KILOBYTES


def test_a_gbk_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes("organization: {name: 大渡口区安全生产委员会办公室}\n".encode("gbk"))
    run = subprocess.run(
        [sys.executable, "-m", "safescore", "check", str(path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "GBK" in run.stderr
