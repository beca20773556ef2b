"""Two assessments held against each other: what turned, and what moved the score, in parts that add up exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from typing import Any

from attrs import evolve, field, fields

from safescore.assess import assess_all
from safescore.attribution import Shares, attributed
from safescore.dictionary import Dictionary, FactSpec
from safescore.differing import UNSTATED, said, touches
from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput, Location, Refused
from safescore.expr import Cell
from safescore.expr import fields as asked
from safescore.facts.answers import Answer, RecordList, Submission
from safescore.facts.entries import understood
from safescore.facts.previous import altered
from safescore.facts.read import canonical, read_as_far
from safescore.frozen import frozen
from safescore.model import Pack, PackHead, Rule
from safescore.opening import meanings_of
from safescore.period import day_text
from safescore.results import Assessment
from safescore.snapshot import Figure, Line, Setting, Snapshot, snapshot
from safescore.standing import Outcome
from safescore.words import Text, same

REST = ""
"""The place of what no rule did: of evidence required, the change between what is claimed and what is proven."""


class Cause(str, Enum):
    """What may differ between two assessments."""

    FACTS = "facts"
    PACK = "pack"
    WAIVERS = "waivers"
    READINGS = "readings"
    TIME = "time"


_STANDS_IN = {
    Cause.FACTS: ("organization", "facts", "evidence", "verified"),
    Cause.WAIVERS: ("waivers",),
    Cause.READINGS: ("parameters",),
}
"""Where in a submission a cause stands."""


class NothingInCommonError(Refused):
    """Two submissions or reports have no pack in common."""


@frozen(kw_only=True)
class Side:
    """A submission as it is to be assessed: its document, the packs, and the day if not the submission's own."""

    document: Document
    packs: tuple[Pack, ...]
    as_of: int | None = None


@frozen(kw_only=True)
class Changed:
    """An answer that is other than before: its path, what it is called, and both."""

    fact: str
    label: Text
    before: Text
    after: Text
    rules: tuple[str, ...] = ()


@frozen(kw_only=True)
class PackChange:
    """What became of a pack's rules: ids, and of changed ones what of them is other; ``head`` is what else changed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    head: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@frozen(kw_only=True)
class Moved:
    """How a figure of the score moved: what each rule did, and if that is known, what each cause did by each rule.

    ``credits`` are the weight and credit of every rule in the sums before and after. ``by_rule`` adds up to the change,
    and so does ``causes``.
    """

    figure: Figure
    before: Fraction | None
    after: Fraction | None
    by_rule: Mapping[str, Fraction] = field(factory=dict)
    credits: tuple[Mapping[str, tuple[int, Fraction]], Mapping[str, tuple[int, Fraction]]] = ({}, {})
    causes: Shares[Cause, str] | None = None

    @property
    def change(self) -> Fraction | None:
        """The change; None where there is no score before or after."""
        return None if self.before is None or self.after is None else self.after - self.before

    def part(self, made: tuple[Cause, ...]) -> Fraction:
        """Return the part of causes that are told together."""
        assert self.causes is not None
        return sum(self.causes.parts[made].values(), Fraction(0))

    def counts_otherwise(self, rule: str) -> bool:
        """Tell whether a rule came into the sums, dropped out of them, or weighs otherwise than before."""
        before, after = (one.get(rule) for one in self.credits)
        return (before is None) != (after is None) or (
            before is not None and after is not None and before[0] != after[0]
        )


@frozen(kw_only=True)
class Ruled:
    """A rule before and after; None where the pack has no such rule."""

    rule: str
    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """The rule as it is now, else as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def outcomes(self) -> tuple[Outcome | None, Outcome | None]:
        """The outcomes before and after."""
        before, after = self.before, self.after
        return before.outcome if before is not None else None, after.outcome if after is not None else None

    @property
    def turned(self) -> bool:
        """Whether the outcome is other than before; what was met only to date has not turned when it is met."""
        return self.outcomes[0] is not self.outcomes[1]


@frozen(kw_only=True)
class Comparison:
    """One assessment held against an earlier one of the same pack.

    ``differing`` are the causes that differ, each with what of it does. ``rules`` are all rules that turned or moved
    the score. Where ``attributed``, the change of each figure is told apart by cause; ``withheld`` says why some
    combinations of before and after could not be assessed.
    """

    before: Snapshot
    after: Snapshot
    differing: Mapping[Cause, tuple[Text, ...]]
    figures: Mapping[Figure, Moved]
    rules: tuple[Ruled, ...]
    attributed: bool
    pack: PackChange | None = None
    facts: tuple[Changed, ...] = ()
    notes: tuple[Text, ...] = ()
    withheld: tuple[Text, ...] = ()

    @property
    def turned(self) -> tuple[Ruled, ...]:
        """The rules whose outcome is other than before."""
        return tuple(one for one in self.rules if one.turned)

    @property
    def same(self) -> bool:
        """Whether every outcome, the score and the grade are as before."""
        one, other = self.before, self.after
        return not self.turned and (one.interval, one.waived, one.grade.low, one.grade.high) == (
            other.interval,
            other.waived,
            other.grade.low,
            other.grade.high,
        )

    @property
    def only_the_pack(self) -> bool:
        """Whether the pack alone changed what the assessment comes to."""
        if self.same or Cause.PACK not in self.differing:
            return False
        if len(self.differing) == 1:
            return True
        parts = [moved.causes.parts for moved in self.figures.values() if moved.causes is not None]
        moved = {made for one in parts for made, by_rule in one.items() if any(by_rule.values())}
        return moved == {(Cause.PACK,)}


def compare_reports(before: Snapshot, after: Snapshot) -> Comparison:
    """Return one snapshot held against an earlier one; without their submissions the causes can't be told apart."""
    moved = {figure: _moved(before, after, figure) for figure in _figures(before, after)}
    differing = dict(_differing(before, after))
    return Comparison(
        before=before,
        after=after,
        differing=differing,
        figures=moved,
        rules=_rules(before, after, moved),
        attributed=False,
        pack=_lines_changed(before, after) if Cause.PACK in differing else None,
        notes=_another(before.organization, after.organization),
    )


def compare(
    before: Side, after: Side, *, require_evidence: bool = False, waivers: bool = True
) -> tuple[Comparison, ...]:
    """Return a submission held against an earlier one, for each pack that both are assessed under.

    Raises InvalidInput with the faults of either, NothingInCommonError if there is no such pack.
    """
    return _Comparing(before, after, require_evidence=require_evidence, waivers=waivers).comparisons()


def paired(before: Iterable[Snapshot], after: Iterable[Snapshot]) -> tuple[tuple[Snapshot, Snapshot], ...]:
    """Return the snapshots of the same organisation and pack, those after in their order.

    Where either side is of one organisation, its id does not matter. Raises NothingInCommonError if there are none.
    """
    before, after = tuple(before), tuple(after)
    single = all(len({one.organization["id"] for one in some}) == 1 for some in (before, after))

    def key(one: Snapshot) -> tuple[str, str]:
        return ("" if single else one.organization["id"], one.pack)

    latest = {key(one): one for one in sorted(before, key=lambda one: one.as_of)}
    found = tuple((latest[key(one)], one) for one in after if key(one) in latest)
    if not found:
        raise nothing_in_common((one.pack for one in before), (one.pack for one in after))
    return found


def nothing_in_common(before: Iterable[str], after: Iterable[str]) -> NothingInCommonError:
    """Return what is said where two sides have no pack in common."""
    one, other = ("、".join(dict.fromkeys(names)) for names in (before, after))
    return NothingInCommonError(
        Text(
            zh=f"两边没有共同的单位和规则包：之前为{one}，之后为{other}",
            en=f"the two have no organisation and pack in common: before {one}, after {other}".replace("、", ", "),
        ),
        Text(zh="比较同一规则包下的两份填报或报告", en="compare two submissions or reports under the same pack"),
    )


@frozen
class _Nowhere:
    """The places of a submission that is put together of two: none."""

    def locate(self, _: Steps) -> Location:
        return Location("<both>", 1, 1)

    def locate_key(self, _: Steps) -> Location:
        return Location("<both>", 1, 1)


class _Comparing:
    def __init__(self, before: Side, after: Side, *, require_evidence: bool, waivers: bool) -> None:
        self.before = before
        self.after = after
        self.require_evidence = require_evidence
        self.waivers = waivers
        self.common = tuple(one.id for one in after.packs if one.id in {other.id for other in before.packs})
        if not self.common:
            raise nothing_in_common((one.id for one in before.packs), (one.id for one in after.packs))
        self.beside = tuple({(one.id, one.digest): one for one in (*before.packs, *after.packs)}.values())
        meanings = meanings_of(self.beside)
        self.contents = tuple(_content(understood(one.document, meanings)) for one in (before, after))
        self.done: dict[frozenset[Cause], Mapping[str, Snapshot] | InvalidInput] = {}

    def comparisons(self) -> tuple[Comparison, ...]:
        made: list[Mapping[str, Assessment]] = []
        faults: list[Fault] = []
        for side in (self.before, self.after):
            try:
                made.append(self._assessed(side))
            except InvalidInput as error:
                faults.extend(error.faults)
        if faults:
            raise InvalidInput(dict.fromkeys(faults))
        first, second = made
        found = []
        for id_ in self.common:
            old, new = snapshot(first[id_], self.before.document.name), snapshot(second[id_], self.after.document.name)
            found.append(self._comparison(id_, old, new))
        return tuple(found)

    def _assessed(self, side: Side) -> Mapping[str, Assessment]:
        """Return the assessments of a side under the packs in common. Raises InvalidInput with the faults of all."""
        made = assess_all(
            side.document,
            side.packs,
            as_of=side.as_of,
            readings=False,
            require_evidence=self.require_evidence,
            waivers=self.waivers,
        )
        return {one.pack: one for one in made if one.pack in self.common}

    def _comparison(self, id_: str, before: Snapshot, after: Snapshot) -> Comparison:
        packs = tuple(next(one for one in side.packs if one.id == id_) for side in (self.before, self.after))
        submissions = self._read(self.before, packs[0]), self._read(self.after, packs[1])
        facts = tuple(_changes(*submissions, packs[1]))
        differing = dict(self._differing(before, after, facts))
        groups = tuple(differing)
        withheld: dict[Text, None] = {}

        def at(made: frozenset[Cause]) -> Snapshot | None:
            if len(made) in (0, len(groups)):
                return before if not made else after
            found = self._mixed(made, groups)
            if isinstance(found, InvalidInput):
                withheld[found.faults[0].problem] = None
                return None
            return found[id_]

        moved = {}
        for figure in _figures(before, after):
            one = _moved(before, after, figure)
            moved[figure] = one if one.change is None else _attributed(one, groups, at)
        return Comparison(
            before=before,
            after=after,
            differing=differing,
            figures=moved,
            rules=_rules(before, after, moved),
            attributed=True,
            pack=_rules_changed(*packs) if Cause.PACK in differing else None,
            facts=facts,
            notes=tuple(self._notes(*submissions, packs[1])),
            withheld=tuple(withheld),
        )

    def _mixed(self, made: frozenset[Cause], groups: tuple[Cause, ...]) -> Mapping[str, Snapshot] | InvalidInput:
        """Return what comes of a submission with these changes made, by pack; or the faults it has."""
        if made not in self.done:
            self.done[made] = self._assess_mixed(made, groups)
        return self.done[made]

    def _assess_mixed(self, made: frozenset[Cause], groups: tuple[Cause, ...]) -> Mapping[str, Snapshot] | InvalidInput:
        def of(cause: Cause) -> int:
            return int(cause in made or cause not in groups)

        content: dict[str, Any] = {}
        for cause, keys in _STANDS_IN.items():
            own = self.contents[of(cause)]
            content.update({key: own[key] for key in keys if key in own})
        timed = self.contents[of(Cause.TIME)]
        content["period"] = timed.get("period")
        side = (self.before, self.after)[of(Cause.TIME)]
        if side.as_of is not None:
            content["as_of"] = day_text(side.as_of)
        elif "as_of" in timed:
            content["as_of"] = timed["as_of"]
        packs = {one.id: one for one in (self.before, self.after)[of(Cause.PACK)].packs}
        document = Document(
            name="<both>",
            content=content,
            digest="",
            places=_Nowhere(),
            folder=(self.before, self.after)[of(Cause.FACTS)].document.folder,
        )
        try:
            made_of = assess_all(
                document,
                tuple(packs[id_] for id_ in self.common),
                readings=False,
                require_evidence=self.require_evidence,
                waivers=self.waivers,
                beside=self.beside,
            )
        except InvalidInput as error:
            return error
        return {one.pack: snapshot(one) for one in made_of}

    def _differing(
        self, before: Snapshot, after: Snapshot, facts: tuple[Changed, ...]
    ) -> Iterator[tuple[Cause, tuple[Text, ...]]]:
        """Yield what differs between the two submissions, with what of it does."""
        told = dict(_differing(before, after))
        for cause in Cause:
            if cause in _STANDS_IN:
                one, other = (canonical([content.get(key) for key in _STANDS_IN[cause]]) for content in self.contents)
                if one == other:
                    continue
            elif cause not in told:
                continue
            if cause is Cause.FACTS:
                number = len(facts)
                differ = Text(
                    zh=f"{number}项填报不同", en=f"{number} {'answer differs' if number == 1 else 'answers differ'}"
                )
                alike = Text(
                    zh="各项填报相同，不同的是写法、佐证或核查记录",
                    en="no answer differs, only how it is written, evidence or visits",
                )
                yield cause, (differ if number else alike,)
            elif cause is Cause.WAIVERS:
                yield cause, tuple(_waivers(*self.contents))
            else:
                yield cause, told.get(cause, ())

    def _read(self, side: Side, pack: Pack) -> Submission:
        known = frozenset(name for one in self.beside for name in one.dictionary.facts)
        found = read_as_far(self._understood(side), pack.dictionary, pack.roles, as_of=side.as_of, also_known=known)
        assert found.submission is not None
        return found.submission

    def _understood(self, side: Side) -> Document:
        return understood(side.document, meanings_of(self.beside))

    def _notes(self, before: Submission, after: Submission, pack: Pack) -> Iterator[Text]:
        other = _another(before.organization, after.organization)
        if other:
            yield from other
            return
        yield from altered(after, self._understood(self.after), before, self._understood(self.before), pack.dictionary)


def _another(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Text, ...]:
    """Return what is noted where the two are of different organisations."""
    one, other = before.get("id", ""), after.get("id", "")
    if one == other:
        return ()
    zh = f"前后不是同一单位：之前“{one}”，之后“{other}”"
    return (Text(zh=zh, en=f"these are two organisations: {one!r} before, {other!r} after"),)


def _content(document: Document) -> Mapping[str, Any]:
    return document.content if isinstance(document.content, Mapping) else {}


def _figures(before: Snapshot, after: Snapshot) -> tuple[Figure, ...]:
    """Return the figures to tell: those without what is waived only where something is."""
    waived = before.waived is not None or after.waived is not None
    return tuple(one for one in Figure if waived or not one.waived)


def _moved(before: Snapshot, after: Snapshot, figure: Figure) -> Moved:
    return Moved(
        figure=figure,
        before=before.figure(figure),
        after=after.figure(figure),
        by_rule=by_rule(before, after, figure),
        credits=(before.credits(figure), after.credits(figure)),
    )


def by_rule(before: Snapshot, after: Snapshot, figure: Figure) -> Mapping[str, Fraction]:
    """Return what each rule did to a figure, adding up to its change: nothing where there is no score.

    A rule that counts before and after did its change in credit, by its share of the weight after. One that came into
    the sums did what its credit is above or below the mean before, one that dropped out the opposite.
    """
    base, reached = before.figure(figure), after.figure(figure)
    if base is None or reached is None:
        return {}
    old, new = before.credits(figure), after.credits(figure)
    total = sum(weight for weight, _ in new.values())
    parts: dict[str, Fraction] = {}
    for rule in dict.fromkeys((*new, *old)) if total else ():
        now, then = new.get(rule, (0, base)), old.get(rule, (0, base))
        part = (now[0] * (now[1] - base) - then[0] * (then[1] - base)) / total
        if part:
            parts[rule] = part
    rest = reached - base - sum(parts.values(), Fraction(0))
    return {**parts, REST: rest} if rest else parts


def _attributed(moved: Moved, groups: tuple[Cause, ...], at: Callable[[frozenset[Cause]], Snapshot | None]) -> Moved:
    """Return the move of a figure by cause, and by rule as the sum of what each cause did by the rule."""

    def known(made: frozenset[Cause]) -> bool:
        found = at(made)
        return found is not None and found.figure(moved.figure) is not None

    def step(one: frozenset[Cause], other: frozenset[Cause]) -> Mapping[str, Fraction]:
        before, after = at(one), at(other)
        assert before is not None
        assert after is not None
        return by_rule(before, after, moved.figure)

    causes = attributed(groups, known, step)
    rules = dict.fromkeys(rule for parts in causes.parts.values() for rule in parts)
    sums = {rule: sum((parts.get(rule, Fraction(0)) for parts in causes.parts.values()), Fraction(0)) for rule in rules}
    return evolve(moved, by_rule=sums, causes=causes)


def _rules(before: Snapshot, after: Snapshot, moved: Mapping[Figure, Moved]) -> tuple[Ruled, ...]:
    """Return the rules that turned or moved the score, by what they did to the least score, the greatest loss first."""
    names = dict.fromkeys((*after.lines, *before.lines))
    told = {rule for one in moved.values() for rule in one.by_rule}
    for one in moved.values():
        told.update(rule for parts in (one.causes.parts.values() if one.causes else ()) for rule in parts)
    every = (Ruled(rule=rule, before=before.lines.get(rule), after=after.lines.get(rule)) for rule in names)
    return tuple(one for one in every if one.turned or one.rule in told)


def _differing(before: Snapshot, after: Snapshot) -> Iterator[tuple[Cause, tuple[Text, ...]]]:
    """Yield what differs between what two snapshots were made from."""
    if before.digests.facts != after.digests.facts:
        yield Cause.FACTS, (Text(zh="填报内容不同", en="the submissions differ"),)
    if before.digests.pack != after.digests.pack or before.pack_version != after.pack_version:
        one, other = before.pack_version, after.pack_version
        changed = Text(zh=f"{one}版改为{other}版", en=f"version {one} to {other}")
        alike = Text(zh=f"同为{one}版，内容不同", en=f"both are version {one}, with other content")
        yield Cause.PACK, (changed if one != other else alike,)
    if before.waivers != after.waivers:
        yield Cause.WAIVERS, (Text(zh="豁免不同", en="the waivers differ"),)
    settings = tuple(_settings(before.settings, after.settings))
    if settings:
        yield Cause.READINGS, settings
    time = []
    if before.as_of != after.as_of:
        time.append(Text(zh=f"评定日{before.as_of}改为{after.as_of}", en=f"as of {before.as_of}, then {after.as_of}"))
    if before.period != after.period:
        time.append(
            Text(zh=f"期间{before.period}改为{after.period}", en=f"period {before.period}, then {after.period}")
        )
    if time:
        yield Cause.TIME, tuple(time)


def _settings(before: Mapping[str, Setting], after: Mapping[str, Setting]) -> Iterator[Text]:
    for id_ in dict.fromkeys((*after, *before)):
        one, other = before.get(id_), after.get(id_)
        if any(here is None and there and there.source != "submission" for here, there in ((one, other), (other, one))):
            continue  # it decides no duty of the organisation there
        if (one and one.value) != (other and other.value):
            title = (other or one).title  # type: ignore[union-attr]
            old, new = (UNSTATED if found is None or not found.value else same(found.value) for found in (one, other))
            yield Text(
                zh=f"{title.zh}（{id_}）：{old.zh}改为{new.zh}", en=f"{title.en} ({id_}): {old.en}, then {new.en}"
            )


def _waivers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Text]:
    def named(content: Mapping[str, Any]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for one in content.get("waivers") or ():
            found.setdefault(str(one.get("rule")), []).append(canonical(one))
        return found

    old, new = named(before), named(after)
    for rule in dict.fromkeys((*new, *old)):
        if rule not in old:
            yield Text(zh=f"新增豁免：{rule}", en=f"newly waived: {rule}")
        elif rule not in new:
            yield Text(zh=f"不再豁免：{rule}", en=f"no longer waived: {rule}")
        elif old[rule] != new[rule]:
            yield Text(zh=f"豁免有改动：{rule}", en=f"the waiver is another: {rule}")


def _rules_changed(before: Pack, after: Pack) -> PackChange:
    """Return what of a pack is other, rule by rule."""
    old, new = ({rule.id: rule for rule in pack.rules} for pack in (before, after))
    changed = {
        f"{after.id}.{id_}": names
        for id_, rule in new.items()
        if id_ in old and (names := tuple(_unlike(Rule, old[id_], rule)))
    }
    facts = before.dictionary.facts, after.dictionary.facts
    return PackChange(
        added=tuple(f"{after.id}.{id_}" for id_ in new if id_ not in old),
        removed=tuple(f"{before.id}.{id_}" for id_ in old if id_ not in new),
        changed=changed,
        head=tuple(_unlike(PackHead, before.head, after.head)),
        facts=tuple(name for name in dict.fromkeys((*facts[1], *facts[0])) if facts[0].get(name) != facts[1].get(name)),
    )


def _unlike(cls: type, one: object, other: object) -> Iterator[str]:
    for part in fields(cls):
        if part.eq and getattr(one, part.name) != getattr(other, part.name):
            yield part.name.rstrip("_")


def _lines_changed(before: Snapshot, after: Snapshot) -> PackChange:
    """Return what of a pack is other as far as two reports say."""
    names = ("clause", "anchor", "weight", "hard", "kind")
    changed = {}
    for rule, now in after.lines.items():
        then = before.lines.get(rule)
        unlike = () if then is None else tuple(name for name in names if getattr(then, name) != getattr(now, name))
        if unlike:
            changed[rule] = unlike
    return PackChange(
        added=tuple(rule for rule in after.lines if rule not in before.lines),
        removed=tuple(rule for rule in before.lines if rule not in after.lines),
        changed=changed,
    )


def _changes(before: Submission, after: Submission, pack: Pack) -> Iterator[Changed]:
    """Yield the answers that are other than before, in the order of the dictionary, with the rules that ask them."""
    dictionary = pack.dictionary
    if before.roles != after.roles:
        old, new = (_titles(one.roles, pack) for one in (before, after))
        label = Text(zh="角色", en="roles")
        yield Changed(fact="organization.roles", label=label, before=old, after=new)
    for name, spec in dictionary.profile():
        one, other = before.profile.get(name), after.profile.get(name)
        if one != other:
            yield Changed(
                fact=f"organization.{name}",
                label=spec.label,
                before=said(spec, one),
                after=said(spec, other),
                rules=tuple(
                    f"{pack.id}.{rule.id}"
                    for rule in pack.rules
                    if rule.applies is not None and name in asked(rule.applies.expr)
                ),
            )
    for name, spec in dictionary.facts.items():
        for part, label, old, new in _unlike_answers(
            name, spec, before.answers.get(name), after.answers.get(name), dictionary
        ):
            rules = tuple(f"{pack.id}.{rule.id}" for rule in pack.rules if touches(rule, part, dictionary))
            yield Changed(fact=f"facts.{part}", label=label, before=old, after=new, rules=rules)


def _titles(roles: Iterable[str], pack: Pack) -> Text:
    titles = [pack.roles.get(one, same(one)) for one in roles]
    return Text(zh="、".join(one.zh for one in titles), en=", ".join(one.en for one in titles))


def _unlike_answers(
    name: str, spec: FactSpec, before: Answer, after: Answer, dictionary: Dictionary
) -> Iterator[tuple[str, Text, Text, Text]]:
    if spec.records:
        old, new = (_rows(spec, one) for one in (before, after))
        ends = tuple(one.through if isinstance(one, RecordList) else None for one in (before, after))
        if old != new or ends[0] != ends[1]:
            yield (
                name,
                spec.label,
                _counted(name, before, old, new, dictionary),
                _counted(name, after, new, old, dictionary),
            )
    elif spec.type == "checklist":
        for element, one in spec.elements.items():
            cells = [found.get(element) if isinstance(found, Mapping) else None for found in (before, after)]
            if cells[0] != cells[1]:
                yield f"{name}.{element}", one.name, said(one, cells[0]), said(one, cells[1])
    elif before != after:
        yield name, spec.label, said(spec, before), said(spec, after)


Row = tuple[Cell, ...]


def _rows(spec: FactSpec, answer: Answer) -> dict[Row, int] | None:
    if not isinstance(answer, RecordList):
        return None
    found: dict[Row, int] = {}
    for record in answer.records:
        row = tuple(record.cells.get(name) for name in spec.fields)
        found[row] = found.get(row, 0) + 1
    return found


def _counted(
    name: str, answer: Answer, own: dict[Row, int] | None, others: dict[Row, int] | None, dictionary: Dictionary
) -> Text:
    """Return how many records there are, and how many of them are not among the others so."""
    if own is None or not isinstance(answer, RecordList):
        return UNSTATED
    unit, number = dictionary.unit(name), sum(own.values())
    alone = sum(max(count - (others or {}).get(row, 0), 0) for row, count in own.items())
    through = "" if answer.through is None else day_text(answer.through)
    zh, en = unit.count(number, "zh"), unit.count(number, "en")
    if alone and others is not None:
        zh, en = f"{zh}，其中{alone}条仅见于此", f"{en}, {alone} of them only here"
    if through:
        zh, en = f"{zh}（截至{through}）", f"{en} (up to {through})"
    return Text(zh=zh, en=en)
