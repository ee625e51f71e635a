"""Where this app hangs itself into the services below it."""

from django.utils.translation import gettext_lazy as _

from keqiao.approvals.registry import on_decision
from keqiao.reports import policies
from keqiao.reports.actions import decided


def declare() -> None:
    """Called when the app is ready."""
    on_decision(policies.KIND, decided, title=_("分析报告归档"), power=policies.APPROVE, tells=True)
