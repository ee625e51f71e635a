"""How this app's events read in the history."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.notices import kinds


def declare() -> None:
    """Called when the app is ready."""
    kinds.declare(_("审批与导出"), {"approval": _("等我审批，或我的申请有结果"), "deputy": _("我被设为审批代理")})
    wording.declare(
        {
            "approval.requested": _("提交审批"),
            "approval.agreed": _("同意，进入下一步"),
            "approval.approved": _("同意"),
            "approval.carried": _("上一步已同意，沿用"),
            "approval.rejected": _("驳回"),
            "approval.returned": _("退回补充"),
            "approval.resubmitted": _("补充后重新提交"),
            "approval.delegated": _("转交"),
            "approval.assigned": _("指派审批人"),
            "approval.reseated": _("审批人变动"),
            "approval.urged": _("催办"),
            "approval.reminded": _("提醒即将到期"),
            "approval.late": _("超时，告知审批人的上级"),
            "approval.stuck": _("无人可批，转管理员"),
            "approval.withdrawn": _("撤回申请"),
            "flow.drafted": _("建立流程草稿"),
            "flow.changed": _("修改流程设置"),
            "flow.step_added": _("添加步骤"),
            "flow.step_changed": _("修改步骤"),
            "flow.step_removed": _("删除步骤"),
            "flow.step_moved": _("调整步骤顺序"),
            "flow.published": _("启用流程"),
            "flow.dropped": _("放弃草稿"),
            "deputy.appointed": _("设置审批代理"),
            "deputy.ended": _("结束审批代理"),
        }
    )
