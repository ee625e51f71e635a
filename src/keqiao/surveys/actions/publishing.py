"""Versions: published, begun anew, dropped; and surveys stopped and taken up again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.state import move
from keqiao.surveys import branching
from keqiao.surveys.actions.building import demand, draft_of, lock
from keqiao.surveys.models import Question, Survey, Version
from keqiao.surveys.models.survey import TRANSITIONS

State = Version.State


def problems(survey: Survey, version: Version) -> list[str]:
    """What keeps a draft from being published, in words; nothing when it may be."""
    questions = list(version.questions.all())
    found = [] if questions else [_("还没有题目。")]
    if not any(one.required for one in questions) and questions:
        found.append(_("至少要有一道必答题。"))
    found += [
        _("“%(text)s”的显示条件须取自前面的题。") % {"text": one.text} for one in branching.out_of_order(questions)
    ]
    if survey.both:
        found += [_("“%(text)s”缺少英文。") % {"text": one.text} for one in questions if not in_english(one)]
        if not (version.welcome_en or not version.welcome) or not (version.thanks_en or not version.thanks):
            found.append(_("欢迎语或致谢语缺少英文。"))
    return found


def in_english(question: Question) -> bool:
    """Whether every word of the question is there in English too."""
    return bool(question.text_en) and all(one["en"] for one in [*question.options, *question.columns])


@transaction.atomic
def publish(*, actor: Actor, obj: Survey) -> Survey:
    """Let the draft be what is answered from now on. The version before stays as it was, with its answers."""
    survey = lock(obj)
    version = draft_of(actor, survey)
    wrong = problems(survey, version)
    if wrong:
        raise Refused(_("还不能发布：%(why)s") % {"why": wrong[0]})
    for old in Version.objects.filter(survey=survey, state=State.CURRENT):
        move(old, State.OLD, field="state", transitions=TRANSITIONS)
    now = timezone.now()
    move(version, State.CURRENT, field="state", transitions=TRANSITIONS, published_at=now, published_by_id=actor.id)
    record(actor, "survey.published", survey, {"version": version.number})
    return Survey.objects.get(pk=survey.pk)


@transaction.atomic
def revise(*, actor: Actor, obj: Survey) -> Survey:
    """A new draft, beginning as a copy of the newest version."""
    survey = lock(obj)
    demand(actor, "edit", survey)
    newest = Version.objects.filter(survey=survey).latest("number")
    if newest.state == State.DRAFT:
        raise WrongState(_("已经有一份草稿，请在草稿里改。"))
    words = {name: getattr(newest, name) for name in ("welcome", "welcome_en", "thanks", "thanks_en")}
    made = Version.objects.create(survey=survey, number=newest.number + 1, **words)
    copies = list(newest.questions.all())
    for one in copies:
        one.pk, one.version = None, made
    Question.objects.bulk_create(copies)
    record(actor, "survey.revised", survey, {"version": made.number})
    return Survey.objects.get(pk=survey.pk)


@transaction.atomic
def drop(*, actor: Actor, obj: Survey) -> Survey:
    """Give the draft up; what is published stays."""
    survey = lock(obj)
    version = draft_of(actor, survey)
    if not Version.objects.filter(survey=survey).exclude(pk=version.pk).exists():
        raise WrongState(_("这份问卷还没有发布过，不能放弃唯一的草稿。"))
    version.delete()
    record(actor, "survey.dropped", survey, {"version": version.number})
    return Survey.objects.get(pk=survey.pk)


@transaction.atomic
def stop(*, actor: Actor, obj: Survey) -> Survey:
    """Take no more answers: links say so kindly."""
    return switched(actor, obj, "stop", active=False)


@transaction.atomic
def resume(*, actor: Actor, obj: Survey) -> Survey:
    """Take answers again."""
    return switched(actor, obj, "resume", active=True)


def switched(actor: Actor, obj: Survey, verb: str, *, active: bool) -> Survey:
    """On or off."""
    survey = lock(obj)
    demand(actor, verb, survey)
    Survey.objects.filter(pk=survey.pk).update(active=active)
    record(actor, "survey.resumed" if active else "survey.stopped", survey)
    return Survey.objects.get(pk=survey.pk)
