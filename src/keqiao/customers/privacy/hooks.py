"""What this folder tells other apps once they are ready."""

from django.utils.translation import gettext_lazy as _

from keqiao.approvals.registry import on_decision
from keqiao.audit import wording
from keqiao.customers.privacy.actions import KIND, POWER, decided


def declare() -> None:
    """Called once the apps are ready."""
    on_decision(KIND, decided, title=_("增加查看次数"), power=POWER, tells=True)
    wording.declare({"reveal.extended": _("增加当天的查看次数")})
