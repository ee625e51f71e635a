"""What happened. One append-only table is the history that people read and the outbox that readers tail."""

from typing import Any, ClassVar, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.expressions import Func
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import name_shown

BASE = "audit_transaction_base"  # a function in PostgreSQL (audit.order)


class TransactionId(Func):
    """The writing transaction's id on PostgreSQL; 0 on SQLite, where writers stand in line anyway.

    Rows get their id before they are committed, so a reader that goes by id alone would pass over a row that
    commits late. Readers go by (xid, id) and stop below the oldest transaction still open. To the id is added what
    the database knows of clusters that it has left (audit.order).
    """

    function = "pg_current_xact_id"
    template = f"CAST(CAST(%(function)s() AS text) AS bigint) + {BASE}()"
    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        return "0", ()


class AppendOnly(RuntimeError):
    """What happened is never changed and never removed."""


class Appended(models.QuerySet[Any]):
    """Rows that can be read and added."""

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly(self.model._meta.label)

    def delete(self) -> NoReturn:
        raise AppendOnly(self.model._meta.label)


class AppendedRow(models.Model):
    """A row that is written once. The database's triggers say the same (audit.guard)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(self._meta.label)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self._meta.label)


class Event(AppendedRow):
    """One deed: who did what to which record, when, and what changed."""

    at = models.DateTimeField(_("时间"))
    xid = models.BigIntegerField(default=TransactionId)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    label = models.CharField(max_length=60, help_text="app.model of the record")
    object_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    about_id = models.BigIntegerField(null=True, help_text="the customer whose timeline this belongs to")
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    ip = models.CharField(max_length=45, default="")

    objects: ClassVar[models.Manager["Event"]] = Appended.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        indexes = [
            models.Index(fields=["xid", "id"], name="event_tail"),
            models.Index(fields=["label", "object_id", "id"], name="event_history"),
            models.Index(fields=["about_id", "id"], name="event_about", condition=models.Q(about_id__isnull=False)),
            models.Index(fields=["verb", "id"], name="event_verb"),
            models.Index(fields=["actor_name", "id"], name="event_actor"),
            models.Index(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.title}"

    @property
    def who(self) -> str:
        """Who did it: a person by name, the system and the customer in the reader's language."""
        return name_shown(self.actor_name, self.actor_id)


class Seal(AppendedRow):
    """A code over some events and the seal before it (audit.sealing)."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    last_xid = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    previous = models.CharField(max_length=64)
    key_hint = models.CharField(max_length=12)
    code = models.CharField(max_length=64)
    entries = models.BinaryField(help_text="32 bytes an event: transaction, id, digest")

    objects: ClassVar[models.Manager["Seal"]] = Appended.as_manager()

    def __str__(self) -> str:
        return str(self.number)


class Mark(models.Model):
    """How far a reader has read."""

    name = models.CharField(max_length=60, primary_key=True)
    xid = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    attempts = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)


class Missed(models.Model):
    """An event that a reader could not digest after several tries; shown to operators, can be replayed."""

    reader = models.CharField(max_length=60)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    error = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "event"], name="missed_once")]
