"""What matters are about and why they arise: types and causes, kept by the department itself."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Node(models.Model):
    """A named place in a tree of two levels."""

    name = models.CharField(_("名称"), max_length=40)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        abstract = True

    parent: Any

    def __str__(self) -> str:
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


class Category(Node):
    """What a ticket is about. Its name, place and use follow the version of the rules in force."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"), related_name="children"
    )

    class Meta:
        verbose_name = _("问题类别")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="category_once", violation_error_message=_("同一级已有同名的类别。")
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(parent=None),
                name="category_top_once",
                violation_error_message=_("同一级已有同名的类别。"),
            ),
        ]


class Cause(Node):
    """Why it came to a complaint."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"), related_name="children"
    )

    class Meta:
        verbose_name = _("投诉原因")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="cause_once", violation_error_message=_("同一级已有同名的原因。")
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(parent=None),
                name="cause_top_once",
                violation_error_message=_("同一级已有同名的原因。"),
            ),
        ]
