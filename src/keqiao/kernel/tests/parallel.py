"""Doing the same thing in many threads at once, against the real database."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, connection


def in_parallel(function: Callable[[int], Any], times: int = 20) -> list[Any]:
    """Call `function(0)` … `function(times - 1)` at the same moment; each result is its value or its exception."""
    barrier = threading.Barrier(times)
    results: list[Any] = [None] * times

    def run(number: int) -> None:
        try:
            # connecting takes longer than many a deed: whoever is connected first would be done before the others begin
            with suppress(RuntimeError, DatabaseError):
                connection.ensure_connection()
            barrier.wait()
            results[number] = function(number)
        except Exception as error:  # noqa: BLE001 – the caller looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
