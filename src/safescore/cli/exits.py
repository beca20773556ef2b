"""Exit codes, the same in every command."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from safescore.results import Gate


class ExitCode(IntEnum):
    """What a command answers to its caller."""

    MET = 0
    FAILED = 1
    UNUSABLE = 2
    UNDECIDED = 3


EXIT_CODES = """\
exit codes, in every command:
  0  the gate is met, or none was given
  1  the gate failed
  2  the input or the command line can't be used
  3  the facts given don't decide the gate
  of several files the first of 2, 1, 3, 0 counts"""

_WORST_FIRST = (ExitCode.UNUSABLE, ExitCode.FAILED, ExitCode.UNDECIDED, ExitCode.MET)


def of_gate(gate: Gate) -> ExitCode:
    """Return the exit code of a gate's answer."""
    return ExitCode(gate.value)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that counts of several; without any, the gate is met."""
    return min(codes, key=_WORST_FIRST.index, default=ExitCode.MET)
