"""The generated pages are what their generator writes from the classes and packs of today."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[1] / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    if str(DOCS) not in sys.path:
        sys.path.append(str(DOCS))  # as for a script: modules beside it
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_pages_are_up_to_date() -> None:
    """Every generated page stands as `make docs` would write it, and none is left over."""
    pages: dict[Path, str] = generator().pages()
    stale = [
        str(path)
        for path, text in pages.items()
        if not (DOCS / path).is_file() or (DOCS / path).read_text("utf-8") != text
    ]
    assert not stale, "run: make docs"
    left = {path.relative_to(DOCS) for path in (DOCS / "packs").glob("*.md")} - set(pages)
    assert not left
