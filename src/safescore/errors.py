"""What can go wrong with an author's files, and where; said in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterable
from functools import total_ordering

from attrs import define, field

from safescore.frozen import frozen
from safescore.words import Lang, Text


@total_ordering
@frozen
class Location:
    """A place in a file that an author wrote; lines and columns count from one, rows and columns in a workbook."""

    file: str
    line: int
    column: int
    sheet: str = ""

    def __lt__(self, other: Location) -> bool:
        return (self.file, self.sheet, self.line, self.column) < (other.file, other.sheet, other.line, other.column)

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file}:{self.sheet}!{column_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


def column_letters(column: int) -> str:
    """Return what a spreadsheet calls a column: 1 is ``A``, 27 is ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _english(text: Text | None) -> tuple[str, ...]:
    """Return what texts are ordered by: the English first, in whatever language they are shown."""
    return () if text is None else (text.en, text.zh)


def told(problem: Text, hint: Text | None, lang: Lang) -> str:
    """Return a problem, and on a line of its own how to mend it."""
    mend = {"zh": "提示：", "en": "hint: "}[lang]
    return problem.to(lang) + (f"\n    {mend}{hint.to(lang)}" if hint is not None else "")


@total_ordering
@frozen
class Fault:
    """One thing that is wrong at one place, and how to mend it."""

    at: Location
    problem: Text
    hint: Text | None = None

    def __lt__(self, other: Fault) -> bool:
        return self._rank() < other._rank()

    def _rank(self) -> tuple[Location, tuple[str, ...], tuple[str, ...]]:
        return self.at, _english(self.problem), _english(self.hint)

    def to(self, lang: Lang) -> str:
        """Return ``file:line:column: problem`` in this language, and the hint on a line of its own."""
        return f"{self.at}: {told(self.problem, self.hint, lang)}"

    def __str__(self) -> str:
        return self.to("en")


class WrongValue(ValueError):
    """A value that does not fit its type: what was expected, and how to mend it."""

    def __init__(self, expected: Text, hint: Text | None = None) -> None:
        super().__init__(expected, hint)
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        return self.expected.en


def expected(wrong: WrongValue) -> Text:
    """Return what was expected, as a problem."""
    return Text(zh=f"应为{wrong.expected.zh}", en=f"expected {wrong.expected.en}")


class SafescoreError(Exception):
    """The base of every error that safescore raises on purpose; its ``str`` is English, for developers."""

    def to(self, lang: Lang) -> str:
        """Return what is wrong in this language."""
        raise NotImplementedError


class Refused(SafescoreError):
    """What was asked can't be done: why, and how to ask for what can."""

    def __init__(self, problem: Text, hint: Text | None = None) -> None:
        super().__init__(problem, hint)
        self.problem = problem
        self.hint = hint

    def to(self, lang: Lang) -> str:
        """Return what is wrong in this language, and the hint on a line of its own."""
        return told(self.problem, self.hint, lang)

    def __str__(self) -> str:
        return self.to("en")


class MissingExtraError(Refused):
    """What was asked, a format by its name or something else, needs libraries that are not installed."""

    def __init__(self, name: str | Text, library: str | None, extra: str) -> None:
        what = name if isinstance(name, Text) else Text(zh=f"{name}格式", en=name)
        zh, en = f"{what.zh}需要{library}，尚未安装", f"{what.en} needs {library}, which is not installed"
        super().__init__(Text(zh=zh, en=en), Text(zh=f"安装safescore[{extra}]", en=f"install safescore[{extra}]"))


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(faults)))


@define
class InvalidInput(SafescoreError):
    """An author's files cannot be used, for these faults, each once, in the order of their places."""

    faults: tuple[Fault, ...] = field(converter=_in_order)

    @faults.validator
    def _not_empty(self, _: object, faults: tuple[Fault, ...]) -> None:
        if not faults:
            message = "an invalid input has at least one fault"
            raise ValueError(message)

    def to(self, lang: Lang) -> str:
        """Return the faults in this language, one below the other."""
        return "\n".join(fault.to(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.to("en")
