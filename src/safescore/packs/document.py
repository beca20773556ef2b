"""The text of an official document, cut into its clauses and sentence parts as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safescore.frozen import frozen

COVER = "通知"
PREAMBLE = "前言"

_JUNK = re.compile(r"\[bookmark:[^\]]*\]|^\s*[―—-]+\s*[0-9]+\s*[―—-]+\s*$")
_FIRST = re.compile(r"([一二三四五六七八九十]{1,3})\s*、")
_SECOND = re.compile(r"[(（]\s*([一二三四五六七八九十]{1,3})\s*[)）]")
_THIRD = re.compile(r"([0-9]{1,2})\s*[.．、](?![0-9])")
_BULLET = re.compile(r"——")
_IMPRINT = re.compile(r"抄送[:：]|[\u4e00-\u9fff]{2,12}〔[0-9]{4}〕[0-9]+号$")
_END_OF_COVER = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日(?:印发)?$|(?:贯彻落实|贯彻执行|遵照执行|组织实施)。$")
_LETTER = re.compile(r"印发给你们|印发你们|关于印发")
_PARTS = re.compile(r"[。；;]")
_WORDS = re.compile(r"[\w\u4e00-\u9fff]")
TELLING = re.compile(r"[0-9０-９]|百分之|每(?:日|天|周|旬|月|季|半年|年)|(?:日|周|月|年)底|至少|严禁|不得|必须|杜绝")
"""A figure, an interval, a deadline or a prohibition: what a sentence part must not lose."""


@frozen
class PrintedClause:
    """A clause of the document: its id as printed, its number, and its text without blanks and line breaks."""

    id: str
    number: str
    text: str

    def parts(self) -> tuple[str, ...]:
        """Return the sentence parts, split at full stops and semicolons; what is only punctuation is none."""
        return tuple(part for part in _PARTS.split(self.text) if _WORDS.search(part))

    def tells(self, part: str) -> bool:
        """Tell whether a part holds a figure, an interval, a deadline or a prohibition; the clause's number is none."""
        return TELLING.search(part.removeprefix(self.number)) is not None


def squeezed(text: str) -> str:
    """Return a text without blanks and line breaks, as anchors are compared."""
    return "".join(text.split())


def printed_clauses(text: str) -> tuple[PrintedClause, ...]:
    """Return the clauses of a document in order, the letter that issues it and its imprint as one."""
    lines = [line.strip() for line in _JUNK.sub("", text.lstrip("\ufeff")).splitlines() if not _JUNK.match(line)]
    lines = [line for line in lines if line]
    start = next((place for place, line in enumerate(lines) if _FIRST.match(line)), len(lines))
    cover, preamble = _opening(lines[:start])
    texts: dict[str, list[str]] = {}
    numbers: dict[str, str] = {}
    if cover:
        texts[COVER] = list(cover)
    if preamble:
        texts[PREAMBLE] = list(preamble)
    for id_, number, line in _numbered(lines[start:]):
        texts.setdefault(id_, []).append(line)
        numbers.setdefault(id_, number)
    return tuple(
        PrintedClause(id_, squeezed(numbers.get(id_, "")), squeezed("".join(found))) for id_, found in texts.items()
    )


def _opening(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the letter that issues the document, and its unnumbered preamble; a title goes with what precedes it."""
    if not any(_LETTER.search(squeezed(line)) for line in lines):
        return [], lines
    ends = [place for place, line in enumerate(lines) if _END_OF_COVER.search(squeezed(line))]
    end = ends[-1] + 1 if ends else len(lines)
    while end < len(lines) and not re.search(r"[。，,：]", lines[end]):
        end += 1
    return lines[:end], lines[end:]


def _numbered(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield every line with the id of the clause that it belongs to, and the number that it begins with."""
    path: list[str] = []
    bullets = 0
    imprint = False
    for line in lines:
        if imprint or _IMPRINT.match(squeezed(line)):
            imprint = True
            yield COVER, "", line
            continue
        found: re.Match[str] | None
        if found := _FIRST.match(line):
            path, bullets = [found[1]], 0
        elif path and (found := _SECOND.match(line)):
            path, bullets = [path[0], f"({found[1]})"], 0
        elif path and (found := _THIRD.match(line)):
            base = path[:2] if len(path) > 1 and path[1].startswith("(") else path[:1]
            path = [*base, found[1]]
        elif path and (found := _BULLET.match(line)):
            bullets += 1
            path = [path[0], str(bullets)]
        yield ".".join(path), found[0] if found else "", line
