"""`keqiao breach`: whose data were touched, after a leak, as a list of those who have to be told (PIPL 57)."""

import argparse
import os
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from keqiao.audit.actions import record
from keqiao.config import output
from keqiao.customers.privacy import breach
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.sheets import write_csv
from keqiao.org.models import Employee

KEYS = ("number", "name", "phone", "touched")


def run(args: argparse.Namespace) -> int:
    """Say it or write it into a file; that somebody looked is on record."""
    lines = breach.lines(SYSTEM, breach.touched(asked(args)))
    if args.file is not None:
        write(args.file, lines)
    with transaction.atomic():
        record(SYSTEM, "privacy.breach_listed", None, {"rows": len(lines)})
    if args.json:
        output.emit_json([dict(zip(KEYS, line, strict=True)) for line in lines])
        return 0
    if args.file is None:
        for line in lines:
            output.say("\t".join(line))
    output.note(f"涉及 {len(lines)} 位客户" + (f",名单在 {args.file}" if args.file else ""))
    return 0


def asked(args: argparse.Namespace) -> breach.Asked:
    """What the arguments mean; CommandError where they make no sense."""
    today = timezone.localdate()
    if args.since is None and args.export is None:
        raise output.CommandError("请用 --since 给出开始的日期，或用 --export 给出一份导出的编号。")
    first, last = args.since or today, args.until or today
    if first > last:
        raise output.CommandError("结束的日期不能早于开始的日期。")
    if args.export is not None and not 0 < args.export < 10**18:
        raise output.CommandError("没有这个编号的导出。")
    employee = None
    if args.employee:
        employee = Employee.objects.filter(username=args.employee).first()
        if employee is None:
            raise output.CommandError(f"没有用户名是“{args.employee}”的员工。")
    return breach.Asked.days(first, last, employee=employee, export=args.export, everything=args.everything)


def write(path: Path, lines: list[tuple[str, str, str, str]]) -> None:
    """A CSV that only its owner may read; nothing that is there is written over."""
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise output.CommandError(f"名单写不进 {path}:文件已经存在，或文件夹不可写。") from error
    with os.fdopen(made, "wb") as file:
        write_csv(file, breach.head(), lines)
