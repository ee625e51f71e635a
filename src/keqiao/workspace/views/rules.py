"""The rules that the department keeps itself, each a card that leads to its page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.workspace.starting.steps import leads


@dataclass(frozen=True, slots=True)
class Rule:
    """One card: what is kept there, its address and the power it needs."""

    title: str | Promise
    hint: str | Promise
    icon: str
    name: str
    power: str


GROUPS: tuple[tuple[str | Promise, tuple[Rule, ...]], ...] = (
    (
        _("投诉与工单"),
        (
            Rule(
                _("工单规则"),
                _("分类、分级、时限、派单、补偿限额、办结条件和文本，按版本修改、试运行再启用"),
                "rules",
                "ticket-rules-current",
                "settings.change",
            ),
            Rule(
                _("不良记录类别"),
                _("登记不良记录时选择，分析按它统计"),
                "warning",
                "bad-kinds:list",
                "bad_record.close",
            ),
            Rule(
                _("报告计划"),
                _("哪个部门每月、每周要哪些报告，由谁编写"),
                "reports",
                "report-plans:list",
                "settings.change",
            ),
            Rule(_("投诉原因"), _("制定方案时选择的原因，帕累托图按它统计"), "trend", "causes:list", "settings.change"),
            Rule(
                _("文书模板"),
                _("受理回执、不成立说明、处理决定、办结告知怎么写"),
                "file",
                "letter-templates:list",
                "settings.change",
            ),
        ),
    ),
    (
        _("客户"),
        (
            Rule(
                _("生命周期规则"),
                _("什么样的客户算意向、成交、沉睡或流失"),
                "trend",
                "stage-rules:list",
                "settings.change",
            ),
            Rule(_("客户等级"), _("分几等、叫什么、先后和颜色"), "star", "tiers:list", "settings.change"),
            Rule(_("客户标签"), _("改名、合并、换颜色"), "tag", "tags:list", "settings.change"),
            Rule(
                _("公海与分配规则"),
                _("几天内首次联系、领取上限、冷静期、抢占客户怎么办"),
                "pool",
                "sharing-settings:list",
                "settings.change",
            ),
            Rule(
                _("销售区域"),
                _("按地区、行业和代理公司划分客户归谁，保护多久"),
                "place",
                "territories:list",
                "settings.change",
            ),
        ),
    ),
    (
        _("回访"),
        (
            Rule(
                _("回访规则与话术"),
                _("什么时候回访、几小时内完成、开场和结束怎么说"),
                "visit",
                "visit-rules:list",
                "settings.change",
            ),
            Rule(
                _("问卷发送规则"),
                _("什么事办完发哪份问卷、发给多少客户、多久不再打扰"),
                "survey",
                "survey-rules:list",
                "settings.change",
            ),
        ),
    ),
    (
        _("客户关系"),
        (
            Rule(_("流失原因"), _("客户为什么离开，登记流失时选择"), "tag", "loss-reasons:list", "care.plan"),
            Rule(_("关怀计划"), _("什么日子关怀哪些客户、怎么说"), "gift", "care-plans:list", "care.plan"),
            Rule(
                _("接待选项"), _("登记时可选的获知途径和意向"), "reception", "reception-words:list", "reception.manage"
            ),
        ),
    ),
    (
        _("客户档案"),
        (
            Rule(
                _("个人信息保护规则"),
                _("个人请求多少天内答复，交易与售后记录保留几年"),
                "lock",
                "privacy-settings:list",
                "settings.change",
            ),
            Rule(
                _("客户自定义字段"),
                _("客户档案上本部门自己的字段，可筛选、导入和导出"),
                "rules",
                "custom-fields:list",
                "settings.change",
            ),
            Rule(
                _("档案完整度规则"),
                _("各项资料的权重、多久要核实、每人每天完善多少份"),
                "check",
                "archive-settings:list",
                "settings.change",
            ),
        ),
    ),
    (
        _("时间与人员"),
        (
            Rule(
                _("审批流程"),
                _("每类审批分几步、由谁审批、多少金额起、多久办完"),
                "approval",
                "approval-flows:list",
                "settings.change",
            ),
            Rule(
                _("工作日历"), _("上班时间、节假日、补班和免打扰时段"), "calendar", "calendars:year", "calendars.change"
            ),
            Rule(_("岗位与权限"), _("每个岗位能做什么、看到多大范围"), "password", "positions:list", "org.change"),
            Rule(
                _("导出规则"), _("超过多少行要审批，文件保留几天"), "export", "export-settings:list", "settings.change"
            ),
            Rule(_("组织架构"), _("部门、科室、班组和网点"), "org", "org-tree", "org.change"),
        ),
    ),
    (
        _("登录与安全"),
        (
            Rule(_("密码规则"), _("最短多长、多久更换、能否重复"), "password", "password-rules:list", "org.change"),
            Rule(_("单点登录"), _("用单位账号或企业微信登录"), "link", "sso-settings:list", "org.change"),
            Rule(_("员工邀请"), _("让新同事自己设置用户名和密码"), "send", "invitations:list", "org.change"),
        ),
    ),
)


def cards(actor: Actor) -> list[tuple[str, list[tuple[Rule, str]]]]:
    """The cards within the actor's powers, by group, with their addresses; groups without any are left out."""
    found = [
        (str(group), [(rule, address(rule)) for rule in rules if actor.can(rule.power)]) for group, rules in GROUPS
    ]
    shown = [(group, [(rule, url) for rule, url in rules if url]) for group, rules in found]
    return [(group, rules) for group, rules in shown if rules]


def address(rule: Rule) -> str:
    """Where the rule is kept; empty where this installation has no such page."""
    try:
        return reverse(rule.name)
    except NoReverseMatch:
        return ""


@require_safe
def settings_hub(request: HttpRequest) -> HttpResponse:
    """All rules within the actor's powers on one page."""
    actor = actor_of(request)
    if not cards(actor):
        raise NotAllowed(_now("您没有维护业务规则的权限。"))
    return render(request, "workspace/settings.html", {"groups": cards(actor), "starting": leads(actor)})
