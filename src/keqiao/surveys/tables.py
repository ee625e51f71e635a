"""What the lists of surveys and questions show."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.templatetags.ui import badge
from keqiao.surveys import policies
from keqiao.surveys.forms import answers_of
from keqiao.surveys.models import Question, Survey


def state_words(obj: Survey, _actor: Actor) -> str:
    """Whether it is answered, stopped or not published yet."""
    if policies.current(obj) is None:
        return _("未发布")
    return _("已发布") if obj.active else _("已停用")


def state(obj: Survey, actor: Actor) -> SafeString:
    """The same as a coloured word."""
    published = policies.current(obj) is not None
    return badge(state_words(obj, actor), ("success" if obj.active else "neutral") if published else "warning")


def version_words(obj: Survey, _actor: Actor) -> str:
    """The version that is answered, and whether a draft waits beside it."""
    now, draft = policies.current(obj), policies.draft(obj)
    parts = [_("第 %(n)s 版") % {"n": now.number}] if now else []
    parts += [_("草稿第 %(n)s 版") % {"n": draft.number}] if draft else []
    return _("，").join(parts)


def named(obj: Survey, _actor: Actor) -> SafeString:
    """Name over purpose."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.name, obj.purpose)


def condition_words(question: Question, known: dict[str, Question]) -> str:
    """When a question is asked, in words; empty for always."""
    decider = known.get(question.when_key)
    if decider is None:
        return ""
    words = dict(answers_of(decider))
    said = _("、").join(str(words.get(code, code)) for code in question.when_codes)
    return _("第 %(n)s 题答“%(said)s”时才问") % {"n": decider.place, "said": said}
