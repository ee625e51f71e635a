"""Where papers hang themselves into the services below and onto the ticket's page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.kernel.actor import Actor
from keqiao.mailing import kinds as mails
from keqiao.notices import kinds as notices
from keqiao.tickets import panels
from keqiao.tickets.letters.actions import MAIL, against, mailed
from keqiao.tickets.models import Delivery, Ticket

VERBS = {
    "letter.drafted": gettext_lazy("起草文书"),
    "letter.changed": gettext_lazy("修改文书草稿"),
    "letter.issued": gettext_lazy("出具文书"),
    "letter.dropped": gettext_lazy("放弃文书草稿"),
    "letter.sending": gettext_lazy("邮件发送文书"),
    "letter.delivered": gettext_lazy("文书送达"),
    "letter.unsent": gettext_lazy("文书没有发出"),
    "letter.answered": gettext_lazy("登记客户对文书的意见"),
    "letter_template.created": gettext_lazy("新增文书模板"),
    "letter_template.changed": gettext_lazy("修改文书模板"),
}


def issued(event: Event) -> str:
    """Which paper."""
    return _("出具文书：%(title)s %(number)s") % {
        "title": event.data.get("title", ""),
        "number": event.data.get("number", ""),
    }


def delivered(event: Event) -> str:
    """Which paper, and how it went."""
    ways = dict(Delivery.Way.choices)
    way = event.data.get("way", "")
    return _("文书送达：%(title)s（%(way)s）") % {"title": event.data.get("title", ""), "way": ways.get(way, way)}


def url(_actor: Actor, ticket: Ticket) -> str:
    """The card on the ticket's page."""
    return reverse("letters-of-ticket", args=[ticket.pk])


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(VERBS)
    timeline.sentence("letter.issued", issued, icon="file", tone="info")
    timeline.sentence("letter.delivered", delivered, icon="send", tone="success")
    notices.declare(gettext_lazy("工单"), {"letter": gettext_lazy("文书没有发出")})
    mails.declare(MAIL, gettext_lazy("客户文书"), ended=mailed, again=False, against=against)
    panels.register("letters", gettext_lazy("文书"), url)
