"""How this app's events read."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Called once the apps are ready."""
    wording.declare(
        {
            "calendar.created": _("新建工作日历"),
            "calendar.changed": _("修改工作日历"),
            "calendar.day_set": _("设定特殊日期"),
            "calendar.day_removed": _("取消特殊日期"),
            "calendar.assigned": _("更换部门的工作日历"),
            "calendar.quiet_hours_set": _("设定不打扰时段"),
        }
    )
