"""What came to a merged archive too late is brought along."""

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.customers.merging.actions import gather
from keqiao.customers.models import Customer


@reader("customers.merging")
def follow(events: list[Event]) -> None:
    """Every write names the customer that it is about; where that one was merged, its records are looked for."""
    about = {event.about_id for event in events if event.about_id is not None}
    for pk in Customer.objects.filter(pk__in=about, merged_into__isnull=False).values_list("pk", flat=True):
        gather(pk)
