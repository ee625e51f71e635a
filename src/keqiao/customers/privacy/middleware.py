"""Puts on record what a request showed in full without being asked for: who sees whole phones sees them on the record."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override

from keqiao.audit.actions import record
from keqiao.customers import masking
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.pages import actor_of

VERB = "customer.shown_in_full"


class FullReadings:
    """One event for each request that showed full values, whoever's and however many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = masking.collect()
        try:
            answer = self.get_response(request)
        finally:
            found = masking.collected(token)
        if found and answer.status_code < 400:
            note(actor_of(request), found)
        return answer


@transaction.atomic
def note(actor: Actor, found: Iterable[tuple[int, str]]) -> None:
    """Record which customers' fields were shown. Not in their timelines, which would be full of it."""
    fields = defaultdict(set)
    for customer_id, field in found:
        fields[field].add(customer_id)
    everybody = sorted({customer_id for customer_id, _field in found})
    with override(settings.LANGUAGE_CODE):  # history is kept in the words of the house, whoever reads it
        words = {field.code: str(field.label) for field in masking.FIELDS}
        data = {"what": _("、").join(words[field] for field in sorted(fields)), "customers": everybody}
    record(actor, VERB, None, data)
