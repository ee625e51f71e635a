"""How this app's events read."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Called once the apps are ready."""
    wording.declare(
        {
            "unit.created": _("新增组织单元"),
            "unit.changed": _("修改组织单元"),
            "unit.closed": _("撤销组织单元"),
            "unit.reopened": _("恢复组织单元"),
            "position.created": _("新增岗位"),
            "position.changed": _("修改岗位"),
            "position.sight_changed": _("修改个人信息显示范围"),
            "employee.created": _("新增员工"),
            "employee.changed": _("修改员工"),
            "employee.left": _("办理离职"),
            "employee.password_changed": _("修改密码"),
            "employee.logged_in": _("登录"),
            "employee.login_failed": _("登录失败"),
            "employee.password_expired": _("密码到期"),
            "employee.reset_mailed": _("发出重设密码的链接"),
            "employee.reset_used": _("用链接重设密码"),
            "employee.contact_asked": _("申请更换联系方式"),
            "factor.begun": _("开始设置两步验证"),
            "factor.confirmed": _("开启两步验证"),
            "factor.codes_renewed": _("更换恢复码"),
            "factor.recovery_used": _("使用恢复码"),
            "factor.code_refused": _("验证码不对"),
            "factor.removed": _("关闭两步验证"),
            "factor.reset": _("重设两步验证"),
            "factor.device_trusted": _("信任设备"),
            "factor.devices_forgotten": _("取消信任的设备"),
            "invitation.created": _("邀请员工"),
            "invitation.link_renewed": _("生成邀请链接"),
            "invitation.withdrawn": _("撤回邀请"),
            "invitation.accepted": _("接受邀请"),
            "password_rules.changed": _("修改密码规则"),
            "login_provider.changed": _("修改单点登录"),
            "login_provider.checked": _("试连单点登录"),
            "login_link.created": _("关联登录"),
            "login_link.removed": _("取消关联登录"),
            "session.ended": _("退出登录设备"),
            "token.created": _("新建接口令牌"),
            "token.revoked": _("撤销接口令牌"),
        }
    )
