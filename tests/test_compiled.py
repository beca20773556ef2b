"""Packs as they were read before: the same as read anew, or not taken at all."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from safescore import InvalidInput, check, load_pack
from safescore.model import Pack
from safescore.packs import compiled
from safescore.packs.compiled import open_pack
from safescore.packs.find import built_in
from safescore.source import write_whole
from tests.examples import ROOT
from tests.worlds import WORLD

EXAMPLES = tuple(path.stem for path in sorted((ROOT / "examples").glob("*.yaml")))


def kept(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A private pack, which a test may change."""
    return Path(shutil.copytree(WORLD, tmp_path / "world"))


@pytest.mark.parametrize("name", tuple(built_in()))
def test_what_was_kept_is_what_was_read(name: str, tmp_path: Path) -> None:
    read = load_pack(name)
    first, again = open_pack(name, tmp_path), open_pack(name, tmp_path)
    for pack in (first, again):
        assert (pack.head, pack.rules, pack.roles, pack.digest, pack.folder) == (
            read.head,
            read.rules,
            read.roles,
            read.digest,
            read.folder,
        )
        assert set(pack.dictionary.facts) == set(read.dictionary.facts)
        assert all(pack.dictionary.facts[fact] == spec for fact, spec in read.dictionary.facts.items())
        assert set(pack.dictionary.derivations) == set(read.dictionary.derivations)
        assert all(pack.dictionary.derivations[fact] == one for fact, one in read.dictionary.derivations.items())
        assert pack.dictionary.profile_names == read.dictionary.profile_names
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.no_cover
@pytest.mark.no_cover
@pytest.mark.parametrize("name", EXAMPLES)
def test_assessments_are_the_same(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.getbasetemp() / "packs"
    facts = ROOT / "examples" / f"{name}.yaml"
    check(facts, cache=cache)
    assert check(facts, cache=cache) == check(facts)


def test_nothing_is_read_anew_that_has_not_changed(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    reader = compiled._read

    def counted(name: str | Path, *, whole: bool = False) -> Pack:
        read.append(name)
        return reader(name, whole=whole)

    monkeypatch.setattr(compiled, "_read", counted)
    for _ in range(3):
        open_pack(own, tmp_path / "cache")
    assert len(read) == 1


@pytest.mark.parametrize("file", ["pack.yaml", "facts/facts.yaml", "roles.yaml"])
def test_a_changed_file_is_read_anew(file: str, own: Path, tmp_path: Path) -> None:
    path = own / file
    cache = tmp_path / "cache"
    before = open_pack(own, cache)
    stamp = path.stat()
    path.write_text(path.read_text("utf-8") + "# looked at again\n", "utf-8")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    after = open_pack(own, cache)
    assert after.digest == load_pack(own).digest != before.digest
    assert len(list(cache.iterdir())) == 1


def test_a_new_file_counts_and_a_broken_one_is_a_fault(own: Path, tmp_path: Path) -> None:
    open_pack(own, tmp_path / "cache")
    (own / "rules").mkdir(exist_ok=True)
    (own / "rules" / "more.yaml").write_text("- id: [\n", "utf-8")
    with pytest.raises(InvalidInput, match=r"more\.yaml"):
        open_pack(own, tmp_path / "cache")


def test_another_program_reads_anew(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiled._digest(own)
    monkeypatch.setattr(compiled, "VERSION", "0.0")
    assert compiled._digest(own) != before


def flipped(raw: bytes) -> bytes:
    return raw[:-100] + bytes([raw[-100] ^ 1]) + raw[-99:]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda raw: raw[: len(raw) // 2], id="cut short"),
        pytest.param(flipped, id="one bit turned"),
        pytest.param(lambda raw: b"0" * 64 + raw[64:], id="another seal"),
    ],
)
def test_a_spoilt_cache_is_none(spoil: Callable[[bytes], bytes], own: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    read = open_pack(own, cache)
    file = kept(cache)
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))
    assert open_pack(own, cache).rules == read.rules
    assert file.read_bytes() == whole


def test_only_classes_of_a_pack_come_out(own: Path, tmp_path: Path) -> None:
    """Even one who can write into the cache, and seals what is written, gets nothing run."""

    class Bomb:
        def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
            return os.system, (f"touch {tmp_path / 'run'}",)

    cache = tmp_path / "cache"
    open_pack(own, cache)
    for planted in (Bomb(), check, write_whole):
        payload = pickle.dumps(planted)
        with pytest.raises(pickle.UnpicklingError, match="no class of a pack"):
            compiled._loads(payload)
    payload = pickle.dumps(Bomb())
    kept(cache).write_bytes(compiled._seal(compiled._digest(own), payload) + payload)
    assert open_pack(own, cache).rules == load_pack(own).rules
    assert not (tmp_path / "run").exists()


def test_a_cache_that_cannot_be_written_is_none(own: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert open_pack(own, tmp_path / "file" / "cache").rules == load_pack(own).rules


def test_a_version_that_is_not_there(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(InvalidInput, match=r"not 9\.9"):
            open_pack("dadukou-2022@9.9", tmp_path)
    version = load_pack("dadukou-2022").version
    assert open_pack(f"dadukou-2022@{version}", tmp_path).version == version


def test_the_seal_covers_digest_and_payload() -> None:
    assert compiled._seal("a", b"b") == sha256(b"ab").hexdigest().encode()
