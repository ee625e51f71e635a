"""How long what is kept: counted before it is switched on, done each night in small steps, and put on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.audit.actions import changes, record
from keqiao.audit.models import Event
from keqiao.customers.erasing import needles, plan, reach, scrubbing
from keqiao.customers.holdings import every, told
from keqiao.customers.models import Customer, ImportBatch, ImportRow, PrivacyRequest, RetentionRule, RevealExtra
from keqiao.customers.requests.actions import alarm
from keqiao.customers.requests.policies import oversees
from keqiao.exports.models import Export
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.runtime import jobs
from keqiao.search import actions as search

MONTH = timedelta(days=365.25 / 12)
SHOWN = 10_000
BATCH = 200
A_NIGHT = 2_000
LEADS_A_NIGHT = 50  # each is looked for in every table
Kind = RetentionRule.Kind


@dataclass(frozen=True, slots=True)
class Way:
    """What a rule finds and what it does with some of it."""

    words: str | Promise
    rows: Callable[[datetime], QuerySet[Any]]
    do: Callable[[list[Any]], None]
    most: int = A_NIGHT
    step: int = BATCH


def old_imports(before: datetime) -> QuerySet[ImportBatch]:
    """Batches that are done with, and still have their file or the lines of it."""
    kept = ImportRow.objects.filter(batch=OuterRef("pk")).exclude(cells=[])
    busy = [ImportBatch.State.RUNNING, ImportBatch.State.UNDOING]
    rows = ImportBatch.objects.filter(created_at__lt=before).exclude(state__in=busy).alias(lines=Exists(kept))
    return rows.exclude(file="", lines=False).order_by("pk")


def drop_imports(batches: list[ImportBatch]) -> None:
    """Files and lines go; the batch with its counts stays. It cannot be undone any more."""
    for batch in batches:
        if batch.file:
            transaction.on_commit(lambda path=batch.file.path: Path(path).unlink(missing_ok=True))  # type: ignore[misc]
    ids = [one.pk for one in batches]
    ImportRow.objects.filter(batch_id__in=ids).update(cells=[], before={}, reason="")
    ImportBatch.objects.filter(pk__in=ids).update(file="")


def old_exports(before: datetime) -> QuerySet[Export]:
    """Exports whose file is long gone, but whose conditions may still name somebody."""
    gone = [Export.State.GONE, Export.State.FAILED, Export.State.REFUSED]
    return (
        Export.objects.filter(requested_at__lt=before, state__in=gone)
        .exclude(query="", conditions=[], reason="")
        .order_by("pk")
    )


def blank_exports(rows: list[Export]) -> None:
    """Who took how many rows of which list stays."""
    Export.objects.filter(pk__in=[one.pk for one in rows]).update(query="", conditions=[], reason="", note="")


def old_extras(before: datetime) -> QuerySet[RevealExtra]:
    """What was allowed on days long past."""
    return RevealExtra.objects.filter(day__lt=before.date()).order_by("pk")


def drop_extras(rows: list[RevealExtra]) -> None:
    """They are of no use; that they were allowed is in the audit."""
    RevealExtra.objects.filter(pk__in=[one.pk for one in rows]).delete()


def old_leads(before: datetime) -> QuerySet[Customer]:
    """Prospects of whom nothing was heard since: no deed about them but the making of the archive."""
    lately = Event.objects.filter(about_id=OuterRef("pk"), at__gte=before)
    asked = PrivacyRequest.objects.filter(customer=OuterRef("pk"), state__in=PrivacyRequest.OPEN)
    rows = Customer.objects.filter(
        life_cycle=Customer.LifeCycle.PROSPECT,
        erased=False,
        merged_into=None,
        created_at__lt=before,
        updated_at__lt=before,
    )
    return rows.exclude(Exists(lately)).exclude(Exists(asked)).order_by("pk")


def forget_leads(rows: list[Customer]) -> None:
    """The same as an erasure on request; one who has something that must be kept stays as he is."""
    for customer in rows:
        ids = plan.whole(customer)
        made = plan.plan(ids)
        if made.kept:
            Customer.objects.filter(pk=customer.pk).update(
                updated_at=timezone.now()
            )  # looked at again in so many months
            continue
        words, about = needles.of(ids), reach.about(ids)
        scrubbing.scrub(words, about, None)
        scrubbing.empty_histories(told(), about, None)
        for holding in every():
            holding.erase(ids)
        search.remove("customers.customer", ids)
        record(SYSTEM, "privacy.lead_forgotten", Customer.objects.get(pk=customer.pk), {}, about=customer.pk)


WAYS: dict[str, Way] = {
    Kind.IMPORT_ROWS: Way(_("删除导入文件和原始行，保留条数"), old_imports, drop_imports),
    Kind.EXPORTS: Way(_("清空条件和用途，保留谁导出了多少条"), old_exports, blank_exports),
    Kind.REVEALS: Way(_("删除加看次数，审计记录保留"), old_extras, drop_extras),
    Kind.LEADS: Way(_("去掉全部个人信息，只留编号"), old_leads, forget_leads, most=LEADS_A_NIGHT, step=1),
}


def before(rule: RetentionRule) -> datetime:
    """What is older than that is past its time."""
    return timezone.now() - rule.months * MONTH


def waiting(rule: RetentionRule) -> int:
    """How many the rule would take now, counted up to SHOWN."""
    return WAYS[rule.kind].rows(before(rule))[:SHOWN].count()


def deed(rule: RetentionRule) -> str:
    """What happens to them."""
    return str(WAYS[rule.kind].words)


def last(rule: RetentionRule) -> str:
    """When it was last done, and how many."""
    if rule.last_at is None:
        return ""
    return now_("%(at)s，%(n)s 条") % {"at": f"{timezone.localtime(rule.last_at):%Y-%m-%d %H:%M}", "n": rule.last_count}


@transaction.atomic
def change_rule(*, actor: Actor, obj: RetentionRule, months: int, active: bool) -> RetentionRule:
    """Set how long, and whether it is done at all."""
    if not oversees(actor):
        raise NotAllowed(now_("您没有维护保留期限的权限。"))
    row = RetentionRule.objects.select_for_update().get(pk=obj.pk)
    values = {"months": months, "active": active}
    changed = changes({name: getattr(row, name) for name in values}, values)
    RetentionRule.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    record(actor, "retention.changed", row, {"changes": changed})
    return row


@jobs.every("10 8 * * *")
def remind() -> int:
    """Every morning: requests that are due soon or late."""
    return alarm()


@jobs.every("40 2 * * *")
def tidy() -> int:
    """Every night, rule by rule, in small transactions; what one night does not reach the next one does."""
    return sum(apply(rule) for rule in RetentionRule.objects.filter(active=True).order_by("pk"))


def apply(rule: RetentionRule) -> int:
    """One rule's night."""
    way, limit, count = WAYS[rule.kind], before(rule), 0
    while count < way.most:
        with transaction.atomic():
            some = list(way.rows(limit)[: min(way.step, way.most - count)])
            if not some:
                break
            way.do(some)
        count += len(some)
    with transaction.atomic():
        RetentionRule.objects.filter(pk=rule.pk).update(last_at=timezone.now(), last_count=count)
        if count:
            record(SYSTEM, "retention.applied", rule, {"rows": count})
    return count
