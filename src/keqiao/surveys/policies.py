"""Who sees, makes and sends surveys, and whose answers one reads."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.surveys.models import Invitation, Poster, Question, Response, Survey, Version

CHANGING = frozenset({"edit", "words", "publish", "revise", "drop", "stop", "resume"})


def visible(actor: Actor) -> QuerySet[Survey]:
    """What is asked is no secret in the house: all of them, with their versions, for whoever may look at surveys."""
    return Survey.objects.prefetch_related("versions") if actor.can("survey.view") else Survey.objects.none()


def designs(actor: Actor, survey: Survey) -> bool:
    """Whether the actor may change the survey."""
    return actor.covers("survey.design", owner_id=survey.made_by_id, unit_id=survey.unit_id)


def draft(survey: Survey) -> Version | None:
    """The version that can be changed."""
    return next((one for one in survey.versions.all() if one.state == Version.State.DRAFT), None)


def current(survey: Survey) -> Version | None:
    """The version that is answered."""
    return next((one for one in survey.versions.all() if one.state == Version.State.CURRENT), None)


def in_time(verb: str, survey: Survey) -> bool:
    """Whether the survey stands where the verb is possible."""
    if verb in {"publish", "words"}:
        return draft(survey) is not None
    if verb == "revise":
        return draft(survey) is None
    if verb == "drop":
        return draft(survey) is not None and current(survey) is not None
    if verb in {"stop", "resume"}:
        return survey.active == (verb == "stop") and current(survey) is not None
    return True


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for surveys: power and state together."""
    if verb == "create":
        return actor.can("survey.design")
    if verb == "export":
        return False
    if verb in {"list", "view", "history"}:
        return actor.can("survey.view")
    if verb not in CHANGING:
        return False
    return actor.can("survey.design") if obj is None else designs(actor, obj) and in_time(verb, obj)


def questions(actor: Actor) -> QuerySet[Question]:
    """Questions of all versions that one sees."""
    return Question.objects.all() if actor.can("survey.view") else Question.objects.none()


def allowed_question(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Questions are changed in the draft only."""
    if verb in {"list", "view", "history"}:
        return actor.can("survey.view")
    if verb == "export":
        return False
    if obj is None:
        return actor.can("survey.design")
    return obj.version.state == Version.State.DRAFT and designs(actor, obj.version.survey)


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Links of the services that one answers for: one's own, and those within reach of survey.send."""
    rows = actor.rows("survey.send", owner="agent_id")
    return Invitation.objects.all() if rows is None else Invitation.objects.filter(rows)


def sends(actor: Actor, invitation: Invitation) -> bool:
    """Whether the power to send reaches the invitation."""
    return actor.covers("survey.send", owner_id=invitation.agent_id, unit_id=invitation.unit_id)


def invitation_in_time(verb: str, invitation: Invitation) -> bool:
    """Links are made anew and taken back while nobody has answered."""
    return verb in {"link", "withdraw"} and invitation.open


def allowed_invitation(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for links."""
    if verb == "edit":
        return False
    if obj is None or verb in {"create", "export"}:
        return actor.can("survey.send")
    return sends(actor, obj) and (verb in {"view", "history"} or invitation_in_time(verb, obj))


def posters(actor: Actor) -> QuerySet[Poster]:
    """Posters of the units within reach."""
    rows = actor.rows("survey.send", owner="made_by_id")
    return Poster.objects.all() if rows is None else Poster.objects.filter(rows)


def allowed_poster(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Posters are made and stopped by whoever sends for the unit."""
    if verb in {"edit", "export"}:
        return False
    if obj is None or verb == "create":
        return actor.can("survey.send")
    if not actor.covers("survey.send", owner_id=obj.made_by_id, unit_id=obj.unit_id):
        return False
    if verb in {"stop", "resume"}:
        return obj.active == (verb == "stop") and actor.covers("survey.send", unit_id=obj.unit_id)
    return verb in {"view", "history"}


def responses(actor: Actor) -> QuerySet[Response]:
    """Answers about one's own services, and those of the units within reach of survey.answers."""
    rows = actor.rows("survey.answers", owner="agent_id")
    return Response.objects.all() if rows is None else Response.objects.filter(rows)


def allowed_response(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Answers are read and exported, never changed."""
    if verb == "export":
        return actor.can("survey.export") and actor.can("survey.answers")
    if verb not in {"list", "view", "history"}:
        return False
    if obj is None:
        return actor.can("survey.answers")
    return actor.covers("survey.answers", owner_id=obj.agent_id, unit_id=obj.unit_id)
