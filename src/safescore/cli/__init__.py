"""The command line: one module a command, imported when it is asked for."""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module

from safescore.cli.arguments import CommandParser
from safescore.cli.console import complain, forgive
from safescore.cli.exits import EXIT_CODES, ExitCode
from safescore.errors import SafescoreError
from safescore.version import VERSION
from safescore.words import Lang, Text

COMMANDS = {
    "check": "score an organisation's facts, and say what is missing",
    "due": "list what falls due: by when, what is still missing, whose it is",
    "whatif": "say what a change of the facts would do to outcomes, score and grade",
    "next": "say the cheapest steps to the next grade, what each duty would add, and what is out of reach",
    "batch": "score many submissions at once, and keep the results",
    "rollup": "roll many submissions up: towns, industries, quarters, and who is missing",
    "init": "write a form with only what an organisation must answer",
    "schema": "write the JSON Schema of a submission, for editors",
    "packs": "list the built-in rule packs, and export them",
    "rules": "list the rules of a pack",
    "explain": "say what a rule asks, of whom, and why it stands as it does",
    "diff": "say what changed between two submissions or reports, and what moved the score",
    "history": "say how organisations stood period after period",
    "verify": "make a report again from its submission and its pack, and name what differs",
    "trace": "hold packs against the documents that they encode",
    "lint": "point at what a pack's author should look at",
    "test": "run the cases that packs carry",
}
_NEW_OBJECTS = 20_000
"""So many objects are made before it is looked for circles among them."""
_EPILOG = f"""\
examples:
  safescore check facts.yaml
  safescore check facts.yaml --lang en --format json
  safescore check q3/*.yaml --min-grade pass --output markdown:report.md
  safescore explain dadukou-2022.confined-space-order --facts facts.yaml

{EXIT_CODES}"""
_OWN_FAULT = Text(
    zh="safescore：这是safescore自身的错误，请报告给开发者",
    en="safescore: this is a fault of safescore itself; please report it",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code: nothing that a file or a command line holds ends in a traceback."""
    gc.freeze()  # what has been imported stays until the end, and of what comes little refers to itself in a circle
    gc.set_threshold(_NEW_OBJECTS)
    arguments = list(sys.argv[1:] if argv is None else argv)
    forgive(sys.stdout, sys.stderr)
    args = Namespace()
    try:
        _parser(arguments).parse_args(arguments, args)
        return int(args.run(args, sys.stdout, sys.stderr))
    except SystemExit as stop:
        return int(stop.code or 0)
    except SafescoreError as error:
        complain(error.to(_lang(args)), sys.stderr)
    except Exception:
        from traceback import print_exc

        print_exc()
        complain(_OWN_FAULT.to(_lang(args)), sys.stderr)
    return ExitCode.UNUSABLE


def _lang(args: Namespace) -> Lang:
    """Return the language in which what goes wrong is told, as far as it is known by then."""
    lang: Lang | None = getattr(args, "lang", None)
    return lang or "zh"


def _parser(arguments: Sequence[str]) -> ArgumentParser:
    """Return the parser; only the commands that are named bring their arguments with them.

    Where a line begins with one, the others are not there at all.
    """
    parser = ArgumentParser(
        prog="safescore",
        description="Score an organisation's facts against official work-safety documents.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"safescore {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=CommandParser)
    asked = {name: COMMANDS[name] for name in arguments[:1] if name in COMMANDS}
    for name, summary in (asked or COMMANDS).items():
        if name in arguments:
            import_module(f"safescore.cli.{name}").add_parser(commands, summary)
        else:
            commands.add_parser(name, help=summary)
    return parser
