"""What is asked when a customer agrees or refuses."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Consent, RestWish
from keqiao.kernel.forms import ActorForm

HOWS = [one for one in Consent.How.choices if one[0] not in {Consent.How.LINK, Consent.How.IMPORT}]
CHANNELS = [one for one in Consent.Channel.choices if one[0]]


class ConsentForm(ActorForm):
    """A purpose, yes or no, by which channels, and how we know."""

    purpose = forms.ChoiceField(
        label=_("用途"), choices=Consent.Purpose.choices, initial="marketing",
        help_text=_("服务通知随合同而来，不需要同意，但客户可以拒绝；其余用途没有同意就不能做。拒绝“一切联系”后不再联系。"),
    )  # fmt: skip
    given = forms.TypedChoiceField(
        label=_("客户表示"), choices=[("yes", _("同意")), ("no", _("拒绝或撤回"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=_("联系方式"), choices=CHANNELS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("都不勾选表示全部方式。"),
    )  # fmt: skip
    how = forms.ChoiceField(label=_("怎样表示"), choices=HOWS)
    evidence = forms.CharField(
        label=_("凭证"), max_length=200, required=False,
        help_text=_("例如录音编号、表单名称、聊天截图的位置。同意时必填，拒绝时可以不填。"),
    )  # fmt: skip
    at = forms.DateTimeField(
        label=_("表示时间"), required=False, help_text=_("留空为现在。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean_at(self) -> object:
        """Nobody has agreed in the future."""
        at = self.cleaned_data.get("at")
        if at is not None and at > timezone.now():
            raise forms.ValidationError(_("表示的时间不能晚于现在。"))
        return at


class RestForm(ActorForm):
    """From when to when the customer wishes to be left in peace."""

    start = forms.TimeField(
        label=_("开始"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end = forms.TimeField(
        label=_("结束"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("可以跨过午夜，例如 20:00 到 10:00。都留空则按地区的免打扰时段。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """What is kept now."""
        wish = RestWish.objects.filter(customer=self.obj).first() if self.obj is not None else None
        if wish is not None:
            self.initial.update({"start": wish.start, "end": wish.end})
