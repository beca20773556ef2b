"""The house: a module imports only from earlier stages, and below the command nothing looks at the world around it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import safescore

ROOT = Path(safescore.__file__).parent

STAGES = (
    "version",
    "frozen",
    "patterns",
    "words",
    "errors",
    "document",
    "source",
    "notation",
    "tables",
    "workbook",
    "workbook.layout",
    "workbook.read",
    "period",
    "slips",
    "expr",
    "standing",
    "dictionary",
    "backend",
    "explained",
    "facts",
    "facts.answers",
    "facts.waivers",
    "facts.evidence",
    "facts.verified",
    "facts.entries",
    "facts.read",
    "facts.previous",
    "facts.changes",
    "measures.base",
    "measures.affirm",
    "measures.quantities",
    "measures.ratio",
    "measures.limit",
    "measures.frequency",
    "measures.milestone",
    "measures.each",
    "measures.coverage",
    "measures.checklist",
    "measures",
    "model",
    "parameters",
    "results",
    "converter",
    "packs",
    "packs.document",
    "packs.find",
    "packs.entries",
    "packs.shelf",
    "packs.load",
    "packs.compiled",
    "reduce",
    "facts.consistency",
    "naming",
    "scoring",
    "judging",
    "form",
    "draft",
    "schema",
    "evidence",
    "waiving",
    "differing",
    "opening",
    "settings",
    "remarks",
    "combining",
    "assess",
    "attribution",
    "snapshot",
    "comparing",
    "course",
    "packs.cases",
    "packs.lint",
    "packs.mutate",
    "packs.trial",
    "packs.trace",
    "baseline",
    "gate",
    "due",
    "whatif",
    "knapsack",
    "mending",
    "curves",
    "nextbest",
    "roster",
    "rollup.*",
    "report.*",
    "verifying",
    "blank.*",
    "batch.*",
    "api",
    "",
    "cli.*",
    "__main__",
)
"""The order of the stages; `name.*` is a package whose modules are one stage, the empty name the package itself."""

LATE = {("results", "report.exchange")}
"""Imports of a later stage, each inside a function: `Assessment.to_json` is written by the report that writes it."""

OWNERS = {
    "yaml": ("source",),
    "cattrs": ("converter", "report.exchange"),
    "numpy": ("batch.*",),
    "duckdb": ("batch.*", "rollup.stored"),
    "numba": ("batch.compiled",),
    "nanoarrow": ("batch.arrow",),
    "narwhals": ("batch.native",),
    "polars": ("batch.native", "batch.parquet"),
    "pyarrow": ("batch.native", "batch.parquet", "batch.spark"),
    "pyspark": ("batch.spark",),
    "jinja2": ("report.html", "report.rollup.html"),
    "markupsafe": ("report.html", "report.rollup.html"),
    "tabulate": ("report.tables", "cli.*"),
    "icalendar": ("report.ics",),
    "docx": ("report.word",),
    "jsonschema": ("schema", "cli.*"),
    "openpyxl": ("workbook.read",),
    "xlsxwriter": ("blank.xlsx", "report.sheets"),
}
"""Which modules may import a third-party library."""

WORLD = ("os.environ", "os.getenv", "date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time")
CALLS = ("print", "input", "exit", "quit", "sys.exit", "breakpoint")


class Imported(NamedTuple):
    """An import: what, and whether it stands inside a function."""

    name: str
    inside: bool


@cache
def modules() -> dict[str, Path]:
    """Return every module of the package by its name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(tree: ast.AST, *, inside: bool = False) -> Iterator[Imported]:
    """Yield the modules that are imported, whole names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Imported(alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                own = whole.removeprefix("safescore.") in modules()
                yield Imported(whole if own else str(node.module), inside)
        within = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from imports(node, inside=within)


@cache
def parsed(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text("utf-8"))


def own_imports(name: str) -> list[Imported]:
    """Return the modules of the package that a module imports, by their names in it."""
    found = [one for one in imports(parsed(name)) if one.name.split(".")[0] == "safescore"]
    return [Imported(one.name.removeprefix("safescore").removeprefix("."), one.inside) for one in found]


def stage(name: str) -> int:
    """Return the place of a module among the stages; -1 where it has none."""
    if name in STAGES:
        return STAGES.index(name)
    package = f"{name.split('.', maxsplit=1)[0]}.*"
    return STAGES.index(package) if package in STAGES else -1


@pytest.mark.parametrize("name", modules())
def test_a_module_imports_from_earlier_stages_only(name: str) -> None:
    """The order of the stages is the order of imports; a new module finds its place in the list first."""
    assert stage(name) >= 0, f"{name} has no place in STAGES"
    shared = STAGES[stage(name)].endswith(".*")
    for one in own_imports(name):
        if (name, one.name) in LATE:
            assert one.inside
        else:
            earlier = stage(one.name) < stage(name) or (shared and stage(one.name) == stage(name))
            assert earlier, f"{name} imports {one.name}"


def test_the_stages_are_those_of_the_package() -> None:
    """No stage without a module, no exception without an import."""
    gone = [one for one in STAGES if one.removesuffix(".*") not in modules()]
    assert gone == []
    for name, later in LATE:
        assert later in {one.name for one in own_imports(name)}


def test_no_module_imports_itself_in_a_circle() -> None:
    """What is imported at once forms no circle, within a package either."""
    done: set[str] = set()

    def follow(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join((*above, name))
        if name not in done:
            for one in own_imports(name):
                if not one.inside:
                    follow(one.name, (*above, name))
            done.add(name)

    for name in modules():
        follow(name, ())


def dotted(node: ast.AST) -> str:
    """Return `os.environ` of an attribute, `print` of a name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def below_the_command() -> list[str]:
    return [name for name in modules() if name.split(".")[0] not in ("cli", "__main__")]


@pytest.mark.parametrize("name", below_the_command())
def test_nothing_below_the_command_looks_around(name: str) -> None:
    """No print, no exit, no environment, no today's date: same input, same bytes."""
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Call):
            assert dotted(node.func) not in CALLS, f"{name}:{node.lineno}"
        if isinstance(node, ast.Attribute):
            told = dotted(node)
            assert not any(told == one or told.endswith(f".{one}") for one in WORLD), f"{name}:{node.lineno}"
    around = {"random", "secrets", "socket", "urllib", "http", "getpass", "locale", "time"}
    pure = "urllib.parse"
    assert not around & {one.name.split(".")[0] for one in imports(parsed(name)) if one.name != pure}


@pytest.mark.parametrize("name", [one for one in below_the_command() if one != "source"])
def test_one_opener_of_files(name: str) -> None:
    """Files are opened by `source` alone."""
    methods = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Call):
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            in_memory = dotted(node.func) == "archive.open"  # a part of bytes that `source` has read
            assert method not in methods or in_memory, f"{name}:{node.lineno}"
            assert dotted(node.func) != "open", f"{name}:{node.lineno}"


@pytest.mark.parametrize("library", OWNERS)
def test_who_imports_a_library(library: str) -> None:
    """One importing module per third-party library, where that is natural."""
    found = {name for name in modules() if library in {one.name.split(".")[0] for one in imports(parsed(name))}}
    owners = OWNERS[library]
    assert {name for name in found if name not in owners and f"{name.split('.')[0]}.*" not in owners} == set()


def test_the_library_alone_is_light() -> None:
    """`import safescore` takes none of the libraries that only commands and batches need."""
    batch = ("numpy", "narwhals", "nanoarrow", "pyarrow", "polars")
    heavy = ("jsonschema", "tabulate", "jinja2", "docx", "xlsxwriter", "openpyxl", "icalendar", *batch)
    code = f"import sys, safescore; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    """What the package promises can be had from it."""
    assert sorted(safescore.__all__, key=str.lower) == sorted(set(safescore.__all__), key=str.lower)
    assert all(getattr(safescore, name) is not None for name in safescore.__all__)
