"""What a decision asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm


class ApproveForm(ActorForm):
    note = forms.CharField(
        label=_("审批意见"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RejectForm(ActorForm):
    note = forms.CharField(
        label=_("驳回理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("申请人会看到这段话，请写明需要怎样修改。"),
    )
