"""What is already known of a submission that is to be filled in, and what of the last one still holds."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import Factory, evolve

from safescore.dictionary import FactSpec
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.expr import Cell
from safescore.facts.answers import Submission
from safescore.facts.read import read_submission
from safescore.form import Form, form_of
from safescore.frozen import frozen
from safescore.judging import clock_of, value_in_force
from safescore.measures.coverage import Coverage
from safescore.model import Pack
from safescore.period import Days, day_text, following, parse_day, parse_period
from safescore.words import Text

DATED = ("date", "term")
OPEN = Text(zh="未填写", en="to be filled in")


@frozen(kw_only=True)
class Draft:
    """The plain content that a new submission begins with.

    ``organization`` has id, name, roles and the profile as far as given; ``last`` the answers of the last submission
    that must be said anew, for comparison; ``left_out`` says what of it was not taken over.
    """

    organization: Mapping[str, Any]
    period: str
    packs: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = Factory(dict)
    facts: Mapping[str, Any] = Factory(dict)
    evidence: Mapping[str, Any] = Factory(dict)
    waivers: tuple[Any, ...] = ()
    verified: Any = ()  # a visit, or several, as the reader takes them
    last: Mapping[str, Any] = Factory(dict)
    last_day: str = ""
    as_of: str | None = None
    left_out: tuple[Text, ...] = ()


def in_force(pack: Pack) -> Days:
    """Return the days of a pack's period; a day that is a parameter is taken at its default."""
    values = {one.id: value_in_force(one, None) for one in pack.head.parameters if one.default is not None}
    return clock_of(pack, values, 1, Days(1, 1)).period


def overlaps(period: str, packs: Iterable[Pack]) -> bool:
    """Tell whether a period lies, at least in part, in that of every pack."""
    days = parse_period(period)
    return days is not None and all(_meet(days, in_force(pack)) for pack in packs)


def next_period(packs: tuple[Pack, ...], last: str | None = None) -> str:
    """Return the period to report on: the one after the last, while the packs are in force; else their last year."""
    if last is not None:
        after = following(last)
        if after is not None and overlaps(after, packs):
            return after
    return f"{date.fromordinal(in_force(packs[0]).last).year:04}"


def _meet(one: Days, other: Days) -> bool:
    return one.first <= other.last and other.first <= one.last


def read_last(document: Document, packs: Iterable[Pack]) -> Submission:
    """Return the last submission as read under every pack, with the profile of all. Raises InvalidInput."""
    packs = tuple(packs)
    known = frozenset(name for pack in packs for name in pack.dictionary.facts)
    faults: dict[Fault, None] = {}
    read: list[Submission] = []
    for pack in packs:
        try:
            read.append(read_submission(document, pack.dictionary, pack.roles, also_known=known))
        except InvalidInput as error:
            faults.update(dict.fromkeys(error.faults))
    if faults:
        raise InvalidInput(faults)
    profile: dict[str, Cell] = {}
    for one in read:
        profile.update(one.profile)
    return evolve(read[0], profile=profile)


def restated(document: Document, last: Submission, packs: Iterable[Pack]) -> tuple[Form, Draft]:
    """Return the form of a submission that has been read, and a draft that says all that it says."""
    packs = tuple(packs)
    content = document.content
    form = form_of(packs, last.roles, last.profile)
    return form, Draft(
        organization=content["organization"],
        period=last.period,
        packs=tuple(content.get("packs") or (pack.id for pack in packs)),
        parameters=content.get("parameters") or {},
        facts=content.get("facts") or {},
        evidence=content.get("evidence") or {},
        waivers=tuple(content.get("waivers") or ()),
        verified=content.get("verified") or (),
        as_of=content.get("as_of"),
    )


def carried(form: Form, document: Document, last: Submission, period: str) -> Draft:
    """Return the draft of the submission that follows *last*, for a period.

    What is as it was is carried forward: who the organisation is, registers, parameters and readings, waivers still in
    force. A submission is cumulative within a pack's period: while that lasts, so do events, dated figures and days on
    which something was done; of the next pack's, only events that a rule looks back on. A list of events says up to
    which day it is complete, and a dated series ends in a blank, so that nothing old answers for the new period. All
    other answers are emptied, and stand as comments.

    What inspectors found belongs to the pack's period too: while that lasts, the records of a register that a visit
    corrected stay corrected. An answer that a visit replaced as a whole is asked anew, for the organisation's own was
    not so. A visit after the last day of judgement has not counted yet, and is carried as it is.
    """
    return _Carrying(form, document.content, last, period).draft()


def _visits(content: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the visits of a submission as they were written."""
    found = content.get("verified")
    return (found,) if isinstance(found, Mapping) else tuple(found or ())


def _corrects(spec: FactSpec, raw: Any) -> bool:
    """Tell whether what a visit says of a fact corrects single records of a register."""
    return bool(spec.key) and not (isinstance(raw, Mapping) and set(raw) == {"whole"})


class _Carrying:
    def __init__(self, form: Form, content: Any, last: Submission, period: str) -> None:
        self.form = form
        self.content = content
        self.last = last
        self.period = period
        days = parse_period(period)
        assert days is not None
        self.until = days.last
        cut = min(last.as_of, last.days.last)
        self.same = any(_meet(Days(last.days.first, cut), in_force(pack)) for pack in form.packs)
        self.first = min(in_force(pack).first for pack in form.packs)
        self.asked = {question.name: question.spec for question in form.questions}
        self.looked_back = {one.rule.measure.events for one in form.asking if isinstance(one.rule.measure, Coverage)}

    def draft(self) -> Draft:
        refuted = frozenset(self._refuted())
        facts, said = self._facts(refuted)
        verified, unkept = self._verified(facts)
        waivers = tuple(one for one in self._part("waivers", []) if (parse_day(str(one["until"])) or 0) >= self.until)
        evidence = self._evidence(facts)
        return Draft(
            organization=dict(self.content["organization"]),
            period=self.period,
            parameters=self._parameters(),
            facts=facts,
            evidence=evidence,
            waivers=waivers,
            verified=verified,
            last=said,
            last_day=day_text(self.last.as_of),
            left_out=(*self._left_out(facts, said, waivers, evidence), *unkept),
        )

    def _part(self, key: str, otherwise: Any) -> Any:
        found = self.content.get(key)
        return otherwise if found is None else found

    def _refuted(self) -> Iterator[str]:
        """Yield the answers that a visit replaced: facts as a whole, and elements as ``checklist.element``."""
        for visit in _visits(self.content):
            if (parse_day(visit["date"]) or 0) > self.last.as_of:
                continue
            for name, raw in visit["facts"].items():
                spec = self.asked.get(name)
                if spec is None or raw is None or _corrects(spec, raw):
                    continue
                if spec.type == "checklist":
                    yield from (f"{name}.{key}" for key, one in raw.items() if one is not None)
                else:
                    yield name

    def _verified(self, facts: Mapping[str, Any]) -> tuple[tuple[Any, ...], list[Text]]:
        """Return what of the visits still holds, and what is said of the rest."""
        kept, notes = [], []
        for visit in _visits(self.content):
            day = parse_day(visit["date"]) or 0
            inside = self.first <= day <= self.until
            held = {
                name: raw
                for name, raw in visit["facts"].items()
                if inside and name in self.asked and self._stands(self.asked[name], raw, facts.get(name), day)
            }
            if held:
                kept.append({**visit, "facts": held})
            gone = [name for name, raw in visit["facts"].items() if raw is not None and name not in held]
            if gone:
                names = ", ".join(gone)
                notes.append(
                    Text(
                        zh=f"{visit['date']}的核查结果没有带过来，请据此更正本单位的填报：{names}",
                        en=f"what the visit of {visit['date']} found is left out, mend your own answers by it: {names}",
                    )
                )
        return tuple(kept), notes

    def _stands(self, spec: FactSpec, raw: Any, own: Any, day: int) -> bool:
        """Tell whether what a visit of a day found of a fact counts in the new period."""
        if _corrects(spec, raw):
            return own is not None and raw is not None
        return day > self.last.as_of

    def _evidence(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the files that bear out what is carried: of a checklist those of the elements that are."""
        found: dict[str, list[Any]] = {}
        for name, given in self._part("evidence", {}).items():
            base, _, element = name.partition(".")
            files = [one for one in given or () if not self._later(one)]
            held = facts.get(base, self.content["organization"].get(base))
            if held is None or not files:
                continue
            if base not in facts or self.asked[base].type != "checklist":
                found.setdefault(name, []).extend(files)
                continue
            for key in held:
                if element in ("", key):
                    found.setdefault(f"{base}.{key}", []).extend(files)
        return found

    def _later(self, file: Any) -> bool:
        """Tell whether a file is of a day after the new period."""
        day = parse_day(file["date"]) if isinstance(file, Mapping) and file.get("date") is not None else None
        return day is not None and day > self.until

    def _facts(self, refuted: Container[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the answers that still hold, and those that must be said anew, each as it was written."""
        given = self._part("facts", {})
        kept: dict[str, Any] = {}
        said: dict[str, Any] = {}
        for question in self.form.questions:
            raw = given.get(question.name)
            if raw is None:
                continue
            held = None if question.name in refuted else self._held(question.name, question.spec, raw, refuted)
            if held is not None:
                kept[question.name] = held
            if held is None or question.spec.type == "checklist":
                said[question.name] = raw
        return kept, said

    def _held(self, name: str, spec: FactSpec, raw: Any, refuted: Container[str]) -> Any:
        """Return what of an answer still holds; None where all of it must be said anew."""
        if spec.type == "register":
            return raw
        if spec.type == "events":
            if not self.same and name not in self.looked_back:
                return None
            return raw if isinstance(raw, Mapping) else {"through": day_text(self.last.as_of), "events": raw}
        if not self.same:
            return None
        if isinstance(raw, Mapping) and spec.type == "count":
            return {**raw, day_text(self.until): None} if day_text(self.until) not in raw else None
        if isinstance(raw, Mapping):
            done = {
                key: one
                for key, one in raw.items()
                if self._done(spec.elements[key].type, one) and f"{name}.{key}" not in refuted
            }
            return done or None
        return raw if self._done(spec.type, raw) else None

    def _done(self, type_: str, raw: Any) -> bool:
        """Tell whether a cell is a day on which something was done."""
        day = parse_day(raw) if isinstance(raw, str) and type_ in DATED else None
        return day is not None and day <= self.last.as_of

    def _parameters(self) -> dict[str, Any]:
        """Return the parameters of these packs, as they were written."""
        found: dict[str, Any] = {}
        for pack in self.form.packs:
            names = {one.id for one in pack.head.parameters}
            given = self.last.parameters
            own = given.get(pack.id)
            for key, one in given.items():
                if key in names:
                    found[key] = one
            if isinstance(own, Mapping):
                found[pack.id] = {key: one for key, one in own.items() if key in names}
        return found

    def _left_out(
        self,
        facts: Mapping[str, Any],
        said: Mapping[str, Any],
        waivers: tuple[Any, ...],
        evidence: Mapping[str, Any],
    ) -> Iterator[Text]:
        unasked = [name for name, raw in self._part("facts", {}).items() if raw is not None]
        unasked = [name for name in unasked if name not in facts and name not in said]
        if unasked:
            names = ", ".join(unasked)
            yield Text(zh=f"这次不问，没有带过来：{names}", en=f"not asked now, so not carried forward: {names}")
        gone = [str(one["rule"]) for one in self._part("waivers", []) if one not in waivers]
        if gone:
            names = ", ".join(gone)
            yield Text(zh=f"豁免届时已到期，没有带过来：{names}", en=f"waivers that end before are left out: {names}")
        bases = {one.partition(".")[0] for one in evidence}
        stale = [
            name
            for name, files in self._part("evidence", {}).items()
            if files and name not in evidence and ("." in name or name not in bases)
        ]
        if stale:
            names = ", ".join(stale)
            yield Text(
                zh=f"佐证材料对应的填报须重新填写，没有带过来：{names}",
                en=f"evidence of answers that are asked anew is left out: {names}",
            )
