"""What employees must do and what they should know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.notices.kinds import Way
from keqiao.org.models import Employee, OrgUnit

OWN = "notices.todo"  # the label of to-dos that people write down for themselves


class Notice(models.Model):
    """Notice 通知: something happened that an employee should know. `key` keeps one deed from telling twice."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="notices", verbose_name=_("员工"))
    kind = models.CharField(_("类型"), max_length=40)
    title = models.CharField(_("内容"), max_length=200)
    url = models.CharField(max_length=300, default="")
    key = models.CharField(max_length=160)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True)
    digest = models.BooleanField(default=False, help_text="to be listed in the next digest")
    mail_at = models.DateTimeField(null=True, help_text="when it may go by e-mail")
    mailed_at = models.DateTimeField(null=True, help_text="when an e-mail took it along")

    class Meta:
        verbose_name = _("通知")
        constraints = [models.UniqueConstraint(fields=["employee", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["employee", "-id"], name="notice_list"),
            models.Index(fields=["employee", "-id"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["employee", "mail_at"],
                name="notice_to_mail",
                condition=Q(mail_at__isnull=False, mailed_at__isnull=True),
            ),
            models.Index(fields=["employee", "mailed_at"], name="notice_mailed", condition=Q(mailed_at__isnull=False)),
            models.Index(fields=["employee"], name="notice_digest", condition=Q(digest=True, mailed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeChoice(models.Model):
    """How an employee wants to hear of one kind of notice."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="notice_choices", verbose_name=_("员工"))
    kind = models.CharField(_("类型"), max_length=40)
    way = models.CharField(_("提醒方式"), max_length=8, choices=Way.choices)

    class Meta:
        verbose_name = _("通知方式")
        constraints = [models.UniqueConstraint(fields=["employee", "kind"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.way}"


class NoticeHours(models.Model):
    """When an employee wants mail about work: quiet hours of one's own, and the hour of the digest."""

    employee = models.OneToOneField(Employee, models.CASCADE, primary_key=True, related_name="notice_hours")
    quiet_from = models.TimeField(_("免打扰开始"), null=True)
    quiet_until = models.TimeField(_("免打扰结束"), null=True)
    digest = models.BooleanField(_("每日汇总邮件"), default=False)
    digest_hour = models.PositiveSmallIntegerField(_("汇总时间"), default=8)
    digest_on = models.DateField(null=True, help_text="the day whose digest is settled")

    class Meta:
        verbose_name = _("通知时间")
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="notice_digest_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notice_quiet_whole",
            ),
        ]
        indexes = [models.Index(fields=["digest_hour"], name="notice_digests", condition=Q(digest=True))]

    def __str__(self) -> str:
        return str(self.employee)


class Todo(models.Model):
    """Todo 待办: somebody, or anybody of a unit, must do something about a record. It closes when that is done."""

    employee = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="todos", verbose_name=_("员工"))
    unit = models.ForeignKey(OrgUnit, models.CASCADE, null=True, related_name="todos", verbose_name=_("组织单元"))
    kind = models.CharField(_("类型"), max_length=40)
    title = models.CharField(_("事项"), max_length=200)
    url = models.CharField(max_length=300, default="")
    label = models.CharField(max_length=60, help_text="app.model of the record")
    power = models.CharField(max_length=60, default="", help_text="of a unit's to-do: who of the unit sees it")
    anyone = models.BooleanField(default=False, help_text="also with a power that reaches only one's own")
    object_id = models.BigIntegerField()
    due_at = models.DateTimeField(_("期限"), null=True)
    created_at = models.DateTimeField(_("时间"))
    hidden_until = models.DateTimeField(
        _("推迟到"), null=True, help_text="put off by the employee, never past the date"
    )
    done_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("待办")
        constraints = [
            models.CheckConstraint(condition=Q(employee__isnull=True) ^ Q(unit__isnull=True), name="todo_for_one"),
            models.UniqueConstraint(
                fields=["label", "object_id", "kind", "employee"],
                name="todo_open_once",
                condition=Q(done_at__isnull=True, employee__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["label", "object_id", "kind", "unit"],
                name="todo_open_once_unit",
                condition=Q(done_at__isnull=True, unit__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["employee", "due_at", "id"],
                name="todo_of_employee",
                condition=Q(done_at__isnull=True, employee__isnull=False),
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                name="todo_of_unit",
                condition=Q(done_at__isnull=True, unit__isnull=False),
            ),
            models.Index(
                fields=["employee", "-done_at"],
                name="todo_done",
                condition=Q(done_at__isnull=False, employee__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def own(self) -> bool:
        """Written down by the employee, who alone says when it is done."""
        return self.label == OWN
