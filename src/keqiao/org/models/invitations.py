"""Invitations of people who will be employees."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.org.models.people import Employee, OrgUnit, Position


class Invitation(models.Model):
    """Bound to an address, a unit and positions; good once, until `expires_at`. Only the hash of the link's secret is kept."""

    class State(models.TextChoices):
        OPEN = "open", _("待接受")
        EXPIRED = "expired", _("已过期")
        ACCEPTED = "accepted", _("已加入")
        WITHDRAWN = "withdrawn", _("已撤回")

    email = models.EmailField(_("邮箱"))
    name = models.CharField(_("姓名"), max_length=40)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("组织单元"), related_name="+")
    positions = models.ManyToManyField(Position, verbose_name=_("岗位"), related_name="+")
    invited_by = models.ForeignKey(
        Employee, models.SET_NULL, null=True, verbose_name=_("邀请人"), related_name="invitations"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("邀请时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    employee = models.ForeignKey(Employee, models.SET_NULL, null=True, verbose_name=_("员工"), related_name="+")

    class Meta:
        verbose_name = _("邀请")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
                violation_error_message=_("这个邮箱已有一份等待接受的邀请。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.email}"

    @property
    def state(self) -> State:
        """Where it stands now; expiring needs no clock."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.EXPIRED if self.expires_at <= timezone.now() else self.State.OPEN
