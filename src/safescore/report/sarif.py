"""SARIF 2.1.0: results with their places, as code hosts show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from attrs import frozen

from safescore.errors import Location
from safescore.version import VERSION

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@frozen(kw_only=True)
class Result:
    """One result: which rule, how grave, what it says, and where; ``key`` says the same in every language."""

    rule: str
    level: str
    text: str
    key: str
    at: Location


def log(rules: Mapping[str, str], results: Sequence[Result]) -> dict[str, Any]:
    """Return a SARIF log of one run; fingerprints follow the rule and the text, not the line."""
    order = {name: place for place, name in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "safescore",
                        "version": VERSION,
                        "semanticVersion": VERSION,
                        "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in rules.items()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, order) for one in results],
            }
        ],
    }


def _result(one: Result, order: Mapping[str, int]) -> dict[str, Any]:
    return {
        "ruleId": one.rule,
        "ruleIndex": order[one.rule],
        "level": one.level,
        "message": {"text": one.text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": PurePath(one.at.file).as_posix().removeprefix("./")},
                    "region": {"startLine": one.at.line, "startColumn": one.at.column},
                }
            }
        ],
        "partialFingerprints": {"safescore/v1": sha256(f"{one.rule}\0{one.key}".encode()).hexdigest()[:32]},
    }
