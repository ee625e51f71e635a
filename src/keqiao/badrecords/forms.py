"""What registering, answering and closing ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.badrecords.models import BadKind
from keqiao.care.losses.policies import visible as visible_losses
from keqiao.care.models import Loss
from keqiao.customers.models import Customer
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.forms import ActorForm, day
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception.models import Entry
from keqiao.reception.policies import visible as visible_entries
from keqiao.tickets.models import Severity, Ticket
from keqiao.tickets.policies import visible as visible_tickets

GONE = _("来源记录不存在，或您没有权限查看。")


def hidden(model: Any) -> Any:
    """The record from which it comes, told by the address."""
    return forms.ModelChoiceField(
        queryset=model.objects.none(), required=False, widget=forms.HiddenInput, error_messages={"invalid_choice": GONE}
    )


def words(
    label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "", most: int = 2000
) -> forms.CharField:
    """Several lines of text."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=area, help_text=help_text)


class RegisterForm(ActorForm):
    """What went wrong and whose it is; what the source knows is filled in."""

    ticket, loss, entry, customer = hidden(Ticket), hidden(Loss), hidden(Entry), hidden(Customer)
    kind = forms.ModelChoiceField(label=_("类别"), queryset=BadKind.objects.none())
    severity = forms.TypedChoiceField(
        label=_("严重程度"), choices=Severity.choices, coerce=int, initial=Severity.GENERAL.value
    )
    what = words(_("经过"), rows=4, help_text=_("什么时候、谁、做了什么，对客户有什么影响。"))
    happened_on = day(_("发生日期"), required=False, help_text=_("不填即为今天。"))
    product = forms.CharField(label=_("产品"), required=False, max_length=100)
    unit = forms.ModelChoiceField(label=_("责任部门"), queryset=OrgUnit.objects.filter(active=True).order_by("path"))
    person = forms.ModelChoiceField(
        label=_("责任人"), required=False, queryset=Employee.objects.filter(is_active=True).order_by("name"),
        help_text=_("指定后会收到待办，说明采取了什么措施。"),
    )  # fmt: skip
    measures = words(_("处理措施"), required=False, help_text=_("可以先登记，以后由责任人补充。"))

    def prepare(self) -> None:
        """Sources within sight; when changing, kinds of before stay."""
        fields: dict[str, Any] = self.fields
        fields["ticket"].queryset = visible_tickets(self.actor)
        fields["loss"].queryset = visible_losses(self.actor)
        fields["entry"].queryset = visible_entries(self.actor)
        fields["customer"].queryset = visible_customers(self.actor)
        kinds = BadKind.objects.filter(active=True)
        if self.obj is not None:
            kinds = kinds | BadKind.objects.filter(pk=self.obj.kind_id)
            for name in ("ticket", "loss", "entry", "customer"):
                del self.fields[name]
        else:
            self.initial = {**self.known(), **self.initial}
        fields["kind"].queryset = kinds.order_by("position", "pk")

    def source(self, name: str) -> Any:
        """The record that the address names, if it is in sight."""
        text = str(self.initial.get(name, ""))
        field: Any = self.fields[name]
        return field.queryset.filter(pk=text).first() if text.isdecimal() and len(text) < 19 else None

    def known(self) -> dict[str, Any]:
        """What the source says of product, unit, person, severity and what happened."""
        if ticket := self.source("ticket"):
            complaint = getattr(ticket, "complaint", None) if ticket.is_complaint else None
            unit = getattr(complaint, "responsible_unit_id", None) or ticket.unit_id
            return {
                "severity": ticket.severity, "product": ticket.product, "unit": unit, "happened_on": ticket.accepted_on,
                "person": getattr(complaint, "responsible_id", None), "what": f"{ticket.subject}\n{ticket.body}"[:2000],
            }  # fmt: skip
        if loss := self.source("loss"):
            return {
                "severity": Severity.SERIOUS.value, "unit": loss.unit_id, "person": loss.owner_id,
                "happened_on": loss.lost_on, "what": f"{loss.reason}：{loss.evidence}"[:2000],
            }  # fmt: skip
        if entry := self.source("entry"):
            return {"unit": entry.unit_id, "person": entry.received_by_id, "what": entry.matter}
        return {}


class MeasuresForm(ActorForm):
    """What is done about it."""

    measures = words(_("处理措施"), rows=4)


class CloseForm(ActorForm):
    """How it ended."""

    result = words(_("了结情况"), most=1000, help_text=_("措施落实了没有，客户怎么说。"))


class ReopenForm(ActorForm):
    """Why it goes on."""

    reason = words(_("重新处理的原因"), most=500)


class KindForm(ActorForm):
    """A kind."""

    name = forms.CharField(label=_("名称"), max_length=20)
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, initial=0)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
