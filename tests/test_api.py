"""The public API: every name is documented, and what would break a caller of the last release is seen and told."""

from __future__ import annotations

import inspect
import shutil
import subprocess
from pathlib import Path

import pytest

import safescore
import safescore.batch
from tests.api_breaks import main, named, unreleased

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
REFERENCE = (ROOT / "docs" / "api-reference.md").read_text("utf-8")
NAMES = [name for name in safescore.__all__ if not name.startswith("__")]


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_shown_and_referred_to(name: str) -> None:
    """The page shows every name in use or in a table, the reference what it is."""
    assert f"\n### {name}\n" in REFERENCE
    assert name in PAGE


@pytest.mark.parametrize("name", [*NAMES, *safescore.batch.__all__])
def test_a_public_name_says_what_it_is(name: str) -> None:
    thing = getattr(safescore, name, None) or getattr(safescore.batch, name)
    assert inspect.getdoc(thing)
    assert f"\n### {name}\n" in REFERENCE
    own = [one for key, one in vars(thing).items() if not key.startswith("_")] if isinstance(thing, type) else []
    silent = [one for one in own if inspect.isfunction(one) and not inspect.getdoc(one)]
    assert silent == []


BEFORE = '''"""A package."""
from safescore.api import check, rest
from safescore.results import Finding
__all__ = ["Finding", "check", "rest"]
'''
API = '''"""Calls."""
def check(facts: str, packs: str = "") -> int:
    """Check."""
    return 0
def rest() -> None:
    """Rest."""
def inner(one: int) -> None:
    """Is not public."""
'''
RESULTS = '''"""Results."""
class Finding:
    """A finding."""
    def to(self, lang: str) -> str:
        """Return it."""
        return lang
'''
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- Something.\n\n## 0.1.0\n\n- `rest` came. `check`, `Finding.to` too.\n"


@pytest.fixture(name="released")
def _released(tmp_path: Path) -> Path:
    """Return a checkout of a package with one release."""
    package = tmp_path / "src" / "safescore"
    package.mkdir(parents=True)
    for name, text in (("__init__", BEFORE), ("api", API), ("results", RESULTS)):
        (package / f"{name}.py").write_text(text, "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")

    def git(*words: str) -> None:
        who = ["-c", "user.name=one", "-c", "user.email=one@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    git("tag", "v0.1.0")
    return tmp_path


def changed(root: Path, file: str, old: str, new: str) -> None:
    path = root / "src" / "safescore" / f"{file}.py"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        pytest.param("api", 'packs: str = ""', "packs: str", "check", id="a default went"),
        pytest.param("api", "facts: str, ", "", "check", id="an argument went"),
        pytest.param("results", "def to(", "def said(", "Finding.to", id="a method was renamed"),
        pytest.param("__init__", ', "rest"', "", "rest", id="a name is promised no more"),
    ],
)
def test_what_breaks_a_caller_must_be_named(
    released: Path, file: str, old: str, new: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(released, file, old, new)
    assert main(["--root", str(released)]) == 1
    assert f"{what}" in capsys.readouterr().out
    log = released / "CHANGELOG.md"
    log.write_text(CHANGELOG.replace("Something", f"`{what}` changed"), "utf-8")
    assert main(["--root", str(released)]) == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_breaks_nobody_needs_no_word(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(released, "api", 'packs: str = ""', 'packs: str = "", *, more: bool = False')
    changed(released, "api", "inner(one: int)", "inner()")
    assert main(["--root", str(released)]) == 0
    assert "v0.1.0" in capsys.readouterr().out


def test_before_the_first_release_the_listing_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path)]) == 0
    assert "docs/api.txt" in capsys.readouterr().out


def test_a_name_of_an_older_release_does_not_count() -> None:
    assert "`rest`" not in unreleased(CHANGELOG)
    assert named("safescore.batch.Kernel.assess", "now `Kernel.assess` asks for more")
    assert not named("safescore.batch.Kernel.assess", "now `Kernel` asks for more")
