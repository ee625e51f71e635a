"""`keqiao migrate`: bring the database to this version's shape."""

import argparse

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from keqiao.audit import order
from keqiao.config import output


def prepared() -> MigrationExecutor:
    """What brings the database up to date. Raises CommandError for a database that this version cannot bring there."""
    executor = MigrationExecutor(connections["default"])
    applied = executor.loader.applied_migrations
    for migration in executor.loader.disk_migrations.values():
        # Django takes an app of which only some of the replaced migrations are applied for one without any
        missing = [name for name in migration.replaces if name not in applied]
        if missing and len(missing) < len(migration.replaces):
            raise output.CommandError(
                "这个数据库是 2026 年 11 月 29 日以前的版本建立的，本版不能直接升级，没有改动。"
                "请先换成 11 月 29 日的版本执行 keqiao migrate，再换成本版。"
            )
    return executor


def pending(executor: MigrationExecutor | None = None) -> int:
    """How many migrations wait to be applied. Raises CommandError as `prepared`."""
    executor = executor or prepared()
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def apply() -> int:
    """Apply what waits; the number of migrations applied."""
    executor = prepared()
    waiting = pending(executor)
    if waiting:
        output.note(f"升级数据库结构：{waiting} 步")
        call_command("migrate", interactive=False, verbosity=0)
    else:
        executor.check_replacements()  # keeps in mind that what one migration stands for now has been applied
    order.mend()  # a dump may have been put into another cluster
    return waiting


def run(args: argparse.Namespace) -> None:
    """Apply and say so."""
    applied = apply()
    output.say(f"数据库结构已升级，共 {applied} 步。" if applied else "数据库结构已是当前版本。")
