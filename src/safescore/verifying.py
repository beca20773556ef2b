"""A report held against what its submission and its pack come to now: every difference is named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from attrs import evolve, field

from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput
from safescore.frozen import frozen
from safescore.period import parse_day
from safescore.report import json as report_json
from safescore.report.layout import Layout
from safescore.results import Assessment, Effect
from safescore.snapshot import EXCHANGE, REPORT, VERSION
from safescore.version import VERSION as TOOL
from safescore.words import LANGUAGES, Lang, Text

_PLACE = re.compile(r"(?P<file>.+?):(?:[0-9]+:[0-9]+|[^:!]+![A-Z]+[0-9]+)\Z", re.DOTALL)
_NARROWED = {"zh": "只列出", "en": "Only duties "}


class Kind(str, Enum):
    """What of a report is other than it comes out now."""

    DIGEST = "digest"
    SCORE = "score"
    OUTCOME = "outcome"
    OTHER = "other"


@frozen(kw_only=True)
class Deviation:
    """A place of a report, what it says there, and what comes out now; None where there is nothing."""

    kind: Kind
    at: str
    stated: str | None
    found: str | None
    rule: str = ""


@frozen(kw_only=True)
class Stated:
    """One assessment as a report states it: whose, of which pack, on what terms, and the files that it names."""

    organization: str
    pack: str
    period: str
    as_of: int
    facts: str
    require_evidence: bool
    waivers: bool
    combinations: bool
    files: tuple[str, ...]
    path: Steps
    content: Mapping[str, Any] = field(eq=False, repr=False)


@frozen(kw_only=True)
class Report:
    """A report as it was written: its assessments, their language, and the text."""

    document: Document
    exchange: bool
    lang: Lang
    assessments: tuple[Stated, ...]


@frozen(kw_only=True)
class Verified:
    """One assessment of a report held against what it comes to now; ``of`` is how many findings there are in all."""

    stated: Stated
    source: str
    deviations: tuple[Deviation, ...]
    shown: int
    of: int


@frozen(kw_only=True)
class Verification:
    """A report held against what it comes to now; ``written`` tells whether it is so byte for byte."""

    report: Report
    each: tuple[Verified, ...]
    written: bool

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.written and not any(one.deviations for one in self.each)


def read_report(document: Document) -> Report:
    """Return what a JSON report, or what ``Assessment.to_json`` wrote, says of how it was made. Raises InvalidInput."""
    content = document.content if isinstance(document.content, Mapping) else {}
    schema = content.get("schema")
    name = schema.get("name") if isinstance(schema, Mapping) and schema.get("version") == VERSION else None
    if name == EXCHANGE:
        try:
            one = Assessment.from_json(document.text)
        except InvalidInput as error:
            raise InvalidInput(evolve(fault, at=document.locate(())) for fault in error.faults) from None
        shown = json.loads(report_json.render((one,), "zh", Layout()))["assessments"][0]
        stated = evolve(_stated(shown, ("assessment",), one.at), content=content["assessment"])
        return Report(document=document, exchange=True, lang="zh", assessments=(stated,))
    lang, every = content.get("lang"), content.get("assessments")
    if name != REPORT or lang not in LANGUAGES or not isinstance(every, list) or not every:
        problem = Text(
            zh=f"这不是{REPORT} {VERSION}格式的报告", en=f"this is no report of the format {REPORT} {VERSION}"
        )
        hint = Text(
            zh="用safescore check FACTS --output json:PATH生成",
            en="make one with safescore check FACTS --output json:PATH",
        )
        raise InvalidInput((document.fault(("schema",), problem, hint),))
    found, faults = [], []
    for place, raw in enumerate(every):
        path: Steps = ("assessments", place)
        try:
            found.append(_stated(raw, path))
        except (KeyError, TypeError, AttributeError, ValueError):
            problem = Text(
                zh="读不出是哪个单位、哪个规则包、哪一天的结果",
                en="it can't be told whose result this is, under which pack and of which day",
            )
            faults.append(document.fault(path, problem))
    if faults:
        raise InvalidInput(faults)
    return Report(document=document, exchange=False, lang=lang, assessments=tuple(found))


def _stated(raw: Any, path: Steps, at: str = "") -> Stated:
    """Return how an assessment was made. Raises KeyError, TypeError, AttributeError or ValueError."""
    day = parse_day(raw["as_of"])
    places = [at, *_places(raw)]
    found = [match["file"] for one in places if one and (match := _PLACE.match(one)) is not None]
    names = (raw["organization"]["id"], raw["pack"]["id"], raw["period"], raw["digests"]["facts"])
    rules = [one["rule"] for one in raw["findings"]]
    if day is None or not all(isinstance(one, str) for one in (*names, *rules)):
        raise ValueError
    return Stated(
        organization=names[0],
        pack=names[1],
        period=names[2],
        as_of=day,
        facts=names[3],
        require_evidence=raw["evidence"]["required"] is True,
        waivers=all(one["effect"] != Effect.LEFT_OUT.value for one in raw["waivers"]),
        combinations=raw.get("combinations") is not None,
        files=tuple(dict.fromkeys(found)),
        path=path,
        content=raw,
    )


def _places(raw: Any) -> Iterator[str]:
    """Yield the places in files that an assessment names."""
    for one in (*raw["findings"], *raw["differences"]):
        for place in one["places"]:
            if isinstance(place["at"], str):
                yield place["at"]


def verify(report: Report, made: Mapping[Steps, tuple[Assessment, str]]) -> Verification:
    """Return a report held against what its assessments come to now, by path, each with its submission's file."""
    each, texts = [], []
    for stated in report.assessments:
        one, source = made[stated.path]
        content = _renamed(_content(one, report), source, stated)
        shown, narrowed = _as_shown(content, stated.content, report.lang)
        deviations = tuple(sorted(_deviations(stated.content, shown, ()), key=_order))
        of = len(one.findings)
        each.append(
            Verified(
                stated=stated,
                source=source,
                deviations=deviations,
                shown=len(shown["findings"]) if narrowed else of,
                of=of,
            )
        )
        texts.append(shown)
    return Verification(report=report, each=tuple(each), written=report.document.text in _ways(report, texts))


def _content(one: Assessment, report: Report) -> Any:
    """Return an assessment as a report like this has it."""
    if report.exchange:
        return json.loads(one.to_json())["assessment"]
    return json.loads(report_json.render((one,), report.lang, Layout()))["assessments"][0]


def _ways(report: Report, assessments: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return how a report of these assessments is written: as UTF-8, or in ASCII for a console that is not."""
    if report.exchange:
        (one,) = assessments
        whole = {"schema": {"name": EXCHANGE, "version": VERSION}, "assessment": one}
        return (f"{json.dumps(whole, ensure_ascii=False, separators=(',', ':'))}\n",)
    tool = {"name": "safescore", "version": TOOL}
    content = {"schema": report_json.SCHEMA, "tool": tool, "lang": report.lang, "assessments": assessments}
    return report_json.written(content), f"{json.dumps(content, indent=2)}\n"


def _renamed(content: Any, source: str, stated: Stated) -> Any:
    """Return content with the places in the submission's file as the report has them: it may lie elsewhere now."""
    alike = [one for one in stated.files if _last(one) == _last(source)]
    others = [one for one in stated.files if not one.lower().endswith(".csv")]
    named = next(iter((*alike, *others)), source)
    if named == source:
        return content
    folders = source.removesuffix(_last(source)), named.removesuffix(_last(named))
    old, new = folders if folders[0] and alike else (source, named)
    place = re.compile(rf"(?<![A-Za-z0-9_./\\-]){re.escape(old)}")

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: said(one) for key, one in value.items()}
        if isinstance(value, list):
            return [said(one) for one in value]
        if not isinstance(value, str):
            return value
        return place.sub(lambda _: new, value)

    return said(content)


def _last(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _as_shown(content: dict[str, Any], stated: Mapping[str, Any], lang: Lang) -> tuple[dict[str, Any], bool]:
    """Return content with only what a report shows that was narrowed down, and says so; and whether it was."""
    notes = stated.get("notes")
    told = notes[0] if isinstance(notes, list) and notes else None
    if not isinstance(told, str) or not told.startswith(_NARROWED[lang]) or told in content["notes"]:
        return content, False
    rules = {one["rule"] for one in stated["findings"]}
    clauses = [(one.get("clause"), one.get("anchor")) for one in stated.get("unscored") or () if isinstance(one, dict)]
    return {
        **content,
        "findings": [one for one in content["findings"] if one["rule"] in rules],
        "unscored": [one for one in content["unscored"] if (one["clause"], one["anchor"]) in clauses],
        "notes": [told, *content["notes"]],
    }, True


def _deviations(stated: Any, found: Any, path: tuple[str, ...], rule: str = "") -> Iterator[Deviation]:
    """Yield where two contents differ; what is of a rule is held against the same rule."""
    if isinstance(stated, Mapping) and isinstance(found, Mapping):
        for key in dict.fromkeys((*found, *stated)):
            yield from _deviations(stated.get(key, _NOTHING), found.get(key, _NOTHING), (*path, str(key)), rule)
    elif isinstance(stated, list) and isinstance(found, list) and path == ("findings",):
        old, new = ({one["rule"]: one for one in rows} for rows in (stated, found))
        for name in dict.fromkeys((*new, *old)):
            yield from _deviations(old.get(name, _NOTHING), new.get(name, _NOTHING), (f"findings[{name}]",), name)
        if len(stated) != len(old) or (list(old) != list(new) and set(old) == set(new)):
            yield _deviation(list(old), list(new), path, rule)
    elif isinstance(stated, list) and isinstance(found, list) and len(stated) == len(found):
        for place, (one, other) in enumerate(zip(stated, found, strict=True)):
            yield from _deviations(one, other, (*path[:-1], f"{path[-1]}[{place}]"), rule)
    elif type(stated) is not type(found) or stated != found:
        yield _deviation(stated, found, path, rule)


_NOTHING = object()
_DECIDE = ("outcome", "credit", "contribution", "to_date", "evidenced", "waiver")


def _deviation(stated: Any, found: Any, path: tuple[str, ...], rule: str) -> Deviation:
    kind = Kind.OTHER
    if path[0] == "digests":
        kind = Kind.DIGEST
    elif path[0] in ("score", "grade"):
        kind = Kind.SCORE
    elif rule and (len(path) == 1 or path[1] in _DECIDE):
        kind = Kind.OUTCOME
    return Deviation(kind=kind, at=".".join(path), stated=_said(stated), found=_said(found), rule=rule)


def _said(value: Any) -> str | None:
    if value is _NOTHING:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _order(one: Deviation) -> int:
    return list(Kind).index(one.kind)


def no_submission(report: Report, stated: Stated) -> Fault:
    """Return what is said where the submission of an assessment is not found."""
    named = "、".join(stated.files)
    problem = Text(
        zh=f"找不到{stated.organization}的填报文件" + (f"（报告所写：{named}）" if named else "（报告没有写明）"),
        en=f"the submission of {stated.organization} is not found"
        + (f" (the report names {named.replace('、', ', ')})" if named else " (the report names none)"),
    )
    return report.document.fault(stated.path, problem, Text(zh="用--facts FILE指明", en="give it with --facts FILE"))


def no_pack(report: Report, stated: Stated) -> Fault:
    """Return what is said where the pack of an assessment is not among those at hand."""
    problem = Text(
        zh=f"报告依据的规则包{stated.pack}不在其列",
        en=f"the pack of the report, {stated.pack}, is not among those given",
    )
    hint = Text(zh="用--pack指明其编号或文件夹", en="give its id or folder with --pack")
    return report.document.fault((*stated.path, "pack"), problem, hint)
