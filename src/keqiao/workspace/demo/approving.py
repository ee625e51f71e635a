"""How the company approves: its flows, who is away, and requests that are under way besides the compensations."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone

from keqiao.approvals import actions
from keqiao.approvals.models import Approval, FlowStep
from keqiao.approvals.queries import open_seats, waiting_for
from keqiao.customers.models import Customer
from keqiao.customers.privacy import actions as privacy
from keqiao.exports import actions as exports
from keqiao.exports.models import ExportSettings
from keqiao.kernel.resource import get
from keqiao.org.models import Position
from keqiao.tickets.actions.base import LABEL
from keqiao.tickets.actions.handling import APPROVAL
from keqiao.workspace.demo import words
from keqiao.workspace.demo.cases import Case
from keqiao.workspace.demo.world import World

LARGE = 500_000  # fen from which the general manager is asked too
DAY = 480  # working minutes


def flows(world: World) -> None:
    """The steps of each kind: compensation in two by amount, exports by superior and power, readings by the superior."""
    manager = {"who": "position", "position": Position.objects.get(name="客户服务部经理")}
    general = {"who": "position", "position": Position.objects.get(name="总经理")}
    superior = {"who": "manager", "levels": 1}
    chief, finance = world.company.actor("tangjing"), world.company.people["shihuifang"]
    for kind, steps, copied, note in (
        (
            APPROVAL,
            (
                {**manager, "name": "部门经理审批", "minutes": DAY},
                {**general, "name": "总经理审批", "minutes": 2 * DAY, "from_fen": LARGE},
            ),
            [finance],
            "500 元以内由班长决定，5,000 元起须总经理同意",
        ),
        (
            exports.APPROVAL,
            (
                {**superior, "name": "主管确认用途", "minutes": DAY},
                {"who": "power", "power": "export.approve", "name": "批准导出", "minutes": DAY},
            ),
            [],
            "先由主管确认用途，再由有权限的人批准",
        ),
        (privacy.KIND, ({**superior, "minutes": 120},), [], "直接上级当天决定"),
    ):
        draft = actions.draft(actor=chief, kind=kind)
        for old in FlowStep.objects.filter(flow=draft):
            actions.remove_step(actor=chief, obj=old)
        for step in steps:
            actions.add_step(actor=chief, obj=draft, **step)
        actions.keep_settings(actor=chief, obj=draft, urge_minutes=60, copied=copied, note=note)
        actions.publish(actor=chief, obj=draft)


def waiting(ticket_id: int) -> Approval:
    """The open approval of a ticket's compensation."""
    found = waiting_for(LABEL, ticket_id, APPROVAL)
    if found is None:
        raise LookupError(f"ticket {ticket_id} waits for no approval")
    return found


def decider(approval: Approval) -> int:
    """Who is asked first now."""
    return open_seats(approval)[0].employee_id


def absences(world: World) -> None:
    """Who is away, was away and will be."""
    today = timezone.localdate()
    for away, deputy, start, end, reason in (
        ("guoyongqiang", "tianweimin", 2, 9, "去青岛参加配件供应商年会"),
        ("kongweiwei", "jiaoyang", -1, 4, "年休假"),
        ("maolihong", "qiaoshuhui", 6, 8, "参加客服班长培训"),
    ):
        actions.appoint(
            actor=world.company.actor(away), deputy=world.company.people[deputy],
            from_day=today + timedelta(days=start), until_day=today + timedelta(days=end), reason=reason,
        )  # fmt: skip


def others(world: World) -> None:
    """Exports and more readings that wait, and one export that was refused."""
    company, customers = world.company, get("customers.customer")
    if customers is None:
        return
    limit = min(200, max(Customer.objects.count() // 20, 1))
    rules, _new = ExportSettings.objects.get_or_create(pk=1)
    exports.change_settings(actor=company.actor("tangjing"), obj=rules, approval_rows=limit, keep_days=rules.keep_days)
    for who, query, reason in (
        ("qiaoshuhui", "view=all", "想看看客户的城市分布"),
        ("xuzhiyuan", "view=all", "核对投诉客户的等级，准备下周的走访名单"),
    ):
        exports.ask(actor=company.actor(who), resource=customers, query=QueryDict(query), reason=reason)
    refused = Approval.objects.filter(kind=exports.APPROVAL, requested_by=company.people["qiaoshuhui"]).first()
    if refused is not None:
        actions.reject(
            actor=company.actor(decider(refused)), obj=refused, note="看分布用定向分析即可，不需要导出名单。"
        )
    privacy.ask_more(actor=company.actor("wangsiqi"), reason="今天集中回拨雨季报修客户，需要核对地址")


def give_back(case: Case) -> None:
    """Whoever is asked wants more first."""
    approval = waiting(case.ticket.pk)
    chief = case.world.company.actor(decider(approval))
    actions.give_back(actor=chief, obj=approval, note=case.dice.choice(words.INCOMPLETE))


def linger(case: Case) -> Iterator[datetime]:
    """What has happened so far to an approval that still waits."""
    if not case.flags & {"half", "given_back", "passed", "hurried"}:
        return
    yield case.wait("service", 60, 240)
    approval = waiting(case.ticket.pk)
    chief = case.world.company.actor(decider(approval))
    if case.has("half"):
        actions.approve(actor=chief, obj=approval, note="情况属实，金额超过 5,000 元，请总经理审定。")
    elif case.has("given_back"):
        give_back(case)
    elif case.has("passed"):
        to = case.world.company.people["qiaoshuhui"]
        actions.delegate(actor=chief, obj=approval, employee=to, note="本周在总部开会，请代为审核赔付清单。")
    else:
        actions.urge(actor=case.owner(), obj=approval)
