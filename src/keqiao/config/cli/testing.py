"""`keqiao test`: the test suite, all but the browser tests, on every core."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keqiao
from keqiao.config import output


def run(args: argparse.Namespace) -> int:
    """Run pytest in the source checkout and return its exit code. Nothing of a real data folder is touched."""
    root = Path(keqiao.__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file():
        raise output.CommandError("测试需要源代码目录，请在其中运行 ./keqiao test。")
    command = [sys.executable, "-m", "pytest", "-n", "auto", "-m", "not browser", *args.rest]
    with tempfile.TemporaryDirectory(prefix="keqiao-test-") as folder:
        environment = os.environ | {"KEQIAO_DATA": folder}
        return subprocess.run(command, cwd=root, env=environment, check=False).returncode  # noqa: S603 - our own command
