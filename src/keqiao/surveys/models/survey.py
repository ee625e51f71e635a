"""The survey and its versions. What was published is never changed: a change makes the next version."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Survey(models.Model):
    """A questionnaire with its purpose. What is asked stands in its versions; answers of all of them count together."""

    class Kind(models.TextChoices):
        CSAT = "csat", _("满意度（CSAT）")
        NPS = "nps", _("净推荐值（NPS）")
        CES = "ces", _("费力程度（CES）")
        OWN = "own", _("自定义问卷")

    class Basis(models.TextChoices):
        """Why customers may be asked: about a service just given, or because they agreed to be asked."""

        SERVICE = "service", _("就办完的事项征求意见")
        SURVEY = "survey", _("一般调查，须客户同意")

    class Language(models.TextChoices):
        ZH = "zh-hans", _("中文")
        EN = "en", _("英文")
        BOTH = "both", _("中英文，按客户的语言")

    name = models.CharField(_("问卷名称"), max_length=60, unique=True)
    kind = models.CharField(_("问卷类型"), max_length=6, choices=Kind.choices)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    basis = models.CharField(_("征求意见的依据"), max_length=8, choices=Basis.choices, default=Basis.SERVICE)
    language = models.CharField(_("语言"), max_length=8, choices=Language.choices, default=Language.ZH)
    expiry_days = models.PositiveSmallIntegerField(_("链接有效天数"), default=14)
    low_score = models.PositiveSmallIntegerField(
        _("低分线"), null=True, help_text=_("主要评分不高于此分时，责任部门会收到整改任务。")
    )
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, null=True, verbose_name=_("负责部门"), related_name="+", db_index=False
    )
    made_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("制作人"), related_name="+", db_index=False
    )
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("问卷")
        constraints = [
            models.CheckConstraint(condition=Q(expiry_days__range=(1, 180)), name="survey_expiry"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def both(self) -> bool:
        """Whether every wording has to be there in English too."""
        return self.language == self.Language.BOTH


class Version(models.Model):
    """What is asked, with the words before and after. Only the draft can be changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        CURRENT = "current", _("已发布")
        OLD = "old", _("以往版本")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT)
    welcome = models.TextField(_("欢迎语"), blank=True)
    welcome_en = models.TextField(_("欢迎语（英文）"), blank=True)
    thanks = models.TextField(_("致谢语"), blank=True)
    thanks_en = models.TextField(_("致谢语（英文）"), blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True)
    published_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("发布人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("问卷版本")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state="draft"), name="survey_draft_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state="current"), name="survey_current_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"


TRANSITIONS: dict[str, frozenset[str]] = {
    Version.State.DRAFT: frozenset({Version.State.CURRENT}),
    Version.State.CURRENT: frozenset({Version.State.OLD}),
    Version.State.OLD: frozenset(),
}
