"""What surveys do when something ends: ask by rule; and when somebody before a poster is not content."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.mailing import kinds
from keqiao.surveys import occasions
from keqiao.surveys.actions.low import tell_low
from keqiao.surveys.actions.sending import MAIL, against, mailed, send_by_rule
from keqiao.surveys.models import Response, SendingRule

kinds.declare(MAIL, _("问卷"), ended=mailed, again=False, against=against)


@reader("surveys-low", "survey.low")
def tell(events: list[Event]) -> None:
    """Tell of low scores that are about no customer; those of customers become rectifications."""
    wanted = {one.object_id for one in events if one.about_id is None and timezone.now() - one.at <= occasions.FRESH}
    rows = Response.objects.filter(pk__in=[pk for pk in wanted if pk], low=True, customer=None)
    for response in rows.select_related("survey", "poster__unit").order_by("pk"):
        tell_low(response)


@reader("surveys", *SendingRule.Event.values)
def ask(events: list[Event]) -> None:
    """Send what the rules say; an event that comes twice does no harm."""
    rules: dict[str, list[SendingRule]] = {}
    active = SendingRule.objects.filter(active=True).select_related("survey").prefetch_related("survey__versions")
    for rule in active.order_by("pk"):
        rules.setdefault(rule.event, []).append(rule)
    for event in events:
        occasion = occasions.of(event) if event.verb in rules else None
        if occasion is not None:
            for rule in rules[event.verb]:
                send_by_rule(rule=rule, occasion=occasion)
