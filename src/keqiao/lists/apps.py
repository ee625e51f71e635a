from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import habits, powers


class ListsConfig(AppConfig):
    """Saved views and chosen columns of every list."""

    name = "keqiao.lists"
    label = "lists"
    verbose_name = _("列表视图")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(_("系统"), {"list.share": _("共享列表视图")})
        import_module("keqiao.lists.resource")
        import_module("keqiao.lists.wordings").declare()
        habits.install(import_module("keqiao.lists.queries").habits_of)
