"""Batch: score many submissions at once, keep the results, and name what can't be used and who is missing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from safescore.cli.arguments import (
    Commands,
    WrongArgumentError,
    add_format,
    add_lang,
    add_limits,
    day,
    limits_of,
    none_of,
    parser_of,
)
from safescore.cli.batched import FAULT_FILES, fault_file, page, told_fault
from safescore.cli.console import UnwritableError, cache_folder, complain, layout, save, show, show_json
from safescore.cli.exits import ExitCode, of_gate, worst
from safescore.cli.gates import add_demands, demands
from safescore.cli.outputs import Output, held_apart, output
from safescore.cli.progress import Progress
from safescore.errors import InvalidInput, MissingExtraError, Refused
from safescore.packs.compiled import open_pack
from safescore.period import parse_period
from safescore.report import laid_out
from safescore.report.json import written
from safescore.results import Gate
from safescore.roster import read_roster
from safescore.words import Lang, Text

if TYPE_CHECKING:
    from safescore.batch.adding import Batch
    from safescore.batch.portion import Portion
    from safescore.batch.store import Store

FORMATS = ("parquet", "csv", "jsonl")
HANDED_OUT = ("runs", "submissions", "assessments", "findings", "faults", "missing")
SCHEMA = {"name": "safescore-batch", "version": "1.0"}
MOST_NAMED = 20
MOST_JOBS = 256
WORKING = ".safescore-batch.duckdb"
"""What results are kept in on the way to files, in the folder of the first; it is gone once they are written."""
_GO_ON = Text(zh="用--resume接着做", en="go on with --resume")
_EXAMPLES = """\
  safescore batch 2022Q3/ --store results.duckdb
  safescore batch 2022Q3/ --pack dadukou-2022 --roster roster.csv --faults faults.csv --store results.duckdb
  safescore batch 2022Q3/ --output csv:results --output parquet:results
  safescore batch 2022Q3/ --store results.duckdb --resume
  safescore batch submissions.jsonl --strict --min-grade pass --format json
  safescore batch enterprises.csv --pack dadukou-2022 --period 2022Q3 --store results.duckdb"""


class UsageError(Refused):
    """The command line asks for nothing that can be done."""


class StoppedBatchError(Refused):
    """A batch has been stopped before its end: by its user, or by what can't be used."""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "batch", summary, _EXAMPLES)
    parser.add_argument(
        "sources",
        nargs="+",
        type=Path,
        metavar="SOURCE",
        help="a folder with all below it, or files: submissions in YAML, JSON or workbooks (.xlsx), "
        "JSON lines (.jsonl) with a submission a line, CSV or Parquet with an organisation a row",
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        metavar="P",
        help="a pack's id, id@version, or folder; may be repeated (default: the packs that each submission names)",
    )
    parser.add_argument(
        "--as-of", type=day, metavar="DATE", help="the day of judgement (default: each submission's own)"
    )
    parser.add_argument(
        "--period", type=_period, metavar="P", help="the period that is collected: a submission of another is a fault"
    )
    parser.add_argument(
        "--require-evidence",
        action="store_true",
        help="an answer that no file bears out can count against, not for; the files must be there",
    )
    parser.add_argument("--no-waivers", action="store_true", help="apply no waiver")
    _add_results(parser)
    parser.add_argument(
        "--roster", type=Path, metavar="CSV", help="the organisations expected, columns id and name: who is missing"
    )
    parser.add_argument("--strict", action="store_true", help="stop at the first submission that can't be used")
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="processes that read and judge (default: one for each processor)"
    )
    add_format(parser)
    add_lang(parser)
    add_limits(parser)
    add_demands(parser)
    parser.set_defaults(run=run)


def _add_results(parser: ArgumentParser) -> None:
    results = parser.add_argument_group("results")
    results.add_argument(
        "--store", type=Path, metavar="DUCKDB", help="append the results to this DuckDB file; it is made if need be"
    )
    results.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT:FOLDER",
        help=f"write a file a table into this folder: {', '.join(FORMATS)}; may be repeated",
    )
    results.add_argument(
        "--faults",
        type=_faults,
        metavar="FILE",
        help="write what is wrong with submissions to this .csv or .jsonl file, to hand back",
    )
    results.add_argument(
        "--resume", action="store_true", help="go on with the last such batch: what is done and unchanged is left alone"
    )


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Read, judge and keep; every decision is somebody else's."""
    try:
        from safescore.batch.order import Order
        from safescore.batch.run import done, prepared
        from safescore.batch.sources import is_handed_in
        from safescore.batch.store import Store
    except ModuleNotFoundError as error:
        raise MissingExtraError("batch", error.name, "batch") from None

    _hold_apart(args, is_handed_in)
    roster = {one.id: one.name for one in read_roster(args.roster).members.values()} if args.roster else None
    order = Order(
        packs=tuple(args.pack),
        as_of=args.as_of.toordinal() if args.as_of else None,
        period=args.period,
        require_evidence=args.require_evidence,
        waivers=not args.no_waivers,
        limits=limits_of(args),
        cache=cache_folder(),
        **demands(args),
    )
    jobs = args.jobs or cpu_count() or 1
    with _kept(args) as path, Store(path, threads=jobs) as store:
        work = prepared(store, order, args.sources, resume=args.resume, strict=args.strict)
        if not work.files:
            raise _nothing()
        if args.resume:
            _say_skipped(len(work.skipped), args.lang, err)
        try:
            with Progress(work.left, err, args.lang) as progress:
                for portion in done(store, work, order, jobs=jobs):
                    progress.advance(len(portion.received), portion.size)
                    if args.strict:
                        _stop(portion, args.lang, err)
        except KeyboardInterrupt:
            said = Text(zh="已中断；已完成的部分都已保存", en="interrupted; what was done is kept")
            raise StoppedBatchError(said, _GO_ON) from None
        store.finish(work.batch, roster, args.period)
        return _told(store, work.batch, args, out, err)


def _told(store: Store, batch: Batch, args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Write the results where they are wanted, say what came of the batch, and answer."""
    from safescore.batch.handout import hand_out

    for one in args.output:
        try:
            hand_out(store, batch, HANDED_OUT, one.format, one.path)
        except OSError as error:
            raise _unwritten(one.path, error) from None
    faults = store.rows(batch, "faults")
    if args.faults:
        save(fault_file(faults, args.faults.suffix.lower(), args.lang), args.faults)
    else:
        _complain(faults, args.lang, err)
    summary = store.summary(batch)
    if args.format == "json":
        show_json(written({"schema": SCHEMA, **summary}), out)
    else:
        titles = {one["run"]: _grades(one["pack_named"]) for one in summary["runs"]}
        show(laid_out(page(summary, titles, args.lang), layout(out, args.width)), out)
    answers = [of_gate(Gate[answer.upper()]) for answer in summary["gate"]]
    return worst([*answers, *([ExitCode.UNUSABLE] if faults else [])])


def _grades(name: str) -> dict[str, Text]:
    """Return what the grades of a pack are called; nothing where the pack is gone."""
    try:
        pack = open_pack(name, cache_folder())
    except InvalidInput:
        return {}
    return {band.id: band.title for band in pack.head.grades.bands}


@contextmanager
def _kept(args: Namespace) -> Iterator[Path]:
    """Yield the file that results are kept in: the store, else one beside the results that is gone when all is done."""
    if args.store is not None or not args.output:
        yield args.store or Path(":memory:")
        return
    folder = args.output[0].path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritten(folder, error) from None
    working = folder / WORKING
    if not args.resume:
        _remove(working)
    yield working
    _remove(working)


def _remove(working: Path) -> None:
    for path in (working, working.with_name(f"{working.name}.wal")):
        path.unlink(missing_ok=True)


def _unwritten(path: Path, error: OSError) -> UnwritableError:
    said = error.strerror or error
    return UnwritableError(Text(zh=f"{path}：无法写入（{said}）", en=f"{path}: {said}"))


def _hold_apart(args: Namespace, is_handed_in: Callable[[Path], bool]) -> None:
    """Make sure that nothing is written over what is read, or would be read the next time. Raises UnwritableError."""
    outputs = [
        one.path / f"{table}.{one.format}" for one in dict.fromkeys(args.output) for table in HANDED_OUT
    ]  # an output that is given twice is written once
    written = [*outputs, *(one for one in (args.store, args.faults) if one is not None)]
    folders = [one.resolve() for one in args.sources if one.is_dir()]
    held_apart(written, [one for one in (*args.sources, args.roster) if one is not None and not one.is_dir()])
    for path in written:
        if is_handed_in(path) and any(path.resolve().is_relative_to(one) for one in folders):
            raise UnwritableError(
                Text(
                    zh=f"{path}：位于要读取的文件夹中，下次会被当作填报",
                    en=f"{path}: lies in a folder that is read, and would be taken for a submission the next time",
                ),
                Text(zh="写到别的文件夹", en="write it to another folder"),
            )


def _nothing() -> UsageError:
    return UsageError(
        Text(zh="其中没有填报文件", en="there are no submissions there"),
        Text(zh="填报文件是.yaml、.json、.xlsx或.jsonl文件", en="they are .yaml, .json, .xlsx or .jsonl files"),
    )


def _say_skipped(number: int, lang: Lang, err: TextIO) -> None:
    said = Text(zh=f"已完成且未改动的{number}份不再重做", en=f"{number} done before and unchanged are left alone")
    complain(said.to(lang), err)


def _stop(portion: Portion, lang: Lang, err: TextIO) -> None:
    """Say what is wrong with the first submission that can't be used, if there is one. Raises StoppedBatchError."""
    first = next((one for one in portion.received if one.faults), None)
    if first is not None:
        for fault in first.faults:
            complain(fault.to(lang), err)
        raise StoppedBatchError(Text(zh="按--strict在此停止", en="stopped here, as --strict demands"), _GO_ON)


def _complain(faults: list[dict[str, Any]], lang: Lang, err: TextIO) -> None:
    """Name the first faults, and how many more there are."""
    for one in islice(faults, MOST_NAMED):
        complain(told_fault(one, lang), err)
    if len(faults) > MOST_NAMED:
        more = len(faults) - MOST_NAMED
        said = Text(
            zh=f"另有{more}处错误；用--faults faults.csv写出全部",
            en=f"{more} more; --faults faults.csv writes them all",
        )
        complain(said.to(lang), err)


def _period(text: str) -> str:
    if parse_period(text) is None:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是期间，请写成2022、2022H1、2022Q3或2022-07",
                en=f"{text!r} is no period; write 2022, 2022H1, 2022Q3 or 2022-07",
            )
        )
    return text


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise WrongArgumentError(
            Text(
                zh=f"“{text}”不是进程数，应为1至{MOST_JOBS}", en=f"{text!r} is no number of processes, 1 to {MOST_JOBS}"
            )
        )
    return int(text)


def _output(text: str) -> Output:
    return output(text, FORMATS)


def _faults(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in FAULT_FILES:
        raise none_of(path.suffix, FAULT_FILES)
    return path
