"""What a description and its duties ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers
from keqiao.kernel.forms import ActorForm
from keqiao.org.models import Position
from keqiao.staffing.models import Duty


def long(label: Any, most: int, help_text: Any = "", *, rows: int = 3, required: bool = False) -> forms.CharField:
    """A text of several lines."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=area)


def short(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text)


class DescriptionForm(ActorForm):
    """The texts of a description; its duties have a form of their own."""

    position = forms.ModelChoiceField(label=_("岗位"), queryset=Position.objects.filter(active=True).order_by("name"))
    edition = forms.RegexField(
        label=_("首版字母"), regex=r"^[A-Z]$", initial="A", help_text=_("以前用纸质说明书的，可以接着原来的字母编。"),
        error_messages={"invalid": _("填一个大写字母，例如 A。")},
    )  # fmt: skip
    department = short(_("隶属部门"), 80)
    superior = short(_("直接上级"), 120, _("岗位名称，例如：客服班长"))
    subordinates = short(_("直接下级"), 200, _("没有下级就写“无”"))
    contacts_inside = short(_("对内联络"), 300, _("工作中要打交道的部门和岗位"))
    contacts_outside = short(_("对外联络"), 300, _("客户、服务商、主管部门等"))
    purpose = long(_("岗位目的"), 500, _("一两句话：为什么设这个岗位"))
    objective = long(_("工作目标"), 500, _("做到什么程度算做好"))
    qualifications = long(_("任职资格"), 2000, _("学历、经验、知识、技能和素质，一行一条"), rows=5)
    training = long(_("培训计划"), 1000, _("上岗前和在岗的培训内容、课时，一行一条"))
    career = short(_("发展方向"), 200, _("做得好可以往哪里走"))
    interchangeable = short(_("可互换岗位"), 200, _("可以平级调换的岗位"))
    replaceable = short(_("可替换岗位"), 200, _("临时缺人时可以顶替的岗位"))
    conditions = long(_("工作条件"), 1000, _("办公场所、设备、班次等"))
    change_note = short(_("变更说明"), 300, _("这一版改了什么、为什么改；会印在说明书上"))

    def prepare(self) -> None:
        """Position and letter are settled once there is a draft."""
        if self.obj is not None:
            del self.fields["position"], self.fields["edition"]


class DutyForm(ActorForm):
    """One duty with its norm, its measure and its powers."""

    duty = long(_("职责"), 1000, _("做什么、对什么结果负责"), required=True)
    norm = long(_("工作规范"), 2000, _("按什么要求和步骤做"))
    kpi = long(_("考核指标"), 500, _("怎样衡量，例如：3 日内回访率 100%"), rows=2)
    powers = forms.MultipleChoiceField(
        label=_("履行职责需要的权限"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("每项权限都打开系统里的实际操作。批准生效后，可一键给岗位开通。"),
    )  # fmt: skip
    place = forms.IntegerField(label=_("第几条"), required=False, min_value=1, max_value=200)

    def prepare(self) -> None:
        """Every declared power, under the heading of its kind."""
        self.fields["powers"].choices = [  # type: ignore[attr-defined]  # of a choice field
            (kind.label, [(power.code, f"{power.label} · {power.group}") for power in members])
            for kind, members in powers.by_kind()
        ]


class RowForm(ActorForm):
    """Which duty."""

    row = forms.IntegerField(min_value=1, max_value=10**15, widget=forms.HiddenInput)

    def named_row(self) -> Duty | None:
        """The duty that the address or the form names, if it is this description's."""
        raw = str(self.data.get("row") or self.initial.get("row") or "")
        if self.obj is None or not (raw.isascii() and raw.isdigit() and len(raw) < 16):
            return None
        return Duty.objects.filter(pk=int(raw), description=self.obj).first()


class ChangeDutyForm(RowForm, DutyForm):
    """One duty as it is now."""

    def prepare(self) -> None:
        """Filled with what it says."""
        DutyForm.prepare(self)
        row = self.named_row()
        if row is not None and not self.is_bound:
            for name in ("duty", "norm", "kpi", "powers", "place"):
                self.initial[name] = getattr(row, name)


class ReviseForm(ActorForm):
    """Whether only the figure grows or the letter changes, and why."""

    reissue = forms.TypedChoiceField(
        label=_("怎样改"), coerce=lambda value: value == "1", widget=forms.RadioSelect, initial="0",
        choices=[("0", _("修订：内容小改，修订次数加一")), ("1", _("换版：整体重写，换下一个字母"))],
    )  # fmt: skip
    change_note = long(_("变更说明"), 300, _("这一版改了什么、为什么改"), rows=2, required=True)
