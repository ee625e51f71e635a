"""Asking the leader for more full values today."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.actions import record
from keqiao.customers import rules
from keqiao.customers.models import RevealExtra
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.actions import notify
from keqiao.org.queries import leaders_of

KIND = "customer.reveal_more"
POWER = "customer.oversee"
MORE = 20


@transaction.atomic
def ask_more(*, actor: Actor, reason: str) -> Approval:
    """Ask for MORE full values today; one request may wait at a time."""
    if actor.id is None or actor.unit_id is None or not actor.can("customer.reveal"):
        raise NotAllowed(_("您没有查看完整信息的权限。"))
    why = rules.line(reason)
    if len(why) < 2:
        raise Refused(_("请写明查看原因。"), field="reason")
    extra, _new = RevealExtra.objects.get_or_create(employee_id=actor.id, day=timezone.localdate())
    title = _("%(name)s申请今天再查看 %(more)s 次客户完整信息") % {"name": actor.name, "more": MORE}
    approval = approvals.request(
        actor=actor, kind=KIND, subject=extra, title=title, power=POWER, unit_id=actor.unit_id,
        url=f"/reveals/?view=today&actor_name={actor.name}", reason=why[:200],
    )  # fmt: skip
    notify(
        actor=actor, to=leaders_of(actor.id), title=title, url="/approvals/", kind="reveal.asked",
        key=f"reveal.asked:{approval.pk}",
    )  # fmt: skip
    return approval


def decided(actor: Actor, approval: Approval) -> None:
    """A leader's yes adds MORE to that day and tells the employee; called in the decision's transaction."""
    extra = RevealExtra.objects.select_for_update(of=("self",)).get(pk=approval.object_id)
    if approval.state == Approval.State.WITHDRAWN:
        return
    agreed = approval.state == Approval.State.APPROVED
    if agreed:
        RevealExtra.objects.filter(pk=extra.pk).update(granted=F("granted") + MORE)
        record(actor, "reveal.extended", extra, {"what": extra.employee.name, "rows": MORE})
    title = _("主管同意您今天再查看 %s 次完整信息。") % MORE if agreed else _("主管没有同意增加查看次数。")
    notify(
        actor=actor, to=[extra.employee_id], title=title, url="/approvals/", kind="reveal.decided",
        key=f"reveal.decided:{approval.pk}",
    )  # fmt: skip
