"""Figures that lead to the customers that they count."""

from django.urls import reverse
from django.utils.html import format_html

from keqiao.kernel.actor import Actor


def figure(actor: Actor, query: str, count: int) -> str:
    """The number, leading to the list; whoever may not open the list gets the number alone."""
    if not actor.can("customer.view"):
        return str(count)
    url = f"{reverse('customers:list')}?view=all&{query}"
    return format_html('<a class="link" href="{}">{}</a>', url, count)
