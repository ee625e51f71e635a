"""The dry run of a plan: who would be called, when, and who would not, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.customers import policies as customers
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.visits import candidates
from keqiao.visits.rule_resource import RULES, allowed

SHOWN = 100


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is written. Names are shown as far as the reader sees the customers; the counts say whom the plan means."""
    rule, actor = fetch(RULES, request, pk, "view"), actor_of(request)
    found = candidates.meant(rule, timezone.now(), counted=True)
    rows = found.rows.filter(pk__in=customers.visible(actor).values("pk")).select_related("owner")
    steps = [
        (_("计划对象"), found.audience, _("按等级和分群")),
        (_("本期已生成"), found.made, _("每位客户每期一次")),
        (_("不愿接受回访"), found.refusing, _("客户要求不再联系，或拒绝电话服务")),
        (_("已有待做的回访"), found.waiting, _("做完后再看是否需要")),
        (_("近期回访过"), found.lately, _("%(n)s 天内") % {"n": rule.gap_days}),
        (_("还没有轮到"), found.later, _("分布在本期以后的工作日")),
    ]
    now = found.rows.count()
    context = {
        "rule": rule, "turn": found.turn, "steps": steps, "now": now, "today": min(now, rule.most_a_day),
        "rows": list(rows[:SHOWN]), "may_run": allowed(actor, "run", rule), "back": RULES.url(rule),
        "run_url": reverse("visit-rules:verb", args=[rule.pk, "run"]),
    }  # fmt: skip
    return render(request, "visits/plan.html", context)
