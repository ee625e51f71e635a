"""How this app's events read in the history."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "list.saved": _("保存列表视图"),
            "list.renewed": _("更新列表视图"),
            "list.changed": _("修改列表视图"),
            "list.removed": _("删除列表视图"),
            "list.moved": _("调整视图次序"),
            "list.default_set": _("设置默认视图"),
            "list.default_cleared": _("取消默认视图"),
            "list.columns_chosen": _("选择列表的列"),
        }
    )
