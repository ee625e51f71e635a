"""What employees must do and what they should know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit


class Notice(models.Model):
    """Notice 通知: something happened that an employee should know. `key` keeps one deed from telling twice."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="notices", verbose_name=_("员工"))
    kind = models.CharField(_("类型"), max_length=40)
    title = models.CharField(_("内容"), max_length=200)
    url = models.CharField(max_length=300, default="")
    key = models.CharField(max_length=160)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True)

    class Meta:
        verbose_name = _("通知")
        constraints = [models.UniqueConstraint(fields=["employee", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["employee", "-id"], name="notice_list"),
            models.Index(fields=["employee"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Todo(models.Model):
    """Todo 待办: somebody, or anybody of a unit, must do something about a record. It closes when that is done."""

    employee = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="todos", verbose_name=_("员工"))
    unit = models.ForeignKey(OrgUnit, models.CASCADE, null=True, related_name="todos", verbose_name=_("组织单元"))
    kind = models.CharField(_("类型"), max_length=40)
    title = models.CharField(_("事项"), max_length=200)
    url = models.CharField(max_length=300, default="")
    label = models.CharField(max_length=60, help_text="app.model of the record")
    object_id = models.BigIntegerField()
    due_at = models.DateTimeField(_("期限"), null=True)
    created_at = models.DateTimeField(_("时间"))
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
        ]

    def __str__(self) -> str:
        return self.title
