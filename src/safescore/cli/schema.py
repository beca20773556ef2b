"""Schema: the JSON Schema of a submission, for editors and for check-jsonschema."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TextIO

from safescore.cli.arguments import Commands, parser_of
from safescore.cli.console import save, show_json, spare
from safescore.cli.exits import ExitCode
from safescore.cli.names import check_roles, load_packs
from safescore.form import form_of
from safescore.schema import schema_text
from safescore.words import LANGUAGES

_EXAMPLES = """\
  safescore schema --pack dadukou-2022 -o safescore.schema.json
  safescore schema --pack dadukou-2022 --pack shuangqiao-2022 --role enterprise --lang en"""


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's arguments."""
    parser = parser_of(commands, "schema", summary, _EXAMPLES)
    parser.add_argument(
        "--pack",
        action="append",
        required=True,
        metavar="P",
        help="a pack's id, id@version, or folder; may be repeated",
    )
    parser.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="R",
        help="describe only what is asked of this role, and let editors offer that; may be repeated",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="write a file (default: stdout)")
    parser.add_argument("--force", action="store_true", help="overwrite a file that exists")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="the language of the texts (default: zh)")
    parser.set_defaults(run=run)


def run(args: Namespace, out: TextIO, err: TextIO) -> ExitCode:
    """Write the schema that follows from the dictionary of the packs."""
    packs = load_packs(args.pack)
    check_roles(args.role, packs)
    text = schema_text(packs, args.lang, form_of(packs, args.role) if args.role else None)
    if args.output is None:
        show_json(text, out)
    else:
        spare((args.output,), force=args.force)
        save(text, args.output)
    return ExitCode.MET
