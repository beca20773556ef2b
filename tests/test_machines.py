"""The reports for machines: golden files, the same bytes always, and streams that are not UTF-8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from xml.etree.ElementTree import fromstring

import pytest

from safescore import load_pack
from safescore.report import REPORTS
from safescore.report.oscal import catalog
from safescore.words import Lang
from tests.machines import FORMATS, MACHINE_CASES, golden_machine_file, report
from tests.reports import GOLDEN, golden

_EVERY = """
import sys
from tests.machines import FORMATS, report
from tests.reports import GOLDEN
from safescore import load_pack
from safescore.report.oscal import catalog
from hashlib import sha256
for format_ in FORMATS:
    print(format_, sha256(report(format_).encode()).hexdigest())
print("catalog", sha256(catalog(load_pack(str(GOLDEN / "pack")), "en").encode()).hexdigest())
"""


@pytest.mark.parametrize(("format_", "lang"), MACHINE_CASES)
def test_golden(format_: str, lang: Lang) -> None:
    assert report(format_, lang=lang) == golden_machine_file(format_, lang).read_text(encoding="utf-8")


def test_the_formats_need_no_extra() -> None:
    assert {REPORTS[format_] for format_ in FORMATS} == {None}


def test_same_input_same_bytes() -> None:
    """Whatever the order of sets in a process."""
    told = []
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run(
            [sys.executable, "-c", _EVERY], capture_output=True, text=True, check=True, env=environment
        )
        told.append(ran.stdout)
    assert told[0] == told[1]
    assert len(told[0].splitlines()) == len(FORMATS) + 1


@pytest.mark.parametrize("format_", FORMATS)
def test_a_console_that_is_not_utf8_gets_what_reads_the_same(format_: str) -> None:
    command = [sys.executable, "-m", "safescore", "check", "committee.yaml", "--pack", "pack", "--format", format_]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "latin-1"}
    shown = subprocess.run(command, capture_output=True, check=True, cwd=GOLDEN, env=environment).stdout
    if format_ == "junit":
        there = [one.attrib for one in fromstring(report(format_, lang="zh")).iter()]
        assert [one.attrib for one in fromstring(shown).iter()] == there
    elif format_ != "github":
        assert json.loads(shown) == json.loads(report(format_, lang="zh"))


def test_an_assessment_knows_where_its_facts_begin() -> None:
    assert golden().at == "committee.yaml:8:1"
    assert catalog(load_pack(str(GOLDEN / "pack")), "zh") != catalog(load_pack(str(GOLDEN / "pack")), "en")
