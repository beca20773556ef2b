"""The public names of the package as they are: a page that says what each is, and a listing that shows any change."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any, get_args, get_type_hints

from attrs import NOTHING, fields, has

MODULES = ("safescore", "safescore.batch")
"""The modules whose names in ``__all__`` are promised."""
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "safescore": "Calls, results and faults.",
        "safescore.batch": "Many organisations at once, as numpy arrays; needs the extra `batch`.",
    }
)
_ROLE = re.compile(r":[a-z]+:`~?([^`]+)`")


def modules() -> Iterator[ModuleType]:
    """Yield the public modules."""
    return (import_module(name) for name in MODULES)


def names(module: ModuleType) -> list[str]:
    """Return the public names of a module, without its version."""
    return [name for name in module.__all__ if not name.startswith("__")]


def said(thing: Any) -> str:
    """Return the docstring of a thing as Markdown."""
    paragraphs = (inspect.getdoc(thing) or "").split("\n\n")
    return "\n\n".join(_ROLE.sub(r"`\1`", " ".join(one.split())).replace("``", "`") for one in paragraphs)


def signature(thing: Any) -> str:
    """Return how a thing is called, as it is written."""
    found = inspect.signature(thing)
    own = [one for one in found.parameters.values() if one.name not in ("self", "cls")]
    text = str(found.replace(parameters=own)).replace("'", "")
    return re.sub(r"<object object at [^>]*>|<safescore[^>]*>", "…", text)


def own_methods(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties that a class writes itself, and its subscripts."""
    for name, thing in vars(cls).items():
        shown = name in ("__getitem__", "__len__") or not name.startswith("_")
        if shown and (isinstance(thing, (property, staticmethod, classmethod)) or inspect.isfunction(thing)):
            yield name, thing


def annotation(cls: type, name: str) -> str:
    """Return the type of a field as its author wrote it."""
    for one in cls.__mro__:
        if name in (found := inspect.get_annotations(one)):
            return str(found[name])
    return ""


def default(value: Any) -> str:
    """Return the default of a field; empty where there is none."""
    if value is NOTHING:
        return ""
    factory = getattr(value, "factory", None)
    return f"{factory.__name__}()" if factory is not None else str(getattr(value, "value", value)) or '""'


def cell(text: str) -> str:
    """Return a text as a cell of a table."""
    return text.replace("|", "\\|")


def reached(classes: list[type]) -> list[type]:
    """Return the further classes of the package that the fields of these hold, by name."""
    found: dict[str, type] = {}
    waiting = list(classes)
    while waiting:
        cls = waiting.pop()
        try:
            hints = list(get_type_hints(cls).values()) if has(cls) else []
        except NameError:
            continue
        while hints:
            hint = hints.pop()
            hints.extend(get_args(hint))
            ours = isinstance(hint, type) and hint.__module__.startswith("safescore.")
            if ours and hint not in classes and hint.__name__ not in found:
                found[hint.__name__] = hint
                waiting.append(hint)
    return [found[name] for name in sorted(found)]


def of_class(cls: type, name: str) -> Iterator[str]:
    """Yield what the page says of a class."""
    yield f"### {name}\n"
    yield f"`{cls.__module__}.{cls.__qualname__}`\n"
    yield f"{said(cls)}\n"
    if issubclass(cls, Enum):
        yield f"{', '.join(f'`{one.name}` = `{one.value!r}`' for one in cls)}\n"
        return
    if issubclass(cls, BaseException):
        yield f"Is a {', '.join(f'`{one.__name__}`' for one in cls.__bases__)}.\n"
    if has(cls):
        yield "| field | type | default |\n| --- | --- | --- |"
        for one in fields(cls):
            shown = default(one.default)
            yield f"| `{one.name}` | `{cell(annotation(cls, one.name))}` | {f'`{cell(shown)}`' if shown else ''} |"
        yield ""
    for method, thing in own_methods(cls):
        if isinstance(thing, property):
            yield f"- `{method}`: {said(thing)}"
        else:
            plain = getattr(thing, "__func__", thing)
            yield f"- `{method}{signature(plain)}`: {said(plain)}"
    yield ""


def page() -> Iterator[str]:
    """Yield the lines of the reference of the public names."""
    yield "# Reference of the public names\n"
    yield "Written by `docs/generate.py` from the objects themselves; how they are used stands in"
    yield "[the Python API](api.md). A score, a share and a credit are exact fractions from 0 to 1, a weight and a gap"
    yield "whole numbers, a day the ordinal of a `datetime.date` or its ISO text, a `Text` both languages.\n"
    shown: list[type] = []
    for module in modules():
        yield f"## {module.__name__}\n\n{TITLES[module.__name__]}\n"
        for name in names(module):
            thing = getattr(module, name)
            if isinstance(thing, type):
                shown.append(thing)
                yield from of_class(thing, name)
            elif not callable(thing):
                yield f"### {name}\n\n`{module.__name__}.{name}` is `{thing!r}`\n"
            else:
                yield f"### {name}\n\n`{thing.__module__}.{name}`\n"
                yield f"```\n{name}{signature(thing)}\n```\n\n{said(thing)}\n"
    yield "## What these hold\n"
    yield "Classes that the names above return or contain; they are frozen, and are read by their fields.\n"
    for cls in reached(shown):
        yield from of_class(cls, cls.__name__)


def lines_of(cls: type, name: str) -> Iterator[str]:
    """Yield a line for a class, its fields and its methods."""
    bases = ", ".join(base.__name__ for base in cls.__bases__ if base is not object)
    yield f"class {name}" + (f"({bases})" if bases else "")
    if issubclass(cls, Enum):
        yield from (f"{name}.{one.name} = {one.value!r}" for one in cls)
        return
    if has(cls):
        for one in fields(cls):
            shown = default(one.default)
            yield f"{name}.{one.name}: {annotation(cls, one.name)}" + (f" = {shown}" if shown else "")
    for method, thing in own_methods(cls):
        plain = getattr(thing, "__func__", thing)
        yield f"{name}.{method}" + ("" if isinstance(thing, property) else signature(plain))


def listing() -> Iterator[str]:
    """Yield one line for everything that is promised: names, signatures, fields, members."""
    for module in modules():
        for name in names(module):
            thing = getattr(module, name)
            whole = f"{module.__name__}.{name}"
            if isinstance(thing, type):
                yield from lines_of(thing, whole)
            else:
                yield f"{whole}{signature(thing)}" if callable(thing) else f"{whole} = {thing!r}"
