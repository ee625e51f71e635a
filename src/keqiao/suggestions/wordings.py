"""How this app's events read, in the history and in the timeline."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.suggestions.models import Suggestion


def registered(event: Event) -> str:
    """What was proposed."""
    return _("提出建议：%(note)s") % {"note": event.data.get("note", "")}


def routed(event: Event) -> str:
    """Who considers it."""
    return _("建议交给%(unit)s研究") % {"unit": event.data.get("unit", "")}


def decided(event: Event) -> str:
    """Taken up or not."""
    text = _("建议已采纳：%(note)s") if event.data.get("adopted") else _("建议未采纳：%(note)s")
    return text % {"note": event.data.get("note", "")}


def answered(event: Event) -> str:
    """How the customer heard."""
    how = dict(Suggestion.How.choices).get(event.data.get("how", ""), "")
    return _("已%(how)s回复客户的建议") % {"how": how}


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "suggestion.registered": gettext_lazy("登记客户建议"),
            "suggestion.changed": gettext_lazy("修改客户建议"),
            "suggestion.routed": gettext_lazy("转交客户建议"),
            "suggestion.decided": gettext_lazy("填写建议的研究结果"),
            "suggestion.answered": gettext_lazy("回复客户的建议"),
            "suggestion.voided": gettext_lazy("作废客户建议"),
        }
    )
    timeline.sentence("suggestion.registered", registered, icon="suggestion", tone="info")
    timeline.sentence("suggestion.routed", routed, icon="transfer")
    timeline.sentence("suggestion.decided", decided, icon="check")
    timeline.sentence("suggestion.answered", answered, icon="reply", tone="success")
