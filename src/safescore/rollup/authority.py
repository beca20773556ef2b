"""The registers of an authority that follow from its firms, written into the authority's own submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from safescore.dictionary import Dictionary, FactSpec, FieldSpec
from safescore.document import Document
from safescore.errors import Fault, InvalidInput, Location, Refused, WrongValue, expected
from safescore.expr import Answered, Cell, judge, nearest
from safescore.facts.answers import RecordList, Series, Submission
from safescore.facts.entries import meant
from safescore.frozen import frozen
from safescore.measures import Condition
from safescore.measures.base import timely
from safescore.notation import document_text
from safescore.period import day_text, moment_text
from safescore.reduce import Here
from safescore.rollup.correspondence import Correspondence, Origin
from safescore.roster import REGISTER_MARK, Member, Roster
from safescore.source import LIMITS, Limits, read
from safescore.tables import Table
from safescore.words import Text, plain

MOST_NAMED = 10


class NothingFollowsError(Refused):
    """Nothing of what an authority answers for follows from what was handed in."""


@frozen(kw_only=True)
class Followed:
    """The registers that follow from members, as plain content, and what is to be known of them."""

    registers: Mapping[str, Any]
    notes: tuple[Text, ...] = ()


@frozen
class Following:
    """What follows from the members of a roster: their submissions as read, by id."""

    roster: Roster
    submissions: Mapping[str, Submission]
    dictionary: Dictionary
    roles: Mapping[str, Text]

    def registers(self, ways: Mapping[str, Correspondence]) -> Followed:
        """Return the registers, and why one that does not follow does not. Raises InvalidInput at the roster."""
        found: dict[str, Any] = {}
        notes: list[Text] = []
        faults = list(self._unknown_columns(ways))
        for name, way in ways.items():
            lacking = self.lacking(way)
            if way.records is None:
                rows = [self._row(member, name, way, faults) for member in self.bound(way)]
                found[name] = rows
                notes.extend(_absent(name, self.dictionary, lacking, len(rows)))
            elif lacking:
                notes.append(_not_followed(name, self.dictionary, lacking))
            else:
                found[name] = self._joined(name, way)
        if faults:
            raise InvalidInput(faults)
        return Followed(registers=found, notes=tuple(notes))

    def bound(self, way: Correspondence) -> Iterator[Member]:
        """Yield the members of the roles from which a register follows; who did not hand in, by the roster."""
        for member in self.roster.members.values():
            submission = self.submissions.get(member.id)
            roles = submission.roles if submission is not None else member.roles or way.members
            if set(roles) & set(way.members):
                yield member

    def lacking(self, way: Correspondence) -> list[Member]:
        """Return the members from whom nothing, or not the register, was handed in."""
        return [
            member
            for member in self.bound(way)
            if member.id not in self.submissions
            or (
                way.records is not None
                and not isinstance(self.submissions[member.id].answers.get(way.records), RecordList)
            )
        ]

    def _row(self, member: Member, name: str, way: Correspondence, faults: list[Fault]) -> dict[str, Any]:
        """Return the record of a member: what it says, else what the roster says, else a blank."""
        spec = self.dictionary.facts[name]
        submission = self.submissions.get(member.id)
        row: dict[str, Any] = {}
        for called, field in spec.fields.items():
            origin = way.fields.get(called)
            own = self._own(member, origin, field, submission)
            listed = self._listed(member, name, called, field, faults)
            if own is not None and listed is not None and own != listed:
                faults.append(_differs(self.roster.table, member, f"{name}{REGISTER_MARK}{called}", own, listed))
            value = listed if own is None else own
            if value is not None:
                row[called] = value
        return row

    def _own(self, member: Member, origin: Origin | None, field: FieldSpec, submission: Submission | None) -> Any:
        """Return what a member says of a field, as its author would write it; None is a blank."""
        if origin is None:
            return None
        if origin.organization is not None:
            listed = member.id if origin.organization == "id" else member.name or None
            return listed if submission is None else submission.organization[origin.organization]
        if submission is None:
            return None
        return _origin(origin, field, submission, self.dictionary)

    def _listed(self, member: Member, name: str, called: str, field: FieldSpec, faults: list[Fault]) -> Any:
        """Return what the roster says of a field of a register."""
        column = f"{name}{REGISTER_MARK}{called}"
        text = member.columns.get(column)
        if text is None:
            return None
        try:
            value = meant(field.type, text, field.options)
            field.value(value)
        except WrongValue as error:
            faults.append(Fault(_at(self.roster.table, member, column), expected(error), error.hint))
            return None
        return value

    def _joined(self, name: str, way: Correspondence) -> Any:
        """Return the members' records, each under its member's id; complete up to the earliest day that one gives."""
        spec = self.dictionary.facts[name]
        rows: list[dict[str, Any]] = []
        days: list[int] = []
        for member in self.bound(way):
            submission = self.submissions[member.id]
            answer = submission.answers[str(way.records)]
            assert isinstance(answer, RecordList)
            days.extend([] if answer.through is None else [answer.through])
            for record in answer.records:
                rows.append(self._record(member, spec, way, record.cells, submission))
        return {"through": day_text(min(days)), "events": rows} if days else rows

    def _record(
        self,
        member: Member,
        spec: FactSpec,
        way: Correspondence,
        cells: Mapping[str, Cell],
        submission: Submission,
    ) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for called, field in spec.fields.items():
            value = written(field.type, cells.get(called))
            origin = way.fields.get(called)
            if value is None and origin is not None:
                value = self._own(member, origin, field, submission)
            if value is not None:
                row[called] = f"{member.id}/{value}" if called in spec.key else value
        return row

    def _unknown_columns(self, ways: Mapping[str, Correspondence]) -> Iterator[Fault]:
        """Yield the columns of the roster that name no field of a register that follows."""
        rows = {name for name, way in ways.items() if way.records is None}
        for column in self.roster.dimensions:
            name, mark, called = column.partition(REGISTER_MARK)
            known = mark and name in rows and called in self.dictionary.facts[name].fields
            if mark and not known and self.roster.table is not None:
                problem = Text(zh=f"没有可填的字段“{column}”", en=f"there is no field {column!r} to fill in")
                every = tuple(
                    f"{one}{REGISTER_MARK}{each}" for one in rows for each in self.dictionary.facts[one].fields
                )
                yield Fault(self.roster.table.locate_key((0, column)), problem, nearest(column, every))


def _origin(origin: Origin, field: FieldSpec, submission: Submission, dictionary: Dictionary) -> Any:
    """Return what a submission says of a field: an answer, or the first case that surely holds."""
    if origin.profile is not None:
        return written(field.type, submission.profile.get(origin.profile))
    here = Here(submission, dictionary, submission.as_of)
    if origin.fact is not None:
        base, _, element = origin.fact.partition(".")
        answer = submission.answers.get(base)
        if element:
            answer = answer.get(element) if isinstance(answer, Mapping) else None
        return None if isinstance(answer, (RecordList, Mapping, Series)) else written(field.type, answer)
    for case in origin.cases:
        truth = judge(timely(Condition(case.where, case.expr), submission.as_of), here)
        if truth.holds:
            return case.value
        if not truth.fails:
            return None
    return origin.otherwise


def written(type_: str, cell: Cell) -> Any:
    """Return a cell as the plain value that an author would write; None is a blank."""
    if cell is None or isinstance(cell, (bool, str)):
        return cell
    if isinstance(cell, Answered):
        return str(cell.value)
    if isinstance(cell, frozenset):
        return sorted(cell)
    if isinstance(cell, tuple):
        return [day_text(one.first) if one.first == one.last else str(one) for one in cell]
    if type_ in ("date", "term"):
        return day_text(int(cell))
    if type_ == "time":
        return moment_text(int(cell))
    if isinstance(cell, Fraction) and cell.denominator != 1:
        return Decimal(plain(cell))
    return int(cell)


def read_authority(path: Path, output: Path, limits: Limits = LIMITS) -> Document:
    """Return the authority's own submission, as written. Raises InvalidInput, or Refused where files would be lost."""
    document = read(path, limits)
    content: Any = document.content
    if not isinstance(content, Mapping) or not isinstance(content.get("facts", {}), (Mapping, type(None))):
        problem = Text(zh="这不是一份填报", en="this is no submission")
        hint = Text(zh="应有organization、period、packs和facts", en="it has organization, period, packs and facts")
        raise InvalidInput([document.fault((), problem, hint)])
    facts = content.get("facts") or {}
    named = any(isinstance(one, Mapping) and "csv" in one for one in facts.values()) or content.get("evidence")
    if named and output.resolve().parent != path.resolve().parent:
        raise Refused(
            Text(
                zh=f"{path}引用了旁边的文件，写到别的文件夹就找不到了",
                en=f"{path} names files beside it, which could not be found from another folder",
            ),
            Text(zh=f"写到文件夹“{path.parent}”中", en=f"write into the folder {str(path.parent)!r}"),
        )
    return document


def joined(authority: Document, followed: Followed, source: str) -> tuple[str, tuple[Text, ...]]:
    """Return the authority's submission with the registers that follow, as YAML, and what is to be known of them.

    A register that the authority gives itself stays as it is. Raises NothingFollowsError where nothing is left.
    """
    content: Any = authority.content
    facts = dict(content.get("facts") or {})
    own = [name for name in followed.registers if facts.get(name) is not None]
    added = {name: rows for name, rows in followed.registers.items() if name not in own}
    notes = [
        *followed.notes,
        *(
            Text(
                zh=f"{authority.name}自己填了{name}，保留不动。", en=f"{authority.name} has {name} itself, which stays."
            )
            for name in own
        ),
    ]
    if not added:
        problem = Text(zh="没有可写入的台账", en="there is no register to write")
        whys = Text(zh="".join(one.zh for one in notes), en=" ".join(one.en for one in notes))
        raise NothingFollowsError(problem, whys if notes else None)
    whole = {**content, "facts": {**facts, **added}}
    return f"{_heading(added, source)}{document_text(whole)}", tuple(notes)


def _heading(added: Mapping[str, Any], source: str) -> str:
    lines = [f"# {name}: {_size(rows)} records that follow from {source}" for name, rows in added.items()]
    return "".join(f"{line}\n" for line in lines)


def _size(rows: Any) -> int:
    return len(rows["events"] if isinstance(rows, Mapping) else rows)


def _absent(name: str, dictionary: Dictionary, lacking: Sequence[Member], total: int) -> Iterator[Text]:
    if lacking:
        label, who = dictionary.label(name), _named(lacking)
        yield Text(
            zh=f"{label.zh}（{name}）共{total}行，其中{len(lacking)}家没有可用的填报，相应各格留空：{who.zh}。",
            en=f"{label.en} ({name}): {total} records, of which {len(lacking)} have blanks, for want of a submission: "
            f"{who.en}.",
        )


def _not_followed(name: str, dictionary: Dictionary, lacking: Sequence[Member]) -> Text:
    label, who = dictionary.label(name), _named(lacking)
    return Text(
        zh=f"{label.zh}（{name}）没有写入：{len(lacking)}家没有填报，无从得知有无遗漏：{who.zh}。",
        en=f"{label.en} ({name}) is not written: {len(lacking)} gave none, so that records may be lacking: {who.en}.",
    )


def _named(members: Sequence[Member]) -> Text:
    first = [one.name or one.id for one in members[:MOST_NAMED]]
    more = len(members) - len(first)
    return Text(
        zh="、".join(first) + (f"等{len(members)}家" if more else ""),
        en=", ".join(first) + (f" and {more} more" if more else ""),
    )


def _at(table: Table | None, member: Member, column: str) -> Location:
    assert table is not None
    return table.locate((member.place, column))


def _differs(table: Table | None, member: Member, column: str, own: Any, listed: Any) -> Fault:
    problem = Text(
        zh=f"名册写的是{_shown(listed)}，“{member.id}”自己填的是{_shown(own)}",
        en=f"the roster says {_shown(listed)}, {member.id!r} itself says {_shown(own)}",
    )
    hint = Text(zh="核实后改正名册，或退回填报改正", en="find out which is right, and correct the other")
    return Fault(_at(table, member, column), problem, hint)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
