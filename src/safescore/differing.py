"""Claimed and verified: what inspectors found other than it was claimed, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from safescore.dictionary import Dictionary, FactSpec, FieldSpec, shown
from safescore.explained import Path
from safescore.expr import NONE, Cell
from safescore.facts.answers import Answer, Change, RecordList, Series, Submission
from safescore.model import Rule
from safescore.period import day_text
from safescore.results import Contrast, Difference, Place
from safescore.words import Text

UNSTATED = Text(zh="未填报", en="not stated")
ABSENT = Text(zh="无", en="none")


def differences(
    submission: Submission,
    dictionary: Dictionary,
    contrasts: Mapping[str, tuple[Contrast, ...]],
    place: Callable[[Path], Place | None],
) -> tuple[Difference, ...]:
    """Return the answers that visits found other than they were claimed, in the order of the visits.

    *contrasts* are the rules that each answer touches, *place* says where a path stands in the file.
    """
    return tuple(
        Difference(
            fact=_fact(one, dictionary),
            label=_label(one, dictionary),
            claimed=claimed,
            verified=verified,
            by=one.visit.by,
            on=day_text(one.visit.on),
            places=tuple(found for path in (one.own, one.at) if (found := place(path)) is not None),
            rules=contrasts.get(one.name, ()),
        )
        for one in submission.changes
        for claimed, verified in _both(one, dictionary)
    )


def notes(submission: Submission, found: Sequence[Difference]) -> Iterator[Text]:
    """Yield what each visit came to; one after the day of judgement does not count."""
    for visit in submission.visits:
        on = day_text(visit.on)
        if visit.on > submission.as_of:
            yield Text(
                zh=f"{visit.by}{on}的核查在评定日之后，不计",
                en=f"the visit of {visit.by} on {on} is after the day of judgement, not counted",
            )
            continue
        mine = [one for one in submission.changes if one.visit == visit]
        other = sum((one.by, one.on) == (visit.by, on) for one in found)
        if mine:
            yield Text(
                zh=f"{visit.by}{on}核查：以核查结果为准{len(mine)}项，其中与填报不一致{other}项",
                en=f"visit of {visit.by} on {on}: {len(mine)} answers verified, {other} of them other than claimed",
            )


def _fact(one: Change, dictionary: Dictionary) -> str:
    name = ".".join(("facts", one.name))
    if one.record:
        name += f"[{_called(one, dictionary)}]"
    return f"{name}.{one.cell}" if one.cell else name


def _called(one: Change, dictionary: Dictionary) -> str:
    spec = dictionary.facts[one.name]
    return " ".join(shown(spec.fields[key].type, cell) for key, cell in zip(spec.key, one.record, strict=True))


def _label(one: Change, dictionary: Dictionary) -> Text:
    label = dictionary.label(one.name)
    if not one.record:
        return label
    record = _called(one, dictionary)
    if not one.cell:
        return Text(zh=f"{label.zh} {record}", en=f"{label.en} {record}")
    field = dictionary.facts[one.name].fields[one.cell].name
    return Text(zh=f"{label.zh} {record}：{field.zh}", en=f"{label.en} {record}: {field.en}")


def _both(one: Change, dictionary: Dictionary) -> Iterator[tuple[Text, Text]]:
    """Yield the claimed and the verified answer in words, where they differ."""
    base = dictionary.facts[one.name.partition(".")[0]]
    if one.record and not one.cell:
        yield Text(zh="未登记", en="not registered"), Text(zh="应登记", en="found")
        return
    if isinstance(one.verified, RecordList):
        claimed = one.claimed if isinstance(one.claimed, RecordList) else None
        yield from _lists(one.name, base, claimed, one.verified, dictionary)
        return
    spec = base.fields[one.cell] if one.cell else dictionary.here(one.name) or base
    if one.claimed != one.verified:
        yield said(spec, one.claimed), said(spec, one.verified)


def _lists(
    name: str, spec: FactSpec, claimed: RecordList | None, verified: RecordList, dictionary: Dictionary
) -> Iterator[tuple[Text, Text]]:
    unit = dictionary.unit(name)

    def count(number: int) -> Text:
        return Text(zh=unit.count(number, "zh"), en=unit.count(number, "en"))

    if claimed is None:
        yield UNSTATED, count(len(verified.records))
        return
    mine, theirs = (_kinds(spec, one) for one in (claimed, verified))
    only_mine, only_theirs = (
        len([one for one in mine if one not in theirs]),
        len([one for one in theirs if one not in mine]),
    )
    if not only_mine and not only_theirs and claimed.through == verified.through:
        return
    first, second = count(len(claimed.records)), count(len(verified.records))
    yield (
        Text(
            zh=f"{first.zh}，其中{count(only_mine).zh}与核查不符",
            en=f"{first.en}, {only_mine} of them not found as stated",
        ),
        Text(
            zh=f"{second.zh}，其中{count(only_theirs).zh}未如实填报",
            en=f"{second.en}, {only_theirs} of them not stated so",
        ),
    )


def _kinds(spec: FactSpec, answer: RecordList) -> list[tuple[Cell, ...]]:
    return [tuple(record.cells.get(name) for name in spec.fields) for record in answer.records]


def said(spec: FactSpec | FieldSpec, answer: Answer) -> Text:
    """Return an answer as people say it."""
    if answer is None:
        return UNSTATED
    if answer is NONE:
        return ABSENT
    if isinstance(answer, bool):
        return Text(zh="是", en="yes") if answer else Text(zh="否", en="no")
    if isinstance(answer, Series):
        pairs = [(day_text(day), said(spec, cell)) for day, cell in answer.values]
        return Text(
            zh="；".join(f"{day}：{cell.zh}" for day, cell in pairs),
            en="; ".join(f"{day}: {cell.en}" for day, cell in pairs),
        )
    if isinstance(answer, (RecordList, Mapping)):
        return UNSTATED
    if isinstance(answer, frozenset):
        words = [spec.options.get(one, Text(zh=one, en=one)) for one in sorted(answer)]
        return Text(zh="、".join(one.zh for one in words), en=", ".join(one.en for one in words)) if words else ABSENT
    if spec.type == "choice":
        return spec.options.get(str(answer), Text(zh=str(answer), en=str(answer)))
    if spec.type == "count" and spec.unit is not None and isinstance(answer, int):
        return Text(zh=spec.unit.count(answer, "zh"), en=spec.unit.count(answer, "en"))
    text = shown(spec.type, answer)
    return Text(zh=text, en=text)


def touches(rule: Rule, name: str, dictionary: Dictionary) -> bool:
    """Tell whether a rule asks a fact or an element, or a count that follows from it."""
    derivations = dictionary.derivations
    base = name.partition(".")[0]
    return any(
        fact in (name, base)
        or fact.partition(".")[0] == name
        or (fact in derivations and derivations[fact].register == name)
        for fact in rule.facts()
    )
