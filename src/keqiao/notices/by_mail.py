"""Notices by e-mail: those that wait for one employee go together, and a digest a day to who wants one."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keqiao.calendars.queries import calendar_for
from keqiao.kernel.dates import day_words, relative
from keqiao.mailing import actions as mails
from keqiao.mailing.letters import address, rendered
from keqiao.mailing.queries import available
from keqiao.notices import policies
from keqiao.notices.hours import mail_time, window_of
from keqiao.notices.models import Notice, NoticeHours, Todo
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs

SPACING = timedelta(minutes=3)  # between two mails to one person; what comes in between goes together
MOST = 30  # lines of a mail


@transaction.atomic
def send_waiting(employee_id: int) -> bool:
    """Put the notices that wait for an employee into one mail; whether one was queued.

    Those that were read in the page meanwhile need no mail. Soon after the last mail it waits for SPACING.
    """
    employee = Employee.objects.select_for_update().filter(pk=employee_id, is_active=True).exclude(email="").first()
    now = timezone.now()
    waiting = Notice.objects.filter(employee_id=employee_id, mail_at__lte=now, mailed_at__isnull=True)
    if employee is None or not available() or not waiting.exists():
        return False
    last = Notice.objects.filter(employee_id=employee_id, mailed_at__gt=now - SPACING).aggregate(at=Max("mailed_at"))[
        "at"
    ]
    if last is not None:
        due = last + SPACING
        jobs.enqueue(
            "notices.mail",
            {"employee": employee_id},
            key=f"notices.mail:{employee_id}:{due.timestamp():.0f}",
            run_at=due,
        )
        return False
    waiting.filter(read_at__isnull=False).update(mail_at=None)
    rows = list(waiting.order_by("pk"))
    if not rows:
        return False
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    subject = rows[0].title
    if len(rows) > 1:
        subject = ngettext("您有 %(n)d 条新通知", "您有 %(n)d 条新通知", len(rows)) % {"n": len(rows)}
    context = {
        "heading": subject,
        "lines": lines(rows),
        "more": max(len(rows) - MOST, 0),
        "all_url": address("/notices/"),
    }
    mails.queue(
        key=f"notices:{employee_id}:{rows[0].pk}-{rows[-1].pk}", kind="notice", to=employee.email, to_name=employee.name,
        subject=subject, body=rendered("notices/mail/notices", {**context, "settings_url": settings_url()}), about=employee,
    )  # fmt: skip
    return True


def lines(rows: list[Notice]) -> list[tuple[str, str]]:
    """Words and whole address of the first notices."""
    return [(row.title, address(row.url) if row.url.startswith("/") else "") for row in rows[:MOST]]


def settings_url() -> str:
    """Where each employee chooses."""
    return address("/notices/settings/")


def send_digests() -> int:
    """Send the digests whose hour has come; returns how many. Safe to repeat, and late rather than never."""
    now = timezone.localtime(timezone.now(), timezone.get_default_timezone())
    unsettled = Q(digest_on__isnull=True) | Q(digest_on__lt=now.date())
    due = NoticeHours.objects.filter(unsettled, digest=True, digest_hour__lte=now.hour, employee__is_active=True)
    return sum(send_digest(pk, now) for pk in due.values_list("pk", flat=True)) if available() else 0


@transaction.atomic
def send_digest(employee_id: int, now: datetime) -> bool:
    """One employee's digest of the day; on days off and in quiet hours until midnight there is none."""
    hours = NoticeHours.objects.select_for_update().select_related("employee").get(pk=employee_id)
    today, employee = now.date(), hours.employee
    if not hours.digest or (hours.digest_on is not None and hours.digest_on >= today):
        return False
    at = mail_time(calendar_for(employee.unit_id), window_of(hours), moment(now, hours.digest_hour))
    if timezone.localtime(at, now.tzinfo).date() == today and at > now:
        return False  # later today
    NoticeHours.objects.filter(pk=employee_id).update(digest_on=today)
    if timezone.localtime(at, now.tzinfo).date() != today or not employee.email:
        return False
    return queue_digest(employee, now)


def moment(now: datetime, hour: int) -> datetime:
    """Today at that hour."""
    return datetime.combine(now.date(), time(hour), tzinfo=now.tzinfo)


def queue_digest(employee: Employee, now: datetime) -> bool:
    """List what is open and what was told since; nothing is sent about nothing."""
    mine = policies.todos(actor_for(employee))
    todos = list(mine.order_by(F("due_at").asc(nulls_last=True), "pk")[: MOST + 1])
    notices = list(
        Notice.objects.filter(employee=employee, digest=True, mailed_at__isnull=True).order_by("-pk")[: 4 * MOST]
    )
    Notice.objects.filter(employee=employee, digest=True, mailed_at__isnull=True).update(mailed_at=now)
    fresh = [row for row in notices if row.read_at is None]
    if not todos and not fresh:
        return False
    heading = _("%(day)s 待办与通知") % {"day": day_words(now)}
    context = {
        "heading": heading, "todos": [todo_line(todo, now) for todo in todos[:MOST]], "more_todos": len(todos) > MOST,
        "lines": lines(fresh), "more": max(len(fresh) - MOST, 0), "todos_url": address("/todos/"),
        "all_url": address("/notices/"), "settings_url": settings_url(),
    }  # fmt: skip
    mails.queue(
        key=f"digest:{employee.pk}:{now:%Y%m%d}", kind="digest", to=employee.email, to_name=employee.name, subject=heading,
        body=rendered("notices/mail/digest", context), about=employee,
    )  # fmt: skip
    return True


def todo_line(todo: Todo, now: datetime) -> tuple[str, str, str, bool]:
    """Words, address, when due, and whether it is late."""
    url = address(todo.url) if todo.url.startswith("/") else ""
    return (
        todo.title,
        url,
        relative(todo.due_at, now) if todo.due_at else "",
        todo.due_at is not None and todo.due_at <= now,
    )
