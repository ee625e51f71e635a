"""Descriptions that come into force, are revised and wait for approval; a colleague who left and handed the work over."""

from datetime import timedelta

from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.customers.models import Customer
from keqiao.customers.sharing.handing import assign_owner
from keqiao.notices.actions import open_todo
from keqiao.org.actions import create_employee
from keqiao.org.models import Employee, Position
from keqiao.org.queries import actor_for
from keqiao.org.work import every
from keqiao.staffing.descriptions import actions
from keqiao.staffing.models import PositionDescription
from keqiao.staffing.transfers.actions import hand_over
from keqiao.workspace.demo.posts import AGENT, CALLER, CHIEF, LEADER, SHOP, Post
from keqiao.workspace.demo.world import Life, World

LABEL = "staffing.positiondescription"
WRITER, REVIEWER, OTHER_REVIEWER, APPROVER = "xuzhiyuan", "tangjing", "maxiaodong", "hebowen"
LEAVER = ("miaochunsheng", "苗春生")
LEFT_CUSTOMERS = 16


def schedule(world: World) -> None:
    """When each of it happens."""
    first = world.end - timedelta(days=170)
    world.live(first.replace(hour=2, minute=10), left(world))
    for day, post in enumerate((AGENT, LEADER, CALLER, CHIEF)):
        world.live(first + timedelta(days=4 + day), described(world, post))
    world.live(world.end - timedelta(days=62), revised(world))
    world.live(world.end - timedelta(days=3), waiting(world))


def drafted(world: World, post: Post, *, edition: str) -> PositionDescription:
    """A complete draft; the chief's own is written by herself."""
    actor = world.company.actor(REVIEWER if post is CHIEF else WRITER)
    position = Position.objects.get(name=post.position)
    obj = actions.draft(actor=actor, position=position, edition=edition, **post.texts)
    for work in post.duties:
        actions.add_duty(actor=actor, obj=obj, duty=work.duty, norm=work.norm, kpi=work.kpi, powers=work.powers)
    return obj


def decide(world: World, obj: PositionDescription, who: str, note: str) -> None:
    """Agree to what waits about a description."""
    approval = Approval.objects.get(label=LABEL, object_id=obj.pk, state=Approval.State.WAITING)
    approvals.approve(actor=world.company.actor(who), obj=approval, note=note)


def approved(world: World, obj: PositionDescription) -> Life:
    """Submitted, reviewed the next day, approved two days later; then most holders confirm."""
    author = REVIEWER if obj.drafted_by_id == world.company.people[REVIEWER].pk else WRITER
    actions.submit(actor=world.company.actor(author), obj=obj)
    yield timezone.now() + timedelta(days=1)
    decide(world, obj, OTHER_REVIEWER if author == REVIEWER else REVIEWER, "职责和指标与实际相符")
    yield timezone.now() + timedelta(days=2)
    decide(world, obj, APPROVER, "同意，按此执行")
    dice = world.dice(f"confirm:{obj.pk}")
    people = Employee.objects.filter(positions=obj.position_id, is_active=True).order_by("pk")
    for place, person in enumerate(people):
        if place % 5 != 3:  # some have not come to it yet
            yield timezone.now() + timedelta(hours=dice.uniform(2, 40))
            actions.confirm(actor=world.company.actor(person.pk), obj=obj)


def described(world: World, post: Post) -> Life:
    """The first description kept in the system; the paper ones were edition A."""
    yield from approved(world, drafted(world, post, edition="B"))


def revised(world: World) -> Life:
    """The agents' description is revised after a quarter."""
    author = world.company.actor(WRITER)
    current = PositionDescription.objects.get(position__name=AGENT.position, state="in_force")
    obj = actions.revise(
        actor=author, obj=current, change_note="按三季度投诉分析，把接通率指标提高到 88%，增加来访登记职责。"
    )
    first = obj.duties.order_by("place")[0]
    actions.change_duty(
        actor=author, obj=obj, row=first.pk, duty=first.duty, norm=first.norm, kpi="20 秒接通率 88%；登记完整率 100%",
        powers=first.powers,
    )  # fmt: skip
    actions.add_duty(
        actor=author, obj=obj, duty="登记来电来访，把有意向的客户转给门店跟进", norm="三十秒内登记完；首次来访问明获知途径",
        kpi="登记率 100%", powers=("reception.register",),
    )  # fmt: skip
    yield from approved(world, obj)


def waiting(world: World) -> Life:
    """The shops' description is reviewed and waits for the general manager."""
    obj = drafted(world, SHOP, edition="B")
    actions.submit(actor=world.company.actor(WRITER), obj=obj)
    yield timezone.now() + timedelta(days=1)
    decide(world, obj, REVIEWER, "与门店实际一致，请批准")


def left(world: World) -> Life:
    """An agent of the hotline leaves; the customers and what was still to do go to two colleagues."""
    company, admin = world.company, world.company.actor("maxiaodong")
    username, name = LEAVER
    leaver = create_employee(
        actor=admin, username=username, name=name, unit=company.units["hotline"],
        positions=[Position.objects.get(name="客服专员")], phone="13800008999", email=f"{username}@haina.example",
        joined_on=(timezone.localdate() - timedelta(days=412)), manager=company.people["qiaoshuhui"],
    )  # fmt: skip
    hashed = Employee.objects.values_list("password", flat=True).get(username="qiaoshuhui")
    Employee.objects.filter(pk=leaver.pk).update(password=hashed)
    company.actors[leaver.pk] = actor_for(leaver)  # reads what came before leaving
    chief = company.actor("tangjing")
    for customer in Customer.objects.filter(merged_into=None).order_by("pk")[:LEFT_CUSTOMERS]:
        assign_owner(actor=chief, obj=customer, owner=leaver)
    open_todo(
        label="org.employee", object_id=leaver.pk, kind="own", title="整理热线常见问题答复口径", url="/",
        employee_id=leaver.pk, due_at=timezone.now() + timedelta(days=10),
    )  # fmt: skip
    receivers = {one.name: company.people["pengyating"] for one in every()} | {"todos": company.people["qiaoshuhui"]}
    hand_over(
        actor=admin, giver=leaver, receivers=receivers, reason="leaving", left_on=timezone.localdate(),
        note="个人原因离职，热线客户整体移交",
    )  # fmt: skip
    yield from ()
