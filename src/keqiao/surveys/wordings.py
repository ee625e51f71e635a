"""How the events of surveys read in the history."""

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.notices import kinds
from keqiao.surveys.models import SCALES


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "survey.created": _("新建问卷"),
            "survey.changed": _("修改问卷设置"),
            "survey.reworded": _("修改欢迎语和致谢语"),
            "survey.question_added": _("添加题目"),
            "survey.question_changed": _("修改题目"),
            "survey.question_moved": _("调整题目顺序"),
            "survey.question_removed": _("删除题目"),
            "survey.published": _("发布问卷"),
            "survey.revised": _("建立问卷草稿"),
            "survey.dropped": _("放弃问卷草稿"),
            "survey.stopped": _("停用问卷"),
            "survey.resumed": _("重新启用问卷"),
            "survey.invited": _("准备发问卷"),
            "survey.link_made": _("生成问卷链接"),
            "survey.mailed": _("发出问卷邮件"),
            "survey.unsent": _("问卷邮件没有发出"),
            "survey.withdrawn": _("撤回问卷"),
            "survey.answered": _("客户答了问卷"),
            "survey.low": _("问卷低分"),
            "survey_poster.created": _("新建问卷海报"),
            "survey_poster.stopped": _("停用问卷海报"),
            "survey_poster.resumed": _("重新启用问卷海报"),
            "survey_rule.created": _("新增问卷发送规则"),
            "survey_rule.changed": _("修改问卷发送规则"),
        }
    )
    kinds.declare(_("问卷"), {"survey.low": _("扫码问卷低分")}, must=("survey.low",))
    timeline.sentence("survey.invited", invited, icon="survey", tone="info")
    timeline.sentence("survey.answered", answered, icon="survey", tone="success")
    timeline.sentence("survey.low", low, icon="warning", tone="warning")


def invited(event: Event) -> str:
    """Which survey about what."""
    return now_("准备发问卷：%(title)s") % {"title": event.title}


def answered(event: Event) -> str:
    """The main score, where there is one."""
    score, metric = event.data.get("score"), str(event.data.get("metric", ""))
    name = event.data.get("survey", "")
    if score is None or metric not in SCALES:
        return now_("客户答了问卷“%(name)s”") % {"name": name}
    most = SCALES[metric].stop - 1
    return now_("客户答了问卷“%(name)s”：%(n)s 分（满分 %(most)s）") % {"name": name, "n": score, "most": most}


def low(event: Event) -> str:
    """That the score is low."""
    return now_("问卷评分低，责任部门须整改")
