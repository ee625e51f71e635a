"""What customers fill in on their own pages, and what leaders choose."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from keqiao.files.detect import content_type
from keqiao.kernel import phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import RecordsField
from keqiao.kernel.templatetags.ui import filesize
from keqiao.org.models import Employee
from keqiao.tickets.models import Remedy
from keqiao.workspace.queries.team import people

PICTURES = 5
PICTURE_BYTES = 10 * 1024 * 1024
PICTURE_TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif"}


class ManyPictures(forms.ClearableFileInput):
    """A file input that takes several pictures."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Up to five pictures, told by their bytes and not by their names."""

    def __init__(self, **kwargs: Any) -> None:
        widget = ManyPictures(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"})
        help_text = _("最多 5 张，每张不超过 10 MB，支持 JPG、PNG、WebP、GIF。")
        super().__init__(label=_("图片"), required=False, widget=widget, help_text=help_text, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        pictures = [super(PicturesField, self).clean(one, initial) for one in given if one]
        if len(pictures) > PICTURES:
            raise ValidationError(_now("最多上传 %d 张图片。") % PICTURES)
        for picture in pictures:
            if picture.size > PICTURE_BYTES:
                raise ValidationError(
                    _now("“%(name)s”有 %(size)s，请压缩到 10 MB 以内。")
                    % {"name": picture.name, "size": filesize(picture.size)}
                )
            head = picture.read(64 * 1024)
            picture.seek(0)
            if content_type(head, picture.name) not in PICTURE_TYPES:
                raise ValidationError(_now("“%s”不是支持的图片，请换成 JPG 或 PNG。") % picture.name)
        return pictures


class ComplaintForm(forms.Form):
    """A complaint from the web. `website` is a trap: people do not see it, programs fill it in."""

    name = forms.CharField(label=_("怎么称呼您"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("手机或固话"), max_length=40, help_text=_("用来核对身份和告知结果，后四位可用于查询进度。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    product = forms.CharField(
        label=_("产品或服务"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"placeholder": _("例如：双门冰箱 BCD-450，或上门安装")}),
    )  # fmt: skip
    order_number = forms.CharField(label=_("订单号或发票号"), max_length=40, required=False)
    text = forms.CharField(
        label=_("发生了什么"), max_length=5000,
        widget=forms.Textarea(
            attrs={"rows": 6, "placeholder": _("什么时候、在哪里、发生了什么、和谁联系过。写得越具体，处理得越快。")}
        ),
    )  # fmt: skip
    wishes = forms.MultipleChoiceField(
        label=_("您希望我们怎么做"), choices=Remedy.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("可多选，也可以不选。"),
    )  # fmt: skip
    pictures = PicturesField()
    agree = forms.BooleanField(
        label=_("我同意将以上信息用于处理本次投诉"),
        error_messages={"required": _("请先阅读下面的说明并勾选同意。")},
    )
    website = forms.CharField(
        label=_("请勿填写"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    field_order = (
        "text",
        "product",
        "order_number",
        "wishes",
        "pictures",
        "name",
        "phone",
        "agree",
        "website",
    )  # as the page

    def clean_phone(self) -> str:
        number = phones.normalise(self.cleaned_data["phone"])
        if number is None:
            raise ValidationError(_now("这不是有效的电话号码，请检查后重新填写。"))
        return number

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_now("请把“请勿填写”一栏留空后再提交。"))
        return ""


class StatusForm(forms.Form):
    """The pair that opens a matter to its customer."""

    number = forms.CharField(
        label=_("单号"), max_length=24,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "TS20260518-0007"}
        ),
    )  # fmt: skip
    tail = forms.CharField(
        label=_("联系电话后四位"), max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
    )  # fmt: skip

    def clean_tail(self) -> str:
        tail = unicodedata.normalize("NFKC", self.cleaned_data["tail"]).strip()
        if len(tail) != 4 or not (tail.isascii() and tail.isdigit()):
            raise ValidationError(_now("请填写四位数字。"))
        return tail


class SupplementForm(forms.Form):
    """What the customer adds."""

    text = forms.CharField(label=_("补充说明"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}))
    pictures = PicturesField()


class ShareForm(forms.Form):
    """Who takes part when tickets are shared out."""

    people = RecordsField(queryset=Employee.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people(actor)  # type: ignore[attr-defined]
