"""Forms that know who fills them in. They validate; actions write."""

import copy
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor


class SharedChoices(dict[str, forms.Field]):
    """The fields a form class declares. Each form gets copies of them, but not of every choice of every list."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        for field in self.values():
            choices = getattr(
                field, "_choices", None
            )  # a form that wants others sets them anew, it never changes these
            memo[id(choices)] = choices
        return {name: copy.deepcopy(field, memo) for name, field in self.items()}


class ActorForm(forms.Form):
    """A plain form. `self.actor` limits choices to what the actor may see; `self.obj` is the record, None when adding."""

    def __init__(self, *args: Any, actor: Actor, obj: Any = None, **kwargs: Any) -> None:
        self.actor = actor
        self.obj = obj
        if not isinstance(self.base_fields, SharedChoices):
            type(self).base_fields = SharedChoices(self.base_fields)
        super().__init__(*args, **kwargs)
        self.prepare()
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK_CHOICE_DASH[0][1]:
                field.empty_label = _("请选择") if field.required else _("不指定")

    def prepare(self) -> None:
        """For subclasses: set querysets and initial values from actor and record."""


def day(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """A date; pages show it in their own language (dates.js)."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **more)


def moment(label: Any, *, required: bool = True, **more: Any) -> forms.DateTimeField:
    """A day and a time in the reader's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, **more)


class SeenBoxes(forms.CheckboxSelectMultiple):
    """Boxes that say they were on the page: none ticked there is a choice, where a program only left the field out."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        boxes = super().render(name, value, attrs, renderer)
        return boxes + format_html('<input type="hidden" name="{}-seen" value="1">', name)


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several records. Ids beyond what a database can count to are no choice, instead of an error inside SQLite."""

    def clean(self, value: Any) -> Any:
        for one in value if isinstance(value, list | tuple) else ():
            if len(str(one)) > 18 and not hasattr(one, "pk"):
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": str(one)[:20]}
                )
        return super().clean(value)
