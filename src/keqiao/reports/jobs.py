"""The clock: plans whose first working day after a period has come."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import notify
from keqiao.reports.actions import begin, url_of
from keqiao.reports.models import Plan, Report
from keqiao.reports.spans import before, due_on, span_of
from keqiao.runtime import jobs

DRAFT = "reports.draft"


@jobs.every("20 6 * * *")
def look() -> int:
    """Queue what is due and not there yet: also days later, when nothing ran on the day itself. Returns how many."""
    return sum(queue(plan, timezone.localdate()) for plan in Plan.objects.filter(active=True).order_by("pk"))


def queue(plan: Plan, day: date) -> bool:
    """Queue the report of the period before, once its first working day has come; one that was given up stays so."""
    first, _last = before(plan.kind, day)
    if day < due_on(plan.kind, plan.unit_id, day) or there(plan, first):
        return False
    return bool(jobs.enqueue(DRAFT, {"plan": plan.pk, "first": first.isoformat()}, key=f"{DRAFT}:{plan.pk}:{first}"))


def there(plan: Plan, first: date) -> bool:
    """Whether that report was drafted before, by whomever."""
    return Report.objects.filter(kind=plan.kind, unit=plan.unit_id, first=first).exists()


@jobs.handler(DRAFT)
def draft(run: jobs.Run) -> None:
    """Draft one report; again is nothing."""
    plan = Plan.objects.select_related("unit__leader", "writer").filter(pk=run.payload["plan"], active=True).first()
    first = date.fromisoformat(run.payload["first"])
    if plan is None or there(plan, first):
        return
    people = [one for one in (plan.writer, plan.unit.leader) if one is not None and one.is_active]
    writer = people[0] if people else None
    report = begin(SYSTEM, plan.kind, plan.unit, *span_of(plan.kind, first), writer)
    if report is not None and writer is not None:
        title = _("%(report)s已由程序起草，请编写后提交") % {"report": report}
        notify(
            actor=SYSTEM,
            to=[writer.pk],
            title=title,
            url=url_of(report),
            kind="report",
            key=f"report:drafted:{report.pk}",
        )
