"""Every tutorial runs as it stands, top to bottom in one folder: files, commands with what they say, Python."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from safescore.cli import main

ROOT = Path(__file__).parents[1]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
BLOCK = re.compile(
    r"(?:^`(?P<file>[^`\n]+)`[：:]\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
OMITTED = "…"


def commands(console: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every command of a block with the lines that it is shown to say."""
    for one in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, *said = one.rstrip("\n").split("\n")
        yield command, [line for line in said if line.strip()]


class Shell:
    """The few commands that a tutorial uses, in a folder of its own."""

    def __init__(self) -> None:
        self.code = 0

    def run(self, command: str) -> str:
        """Run a command, and return all it says."""
        line, _, target = command.partition(" > ")
        name, *words = shlex.split(line)
        words = [one for word in words for one in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
        out, err = io.StringIO(), io.StringIO()
        if name == "safescore":
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                self.code = main(words)
        elif name == "cp":
            shutil.copy(*words)
        elif name == "mkdir":
            Path(words[-1]).mkdir(parents=True)
        elif name == "ls":
            print(*sorted(path.name for path in Path(*words).iterdir()), sep="\n", file=out)
        else:
            assert (name, words) == ("echo", ["$?"]), command
            print(self.code, file=out)
        if target:
            Path(target).write_text(out.getvalue(), "utf-8")
            return err.getvalue()
        return out.getvalue() + err.getvalue()


def told(text: str) -> list[str]:
    """Return the lines of a text without the blanks that only lay it out."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


@pytest.mark.no_cover
@pytest.mark.no_cover
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a tutorial shows of an answer stands in it, line by line and in this order; … leaves lines out."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    shell, names, ran = Shell(), dict[str, object](), 0
    for block in BLOCK.finditer(page.read_text("utf-8")):
        if block["file"]:
            Path(block["file"]).parent.mkdir(parents=True, exist_ok=True)
            Path(block["file"]).write_text(block["text"], "utf-8")
        elif block["language"] == "python":
            exec(compile(block["text"], page.name, "exec"), names)
            ran += 1
        elif block["language"] == "console":
            for command, said in commands(block["text"]):
                lines = iter(told(shell.run(command)))
                for one in told("\n".join(said)):
                    assert one == OMITTED or one in lines, f"{command}: {one}"
                if "echo" not in command:
                    assert shell.code != 2 or said, command
                ran += 1
    assert ran >= 3, "a tutorial does something"


def test_the_tutorials_are_those_of_the_users() -> None:
    assert {path.stem for path in TUTORIALS} >= {"officer", "officer.zh", "office", "developer", "maintainer", "author"}
