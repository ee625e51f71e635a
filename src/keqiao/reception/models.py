"""The reception register: an entry for each call and each walk-in, and the words to choose from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.org.models import Employee, OrgUnit


class Word(models.Model):
    """A word to choose from: how the customer came to know us, or what he is interested in."""

    class Kind(models.TextChoices):
        SOURCE = "source", _("获知途径")
        INTEREST = "interest", _("意向")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=20)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("接待选项")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], name="reception_word_once", violation_error_message=_("已有同名的选项。")
            )
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """ReceptionEntry 接待登记. `first` marks the customer's first contact in the register, whichever way it came.

    `caller` and `phone_masked` are as they were told, so that the register can be read by those who do not see the
    customer. What an entry was turned into is named by label, id and number: it belongs to an app above.
    """

    class Way(models.TextChoices):
        CALL = "call", _("来电")
        WALK_IN = "walk_in", _("来访")

    class Status(models.TextChoices):
        NOTED = "noted", _("已接待")
        WAITING = "waiting", _("待跟进")
        FOLLOWED = "followed", _("已跟进")
        TURNED = "turned", _("已转办")
        VOID = "void", _("已作废")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    way = models.CharField(_("方式"), max_length=8, choices=Way.choices)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("客户"), related_name="receptions", db_index=False
    )
    first = models.BooleanField(_("首次"), default=False)
    caller = models.CharField(_("来人称呼"), max_length=100)
    phone_masked = models.CharField(_("电话"), max_length=32, blank=True, default="")
    source = models.ForeignKey(
        Word, models.PROTECT, null=True, verbose_name=_("获知途径"), related_name="+", db_index=False
    )
    interest = models.ForeignKey(
        Word, models.PROTECT, null=True, verbose_name=_("意向"), related_name="+", db_index=False
    )
    matter = models.CharField(_("来意"), max_length=500, blank=True, default="")
    at = models.DateTimeField(_("接待时间"))
    received_by = models.ForeignKey(
        Employee, models.PROTECT, verbose_name=_("接待人"), related_name="receptions", db_index=False
    )
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("接待部门"), related_name="+", db_index=False)
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.NOTED)
    follower = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("跟进人"), related_name="+", db_index=False
    )
    follow_on = models.DateField(_("跟进日期"), null=True)
    follow_note = models.CharField(_("跟进要求"), max_length=300, blank=True, default="")
    result = models.CharField(_("跟进结果"), max_length=500, blank=True, default="")
    followed_at = models.DateTimeField(_("跟进时间"), null=True)
    turned_label = models.CharField(max_length=60, blank=True, default="", editable=False)
    turned_id = models.BigIntegerField(null=True, editable=False)
    turned_number = models.CharField(_("转办单号"), max_length=24, blank=True, default="", editable=False)
    reason = models.CharField(_("作废原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("接待登记")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(first=True),
                name="reception_first_once",
                violation_error_message=_("这位客户的首次接待已经登记。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(follower__isnull=False, follow_on__isnull=False),
                name="reception_waiting_has_follower",
            ),
            models.CheckConstraint(condition=~Q(status="void", first=True), name="reception_void_is_not_first"),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="reception_at"),
            models.Index(fields=["received_by", "at", "id"], name="reception_mine"),
            models.Index(fields=["unit", "at", "id"], name="reception_of_unit"),
            models.Index(fields=["customer", "at"], name="reception_of_customer"),
            models.Index(
                fields=["follower", "follow_on", "id"], name="reception_follow", condition=Q(status="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.caller}"


TRANSITIONS: dict[str, frozenset[str]] = {
    Entry.Status.NOTED: frozenset({Entry.Status.WAITING, Entry.Status.TURNED, Entry.Status.VOID}),
    Entry.Status.WAITING: frozenset(
        {Entry.Status.WAITING, Entry.Status.FOLLOWED, Entry.Status.TURNED, Entry.Status.VOID}
    ),
    Entry.Status.FOLLOWED: frozenset({Entry.Status.WAITING, Entry.Status.TURNED}),
    Entry.Status.TURNED: frozenset(),
    Entry.Status.VOID: frozenset(),
}
