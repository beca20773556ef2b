"""The terminal and the files that a command writes to."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from safescore.errors import Refused
from safescore.report import Layout
from safescore.report.visible import visible
from safescore.results import Assessment
from safescore.source import write_whole
from safescore.words import Lang, Text

WIDTH = 100
NARROWEST, WIDEST = 60, 160
JSON_FORMATS = ("json", "sarif", "gitlab", "oscal")
"""The formats that are JSON."""


class UnwritableError(Refused):
    """A report can't be written to the file that was named."""


def cache_folder() -> Path | None:
    """Return where this user's caches are, or None if there is no such place or none is wanted.

    ``SAFESCORE_CACHE`` names another folder, or turns the cache off where it is empty.
    """
    own = os.environ.get("SAFESCORE_CACHE")
    if own is not None:
        return Path(own) if own else None
    root = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if root is None:
        try:
            root = str(Path.home() / ".cache")
        except RuntimeError:
            return None
    return Path(root) / "safescore"


def forgive(*streams: TextIO) -> None:
    """Let consoles that lack a character show a question mark instead of failing."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def layout(out: TextIO, width: int | None) -> Layout:
    """Return how much room a stream has, and whether it shows colours."""
    terminal = out.isatty()
    if width is None:
        room = shutil.get_terminal_size((WIDTH, 24)).columns - 1 if terminal else WIDTH
        width = min(max(room, NARROWEST), WIDEST)
    return Layout(width=width, colour=terminal and not os.environ.get("NO_COLOR"))


def show(text: str, out: TextIO) -> None:
    """Write a text to a stream; a reader that has gone away is no fault."""
    try:
        out.write(text)
        out.flush()
    except BrokenPipeError:
        _let_go(out)


def complain(text: str, err: TextIO) -> None:
    """Write a complaint, with what is invisible in it spelled out."""
    err.write("\n".join(map(visible, text.split("\n"))) + "\n")


def show_json(text: str, out: TextIO) -> None:
    """Write JSON to a stream: where that is not UTF-8, in ASCII, so that whoever reads it reads the same."""
    show(text if _is_utf8(out) else f"{json.dumps(json.loads(text), indent=2)}\n", out)


def _is_utf8(out: TextIO) -> bool:
    return (out.encoding or "").lower().replace("-", "") == "utf8"


def _plain_xml(text: str) -> str:
    """Return XML in ASCII."""
    return text.encode("ascii", "xmlcharrefreplace").decode()


def show_report(report: str | bytes, format_: str, out: TextIO) -> None:
    """Write a report to a stream; the bytes of a binary format go to files and pipes only. Raises UnwritableError.

    CSV and calendars are UTF-8 with their own line ends wherever a program may read them; people see them without.
    """
    if format_ in ("csv", "ics") and isinstance(report, str):
        seen = out.isatty() or not hasattr(out, "buffer")
        report = report.removeprefix("\ufeff").replace("\r\n", "\n") if seen else report.encode()
    if isinstance(report, str):
        if format_ in JSON_FORMATS:
            show_json(report, out)
        else:
            show(report if format_ != "junit" or _is_utf8(out) else _plain_xml(report), out)
        return
    if out.isatty():
        option = f"--output {format_}:PATH"
        raise UnwritableError(
            Text(
                zh=f"{format_}是二进制格式，不能显示在终端", en=f"{format_} is a binary format, which no terminal shows"
            ),
            Text(zh=f"用{option}写入文件", en=f"write it to a file with {option}"),
        )
    try:
        out.buffer.write(report)
        out.flush()
    except BrokenPipeError:
        _let_go(out)


def _let_go(out: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, out.fileno())
    os.close(nowhere)


def add_step_summary(assessments: tuple[Assessment, ...], lang: Lang) -> None:
    """Add the report to the summary of a GitHub step, where there is one; as much as there is room for."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from safescore.report.github import SUMMARY_BYTES, summary

    path = Path(name)
    try:
        room = SUMMARY_BYTES - (path.stat().st_size if path.exists() else 0)
        with path.open("ab") as file:
            file.write(summary(assessments, lang, room).encode("utf-8"))
    except OSError as error:
        raise _unwritten(path, error) from None


def _unwritten(path: Path, error: OSError) -> UnwritableError:
    said = error.strerror or error
    return UnwritableError(Text(zh=f"{path}：无法写入（{said}）", en=f"{path}: {said}"))


def spare(paths: Iterable[Path], *, force: bool) -> None:
    """Raise UnwritableError before anything is written if a file exists, unless it may be overwritten."""
    for path in paths:
        if path.exists() and not force:
            raise UnwritableError(
                Text(zh=f"{path}：文件已存在", en=f"{path}: the file exists"),
                Text(zh="换一个文件名，或用--force覆盖", en="give another name, or --force to overwrite it"),
            )


def save(report: str | bytes, path: Path) -> None:
    """Write a report to a file, whole or not at all. Raises UnwritableError."""
    if not path.parent.is_dir():
        raise UnwritableError(
            Text(
                zh=f"{path}：没有文件夹“{path.parent}”可供写入",
                en=f"{path}: there is no folder {str(path.parent)!r} to write to",
            )
        )
    if path.exists() and not path.is_file():
        raise UnwritableError(Text(zh=f"{path}：这不是普通文件", en=f"{path}: this is no plain file"))
    try:
        write_whole(path, report.encode("utf-8") if isinstance(report, str) else report)
    except OSError as error:
        raise _unwritten(path, error) from None
