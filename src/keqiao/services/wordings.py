"""How the events of the register read, in histories and in the customer's timeline."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.services.models import Service

WORDINGS: dict[str, str | Promise] = {
    "service.delivered": gettext_lazy("登记送货签收"),
    "service.done": gettext_lazy("登记服务完成"),
    "service.changed": gettext_lazy("更正服务登记"),
    "service.voided": gettext_lazy("作废服务登记"),
    "services.exported": gettext_lazy("导出送货与服务"),
}


def told(event: Event) -> str:
    """What was delivered or done, on which day."""
    kind = dict(Service.Kind.choices).get(event.data.get("kind", ""), "")
    what = f"{event.data.get('product', '')}{kind}"
    return _("%(what)s（%(day)s）") % {"what": what, "day": event.data.get("day", "")}


def declare() -> None:
    """Make the wordings known; called when the apps are ready."""
    wording.declare(WORDINGS)
    for verb in ("service.delivered", "service.done"):
        timeline.sentence(verb, told, icon="delivery", tone="info")
