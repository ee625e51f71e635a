"""How this app's events read."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Called once the apps are ready."""
    wording.declare(
        {
            "unit.created": _("新增组织单元"),
            "unit.changed": _("修改组织单元"),
            "position.created": _("新增岗位"),
            "position.changed": _("修改岗位"),
            "position.sight_changed": _("修改个人信息显示范围"),
            "employee.created": _("新增员工"),
            "employee.changed": _("修改员工"),
            "employee.left": _("办理离职"),
            "employee.password_changed": _("修改密码"),
            "employee.logged_in": _("登录"),
            "employee.login_failed": _("登录失败"),
            "session.ended": _("退出登录设备"),
            "token.created": _("新建接口令牌"),
            "token.revoked": _("撤销接口令牌"),
        }
    )
