"""Who gets what."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from keqiao.org import holders, work
from keqiao.org.forms import UnderstoodForm
from keqiao.org.models import Employee
from keqiao.staffing.models import WorkTransfer


def people() -> Any:
    """Everybody at work."""
    return Employee.objects.filter(is_active=True).select_related("unit").order_by("name")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only for the checker
    """Somebody at work, shown with the unit, because names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        return now_("%(name)s（%(unit)s）") % {"name": obj.name, "unit": obj.unit.name}


class TransferForm(UnderstoodForm):
    """From whom, why, and to whom: one receiver for all, others for single kinds."""

    giver = PersonField(label=_("移交人"), queryset=Employee.objects.none())
    reason = forms.ChoiceField(
        label=_("原因"), choices=WorkTransfer.Reason.choices,
        help_text=_("选“离职”时，账号同时停用，登录和接口令牌立即失效。"),
    )  # fmt: skip
    left_on = forms.DateField(
        label=_("离职日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("只在离职时填；不填为今天。"),
    )  # fmt: skip
    receiver = PersonField(
        label=_("全部由谁接收"), queryset=Employee.objects.none(), required=False,
        help_text=_("下面没有单独指定的，都交给这位。"),
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), required=False, max_length=300)

    def prepare(self) -> None:
        """A receiver for each kind of which the giver holds any, with how many there are and a way to look at them."""
        self.fields["giver"].queryset = people()  # type: ignore[attr-defined]
        self.fields["receiver"].queryset = people()  # type: ignore[attr-defined]
        self.fields["giver"].widget.attrs |= {
            "hx-get": reverse("work-transfers:create"), "hx-trigger": "change", "hx-target": "#form", "hx-select": "#form",
            "hx-include": "[name=giver], [name=reason], [name=left_on], [name=receiver], [name=note]",
            "hx-swap": "outerHTML", "hx-sync": "this:replace",
        }  # fmt: skip  # what the chosen person holds appears, with a receiver for each kind
        self.whose = self.named_giver()
        kinds: list[tuple[work.Work, int | None]] = [(one, None) for one in work.every()]
        if self.whose is not None:
            kinds = list(work.held_by(self.whose))
        elif not self.is_bound:
            kinds = []
        for holding, number in kinds:
            self.fields[f"receiver_{holding.name}"] = PersonField(
                label=str(holding.label) if number is None else f"{holding.label} {number}",
                queryset=people(), required=False, help_text=self.look(holding, number), empty_label=_("同上"),
            )  # fmt: skip
        self.order_fields(
            ["giver", "reason", "left_on", "receiver", *(f"receiver_{one.name}" for one, _n in kinds), "note"]
        )

    def named_giver(self) -> Employee | None:
        """Whose work it is, as far as that is known already."""
        raw = str(self.data.get("giver") or self.initial.get("giver") or "")
        if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
            return None
        return Employee.objects.filter(pk=int(raw)).first()

    def look(self, holding: work.Work, number: int | None) -> Any:
        """A link to the records."""
        url = holding.address(self.actor, self.whose.pk) if self.whose is not None and number is not None else ""
        if not url or number is None:
            return ""
        words = ngettext("查看这 %(n)d 件", "查看这 %(n)d 件", number) % {"n": number}
        return format_html('<a class="link" href="{}" target="_blank">{}</a>', url, words)

    def after(self, before: holders.Holders) -> holders.Holders:
        """Without the leaver."""
        data = self.cleaned_data
        return before.with_employee(data["giver"].pk, []) if data["reason"] == WorkTransfer.Reason.LEAVING else before

    def clean(self) -> dict[str, Any]:
        """The receivers by kind, as the action takes them."""
        data = super().clean()
        every = data.pop("receiver", None)
        chosen: dict[str, Employee] = {}
        for holding in work.every():
            one = data.pop(f"receiver_{holding.name}", None) or every
            if one is not None:
                chosen[holding.name] = one
        data["receivers"] = chosen
        return data
