"""How this app's events read."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.notices import kinds


def declare() -> None:
    """Called once the apps are ready."""
    kinds.declare(_("组织与岗位"), {"transfer": _("工作移交给我"), "position": _("我起草的岗位说明书有结果")})
    wording.declare(
        {
            "transfer.started": _("移交工作"),
            "transfer.done": _("工作移交完成"),
            "description.drafted": _("起草岗位说明书"),
            "description.changed": _("修改岗位说明书"),
            "description.submitted": _("提交审核岗位说明书"),
            "description.reviewed": _("审核通过岗位说明书"),
            "description.returned": _("退回岗位说明书"),
            "description.dropped": _("放弃岗位说明书草稿"),
            "description.in_force": _("岗位说明书生效"),
            "description.replaced": _("岗位说明书被新版替代"),
            "description.confirmed": _("确认已阅读岗位说明书"),
        }
    )
