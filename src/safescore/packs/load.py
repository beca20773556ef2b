"""A pack, read from its folder and linked; all faults of all its files in one run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import evolve

from safescore.converter import free_value
from safescore.dictionary import Dictionary
from safescore.document import Document
from safescore.errors import Fault, InvalidInput, WrongValue, expected
from safescore.expr import Setting, suggestion
from safescore.measures import Links
from safescore.measures.frequency import Frequency
from safescore.model import Pack, PackHead, Parameter, Rule
from safescore.packs.entries import read_dictionary, structured
from safescore.packs.find import pack_folder, rules_root, yaml_files
from safescore.packs.shelf import Shelf
from safescore.parameters import parameter_value
from safescore.source import Limits, read
from safescore.words import Text

PACK_LIMITS = Limits(values=1_000_000)


def load_pack(name: str | Path, *, whole: bool = False) -> Pack:
    """Return a pack by its id, ``id@version``, or its folder.

    The entries of the shared dictionary are read when they are asked; with *whole* all of them are read and checked.
    Raises InvalidInput with every fault of every file.
    """
    folder, version = pack_folder(str(name))
    pack = _Reading(folder, whole=whole).pack()
    if version is not None and version != pack.version:
        head = read(folder / "pack.yaml", PACK_LIMITS)
        problem = Text(
            zh=f"规则包“{pack.id}”现有版本是{pack.version}，不是{version}",
            en=f"the pack {pack.id!r} is here in version {pack.version}, not {version}",
        )
        raise InvalidInput(
            (
                head.fault(
                    ("version",),
                    problem,
                    Text(zh=f"请用{pack.id}@{pack.version}", en=f"ask for {pack.id}@{pack.version}"),
                ),
            )
        )
    return pack


def shared_dictionary() -> tuple[Dictionary, Mapping[str, Text]]:
    """Return the dictionary and the roles that the built-in packs share."""
    reading = _Reading(rules_root(), whole=False)
    dictionary = reading.dictionary([yaml_files(rules_root() / "facts")], shared=True)
    return dictionary, reading.roles([rules_root() / "roles.yaml"])


class _Reading:
    """One reading of a pack's folder: the documents read so far, and the faults found."""

    def __init__(self, folder: Path, *, whole: bool) -> None:
        self.folder = folder
        self.whole = whole
        self.faults: list[Fault] = []
        self.broken: set[str] = set()  # rules that are there, and can't be read
        self.digest = sha256()

    def document(self, path: Path) -> Document | None:
        """Return the document of a file, whose digest joins the pack's; None where it can't be read."""
        try:
            document = read(path, PACK_LIMITS)
        except InvalidInput as error:
            self.faults.extend(error.faults)
            return None
        self.digest.update(f"{path.name}\0{document.digest}\n".encode())
        return document

    def documents(self, paths: list[Path]) -> list[Document]:
        """Return the documents of these files that can be read."""
        return [document for path in paths if (document := self.document(path)) is not None]

    def pack(self) -> Pack:
        """Return the pack, or raise InvalidInput."""
        head_document = self.document(self.folder / "pack.yaml")
        head = None
        if head_document is not None:
            head = structured(head_document.content, PackHead, head_document, (), self.faults)
        if head is None or head_document is None:
            raise InvalidInput(self.faults)
        shared = rules_root() if head.dictionary == "shared" else None
        folders = [shared] if shared else []
        if not shared or self.folder.parent.resolve() != shared.resolve():
            folders.append(self.folder)
        dictionary = self.dictionary([yaml_files(one / "facts") for one in folders], shared=shared is not None)
        roles = self.roles([one / "roles.yaml" for one in folders if (one / "roles.yaml").is_file()])
        head = self._settled_head(head, head_document)
        rules = self._rules(head, dictionary, roles)
        self._clauses(head, head_document, rules)
        if self.faults:
            raise InvalidInput(self.faults)
        order = {clause.id: place for place, clause in enumerate(head.clauses)}
        return Pack(
            head=head,
            rules=tuple(sorted((rule for rule, _, _ in rules.values()), key=lambda rule: order[rule.clause])),
            roles=roles,
            dictionary=dictionary,
            digest=self.digest.hexdigest(),
            folder=str(self.folder),
        )

    def dictionary(self, files: list[list[Path]], *, shared: bool) -> Dictionary:
        """Return the dictionary: the shared one entry by entry, unless others join it or all of it is to be checked."""
        if not shared or self.whole or any(files[1:]):
            return read_dictionary(self.documents([path for group in files for path in group]), self.faults)
        shelf = Shelf(files[0], PACK_LIMITS)
        for name, digest in shelf.digests:
            self.digest.update(f"{name}\0{digest}\n".encode())
        return shelf.dictionary()

    def roles(self, paths: list[Path]) -> dict[str, Text]:
        roles: dict[str, Text] = {}
        for document in self.documents(paths):
            content: Any = document.content
            if not isinstance(content, Mapping):
                self.faults.append(
                    document.fault(
                        (),
                        Text(zh="角色文件应写成“角色: 名称”", en="a roles file maps roles to titles"),
                        Text(zh="写成firm: {zh: …, en: …}", en="write firm: {zh: …, en: …}"),
                    )
                )
                continue
            for name, raw in content.items():
                if name in roles:
                    self.faults.append(
                        document.fault(
                            (name,),
                            Text(zh=f"角色“{name}”重复定义", en=f"the role {name!r} is defined twice"),
                            key=True,
                        )
                    )
                title = structured(raw, Text, document, (name,), self.faults)
                roles[name] = title if title is not None else Text(zh=name, en=name)
        return roles

    def _settled_head(self, head: PackHead, document: Document) -> PackHead:
        """Return the head with the values of its parameters read, and its references checked."""
        seen: set[str] = set()
        parameters = []
        for place, one in enumerate(head.parameters):
            here: tuple[str | int, ...] = ("parameters", place)
            if one.id in seen:
                self.faults.append(
                    document.fault(
                        (*here, "id"),
                        Text(zh=f"参数“{one.id}”重复出现", en=f"the parameter {one.id!r} stands here twice"),
                    )
                )
            seen.add(one.id)
            parameters.append(self._parameter(one, document, here))
        known = tuple(dict.fromkeys(one.id for one in parameters))
        spots: list[tuple[tuple[str | int, ...], object]] = [
            (("binds_from",), head.binds_from),
            (("partial_window",), head.partial_window),
        ]
        for key, stretch in (("period", head.period), ("campaign", head.campaign)):
            if stretch is not None:
                spots.extend(
                    ((key, "from"), stretch.from_) if end == "from" else ((key, "to"), stretch.to)
                    for end in ("from", "to")
                )
        for path, value in spots:
            if isinstance(value, Setting) and value.id not in seen:
                self.faults.append(
                    document.fault(
                        path,
                        Text(zh=f"没有参数“{value.id}”", en=f"there is no parameter {value.id!r}"),
                        suggestion(value.id, known),
                    )
                )
        bands = head.grades.bands
        scores = [band.at_least for band in bands]
        if not bands or scores[-1] != 0 or any(low >= high for high, low in itertools.pairwise(scores)):
            problem = Text(zh="等级应由高到低排列，末级为0", en="the bands must fall from best to worst and end at 0")
            self.faults.append(
                document.fault(
                    ("grades", "bands"),
                    problem,
                    Text(zh="写明各级的at_least，末级为0", en="give at_least of each, the last 0"),
                )
            )
        elif head.grades.hard_cap not in [band.id for band in bands]:
            problem = Text(zh=f"没有等级“{head.grades.hard_cap}”", en=f"there is no band {head.grades.hard_cap!r}")
            self.faults.append(
                document.fault(
                    ("grades", "hard_cap"),
                    problem,
                    suggestion(head.grades.hard_cap, tuple(band.id for band in bands)),
                )
            )
        return evolve(head, parameters=tuple(parameters))

    def _parameter(self, one: Parameter, document: Document, path: tuple[str | int, ...]) -> Parameter:
        if one.alternatives:
            values = {}
            for name, alternative in one.alternatives.items():
                try:
                    values[name] = evolve(alternative, value=free_value(alternative.value))
                except WrongValue as wrong:
                    here = (*path, "alternatives", name, "value")
                    self.faults.append(document.fault(here, expected(wrong), wrong.hint))
            if one.default is not None and one.default not in one.alternatives:
                hint = suggestion(str(one.default), tuple(one.alternatives))
                self.faults.append(
                    document.fault(
                        (*path, "default"),
                        Text(zh=f"没有选项“{one.default}”", en=f"there is no alternative {one.default!r}"),
                        hint,
                    )
                )
            return evolve(one, alternatives=values, type="reading")
        if one.default is None:
            return one
        try:
            return evolve(one, default=parameter_value(one, one.default))
        except WrongValue as wrong:
            self.faults.append(document.fault((*path, "default"), expected(wrong), wrong.hint))
            return one

    def _rules(
        self, head: PackHead, dictionary: Dictionary, roles: Mapping[str, Text]
    ) -> dict[str, tuple[Rule, Document, int]]:
        rules: dict[str, tuple[Rule, Document, int]] = {}
        parameters = tuple(one.id for one in head.parameters)
        clauses = tuple(clause.id for clause in head.clauses)
        for document in self.documents(yaml_files(self.folder / "rules")):
            content: Any = document.content
            if not isinstance(content, list):
                self.faults.append(
                    document.fault(
                        (),
                        Text(zh="规则文件应是规则的列表", en="a rule file is a list of rules"),
                        Text(zh="每条规则以短横线开头", en="begin each rule with a dash"),
                    )
                )
                continue
            for place, raw in enumerate(content):
                rule = structured(raw, Rule, document, (place,), self.faults)
                if rule is None:
                    self.broken.update((str(raw.get("id")),) if isinstance(raw, Mapping) else ())
                    continue
                if rule.id in rules:
                    first = rules[rule.id]
                    at = first[1].locate((first[2], "id"))
                    self.faults.append(
                        document.fault(
                            (place, "id"),
                            Text(
                                zh=f"规则“{rule.id}”重复出现，首次在{at}",
                                en=f"the rule {rule.id!r} stands here twice, first at {at}",
                            ),
                        )
                    )
                    continue
                rules[rule.id] = (self._linked(rule, document, place, dictionary), document, place)
                linked = rules[rule.id][0]
                checks = [
                    *(
                        (("roles", number), Text(zh="角色", en="role"), role, tuple(roles))
                        for number, role in enumerate(rule.roles)
                    ),
                    (("clause",), Text(zh="条款", en="clause"), rule.clause, clauses),
                    *(
                        (("measure",), Text(zh="参数", en="parameter"), name, parameters)
                        for name in sorted(linked.settings())
                    ),
                ]
                if isinstance(rule.measure, Frequency) and rule.measure.occasions is not None:
                    named = rule.measure.occasions
                    checks.append(
                        (
                            ("measure", "occasions"),
                            Text(zh="时段清单", en="list of occasions"),
                            named,
                            tuple(head.occasions),
                        )
                    )
                for path, what, name, known in checks:
                    if name not in known:
                        problem = Text(zh=f"没有{what.zh}“{name}”", en=f"there is no {what.en} {name!r}")
                        self.faults.append(document.fault((place, *path), problem, suggestion(name, known)))
        return rules

    def _linked(self, rule: Rule, document: Document, place: int, dictionary: Dictionary) -> Rule:
        links = Links(dictionary)
        applies = links.condition(rule.applies, dict(dictionary.profile()), ("applies",))
        measure = rule.measure.linked(links, ("measure",))
        self.faults.extend(document.fault((place, *one.path), one.problem, one.hint) for one in links.wrong)
        return evolve(rule, applies=applies, measure=measure)

    def _clauses(self, head: PackHead, document: Document, rules: Mapping[str, tuple[Rule, Document, int]]) -> None:
        listed: dict[str, str] = {}
        seen: set[str] = set()
        for place, clause in enumerate(head.clauses):
            here: tuple[str | int, ...] = ("clauses", place)
            if clause.id in seen:
                self.faults.append(
                    document.fault(
                        (*here, "id"),
                        Text(zh=f"条款“{clause.id}”重复出现", en=f"the clause {clause.id!r} stands here twice"),
                    )
                )
            seen.add(clause.id)
            if not clause.rules and not clause.unscored:
                problem = Text(
                    zh=f"条款“{clause.id}”既无规则，也无不计分表述",
                    en=f"the clause {clause.id!r} holds neither rules nor unscored statements",
                )
                self.faults.append(
                    document.fault(
                        here,
                        problem,
                        Text(zh="列出其规则，或说明为何不计分", en="list its rules, or say why nothing is scored"),
                    )
                )
            for number, name in enumerate(clause.rules):
                if name in self.broken:
                    continue
                if name not in rules:
                    hint = suggestion(name, tuple(rules))
                    self.faults.append(
                        document.fault(
                            (*here, "rules", number),
                            Text(zh=f"没有规则“{name}”", en=f"there is no rule {name!r}"),
                            hint,
                        )
                    )
                elif rules[name][0].clause != clause.id:
                    problem = Text(
                        zh=f"规则“{name}”自称属于条款“{rules[name][0].clause}”",
                        en=f"the rule {name!r} says that it stands in {rules[name][0].clause!r}",
                    )
                    self.faults.append(
                        document.fault((*here, "rules", number), problem, Text(zh="使两处一致", en="let both agree"))
                    )
                listed[name] = clause.id
            for number, one in enumerate(clause.unscored):
                spot = (*here, "unscored", number)
                if (one.reason is None) == (one.restates is None):
                    self.faults.append(
                        document.fault(
                            spot,
                            Text(
                                zh="不计分表述应写明理由，或写明重申哪条规则",
                                en="an unscored statement has a reason, or restates a rule",
                            ),
                        )
                    )
                elif one.restates is not None and one.restates not in rules:
                    hint = suggestion(one.restates, tuple(rules))
                    self.faults.append(
                        document.fault(
                            (*spot, "restates"),
                            Text(zh=f"没有规则“{one.restates}”", en=f"there is no rule {one.restates!r}"),
                            hint,
                        )
                    )
        for name, (rule, own, place) in rules.items():
            if name not in listed and rule.clause in seen:
                problem = Text(
                    zh=f"规则“{name}”没有列在条款“{rule.clause}”之下",
                    en=f"the rule {name!r} is not listed in its clause {rule.clause!r}",
                )
                self.faults.append(
                    own.fault((place, "id"), problem, Text(zh="在pack.yaml中列出", en="list it in pack.yaml"))
                )
