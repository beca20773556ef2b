"""The golden messages of broken packs and submissions; ``python -m tests.regolden`` writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from safescore.assess import assess_all
from safescore.errors import InvalidInput
from safescore.facts.read import open_submission
from safescore.packs.load import load_pack
from safescore.words import LANGUAGES, Lang
from tests.worlds import pack_of

FOLDER = Path(__file__).parent / "golden" / "faults"


def _assessed(name: str) -> None:
    measures = [
        {"kind": "affirm", "fact": "plan"},
        {"kind": "ratio", "part": "part", "whole": "total", "at_least": "70%"},
    ]
    assess_all(open_submission(f"{name}.yaml"), (pack_of([{"measure": one} for one in measures]),))


CASES: Mapping[str, Callable[[], object]] = {
    "head": lambda: load_pack("head"),
    "pack": lambda: load_pack("pack"),
    "submission": lambda: _assessed("submission"),
    "records": lambda: _assessed("records"),
    "contradictions": lambda: _assessed("contradictions"),
    "settings": lambda: _assessed("settings"),
    "period": lambda: _assessed("period"),
}


def messages(name: str, lang: Lang) -> str:
    """Return what is said of the broken file, with its name as the author gave it."""
    before = Path.cwd()
    os.chdir(FOLDER)
    try:
        CASES[name]()
    except InvalidInput as error:
        return f"{error.to(lang)}\n"
    finally:
        os.chdir(before)
    return "nothing is wrong\n"


def golden(name: str, lang: Lang) -> Path:
    """Return the file of the golden messages."""
    return FOLDER / f"{name}.{lang}.txt"


def rewrite() -> None:
    """Write the golden messages anew."""
    for case in CASES:
        for lang in LANGUAGES:
            golden(case, lang).write_text(messages(case, lang), encoding="utf-8")
