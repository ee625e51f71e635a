"""Files that belong to records of any app."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """One stored file of one record. Addresses show its `key`; its bytes lie under the random name `stored`."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_label = models.CharField(max_length=60, help_text="app.model of the record")
    owner_id = models.BigIntegerField()
    kind = models.CharField(max_length=30, blank=True, default="", help_text="what the owner uses it for")
    name = models.CharField(_("文件名"), max_length=200)
    size = models.BigIntegerField(_("大小"), help_text="bytes")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100, help_text="told by the bytes, never by the sender")
    stored = models.CharField(max_length=80, unique=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("上传人"), related_name="+"
    )
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("附件")
        indexes = [models.Index(fields=["owner_label", "owner_id", "id"], name="attachment_of_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_inline(self) -> bool:
        """Whether a browser may show it in its own window; everything else is saved to disk."""
        return self.content_type in {"image/png", "image/jpeg", "image/webp", "image/gif"}
