"""Parameters and readings as a submission gives them: their values, how each came about, and what is wrong."""

from __future__ import annotations

from collections.abc import Container, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from safescore.document import Document, Entry
from safescore.errors import Fault, WrongValue
from safescore.facts.answers import Submission
from safescore.facts.entries import meant
from safescore.facts.read import written
from safescore.judging import Values, value_in_force
from safescore.model import Pack, Parameter
from safescore.period import day_text
from safescore.results import InForce
from safescore.words import Text, listed, plain, share_text


@frozen(kw_only=True)
class Settings:
    """The values of parameters and readings by id, how each came about, and what is wrong with them.

    ``given`` is what the submission says of them.
    """

    values: Values
    given: Mapping[str, object]
    in_force: tuple[InForce, ...]
    faults: tuple[Fault, ...]


def read_settings(
    pack: Pack, submission: Submission, document: Document, known: Container[str], concerned: Container[str]
) -> Settings:
    """Return what a submission makes of a pack's parameters and readings.

    *known* holds what may stand under its parameters for this and the other packs, *concerned* the settings that
    decide a duty of the organisation.
    """
    given = submission.parameters
    own = given.get(pack.id)
    faults: list[Fault] = []
    if own is not None and not isinstance(own, Mapping):
        problem = Text(
            zh=f"{pack.id}的参数应写成“名称: 值”",
            en=f"the parameters of {pack.id} are a mapping of names",
        )
        faults.append(
            document.fault(("parameters", pack.id), problem, Text(zh="写成{名称: 值}", en="write {name: value}"))
        )
    own = own if isinstance(own, Mapping) else {}
    mine = {one.id for one in pack.head.parameters}
    for key in given:
        if key not in known:
            hint = Text(zh=f"参数有：{listed(sorted(mine)).zh}", en=f"the parameters are: {listed(sorted(mine)).en}")
            faults.append(
                document.fault(
                    ("parameters", key),
                    Text(zh=f"没有参数“{key}”", en=f"there is no parameter {key!r}"),
                    hint,
                    key=True,
                )
            )
    for key in own:
        if key not in mine:
            path = ("parameters", pack.id, key)
            faults.append(
                document.fault(
                    path,
                    Text(zh=f"{pack.id}中没有参数“{key}”", en=f"there is no parameter {key!r} in {pack.id}"),
                    key=True,
                )
            )
    values: dict[str, Any] = {}
    said: dict[str, object] = {}
    in_force = []
    for one in pack.head.parameters:
        raw = own.get(one.id, given.get(one.id))
        path = ("parameters", *((pack.id,) if one.id in own else ()), one.id)
        source = "submission"
        titles = {name: way.title for name, way in one.alternatives.items()}
        if raw is not None:
            try:
                said[one.id] = meant("reading", raw, titles) if type(raw) is Entry else raw
                values[one.id] = value_in_force(one, said[one.id])
            except WrongValue as wrong:
                faults.append(document.fault(path, _misfit(one, raw, wrong), wrong.hint))
        elif one.default is not None:
            values[one.id] = value_in_force(one, None)
            raw, source = one.default, "default"
        else:
            source = "missing"
        if one.id not in concerned:
            continue
        in_force.append(
            InForce(
                id=one.id,
                title=one.title,
                value=_setting_text(one, raw, values.get(one.id)),
                source=source,
                chosen=one.alternatives[str(raw)].title if one.reading and raw in one.alternatives else None,
                note=one.note,
                reading=one.reading,
            )
        )
    return Settings(values=values, given=said, in_force=tuple(in_force), faults=tuple(faults))


def _misfit(one: Parameter, raw: object, wrong: WrongValue) -> Text:
    """Return what was expected of a setting, and what was found."""
    return Text(
        zh=f"参数“{one.title.zh}”（{one.id}）应为{wrong.expected.zh}，实为{written(raw)}",
        en=f"{one.id} ({one.title.en}): expected {wrong.expected.en}, found {written(raw)}",
    )


def _setting_text(parameter: Parameter, raw: object, value: object) -> str:
    if raw is None:
        return ""
    if parameter.reading:
        return str(raw)
    if parameter.type == "date" and isinstance(value, int):
        return day_text(value)
    if parameter.type == "percent" and isinstance(value, Fraction):
        return share_text(value)
    return plain(value) if isinstance(value, (int, Fraction)) else str(raw)
