"""`keqiao demo`: the whole system with demonstration data."""

import argparse

from django.conf import settings
from django.contrib.auth import get_user_model

from keqiao.config import output
from keqiao.config.cli import migrate, up
from keqiao.workspace import demo

# Written when the demonstration data is complete, so that half of it is never taken for all of it.
MARK = "demo-complete"


def prepare() -> None:
    """Make the demonstration data once. Refuses a database that real people already use."""
    mark = settings.DATA / MARK
    if mark.exists():
        return
    migrate.apply()
    if get_user_model()._default_manager.exists():
        raise output.CommandError(
            "这个数据库里已有员工，不能放入演示数据。请用另一个数据文件夹（KEQIAO_DATA）或数据库（DATABASE_URL）；"
            "若是上次演示数据没有做完，请删除演示的数据文件夹后再试。"
        )
    output.note("生成演示数据")
    demo.build(output.note)
    mark.touch()


def run(args: argparse.Namespace) -> int:
    """Prepare and start."""
    prepare()
    return up.run(args)
