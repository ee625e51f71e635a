"""What was answered: one response with its main score, and an answer row for each thing chosen or written."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.surveys.models.asking import Invitation, Poster
from keqiao.surveys.models.question import Question
from keqiao.surveys.models.survey import Survey, Version
from keqiao.tickets.models import Ticket


class Response(models.Model):
    """One questionnaire filled in. `metric` and `score` are the kind and the answer of its main question.

    What it is about – agent, unit, product – is copied from the invitation or the poster, so that it stays as it was.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name=_("问卷"), related_name="responses", db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("版本"), related_name="+", db_index=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, related_name="response")
    poster = models.ForeignKey(
        Poster, models.PROTECT, null=True, verbose_name=_("海报"), related_name="responses", db_index=False
    )
    browser = models.CharField(max_length=64, blank=True, editable=False, help_text="sha256 of the browser's cookie")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, verbose_name=_("客户"), related_name="+", db_index=False
    )
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, verbose_name=_("工单"), related_name="+", db_index=False
    )
    agent = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("服务人员"), related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, verbose_name=_("服务部门"), related_name="+", db_index=False
    )
    product = models.CharField(_("产品"), max_length=80, blank=True)
    language = models.CharField(_("语言"), max_length=8, choices=Survey.Language.choices[:2])
    metric = models.CharField(_("主要评分"), max_length=8, blank=True)
    score = models.PositiveSmallIntegerField(_("评分"), null=True)
    low = models.BooleanField(_("低分"), default=False)
    said = models.TextField(_("意见"), blank=True)
    at = models.DateTimeField(_("作答时间"), default=timezone.now)

    class Meta:
        verbose_name = _("答卷")
        constraints = [
            models.CheckConstraint(
                condition=Q(invitation=None, poster__isnull=False) | Q(invitation__isnull=False, poster=None),
                name="survey_response_source",
            ),
            models.UniqueConstraint(
                fields=["poster", "browser"], condition=Q(poster__isnull=False), name="survey_poster_browser"
            ),
        ]
        indexes = [
            models.Index(fields=["survey", "at", "id"], name="survey_response_time"),
            models.Index(fields=["unit", "at"], name="survey_response_unit"),
            models.Index(fields=["agent", "at"], name="survey_response_agent"),
            models.Index(fields=["customer", "at"], name="survey_response_customer"),
            models.Index(fields=["at", "id"], name="survey_response_at"),
        ]

    def __str__(self) -> str:
        return f"{self.survey.name} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class Answer(models.Model):
    """One thing answered: the code chosen (of a row, in a matrix), or the words written."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    key = models.CharField(_("题号"), max_length=6)
    kind = models.CharField(_("题型"), max_length=8, choices=Question.Kind.choices)
    row = models.CharField(_("矩阵的行"), max_length=6, blank=True)
    code = models.CharField(_("选项"), max_length=6, blank=True)
    text = models.TextField(_("文字"), blank=True)

    class Meta:
        verbose_name = _("回答")
        ordering = ["id"]
        indexes = [models.Index(fields=["key", "row", "code"], name="survey_answer_code")]

    def __str__(self) -> str:
        return f"{self.key} {self.row} {self.code}"
