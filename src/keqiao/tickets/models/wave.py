"""Many alike complaints within a short time: a record of its own, so that its alarm is given once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.labels import Labelled
from keqiao.tickets.models.ticket import Ticket


class Wave(Labelled):
    """集中投诉: complaints of one type about one product, or of one type at one unit.

    `key` says which (one that still runs has its type and key for itself); `unit` is the unit, or the closest one above
    all that took such complaints in: who sees everything below it sees the wave. `count` is how many there are so far.
    """

    class By(models.TextChoices):
        PRODUCT = "product", _("同类别、同产品")
        UNIT = "unit", _("同类别、同部门")

    number = models.CharField(_("编号"), max_length=24, unique=True)
    by = models.CharField(_("集中在"), max_length=8, choices=By.choices)
    category = models.ForeignKey("tickets.Category", models.PROTECT, verbose_name=_("问题类别"), related_name="+")
    key = models.CharField(max_length=100)
    product = models.CharField(_("产品"), max_length=80, blank=True)
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("部门"), related_name="+")
    tickets = models.ManyToManyField(Ticket, verbose_name=_("工单"), related_name="waves")
    count = models.PositiveIntegerField(_("投诉数"))
    limit = models.PositiveIntegerField(_("报警数"))
    hours = models.PositiveSmallIntegerField(_("时间范围（小时）"))
    began_at = models.DateTimeField(_("第一张"))
    last_at = models.DateTimeField(_("最近一张"))
    raised_at = models.DateTimeField(_("报警时间"))
    told = models.JSONField(_("已告知"), default=list, help_text="names as they were then")
    open = models.BooleanField(_("持续中"), default=True)
    ended_at = models.DateTimeField(_("平息时间"), null=True)

    class Meta:
        verbose_name = _("集中投诉")
        constraints = [
            models.UniqueConstraint(fields=["category", "key"], condition=models.Q(open=True), name="wave_runs_once")
        ]
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="wave_open", condition=models.Q(open=True)),
            models.Index(fields=["-raised_at", "-id"], name="wave_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.category} · {self.product or self.unit}"
