"""OSCAL 1.2.1: a pack as a catalog, and assessments as assessment results whose targets are in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from safescore.model import Clause, Pack, Parameter, Rule
from safescore.period import day_text
from safescore.report.contents import differences_of, effects, restates
from safescore.report.json import written
from safescore.report.labels import UNSCORED, between, difference, fact_name, grade
from safescore.report.layout import Layout
from safescore.report.markdown import escaped
from safescore.report.places import NAMELESS, spot
from safescore.report.places import told as told_places
from safescore.report.visible import clipped, visible
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.version import VERSION
from safescore.words import Lang, Text

OSCAL_VERSION = "1.2.1"
NAMESPACE = "urn:safescore:oscal"
"""Whose names the properties are that OSCAL itself does not define."""
NO_DAY = "1970-01-01"
"""The day of a pack that does not say when its document was issued."""
MOST = 400
MOST_PLACES = 50
"""How many facts of one observation are listed."""
_IDS = uuid5(NAMESPACE_URL, NAMESPACE)

STATES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.SATISFIED: ("satisfied", "pass"),
    Outcome.NOT_SATISFIED: ("not-satisfied", "fail"),
    Outcome.UNKNOWN: ("not-satisfied", "other"),
}
"""The state and reason of a finding. What is not due yet or does not apply was not determined: it has an observation,
but no finding. What is unknown is other than satisfied, for the evidence does not suffice."""


def catalog(pack: Pack, lang: Lang) -> str:
    """Return a pack as an OSCAL catalog: clauses as groups, rules as controls, parameters and readings as params."""
    head = pack.head
    issuer = _id("party", pack.id, head.issuer.zh)
    content: dict[str, Any] = {
        "uuid": _catalog_id(pack.id, pack.digest, lang),
        "metadata": {
            "title": _markup(head.title.to(lang)),
            **({"published": _moment(_issued(pack))} if head.issued is not None else {}),
            "last-modified": _moment(_issued(pack)),
            "version": _string(pack.version),
            "oscal-version": OSCAL_VERSION,
            "props": _props(
                ("pack", pack.id),
                ("digest", pack.digest),
                ("document-number", head.number or ""),
                ("source-file", head.source.file if head.source else ""),
                ("source-sha256", head.source.sha256 if head.source else ""),
            ),
            "roles": [{"id": "creator", "title": "发文单位" if lang == "zh" else "Issuer"}],
            "parties": [{"uuid": issuer, "type": "organization", "name": _string(head.issuer.to(lang))}],
            "responsible-parties": [{"role-id": "creator", "party-uuids": [issuer]}],
        },
    }
    if head.parameters:
        content["params"] = [_param(one, pack, lang) for one in head.parameters]
    content["groups"] = [_group(one, pack, lang) for one in head.clauses]
    return written({"catalog": content})


def render(assessments: Sequence[Assessment], lang: Lang, layout: Layout) -> str:
    """Return assessments as OSCAL assessment results, a result an assessment."""
    zh = lang == "zh"
    identity = [part for one in assessments for part in _identity(one)]
    plan = _id("plan", *identity)
    parties = {_party_id(one): one for one in assessments}
    packs = {_catalog_id(one.pack, one.digests.pack, lang): one for one in assessments}
    content = {
        "uuid": _id("results", lang, *identity),
        "metadata": {
            "title": "安全生产自查评定结果" if zh else "Work-safety assessment results",
            "last-modified": _moment(max((one.as_of for one in assessments), default=NO_DAY)),
            "version": VERSION,
            "oscal-version": OSCAL_VERSION,
            "parties": [_party(uuid, one) for uuid, one in parties.items()],
        },
        "import-ap": {"href": f"#{plan}"},
        "results": [_result(one, place, lang) for place, one in enumerate(assessments)],
        "back-matter": {
            "resources": [_plan(plan, packs.values(), lang), *(_source(uuid, one, lang) for uuid, one in packs.items())]
        },
    }
    return written({"assessment-results": content})


def control_id(pack: str, rule: str) -> str:
    """Return the id of a rule's control; *rule* is with or without the pack's id."""
    return _token(f"{pack}.{rule.removeprefix(f'{pack}.')}")


def objective_id(pack: str, rule: str) -> str:
    """Return the id of what a finding of a rule determines."""
    return f"{control_id(pack, rule)}_obj"


def _issued(pack: Pack) -> str:
    """Return the day of a pack's document: as issued, else the first of its period."""
    head = pack.head
    found = head.issued if head.issued is not None else head.period.from_
    return day_text(found) if isinstance(found, int) else NO_DAY


def _param(one: Parameter, pack: Pack, lang: Lang) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": _token(f"{pack.id}.{one.id}"),
        "class": "reading" if one.reading else "parameter",
        "props": _props(("type", one.type), ("default", "" if one.default is None else str(one.default))),
        "label": _markup(one.title.to(lang)),
    }
    if one.question is not None:
        content["usage"] = _markup(one.question.to(lang))
    if one.note is not None:
        content["guidelines"] = [{"prose": _markup(one.note.to(lang))}]
    if one.reading:
        choices = [f"{_markup(id_)}: {_markup(other.title.to(lang))}" for id_, other in one.alternatives.items()]
        content["select"] = {"how-many": "one", "choice": choices}
    elif one.default is not None:
        content["values"] = [_string(str(one.default))]
    return content


def _group(clause: Clause, pack: Pack, lang: Lang) -> dict[str, Any]:
    """Return a clause: its rules as controls, and the statements that are not scored with the reason why."""
    content: dict[str, Any] = {
        "id": _token(f"{pack.id}.clause.{clause.id}"),
        "class": "clause",
        "title": _markup(f"{'条款' if lang == 'zh' else 'clause'} {clause.id}"),
        "props": [{"name": "label", "value": _string(clause.id)}],
    }
    excused = [
        {
            "name": "unscored",
            "ns": NAMESPACE,
            "props": _props(
                ("anchor", one.anchor),
                ("reason", one.reason.value if one.reason is not None else "restates"),
                ("restates", "" if one.restates is None else control_id(pack.id, one.restates)),
            ),
            "prose": _markup(_excuse(one.reason.value if one.reason else f"restates: {one.restates}", lang)),
        }
        for one in clause.unscored
    ]
    if excused:
        content["parts"] = excused
    held = [rule for rule in pack.rules if rule.clause == clause.id]
    if held:
        content["controls"] = [_control(rule, pack, lang) for rule in held]
    return content


def _excuse(reason: str, lang: Lang) -> str:
    restated = restates(reason)
    if restated is not None:
        return f"与{restated}重复" if lang == "zh" else f"restates {restated}"
    return UNSCORED[reason].to(lang) if reason in UNSCORED else reason


def _control(rule: Rule, pack: Pack, lang: Lang) -> dict[str, Any]:
    """Return a rule: what it asks as its statement and objective, its remedy as guidance, its questions as method."""
    id_ = control_id(pack.id, rule.id)
    asked = _markup(rule.measure.target(pack.dictionary).to(lang))
    questions = [
        pack.dictionary.facts[name].question.to(lang) for name in rule.facts() if name in pack.dictionary.facts
    ]
    objective = {"id": objective_id(pack.id, rule.id), "name": "assessment-objective", "prose": asked}
    method = {
        "id": f"{id_}_asm",
        "name": "assessment-method",
        "props": [{"name": "method", "value": "EXAMINE"}],
        "parts": [{"name": "assessment-objects", "prose": "\n\n".join(map(_markup, questions))}] if questions else [],
    }
    if not questions:
        del method["parts"]
    return {
        "id": id_,
        "class": "hard" if rule.hard else "duty",
        "title": _markup(rule.title.to(lang)),
        "props": [
            {"name": "label", "value": _string(f"{pack.id}.{rule.id}")},
            *_props(
                ("clause", rule.clause),
                ("anchor", rule.anchor),
                ("weight", str(pack.head.weights.of(rule))),
                ("hard", "true" if rule.hard else "false"),
                ("measure", rule.measure.kind),
                *(("role", role) for role in rule.roles),
                *(("owner", owner) for owner in rule.owners),
                *(("param", _token(f"{pack.id}.{name}")) for name in sorted(rule.settings())),
            ),
        ],
        "parts": [
            {"id": f"{id_}_smt", "name": "statement", "prose": _statement(rule, pack, asked, lang)},
            {"id": f"{id_}_gdn", "name": "guidance", "prose": _markup(rule.remedy.to(lang))},
            objective,
            method,
        ],
    }


def _statement(rule: Rule, pack: Pack, asked: str, lang: Lang) -> str:
    """Return what a rule asks; parameters and readings stand in it as OSCAL inserts them."""
    colon, join = ("：", "、") if lang == "zh" else (": ", ", ")
    params = (f"{{{{ insert: param, {_token(f'{pack.id}.{name}')} }}}}" for name in sorted(rule.settings()))
    inserted = join.join(params)
    return f"{_markup(rule.title.to(lang))}{colon}{asked}{f' ({inserted})' if inserted else ''}"


def _result(one: Assessment, place: int, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    base = ("result", str(place), lang, *_identity(one))
    party, day = _party_id(one), _moment(one.as_of)
    name = escaped(clipped(one.organization.get("name", ""))).strip()
    title = _markup(one.pack_title.to(lang))
    score, band = between(one.score.interval, lang), _markup(grade(one.grade, lang))
    asked = [found for found in one.findings if found.outcome is not Outcome.NOT_APPLICABLE]
    free = [found for found in one.findings if found.outcome is Outcome.NOT_APPLICABLE]
    selection: dict[str, Any] = {"include-controls": _selected(one, asked)} if asked else {"include-all": {}}
    if free:
        selection["exclude-controls"] = _selected(one, free)
    content: dict[str, Any] = {
        "uuid": _id(*base),
        "title": f"{name} {title} {_markup(one.period)}".strip(),
        "description": f"得分 {score}；等级 {band}" if zh else f"Score {score}; grade {band}",
        "start": day,
        "props": _props(
            ("pack", one.pack),
            ("pack-version", one.pack_version),
            ("pack-digest", one.digests.pack),
            ("facts-digest", one.digests.facts),
            ("period", one.period),
            ("as-of", one.as_of),
            ("counted-up-to", one.cut),
            ("score-low", "" if one.score.interval.low is None else str(one.score.interval.low)),
            ("score-high", "" if one.score.interval.high is None else str(one.score.interval.high)),
            ("evidence-required", "true" if one.evidence_required else ""),
            ("grade-low", one.grade.low or ""),
            ("grade-high", one.grade.high or ""),
            *((f"setting.{setting.id}", clipped(setting.value)) for setting in one.settings),
        ),
        "reviewed-controls": {
            "links": [{"href": f"#{_catalog_id(one.pack, one.digests.pack, lang)}", "rel": "reference"}],
            "control-selections": [selection],
        },
    }
    if one.findings:
        content["observations"] = [_observation(found, one, base, party, lang) for found in one.findings]
    risks = [_risk(found, one, base, lang) for found in one.findings if found.outcome is Outcome.NOT_SATISFIED]
    if risks:
        content["risks"] = risks
    findings = [_finding(found, one, base, lang) for found in one.findings if found.outcome in STATES]
    if findings:
        content["findings"] = findings
    return content


def _observation(found: Finding, one: Assessment, base: tuple[str, ...], party: str, lang: Lang) -> dict[str, Any]:
    """Return what was seen of a rule: its outcome, as it stands, and the facts that were used."""
    control = control_id(one.pack, found.rule)
    seen = [place for place in (*told_places(found), *found.places) if spot(place.at).file not in NAMELESS]
    evidence = [
        {"href": _href(place.at), "description": _markup(clipped(place.fact))} for place in dict.fromkeys(seen)
    ][:MOST_PLACES]
    missing = [clipped(fact_name(path, one, lang)) for path in found.missing[:MOST_PLACES]]
    content = {
        "uuid": _id(*base, "observation", control),
        "title": _markup(found.title.to(lang)),
        "description": _markup(clipped(found.actual.to(lang), MOST)),
        "props": _props(
            ("control", control),
            ("outcome", found.outcome.value),
            ("to-date", "true" if found.to_date else ""),
            ("next-due", found.next_due),
            *(("missing", name) for name in missing),
            *(("difference", clipped(difference(other, lang), MOST)) for other in differences_of(found, one)),
            *(("waiver-effect", effect.value) for effect in effects(found, one)),
            ("proven-outcome", found.evidenced.proven.outcome.value if found.evidenced is not None else ""),
        ),
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "subjects": [{"subject-uuid": party, "type": "party"}],
        "collected": _moment(one.as_of),
        "remarks": _markup(clipped(found.reason.to(lang), MOST)),
    }
    if evidence:
        content["relevant-evidence"] = evidence
    return content


def _finding(found: Finding, one: Assessment, base: tuple[str, ...], lang: Lang) -> dict[str, Any]:
    state, reason = STATES[found.outcome]
    control = control_id(one.pack, found.rule)
    content: dict[str, Any] = {
        "uuid": _id(*base, "finding", control),
        "title": _markup(found.title.to(lang)),
        "description": _markup(clipped(found.reason.to(lang), MOST)),
        "props": _props(
            ("outcome", found.outcome.value),
            ("clause", found.clause),
            ("anchor", found.anchor),
            ("hard", "true" if found.hard else "false"),
            ("weight", str(found.weight)),
            ("credit-low", _exact(found.contribution.low)),
            ("credit-high", _exact(found.contribution.high)),
            ("gap", "" if found.gap is None else clipped(found.gap.to(lang), MOST)),
            ("due", found.next_due),
            *(("owner", owner) for owner in found.owners),
        ),
        "target": {
            "type": "objective-id",
            "target-id": objective_id(one.pack, found.rule),
            "status": {"state": state, "reason": reason},
        },
        "related-observations": [{"observation-uuid": _id(*base, "observation", control)}],
    }
    if found.outcome is Outcome.UNKNOWN:
        content["target"]["status"]["remarks"] = (
            "事实不足，无法判定；不等于未落实。" if lang == "zh" else "The facts do not decide it; this is no breach."
        )
    if found.outcome is Outcome.NOT_SATISFIED:
        content["related-risks"] = [{"risk-uuid": _id(*base, "risk", control)}]
    return content


def _risk(found: Finding, one: Assessment, base: tuple[str, ...], lang: Lang) -> dict[str, Any]:
    """Return a gap as a risk, with its remedy and due day; where it is waived, as an approved deviation."""
    control = control_id(one.pack, found.rule)
    gap = _markup(clipped((found.gap or found.reason).to(lang), MOST))
    content: dict[str, Any] = {
        "uuid": _id(*base, "risk", control),
        "title": _markup(found.title.to(lang)),
        "description": gap,
        "statement": _markup(found.target.to(lang)),
        "props": _props(("hard", "true" if found.hard else "false")),
        "status": "open" if found.waiver is None else "deviation-approved",
        "remediations": [
            {
                "uuid": _id(*base, "remedy", control),
                "lifecycle": "recommendation",
                "title": "怎么办" if lang == "zh" else "Remedy",
                "description": _markup(found.remedy.to(lang)),
            }
        ],
        "related-observations": [{"observation-uuid": _id(*base, "observation", control)}],
    }
    if found.next_due:
        content["deadline"] = _moment(found.next_due)
    if found.waiver is not None:
        waiver = found.waiver
        until = f"有效期至{waiver.until}" if lang == "zh" else f"until {waiver.until}"
        content["mitigating-factors"] = [
            {
                "uuid": _id(*base, "waiver", control),
                "description": "; ".join(
                    (_markup(clipped(waiver.reason, MOST)), _markup(clipped(waiver.approver)), until)
                ),
            }
        ]
    return content


def _party(uuid: str, one: Assessment) -> dict[str, Any]:
    name, id_ = (clipped(one.organization.get(key, "")) for key in ("name", "id"))
    known = _props(("organization-id", id_))
    return {"uuid": uuid, "type": "organization", "name": _string(name), **({"props": known} if known else {})}


def _plan(uuid: str, assessments: Iterable[Assessment], lang: Lang) -> dict[str, Any]:
    text = Text(
        zh="没有单独的评定方案：对文件的每一事项逐项评定，评定日、期间和采用的口径见各项结果的属性。",
        en="There is no assessment plan of its own: every rule of the pack is asked; the day of judgement, the period "
        "and the readings in force are properties of each result.",
    )
    return {
        "uuid": uuid,
        "title": "评定方案" if lang == "zh" else "Assessment plan",
        "description": text.to(lang),
        "props": [{"name": "type", "value": "plan"}],
        "rlinks": [_exported(one) for one in assessments],
    }


def _source(uuid: str, one: Assessment, lang: Lang) -> dict[str, Any]:
    """Return where the targets are: the catalog that the pack is exported as."""
    command = f"safescore packs export --pack {one.pack}@{one.pack_version} --lang {lang}"
    text = f"由 {command} 生成" if lang == "zh" else f"Made by {command}"
    return {
        "uuid": uuid,
        "title": _markup(one.pack_title.to(lang)),
        "description": _markup(text),
        "props": _props(("pack", one.pack), ("pack-version", one.pack_version), ("pack-digest", one.digests.pack)),
        "rlinks": [_exported(one)],
    }


def _exported(one: Assessment) -> dict[str, str]:
    """Return where the catalog of a pack is, if it was exported under its own name beside the results."""
    return {"href": f"{one.pack}.oscal.json", "media-type": "application/oscal+json"}


def _selected(one: Assessment, findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [{"control-id": control_id(one.pack, found.rule)} for found in findings]


def _identity(one: Assessment) -> tuple[str, ...]:
    """Return what tells an assessment from every other."""
    return (one.pack, one.digests.pack, one.digests.facts, one.as_of, one.organization.get("id", ""))


def _party_id(one: Assessment) -> str:
    return _id("party", one.organization.get("id", ""), one.organization.get("name", ""))


def _catalog_id(pack: str, digest: str, lang: Lang) -> str:
    return _id("catalog", pack, digest, lang)


def _id(*parts: str) -> str:
    """Return the UUID of what these parts name: the same for the same parts."""
    name = "\0".join(parts).encode("utf-8", "backslashreplace").decode()
    made: UUID = uuid5(_IDS, name)
    return str(made)


def _token(text: str) -> str:
    """Return a text as an OSCAL token: letters, digits, dots, hyphens and underscores, the first a letter or ``_``."""
    inner = "".join(char if char.isalpha() or char.isdecimal() or char in ".-" else "_" for char in text)
    return inner if inner[:1].isalpha() else f"_{inner}"


def _props(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Return properties in our namespace, those without a value left out."""
    return [
        {"name": _token(name), "ns": NAMESPACE, "value": _string(value)}
        for name, value in pairs
        if visible(value).strip()
    ]


def _string(text: str) -> str:
    return visible(text).strip() or "-"


def _markup(text: str) -> str:
    return escaped(text).strip() or "-"


def _moment(day: str) -> str:
    return f"{day}T00:00:00+08:00"


def _exact(number: object) -> str:
    return "" if number is None else str(number)


def _href(at: str) -> str:
    """Return a place as a reference: the file, and its line as a fragment."""
    found = spot(at)
    return found.uri if found.cell else f"{found.uri}#L{found.line}"
