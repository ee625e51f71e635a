"""What is told of things below that know no employee: mails that did not arrive."""

from django.utils.translation import gettext as _

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.kernel.actor import SYSTEM
from keqiao.mailing.policies import POWER
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for


def keepers() -> list[int]:
    """Who keeps the mail queue of the whole house."""
    return [
        one.pk
        for one in Employee.objects.filter(is_active=True, positions__powers__icontains=POWER).distinct()
        if (reach := actor_for(one).reach(POWER)) is not None and reach.everything
    ]


@reader("notices.mail", "mail.failed", "mail.unsure", "mail.held")
def mails_in_trouble(events: list[Event]) -> None:
    """Tell the keepers, each hour once."""
    words = {
        "mail.failed": _("有邮件没有发出"),
        "mail.unsure": _("有邮件结果不明"),
        "mail.held": _("有邮件过于频繁，已拦下"),
    }
    for event in events:
        notify(
            actor=SYSTEM, to=keepers(), title=f"{words[event.verb]}：{event.data.get('what', '')}",
            url="/mails/?view=trouble", kind="mail.trouble", key=f"{event.verb}:{event.at:%Y%m%d%H}",
        )  # fmt: skip
