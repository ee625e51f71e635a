"""How the events of the register read, in histories and in the customer's timeline."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.notices import kinds
from keqiao.reception.models import Entry
from keqiao.search.offers import offer

WORDINGS: dict[str, str | Promise] = {
    "reception.registered": gettext_lazy("登记来电来访"),
    "reception.changed": gettext_lazy("修改接待登记"),
    "reception.handed_over": gettext_lazy("安排来客跟进"),
    "reception.followed": gettext_lazy("完成来客跟进"),
    "reception.turned": gettext_lazy("接待登记转办"),
    "reception.voided": gettext_lazy("作废接待登记"),
    "reception.exported": gettext_lazy("导出接待登记"),
    "reception.ledger_exported": gettext_lazy("导出接待台账"),
    "reception_word.created": gettext_lazy("新增接待选项"),
    "reception_word.changed": gettext_lazy("修改接待选项"),
    "reception-words.exported": gettext_lazy("导出接待选项"),
}


def registered(event: Event) -> str:
    """By phone or in person, for the first time or again."""
    if event.data.get("way") == Entry.Way.CALL:
        return _("首次来电") if event.data.get("first") else _("再次来电")
    return _("首次来访") if event.data.get("first") else _("再次来访")


def handed_over(event: Event) -> str:
    """Who follows up by when."""
    return _("安排%(name)s于%(day)s前跟进来客") % {
        "name": event.data.get("follower", ""),
        "day": event.data.get("day", ""),
    }


def declare() -> None:
    """Make the wordings known; called when the apps are ready."""
    declare_notices()
    offer(
        gettext_lazy("登记来电来访"),
        "reception",
        lambda: reverse("reception:create"),
        field="phone",
        power="reception.register",
    )
    wording.declare(WORDINGS)
    timeline.sentence("reception.registered", registered, icon="reception", tone="info")
    timeline.sentence("reception.handed_over", handed_over, icon="assign", tone="neutral")
    timeline.sentence("reception.followed", lambda event: wording.verb(event.verb), icon="check", tone="success")


def declare_notices() -> None:
    """What employees are told of."""
    kinds.declare(gettext_lazy("客户"), {"reception": gettext_lazy("我的客户来电来访，或交我跟进")})
