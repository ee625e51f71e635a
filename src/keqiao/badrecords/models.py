"""The register of bad records: what went wrong towards customers, whose it is, and whether it is put right."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.care.models import Loss
from keqiao.customers.models import Customer
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception.models import Entry
from keqiao.tickets.models import Severity, Ticket


class BadKind(models.Model):
    """What sort of thing went wrong; the department keeps the list."""

    name = models.CharField(_("名称"), max_length=20, unique=True, error_messages={"unique": _("已有同名的类别。")})
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("不良记录类别")

    def __str__(self) -> str:
        return self.name


class BadRecord(models.Model):
    """One thing that went wrong. `unit` and `person` answer for it; at most one of ticket, loss and entry is its source.

    `handler` puts it right: `person`, until the work of that person is handed over.
    """

    class Source(models.TextChoices):
        COMPLAINT = "complaint", _("投诉与工单")
        LOSS = "loss", _("客户流失")
        RECEPTION = "reception", _("来电来访")
        OWN = "own", _("自查发现")

    class Status(models.TextChoices):
        OPEN = "open", _("处理中")
        CLOSED = "closed", _("已了结")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    kind = models.ForeignKey(BadKind, models.PROTECT, verbose_name=_("类别"), related_name="records")
    severity = models.PositiveSmallIntegerField(_("严重程度"), choices=Severity.choices, default=Severity.GENERAL)
    what = models.TextField(_("经过"), max_length=2000)
    happened_on = models.DateField(_("发生日期"))
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, verbose_name=_("来源工单"), related_name="bad_records", db_index=False
    )
    loss = models.ForeignKey(
        Loss, models.PROTECT, null=True, verbose_name=_("来源流失记录"), related_name="bad_records", db_index=False
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, verbose_name=_("来源登记"), related_name="bad_records", db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, verbose_name=_("客户"), related_name="bad_records"
    )
    product = models.CharField(_("产品"), max_length=100, blank=True, default="")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("责任部门"), related_name="+", db_index=False)
    person = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("责任人"), related_name="bad_records", db_index=False
    )
    handler = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("处理人"), related_name="+", db_index=False
    )
    measures = models.TextField(_("处理措施"), max_length=2000, blank=True, default="")
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.OPEN)
    result = models.TextField(_("了结情况"), max_length=1000, blank=True, default="")
    closed_at = models.DateTimeField(_("了结时间"), null=True)
    closed_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("了结人"), related_name="+")
    registered_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+", db_index=False
    )
    from_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, verbose_name=_("登记部门"), related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("不良记录")
        constraints = [
            models.UniqueConstraint(
                fields=[source, "kind", "unit"],
                condition=Q(**{f"{source}__isnull": False}),
                name=f"bad_record_once_{source}",
                violation_error_message=_("同一来源已就这个部门登记过同类的不良记录。"),
            )
            for source in ("ticket", "loss", "entry")
        ] + [
            models.CheckConstraint(
                condition=Q(source="complaint", ticket__isnull=False, loss=None, entry=None)
                | Q(source="loss", loss__isnull=False, ticket=None, entry=None)
                | Q(source="reception", entry__isnull=False, ticket=None, loss=None)
                | Q(source="own", ticket=None, loss=None, entry=None),
                name="bad_record_source",
            )
        ]
        indexes = [
            models.Index(fields=["happened_on", "id"], name="bad_record_day"),
            models.Index(fields=["unit", "happened_on", "id"], name="bad_record_of_unit"),
            models.Index(fields=["from_unit", "happened_on", "id"], name="bad_record_from_unit"),
            models.Index(fields=["person", "happened_on", "id"], name="bad_record_of_person"),
            models.Index(fields=["handler", "id"], name="bad_record_of_handler", condition=Q(status="open")),
            models.Index(fields=["registered_by", "happened_on", "id"], name="bad_record_by"),
            models.Index(fields=["happened_on", "id"], name="bad_record_open", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


TRANSITIONS: dict[str, frozenset[str]] = {
    BadRecord.Status.OPEN: frozenset({BadRecord.Status.CLOSED}),
    BadRecord.Status.CLOSED: frozenset({BadRecord.Status.OPEN}),
}
