"""Plain content written as YAML that the reader reads back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

WIDTH = 160
_PLAIN = re.compile(
    r"(?!(?i:y|n|yes|no|on|off|true|false|null)\Z)"
    r"[A-Za-z_\u4e00-\u9fff](?:[\w.\u4e00-\u9fff /()+-]*[\w)\u4e00-\u9fff])?\Z"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}|\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?\Z"
    r"|[0-9]{4}[QH][1-4]\Z",
    re.ASCII,
)


def scalar(value: Any, *, blank: str = "") -> str:
    """Return a scalar as YAML: text in quotes unless every program reads it as that text; None is *blank*."""
    if value is None:
        return blank
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if "." in text else f"{text}.0"
    if isinstance(value, int):
        return str(value)
    return str(value) if _PLAIN.match(value) else _quoted(value)


def flow(value: Any) -> str:
    """Return content on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(key)}: {flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value, blank="null")


def entry(key: str, value: Any, indent: int = 0, width: int = WIDTH) -> Iterator[str]:
    """Yield the lines of a key and its value: records on a line each where there is room."""
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        yield f"{margin}{scalar(key)}:"
        for name, one in value.items():
            yield from entry(name, one, indent + 2, width)
    elif isinstance(value, list) and value:
        yield f"{margin}{scalar(key)}:"
        for one in value:
            yield from _item(one, indent + 2, width)
    else:
        shown = flow(value) if isinstance(value, (Mapping, list)) else scalar(value)
        yield f"{margin}{scalar(key)}: {shown}".rstrip()


def _item(value: Any, indent: int, width: int) -> Iterator[str]:
    margin = " " * indent
    line = f"{margin}- {flow(value)}"
    if not isinstance(value, Mapping) or not value or len(line) <= width:
        yield line
        return
    for place, (key, one) in enumerate(value.items()):
        yield f"{margin}{'  ' if place else '- '}{scalar(key)}: {flow(one)}"


def _quoted(text: str) -> str:
    """Return text in double quotes, with whatever is invisible spelled out."""
    shown = json.dumps(text, ensure_ascii=False)
    return shown if shown.isprintable() else "".join(char if char.isprintable() else _spelled(char) for char in shown)


def _spelled(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def document_text(content: Mapping[str, Any]) -> str:
    """Return plain content as YAML that says the same."""
    return "\n".join(line for key, value in content.items() for line in entry(key, value)) + "\n"
