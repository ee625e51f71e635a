"""`keqiao bench`: figures of speed."""

import argparse

from keqiao.config.bench.table import command


def run(args: argparse.Namespace) -> int:
    """Hand over to the measurements."""
    return command(args)
