"""Form fields of archives: the three selects of a division, another customer by words, a division as a filter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keqiao.customers import policies, queries
from keqiao.customers.models import Customer
from keqiao.customers.rules import division_of
from keqiao.kernel import divisions
from keqiao.kernel.actor import Actor

LEVELS = 3
SEVERAL = 5


class DivisionSelect(forms.Widget):
    """Province, city, county; choosing one fetches what lies below it. The value is the deepest code chosen."""

    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The code: as the JSON gives it, or from the selects as far as each lies in the one before."""
        if name in data:
            return data[name]
        code = ""
        for level in range(LEVELS):
            below = divisions.get(str(data.get(f"{name}_{level}", "")))
            if below is None or below.parent != code:
                break
            code = below.code
        return code

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none of the selects was sent."""
        return name not in data and f"{name}_0" not in data

    def id_for_label(self, id_: str, index: str = "0") -> str:
        """The first select."""
        return f"{id_}_{index}" if id_ else id_

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The selects, of which only those are enabled that have something to choose."""
        steps = [step.code for step in divisions.path(str(value or ""))]
        words = (_("省/自治区/直辖市"), _("城市"), _("区县"))
        url = f"{reverse('customer-divisions')}?name={name}"
        lines = []
        for level in range(LEVELS):
            open_ = level <= len(steps)
            choices = divisions.children(steps[level - 1] if level else "") if open_ else ()
            chosen = steps[level] if level < len(steps) else ""
            options = format_html_join(
                "", '<option value="{}"{}>{}</option>',
                ((one.code, SafeString(" selected") if one.code == chosen else "", one.name) for one in choices),
            )  # fmt: skip
            fetch = SafeString("")
            if level < LEVELS - 1:
                fetch = format_html(
                    ' hx-get="{}" hx-include="closest .division" hx-target="closest .division" hx-swap="outerHTML"'
                    ' hx-trigger="change" hx-sync="closest .division:replace"', url,
                )  # fmt: skip
            lines.append(format_html(
                '<select name="{}_{}" id="id_{}_{}" aria-label="{}"{}{}><option value="">{}</option>{}</select>',
                name, level, name, level, words[level], SafeString("" if choices else " disabled"), fetch, words[level],
                options,
            ))  # fmt: skip
        return format_html('<div class="division">{}</div>', SafeString("".join(lines)))


class DivisionField(forms.CharField):
    """A code of a division, "" for none; JSON may give names from the province downwards instead."""

    widget = DivisionSelect

    def clean(self, value: Any) -> Any:
        """The code, after the rules that the import uses too."""
        return division_of(super().clean(value))


class NamesInput(forms.TextInput):
    """A text with suggestions while typing."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The input, and the list that its suggestions are put into."""
        asks = {
            "list": "customer-names", "autocomplete": "off", "hx-get": f"{reverse('customer-names')}?field={name}",
            "hx-trigger": "input changed delay:300ms", "hx-target": "#customer-names", "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }  # fmt: skip
        field = super().render(name, value, {**(attrs or {}), **asks}, renderer)
        return format_html('{}<datalist id="customer-names"></datalist>', field)


class CustomerField(forms.CharField):
    """Another customer: number, full name or phone, as far as the actor may see. The form sets `actor`."""

    actor: Actor
    widget = NamesInput

    def clean(self, value: Any) -> Any:
        """The one customer that is meant; says what to do when there is none, or more than one. Programs send an id."""
        if isinstance(value, int) and not isinstance(value, bool):
            found = list(policies.visible(self.actor).filter(pk=value, erased=False))
        else:
            found = list(self.found(str(super().clean(value)).strip())[:SEVERAL])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("没有找到这位客户，请填写客户编号、完整姓名或电话。"))
        names = _("、").join(f"{one.number} {one.name}" for one in found)
        raise ValidationError(_("有几位客户符合：%(names)s。请填写客户编号。") % {"names": names})

    def named(self, pk: Any) -> str:
        """What stands in the field for the customer of that id, who may come from an address; nothing for a stranger's."""
        if not str(pk).isdecimal() or len(str(pk)) > 18:
            return ""
        row = policies.visible(self.actor).filter(pk=int(pk), erased=False).first()
        return f"{row.number} {row.name}" if row else ""

    def found(self, text: str) -> Any:
        """The customers that the words may mean."""
        return meant(self.actor, text)


def meant(actor: Actor, text: str) -> Any:
    """Visible customers of that number (which a suggestion begins with), else of that name or phone."""
    rows = policies.visible(actor).filter(erased=False).order_by("pk")
    numbered = rows.filter(number=text.split(" ")[0].upper())
    if not text or numbered.exists():
        return numbered
    named = rows.filter(name=text)
    return named if named.exists() else rows.filter(pk__in=queries.points_by_phone(text).values("customer_id"))


class DivisionWordField(forms.CharField):
    """A province, city or county by name or code, for filters: cleaned to the codes that are meant."""

    def clean(self, value: Any) -> Any:
        """Codes of all divisions of that name; several where a name is used in more than one place."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return ()
        codes = (text,) if divisions.get(text) else divisions.named(text)
        if not codes and (code := divisions.resolve(text)):
            codes = (code,)
        if not codes:
            raise ValidationError(_("没有“%(raw)s”这个省、市或区县。") % {"raw": text[:40]})
        return codes


def names_like(actor: Actor, text: str) -> list[Customer]:
    """Customers to suggest for what has been typed."""
    text = text.strip()[:60]
    if len(text) < 2:
        return []
    found = queries.find(policies.visible(actor).filter(erased=False), text)
    rows = found if not hasattr(found, "rows") else found.rows
    return list(rows.order_by("-pk")[:8])
