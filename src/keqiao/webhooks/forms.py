"""A subscription as it is typed."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm
from keqiao.org.queries import actor_for
from keqiao.webhooks import topics


class SubscriptionForm(ActorForm):
    """Name, address, and events in plain words under their headings."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("接收方是哪个系统，如“ERP”。"))
    url = forms.CharField(
        label=_("接收地址"), max_length=500, help_text=_("以 https:// 开头的完整网址，对方用 POST 接收。"),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip
    events = forms.MultipleChoiceField(label=_("推送的事件"), widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        choices = self.fields["events"]
        assert isinstance(choices, forms.MultipleChoiceField)  # noqa: S101 – for the type checker
        choices.choices = offered(self.actor if self.obj is None else actor_for(self.obj.owner))
        if not choices.choices:
            choices.help_text = _(
                "推送的内容不会超出负责人能看到的范围；您还看不到任何业务列表，请由有权查看的同事新建。"
            )

    def clean_url(self) -> str:
        """An address that a program can be reached under; whether it may be is looked at when connecting."""
        url: str = self.cleaned_data["url"].strip()
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ValidationError(now_("这不是完整的网址。")) from error
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or port == 0
            or not url.isprintable()
            or " " in url
        ):
            raise ValidationError(now_("请填写以 https:// 开头的完整网址。"))
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise ValidationError(now_("网址里不能带用户名、密码或 # 后的部分。"))
        return url


def offered(actor: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The events under their headings, each heading with all of its deeds first."""
    return [
        (title, [(topics.star_of(deeds[0][0]), now_("全部（包括以后新增的）")), *deeds])
        for title, deeds in topics.groups(actor)
    ]
