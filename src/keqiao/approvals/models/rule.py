"""Who decides a step: the same fields in a flow and in a running approval, which keeps those it began with."""

from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class Who(models.TextChoices):
    """Ways to say who decides."""

    POWER = "power", _("有某项权限的人")
    POSITION = "position", _("任某个岗位的人")
    MANAGER = "manager", _("申请人的上级")
    PERSON = "person", _("指定的人")


class Rule(models.Model):
    """Who decides one step, and how long that may take. Which of the fields count depends on `who`."""

    place = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("步骤名称"), max_length=40, blank=True)
    who = models.CharField(_("由谁审批"), max_length=10, choices=Who.choices)
    power = models.CharField(_("权限"), max_length=60, blank=True)
    position = models.ForeignKey("org.Position", models.PROTECT, null=True, verbose_name=_("岗位"), related_name="+")
    levels = models.PositiveSmallIntegerField(_("向上几级"), default=1)
    person = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("指定的人"), related_name="+")
    every = models.BooleanField(_("须全部同意"), default=False)
    minutes = models.PositiveIntegerField(_("处理时限"), null=True, help_text="working time; null is no limit")

    class Meta:
        abstract = True

    @property
    def whom(self) -> str:
        """Who decides, in words."""
        if self.who == Who.POWER:
            label = next((str(one.label) for one in powers.every() if one.code == self.power), self.power)
            return now_("有“%s”权限的人") % label
        if self.who == Who.POSITION:
            return str(self.position)
        if self.who == Who.PERSON:
            return str(self.person)
        return now_("申请人的直接上级") if self.levels == 1 else now_("申请人的上 %d 级主管") % self.levels

    @property
    def title(self) -> str:
        """The step's name, else who decides it."""
        return self.name or self.whom
