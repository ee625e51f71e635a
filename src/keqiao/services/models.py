"""The register of deliveries and services: what call-backs and surveys after a delivery begin with."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.org.models import Employee, OrgUnit


class Service(models.Model):
    """Service 服务登记: goods delivered, or a service done, for a customer on a day.

    Orders are kept elsewhere; their number is taken as it comes, so that what an order system or a list tells twice
    is registered once.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("送货签收")
        INSTALLED = "installed", _("安装完成")
        REPAIRED = "repaired", _("维修完成")
        MAINTAINED = "maintained", _("清洗保养完成")
        OTHER = "other", _("其他服务完成")

    class Status(models.TextChoices):
        NOTED = "noted", _("已登记")
        VOID = "void", _("已作废")

    number = models.CharField(_("登记单号"), max_length=24, unique=True)
    kind = models.CharField(_("服务类型"), max_length=10, choices=Kind.choices)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("客户"), related_name="services", db_index=False
    )
    order_number = models.CharField(_("订单号"), max_length=40, blank=True, default="")
    product = models.CharField(_("产品"), max_length=80, blank=True, default="")
    done_on = models.DateField(_("完成日期"))
    worker = models.CharField(_("服务人员"), max_length=40, blank=True, default="", help_text="may be of another firm")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("负责部门"), related_name="+", db_index=False)
    note = models.CharField(_("备注"), max_length=500, blank=True, default="")
    registered_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+", db_index=False
    )
    registered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.NOTED)
    reason = models.CharField(_("作废原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("服务登记")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "order_number", "product"],
                condition=~Q(order_number="") & Q(status="noted"),
                name="service_of_order_once",
                violation_error_message=_("这个订单的这项服务已经登记过。"),
            ),
        ]
        indexes = [
            models.Index(fields=["done_on", "id"], name="service_day"),
            models.Index(fields=["unit", "done_on", "id"], name="service_of_unit"),
            models.Index(fields=["registered_by", "done_on", "id"], name="service_mine"),
            models.Index(fields=["customer", "done_on"], name="service_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.matter}"

    @property
    def matter(self) -> str:
        """What it was, in a few words: what is said when the customer is called."""
        return f"{self.product}{self.get_kind_display()}" if self.product else str(self.get_kind_display())


TRANSITIONS: dict[str, frozenset[str]] = {
    Service.Status.NOTED: frozenset({Service.Status.VOID}),
    Service.Status.VOID: frozenset(),
}
