import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers, sealing


def declare_powers() -> None:
    """What positions may be allowed to do with customers."""
    powers.declare(
        _("客户"),
        {
            "customer.view": _("查看客户"),
            "customer.create": _("新建客户"),
            "customer.change": _("修改客户"),
            "customer.reveal": _("显示完整联系方式"),
            "customer.oversee": _("查看谁看过客户的完整信息，批准增加次数"),
            "customer.import": _("导入客户"),
            "customer.export": _("导出客户"),
            "customer.merge": _("合并重复客户"),
            "customer.pick": _("领取、退回公海客户"),
            "customer.share": _("分配客户，维护分配权重和规则"),
            "violation.report": _("登记违规"),
            "violation.decide": _("裁定违规"),
        },
    )
    powers.declare(
        _("个人信息保护"),
        {
            "privacy.handle": _("受理和办理客户对个人信息的请求"),
            "privacy.approve": _("批准删除个人信息"),
            "privacy.oversee": _("维护保留期限、排查泄露"),
        },
        kinds={"privacy.oversee": powers.Kind.COORDINATE},
    )


class CustomersConfig(AppConfig):
    """Customers, contact points and their import."""

    name = "keqiao.customers"
    label = "customers"
    verbose_name = _("客户")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        declare_powers()
        for room in (
            "resource",
            "custom_resource",
            "search",
            "jobs",
            "merging.resource",
            "privacy.resource",
            "privacy.request_resource",
            "erasing.run",
            "merging.jobs",
            "duplicates.resource",
            "duplicates.jobs",
            "life_cycle.jobs",
            "segments.resource",
            "tiers.resource",
            "pool.resource",
            "pool.share_resource",
            "sharing.running",
            "sharing.deadlines",
            "sharing.auto",
            "territories.resource",
            "territories.jobs",
            "violations.resource",
            "held",
        ):
            importlib.import_module(f"keqiao.customers.{room}")
        numbers = importlib.import_module("keqiao.customers.archive.identity")
        sealing.holder(numbers.used_keys, numbers.reseal)
        importlib.import_module("keqiao.customers.wordings").declare()
        importlib.import_module("keqiao.customers.offering").offer()
        importlib.import_module("keqiao.customers.merging.following").declare()
        importlib.import_module("keqiao.customers.merging.wordings").declare()
        importlib.import_module("keqiao.customers.segments.wordings").declare()
        importlib.import_module("keqiao.customers.duplicates.wordings").declare()
        importlib.import_module("keqiao.customers.erasing.own").declare()
        importlib.import_module("keqiao.customers.privacy.hooks").declare()
        importlib.import_module("keqiao.customers.pool.wordings").declare()
