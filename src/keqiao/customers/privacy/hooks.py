"""What this folder tells other apps once they are ready."""

from django.utils.translation import gettext_lazy as _

from keqiao.approvals.registry import on_decision
from keqiao.audit import wording
from keqiao.customers.privacy.actions import KIND, decided


def declare() -> None:
    """Called once the apps are ready."""
    on_decision(KIND, decided)
    wording.declare({"reveal.extended": _("增加当天的查看次数")})
