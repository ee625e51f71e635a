"""What of a delivery or a service can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.search.registry import Doc, Searchable, register
from keqiao.services import policies
from keqiao.services.models import Service


def documents(services: Iterable[Service]) -> Iterator[Doc]:
    """Number, what it was and order. Not the customer's name: who registered a delivery need not see the customer."""
    for service in services:
        yield Doc(
            object_id=service.pk,
            title=f"{service.number} {service.matter}",
            text=f"{service.order_number} {service.note}",
            subtitle=str(service.get_kind_display()),
        )


SEARCHABLE = register(
    Searchable(
        label="services.service",
        kind=_("服务登记"),
        verbs=("service.delivered", "service.done", "service.changed"),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("services:detail", args=[pk]),
        base=Service.objects.all(),
    )
)
