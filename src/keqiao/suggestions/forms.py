"""What registering, passing on, deciding and answering ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.forms import ActorForm
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception.models import Entry
from keqiao.reception.policies import visible as visible_entries
from keqiao.suggestions.models import Suggestion
from keqiao.tickets.models import Ticket
from keqiao.tickets.policies import visible as visible_tickets
from keqiao.visits.models import Visit
from keqiao.visits.policies import visible as visible_visits

GONE = _("来源记录不存在，或您没有权限查看。")
UNITS = OrgUnit.objects.filter(active=True).order_by("path")
PEOPLE = Employee.objects.filter(is_active=True).order_by("name")


def hidden(model: Any) -> Any:
    """The record from which it comes, told by the address."""
    return forms.ModelChoiceField(
        queryset=model.objects.none(), required=False, widget=forms.HiddenInput, error_messages={"invalid_choice": GONE}
    )


def words(label: Any, *, required: bool = True, rows: int = 3, hint: Any = "", most: int = 1000) -> forms.CharField:
    """Several lines of text."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=area, help_text=hint)


class RegisterForm(ActorForm):
    """What is proposed, by whom, and who considers it; what the source knows is filled in."""

    visit, entry, ticket, customer = hidden(Visit), hidden(Entry), hidden(Ticket), hidden(Customer)
    topic = forms.ChoiceField(label=_("内容类别"), choices=Suggestion.Topic.choices)
    content = words(_("建议内容"), rows=5, hint=_("尽量用客户的原话：遇到了什么，希望我们怎么做。"), most=2000)
    counter = forms.BooleanField(
        label=_("柜台收到"), required=False, help_text=_("柜台意见箱里的、当面留下又不愿署名的，勾选这里，不用选客户。")
    )
    unit = forms.ModelChoiceField(
        label=_("交给哪个部门研究"), required=False, queryset=UNITS, help_text=_("还不确定可以先不选，以后再转交。")
    )
    handler = forms.ModelChoiceField(
        label=_("研究人"), required=False, queryset=PEOPLE, help_text=_("不选即由部门负责人研究。")
    )

    def prepare(self) -> None:
        """Sources within sight; a source tells the customer, without one he is chosen."""
        fields: dict[str, Any] = self.fields
        rows = {
            "visit": visible_visits, "entry": visible_entries, "ticket": visible_tickets, "customer": visible_customers,
        }  # fmt: skip
        if self.obj is not None:
            for name in (*rows, "counter", "unit", "handler"):
                del self.fields[name]
            return
        for name, visible in rows.items():
            fields[name].queryset = visible(self.actor)
        source = next((one for name in ("visit", "entry", "ticket") if (one := self.source(name))), None)
        known = source.customer if source is not None else self.source("customer")
        if source is not None or known is not None:
            del self.fields["counter"]
        if known is None and source is None:
            self.fields["customer"] = forms.CharField(
                label=_("客户编号"), required=False, max_length=40,
                help_text=_("在客户页面点“登记建议”会自动带上客户；也可以在这里填客户编号。"),
            )  # fmt: skip
            self.order_fields(["topic", "content", "customer", "counter", "unit", "handler"])
        if source is not None:
            said = getattr(source, "said", "") or getattr(source, "matter", "") if not self.source("ticket") else ""
            said = f"{source.subject}\n{source.body}" if self.source("ticket") else said
            self.initial = {"content": str(said)[:2000], **self.initial}

    def clean_customer(self) -> Customer | None:
        """The customer of that number, or the one whom the address named."""
        value = self.cleaned_data["customer"]
        if value is None or isinstance(value, Customer):
            return value
        number = str(value).strip().upper()
        if not number:
            return None
        rows = visible_customers(self.actor).filter(merged_into=None)
        found = rows.filter(number=number).first() or (
            rows.filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None
        )
        if found is None:
            raise forms.ValidationError(_("没有这个编号的客户，或您没有权限查看。请核对编号。"))
        return found

    def source(self, name: str) -> Any:
        """The record that the address or the form names, if it is in sight."""
        text = str(self.data.get(name) or self.initial.get(name, ""))
        field: Any = self.fields[name]
        rows = getattr(field, "queryset", None)
        return rows.filter(pk=text).first() if rows is not None and text.isdecimal() and len(text) < 18 else None


class RouteForm(ActorForm):
    """Who considers it."""

    unit = forms.ModelChoiceField(label=_("交给哪个部门研究"), queryset=UNITS)
    handler = forms.ModelChoiceField(
        label=_("研究人"), required=False, queryset=PEOPLE, help_text=_("不选即由部门负责人研究。")
    )
    note = words(_("说明"), required=False, rows=2, most=500)


class DecideForm(ActorForm):
    """Taken up or not."""

    adopted = forms.TypedChoiceField(
        label=_("是否采纳"), choices=[("1", _("采纳")), ("0", _("不采纳"))], coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = words(_("理由"), hint=_("会用来回复客户，请写得让客户看得懂。"))
    plan = words(_("怎么改进"), required=False, hint=_("采纳时必填：做什么改变，什么时候完成。"))


class AnswerForm(ActorForm):
    """What the customer was told."""

    how = forms.ChoiceField(label=_("回复方式"), choices=Suggestion.How.choices)
    reply = words(_("回复客户的内容"), hint=_("感谢客户，说明采纳了什么、怎么改，或为什么没有采纳。"))

    def prepare(self) -> None:
        """The decision is a beginning."""
        if self.obj is not None:
            self.initial = {"reply": "\n".join(filter(None, [self.obj.reason, self.obj.plan])), **self.initial}


class ReasonForm(ActorForm):
    """Why."""

    reason = words(_("原因"), most=200)
