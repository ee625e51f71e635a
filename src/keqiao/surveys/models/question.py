"""One question of a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.surveys.models.survey import Version

# what the numbered kinds offer, worst first
SCALES: dict[str, range] = {"score": range(1, 6), "nps": range(11), "ces": range(1, 8)}
LONGEST = 1000  # characters of one answer in words


class Question(models.Model):
    """A question. `key` stays the same from version to version, so that answers to all of them are counted together.

    `options` are [{"code", "text", "en"}]: what is chosen from, and the rows of a matrix; `columns` are the same for its
    columns. The question is asked only if `when_key`, an earlier one, was answered by one of `when_codes`.
    """

    class Kind(models.TextChoices):
        SCORE = "score", _("满意度评分（1–5 分）")
        NPS = "nps", _("推荐意愿（0–10 分）")
        CES = "ces", _("省力程度（1–7 分）")
        CHOICE = "choice", _("单选")
        SEVERAL = "several", _("多选")
        TEXT = "text", _("文字")
        MATRIX = "matrix", _("矩阵")

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions", db_index=False)
    key = models.CharField(_("题号"), max_length=6)
    place = models.PositiveSmallIntegerField(_("顺序"))
    kind = models.CharField(_("题型"), max_length=8, choices=Kind.choices)
    text = models.CharField(_("题目"), max_length=200)
    text_en = models.CharField(_("题目（英文）"), max_length=300, blank=True)
    required = models.BooleanField(_("必答"), default=True)
    options = models.JSONField(_("选项"), default=list)
    columns = models.JSONField(_("矩阵的列"), default=list)
    when_key = models.CharField(_("显示条件的题号"), max_length=6, blank=True)
    when_codes = models.JSONField(_("显示条件的答案"), default=list)

    class Meta:
        verbose_name = _("题目")
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="survey_question_key")]
        indexes = [models.Index(fields=["version", "place"], name="survey_question_place")]

    def __str__(self) -> str:
        return self.text

    @property
    def scale(self) -> range | None:
        """The numbers of a numbered kind."""
        return SCALES.get(self.kind)

    @property
    def codes(self) -> list[str]:
        """What an answer may be chosen from; empty for text."""
        if self.scale is not None:
            return [str(number) for number in self.scale]
        return [one["code"] for one in self.options]

    @property
    def decides(self) -> bool:
        """Whether other questions may depend on its answer."""
        return self.kind not in {self.Kind.TEXT, self.Kind.MATRIX}
