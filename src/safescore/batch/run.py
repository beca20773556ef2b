"""A batch from the first file to the last row: read, judge, keep, and go on where an earlier run was stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from safescore.batch.adding import Batch
from safescore.batch.judged import Run
from safescore.batch.order import Handed, Order
from safescore.batch.portion import Portion
from safescore.batch.sources import files_of, handed_in, is_wide, portions
from safescore.batch.store import Store
from safescore.batch.wide import Wide
from safescore.batch.working import worked
from safescore.errors import InvalidInput
from safescore.frozen import frozen
from safescore.packs.compiled import open_pack
from safescore.source import digest_of


@frozen(kw_only=True)
class Work:
    """What is left of a batch to do: *skipped* submissions were done before."""

    batch: Batch
    files: tuple[tuple[str, int], ...]
    skipped: frozenset[str]

    @property
    def left(self) -> int:
        """How many bytes of files there are to read."""
        return sum(size for name, size in self.files if name not in self.skipped)


def prepared(
    store: Store, order: Order, sources: Iterable[Path], *, resume: bool = False, strict: bool = False
) -> Work:
    """Return the work at a batch: a new one, or with *resume* what the last one of the same order has left.

    The order is the same if it names the same sources, and packs that have not changed. A file that has changed, or
    that other files bear upon, is done again, and with *strict* one that can't be used. Raises InvalidInput with every
    fault of a pack that the order names.
    """
    sources = tuple(sources)
    files = tuple(files_of(sources))
    packs = (open_pack(name, order.cache).digest for name in order.packs)
    digest = order.digest(packs, (source.as_posix() for source in sources))
    last = store.last(digest, strict=strict) if resume else None
    if last is None or any(_changed(run, order) for run in store.runs(last)):
        return Work(batch=store.begin(digest), files=files, skipped=frozenset())
    skipped = frozenset(
        (
            *(one.name for one in handed_in(files, order.limits) if _same(one, last.done)),
            *(
                name
                for wide in wide_of(order, files)
                for name, digest in wide.digests()
                if last.done.get(name) == digest
            ),
        )
    )
    store.keep_only(last, skipped)
    return Work(batch=last, files=files, skipped=skipped)


def wide_of(order: Order, files: Iterable[tuple[str, int]], threads: int = 1) -> Iterator[Wide]:
    """Yield the files with an organisation a row. Raises WideError where neither period nor pack is given for them."""
    for name, _ in files:
        if is_wide(name):
            packs = tuple((one, open_pack(one, order.cache)) for one in dict.fromkeys(order.packs))
            found = Wide(file=name, order=order, packs=packs, threads=threads)
            if found.period:
                yield found


def _changed(run: Run, order: Order) -> bool:
    """Tell whether a pack is another now."""
    try:
        return open_pack(run.named, order.cache).digest != run.digest
    except InvalidInput:
        return True


def _same(handed: Handed, done: Mapping[str, str]) -> bool:
    """Tell whether a submission is the one that was done."""
    digest = done.get(handed.name)
    if digest is None:
        return False
    try:
        found = sha256(handed.raw).hexdigest() if handed.line else digest_of(Path(handed.file))
    except OSError:
        return False
    return found == digest


def done(store: Store, work: Work, order: Order, *, jobs: int = 1) -> Iterator[Portion]:
    """Do the work, and yield each portion once it is kept."""
    left = (one for one in handed_in(work.files, order.limits) if one.name not in work.skipped)
    for portion in worked(order, portions(left), jobs):
        store.add(work.batch, portion)
        yield portion
    for wide in wide_of(order, work.files, jobs):
        for portion in wide.portions(work.skipped):
            store.add(work.batch, portion)
            yield portion
