"""How this app's events read, in the history and in the customer's timeline."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.notices import kinds

VERBS: dict[str, tuple[Any, str, str]] = {
    # verb: words, icon, tone
    "ticket.created": (gettext_lazy("登记工单"), "ticket", "info"),
    "ticket.assessed": (gettext_lazy("评审"), "check", "info"),
    "ticket.severity_changed": (gettext_lazy("调整严重程度"), "warning", "warning"),
    "ticket.rejudged": (gettext_lazy("按现行规则重新计算"), "refresh", "warning"),
    "ticket.dispatched": (gettext_lazy("派发"), "send", "info"),
    "dispatch.accepted": (gettext_lazy("部门接收"), "check", "info"),
    "dispatch.answered": (gettext_lazy("部门答复"), "reply", "info"),
    "dispatch.returned": (gettext_lazy("部门退回"), "back", "warning"),
    "dispatch.warned": (gettext_lazy("部门答复即将到期"), "clock", "warning"),
    "dispatch.late": (gettext_lazy("部门答复超时"), "late", "danger"),
    "ticket.started": (gettext_lazy("开始办理"), "play", "info"),
    "ticket.evidence_added": (gettext_lazy("添加证据"), "attach", "neutral"),
    "ticket.concluded": (gettext_lazy("作出调查结论"), "shield", "info"),
    "ticket.planned": (gettext_lazy("制定处理方案"), "edit", "info"),
    "ticket.compensation_asked": (gettext_lazy("补偿提交审批"), "approval", "warning"),
    "ticket.compensation_decided": (gettext_lazy("补偿审批结果"), "approval", "info"),
    "ticket.resolved": (gettext_lazy("办理完毕"), "check", "success"),
    "ticket.told": (gettext_lazy("告知客户"), "phone", "success"),
    "ticket.closed": (gettext_lazy("办结"), "check", "success"),
    "ticket.reopened": (gettext_lazy("重新办理"), "reopen", "danger"),
    "ticket.withdrawn": (gettext_lazy("客户撤诉"), "close", "neutral"),
    "ticket.paused": (gettext_lazy("等待客户，暂停计时"), "pause", "neutral"),
    "ticket.resumed": (gettext_lazy("恢复计时"), "play", "neutral"),
    "ticket.divided": (gettext_lazy("划分责任"), "assign", "info"),
    "ticket.joined": (gettext_lazy("并入主工单"), "link", "info"),
    "ticket.gathered": (gettext_lazy("并入重复工单"), "link", "info"),
    "ticket.parted": (gettext_lazy("从主工单拆开"), "back", "warning"),
    "ticket.let_go": (gettext_lazy("拆出重复工单"), "back", "neutral"),
    "ticket.taken_along": (gettext_lazy("随主工单办理完毕"), "check", "success"),
    "ticket.supervised": (gettext_lazy("督办"), "supervise", "warning"),
    "ticket.urged": (gettext_lazy("催办"), "urge", "warning"),
    "ticket.assigned": (gettext_lazy("更换负责人"), "assign", "neutral"),
    "ticket.warned": (gettext_lazy("即将到期提醒"), "clock", "warning"),
    "ticket.escalated": (gettext_lazy("逐级上报"), "late", "danger"),
    "ticket.supplemented": (gettext_lazy("补充内容"), "note", "info"),
    "ticket.progressed": (gettext_lazy("登记进度"), "note", "neutral"),
    "ticket.commented": (gettext_lazy("内部备注"), "note", "neutral"),
    "correction.ordered": (gettext_lazy("提出整改"), "refresh", "info"),
    "correction.done": (gettext_lazy("整改完成"), "check", "info"),
    "correction.checked": (gettext_lazy("验证整改效果"), "check", "success"),
}
RULES = {
    "wave.raised": gettext_lazy("集中投诉报警"),
    "wave.gathered": gettext_lazy("合并办理集中投诉"),
    "cause.created": gettext_lazy("新增原因"),
    "cause.changed": gettext_lazy("修改原因"),
    "ruleset.drafted": gettext_lazy("建立规则草稿"),
    "ruleset.changed": gettext_lazy("修改规则说明"),
    "ruleset.rule_added": gettext_lazy("新增规则"),
    "ruleset.rule_changed": gettext_lazy("修改规则"),
    "ruleset.rule_removed": gettext_lazy("删除规则"),
    "ruleset.rule_moved": gettext_lazy("调整规则顺序"),
    "ruleset.tried": gettext_lazy("试运行规则"),
    "ruleset.scheduled": gettext_lazy("规则定时生效"),
    "ruleset.unscheduled": gettext_lazy("取消规则定时"),
    "ruleset.forced": gettext_lazy("规则生效"),
    "ruleset.dropped": gettext_lazy("放弃规则草稿"),
    "special_month.made": gettext_lazy("生成重点客户月报"),
    "ticket_settings.defaults": gettext_lazy("建立默认规则"),
    "tickets.exported": gettext_lazy("导出工单"),
}


def sentence(words: Any) -> Callable[[Event], str]:
    """The words, and which ticket they are about."""
    return lambda event: _("%(deed)s：%(title)s") % {"deed": words, "title": event.title}


def declare() -> None:
    """Called when the app is ready."""
    declare_notices()
    wording.declare({verb: words for verb, (words, _icon, _tone) in VERBS.items()} | RULES)
    wording.word_fields("tickets.ruleset", lambda name: (gettext_lazy("规则"), {}) if name == "rule" else None)
    for verb, (words, icon, tone) in VERBS.items():
        timeline.sentence(verb, sentence(words), icon=icon, tone=tone)


def declare_notices() -> None:
    """What employees are told of."""
    kinds.declare(
        gettext_lazy("工单"),
        {
            "ticket.assigned": gettext_lazy("工单交给我负责"),
            "ticket.dispatched": gettext_lazy("工单派发给我的部门"),
            "ticket.warned": gettext_lazy("工单即将到期"),
            "ticket.escalated": gettext_lazy("工单逐级上报"),
            "ticket.supervised": gettext_lazy("工单被督办"),
            "ticket.urged": gettext_lazy("工单被催办"),
            "ticket.supplemented": gettext_lazy("客户补充了情况"),
            "ticket.wave": gettext_lazy("集中投诉报警"),
            "ticket.joined": gettext_lazy("重复工单合并"),
            "ticket.parted": gettext_lazy("重复工单拆开"),
            "ticket.taken_along": gettext_lazy("主工单有了结果"),
            "ticket.compensation": gettext_lazy("补偿审批有结果"),
            "ticket.reopened": gettext_lazy("工单重新办理"),
            "ticket.withdrawn": gettext_lazy("客户撤诉"),
            "dispatch.answered": gettext_lazy("部门答复了派发"),
            "dispatch.returned": gettext_lazy("部门退回了派发"),
            "dispatch.warned": gettext_lazy("派发的答复即将到期"),
            "dispatch.late": gettext_lazy("派发的答复超时"),
            "correction": gettext_lazy("整改有进展"),
            "special_month": gettext_lazy("重点客户月报"),
        },
        must=(
            "ticket.wave",
            "ticket.assigned",
            "ticket.dispatched",
            "ticket.escalated",
            "ticket.supervised",
            "ticket.urged",
            "dispatch.late",
        ),
        mail=("ticket.wave", "ticket.escalated", "ticket.supervised", "ticket.urged", "dispatch.late"),
    )
