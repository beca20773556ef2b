"""A pack, read from its folder and linked; all faults of all its files in one run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import evolve

from safescore.converter import free_value
from safescore.dictionary import Dictionary, WrongValue
from safescore.errors import Fault, InvalidInput
from safescore.expr import Setting, suggestion
from safescore.measures import Links
from safescore.measures.frequency import Frequency
from safescore.model import Pack, PackHead, Parameter, Rule
from safescore.packs.entries import read_dictionary, structured
from safescore.packs.find import pack_folder, rules_root, yaml_files
from safescore.packs.shelf import Shelf
from safescore.parameters import parameter_value
from safescore.source import Document, Limits, read
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
        problem = f"the pack {pack.id!r} is here in version {pack.version}, not {version}"
        raise InvalidInput((head.fault(("version",), problem, f"ask for {pack.id}@{pack.version}"),))
    return pack


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
        dictionary = self._dictionary([yaml_files(one / "facts") for one in folders], shared=shared is not None)
        roles = self._roles([one / "roles.yaml" for one in folders if (one / "roles.yaml").is_file()])
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

    def _dictionary(self, files: list[list[Path]], *, shared: bool) -> Dictionary:
        """Return the dictionary: the shared one entry by entry, unless others join it or all of it is to be checked."""
        if not shared or self.whole or any(files[1:]):
            return read_dictionary(self.documents([path for group in files for path in group]), self.faults)
        shelf = Shelf(files[0], PACK_LIMITS)
        for name, digest in shelf.digests:
            self.digest.update(f"{name}\0{digest}\n".encode())
        return shelf.dictionary()

    def _roles(self, paths: list[Path]) -> dict[str, Text]:
        roles: dict[str, Text] = {}
        for document in self.documents(paths):
            content: Any = document.content
            if not isinstance(content, Mapping):
                self.faults.append(
                    document.fault((), "a roles file maps roles to titles", "write firm: {zh: …, en: …}")
                )
                continue
            for name, raw in content.items():
                if name in roles:
                    self.faults.append(document.fault((name,), f"the role {name!r} is defined twice", key=True))
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
                self.faults.append(document.fault((*here, "id"), f"the parameter {one.id!r} stands here twice"))
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
                    document.fault(path, f"there is no parameter {value.id!r}", suggestion(value.id, known))
                )
        bands = head.grades.bands
        scores = [band.at_least for band in bands]
        if not bands or scores[-1] != 0 or any(low >= high for high, low in itertools.pairwise(scores)):
            problem = "the bands must fall from best to worst and end at 0"
            self.faults.append(document.fault(("grades", "bands"), problem, "give at_least of each, the last 0"))
        elif head.grades.hard_cap not in [band.id for band in bands]:
            problem = f"there is no band {head.grades.hard_cap!r}"
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
                    self.faults.append(document.fault(here, f"expected {wrong.expected}", wrong.hint))
            if one.default is not None and one.default not in one.alternatives:
                hint = suggestion(str(one.default), tuple(one.alternatives))
                self.faults.append(document.fault((*path, "default"), f"there is no alternative {one.default!r}", hint))
            return evolve(one, alternatives=values, type="reading")
        if one.default is None:
            return one
        try:
            return evolve(one, default=parameter_value(one, one.default))
        except WrongValue as wrong:
            self.faults.append(document.fault((*path, "default"), f"expected {wrong.expected}", wrong.hint))
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
                self.faults.append(document.fault((), "a rule file is a list of rules", "begin each rule with a dash"))
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
                        document.fault((place, "id"), f"the rule {rule.id!r} stands here twice, first at {at}")
                    )
                    continue
                rules[rule.id] = (self._linked(rule, document, place, dictionary), document, place)
                linked = rules[rule.id][0]
                checks = [
                    *((("roles", number), "role", role, tuple(roles)) for number, role in enumerate(rule.roles)),
                    (("clause",), "clause", rule.clause, clauses),
                    *((("measure",), "parameter", name, parameters) for name in sorted(linked.settings())),
                ]
                if isinstance(rule.measure, Frequency) and rule.measure.occasions is not None:
                    named = rule.measure.occasions
                    checks.append((("measure", "occasions"), "list of occasions", named, tuple(head.occasions)))
                for path, what, name, known in checks:
                    if name not in known:
                        problem = f"there is no {what} {name!r}"
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
                self.faults.append(document.fault((*here, "id"), f"the clause {clause.id!r} stands here twice"))
            seen.add(clause.id)
            if not clause.rules and not clause.unscored:
                problem = f"the clause {clause.id!r} holds neither rules nor unscored statements"
                self.faults.append(document.fault(here, problem, "list its rules, or say why nothing is scored"))
            for number, name in enumerate(clause.rules):
                if name in self.broken:
                    continue
                if name not in rules:
                    hint = suggestion(name, tuple(rules))
                    self.faults.append(document.fault((*here, "rules", number), f"there is no rule {name!r}", hint))
                elif rules[name][0].clause != clause.id:
                    problem = f"the rule {name!r} says that it stands in {rules[name][0].clause!r}"
                    self.faults.append(document.fault((*here, "rules", number), problem, "let both agree"))
                listed[name] = clause.id
            for number, one in enumerate(clause.unscored):
                spot = (*here, "unscored", number)
                if (one.reason is None) == (one.restates is None):
                    self.faults.append(document.fault(spot, "an unscored statement has a reason, or restates a rule"))
                elif one.restates is not None and one.restates not in rules:
                    hint = suggestion(one.restates, tuple(rules))
                    self.faults.append(document.fault((*spot, "restates"), f"there is no rule {one.restates!r}", hint))
        for name, (rule, own, place) in rules.items():
            if name not in listed and rule.clause in seen:
                problem = f"the rule {name!r} is not listed in its clause {rule.clause!r}"
                self.faults.append(own.fault((place, "id"), problem, "list it in pack.yaml"))
