"""What tickets hold about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.approvals.models import Approval
from keqiao.customers.erasing.own import plain, unlink
from keqiao.customers.erasing.plan import settings
from keqiao.customers.holdings import Holding, Kept, Row, register
from keqiao.files.models import Attachment
from keqiao.tickets.models import CorrectiveAction, Evidence, Progress, Ticket

FIELDS = (
    "number", "kind", "stage", "channel", "contact_name", "contact_phone", "subject", "body", "product", "order_number",
    "accepted_at", "closed_at", "satisfaction", "result",
)  # fmt: skip


def rows(ids: Sequence[int]) -> list[Row]:
    """The matters, what was told about their progress, and the names of their files."""
    found = [plain(one, FIELDS) for one in Ticket.objects.filter(customer_id__in=ids).order_by("pk")]
    told = Progress.objects.filter(ticket__customer_id__in=ids).select_related("ticket").order_by("pk")
    found += [{_("单号"): one.ticket.number, _("进展"): one.text} for one in told]
    return found + [{_("附件"): one.name} for one in files(ids)]


def files(ids: Sequence[int], before: date | None = None) -> list[Attachment]:
    """Files of the matters; with a day, of those only that were closed before it."""
    tickets = Ticket.objects.filter(customer_id__in=ids)
    if before is not None:
        tickets = tickets.filter(closed_at__date__lt=before)
    proofs = Evidence.objects.filter(ticket__in=tickets).values("pk")
    mine = Attachment.objects.filter(owner_label="tickets.ticket", owner_id__in=tickets.values("pk"))
    done = CorrectiveAction.objects.filter(ticket__in=tickets).values("pk")
    mine |= Attachment.objects.filter(owner_label="tickets.correctiveaction", owner_id__in=done)
    return list(mine | Attachment.objects.filter(owner_label="tickets.evidence", owner_id__in=proofs))


def kept(ids: Sequence[int], since: date) -> list[Kept]:
    """Open matters and undecided compensation come first; what was closed lately is kept by law, without the person."""
    tickets = Ticket.objects.filter(customer_id__in=ids)
    found = []
    if number := tickets.filter(open=True).count():
        found.append(Kept(_("在办的工单和投诉"), number, _("办结之后才能删除"), blocks=True))
    pks = list(tickets.values_list("pk", flat=True))
    waiting = Approval.objects.filter(label="tickets.ticket", object_id__in=pks, state=Approval.State.WAITING).count()
    if waiting:
        found.append(Kept(_("还没有批下来的补偿"), waiting, _("补偿审批结束之后才能删除"), blocks=True))
    recent = list(
        tickets.filter(open=False, closed_at__date__gte=since)
        .order_by("-closed_at")
        .values_list("closed_at", flat=True)
    )
    if recent and recent[0] is not None:
        last = timezone.localtime(recent[0]).date()
        until = last.replace(year=last.year + settings().keep_years, day=min(last.day, 28))
        why = _("交易与售后记录依电子商务法第三十一条至少保留三年；只留事项、金额和凭证，去掉姓名、电话和地址")
        found.append(Kept(_("已办结的工单和投诉"), len(recent), why, until))
    return found


def erase(ids: Sequence[int]) -> int:
    """The contact goes; files of matters that need not be kept any more go too."""
    from_then = timezone.localdate()
    before = from_then.replace(year=from_then.year - settings().keep_years, day=min(from_then.day, 28))
    old = files(ids, before)
    for one in old:
        transaction.on_commit(partial(unlink, one.stored))
    Attachment.objects.filter(pk__in=[one.pk for one in old]).delete()
    return Ticket.objects.filter(customer_id__in=ids).update(
        contact_name="已删除客户", contact_phone="", phone_reversed=""
    )


def declare() -> None:
    """Called when the app is ready."""
    gone = gettext_lazy("去掉联系人、电话和文中的姓名、号码，保留事项和结果")
    register(Holding("tickets", gettext_lazy("工单与投诉"), rows, kept=kept, erase=erase, gone=gone))
