"""What a forked child does around its own work, and the worker's own work."""

import logging
import os
import random
import sys
from collections.abc import Callable
from typing import NoReturn

from django.core.handlers.wsgi import WSGIHandler
from django.template import engines
from django.urls import get_resolver

from keqiao.config.serve import stopping
from keqiao.config.wsgi import application
from keqiao.kernel.loading import loading
from keqiao.runtime import worker

logger = logging.getLogger(__name__)


def preload() -> WSGIHandler:
    """Load in the parent what every child needs: pages, routes, template libraries."""
    with loading():
        resolver = get_resolver()
        resolver._populate()
        resolver.resolve("/")  # sorts the addresses by their first words
        engines.all()
    return application


def run(main: Callable[[int], None], lifeline: int) -> NoReturn:
    """Run `main` and end this process, come what may: nothing of the parent's stack may go on here."""
    code = 1
    try:
        random.seed()
        main(lifeline)
        code = 0
    except KeyboardInterrupt:
        code = 0
    except BaseException:  # the process ends here; the log is the only place left to say why
        logger.exception("process ended by an error")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def work(lifeline: int) -> None:
    """The worker process: jobs and the clock."""
    stop = stopping.on_signal()
    stopping.on_orphaned(lifeline, stop.set)
    worker.run(stop)
