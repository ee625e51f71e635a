"""Each form has fields of its own; only the choices that no form changes are shared."""

from django import forms

from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.forms import ActorForm


class Order(ActorForm):
    """What to bring."""

    size = forms.ChoiceField(choices=[("s", "小"), ("l", "大")])
    note = forms.CharField(required=False)


class Limited(Order):
    """Of which only one size is left."""

    def prepare(self) -> None:
        """The small ones are gone."""
        size = self.fields["size"]
        assert isinstance(size, forms.ChoiceField)
        size.choices = [("l", "大")]
        size.widget.attrs["class"] = "wide"
        size.error_messages["required"] = "请选择尺寸。"
        self.fields["note"].required = True


def test_what_a_form_does_to_its_fields_stays_with_it() -> None:
    limited, other = Limited({"size": "s"}, actor=SYSTEM), Order({"size": "s"}, actor=SYSTEM)
    assert set(limited.errors) == {"size", "note"}
    assert other.is_valid()
    assert "class" not in other.fields["size"].widget.attrs
    assert Order({}, actor=SYSTEM).errors["size"] != ["请选择尺寸。"]
    assert Limited.base_fields["note"].required is False
    assert 'value="s"' in str(other["size"])
    assert 'value="s"' not in str(limited["size"])


def test_a_long_list_of_choices_is_not_copied_for_each_form() -> None:
    first, second = Order(actor=SYSTEM), Order(actor=SYSTEM)
    assert first.fields["size"] is not second.fields["size"]
    assert first.fields["size"].choices is second.fields["size"].choices  # type: ignore[attr-defined]  # a ChoiceField
