"""The time that is left, as people are told it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keqiao.kernel.pace import remaining


@pytest.mark.parametrize(
    ("done", "total", "seconds", "before", "told"),
    [
        (500, 1000, 10, 0, "约 10 秒"),
        (500, 1000, 13, 0, "约 15 秒"),
        (990, 1000, 10, 0, "约 5 秒"),
        (100, 1000, 10, 0, "约 2 分钟"),
        (700, 1000, 10, 600, "约 30 秒"),
        (10, 1000, 1, 0, ""),
        (600, 1000, 10, 600, ""),
        (1000, 1000, 10, 0, ""),
    ],
)
def test_from_the_pace_of_this_run(time_machine, done, total, seconds, before, told) -> None:
    time_machine.move_to("2026-11-23 10:00:00+00:00", tick=False)
    since = timezone.now() - timedelta(seconds=seconds)
    assert remaining(done, total, since=since, before=before) == told


def test_nothing_is_told_of_work_that_has_not_begun() -> None:
    assert remaining(5, 10, since=None) == ""
