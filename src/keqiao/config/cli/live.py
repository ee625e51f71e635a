"""`keqiao live`: the WebSocket handler alone, for installations behind nginx."""

import argparse

from keqiao.config import output
from keqiao.config.serve import runlock, web


def run(args: argparse.Namespace) -> None:
    """Serve until told to stop."""
    with runlock.running():
        output.note(f"实时推送进程已启动：{args.bind}:{args.port}")
        web.run_live(web.listen(args.bind, args.port))
