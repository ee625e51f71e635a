"""The pages of the navigation, in the order in which they are shown. A new page is one line here.

Ask first whether it needs an entry of its own: a page that belongs to another (its analysis, its options, its tools)
goes into the same `entry(…)` and is a tab of that page. A page of rules goes on the page 业务规则 instead.
Whoever has none of the powers named sees no link; no powers named means everybody.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what it is called, its URL name, the powers of which one opens it, and the lists that only it leads to."""

    label: str | Promise
    name: str
    needs: tuple[str, ...]
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its icon, and pages of which the first that the person may open stands for all; the rest are tabs."""

    icon: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading that folds; without a heading they always show. `everyday`: open until folded."""

    key: str
    label: str | Promise
    entries: tuple[Entry, ...]
    everyday: bool = False


def page(label: str | Promise, name: str, *needs: str, below: tuple[str, ...] = ()) -> Page:
    """A page that one of these powers opens."""
    return Page(label, name, needs, below)


def entry(icon: str, *pages: Page) -> Entry:
    """An entry of the navigation."""
    return Entry(icon, pages)


EXPORTS = ("customer.export", "reception.export", "service.export", "care.export", "ticket.export", "bad_record.close", "suggestion.export",
           "summary.export", "survey.export", "export.approve")  # fmt: skip
SHARED = ("customer.pick", "customer.share")
RULES = ("settings.change", "org.change", "calendars.change", "care.plan", "reception.manage", "bad_record.close")

GROUPS = (
    Group(
        "work",
        "",
        (
            entry("home", page(_("工作台"), "home")),
            entry("todo", page(_("待办"), "notices:todos")),
            entry(
                "approval",
                page(_("审批"), "approvals:list"),
                page(_("审批代理"), "deputies:list"),
                page(_("审批流程"), "approval-flows:list", "settings.change"),
            ),
        ),
        everyday=True,
    ),
    Group(
        "customers",
        _("客户与接待"),
        (
            entry(
                "customers",
                page(pgettext_lazy("list", "客户"), "customers:list", "customer.view"),
                page(pgettext_lazy("list", "客户分群"), "segments:list", "customer.view"),
                page(_("定向分析"), "customer-analysis", "customer.view"),
                page(_("查重与合并"), "duplicates-start", "customer.merge", below=("duplicates:list", "merges:list")),
                page(_("导入"), "customer-imports", "customer.import"),
            ),
            entry(
                "assign",
                page(pgettext_lazy("list", "公海"), "pool:list", *SHARED),
                page(pgettext_lazy("list", "客户分配"), "share-outs:list", "customer.share"),
                page(pgettext_lazy("list", "客户归属记录"), "holdings:list", *SHARED),
                page(pgettext_lazy("list", "分配权重"), "abilities:list", "customer.share"),
                page(pgettext_lazy("list", "自动分配规则"), "share-rules:list", "customer.share"),
                page(pgettext_lazy("list", "销售区域"), "territories:list", *SHARED),
                page(pgettext_lazy("list", "违规"), "violations:list", "violation.report", "violation.decide"),
            ),
            entry(
                "reception",
                page(pgettext_lazy("list", "来电来访"), "reception:list", "reception.view"),
                page(_("接待台账"), "reception-ledger", "reception.view"),
            ),
            entry(
                "delivery",
                page(pgettext_lazy("list", "送货与服务"), "services:list", "service.view"),
                page(_("从表格登记"), "services-paste", "service.register"),
            ),
            entry(
                "gift",
                page(pgettext_lazy("list", "客户关怀"), "care:list", "care.view"),
                page(_("关怀效果"), "care-results", "care.view"),
            ),
            entry(
                "pool",
                page(pgettext_lazy("list", "流失客户"), "losses:list", "loss.view"),
                page(_("流失分析"), "loss-analysis", "loss.view"),
            ),
        ),
        everyday=True,
    ),
    Group(
        "matters",
        _("投诉与回访"),
        (
            entry(
                "ticket",
                page(pgettext_lazy("list", "工单"), "tickets:list", "ticket.view", "dispatch.answer"),
                page(pgettext_lazy("list", "派发"), "dispatches:list", "ticket.view", "dispatch.answer"),
                page(pgettext_lazy("list", "逐级上报"), "escalations:list", "ticket.view", "dispatch.answer"),
                page(pgettext_lazy("list", "文书"), "letters:list", "ticket.view", "dispatch.answer"),
                page(pgettext_lazy("list", "集中投诉"), "waves:list", "ticket.view"),
                page(pgettext_lazy("list", "重点客户月报"), "special-months:list", "ticket.view"),
            ),
            entry(
                "visit",
                page(pgettext_lazy("list", "回访"), "visits:list", "visit.view"),
                page(_("回访台"), "visit-desk", "visit.do"),
                page(_("回访覆盖率"), "visit-coverage", "visit.view"),
                page(_("回访人员"), "visitors:list", "visit.assign"),
            ),
            entry(
                "survey",
                page(pgettext_lazy("list", "问卷"), "surveys:list", "survey.view"),
                page(_("问卷结果"), "survey-results", "survey.answers"),
                page(pgettext_lazy("list", "答卷"), "survey-answers:list", "survey.answers"),
                page(pgettext_lazy("list", "发出的问卷"), "survey-links:list", "survey.send"),
                page(pgettext_lazy("list", "问卷海报"), "survey-posters:list", "survey.send"),
            ),
            entry(
                "suggestion",
                page(pgettext_lazy("list", "客户建议"), "suggestions:list", "suggestion.view"),
                page(_("建议统计"), "suggestion-figures", "suggestion.view"),
            ),
            entry(
                "warning",
                page(pgettext_lazy("list", "不良记录"), "bad-records:list", "bad_record.view"),
                page(_("不良记录分析"), "bad-record-analysis", "bad_record.view"),
            ),
            entry(
                "rules",
                page(pgettext_lazy("list", "整改"), "corrections:list", "ticket.view", "correction.change"),
                page(pgettext_lazy("list", "回访整改"), "rectifications:list", "rectification.view"),
            ),
        ),
        everyday=True,
    ),
    Group(
        "management",
        _("管理"),
        (
            entry(
                "reports",
                page(_("经营看板"), "manager", "report.view"),
                page(pgettext_lazy("list", "分析报告"), "reports:list", "summary.view"),
                page(_("投诉分析"), "complaint-analysis", "report.view"),
            ),
            entry("export", page(_("导出"), "exports:list", *EXPORTS)),
            entry(
                "lock",
                page(_("个人信息保护"), "privacy-requests:list", "privacy.handle", "privacy.approve"),
                page(_("查看记录"), "reveals:list", "customer.oversee"),
                page(_("显示范围"), "sight", "org.change", "customer.oversee"),
                page(_("保留期限"), "retention-rules:list", "privacy.oversee"),
                page(_("泄露排查"), "breach", "privacy.oversee"),
            ),
            entry("audit", page(_("审计记录"), "events:list", "audit.view")),
        ),
    ),
    Group(
        "organisation",
        _("组织"),
        (
            entry(
                "org",
                page(_("组织架构"), "org-tree"),
                page(pgettext_lazy("list", "组织单元"), "units:list"),
            ),
            entry(
                "people",
                page(pgettext_lazy("list", "员工"), "employees:list"),
                page(_("员工邀请"), "invitations:list", "org.change"),
                page(pgettext_lazy("list", "工作移交"), "work-transfers:list", "org.change"),
            ),
            entry("note", page(pgettext_lazy("list", "岗位说明书"), "position-descriptions:list")),
            entry(
                "password",
                page(_("岗位与权限"), "positions:list", "org.change"),
                page(_("谁可以做什么"), "powers", "org.change"),
            ),
        ),
    ),
    Group(
        "settings",
        _("设置"),
        (
            entry("settings", page(_("业务规则"), "settings", *RULES)),
            entry("calendar", page(_("工作日历"), "calendars:year", "calendars.change")),
            entry(
                "link",
                page(pgettext_lazy("list", "事件推送"), "webhooks:list", "webhook.keep"),
                page(pgettext_lazy("list", "推送记录"), "webhook-deliveries:list", "webhook.keep"),
            ),
            entry("email", page(pgettext_lazy("list", "系统邮件"), "mails:list", "mail.keep")),
        ),
    ),
)

# what the bar at the foot of a phone offers: the first four of these that the person may open
HANDY = (
    "home",
    "tickets:list",
    "customers:list",
    "reception:list",
    "visits:list",
    "notices:todos",
    "approvals:list",
    "employees:list",
)
