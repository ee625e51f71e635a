"""What this app itself holds about a customer."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers.holdings import Holding, Kept, Row, register
from keqiao.customers.id_numbers import PURPOSE
from keqiao.customers.models import (
    Address,
    Consent,
    Contact,
    ContactPoint,
    Customer,
    CustomerRole,
    CustomerTag,
    FieldValue,
    IdentityNumber,
    ImportantDate,
    ImportBatch,
    ImportRow,
    Merge,
    Relation,
    RestWish,
)
from keqiao.files.models import Attachment
from keqiao.files.storage import full_path
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.resource.declare import Label
from keqiao.mailing.actions import forget

OWN = "customers.customer"
PARTS = (
    ContactPoint, Address, Contact, ImportantDate, IdentityNumber, CustomerRole, CustomerTag, FieldValue, RestWish, Consent,
)  # fmt: skip
PROFILE = (
    "number", "name", "kind", "tier", "life_cycle", "source", "region", "province", "city", "address", "gender", "birthday",
    "company_name", "preferred_channel", "preferred_time", "preferences", "note", "external_number", "created_at",
)  # fmt: skip
SEEN = 500


def plain(row: Any, names: Iterable[str]) -> Row:
    """Fields of a row under their labels, as people read them; empty ones are left out."""
    found: Row = {}
    for name in names:
        field = row._meta.get_field(name)
        value = getattr(row, f"get_{name}_display")() if field.choices else getattr(row, name)
        if value not in (None, "", [], {}):
            found[str(field.verbose_name)] = shown(value)
    return found


def shown(value: Any) -> Any:
    """A value as JSON and a sheet hold it; times in the local zone."""
    if hasattr(value, "tzinfo"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value if isinstance(value, bool | int) else str(value)


def columns(*names: str) -> Any:
    """A function that gives these fields of every row of a queryset."""

    def rows(found: QuerySet[Any]) -> list[Row]:
        return [plain(row, names) for row in found.order_by("pk")]

    return rows


def identities(ids: Sequence[int]) -> list[Row]:
    """Documents with the whole number: it is the person's own."""
    found = []
    for row in IdentityNumber.objects.filter(customer_id__in=ids).order_by("pk"):
        try:
            number = sealing.unseal(row.key, row.sealed, PURPOSE)
        except sealing.Unreadable:
            number = row.masked
        found.append({_("证件类型"): str(row.get_kind_display()), _("证件号码"): number})
    return found


def relations(ids: Sequence[int]) -> list[Row]:
    """What kinds of relations there are; the other people's data are theirs."""
    rows = Relation.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids)).order_by("pk")
    return [{_("关系"): str(row.get_kind_display()), _("说明"): row.note} for row in rows]


def deeds(ids: Sequence[int]) -> list[Row]:
    """Who did what with the archive, and who looked at it or took it away."""
    rows = Event.objects.filter(Q(label=OWN, object_id__in=ids) | Q(about_id__in=ids)).order_by("-pk")[:SEEN]
    return [
        {_("时间"): shown(row.at), _("人员"): row.who, _("做了什么"): wording.verb(row.verb), _("记录"): row.title}
        for row in rows
        if wording.verb(row.verb) != row.verb
    ]


def imported(ids: Sequence[int]) -> list[Row]:
    """From which files the archive came."""
    rows = ImportRow.objects.filter(customer_id__in=ids).select_related("batch").order_by("pk")
    return [{_("文件名"): row.batch.name, _("行"): row.row, _("导入时间"): shown(row.batch.created_at)} for row in rows]


def files_of(ids: Sequence[int]) -> QuerySet[Attachment]:
    """Files that hang on the archive."""
    return Attachment.objects.filter(owner_label=OWN, owner_id__in=ids)


def erase_profile(ids: Sequence[int]) -> int:
    """The archive's own row keeps number and dates, so that what happened still adds up; everything else goes."""
    return Customer.objects.filter(pk__in=ids).update(
        erased=True, name="已删除客户", initials="ysckh", phone_masked="", region="", division="", province="", city="",
        address="", gender="", birthday=None, company_name="", preferred_channel="", preferred_time="", preferences="",
        note="", external_source="", external_number="", updated_at=timezone.now(), verified_at=None,
    )  # fmt: skip


def erase_parts(ids: Sequence[int]) -> int:
    """Contact points, addresses and all other parts go, and the mails that were sent to the person."""
    mails = ContactPoint.objects.filter(customer_id__in=ids, kind=ContactPoint.Kind.EMAIL)
    forget(actor=SYSTEM, addresses=list(mails.values_list("value", flat=True)))
    count = sum(model._default_manager.filter(customer_id__in=ids).delete()[0] for model in PARTS)
    return count + Relation.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids)).delete()[0]


def erase_files(ids: Sequence[int]) -> int:
    """The rows, and the bytes with them; what a crash leaves behind goes with the hourly sweep."""
    for stored in files_of(ids).values_list("stored", flat=True):
        transaction.on_commit(partial(unlink, stored))
    return int(files_of(ids).delete()[0])


def unlink(stored: str) -> None:
    """Take the bytes of a file off the disk."""
    full_path(stored).unlink(missing_ok=True)


def erase_imports(ids: Sequence[int]) -> int:
    """Lines of files lose their content; a file that is done with goes, since a person cannot be cut out of it."""
    rows = ImportRow.objects.filter(customer_id__in=ids)
    batches = set(rows.values_list("batch_id", flat=True))
    count = rows.update(cells=[], before={}, reason="")
    for batch in ImportBatch.objects.filter(pk__in=batches).exclude(file=""):
        if batch.state not in {ImportBatch.State.RUNNING, ImportBatch.State.UNDOING}:
            Path(batch.file.path).unlink(missing_ok=True)
            ImportBatch.objects.filter(pk=batch.pk).update(file="")
            count += 1
    Merge.objects.filter(Q(survivor_id__in=ids) | Q(merged_id__in=ids)).update(fields={}, left=[])
    return count


def running_imports(ids: Sequence[int], since: date) -> list[Kept]:
    """An import that is at work on the archive is waited for."""
    busy = ImportBatch.objects.filter(
        outcomes__customer_id__in=ids, state__in=[ImportBatch.State.RUNNING, ImportBatch.State.UNDOING]
    ).distinct()
    count = busy.count()
    return [Kept(_("正在进行的导入"), count, _("导入结束后再删除"), blocks=True)] if count else []


def of(model: Any, *names: str) -> Any:
    """A function that gives these fields of a customer's rows of a model."""
    give = columns(*names)
    return lambda ids: give(model._default_manager.filter(customer_id__in=ids))


def tags(ids: Sequence[int]) -> list[Row]:
    """The words that the customer carries."""
    rows = CustomerTag.objects.filter(customer_id__in=ids).select_related("tag").order_by("pk")
    return [{_("标签"): row.tag.name} for row in rows]


def consents(ids: Sequence[int]) -> list[Row]:
    """Every word about consents that was ever written down."""
    give = columns("purpose", "channel", "given", "at", "how", "evidence")
    return give(Consent.objects.filter(customer_id__in=ids))  # type: ignore[no-any-return]


def values(ids: Sequence[int]) -> list[Row]:
    """The department's own fields."""
    rows = FieldValue.objects.filter(customer_id__in=ids).select_related("field").order_by("pk")
    return [{_("字段"): row.field.name, _("内容"): row.field.label_of(row.value)} for row in rows]


def declare() -> None:
    """Called when the app is ready."""
    masked = gettext_lazy("去掉姓名和全部个人资料，只留编号和日期")
    give = columns(*PROFILE)
    register(Holding(
        "customer", gettext_lazy("客户档案"), lambda ids: give(Customer.objects.filter(pk__in=ids)), erase=erase_profile,
        gone=masked, told={OWN: ("note", "tags")},
    ))  # fmt: skip
    gone = gettext_lazy("删除")
    declare_parts(gone)
    declare_traces(gone)


def declare_parts(gone: Label) -> None:
    """What hangs on the archive's own row."""
    register(
        Holding(
            "points", gettext_lazy("联系方式"), of(ContactPoint, "kind", "value", "label"), erase=erase_parts, gone=gone
        )
    )
    register(
        Holding(
            "addresses", gettext_lazy("地址"), of(Address, "kind", "province", "city", "detail", "label"), gone=gone
        )
    )
    register(Holding("contacts", gettext_lazy("联系人"), of(Contact, "name", "post", "department", "note"), gone=gone))
    register(Holding("dates", gettext_lazy("重要日期"), lambda ids: [
        {_("日子"): str(row.get_kind_display()), _("日期"): row.text, _("说明"): row.label}
        for row in ImportantDate.objects.filter(customer_id__in=ids).order_by("pk")
    ], gone=gone))  # fmt: skip
    register(Holding("identities", gettext_lazy("证件"), identities, gone=gone))
    register(
        Holding(
            "consents",
            gettext_lazy("同意与拒绝"),
            consents,
            gone=gone,
        )
    )
    register(Holding("tags", gettext_lazy("标签"), tags, gone=gone))
    register(Holding("values", gettext_lazy("自定义字段"), values, gone=gone))
    register(Holding("relations", gettext_lazy("客户关系"), relations, gone=gone))


def declare_traces(gone: Label) -> None:
    """Files, imports and what was written down about them."""
    register(Holding(
        "files", gettext_lazy("附件"),
        lambda ids: [{_("文件名"): row.name, _("上传时间"): shown(row.created_at)} for row in files_of(ids).order_by("pk")],
        erase=erase_files, gone=gone,
    ))  # fmt: skip
    register(Holding(
        "imports", gettext_lazy("导入的文件和原始行"), imported, kept=running_imports, erase=erase_imports, gone=gone,
    ))  # fmt: skip
    register(
        Holding(
            "deeds",
            gettext_lazy("操作与查看记录"),
            deeds,
            gone=gettext_lazy("保留谁在何时做了什么，去掉姓名、号码和内容"),
        )
    )
