"""The terminal and the files that a command writes to."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TextIO

from safescore.errors import Refused
from safescore.report import Layout
from safescore.report.visible import visible
from safescore.words import Text

WIDTH = 100
NARROWEST, WIDEST = 60, 160


class UnwritableError(Refused):
    """A report can't be written to the file that was named."""


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
    plain = (out.encoding or "").lower().replace("-", "") == "utf8"
    show(text if plain else f"{json.dumps(json.loads(text), indent=2)}\n", out)


def show_report(report: str | bytes, format_: str, out: TextIO) -> None:
    """Write a report to a stream; the bytes of a binary format go to files and pipes only. Raises UnwritableError."""
    if isinstance(report, str):
        (show_json if format_ == "json" else show)(report, out)
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
    beside = path.parent / f".safescore-{os.getpid()}.tmp"
    try:
        with beside.open("xb") as file:
            file.write(report.encode("utf-8") if isinstance(report, str) else report)
        beside.replace(path)
    except OSError as error:
        said = error.strerror or error
        raise UnwritableError(Text(zh=f"{path}：无法写入（{said}）", en=f"{path}: {said}")) from None
    finally:
        beside.unlink(missing_ok=True)
