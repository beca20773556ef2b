"""A coverage-guided fuzz run over workbooks: whatever is in the archive, faults or an assessment come of it.

It needs atheris, and goes on until it is stopped or a time is up: ``make fuzz`` runs it beside ``reader.py``. What a
mutation changes is a part of the archive, or a cell of a sheet, and now and then the archive itself.
"""

from __future__ import annotations

import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import atheris

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["safescore"]):
    from tests.hostile_books import BOMBS
    from tests.workbooks import small_form

    from safescore import InvalidInput
    from safescore.assess import assess_all, faults_under, open_packs
    from safescore.facts.read import open_submission
    from safescore.report import render
    from safescore.source import Limits

MOST = 200_000
LIMITS = Limits(bytes=MOST, unzipped=4_000_000, values=5_000)
BOOK = Path(tempfile.mkdtemp()) / "facts.xlsx"
CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
NUMBERS = (b"", b"-1", b"0", b"1E400", b"NaN", b"44561", b"0.7", b"9" * 20)
FORMULAS = (b"<f>1+1</f>", b"<f>A1</f><v>3</v>")
TEXTS = ("none", "2022-02-30", "２０", "2022-01-03..2022-01-02", "70%", "a; b; a", " ", "是")
CELLS = (
    *(b"<v>%s</v>" % one for one in NUMBERS),
    *FORMULAS,
    *(b"<is><t>%s</t></is>" % one.encode() for one in TEXTS),
)
TYPES = ("", "n", "s", "b", "e", "d", "str", "inlineStr")
KINDS = (*(b' t="%s"' % one.encode() for one in TYPES), b' s="1"', b' s="9"')


def changed(content: bytes, seed: Random) -> bytes:
    """Return a part with a cell written anew, or with its bytes mutated."""
    cells = list(CELL.finditer(content)) if seed.random() < 0.7 else []
    if not cells:
        return bytes(atheris.Mutate(content, MOST)) if content else b"<x/>"
    cell = seed.choice(cells)
    inner = seed.choice(CELLS)
    kind = b' t="inlineStr"' if inner.startswith(b"<is>") and seed.random() < 0.9 else seed.choice(KINDS)
    if seed.random() < 0.2:
        inner = b"<is><t>%s</t></is>" % atheris.Mutate(b"2022-01-03", 40)
        kind = b' t="inlineStr"'
    address = seed.choice(cells)[1] if seed.random() < 0.1 else cell[1]
    return content[: cell.start()] + b'<c r="%s"%s>%s</c>' % (address, kind, inner) + content[cell.end() :]


def mutated(data: bytes, most: int, seed: int) -> bytes:
    """Return an archive with one part changed or dropped; what is no archive is mutated as it stands."""
    chance = Random(seed)
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = [(one, archive.read(one)) for one in archive.namelist()]
    except Exception:
        return bytes(atheris.Mutate(data, most))
    if not parts or chance.random() < 0.03:
        return bytes(atheris.Mutate(data, most))
    for _ in range(chance.choice((1, 1, 2, 5))):
        sheets = [place for place, (name, _) in enumerate(parts) if "sheet" in name.lower()]
        place = chance.choice(sheets) if sheets and chance.random() < 0.7 else chance.randrange(len(parts))
        name, content = parts[place]
        if chance.random() < 0.02:
            parts.pop(place)
            break
        parts[place] = (name, changed(content, chance))
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED if chance.random() < 0.9 else ZIP_STORED) as archive:
        for name, content in dict(parts).items():
            archive.writestr(name, content)
    return out.getvalue() if out.tell() <= most else data[:most]


def try_one(data: bytes) -> None:
    """Check what a workbook of these bytes says."""
    BOOK.write_bytes(data)
    try:
        document = open_submission(BOOK, LIMITS)
        packs = open_packs(document)
        if faults_under(document, packs):
            return
        for report in ("json", "text"):
            render(assess_all(document, packs, readings=False), report, "zh")
    except InvalidInput as error:
        for fault in error.faults:
            fault.to("zh")


def main() -> None:
    """Fuzz, beginning with a form that is filled in, and with the archives that are meant to hurt."""
    seeds = BOOK.parent / "seeds"
    seeds.mkdir()
    (seeds / "form").write_bytes(small_form())
    for number, make in enumerate(one for one, _ in BOMBS.values()):
        raw = make()
        if len(raw) <= MOST:
            (seeds / str(number)).write_bytes(raw)
    limits = ["-timeout=20", "-rss_limit_mb=1024", f"-max_len={MOST}"]
    atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], str(seeds)], try_one, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
