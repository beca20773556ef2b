"""What a command is told to do: by its command line, else by the file of settings, else by default."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field

from safescore.cli.arguments import WrongArgumentError, none_of
from safescore.cli.config import Config
from safescore.cli.outputs import Output
from safescore.errors import Fault, InvalidInput
from safescore.expr import suggestion
from safescore.frozen import frozen
from safescore.words import Lang, Text, listed, plain

KEYS = {"pack": "packs"}
"""Keys that are not called like their options."""
COMMAND_LINE = Text(zh="命令行", en="the command line")
DEFAULT = Text(zh="默认值", en="the default")
_FLAG = Text(zh="true或false", en="true or false")
_LIST = Text(zh='列表，如["一个", "另一个"]', en='a list, as in ["one", "another"]')
_TEXT = Text(zh="引号内的文本", en="a text in quotes")
_VALUE = Text(zh="引号内的文本，或数字、日期", en="a text in quotes, or a number or date")
_NOT_SETTINGS = ("help", "config", "no_config", "show_settings", "create_baseline")


@frozen(kw_only=True)
class Option:
    """An option of a command that a file may set: its key, and what its values are."""

    key: str
    dest: str
    default: Any
    many: bool
    flag: bool
    choices: tuple[str, ...] | None
    reader: Callable[[str], Any] | None

    def read(self, raw: Any, folder: Path) -> Any:
        """Return a value of a file as the command line would give it. Raises WrongArgumentError."""
        if self.flag:
            return _expect(raw, bool, _FLAG)
        if not self.many:
            return self.one(raw, folder)
        return [self.one(each, folder) for each in _expect(raw, list, _LIST)]

    def one(self, raw: Any, folder: Path) -> Any:
        """Return a single value; paths are those of the file's folder."""
        if self.reader is not None and type(raw) in (int, Decimal, date):
            raw = plain(raw) if isinstance(raw, (int, Decimal)) else raw.isoformat()
        text = _expect(raw, str, _TEXT if self.reader is None else _VALUE)
        value = text if self.reader is None else self.reader(text)
        if self.choices is not None and value not in self.choices:
            raise none_of(text, self.choices)
        return _from(folder, value, packs=self.dest == "pack")


@frozen(kw_only=True)
class Settings:
    """The options of a command that a file may set."""

    options: tuple[Option, ...] = field(repr=False)

    def settled(self, args: Namespace, config: Config | None) -> tuple[Namespace, Mapping[str, Text]]:
        """Return the arguments, what the command line leaves open filled in, and where each value comes from.

        Raises InvalidInput with every fault of the file.
        """
        given = self._read(config) if config is not None else {}
        settled, origins = Namespace(**vars(args)), {}
        for one in self.options:
            if getattr(args, one.dest) is not None:
                origins[one.key] = COMMAND_LINE
            elif config is not None and one.key in given:
                setattr(settled, one.dest, given[one.key])
                at = str(config.locate(one.key))
                origins[one.key] = Text(zh=at, en=at)
            else:
                setattr(settled, one.dest, one.default)
                origins[one.key] = DEFAULT
        return settled, origins

    def shown(self, settled: Namespace, origins: Mapping[str, Text], lang: Lang) -> str:
        """Return the settings as TOML, each with where it comes from."""
        lines = []
        for one in self.options:
            value, origin = getattr(settled, one.dest), origins[one.key].to(lang)
            if value is None:
                unset = Text(zh=f"{one.key} 未设置", en=f"{one.key} is not set")
                lines.append(f"# {unset.to(lang)}")
            else:
                lines.append(f"{one.key} = {_toml(value)}  # {origin}")
        return "\n".join(lines) + "\n"

    def _read(self, config: Config) -> dict[str, Any]:
        known = {one.key: one for one in self.options}
        found, faults = {}, []
        for key, raw in config.values.items():
            if key not in known:
                every = listed(known)
                hint = suggestion(key, tuple(known)) or Text(zh=f"可用的键：{every.zh}", en=f"the keys are {every.en}")
                problem = Text(zh=f"没有“{key}”这项设置", en=f"there is no setting {key!r}")
                faults.append(Fault(config.locate(key), problem, hint))
                continue
            try:
                found[key] = known[key].read(raw, config.path.parent)
            except WrongArgumentError as error:
                problem = Text(zh=f"{key}：{error.problem.zh}", en=f"{key}: {error.problem.en}")
                faults.append(Fault(config.locate(key), problem))
        if faults:
            raise InvalidInput(tuple(faults))
        return found


def settings_of(parser: ArgumentParser) -> Settings:
    """Return the settings that a parser's options are, and leave open what its command line does not give."""
    options = tuple(_options(parser))
    parser.set_defaults(**{one.dest: None for one in options})
    return Settings(options=options)


def _options(parser: ArgumentParser) -> Iterator[Option]:
    for action in parser._actions:
        if not action.option_strings or action.dest in _NOT_SETTINGS:
            continue
        name = next(one for one in action.option_strings if one.startswith("--")).removeprefix("--")
        yield Option(
            key=KEYS.get(name, name),
            dest=action.dest,
            default=action.default,
            many=type(action).__name__ == "_AppendAction",
            flag=action.nargs == 0,
            choices=None if action.choices is None else tuple(map(str, action.choices)),
            reader=action.type if callable(action.type) else None,
        )


def _expect(raw: Any, cls: type, said: Text) -> Any:
    if type(raw) is not cls:
        given = Text(zh="一张表", en="a table") if isinstance(raw, Mapping) else Text(zh=_toml(raw), en=_toml(raw))
        raise WrongArgumentError(Text(zh=f"应为{said.zh}，而不是{given.zh}", en=f"expected {said.en}, not {given.en}"))
    return raw


def _from(folder: Path, value: Any, *, packs: bool) -> Any:
    """Return a value with its paths seen from a file's folder."""
    if isinstance(value, Path):
        return folder / value
    if isinstance(value, Output):
        return value.under(folder)
    if packs and isinstance(value, str) and ("/" in value or "\\" in value):
        return str(folder / value)
    return value


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, tuple):
        return _toml(",".join(map(_plain, value)))
    if isinstance(value, (int, Decimal, Fraction)):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{…}"
    text = _plain(value)
    escaped = "".join(char if char.isprintable() and char not in '"\\' else f"\\U{ord(char):08x}" for char in text)
    return f'"{escaped}"'


def _plain(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)
