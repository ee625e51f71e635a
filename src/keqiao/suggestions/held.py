"""Suggestions to be considered, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.org.work import Work, register
from keqiao.suggestions.models import Suggestion

register(
    Work(
        name="suggestions", label=_("待研究的客户建议"), model=Suggestion, field="handler", unit="unit",
        where=Q(status=Suggestion.Status.ROUTED), verb="suggestion.passed_on", about="customer_id", related=(),
        url="/suggestions/?view=open&status=routed&handler={employee}",
        unit_url="/suggestions/?view=open&status=routed&unit={unit}",
    )
)  # fmt: skip
wording.declare({"suggestion.passed_on": _("移交客户建议")})
