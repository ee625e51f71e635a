from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Attachments, stored safely."""

    name = "keqiao.files"
    label = "files"
    verbose_name = _("文件")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("keqiao.files.jobs")
        wording = import_module("keqiao.audit.wording")
        wording.declare({"file.attached": _("添加文件"), "file.removed": _("删除文件")})
