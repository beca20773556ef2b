"""What the reader of a report must know of how the facts, and the files behind them, were read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from safescore.facts.answers import RecordList, Submission
from safescore.facts.previous import Held
from safescore.measures.coverage import Coverage
from safescore.model import Pack
from safescore.period import Clock
from safescore.words import Text


def of_facts(pack: Pack, submission: Submission, clock: Clock, names: Iterable[str], held: Held) -> Iterator[Text]:
    """Yield what the reader of a report must know of how the facts of these names were read."""
    asked = set(names)
    looked_back = {rule.measure.events for rule in pack.rules if isinstance(rule.measure, Coverage)}
    derivations = pack.dictionary.derivations
    asked |= {one.register for name in tuple(asked) if (one := derivations.get(name)) is not None}
    for name in sorted(asked):
        answer = submission.answers.get(name)
        if not isinstance(answer, RecordList):
            continue
        spec = pack.dictionary.facts[name]
        label, unit = spec.label, pack.dictionary.unit(name)
        if answer.repeated:
            number = len(answer.repeated)
            yield Text(
                zh=f"{label.zh}：{unit.count(number, 'zh')}为重复登记，只计一次",
                en=f"{label.en}: {unit.count(number, 'en')} entered more than once, counted once",
            )
        if spec.when is None or spec.type != "events" or name in looked_back:
            continue
        cells = [(record, record.cells.get(spec.when)) for record in answer.records]
        minutes = 1440 if spec.fields[spec.when].type == "time" else 1
        days = [cell // minutes for _, cell in cells if isinstance(cell, int)]
        for number, zh, en in (
            (
                sum(day > clock.as_of for day in days),
                "在评定日之后，视为计划",
                "after the day of judgement, read as plans",
            ),
            (
                sum(day <= clock.as_of and (day < clock.period.first or day > clock.cut) for day in days),
                "不在期内，不计",
                "outside the period, not counted",
            ),
        ):
            if number:
                yield Text(
                    zh=f"{label.zh}：{unit.count(number, 'zh')}{zh}",
                    en=f"{label.en}: {unit.count(number, 'en')} {en}",
                )
    yield from (note for name, note in held.notes if name in asked)


def of_evidence(
    submission: Submission, names: Container[str], unproven: Iterable[str], *, looked_up: bool
) -> Iterator[Text]:
    """Yield what the reader of a report must know of how required evidence was read.

    *names* are the facts asked, *unproven* the answers without evidence; *looked_up* says that files were looked for.
    """
    late = sum(one.date is not None and one.date > submission.as_of for one in submission.evidence)
    lacking = sum(name.partition(".")[0] in names for name in unproven)
    yield Text(
        zh=f"要求提供佐证：没有佐证的填报只计不利，不计有利；本依据涉及的填报中有{lacking}项没有佐证",
        en="evidence is required: an answer without it can count against, not for; "
        f"of the answers asked here {lacking} have none",
    )
    if late:
        yield Text(
            zh=f"{late}份佐证的日期在评定日之后，不计",
            en=f"evidence dated after the day of judgement is not counted: {late}",
        )
    if submission.evidence and not looked_up:
        yield Text(
            zh="填报不是来自文件，未核对佐证文件是否存在",
            en="the submission comes from no file: whether the files of its evidence exist was not looked up",
        )
