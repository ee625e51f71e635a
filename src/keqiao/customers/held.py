"""Customers, the public pool, and requests about personal data, as work that an employee or a unit holds."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.customers.models import Customer, Holding, PrivacyRequest, ShareRule, Territory
from keqiao.customers.owning import holding, limits
from keqiao.customers.sharing.contact import TODO
from keqiao.notices.held import personal
from keqiao.org.models import Employee
from keqiao.org.work import Work, register

KEPT = Q(merged_into=None, erased=False)


def give(rows: QuerySet[Any], receiver: Employee) -> None:
    """Through the one way in which customers change hands, so that every account of who had them stays true."""
    holding.give(list(rows), receiver, Holding.Way.ASSIGNED, limits.settings())


register(
    Work(
        name="customers", label=_("客户"), model=Customer, field="owner", unit="unit",
        where=KEPT & Q(owner__isnull=False), powers=("customer.view",), change=give, verb="customer.assigned",
        about="pk", url="/customers/?view=all&owner={employee}", unit_url="/customers/?view=all&unit={unit}",
    )
)  # fmt: skip
register(
    Work(
        name="pool", label=_("公海客户"), model=Customer, unit="unit", where=KEPT & Q(owner=None),
        unit_url="/pool/?view=all&unit={unit}",
    )
)  # fmt: skip
register(
    Work(
        name="territories", label=_("负责的销售区域"), model=Territory, unit="unit", where=Q(active=True),
        unit_url="/territories/",
    )
)  # fmt: skip
register(
    Work(
        name="territory-agents", label=_("由它代理的销售区域"), model=Territory, unit="agent", where=Q(active=True),
        unit_url="/territories/",
    )
)  # fmt: skip
register(
    Work(
        name="share-rules", label=_("分它的公海的规则"), model=ShareRule, unit="unit", where=Q(active=True),
        unit_url="/share-rules/",
    )
)  # fmt: skip
register(
    Work(
        name="share-teams", label=_("把客户分给它的规则"), model=ShareRule, unit="team", where=Q(active=True),
        unit_url="/share-rules/",
    )
)  # fmt: skip
register(
    Work(
        name="privacy", label=_("办理中的个人信息请求"), model=PrivacyRequest, field="received_by", unit="unit",
        where=Q(state__in=PrivacyRequest.OPEN), powers=("privacy.handle",), verb="privacy.passed_on",
        about="customer_id", related=("customer",),
    )
)  # fmt: skip
wording.declare({"privacy.passed_on": _("移交个人信息请求")})
personal(TODO)
