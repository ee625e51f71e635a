"""How one wants to be told, and what one writes down."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm
from keqiao.notices import kinds
from keqiao.notices.models import NoticeChoice, NoticeHours

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class TodoForm(ActorForm):
    """A to-do of one's own."""

    title = forms.CharField(label=_("要办的事"), max_length=200)
    due_at = forms.DateTimeField(
        label=_("期限"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class LaterForm(ActorForm):
    """How long a to-do is put off."""

    until = forms.ChoiceField(label=_("推迟到"), choices=[("hour", _("一小时后")), ("day", _("下个工作日"))])


class ChoiceForm(ActorForm):
    """The hours, then a way for each kind. Fields of kinds are named by their code, with the dots as dashes."""

    digest = forms.BooleanField(
        label=_("每天发一封汇总邮件"),
        required=False,
        help_text=_("列出当天未办的待办，以及下面选了“列入每日汇总邮件”的通知。"),
    )
    digest_hour = forms.ChoiceField(label=_("汇总时间"), choices=HOURS, initial=8, required=False)
    quiet_from = forms.TimeField(
        label=_("免打扰开始"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("免打扰时段和非工作时间内，邮件等到时段结束再发；紧急事项除外。"),
    )  # fmt: skip
    quiet_until = forms.TimeField(
        label=_("免打扰结束"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def prepare(self) -> None:
        hours = NoticeHours.objects.filter(pk=self.actor.id or 0).first()
        for name in ("digest", "digest_hour", "quiet_from", "quiet_until") if hours else ():
            self.fields[name].initial = getattr(hours, name)
        chosen = dict(NoticeChoice.objects.filter(employee=self.actor.id or 0).values_list("kind", "way"))
        for kind in kinds.every():
            self.fields[field_of(kind)] = forms.ChoiceField(
                label=str(kind.label), choices=[(way.value, way.label) for way in kind.ways()], required=False,
                initial=chosen.get(kind.code, kind.way.value),
                help_text=_("重要事项，不能关闭。") if kind.must else "",
            )  # fmt: skip

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The kinds' fields under their headings."""
        found: dict[str, list[forms.BoundField]] = {}
        for kind in kinds.every():
            found.setdefault(str(kind.group), []).append(self[field_of(kind)])
        return list(found.items())

    def hours(self) -> list[forms.BoundField]:
        """The fields of the hours."""
        return [self[name] for name in ("digest", "digest_hour", "quiet_from", "quiet_until")]

    def clean_digest_hour(self) -> int:
        """The hour as a number."""
        return int(self.cleaned_data["digest_hour"] or 8)

    def clean(self) -> dict[str, Any]:
        """The fields of kinds become one `ways`; those that were not sent are not changed."""
        cleaned = super().clean() or {}
        ways = {kind.code: cleaned.pop(field_of(kind), "") for kind in kinds.every()}
        return cleaned | {"ways": {code: way for code, way in ways.items() if way}}


def field_of(kind: kinds.Kind) -> str:
    """The name of a kind's field."""
    return "way-" + kind.code.replace(".", "-").replace("_", "-")
