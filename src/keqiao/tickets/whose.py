"""Whose a matter that is entered will be: said on the form, and to be taken off there."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.masking import main_phone
from keqiao.customers.models import Customer, tier_colour
from keqiao.customers.policies import visible
from keqiao.kernel.templatetags.ui import badge


def settle_customer(form: Any) -> None:
    """Let the form take a customer within sight, and show the one that it was opened for or sent with."""
    given = str((form.data if form.is_bound else form.initial).get("customer") or "")
    if not given:
        return  # nobody is named: then it costs nothing to say who could be
    rows = visible(form.actor)
    known = rows.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 19 else None
    field = form.fields["customer"]
    field.queryset = rows
    if known is not None:
        show(field, known)
        phone = main_phone(form.actor, known)
        if phone:
            form.fields["contact_phone"].help_text = now_("不填时用档案里的电话 %(phone)s。") % {"phone": phone}
    elif not form.is_bound:
        form.initial.pop("customer", None)


def show(field: Any, one: Customer) -> None:
    """Name, number and tier, with the way to take it off."""
    tier = badge(one.get_tier_display(), tier_colour(one.tier))
    label = format_html('{} <span class="muted">{}</span> {}', one.name, one.number, tier)
    field.label = _("客户")
    field.widget = forms.RadioSelect(choices=[(one.pk, label), ("", _("不是这位客户，按联系电话识别"))])


def phone_of(customer: Customer) -> str:
    """The customer's main phone; by its end the customer asks how the matter stands."""
    found = customer.contact_points.filter(kind="phone").order_by("-primary", "pk").values_list("value", flat=True)
    return found.first() or ""
