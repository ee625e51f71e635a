"""`keqiao migrate`: bring the database to this version's shape."""

import argparse

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from keqiao.audit import order
from keqiao.config import output


def pending() -> int:
    """How many migrations wait to be applied."""
    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def apply() -> int:
    """Apply what waits; the number of migrations applied."""
    waiting = pending()
    if waiting:
        output.note(f"升级数据库结构：{waiting} 步")
        call_command("migrate", interactive=False, verbosity=0)
    order.mend()  # a dump may have been put into another cluster
    return waiting


def run(args: argparse.Namespace) -> None:
    """Apply and say so."""
    applied = apply()
    output.say(f"数据库结构已升级，共 {applied} 步。" if applied else "数据库结构已是当前版本。")
