"""What-ifs and next steps in full, as their readers see them."""

from __future__ import annotations

import pytest

from safescore.words import Lang
from tests.planned import CASES, golden_file, shown


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_golden(name: str, lang: Lang) -> None:
    assert shown(name, lang) == golden_file(name, lang).read_text(encoding="utf-8")
