"""What the list of saved views shows."""

from django.utils.html import format_html
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import resources
from keqiao.lists.models import ListView


def list_title(obj: ListView, _actor: Actor) -> str:
    """The list in people's words."""
    return next((str(one.title) for one in resources() if one.name == obj.resource), obj.resource)


def address(obj: ListView, _actor: Actor) -> str:
    """Where the view opens, as a path of this site."""
    return f"/{obj.resource}/?saved={obj.pk}" + (f"&{obj.query}" if obj.query else "")


def opened(obj: ListView, actor: Actor) -> str:
    """The way into the list."""
    return format_html('<a class="link" href="{}">{}</a>', address(obj, actor), _("打开"))


def shared(obj: ListView, _actor: Actor) -> str:
    """With whom it is shared."""
    return obj.unit.name if obj.unit else ""
