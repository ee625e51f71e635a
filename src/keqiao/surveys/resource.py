"""Surveys and their questions as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of
from keqiao.surveys import actions, forms, policies, tables
from keqiao.surveys.actions.publishing import problems
from keqiao.surveys.models import Question, Survey, Version


def version_of(request: HttpRequest, survey: Survey) -> Version | None:
    """The version that the address names, else the draft, else the current one."""
    asked = request.GET.get("version", "")
    named = next((one for one in survey.versions.all() if str(one.number) == asked), None)
    return named or policies.draft(survey) or policies.current(survey)


def lines_of(version: Version | None) -> list[dict[str, Any]]:
    """The questions with what can be done to each."""
    questions = list(version.questions.all()) if version else []
    known = {one.key: one for one in questions}
    return [
        {
            "row": one, "when": tables.condition_words(one, known), "url": reverse("survey-question", args=[one.pk]),
            "ways": {way: reverse("survey-question-move", args=[one.pk, way]) for way in ("up", "down", "remove")},
        }
        for one in questions
    ]  # fmt: skip


def detail(request: Any, obj: Survey) -> Mapping[str, Any]:
    """The questions of a version, what keeps the draft from being published, and the other versions."""
    actor, version = actor_of(request), version_of(request, obj)
    draft = version is not None and version.state == Version.State.DRAFT
    facts = [
        (_("问卷类型"), obj.get_kind_display()), (_("用途"), obj.purpose), (_("依据"), obj.get_basis_display()),
        (_("语言"), obj.get_language_display()), (_("链接有效天数"), obj.expiry_days),
        (_("负责部门"), obj.unit.name if obj.unit else ""), (_("制作人"), obj.made_by.name if obj.made_by else ""),
    ]  # fmt: skip
    return {
        "version": version, "lines": lines_of(version),
        "building": draft and policies.allowed(actor, "edit", obj),
        "problems": problems(obj, version) if draft and version else [],
        "versions": sorted(obj.versions.all(), key=lambda one: -one.number),
        "page": {"sections": [], "side": [(_("问卷设置"), facts)]},
    }  # fmt: skip


def questions_json(obj: Survey, _actor: Actor) -> list[dict[str, Any]]:
    """The questions that are answered, those of the draft where nothing is published."""
    version = policies.current(obj) or policies.draft(obj)
    rows = version.questions.all() if version else []
    return [
        {
            "key": one.key, "kind": one.kind, "text": one.text, "text_en": one.text_en, "required": one.required,
            "options": one.options, "columns": one.columns, "when_key": one.when_key, "when_codes": one.when_codes,
        }
        for one in rows
    ]  # fmt: skip


def published(obj: Survey, _actor: Actor) -> datetime | None:
    """When the present version was published."""
    version = policies.current(obj)
    return version.published_at if version else None


SURVEYS = register(
    Resource(
        model=Survey,
        name="surveys",
        title=_("问卷"),
        icon="survey",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "made_by"),
        columns=(
            Column(name="name", label=_("问卷名称"), value=lambda o, a: o.name, render=tables.named),
            Column(name="kind", label=_("问卷类型"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="language", label=_("语言"), value=lambda o, a: str(o.get_language_display())),
            Column(name="version", label=_("版本"), value=tables.version_words),
            Column(name="published_at", label=_("发布时间"), type=datetime, value=published),
            Column(name="unit", label=_("负责部门"), value=lambda o, a: o.unit.name if o.unit else ""),
            Column(name="state", label=_("状态"), value=tables.state_words, render=tables.state),
        ),
        facts=(
            Fact(name="purpose", label=_("用途"), value=lambda o, a: o.purpose),
            Fact(name="basis", label=_("依据"), value=lambda o, a: o.basis),
            Fact(name="expiry_days", label=_("链接有效天数"), type=int, value=lambda o, a: o.expiry_days),
            Fact(name="questions", label=_("题目"), type=list, value=questions_json),
        ),
        presets=(
            Preset(name="active", label=_("在用"), where=lambda rows, a: rows.filter(active=True)),
            Preset(name="stopped", label=_("已停用"), where=lambda rows, a: rows.filter(active=False)),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        search=lambda rows, term: rows.filter(name__icontains=term),
        search_hint=_("问卷名称"),
        form=forms.SurveyForm,
        create=actions.create_survey,
        create_label=_("新建问卷"),
        update=actions.change_survey,
        verbs=(
            Verb(
                name="publish", label=_("发布"), action=actions.publish, primary=True, icon="check",
                confirm=_("发布后这一版不能再改；以后的修改会成为新的版本，已有的答卷不受影响。"), done=_("已发布。"),
            ),
            Verb(
                name="revise", label=_("修改问卷"), action=actions.revise, icon="edit",
                confirm=_("建立一份新草稿来改；发布之前客户看到的仍是现在的版本。"), done=_("已建立草稿。"),
            ),
            Verb(name="words", label=_("欢迎语和致谢语"), action=actions.reword, form=forms.WordsForm, icon="note"),
            Verb(
                name="drop", label=_("放弃草稿"), action=actions.drop, tone="danger", icon="delete",
                confirm=_("放弃这份草稿？已发布的版本不受影响。"), done=_("草稿已放弃。"),
            ),
            Verb(
                name="stop", label=_("停用"), action=actions.stop, tone="danger", icon="pause",
                confirm=_("停用后客户不能再作答。"), done=_("已停用。"),
            ),
            Verb(name="resume", label=_("重新启用"), action=actions.resume, icon="play", done=_("已启用。")),
        ),
        detail=detail,
        template="surveys/survey.html",
        empty=_("新建一份满意度、净推荐值或费力程度问卷，题目是现成的，改一改就能发布。"),
    )
)  # fmt: skip

QUESTIONS = register(
    Resource(
        model=Question,
        name="survey-questions",
        title=_("题目"),
        icon="survey",
        visible=policies.questions,
        allowed=policies.allowed_question,
        related=("version__survey",),
        columns=(
            Column(name="text", label=_("题目"), value=lambda o, a: o.text),
            Column(name="survey", label=_("问卷"), value=lambda o, a: o.version.survey.name),
            Column(name="version", label=_("版本"), type=int, numeric=True, value=lambda o, a: o.version.number),
            Column(name="place", label=_("顺序"), type=int, numeric=True, value=lambda o, a: o.place),
            Column(name="kind", label=_("题型"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="required", label=_("必答"), type=bool, value=lambda o, a: o.required),
        ),
        facts=(
            Fact(name="key", label=_("题号"), value=lambda o, a: o.key),
            Fact(name="options", label=_("选项"), type=list, value=lambda o, a: [one["text"] for one in o.options]),
            Fact(name="when", label=_("显示条件"), type=list, value=lambda o, a: [o.when_key, *o.when_codes]),
        ),
        form=forms.QuestionForm,
        create=actions.add_question,
        create_label=_("添加题目"),
        update=actions.change_question,
        initial=lambda obj, actor: forms.initial_of(obj),
        empty=_("题目在问卷的页面里添加。"),
    )
)  # fmt: skip
