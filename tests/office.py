"""LibreOffice as a client of Word files and workbooks: what it shows of them, as the text of a PDF."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from safescore.report import render
from tests.reports import golden

NEEDED = ("soffice", "pdftotext")


def at_hand(*programs: str) -> None:
    """Skip a test for want of an office program; fail it where every client is required."""
    absent = [name for name in programs if shutil.which(name) is None]
    if absent and os.environ.get("SAFESCORE_CLIENTS") == "required":
        pytest.fail(f"not installed: {', '.join(absent)}")
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)} (LibreOffice, poppler-utils)")


@cache
def converted() -> dict[str, list[str]]:
    """Return the pages of the golden report as LibreOffice shows them: of the Word file and of the workbook."""
    at_hand(*NEEDED)
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = {format_: folder / f"{format_}.{format_}" for format_ in ("docx", "xlsx")}
        for format_, path in files.items():
            made = render((golden(),), format_, "zh")
            assert isinstance(made, bytes)
            path.write_bytes(made)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", name, *map(str, files.values())]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return {format_: _pages(folder / f"{format_}.pdf") for format_ in files}


def _pages(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, timeout=60)
    return done.stdout.decode().split("\f")[:-1]
