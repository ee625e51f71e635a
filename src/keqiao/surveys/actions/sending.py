"""Rules that send surveys by themselves, and what they send."""

import hashlib
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.care.actions import address_of
from keqiao.customers.consents import free_from, refusal
from keqiao.customers.models import Consent, Customer
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.mailing import actions as mailing
from keqiao.mailing import queries as mail_queue
from keqiao.mailing.letters import address, letter
from keqiao.mailing.models import Mail
from keqiao.org.queries import company_name
from keqiao.surveys import policies
from keqiao.surveys.actions.asking import add, give_out, purpose_of
from keqiao.surveys.filling import worded
from keqiao.surveys.models import INVITATION_TRANSITIONS, Invitation, SendingRule, Survey
from keqiao.surveys.occasions import Occasion
from keqiao.tickets.models import Kind

MAIL = "survey"  # the sort of mail
State, Way, EMAIL = Invitation.State, SendingRule.Way, Consent.Channel.EMAIL


def checked(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a rule; raises NotAllowed without the power, Refused for what no rule can be."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    if set(values["kinds"]) - set(Kind.values):
        raise Refused(_("请选择适用的工单类型。"), field="kinds")
    if not 1 <= values["share"] <= 100 or not 0 <= values["rest_days"] <= 730 or not 0 <= values["delay_hours"] <= 720:
        raise Refused(_("比例在 1 到 100 之间，间隔不超过 730 天，延迟不超过 720 小时。"))
    return {**values, "name": single_line(values["name"], 60), "kinds": sorted(values["kinds"])}


@transaction.atomic
def create_rule(*, actor: Actor, **values: Any) -> SendingRule:
    """Add a rule; it holds for what happens from now on."""
    rule = SendingRule(**checked(actor, values))
    save(rule)
    record(actor, "survey_rule.created", rule)
    return rule


@transaction.atomic
def change_rule(*, actor: Actor, obj: SendingRule, **values: Any) -> SendingRule:
    """Change a rule; what was planned stays."""
    wanted = checked(actor, values)
    rule = SendingRule.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    before = {name: shown(getattr(rule, name)) for name in wanted}
    for name, value in wanted.items():
        setattr(rule, name, value)
    save(rule)
    after = {name: shown(value) for name, value in wanted.items()}
    record(actor, "survey_rule.changed", rule, {"changes": changes(before, after)})
    return rule


def shown(value: Any) -> Any:
    """A value as the history keeps it."""
    return str(value) if isinstance(value, Survey) else value


def save(rule: SendingRule) -> None:
    """Store; raises Refused when another rule has the name."""
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的规则。"), field="name") from error


def chosen(rule: SendingRule, key: str) -> bool:
    """Whether the occasion falls into the rule's share; always the same answer for the same occasion."""
    number = int(hashlib.sha256(f"{rule.pk}:{key}".encode()).hexdigest()[:8], 16)
    return number % 100 < rule.share


def wanted(rule: SendingRule, occasion: Occasion) -> bool:
    """Whether the rule is about such an occasion at all."""
    fits = not rule.kinds or not occasion.kind or occasion.kind in rule.kinds
    survey = rule.survey
    return fits and survey.active and policies.current(survey) is not None and chosen(rule, occasion.key)


@transaction.atomic
def send_by_rule(*, rule: SendingRule, occasion: Occasion) -> Invitation | None:
    """Plan a link for the occasion and mail it where that is the way; None where nothing is sent.

    The customer's row is held, so that of two occasions at once only one asks within the rule's days. Doing it again
    does nothing: an occasion has one invitation to a survey.
    """
    if not wanted(rule, occasion):
        return None
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=occasion.customer_id)
    since = timezone.now() - timedelta(days=rule.rest_days)
    asked = Invitation.objects.filter(customer=customer).exclude(state=State.WITHDRAWN)
    if (rule.rest_days and asked.filter(made_at__gt=since).exists()) or refusal(customer, purpose_of(rule.survey)):
        return None
    row = add(
        survey=rule.survey, rule=rule, customer=customer, ticket_id=occasion.ticket_id, occasion=occasion.key,
        matter=occasion.matter, agent_id=occasion.agent_id, unit_id=occasion.unit_id, product=occasion.product,
    )  # fmt: skip
    if row is None:
        return None
    record(SYSTEM, "survey.invited", row, {"rule": rule.name}, about=customer.pk)
    to = address_of(customer) if rule.way == Way.MAIL and mail_queue.available() else ""
    if to and not refusal(customer, purpose_of(rule.survey), EMAIL):
        mail(row, to)
    return row


def mail(row: Invitation, to: str) -> None:
    """Queue the mail with the link for when the delay is over and the customer does not rest."""
    rule, survey, customer = row.rule, row.survey, row.customer
    hours = rule.delay_hours if rule is not None else 0
    at = free_from(customer, timezone.now() + timedelta(hours=hours))
    token, until = give_out(row, note=mail_queue.masked(to))
    version = policies.current(survey)
    welcome = worded(survey, version.welcome, version.welcome_en, survey.language) if version else ""
    words = [welcome, _("只能作答一次，%(until)s 前有效。") % {"until": timezone.localtime(until).strftime("%Y-%m-%d")}]
    link = address(reverse("survey-answer", args=[token]))
    title = _("%(company)s想听听您的意见") % {"company": company_name()}
    mailing.queue(
        key=f"survey:{row.pk}:{row.token_digest}", kind=MAIL, to=to, about=row, subject=title, not_before=at,
        good_until=until, private=True, body=letter(title, [one for one in words if one], action=(_("填写问卷"), link)),
    )  # fmt: skip


def against(mail: Mail) -> str:
    """Why the mail may not go any more: taken back, answered, or the customer has said no since."""
    row = Invitation.objects.select_related("survey", "customer").filter(pk=mail.object_id or 0).first()
    if row is None or row.state != State.SENT:
        return _("问卷已撤回或已作答。")
    return refusal(row.customer, purpose_of(row.survey), EMAIL)


def mailed(mail: Mail) -> None:
    """The mail has ended, called in its transaction: it went, or the survey waits for somebody to copy its link."""
    row = Invitation.objects.select_related("survey").filter(pk=mail.object_id or 0).first()
    if row is None or row.state != State.SENT:
        return
    if mail.state == Mail.State.SENT:
        record(SYSTEM, "survey.mailed", row, about=row.customer_id)
        return
    problem = single_line(mail.error or str(mail.get_state_display()), 200)
    move(
        row,
        State.WAITING,
        field="state",
        transitions=INVITATION_TRANSITIONS,
        note=problem,
        token_digest=None,
        until=None,
    )
    record(SYSTEM, "survey.unsent", row, {"note": problem}, about=row.customer_id)
