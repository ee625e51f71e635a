"""Carrying a plan out, and taking it back: chunk by chunk, each in a transaction; safe to begin again after a crash."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record, record_many
from keqiao.customers.models import Customer, Holding, ShareLine, ShareOut, SharingSettings
from keqiao.customers.owning import holding, limits
from keqiao.customers.sharing import contact, planning, policies
from keqiao.kernel import state
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs
from keqiao.runtime.turns import Turns

JOB = "customers.share_out"
CHUNK = 1000
STATE = ShareOut.State
LINE = ShareLine.State
Progress = Callable[[int, int], None]


def quietly(_done: int, _total: int) -> None:
    """Say nothing."""


def demand(actor: Actor, verb: str, share: ShareOut) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.shares_allowed(actor, verb, share):
        raise NotAllowed(_("现在不能这样处理这次分配：权限不够，或状态已经变化。"))


@transaction.atomic
def run(*, actor: Actor, obj: ShareOut) -> ShareOut:
    """Carry the plan out, once: few customers now, many in the background."""
    demand(actor, "run", obj)
    share = state.move(obj, STATE.RUNNING, field="state", transitions=ShareOut.TRANSITIONS)
    record(actor, "share_out.started", share, {"planned": share.planned})
    return begin(share)


@transaction.atomic
def undo(*, actor: Actor, obj: ShareOut) -> ShareOut:
    """Take back what nobody has touched since, once."""
    demand(actor, "undo", obj)
    share = state.move(obj, STATE.UNDOING, field="state", transitions=ShareOut.TRANSITIONS)
    record(actor, "share_out.undoing", share, {"given": share.given})
    return begin(share)


@transaction.atomic
def drop(*, actor: Actor, obj: ShareOut) -> ShareOut:
    """A plan that is not carried out."""
    demand(actor, "drop", obj)
    share = state.move(obj, STATE.DROPPED, field="state", transitions=ShareOut.TRANSITIONS)
    share.lines.all().delete()
    record(actor, "share_out.dropped", share, {})
    return share


def begin(share: ShareOut) -> ShareOut:
    """At once, or by the worker."""
    if share.planned <= planning.FEW:
        execute(share, quietly)
        share.refresh_from_db()
        return share
    job = jobs.enqueue(JOB, {"share": share.pk})
    ShareOut.objects.filter(pk=share.pk).update(job=job)
    share.job = job
    return share


def execute(share: ShareOut, progress: Progress) -> None:
    """Go on where the work stands until it is done."""
    step, first, ended = (
        (give_some, LINE.PLANNED, close) if share.state == STATE.RUNNING else (take_some, LINE.GIVEN, close_undone)
    )
    turns, done = Turns(), 0
    while some := step(share, first):
        done += some
        progress(done, share.planned)
        turns.give()
    ended(share)


def next_lines(share: ShareOut, of: str) -> list[ShareLine]:
    """Some lines, person by person; none once somebody else has ended the work."""
    if not ShareOut.objects.select_for_update(of=("self",)).filter(pk=share.pk, state=share.state).exists():
        return []
    rows = share.lines.filter(state=of).order_by("employee", "pk").select_related("employee__unit")
    return list(rows[:CHUNK])


@transaction.atomic
def give_some(share: ShareOut, first: str) -> int:
    """The next customers to their new owners; what is gone from the pool, or would be too many, is left."""
    lines, rules = next_lines(share, first), limits.settings()
    # people before customers, everywhere in the same order, so that nobody waits for each other in a ring
    limits.lock(line.employee_id for line in lines if line.employee_id)
    customers = under_lock(line.customer_id for line in lines)
    room, names = rooms(lines, rules), by_name(share)
    groups: dict[Employee, list[ShareLine]] = defaultdict(list)
    left: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        one, employee = customers.get(line.customer_id), line.employee
        why = "gone" if one is None or one.owner_id is not None else "inactive"
        if one is None or one.owner_id is not None or employee is None or not employee.is_active:
            left[why].append(line.pk)
        elif room[employee.pk] <= 0:
            left["full"].append(line.pk)
        else:
            room[employee.pk] -= 1
            groups[employee].append(line)
    for employee, some in groups.items():
        give_to(share, employee, some, customers, rules, names)
    for why, ids in left.items():
        ShareLine.objects.filter(pk__in=ids).update(state=LINE.LEFT, why=why)
    given, lost = sum(map(len, groups.values())), sum(map(len, left.values()))
    ShareOut.objects.filter(pk=share.pk).update(given=F("given") + given, left=F("left") + lost)
    return len(lines)


def give_to(
    share: ShareOut, employee: Employee, lines: Sequence[ShareLine], customers: dict[int, Customer],
    rules: SharingSettings, by: Actor,
) -> None:  # fmt: skip
    """Some customers to one person."""
    way = Holding.Way.RULE if share.rule_id else Holding.Way.SHARED
    rows = [customers[line.customer_id] for line in lines]
    stamp = holding.give(rows, employee, way, rules, share_id=share.pk)
    ShareLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=LINE.GIVEN, stamp=stamp)
    data = {"changes": {"owner": [None, employee.name]}, "note": share.number}
    record_many(by, "customer.assigned", Customer, [(one.pk, one.name, data) for one in rows], about=True)


def by_name(share: ShareOut) -> Actor:
    """In whose name the worker acts."""
    return actor_for(share.by) if share.by is not None else SYSTEM


def under_lock(ids: Iterable[int]) -> dict[int, Customer]:
    """These customers as they are now, in the order of their ids, without merged and erased ones."""
    rows = Customer.objects.filter(pk__in=list(ids), merged_into=None, erased=False).order_by("pk")
    return {one.pk: one for one in rows.select_for_update()}


def rooms(lines: Sequence[ShareLine], rules: SharingSettings) -> dict[int, int]:
    """How many more each person may have."""
    ids = sorted({line.employee_id for line in lines if line.employee_id})
    has, most = limits.owned(ids), limits.most(ids, rules)
    return {pk: most[pk] - has.get(pk, 0) for pk in ids}


@transaction.atomic
def take_some(share: ShareOut, first: str) -> int:
    """The next customers back into the pool, except those that somebody has touched since."""
    lines = next_lines(share, first)
    customers = under_lock(line.customer_id for line in lines)
    spoken = heard(share, customers)
    back: dict[int, list[ShareLine]] = defaultdict(list)
    kept = []
    for line in lines:
        one = customers.get(line.customer_id)
        untouched = one is not None and one.owner_id == line.employee_id and one.updated_at == line.stamp
        if untouched and line.customer_id not in spoken and line.employee_id is not None:
            back[line.employee_id].append(line)
        else:
            kept.append(line.pk)
    for some in back.values():
        rows = [customers[line.customer_id] for line in some]
        units = {line.customer_id: line.unit_id for line in some}
        holding.take_away(rows, Holding.End.UNDONE, units=units)
        ShareLine.objects.filter(pk__in=[line.pk for line in some]).update(state=LINE.RETURNED)
        name = some[0].employee.name if some[0].employee else ""
        data = {"changes": {"owner": [name, None]}, "note": share.number}
        deeds = [(one.pk, one.name, data) for one in rows]
        record_many(by_name(share), "customer.released", Customer, deeds, about=True)
    ShareLine.objects.filter(pk__in=kept).update(state=LINE.KEPT)
    contact.remind(back)
    ShareOut.objects.filter(pk=share.pk).update(returned=F("returned") + sum(map(len, back.values())))
    return len(lines)


def heard(share: ShareOut, customers: dict[int, Customer]) -> set[int]:
    """Customers with contact since, also where the reader of events has not come to it yet."""
    rows = list(Holding.objects.filter(share=share, customer__in=list(customers), ended_at=None))
    spoken = contact.since_given(rows)
    return {one.customer_id for one in rows if one.contacted_at or one.pk in spoken}


@transaction.atomic
def close(share: ShareOut) -> None:
    """The deed is done: on record, and each person told once."""
    running = ShareOut.objects.filter(pk=share.pk, state=STATE.RUNNING)
    if running.update(state=STATE.DONE, done_at=timezone.now()) != 1:
        return
    share.refresh_from_db()
    record(by_name(share), "share_out.done", share, {"given": share.given, "left": share.left})
    tell(share)


def tell(share: ShareOut) -> None:
    """Each person how many there are and by when first contact is due."""
    got = share.lines.filter(state=LINE.GIVEN).order_by().values_list("employee").annotate(n=Count("pk"))
    due = limits.deadline(timezone.now(), limits.settings().contact_days)
    for employee_id, number in got:
        said = {"n": number, "due": limits.day_of(due) if due else ""}
        title = _("您分到 %(n)d 位客户，请在 %(due)s 前首次联系") % said if due else _("您分到 %(n)d 位客户") % said
        key = f"share_out.done:{share.pk}:{number}"
        notify(actor=SYSTEM, to=[employee_id], title=title, url=contact.WAITING_URL, kind="share_out.done", key=key)


@transaction.atomic
def close_undone(share: ShareOut) -> None:
    """The deed is taken back, as far as it could be."""
    undoing = ShareOut.objects.filter(pk=share.pk, state=STATE.UNDOING)
    if undoing.update(state=STATE.UNDONE) != 1:
        return
    share.refresh_from_db()
    record(
        by_name(share), "share_out.undone", share, {"returned": share.returned, "kept": share.given - share.returned}
    )


@jobs.handler(JOB)
def work(run: jobs.Run) -> None:
    """One sharing-out or its taking back; safe to run again."""
    share = ShareOut.objects.select_related("by").filter(pk=run.payload["share"]).first()
    if share is not None and share.state in {STATE.RUNNING, STATE.UNDOING}:
        execute(share, run.progress)


def record_rule(share: ShareOut) -> None:
    """A rule begins its day."""
    record(SYSTEM, "share_out.by_rule", share, {"note": str(share.rule)})
