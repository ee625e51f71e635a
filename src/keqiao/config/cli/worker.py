"""`keqiao worker`: jobs and the clock alone, for installations of several machines."""

import argparse

from keqiao.config import output
from keqiao.config.serve import runlock, stopping
from keqiao.runtime import worker


def run(args: argparse.Namespace) -> None:
    """Work until told to stop."""
    stop = stopping.on_signal()
    with runlock.running():
        output.note("后台任务进程已启动")
        worker.run(stop)
