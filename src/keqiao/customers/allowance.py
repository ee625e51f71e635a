"""How many full values a person may look at in a day: counted in the deed's own transaction, told to the leader."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.models import RevealExtra
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.notices.actions import notify
from keqiao.org.queries import leaders_of, reveals_a_day
from keqiao.runtime import throttle

ALARM = 0.8  # of the day's number
HASTE = 15  # in HASTE_WINDOW: faster than anybody calls
HASTE_WINDOW = timedelta(minutes=10)


def key(actor: Actor) -> str:
    """Under which the actor's day is counted; a new day begins anew."""
    return f"reveal:{actor.id}:{timezone.localdate()}"


def limit(actor: Actor) -> int:
    """The number of the actor's positions, and what a leader allowed on top today."""
    if actor.id is None:
        return 0
    extra = RevealExtra.objects.filter(employee_id=actor.id, day=timezone.localdate()).first()
    return reveals_a_day(actor.id) + (extra.granted if extra else 0)


def left(actor: Actor) -> int:
    """How many the actor may still look at today."""
    return max(0, limit(actor) - throttle.count(key(actor)))


def spend(actor: Actor) -> None:
    """Count one; Refused beyond the limit. Must run in the transaction of the deed, so that a refusal costs nothing.

    The count is one statement that locks its row, so parallel deeds never exceed the limit.
    """
    if actor.id is None:
        return
    most = limit(actor)
    used = throttle.hits(key(actor), window=timedelta(days=1))
    if used > most:
        raise Refused(
            _("今天已查看 %(limit)s 次完整信息，达到您岗位的每日上限。可以向主管申请增加次数。") % {"limit": most}
        )
    if used in {max(1, round(most * ALARM)), most}:
        alarm(actor, _("%(name)s今天已查看 %(used)s 次客户完整信息，上限 %(most)s 次。"), used, most, "many")
    if throttle.hits(f"haste:{actor.id}", window=HASTE_WINDOW) == HASTE:
        alarm(actor, _("%(name)s在 10 分钟内查看了 %(used)s 次客户完整信息，请核实用途。"), HASTE, most, "haste")


def alarm(actor: Actor, text: str, used: int, most: int, kind: str) -> None:
    """Tell the leader, once for each number and day."""
    if actor.id is None:
        return
    title = text % {"name": actor.name, "used": used, "most": most}
    day = timezone.localdate()
    notify(
        actor=actor, to=leaders_of(actor.id), title=title, url=f"/reveals/?view=today&actor_name={actor.name}",
        kind="reveal.alarm", key=f"reveal.{kind}:{actor.id}:{day}:{used}",
    )  # fmt: skip
