"""How this app's events read, and what it tells of itself."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.notices import kinds


def chosen(name: str) -> wording.Spoken | None:
    """What an employee chose for a kind of notice, as the history tells it."""
    ways = {way.value: way.label for way in kinds.Way}
    return next(((kind.label, ways) for kind in kinds.every() if kind.code == name), None)


def declare() -> None:
    """Called once the apps are ready."""
    wording.word_fields("org.employee", chosen)
    wording.declare({"notice.chosen": _("修改通知设置")})
    kinds.declare(_("系统"), {"mail": _("系统邮件没有送达"), "identity": _("我的登录方式有变化")}, must=("identity",))
