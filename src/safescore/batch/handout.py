"""The tables of a batch handed out as files of a folder, all of them whole or none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from safescore.batch.adding import Batch
from safescore.batch.store import Store
from safescore.source import marked

SUFFIXES = {"parquet": ".parquet", "csv": ".csv", "jsonl": ".jsonl"}


def hand_out(store: Store, batch: Batch, tables: Iterable[str], format_: str, folder: Path) -> None:
    """Write tables into a folder, which is made if need be. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[Path, Path]] = []
    try:
        for table in tables:
            path = folder / f"{table}{SUFFIXES[format_]}"
            beside = folder / f".safescore-{path.name}.tmp"
            written.append((beside, path))
            store.write(batch, table, beside, format_)
            if format_ == "csv":
                marked(beside)
        for beside, path in written:
            beside.replace(path)
    finally:
        for beside, _ in written:
            beside.unlink(missing_ok=True)
