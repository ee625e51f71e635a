"""The command line `keqiao`: one module for each command, listed in `commands`."""

import importlib
import os
import sys
from collections.abc import Sequence

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from keqiao.config import output
from keqiao.config.cli.commands import COMMANDS
from keqiao.config.cli.parser import build
from keqiao.kernel.errors import Refused
from keqiao.kernel.loading import loading


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 not understood, 130 interrupted."""
    args = build(COMMANDS).parse_args(argv)
    command = next(entry for entry in COMMANDS if entry.name == args.command)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
    os.environ.update(command.environment)
    if command.publishes:
        os.environ["KEQIAO_PORT"] = str(args.port)
    try:
        with loading():
            if command.django:
                django.setup()
            # A command's module is loaded when it is asked for: it may import models, which wait for django.setup().
            run = importlib.import_module(command.module).run
        return int(run(args) or 0)
    except output.CommandError as error:
        output.warn(str(error))
        return 1
    except Refused as refusal:
        output.warn(refusal.message)
        return 1
    except OperationalError as error:
        output.warn(f"数据库不可用：{error}")
        return 1
    except (ImproperlyConfigured, ValueError) as error:
        if os.environ.get("KEQIAO_DEBUG"):
            raise
        output.warn(f"设置有误，或输入不能接受：{error}")
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
