"""What corrective actions ask for: proof that they were carried out, and whether they helped."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm, day
from keqiao.tickets.effect import effects, in_words
from keqiao.tickets.forms import STAFF, FilesField, ManyFiles, YesNoField, lines


class ProofForm(ActorForm):
    """What was done, and what shows it."""

    proof = lines(_("完成情况和证明"))
    attachments = FilesField(
        label=_("证明文件"),
        required=False,
        widget=ManyFiles,
        help_text=_("照片、记录、改过的文件等，可多选。提交以后不能再改。"),
    )

    def clean(self) -> dict[str, Any]:
        """Under the name that the action knows; a form has `files` of its own."""
        data = super().clean() or {}
        data["files"] = data.pop("attachments", None) or []
        return data


class CheckForm(ActorForm):
    """Whether it helped; where it did not, what is done instead."""

    effective = YesNoField(label=_("整改是否有效"), yes=_("有效"), no=_("无效"))
    note = lines(_("验证情况"), rows=2)
    reason = lines(
        _("与数字不一致的原因"), required=False, rows=2,
        help_text=_("同因投诉没有减少却判为有效，或减少了却判为无效时必填。"),
    )  # fmt: skip
    measure = lines(_("新的整改措施"), required=False, rows=2, help_text=_("无效时必填。"))
    owner = forms.ModelChoiceField(label=_("新的整改负责人"), queryset=STAFF, required=False)
    due_on = day(_("新的完成期限"), required=False)

    def prepare(self) -> None:
        """Whether the same cause came back, before one judges."""
        found = effects(self.actor, [self.obj]) if self.obj is not None else {}
        if found:
            self.fields["effective"].help_text = in_words(found[self.obj.pk])
