"""Assessments as JSON and back, exactly: every text in both languages, every number as a fraction."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from typing import Any

from cattrs import Converter, transform_error
from cattrs.v import format_exception

from safescore.errors import Fault, InvalidInput, Location
from safescore.results import Assessment
from safescore.standing import Outcome
from safescore.words import Text, same

SCHEMA = {"name": "safescore-assessment", "version": "1.0"}


def to_json(assessment: Assessment) -> str:
    """Return an assessment as JSON from which :func:`from_json` makes an equal one."""
    content = {"schema": SCHEMA, "assessment": _converter().unstructure(assessment)}
    return f"{json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n"


def from_json(text: str) -> Assessment:
    """Return the assessment that :func:`to_json` wrote. Raises InvalidInput if *text* is something else."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _refusal(Text(zh=f"这不是JSON：{error}", en=f"this is no JSON: {error}")) from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise _refusal(
            Text(
                zh=f"这不是{SCHEMA['name']} {SCHEMA['version']}",
                en=f"this is no {SCHEMA['name']} {SCHEMA['version']}",
            ),
            Text(zh="请给出Assessment.to_json的结果", en="give what Assessment.to_json returned"),
        )
    try:
        return _converter().structure(content.get("assessment"), Assessment)
    except Exception as error:
        raise _refusal(same("; ".join(transform_error(error, "assessment", _said)))) from None


def _refusal(problem: Text, hint: Text | None = None) -> InvalidInput:
    return InvalidInput((Fault(Location("<assessment>", 1, 1), problem, hint),))


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook(Fraction, _fraction)
    for cls in (str, bool, int):
        converter.register_structure_hook(cls, _exactly)
    converter.register_structure_hook(Outcome, _outcome)
    return converter


def _said(error: BaseException, cls: type[Any] | None) -> str:
    return str(error) if isinstance(error, WrongTypeError) else format_exception(error, cls)


class WrongTypeError(TypeError):
    """A value is not what was written."""


def _exactly(raw: Any, cls: type[Any]) -> Any:
    if type(raw) is not cls:
        message = f"expected {cls.__name__}, not {raw!r}"
        raise WrongTypeError(message)
    return raw


def _outcome(raw: Any, _: type[Outcome]) -> Outcome:
    try:
        return Outcome(raw)
    except ValueError as error:
        raise WrongTypeError(*error.args) from None


def _fraction(raw: Any, _: type[Fraction]) -> Fraction:
    number = Fraction(_exactly(raw, str))
    if str(number) != raw:
        message = f"expected a fraction in lowest terms, not {raw!r}"
        raise WrongTypeError(message)
    return number
