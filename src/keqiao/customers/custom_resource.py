"""The definitions of the department's own fields as pages and JSON."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import custom_actions
from keqiao.customers.archive import actions as archive
from keqiao.customers.archive.forms import ArchiveSettingsForm
from keqiao.customers.custom_form import CustomFieldForm
from keqiao.customers.models import ArchiveSettings, CustomField
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register


def visible(actor: Actor) -> QuerySet[CustomField]:
    """All, for those who keep the rules."""
    return CustomField.objects.all() if actor.can("settings.change") else CustomField.objects.none()


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Retiring what is in use, restoring what is retired, everything else always."""
    if verb in {"retire", "restore"} and obj is not None and obj.retired != (verb == "restore"):
        return False
    return actor.can("settings.change")


def labels(obj: CustomField, actor: Actor) -> str:
    """The options that are offered."""
    return str(_("、")).join(str(one["label"]) for one in obj.options if one["on"])


def initial(obj: CustomField, actor: Actor) -> Mapping[str, Any]:
    """The definition as the form shows it, options as lines."""
    lines = "\n".join(str(one["label"]) for one in obj.options if one["on"])
    return {**{name: getattr(obj, name) for name in CustomFieldForm.base_fields}, "options": lines}


def use(obj: CustomField, actor: Actor) -> str:
    """Whether it is in use."""
    return str(_("停用") if obj.retired else _("在用"))


register(
    Resource(
        model=CustomField,
        name="custom-fields",
        title=pgettext_lazy("list", "客户自定义字段"),
        icon="rules",
        visible=visible,
        allowed=allowed,
        columns=(
            Column(name="name", label=_("字段名称"), value=lambda o, a: o.name),
            Column(name="code", label=_("接口中的名称"), value=lambda o, a: o.code),
            Column(name="kind", label=_("字段类型"), value=lambda o, a: o.get_kind_display()),
            Column(name="options", label=_("选项"), value=labels),
            Column(name="required", label=_("必填"), type=bool, value=lambda o, a: o.required),
            Column(name="listed", label=_("在列表中显示"), type=bool, value=lambda o, a: o.listed),
            Column(name="position", label=_("顺序"), type=int, numeric=True, value=lambda o, a: o.position, sort="position"),
            Column(name="state", label=_("状态"), value=use),
        ),
        order="position",
        presets=(
            Preset(name="used", label=_("在用"), where=lambda rows, actor: rows.filter(retired=False)),
            Preset(name="retired", label=_("停用"), where=lambda rows, actor: rows.filter(retired=True)),
        ),
        form=CustomFieldForm,
        create=custom_actions.create_field,
        update=custom_actions.change_field,
        create_label=_("新增字段"),
        initial=initial,
        verbs=(
            Verb(
                name="retire", label=_("停用"), action=custom_actions.retire_field, tone="danger",
                confirm=_("客户页面和列表不再显示这个字段，已填写的内容保留，随时可以重新启用。"),
            ),
            Verb(name="restore", label=_("重新启用"), action=custom_actions.restore_field, primary=True),
        ),
        empty=_("为客户档案增加本部门需要的字段，例如安装楼层、水质硬度。"),
    )
)  # fmt: skip


def kept_by(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Only those who keep the rules."""
    return actor.can("settings.change")


def weights(obj: ArchiveSettings, actor: Actor) -> str:
    """What counts how much."""
    fields = [(name, ArchiveSettings._meta.get_field(name)) for name in list(ArchiveSettingsForm.base_fields)[:9]]
    return str(_("、")).join(f"{field.verbose_name} {getattr(obj, name)}" for name, field in fields)  # type: ignore[union-attr]


register(
    Resource(
        model=ArchiveSettings,
        name="archive-settings",
        title=_("档案完整度规则"),
        icon="check",
        visible=lambda actor: (
            ArchiveSettings.objects.all() if actor.can("settings.change") else ArchiveSettings.objects.none()
        ),
        allowed=kept_by,
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            Column(name="enough", label=_("完整度达到多少算完整（%）"), type=int, numeric=True, value=lambda o, a: o.enough),
            Column(name="stale_months", label=_("几个月没有核实算过期"), type=int, numeric=True, value=lambda o, a: o.stale_months),
            Column(name="quota", label=_("每人每天完善多少份档案"), type=int, numeric=True, value=lambda o, a: o.quota),
        ),
        facts=(Fact(name="weights", label=_("各项权重"), value=weights),),
        form=ArchiveSettingsForm,
        update=archive.change_settings,
    )
)  # fmt: skip
