"""What papers and their templates ask for."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm, moment
from keqiao.tickets import policies as tickets
from keqiao.tickets.letters import policies
from keqiao.tickets.letters.places import PLACES
from keqiao.tickets.letters.templates_kept import LONGEST
from keqiao.tickets.models import Delivery, Letter, LetterKind, LetterTemplate, Ticket

WAYS = [(way.value, way.label) for way in Delivery.Way if way != Delivery.Way.EMAIL]


def words(label: Any, rows: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A long text."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=area, help_text=help_text)


def choice_of_places() -> SafeString:
    """The variables as buttons that put themselves into the field above (forms.js)."""
    buttons = format_html_join(
        " ",
        '<button type="button" class="chip" data-inserts="{{{}}}" title="{}">{}</button>',
        ((name, meaning, name) for name, (meaning, _value) in PLACES.items()),
    )
    return format_html("{}<br>{}", _now("点击变量放到光标处，出具时换成工单里的实际内容："), buttons)


class TemplateForm(ActorForm):
    """A template with its variables."""

    kind = forms.ChoiceField(label=_("文书种类"), choices=LetterKind.choices)
    name = forms.CharField(label=_("模板名称"), max_length=40)
    title = forms.CharField(label=_("文书标题"), max_length=60)
    body = words(_("正文"), 14)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def prepare(self) -> None:
        """The variables, each a click away."""
        self.fields["body"].help_text = choice_of_places()


class TicketField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A ticket, by its id or by its number as people write it."""

    def to_python(self, value: Any) -> Any:
        """The ticket, if it is within sight."""
        if not isinstance(value, str) or not value.strip() or value.strip().isdigit():
            return super().to_python(value)
        found = self.queryset.filter(number=value.strip().upper()).first() if self.queryset is not None else None
        if found is None:
            raise forms.ValidationError(
                _("没有找到单号为“%(number)s”的工单，请核对。"), params={"number": value.strip()}
            )
        return found


class LetterForm(ActorForm):
    """A new paper is made of a template; of a draft, title and words can be changed."""

    ticket = TicketField(label=_("工单"), queryset=Ticket.objects.none(), widget=forms.HiddenInput)
    template = forms.ModelChoiceField(
        label=_("文书模板"), queryset=LetterTemplate.objects.filter(active=True).order_by("kind", "pk"),
        help_text=_("先按模板生成草稿，核对和修改以后再出具。"),
    )  # fmt: skip
    title = forms.CharField(label=_("标题"), max_length=60)
    body = words(_("正文"), 16, help_text=_("“＿＿＿＿”是工单里还没有的内容，出具前请填好。"))

    def prepare(self) -> None:
        """Only what is asked for now; of the templates those that the ticket is ready for."""
        for name in ("title", "body") if self.obj is None else ("ticket", "template"):
            del self.fields[name]
        if self.obj is not None:
            return
        self.fields["ticket"].queryset = tickets.visible(self.actor)  # type: ignore[attr-defined]
        known = str(self.data.get("ticket") or self.initial.get("ticket") or "")
        ticket = tickets.visible(self.actor).filter(pk=known).first() if known.isdigit() and len(known) < 18 else None
        if ticket is not None:
            fitting = LetterTemplate.objects.filter(active=True, kind__in=policies.fitting(ticket))
            self.fields["template"].queryset = fitting.order_by("pk")  # type: ignore[attr-defined]
        else:
            asked = self.fields["ticket"]
            asked.label, asked.help_text = _now("单号"), _now("给哪张工单出具，例如 TS20261123-0007。")
            asked.widget = forms.TextInput(attrs={"maxlength": 24})


class DeliverForm(ActorForm):
    """How the paper reached the customer."""

    way = forms.ChoiceField(label=_("送达方式"), choices=WAYS)
    at = moment(_("送达时间"), required=False, help_text=_("不填时为现在。"))
    words = forms.CharField(
        label=_("说明"), max_length=200, required=False, help_text=_("例如快递单号、签收人，或电话里怎么说的。")
    )


class AnswerForm(ActorForm):
    """What the customer said to it."""

    answer = forms.ChoiceField(label=_("客户意见"), choices=Letter.Answer.choices, widget=forms.RadioSelect)
    words = words(_("客户怎么说"), 3, required=False)
