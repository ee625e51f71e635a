"""Tables of the running program. Nothing here is business; all of it may be looked at by operators."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last value given out under a key; the source of gapless numbers."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)


class Throttle(models.Model):
    """How often a key was tried in the current window."""

    key = models.CharField(max_length=160, primary_key=True)
    count = models.IntegerField(default=0)
    window_ends = models.DateTimeField(db_index=True)


class IdempotencyKey(models.Model):
    """The answer given to a POST, so that its repetition gets the same one."""

    owner = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    request = models.CharField(max_length=64, help_text="sha256 of method, path and body")
    status = models.IntegerField(default=0)
    body = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_once")]


class Job(models.Model):
    """A piece of work; the row is the queue. Claimed by a conditional update, kept alive by its lease."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True, unique=True, help_text="one job per key")  # noqa: DJ001 – NULL repeats, "" would not
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    done = models.IntegerField(default=0, help_text="units of work done")
    total = models.IntegerField(default=0, help_text="units of work in all, 0 while unknown")
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_at"], name="job_waiting", condition=models.Q(state="queued")),
            models.Index(fields=["lease_until"], name="job_running", condition=models.Q(state="running")),
        ]


class Heartbeat(models.Model):
    """When a process last said that it lives, and what the clock last ran."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
