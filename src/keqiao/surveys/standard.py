"""The questions with which a new survey begins, by its kind, in Chinese and English."""

from typing import Any

from django.utils.translation import gettext, gettext_noop, override

from keqiao.surveys.models import Survey

Language = Survey.Language
WELCOME = gettext_noop("感谢您选择我们。想听听您的真实感受，只需一分钟。")
THANKS = gettext_noop("您的意见我们已经收到，谢谢您的时间。")
# kind of survey → (kind of question, text, required, condition)
QUESTIONS: dict[str, list[dict[str, Any]]] = {
    Survey.Kind.CSAT: [
        {"kind": "score", "text": gettext_noop("您对这次服务满意吗？")},
        {
            "kind": "several", "text": gettext_noop("哪些地方让您不满意？"), "required": False, "when": (1, ["1", "2", "3"]),
            "options": [
                gettext_noop("等待太久"),
                gettext_noop("问题没有解决"),
                gettext_noop("态度不好"),
                gettext_noop("解释不清楚"),
                gettext_noop("其他"),
            ],
        },
        {"kind": "text", "text": gettext_noop("您还有什么想对我们说的？"), "required": False},
    ],
    Survey.Kind.NPS: [
        {"kind": "nps", "text": gettext_noop("您有多大可能把我们推荐给亲友？")},
        {
            "kind": "text", "text": gettext_noop("我们做些什么，您会更愿意推荐？"), "required": False,
            "when": (1, ["0", "1", "2", "3", "4", "5", "6"]),
        },
        {"kind": "text", "text": gettext_noop("您最看重我们的哪一点？"), "required": False, "when": (1, ["9", "10"])},
    ],
    Survey.Kind.CES: [
        {"kind": "ces", "text": gettext_noop("“办这件事不费力”，您同意吗？1 分为完全不同意，7 分为完全同意。")},
        {
            "kind": "choice", "text": gettext_noop("最费力的是哪一步？"), "required": False, "when": (1, ["1", "2", "3", "4"]),
            "options": [
                gettext_noop("找到联系方式"),
                gettext_noop("反复说明情况"),
                gettext_noop("等待答复"),
                gettext_noop("上门约时间"),
                gettext_noop("其他"),
            ],
        },
        {"kind": "text", "text": gettext_noop("怎样可以让您更省心？"), "required": False},
    ],
    Survey.Kind.OWN: [],
}  # fmt: skip
COLUMNS = [
    gettext_noop("很不满意"),
    gettext_noop("不满意"),
    gettext_noop("一般"),
    gettext_noop("满意"),
    gettext_noop("很满意"),
]
ENDS = {
    "score": (gettext_noop("很不满意"), gettext_noop("很满意")),
    "nps": (gettext_noop("完全不可能"), gettext_noop("非常可能")),
    "ces": (gettext_noop("完全不同意"), gettext_noop("完全同意")),
}


def wording(text: str, language: str) -> tuple[str, str]:
    """A sentence in the survey's own language, and in English where the survey has both."""
    with override("en" if language == Language.EN else "zh-hans"):
        own = gettext(text)
    with override("en"):
        return own, gettext(text) if language == Language.BOTH else ""


def lines(texts: list[str], language: str, letter: str = "o") -> list[dict[str, str]]:
    """Options with their codes."""
    both = [wording(text, language) for text in texts]
    return [{"code": f"{letter}{n}", "text": text, "en": english} for n, (text, english) in enumerate(both, 1)]


def frame(language: str) -> dict[str, str]:
    """The words before and after."""
    welcome, welcome_en = wording(WELCOME, language)
    thanks, thanks_en = wording(THANKS, language)
    return {"welcome": welcome, "welcome_en": welcome_en, "thanks": thanks, "thanks_en": thanks_en}


def questions(kind: str, language: str) -> list[dict[str, Any]]:
    """The fields of the questions of a new survey of that kind."""
    made = []
    for place, one in enumerate(QUESTIONS[kind], 1):
        text, english = wording(one["text"], language)
        number, codes = one.get("when", (0, []))
        made.append(
            {
                "key": f"q{place}", "place": place, "kind": one["kind"], "text": text, "text_en": english,
                "required": one.get("required", True), "options": lines(one.get("options", []), language),
                "when_key": f"q{number}" if number else "", "when_codes": codes,
            }
        )  # fmt: skip
    return made


def usual_columns(language: str) -> list[dict[str, str]]:
    """The columns of a matrix for which nobody gave any."""
    return lines(COLUMNS, language, "c")
