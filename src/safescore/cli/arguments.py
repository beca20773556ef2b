"""The arguments that several commands share."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from safescore.cli.exits import EXIT_CODES
from safescore.patterns import pattern
from safescore.period import parse_day
from safescore.source import LIMITS, Limits
from safescore.words import LANGUAGES, Text, listed

_POINTS = pattern(r"[0-9]{1,3}(?:\.[0-9]{1,12})?\Z")
_LEAST_WIDTH = 40


class WrongArgumentError(ArgumentTypeError):
    """A value that an option can't have, on the command line or in a file of settings; its ``str`` is English."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.en)
        self.problem = problem


class CommandParser(ArgumentParser):
    """The parser of a command: what it takes a list of may stand on both sides of an option."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """Return the arguments, and what is none: argparse itself ends a list at the first option after it."""
        found, rest = super().parse_known_args(args, namespace)
        many = next((one.dest for one in self._get_positional_actions() if one.nargs in ("*", "+")), None)
        if many is not None and rest and not any(word.startswith("-") and word != "-" for word in rest):
            setattr(found, many, [*getattr(found, many), *rest])
            rest = []
        return found, rest


class Commands(Protocol):
    """What argparse returns for the commands of a parser."""

    def add_parser(self, name: str, **more: Any) -> ArgumentParser:
        """Add the parser of a command."""
        ...


def parser_of(commands: Commands, name: str, summary: str, examples: str) -> ArgumentParser:
    """Return the parser of a command, with examples and the exit codes below its help."""
    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{examples.rstrip()}\n\n{EXIT_CODES}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_lang(parser: ArgumentParser) -> None:
    """Add the language, and the room that a text has."""
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="the language of the texts (default: zh)")
    parser.add_argument("--width", type=columns, metavar="N", help="columns of a text (default: those of the terminal)")


def add_limits(parser: ArgumentParser) -> None:
    """Add how much of a submission is read at most."""
    limits = parser.add_argument_group("limits", "how much of a submission is read; more is refused")
    for name, most, what in (
        ("bytes", LIMITS.bytes, "bytes of each file"),
        ("unzipped", LIMITS.unzipped, "bytes of a workbook when unzipped"),
        ("values", LIMITS.values, "values of a submission"),
    ):
        limits.add_argument(
            f"--max-{name}", type=most_of, default=most, metavar="N", help=f"the most {what} (default: {most})"
        )


def add_submission(parser: ArgumentParser) -> None:
    """Add the one submission that a command is about, and on what terms it is judged."""
    parser.add_argument(
        "facts", metavar="FACTS", help="a submission: YAML, JSON or a filled-in workbook (.xlsx); - is YAML on stdin"
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder; may be repeated (default: the packs that the submission names)",
    )
    parser.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day of judgement (default: the submission's, else its period's end)",
    )
    parser.add_argument(
        "--require-evidence",
        action="store_true",
        help="an answer that no file bears out can count against, not for; the files must be there",
    )
    parser.add_argument("--no-waivers", action="store_true", help="apply no waiver; they are still shown")


def limits_of(args: Namespace) -> Limits:
    """Return the limits that the arguments set."""
    return Limits(bytes=args.max_bytes, unzipped=args.max_unzipped, values=args.max_values)


def most_of(text: str) -> int:
    """Return a limit, at least 1."""
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < 1:
        message = f"{text!r} is no limit; give a whole number, at least 1"
        raise ArgumentTypeError(message)
    return int(text)


def add_format(parser: ArgumentParser) -> None:
    """Add the choice between text and JSON."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def none_of(word: str, known: Iterable[str]) -> WrongArgumentError:
    """Return what is wrong with a word that is not among those known."""
    every = listed(known)
    return WrongArgumentError(Text(zh=f"“{word}”不在可选值之列：{every.zh}", en=f"{word!r} is none of {every.en}"))


def day(text: str) -> date:
    """Return a day that exists."""
    found = parse_day(text)
    if found is None:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是存在的日期，请写成2022-09-30的形式",
                en=f"{text!r} is no day that exists; write it as 2022-09-30",
            )
        )
    return date.fromordinal(found)


def points(text: str) -> Fraction:
    """Return points from 0 to 100."""
    number = text.removesuffix("%")
    if not _POINTS.match(number) or Fraction(number) > 100:
        raise WrongArgumentError(Text(zh=f"“{text}”不是0至100分之间的分数", en=f"{text!r} is no score from 0 to 100"))
    return Fraction(number)


def columns(text: str) -> int:
    """Return a width in columns."""
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) < _LEAST_WIDTH:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是可用的宽度，至少应为{_LEAST_WIDTH}列",
                en=f"{text!r} is no width; give at least {_LEAST_WIDTH}",
            )
        )
    return int(text)
