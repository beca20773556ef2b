"""What people call the facts of a submission: the words of the dictionary instead of paths."""

from __future__ import annotations

from safescore.explained import Path
from safescore.model import Pack
from safescore.reduce import ScalarBackend
from safescore.words import Text


def fact_title(path: Path, pack: Pack, backend: ScalarBackend) -> Text:
    """Return what the fact at a path is called: its label, and for a cell the record that it belongs to."""
    dictionary = pack.dictionary
    whole = path
    if path[0] == "verified":
        path = path[path.index("facts") :]
    root, name, *rest = path
    if root == "parameters":
        parameter = pack.parameter(str(name))
        return parameter.title if parameter is not None else Text(zh=str(name), en=str(name))
    label = dictionary.label(str(name))
    if root == "evidence":
        return Text(zh=f"{label.zh}的佐证材料", en=f"evidence for {label.en}")
    if not rest:
        return label
    spec = dictionary.facts.get(str(name))
    if rest == ["through"]:
        return Text(zh=f"{label.zh}：完整到哪一天", en=f"{label.en}: complete up to which day")
    indices = [step for step in rest if isinstance(step, int)]
    if spec is None or not indices:
        return dictionary.label(f"{name}.{rest[0]}")
    record = backend.records(str(name)).called(whole)
    field = spec.fields.get(str(rest[-1]))
    if field is None:
        return Text(zh=f"{label.zh} {record}", en=f"{label.en} {record}")
    return Text(zh=f"{label.zh} {record}：{field.name.zh}", en=f"{label.en} {record}: {field.name.en}")
