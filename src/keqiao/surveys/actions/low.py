"""Low scores from before a poster: nobody knows whose they are, so the place itself must hear of them.

A customer's low score becomes a rectification (`survey.low`, read by visits), which tells its people by itself.
"""

from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.kernel import dates
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import notify
from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import actor_for, upward
from keqiao.surveys import policies, queries
from keqiao.surveys.models import Response

KIND = "survey.low"
EACH = 5  # low answers of a poster that are told one by one in a day; a crowd, or a prankster, is told once more


@transaction.atomic
def tell_low(response: Response) -> set[int]:
    """Tell whoever leads the poster's unit of its low answer, once; returns who is told."""
    poster = response.poster
    if poster is None:
        return set()
    day = dates.local(response.at).date()
    same = Response.objects.filter(poster=poster, low=True, at__gte=dates.start_of(day), pk__lte=response.pk)
    place = same.count()
    people = recipients(response) if place <= EACH + 1 else set()
    about = {"poster": poster, "survey": response.survey.name}
    if place <= EACH:
        most = queries.best(response.metric)
        title = _("扫码低分 %(score)s 分（满分 %(most)s）：%(poster)s，%(survey)s")
        title %= about | {"score": response.score, "most": most}
        url = reverse("survey-answers:detail", args=[response.pk])
    else:
        title = _("%(poster)s 今天的扫码低分已超过 %(n)s 份，后面的请到答卷列表查看：%(survey)s") % (
            about | {"n": EACH}
        )
        query = {"view": "low", "survey": response.survey_id, "unit": response.unit_id, "at_after": day}
        url = f"{reverse('survey-answers:list')}?{urlencode(query)}"
    notify(actor=SYSTEM, to=people, title=title, url=url, kind=KIND, key=f"{KIND}:{response.pk}")
    return people


def recipients(response: Response) -> set[int]:
    """The nearest leader above the poster who may read the answer; without one, those of the nearest unit who may."""
    units = upward(response.unit_id)
    for unit in units:
        if unit.leader is not None and reads(unit.leader, response):
            return {unit.leader.pk}
    return next((found for unit in units if (found := readers(unit, response))), set())


def readers(unit: OrgUnit, response: Response) -> set[int]:
    """The members of a unit who may read the answer."""
    return {one.pk for one in Employee.objects.filter(unit=unit, is_active=True) if reads(one, response)}


def reads(person: Employee, response: Response) -> bool:
    """Whether somebody who is at work may read the answer."""
    return person.is_active and policies.allowed_response(actor_for(person), "view", response)
