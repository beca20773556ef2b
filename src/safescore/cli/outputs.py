"""The files that reports go to: each named once, none of them an input, all written or a fault that says which not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve

from safescore.cli.arguments import WrongArgumentError
from safescore.cli.console import UnwritableError, save
from safescore.frozen import frozen
from safescore.report import REPORTS
from safescore.words import Text, listed

STDOUT = "-"


@frozen
class Output:
    """A report in a file: its format and its path."""

    format: str
    path: Path

    def __str__(self) -> str:
        return f"{self.format}:{self.path}"

    def under(self, folder: Path) -> Output:
        """Return the same file, its path seen from a folder."""
        return evolve(self, path=folder / self.path)


def output(text: str, formats: Iterable[str] = REPORTS) -> Output:
    """Return what ``FORMAT:PATH`` names."""
    format_, colon, path = text.partition(":")
    if not colon or not path or format_ not in formats:
        every = listed(formats)
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是“格式:路径”的写法；可用的格式：{every.zh}",
                en=f"{text!r} is no FORMAT:PATH; the formats are {every.en}",
            )
        )
    if path == STDOUT and formats is not REPORTS:
        raise WrongArgumentError(
            Text(zh=f"“{text}”：请写文件名；名为-的文件请写成./-", en=f"{text!r}: give a file; one called - is ./-")
        )
    if path == STDOUT:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”：输出到标准输出请用--format {format_}；名为-的文件请写成./-",
                en=f"{text!r}: for stdout write --format {format_}; a file called - is ./-",
            )
        )
    return Output(format_, Path(path))


def held_apart(written: Iterable[Path], read: Iterable[Path]) -> None:
    """Make sure that no file is written twice, or read as well. Raises UnwritableError with all of them."""
    faults = list(_clashes(written, {_whole(path) for path in read}))
    if faults:
        raise _all(faults)


def save_all(reports: Iterable[tuple[str | bytes, Path]]) -> None:
    """Write all files that can be written. Raises UnwritableError with all that can't."""
    faults: list[Text] = []
    for report, path in reports:
        try:
            save(report, path)
        except UnwritableError as error:
            faults.append(Text(zh=error.to("zh"), en=error.to("en")))
    if faults:
        raise _all(faults)


def _all(faults: list[Text]) -> UnwritableError:
    return UnwritableError(Text(zh="\n".join(one.zh for one in faults), en="\n".join(one.en for one in faults)))


def _clashes(written: Iterable[Path], read: set[Path]) -> Iterator[Text]:
    seen: set[Path] = set()
    for path in written:
        whole = _whole(path)
        if whole in seen:
            yield Text(zh=f"{path}：有两份输出写到这个文件", en=f"{path}: two outputs would go to this file")
        if whole in read:
            yield Text(
                zh=f"{path}：同一次运行要读这个文件，请写到别的文件",
                en=f"{path}: this is read in the same run; write to another file",
            )
        seen.add(whole)


def _whole(path: Path) -> Path:
    return path.resolve()
