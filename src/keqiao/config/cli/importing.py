"""`keqiao import`: from files into the database."""

import argparse

from keqiao.config import output
from keqiao.config.cli import migrate
from keqiao.customers.imports import command
from keqiao.customers.imports.run import figures
from keqiao.kernel.errors import Refused

WORDS = {"rows": "行数", "created": "新建", "updated": "更新", "skipped": "跳过", "refused": "退回"}


def run(args: argparse.Namespace) -> int:
    """Take the file in and say what became of its rows. `customers` is the only kind."""
    migrate.apply()
    try:
        batch = command.take(args.file, sheet=args.sheet)
    except Refused as refused:
        raise output.CommandError(refused.message) from refused
    found = figures(batch)
    if args.json:
        output.emit_json(found)
    else:
        output.say(",".join(f"{WORDS[name]} {found[name]}" for name in WORDS))
    for reason, count in command.reasons(batch):
        output.note(f"退回 {count} 行：{reason}")
    return 0
