"""Whether the same cause came back: complaints of a corrective action's cause before it was done and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.tickets.models import Cause, CorrectiveAction, Kind
from keqiao.tickets.policies import visible
from keqiao.tickets.ruling.kinds.closing import EFFECT_DAYS

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Effect:
    """Complaints of one cause on as many days before the day of completion as are counted after it; ends included.

    `over` says that the days after have all passed; until then fewer of them are counted than before.
    """

    cause: int
    days: int
    spans: tuple[Span, Span]
    counts: tuple[int, int]
    over: bool

    @property
    def fell(self) -> bool | None:
        """What the counts say: fewer than before or not. None while they say nothing: nothing to compare, or too soon."""
        before, after = self.counts
        if after and after >= before:
            return False
        return True if self.over and before else None

    def against(self, *, effective: bool) -> bool:
        """Whether a judgement says the opposite of the counts."""
        return self.fell is not None and self.fell is not effective

    def url(self, place: int) -> str:
        """The list of what is counted before (0) or after (1)."""
        first, last = self.spans[place]
        query = {
            "view": "all",
            "kind": "complaint",
            "cause": self.cause,
            "accepted_after": first,
            "accepted_before": last,
        }
        return f"{reverse('tickets:list')}?{urlencode(query)}"


def spans_of(row: CorrectiveAction, today: date) -> tuple[int, Span, Span] | None:
    """How many days, and which before and after; None while it is not done or where no cause is known."""
    if row.done_at is None or row.cause_id is None:
        return None
    done = timezone.localdate(row.done_at)
    days = max((row.check_on - done).days, 1) if row.check_on else EFFECT_DAYS
    before = (done - timedelta(days=days), done - timedelta(days=1))
    return days, before, (done + timedelta(days=1), done + timedelta(days=days))


def effects(actor: Actor, rows: Iterable[CorrectiveAction]) -> dict[int, Effect]:
    """The effect of each corrective action that is done, of what the actor sees. Two queries however many they are."""
    today = timezone.localdate()
    spans = {row.pk: (row.cause_id or 0, found) for row in rows if (found := spans_of(row, today)) is not None}
    if not spans:
        return {}
    above = dict(Cause.objects.values_list("pk", "parent_id"))
    first = min(found[1][0] for _cause, found in spans.values())
    last = max(found[2][1] for _cause, found in spans.values())
    grouped = (
        visible(actor)
        .filter(kind=Kind.COMPLAINT, accepted_on__range=(first, last), complaint__cause__isnull=False)
        .order_by()
        .values_list("complaint__cause_id", "accepted_on")
        .annotate(n=Count("*"))
    )
    cells = list(grouped)

    def count(cause: int, span: Span) -> int:
        return sum(n for one, day, n in cells if cause in (one, above.get(one)) and span[0] <= day <= span[1])

    return {
        pk: Effect(cause, days, (before, after), (count(cause, before), count(cause, after)), after[1] < today)
        for pk, (cause, (days, before, after)) in spans.items()
    }


def effect_of(obj: CorrectiveAction, actor: Actor) -> Effect | None:
    """The effect of one, read once for a page."""
    known: dict[int, Effect] | None = getattr(obj, "effect_known", None)
    if known is None:
        known = effects(actor, [obj])
        obj.effect_known = known  # type: ignore[attr-defined]  # kept for this request
    return known.get(obj.pk)


def before(obj: CorrectiveAction, actor: Actor) -> int | None:
    """Complaints of the cause before it was done."""
    found = effect_of(obj, actor)
    return found.counts[0] if found else None


def after(obj: CorrectiveAction, actor: Actor) -> int | None:
    """Complaints of the cause since it was done."""
    found = effect_of(obj, actor)
    return found.counts[1] if found else None


def before_link(obj: CorrectiveAction, actor: Actor) -> str:
    """The count before, leading to the tickets."""
    return link(effect_of(obj, actor), 0)


def after_link(obj: CorrectiveAction, actor: Actor) -> str:
    """The count after, leading to the tickets."""
    return link(effect_of(obj, actor), 1)


def link(found: Effect | None, place: int) -> str:
    """A count with its days, as a link."""
    if found is None:
        return _("整改完成后统计")
    words = _("%(n)d 起（%(first)s 至 %(last)s）") % {
        "n": found.counts[place], "first": found.spans[place][0], "last": found.spans[place][1],
    }  # fmt: skip
    return format_html('<a class="link" href="{}">{}</a>', found.url(place), words)


def in_words(found: Effect) -> SafeString:
    """Both counts, leading to their tickets, and what they say."""
    before, after = found.counts
    words = _("同一原因的投诉：完成前 %(days)d 天 {before}，完成后 %(days)d 天 {after}。{says}")
    if not found.over:
        words = _("同一原因的投诉：完成前 %(days)d 天 {before}，完成后到今天 {after}（还没有满 %(days)d 天）。{says}")
    return format_html(
        words % {"days": found.days}, before=counted(found, 0), after=counted(found, 1),
        says=format_html("<strong>{}</strong>", says(before, after)) if before or after else "",
    )  # fmt: skip


def counted(found: Effect, place: int) -> SafeString:
    """One of the counts as a link."""
    return format_html('<a class="link" href="{}">{}</a>', found.url(place), _("%d 起") % found.counts[place])


def says(before: int, after: int) -> str:
    """The difference in words."""
    if after > before:
        return _("多了 %d 起。") % (after - before)
    return _("少了 %d 起。") % (before - after) if after < before else _("没有减少。")
