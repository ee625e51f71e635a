"""What is put right after a low score."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.tickets.models import Ticket
from keqiao.visits.models.visits import Visit


class Rectification(models.Model):
    """What the responsible unit must put right after a low score: plan, proof, check, report to the general manager.

    `alarm_level` tells the clock whom it has told that the deadline has passed.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("待提交计划")
        PLANNED = "planned", _("整改中")
        DONE = "done", _("待检查")
        PASSED = "passed", _("检查通过")
        REPORTED = "reported", _("已上报")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    visit = models.OneToOneField(Visit, models.PROTECT, null=True, verbose_name=_("回访"), related_name="rectification")
    origin = models.CharField(  # noqa: DJ001 – one task for each low answer; none for visits
        _("来源"), max_length=60, unique=True, null=True, editable=False, help_text="label:id where it is no visit"
    )
    matter = models.CharField(_("事项"), max_length=120, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name=_("客户"), related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, verbose_name=_("工单"), related_name="rectifications")
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, verbose_name=_("整改部门"), related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("整改负责人"), related_name="rectifications",
        db_index=False,
    )  # fmt: skip
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.WAITING)
    open = models.BooleanField(_("进行中"), default=True, help_text="until the check is passed")
    created_at = models.DateTimeField(_("下达时间"))
    due_at = models.DateTimeField(_("整改期限"))
    plan = models.TextField(_("整改计划"), blank=True)
    planned_at = models.DateTimeField(_("计划提交时间"), null=True)
    planned_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, related_name="+", db_index=False)
    proof = models.TextField(_("完成情况与证明"), blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("完成人"), related_name="+", db_index=False
    )
    check_note = models.TextField(_("检查意见"), blank=True)
    checked_at = models.DateTimeField(_("检查时间"), null=True)
    checked_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("检查人"), related_name="+", db_index=False
    )
    failed_checks = models.PositiveSmallIntegerField(_("检查不通过次数"), default=0)
    report = models.TextField(_("上报说明"), blank=True)
    reported_at = models.DateTimeField(_("上报时间"), null=True)
    reported_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("上报人"), related_name="+", db_index=False
    )
    alarm_level = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("整改任务")
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], name="rectification_mine", condition=Q(open=True)),
            models.Index(fields=["unit", "due_at", "id"], name="rectification_of_unit"),
            models.Index(fields=["due_at", "id"], name="rectification_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def subject(self) -> str:
        """What it is about: the visit's matter, or its own where a survey was scored low."""
        return self.visit.matter if self.visit is not None else self.matter


RECTIFICATION_TRANSITIONS: dict[str, frozenset[str]] = {
    Rectification.Status.WAITING: frozenset({Rectification.Status.PLANNED}),
    Rectification.Status.PLANNED: frozenset({Rectification.Status.PLANNED, Rectification.Status.DONE}),
    Rectification.Status.DONE: frozenset({Rectification.Status.PASSED, Rectification.Status.PLANNED}),
    Rectification.Status.PASSED: frozenset({Rectification.Status.REPORTED}),
    Rectification.Status.REPORTED: frozenset(),
}
