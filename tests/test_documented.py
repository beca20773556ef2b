"""Every command and every piece of Python that the README and the docs show is run."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from functools import cache
from pathlib import Path

import pytest

from safescore.api import check, render
from safescore.cli import main
from safescore.facts.read import open_submission
from safescore.packs.find import rules_root
from tests.workbooks import filled

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/guide.md",
    "docs/batch.md",
    "docs/api.md",
    "docs/faults.md",
    "docs/cli.md",
    "docs/due.md",
    "docs/whatif.md",
    "docs/outcomes.md",
    "docs/reports.md",
    "docs/pack-format.md",
    "docs/benchmarks.md",
    "docs/diff.md",
    "docs/verify.md",
    "docs/readings.md",
    "docs/rollup.md",
)
_SHOWN = re.compile(r"^(?:    |\$ )(?:\.venv/bin/)?(safescore .*)$", re.MULTILINE)
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_YAML = re.compile(r"^```yaml\n(organization:.*?)^```", re.MULTILINE | re.DOTALL)


def shown() -> list[tuple[str, str]]:
    """Return the commands that the pages show, each with its page."""
    found: list[tuple[str, str]] = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8") if (ROOT / page).is_file() else ""
        for line in _SHOWN.findall(text):
            found.extend((page, one) for one in re.split(r"\s{3,}", line) if one.startswith("safescore "))
    return found


@cache
def baseline() -> str:
    """Return a baseline as it is made in another quarter."""
    return check(ROOT / "examples" / "district-committee-2022.yaml").only().to_json()


@cache
def today() -> str:
    """Return the report of today."""
    shown = render(check(ROOT / "examples" / "district-committee-2022.yaml"), "json")
    assert isinstance(shown, str)
    return shown


@cache
def workbook() -> bytes:
    """Return the example as a workbook."""
    return filled(open_submission(ROOT / "examples" / "district-committee-2022.yaml"))


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder as a reader of the pages has it: facts, a quarter's files, a private pack, documents."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    example = ROOT / "examples" / "district-committee-2022.yaml"
    shutil.copy(example, tmp_path / "facts.yaml")
    last = example.read_text(encoding="utf-8").replace("as_of: 2022-12-31", "as_of: 2022-12-30")
    (tmp_path / "last.yaml").write_text(last, encoding="utf-8")
    (tmp_path / "facts.xlsx").write_bytes(workbook())
    (tmp_path / "q3").mkdir()
    shutil.copy(ROOT / "examples" / "regulator-department-2022Q3.yaml", tmp_path / "q3")
    shutil.copytree(rules_root() / "dadukou-2022", tmp_path / "our-pack")
    (tmp_path / "enterprises.csv").write_text("id,roles,outdated_items\nA,enterprise,3\n", encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\nJW-TOWN,江湾镇\n", encoding="utf-8")
    (tmp_path / "baseline.json").write_text(baseline(), encoding="utf-8")
    (tmp_path / "report.json").write_text(today(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.no_cover
@pytest.mark.parametrize(("page", "command"), shown())
def test_a_shown_command_runs(page: str, command: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(command.partition(" > ")[0])[1:]
    if words and words[0] == "COMMAND":
        words = ["check", *words[1:]] if "--help" in words else ["--version"]
    if "trace" in words:
        sources = Path(os.environ.get("SAFESCORE_SOURCES", "sources"))
        if not sources.is_dir():
            pytest.skip("the documents are not at hand: set SAFESCORE_SOURCES to the folder that holds them")
        shutil.copytree(sources, workplace / "documents")
    if "<" in words:
        place = words.index("<")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((workplace / words[place + 1]).read_bytes())))
        words = words[:place]
    words = [str(one) for word in words for one in (sorted(workplace.glob(word)) if "*" in word else [word])]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    assert code in (0, 1, 3), err.getvalue()
    assert out.getvalue() or words[0] in ("lint", "init", "schema") or "export" in words


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/guide.md",
        "docs/diff.md",
        "docs/readings.md",
        "docs/due.md",
        "docs/whatif.md",
        "docs/rollup.md",
        "docs/api.md",
    ],
)
def test_the_python_of_a_page_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    blocks = _PYTHON.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), names)


def test_the_submission_of_the_readme_is_read(tmp_path: Path) -> None:
    (block,) = _YAML.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    path = tmp_path / "facts.yaml"
    path.write_text(block, encoding="utf-8")
    finding = check(path).only().finding("above-scale-certified")
    assert finding.outcome.value == "pending"


def test_the_readme_shows_the_report_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(["check", "examples/district-committee-2022.yaml", "--width", "100"])
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("```\n")[1].rsplit("…", 1)[0].strip()
    assert block in out.getvalue()
