"""Building a survey: its own settings, and the questions of its draft."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.text import single_line
from keqiao.surveys import branching, policies, standard
from keqiao.surveys.models import Question, Survey, Version

MOST_QUESTIONS, MOST_OPTIONS, LONGEST_OPTION = 40, 30, 80
Kind = Question.Kind


def lock(survey: Survey) -> Survey:
    """The row as it stands now, held until the transaction ends where the database can."""
    return Survey.objects.select_for_update().get(pk=survey.pk)


def demand(actor: Actor, verb: str, obj: Survey | None = None) -> None:
    """Raise NotAllowed or WrongState unless the actor may do that."""
    if not (actor.can("survey.design") if obj is None else policies.designs(actor, obj)):
        raise NotAllowed(_("您没有编写这份问卷的权限。"))
    if obj is not None and not policies.in_time(verb, obj):
        raise WrongState(_("问卷现在不能这样修改，请刷新页面看看最新进展。"))


@transaction.atomic
def create_survey(
    *, actor: Actor, name: str, kind: str, purpose: str = "", basis: str = Survey.Basis.SERVICE,
    language: str = Survey.Language.ZH, expiry_days: int = 14, low_score: int | None = None,
) -> Survey:  # fmt: skip
    """A new survey with a draft; one of a standard kind begins with the standard's questions."""
    demand(actor, "create")
    survey = Survey(
        name=named(name), kind=kind, purpose=single_line(purpose, 200), basis=basis, language=language,
        expiry_days=expiry_days, low_score=low_score, unit_id=actor.unit_id, made_by_id=actor.id,
    )  # fmt: skip
    save(survey)
    version = Version.objects.create(survey=survey, number=1, **standard.frame(language))
    Question.objects.bulk_create(Question(version=version, **one) for one in standard.questions(kind, language))
    record(actor, "survey.created", survey, {"kind": kind})
    return survey


def named(name: str) -> str:
    """The name on one line; Refused without."""
    line = single_line(name, 60)
    if not line:
        raise Refused(_("请填写问卷名称。"), field="name")
    return line


def save(survey: Survey) -> None:
    """Store; a name twice is refused in words."""
    try:
        with transaction.atomic():
            survey.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的问卷。"), field="name") from error


@transaction.atomic
def change_survey(
    *, actor: Actor, obj: Survey, name: str, purpose: str = "", basis: str = Survey.Basis.SERVICE,
    language: str = Survey.Language.ZH, expiry_days: int = 14, low_score: int | None = None, **_kind: Any,
) -> Survey:  # fmt: skip
    """Change what a survey is for and how long its links hold. Its language is part of what was published."""
    survey = lock(obj)
    demand(actor, "edit", survey)
    if language != survey.language and policies.current(survey) is not None:
        raise Refused(_("问卷已经发布，不能改语言；请另建一份。"), field="language")
    values: dict[str, Any] = {
        "name": named(name), "purpose": single_line(purpose, 200), "basis": basis, "language": language,
        "expiry_days": expiry_days, "low_score": low_score,
    }  # fmt: skip
    changed = changes({key: getattr(survey, key) for key in values}, values)
    for key, value in values.items():
        setattr(survey, key, value)
    save(survey)
    record(actor, "survey.changed", survey, {"changes": changed})
    return survey


def draft_of(actor: Actor, survey: Survey) -> Version:
    """The draft of a locked survey, if the actor may change it. Raises NotAllowed or WrongState."""
    demand(actor, "edit", survey)
    version = Version.objects.filter(survey=survey, state=Version.State.DRAFT).first()
    if version is None:
        raise WrongState(_("已发布的版本不能修改。请先点“修改问卷”，在新的草稿里改。"))
    return version


@transaction.atomic
def reword(
    *, actor: Actor, obj: Survey, welcome: str, thanks: str, welcome_en: str = "", thanks_en: str = ""
) -> Version:
    """Change the words before and after the questions, in the draft."""
    survey = lock(obj)
    version = draft_of(actor, survey)
    values = {"welcome": welcome, "thanks": thanks, "welcome_en": welcome_en, "thanks_en": thanks_en}
    values = {name: text.strip()[:1000] for name, text in values.items()}
    changed = changes({name: getattr(version, name) for name in values}, values)
    Version.objects.filter(pk=version.pk).update(**values)
    record(actor, "survey.reworded", survey, {"changes": changed})
    return Version.objects.get(pk=version.pk)


@transaction.atomic
def add_question(*, actor: Actor, survey: Survey, **asked: Any) -> Question:
    """One more question at the end of the draft."""
    fresh = lock(survey)
    version = draft_of(actor, fresh)
    there = list(version.questions.all())
    if len(there) >= MOST_QUESTIONS:
        raise Refused(_("一份问卷最多 %(n)s 题。") % {"n": MOST_QUESTIONS})
    question = Question(version=version, key=next_key(fresh), place=len(there) + 1)
    write(question, fresh, there, **asked)
    question.save(force_insert=True)
    record(actor, "survey.question_added", fresh, {"note": question.text})
    return question


def next_key(survey: Survey) -> str:
    """A key that no question of any version had, so that answers to different questions never mix."""
    keys = Question.objects.filter(version__survey=survey).values_list("key", flat=True)
    return f"q{max((int(key[1:]) for key in keys), default=0) + 1}"


@transaction.atomic
def change_question(*, actor: Actor, obj: Question, survey: Any = None, **asked: Any) -> Question:
    """Change a question of the draft. Another kind of question would mix answers, so the kind stays once published."""
    fresh, question, there = opened(actor, obj)
    earlier = [one for one in there if one.place < question.place]
    kind = asked["kind"]
    was_asked = Question.objects.filter(version__survey=fresh, key=question.key).exclude(pk=question.pk)
    if kind != question.kind and was_asked.exists():
        raise Refused(_("这道题发布过，不能改题型；请删除它，再加一道新题。"), field="kind")
    write(question, fresh, earlier, **asked)
    later = [question if one.pk == question.pk else one for one in there]
    check_conditions(later)
    question.save()
    record(actor, "survey.question_changed", fresh, {"note": question.text})
    return question


def opened(actor: Actor, obj: Question) -> tuple[Survey, Question, list[Question]]:
    """The locked survey, the question as it is now, and all questions of the draft."""
    survey = lock(obj.version.survey)
    version = draft_of(actor, survey)
    there = list(version.questions.all())
    question = next((one for one in there if one.pk == obj.pk), None)
    if question is None:
        raise WrongState(_("这道题已经发布或删除，不能修改。请刷新页面。"))
    return survey, question, there


def write(
    question: Question, survey: Survey, earlier: Sequence[Question], *, kind: str, text: str, text_en: str = "",
    required: bool = True, options: str = "", options_en: str = "", columns: str = "", columns_en: str = "",
    when: Iterable[str] = (),
) -> None:  # fmt: skip
    """Put what was asked for into the question; raises Refused with the field that is wrong."""
    line = single_line(text, 200)
    if not line:
        raise Refused(_("请填写题目。"), field="text")
    question.kind, question.text, question.required = kind, line, required
    question.text_en = single_line(text_en, 300)
    listed = kind in {Kind.CHOICE, Kind.SEVERAL, Kind.MATRIX}
    least = 1 if kind == Kind.MATRIX else 2
    question.options = options_of(question.options, options, options_en, "o", least, "options") if listed else []
    question.columns = columns_of(question, survey, columns, columns_en) if kind == Kind.MATRIX else []
    question.when_key, question.when_codes = condition(earlier, when)


def columns_of(question: Question, survey: Survey, text: str, english: str) -> list[dict[str, str]]:
    """The columns of a matrix; the usual five where nobody gave any."""
    if not text.strip():
        return standard.usual_columns(survey.language)
    return options_of(question.columns, text, english, "c", 2, "columns")


def options_of(
    before: list[dict[str, str]], text: str, english: str, letter: str, least: int, field: str
) -> list[dict[str, str]]:
    """Options from lines. One whose words stay keeps its code; so does one renamed in its place."""
    lines = [single_line(line, LONGEST_OPTION) for line in text.splitlines() if line.strip()]
    other = [single_line(line, 120) for line in english.splitlines() if line.strip()]
    if not least <= len(lines) <= MOST_OPTIONS:
        raise Refused(
            _("请写 %(least)s 到 %(most)s 项，每行一项。") % {"least": least, "most": MOST_OPTIONS}, field=field
        )
    if len(set(lines)) != len(lines):
        raise Refused(_("有重复的项，请检查。"), field=field)
    if other and len(other) != len(lines):
        raise Refused(_("英文的行数与中文不一致，请一一对应。"), field=f"{field}_en")
    known = {one["text"]: one["code"] for one in before}
    free = max((int(one["code"][1:]) for one in before), default=0) + 1
    made: list[dict[str, str]] = []
    for place, line in enumerate(lines):
        code = known.get(line, "")
        renamed = before[place] if len(before) == len(lines) else None
        if not code and renamed is not None and renamed["text"] not in lines:
            code = renamed["code"]
        if not code:
            code, free = f"{letter}{free}", free + 1
        made.append({"code": code, "text": line, "en": other[place] if other else ""})
    return made


def condition(earlier: Sequence[Question], when: Iterable[str]) -> tuple[str, list[str]]:
    """The condition from pairs like "q1=2": all of one earlier question, each an answer that it offers."""
    pairs = [one.partition("=")[::2] for one in when]
    if not pairs:
        return "", []
    keys = {key for key, _code in pairs}
    if len(keys) > 1:
        raise Refused(_("显示条件只能取自同一道题。"), field="when")
    key = keys.pop()
    decider = next((one for one in earlier if one.key == key and one.decides), None)
    codes = [code for _key, code in pairs]
    if decider is None or not set(codes) <= set(decider.codes):
        raise Refused(_("显示条件须是前面某道题的答案。"), field="when")
    return key, [code for code in decider.codes if code in codes]


def check_conditions(questions: Sequence[Question]) -> None:
    """Raise Refused where a condition names no earlier question, or an answer that it doesn't offer any more."""
    wrong = branching.out_of_order(questions)
    known = {one.key: one for one in questions}
    wrong += [
        one
        for one in questions
        if one.when_key in known
        and not (known[one.when_key].decides and set(one.when_codes) <= set(known[one.when_key].codes))
    ]
    if wrong:
        raise Refused(
            _("“%(text)s”的显示条件取决于这道题，请先改它的条件。") % {"text": single_line(wrong[0].text, 30)}
        )


@transaction.atomic
def move_question(*, actor: Actor, obj: Question, up: bool) -> Question:
    """One place up or down, unless it would come before the question that it depends on."""
    survey, question, there = opened(actor, obj)
    at = there.index(question)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(there):
        return question
    there[at], there[to] = there[to], there[at]
    check_conditions(there)
    renumber(there)
    record(actor, "survey.question_moved", survey, {"note": question.text})
    return Question.objects.get(pk=question.pk)


@transaction.atomic
def remove_question(*, actor: Actor, obj: Question) -> None:
    """Take a question out of the draft, unless another depends on it. Answers to earlier versions stay."""
    survey, question, there = opened(actor, obj)
    there.remove(question)
    check_conditions(there)
    question.delete()
    renumber(there)
    record(actor, "survey.question_removed", survey, {"note": question.text})


def renumber(questions: Sequence[Question]) -> None:
    """Places from 1 on, in this order."""
    for place, question in enumerate(questions, 1):
        question.place = place
    Question.objects.bulk_update(questions, ["place"])
