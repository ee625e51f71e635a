"""Standing deputies for an absence."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import policies
from keqiao.approvals.actions.clock import refresh
from keqiao.approvals.models import Approval, Decider, Deputy
from keqiao.approvals.queries import KEEPERS
from keqiao.audit.actions import record
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.actions import notify
from keqiao.org.models import Employee

LONGEST = 366  # days


@transaction.atomic
def appoint(
    *, actor: Actor, deputy: Employee, from_day: date, until_day: date, reason: str = "",
    employee: Employee | None = None,
) -> Deputy:  # fmt: skip
    """Let somebody decide in one's place from one day to another; who keeps the organisation may do so for others."""
    away = employee or Employee.objects.filter(pk=actor.id or 0).first()
    if away is None or (away.pk != actor.id and not actor.can(KEEPERS)):
        raise NotAllowed(_("只能为自己设置审批代理。"))
    check(away, deputy, from_day, until_day)
    # one at a time, so that no two overlap; no lock on the key, which would stop whoever writes a seat for the person
    Employee.objects.select_for_update(of=("self",), no_key=True).get(pk=away.pk)
    living = Deputy.objects.filter(
        employee=away, ended_at=None, from_day__lte=until_day, until_day__gte=from_day
    ).first()
    if living is not None:
        said = {"from": f"{living.from_day:%Y-%m-%d}", "until": f"{living.until_day:%Y-%m-%d}", "name": living.deputy}
        raise Refused(
            _("%(from)s 至 %(until)s 已由%(name)s代理，请先结束那一段。") % said, field="from_day"
        )  # fmt: skip
    made = Deputy.objects.create(
        employee=away, deputy=deputy, from_day=from_day, until_day=until_day, reason=reason.strip(), made_by_id=actor.id
    )
    told = {"name": away.name, "from": f"{from_day:%Y-%m-%d}", "until": f"{until_day:%Y-%m-%d}"}
    notify(
        actor=actor, to=[deputy.pk, away.pk], title=_("%(from)s 至 %(until)s 由您代理%(name)s的审批") % told,
        url="/deputies/", kind="deputy.appointed", key=f"deputy.appointed:{made.pk}",
    )  # fmt: skip
    record(
        actor, "deputy.appointed", made,
        {"from": from_day.isoformat(), "until": until_day.isoformat(), "note": made.reason},
    )  # fmt: skip
    reseat(away.pk)
    return made


def check(away: Employee, deputy: Employee | None, from_day: date, until_day: date) -> None:
    """Refuse what makes no sense."""
    if deputy is None or not deputy.is_active:
        raise Refused(_("请选择一位在职员工。"), field="deputy")
    if deputy.pk == away.pk:
        raise Refused(_("代理人不能是本人。"), field="deputy")
    if until_day < from_day:
        raise Refused(_("结束日期不能早于开始日期。"), field="until_day")
    if until_day < timezone.localdate():
        raise Refused(_("结束日期已经过去。"), field="until_day")
    if (until_day - from_day).days > LONGEST:
        raise Refused(_("一次最多代理一年。"), field="until_day")


@transaction.atomic
def end(*, actor: Actor, obj: Deputy) -> Deputy:
    """End it before its time; what is open goes back."""
    fresh = Deputy.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    if fresh.ended_at is None and not policies.allowed_deputy(actor, "end", fresh):
        raise NotAllowed(_("只有本人或管理员可以结束代理。"))
    if Deputy.objects.filter(pk=fresh.pk, ended_at=None).update(ended_at=timezone.now()) != 1:
        raise Refused(_("这段代理已经结束。"))
    fresh.refresh_from_db()
    record(actor, "deputy.ended", fresh)
    reseat(fresh.employee_id)
    return fresh


def reseat(employee_id: int) -> None:
    """Move what is open for the employee to who stands in now."""
    seats = Decider.objects.filter(principal_id=employee_id, state=Decider.State.OPEN)
    for approval in Approval.objects.filter(pk__in=seats.values("approval_id")).order_by("pk"):
        refresh(actor=SYSTEM, obj=approval)
