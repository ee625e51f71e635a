"""How people look at lists. Rows here change what a page shows, never what anybody may see."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit


class ListView(models.Model):
    """A saved view 列表视图: tab, search, filters, order and columns of one list, under a name; one's own or a unit's."""

    resource = models.CharField(_("列表"), max_length=40, help_text="name of the resource")
    name = models.CharField(_("视图名称"), max_length=40)
    owner = models.ForeignKey(Employee, models.CASCADE, verbose_name=_("创建人"), related_name="list_views")
    unit = models.ForeignKey(
        OrgUnit, models.CASCADE, null=True, blank=True, verbose_name=_("共享给"), related_name="list_views"
    )
    query = models.CharField(
        max_length=2000, blank=True, help_text="query string, as kernel.resource.choosing.canonical"
    )
    columns = models.JSONField(default=list, help_text="names in order; empty for the usual ones")
    place = models.IntegerField(default=0, help_text="order among the owner's views of the list")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("列表视图")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "resource", "name"],
                name="list_view_name_once",
                violation_error_message=_("您在这个列表里已有同名的视图。"),
            )
        ]
        indexes = [
            models.Index(fields=["unit", "resource"], name="list_view_shared", condition=models.Q(unit__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name


class Habit(models.Model):
    """One person's ways with one list: the columns chosen and the view it opens with."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="list_habits")
    resource = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    default = models.ForeignKey(ListView, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("列表习惯")
        constraints = [models.UniqueConstraint(fields=["employee", "resource"], name="list_habit_once")]

    def __str__(self) -> str:
        return self.resource
