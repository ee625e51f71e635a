"""The form in which responsibility is divided: a few rows of department, person and percent."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm
from keqiao.org.models import Employee, OrgUnit

ROWS = 5
PARTS = ("unit", "person", "percent")
_ONE = re.compile(r"(\d{1,15}):(\d{0,15}):(\d{1,4})")


class SharesInput(forms.CheckboxSelectMultiple):
    """Rows of two choices and a number; what is left empty is left out. JSON sends "department:person:percent"."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """Each row as one text."""
        if name in data:
            sent = data.getlist(name) if hasattr(data, "getlist") else data[name]
            return [str(one) for one in (sent if isinstance(sent, list | tuple) else [sent])]
        rows = [[str(data.get(f"{name}-{at}-{part}", "")).strip() for part in PARTS] for at in range(ROWS * 2)]
        return [":".join(row) for row in rows if any(row)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The rows that there are, and empty ones."""
        rows = [(str(one).split(":") + ["", "", ""])[:3] for one in value or ()]
        rows += [["", "", ""]] * (ROWS - len(rows))
        units = list(OrgUnit.objects.filter(active=True).order_by("path").values_list("pk", "name"))
        people = list(Employee.objects.filter(is_active=True).order_by("name").values_list("pk", "name"))
        labels = (now_("责任部门"), now_("责任人（可不填）"), now_("比例（%）"))
        heads = format_html_join("", '<th scope="col">{}</th>', ((label,) for label in labels))
        body = format_html_join(
            "", "<tr>{}</tr>", ((cells(name, at, row, units, people, labels),) for at, row in enumerate(rows))
        )
        return format_html('<table class="mini shares" id="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
                           (attrs or {}).get("id", name), heads, body)  # fmt: skip


def cells(
    name: str, at: int, row: list[str], units: list[Any], people: list[Any], labels: tuple[str, ...]
) -> SafeString:
    """One row."""

    def choice(part: str, chosen: str, offered: list[Any], label: str) -> SafeString:
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((pk, SafeString(" selected") if str(pk) == chosen else "", text) for pk, text in [("", ""), *offered]),
        )  # fmt: skip
        return format_html(
            '<td><select name="{}-{}-{}" aria-label="{}">{}</select></td>', name, at, part, label, options
        )

    number = format_html(
        '<td><input type="number" name="{}-{}-percent" value="{}" min="1" max="100" inputmode="numeric" aria-label="{}"></td>',
        name, at, row[2], labels[2],
    )  # fmt: skip
    return choice("unit", row[0], units, labels[0]) + choice("person", row[1], people, labels[1]) + number


class SharesField(forms.MultipleChoiceField):
    """Departments, people and percents; what they add up to is the action's to say."""

    widget = SharesInput

    def to_python(self, value: Any) -> Any:
        """Numbers."""
        found = []
        for one in value or ():
            match = _ONE.fullmatch(str(one).strip())
            if match is None:
                raise forms.ValidationError(_("每一行都要选择责任部门，并填写比例（1 至 100 的整数）。"))
            found.append((int(match[1]), int(match[2]) if match[2] else None, int(match[3])))
        return found

    def validate(self, value: Any) -> None:
        """Something must be there."""
        if not value:
            raise forms.ValidationError(_("请至少填写一个责任部门和比例。"))

    def clean(self, value: Any) -> list[tuple[OrgUnit, Employee | None, int]]:
        """The records themselves, read at once."""
        rows: Any = super().clean(value)
        units = OrgUnit.objects.filter(active=True).in_bulk([unit for unit, _person, _percent in rows])
        people = Employee.objects.in_bulk([person for _unit, person, _percent in rows if person])
        if any(unit not in units or (person and person not in people) for unit, person, _percent in rows):
            raise forms.ValidationError(_("请从列表中选择部门和人员。"))
        return [(units[unit], people[person] if person else None, percent) for unit, person, percent in rows]


class DivideForm(ActorForm):
    """Who answers for how much."""

    shares = SharesField(
        label=_("责任划分"), help_text=_("各行比例合计必须是 100%；比例最大的一行作为责任部门和责任人。")
    )

    def prepare(self) -> None:
        """As it is divided now."""
        if self.obj is not None and self.obj.is_complaint:
            rows = self.obj.complaint.shares.values_list("unit_id", "person_id", "percent")
            self.fields["shares"].initial = [f"{unit}:{person or ''}:{percent}" for unit, person, percent in rows]
