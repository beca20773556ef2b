"""A submission held against that of an earlier period: figures that shrank, records that vanished or were altered."""

from __future__ import annotations

from collections.abc import Iterator

from safescore.dictionary import Dictionary, FactSpec, shown
from safescore.document import Document
from safescore.errors import Fault
from safescore.expr import Answered, Cell
from safescore.facts.answers import Record, RecordList, Series, Submission
from safescore.frozen import frozen
from safescore.period import day_text
from safescore.words import Text

_MINUTES_A_DAY = 1440
Path = tuple[str | int, ...]
Note = tuple[str, Text]


@frozen(kw_only=True)
class Held:
    """What came of holding a submission against an earlier one: its faults, and a note on a fact for each change."""

    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


def against(now: Submission, document: Document, before: Submission, earlier: Document, dictionary: Dictionary) -> Held:
    """Return what changed between two submissions of one organisation that would not change of itself.

    A cumulative figure below the earlier one of the same year is a fault. Records that vanished, past cells that were
    altered or blanked, and past values of a dated series that differ are another claim: each is noted with both places.
    """
    return _Holding(now, document, before, earlier, dictionary).held()


def altered(
    now: Submission, document: Document, before: Submission, earlier: Document, dictionary: Dictionary
) -> tuple[Text, ...]:
    """Return what is said otherwise now of the time before, on whatever days; a cumulative figure that shrank too."""
    holding = _Holding(now, document, before, earlier, dictionary)
    names = [name for name in before.answers if name in dictionary.facts]
    grown = names if now.as_of >= before.as_of else ()
    shrunken = (fault.problem for name in grown for fault in holding.shrunken(name))
    return (*shrunken, *(note for name in names for note in holding.changes(name)))


class _Holding:
    def __init__(
        self, now: Submission, document: Document, before: Submission, earlier: Document, dictionary: Dictionary
    ) -> None:
        self.now = now
        self.document = document
        self.before = before
        self.earlier = earlier
        self.dictionary = dictionary

    def held(self) -> Held:
        mistaken = self._mistaken()
        if mistaken is not None:
            return Held(faults=(mistaken,))
        names = [name for name in self.before.answers if name in self.dictionary.facts]
        return Held(
            faults=tuple(fault for name in names for fault in self.shrunken(name)),
            notes=tuple((name, note) for name in names for note in self.changes(name)),
        )

    def _mistaken(self) -> Fault | None:
        """Return why the two can't be held against each other: another organisation, or no earlier period."""
        one, other = self.now.organization.get("id", ""), self.before.organization.get("id", "")
        if one and other and one != other:
            at = self.earlier.locate(("organization", "id"))
            problem = Text(
                zh=f"单位编号为“{one}”，上期填报表是另一单位“{other}”的（{at}）",
                en=f"the organisation is {one!r}, the previous submission is of {other!r} ({at})",
            )
            hint = Text(
                zh="核对两处编号，或换用本单位的上期填报表",
                en="let both ids agree, or give the previous submission of this organisation",
            )
            return self.document.fault(("organization", "id"), problem, hint)
        if self.before.as_of >= self.now.as_of:
            at = self.earlier.locate(("as_of",))
            problem = Text(
                zh=f"所给上期填报表的评定日{day_text(self.before.as_of)}不早于本期的{day_text(self.now.as_of)}（{at}）",
                en=f"the previous submission is as of {day_text(self.before.as_of)}, "
                f"no earlier than {day_text(self.now.as_of)} ({at})",
            )
            path: Path = ("as_of",) if isinstance(self.document.content.get("as_of"), str) else ("period",)
            hint = Text(zh="用更早一期的填报表", en="give the submission of an earlier period")
            return self.document.fault(path, problem, hint)
        return None

    def shrunken(self, name: str) -> Iterator[Fault]:
        """Yield the fault of a figure that only grows in the period, and is below what it was."""
        spec = self.dictionary.facts[name]
        if not spec.cumulative or day_text(self.before.days.last)[:4] != day_text(self.now.days.first)[:4]:
            return
        then, then_path = _last(self.before, name)
        figure, path = _last(self.now, name)
        if isinstance(then, int) and isinstance(figure, int) and figure < then:
            at = self.earlier.locate(then_path)
            problem = Text(
                zh=f"“{spec.label.zh}”（{name}）为{figure}，小于上期的{then}（{at}）",
                en=f"{name} ({spec.label.en}) is {figure}, below {then} in the previous submission ({at})",
            )
            hint = Text(
                zh="累计数只增不减：更正本期数；上期填错的，更正上期填报表",
                en="a cumulative figure only grows: mend this one, or the earlier one if that was wrong",
            )
            yield self.document.fault(path, problem, hint)

    def changes(self, name: str) -> Iterator[Text]:
        """Yield what is said otherwise now of the time before."""
        then, answer = self.before.answers[name], self.now.answers.get(name)
        if isinstance(then, Series):
            yield from self._series(name, then, answer.values if isinstance(answer, Series) else None)
        elif isinstance(then, RecordList):
            yield from self._records(name, then, answer if isinstance(answer, RecordList) else None)

    def _series(self, name: str, then: Series, values: tuple[tuple[int, Cell], ...] | None) -> Iterator[Text]:
        label = self.dictionary.label(name)
        found = dict(values or ())
        for day, cell in then.values:
            if cell is None or found.get(day) == cell:
                continue
            written = day_text(day)
            path: Path = ("facts", name, written)
            one = found.get(day)
            to = Text(zh="本期没有", en="is not there now") if one is None else _becomes("count", one)
            yield Text(
                zh=f"与上期不一致：{label.zh}，{written}的数上期为{shown('count', cell)}，{to.zh}"
                f"{self._places(path).zh}",
                en=f"Not as before: {label.en}, on {written} it was {shown('count', cell)}, {to.en}"
                f"{self._places(path).en}",
            )

    def _records(self, name: str, then: RecordList, answer: RecordList | None) -> Iterator[Text]:
        spec = self.dictionary.facts[name]
        label = spec.label
        if answer is None:
            if then.records:
                count = len(then.records)
                where = self._places(("facts", name))
                unit = self.dictionary.unit(name)
                yield Text(
                    zh=f"与上期不一致：{label.zh}，上期有{unit.count(count, 'zh')}，本期未填{where.zh}",
                    en=f"Not as before: {label.en}, {unit.count(count, 'en')} before, left out now{where.en}",
                )
            return
        now = {key: record for record in answer.records if (key := _identity(spec, record)) is not None}
        for record in then.records:
            key = _identity(spec, record)
            if key is None:
                continue
            old = _path(name, then, record)
            found = now.get(key)
            who = ", ".join(f"{one}: {shown(spec.fields[one].type, record.cells[one])}" for one in spec.identity)
            who = who or f"[{record.index}]"
            if found is None:
                where = self._places(("facts", name), old)
                yield Text(
                    zh=f"与上期不一致：{label.zh}，上期的记录（{who}）本期没有{where.zh}",
                    en=f"Not as before: {label.en}, the record ({who}) is not there now{where.en}",
                )
                continue
            changed = list(_altered(spec, record, found, self.before.as_of))
            if changed:
                where = self._places((*_path(name, answer, found), changed[0]), (*old, changed[0]))
                said = [_change(spec, one, record, found) for one in changed]
                yield Text(
                    zh=f"与上期不一致：{label.zh}，记录（{who}）{'；'.join(one.zh for one in said)}{where.zh}",
                    en=f"Not as before: {label.en}, the record ({who}): {'; '.join(one.en for one in said)}{where.en}",
                )

    def _places(self, path: Path, old: Path | None = None) -> Text:
        here = self.document.locate(path)
        there = self.earlier.locate(path if old is None else old)
        return Text(zh=f"（上期{there}，本期{here}）", en=f" (before {there}, now {here})")


def _last(submission: Submission, name: str) -> tuple[Cell, Path]:
    """Return the figure of a count that stands on the day of judgement, and where."""
    answer = submission.answers.get(name)
    if isinstance(answer, Series):
        known = [(day, cell) for day, cell in answer.values if cell is not None and day <= submission.as_of]
        return (known[-1][1], ("facts", name, day_text(known[-1][0]))) if known else (None, ("facts", name))
    return (answer if isinstance(answer, int) else None), ("facts", name)


def _identity(spec: FactSpec, record: Record) -> tuple[Cell, ...] | None:
    """Return what tells a record apart, or None where that is not complete."""
    names = spec.identity or tuple(spec.fields)
    cells = tuple(record.cells.get(name) for name in names)
    return None if spec.identity and None in cells else cells


def _path(name: str, answer: RecordList, record: Record) -> Path:
    return ("facts", name, *(("events",) if answer.wrapped else ()), record.index)


def _altered(spec: FactSpec, then: Record, now: Record, as_of: int) -> Iterator[str]:
    """Yield the cells of a record that told what had been, and are blank or otherwise now.

    The cells of an event that had taken place are such, and so are days gone by; what is said of the present changes.
    """
    for name, cell in then.cells.items():
        found = now.cells.get(name)
        if cell is None or cell == found:
            continue
        past = _gone_by(spec, then, name, as_of) or (spec.type == "events" and _happened(spec, then, as_of))
        if found is None or (past and not isinstance(cell, Answered)):
            yield name


def _gone_by(spec: FactSpec, record: Record, name: str, as_of: int) -> bool:
    """Return whether a cell is a day, or a minute, up to a day."""
    cell, type_ = record.cells.get(name), spec.fields[name].type
    if type_ not in ("date", "term", "time") or not isinstance(cell, int) or isinstance(cell, bool):
        return False
    return cell // (_MINUTES_A_DAY if type_ == "time" else 1) <= as_of


def _happened(spec: FactSpec, record: Record, as_of: int) -> bool:
    return spec.when is not None and _gone_by(spec, record, spec.when, as_of)


def _change(spec: FactSpec, name: str, then: Record, now: Record) -> Text:
    field = spec.fields[name]
    before, found = shown(field.type, then.cells[name]), now.cells.get(name)
    to = Text(zh="本期空白", en="is blank now") if found is None else _becomes(field.type, found)
    return Text(zh=f"“{field.name.zh}”（{name}）上期为{before}，{to.zh}", en=f"{name} was {before}, {to.en}")


def _becomes(type_: str, cell: Cell) -> Text:
    written = shown(type_, cell)
    return Text(zh=f"本期为{written}", en=f"is {written} now")
