"""How the printing of a document reads in histories."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Make the wordings known; called when the apps are ready."""
    wording.declare({"document.printed": _("打印文书")})
