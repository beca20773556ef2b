"""Where packs are: built in, or in a private folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from safescore.errors import Fault, InvalidInput, Location
from safescore.expr import suggestion
from safescore.words import Text


def rules_root() -> Path:
    """Return the folder of the built-in packs: inside the installed package, else in the checkout beside it."""
    here = Path(__file__).resolve()
    packed = here.parents[1] / "rules"
    if packed.is_dir():
        return packed
    checkout = here.parents[3]
    if (checkout / "rules").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout / "rules"
    message = "safescore was installed without its rules/ folder"
    raise FileNotFoundError(message)


def built_in() -> Iterator[str]:
    """Yield the ids of the built-in packs, in order."""
    return (folder.name for folder in sorted(rules_root().iterdir()) if (folder / "pack.yaml").is_file())


def pack_folder(name: str) -> tuple[Path, str | None]:
    """Return the folder of a pack and the version asked for: a built-in id, ``id@version``, or a folder.

    Raises InvalidInput if there is no such pack.
    """
    ids = tuple(built_in())
    if name in ids:
        return rules_root() / name, None
    folder = Path(name)
    if (folder / "pack.yaml").is_file():
        return folder, None
    head, at, version = name.rpartition("@")
    if at and head in ids:
        return rules_root() / head, version
    private = Text(
        zh="自有规则包写其文件夹，其中应有pack.yaml",
        en="a private pack is named by its folder, which holds pack.yaml",
    )
    near = suggestion(head or name, ids)
    hint = private
    if near is not None:
        hint = Text(
            zh=f"{near.zh.rstrip('？')}{'？' if near.zh.endswith('？') else '；'}{private.zh}",
            en=f"{near.en.rstrip('?')}{'? ' if near.en.endswith('?') else '; '}{private.en}",
        )
    problem = Text(zh=f"没有规则包“{name}”", en=f"there is no pack {name!r}")
    raise InvalidInput((Fault(Location(name, 1, 1), problem, hint),))


def likely(name: str) -> str | None:
    """Return the built-in pack that a wrong name was likely meant for."""
    from difflib import get_close_matches

    near = get_close_matches(name.rpartition("@")[0] or name, tuple(built_in()), 1)
    return near[0] if near else None


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files of a folder in the order of their names; none where there is no folder."""
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []
