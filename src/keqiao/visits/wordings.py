"""How the events of visits read, in histories and in the customer's timeline."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.notices import kinds
from keqiao.visits.models import Visit, VisitAttempt

WORDINGS: dict[str, str | Promise] = {
    "visit.planned": gettext_lazy("生成回访任务"),
    "visit.taken": gettext_lazy("领取回访"),
    "visit.assigned": gettext_lazy("分派回访"),
    "visit.attempted": gettext_lazy("尝试联系客户"),
    "visit.rescheduled": gettext_lazy("改约回访时间"),
    "visit.phone_shown": gettext_lazy("查看回访电话"),
    "visit.link_made": gettext_lazy("生成评价链接"),
    "visit.done": gettext_lazy("完成回访"),
    "visit.taken_back": gettext_lazy("撤销刚才保存的回访"),
    "visit.missed": gettext_lazy("回访超时"),
    "visit.escalated": gettext_lazy("超时回访已上报主管"),
    "visit.unreachable": gettext_lazy("联系不上，放弃回访"),
    "visit.cancelled": gettext_lazy("取消回访"),
    "visits.exported": gettext_lazy("导出回访"),
    "rectification.opened": gettext_lazy("下达整改任务"),
    "rectification.planned": gettext_lazy("提交整改计划"),
    "rectification.finished": gettext_lazy("完成整改，待检查"),
    "rectification.late": gettext_lazy("整改超时"),
    "rectification.passed": gettext_lazy("整改检查通过"),
    "rectification.failed": gettext_lazy("整改检查不通过"),
    "rectification.reported": gettext_lazy("整改上报总经理"),
    "rectifications.exported": gettext_lazy("导出整改任务"),
}


def attempted(event: Event) -> str:
    """What came of a try."""
    labels = {str(code): str(label) for code, label in VisitAttempt.Outcome.choices}
    outcome = labels.get(str(event.data.get("outcome", "")), "")
    return _("第 %(n)s 次回访联系：%(outcome)s") % {"n": event.data.get("attempt", 1), "outcome": outcome}


def done(event: Event) -> str:
    """The score and whether the matter is solved."""
    labels = {int(code): str(label) for code, label in Visit.Score.choices}
    score = int(event.data.get("satisfaction", 0))
    solved = _("问题已解决") if event.data.get("solved") else _("问题没有解决")
    text = _("回访完成：%(n)s 分（%(word)s），%(solved)s")
    return text % {"n": score, "word": labels.get(score, ""), "solved": solved}


def planned(event: Event) -> str:
    """Which round it is."""
    number = int(event.data.get("round", 1))
    return _("生成回访任务") if number == 1 else _("生成第 %(n)s 轮回访任务") % {"n": number}


def declare() -> None:
    """Make the wordings known; called when the apps are ready."""
    declare_notices()
    wording.declare(WORDINGS)
    timeline.sentence("visit.planned", planned, icon="visit", tone="info")
    timeline.sentence("visit.attempted", attempted, icon="phone", tone="neutral")
    timeline.sentence("visit.done", done, icon="smile", tone="success")
    for verb, icon, tone in (
        ("visit.missed", "late", "danger"),
        ("visit.unreachable", "cancel", "warning"),
        ("visit.cancelled", "cancel", "neutral"),
        ("visit.taken_back", "reopen", "neutral"),
        ("rectification.opened", "warning", "warning"),
        ("rectification.passed", "check", "success"),
        ("rectification.late", "late", "danger"),
    ):
        timeline.sentence(verb, plain, icon=icon, tone=tone)


def plain(event: Event) -> str:
    """The verb's own wording."""
    return wording.verb(event.verb)


def declare_notices() -> None:
    """What employees are told of."""
    kinds.declare(
        gettext_lazy("回访"),
        {
            "visit.planned": gettext_lazy("新的回访"),
            "visit.assigned": gettext_lazy("回访交给我"),
            "visit.attempted": gettext_lazy("下属的回访多次联系不上"),
            "visit.problem": gettext_lazy("回访中客户有问题要处理"),
            "visit.late": gettext_lazy("回访超时"),
            "rectification": gettext_lazy("低分回访的整改"),
        },
        must=("visit.assigned", "visit.problem", "visit.late", "rectification"),
        mail=("visit.late",),
    )
