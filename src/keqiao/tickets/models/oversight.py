"""A superior watches a matter (督办); somebody asks for speed (催办)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import name_shown
from keqiao.tickets.models.ticket import Ticket


class Supervision(models.Model):
    """A superior's order to watch a matter until it is closed."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="supervisions")
    by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("督办人"), related_name="+")
    at = models.DateTimeField(_("督办时间"), auto_now_add=True)
    demand = models.TextField(_("督办要求"))
    due_at = models.DateTimeField(_("要求完成时间"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("督办")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.demand[:40]


class Urge(models.Model):
    """Somebody asked for speed."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="urges")
    by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("催办人"), related_name="+")
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("催办时间"), auto_now_add=True)
    note = models.TextField(_("催办说明"), blank=True)

    class Meta:
        verbose_name = _("催办")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.note[:40]

    @property
    def who(self) -> str:
        """Who did it, as shown."""
        return name_shown(self.by_name, self.by_id)
