"""Position descriptions with their duties and confirmations; work handed over, with every record of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, Position


class PositionDescription(models.Model):
    """PositionDescription 岗位说明书: one version of what a position is for and answers for.

    The version is a letter and a figure, like B/0: the figure grows with each revision, the letter with each re-issue.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("编制中")
        REVIEW = "review", _("审核中")
        APPROVAL = "approval", _("待批准")
        IN_FORCE = "in_force", _("现行有效")
        REPLACED = "replaced", _("已被替代")
        DROPPED = "dropped", _("已放弃")

    position = models.ForeignKey(Position, models.PROTECT, verbose_name=_("岗位"), related_name="descriptions")
    edition = models.CharField(_("版本"), max_length=1)
    revision = models.PositiveSmallIntegerField(_("修订次数"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    department = models.CharField(_("隶属部门"), max_length=80, blank=True)
    superior = models.CharField(_("直接上级"), max_length=120, blank=True)
    subordinates = models.CharField(_("直接下级"), max_length=200, blank=True)
    contacts_inside = models.CharField(_("对内联络"), max_length=300, blank=True)
    contacts_outside = models.CharField(_("对外联络"), max_length=300, blank=True)
    purpose = models.TextField(_("岗位目的"), blank=True)
    objective = models.TextField(_("工作目标"), blank=True)
    qualifications = models.TextField(_("任职资格"), blank=True)
    training = models.TextField(_("培训计划"), blank=True)
    career = models.CharField(_("发展方向"), max_length=200, blank=True)
    interchangeable = models.CharField(_("可互换岗位"), max_length=200, blank=True)
    replaceable = models.CharField(_("可替换岗位"), max_length=200, blank=True)
    conditions = models.TextField(_("工作条件"), blank=True)
    change_note = models.CharField(_("变更说明"), max_length=300, blank=True)
    drafted_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("编制"), related_name="+")
    drafted_at = models.DateTimeField(_("编制时间"))
    reviewed_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("审核"), related_name="+")
    reviewed_at = models.DateTimeField(_("审核时间"), null=True)
    approved_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("批准"), related_name="+")
    in_force_on = models.DateField(_("生效日期"), null=True)
    replaced_on = models.DateField(_("停用日期"), null=True)
    returned_note = models.CharField(_("退回意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("岗位说明书")
        constraints = [
            models.UniqueConstraint(
                fields=["position", "edition", "revision"],
                condition=~Q(state="dropped"),
                name="description_version_once",
                violation_error_message=_("这个岗位已有同一版本的说明书。"),
            ),
            models.UniqueConstraint(
                fields=["position"],
                condition=Q(state="in_force"),
                name="description_in_force_once",
                violation_error_message=_("一个岗位只能有一份现行有效的说明书。"),
            ),
            models.UniqueConstraint(
                fields=["position"],
                condition=Q(state__in=("draft", "review", "approval")),
                name="description_drafted_once",
                violation_error_message=_("这个岗位已有一份在编制或审批的说明书。"),
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="description_state")]

    def __str__(self) -> str:
        return f"{self.position.name} {self.version}"

    @property
    def version(self) -> str:
        """Letter and figure."""
        return f"{self.edition}/{self.revision}"

    @classmethod
    def label_of(cls, name: str) -> str:
        """What a field is called."""
        return str(cls._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column, no relation to it

    @property
    def number(self) -> str:
        """The number of the controlled document; the same for all versions of a position."""
        return f"GW-{self.position_id:03d}"


TRANSITIONS: dict[str, frozenset[str]] = {
    PositionDescription.State.DRAFT: frozenset({PositionDescription.State.REVIEW, PositionDescription.State.DROPPED}),
    PositionDescription.State.REVIEW: frozenset({PositionDescription.State.APPROVAL, PositionDescription.State.DRAFT}),
    PositionDescription.State.APPROVAL: frozenset(
        {PositionDescription.State.IN_FORCE, PositionDescription.State.DRAFT}
    ),
    PositionDescription.State.IN_FORCE: frozenset({PositionDescription.State.REPLACED}),
}


class Duty(models.Model):
    """One duty of a description, with the norm it is done by, how it is measured, and the powers that it needs."""

    description = models.ForeignKey(PositionDescription, models.CASCADE, related_name="duties")
    place = models.PositiveSmallIntegerField(_("顺序"))
    duty = models.TextField(_("职责"))
    norm = models.TextField(_("工作规范"), blank=True)
    kpi = models.TextField(_("考核指标"), blank=True)
    powers = models.JSONField(_("权限"), default=list)

    class Meta:
        verbose_name = _("职责")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.duty[:60]


class Confirmation(models.Model):
    """Somebody who holds the position has read the description that is in force."""

    description = models.ForeignKey(PositionDescription, models.CASCADE, related_name="confirmations")
    employee = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("员工"), related_name="+")
    at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("阅读确认")
        constraints = [models.UniqueConstraint(fields=["description", "employee"], name="confirmation_once")]


class WorkTransfer(models.Model):
    """WorkTransfer 工作移交: what one person held went to others, in one step and on record."""

    class Reason(models.TextChoices):
        LEAVING = "leaving", _("离职")
        ABSENCE = "absence", _("长期请假")
        SHARING = "sharing", _("调整分工")

    class State(models.TextChoices):
        RUNNING = "running", _("移交中")
        DONE = "done", _("已完成")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    giver = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("移交人"), related_name="+")
    reason = models.CharField(_("原因"), max_length=10, choices=Reason.choices)
    left_on = models.DateField(_("离职日期"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    moved = models.PositiveIntegerField(_("移交件数"), default=0)
    created_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("经办人"), related_name="+")
    created_at = models.DateTimeField(_("移交时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("工作移交")
        constraints = [
            models.UniqueConstraint(
                fields=["giver"],
                condition=Q(state="running"),
                name="transfer_running_once",
                violation_error_message=_("这位员工的工作正在移交，请等它完成。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.giver.name}"


class TransferShare(models.Model):
    """All of one kind that goes to one receiver. `label` is the kind's name as it was then."""

    transfer = models.ForeignKey(WorkTransfer, models.CASCADE, related_name="shares")
    kind = models.CharField(max_length=40)
    label = models.CharField(_("事项"), max_length=60)
    receiver = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("接收人"), related_name="+")
    found = models.PositiveIntegerField(_("原有件数"), default=0)
    moved = models.PositiveIntegerField(_("移交件数"), default=0)

    class Meta:
        verbose_name = _("移交事项")
        constraints = [models.UniqueConstraint(fields=["transfer", "kind"], name="transfer_share_once")]


class TransferItem(models.Model):
    """One record that went over."""

    share = models.ForeignKey(TransferShare, models.CASCADE, related_name="items")
    label = models.CharField(max_length=60, help_text="app.model of the record")
    object_id = models.BigIntegerField()
    title = models.CharField(_("记录"), max_length=200)
    at = models.DateTimeField(_("移交时间"))

    class Meta:
        verbose_name = _("移交记录")
        indexes = [models.Index(fields=["share", "id"], name="transfer_items")]
