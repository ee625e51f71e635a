"""Logging in by another system: which one, and who is who there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.org.models.people import Employee


class LoginProvider(models.Model):
    """One row: the system that also logs people in. Its secret is sealed and never shown."""

    class Kind(models.TextChoices):
        OIDC = "oidc", _("OpenID Connect")
        WECOM = "wecom", _("企业微信")

    kind = models.CharField(_("类型"), max_length=8, choices=Kind.choices, default=Kind.OIDC)
    label = models.CharField(_("按钮文字"), max_length=30, blank=True)
    issuer = models.CharField(_("签发者网址"), max_length=200, blank=True)
    client_id = models.CharField(_("客户端编号"), max_length=200, blank=True)
    key = models.CharField(max_length=20, default="", help_text="name of the key that sealed the secret")
    sealed = models.TextField(default="")
    agent_id = models.CharField(_("应用编号"), max_length=40, blank=True)
    auto_link = models.BooleanField(_("自动关联员工"), default=False)
    active = models.BooleanField(_("启用"), default=False)

    class Meta:
        verbose_name = _("单点登录")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class LoginLink(models.Model):
    """An employee is this subject at that issuer."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="login_links")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    label = models.CharField(max_length=254, default="", help_text="what the person is called there")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("关联登录")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                name="login_subject_once",
                violation_error_message=_("这个账号已关联到另一位员工。"),
            ),
            models.UniqueConstraint(
                fields=["employee", "issuer"],
                name="login_issuer_once",
                violation_error_message=_("您已关联了一个账号，请先取消。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.subject
