"""Whether a caller of the last release would break: ``python -m tests.api_breaks``.

The public names are held against the last tag. What breaks must be named in the changelog, above that release, or it
ends with 1. Before the first release there is nothing to hold them against but the listing in ``docs/api.txt``, which a
test holds.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import griffe

PACKAGE = "safescore"
PUBLIC = (PACKAGE, f"{PACKAGE}.batch")


def last_release(root: Path) -> str:
    """Return the last tag of a release on the way to what is checked out; empty where there is none."""
    asked = ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"]
    return subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False).stdout.strip()


def promised(package: griffe.Object | griffe.Alias) -> dict[str, str]:
    """Return the name that a caller writes for each public object, by where the object is."""
    found = {}
    for module in PUBLIC:
        inner = module.removeprefix(PACKAGE).removeprefix(".")
        if inner and inner not in package.members:
            continue
        members = (package[inner] if inner else package).members
        listed = members.get("__all__")
        for name in ast.literal_eval(str(listed.value)) if isinstance(listed, griffe.Attribute) else ():
            found[members[name].canonical_path] = f"{module}.{name}"
    return found


def broken(root: Path, release: str) -> Iterator[tuple[str, str]]:
    """Yield what would break a caller: the name that it uses, and what became of it."""
    before = griffe.load_git(PACKAGE, ref=release, repo=root, search_paths=["src"], resolve_aliases=True)
    now = griffe.load(PACKAGE, search_paths=[root / "src"], resolve_aliases=True, force_inspection=False)
    names = promised(before)
    for gone in sorted(set(names.values()) - set(promised(now).values())):
        yield gone, f"{gone} is gone"
    for breakage in griffe.find_breaking_changes(before, now):
        path = breakage.obj.canonical_path
        for canonical, name in names.items():
            if path == canonical or path.startswith(f"{canonical}."):
                whole = name + path.removeprefix(canonical)
                yield whole, f"{whole}: {breakage.kind.value}"


def unreleased(changelog: str) -> str:
    """Return what the changelog says above its first release: the part under its first heading of the second level."""
    return re.split(r"^## ", changelog, maxsplit=2, flags=re.MULTILINE)[1]


def named(name: str, changes: str) -> bool:
    """Return whether a change is named: the object and, of a class, the member."""
    words = name.split(".")
    own = words[2:] if words[1:2] == ["batch"] else words[1:]
    return f"`{'.'.join(own)}`" in changes


def main(words: Sequence[str] | None = None) -> int:
    """Say what breaks, and whether the changelog names it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="a checkout; by default this one")
    parser.add_argument("--against", metavar="REF", help="a tag or commit; by default the last release")
    args = parser.parse_args(words)
    release = args.against or last_release(args.root)
    if not release:
        print("nothing is released yet: the public names are those of docs/api.txt")
        return 0
    changes = unreleased((args.root / "CHANGELOG.md").read_text(encoding="utf-8"))
    found = dict(broken(args.root, release))
    for name, what in found.items():
        print(f"{what} ({'named in the changelog' if named(name, changes) else 'NOT named in the changelog'})")
    if not found:
        print(f"nothing that a caller of {release} uses is broken")
    return int(not all(named(name, changes) for name in found))


if __name__ == "__main__":
    sys.exit(main())
