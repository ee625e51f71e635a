"""Handing work over, and letting the leaver go in the same transaction."""

from collections.abc import Callable, Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keqiao.audit.actions import record
from keqiao.kernel import powers
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.sql import hold
from keqiao.notices.actions import notify
from keqiao.notices.held import drop_personal
from keqiao.org import holders, work
from keqiao.org.actions import deactivate_employee
from keqiao.org.models import Employee
from keqiao.org.work import Work
from keqiao.runtime import counters, jobs
from keqiao.staffing.models import TransferItem, TransferShare, WorkTransfer
from keqiao.staffing.transfers import policies

JOB = "staffing.transfer"
AT_ONCE = 500  # records; more go over in the background
STEP = 200  # records of one transaction of the job
R, S = WorkTransfer.Reason, WorkTransfer.State


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    giver: Employee,
    receivers: Mapping[str, Employee],
    reason: str,
    left_on: date | None = None,
    note: str = "",
) -> WorkTransfer:
    """Give what the giver holds to the receivers, named by kind; with the reason "leaving" the giver leaves too.

    All of it in one transaction, or in the background above AT_ONCE records; a leaver is locked out at once either way.
    Refused when a leaver would keep something, and for a receiver who has left or lacks the powers for the kind.
    """
    if not policies.allowed(actor, "create"):
        raise NotAllowed(_("您没有移交工作的权限。如工作需要，请联系管理员。"))
    people = {giver.pk, *(one.pk for one in receivers.values())}
    for pk in sorted(people):  # always in this order, so that two transfers never wait for each other
        hold(work.key(pk))
    held = work.held_by(giver)
    checked(giver, held, receivers, reason)
    transfer = opened(actor, giver, reason, left_on, note)
    given = [(one, number, receivers[one.name]) for one, number in held if one.name in receivers]
    TransferShare.objects.bulk_create(
        TransferShare(transfer=transfer, kind=one.name, label=str(one.label), receiver=receiver, found=number)
        for one, number, receiver in given
    )
    if reason == R.LEAVING:
        deactivate_employee(actor=actor, employee=giver, left_on=transfer.left_on, handed_over=True)
        drop_personal(giver)
    record(actor, "transfer.started", transfer, {"note": transfer.note, "reason": reason})
    if sum(number for _one, number, _receiver in given) > AT_ONCE:
        jobs.enqueue(JOB, {"transfer": transfer.pk}, key=f"{JOB}:{transfer.pk}")
        return transfer
    for share in transfer.shares.select_related("receiver"):
        for _turn in range(share.found // STEP + 1):
            pass_on(actor, transfer, share, STEP)
    return finish(actor, transfer)


def opened(actor: Actor, giver: Employee, reason: str, left_on: date | None, note: str) -> WorkTransfer:
    """The record of the transfer, with its number."""
    transfer = WorkTransfer(
        number=counters.number("YJ", today()), giver=giver, reason=reason, note=note.strip()[:300],
        left_on=(left_on or today()) if reason == R.LEAVING else None, created_by_id=actor.id, created_at=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("这位员工的工作正在移交，请等它完成。")) from error
    return transfer


def checked(giver: Employee, held: list[tuple[Work, int]], receivers: Mapping[str, Employee], reason: str) -> None:
    """Refuse what would leave work with nobody, or with somebody who cannot do it."""
    if reason not in R.values:
        raise Refused(_("请选择移交原因。"), field="reason")
    giver.refresh_from_db()
    if reason == R.LEAVING and not giver.is_active:
        raise Refused(_("该员工已经离职。"), field="giver")
    if not held and reason != R.LEAVING:
        raise Refused(_("%(name)s名下没有需要移交的工作。") % {"name": giver.name}, field="giver")
    missing = [str(one.label) for one, _number in held if one.name not in receivers]
    if missing and (reason == R.LEAVING or len(missing) == len(held)):
        raise Refused(_("请选择由谁接收：%(what)s。") % {"what": _("、").join(missing)}, field="receiver")
    at_work = set(
        Employee.objects.filter(pk__in=[one.pk for one in receivers.values()], is_active=True).values_list(
            "pk", flat=True
        )
    )
    can = holders.able({code for one, _number in held for code in one.powers})
    for one, _number in held:
        receiver = receivers.get(one.name)
        if receiver is not None:
            fit(giver, one, receiver, at_work, can.get(receiver.pk, frozenset()))


def fit(giver: Employee, holding: Work, receiver: Employee, at_work: set[int], can: frozenset[str]) -> None:
    """Refuse a receiver who is the giver, has left, or lacks a power."""
    field = f"receiver_{holding.name}"
    if receiver.pk == giver.pk:
        raise Refused(_("接收人不能是移交人自己。"), field=field)
    if receiver.pk not in at_work:
        raise Refused(_("%(name)s已离职，请选择在职员工。") % {"name": receiver.name}, field=field)
    lacking = [power for code in holding.powers if code not in can and (power := powers.named(code))]
    if lacking:
        said = {"name": receiver.name, "power": powers.labels_of(lacking), "what": holding.label}
        raise Refused(
            _("%(name)s没有“%(power)s”的权限，不能接收%(what)s。请换一位接收人，或先给他相应的岗位。") % said,
            field=field,
        )


def pass_on(actor: Actor, transfer: WorkTransfer, share: TransferShare, most: int) -> list[TransferItem]:
    """Move up to `most` records of a share and write each down; in a transaction. Safe to run again at any time."""
    holding = work.named(share.kind)
    if holding is None:
        return []
    moved = work.move(actor, holding, transfer.giver, share.receiver, most, transfer.number)
    now = timezone.now()
    items = [
        TransferItem(share=share, label=one._meta.label_lower, object_id=one.pk, title=holding.title(one)[:200], at=now)
        for one in moved
    ]
    TransferItem.objects.bulk_create(items, batch_size=500)
    if items:
        TransferShare.objects.filter(pk=share.pk).update(moved=F("moved") + len(items))
        WorkTransfer.objects.filter(pk=transfer.pk).update(moved=F("moved") + len(items))
    return items


def finish(actor: Actor, transfer: WorkTransfer) -> WorkTransfer:
    """The transfer is complete; each receiver is told once."""
    if WorkTransfer.objects.filter(pk=transfer.pk, state=S.RUNNING).update(state=S.DONE, finished_at=timezone.now()):
        transfer.refresh_from_db()
        record(actor, "transfer.done", transfer, {"moved": transfer.moved})
        told: dict[int, int] = {}
        for share in transfer.shares.all():
            told[share.receiver_id] = told.get(share.receiver_id, 0) + share.moved
        for receiver, number in told.items():
            title = ngettext("%(name)s移交给您 %(n)d 件工作", "%(name)s移交给您 %(n)d 件工作", number)
            notify(
                actor=actor, to=[receiver], title=title % {"name": transfer.giver.name, "n": number},
                url=f"/work-transfers/{transfer.pk}/", kind="transfer", key=f"transfer:{transfer.pk}",
            )  # fmt: skip
    return transfer


def go_on(actor: Actor, transfer: WorkTransfer, progress: Callable[[int, int], None]) -> None:
    """The background's part: step by step, each step a transaction; begun again it goes on where it was."""
    total = sum(share.found for share in transfer.shares.all())
    done = transfer.moved
    for share in transfer.shares.select_related("receiver").order_by("pk"):
        for _turn in range(share.found // STEP + 2):
            progress(done, total)
            with transaction.atomic():
                items = pass_on(actor, transfer, share, STEP)
            done += len(items)
            if len(items) < STEP:
                break
    with transaction.atomic():
        finish(actor, transfer)
