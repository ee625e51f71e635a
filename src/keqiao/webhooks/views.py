"""The secret, shown once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.webhooks import actions
from keqiao.webhooks.resource import SUBSCRIPTIONS


@never_cache
@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the secret, this once."""
    obj = fetch(SUBSCRIPTIONS, request, pk, "secret")
    shown = actions.take_secret(actor=actor_of(request), obj=obj)
    return render(request, "webhooks/secret.html", {"obj": obj, "secret": shown})
