"""Evidence as submitted: the files beside the submission that bear out its answers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from safescore.dictionary import Dictionary
from safescore.document import Document
from safescore.errors import Fault
from safescore.explained import Path
from safescore.expr import suggestion
from safescore.facts.answers import Blame, Evidence
from safescore.facts.waivers import A_DAY
from safescore.period import day_text, parse_day
from safescore.source import Lost, unfit
from safescore.words import Text

KEYS = ("path", "sha256", "date", "note")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def read_evidence(
    raw: Any, dictionary: Dictionary, also: Container[str], latest: int, blame: Blame
) -> tuple[Evidence, ...]:
    """Return the evidence of a submission; what is wrong with it is blamed.

    *also* names facts of other dictionaries, which are left to them; *latest* is the day after which nothing can be
    dated. The files themselves are not looked at: see :func:`look_up`.
    """
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        hint = Text(zh="写成evidence: {名称: [文件]}", en="write evidence: {name: [file]}")
        blame(("evidence",), Text(zh="evidence应写成“名称: 值”", en="evidence is a mapping of names"), hint)
        return ()
    found: list[Evidence] = []
    for name, files in raw.items():
        path = ("evidence", name)
        base, dot, element = name.partition(".")
        if base in also and base not in dictionary.facts:
            continue
        if not _known(base, element if dot else None, dictionary):
            problem = Text(zh=f"没有名为“{name}”的事实", en=f"there is no fact {name!r}")
            blame(path, problem, suggestion(name, _names(base, dictionary)), key=True)
        elif files is not None and not isinstance(files, list):
            hint = Text(zh="每个文件以短横线开头", en="begin each file with a dash")
            problem = Text(zh=f"“{name}”的佐证应是文件列表", en=f"the evidence for {name!r} is a list of files")
            blame(path, problem, hint)
        else:
            for index, one in enumerate(files or ()):
                found.extend(_file(name, one, (*path, index), latest, blame))
    return tuple(found)


def _known(base: str, element: str | None, dictionary: Dictionary) -> bool:
    spec = dictionary.facts.get(base)
    return spec is not None and (element is None or element in spec.elements)


def _names(base: str, dictionary: Dictionary) -> tuple[str, ...]:
    """Return the names that evidence may be given for: those of a checklist's elements where its own is right."""
    spec = dictionary.facts.get(base)
    if spec is not None and spec.type == "checklist":
        return tuple(f"{base}.{one}" for one in spec.elements)
    return tuple(dictionary.facts)


def _file(name: str, raw: Any, place: Path, latest: int, blame: Blame) -> Iterator[Evidence]:
    given = raw if isinstance(raw, Mapping) else {"path": raw}
    at: Path = (*place, "path") if isinstance(raw, Mapping) else place
    for key in given:
        if key not in KEYS:
            problem = Text(zh=f"佐证中没有“{key}”这一项", en=f"there is no key {key!r} in evidence")
            blame((*place, key), problem, suggestion(key, KEYS), key=True)
    path = given.get("path")
    if not isinstance(path, str) or not path.strip():
        hint = Text(zh="写成minutes/2022-01-11.pdf", en="write minutes/2022-01-11.pdf")
        blame(at, Text(zh="应为文件的路径", en="expected the path of a file"), hint)
        return
    if _leaves(path):
        problem = Text(
            zh=f"“{path}”不在填报文件所在的文件夹内", en=f"{path!r} does not lie in the folder of the submission"
        )
        hint = Text(
            zh="把文件放到填报文件旁，写相对路径，用“/”分隔，不用“..”",
            en="put the file beside the submission and write the path from there, with / and without ..",
        )
        blame(at, problem, hint)
        return
    digest, date, note = given.get("sha256"), given.get("date"), given.get("note")
    if digest is not None and (not isinstance(digest, str) or not _SHA256.match(digest.lower())):
        problem = Text(zh="sha256应为64位十六进制数字", en="a sha256 has 64 hexadecimal digits")
        blame((*place, "sha256"), problem, Text(zh="写在引号内", en="write it in quotes"))
        digest = None
    day = parse_day(date) if isinstance(date, str) else None
    if date is not None and day is None:
        blame((*place, "date"), A_DAY, Text(zh="写成date: 2022-09-30", en="write date: 2022-09-30"))
    elif day is not None and day > latest:
        problem = Text(
            zh=f"佐证的日期{day_text(day)}晚于评定日{day_text(latest)}",
            en=f"the evidence is of {day_text(day)}, after the day of judgement {day_text(latest)}",
        )
        blame((*place, "date"), problem, Text(zh="更正日期或as_of", en="mend the date, or as_of"))
    if note is not None and not isinstance(note, str):
        blame((*place, "note"), Text(zh="应为文字", en="expected text"), Text(zh="写在引号内", en="put it in quotes"))
        note = None
    yield Evidence(fact=name, path=path, place=at, sha256=(digest or "").lower(), date=day, note=note or "")


def _leaves(path: str) -> bool:
    """Tell whether a path may lead out of its folder, on any system."""
    return path.startswith("/") or path[1:2] == ":" or "\\" in path or "\0" in path or ".." in path.split("/")


LOST: Mapping[Lost, tuple[Text, Text]] = {
    Lost.MISSING: (
        Text(zh="没有“{path}”这个佐证文件", en="there is no file {path!r} to bear this out"),
        Text(zh="核对文件夹和文件名", en="check the folder and the spelling of the file's name"),
    ),
    Lost.OUTSIDE: (
        Text(
            zh="佐证文件“{path}”指向填报文件所在文件夹之外", en="the file {path!r} leads out of the submission's folder"
        ),
        Text(zh="把文件本身放到填报文件旁", en="put the file itself beside the submission"),
    ),
    Lost.SPECIAL: (
        Text(zh="“{path}”不是普通文件", en="{path!r} is no regular file"),
        Text(zh="写明其中的某个文件", en="name a file in it"),
    ),
    Lost.UNREADABLE: (
        Text(zh="佐证文件“{path}”无法读取", en="the file {path!r} cannot be read"),
        Text(zh="检查文件权限", en="check who may read it"),
    ),
    Lost.ALTERED: (
        Text(zh="佐证文件“{path}”已被改动：与sha256不符", en="the file {path!r} was altered: it has another sha256"),
        Text(
            zh="恢复原文件；确需更换的，重新填写sha256",
            en="bring the file back, or give the sha256 of the one that counts now",
        ),
    ),
}


def look_up(evidence: tuple[Evidence, ...], document: Document, *, required: bool) -> Iterator[Fault]:
    """Yield the files that are missing or altered.

    A file whose sha256 is named is always looked up, every file where evidence is *required*; of a submission that is
    no file on disk none, for there is no folder to look in.
    """
    for one in evidence:
        why = unfit(document.folder, one.path, one.sha256) if one.sha256 or required else None
        if why is not None:
            problem, hint = LOST[why]
            said = Text(zh=problem.zh.format(path=one.path), en=problem.en.format(path=one.path))
            yield document.fault(one.place, said, hint)
