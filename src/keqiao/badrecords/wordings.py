"""How this app's events read, in the history and in the timeline."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline


def registered(event: Event) -> str:
    """Which kind, and who answers."""
    data = {"kind": event.data.get("kind", ""), "unit": event.data.get("unit", "")}
    return _("登记不良记录：%(kind)s，责任部门%(unit)s") % data


def closed(event: Event) -> str:
    """How it ended."""
    return _("不良记录已了结：%(note)s") % {"note": event.data.get("note", "")}


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "bad_record.registered": gettext_lazy("登记不良记录"),
            "bad_record.changed": gettext_lazy("修改不良记录"),
            "bad_record.answered": gettext_lazy("填写处理措施"),
            "bad_record.closed": gettext_lazy("了结不良记录"),
            "bad_record.reopened": gettext_lazy("重新处理不良记录"),
            "bad_kind.created": gettext_lazy("新增不良记录类别"),
            "bad_kind.changed": gettext_lazy("修改不良记录类别"),
        }
    )
    timeline.sentence("bad_record.registered", registered, icon="warning", tone="warning")
    timeline.sentence("bad_record.closed", closed, icon="check", tone="success")
