"""How alike two archives are. A name alone is no reason; it only weighs beside one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# How much each common key says by itself, in percent, and its words.
WEIGHTS = {"id": 95, "phone": 60, "email": 60, "wechat": 60, "wecom": 60, "qq": 50, "company": 50}
WORDS = {
    "id": gettext_lazy("证件号码相同"),
    "phone": gettext_lazy("电话相同"),
    "email": gettext_lazy("邮箱相同"),
    "wechat": gettext_lazy("微信相同"),
    "wecom": gettext_lazy("企业微信相同"),
    "qq": gettext_lazy("QQ 相同"),
    "company": gettext_lazy("姓名和单位都相同"),
    "name": gettext_lazy("姓名相同"),
    "birthday": gettext_lazy("生日相同"),
}
SAME_NAME, SAME_BIRTHDAY = 25, 15
OTHER_BIRTHDAY, OTHER_GENDER, OTHER_KIND = -25, -20, -15


def rate(keys: Iterable[str], one: Mapping[str, Any], two: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Score from 5 to 100 and the reasons, the weightiest first. `one` and `two` are the customers' own fields."""
    reasons = sorted(keys, key=lambda key: (-WEIGHTS[key], key))
    apart = 1.0
    for key in reasons:
        apart *= 1 - WEIGHTS[key] / 100
    score = 100 * (1 - apart)
    if one["name"] == two["name"]:
        score += SAME_NAME
        reasons += [] if "company" in reasons else ["name"]
    if one["birthday"] and two["birthday"]:
        score += SAME_BIRTHDAY if one["birthday"] == two["birthday"] else OTHER_BIRTHDAY
        reasons += ["birthday"] if one["birthday"] == two["birthday"] else []
    if one["gender"] and two["gender"] and one["gender"] != two["gender"]:
        score += OTHER_GENDER
    if one["kind"] != two["kind"]:
        score += OTHER_KIND
    return max(5, min(100, round(score))), reasons


def said(reasons: Iterable[str]) -> str:
    """The reasons in words."""
    return _("、").join(str(WORDS.get(reason, reason)) for reason in reasons)
