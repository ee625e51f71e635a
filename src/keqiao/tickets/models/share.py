"""责任划分: who answers for a founded complaint, and for how much of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.complaint import Complaint


class Share(models.Model):
    """A department's or a person's part of the responsibility, in percent.

    Those of one complaint make 100 together. No row can see its neighbours, so triggers keep it (migration `shares`):
    PostgreSQL looks at the end of the transaction, SQLite, which has no such look, refuses more than 100 at once.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="shares", db_index=False)
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("责任部门"), related_name="+")
    person = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, blank=True, verbose_name=_("责任人"), related_name="+"
    )
    percent = models.PositiveSmallIntegerField(_("责任比例（%）"))

    class Meta:
        verbose_name = _("责任划分")
        ordering = ["-percent", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="share_percent"),
            models.UniqueConstraint(fields=["complaint", "unit", "person"], name="share_of_person_once"),
            models.UniqueConstraint(fields=["complaint", "unit"], condition=Q(person=None), name="share_of_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.unit} {self.percent}%"
