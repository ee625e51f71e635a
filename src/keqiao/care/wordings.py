"""How care reads in histories and in the customer's timeline."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.care.models import Greeting
from keqiao.customers import timeline
from keqiao.customers.wordings import tier
from keqiao.notices import kinds

WORDINGS: dict[str, str | Promise] = {
    "care_plan.created": gettext_lazy("新增关怀计划"),
    "care_plan.changed": gettext_lazy("修改关怀计划"),
    "care.drafted": gettext_lazy("生成关怀"),
    "care.taken": gettext_lazy("领取关怀"),
    "care.assigned": gettext_lazy("分派关怀"),
    "care.reworded": gettext_lazy("改写关怀内容"),
    "care.sending": gettext_lazy("发送关怀邮件"),
    "care.unsent": gettext_lazy("关怀邮件没有发出"),
    "care.done": gettext_lazy("完成关怀"),
    "care.skipped": gettext_lazy("跳过关怀"),
    "loss.marked": gettext_lazy("登记流失客户"),
    "loss.tried": gettext_lazy("安排挽回"),
    "loss.won": gettext_lazy("客户已挽回"),
    "loss.given_up": gettext_lazy("放弃挽回"),
    "losses.exported": gettext_lazy("导出流失客户"),
    "loss_reason.created": gettext_lazy("新增流失原因"),
    "loss_reason.changed": gettext_lazy("修改流失原因"),
    "care.exported": gettext_lazy("导出客户关怀"),
}


def done(event: Event) -> str:
    """What the occasion was, and what came of it."""
    labels = {str(code): str(label) for code, label in Greeting.Outcome.choices}
    outcome = labels.get(str(event.data.get("outcome", "")), "")
    return _("关怀：%(subject)s，%(outcome)s") % {"subject": event.data.get("subject", ""), "outcome": outcome}


def declare() -> None:
    """Make the wordings known; called when the apps are ready."""
    declare_notices()
    wording.declare(WORDINGS)
    wording.word_fields("care.careplan", tier)
    timeline.sentence("care.done", done, icon="gift", tone="success")


def declare_notices() -> None:
    """What employees are told of."""
    kinds.declare(gettext_lazy("客户"), {"care": gettext_lazy("客户关怀")})
