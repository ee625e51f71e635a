from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class TicketsConfig(AppConfig):
    """Tickets; complaints run through the closed loop."""

    name = "keqiao.tickets"
    label = "tickets"
    verbose_name = _("工单")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("工单"),
            {
                "ticket.view": _("查看工单"),
                "ticket.create": _("登记工单"),
                "ticket.assess": _("评审投诉、调整严重程度"),
                "ticket.dispatch": _("派发工单"),
                "ticket.investigate": _("调查取证、作出结论"),
                "ticket.plan": _("制定方案、办理"),
                "ticket.tell": _("告知客户"),
                "ticket.assign": _("分派和转交负责人"),
                "ticket.join": _("合并和拆开重复工单"),
                "ticket.supervise": _("督办"),
                "ticket.urge": _("催办"),
                "ticket.reopen": _("重新办理已办结的工单"),
                "ticket.withdraw": _("登记撤诉"),
                "ticket.approve": _("审批超限额补偿"),
                "ticket.export": _("导出工单"),
                "dispatch.answer": _("接收并答复派发给本部门的工单"),
                "correction.change": _("提出和验证整改"),
            },
            kinds={
                "correction.change": powers.Kind.SUGGEST,
                "ticket.plan": powers.Kind.EXECUTE,
                "ticket.join": powers.Kind.COORDINATE,
            },
        )
        for room in ("resource", "search", "jobs", "letters.resource", "special.resource"):
            import_module(f"keqiao.tickets.{room}")
        import_module("keqiao.tickets.hooks").declare()
        import_module("keqiao.tickets.holdings").declare()
        import_module("keqiao.tickets.held").declare()
        import_module("keqiao.tickets.doors").declare()
        import_module("keqiao.tickets.letters.declaring").declare()
