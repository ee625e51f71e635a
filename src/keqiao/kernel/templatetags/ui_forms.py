"""The fields of a form, with label, help and errors."""

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Textarea
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keqiao.kernel.templatetags.ui import EMPTY, _icon

register = template.Library()
WIDE_WIDGETS = (Textarea, RadioSelect, CheckboxSelectMultiple, FileInput)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field of a form: label, widget, help, errors; Django links help and errors to the widget."""
    if bound.is_hidden:
        return SafeString(bound.as_widget())
    widget = bound.field.widget
    about, wrong = bound.auto_id, EMPTY
    help_text = bound.help_text
    helped = format_html('<p class="help" id="{}_helptext">{}</p>', about, help_text) if help_text else EMPTY
    if bound.errors:
        text = " ".join(str(one) for one in bound.errors)
        wrong = format_html('<p class="wrong" id="{}_error">{}{}</p>', about, _icon("error", ""), text)
    required = mark_safe('<span class="req" aria-hidden="true">*</span>') if bound.field.required else EMPTY
    if isinstance(widget, CheckboxInput):
        return format_html(
            '<div class="field field-tick"><label>{}<span>{}{}</span></label>{}{}</div>',
            bound.as_widget(),
            bound.label,
            required,
            helped,
            wrong,
        )
    css = "field field-wide" if isinstance(widget, WIDE_WIDGETS) else "field"
    if widget.use_fieldset:
        described = format_html(' aria-describedby="{}"', bound.aria_describedby) if bound.aria_describedby else EMPTY
        return format_html(
            '<fieldset class="{}"{}><legend>{}{}</legend>{}{}{}</fieldset>',
            css,
            described,
            bound.label,
            required,
            bound.as_widget(),
            helped,
            wrong,
        )
    return format_html(
        '<div class="{}"><label for="{}">{}{}</label>{}{}{}</div>',
        css,
        bound.id_for_label,
        bound.label,
        required,
        bound.as_widget(),
        helped,
        wrong,
    )


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All fields of a form, two to a row where there is room."""
    parts = [field(bound) for bound in [*form.hidden_fields(), *form.visible_fields()]]
    return format_html('<div class="fields">{}</div>', SafeString("".join(parts)))


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What is wrong with a sent form, each line leading to its field; nothing when all is well. Scripts focus it."""
    if not form.is_bound or not form.errors:
        return EMPTY
    general = format_html_join("", "<li>{}</li>", ((text,) for text in form.non_field_errors()))
    single = format_html_join(
        "",
        '<li><a href="#{}">{}</a>{}{}</li>',
        (
            (bound.id_for_label or bound.auto_id, bound.label, _("："), " ".join(str(one) for one in bound.errors))
            for bound in form
            if bound.errors
        ),
    )
    return format_html(
        '<div class="notice notice-error form-errors" role="alert" tabindex="-1">{}'
        "<div><p><strong>{}</strong></p><ul>{}{}</ul></div></div>",
        _icon("error", ""),
        _("还没有保存，请先更正以下内容："),
        general,
        single,
    )
