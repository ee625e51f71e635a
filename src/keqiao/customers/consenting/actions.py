"""Writing down what a customer agrees to and refuses: by an employee, by the customer's own link, by an import."""

from collections.abc import Iterable
from datetime import datetime, time

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from keqiao.audit.actions import record
from keqiao.customers import rules
from keqiao.customers.actions import demand, locked
from keqiao.customers.consents import BY_CONTRACT, latest, said
from keqiao.customers.models import Consent, Customer, RestWish
from keqiao.kernel.actor import CUSTOMER, Actor
from keqiao.kernel.errors import Refused

SALT = "keqiao.customers.consent"
Purpose, Channel, How = Consent.Purpose, Consent.Channel, Consent.How


@transaction.atomic
def note_consent(
    *,
    actor: Actor,
    obj: Customer,
    purpose: str,
    given: bool,
    how: str,
    channels: Iterable[str] = (),
    evidence: str = "",
    at: datetime | None = None,
) -> list[Consent]:
    """Write down that the customer agrees or refuses, for these channels, or for all of them where none is named.

    A consent needs its evidence; a refusal is taken as it is said. What is written down already is not written twice.
    """
    demand(actor, "edit", obj)
    if how not in How.values or how == How.LINK:
        raise Refused(_("请选择客户是怎样表示的。"), field="how")
    words = rules.line(evidence)[:200]
    if given and purpose not in BY_CONTRACT and len(words) < 2:
        raise Refused(_("请写明凭证，例如录音编号、表单名称或聊天截图的位置。"), field="evidence")
    moment = at or timezone.now()
    if moment > timezone.now():
        raise Refused(_("表示的时间不能晚于现在。"), field="at")
    return write(actor, locked(obj), purpose, given, how, list(channels) or [Channel.ALL], words, moment)


def write(
    actor: Actor, customer: Customer, purpose: str, given: bool, how: str, channels: Iterable[str], evidence: str,
    at: datetime,
) -> list[Consent]:  # fmt: skip
    """Add the rows that say something new, and record them."""
    known = latest(Consent.objects.filter(customer=customer, purpose=purpose))
    made = []
    for channel in sorted(set(channels)):
        if purpose not in Purpose.values or channel not in Channel.values:
            raise Refused(_("没有这种用途或联系方式。"), field="purpose")
        same = [one for one in known if one.channel == channel and one.given == given]
        if same and said(known, purpose, channel, otherwise=not given) == given:
            continue
        row = Consent(
            customer=customer, purpose=purpose, channel=channel, given=given, at=at, how=how, evidence=evidence,
            by_id=actor.id,
        )  # fmt: skip
        row.save()
        made.append(row)
    if made:
        with override(settings.LANGUAGE_CODE):  # history is kept in the words of the house, whoever reads it
            names = [str(row.get_channel_display()) for row in made]
            said_so = {"purpose": str(made[0].get_purpose_display()), "how": str(made[0].get_how_display())}
        data = {**said_so, "channels": names}
        record(actor, f"customer.consent_{'given' if given else 'withdrawn'}", customer, data, about=customer.pk)
    return made


@transaction.atomic
def set_rest(*, actor: Actor, obj: Customer, start: time | None = None, end: time | None = None) -> Customer:
    """Keep when the customer does not wish to be contacted; without times there is no such wish any more."""
    demand(actor, "edit", obj)
    customer = locked(obj)
    if (start is None) != (end is None):
        raise Refused(_("请同时填写开始和结束，或都留空。"), field="end" if end is None else "start")
    if start is not None and start == end:
        raise Refused(_("开始和结束不能相同。"), field="end")
    before = RestWish.objects.filter(customer=customer).first()
    if start is None or end is None:
        RestWish.objects.filter(customer=customer).delete()
    else:
        RestWish.objects.update_or_create(customer=customer, defaults={"start": start, "end": end})
    after = RestWish.objects.filter(customer=customer).first()
    old, new = str(before or ""), str(after or "")
    if old != new:
        record(actor, "customer.rest_set", customer, {"old": old, "rest": new or _("无")}, about=customer.pk)
    return customer


def token_of(customer: Customer) -> str:
    """What stands in the customer's own link; it opens nothing but his consents."""
    return signing.dumps(customer.pk, salt=SALT, compress=False)


def by_token(token: str) -> Customer | None:
    """Whose link it is; of a merged archive the one that stands for it. None for a forged or an erased one."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Customer.objects.select_related("merged_into").filter(pk=pk).first()
    if found is not None and found.merged_into is not None:
        found = found.merged_into
    return None if found is None or found.erased else found


@transaction.atomic
def say_by_link(*, token: str, purpose: str, given: bool, channels: Iterable[str] = (), ip: str = "") -> list[Consent]:
    """The customer's own word behind the link, at once in force. Raises Refused for a link that opens nothing."""
    customer = by_token(token)
    if customer is None:
        raise Refused(_("这个链接无效。"))
    actor, evidence = CUSTOMER.at(ip), _("来自地址 %(ip)s") % {"ip": ip}
    chosen = list(channels) or [Channel.ALL]
    return write(actor, locked(customer), purpose, given, How.LINK, chosen, evidence, timezone.now())
