"""What surveys ask of those who make them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm
from keqiao.surveys import policies
from keqiao.surveys.models import Question, Survey


def lines(label: Any, *, help_text: Any = "", rows: int = 5) -> forms.CharField:
    """One thing a line."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=4000, widget=area, help_text=help_text)


class SurveyForm(ActorForm):
    """What a survey is for."""

    name = forms.CharField(label=_("问卷名称"), max_length=60)
    kind = forms.ChoiceField(
        label=_("问卷类型"), choices=Survey.Kind.choices, widget=forms.RadioSelect, initial=Survey.Kind.CSAT.value,
        help_text=_("满意度、净推荐值和费力程度会带上现成的题目，可以再改。"),
    )  # fmt: skip
    purpose = forms.CharField(label=_("用途"), max_length=200, required=False, help_text=_("同事在列表里看到。"))
    basis = forms.ChoiceField(
        label=_("征求意见的依据"), choices=Survey.Basis.choices, initial=Survey.Basis.SERVICE.value,
        help_text=_("一般调查只发给同意“满意度与市场调查”的客户；两种都不发给拒绝联系的客户。"),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("语言"), choices=Survey.Language.choices, initial=Survey.Language.ZH.value)
    expiry_days = forms.IntegerField(label=_("链接有效天数"), min_value=1, max_value=180, initial=14)
    low_score = forms.IntegerField(
        label=_("低分线"), min_value=0, max_value=10, required=False,
        help_text=_(
            "主要评分不高于此分时，责任部门会收到整改任务；匿名扫码的只提醒部门负责人。不填就没有低分。"
            "满意度一般填 2，推荐意愿填 6，省力程度填 3。"
        ),
    )  # fmt: skip

    def prepare(self) -> None:
        """The kind is chosen once."""
        if self.obj is not None:
            del self.fields["kind"]


class WordsForm(ActorForm):
    """The words before and after."""

    welcome = lines(_("欢迎语"), rows=3)
    welcome_en = lines(_("欢迎语（英文）"), rows=3)
    thanks = lines(_("致谢语"), rows=3)
    thanks_en = lines(_("致谢语（英文）"), rows=3)

    def prepare(self) -> None:
        """The draft's own words; English only where the survey has both."""
        draft = policies.draft(self.obj) if self.obj is not None else None
        for name, field in list(self.fields.items()):
            if draft is not None:
                field.initial = getattr(draft, name)
            if self.obj is not None and not self.obj.both and name.endswith("_en"):
                del self.fields[name]


class QuestionForm(ActorForm):
    """One question."""

    survey = forms.ModelChoiceField(queryset=Survey.objects.none(), widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("题型"), choices=Question.Kind.choices, initial=Question.Kind.SCORE.value)
    text = forms.CharField(label=_("题目"), max_length=200)
    text_en = forms.CharField(label=_("题目（英文）"), max_length=300, required=False)
    required = forms.BooleanField(label=_("必答"), required=False, initial=True)
    options = lines(_("选项"), help_text=_("单选、多选：每行一个选项；矩阵：每行一个要评的方面。其他题型不用填。"))
    options_en = lines(_("选项（英文）"), help_text=_("每行一项，与中文一一对应。"))
    columns = lines(_("矩阵的列"), help_text=_("每行一列；不填即为从很不满意到很满意五列。"), rows=3)
    columns_en = lines(_("矩阵的列（英文）"), rows=3)
    when = forms.MultipleChoiceField(
        label=_("只在这样回答时才问"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("选前面某一道题的一个或几个答案；都不选就总是问。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """Surveys within reach, and what earlier questions offer."""
        fields: dict[str, Any] = self.fields
        fields["survey"].queryset = policies.visible(self.actor)
        survey = self.survey_of()
        if self.obj is not None:
            fields["survey"].required = False
        fields["when"].choices = choices_of(survey, self.obj, self.actor)
        if not fields["when"].choices:
            del fields["when"]
        if survey is not None and not survey.both:
            for name in ("text_en", "options_en", "columns_en"):
                del fields[name]

    def survey_of(self) -> Survey | None:
        """The survey whose question it is."""
        if self.obj is not None:
            found: Survey = self.obj.version.survey
            return found
        given = str(self.data.get("survey") or self.initial.get("survey") or "")
        if not given.isdecimal() or len(given) > 18:
            return None
        return policies.visible(self.actor).filter(pk=int(given)).first()

    def clean(self) -> dict[str, Any]:
        """No condition where there is nothing to depend on."""
        data = super().clean() or {}
        data.setdefault("when", [])
        return data


def choices_of(survey: Survey | None, question: Question | None, actor: Any) -> list[Any]:
    """What a question may depend on: the answers of each earlier one, as "q1=2", under its words."""
    draft = policies.draft(survey) if survey is not None else None
    if draft is None:
        return []
    earlier = [one for one in draft.questions.all() if question is None or one.place < question.place]
    return [
        (f"{one.place}. {one.text}", [(f"{one.key}={code}", words) for code, words in answers_of(one)])
        for one in earlier
        if one.decides
    ]


def answers_of(question: Question) -> list[tuple[str, str]]:
    """The answers that a question offers, in words."""
    if question.scale is not None:
        return [(code, str(_("%s 分")) % code) for code in question.codes]
    return [(one["code"], one["text"]) for one in question.options]


def initial_of(question: Question) -> dict[str, Any]:
    """A question's values for its form."""
    return {
        "survey": question.version.survey_id, "kind": question.kind, "text": question.text, "text_en": question.text_en,
        "required": question.required,
        "options": in_lines(question.options, "text"), "options_en": in_lines(question.options, "en"),
        "columns": in_lines(question.columns, "text"), "columns_en": in_lines(question.columns, "en"),
        "when": [f"{question.when_key}={code}" for code in question.when_codes],
    }  # fmt: skip


def in_lines(options: list[dict[str, str]], name: str) -> str:
    """Options one a line; nothing where none has words."""
    texts = [one[name] for one in options]
    return "\n".join(texts) if any(texts) else ""
