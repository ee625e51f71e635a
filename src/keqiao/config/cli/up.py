"""`keqiao up`: everything on one port."""

import argparse

from keqiao.config.cli import migrate
from keqiao.config.serve import runlock, supervisor


def run(args: argparse.Namespace) -> int:
    """Migrate, then serve until told to stop."""
    with runlock.running():
        if not args.no_migrate:
            migrate.apply()
        return supervisor.serve(
            bind=args.bind, port=args.port, web_processes=args.workers, with_worker=not args.no_worker
        )
