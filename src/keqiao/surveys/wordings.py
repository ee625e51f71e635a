"""How the events of surveys read in the history."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


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
        }
    )
