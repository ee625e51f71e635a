"""Carrying an erasure out: in steps, each safe to repeat, so that a worker may die at any of them."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.erasing import needles, plan, reach, scrubbing
from keqiao.customers.holdings import every, told
from keqiao.customers.models import PrivacyRequest
from keqiao.exports import actions as exports
from keqiao.exports import storage
from keqiao.exports.models import Export
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import WrongState
from keqiao.kernel.state import move
from keqiao.runtime import jobs
from keqiao.search import actions as search

JOB = "customers.erase"
PURPOSE = "customers.erasing"


@jobs.handler(JOB)
def erase_person(run: jobs.Run) -> None:
    """Erase the person of a request; one that is done already stays as it is."""
    request = PrivacyRequest.objects.select_related("customer").filter(pk=run.payload["request"]).first()
    if request is not None and request.state == PrivacyRequest.State.ERASING:
        carry_out(request, run.progress)


def carry_out(request: PrivacyRequest, tell: scrubbing.Tell = lambda done, total: None) -> None:
    """All steps. What gives the person away is kept sealed until the last step, since the archive is empty before."""
    scrubbing.overwrite_what_goes()
    words = remembered(request)
    ids = plan.whole(request.customer)
    drop_exports()
    empty(request, ids)
    rows = reach.about(ids)
    count = scrubbing.scrub(words, rows, request, tell) + scrubbing.empty_histories(told(), rows, request)
    search.remove("customers.customer", ids)
    for label, pks in {model._meta.label_lower: pks for model, pks in rows.items()}.items():
        search.refresh(label, pks)
    finish(request, ids, count)


@transaction.atomic
def remembered(request: PrivacyRequest) -> needles.Needles:
    """What gives the person away: as first collected, also when the archive has been emptied since."""
    fresh = PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if fresh.words:
        return needles.Needles.load(sealing.unseal(fresh.sealing_key, fresh.words, PURPOSE))
    found = needles.of(plan.whole(fresh.customer))
    key, sealed = sealing.seal(found.dump(), PURPOSE)
    PrivacyRequest.objects.filter(pk=fresh.pk).update(sealing_key=key, words=sealed)
    return found


@transaction.atomic
def empty(request: PrivacyRequest, ids: list[int]) -> None:
    """Let every app take away its part; the first time it is written down what the plan said."""
    fresh = PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not fresh.report:
        made = plan.plan(ids)
        report = [[line.title, line.count, line.deed, ""] for line in made.lines]
        report += [[one.what, one.count, one.why, one.until.isoformat() if one.until else ""] for one in made.kept]
        PrivacyRequest.objects.filter(pk=fresh.pk).update(report=report)
    for holding in every():
        holding.erase(ids)


def drop_exports() -> None:
    """Files of lists that lie ready are taken off: a person cannot be cut out of them, and they can be made again."""
    for export in Export.objects.filter(state=Export.State.READY):
        try:
            with transaction.atomic():
                exports.drop(SYSTEM, export, _("因个人信息删除而清除，请重新导出"))
        except WrongState:  # its owner was faster
            continue
    for export in Export.objects.filter(state=Export.State.GONE).exclude(stored=""):
        storage.path_of(export.stored).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(stored="")


@transaction.atomic
def finish(request: PrivacyRequest, ids: list[int], count: int) -> None:
    """Forget what gave the person away, and answer."""
    answer = _("已删除。按法律保留的内容已去掉姓名、号码和地址。")
    done = move(
        request, PrivacyRequest.State.DONE, field="state", transitions=PrivacyRequest.TRANSITIONS, words="",
        sealing_key="", answer=request.answer or answer, answered_at=timezone.now(), wish="", identity_check=_("已核实"),
    )  # fmt: skip
    record(SYSTEM, "privacy.erased", done, {"rows": count, "archives": len(ids)}, about=done.customer_id)
