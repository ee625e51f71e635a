"""What a new installation needs before work can begin, and how far it has come. One query."""

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.org.models import Employee, OrgUnit, Position
from keqiao.tickets.models import RuleSet, Ticket
from keqiao.workspace.starting.positions import USUAL


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why, whether it is done, where it is done. `post`: the way there is a button, not a link."""

    code: str
    title: str | Promise
    why: str | Promise
    done: bool
    url: str
    label: str | Promise
    post: bool = False


def leads(actor: Actor) -> bool:
    """Whether the actor is one who sets an installation up."""
    return actor.can("org.change") and actor.can("settings.change")


def steps_of(actor: Actor) -> list[Step]:
    """The steps in their order; empty for everybody who does not set up, and where there is no company yet."""
    if not leads(actor):
        return []
    company = (
        OrgUnit.objects.filter(parent=None)
        .order_by("pk")
        .annotate(
            has_parts=Exists(OrgUnit.objects.exclude(parent=None)),
            has_posts=Exists(Position.objects.filter(name__in=USUAL)),
            has_more=Exists(Position.objects.order_by("pk")[1:]),
            has_people=Exists(Employee.objects.exclude(pk=actor.id or 0)),
            has_rules=Exists(RuleSet.objects.filter(state=RuleSet.State.FORCE)),
            has_customers=Exists(Customer.objects.all()),
            has_tickets=Exists(Ticket.objects.all()),
        )
        .first()
    )
    if company is None:
        return []
    return [
        Step(
            "units", _("建立部门和班组"), _("投诉派给哪个部门、谁看得到哪些客户，都按组织架构来。公司名称也在这里改，客户会看到它。"),
            company.has_parts, reverse("org-tree"), _("设置组织架构"),
        ),
        Step(
            "positions", _("设立岗位"),
            _("岗位决定每个人能做什么。可以先采用一套通用岗位：总经理、客户服务部经理、客服班长、客服专员、回访专员、部门经理、承办专员，以后再改。"),
            company.has_posts or company.has_more, reverse("starting-positions"), _("采用通用岗位"), post=True,
        ),
        Step(
            "people", _("请同事进来"), _("发邮件邀请，或者直接新增员工并告诉他初始密码。"), company.has_people,
            reverse("employees:list"), _("新增员工"),
        ),
        Step(
            "rules", _("定下工单规则"), _("问题类别、办理时限、派单和补偿限额。没有类别就不能评审投诉。"), company.has_rules,
            reverse("ticket-rules-current"), _("设置工单规则"),
        ),
        Step(
            "customers", _("导入客户"), _("从 Excel 或 CSV 表格导入，先预览，导错了可以整批撤销。"), company.has_customers,
            reverse("customer-imports"), _("导入客户"),
        ),
        Step(
            "work", _("登记第一张工单"), _("自己走一遍：登记、评审、派发、告知、回访，看看规则合不合适。"), company.has_tickets,
            reverse("tickets:create") + "?kind=complaint", _("登记投诉"),
        ),
    ]  # fmt: skip


LATER = (
    (_("工作日历"), _("上班时间和节假日，时限按它计算"), "calendars:year", "calendar"),
    (_("审批流程"), _("不设置时，由有相应权限的人一步审批"), "approval-flows:list", "approval"),
    (_("回访规则与话术"), _("投诉告知客户后自动安排回访"), "visit-rules:list", "visit"),
    (_("问卷"), _("满意度、净推荐值问卷，题目是现成的"), "surveys:list", "survey"),
    (_("业务规则"), _("其余的规则都在这里"), "settings", "rules"),
)
