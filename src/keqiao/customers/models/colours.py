"""The colours that people may give to words of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Colour(models.TextChoices):
    """The tones of a badge."""

    BLUE = "", _("蓝")
    GREEN = "success", _("绿")
    ORANGE = "warning", _("橙")
    RED = "danger", _("红")
    GREY = "neutral", _("灰")
