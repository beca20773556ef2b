"""The roster: which organisations are expected to hand in."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import evolve

from safescore.errors import Fault, InvalidInput
from safescore.source import LIMITS, Limits, read_bytes
from safescore.tables import read_table
from safescore.words import Text

ROOM = evolve(LIMITS, bytes=200_000_000, values=20_000_000)
"""A roster may be longer than a register: that of a nation's enterprises."""


ID = ("id", "编号", "单位编号")
NAME = ("name", "名称", "单位名称")
"""What the columns of a roster may be called; others are left alone."""


def read_roster(path: Path, limits: Limits = ROOM) -> dict[str, str]:
    """Return the name of every organisation on the roster in a CSV file, by its id. Raises InvalidInput."""
    table = read_table(read_bytes(path, limits), os.fspath(path), limits)
    ids = [name for name in table.header if name in ID]
    names = [name for name in table.header if name in NAME]
    if len(ids) != 1:
        problem = Text(zh="名单应有一列单位编号，列名为id", en="a roster has one column of ids, called id")
        hint = Text(
            zh="第一行写id,name，以下每行一家单位", en="let the first line be id,name and each below an organisation"
        )
        raise InvalidInput([Fault(table.locate(()), problem, hint)])
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for place, record in enumerate(table.records):
        id_ = str(record.get(ids[0]) or "").strip()
        if not id_:
            problem = Text(zh="这一行没有单位编号", en="this line has no id")
            faults.append(Fault(table.locate((place,)), problem, Text(zh="补上编号", en="add it")))
        elif id_ in found:
            problem = Text(zh=f"名单中已有{id_}", en=f"{id_} is on the roster already")
            hint = Text(zh="删去重复的一行", en="delete one of the lines")
            faults.append(Fault(table.locate((place, ids[0])), problem, hint))
        else:
            found[id_] = str(record.get(names[0]) or "").strip() if names else ""
    if faults:
        raise InvalidInput(faults)
    return found
